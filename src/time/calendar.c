#include "time/calendar.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "time/measure.h"

/* Every array of a calendar, with its number of items: for freeing and for counting bytes. */
enum { ARRAYS = 14 };

typedef struct array_of {
    void  *items;
    size_t bytes;
} array_of;

static void list_arrays(const ac_calendar *c, array_of out[ARRAYS])
{
    size_t         stretches = c->zone->count;
    const array_of all[ARRAYS] = {
        {c->piece, (c->pieces + (size_t)2) * sizeof *c->piece},
        {c->start_high, (c->pieces + (size_t)2) * sizeof *c->start_high},
        {c->by_time, c->time_buckets * sizeof *c->by_time},
        {c->by_measure, c->measure_buckets * sizeof *c->by_measure},
        {c->week.piece, c->week.pieces * sizeof *c->week.piece},
        {c->week.correction_s, stretches * sizeof *c->week.correction_s},
        {c->week.measure, stretches * sizeof *c->week.measure},
        {c->work_rank, (c->window_days + (size_t)1) * sizeof *c->work_rank},
        {c->work_day, c->work_days * sizeof *c->work_day},
        {c->hours, c->hours_count * sizeof *c->hours},
        {c->list, c->lists * sizeof *c->list},
        {c->line, c->lines * sizeof *c->line},
        {c->span, c->spans * sizeof *c->span},
        {c->covers, c->covers_count * sizeof *c->covers},
    };

    memcpy(out, all, sizeof all);
}

ac_calendar *ac_calendar_ref(ac_calendar *calendar)
{
    assert(calendar);
    ac_refcount_up(&calendar->refs);
    return calendar;
}

void ac_calendar_unref(ac_calendar *calendar)
{
    array_of arrays[ARRAYS];

    if (!calendar || !ac_refcount_down(&calendar->refs))
        return;
    list_arrays(calendar, arrays);
    for (int i = 0; i < ARRAYS; i++)
        ac_mem_free(&calendar->mem, arrays[i].items, arrays[i].bytes);
    ac_mem_free(&calendar->mem, calendar->text, calendar->text_size);
    ac_zone_unref(calendar->zone);
    ac_mem_free_owner(&calendar->mem, calendar, sizeof *calendar);
}

size_t ac_calendar_bytes(const ac_calendar *calendar)
{
    return calendar->mem.used;
}

static int same(const void *a, const void *b, size_t bytes)
{
    return bytes == 0 || memcmp(a, b, bytes) == 0;
}

/* All else follows from these. None of the structs compared has padding. */
int ac_calendar_equal(const ac_calendar *a, const ac_calendar *b)
{
    ac_digest zone_a = ac_zone_digest(a->zone), zone_b = ac_zone_digest(b->zone);

    return (a->zone == b->zone || (same(&zone_a, &zone_b, sizeof zone_a) && a->zone->name_size == b->zone->name_size &&
                                   same(a->zone->name, b->zone->name, a->zone->name_size))) &&
           a->holiday_shift_stays == b->holiday_shift_stays && a->beyond_weekly == b->beyond_weekly &&
           a->window_day == b->window_day && a->window_days == b->window_days && a->hours_count == b->hours_count &&
           a->lists == b->lists && a->lines == b->lines && a->spans == b->spans && a->covers_count == b->covers_count &&
           a->text_size == b->text_size && same(a->hours, b->hours, a->hours_count * sizeof *a->hours) &&
           same(a->list, b->list, a->lists * sizeof *a->list) && same(a->line, b->line, a->lines * sizeof *a->line) &&
           same(a->span, b->span, a->spans * sizeof *a->span) &&
           same(a->covers, b->covers, a->covers_count * sizeof *a->covers) && same(a->text, b->text, a->text_size);
}

const ac_zone *ac_calendar_zone(const ac_calendar *calendar)
{
    return calendar->zone;
}

const ac_day_line *ac_calendar_line(const ac_calendar *calendar, ac_day day)
{
    uint32_t low = 0, count = calendar->spans;

    while (count > 0) {
        uint32_t half = count / 2;

        if (calendar->span[low + half].last < day) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    if (low == calendar->spans || calendar->span[low].first > day)
        return NULL;
    return &calendar->line[calendar->span[low].line];
}

uint32_t ac_calendar_list(const ac_calendar *calendar, ac_day day)
{
    const ac_day_line *line = ac_calendar_line(calendar, day);

    return line ? line->list : (uint32_t)ac_civil_weekday(day);
}

int ac_calendar_works(const ac_calendar *calendar, ac_day day)
{
    return calendar->list[ac_calendar_list(calendar, day)].count > 0;
}

static int is_off(const ac_day_line *line)
{
    return line && !line->works;
}

/* Joins to `piece` what touches it, and takes it as the piece when it is the first after `second`. */
static int join(ac_hours *piece, int found, int32_t second, int32_t from_s, int32_t to_s)
{
    if (to_s <= second || from_s >= to_s)
        return found;
    if (found && from_s > piece->to_s)
        return found;
    if (found && to_s >= piece->from_s) {
        piece->from_s = from_s < piece->from_s ? from_s : piece->from_s;
        piece->to_s = to_s > piece->to_s ? to_s : piece->to_s;
        return found;
    }
    piece->from_s = from_s;
    piece->to_s = to_s;
    return 1;
}

int ac_calendar_piece(const ac_calendar *calendar, ac_day day, int32_t second, ac_hours *out)
{
    int                  blanked = is_off(ac_calendar_line(calendar, day)) && !calendar->holiday_shift_stays;
    const ac_hours_list *before = &calendar->list[blanked ? AC_NO_HOURS : ac_calendar_list(calendar, day - 1)];
    const ac_hours_list *own = &calendar->list[ac_calendar_list(calendar, day)];
    ac_hours             known;
    int                  found = 0;

    /* Two ascending lists whose pieces may touch each other: until going over them changes nothing. */
    do {
        known = *out;
        for (uint32_t i = 0; i < before->count; i++) {
            const ac_hours *h = &calendar->hours[before->first + i];

            found = join(out, found, second, h->from_s > 86400 ? h->from_s - 86400 : 0, h->to_s - 86400);
        }
        for (uint32_t i = 0; i < own->count; i++) {
            const ac_hours *h = &calendar->hours[own->first + i];

            found = join(out, found, second, h->from_s, h->to_s < 86400 ? h->to_s : 86400);
        }
    } while (found && (known.from_s != out->from_s || known.to_s != out->to_s));
    return found;
}

size_t ac_calendar_own_hours(const ac_calendar *calendar, ac_day day, const ac_hours **out, int32_t *cut_s)
{
    const ac_hours_list *list = &calendar->list[ac_calendar_list(calendar, day)];
    const ac_day_line   *next = ac_calendar_line(calendar, day + 1);

    *out = list->count ? &calendar->hours[list->first] : NULL;
    *cut_s = is_off(next) && !calendar->holiday_shift_stays ? 86400 : 2 * 86400;
    return list->count;
}

static const ac_day_cover *find_cover(const ac_calendar *calendar, ac_time at)
{
    uint32_t low = 0, count = calendar->covers_count;

    while (count > 0) {
        uint32_t half = count / 2;

        if (calendar->covers[low + half].to <= at) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low < calendar->covers_count && calendar->covers[low].from <= at ? &calendar->covers[low] : NULL;
}

int ac_calendar_covers(const ac_calendar *calendar, ac_time from, ac_time to)
{
    const ac_day_cover *cover;

    if (from >= to)
        return 1;
    cover = find_cover(calendar, from);
    return cover && to <= cover->to;
}

int ac_calendar_covers_day(const ac_calendar *calendar, ac_day day)
{
    for (uint32_t i = 0; i < calendar->covers_count; i++) {
        if (calendar->covers[i].first <= day && day <= calendar->covers[i].last)
            return 1;
    }
    return 0;
}

ac_status ac_calendar_is_open(const ac_calendar *calendar, ac_time at, int *out, ac_error *err)
{
    *out = 0;
    if (!ac_time_is_valid(at))
        return ac_error_set(err, AC_E_RANGE, 0, "the instant is outside the years 1..9999", NULL);
    if (!calendar->beyond_weekly && !ac_calendar_covers(calendar, at, at + 1))
        return ac_error_set(err, AC_E_NOT_COVERED, 0, "the calendar does not cover the date", NULL);
    *out = ac_measure(calendar, at + 1) > ac_measure(calendar, at);
    return AC_OK;
}

ac_status ac_calendar_is_workday(const ac_calendar *calendar, ac_day day, int *out, ac_error *err)
{
    *out = 0;
    if (day < AC_DAY_MIN || day > AC_DAY_MAX)
        return ac_error_set(err, AC_E_RANGE, 0, "the date is outside the years 1..9999", NULL);
    if (!calendar->beyond_weekly && !ac_calendar_covers_day(calendar, day))
        return ac_error_set(err, AC_E_NOT_COVERED, 0, "the calendar does not cover the date", NULL);
    *out = ac_calendar_works(calendar, day);
    return AC_OK;
}
