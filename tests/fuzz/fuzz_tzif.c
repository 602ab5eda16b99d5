/* Zone data: whatever the bytes, a zone or a refusal; and a zone that was taken keeps its promises. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <aftercare/time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Readings map to the first instant that reads as late; a change is where the offset differs. */
static void check(const ac_zone *zone)
{
    ac_time at = AC_TIME_MIN, next;

    for (int i = 0; i < 200 && ac_zone_next_change(zone, at, &next); i++) {
        ac_day  day;
        int32_t second;

        if (next <= at || ac_zone_offset(zone, next) == ac_zone_offset(zone, next - 1))
            abort();
        ac_zone_local(zone, next, &day, &second);
        if (ac_zone_instant(zone, day, second) > next)
            abort();
        at = next;
    }
}

static void use(ac_zone *zone)
{
    static const ac_hours hours[] = {{0, 3 * 3600}, {22 * 3600, 30 * 3600}};
    static const ac_dated own[] = {{19700, 19703, 0, NULL, 0, {NULL, 0}}, {20100, 20100, 1, hours, 2, {NULL, 0}}};
    ac_calendar_spec      spec = AC_CALENDAR_SPEC_INIT;
    ac_calendar          *calendar = NULL;

    for (int d = 0; d < 7; d++) {
        spec.week[d] = hours;
        spec.week_count[d] = 2;
    }
    spec.own = own;
    spec.own_count = 2;
    if (ac_calendar_new(NULL, &spec, zone, &calendar, NULL) != AC_OK)
        abort();
    for (ac_time at = 18000; at < 50000; at += 997) {
        ac_clock_answer due;
        ac_secs         used = 0;
        ac_time         start = at * 86400;

        if (ac_clock_due(calendar, AC_CLOCK_WORKING, start, at, NULL, 0, &due, NULL) != AC_OK || due.state != AC_CLOCK_AT ||
            ac_clock_elapsed(calendar, AC_CLOCK_WORKING, start, due.at, NULL, 0, &used, NULL) != AC_OK || used != at)
            abort();
    }
    ac_calendar_unref(calendar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_text  name = {"fuzz", 4};
    ac_zone *zone = NULL;

    if (ac_zone_new_tzif(NULL, name, data, size, &zone, NULL) == AC_OK) {
        check(zone);
        use(zone);
    }
    ac_zone_unref(zone);
    return 0;
}
