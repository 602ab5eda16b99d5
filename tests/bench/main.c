#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "limit.h"
#include "ours.h"
#include "tables.h"

/* Times the library against the hand-written limit: each repetition runs limit, then library, so that both see the same
 * machine. Prints one JSON line a measurement; tests/bench/table.py makes ratios of them.
 *     bench POLICY ZONES OUT_DIR [WORKLOAD]      only those that begin so
 * Inputs for the peers in other languages are written to OUT_DIR. */

enum { REPETITIONS = 7 };

typedef struct run {
    workload        work;
    ours           *ours;
    limit_calendar *limit;
    uint8_t        *a8, *b8;        /* 2 bytes a ticket */
    uint32_t       *a32;
    ac_time        *b64;
    int64_t        *a_totals, *b_totals;    /* of each engineer */
    size_t          n;              /* items of the measurement at hand */
    ac_secs         seconds;
    const char     *zone;
    const char     *only;           /* how the workloads wanted begin */
} run;

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct contest {
    const char *workload, *contestant;
    void (*limit)(run *);
    void (*library)(run *);
    size_t (*differ)(const run *);
} contest;

static void print_line(const run *r, const contest *c, const char *who, double *ns, size_t wrong)
{
    qsort(ns, REPETITIONS, sizeof *ns, by_value);
    printf("{\"peer\":\"%s\",\"workload\":\"%s%s%s\",\"ns\":%.2f,\"min\":%.2f,\"max\":%.2f,\"wrong\":%zu}\n", who, c->workload, r->zone[0] ? " " : "",
           r->zone, ns[REPETITIONS / 2] / (double)r->n, ns[0] / (double)r->n, ns[REPETITIONS - 1] / (double)r->n, wrong);
    fflush(stdout);
}

static int is_wanted(const run *r, const contest *c)
{
    return strncmp(c->workload, r->only, strlen(r->only)) == 0;
}

static void hold(run *r, const contest *c)
{
    double limit[REPETITIONS], library[REPETITIONS];
    if (!is_wanted(r, c))
        return;
    c->limit(r);
    c->library(r);
    size_t wrong = c->differ(r);
    for (int i = 0; i < REPETITIONS; i++) {
        double begin = now_ns();
        c->limit(r);
        limit[i] = now_ns() - begin;
        begin = now_ns();
        c->library(r);
        library[i] = now_ns() - begin;
    }
    print_line(r, c, "limit", limit, 0);
    print_line(r, c, c->contestant, library, wrong);
}

static void limit_w1(run *r) { limit_grade(r->work.facts, r->a8, r->n); }
static void limit_w1_answers(run *r) { limit_grade_answers(r->work.facts, r->a8, r->n); }
static void library_fill(run *r) { ours_fill(r->ours, r->work.facts, r->n); }
static void library_w1_filling(run *r) { ours_grade_filling(r->ours, r->work.facts, r->b8, r->n); }
static void library_w1_bulk(run *r) { ours_grade_bulk(r->ours, r->work.facts, r->b8, r->n); }
static void limit_w2(run *r) { limit_due(r->limit, r->work.instants, (uint32_t)r->seconds, r->a32, r->n); }
static void library_w2(run *r) { ours_due(r->ours, r->work.instants, r->seconds, r->b64, r->n); }
static void limit_w3(run *r) { limit_elapsed(r->limit, r->work.intervals, (int32_t *)r->a32, r->n); }
static void library_w3(run *r) { ours_elapsed(r->ours, r->work.intervals, (int32_t *)r->b64, r->n); }
static void limit_w4(run *r) { limit_ladder(r->work.metrics, r->a8, r->n); }
static void library_w4(run *r) { ours_ladder(r->ours, r->work.metrics, r->b8, r->n); }
static void library_w4_bulk(run *r) { ours_ladder_bulk(r->ours, r->work.metrics, r->b8, r->n); }
static void limit_w5(run *r) { limit_penalties(&r->work, r->a_totals); }
static void library_w5(run *r) { ours_penalties(r->ours, &r->work, r->b_totals); }
static void limit_w6a(run *r) { limit_replay(r->limit, r->work.tickets, r->a32, r->a8, r->n); }
static void library_w6a(run *r) { ours_replay(r->ours, r->work.tickets, r->b64, r->b8, NULL, r->n); }
static void library_w6a_bulk(run *r) { ours_replay_bulk(r->ours, r->work.tickets, r->b64, r->b8, NULL, r->n); }
static void limit_w6(run *r) { limit_replay_charged(r->limit, r->work.tickets, r->a32, r->a8, r->a_totals, r->n); }
static void library_w6(run *r) { ours_replay(r->ours, r->work.tickets, r->b64, r->b8, r->b_totals, r->n); }
static void library_w6_bulk(run *r) { ours_replay_bulk(r->ours, r->work.tickets, r->b64, r->b8, r->b_totals, r->n); }

static size_t differ_totals(const run *r)
{
    size_t wrong = 0;
    for (size_t i = 0; i < ENGINEERS; i++)
        wrong += r->a_totals[i] != r->b_totals[i];
    return wrong;
}

static size_t differ_bytes(const run *r)
{
    size_t wrong = 0;
    for (size_t i = 0; i < r->n; i++)
        wrong += r->a8[i] != r->b8[i];
    return wrong;
}

static size_t differ_instants(const run *r)
{
    size_t wrong = 0;
    for (size_t i = 0; i < r->n; i++)
        wrong += (ac_time)r->a32[i] + limit_base(r->limit) != r->b64[i];
    return wrong;
}

static size_t differ_seconds(const run *r)
{
    size_t wrong = 0;
    for (size_t i = 0; i < r->n; i++)
        wrong += ((const int32_t *)r->a32)[i] != ((const int32_t *)r->b64)[i];
    return wrong;
}

static size_t differ_tickets(const run *r)
{
    size_t wrong = 0;
    for (size_t i = 0; i < 2 * r->n; i++)
        wrong += (ac_time)r->a32[i] + limit_base(r->limit) != r->b64[i] || r->a8[i] != r->b8[i];
    return wrong;
}

static size_t differ_charged(const run *r)
{
    return differ_tickets(r) + differ_totals(r);
}

/* W1 on a record that is filled already: filling and deciding less filling alone, so that every decision meets facts it has not
 * seen, as the limit does; a few records decided over and over would only show a branch predictor that has learnt them. */
static void hold_filled(run *r)
{
    static const contest c = { "W1 filled", "aftercare", NULL, NULL, NULL };
    double limit[REPETITIONS], library[REPETITIONS];
    if (!is_wanted(r, &c))
        return;
    for (int i = 0; i < REPETITIONS; i++) {
        double begin = now_ns();
        limit_w1(r);
        double graded = now_ns();
        library_fill(r);
        double filled = now_ns();
        library_w1_filling(r);
        double decided = now_ns();
        limit[i] = graded - begin;
        library[i] = (decided - filled) - (filled - graded);
    }
    print_line(r, &c, "limit", limit, 0);
    print_line(r, &c, c.contestant, library, differ_bytes(r));
}

static void run_grading(run *r)
{
    static const contest filling = { "W1 with filling", "aftercare", limit_w1, library_w1_filling, differ_bytes };
    static const contest bulk = { "W1 bulk", "aftercare", limit_w1_answers, library_w1_bulk, differ_bytes };
    r->n = TICKETS;
    hold(r, &filling);
    hold_filled(r);
    hold(r, &bulk);
}

static void run_clocks(run *r)
{
    static const int hours[] = { 1, 4, 64, 256, 2000 };
    for (size_t k = 0; k < sizeof hours / sizeof *hours; k++) {
        char name[32];
        contest c = { name, "aftercare", limit_w2, library_w2, differ_instants };
        snprintf(name, sizeof name, "W2 +%d h", hours[k]);
        r->seconds = (ac_secs)hours[k] * 3600;
        r->n = INSTANTS;
        hold(r, &c);
    }
    static const contest w3 = { "W3", "aftercare", limit_w3, library_w3, differ_seconds };
    r->n = INTERVALS;
    hold(r, &w3);
}

static void run_penalties(run *r)
{
    static const contest w5 = { "W5", "aftercare", limit_w5, library_w5, differ_totals };
    r->n = LAPSES;
    hold(r, &w5);
}

static void run_ladder(run *r)
{
    static const contest filling = { "W4 with filling", "aftercare", limit_w4, library_w4, differ_bytes };
    static const contest bulk = { "W4 bulk", "aftercare", limit_w4, library_w4_bulk, differ_bytes };
    r->n = MEASURED;
    hold(r, &filling);
    hold(r, &bulk);
}

static void run_replay(run *r)
{
    static const contest contests[] = {
        { "W6a one at a time", "aftercare", limit_w6a, library_w6a, differ_tickets },
        { "W6a bulk", "aftercare", limit_w6a, library_w6a_bulk, differ_tickets },
        { "W6 one at a time", "aftercare", limit_w6, library_w6, differ_charged },
        { "W6 bulk", "aftercare", limit_w6, library_w6_bulk, differ_charged },
    };
    r->n = REPLAYED;
    for (size_t k = 0; k < sizeof contests / sizeof *contests; k++)
        hold(r, &contests[k]);
}

static char *read_file(const char *folder, const char *name, size_t *size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "rb");
    char *bytes = malloc(1 << 20);
    if (!in) {
        perror(path);
        exit(2);
    }
    *size = fread(bytes, 1, 1 << 20, in);
    fclose(in);
    return bytes;
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(bytes, 1, size, out) != size || fclose(out) != 0) {
        perror(path);
        exit(2);
    }
}

/* W4 and W5: metrics with the rungs; lapses with the month or year they are in, and what each engineer owes. */
static void write_people(run *r, const char *folder)
{
    char path[512];
    ac_day first = workload_day(2023, 1, 1);
    snprintf(path, sizeof path, "%s/lapses.csv", folder);
    FILE *out = fopen(path, "wb");
    for (size_t i = 0; out && i < LAPSES; i++) {
        ac_date d = ac_day_to_date(first + (ac_day)(r->work.lapse_at[i] / 86400));
        uint8_t kind = r->work.lapse_kind[i];
        fprintf(out, "%zu,%u,%u,%d\n", i, (unsigned)r->work.lapse_engineer[i], (unsigned)kind, SCHEDULES[kind].yearly ? d.year : d.year * 100 + d.month);
    }
    if (!out || fclose(out) != 0) {
        perror(path);
        exit(2);
    }
    limit_w5(r);
    write_file(folder, "owed.i64", r->a_totals, ENGINEERS * sizeof *r->a_totals);
    limit_ladder(r->work.metrics, r->a8, MEASURED);
    write_file(folder, "metrics.i32", r->work.metrics, MEASURED * METRICS * sizeof *r->work.metrics);
    write_file(folder, "rungs.u8", r->a8, MEASURED);
}

/* What the peers read: facts with their grades, instants with the due 4 working hours later, days off. */
static void write_inputs(run *r, const char *folder)
{
    char *days = malloc(65536);
    int n = 0;
    for (size_t i = 0; i < r->work.day_count; i++) {
        ac_date d = ac_day_to_date(r->work.first_day + (ac_day)i);
        if (r->work.days[i] != DAY_PLAIN)
            n += snprintf(days + n, 65536 - (size_t)n, "%04d-%02d-%02d %s\n", d.year, d.month, d.day, r->work.days[i] == DAY_OFF ? "off" : "on");
    }
    write_file(folder, "days.txt", days, (size_t)n);
    free(days);
    write_file(folder, "facts.u32", r->work.facts, 100000 * sizeof *r->work.facts);
    for (size_t i = 0; i < 100000; i++)
        r->a8[i] = (uint8_t)workload_grade(r->work.facts[i]);
    write_file(folder, "grades.u8", r->a8, 100000);
    write_file(folder, "instants.i64", r->work.instants, 100000 * sizeof *r->work.instants);
    r->n = 100000;
    r->seconds = 4 * 3600;
    library_w2(r);
    write_file(folder, "dues.i64", r->b64, 100000 * sizeof *r->b64);
}

int main(int argc, char **argv)
{
    static const char *const zones[2] = { "Asia/Shanghai", "America/New_York" };
    static run r;
    if (argc < 4) {
        fputs("bench POLICY ZONES OUT_DIR [WORKLOAD]\n", stderr);
        return 2;
    }
    r.only = argc > 4 ? argv[4] : "";
    workload_make(&r.work);
    r.a8 = malloc(2 * REPLAYED);
    r.b8 = malloc(2 * REPLAYED);
    r.a32 = malloc(2 * REPLAYED * sizeof *r.a32);
    r.b64 = malloc(2 * REPLAYED * sizeof *r.b64);
    r.a_totals = malloc(ENGINEERS * sizeof *r.a_totals);
    r.b_totals = malloc(ENGINEERS * sizeof *r.b_totals);
    for (int z = 0; z < 2; z++) {
        size_t size;
        ac_error err = AC_ERROR_INIT;
        ac_zone *zone = NULL;
        ac_text name = { zones[z], strlen(zones[z]) };
        char *bytes = read_file(argv[2], zones[z], &size);
        if (ac_zone_new_tzif(NULL, name, bytes, size, &zone, &err) != AC_OK)
            return 2;
        r.zone = "";
        r.ours = ours_new(&r.work, argv[1], zones[z], bytes, size);
        r.limit = limit_calendar_new(&r.work, zone);
        printf("{\"peer\":\"aftercare\",\"workload\":\"compile\",\"ms\":%.3f}\n", ours_compile_ms(r.ours));
        if (z == 0) {
            run_grading(&r);
            run_ladder(&r);
        }
        r.zone = z ? "New York" : "Shanghai";
        if (z == 0)
            run_penalties(&r);
        run_clocks(&r);
        if (z == 1) {
            run_replay(&r);
            if (!r.only[0]) {
                write_inputs(&r, argv[3]);
                write_people(&r, argv[3]);
            }
        }
        ours_free(r.ours);
        limit_calendar_free(r.limit);
        ac_zone_unref(zone);
        free(bytes);
    }
    if (!r.only[0])
        tables_run("examples/policies/road-machinery.policy");
    workload_free(&r.work);
    free(r.a8);
    free(r.b8);
    free(r.a32);
    free(r.b64);
    free(r.a_totals);
    free(r.b_totals);
    return 0;
}
