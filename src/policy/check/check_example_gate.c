#include "policy/check/check_example.h"

#include "base/buffer.h"
#include "policy/text/parse.h"

/* Examples of gates: who acts, who did what before, whose gate is asked, and the articles of what is unmet. */

static int is_named(const ac_tree_path *path, uint32_t at, const char *word)
{
    return ac_text_equal(path->at[at].text, ac_text_of(word));
}

/* A fact of the record under that name comes first: `role` is a name like any other. */
static int is_fact(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path)
{
    ac_fact fact;

    return ac_check_fact(ck, scope, path, 1, &fact);
}

int ac_example_doer(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, uint8_t *kind, uint32_t *of)
{
    ac_tree_path before = *path;
    uint32_t     last = path->count - 1;
    ac_fact      fact;

    if (!is_named(path, last, "actor") && !is_named(path, last, "role"))
        return 0;
    if (is_fact(ck, scope, path))
        return 0;
    *kind = is_named(path, last, "actor") ? AC_GIVEN_ACTOR : AC_GIVEN_ROLE;
    *of = AC_NO_INDEX;
    before.count = last;
    if (last == 0)
        return 1;
    if (!ac_check_fact(ck, scope, &before, 0, &fact))
        return 1;
    *of = fact.path;
    if (fact.field == AC_NO_INDEX || fact.attribute_count > 0)
        ac_say_path(ck, AC_MSG_ACTOR_OF_NOTHING, &before);
    return 1;
}

uint32_t ac_example_gate_of(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path)
{
    ac_fact fact;

    if (!ac_check_fact(ck, scope, path, 0, &fact))
        return AC_NO_INDEX;
    if (fact.field != AC_NO_INDEX && fact.attribute_count == 0)
        return fact.path;
    ac_say_path(ck, AC_MSG_EXAMPLE_NOT_FACT, path);
    return AC_NO_INDEX;
}

uint8_t ac_example_gate_word(const ac_tree_expr *node)
{
    if (node->kind != AC_EXPR_PATH || node->u.path.count != 1)
        return 0;
    return (uint8_t)(is_named(&node->u.path, 0, "allowed") ? 1 : is_named(&node->u.path, 0, "refused") ? 2 : 0);
}

ac_text ac_example_articles(ac_checker *ck, const ac_tree_cites *cites)
{
    ac_writer w;
    ac_text   text;
    uint32_t  i, k;

    ac_check_cites(ck, cites);
    ac_writer_init_memory(&w, ck->mem);
    for (i = 0; i < cites->count; i++)
        for (k = 0; k < ac_cite_count(&cites->at[i]); k++) {
            if (i + k > 0)
                ac_write_string(&w, ", ");
            ac_write_text(&w, ac_cite_at(&cites->at[i], k, &ck->scratch));
        }
    if (ac_writer_end(&w) != AC_OK)
        ck->nomem = 1;
    text = ac_check_text(ck, ac_writer_text(&w));
    ac_writer_free(&w);
    return text;
}
