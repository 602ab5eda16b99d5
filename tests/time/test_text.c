#include <criterion/criterion.h>

#include <string.h>

#include <aftercare/time.h>

static ac_text text_of(const char *s)
{
    ac_text t = {s, strlen(s)};

    return t;
}

Test(text, every_date_has_one_number_and_back)
{
    ac_date before = {0, 12, 31};

    for (ac_day day = AC_DAY_MIN; day <= AC_DAY_MAX; day++) {
        ac_date d = ac_day_to_date(day);
        ac_day  back = 0;

        cr_assert_eq(ac_day_from_date(d, &back, NULL), AC_OK);
        cr_assert_eq(back, day);
        cr_assert(d.day == before.day + 1 || (d.day == 1 && d.month == before.month % 12 + 1));
        cr_assert_eq((int)ac_day_weekday(day), (int)((day - AC_DAY_MIN) % 7));      /* 0001-01-01 was a Monday */
        before = d;
    }
    cr_expect(before.year == 9999 && before.month == 12 && before.day == 31);
}

Test(text, instants_are_read_and_written)
{
    static const struct {
        const char *text;
        ac_time     at;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0}, {"2024-05-10T17:50:00+08:00", 1715334600}, {"2024-05-10 17:50+08:00", 1715334600},
        {"2024-02-29t23:59:59z", 1709251199}, {"0001-01-01T00:00:00Z", AC_TIME_MIN}, {"9999-12-31T23:59:59Z", AC_TIME_MAX},
        {"1969-12-31T19:00:00-05:00", 0}, {"1970-01-01T00:00:00-00:00", 0},
    };
    static const struct {
        const char *text;
        ac_status   status;
        uint32_t    column;
    } bad[] = {
        {"", AC_E_INVALID, 1}, {"2024-5-10T00:00:00Z", AC_E_INVALID, 7}, {"2024-02-30T00:00:00Z", AC_E_RANGE, 1},
        {"2024-13-01T00:00:00Z", AC_E_RANGE, 1}, {"0000-01-01T00:00:00Z", AC_E_RANGE, 1}, {"2024-05-10T24:00:00Z", AC_E_RANGE, 12},
        {"2024-05-10T23:59:60Z", AC_E_RANGE, 12}, {"2024-05-10T17:50:00.5Z", AC_E_INVALID, 20}, {"2024-05-10T17:50:00", AC_E_INVALID, 20},
        {"2024-05-10T17:50:00+0800", AC_E_INVALID, 23}, {"2024-05-10T17:50:00Zx", AC_E_INVALID, 21}, {"2024-05-10", AC_E_INVALID, 11},
        {"9999-12-31T23:59:59-01:00", AC_E_RANGE, 1}, {"2024-05-10T17:50:00+24:00", AC_E_RANGE, 20},
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ac_time at = 1, again = 2;
        char    out[AC_TIME_TEXT_BYTES];

        cr_expect_eq(ac_time_parse(text_of(good[i].text), &at, NULL), AC_OK, "%s", good[i].text);
        cr_expect_eq(at, good[i].at, "%s", good[i].text);
        ac_time_format(at, NULL, out);
        cr_expect_eq(ac_time_parse(text_of(out), &again, NULL), AC_OK);
        cr_expect_eq(again, at, "%s", out);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ac_error err = AC_ERROR_INIT;
        ac_time  at = 1;

        cr_expect_eq(ac_time_parse(text_of(bad[i].text), &at, &err), bad[i].status, "%s", bad[i].text);
        cr_expect_eq(err.column, bad[i].column, "%s: column %u: %s", bad[i].text, err.column, err.what);
        cr_expect_eq(at, 0);
    }
}

Test(text, durations_are_read_and_written)
{
    static const struct {
        const char *text, *back;
        ac_secs     seconds;
    } good[] = {
        {"PT36H", "PT36H", 129600}, {"P1DT12H", "PT36H", 129600}, {"P1W", "PT168H", 604800}, {"PT15M", "PT15M", 900},
        {"PT0S", "PT0S", 0}, {"-PT90S", "-PT1M30S", -90}, {"P1W2DT3H4M5S", "PT219H4M5S", 788645}, {"PT1H0M1S", "PT1H1S", 3601},
    };
    static const char *const bad[] = {"", "P", "PT", "36H", "P1Y", "P1M", "PT1D", "P1H", "PT1S1H", "P1DT", "PT1.5H", "PT1H ", "P-1D", "PT1"};
    ac_secs                  s = 1;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char out[AC_TIME_TEXT_BYTES];

        cr_expect_eq(ac_secs_parse(text_of(good[i].text), &s, NULL), AC_OK, "%s", good[i].text);
        cr_expect_eq(s, good[i].seconds, "%s", good[i].text);
        ac_secs_format(s, out);
        cr_expect_str_eq(out, good[i].back);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(ac_secs_parse(text_of(bad[i]), &s, NULL), AC_E_INVALID, "%s", bad[i]);
    cr_expect_eq(ac_secs_parse(text_of("PT99999999999999999999S"), &s, NULL), AC_E_RANGE);
    cr_expect_eq(ac_secs_parse(text_of("P99999999999999W"), &s, NULL), AC_E_RANGE);
    {
        char out[AC_TIME_TEXT_BYTES];

        cr_expect_lt(ac_secs_format(INT64_MIN, out), (size_t)AC_TIME_TEXT_BYTES);
    }
}

Test(text, months_end_as_asked)
{
    ac_date jan = {2023, 1, 31};
    ac_day  day = 0, got = 0;
    ac_date d;

    ac_day_from_date(jan, &day, NULL);
    cr_expect_eq(ac_day_add_months(day, 1, AC_MONTH_END_CLAMP, &got, NULL), AC_OK);
    d = ac_day_to_date(got);
    cr_expect(d.month == 2 && d.day == 28);
    cr_expect_eq(ac_day_add_months(day, -2, AC_MONTH_END_NEXT, &got, NULL), AC_OK);
    d = ac_day_to_date(got);
    cr_expect(d.year == 2022 && d.month == 12 && d.day == 1);
    cr_expect_eq(ac_day_add_months(day, 1, AC_MONTH_END_ERROR, &got, NULL), AC_E_RANGE);
    cr_expect_eq(ac_day_add_months(day, INT64_MAX, AC_MONTH_END_CLAMP, &got, NULL), AC_E_RANGE);
    cr_expect_eq(ac_day_add_months(day, 12 * 7976, AC_MONTH_END_CLAMP, &got, NULL), AC_OK);
    cr_expect_eq(ac_day_add_months(day, 12 * 7977, AC_MONTH_END_CLAMP, &got, NULL), AC_E_RANGE);
}
