#ifndef BENCH_OURS_H
#define BENCH_OURS_H

#include <aftercare/aftercare.h>

#include "workload.h"

/* The library's side: the same work through the public interface only. */

typedef struct ours ours;

ours *ours_new(const workload *w, const char *policy_path, const char *zone_name, const void *zone_bytes, size_t zone_size);
void  ours_free(ours *o);
double ours_compile_ms(const ours *o);
const ac_calendar *ours_calendar(const ours *o);

/* W1 one at a time: setting all twelve facts of a record, and setting them and deciding. */
void ours_fill(ours *o, const uint32_t *facts, size_t n);
void ours_grade_filling(ours *o, const uint32_t *facts, uint8_t *out, size_t n);
/* W1 in bulk over columns. */
void ours_grade_bulk(ours *o, const uint32_t *facts, uint8_t *out, size_t n);
/* W2: dues; W3: working seconds. */
void ours_due(const ours *o, const ac_time *from, ac_secs seconds, ac_time *out, size_t n);
void ours_workdays(const ours *o, const ac_time *from, int64_t days, ac_time *out, size_t n);
void ours_elapsed(const ours *o, const interval *list, int32_t *out, size_t n);
/* W4 one at a time with filling, and in bulk over columns. */
void ours_ladder(ours *o, const int32_t *metrics, uint8_t *out, size_t n);
void ours_ladder_bulk(ours *o, const int32_t *metrics, uint8_t *out, size_t n);
/* W6a one at a time with filling, and in bulk; W6 with totals, which are NULL for W6a. */
void ours_replay(ours *o, const replayed *list, ac_time *due, uint8_t *late, int64_t *totals, size_t n);
void ours_replay_bulk(ours *o, const replayed *list, ac_time *due, uint8_t *late, int64_t *totals, size_t n);
/* W5 */
void ours_penalties(ours *o, const workload *w, int64_t *totals);

#endif
