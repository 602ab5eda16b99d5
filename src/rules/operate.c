#include "rules/operate.h"

#include <string.h>

#include "base/messages.h"
#include "policy/model/value.h"
#include "rules/eval.h"

static int both_known(const ac_cell *a, const ac_cell *b)
{
    return (a->state | b->state) == AC_VALUE_KNOWN;
}

/* The outcome of an exact step. */
static ac_cell outcome(ac_status st, ac_ratio r, uint32_t ref, uint32_t line)
{
    ac_cell cell = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    if (st == AC_E_INVALID)
        return ac_cell_undefined();
    if (st != AC_OK)
        return ac_cell_error(AC_CODE_EVAL_OVERFLOW, line);
    cell.num = r.num;
    cell.den = (int32_t)r.den;
    cell.ref = (uint16_t)ref;
    return cell;
}

/* --- logic -------------------------------------------------------------------------- */

ac_cell ac_cell_not(ac_cell a)
{
    return a.state <= AC_VALUE_NONE ? ac_cell_bool(ac_cell_is_no(&a)) : a;
}

ac_cell ac_cell_and(ac_cell a, ac_cell b)
{
    if (ac_cell_is_no(&a) || ac_cell_is_no(&b))
        return ac_cell_bool(0);
    return ac_cell_stronger(a, b);      /* both yes: a */
}

ac_cell ac_cell_or(ac_cell a, ac_cell b)
{
    if (ac_cell_is_yes(&a) || ac_cell_is_yes(&b))
        return ac_cell_bool(1);
    if (ac_cell_is_no(&a) && ac_cell_is_no(&b))
        return ac_cell_bool(0);
    return ac_cell_stronger(a, b);
}

ac_cell ac_cell_if(ac_cell condition, ac_cell yes, ac_cell no)
{
    if (condition.state > AC_VALUE_NONE)
        return condition;
    return ac_cell_is_yes(&condition) ? yes : no;
}

/* --- arithmetic ---------------------------------------------------------------------- */

typedef ac_status ratio_step(ac_ratio a, ac_ratio b, ac_ratio *out);

/* Both operands in one unit, which the result keeps. */
static ac_cell step(ratio_step *f, ac_cell a, ac_cell b, uint32_t line)
{
    ac_ratio  r = { 0, 1 };
    ac_status st;

    if (!both_known(&a, &b))
        return ac_cell_stronger(a, b);
    if (a.ref != b.ref)
        return ac_cell_error(AC_CODE_EVAL_UNITS, line);
    st = f(ac_cell_ratio(&a), ac_cell_ratio(&b), &r);
    return outcome(st, r, a.ref, line);
}

ac_cell ac_cell_add(ac_cell a, ac_cell b, uint32_t line)
{
    return step(ac_ratio_add, a, b, line);
}

ac_cell ac_cell_subtract(ac_cell a, ac_cell b, uint32_t line)
{
    return step(ac_ratio_sub, a, b, line);
}

ac_cell ac_cell_modulo(ac_cell a, ac_cell b, uint32_t line)
{
    return step(ac_ratio_modulo, a, b, line);
}

/* A length times a number keeps the length's unit; numbers have unit 0. */
ac_cell ac_cell_multiply(ac_cell a, ac_cell b, uint32_t line)
{
    ac_ratio  r = { 0, 1 };
    ac_status st;

    if (!both_known(&a, &b))
        return ac_cell_stronger(a, b);
    st = ac_ratio_mul(ac_cell_ratio(&a), ac_cell_ratio(&b), &r);
    return outcome(st, r, a.ref | b.ref, line);
}

ac_cell ac_cell_divide(ac_cell a, ac_cell b, uint32_t line)
{
    ac_ratio  r = { 0, 1 };
    ac_status st;

    if (!both_known(&a, &b))
        return ac_cell_stronger(a, b);
    if (b.ref != 0 && b.ref != a.ref)
        return ac_cell_error(AC_CODE_EVAL_UNITS, line);
    st = ac_ratio_div(ac_cell_ratio(&a), ac_cell_ratio(&b), &r);
    return outcome(st, r, b.ref ? 0 : a.ref, line);
}

ac_cell ac_cell_negate(ac_cell a, uint32_t line)
{
    ac_ratio  r = { 0, 1 };
    ac_status st;

    if (a.state != AC_VALUE_KNOWN)
        return a;
    st = ac_ratio_negate(ac_cell_ratio(&a), &r);
    return outcome(st, r, a.ref, line);
}

ac_cell ac_cell_abs(ac_cell a, uint32_t line)
{
    return a.state == AC_VALUE_KNOWN && a.num < 0 ? ac_cell_negate(a, line) : a;
}

ac_cell ac_cell_parity(ac_cell a, int odd)
{
    if (a.state != AC_VALUE_KNOWN)
        return a;
    return ac_cell_bool(a.den == 1 && (a.num % 2 != 0) == (odd != 0));
}

ac_cell ac_cell_round(ac_cell a, ac_cell places, uint32_t how, uint32_t line)
{
    ac_ratio  r = { 0, 1 };
    ac_status st;

    if (!both_known(&a, &places))
        return ac_cell_stronger(a, places);
    if (places.den != 1)
        return ac_cell_error(AC_CODE_EVAL_PLACES, line);
    st = ac_ratio_round(ac_cell_ratio(&a), (ac_rounding)how, places.num, &r);
    return outcome(st, r, a.ref, line);
}

ac_cell ac_cell_to_money(ac_cell a, uint32_t line)
{
    return a.state == AC_VALUE_KNOWN && a.den != 1 ? ac_cell_error(AC_CODE_EVAL_MONEY_WHOLE, line) : a;
}

ac_cell ac_cell_extreme(const ac_cell *cells, uint32_t n, int sign, uint32_t line)
{
    ac_cell  best = cells[0];
    uint32_t i;

    for (i = 1; i < n; i++) {
        if (!both_known(&best, &cells[i]))
            best = ac_cell_stronger(best, cells[i]);
        else if (best.ref != cells[i].ref)
            best = ac_cell_error(AC_CODE_EVAL_UNITS, line);
        else if (ac_cell_order(&cells[i], &best) * sign > 0)
            best = cells[i];
    }
    return best;
}

/* --- comparison ------------------------------------------------------------------------ */

static int texts_equal(const ac_cell *a, const ac_cell *b)
{
    const ac_string *s = (const ac_string *)(intptr_t)a->num, *t = (const ac_string *)(intptr_t)b->num;

    if (a->den && b->den)
        return a->den == b->den;
    return s == t || (s->size == t->size && memcmp(s->data, t->data, s->size) == 0);
}

static int equal(const ac_cell *a, const ac_cell *b, int texts)
{
    if (texts)
        return texts_equal(a, b);
    return a->num == b->num && a->den == b->den && a->ref == b->ref;
}

int ac_cell_same(ac_cell a, ac_cell b, int texts)
{
    if (a.state != b.state)
        return 0;
    if (a.state == AC_VALUE_NONE)
        return 1;
    return equal(&a, &b, texts && a.state == AC_VALUE_KNOWN);
}

static ac_cell compare_equal(const ac_cell *a, const ac_cell *b, int texts)
{
    if (both_known(a, b))
        return ac_cell_bool(equal(a, b, texts));
    if (a->state <= AC_VALUE_NONE && b->state <= AC_VALUE_NONE)
        return ac_cell_bool(a->state == b->state);
    return ac_cell_stronger(*a, *b);
}

static ac_cell compare_order(uint32_t code, const ac_cell *a, const ac_cell *b, uint32_t line)
{
    int order;

    if (!both_known(a, b)) {
        ac_cell worst = ac_cell_stronger(*a, *b);

        return worst.state == AC_VALUE_NONE ? ac_cell_undefined() : worst;
    }
    if (a->ref != b->ref)
        return ac_cell_error(AC_CODE_EVAL_UNITS, line);
    order = ac_cell_order(a, b);
    switch (code) {
    case AC_OP_LT: return ac_cell_bool(order < 0);
    case AC_OP_LE: return ac_cell_bool(order <= 0);
    case AC_OP_GT: return ac_cell_bool(order > 0);
    default:       return ac_cell_bool(order >= 0);
    }
}

ac_cell ac_cell_compare(uint32_t code, ac_cell a, ac_cell b, int texts, uint32_t line)
{
    switch (code) {
    case AC_OP_EQ: return compare_equal(&a, &b, texts);
    case AC_OP_NE: return ac_cell_not(compare_equal(&a, &b, texts));
    default:       return compare_order(code, &a, &b, line);
    }
}

ac_cell ac_cell_in_list(ac_cell x, const ac_cell *list, uint32_t n, int texts, uint32_t line)
{
    ac_cell  any = ac_cell_bool(0);
    uint32_t i;

    for (i = 0; i < n; i++)
        any = ac_cell_or(any, ac_cell_compare(AC_OP_EQ, x, list[i], texts, line));
    return any;
}

ac_cell ac_cell_in_range(ac_cell x, ac_cell low, ac_cell high, uint32_t open, uint32_t line)
{
    ac_cell above = ac_cell_compare(open & 1 ? AC_OP_GT : AC_OP_GE, x, low, 0, line);
    ac_cell below = ac_cell_compare(open & 2 ? AC_OP_LT : AC_OP_LE, x, high, 0, line);

    return ac_cell_and(above, below);
}

ac_cell ac_cell_in_many(ac_cell member, ac_cell mask)
{
    ac_cell worst = ac_cell_stronger(member, mask);

    if (worst.state > AC_VALUE_NONE)
        return worst;
    if (worst.state == AC_VALUE_NONE)
        return ac_cell_bool(0);
    return ac_cell_bool(member.num >= 0 && member.num < 64 && ((uint64_t)mask.num >> member.num & 1));
}

ac_cell ac_cell_is_known(ac_cell a)
{
    return a.state <= AC_VALUE_UNSET ? ac_cell_bool(a.state <= AC_VALUE_NONE) : a;
}
