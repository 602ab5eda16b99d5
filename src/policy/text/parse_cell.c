#include <string.h>

#include "policy/text/parse_expr.h"

/* Cells of a grid: unary tests, see the grammar's `cell`. */

static void parse_test(ac_parser *p, ac_tree_test *test)
{
    test->op = ac_parse_relop(p);
    test->kind = AC_TREE_TEST_EQUAL;
    if (test->op != AC_EXPR_BAD) {
        test->kind = AC_TREE_TEST_COMPARE;
        test->value = ac_parse_additive_part(p);
    } else if (ac_parse_is_word(p, AC_WORD_WITHIN)) {
        test->kind = AC_TREE_TEST_WITHIN;
        test->value = ac_parse_within(p, NULL);
    } else if (ac_parse_is(p, AC_TOKEN_OPEN) || ac_parse_is(p, AC_TOKEN_OPEN_SQUARE)) {
        test->value = ac_parse_is(p, AC_TOKEN_OPEN) ? ac_parse_bracketed(p, 0) : ac_parse_square(p);
        if (test->value->kind == AC_EXPR_RANGE)
            test->kind = AC_TREE_TEST_RANGE;
        else
            ac_parse_single(p, test->value);
    } else {
        test->value = ac_parse_additive_part(p);
    }
}

static int ends_cell(const ac_token *token)
{
    return token->kind == AC_TOKEN_BAR || token->kind == AC_TOKEN_BARS || token->kind == AC_TOKEN_END;
}

int ac_parse_dash(ac_parser *p)
{
    ac_token next = ac_parse_peek(p);

    if (!ac_parse_is(p, AC_TOKEN_MINUS) || !ends_cell(&next))
        return 0;
    ac_parse_next(p);
    return 1;
}

static void parse_tests(ac_parser *p, ac_tree_cell *cell)
{
    ac_tree_test test;
    size_t       mark = ac_parse_mark(p);

    do {
        memset(&test, 0, sizeof test);
        parse_test(p, &test);
        ac_parse_push(p, &test, sizeof test);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    cell->tests = ac_parse_pop(p, mark, sizeof *cell->tests, &cell->count);
    ac_parse_too_many(p, cell->count, p->limits->tests, "tests in a cell");
}

ac_tree_cell ac_parse_cell(ac_parser *p)
{
    ac_tree_cell cell;
    uint32_t     from = p->token.at;

    memset(&cell, 0, sizeof cell);
    p->nodes = 0;
    if (ends_cell(&p->token)) {
        ac_parse_complain_here(p, AC_MSG_EMPTY_CELL);
        cell.kind = AC_TREE_CELL_BAD;
        return cell;
    }
    if (ac_parse_dash(p)) {
        cell.place = ac_parse_since(p, from);
        return cell;
    }
    if (ac_parse_accept_word(p, AC_WORD_IS)) {
        cell.kind = AC_TREE_CELL_STATE;
        cell.state = (uint8_t)ac_parse_state(p, &cell.negated);
    } else {
        cell.kind = AC_TREE_CELL_TESTS;
        cell.negated = (uint8_t)ac_parse_accept_word(p, AC_WORD_NOT);
        parse_tests(p, &cell);
    }
    cell.place = ac_parse_since(p, from);
    if (p->panic)
        cell.kind = AC_TREE_CELL_BAD;
    return cell;
}
