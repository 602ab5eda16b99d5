#ifndef TEST_TIME_RANDOM_CALENDAR_H
#define TEST_TIME_RANDOM_CALENDAR_H

#include <aftercare/time.h>

/** @file
 * Calendars, zones and pauses drawn from a seed: the same on every machine.
 */

typedef struct rng {
    uint64_t state;
} rng;

uint64_t rng_next(rng *r);
/** 0 <= result < n. */
int64_t  rng_below(rng *r, int64_t n);

/** A zone both the C library and we can be told of, and a date near which its clock does something. */
typedef struct zone_case {
    const char *tz;             /**< a POSIX rule, or a file of tests/data/zones after ':' */
    const char *near;           /**< a date */
} zone_case;
extern const zone_case zone_cases[];
extern const size_t    zone_cases_count;

/** The zone of a case; aborts when it cannot be made. */
ac_zone *zone_case_make(const zone_case *z);
/** What TZ must be for the C library. */
const char *zone_case_tz(const zone_case *z);

/** A spec with the arrays it points to. */
typedef struct random_calendar {
    ac_calendar_spec spec;
    ac_hours         hours[64];
    size_t           hours_used;
    ac_dated         own[4];
    ac_edition       editions[4];
    ac_dated         days[4][6];
} random_calendar;

/** Fills `c` with something around `near`; `now` is where pins and editions lie. */
void random_calendar_draw(random_calendar *c, rng *r, ac_day near);
/** Up to `max` pauses in [from, to], in any order; returns their number. */
size_t random_pauses(rng *r, ac_time from, ac_time to, ac_pause *out, size_t max);

#endif
