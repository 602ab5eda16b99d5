#ifndef AC_TIME_MEASURE_H
#define AC_TIME_MEASURE_H

#include "time/calendar.h"

/** @file
 * The two look-ups everything else is made of: open seconds before an instant, and back.
 *
 * Threads: pure functions.
 */

/** What ac_measure_find answers when there is no such second. */
#define AC_MEASURE_NONE INT64_MAX

/** The same outside the window. */
int64_t ac_measure_far(const ac_calendar *calendar, ac_time at);
ac_time ac_measure_find_far(const ac_calendar *calendar, int64_t measure);

/** Open seconds of the bare week before a local reading, and the first reading with that many before it. */
int64_t ac_week_measure(const ac_calendar *calendar, int64_t local);
int64_t ac_week_find(const ac_calendar *calendar, int64_t measure);

static inline int32_t ac_part_before(int32_t second, int32_t start_s, int32_t length_s)
{
    int32_t part = second - start_s;

    part = part < 0 ? 0 : part;
    return part > length_s ? length_s : part;
}

/** Open seconds of a date before one of its seconds. */
static inline uint32_t ac_shape_before(const ac_calendar *calendar, const ac_shape *shape, int32_t second)
{
    uint32_t sum = (uint32_t)ac_part_before(second, shape->start_s[0], shape->length_s[0]) +
                   (uint32_t)ac_part_before(second, shape->start_s[1], shape->length_s[1]);

    for (uint32_t i = 2; i < shape->count; i++) {
        const ac_hours *piece = &calendar->piece[shape->first + i];

        sum += (uint32_t)ac_part_before(second, piece->from_s, piece->to_s - piece->from_s);
    }
    return sum;
}

/** The second of the date that is its nth open one, counted from 0. */
static inline int32_t ac_shape_nth(const ac_calendar *calendar, const ac_shape *shape, uint32_t nth)
{
    int32_t        n = (int32_t)nth;
    int32_t        rest = n - shape->length_s[0];
    const ac_hours *piece;

    /* Both computed, one chosen: which it is cannot be foretold. */
    n += shape->start_s[0];
    n = rest < 0 ? n : rest + shape->start_s[1];
    if (rest < shape->length_s[1] || shape->count <= 2)
        return n;
    rest -= shape->length_s[1];
    piece = &calendar->piece[shape->first + 2];
    while (rest >= piece->to_s - piece->from_s) {
        rest -= piece->to_s - piece->from_s;
        piece++;
    }
    return piece->from_s + rest;
}

/** Open readings of the window before a reading of it. */
static inline uint32_t ac_window_before(const ac_calendar *calendar, int64_t reading)
{
    const ac_open_day *open = &calendar->open_day[calendar->rank[(uint64_t)reading / 86400u]];
    int64_t            second = reading - (int64_t)(open->day_shape >> AC_SHAPE_BITS) * AC_DAY_S;

    /* Beyond that date: all of it. */
    second = second > AC_DAY_S ? AC_DAY_S : second;
    return open->before_s +
           ac_shape_before(calendar, &calendar->shape[open->day_shape & (AC_SHAPES_MAX - 1)], (int32_t)second);
}

/** The nth open reading of the window, from 0. */
static inline int64_t ac_window_nth(const ac_calendar *calendar, uint32_t nth)
{
    const ac_open_day *open = &calendar->open_day[calendar->open_by_measure[nth >> calendar->open_shift]];

    open += nth >= open[1].before_s;
    while (nth >= open[1].before_s)
        open++;
    return (int64_t)(open->day_shape >> AC_SHAPE_BITS) * AC_DAY_S +
           ac_shape_nth(calendar, &calendar->shape[open->day_shape & (AC_SHAPES_MAX - 1)], nth - open->before_s);
}

/** Open seconds before an instant. */
static inline int64_t ac_measure(const ac_calendar *calendar, ac_time at)
{
    uint64_t                 from = (uint64_t)at - (uint64_t)calendar->window_at;
    const ac_window_stretch *s;
    int64_t                  local, reached;

    if (from >= calendar->window_length)
        return ac_measure_far(calendar, at);
    s = &calendar->stretch[calendar->stretch_by_time[from >> calendar->time_shift]];
    s += at >= s[1].at;
    while (at >= s[1].at)
        s++;
    local = at + s->to_local;
    reached = local > s->reached ? local : s->reached;
    return calendar->window_from + ac_window_before(calendar, reached) + s->correction_s -
           ((reached - local) & s->frozen_open);
}

/** First instant with `measure` open seconds before it, that is, the end of the measure-th one. */
static inline ac_time ac_measure_find(const ac_calendar *calendar, int64_t measure)
{
    uint64_t                 nth = (uint64_t)measure - 1u - (uint64_t)calendar->window_from;
    const ac_window_stretch *s;
    uint32_t                 n, into;

    if (nth >= calendar->window_total)
        return ac_measure_find_far(calendar, measure);
    n = (uint32_t)nth;
    s = &calendar->stretch[calendar->stretch_by_measure[n >> calendar->measure_shift]];
    s += n >= s[1].before_s;
    while (n >= s[1].before_s)
        s++;
    into = n - s->before_s;
    if (into < s->frozen_s)
        return s->at + into + 1;
    return ac_window_nth(calendar, (uint32_t)(n - s->correction_s)) + 1 - s->to_local;
}

#endif
