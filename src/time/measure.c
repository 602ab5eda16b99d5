#include "time/measure.h"

int64_t ac_week_measure(const ac_calendar *calendar, int64_t local)
{
    const ac_week *week = &calendar->week;
    int64_t        monday_based = ac_local_day(local) + 3;      /* 1970-01-01 was a Thursday */
    int64_t        weeks = ac_i64_floor_div(monday_based, 7);
    int32_t        weekday = (int32_t)(monday_based - weeks * 7);

    return weeks * week->total_s + week->before_s[weekday] +
           ac_shape_before(calendar, &week->shape[weekday], ac_local_second(local));
}

int64_t ac_week_find(const ac_calendar *calendar, int64_t measure)
{
    const ac_week *week = &calendar->week;
    int64_t        weeks = ac_i64_floor_div(measure - 1, week->total_s);
    int64_t        nth = measure - 1 - weeks * week->total_s;
    int32_t        weekday = 0;

    while (nth >= week->before_s[weekday + 1])
        weekday++;
    nth -= week->before_s[weekday];
    return (weeks * 7 + weekday - 3) * AC_DAY_S + 1 +
           ac_shape_nth(calendar, &week->shape[weekday], (uint32_t)nth);
}

/* Measure by the bare week at an instant. */
static int64_t week_at(const ac_calendar *calendar, ac_time at)
{
    const ac_zone         *zone = calendar->zone;
    int64_t                cycles = ac_zone_cycles(zone, at);
    uint32_t               i;
    const ac_zone_stretch *s;
    int64_t                local, reached, sum;

    at -= cycles * AC_CYCLE_S;
    i = ac_zone_find(zone, at);
    s = &zone->stretch[i];
    local = at + s->offset_s;
    reached = local > s->reached ? local : s->reached;
    sum = ac_week_measure(calendar, reached) + cycles * calendar->week.cycle_s;
    if (!calendar->week.correction_s)
        return sum;
    sum += calendar->week.correction_s[i];
    /* Standing still in an open second: count the time since the change, not the reading. */
    if (local < reached && ac_week_measure(calendar, reached) > ac_week_measure(calendar, reached - 1))
        sum -= reached - local;
    return sum;
}

int64_t ac_measure_far(const ac_calendar *calendar, ac_time at)
{
    int64_t sum = week_at(calendar, at);

    return calendar->window_length && at >= calendar->window_at ? sum + calendar->behind_s : sum;
}

/* The last stretch that begins with less than `measure`. */
static uint32_t find_stretch(const ac_zone *zone, const int64_t *begins, int64_t measure)
{
    uint32_t low = 0, count = zone->count;

    while (count > 1) {
        uint32_t half = count / 2;

        low += begins[low + half] < measure ? half : 0;
        count -= half;
    }
    return low;
}

/* The first instant with `measure` open seconds of the bare week before it, when changes of the clock matter. */
static ac_time find_corrected(const ac_calendar *calendar, int64_t measure)
{
    const ac_zone         *zone = calendar->zone;
    const ac_week         *week = &calendar->week;
    int64_t                cycles = 0, into;
    const ac_zone_stretch *s;
    uint32_t               i;

    if ((zone->repeats && measure > week->cycle_from + week->cycle_s) || (zone->repeats_back && measure <= week->cycle_from))
        cycles = ac_i64_floor_div(measure - 1 - week->cycle_from, week->cycle_s);
    measure -= cycles * week->cycle_s;
    i = find_stretch(zone, week->measure, measure);
    s = &zone->stretch[i];
    into = i ? measure - week->measure[i] : 0;
    if (i && s->at + s->offset_s < s->reached) {
        int64_t thaw = s->reached - s->offset_s;

        thaw = thaw < s[1].at ? thaw : s[1].at;
        if (s->at + into <= thaw && week_at(calendar, s->at + into) == measure)
            return s->at + into + cycles * AC_CYCLE_S;
    }
    return ac_week_find(calendar, measure - week->correction_s[i]) - s->offset_s + cycles * AC_CYCLE_S;
}

ac_time ac_measure_find_far(const ac_calendar *calendar, int64_t measure)
{
    if (calendar->week.total_s == 0)
        return AC_MEASURE_NONE;
    if (calendar->window_length && measure > calendar->window_from)
        measure -= calendar->behind_s;
    if (calendar->week.correction_s)
        return find_corrected(calendar, measure);
    /* The last second counted is one that occurs; the answer is the instant after it. */
    return ac_zone_first(calendar->zone, ac_week_find(calendar, measure) - 1) + 1;
}
