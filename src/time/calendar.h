#ifndef AC_TIME_CALENDAR_H
#define AC_TIME_CALENDAR_H

#include <aftercare/time.h>

#include "base/alloc.h"
#include "base/refcount.h"
#include "time/civil.h"
#include "time/zone.h"

/** @file
 * A compiled calendar.
 *
 *     measure(t) = open seconds before t, counted from an arbitrary origin; defined for every t
 *
 * Inside the window, the run of dates that holds every dated line, the open set is written out as pieces of instants with
 * the open seconds before each; zones and changes of the clock have vanished from them. Before the window the measure
 * follows from the week in closed form; behind it too, with a constant added. There, each change of the clock has a
 * correction for open readings that were skipped, or stood still while the clock repeated itself (time/zone.h); for
 * business hours all corrections are 0.
 *
 * Threads: a calendar may be read by any thread.
 */

/** An open stretch of the window: [start, start + what the next one has more before it). Seconds from the window's begin,
 *  modulo 2^32; neighbours begin at most 2^30 s apart, for which pieces are parted and empty ones put in. */
typedef struct ac_piece {
    uint32_t start_s;
    uint32_t before_s;      /**< open seconds of the window before it */
} ac_piece;

/** What the bare week opens on one weekday: its first two pieces at hand, all of them in ac_week.piece. */
typedef struct ac_shape {
    int32_t  start_s[2], length_s[2];
    uint32_t first, count;
} ac_shape;

/** Intervals of one date, merged, up to 48 h; index into ac_calendar.hours. */
typedef struct ac_hours_list {
    uint32_t first, count;
} ac_hours_list;

/** A dated line as it is kept for explanations. Texts are offsets into ac_calendar.text. */
typedef struct ac_day_line {
    int32_t  works;
    uint32_t list;          /**< its hours; AC_NO_HOURS when off */
    uint32_t reason, reason_size;
    uint32_t name, name_size;
    uint32_t edition, edition_size;
} ac_day_line;
enum { AC_NO_HOURS = 7 };   /* lists 0..6 are the week's, 7 is empty */

/** A run of dates that one line decides. */
typedef struct ac_day_span {
    ac_day   first, last;
    uint32_t line;
} ac_day_span;

/** A run of dates that is covered. */
typedef struct ac_day_cover {
    ac_day  first, last;
    ac_time from, to;       /**< the same as instants; INT64_MIN and INT64_MAX at the ends of time */
} ac_day_cover;

/** The bare week as measure. */
typedef struct ac_week {
    int64_t   total_s;
    int64_t   before_s[8];      /**< open seconds of the week before each weekday */
    ac_shape  shape[7];
    int32_t   days;             /**< working dates */
    int32_t   days_before[8];
    int64_t   cycle_s;          /**< of 400 years */
    int64_t   cycle_from;       /**< measure at zone->cycle_at */
    int64_t  *correction_s;     /**< a stretch of the zone each; NULL when all are 0 */
    int64_t  *measure;          /**< at the begin of each stretch; the first is unused */
    ac_hours *piece;
    uint32_t  pieces;
} ac_week;

struct ac_calendar {
    /* What every look-up touches. */
    ac_time       window_at;        /**< first instant of the window */
    uint64_t      window_length;    /**< in seconds; 0: no window */
    int64_t       window_from;      /**< measure at window_at */
    uint64_t      window_total;     /**< measure of the window */
    ac_piece     *piece;            /**< [0] is empty, at the begin of the window; one more stands at its end */
    uint16_t     *by_time, *by_measure;     /**< the last piece at or before the begin of each 2^shift seconds */
    uint16_t     *start_high;       /**< upper parts of the starts; NULL when all are 0 */
    unsigned      time_shift, measure_shift;
    int           beyond_weekly;
    ac_day_cover  cover;            /**< the longest run */

    ac_week       week;
    int64_t       behind_s;         /**< measure behind the window minus the week's */

    /* What is looked at now and then. */
    ac_refcount        refs;
    ac_mem             mem;
    ac_zone           *zone;
    ac_day             window_day;      /**< first date of the window */
    uint32_t           window_days;
    uint32_t           pieces, time_buckets, measure_buckets;
    uint16_t          *work_rank;       /**< per date: working dates of the window before it; one more at its end */
    uint32_t          *work_day;        /**< the working dates of the window, counted from its first */
    uint32_t           work_days;
    int64_t            work_from;       /**< working dates before the window, by the week */
    int64_t            work_behind;     /**< working dates behind it minus those by the week */
    ac_hours          *hours;
    ac_hours_list     *list;
    ac_day_line       *line;
    ac_day_span       *span;
    ac_day_cover      *covers;
    char              *text;
    uint32_t           hours_count, lists, lines, spans, covers_count, text_size;
    int                holiday_shift_stays;
};

/** What a calendar says of a date, before windows and measures. */
const ac_day_line *ac_calendar_line(const ac_calendar *calendar, ac_day day);  /* NULL: the week decides */
uint32_t           ac_calendar_list(const ac_calendar *calendar, ac_day day);
/** 1 when the date has hours of its own: it is a working date. */
int                ac_calendar_works(const ac_calendar *calendar, ac_day day);
/** The open piece of a date, within 0..24 h, that ends after `second`, or the first one behind. @return 0: none. */
int                ac_calendar_piece(const ac_calendar *calendar, ac_day day, int32_t second, ac_hours *out);
/** Hours that belong to a date: like its pieces, but a shift past midnight is whole and the one of the day before is not in.
 *  They end at *cut_s at the latest: 24 h when the next date is off and blanks its part. Returns their number. */
size_t             ac_calendar_own_hours(const ac_calendar *calendar, ac_day day, const ac_hours **out, int32_t *cut_s);
/** 1 when every date that touches [from, to) is covered. */
int                ac_calendar_covers(const ac_calendar *calendar, ac_time from, ac_time to);
int                ac_calendar_covers_day(const ac_calendar *calendar, ac_day day);

/** @name For sharing equal calendars and for budgets
 * @{ */
/** 1 when both answer every question, traces included, alike and stand on the same zone data. */
int    ac_calendar_equal(const ac_calendar *a, const ac_calendar *b);
/** Bytes a calendar holds, without its zone. */
size_t ac_calendar_bytes(const ac_calendar *calendar);
/** @} */

/** Working dates of the bare week before a date, counted from an arbitrary origin. */
int64_t   ac_week_days_before(const ac_calendar *calendar, int64_t day);

/** Makes window, shapes, week and corrections of a calendar whose zone, hours, lists, lines, spans are set. */
ac_status ac_calendar_measure(ac_calendar *calendar, ac_day valid_first, ac_day valid_last, ac_error *err);

#endif
