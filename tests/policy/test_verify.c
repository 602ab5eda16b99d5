#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "base/messages.h"
#include "support/corpus.h"
#include "support/data.h"
#include "support/mem.h"
#include "support/report.h"

/* What verification says. */

static ac_status compile(const char *text, size_t size, ac_policy_options *options, ac_report *report)
{
    ac_source  source = { ac_text_of("bad.policy"), { text, size } };
    ac_policy *policy;
    ac_status  st;

    options->verify = 1;
    st = ac_policy_compile(&source, options, &policy, report, NULL);
    cr_expect_eq(policy != NULL, st == AC_OK);
    ac_policy_unref(policy);
    return st;
}

static void compare(const char *path)
{
    test_corpus *corpus = test_corpus_open(path);
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case  *c = test_corpus_at(corpus, i);
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_report        *report;
        char             *got;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        compile(c->input, c->input_size, &options, report);
        got = test_report_text(report, 0);
        test_corpus_note(corpus, i, got);
        cr_expect_str_eq(got, c->expected, "%s:%u: %s: got\n%s", path, c->line, c->name, got);
        free(got);
        ac_report_free(report);
    }
    test_corpus_close(corpus);
}

Test(verify, every_finding_is_said_in_exactly_these_words)
{
    compare("tests/data/policy/verified.txt");
}

Test(verify, cycles_and_collections_are_told_and_what_only_looks_like_one_is_not)
{
    compare("tests/data/policy/graphs.txt");
}

Test(verify, catalogues_members_and_kinds_are_told_when_they_clash)
{
    compare("tests/data/policy/catalogues.txt");
}

Test(verify, what_is_not_proven_is_an_error_under_strict)
{
    static const char text[] = "policy p version 1\nrecord r\n  x, y : count\ntable t of r gives g : count\n  1 when x < y\n  2 when x > y\n";
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_report        *report;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_expect_eq(compile(text, sizeof text - 1, &options, report), AC_OK);
    options.strict = 1;
    cr_expect_eq(compile(text, sizeof text - 1, &options, report), AC_E_POLICY);
    ac_report_free(report);
}

/* 16 x 16 x 16 rows, one of them left out when `missing` says which. */
static char *full_table(int missing, size_t *size)
{
    char *text = malloc(1 << 18);
    int   i, n;

    n = sprintf(text, "policy p version 1\nrecord q\n  a, b, c : count in [0..15]\ntable t of q gives x : count unique\n  | a | b | c || x |\n");
    for (i = 0; i < 4096; i++)
        if (i != missing)
            n += sprintf(text + n, "  | %d | %d | %d || %d |\n", i * 7 % 16, i / 16 * 5 % 16, i / 256, i);
    *size = (size_t)n;
    return text;
}

Test(verify, a_table_of_4096_rows_is_proven)
{
    static const int missing[] = { -1, 1, 2077 };
    size_t           i;

    for (i = 0; i < 3; i++) {
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_diagnostic     d = AC_DIAGNOSTIC_INIT;
        size_t            size;
        char             *text = full_table(missing[i], &size);
        ac_report        *report;

        options.limits.rows = 4096;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        cr_expect_eq(compile(text, size, &options, report), missing[i] < 0 ? AC_OK : AC_E_POLICY);
        cr_expect_eq(ac_report_count(report), missing[i] < 0 ? 0u : 1u);
        if (missing[i] >= 0 && ac_report_at(report, 0, &d) == AC_OK)
            cr_expect_eq(d.code, (unsigned)AC_CODE_TABLE_GAP);
        ac_report_free(report);
        free(text);
    }
}

Test(verify, every_allocation_may_fail)
{
    size_t size;
    char  *text = test_read(test_path("tests/data/policy/one-page.policy"), &size);
    long   n;

    cr_assert_not_null(text);
    for (n = 0;; n += 1 + n / 50) {
        failing_mem       f = { .left = n };
        ac_allocator      mem = { sizeof mem, failing_resize, &f };
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_report        *report;
        ac_status         st;

        options.mem = &mem;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        st = compile(text, size, &options, report);
        ac_report_free(report);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        if (f.fails == 0)
            break;
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    free(text);
}
