/* A binary heap; void entries are dropped when they come to its top. */
#include "timers.h"

#include <stdio.h>
#include <stdlib.h>

struct entry {
    uint64_t ms;
    uint32_t journey, edition;
};

static struct entry *heap;
static uint32_t count, room, *editions;

void timers_setup(uint32_t journeys) {
    editions = calloc(journeys, sizeof *editions);
    if (!editions) exit(2);
}

static void sink(uint32_t at) {
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1].ms < heap[child].ms) child++;
        if (heap[at].ms <= heap[child].ms) return;
        struct entry other = heap[at];
        heap[at] = heap[child];
        heap[child] = other;
    }
}

void timers_set(uint32_t journey, uint64_t ms) {
    if (count == room) {
        room = room ? 2 * room : 4096;
        heap = realloc(heap, room * sizeof *heap);
        if (!heap) exit(2);
    }
    uint32_t at = count++;
    for (uint32_t parent; at && heap[parent = (at - 1) / 2].ms > ms; at = parent) heap[at] = heap[parent];
    heap[at] = (struct entry){ms, journey, ++editions[journey]};
}

void timers_drop(uint32_t journey) { editions[journey]++; }

static void drop_first(void) {
    heap[0] = heap[--count];
    sink(0);
}

static void drop_void(void) {
    while (count && heap[0].edition != editions[heap[0].journey]) drop_first();
}

bool timers_next(uint64_t now_ms, uint32_t *journey) {
    drop_void();
    if (!count || heap[0].ms > now_ms) return false;
    *journey = heap[0].journey;
    drop_first();
    return true;
}

uint64_t timers_first(uint64_t otherwise) {
    drop_void();
    return count && heap[0].ms < otherwise ? heap[0].ms : otherwise;
}
