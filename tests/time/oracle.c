#define _GNU_SOURCE
#include "oracle.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- What a date is: every question asked anew, line by line ---- */

static int names(const ac_dated *days, size_t count, ac_day day)
{
    int found = -1;

    for (size_t i = 0; i < count; i++)
        if (days[i].first <= day && day <= days[i].last)
            found = (int)i;
    return found;
}

static int clashes(const ac_dated *days, size_t count, ac_day day)
{
    int off = 0, works = 0;

    for (size_t i = 0; i < count; i++) {
        if (days[i].first <= day && day <= days[i].last) {
            off |= !days[i].works;
            works |= days[i].works != 0;
        }
    }
    return off && works;
}

static int settles(const ac_edition *e, ac_day day)
{
    return (e->covers_first <= day && day <= e->covers_last) || names(e->days, e->days_count, day) >= 0;
}

static int same_list(const ac_edition *a, const ac_edition *b)
{
    return a->name.size == b->name.size && memcmp(a->name.data, b->name.data, a->name.size) == 0;
}

static int pinned(const ac_calendar_spec *s, size_t e)
{
    return s->editions[e].use_from <= s->pinned_at;
}

/* Known later, or as early but registered later. */
static int is_later(const ac_calendar_spec *s, size_t a, size_t b)
{
    return s->editions[a].use_from > s->editions[b].use_from || (s->editions[a].use_from == s->editions[b].use_from && a > b);
}

/* The dated line that decides a date, or NULL. *clash when they contradict each other. */
static const ac_dated *decider(const ac_calendar_spec *s, ac_day day, int *covered, int *clash)
{
    const ac_dated *line = NULL;
    int             i, settled = 0;

    *covered = 0;
    if (day < s->valid_first || day > s->valid_last)
        return NULL;
    *covered = s->editions_count == 0 && !s->by_editions;
    *clash |= clashes(s->own, s->own_count, day);
    for (size_t e = 0; e < s->editions_count; e++) {
        size_t newest = e;

        if (s->beyond_weekly && !pinned(s, e))
            continue;
        *clash |= clashes(s->editions[e].days, s->editions[e].days_count, day);
        if (!pinned(s, e) || !settles(&s->editions[e], day))
            continue;
        settled = *covered = 1;
        for (size_t f = 0; f < s->editions_count; f++) {
            if (pinned(s, f) && same_list(&s->editions[e], &s->editions[f]) && settles(&s->editions[f], day) && is_later(s, f, newest))
                newest = f;
        }
        i = names(s->editions[newest].days, s->editions[newest].days_count, day);
        if (i < 0)
            continue;
        if (line && !line->works != !s->editions[newest].days[i].works)
            *clash = 1;
        if (!line)
            line = &s->editions[newest].days[i];
    }
    if (!settled && !s->beyond_weekly) {
        size_t first = s->editions_count;

        for (size_t e = 0; e < s->editions_count; e++)
            if (settles(&s->editions[e], day) && (first == s->editions_count || is_later(s, first, e)))
                first = e;
        if (first < s->editions_count) {
            *covered = 1;
            i = names(s->editions[first].days, s->editions[first].days_count, day);
            line = i < 0 ? NULL : &s->editions[first].days[i];
        }
    }
    i = names(s->own, s->own_count, day);
    if (i >= 0) {
        *covered = 1;
        line = &s->own[i];
    }
    return line;
}

static void paint(unsigned char *seconds, const ac_hours *hours, size_t count, int32_t shift)
{
    for (size_t i = 0; i < count; i++)
        for (int32_t s = hours[i].from_s; s < hours[i].to_s; s++)
            if (s - shift >= 0 && s - shift < 86400)
                seconds[s - shift] = 1;
}

static void paint_date(const ac_calendar_spec *s, unsigned char *seconds, ac_day day, const ac_dated *line, int32_t shift)
{
    int weekday = (int)(((int64_t)day + 3 + 7000000) % 7);

    if (line && !line->works)
        return;
    if (line && line->hours)
        paint(seconds, line->hours, line->hours_count, shift);
    else if (line)
        paint(seconds, s->week[s->worked_as], s->week_count[s->worked_as], shift);
    else
        paint(seconds, s->week[weekday], s->week_count[weekday], shift);
}

/* ---- The stretch ---- */

static int32_t offset_at(ac_time at)
{
    time_t    t = (time_t)at;
    struct tm tm;

    localtime_r(&t, &tm);
    return (int32_t)tm.tm_gmtoff;
}

int oracle_make(oracle *o, const ac_calendar_spec *spec, const char *tz, ac_time from, int64_t seconds)
{
    enum { DAYS = 400, WARM = 4 * 86400, BLOCK = 900 };
    static unsigned char date[DAYS][86400];
    static int           covered[DAYS];
    ac_day               first = (ac_day)((from - WARM) / 86400 - 3);
    int                  days = (int)(seconds / 86400) + 14, clash = 0;
    int64_t              greatest = INT64_MIN;

    setenv("TZ", tz, 1);
    tzset();
    o->spec = spec;
    o->from = from;
    o->seconds = seconds;
    for (ac_day day = spec->valid_first > -800 ? -800 : first; day < 50000; day++)
        decider(spec, day, &covered[0], &clash);
    if (clash)
        return 0;
    memset(date, 0, sizeof date[0] * (size_t)days);
    for (int d = 0; d < days; d++) {
        int             unused;
        const ac_dated *line = decider(spec, first + d, &covered[d], &clash);

        paint_date(spec, date[d], first + d, line, 0);
        if (!(line && !line->works) || spec->holiday_shift_stays)
            paint_date(spec, date[d], first + d - 1, decider(spec, first + d - 1, &unused, &clash), 86400);
    }
    o->open = malloc((size_t)seconds + 1);
    o->before = malloc(((size_t)seconds + 1) * sizeof *o->before);
    o->bare = malloc(((size_t)seconds + 1) * sizeof *o->bare);
    o->before[0] = o->bare[0] = 0;
    for (ac_time block = from - WARM; block < from + seconds; block += BLOCK) {
        int32_t begin = offset_at(block), end = offset_at(block + BLOCK - 1);

        for (ac_time t = block; t < block + BLOCK && t < from + seconds; t++) {
            int64_t reading = t + (begin == end ? begin : offset_at(t));
            int64_t i = t - from, d;

            greatest = reading > greatest ? reading : greatest;
            if (i < 0)
                continue;
            d = greatest / 86400 - first;
            o->open[i] = date[d][greatest % 86400];
            o->before[i + 1] = o->before[i] + o->open[i];
            o->bare[i + 1] = o->bare[i] + !covered[d];
        }
    }
    return 1;
}

void oracle_free(oracle *o)
{
    free(o->open);
    free(o->before);
    free(o->bare);
}

/* ---- Questions ---- */

static int paused(const ac_pause *p, size_t n, ac_time at)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].from <= at && at < p[i].to)
            return 1;
    return 0;
}

static int by_time(const void *a, const void *b)
{
    ac_time x = *(const ac_time *)a, y = *(const ac_time *)b;

    return x < y ? -1 : x > y;
}

/* Edges between which nothing begins or ends, in order, inside [from, to]. */
static size_t edges(ac_time from, ac_time to, const ac_pause *p, size_t n, ac_time *out)
{
    size_t count = 0;

    out[count++] = from;
    out[count++] = to;
    for (size_t i = 0; i < n; i++) {
        if (p[i].from > from && p[i].from < to)
            out[count++] = p[i].from;
        if (p[i].to > from && p[i].to < to)
            out[count++] = p[i].to;
    }
    qsort(out, count, sizeof *out, by_time);
    return count;
}

static int64_t open_in(const oracle *o, ac_time a, ac_time b)
{
    return (int64_t)o->before[b - o->from] - o->before[a - o->from];
}

static int bare_in(const oracle *o, ac_time a, ac_time b)
{
    return o->bare[b - o->from] != o->bare[a - o->from];
}

/* First instant t > a with `want` open seconds in [a, t). */
static ac_time nth_second(const oracle *o, ac_time a, ac_time b, int64_t want)
{
    ac_time low = a, high = b;

    while (low < high) {
        ac_time middle = low + (high - low) / 2;

        if (open_in(o, a, middle) >= want)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static oracle_answer settle(const oracle *o, oracle_answer a, int bare)
{
    if (a.kind == ORACLE_OUTSIDE)
        return a;
    if (bare && !o->spec->beyond_weekly)
        a.kind = ORACLE_NOT_COVERED;
    a.beyond = bare && o->spec->beyond_weekly;
    return a;
}

/* End of the `want`-th counted second, want > 0; `extra` of them were not asked for. */
static oracle_answer end_of(const oracle *o, ac_time start, ac_secs want, ac_secs extra, const ac_pause *p, size_t n)
{
    ac_time       edge[64], end = o->from + o->seconds;
    size_t        count = edges(start, end, p, n, edge);
    oracle_answer a = {ORACLE_OUTSIDE, 0, 0, 0};
    int           bare = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        int64_t here = open_in(o, edge[i], edge[i + 1]);

        if (paused(p, n, edge[i])) {
            for (size_t k = 0; k < n; k++) {
                if (p[k].to >= AC_TIME_MAX && p[k].from <= edge[i]) {
                    a.kind = ORACLE_SUSPENDED;
                    a.left_s = want - extra;
                    return settle(o, a, bare);
                }
            }
            continue;
        }
        if (here >= want) {
            a.kind = ORACLE_AT;
            a.at = nth_second(o, edge[i], edge[i + 1], want);
            return settle(o, a, bare | bare_in(o, edge[i], a.at));
        }
        bare |= bare_in(o, edge[i], edge[i + 1]);
        want -= here;
    }
    return a;
}

oracle_answer oracle_due(const oracle *o, ac_time start, ac_secs amount, const ac_pause *p, size_t n)
{
    if (amount == 0)
        return oracle_late(o, start, 0, p, n);      /* the first open, unpaused instant */
    return end_of(o, start, amount, 0, p, n);
}

oracle_answer oracle_late(const oracle *o, ac_time start, ac_secs amount, const ac_pause *p, size_t n)
{
    oracle_answer a = end_of(o, start, amount + 1, 1, p, n);

    a.at -= a.kind == ORACLE_AT;
    return a;
}

oracle_answer oracle_subtract(const oracle *o, ac_time end, ac_secs amount, const ac_pause *p, size_t n)
{
    ac_time       edge[64];
    size_t        count = edges(o->from, end, p, n, edge);
    oracle_answer a = {ORACLE_AT, 0, end, 0};
    int           bare = 0;

    if (amount == 0)
        return a;
    a.kind = ORACLE_OUTSIDE;
    for (size_t i = count - 1; i > 0; i--) {
        int64_t here = open_in(o, edge[i - 1], edge[i]);

        if (paused(p, n, edge[i - 1]))
            continue;
        if (here >= amount) {
            a.kind = ORACLE_AT;
            /* The last instant with `amount` ahead of it is the begin of an open second. */
            a.at = nth_second(o, edge[i - 1], edge[i], here - amount + 1) - 1;
            return settle(o, a, bare | bare_in(o, a.at, edge[i]));
        }
        bare |= bare_in(o, edge[i - 1], edge[i]);
        amount -= here;
    }
    return a;
}

oracle_answer oracle_elapsed(const oracle *o, ac_time from, ac_time to, const ac_pause *p, size_t n)
{
    ac_time       edge[64];
    ac_time       a = from < to ? from : to, b = from < to ? to : from;
    size_t        count = edges(a, b, p, n, edge);
    oracle_answer r = {ORACLE_AT, 0, 0, 0};
    int           bare = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        if (paused(p, n, edge[i]))
            continue;
        bare |= bare_in(o, edge[i], edge[i + 1]);
        r.left_s += open_in(o, edge[i], edge[i + 1]);
    }
    r.left_s = from <= to ? r.left_s : -r.left_s;
    return settle(o, r, bare);
}

oracle_answer oracle_due_by_steps(const oracle *o, ac_time start, ac_secs amount, const ac_pause *p, size_t n)
{
    oracle_answer a = {ORACLE_OUTSIDE, 0, 0, 0};
    int           bare = 0;

    for (ac_time t = start; t < o->from + o->seconds; t++) {
        if (paused(p, n, t)) {
            for (size_t k = 0; k < n; k++) {
                if (p[k].to >= AC_TIME_MAX && p[k].from <= t) {
                    a.kind = ORACLE_SUSPENDED;
                    a.left_s = amount;
                    return settle(o, a, bare);
                }
            }
            continue;
        }
        bare |= bare_in(o, t, t + 1);
        if (!o->open[t - o->from])
            continue;
        if (amount == 0) {
            a.kind = ORACLE_AT;
            a.at = t;
            return settle(o, a, bare);
        }
        if (--amount == 0) {
            a.kind = ORACLE_AT;
            a.at = t + 1;
            return settle(o, a, bare);
        }
    }
    return a;
}
