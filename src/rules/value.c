#include <aftercare/rules.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/struct.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "rules/decide.h"
#include "rules/eval.h"
#include "rules/opening.h"
#include "rules/quick.h"
#include "time/civil.h"

ac_status ac_decision_refuse(ac_status status, ac_msg msg, int64_t subject, ac_error *err)
{
    ac_msg_info info = ac_msg_info_of(msg);

    ac_error_set(err, status, info.number, info.text, info.hint);
    ac_error_subject(err, subject);
    return status;
}

ac_status ac_decision_give(void *out, size_t known, const void *answer, ac_error *err)
{
    return ac_struct_write(out, known, answer) == AC_OK ? AC_OK : ac_decision_refuse(AC_E_INVALID, AC_MSG_STRUCT_SIZE, 0, err);
}

ac_status ac_decision_take(void *out, size_t known, const void *given, ac_error *err)
{
    return ac_struct_read(out, known, given, known) ? AC_OK : ac_decision_refuse(AC_E_INVALID, AC_MSG_STRUCT_SIZE, 0, err);
}

ac_status ac_decision_check(const ac_record *record, ac_decision_kind kind, uint32_t index, ac_time now, ac_error *err)
{
    uint32_t count = kind == AC_DECISION_VALUE ? record->def->field_count : kind == AC_DECISION_MILESTONE ? record->def->limit_count : 0;

    if (kind == AC_DECISION_OPENING && index < record->policy->record_count && ac_opening_is_opener(record, index)
        && record->policy->records[index].opening.by != AC_OPENED_BY_HOST)
        count = index + 1;
    if (index >= count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_DECISION_NONE, index, err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    return AC_OK;
}

ac_value ac_decision_value(const ac_policy *policy, const ac_record_def *def, uint32_t field, ac_cell cell)
{
    const ac_field_def *f = &def->fields[field];
    ac_value            v = ac_value_from_cell(policy, f->type, cell);

    if (cell.state == AC_VALUE_UNKNOWN && cell.num == AC_MISSING_SELF) {
        v.text = f->name.data;
        v.text_size = (uint32_t)f->name.size;
    }
    if (cell.state == AC_VALUE_ERROR)
        v.line += cell.ref;
    return v;
}

/* The same in place, quick for numbers that are known. */
static void set_value(ac_value *out, const ac_record *record, uint32_t field, ac_cell cell)
{
    static const ac_value blank = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    ac_type               type = record->def->fields[field].type;

    if (cell.state != AC_VALUE_KNOWN || type.kind == AC_TYPE_TEXT || type.kind == AC_TYPE_RECORD) {
        *out = ac_decision_value(record->policy, record->def, field, cell);
        return;
    }
    *out = blank;
    out->type = (ac_type_kind)type.kind;
    out->ref = type.kind == AC_TYPE_SPAN || type.kind == AC_TYPE_PERIOD ? cell.ref : type.ref;
    out->num = cell.num;
    out->den = cell.den;
}

ac_status ac_rules_dated_at(ac_record *record, ac_time now, ac_time *out, ac_error *err)
{
    assert(record && out);
    if (ac_eval_dated(record, now, out))
        return AC_OK;
    return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NOT_DATED, err);
}

ac_status ac_rules_value(ac_record *record, uint32_t field, ac_time now, ac_value *out, ac_error *err)
{
    const ac_field_def *def;
    const ac_cell      *quick;
    ac_eval             e;
    ac_cell             cell;
    ac_status           st;

    assert(record && out);
    if (field < record->def->field_count && ac_time_is_valid(now)) {
        quick = ac_quick_field(record, field);
        if (quick) {
            set_value(out, record, field, *quick);
            return AC_OK;
        }
    }
    st = ac_decision_check(record, AC_DECISION_VALUE, field, now, err);
    if (st != AC_OK)
        return st;
    ac_eval_begin(&e, record, now);
    def = &record->def->fields[field];
    if (def->origin == AC_FIELD_TABLE && def->unsupported == AC_NO_INDEX)   /* nobody else asks for it: nothing to remember */
        cell = ac_eval_table(&e, ac_eval_table_at(&e, def->table), def->output, NULL);
    else
        cell = ac_eval_field(&e, record, field);
    set_value(out, record, field, cell);
    return AC_OK;
}

ac_status ac_rules_value_so_far(ac_record *record, uint32_t field, ac_time now, ac_value *out, ac_error *err)
{
    const ac_field_def *def;
    const ac_table     *table;
    ac_eval             e;
    ac_status           st;

    assert(record && out);
    st = ac_decision_check(record, AC_DECISION_VALUE, field, now, err);
    if (st != AC_OK)
        return st;
    def = &record->def->fields[field];
    ac_eval_begin(&e, record, now);
    table = def->origin == AC_FIELD_TABLE && def->unsupported == AC_NO_INDEX ? ac_eval_table_at(&e, def->table) : NULL;
    if (!table || !ac_table_collects(table))
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_DECISION_NONE, field, err);
    set_value(out, record, field, ac_eval_so_far(&e, table, def->output));
    return AC_OK;
}

const ac_line *ac_decision_line(ac_eval *e, uint32_t field)
{
    const ac_record    *record = e->record;
    const ac_field_def *def = &record->def->fields[field];
    const ac_table     *table;
    uint32_t            row, line = def->line;

    if (def->origin == AC_FIELD_TABLE && def->unsupported == AC_NO_INDEX) {
        table = ac_eval_table_at(e, def->table);
        ac_eval_table(e, table, def->output, &row);
        if (row != AC_NO_INDEX && table->filled_lines)
            return &table->filled_lines[table->rows[row].line];
        line = row != AC_NO_INDEX ? table->rows[row].line : table->line;
    }
    return line < record->policy->line_count ? &record->policy->lines[line] : NULL;
}

/* NULL when there is none. */
static const ac_line *value_line(ac_record *record, uint32_t field, ac_time now)
{
    ac_eval e;

    if (ac_decision_check(record, AC_DECISION_VALUE, field, now, NULL) != AC_OK)
        return NULL;
    ac_eval_begin(&e, record, now);
    return ac_decision_line(&e, field);
}

const char *ac_rules_value_clause(ac_record *record, uint32_t field, ac_time now)
{
    const ac_line *line;

    assert(record);
    line = value_line(record, field, now);
    return line ? line->clause : NULL;
}

uint32_t ac_rules_value_line(ac_record *record, uint32_t field, ac_time now)
{
    const ac_line *line;

    assert(record);
    line = value_line(record, field, now);
    return line ? line->line : 0;
}

ac_status ac_rules_expression(ac_record *record, const ac_expression *expression, ac_time now, ac_value *out, ac_error *err)
{
    ac_eval e;
    ac_cell cell;

    assert(record && expression && out);
    if (expression->policy != record->policy || expression->record != record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, 0, err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    ac_eval_begin(&e, record, now);
    e.policy = &expression->view;
    cell = ac_eval_program(&e, &expression->program);
    *out = ac_value_from_cell(&expression->view, expression->program.type, cell);
    if (cell.state == AC_VALUE_ERROR && out->line > 0)
        out->line += cell.ref;
    return AC_OK;
}
