#include "rules/proposals/ledger.h"

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "base/ratio.h"
#include "rules/decide.h"

/* What caps leave of a charge, what they carry over to later periods, and what each of several persons bears of it. */

/* ── caps ── */

/* Why a charge cannot be told: then there is none. */
static void wait_for(const ac_entering *x, ac_charge *charge, const ac_cell *cell, uint32_t line)
{
    ac_offence_answer(x->record->policy, &charge->proposal, cell, line);
    charge->charged = charge->capped = charge->carried = 0;
}

/* @return what goes beyond the cap and is taken off. */
static int64_t hold(const ac_entering *x, ac_charge *charge, ac_cell cap, uint32_t line, int64_t used)
{
    const ac_line *cited = &x->record->policy->lines[line];
    int64_t        left, off;

    if (cap.state == AC_VALUE_NONE)
        return 0;
    if (cap.state != AC_VALUE_KNOWN) {
        wait_for(x, charge, &cap, line);
        return 0;
    }
    left = cap.den > 1 ? ac_i64_floor_div(cap.num, cap.den) : cap.num;  /* floor: no cap is exceeded, not by a fraction of a coin either */
    left = left > used ? left - used : 0;
    if (charge->charged <= left)
        return 0;
    off = charge->charged - left;
    charge->capped += off;
    charge->charged = left;
    charge->cap_line = cited->line;
    charge->cap_clause = cited->clause;
    return off;
}

/* What a person was charged for an offence in the period at hand, by this event too. A joint cap holds what is paid in the period, so
 * with what is paid in it for earlier ones; the offence's own cap what arose in it, so with what is owed later. */
static int64_t used_of(const ac_entering *x, const ac_charge *charge, uint32_t offence, uint32_t kind, int is_joint)
{
    const ac_counter *c = ac_ledger_counter(x->ledger, charge->payer, x->record->policy->offences[offence].name);
    int64_t           used = 0;
    uint32_t          i;

    if (c && c->in[kind].period == x->periods[kind])
        used = ac_ledger_sum(c->in[kind].charged, is_joint ? 0 : c->in[kind].carried);
    if (is_joint && c && c->carrying && c->carrying->taken[kind].period == x->periods[kind])
        used = ac_ledger_sum(used, c->carrying->taken[kind].amount);
    for (i = 0; i < x->count && &x->charges[i] != charge; i++)
        if (x->charges[i].offence == offence && ac_text_equal(x->charges[i].payer, charge->payer))
            used = ac_ledger_sum(used, ac_ledger_sum(x->charges[i].charged, is_joint ? 0 : x->charges[i].carried));
    return used;
}

static int is_over(const ac_joint_cap *cap, uint32_t offence)
{
    uint32_t i;

    for (i = 0; i < cap->offence_count && cap->offences[i] != offence; i++)
        ;
    return i < cap->offence_count;
}

static int reads_facts(const ac_policy *policy, const ac_program *program)
{
    uint32_t i;

    for (i = 0; i < program->count; i++)
        switch (policy->ops[program->first + i].code) {
        case AC_OP_LOAD: case AC_OP_IS_LATE: case AC_OP_IS_MET: case AC_OP_AGGREGATE:
            return 1;
        default:
            break;
        }
    return 0;
}

/* A cap over several offences: its amounts are facts of the person, who is at the end of `path`. */
static void apply_joint(const ac_entering *x, ac_charge *charge, const ac_joint_cap *cap, uint32_t path)
{
    ac_record *person = ac_offence_holder(x->record, path, x->now);
    ac_cell    unknown = { 0, 0, 0, AC_VALUE_UNKNOWN, 0 };
    int64_t    used = 0, off;
    uint32_t   i;
    ac_eval    e;

    for (i = 0; i < cap->offence_count; i++)
        used = ac_ledger_sum(used, used_of(x, charge, cap->offences[i], cap->period, 1));
    unknown.num = path;
    ac_eval_begin(&e, person ? person : x->record, x->now);
    for (i = 0; i < cap->amount_count && charge->charged > 0; i++) {
        const ac_program *amount = &cap->amounts[i].amount;

        off = hold(x, charge, person || !reads_facts(x->record->policy, amount) ? ac_eval_program(&e, amount) : unknown, cap->amounts[i].line, used);
        charge->carried += cap->is_carried ? off : 0;
    }
}

static void apply_joints(const ac_entering *x, ac_charge *charge, uint32_t path)
{
    const ac_policy *policy = x->record->policy;
    uint32_t         i;

    for (i = 0; policy->offences[charge->offence].has_joint_cap && i < policy->joint_cap_count && charge->charged > 0; i++)
        if (is_over(&policy->joint_caps[i], charge->offence))
            apply_joint(x, charge, &policy->joint_caps[i], path);
}

void ac_ledger_cap(const ac_entering *x, ac_charge *charge)
{
    const ac_offence *def = &x->record->policy->offences[charge->offence];
    ac_eval           e;
    uint32_t          i;

    ac_eval_begin(&e, x->record, x->now);
    for (i = 0; i < def->cap_count && charge->charged > 0; i++)
        hold(x, charge, ac_eval_program(&e, &def->caps[i].amount), def->caps[i].line, used_of(x, charge, charge->offence, def->caps[i].period, 0));
    apply_joints(x, charge, charge->share > 0 ? def->shares[charge->share - 1].subject : def->subject);
}

/* ── what is carried over ── */

/* One offence of a cap: what earlier periods owe of it, as far as there is room. */
static void take(const ac_entering *x, uint32_t offence, ac_text person, uint32_t path, uint32_t kind, ac_carried *out)
{
    static const ac_charge blank = AC_CHARGE_INIT;
    ac_counter            *c = ac_ledger_counter(x->ledger, person, x->record->policy->offences[offence].name);
    ac_charge              charge = blank;
    uint32_t               w;

    if (!c || !c->carrying)
        return;
    ac_ledger_carry_on(c->carrying, kind, x->periods[kind]);
    charge.offence = offence;
    charge.payer = person;
    charge.charged = c->carrying->earlier;
    apply_joints(x, &charge, path);
    if (charge.proposal.state > out->state) {
        out->state = charge.proposal.state;
        out->line = charge.proposal.line;
        out->clause = charge.proposal.clause;
        out->missing = charge.proposal.missing;
    }
    for (w = 0; w < AC_NTH_EVER && charge.charged > 0; w++) {
        if (c->carrying->taken[w].period != x->periods[w])
            c->carrying->taken[w].amount = 0;
        c->carrying->taken[w].period = x->periods[w];
        c->carrying->taken[w].amount = ac_ledger_sum(c->carrying->taken[w].amount, charge.charged);
    }
    c->carrying->earlier -= charge.charged;
    out->taken = ac_ledger_sum(out->taken, charge.charged);
    out->left = ac_ledger_sum(out->left, ac_ledger_sum(c->carrying->earlier, c->carrying->recent));
}

ac_status ac_ledger_carry(ac_ledger *ledger, ac_record *record, uint32_t offence, ac_time now, ac_carried *out, ac_error *err)
{
    static const ac_carried blank = AC_CARRIED_INIT;
    ac_entering             x = { ledger, record, NULL, now, { 0, 0 }, { 0 }, NULL, 0, NULL, 0, 0, err };
    const ac_policy        *policy;
    const ac_joint_cap     *cap;
    ac_carried              carried = blank;
    ac_status               st;
    uint32_t                i;

    assert(ledger && record && out);
    policy = record->policy;
    if (offence >= policy->offence_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_OFFENCE_NONE, offence, err);
    if (policy->offences[offence].record != record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_OFFENCE_OTHER_RECORD, offence, err);
    st = ac_ledger_date(&x);
    if (st != AC_OK)
        return st;
    if (ledger->has_last && x.when.at < ledger->last_at)
        return ac_decision_refuse(AC_E_CONFLICT, AC_MSG_LEDGER_ORDER, x.when.at, err);
    carried.person = ac_offence_subject(record, offence, now);
    if (carried.person.size == 0)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_LEDGER_NO_SUBJECT, offence, err);
    if (policy->offences[offence].carried_by != AC_NO_INDEX) {
        cap = &policy->joint_caps[policy->offences[offence].carried_by];
        for (i = 0; i < cap->offence_count; i++)
            take(&x, cap->offences[i], carried.person, policy->offences[offence].subject, cap->period, &carried);
    }
    return ac_decision_give(out, sizeof carried, &carried, err);
}

/* ── shares ── */

/* The parts as they are, which must add up to one. @return 0 when they are not known or do not; the charge says why. */
static int read_parts(const ac_entering *x, const ac_offence *def, ac_charge *charge)
{
    ac_ratio sum = ac_ratio_of(0), part;
    ac_cell  cell = ac_cell_error(AC_CODE_SHARE_SUM, def->shared_in);
    ac_eval  e;
    uint32_t i;

    ac_eval_begin(&e, x->record, x->now);
    for (i = 0; i < def->share_count; i++) {
        cell = ac_eval_program(&e, &def->shares[i].part);
        part.num = cell.state == AC_VALUE_KNOWN ? cell.num : 0;
        part.den = cell.state == AC_VALUE_KNOWN ? cell.den : 1;
        if (cell.state > AC_VALUE_NONE)
            break;
        cell = ac_cell_error(AC_CODE_SHARE_SUM, def->shared_in);
        if (part.num < 0 || ac_ratio_add(sum, part, &sum) != AC_OK)
            break;
        charge[i].part = part;
    }
    if (i == def->share_count && ac_ratio_compare(sum, ac_ratio_of(1)) == 0)
        return 1;
    wait_for(x, charge, &cell, def->shared_in);
    return 0;
}

/* How far what a part bears is below its exact share of the whole. @return 0 on overflow. */
static int lacks(const ac_charge *charge, int64_t whole, ac_ratio *out)
{
    return ac_ratio_mul(ac_ratio_of(whole), charge->part, out) == AC_OK && ac_ratio_sub(*out, ac_ratio_of(charge->amount), out) == AC_OK;
}

/* Whole coins: each part rounded down, and what is left goes coin by coin to the parts that lost most, the first of equals. */
static int part_amount(ac_charge *charges, uint32_t count, int64_t whole)
{
    int64_t  rest = whole;
    ac_ratio lack, most;
    uint32_t i, at;

    for (i = 0; i < count; i++) {
        charges[i].amount = 0;
        if (!lacks(&charges[i], whole, &lack))
            return 0;
        charges[i].amount = lack.num / lack.den;
        rest -= charges[i].amount;
    }
    for (; rest > 0; rest--) {
        most = ac_ratio_of(-1);
        for (i = at = 0; i < count; i++)
            if (lacks(&charges[i], whole, &lack) && ac_ratio_compare(lack, most) > 0) {
                most = lack;
                at = i;
            }
        charges[at].amount++;
    }
    return 1;
}

/* Those behind the first `keep` of `count` charges are left out. */
static void close_up(ac_entering *x, ac_charge *charge, uint32_t count, uint32_t keep)
{
    ac_charge *from = charge + count, *to = charge + keep;

    while (from < x->charges + x->count)
        *to++ = *from++;
    x->count -= count - keep;
}

/* Who bears what: one who bears several parts bears their sum. @return how many they are; 0: somebody is not known. */
static uint32_t find_payers(const ac_entering *x, const ac_offence *def, ac_charge *charge)
{
    uint32_t i, k, n = 0;

    for (i = 0; i < def->share_count; i++) {
        ac_ratio part = charge[i].part;
        ac_text  payer = ac_offence_person(x->record, def->shares[i].subject, x->now);

        if (payer.size == 0)
            return 0;
        for (k = 0; k < n && !ac_text_equal(charge[k].payer, payer); k++)
            ;
        if (k < n) {
            ac_ratio_add(charge[k].part, part, &charge[k].part);     /* they added up to one before */
            continue;
        }
        charge[n].part = part;
        charge[n].payer = payer;
        charge[n++].share = i + 1;
    }
    return n;
}

/* One charge becomes as many as bear it. Only the first has the deeds and counts. */
static ac_status share_one(ac_entering *x, ac_charge *charge, const ac_offence *def)
{
    ac_charge  whole = *charge;
    ac_charge *last = &x->charges[x->count - 1];
    uint32_t   i, n, count = def->share_count;

    for (; last > charge; last--)
        last[count - 1] = *last;
    for (i = 1; i < count; i++)
        charge[i] = whole;
    x->count += count - 1;
    if (!read_parts(x, def, charge)) {
        close_up(x, charge, count, 1);
        return AC_OK;
    }
    n = find_payers(x, def, charge);
    if (n == 0)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_LEDGER_NO_SUBJECT, charge->offence, x->err);
    close_up(x, charge, count, n);
    if (!part_amount(charge, n, whole.amount))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_LEDGER_OVERFLOW, charge->offence, x->err);
    for (i = 0; i < n; i++) {
        charge[i].charged = whole.charged > 0 ? charge[i].amount : 0;
        charge[i].proposal.deed_count = i == 0 ? whole.proposal.deed_count : 0;
    }
    return AC_OK;
}

ac_status ac_ledger_share(ac_entering *x)
{
    ac_status st = AC_OK;
    uint32_t  i;

    for (i = x->count; st == AC_OK && i > 0; i--) {
        ac_charge        *charge = &x->charges[i - 1];
        const ac_offence *def = &x->record->policy->offences[charge->offence];

        if (def->share_count > 0 && charge->proposal.occurs && charge->proposal.state <= AC_PROPOSAL_OPEN)
            st = share_one(x, charge, def);
    }
    return st;
}
