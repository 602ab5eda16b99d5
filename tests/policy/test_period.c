#include "policy/model/period.h"

#include <criterion/criterion.h>

#include "time/civil.h"

/* Periods against the calendar walked day by day. */

static int begins(ac_period_kind kind, ac_date d, ac_day day)
{
    switch (kind) {
    case AC_PERIOD_DAY:
        return 1;
    case AC_PERIOD_WEEK:
        return ac_day_weekday(day) == AC_MONDAY;
    case AC_PERIOD_YEAR:
        return d.day == 1 && d.month == 1;
    default:
        return d.day == 1 && (d.month - 1) % (kind == AC_PERIOD_MONTH ? 1 : kind == AC_PERIOD_QUARTER ? 3 : 6) == 0;
    }
}

static void walk(ac_period_kind kind, ac_day from, ac_day to)
{
    ac_day  day, began = AC_DAY_MAX;
    int32_t number = 0;

    for (day = from; day <= to; day++) {
        int64_t first, next;
        int     is_first = begins(kind, ac_day_to_date(day), day);

        if (is_first) {
            cr_assert(began == AC_DAY_MAX || ac_period_number(kind, day) == number + 1, "kind %d, day %d", (int)kind, (int)day);
            began = day;
            number = ac_period_number(kind, day);
        }
        if (began == AC_DAY_MAX)
            continue;
        ac_period_days(kind, day, &first, &next);
        cr_assert(first == began && next > day && ac_period_number(kind, day) == number, "kind %d, day %d", (int)kind, (int)day);
        if (next <= AC_DAY_MAX)
            cr_assert(begins(kind, ac_day_to_date((ac_day)next), (ac_day)next));
    }
}

Test(period, days_and_numbers_are_those_of_the_calendar)
{
    int kind;

    for (kind = AC_PERIOD_DAY; kind <= AC_PERIOD_YEAR; kind++) {
        walk((ac_period_kind)kind, AC_DAY_MIN, AC_DAY_MIN + 1000);
        walk((ac_period_kind)kind, ac_civil_day(1599, 1, 1), ac_civil_day(1605, 1, 1));
        walk((ac_period_kind)kind, ac_civil_day(2019, 12, 1), ac_civil_day(2030, 1, 1));
        walk((ac_period_kind)kind, AC_DAY_MAX - 1000, AC_DAY_MAX);
    }
}

/* ISO 8601: week 1 has the year's first Thursday. */
Test(period, the_indexth_of_a_year)
{
    ac_day day;

    cr_assert_eq(ac_period_first(AC_PERIOD_WEEK, 2026, 1, &day), 1);
    cr_expect_eq(day, ac_civil_day(2025, 12, 29));
    cr_assert_eq(ac_period_first(AC_PERIOD_WEEK, 2026, 53, &day), 1);
    cr_expect_eq(day, ac_civil_day(2026, 12, 28));
    cr_expect_eq(ac_period_first(AC_PERIOD_WEEK, 2025, 53, &day), 0);
    cr_assert_eq(ac_period_first(AC_PERIOD_QUARTER, 2026, 4, &day), 1);
    cr_expect_eq(day, ac_civil_day(2026, 10, 1));
    cr_expect_eq(ac_period_first(AC_PERIOD_QUARTER, 2026, 5, &day), 0);
    cr_expect_eq(ac_period_first(AC_PERIOD_DAY, 2026, 1, &day), 0);
    cr_expect_eq(ac_period_first(AC_PERIOD_YEAR, 10000, 0, &day), 0);
}
