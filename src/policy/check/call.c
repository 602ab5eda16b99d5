#include "policy/check/expr.h"

/* Functions, edges of periods, `within … after`. */

static int is_number(ac_type t)
{
    return t.kind == AC_TYPE_NUMBER || t.kind == AC_TYPE_COUNT;
}

/* What a function takes and how it rounds. */
static const struct {
    const char *name;
    uint8_t     least, most;
    uint8_t     rounds;         /* 1 + ac_rounding */
} functions[] = {
    [AC_FN_ABS] = { "abs", 1, 1, 0 },
    [AC_FN_MIN] = { "min", 1, 64, 0 },
    [AC_FN_MAX] = { "max", 1, 64, 0 },
    [AC_FN_FLOOR] = { "floor", 1, 2, 1 + AC_ROUND_FLOOR },
    [AC_FN_CEILING] = { "ceiling", 1, 2, 1 + AC_ROUND_CEILING },
    [AC_FN_DECIMAL] = { "decimal", 2, 2, 1 + AC_ROUND_HALF_EVEN },
    [AC_FN_ROUND_UP] = { "round_up", 2, 2, 1 + AC_ROUND_UP },
    [AC_FN_ROUND_DOWN] = { "round_down", 2, 2, 1 + AC_ROUND_DOWN },
    [AC_FN_ROUND_HALF_UP] = { "round_half_up", 2, 2, 1 + AC_ROUND_HALF_UP },
    [AC_FN_ROUND_HALF_DOWN] = { "round_half_down", 2, 2, 1 + AC_ROUND_HALF_DOWN },
    [AC_FN_ROUND_HALF_EVEN] = { "round_half_even", 2, 2, 1 + AC_ROUND_HALF_EVEN },
    [AC_FN_MODULO] = { "modulo", 2, 2, 0 },
    [AC_FN_EVEN] = { "even", 1, 1, 0 },
    [AC_FN_ODD] = { "odd", 1, 1, 0 },
    [AC_FN_DATE] = { "date", 1, 1, 0 }
};

static ac_type wrong_argument(const ac_expr_at *x, const ac_tree_expr *node, const ac_tree_expr *argument, ac_type t)
{
    if (t.kind != AC_TYPE_BAD)
        ac_say_2(x->ck, AC_MSG_FN_ARGUMENT, argument->place, ac_text_of(functions[node->fn].name), ac_check_type_text(x->ck, t));
    return ac_expr_bad();
}

static ac_type extreme(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type  t = ac_expr_node(x, node->kids[0], NULL), next;
    uint32_t i;

    for (i = 1; i < node->count; i++) {
        next = ac_expr_node(x, node->kids[i], t.kind >= AC_TYPE_ANY ? NULL : &t);
        t = ac_expr_same(x, node->kids[i]->place, t, next);
        if (t.kind == AC_TYPE_BAD)
            return t;
    }
    if (t.kind == AC_TYPE_BAD || (t.kind == AC_TYPE_ANY && !ac_expr_is_alone(x)))
        return wrong_argument(x, node, node->kids[0], t);
    ac_expr_need_order(x, node->place, t);
    ac_expr_op(x, node, node->fn == AC_FN_MIN ? AC_OP_MIN : AC_OP_MAX, node->count, 0);
    return t.kind == AC_TYPE_MOMENT ? ac_type_of(AC_TYPE_DATETIME) : t;
}

/* Digits of money count from the whole unit; cells count minor units. */
static ac_type rounded(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_checker *ck = x->ck;
    ac_type     t = ac_expr_node(x, node->kids[0], NULL), d;
    ac_cell     c = ac_expr_known(0, 1, 0);
    uint32_t    from;

    if (!is_number(t) && t.kind != AC_TYPE_MONEY && !ac_expr_may_be_absent(x, t))
        return wrong_argument(x, node, node->kids[0], t);
    from = ck->code_count;
    if (node->count > 1) {
        d = ac_expr_wanted(x, node->kids[1], ac_type_of(AC_TYPE_NUMBER));
        if (d.kind == AC_TYPE_BAD)
            return d;
    } else {
        ac_expr_const(x, node->place, &c);
    }
    if (t.kind == AC_TYPE_MONEY && ac_expr_tail(x, from, &c) && c.state == AC_VALUE_KNOWN && c.den == 1) {
        c.num -= ck->policy->currency_digits;
        ck->code_count = from;
        ac_expr_const(x, node->place, &c);
    } else if (t.kind == AC_TYPE_MONEY) {
        ac_expr_write(x, node, ck->policy->currency_digits, 1, 0);
        ac_expr_put(x, node, AC_OP_SUB);
    }
    ac_expr_op(x, node, AC_OP_ROUND, functions[node->fn].rounds - 1u, 0);
    return t.kind == AC_TYPE_COUNT ? ac_type_of(AC_TYPE_NUMBER) : t;
}

static ac_type of_numbers(const ac_expr_at *x, const ac_tree_expr *node)
{
    static const struct { uint8_t op, type; } what[] = {
        [AC_FN_MODULO] = { AC_OP_MODULO, AC_TYPE_NUMBER }, [AC_FN_EVEN] = { AC_OP_EVEN, AC_TYPE_BOOL }, [AC_FN_ODD] = { AC_OP_ODD, AC_TYPE_BOOL }
    };
    uint32_t i;

    for (i = 0; i < node->count; i++) {
        ac_type t = ac_expr_node(x, node->kids[i], NULL);

        if (!is_number(t) && !ac_expr_may_be_absent(x, t))
            return wrong_argument(x, node, node->kids[i], t);
    }
    ac_expr_put(x, node, (ac_opcode)what[node->fn].op);
    return ac_type_of((ac_type_kind)what[node->fn].type);
}

static ac_type magnitude(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type t = ac_expr_node(x, node->kids[0], NULL);

    if (!is_number(t) && t.kind != AC_TYPE_MONEY && t.kind != AC_TYPE_DURATION && t.kind != AC_TYPE_SPAN && !ac_expr_may_be_absent(x, t))
        return wrong_argument(x, node, node->kids[0], t);
    ac_expr_put(x, node, AC_OP_ABS);
    return t;
}

/* Of an instant its local date; a date itself; and `date("2026-07-01")`, as FEEL writes it. */
static ac_type date_of(const ac_expr_at *x, const ac_tree_expr *node)
{
    const ac_tree_expr *of = node->kids[0];
    ac_type             t;
    ac_day              day;

    if (of->kind == AC_EXPR_STRING) {
        if (ac_day_parse(of->u.text, &day, NULL) != AC_OK) {
            ac_say_1(x->ck, AC_MSG_BAD_DATE, of->place, of->u.text);
            return ac_expr_bad();
        }
        ac_expr_write(x, node, day, 1, 0);
        return ac_type_of(AC_TYPE_DATE);
    }
    t = ac_expr_node(x, of, NULL);
    if (t.kind == AC_TYPE_DATE)
        return t;

    if (t.kind != AC_TYPE_DATETIME && t.kind != AC_TYPE_MOMENT && !ac_expr_may_be_absent(x, t))
        return wrong_argument(x, node, node->kids[0], t);
    ac_expr_put(x, node, AC_OP_DATE_OF);
    return ac_type_of(AC_TYPE_DATE);
}

ac_type ac_expr_call(const ac_expr_at *x, const ac_tree_expr *node)
{
    if (node->count < functions[node->fn].least || node->count > functions[node->fn].most) {
        ac_say_2(x->ck, AC_MSG_FN_COUNT, node->place, ac_text_of(functions[node->fn].name),
                 ac_text_of(functions[node->fn].least == 2 ? "2 arguments" : functions[node->fn].most == 1 ? "1 argument"
                          : functions[node->fn].most == 2 ? "1 or 2 arguments" : "1 to 64 arguments"));
        return ac_expr_bad();
    }
    if (functions[node->fn].rounds > 0)
        return rounded(x, node);
    switch ((ac_fn)node->fn) {
    case AC_FN_ABS:
        return magnitude(x, node);
    case AC_FN_MIN:
    case AC_FN_MAX:
        return extreme(x, node);
    case AC_FN_DATE:
        return date_of(x, node);
    default:
        return of_numbers(x, node);
    }
}

/* ── start and end of a period ── */

/* Of the record's own period, or of the nearest outward. */
static ac_type own_edge(const ac_expr_at *x, const ac_tree_expr *node)
{
    const ac_tree_edge *edge = node->u.edge;
    uint32_t            path = ac_check_own_period(x->ck, x->scope);

    if (path == AC_NO_INDEX)
        return ac_expr_wrong(x, AC_MSG_NO_PERIOD, node->place);
    if (edge->window < AC_WINDOW_DAY || edge->window > AC_WINDOW_PERIOD)
        return ac_expr_wrong(x, AC_MSG_EDGE_WINDOW, node->place);
    ac_expr_op(x, node, AC_OP_LOAD, path, 0);
    ac_expr_op(x, node, edge->is_end ? AC_OP_PERIOD_END : AC_OP_PERIOD_START,
               edge->window == AC_WINDOW_PERIOD ? AC_NO_INDEX : ac_expr_period(edge->window), 2);
    return ac_type_of(AC_TYPE_DATETIME);
}

ac_type ac_expr_edge(const ac_expr_at *x, const ac_tree_expr *node)
{
    const ac_tree_edge *edge = node->u.edge;
    ac_type             time = ac_type_of(AC_TYPE_DATETIME), t;
    ac_tree_expr        of;

    if (edge->of.count == 0)
        return own_edge(x, node);
    if (edge->window < AC_WINDOW_DAY || edge->window > AC_WINDOW_YEAR)
        return ac_expr_wrong(x, AC_MSG_EDGE_WINDOW, node->place);
    of = *node;
    of.kind = AC_EXPR_PATH;
    of.place = edge->of.place;
    of.u.path = edge->of;
    t = ac_expr_name(x, &of, NULL);
    if (t.kind == AC_TYPE_BAD)
        return t;
    if (t.kind != AC_TYPE_DATE && t.kind != AC_TYPE_DATETIME && t.kind != AC_TYPE_MOMENT)
        return ac_expr_wrong_type(x, AC_MSG_EDGE_TYPE, of.place, t);
    ac_expr_op(x, node, edge->is_end ? AC_OP_PERIOD_END : AC_OP_PERIOD_START, ac_expr_period(edge->window), t.kind == AC_TYPE_DATE);
    return time;
}

/* ── x within length after start {else start} ── */

static ac_type instant(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type t = ac_expr_node(x, node, NULL);

    if (t.kind == AC_TYPE_BAD || t.kind == AC_TYPE_DATE || t.kind == AC_TYPE_DATETIME || t.kind == AC_TYPE_MOMENT)
        return t;
    return ac_expr_wrong_type(x, AC_MSG_WITHIN_TYPE, node->place, t);
}

/* `P else P2`: P2 stands in while P is unknown. */
static ac_type starts(const ac_expr_at *x, const ac_tree_expr *node, uint32_t i)
{
    ac_type a, b;

    if (i + 1 == node->count)
        return instant(x, node->kids[i]);
    a = instant(x, node->kids[i]);
    ac_expr_put(x, node, AC_OP_IS_KNOWN);
    if (a.kind != AC_TYPE_BAD)
        ac_expr_node(x, node->kids[i], NULL);
    b = starts(x, node, i + 1);
    ac_expr_put(x, node, AC_OP_IF);
    if (a.kind == AC_TYPE_BAD || b.kind == AC_TYPE_BAD)
        return ac_expr_bad();
    return ac_expr_same(x, node->kids[i + 1]->place, a, b);
}

ac_type ac_expr_within(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type  done = instant(x, node->kids[0]), length, start;
    uint32_t dates;

    length = ac_expr_wanted(x, node->kids[1], ac_type_of(AC_TYPE_SPAN));
    start = starts(x, node, 2);
    if (done.kind == AC_TYPE_BAD || length.kind == AC_TYPE_BAD || start.kind == AC_TYPE_BAD)
        return ac_expr_bad();
    dates = (done.kind == AC_TYPE_DATE ? 1u : 0u) | (start.kind == AC_TYPE_DATE ? 2u : 0u) | (done.kind == AC_TYPE_MOMENT && node->kids[0]->kind == AC_EXPR_PATH ? 4u : 0u);
    ac_expr_op(x, node, AC_OP_WITHIN, ac_check_only_calendar(x->ck), dates);
    return ac_type_of(AC_TYPE_BOOL);
}
