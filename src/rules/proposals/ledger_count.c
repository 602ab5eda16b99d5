#include "rules/proposals/ledger.h"

#include <string.h>

#include "rules/decide.h"

/* Occurrences numbered by person, offence and window. */

int ac_occurrence_weighs(const ac_window_span *span, ac_occasion before, ac_occasion now)
{
    ac_day end;

    if (span->unit == AC_UNIT_SECOND)
        return now.at - before.at < span->length;
    if (span->unit == AC_UNIT_DAY)
        return (int64_t)now.day - before.day < span->length;
    return ac_day_add_months(before.day, span->length, (ac_month_end)span->month_end, &end, NULL) != AC_OK || now.day < end;    /* beyond year 9999: for ever */
}

/* ── what is followed ── */

static uint32_t find_lapsing(const ac_followed *k, const ac_window_span *span)
{
    uint32_t i;

    for (i = 0; i < k->lapsing_count; i++)
        if (ac_window_span_same(&k->lapsing[i], span))
            return i;
    return AC_NO_INDEX;
}

static void follow(ac_followed *k, const ac_offence *o)
{
    uint32_t i;

    for (i = 0; i < o->span_count; i++) {
        if (o->spans[i].from_first && find_lapsing(k, &o->spans[i]) == AC_NO_INDEX)
            k->lapsing[k->lapsing_count++] = o->spans[i];
        if (!o->spans[i].from_first && o->spans[i].most > k->keeps + 1)
            k->keeps = o->spans[i].most - 1;
    }
    k->carries |= o->carried_by != AC_NO_INDEX;
}

/* All that any version in the book asks about an offence. @return 0 when memory was refused. */
static int make_followed(ac_ledger *ledger, const ac_rulebook *book, ac_text offence, ac_followed *k)
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

/* Whether all that a version asks for is followed. */
static int is_followed(const ac_followed *k, const ac_offence *o)
{
    uint32_t i;

    for (i = 0; i < o->span_count; i++)
        if (o->spans[i].from_first ? find_lapsing(k, &o->spans[i]) == AC_NO_INDEX : o->spans[i].most > k->keeps + 1)
            return 0;
    return k->carries || o->carried_by == AC_NO_INDEX;
}

/* ── counters ── */

ac_counter *ac_ledger_counter(const ac_ledger *ledger, ac_text person, ac_text offence)
{
    uint32_t pair[2], id;
    ac_text  key;

    pair[0] = ac_intern_find(&ledger->persons, person);
    pair[1] = ac_intern_find(&ledger->offences, offence);
    if (pair[0] == AC_INTERN_NONE || pair[1] == AC_INTERN_NONE)
        return NULL;
    key.data = (const char *)pair;
    key.size = sizeof pair;
    id = ac_intern_find(&ledger->pairs, key);
    return id == AC_INTERN_NONE ? NULL : &ledger->counters[id];
}

int ac_ledger_make_counter(ac_ledger *ledger, const ac_rulebook *book, ac_text person, ac_text offence)
{
    uint32_t    known = ledger->offences.count, pair[2];
    ac_counter *c, blank;
    ac_text     key;
    ac_followed k;

    if (ac_ledger_counter(ledger, person, offence))
        return 1;
    if (!ac_mem_grow(&ledger->mem, (void **)&ledger->followed, &ledger->followed_room, (size_t)known + 1, sizeof *ledger->followed)
        || !ac_mem_grow(&ledger->mem, (void **)&ledger->counters, &ledger->counter_room, (size_t)ledger->pairs.count + 1, sizeof *ledger->counters))
        return 0;
    if (ac_intern_find(&ledger->offences, offence) == AC_INTERN_NONE && !make_followed(ledger, book, offence, &k))
        return 0;
    pair[0] = ac_intern_add(&ledger->persons, person);
    pair[1] = ac_intern_add(&ledger->offences, offence);
    if (pair[1] == known)
        ledger->followed[known] = k;
    if (pair[0] == AC_INTERN_NONE || pair[1] == AC_INTERN_NONE)
        return 0;
    memset(&blank, 0, sizeof blank);
    k = ledger->followed[pair[1]];
    blank.last = ac_arena_array(&ledger->arena, k.keeps, sizeof *blank.last);
    blank.lapsing = ac_arena_array(&ledger->arena, k.lapsing_count, sizeof *blank.lapsing);
    c = &ledger->counters[ledger->pairs.count];
    key.data = (const char *)pair;
    key.size = sizeof pair;
    if (k.carries)
        blank.carrying = ac_arena_array(&ledger->arena, 1, sizeof *blank.carrying);
    if (!blank.last || !blank.lapsing || (k.carries && !blank.carrying) || ac_intern_add(&ledger->pairs, key) == AC_INTERN_NONE)
        return 0;
    *c = blank;
    return 1;
}

/* How many of those before still weigh, as far as it matters. */
static uint32_t count_rolling(const ac_counter *c, const ac_followed *k, const ac_window_span *span, ac_occasion when)
{
    uint32_t i, n = 0, kept = c->entered < k->keeps ? (uint32_t)c->entered : k->keeps;

    for (i = 0; i < kept; i++)
        n += (uint32_t)ac_occurrence_weighs(span, c->last[i], when);
    return n < span->most ? n : span->most - 1;
}

static uint32_t count_lapsing(const ac_counter *c, const ac_followed *k, const ac_window_span *span, ac_occasion when)
{
    const ac_lapsing *l = &c->lapsing[find_lapsing(k, span)];

    return l->count > 0 && ac_occurrence_weighs(span, l->first, when) ? l->count : 0;
}

ac_status ac_ledger_number(const ac_entering *x, const ac_offence *o, ac_text subject, uint32_t *nth)
{
    const ac_ledger   *ledger = x->ledger;
    const ac_counter  *c = ac_ledger_counter(ledger, subject, o->name);
    uint32_t           at = ac_intern_find(&ledger->offences, o->name), w;
    const ac_followed *k = at == AC_INTERN_NONE ? NULL : &ledger->followed[at];

    if (k && !is_followed(k, o))
        return ac_decision_refuse(AC_E_LIMIT, AC_MSG_LEDGER_WINDOW, (int64_t)(o - x->record->policy->offences), x->err);
    memset(nth, 0, AC_NTH_WINDOWS * sizeof *nth);
    for (w = 0; w < AC_NTH_SPAN; w++)
        nth[w] = 1 + (c && c->in[w].period == x->periods[w] ? c->in[w].count : 0);
    for (w = 0; w < o->span_count; w++)
        nth[AC_NTH_SPAN + w] = 1 + (!c ? 0 : o->spans[w].from_first ? count_lapsing(c, k, &o->spans[w], x->when) : count_rolling(c, k, &o->spans[w], x->when));
    return AC_OK;
}

/* Sums of periods that are over are forgotten. */
static void enter_periods(const ac_entering *x, ac_counter *c)
{
    uint32_t w;

    for (w = 0; w < AC_NTH_SPAN; w++)
        if (c->in[w].period != x->periods[w]) {
            c->in[w].period = x->periods[w];
            c->in[w].count = 0;
            c->in[w].charged = 0;
            c->in[w].carried = 0;
        }
}

void ac_ledger_count(const ac_entering *x, const ac_charge *charge)
{
    ac_text            offence = x->record->policy->offences[charge->offence].name;
    ac_counter        *c = ac_ledger_counter(x->ledger, charge->proposal.subject, offence);
    const ac_followed *k = &x->ledger->followed[ac_intern_find(&x->ledger->offences, offence)];
    uint32_t           w;

    if (k->keeps > 0)
        c->last[c->entered++ % k->keeps] = x->when;
    for (w = 0; w < k->lapsing_count; w++) {
        if (c->lapsing[w].count == 0 || !ac_occurrence_weighs(&k->lapsing[w], c->lapsing[w].first, x->when)) {
            c->lapsing[w].first = x->when;
            c->lapsing[w].count = 0;
        }
        c->lapsing[w].count++;
    }
    enter_periods(x, c);
    for (w = 0; w < AC_NTH_SPAN; w++)
        c->in[w].count++;
}

void ac_ledger_charge(const ac_entering *x, const ac_charge *charge)
{
    ac_counter *c = ac_ledger_counter(x->ledger, charge->payer, x->record->policy->offences[charge->offence].name);
    uint32_t    w;

    enter_periods(x, c);
    for (w = 0; w < AC_NTH_SPAN; w++) {
        c->in[w].charged = ac_ledger_sum(c->in[w].charged, charge->charged);
        c->in[w].carried = ac_ledger_sum(c->in[w].carried, charge->carried);
    }
    if (charge->carried > 0) {
        uint32_t kind = x->record->policy->joint_caps[x->record->policy->offences[charge->offence].carried_by].period;

        ac_ledger_carry_on(c->carrying, kind, x->periods[kind]);
        c->carrying->recent = ac_ledger_sum(c->carrying->recent, charge->carried);
    }
}

void ac_ledger_carry_on(ac_carrying *carrying, uint32_t kind, int32_t period)
{
    if (carrying->kind == kind && carrying->period == period)
        return;
    carrying->kind = kind;
    carrying->period = period;
    carrying->earlier = ac_ledger_sum(carrying->earlier, carrying->recent);
    carrying->recent = 0;
}
