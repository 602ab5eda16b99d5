#include "rules/eval.h"

#include "base/messages.h"
#include "policy/model/value.h"
#include "rules/limit.h"
#include "rules/operate.h"

/* The stack machine. Nearly all programs are one constant or one fact, and the others small: they get a small stack, so that
 * computed fields within each other take little of the host's. */
#define SMALL_STACK 8

static ac_cell hole(const ac_eval *e, uint32_t i)
{
    if (e->pin && e->pin->holes)
        return e->pin->holes[i];
    return ac_cell_state(AC_VALUE_UNSET, e->policy->holes[i].unset);
}

static ac_cell attribute(ac_eval *e, const ac_op *op, ac_cell member)
{
    const ac_enum *enumeration = &e->policy->enums[op->a];

    if (member.state != AC_VALUE_KNOWN)
        return member;
    if (member.num < 0 || member.num >= enumeration->member_count)
        return ac_cell_undefined();
    return ac_eval_program(e, &enumeration->attributes[op->b].values[member.num]);
}

static ac_cell limit_is(ac_eval *e, const ac_op *op)
{
    ac_record *holder = op->a == AC_NO_INDEX ? e->record : ac_eval_holder(e, &e->policy->paths[op->a]);

    if (!holder)
        return ac_cell_state(AC_VALUE_UNKNOWN, op->a);
    return op->code == AC_OP_IS_LATE ? ac_limit_is_late(e, holder, op->b) : ac_limit_is_met(e, holder, op->b);
}

static ac_cell leaf(ac_eval *e, const ac_op *op, uint32_t line)
{
    switch (op->code) {
    case AC_OP_CONST:       return e->policy->constants[op->a];
    case AC_OP_LOCAL:       return ac_cell_local(e->link->zone, e->policy->constants[op->a], line);
    case AC_OP_LOAD:        return ac_eval_path(e, op->a);
    case AC_OP_HOLE:        return hole(e, op->a);
    case AC_OP_NOW:         return ac_cell_known(e->as_of);
    case AC_OP_TODAY:       return ac_cell_date_of(e->link->zone, ac_cell_known(e->as_of), line);
    case AC_OP_NTH:         return e->nth && e->nth[op->a] > 0 ? ac_cell_known(e->nth[op->a]) : ac_cell_undefined();
    case AC_OP_UNSUPPORTED: return ac_cell_state(AC_VALUE_UNSUPPORTED, op->a);
    case AC_OP_AGGREGATE:   return ac_eval_aggregate(e, op->a, NULL);
    default:                return limit_is(e, op);
    }
}

static ac_cell edge(const ac_eval *e, const ac_op *op, ac_cell of, int end, uint32_t line)
{
    if (op->b == 2)
        return ac_cell_own_edge(e->link->zone, op->a, of, end, line);
    return ac_cell_period_edge(e->link->zone, (ac_period_kind)op->a, of, end, op->b == 1, line);
}

/* x: the operands, left to right. */
static ac_cell unary(ac_eval *e, const ac_op *op, const ac_cell *x, uint32_t line)
{
    switch (op->code) {
    case AC_OP_ATTRIBUTE:    return attribute(e, op, x[0]);
    case AC_OP_NOT:          return ac_cell_not(x[0]);
    case AC_OP_NEG:          return ac_cell_negate(x[0], line);
    case AC_OP_DATE_OF:      return ac_cell_date_of(e->link->zone, x[0], line);
    case AC_OP_IS_KNOWN:     return ac_cell_is_known(x[0]);
    case AC_OP_IS_UNKNOWN:   return ac_cell_not(ac_cell_is_known(x[0]));
    case AC_OP_ABS:          return ac_cell_abs(x[0], line);
    case AC_OP_EVEN:         return ac_cell_parity(x[0], 0);
    case AC_OP_ODD:          return ac_cell_parity(x[0], 1);
    case AC_OP_PERIOD_START: return edge(e, op, x[0], 0, line);
    case AC_OP_PERIOD_END:   return edge(e, op, x[0], 1, line);
    default:                 return ac_cell_to_money(x[0], line);
    }
}

static ac_cell several(ac_eval *e, const ac_op *op, const ac_cell *x, uint32_t line)
{
    switch (op->code) {
    case AC_OP_AND:             return ac_cell_and(x[0], x[1]);
    case AC_OP_OR:              return ac_cell_or(x[0], x[1]);
    case AC_OP_IF:              return ac_cell_if(x[0], x[1], x[2]);
    case AC_OP_ADD:             return ac_cell_add(x[0], x[1], line);
    case AC_OP_SUB:             return ac_cell_subtract(x[0], x[1], line);
    case AC_OP_MUL:             return ac_cell_multiply(x[0], x[1], line);
    case AC_OP_DIV:             return ac_cell_divide(x[0], x[1], line);
    case AC_OP_TIME_ADD:        return ac_cell_time_add(e->link->zone, x[0], x[1], line);
    case AC_OP_TIME_DIFF:       return ac_cell_time_difference(x[0], x[1]);
    case AC_OP_DATE_ADD:        return ac_cell_date_add(x[0], x[1], line);
    case AC_OP_DATE_ADD_MONTHS: return ac_cell_date_add_months(x[0], x[1], e->policy->month_end, line);
    case AC_OP_DATE_DIFF:       return ac_cell_date_difference(x[0], x[1]);
    case AC_OP_EQ: case AC_OP_NE: case AC_OP_LT: case AC_OP_LE: case AC_OP_GT: case AC_OP_GE:
        return ac_cell_compare(op->code, x[0], x[1], op->a == 1, line);
    case AC_OP_IN_LIST:         return ac_cell_in_list(x[0], x + 1, op->a, op->b == 1, line);
    case AC_OP_IN_RANGE:        return ac_cell_in_range(x[0], x[1], x[2], op->a, line);
    case AC_OP_IN_MANY:         return ac_cell_in_many(x[0], x[1]);
    case AC_OP_WITHIN:          return ac_limit_within(e, op->a, op->b, &x[0], &x[1], &x[2]);
    case AC_OP_MIN:             return ac_cell_extreme(x, op->a, -1, line);
    case AC_OP_MAX:             return ac_cell_extreme(x, op->a, 1, line);
    case AC_OP_MODULO:          return ac_cell_modulo(x[0], x[1], line);
    default:                    return ac_cell_round(x[0], x[1], op->a, line);
    }
}

/* An error names the line of its operation: lines[num] and `ref` lines below it. */
static void place_error(ac_cell *cell, const ac_op *op, uint32_t line, int is_new)
{
    if (is_new && cell->state == AC_VALUE_ERROR && cell->num == line && cell->ref == 0)
        cell->ref = op->line_delta;
}

static int has_error(const ac_cell *x, uint32_t n)
{
    uint32_t i;

    for (i = 0; i < n; i++)
        if (x[i].state == AC_VALUE_ERROR)
            return 1;
    return 0;
}

/* `marks`: with a watch, per stack cell where the facts begin that its value is due to. */
static ac_cell execute(ac_eval *e, const ac_program *program, ac_cell *stack, uint32_t *marks)
{
    const ac_op *op = e->policy->ops + program->first;
    const ac_op *end = op + program->count;
    uint32_t     top = 0;

    for (; op < end; op++) {
        uint32_t n = ac_op_taken(op);
        ac_cell *x = stack + (top - n);
        int      is_new = !has_error(x, n);

        if (n == 0 && marks)
            marks[top] = e->watch->count;
        *x = n == 0 ? leaf(e, op, program->line) : n == 1 ? unary(e, op, x, program->line) : several(e, op, x, program->line);
        place_error(x, op, program->line, is_new);
        top = top - n + 1;
        if (marks && x->state != AC_VALUE_UNKNOWN)
            e->watch->count = marks[top - 1];
    }
    return stack[0];
}

static ac_cell run_small(ac_eval *e, const ac_program *program)
{
    ac_cell stack[SMALL_STACK];

    return execute(e, program, stack, NULL);
}

static ac_cell run_large(ac_eval *e, const ac_program *program)
{
    ac_cell  stack[AC_STACK_CELLS];
    uint32_t marks[AC_STACK_CELLS];

    if (program->depth > AC_STACK_CELLS)
        return ac_cell_error(AC_CODE_EVAL_STACK, program->line);
    return execute(e, program, stack, e->watch ? marks : NULL);
}

ac_cell ac_eval_program(ac_eval *e, const ac_program *program)
{
    const ac_op *op = e->policy->ops + program->first;

    if (program->count <= 1) {
        if (program->count == 0)
            return ac_cell_undefined();
        if (op->code == AC_OP_CONST)
            return e->policy->constants[op->a];
        if (op->code == AC_OP_LOAD)
            return ac_eval_path(e, op->a);
    }
    return program->depth <= SMALL_STACK && !e->watch ? run_small(e, program) : run_large(e, program);
}
