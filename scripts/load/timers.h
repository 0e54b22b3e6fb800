/* What wakes whom, and when: a heap by moment. Setting a journey's timer anew makes its older entries void. */
#ifndef TIMERS_H
#define TIMERS_H

#include <stdbool.h>
#include <stdint.h>

void timers_setup(uint32_t journeys);
void timers_set(uint32_t journey, uint64_t ms);
void timers_drop(uint32_t journey);
bool timers_next(uint64_t now_ms, uint32_t *journey); /* takes one that is due */
uint64_t timers_first(uint64_t otherwise);            /* the moment of the first, or this one if there is none before */

#endif
