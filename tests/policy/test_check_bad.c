#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "support/corpus.h"
#include "support/mem.h"

static ac_status collect(void *user, const char *data, size_t size)
{
    ac_write(user, data, size);
    return AC_OK;
}

/* All messages of one policy, as they are shown. free() it. */
static char *messages_of(const test_case *c, ac_status *out)
{
    failing_mem       heap = { .left = -1 };
    ac_allocator      allocator = { sizeof allocator, counting_resize, &heap };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { ac_text_of("bad.policy"), { c->input, c->input_size } };
    ac_policy        *policy;
    ac_report        *report;
    ac_mem            mem;
    ac_writer         w;
    char             *text;
    size_t            i;

    options.mem = &allocator;
    policy = (ac_policy *)(void *)&options;
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    *out = ac_policy_compile(&source, &options, &policy, report, NULL);
    cr_expect_null(policy, "line %u: an object in spite of errors", c->line);
    cr_expect_eq(heap.live, 0u, "line %u: leak", c->line);
    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    ac_writer_init_memory(&w, &mem);
    for (i = 0; i < ac_report_count(report); i++)
        ac_report_render(report, i, collect, &w);
    text = calloc(1, ac_writer_text(&w).size + 1);
    memcpy(text, ac_writer_text(&w).data, ac_writer_text(&w).size);
    ac_writer_free(&w);
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
