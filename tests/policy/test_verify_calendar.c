#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/aftercare.h>

#include "base/messages.h"
#include "support/random.h"

/* Years in which a calendar hardly opens, against a walk over every day of them by the civil calendar. */

enum { LINES = 6, YEARS = 4, FIRST = 2026 };

typedef struct dated { int from, to, works, minutes; } dated;     /* days since 1 January 2026 */

typedef struct calendar {
    int   open[7];              /* minutes from 8 o'clock on */
    dated lines[LINES];
    int   count, from, to;      /* valid */
    char  text[1024];
} calendar;

static int days_in(int year)
{
    return 365 + (year % 4 == 0);
}

static int write_day(char *to, int day)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int              year = FIRST, month = 0;

    while (day >= days_in(year))
        day -= days_in(year++);
    while (day >= lengths[month] + (month == 1 && year % 4 == 0)) {
        day -= lengths[month] + (month == 1 && year % 4 == 0);
        month++;
    }
    return sprintf(to, "%04d-%02d-%02d", year, month + 1, day + 1);
}

/* Lines that settle one day both ways, or twice, are left out: they are told of elsewhere. */
static int is_free(const calendar *c, const dated *d)
{
    int i;

    for (i = 0; i < c->count && (d->to < c->lines[i].from || d->from > c->lines[i].to); i++)
        ;
    return i == c->count;
}

static void make(calendar *c, test_random *r)
{
    static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    int                      i, n;

    memset(c, 0, sizeof *c);
    n = sprintf(c->text, "policy p version 1\ntimezone +08:00\ncalendar c\n");
    for (i = 0; i < 7; i++) {
        c->open[i] = test_random_below(r, 3) ? 0 : 1 + (int)test_random_below(r, 3);
        if (c->open[i])
            n += sprintf(c->text + n, "  week %s 08:00..08:%02d\n", names[i], c->open[i]);
    }
    c->from = (int)test_random_below(r, 400);
    c->to = c->from + 300 + (int)test_random_below(r, 1000);
    n += sprintf(c->text + n, "  worked as mon\n  valid ");
    n += write_day(c->text + n, c->from);
    n += sprintf(c->text + n, "..");
    n += write_day(c->text + n, c->to);
    n += sprintf(c->text + n, "\n");
    for (i = 0; i < LINES; i++) {
        dated d;

        d.from = c->from + (int)test_random_below(r, (uint32_t)(c->to - c->from));
        d.to = d.from + (int)test_random_below(r, 260);
        d.to = d.to > c->to ? c->to : d.to;
        d.works = test_random_below(r, 4) == 0;
        d.minutes = 1 + (int)test_random_below(r, 59);
        if (d.works)
            d.to = d.from;
        if (!is_free(c, &d))
            continue;
        c->lines[c->count++] = d;
        n += sprintf(c->text + n, d.works ? "  work " : "  off ");
        n += write_day(c->text + n, d.from);
        if (!d.works)
            n += sprintf(c->text + n, "..");
        n += d.works ? sprintf(c->text + n, " 08:00..08:%02d", d.minutes) : write_day(c->text + n, d.to);
        n += sprintf(c->text + n, "\n");
    }
    if (!c->open[0])    /* `worked as` names a day that opens */
        make(c, r);
}

static int minutes_on(const calendar *c, int day)
{
    int i;

    for (i = 0; i < c->count; i++)
        if (day >= c->lines[i].from && day <= c->lines[i].to)
            return c->lines[i].works ? c->lines[i].minutes : 0;
    return c->open[(day + 3) % 7];      /* 1 January 2026 is a Thursday */
}

/* The first whole year with less than an hour, or 0. */
static int shut_year(const calendar *c)
{
    int year, first = 0, day;

    for (year = FIRST; year < FIRST + YEARS; first += days_in(year++)) {
        int sum = 0;

        if (first < c->from || first + days_in(year) - 1 > c->to)
            continue;
        for (day = first; day < first + days_in(year); day++)
            sum += minutes_on(c, day);
        if (sum < 60)
            return year;
    }
    return 0;
}

static int told_year(const ac_report *report)
{
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    size_t        i;

    for (i = 0; i < ac_report_count(report); i++)
        if (ac_report_at(report, i, &d) == AC_OK && d.code == AC_CODE_CAL_HARDLY_OPEN)
            return atoi(strstr(d.message.data, "all of ") + 7);
    return 0;
}

Test(verify_calendar, agrees_with_a_walk_over_every_day)
{
    test_random random = { 20261126 };
    int         run, shut = 0;

    for (run = 0; run < 2000; run++) {
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_source         source = { { "calendar.policy", 15 }, { NULL, 0 } };
        ac_report        *report;
        ac_policy        *policy;
        calendar          c;

        make(&c, &random);
        source.text.data = c.text;
        source.text.size = strlen(c.text);
        options.verify = 1;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        ac_policy_compile(&source, &options, &policy, report, NULL);
        cr_assert_eq(told_year(report), shut_year(&c), "%d, not %d:\n%s", told_year(report), shut_year(&c), c.text);
        shut += shut_year(&c) != 0;
        ac_policy_unref(policy);
        ac_report_free(report);
    }
    cr_expect(shut > 100 && shut < 1900, "the cases are too tame: %d", shut);
}
