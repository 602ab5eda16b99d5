#ifndef AC_POLICY_CHECK_EXPR_H
#define AC_POLICY_CHECK_EXPR_H

#include "policy/check/check.h"

/* The parts of ac_check_expr, one file each. Every function appends the operations of a node and returns its type,
 * BAD after a message. `hint` may be NULL; it guides bare names and is not enforced. */

typedef struct ac_expr_at {
    ac_checker       *ck;
    const ac_writing *w;
    const ac_scope   *scope;
} ac_expr_at;

ac_type ac_expr_node(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint);      /* expr.c */
/* The node must be of the type; says so otherwise. */
ac_type ac_expr_wanted(const ac_expr_at *x, const ac_tree_expr *node, ac_type wanted);
static inline ac_type ac_expr_bad(void)
{
    return ac_type_of(AC_TYPE_BAD);
}
/* An expression by itself, no rule: it may try out what would be a mistake in a policy, and words for absence compute. */
static inline int ac_expr_is_alone(const ac_expr_at *x)
{
    return !x->ck->tree;
}
static inline int ac_expr_may_be_absent(const ac_expr_at *x, ac_type type)
{
    return type.kind == AC_TYPE_ANY && ac_expr_is_alone(x);
}
/* The words of both stand in one order. */
static inline uint32_t ac_expr_period(ac_window window)
{
    return AC_PERIOD_DAY + (uint32_t)(window - AC_WINDOW_DAY);
}
/* BAD after a message; the second is about a type. */
ac_type ac_expr_wrong(const ac_expr_at *x, ac_msg msg, ac_place place);
ac_type ac_expr_wrong_type(const ac_expr_at *x, ac_msg msg, ac_place place, ac_type type);
/* Appends an operation for a node; the first has no operands of its own. */
void    ac_expr_put(const ac_expr_at *x, const ac_tree_expr *node, ac_opcode code);
void    ac_expr_op(const ac_expr_at *x, const ac_tree_expr *node, ac_opcode code, uint32_t a, uint32_t b);
/* A constant; BAD cells are not written. */
void    ac_expr_const(const ac_expr_at *x, ac_place place, const ac_cell *cell);
void    ac_expr_write(const ac_expr_at *x, const ac_tree_expr *node, int64_t num, int64_t den, uint32_t ref);
ac_cell ac_expr_known(int64_t num, int64_t den, uint32_t ref);
/* Whether the code from `from` on is one constant. */
int     ac_expr_tail(const ac_expr_at *x, uint32_t from, ac_cell *out);
/* Whether a node is a bare name that is no fact or value here: a member, role, state, if anything. */
int     ac_expr_is_bare(const ac_expr_at *x, const ac_tree_expr *node);

ac_type ac_expr_name(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint);      /* name.c */
ac_type ac_expr_literal(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint);   /* literal.c */
ac_type ac_expr_arith(const ac_expr_at *x, const ac_tree_expr *node);                          /* arith.c */
ac_type ac_expr_negate(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint);
ac_type ac_expr_compare(const ac_expr_at *x, const ac_tree_expr *node);                        /* compare.c */
ac_type ac_expr_in(const ac_expr_at *x, const ac_tree_expr *node);
/* The type both have after comparing: BAD after a message. */
ac_type ac_expr_same(const ac_expr_at *x, ac_place place, ac_type a, ac_type b);
void    ac_expr_need_order(const ac_expr_at *x, ac_place place, ac_type type);
ac_type ac_expr_call(const ac_expr_at *x, const ac_tree_expr *node);                           /* call.c */
ac_type ac_expr_nth(const ac_expr_at *x, const ac_tree_expr *node);                            /* check_offence.c */
/* The length of a window: its unit and that it holds something. @return 0 after a message. */
int     ac_expr_window_span(const ac_expr_at *x, const ac_tree_expr *length, ac_window_span *span);    /* window.c */
ac_type ac_expr_edge(const ac_expr_at *x, const ac_tree_expr *node);
ac_type ac_expr_within(const ac_expr_at *x, const ac_tree_expr *node);
ac_type ac_expr_aggregate(const ac_expr_at *x, const ac_tree_expr *node);                      /* check_aggregate.c */

#endif
