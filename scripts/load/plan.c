/* Reads a plan: lines of fields between tabs.
     t <template> <method> <path> <language> <status> <body>     the next step of a template
     j <template> <code> <response> <due ms> ...                 a journey, with a moment for each of its steps */
#define _GNU_SOURCE
#include "plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void bad(const char *what) {
    fprintf(stderr, "bell: the plan %s\n", what);
    exit(2);
}

static char *field(char **rest) {
    char *found = strsep(rest, "\t");
    if (!found) bad("has a line with too few fields");
    return found;
}

static unsigned long number(char **rest, unsigned long most) {
    unsigned long value = strtoul(field(rest), NULL, 10);
    if (value > most) bad("has a number that is too great");
    return value;
}

static void add_step(struct plan *plan, char *rest) {
    struct template *template = &plan->templates[number(&rest, MOST_TEMPLATES - 1)];
    if (template->count == MOST_STEPS) bad("has too many steps");
    struct step *step = &template->steps[template->count++];
    step->method = field(&rest);
    step->path = field(&rest);
    step->language = field(&rest);
    step->expected = (int)number(&rest, 599);
    step->body = field(&rest);
}

static void add_journey(struct plan *plan, char *rest) {
    static uint32_t room;
    if (plan->count == room) {
        room = room ? 2 * room : 1024;
        plan->journeys = realloc(plan->journeys, room * sizeof *plan->journeys);
        if (!plan->journeys) bad("is too long for this memory");
    }
    struct journey *journey = &plan->journeys[plan->count++];
    journey->template = (uint16_t)number(&rest, MOST_TEMPLATES - 1);
    journey->step = 0;
    journey->code = field(&rest);
    journey->response = field(&rest);
    int steps = plan->templates[journey->template].count;
    if (!steps) bad("has a journey before its template");
    uint32_t *due = malloc((size_t)steps * sizeof *due);
    if (!due) bad("is too long for this memory");
    for (int at = 0; at < steps; at++) due[at] = (uint32_t)number(&rest, UINT32_MAX);
    journey->due = due;
}

/* The file as one text that is never given back: steps and journeys point into it. */
static char *whole(const char *file) {
    int fd = open(file, O_RDONLY);
    struct stat about;
    if (fd < 0 || fstat(fd, &about)) bad("cannot be opened");
    char *text = malloc((size_t)about.st_size + 1);
    FILE *from = fdopen(fd, "r");
    if (!text || !from || fread(text, 1, (size_t)about.st_size, from) != (size_t)about.st_size) bad("cannot be read");
    text[about.st_size] = 0;
    fclose(from);
    return text;
}

void read_plan(const char *file, struct plan *plan) {
    char *rest = whole(file), *line;
    while ((line = strsep(&rest, "\n"))) {
        if (line[0] == 't' && line[1] == '\t') add_step(plan, line + 2);
        else if (line[0] == 'j' && line[1] == '\t') add_journey(plan, line + 2);
        else if (line[0]) bad("has a line that is neither a step nor a journey");
    }
    if (!plan->count) bad("has no journey");
}
