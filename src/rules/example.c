#include <aftercare/rules.h>

#include <string.h>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "policy/model/value.h"
#include "policy/report/limits.h"
#include "policy/report/report.h"
#include "rules/coverage.h"
#include "rules/example_gate.h"
#include "rules/example_offence.h"
#include "rules/opening.h"
#include "rules/operate.h"

/* Examples of a policy: each row fills a record, is judged as of its `now` or its latest instant, and is compared. */

enum { SHOWN_BYTES = 200, NAME_BYTES = 160 };

typedef struct runner {
    ac_policy         *policy;
    ac_log            *log;
    ac_record         *record;
    ac_pool           *pool;        /* in order: the records of the rows so far; NULL: each row stands alone */
    ac_record        **members;     /* in order: one per row */
    const ac_example_row *row;
    ac_time            now;
    int                has_now;
    ac_act             act;         /* who acts, for the gates of the row */
    ac_occurrence      chosen;      /* the amount chosen, for its offences */
    ac_example_hits    hits;        /* in order: what the rows so far came to */
    ac_example_counts *counts;
    ac_coverage       *coverage;
    uint8_t            is_failed, is_skipped;
    ac_mem            *mem;
    const ac_allocator *allocator;
    ac_link            link;        /* the book's, with holes that examples may fill */
    ac_pin            *pins;
    ac_cell           *holes;       /* of each pin */
    ac_status          status;      /* of the run itself */
    ac_error          *err;
} runner;

static ac_place place_of(const runner *r, uint32_t line)
{
    ac_place place = {0, 0};

    place.at = r->policy->lines[line].line > 0 ? r->policy->lines[line].line - 1 : 0;
    return place;
}

/* --- what messages say ------------------------------------------------------------- */

static ac_status take_text(void *user, const char *data, size_t size)
{
    ac_write((ac_writer *)user, data, size);
    return AC_OK;
}

/* A fixed buffer that is cut when full, at a code point. */
typedef struct shown {
    ac_writer writer;
    char      data[SHOWN_BYTES];
} shown;

static ac_text text_of(const shown *s)
{
    return ac_writer_text(&s->writer);
}

static void show_word(shown *s, const char *word)
{
    ac_writer_init_fixed(&s->writer, s->data, sizeof s->data);
    ac_write_string(&s->writer, word);
}

static void show_cell(const runner *r, shown *s, ac_type type, ac_cell cell)
{
    ac_value value = ac_value_from_cell(r->policy, type, cell);

    if (cell.state == AC_VALUE_UNKNOWN) {
        show_word(s, "undecided");
        if (value.text && value.text_size > 0) {
            ac_write_string(&s->writer, " (");
            ac_write(&s->writer, value.text, value.text_size);
            ac_write_string(&s->writer, ")");
        }
        return;
    }
    if (cell.state == AC_VALUE_ERROR) {
        show_word(s, "error AC-");
        ac_write_padded(&s->writer, value.code, 4);
        ac_write_string(&s->writer, " (");
        ac_write_string(&s->writer, ac_message_text(value.code, AC_LANG_EN));
        ac_write_string(&s->writer, ")");
        return;
    }
    ac_writer_init_fixed(&s->writer, s->data, sizeof s->data);
    ac_value_format(r->policy, &value, r->record->link->zone, take_text, &s->writer);
}

static void show_name(shown *s, const runner *r, ac_text name, const char *what)
{
    ac_writer_init_fixed(&s->writer, s->data, NAME_BYTES);
    ac_write_text(&s->writer, r->row->name);
    ac_write_string(&s->writer, ": ");
    ac_write_text(&s->writer, name);
    ac_write_string(&s->writer, what);
}

static void skip(runner *r, uint32_t line, const char *why, const char *what)
{
    shown reason;

    if (r->is_skipped)
        return;
    r->is_skipped = 1;
    show_word(&reason, why);
    ac_write_string(&reason.writer, what ? what : "");
    ac_log_2(r->log, AC_MSG_EXAMPLE_SKIPPED, place_of(r, line), ac_arg_text(r->row->name), ac_arg_text(text_of(&reason)));
}

static void skip_line(runner *r, uint32_t line, uint32_t later)
{
    skip(r, line, "not yet carried out: ", r->policy->lines[later].what ? r->policy->lines[later].what : "a later construct");
}

static void differs(runner *r, uint32_t line, ac_text name, const char *what, const shown *expected, const shown *actual)
{
    shown about;

    r->is_failed = 1;
    show_name(&about, r, name, what);
    ac_log_3(r->log, AC_MSG_EXAMPLE_DIFFERS, place_of(r, line), ac_arg_text(text_of(&about)), ac_arg_text(text_of(expected)),
             ac_arg_text(text_of(actual)));
}

/* --- filling ------------------------------------------------------------------------ */

/* A computed field takes what the example says in place of what the rules would compute. */
static void put_computed(ac_record *holder, uint32_t field, ac_cell cell)
{
    holder->cells[field] = cell;
    holder->cells[field].spare = 0;
    holder->kept = 0;
}

static ac_status put(ac_record *holder, const ac_path *path, ac_cell cell, ac_error *err)
{
    const ac_field_def *field = &holder->def->fields[path->field];
    ac_value            value;

    if (cell.state == AC_VALUE_UNKNOWN && field->is_slot)
        cell.num = AC_NO_INDEX;     /* a figure that cannot be worked out: nothing to count or to divide by */
    else if (cell.state == AC_VALUE_UNKNOWN)
        return (holder->cells[path->field].spare & AC_FIELD_IS_COMPUTED) != 0 ? AC_OK : ac_record_clear(holder, path->field, err);
    if (field->origin == AC_FIELD_DERIVED || field->origin == AC_FIELD_TABLE || field->origin == AC_FIELD_RUNG) {
        put_computed(holder, path->field, cell);
        return AC_OK;
    }
    if (cell.state == AC_VALUE_NONE)
        return ac_record_set_none(holder, path->field, err);
    value = ac_value_from_cell(holder->policy, field->type, cell);
    return ac_record_set(holder, path->field, &value, err);
}

static int is_failure(ac_status st)
{
    return st == AC_E_NOMEM || st == AC_E_LIMIT;
}

/* Says that a fact could not be filled in, or stops the run when memory was refused. */
static void cannot_fill(runner *r, uint32_t line, ac_text what, ac_status st, const ac_error *err)
{
    if (is_failure(st)) {
        r->status = ac_error_set(r->err, st, 0, "out of memory while an example was filled", NULL);
    } else if (st != AC_OK) {
        r->is_failed = 1;
        ac_log_2(r->log, AC_MSG_EXAMPLE_CANNOT_FILL, place_of(r, line), ac_arg_text(what), ac_arg_string(err->what));
    }
}

/* Who acts, or who did what the path names. */
static void give_doer(runner *r, const ac_given *given, const ac_cell *cell)
{
    const ac_path *path = given->path != AC_NO_INDEX ? &r->policy->paths[given->path] : NULL;
    ac_error       err = AC_ERROR_INIT;
    ac_record     *holder;
    ac_status      st;

    if (cell->state != AC_VALUE_KNOWN)
        return;
    if (!path) {
        ac_example_doer_of(cell, given, &r->act.actor, &r->act.role);
        return;
    }
    st = ac_record_reach(r->record, path, &holder, &err);
    if (st == AC_OK)
        st = ac_example_tell_doer(holder, path->field, cell, given, &err);
    cannot_fill(r, given->line, path->text, st, &err);
}

static void give(runner *r, const ac_given *given)
{
    ac_error       err = AC_ERROR_INIT;
    ac_eval        e;
    ac_cell        cell;
    const ac_path *path;
    ac_record     *holder;
    ac_status      st;

    ac_eval_begin(&e, r->record, AC_TIME_MIN);
    cell = ac_eval_program(&e, &given->value);
    if (cell.state == AC_VALUE_UNSUPPORTED) {
        skip_line(r, given->line, (uint32_t)cell.num);
        return;
    }
    if (given->kind == AC_GIVEN_CHOSEN) {
        r->chosen.has_chosen = cell.state == AC_VALUE_KNOWN;
        r->chosen.chosen = cell.num;
        return;
    }
    if (given->kind != AC_GIVEN_FACT) {
        give_doer(r, given, &cell);
        return;
    }
    if (given->hole != AC_NO_INDEX) {
        for (uint32_t i = 0; i < r->link.pin_count && cell.state != AC_VALUE_UNKNOWN; i++)
            r->holes[i * r->policy->hole_count + given->hole] = cell;
        return;
    }
    if (given->path == AC_NO_INDEX) {
        r->has_now = cell.state == AC_VALUE_KNOWN;
        r->now = cell.num;
        return;
    }
    path = &r->policy->paths[given->path];
    st = ac_record_reach(r->record, path, &holder, &err);
    if (st == AC_OK)
        st = put(holder, path, cell, &err);
    cannot_fill(r, given->line, path->text, st, &err);
}

/* The end of the period given, when nothing else tells the time. */
static void now_by_period(runner *r)
{
    uint32_t field = r->record->def->period;
    ac_cell  end;

    if (field == AC_NO_INDEX || r->has_now)
        return;
    end = ac_cell_own_edge(r->record->link->zone, AC_NO_INDEX, ac_record_cell(r->record, field, AC_TIME_MIN), 1, r->record->def->line);
    r->has_now = end.state == AC_VALUE_KNOWN;
    r->now = r->has_now ? end.num : r->now;
}

/* The latest instant among the facts given, when the row does not say what now is. */
static void find_now(runner *r)
{
    const ac_link *link = r->record->link;
    ac_eval        e;

    if (r->has_now)
        return;
    r->now = ac_zone_instant(link->zone, r->policy->effective_from, 0);
    for (uint32_t i = 0; i < r->row->given_count; i++) {
        const ac_given *given = &r->row->givens[i];
        ac_cell         cell;

        if (given->path == AC_NO_INDEX || (given->value.type.kind != AC_TYPE_DATETIME && given->value.type.kind != AC_TYPE_MOMENT))
            continue;
        ac_eval_begin(&e, r->record, AC_TIME_MIN);
        cell = ac_eval_program(&e, &given->value);
        if (cell.state != AC_VALUE_KNOWN)
            continue;
        r->now = !r->has_now || cell.num > r->now ? cell.num : r->now;
        r->has_now = 1;
    }
    now_by_period(r);
}

/* --- comparing ---------------------------------------------------------------------- */

static ac_cell expected_of(runner *r, const ac_expect *expect)
{
    ac_eval e;

    ac_eval_begin(&e, r->record, r->now);
    return ac_eval_program(&e, &expect->value);
}

static void compare_value(runner *r, const ac_expect *expect)
{
    const ac_path *path = &r->policy->paths[expect->path];
    ac_type        type = r->policy->records[path->holder].fields[path->field].type;
    ac_cell        want, got;
    shown          expected, actual;
    ac_eval        e;
    int            same;

    ac_eval_begin(&e, r->record, r->now);
    got = ac_eval_path(&e, expect->path);
    if (got.state == AC_VALUE_UNSUPPORTED) {
        skip_line(r, expect->line, (uint32_t)got.num);
        return;
    }
    want = expect->word ? ac_cell_state(AC_VALUE_UNKNOWN, AC_NO_INDEX) : expected_of(r, expect);
    same = want.state == got.state && (want.state != AC_VALUE_KNOWN || ac_cell_equal(type, want, got));
    if (same)
        return;
    show_cell(r, &expected, type, want);
    show_cell(r, &actual, type, got);
    differs(r, expect->line, path->text, "", &expected, &actual);
    if (got.state == AC_VALUE_UNKNOWN && want.state != AC_VALUE_UNKNOWN)
        ac_log_hint(r->log, ac_text_of("give what is in brackets too: as a column left of ||, or in a line given NAME = VALUE"));
}

/* Which holiday list a calendar misses, if it is one that names some. */
static void skip_uncovered(runner *r, const ac_expect *expect, const ac_limit *limit)
{
    const ac_calendar_def *def = limit->calendar != AC_NO_INDEX ? &r->policy->calendars[limit->calendar] : NULL;
    shown                  name;

    show_word(&name, "");
    if (def && def->holidays_count > 0)
        ac_write_text(&name.writer, def->holidays[0]);
    ac_write_char(&name.writer, '\0');
    skip(r, expect->line, "the calendar does not cover its dates; link the holidays ", name.data);
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

static void compare_verdict(runner *r, const ac_expect *expect, const ac_limit *limit, const ac_milestone *m)
{
    shown expected, actual;

    if (expect->word == 0 || m->verdict == (ac_verdict)(expect->word - 1))
        return;
    show_word(&expected, ac_verdict_name((ac_verdict)(expect->word - 1)));
    show_word(&actual, ac_verdict_name(m->verdict));
    if (m->missing) {
        ac_write_string(&actual.writer, " (");
        ac_write_string(&actual.writer, m->missing);
        ac_write_string(&actual.writer, ")");
    }
    differs(r, expect->line, limit->name, " verdict", &expected, &actual);
}

static void compare_due(runner *r, const ac_expect *expect, const ac_limit *limit, const ac_milestone *m)
{
    const ac_type type = {AC_TYPE_DATETIME, 0, 0};
    ac_cell       want = expected_of(r, expect);
    shown         expected, actual;

    if (want.state == AC_VALUE_KNOWN && expect->value.type.kind == AC_TYPE_DATE)
        want.num = ac_zone_instant(r->record->link->zone, (ac_day)want.num, 86400) - 1;
    if (!due_differs(m, &want))
        return;
    show_cell(r, &expected, type, want);
    if (m->has_due)
        show_cell(r, &actual, type, ac_cell_known(m->due_at));
    else
        show_word(&actual, ac_verdict_name(m->verdict));
    differs(r, expect->line, limit->name, " due", &expected, &actual);
}

static void compare_late_by(runner *r, const ac_expect *expect, const ac_limit *limit, const ac_milestone *m)
{
    const ac_type type = {AC_TYPE_DURATION, 0, 0};
    ac_cell       want = expected_of(r, expect);
    int           is_judged = m->verdict == AC_VERDICT_LATE || m->verdict == AC_VERDICT_MET || m->verdict == AC_VERDICT_OPEN;
    shown         expected, actual;

    if (is_judged && want.state == AC_VALUE_KNOWN && want.den == 1 && want.num == m->late_by_s)
        return;
    if (want.state == AC_VALUE_NONE && m->verdict == AC_VERDICT_NONE)
        return;
    show_cell(r, &expected, type, want);
    if (is_judged)
        show_cell(r, &actual, type, ac_cell_known(m->late_by_s));
    else
        show_word(&actual, ac_verdict_name(m->verdict));
    differs(r, expect->line, limit->name, " late by", &expected, &actual);
}

static void cannot_judge(runner *r, uint32_t line, ac_status st, const ac_error *err)
{
    shown about;

    if (is_failure(st)) {
        r->status = ac_error_set(r->err, st, 0, "out of memory while an example was judged", NULL);
        return;
    }
    r->is_failed = 1;
    show_name(&about, r, r->row->name, "");
    ac_log_2(r->log, AC_MSG_EXAMPLE_CANNOT_JUDGE, place_of(r, line), ac_arg_text(text_of(&about)), ac_arg_string(err->what));
}

static void compare_gate(runner *r, const ac_expect *expect)
{
    const ac_path *path = &r->policy->paths[expect->path];
    ac_error       err = AC_ERROR_INIT;
    ac_record     *holder;
    ac_example_gate gate;
    shown          expected, actual;
    ac_status      st = ac_record_reach(r->record, path, &holder, &err);

    if (st == AC_OK)
        st = ac_example_ask(holder, path->field, r->now, &r->act, &gate, &err);
    if (st != AC_OK) {
        cannot_judge(r, expect->line, st, &err);
        return;
    }
    if (ac_example_is_later(&gate, expect)) {
        skip(r, expect->line, "not yet carried out", NULL);
        return;
    }
    if (ac_example_agrees(&gate, expect))
        return;
    show_word(&expected, expect->kind == AC_EXPECT_GATE ? (expect->word == 1 ? "allowed" : "refused") : "");
    show_word(&actual, expect->kind == AC_EXPECT_GATE ? (gate.answer.is_allowed ? "allowed" : "refused: ") : "");
    if (expect->kind == AC_EXPECT_UNMET)
        ac_write_text(&expected.writer, expect->articles.size > 0 ? expect->articles : ac_text_of("none"));
    ac_example_show_unmet(&gate, expect->kind, &actual.writer);
    differs(r, expect->line, path->text, expect->kind == AC_EXPECT_GATE ? " gate" : " unmet", &expected, &actual);
}

/* An offence of an owner or a linked record counts what lies below it: the rows so far, or this one alone. */
static ac_status judge_offence(runner *r, ac_record *holder, uint32_t offence, ac_example_offence *out, ac_error *err)
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

static void compare_deeds(runner *r, const ac_expect *expect)
{
    ac_error           err = AC_ERROR_INIT;
    ac_record         *holder;
    ac_example_offence got;
    ac_eval            e;
    shown              expected, actual;
    ac_status          st = ac_record_reach(r->record, &r->policy->paths[expect->path], &holder, &err);

    if (st == AC_OK)
        st = judge_offence(r, holder, expect->limit, &got, &err);
    if (st != AC_OK) {
        cannot_judge(r, expect->line, st, &err);
        return;
    }
    ac_eval_begin(&e, r->record, r->now);
    if (got.proposal.state == AC_PROPOSAL_NOT_SUPPORTED) {
        skip(r, expect->line, "not yet carried out", NULL);
        return;
    }
    if (ac_example_offence_agrees(&e, &got, expect))
        return;
    show_word(&expected, "");
    show_word(&actual, "");
    ac_example_show_expected_deeds(&e, expect, &expected.writer);
    ac_example_show_offence(&e, &got, &actual.writer);
    differs(r, expect->line, r->policy->offences[expect->limit].name, "", &expected, &actual);
}

static void compare_limit(runner *r, const ac_expect *expect)
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
        cannot_judge(r, expect->line, st, &err);
        return;
    }
    limit = &holder->def->limits[expect->limit];
    if (m.verdict == AC_VERDICT_NOT_SUPPORTED)
        skip(r, expect->line, "not yet carried out", NULL);
    else if (m.verdict == AC_VERDICT_NOT_COVERED && expect->word != AC_VERDICT_NOT_COVERED + 1)
        skip_uncovered(r, expect, limit);
    else if (expect->kind == AC_EXPECT_VERDICT)
        compare_verdict(r, expect, limit, &m);
    else if (expect->kind == AC_EXPECT_DUE)
        compare_due(r, expect, limit, &m);
    else
        compare_late_by(r, expect, limit, &m);
}

/* --- openings ------------------------------------------------------------------------- */

static void compare_opened(runner *r, const ac_expect *expect)
{
    const ac_type type = {AC_TYPE_BOOL, 0, 0};
    ac_record    *opener = r->record;
    ac_error      err = AC_ERROR_INIT;
    ac_status     st = AC_OK;
    ac_cell       period, at, got, want;
    shown         expected, actual;

    if (expect->path != AC_NO_INDEX)
        st = ac_record_reach(r->record, &r->policy->paths[expect->path], &opener, &err);
    if (st != AC_OK) {
        cannot_judge(r, expect->line, st, &err);
        return;
    }
    got = ac_cell_undefined();
    if (r->record->type == expect->limit && r->record->def->period != AC_NO_INDEX)
        got = ac_record_cell(r->record, r->record->def->period, r->now);
    at = ac_opening_instant(opener, expect->limit, got, r->now, &period);
    got = at.state == AC_VALUE_KNOWN ? ac_opening_holds(opener, expect->limit, at.num) : at.state == AC_VALUE_UNKNOWN ? ac_cell_bool(0) : at;
    if (got.state == AC_VALUE_UNSUPPORTED) {
        skip_line(r, expect->line, (uint32_t)got.num);
        return;
    }
    if (got.state == AC_VALUE_NONE)
        got = ac_cell_bool(0);
    want = expect->word ? ac_cell_state(AC_VALUE_UNKNOWN, AC_NO_INDEX) : expected_of(r, expect);
    if (want.state == got.state && (want.state != AC_VALUE_KNOWN || want.num == got.num))
        return;
    show_cell(r, &expected, type, want);
    show_cell(r, &actual, type, got);
    differs(r, expect->line, r->policy->records[expect->limit].name, " opened", &expected, &actual);
}

/* --- rows --------------------------------------------------------------------------- */

static void count_row(runner *r)
{
    r->counts->failed += r->is_failed;
    r->counts->skipped += !r->is_failed && r->is_skipped;
    r->counts->passed += !r->is_failed && !r->is_skipped;
}

/* As the book has them: the example before may have filled some. */
static void empty_holes(runner *r, const ac_link *link)
{
    uint32_t count = r->policy->hole_count;

    for (uint32_t i = 0; i < link->pin_count && count > 0; i++)
        memcpy(&r->holes[i * count], link->pins[i].holes, count * sizeof *r->holes);
}

/* A link of our own, whose holes may be written. */
static ac_status own_link(runner *r, const ac_link *link, ac_mem *mem)
{
    r->link = *link;
    r->pins = ac_mem_array(mem, link->pin_count, sizeof *r->pins);
    r->holes = ac_mem_array(mem, (size_t)link->pin_count * r->policy->hole_count, sizeof *r->holes);
    if (!r->pins || !r->holes)
        return ac_mem_failed(mem, r->err);
    for (uint32_t i = 0; i < link->pin_count; i++) {
        r->pins[i] = link->pins[i];
        r->pins[i].holes = &r->holes[i * r->policy->hole_count];
    }
    r->link.pins = r->pins;
    return AC_OK;
}

static void free_link(runner *r, const ac_link *link, ac_mem *mem)
{
    ac_mem_free(mem, r->pins, link->pin_count * sizeof *r->pins);
    ac_mem_free(mem, r->holes, (size_t)link->pin_count * r->policy->hole_count * sizeof *r->holes);
}

static void run_row(runner *r, const ac_example_row *row)
{
    static const ac_act        nobody = AC_ACT_INIT;
    static const ac_occurrence nothing = AC_OCCURRENCE_INIT;

    r->row = row;
    r->has_now = 0;
    r->is_failed = r->is_skipped = 0;
    r->act = nobody;
    r->chosen = nothing;
    if (!r->pool)
        ac_record_reset(r->record);
    for (uint32_t i = 0; i < row->given_count && r->status == AC_OK && !r->is_failed; i++)
        give(r, &row->givens[i]);
    find_now(r);
    if (r->status == AC_OK)
        ac_coverage_see(r->coverage, r->record, r->now);
    for (uint32_t i = 0; i < row->expect_count && r->status == AC_OK && !r->is_failed; i++) {
        const ac_expect *expect = &row->expects[i];

        if (expect->unchecked)
            continue;
        if (expect->kind == AC_EXPECT_UNSUPPORTED)
            skip(r, expect->line, "not yet carried out", NULL);
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
    count_row(r);
}

/* A record for rows, judged by the link whose holes may be written. */
static ac_status new_record(runner *r, ac_rulebook *book, uint32_t type, const ac_allocator *mem, ac_record **out)
{
    const ac_text no_id = {NULL, 0};
    ac_status     st = ac_record_new(book, r->policy, type, no_id, mem, out, r->err);

    for (ac_record *own = *out; st == AC_OK && own; own = own->family)
        own->link = &r->link;
    return st;
}

/* --- choices: rows of one name are the candidates of a case ---------------------------- */

typedef struct contest {
    const ac_example *example;
    ac_record        *record;           /* the case */
    ac_record       **candidates;       /* as many as the example has rows */
    ac_ranking       *ranking;
} contest;

static void show_ranking(shown *s, const ac_ranking *ranking)
{
    show_word(s, ranking->rank ? "rank " : "rejected by line ");
    ac_write_u64(&s->writer, ranking->rank ? ranking->rank : ranking->line);
    if (ranking->rank == 0 && ranking->missing) {
        ac_write_string(&s->writer, ", missing ");
        ac_write_string(&s->writer, ranking->missing);
    }
}

static void compare_ranking(runner *r, const ac_expect *expect, const ac_ranking *ranking)
{
    const ac_type count = {AC_TYPE_COUNT, 0, 0}, yes_no = {AC_TYPE_BOOL, 0, 0};
    int           is_rank = expect->kind == AC_EXPECT_RANK;
    ac_cell       want = expected_of(r, expect);
    int64_t       got = is_rank ? (int64_t)ranking->rank : ranking->rank == 0;
    shown         expected, actual;

    if (ranking->state == AC_VALUE_UNSUPPORTED) {
        skip(r, expect->line, "not yet carried out", NULL);
        return;
    }
    if (want.state == AC_VALUE_KNOWN ? want.num == got : want.state == AC_VALUE_NONE && is_rank && got == 0)
        return;
    show_cell(r, &expected, is_rank ? count : yes_no, want);
    show_ranking(&actual, ranking);
    differs(r, expect->line, r->policy->records[r->record->type].name, is_rank ? " rank" : " rejected", &expected, &actual);
}

/* A place in the order of the rows, which ties are decided by. */
static ac_status name_candidate(ac_record *candidate, uint32_t row, ac_error *err)
{
    char      room[16];
    ac_writer w;

    ac_writer_init_fixed(&w, room, sizeof room);
    ac_write_padded(&w, row + (uint64_t)1, 5);
    return ac_record_set_id(candidate, ac_writer_text(&w), err);
}

/* Gives each row's facts to its candidate or to the case; now is the latest instant of all. */
static void fill_contest(runner *r, const contest *c, uint32_t first, uint32_t count)
{
    const ac_policy *policy = r->policy;
    ac_time          latest = AC_TIME_MIN;

    ac_record_reset(c->record);
    for (uint32_t i = 0; i < count && r->status == AC_OK; i++) {
        r->row = &c->example->rows[first + i];
        r->has_now = r->is_failed = r->is_skipped = 0;
        ac_record_reset(c->candidates[i]);
        r->status = name_candidate(c->candidates[i], i, r->err);
        for (uint32_t k = 0; k < r->row->given_count && r->status == AC_OK; k++) {
            const ac_given *given = &r->row->givens[k];
            int             is_own = given->path == AC_NO_INDEX || policy->paths[given->path].record == c->candidates[i]->type;

            r->record = is_own ? c->candidates[i] : c->record;
            give(r, given);
        }
        r->record = c->candidates[i];
        find_now(r);
        latest = r->now > latest ? r->now : latest;
    }
    r->now = latest;
}

static void run_contest(runner *r, const contest *c, uint32_t first, uint32_t count)
{
    fill_contest(r, c, first, count);
    if (r->status == AC_OK)
        r->status = ac_rules_choose(c->record, c->example->choice, c->candidates, count, r->now, c->ranking, r->err);
    for (uint32_t i = 0; i < count && r->status == AC_OK; i++) {
        r->row = &c->example->rows[first + c->ranking[i].candidate];
        r->record = c->candidates[c->ranking[i].candidate];
        r->is_failed = r->is_skipped = 0;
        for (uint32_t k = 0; k < r->row->expect_count; k++)
            if (!r->row->expects[k].unchecked)
                compare_ranking(r, &r->row->expects[k], &c->ranking[i]);
        count_row(r);
    }
}

static ac_status new_contest(runner *r, contest *c, ac_rulebook *book, const ac_allocator *mem)
{
    uint32_t  count = c->example->row_count;
    ac_status st;

    c->candidates = ac_mem_array(r->mem, count, sizeof *c->candidates);
    c->ranking = ac_mem_array(r->mem, count, sizeof *c->ranking);
    if (!c->candidates || !c->ranking)
        return ac_mem_failed(r->mem, r->err);
    st = new_record(r, book, r->policy->choices[c->example->choice].record, mem, &c->record);
    for (uint32_t i = 0; st == AC_OK && i < count; i++)
        st = new_record(r, book, c->example->record, mem, &c->candidates[i]);
    return st;
}

static ac_status run_choice(runner *r, ac_rulebook *book, const ac_link *link, const ac_example *example, const ac_allocator *mem)
{
    contest   c = {example, NULL, NULL, NULL};
    uint32_t  i, n;
    ac_status st = new_contest(r, &c, book, mem);

    for (i = 0; st == AC_OK && i < example->row_count; i += n) {
        for (n = 1; i + n < example->row_count && ac_text_equal(example->rows[i + n].name, example->rows[i].name); n++)
            ;
        empty_holes(r, link);
        run_contest(r, &c, i, n);
        st = r->status;
    }
    for (i = 0; c.candidates && i < example->row_count; i++)
        ac_record_free(c.candidates[i]);
    ac_record_free(c.record);
    ac_mem_free(r->mem, c.candidates, example->row_count * sizeof *c.candidates);
    ac_mem_free(r->mem, c.ranking, example->row_count * sizeof *c.ranking);
    r->record = NULL;
    return st;
}

static void skip_rows(runner *r, const ac_example *example)
{
    for (uint32_t i = 0; i < example->row_count; i++) {
        r->row = &example->rows[i];
        r->is_skipped = 0;
        skip(r, r->row->line, "link the zone ", r->policy->timezone.data);
        r->counts->skipped++;
    }
}

/* The owner and the linked records of the first row are those of all. */
static ac_status share(runner *r, ac_record *first, ac_record *next)
{
    const ac_record_def *def = first->def;
    ac_record           *other = NULL;
    ac_status            st = AC_OK;

    if (def->owner != AC_NO_INDEX)
        st = ac_record_attach_owner(next, first->owner, r->err);
    for (uint32_t f = 0; st == AC_OK && f < def->field_count; f++) {
        if (def->fields[f].type.kind != AC_TYPE_RECORD)
            continue;
        st = ac_record_link(first, f, &other, r->err);
        if (st == AC_OK)
            st = ac_record_attach_link(next, f, other, r->err);
    }
    return st;
}

/* Rows that add up: each is a record more in the pool, judged after it came. */
static ac_status run_in_order(runner *r, ac_rulebook *book, const ac_example *example, const ac_allocator *mem)
{
    ac_mem   *own = r->mem;
    ac_status st = ac_pool_new(book, r->policy, mem, &r->pool, r->err);
    uint32_t  i;

    r->members = st == AC_OK ? ac_mem_array(own, example->row_count, sizeof *r->members) : NULL;
    r->hits.count = 0;
    r->hits.room = example->row_count > 0 ? example->row_count * example->rows[0].expect_count : 0;
    r->hits.at = r->members ? ac_mem_array(own, r->hits.room, sizeof *r->hits.at) : NULL;
    if (st == AC_OK && !r->hits.at)
        st = ac_mem_failed(own, r->err);
    for (i = 0; st == AC_OK && i < example->row_count; i++) {
        st = new_record(r, book, example->record, mem, &r->members[i]);
        if (st == AC_OK && i > 0)
            st = share(r, r->members[0], r->members[i]);
        if (st == AC_OK)
            st = ac_pool_add(r->pool, r->members[i], r->err);
        r->record = r->members[i];
        if (st != AC_OK)
            break;
        run_row(r, &example->rows[i]);
        st = r->status;
    }
    for (i = example->row_count; r->members && i-- > 0;)
        ac_record_free(r->members[i]);
    ac_mem_free(own, r->members, example->row_count * sizeof *r->members);
    ac_mem_free(own, r->hits.at, r->hits.room * sizeof *r->hits.at);
    r->hits.at = NULL;
    r->hits.room = r->hits.count = 0;
    ac_pool_free(r->pool);
    r->pool = NULL;
    r->record = NULL;
    return st;
}

static ac_status run_example(runner *r, ac_rulebook *book, const ac_link *link, const ac_example *example, const ac_allocator *mem)
{
    ac_status st;

    if (!link->zone) {
        skip_rows(r, example);
        return AC_OK;
    }
    if (example->choice != AC_NO_INDEX)
        return run_choice(r, book, link, example, mem);
    empty_holes(r, link);
    if (example->in_order)
        return run_in_order(r, book, example, mem);
    st = new_record(r, book, example->record, mem, &r->record);
    for (uint32_t i = 0; st == AC_OK && i < example->row_count; i++) {
        empty_holes(r, link);
        run_row(r, &example->rows[i]);
        st = r->status;
    }
    ac_record_free(r->record);
    r->record = NULL;
    return st;
}

/* --- the report's places -------------------------------------------------------------- */

/* A policy keeps lines, not its text. A text of empty lines has them at the same numbers. */
static ac_text lines_of(const ac_policy *policy, ac_mem *mem)
{
    uint32_t last = 1;
    ac_text  text = {NULL, 0};
    char    *data;

    for (uint32_t i = 0; i < policy->line_count; i++)
        last = policy->lines[i].line > last ? policy->lines[i].line : last;
    data = ac_mem_alloc(mem, last);
    if (!data)
        return text;
    memset(data, '\n', last);
    text.data = data;
    text.size = last;
    return text;
}

static ac_status run_all(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_mem *own, ac_log *log, ac_example_counts *out,
                         ac_error *err)
{
    const ac_link *link = ac_rulebook_link(book, policy);
    ac_coverage    coverage;
    runner         r;
    ac_status      st;

    if (!link)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "the policy is not in this rulebook", NULL);

    memset(&r, 0, sizeof r);
    r.policy = policy;
    r.log = log;
    r.counts = out;
    r.err = err;
    r.mem = own;
    r.allocator = mem;
    r.coverage = &coverage;
    st = ac_coverage_begin(&coverage, policy, own) ? own_link(&r, link, own) : ac_error_nomem(err);
    for (uint32_t i = 0; st == AC_OK && i < policy->example_count; i++)
        st = run_example(&r, book, link, &policy->examples[i], mem);
    ac_coverage_end(&coverage, own, log, out);
    free_link(&r, link, own);
    return st;
}

ac_status ac_rules_run_examples(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_report *report, ac_example_counts *out,
                                ac_error *err)
{
    const ac_policy_limits defaults = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ac_policy_limits       limits;
    ac_source              source;
    ac_example_counts      counts = {0, 0, 0, 0, 0};
    ac_mem                 own;
    ac_log                 log;
    ac_status              st, ended;

    assert(book && policy && report && out);
    *out = counts;
    st = ac_mem_init(&own, mem, 0, err);
    if (st == AC_OK)
        st = ac_policy_limits_resolve(&defaults, &limits, err);
    if (st != AC_OK)
        return st;
    limits.messages = UINT32_MAX;
    source.name.data = policy->source_name;
    source.name.size = strlen(policy->source_name);
    source.text = lines_of(policy, &own);
    if (!source.text.data)
        return ac_mem_failed(&own, err);
    st = ac_log_begin(&log, &own, report, &source, &limits, 0, err);
    if (st == AC_OK)
        st = run_all(book, policy, mem, &own, &log, &counts, err);
    if (st != AC_OK && log.status == AC_OK)
        log.status = st;    /* the report is left as it was */
    ended = ac_log_end(&log, st == AC_OK ? err : NULL);
    ac_mem_free(&own, (void *)(uintptr_t)source.text.data, source.text.size);
    if (st == AC_OK && ended != AC_E_POLICY)
        st = ended;
    if (st == AC_OK)
        *out = counts;
    return st;
}
