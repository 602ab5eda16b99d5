#include "random_calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/data.h"

uint64_t rng_next(rng *r)
{
    uint64_t z = (r->state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t rng_below(rng *r, int64_t n)
{
    return (int64_t)(rng_next(r) % (uint64_t)n);
}

const zone_case zone_cases[] = {
    {"UTC0", "2024-02-20"},
    {"CST-8", "2024-09-25"},
    {"EST5EDT,M3.2.0,M11.1.0", "2024-03-10"},
    {"EST5EDT,M3.2.0,M11.1.0", "2024-11-03"},
    {"CET-1CEST,M3.5.0,M10.5.0/3", "2023-03-26"},
    {"CET-1CEST,M3.5.0,M10.5.0/3", "2023-10-29"},
    {"IST-1GMT0,M10.5.0,M3.5.0/1", "2025-03-30"},                  /* negative daylight saving time */
    {"IST-1GMT0,M10.5.0,M3.5.0/1", "2025-10-26"},
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-04-07"},        /* a day of 24.5 hours */
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-10-06"},
    {"<-03>3<-02>,M10.3.0/0,M2.3.0/0", "2019-10-20"},              /* midnight is skipped */
    {"<-03>3<-02>,M10.3.0/0,M2.3.0/0", "2019-02-17"},              /* midnight comes twice */
    {"NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01", "2010-11-07"},         /* a minute of the day, then an hour of the day before again */
    {"NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01", "2010-03-14"},
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-30"},
    {"IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-29"},                  /* hours beyond the day */
    {"AAA-3BBB-6:17:23,J100/5:11:07,J108/4:02:03", "2021-04-10"},  /* three hours, in odd seconds */
    {"AAA5BBB-7,100/9,104/21", "2021-04-11"},                      /* half a day, and back */
    {":America-Sao_Paulo", "2015-10-18"},
    {":America-Sao_Paulo", "2016-02-21"},
    {":Asia-Tehran", "2015-09-22"},
    {":Australia-Lord_Howe", "2016-04-03"},
    {":Europe-Dublin", "2016-10-30"},
    {":Pacific-Apia", "2011-12-30"},                               /* a date that never was */
    {":America-New_York", "2015-11-01"},
};
const size_t zone_cases_count = sizeof zone_cases / sizeof zone_cases[0];

static const char *zone_file(const zone_case *z)
{
    static char relative[128];

    snprintf(relative, sizeof relative, "tests/data/zones/%s", z->tz + 1);
    return test_path(relative);
}

ac_zone *zone_case_make(const zone_case *z)
{
    ac_text   text = {z->tz, strlen(z->tz)};
    ac_zone  *zone = NULL;
    ac_status st;

    if (z->tz[0] == ':') {
        size_t size = 0;
        char  *bytes = test_read(zone_file(z), &size);

        st = bytes ? ac_zone_new_tzif(NULL, text, bytes, size, &zone, NULL) : AC_E_NOT_FOUND;
        free(bytes);
    } else {
        st = ac_zone_new_rule(NULL, text, &zone, NULL);
    }
    if (st != AC_OK) {
        fprintf(stderr, "zone %s: %s\n", z->tz, ac_status_name(st));
        abort();
    }
    return zone;
}

const char *zone_case_tz(const zone_case *z)
{
    static char tz[1024];

    if (z->tz[0] != ':')
        return z->tz;
    if (zone_file(z)[0] == '/') {
        snprintf(tz, sizeof tz, ":%s", zone_file(z));
    } else {
        char *full = realpath(zone_file(z), NULL);      /* the C library wants the whole path */

        snprintf(tz, sizeof tz, ":%s", full ? full : "");
        free(full);
    }
    return tz;
}

/* A second of the day: mostly whole quarters, some odd. */
static int32_t draw_second(rng *r, int32_t max)
{
    int32_t s = (int32_t)rng_below(r, max + 1);

    return rng_below(r, 4) ? s / 900 * 900 : s;
}

static const ac_hours *draw_hours(random_calendar *c, rng *r, size_t *count)
{
    ac_hours *h = &c->hours[c->hours_used];
    size_t    n = (size_t)rng_below(r, 4);

    if (c->hours_used + 4 > sizeof c->hours / sizeof c->hours[0])
        n = 0;
    switch (rng_below(r, 10)) {
    case 0:     /* all day, as one or as two that touch */
        h[0] = (ac_hours){0, rng_below(r, 2) ? 86400 : 43200};
        h[1] = (ac_hours){43200, 86400};
        n = n ? 2 : 0;
        break;
    case 1:     /* a night shift */
        h[0].from_s = 20 * 3600 + draw_second(r, 3 * 3600);
        h[0].to_s = 86400 + draw_second(r, 9 * 3600) + 60;
        n = n ? 1 : 0;
        break;
    case 2:     /* from or to midnight */
        h[0] = (ac_hours){draw_second(r, 80000), 86400};
        h[1] = (ac_hours){0, 1 + draw_second(r, 20000)};
        n = n ? 2 : 0;
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            h[i].from_s = draw_second(r, 86000);
            h[i].to_s = h[i].from_s + 1 + draw_second(r, rng_below(r, 8) ? 86399 - h[i].from_s : 172799 - h[i].from_s);
        }
    }
    c->hours_used += n;
    *count = n;
    return n ? h : &c->hours[63];
}

static void draw_dated(random_calendar *c, rng *r, ac_dated *d, ac_day near)
{
    static const char reason[] = "holiday";

    memset(d, 0, sizeof *d);
    d->first = near + (ac_day)rng_below(r, 30) - 12;
    d->last = d->first + (ac_day)(rng_below(r, 3) ? 0 : rng_below(r, 6));
    d->works = rng_below(r, 3) == 0;
    d->reason = (ac_text){reason, sizeof reason - 1};
    if (d->works && rng_below(r, 2))
        d->hours = draw_hours(c, r, &d->hours_count);
}

void random_calendar_draw(random_calendar *c, rng *r, ac_day near)
{
    static const ac_calendar_spec init = AC_CALENDAR_SPEC_INIT;
    static const char *const      lists[] = {"cn", "cn", "cn", "us"};

    memset(c, 0, sizeof *c);
    c->spec = init;
    for (int d = 0; d < 7; d++) {
        if (d > 0 && d < 5 && rng_below(r, 2)) {
            c->spec.week[d] = c->spec.week[0];
            c->spec.week_count[d] = c->spec.week_count[0];
        } else {
            c->spec.week[d] = draw_hours(c, r, &c->spec.week_count[d]);
        }
    }
    c->spec.worked_as = (int)rng_below(r, 7);
    c->spec.own = c->own;
    c->spec.own_count = (size_t)rng_below(r, 5);
    for (size_t i = 0; i < c->spec.own_count; i++)
        draw_dated(c, r, &c->own[i], near);
    c->spec.editions = c->editions;
    c->spec.editions_count = rng_below(r, 2) ? (size_t)rng_below(r, 5) : 0;
    c->spec.pinned_at = 1000;
    for (size_t e = 0; e < c->spec.editions_count; e++) {
        ac_edition *ed = &c->editions[e];

        ed->name = (ac_text){lists[rng_below(r, 4)], 2};
        ed->word = (ac_text){"x", 1};
        ed->use_from = 998 + rng_below(r, 5);
        ed->covers_first = near - 40 + (ac_day)rng_below(r, 30);
        ed->covers_last = near + (ac_day)rng_below(r, 60);
        if (rng_below(r, 6) == 0)
            ed->covers_last = ed->covers_first - 1;
        ed->days = c->days[e];
        ed->days_count = (size_t)rng_below(r, 5);
        for (size_t i = 0; i < ed->days_count; i++)
            draw_dated(c, r, &c->days[e][i], near);
    }
    c->spec.beyond_weekly = rng_below(r, 3) == 0;
    c->spec.holiday_shift_stays = rng_below(r, 3) == 0;
    if (rng_below(r, 4) == 0) {
        c->spec.valid_first = near - 10 - (ac_day)rng_below(r, 30);
        c->spec.valid_last = near + 5 + (ac_day)rng_below(r, 30);
    }
}

size_t random_pauses(rng *r, ac_time from, ac_time to, ac_pause *out, size_t max)
{
    size_t n = rng_below(r, 3) ? (size_t)rng_below(r, (int64_t)max + 1) : 0;

    for (size_t i = 0; i < n; i++) {
        out[i].from = from + rng_below(r, to - from);
        out[i].to = out[i].from + rng_below(r, rng_below(r, 3) ? 40000 : 400000);
        if (i > 0 && rng_below(r, 4) == 0)
            out[i].from = out[i - 1].to < out[i].to ? out[i - 1].to : out[i].from;  /* touching */
        if (rng_below(r, 40) == 0)
            out[i].to = AC_TIME_MAX;
    }
    return n;
}
