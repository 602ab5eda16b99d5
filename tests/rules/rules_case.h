#ifndef RULES_CASE_H
#define RULES_CASE_H

/* A policy, a book with it and whatever data files it needs, for tests of rules. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/rules.h>

#include "support/data.h"

typedef struct rules_case {
    ac_report   *report;
    ac_policy   *policy;
    ac_rulebook *book;
} rules_case;

static inline ac_text rules_text(const char *string)
{
    ac_text text;

    text.data = string;
    text.size = strlen(string);
    return text;
}

static inline ac_status rules_print(void *user, const char *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stderr);
    return AC_OK;
}

static inline void rules_print_errors(const ac_report *report)
{
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;

    for (size_t i = 0; ac_report_at(report, i, &d) == AC_OK; i++) {
        if (d.severity == AC_SEVERITY_ERROR)
            ac_report_render(report, i, AC_LANG_EN, rules_print, NULL);
    }
}

/* Compiles a text into a book. */
static inline void rules_case_open_text(rules_case *k, const char *name, const char *text)
{
    ac_source         source = {rules_text(name), rules_text(text)};
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_error          err = AC_ERROR_INIT;
    ac_status         st;

    cr_assert_eq(ac_report_new(NULL, &k->report, &err), AC_OK);
    st = ac_policy_compile(&source, &options, &k->policy, k->report, &err);
    if (st != AC_OK)
        rules_print_errors(k->report);
    cr_assert_eq(st, AC_OK, "%s: %s", name, err.what);
    cr_assert_eq(ac_rulebook_with_policy(NULL, NULL, k->policy, &k->book, k->report, &err), AC_OK, "%s", err.what);
}

static inline void rules_case_open(rules_case *k, const char *path)
{
    char *text = test_read(path, NULL);

    cr_assert_not_null(text, "no %s", path);
    rules_case_open_text(k, path, text);
    free(text);
}

/* Adds a data text to the book. */
static inline void rules_case_link_text(rules_case *k, const char *name, const char *text)
{
    ac_source         source = {rules_text(name), rules_text(text)};
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_rulebook      *next = NULL;
    ac_data          *data = NULL;
    ac_error          err = AC_ERROR_INIT;

    cr_assert_eq(ac_data_compile(&source, &options, &data, k->report, &err), AC_OK, "%s: %s", name, err.what);
    cr_assert_eq(ac_rulebook_with_data(k->book, NULL, data, &next, k->report, &err), AC_OK, "%s: %s", name, err.what);
    ac_rulebook_unref(k->book);
    k->book = next;
    ac_data_unref(data);
}

/* The same from a file. */
static inline void rules_case_link(rules_case *k, const char *path)
{
    char *text = test_read(path, NULL);

    cr_assert_not_null(text, "no %s", path);
    rules_case_link_text(k, path, text);
    free(text);
}

static inline void rules_case_close(rules_case *k)
{
    ac_rulebook_unref(k->book);
    ac_policy_unref(k->policy);
    ac_report_free(k->report);
}

static inline ac_record *rules_case_record(const rules_case *k, const char *type)
{
    ac_record *record = NULL;
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_new(k->book, k->policy, ac_policy_find_record(k->policy, rules_text(type)), rules_text("T1"), NULL, &record, &err), AC_OK,
                 "%s", err.what);
    return record;
}

static inline uint32_t rules_field(const ac_record *record, const char *name)
{
    uint32_t field = ac_policy_find_field(ac_record_policy(record), ac_record_type(record), rules_text(name));

    cr_assert_neq(field, AC_NO_INDEX, "no field %s", name);
    return field;
}

static inline ac_time rules_time(const char *text)
{
    ac_time  at = 0;
    ac_error err = AC_ERROR_INIT;

    cr_assert_eq(ac_time_parse(rules_text(text), &at, &err), AC_OK, "%s", text);
    return at;
}

/* Fills a field from text; local times in the policy's zone. */
static inline void rules_set(ac_record *record, const char *name, const char *value)
{
    ac_error err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_parse(record, rules_field(record, name), rules_text(value), &err), AC_OK, "%s = %s: %s", name, value, err.what);
}

static inline void rules_add(ac_record *record, const char *name, const char *value, const char *at)
{
    ac_error err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_add_parsed(record, rules_field(record, name), rules_text(value), rules_time(at), &err), AC_OK, "%s = %s: %s", name, value,
                 err.what);
}

static inline ac_milestone rules_judge(ac_record *record, const char *limit, const char *now)
{
    ac_milestone m = AC_MILESTONE_INIT;
    ac_error     err = AC_ERROR_INIT;
    uint32_t     index = ac_policy_find_limit(ac_record_policy(record), ac_record_type(record), rules_text(limit));

    cr_assert_neq(index, AC_NO_INDEX, "no limit %s", limit);
    cr_assert_eq(ac_rules_milestone(record, index, rules_time(now), &m, &err), AC_OK, "%s", err.what);
    return m;
}

#endif
