#include "rules/limit.h"

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "policy/model/value.h"
#include "rules/decide.h"
#include "rules/judge.h"
#include "rules/operate.h"
#include "rules/quick.h"

const char *ac_verdict_name(ac_verdict verdict)
{
    static const char *const names[] = {"none", "open", "met", "late", "undecided", "unset", "not-covered", "never", "not-supported"};

    return (unsigned)verdict < sizeof names / sizeof names[0] ? names[verdict] : "undecided";
}

/* --- what is no value -------------------------------------------------------------- */

/* The verdict of a cell that is not known. */
static void tell_absence(const ac_policy *policy, const ac_cell *cell, ac_milestone *out)
{
    switch ((ac_value_state)cell->state) {
    case AC_VALUE_NONE:
        out->verdict = AC_VERDICT_NONE;
        break;
    case AC_VALUE_UNSET:
        out->verdict = AC_VERDICT_UNSET;
        out->missing = ac_cell_missing(policy, cell);
        out->clause = policy->lines[policy->unsets[cell->num].line].clause;
        break;
    case AC_VALUE_UNSUPPORTED:
        out->verdict = AC_VERDICT_NOT_SUPPORTED;
        out->line = policy->lines[cell->num].line;
        break;
    case AC_VALUE_ERROR:
        out->verdict = AC_VERDICT_UNDECIDED;
        out->line = policy->lines[cell->num].line;
        break;
    default:
        out->verdict = AC_VERDICT_UNDECIDED;
        out->missing = ac_cell_missing(policy, cell);
        break;
    }
}

/* --- the start --------------------------------------------------------------------- */

static ac_cell as_instant(const ac_limit_clock *clock, ac_cell cell, ac_type type)
{
    if (cell.state == AC_VALUE_KNOWN && type.kind == AC_TYPE_DATE)
        return ac_cell_known(ac_zone_instant(clock->zone, (ac_day)cell.num, 0));
    return cell;
}

/* P, or what stands in while it is unknown. */
static ac_cell find_start(const ac_limit_clock *clock)
{
    const ac_limit      *limit = clock->limit;
    const ac_record_def *def = clock->eval->record->def;
    ac_cell              cell = ac_cell_undefined();

    if (limit->start_count == 0 && def->dated != AC_NO_INDEX)
        return ac_eval_field(clock->eval, clock->eval->record, def->dated);
    for (uint32_t i = 0; i < limit->start_count; i++) {
        cell = as_instant(clock, ac_eval_program(clock->eval, &limit->starts[i]), limit->starts[i].type);
        if (cell.state != AC_VALUE_UNKNOWN)
            break;
    }
    return cell;
}

/* Not begun: open, unless the rule says already that there is no limit. */
static void judge_unstarted(const ac_limit_clock *clock, const ac_cell *start, ac_milestone *out)
{
    const ac_limit *limit = clock->limit;
    ac_cell         cell;

    if (limit->when.count > 0) {
        cell = ac_eval_program(clock->eval, &limit->when);
        if (ac_cell_is_no(&cell)) {
            out->verdict = AC_VERDICT_NONE;
            return;
        }
        if (cell.state != AC_VALUE_KNOWN) {
            tell_absence(clock->policy, &cell, out);
            return;
        }
    }
    if (start->state != AC_VALUE_UNKNOWN) {
        tell_absence(clock->policy, start, out);
        return;
    }
    out->verdict = AC_VERDICT_OPEN;
    if (limit->span.count == 0)
        return;
    cell = ac_eval_program(clock->eval, &limit->span);
    if (cell.state != AC_VALUE_KNOWN && cell.state != AC_VALUE_UNKNOWN)
        tell_absence(clock->policy, &cell, out);
}

/* --- the verdict ------------------------------------------------------------------- */

static void show_dues(const ac_limit_job *job, ac_milestone *out)
{
    const ac_limit_dues *dues = &job->dues;

    out->beyond = dues->beyond;
    if (dues->state != AC_CLOCK_AT)
        return;
    out->has_due = 1;
    out->due_at = dues->due;
    out->has_late = dues->has_late;
    out->late_at = dues->has_late ? dues->late : 0;
    if (!dues->has_late || dues->late >= job->changed_at)
        return;
    /* Late as soon as the span came, or before under the one it replaced. */
    out->by_regrading = job->late_since == AC_TIME_MAX;
    out->late_at = out->by_regrading ? job->changed_at : job->late_since;
}

static ac_verdict of_clock(ac_clock_state state)
{
    return state == AC_CLOCK_NEVER ? AC_VERDICT_NEVER : AC_VERDICT_NOT_COVERED;
}

static ac_status judge_open(const ac_limit_job *job, ac_milestone *out, ac_error *err)
{
    out->verdict = AC_VERDICT_OPEN;
    out->by_regrading = 0;
    if (job->dues.state == AC_CLOCK_SUSPENDED) {
        out->suspended = 1;
        out->left_s = job->dues.left_s;
        return AC_OK;
    }
    return ac_limit_left(job->clock, &job->dues, job->clock->eval->as_of, &out->left_s, err);
}

/* One predicate for the moment and for now: late is what lies behind dues.late. */
static ac_status judge_dues(const ac_limit_job *job, ac_milestone *out, ac_error *err)
{
    const ac_limit_dues *dues = &job->dues;
    ac_time              at = job->has_stop ? job->stop : job->clock->eval->as_of;
    ac_status            st;

    show_dues(job, out);
    if (dues->state == AC_CLOCK_NEVER || dues->state == AC_CLOCK_NOT_COVERED) {
        out->verdict = of_clock(dues->state);
        return AC_OK;
    }
    if (dues->state == AC_CLOCK_AT && at > (dues->has_late ? dues->late : dues->deadline)) {
        if (dues->has_late || dues->late_uncovered) {
            out->verdict = AC_VERDICT_LATE;
            st = ac_limit_overrun(job->clock, dues, at, &out->late_by_s, err);
            if (st != AC_E_NOT_COVERED)
                return st;
            out->verdict = AC_VERDICT_NOT_COVERED;
            return AC_OK;
        }
    }
    if (!job->has_stop)
        return judge_open(job, out, err);
    out->verdict = AC_VERDICT_MET;
    out->by_regrading = 0;
    return AC_OK;
}

/* --- one judgement ----------------------------------------------------------------- */

static void begin_milestone(const ac_limit_clock *clock, ac_milestone *out)
{
    const ac_line *line = &clock->policy->lines[clock->limit->line];

    out->verdict = AC_VERDICT_NONE;
    out->suspended = out->by_regrading = out->beyond = 0;
    out->has_start = out->has_due = out->has_late = out->has_done = 0;
    out->start_at = out->due_at = out->late_at = out->done_at = 0;
    out->late_by_s = out->left_s = 0;
    out->line = line->line;
    out->clause = line->clause;
    out->missing = NULL;
}

static ac_status begin_clock(ac_limit_clock *clock, ac_eval *eval, const ac_limit *limit, ac_error *err)
{
    clock->eval = eval;
    clock->policy = eval->policy;
    clock->limit = limit;
    clock->zone = eval->link->zone;
    clock->calendar = NULL;
    clock->base = 0;
    clock->span = ac_cell_undefined();
    clock->grace = ac_cell_state(AC_VALUE_NONE, 0);
    clock->pause_count = 0;
    if (!clock->zone || !eval->pin)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "the rulebook lacks the zone that this policy names", "add its TZif bytes to the rulebook");
    if (limit->calendar != AC_NO_INDEX && eval->pin->calendars)
        clock->calendar = eval->pin->calendars[limit->calendar];
    return AC_OK;
}

/* Stops of an `at` limit count from the instant agreed on. */
static ac_status run_at(ac_limit_job *job, ac_error *err)
{
    ac_limit_watch *watch = job->watch;
    ac_status       st;

    job->watch = NULL;      /* the second pass tells */
    job->earliest = AC_TIME_MAX;
    st = ac_limit_sweep(job, job->earliest, err);
    if (st == AC_OK)
        st = ac_limit_regrade(job, err);
    job->watch = watch;
    if (st != AC_OK || job->clock->span.state != AC_VALUE_KNOWN || job->dues.state != AC_CLOCK_AT)
        return st;
    job->start = job->first_start;
    job->earliest = job->dues.due;
    st = ac_limit_sweep(job, job->earliest, err);
    return st == AC_OK && (job->has_stop || watch) ? ac_limit_regrade(job, err) : st;
}

static ac_status run_clock(ac_limit_job *job, ac_error *err)
{
    ac_status st;

    if (job->clock->limit->form == AC_LIMIT_AT)
        return run_at(job, err);
    job->earliest = AC_TIME_MIN;
    st = ac_limit_sweep(job, job->earliest, err);
    return st == AC_OK ? ac_limit_regrade(job, err) : st;
}

static ac_status finish(ac_limit_job *job, ac_milestone *out, ac_error *err)
{
    ac_limit_clock *clock = job->clock;

    out->has_start = job->has_start;
    out->start_at = job->has_start ? clock->base : 0;
    out->has_done = job->has_stop;
    out->done_at = job->has_stop ? job->stop : 0;
    if (clock->span.state != AC_VALUE_KNOWN) {
        tell_absence(clock->policy, &clock->span, out);
        /* `due POINT` whose point is a fact not filled yet has not begun; once the moment happened it is a fact that lacks. */
        if (clock->limit->form == AC_LIMIT_DUE && clock->span.state == AC_VALUE_UNKNOWN && !job->has_stop && clock->limit->when.count == 0) {
            out->verdict = AC_VERDICT_OPEN;
            out->missing = NULL;
        }
        return AC_OK;
    }
    if (clock->limit->form == AC_LIMIT_PROMPTLY) {
        out->verdict = job->has_stop ? AC_VERDICT_MET : AC_VERDICT_OPEN;
        return AC_OK;
    }
    return judge_dues(job, out, err);
}

/* --- the short way ------------------------------------------------------------------- */

/* The stretches in which the plan's fact was yes, from `job->start` to the stop. @return 0: take the long way. */
static int plan_pauses(const ac_limit_job *job, const ac_record *record, uint32_t field)
{
    ac_limit_clock *clock = job->clock;
    const ac_cell  *set = &record->cells[field];
    const ac_entry *entry, *end;
    ac_time         until = job->has_stop ? job->stop : clock->eval->as_of;
    ac_quick_pauses p;

    if (set->state != AC_VALUE_UNKNOWN && !ac_cell_is_no(set))
        return 0;
    if (!(set->spare & AC_FIELD_HAS_HISTORY))
        return 1;
    ac_quick_pauses_begin(&p, job->start, clock->pauses);
    entry = record->history;    /* there is one: a history that was never begun is NULL */
    end = entry + record->history_count;
    for (; entry < end && entry->at <= until; entry++)
        if (entry->field == field && !ac_quick_pause(&p, entry->at, ac_cell_is_yes(&entry->value)))
            return 0;
    if (!ac_quick_pauses_end(&p, job->has_stop ? job->stop : AC_TIME_MAX))
        return 0;
    clock->pause_count = p.count;
    return 1;
}

/* Start, stop, span and pauses by the limit's plan, as sweep and regrade would find them. @return 0: take the long way. */
static int follow_plan(ac_limit_job *job)
{
    ac_limit_clock      *clock = job->clock;
    const ac_limit_plan *plan = clock->limit->plan;
    ac_record           *record = clock->eval->record;
    const ac_cell       *start = &record->cells[plan->start], *moment = &record->cells[clock->limit->moment];
    const ac_cell       *span = plan->span_field == AC_NO_INDEX ? &plan->span : ac_quick_field(record, plan->span_field);

    if (!span || span->state != AC_VALUE_KNOWN || ((start->spare | moment->spare) & ~AC_FIELD_IS_MOMENT) != 0 || start->state != AC_VALUE_KNOWN || clock->limit->renews ||
        start->num > clock->eval->as_of)
        return 0;
    job->start = job->first_start = start->num;
    job->has_stop = moment->state == AC_VALUE_KNOWN && moment->num <= clock->eval->as_of && moment->num >= start->num;
    job->stop = moment->num;
    job->collected = 1;
    job->collected_base = start->num;
    job->earliest = AC_TIME_MIN;
    job->changed_at = AC_TIME_MIN;
    job->late_since = AC_TIME_MAX;
    clock->base = start->num;
    clock->span = *span;
    if (plan->pause == AC_NO_INDEX || plan_pauses(job, record, plan->pause))
        return 1;
    clock->pause_count = 0;
    clock->span = ac_cell_undefined();
    return 0;
}

/* The verdict of what happened under a span that is late from its end on, where its due is plain. @return 0: by dues of all kinds. */
static int judge_plainly(const ac_limit_job *job, ac_milestone *out)
{
    const ac_limit_clock *clock = job->clock;
    int                   is_working = clock->span.ref == AC_UNIT_WORK_SECOND;
    const ac_calendar    *calendar = is_working ? clock->calendar : NULL;

    if (!job->has_stop || clock->span.den != 1 ||
        !(is_working ? calendar && clock->limit->hard : clock->span.ref == AC_UNIT_SECOND) ||
        !ac_quick_due(calendar, clock->base, clock->span.num, clock->pauses, clock->pause_count, &out->due_at))
        return 0;
    out->has_start = out->has_due = out->has_late = out->has_done = 1;
    out->start_at = clock->base;
    out->late_at = out->due_at;
    out->done_at = job->stop;
    out->late_by_s = job->stop > out->due_at ? job->stop - out->due_at : 0;
    out->verdict = out->late_by_s > 0 ? AC_VERDICT_LATE : AC_VERDICT_MET;
    return 1;
}

/* A length that no clock can run, such as a negative one or one that ends after the year 9999. */
static ac_status settle_range(ac_status st, ac_milestone *out)
{
    if (st != AC_E_RANGE)
        return st;
    out->verdict = AC_VERDICT_UNDECIDED;
    return AC_OK;
}

ac_status ac_limit_judge(ac_eval *eval, uint32_t limit, ac_limit_clock *clock, ac_limit_watch *watch, ac_milestone *out, ac_error *err)
{
    const ac_limit *def = &eval->record->def->limits[limit];
    ac_limit_job    job;
    ac_cell         start = ac_cell_undefined();
    ac_status       st = begin_clock(clock, eval, def, err);

    begin_milestone(clock, out);
    if (st != AC_OK)
        return st;
    job.clock = clock;
    job.watch = watch;
    job.has_stop = 0;
    job.collected = 0;
    job.start = AC_TIME_MIN;
    job.has_start = def->form != AC_LIMIT_DUE;
    if (def->plan && !watch && follow_plan(&job)) {
        if (judge_plainly(&job, out))
            return AC_OK;
        out->due_at = 0;
        st = ac_limit_find_dues(clock, &clock->span, &job.dues, err);
        if (st == AC_OK)
            st = finish(&job, out, err);
        return settle_range(st, out);
    }
    job.has_stop = 0;
    if (job.has_start) {
        start = find_start(clock);
        if (start.state != AC_VALUE_KNOWN) {
            judge_unstarted(clock, &start, out);
            return AC_OK;
        }
        job.start = start.num;
    }
    if (def->form == AC_LIMIT_AT && def->grace.count > 0) {
        clock->grace = ac_eval_program(eval, &def->grace);
        if (clock->grace.state != AC_VALUE_KNOWN && clock->grace.state != AC_VALUE_NONE) {
            tell_absence(clock->policy, &clock->grace, out);
            return AC_OK;
        }
    }
    job.first_start = job.start;
    st = run_clock(&job, err);
    if (st == AC_OK)
        st = finish(&job, out, err);
    if (st == AC_OK && watch)
        st = watch->status;
    return settle_range(st, out);
}

ac_status ac_limit_judge_term(ac_eval *eval, const ac_term *term, ac_time start, const ac_time *done, ac_milestone *out, ac_error *err)
{
    ac_limit       limit = { .form = AC_LIMIT_WITHIN, .calendar = term->calendar, .line = term->line };
    ac_limit_clock clock;
    ac_limit_job   job = { .clock = &clock, .has_start = 1, .has_stop = done != NULL, .stop = done ? *done : 0, .changed_at = AC_TIME_MIN };
    ac_status      st = begin_clock(&clock, eval, &limit, err);

    begin_milestone(&clock, out);
    if (st != AC_OK)
        return st;
    clock.base = start;
    clock.span = ac_eval_program(eval, &term->length);
    if (clock.span.state == AC_VALUE_KNOWN)
        st = ac_limit_find_dues(&clock, &clock.span, &job.dues, err);
    if (st == AC_OK)
        st = finish(&job, out, err);
    return settle_range(st, out);
}

/* For a host that was compiled with a shorter or longer struct. */
static ac_status judge_for_other(ac_eval *eval, uint32_t limit, ac_limit_clock *clock, ac_milestone *out, ac_error *err)
{
    ac_milestone whole = AC_MILESTONE_INIT;
    ac_status    st = ac_limit_judge(eval, limit, clock, NULL, &whole, err);

    return st == AC_OK ? ac_decision_give(out, sizeof whole, &whole, err) : st;
}

ac_status ac_rules_milestone(ac_record *record, uint32_t limit, ac_time now, ac_milestone *out, ac_error *err)
{
    ac_eval        eval;
    ac_limit_clock clock;

    assert(record && out);
    if (limit >= record->def->limit_count)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "the record has no such limit", NULL);
    ac_eval_begin(&eval, record, now);
    return out->size == sizeof *out ? ac_limit_judge(&eval, limit, &clock, NULL, out, err) : judge_for_other(&eval, limit, &clock, out, err);
}

/* --- warnings ---------------------------------------------------------------------- */

static ac_status no_due(const ac_milestone *m, ac_error *err)
{
    ac_error_set(err, AC_E_NOT_FOUND, 0, "this limit has no due to warn of", NULL);
    if (err) {
        const char *name = ac_verdict_name(m->verdict);
        ac_text     text = {name, 0};

        while (name[text.size])
            text.size++;
        ac_error_name(err, text);
    }
    return AC_E_NOT_FOUND;
}

/* ceil(percent * amount / 100), without overflow. */
static int64_t part_of(int64_t amount, int percent)
{
    return amount / 100 * percent + (amount % 100 * percent + 99) / 100;
}

ac_status ac_rules_warning(ac_record *record, uint32_t limit, ac_time now, int percent, ac_secs before_s, ac_clock_answer *out, ac_error *err)
{
    ac_eval            eval;
    ac_limit_clock     clock;
    ac_milestone       m = AC_MILESTONE_INIT;
    ac_clock_kind      kind;
    const ac_calendar *calendar;
    ac_status          st;

    assert(record && out);
    if (percent < 0 || percent > 100 || before_s < 0 || (percent > 0) == (before_s > 0))
        return ac_error_set(err, AC_E_RANGE, 0, "a warning is 1..100 percent of the span, or a length before the due", "give one, the other 0");
    if (limit >= record->def->limit_count)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "the record has no such limit", NULL);
    ac_eval_begin(&eval, record, now);
    st = ac_limit_judge(&eval, limit, &clock, NULL, &m, err);
    if (st != AC_OK)
        return st;
    if (clock.span.state != AC_VALUE_KNOWN || clock.limit->form == AC_LIMIT_PROMPTLY)
        return no_due(&m, err);
    out->beyond = 0;
    out->left_s = m.left_s;
    out->at = 0;
    out->state = m.suspended ? AC_CLOCK_SUSPENDED : m.verdict == AC_VERDICT_NEVER ? AC_CLOCK_NEVER : AC_CLOCK_NOT_COVERED;
    if (!m.has_due && percent == 0)
        return AC_OK;
    if (clock.limit->form == AC_LIMIT_DUE || clock.limit->form == AC_LIMIT_SAME_DAY) {
        if (percent > 0)
            return ac_error_set(err, AC_E_UNSUPPORTED, 0, "a fixed due has no span to take a part of", "warn some time before the due");
        return ac_clock_subtract(NULL, AC_CLOCK_ELAPSED, m.due_at, before_s, NULL, 0, out, err);
    }
    if (clock.span.ref != AC_UNIT_SECOND && clock.span.ref != AC_UNIT_WORK_SECOND)
        return ac_error_set(err, AC_E_UNSUPPORTED, 0, "warnings are answered for spans in seconds and working time", NULL);
    kind = ac_limit_measure((ac_unit)clock.span.ref);
    calendar = kind == AC_CLOCK_WORKING ? clock.calendar : NULL;
    if (percent > 0)
        return ac_clock_due(calendar, kind, clock.base, part_of(ac_limit_amount(&clock.span), percent), clock.pauses, clock.pause_count, out, err);
    return ac_clock_subtract(calendar, kind, m.due_at, before_s, clock.pauses, clock.pause_count, out, err);
}

/* --- for the evaluator --------------------------------------------------------------- */

/* The verdict, and as a cell why there is none: UNSET and UNSUPPORTED need what they name, so that is taken from the length again. */
static ac_verdict judge_quietly(const ac_eval *e, ac_record *holder, uint32_t limit, ac_cell *absence)
{
    ac_eval        eval;
    ac_limit_clock clock;
    ac_milestone   m = AC_MILESTONE_INIT;

    ac_eval_begin(&eval, holder, e->as_of);
    eval.pool = e->pool;
    if (ac_limit_judge(&eval, limit, &clock, NULL, &m, NULL) != AC_OK)
        m.verdict = AC_VERDICT_UNDECIDED;
    *absence = clock.span.state > AC_VALUE_NONE ? clock.span : ac_cell_undefined();
    return m.verdict;
}

/* The fact that happening would fill: the limit's moment as rules of its record name it. */
static ac_cell waiting_for(const ac_record *holder, uint32_t limit)
{
    const ac_policy *policy = holder->policy;
    ac_cell          cell = ac_cell_undefined();

    for (uint32_t i = 0; i < policy->path_count; i++) {
        const ac_path *path = &policy->paths[i];

        if (path->step_count == 0 && path->record == holder->type && path->field == holder->def->limits[limit].moment) {
            cell.num = i;
            break;
        }
    }
    return cell;
}

ac_cell ac_limit_is_late(const ac_eval *e, ac_record *holder, uint32_t limit)
{
    ac_cell absence;

    switch (judge_quietly(e, holder, limit, &absence)) {
    case AC_VERDICT_LATE:
        return ac_cell_known(1);
    case AC_VERDICT_NONE:
    case AC_VERDICT_OPEN:
    case AC_VERDICT_MET:
    case AC_VERDICT_NEVER:
        return ac_cell_known(0);
    default:
        return absence;
    }
}

ac_cell ac_limit_is_met(const ac_eval *e, ac_record *holder, uint32_t limit)
{
    ac_cell absence;

    switch (judge_quietly(e, holder, limit, &absence)) {
    case AC_VERDICT_MET:
        return ac_cell_known(1);
    case AC_VERDICT_LATE:
        return ac_cell_known(0);
    case AC_VERDICT_OPEN:
        return waiting_for(holder, limit);
    case AC_VERDICT_NONE:
    case AC_VERDICT_NEVER:
        return ac_cell_undefined();
    default:
        return absence;
    }
}

static ac_time instant_of(const ac_zone *zone, const ac_cell *cell, int is_date)
{
    return is_date ? ac_zone_instant(zone, (ac_day)cell->num, 0) : cell->num;
}

/* A moment of a record at hand that has not happened by now. */
static int is_unfilled(const ac_eval *e, uint32_t dates, const ac_cell *done)
{
    return (dates & 4u) != 0 && done->state == AC_VALUE_UNKNOWN && done->num >= 0 && done->num < e->policy->path_count
        && ac_eval_holder(e, &e->policy->paths[done->num]) != NULL;
}

ac_cell ac_limit_within(const ac_eval *e, uint32_t calendar, uint32_t dates, const ac_cell *done, const ac_cell *span, const ac_cell *start)
{
    static const ac_limit within = {.form = AC_LIMIT_WITHIN, .calendar = AC_NO_INDEX, .role = AC_NO_INDEX};
    ac_limit_clock        clock;
    ac_limit_dues         dues;
    int                   waits = is_unfilled(e, dates, done);
    ac_cell               absent = ac_cell_stronger(*span, *start);
    ac_time               at;

    if (!waits)
        absent = ac_cell_stronger(*done, absent);

    if (absent.state != AC_VALUE_KNOWN)
        return absent.state == AC_VALUE_NONE ? ac_cell_undefined() : absent;
    if (!e->link->zone)
        return ac_cell_undefined();
    clock.eval = NULL;
    clock.policy = e->policy;
    clock.limit = &within;
    clock.zone = e->link->zone;
    clock.calendar = calendar != AC_NO_INDEX && e->pin->calendars ? e->pin->calendars[calendar] : NULL;
    clock.base = instant_of(clock.zone, start, (dates & 2u) != 0);
    clock.span = *span;
    clock.grace = ac_cell_state(AC_VALUE_NONE, 0);
    clock.pause_count = 0;
    at = waits ? e->as_of : instant_of(clock.zone, done, (dates & 1u) != 0);
    if (at < clock.base)
        return waits ? *done : ac_cell_known(0);
    if (ac_limit_find_dues(&clock, span, &dues, NULL) != AC_OK || dues.state == AC_CLOCK_NOT_COVERED)
        return ac_cell_undefined();
    if (dues.state != AC_CLOCK_AT || (!dues.has_late && !dues.late_uncovered))
        return waits ? *done : ac_cell_known(1);    /* never due: it lasts */
    if (at > (dues.has_late ? dues.late : dues.due))
        return ac_cell_known(0);    /* an unfilled one can no longer be in time */
    return waits ? *done : ac_cell_known(1);
}
