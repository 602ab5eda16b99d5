#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "support/corpus.h"
#include "support/report.h"
#include "support/mem.h"

/* All messages of one policy, as they are shown. free() it. */
static char *messages_of(const test_case *c, ac_status *out)
{
    failing_mem       heap = { .left = -1 };
    ac_allocator      allocator = { sizeof allocator, counting_resize, &heap };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { ac_text_of("bad.policy"), { c->input, c->input_size } };
    ac_policy        *policy;
    ac_report        *report;
    char             *text;

    options.mem = &allocator;
    policy = (ac_policy *)(void *)&options;
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    *out = ac_policy_compile(&source, &options, &policy, report, NULL);
    cr_expect_null(policy, "line %u: an object in spite of errors", c->line);
    cr_expect_eq(heap.live, 0u, "line %u: leak", c->line);
    text = test_report_text(report, 0);
    ac_report_free(report);
    return text;
}

Test(check_bad, every_policy_gives_exactly_these_messages_and_no_object)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/names.txt");
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_status        st;
        char            *got = messages_of(c, &st);

        test_corpus_note(corpus, i, got);
        cr_expect_eq(st, AC_E_POLICY, "tests/data/bad/names.txt:%u: %s: no error", c->line, c->name);
        cr_expect_str_eq(got, c->expected, "tests/data/bad/names.txt:%u: %s: got\n%s", c->line, c->name, got);
        free(got);
    }
    cr_expect_geq(test_corpus_count(corpus), 100u);
    test_corpus_close(corpus);
}
