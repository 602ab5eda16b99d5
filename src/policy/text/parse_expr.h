#ifndef AC_POLICY_TEXT_PARSE_EXPR_H
#define AC_POLICY_TEXT_PARSE_EXPR_H

#include "policy/text/parser.h"

/** @file
 * What the files that read expressions share: parse_literal.c, parse_primary.c, parse_expr.c, parse_cell.c.
 *
 * Threads: as ac_parser.
 */

/** A node with room for `kids` children; counts against the limit of nodes. */
ac_tree_expr *ac_parse_expr_new(ac_parser *p, ac_expr_kind kind, uint32_t kids);
/** What stands for something that could not be read. */
ac_tree_expr *ac_parse_expr_bad(ac_parser *p);
/** Gives a node its place: from `from` to the token before the one at hand. */
ac_tree_expr *ac_parse_expr_close(ac_parser *p, ac_tree_expr *e, uint32_t from);
void          ac_parse_expr_set(ac_tree_expr *e, uint32_t i, ac_tree_expr *kid);
ac_tree_expr *ac_parse_expr_binary(ac_parser *p, ac_expr_kind kind, ac_tree_expr *x, ac_tree_expr *y);
/** Children pushed since `mark` become those of a new node. */
void          ac_parse_expr_push(ac_parser *p, ac_tree_expr *kid);
ac_tree_expr *ac_parse_expr_pushed(ac_parser *p, ac_expr_kind kind, size_t mark, uint32_t from);

/** Parts of an expression: these do not start the count of nodes anew. */
ac_tree_expr *ac_parse_expression_part(ac_parser *p);
ac_tree_expr *ac_parse_additive_part(ac_parser *p);
ac_tree_expr *ac_parse_primary(ac_parser *p);
ac_tree_expr *ac_parse_path_node(ac_parser *p);
/** At hand is `(`: an expression in brackets, an open range, or a list, which a single value makes only when wanted. */
ac_tree_expr *ac_parse_bracketed(ac_parser *p, int wants_list);
/** At hand is `[`: a range. */
ac_tree_expr *ac_parse_square(ac_parser *p);
/** Tells of a list or range where a single value must stand. */
ac_tree_expr *ac_parse_single(ac_parser *p, ac_tree_expr *e);
/** `within L after P {else P2}`; x is NULL in a cell. */
ac_tree_expr *ac_parse_within(ac_parser *p, ac_tree_expr *x);
/** Takes a relational operator, or gives AC_EXPR_BAD; `==` is told and read as one. */
ac_expr_kind  ac_parse_relop(ac_parser *p);
/** Behind `is`: `[not] known` and so on. */
ac_tree_state_word ac_parse_state(ac_parser *p, uint8_t *negated);
/** day … year, period, ever; AC_WINDOW_NONE for any other token. */
ac_window     ac_parse_window_word(const ac_token *token);

/** At hand is a number, a date, a period. */
ac_tree_expr *ac_parse_number_literal(ac_parser *p);
ac_tree_expr *ac_parse_dated_literal(ac_parser *p);
ac_tree_expr *ac_parse_period_literal(ac_parser *p);

#endif
