#ifndef AC_TIME_CIVIL_H
#define AC_TIME_CIVIL_H

#include <aftercare/time.h>

#include "base/check.h"

/** @file
 * Dates as day numbers, and local time as seconds since 1970-01-01T00:00:00 on the wall.
 *
 * Threads: pure functions.
 */

#define AC_DAY_S INT64_C(86400)
/** The calendar repeats, weekdays included, after 400 years. */
#define AC_CYCLE_DAYS 146097
#define AC_CYCLE_S (AC_CYCLE_DAYS * AC_DAY_S)
#define AC_CYCLE_WEEKS 20871

/** Day number of a date that is known to be valid; years outside 1..9999 are fine here. */
int32_t ac_civil_day(int32_t year, int32_t month, int32_t day);
int32_t ac_civil_year(int32_t day);
int     ac_civil_is_leap(int32_t year);
int32_t ac_civil_month_days(int32_t year, int32_t month);

/** 0 for Monday. */
static inline int32_t ac_civil_weekday(int32_t day)
{
    return (int32_t)((uint32_t)(day + 3 + 7 * 200000) % 7u); /* day 0 was a Thursday */
}

/** The date of a local reading, and the second of that date. */
static inline int64_t ac_local_day(int64_t local)
{
    return ac_i64_floor_div(local, AC_DAY_S);
}

static inline int32_t ac_local_second(int64_t local)
{
    return (int32_t)ac_i64_floor_mod(local, AC_DAY_S);
}

static inline int ac_time_is_valid(ac_time at)
{
    return at >= AC_TIME_MIN && at <= AC_TIME_MAX;
}

#endif
