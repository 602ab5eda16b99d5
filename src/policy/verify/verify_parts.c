#include "policy/verify/verify.h"

#include <string.h>

#include "base/hash.h"
#include "policy/model/value.h"
#include "time/civil.h"

/* What a column can hold. The index has cut its values at every bound; here each interval meets the declared range, and
 * one value of it is taken. */

typedef struct span_of_values {     /* absent sides reach as far as the type does */
    uint8_t  has_low, has_high, low_open, high_open;
    ac_ratio low, high;
} span_of_values;

typedef struct maker {
    const ac_policy       *policy;
    ac_arena              *scratch;
    const ac_table        *table;
    uint32_t               column;
    const ac_index_column *index;
    const ac_field_def    *field;   /* when the column is one fact */
    ac_type                type;
    span_of_values         declared;
    uint8_t                is_whole;
    size_t                 room;
    ac_parts              *out;
} maker;

static ac_part *add_part(maker *m, uint32_t code, ac_cell value, ac_test_kind kind)
{
    ac_part *p = &m->out->at[m->out->count];

    if (m->out->count == m->room)
        return NULL;
    memset(p, 0, sizeof *p);
    p->code = code;
    p->value = value;
    p->is_shown = 1;
    p->test.kind = (uint8_t)kind;
    m->out->count++;
    m->out->values += value.state == AC_VALUE_KNOWN;
    return p;
}

static void add_value(maker *m, ac_cell value)
{
    ac_parts *out = m->out;
    uint32_t  code = ac_table_column_code(m->table->index, m->column, &value);
    uint32_t  i;
    ac_part  *p;

    for (i = 0; i < out->count && m->type.kind == AC_TYPE_TEXT; i++)
        if (out->at[i].code == code)
            return;
    p = add_part(m, code, value, AC_TEST_RANGE);
    if (!p)
        return;
    p->test.has_low = p->test.has_high = 1;
    p->test.low = p->test.high = value;
}

/* ── what is declared ── */

static int bound_of(const maker *m, const ac_program *program, ac_ratio *out)
{
    ac_cell cell;

    if (!ac_program_constant(m->policy, program, &cell) || cell.state != AC_VALUE_KNOWN)
        return 0;
    out->num = cell.num;
    out->den = cell.den > 1 ? cell.den : 1;
    return 1;
}

static void read_declared(maker *m)
{
    span_of_values *d = &m->declared;

    switch (m->type.kind) {
    case AC_TYPE_COUNT:
        d->has_low = d->has_high = 1;
        d->low = ac_ratio_of(0);
        d->high = ac_ratio_of(INT64_C(1) << 53);
        break;
    case AC_TYPE_DATE:
        d->has_low = d->has_high = 1;
        d->low = ac_ratio_of(AC_DAY_MIN);
        d->high = ac_ratio_of(AC_DAY_MAX);
        break;
    default:
        break;
    }
    if (!m->field || !m->field->has_range)
        return;
    if (bound_of(m, &m->field->low, &d->low)) {
        d->has_low = 1;
        d->low_open = m->field->low_open;
    }
    if (bound_of(m, &m->field->high, &d->high)) {
        d->has_high = 1;
        d->high_open = m->field->high_open;
    }
}

/* ── intervals ── */

static int64_t floor_of(ac_ratio r)
{
    return r.num / r.den - (r.num % r.den < 0);
}

/* Of two sides the narrower. */
static void meet_low(span_of_values *s, ac_ratio low, int open)
{
    int order = s->has_low ? ac_ratio_compare(low, s->low) : 1;

    if (order < 0 || (order == 0 && !open))
        return;
    s->has_low = 1;
    s->low = low;
    s->low_open = (uint8_t)open;
}

static void meet_high(span_of_values *s, ac_ratio high, int open)
{
    int order = s->has_high ? ac_ratio_compare(high, s->high) : -1;

    if (order > 0 || (order == 0 && !open))
        return;
    s->has_high = 1;
    s->high = high;
    s->high_open = (uint8_t)open;
}

/* The bounds of values that are whole are whole and closed. @return 0 when there is nothing between them. */
static int make_whole(span_of_values *s)
{
    if (s->has_low) {
        int64_t low = floor_of(s->low);

        if (s->low.den > 1 || s->low_open) {
            if (low == INT64_MAX)
                return 0;
            low++;
        }
        s->low = ac_ratio_of(low);
        s->low_open = 0;
    }
    if (s->has_high) {
        int64_t high = floor_of(s->high);

        if (s->high.den == 1 && s->high_open) {
            if (high == INT64_MIN)
                return 0;
            high--;
        }
        s->high = ac_ratio_of(high);
        s->high_open = 0;
    }
    return 1;
}

/* Between two open bounds: the roundest number. @return 0 when no number of the language lies there. */
static int take_inside(const span_of_values *s, ac_ratio *out)
{
    static const ac_ratio half = { 1, 2 };
    int64_t               scale, at;

    if (!s->has_low && !s->has_high) {
        *out = ac_ratio_of(0);
        return 1;
    }
    if (!s->has_low) {
        at = floor_of(s->high);
        *out = ac_ratio_of(at - (s->high.den == 1));
        return at > INT64_MIN;
    }
    for (scale = 1; scale <= 1000000000; scale *= 10) {
        if (ac_ratio_scale(s->low, scale, AC_ROUND_FLOOR, &at) != AC_OK || at == INT64_MAX || ac_ratio_make(at + 1, scale, out) != AC_OK)
            break;
        if (!s->has_high || ac_ratio_compare(*out, s->high) < 0)
            return 1;
    }
    return s->has_high && ac_ratio_add(s->low, s->high, out) == AC_OK && ac_ratio_mul(*out, half, out) == AC_OK;
}

static int take_value(const span_of_values *s, ac_ratio *out)
{
    int order = s->has_low && s->has_high ? ac_ratio_compare(s->low, s->high) : -1;

    if (order > 0 || (order == 0 && (s->low_open || s->high_open)))
        return 0;
    if (s->has_low && !s->low_open)
        *out = s->low;
    else if (s->has_high && !s->high_open)
        *out = s->high;
    else
        return take_inside(s, out);
    return 1;
}

static ac_cell cell_of(const maker *m, ac_ratio r)
{
    ac_cell cell = ac_cell_known(r.num);

    cell.den = (int32_t)r.den;
    if (m->type.kind == AC_TYPE_SPAN)
        cell.ref = m->index->ref;
    return cell;
}

/* `interval` is what the cuts leave; the declared range narrows it. */
static void add_interval(maker *m, const span_of_values *interval)
{
    span_of_values s = m->declared, shown = *interval;
    ac_ratio       r;
    ac_part       *p;
    ac_cell        value;

    if (interval->has_low)
        meet_low(&s, interval->low, interval->low_open);
    if (interval->has_high)
        meet_high(&s, interval->high, interval->high_open);
    if ((m->is_whole && (!make_whole(&s) || !make_whole(&shown))) || !take_value(&s, &r))
        return;
    value = cell_of(m, r);
    p = add_part(m, ac_table_column_code(m->table->index, m->column, &value), value, AC_TEST_RANGE);
    if (!p)
        return;
    p->test.has_low = shown.has_low;
    p->test.has_high = shown.has_high;
    p->test.low_open = shown.low_open;
    p->test.high_open = shown.high_open;
    if (shown.has_low)
        p->test.low = cell_of(m, shown.low);
    if (shown.has_high)
        p->test.high = cell_of(m, shown.high);
}

static uint32_t cut_count(const maker *m)
{
    return m->index->kind == AC_INDEX_DIRECT ? m->index->count + 1 : m->index->count;
}

/* DIRECT is cut before each of its values and behind the last. */
static ac_index_cut cut_at(const maker *m, uint32_t i)
{
    ac_index_cut cut = { 0, 1, 0 };

    switch (m->index->kind) {
    case AC_INDEX_RATIO:
        return m->index->cuts.ratio[i];
    case AC_INDEX_WHOLE:
        cut.above = (int)(m->index->cuts.whole[i] & 1);
        cut.num = (m->index->cuts.whole[i] - cut.above) / 2;
        return cut;
    default:
        cut.num = m->index->base + i;
        return cut;
    }
}

/* Whether a cut of a direct column parts nothing: the values on both sides are the same to all rows. */
static int is_no_cut(const maker *m, uint32_t i)
{
    ac_cell here, before;

    if (m->index->kind != AC_INDEX_DIRECT)
        return 0;
    here = ac_cell_known(m->index->base + i);
    before = ac_cell_known(m->index->base + i - 1);
    return ac_table_codes_equal(m->table->index, m->column, ac_table_column_code(m->table->index, m->column, &here),
                                ac_table_column_code(m->table->index, m->column, &before));
}

static void add_intervals(maker *m)
{
    span_of_values s;
    uint32_t       i, n = cut_count(m);

    memset(&s, 0, sizeof s);
    for (i = 0; i <= n; i++) {
        ac_index_cut cut = { 0, 1, 0 };

        if (i < n && is_no_cut(m, i))
            continue;
        if (i < n)
            cut = cut_at(m, i);
        s.has_high = i < n;
        s.high.num = cut.num;
        s.high.den = cut.den;
        s.high_open = (uint8_t)!cut.above;
        add_interval(m, &s);
        s.has_low = 1;
        s.low = s.high;
        s.low_open = (uint8_t)cut.above;
    }
}

/* ── names and texts ── */

/* How many values a type of names has; 0: it is none. */
static uint32_t names_of(const ac_policy *p, ac_type type)
{
    switch (type.kind) {
    case AC_TYPE_BOOL: case AC_TYPE_SIGNATURE: return 2;
    case AC_TYPE_ENUM: return p->enums[type.ref].member_count;
    case AC_TYPE_ROLE: return p->role_count;
    case AC_TYPE_STATE: return p->records[type.ref].state_count;
    default: return 0;
    }
}

/* A text that the table does not name. */
static int add_other_text(maker *m)
{
    uint32_t   size = 1, i;
    ac_string *other;
    ac_cell    cell;
    ac_part   *p;

    for (i = 0; i < m->out->count; i++) {
        const ac_string *s = ac_index_cell_string(&m->out->at[i].value);

        size = s->data[0] == '?' && s->size >= size ? s->size + 1 : size;
    }
    other = ac_arena_array(m->scratch, 1, sizeof *other + size);
    if (!other)
        return 0;
    other->size = size;
    memset(other->data, '?', size);
    cell = ac_cell_known((int64_t)(intptr_t)other);
    cell.den = 0;
    p = add_part(m, ac_table_column_code(m->table->index, m->column, &cell), cell, AC_TEST_RANGE);
    if (p)
        p->is_shown = 0;
    return 1;
}

static int add_texts(maker *m)
{
    const ac_table *t = m->table;
    uint32_t        i, k;

    for (i = 0; i < t->atom_count; i++)
        for (k = 0; t->atoms[i].column == m->column && k < t->atoms[i].test_count; k++) {
            const ac_test *test = &t->tests[t->atoms[i].first_test + k];

            if (test->kind == AC_TEST_RANGE)
                add_value(m, test->low);
        }
    return add_other_text(m);
}

/* ── what a table gives ── */

/* The constants of an output that are all it can be; 0 when some row works it out. */
static int gives_constants(const maker *m, const ac_table *t, uint32_t output)
{
    ac_cell  cell;
    uint32_t i;

    if (t->hole != AC_NO_INDEX || t->row_count == 0 || t->hit == AC_HIT_ALL || t->hit == AC_HIT_SUM)
        return 0;
    for (i = 0; i < t->row_count; i++)
        if (!t->rows[i].outputs || !ac_program_constant(m->policy, &t->rows[i].outputs[output], &cell))
            return 0;
    return 1;
}

/* Whether the field may be none: a row gives it. */
static int gives_none(const maker *m)
{
    const ac_table *t = m->field && m->field->table != AC_NO_INDEX ? &m->policy->tables[m->field->table] : NULL;
    ac_cell         cell;
    uint32_t        i;

    for (i = 0; t && i < t->row_count; i++)
        if (t->rows[i].outputs && ac_program_constant(m->policy, &t->rows[i].outputs[m->field->output], &cell) && cell.state == AC_VALUE_NONE)
            return 1;
    return 0;
}

/* Takes away the values that the table behind the field never gives. */
static void keep_given(maker *m)
{
    const ac_table *t = m->field && m->field->table != AC_NO_INDEX ? &m->policy->tables[m->field->table] : NULL;
    ac_parts       *out = m->out;
    ac_cell         cell;
    uint32_t        i, k, kept = 0;

    if (!t || m->type.kind == AC_TYPE_TEXT || !gives_constants(m, t, m->field->output))
        return;
    for (i = 0; i < out->count; i++)
        for (k = 0; k < t->row_count; k++)
            if (ac_program_constant(m->policy, &t->rows[k].outputs[m->field->output], &cell) && cell.state == AC_VALUE_KNOWN
                && ac_table_codes_equal(m->table->index, m->column, ac_table_column_code(m->table->index, m->column, &cell), out->at[i].code)) {
                out->at[kept] = out->at[i];
                out->at[kept++].value = cell;
                break;
            }
    out->count = out->values = kept;
}

/* ── the whole ── */

static int has_test(const ac_table *t, uint32_t column, ac_test_kind a, ac_test_kind b)
{
    uint32_t i, k;

    for (i = 0; i < t->atom_count; i++)
        for (k = 0; t->atoms[i].column == column && k < t->atoms[i].test_count; k++) {
            uint8_t kind = t->tests[t->atoms[i].first_test + k].kind;

            if (kind == a || kind == b)
                return 1;
        }
    return 0;
}

/* Only `is known` can be asked of it. */
static int has_no_values(const maker *m)
{
    uint32_t kind = m->type.kind;

    return kind == AC_TYPE_PERIOD || kind == AC_TYPE_MANY || kind == AC_TYPE_RECORD || (kind == AC_TYPE_SPAN && !m->index->has_ref);
}

static int may_be_missing(const maker *m)
{
    ac_cell cell;

    return !m->field || !ac_program_constant(m->policy, &m->field->fallback, &cell) || cell.state > AC_VALUE_NONE;
}

int ac_column_parts(const ac_policy *policy, ac_arena *scratch, const ac_table *table, uint32_t column, ac_parts *out)
{
    const ac_column *c = &table->columns[column];
    maker            m;
    uint32_t         i, names;
    ac_part         *p;

    memset(&m, 0, sizeof m);
    memset(out, 0, sizeof *out);
    m.policy = policy;
    m.scratch = scratch;
    m.table = table;
    m.column = column;
    m.index = &table->index->columns[column];
    m.type = c->subject.type;
    m.out = out;
    if (c->path != AC_NO_INDEX && policy->paths[c->path].field != AC_NO_INDEX)
        m.field = &policy->records[policy->paths[c->path].holder].fields[policy->paths[c->path].field];
    m.is_whole = m.type.kind != AC_TYPE_NUMBER && m.type.kind != AC_TYPE_DURATION;
    names = names_of(policy, m.type);
    m.room = (size_t)names + cut_count(&m) + 4;
    out->at = ac_arena_array(scratch, m.room, sizeof *out->at);
    if (!out->at)
        return 0;
    read_declared(&m);
    for (i = 0; i < names; i++)
        add_value(&m, ac_cell_known(i));
    if (m.type.kind == AC_TYPE_TEXT) {
        if (!add_texts(&m))
            return 0;
    } else if (has_no_values(&m)) {
        p = add_part(&m, AC_INDEX_VALUES, ac_cell_known(0), AC_TEST_KNOWN);
        if (p)
            p->is_shown = 0;
    } else if (names == 0) {
        add_intervals(&m);
    }
    keep_given(&m);
    if (has_test(table, column, AC_TEST_NONE, AC_TEST_NONE) || gives_none(&m))
        add_part(&m, AC_INDEX_NONE, ac_cell_state(AC_VALUE_NONE, 0), AC_TEST_NONE);
    if (may_be_missing(&m))
        add_part(&m, AC_INDEX_UNKNOWN, ac_cell_state(AC_VALUE_UNKNOWN, 0), AC_TEST_UNKNOWN);
    return 1;
}
