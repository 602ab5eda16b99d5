#ifndef AC_POLICY_MODEL_VALUE_H
#define AC_POLICY_MODEL_VALUE_H

#include "base/ratio.h"
#include "policy/model/policy.h"

/* Between the cells that rules compute with and the values that a host sees. */

/* The value a cell of that type stands for. Texts, names and articles in it belong to the policy, or to whoever
 * holds the cell's string. */
ac_value ac_value_from_cell(const ac_policy *policy, ac_type type, ac_cell cell);

/* The cell of a value that a host hands in for a place of type `type`: known, none or unknown, nothing else.
 * Texts and links: `string` holds the bytes of value->text and is what the cell points at (an interned one if
 * ac_policy_find_string knows it, else the caller's copy with id 0); other types ignore it.
 * AC_E_TYPE for another type, another enum or unit; AC_E_RANGE for what the type cannot hold. */
ac_status ac_cell_from_value(const ac_policy *policy, ac_type type, const ac_value *value, const ac_string *string, ac_cell *out, ac_error *err);

/* Whether a known cell may stand in a field: what its type allows, then the declared range `in [..]`.
 * AC_E_RANGE; err->name is the field, err->line its line, the hint says what is accepted. Cells that are not known pass. */
ac_status ac_field_check(const ac_policy *policy, const ac_field_def *field, ac_cell cell, ac_error *err);

/* The constant a program of one AC_OP_CONST yields. @return 1, or 0 when it is no such program. */
int ac_program_constant(const ac_policy *policy, const ac_program *program, ac_cell *out);

/* What the cell waits for: the path of the missing fact, the name of the value not configured; NULL for any other cell. */
const char *ac_cell_missing(const ac_policy *policy, const ac_cell *cell);

/* Equality of two known cells of one type (texts by bytes when one of them is not interned). */
int ac_cell_equal(ac_type type, ac_cell a, ac_cell b);

/* Name `i` of those a role, state, enum or many takes; empty past the last. */
ac_text ac_type_name_at(const ac_policy *policy, ac_type type, uint32_t i);

/* 10 ^ digits of the currency's minor unit. */
int64_t ac_minor_units(const ac_policy *policy);

static inline ac_ratio ac_cell_ratio(const ac_cell *cell)
{
    ac_ratio r;

    r.num = cell->num;
    r.den = cell->den;
    return r;
}

/* Below 0, 0, above 0: as two known numbers of one unit stand to each other. */
static inline int ac_cell_order(const ac_cell *a, const ac_cell *b)
{
    if (a->den == b->den)
        return (a->num > b->num) - (a->num < b->num);
    return ac_ratio_compare(ac_cell_ratio(a), ac_cell_ratio(b));
}

static inline ac_cell ac_cell_known(int64_t num)
{
    ac_cell cell = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    cell.num = num;
    return cell;
}

static inline ac_cell ac_cell_state(ac_value_state state, int64_t num)
{
    ac_cell cell = { 0, 1, 0, 0, 0 };

    cell.num = num;
    cell.state = (uint8_t)state;
    return cell;
}

#endif
