#include "policy/verify/verify.h"

#include <string.h>

#include "policy/model/value.h"

/* What an occurrence costs, by its ordinal (V05): a fine for the first and the third, none for the second.
 *
 * Ordinals matter only beside the numbers that they are compared with, so few are tried. At one of them each condition is a yes, a
 * no, or a condition over facts; a hole is there when facts can be such that some deed holds at one ordinal and none at the next. */

#define ORDINALS 32u            /* tried; an offence with more numbers is left alone */
#define STACK    64u

typedef enum truth { IS_NO, IS_YES, IS_OPEN } truth;

typedef struct reading {
    ac_verifier      *v;
    ac_checker       *ck;
    const ac_offence *offence;
    uint32_t          window;                   /* of the ordinals, or AC_NO_INDEX */
    int               has_windows;              /* several */
    uint32_t          deeds[64], deed_count;
    int64_t           ordinals[ORDINALS];
    uint32_t          ordinal_count;
    int               is_hard;                  /* something is computed from the ordinal */
} reading;

/* ── a condition at an ordinal ── */

typedef struct operand {
    truth    is;                /* IS_OPEN: code from `start` on */
    int      is_value;          /* a value, in `cell` */
    ac_cell  cell;
    uint32_t start;
} operand;

static int compares(unsigned code, int order)
{
    switch (code) {
    case AC_OP_EQ: return order == 0;
    case AC_OP_NE: return order != 0;
    case AC_OP_LT: return order < 0;
    case AC_OP_LE: return order <= 0;
    case AC_OP_GT: return order > 0;
    default: return order >= 0;
    }
}

/* The truth of an operation over values that are all known. 0: it is none that is worked out here. */
static int decide(const ac_op *op, const operand *of, truth *out)
{
    uint32_t i;
    int      low, high;

    if (op->code >= AC_OP_EQ && op->code <= AC_OP_GE) {
        *out = compares(op->code, ac_cell_order(&of[0].cell, &of[1].cell)) ? IS_YES : IS_NO;
        return 1;
    }
    if (op->code == AC_OP_IN_LIST) {
        *out = IS_NO;
        for (i = 1; i <= op->a; i++)
            if (ac_cell_order(&of[0].cell, &of[i].cell) == 0)
                *out = IS_YES;
        return 1;
    }
    if (op->code != AC_OP_IN_RANGE)
        return 0;
    low = ac_cell_order(&of[0].cell, &of[1].cell);
    high = ac_cell_order(&of[0].cell, &of[2].cell);
    *out = (op->a & 1 ? low > 0 : low >= 0) && (op->a & 2 ? high < 0 : high <= 0) ? IS_YES : IS_NO;
    return 1;
}

/* `and`, `or`, `not` where one side is known. 0: both sides are open. */
static int join(ac_checker *ck, const ac_op *op, operand *of)
{
    truth rules = op->code == AC_OP_AND ? IS_NO : IS_YES;

    if (op->code == AC_OP_NOT) {
        if (of[0].is == IS_OPEN)
            return 0;
        of[0].is = of[0].is == IS_YES ? IS_NO : IS_YES;
        return 1;
    }
    if (of[0].is == IS_OPEN && of[1].is == IS_OPEN)
        return 0;
    if (of[0].is == rules || of[1].is == rules) {
        ck->code_count = of[0].start;
        of[0].is = rules;
    } else if (of[0].is != IS_OPEN) {
        of[0].is = of[1].is;        /* its code, if any, is what there is */
    }
    return 1;
}

static truth at_ordinal(reading *r, const ac_program *when, int64_t n, ac_program *out)
{
    const ac_place nowhere = { 0, 0 };
    ac_checker    *ck = r->ck;
    ac_writing     w = ac_check_begin(ck, when->line);
    operand        stack[STACK];
    uint32_t       depth = 0, i, k;

    out->count = 0;
    if (when->count == 0)
        return IS_YES;
    for (i = 0; i < when->count && !r->is_hard; i++) {
        const ac_op  op = ck->policy->ops[when->first + i];
        uint32_t     taken = ac_op_taken(&op), values = 0;
        operand     *of;

        if (taken > depth || depth - taken >= STACK) {
            r->is_hard = 1;
            break;
        }
        depth -= taken;
        of = &stack[depth++];
        for (k = 0; k < taken; k++)
            values += of[k].is_value;
        if (taken == 0)
            of->start = ck->code_count;
        if (op.code == AC_OP_NTH || (op.code == AC_OP_CONST && ck->policy->constants[op.a].state == AC_VALUE_KNOWN)) {
            if (op.code == AC_OP_NTH && op.a != r->window)
                r->is_hard = 1;
            of->cell = op.code == AC_OP_NTH ? ac_cell_known(n) : ck->policy->constants[op.a];
            of->is_value = op.code == AC_OP_NTH ? 2 : 1;
            of->is = IS_OPEN;
            if (op.code == AC_OP_CONST)
                ac_check_op(ck, &w, nowhere, AC_OP_CONST, op.a, 0);
            continue;
        }
        for (k = 0, values = 0; k < taken; k++)
            values += of[k].is_value == 2;
        if (values > 0) {           /* the ordinal beside numbers, or something worked out from it */
            for (k = 0; k < taken; k++)
                r->is_hard |= !of[k].is_value;
            r->is_hard |= !r->is_hard && !decide(&op, of, &of->is);
            ck->code_count = of->start;
            of->is_value = 0;
            continue;
        }
        if (op.code == AC_OP_AND || op.code == AC_OP_OR || op.code == AC_OP_NOT) {
            if (join(ck, &op, of))
                continue;
        } else {
            for (k = 0; k < taken; k++)
                r->is_hard |= !of[k].is_value && of[k].is != IS_OPEN;     /* `if nth > 2 then …` */
        }
        ac_check_op(ck, &w, nowhere, (ac_opcode)op.code, op.a, op.b);
        of->is_value = 0;
        of->is = IS_OPEN;
    }
    if (r->is_hard || ck->nomem || stack[0].is != IS_OPEN) {
        ac_check_drop(ck, &w);
        return r->is_hard || ck->nomem ? IS_OPEN : stack[0].is;
    }
    ac_verify_written(ck, &w, out);
    return IS_OPEN;
}

/* ── all deeds at ordinals ── */

/* Joins what holds when some deed does, or none, to a condition. @return IS_NO when it cannot be, IS_YES when nothing was to be added. */
static truth add_deeds(reading *r, const ac_writing *w, int64_t n, int none, uint32_t *terms)
{
    const ac_place nowhere = { 0, 0 };
    ac_program     one[sizeof r->deeds / sizeof *r->deeds];
    uint32_t       i, open = 0, added = 0;
    int            some = 0;
    ac_writing     own;
    ac_program     all;

    for (i = 0; i < r->deed_count && !r->is_hard; i++) {
        truth is = at_ordinal(r, &r->offence->deeds[r->deeds[i]].when, n, &one[open]);

        some |= is == IS_YES;
        open += is == IS_OPEN;
    }
    if (some || open == 0)
        return some != none ? IS_YES : IS_NO;
    if (r->is_hard || r->ck->nomem)
        return IS_NO;
    own = ac_check_begin(r->ck, r->offence->line);
    for (i = 0; i < open; i++, added++)
        ac_verify_term(r->ck, &own, &one[i], none, none ? AC_OP_AND : AC_OP_OR);
    ac_verify_written(r->ck, &own, &all);
    ac_check_inline(r->ck, &all);
    if ((*terms)++ > 0)
        ac_check_op(r->ck, w, nowhere, AC_OP_AND, 0, 0);
    return IS_OPEN;
}

static int is_fact(const ac_sweep *s)
{
    uint32_t i;

    for (i = 0; i < s->table->column_count; i++)
        if (s->table->columns[i].path == AC_NO_INDEX)
            return 0;
    return 1;
}

/* Whether facts can be such that a deed holds at the first ordinal, none at the second, and again one at the third (0: no matter). */
static int has_hole(reading *r, int64_t before, int64_t at, int64_t after)
{
    ac_checker   *ck = r->ck;
    ac_arena_mark mark = ac_arena_here(&ck->scratch);
    uint32_t      ops = ck->policy->op_count, terms = 0;
    ac_writing    w = ac_check_begin(ck, r->offence->line);
    ac_sweep     *s = ac_check_scratch(ck, 1, sizeof *s);
    ac_program    condition;
    int           found;

    r->is_hard |= !ac_verify_take(r->v, 8 * (size_t)r->deed_count);
    found = s && !r->is_hard && add_deeds(r, &w, before, 0, &terms) != IS_NO && add_deeds(r, &w, at, 1, &terms) != IS_NO
         && (after == 0 || add_deeds(r, &w, after, 0, &terms) != IS_NO) && !r->is_hard;
    if (found && terms > 0) {
        ac_verify_written(ck, &w, &condition);
        found = condition.count > 0 && ac_verify_rows(r->v, &condition, 1, s) && s->can_hold[0] && is_fact(s);
    }
    ac_check_drop(ck, &w);
    ck->policy->op_count = ops;
    ac_arena_back(&ck->scratch, mark);
    return found && !ck->nomem;
}

/* ── one offence ── */

static void add_ordinal(reading *r, int64_t n)
{
    uint32_t i, k;

    for (i = 0; i < r->ordinal_count && r->ordinals[i] < n; i++)
        ;
    if (n < 1 || (i < r->ordinal_count && r->ordinals[i] == n))
        return;
    if (r->ordinal_count == ORDINALS) {
        r->is_hard = 1;
        return;
    }
    for (k = r->ordinal_count++; k > i; k--)
        r->ordinals[k] = r->ordinals[k - 1];
    r->ordinals[i] = n;
}

/* Looks at a deed: its window, its numbers, and those next to them. */
static void add_deed(reading *r, uint32_t deed)
{
    const ac_policy  *p = r->ck->policy;
    const ac_program *when = &r->offence->deeds[deed].when;
    uint32_t          i;

    if (r->deed_count == sizeof r->deeds / sizeof *r->deeds) {
        r->is_hard = 1;
        return;
    }
    r->deeds[r->deed_count++] = deed;
    for (i = 0; i < when->count; i++) {
        const ac_op   *op = &p->ops[when->first + i];
        const ac_cell *c;
        int64_t        n;

        if (op->code == AC_OP_NTH) {
            r->has_windows |= r->window != AC_NO_INDEX && r->window != op->a;
            r->window = op->a;
        }
        if (op->code != AC_OP_CONST)
            continue;
        c = &p->constants[op->a];
        if (c->state != AC_VALUE_KNOWN || c->num > INT32_MAX)
            continue;
        n = c->num / (c->den > 1 ? c->den : 1);
        add_ordinal(r, n - 1);
        add_ordinal(r, n);
        add_ordinal(r, n + 1);
    }
}

/* The place among the ordinals of one that has no deed, where the one before has; 0: there is none. */
static uint32_t find_hole(reading *r, int to_the_end)
{
    uint32_t i, k;

    add_ordinal(r, 1);
    for (i = 1; i < r->ordinal_count && !r->is_hard && !r->ck->nomem; i++) {
        if (to_the_end && has_hole(r, r->ordinals[i - 1], r->ordinals[i], 0))
            return i;
        for (k = i + 1; k < r->ordinal_count && !to_the_end; k++)
            if (has_hole(r, r->ordinals[i - 1], r->ordinals[i], r->ordinals[k]))
                return i;
    }
    return 0;
}

static void begin(reading *r, ac_verifier *v, const ac_offence *offence)
{
    memset(r, 0, sizeof *r);
    r->v = v;
    r->ck = v->ck;
    r->offence = offence;
    r->window = AC_NO_INDEX;
}

/* Of several windows nothing is known of how their ordinals go together; but what each deed goes on with has no hole. */
static int goes_on(const reading *all, uint32_t deed)
{
    reading one;

    begin(&one, all->v, all->offence);
    add_deed(&one, deed);
    return !one.has_windows && !find_hole(&one, 1) && !one.is_hard;
}

static void say(const reading *r, uint32_t hole)
{
    ac_arg args[3];

    args[0] = ac_arg_text(r->offence->name);
    args[1] = ac_arg_number(r->ordinals[hole]);
    args[2] = ac_arg_number(r->ordinals[hole - 1]);
    ac_log_add(r->ck->log, AC_MSG_NTH_HOLE, ac_verify_place(r->ck, r->offence->line), args, 3);
}

/* Of the fines, or of all deeds. @return as find_hole; r->is_hard: it is not known. */
static uint32_t judge(reading *r, int fines_only, int to_the_end)
{
    uint32_t i;

    for (i = 0; i < r->offence->deed_count; i++)
        if (!fines_only || r->offence->deeds[i].kind == AC_DEED_FINE)
            add_deed(r, i);
    if (r->window == AC_NO_INDEX)
        return 0;
    if (!r->has_windows)
        return find_hole(r, to_the_end);
    for (i = 0; i < r->deed_count; i++)
        r->is_hard |= !goes_on(r, r->deeds[i]);
    return 0;
}

/* A fine that ends is told of, unless a measure goes on from there. A measure, or a reward, only when there is one again later: the
 * first may be meant. */
static void check_offence(ac_verifier *v, const ac_offence *o)
{
    reading  r;
    uint32_t i, fines = 0, hole = 0;

    for (i = 0; i < o->deed_count; i++)
        fines += o->deeds[i].kind == AC_DEED_FINE;
    begin(&r, v, o);
    if (fines > 0 && !judge(&r, 1, 1) && !r.is_hard)
        return;
    begin(&r, v, o);
    hole = judge(&r, 0, fines > 0);
    if (r.is_hard)
        ac_say_1(v->ck, AC_MSG_NTH_NOT_PROVEN, ac_verify_place(v->ck, o->line), o->name);
    else if (hole)
        say(&r, hole);
}

void ac_verify_nth(ac_verifier *v)
{
    const ac_policy *p = v->ck->policy;
    uint32_t         i;

    for (i = 0; i < p->offence_count && !v->ck->nomem && !v->ck->log->is_full; i++)
        check_offence(v, &p->offences[i]);
}
