#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>

#include <aftercare/time.h>

/* The inputs of the benchmarks: made from a fixed seed, so that every contestant sees the same bytes.
 *
 *   W1   grade a ticket from 12 facts by an 8-row first-hit table
 *   W2   an instant plus working hours or working days, 2020-2029, in two zones
 *   W3   working seconds of an interval less three pauses
 *   W4   the grade of 100,000 engineers from 12 metrics: three rungs above the first, twelve needs each
 *   W5   4,000,000 lapses of 10,000 engineers: ordinals by month or year, free count, step, end
 *   W6a  grade, two dues (the second with three pauses), two verdicts
 *   W6   the same, and what each late verdict costs the engineer: a lapse of kind 2 * (grade - 1), or one more, when the ticket opened
 */

enum { TICKETS = 1000000, INSTANTS = 1000000, INTERVALS = 1000000, REPLAYED = 1000000, LAPSES = 4000000, ENGINEERS = 10000, KINDS = 8,
       MEASURED = 100000, METRICS = 12, RUNGS = 4 };

/* Facts in one word: bits 0-7 yes/no in this order, then four members of two bits. */
enum { F_STOPPED, F_WORKAROUND, F_SAFETY, F_REPEAT, F_VIP, F_WARRANTY, F_DATALOSS, F_ESCALATED, F_FLAGS };
#define FLAG(facts, k) (((facts) >> (k)) & 1u)
#define SCOPE(facts)   (((facts) >> 8) & 3u)
#define AREA(facts)    (((facts) >> 10) & 3u)
#define CHANNEL(facts) (((facts) >> 12) & 3u)
#define CLAIM(facts)   (((facts) >> 14) & 3u)

typedef struct interval {
    ac_time from, to;
    ac_time pause[3][2];
} interval;

typedef struct replayed {
    uint32_t facts, engineer;
    ac_time  open, responded, resolved;
    ac_time  pause[3][2];
} replayed;

/* Spans by grade 1..4 in seconds: grade 1 exact, the others working time. */
static const int32_t RESPONSE_S[5] = { 0, 3600, 4 * 3600, 8 * 3600, 16 * 3600 };
static const int32_t REPAIR_S[5] = { 0, 36 * 3600, 24 * 3600, 40 * 3600, 80 * 3600 };

/* Monday to Friday 08:30-12:00 and 13:30-18:00; about 30 days off and 6 make-up days a year, 2018-2034. */
enum { FIRST_YEAR = 2018, LAST_YEAR = 2034 };
static const int32_t WINDOW_S[2][2] = { { 30600, 43200 }, { 48600, 64800 } };

typedef enum day_kind { DAY_PLAIN, DAY_OFF, DAY_MAKE_UP } day_kind;

/* What the n-th lapse of a kind in its month or year costs: nothing up to `free`, `base` before `step`, twice that up to `end`, then nothing. */
typedef struct schedule {
    int yearly, free, base, step, end;
} schedule;
extern const schedule SCHEDULES[KINDS];

/* Metrics are 0..1000. Those of even number must be at least that much for the rung, the others at most the rest to 1000. */
static const int32_t LEAST[RUNGS] = { 0, 200, 400, 600 };

typedef struct workload {
    ac_day    first_day;
    size_t    day_count;
    uint8_t  *days;             /* day_kind of each date */
    uint32_t *facts;            /* W1 */
    ac_time  *instants;         /* W2 */
    interval *intervals;        /* W3 */
    int32_t  *metrics;          /* W4, METRICS an engineer */
    replayed *tickets;          /* W6, W6a */
    uint32_t *lapse_at;         /* W5: seconds since 2023-01-01 00:00 in Shanghai, in order */
    uint16_t *lapse_engineer;
    uint8_t  *lapse_kind;
} workload;

void workload_make(workload *w);
void workload_free(workload *w);
ac_day workload_day(int year, int month, int day);
int  workload_works(const workload *w, size_t i);
/* The grade by the rules as a person would write them: the reference. */
int  workload_grade(uint32_t facts);

#endif
