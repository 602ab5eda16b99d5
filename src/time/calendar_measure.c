/* From what each date is to cumulative open seconds: shapes, the week, the window, the corrections at changes of the clock. */

#include "time/calendar.h"

#include <string.h>

#include "base/error.h"
#include "time/measure.h"

enum {
    MARGIN_DAYS = 366,          /* the window reaches this far beyond the dated lines: look-ups inside it are the fast ones */
    FAR_APART_S = 1 << 30,      /* pieces further apart have an empty one in between */
    BUCKETS_PER_PIECE = 2,
    BUCKETS_SPARE = 1 << 16
};

/* What is needed while compiling only. */
typedef struct maker {
    ac_calendar *c;
    ac_error    *err;
    ac_hours    *hours;         /* of the date in the making */
    size_t       hours_room;
    size_t       piece_room, week_piece_room;
    uint64_t     start, end;    /* of the last piece, in seconds of the window */
    uint64_t     total;
    int          wide;          /* starts need more than 32 bits */
} maker;

static ac_status nomem(maker *m)
{
    return ac_mem_failed(&m->c->mem, m->err);
}

/* ---- One date ---- */

static size_t add_piece(ac_hours *to, size_t n, int32_t from_s, int32_t to_s)
{
    size_t at = n;

    for (; at > 0 && to[at - 1].from_s > from_s; at--)
        to[at] = to[at - 1];
    to[at].from_s = from_s;
    to[at].to_s = to_s;
    return n + 1;
}

/* What the shifts of the date before leave to this one, and this date's own hours up to midnight. */
static size_t make_pieces(const ac_calendar *c, uint32_t before, uint32_t own, ac_hours *to)
{
    const ac_hours *hours = c->hours;
    size_t          n = 0, merged = 0;

    for (uint32_t i = 0; i < c->list[before].count; i++) {
        const ac_hours *h = &hours[c->list[before].first + i];

        if (h->to_s > 86400)
            n = add_piece(to, n, h->from_s > 86400 ? h->from_s - 86400 : 0, h->to_s - 86400);
    }
    for (uint32_t i = 0; i < c->list[own].count; i++) {
        const ac_hours *h = &hours[c->list[own].first + i];

        n = add_piece(to, n, h->from_s, h->to_s < 86400 ? h->to_s : 86400);
    }
    for (size_t i = 0; i < n; i++) {
        if (merged > 0 && to[i].from_s <= to[merged - 1].to_s)
            to[merged - 1].to_s = to[i].to_s > to[merged - 1].to_s ? to[i].to_s : to[merged - 1].to_s;
        else
            to[merged++] = to[i];
    }
    return merged;
}

/* ---- The week ---- */

static ac_status add_shape(maker *m, ac_shape *shape, size_t count)
{
    ac_week *w = &m->c->week;

    if (!ac_mem_grow(&m->c->mem, (void **)&w->piece, &m->week_piece_room, w->pieces + count, sizeof *w->piece))
        return nomem(m);
    shape->first = w->pieces;
    shape->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        w->piece[w->pieces++] = m->hours[i];
        if (i < 2) {
            shape->start_s[i] = m->hours[i].from_s;
            shape->length_s[i] = m->hours[i].to_s - m->hours[i].from_s;
        }
    }
    return AC_OK;
}

static ac_status make_week(maker *m)
{
    ac_calendar *c = m->c;
    ac_week     *w = &c->week;

    for (uint32_t d = 0; d < 7; d++) {
        ac_status st = add_shape(m, &w->shape[d], make_pieces(c, (d + 6) % 7, d, m->hours));

        if (st != AC_OK)
            return st;
        w->before_s[d + 1] = w->before_s[d] + ac_shape_before(c, &w->shape[d], 86400);
        w->days_before[d + 1] = w->days_before[d] + (c->list[d].count > 0);
    }
    w->total_s = w->before_s[7];
    w->days = w->days_before[7];
    return AC_OK;
}

int64_t ac_week_days_before(const ac_calendar *calendar, int64_t day)
{
    int64_t weeks = ac_i64_floor_div(day + 3, 7);

    return weeks * calendar->week.days + calendar->week.days_before[day + 3 - weeks * 7];
}

static int week_is_open(const ac_calendar *c, int64_t reading)
{
    return ac_week_measure(c, reading + 1) > ac_week_measure(c, reading);
}

/* Measure by the week on stretch i of the zone, without its correction. */
static int64_t raw_week(const ac_calendar *c, const ac_zone_stretch *s, ac_time at)
{
    int64_t local = at + s->offset_s;

    if (local >= s->reached)
        return ac_week_measure(c, local);
    return ac_week_measure(c, s->reached) - (week_is_open(c, s->reached - 1) ? s->reached - local : 0);
}

static int64_t week_in_table(const ac_calendar *c, ac_time at)
{
    uint32_t i = ac_zone_find(c->zone, at);

    return raw_week(c, &c->zone->stretch[i], at) + (c->week.correction_s ? c->week.correction_s[i] : 0);
}

/* The measure goes on steadily over each change of the clock; that gives the corrections one after the other. */
static ac_status correct_week(maker *m)
{
    ac_calendar   *c = m->c;
    const ac_zone *zone = c->zone;
    ac_week       *w = &c->week;
    int            needed = 0;

    w->cycle_s = w->total_s * AC_CYCLE_WEEKS;
    if (w->total_s == 0 || zone->count == 1)
        return AC_OK;
    w->correction_s = ac_mem_array(&c->mem, zone->count, sizeof *w->correction_s);
    w->measure = ac_mem_array(&c->mem, zone->count, sizeof *w->measure);
    if (!w->correction_s || !w->measure)
        return nomem(m);
    for (uint32_t i = 1; i < zone->count; i++) {
        const ac_zone_stretch *s = &zone->stretch[i];
        int64_t                raw = raw_week(c, s, s->at);

        w->measure[i] = raw_week(c, s - 1, s->at) + w->correction_s[i - 1];
        w->correction_s[i] = w->measure[i] - raw;
        needed |= w->correction_s[i] != 0 || raw != ac_week_measure(c, s->reached > s->at + s->offset_s ? s->reached : s->at + s->offset_s);
    }
    if (needed && zone->repeats) {
        w->cycle_from = week_in_table(c, zone->cycle_at);
        w->cycle_s = week_in_table(c, zone->cycle_at + AC_CYCLE_S) - w->cycle_from;
    }
    if (needed)
        return AC_OK;
    ac_mem_free(&c->mem, w->correction_s, zone->count * sizeof *w->correction_s);
    ac_mem_free(&c->mem, w->measure, zone->count * sizeof *w->measure);
    w->correction_s = w->measure = NULL;
    return AC_OK;
}

/* ---- The window ---- */

static void plan_window(ac_calendar *c, ac_day valid_first, ac_day valid_last)
{
    int64_t first, last;

    if (c->spans == 0)
        return;
    /* One date more at the end: the last dated line may leave a shift to it. */
    first = (int64_t)c->span[0].first - MARGIN_DAYS;
    last = (int64_t)c->span[c->spans - 1].last + MARGIN_DAYS;
    first = first < valid_first ? valid_first : first;
    last = last > (int64_t)valid_last + 1 ? (int64_t)valid_last + 1 : last;
    c->window_day = (ac_day)first;
    c->window_days = (uint32_t)(last - first + 1);
}

static ac_status too_long(maker *m)
{
    return ac_error_set(m->err, AC_E_LIMIT, 0, "the dated lines of the calendar span too many working days",
                        "let `valid` cut off what is out of use");
}

/* Lists of hours date by date: the dated lines in step with the dates. */
typedef struct walk {
    const ac_calendar *c;
    uint32_t           span;
} walk;

static uint32_t walk_list(walk *at, ac_day day, int *off)
{
    const ac_calendar *c = at->c;

    while (at->span < c->spans && c->span[at->span].last < day)
        at->span++;
    *off = 0;
    if (at->span == c->spans || c->span[at->span].first > day)
        return (uint32_t)ac_civil_weekday(day);
    *off = !c->line[c->span[at->span].line].works;
    return c->line[c->span[at->span].line].list;
}

static int shrink(ac_mem *mem, void **items, size_t had, size_t keep, size_t size)
{
    void *now = ac_mem_resize(mem, *items, had * size, keep * size);

    if (now)
        *items = now;
    return now != NULL;
}

static ac_status put_piece(maker *m, uint64_t start)
{
    ac_calendar *c = m->c;

    if (c->pieces + 2u > UINT16_MAX || m->total >= UINT32_MAX)
        return too_long(m);
    if (!ac_mem_grow(&c->mem, (void **)&c->piece, &m->piece_room, c->pieces + (size_t)3, sizeof *c->piece))
        return nomem(m);
    c->piece[++c->pieces].start_s = (uint32_t)start;
    c->piece[c->pieces].before_s = (uint32_t)m->total;
    m->wide |= start > UINT32_MAX;
    m->start = start;
    return AC_OK;
}

/* Empty pieces on the way to the next start. */
static ac_status bridge(maker *m, uint64_t start)
{
    while (start - m->start > FAR_APART_S) {
        ac_status st = put_piece(m, m->start + FAR_APART_S);

        if (st != AC_OK)
            return st;
    }
    return AC_OK;
}

/* Adds an open stretch; one that goes on where the last one ends is part of it. */
static ac_status open_stretch(maker *m, uint64_t from, uint64_t to)
{
    ac_status st = AC_OK;

    if (from > m->end || m->c->pieces == 0) {
        st = bridge(m, from);
        if (st == AC_OK)
            st = put_piece(m, from);
    } else {
        from = m->end;
    }
    while (st == AC_OK && to - m->start > FAR_APART_S) {
        uint64_t cut = m->start + FAR_APART_S;

        m->total += cut - from;
        from = cut;
        st = put_piece(m, cut);
    }
    m->total += to - from;
    m->end = to;
    return st;
}

static ac_status open_date(maker *m, ac_day day, uint32_t before, uint32_t own)
{
    ac_calendar *c = m->c;
    size_t       n = make_pieces(c, before, own, m->hours);

    for (size_t i = 0; i < n; i++) {
        ac_time   from = ac_zone_first(c->zone, day * AC_DAY_S + m->hours[i].from_s);
        ac_time   to = ac_zone_first(c->zone, day * AC_DAY_S + m->hours[i].to_s);
        ac_status st;

        if (from >= to)
            continue;       /* inside an hour that the clock skipped */
        st = open_stretch(m, (uint64_t)(from - c->window_at), (uint64_t)(to - c->window_at));
        if (st != AC_OK)
            return st;
    }
    return AC_OK;
}

static ac_status fill_days(maker *m)
{
    ac_calendar *c = m->c;
    walk         at = {c, 0};
    int          off;
    uint32_t     before = walk_list(&at, c->window_day - 1, &off), work_days = 0;

    for (uint32_t i = 0; i < c->window_days; i++) {
        ac_day    day = c->window_day + (ac_day)i;
        uint32_t  own = walk_list(&at, day, &off);
        ac_status st = open_date(m, day, off && !c->holiday_shift_stays ? AC_NO_HOURS : before, own);

        if (st != AC_OK)
            return st;
        before = own;
        c->work_rank[i] = (uint16_t)work_days;
        if (c->list[own].count) {
            if (work_days == UINT16_MAX)
                return too_long(m);
            c->work_day[work_days++] = i;
        }
    }
    c->work_rank[c->window_days] = (uint16_t)work_days;
    return AC_OK;
}

/* Arrays are made as long as they may get and cut to what was used; the counts always say how long they are. */
static ac_status make_days(maker *m)
{
    ac_calendar *c = m->c;
    uint32_t     used;
    ac_status    st;

    c->work_days = c->window_days;
    c->work_rank = ac_mem_array(&c->mem, c->window_days + (size_t)1, sizeof *c->work_rank);
    c->work_day = ac_mem_array(&c->mem, c->window_days, sizeof *c->work_day);
    if (!c->work_rank || !c->work_day)
        return nomem(m);
    st = fill_days(m);
    if (st != AC_OK)
        return st;
    used = c->work_rank[c->window_days];
    if (!shrink(&c->mem, (void **)&c->work_day, c->work_days, used, sizeof *c->work_day))
        return nomem(m);
    c->work_days = used;
    return AC_OK;
}

static ac_status make_pieces_of_window(maker *m, uint64_t length)
{
    ac_calendar *c = m->c;
    ac_status    st;

    if (!ac_mem_grow(&c->mem, (void **)&c->piece, &m->piece_room, 3, sizeof *c->piece))
        return nomem(m);
    c->piece[0].start_s = c->piece[0].before_s = 0;
    st = make_days(m);
    if (st == AC_OK)
        st = bridge(m, length);
    if (st != AC_OK)
        return st;
    if (m->total >= UINT32_MAX)
        return too_long(m);
    c->piece[c->pieces + 1].start_s = (uint32_t)length;
    c->piece[c->pieces + 1].before_s = (uint32_t)m->total;
    c->window_total = m->total;
    return AC_OK;
}

/* Starts grow, so each that is smaller than the one before has gone beyond another 2^32. */
static ac_status make_start_high(maker *m)
{
    ac_calendar *c = m->c;
    uint16_t     high = 0;

    if (!m->wide)
        return AC_OK;
    c->start_high = ac_mem_array(&c->mem, c->pieces + (size_t)2, sizeof *c->start_high);
    if (!c->start_high)
        return nomem(m);
    for (uint32_t i = 1; i <= c->pieces; i++) {
        high = (uint16_t)(high + (c->piece[i].start_s < c->piece[i - 1].start_s));
        c->start_high[i] = high;
    }
    return AC_OK;
}

/* As narrow as a table of a few buckets a piece allows, so that one step nearly always is enough. */
static unsigned bucket_shift(const ac_calendar *c, uint64_t range, uint64_t spare)
{
    unsigned shift = 6;

    while (range >> shift > (uint64_t)c->pieces * BUCKETS_PER_PIECE + spare)
        shift++;
    return shift;
}

static ac_status make_buckets(maker *m, uint64_t length)
{
    ac_calendar *c = m->c;
    uint64_t     start = 0;
    uint32_t     k = 0;

    c->time_shift = bucket_shift(c, length, c->start_high ? BUCKETS_SPARE : 1);
    c->measure_shift = bucket_shift(c, c->window_total, 1);
    c->time_buckets = (uint32_t)(length >> c->time_shift) + 1;
    c->measure_buckets = (uint32_t)(c->window_total >> c->measure_shift) + 1;
    c->by_time = ac_mem_array(&c->mem, c->time_buckets, sizeof *c->by_time);
    c->by_measure = ac_mem_array(&c->mem, c->measure_buckets, sizeof *c->by_measure);
    if (!c->by_time || !c->by_measure)
        return nomem(m);
    for (uint32_t b = 0; b < c->time_buckets; b++) {
        uint64_t from = (uint64_t)b << c->time_shift;

        while (k < c->pieces && start + (uint32_t)(c->piece[k + 1].start_s - c->piece[k].start_s) <= from) {
            start += (uint32_t)(c->piece[k + 1].start_s - c->piece[k].start_s);
            k++;
        }
        c->by_time[b] = (uint16_t)k;
    }
    k = 0;
    for (uint32_t b = 0; b < c->measure_buckets; b++) {
        while (k < c->pieces && c->piece[k + 1].before_s <= (uint64_t)b << c->measure_shift)
            k++;
        c->by_measure[b] = (uint16_t)k;
    }
    return AC_OK;
}

static ac_status make_window(maker *m)
{
    ac_calendar *c = m->c;
    int64_t      end_day = (int64_t)c->window_day + c->window_days;
    ac_time      end = ac_zone_first(c->zone, end_day * AC_DAY_S);
    uint64_t     length;
    ac_status    st;

    c->window_at = ac_zone_first(c->zone, (int64_t)c->window_day * AC_DAY_S);
    if (end <= c->window_at) {      /* a date that a zone skipped altogether */
        c->window_days = 0;
        return AC_OK;
    }
    length = (uint64_t)(end - c->window_at);
    st = make_pieces_of_window(m, length);
    if (st == AC_OK)
        st = make_start_high(m);
    if (st == AC_OK)
        st = make_buckets(m, length);
    if (st != AC_OK)
        return st;
    c->window_from = ac_measure_far(c, c->window_at);   /* while there is no window yet: by the week */
    c->window_length = length;
    c->behind_s = c->window_from + (int64_t)c->window_total - ac_measure_far(c, end);
    c->work_from = ac_week_days_before(c, c->window_day);
    c->work_behind = c->work_from + c->work_days - ac_week_days_before(c, end_day);
    return AC_OK;
}

static ac_status make_all(maker *m, ac_day valid_first, ac_day valid_last)
{
    ac_calendar *c = m->c;
    ac_status    st = make_week(m);

    if (st == AC_OK)
        st = correct_week(m);
    plan_window(c, valid_first, valid_last);
    if (st == AC_OK && c->window_days)
        st = make_window(m);
    return st;
}

/* Cuts what was grown to what is used. From here on the counts say how long the arrays are. */
static ac_status trim(maker *m, ac_status st)
{
    ac_calendar *c = m->c;
    uint32_t     pieces = c->pieces, week_pieces = c->week.pieces;

    if (c->piece && (st != AC_OK || !shrink(&c->mem, (void **)&c->piece, m->piece_room, pieces + (size_t)2, sizeof *c->piece))) {
        ac_mem_free(&c->mem, c->piece, m->piece_room * sizeof *c->piece);
        c->piece = NULL;
        st = st == AC_OK ? nomem(m) : st;
    }
    if (c->week.piece && (st != AC_OK || !shrink(&c->mem, (void **)&c->week.piece, m->week_piece_room, week_pieces, sizeof *c->week.piece))) {
        ac_mem_free(&c->mem, c->week.piece, m->week_piece_room * sizeof *c->week.piece);
        c->week.piece = NULL;
        st = st == AC_OK ? nomem(m) : st;
    }
    return st;
}

ac_status ac_calendar_measure(ac_calendar *calendar, ac_day valid_first, ac_day valid_last, ac_error *err)
{
    static const maker blank;
    maker              m = blank;
    uint32_t           longest = 0;
    ac_status          st;

    m.c = calendar;
    m.err = err;
    for (uint32_t l = 0; l < calendar->lists; l++)
        longest = calendar->list[l].count > longest ? calendar->list[l].count : longest;
    m.hours_room = (size_t)longest * 2;
    m.hours = ac_mem_array(&calendar->mem, m.hours_room, sizeof *m.hours);
    if (!m.hours)
        return nomem(&m);
    st = make_all(&m, valid_first, valid_last);
    ac_mem_free(&calendar->mem, m.hours, m.hours_room * sizeof *m.hours);
    return trim(&m, st);
}
