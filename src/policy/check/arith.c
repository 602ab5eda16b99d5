#include "base/ratio.h"
#include "policy/check/expr.h"
#include "policy/model/value.h"

/* + - * / and what may meet in them. */

static int is_number(ac_type t)
{
    return t.kind == AC_TYPE_NUMBER || t.kind == AC_TYPE_COUNT;
}

static int is_time(ac_type t)
{
    return t.kind == AC_TYPE_DATETIME || t.kind == AC_TYPE_MOMENT;
}

static int is_length(ac_type t)
{
    return t.kind == AC_TYPE_DURATION || t.kind == AC_TYPE_SPAN;
}

/* A length whose unit is not known before it is filled in. */
static int is_open(ac_type t)
{
    return t.kind == AC_TYPE_SPAN && t.ref == 0;
}

static int is_exact(ac_type t)
{
    return t.kind == AC_TYPE_DURATION || (t.kind == AC_TYPE_SPAN && t.ref == AC_UNIT_SECOND + 1);
}

static int is_unit(ac_type t, ac_unit unit)
{
    return t.kind == AC_TYPE_SPAN && t.ref == unit + 1;
}

static ac_type days(void)
{
    ac_type t = ac_type_of(AC_TYPE_SPAN);

    t.ref = AC_UNIT_DAY + 1;
    return t;
}

/* Lengths of one known unit. */
static int same_lengths(ac_type a, ac_type b)
{
    return (is_exact(a) && is_exact(b)) || (a.kind == AC_TYPE_SPAN && b.kind == AC_TYPE_SPAN && a.ref == b.ref && a.ref != 0);
}

/* Swaps [first..middle) and [middle..end) of the code: the operands change places on the stack. */
static void swap_operands(ac_checker *ck, uint32_t first, uint32_t middle)
{
    uint32_t i, j, k, bounds[3][2];
    ac_op    t;

    bounds[0][0] = first;
    bounds[0][1] = middle;
    bounds[1][0] = middle;
    bounds[1][1] = ck->code_count;
    bounds[2][0] = first;
    bounds[2][1] = ck->code_count;
    for (k = 0; k < 3; k++)
        for (i = bounds[k][0], j = bounds[k][1]; i + 1 < j; i++) {
            t = ck->code[i];
            ck->code[i] = ck->code[--j];
            ck->code[j] = t;
        }
}

/* A number that is known to be whole has ref 1: it may stand for a count. */
static ac_type number(ac_type a, ac_type b, int stays_count)
{
    ac_type t = ac_type_of(stays_count && a.kind == AC_TYPE_COUNT && b.kind == AC_TYPE_COUNT ? AC_TYPE_COUNT : AC_TYPE_NUMBER);

    if (t.kind == AC_TYPE_NUMBER)
        t.ref = (a.kind == AC_TYPE_COUNT || a.ref == 1) && (b.kind == AC_TYPE_COUNT || b.ref == 1);
    return t;
}

/* The type of a sum or difference and its operation; AC_OP_UNSUPPORTED when there is none. */
static ac_opcode sum_of(ac_type a, ac_type b, int minus, ac_type *out)
{
    *out = a;
    if (is_number(a) && is_number(b)) {
        *out = number(a, b, !minus);
        return minus ? AC_OP_SUB : AC_OP_ADD;
    }
    if ((a.kind == AC_TYPE_MONEY && b.kind == AC_TYPE_MONEY) || same_lengths(a, b))
        return minus ? AC_OP_SUB : AC_OP_ADD;
    if (is_time(a) && is_exact(b)) {
        *out = ac_type_of(AC_TYPE_DATETIME);
        return AC_OP_TIME_ADD;
    }
    if (a.kind == AC_TYPE_DATE && is_unit(b, AC_UNIT_DAY))
        return AC_OP_DATE_ADD;
    if (a.kind == AC_TYPE_DATE && is_unit(b, AC_UNIT_MONTH))
        return AC_OP_DATE_ADD_MONTHS;
    if (minus && is_time(a) && is_time(b)) {
        *out = ac_type_of(AC_TYPE_DURATION);
        return AC_OP_TIME_DIFF;
    }
    if (minus && a.kind == AC_TYPE_DATE && b.kind == AC_TYPE_DATE) {
        *out = days();
        return AC_OP_DATE_DIFF;
    }
    return AC_OP_UNSUPPORTED;
}

static ac_opcode product_of(ac_type a, ac_type b, int divides, ac_type *out)
{
    *out = a;
    if (is_number(a) && is_number(b)) {
        *out = divides ? ac_type_of(AC_TYPE_NUMBER) : number(a, b, 1);
        return divides ? AC_OP_DIV : AC_OP_MUL;
    }
    if ((a.kind == AC_TYPE_MONEY || is_length(a)) && is_number(b))
        return divides ? AC_OP_DIV : AC_OP_MUL;
    if (divides && ((a.kind == AC_TYPE_MONEY && b.kind == AC_TYPE_MONEY) || same_lengths(a, b))) {
        *out = ac_type_of(AC_TYPE_NUMBER);
        return AC_OP_DIV;
    }
    if (!divides && is_number(a) && (b.kind == AC_TYPE_MONEY || is_length(b))) {
        *out = b;
        return AC_OP_MUL;
    }
    return AC_OP_UNSUPPORTED;
}

/* Replaces the two constants at the end by their result; leaves them where it is for run time to say. */
static int fold(const ac_expr_at *x, const ac_tree_expr *node, ac_opcode op, uint32_t first)
{
    ac_checker    *ck = x->ck;
    const ac_cell *a, *b;
    ac_ratio       ra, rb, r;
    ac_cell        c;
    ac_status      st;

    if (ck->code_count != first + 2 || ck->code[first].code != AC_OP_CONST || ck->code[first + 1].code != AC_OP_CONST
        || op < AC_OP_ADD || op > AC_OP_DIV || ck->nomem)
        return 0;
    a = &ck->policy->constants[ck->code[first].a];
    b = &ck->policy->constants[ck->code[first + 1].a];
    if (a->state != AC_VALUE_KNOWN || b->state != AC_VALUE_KNOWN)
        return 0;
    ra = ac_cell_ratio(a);
    rb = ac_cell_ratio(b);
    st = op == AC_OP_ADD ? ac_ratio_add(ra, rb, &r) : op == AC_OP_SUB ? ac_ratio_sub(ra, rb, &r) : op == AC_OP_MUL ? ac_ratio_mul(ra, rb, &r)
       : ac_ratio_div(ra, rb, &r);
    if (st == AC_E_INVALID)
        return 0;       /* nothing to divide: unknown */
    if (st != AC_OK) {
        ac_say(ck, AC_MSG_CONST_OVERFLOW, node->place);
        return 0;
    }
    c = ac_expr_known(r.num, r.den, a->ref > b->ref ? a->ref : b->ref);
    ck->code_count = first;
    ac_expr_const(x, node->place, &c);
    return 1;
}

static ac_type no_such(const ac_expr_at *x, const ac_tree_expr *node, ac_type a, ac_type b)
{
    static const char *const words[] = { "added", "subtracted", "multiplied", "divided" };
    ac_checker              *ck = x->ck;

    if (is_length(a) && is_length(b) && (node->kind == AC_EXPR_ADD || node->kind == AC_EXPR_SUB) && (is_open(a) || is_open(b)))
        return ac_expr_wrong(x, AC_MSG_UNIT_NOT_KNOWN, node->place);
    ac_say_3(ck, AC_MSG_ARITH_TYPES, node->place, ac_check_type_text(ck, a), ac_check_type_text(ck, b), ac_text_of(words[node->kind - AC_EXPR_ADD]));
    if (is_length(a) && is_length(b))
        ac_log_hint(ck->log, ac_text_of("hours, days, workdays and months never mix"));
    else if (is_time(a) && is_length(b))
        ac_log_hint(ck->log, ac_text_of("days and months are added to dates: date(…) + 3 days; exact lengths to times"));
    return ac_expr_bad();
}

ac_type ac_expr_arith(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_checker *ck = x->ck;
    uint32_t    first = ck->code_count, middle;
    ac_type     a, b, t;
    ac_opcode   op;
    int         is_sum = node->kind == AC_EXPR_ADD || node->kind == AC_EXPR_SUB, minus = node->kind == AC_EXPR_SUB;

    a = ac_expr_node(x, node->kids[0], NULL);
    middle = ck->code_count;
    b = ac_expr_node(x, node->kids[1], NULL);
    if (a.kind == AC_TYPE_BAD || b.kind == AC_TYPE_BAD)
        return ac_expr_bad();
    if (a.kind == AC_TYPE_ANY || b.kind == AC_TYPE_ANY) {
        if (!ac_expr_is_alone(x))
            return ac_expr_wrong(x, AC_MSG_ABSENCE_IN_ARITH, node->place);
        ac_expr_put(x, node, AC_OP_ADD);    /* whatever the step: the stronger absence */
        return a.kind == AC_TYPE_ANY ? a : b;
    }
    if (node->kind == AC_EXPR_ADD && (is_time(b) || b.kind == AC_TYPE_DATE) && is_length(a)) {
        swap_operands(ck, first, middle);
        t = a;
        a = b;
        b = t;
    }
    op = is_sum ? sum_of(a, b, minus, &t) : product_of(a, b, node->kind == AC_EXPR_DIV, &t);
    if (op == AC_OP_UNSUPPORTED)
        return no_such(x, node, a, b);
    if (minus && (op == AC_OP_TIME_ADD || op == AC_OP_DATE_ADD || op == AC_OP_DATE_ADD_MONTHS))
        ac_expr_put(x, node, AC_OP_NEG);
    if (!fold(x, node, op, first))
        ac_expr_put(x, node, op);
    return t;
}

ac_type ac_expr_negate(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint)
{
    ac_checker *ck = x->ck;
    uint32_t    first = ck->code_count;
    ac_type     t = ac_expr_node(x, node->kids[0], hint);
    ac_ratio    r;
    ac_cell     c;

    if (t.kind == AC_TYPE_BAD)
        return t;
    if (!is_number(t) && t.kind != AC_TYPE_MONEY && !is_length(t) && !ac_expr_may_be_absent(x, t))
        return ac_expr_wrong_type(x, AC_MSG_NEGATE_TYPE, node->place, t);
    if (t.kind == AC_TYPE_COUNT)
        t = number(t, t, 0);
    if (ac_expr_tail(x, first, &c) && c.state == AC_VALUE_KNOWN) {
        r.num = c.num;
        r.den = c.den;
        if (ac_ratio_negate(r, &r) == AC_OK) {
            c.num = r.num;
            ck->code_count = first;
            ac_expr_const(x, node->place, &c);
            return t;
        }
    }
    ac_expr_put(x, node, AC_OP_NEG);
    return t;
}
