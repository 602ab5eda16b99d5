#include "policy/verify/verify.h"

#include <string.h>

#include "policy/check/check_table.h"
#include "policy/model/value.h"

/* Limits: conditions that decide nothing, and stages that fall due in the wrong order. */

/* ── conditions ── */

static void check_when(ac_verifier *v, const ac_limit *limit, const ac_limit_source *from)
{
    ac_place place = from->place;
    uint32_t i;

    for (i = 0; i < from->tails->count; i++)
        if (from->tails->at[i].kind == AC_TREE_TAIL_WHEN)
            place = from->tails->at[i].expr->place;
    ac_verify_when(v, &limit->when, place);
}

/* ── stages ── */

static int has_action(const ac_record_def *r, uint32_t field)
{
    uint32_t i;

    for (i = 0; i < r->transition_count && r->transitions[i].action != field; i++)
        ;
    return i < r->transition_count;
}

/* Whether the flow allows `second` only after `first`: without it no state that `second` starts from is reached. */
static int flow_orders(ac_checker *ck, const ac_record_def *r, uint32_t first, uint32_t second)
{
    uint8_t *reached;
    uint32_t i;
    int      more = 1;

    if (!has_action(r, first) || !has_action(r, second))
        return 0;
    reached = ac_check_scratch(ck, r->state_count, 1);
    if (!reached)
        return 0;
    reached[0] = 1;
    while (more)
        for (more = 0, i = 0; i < r->transition_count; i++) {
            const ac_transition *t = &r->transitions[i];

            if (t->action == first || !reached[t->from] || reached[t->to])
                continue;
            reached[t->to] = 1;
            more = 1;
        }
    for (i = 0; i < r->transition_count; i++)
        if (r->transitions[i].action == second && reached[r->transitions[i].from])
            return 0;
    return 1;
}

static int comes_first(ac_checker *ck, const ac_record_def *r, uint32_t first, uint32_t second)
{
    if (r->fields[first].origin == AC_FIELD_STEP && r->fields[second].origin == AC_FIELD_STEP)
        return first < second;
    return flow_orders(ck, r, first, second);
}

/* A constant length from one start, always on. */
static int is_plain(ac_checker *ck, const ac_limit *l, ac_cell *span)
{
    return l->form == AC_LIMIT_WITHIN && l->when.count == 0 && l->start_count == 1 && !l->renews
        && ac_check_is_constant(ck, &l->span, span) && span->state == AC_VALUE_KNOWN;
}

static int is_shorter(const ac_cell *a, const ac_cell *b)
{
    return a->ref == b->ref && ac_cell_order(a, b) < 0;
}

/* The later stage falls due before the one it waits for. */
static void check_order(ac_checker *ck, uint32_t record)
{
    const ac_record_def   *r = &ck->policy->records[record];
    const ac_limit_source *from = ck->records[record].limits;
    uint32_t               i, k;
    ac_cell                a, b;

    for (i = 0; i < r->limit_count && !ck->nomem; i++)
        for (k = 0; k < r->limit_count && !ck->nomem; k++) {
            const ac_limit *early = &r->limits[i], *late = &r->limits[k];
            ac_arena_mark   mark = ac_arena_here(&ck->scratch);

            if (early->moment == late->moment || late->pause_count > 0 || !is_plain(ck, early, &a) || !is_plain(ck, late, &b) || !is_shorter(&b, &a)
                || early->calendar != late->calendar || !ac_check_same_program(ck->policy, &early->starts[0], &late->starts[0]))
                continue;
            if (comes_first(ck, r, early->moment, late->moment)) {
                ac_say_2(ck, AC_MSG_LIMIT_ORDER, from[k].place, late->name, early->name);
                ac_log_note_0(ck->log, AC_MSG_DATA_FIRST_HERE, from[i].place);
            }
            ac_arena_back(&ck->scratch, mark);
        }
}

void ac_verify_limits(ac_verifier *v)
{
    ac_checker *ck = v->ck;
    uint32_t    r, i;

    for (r = 0; r < ck->policy->record_count && !ck->log->is_full; r++) {
        const ac_record_def *record = &ck->policy->records[r];

        for (i = 0; i < record->limit_count && !ck->nomem; i++)
            check_when(v, &record->limits[i], &ck->records[r].limits[i]);
        check_order(ck, r);
    }
}
