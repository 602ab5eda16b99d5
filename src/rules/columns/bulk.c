#include <aftercare/rules.h>

#include <string.h>

#include "base/assert.h"
#include "policy/model/value.h"
#include "rules/columns/block.h"
#include "rules/columns/column.h"
#include "rules/decide.h"
#include "rules/eval.h"
#include "rules/limit.h"
#include "time/civil.h"

/* Columns in, columns out. Where everything has a plan, rows are decided in blocks; a row that is not plain, and all of any other
 * call, goes through the scratch record. */

#define COUNT_MAX (INT64_C(1) << 53)

static void plain_range(const ac_record *record, uint32_t field, int64_t *low, int64_t *high)
{
    ac_accept a = record->accepts[field];

    *low = 0;
    *high = a.members ? (int64_t)a.members - 1 : -1;    /* -1: no plain value at all */
    if (a.members)
        return;
    switch (a.kind) {
    case AC_TYPE_BOOL:
        *high = 1;
        break;
    case AC_TYPE_COUNT:
        *high = COUNT_MAX;
        break;
    case AC_TYPE_DATE:
        *low = AC_DAY_MIN;
        *high = AC_DAY_MAX;
        break;
    case AC_TYPE_DATETIME:
        *low = AC_TIME_MIN;
        *high = AC_TIME_MAX;
        break;
    case AC_TYPE_NUMBER:
    case AC_TYPE_MONEY:
    case AC_TYPE_DURATION:
    case AC_TYPE_SPAN:
        *low = INT64_MIN + 1;
        *high = INT64_MAX;
        break;
    default:
        break;
    }
}

static ac_block_column column_of(ac_record *record, const ac_column_in *in)
{
    ac_block_column p;
    int64_t         high;

    p.data = in->data;
    p.known = in->known;
    p.field = in->field;
    p.width = (uint8_t)in->width;
    plain_range(record, in->field, &p.low, &high);
    p.checked = (uint8_t)(high < p.low);
    p.range = (uint64_t)high - (uint64_t)p.low;
    return p;
}

/* The long way: as a setter would. */
static ac_status number_cell(ac_record *record, uint32_t field, int64_t num, ac_cell *out, ac_error *err)
{
    ac_type  type = record->def->fields[field].type;
    ac_value value = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    value.type = (ac_type_kind)type.kind;
    value.ref = type.kind == AC_TYPE_SPAN ? (uint32_t)AC_UNIT_SECOND : type.ref;
    value.num = num;
    return ac_record_check(record, field, &value, NULL, out, err);
}

static ac_status bad_row(size_t row, ac_error *err)
{
    return ac_decision_refuse(AC_E_RANGE, AC_MSG_BULK_ROW, (int64_t)row, err);
}

static ac_status put_checked(ac_record *record, const ac_block_column *p, size_t row, int64_t num, ac_error *err)
{
    ac_cell cell = { 0, 1, 0, 0, 0 };

    if (!p->checked || number_cell(record, p->field, num, &cell, err) != AC_OK)
        return bad_row(row, err);
    cell.spare = record->cells[p->field].spare;
    record->cells[p->field] = cell;
    return AC_OK;
}

static ac_status put(ac_record *record, const ac_block_column *p, size_t row, ac_error *err)
{
    ac_cell *cell = &record->cells[p->field];
    int64_t  num;

    if (p->known && !p->known[row]) {
        cell->num = AC_MISSING_SELF;
        cell->state = AC_VALUE_UNKNOWN;
        return AC_OK;
    }
    num = ac_column_element(p->data, p->width, row);
    if (p->checked || (uint64_t)num - (uint64_t)p->low > p->range)
        return put_checked(record, p, row, num, err);
    ac_cell_put(cell, num);
    return AC_OK;
}

static ac_status fill_row(ac_record *record, const ac_block_column *columns, const ac_column_in *in, size_t in_count, size_t row, ac_error *err)
{
    ac_status st = AC_OK;

    record->kept = 0;
    for (size_t i = 0; st == AC_OK && i < in_count; i++) {
        ac_block_column beyond;

        if (i < AC_BLOCK_COLUMNS) {
            st = put(record, &columns[i], row, err);
            continue;
        }
        beyond = column_of(record, &in[i]);     /* planned anew for every row */
        st = put(record, &beyond, row, err);
    }
    return st;
}

/* One entry: what needs no check of its own goes in as fast as a setter puts it. */
static ac_status add_entry(ac_record *record, uint32_t field, int64_t value, ac_time at, ac_error *err)
{
    ac_value v = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    if (field >= record->def->field_count)
        return AC_E_NOT_FOUND;
    if (record->accepts[field].kind == AC_TYPE_BOOL && (value | 1) == 1)
        return ac_record_add_bool(record, field, (int)value, at, err);
    if (record->accepts[field].members && value >= 0 && value < record->accepts[field].members)
        return ac_record_add_member(record, field, (uint32_t)value, at, err);
    v.type = (ac_type_kind)record->def->fields[field].type.kind;
    v.ref = v.type == AC_TYPE_SPAN ? (uint32_t)AC_UNIT_SECOND : record->def->fields[field].type.ref;
    v.num = value;
    if (v.type == AC_TYPE_TEXT || v.type == AC_TYPE_RECORD)
        return AC_E_TYPE;
    return ac_record_add(record, field, &v, at, err);
}

static void forget_history(ac_record *record)
{
    uint32_t i;

    for (i = 0; i < record->history_count; i++)
        record->cells[record->history[i].field].spare &= (uint8_t)~AC_FIELD_HAS_HISTORY;
    record->history_count = 0;
    record->kept = 0;
}

static ac_status add_history(ac_record *record, const ac_history_in *history, size_t row, ac_error *err)
{
    uint32_t  i;
    ac_status st;

    forget_history(record);
    for (i = history->first[row]; i < history->first[row + 1]; i++) {
        st = add_entry(record, history->field[i], history->value[i], history->at[i], err);
        if (st == AC_E_NOMEM || st == AC_E_LIMIT)
            return st;
        if (st != AC_OK)
            return bad_row(row, err);
    }
    return AC_OK;
}

static ac_status decide_row(ac_eval *e, const ac_column_out *out, size_t row, ac_error *err)
{
    ac_milestone   m = AC_MILESTONE_INIT;
    ac_limit_clock clock;
    ac_status      st;
    ac_cell        cell;

    if (out->kind == AC_DECISION_VALUE) {
        cell = ac_eval_field(e, e->record, out->index);
        if (out->value)
            out->value[row] = cell.state == AC_VALUE_KNOWN ? cell.num : 0;
        if (out->state)
            out->state[row] = cell.state;
        return AC_OK;
    }
    st = ac_limit_judge(e, out->index, &clock, NULL, &m, err);
    if (st != AC_OK)
        return st;
    if (out->value)
        out->value[row] = m.has_due ? m.due_at : AC_TIME_MAX;
    if (out->state)
        out->state[row] = (uint8_t)m.verdict;
    if (out->late_by_s)
        out->late_by_s[row] = m.late_by_s;
    return AC_OK;
}

static int is_number(const ac_record *record, uint32_t field)
{
    uint32_t kind = record->def->fields[field].type.kind;

    return kind != AC_TYPE_TEXT && kind != AC_TYPE_RECORD && kind != AC_TYPE_PERIOD;
}

static ac_status check_columns(ac_record *record, const ac_column_in *in, size_t in_count, const ac_column_out *out, size_t out_count, ac_time now, ac_error *err)
{
    ac_status st = AC_OK;
    size_t    i;

    for (i = 0; i < in_count; i++) {
        st = ac_record_can_fill(record, in[i].field, err);
        if (st != AC_OK)
            return st;
        if (!ac_column_is_width(in[i].width) || !in[i].data || !is_number(record, in[i].field))
            return ac_decision_refuse(AC_E_INVALID, AC_MSG_BULK_COLUMN, (int64_t)i, err);
    }
    for (i = 0; st == AC_OK && i < out_count; i++)
        st = ac_decision_check(record, out[i].kind, out[i].index, now, err);
    return st;
}

/* One row through the scratch record. */
static ac_status take_row(ac_record *scratch, const ac_block_column *columns, const ac_column_in *in, size_t in_count, const ac_history_in *history, ac_time now,
                          const ac_column_out *out, size_t out_count, size_t row, ac_error *err)
{
    ac_status st = fill_row(scratch, columns, in, in_count, row, err);
    ac_eval   e;

    if (st == AC_OK && history && history->first)
        st = add_history(scratch, history, row, err);
    ac_eval_begin(&e, scratch, now);
    for (size_t i = 0; st == AC_OK && i < out_count; i++)
        st = decide_row(&e, &out[i], row, err);
    return st;
}

ac_status ac_rules_bulk(ac_record *scratch, size_t rows, const ac_column_in *in, size_t in_count, const ac_history_in *history,
                        ac_time now, const ac_column_out *out, size_t out_count, ac_error *err)
{
    ac_block_column columns[AC_BLOCK_COLUMNS];
    ac_block        block;
    ac_status       st;
    size_t          i, row, count;
    int             in_blocks;

    assert(scratch && (in || in_count == 0) && (out || out_count == 0));
    st = check_columns(scratch, in, in_count, out, out_count, now, err);
    if (st != AC_OK || rows == 0)
        return st;
    ac_record_reset(scratch);
    for (i = 0; i < in_count && i < AC_BLOCK_COLUMNS; i++)
        columns[i] = column_of(scratch, &in[i]);
    in_blocks = in_count <= AC_BLOCK_COLUMNS && ac_block_begin(&block, scratch, columns, in_count, history, now, out, out_count);
    for (row = 0; st == AC_OK && row < rows; row += count) {
        count = rows - row < AC_BLOCK_ROWS ? rows - row : AC_BLOCK_ROWS;
        if (in_blocks)
            ac_block_decide(&block, row, count, out, out_count);
        for (i = 0; st == AC_OK && i < count; i++)
            if (!in_blocks || block.is_slow[i])
                st = take_row(scratch, columns, in, in_count, history, now, out, out_count, row + i, err);
    }
    ac_record_reset(scratch);
    return st;
}
