#ifndef AC_RULES_LIMIT_H
#define AC_RULES_LIMIT_H

#include <aftercare/rules.h>

#include "policy/link/rulebook.h"
#include "policy/model/policy.h"
#include "rules/eval.h"

/** @file
 * Judging limits: what the evaluator's IS_LATE, IS_MET and WITHIN ask, and what explanations look into.
 *
 * Nothing here allocates. Threads: one at a time per record.
 */

/** @name For the evaluator
 * The answers are cells of type yes/no. An UNKNOWN cell names the first missing fact in `num` (a path of the policy),
 * or AC_NO_INDEX when what is missing is no fact: time has to pass, or the calendar does not cover a date.
 * @{ */

/** `X is late`: yes once late; no when open, met, none or never; unknown when undecided or not covered; unset; unsupported. */
ac_cell ac_limit_is_late(const ac_eval *e, ac_record *holder, uint32_t limit);
/** `X is met`: yes when met, no when late, unknown until then. */
ac_cell ac_limit_is_met(const ac_eval *e, ac_record *holder, uint32_t limit);
/** `done within span after start` by the clock of the span's unit: yes from start to start + span, no outside; no pauses.
 *  @param calendar  Of the policy, or AC_NO_INDEX.
 *  @param dates     Bit 0: `done` is a date, bit 1: `start` is one; a date stands for its first second. Bit 2: `done` is a moment; while it
 *                   has not happened it is no once e->as_of is too late, else unknown. Operands that are no values are answered by the strongest of them. */
ac_cell ac_limit_within(const ac_eval *e, uint32_t calendar, uint32_t dates, const ac_cell *done, const ac_cell *span, const ac_cell *start);
/** @} */

/** @name Inside a judgement
 * @{ */

/** Pauses kept at once; more are merged into one of equal measure, which moves no due. */
#define AC_LIMIT_PAUSES 16

/** What a clock is run with: the answer of the regrading and reopening rules, and all of what a due needs. */
typedef struct ac_limit_clock {
    ac_eval           *eval;        /**< of the record that has the limit, as of now */
    const ac_policy   *policy;
    const ac_limit    *limit;
    const ac_zone     *zone;
    const ac_calendar *calendar;    /**< NULL: none */
    ac_time            base;        /**< where the span is counted from */
    ac_cell            span;        /**< KNOWN: a span (forms within, at) or the due instant itself (due, same day as) */
    ac_cell            grace;       /**< form at: KNOWN or NONE */
    uint32_t           pause_count;
    ac_pause           pauses[AC_LIMIT_PAUSES];     /**< in time order, not overlapping; those that bear on the due */
} ac_limit_clock;

/** What happened to a clock, for explanations. */
typedef enum ac_limit_note_kind {
    AC_NOTE_SPAN,           /**< the span first known, `span` */
    AC_NOTE_REGRADED,       /**< it changed at `at` to `span` */
    AC_NOTE_KEPT,           /**< it changed at `at` to `span`, which the mode ignores */
    AC_NOTE_STOPPED,        /**< the moment happened at `at` */
    AC_NOTE_TOO_EARLY,      /**< it happened at `at`, before an `at` limit counts */
    AC_NOTE_REOPENED,       /**< undone at `at`; the limit's mode says what follows */
    AC_NOTE_PAUSED          /**< from `at` to `until` (AC_TIME_MAX: still) because of pause number `pause` of the limit */
} ac_limit_note_kind;

typedef struct ac_limit_note {
    ac_limit_note_kind kind;
    ac_time            at, until;
    uint32_t           pause;       /**< index into limit->pauses; AC_NO_INDEX: the closed time before a reopening */
    ac_cell            span;
} ac_limit_note;

/** Takes the notes of a judgement in the order they are found. */
typedef struct ac_limit_watch {
    ac_status (*note)(void *user, const ac_limit_note *note);
    void       *user;
    ac_status   status;             /**< the first failure of `note` */
} ac_limit_watch;

/** Judges a limit of eval->record as of eval->as_of; ac_rules_milestone() with the clock it ran and, when `watch` is not NULL, how it came about.
 *  @param clock  Filled as far as the judgement got; clock->span.state is AC_VALUE_UNKNOWN when no clock ran. */
ac_status ac_limit_judge(ac_eval *eval, uint32_t limit, ac_limit_clock *clock, ac_limit_watch *watch, ac_milestone *out, ac_error *err);
/** Judges a term that is no limit of a record, as `within` its length after `start`. @param done  NULL: not yet. */
ac_status ac_limit_judge_term(ac_eval *eval, const ac_term *term, ac_time start, const ac_time *done, ac_milestone *out, ac_error *err);
/** @} */

#endif
