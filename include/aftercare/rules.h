#ifndef AFTERCARE_RULES_H
#define AFTERCARE_RULES_H

#include <aftercare/base.h>
#include <aftercare/policy.h>
#include <aftercare/record.h>
#include <aftercare/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @file
 * Decisions: pure functions of a record and an instant `now`. No allocation, no clock, no store.
 *
 * The same record, rulebook and `now` give the same answer for ever, on every platform.
 * A decision that cannot be made is an answer, not an error: AC_OK with the state or verdict that says why.
 * Explanations are a second call and cost nothing until asked for.
 * Threads: one at a time per record; records of one rulebook may be decided in parallel.
 */

/** @name Values
 * @{ */

/** The value of any field at `now`: recorded, derived, or output of a table.
 *  @return AC_E_NOT_FOUND for a field the type has not; else AC_OK, out->state says whether it is a value. */
AC_API ac_status ac_rules_value(ac_record *record, uint32_t field, ac_time now, ac_value *out, ac_error *err);
/** What is certain of an output of an `all` or `sum` table while rows of it cannot be told: the members, or the sum, of those that hold;
 *  none when no row surely does. Once the value itself is known it is the same, the row that covers the rest aside.
 *  @return AC_E_NOT_FOUND for any other field. */
AC_API ac_status ac_rules_value_so_far(ac_record *record, uint32_t field, ac_time now, ac_value *out, ac_error *err);
/** Articles behind the value just asked for: those of the row hit or of the field's line; NULL when none. Belongs to the policy. */
AC_API const char *ac_rules_value_clause(ac_record *record, uint32_t field, ac_time now);
/** The line of it, of the policy or of the data file that gives the row; 0 when none. */
AC_API uint32_t    ac_rules_value_line(ac_record *record, uint32_t field, ac_time now);
/** The instant that dates the record, its ticket's before its own: the version in force then judges it (ac_rulebook_policy_on), with the
 *  editions in use then. @return AC_E_NOT_FOUND while it is not known at `now`, or not declared. */
AC_API ac_status ac_rules_dated_at(ac_record *record, ac_time now, ac_time *out, ac_error *err);
/** The value of an expression compiled for the record's type. */
AC_API ac_status ac_rules_expression(ac_record *record, const ac_expression *expression, ac_time now, ac_value *out, ac_error *err);
/** @} */

/** @name Milestones
 * @{ */

/** The one list of verdicts for language, API and tool. */
typedef enum ac_verdict {
    AC_VERDICT_NONE,            /**< no limit applies */
    AC_VERDICT_OPEN,            /**< running, or its start is not filled yet */
    AC_VERDICT_MET,
    AC_VERDICT_LATE,
    AC_VERDICT_UNDECIDED,       /**< facts are missing */
    AC_VERDICT_UNSET,           /**< not configured; `clause` is the article that leaves it blank */
    AC_VERDICT_NOT_COVERED,     /**< the calendar does not cover a date that counts */
    AC_VERDICT_NEVER,           /**< no open time ahead */
    AC_VERDICT_NOT_SUPPORTED    /**< depends on a construct this version does not carry out */
} ac_verdict;

/** The word of the language: "none", "open", …, "not-supported". */
AC_API const char *ac_verdict_name(ac_verdict verdict);

/** One limit, judged at `now`. Instants are valid when their has_ flag is 1. */
typedef struct ac_milestone {
    size_t      size;           /**< sizeof(ac_milestone) as the host compiled it. */
    ac_verdict  verdict;
    uint8_t     suspended;      /**< open, and an open-ended pause stands before the due */
    uint8_t     by_regrading;   /**< the span changed so that the due lay in the past already */
    uint8_t     beyond;         /**< a date no holiday list covers was counted by the bare week */
    uint8_t     has_start, has_due, has_late, has_done;
    ac_time     start_at;       /**< where the clock began */
    ac_time     due_at;         /**< last second that still meets it */
    ac_time     late_at;        /**< the instant from which it is late if nothing happens: next opening under workh, else due_at (see `hard`) */
    ac_time     done_at;        /**< the first stop at or after the start */
    ac_secs     late_by_s;      /**< overrun, 0 when met; under workh in working seconds, unless hard */
    ac_secs     left_s;         /**< open or suspended: seconds of the span not used yet (exact and workh spans) */
    uint32_t    line;           /**< the policy's line */
    const char *clause;         /**< its articles; unset: the article of the hole */
    const char *missing;        /**< undecided: path of the first missing fact; unset: the name that is not configured */
} ac_milestone;
#define AC_MILESTONE_INIT { sizeof(ac_milestone), AC_VERDICT_NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }

/** Judges one limit of the record at `now`; history after `now` is not read. */
AC_API ac_status ac_rules_milestone(ac_record *record, uint32_t limit, ac_time now, ac_milestone *out, ac_error *err);

/** The instant at which `percent` (1..100) of the span is used on the same clock, or `before_s` seconds (working or exact, as the span) before the due.
 *  Give one, the other 0. `before_s` is answered for fixed dues too, everything else only for spans in seconds and workh.
 *  @return AC_E_NOT_FOUND when no due runs, err->name is then the verdict; AC_E_UNSUPPORTED for days, workdays and months;
 *  AC_E_RANGE for anything but one of the two. */
AC_API ac_status ac_rules_warning(ac_record *record, uint32_t limit, ac_time now, int percent, ac_secs before_s, ac_clock_answer *out, ac_error *err);
/** @} */

/** @name Choosing
 * Which of some candidates goes: `choose KIND for RECORD`.
 * @{ */

/** Where a candidate stands. */
typedef struct ac_ranking {
    uint32_t       candidate;   /**< its place among those handed in */
    uint32_t       rank;        /**< 1 goes first; 0: rejected */
    uint32_t       line;        /**< rejected: the policy's line that it does not meet, or that cannot rank it */
    const char    *clause;      /**< articles of that line; ranked: of the choice */
    ac_value_state state;       /**< AC_VALUE_KNOWN: ranked, or the line is not met. Else why that cannot be told */
    const char    *missing;     /**< unknown: path of the first missing fact; unset: the name that is not configured */
} ac_ranking;

/** Ranks candidates for a record. A candidate must meet every `needs` line; what is unknown rejects. Those left are ordered by `least` and
 *  `most` as written, then by the bytes of their ids, then as handed in: everybody gets a rank of their own.
 *
 * @param candidates  Records of the choice's kind and of the record's policy; only read. Aggregates collect from the record's pool.
 * @param out         `n` places: those ranked, first to last, then those rejected in the order handed in.
 * @return AC_E_NOT_FOUND for a choice the policy has not; AC_E_TYPE for a record or candidate of another type (err->subject: which candidate).
 */
AC_API ac_status ac_rules_choose(ac_record *record, uint32_t choice, ac_record *const *candidates, uint32_t n, ac_time now, ac_ranking *out,
                                 ac_error *err);
/** @} */

/** @name Openings
 * Records that the rules open: `on MOMENT`, once for each occurrence; `each PERIOD`, once for each period and group. Nothing is stored:
 * the host keeps the keys of what it has made.
 * @{ */

typedef enum ac_opening_state {
    AC_OPENING_YES,             /**< the record is due to exist */
    AC_OPENING_NO,              /**< its condition does not hold */
    AC_OPENING_UNDECIDED,       /**< facts are missing: `missing` is the first */
    AC_OPENING_UNSET,           /**< not configured: `missing` is the name */
    AC_OPENING_NOT_SUPPORTED    /**< depends on a construct this version does not carry out */
} ac_opening_state;

/** One record that is opened, or is not. */
typedef struct ac_opening {
    size_t           size;      /**< sizeof(ac_opening) as the host compiled it. */
    ac_opening_state state;
    uint32_t         type;      /**< of the record opened */
    ac_time          at;        /**< the occurrence; the start of the period, or of its owner if that came later */
    ac_value         period;    /**< `each`: the period it is for, to be filled in; else none */
    uint32_t         group_field;   /**< `by G`: the field to be filled with `group`; else AC_NO_INDEX */
    ac_value         group;
    uint32_t         line;      /**< the policy's line */
    const char      *clause;    /**< its articles; NULL when none */
    const char      *missing;
} ac_opening;

/** What a record opens: those it owns, or those of its own type when they have no owner.
 *
 * @param moment  A moment of the record: its latest occurrence up to `now` is looked at, nothing is told while it has none.
 *                AC_NO_INDEX: the periods that hold `now`; nothing is told of a record that begins later.
 * @param each    Takes them in the order of declaration; what it returns, other than AC_OK, ends the call. `by G` gives one for each
 *                member of an enum, else for each value that a record of the pool holds; of several G the first.
 */
AC_API ac_status ac_rules_openings(ac_record *record, uint32_t moment, ac_time now, ac_status (*each)(void *user, const ac_opening *opening), void *user, ac_error *err);
/** Writes the key of an opening, the same for ever: TYPE/OWNER-ID/INSTANT, or TYPE/OWNER-ID/PERIOD and /GROUP. */
AC_API ac_status ac_rules_opening_key(const ac_record *record, const ac_opening *opening, ac_sink sink, void *user);
/** @} */

/** @name Everything of a record
 * @{ */

/** Numbers stay. */
typedef enum ac_decision_kind {
    AC_DECISION_VALUE = 0,
    AC_DECISION_MILESTONE = 1,
    AC_DECISION_GATE = 2,       /**< index: the field; not among those of ac_rules_evaluate(): a gate is asked about an act */
    AC_DECISION_OPENING = 3,    /**< explanations only; index: the type opened, the record is its owner */
    AC_DECISION_RANK = 4        /**< index: the choice; see ac_rules_choose() */
} ac_decision_kind;

/** One decision about a record. */
typedef struct ac_decision {
    ac_decision_kind kind;
    uint32_t         index;         /**< field or limit */
    const char      *clause;        /**< articles; NULL when none */
    ac_value         value;         /**< kind value */
    ac_milestone     milestone;     /**< kind milestone */
} ac_decision;

/** How many decisions ac_rules_evaluate() makes for records of this type. */
AC_API uint32_t  ac_rules_decision_count(const ac_record *record);
/** Every derived field, table output and grade of a ladder in declaration order, then every limit. Derived values are computed once and shared.
 *  @param n  Room in `out`; AC_E_LIMIT when it is less than ac_rules_decision_count(). */
AC_API ac_status ac_rules_evaluate(ac_record *record, ac_time now, ac_decision *out, uint32_t n, ac_error *err);

/** Calls `each` for every fact that a decision still needs, as a path such as "customer.phone"; each once. */
AC_API ac_status ac_rules_missing(ac_record *record, ac_decision_kind kind, uint32_t index, ac_time now,
                                  ac_status (*each)(void *user, ac_text path), void *user, ac_error *err);
/** @} */

/** @name Gates
 * May this be done? Asked before it is written: the answer reads the values that the act brings, and the state before it.
 * @{ */

/** What stands in the way. */
typedef enum ac_unmet_kind {
    AC_UNMET_STATE,         /**< the flow has no such action in the present state, which is `text` */
    AC_UNMET_ROLE,          /**< the roles that may do it are `text` */
    AC_UNMET_STEP,          /**< the step `text` comes before */
    AC_UNMET_NEED,          /**< the condition, or the fact to be known, `text` */
    AC_UNMET_CONFIRM,       /**< an attestation */
    AC_UNMET_SIGNED,        /**< signatures of what the record holds now */
    AC_UNMET_COMPLETE,      /**< a form; one entry for each field that is missing */
    AC_UNMET_ACTOR          /**< the acting person did what another has to have done */
} ac_unmet_kind;

/** The words of the tool and of JSON: "state", "role", "step", "need", "confirm", "signed", "complete", "actor". */
AC_API const char *ac_unmet_name(ac_unmet_kind kind);

/** One unmet item. Its texts belong to the policy. */
typedef struct ac_unmet {
    ac_unmet_kind  kind;
    ac_value_state state;       /**< KNOWN: it does not hold; UNKNOWN, UNSET, UNSUPPORTED, ERROR: why it cannot be told */
    ac_text        text;        /**< as the policy writes it */
    const char    *missing;     /**< the fact that is unknown or has changed since, or the name that is not configured; else NULL */
    uint32_t       code;        /**< error: message code */
    uint32_t       line;
    const char    *clause;      /**< its articles; NULL when none */
} ac_unmet;

typedef struct ac_gate {
    size_t      size;           /**< sizeof(ac_gate) as the host compiled it. */
    int         is_allowed;     /**< 1: nothing is unmet */
    uint32_t    unmet_count;    /**< how many items are unmet, whatever the room for them */
    uint32_t    line;           /**< of the field */
    const char *clause;
} ac_gate;
#define AC_GATE_INIT { sizeof(ac_gate), 0, 0, 0, NULL }

/** Judges an act on the record. A role or person that is not told leaves `by` unjudged, and four eyes unknown.
 *
 *  @param unmet  Takes the first `room` unmet items, in the order state, role, steps, needs. May be NULL when room is 0.
 *  @return AC_E_NOT_FOUND for a field or role there is not, AC_E_TYPE for one that rules work out or a value of another type. */
AC_API ac_status ac_rules_gate(ac_record *record, const ac_act *act, ac_gate *out, ac_unmet *unmet, uint32_t room, ac_error *err);
/** @} */

/** @name Ranks
 * The rung of a ladder that a record holds, such as the grade an engineer has earned; what stands in the way of the next one.
 * @{ */

/** The rung held. Rungs are numbered from 0, the one after `from`; see ac_policy_rung_name(). */
typedef struct ac_rank {
    size_t         size;        /**< sizeof(ac_rank) as the host compiled it. */
    ac_value_state state;       /**< KNOWN, or why it cannot be told yet */
    uint32_t       at_least;    /**< held for certain */
    uint32_t       at_most;     /**< held if all that is missing turns out well; known: the same */
    uint32_t       granted;     /**< given by a grant, or AC_NO_INDEX */
    uint32_t       gap_count;   /**< unmet items of the rungs above `at_least`, whatever the room for them */
    uint32_t       line;        /**< of the rung, or the grant */
    const char    *clause;
    const char    *missing;     /**< unknown: path of the first missing fact; unset: the name that is not configured */
} ac_rank;
#define AC_RANK_INIT { sizeof(ac_rank), AC_VALUE_UNKNOWN, 0, 0, AC_NO_INDEX, 0, 0, NULL, NULL }

/** One item that a higher rung asks for and that does not hold, or cannot be told. */
typedef struct ac_gap {
    uint32_t rung;
    ac_unmet item;
    int      has_values;        /**< 1: the item compares two values, which follow */
    ac_value actual, wanted;
    uint32_t share_yes, share_of;   /**< a share worked out over records: how many, of how many; 0 of 0: it is none */
} ac_gap;

/** Judges the ladder whose result is a field of the record.
 *
 *  @param gaps  Takes the first `room` gaps, rung by rung upward. May be NULL when room is 0.
 *  @return AC_E_TYPE for a field that is no rung of a ladder. */
AC_API ac_status ac_rules_rank(ac_record *record, uint32_t field, ac_time now, ac_rank *out, ac_gap *gaps, uint32_t room, ac_error *err);
/** @} */

/** @name Explanations
 * @{ */

typedef enum ac_format { AC_FORMAT_TEXT, AC_FORMAT_JSON } ac_format;

/** Why a decision is as it is: policy, version and digests, row and article, facts used, rows passed over, and for limits the days
 *  and intervals counted. Rendered straight into `sink`; the same bytes on every platform. */
AC_API ac_status ac_why_render(ac_record *record, ac_decision_kind kind, uint32_t index, ac_time now, ac_format format, ac_lang lang,
                               ac_sink sink, void *user, ac_error *err);
/** Why an act may be done or not: every requirement, whether met, and the facts behind it. AC_DECISION_GATE of ac_why_render() is the same
 *  of an act at `now` by nobody in particular. */
AC_API ac_status ac_why_gate(ac_record *record, const ac_act *act, ac_format format, ac_lang lang, ac_sink sink, void *user, ac_error *err);
/** Why a row of a table was taken or not: its first test that failed, or the fact that is not known; then the row that decides in its
 *  place. Rows are those of ac_policy_row_at(), for a table that a data file fills those of the file.
 *  @return AC_E_NOT_FOUND for a table or row the policy has not; AC_E_TYPE when the table is of another record type. */
AC_API ac_status ac_why_row(ac_record *record, uint32_t table, uint32_t row, ac_time now, ac_format format, ac_lang lang, ac_sink sink, void *user,
                            ac_error *err);
/** Why candidates stand as ac_rules_choose() ranked them: the figures of those ranked, every line that one rejected does not meet.
 *
 * @param ranking  What ac_rules_choose() gave for the same candidates; `n` of them, or fewer.
 */
AC_API ac_status ac_why_choice(ac_record *record, uint32_t choice, ac_record *const *candidates, const ac_ranking *ranking, uint32_t n, ac_time now,
                               ac_format format, ac_lang lang, ac_sink sink, void *user, ac_error *err);
/** @} */

/** @name Bulk
 * Columns of facts in, columns of decisions out, through one scratch record that is reset before each row.
 * @{ */

/** One input column. Elements are unsigned 1, 2 or 4 byte or signed 8 byte integers: yes/no, members, counts, instants, days, minor units, seconds;
 *  spans and numbers take whole amounts (unit second). */
typedef struct ac_column_in {
    uint32_t       field;
    uint32_t       width;       /**< 1, 2, 4 or 8 */
    const void    *data;        /**< `rows` elements */
    const uint8_t *known;       /**< NULL: all known; else 0 where unknown */
} ac_column_in;

/** History of all rows: entries first[i] … first[i + 1] - 1 belong to row i, in time order. */
typedef struct ac_history_in {
    const uint32_t *first;      /**< rows + 1 elements; NULL: no history */
    const uint32_t *field;
    const int64_t  *value;
    const int64_t  *at;
} ac_history_in;

/** One output column; arrays of `rows` elements, each may be NULL. */
typedef struct ac_column_out {
    ac_decision_kind kind;
    uint32_t         index;     /**< field or limit */
    int64_t         *value;     /**< value: num, of a ladder the rung held; milestone: due_at (AC_TIME_MAX when none) */
    uint8_t         *state;     /**< ac_value_state or ac_verdict */
    int64_t         *late_by_s; /**< milestone */
} ac_column_out;

/** Decides `rows` rows at one `now`.
 *
 * @param scratch  A record of the rows' type; reset before and after, so attached owners and links are detached.
 * @return AC_E_INVALID or AC_E_TYPE for a column that does not fit (err->subject: which); AC_E_RANGE for a value or entry that does not
 *         (err->subject: the row; the rows before it are written).
 */
AC_API ac_status ac_rules_bulk(ac_record *scratch, size_t rows, const ac_column_in *in, size_t in_count, const ac_history_in *history,
                               ac_time now, const ac_column_out *out, size_t out_count, ac_error *err);
/** @} */

/** @name Proposals
 * Fines and rewards are proposed, never charged: a person decides, and the host's payroll pays. One event is one record of the type that an
 * offence or reward names; how many there were before is handed in, or counted by an ac_ledger.
 * @{ */

typedef enum ac_proposal_state {
    AC_PROPOSAL_NONE,           /**< its condition does not hold */
    AC_PROPOSAL_EXCEPTED,       /**< an exception holds; `clause` is its article */
    AC_PROPOSAL_MADE,           /**< the deeds that hold, their amounts settled; there may be none for this occurrence */
    AC_PROPOSAL_OPEN,           /**< the same, but an amount waits for the role that chooses it */
    AC_PROPOSAL_UNDECIDED,      /**< facts are missing */
    AC_PROPOSAL_UNSET,          /**< not configured; `clause` is the article that leaves it blank */
    AC_PROPOSAL_NOT_SUPPORTED,  /**< depends on a construct this version does not carry out */
    AC_PROPOSAL_ERROR           /**< an amount overflows or is not whole: `code` and `line` say which */
} ac_proposal_state;

/** The word of the language: "none", "excepted", "made", "open", "undecided", "unset", "not-supported", "error". */
AC_API const char *ac_proposal_name(ac_proposal_state state);

/** Windows in which occurrences are counted: those of ac_period_kind, then all there is, then those of the offence itself, such as
 *  `nth in 90 days`; see ac_policy_window_at(). */
#define AC_OCCURRENCE_EVER    6u
#define AC_OCCURRENCE_WINDOWS 15u

/** Which occurrence an event is, and what a person has chosen for it. */
typedef struct ac_occurrence {
    size_t   size;                          /**< sizeof(ac_occurrence) as the host compiled it. */
    uint32_t nth[AC_OCCURRENCE_WINDOWS];    /**< by window, this one included; 0: not known, or no such window */
    int      is_stated;                     /**< 1: the host says that it happened; the condition is not tried, exceptions are */
    int      has_chosen;
    int64_t  chosen;                        /**< the amount chosen within a range, in minor units */
    ac_text  chosen_by;                     /**< the role that chose, that of the deed or one above it; empty: not checked */
    int      has_lapsed;                    /**< 1: nobody chose in time, and the least of each range stands */
} ac_occurrence;
#define AC_OCCURRENCE_INIT { sizeof(ac_occurrence), { 0 }, 0, 0, 0, { 0, 0 }, 0 }

/** One consequence. Amounts are minor units of the policy's currency. */
typedef struct ac_deed {
    ac_deed_kind kind;
    int          is_open;           /**< the amount waits for `chosen_by` */
    int64_t      amount;            /**< fine, pay; open: the least */
    int64_t      low, high, step;   /**< a range: its ends and step (0: none); else both the amount */
    uint32_t     enumeration;       /**< impose: the enum, else AC_NO_INDEX */
    uint32_t     member;
    ac_value     span;              /**< impose … for; state UNKNOWN without */
    ac_text      chosen_by;         /**< role; empty when none chooses */
    ac_text      confirmed_by;      /**< role that turns the proposal into a decision; empty: the host says so */
    uint32_t     line;
    const char  *clause;
    uint32_t     index;             /**< which of its offence, in the order of the source */
} ac_deed;

typedef struct ac_proposal {
    size_t            size;         /**< sizeof(ac_proposal) as the host compiled it. */
    ac_proposal_state state;
    uint32_t          deed_count;
    int               occurs;       /**< 1: the condition holds and no exception does, so that it counts, whatever its deeds */
    ac_text           subject;      /**< id of the record it is held against; empty while unknown. Belongs to that record. */
    uint32_t          line;
    uint32_t          code;         /**< error: message code */
    const char       *clause;       /**< of the head, the exception, or the hole */
    const char       *missing;      /**< undecided: path of the first missing fact; unset: the name that is not configured */
} ac_proposal;
#define AC_PROPOSAL_INIT { sizeof(ac_proposal), AC_PROPOSAL_NONE, 0, 0, { 0, 0 }, 0, 0, 0, 0 }

/** Says whom an event is held against: fills the link that the offence or reward names, or gives the owner that id. */
AC_API ac_status ac_rules_set_subject(ac_record *record, uint32_t offence, ac_text id, ac_error *err);
/** Judges one offence or reward for a record of its type at `now`.
 *
 *  @param occurrence  NULL: first of its kind, nothing chosen.
 *  @param deeds       Room for `room` deeds; AC_E_LIMIT when fewer than the offence has lines of them (ac_offence_info.deed_count).
 *  @return AC_E_NOT_FOUND when there is no such offence, AC_E_TYPE for a record of another type, AC_E_RANGE for a chosen amount outside its
 *          range or between its steps, AC_E_INVALID when another role chose it. */
AC_API ac_status ac_rules_proposal(ac_record *record, uint32_t offence, const ac_occurrence *occurrence, ac_time now, ac_proposal *out,
                                   ac_deed *deeds, uint32_t room, ac_error *err);
/** @} */

/** @name Ledgers
 * Which occurrence is the how manieth, and what caps leave of it. Events are entered in the order of their instant, then of their id, so
 * that the order in which a host has them does not matter; one that comes late or is voided calls for a new ledger, whose difference from
 * the old one the host reports. Memory grows with the persons and offences seen, not with events: of a rolling window as many instants are
 * kept as the greatest ordinal that a line asks for.
 *
 * Counting goes on over the versions of a policy. A ledger follows the windows of all versions that are in the rulebook of the record by
 * which it first meets an offence.
 * @{ */

typedef struct ac_ledger ac_ledger;

AC_API ac_status ac_ledger_new(const ac_allocator *mem, ac_ledger **out, ac_error *err);
AC_API void      ac_ledger_free(ac_ledger *ledger);
/** Forgets all events and keeps the room. */
AC_API void      ac_ledger_reset(ac_ledger *ledger);

/** One offence or reward hit by an event. Amounts are minor units. */
typedef struct ac_charge {
    size_t        size;         /**< sizeof(ac_charge) as the host compiled it. */
    uint32_t      offence;
    uint32_t      first_deed;   /**< its deeds are deeds[first_deed] and the proposal.deed_count - 1 that follow */
    ac_proposal   proposal;
    ac_occurrence occurrence;   /**< its ordinals */
    int64_t       amount;       /**< fines, or payments of a reward, whose amount is settled */
    int64_t       charged;      /**< what caps and a dearer offence leave of it */
    int64_t       capped;       /**< what a cap took off */
    uint32_t      cap_line;     /**< line of that cap, else 0 */
    const char   *cap_clause;
    uint32_t      yields_to;    /**< the dearer offence by the same act that stands instead, or AC_NO_INDEX */
    int           waits;        /**< 1: which of two is the dearer depends on an amount not chosen yet; nothing is charged until then */
    int64_t       carried;      /**< of what was taken off: what is owed in later periods, see ac_ledger_carry() */
    ac_text       payer;        /**< who is charged: proposal.subject, or the one who bears this share. Belongs to its record. */
    uint32_t      share;        /**< `shared by`: its number from 1, of which the first has the deeds and counts; 0: it is not shared */
    ac_ratio      part;         /**< of the whole; the shares add up to it, coin by coin. Who bears several bears their sum in one charge */
} ac_charge;
#define AC_CHARGE_INIT { sizeof(ac_charge), 0, 0, AC_PROPOSAL_INIT, AC_OCCURRENCE_INIT, 0, 0, 0, 0, 0, AC_NO_INDEX, 0, 0, { 0, 0 }, 0, { 1, 1 } }

/** Enters an event: tries every offence and reward of the record's type.
 *
 *  @param record    Its dated moment is when it happened. The person must have an id.
 *  @param id        Of the event; the order of events of one instant.
 *  @param only      Index of the one offence or reward to try, or AC_NO_INDEX: all of the record's type.
 *  @param chosen    Of which all but the ordinals is read; NULL: nothing is chosen or stated.
 *  @param charges   Room for as many as the policy has offences and rewards of the type, or shares of them; those that do not hold are left out.
 *  @param deeds     Room for the deeds of all of them.
 *  @return AC_E_CONFLICT for an event that is not after the last one entered; AC_E_NOT_FOUND for a record without its date; AC_E_LIMIT
 *          for a version whose windows the ledger has not followed; otherwise as ac_rules_proposal(). A refused event is not counted. */
AC_API ac_status ac_ledger_enter(ac_ledger *ledger, ac_record *record, ac_text id, uint32_t only, const ac_occurrence *chosen, ac_time now,
                                 ac_charge *charges, uint32_t charge_room, uint32_t *charge_count, ac_deed *deeds, uint32_t deed_room, ac_error *err);

/** What a cap that carries over took off in earlier periods, and what of it is charged now. */
typedef struct ac_carried {
    size_t            size;     /**< sizeof(ac_carried) as the host compiled it. */
    ac_text           person;   /**< belongs to the record */
    int64_t           taken;    /**< charged in the period that holds the record's date */
    int64_t           left;     /**< still owed */
    ac_proposal_state state;    /**< NONE; UNDECIDED, UNSET, NOT_SUPPORTED or ERROR: how much there is room for is not known, nothing more is taken */
    uint32_t          line;
    const char       *clause;
    const char       *missing;
} ac_carried;
#define AC_CARRIED_INIT { sizeof(ac_carried), { 0, 0 }, 0, 0, AC_PROPOSAL_NONE, 0, 0, 0 }

/** Takes what an offence, and all under the cap that carries it over, owe from earlier periods, as far as the caps leave room in the period
 *  that holds the record's date. Call it when a period begins, before its events are entered: what comes first has the room.
 *
 *  @param record  Of the offence's type and of that person, dated not before the last event; nothing is entered.
 *  @return as ac_ledger_enter(). */
AC_API ac_status ac_ledger_carry(ac_ledger *ledger, ac_record *record, uint32_t offence, ac_time now, ac_carried *out, ac_error *err);
/** @} */

/** @name Tallies
 * The same for millions of events: columns of numbered persons and offences in, amounts out. For offences and rewards whose amounts and
 * conditions read nothing but `nth` in one window. That an event happened and is not excepted is the host's statement.
 * @{ */

typedef struct ac_tally ac_tally;

/** Prepares counters for persons 0 … persons - 1 and the offences or rewards of a list, which an event names by its place in the list.
 *  @return AC_E_UNSUPPORTED for one that reads facts, leaves an amount open or counts in two windows (err->subject: which). */
AC_API ac_status ac_tally_new(ac_rulebook *book, ac_policy *policy, const uint32_t *offences, uint32_t offence_count, uint32_t persons,
                              const ac_allocator *mem, ac_tally **out, ac_error *err);
AC_API void      ac_tally_free(ac_tally *tally);
/** Forgets all events. */
AC_API void      ac_tally_reset(ac_tally *tally);

/** Events in the order of their instants. Of the columns `field` is not read and `known` is NULL; widths as ever. */
typedef struct ac_events_in {
    size_t       rows;
    ac_column_in offence;       /**< place in the list */
    ac_column_in person;
    ac_column_in at;            /**< instants; `origin` is added to each */
    ac_time      origin;
} ac_events_in;

/** Enters events after those entered before.
 *
 * @param charged  Per row, what caps leave of its amount in minor units; may be NULL.
 * @param totals   Per person, to which what is charged is added; may be NULL.
 * @return AC_E_CONFLICT for an event before the one in front of it, AC_E_RANGE for a number out of range or a total that overflows
 *         (err->subject: the row; rows before it are counted), AC_E_INVALID for a column of another width.
 */
AC_API ac_status ac_tally_enter(ac_tally *tally, const ac_events_in *events, int64_t *charged, int64_t *totals, ac_error *err);
/** Enters one event after those entered before, as one row of ac_tally_enter().
 *
 * @param charged  What caps leave of its amount in minor units; may be NULL.
 * @return AC_E_CONFLICT or AC_E_RANGE as there; nothing is counted then.
 */
AC_API ac_status ac_tally_add(ac_tally *tally, uint32_t offence, uint32_t person, ac_time at, int64_t *charged, ac_error *err);
/** @} */

/** @name Examples
 * @{ */

typedef struct ac_example_counts {
    uint32_t passed, failed, skipped;
    uint32_t rows, rows_hit;    /**< rows of the policy's tables, and how many of them some case hits */
    uint32_t rungs, rungs_hit;  /**< rungs of its ladders above the first; hit: some case comes out there */
    uint32_t deeds, deeds_hit;  /**< deeds of its offences and rewards; hit: they follow in a case that asks for them */
    uint32_t needs, needs_hit;  /**< what acts and fields need; hit: unmet in a case that asks for the gate */
} ac_example_counts;

/** Runs the examples of a policy in a book. Each mismatch is an error in the report, located at its row; each skip a hint that says why;
 *  so are the rows of tables, rungs, deeds and needs that no case hits. */
AC_API ac_status ac_rules_run_examples(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_report *report, ac_example_counts *out, ac_error *err);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
