#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "support/corpus.h"
#include "support/data.h"
#include "support/report.h"

/* typical.policy with a case's first text replaced by its second. free() it. */
static char *spoiled(const char *base, const test_case *c)
{
    const char *parting = strstr(c->input, "\n>>>\n");
    size_t      old, fresh, before, size = strlen(base);
    const char *at;
    char       *text;

    cr_assert_not_null(parting, "typical.txt:%u: no >>>", c->line);
    old = (size_t)(parting - c->input);
    fresh = c->input_size - old - 5;
    if (fresh > 0 && parting[5 + fresh - 1] == '\n')
        fresh--;
    for (at = base; *at && strncmp(at, c->input, old) != 0; at++)
        ;
    cr_assert_neq(*at, '\0', "typical.txt:%u: %s is not in typical.policy", c->line, c->name);
    before = (size_t)(at - base);
    text = malloc(size - old + fresh + 1);
    memcpy(text, base, before);
    memcpy(text + before, parting + 5, fresh);
    memcpy(text + before + fresh, at + old, size - before - old + 1);
    return text;
}

static ac_status compile(const char *text, ac_report **report)
{
    ac_source  source = { ac_text_of("bad.policy"), ac_text_of(text) };
    ac_policy *policy;
    ac_status  st;

    cr_assert_eq(ac_report_new(NULL, report, NULL), AC_OK);
    st = ac_policy_compile(&source, NULL, &policy, *report, NULL);
    ac_policy_unref(policy);
    return st;
}

/* The text after its fixes, from the last to the first. free() it. */
static char *fixed(const char *text, const ac_report *report, size_t *fixes)
{
    char         *now = strcpy(malloc(strlen(text) + 4096), text);
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    size_t        i, size;

    *fixes = 0;
    for (i = ac_report_count(report); i-- > 0;) {
        ac_report_at(report, i, &d);
        if (!d.has_fix)
            continue;
        size = strlen(now);
        memmove(now + d.fix_span.offset + d.fix.size, now + d.fix_span.offset + d.fix_span.size, size - d.fix_span.offset - d.fix_span.size + 1);
        memcpy(now + d.fix_span.offset, d.fix.data, d.fix.size);
        ++*fixes;
    }
    return now;
}

Test(typical, every_mistake_is_told_in_these_words)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/typical.txt");
    size_t       size, i;
    char        *base = test_read(test_path("tests/data/bad/typical.policy"), &size), *got;
    ac_report   *report;

    cr_assert_eq(compile(base, &report), AC_OK);
    cr_expect_eq(ac_report_count(report), 0u, "the policy to spoil is good");
    ac_report_free(report);
    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        char            *text = spoiled(base, c);

        compile(text, &report);
        got = test_report_text(report, 0);
        test_corpus_note(corpus, i, got);
        cr_expect_str_eq(got, c->expected, "tests/data/bad/typical.txt:%u: %s: got\n%s", c->line, c->name, got);
        cr_expect_str_neq(got, "", "tests/data/bad/typical.txt:%u: %s: nothing is said", c->line, c->name);
        free(got);
        free(text);
        ac_report_free(report);
    }
    cr_expect_geq(test_corpus_count(corpus), 150u);
    test_corpus_close(corpus);
    free(base);
}

/* An editor may apply what is offered: after a few rounds the policy is good again. */
Test(typical, what_is_offered_as_a_fix_mends)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/typical.txt");
    size_t       size, i, mended = 0;
    char        *base = test_read(test_path("tests/data/bad/typical.policy"), &size);

    for (i = 0; i < test_corpus_count(corpus); i++) {
        char     *text = spoiled(base, test_corpus_at(corpus, i)), *next;
        ac_status st = AC_E_POLICY;
        size_t    round, fixes = 1;

        for (round = 0; round < 6 && st == AC_E_POLICY && fixes > 0; round++) {
            ac_report *report;

            st = compile(text, &report);
            next = fixed(text, report, &fixes);
            free(text);
            text = next;
            ac_report_free(report);
        }
        mended += st == AC_OK && round > 1;
        free(text);
    }
    cr_expect_geq(mended, 40u, "%zu cases are mended by their fixes alone", mended);
    test_corpus_close(corpus);
    free(base);
}
