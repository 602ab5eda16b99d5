#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "policy/link/data.h"
#include "support/report.h"
#include "support/corpus.h"
#include "support/data.h"
#include "support/mem.h"

static ac_text text_of(const char *s)
{
    return (ac_text){ s, strlen(s) };
}

static ac_data *compile_text(ac_text text, char **messages, ac_status *status)
{
    ac_source  source = { text_of("t.data"), text };
    ac_report *report = NULL;
    ac_data   *data = NULL;
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    *status = ac_data_compile(&source, NULL, &data, report, &err);
    cr_expect_eq(*status, err.status);
    *messages = test_report_text(report, 0);
    ac_report_free(report);
    return data;
}

static ac_data *compile(const char *text, char **messages, ac_status *status)
{
    return compile_text(text_of(text), messages, status);
}

static ac_data *compile_good(const char *text)
{
    char     *messages;
    ac_status st;
    ac_data  *data = compile(text, &messages, &st);

    cr_assert_eq(st, AC_OK, "%s", messages);
    free(messages);
    return data;
}

Test(data, every_malformed_file_gets_its_exact_messages_and_no_object)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/data.txt");
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        char            *messages;
        ac_status        st;
        ac_data         *data = compile_text((ac_text){ c->input, c->input_size }, &messages, &st);

        cr_expect_eq(st, AC_E_POLICY, "line %u, %s: %s", c->line, c->name, ac_status_name(st));
        cr_expect_null(data, "line %u, %s", c->line, c->name);
        cr_expect_str_eq(messages, c->expected, "line %u, %s\n--- expected\n%s--- said\n%s", c->line, c->name, c->expected, messages);
        test_corpus_note(corpus, i, messages);
        free(messages);
        ac_data_unref(data);
    }
    cr_expect_geq(test_corpus_count(corpus), 25u);
    test_corpus_close(corpus);
}

static const char cn[] = "data cn-holidays edition 2024\n"
                         "use from 2023-11-01 // announced\n"
                         "covers 2024-01-01..2024-12-31\n"
                         "holidays cn\n"
                         "  work 2024-02-04 \"Spring\"\n"
                         "  off  2024-02-10..2024-02-17 \"Spring\"\n"
                         "  off  2024-01-01 \"New Year\"\n"
                         "\n"
                         "data cn-holidays edition 2025\n"
                         "covers 2025-01-01..2025-12-31\n"
                         "holidays cn\n"
                         "  off 2025-01-01\n";

Test(data, editions_lists_and_days_come_out_sorted)
{
    ac_data             *data = compile_good(cn);
    const ac_data_edition *e = data->editions;

    cr_assert_eq(data->edition_count, 2u);
    cr_expect_eq(e[0].use_from, 19662);         /* 2023-11-01 */
    cr_expect_eq(e[0].has_use_from, 1);
    cr_expect_eq(e[1].has_use_from, 0);
    cr_expect_eq(e[0].covers_first, 19723);
    cr_expect_eq(e[0].covers_last, 20088);
    cr_assert_eq(e[0].list_count, 1u);
    cr_assert_eq(e[0].lists[0].days_count, 3u);
    cr_expect_eq(e[0].lists[0].days[0].first, 19723);
    cr_expect_eq(e[0].lists[0].days[1].works, 1);
    cr_expect_eq(e[0].lists[0].days[2].last - e[0].lists[0].days[2].first, 7);
    cr_expect_eq(memcmp(e[0].lists[0].days[0].reason.data, "New Year", 8), 0);
    ac_data_unref(data);
}

Test(data, the_digest_of_an_edition_ignores_how_it_is_written)
{
    ac_data *a = compile_good(cn);
    ac_data *b = compile_good("// moved\ndata   cn-holidays\tedition 2024\r\nuse from 2023-11-01\n\n\ncovers 2024-01-01 .. 2024-12-31\n"
                              "holidays cn  // list\n      work 2024-02-04 \"Spring\"\n      off 2024-02-10..2024-02-17 \"Spring\"\n      off 2024-01-01 \"New Year\"");
    ac_data *c = compile_good("data cn-holidays edition 2024\nuse from 2023-11-01\ncovers 2024-01-01..2024-12-31\nholidays cn\n"
                              "  work 2024-02-04 \"Spring\"\n  off 2024-02-10..2024-02-18 \"Spring\"\n  off 2024-01-01 \"New Year\"\n");

    cr_expect_eq(memcmp(&a->editions[0].digest, &b->editions[0].digest, sizeof(ac_digest)), 0);
    cr_expect_neq(memcmp(&a->editions[0].digest, &c->editions[0].digest, sizeof(ac_digest)), 0);
    cr_expect_neq(memcmp(&a->editions[0].digest, &a->editions[1].digest, sizeof(ac_digest)), 0);
    ac_data_unref(a);
    ac_data_unref(b);
    ac_data_unref(c);
}

Test(data, what_is_odd_but_possible_is_only_said)
{
    static const struct { const char *text, *said; } odd[] = {
        { "data x edition 1\n", "t.data:1:6: warning[AC-7339]: this edition holds nothing\n" },
        { "data x edition 1\nholidays cn\n  off 2024-01-01\n",
          "t.data:1:6: warning[AC-6815]: without \"covers\" this edition settles only the dates it names\n  hint: write \"covers FIRST..LAST\"\n" },
        { "data x edition 1\ncovers 2024-01-01..2024-12-31\nholidays cn\n  off 2024-01-01\n  off 2024-01-01\n",
          "t.data:5:7: warning[AC-6384]: 2024-01-01 is listed twice\nt.data:4:7: note: the other line is here\n" },
        { "data x edition 1\ncovers 2024-01-01..2024-12-31\nholidays cn\n  off 2025-01-01\n",
          "t.data:4:7: hint[AC-4477]: 2025-01-01 lies outside the dates that the edition covers\n  hint: a date that is named counts all the same\n" },
        { "data x edition 1\nuse from 2025-02-01\ncovers 2024-01-01..2024-12-31\nholidays cn\n  off 2024-01-01\n",
          "t.data:2:10: warning[AC-7907]: this edition is used only after the last day it covers\n  hint: \"use from\" is the day on which the list became known\n" },
        { "data x edition 1\nfills shop\ncovers 2024-01-01..2024-12-31\nholidays cn\n  off 2024-01-01\n",
          "t.data:2:7: warning[AC-5562]: this edition says whose values it fills but has none\n" },
    };
    size_t i;

    for (i = 0; i < sizeof odd / sizeof *odd; i++) {
        char     *messages;
        ac_status st;
        ac_data  *data = compile(odd[i].text, &messages, &st);

        cr_expect_eq(st, AC_OK);
        cr_expect_not_null(data);
        cr_expect_str_eq(messages, odd[i].said, "case %zu: %s", i, messages);
        free(messages);
        ac_data_unref(data);
    }
}

Test(data, days_beyond_the_limit_are_refused)
{
    ac_source         source = { text_of("t.data"), text_of("data x edition 1\ncovers 2024-01-01..2024-12-31\nholidays cn\n  off 2024-01-01..2024-01-11\n") };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_report        *report = NULL;
    ac_data          *data = NULL;
    char             *said;

    options.limits.dated_days = 10;
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_expect_eq(ac_data_compile(&source, &options, &data, report, NULL), AC_E_POLICY);
    cr_expect_null(data);
    said = test_report_text(report, 0);
    cr_expect_str_eq(said, "t.data:1:6: error[AC-8150]: this edition names more than 10 days\n  hint: split it, or raise the limit dated_days\n", "%s", said);
    free(said);
    ac_report_free(report);
}

Test(data, shared_drafts_compile_without_errors)
{
    static const char *const names[] = { "drafts/data/cn-holidays.data", "drafts/data/boston-holidays.data", "drafts/data/weighing-warranty.data" };
    size_t                   i, size;

    for (i = 0; i < 3; i++) {
        const char *path = test_shared(names[i]);
        char       *text = path ? test_read(path, &size) : NULL;

        if (!text)
            continue;
        ac_data_unref(compile_good(text));
        free(text);
    }
}

Test(data, each_allocation_may_fail_without_a_trace)
{
    static const char text[] = "data x edition 1\nuse from 2024-01-01\ncovers 2024-01-01..2024-12-31\nfills shop\nholidays cn\n  off 2024-01-01 \"New Year\"\n  off 2025-01-01\n"
                               "values\n  limit = 3 h per \"memo\"\ntable t\n  | a | b || c | per |\n  | 1 | - || \"x\" | \"memo 2\" |\n  | else || none | - |\n";
    ac_report *report = NULL;
    long       n;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    for (n = 0;; n++) {
        failing_mem       f = { .left = n };
        ac_allocator      mem = { sizeof mem, failing_resize, &f };
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_source         source = { text_of("t.data"), text_of(text) };
        ac_data          *data = NULL;
        size_t            said = ac_report_count(report);
        ac_status         st;

        options.mem = &mem;
        st = ac_data_compile(&source, &options, &data, report, NULL);
        if (st != AC_OK) {
            cr_expect_null(data);
            cr_expect_eq(ac_report_count(report), said, "allocation %ld left messages", n);
        }
        ac_data_unref(data);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect_eq(f.wrong_size, 0u);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    cr_expect_gt(n, 5);
    ac_report_free(report);
}
