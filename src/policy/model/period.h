#ifndef AC_POLICY_MODEL_PERIOD_H
#define AC_POLICY_MODEL_PERIOD_H

#include <aftercare/policy.h>
#include <aftercare/time.h>

/* Days, weeks from Monday, months, quarters, half-years and years of the calendar. Threads: pure functions. */

/* Months of a period of a kind from AC_PERIOD_MONTH on. */
static inline int32_t ac_period_months(ac_period_kind kind)
{
    return kind == AC_PERIOD_YEAR ? 12 : kind == AC_PERIOD_HALF_YEAR ? 6 : kind == AC_PERIOD_QUARTER ? 3 : 1;
}

/* First day of the index-th (from 1; a year: 0) period of a year; day periods have none. @return 0 when there is no such period. */
int     ac_period_first(ac_period_kind kind, int32_t year, int32_t index, ac_day *out);
/* First day of the period that holds a day, and of the next one; they may lie outside AC_DAY_MIN and AC_DAY_MAX. */
void    ac_period_days(ac_period_kind kind, ac_day day, int64_t *first, int64_t *next);
/* A number that the days of one period have in common, and those of no other period of the kind. */
int32_t ac_period_number(ac_period_kind kind, ac_day day);

#endif
