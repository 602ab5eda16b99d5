#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/time.h>

#include "support/data.h"

/* Cases as paragraphs. A calendar is written as in a policy:
 *   zone: +08:00 | a POSIX rule | a file of tests/data/zones
 *   week: mon..fri 08:30-12:00, 13:30-18:00      (a close not later than its open lies on the next day)
 *   off: D[..D] [reason]     work: D[..D] [hours]     worked-as: mon     valid: D..D     beyond: yes     night: yes
 *   list: NAME WORD use_from T [covers D..D]    and its lines: list-off:, list-work:    pinned: T
 * and asked: op, start, to, amount, end, month-end, pause (repeatable), expect. */

enum { HOURS = 256, DATED = 32, EDITIONS = 6, PAUSES = 8 };

typedef struct clock_case {
    ac_calendar_spec spec;
    ac_hours         hours[HOURS];
    size_t           hours_used;
    ac_dated         own[DATED];
    ac_dated         days[EDITIONS][DATED];
    ac_edition       editions[EDITIONS];
    ac_pause         pauses[PAUSES];
    size_t           pauses_count;
    ac_zone         *zone;
    ac_calendar     *calendar;
    const char      *where;
} clock_case;

static ac_text text_of(const char *s)
{
    ac_text t = {s, strlen(s)};

    return t;
}

static ac_time time_of(const clock_case *c, const char *s)
{
    ac_error err = AC_ERROR_INIT;
    ac_time  at = 0;

    cr_assert_eq(ac_time_parse(text_of(s), &at, &err), AC_OK, "%s: %s: %s", c->where, s, err.what);
    return at;
}

/* D or D..D at *s; moves behind it. */
static void dates_of(const clock_case *c, const char **s, ac_day *first, ac_day *last)
{
    ac_text t = {*s, 10};

    cr_assert_eq(ac_day_parse(t, first, NULL), AC_OK, "%s: %s", c->where, *s);
    *last = *first;
    *s += 10;
    if (strncmp(*s, "..", 2) == 0) {
        t.data = *s + 2;
        cr_assert_eq(ac_day_parse(t, last, NULL), AC_OK, "%s: %s", c->where, *s);
        *s += 12;
    }
    while (**s == ' ')
        (*s)++;
}

/* hh:mm[:ss]-hh:mm[:ss], ... */
static const ac_hours *hours_of(clock_case *c, const char *s, size_t *count)
{
    ac_hours *first = &c->hours[c->hours_used];
    size_t    n = 0;

    while (*s) {
        int h, m, sec = 0, h2, m2, sec2 = 0, used = 0;

        if (sscanf(s, "%d:%d:%d-%d:%d:%d%n", &h, &m, &sec, &h2, &m2, &sec2, &used) < 6) {
            sec = sec2 = 0;
            cr_assert_eq(sscanf(s, "%d:%d-%d:%d%n", &h, &m, &h2, &m2, &used), 4, "%s: %s", c->where, s);
        }
        cr_assert_lt(c->hours_used, (size_t)HOURS);
        first[n].from_s = h * 3600 + m * 60 + sec;
        first[n].to_s = h2 * 3600 + m2 * 60 + sec2;
        if (first[n].to_s <= first[n].from_s)
            first[n].to_s += 86400;
        n++;
        c->hours_used++;
        s += used;
        while (*s == ',' || *s == ' ')
            s++;
    }
    *count = n;
    return first;
}

static int weekday_of(const char *s)
{
    static const char days[] = "montuewedthufrisatsun";

    for (int d = 0; d < 7; d++)
        if (strncmp(s, days + 3 * d, 3) == 0)
            return d;
    cr_assert_fail("weekday %s", s);
    return 0;
}

static void add_week(clock_case *c, const char *s)
{
    int             first = weekday_of(s), last = first;
    size_t          n;
    const ac_hours *h;

    s += 3;
    if (strncmp(s, "..", 2) == 0) {
        last = weekday_of(s + 2);
        s += 5;
    }
    h = hours_of(c, s + 1, &n);
    for (int d = first; d <= last; d++) {
        c->spec.week[d] = h;
        c->spec.week_count[d] = n;
    }
}

static void add_dated(clock_case *c, ac_dated *to, size_t *count, const char *s, int works)
{
    ac_dated *d = &to[(*count)++];

    cr_assert_leq(*count, (size_t)DATED);
    memset(d, 0, sizeof *d);
    dates_of(c, &s, &d->first, &d->last);
    d->works = works;
    if (works && *s)
        d->hours = hours_of(c, s, &d->hours_count);
    else
        d->reason = text_of(s);
}

static void add_list(clock_case *c, const char *s)
{
    static char  words[EDITIONS][2][32];
    char         use_from[40] = "", covers[40] = "";
    size_t       e = c->spec.editions_count++;
    ac_edition  *ed = &c->editions[e];
    const char  *range = covers;

    cr_assert_geq(sscanf(s, "%31s %31s use_from %39s covers %39s", words[e][0], words[e][1], use_from, covers), 3, "%s", c->where);
    ed->name = text_of(words[e][0]);
    ed->word = text_of(words[e][1]);
    ed->use_from = time_of(c, use_from);
    ed->covers_first = 1;
    ed->covers_last = 0;
    if (covers[0])
        dates_of(c, &range, &ed->covers_first, &ed->covers_last);
    ed->days = c->days[e];
}

static ac_zone *zone_of(clock_case *c, const char *s)
{
    ac_zone *zone = NULL;
    char     path[128];
    size_t   size = 0;
    char    *bytes;

    if (ac_zone_new_rule(NULL, text_of(s), &zone, NULL) == AC_OK)
        return zone;
    snprintf(path, sizeof path, "tests/data/zones/%s", s);
    bytes = test_read(test_path(path), &size);
    cr_assert(bytes, "%s: zone %s", c->where, s);
    cr_assert_eq(ac_zone_new_tzif(NULL, text_of(s), bytes, size, &zone, NULL), AC_OK, "%s", c->where);
    free(bytes);
    return zone;
}

static void add_line(clock_case *c, const char *key, const char *value)
{
    size_t e = c->spec.editions_count - 1;

    if (strcmp(key, "zone") == 0) {
        c->zone = zone_of(c, value);
    } else if (strcmp(key, "week") == 0) {
        add_week(c, value);
    } else if (strcmp(key, "off") == 0 || strcmp(key, "work") == 0) {
        add_dated(c, c->own, &c->spec.own_count, value, key[0] == 'w');
    } else if (strcmp(key, "worked-as") == 0) {
        c->spec.worked_as = weekday_of(value);
    } else if (strcmp(key, "valid") == 0) {
        dates_of(c, &value, &c->spec.valid_first, &c->spec.valid_last);
    } else if (strcmp(key, "beyond") == 0) {
        c->spec.beyond_weekly = 1;
    } else if (strcmp(key, "by-editions") == 0) {
        c->spec.by_editions = 1;
    } else if (strcmp(key, "night") == 0) {
        c->spec.holiday_shift_stays = 1;
    } else if (strcmp(key, "pinned") == 0) {
        c->spec.pinned_at = time_of(c, value);
    } else if (strcmp(key, "list") == 0) {
        add_list(c, value);
    } else if (strcmp(key, "list-off") == 0 || strcmp(key, "list-work") == 0) {
        add_dated(c, c->days[e], &c->editions[e].days_count, value, key[5] == 'w');
    } else if (strcmp(key, "pause") == 0) {
        char        from[40];
        const char *slash = strchr(value, '/');

        snprintf(from, sizeof from, "%.*s", (int)(slash - value), value);
        c->pauses[c->pauses_count].from = time_of(c, from);
        c->pauses[c->pauses_count++].to = slash[1] ? time_of(c, slash + 1) : AC_TIME_MAX;
    }
}

static void read_case(clock_case *c, const test_data *d)
{
    static const ac_calendar_spec init = AC_CALENDAR_SPEC_INIT;

    memset(c, 0, sizeof *c);
    c->spec = init;
    c->where = test_data_where(d);
    for (size_t i = 0; i < test_data_count(d); i++)
        add_line(c, test_data_key_at(d, i), test_data_value_at(d, i));
    c->spec.own = c->own;
    c->spec.editions = c->editions;
}

static const char *answer_text(const clock_case *c, ac_status st, const ac_clock_answer *a, char out[80])
{
    char *to = out;

    if (st != AC_OK) {
        snprintf(out, 80, "error %s", ac_status_name(st));
        return out;
    }
    switch (a->state) {
    case AC_CLOCK_AT:
        to += ac_time_format(a->at, c->zone, out);
        break;
    case AC_CLOCK_NEVER:
        to += sprintf(out, "never");
        break;
    case AC_CLOCK_NOT_COVERED:
        to += sprintf(out, "not-covered");
        break;
    default:
        to += sprintf(out, "suspended %lld", (long long)a->left_s);
    }
    if (a->beyond)
        strcpy(to, " beyond");
    return out;
}

static int word_index(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    cr_assert_fail("unknown word %s", word);
    return 0;
}

static const char *run_case(clock_case *c, const test_data *d, char out[80])
{
    static const char *const ends[] = {"midnight", "close", "same-time", NULL};
    static const char *const months[] = {"clamp", "next", "error", NULL};
    const char     *op = test_data_need(d, "op"), *amount = test_data_get(d, "amount");
    int64_t         n = amount ? strtoll(amount, NULL, 10) : 0;
    ac_time         start = time_of(c, test_data_need(d, "start"));
    const char     *end_word = test_data_get(d, "end"), *month_word = test_data_get(d, "month-end");
    ac_days_end     end = (ac_days_end)(end_word ? word_index(end_word, ends) : 0);
    ac_month_end    month = (ac_month_end)(month_word ? word_index(month_word, months) : 0);
    ac_clock_kind   kind = test_data_get(d, "wall") ? AC_CLOCK_ELAPSED : AC_CLOCK_WORKING;
    ac_clock_answer a;
    ac_secs         seconds = 0;
    int             yes = 0;
    ac_status       st;

    if (strcmp(op, "due") == 0)
        st = ac_clock_due(c->calendar, kind, start, n, c->pauses, c->pauses_count, &a, NULL);
    else if (strcmp(op, "late") == 0)
        st = ac_clock_late(c->calendar, kind, start, n, c->pauses, c->pauses_count, &a, NULL);
    else if (strcmp(op, "subtract") == 0)
        st = ac_clock_subtract(c->calendar, kind, start, n, c->pauses, c->pauses_count, &a, NULL);
    else if (strcmp(op, "workdays") == 0)
        st = ac_clock_workdays(c->calendar, end, start, n, c->pauses, c->pauses_count, &a, NULL);
    else if (strcmp(op, "days") == 0)
        st = ac_clock_days(c->calendar, c->zone, end, start, n, c->pauses, c->pauses_count, &a, NULL);
    else if (strcmp(op, "months") == 0)
        st = ac_clock_months(c->calendar, c->zone, end, month, start, n, c->pauses, c->pauses_count, &a, NULL);
    else if (strcmp(op, "elapsed") == 0) {
        st = ac_clock_elapsed(c->calendar, kind, start, time_of(c, test_data_need(d, "to")), c->pauses, c->pauses_count, &seconds, NULL);
        sprintf(out, "%lld", (long long)seconds);
        return st == AC_OK ? out : answer_text(c, st, &a, out);
    } else {
        st = ac_calendar_is_open(c->calendar, start, &yes, NULL);
        return st == AC_OK ? strcpy(out, yes ? "yes" : "no") : answer_text(c, st, &a, out);
    }
    return answer_text(c, st, &a, out);
}

/* Runs the cases of a file; returns their number. */
static int run_file(const char *path)
{
    static clock_case c;
    test_data        *d = test_data_open(path);
    int               count = 0;

    for (; test_data_next(d); count++) {
        const char *expect = test_data_need(d, "expect");
        ac_error    err = AC_ERROR_INIT;
        char        got[80];
        ac_status   st;

        read_case(&c, d);
        st = ac_calendar_new(NULL, &c.spec, c.zone, &c.calendar, &err);
        if (st != AC_OK)
            snprintf(got, sizeof got, "error %s %s", ac_status_name(st), err.name);
        else
            run_case(&c, d, got);
        /* Instants are compared, not texts. */
        if (strlen(expect) > 18 && expect[4] == '-' && expect[10] == 'T' && !strchr(expect, ' ') && !strchr(got, ' ') && got[4] == '-')
            cr_expect_eq(time_of(&c, expect), time_of(&c, got), "%s: got %s, expected %s", c.where, got, expect);
        else
            cr_expect_str_eq(got, expect, "%s: got %s, expected %s", c.where, got, expect);
        ac_calendar_unref(c.calendar);
        ac_zone_unref(c.zone);
    }
    test_data_close(d);
    return count;
}

Test(clock, forty_public_facts_hold)
{
    cr_expect_eq(run_file("tests/data/deadline_cases.txt"), 40);
}

Test(clock, every_rule_holds_at_its_edges)
{
    cr_expect_geq(run_file("tests/data/clock_cases.txt"), 60);
}
