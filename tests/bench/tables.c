#define _POSIX_C_SOURCE 200809L
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <aftercare/aftercare.h>

enum { LONG = 4096, SHORT = 8, REPETITIONS = 9, DECISIONS = 200000, TEXT = 1 << 21 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static ac_text text_of(const char *string)
{
    ac_text text = { string, strlen(string) };
    return text;
}

static const char HEAD[] = "policy bench version 1\neffective from 2020-01-01\ntimezone +08:00\ncurrency CNY\ndays end same-time\nmonth-end clamp\n"
                           "rulebook B \"b\"\n  articles 1\n";

/* One table whose rows ask for ranges of their own, all different. */
static void write_ranges(char *out, int rows)
{
    int n = sprintf(out, "%srecord job per 1\n  n, m : count\n\ntable t of job gives r : count per 1\n  | n | m || r |\n", HEAD);
    for (int i = 0; i < rows; i++)
        n += sprintf(out + n, "  | [%d..%d] | >= %d || %d |\n", i * 10, i * 10 + 9, i % 7, i % 100);
}

static void write_texts(char *out, int rows)
{
    int n = sprintf(out, "%srecord job per 1\n  n : text\n  m : count\n\ntable t of job gives r : count per 1\n  | n | m || r |\n", HEAD);
    for (int i = 0; i < rows; i++)
        n += sprintf(out + n, "  | \"code-%d\" | >= %d || %d |\n", i, i % 7, i % 100);
}

/* Eight tables of 200 rows and a calendar with 17 years of days off. */
static void write_company(char *out)
{
    int n = sprintf(out, "%scalendar work per 1\n  week mon..fri 08:30..12:00, 13:30..18:00\n  valid 2018-01-01..2034-12-31\n", HEAD);
    for (int y = 2018; y <= 2034; y++)
        for (int m = 1; m <= 12; m++)
            n += sprintf(out + n, "  off %d-%02d-%02d..%d-%02d-%02d\n", y, m, m + 1, y, m, m + 3);
    n += sprintf(out + n, "enum kind = a, b, c, d, e, f, g, h per 1\nrecord job per 1\n  n, m : count\n  k : kind\n  u : yes/no\n\n");
    for (int t = 0; t < 8; t++) {
        n += sprintf(out + n, "table t%d of job gives r%d : count per 1\n  | n | m | k | u || r%d |\n", t, t, t);
        for (int i = 0; i < 200; i++)
            n += sprintf(out + n, "  | [%d..%d] | %s | %c | %s || %d |\n", i * 5, i * 5 + 9, i % 3 ? "-" : "> 4", "abcdefgh-"[(i * 7 + t) % 9],
                         i % 2 ? "-" : i % 4 ? "yes" : "no", i % 50);
        n += sprintf(out + n, "\n");
    }
}

static ac_policy *compile(const char *text)
{
    ac_source source = { text_of("bench.policy"), text_of(text) };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_report *report = NULL;
    ac_policy *policy = NULL;
    ac_error err = AC_ERROR_INIT;
    options.limits.rows = LONG;
    if (ac_report_new(NULL, &report, &err) != AC_OK || ac_policy_compile(&source, &options, &policy, report, &err) != AC_OK) {
        fprintf(stderr, "bench: tables: %s\n", err.what ? err.what : "");
        exit(2);
    }
    ac_report_free(report);
    return policy;
}

static void time_compile(const char *name, const char *text)
{
    double ms[REPETITIONS];
    for (int i = -1; i < REPETITIONS; i++) {
        double begin = now_ms();
        ac_policy *policy = compile(text);
        if (i >= 0)
            ms[i] = now_ms() - begin;
        ac_policy_unref(policy);
    }
    qsort(ms, REPETITIONS, sizeof *ms, by_value);
    printf("{\"peer\":\"aftercare\",\"workload\":\"compile %s\",\"ms\":%.3f,\"least\":%.3f}\n", name, ms[REPETITIONS / 2], ms[0]);
    fflush(stdout);
}

/* Filling two facts and deciding. */
static double decide_ns(ac_record *record, uint32_t n, uint32_t m, uint32_t r, int64_t last, size_t *wrong, int hits)
{
    ac_value value;
    double begin = now_ms();
    for (int i = 0; i < DECISIONS; i++) {
        ac_record_set_count(record, n, last + i % 8, NULL);
        ac_record_set_count(record, m, 6 + i % 3, NULL);
        ac_rules_value(record, r, 0, &value, NULL);
        *wrong += (value.state == AC_VALUE_KNOWN) != hits;
    }
    return (now_ms() - begin) * 1e6 / DECISIONS;
}

/* Long and short tables turn by turn, so that both see the same machine. */
static void time_decisions(char *text)
{
    static const int rows[2] = { SHORT, LONG };
    ac_policy *policies[2];
    ac_rulebook *books[2];
    ac_record *records[2];
    uint32_t fields[2][3];
    for (int k = 0; k < 2; k++) {
        static const char *const names[3] = { "n", "m", "r" };
        write_ranges(text, rows[k]);
        policies[k] = compile(text);
        if (ac_rulebook_with_policy(NULL, NULL, policies[k], &books[k], NULL, NULL) != AC_OK ||
            ac_record_new(books[k], NULL, 0, text_of(""), NULL, &records[k], NULL) != AC_OK)
            exit(2);
        for (int f = 0; f < 3; f++)
            fields[k][f] = ac_policy_find_field(policies[k], 0, text_of(names[f]));
    }
    for (int hits = 1; hits >= 0; hits--) {
        double ns[2][REPETITIONS];
        size_t wrong[2] = { 0, 0 };
        for (int i = 0; i < REPETITIONS; i++)
            for (int k = 0; k < 2; k++)
                ns[k][i] = decide_ns(records[k], fields[k][0], fields[k][1], fields[k][2], (rows[k] - hits) * 10, &wrong[k], hits);
        for (int k = 0; k < 2; k++) {
            qsort(ns[k], REPETITIONS, sizeof **ns, by_value);
            printf("{\"peer\":\"aftercare\",\"workload\":\"%d rows, %s\",\"ns\":%.2f,\"min\":%.2f,\"max\":%.2f,\"wrong\":%zu}\n", rows[k],
                   hits ? "hit in the last" : "no hit", ns[k][REPETITIONS / 2], ns[k][0], ns[k][REPETITIONS - 1], wrong[k]);
        }
        fflush(stdout);
    }
    for (int k = 0; k < 2; k++) {
        ac_record_free(records[k]);
        ac_rulebook_unref(books[k]);
        ac_policy_unref(policies[k]);
    }
}

void tables_run(const char *policy)
{
    char *text = malloc(TEXT);
    FILE *in = fopen(policy, "rb");
    if (!text || !in) {
        perror(policy);
        exit(2);
    }
    text[fread(text, 1, TEXT - 1, in)] = '\0';
    fclose(in);
    time_compile("road-machinery", text);
    write_ranges(text, LONG);
    time_compile("4096 ranges", text);
    write_texts(text, LONG);
    time_compile("4096 texts", text);
    write_company(text);
    time_compile("8 tables and calendar", text);
    time_decisions(text);
    free(text);
}
