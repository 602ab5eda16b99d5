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
        const ac_hours *piece = &calendar->week.piece[shape->first + i];

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
    piece = &calendar->week.piece[shape->first + 2];
    while (rest >= piece->to_s - piece->from_s) {
        rest -= piece->to_s - piece->from_s;
        piece++;
    }
    return piece->from_s + rest;
}

/** Open seconds before an instant. */
static inline int64_t ac_measure(const ac_calendar *calendar, ac_time at)
{
    uint64_t        from = (uint64_t)at - (uint64_t)calendar->window_at;
    uint32_t        second = (uint32_t)from, into, length;
    const ac_piece *p;

    if (from >= calendar->window_length)
        return ac_measure_far(calendar, at);
    p = &calendar->piece[calendar->by_time[from >> calendar->time_shift]];
    /* Differences modulo 2^32: of the step that is nearly always enough, the outcome cannot be foretold. */
    p += second - p[1].start_s < UINT32_C(1) << 31;
    while (second - p[1].start_s < UINT32_C(1) << 31)
        p++;
    into = second - p->start_s;
    length = p[1].before_s - p->before_s;
    return calendar->window_from + p->before_s + (into < length ? into : length);
}

/** First instant with `measure` open seconds before it, that is, the end of the measure-th one. */
static inline ac_time ac_measure_find(const ac_calendar *calendar, int64_t measure)
{
    uint64_t        nth = (uint64_t)measure - 1u - (uint64_t)calendar->window_from;
    uint32_t        n = (uint32_t)nth;
    const ac_piece *p;
    ac_time         at;

    if (nth >= calendar->window_total)
        return ac_measure_find_far(calendar, measure);
    p = &calendar->piece[calendar->by_measure[n >> calendar->measure_shift]];
    p += n >= p[1].before_s;
    while (n >= p[1].before_s)
        p++;
    at = calendar->window_at + p->start_s + (n - p->before_s) + 1;
    return calendar->start_high ? at + ((int64_t)calendar->start_high[p - calendar->piece] << 32) : at;
}

#endif
