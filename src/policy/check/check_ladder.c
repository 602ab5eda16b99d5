#include "policy/check/check.h"
#include "policy/model/value.h"

/* Ladders: what each rung asks for, bottom up, and what grants one. A rung that asks less than the rung below is told (V05). */

typedef struct making {
    ac_checker           *ck;
    const ac_tree_ladder *tree;
    ac_ladder_def        *ladder;
    uint32_t              index;
    ac_scope              scope;
} making;

static void read_grant(making *m, const ac_tree_rung *t, uint32_t line)
{
    ac_grant_def *grant = &m->ladder->grants[m->ladder->grant_count];
    uint32_t      rung = ac_check_name(m->ck, AC_NAME_RUNG, m->index, &t->name, AC_MSG_RUNG_UNKNOWN);
    ac_fact       fact;

    if (!ac_check_fact(m->ck, &m->scope, &t->on, 0, &fact) || rung == AC_NO_INDEX)
        return;
    if (fact.type.kind != AC_TYPE_MOMENT && fact.type.kind != AC_TYPE_DATETIME && fact.type.kind != AC_TYPE_DATE) {
        if (fact.type.kind < AC_TYPE_UNTYPED)
            ac_say_2(m->ck, AC_MSG_GRANT_TYPE, t->on.place, t->on.at[t->on.count - 1].text, ac_check_type_text(m->ck, fact.type));
        return;
    }
    grant->rung = rung;
    grant->path = fact.path;
    grant->line = line;
    m->ladder->grant_count++;
}

static void read_rung(making *m, const ac_tree_rung *t)
{
    uint32_t     line = ac_check_line(m->ck, t->place, &t->per, &m->tree->per);
    uint32_t     rung = ac_check_find(m->ck, AC_NAME_RUNG, m->index, t->name.text);
    ac_rung_def *def;

    ac_check_cites(m->ck, &t->per);
    if (t->is_grant) {
        read_grant(m, t, line);
        return;
    }
    def = rung == AC_NO_INDEX ? NULL : &m->ladder->rung_defs[rung];
    if (!def || def->needs)
        return;     /* declared twice: it was told */
    def->line = line;
    def->needs = ac_check_array(m->ck, (size_t)ac_check_needs_count(&t->needs) + 1, sizeof *def->needs);
    if (def->needs)
        def->need_count = ac_check_needs(m->ck, &m->scope, &t->needs, &t->per, &m->tree->per, def->needs);
}

/* ── thresholds that fall as the rungs rise ── */

/* `X >= C` and the like: the path, the constant, and whether more is asked by more. */
static int threshold(const making *m, const ac_need *need, uint32_t *path, ac_cell *bound, int *rising)
{
    const ac_policy *p = m->ck->policy;
    const ac_op     *ops;

    if (need->kind != AC_NEED_HOLDS || need->when.count > 0 || need->program.count != 3)
        return 0;
    ops = &p->ops[need->program.first];
    if (ops[0].code != AC_OP_LOAD || ops[1].code != AC_OP_CONST)
        return 0;
    if (ops[2].code != AC_OP_GE && ops[2].code != AC_OP_GT && ops[2].code != AC_OP_LE && ops[2].code != AC_OP_LT)
        return 0;
    *path = ops[0].a;
    *bound = p->constants[ops[1].a];
    *rising = ops[2].code == AC_OP_GE || ops[2].code == AC_OP_GT;
    return bound->state == AC_VALUE_KNOWN;
}

static void check_falling(making *m, uint32_t rung, const ac_need *need, ac_place place)
{
    uint32_t path, other_path, r, i;
    ac_cell  bound, other;
    int      rising, other_rising;

    if (!threshold(m, need, &path, &bound, &rising))
        return;
    for (r = 1; r < rung; r++)
        for (i = 0; i < m->ladder->rung_defs[r].need_count; i++) {
            const ac_need *below = &m->ladder->rung_defs[r].needs[i];

            if (!threshold(m, below, &other_path, &other, &other_rising) || other_path != path || other_rising != rising || other.ref != bound.ref)
                continue;
            if ((rising ? ac_cell_order(&bound, &other) : ac_cell_order(&other, &bound)) < 0) {
                ac_say_3(m->ck, AC_MSG_RUNG_ASKS_LESS, place, m->ladder->rungs[rung], need->text, m->ladder->rungs[r]);
                return;
            }
        }
}

static void check_rung(making *m, const ac_tree_rung *t)
{
    uint32_t           rung = ac_check_find(m->ck, AC_NAME_RUNG, m->index, t->name.text), i, k, n = 0;
    const ac_rung_def *def = rung == AC_NO_INDEX ? NULL : &m->ladder->rung_defs[rung];

    for (i = 0; def && i < t->needs.count; i++)
        for (k = 0; k < t->needs.at[i].count && n < def->need_count; k++, n++)
            check_falling(m, rung, &def->needs[n], t->needs.at[i].items[k].place);
}

/* ── the block ── */

static void make_ladder(making *m)
{
    ac_ladder_def *l = m->ladder;
    uint32_t       i;

    l->rung_defs = ac_check_array(m->ck, l->rung_count, sizeof *l->rung_defs);
    l->grants = ac_check_array(m->ck, m->tree->count, sizeof *l->grants);
    if (!l->rung_defs || !l->grants)
        return;
    for (i = 0; i < m->tree->count && !m->ck->nomem; i++)
        read_rung(m, &m->tree->rungs[i]);
    for (i = 0; i < m->tree->count && !m->ck->nomem; i++)
        if (!m->tree->rungs[i].is_grant)
            check_rung(m, &m->tree->rungs[i]);
}

void ac_check_ladders(ac_checker *ck)
{
    uint32_t i;

    for (i = 0; i < ck->tree->count && !ck->nomem; i++) {
        const ac_tree_block *b = &ck->tree->blocks[i];
        making               m;

        if (b->kind != AC_TREE_BLOCK_LADDER || b->has_errors)
            continue;
        m.ck = ck;
        m.tree = b->u.ladder;
        m.index = ac_check_find(ck, AC_NAME_LADDER, 0, m.tree->name.text);
        if (m.index == AC_NO_INDEX || ck->policy->names->ladders[m.index].record == AC_NO_INDEX)
            continue;
        m.ladder = &ck->policy->names->ladders[m.index];
        if (m.ladder->rung_defs)
            continue;       /* declared twice: it was told */
        m.scope = ac_scope_of(m.ladder->record);
        make_ladder(&m);
    }
}
