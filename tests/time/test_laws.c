#include <criterion/criterion.h>

#include <string.h>

#include <aftercare/time.h>

#include "random_calendar.h"

enum { CALENDARS = 400, TRIALS = 250 };

typedef struct fixture {
    random_calendar drawn;
    ac_zone        *zone;
    ac_calendar    *c;
    ac_day          near;
    rng             r;
} fixture;

/* A calendar that covers everything, so that most answers are instants. */
static int make(fixture *x, int number)
{
    const zone_case *z = &zone_cases[(size_t)number % zone_cases_count];
    ac_text          near = {z->near, strlen(z->near)};

    x->r.state = (uint64_t)number * 77 + 5;
    ac_day_parse(near, &x->near, NULL);
    random_calendar_draw(&x->drawn, &x->r, x->near);
    x->drawn.spec.editions_count = 0;
    x->drawn.spec.valid_first = AC_DAY_MIN;
    x->drawn.spec.valid_last = AC_DAY_MAX;
    x->zone = zone_case_make(z);
    x->c = NULL;
    if (ac_calendar_new(NULL, &x->drawn.spec, x->zone, &x->c, NULL) == AC_OK)
        return 1;
    ac_zone_unref(x->zone);
    return 0;
}

static void end(fixture *x)
{
    ac_calendar_unref(x->c);
    ac_zone_unref(x->zone);
}

static ac_time draw_time(fixture *x)
{
    int64_t years = rng_below(&x->r, 5) ? 0 : rng_below(&x->r, 3000) - 1500;

    return (x->near - 20 + years * 365) * INT64_C(86400) + rng_below(&x->r, 40 * 86400);
}

static ac_secs elapsed(const ac_calendar *c, ac_time a, ac_time b, const ac_pause *p, size_t n)
{
    ac_secs s = 0;

    cr_assert_eq(ac_clock_elapsed(c, AC_CLOCK_WORKING, a, b, p, n, &s, NULL), AC_OK);
    return s;
}

/* INT64_MAX when there is no such instant. */
static ac_time due(const ac_calendar *c, ac_time s, ac_secs d, const ac_pause *p, size_t n)
{
    ac_clock_answer a;

    cr_assert_eq(ac_clock_due(c, AC_CLOCK_WORKING, s, d, p, n, &a, NULL), AC_OK);
    return a.state == AC_CLOCK_AT ? a.at : INT64_MAX;
}

static ac_time late(const ac_calendar *c, ac_time s, ac_secs d, const ac_pause *p, size_t n)
{
    ac_clock_answer a;

    cr_assert_eq(ac_clock_late(c, AC_CLOCK_WORKING, s, d, p, n, &a, NULL), AC_OK);
    return a.state == AC_CLOCK_AT ? a.at : INT64_MAX;
}

static void hold(fixture *x)
{
    const ac_calendar *c = x->c;
    ac_pause           p[4];
    ac_time            a = draw_time(x), b = draw_time(x), e = draw_time(x), t;
    ac_secs            d = 1 + rng_below(&x->r, 300000), d2 = 1 + rng_below(&x->r, 300000);
    size_t             n = random_pauses(&x->r, a - 100000, a + 600000, p, 4);
    ac_clock_answer    back;

    cr_assert_eq(elapsed(c, a, b, p, n) + elapsed(c, b, e, p, n), elapsed(c, a, e, p, n));
    cr_assert_eq(elapsed(c, a, b, p, n), -elapsed(c, b, a, p, n));
    t = due(c, a, d, p, n);
    cr_assert_leq(t, due(c, a, d, p, n));
    if (t != INT64_MAX) {
        cr_assert_eq(elapsed(c, a, t, p, n), d);
        cr_assert_eq(elapsed(c, a, t - 1, p, n), d - 1);
        cr_assert_lt(due(c, a, d - 1, p, n), t + (d == 1));
        cr_assert_leq(t, due(c, a + d2, d, p, n));
        cr_assert_eq(due(c, a, d + d2, p, n), due(c, t, d2, p, n));
        /* late is the first open instant at or after due */
        cr_assert_eq(late(c, a, d, p, n), due(c, t, 0, p, n));
        cr_assert_eq(ac_clock_subtract(c, AC_CLOCK_WORKING, t, d, p, n, &back, NULL), AC_OK);
        cr_assert_eq(back.state, AC_CLOCK_AT);
        cr_assert_geq(back.at, a);
        cr_assert_eq(elapsed(c, back.at, t, p, n), d);
        cr_assert_eq(elapsed(c, back.at + 1, t, p, n), d - 1);
    }
    if (n > 0)
        cr_assert_leq(due(c, a, d, p, n - 1), t);
}

Test(laws, of_elapsed_and_due)
{
    static fixture x;
    int            made = 0;

    for (int number = 0; number < CALENDARS; number++) {
        if (!make(&x, number))
            continue;
        made++;
        for (int i = 0; i < TRIALS; i++)
            hold(&x);
        end(&x);
    }
    cr_expect_gt(made, CALENDARS / 2);
}

/* The same calendar with one more line. */
static ac_calendar *with_line(fixture *x, ac_day day, int works)
{
    static const ac_hours all[] = {{0, 2 * 86400}};     /* whatever shift it replaces, it ends no earlier */
    static ac_dated       own[5];
    ac_calendar_spec      spec = x->drawn.spec;
    ac_calendar          *c = NULL;

    memcpy(own, spec.own, spec.own_count * sizeof *own);
    for (size_t i = 0; i < spec.own_count; i++)
        if (own[i].first <= day && day <= own[i].last)
            return NULL;
    memset(&own[spec.own_count], 0, sizeof *own);
    own[spec.own_count].first = own[spec.own_count].last = day;
    own[spec.own_count].works = works;
    own[spec.own_count].hours = works ? all : NULL;
    own[spec.own_count].hours_count = works;
    spec.own_count++;
    spec.own = own;
    cr_assert_eq(ac_calendar_new(NULL, &spec, x->zone, &c, NULL), AC_OK);
    return c;
}

Test(laws, a_holiday_is_never_earlier_and_a_worked_day_never_later)
{
    static fixture x;
    int            compared = 0;

    for (int number = 0; number < CALENDARS; number++) {
        ac_calendar *off, *works;

        if (!make(&x, number))
            continue;
        off = with_line(&x, x.near + 3, 0);
        works = with_line(&x, x.near + 3, 1);
        for (int i = 0; i < 60 && off; i++, compared++) {
            ac_time a = draw_time(&x), t;
            ac_secs d = 1 + rng_below(&x.r, 300000);

            t = due(x.c, a, d, NULL, 0);
            cr_assert_geq(due(off, a, d, NULL, 0), t);
            cr_assert_leq(due(works, a, d, NULL, 0), t);
        }
        ac_calendar_unref(off);
        ac_calendar_unref(works);
        end(&x);
    }
    cr_expect_gt(compared, 5000);
}

/* Dated lines far away move the window, not the answers. */
Test(laws, the_window_changes_no_answer)
{
    static fixture x;
    int            compared = 0;

    for (int number = 0; number < CALENDARS / 2; number++) {
        ac_calendar *wide;

        if (!make(&x, number))
            continue;
        wide = with_line(&x, x.near + 9000, 0);
        for (int i = 0; i < 60 && wide; i++) {
            ac_time a = (x.near - 40) * INT64_C(86400) + rng_below(&x.r, INT64_C(8000) * 86400);
            ac_secs d = rng_below(&x.r, 3000000);
            ac_time t = due(x.c, a, d, NULL, 0);

            if (t > (x.near + 8999) * INT64_C(86400))
                continue;
            compared++;
            cr_assert_eq(due(wide, a, d, NULL, 0), t);
            cr_assert_eq(elapsed(wide, a, t + 777, NULL, 0), elapsed(x.c, a, t + 777, NULL, 0));
        }
        ac_calendar_unref(wide);
        end(&x);
    }
    cr_expect_gt(compared, 3000);
}

/* Working dates one after the other. */
Test(laws, the_nth_working_date_is_the_nth_that_works)
{
    static fixture x;
    int            compared = 0;

    for (int number = 0; number < CALENDARS; number++) {
        if (!make(&x, number))
            continue;
        for (int i = 0; i < 30; i++) {
            ac_time         start = draw_time(&x);
            int64_t         count = rng_below(&x.r, 40), left = count;
            ac_day          day, got;
            int32_t         second;
            int             works = 0;
            ac_clock_answer a;

            ac_zone_local(x.zone, start, &day, &second);
            cr_assert_eq(ac_clock_workdays(x.c, AC_DAYS_END_MIDNIGHT, start, count, NULL, 0, &a, NULL), AC_OK);
            for (int days = 0; left > 0 && days < 400; days++) {
                cr_assert_eq(ac_calendar_is_workday(x.c, ++day, &works, NULL), AC_OK);
                left -= works;
            }
            if (left > 0)
                continue;
            compared++;
            cr_assert_eq(a.state, AC_CLOCK_AT);
            cr_assert_eq(a.at, ac_zone_instant(x.zone, day + 1, 0) - 1, "calendar %d, %lld dates after %lld", number, (long long)count,
                         (long long)start);
            ac_zone_local(x.zone, a.at, &got, &second);
            cr_assert_leq(got, day);
        }
        end(&x);
    }
    cr_expect_gt(compared, 5000);
}
