#include <string.h>

#include "policy/check/expr.h"

/* Expressions: logic, conditions, and the way in. Operators of values are in arith.c and compare.c, names in name.c. */

ac_type ac_expr_wrong(const ac_expr_at *x, ac_msg msg, ac_place place)
{
    ac_say(x->ck, msg, place);
    return ac_expr_bad();
}

ac_type ac_expr_wrong_type(const ac_expr_at *x, ac_msg msg, ac_place place, ac_type type)
{
    ac_say_type(x->ck, msg, place, type);
    return ac_expr_bad();
}

void ac_expr_op(const ac_expr_at *x, const ac_tree_expr *node, ac_opcode code, uint32_t a, uint32_t b)
{
    ac_check_op(x->ck, x->w, node->place, code, a, b);
}

void ac_expr_put(const ac_expr_at *x, const ac_tree_expr *node, ac_opcode code)
{
    ac_expr_op(x, node, code, 0, 0);
}

ac_cell ac_expr_known(int64_t num, int64_t den, uint32_t ref)
{
    ac_cell c;

    memset(&c, 0, sizeof c);
    c.state = AC_VALUE_KNOWN;
    c.num = num;
    c.den = (int32_t)den;
    c.ref = (uint16_t)ref;
    return c;
}

void ac_expr_const(const ac_expr_at *x, ac_place place, const ac_cell *cell)
{
    ac_check_op(x->ck, x->w, place, AC_OP_CONST, ac_check_constant(x->ck, cell), 0);
}

void ac_expr_write(const ac_expr_at *x, const ac_tree_expr *node, int64_t num, int64_t den, uint32_t ref)
{
    ac_cell c = ac_expr_known(num, den, ref);

    ac_expr_const(x, node->place, &c);
}

int ac_expr_tail(const ac_expr_at *x, uint32_t from, ac_cell *out)
{
    const ac_op *op;

    if (x->ck->code_count != from + 1)
        return 0;
    op = &x->ck->code[from];
    if (op->code != AC_OP_CONST || op->a >= x->ck->policy->constant_count)
        return 0;
    *out = x->ck->policy->constants[op->a];
    return 1;
}

/* ── logic ── */

static ac_type logic(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type  yes_no = ac_type_of(AC_TYPE_BOOL), t;
    uint32_t i;
    int      bad = 0;

    for (i = 0; i < node->count; i++) {
        t = ac_expr_wanted(x, node->kids[i], yes_no);
        bad |= t.kind == AC_TYPE_BAD;
        if (i > 0)
            ac_expr_put(x, node, node->kind == AC_EXPR_AND ? AC_OP_AND : AC_OP_OR);
    }
    return bad ? ac_expr_bad() : yes_no;
}

static ac_type negation(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type yes_no = ac_type_of(AC_TYPE_BOOL), t = ac_expr_wanted(x, node->kids[0], yes_no);

    ac_expr_put(x, node, AC_OP_NOT);
    return t.kind == AC_TYPE_BAD ? t : yes_no;
}

static int is_length(ac_type t)
{
    return t.kind == AC_TYPE_SPAN || t.kind == AC_TYPE_DURATION;
}

/* What `if` yields when its branches yield a and b. Lengths of two units make a length of either. */
static ac_type joined(const ac_expr_at *x, ac_place place, ac_type a, ac_type b)
{
    if (a.kind == AC_TYPE_BAD || b.kind == AC_TYPE_ANY)
        return a;
    if (b.kind == AC_TYPE_BAD || a.kind == AC_TYPE_ANY)
        return b;
    if (is_length(a) && is_length(b) && !ac_type_fits(a, b))
        return ac_type_of(AC_TYPE_SPAN);
    if (ac_type_fits(a, b))
        return a.kind == AC_TYPE_MOMENT && b.kind == AC_TYPE_DATETIME ? b : b.kind == AC_TYPE_MOMENT ? a : b;
    if (ac_type_fits(b, a))
        return a;
    ac_say_types(x->ck, AC_MSG_IF_TYPES, place, a, b);
    return ac_expr_bad();
}

static ac_type choice(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint)
{
    ac_type c = ac_expr_wanted(x, node->kids[0], ac_type_of(AC_TYPE_BOOL)), a, b;

    a = ac_expr_node(x, node->kids[1], hint);
    b = ac_expr_node(x, node->kids[2], hint || a.kind >= AC_TYPE_ANY ? hint : &a);
    ac_expr_put(x, node, AC_OP_IF);
    return c.kind == AC_TYPE_BAD ? c : joined(x, node->place, a, b);
}

/* ── is known, is late ── */

static ac_type state_test(const ac_expr_at *x, const ac_tree_expr *node)
{
    const ac_tree_expr *of = node->kids[0];
    uint32_t            path, record, limit;
    ac_type             t;

    if (node->state == AC_TREE_STATE_KNOWN || node->state == AC_TREE_STATE_UNKNOWN) {
        t = ac_expr_node(x, of, NULL);
        if (t.kind == AC_TYPE_BAD)
            return t;
        ac_expr_put(x, node, node->state == AC_TREE_STATE_KNOWN ? AC_OP_IS_KNOWN : AC_OP_IS_UNKNOWN);
    } else {
        if (of->kind == AC_EXPR_BAD)
            return ac_expr_bad();
        if (of->kind != AC_EXPR_PATH)
            return ac_expr_wrong(x, AC_MSG_LATE_NEEDS_LIMIT, of->place);
        if (!ac_check_limit_of(x->ck, x->scope, &of->u.path, &path, &record, &limit))
            return ac_expr_bad();
        ac_expr_op(x, node, node->state == AC_TREE_STATE_LATE ? AC_OP_IS_LATE : AC_OP_IS_MET, path, limit);
    }
    if (node->negated)
        ac_expr_put(x, node, AC_OP_NOT);
    return ac_type_of(AC_TYPE_BOOL);
}

/* ── any node ── */

ac_type ac_expr_node(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint)
{
    switch ((ac_expr_kind)node->kind) {
    case AC_EXPR_BAD:
        return ac_expr_bad();
    case AC_EXPR_PATH:
        return ac_expr_name(x, node, hint);
    case AC_EXPR_NEG:
        return ac_expr_negate(x, node, hint);
    case AC_EXPR_NOT:
        return negation(x, node);
    case AC_EXPR_ADD: case AC_EXPR_SUB: case AC_EXPR_MUL: case AC_EXPR_DIV:
        return ac_expr_arith(x, node);
    case AC_EXPR_EQ: case AC_EXPR_NE: case AC_EXPR_LT: case AC_EXPR_LE: case AC_EXPR_GT: case AC_EXPR_GE:
        return ac_expr_compare(x, node);
    case AC_EXPR_AND: case AC_EXPR_OR:
        return logic(x, node);
    case AC_EXPR_BETWEEN: case AC_EXPR_IN:
        return ac_expr_in(x, node);
    case AC_EXPR_WITHIN:
        return ac_expr_within(x, node);
    case AC_EXPR_IS:
        return state_test(x, node);
    case AC_EXPR_IF:
        return choice(x, node, hint);
    case AC_EXPR_AGG:
        return ac_expr_aggregate(x, node);
    case AC_EXPR_NTH:
        return ac_expr_nth(x, node);
    case AC_EXPR_CALL:
        return ac_expr_call(x, node);
    case AC_EXPR_EDGE:
        return ac_expr_edge(x, node);
    case AC_EXPR_LIST: case AC_EXPR_RANGE:
        return ac_expr_wrong(x, AC_MSG_LIST_ALONE, node->place);
    default:
        return ac_expr_literal(x, node, hint);
    }
}

/* A constant that is whole and not negative may stand for a count. */
static int is_count(const ac_expr_at *x, uint32_t from)
{
    ac_cell c;

    return ac_expr_tail(x, from, &c) && c.state == AC_VALUE_KNOWN && c.den == 1 && c.num >= 0 && c.num <= INT64_C(9007199254740992);
}

ac_type ac_expr_wanted(const ac_expr_at *x, const ac_tree_expr *node, ac_type wanted)
{
    uint32_t from = x->ck->code_count;
    ac_type  t = ac_expr_node(x, node, &wanted);
    ac_cell  cell;

    if (t.kind == AC_TYPE_BAD || ac_type_fits(t, wanted))
        return t.kind == AC_TYPE_ANY ? wanted : t;
    if (wanted.kind == AC_TYPE_COUNT && t.kind == AC_TYPE_NUMBER && (is_count(x, from) || (t.ref == 1 && !ac_expr_tail(x, from, &cell))))
        return wanted;
    ac_say_types(x->ck, AC_MSG_TYPE_WANTED, node->place, t, wanted);
    if (wanted.kind == AC_TYPE_MONEY && (t.kind == AC_TYPE_NUMBER || t.kind == AC_TYPE_COUNT))
        ac_log_hint(x->ck->log, ac_text_of("an amount of money is written with its currency: 50 CNY"));
    else if ((wanted.kind == AC_TYPE_SPAN || wanted.kind == AC_TYPE_DURATION) && (t.kind == AC_TYPE_NUMBER || t.kind == AC_TYPE_COUNT))
        ac_log_hint(x->ck->log, ac_text_of("a length has a unit: 15 min, 3 days"));
    else if ((wanted.kind == AC_TYPE_MOMENT || wanted.kind == AC_TYPE_DATETIME) && t.kind == AC_TYPE_DATE)
        ac_log_hint(x->ck->log, ac_text_of("write the time of day behind the date: 2026-07-01 08:30"));
    else if (wanted.kind == AC_TYPE_BOOL && (t.kind == AC_TYPE_NUMBER || t.kind == AC_TYPE_COUNT))
        ac_log_hint(x->ck->log, ac_text_of("a condition is yes or no, or compares: x > 0"));
    else if (wanted.kind == AC_TYPE_ENUM && t.kind == AC_TYPE_TEXT)
        ac_log_hint(x->ck->log, ac_text_of("members of an enum are written without quotes"));
    return ac_expr_bad();
}

/* ── the way in ── */

/* Money that was multiplied or divided may be fractional: what leaves the expression is checked. */
static ac_type whole_money(const ac_expr_at *x, const ac_tree_expr *node, ac_type t)
{
    ac_checker *ck = x->ck;
    ac_cell     cell;
    uint32_t    i;

    if (t.kind != AC_TYPE_MONEY)
        return t;
    if (ac_expr_tail(x, x->w->mark, &cell)) {
        if (cell.state != AC_VALUE_KNOWN || cell.den == 1)
            return t;
        return ac_expr_wrong(x, AC_MSG_MONEY_NOT_WHOLE, node->place);
    }
    for (i = x->w->mark; i < ck->code_count; i++)
        if (ck->code[i].code == AC_OP_MUL || ck->code[i].code == AC_OP_DIV || ck->code[i].code == AC_OP_ROUND || ck->code[i].code == AC_OP_AGGREGATE) {
            ac_expr_put(x, node, AC_OP_TO_MONEY);
            break;
        }
    return t;
}

int ac_check_expr(ac_checker *ck, const ac_scope *scope, const ac_tree_expr *node, const ac_type *expected, uint32_t line, ac_program *out)
{
    ac_writing w = ac_check_begin(ck, line);
    ac_expr_at x;
    ac_type    t;

    x.ck = ck;
    x.w = &w;
    x.scope = scope;
    memset(out, 0, sizeof *out);
    out->line = line;
    t = expected ? ac_expr_wanted(&x, node, *expected) : ac_expr_node(&x, node, NULL);
    t = whole_money(&x, node, t);
    if (t.kind == AC_TYPE_BAD) {
        ac_check_drop(ck, &w);
        out->type = t;
        return 0;
    }
    ac_check_end(ck, &w, node->place, t, out);
    return out->type.kind != AC_TYPE_BAD;
}

ac_type ac_check_expr_into(ac_checker *ck, const ac_writing *w, const ac_scope *scope, const ac_tree_expr *node, const ac_type *expected)
{
    ac_expr_at x;

    x.ck = ck;
    x.w = w;
    x.scope = scope;
    return expected ? ac_expr_wanted(&x, node, *expected) : ac_expr_node(&x, node, NULL);
}

ac_type ac_check_expr_only(ac_checker *ck, const ac_scope *scope, const ac_tree_expr *node, const ac_type *expected)
{
    ac_writing w = ac_check_begin(ck, 0);
    ac_type    t = ac_expr_bad();

    if (node)
        t = ac_check_expr_into(ck, &w, scope, node, expected);
    ac_check_drop(ck, &w);
    return t;
}

int ac_check_cell(ac_checker *ck, const ac_tree_expr *node, const ac_type *expected, uint32_t line, ac_cell *out)
{
    ac_writing w = ac_check_begin(ck, line);
    ac_scope   scope = ac_scope_constant();
    ac_expr_at x;
    ac_type    t;
    int        ok;

    x.ck = ck;
    x.w = &w;
    x.scope = &scope;
    memset(out, 0, sizeof *out);
    t = expected ? ac_expr_wanted(&x, node, *expected) : ac_expr_node(&x, node, NULL);
    t = whole_money(&x, node, t);
    ok = t.kind != AC_TYPE_BAD && ac_expr_tail(&x, w.mark, out);
    if (t.kind != AC_TYPE_BAD && !ok)
        ac_say(ck, AC_MSG_NOT_CONSTANT, node->place);
    ac_check_drop(ck, &w);
    return ok;
}
