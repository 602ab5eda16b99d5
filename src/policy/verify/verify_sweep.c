#include "policy/verify/verify.h"

#include <string.h>

#include "base/bits.h"
#include "policy/model/value.h"

/* All combinations of the parts of a table's columns.
 *
 * Depth first, one column a level. A level holds the conjunctions not yet false: `live` those that may hold (Kleene), `sure`
 * those of them without an atom that is unknown. One whose columns have all been chosen is *settled*. The next column is one
 * that the first unsettled conjunction looks at, so columns that no live row asks about are never tried; a branch ends
 * when nothing below can tell anything new; parts that leave the same conjunctions are tried once. Only words that are not
 * empty go down a level. */

typedef struct level {
    uint32_t  count;        /* words that are not empty */
    uint32_t *word;         /* which */
    uint64_t *live, *sure;
    uint64_t *open;         /* conjunctions with a column not chosen yet */
} level;

struct ac_sweep_state {
    uint32_t  words;
    level     levels[AC_INDEX_COLUMNS + 1];
    uint64_t *touch;        /* [column][words]: conjunctions with an atom on it */
    uint32_t  chosen[AC_INDEX_COLUMNS];
    uint64_t *unhit;        /* conjunctions whose row was not hit yet */
    uint32_t *first;        /* row -> its first conjunction; [row_count] the end */
    uint8_t  *told;         /* row -> an overlap of it was told */
    uint32_t  otherwise;    /* row, or AC_NO_INDEX */
    uint32_t  tried[AC_INDEX_COLUMNS];  /* parts of a column that can tell something: see leave_out_unknown */
    uint8_t   nomem;
};

static uint32_t row_of(const ac_sweep *s, uint32_t conjunction)
{
    return s->table->conjunctions[conjunction].row;
}

static int is_collecting(const ac_table *t)
{
    return t->hit == AC_HIT_ALL || t->hit == AC_HIT_SUM;
}

/* Both rows give the same for that output, or may. */
static int may_be_same(const ac_sweep *s, uint32_t a, uint32_t b, uint32_t output)
{
    uint32_t x = s->classes[(size_t)a * s->table->output_count + output];
    uint32_t y = s->classes[(size_t)b * s->table->output_count + output];

    return x == y || ((x | y) & AC_SWEEP_OPEN);
}

static int differ(const ac_sweep *s, uint32_t a, uint32_t b)
{
    uint32_t i;

    for (i = 0; i < s->table->output_count; i++)
        if (s->classes[(size_t)a * s->table->output_count + i] != s->classes[(size_t)b * s->table->output_count + i])
            return 1;
    return 0;
}

/* ── one level ── */

/* The conjunctions of word j of a level that are asked for. */
typedef enum asked { SETTLED_SURE, OPEN_LIVE, LIVE, SURE } asked;

static uint64_t bits_of(const level *l, uint32_t j, asked what)
{
    switch (what) {
    case SETTLED_SURE: return l->sure[j] & ~l->open[j];
    case OPEN_LIVE: return l->live[j] & l->open[j];
    case LIVE: return l->live[j];
    default: return l->sure[j];
    }
}

/* The first such conjunction from `from` on and below `end`, or `end`. */
static uint32_t next_of(const level *l, asked what, uint32_t from, uint32_t end)
{
    uint32_t j;

    for (j = 0; j < l->count; j++) {
        uint64_t bits;

        if (l->word[j] < from / 64)
            continue;
        bits = bits_of(l, j, what);
        if (l->word[j] == from / 64)
            bits &= ~UINT64_C(0) << from % 64;
        if (bits) {
            uint32_t at = l->word[j] * 64 + ac_u64_lowest(bits);

            return at < end ? at : end;
        }
    }
    return end;
}

/* Some row that is not hit yet could still be, by a conjunction below `end`. */
static int has_unhit(const ac_sweep *s, const level *l, uint32_t end)
{
    uint32_t j;

    for (j = 0; j < l->count; j++) {
        uint64_t bits = l->sure[j] & s->state->unhit[l->word[j]];

        if (bits && l->word[j] * 64 + ac_u64_lowest(bits) < end)
            return 1;
    }
    return 0;
}

/* ── hits ── */

static void mark_hit(ac_sweep *s, uint32_t row)
{
    uint32_t i;

    s->is_hit[row] = 1;
    for (i = s->state->first[row]; i < s->state->first[row + 1]; i++)
        s->state->unhit[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* Rows before that are unknown leave the answer as it is for some output. */
static int is_answered(const ac_sweep *s, const level *l, uint32_t end, uint32_t row)
{
    uint32_t o, i;

    if (next_of(l, LIVE, 0, end) == end)
        return 1;
    for (o = 0; s->classes && o < s->table->output_count; o++) {
        for (i = next_of(l, LIVE, 0, end); i < end && may_be_same(s, row_of(s, i), row, o); i = next_of(l, LIVE, i + 1, end))
            ;
        if (i == end)
            return 1;
    }
    return 0;
}

/* ── the least facts that show it ── */

static int has_bit(const ac_sweep *s, const uint32_t *parts, uint32_t column, uint32_t conjunction, int possible)
{
    const ac_table_index *x = s->table->index;

    return ac_table_set_has(x, ac_table_set(x, column, s->parts[column].at[parts[column]].code, possible), conjunction);
}

/* No conjunction may hold, whatever the columns left open are. */
static int are_all_false(const ac_sweep *s, const uint32_t *parts)
{
    uint32_t i, c;

    for (i = 0; i < s->table->conjunction_count; i++) {
        for (c = 0; c < s->table->column_count && (parts[c] == AC_NO_INDEX || has_bit(s, parts, c, i, 1)); c++)
            ;
        if (c == s->table->column_count)
            return 0;
    }
    return 1;
}

/* One conjunction of the row holds by the columns chosen alone. */
static int is_true(const ac_sweep *s, const uint32_t *parts, uint32_t row)
{
    const ac_table *t = s->table;
    uint32_t        i, k;

    for (i = s->state->first[row]; i < s->state->first[row + 1]; i++) {
        const ac_conjunction *c = &t->conjunctions[i];

        for (k = 0; k < c->atom_count; k++) {
            uint32_t column = t->atoms[c->first_atom + k].column;

            if (parts[column] == AC_NO_INDEX || !has_bit(s, parts, column, i, 0))
                break;
        }
        if (k == c->atom_count)
            return 1;
    }
    return 0;
}

/* Takes out columns one by one as long as the gap, or both rows, stay. */
static void lessen(const ac_sweep *s, uint32_t *parts, uint32_t first, uint32_t second)
{
    uint32_t c;

    for (c = s->table->column_count; c-- > 0;) {
        uint32_t part = parts[c];

        parts[c] = AC_NO_INDEX;
        if (part != AC_NO_INDEX && !(first == AC_NO_INDEX ? are_all_false(s, parts) : is_true(s, parts, first) && is_true(s, parts, second)))
            parts[c] = part;
    }
}

/* ── what a settled combination tells ── */

/* No row holds here, and all is settled. */
static void see_none(ac_sweep *s, const level *l)
{
    uint32_t end = s->table->conjunction_count, i;
    int      is_empty = next_of(l, LIVE, 0, end) == end;

    if (is_empty && !s->has_gap) {
        s->has_gap = 1;
        for (i = 0; i < s->table->column_count; i++)
            s->gap[i] = s->state->chosen[i];
        lessen(s, s->gap, AC_NO_INDEX, AC_NO_INDEX);
    }
    if (is_empty || (s->state->otherwise != AC_NO_INDEX && !is_collecting(s->table) && is_answered(s, l, end, s->state->otherwise)))
        s->needs_else = 1;
}

static void tell_overlap(ac_sweep *s, uint32_t first, uint32_t second)
{
    uint32_t parts[AC_INDEX_COLUMNS];

    memcpy(parts, s->state->chosen, sizeof parts);
    lessen(s, parts, first, second);
    s->overlap(s, first, second, parts);
}

/* Rows that surely hold and of which a later one, not told yet, gives something else than an earlier one. `tell`: they are told;
 * else whether there is one. */
static int find_overlap(ac_sweep *s, const level *l, int tell)
{
    uint32_t end = s->table->conjunction_count;
    uint32_t first = next_of(l, SURE, 0, end), other = AC_NO_INDEX, i, row;

    for (i = first; i < end; i = next_of(l, SURE, i + 1, end)) {
        row = row_of(s, i);
        if (other == AC_NO_INDEX && !differ(s, row_of(s, first), row))
            continue;
        if (!s->state->told[row]) {
            if (!tell)
                return 1;
            s->state->told[row] = 1;
            tell_overlap(s, differ(s, row_of(s, first), row) ? row_of(s, first) : other, row);
        }
        other = other == AC_NO_INDEX ? row : other;
    }
    return 0;
}

/* ── the walk ── */

static int wants_none(const ac_sweep *s)
{
    return s->state->otherwise == AC_NO_INDEX ? !s->has_gap : !s->needs_else;
}

/* A column that the conjunction looks at and that is not chosen. */
static uint32_t column_of(const ac_sweep *s, uint32_t conjunction)
{
    const ac_conjunction *c = &s->table->conjunctions[conjunction];
    uint32_t              i, best = AC_NO_INDEX;

    for (i = 0; i < c->atom_count; i++) {
        uint32_t column = s->table->atoms[c->first_atom + i].column;

        if (s->state->chosen[column] == AC_NO_INDEX && column < best)
            best = column;
    }
    return best;
}

static int walk(ac_sweep *s, uint32_t depth);

/* What part `part` of the column leaves of a level. @return 0 when it is what the part before left. */
static int step_down(ac_sweep *s, const level *from, uint32_t from_count, level *to, uint32_t column, uint32_t part, const uint64_t *open)
{
    const ac_table_index *x = s->table->index;
    uint32_t        code = s->parts[column].at[part].code;
    const uint64_t *sure = ac_table_set(x, column, code, 0);
    const uint64_t *live = ac_table_set(x, column, code, 1);
    uint32_t        j, n = 0;
    int             is_new = part == 0;

    for (j = 0; j < from_count; j++) {
        uint32_t w = from->word[j];
        uint64_t may = ac_table_set_word(x, live, w), p = from->live[j] & may, t;

        if (!p)
            continue;
        t = from->sure[j] & (sure == live ? may : ac_table_set_word(x, sure, w));
        is_new |= n >= to->count || to->word[n] != w || to->live[n] != p || to->sure[n] != t;
        to->word[n] = w;
        to->live[n] = p;
        to->sure[n] = t;
        to->open[n++] = open[j];
    }
    is_new |= n != to->count;
    to->count = n;
    return is_new;
}

static int branch(ac_sweep *s, uint32_t depth, uint32_t column, uint32_t end)
{
    struct ac_sweep_state *x = s->state;
    const level           *from = &x->levels[depth];
    level                 *to = &x->levels[depth + 1];
    uint64_t              *open = from->open + x->words;     /* of the level below, by the words of this one */
    uint32_t               i, j, c, count;

    for (count = 0; count < from->count && (uint64_t)from->word[count] * 64 <= end; count++)
        ;
    memset(open, 0, count * sizeof *open);
    for (c = 0; c < s->table->column_count; c++)
        for (j = 0; c != column && x->chosen[c] == AC_NO_INDEX && j < count; j++)
            open[j] |= x->touch[(size_t)c * x->words + from->word[j]];
    for (i = 0; i < x->tried[column]; i++) {
        if (s->steps < count / 32 + 1) {
            s->is_over = 1;
            break;
        }
        s->steps -= count / 32 + 1;
        x->chosen[column] = i;
        if (step_down(s, from, count, to, column, i, open) && !walk(s, depth + 1))
            break;
    }
    x->chosen[column] = AC_NO_INDEX;
    return !s->is_over;
}

/* @return 0 when the steps are used up. Recursion is as deep as the table has columns. */
static int walk(ac_sweep *s, uint32_t depth)
{
    const level *l = &s->state->levels[depth];
    uint32_t     count = s->table->conjunction_count;
    uint32_t     hit = next_of(l, SETTLED_SURE, 0, count);
    uint32_t     end = count, open, row = AC_NO_INDEX;
    int          is_wanted = hit == count && wants_none(s);

    if (s->table->hit == AC_HIT_FIRST && hit < count) {
        row = row_of(s, hit);
        end = s->state->first[row];
    }
    if (s->table->hit == AC_HIT_FIRST && s->classes)
        is_wanted |= has_unhit(s, l, end) || (row != AC_NO_INDEX && !s->is_hit[row]);
    else if (s->table->hit == AC_HIT_UNIQUE && s->overlap && !is_wanted)
        is_wanted = find_overlap(s, l, 0);
    if (!is_wanted)
        return 1;
    open = next_of(l, OPEN_LIVE, 0, end);
    if (open < end)
        return branch(s, depth, column_of(s, open), hit < count && row != AC_NO_INDEX ? hit : count);
    if (s->table->hit == AC_HIT_UNIQUE && s->overlap)
        find_overlap(s, l, 1);
    if (row != AC_NO_INDEX && s->classes && is_answered(s, l, end, row))
        mark_hit(s, row);
    if (hit == count)
        see_none(s, l);
    return 1;
}

/* ── setting up ── */

static void *take(ac_sweep *s, size_t count, size_t size)
{
    void *p = ac_arena_array(s->scratch, count, size);

    if (!p)
        s->state->nomem = 1;
    return p;
}

static void make_levels(ac_sweep *s)
{
    struct ac_sweep_state *x = s->state;
    uint32_t               i;

    for (i = 0; i <= s->table->column_count; i++) {
        level *l = &x->levels[i];

        l->word = take(s, x->words, sizeof *l->word);
        l->live = take(s, (size_t)4 * x->words, sizeof *l->live);
        if (!l->word || !l->live)
            return;
        l->sure = l->live + x->words;
        l->open = l->sure + x->words;       /* twice: see branch */
    }
}

static void fill_sets(ac_sweep *s)
{
    const ac_table        *t = s->table;
    struct ac_sweep_state *x = s->state;
    level                 *l = &x->levels[0];
    uint32_t               i, k, row = 0;

    for (i = 0; i < t->conjunction_count; i++) {
        const ac_conjunction *c = &t->conjunctions[i];
        uint64_t              bit = UINT64_C(1) << i % 64;

        for (; row <= c->row; row++)
            x->first[row] = i;
        l->live[i / 64] |= bit;
        for (k = 0; k < c->atom_count; k++) {
            x->touch[(size_t)t->atoms[c->first_atom + k].column * x->words + i / 64] |= bit;
            l->open[i / 64] |= bit;
        }
    }
    for (; row <= t->row_count; row++)
        x->first[row] = t->conjunction_count;
    for (i = 0; i < x->words; i++) {
        l->word[i] = i;
        x->unhit[i] = l->sure[i] = l->live[i];
    }
    l->count = x->words;
}

/* Rows by themselves: each column has a part that suits one of their conjunctions. */
static void find_holding(ac_sweep *s)
{
    struct ac_sweep_state *x = s->state;
    uint64_t              *suits = take(s, x->words, sizeof *suits), *any = take(s, x->words, sizeof *any);
    uint32_t               c, i, w;

    if (!suits || !any)
        return;
    memset(suits, 0xFF, x->words * sizeof *suits);
    for (c = 0; c < s->table->column_count; c++) {
        memset(any, 0, x->words * sizeof *any);
        for (i = 0; i < s->parts[c].count; i++) {
            const uint64_t *set = ac_table_set(s->table->index, c, s->parts[c].at[i].code, 0);

            for (w = 0; w < x->words; w++)
                any[w] |= ac_table_set_word(s->table->index, set, w);
        }
        for (w = 0; w < x->words; w++)
            suits[w] &= any[w] | ~x->touch[(size_t)c * x->words + w];
    }
    for (i = 0; i < s->table->conjunction_count; i++)
        s->can_hold[row_of(s, i)] |= (uint8_t)(suits[i / 64] >> i % 64 & 1);
}

static int asks_known(const ac_table *t, uint32_t column)
{
    uint32_t i, k;

    for (i = 0; i < t->atom_count; i++)
        for (k = 0; t->atoms[i].column == column && k < t->atoms[i].test_count; k++)
            if (t->tests[t->atoms[i].first_test + k].kind >= AC_TEST_KNOWN)
                return 1;
    return 0;
}

/* Whether two rows may give the same for one output. */
static int has_equals(ac_sweep *s)
{
    const ac_table *t = s->table;
    uint32_t        i, k, o, room = 2;
    uint32_t       *slots;
    int             found = 0;

    if (!s->classes)
        return 0;
    while (room < 2 * t->row_count)
        room *= 2;
    slots = take(s, room, sizeof *slots);
    for (o = 0; slots && !found && o < t->output_count; o++) {
        memset(slots, 0, room * sizeof *slots);
        for (i = 0; !found && i < t->row_count; i++) {
            uint32_t class = s->classes[(size_t)i * t->output_count + o];

            for (k = class * 0x9E3779B1u & (room - 1); slots[k] && slots[k] != class + 1; k = (k + 1) & (room - 1))
                ;
            found = slots[k] != 0 || (class & AC_SWEEP_OPEN);
            slots[k] = class + 1;
        }
    }
    return found;
}

/* Where no test asks whether a fact is known, a row that holds while it is unknown does not look at it, and what holds then
 * holds for its values too: unknown tells something new only when a row that is unknown may give what another gives. */
static void leave_out_unknown(ac_sweep *s)
{
    int      equals = has_equals(s);
    uint32_t i;

    for (i = 0; i < s->table->column_count; i++) {
        const ac_parts *p = &s->parts[i];

        s->state->tried[i] = p->count - (p->count > p->values && !equals && p->at[p->count - 1].code == AC_INDEX_UNKNOWN && !asks_known(s->table, i));
    }
}

int ac_sweep_run(ac_sweep *s)
{
    const ac_table       *t = s->table;
    struct ac_sweep_state x;
    uint32_t              i;

    memset(&x, 0, sizeof x);
    s->state = &x;
    s->has_gap = s->needs_else = s->is_over = 0;
    s->can_hold = take(s, t->row_count, 1);
    s->is_hit = take(s, t->row_count, 1);
    for (i = 0; i < t->column_count && !x.nomem; i++)
        x.nomem = !ac_column_parts(s->policy, s->scratch, t, i, &s->parts[i]);
    x.words = (t->conjunction_count + 63) / 64;
    x.words = x.words ? x.words : 1;
    x.touch = take(s, (size_t)t->column_count * x.words, sizeof *x.touch);
    x.unhit = take(s, x.words, sizeof *x.unhit);
    x.first = take(s, (size_t)t->row_count + 1, sizeof *x.first);
    x.told = take(s, t->row_count, 1);
    make_levels(s);
    x.otherwise = AC_NO_INDEX;
    for (i = 0; i < t->row_count; i++)
        if (t->rows[i].otherwise)
            x.otherwise = i;
    for (i = 0; i < AC_INDEX_COLUMNS; i++)
        x.chosen[i] = s->gap[i] = AC_NO_INDEX;
    if (!x.nomem) {
        fill_sets(s);
        find_holding(s);
        leave_out_unknown(s);
    }
    if (!x.nomem)
        walk(s, 0);
    s->state = NULL;
    return !x.nomem;
}

int ac_table_is_closed(const ac_policy *policy, ac_mem *mem, const ac_table *table, int *nomem)
{
    ac_arena  scratch;
    ac_sweep *s;
    int       closed = 0;

    if (!table->index)
        return 0;
    ac_arena_init(&scratch, mem);
    s = ac_arena_array(&scratch, 1, sizeof *s);
    if (s) {
        s->policy = policy;
        s->scratch = &scratch;
        s->table = table;
        s->steps = AC_VERIFY_STEPS;
        *nomem |= !ac_sweep_run(s);
        closed = !s->has_gap && !s->is_over;
    } else {
        *nomem = 1;
    }
    ac_arena_clear(&scratch);
    return closed;
}
