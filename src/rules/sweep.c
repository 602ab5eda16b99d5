#include "rules/judge.h"

#include "base/error.h"
#include "policy/model/value.h"

/* One pass over everything that happened, in time order: entries of the record and of the holders of its pauses, changes
 * of state, and the moment itself. Equal instants keep the order of adding.
 *
 *     running --X at or after the start--> stopped --led back or undone--> running, by the limit's mode
 *
 * A pause is on while one of its facts holds, and while stopped before a reopening with `resume`. */

#define STATE_WORDS 8       /* 512 states; a flow cannot have more actions than a record fields */

/* Sources are bits; the one above them stands for the time between a stop and its reopening. */
#define CLOSED (UINT64_C(1) << AC_LIMIT_PAUSE_FACTS)

/* A record whose history is followed. */
typedef struct track {
    ac_record    *record;
    uint32_t      entry;
    int           has_walk, has_step;
    ac_state_walk walk;             /* one step ahead when has_step */
} track;

typedef struct sweep {
    ac_limit_job   *job;
    const ac_limit *limit;
    const ac_field_def *moment;
    ac_record      *record;
    ac_time         now, earliest, start, base;
    const ac_cell  *span;           /* NULL: pauses cannot be merged yet */
    int             by_start;       /* base follows the start */
    int             notes;
    int             overflow;
    int             is_stopped;
    int             is_new_stop;    /* the step of the state that follows is the moment's own */
    ac_time         stop;
    uint64_t        active;
    ac_time         paused_from;
    uint32_t        pause_source;
    int64_t         state, after;   /* of the record's own flow; -1: none */
    uint64_t        before[STATE_WORDS];    /* states it was in before the moment */
    ac_time         base_at;        /* the moment as set without history */
    int             has_base;
    int             is_open;        /* paused when the pass ended */
    uint32_t        side_count;
    track           sides[AC_LIMIT_PAUSE_RECORDS];
} sweep;

/* --- pauses -------------------------------------------------------------------- */

/* Puts pauses first .. first + count - 1 into one of the same measure, at the place of the first. */
static ac_status merge(ac_limit_clock *clock, const ac_cell *span, uint32_t first, uint32_t count, ac_error *err)
{
    ac_clock_kind   kind = ac_limit_measure((ac_unit)span->ref);
    ac_pause       *p = &clock->pauses[first];
    ac_clock_answer answer;
    ac_secs         sum = 0, part;
    ac_status       st;

    for (uint32_t i = 0; i < count; i++) {
        st = ac_clock_elapsed(clock->calendar, kind, p[i].from, p[i].to, NULL, 0, &part, err);
        if (st != AC_OK)
            return st;
        sum += part;
    }
    if (sum > 0) {
        st = ac_clock_due(clock->calendar, kind, p[0].from, sum, NULL, 0, &answer, err);
        if (st != AC_OK)
            return st;
        p[0].to = answer.at;
    }
    for (uint32_t i = first + count; i < clock->pause_count; i++)
        clock->pauses[i - count + (sum > 0)] = clock->pauses[i];
    clock->pause_count -= count - (sum > 0);
    return AC_OK;
}

/* Makes room for one more. Pauses that begin before the due all end before it, so one of equal measure in their place
 * moves nothing. Behind the due only their sum matters. */
static ac_status make_room(ac_limit_clock *clock, ac_time base, const ac_cell *span, ac_error *err)
{
    ac_limit_clock *c = clock;
    ac_limit_dues   dues;
    ac_time         was = c->base;
    uint32_t        before = 0;
    ac_status       st;

    c->base = base;
    st = ac_limit_find_dues(c, span, &dues, err);
    c->base = was;
    if (st != AC_OK)
        return st;
    while (before < c->pause_count && (dues.state != AC_CLOCK_AT || c->pauses[before].from < dues.due))
        before++;
    return before >= 2 ? merge(c, span, 0, before, err) : merge(c, span, c->pause_count - 2, 2, err);
}

static ac_status add_pause(sweep *s, ac_time from, ac_time to, ac_error *err)
{
    ac_limit_clock *clock = s->job->clock;
    ac_status       st;

    if (s->notes)
        ac_limit_tell(s->job->watch, AC_NOTE_PAUSED, from, to, s->pause_source, ac_cell_state(AC_VALUE_NONE, 0));
    if (from < s->base)
        from = s->base;
    if (to <= from)
        return AC_OK;
    if (clock->pause_count > 0 && clock->pauses[clock->pause_count - 1].to >= from) {
        if (to > clock->pauses[clock->pause_count - 1].to)
            clock->pauses[clock->pause_count - 1].to = to;
        return AC_OK;
    }
    if (clock->pause_count == AC_LIMIT_PAUSES) {
        if (!s->span) {
            s->overflow = 1;
            return AC_OK;
        }
        st = make_room(clock, s->base, s->span, err);
        if (st != AC_OK)
            return st;
    }
    clock->pauses[clock->pause_count].from = from;
    clock->pauses[clock->pause_count++].to = to;
    return AC_OK;
}

static ac_status set_active(sweep *s, uint64_t active, ac_time at, ac_error *err)
{
    uint64_t was = s->active;

    s->active = active;
    if (!was && active) {
        s->paused_from = at;
        s->pause_source = 0;
        while (!(active >> s->pause_source & 1))
            s->pause_source++;
        if (s->pause_source == AC_LIMIT_PAUSE_FACTS)
            s->pause_source = AC_NO_INDEX;
        return AC_OK;
    }
    return was && !active ? add_pause(s, s->paused_from, at, err) : AC_OK;
}

/* --- stops and reopenings -------------------------------------------------------- */

static int was_before(const sweep *s, int64_t state)
{
    return state >= 0 && state < STATE_WORDS * 64 && (s->before[state / 64] >> (state % 64) & 1) != 0;
}

static void mark_before(sweep *s, int64_t state)
{
    if (state >= 0 && state < STATE_WORDS * 64)
        s->before[state / 64] |= UINT64_C(1) << (state % 64);
}

static void stop_at(sweep *s, ac_time at)
{
    if (s->is_stopped || (s->job->has_start && (at < s->start || (s->limit->renews && at == s->start))))
        return;
    if (at < s->earliest) {
        if (s->notes)
            ac_limit_tell(s->job->watch, AC_NOTE_TOO_EARLY, at, at, AC_NO_INDEX, ac_cell_state(AC_VALUE_NONE, 0));
        return;
    }
    s->is_stopped = 1;
    s->is_new_stop = 1;
    s->stop = at;
    s->after = s->state;
}

static ac_status reopen_at(sweep *s, ac_time at, ac_error *err)
{
    ac_limit_clock *clock = s->job->clock;
    ac_status       st = AC_OK;

    if (!s->is_stopped || s->limit->reopen == AC_REOPEN_NONE)
        return AC_OK;
    s->is_stopped = 0;
    if (s->notes) {
        ac_limit_tell(s->job->watch, AC_NOTE_STOPPED, s->stop, s->stop, AC_NO_INDEX, ac_cell_state(AC_VALUE_NONE, 0));
        ac_limit_tell(s->job->watch, AC_NOTE_REOPENED, at, at, AC_NO_INDEX, ac_cell_state(AC_VALUE_NONE, 0));
    }
    if (s->limit->reopen == AC_REOPEN_RESUME) {
        st = set_active(s, s->active | CLOSED, s->stop, err);
        return st == AC_OK ? set_active(s, s->active & ~CLOSED, at, err) : st;
    }
    s->start = at;
    s->paused_from = at;
    if (s->by_start) {
        s->base = at;
        clock->pause_count = 0;
        s->overflow = 0;
    }
    return AC_OK;
}

/* Whether the moment can happen in a state of the record's flow. */
static int can_happen(const sweep *s, int64_t state)
{
    const ac_record_def *def = s->record->def;

    for (uint32_t i = 0; i < def->transition_count; i++) {
        if (def->transitions[i].action == s->limit->moment && def->transitions[i].from == state)
            return 1;
    }
    return 0;
}

/* The record's own flow came into a state. */
static ac_status enter(sweep *s, int64_t state, ac_time at, ac_error *err)
{
    ac_status st = AC_OK;

    s->state = state;
    if (!s->is_stopped) {
        mark_before(s, state);
        return AC_OK;
    }
    if (s->is_new_stop) {
        s->after = state;
        return AC_OK;
    }
    if (s->moment->origin == AC_FIELD_ACTION && (was_before(s, state) || (state != s->after && can_happen(s, state)))) {
        st = reopen_at(s, at, err);
        mark_before(s, state);
    }
    return st;
}

/* --- events ---------------------------------------------------------------------- */

static ac_status set_source(sweep *s, uint32_t source, int on, ac_time at, ac_error *err)
{
    uint64_t bit = UINT64_C(1) << source;

    return set_active(s, on ? s->active | bit : s->active & ~bit, at, err);
}

static ac_record *holder_of(const sweep *s, const ac_path *path)
{
    return path->step_count == 0 ? s->record : ac_eval_holder(s->job->clock->eval, path);
}

static int is_computed(const ac_record *holder, uint32_t field)
{
    return (holder->cells[field].spare & AC_FIELD_IS_COMPUTED) != 0;
}

/* The pauses that are computed, as of an instant at which one of the facts they read may have changed. */
static ac_status set_computed(sweep *s, ac_time at, ac_error *err)
{
    const ac_policy *policy = s->job->clock->policy;
    ac_status        st = AC_OK;
    ac_eval          e;

    if (s->limit->pause_fact_count == 0)
        return AC_OK;
    ac_eval_begin_at(&e, s->job->clock->eval, at);
    for (uint32_t i = 0; st == AC_OK && i < s->limit->pause_count; i++) {
        const ac_pause_def *def = &s->limit->pauses[i];
        const ac_path      *path = &policy->paths[def->path];
        ac_record          *holder = holder_of(s, path);
        ac_cell             cell;

        if (def->state >= 0 || !holder || !is_computed(holder, path->field))
            continue;
        cell = ac_eval_path(&e, def->path);
        st = set_source(s, i, cell.state == AC_VALUE_KNOWN && cell.num != 0, at, err);
    }
    return st;
}

static ac_status take_step(sweep *s, track *side, ac_error *err)
{
    const ac_policy *policy = s->job->clock->policy;
    int64_t          state = side->walk.state.state == AC_VALUE_KNOWN ? side->walk.state.num : -1;
    ac_time          at = side->walk.at;
    ac_status        st;

    if (side->record == s->record) {
        st = enter(s, state, at, err);
        if (st != AC_OK)
            return st;
    }
    for (uint32_t i = 0; i < s->limit->pause_count; i++) {
        const ac_pause_def *def = &s->limit->pauses[i];

        if (def->state < 0 || ac_eval_holder(s->job->clock->eval, &policy->paths[def->path]) != side->record)
            continue;
        st = set_source(s, i, state == def->state, at, err);
        if (st != AC_OK)
            return st;
    }
    return set_computed(s, at, err);
}


static ac_status take_entry(sweep *s, const track *side, const ac_entry *e, ac_error *err)
{
    const ac_policy *policy = s->job->clock->policy;
    ac_status        st;

    if (side->record == s->record) {
        if (e->field == s->limit->moment) {
            if (e->value.state == AC_VALUE_KNOWN)
                stop_at(s, e->at);
            else if ((st = reopen_at(s, e->at, err)) != AC_OK)
                return st;
        } else if (s->is_stopped && s->moment->origin == AC_FIELD_STEP && e->field < s->limit->moment &&
                   s->record->def->fields[e->field].origin == AC_FIELD_STEP && e->value.state == AC_VALUE_KNOWN) {
            st = reopen_at(s, e->at, err);      /* redoing a step undoes the later ones */
            if (st != AC_OK)
                return st;
        }
    }
    for (uint32_t i = 0; i < s->limit->pause_count; i++) {
        const ac_pause_def *def = &s->limit->pauses[i];
        const ac_path      *path = &policy->paths[def->path];
        ac_record          *holder = holder_of(s, path);

        if (def->state >= 0 || holder != side->record || path->field != e->field || is_computed(holder, path->field))
            continue;
        st = set_source(s, i, e->value.state == AC_VALUE_KNOWN && e->value.num != 0, e->at, err);
        if (st != AC_OK)
            return st;
    }
    return set_computed(s, e->at, err);
}

/* --- the pass -------------------------------------------------------------------- */

static track *side_of(sweep *s, ac_record *record, ac_error *err)
{
    track *side;

    for (uint32_t i = 0; i < s->side_count; i++) {
        if (s->sides[i].record == record)
            return &s->sides[i];
    }
    if (s->side_count == AC_LIMIT_PAUSE_RECORDS) {
        ac_error_set(err, AC_E_LIMIT, 0, "the pauses of this limit look at too many different records", NULL);
        return NULL;
    }
    side = &s->sides[s->side_count++];
    side->record = record;
    side->entry = 0;
    side->has_walk = 0;
    side->has_step = 0;
    return side;
}

static void follow_states(sweep *s, track *side)
{
    if (side->has_walk || side->record->def->state_field == AC_NO_INDEX)
        return;
    side->has_walk = 1;
    ac_state_begin(&side->walk, side->record);
    if (side->record == s->record) {
        s->state = side->walk.state.state == AC_VALUE_KNOWN ? side->walk.state.num : -1;
        mark_before(s, s->state);
    }
}

/* What the pauses look at, and what holds since the beginning. */
static ac_status begin_sources(sweep *s, ac_error *err)
{
    const ac_policy *policy = s->job->clock->policy;
    ac_status        st;

    for (uint32_t i = 0; i < s->limit->pause_count; i++) {
        const ac_pause_def *def = &s->limit->pauses[i];
        const ac_path      *path = &policy->paths[def->path];
        ac_record          *holder = holder_of(s, path);
        track              *side;
        int                 on;

        if (!holder || (def->state < 0 && is_computed(holder, path->field)))
            continue;
        side = side_of(s, holder, err);
        if (!side)
            return AC_E_LIMIT;
        if (def->state >= 0) {
            follow_states(s, side);
            on = side->has_walk && side->walk.state.state == AC_VALUE_KNOWN && side->walk.state.num == def->state;
        } else {
            on = holder->cells[path->field].state == AC_VALUE_KNOWN && holder->cells[path->field].num != 0;
        }
        st = set_source(s, i, on, AC_TIME_MIN, err);
        if (st != AC_OK)
            return st;
    }
    for (uint32_t i = 0; i < s->limit->pause_fact_count; i++) {
        const ac_path *path = &policy->paths[s->limit->pause_facts[i]];
        ac_record     *holder = holder_of(s, path);
        track         *side = holder ? side_of(s, holder, err) : NULL;

        if (!side && holder)
            return AC_E_LIMIT;
        if (side && path->field == holder->def->state_field)
            follow_states(s, side);
    }
    return set_computed(s, AC_TIME_MIN, err);
}

/* The next moment behind a computed pause that is set without history; AC_TIME_MAX: none up to now. */
static ac_time next_moment(const sweep *s, ac_time after)
{
    const ac_policy *policy = s->job->clock->policy;
    ac_time          next = AC_TIME_MAX;

    for (uint32_t i = 0; i < s->limit->pause_fact_count; i++) {
        const ac_path   *path = &policy->paths[s->limit->pause_facts[i]];
        const ac_record *holder = holder_of(s, path);
        const ac_cell   *cell = holder ? &holder->cells[path->field] : NULL;

        if (cell && (cell->spare & AC_FIELD_IS_MOMENT) != 0 && cell->state == AC_VALUE_KNOWN && cell->num > after && cell->num <= s->now && cell->num < next)
            next = cell->num;
    }
    return next;
}

/* The side whose next event comes first; *step says whether it is one of its states. Sides and kinds at one instant: the
 * entry, then the state it led to. */
static track *next_side(sweep *s, int *step, ac_time *at)
{
    track *next = NULL;

    for (uint32_t i = 0; i < s->side_count; i++) {
        track            *side = &s->sides[i];
        const ac_record *record = side->record;

        if (side->has_walk && !side->has_step)
            side->has_step = ac_state_next(&side->walk, s->now) ? 1 : -1;
        if (side->has_step > 0 && (!next || side->walk.at < *at)) {
            /* An entry of its own instant that stands no later in the history goes first. */
            next = side;
            *at = side->walk.at;
            *step = 1;
        }
        if (side->entry < record->history_count && record->history[side->entry].at <= s->now) {
            ac_time entry_at = record->history[side->entry].at;
            int     same = next == side && entry_at == *at && side->walk.past == UINT32_MAX && side->entry < side->walk.entry;

            if (!next || entry_at < *at || same) {
                next = side;
                *at = entry_at;
                *step = 0;
            }
        }
    }
    return next;
}

static ac_status run(sweep *s, ac_error *err)
{
    ac_status st = AC_OK;
    ac_time   at = 0, moment = next_moment(s, AC_TIME_MIN);
    int       step = 0;

    while (st == AC_OK) {
        track *side = next_side(s, &step, &at);

        if (s->has_base && (!side || s->base_at <= at) && s->base_at <= moment) {
            s->has_base = 0;
            stop_at(s, s->base_at);
            continue;
        }
        if (moment != AC_TIME_MAX && (!side || moment <= at)) {
            st = set_computed(s, moment, err);
            moment = next_moment(s, moment);
            continue;
        }
        if (!side)
            return AC_OK;
        if (step) {
            side->has_step = 0;
            st = take_step(s, side, err);
            s->is_new_stop = 0;
        } else {
            s->is_new_stop = 0;
            st = take_entry(s, side, &side->record->history[side->entry++], err);
        }
    }
    return st;
}

/* The stretch that is still going on: it has no end, unless the clock stopped. */
static ac_status finish(sweep *s, ac_error *err)
{
    s->is_open = 0;
    if (!s->active)
        return AC_OK;
    if (s->is_stopped)
        return add_pause(s, s->paused_from, s->stop, err);
    s->is_open = 1;
    return add_pause(s, s->paused_from, AC_TIME_MAX, err);
}

/* Pauses that began before the stop end there; what comes later does not count. */
static void clip(ac_limit_clock *clock, ac_time stop)
{
    while (clock->pause_count > 0 && clock->pauses[clock->pause_count - 1].from >= stop)
        clock->pause_count--;
    if (clock->pause_count > 0 && clock->pauses[clock->pause_count - 1].to > stop)
        clock->pauses[clock->pause_count - 1].to = stop;
}

static int needs_flow(const sweep *s)
{
    return s->moment->origin == AC_FIELD_ACTION && s->limit->reopen != AC_REOPEN_NONE && s->record->def->state_field != AC_NO_INDEX;
}

static ac_status pass(sweep *s, ac_error *err)
{
    ac_limit_job   *job = s->job;
    ac_limit_clock *clock = job->clock;
    const ac_cell  *moment;
    track           *own;
    ac_status       st;

    s->limit = clock->limit;
    s->record = clock->eval->record;
    s->moment = &s->record->def->fields[s->limit->moment];
    s->now = clock->eval->as_of;
    s->overflow = 0;
    s->is_stopped = 0;
    s->is_new_stop = 0;
    s->active = 0;
    s->state = -1;
    s->side_count = 0;
    clock->pause_count = 0;
    moment = &s->record->cells[s->limit->moment];
    s->base_at = moment->num;
    s->has_base = moment->state == AC_VALUE_KNOWN && moment->num <= s->now;
    own = side_of(s, s->record, err);
    if (needs_flow(s)) {
        for (int i = 0; i < STATE_WORDS; i++)
            s->before[i] = 0;
        follow_states(s, own);
    }
    st = begin_sources(s, err);
    if (st == AC_OK)
        st = run(s, err);
    if (st == AC_OK)
        st = finish(s, err);
    if (s->is_stopped)
        clip(clock, s->stop);
    return st;
}

/* No pauses, no entries of the moment, nothing that undoes it. */
static int is_plain(const ac_limit_job *job)
{
    const ac_limit     *limit = job->clock->limit;
    const ac_record    *record = job->clock->eval->record;
    const ac_field_def *moment = &record->def->fields[limit->moment];

    if (limit->pause_count > 0 || (record->cells[limit->moment].spare & AC_FIELD_HAS_HISTORY) != 0)
        return 0;
    if (limit->reopen == AC_REOPEN_NONE || (moment->origin != AC_FIELD_ACTION && moment->origin != AC_FIELD_STEP))
        return 1;
    return moment->origin == AC_FIELD_STEP && record->history_count == 0;
}

ac_status ac_limit_sweep(ac_limit_job *job, ac_time earliest, ac_error *err)
{
    const ac_eval *eval = job->clock->eval;
    sweep          s;
    ac_status      st;

    if (is_plain(job) && !job->watch) {
        const ac_cell *moment = &eval->record->cells[job->clock->limit->moment];

        job->clock->pause_count = 0;
        job->collected = 1;
        job->collected_base = job->start;
        job->has_stop = moment->state == AC_VALUE_KNOWN && moment->num <= eval->as_of && moment->num >= earliest &&
                        (!job->has_start || moment->num > job->start || (moment->num == job->start && !job->clock->limit->renews));
        job->stop = moment->num;
        return AC_OK;
    }
    s.job = job;
    s.earliest = earliest;
    s.start = job->start;
    s.base = job->start;
    s.by_start = 1;
    s.span = NULL;
    s.notes = job->watch != NULL;
    st = pass(&s, err);
    if (st != AC_OK)
        return st;
    job->start = s.start;
    job->has_stop = (uint8_t)s.is_stopped;
    job->stop = s.stop;
    job->collected = !s.overflow;
    job->collected_base = s.base;
    return AC_OK;
}

ac_status ac_limit_pauses(ac_limit_job *job, ac_time base, const ac_cell *span, ac_error *err)
{
    sweep s;

    if (job->collected && job->collected_base == base)
        return AC_OK;
    s.job = job;
    s.earliest = job->earliest;
    s.start = job->first_start;
    s.base = base;
    s.by_start = 0;
    s.span = span;
    s.notes = 0;
    job->collected = 0;
    return pass(&s, err);
}
