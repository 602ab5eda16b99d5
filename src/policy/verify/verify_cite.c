#include "policy/verify/verify.h"

#include <string.h>

/* One article behind rows that contradict each other (V11): both hold for some facts and give different results, and neither is a case
 * of the other. The first one decides, so the table is sound; but the article can hardly say both. Rows under the article of the whole
 * table are left alone: it may well say that the first one decides. */

enum { ROWS = 64 };     /* a table with more is left alone */

static int cites_its_own(const ac_policy *p, const ac_table *t, const ac_row *row)
{
    const char *clause = p->lines[row->line].clause, *common = p->lines[t->line].clause;

    return clause && !strchr(clause, ',') && (!common || strcmp(clause, common) != 0);
}

/* Both outputs are written, and differ. */
static int differ(const ac_checker *ck, const ac_table *t, const ac_row *a, const ac_row *b)
{
    uint32_t i;

    for (i = 0; i < t->output_count; i++) {
        ac_cell x, y;

        if (ac_check_is_constant(ck, &a->outputs[i], &x) && ac_check_is_constant(ck, &b->outputs[i], &y) && ck->policy->ops[a->outputs[i].first].a != ck->policy->ops[b->outputs[i].first].a)
            return 1;
    }
    return 0;
}

/* Whether facts can be such that `a` holds, and `b` does, or not. */
static int can_be(ac_verifier *v, const ac_row *a, const ac_row *b, int negated)
{
    ac_checker   *ck = v->ck;
    ac_arena_mark mark = ac_arena_here(&ck->scratch);
    uint32_t      ops = ck->policy->op_count, i;
    ac_sweep     *s = ac_check_scratch(ck, 1, sizeof *s);
    ac_writing    w = ac_check_begin(ck, a->line);
    ac_program    both;
    int           can;

    ac_verify_term(ck, &w, &a->condition, 0, AC_OP_AND);
    ac_verify_term(ck, &w, &b->condition, negated, AC_OP_AND);
    ac_verify_written(ck, &w, &both);
    can = s && !ck->nomem && both.count > 0 && ac_verify_rows(v, &both, 1, s) && s->can_hold[0];
    for (i = 0; can && i < s->table->column_count; i++)
        can = s->table->columns[i].path != AC_NO_INDEX;     /* what is worked out may exclude it */
    ck->policy->op_count = ops;
    ac_arena_back(&ck->scratch, mark);
    return can;
}

static int check_pair(ac_verifier *v, const ac_table *t, const ac_row *first, const ac_row *row)
{
    ac_checker *ck = v->ck;
    const char *clause = ck->policy->lines[row->line].clause, *other = ck->policy->lines[first->line].clause;

    if (first->otherwise || first->condition.count == 0 || !other || strcmp(clause, other) != 0 || !differ(ck, t, first, row)
        || !ac_verify_take(v, 8) || !can_be(v, first, row, 0) || !can_be(v, first, row, 1) || !can_be(v, row, first, 1))
        return 0;
    ac_say_1(ck, AC_MSG_CITED_TWO_WAYS, ac_verify_place(ck, row->line), ac_text_of(clause));
    ac_log_note_0(ck->log, AC_MSG_FIRST_HERE, ac_verify_place(ck, first->line));
    return 1;
}

void ac_verify_cites(ac_verifier *v)
{
    const ac_policy *p = v->ck->policy;
    uint32_t         i, k, n;

    for (i = 0; i < p->table_count; i++) {
        const ac_table *t = &p->tables[i];

        for (k = 1; t->hit == AC_HIT_FIRST && t->row_count <= ROWS && k < t->row_count; k++)
            for (n = 0; n < k && !v->ck->nomem && !v->ck->log->is_full; n++)
                if (!t->rows[k].otherwise && t->rows[k].condition.count > 0 && cites_its_own(p, t, &t->rows[k])
                    && check_pair(v, t, &t->rows[n], &t->rows[k]))
                    break;      /* once for each row */
    }
}
