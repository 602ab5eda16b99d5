#include "rules/example/example.h"

#include "policy/model/value.h"
#include "rules/example/example_gate.h"
#include "rules/opening.h"
#include "rules/operate.h"

/* What a row expects, held against what the rules say. */

ac_cell ac_example_expected(ac_example_run *r, const ac_expect *expect)
{
    ac_eval e;

    ac_eval_begin(&e, r->record, r->now);
    return ac_eval_program(&e, &expect->value);
}

static void compare_value(ac_example_run *r, const ac_expect *expect)
{
    const ac_path *path = &r->policy->paths[expect->path];
    ac_type        type = r->policy->records[path->holder].fields[path->field].type;
    ac_cell        want, got;
    ac_shown expected, actual;
    ac_eval        e;
    int            same;

    ac_eval_begin(&e, r->record, r->now);
    got = ac_eval_path(&e, expect->path);
    if (got.state == AC_VALUE_UNSUPPORTED) {
        ac_example_skip_later(r, expect->line, (uint32_t)got.num);
        return;
    }
    want = expect->word ? ac_cell_state(AC_VALUE_UNKNOWN, AC_NO_INDEX) : ac_example_expected(r, expect);
    same = want.state == got.state && (want.state != AC_VALUE_KNOWN || ac_cell_equal(type, want, got));
    if (same)
        return;
    ac_shown_cell(&expected, r, type, want);
    ac_shown_cell(&actual, r, type, got);
    ac_example_differs(r, expect->line, path->text, "", &expected, &actual);
    if (got.state == AC_VALUE_UNKNOWN && want.state != AC_VALUE_UNKNOWN)
        ac_log_hint(r->log, ac_text_of("give what is in brackets too: as a column left of ||, or in a line given NAME = VALUE"));
}

/* The first holiday list of a limit's calendar; `missing`: that is in no edition of the book. Else it is empty. */
static ac_text holidays_of(const ac_example_run *r, const ac_limit *limit, int missing)
{
    const ac_calendar_def *def = limit->calendar != AC_NO_INDEX ? &r->policy->calendars[limit->calendar] : NULL;
    const ac_text          none = { "", 0 };
    uint32_t               i;

    for (i = 0; def && i < def->holidays_count; i++)
        if (!missing || ac_rulebook_find_edition(r->book, def->holidays[i], none) == AC_NO_INDEX)
            return def->holidays[i];
    return none;
}

static void skip_uncovered(ac_example_run *r, const ac_expect *expect, ac_text holidays)
{
    ac_shown name;

    ac_shown_word(&name, "");
    ac_write_text(&name.writer, holidays);
    ac_write_char(&name.writer, '\0');
    ac_example_skip(r, expect->line, "the calendar does not cover its dates; link the holidays ", name.data);
}

static int due_differs(const ac_milestone *m, const ac_cell *want)
{
    switch ((ac_value_state)want->state) {
    case AC_VALUE_KNOWN:
        return !m->has_due || m->due_at != want->num;
    case AC_VALUE_NONE:
        return m->verdict != AC_VERDICT_NONE;
    case AC_VALUE_UNSET:
        return m->verdict != AC_VERDICT_UNSET;
    default:
        return m->has_due;
    }
}

static void compare_verdict(ac_example_run *r, const ac_expect *expect, const ac_limit *limit, const ac_milestone *m)
{
    ac_shown expected, actual;

    if (expect->word == 0 || m->verdict == (ac_verdict)(expect->word - 1))
        return;
    ac_shown_word(&expected, ac_verdict_name((ac_verdict)(expect->word - 1)));
    ac_shown_word(&actual, ac_verdict_name(m->verdict));
    if (m->missing) {
        ac_write_string(&actual.writer, " (");
        ac_write_string(&actual.writer, m->missing);
        ac_write_string(&actual.writer, ")");
    }
    ac_example_differs(r, expect->line, limit->name, " verdict", &expected, &actual);
}

static void compare_due(ac_example_run *r, const ac_expect *expect, const ac_limit *limit, const ac_milestone *m)
{
    const ac_type type = {AC_TYPE_DATETIME, 0, 0};
    ac_cell       want = ac_example_expected(r, expect);
    ac_shown expected, actual;

    if (want.state == AC_VALUE_KNOWN && expect->value.type.kind == AC_TYPE_DATE)
        want.num = ac_zone_instant(r->record->link->zone, (ac_day)want.num, 86400) - 1;
    if (!due_differs(m, &want))
        return;
    ac_shown_cell(&expected, r, type, want);
    if (m->has_due)
        ac_shown_cell(&actual, r, type, ac_cell_known(m->due_at));
    else
        ac_shown_word(&actual, ac_verdict_name(m->verdict));
    ac_example_differs(r, expect->line, limit->name, " due", &expected, &actual);
}

static void compare_late_by(ac_example_run *r, const ac_expect *expect, const ac_limit *limit, const ac_milestone *m)
{
    const ac_type type = {AC_TYPE_DURATION, 0, 0};
    ac_cell       want = ac_example_expected(r, expect);
    int           is_judged = m->verdict == AC_VERDICT_LATE || m->verdict == AC_VERDICT_MET || m->verdict == AC_VERDICT_OPEN;
    ac_shown expected, actual;

    if (is_judged && want.state == AC_VALUE_KNOWN && want.den == 1 && want.num == m->late_by_s)
        return;
    if (want.state == AC_VALUE_NONE && m->verdict == AC_VERDICT_NONE)
        return;
    ac_shown_cell(&expected, r, type, want);
    if (is_judged)
        ac_shown_cell(&actual, r, type, ac_cell_known(m->late_by_s));
    else
        ac_shown_word(&actual, ac_verdict_name(m->verdict));
    ac_example_differs(r, expect->line, limit->name, " late by", &expected, &actual);
}

static void compare_gate(ac_example_run *r, const ac_expect *expect)
{
    const ac_path *path = &r->policy->paths[expect->path];
    ac_error       err = AC_ERROR_INIT;
    ac_record     *holder;
    ac_example_gate gate;
    ac_shown expected, actual;
    ac_status      st = ac_record_reach(r->record, path, &holder, &err);

    if (st == AC_OK)
        st = ac_example_ask(holder, path->field, r->now, &r->act, r->coverage, &gate, &err);
    if (st != AC_OK) {
        ac_example_cannot_judge(r, expect->line, st, &err);
        return;
    }
    if (ac_example_is_later(&gate, expect)) {
        ac_example_skip(r, expect->line, "not yet carried out", NULL);
        return;
    }
    if (ac_example_agrees(&gate, expect))
        return;
    ac_shown_word(&expected, expect->kind == AC_EXPECT_GATE ? (expect->word == 1 ? "allowed" : "refused") : "");
    ac_shown_word(&actual, expect->kind == AC_EXPECT_GATE ? (gate.count == 0 ? "allowed" : "refused: ") : "");
    if (expect->kind == AC_EXPECT_UNMET)
        ac_write_text(&expected.writer, expect->articles.size > 0 ? expect->articles : ac_text_of("none"));
    ac_example_show_unmet(&gate, expect->kind, &actual.writer);
    ac_example_differs(r, expect->line, path->text, expect->kind == AC_EXPECT_GATE ? " gate" : " unmet", &expected, &actual);
}

/* An offence of an owner or a linked record counts what lies below it: the rows so far, or this one alone. */
static ac_status judge_offence(ac_example_run *r, ac_record *holder, uint32_t offence, ac_example_offence *out, ac_error *err)
{
    ac_pool  *pool = r->pool;
    ac_status st = AC_OK;

    if (holder == r->record)
        return ac_example_judge_offence(holder, offence, &r->chosen, r->now, &r->hits, out, err);
    if (!pool) {
        st = ac_pool_new(r->record->book, r->policy, r->allocator, &pool, err);
        if (st == AC_OK)
            st = ac_pool_add(pool, r->record, err);
    }
    if (st == AC_OK)
        st = ac_record_attach_pool(holder, pool, err);
    if (st == AC_OK)
        st = ac_example_judge_offence(holder, offence, &r->chosen, r->now, &r->hits, out, err);
    ac_record_attach_pool(holder, NULL, NULL);
    if (!r->pool)
        ac_pool_free(pool);
    return st;
}

static void compare_deeds(ac_example_run *r, const ac_expect *expect)
{
    ac_error           err = AC_ERROR_INIT;
    ac_record         *holder;
    ac_example_offence got;
    ac_eval            e;
    ac_shown expected, actual;
    ac_status          st = ac_record_reach(r->record, &r->policy->paths[expect->path], &holder, &err);

    if (st == AC_OK)
        st = judge_offence(r, holder, expect->limit, &got, &err);
    if (st != AC_OK) {
        ac_example_cannot_judge(r, expect->line, st, &err);
        return;
    }
    if (!got.is_refused && !got.is_repeated)
        ac_coverage_deeds(r->coverage, expect->limit, got.deeds, got.proposal.deed_count);
    ac_eval_begin(&e, r->record, r->now);
    if (got.proposal.state == AC_PROPOSAL_NOT_SUPPORTED) {
        ac_example_skip(r, expect->line, "not yet carried out", NULL);
        return;
    }
    if (ac_example_offence_agrees(&e, &got, expect))
        return;
    ac_shown_word(&expected, "");
    ac_shown_word(&actual, "");
    ac_example_show_expected_deeds(&e, expect, &expected.writer);
    ac_example_show_offence(&e, &got, &actual.writer);
    ac_example_differs(r, expect->line, r->policy->offences[expect->limit].name, "", &expected, &actual);
}

static void compare_limit(ac_example_run *r, const ac_expect *expect)
{
    ac_error        err = AC_ERROR_INIT;
    ac_milestone    m = AC_MILESTONE_INIT;
    ac_record      *holder = r->record;
    const ac_limit *limit;
    ac_status       st = AC_OK;

    if (expect->path != AC_NO_INDEX)
        st = ac_record_reach(r->record, &r->policy->paths[expect->path], &holder, &err);
    if (st == AC_OK)
        st = ac_rules_milestone(holder, expect->limit, r->now, &m, &err);
    if (st != AC_OK) {
        ac_example_cannot_judge(r, expect->line, st, &err);
        return;
    }
    limit = &holder->def->limits[expect->limit];
    if (m.verdict == AC_VERDICT_NOT_SUPPORTED)
        ac_example_skip(r, expect->line, "not yet carried out", NULL);
    else if (m.verdict == AC_VERDICT_NOT_COVERED && expect->word != AC_VERDICT_NOT_COVERED + 1)
        skip_uncovered(r, expect, holidays_of(r, limit, 0));
    else if (m.beyond && holidays_of(r, limit, 1).size > 0)     /* by the bare week only because the list is not at hand */
        skip_uncovered(r, expect, holidays_of(r, limit, 1));
    else if (expect->kind == AC_EXPECT_VERDICT)
        compare_verdict(r, expect, limit, &m);
    else if (expect->kind == AC_EXPECT_DUE)
        compare_due(r, expect, limit, &m);
    else
        compare_late_by(r, expect, limit, &m);
}

/* --- openings ------------------------------------------------------------------------- */

static void compare_opened(ac_example_run *r, const ac_expect *expect)
{
    const ac_type type = {AC_TYPE_BOOL, 0, 0};
    ac_record    *opener = r->record;
    ac_error      err = AC_ERROR_INIT;
    ac_status     st = AC_OK;
    ac_cell       period, at, got, want;
    ac_shown expected, actual;

    if (expect->path != AC_NO_INDEX)
        st = ac_record_reach(r->record, &r->policy->paths[expect->path], &opener, &err);
    if (st != AC_OK) {
        ac_example_cannot_judge(r, expect->line, st, &err);
        return;
    }
    got = ac_cell_undefined();
    if (r->record->type == expect->limit && r->record->def->period != AC_NO_INDEX)
        got = ac_record_cell(r->record, r->record->def->period, r->now);
    at = ac_opening_instant(opener, expect->limit, got, r->now, &period);
    got = at.state == AC_VALUE_KNOWN ? ac_opening_holds(opener, expect->limit, at.num) : at.state == AC_VALUE_UNKNOWN ? ac_cell_bool(0) : at;
    if (got.state == AC_VALUE_UNSUPPORTED) {
        ac_example_skip_later(r, expect->line, (uint32_t)got.num);
        return;
    }
    if (got.state == AC_VALUE_NONE)
        got = ac_cell_bool(0);
    want = expect->word ? ac_cell_state(AC_VALUE_UNKNOWN, AC_NO_INDEX) : ac_example_expected(r, expect);
    if (want.state == got.state && (want.state != AC_VALUE_KNOWN || want.num == got.num))
        return;
    ac_shown_cell(&expected, r, type, want);
    ac_shown_cell(&actual, r, type, got);
    ac_example_differs(r, expect->line, r->policy->records[expect->limit].name, " opened", &expected, &actual);
}

void ac_example_compare(ac_example_run *r, const ac_expect *expect)
{
    if (expect->unchecked)
        return;
    if (expect->kind == AC_EXPECT_UNSUPPORTED)
        ac_example_skip(r, expect->line, "not yet carried out", NULL);
    else if (expect->kind == AC_EXPECT_DEEDS)
        compare_deeds(r, expect);
    else if (expect->kind == AC_EXPECT_VALUE)
        compare_value(r, expect);
    else if (expect->kind == AC_EXPECT_GATE || expect->kind == AC_EXPECT_UNMET)
        compare_gate(r, expect);
    else if (expect->kind == AC_EXPECT_OPENED)
        compare_opened(r, expect);
    else
        compare_limit(r, expect);
}
