#include "rules/proposals/ledger.h"

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "rules/decide.h"

/* Events enter a ledger: what they come to, the dearer of two, and the order in which they must come. */

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
    ac_mem_free_array(&ledger->mem, ledger->followed, ledger->followed_room);
    ac_mem_free(&ledger->mem, ledger->last_id, ledger->last_room);
    ac_mem_free_owner(&ledger->mem, ledger, sizeof *ledger);
}

void ac_ledger_reset(ac_ledger *ledger)
{
    assert(ledger);
    ac_arena_clear(&ledger->arena);
    forget(ledger);
}

/* ── an event ── */

/* The version of a family of records knows which others there are. */
static const ac_rulebook *book_of(const ac_record *record)
{
    while (record->parent)
        record = record->parent;
    return record->book;
}

/* An event is held against somebody, or cannot be counted. */
static ac_status check_subject(const ac_entering *x, const ac_charge *charge)
{
    if (!charge->proposal.occurs || charge->proposal.subject.size > 0)
        return AC_OK;
    return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_LEDGER_NO_SUBJECT, charge->offence, x->err);
}

/* Amounts that are settled. With the least of those that are not, which least_of adds up again, they must not overflow either. */
static ac_status sum_deeds(const ac_entering *x, ac_charge *charge)
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
static ac_status try_offence(ac_entering *x, uint32_t offence)
{
    static const ac_charge blank = AC_CHARGE_INIT;
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
    }
    st = ac_ledger_number(x, def, ac_offence_subject(x->record, offence, x->now), charge->occurrence.nth);
    if (st != AC_OK)
        return st;
    st = ac_rules_proposal(x->record, offence, &charge->occurrence, x->now, &charge->proposal, deeds, room, x->err);
    if (st == AC_OK)
        st = check_subject(x, charge);
    if (st != AC_OK || charge->proposal.state == AC_PROPOSAL_NONE)
        return st;
    charge->payer = charge->proposal.subject;
    st = sum_deeds(x, charge);
    charge->charged = charge->proposal.state <= AC_PROPOSAL_OPEN ? charge->amount : 0;     /* while anything is not known nothing is due */
    x->deed_count += charge->proposal.deed_count;
    x->count++;
    return st;
}

/* ── the dearer of two ── */

static int64_t least_of(const ac_entering *x, const ac_charge *charge)
{
    int64_t  sum = 0;
    uint32_t i;

    for (i = 0; i < charge->proposal.deed_count; i++)
        sum += x->deeds[charge->first_deed + i].amount;     /* added up before without overflow */
    return sum;
}

static void yield(ac_entering *x, ac_charge *a, ac_charge *b)
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

static void take_dearer(ac_entering *x)
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

ac_status ac_ledger_date(ac_entering *x)
{
    const ac_record_def *def = x->record->def;
    const ac_zone       *zone = x->record->link->zone;
    ac_cell              cell;
    int32_t              second;
    uint32_t             w;

    if (!zone)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_BOOK_NO_ZONE, 0, x->err);
    x->when.at = x->now;
    if (def->dated != AC_NO_INDEX) {
        cell = ac_record_cell(x->record, def->dated, AC_TIME_MAX);
        if (cell.state != AC_VALUE_KNOWN)
            return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_LEDGER_NO_DATE, def->dated, x->err);
        x->when.at = def->fields[def->dated].type.kind == AC_TYPE_DATE ? ac_zone_instant(zone, (ac_day)cell.num, 0) : cell.num;
    }
    ac_zone_local(zone, x->when.at, &x->when.day, &second);
    for (w = 0; w < AC_NTH_SPAN; w++)
        x->periods[w] = ac_occurrence_period(w, x->when.day);
    return AC_OK;
}

/* All memory that counting takes, so that it cannot fail half way. */
static int make_room(ac_entering *x, ac_text id)
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
    for (i = 0; i < x->count; i++) {
        const ac_charge *c = &x->charges[i];
        ac_text          offence = x->record->policy->offences[c->offence].name;

        if (c->proposal.occurs && (!ac_ledger_make_counter(ledger, book_of(x->record), c->proposal.subject, offence)
                                   || !ac_ledger_make_counter(ledger, book_of(x->record), c->payer, offence)))
            return 0;
    }
    return 1;
}

static ac_status check_room(const ac_entering *x, uint32_t only, uint32_t room)
{
    const ac_policy *policy = x->record->policy;
    uint32_t         i, offences = 0, deeds = 0;

    if (only != AC_NO_INDEX && only >= policy->offence_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_OFFENCE_NONE, only, x->err);
    if (only != AC_NO_INDEX && policy->offences[only].record != x->record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_OFFENCE_OTHER_RECORD, only, x->err);
    for (i = 0; i < policy->offence_count; i++)
        if (policy->offences[i].record == x->record->type && (only == AC_NO_INDEX || only == i)) {
            offences += policy->offences[i].share_count > 0 ? policy->offences[i].share_count : 1;
            deeds += policy->offences[i].deed_count;
        }
    return offences <= room && deeds <= x->deed_room ? AC_OK : ac_decision_refuse(AC_E_LIMIT, AC_MSG_LEDGER_ROOM, deeds, x->err);
}

ac_status ac_ledger_enter(ac_ledger *ledger, ac_record *record, ac_text id, uint32_t only, const ac_occurrence *chosen, ac_time now,
                          ac_charge *charges, uint32_t charge_room, uint32_t *charge_count, ac_deed *deeds, uint32_t deed_room, ac_error *err)
{
    ac_occurrence given;
    ac_entering   x = { ledger, record, chosen ? &given : NULL, now, { 0, 0 }, { 0 }, charges, 0, deeds, 0, deed_room, err };
    ac_status     st = AC_OK;
    uint32_t      i;

    assert(ledger && record && charge_count && (charges || charge_room == 0));
    *charge_count = 0;
    if (chosen)
        st = ac_decision_take(&given, sizeof given, chosen, err);
    if (st == AC_OK)
        st = check_room(&x, only, charge_room);
    if (st == AC_OK)
        st = ac_ledger_date(&x);
    if (st != AC_OK)
        return st;
    if (!is_after(ledger, x.when.at, id))
        return ac_decision_refuse(AC_E_CONFLICT, AC_MSG_LEDGER_ORDER, x.when.at, err);
    for (i = 0; st == AC_OK && i < record->policy->offence_count; i++)
        if (only == i || (only == AC_NO_INDEX && record->policy->offences[i].record == record->type))
            st = try_offence(&x, i);
    if (st != AC_OK)
        return st;
    take_dearer(&x);
    st = ac_ledger_share(&x);
    if (st != AC_OK)
        return st;
    if (!make_room(&x, id))
        return ac_mem_failed(&ledger->mem, err);
    for (i = 0; i < x.count; i++)
        ac_ledger_cap(&x, &charges[i]);
    for (i = 0; i < x.count; i++)
        if (charges[i].proposal.occurs) {
            if (charges[i].share <= 1)
                ac_ledger_count(&x, &charges[i]);
            ac_ledger_charge(&x, &charges[i]);
        }
    ledger->has_last = 1;
    ledger->last_at = x.when.at;
    ledger->last_size = id.size;
    if (id.size > 0)
        memcpy(ledger->last_id, id.data, id.size);
    *charge_count = x.count;
    return AC_OK;
}
