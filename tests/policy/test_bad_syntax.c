#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "policy/parse.h"
#include "support/corpus.h"

static ac_status collect(void *user, const char *data, size_t size)
{
    ac_write(user, data, size);
    return AC_OK;
}

static void *parse_as(const char *kind, ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits)
{
    ac_tree      *tree = NULL;
    ac_tree_data *data = NULL;
    ac_tree_expr *expr = NULL;

    if (strcmp(kind, "data") == 0)
        return ac_parse_data(log, arena, mem, limits, &data, NULL) == AC_OK ? data : NULL;
    if (strcmp(kind, "expr") == 0)
        return ac_parse_expression(log, arena, mem, limits, &expr, NULL) == AC_OK ? expr : NULL;
    if (strcmp(kind, "labels") == 0)
        return ac_parse_labels_file(log, arena, mem, limits, &tree, NULL) == AC_OK ? tree : NULL;
    cr_assert_str_eq(kind, "policy");
    return ac_parse_policy(log, arena, mem, limits, &tree, NULL) == AC_OK ? tree : NULL;
}

/* All messages of one text, as they are shown. free() it. */
static char *messages_of(const test_case *c, ac_status *out)
{
    ac_policy_limits limits = { 0 };
    ac_report       *report;
    ac_mem           mem;
    ac_arena         arena;
    ac_log           log;
    ac_source        source;
    ac_writer        w;
    char             name[32] = "bad.";
    char            *text;
    size_t           i;

    cr_assert_eq(ac_policy_limits_resolve(&limits, &limits, NULL), AC_OK);
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    ac_arena_init(&arena, &mem);
    ac_writer_init_memory(&w, &mem);
    source.name = ac_text_of(strcat(name, c->kind));
    source.text.data = c->input;
    source.text.size = c->input_size;
    cr_assert_eq(ac_log_begin(&log, &mem, report, &source, &limits, 0, NULL), AC_OK);
    parse_as(c->kind, &log, &arena, &mem, &limits);
    *out = ac_log_end(&log, NULL);
    for (i = 0; i < ac_report_count(report); i++)
        ac_report_render(report, i, collect, &w);
    text = calloc(1, ac_writer_text(&w).size + 1);
    memcpy(text, ac_writer_text(&w).data, ac_writer_text(&w).size);
    ac_writer_free(&w);
    ac_arena_clear(&arena);
    ac_report_free(report);
    cr_expect_eq(mem.used, 0u, "leak at line %u", c->line);
    return text;
}

Test(bad_syntax, every_text_gives_exactly_these_messages)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/syntax.txt");
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_status        st;
        char            *got = messages_of(c, &st);

        test_corpus_note(corpus, i, got);
        cr_expect_eq(st, AC_E_POLICY, "tests/data/bad/syntax.txt:%u: %s: no error", c->line, c->name);
        cr_expect_str_eq(got, c->expected, "tests/data/bad/syntax.txt:%u: %s: got\n%s", c->line, c->name, got);
        free(got);
    }
    cr_expect_geq(test_corpus_count(corpus), 90u);
    test_corpus_close(corpus);
}
