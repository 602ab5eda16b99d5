#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/corpus.h"
#include "support/parsed.h"

static parsed_kind kind_of(const char *word)
{
    static const char *const words[] = { "policy", "data", "labels", "expr" };
    size_t                   i;

    for (i = 0; i < 4; i++)
        if (strcmp(words[i], word) == 0)
            return (parsed_kind)i;
    cr_assert_fail("unknown kind %s", word);
    abort();
}

Test(bad_syntax, every_text_gives_exactly_these_messages)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/syntax.txt");
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        char             name[32] = "bad.";
        parsed          *p = parsed_new(NULL, kind_of(c->kind), strcat(name, c->kind), c->input, c->input_size, NULL);
        char            *got = parsed_messages(p);

        test_corpus_note(corpus, i, got);
        cr_expect_eq(p->status, AC_E_POLICY, "tests/data/bad/syntax.txt:%u: %s: no error", c->line, c->name);
        cr_expect_str_eq(got, c->expected, "tests/data/bad/syntax.txt:%u: %s: got\n%s", c->line, c->name, got);
        free(got);
        parsed_free(p);
    }
    cr_expect_geq(test_corpus_count(corpus), 90u);
    test_corpus_close(corpus);
}
