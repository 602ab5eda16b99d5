#include "policy/check/check_table.h"

#include <string.h>

#include "policy/model/table_index.h"

/* From the program of a condition to alternatives of atoms.
 *
 * A program is the condition in postfix, so every operation stands behind its operands and a part of the
 * condition is a stretch of its operations. AND, OR and NOT are pushed down to the comparisons by De Morgan,
 * which Kleene's logic allows; a comparison with constants becomes an atom on the column of its other side.
 */

/* A row with more alternatives is judged as one yes/no column. */
#define ALTERNATIVES 16

typedef struct alternative {
    uint32_t  count;
    uint32_t *atoms;        /* into splitter->pool */
} alternative;

typedef struct alternatives {
    uint32_t    count;
    alternative at[ALTERNATIVES];
} alternatives;

typedef struct splitter {
    ac_rows          *rows;
    const ac_program *program;
    const ac_op      *ops;
    ac_text           text;
    ac_atom          *pool;
    uint32_t          pool_count;
    int               failed;
} splitter;

void ac_rows_begin(ac_rows *rows, ac_checker *ck, uint32_t conjunctions, size_t atoms)
{
    memset(rows, 0, sizeof *rows);
    rows->ck = ck;
    if (!ac_mem_grow(ck->mem, (void **)&rows->conjunctions, &rows->conjunctions_room, conjunctions, sizeof *rows->conjunctions)
        || !ac_mem_grow(ck->mem, (void **)&rows->atoms, &rows->atoms_room, atoms, sizeof *rows->atoms)
        || !ac_mem_grow(ck->mem, (void **)&rows->tests, &rows->tests_room, atoms, sizeof *rows->tests))
        ck->nomem = 1;
}

uint32_t ac_rows_column(ac_rows *rows, const ac_program *subject, ac_text text)
{
    uint32_t   load = ac_check_is_load(rows->ck, subject);
    uint32_t   i;
    ac_column *c;

    for (i = 0; i < rows->column_count; i++)
        if (ac_check_same_program(rows->ck->policy, &rows->columns[i].subject, subject))
            return i;
    if (rows->column_count > AC_INDEX_COLUMNS)
        return AC_NO_INDEX;
    c = ac_check_append(rows->ck, (void **)&rows->columns, &rows->columns_room, &rows->column_count, sizeof *c);
    if (!c)
        return AC_NO_INDEX;
    c->subject = *subject;
    c->path = load;
    c->own = load != AC_NO_INDEX && rows->ck->policy->paths[load].step_count == 0 ? rows->ck->policy->paths[load].field : AC_NO_INDEX;
    c->text = ac_check_text(rows->ck, text);
    return rows->column_count - 1;
}

/* --- stretches of the program ------------------------------------------------------- */

/* Where the operand that ends before `end` begins. */
static uint32_t start_of(const splitter *s, uint32_t end)
{
    uint32_t need = 1;

    while (need > 0 && end > 0)
        need += ac_op_taken(&s->ops[--end]) - 1;
    return end;
}

static ac_program part(const splitter *s, uint32_t start, uint32_t end, ac_type type)
{
    ac_program p = *s->program;

    p.first += start;
    p.count = (uint16_t)(end - start);
    p.type = type;
    return p;
}

static ac_type load_type(const ac_policy *p, const ac_op *op)
{
    const ac_path *path;

    switch (op->code) {
    case AC_OP_LOAD:
        path = &p->paths[op->a];
        return path->field == AC_NO_INDEX ? ac_type_of(AC_TYPE_RECORD) : p->records[path->holder].fields[path->field].type;
    case AC_OP_HOLE:
        return p->holes[op->a].type;
    default:
        return p->enums[op->a].attributes[op->b].type;
    }
}

/* The type a stretch yields, as far as the index tells types apart: figures are all NUMBER. BAD: no column of its own. */
static ac_type stretch_type(const splitter *s, uint32_t start, uint32_t end)
{
    const ac_policy *p = s->rows->ck->policy;
    const ac_op     *op = &s->ops[end - 1];
    uint32_t         i;

    switch (op->code) {
    case AC_OP_LOAD: case AC_OP_HOLE: case AC_OP_ATTRIBUTE:
        return load_type(p, op);
    case AC_OP_NOW: case AC_OP_TIME_ADD: case AC_OP_PERIOD_START: case AC_OP_PERIOD_END:
        return ac_type_of(AC_TYPE_DATETIME);
    case AC_OP_TODAY: case AC_OP_DATE_OF: case AC_OP_DATE_ADD: case AC_OP_DATE_ADD_MONTHS:
        return ac_type_of(AC_TYPE_DATE);
    case AC_OP_TIME_DIFF:
        return ac_type_of(AC_TYPE_DURATION);
    case AC_OP_NEG: case AC_OP_ADD: case AC_OP_SUB: case AC_OP_MUL: case AC_OP_DIV: case AC_OP_ABS: case AC_OP_MODULO: case AC_OP_ROUND: case AC_OP_TO_MONEY:
        /* Lengths may differ in unit from the bound; the evaluator knows what that means. */
        for (i = start; i < end; i++)
            if (s->ops[i].code == AC_OP_DATE_DIFF || s->ops[i].code == AC_OP_IF
                || ((s->ops[i].code == AC_OP_LOAD || s->ops[i].code == AC_OP_HOLE || s->ops[i].code == AC_OP_ATTRIBUTE)
                    && load_type(p, &s->ops[i]).kind == AC_TYPE_SPAN))
                return ac_type_of(AC_TYPE_BAD);
        return ac_type_of(AC_TYPE_NUMBER);
    default:
        return ac_type_of(AC_TYPE_BAD);
    }
}

static int is_testable(ac_type type)
{
    return type.kind != AC_TYPE_BAD && type.kind != AC_TYPE_SPAN && type.kind != AC_TYPE_PERIOD && type.kind != AC_TYPE_MANY && type.kind != AC_TYPE_RECORD;
}

/* The constant a stretch is: known or none. */
static const ac_cell *constant_at(const splitter *s, uint32_t start, uint32_t end)
{
    const ac_cell *c;

    if (end - start != 1 || s->ops[start].code != AC_OP_CONST)
        return NULL;
    c = &s->rows->ck->policy->constants[s->ops[start].a];
    return c->state == AC_VALUE_KNOWN || c->state == AC_VALUE_NONE ? c : NULL;
}

/* --- atoms ---------------------------------------------------------------------------- */

static ac_test *add_test(splitter *s, ac_atom *atom, ac_test_kind kind)
{
    ac_rows *r = s->rows;
    ac_test *t;

    if (atom->test_count == 0)
        atom->first_test = r->test_count;
    if (atom->test_count == UINT8_MAX) {
        s->failed = 1;
        return NULL;
    }
    t = ac_check_append(r->ck, (void **)&r->tests, &r->tests_room, &r->test_count, sizeof *t);
    if (!t)
        return NULL;
    t->kind = (uint8_t)kind;
    atom->test_count++;
    return t;
}

static void add_equal(splitter *s, ac_atom *atom, const ac_cell *value)
{
    ac_test *t = add_test(s, atom, value->state == AC_VALUE_NONE ? AC_TEST_NONE : AC_TEST_RANGE);

    if (!t || t->kind == AC_TEST_NONE)
        return;
    t->has_low = t->has_high = 1;
    t->low = t->high = *value;
}

static void add_order(splitter *s, ac_atom *atom, unsigned code, const ac_cell *value)
{
    ac_test *t = add_test(s, atom, AC_TEST_RANGE);

    if (!t)
        return;
    if (code == AC_OP_LT || code == AC_OP_LE) {
        t->has_high = 1;
        t->high = *value;
        t->high_open = code == AC_OP_LT;
    } else {
        t->has_low = 1;
        t->low = *value;
        t->low_open = code == AC_OP_GT;
    }
}

static int set_column(splitter *s, ac_atom *atom, uint32_t start, uint32_t end, ac_type type, ac_text text)
{
    ac_program subject = part(s, start, end, type);
    uint32_t   load = ac_check_is_load(s->rows->ck, &subject);
    uint32_t   column;

    column = ac_rows_column(s->rows, &subject, load == AC_NO_INDEX ? text : s->rows->ck->policy->paths[load].text);
    if (column == AC_NO_INDEX)
        s->failed = 1;
    else
        atom->column = (uint16_t)column;
    return column != AC_NO_INDEX;
}

static unsigned turned(unsigned code)
{
    switch (code) {
    case AC_OP_LT: return AC_OP_GT;
    case AC_OP_LE: return AC_OP_GE;
    case AC_OP_GT: return AC_OP_LT;
    case AC_OP_GE: return AC_OP_LE;
    default: return code;
    }
}

/* x op constant, or constant op x. @return 0 when it is neither. */
static int compare_atom(splitter *s, uint32_t start, uint32_t end, ac_atom *atom)
{
    unsigned       code = s->ops[end - 1].code;
    uint32_t       right = start_of(s, end - 1);
    const ac_cell *value = constant_at(s, right, end - 1);
    uint32_t       from = start, to = right;
    ac_type        type;

    if (!value) {
        value = constant_at(s, start, right);
        from = right;
        to = end - 1;
        code = turned(code);
    }
    if (!value)
        return 0;
    type = stretch_type(s, from, to);
    if (value->state == AC_VALUE_NONE && code != AC_OP_EQ && code != AC_OP_NE)
        return 0;
    if (value->state != AC_VALUE_NONE && !is_testable(type))
        return 0;
    if (!set_column(s, atom, from, to, type, s->text))
        return 1;
    if (code == AC_OP_EQ || code == AC_OP_NE) {
        add_equal(s, atom, value);
        atom->negated ^= code == AC_OP_NE;
    } else {
        add_order(s, atom, code, value);
    }
    return 1;
}

static int list_atom(splitter *s, uint32_t start, uint32_t end, ac_atom *atom)
{
    uint32_t n = s->ops[end - 1].a;
    uint32_t to = end - 1 - n;
    uint32_t i;
    ac_type  type;

    if (n == 0 || n > UINT8_MAX || end - 1 - start <= n)
        return 0;
    for (i = to; i < end - 1; i++)
        if (!constant_at(s, i, i + 1))
            return 0;
    type = stretch_type(s, start, to);
    if (!is_testable(type))
        return 0;
    if (set_column(s, atom, start, to, type, s->text))
        for (i = to; i < end - 1; i++)
            add_equal(s, atom, constant_at(s, i, i + 1));
    return 1;
}

static int range_atom(splitter *s, uint32_t start, uint32_t end, ac_atom *atom)
{
    const ac_op   *op = &s->ops[end - 1];
    uint32_t       high_at = start_of(s, end - 1);
    uint32_t       low_at = start_of(s, high_at);
    const ac_cell *low = constant_at(s, low_at, high_at);
    const ac_cell *high = constant_at(s, high_at, end - 1);
    ac_type        type = stretch_type(s, start, low_at);
    ac_test       *t;

    if (!low || !high || low->state != AC_VALUE_KNOWN || high->state != AC_VALUE_KNOWN || !is_testable(type))
        return 0;
    if (low->num == high->num && low->den == high->den)
        return 0;   /* as a test it would read as an equality, which answers otherwise for none */
    if (!set_column(s, atom, start, low_at, type, s->text) || !(t = add_test(s, atom, AC_TEST_RANGE)))
        return 1;
    t->has_low = t->has_high = 1;
    t->low = *low;
    t->high = *high;
    t->low_open = op->a & 1;
    t->high_open = (op->a >> 1) & 1;
    return 1;
}

static int known_atom(splitter *s, uint32_t start, uint32_t end, ac_atom *atom)
{
    ac_type type = stretch_type(s, start, end - 1);

    if (type.kind == AC_TYPE_BAD)
        return 0;
    if (set_column(s, atom, start, end - 1, type, s->text))
        add_test(s, atom, s->ops[end - 1].code == AC_OP_IS_KNOWN ? AC_TEST_KNOWN : AC_TEST_UNKNOWN);
    return 1;
}

/* The stretch is yes: its own column when nothing better is known of it. */
static void yes_atom(splitter *s, uint32_t start, uint32_t end, ac_atom *atom)
{
    ac_cell yes;

    memset(&yes, 0, sizeof yes);
    yes.num = yes.den = 1;
    yes.state = AC_VALUE_KNOWN;
    if (set_column(s, atom, start, end, ac_type_of(AC_TYPE_BOOL), s->text))
        add_equal(s, atom, &yes);
}

static void leaf_atom(splitter *s, uint32_t start, uint32_t end, ac_atom *atom)
{
    int done = 0;

    switch (s->ops[end - 1].code) {
    case AC_OP_EQ: case AC_OP_NE: case AC_OP_LT: case AC_OP_LE: case AC_OP_GT: case AC_OP_GE:
        done = compare_atom(s, start, end, atom);
        break;
    case AC_OP_IN_LIST:
        done = list_atom(s, start, end, atom);
        break;
    case AC_OP_IN_RANGE:
        done = range_atom(s, start, end, atom);
        break;
    case AC_OP_IS_KNOWN: case AC_OP_IS_UNKNOWN:
        done = known_atom(s, start, end, atom);
        break;
    default:
        break;
    }
    if (!done)
        yes_atom(s, start, end, atom);
}

/* --- alternatives ------------------------------------------------------------------------ */

static void leaf(splitter *s, uint32_t end, int negated, alternatives *out)
{
    uint32_t start = start_of(s, end);
    ac_atom *atom = &s->pool[s->pool_count];

    memset(atom, 0, sizeof *atom);
    atom->negated = (uint8_t)negated;
    leaf_atom(s, start, end, atom);
    out->count = 1;
    out->at[0].count = 1;
    out->at[0].atoms = ac_check_scratch(s->rows->ck, 1, sizeof *out->at[0].atoms);
    if (out->at[0].atoms)
        out->at[0].atoms[0] = s->pool_count++;
}

/* x = a or x = b: two tests of one atom. */
static int merge(splitter *s, alternatives *left, const alternatives *right)
{
    ac_atom *a, *b;

    if (left->count != 1 || right->count != 1 || left->at[0].count != 1 || right->at[0].count != 1)
        return 0;
    a = &s->pool[left->at[0].atoms[0]];
    b = &s->pool[right->at[0].atoms[0]];
    if (a->column != b->column || a->negated || b->negated || a->first_test + a->test_count != b->first_test || a->test_count + b->test_count > UINT8_MAX)
        return 0;
    a->test_count = (uint8_t)(a->test_count + b->test_count);
    return 1;
}

static void unite(splitter *s, alternatives *left, const alternatives *right)
{
    if (merge(s, left, right))
        return;
    if (left->count + right->count > ALTERNATIVES) {
        s->failed = 1;
        return;
    }
    memcpy(left->at + left->count, right->at, right->count * sizeof *right->at);
    left->count += right->count;
}

static void cross(splitter *s, alternatives *left, const alternatives *right)
{
    alternatives all;
    uint32_t     i, k;

    if (left->count * right->count > ALTERNATIVES) {
        s->failed = 1;
        return;
    }
    all.count = 0;
    for (i = 0; i < left->count; i++)
        for (k = 0; k < right->count; k++) {
            const alternative *a = &left->at[i], *b = &right->at[k];
            alternative       *to = &all.at[all.count++];

            to->count = a->count + b->count;
            to->atoms = ac_check_scratch(s->rows->ck, to->count, sizeof *to->atoms);
            if (!to->atoms)
                return;
            if (a->count)
                memcpy(to->atoms, a->atoms, a->count * sizeof *a->atoms);
            if (b->count)
                memcpy(to->atoms + a->count, b->atoms, b->count * sizeof *b->atoms);
        }
    *left = all;
}

/* The alternatives of the operand that ends before `end`. Recursion is as deep as the condition has parts, which is limited. */
static void split(splitter *s, uint32_t end, int negated, alternatives *out)
{
    const ac_op  *op = &s->ops[end - 1];
    const ac_cell *value;
    alternatives *right;

    out->count = 0;
    if (s->failed || s->rows->ck->nomem)
        return;
    if (op->code == AC_OP_NOT) {
        split(s, end - 1, !negated, out);
        return;
    }
    value = constant_at(s, end - 1, end);
    if (value && value->state == AC_VALUE_KNOWN) {
        out->count = (value->num != 0) != negated;
        out->at[0].count = 0;
        out->at[0].atoms = NULL;
        return;
    }
    if (op->code != AC_OP_AND && op->code != AC_OP_OR) {
        leaf(s, end, negated, out);
        return;
    }
    right = ac_check_scratch(s->rows->ck, 1, sizeof *right);
    if (!right)
        return;
    split(s, start_of(s, end - 1), negated, out);
    split(s, end - 1, negated, right);
    if (s->failed || s->rows->ck->nomem)
        return;
    if ((op->code == AC_OP_AND) != negated)
        cross(s, out, right);
    else
        unite(s, out, right);
}

static void emit(splitter *s, uint32_t row, const alternatives *all)
{
    ac_rows *r = s->rows;
    uint32_t i, k;

    for (i = 0; i < all->count; i++) {
        ac_conjunction *c = ac_check_append(r->ck, (void **)&r->conjunctions, &r->conjunctions_room, &r->conjunction_count, sizeof *c);

        if (!c)
            return;
        c->row = row;
        c->first_atom = r->atom_count;
        c->atom_count = all->at[i].count;
        for (k = 0; k < all->at[i].count; k++) {
            ac_atom *a = ac_check_append(r->ck, (void **)&r->atoms, &r->atoms_room, &r->atom_count, sizeof *a);

            if (!a)
                return;
            *a = s->pool[all->at[i].atoms[k]];
        }
    }
}

void ac_rows_condition(ac_rows *rows, uint32_t row, const ac_program *condition, ac_text text)
{
    ac_arena_mark mark = ac_arena_here(&rows->ck->scratch);
    uint32_t      tests = rows->test_count, columns = rows->column_count;
    splitter      s;
    alternatives  all;

    if (condition->count == 0 || rows->ck->nomem)
        return;
    memset(&s, 0, sizeof s);
    s.rows = rows;
    s.program = condition;
    s.ops = rows->ck->policy->ops + condition->first;
    s.text = text;
    s.pool = ac_check_scratch(rows->ck, condition->count, sizeof *s.pool);
    if (!s.pool)
        return;
    split(&s, condition->count, 0, &all);
    if (s.failed) {
        rows->test_count = tests;
        rows->column_count = columns;
        s.failed = 0;
        s.pool_count = 0;
        memset(&s.pool[0], 0, sizeof s.pool[0]);
        yes_atom(&s, 0, condition->count, &s.pool[0]);
        all.count = 1;
        all.at[0].count = 1;
        all.at[0].atoms = ac_check_scratch(rows->ck, 1, sizeof *all.at[0].atoms);
    }
    if (!rows->ck->nomem)
        emit(&s, row, &all);
    ac_arena_back(&rows->ck->scratch, mark);
}

static void *keep(ac_rows *rows, void *items, uint32_t count, size_t room, size_t size)
{
    void *kept = count ? ac_arena_dup(rows->ck->arena, items, count, size) : NULL;

    rows->ck->nomem |= count && !kept;
    ac_mem_free(rows->ck->mem, items, room * size);
    return kept;
}

void ac_rows_end(ac_rows *rows, ac_table *table)
{
    /* More columns than an index can have: the rows are judged by their conditions alone. */
    int without = rows->column_count > AC_INDEX_COLUMNS;

    table->column_count = without ? 0 : rows->column_count;
    table->conjunction_count = without ? 0 : rows->conjunction_count;
    table->atom_count = without ? 0 : rows->atom_count;
    table->test_count = without ? 0 : rows->test_count;
    table->columns = keep(rows, rows->columns, table->column_count, rows->columns_room, sizeof *table->columns);
    table->conjunctions = keep(rows, rows->conjunctions, table->conjunction_count, rows->conjunctions_room, sizeof *table->conjunctions);
    table->atoms = keep(rows, rows->atoms, table->atom_count, rows->atoms_room, sizeof *table->atoms);
    table->tests = keep(rows, rows->tests, table->test_count, rows->tests_room, sizeof *table->tests);
}
