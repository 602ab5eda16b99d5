/* The examples of a policy: what passes, how a mismatch is shown, what is skipped and why; every allocation fails once. */
#include <criterion/criterion.h>

#include "rules_case.h"
#include "support/mem.h"

static const char text[] =
    "policy     examples version 1\n"                                          /* 1 */
    "effective  from 2024-01-01\n"
    "timezone   +08:00\n"
    "currency   CNY\n"
    "days end   midnight\n"                                                    /* 5 */
    "rulebook   R \"examples\"\n"
    "  articles 1..9\n"
    "calendar desk per 1\n"
    "  week mon..fri 09:00..17:00\n"
    "  holidays cn\n"                                                          /* 10 */
    "values\n"
    "  fee : money unset per 9\n"
    "enum level = high, low per 2\n"
    "record site per 2\n"
    "  far : yes/no\n"                                                         /* 15 */
    "record case is ticket of site dated begin per 2\n"
    "  level : level\n"
    "  begin : moment\n"
    "  done  : moment within 2 h after begin when level = high per 3\n"
    "  asked : moment within 1 workday after begin per 4\n"                    /* 20 */
    "  price = if far then 2 * fee else fee per 5\n"
    "example done\n"
    "  | case  | level | begin            | done                | now              || due              | verdict | late by |\n"
    "  | good  | high  | 2024-03-04 08:00 | 2024-03-04 10:00:00 | -                || 2024-03-04 10:00 | met     | 0 s     |\n"
    "  | wrong | high  | 2024-03-04 08:00 | 2024-03-04 10:00:01 | -                || 2024-03-04 10:00 | met     | 0 s     |\n" /* 25 */
    "  | none  | low   | 2024-03-04 08:00 | -                   | -                || none             | none    | -       |\n"
    "  | blank | -     | 2024-03-04 08:00 | -                   | -                || -                | undecided | -     |\n"
    "  | later | high  | 2024-03-04 08:00 | -                   | 2024-03-04 10:30 || -                | late    | 30 min  |\n"
    "example asked\n"
    "  | case | begin            || due                 |\n"                      /* 30 */
    "  | list | 2024-03-04 08:00 || 2024-03-05 23:59:59 |\n"
    "example price of case\n"
    "  | case   | fee     | site.far || price   |\n"
    "  | filled | 10 CNY  | yes      || 20 CNY  |\n"
    "  | wrong  | 10 CNY  | no       || 20 CNY  |\n"                              /* 35 */
    "  | unset  | -       | no       || unset   |\n";

Test(example, rows_pass_fail_and_are_skipped_with_reasons)
{
    rules_case        k;
    ac_example_counts counts;
    ac_error          err = AC_ERROR_INIT;
    ac_diagnostic     d = AC_DIAGNOSTIC_INIT;
    size_t            from;
    int               errors = 0, hints = 0;

    rules_case_open_text(&k, "examples.policy", text);
    from = ac_report_count(k.report);
    cr_assert_eq(ac_rules_run_examples(k.book, k.policy, NULL, k.report, &counts, &err), AC_OK, "%s", err.what);
    cr_expect_eq(counts.passed, 6u, "%u passed", counts.passed);
    cr_expect_eq(counts.failed, 2u, "%u failed", counts.failed);
    cr_expect_eq(counts.skipped, 1u, "%u skipped", counts.skipped);
    for (size_t i = from; ac_report_at(k.report, i, &d) == AC_OK; i++) {
        errors += d.severity == AC_SEVERITY_ERROR;
        hints += d.severity == AC_SEVERITY_HINT;
        if (d.span.line == 25)
            cr_expect_str_eq(d.message.data, "wrong: done verdict should be met but is late");
        if (d.span.line == 35)
            cr_expect_str_eq(d.message.data, "wrong: price should be 20 CNY but is 10 CNY");
        if (d.span.line == 31)
            cr_expect_str_eq(d.message.data, "case \"list\" is not run: the calendar does not cover its dates; link the holidays cn");
    }
    cr_expect_eq(errors, 2);
    cr_expect_eq(hints, 1);
    rules_case_close(&k);
}

Test(example, an_error_is_told_with_its_number_and_words)
{
    static const char overflow[] =
        "policy p version 1\n"
        "record case\n"
        "  x, y : number\n"
        "  z : number = x * y\n"
        "example case\n"
        "  | case | x            | y            || z |\n"
        "  | A    | 999999999999 | 999999999999 || 1 |\n";
    rules_case        k;
    ac_example_counts counts;
    ac_error          err = AC_ERROR_INIT;
    ac_diagnostic     d = AC_DIAGNOSTIC_INIT;
    size_t            from;

    rules_case_open_text(&k, "overflow.policy", overflow);
    from = ac_report_count(k.report);
    ac_rules_run_examples(k.book, k.policy, NULL, k.report, &counts, &err);
    cr_expect_eq(counts.failed, 1u);
    cr_assert_eq(ac_report_at(k.report, from, &d), AC_OK);
    cr_expect_str_eq(d.message.data, "A: z should be 1 but is error AC-9824 (the exact result does not fit)");
    rules_case_close(&k);
}

Test(example, every_allocation_fails_once_and_the_report_stays_as_it_was)
{
    rules_case k;

    rules_case_open_text(&k, "examples.policy", text);
    for (long n = 0;; n++) {
        failing_mem       f = {.left = n}, r = {.left = -1};
        ac_allocator      mem = {sizeof mem, failing_resize, &f};
        ac_allocator      report_mem = {sizeof report_mem, counting_resize, &r};
        ac_report        *report = NULL;
        ac_example_counts counts = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
        ac_error          err = AC_ERROR_INIT;
        ac_status         st;
        size_t            left;

        cr_assert_eq(ac_report_new(&report_mem, &report, &err), AC_OK);
        st = ac_rules_run_examples(k.book, k.policy, &mem, report, &counts, &err);
        left = ac_report_count(report);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect_eq(f.wrong_size, 0u, "wrong size after failing allocation %ld", n);
        ac_report_free(report);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            cr_expect_gt(n, 5);
            break;
        }
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
        cr_expect_eq(left, 0u, "allocation %ld leaves %zu messages", n, left);
        cr_expect_eq(counts.passed, 0u);
    }
    rules_case_close(&k);
}

Test(example, an_unlinked_zone_skips_them_all)
{
    char              zoned[sizeof text + 32];
    char             *at;
    rules_case        k;
    ac_example_counts counts;
    ac_error          err = AC_ERROR_INIT;

    memcpy(zoned, text, sizeof text);
    at = strstr(zoned, "+08:00");
    snprintf(at, sizeof zoned - (size_t)(at - zoned), "Asia/Shanghai%s", text + (at - zoned) + 6);
    rules_case_open_text(&k, "zoned.policy", zoned);
    cr_assert_eq(ac_rules_run_examples(k.book, k.policy, NULL, k.report, &counts, &err), AC_OK, "%s", err.what);
    cr_expect_eq(counts.skipped, 9u);
    cr_expect_eq(counts.passed + counts.failed, 0u);
    rules_case_close(&k);
}

typedef struct hint {
    unsigned    line;
    const char *message;
} hint;

/* Runs the examples of a policy: they say these hints and nothing else. */
static void said_of(const char *policy, const hint *said, size_t n, ac_example_counts *counts)
{
    rules_case k;
    ac_error   err = AC_ERROR_INIT;
    size_t     from;

    rules_case_open_text(&k, "covered.policy", policy);
    from = ac_report_count(k.report);
    cr_assert_eq(ac_rules_run_examples(k.book, k.policy, NULL, k.report, counts, &err), AC_OK, "%s", err.what);
    cr_expect_eq(ac_report_count(k.report) - from, n);
    for (size_t i = 0; i < n; i++) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;

        cr_assert_eq(ac_report_at(k.report, from + i, &d), AC_OK);
        cr_expect(d.severity == AC_SEVERITY_HINT && d.span.line == said[i].line, "%u", d.span.line);
        cr_expect_str_eq(d.message.data, said[i].message);
    }
    rules_case_close(&k);
}

Test(example, rows_that_no_case_hits_are_told_table_by_table)
{
    static const char tables[] =
        "policy p version 1\n"
        "timezone +08:00\n"
        "record site\n"
        "  far : yes/no\n"
        "record case of site\n"                                                /* 5 */
        "  n : count\n"
        "table a of case gives x : count\n"
        "  1 when n < 5\n"
        "  2 when n < 9\n"
        "  3 otherwise\n"                                                      /* 10 */
        "table b of site gives y : count\n"
        "  1 when far\n"
        "  2 otherwise\n"
        "table c of case gives z : count sum\n"
        "  | n    || z |\n"                                                    /* 15 */
        "  | < 5  || 1 |\n"
        "  | < 9  || 1 |\n"
        "  | > 99 || 1 |\n"
        "  | else || 0 |\n"
        "example x\n"                                                          /* 20 */
        "  | case  | n | site.far || x |\n"
        "  | one   | 4 | yes      || 1 |\n"
        "  | given | - | -        || - |\n"
        "example z\n"
        "  given x = 2\n"                                                      /* 25: given, so not of the table */
        "  | case  | n || z |\n"
        "  | two   | 7 || 1 |\n";
    static const hint said[] = {
        { 7, "no example hits these rows of table \"a\" (2 in all): lines 9, 10" },
        { 11, "no example hits these rows of table \"b\" (1 in all): lines 13" },
        { 14, "no example hits these rows of table \"c\" (2 in all): lines 18, 19" },
    };
    ac_example_counts counts;

    said_of(tables, said, 3, &counts);
    cr_expect(counts.passed == 3 && counts.rows == 9 && counts.rows_hit == 4, "%u passed, %u of %u", counts.passed, counts.rows_hit, counts.rows);
}

Test(example, rungs_deeds_and_needs_that_no_case_hits_are_told_too)
{
    static const char rules[] =
        "policy p version 1\n"
        "timezone +08:00\n"
        "currency CNY\n"
        "enum sanction = reprimand\n"
        "record worker is engineer\n"                                          /* 5 */
        "  score : count\n"
        "record job is ticket dated begun\n"
        "  worker : worker\n"
        "  begun, closed : moment\n"
        "  paid : yes/no\n"                                                    /* 10 */
        "  late : count\n"
        "  closed needs\n"
        "    paid, late is known\n"
        "    late < 9\n"
        "ladder grade of worker from new\n"                                    /* 15 */
        "  junior needs score >= 5\n"
        "  senior needs score >= 8\n"
        "  master needs score >= 9\n"
        "offence slow of job against worker when late > 0\n"
        "  fine 10 CNY\n"                                                      /* 20 */
        "  fine 20 CNY, impose reprimand when nth in year > 1\n"
        "  fine 1 CNY when late > 5\n"
        "example grade\n"
        "  | case | score || grade  |\n"
        "  | a    | 4     || new    |\n"                                       /* 25 */
        "  | b    | 9     || master |\n"
        "example slow in order\n"
        "  given worker = \"E1\", begun = 2026-07-01 08:00\n"
        "  | case | late || slow                         |\n"
        "  | 1    | 1    || 10 CNY                       |\n"                 /* 30 */
        "  | 2    | 2    || 10 CNY, 20 CNY, reprimand    |\n"
        "example closed\n"
        "  given now = 2026-07-01 09:00\n"
        "  | case | paid | late || gate    |\n"
        "  | ok   | yes  | 1    || allowed |\n"
        "  | no   | no   | 1    || refused |\n";
    static const hint said[] = {
        { 7, "no example is refused by these needs of record \"job\" (2 in all): lines 13, 14" },
        { 15, "no example comes out at these rungs of ladder \"grade\" (2 in all): lines 16, 17" },
        { 19, "no example shows these deeds of \"slow\" (1 in all): lines 22" },
    };
    ac_example_counts counts;

    said_of(rules, said, 3, &counts);
    cr_expect(counts.passed == 6 && counts.failed == 0, "%u passed, %u failed", counts.passed, counts.failed);
    cr_expect(counts.rungs == 3 && counts.rungs_hit == 1, "%u of %u rungs", counts.rungs_hit, counts.rungs);
    cr_expect(counts.deeds == 4 && counts.deeds_hit == 3, "%u of %u deeds", counts.deeds_hit, counts.deeds);
    cr_expect(counts.needs == 3 && counts.needs_hit == 1, "%u of %u needs", counts.needs_hit, counts.needs);
}
