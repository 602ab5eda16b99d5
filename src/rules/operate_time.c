#include "rules/operate.h"

#include "base/check.h"
#include "base/messages.h"
#include "policy/model/period.h"
#include "policy/model/value.h"
#include "rules/eval.h"
#include "time/civil.h"

static ac_cell known(int64_t num, ac_unit unit)
{
    ac_cell cell = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    cell.num = num;
    cell.ref = (uint16_t)unit;
    return cell;
}

static ac_cell time_cell(int64_t at, uint32_t line)
{
    return ac_time_is_valid(at) ? known(at, AC_UNIT_SECOND) : ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
}

/* An instant of the first or last hours in UTC has a local date in the year 0 or 10000: there is no such date. */
static int find_local_day(const ac_zone *zone, ac_time at, ac_day *day)
{
    int32_t second;

    ac_zone_local(zone, at, day, &second);
    return *day >= AC_DAY_MIN && *day <= AC_DAY_MAX;
}

/* 1 when both are known and the amount is whole; else *out is the answer. */
static int ready(const ac_cell *a, const ac_cell *amount, uint32_t line, ac_cell *out)
{
    *out = ac_cell_stronger(*a, *amount);
    if (out->state != AC_VALUE_KNOWN)
        return 0;
    if (amount->den == 1)
        return 1;
    *out = ac_cell_error(AC_CODE_EVAL_WHOLE, line);
    return 0;
}

ac_cell ac_cell_time_add(const ac_zone *zone, ac_cell at, ac_cell seconds, uint32_t line)
{
    ac_cell out;
    ac_day  day;
    int64_t sum;

    if (!ready(&at, &seconds, line, &out))
        return out;
    if (!ac_i64_add(at.num, seconds.num, &sum) || !ac_time_is_valid(sum) || (zone && !find_local_day(zone, sum, &day)))
        return ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
    return known(sum, AC_UNIT_SECOND);
}

ac_cell ac_cell_time_difference(ac_cell a, ac_cell b)
{
    ac_cell worst = ac_cell_stronger(a, b);

    return worst.state == AC_VALUE_KNOWN ? known(a.num - b.num, AC_UNIT_SECOND) : worst;
}

ac_cell ac_cell_date_add(ac_cell day, ac_cell days, uint32_t line)
{
    ac_cell out;
    int64_t sum;

    if (!ready(&day, &days, line, &out))
        return out;
    if (!ac_i64_add(day.num, days.num, &sum) || sum < AC_DAY_MIN || sum > AC_DAY_MAX)
        return ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
    return known(sum, AC_UNIT_SECOND);
}

ac_cell ac_cell_date_add_months(ac_cell day, ac_cell months, ac_month_end rule, uint32_t line)
{
    ac_cell out;
    ac_day  sum;

    if (!ready(&day, &months, line, &out))
        return out;
    if (ac_day_add_months((ac_day)day.num, months.num, rule, &sum, NULL) == AC_OK)
        return known(sum, AC_UNIT_SECOND);
    if (ac_day_add_months((ac_day)day.num, months.num, AC_MONTH_END_CLAMP, &sum, NULL) == AC_OK)
        return ac_cell_error(AC_CODE_EVAL_MONTH_END, line);
    return ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
}

ac_cell ac_cell_date_difference(ac_cell a, ac_cell b)
{
    ac_cell worst = ac_cell_stronger(a, b);

    return worst.state == AC_VALUE_KNOWN ? known(a.num - b.num, AC_UNIT_DAY) : worst;
}

ac_cell ac_cell_date_of(const ac_zone *zone, ac_cell at, uint32_t line)
{
    ac_day day;

    if (at.state != AC_VALUE_KNOWN)
        return at;
    if (!zone)
        return ac_cell_error(AC_CODE_BOOK_NO_ZONE, line);
    return find_local_day(zone, at.num, &day) ? known(day, AC_UNIT_SECOND) : ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
}

ac_cell ac_cell_local(const ac_zone *zone, ac_cell reading, uint32_t line)
{
    if (reading.state != AC_VALUE_KNOWN)
        return reading;
    if (!zone)
        return ac_cell_error(AC_CODE_BOOK_NO_ZONE, line);
    return time_cell(ac_zone_instant(zone, (ac_day)ac_local_day(reading.num), ac_local_second(reading.num)), line);
}

/* @return 0: the period does not lie within the years that are reckoned with. */
static int period_days(ac_period_kind kind, ac_day day, int64_t *first, int64_t *next)
{
    ac_period_days(kind, day, first, next);
    return *first >= AC_DAY_MIN && *next <= AC_DAY_MAX;
}

ac_cell ac_cell_period_edge(const ac_zone *zone, ac_period_kind kind, ac_cell at, int end, int is_date, uint32_t line)
{
    ac_day  day;
    int64_t first, next;

    if (at.state != AC_VALUE_KNOWN)
        return at;
    if (!zone)
        return ac_cell_error(AC_CODE_BOOK_NO_ZONE, line);
    day = (ac_day)at.num;
    if ((!is_date && !find_local_day(zone, at.num, &day)) || !period_days(kind, day, &first, &next))
        return ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
    if (!end)
        return time_cell(ac_zone_instant(zone, (ac_day)first, 0), line);
    return time_cell(ac_zone_instant(zone, (ac_day)next, 0) - 1, line);
}

ac_cell ac_cell_own_edge(const ac_zone *zone, uint32_t kind, ac_cell period, int end, uint32_t line)
{
    int64_t first, next;
    ac_cell day = period;

    if (period.state != AC_VALUE_KNOWN)
        return period;
    if (!period_days((ac_period_kind)period.ref, (ac_day)period.num, &first, &next))
        return ac_cell_error(AC_CODE_EVAL_TIME_RANGE, line);
    day.num = end ? next - 1 : first;
    day.ref = 0;
    return ac_cell_period_edge(zone, kind == AC_NO_INDEX ? (ac_period_kind)period.ref : (ac_period_kind)kind, day, end, 1, line);
}
