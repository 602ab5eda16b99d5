#include "rules/example/coverage.h"

#include <string.h>

#include "base/buffer.h"
#include "policy/model/names.h"
#include "rules/eval.h"
#include "rules/operate.h"
#include "rules/rank.h"

/* Lines are marked as each case of the examples is judged; what gives the same line of the policy is one. */

enum { LINES_SHOWN = 12 };

typedef enum covered_kind { ROWS, RUNGS, DEEDS, NEEDS } covered_kind;

struct ac_covered {
    covered_kind    kind;
    ac_text         name;
    uint32_t        head;       /* where it is told: index into lines */
    const void     *items;
    const uint32_t *line;       /* of the first item; those of the others follow `stride` bytes apart */
    size_t          stride;
    uint32_t        count;
    uint32_t        first;      /* into hit */
};

/* ── what there is to hit ── */

static void add(ac_coverage *c, covered_kind kind, ac_text name, uint32_t head, const void *items, const uint32_t *line, size_t stride, uint32_t count)
{
    const ac_covered group = { kind, name, head, items, line, stride, count, c->lines };

    if (c->groups)
        c->groups[c->group_count] = group;
    c->group_count++;
    c->lines += count;
}

static void add_needs(ac_coverage *c, const ac_record_def *r)
{
    uint32_t i;

    for (i = 0; r->gates && i < r->field_count; i++)
        if (r->gates[i] && r->gates[i]->need_count > 0)
            add(c, NEEDS, r->name, r->line, r->gates[i]->needs, &r->gates[i]->needs->line, sizeof *r->gates[i]->needs, r->gates[i]->need_count);
}

/* Counts the groups, and when there is room writes them. */
static void collect(ac_coverage *c)
{
    const ac_policy *p = c->policy;
    uint32_t         i;

    c->group_count = c->lines = 0;
    for (i = 0; i < p->table_count; i++)
        if (p->tables[i].hole == AC_NO_INDEX && p->tables[i].row_count > 0)
            add(c, ROWS, p->tables[i].name, p->tables[i].line, p->tables[i].rows, &p->tables[i].rows->line, sizeof *p->tables[i].rows, p->tables[i].row_count);
    for (i = 0; i < p->names->ladder_count; i++) {
        const ac_ladder_def *l = &p->names->ladders[i];

        if (l->rung_count > 1)
            add(c, RUNGS, l->name, l->line, l->rung_defs, &l->rung_defs[1].line, sizeof *l->rung_defs, l->rung_count - 1);
    }
    for (i = 0; i < p->offence_count; i++)
        if (p->offences[i].deed_count > 0)
            add(c, DEEDS, p->offences[i].name, p->offences[i].line, p->offences[i].deeds, &p->offences[i].deeds->line, sizeof *p->offences[i].deeds,
                p->offences[i].deed_count);
    for (i = 0; i < p->record_count; i++)
        add_needs(c, &p->records[i]);
}

int ac_coverage_begin(ac_coverage *c, const ac_policy *policy, ac_mem *mem)
{
    memset(c, 0, sizeof *c);
    c->policy = policy;
    collect(c);
    c->groups = ac_mem_array(mem, (size_t)c->group_count + 1, sizeof *c->groups);
    if (c->groups)
        collect(c);
    c->hit = c->groups ? ac_mem_zeroed(mem, (size_t)c->lines + 1) : NULL;
    return c->hit != NULL;
}

/* The marks of some items, or NULL. */
static uint8_t *marks(ac_coverage *c, const void *items)
{
    uint32_t i;

    for (i = 0; items && i < c->group_count; i++)
        if (c->groups[i].items == items)
            return &c->hit[c->groups[i].first];
    return NULL;
}

/* ── what is hit ── */

static void see_table(ac_eval *e, const ac_table *table, uint8_t *hit)
{
    uint32_t row;

    for (uint32_t o = 0; o < table->output_count; o++) {
        /* What the example gives in place of the table is not of the table. */
        if (!(e->record->cells[table->output_fields[o]].spare & AC_FIELD_IS_COMPUTED))
            continue;
        ac_eval_table(e, table, o, &row);
        if (row != AC_NO_INDEX)
            hit[row] = 1;
    }
    for (row = 0; row < table->row_count && table->hit != AC_HIT_FIRST; row++) {
        ac_cell holds;

        if (table->rows[row].otherwise)
            continue;
        holds = ac_eval_row(e, table, row);
        hit[row] |= (uint8_t)ac_cell_is_yes(&holds);
    }
}

static void see_ladder(ac_eval *e, ac_record *record, uint32_t ladder, uint8_t *hit)
{
    ac_cell rung;

    if (!(record->cells[e->policy->names->ladders[ladder].field].spare & AC_FIELD_IS_COMPUTED))
        return;
    rung = ac_rank_rung(e, record, ladder);
    if (rung.state == AC_VALUE_KNOWN && rung.num > 0)
        hit[rung.num - 1] = 1;
}

static void see_record(ac_coverage *c, ac_record *record, ac_time now)
{
    const ac_policy *p = c->policy;
    uint8_t         *hit;
    ac_eval          e;

    for (uint32_t i = 0; i < p->table_count; i++) {
        hit = p->tables[i].record == record->type ? marks(c, p->tables[i].rows) : NULL;
        if (!hit)
            continue;
        ac_eval_begin(&e, record, now);
        see_table(&e, &p->tables[i], hit);
    }
    for (uint32_t i = 0; i < p->names->ladder_count; i++) {
        hit = p->names->ladders[i].record == record->type ? marks(c, p->names->ladders[i].rung_defs) : NULL;
        if (!hit)
            continue;
        ac_eval_begin(&e, record, now);
        see_ladder(&e, record, i, hit);
    }
}

void ac_coverage_see(ac_coverage *c, ac_record *record, ac_time now)
{
    for (uint32_t i = 0; record->links && i < record->def->field_count; i++)
        if (record->links[i])
            see_record(c, record->links[i], now);
    for (; record; record = record->owner)
        see_record(c, record, now);
}

void ac_coverage_deeds(ac_coverage *c, uint32_t offence, const ac_deed *deeds, uint32_t count)
{
    const ac_offence *o = &c->policy->offences[offence];
    uint8_t          *hit = marks(c, o->deeds);

    for (uint32_t i = 0; hit && i < count; i++)
        for (uint32_t k = 0; k < o->deed_count; k++)
            if (c->policy->lines[o->deeds[k].line].line == deeds[i].line && o->deeds[k].kind == deeds[i].kind && o->deeds[k].member == deeds[i].member)
                hit[k] = 1;
}

void ac_coverage_unmet(ac_coverage *c, const ac_gate_def *gate, const ac_need *need)
{
    uint8_t *hit = marks(c, gate->needs);

    if (hit)
        hit[need - gate->needs] = 1;
}

/* ── what is told ── */

static uint32_t line_of(const ac_coverage *c, const ac_covered *g, uint32_t item)
{
    uint32_t line;

    memcpy(&line, (const char *)g->line + item * g->stride, sizeof line);
    return c->policy->lines[line].line;
}

typedef struct missing {
    char      room[LINES_SHOWN * 12 + 8];
    ac_writer lines;
    uint32_t  count, shown, last;
} missing;

static void take_missed(const ac_coverage *c, const ac_covered *g, missing *m)
{
    uint32_t i;

    for (i = 0; i < g->count; i++) {
        uint32_t line = line_of(c, g, i);

        if (c->hit[g->first + i])
            continue;
        m->count++;
        if (m->shown == LINES_SHOWN || line == m->last)
            continue;
        ac_write_string(&m->lines, m->shown++ ? ", " : "");
        ac_write_u64(&m->lines, line);
        m->last = line;
    }
}

/* Groups of one head are told together: `first` up to `end`. */
static void say_missed(const ac_coverage *c, const ac_covered *first, const ac_covered *end, ac_log *log)
{
    static const ac_msg messages[] = { AC_MSG_ROWS_MISSED, AC_MSG_RUNGS_MISSED, AC_MSG_DEEDS_MISSED, AC_MSG_NEEDS_MISSED };
    const ac_covered          *g;
    ac_place                   place = { 0, 0 };
    missing                    m;

    m.count = m.shown = m.last = 0;
    ac_writer_init_fixed(&m.lines, m.room, sizeof m.room);
    for (g = first; g < end; g++)
        take_missed(c, g, &m);
    if (m.count == 0)
        return;
    if (m.shown == LINES_SHOWN && m.shown < m.count)
        ac_write_string(&m.lines, ", …");
    place.at = c->policy->lines[first->head].line > 0 ? c->policy->lines[first->head].line - 1 : 0;
    ac_log_3(log, messages[first->kind], place, ac_arg_text(first->name), ac_arg_number(m.count), ac_arg_text(ac_writer_text(&m.lines)));
}

void ac_coverage_end(ac_coverage *c, ac_mem *mem, ac_log *log, ac_example_counts *counts)
{
    uint32_t *all[] = { &counts->rows, &counts->rungs, &counts->deeds, &counts->needs };
    uint32_t *hit[] = { &counts->rows_hit, &counts->rungs_hit, &counts->deeds_hit, &counts->needs_hit };
    uint32_t  i, k, next;

    for (i = 0; c->hit && i < c->group_count; i++) {
        *all[c->groups[i].kind] += c->groups[i].count;
        for (k = 0; k < c->groups[i].count; k++)
            *hit[c->groups[i].kind] += c->hit[c->groups[i].first + k];
    }
    for (i = 0; c->hit && c->policy->example_count > 0 && i < c->group_count; i = next) {
        for (next = i + 1; next < c->group_count && c->groups[next].kind == c->groups[i].kind && c->groups[next].head == c->groups[i].head; next++)
            ;
        say_missed(c, &c->groups[i], &c->groups[next], log);
    }
    ac_mem_free(mem, c->hit, c->hit ? (size_t)c->lines + 1 : 0);
    ac_mem_free(mem, c->groups, c->groups ? ((size_t)c->group_count + 1) * sizeof *c->groups : 0);
    c->hit = NULL;
    c->groups = NULL;
}
