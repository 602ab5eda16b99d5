#include "policy/verify/verify.h"

#include <string.h>

#include "base/buffer.h"
#include "policy/model/value.h"

/* Amounts that may not come out whole, and figures that may be too large (V12).
 *
 * Facts that are filled in are given values at and beside the ends of what they can be; an amount that is not whole with some of them is
 * told with these. So nothing is told that cannot happen, and products, quotients and sums of any number of facts are seen. */

enum { FACTS = 4, SAMPLES = 4 };

typedef struct fact {
    uint32_t path;
    ac_type  type;
    ac_ratio samples[SAMPLES];
    uint32_t count, at;
    int      has_range;
} fact;

typedef struct reading {
    ac_checker       *ck;
    const ac_program *program;
    fact              facts[FACTS];
    uint32_t          fact_count;
} reading;

/* ── what facts can be ── */

static void add_sample(fact *f, const ac_field_def *field, const ac_cell *low, const ac_cell *high, ac_ratio value)
{
    uint32_t i;

    if (field->has_range) {
        int below = ac_ratio_compare(value, ac_cell_ratio(low)), above = ac_ratio_compare(value, ac_cell_ratio(high));

        if (below < 0 || above > 0 || (below == 0 && field->low_open) || (above == 0 && field->high_open))
            return;
    }
    for (i = 0; i < f->count; i++)
        if (ac_ratio_compare(f->samples[i], value) == 0)
            return;
    if (f->count < SAMPLES)
        f->samples[f->count++] = value;
}

/* Numbers are exact, money is in minor units, counts are whole. */
static int find_samples(reading *r, fact *f, const ac_field_def *field)
{
    static const ac_ratio odd = { 7, 1000 }, steps[] = { { 1, 10 }, { 3, 1 } };
    ac_cell               low, high;
    ac_ratio              from = { 0, 1 }, more;
    size_t                i;

    memset(&low, 0, sizeof low);
    high = low;
    if (field->has_range
        && (!ac_check_is_constant(r->ck, &field->low, &low) || !ac_check_is_constant(r->ck, &field->high, &high) || low.state != AC_VALUE_KNOWN || high.state != AC_VALUE_KNOWN))
        return 0;
    if (field->has_range) {
        from = ac_cell_ratio(&low);
        add_sample(f, field, &low, &high, from);
        add_sample(f, field, &low, &high, ac_cell_ratio(&high));
    }
    if (f->type.kind == AC_TYPE_NUMBER && ac_ratio_add(from, odd, &more) == AC_OK)
        add_sample(f, field, &low, &high, more);
    for (i = f->type.kind == AC_TYPE_NUMBER ? 0 : 1; i < 2; i++)
        if (ac_ratio_add(from, steps[i], &more) == AC_OK)
            add_sample(f, field, &low, &high, more);
    if (ac_ratio_add(from, ac_ratio_of(1), &more) == AC_OK)
        add_sample(f, field, &low, &high, more);
    return f->count > 0;
}

/* The facts of a program that only adds, multiplies and divides what is filled in. 0: it does more. */
static int find_facts(reading *r)
{
    const ac_policy *p = r->ck->policy;
    uint32_t         i, k;

    for (i = 0; i < r->program->count; i++) {
        const ac_op        *op = &p->ops[r->program->first + i];
        const ac_path      *path;
        const ac_field_def *field;
        fact               *f;

        if (op->code == AC_OP_CONST || (op->code >= AC_OP_NEG && op->code <= AC_OP_DIV) || (op->code == AC_OP_TO_MONEY && i + 1 == r->program->count))
            continue;
        if (op->code != AC_OP_LOAD || p->paths[op->a].field == AC_NO_INDEX)
            return 0;
        path = &p->paths[op->a];
        field = &p->records[path->holder].fields[path->field];
        for (k = 0; k < r->fact_count && r->facts[k].path != op->a; k++)
            ;
        if (k < r->fact_count)
            continue;
        if (k == FACTS || field->origin != AC_FIELD_RECORDED
            || (field->type.kind != AC_TYPE_MONEY && field->type.kind != AC_TYPE_NUMBER && field->type.kind != AC_TYPE_COUNT))
            return 0;
        f = &r->facts[r->fact_count++];
        f->path = op->a;
        f->type = field->type;
        f->has_range = field->has_range;
        if (!find_samples(r, f, field))
            return 0;
    }
    return r->fact_count > 0;
}

/* ── trying them ── */

static ac_status compute(const reading *r, ac_ratio *out)
{
    const ac_policy *p = r->ck->policy;
    ac_ratio         stack[AC_STACK_CELLS];
    ac_status        st = AC_OK;
    uint32_t         depth = 0, i, k;

    for (i = 0; i < r->program->count && st == AC_OK; i++) {
        const ac_op *op = &p->ops[r->program->first + i];

        switch (op->code) {
        case AC_OP_CONST:
            if (p->constants[op->a].state != AC_VALUE_KNOWN)
                return AC_E_INVALID;
            stack[depth++] = ac_cell_ratio(&p->constants[op->a]);
            break;
        case AC_OP_LOAD:
            for (k = 0; r->facts[k].path != op->a; k++)
                ;
            stack[depth++] = r->facts[k].samples[r->facts[k].at];
            break;
        case AC_OP_NEG:
            st = ac_ratio_negate(stack[depth - 1], &stack[depth - 1]);
            break;
        case AC_OP_TO_MONEY:
            break;
        default:
            depth--;
            st = op->code == AC_OP_ADD ? ac_ratio_add(stack[depth - 1], stack[depth], &stack[depth - 1])
               : op->code == AC_OP_SUB ? ac_ratio_sub(stack[depth - 1], stack[depth], &stack[depth - 1])
               : op->code == AC_OP_MUL ? ac_ratio_mul(stack[depth - 1], stack[depth], &stack[depth - 1])
                                       : ac_ratio_div(stack[depth - 1], stack[depth], &stack[depth - 1]);
        }
    }
    *out = stack[0];
    return st;
}

/* The next values of all facts; 0: all were tried. */
static int next(reading *r)
{
    uint32_t i;

    for (i = 0; i < r->fact_count; i++) {
        if (++r->facts[i].at < r->facts[i].count)
            return 1;
        r->facts[i].at = 0;
    }
    return 0;
}

static ac_status put(void *user, const char *data, size_t size)
{
    ac_write(user, data, size);
    return AC_OK;
}

static ac_place place_of(const ac_checker *ck, const ac_program *program)
{
    ac_place place;

    place.at = ck->log->lines.starts[ck->policy->lines[program->line].line - 1];
    place.size = 0;
    for (; ck->tree->source.data[place.at] == ' '; place.at++)
        ;
    return place;
}

static void say(const reading *r, ac_msg msg)
{
    ac_checker *ck = r->ck;
    ac_writer   w;
    uint32_t    i;

    ac_writer_init_memory(&w, ck->mem);
    for (i = 0; i < r->fact_count; i++) {
        const fact *f = &r->facts[i];
        ac_cell     cell = ac_cell_known(f->samples[f->at].num);
        ac_value    value;

        cell.den = (int32_t)f->samples[f->at].den;
        value = ac_value_from_cell(ck->policy, f->type, cell);
        ac_write_string(&w, i ? ", " : "");
        ac_write_text(&w, ck->policy->paths[f->path].text);
        ac_write_string(&w, " = ");
        ac_value_format(ck->policy, &value, NULL, put, &w);
    }
    ck->nomem |= w.status != AC_OK;
    if (!ck->nomem)
        ac_say_1(ck, msg, place_of(ck, r->program), ac_writer_text(&w));
    ac_writer_free(&w);
}

/* Whether a condition picks single values of a fact that a program reads: what the fact can be otherwise is then beside the point. */
static int picks(const reading *r, const ac_program *when)
{
    const ac_policy *p = r->ck->policy;
    uint32_t         i, k;
    int              is_single = 0, is_read = 0;

    for (i = 0; i < when->count; i++) {
        const ac_op *op = &p->ops[when->first + i];

        is_single |= op->code == AC_OP_EQ || op->code == AC_OP_IN_LIST;
        for (k = 0; k < r->fact_count; k++)
            is_read |= op->code == AC_OP_LOAD && op->a == r->facts[k].path;
    }
    return is_single && is_read;
}

static void check_program(ac_verifier *v, const ac_program *program, const ac_program *when)
{
    const ac_policy *p = v->ck->policy;
    reading          r;
    uint32_t         i;
    int              is_money, ranged = 1;

    if (program->count < 3 || program->depth > AC_STACK_CELLS)
        return;
    memset(&r, 0, sizeof r);
    r.ck = v->ck;
    r.program = program;
    is_money = p->ops[program->first + program->count - 1].code == AC_OP_TO_MONEY;
    if (!find_facts(&r) || (when && picks(&r, when)))
        return;
    for (i = 0; i < r.fact_count; i++)
        ranged &= r.facts[i].has_range;
    do {
        ac_ratio  sum;
        ac_status st;

        if (!ac_verify_take(v, program->count))
            return;
        st = compute(&r, &sum);
        if (st == AC_OK && is_money && !ac_ratio_is_whole(sum)) {
            say(&r, AC_MSG_MONEY_BROKEN);
            return;
        }
        if (st == AC_E_RANGE && ranged) {
            say(&r, AC_MSG_TOO_LARGE);
            return;
        }
    } while (next(&r));
}

void ac_verify_amounts(ac_verifier *v)
{
    const ac_policy *p = v->ck->policy;
    uint32_t         i, k, o;

    for (i = 0; i < p->record_count; i++)
        for (k = 0; k < p->records[i].field_count; k++)
            check_program(v, &p->records[i].fields[k].value, NULL);
    for (i = 0; i < p->table_count; i++)
        for (k = 0; k < p->tables[i].row_count; k++)
            for (o = 0; o < p->tables[i].output_count; o++)
                check_program(v, &p->tables[i].rows[k].outputs[o], &p->tables[i].rows[k].condition);
    for (i = 0; i < p->offence_count; i++)
        for (k = 0; k < p->offences[i].deed_count; k++) {
            check_program(v, &p->offences[i].deeds[k].low, &p->offences[i].deeds[k].when);
            check_program(v, &p->offences[i].deeds[k].high, &p->offences[i].deeds[k].when);
        }
}
