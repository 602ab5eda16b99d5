#include "policy/model/value.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/messages.h"
#include "policy/model/names.h"
#include "policy/model/written.h"
#include "policy/report/report.h"
#include "time/civil.h"

#include <string.h>

#define COUNT_MAX (INT64_C(1) << 53)

static const ac_line *line_at(const ac_policy *policy, int64_t i)
{
    return ac_written_at(policy, i >= 0 && i < AC_NO_INDEX ? (uint32_t)i : AC_NO_INDEX);
}

static void set_text(ac_value *v, ac_text text)
{
    v->text = text.data;
    v->text_size = (uint32_t)text.size;
}

static void known_from_cell(ac_value *v, ac_cell cell)
{
    if (v->type == AC_TYPE_TEXT || v->type == AC_TYPE_RECORD) {
        const ac_string *string = (const ac_string *)(intptr_t)cell.num;

        v->text = string->data;
        v->text_size = string->size;
        return;
    }
    if (v->type == AC_TYPE_SPAN || v->type == AC_TYPE_PERIOD)
        v->ref = cell.ref;
    v->num = cell.num;
    v->den = cell.den;
}

ac_value ac_value_from_cell(const ac_policy *policy, ac_type type, ac_cell cell)
{
    ac_value v = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    v.type = (ac_type_kind)type.kind;
    v.state = (ac_value_state)cell.state;
    v.ref = type.ref;
    switch (v.state) {
    case AC_VALUE_KNOWN:
        known_from_cell(&v, cell);
        break;
    case AC_VALUE_UNKNOWN:
        if (cell.num >= 0 && (uint64_t)cell.num < policy->path_count)
            set_text(&v, policy->paths[cell.num].text);
        break;
    case AC_VALUE_UNSET:
        if (cell.num >= 0 && (uint64_t)cell.num < policy->unset_count) {
            const ac_unset *unset = &policy->unsets[cell.num];

            set_text(&v, unset->name);
            v.line = line_at(policy, unset->line)->line;
            v.clause = line_at(policy, unset->line)->clause;
        }
        break;
    case AC_VALUE_UNSUPPORTED:
        v.line = line_at(policy, cell.num)->line;
        if (line_at(policy, cell.num)->what)
            set_text(&v, ac_text_of(line_at(policy, cell.num)->what));
        break;
    case AC_VALUE_ERROR:
        v.line = line_at(policy, cell.num)->line;
        v.code = (uint32_t)cell.den;
        break;
    case AC_VALUE_NONE:
        break;
    }
    return v;
}

static ac_status fail(ac_error *err, ac_status status, ac_msg msg)
{
    ac_msg_info info = ac_msg_info_of(msg);

    return ac_error_set(err, status, info.number, info.text, info.hint);
}

/* How many values a numbered type has; 0: it is not numbered. */
static uint64_t index_bound(const ac_policy *policy, ac_type type)
{
    switch (type.kind) {
    case AC_TYPE_BOOL:
    case AC_TYPE_SIGNATURE: return 2;
    case AC_TYPE_ROLE:      return policy->role_count;
    case AC_TYPE_ENUM:      return policy->enums[type.ref].member_count;
    case AC_TYPE_STATE:     return policy->records[type.ref].state_count;
    case AC_TYPE_COUNT:     return COUNT_MAX + 1;
    default:                return 0;
    }
}

static int many_fits(const ac_policy *policy, ac_type type, int64_t mask)
{
    uint32_t members = policy->enums[type.ref].member_count;

    return members >= 64 || (uint64_t)mask >> members == 0;
}

/* Whether the numbers of a known cell are ones its type has. */
static int fits_type(const ac_policy *policy, ac_type type, ac_cell cell)
{
    uint64_t bound = index_bound(policy, type);

    if (bound)
        return cell.den == 1 && cell.num >= 0 && (uint64_t)cell.num < bound;
    switch (type.kind) {
    case AC_TYPE_NUMBER:
    case AC_TYPE_DURATION:
        return cell.den >= 1;
    case AC_TYPE_MONEY:
        return cell.den == 1;
    case AC_TYPE_DATE:
        return cell.den == 1 && cell.num >= AC_DAY_MIN && cell.num <= AC_DAY_MAX;
    case AC_TYPE_DATETIME:
    case AC_TYPE_MOMENT:
        return cell.den == 1 && ac_time_is_valid(cell.num);
    case AC_TYPE_SPAN:
        return cell.den >= 1 && cell.ref <= AC_UNIT_MONTH;
    case AC_TYPE_PERIOD:
        return cell.den == 1 && cell.ref <= AC_PERIOD_YEAR && cell.num >= AC_DAY_MIN && cell.num <= AC_DAY_MAX;
    case AC_TYPE_MANY:
        return cell.den == 1 && many_fits(policy, type, cell.num);
    case AC_TYPE_TEXT:
    case AC_TYPE_RECORD:
        return cell.num != 0;
    case AC_TYPE_ROLE:
    case AC_TYPE_ENUM:
    case AC_TYPE_STATE:
        return 0;       /* a type without any value */
    default:            /* step, rung: not numbered in this version */
        return cell.den == 1 && cell.num >= 0;
    }
}

/* A moment counts as a datetime, a signature as yes/no. */
static int same_kind(ac_type_kind a, ac_type_kind b)
{
    if (a == AC_TYPE_MOMENT)
        a = AC_TYPE_DATETIME;
    if (b == AC_TYPE_MOMENT)
        b = AC_TYPE_DATETIME;
    if (a == AC_TYPE_SIGNATURE)
        a = AC_TYPE_BOOL;
    if (b == AC_TYPE_SIGNATURE)
        b = AC_TYPE_BOOL;
    return a == b;
}

static int ref_matters(uint8_t kind)
{
    return kind == AC_TYPE_ENUM || kind == AC_TYPE_MANY || kind == AC_TYPE_RECORD || kind == AC_TYPE_STEP || kind == AC_TYPE_STATE || kind == AC_TYPE_RUNG;
}

ac_status ac_cell_from_value(const ac_policy *policy, ac_type type, const ac_value *value, const ac_string *string, ac_cell *out, ac_error *err)
{
    ac_cell  cell = ac_cell_known(value->num);
    ac_ratio exact = { 0, 1 };

    *out = ac_cell_state(AC_VALUE_UNKNOWN, 0);
    if (value->state == AC_VALUE_NONE || value->state == AC_VALUE_UNKNOWN) {
        *out = ac_cell_state(value->state, 0);
        return AC_OK;
    }
    if (value->state != AC_VALUE_KNOWN)
        return fail(err, AC_E_TYPE, AC_MSG_VALUE_STATE);
    if (!same_kind(value->type, (ac_type_kind)type.kind) || (ref_matters(type.kind) && value->ref != type.ref))
        return fail(err, AC_E_TYPE, AC_MSG_VALUE_TYPE);
    if (type.kind == AC_TYPE_TEXT || type.kind == AC_TYPE_RECORD) {
        cell.num = (int64_t)(intptr_t)string;
        cell.den = string ? (int32_t)string->id : 0;
    } else {
        if (value->den < 1 || ac_ratio_make(value->num, value->den, &exact) != AC_OK || exact.den > AC_RATIO_DEN_MAX)
            return fail(err, AC_E_RANGE, AC_MSG_VALUE_RANGE);
        cell.num = exact.num;
        cell.den = (int32_t)exact.den;
        if (value->ref > UINT16_MAX)
            return fail(err, AC_E_RANGE, AC_MSG_VALUE_RANGE);
        if (type.kind == AC_TYPE_SPAN || type.kind == AC_TYPE_PERIOD)
            cell.ref = (uint16_t)value->ref;
    }
    if (!fits_type(policy, type, cell))
        return fail(err, AC_E_RANGE, AC_MSG_VALUE_RANGE);
    *out = cell;
    return AC_OK;
}

int ac_program_constant(const ac_policy *policy, const ac_program *program, ac_cell *out)
{
    if (program->count != 1 || policy->ops[program->first].code != AC_OP_CONST)
        return 0;
    *out = policy->constants[policy->ops[program->first].a];
    return 1;
}

const char *ac_cell_missing(const ac_policy *policy, const ac_cell *cell)
{
    if (cell->state == AC_VALUE_UNKNOWN && cell->num >= 0 && cell->num < (int64_t)policy->path_count)
        return policy->paths[cell->num].text.data;
    return cell->state == AC_VALUE_UNSET ? policy->unsets[cell->num].name.data : NULL;
}

int ac_cell_equal(ac_type type, ac_cell a, ac_cell b)
{
    if (type.kind == AC_TYPE_TEXT || type.kind == AC_TYPE_RECORD) {
        const ac_string *s = (const ac_string *)(intptr_t)a.num, *t = (const ac_string *)(intptr_t)b.num;

        if (s == t)
            return 1;
        return s->size == t->size && memcmp(s->data, t->data, s->size) == 0;
    }
    return a.num == b.num && a.den == b.den && a.ref == b.ref;
}

/* Whether a cell lies on the right side of a bound that may be absent. Spans of another unit cannot be compared: they fail. */
static int above(const ac_policy *policy, const ac_program *bound, int open, ac_cell cell, int sign)
{
    ac_cell edge;
    int     order;

    if (!ac_program_constant(policy, bound, &edge) || edge.state != AC_VALUE_KNOWN)
        return 1;
    if (edge.ref != cell.ref)
        return 0;
    order = sign * ac_cell_order(&cell, &edge);
    return open ? order > 0 : order >= 0;
}

static ac_status outside(const ac_field_def *field, ac_msg msg, const ac_policy *policy, ac_error *err)
{
    ac_status st = fail(err, AC_E_RANGE, msg);

    ac_error_name(err, field->name);
    ac_error_place(err, line_at(policy, field->line)->line, 0);
    ac_error_clause(err, line_at(policy, field->line)->clause);
    return st;
}

static int is_precise(ac_type type, const ac_cell *cell)
{
    int64_t unit = type.precision == 1 ? 60 : 3600;

    return type.kind != AC_TYPE_DATETIME || type.precision == 0 || cell->num % unit == 0;
}

ac_status ac_field_check(const ac_policy *policy, const ac_field_def *field, ac_cell cell, ac_error *err)
{
    if (cell.state != AC_VALUE_KNOWN)
        return AC_OK;
    if (!fits_type(policy, field->type, cell))
        return outside(field, AC_MSG_VALUE_RANGE, policy, err);
    if (!is_precise(field->type, &cell))
        return outside(field, AC_MSG_VALUE_PRECISION, policy, err);
    if (!field->has_range)
        return AC_OK;
    if (!above(policy, &field->low, field->low_open, cell, 1) || !above(policy, &field->high, field->high_open, cell, -1))
        return outside(field, AC_MSG_VALUE_DECLARED_RANGE, policy, err);
    return AC_OK;
}

ac_text ac_type_name_at(const ac_policy *policy, ac_type type, uint32_t i)
{
    static const ac_text none = { NULL, 0 };

    if (type.kind == AC_TYPE_ROLE)
        return i < policy->role_count ? policy->roles[i] : none;
    if (type.kind == AC_TYPE_STATE)
        return i < policy->records[type.ref].state_count ? policy->records[type.ref].states[i] : none;
    if (type.kind == AC_TYPE_RUNG)
        return i < policy->names->ladders[type.ref].rung_count ? policy->names->ladders[type.ref].rungs[i] : none;
    return i < policy->enums[type.ref].member_count ? policy->enums[type.ref].members[i].name : none;
}

int64_t ac_minor_units(const ac_policy *policy)
{
    int64_t  units = 1;
    unsigned i;

    for (i = 0; i < policy->currency_digits; i++)
        units *= 10;
    return units;
}
