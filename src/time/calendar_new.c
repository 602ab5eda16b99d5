/* From a spec to what each date is: checks, pinning, who wins, what is covered. */

#include "time/calendar.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/struct.h"

/* A dated line wherever it came from; edition NULL: the calendar's own. */
typedef struct source_line {
    const ac_dated   *dated;
    const ac_edition *edition;
} source_line;

/* Painting: each date of the hull has the number of its line plus 1, or 0 for an ordinary date. */
typedef struct painter {
    ac_calendar_spec   spec;
    ac_mem             mem;         /* scratch; used up when the calendar is made */
    ac_error          *err;
    source_line       *source;      /* own lines, then those of all editions in their order */
    uint32_t           sources;
    size_t             source_room, cover_room;
    uint32_t          *first_source;    /* per edition */
    uint32_t          *order;       /* editions by use_from, then as registered */
    uint32_t           pinned;      /* the first so many of `order` */
    ac_day             first, last; /* hull of the dated lines inside `valid` */
    size_t             days;
    uint32_t          *all;         /* the result */
    uint32_t          *one;         /* one list, or the editions that are not pinned */
    ac_day_cover      *cover;
    uint32_t           covers;
    uint32_t           pinned_covers;
} painter;

static ac_status bad_date(painter *p, ac_status status, const char *what, ac_day day)
{
    char    text[AC_TIME_TEXT_BYTES];
    ac_text name;

    ac_error_set(p->err, status, 0, what, NULL);
    ac_error_subject(p->err, day);
    name.data = text;
    name.size = ac_day_format(day, text);
    ac_error_name(p->err, name);
    return status;
}

static ac_status check_hours(painter *p, const ac_hours *hours, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (hours[i].from_s < 0 || hours[i].from_s >= 86400 || hours[i].to_s <= hours[i].from_s || hours[i].to_s > 2 * 86400)
            return ac_error_set(p->err, AC_E_RANGE, 0, "hours must begin within the date and end within the next one", NULL);
    }
    return AC_OK;
}

static int is_date(ac_day day)
{
    return day >= AC_DAY_MIN && day <= AC_DAY_MAX;
}

static ac_status check_dated(painter *p, const ac_dated *dated, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ac_status st;

        if (!is_date(dated[i].first) || !is_date(dated[i].last))
            return ac_error_set(p->err, AC_E_RANGE, 0, "a date is outside the years 1..9999", NULL);
        if (dated[i].last < dated[i].first)
            return bad_date(p, AC_E_RANGE, "a range of dates ends before it begins", dated[i].first);
        st = check_hours(p, dated[i].hours, dated[i].hours ? dated[i].hours_count : 0);
        if (st != AC_OK)
            return st;
        if (dated[i].works && !dated[i].hours && p->spec.worked_as < 0)
            return bad_date(p, AC_E_INVALID, "a make-up day needs hours, or the calendar a weekday whose hours it has",
                            dated[i].first);
    }
    return AC_OK;
}

static ac_status check_spec(painter *p)
{
    const ac_calendar_spec *spec = &p->spec;
    ac_status               st = AC_OK;

    if (spec->worked_as < -1 || spec->worked_as > 6)
        return ac_error_set(p->err, AC_E_RANGE, 0, "a weekday is 0 to 6", NULL);
    if (!is_date(spec->valid_first) || !is_date(spec->valid_last) || spec->valid_last < spec->valid_first)
        return ac_error_set(p->err, AC_E_RANGE, 0, "the validity of the calendar is not a range of dates", NULL);
    for (int d = 0; d < 7 && st == AC_OK; d++)
        st = check_hours(p, spec->week[d], spec->week_count[d]);
    if (st == AC_OK)
        st = check_dated(p, spec->own, spec->own_count);
    for (size_t e = 0; e < spec->editions_count && st == AC_OK; e++) {
        const ac_edition *edition = &spec->editions[e];

        if (edition->covers_first <= edition->covers_last && (!is_date(edition->covers_first) || !is_date(edition->covers_last)))
            return ac_error_set(p->err, AC_E_RANGE, 0, "a date is outside the years 1..9999", NULL);
        st = check_dated(p, edition->days, edition->days_count);
    }
    return st;
}

/* Numbers all lines and sorts the editions by the instant they were known. */
static ac_status gather(painter *p)
{
    const ac_calendar_spec *spec = &p->spec;
    size_t                  lines = spec->own_count;
    size_t                  covers = spec->own_count + 1;

    for (size_t e = 0; e < spec->editions_count; e++) {
        lines += spec->editions[e].days_count;
        covers += spec->editions[e].days_count + 1;
    }
    if (lines > UINT32_MAX / 2 || spec->editions_count > UINT32_MAX / 2)
        return ac_error_set(p->err, AC_E_LIMIT, 0, "too many dated lines", NULL);
    p->source_room = lines;
    p->cover_room = covers;
    p->source = ac_mem_array(&p->mem, lines, sizeof *p->source);
    p->first_source = ac_mem_array(&p->mem, spec->editions_count, sizeof *p->first_source);
    p->order = ac_mem_array(&p->mem, spec->editions_count, sizeof *p->order);
    p->cover = ac_mem_array(&p->mem, covers, sizeof *p->cover);
    if (!p->source || !p->first_source || !p->order || !p->cover)
        return ac_mem_failed(&p->mem, p->err);
    for (size_t i = 0; i < spec->own_count; i++)
        p->source[p->sources++].dated = &spec->own[i];
    for (uint32_t e = 0; e < spec->editions_count; e++) {
        const ac_edition *edition = &spec->editions[e];
        uint32_t          at = e;

        p->first_source[e] = p->sources;
        for (size_t i = 0; i < edition->days_count; i++) {
            p->source[p->sources].dated = &edition->days[i];
            p->source[p->sources++].edition = edition;
        }
        for (; at > 0 && spec->editions[p->order[at - 1]].use_from > edition->use_from; at--)
            p->order[at] = p->order[at - 1];
        p->order[at] = e;
        p->pinned += edition->use_from <= spec->pinned_at;
    }
    return AC_OK;
}

/* Editions that are looked at: under `beyond weekly` only the pinned ones. */
static uint32_t consulted(const painter *p)
{
    return p->spec.beyond_weekly ? p->pinned : (uint32_t)p->spec.editions_count;
}

static void add_cover(painter *p, ac_day first, ac_day last)
{
    first = first > p->spec.valid_first ? first : p->spec.valid_first;
    last = last < p->spec.valid_last ? last : p->spec.valid_last;
    if (first > last)
        return;
    p->cover[p->covers].first = first;
    p->cover[p->covers++].last = last;
}

/* Ascending and apart: neighbours become one. Shell's method, since the C library's sort may allocate. */
static void merge_covers(painter *p)
{
    ac_day_cover *c = p->cover;
    uint32_t      n = 0;

    for (uint32_t gap = p->covers / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < p->covers; i++) {
            ac_day_cover moving = c[i];
            uint32_t     j = i;

            for (; j >= gap && c[j - gap].first > moving.first; j -= gap)
                c[j] = c[j - gap];
            c[j] = moving;
        }
    }
    for (uint32_t i = 0; i < p->covers; i++) {
        if (n > 0 && c[i].first <= c[n - 1].last + 1)
            c[n - 1].last = c[i].last > c[n - 1].last ? c[i].last : c[n - 1].last;
        else
            c[n++] = c[i];
    }
    p->covers = n;
}

static void cover_edition(painter *p, const ac_edition *edition)
{
    if (edition->covers_first <= edition->covers_last)
        add_cover(p, edition->covers_first, edition->covers_last);
    for (size_t i = 0; i < edition->days_count; i++)
        add_cover(p, edition->days[i].first, edition->days[i].last);
}

static int covered(const painter *p, ac_day day)
{
    uint32_t low = 0, count = p->covers;

    while (count > 0) {
        uint32_t half = count / 2;

        if (p->cover[low + half].last < day) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low < p->covers && p->cover[low].first <= day;
}

static void widen_hull(painter *p, const ac_dated *dated, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ac_day first = dated[i].first > p->spec.valid_first ? dated[i].first : p->spec.valid_first;
        ac_day last = dated[i].last < p->spec.valid_last ? dated[i].last : p->spec.valid_last;

        if (first > last)
            continue;
        p->first = first < p->first ? first : p->first;
        p->last = last > p->last ? last : p->last;
    }
}

static ac_status find_hull(painter *p)
{
    p->first = AC_DAY_MAX + 1;
    p->last = AC_DAY_MIN - 1;
    widen_hull(p, p->spec.own, p->spec.own_count);
    for (uint32_t i = 0; i < consulted(p); i++) {
        const ac_edition *edition = &p->spec.editions[p->order[i]];

        widen_hull(p, edition->days, edition->days_count);
    }
    p->days = p->first <= p->last ? (size_t)(p->last - p->first) + 1 : 0;
    p->all = ac_mem_array(&p->mem, p->days, sizeof *p->all);
    p->one = ac_mem_array(&p->mem, p->days, sizeof *p->one);
    return p->all && p->one ? AC_OK : ac_mem_failed(&p->mem, p->err);
}

/* The part of first..last inside the hull as indexes; to < from when there is none. */
static void inside(const painter *p, ac_day first, ac_day last, int64_t *from, int64_t *to)
{
    *from = (int64_t)(first > p->first ? first : p->first) - p->first;
    *to = (int64_t)(last < p->last ? last : p->last) - p->first;
}

static void clear_dates(painter *p, uint32_t *cell, ac_day first, ac_day last)
{
    int64_t from, to;

    if (first > last)
        return;
    inside(p, first, last, &from, &to);
    for (int64_t i = from; i <= to; i++)
        cell[i] = 0;
}

/* Paints lines of one source; `base` is the number of the first. A date that this source has named already must agree. */
static ac_status paint(painter *p, uint32_t *cell, uint32_t base, const ac_dated *dated, size_t count)
{
    for (uint32_t l = 0; l < count; l++) {
        int64_t from, to;

        inside(p, dated[l].first, dated[l].last, &from, &to);
        for (int64_t i = from; i <= to; i++) {
            uint32_t old = cell[i];

            if (old > base && old <= base + count && !p->source[old - 1].dated->works != !dated[l].works)
                return bad_date(p, AC_E_INVALID, "the date is both off and worked", (ac_day)(p->first + i));
            cell[i] = base + l + 1;
        }
    }
    return AC_OK;
}

static ac_status paint_edition(painter *p, uint32_t e)
{
    const ac_edition *edition = &p->spec.editions[e];

    clear_dates(p, p->one, edition->covers_first, edition->covers_last);
    return paint(p, p->one, p->first_source[e], edition->days, edition->days_count);
}

/* Lays one list over those before it: a name beats no name, and two names must agree. */
static ac_status combine(painter *p)
{
    for (size_t i = 0; i < p->days; i++) {
        uint32_t mine = p->one[i], other = p->all[i];

        p->one[i] = 0;
        if (!mine)
            continue;
        if (other && !p->source[mine - 1].dated->works != !p->source[other - 1].dated->works)
            return bad_date(p, AC_E_INVALID, "the date is off in one holiday list and worked in another",
                            (ac_day)(p->first + (int64_t)i));
        if (!other)
            p->all[i] = mine;
    }
    return AC_OK;
}

static int is_first_of_list(const painter *p, uint32_t i)
{
    for (uint32_t j = 0; j < i; j++) {
        if (ac_text_equal(p->spec.editions[p->order[j]].name, p->spec.editions[p->order[i]].name))
            return 0;
    }
    return 1;
}

static ac_status paint_pinned(painter *p)
{
    for (uint32_t i = 0; i < p->pinned; i++) {
        ac_status st = AC_OK;

        if (!is_first_of_list(p, i))
            continue;
        for (uint32_t j = i; j < p->pinned && st == AC_OK; j++) {
            if (ac_text_equal(p->spec.editions[p->order[i]].name, p->spec.editions[p->order[j]].name))
                st = paint_edition(p, p->order[j]);
        }
        if (st == AC_OK)
            st = combine(p);
        if (st != AC_OK)
            return st;
    }
    return AC_OK;
}

/* Editions known later fill dates that no pinned one settles. From the latest back to the earliest, so that the earliest
 * has the last word: what was once answered is never changed. */
static ac_status paint_later(painter *p)
{
    for (uint32_t i = consulted(p); i > p->pinned; i--) {
        ac_status st = paint_edition(p, p->order[i - 1]);

        if (st != AC_OK)
            return st;
    }
    for (size_t i = 0; i < p->days; i++) {
        if (p->one[i] && !covered(p, (ac_day)(p->first + (int64_t)i)))
            p->all[i] = p->one[i];
    }
    return AC_OK;
}

static ac_status paint_all(painter *p)
{
    const ac_calendar_spec *spec = &p->spec;
    ac_status               st = find_hull(p);

    if (st == AC_OK)
        st = paint_pinned(p);
    for (uint32_t i = 0; i < p->pinned; i++)
        cover_edition(p, &spec->editions[p->order[i]]);
    merge_covers(p);
    if (st == AC_OK)
        st = paint_later(p);
    for (uint32_t i = p->pinned; i < consulted(p); i++)
        cover_edition(p, &spec->editions[p->order[i]]);
    for (size_t i = 0; i < spec->own_count; i++)
        add_cover(p, spec->own[i].first, spec->own[i].last);
    if (!spec->by_editions && spec->editions_count == 0)
        add_cover(p, spec->valid_first, spec->valid_last);
    merge_covers(p);
    if (st == AC_OK)
        st = paint(p, p->all, 0, spec->own, spec->own_count);
    return st;
}

/* ---- Moving the result into the calendar. `one` now maps a source to the calendar's line plus 1. ---- */

static size_t add_text(char *to, size_t at, ac_text text, uint32_t *offset, uint32_t *size)
{
    *offset = (uint32_t)at;
    *size = (uint32_t)text.size;
    if (to && text.size)
        memcpy(to + at, text.data, text.size);
    return at + text.size;
}

/* Copies hours in order, overlapping and touching ones as one. */
static uint32_t merge_hours(ac_hours *to, const ac_hours *hours, size_t count)
{
    uint32_t n = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at = i;

        for (; at > 0 && to[at - 1].from_s > hours[i].from_s; at--)
            to[at] = to[at - 1];
        to[at] = hours[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (n > 0 && to[i].from_s <= to[n - 1].to_s)
            to[n - 1].to_s = to[i].to_s > to[n - 1].to_s ? to[i].to_s : to[n - 1].to_s;
        else
            to[n++] = to[i];
    }
    return n;
}

typedef struct counts {
    size_t spans, lines, lists, hours, text;
} counts;

static counts count_results(const painter *p, uint32_t *line_of)
{
    counts   n = {0, 0, AC_NO_HOURS + 1, 0, 0};
    uint32_t before = 0;

    for (int d = 0; d < 7; d++)
        n.hours += p->spec.week_count[d];
    for (size_t i = 0; i < p->days; before = p->all[i++]) {
        uint32_t           s = p->all[i];
        const source_line *line;

        n.spans += s && s != before;
        if (!s || line_of[s - 1])
            continue;
        line_of[s - 1] = (uint32_t)++n.lines;
        line = &p->source[s - 1];
        n.text += line->dated->reason.size + (line->edition ? line->edition->name.size + line->edition->word.size : 0);
        if (line->dated->works && line->dated->hours) {
            n.lists++;
            n.hours += line->dated->hours_count;
        }
    }
    return n;
}

static ac_status make_room(ac_calendar *c, const painter *p, counts n, ac_error *err)
{
    if (n.text > UINT32_MAX || n.hours > UINT32_MAX)
        return ac_error_set(err, AC_E_LIMIT, 0, "the dated lines are too large", NULL);
    c->spans = (uint32_t)n.spans;
    c->lines = (uint32_t)n.lines;
    c->lists = (uint32_t)n.lists;
    c->hours_count = (uint32_t)n.hours;
    c->text_size = (uint32_t)n.text;
    c->covers_count = p->covers;
    c->span = ac_mem_array(&c->mem, n.spans, sizeof *c->span);
    c->line = ac_mem_array(&c->mem, n.lines, sizeof *c->line);
    c->list = ac_mem_array(&c->mem, n.lists, sizeof *c->list);
    c->hours = ac_mem_array(&c->mem, n.hours, sizeof *c->hours);
    c->covers = ac_mem_array(&c->mem, p->covers, sizeof *c->covers);
    c->text = ac_mem_zeroed(&c->mem, n.text);
    if (!c->span || !c->line || !c->list || !c->hours || !c->covers || !c->text)
        return ac_mem_failed(&c->mem, err);
    return AC_OK;
}

static uint32_t add_list(ac_calendar *c, uint32_t list, uint32_t hours_at, const ac_hours *hours, size_t count)
{
    c->list[list].first = hours_at;
    c->list[list].count = count ? merge_hours(&c->hours[hours_at], hours, count) : 0;
    return hours_at + c->list[list].count;
}

static void fill_line(ac_calendar *c, const painter *p, uint32_t source, ac_day_line *to, size_t *text_at)
{
    static const ac_edition own;
    const ac_dated         *dated = p->source[source].dated;
    const ac_edition       *edition = p->source[source].edition ? p->source[source].edition : &own;

    to->works = dated->works != 0;
    to->list = !to->works ? AC_NO_HOURS : (uint32_t)(p->spec.worked_as < 0 ? 0 : p->spec.worked_as);
    *text_at = add_text(c->text, *text_at, dated->reason, &to->reason, &to->reason_size);
    *text_at = add_text(c->text, *text_at, edition->name, &to->name, &to->name_size);
    *text_at = add_text(c->text, *text_at, edition->word, &to->edition, &to->edition_size);
}

static void fill(ac_calendar *c, const painter *p, const uint32_t *line_of)
{
    uint32_t     hours_at = 0, lists = AC_NO_HOURS + 1, lines = 0, before = 0;
    size_t       text_at = 0;
    ac_day_span *span = c->span;

    for (uint32_t d = 0; d < 7; d++)
        hours_at = add_list(c, d, hours_at, p->spec.week[d], p->spec.week_count[d]);
    for (size_t i = 0; i < p->days; before = p->all[i++]) {
        uint32_t        s = p->all[i];
        const ac_dated *dated;

        if (!s)
            continue;
        if (s == before) {
            span[-1].last++;
            continue;
        }
        span->first = span->last = (ac_day)(p->first + (int64_t)i);
        span->line = line_of[s - 1] - 1;
        if (span->line == lines) {
            dated = p->source[s - 1].dated;
            fill_line(c, p, s - 1, &c->line[lines], &text_at);
            if (dated->works && dated->hours) {
                hours_at = add_list(c, lists, hours_at, dated->hours, dated->hours_count);
                c->line[lines].list = lists++;
            }
            lines++;
        }
        span++;
    }
    memcpy(c->covers, p->cover, p->covers * sizeof *c->covers);
}

static ac_time cover_edge(const ac_calendar *c, ac_day day)
{
    if (day <= AC_DAY_MIN)
        return INT64_MIN;
    return day > AC_DAY_MAX ? INT64_MAX : ac_zone_first(c->zone, day * AC_DAY_S);
}

static void find_cover_instants(ac_calendar *c)
{
    c->cover.from = c->cover.to = 0;    /* empty: covers nothing */
    for (uint32_t i = 0; i < c->covers_count; i++) {
        ac_day_cover *cover = &c->covers[i];

        cover->from = cover_edge(c, cover->first);
        cover->to = cover_edge(c, cover->last + 1);
        if (i == 0 || (int64_t)cover->last - cover->first > (int64_t)c->cover.last - c->cover.first)
            c->cover = *cover;
    }
}

static ac_status move_result(ac_calendar *c, painter *p)
{
    uint32_t *line_of = ac_mem_array(&p->mem, p->sources, sizeof *line_of);
    ac_status st;

    if (!line_of)
        return ac_mem_failed(&p->mem, p->err);
    st = make_room(c, p, count_results(p, line_of), p->err);
    if (st == AC_OK)
        fill(c, p, line_of);
    ac_mem_free(&p->mem, line_of, p->sources * sizeof *line_of);
    return st;
}

static void free_painter(painter *p)
{
    ac_mem_free(&p->mem, p->source, p->source_room * sizeof *p->source);
    ac_mem_free(&p->mem, p->first_source, p->spec.editions_count * sizeof *p->first_source);
    ac_mem_free(&p->mem, p->order, p->spec.editions_count * sizeof *p->order);
    ac_mem_free(&p->mem, p->cover, p->cover_room * sizeof *p->cover);
    ac_mem_free(&p->mem, p->all, p->days * sizeof *p->all);
    ac_mem_free(&p->mem, p->one, p->days * sizeof *p->one);
}

ac_status ac_calendar_new(const ac_allocator *mem, const ac_calendar_spec *spec, ac_zone *zone, ac_calendar **out, ac_error *err)
{
    static const painter blank;
    painter              p = blank;
    ac_calendar         *calendar = NULL;
    ac_status            st;

    assert(spec && zone);
    *out = NULL;
    p.err = err;
    if (!ac_struct_read(&p.spec, sizeof p.spec, spec, sizeof p.spec))
        return ac_error_set(err, AC_E_INVALID, 0, "the calendar's spec has the wrong size", "start from AC_CALENDAR_SPEC_INIT");
    st = ac_mem_init(&p.mem, mem, 0, err);
    if (st == AC_OK)
        st = check_spec(&p);
    if (st != AC_OK)
        return st;
    calendar = ac_mem_new_owner(&p.mem, sizeof *calendar, offsetof(ac_calendar, mem));
    if (!calendar)
        return ac_mem_failed(&p.mem, err);
    ac_refcount_init(&calendar->refs);
    calendar->zone = ac_zone_ref(zone);
    calendar->beyond_weekly = p.spec.beyond_weekly != 0;
    calendar->holiday_shift_stays = p.spec.holiday_shift_stays != 0;
    st = gather(&p);
    if (st == AC_OK)
        st = paint_all(&p);
    if (st == AC_OK)
        st = move_result(calendar, &p);
    if (st == AC_OK) {
        find_cover_instants(calendar);
        st = ac_calendar_measure(calendar, p.spec.valid_first, p.spec.valid_last, err);
    }
    if (st == AC_OK) {
        *out = calendar;
        calendar = NULL;
    }
    free_painter(&p);
    ac_calendar_unref(calendar);
    return st;
}
