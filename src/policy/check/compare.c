#include "policy/check/expr.h"
#include "policy/model/value.h"

/* Comparing, and membership of lists, ranges and sets. */

static int is_span(ac_type t)
{
    return t.kind == AC_TYPE_SPAN || t.kind == AC_TYPE_DURATION;
}

static int is_text(ac_type t)
{
    return t.kind == AC_TYPE_TEXT || t.kind == AC_TYPE_RECORD;
}

static int unit_is_open(ac_type t)
{
    return t.kind == AC_TYPE_SPAN && t.ref == 0;
}

ac_type ac_expr_same(const ac_expr_at *x, ac_place place, ac_type a, ac_type b)
{
    ac_checker *ck = x->ck;

    if (a.kind == AC_TYPE_BAD || b.kind == AC_TYPE_BAD)
        return ac_expr_bad();
    if (a.kind != AC_TYPE_MANY && b.kind != AC_TYPE_MANY) {
        if (b.kind == AC_TYPE_ANY || ac_type_fits(a, b))
            return a.kind == AC_TYPE_ANY || a.kind == AC_TYPE_COUNT ? b.kind == AC_TYPE_ANY ? a : b : a;
        if (a.kind == AC_TYPE_ANY || ac_type_fits(b, a))
            return b;
    }
    ac_say_types(ck, AC_MSG_COMPARE_TYPES, place, a, b);
    if (is_span(a) && is_span(b))
        ac_log_hint(ck->log, ac_text_of("hours, days, workdays and months never mix"));
    else if (a.kind == AC_TYPE_MANY || b.kind == AC_TYPE_MANY)
        ac_log_hint(ck->log, ac_text_of("ask for a member with `in`"));
    else if ((a.kind == AC_TYPE_ENUM && b.kind == AC_TYPE_TEXT) || (a.kind == AC_TYPE_TEXT && b.kind == AC_TYPE_ENUM))
        ac_log_hint(ck->log, ac_text_of("members of an enum are written without quotes"));
    else if (a.kind == AC_TYPE_TEXT || b.kind == AC_TYPE_TEXT)
        ac_log_hint(ck->log, ac_text_of("only texts are written between quotes"));
    else if (a.kind == AC_TYPE_DATE || b.kind == AC_TYPE_DATE)
        ac_log_hint(ck->log, ac_text_of("date(…) gives the local date of an instant"));
    return ac_expr_bad();
}

void ac_expr_need_order(const ac_expr_at *x, ac_place place, ac_type type)
{
    if (type.kind >= AC_TYPE_ANY)
        return;
    if (!ac_type_is_ordered(x->ck->policy, type)) {
        ac_say_type(x->ck, AC_MSG_NO_ORDER, place, type);
        if (type.kind == AC_TYPE_ENUM)
            ac_log_hint(x->ck->log, ac_text_of("an enum has an order when it is declared `ordered`, lowest first"));
    } else if (unit_is_open(type)) {
        ac_say(x->ck, AC_MSG_UNIT_NOT_KNOWN, place);
    }
}

static const struct { ac_opcode code, mirrored; } relations[] = {
    { AC_OP_EQ, AC_OP_EQ }, { AC_OP_NE, AC_OP_NE }, { AC_OP_LT, AC_OP_GT }, { AC_OP_LE, AC_OP_GE }, { AC_OP_GT, AC_OP_LT }, { AC_OP_GE, AC_OP_LE }
};

static int is_absence(const ac_tree_expr *node)
{
    return node->kind == AC_EXPR_NONE || node->kind == AC_EXPR_UNSET || node->kind == AC_EXPR_UNKNOWN;
}

ac_type ac_expr_compare(const ac_expr_at *x, const ac_tree_expr *node)
{
    unsigned  i = node->kind - AC_EXPR_EQ;
    ac_opcode code = relations[i].code;
    ac_type   a, b, t;

    if (ac_expr_is_bare(x, node->kids[0]) && !ac_expr_is_bare(x, node->kids[1])) {
        /* `高级 = 等级`: the right side tells what the name is */
        b = ac_expr_node(x, node->kids[1], NULL);
        a = ac_expr_node(x, node->kids[0], b.kind >= AC_TYPE_ANY ? NULL : &b);
        code = relations[i].mirrored;
    } else {
        a = ac_expr_node(x, node->kids[0], NULL);
        b = ac_expr_node(x, node->kids[1], a.kind >= AC_TYPE_ANY ? NULL : &a);
    }
    t = ac_expr_same(x, node->place, a, b);
    if (t.kind == AC_TYPE_BAD)
        return t;
    if (code >= AC_OP_LT) {
        ac_expr_need_order(x, node->place, unit_is_open(a) ? a : unit_is_open(b) ? b : t);
        if ((is_absence(node->kids[0]) || is_absence(node->kids[1])) && !ac_expr_is_alone(x))
            ac_say(x->ck, AC_MSG_ABSENCE_ORDER, node->place);
    }
    ac_expr_op(x, node, code, (uint32_t)is_text(t), 0);
    return ac_type_of(AC_TYPE_BOOL);
}

static ac_type in_list(const ac_expr_at *x, const ac_tree_expr *node, const ac_tree_expr *list)
{
    ac_type  a = ac_expr_node(x, node->kids[0], NULL), t, item;
    uint32_t i;

    t = a;
    for (i = 0; i < list->count; i++) {
        item = ac_expr_node(x, list->kids[i], a.kind >= AC_TYPE_ANY ? NULL : &a);
        if (t.kind != AC_TYPE_BAD)
            t = ac_expr_same(x, list->kids[i]->place, a, item);
    }
    if (t.kind == AC_TYPE_BAD)
        return t;
    ac_expr_op(x, node, AC_OP_IN_LIST, list->count, (uint32_t)is_text(t));
    return ac_type_of(AC_TYPE_BOOL);
}

static ac_type in_range(const ac_expr_at *x, const ac_tree_expr *node, const ac_tree_expr *low, const ac_tree_expr *high, uint32_t opens)
{
    ac_type a = ac_expr_node(x, node->kids[0], NULL), b, c, t;
    ac_cell lo, hi;
    uint32_t from = x->ck->code_count;
    int      known_low;

    b = ac_expr_node(x, low, a.kind >= AC_TYPE_ANY ? NULL : &a);
    known_low = ac_expr_tail(x, from, &lo);
    from = x->ck->code_count;
    c = ac_expr_node(x, high, a.kind >= AC_TYPE_ANY ? NULL : &a);
    t = ac_expr_same(x, low->place, a, b);
    if (t.kind != AC_TYPE_BAD)
        t = ac_expr_same(x, high->place, a, c);
    if (t.kind == AC_TYPE_BAD)
        return t;
    ac_expr_need_order(x, node->place, unit_is_open(b) ? b : unit_is_open(c) ? c : t);
    if (known_low && !ac_expr_is_alone(x) && ac_expr_tail(x, from, &hi) && lo.state == AC_VALUE_KNOWN && hi.state == AC_VALUE_KNOWN) {
        if (ac_cell_order(&lo, &hi) > 0)
            ac_say(x->ck, AC_MSG_RANGE_EMPTY, low->place);
    }
    ac_expr_op(x, node, AC_OP_IN_RANGE, opens, 0);
    return ac_type_of(AC_TYPE_BOOL);
}

/* `x in F`: F is read first, it tells which enum x is a member of. */
static ac_type in_many(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_checker *ck = x->ck;
    ac_type     many = ac_check_expr_only(ck, x->scope, node->kids[1], NULL), member, t;

    if (many.kind == AC_TYPE_BAD)
        return many;
    if (many.kind != AC_TYPE_MANY)
        return ac_expr_wrong_type(x, AC_MSG_IN_NEEDS_MANY, node->kids[1]->place, many);
    member = many;
    member.kind = AC_TYPE_ENUM;
    t = ac_expr_wanted(x, node->kids[0], member);
    ac_expr_node(x, node->kids[1], NULL);
    if (t.kind == AC_TYPE_BAD)
        return t;
    ac_expr_put(x, node, AC_OP_IN_MANY);
    return ac_type_of(AC_TYPE_BOOL);
}

ac_type ac_expr_in(const ac_expr_at *x, const ac_tree_expr *node)
{
    const ac_tree_expr *what = node->kids[1];
    ac_type             t;

    if (node->kind == AC_EXPR_BETWEEN)
        return in_range(x, node, node->kids[1], node->kids[2], 0);
    if (what->kind == AC_EXPR_LIST)
        t = in_list(x, node, what);
    else if (what->kind == AC_EXPR_RANGE)
        t = in_range(x, node, what->kids[0], what->kids[1], (uint32_t)(what->opens_low | what->opens_high << 1));
    else if (what->kind == AC_EXPR_BAD)
        t = ac_expr_bad();
    else
        t = in_many(x, node);
    if (node->negated && t.kind != AC_TYPE_BAD)
        ac_expr_put(x, node, AC_OP_NOT);
    return t;
}
