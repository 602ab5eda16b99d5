#include <criterion/criterion.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "support/corpus.h"

static ac_policy *const NO_POLICY = NULL;
static ac_data *const   NO_DATA = NULL;

/* What the parser refuses never becomes an object, and the report is not empty. */
Test(bad_syntax, no_malformed_text_becomes_an_object)
{
    test_corpus      *corpus = test_corpus_open("tests/data/bad/syntax.txt");
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    size_t            i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_policy       *policy = (ac_policy *)&options;
        ac_data         *data = (ac_data *)&options;
        ac_report       *report;
        ac_source        source;

        if (strcmp(c->kind, "policy") != 0 && strcmp(c->kind, "data") != 0)
            continue;
        source.name = ac_text_of(c->name);
        source.text.data = c->input;
        source.text.size = c->input_size;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        if (strcmp(c->kind, "policy") == 0) {
            cr_expect_eq(ac_policy_compile(&source, &options, &policy, report, NULL), AC_E_POLICY, "line %u: %s", c->line, c->name);
            cr_expect_eq(policy, NO_POLICY);
        } else {
            cr_expect_eq(ac_data_compile(&source, &options, &data, report, NULL), AC_E_POLICY, "line %u: %s", c->line, c->name);
            cr_expect_eq(data, NO_DATA);
        }
        cr_expect_gt(ac_report_count_of(report, AC_SEVERITY_ERROR), 0u, "line %u: %s", c->line, c->name);
        ac_report_free(report);
    }
    test_corpus_close(corpus);
}
