#include "rules/judge.h"

#include "policy/model/value.h"
#include "rules/operate.h"

/* What a limit asks for while its clock runs. Its terms are taken as of the start and as of each later instant at which one
 * of its facts changed, up to the stop; the limit's mode says what a change does to the due. */

/* The last second of a local date, and its first. */
static ac_time end_of_date(const ac_zone *zone, ac_day day)
{
    return ac_zone_instant(zone, day, 86400) - 1;
}

static ac_cell point_of(const ac_limit_clock *clock, ac_cell cell, ac_type type)
{
    if (cell.state == AC_VALUE_KNOWN && type.kind == AC_TYPE_DATE)
        return ac_cell_known(end_of_date(clock->zone, (ac_day)cell.num));
    return cell;
}

static ac_cell terms(const ac_limit_clock *clock, ac_eval *e)
{
    const ac_limit *limit = clock->limit;
    ac_cell         cell;

    if (limit->when.count > 0) {
        cell = ac_eval_program(e, &limit->when);
        if (ac_cell_is_no(&cell))
            return ac_cell_state(AC_VALUE_NONE, 0);
        if (cell.state != AC_VALUE_KNOWN)
            return cell;
    }
    switch ((ac_limit_form)limit->form) {
    case AC_LIMIT_WITHIN:
    case AC_LIMIT_AT:
        return ac_eval_program(e, &limit->span);
    case AC_LIMIT_DUE:
        return point_of(clock, ac_eval_program(e, &limit->starts[0]), limit->starts[0].type);
    default:
        return ac_cell_known(0);    /* same day as: the start says it; promptly: nothing is asked */
    }
}

ac_cell ac_limit_terms(const ac_limit_clock *clock, ac_time at)
{
    ac_eval e;

    if (at == clock->eval->as_of)
        return terms(clock, clock->eval);
    ac_eval_begin_at(&e, clock->eval, at);
    return terms(clock, &e);
}

/* --- changes --------------------------------------------------------------------- */

static ac_time next_state_change(const ac_record *holder, ac_time after, ac_time until)
{
    ac_state_walk walk;

    ac_state_begin(&walk, holder);
    while (ac_state_next(&walk, until)) {
        if (walk.at > after)
            return walk.at;
    }
    return AC_TIME_MAX;
}

static ac_time next_entry(const ac_record *holder, uint32_t field, ac_time after)
{
    for (uint32_t i = 0; i < holder->history_count; i++) {
        if (holder->history[i].at > after && holder->history[i].field == field)
            return holder->history[i].at;
    }
    return AC_TIME_MAX;
}

static ac_time next_of_record(const ac_record *record, ac_time after)
{
    uint32_t until = ac_record_entries_until(record, after);
    ac_time  next = until < record->history_count ? record->history[until].at : AC_TIME_MAX;

    for (uint32_t f = 0; f < record->def->field_count; f++) {
        const ac_cell *cell = &record->cells[f];

        if ((cell->spare & AC_FIELD_IS_MOMENT) != 0 && cell->state == AC_VALUE_KNOWN && cell->num > after && cell->num < next)
            next = cell->num;
    }
    return next;
}

/* The same of whatever was handed in: aggregates may have counted it. */
static ac_time next_in_pool(const ac_pool *pool, ac_time after)
{
    ac_time next = AC_TIME_MAX;

    for (uint32_t i = 0; i < pool->type_count; i++)
        for (uint32_t k = 0; k < pool->lists[i].count; k++) {
            ac_time at = next_of_record(pool->lists[i].at[k], after);

            next = at < next ? at : next;
        }
    return next;
}

/* The next instant after `after` at which a fact of the limit may have changed; AC_TIME_MAX: none up to now. */
static ac_time next_change(const ac_limit_clock *clock, ac_time after)
{
    const ac_limit *limit = clock->limit;
    ac_time         now = clock->eval->as_of;
    ac_time         next = AC_TIME_MAX;

    for (uint32_t i = 0; i < limit->fact_count; i++) {
        const ac_path *path = &clock->policy->paths[limit->facts[i]];
        ac_record     *holder = path->step_count == 0 ? clock->eval->record : ac_eval_holder(clock->eval, path);
        const ac_cell *cell;
        ac_time        at = AC_TIME_MAX;

        if (!holder || path->field == AC_NO_INDEX)
            continue;
        cell = &holder->cells[path->field];
        if (cell->spare == 0)
            continue;
        if ((cell->spare & AC_FIELD_HAS_HISTORY) != 0)
            at = next_entry(holder, path->field, after);
        if ((cell->spare & AC_FIELD_IS_MOMENT) != 0 && cell->state == AC_VALUE_KNOWN && cell->num > after && cell->num < at)
            at = cell->num;
        if (path->field == holder->def->state_field)
            at = next_state_change(holder, after, now);
        next = at < next ? at : next;
    }
    if (limit->reads_pool && clock->eval->pool) {
        ac_time at = next_in_pool(clock->eval->pool, after);

        next = at < next ? at : next;
    }
    return next <= now ? next : AC_TIME_MAX;
}

/* --- modes ----------------------------------------------------------------------- */

static int is_settled(const ac_cell *cell)
{
    return cell->state == AC_VALUE_KNOWN || cell->state == AC_VALUE_NONE;
}

static int is_same(const ac_cell *a, const ac_cell *b)
{
    if (a->state != AC_VALUE_KNOWN)
        return a->state == b->state;
    return b->state == AC_VALUE_KNOWN && a->num == b->num && a->den == b->den && a->ref == b->ref;
}

static ac_status set_span(ac_limit_job *job, ac_time base, const ac_cell *span, ac_time changed_at, ac_time late_since, ac_error *err)
{
    ac_status st = AC_OK;
    ac_day    day;
    int32_t   second;

    job->clock->base = base;
    job->clock->span = *span;
    if (job->clock->limit->form == AC_LIMIT_SAME_DAY && span->state == AC_VALUE_KNOWN) {
        ac_zone_local(job->clock->zone, job->start, &day, &second);
        job->clock->span.num = end_of_date(job->clock->zone, day);
    }
    job->changed_at = changed_at;
    job->late_since = late_since;
    if (span->state != AC_VALUE_KNOWN || job->clock->limit->form == AC_LIMIT_PROMPTLY)
        return AC_OK;
    st = ac_limit_pauses(job, base, span, err);
    return st == AC_OK ? ac_limit_find_dues(job->clock, &job->clock->span, &job->dues, err) : st;
}

/* The instant from which the present span is late, as far as can be told; AC_TIME_MAX: never. */
static ac_time late_of(const ac_limit_job *job)
{
    if (job->clock->span.state != AC_VALUE_KNOWN || job->dues.state != AC_CLOCK_AT || !job->dues.has_late)
        return AC_TIME_MAX;
    if (job->dues.late >= job->changed_at)
        return job->dues.late;
    return job->late_since != AC_TIME_MAX ? job->late_since : job->changed_at;
}

/* tighten-only: the new span counts when its due comes first. */
static ac_status tighten(ac_limit_job *job, const ac_cell *span, ac_time at, ac_time late_since, ac_error *err)
{
    ac_limit_dues was = job->dues;
    ac_cell       old = job->clock->span;
    ac_time       old_changed = job->changed_at, old_since = job->late_since;
    ac_status     st;
    int           is_earlier;

    if (span->state != AC_VALUE_KNOWN)
        return AC_OK;
    st = set_span(job, job->start, span, at, late_since, err);
    if (st != AC_OK || old.state != AC_VALUE_KNOWN)
        return st;
    if (job->dues.state == AC_CLOCK_AT && was.state == AC_CLOCK_AT)
        is_earlier = job->dues.deadline < was.deadline;
    else if (job->dues.state == AC_CLOCK_SUSPENDED && was.state == AC_CLOCK_SUSPENDED && span->ref == old.ref)
        is_earlier = ac_limit_amount(span) < ac_limit_amount(&old);
    else
        is_earlier = job->dues.state == AC_CLOCK_AT;
    if (is_earlier)
        return AC_OK;
    ac_limit_tell(job->watch, AC_NOTE_KEPT, at, at, AC_NO_INDEX, *span);
    return set_span(job, job->start, &old, old_changed, old_since, err);
}

static ac_status change(ac_limit_job *job, const ac_cell *span, ac_time at, ac_error *err)
{
    const ac_limit *limit = job->clock->limit;
    ac_time         late = late_of(job);
    ac_time         late_since = late < at ? late : AC_TIME_MAX;
    ac_time         base = job->start;

    if (limit->regrade == AC_REGRADE_KEEP || (limit->regrade == AC_REGRADE_TIGHTEN_ONLY && span->state != AC_VALUE_KNOWN)) {
        ac_limit_tell(job->watch, AC_NOTE_KEPT, at, at, AC_NO_INDEX, *span);
        return AC_OK;
    }
    ac_limit_tell(job->watch, AC_NOTE_REGRADED, at, at, AC_NO_INDEX, *span);
    if (limit->regrade == AC_REGRADE_TIGHTEN_ONLY)
        return tighten(job, span, at, late_since, err);
    if (span->state != AC_VALUE_KNOWN && late_since != AC_TIME_MAX)
        return AC_OK;       /* late before stays late */
    if (limit->regrade == AC_REGRADE_FROM_CHANGE && job->has_start)
        base = at;
    return set_span(job, base, span, at, late_since, err);
}

ac_status ac_limit_regrade(ac_limit_job *job, ac_error *err)
{
    const ac_limit_clock *clock = job->clock;
    ac_time               now = clock->eval->as_of;
    ac_time               until = job->has_stop ? job->stop : now;
    ac_time               at = job->has_start ? job->start : AC_TIME_MIN;
    ac_time               next = next_change(clock, at);
    ac_cell               seen = ac_limit_terms(clock, next == AC_TIME_MAX || at > now ? now : at);
    ac_status             st = set_span(job, job->start, &seen, AC_TIME_MIN, AC_TIME_MAX, err);
    int                   settled = is_settled(&seen);

    if (settled)
        ac_limit_tell(job->watch, AC_NOTE_SPAN, at, at, AC_NO_INDEX, seen);
    for (; st == AC_OK && next != AC_TIME_MAX; next = next_change(clock, at)) {
        ac_cell span;

        at = next;
        if (settled && at > until)
            break;      /* the clock stands; only a span that was never known may still come */
        span = ac_limit_terms(clock, at);
        if (is_same(&span, &seen))
            continue;
        seen = span;
        if (settled) {
            st = change(job, &span, at, err);
            continue;
        }
        settled = is_settled(&span);
        st = set_span(job, job->start, &span, at, AC_TIME_MAX, err);
        if (settled)
            ac_limit_tell(job->watch, AC_NOTE_SPAN, at, at, AC_NO_INDEX, span);
    }
    return st;
}
