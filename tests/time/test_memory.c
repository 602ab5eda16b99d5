#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include <aftercare/time.h>

#include "random_calendar.h"
#include "support/data.h"
#include "support/mem.h"
#include "time/calendar.h"

static ac_status keep_line(void *user, const ac_trace_line *line)
{
    *(ac_secs *)user = line->total_s;
    return AC_OK;
}

Test(memory, no_operation_allocates)
{
    failing_mem     f = {.left = -1};
    ac_allocator    mem = {sizeof mem, counting_resize, &f};
    random_calendar drawn;
    rng             r = {3};
    ac_text         rule = {"EST5EDT,M3.2.0,M11.1.0", 22};
    ac_zone        *zone = NULL;
    ac_calendar    *c = NULL;
    ac_pause        p[3];
    ac_clock_answer a;
    ac_secs         s = 0;
    ac_day          day = 19800;
    int             yes, second;
    ac_time         at = 19800 * INT64_C(86400);
    char            text[AC_TIME_TEXT_BYTES];
    size_t          calls;

    cr_assert_eq(ac_zone_new_rule(&mem, rule, &zone, NULL), AC_OK);
    do {
        random_calendar_draw(&drawn, &r, day);
    } while (ac_calendar_new(&mem, &drawn.spec, zone, &c, NULL) != AC_OK);
    calls = f.calls;
    cr_assert_gt(calls, 0u);
    for (int i = 0; i < 2000; i++) {
        size_t n = random_pauses(&r, at, at + 500000, p, 3);

        ac_clock_due(c, AC_CLOCK_WORKING, at, i * 100, p, n, &a, NULL);
        ac_clock_late(c, AC_CLOCK_WORKING, at, i * 100, p, n, &a, NULL);
        ac_clock_subtract(c, AC_CLOCK_WORKING, at, i * 100, p, n, &a, NULL);
        ac_clock_elapsed(c, AC_CLOCK_WORKING, at, at + i * 500, p, n, &s, NULL);
        ac_clock_workdays(c, (ac_days_end)(i % 3), at, i % 20, p, n, &a, NULL);
        ac_clock_days(c, zone, (ac_days_end)(i % 3), at, i % 20, p, n, &a, NULL);
        ac_clock_months(c, zone, (ac_days_end)(i % 3), AC_MONTH_END_CLAMP, at, i % 20, p, n, &a, NULL);
        ac_clock_trace(c, AC_CLOCK_WORKING, at, at + i * 500, p, n, keep_line, &s, NULL);
        ac_calendar_is_open(c, at, &yes, NULL);
        ac_calendar_is_workday(c, day, &yes, NULL);
        ac_zone_local(zone, at, &day, &second);
        ac_zone_instant(zone, day, second);
        ac_time_format(at, zone, text);
        at += 3333;
    }
    cr_expect_eq(f.calls, calls);
    ac_calendar_unref(c);
    ac_zone_unref(zone);
    cr_expect_eq(f.live, 0u);
    cr_expect_eq(f.wrong_size, 0u);
}

typedef struct scene {
    char           *bytes;
    size_t          size;
    random_calendar drawn;
} scene;

static ac_status make_all(const ac_allocator *mem, const scene *s)
{
    ac_text      rule = {"EST5EDT,M3.2.0,M11.1.0", 22}, name = {"Apia", 4};
    ac_zone     *fixed = NULL, *ruled = NULL, *filed = NULL;
    ac_calendar *c = NULL;
    ac_status    st = ac_zone_new_fixed(mem, 3600, &fixed, NULL);

    if (st == AC_OK)
        st = ac_zone_new_rule(mem, rule, &ruled, NULL);
    if (st == AC_OK)
        st = ac_zone_new_tzif(mem, name, s->bytes, s->size, &filed, NULL);
    if (st == AC_OK)
        st = ac_calendar_new(mem, &s->drawn.spec, ruled, &c, NULL);
    cr_expect_eq(c != NULL, st == AC_OK);
    ac_calendar_unref(c);
    ac_zone_unref(fixed);
    ac_zone_unref(ruled);
    ac_zone_unref(filed);
    return st;
}

Test(memory, each_allocation_may_fail_without_leak)
{
    static scene s;

    s.bytes = test_read(test_path("tests/data/zones/Pacific-Apia"), &s.size);
    cr_assert(s.bytes);
    for (uint64_t seed = 0; seed < 12; seed++) {
        rng          r = {seed};
        ac_zone     *utc = NULL;
        ac_calendar *c = NULL;

        ac_zone_new_fixed(NULL, 0, &utc, NULL);
        do {
            ac_calendar_unref(c);
            c = NULL;
            random_calendar_draw(&s.drawn, &r, 19800);
        } while (ac_calendar_new(NULL, &s.drawn.spec, utc, &c, NULL) != AC_OK);
        ac_calendar_unref(c);
        ac_zone_unref(utc);
        for (int once = 0; once < 2; once++) {
            for (long n = 0;; n++) {
                failing_mem  f = {.left = n, .once = once};
                ac_allocator mem = {sizeof mem, failing_resize, &f};
                ac_status    st = make_all(&mem, &s);

                cr_assert_eq(f.live, 0u, "leak after failing allocation %ld", n);
                cr_assert_eq(f.wrong_size, 0u, "size forgotten after failing allocation %ld", n);
                if (f.fails == 0) {
                    cr_assert_eq(st, AC_OK);
                    cr_assert_gt(n, 15);
                    break;
                }
                cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
            }
        }
    }
    free(s.bytes);
}
