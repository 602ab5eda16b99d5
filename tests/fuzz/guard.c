#include "fuzz/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined __SANITIZE_ADDRESS__
#  define IS_SLOWED 1
#elif defined __has_feature
#  if __has_feature(address_sanitizer)
#    define IS_SLOWED 1
#  endif
#endif
#ifndef IS_SLOWED
#  define IS_SLOWED 0
#endif

/* A replay is a test, which a slow or busy machine must pass too: it is stopped by what goes wrong in kind. Fuzzing measures. */
#ifdef FUZZ_REPLAY
enum { MOST_US = 500000, MOST_BYTES = 65536 };
#else
enum { MOST_US = 100000, MOST_BYTES = 65536 };
#endif

static struct {
    size_t          limit, used, blocks, most_used;
    struct timespec begun;
    long            slowest_us;
    unsigned long   calls, accepted;
} now;

static void breach(const char *what, long is, long most)
{
    fprintf(stderr, "BREACH: %s: %ld, at most %ld\n", what, is, most);
    abort();
}

/* ── memory ── */

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size)
{
    void *p;

    (void)user;
    if (new_size == 0) {
        now.used -= old_size;
        now.blocks -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (now.used - old_size + new_size > now.limit)
        return NULL;
    p = realloc(ptr, new_size);
    if (!p)
        return NULL;
    now.blocks += ptr == NULL;
    now.used += new_size - old_size;
    if (now.used > now.most_used)
        now.most_used = now.used;
    return p;
}

static void say(void)
{
    fprintf(stderr, "guard: %lu calls, %lu accepted, slowest %ld.%03ld ms, most %zu bytes\n", now.calls, now.accepted, now.slowest_us / 1000,
            now.slowest_us % 1000, now.most_used);
}

static void take_time(struct timespec *at)
{
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, at) != 0)
        abort();
}

const ac_allocator *fuzz_begin(size_t limit)
{
    static const ac_allocator mem = { sizeof mem, resize, NULL };

    if (now.calls++ == 0)
        atexit(say);
    now.limit = limit;
    now.used = now.blocks = 0;
    take_time(&now.begun);
    return &mem;
}

static void keep_slowest(ac_text input)
{
    const char *path = getenv("FUZZ_SLOWEST");
    FILE       *out = path ? fopen(path, "wb") : NULL;

    if (!out)
        return;
    fwrite(input.data, 1, input.size, out);
    fclose(out);
}

void fuzz_returned(ac_text input)
{
    struct timespec at;
    long            us;

    take_time(&at);
    us = (long)(at.tv_sec - now.begun.tv_sec) * 1000000 + (at.tv_nsec - now.begun.tv_nsec) / 1000;
    if (us > now.slowest_us) {
        now.slowest_us = us;
        keep_slowest(input);
    }
    if (us > MOST_US && input.size <= MOST_BYTES && !IS_SLOWED)
        breach("microseconds of one call", us, MOST_US);
}

void fuzz_end(void)
{
    if (now.used != 0 || now.blocks != 0)
        breach("bytes left behind", (long)now.used, 0);
}

/* ── outcomes ── */

ac_policy_options fuzz_options(const ac_allocator *mem)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;

    options.mem = mem;
    options.limits.compile_bytes = FUZZ_COMPILE_BYTES;
    return options;
}

void fuzz_check_outcome(ac_status st, const void *object, const ac_report *report)
{
    size_t errors = ac_report_count_of(report, AC_SEVERITY_ERROR);

    if ((st == AC_OK) != (object != NULL))
        breach("an object in spite of a failure, or none in spite of success; status", st, AC_OK);
    if (st == AC_OK && errors > 0)
        breach("errors about what was accepted", (long)errors, 0);
    if (st == AC_E_POLICY && errors == 0)
        breach("a refusal without an error", 0, 0);
    if (st != AC_OK && st != AC_E_POLICY && st != AC_E_NOMEM && st != AC_E_LIMIT)
        breach("a status that no input should give", st, AC_OK);
}

ac_status fuzz_swallow(void *user, const char *data, size_t size)
{
    size_t *bytes = user;

    (void)data;
    *bytes += size;
    return AC_OK;
}

void fuzz_render(const ac_report *report, ac_text source)
{
    size_t i, bytes = 0;

    for (i = 0; i < ac_report_count(report); i++) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;

        if (ac_report_at(report, i, &d) != AC_OK || d.message.size == 0)
            breach("a diagnostic without text", (long)i, 0);
        if (d.span.offset > source.size || d.span.size > source.size - d.span.offset || d.span.line == 0 || d.span.column == 0)
            breach("a diagnostic outside of the text", (long)d.span.offset, (long)source.size);
        ac_report_render(report, i, AC_LANG_EN, fuzz_swallow, &bytes);
        ac_report_render(report, i, AC_LANG_ZH, fuzz_swallow, &bytes);
        ac_report_render_json(report, i, AC_LANG_ZH, fuzz_swallow, &bytes);
    }
}

void fuzz_accept(void)
{
    now.accepted++;
}

unsigned fuzz_number_of(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint32_t       h = 2166136261u;
    size_t         i;

    for (i = 0; i < size; i++)
        h = (h ^ bytes[i]) * 16777619u;
    return h ^ h >> 15;
}
