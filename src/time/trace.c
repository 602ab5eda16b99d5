/* Why: a stretch of time, date by date, piece by piece, each with the reason it counted or not. */

#include "base/assert.h"
#include "base/error.h"
#include "time/measure.h"
#include "time/pauses.h"

typedef struct tracer {
    const ac_calendar *calendar;
    const ac_zone     *zone;
    ac_pauses          pauses;
    ac_secs            total_s;
    ac_trace_sink      sink;
    void              *user;
    ac_trace_line      line;        /* day and texts of the date at hand */
} tracer;

static ac_status emit(tracer *t, ac_trace_kind kind, ac_time from, ac_time to)
{
    ac_trace_line line = t->line;

    if (from >= to)
        return AC_OK;
    line.kind = kind;
    line.from = from;
    line.to = to;
    line.counted_s = kind == AC_TRACE_WORKED || kind == AC_TRACE_EXTRA || kind == AC_TRACE_BEYOND ? to - from : 0;
    t->total_s += line.counted_s;
    line.total_s = t->total_s;
    return t->sink(t->user, &line);
}

/* An open stretch, cut by the pauses. */
static ac_status emit_open(tracer *t, ac_trace_kind kind, ac_time from, ac_time to)
{
    ac_pauses_walk walk = {0, from};
    ac_status      st = AC_OK;
    ac_pause       p;

    while (st == AC_OK && from < to && ac_pauses_next(&t->pauses, &walk, &p) && p.from < to) {
        if (p.to <= from)
            continue;
        st = emit(t, kind, from, p.from);
        if (st == AC_OK) {
            from = p.from > from ? p.from : from;
            st = emit(t, AC_TRACE_PAUSED, from, p.to < to ? p.to : to);
        }
        from = p.to;
    }
    return st == AC_OK ? emit(t, kind, from, to) : st;
}

static ac_text text_at(const ac_calendar *c, uint32_t at, uint32_t size)
{
    ac_text text;

    text.data = size ? c->text + at : "";
    text.size = size;
    return text;
}

static void describe(tracer *t, ac_day day, const ac_day_line *line)
{
    static const ac_day_line none;
    const ac_calendar       *c = t->calendar;

    if (!line)
        line = &none;
    t->line.day = day;
    t->line.reason = text_at(c, line->reason, line->reason_size);
    t->line.list = text_at(c, line->name, line->name_size);
    t->line.edition = text_at(c, line->edition, line->edition_size);
}

static ac_time clip(ac_time at, ac_time from, ac_time to)
{
    return at < from ? from : at > to ? to : at;
}

static ac_status trace_date(tracer *t, ac_day day, ac_time from, ac_time to)
{
    const ac_calendar *c = t->calendar;
    const ac_day_line *line = ac_calendar_line(c, day);
    ac_trace_kind      closed = line && !line->works ? AC_TRACE_OFF : AC_TRACE_CLOSED;
    ac_trace_kind      open = line && line->works ? AC_TRACE_EXTRA : AC_TRACE_WORKED;
    ac_hours           piece = {0, 0};
    ac_status          st = AC_OK;

    if (!ac_calendar_covers_day(c, day))
        open = AC_TRACE_BEYOND;
    describe(t, day, line);
    while (st == AC_OK && ac_calendar_piece(c, day, piece.to_s, &piece)) {
        ac_time begin = clip(ac_zone_first(c->zone, day * AC_DAY_S + piece.from_s), from, to);
        ac_time end = clip(ac_zone_first(c->zone, day * AC_DAY_S + piece.to_s), from, to);

        if (begin >= end)
            continue;
        st = emit(t, closed, from, begin);
        if (st == AC_OK)
            st = emit_open(t, open, begin, end);
        from = end;
    }
    return st == AC_OK ? emit(t, closed, from, to) : st;
}

/* By dates of the greatest reading reached: those of the open set. */
static ac_status trace_dates(tracer *t, ac_time from, ac_time to)
{
    ac_status st = AC_OK;

    while (from < to && st == AC_OK) {
        int64_t day = ac_local_day(ac_zone_reached(t->calendar->zone, from));
        ac_time next = ac_zone_first(t->calendar->zone, (day + 1) * AC_DAY_S);

        next = next < to ? next : to;
        st = trace_date(t, (ac_day)day, from, next);
        from = next;
    }
    return st;
}

ac_status ac_clock_trace(const ac_calendar *calendar, ac_clock_kind kind, ac_time from, ac_time to,
                         const ac_pause *pauses, size_t n, ac_trace_sink sink, void *user, ac_error *err)
{
    static const ac_trace_line blank;
    ac_secs                    seconds;
    tracer                     t;
    int32_t                    second;
    ac_status                  st;

    assert(sink && (calendar || kind == AC_CLOCK_ELAPSED));
    if (from > to)
        return ac_error_set(err, AC_E_RANGE, 0, "a trace goes forward in time", NULL);
    /* The same checks of input and coverage. */
    st = ac_clock_elapsed(calendar, kind, from, to, pauses, n, &seconds, err);
    if (st != AC_OK)
        return st;
    t.calendar = calendar;
    t.zone = calendar ? calendar->zone : NULL;
    ac_pauses_init(&t.pauses, pauses, n);
    t.total_s = 0;
    t.sink = sink;
    t.user = user;
    t.line = blank;
    t.line.reason.data = t.line.list.data = t.line.edition.data = "";
    if (kind == AC_CLOCK_WORKING)
        return trace_dates(&t, from, to);
    if (calendar)
        ac_zone_local(calendar->zone, from, &t.line.day, &second);
    else
        t.line.day = (ac_day)ac_local_day(from);
    return emit_open(&t, AC_TRACE_WORKED, from, to);
}
