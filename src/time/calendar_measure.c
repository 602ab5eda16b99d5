/* From what each date is to cumulative open seconds: shapes, the week, the window, the corrections at changes of the clock. */

#include "time/calendar.h"

#include <string.h>

#include "base/error.h"
#include "time/measure.h"

enum {
    MARGIN_DAYS = 366,      /* the window reaches this far beyond the dated lines: look-ups inside it are the fast ones */
    TIME_SHIFT = 22,
    MEASURE_SHIFT = 20
};

/* What is needed while compiling only. */
typedef struct maker {
    ac_calendar *c;
    ac_error    *err;
    ac_hours    *piece;     /* of the shape in the making */
    size_t       piece_room;
    size_t       shape_room, pieces_room;
} maker;

static ac_status nomem(maker *m)
{
    return ac_mem_failed(&m->c->mem, m->err);
}

/* ---- Shapes ---- */

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

static int32_t shape_total(const ac_calendar *c, const ac_shape *shape)
{
    return (int32_t)ac_shape_before(c, shape, 86400);
}

static ac_status add_shape(maker *m, size_t count, uint32_t *out)
{
    ac_calendar *c = m->c;
    ac_shape    *shape;

    for (uint32_t i = 0; i < c->shapes; i++) {
        if (c->shape[i].count == count &&
            (count == 0 || memcmp(&c->piece[c->shape[i].first], m->piece, count * sizeof *m->piece) == 0)) {
            *out = i;
            return AC_OK;
        }
    }
    if (c->shapes == AC_SHAPES_MAX)
        return ac_error_set(m->err, AC_E_LIMIT, 0, "too many different working days in one calendar", NULL);
    if (!ac_mem_grow(&c->mem, (void **)&c->shape, &m->shape_room, c->shapes + (size_t)1, sizeof *c->shape) ||
        !ac_mem_grow(&c->mem, (void **)&c->piece, &m->pieces_room, c->pieces + count, sizeof *c->piece))
        return nomem(m);
    shape = &c->shape[c->shapes];
    memset(shape, 0, sizeof *shape);
    shape->first = c->pieces;
    shape->count = (uint32_t)count;
    for (size_t i = 0; i < count && i < 2; i++) {
        shape->start_s[i] = m->piece[i].from_s;
        shape->length_s[i] = m->piece[i].to_s - m->piece[i].from_s;
    }
    if (count)
        memcpy(&c->piece[c->pieces], m->piece, count * sizeof *m->piece);
    c->pieces += (uint32_t)count;
    *out = c->shapes++;
    return AC_OK;
}

static ac_status shape_of(maker *m, uint32_t before, uint32_t own, uint32_t *out)
{
    *out = 0;
    if (m->c->list[before].count == 0 && m->c->list[own].count == 0)
        return AC_OK;
    return add_shape(m, make_pieces(m->c, before, own, m->piece), out);
}

/* ---- The week ---- */

static ac_status make_week(maker *m)
{
    ac_calendar *c = m->c;
    ac_week     *w = &c->week;
    uint32_t     closed;
    ac_status    st = add_shape(m, 0, &closed);

    for (uint32_t d = 0; d < 7 && st == AC_OK; d++) {
        st = shape_of(m, (d + 6) % 7, d, &w->shape[d]);
        if (st != AC_OK)
            break;
        w->before_s[d + 1] = w->before_s[d] + shape_total(c, &c->shape[w->shape[d]]);
        w->days_before[d + 1] = w->days_before[d] + (c->list[d].count > 0);
    }
    w->total_s = w->before_s[7];
    w->days = w->days_before[7];
    return st;
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

static ac_status fill_days(maker *m)
{
    ac_calendar *c = m->c;
    walk         at = {c, 0};
    int          off;
    uint32_t     before = walk_list(&at, c->window_day - 1, &off);
    uint64_t     total = 0;

    for (uint32_t i = 0; i < c->window_days; i++) {
        uint32_t  own = walk_list(&at, c->window_day + (ac_day)i, &off), shape;
        ac_status st = shape_of(m, off && !c->holiday_shift_stays ? AC_NO_HOURS : before, own, &shape);

        if (st != AC_OK)
            return st;
        before = own;
        if (c->work_rank) {
            c->work_rank[i] = (uint16_t)c->work_days;
            if (c->list[own].count)
                c->work_day[c->work_days++] = i;
        }
        if (shape) {
            ac_open_day *open = &c->open_day[++c->open_days];

            open->before_s = (uint32_t)total;
            open->day_shape = i << AC_SHAPE_BITS | shape;
            total += (uint32_t)shape_total(c, &c->shape[shape]);
            if (total >= UINT32_MAX || c->open_days >= UINT16_MAX)
                return too_long(m);
        }
        c->rank[i] = (uint16_t)c->open_days;
    }
    c->rank[c->window_days] = (uint16_t)c->open_days;
    c->open_day[c->open_days + 1].before_s = (uint32_t)total;
    c->open_day[c->open_days + 1].day_shape = c->window_days << AC_SHAPE_BITS;
    if (c->work_rank)
        c->work_rank[c->window_days] = (uint16_t)c->work_days;
    return AC_OK;
}

static int has_overnight(const ac_calendar *c)
{
    for (uint32_t l = 0; l < c->lists; l++) {
        for (uint32_t i = 0; i < c->list[l].count; i++) {
            if (c->hours[c->list[l].first + i].to_s > 86400)
                return 1;
        }
    }
    return 0;
}

static int shrink(ac_mem *mem, void **items, size_t had, size_t keep, size_t size)
{
    void *now = ac_mem_resize(mem, *items, had * size, keep * size);

    if (now)
        *items = now;
    return now != NULL;
}

/* Arrays are made as long as the window and cut to what was used; the counts always say how long they are. */
static ac_status make_days(maker *m)
{
    ac_calendar *c = m->c;
    uint32_t     open_days, work_days;
    ac_status    st;

    c->rank = ac_mem_array(&c->mem, c->window_days + (size_t)1, sizeof *c->rank);
    c->open_day = ac_mem_array(&c->mem, c->window_days + (size_t)2, sizeof *c->open_day);
    if (c->overnight) {
        c->work_rank = ac_mem_array(&c->mem, c->window_days + (size_t)1, sizeof *c->work_rank);
        c->work_day = ac_mem_array(&c->mem, c->window_days, sizeof *c->work_day);
    }
    st = c->rank && c->open_day && (!c->overnight || (c->work_rank && c->work_day)) ? fill_days(m) : nomem(m);
    open_days = c->open_days;
    work_days = c->work_days;
    c->open_days = c->window_days;
    c->work_days = c->window_days;
    if (st != AC_OK)
        return st;
    if (!shrink(&c->mem, (void **)&c->open_day, c->open_days + (size_t)2, open_days + (size_t)2, sizeof *c->open_day))
        return nomem(m);
    c->open_days = open_days;
    if (c->overnight && !shrink(&c->mem, (void **)&c->work_day, c->work_days, work_days, sizeof *c->work_day))
        return nomem(m);
    c->work_days = work_days;
    if (!c->overnight)
        c->work_days = open_days;
    return AC_OK;
}

static ac_status make_day_buckets(maker *m)
{
    ac_calendar *c = m->c;
    uint32_t     total = c->open_day[c->open_days + 1].before_s;
    uint32_t     average = c->open_days ? total / c->open_days : 1;
    uint32_t     k = c->open_days > 0;

    while (c->open_shift < 17 && (average >> c->open_shift) > 1)
        c->open_shift++;
    c->open_buckets = (total >> c->open_shift) + 1;
    c->open_by_measure = ac_mem_array(&c->mem, c->open_buckets, sizeof *c->open_by_measure);
    if (!c->open_by_measure)
        return nomem(m);
    for (uint32_t b = 0; b < c->open_buckets; b++) {
        while (k < c->open_days && c->open_day[k + 1].before_s <= b << c->open_shift)
            k++;
        c->open_by_measure[b] = (uint16_t)k;
    }
    return AC_OK;
}

static int reading_is_open(const ac_calendar *c, int64_t reading)
{
    return ac_window_before(c, reading + 1) > ac_window_before(c, reading);
}

/* Measure of the window on one of its stretches, without the correction. */
static int64_t raw_window(const ac_calendar *c, const ac_window_stretch *s, ac_time at)
{
    int64_t local = at + s->to_local;
    int64_t reached = local > s->reached ? local : s->reached;

    return (int64_t)ac_window_before(c, reached) - ((reached - local) & s->frozen_open);
}

static void add_stretch(ac_calendar *c, uint32_t i, const ac_zone_stretch *from, ac_time next)
{
    ac_window_stretch *s = &c->stretch[i];
    int64_t            origin = (int64_t)c->window_day * AC_DAY_S;
    int64_t            thaw = from->reached - from->offset_s;
    int64_t            measure = 0;

    s->at = from->at < c->window_at ? c->window_at : from->at;
    s->to_local = from->offset_s - origin;
    s->reached = from->reached - origin;
    thaw = thaw < next ? thaw : next;
    if (s->at < thaw && reading_is_open(c, s->reached - 1)) {
        s->frozen_open = -1;
        s->frozen_s = (uint32_t)(thaw - s->at);
    }
    if (i > 0)
        measure = raw_window(c, s - 1, s->at) + s[-1].correction_s;
    s->before_s = (uint32_t)measure;
    s->correction_s = measure - raw_window(c, s, s->at);
}

static ac_status make_stretches(maker *m, ac_time end)
{
    ac_calendar    *c = m->c;
    ac_zone_stretch from;
    ac_time         next = c->window_at;
    uint32_t        n = 0;
    int64_t         total;

    do {
        ac_zone_stretch_at(c->zone, next, &from, &next);
        n++;
    } while (next < end);
    if (n >= UINT16_MAX)
        return too_long(m);
    c->stretches = n;
    c->stretch = ac_mem_array(&c->mem, n + (size_t)1, sizeof *c->stretch);
    if (!c->stretch)
        return nomem(m);
    next = c->window_at;
    for (uint32_t i = 0; i < n; i++) {
        ac_zone_stretch_at(c->zone, next, &from, &next);
        add_stretch(c, i, &from, next);
    }
    total = raw_window(c, &c->stretch[n - 1], end) + c->stretch[n - 1].correction_s;
    if (total >= UINT32_MAX)
        return too_long(m);
    c->window_total = (uint64_t)total;
    c->stretch[n].at = INT64_MAX;
    c->stretch[n].before_s = (uint32_t)total;
    return AC_OK;
}

static ac_status make_stretch_buckets(maker *m, uint64_t length)
{
    ac_calendar *c = m->c;
    uint32_t     i = 0;

    c->time_shift = TIME_SHIFT;
    c->measure_shift = MEASURE_SHIFT;
    c->time_buckets = (uint32_t)(length >> TIME_SHIFT) + 1;
    c->measure_buckets = (uint32_t)(c->window_total >> MEASURE_SHIFT) + 1;
    c->stretch_by_time = ac_mem_array(&c->mem, c->time_buckets, sizeof *c->stretch_by_time);
    c->stretch_by_measure = ac_mem_array(&c->mem, c->measure_buckets, sizeof *c->stretch_by_measure);
    if (!c->stretch_by_time || !c->stretch_by_measure)
        return nomem(m);
    for (uint32_t b = 0; b < c->time_buckets; b++) {
        while (c->stretch[i + 1].at <= c->window_at + ((int64_t)b << TIME_SHIFT))
            i++;
        c->stretch_by_time[b] = (uint16_t)i;
    }
    i = 0;
    for (uint32_t b = 0; b < c->measure_buckets; b++) {
        while (i + 1 < c->stretches && c->stretch[i + 1].before_s <= b << MEASURE_SHIFT)
            i++;
        c->stretch_by_measure[b] = (uint16_t)i;
    }
    return AC_OK;
}

static ac_status make_window(maker *m)
{
    ac_calendar *c = m->c;
    int64_t      end_day = (int64_t)c->window_day + c->window_days;
    ac_time      end = ac_zone_first(c->zone, end_day * AC_DAY_S);
    ac_status    st;

    c->window_at = ac_zone_first(c->zone, (int64_t)c->window_day * AC_DAY_S);
    if (end <= c->window_at) {      /* a date that a zone skipped altogether */
        c->window_days = 0;
        return AC_OK;
    }
    st = make_days(m);
    if (st == AC_OK)
        st = make_day_buckets(m);
    if (st == AC_OK)
        st = make_stretches(m, end);
    if (st == AC_OK)
        st = make_stretch_buckets(m, (uint64_t)(end - c->window_at));
    if (st != AC_OK)
        return st;
    c->window_from = ac_measure_far(c, c->window_at);   /* while there is no window yet: by the week */
    c->window_length = (uint64_t)(end - c->window_at);
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

ac_status ac_calendar_measure(ac_calendar *calendar, ac_day valid_first, ac_day valid_last, ac_error *err)
{
    maker     m = {calendar, err, NULL, 0, 0, 0};
    uint32_t  longest = 0;
    uint32_t  shapes, pieces;
    ac_status st;

    for (uint32_t l = 0; l < calendar->lists; l++)
        longest = calendar->list[l].count > longest ? calendar->list[l].count : longest;
    m.piece_room = (size_t)longest * 2;
    m.piece = ac_mem_array(&calendar->mem, m.piece_room, sizeof *m.piece);
    if (!m.piece)
        return nomem(&m);
    calendar->overnight = has_overnight(calendar);
    st = make_all(&m, valid_first, valid_last);
    ac_mem_free(&calendar->mem, m.piece, m.piece_room * sizeof *m.piece);
    /* From here on the counts of shapes and pieces say how long their arrays are. */
    shapes = calendar->shapes;
    pieces = calendar->pieces;
    calendar->shapes = (uint32_t)m.shape_room;
    calendar->pieces = (uint32_t)m.pieces_room;
    if (st != AC_OK)
        return st;
    if (!shrink(&calendar->mem, (void **)&calendar->shape, m.shape_room, shapes, sizeof *calendar->shape))
        return nomem(&m);
    calendar->shapes = shapes;
    if (pieces && !shrink(&calendar->mem, (void **)&calendar->piece, m.pieces_room, pieces, sizeof *calendar->piece))
        return nomem(&m);
    calendar->pieces = pieces;
    return AC_OK;
}
