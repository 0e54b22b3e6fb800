/* The school bell: many students at one server, each on a connection of its own, each asking what the plan says at the
   moment it says, and asking again as the student's page does when there is no answer. Loopback only.

     bell [--tls] [--at-once N] [--limit SECONDS] [--seed N] PLAN LOG ADDRESS PORT

   With --at-once the moments are left out: N students are there at any time, and each asks as fast as it is answered.
   LOG gets a record for each try (struct record); at the end one line of JSON goes to standard output. */
#define _GNU_SOURCE
#include "plan.h"
#include "timers.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { PATIENCE_MS = 20000, SLOWEST_MS = 30000 }; /* as the page's script has them */
enum { NOT_CONNECTED = 0, LOST = 1, TIMED_OUT = 2 }; /* in place of a status */
enum phase { PAUSES, CONNECTS, ASKS, ENDED };

struct record {
    uint32_t journey;
    uint16_t step, status;
    uint32_t at_ms, micros; /* when it ended; since the student wanted it, tries before included */
};

struct student {
    struct wire *wire;
    char *place;
    uint64_t wanted; /* microseconds of the run */
    uint8_t phase, tries;
    bool begun, resent;
};

static struct plan plan;
static struct student *students;
static struct sockaddr_in server;
static char host[64];
static const char *scheme = "http";
static FILE *record_log;
static int poller;
static uint32_t at_once, launched, ended, broken, connections, reopened, open_now, open_most;
static uint64_t started_ns;
static volatile sig_atomic_t stopped;

static void ask(uint32_t who);
static void begin(uint32_t who, uint64_t from);

static uint64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec - started_ns) / 1000;
}

static const struct step *current(uint32_t who) {
    const struct journey *journey = &plan.journeys[who];
    return &plan.templates[journey->template].steps[journey->step];
}

static void note(uint32_t who, int status) {
    uint64_t now = now_us();
    struct record record = {
        .journey = who, .step = plan.journeys[who].step, .status = (uint16_t)status, .at_ms = (uint32_t)(now / 1000),
        .micros = (uint32_t)(now - students[who].wanted)};
    fwrite(&record, sizeof record, 1, record_log);
}

static void hang_up(struct student *student) {
    if (!student->wire) return;
    wire_close(student->wire); /* leaves the poller by being closed */
    student->wire = NULL;
    open_now--;
}

static void end(uint32_t who, bool whole) {
    struct student *student = &students[who];
    hang_up(student);
    timers_drop(who);
    free(student->place);
    student->place = NULL;
    student->phase = ENDED;
    ended++;
    broken += !whole;
    if (at_once && launched < plan.count) begin(launched++, now_us());
}

static void pause_until(uint32_t who, uint64_t ms) {
    students[who].phase = PAUSES;
    timers_set(who, ms);
}

/* The next step, at its moment or after `from`, whichever is later. */
static void begin(uint32_t who, uint64_t from) {
    const struct journey *journey = &plan.journeys[who];
    uint64_t due = at_once ? 0 : journey->due[journey->step] * 1000ull;
    struct student *student = &students[who];
    student->wanted = due > from ? due : from;
    student->begun = true;
    student->tries = 0;
    student->resent = false;
    if (student->wanted > now_us()) pause_until(who, (student->wanted + 999) / 1000);
    else ask(who);
}

/* As the page's script waits; a browser that asked for a page waits as long as it is told (`after`, in seconds). */
static void try_later(uint32_t who, unsigned after) {
    struct student *student = &students[who];
    uint32_t wait = student->tries < 5 ? 1000u << student->tries : SLOWEST_MS;
    if (after && after <= SLOWEST_MS / 1000 && !current(who)->body[0]) wait = 1000u * after;
    if (student->tries < 5) student->tries++;
    pause_until(who, now_us() / 1000 + (uint64_t)(wait * (0.5 + drand48() / 2)));
}

/* A connection that was kept open may be closed by the server just as it is used: then browsers ask on a new one. */
static void fail(uint32_t who, int status) {
    struct student *student = &students[who];
    bool kept = student->wire && student->wire->used && !student->wire->started && status == LOST;
    hang_up(student);
    if (kept && !student->resent) {
        student->resent = true;
        reopened++;
        ask(who);
        return;
    }
    note(who, status);
    try_later(who, 0);
}

static size_t written(char *text, size_t room, uint32_t who) {
    const struct journey *journey = &plan.journeys[who];
    const struct step *step = current(who);
    char path[PLACE + 64];
    size_t size = 0, body = strlen(step->body);
    const char *from = strcmp(step->path, "@") ? step->path : students[who].place;
    for (; *from && size < PLACE; from++) {
        const char *name = from[0] == '%' && from[1] == 'c' ? journey->code
                           : from[0] == '%' && from[1] == 'r' ? journey->response : NULL;
        if (name) size += (size_t)snprintf(path + size, 64, "%.63s", name), from++;
        else path[size++] = *from;
    }
    path[size] = 0;
    bool last = journey->step + 1 == plan.templates[journey->template].count;
    int length = snprintf(
        text, room,
        "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0 (X11; CrOS x86_64 16000.0.0) Chrome/140.0.0.0\r\n"
        "Accept: */*\r\nAccept-Language: %s\r\nAccept-Encoding: gzip, deflate, br\r\n%s",
        step->method, path, host, step->language, last ? "Connection: close\r\n" : "");
    if (body)
        length += snprintf(
            text + length, room - (size_t)length,
            "Origin: %s://%s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n%s", scheme, host, body, step->body);
    else length += snprintf(text + length, room - (size_t)length, "\r\n");
    return (size_t)length;
}

static void send_request(uint32_t who) {
    static char text[65536];
    struct student *student = &students[who];
    size_t length = written(text, sizeof text, who);
    student->phase = ASKS;
    if (length >= sizeof text || wire_send(student->wire, text, length) == WIRE_LOST) fail(who, LOST);
}

static void ask(uint32_t who) {
    struct student *student = &students[who];
    timers_set(who, now_us() / 1000 + PATIENCE_MS);
    if (student->wire) {
        send_request(who);
        return;
    }
    student->phase = CONNECTS;
    student->wire = wire_open(&server, connections++);
    if (!student->wire) {
        fail(who, NOT_CONNECTED);
        return;
    }
    if (++open_now > open_most) open_most = open_now;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = who};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, student->wire->fd, &event)) fail(who, NOT_CONNECTED);
}

static void answered(uint32_t who) {
    struct student *student = &students[who];
    struct journey *journey = &plan.journeys[who];
    int status = student->wire->status;
    note(who, status);
    if (status == current(who)->expected) {
        free(student->place);
        student->place = student->wire->place[0] ? strdup(student->wire->place) : NULL;
        if (student->wire->last) hang_up(student);
        if (++journey->step == plan.templates[journey->template].count) end(who, true);
        else if (!strcmp(current(who)->path, "@") && !student->place) end(who, false);
        else begin(who, now_us());
    } else if (status >= 500 || status == 408 || status == 425 || status == 429) {
        unsigned after = student->wire->after;
        if (student->wire->last) hang_up(student);
        try_later(who, after);
    } else end(who, false);
}

static void happened(uint32_t who) {
    struct student *student = &students[who];
    if (!student->wire) return;
    if (student->phase == PAUSES) {
        if (wire_ended(student->wire)) hang_up(student);
    } else if (student->phase == CONNECTS) {
        enum wire_state state = wire_continue(student->wire);
        if (state == WIRE_LOST) fail(who, NOT_CONNECTED);
        if (state == WIRE_DONE) send_request(who);
    } else if (student->phase == ASKS) {
        enum wire_state state = wire_read(student->wire);
        if (state == WIRE_LOST) fail(who, LOST);
        if (state == WIRE_DONE) answered(who);
    }
}

static void woken(uint32_t who) {
    struct student *student = &students[who];
    if (student->phase == PAUSES && !student->begun) begin(who, 0);
    else if (student->phase == PAUSES) ask(who);
    else if (student->phase != ENDED) fail(who, TIMED_OUT);
}

static void launch(void) {
    timers_setup(plan.count);
    while (launched < plan.count && (!at_once || launched < at_once)) {
        uint32_t who = launched++;
        if (at_once) begin(who, now_us());
        else pause_until(who, plan.journeys[who].due[0]);
    }
}

static void run(uint64_t limit_ms) {
    struct epoll_event events[512];
    uint64_t flushed = 0;
    launch();
    while (ended < plan.count && !stopped) {
        uint64_t now = now_us() / 1000, first = timers_first(now + 50);
        if (now > limit_ms) return;
        int count = epoll_wait(poller, events, 512, first > now ? (int)(first - now) : 0);
        for (int at = 0; at < count; at++) happened(events[at].data.u32);
        uint32_t who;
        while (timers_next(now_us() / 1000, &who)) woken(who);
        if (now > flushed + 50) {
            flushed = now;
            fflush(record_log); /* whoever watches the run reads how far it is */
        }
    }
}

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static void setup(char **words, bool tls) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    wire_setup(tls);
    if (tls) scheme = "https";
    snprintf(host, sizeof host, "%s:%s", words[2], words[3]);
    server.sin_family = AF_INET;
    server.sin_port = htons((uint16_t)atoi(words[3]));
    bool here = inet_pton(AF_INET, words[2], &server.sin_addr) == 1 && ntohl(server.sin_addr.s_addr) >> 24 == 127;
    if (!here) {
        fputs("bell: write a loopback address; other people's servers are theirs\n", stderr);
        exit(2);
    }
    read_plan(words[0], &plan);
    students = calloc(plan.count, sizeof *students);
    record_log = fopen(words[1], "wb");
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (!students || !record_log || poller < 0) {
        perror("bell");
        exit(2);
    }
}

static void tell(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("{\"journeys\": %u, \"ended\": %u, \"broken\": %u, ", plan.count, ended, broken);
    printf("\"connections\": %u, \"reopened\": %u, \"open_most\": %u, ", connections, reopened, open_most);
    printf("\"seconds\": %.3f, \"cpu\": %.3f}\n", (double)now_us() / 1e6, cpu);
}

int main(int count, char **words) {
    static const struct option names[] = {
        {"tls", no_argument, NULL, 't'}, {"at-once", required_argument, NULL, 'n'},
        {"limit", required_argument, NULL, 'l'}, {"seed", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    uint64_t limit_ms = 3600000;
    bool tls = false;
    for (int name; (name = getopt_long(count, words, "", names, NULL)) != -1;) {
        if (name == 't') tls = true;
        else if (name == 'n') at_once = (uint32_t)strtoul(optarg, NULL, 10);
        else if (name == 'l') limit_ms = 1000 * strtoull(optarg, NULL, 10);
        else if (name == 's') srand48(strtol(optarg, NULL, 10));
        else return 2;
    }
    if (count - optind != 4) {
        fputs("usage: bell [--tls] [--at-once N] [--limit SECONDS] [--seed N] PLAN LOG ADDRESS PORT\n", stderr);
        return 2;
    }
    setup(words + optind, tls);
    started_ns = 0;
    started_ns = now_us() * 1000;
    run(limit_ms);
    fclose(record_log);
    tell();
    return 0;
}
