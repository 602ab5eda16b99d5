/* Due, late, subtract, elapsed: a target in measure, moved by each pause, turned back to an instant once. */

#include "base/assert.h"
#include "base/error.h"
#include "time/measure.h"
#include "time/pauses.h"

static inline const ac_calendar *set_of(const ac_calendar *calendar, ac_clock_kind kind)
{
    assert(kind == AC_CLOCK_ELAPSED || calendar);
    return kind == AC_CLOCK_WORKING ? calendar : NULL;
}

/* Without a calendar every second counts, and an instant is its own measure. */
static inline int64_t measure(const ac_calendar *c, ac_time at)
{
    return c ? ac_measure(c, at) : at;
}

static inline ac_time find(const ac_calendar *c, int64_t target)
{
    return c ? ac_measure_find(c, target) : target;
}

static ac_status refuse_input(ac_time at, ac_secs amount, const ac_pause *pauses, size_t n, ac_error *err)
{
    if (!ac_time_is_valid(at))
        return ac_error_set(err, AC_E_RANGE, 0, "the instant is outside the years 1..9999", NULL);
    if (amount < 0)
        return ac_error_set(err, AC_E_RANGE, 0, "the amount is negative", "subtract goes back in time");
    if (amount > AC_TIME_MAX - AC_TIME_MIN)
        return ac_error_set(err, AC_E_RANGE, 0, "the amount is longer than the years 1..9999", NULL);
    ac_error_set(err, AC_E_INVALID, 0, "a pause ends before it begins", NULL);
    for (size_t i = 0; i < n; i++) {
        if (pauses[i].to < pauses[i].from) {
            ac_error_subject(err, (int64_t)i);
            break;
        }
    }
    return AC_E_INVALID;
}

/* One comparison each for what is nearly always right. */
static inline int input_is_good(ac_time at, ac_secs amount, ac_pauses *set, const ac_pause *pauses, size_t n)
{
    return (uint64_t)at - (uint64_t)AC_TIME_MIN <= (uint64_t)(AC_TIME_MAX - AC_TIME_MIN) &&
           (uint64_t)amount <= (uint64_t)(AC_TIME_MAX - AC_TIME_MIN) && ac_pauses_init(set, pauses, n);
}

/* Whether all that was counted in [from, to) is covered: what lies inside pauses was not counted. */
static int counted_is_covered(const ac_calendar *c, ac_time from, ac_time to, const ac_pauses *pauses)
{
    ac_pauses_walk walk = {0, from};
    ac_pause       p;

    while (ac_pauses_next(pauses, &walk, &p) && p.from < to) {
        if (p.from > from && !ac_calendar_covers(c, from, p.from))
            return 0;
        from = p.to > from ? p.to : from;
    }
    return from >= to || ac_calendar_covers(c, from, to);
}

static inline int is_covered(const ac_calendar *c, ac_time from, ac_time to, const ac_pauses *pauses)
{
    return !c || (from >= c->cover.from && to <= c->cover.to) || counted_is_covered(c, from, to, pauses);
}

static inline void answer(ac_clock_answer *out, ac_clock_state state, ac_time at, ac_secs left_s)
{
    out->state = state;
    out->beyond = 0;
    out->at = at;
    out->left_s = left_s;
}

/* Replaces the answer when a date had to be counted that nothing covers. */
static inline int settle_cover(const ac_calendar *c, ac_time from, ac_time to, const ac_pauses *pauses, ac_clock_answer *out)
{
    if (is_covered(c, from, to, pauses))
        return 1;
    if (c->beyond_weekly) {
        out->beyond = 1;
        return 1;
    }
    answer(out, AC_CLOCK_NOT_COVERED, 0, 0);
    return 0;
}

static ac_status too_late(ac_clock_answer *out, ac_error *err)
{
    answer(out, AC_CLOCK_NEVER, 0, 0);
    return ac_error_set(err, AC_E_RANGE, 0, "the result is outside the years 1..9999", NULL);
}

/* Moves the target behind each pause that begins before it is reached. @return 0 when a pause without end does. */
static inline int pass_pauses(const ac_calendar *c, ac_time start, const ac_pauses *pauses, int64_t *target, ac_pause *stopper)
{
    ac_pauses_walk walk = {0, start};
    ac_pause       p;

    while (ac_pauses_next(pauses, &walk, &p)) {
        int64_t begin = measure(c, p.from > start ? p.from : start);

        if (begin >= *target)
            return 1;
        if (ac_pause_is_open(&p)) {
            stopper->from = p.from > start ? p.from : start;
            stopper->to = begin;
            return 0;
        }
        *target += measure(c, p.to) - begin;
    }
    return 1;
}

/* The end of the `need`-th counted second from start on, less `back` seconds. `due` wants the end of the last one; `late`
 * and a due of 0 want the begin of the next one, that is, one second more and one back. */
static inline ac_status walk(const ac_calendar *c, ac_time start, ac_secs need, ac_secs back, const ac_pauses *pauses,
                             ac_clock_answer *out, ac_error *err)
{
    int64_t  target = measure(c, start) + need;
    ac_pause stopper;
    ac_time  end;

    if (pauses->count && !pass_pauses(c, start, pauses, &target, &stopper)) {
        answer(out, AC_CLOCK_SUSPENDED, 0, target - stopper.to - back);
        settle_cover(c, start, stopper.from, pauses, out);
        return AC_OK;
    }
    end = find(c, target);
    answer(out, AC_CLOCK_AT, end - back, 0);
    if (!settle_cover(c, start, end, pauses, out))
        return AC_OK;
    if (end - back > AC_TIME_MAX) {
        if (!c)
            return too_late(out, err);
        out->state = AC_CLOCK_NEVER;
        out->at = 0;
    }
    return AC_OK;
}

ac_status ac_clock_due(const ac_calendar *calendar, ac_clock_kind kind, ac_time start, ac_secs amount,
                       const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    ac_pauses set;

    assert(out);
    if (!input_is_good(start, amount, &set, pauses, n)) {
        answer(out, AC_CLOCK_NEVER, 0, 0);
        return refuse_input(start, amount, pauses, n, err);
    }
    return walk(set_of(calendar, kind), start, amount + (amount == 0), amount == 0, &set, out, err);
}

ac_status ac_clock_late(const ac_calendar *calendar, ac_clock_kind kind, ac_time start, ac_secs amount,
                        const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    ac_pauses set;

    assert(out);
    if (!input_is_good(start, amount, &set, pauses, n)) {
        answer(out, AC_CLOCK_NEVER, 0, 0);
        return refuse_input(start, amount, pauses, n, err);
    }
    return walk(set_of(calendar, kind), start, amount + 1, 1, &set, out, err);
}

/* The mirror of pass_pauses, from `end` back. */
static void pass_pauses_back(const ac_calendar *c, ac_time end, const ac_pauses *pauses, int64_t *target)
{
    ac_time  before = end;
    ac_pause p;

    while (ac_pauses_pick_back(pauses, before, &p)) {
        int64_t finish = measure(c, p.to < end ? p.to : end);

        if (finish <= *target)
            return;
        *target -= finish - measure(c, p.from > AC_TIME_MIN ? p.from : AC_TIME_MIN);
        before = p.from;
    }
}

ac_status ac_clock_subtract(const ac_calendar *calendar, ac_clock_kind kind, ac_time end, ac_secs amount,
                            const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    const ac_calendar *c = set_of(calendar, kind);
    ac_pauses          set;
    int64_t            target;
    ac_time            at;

    assert(out);
    answer(out, AC_CLOCK_NEVER, 0, 0);
    if (!input_is_good(end, amount, &set, pauses, n))
        return refuse_input(end, amount, pauses, n, err);
    if (amount == 0) {
        answer(out, AC_CLOCK_AT, end, 0);
        return AC_OK;
    }
    target = measure(c, end) - amount;
    pass_pauses_back(c, end, &set, &target);
    at = find(c, target + 1);
    at = at == AC_MEASURE_NONE ? INT64_MIN : at - 1;
    answer(out, AC_CLOCK_AT, at, 0);
    if (!settle_cover(c, at, end, &set, out))
        return AC_OK;
    if (at < AC_TIME_MIN) {
        if (!c)
            return too_late(out, err);
        out->state = AC_CLOCK_NEVER;
        out->at = 0;
    }
    return AC_OK;
}

static int64_t measure_between(const ac_calendar *c, ac_time from, ac_time to, const ac_pauses *pauses)
{
    int64_t        sum = measure(c, to) - measure(c, from);
    ac_pauses_walk walk = {0, from};
    ac_pause       p;

    while (ac_pauses_next(pauses, &walk, &p) && p.from < to)
        sum -= measure(c, p.to < to ? p.to : to) - measure(c, p.from > from ? p.from : from);
    return sum;
}

ac_status ac_clock_elapsed(const ac_calendar *calendar, ac_clock_kind kind, ac_time from, ac_time to,
                           const ac_pause *pauses, size_t n, ac_secs *out, ac_error *err)
{
    const ac_calendar *c = set_of(calendar, kind);
    ac_time            early = from < to ? from : to, late = from < to ? to : from;
    ac_pauses          set;
    int64_t            sum;

    assert(out);
    *out = 0;
    if (!input_is_good(early, 0, &set, pauses, n) || late > AC_TIME_MAX)
        return refuse_input(early < AC_TIME_MIN ? early : late, 0, pauses, n, err);
    if (!is_covered(c, early, late, &set) && !c->beyond_weekly)
        return ac_error_set(err, AC_E_NOT_COVERED, 0, "the calendar does not cover every date in between", NULL);
    sum = measure_between(c, early, late, &set);
    *out = from <= to ? sum : -sum;
    return AC_OK;
}
