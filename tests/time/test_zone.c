#define _GNU_SOURCE
#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <aftercare/time.h>

#include "random_calendar.h"
#include "support/data.h"

static ac_text text_of(const char *s)
{
    ac_text t = {s, strlen(s)};

    return t;
}

static int32_t libc_offset(ac_time at)
{
    time_t    t = (time_t)at;
    struct tm tm;

    return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

/* The C library is asked on its own; TZ must be set. */
static void compare(const ac_zone *zone, const char *name, ac_time at)
{
    cr_assert_eq(ac_zone_offset(zone, at), libc_offset(at), "%s at %lld: %d, the C library says %d", name, (long long)at,
                 ac_zone_offset(zone, at), libc_offset(at));
}

static ac_time at_year(int32_t year)
{
    ac_date date = {year, 1, 1};
    ac_day  day = 0;

    ac_day_from_date(date, &day, NULL);
    return day * INT64_C(86400);
}

/* Around every change to 2500, and here and there in between. Returns the number of instants. */
static long compare_zone(const ac_zone *zone, const char *name, int32_t from_year)
{
    ac_time at = at_year(from_year), next;
    long    n = 0;
    rng     r = {7};

    while (ac_zone_next_change(zone, at, &next) && next < at_year(2500)) {
        compare(zone, name, next - 1);
        compare(zone, name, next);
        compare(zone, name, at + rng_below(&r, next - at));
        cr_assert_neq(ac_zone_offset(zone, next - 1), ac_zone_offset(zone, next), "%s", name);
        at = next;
        n += 3;
    }
    for (int i = 0; i < 60; i++, n++)
        compare(zone, name, at_year(from_year) + rng_below(&r, at_year(2500) - at_year(from_year)));
    return n;
}

typedef struct tally {
    long zones, refused, instants;
} tally;

static void visit(const char *root, const char *below, tally *t)
{
    char           path[1024];
    DIR           *dir;
    struct dirent *entry;

    snprintf(path, sizeof path, "%s%s", root, below);
    dir = opendir(path);
    if (!dir)
        return;
    while ((entry = readdir(dir)) != NULL) {
        char        name[512], tz[1100];
        struct stat info;
        size_t      size = 0;
        char       *bytes;
        ac_zone    *zone = NULL;
        ac_error    err = AC_ERROR_INIT;
        ac_status   st;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", below, entry->d_name);
        snprintf(path, sizeof path, "%s%s", root, name);
        if (stat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode)) {
            visit(root, name, t);
            continue;
        }
        bytes = test_read(path, &size);
        if (!bytes || size < 4 || memcmp(bytes, "TZif", 4) != 0) {
            free(bytes);
            continue;
        }
        st = ac_zone_new_tzif(NULL, text_of(name + 1), bytes, size, &zone, &err);
        if (strncmp(name, "/right/", 7) == 0) {
            cr_assert_eq(st, AC_E_UNSUPPORTED, "%s has leap seconds", name);
            t->refused++;
        } else {
            cr_assert_eq(st, AC_OK, "%s: %s (byte %lld)", name, err.what, (long long)err.subject);
            snprintf(tz, sizeof tz, ":%s", path);
            setenv("TZ", tz, 1);
            tzset();
            t->instants += compare_zone(zone, name, 1850);
            t->zones++;
        }
        free(bytes);
        ac_zone_unref(zone);
    }
    closedir(dir);
}

Test(zone, every_zone_of_the_system_agrees_with_the_c_library)
{
    const char *root = getenv("TZDIR") ? getenv("TZDIR") : "/usr/share/zoneinfo";
    tally       t = {0, 0, 0};

    visit(root, "", &t);
    if (t.zones == 0) {
        fprintf(stderr, "skipped: zones of the system (no %s)\n", root);
        return;
    }
    fprintf(stderr, "zones: %ld agree at %ld instants, %ld with leap seconds refused\n", t.zones, t.instants, t.refused);
    cr_expect_gt(t.zones, 300);
}

Test(zone, rules_agree_with_the_c_library)
{
    static const char *const more[] = {"EST5EDT,0/0,J365/25", "XXX3YYY,J60,J300", "XXX3YYY,59/-5,300/150", "AAA-14", "<-12>+12",
                                       "NZST-12NZDT,M9.5.0,M4.1.0/3", "WGT3WGST,M3.5.6/22,M10.5.6/23:30:15"};

    for (size_t i = 0; i < zone_cases_count + sizeof more / sizeof more[0]; i++) {
        zone_case z = {i < zone_cases_count ? zone_cases[i].tz : more[i - zone_cases_count], NULL};
        ac_zone  *zone = zone_case_make(&z);

        setenv("TZ", zone_case_tz(&z), 1);
        tzset();
        compare_zone(zone, z.tz, 1971);     /* before 1970 the C library of GNU knows no rules */
        ac_zone_unref(zone);
    }
}

/* The definition, minute by minute: the first instant whose reading is at or after w. */
Test(zone, wall_clock_maps_to_the_first_instant_that_reads_as_late)
{
    for (size_t i = 0; i < zone_cases_count; i++) {
        ac_zone *zone = zone_case_make(&zone_cases[i]);
        ac_day   near = 0;
        ac_time  from, at;

        ac_day_parse(text_of(zone_cases[i].near), &near, NULL);
        from = at = (near - 3) * INT64_C(86400);
        for (int64_t w = (near - 1) * INT64_C(86400); w < (near + 3) * INT64_C(86400); w += 61) {
            for (; at + ac_zone_offset(zone, at) < w; at++)
                ;
            cr_assert_eq(ac_zone_instant(zone, (ac_day)(w / 86400), (int32_t)(w % 86400)), at, "%s reading %lld", zone_cases[i].tz,
                         (long long)w);
        }
        cr_assert_gt(at, from);
        ac_zone_unref(zone);
    }
}

Test(zone, readings_of_four_hundred_years_later_are_the_same)
{
    for (size_t i = 0; i < zone_cases_count; i++) {
        ac_zone *zone = zone_case_make(&zone_cases[i]);
        rng      r = {i};

        for (int k = 0; k < 2000; k++) {
            ac_time at = at_year(2040) + rng_below(&r, at_year(2400) - at_year(2040));
            ac_time later = at + 146097 * INT64_C(86400) * (1 + rng_below(&r, 18));
            ac_day  day, far_day;
            int32_t second, far_second;

            cr_assert_eq(ac_zone_offset(zone, at), ac_zone_offset(zone, later), "%s %lld", zone_cases[i].tz, (long long)at);
            ac_zone_local(zone, at, &day, &second);
            ac_zone_local(zone, later, &far_day, &far_second);
            cr_assert_eq(second, far_second);
            cr_assert_eq(ac_zone_instant(zone, day, second) - at, ac_zone_instant(zone, far_day, far_second) - later);
        }
        ac_zone_unref(zone);
    }
}

Test(zone, rules_that_are_wrong_are_refused_where_they_are_wrong)
{
    static const struct {
        const char *rule;
        uint32_t    column;
    } wrong[] = {
        {"", 1}, {"E5", 2}, {"EST", 4}, {"EST25", 4}, {"EST5:60", 6}, {"EST5EDT", 8}, {"EST5EDT,M13.1.0,M11.1.0", 10},
        {"EST5EDT,M3.6.0,M11.1.0", 12}, {"EST5EDT,M3.2.7,M11.1.0", 14}, {"EST5EDT,M3.2.0", 15}, {"EST5EDT,M3.2.0,M11.1.0x", 23},
        {"EST5EDT,J0,J10", 10}, {"EST5EDT,366,10", 9}, {"EST5EDT,M3.2.0/168,M11.1.0", 16}, {"<E>5", 3}, {"<EST5", 6}, {"+25:00:61", 1},
        {"EST5EDT,M3.2.0/,M11.1.0", 16},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ac_zone  *zone = (ac_zone *)&wrong;
        ac_error  err = AC_ERROR_INIT;
        ac_status st = ac_zone_new_rule(NULL, text_of(wrong[i].rule), &zone, &err);

        cr_expect_eq(st, AC_E_INVALID, "%s: %s", wrong[i].rule, ac_status_name(st));
        cr_expect_null(zone);
        cr_expect_eq(err.column, wrong[i].column, "%s: column %u", wrong[i].rule, err.column);
    }
}

Test(zone, every_cut_and_every_changed_byte_of_tzif_is_survived)
{
    static const char *const files[] = {"Pacific-Apia", "Asia-Shanghai", "America-Sao_Paulo"};
    long                     refused = 0, taken = 0;

    for (size_t f = 0; f < 3; f++) {
        char   path[128];
        size_t size = 0;
        char  *bytes, *copy;

        snprintf(path, sizeof path, "tests/data/zones/%s", files[f]);
        bytes = test_read(test_path(path), &size);
        cr_assert(bytes);
        for (size_t n = 0; n < size; n++) {
            ac_zone *zone = NULL;

            copy = malloc(n + 1);       /* of exactly that size, so that the sanitizers see a read beyond it */
            memcpy(copy, bytes, n);
            cr_expect_neq(ac_zone_new_tzif(NULL, text_of("cut"), copy, n, &zone, NULL), AC_OK, "%s cut at %zu", files[f], n);
            cr_expect_null(zone);
            free(copy);
        }
        for (size_t n = 0; n < size * 8; n++) {
            ac_zone *zone = NULL;
            ac_time  next;

            bytes[n / 8] = (char)(bytes[n / 8] ^ 1 << n % 8);
            if (ac_zone_new_tzif(NULL, text_of("bit"), bytes, size, &zone, NULL) == AC_OK) {
                taken++;
                ac_zone_next_change(zone, 0, &next);
                ac_zone_instant(zone, 20000, 0);
            } else {
                refused++;
            }
            ac_zone_unref(zone);
            bytes[n / 8] = (char)(bytes[n / 8] ^ 1 << n % 8);
        }
        free(bytes);
    }
    cr_expect_gt(refused, 100);
    cr_expect_gt(taken, 100);
}

Test(zone, names_and_texts_are_what_they_were_made_from)
{
    static const struct {
        int32_t     offset_s;
        const char *name, *text;
    } fixed[] = {{0, "Z", "1970-01-01T00:00:00Z"}, {28800, "+08:00", "1970-01-01T08:00:00+08:00"}, {-12600, "-03:30", "1969-12-31T20:30:00-03:30"},
                 {-17762, "-04:56:02", "1969-12-31T19:04:00-04:56"}};

    for (size_t i = 0; i < 4; i++) {
        ac_zone *zone = NULL;
        char     out[AC_TIME_TEXT_BYTES];

        cr_assert_eq(ac_zone_new_fixed(NULL, fixed[i].offset_s, &zone, NULL), AC_OK);
        cr_expect_eq(ac_zone_name(zone).size, strlen(fixed[i].name));
        cr_expect_arr_eq(ac_zone_name(zone).data, fixed[i].name, strlen(fixed[i].name));
        cr_expect_eq(ac_time_format(0, zone, out), strlen(fixed[i].text));
        cr_expect_str_eq(out, fixed[i].text);
        ac_zone_unref(zone);
        cr_assert_eq(ac_zone_new_rule(NULL, text_of(fixed[i].name), &zone, NULL), AC_OK);
        cr_expect_eq(ac_zone_offset(zone, 0), fixed[i].offset_s);
        ac_zone_unref(zone);
    }
    ac_zone_unref(NULL);
    cr_expect_eq(ac_zone_new_fixed(NULL, 93601, &(ac_zone *){NULL}, NULL), AC_E_RANGE);
}
