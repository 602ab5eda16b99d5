#include "rules/eval.h"

#include <string.h>

#include "base/hash.h"
#include "policy/model/value.h"
#include "rules/operate.h"
#include "rules/quick.h"
#include "rules/rank.h"

/* Computed fields within each other up to here are evaluated as they are asked for; beyond, those of one record come in the
 * order of their dependence, so that the depth stays bounded however long a chain is. */
#define DEPTH_MAX 40

/* --- beginning ------------------------------------------------------------------------ */

void ac_eval_begin_pinned(ac_eval *e, ac_record *record, const ac_pin *pin, ac_time as_of)
{
    e->policy = record->policy;
    e->link = record->link;
    e->pin = pin;
    e->pool = record->pool;
    e->serial = 0;
    e->record = record;
    e->outer = NULL;
    e->root = record;
    e->as_of = as_of;
    e->watch = NULL;
    e->acting = NULL;
    e->nth = NULL;
    e->depth = 0;
    e->prefix_count = 0;
    e->holder_count = 0;
    e->evict = 0;
}

void ac_eval_begin_at(ac_eval *e, const ac_eval *from, ac_time as_of)
{
    ac_eval_begin_pinned(e, from->record, from->pin, as_of);
    e->policy = from->policy;
    e->pool = from->pool;
    e->outer = from->outer;
    e->root = from->root;
    e->watch = from->watch;
    e->depth = from->depth;
    e->prefix_count = from->prefix_count;
    memcpy(e->prefix, from->prefix, from->prefix_count * sizeof *e->prefix);
}

ac_time ac_eval_own_instant(const ac_eval *e, const ac_record *record)
{
    ac_cell end;

    if (record->def->period == AC_NO_INDEX)
        return e->as_of;
    end = ac_cell_own_edge(e->link->zone, AC_NO_INDEX, ac_record_cell(record, record->def->period, e->as_of), 1, record->def->line);
    return end.state == AC_VALUE_KNOWN && end.num < e->as_of ? end.num : e->as_of;
}

int ac_eval_begins(ac_eval *e, ac_record *holder, uint32_t field, ac_time *out)
{
    ac_cell at = ac_eval_field(e, holder, field);

    if (at.state == AC_VALUE_UNKNOWN)
        at = ac_record_cell(holder, field, INT64_MAX);
    if (at.state != AC_VALUE_KNOWN)
        return 0;
    if (holder->def->fields[field].type.kind != AC_TYPE_DATE) {
        *out = at.num;
        return 1;
    }
    if (e->link->zone)
        *out = ac_zone_instant(e->link->zone, (ac_day)at.num, 0);
    return e->link->zone != NULL;
}

/* The instant that dates a record, or `as_of` while it is not known. @return 1 when it is. */
static int find_dated(ac_record *record, ac_time as_of, ac_time *out)
{
    const ac_link *link = record->link;
    uint32_t       field = record->def->dated;
    ac_eval        e;
    ac_cell        at;

    ac_eval_begin_pinned(&e, record, ac_link_pin(link, as_of), as_of);
    at = ac_eval_field(&e, record, field);
    *out = as_of;
    if (at.state != AC_VALUE_KNOWN)
        return 0;
    *out = at.num;
    if (record->def->fields[field].type.kind == AC_TYPE_DATE)
        *out = link->zone ? ac_zone_instant(link->zone, (ac_day)at.num, 0) : at.num * 86400;
    return 1;
}

/* The nearest record outward that can be dated says it, but a ticket before all, once its instant is known. */
int ac_eval_dated(ac_record *record, ac_time as_of, ac_time *out)
{
    ac_time    at;
    ac_record *r;
    int        is_found = 0, is_known = 0;

    *out = as_of;
    for (r = record; r; r = r->owner) {
        int knows;

        if (r->def->dated == AC_NO_INDEX || (is_found && r->def->kind != AC_KIND_TICKET))
            continue;
        knows = find_dated(r, as_of, &at);
        if (knows || !is_found)
            *out = at;
        is_known |= knows;
        is_found = 1;
    }
    return is_known;
}

static const ac_pin *pin_of_many(ac_record *record, ac_time as_of)
{
    ac_time dated;

    ac_eval_dated(record, as_of, &dated);
    return ac_link_pin(record->link, dated);
}

const ac_pin *ac_eval_pin(ac_record *record, ac_time as_of)
{
    const ac_record_def *def = record->def;
    const ac_cell       *dated;

    if (record->link->pin_count == 1)
        return record->link->pins;
    if (def->kind != AC_KIND_TICKET || def->dated == AC_NO_INDEX)
        return pin_of_many(record, as_of);
    /* A ticket dated by a moment without history: the cell says it. */
    dated = &record->cells[def->dated];
    if (dated->spare == AC_FIELD_IS_MOMENT && dated->state == AC_VALUE_KNOWN && dated->num <= as_of)
        return ac_link_pin(record->link, dated->num);
    return pin_of_many(record, as_of);
}

void ac_eval_begin(ac_eval *e, ac_record *record, ac_time as_of)
{
    ac_eval_begin_pinned(e, record, ac_eval_pin(record, as_of), as_of);
}

/* --- what is missing -------------------------------------------------------------------- */

static int same_missing(const ac_missing *a, const ac_missing *b)
{
    uint32_t i;

    if (a->is_field != b->is_field)
        return 0;
    if (a->holder || b->holder)
        return a->holder == b->holder && a->field == b->field;
    if (a->path != b->path || a->prefix_count != b->prefix_count)
        return 0;
    for (i = 0; i < a->prefix_count; i++)
        if (a->prefix[i] != b->prefix[i])
            return 0;
    return 1;
}

static int is_noted(const ac_eval_watch *w, const ac_missing *m)
{
    uint32_t i;

    for (i = 0; i < w->count; i++)
        if (same_missing(&w->facts[i], m))
            return 1;
    return 0;
}

static ac_missing missing_of(const ac_eval *e, const ac_path *path, ac_record *holder, uint32_t field)
{
    ac_missing m;

    memset(&m, 0, sizeof m);
    m.prefix_count = e->prefix_count;
    memcpy(m.prefix, e->prefix, e->prefix_count * sizeof *m.prefix);
    m.path = path;
    m.holder = holder;
    m.field = field;
    return m;
}

static void note(ac_eval_watch *w, const ac_missing *m)
{
    if (w->count < AC_WATCH_FACTS && !is_noted(w, m))
        w->facts[w->count++] = *m;
}

static ac_cell missing(const ac_eval *e, uint32_t path, ac_record *holder)
{
    if (e->watch) {
        /* of collected records it is told once for all of them */
        ac_missing m = missing_of(e, &e->policy->paths[path], e->outer ? NULL : holder, e->policy->paths[path].field);

        note(e->watch, &m);
    }
    return ac_cell_state(AC_VALUE_UNKNOWN, path);
}

ac_cell ac_eval_missing(const ac_eval *e, uint32_t path)
{
    return missing(e, path, NULL);
}

/* --- paths -------------------------------------------------------------------------------- */

ac_record *ac_eval_holder(const ac_eval *e, const ac_path *path)
{
    ac_record *r = ac_eval_start(e, path);
    uint32_t   i;

    for (i = 0; r && i < path->step_count; i++)
        r = path->steps[i] == AC_OWNER_STEP ? r->owner : r->links ? r->links[path->steps[i]] : NULL;
    return r;
}

/* The path from `outer`'s start that first goes its way and then that of `inner`; inner itself when the policy has none. */
static int64_t joined_path(const ac_policy *policy, const ac_path *outer, int64_t inner)
{
    const ac_path *in;
    uint32_t       i, n = outer->step_count;

    if (inner < 0 || inner >= policy->path_count)
        return inner;
    in = &policy->paths[inner];
    for (i = 0; i < policy->path_count; i++) {
        const ac_path *p = &policy->paths[i];

        if (p->record == outer->record && p->field == in->field && p->holder == in->holder && p->step_count == n + in->step_count &&
            memcmp(p->steps, outer->steps, n * sizeof *p->steps) == 0 &&
            memcmp(p->steps + n, in->steps, in->step_count * sizeof *p->steps) == 0)
            return i;
    }
    return inner;
}

void ac_eval_go(ac_eval *e, const ac_path *path)
{
    if (e->prefix_count == 4)
        memmove(e->prefix, e->prefix + 1, 3 * sizeof *e->prefix);
    else
        e->prefix_count++;
    e->prefix[e->prefix_count - 1] = path;
}

/* A field that more than its cell decides, read by a path; the watch learns which way it was reached. */
static ac_cell read_computed(ac_eval *e, const ac_path *path, ac_record *holder)
{
    const ac_path *kept[4];
    uint32_t       count = e->prefix_count;
    ac_cell        cell;

    if (!e->watch || holder == e->record)
        return ac_eval_field(e, holder, path->field);
    memcpy(kept, e->prefix, sizeof kept);
    ac_eval_go(e, path);
    cell = ac_eval_field(e, holder, path->field);
    memcpy(e->prefix, kept, sizeof kept);
    e->prefix_count = count;
    return cell;
}

ac_cell ac_eval_path(ac_eval *e, uint32_t path)
{
    const ac_path *p = &e->policy->paths[path];
    ac_record     *holder = p->step_count ? ac_eval_holder(e, p) : ac_eval_start(e, p);
    ac_cell        cell;

    if (!holder)
        return missing(e, path, NULL);
    cell = holder->cells[p->field];
    if (cell.spare)
        cell = read_computed(e, p, holder);
    if (cell.state != AC_VALUE_UNKNOWN)
        return cell;
    if (cell.num == AC_MISSING_SELF)
        return missing(e, path, holder);
    if (holder != e->record)
        cell.num = joined_path(e->policy, p, cell.num);
    return cell;
}

/* --- computed fields ------------------------------------------------------------------------ */

/* A record of the pool remembers itself: there may be any number of them. */
static ac_holding *pooled(ac_eval *e, ac_record *holder)
{
    if (e->serial == 0)
        e->serial = ++e->pool->serial;
    if (holder->held_serial != e->serial) {
        holder->held_serial = e->serial;
        holder->held.holder = holder;
        holder->held.stamp = ++holder->stamp;
        holder->held.in_order = 0;
    }
    return &holder->held;
}

/* What is remembered of a holder under this evaluation. */
static ac_holding *holding_of(ac_eval *e, ac_record *holder)
{
    uint32_t i;

    if (e->pool && holder->pool == e->pool)
        return pooled(e, holder);
    for (i = 0; i < e->holder_count; i++)
        if (e->holders[i].holder == holder)
            return &e->holders[i];
    if (i == AC_EVAL_HOLDERS)
        i = 1 + e->evict++ % (AC_EVAL_HOLDERS - 1);     /* the first is the record asked about: it stays */
    else
        e->holder_count++;
    e->holders[i].holder = holder;
    e->holders[i].stamp = ++holder->stamp;
    e->holders[i].in_order = 0;
    return &e->holders[i];
}

static ac_cell run_in(ac_eval *e, ac_record *holder, const ac_program *program)
{
    ac_record *record = e->record;
    ac_cell    cell;

    e->record = holder;
    cell = ac_eval_program(e, program);
    e->record = record;
    return cell;
}

static ac_cell compute(ac_eval *e, ac_record *holder, uint32_t field);

/* Of a period that is over: as of its end. */
static ac_cell compute_past(const ac_eval *e, ac_record *holder, uint32_t field, ac_time as_of)
{
    ac_eval past;

    ac_eval_begin_at(&past, e, as_of);
    return compute(&past, holder, field);
}

static ac_cell compute(ac_eval *e, ac_record *holder, uint32_t field)
{
    const ac_field_def *def = &holder->def->fields[field];
    ac_record          *record = e->record;
    ac_cell             cell;

    if (def->unsupported != AC_NO_INDEX)
        return ac_cell_state(AC_VALUE_UNSUPPORTED, def->unsupported);
    if (holder->def->period != AC_NO_INDEX && ac_eval_own_instant(e, holder) < e->as_of)
        return compute_past(e, holder, field, ac_eval_own_instant(e, holder));
    if (def->origin != AC_FIELD_TABLE && def->origin != AC_FIELD_RUNG)
        return run_in(e, holder, def->origin == AC_FIELD_DERIVED ? &def->value : &def->fallback);
    e->record = holder;
    if (def->origin == AC_FIELD_RUNG)
        cell = ac_rank_rung(e, holder, def->type.ref);
    else
        cell = ac_eval_table(e, ac_eval_table_at(e, def->table), def->output, NULL);
    e->record = record;
    return cell;
}

/* With a watch: whether an unknown answer known from before must be looked into again, because what it is due to was taken back. */
static int must_repeat(ac_eval *e, ac_record *holder, uint32_t field)
{
    ac_missing m = missing_of(e, NULL, holder, field);

    m.is_field = 1;
    if (is_noted(e->watch, &m) || e->watch->again == 0)
        return 0;
    e->watch->again--;
    return 1;
}

static ac_cell computed(ac_eval *e, ac_record *holder, uint32_t field);

/* What a watch hears on the way stays noted, though the field asked for may not need all of it: else the chain would be gone
 * down again for each of its links. */
static void compute_in_order(ac_eval *e, ac_record *holder, ac_holding *held, uint32_t field)
{
    const ac_record_def *def = holder->def;
    uint32_t             i;

    held->in_order = 1;
    for (i = 0; i < def->order_count && def->order[i] != field; i++)
        computed(e, holder, def->order[i]);
    if (held->holder == holder)
        held->in_order = 0;
}

static ac_cell computed(ac_eval *e, ac_record *holder, uint32_t field)
{
    const ac_cell *quick = e->watch ? NULL : ac_quick_field(holder, field);
    ac_memo       *memo = &holder->memo[field];
    ac_holding    *held;
    uint64_t       stamp;
    ac_cell        cell;

    if (quick)
        return *quick;
    held = holding_of(e, holder);
    stamp = held->stamp;
    cell = memo->value;
    if (memo->stamp == stamp && !(e->watch && cell.state == AC_VALUE_UNKNOWN && must_repeat(e, holder, field)))
        return cell;
    if (e->depth >= DEPTH_MAX && !held->in_order)
        compute_in_order(e, holder, held, field);
    e->depth++;
    cell = compute(e, holder, field);
    e->depth--;
    memo->value = cell;
    memo->stamp = stamp;
    if (e->watch && cell.state == AC_VALUE_UNKNOWN) {
        ac_missing m = missing_of(e, NULL, holder, field);

        m.is_field = 1;
        note(e->watch, &m);
    }
    return cell;
}

/* --- fields ------------------------------------------------------------------------------------ */

/* What a recorded field that is not filled in stands for. */
static ac_cell unfilled(ac_eval *e, ac_record *holder, uint32_t field)
{
    const ac_field_def *def = &holder->def->fields[field];
    const ac_string    *id;
    ac_cell             cell = ac_cell_state(AC_VALUE_UNKNOWN, AC_MISSING_SELF);

    if (def->unsupported != AC_NO_INDEX)
        return ac_cell_state(AC_VALUE_UNSUPPORTED, def->unsupported);
    if (def->type.kind == AC_TYPE_RECORD && holder->links[field]) {
        id = ac_record_id_string(holder->links[field]);
        if (id->size)
            return ac_cell_known((int64_t)(intptr_t)id);
    }
    if (def->has_default)
        cell = computed(e, holder, field);
    else if (def->is_unset)
        cell = ac_cell_state(AC_VALUE_UNSET, def->unset);
    return cell;
}

ac_cell ac_eval_field(ac_eval *e, ac_record *holder, uint32_t field)
{
    const ac_field_def *def = &holder->def->fields[field];
    uint8_t             flags = holder->cells[field].spare;
    ac_cell             cell;

    if (e->acting && e->acting->record == holder) {
        if (field == e->acting->field)
            return e->acting->value;
        if (def->origin == AC_FIELD_STATE && !def->is_unset)
            return e->acting->state;
    }
    switch (def->origin) {
    case AC_FIELD_DERIVED:
    case AC_FIELD_TABLE:
        return flags || !def->is_slot ? computed(e, holder, field) : holder->cells[field];
    case AC_FIELD_RUNG:
        return flags ? computed(e, holder, field) : holder->cells[field];
    case AC_FIELD_STATE:
        if (def->is_unset || def->unsupported != AC_NO_INDEX)
            break;
        cell = ac_record_state(holder, e->as_of);
        cell.spare = 0;
        return cell;
    default:
        break;
    }
    cell = ac_record_cell(holder, field, e->as_of);
    if (cell.state == AC_VALUE_UNKNOWN && flags & AC_FIELD_IS_COMPUTED)
        return unfilled(e, holder, field);
    return cell;
}
