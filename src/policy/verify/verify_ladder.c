#include "policy/verify/verify.h"

#include <string.h>

#include "policy/check/check_table.h"

/* Ladders (V05, V06). A rung holds together with all below it, so a ladder is a first-hit table of what fails first:
 *
 *     junior   not all that skilled asks for
 *     skilled  not all that master asks for
 *     master   otherwise
 *
 * A row that is never hit is a rung that nobody stays at; one whose rows before it leave nothing is a rung that nobody reaches. */

typedef struct reading {
    ac_verifier         *v;
    ac_checker          *ck;
    const ac_ladder_def *ladder;
    ac_program          *fails;     /* rung - 1: not all that it asks for; count 0: nothing that can be looked at */
    uint8_t             *is_open;   /* rung: an item is no condition over facts (complete, actor, two of three signatures) */
    int                  too_large;
} reading;

/* ── items as conditions ── */

#define OPS_MAX 60000u          /* of a condition in the making */

/* `not item` joined to a condition in the making. 0: it is no condition. */
static int add_item(reading *r, const ac_writing *w, const ac_need *need)
{
    const ac_place nowhere = { 0, 0 };
    ac_checker    *ck = r->ck;
    ac_writing     own;
    ac_program     item;
    uint32_t       i;

    if (need->kind == AC_NEED_COMPLETE || need->kind == AC_NEED_NOT_ACTOR || (need->kind == AC_NEED_SIGNED && need->quorum != need->path_count))
        return 0;
    if (ck->code_count - w->mark > OPS_MAX || need->program.depth > AC_STACK_CELLS - 4 || need->when.depth > AC_STACK_CELLS - 4) {
        r->too_large = 1;
        return 0;
    }
    own = ac_check_begin(ck, need->line);
    if (need->when.count > 0)
        ac_verify_term(ck, &own, &need->when, 1, AC_OP_OR);
    if (need->kind == AC_NEED_CONFIRM || need->kind == AC_NEED_SIGNED) {
        for (i = 0; i < need->path_count; i++) {
            ac_check_op(ck, &own, nowhere, AC_OP_LOAD, need->paths[i], 0);
            if (i > 0)
                ac_check_op(ck, &own, nowhere, AC_OP_AND, 0, 0);
        }
    } else {
        ac_check_inline(ck, &need->program);
        if (need->kind == AC_NEED_KNOWN)
            ac_check_op(ck, &own, nowhere, AC_OP_IS_KNOWN, 0, 0);
    }
    if (need->when.count > 0)
        ac_check_op(ck, &own, nowhere, AC_OP_OR, 0, 0);
    ac_verify_written(ck, &own, &item);
    if (!ck->nomem)
        ac_verify_term(ck, w, &item, 1, AC_OP_OR);
    return 1;
}

static void gather(reading *r)
{
    uint32_t rung, i;

    for (rung = 1; rung < r->ladder->rung_count && !r->ck->nomem; rung++) {
        const ac_rung_def *def = &r->ladder->rung_defs[rung];
        ac_writing         w = ac_check_begin(r->ck, def->line);

        for (i = 0; i < def->need_count; i++)
            r->is_open[rung] |= !add_item(r, &w, &def->needs[i]);
        ac_verify_written(r->ck, &w, &r->fails[rung - 1]);
    }
}

/* ── one item against the rungs below ── */

/* Whether a condition that holds has that fact known: it reads it, and nothing in it stands in for anything else. */
static int has_known(const ac_policy *p, const ac_program *program, uint32_t path)
{
    int      is_read = 0, negates = 0, joins = 0;
    uint32_t i;

    for (i = 0; i < program->count; i++) {
        const ac_op *op = &p->ops[program->first + i];

        is_read |= op->code == AC_OP_LOAD && op->a == path;
        negates |= op->code == AC_OP_NOT;
        joins |= op->code == AC_OP_AND;
        if (op->code == AC_OP_OR || op->code == AC_OP_IF || op->code == AC_OP_IS_KNOWN || op->code == AC_OP_IS_UNKNOWN)
            return 0;
    }
    return is_read && !(negates && joins);
}

static int is_known_at(const reading *r, uint32_t rung, uint32_t path)
{
    uint32_t below, i;

    for (below = 1; below <= rung; below++)
        for (i = 0; i < r->ladder->rung_defs[below].need_count; i++) {
            const ac_need *need = &r->ladder->rung_defs[below].needs[i];

            if (!ac_verify_take(r->v, 1))
                return 0;
            if (need->kind == AC_NEED_HOLDS && need->when.count == 0 && has_known(r->ck->policy, &need->program, path))
                return 1;
        }
    return 0;
}

/* Whoever has the rung has all facts of the item known; else it asks at least for that. */
static int is_answered(const reading *r, uint32_t rung, const ac_program *item)
{
    const ac_policy *p = r->ck->policy;
    uint32_t         i;

    for (i = 0; i < item->count; i++)
        if (p->ops[item->first + i].code == AC_OP_LOAD && !is_known_at(r, rung, p->ops[item->first + i].a))
            return 0;
    return 1;
}

/* The rung below that asks for the same, or AC_NO_INDEX. */
static uint32_t rung_with(const reading *r, uint32_t rung, const ac_need *need)
{
    uint32_t below, i;

    for (below = 1; below < rung; below++)
        for (i = 0; i < r->ladder->rung_defs[below].need_count; i++)
            if (!ac_verify_take(r->v, 1) || ac_check_same_program(r->ck->policy, &r->ladder->rung_defs[below].needs[i].program, &need->program))
                return below;
    return AC_NO_INDEX;
}

/* The lowest rung with which the item holds already, or AC_NO_INDEX. */
static uint32_t rung_implying(reading *r, uint32_t rung, const ac_need *need)
{
    ac_checker *ck = r->ck;
    uint32_t    below, ops = ck->policy->op_count;
    ac_program *rows = ac_check_scratch(ck, rung, sizeof *rows);
    ac_writing  w = ac_check_begin(ck, need->line);

    if (!rows)
        return AC_NO_INDEX;
    memcpy(rows, r->fails, (rung - 1) * sizeof *rows);
    for (below = 1; below < rung && !ck->nomem && r->v->steps > 0; below++) {
        ac_arena_mark mark = ac_arena_here(&ck->scratch);
        ac_sweep     *s = ac_check_scratch(ck, 1, sizeof *s);
        ac_program    kept = rows[below];
        int           implied;

        ac_verify_term(ck, &w, &need->program, 1, AC_OP_OR);
        ac_verify_written(ck, &w, &rows[below]);
        implied = s && is_answered(r, below, &need->program) && ac_verify_rows(r->v, rows, below + 1, s) && !s->is_hit[below];
        rows[below] = kept;
        ck->policy->op_count = ops;
        ac_arena_back(&ck->scratch, mark);
        if (implied)
            return below;
    }
    return AC_NO_INDEX;
}

/* An item that a rung below asks more of (V05). One that is only said again is fine. */
static void check_items(reading *r, uint32_t rung)
{
    const ac_rung_def *def = &r->ladder->rung_defs[rung];
    uint32_t           i, below;

    for (i = 0; i < def->need_count; i++) {
        const ac_need *need = &def->needs[i];

        if (need->kind != AC_NEED_HOLDS || need->when.count > 0 || rung_with(r, rung, need) != AC_NO_INDEX)
            continue;
        below = rung_implying(r, rung, need);
        if (below != AC_NO_INDEX)
            ac_say_3(r->ck, AC_MSG_RUNG_ASKS_LESS, ac_verify_place_of(r->ck, need), r->ladder->rungs[rung], need->text, r->ladder->rungs[below]);
    }
}

/* ── the ladder ── */

/* Whether anybody reaches a rung: facts that fail none of the rows up to it; 1 too when that is not proven. */
static int is_reached(reading *r, uint32_t rung)
{
    ac_arena_mark mark = ac_arena_here(&r->ck->scratch);
    ac_sweep     *s = ac_check_scratch(r->ck, 1, sizeof *s);
    int           reached = !s || !ac_verify_rows(r->v, r->fails, rung, s) || s->needs_else;

    ac_arena_back(&r->ck->scratch, mark);
    return reached;
}

static void judge(reading *r)
{
    ac_checker *ck = r->ck;
    uint32_t    n = r->ladder->rung_count - 1, rung;
    ac_sweep   *s = ac_check_scratch(ck, 1, sizeof *s);
    int         is_passed = 0, is_proven;

    if (!s)
        return;
    is_proven = ac_verify_rows(r->v, r->fails, n, s) && !r->too_large;
    for (rung = 1; is_proven && rung <= n && !ck->nomem; rung++) {
        const ac_rung_def *def = &r->ladder->rung_defs[rung];
        uint32_t           errors = ck->log->errors;

        ac_verify_needs(r->v, def->needs, def->need_count);
        if (ck->log->errors > errors)
            return;     /* nor those above */
        if (!is_reached(r, rung)) {
            ac_say_1(ck, AC_MSG_RUNG_NEVER, ac_verify_place(ck, def->line), r->ladder->rungs[rung]);
            return;
        }
        if (!is_passed)
            check_items(r, rung);
        is_passed = rung < n && !s->is_hit[rung] && !r->is_open[rung + 1];
        if (is_passed)
            ac_say_2(ck, AC_MSG_RUNG_PASSED, ac_verify_place(ck, def[1].line), r->ladder->rungs[rung + 1], r->ladder->rungs[rung]);
        is_proven = r->v->steps > 0;
    }
    if (!is_proven && !ck->nomem)
        ac_say_1(ck, AC_MSG_LADDER_NOT_PROVEN, ac_verify_place(ck, r->ladder->line), r->ladder->name);
}

void ac_verify_ladders(ac_verifier *v)
{
    ac_checker *ck = v->ck;
    uint32_t    i;

    for (i = 0; i < ck->policy->names->ladder_count && !ck->nomem && !ck->log->is_full; i++) {
        ac_arena_mark mark = ac_arena_here(&ck->scratch);
        uint32_t      ops = ck->policy->op_count;
        reading       r;

        r.v = v;
        r.ck = ck;
        r.ladder = &ck->policy->names->ladders[i];
        r.too_large = 0;
        r.fails = ac_check_scratch(ck, r.ladder->rung_count, sizeof *r.fails);
        r.is_open = ac_check_scratch(ck, (size_t)r.ladder->rung_count + 1, 1);
        if (r.ladder->rung_count > 1 && r.fails && r.is_open) {
            gather(&r);
            if (!ck->nomem)
                judge(&r);
        }
        ck->policy->op_count = ops;
        ac_arena_back(&ck->scratch, mark);
    }
}
