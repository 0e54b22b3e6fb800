/* The plan of a run: who asks what, and when. Written by plan.py; this side knows no survey. */
#ifndef PLAN_H
#define PLAN_H

#include <stdint.h>

enum { MOST_STEPS = 32, MOST_TEMPLATES = 256 };

/* One request of a template. In `path`, %c stands for the code and %r for the response; "@" is where the last answer
   pointed to. */
struct step {
    const char *method, *path, *language, *body;
    int expected; /* the status that acknowledges it */
};

struct template {
    struct step steps[MOST_STEPS];
    int count;
};

/* One student. `due` has a moment for each step, in milliseconds of the run, in no order that matters: a step is sent
   at its moment or after the one before it, whichever is later. */
struct journey {
    const char *code, *response;
    const uint32_t *due;
    uint16_t template, step;
};

struct plan {
    struct template templates[MOST_TEMPLATES];
    struct journey *journeys;
    uint32_t count;
};

void read_plan(const char *file, struct plan *plan);

#endif
