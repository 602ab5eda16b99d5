#include "rules/example/coverage.h"

#include "base/buffer.h"
#include "rules/eval.h"
#include "rules/operate.h"

/* Rows are marked table by table as each case of the examples is judged. */

enum { LINES_SHOWN = 12 };

int ac_coverage_begin(ac_coverage *c, const ac_policy *policy, ac_mem *mem)
{
    c->policy = policy;
    c->rows = 0;
    for (uint32_t i = 0; i < policy->table_count; i++)
        c->rows += policy->tables[i].hole == AC_NO_INDEX ? policy->tables[i].row_count : 0;
    c->hit = ac_mem_zeroed(mem, (size_t)c->rows + 1);
    return c->hit != NULL;
}

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

static void see_record(ac_coverage *c, ac_record *record, ac_time now)
{
    uint8_t *hit = c->hit;

    for (uint32_t i = 0; i < c->policy->table_count; i++) {
        const ac_table *table = &c->policy->tables[i];
        ac_eval         e;

        if (table->hole != AC_NO_INDEX)
            continue;
        if (table->record == record->type) {
            ac_eval_begin(&e, record, now);
            see_table(&e, table, hit);
        }
        hit += table->row_count;
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

static void say_missed(const ac_policy *policy, const ac_table *table, const uint8_t *hit, uint32_t missed, ac_log *log)
{
    char      room[LINES_SHOWN * 12 + 8];
    ac_writer lines;
    ac_place  place = { 0, 0 };
    uint32_t  shown = 0;

    ac_writer_init_fixed(&lines, room, sizeof room);
    for (uint32_t i = 0; i < table->row_count && shown < LINES_SHOWN; i++) {
        if (hit[i])
            continue;
        ac_write_string(&lines, shown++ ? ", " : "");
        ac_write_u64(&lines, policy->lines[table->rows[i].line].line);
    }
    if (shown < missed)
        ac_write_string(&lines, ", …");
    place.at = policy->lines[table->line].line > 0 ? policy->lines[table->line].line - 1 : 0;
    ac_log_3(log, AC_MSG_ROWS_MISSED, place, ac_arg_text(table->name), ac_arg_number(missed), ac_arg_text(ac_writer_text(&lines)));
}

void ac_coverage_end(ac_coverage *c, ac_mem *mem, ac_log *log, ac_example_counts *counts)
{
    uint8_t *hit = c->hit;

    for (uint32_t i = 0; hit && i < c->policy->table_count; i++) {
        const ac_table *table = &c->policy->tables[i];
        uint32_t        missed = 0;

        if (table->hole != AC_NO_INDEX)
            continue;
        for (uint32_t k = 0; k < table->row_count; k++)
            missed += !hit[k];
        if (missed > 0 && c->policy->example_count > 0)
            say_missed(c->policy, table, hit, missed, log);
        counts->rows += table->row_count;
        counts->rows_hit += table->row_count - missed;
        hit += table->row_count;
    }
    ac_mem_free(mem, c->hit, c->hit ? (size_t)c->rows + 1 : 0);
    c->hit = NULL;
}
