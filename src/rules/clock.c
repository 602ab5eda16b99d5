#include "rules/judge.h"

#include "base/check.h"
#include "base/error.h"
#include "rules/quick.h"

ac_clock_kind ac_limit_measure(ac_unit unit)
{
    return unit == AC_UNIT_WORK_SECOND || unit == AC_UNIT_WORKDAY ? AC_CLOCK_WORKING : AC_CLOCK_ELAPSED;
}

int64_t ac_limit_amount(const ac_cell *span)
{
    return span->den == 1 ? span->num : ac_i64_floor_div(span->num, span->den);
}

static int is_point(const ac_limit *limit)
{
    return limit->form == AC_LIMIT_DUE || limit->form == AC_LIMIT_SAME_DAY;
}

int ac_limit_is_working(const ac_limit_clock *clock)
{
    return clock->span.ref == AC_UNIT_WORK_SECOND && !clock->limit->hard && !is_point(clock->limit);
}

/* The end of `span` from an instant on. */
static ac_status end_of(const ac_limit_clock *clock, const ac_cell *span, ac_time from, ac_clock_answer *out, ac_error *err)
{
    const ac_policy   *policy = clock->policy;
    int64_t            amount = ac_limit_amount(span);
    const ac_pause    *pauses = clock->pauses;
    uint32_t           n = clock->pause_count;
    const ac_calendar *calendar;

    if (!clock->calendar && ac_limit_measure((ac_unit)span->ref) == AC_CLOCK_WORKING) {
        out->state = AC_CLOCK_NOT_COVERED;
        out->beyond = 0;
        out->left_s = 0;
        return AC_OK;
    }
    switch ((ac_unit)span->ref) {
    case AC_UNIT_SECOND:
    case AC_UNIT_WORK_SECOND:
        calendar = span->ref == AC_UNIT_SECOND ? NULL : clock->calendar;
        if (!ac_quick_due(calendar, from, amount, pauses, n, &out->at))
            return ac_clock_due(calendar, ac_limit_measure((ac_unit)span->ref), from, amount, pauses, n, out, err);
        out->state = AC_CLOCK_AT;
        out->beyond = 0;
        out->left_s = 0;
        return AC_OK;
    case AC_UNIT_DAY:
        return ac_clock_days(clock->calendar, clock->zone, policy->days_end, from, amount, pauses, n, out, err);
    case AC_UNIT_WORKDAY:
        return ac_clock_workdays(clock->calendar, policy->days_end, from, amount, pauses, n, out, err);
    case AC_UNIT_MONTH:
        return ac_clock_months(clock->calendar, clock->zone, policy->days_end, policy->month_end, from, amount, pauses, n, out, err);
    }
    return ac_error_set(err, AC_E_TYPE, 0, "this is no length", NULL);
}

static void set_point(ac_limit_dues *out, ac_time at)
{
    out->state = AC_CLOCK_AT;
    out->due = at;
    out->deadline = at;
    out->late = at;
    out->has_late = 1;
}

/* `at L after P grace G`: met until G after the instant agreed. */
static ac_status add_grace(const ac_limit_clock *clock, ac_limit_dues *out, ac_error *err)
{
    ac_clock_answer answer;
    ac_status       st;

    st = end_of(clock, &clock->grace, out->due, &answer, err);
    if (st != AC_OK)
        return st;
    out->state = answer.state;
    out->left_s = answer.left_s;
    out->deadline = answer.at;
    return AC_OK;
}

/* Under working time the last instant at which not more than the span is used. Nothing is used between the deadline and it,
 * and of the pauses only those that end later bear on it. */
static ac_status find_late(const ac_limit_clock *clock, ac_limit_dues *out, ac_error *err)
{
    ac_clock_answer answer;
    uint32_t        past = 0;
    ac_status       st;

    while (past < clock->pause_count && clock->pauses[past].to <= out->deadline)
        past++;
    st = ac_clock_late(clock->calendar, AC_CLOCK_WORKING, out->deadline, 0, clock->pauses + past, clock->pause_count - past, &answer, err);
    if (st != AC_OK)
        return st;
    out->has_late = answer.state == AC_CLOCK_AT;
    out->late_uncovered = answer.state == AC_CLOCK_NOT_COVERED;
    out->late = answer.at;
    return AC_OK;
}

ac_status ac_limit_find_dues(const ac_limit_clock *clock, const ac_cell *span, ac_limit_dues *out, ac_error *err)
{
    ac_clock_answer answer;
    ac_status       st;

    out->beyond = 0;
    out->has_late = 0;
    out->late_uncovered = 0;
    out->left_s = 0;
    if (is_point(clock->limit)) {
        set_point(out, span->num);
        return AC_OK;
    }
    st = end_of(clock, span, clock->base, &answer, err);
    if (st != AC_OK)
        return st;
    out->beyond = (uint8_t)answer.beyond;
    if (answer.state != AC_CLOCK_AT) {
        out->state = answer.state;
        out->left_s = answer.left_s;
        return AC_OK;
    }
    set_point(out, answer.at);
    if (clock->limit->form == AC_LIMIT_AT && clock->grace.state == AC_VALUE_KNOWN) {
        st = add_grace(clock, out, err);
        if (st != AC_OK || out->state != AC_CLOCK_AT)
            return st;
        out->late = out->deadline;
    }
    if (span->ref != AC_UNIT_WORK_SECOND || clock->limit->hard)
        return AC_OK;
    return find_late(clock, out, err);
}

ac_status ac_limit_overrun(const ac_limit_clock *clock, const ac_limit_dues *dues, ac_time at, ac_secs *out, ac_error *err)
{
    if (ac_limit_is_working(clock))
        return ac_clock_elapsed(clock->calendar, AC_CLOCK_WORKING, dues->deadline, at, clock->pauses, clock->pause_count, out, err);
    *out = at - dues->deadline;
    return AC_OK;
}

ac_status ac_limit_left(const ac_limit_clock *clock, const ac_limit_dues *dues, ac_time at, ac_secs *out, ac_error *err)
{
    ac_time from = at > clock->base ? at : clock->base;

    *out = 0;
    if (from >= dues->due)
        return AC_OK;
    if (is_point(clock->limit) || clock->span.ref == AC_UNIT_SECOND) {
        *out = dues->due - from;
        return AC_OK;
    }
    if (clock->span.ref == AC_UNIT_WORK_SECOND)
        return ac_clock_elapsed(clock->calendar, AC_CLOCK_WORKING, from, dues->due, clock->pauses, clock->pause_count, out, err);
    return AC_OK;
}
