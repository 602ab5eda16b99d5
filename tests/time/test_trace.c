#include <criterion/criterion.h>

#include <string.h>

#include <aftercare/time.h>

#include "random_calendar.h"
#include "time/calendar.h"

typedef struct lines {
    ac_trace_line line[512];
    size_t        count;
} lines;

static ac_status keep(void *user, const ac_trace_line *line)
{
    lines *l = user;

    if (l->count == 512)
        return AC_E_HOST;
    l->line[l->count++] = *line;
    return AC_OK;
}

static ac_text text_of(const char *s)
{
    ac_text t = {s, strlen(s)};

    return t;
}

static ac_time time_of(const char *s)
{
    ac_time at = 0;

    cr_assert_eq(ac_time_parse(text_of(s), &at, NULL), AC_OK);
    return at;
}

static int is(ac_text t, const char *s)
{
    return t.size == strlen(s) && memcmp(t.data, s, t.size) == 0;
}

Test(trace, names_holidays_editions_and_pauses)
{
    static const ac_hours day[] = {{32400, 43200}, {46800, 64800}};
    static const ac_dated dated[] = {{19853, 19854, 0, NULL, 0, {"Labour Day", 10}}, {19855, 19855, 1, NULL, 0, {"make-up", 7}}};
    const ac_edition      edition = {{"cn", 2}, {"2024", 4}, 0, 19723, 20088, dated, 2};
    ac_calendar_spec      spec = AC_CALENDAR_SPEC_INIT;
    ac_pause              pause = {time_of("2024-05-12T10:00:00Z"), time_of("2024-05-12T11:00:00Z")};
    ac_zone              *utc = NULL;
    ac_calendar          *c = NULL;
    static lines          l;
    static const struct {
        ac_trace_kind kind;
        ac_secs       length, counted;
        const char   *reason;
    } want[] = {
        {AC_TRACE_WORKED, 3600, 3600, ""},        {AC_TRACE_CLOSED, 6 * 3600, 0, ""},     {AC_TRACE_OFF, 86400, 0, "Labour Day"},
        {AC_TRACE_OFF, 86400, 0, "Labour Day"},   {AC_TRACE_CLOSED, 9 * 3600, 0, "make-up"},  {AC_TRACE_EXTRA, 3600, 3600, "make-up"},
        {AC_TRACE_PAUSED, 3600, 0, "make-up"},    {AC_TRACE_EXTRA, 3600, 3600, "make-up"}, {AC_TRACE_CLOSED, 3600, 0, "make-up"},
        {AC_TRACE_EXTRA, 3600, 3600, "make-up"},
    };

    for (int d = 0; d < 5; d++) {
        spec.week[d] = day;
        spec.week_count[d] = 2;
    }
    spec.worked_as = 0;
    spec.editions = &edition;
    spec.editions_count = 1;
    cr_assert_eq(ac_zone_new_fixed(NULL, 0, &utc, NULL), AC_OK);
    cr_assert_eq(ac_calendar_new(NULL, &spec, utc, &c, NULL), AC_OK);
    cr_assert_eq(ac_clock_trace(c, AC_CLOCK_WORKING, time_of("2024-05-09T17:00:00Z"), time_of("2024-05-12T14:00:00Z"), &pause, 1, keep, &l, NULL), AC_OK);
    cr_assert_eq(l.count, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < l.count; i++) {
        cr_expect_eq(l.line[i].kind, want[i].kind, "line %zu", i);
        cr_expect_eq(l.line[i].to - l.line[i].from, want[i].length, "line %zu", i);
        cr_expect_eq(l.line[i].counted_s, want[i].counted, "line %zu", i);
        cr_expect(is(l.line[i].reason, want[i].reason), "line %zu", i);
        cr_expect(is(l.line[i].edition, want[i].reason[0] ? "2024" : ""), "line %zu", i);
    }
    cr_expect_eq(l.line[9].total_s, 4 * 3600);
    cr_expect_eq(ac_clock_trace(c, AC_CLOCK_WORKING, 0, 86400, NULL, 0, keep, &l, NULL), AC_E_NOT_COVERED);
    ac_calendar_unref(c);
    ac_zone_unref(utc);
}

/* Whatever the calendar: no holes, and the sum is what elapsed says. */
Test(trace, adds_up_to_elapsed_without_holes)
{
    static random_calendar drawn;
    static lines           l;
    int                    compared = 0;

    for (int number = 0; number < 500; number++) {
        const zone_case *z = &zone_cases[(size_t)number % zone_cases_count];
        rng              r = {(uint64_t)number};
        ac_zone         *zone = zone_case_make(z);
        ac_calendar     *c = NULL;
        ac_day           near = 0;

        ac_day_parse(text_of(z->near), &near, NULL);
        random_calendar_draw(&drawn, &r, near);
        for (int i = 0; i < 20 && (c || ac_calendar_new(NULL, &drawn.spec, zone, &c, NULL) == AC_OK); i++) {
            ac_time  from = (near - 15) * INT64_C(86400) + rng_below(&r, 20 * 86400), to = from + rng_below(&r, 15 * 86400);
            ac_pause p[4];
            size_t   n = random_pauses(&r, from, to + 1, p, 4);
            ac_secs  seconds;

            l.count = 0;
            if (ac_clock_elapsed(c, AC_CLOCK_WORKING, from, to, p, n, &seconds, NULL) != AC_OK)
                continue;
            cr_assert_eq(ac_clock_trace(c, AC_CLOCK_WORKING, from, to, p, n, keep, &l, NULL), AC_OK);
            for (size_t k = 0; k < l.count; k++)
                cr_assert_eq(l.line[k].from, k ? l.line[k - 1].to : from, "calendar %d", number);
            cr_assert_eq(l.count ? l.line[l.count - 1].to : from, to);
            cr_assert_eq(l.count ? l.line[l.count - 1].total_s : 0, seconds, "calendar %d zone %s", number, z->tz);
            compared++;
        }
        ac_calendar_unref(c);
        ac_zone_unref(zone);
    }
    cr_expect_gt(compared, 3000);
}

Test(trace, equal_calendars_are_known_as_equal)
{
    static random_calendar a, b;
    ac_zone               *zone = zone_case_make(&zone_cases[2]), *other = zone_case_make(&zone_cases[4]);
    int                    compared = 0;

    for (uint64_t seed = 0; seed < 200; seed++) {
        rng          r = {seed}, again = {seed};
        ac_calendar *x = NULL, *y = NULL, *w = NULL;

        random_calendar_draw(&a, &r, 19800);
        random_calendar_draw(&b, &again, 19800);
        if (ac_calendar_new(NULL, &a.spec, zone, &x, NULL) != AC_OK)
            continue;
        b.spec.pinned_at += b.spec.editions_count == 0;     /* a pin that changes nothing */
        cr_assert_eq(ac_calendar_new(NULL, &b.spec, zone, &y, NULL), AC_OK);
        cr_assert_eq(ac_calendar_new(NULL, &b.spec, other, &w, NULL), AC_OK);
        cr_expect(ac_calendar_equal(x, y));
        cr_expect_not(ac_calendar_equal(x, w));
        cr_expect_gt(ac_calendar_bytes(x), sizeof *x - 1);
        ac_calendar_unref(w);
        b.spec.holiday_shift_stays = !b.spec.holiday_shift_stays;
        cr_assert_eq(ac_calendar_new(NULL, &b.spec, zone, &w, NULL), AC_OK);
        cr_expect_not(ac_calendar_equal(x, w));
        ac_calendar_unref(x);
        ac_calendar_unref(y);
        ac_calendar_unref(w);
        compared++;
    }
    cr_expect_gt(compared, 50);
    ac_zone_unref(zone);
    ac_zone_unref(other);
}
