/* Limits in civil days, months and working dates: where the nth date ends, and how pauses move that. */

#include "base/assert.h"
#include "base/error.h"
#include "time/measure.h"
#include "time/pauses.h"

/* A question on its way: shared by the three kinds of count. */
typedef struct question {
    const ac_calendar *calendar;    /* may be NULL unless working */
    const ac_zone     *zone;
    int                working;     /* count working dates, pauses in open seconds */
    ac_days_end        end;
    ac_time            start;
    ac_pauses          pauses;
    int32_t            clock_s;     /* wall time wanted on the last date; beyond 24 h in a shift past midnight */
    int                beyond;
    ac_error          *err;
} question;

enum { STOP = -1 };     /* no status: the answer is complete and is not AC_CLOCK_AT */

static int stop(ac_clock_answer *out, ac_clock_state state, ac_secs left_s)
{
    out->state = state;
    out->at = 0;
    out->left_s = left_s;
    return STOP;
}

/* A stretch that has to be covered. */
static int need_cover(question *q, ac_time from, ac_time to, ac_clock_answer *out)
{
    if (!q->calendar || ac_calendar_covers(q->calendar, from, to))
        return AC_OK;
    if (!q->calendar->beyond_weekly)
        return stop(out, AC_CLOCK_NOT_COVERED, 0);
    q->beyond = 1;
    return AC_OK;
}

static ac_time midnight(const question *q, int64_t day)
{
    return ac_zone_first(q->zone, day * AC_DAY_S);
}

static int need_cover_days(question *q, int64_t first, int64_t last, ac_clock_answer *out)
{
    return first > last ? AC_OK : need_cover(q, midnight(q, first), midnight(q, last + 1), out);
}

/* ---- Working dates by number ---- */

static int64_t work_days_before(const ac_calendar *c, int64_t day)
{
    int64_t into = day - c->window_day;

    if (c->window_length && into >= 0 && into <= c->window_days)
        return c->work_from + c->work_rank[into];
    return ac_week_days_before(c, day) + (c->window_length && into > 0 ? c->work_behind : 0);
}

/* The working date that has `nth` before it. @return 0 when there is none. */
static int work_day_at(const ac_calendar *c, int64_t nth, int64_t *day)
{
    int64_t weeks;
    int32_t weekday = 0;

    if (c->window_length && nth >= c->work_from && nth < c->work_from + c->work_days) {
        *day = (int64_t)c->window_day + c->work_day[nth - c->work_from];
        return 1;
    }
    if (c->week.days == 0)
        return 0;
    if (c->window_length && nth >= c->work_from)
        nth -= c->work_behind;
    weeks = ac_i64_floor_div(nth, c->week.days);
    nth -= weeks * c->week.days;
    while (nth >= c->week.days_before[weekday + 1])
        weekday++;
    *day = weeks * 7 + weekday - 3;
    return 1;
}

/* ---- How a date ends ---- */

/* Its last second. Where midnight is skipped or comes twice, that is still the second before the next date begins. */
static ac_time last_second(const question *q, int64_t day)
{
    return midnight(q, day + 1) - 1;
}

static ac_time last_closing(const question *q, int64_t day)
{
    const ac_hours *hours;
    int32_t         cut_s;
    size_t          n = ac_calendar_own_hours(q->calendar, (ac_day)day, &hours, &cut_s);

    if (n == 0)
        return last_second(q, day);
    return ac_zone_first(q->zone, day * AC_DAY_S + (hours[n - 1].to_s < cut_s ? hours[n - 1].to_s : cut_s));
}

/* The wall time of the start, moved into the hours of that date: on to the next opening, or back to the last closing. */
static ac_time same_time(const question *q, int64_t day)
{
    int32_t second = q->clock_s;

    if (q->working) {
        const ac_hours *hours;
        int32_t         cut_s, to_s;
        size_t          n = ac_calendar_own_hours(q->calendar, (ac_day)day, &hours, &cut_s);

        for (size_t i = 0; i < n; i++) {
            to_s = hours[i].to_s < cut_s ? hours[i].to_s : cut_s;
            if (second < hours[i].from_s)
                second = hours[i].from_s;
            if (second <= to_s)
                break;
            if (i + 1 == n)
                second = to_s;
        }
    }
    return ac_zone_first(q->zone, day * AC_DAY_S + second);
}

static int date_end(question *q, int64_t day, ac_clock_answer *out)
{
    int st = AC_OK;

    if (day > AC_DAY_MAX)
        return (int)ac_error_set(q->err, AC_E_RANGE, 0, "the result is outside the years 1..9999", NULL);
    if (q->end == AC_DAYS_END_MIDNIGHT) {
        out->at = last_second(q, day);
    } else if (q->end == AC_DAYS_END_CLOSE) {
        if (!q->working)
            st = need_cover_days(q, day, day, out);
        if (st == AC_OK)
            out->at = q->calendar ? last_closing(q, day) : last_second(q, day);
    } else {
        out->at = same_time(q, day);
    }
    return st;
}

/* ---- Pauses ---- */

/* Seconds of the pauses that begin before `due`. */
static int paused_before(question *q, ac_time due, ac_secs *sum, ac_clock_answer *out)
{
    ac_pauses_walk walk = {0, q->start};
    ac_pause       p;

    *sum = 0;
    while (ac_pauses_next(&q->pauses, &walk, &p) && p.from < due) {
        ac_time from = p.from > q->start ? p.from : q->start;
        int     st;

        if (ac_pause_is_open(&p))
            return stop(out, AC_CLOCK_SUSPENDED,
                        q->working ? ac_measure(q->calendar, due) - ac_measure(q->calendar, from) : due - from);
        st = q->working ? need_cover(q, from, p.to, out) : AC_OK;
        if (st != AC_OK)
            return st;
        *sum += q->working ? ac_measure(q->calendar, p.to) - ac_measure(q->calendar, from) : p.to - from;
    }
    return AC_OK;
}

/* The date an instant counts for: of a working instant that of its shift. */
static int64_t date_of(const question *q, ac_time at, int32_t *clock_s)
{
    ac_day          day;
    const ac_hours *hours;
    int32_t         cut_s;
    size_t          n;

    ac_zone_local(q->zone, at, &day, clock_s);
    if (!q->working)
        return day;
    n = ac_calendar_own_hours(q->calendar, day, &hours, &cut_s);
    for (size_t i = 0; i < n; i++) {
        if (hours[i].from_s <= *clock_s && *clock_s <= hours[i].to_s)
            return day;
    }
    n = ac_calendar_own_hours(q->calendar, day - 1, &hours, &cut_s);
    if (n == 0 || hours[n - 1].to_s < *clock_s + 86400 || cut_s < *clock_s + 86400)
        return day;
    *clock_s += 86400;
    return day - 1;
}

/* `seconds` after the due time of a clock without pauses, and then as that date ends. */
static int shift(question *q, ac_time due, ac_secs seconds, ac_clock_answer *out)
{
    int32_t clock_s;

    out->at = due;
    if (seconds == 0)
        return AC_OK;
    if (q->working) {
        ac_status st = ac_clock_due(q->calendar, AC_CLOCK_WORKING, due, seconds, NULL, 0, out, q->err);

        if (st != AC_OK || out->state != AC_CLOCK_AT)
            return st != AC_OK ? (int)st : STOP;
        q->beyond |= out->beyond;
    } else {
        out->at = due + seconds;
        if (out->at > AC_TIME_MAX)
            return (int)ac_error_set(q->err, AC_E_RANGE, 0, "the result is outside the years 1..9999", NULL);
    }
    if (q->end == AC_DAYS_END_SAME_TIME)
        return AC_OK;
    return date_end(q, date_of(q, out->at, &clock_s), out);
}

/* A later due time may let another pause begin before it: until none does. Each round takes in at least one more. */
static int shift_by_pauses(question *q, ac_clock_answer *out)
{
    ac_time due = out->at;
    ac_secs before = 0, sum;

    for (;;) {
        int st = paused_before(q, out->at, &sum, out);

        if (st != AC_OK || sum == before)
            return st;
        before = sum;
        st = shift(q, due, sum, out);
        if (st != AC_OK)
            return st;
    }
}

/* ---- The three counts ---- */

static ac_status finish(question *q, int st, ac_clock_answer *out)
{
    if (st == AC_OK)
        st = q->pauses.count ? shift_by_pauses(q, out) : AC_OK;
    if (st == STOP || st == AC_OK) {
        out->beyond = q->beyond && out->state != AC_CLOCK_NOT_COVERED;
        return AC_OK;
    }
    out->state = AC_CLOCK_NEVER;
    out->at = 0;
    return (ac_status)st;
}

static ac_status begin(question *q, const ac_calendar *calendar, const ac_zone *zone, ac_days_end end, ac_time start,
                       int64_t count, const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    q->calendar = calendar;
    q->zone = zone;
    q->working = 0;
    q->end = end;
    q->start = start;
    q->clock_s = 0;
    q->beyond = 0;
    q->err = err;
    out->state = AC_CLOCK_AT;
    out->beyond = 0;
    out->at = 0;
    out->left_s = 0;
    if (!ac_time_is_valid(start))
        return ac_error_set(err, AC_E_RANGE, 0, "the instant is outside the years 1..9999", NULL);
    if (count < 0 || count > AC_DAY_MAX - (int64_t)AC_DAY_MIN)
        return ac_error_set(err, AC_E_RANGE, 0, "the number of dates is negative or too large", NULL);
    if (!ac_pauses_init(&q->pauses, pauses, n))
        return ac_error_set(err, AC_E_INVALID, 0, "a pause ends before it begins", NULL);
    return AC_OK;
}

/* The count-th working date after `day`. */
static int nth_work_day(question *q, int64_t day, int64_t count, int64_t *out_day, ac_clock_answer *out)
{
    *out_day = day;
    if (count == 0)
        return AC_OK;
    if (!work_day_at(q->calendar, work_days_before(q->calendar, day + 1) + count - 1, out_day)) {
        int st = need_cover(q, midnight(q, day + 1), INT64_MAX, out);

        return st == AC_OK ? stop(out, AC_CLOCK_NEVER, 0) : st;
    }
    if (*out_day > AC_DAY_MAX)
        return (int)ac_error_set(q->err, AC_E_RANGE, 0, "the result is outside the years 1..9999", NULL);
    return need_cover_days(q, day + 1, *out_day, out);
}

static int work_start(question *q, int64_t *day, ac_clock_answer *out)
{
    ac_status st;

    if (q->end == AC_DAYS_END_MIDNIGHT) {
        ac_day  date;
        int32_t second;

        ac_zone_local(q->zone, q->start, &date, &second);
        *day = date;
        return AC_OK;
    }
    st = ac_clock_due(q->calendar, AC_CLOCK_WORKING, q->start, 0, NULL, 0, out, q->err);
    if (st != AC_OK || out->state != AC_CLOCK_AT)
        return st != AC_OK ? (int)st : STOP;
    q->beyond |= out->beyond;
    *day = date_of(q, out->at, &q->clock_s);
    return AC_OK;
}

ac_status ac_clock_workdays(const ac_calendar *calendar, ac_days_end end, ac_time start, int64_t count,
                            const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    question q;
    int64_t  day = 0;
    int      st;

    assert(calendar && out);
    st = (int)begin(&q, calendar, calendar->zone, end, start, count, pauses, n, out, err);
    q.working = 1;
    if (st == AC_OK)
        st = work_start(&q, &day, out);
    if (st == AC_OK)
        st = nth_work_day(&q, day, count, &day, out);
    if (st == AC_OK)
        st = date_end(&q, day, out);
    return finish(&q, st, out);
}

static const ac_zone *zone_of(const ac_calendar *calendar, const ac_zone *zone)
{
    assert(calendar || zone);
    return zone ? zone : calendar->zone;
}

ac_status ac_clock_days(const ac_calendar *calendar, const ac_zone *zone, ac_days_end end, ac_time start, int64_t count,
                        const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    question q;
    ac_day   day;
    int      st;

    assert(out);
    st = (int)begin(&q, calendar, zone_of(calendar, zone), end, start, count, pauses, n, out, err);
    if (st == AC_OK) {
        ac_zone_local(q.zone, start, &day, &q.clock_s);
        st = date_end(&q, day + count, out);
    }
    return finish(&q, st, out);
}

ac_status ac_clock_months(const ac_calendar *calendar, const ac_zone *zone, ac_days_end end, ac_month_end month_end,
                          ac_time start, int64_t count, const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err)
{
    question q;
    ac_day   day;
    int      st;

    assert(out);
    st = (int)begin(&q, calendar, zone_of(calendar, zone), end, start, count, pauses, n, out, err);
    if (st == AC_OK) {
        ac_zone_local(q.zone, start, &day, &q.clock_s);
        st = (int)ac_day_add_months(day, count, month_end, &day, err);
    }
    if (st == AC_OK)
        st = date_end(&q, day, out);
    return finish(&q, st, out);
}
