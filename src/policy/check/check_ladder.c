#include "policy/check/check.h"

/* Ladders: what each rung asks for, bottom up, and what grants one. */

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
