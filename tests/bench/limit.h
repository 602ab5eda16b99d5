#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "workload.h"

/* The hand-written yardstick: what this machine can do when nothing but the work is done. The policy is compiled in by
 * hand, there is no interface, no error, no second zone at a time. It is built with the library's compiler and flags. */

typedef struct limit_calendar limit_calendar;

limit_calendar *limit_calendar_new(const workload *w, const ac_zone *zone);
void limit_calendar_free(limit_calendar *c);
ac_time limit_base(const limit_calendar *c);

/* W1, rows in order, leaving at the first hit; and by an answer table over all 65,536 fact words. */
void limit_grade(const uint32_t *facts, uint8_t *out, size_t n);
void limit_grade_answers(const uint32_t *facts, uint8_t *out, size_t n);
/* W2: out[i] seconds since limit_base. */
void limit_due(const limit_calendar *c, const ac_time *from, uint32_t seconds, uint32_t *out, size_t n);
/* W3 */
void limit_elapsed(const limit_calendar *c, const interval *list, int32_t *out, size_t n);
/* W6a: two dues and two verdicts (1 late) a ticket. */
void limit_replay(const limit_calendar *c, const replayed *list, uint32_t *due, uint8_t *late, size_t n);
/* W4: the rung, 0..3. */
void limit_ladder(const int32_t *metrics, uint8_t *out, size_t n);
/* W6: W6a, and what each engineer owes. */
void limit_replay_charged(const limit_calendar *c, const replayed *list, uint32_t *due, uint8_t *late, int64_t *totals, size_t n);
/* W5: what each engineer owes. */
void limit_penalties(const workload *w, int64_t *totals);

#endif
