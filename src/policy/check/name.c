#include "policy/check/expr.h"

/* Names in expressions: facts, values, and what the expected type has members of. */

/* What a bare name is as a member of the type expected: its number, or AC_NO_INDEX. */
static uint32_t member_of(const ac_expr_at *x, ac_type type, ac_text name)
{
    switch (type.kind) {
    case AC_TYPE_ENUM:
    case AC_TYPE_MANY:  return ac_check_find(x->ck, AC_NAME_MEMBER, type.ref, name);
    case AC_TYPE_ROLE:  return ac_check_find(x->ck, AC_NAME_ROLE, 0, name);
    case AC_TYPE_STATE: return ac_check_find(x->ck, AC_NAME_STATE, type.ref, name);
    case AC_TYPE_STEP:  return ac_check_find(x->ck, AC_NAME_STEP, type.ref, name);
    case AC_TYPE_RUNG:  return ac_check_find(x->ck, AC_NAME_RUNG, type.ref, name);
    default:            return AC_NO_INDEX;
    }
}

static int has_members(ac_type type)
{
    return type.kind == AC_TYPE_ENUM || type.kind == AC_TYPE_MANY || type.kind == AC_TYPE_ROLE || type.kind == AC_TYPE_STATE
        || type.kind == AC_TYPE_STEP || type.kind == AC_TYPE_RUNG;
}

static ac_type write_member(const ac_expr_at *x, ac_place place, ac_type type, uint32_t member)
{
    ac_cell c = ac_expr_known(type.kind == AC_TYPE_MANY ? (int64_t)(UINT64_C(1) << member) : (int64_t)member, 1, 0);

    ac_expr_const(x, place, &c);
    return type;
}

/* The only enum that has a member of this name. */
static ac_type member_anywhere(const ac_expr_at *x, const ac_tree_name *name)
{
    const ac_policy *p = x->ck->policy;
    ac_type          t = ac_type_of(AC_TYPE_ENUM);
    uint32_t         i, m, hits = 0, member = 0, first = 0;

    for (i = 0; i < p->enum_count; i++) {
        m = ac_check_find(x->ck, AC_NAME_MEMBER, i, name->text);
        if (m == AC_NO_INDEX)
            continue;
        if (hits++ == 0) {
            member = m;
            first = i;
            t.ref = (uint16_t)i;
        } else {
            ac_type other = ac_type_of(AC_TYPE_ENUM);

            other.ref = (uint16_t)i;
            t.ref = (uint16_t)first;
            ac_say_3(x->ck, AC_MSG_MEMBER_AMBIGUOUS, name->place, name->text, ac_check_type_text(x->ck, t), ac_check_type_text(x->ck, other));
            return ac_expr_bad();
        }
    }
    if (hits == 0) {
        ac_check_fact_missing(x->ck, x->scope, name);
        return ac_expr_bad();
    }
    return write_member(x, name->place, t, member);
}

static ac_type write_fact(const ac_expr_at *x, const ac_tree_expr *node, const ac_fact *fact)
{
    uint32_t i;

    if (fact->field == AC_NO_INDEX) {
        ac_say_1(x->ck, AC_MSG_RECORD_AS_VALUE, node->place, x->ck->policy->records[fact->holder].name);
        return ac_expr_bad();
    }
    ac_expr_op(x, node, AC_OP_LOAD, fact->path, 0);
    for (i = 0; i < fact->attribute_count; i++)
        ac_expr_op(x, node, AC_OP_ATTRIBUTE, fact->attributes[i].enumeration, fact->attributes[i].attribute);
    return fact->type;
}

static ac_type write_value(const ac_expr_at *x, const ac_tree_expr *node, uint32_t value)
{
    const ac_value_def *v = &x->ck->policy->names->values[value];

    if (v->hole != AC_NO_INDEX)
        ac_expr_op(x, node, AC_OP_HOLE, v->hole, 0);
    else if (v->type.kind != AC_TYPE_BAD)
        ac_check_inline(x->ck, &v->program);
    return v->type;
}

int ac_expr_is_bare(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_fact fact;

    if (node->kind != AC_EXPR_PATH || node->u.path.count != 1)
        return 0;
    return ac_check_find(x->ck, AC_NAME_VALUE, 0, node->u.path.at[0].text) == AC_NO_INDEX
        && !ac_check_fact(x->ck, x->scope, &node->u.path, 1, &fact) && x->ck->untyped_record == AC_NO_INDEX;
}

static void say_members(const ac_expr_at *x, const ac_tree_name *name, ac_type type)
{
    static const struct { uint8_t type, names; ac_msg msg; } words[] = {
        { AC_TYPE_ROLE, AC_NAME_ROLE, AC_MSG_ROLE_UNKNOWN }, { AC_TYPE_STATE, AC_NAME_STATE, AC_MSG_STATE_UNKNOWN },
        { AC_TYPE_STEP, AC_NAME_STEP, AC_MSG_STEP_UNKNOWN }, { AC_TYPE_RUNG, AC_NAME_RUNG, AC_MSG_RUNG_UNKNOWN },
        { AC_TYPE_ENUM, AC_NAME_MEMBER, AC_MSG_MEMBER_UNKNOWN }, { AC_TYPE_MANY, AC_NAME_MEMBER, AC_MSG_MEMBER_UNKNOWN }
    };
    size_t i;

    for (i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].type == type.kind)
            ac_check_name_missing(x->ck, name, words[i].msg, 1u << words[i].names, type.kind == AC_TYPE_ROLE ? 0 : type.ref);
}

ac_type ac_expr_name(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint)
{
    const ac_tree_path *path = &node->u.path;
    const ac_tree_name *name = &path->at[0];
    uint32_t            member = AC_NO_INDEX, value = AC_NO_INDEX;
    int                 is_fact, fits_fact, fits_value;
    ac_fact             fact;

    if (path->count == 1) {
        value = ac_check_find(x->ck, AC_NAME_VALUE, 0, name->text);
        if (hint)
            member = member_of(x, *hint, name->text);
    }
    is_fact = ac_check_fact(x->ck, x->scope, path, path->count == 1, &fact);
    if (!is_fact && x->ck->untyped_record != AC_NO_INDEX && member == AC_NO_INDEX) {
        ac_say_1(x->ck, AC_MSG_DERIVED_CYCLE, node->place, x->ck->policy->records[x->ck->untyped_record].fields[x->ck->untyped_field].name);
        return ac_expr_bad();
    }
    if (!is_fact && path->count > 1)
        return ac_expr_bad();
    if (is_fact && fact.field == AC_NO_INDEX && (member != AC_NO_INDEX || value != AC_NO_INDEX))
        is_fact = 0;
    fits_fact = is_fact && (!hint || ac_type_fits(fact.type, *hint));
    fits_value = value != AC_NO_INDEX && (!hint || ac_type_fits(x->ck->policy->names->values[value].type, *hint));
    if (fits_fact + fits_value + (member != AC_NO_INDEX) > 1) {
        ac_say_3(x->ck, AC_MSG_NAME_AMBIGUOUS, name->place, name->text, ac_text_of(fits_fact ? "a field" : "a value"), ac_text_of(member != AC_NO_INDEX ? "a member of what is expected here" : "a value"));
        return ac_expr_bad();
    }
    if (member != AC_NO_INDEX)
        return write_member(x, node->place, *hint, member);
    if (fits_value || (value != AC_NO_INDEX && !is_fact))
        return write_value(x, node, value);
    if (is_fact)
        return write_fact(x, node, &fact);
    if (hint && has_members(*hint)) {
        say_members(x, name, *hint);
        return ac_expr_bad();
    }
    return member_anywhere(x, name);
}
