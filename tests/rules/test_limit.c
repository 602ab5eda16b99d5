/* Limits: every form, absence, pauses, reopening, what the evaluator asks. Dates are of March 2024; the 4th is a Monday. */
#include <criterion/criterion.h>

#include "rules_case.h"
#include "support/mem.h"

static const char head[] =
    "policy     limits version 1\n"
    "effective  from 2024-01-01\n"
    "timezone   +08:00\n"
    "days end   midnight\n"
    "month-end  clamp\n"
    "rulebook   R \"limits\"\n"
    "  articles 1..9\n"
    "\n"
    "calendar desk per 1\n"
    "  week mon..fri 09:00..12:00, 13:00..18:00\n"
    "\n"
    "values\n"
    "  open-length : span unset per 9\n"
    "\n"
    "record case is ticket dated begin per 1\n"
    "  begin, second, done : moment\n"
    "  flag, hold, met-in-time : yes/no\n"
    "  agreed : datetime\n"
    "  length : span\n";

typedef struct one {
    rules_case k;
    ac_record *record;
} one;

/* A policy with these lines in its record. */
static one open_one(const char *lines)
{
    one  o;
    char text[4096];

    snprintf(text, sizeof text, "%s%s", head, lines);
    rules_case_open_text(&o.k, "limits.policy", text);
    o.record = rules_case_record(&o.k, "case");
    return o;
}

static void close_one(one *o)
{
    ac_record_free(o->record);
    rules_case_close(&o->k);
}

#define AT(text) "2024-03-" text "+08:00"

static void expect_time(ac_time is, const char *should)
{
    char text[AC_TIME_TEXT_BYTES];

    ac_time_format(is, NULL, text);
    cr_expect_eq(is, rules_time(should), "is %s, should be %s", text, should);
}

static void expect(const ac_milestone *m, ac_verdict verdict, const char *due, ac_secs late_by_s)
{
    cr_expect_str_eq(ac_verdict_name(m->verdict), ac_verdict_name(verdict));
    cr_expect_eq(m->late_by_s, late_by_s, "late by %lld", (long long)m->late_by_s);
    cr_expect_eq(m->has_due, due != NULL);
    if (m->has_due && due)
        expect_time(m->due_at, due);
}

Test(limit, a_start_not_filled_leaves_it_open_without_a_due)
{
    one          o = open_one("  done within 2 h after begin per 2\n");
    ac_milestone m = rules_judge(o.record, "done", AT("04T10:00:00"));

    expect(&m, AC_VERDICT_OPEN, NULL, 0);
    cr_expect_eq(m.has_start, 0);
    close_one(&o);
}

Test(limit, a_stand_in_counts_while_the_start_is_unknown)
{
    one          o = open_one("  done within 2 h after begin else second per 2\n");
    ac_milestone m;

    rules_set(o.record, "second", AT("04T09:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T11:00:00"), 0);
    cr_expect_eq(m.left_s, 3600);
    rules_set(o.record, "begin", AT("04T08:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:01"));
    expect(&m, AC_VERDICT_LATE, AT("04T10:00:00"), 1);
    cr_expect_str_eq(m.clause, "2");
    close_one(&o);
}

Test(limit, the_last_second_still_meets_it)
{
    one          o = open_one("  done within 2 h after begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T08:00:00"));
    rules_set(o.record, "done", AT("04T10:00:00"));
    m = rules_judge(o.record, "done", AT("05T00:00:00"));
    expect(&m, AC_VERDICT_MET, AT("04T10:00:00"), 0);
    rules_set(o.record, "done", AT("04T10:00:01"));
    m = rules_judge(o.record, "done", AT("05T00:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("04T10:00:00"), 1);
    m = rules_judge(o.record, "done", AT("04T09:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T10:00:00"), 0);
    cr_expect_eq(m.has_done, 0, "what lies after now has not happened");
    close_one(&o);
}

Test(limit, working_time_is_late_only_from_the_next_opening_unless_hard)
{
    one          o = open_one("  done within 8 workh after begin as soft per 2\n"
                              "  done within 8 workh after begin hard as stern per 3\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("08T09:00:00"));
    m = rules_judge(o.record, "soft", AT("11T09:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("08T18:00:00"), 0);
    expect_time(m.late_at, AT("11T09:00:00"));
    m = rules_judge(o.record, "soft", AT("11T09:00:01"));
    expect(&m, AC_VERDICT_LATE, AT("08T18:00:00"), 1);
    m = rules_judge(o.record, "stern", AT("08T18:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("08T18:00:00"), 0);
    m = rules_judge(o.record, "stern", AT("08T18:00:05"));
    expect(&m, AC_VERDICT_LATE, AT("08T18:00:00"), 5);
    expect_time(m.late_at, AT("08T18:00:00"));
    close_one(&o);
}

Test(limit, days_workdays_and_months_end_as_the_header_says)
{
    one          o = open_one("  done within 2 days after begin as civil per 2\n"
                              "  done within 2 workdays after begin as worked per 2\n"
                              "  done within 1 month after begin as monthly per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("08T10:00:00"));
    m = rules_judge(o.record, "civil", AT("08T10:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("10T23:59:59"), 0);
    m = rules_judge(o.record, "worked", AT("13T00:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("12T23:59:59"), 1);
    m = rules_judge(o.record, "monthly", AT("13T00:00:00"));
    expect(&m, AC_VERDICT_OPEN, "2024-04-08T23:59:59+08:00", 0);
    close_one(&o);
}

Test(limit, a_point_is_its_own_due)
{
    one          o = open_one("  done due agreed - 15 min per 2\n");
    ac_milestone m = rules_judge(o.record, "done", AT("04T10:00:00"));

    expect(&m, AC_VERDICT_OPEN, NULL, 0);
    rules_set(o.record, "done", AT("04T09:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_UNDECIDED, NULL, 0);
    cr_expect_str_eq(m.missing, "agreed");
    rules_set(o.record, "agreed", AT("04T09:15:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_MET, AT("04T09:00:00"), 0);
    rules_set(o.record, "agreed", AT("04T09:14:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("04T08:59:00"), 60);
    close_one(&o);
}

Test(limit, a_point_that_moves_into_the_past_is_late_as_of_the_change)
{
    one          o = open_one("  done due agreed per 2\n");
    ac_milestone m;

    rules_set(o.record, "agreed", AT("05T09:00:00"));
    rules_add(o.record, "agreed", AT("04T09:00:00"), AT("04T12:00:00"));
    m = rules_judge(o.record, "done", AT("04T13:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("04T09:00:00"), 4 * 3600);
    cr_expect_eq(m.by_regrading, 1);
    expect_time(m.late_at, AT("04T12:00:00"));
    m = rules_judge(o.record, "done", AT("04T11:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("05T09:00:00"), 0);
    close_one(&o);
}

Test(limit, the_same_day_ends_at_midnight)
{
    one          o = open_one("  done same day as begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T00:00:00"));
    rules_set(o.record, "done", AT("04T23:59:59"));
    m = rules_judge(o.record, "done", AT("06T00:00:00"));
    expect(&m, AC_VERDICT_MET, AT("04T23:59:59"), 0);
    rules_set(o.record, "done", AT("05T00:05:00"));
    m = rules_judge(o.record, "done", AT("06T00:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("04T23:59:59"), 301);
    close_one(&o);
}

Test(limit, an_agreed_instant_with_grace_takes_nothing_earlier)
{
    one          o = open_one("  done at 2 h after begin grace 60 min per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T10:00:00"));
    rules_add(o.record, "done", AT("04T11:30:00"), AT("04T11:30:00"));
    m = rules_judge(o.record, "done", AT("04T12:30:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T12:00:00"), 0);
    rules_add(o.record, "done", AT("04T13:00:00"), AT("04T13:00:00"));
    m = rules_judge(o.record, "done", AT("04T14:00:00"));
    expect(&m, AC_VERDICT_MET, AT("04T12:00:00"), 0);
    close_one(&o);
}

Test(limit, promptly_measures_and_is_never_late)
{
    one          o = open_one("  done promptly after begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T10:00:00"));
    m = rules_judge(o.record, "done", "2025-01-01T00:00:00+08:00");
    expect(&m, AC_VERDICT_OPEN, NULL, 0);
    rules_set(o.record, "done", AT("09T10:00:00"));
    m = rules_judge(o.record, "done", AT("10T00:00:00"));
    expect(&m, AC_VERDICT_MET, NULL, 0);
    expect_time(m.start_at, AT("04T10:00:00"));
    expect_time(m.done_at, AT("09T10:00:00"));
    close_one(&o);
}

Test(limit, a_condition_decides_whether_there_is_one)
{
    one          o = open_one("  done within 2 h after begin when flag per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T10:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_UNDECIDED, NULL, 0);
    cr_expect_str_eq(m.missing, "flag");
    rules_set(o.record, "flag", "no");
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_NONE, NULL, 0);
    rules_set(o.record, "flag", "yes");
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T12:00:00"), 0);
    close_one(&o);
}

Test(limit, what_is_not_configured_names_its_article)
{
    one          o = open_one("  done within open-length after begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T10:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_UNSET, NULL, 0);
    cr_expect_str_eq(m.clause, "9");
    cr_expect_str_eq(m.missing, "open-length");
    close_one(&o);
}

Test(limit, a_filled_length_counts_and_none_is_no_limit)
{
    one          o = open_one("  done within length after begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T10:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_UNDECIDED, NULL, 0);
    rules_set(o.record, "length", "90 min");
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T11:30:00"), 0);
    rules_set(o.record, "length", "none");
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_NONE, NULL, 0);
    close_one(&o);
}

Test(limit, a_first_known_length_that_is_over_is_late_as_of_then)
{
    one          o = open_one("  done within length after begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T10:00:00"));
    rules_add(o.record, "length", "1 h", AT("04T12:00:00"));
    m = rules_judge(o.record, "done", AT("04T11:30:00"));
    expect(&m, AC_VERDICT_UNDECIDED, NULL, 0);
    m = rules_judge(o.record, "done", AT("04T13:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("04T11:00:00"), 2 * 3600);
    cr_expect_eq(m.by_regrading, 1);
    expect_time(m.late_at, AT("04T12:00:00"));
    close_one(&o);
}

Test(limit, the_clock_runs_from_the_latest_start)
{
    one          o = open_one("  done within 2 h after begin per 2\n");
    ac_milestone m;

    rules_add(o.record, "begin", AT("04T08:00:00"), AT("04T08:00:00"));
    rules_add(o.record, "done", AT("04T09:00:00"), AT("04T09:00:00"));
    rules_add(o.record, "begin", AT("04T12:00:00"), AT("04T12:00:00"));
    m = rules_judge(o.record, "done", AT("04T10:00:00"));
    expect(&m, AC_VERDICT_MET, AT("04T10:00:00"), 0);
    m = rules_judge(o.record, "done", AT("04T13:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T14:00:00"), 0);
    close_one(&o);
}

Test(limit, a_renewing_one_counts_from_the_occurrence_before)
{
    one          o = open_one("  done within 2 days after done else begin per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T08:00:00"));
    m = rules_judge(o.record, "done", AT("05T08:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("06T23:59:59"), 0);
    rules_add(o.record, "done", AT("06T08:00:00"), AT("06T08:00:00"));
    m = rules_judge(o.record, "done", AT("09T00:00:00"));
    expect(&m, AC_VERDICT_LATE, AT("08T23:59:59"), 1);
    close_one(&o);
}

Test(limit, clearing_a_plain_moment_reopens_it)
{
    one          o = open_one("  done within 2 h after begin per 2\n");
    ac_value     unknown;
    ac_error     err = AC_ERROR_INIT;
    ac_milestone m;

    memset(&unknown, 0, sizeof unknown);
    unknown.type = AC_TYPE_MOMENT;
    unknown.state = AC_VALUE_UNKNOWN;
    unknown.den = 1;
    rules_set(o.record, "begin", AT("04T08:00:00"));
    rules_add(o.record, "done", AT("04T09:00:00"), AT("04T09:00:00"));
    cr_assert_eq(ac_record_add(o.record, rules_field(o.record, "done"), &unknown, rules_time(AT("04T10:00:00")), &err), AC_OK, "%s", err.what);
    m = rules_judge(o.record, "done", AT("04T10:30:00"));
    expect(&m, AC_VERDICT_OPEN, AT("04T11:00:00"), 0);
    rules_add(o.record, "done", AT("04T11:00:00"), AT("04T11:00:00"));
    m = rules_judge(o.record, "done", AT("04T12:00:00"));
    expect(&m, AC_VERDICT_MET, AT("04T11:00:00"), 0);
    close_one(&o);
}

Test(limit, a_pause_from_the_beginning_suspends)
{
    one          o = open_one("  done within 2 h after begin paused while hold per 2\n");
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T08:00:00"));
    rules_set(o.record, "hold", "yes");
    m = rules_judge(o.record, "done", AT("05T08:00:00"));
    expect(&m, AC_VERDICT_OPEN, NULL, 0);
    cr_expect_eq(m.suspended, 1);
    cr_expect_eq(m.left_s, 7200);
    rules_add(o.record, "hold", "no", AT("05T08:00:00"));
    m = rules_judge(o.record, "done", AT("05T09:00:00"));
    expect(&m, AC_VERDICT_OPEN, AT("05T10:00:00"), 0);
    close_one(&o);
}

/* Many pauses of a minute each, one every ten minutes from the start on. */
static void add_pauses(ac_record *record, ac_time from, int count)
{
    ac_error err = AC_ERROR_INIT;
    uint32_t hold = rules_field(record, "hold");

    for (int i = 0; i < count; i++) {
        cr_assert_eq(ac_record_add_bool(record, hold, 1, from + i * 600 + 60, &err), AC_OK);
        cr_assert_eq(ac_record_add_bool(record, hold, 0, from + i * 600 + 120, &err), AC_OK);
    }
}

Test(limit, hundreds_of_pauses_count_to_the_second)
{
    one          o = open_one("  done within 36 h after begin paused while hold as exact per 2\n"
                              "  done within 20 workh after begin paused while hold as worked per 2\n"
                              "  done within 2 days after begin paused while hold as civil per 2\n");
    ac_time      start = rules_time(AT("04T08:00:00"));
    ac_milestone m;

    rules_set(o.record, "begin", AT("04T08:00:00"));
    add_pauses(o.record, start, 300);
    /* In 40 h there are 240 pauses of a minute: 36 h are used after 40 h exactly, at the end of a stretch. */
    m = rules_judge(o.record, "exact", AT("11T00:00:00"));
    cr_expect_eq(m.due_at, start + 40 * 3600, "due %lld", (long long)(m.due_at - start));
    cr_expect_eq(m.verdict, AC_VERDICT_LATE);
    /* 54 min of every open hour: 20 h take 22 h 13 min and something; stepped second by second here. */
    {
        const ac_calendar *calendar = NULL;
        ac_error           err = AC_ERROR_INIT;
        ac_time            at = start;
        ac_secs            used = 0;

        cr_assert_eq(ac_rulebook_calendar(o.k.book, o.k.policy, 0, start, &calendar, &err), AC_OK);
        for (; used < 20 * 3600; at++) {
            int     is_open = 0;
            ac_secs into = (at - start) % 600;

            ac_calendar_is_open(calendar, at, &is_open, &err);
            used += is_open && !(into >= 60 && into < 120 && (at - start) / 600 < 300);
        }
        m = rules_judge(o.record, "worked", AT("11T00:00:00"));
        cr_expect_eq(m.due_at, at, "worked: %lld, stepped: %lld", (long long)(m.due_at - start), (long long)(at - start));
    }
    m = rules_judge(o.record, "civil", AT("05T00:00:00"));
    cr_expect_eq(m.verdict, AC_VERDICT_OPEN);
    close_one(&o);
}

Test(limit, warnings_come_on_the_same_clock)
{
    one             o = open_one("  done within 8 workh after begin as worked per 2\n"
                                 "  done within 2 workdays after begin as daily per 2\n");
    ac_clock_answer a;
    ac_error        err = AC_ERROR_INIT;
    ac_time         now = rules_time(AT("08T10:00:00"));

    cr_expect_eq(ac_rules_warning(o.record, 0, now, 50, 0, &a, &err), AC_E_NOT_FOUND);
    rules_set(o.record, "begin", AT("08T10:00:00"));
    cr_assert_eq(ac_rules_warning(o.record, 0, now, 50, 0, &a, &err), AC_OK);
    expect_time(a.at, AT("08T15:00:00"));
    cr_assert_eq(ac_rules_warning(o.record, 0, now, 0, 3 * 3600, &a, &err), AC_OK);
    expect_time(a.at, AT("08T16:00:00"));
    cr_expect_eq(ac_rules_warning(o.record, 1, now, 50, 0, &a, &err), AC_E_UNSUPPORTED);
    cr_expect_eq(ac_rules_warning(o.record, 0, now, 0, 0, &a, &err), AC_E_RANGE);
    cr_expect_eq(ac_rules_warning(o.record, 7, now, 50, 0, &a, &err), AC_E_NOT_FOUND);
    close_one(&o);
}

static ac_value value_of(one *o, const char *name, const char *now)
{
    ac_value value;
    ac_error err = AC_ERROR_INIT;

    cr_assert_eq(ac_rules_value(o->record, rules_field(o->record, name), rules_time(now), &value, &err), AC_OK);
    return value;
}

Test(limit, rules_may_ask_whether_it_is_late_or_met)
{
    one o = open_one("  done within 2 h after begin per 2\n"
                     "  is-late = done is late per 3\n"
                     "  is-met = done is met per 3\n"
                     "  in-time = done within 2 h after begin per 3\n");

    cr_expect_eq(value_of(&o, "in-time", AT("04T09:00:00")).state, AC_VALUE_UNKNOWN);
    rules_set(o.record, "begin", AT("04T08:00:00"));
    cr_expect_eq(value_of(&o, "is-late", AT("04T09:00:00")).num, 0);
    cr_expect_eq(value_of(&o, "is-met", AT("04T09:00:00")).state, AC_VALUE_UNKNOWN);
    cr_expect_eq(value_of(&o, "is-late", AT("04T10:00:01")).num, 1);
    cr_expect_eq(value_of(&o, "is-met", AT("04T10:00:01")).num, 0);
    rules_set(o.record, "done", AT("04T10:00:00"));
    cr_expect_eq(value_of(&o, "is-late", AT("04T11:00:00")).num, 0);
    cr_expect_eq(value_of(&o, "is-met", AT("04T11:00:00")).num, 1);
    cr_expect_eq(value_of(&o, "in-time", AT("04T11:00:00")).num, 1);
    rules_set(o.record, "done", AT("04T07:00:00"));
    cr_expect_eq(value_of(&o, "in-time", AT("04T11:00:00")).num, 0, "before the start is not within");
    close_one(&o);
}

typedef struct lasting {
    one        o;
    ac_record *scratch;         /* of the columns */
    ac_time    begin, done;
} lasting;

static ac_value at_now(const lasting *l, const char *name, ac_time now)
{
    ac_value value;

    cr_assert_eq(ac_rules_value(l->o.record, rules_field(l->o.record, name), now, &value, NULL), AC_OK);
    return value;
}

/* The expression is told as the limit is, alone, in a table and in columns. */
static void expect_one_test(const lasting *l, int is_done, ac_time now, const char *span)
{
    const uint8_t known = (uint8_t)is_done;
    ac_column_in  in[] = { { rules_field(l->o.record, "begin"), 8, &l->begin, NULL }, { rules_field(l->o.record, "done"), 8, &l->done, &known } };
    int64_t       number[2];
    uint8_t       state[2];
    ac_column_out out[] = { { AC_DECISION_VALUE, rules_field(l->o.record, "in-time"), &number[0], &state[0], NULL },
                            { AC_DECISION_VALUE, rules_field(l->o.record, "answer"), &number[1], &state[1], NULL } };
    ac_value      met = at_now(l, "is-met", now), in_time = at_now(l, "in-time", now), answer = at_now(l, "answer", now);
    long long     when = (long long)(now - l->begin);

    cr_assert(met.state == in_time.state && (met.state != AC_VALUE_KNOWN || met.num == in_time.num), "%s, done %d, after %lld s", span, is_done, when);
    cr_assert(answer.state == met.state && (met.state != AC_VALUE_KNOWN || answer.num == (met.num ? 1 : 2)), "%s, done %d, after %lld s", span, is_done, when);
    cr_assert_eq(ac_rules_bulk(l->scratch, 1, in, 2, NULL, now, out, 2, NULL), AC_OK);
    cr_assert(state[0] == in_time.state && state[1] == answer.state, "%s, done %d, after %lld s", span, is_done, when);
    cr_assert(met.state != AC_VALUE_KNOWN || (number[0] == in_time.num && number[1] == answer.num), "%s, done %d, after %lld s", span, is_done, when);
}

Test(limit, within_is_the_test_of_the_limit)
{
    static const char *const spans[] = { "90 min", "10 workh", "2 days", "3 workdays", "1 month" };
    static const ac_secs     taken[] = { 0, 5400, 5401, 2 * 86400, 20 * 86400 };      /* 0: not done */
    char                     lines[600];
    lasting                  l;

    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        snprintf(lines, sizeof lines, "  done within %s after begin per 2\n  is-met = done is met per 3\n  in-time = done within %s after begin per 3\n"
                 "table answers of case gives answer : count per 4\n  1 when done within %s after begin\n  2 when not done within %s after begin\n  3 otherwise\n",
                 spans[i], spans[i], spans[i], spans[i]);
        l.o = open_one(lines);
        l.scratch = rules_case_record(&l.o.k, "case");
        l.begin = rules_time(AT("04T10:17:00"));
        for (size_t t = 0; t < sizeof taken / sizeof taken[0]; t++) {
            l.done = l.begin + taken[t];
            ac_record_reset(l.o.record);
            cr_assert_eq(ac_record_add_moment(l.o.record, rules_field(l.o.record, "begin"), l.begin, NULL), AC_OK);
            if (taken[t])
                cr_assert_eq(ac_record_add_moment(l.o.record, rules_field(l.o.record, "done"), l.done, NULL), AC_OK);
            for (ac_time now = l.begin + 1; now < l.begin + 40 * 86400; now += i < 2 ? 900 : 21600)
                expect_one_test(&l, taken[t] && l.done <= now, now, spans[i]);
            expect_one_test(&l, taken[t] == 5400, l.begin + 5400, spans[i]);
        }
        ac_record_free(l.scratch);
        close_one(&l.o);
    }
}

Test(limit, within_waits_for_what_may_still_be_told)
{
    one o = open_one("  promised = agreed within 2 h after begin per 3\n"
                     "  earlier  = min(done, second) within 2 h after begin per 3\n"
                     "  never    = done within length after begin per 3\n"
                     "record part of case per 4\n"
                     "  twin : case\n"
                     "  asked = twin.done within 2 h after begin per 4\n"
                     "  own   = done within 2 h after begin per 4\n");
    ac_record *part = rules_case_record(&o.k, "part");
    ac_value   v;

    rules_set(o.record, "begin", AT("04T08:00:00"));
    cr_expect_eq(value_of(&o, "promised", AT("09T08:00:00")).state, AC_VALUE_UNKNOWN, "a datetime may be told later");
    cr_expect_eq(value_of(&o, "earlier", AT("09T08:00:00")).state, AC_VALUE_UNKNOWN, "so may what is worked out");
    cr_expect_eq(value_of(&o, "never", AT("09T08:00:00")).state, AC_VALUE_UNKNOWN);
    rules_set(o.record, "length", "none");
    cr_expect_eq(value_of(&o, "never", AT("09T08:00:00")).state, AC_VALUE_UNKNOWN, "no length, no end");
    cr_assert_eq(ac_record_attach_owner(part, o.record, NULL), AC_OK);
    cr_assert_eq(ac_rules_value(part, rules_field(part, "asked"), rules_time(AT("09T08:00:00")), &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNKNOWN, "nothing is known of a record that is not there");
    cr_assert_eq(ac_rules_value(part, rules_field(part, "own"), rules_time(AT("09T08:00:00")), &v, NULL), AC_OK);
    cr_expect(v.state == AC_VALUE_KNOWN && v.num == 0, "the owner's moment has not happened");
    ac_record_free(part);
    close_one(&o);
}

Test(limit, judging_allocates_nothing)
{
    failing_mem  f = {.left = -1};
    ac_allocator mem = {sizeof mem, counting_resize, &f};
    one          o = open_one("  done within 20 workh after begin paused while hold per 2\n");
    ac_record   *record = NULL;
    ac_error     err = AC_ERROR_INIT;
    size_t       before;
    ac_milestone m = AC_MILESTONE_INIT;

    cr_assert_eq(ac_record_new(o.k.book, o.k.policy, 0, rules_text("T"), &mem, &record, &err), AC_OK);
    rules_set(record, "begin", AT("04T08:00:00"));
    add_pauses(record, rules_time(AT("04T08:00:00")), 100);
    before = f.calls;
    cr_assert_gt(before, 0u);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(ac_rules_milestone(record, 0, rules_time(AT("11T00:00:00")) + i * 997, &m, &err), AC_OK);
    cr_expect_eq(f.calls, before);
    ac_record_free(record);
    cr_expect_eq(f.live, 0u);
    close_one(&o);
}
