#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "support/corpus.h"
#include "support/report.h"

/* All messages of one policy, as they are shown. free() it. */
static char *messages_of(const test_case *c, ac_status *out)
{
    ac_source  source = { ac_text_of("bad.policy"), { c->input, c->input_size } };
    ac_policy *policy = NULL;
    ac_report *report;
    char      *text;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    *out = ac_policy_compile(&source, NULL, &policy, report, NULL);
    cr_expect_eq(policy != NULL, *out == AC_OK, "line %u", c->line);
    ac_policy_unref(policy);
    text = test_report_text(report, 0);
    ac_report_free(report);
    return text;
}

static void compare(const char *path, ac_status wanted, size_t least)
{
    test_corpus *corpus = test_corpus_open(path);
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_status        st;
        char            *got = messages_of(c, &st);

        test_corpus_note(corpus, i, got);
        cr_expect_eq(st, wanted, "%s:%u: %s: %s", path, c->line, c->name, ac_status_name(st));
        cr_expect_str_eq(got, c->expected, "%s:%u: %s: got\n%s", path, c->line, c->name, got);
        free(got);
    }
    cr_expect_geq(test_corpus_count(corpus), least);
    test_corpus_close(corpus);
}

Test(rules_bad, every_mistake_in_a_rule_gives_exactly_these_messages)
{
    compare("tests/data/bad/rules.txt", AC_E_POLICY, 50);
}

Test(rules_bad, every_mistake_in_an_offence_gives_exactly_these_messages)
{
    compare("tests/data/bad/offences.txt", AC_E_POLICY, 8);
}

Test(rules_bad, what_is_doubtful_is_said_and_what_is_proven_is_not)
{
    compare("tests/data/policy/warned.txt", AC_OK, 10);
}
