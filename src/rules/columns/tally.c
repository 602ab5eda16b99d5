#include <aftercare/rules.h>

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "policy/link/rulebook.h"
#include "policy/model/period.h"
#include "rules/columns/column.h"
#include "rules/decide.h"
#include "time/civil.h"

/* Occurrences of numbered persons, counted in columns: what an ordinal costs is worked out once for each offence. */

#define TOP_MAX 65534   /* ordinals beyond which nothing may change */
#define BLOCK   256     /* rows widened at a time */

/* A period that holds the events at hand; it moves on as they do. */
typedef struct window {
    ac_time  end;       /* first instant after it */
    uint32_t number;    /* of the periods met so far; 0: none yet */
} window;

typedef struct charged_in {
    uint32_t period;
    int64_t  sum;
} charged_in;

/* Counters are numbers that grow: the lower half of the number of their window, then 16 bits of count. One that is less than `base` is of
 * a period gone by. */
typedef struct tally_line {
    const int64_t *amounts;     /* by ordinal; [top] for all from there on */
    uint32_t       base;        /* none yet in the window at hand */
    uint32_t       top;
    uint32_t       first_cap;   /* of a person's caps */
    uint32_t       cap_count;
    uint32_t       window;
} tally_line;

typedef struct tally_cap {
    int64_t amount;
    uint8_t period;
} tally_cap;

struct ac_tally {
    ac_mem       mem;
    ac_arena     arena;         /* what follows */
    ac_rulebook *book;
    ac_zone     *zone;
    uint32_t     line_count, persons, cap_count;
    uint32_t     windows_used;  /* a bit for each */
    ac_time      last;
    ac_time      calm_until;    /* none of the windows used ends before */
    tally_line  *lines;
    tally_cap   *caps;
    uint32_t    *counts;        /* [person * line_count + line]; small, for the next event is about any of them */
    charged_in  *charged;       /* [person * cap_count + cap] */
    window       windows[AC_NTH_SPAN];
};

/* ── what an ordinal costs ── */

/* Conditions that compare the ordinal with constants, and amounts that are constant: then nothing changes beyond the greatest of them. */
static int is_plain(const ac_policy *policy, const ac_program *program, int is_condition, uint8_t *windows, int64_t *greatest)
{
    uint32_t i;

    for (i = 0; i < program->count; i++) {
        const ac_op *op = &policy->ops[program->first + i];
        ac_cell      cell;

        switch (op->code) {
        case AC_OP_CONST:
            cell = policy->constants[op->a];
            if (cell.state != AC_VALUE_KNOWN)
                return 0;
            if (is_condition && cell.num / cell.den > *greatest)
                *greatest = cell.num / cell.den;
            break;
        case AC_OP_NTH:
            if (!is_condition || op->a >= AC_NTH_SPAN)
                return 0;
            *windows |= (uint8_t)(1u << op->a);
            break;
        case AC_OP_NOT: case AC_OP_AND: case AC_OP_OR: case AC_OP_EQ: case AC_OP_NE: case AC_OP_LT: case AC_OP_LE: case AC_OP_GT: case AC_OP_GE:
        case AC_OP_IN_LIST: case AC_OP_IN_RANGE:
            if (!is_condition)
                return 0;
            break;
        default:
            if (is_condition || op->code != AC_OP_TO_MONEY)
                return 0;
        }
    }
    return 1;
}

static int is_plain_offence(const ac_policy *policy, const ac_offence *o, uint8_t *windows, int64_t *greatest)
{
    uint32_t i;

    for (i = 0; i < o->deed_count; i++) {
        const ac_deed_def *d = &o->deeds[i];

        if (!is_plain(policy, &d->when, 1, windows, greatest))
            return 0;
        if (d->kind != AC_DEED_IMPOSE && (d->is_range || !is_plain(policy, &d->low, 0, windows, greatest)))
            return 0;
    }
    for (i = 0; i < o->cap_count; i++)
        if (!is_plain(policy, &o->caps[i].amount, 0, windows, greatest))
            return 0;
    return (*windows & (*windows - 1u)) == 0 && *greatest < TOP_MAX && o->share_count == 0 && !o->has_joint_cap;
}

static int yes(ac_eval *e, const ac_program *program)
{
    ac_cell cell;

    if (program->count == 0)
        return 1;
    cell = ac_eval_program(e, program);
    return cell.state == AC_VALUE_KNOWN && cell.num != 0;
}

static int amount_of(ac_eval *e, const ac_offence *o, uint32_t nth, int64_t *out)
{
    uint32_t all[AC_NTH_SPAN], i;

    for (i = 0; i < AC_NTH_SPAN; i++)
        all[i] = nth;
    e->nth = all;
    *out = 0;
    for (i = 0; i < o->deed_count; i++) {
        ac_cell cell;

        if (o->deeds[i].kind == AC_DEED_IMPOSE || !yes(e, &o->deeds[i].when))
            continue;
        cell = ac_eval_program(e, &o->deeds[i].low);
        if (cell.state != AC_VALUE_KNOWN || cell.num < 0 || !ac_i64_add(*out, cell.num, out))
            break;
    }
    e->nth = NULL;
    return i == o->deed_count;
}

static ac_status refuse(uint32_t offence, ac_error *err)
{
    return ac_decision_refuse(AC_E_UNSUPPORTED, AC_MSG_TALLY_FACTS, offence, err);
}

static ac_status make_line(ac_tally *t, ac_eval *e, uint32_t offence, tally_line *line, ac_error *err)
{
    const ac_policy  *policy = e->policy;
    const ac_offence *o = &policy->offences[offence];
    uint8_t           windows = 0;
    int64_t           greatest = 0, *amounts;
    uint32_t          i;

    if (o->record == AC_NO_INDEX || !is_plain_offence(policy, o, &windows, &greatest))
        return refuse(offence, err);
    line->window = AC_NTH_EVER;
    for (i = 0; i < AC_NTH_SPAN; i++)
        if (windows & 1u << i)
            line->window = i;
    t->windows_used |= 1u << line->window;
    line->top = (uint32_t)greatest + 1;
    line->first_cap = t->cap_count;
    line->cap_count = o->cap_count;
    amounts = ac_arena_array(&t->arena, (size_t)line->top + 1, sizeof *amounts);
    if (!amounts)
        return ac_mem_failed(&t->mem, err);
    for (i = 1; i <= line->top; i++)
        if (!amount_of(e, o, i, &amounts[i]))
            return refuse(offence, err);
    line->amounts = amounts;
    for (i = 0; i < o->cap_count; i++) {
        ac_cell cell = ac_eval_program(e, &o->caps[i].amount);

        if (cell.state != AC_VALUE_KNOWN)
            return refuse(offence, err);
        t->caps[t->cap_count].amount = cell.num;
        t->caps[t->cap_count++].period = o->caps[i].period;
        t->windows_used |= 1u << o->caps[i].period;
    }
    return AC_OK;
}

/* ── life ── */

static ac_status make_lines(ac_tally *t, ac_policy *policy, const uint32_t *offences, ac_error *err)
{
    ac_status st = AC_OK;
    ac_eval   e;
    uint32_t  i;

    memset(&e, 0, sizeof e);
    e.policy = policy;
    for (i = 0; st == AC_OK && i < t->line_count; i++)
        st = make_line(t, &e, offences[i], &t->lines[i], err);
    return st;
}

static ac_status make_room(ac_tally *t, const ac_policy *policy, const uint32_t *offences, ac_error *err)
{
    uint32_t i, caps = 0;

    for (i = 0; i < t->line_count; i++) {
        if (offences[i] >= policy->offence_count)
            return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_OFFENCE_NONE, offences[i], err);
        caps += policy->offences[offences[i]].cap_count;
    }
    t->lines = ac_arena_array(&t->arena, t->line_count, sizeof *t->lines);
    t->caps = ac_arena_array(&t->arena, caps, sizeof *t->caps);
    t->counts = ac_arena_array(&t->arena, (size_t)t->persons * t->line_count, sizeof *t->counts);
    t->charged = ac_arena_array(&t->arena, (size_t)t->persons * caps, sizeof *t->charged);
    return t->lines && t->caps && t->counts && t->charged ? AC_OK : ac_mem_failed(&t->mem, err);
}

ac_status ac_tally_new(ac_rulebook *book, ac_policy *policy, const uint32_t *offences, uint32_t offence_count, uint32_t persons,
                       const ac_allocator *allocator, ac_tally **out, ac_error *err)
{
    const ac_link *link;
    ac_tally      *t;
    ac_mem         mem;
    ac_status      st;

    assert(book && policy && out && (offences || offence_count == 0));
    *out = NULL;
    link = ac_rulebook_link(book, policy);
    if (!link || !link->zone)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_BOOK_NO_ZONE, 0, err);
    st = ac_mem_init(&mem, allocator, 0, err);
    if (st != AC_OK)
        return st;
    t = ac_mem_new_owner(&mem, sizeof *t, offsetof(ac_tally, mem));
    if (!t)
        return ac_mem_failed(&mem, err);
    ac_arena_init(&t->arena, &t->mem);
    t->book = ac_rulebook_ref(book);
    t->zone = link->zone;
    t->line_count = offence_count;
    t->persons = persons;
    st = make_room(t, policy, offences, err);
    if (st == AC_OK)
        st = make_lines(t, policy, offences, err);
    if (st != AC_OK) {
        ac_tally_free(t);
        return st;
    }
    ac_tally_reset(t);
    *out = t;
    return AC_OK;
}

void ac_tally_free(ac_tally *tally)
{
    if (!tally)
        return;
    ac_rulebook_unref(tally->book);
    ac_arena_clear(&tally->arena);
    ac_mem_free_owner(&tally->mem, tally, sizeof *tally);
}

void ac_tally_reset(ac_tally *tally)
{
    uint32_t w;

    assert(tally);
    memset(tally->counts, 0, (size_t)tally->persons * tally->line_count * sizeof *tally->counts);
    memset(tally->charged, 0, (size_t)tally->persons * tally->cap_count * sizeof *tally->charged);
    tally->last = tally->calm_until = AC_TIME_MIN;
    for (w = 0; w < AC_NTH_SPAN; w++) {
        tally->windows[w].end = AC_TIME_MIN;
        tally->windows[w].number = 0;
    }
    tally->windows[AC_NTH_EVER].end = INT64_MAX;
    tally->windows[AC_NTH_EVER].number = 1;
}

/* ── periods ── */

/* When the lower half of the number comes round, what is counted under it long ago must not be taken for now. */
static void forget_counts(ac_tally *t, uint32_t kind)
{
    uint32_t p, i;

    for (i = 0; i < t->line_count; i++)
        for (p = 0; t->lines[i].window == kind && p < t->persons; p++)
            t->counts[(size_t)p * t->line_count + i] = 0;
}

static void move_on(ac_tally *t, uint32_t kind, ac_time at)
{
    window *w = &t->windows[kind];
    ac_day  day;
    int32_t second;
    int64_t first, next;

    ac_zone_local(t->zone, at, &day, &second);
    ac_period_days((ac_period_kind)kind, day, &first, &next);
    w->end = next > AC_DAY_MAX ? INT64_MAX : ac_zone_instant(t->zone, (ac_day)next, 0);
    w->number++;
    if ((uint16_t)w->number == 0)
        forget_counts(t, kind);
}

/* Moves on to the windows that hold an instant. */
static void catch_up(ac_tally *t, ac_time at)
{
    uint32_t kind, i;

    t->calm_until = INT64_MAX;
    for (kind = 0; kind < AC_NTH_SPAN; kind++) {
        if (!(t->windows_used & 1u << kind))
            continue;
        if (at >= t->windows[kind].end)
            move_on(t, kind, at);
        if (t->windows[kind].end < t->calm_until)
            t->calm_until = t->windows[kind].end;
    }
    for (i = 0; i < t->line_count; i++)
        t->lines[i].base = t->windows[t->lines[i].window].number << 16;
}

/* ── events ── */

static int64_t cap(ac_tally *t, const tally_line *line, size_t person, int64_t amount)
{
    charged_in *charged = &t->charged[person * t->cap_count + line->first_cap];
    uint32_t    i;

    for (i = 0; i < line->cap_count; i++) {
        const tally_cap *c = &t->caps[line->first_cap + i];
        uint32_t         number = t->windows[c->period].number;

        if (charged[i].period != number) {
            charged[i].period = number;
            charged[i].sum = 0;
        }
        if (amount > c->amount - charged[i].sum)
            amount = c->amount - charged[i].sum;
    }
    for (i = 0; i < line->cap_count; i++)
        charged[i].sum += amount;
    return amount;
}

/* Counts one occurrence: what it comes to. */
static inline int64_t count_one(ac_tally *t, size_t offence, size_t person, ac_time at)
{
    const tally_line *line = &t->lines[offence];
    uint32_t         *count = &t->counts[person * t->line_count + offence];
    uint32_t          nth;

    if (at >= t->calm_until)
        catch_up(t, at);
    nth = *count < line->base ? line->base : *count;
    nth += nth - line->base < line->top;
    *count = nth;
    nth -= line->base;
    return line->cap_count > 0 ? cap(t, line, person, line->amounts[nth]) : line->amounts[nth];
}

typedef struct block {
    int64_t offence[BLOCK], person[BLOCK], at[BLOCK];
    size_t  first, n;
} block;

static int is_row(const ac_tally *t, const block *b, size_t i, ac_time last)
{
    return (uint64_t)b->offence[i] < t->line_count && (uint64_t)b->person[i] < t->persons && b->at[i] >= last && b->at[i] <= AC_TIME_MAX;
}

/* The first row that cannot be counted, or b->n. All rows are looked at in one go, for nearly always each of them can: a number is
 * negative where something is wrong. */
static size_t first_bad(const ac_tally *t, const block *b)
{
    uint64_t offences = (uint64_t)t->line_count - 1, persons = (uint64_t)t->persons - 1, last = (uint64_t)t->last, bad = 0;
    size_t   i;

    for (i = 0; i < b->n; i++) {
        uint64_t offence = (uint64_t)b->offence[i], person = (uint64_t)b->person[i], at = (uint64_t)b->at[i];

        bad |= offence | (offences - offence) | person | (persons - person) | (at - last) | (at - (uint64_t)AC_TIME_MIN);
        last = at;
    }
    if (bad >> 63 == 0 && (int64_t)last <= AC_TIME_MAX)
        return b->n;
    for (i = 0; i < b->n && is_row(t, b, i, i > 0 ? b->at[i - 1] : t->last); i++)
        ;
    return i;
}

static ac_status say_bad(const ac_tally *t, const block *b, size_t i, ac_error *err)
{
    int     is_order = is_row(t, b, i, AC_TIME_MIN);
    int64_t row = (int64_t)(b->first + i);

    return is_order ? ac_decision_refuse(AC_E_CONFLICT, AC_MSG_LEDGER_ORDER, row, err) : ac_decision_refuse(AC_E_RANGE, AC_MSG_TALLY_ROW, row, err);
}

static ac_status enter(ac_tally *t, block *b, int64_t *charged, int64_t *totals, ac_error *err)
{
    size_t i, n = first_bad(t, b);

    for (i = 0; i < n; i++) {
        size_t  person = (size_t)b->person[i];
        int64_t amount = count_one(t, (size_t)b->offence[i], person, b->at[i]);

        if (charged)
            charged[b->first + i] = amount;
        t->last = b->at[i];
        if (totals && !ac_i64_add(totals[person], amount, &totals[person]))
            return ac_decision_refuse(AC_E_RANGE, AC_MSG_LEDGER_OVERFLOW, (int64_t)(b->first + i), err);
    }
    return n == b->n ? AC_OK : say_bad(t, b, n, err);
}

static void shift(block *b, ac_time origin)
{
    size_t i;

    for (i = 0; i < b->n; i++)
        if (!ac_i64_add(b->at[i], origin, &b->at[i]))
            b->at[i] = INT64_MAX;   /* no instant: refused with its row */
}

static void load(const ac_column_in *column, const block *b, int64_t *out)
{
    ac_column_widen(column->data, column->width, b->first, b->n, out);
}

ac_status ac_tally_enter(ac_tally *tally, const ac_events_in *events, int64_t *charged, int64_t *totals, ac_error *err)
{
    ac_status st = AC_OK;
    block     b;

    assert(tally && events);
    if (!ac_column_is_width(events->offence.width) || !ac_column_is_width(events->person.width) || !ac_column_is_width(events->at.width))
        return ac_decision_refuse(AC_E_INVALID, AC_MSG_BULK_COLUMN, 0, err);
    for (b.first = 0; st == AC_OK && b.first < events->rows; b.first += BLOCK) {
        b.n = events->rows - b.first < BLOCK ? events->rows - b.first : BLOCK;
        load(&events->offence, &b, b.offence);
        load(&events->person, &b, b.person);
        load(&events->at, &b, b.at);
        shift(&b, events->origin);
        st = enter(tally, &b, charged, totals, err);
    }
    return st;
}

ac_status ac_tally_add(ac_tally *tally, uint32_t offence, uint32_t person, ac_time at, int64_t *charged, ac_error *err)
{
    int64_t amount;

    assert(tally);
    if (offence >= tally->line_count || person >= tally->persons || !ac_time_is_valid(at))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_TALLY_ROW, 0, err);
    if (at < tally->last)
        return ac_decision_refuse(AC_E_CONFLICT, AC_MSG_LEDGER_ORDER, 0, err);
    amount = count_one(tally, offence, person, at);
    tally->last = at;
    if (charged)
        *charged = amount;
    return AC_OK;
}
