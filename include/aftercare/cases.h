#ifndef AFTERCARE_CASES_H
#define AFTERCARE_CASES_H

#include <aftercare/base.h>
#include <aftercare/record.h>
#include <aftercare/rules.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @file
 * What becomes of a proposal: who was told, who appealed, what stands in the end. And what counting again would change.
 *
 * Pure functions over memory of the caller: no allocation, no clock, no store. A case is a value: copy it to try something. Its texts are
 * borrowed, from the host and from the policy, and must live as long as it does.
 * Threads: as the record's; without one, any.
 */

/** @name Cases
 * One case is one offence or reward of one event for one person. No amount is ever rewritten: what an act changes is an entry of its own,
 * and the entries add up to what stands.
 * @{ */

/** Where a case stands. */
typedef enum ac_case_state {
    AC_CASE_PROPOSED,
    AC_CASE_NOTIFIED,       /**< the person knows and may answer */
    AC_CASE_ACCEPTED,
    AC_CASE_APPEALED,
    AC_CASE_UPHELD,
    AC_CASE_REDUCED,
    AC_CASE_WITHDRAWN,      /**< nothing stands; an end */
    AC_CASE_FINAL,          /**< the host may pay or take it */
    AC_CASE_REVERSED,       /**< taken back after it was final; an end */
    AC_CASE_STATES
} ac_case_state;

/** What is done to a case; each at most once.
 *
 *  | act      | from                                    | to        | by                                                     |
 *  | -------- | --------------------------------------- | --------- | ------------------------------------------------------ |
 *  | choose   | proposed                                | proposed  | the role of the deed, or one above it                  |
 *  | lapse    | proposed                                | proposed  | anybody but the person                                 |
 *  | notify   | proposed                                | notified  | anybody but the person                                 |
 *  | accept   | notified                                | accepted  | the person                                             |
 *  | appeal   | notified                                | appealed  | the person                                             |
 *  | uphold   | appealed                                | upheld    | the role that decides on appeals, or one above it      |
 *  | reduce   | appealed                                | reduced   | the same                                               |
 *  | withdraw | any of the above                        | withdrawn | the role that confirms, or one above it; from appealed also who decides on appeals |
 *  | confirm  | notified, accepted, upheld, reduced; a reward also proposed | final | the role that confirms, or one above it |
 *  | reverse  | final                                   | reversed  | the same                                               |
 *
 *  Nobody but the person acts for the person, and the person in no other matter of the case.
 *
 *  Two lines of a policy set terms. `appeal within L to ROLE`: the person accepts or appeals until L after the notification, and a fine is
 *  not confirmed before that without an answer; ROLE decides on appeals. `chosen by ROLE within L`: the amount is chosen until L after the
 *  proposal; from then on `lapse` says that the least of the range stands. While a term cannot be told (not configured, or its calendar
 *  does not cover it) it has not run out. */
typedef enum ac_case_verb {
    AC_CASE_CHOOSE,
    AC_CASE_LAPSE,
    AC_CASE_NOTIFY,
    AC_CASE_ACCEPT,
    AC_CASE_APPEAL,
    AC_CASE_UPHOLD,
    AC_CASE_REDUCE,
    AC_CASE_WITHDRAW,
    AC_CASE_CONFIRM,
    AC_CASE_REVERSE,
    AC_CASE_VERBS
} ac_case_verb;

/** "proposed", "notified", …; never NULL. */
AC_API const char  *ac_case_state_name(ac_case_state state);
/** "choose", "notify", …; never NULL. */
AC_API const char  *ac_case_verb_name(ac_case_verb verb);
/** The act of that name, or AC_CASE_VERBS. */
AC_API ac_case_verb ac_case_find_verb(ac_text name);

/** What makes a case the same case: nothing is charged twice under one key. */
typedef struct ac_case_key {
    ac_text event;          /**< id of the event */
    ac_text offence;        /**< name of the offence or reward, so that it holds over versions of a policy */
    ac_text person;
} ac_case_key;

/** The order of two keys, by event, offence, person, bytewise: negative, 0 or positive. */
AC_API int ac_case_key_compare(const ac_case_key *a, const ac_case_key *b);

/** Something done to a case. */
typedef struct ac_case_act {
    size_t       size;      /**< sizeof(ac_case_act) as the host compiled it. */
    ac_text      id;        /**< of the act, for ever; the same act again is passed over */
    ac_case_verb verb;
    ac_time      at;
    ac_text      actor;     /**< id of the person who did it; empty: not checked */
    ac_text      role;      /**< in which; empty: not checked */
    ac_minor     amount;    /**< choose: what is chosen; reduce, reverse: what remains; else not read */
    ac_minor     charged;   /**< choose, lapse: what the ledger charges once the event is entered with the choice, or with has_lapsed; caps may leave less */
    ac_text      reason;    /**< in the words of who did it; a choice, a reduction, a withdrawal and a reversal need one */
} ac_case_act;
#define AC_CASE_ACT_INIT { sizeof(ac_case_act), { 0, 0 }, AC_CASE_VERBS, 0, { 0, 0 }, { 0, 0 }, 0, 0, { 0, 0 } }

/** An act that was carried out. */
typedef struct ac_case_entry {
    ac_case_act   act;
    ac_case_state state;    /**< after it */
    ac_minor      change;   /**< what it adds to what stands; below 0 it takes off */
} ac_case_entry;

/** A case. Read it freely; change it by ac_case_do(). */
typedef struct ac_case {
    size_t         size;        /**< sizeof(ac_case) as the host compiled it. */
    ac_case_key    key;
    ac_time        proposed_at; /**< the time for a choice counts from it */
    ac_minor       proposed;    /**< settled when it was proposed */
    ac_minor       stands;      /**< `proposed` and all changes */
    ac_case_state  state;
    int            is_reward;
    int            is_open;     /**< 1: an amount waits to be chosen */
    uint32_t       offence;     /**< index in the policy of the record */
    uint32_t       deed_count;
    const ac_deed *deeds;
    uint32_t       entry_count;
    ac_case_entry  entries[AC_CASE_VERBS];  /**< what was done, in order */
} ac_case;

/** Start value of an ac_case. */
#define AC_CASE_INIT { sizeof(ac_case), { { 0, 0 }, { 0, 0 }, { 0, 0 } }, 0, 0, 0, AC_CASE_PROPOSED, 0, 0, 0, 0, 0, 0, { { AC_CASE_ACT_INIT, AC_CASE_PROPOSED, 0 } } }

/** Begins a case with what a ledger makes of an event.
 *
 * @param record  The record of the event, or one of its type and policy.
 * @param event   Id of the event.
 * @param at      When it happened, or was found.
 * @param charge  Its `payer` is the person: let it point to a text that lasts.
 * @param deeds   Those of the charge, from its first; they must last too.
 * @return AC_E_INVALID when nothing is proposed: it did not occur, has no consequence, is undecided, or yields to a dearer one. */
AC_API ac_status ac_case_open(ac_record *record, ac_text event, ac_time at, const ac_charge *charge, const ac_deed *deeds, ac_case *out, ac_error *err);

/** The acts that its state allows, as bits 1 << verb. Who may do them, and by when, is asked by doing them to a copy. */
AC_API unsigned ac_case_allows(const ac_case *c);

/** By when a choice or an answer is to be made, and whether it was: the policy's term as a limit.
 *
 * @param record  As in ac_case_open(): its policy has the term, its rulebook the calendar; the editions are those in use when the clock begins.
 * @param act     AC_CASE_CHOOSE: the choice, from the proposal on; of several ranges the first that has a term. AC_CASE_ACCEPT or
 *                AC_CASE_APPEAL: the answer, from the notification on. Others have none.
 * @param out     Verdict *none* when the policy sets no such term; *open* without a due while the clock has not begun. */
AC_API ac_status ac_case_term(const ac_case *c, ac_record *record, ac_case_verb act, ac_time now, ac_milestone *out, ac_error *err);

/** Does something to a case. The same act a second time, told by its id, changes nothing and is AC_OK.
 *
 * @param record  As in ac_case_open(): its policy says which roles there are.
 * @return The case is as it was, err->line and err->clause say which line of the policy stands against it, and the status is
 *         AC_E_CONFLICT: not from this state, before the last act, an amount still to be chosen, an id that stood for another act, after
 *         its term, or before one that has to run out first: err->name then is its last second, err->subject the same as a number;
 *         AC_E_INVALID: by another person or role, without an id or a reason; AC_E_RANGE: an amount outside its range, between its steps,
 *         below 0, or not below what stands. */
AC_API ac_status ac_case_do(ac_case *c, ac_record *record, const ac_case_act *act, ac_error *err);
/** @} */

/** @name Counting again
 * An event that is voided or comes late changes which occurrence later ones are. What was issued stands until somebody decides: this tells
 * the difference.
 * @{ */

/** One line as it was issued, or as counting again gives it. */
typedef struct ac_issued {
    ac_case_key key;
    uint32_t    nth[AC_OCCURRENCE_WINDOWS];     /**< 0: not counted in that window */
    ac_minor    amount;
} ac_issued;

/** Lines to compare, each list in the order of ac_case_key_compare(), no key twice. */
typedef struct ac_recount {
    size_t           size;      /**< sizeof(ac_recount) as the host compiled it. */
    const ac_issued *was;       /**< issued */
    size_t           was_count;
    const ac_issued *is;        /**< counted again */
    size_t           is_count;
    size_t           was_at, is_at;     /**< how far ac_recount_next() has come; begin with 0 */
} ac_recount;
#define AC_RECOUNT_INIT { sizeof(ac_recount), 0, 0, 0, 0, 0, 0 }

/** What one line would change to. */
typedef struct ac_recount_change {
    const ac_issued *was;       /**< NULL: a line that comes new */
    const ac_issued *is;        /**< NULL: a line that falls away */
    ac_minor         change;    /**< amount that it is, less that it was */
} ac_recount_change;

/** The next line that differs in an ordinal or its amount.
 *
 * @return AC_E_NOT_FOUND at the end; AC_E_CONFLICT for a key twice or out of order, AC_E_RANGE for a change too large for a number
 *         (err->subject: the line of its list, from 0; err->name: its event). */
AC_API ac_status ac_recount_next(ac_recount *recount, ac_recount_change *out, ac_error *err);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
