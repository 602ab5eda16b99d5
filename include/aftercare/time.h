#ifndef AFTERCARE_TIME_H
#define AFTERCARE_TIME_H

#include <aftercare/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @file
 * Instants, civil dates, zones and working calendars: clock arithmetic that knows no policy.
 *
 * Zones and calendars are immutable once made and shared by reference count. No function here
 * reads a clock, a locale, a file or an environment variable. Operations on a made zone or
 * calendar allocate nothing and take the same time whatever the span.
 *
 * Threads: a zone or calendar may be read, ref'd and unref'd by any thread.
 */

/** @name Instants and civil dates
 * @{ */

/** First and last instant this library knows: 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
#define AC_TIME_MIN INT64_C(-62135596800)
#define AC_TIME_MAX INT64_C(253402300799)

/** A civil date as days since 1970-01-01 (proleptic Gregorian); years 1..9999. */
typedef int32_t ac_day;
#define AC_DAY_MIN (-719162)
#define AC_DAY_MAX 2932896

/** A civil date in its parts. */
typedef struct ac_date {
    int32_t year;       /**< 1..9999 */
    int32_t month;      /**< 1..12 */
    int32_t day;        /**< 1..31 */
} ac_date;

/** Days of the week as the calendars count them; weeks begin on Monday. */
typedef enum ac_weekday { AC_MONDAY, AC_TUESDAY, AC_WEDNESDAY, AC_THURSDAY, AC_FRIDAY, AC_SATURDAY, AC_SUNDAY } ac_weekday;

/** What to do with a day of the month that the month has not: 31 January plus one month. */
typedef enum ac_month_end {
    AC_MONTH_END_CLAMP,     /**< the last day of the month */
    AC_MONTH_END_NEXT,      /**< the first day of the next month */
    AC_MONTH_END_ERROR      /**< AC_E_RANGE */
} ac_month_end;

AC_API ac_status ac_day_from_date(ac_date date, ac_day *out, ac_error *err);
AC_API ac_date   ac_day_to_date(ac_day day);
AC_API ac_weekday ac_day_weekday(ac_day day);
AC_API ac_status ac_day_add_months(ac_day day, int64_t months, ac_month_end rule, ac_day *out, ac_error *err);

/** Reads an RFC 3339 instant, "2024-05-10T17:50:00+08:00" or "…Z"; `T` may be a space, seconds may be
 *  left out, a fraction is refused. The whole text must be used. @return AC_E_INVALID or AC_E_RANGE, err->column says where. */
AC_API ac_status ac_time_parse(ac_text text, ac_time *out, ac_error *err);

/** Bytes that ac_time_format writes at most, NUL included. */
#define AC_TIME_TEXT_BYTES 32

/** Reads and writes an ISO 8601 duration of exact length: P[nW][nD]T[nH][nM][nS], a day being 24 h; no years or months. */
AC_API ac_status ac_secs_parse(ac_text text, ac_secs *out, ac_error *err);
AC_API size_t    ac_secs_format(ac_secs seconds, char out[AC_TIME_TEXT_BYTES]);
/** Reads and writes a date, "2024-05-10". */
AC_API ac_status ac_day_parse(ac_text text, ac_day *out, ac_error *err);
AC_API size_t    ac_day_format(ac_day day, char out[AC_TIME_TEXT_BYTES]);
/** @} */

/** @name Zones
 * @{ */

/** How local time follows UTC: a fixed offset, a POSIX TZ rule, or the bytes of a TZif file (RFC 8536). Shared, immutable. */
typedef struct ac_zone ac_zone;

/** A zone of one offset, seconds east of UTC, at most 26 h either way. */
AC_API ac_status ac_zone_new_fixed(const ac_allocator *mem, int32_t offset_s, ac_zone **out, ac_error *err);
/** A zone from a POSIX TZ rule ("EST5EDT,M3.2.0,M11.1.0", with the extended hours of RFC 8536) or from "+08:00", "-03:30", "Z". */
AC_API ac_status ac_zone_new_rule(const ac_allocator *mem, ac_text rule, ac_zone **out, ac_error *err);
/** A zone from TZif bytes, versions 1 to 4, footer rule included. Leap-second data are refused (AC_E_UNSUPPORTED). The name is kept. */
AC_API ac_status ac_zone_new_tzif(const ac_allocator *mem, ac_text name, const void *bytes, size_t size, ac_zone **out, ac_error *err);
AC_API ac_zone  *ac_zone_ref(ac_zone *zone);
AC_API void      ac_zone_unref(ac_zone *zone);

/** The name or rule it was made from. Belongs to the zone. */
AC_API ac_text   ac_zone_name(const ac_zone *zone);
/** SHA-256 of what it was made from. */
AC_API ac_digest ac_zone_digest(const ac_zone *zone);
/** Seconds east of UTC at an instant. */
AC_API int32_t   ac_zone_offset(const ac_zone *zone, ac_time at);
/** The first instant after `after` at which the offset changes. @return 0 when there is none up to AC_TIME_MAX, else 1. */
AC_API int       ac_zone_next_change(const ac_zone *zone, ac_time after, ac_time *out);
/** Local reading of an instant: date and second of that date (0..86399). */
AC_API void      ac_zone_local(const ac_zone *zone, ac_time at, ac_day *day, int32_t *second);
/** The first instant whose local reading is at or after `second` of `day`; second may exceed 86399 (24:00 is the next midnight).
 *  A reading inside a missing hour gives the instant of the change, one inside a repeated hour its first pass. */
AC_API ac_time   ac_zone_instant(const ac_zone *zone, ac_day day, int32_t second);
/** 1 for a fixed offset of 0. */
AC_API int       ac_zone_is_utc(const ac_zone *zone);
/** Writes an RFC 3339 text in the zone, "Z" for offset 0 of a fixed UTC zone, else "+hh:mm"; returns its length. An offset with
 *  seconds (local mean time) is cut to minutes, the text still names the same instant. A NULL zone is UTC. */
AC_API size_t    ac_time_format(ac_time at, const ac_zone *zone, char out[AC_TIME_TEXT_BYTES]);
/** @} */

/** @name Working calendars
 * @{ */

/** An interval of local time on a date, seconds from its midnight: 0 <= from < 24 h, from < to <= 48 h. to > 86400 runs past midnight. */
typedef struct ac_hours {
    int32_t from_s;
    int32_t to_s;
} ac_hours;

/** One dated line: these dates are off, or worked. */
typedef struct ac_dated {
    ac_day          first, last;    /**< inclusive */
    int             works;          /**< 0 off, 1 worked */
    const ac_hours *hours;          /**< worked: the hours of those dates, or NULL for the hours of `worked_as` */
    size_t          hours_count;
    ac_text         reason;         /**< name of the holiday; may be empty */
} ac_dated;

/** One edition of a holiday list: what was known from `use_from` on, about the dates from first to last.
 *
 * Within one list a later pinned edition (by use_from, then by order) replaces what an earlier one says of the dates it
 * covers or names; a date it covers without naming it is an ordinary one. Lists stand side by side: a date is off when one
 * names it so, and off in one and worked in another is an error, as it is within one edition. Of the editions that are not
 * pinned, for a date that no pinned one covers or names, the earliest that does decides: no later one changes that answer.
 */
typedef struct ac_edition {
    ac_text         name;           /**< of the list */
    ac_text         word;           /**< of the edition */
    ac_time         use_from;       /**< known since this instant */
    ac_day          covers_first, covers_last;  /**< dates it settles, inclusive; first > last: none but those it names */
    const ac_dated *days;
    size_t          days_count;
} ac_edition;

/** How a limit in days, workdays, months or years ends on its last date. */
typedef enum ac_days_end {
    AC_DAYS_END_MIDNIGHT,   /**< 23:59:59 of the n-th date strictly after the start's date: its last second, also where a clock changes at midnight */
    AC_DAYS_END_CLOSE,      /**< the last closing of the n-th date; 23:59:59 if it has none */
    AC_DAYS_END_SAME_TIME   /**< the wall time of the start; working dates clamp it into their hours */
} ac_days_end;

/** Everything a calendar is made from. Texts and arrays are copied. Start from AC_CALENDAR_SPEC_INIT. */
typedef struct ac_calendar_spec {
    size_t            size;             /**< sizeof(ac_calendar_spec) */
    const ac_hours   *week[7];          /**< hours of Monday … Sunday, in any order, merged where they touch */
    size_t            week_count[7];
    int               worked_as;        /**< weekday whose hours make-up days have; -1: refuse a make-up day without hours */
    const ac_dated   *own;              /**< the calendar's own dated lines: they win over every edition */
    size_t            own_count;
    ac_day            valid_first, valid_last;      /**< inclusive; AC_DAY_MIN, AC_DAY_MAX: always */
    int               beyond_weekly;    /**< 1: dates nothing covers follow the bare week, and answers say so */
    const ac_edition *editions;         /**< in the order registered */
    size_t            editions_count;
    ac_time           pinned_at;        /**< editions with use_from at or before it are pinned; a later one is consulted only
                                             for dates no pinned one covers, and never under beyond_weekly */
    int               holiday_shift_stays;  /**< 1: the part of a night shift after midnight is not blanked by a holiday on that date */
    int               by_editions;      /**< 1: only editions and own lines cover dates, even when no edition is given; implied by editions */
} ac_calendar_spec;
#define AC_CALENDAR_SPEC_INIT { sizeof(ac_calendar_spec), { 0 }, { 0 }, -1, NULL, 0, AC_DAY_MIN, AC_DAY_MAX, 0, NULL, 0, AC_TIME_MAX, 0, 0 }

/** Open hours over all dates, compiled to cumulative seconds. Shared, immutable. */
typedef struct ac_calendar ac_calendar;

/** Compiles a calendar; the zone is ref'd.
 *  @return AC_E_RANGE for a date or hour out of range, AC_E_INVALID for a date both off and worked or a make-up day without hours
 *  (err->name is the date), AC_E_LIMIT when the dated lines span more than
 *  65,000 open stretches or 2^32 open seconds (`valid` cuts off what is out of use). */
AC_API ac_status    ac_calendar_new(const ac_allocator *mem, const ac_calendar_spec *spec, ac_zone *zone, ac_calendar **out, ac_error *err);
AC_API ac_calendar *ac_calendar_ref(ac_calendar *calendar);
AC_API void         ac_calendar_unref(ac_calendar *calendar);
AC_API const ac_zone *ac_calendar_zone(const ac_calendar *calendar);

/** A half-open stretch [from, to) that does not count; to = AC_TIME_MAX while it lasts. */
typedef struct ac_pause {
    ac_time from, to;
} ac_pause;

/** Which seconds count. */
typedef enum ac_clock_kind {
    AC_CLOCK_ELAPSED,       /**< every second; the calendar may be NULL */
    AC_CLOCK_WORKING        /**< open seconds of the calendar */
} ac_clock_kind;

/** How a clock question was answered; the status of the call is AC_OK for all of them. */
typedef enum ac_clock_state {
    AC_CLOCK_AT,            /**< `at` holds the instant */
    AC_CLOCK_NEVER,         /**< not enough open time ahead, as far as the year 9999 (for ac_clock_subtract: behind, to the year 1) */
    AC_CLOCK_NOT_COVERED,   /**< the calendar does not cover a date that had to be counted */
    AC_CLOCK_SUSPENDED      /**< an open-ended pause stands before it; `left_s` of the amount are unused */
} ac_clock_state;

typedef struct ac_clock_answer {
    ac_clock_state state;
    int            beyond;      /**< 1: a date that nothing covers was counted by the bare week */
    ac_time        at;
    ac_secs        left_s;
} ac_clock_answer;

/** First instant t >= start with `amount` counted seconds in [start, t). amount 0: the first open, unpaused instant.
 *  `pauses` in any order, overlapping or not, any number; amount < 0 is AC_E_RANGE. (deadlines.md 1, rules 6, 7, 10) */
AC_API ac_status ac_clock_due(const ac_calendar *calendar, ac_clock_kind kind, ac_time start, ac_secs amount,
                              const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err);
/** Last instant with the same measure: one second later the amount is exceeded. */
AC_API ac_status ac_clock_late(const ac_calendar *calendar, ac_clock_kind kind, ac_time start, ac_secs amount,
                               const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err);
/** Last instant t <= end with `amount` counted seconds in [t, end): the mirror of ac_clock_due; amount 0 gives `end`. */
AC_API ac_status ac_clock_subtract(const ac_calendar *calendar, ac_clock_kind kind, ac_time end, ac_secs amount,
                                   const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err);
/** Counted seconds in [from, to); negative when to < from. @return AC_E_NOT_COVERED beyond the calendar. */
AC_API ac_status ac_clock_elapsed(const ac_calendar *calendar, ac_clock_kind kind, ac_time from, ac_time to,
                                  const ac_pause *pauses, size_t n, ac_secs *out, ac_error *err);
/** Whether the calendar is open at an instant: open at the opening, closed at the closing. */
AC_API ac_status ac_calendar_is_open(const ac_calendar *calendar, ac_time at, int *out, ac_error *err);
/** Whether a date is a working date: the calendar opens on it. */
AC_API ac_status ac_calendar_is_workday(const ac_calendar *calendar, ac_day day, int *out, ac_error *err);

/** End of `count` working dates, civil days or civil months after start. The due time moves on by the seconds (open ones for working
 *  dates, all of them else) of the pauses that begin before it, again until no further pause does, and then as that date ends.
 *  Under AC_DAYS_END_CLOSE and _SAME_TIME working dates count from the first open instant at or after start; a time of day outside
 *  the hours of the last date goes on to the next opening, or back to the last closing. A shift past midnight belongs to the date it
 *  opened on. When suspended, left_s is in the same seconds as the pauses.
 *  For days and months the calendar may lack hours; it gives zone, closings and pauses' measure. */
AC_API ac_status ac_clock_workdays(const ac_calendar *calendar, ac_days_end end, ac_time start, int64_t count,
                                   const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err);
AC_API ac_status ac_clock_days(const ac_calendar *calendar, const ac_zone *zone, ac_days_end end, ac_time start, int64_t count,
                               const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err);
AC_API ac_status ac_clock_months(const ac_calendar *calendar, const ac_zone *zone, ac_days_end end, ac_month_end month_end, ac_time start,
                                 int64_t count, const ac_pause *pauses, size_t n, ac_clock_answer *out, ac_error *err);

/** What a line of a trace says. */
typedef enum ac_trace_kind {
    AC_TRACE_WORKED,        /**< open and counted */
    AC_TRACE_CLOSED,        /**< outside hours, or a weekday without hours */
    AC_TRACE_OFF,           /**< an off date; `reason` names it */
    AC_TRACE_EXTRA,         /**< a make-up day, counted; `reason` names it */
    AC_TRACE_PAUSED,        /**< open but paused */
    AC_TRACE_BEYOND         /**< counted by the bare week, nothing covers the date */
} ac_trace_kind;

/** One stretch of a trace, in time order without holes; whole closed days are one line each. */
typedef struct ac_trace_line {
    ac_trace_kind kind;
    ac_day        day;          /**< local date */
    ac_time       from, to;     /**< half-open */
    ac_secs       counted_s;    /**< of this stretch */
    ac_secs       total_s;      /**< running total */
    ac_text       reason;       /**< belongs to the calendar; may be empty */
    ac_text       list, edition;    /**< the holiday list and edition that decided; empty for the calendar's own lines */
} ac_trace_line;

/** Takes one line; a status other than AC_OK stops the trace and is returned. */
typedef ac_status (*ac_trace_sink)(void *user, const ac_trace_line *line);

/** Why: every stretch of [from, to) and how it was counted. Costs a step per date; made only on request. */
AC_API ac_status ac_clock_trace(const ac_calendar *calendar, ac_clock_kind kind, ac_time from, ac_time to,
                                const ac_pause *pauses, size_t n, ac_trace_sink sink, void *user, ac_error *err);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
