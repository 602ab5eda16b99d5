#include <aftercare/cases.h>

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/struct.h"
#include "rules/decide.h"
#include "rules/limit.h"
#include "rules/offence.h"
#include "time/civil.h"

/* From proposed to final: which act leads from where to where, and who may do it. */

/* Who does an act. */
typedef enum doer { BY_CHOOSER, BY_OTHERS, BY_PERSON, BY_CONFIRMER } doer;

#define FROM(state) (1u << AC_CASE_##state)

static const struct {
    char     name[12];
    uint16_t from;      /* states, as bits */
    uint8_t  to;
    uint8_t  by;
    uint8_t  needs_reason;
} acts[AC_CASE_VERBS] = {
    [AC_CASE_CHOOSE] = { "choose", FROM(PROPOSED), AC_CASE_PROPOSED, BY_CHOOSER, 1 },
    [AC_CASE_LAPSE] = { "lapse", FROM(PROPOSED), AC_CASE_PROPOSED, BY_OTHERS, 0 },
    [AC_CASE_NOTIFY] = { "notify", FROM(PROPOSED), AC_CASE_NOTIFIED, BY_OTHERS, 0 },
    [AC_CASE_ACCEPT] = { "accept", FROM(NOTIFIED), AC_CASE_ACCEPTED, BY_PERSON, 0 },
    [AC_CASE_APPEAL] = { "appeal", FROM(NOTIFIED), AC_CASE_APPEALED, BY_PERSON, 0 },
    [AC_CASE_UPHOLD] = { "uphold", FROM(APPEALED), AC_CASE_UPHELD, BY_CONFIRMER, 0 },
    [AC_CASE_REDUCE] = { "reduce", FROM(APPEALED), AC_CASE_REDUCED, BY_CONFIRMER, 1 },
    [AC_CASE_WITHDRAW] = { "withdraw", FROM(PROPOSED) | FROM(NOTIFIED) | FROM(ACCEPTED) | FROM(APPEALED) | FROM(UPHELD) | FROM(REDUCED), AC_CASE_WITHDRAWN, BY_CONFIRMER, 1 },
    [AC_CASE_CONFIRM] = { "confirm", FROM(NOTIFIED) | FROM(ACCEPTED) | FROM(UPHELD) | FROM(REDUCED), AC_CASE_FINAL, BY_CONFIRMER, 0 },
    [AC_CASE_REVERSE] = { "reverse", FROM(FINAL), AC_CASE_REVERSED, BY_CONFIRMER, 1 },
};

const char *ac_case_state_name(ac_case_state state)
{
    static const char words[][10] = { "proposed", "notified", "accepted", "appealed", "upheld", "reduced", "withdrawn", "final", "reversed" };

    assert((unsigned)state < AC_CASE_STATES);
    return words[state];
}

const char *ac_case_verb_name(ac_case_verb verb)
{
    assert((unsigned)verb < AC_CASE_VERBS);
    return acts[verb].name;
}

ac_case_verb ac_case_find_verb(ac_text name)
{
    uint32_t i;

    for (i = 0; i < AC_CASE_VERBS && (strlen(acts[i].name) != name.size || memcmp(acts[i].name, name.data, name.size) != 0); i++)
        ;
    return (ac_case_verb)i;
}

/* ── opening ── */

ac_status ac_case_open(ac_record *record, ac_text event, ac_time at, const ac_charge *charge, const ac_deed *deeds, ac_case *out, ac_error *err)
{
    ac_case            c = AC_CASE_INIT;
    const ac_proposal *p;
    uint32_t           i;

    assert(record && charge && out && charge->offence < record->policy->offence_count);
    p = &charge->proposal;
    if (!p->occurs || (p->state != AC_PROPOSAL_MADE && p->state != AC_PROPOSAL_OPEN) || (p->deed_count == 0 && charge->share <= 1) || charge->yields_to != AC_NO_INDEX)
        return ac_decision_refuse(AC_E_INVALID, AC_MSG_CASE_NOTHING, charge->offence, err);
    c.key.event = event;
    c.key.offence = record->policy->offences[charge->offence].name;
    c.key.person = charge->payer;
    c.proposed_at = at;
    c.proposed = c.stands = charge->charged;
    c.is_reward = record->policy->offences[charge->offence].is_reward;
    c.offence = charge->offence;
    c.deed_count = p->deed_count;
    c.deeds = deeds;
    for (i = 0; i < p->deed_count; i++)
        c.is_open |= deeds[i].is_open;
    return ac_struct_write(out, sizeof c, &c);
}

unsigned ac_case_allows(const ac_case *c)
{
    unsigned may = 0;
    uint32_t i;

    assert(c);
    for (i = 0; i < AC_CASE_VERBS; i++)
        may |= (unsigned)(acts[i].from >> c->state & 1u) << i;
    if (c->is_reward && c->state == AC_CASE_PROPOSED)       /* it takes nothing from anybody */
        may |= 1u << AC_CASE_CONFIRM;
    if (c->is_open)
        may &= 1u << AC_CASE_CHOOSE | 1u << AC_CASE_LAPSE | 1u << AC_CASE_WITHDRAW;
    else
        may &= ~(1u << AC_CASE_CHOOSE | 1u << AC_CASE_LAPSE);
    return may;
}

/* ── terms ── */

/* The entry of that act, or NULL. */
static const ac_case_entry *find_done(const ac_case *c, ac_case_verb verb)
{
    uint32_t i;

    for (i = 0; i < c->entry_count && c->entries[i].act.verb != verb; i++)
        ;
    return i < c->entry_count ? &c->entries[i] : NULL;
}

/* The policy's term for an act; NULL: it sets none. */
static const ac_term *find_term(const ac_case *c, const ac_policy *policy, ac_case_verb verb)
{
    const ac_offence *offence = &policy->offences[c->offence];
    const ac_term    *term = NULL;
    uint32_t          i;

    if (verb == AC_CASE_ACCEPT || verb == AC_CASE_APPEAL)
        term = &offence->appeal;
    for (i = 0; verb == AC_CASE_CHOOSE && i < c->deed_count && (!term || term->length.count == 0); i++)
        term = c->deeds[i].is_open ? &offence->deeds[c->deeds[i].index].choice : term;
    return term && term->length.count > 0 ? term : NULL;
}

ac_status ac_case_term(const ac_case *c, ac_record *record, ac_case_verb act, ac_time now, ac_milestone *out, ac_error *err)
{
    ac_milestone         m = AC_MILESTONE_INIT;
    const ac_case_entry *from, *done;
    const ac_term       *term;
    ac_eval              e;
    ac_time              start;
    ac_status            st = AC_OK;

    assert(c && record && out && c->offence < record->policy->offence_count);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    term = find_term(c, record->policy, act);
    from = find_done(c, AC_CASE_NOTIFY);
    start = act == AC_CASE_CHOOSE ? c->proposed_at : from ? from->act.at : INT64_MAX;
    done = find_done(c, act == AC_CASE_CHOOSE || find_done(c, act) ? act : act == AC_CASE_ACCEPT ? AC_CASE_APPEAL : AC_CASE_ACCEPT);
    if (term && start <= now) {
        ac_eval_begin_pinned(&e, record, ac_link_pin(record->link, start), now);
        st = ac_limit_judge_term(&e, term, start, done && done->act.at <= now ? &done->act.at : NULL, &m, err);
    } else if (term) {
        m.verdict = AC_VERDICT_OPEN;
    }
    if (term && !m.line) {
        m.line = record->policy->lines[term->line].line;
        m.clause = record->policy->lines[term->line].clause;
    }
    return st == AC_OK ? ac_decision_give(out, sizeof m, &m, err) : st;
}

/* ── an act ── */

/* Refuses, with the line of the policy that says so: that of a deed, else of the offence. */
static ac_status refuse(const ac_case *c, const ac_record *record, const ac_case_act *act, const ac_deed *deed, ac_status status, ac_msg msg, ac_error *err)
{
    const ac_policy *policy = record->policy;
    const ac_line   *head = &policy->lines[policy->offences[c->offence].line];

    ac_decision_refuse(status, msg, c->offence, err);
    ac_error_place(err, deed ? deed->line : head->line, 0);
    ac_error_clause(err, deed ? deed->clause : head->clause);
    ac_error_name(err, act->id);
    return status;
}

/* The same for a term: its line, and its last second or what it waits for. */
static ac_status refuse_term(const ac_record *record, const ac_milestone *m, ac_msg msg, ac_error *err)
{
    char until[AC_TIME_TEXT_BYTES] = "";

    ac_decision_refuse(AC_E_CONFLICT, msg, m->has_due ? m->due_at : 0, err);
    ac_error_place(err, m->line, 0);
    ac_error_clause(err, m->clause);
    if (m->has_due)
        ac_time_format(m->due_at, record->link->zone, until);
    ac_error_name(err, ac_text_of(m->missing ? m->missing : until));
    return AC_E_CONFLICT;
}

/* The role of the act, or one above it, is that which a deed names. */
static int role_may(const ac_record *record, const ac_case_act *act, ac_text wanted)
{
    return act->role.size == 0 || wanted.size == 0 || ac_offence_role_may(record, ac_policy_find_role(record->policy, wanted), act->role);
}

/* Who decides on appeals, where that is not who confirms. @return 0 after a message; 1, or -1: the one who confirms may too. */
static int decides(const ac_case *c, const ac_record *record, const ac_case_act *act, ac_error *err)
{
    const ac_policy  *policy = record->policy;
    const ac_offence *offence = &policy->offences[c->offence];

    if (acts[act->verb].by != BY_CONFIRMER || c->state != AC_CASE_APPEALED || offence->appeal_to == AC_NO_INDEX)
        return -1;
    if (role_may(record, act, policy->roles[offence->appeal_to]))
        return 1;
    if (act->verb == AC_CASE_WITHDRAW)
        return -1;
    refuse(c, record, act, NULL, AC_E_INVALID, AC_MSG_CASE_APPEAL_ROLE, err);
    ac_error_place(err, policy->lines[offence->appeal.line].line, 0);
    ac_error_clause(err, policy->lines[offence->appeal.line].clause);
    return 0;
}

static ac_status check_doer(const ac_case *c, const ac_record *record, const ac_case_act *act, ac_error *err)
{
    int      may, by = acts[act->verb].by, is_person = ac_text_equal(act->actor, c->key.person);
    uint32_t i;

    if (act->actor.size > 0 && is_person != (by == BY_PERSON))
        return refuse(c, record, act, NULL, AC_E_INVALID, is_person ? AC_MSG_CASE_OWN : AC_MSG_CASE_PERSON, err);
    may = decides(c, record, act, err);
    if (may >= 0)
        return may ? AC_OK : AC_E_INVALID;
    for (i = 0; i < c->deed_count; i++) {
        const ac_deed *deed = &c->deeds[i];

        if (by == BY_CHOOSER && deed->is_open && !role_may(record, act, deed->chosen_by))
            return refuse(c, record, act, deed, AC_E_INVALID, AC_MSG_CHOSEN_ROLE, err);
        if (by == BY_CONFIRMER && !role_may(record, act, deed->confirmed_by))
            return refuse(c, record, act, deed, AC_E_INVALID, AC_MSG_CASE_ROLE, err);
    }
    return AC_OK;
}

static ac_status check_order(const ac_case *c, const ac_record *record, const ac_case_act *act, ac_error *err)
{
    ac_time last = c->entry_count ? c->entries[c->entry_count - 1].act.at : c->proposed_at;

    if (act->at < last)
        return refuse(c, record, act, NULL, AC_E_CONFLICT, AC_MSG_CASE_ORDER, err);
    if (ac_case_allows(c) >> act->verb & 1u)
        return AC_OK;
    return refuse(c, record, act, NULL, AC_E_CONFLICT, c->is_open && acts[act->verb].from >> c->state & 1u ? AC_MSG_CASE_CHOICE : AC_MSG_CASE_STATE, err);
}

/* A choice and an answer are made within their term; the least of a range, and a fine that nobody answered, wait for its end. */
static ac_status check_term(const ac_case *c, ac_record *record, const ac_case_act *act, ac_error *err)
{
    int          is_lapse = act->verb == AC_CASE_LAPSE, waits = is_lapse || (act->verb == AC_CASE_CONFIRM && c->state == AC_CASE_NOTIFIED && !c->is_reward);
    ac_milestone m = AC_MILESTONE_INIT;
    ac_status    st = ac_case_term(c, record, is_lapse ? AC_CASE_CHOOSE : waits ? AC_CASE_APPEAL : act->verb, act->at, &m, err);

    if (st != AC_OK)
        return st;
    if (is_lapse && m.verdict == AC_VERDICT_NONE)
        return refuse(c, record, act, NULL, AC_E_CONFLICT, AC_MSG_CASE_NO_TERM, err);
    if (m.verdict == AC_VERDICT_NONE || (m.verdict == AC_VERDICT_LATE) == waits)
        return AC_OK;
    if (m.verdict == AC_VERDICT_LATE)
        return refuse_term(record, &m, act->verb == AC_CASE_CHOOSE ? AC_MSG_CASE_CHOICE_LATE : AC_MSG_CASE_ANSWER_LATE, err);
    if (!waits)
        return AC_OK;
    if (m.verdict != AC_VERDICT_OPEN)
        return refuse_term(record, &m, AC_MSG_CASE_TERM_UNKNOWN, err);
    return refuse_term(record, &m, is_lapse ? AC_MSG_CASE_CHOICE_OPEN : AC_MSG_CASE_ANSWER_OPEN, err);
}

/* What a choice adds, or the least where there was none. It holds for every range; what the ledger charges is the settled part and what caps leave of the choice. */
static ac_status choose(const ac_case *c, const ac_record *record, const ac_case_act *act, ac_minor *change, ac_error *err)
{
    ac_minor most = 0;
    ac_msg   wrong;
    uint32_t i;
    int      fits = act->charged >= 0;

    for (i = 0; i < c->deed_count; i++) {
        const ac_deed *deed = &c->deeds[i];

        ac_minor       amount = deed->is_open && act->verb == AC_CASE_CHOOSE ? act->amount : deed->is_open ? deed->low : deed->amount;

        if (deed->is_open && !ac_offence_choice_fits(deed, amount, &wrong))
            return refuse(c, record, act, deed, AC_E_RANGE, wrong, err);
        fits &= ac_i64_add(most, amount, &most);
    }
    if (!fits || act->charged > most)
        return refuse(c, record, act, NULL, AC_E_RANGE, AC_MSG_CASE_CHARGED, err);
    *change = act->charged - c->stands;
    return AC_OK;
}

/* What an act adds to what stands. */
static ac_status find_change(const ac_case *c, const ac_record *record, const ac_case_act *act, ac_minor *change, ac_error *err)
{
    *change = 0;
    switch (act->verb) {
    case AC_CASE_CHOOSE:
    case AC_CASE_LAPSE:
        return choose(c, record, act, change, err);
    case AC_CASE_REDUCE:
    case AC_CASE_REVERSE:
        if (act->amount < 0 || (act->amount >= c->stands && (act->amount > 0 || act->verb == AC_CASE_REDUCE)))
            return refuse(c, record, act, NULL, AC_E_RANGE, AC_MSG_CASE_AMOUNT, err);
        *change = act->amount - c->stands;
        return AC_OK;
    case AC_CASE_WITHDRAW:
        *change = -c->stands;
        return AC_OK;
    default:
        return AC_OK;
    }
}

/* The entry of that id, or NULL. */
static const ac_case_entry *find_entry(const ac_case *c, ac_text id)
{
    uint32_t i;

    for (i = 0; i < c->entry_count; i++)
        if (ac_text_equal(c->entries[i].act.id, id))
            return &c->entries[i];
    return NULL;
}

/* `charged` follows from the rest and may differ after counting again. */
static int is_same_act(const ac_case_act *a, const ac_case_act *b)
{
    return a->verb == b->verb && a->at == b->at && a->amount == b->amount && ac_text_equal(a->actor, b->actor) && ac_text_equal(a->role, b->role)
        && ac_text_equal(a->reason, b->reason);
}

ac_status ac_case_do(ac_case *c, ac_record *record, const ac_case_act *act, ac_error *err)
{
    const ac_case_entry *same;
    ac_case_entry       *entry;
    ac_case_act          a;
    ac_minor             change;
    ac_status            st;

    assert(c && c->size >= sizeof *c && record && act && c->offence < record->policy->offence_count);
    if (!ac_struct_read(&a, sizeof a, act, sizeof a) || (unsigned)a.verb >= AC_CASE_VERBS)
        return ac_decision_refuse(AC_E_INVALID, AC_MSG_CASE_ACT, c->offence, err);
    if (a.id.size == 0)
        return refuse(c, record, &a, NULL, AC_E_INVALID, AC_MSG_CASE_NO_ID, err);
    same = find_entry(c, a.id);
    if (same)
        return is_same_act(&same->act, &a) ? AC_OK : refuse(c, record, &a, NULL, AC_E_CONFLICT, AC_MSG_CASE_OTHER_ACT, err);
    st = check_order(c, record, &a, err);
    if (st == AC_OK)
        st = check_doer(c, record, &a, err);
    if (st == AC_OK)
        st = check_term(c, record, &a, err);
    if (st == AC_OK && acts[a.verb].needs_reason && a.reason.size == 0)
        st = refuse(c, record, &a, NULL, AC_E_INVALID, AC_MSG_CASE_REASON, err);
    if (st == AC_OK)
        st = find_change(c, record, &a, &change, err);
    if (st != AC_OK)
        return st;
    entry = &c->entries[c->entry_count++];
    entry->act = a;
    entry->state = (ac_case_state)acts[a.verb].to;
    entry->change = change;
    c->state = entry->state;
    c->stands += change;        /* between 0 and what was charged */
    c->is_open &= a.verb != AC_CASE_CHOOSE && a.verb != AC_CASE_LAPSE;
    return AC_OK;
}
