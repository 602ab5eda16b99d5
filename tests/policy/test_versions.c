#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "support/corpus.h"
#include "support/report.h"

/* What is said of versions side by side. A case is the texts of all of them: each begins with its line `policy`. */

static ac_rulebook *add(ac_rulebook *book, const char *text, size_t size, ac_report *report)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_error          err = AC_ERROR_INIT;
    ac_source         source = { ac_text_of("?.policy"), { text, size } };
    ac_rulebook      *with = NULL;
    ac_policy        *policy;
    char              name[] = "0.policy";

    name[0] = text[strcspn(text, "0123456789")];
    source.name = ac_text_of(name);
    cr_assert_eq(ac_policy_compile(&source, &options, &policy, report, &err), AC_OK, "%s", test_report_text(report, 0));
    cr_assert_eq(ac_rulebook_with_policy(book, NULL, policy, &with, NULL, &err), AC_OK, "%s", err.what);
    ac_policy_unref(policy);
    ac_rulebook_unref(book);
    return with;
}

static ac_rulebook *add_all(const char *text, ac_report *report)
{
    ac_rulebook *book = NULL;

    while (text) {
        const char *next = strstr(text, "\npolicy ");

        book = add(book, text, next ? (size_t)(next + 1 - text) : strlen(text), report);
        text = next ? next + 1 : NULL;
    }
    return book;
}

Test(versions, what_is_said_of_versions_side_by_side)
{
    static const char path[] = "tests/data/policy/versions.txt";
    test_corpus      *corpus = test_corpus_open(path);

    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_report       *report;
        ac_rulebook     *book;
        ac_status        st;
        size_t           said;
        char            *got;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        book = add_all(c->input, report);
        said = ac_report_count(report);
        st = ac_rulebook_check_versions(book, report, NULL);
        got = test_report_text(report, said);
        cr_expect_eq(st, *got ? AC_E_POLICY : AC_OK, "%s:%u: %s", path, c->line, c->name);
        test_corpus_note(corpus, i, got);
        cr_expect_str_eq(got, c->expected, "%s:%u: %s: got\n%s", path, c->line, c->name, got);
        free(got);
        ac_rulebook_unref(book);
        ac_report_free(report);
    }
    test_corpus_close(corpus);
}
