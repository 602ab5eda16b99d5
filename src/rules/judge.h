#ifndef AC_RULES_JUDGE_H
#define AC_RULES_JUDGE_H

#include "rules/limit.h"

/** @file
 * The parts of a judgement, in the order they are used:
 *
 *     limit.c    where the limit has a plan (policy/plan.h) and the record's facts are plain: all of the next two steps at once
 *     sweep.c    one pass over the history: the start that counts, the stop, reopenings, pauses
 *     regrade.c  what the limit asked for, as of each change, by the limit's mode
 *     clock.c    due, late and overrun of one span
 *     limit.c    the verdict
 *
 * Where the deadline arithmetic leaves a choice:
 *   - `when` and the span are one: a `when` that turns no is a span that becomes none.
 *   - Facts count up to the stop. Only a span never known until then may still come.
 *   - A new span whose due lies before the change is late as of the change, by regrading, unless the limit was late already:
 *     then late_at stays where it was. `late before stays late` keeps the old due, and the overrun runs on to stop or now.
 *   - Pauses end at the stop. Under workh overruns count what is neither closed nor paused; under every other unit late_by is
 *     done minus due, pauses behind the due included.
 *   - `due POINT` and `same day as` are fixed instants: pauses do not move them. An unknown POINT is open until the moment
 *     happens, then undecided.
 *   - Form `at`: due_at is the instant agreed, overruns count from the end of the grace.
 *   - Reopened is what an action leads back to a state the record was in before the moment, or to another from which the moment
 *     is possible; a moment that is cleared in the history; a step when an earlier one is done again.
 *   - What no clock can run (a negative span, a due after the year 9999) is undecided.
 *
 * Threads: one judgement on one thread.
 */

/** What a clock comes to. */
typedef struct ac_limit_dues {
    ac_clock_state state;       /**< of the due */
    uint8_t        beyond;
    uint8_t        has_late;    /**< 0: the calendar does not say when it turns late */
    uint8_t        late_uncovered;  /**< then: because it does not cover the date, not because it never opens again */
    ac_time        due;         /**< AT: the last second that meets it; form `at`: the instant agreed */
    ac_time        deadline;    /**< AT: due, with the grace of form `at`: overruns count from here */
    ac_time        late;        /**< has_late: met up to and including this instant */
    ac_secs        left_s;      /**< SUSPENDED: seconds of the span not used */
} ac_limit_dues;

/** One judgement under way. */
typedef struct ac_limit_job {
    ac_limit_clock *clock;
    ac_limit_watch *watch;
    uint8_t         has_start;
    uint8_t         has_stop;
    uint8_t         collected;      /**< the pauses are those of `collected_base`, all of them */
    ac_time         first_start;    /**< the latest start */
    ac_time         start;          /**< the same, or the last reopening with `restart` */
    ac_time         stop;
    ac_time         earliest;       /**< what was given to ac_limit_sweep */
    ac_time         collected_base;
    ac_limit_dues   dues;           /**< of clock->base and clock->span */
    ac_time         changed_at;     /**< since when that span holds; AC_TIME_MIN: from the start */
    ac_time         late_since;     /**< it was late already when that span came; AC_TIME_MAX: it was not */
} ac_limit_job;

/** @name sweep.c
 * @{ */
/** Finds start, stop and pauses. clock->base and clock->span need not be known yet. The start given is the latest; a reopening
 *  with `restart` moves it. @param earliest  form `at`: stops before it do not count; else AC_TIME_MIN. */
ac_status ac_limit_sweep(ac_limit_job *job, ac_time earliest, ac_error *err);
/** Collects the pauses for another base, or for a span where they had to be merged. */
ac_status ac_limit_pauses(ac_limit_job *job, ac_time base, const ac_cell *span, ac_error *err);
/** @} */

/** @name regrade.c
 * @{ */
/** What the limit asks for as of an instant: NONE when `when` is no, else the span or due. */
ac_cell   ac_limit_terms(const ac_limit_clock *clock, ac_time at);
/** Sets clock->base, clock->span, job->dues, changed_at and late_since. */
ac_status ac_limit_regrade(ac_limit_job *job, ac_error *err);
/** @} */

/** @name clock.c
 * @{ */
/** Whether the unit's seconds are working ones; for days that of its pauses. */
ac_clock_kind ac_limit_measure(ac_unit unit);
/** Whether overruns are working time. */
int       ac_limit_is_working(const ac_limit_clock *clock);
/** The whole amount of a span; what remains of a unit cannot be met and is not granted. */
int64_t   ac_limit_amount(const ac_cell *span);
/** Due, deadline and late of a span on a clock, by its form. */
ac_status ac_limit_find_dues(const ac_limit_clock *clock, const ac_cell *span, ac_limit_dues *out, ac_error *err);
/** Overrun at an instant after dues->late. */
ac_status ac_limit_overrun(const ac_limit_clock *clock, const ac_limit_dues *dues, ac_time at, ac_secs *out, ac_error *err);
/** Seconds left at an instant up to dues->deadline; 0 for units of days. */
ac_status ac_limit_left(const ac_limit_clock *clock, const ac_limit_dues *dues, ac_time at, ac_secs *out, ac_error *err);
/** @} */

static inline void ac_limit_tell(ac_limit_watch *watch, ac_limit_note_kind kind, ac_time at, ac_time until, uint32_t pause, ac_cell span)
{
    ac_limit_note note;

    if (!watch || watch->status != AC_OK)
        return;
    note.kind = kind;
    note.at = at;
    note.until = until;
    note.pause = pause;
    note.span = span;
    watch->status = watch->note(watch->user, &note);
}

#endif
