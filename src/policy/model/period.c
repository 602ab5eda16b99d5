#include "policy/model/period.h"

#include "time/civil.h"

int ac_period_first(ac_period_kind kind, int32_t year, int32_t index, ac_day *out)
{
    int32_t day;

    if (year < 1 || year > 9999 || kind == AC_PERIOD_DAY)
        return 0;
    if (kind == AC_PERIOD_WEEK) {
        /* Week 1 is that of 4 January; the year a week belongs to is that of its Thursday. */
        day = ac_civil_day(year, 1, 4);
        day += 7 * (index - 1) - ac_civil_weekday(day);
        if (index < 1 || ac_civil_year(day + 3) != year || day < AC_DAY_MIN)
            return 0;
        *out = day;
        return 1;
    }
    if (kind == AC_PERIOD_YEAR)
        index = 1;
    if (index < 1 || index > 12 / ac_period_months(kind))
        return 0;
    *out = ac_civil_day(year, (index - 1) * ac_period_months(kind) + 1, 1);
    return 1;
}

void ac_period_days(ac_period_kind kind, ac_day day, int64_t *first, int64_t *next)
{
    int32_t months = ac_period_months(kind);
    ac_date date;

    if (kind == AC_PERIOD_DAY || kind == AC_PERIOD_WEEK) {
        *first = (int64_t)day - (kind == AC_PERIOD_WEEK ? (int32_t)ac_day_weekday(day) : 0);
        *next = *first + (kind == AC_PERIOD_WEEK ? 7 : 1);
        return;
    }
    date = ac_day_to_date(day);
    date.month -= (date.month - 1) % months;
    *first = ac_civil_day(date.year, date.month, 1);
    date.month += months;
    *next = date.month > 12 ? ac_civil_day(date.year + 1, 1, 1) : ac_civil_day(date.year, date.month, 1);
}

int32_t ac_period_number(ac_period_kind kind, ac_day day)
{
    ac_date date;

    if (kind == AC_PERIOD_DAY)
        return day;
    if (kind == AC_PERIOD_WEEK)
        return (day - AC_DAY_MIN + (int32_t)ac_day_weekday(AC_DAY_MIN)) / 7;
    date = ac_day_to_date(day);
    return (date.year * 12 + date.month - 1) / ac_period_months(kind);
}
