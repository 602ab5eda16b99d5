#include "rules/eval.h"

#include "base/messages.h"
#include "policy/model/table_index.h"
#include "policy/model/value.h"
#include "rules/operate.h"

/* Tables at run time. The bit sets decide nearly always; when a row that is unknown may matter, the rows that may be hit are
 * judged one by one, which also finds what is missing. */

/* --- a row by its tests ----------------------------------------------------------------- */

static ac_cell test_holds(const ac_table *table, const ac_test *test, const ac_cell *x, int texts)
{
    ac_cell low, high;

    switch (test->kind) {
    case AC_TEST_NONE:
        return x->state <= AC_VALUE_NONE ? ac_cell_bool(x->state == AC_VALUE_NONE) : *x;
    case AC_TEST_KNOWN:
        return ac_cell_is_known(*x);
    case AC_TEST_UNKNOWN:
        return ac_cell_not(ac_cell_is_known(*x));
    default:
        break;
    }
    if (test->has_low && test->has_high && !test->low_open && !test->high_open && ac_cell_same(test->low, test->high, texts))
        return ac_cell_compare(AC_OP_EQ, *x, test->low, texts, table->line);
    low = high = ac_cell_bool(1);
    if (test->has_low)
        low = ac_cell_compare(test->low_open ? AC_OP_GT : AC_OP_GE, *x, test->low, 0, table->line);
    if (test->has_high)
        high = ac_cell_compare(test->high_open ? AC_OP_LT : AC_OP_LE, *x, test->high, 0, table->line);
    return ac_cell_and(low, high);
}

static ac_cell atom_holds(ac_eval *e, const ac_table *table, const ac_atom *atom)
{
    const ac_column *column = &table->columns[atom->column];
    int              texts = column->subject.type.kind == AC_TYPE_TEXT || column->subject.type.kind == AC_TYPE_RECORD;
    ac_cell          x = ac_eval_program(e, &column->subject);
    ac_cell          any = ac_cell_bool(0);
    uint32_t         i;

    for (i = 0; i < atom->test_count; i++)
        any = ac_cell_or(any, test_holds(table, &table->tests[atom->first_test + i], &x, texts));
    return atom->negated ? ac_cell_not(any) : any;
}

/* What was noted since `mark` stays only when the answer is unknown. */
static ac_cell settle(ac_eval *e, uint32_t mark, ac_cell cell)
{
    if (e->watch && cell.state != AC_VALUE_UNKNOWN)
        e->watch->count = mark;
    return cell;
}

static uint32_t mark_of(const ac_eval *e)
{
    return e->watch ? e->watch->count : 0;
}

static ac_cell conjunction_holds(ac_eval *e, const ac_table *table, const ac_conjunction *conjunction)
{
    ac_cell  all = ac_cell_bool(1);
    uint32_t mark = mark_of(e);
    uint32_t i;

    for (i = 0; i < conjunction->atom_count; i++) {
        uint32_t before = mark_of(e);

        all = ac_cell_and(all, settle(e, before, atom_holds(e, table, &table->atoms[conjunction->first_atom + i])));
    }
    return settle(e, mark, all);
}

/* The first conjunction of a row: they stand in row order. */
static uint32_t first_conjunction(const ac_table *table, uint32_t row)
{
    uint32_t low = 0;
    uint32_t high = table->conjunction_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (table->conjunctions[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

ac_cell ac_eval_row(ac_eval *e, const ac_table *table, uint32_t row)
{
    ac_cell  any = ac_cell_bool(0);
    uint32_t mark = mark_of(e);
    uint32_t i;

    if (table->rows[row].condition.count)
        any = ac_cell_or(any, ac_eval_program(e, &table->rows[row].condition));
    else
        for (i = first_conjunction(table, row); i < table->conjunction_count && table->conjunctions[i].row == row; i++)
            any = ac_cell_or(any, conjunction_holds(e, table, &table->conjunctions[i]));
    return settle(e, mark, any);
}

/* --- results ------------------------------------------------------------------------------ */

static ac_cell output_of(ac_eval *e, const ac_table *table, uint32_t row, uint32_t output)
{
    const ac_program *program;
    const ac_op      *op;

    if (table->filled)
        return table->filled[(size_t)row * table->output_count + output];
    program = &table->rows[row].outputs[output];
    op = &e->policy->ops[program->first];
    if (program->count == 1 && op->code == AC_OP_CONST)
        return e->policy->constants[op->a];
    return ac_eval_program(e, program);
}

static int is_text_output(const ac_table *table, const ac_policy *policy, uint32_t output)
{
    uint32_t kind = policy->records[table->record].fields[table->output_fields[output]].type.kind;

    return kind == AC_TYPE_TEXT || kind == AC_TYPE_RECORD;
}

/* The checker lets it stand last only; a data file may hold it anywhere. */
static uint32_t otherwise_row(const ac_table *table)
{
    uint32_t i = table->row_count;

    if (i > 0 && !table->filled)
        return table->rows[i - 1].otherwise ? i - 1 : AC_NO_INDEX;
    while (i-- > 0)
        if (table->rows[i].otherwise)
            return i;
    return AC_NO_INDEX;
}

/* --- all rows that may be hit ----------------------------------------------------------------- */

/* Walks them: by the bit sets, or plainly. */
typedef struct row_walk {
    const ac_table *table;
    const uint32_t *codes;      /* NULL: plainly */
    uint32_t        cursor;
} row_walk;

/* The next row and whether it holds; rows that do not hold are left out. @return 0 at the end. */
static int next_row(row_walk *walk, ac_eval *e, uint32_t *row, ac_cell *holds)
{
    int is_true = 0;

    while (walk->codes) {
        if (!ac_table_next_row(walk->table->index, walk->codes, &walk->cursor, row, &is_true))
            return 0;
        *holds = is_true ? ac_cell_bool(1) : ac_eval_row(e, walk->table, *row);
        if (!ac_cell_is_no(holds))
            return 1;
    }
    while (walk->cursor < walk->table->row_count) {
        *row = walk->cursor++;
        if (walk->table->rows[*row].otherwise)
            continue;
        *holds = ac_eval_row(e, walk->table, *row);
        if (!ac_cell_is_no(holds))
            return 1;
    }
    return 0;
}

static row_walk walk_of(const ac_table *table, const uint32_t *codes)
{
    row_walk walk;

    walk.table = table;
    walk.codes = codes;
    walk.cursor = 0;
    return walk;
}

/* The row that decides under first hit and unique: the first that holds, else `otherwise`. For unique, *second is one that
 * holds with another result, else AC_NO_INDEX. */
static uint32_t deciding_row(ac_eval *e, const ac_table *table, uint32_t output, const uint32_t *codes, uint32_t *second)
{
    int      texts = is_text_output(table, e->policy, output);
    row_walk walk = walk_of(table, codes);
    uint32_t row, found = AC_NO_INDEX;
    ac_cell  holds;

    *second = AC_NO_INDEX;
    while (next_row(&walk, e, &row, &holds)) {
        if (!ac_cell_is_yes(&holds))
            continue;
        if (found == AC_NO_INDEX) {
            found = row;
            if (table->hit != AC_HIT_UNIQUE)
                return row;
        } else if (!ac_cell_same(output_of(e, table, row, output), output_of(e, table, found, output), texts)) {
            *second = row;
            return found;
        }
    }
    return found;
}

/* First hit and unique, row by row: the rows that are unknown and would give something else stand against the one that decides. */
static ac_cell decide(ac_eval *e, const ac_table *table, uint32_t output, const uint32_t *codes, uint32_t *row)
{
    int      texts = is_text_output(table, e->policy, output);
    uint32_t mark = mark_of(e);
    uint32_t i, second, at = deciding_row(e, table, output, codes, &second);
    row_walk walk = walk_of(table, codes);
    ac_cell  holds, result, doubt = ac_cell_bool(1);

    *row = at;
    if (second != AC_NO_INDEX)
        return ac_cell_error(AC_CODE_EVAL_TWO_ROWS, table->filled ? table->line : table->rows[second].line);
    if (at == AC_NO_INDEX)
        *row = otherwise_row(table);
    if (e->watch)
        e->watch->count = mark;
    result = *row == AC_NO_INDEX ? ac_cell_error(AC_CODE_EVAL_NO_RULE, table->line) : output_of(e, table, *row, output);
    for (mark = mark_of(e); next_row(&walk, e, &i, &holds) && (table->hit == AC_HIT_UNIQUE || i < at); mark = mark_of(e)) {
        if (ac_cell_is_yes(&holds))
            continue;
        if (*row == AC_NO_INDEX || !ac_cell_same(output_of(e, table, i, output), result, texts))
            doubt = ac_cell_stronger(doubt, holds);
        else if (e->watch)
            e->watch->count = mark;     /* it would change nothing */
    }
    if (doubt.state == AC_VALUE_KNOWN)
        return result;
    *row = AC_NO_INDEX;
    return doubt;
}

static ac_cell join(const ac_table *table, const ac_policy *policy, uint32_t output, ac_cell sum, ac_cell one, uint32_t line)
{
    const ac_type *type = &policy->records[table->record].fields[table->output_fields[output]].type;

    if (table->hit == AC_HIT_SUM)
        return ac_cell_add(sum, one, line);
    if (sum.state != AC_VALUE_KNOWN || one.state != AC_VALUE_KNOWN)
        return ac_cell_stronger(sum, one);
    if (type->kind == AC_TYPE_MANY)
        sum.num = (int64_t)((uint64_t)sum.num | (uint64_t)one.num);
    return sum;
}

/* A member as the set that holds it alone. */
static ac_cell as_set(const ac_table *table, uint32_t row, uint32_t output, ac_cell one)
{
    if (table->hit == AC_HIT_ALL && one.state == AC_VALUE_KNOWN && one.num >= 0 && one.num < 64 &&
        (table->filled || table->rows[row].outputs[output].type.kind != AC_TYPE_MANY))
        one.num = (int64_t)(UINT64_C(1) << one.num);
    return one;
}

/* What the rows that hold come to; *row is the first of them, *doubt why others cannot be told. */
static ac_cell gather(ac_eval *e, const ac_table *table, uint32_t output, const uint32_t *codes, uint32_t *row, ac_cell *doubt)
{
    row_walk walk = walk_of(table, codes);
    ac_cell  holds, one, sum = ac_cell_state(AC_VALUE_NONE, 0);
    uint32_t i;

    *row = AC_NO_INDEX;
    *doubt = ac_cell_bool(1);
    while (next_row(&walk, e, &i, &holds)) {
        if (!ac_cell_is_yes(&holds)) {
            *doubt = ac_cell_stronger(*doubt, holds);
            continue;
        }
        one = as_set(table, i, output, output_of(e, table, i, output));
        sum = *row == AC_NO_INDEX ? one : join(table, e->policy, output, sum, one, table->line);
        if (*row == AC_NO_INDEX)
            *row = i;
    }
    return sum;
}

/* All and sum: every hit counts. */
static ac_cell collect(ac_eval *e, const ac_table *table, uint32_t output, const uint32_t *codes, uint32_t *row)
{
    ac_cell doubt, sum = gather(e, table, output, codes, row, &doubt);

    if (doubt.state != AC_VALUE_KNOWN)
        return doubt;
    if (*row != AC_NO_INDEX)
        return sum;
    *row = otherwise_row(table);
    if (*row == AC_NO_INDEX)
        return ac_cell_error(AC_CODE_EVAL_NO_RULE, table->line);
    return as_set(table, *row, output, output_of(e, table, *row, output));
}

static ac_cell by_rows(ac_eval *e, const ac_table *table, uint32_t output, const uint32_t *codes, uint32_t *row)
{
    if (table->hit == AC_HIT_FIRST || table->hit == AC_HIT_UNIQUE)
        return decide(e, table, output, codes, row);
    return collect(e, table, output, codes, row);
}

/* --- by bit sets ---------------------------------------------------------------------------------- */

/* What a column looks at: the record's own cell where nothing but that decides, else computed into `room`. */
static inline const ac_cell *subject_of(ac_eval *e, const ac_column *column, ac_cell *room)
{
    const ac_path *path;
    const ac_cell *own;

    if (column->path == AC_NO_INDEX) {
        *room = ac_eval_program(e, &column->subject);
        return room;
    }
    path = &e->policy->paths[column->path];
    own = &e->record->cells[path->field];
    if (path->step_count == 0 && own->spare == 0)
        return own;
    *room = ac_eval_path(e, column->path);
    return room;
}

/* By codes of all columns: what many words need, and every table that one AND does not decide. */
static ac_cell by_codes(ac_eval *e, const ac_table *table, uint32_t output, uint32_t *row)
{
    uint32_t codes[AC_INDEX_COLUMNS];
    uint32_t mark = mark_of(e);
    ac_cell  room;
    uint32_t i, first_true, first_possible;

    for (i = 0; i < table->column_count; i++)
        codes[i] = ac_table_column_code(table->index, i, subject_of(e, &table->columns[i], &room));
    if (e->watch)
        e->watch->count = mark;
    if (table->hit != AC_HIT_FIRST)
        return by_rows(e, table, output, codes, row);
    ac_table_first(table->index, codes, &first_true, &first_possible);
    if (first_true != first_possible)
        return by_rows(e, table, output, codes, row);
    *row = first_true != AC_NO_INDEX ? first_true : otherwise_row(table);
    return *row == AC_NO_INDEX ? ac_cell_error(AC_CODE_EVAL_NO_RULE, table->line) : output_of(e, table, *row, output);
}

/* The row of a first-hit table of one word, or AC_NO_INDEX when it takes more than one AND. */
static uint32_t row_of_one_word(ac_eval *e, const ac_table *table)
{
    const ac_table_index  *index = table->index;
    const ac_index_column *c = index->columns;
    const ac_cell         *cells = e->record->cells;
    ac_table_bits          bits = AC_TABLE_BITS_INIT;
    ac_cell                room;
    uint64_t               possible, both = ~UINT64_C(0);
    uint32_t              i, row;

    for (i = 0; i < index->column_count; i++, c++) {
        if (c->own != AC_NO_INDEX) {
            const ac_cell *own = &cells[c->own];
            uint64_t       at = (uint64_t)own->num - (uint64_t)c->base;

            if (at < c->direct_count && (own->state | own->spare) == AC_VALUE_KNOWN) {
                both &= c->direct[2 * at];
                continue;
            }
        }
        ac_table_take(index, i, subject_of(e, &table->columns[i], &room), &bits);
    }
    bits.both &= both;
    possible = bits.both & bits.possible;
    if (!possible)
        return otherwise_row(table);
    row = ac_table_first_of(index, possible);
    return row == ac_table_first_of(index, bits.both & bits.is_true) ? row : AC_NO_INDEX;
}

ac_cell ac_eval_table(ac_eval *e, const ac_table *table, uint32_t output, uint32_t *row)
{
    uint32_t at;

    if (table->hole != AC_NO_INDEX) {
        if (row)
            *row = AC_NO_INDEX;
        return ac_cell_state(AC_VALUE_UNSET, e->policy->holes[table->hole].unset);
    }
    if (!table->index)
        return by_rows(e, table, output, NULL, row ? row : &at);
    if (table->index->many || table->hit != AC_HIT_FIRST || e->watch)
        return by_codes(e, table, output, row ? row : &at);
    at = row_of_one_word(e, table);
    if (at == AC_NO_INDEX)
        return by_codes(e, table, output, row ? row : &at);
    if (row)
        *row = at;
    return output_of(e, table, at, output);
}

ac_cell ac_eval_table_plainly(ac_eval *e, const ac_table *table, uint32_t output, uint32_t *row)
{
    uint32_t at;

    return by_rows(e, table, output, NULL, row ? row : &at);
}

ac_cell ac_eval_so_far(ac_eval *e, const ac_table *table, uint32_t output)
{
    uint32_t row;
    ac_cell  doubt;

    if (table->hole != AC_NO_INDEX)
        return ac_eval_table(e, table, output, &row);
    return gather(e, table, output, NULL, &row, &doubt);
}
