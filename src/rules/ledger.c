#include <aftercare/rules.h>

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "base/hash.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "rules/decide.h"
#include "rules/offence.h"
#include "time/civil.h"

/* Occurrences counted by person, offence and window, and what caps leave of them. */

/* A count that the first of its occurrences began. */
typedef struct lapsing {
    ac_occasion first;
    uint32_t    count;      /* 0: none yet */
} lapsing;

/* What one person has of one offence. */
typedef struct counter {
    struct {
        int32_t  period;    /* entered last */
        uint32_t count;
        int64_t  charged;
    } in[AC_NTH_SPAN];
    uint64_t     entered;
    ac_occasion *last;      /* [entered % keeps] is the next to be overwritten */
    lapsing     *lapsing;   /* per window of the kind */
} counter;

/* What is followed of an offence for every person, whichever version asks. */
typedef struct kind {
    uint32_t     keeps;         /* occurrences that rolling windows look back at */
    uint32_t     lapsing_count;
    ac_nth_span *lapsing;
} kind;

struct ac_ledger {
    ac_mem    mem;
    ac_arena  arena;
    ac_intern persons;
    ac_intern offences;     /* by name; counting goes on over versions of a policy */
    ac_intern pairs;        /* person and offence, by their numbers */
    kind     *kinds;        /* per offence */
    size_t    kind_room;
    counter  *counters;     /* per pair */
    size_t    counter_room;
    int       has_last;
    ac_time   last_at;
    char     *last_id;
    size_t    last_size, last_room;
};

/* ── life ── */

static void forget(ac_ledger *ledger)
{
    ac_intern_init(&ledger->persons, &ledger->arena);
    ac_intern_init(&ledger->offences, &ledger->arena);
    ac_intern_init(&ledger->pairs, &ledger->arena);
    ledger->has_last = 0;
    ledger->last_size = 0;
}

ac_status ac_ledger_new(const ac_allocator *allocator, ac_ledger **out, ac_error *err)
{
    ac_ledger *ledger;
    ac_mem     mem;
    ac_status  st;

    assert(out);
    *out = NULL;
    st = ac_mem_init(&mem, allocator, 0, err);
    if (st != AC_OK)
        return st;
    ledger = ac_mem_new_owner(&mem, sizeof *ledger, offsetof(ac_ledger, mem));
    if (!ledger)
        return ac_mem_failed(&mem, err);
    ac_arena_init(&ledger->arena, &ledger->mem);
    forget(ledger);
    *out = ledger;
    return AC_OK;
}

void ac_ledger_free(ac_ledger *ledger)
{
    if (!ledger)
        return;
    ac_arena_clear(&ledger->arena);
    ac_mem_free_array(&ledger->mem, ledger->counters, ledger->counter_room);
    ac_mem_free_array(&ledger->mem, ledger->kinds, ledger->kind_room);
    ac_mem_free(&ledger->mem, ledger->last_id, ledger->last_room);
    ac_mem_free_owner(&ledger->mem, ledger, sizeof *ledger);
}

void ac_ledger_reset(ac_ledger *ledger)
{
    assert(ledger);
    ac_arena_clear(&ledger->arena);
    forget(ledger);
}

/* ── periods ── */

/* Periods of one kind are numbered, so that two days of one have the same number. */
int32_t ac_occurrence_period(uint32_t window, ac_day day)
{
    ac_date date;

    if (window == AC_NTH_EVER)
        return 0;
    if (window == AC_PERIOD_DAY)
        return day;
    if (window == AC_PERIOD_WEEK)
        return (day - AC_DAY_MIN + (int32_t)ac_day_weekday(AC_DAY_MIN)) / 7;
    date = ac_day_to_date(day);
    return (date.year * 12 + date.month - 1) / ac_period_months((ac_period_kind)window);
}

int ac_occurrence_weighs(const ac_nth_span *span, ac_occasion before, ac_occasion now)
{
    ac_day end;

    if (span->unit == AC_UNIT_SECOND)
        return now.at - before.at < span->length;
    if (span->unit == AC_UNIT_DAY)
        return (int64_t)now.day - before.day < span->length;
    return ac_day_add_months(before.day, span->length, (ac_month_end)span->month_end, &end, NULL) != AC_OK || now.day < end;    /* beyond year 9999: for ever */
}

/* ── what is followed ── */

/* The version of a family of records knows which others there are. */
static const ac_rulebook *book_of(const ac_record *record)
{
    while (record->parent)
        record = record->parent;
    return record->book;
}

static uint32_t find_lapsing(const kind *k, const ac_nth_span *span)
{
    uint32_t i;

    for (i = 0; i < k->lapsing_count; i++)
        if (ac_nth_span_same(&k->lapsing[i], span))
            return i;
    return AC_NO_INDEX;
}

static void follow(kind *k, const ac_offence *o)
{
    uint32_t i;

    for (i = 0; i < o->span_count; i++) {
        if (o->spans[i].from_first && find_lapsing(k, &o->spans[i]) == AC_NO_INDEX)
            k->lapsing[k->lapsing_count++] = o->spans[i];
        if (!o->spans[i].from_first && o->spans[i].most > k->keeps + 1)
            k->keeps = o->spans[i].most - 1;
    }
}

/* All windows in which any version in the book counts an offence. @return 0 when memory was refused. */
static int make_kind(ac_ledger *ledger, const ac_rulebook *book, ac_text offence, kind *k)
{
    uint32_t i, at, pass, room = 0, policies = ac_rulebook_policy_count(book);

    memset(k, 0, sizeof *k);
    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < policies; i++) {
            const ac_policy *policy = ac_rulebook_policy_at(book, i);

            at = ac_policy_find_offence(policy, offence);
            if (at != AC_NO_INDEX && pass == 0)
                room += policy->offences[at].span_count;
            else if (at != AC_NO_INDEX)
                follow(k, &policy->offences[at]);
        }
        if (pass == 0)
            k->lapsing = ac_arena_array(&ledger->arena, room, sizeof *k->lapsing);
        if (!k->lapsing)
            return 0;
    }
    return 1;
}

/* Whether the windows of a version are all followed. */
static int is_followed(const kind *k, const ac_offence *o)
{
    uint32_t i;

    for (i = 0; i < o->span_count; i++)
        if (o->spans[i].from_first ? find_lapsing(k, &o->spans[i]) == AC_NO_INDEX : o->spans[i].most > k->keeps + 1)
            return 0;
    return 1;
}

/* ── an event ── */

typedef struct entering {
    ac_ledger           *ledger;
    ac_record           *record;
    const ac_occurrence *chosen;
    ac_time              now;
    ac_occasion          when;
    int32_t              periods[AC_NTH_SPAN];      /* that hold the event, by the local day */
    ac_charge           *charges;
    uint32_t             count;
    ac_deed             *deeds;
    uint32_t             deed_count, deed_room;
    ac_error            *err;
} entering;

/* The counter of a person and an offence, or NULL while there is none. */
static counter *find_counter(const ac_ledger *ledger, ac_text subject, ac_text offence)
{
    uint32_t pair[2], id;
    ac_text  key;

    pair[0] = ac_intern_find(&ledger->persons, subject);
    pair[1] = ac_intern_find(&ledger->offences, offence);
    if (pair[0] == AC_INTERN_NONE || pair[1] == AC_INTERN_NONE)
        return NULL;
    key.data = (const char *)pair;
    key.size = sizeof pair;
    id = ac_intern_find(&ledger->pairs, key);
    return id == AC_INTERN_NONE ? NULL : &ledger->counters[id];
}

/* Makes that counter unless there is one. @return 0 when memory was refused. */
static int make_counter(ac_ledger *ledger, const ac_rulebook *book, ac_text subject, ac_text offence)
{
    uint32_t known = ledger->offences.count, pair[2];
    counter *c, blank;
    ac_text  key;
    kind     k;

    if (find_counter(ledger, subject, offence))
        return 1;
    if (!ac_mem_grow(&ledger->mem, (void **)&ledger->kinds, &ledger->kind_room, (size_t)known + 1, sizeof *ledger->kinds)
        || !ac_mem_grow(&ledger->mem, (void **)&ledger->counters, &ledger->counter_room, (size_t)ledger->pairs.count + 1, sizeof *ledger->counters))
        return 0;
    if (ac_intern_find(&ledger->offences, offence) == AC_INTERN_NONE && !make_kind(ledger, book, offence, &k))
        return 0;
    pair[0] = ac_intern_add(&ledger->persons, subject);
    pair[1] = ac_intern_add(&ledger->offences, offence);
    if (pair[1] == known)
        ledger->kinds[known] = k;
    if (pair[0] == AC_INTERN_NONE || pair[1] == AC_INTERN_NONE)
        return 0;
    memset(&blank, 0, sizeof blank);
    k = ledger->kinds[pair[1]];
    blank.last = ac_arena_array(&ledger->arena, k.keeps, sizeof *blank.last);
    blank.lapsing = ac_arena_array(&ledger->arena, k.lapsing_count, sizeof *blank.lapsing);
    c = &ledger->counters[ledger->pairs.count];
    key.data = (const char *)pair;
    key.size = sizeof pair;
    if (!blank.last || !blank.lapsing || ac_intern_add(&ledger->pairs, key) == AC_INTERN_NONE)
        return 0;
    *c = blank;
    return 1;
}

/* How many of those before still weigh, as far as it matters. */
static uint32_t count_rolling(const counter *c, const kind *k, const ac_nth_span *span, ac_occasion when)
{
    uint32_t i, n = 0, kept = c->entered < k->keeps ? (uint32_t)c->entered : k->keeps;

    for (i = 0; i < kept; i++)
        n += (uint32_t)ac_occurrence_weighs(span, c->last[i], when);
    return n < span->most ? n : span->most - 1;
}

static uint32_t count_lapsing(const counter *c, const kind *k, const ac_nth_span *span, ac_occasion when)
{
    const lapsing *l = &c->lapsing[find_lapsing(k, span)];

    return l->count > 0 && ac_occurrence_weighs(span, l->first, when) ? l->count : 0;
}

/* What the counters say of the windows at hand: the number this occurrence would have. */
static ac_status number_windows(const entering *x, const ac_offence *o, ac_text subject, uint32_t *nth)
{
    const ac_ledger *ledger = x->ledger;
    const counter   *c = find_counter(ledger, subject, o->name);
    uint32_t         at = ac_intern_find(&ledger->offences, o->name), w;
    const kind      *k = at == AC_INTERN_NONE ? NULL : &ledger->kinds[at];

    if (k && !is_followed(k, o))
        return ac_decision_refuse(AC_E_LIMIT, AC_MSG_LEDGER_WINDOW, (int64_t)(o - x->record->policy->offences), x->err);
    memset(nth, 0, AC_NTH_WINDOWS * sizeof *nth);
    for (w = 0; w < AC_NTH_SPAN; w++)
        nth[w] = 1 + (c && c->in[w].period == x->periods[w] ? c->in[w].count : 0);
    for (w = 0; w < o->span_count; w++)
        nth[AC_NTH_SPAN + w] = 1 + (!c ? 0 : o->spans[w].from_first ? count_lapsing(c, k, &o->spans[w], x->when) : count_rolling(c, k, &o->spans[w], x->when));
    return AC_OK;
}

static int64_t charged_before(const counter *c, uint32_t window, int32_t period)
{
    return c && c->in[window].period == period ? c->in[window].charged : 0;
}

/* An event is held against somebody, or cannot be counted. */
static ac_status check_subject(const entering *x, const ac_charge *charge)
{
    if (!charge->proposal.occurs || charge->proposal.subject.size > 0)
        return AC_OK;
    return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_LEDGER_NO_SUBJECT, charge->offence, x->err);
}

/* Amounts that are settled. With the least of those that are not, which least_of adds up again, they must not overflow either. */
static ac_status sum_deeds(const entering *x, ac_charge *charge)
{
    int64_t  least = 0;
    uint32_t i;
    int      ok = 1;

    for (i = 0; i < charge->proposal.deed_count; i++) {
        const ac_deed *deed = &x->deeds[charge->first_deed + i];

        ok &= ac_i64_add(least, deed->amount, &least);
        if (!deed->is_open)
            ok &= ac_i64_add(charge->amount, deed->amount, &charge->amount);
    }
    return ok ? AC_OK : ac_decision_refuse(AC_E_RANGE, AC_MSG_LEDGER_OVERFLOW, charge->offence, x->err);
}

/* One offence; left out when it does not hold. The first question is whom it concerns, the second what that makes of it. */
static ac_status try_offence(entering *x, uint32_t offence)
{
    static const ac_charge blank = { sizeof blank, 0, 0, AC_PROPOSAL_INIT, AC_OCCURRENCE_INIT, 0, 0, 0, 0, NULL, AC_NO_INDEX, 0 };
    const ac_offence      *def = &x->record->policy->offences[offence];
    ac_charge             *charge = &x->charges[x->count];
    ac_deed               *deeds = x->deeds + x->deed_count;
    uint32_t               room = x->deed_room - x->deed_count;
    ac_status              st;

    *charge = blank;
    charge->offence = offence;
    charge->first_deed = x->deed_count;
    if (x->chosen) {
        charge->occurrence = *x->chosen;
        charge->occurrence.size = sizeof charge->occurrence;
    }
    st = number_windows(x, def, ac_offence_subject(x->record, offence, x->now), charge->occurrence.nth);
    if (st != AC_OK)
        return st;
    st = ac_rules_proposal(x->record, offence, &charge->occurrence, x->now, &charge->proposal, deeds, room, x->err);
    if (st == AC_OK)
        st = check_subject(x, charge);
    if (st != AC_OK || charge->proposal.state == AC_PROPOSAL_NONE)
        return st;
    st = sum_deeds(x, charge);
    charge->charged = charge->proposal.state <= AC_PROPOSAL_OPEN ? charge->amount : 0;     /* while anything is not known nothing is due */
    x->deed_count += charge->proposal.deed_count;
    x->count++;
    return st;
}

/* ── the dearer of two ── */

static int64_t least_of(const entering *x, const ac_charge *charge)
{
    int64_t  sum = 0;
    uint32_t i;

    for (i = 0; i < charge->proposal.deed_count; i++)
        sum += x->deeds[charge->first_deed + i].amount;     /* added up before without overflow */
    return sum;
}

static void yield(entering *x, ac_charge *a, ac_charge *b)
{
    int       a_open = a->proposal.state != AC_PROPOSAL_MADE, b_open = b->proposal.state != AC_PROPOSAL_MADE;
    int64_t   a_least = least_of(x, a), b_least = least_of(x, b);
    ac_charge *less = a_least < b_least || (a_least == b_least && a->offence > b->offence) ? a : b;

    /* What is open may still rise above what is settled. */
    if ((less == a && a_open) || (less == b && b_open)) {
        a->waits = b->waits = 1;
        a->charged = b->charged = 0;
        return;
    }
    less->yields_to = less == a ? b->offence : a->offence;
    less->charged = 0;
}

static void take_dearer(entering *x)
{
    uint32_t i, k, n;

    for (i = 0; i < x->count; i++) {
        const ac_offence *def = &x->record->policy->offences[x->charges[i].offence];

        for (n = 0; n < def->pair_count; n++)
            for (k = 0; k < x->count && !def->pairs[n].adds; k++)
                if (x->charges[k].offence == def->pairs[n].other && x->charges[i].proposal.occurs && x->charges[k].proposal.occurs)
                    yield(x, &x->charges[i], &x->charges[k]);
    }
}

/* ── caps ── */

static void apply_cap(entering *x, ac_eval *e, ac_charge *charge, const counter *c, const ac_cap_def *cap)
{
    ac_cell amount = ac_eval_program(e, &cap->amount);
    int64_t left;

    if (amount.state == AC_VALUE_NONE)
        return;
    if (amount.state != AC_VALUE_KNOWN) {
        charge->proposal.state = amount.state == AC_VALUE_UNSET ? AC_PROPOSAL_UNSET : AC_PROPOSAL_UNDECIDED;
        charge->proposal.clause = e->policy->lines[cap->line].clause;
        charge->proposal.missing = amount.state == AC_VALUE_UNSET ? e->policy->unsets[amount.num].name.data : NULL;
        charge->charged = 0;
        return;
    }
    left = amount.num - charged_before(c, cap->period, x->periods[cap->period]);
    if (left < 0)
        left = 0;
    if (charge->charged <= left)
        return;
    charge->capped += charge->charged - left;
    charge->charged = left;
    charge->cap_line = e->policy->lines[cap->line].line;
    charge->cap_clause = e->policy->lines[cap->line].clause;
}

static void apply_caps(entering *x, ac_charge *charge)
{
    const ac_offence *def = &x->record->policy->offences[charge->offence];
    const counter    *c = find_counter(x->ledger, charge->proposal.subject, def->name);
    ac_eval           e;
    uint32_t          i;

    ac_eval_begin(&e, x->record, x->now);
    for (i = 0; i < def->cap_count && charge->charged > 0; i++)
        apply_cap(x, &e, charge, c, &def->caps[i]);
}

/* ── entering ── */

static int is_after(const ac_ledger *ledger, ac_time at, ac_text id)
{
    ac_text last;

    if (!ledger->has_last || at != ledger->last_at)
        return !ledger->has_last || at > ledger->last_at;
    last.data = ledger->last_id;
    last.size = ledger->last_size;
    return ac_text_compare(last, id) < 0;
}

/* When it happened: the dated moment of the record, as an instant and by the periods that hold its local day. */
static ac_status find_periods(entering *x, ac_time *at)
{
    const ac_record_def *def = x->record->def;
    const ac_zone       *zone = x->record->link->zone;
    ac_cell              cell;
    int32_t              second;
    uint32_t             w;

    if (!zone)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_BOOK_NO_ZONE, 0, x->err);
    *at = x->now;
    if (def->dated != AC_NO_INDEX) {
        cell = ac_record_cell(x->record, def->dated, AC_TIME_MAX);
        if (cell.state != AC_VALUE_KNOWN)
            return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_LEDGER_NO_DATE, def->dated, x->err);
        *at = def->fields[def->dated].type.kind == AC_TYPE_DATE ? ac_zone_instant(zone, (ac_day)cell.num, 0) : cell.num;
    }
    x->when.at = *at;
    ac_zone_local(zone, *at, &x->when.day, &second);
    for (w = 0; w < AC_NTH_SPAN; w++)
        x->periods[w] = ac_occurrence_period(w, x->when.day);
    return AC_OK;
}

/* All memory that counting takes, so that it cannot fail half way. */
static int make_room(entering *x, ac_text id)
{
    ac_ledger *ledger = x->ledger;
    uint32_t   i;

    if (id.size > ledger->last_room) {
        char *room = ac_mem_resize(&ledger->mem, ledger->last_id, ledger->last_room, id.size);

        if (!room)
            return 0;
        ledger->last_id = room;
        ledger->last_room = id.size;
    }
    for (i = 0; i < x->count; i++)
        if (x->charges[i].proposal.occurs
            && !make_counter(ledger, book_of(x->record), x->charges[i].proposal.subject, x->record->policy->offences[x->charges[i].offence].name))
            return 0;
    return 1;
}

static void count(entering *x, const ac_charge *charge)
{
    ac_text     offence = x->record->policy->offences[charge->offence].name;
    counter    *c = find_counter(x->ledger, charge->proposal.subject, offence);
    const kind *k = &x->ledger->kinds[ac_intern_find(&x->ledger->offences, offence)];
    uint32_t    w;

    if (k->keeps > 0)
        c->last[c->entered++ % k->keeps] = x->when;
    for (w = 0; w < k->lapsing_count; w++) {
        if (c->lapsing[w].count == 0 || !ac_occurrence_weighs(&k->lapsing[w], c->lapsing[w].first, x->when)) {
            c->lapsing[w].first = x->when;
            c->lapsing[w].count = 0;
        }
        c->lapsing[w].count++;
    }
    for (w = 0; w < AC_NTH_SPAN; w++) {
        if (c->in[w].period != x->periods[w]) {
            c->in[w].period = x->periods[w];
            c->in[w].count = 0;
            c->in[w].charged = 0;
        }
        c->in[w].count++;
        c->in[w].charged = c->in[w].charged > INT64_MAX - charge->charged ? INT64_MAX : c->in[w].charged + charge->charged;
    }
}

static ac_status check_room(const entering *x, uint32_t only, uint32_t room)
{
    const ac_policy *policy = x->record->policy;
    uint32_t         i, offences = 0, deeds = 0;

    if (only != AC_NO_INDEX && only >= policy->offence_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_OFFENCE_NONE, only, x->err);
    if (only != AC_NO_INDEX && policy->offences[only].record != x->record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_OFFENCE_OTHER_RECORD, only, x->err);
    for (i = 0; i < policy->offence_count; i++)
        if (policy->offences[i].record == x->record->type && (only == AC_NO_INDEX || only == i)) {
            offences++;
            deeds += policy->offences[i].deed_count;
        }
    return offences <= room && deeds <= x->deed_room ? AC_OK : ac_decision_refuse(AC_E_LIMIT, AC_MSG_LEDGER_ROOM, deeds, x->err);
}

ac_status ac_ledger_enter(ac_ledger *ledger, ac_record *record, ac_text id, uint32_t only, const ac_occurrence *chosen, ac_time now,
                          ac_charge *charges, uint32_t charge_room, uint32_t *charge_count, ac_deed *deeds, uint32_t deed_room, ac_error *err)
{
    entering  x = { ledger, record, chosen, now, { 0, 0 }, { 0 }, charges, 0, deeds, 0, deed_room, err };
    ac_time   at = 0;
    ac_status st;
    uint32_t  i;

    assert(ledger && record && charge_count && (charges || charge_room == 0));
    *charge_count = 0;
    st = check_room(&x, only, charge_room);
    if (st == AC_OK)
        st = find_periods(&x, &at);
    if (st != AC_OK)
        return st;
    if (!is_after(ledger, at, id))
        return ac_decision_refuse(AC_E_CONFLICT, AC_MSG_LEDGER_ORDER, at, err);
    for (i = 0; st == AC_OK && i < record->policy->offence_count; i++)
        if (only == i || (only == AC_NO_INDEX && record->policy->offences[i].record == record->type))
            st = try_offence(&x, i);
    if (st != AC_OK)
        return st;
    take_dearer(&x);
    if (!make_room(&x, id))
        return ac_mem_failed(&ledger->mem, err);
    for (i = 0; i < x.count; i++)
        apply_caps(&x, &charges[i]);
    for (i = 0; i < x.count; i++)
        if (charges[i].proposal.occurs)
            count(&x, &charges[i]);
    ledger->has_last = 1;
    ledger->last_at = at;
    ledger->last_size = id.size;
    if (id.size > 0)
        memcpy(ledger->last_id, id.data, id.size);
    *charge_count = x.count;
    return AC_OK;
}
