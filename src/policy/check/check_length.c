#include "policy/check/check.h"
#include "policy/model/value.h"

/* Which lengths may be in working time, or in dates that end with a closing: both need a calendar. The unit of a length is part of its
 * value, so those of a limit are followed through derived fields, defaults, tables and catalogues, but not to what only hosts and data
 * files tell. */

typedef struct finder {
    ac_checker *ck;
    uint32_t   *first;          /* per record: place of its first field in `working` */
    uint8_t    *working;        /* per field: 1 once it may be so */
} finder;

static int is_working_cell(const ac_policy *p, const ac_cell *cell)
{
    if (cell->state != AC_VALUE_KNOWN)
        return 0;
    return cell->ref == AC_UNIT_WORK_SECOND || cell->ref == AC_UNIT_WORKDAY || (cell->ref != AC_UNIT_SECOND && p->days_end == AC_DAYS_END_CLOSE);
}

static int is_working_attribute(const ac_policy *p, const ac_attribute *a, uint32_t members)
{
    ac_cell  cell;
    uint32_t i;

    for (i = 0; a->values && a->type.kind == AC_TYPE_SPAN && i < members; i++)
        if (ac_program_constant(p, &a->values[i], &cell) && is_working_cell(p, &cell))
            return 1;
    return 0;
}

/* What an operation leaves; `any`: of its operands but a condition. */
static int is_working_op(const finder *f, const ac_op *op, int any)
{
    const ac_policy *p = f->ck->policy;

    switch ((ac_opcode)op->code) {
    case AC_OP_CONST:
        return is_working_cell(p, &p->constants[op->a]);
    case AC_OP_LOAD:
        return p->paths[op->a].field != AC_NO_INDEX && f->working[f->first[p->paths[op->a].holder] + p->paths[op->a].field];
    case AC_OP_ATTRIBUTE:
        return is_working_attribute(p, &p->enums[op->a].attributes[op->b], p->enums[op->a].member_count);
    case AC_OP_IF: case AC_OP_NEG: case AC_OP_ADD: case AC_OP_SUB: case AC_OP_MUL: case AC_OP_DIV: case AC_OP_MIN: case AC_OP_MAX:
    case AC_OP_ABS: case AC_OP_ROUND:
        return any;
    default:
        return 0;
    }
}

static int is_working(const finder *f, const ac_program *program)
{
    uint8_t  stack[AC_STACK_CELLS];
    uint32_t i, k, top = 0;

    if (program->type.kind != AC_TYPE_SPAN || program->depth > AC_STACK_CELLS)
        return 0;
    for (i = 0; i < program->count; i++) {
        const ac_op *op = &f->ck->policy->ops[program->first + i];
        uint32_t     n = ac_op_taken(op);
        int          any = 0;

        top -= n;
        for (k = op->code == AC_OP_IF; k < n; k++)
            any |= stack[top + k];
        stack[top++] = (uint8_t)is_working_op(f, op, any);
    }
    return program->count > 0 && stack[0];
}

static int is_working_field(const finder *f, const ac_field_def *field)
{
    const ac_table *t;
    uint32_t        i;

    if (field->type.kind != AC_TYPE_SPAN)
        return 0;
    if (is_working(f, &field->value) || is_working(f, &field->fallback))
        return 1;
    t = field->table != AC_NO_INDEX ? &f->ck->policy->tables[field->table] : NULL;
    for (i = 0; t && i < t->row_count; i++)
        if (t->rows[i].outputs && is_working(f, &t->rows[i].outputs[field->output]))
            return 1;
    return 0;
}

/* @return 1 when one more was found. */
static int find_more(const finder *f)
{
    const ac_policy *p = f->ck->policy;
    uint32_t         r, i;
    int              has_more = 0;

    for (r = 0; r < p->record_count; r++)
        for (i = 0; i < p->records[r].field_count; i++) {
            uint8_t *working = &f->working[f->first[r] + i];

            if (!*working && is_working_field(f, &p->records[r].fields[i]))
                *working = 1, has_more = 1;
        }
    return has_more;
}

static int names_calendar(const ac_limit_source *from)
{
    uint32_t i;

    for (i = 0; i < from->tails->count; i++)
        if (from->tails->at[i].kind == AC_TREE_TAIL_ON)
            return 1;       /* one that is not known was told */
    return 0;
}

static void check_limits_of(const finder *f, uint32_t record)
{
    ac_checker          *ck = f->ck;
    const ac_record_def *r = &ck->policy->records[record];
    uint32_t             i;

    for (i = 0; i < r->limit_count && !ck->records[record].block->has_errors; i++) {
        const ac_limit_source *from = &ck->records[record].limits[i];

        if ((is_working(f, &r->limits[i].span) || is_working(f, &r->limits[i].grace)) && !names_calendar(from))
            ac_say(ck, ck->policy->days_end == AC_DAYS_END_CLOSE ? AC_MSG_LIMIT_NO_CLOSING : AC_MSG_LIMIT_NO_CALENDAR, from->limit->place);
    }
}

int ac_check_is_working(ac_checker *ck, const ac_program *program)
{
    finder f = { ck, NULL, NULL };

    return is_working(&f, program);
}

void ac_check_lengths(ac_checker *ck)
{
    const ac_policy *p = ck->policy;
    ac_arena_mark    mark = ac_arena_here(&ck->scratch);
    finder           f;
    uint32_t         r, n = 0;

    if (ac_check_only_calendar(ck) != AC_NO_INDEX)
        return;
    f.ck = ck;
    f.first = ac_check_scratch(ck, p->record_count, sizeof *f.first);
    for (r = 0; f.first && r < p->record_count; r++) {
        f.first[r] = n;
        n += p->records[r].field_count;
    }
    f.working = f.first ? ac_check_scratch(ck, n, sizeof *f.working) : NULL;
    while (f.working && find_more(&f))
        ;
    for (r = 0; f.working && r < p->record_count; r++)
        check_limits_of(&f, r);
    ac_arena_back(&ck->scratch, mark);
}
