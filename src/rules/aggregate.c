#include "rules/eval.h"

#include <string.h>

#include "base/ratio.h"
#include "policy/model/value.h"
#include "rules/offence.h"
#include "rules/operate.h"

/* Aggregates over the records of a pool. Which records are collected is yes or no: a link, group or date that is not filled in
 * leaves a record out. What is asked of them is three-valued. Each pass looks at every record of the type once; a median takes
 * a few more to narrow down where the middle lies, since nothing may be allocated to sort in. */

typedef struct gathering {
    ac_eval            *e;
    const ac_aggregate *a;
    ac_record          *here;       /* at hand */
    ac_record          *target;     /* what collected records are linked to; NULL: all are */
    ac_time             from, until;    /* a window: first and last second */
    ac_aggregate_tally  tally;
    uint64_t            serial;     /* of what is picked for a median */
} gathering;

/* --- which records ------------------------------------------------------------------------ */

static int is_linked(const gathering *g)
{
    const ac_path   *path;
    ac_record       *holder;
    const ac_string *id;
    ac_text          text;
    ac_cell          cell;

    if (g->a->is_all)
        return 1;
    path = &g->e->policy->paths[g->a->link];
    holder = ac_eval_holder(g->e, path);
    if (!holder || path->field == AC_NO_INDEX)
        return holder && ac_record_is_same(holder, g->target);
    cell = ac_eval_field(g->e, holder, path->field);
    text = ac_record_id(g->target);
    if (cell.state != AC_VALUE_KNOWN || text.size == 0)
        return holder->links[path->field] == g->target;
    id = (const ac_string *)(intptr_t)cell.num;
    return id->size == text.size && memcmp(id->data, text.data, text.size) == 0;
}

static int is_text(const ac_eval *e, const ac_path *path)
{
    uint8_t kind = e->policy->records[path->holder].fields[path->field].type.kind;

    return kind == AC_TYPE_TEXT || kind == AC_TYPE_RECORD;
}

static int is_grouped(gathering *g, ac_record *member)
{
    ac_eval *e = g->e;

    for (uint32_t i = 0; i < g->a->group_count; i++) {
        ac_cell mine, theirs;

        e->record = g->here;
        mine = ac_eval_path(e, g->a->groups[i].mine);
        e->record = member;
        theirs = ac_eval_path(e, g->a->groups[i].theirs);
        if (theirs.state != AC_VALUE_KNOWN || !ac_cell_same(mine, theirs, is_text(e, &e->policy->paths[g->a->groups[i].theirs])))
            return 0;
    }
    return 1;
}

/* When a record begins; AC_TIME_MAX while that is not known. */
static ac_time begin_of(ac_eval *e, const ac_path *path)
{
    ac_record *holder = ac_eval_holder(e, path);
    ac_time    at;

    return holder && ac_eval_begins(e, holder, path->field, &at) ? at : AC_TIME_MAX;
}

/* In the window; without one, any that has not still to begin. */
static int is_in_time(const gathering *g)
{
    ac_time at;

    if (g->a->dated == AC_NO_INDEX)
        return 1;
    at = begin_of(g->e, &g->e->policy->paths[g->a->dated]);
    if (g->a->window == AC_AGGREGATE_EVER)
        return at == AC_TIME_MAX || at <= g->e->as_of;
    return at >= g->from && at <= g->until && at <= g->e->as_of;
}

/* What membership reads is missing to nobody. */
static int is_collected(gathering *g, ac_record *member)
{
    ac_eval_watch *watch = g->e->watch;
    int            is_in;

    g->e->watch = NULL;
    g->e->record = member;
    is_in = is_linked(g) && is_in_time(g) && is_grouped(g, member);
    g->e->watch = watch;
    return is_in;
}

static ac_record *next_member(gathering *g, uint32_t *i)
{
    const ac_pool_list *list = &g->e->pool->lists[g->a->kind];

    while (*i < list->count) {
        ac_record *member = list->at[(*i)++];

        if (is_collected(g, member))
            return member;
    }
    return NULL;
}

/* --- what is asked -------------------------------------------------------------------------- */

static ac_cell ask(gathering *g, ac_record *member, const ac_program *program)
{
    ac_record *outer = g->e->outer;
    ac_cell    cell;

    if (program->count == 0)
        return ac_cell_bool(1);
    g->e->record = member;
    g->e->outer = g->here;
    cell = ac_eval_program(g->e, program);
    g->e->outer = outer;
    return cell;
}

static void count_unknown(gathering *g, ac_record *member)
{
    if (g->tally.unknown < AC_TALLY_SHOWN)
        g->tally.shown[g->tally.unknown] = member;
    g->tally.unknown++;
}

/* Takes one answer into the tally. @return 1 when it is yes. */
static int take(gathering *g, ac_record *member, const ac_cell *answer, ac_cell *doubt)
{
    if (ac_cell_is_yes(answer)) {
        g->tally.yes++;
        return 1;
    }
    if (ac_cell_is_no(answer)) {
        g->tally.no++;
        return 0;
    }
    count_unknown(g, member);
    *doubt = ac_cell_stronger(*doubt, *answer);
    return 0;
}

/* A doubt that is due to collected records is told as the aggregate itself. */
static ac_cell settled(const gathering *g, ac_cell doubt, ac_cell result)
{
    if (doubt.state == AC_VALUE_KNOWN)
        return result;
    if (doubt.state == AC_VALUE_UNKNOWN)
        doubt.num = g->a->path;
    return doubt;
}

static ac_cell count(gathering *g)
{
    ac_cell    doubt = ac_cell_bool(1), answer;
    ac_record *member;

    for (uint32_t i = 0; (member = next_member(g, &i)) != NULL; g->tally.collected++) {
        answer = ask(g, member, &g->a->where);
        take(g, member, &answer, &doubt);
    }
    return settled(g, doubt, ac_cell_known(g->tally.yes));
}

/* Of the records for which the condition holds, those whose field is yes; without a field, of all those for which it holds. */
static ac_cell share(gathering *g)
{
    int        has_field = g->a->field.count > 0;
    ac_cell    doubt = ac_cell_bool(1), answer;
    ac_record *member;

    for (uint32_t i = 0; (member = next_member(g, &i)) != NULL; g->tally.collected++) {
        answer = ask(g, member, &g->a->where);
        if (has_field && ac_cell_is_no(&answer))
            continue;
        if (has_field && ac_cell_is_yes(&answer))
            answer = ask(g, member, &g->a->field);
        if (answer.state == AC_VALUE_UNKNOWN)
            count_unknown(g, member);   /* left out */
        else
            take(g, member, &answer, &doubt);
    }
    if (doubt.state != AC_VALUE_KNOWN)
        return doubt;
    if (g->tally.yes + g->tally.no == 0)
        return ac_cell_state(AC_VALUE_UNKNOWN, g->tally.unknown ? g->a->path : AC_NO_INDEX);
    return ac_cell_divide(ac_cell_known(g->tally.yes), ac_cell_known((int64_t)g->tally.yes + g->tally.no), g->a->line);
}

/* Kleene: `all` is that not one is no. */
static ac_cell any_or_all(gathering *g)
{
    int        is_all = g->a->fn == AC_AGGREGATE_ALL;
    ac_cell    sum = ac_cell_bool(is_all), doubt = ac_cell_bool(1), where, answer;
    ac_record *member;

    for (uint32_t i = 0; (member = next_member(g, &i)) != NULL; g->tally.collected++) {
        where = ask(g, member, &g->a->where);
        answer = where;
        if (g->a->field.count > 0) {
            answer = ask(g, member, &g->a->field);
            answer = is_all ? ac_cell_or(ac_cell_not(where), answer) : ac_cell_and(where, answer);
        }
        take(g, member, &answer, &doubt);
        sum = is_all ? ac_cell_and(sum, answer) : ac_cell_or(sum, answer);
    }
    if (sum.state == AC_VALUE_UNKNOWN)
        sum.num = g->a->path;
    return sum;
}

/* The field of a record for which the condition holds. NONE: it is left out, or its field is none, which adds nothing. */
static ac_cell figure(gathering *g, ac_record *member, ac_cell *doubt)
{
    const ac_cell none = { 0, 1, 0, AC_VALUE_NONE, 0 };
    ac_cell       answer = ask(g, member, &g->a->where);

    g->tally.collected++;
    if (!take(g, member, &answer, doubt))
        return none;
    answer = ask(g, member, &g->a->field);
    if (answer.state <= AC_VALUE_NONE)
        return answer;
    g->tally.yes--;
    count_unknown(g, member);
    *doubt = ac_cell_stronger(*doubt, answer);
    return none;
}

static ac_cell sum_or_mean(gathering *g)
{
    ac_cell    doubt = ac_cell_bool(1), sum = ac_cell_known(0), one;
    int64_t    n = 0;
    ac_record *member;

    for (uint32_t i = 0; (member = next_member(g, &i)) != NULL;) {
        one = figure(g, member, &doubt);
        if (one.state != AC_VALUE_KNOWN)
            continue;
        sum = ac_cell_add(sum, one, g->a->line);
        n++;
    }
    if (g->a->fn == AC_AGGREGATE_MEAN && doubt.state == AC_VALUE_KNOWN)
        sum = ac_cell_divide(sum, ac_cell_known(n), g->a->line);
    return settled(g, doubt, sum);
}

/* --- the median --------------------------------------------------------------------------------- */

/* The figure of a record, kept from the first pass unless a median within it has used the place. */
static ac_cell picked(gathering *g, ac_record *member)
{
    ac_aggregate_tally tally = g->tally;
    ac_cell            doubt = ac_cell_bool(1);

    if (member->picked_serial == g->serial)
        return member->picked;
    member->picked = figure(g, member, &doubt);
    member->picked_serial = g->serial;
    g->tally = tally;
    return member->picked;
}

/* Figures strictly between two others, either of which may be absent; n of them. */
typedef struct interval {
    ac_cell  low, high;
    int      has_low, has_high;
    uint32_t n;
} interval;

static int lies_in(const interval *in, const ac_cell *x)
{
    return x->state == AC_VALUE_KNOWN && (!in->has_low || ac_cell_order(x, &in->low) > 0) && (!in->has_high || ac_cell_order(x, &in->high) < 0);
}

/* The one at place `at` of those in the interval, in the order of the pool. */
static ac_cell pivot_at(gathering *g, const interval *in, uint32_t at)
{
    ac_cell    x = ac_cell_known(0);
    ac_record *member;

    for (uint32_t i = 0; (member = next_member(g, &i)) != NULL;) {
        x = picked(g, member);
        if (lies_in(in, &x) && at-- == 0)
            break;
    }
    return x;
}

/* The k-th least of those in the interval, from 0. Where the next pivot stands is drawn, so that no order of records is a bad one. */
static ac_cell kth(gathering *g, interval in, uint32_t k)
{
    uint64_t   draw = 0x9E3779B97F4A7C15u;
    ac_record *member;

    for (;;) {
        uint32_t less = 0, equal = 0;
        ac_cell  pivot, x;

        draw = draw * 6364136223846793005u + 1442695040888963407u;
        pivot = pivot_at(g, &in, (uint32_t)((draw >> 33) % in.n));
        for (uint32_t i = 0; (member = next_member(g, &i)) != NULL;) {
            x = picked(g, member);
            if (!lies_in(&in, &x))
                continue;
            less += ac_cell_order(&x, &pivot) < 0;
            equal += ac_cell_order(&x, &pivot) == 0;
        }
        if (k >= less && k - less < equal)
            return pivot;
        if (k < less) {
            in.high = pivot;
            in.has_high = 1;
            in.n = less;
        } else {
            in.low = pivot;
            in.has_low = 1;
            in.n -= less + equal;
            k -= less + equal;
        }
    }
}

static ac_cell median(gathering *g)
{
    ac_cell    doubt = ac_cell_bool(1), middle, next;
    interval   all;
    ac_record *member;

    memset(&all, 0, sizeof all);
    g->serial = ++g->e->pool->serial;
    for (uint32_t i = 0; (member = next_member(g, &i)) != NULL;) {
        ac_cell x = figure(g, member, &doubt);

        member->picked = x;
        member->picked_serial = g->serial;
        all.n += x.state == AC_VALUE_KNOWN;
    }
    if (doubt.state != AC_VALUE_KNOWN)
        return settled(g, doubt, doubt);
    if (all.n == 0)
        return ac_cell_undefined();
    middle = kth(g, all, (all.n - 1) / 2);
    if (all.n % 2 == 1)
        return middle;
    next = kth(g, all, all.n / 2);
    return ac_cell_divide(ac_cell_add(middle, next, g->a->line), ac_cell_known(2), g->a->line);
}

/* --- windows ------------------------------------------------------------------------------------ */

/* The first day that still weighs on the last one: after adding the length it lies beyond it. */
static ac_day first_day(const ac_window_span *span, ac_day last)
{
    ac_occasion end = { 0, 0 }, day = { 0, 0 };

    end.day = last;
    if (span->unit == AC_UNIT_DAY)
        return (int64_t)last - AC_DAY_MIN < span->length ? AC_DAY_MIN : (ac_day)(last - span->length + 1);
    if (ac_day_add_months(last, -span->length, AC_MONTH_END_CLAMP, &day.day, NULL) != AC_OK)
        return AC_DAY_MIN;
    while (!ac_occurrence_weighs(span, day, end))   /* at most the days by which months differ */
        day.day++;
    for (; day.day > AC_DAY_MIN; day.day--) {
        ac_occasion before = day;

        before.day--;
        if (!ac_occurrence_weighs(span, before, end))
            break;
    }
    return day.day;
}

/* The first second of a window that ends now. */
static ac_cell reach_back(const ac_eval *e, const ac_aggregate *a)
{
    ac_day  today;
    int32_t second;

    if (a->span.unit == AC_UNIT_SECOND)
        return ac_cell_known(e->as_of - AC_TIME_MIN < a->span.length ? AC_TIME_MIN : e->as_of - a->span.length + 1);
    if (!e->link->zone)
        return ac_cell_error(AC_CODE_BOOK_NO_ZONE, a->line);
    ac_zone_local(e->link->zone, e->as_of, &today, &second);
    return ac_cell_known(ac_zone_instant(e->link->zone, first_day(&a->span, today), 0));
}

/* --- the whole ---------------------------------------------------------------------------------- */

/* The first and last second of the window. */
static ac_cell open_window(gathering *g)
{
    ac_eval       *e = g->e;
    const ac_zone *zone = e->link->zone;
    uint32_t       kind = (uint32_t)(g->a->window - AC_AGGREGATE_CALENDAR);
    ac_cell        first, last, period;

    g->from = AC_TIME_MIN;
    g->until = AC_TIME_MAX;
    if (g->a->window == AC_AGGREGATE_EVER)
        return ac_cell_bool(1);
    if (g->a->window == AC_AGGREGATE_PERIOD) {
        period = ac_eval_path(e, g->a->period);
        first = ac_cell_own_edge(zone, AC_NO_INDEX, period, 0, g->a->line);
        last = ac_cell_own_edge(zone, AC_NO_INDEX, period, 1, g->a->line);
    } else if (g->a->window == AC_AGGREGATE_SPAN) {
        first = reach_back(e, g->a);
        last = ac_cell_known(e->as_of);
    } else {
        first = ac_cell_period_edge(zone, (ac_period_kind)kind, ac_cell_known(e->as_of), 0, 0, g->a->line);
        last = ac_cell_period_edge(zone, (ac_period_kind)kind, ac_cell_known(e->as_of), 1, 0, g->a->line);
    }
    if (first.state != AC_VALUE_KNOWN || last.state != AC_VALUE_KNOWN)
        return ac_cell_stronger(first, last);
    g->from = first.num;
    g->until = last.num;
    return ac_cell_bool(1);
}

/* What must be known of the record at hand before anything can be collected. */
static ac_cell prepare(gathering *g)
{
    ac_eval *e = g->e;
    ac_cell  cell = open_window(g);

    for (uint32_t i = 0; i < g->a->group_count && cell.state == AC_VALUE_KNOWN; i++)
        cell = ac_eval_path(e, g->a->groups[i].mine);
    if (cell.state != AC_VALUE_KNOWN)
        return cell;
    g->target = g->a->to_owner ? e->record->owner : e->record;
    if (!e->pool || !e->pool->lists[g->a->kind].is_covered || !g->target)
        return ac_eval_missing(e, g->a->path);
    return cell;
}

static ac_cell gather(gathering *g)
{
    const ac_path *kept[4];
    ac_eval       *e = g->e;
    uint32_t       prefixes = e->prefix_count;
    ac_cell        cell = prepare(g);

    if (cell.state != AC_VALUE_KNOWN)
        return cell;
    memcpy(kept, e->prefix, sizeof kept);
    if (e->watch)
        ac_eval_go(e, &e->policy->paths[g->a->prefix]);
    switch ((ac_aggregate_fn)g->a->fn) {
    case AC_AGGREGATE_COUNT:  cell = count(g); break;
    case AC_AGGREGATE_SHARE:  cell = share(g); break;
    case AC_AGGREGATE_ANY:
    case AC_AGGREGATE_ALL:    cell = any_or_all(g); break;
    case AC_AGGREGATE_MEDIAN: cell = median(g); break;
    default:                  cell = sum_or_mean(g); break;
    }
    e->record = g->here;
    memcpy(e->prefix, kept, sizeof kept);
    e->prefix_count = prefixes;
    return cell;
}

ac_cell ac_eval_aggregate(ac_eval *e, uint32_t aggregate, ac_aggregate_tally *tally)
{
    ac_time   as_of = ac_eval_own_instant(e, e->record);
    gathering g;
    ac_eval   past;
    ac_cell   cell;

    memset(&g, 0, sizeof g);
    g.e = e;
    g.a = &e->policy->aggregates[aggregate];
    g.here = e->record;
    if (as_of < e->as_of) {
        ac_eval_begin_at(&past, e, as_of);
        g.e = &past;
    }
    cell = gather(&g);
    if (tally)
        *tally = g.tally;
    return cell;
}
