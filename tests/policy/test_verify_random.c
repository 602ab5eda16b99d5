#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/aftercare.h>

#include "base/hash.h"
#include "base/messages.h"
#include "support/random.h"

/* The verifier against brute force: random tables, every combination of values at and between the bounds that the rows name.
 * Each row is read here anew by Kleene's logic; what follows from it (gaps, rows never hit, overlaps) must be what the
 * verifier says, and each combination it shows must really hit no row, or two, when the rules decide it.
 * VERIFY_TABLES=100000 in the environment runs more. */

enum { COLUMNS = 4, ROWS = 8, SAMPLES = 24, ATOMS = 8, CODES = 12 };

typedef enum truth { NO, MAYBE, YES } truth;
typedef enum fact_kind { BOOL, ENUM, ORDERED, COUNT, RATIO } fact_kind;

/* A value in twelfths, or one of these. */
enum { UNKNOWN = -1000, NONE = -1001 };

typedef enum op { ANY, EQ, NE, LT, LE, GT, GE, IN, NOT_IN, BETWEEN, KNOWN, MISSING, OPS } op;

/* One test of a column. BETWEEN: bit 0 open below, bit 1 open above. */
typedef struct atom {
    int column;
    op  what;
    int a, b, open;
} atom;

typedef struct column {
    fact_kind kind;
    char      name[2];
    int       low, high, is_limited;    /* declared range, in twelfths */
    int       has_default;
    int       tests_none;
    int       samples[SAMPLES], count;
} column;

/* A condition in postfix: atoms by number, then '&', '|', '!'. */
typedef struct row {
    atom atoms[ATOMS];
    int  atom_count;
    char code[CODES];
    int  code_count;
    int  outputs[2];
    int  is_otherwise;
} row;

typedef struct world {
    test_random random;
    column   columns[COLUMNS];
    int      column_count, row_count, output_count, is_grid, is_unique;
    row      rows[ROWS];
    char     text[8192];
    size_t   size;
    int      first_line;        /* of the rows */
    /* what brute force finds */
    int      has_gap, needs_else, holds[ROWS], hit[ROWS], overlaps[ROWS], idle[COLUMNS];
} world;

static int draw(world *w, int n)
{
    return (int)test_random_below(&w->random, (uint32_t)n);
}

/* --- making a table ----------------------------------------------------------------- */

static int bound(world *w, const column *c)
{
    switch (c->kind) {
    case BOOL: return draw(w, 2) * 12;
    case ENUM: case ORDERED: return draw(w, 4) * 12;
    case COUNT: return draw(w, 6) * 12;
    default: return draw(w, 5) * 6;     /* 0, 0.5 … 2 */
    }
}

static void make_column(world *w, int i)
{
    column *c = &w->columns[i];

    c->kind = (fact_kind)draw(w, 5);
    c->name[0] = (char)('a' + i);
    c->is_limited = c->kind >= COUNT && draw(w, 2);
    if (c->is_limited) {
        c->low = 12 * draw(w, 2);
        c->high = c->low + 12 * (1 + draw(w, 3));
    }
    c->has_default = draw(w, 6) == 0;
}

static void make_atom(world *w, row *r, int column_index)
{
    atom         *a = &r->atoms[r->atom_count++];
    const column *c = &w->columns[column_index];
    int           swap;

    a->column = column_index;
    a->open = draw(w, 4);
    a->a = bound(w, c);
    a->b = bound(w, c);
    do
        a->what = (op)(1 + draw(w, OPS - 1));
    while ((c->kind < ORDERED && a->what >= LT && a->what <= GE) || (c->kind < ORDERED && a->what == BETWEEN) || (c->kind == BOOL && (a->what == IN || a->what == NOT_IN))
           || ((a->what == KNOWN || a->what == MISSING) && draw(w, 3)));
    if (a->what == BETWEEN) {
        if (a->a == a->b)
            a->b += 12;
        if (a->a > a->b) {
            swap = a->a;
            a->a = a->b;
            a->b = swap;
        }
        if (c->kind == ORDERED && a->b > 36) {
            a->a = 0;
            a->b = 36;
        }
    }
    if (c->kind == ENUM && (a->what == EQ || a->what == NE) && draw(w, 8) == 0) {
        a->a = NONE;
        w->columns[column_index].tests_none = 1;
    }
}

static void make_condition(world *w, row *r, int depth)
{
    char *code = r->code;

    if (depth == 0 || r->atom_count >= 3 || draw(w, 3) == 0) {
        code[r->code_count++] = (char)('0' + r->atom_count);
        make_atom(w, r, draw(w, w->column_count));
    } else if (draw(w, 5) == 0) {
        make_condition(w, r, depth - 1);
        code[r->code_count++] = '!';
    } else {
        make_condition(w, r, depth - 1);
        make_condition(w, r, depth - 1);
        code[r->code_count++] = draw(w, 2) ? '&' : '|';
    }
}

static void make_cells(world *w, row *r)
{
    int i;

    for (i = 0; i < w->column_count; i++) {
        if (draw(w, 3) == 0)
            continue;
        r->code[r->code_count++] = (char)('0' + r->atom_count);
        if (r->code_count > 1)
            r->code[r->code_count++] = '&';
        make_atom(w, r, i);
    }
}

static void make_world(world *w, uint64_t seed)
{
    int i, last;

    memset(w, 0, sizeof *w);
    w->random.state = seed;
    w->is_grid = draw(w, 2);
    w->is_unique = draw(w, 3) == 0;
    w->column_count = 1 + draw(w, COLUMNS);
    w->row_count = 1 + draw(w, ROWS);
    w->output_count = w->is_grid && draw(w, 3) == 0 ? 2 : 1;
    for (i = 0; i < w->column_count; i++)
        make_column(w, i);
    last = draw(w, 2) ? w->row_count - 1 : -1;
    for (i = 0; i < w->row_count; i++) {
        row *r = &w->rows[i];

        r->outputs[0] = draw(w, 3) ? i : draw(w, 3);
        r->outputs[1] = draw(w, 2);
        if (i == last)
            r->is_otherwise = 1;
        else if (w->is_grid)
            make_cells(w, r);
        else
            make_condition(w, r, 2);
    }
}

/* --- writing it ----------------------------------------------------------------------- */

static void put(world *w, const char *text)
{
    size_t n = strlen(text);

    cr_assert_lt(w->size + n, sizeof w->text);
    memcpy(w->text + w->size, text, n + 1);
    w->size += n;
}

static void put_value(world *w, fact_kind kind, int value)
{
    char text[16];

    if (value == NONE)
        put(w, "none");
    else if (kind == BOOL)
        put(w, value ? "yes" : "no");
    else if (kind == ENUM || kind == ORDERED)
        snprintf(text, sizeof text, "%c%d", kind == ENUM ? 'm' : 'o', value / 12), put(w, text);
    else if (value % 12 == 0)
        snprintf(text, sizeof text, "%d", value / 12), put(w, text);
    else
        snprintf(text, sizeof text, "%d.5", value / 12), put(w, text);
}

static void put_list(world *w, const atom *a, fact_kind kind)
{
    put_value(w, kind, a->a);
    put(w, ", ");
    put_value(w, kind, a->b);
}

static void put_range(world *w, const atom *a, fact_kind kind)
{
    put(w, a->open & 1 ? "(" : "[");
    put_value(w, kind, a->a);
    put(w, "..");
    put_value(w, kind, a->b);
    put(w, a->open & 2 ? ")" : "]");
}

static void put_cell(world *w, const atom *a)
{
    static const char *const signs[] = { "", "", "!= ", "< ", "<= ", "> ", ">= ", "", "not ", "", "is known", "is unknown" };
    fact_kind kind = w->columns[a->column].kind;

    put(w, signs[a->what]);
    if (a->what == IN || a->what == NOT_IN)
        put_list(w, a, kind);
    else if (a->what == BETWEEN)
        put_range(w, a, kind);
    else if (a->what < KNOWN)
        put_value(w, kind, a->a);
}

static void put_atom(world *w, const atom *a)
{
    static const char *const signs[] = { "", " = ", " != ", " < ", " <= ", " > ", " >= ", " in (", " not in (", " in ", " is known", " is unknown" };
    fact_kind kind = w->columns[a->column].kind;

    put(w, w->columns[a->column].name);
    put(w, signs[a->what]);
    if (a->what == IN || a->what == NOT_IN) {
        put_list(w, a, kind);
        put(w, ")");
    } else if (a->what == BETWEEN) {
        put_range(w, a, kind);
    } else if (a->what < KNOWN) {
        put_value(w, kind, a->a);
    }
}

/* The postfix from its end: *at moves before the operand written. */
static int start_of(const row *r, int end)
{
    int need = 1;

    while (need > 0) {
        char c = r->code[--end];

        need += c == '!' ? 0 : c == '&' || c == '|' ? 1 : -1;
    }
    return end;
}

static void put_condition(world *w, const row *r, int end)
{
    char c = r->code[end - 1];
    int  middle;

    if (c >= '0' && c <= '9') {
        put_atom(w, &r->atoms[c - '0']);
        return;
    }
    if (c == '!') {
        put(w, "not (");
        put_condition(w, r, end - 1);
        put(w, ")");
        return;
    }
    middle = start_of(r, end - 1);
    put(w, "(");
    put_condition(w, r, middle);
    put(w, c == '&' ? ") and (" : ") or (");
    put_condition(w, r, end - 1);
    put(w, ")");
}

static void put_fields(world *w)
{
    static const char *const types[] = { "yes/no", "e", "r", "count", "number" };
    int i;

    for (i = 0; i < w->column_count; i++) {
        const column *c = &w->columns[i];

        put(w, "  ");
        put(w, c->name);
        put(w, " : ");
        put(w, types[c->kind]);
        if (c->is_limited) {
            put(w, " in [");
            put_value(w, c->kind, c->low);
            put(w, "..");
            put_value(w, c->kind, c->high);
            put(w, "]");
        }
        if (c->has_default) {
            put(w, " default ");
            put_value(w, c->kind, c->is_limited ? c->low : 0);
        }
        put(w, "\n");
    }
}

static int line_count(const world *w)
{
    int    n = 1;
    size_t i;

    for (i = 0; i < w->size; i++)
        n += w->text[i] == '\n';
    return n;
}

static void put_grid(world *w)
{
    int i, k, n;
    char text[16];

    put(w, "  ");
    for (i = 0; i < w->column_count; i++) {
        put(w, "| ");
        put(w, w->columns[i].name);
        put(w, " ");
    }
    put(w, w->output_count == 2 ? "|| x | y |\n" : "|| x |\n");
    w->first_line = line_count(w);
    for (i = 0; i < w->row_count; i++) {
        const row *r = &w->rows[i];

        put(w, "  ");
        for (k = 0, n = 0; k < w->column_count && !r->is_otherwise; k++) {
            put(w, "| ");
            if (n < r->atom_count && r->atoms[n].column == k)
                put_cell(w, &r->atoms[n++]);
            else
                put(w, "-");
            put(w, " ");
        }
        put(w, r->is_otherwise ? "| else " : "");
        for (k = 0; k < w->output_count; k++) {
            snprintf(text, sizeof text, "%s %d ", k ? "|" : "||", r->outputs[k]);
            put(w, text);
        }
        put(w, "|\n");
    }
}

static void put_world(world *w)
{
    int  i;
    char text[32];

    put(w, "policy p version 1\nenum e = m0, m1, m2, m3\nenum r ordered = o0, o1, o2, o3\nrecord q\n");
    put_fields(w);
    put(w, w->output_count == 2 ? "table t of q gives x : count, y : count" : "table t of q gives x : count");
    put(w, w->is_unique ? " unique\n" : "\n");
    if (w->is_grid) {
        put_grid(w);
        return;
    }
    w->first_line = line_count(w);
    for (i = 0; i < w->row_count; i++) {
        snprintf(text, sizeof text, "  %d ", w->rows[i].outputs[0]);
        put(w, text);
        put(w, w->rows[i].is_otherwise ? "otherwise" : "when ");
        if (!w->rows[i].is_otherwise)
            put_condition(w, &w->rows[i], w->rows[i].code_count);
        put(w, "\n");
    }
}

/* --- brute force ------------------------------------------------------------------------ */

static void add_sample(column *c, int value)
{
    if (!c->is_limited || (value >= c->low && value <= c->high))
        c->samples[c->count++] = value;
}

static void make_samples(column *c)
{
    int i;

    if (c->kind < COUNT)
        for (i = 0; i < (c->kind == BOOL ? 2 : 4); i++)
            add_sample(c, 12 * i);
    if (c->kind == COUNT)
        for (i = 0; i <= 8; i++)
            add_sample(c, 12 * i);
    if (c->kind == RATIO)       /* bounds are halves from 0 to 3; one value at each, one between */
        for (i = -1; i <= 13; i++)
            add_sample(c, 3 * i);
    if (c->tests_none)
        c->samples[c->count++] = NONE;
    if (!c->has_default)
        c->samples[c->count++] = UNKNOWN;
}

static truth test_of(const atom *a, int x)
{
    int yes;

    if (a->what == KNOWN)
        return x == UNKNOWN ? NO : YES;
    if (a->what == MISSING)
        return x == UNKNOWN ? YES : NO;
    if (x == UNKNOWN)
        return MAYBE;
    switch (a->what) {
    case EQ: return x == a->a ? YES : NO;
    case NE: return x != a->a ? YES : NO;
    case IN: return x == a->a || x == a->b ? YES : NO;
    case NOT_IN: return x == a->a || x == a->b ? NO : YES;
    default: break;
    }
    if (x == NONE)
        return MAYBE;
    switch (a->what) {
    case LT: yes = x < a->a; break;
    case LE: yes = x <= a->a; break;
    case GT: yes = x > a->a; break;
    case GE: yes = x >= a->a; break;
    default: yes = (a->open & 1 ? x > a->a : x >= a->a) && (a->open & 2 ? x < a->b : x <= a->b); break;
    }
    return yes ? YES : NO;
}

static truth least(truth a, truth b)
{
    return a < b ? a : b;
}

static truth most(truth a, truth b)
{
    return a > b ? a : b;
}

static truth row_holds(const row *r, const int *point)
{
    truth stack[CODES];
    int   n = 0, i;

    for (i = 0; i < r->code_count; i++) {
        char c = r->code[i];

        if (c == '!') {
            stack[n - 1] = (truth)(YES - stack[n - 1]);
        } else if (c == '&' || c == '|') {
            stack[n - 2] = c == '&' ? least(stack[n - 2], stack[n - 1]) : most(stack[n - 2], stack[n - 1]);
            n--;
        } else {
            const atom *a = &r->atoms[c - '0'];

            stack[n++] = test_of(a, point[a->column]);
        }
    }
    return n ? stack[0] : YES;
}

/* Rows before `end` that are unknown would give what row `r` gives, for some output. */
static int is_answered(const world *w, const truth *holds, int end, int r)
{
    int o, i, same;

    for (o = 0; o < w->output_count; o++) {
        for (i = 0, same = 1; i < end; i++)
            same &= holds[i] != MAYBE || w->rows[i].outputs[o] == w->rows[r].outputs[o];
        if (same)
            return 1;
    }
    return 0;
}

static int same_outputs(const world *w, int a, int b)
{
    return w->rows[a].outputs[0] == w->rows[b].outputs[0] && (w->output_count == 1 || w->rows[a].outputs[1] == w->rows[b].outputs[1]);
}

static void see_point(world *w, const int *point)
{
    truth holds[ROWS] = { NO };
    int   i, k, otherwise = -1, first = -1, maybe = 0;

    for (i = 0; i < w->row_count; i++) {
        if (w->rows[i].is_otherwise) {
            otherwise = i;
            continue;
        }
        holds[i] = row_holds(&w->rows[i], point);
        maybe |= holds[i] == MAYBE;
        w->holds[i] |= holds[i] == YES;
        if (holds[i] == YES && first < 0)
            first = i;
        for (k = 0; k < i && holds[i] == YES; k++)
            w->overlaps[i] |= holds[k] == YES && !same_outputs(w, i, k);
    }
    if (first >= 0) {
        w->hit[first] |= is_answered(w, holds, first, first);
        return;
    }
    if (!maybe)
        w->has_gap = w->needs_else = 1;
    else if (otherwise >= 0 && is_answered(w, holds, w->row_count, otherwise))
        w->needs_else = 1;
}

static void see_all(world *w)
{
    int at[COLUMNS] = { 0 }, point[COLUMNS] = { 0 };
    int i;

    for (i = 0; i < w->column_count; i++)
        make_samples(&w->columns[i]);
    for (;;) {
        for (i = 0; i < w->column_count; i++)
            point[i] = w->columns[i].samples[at[i]];
        see_point(w, point);
        for (i = 0; i < w->column_count && ++at[i] == w->columns[i].count; i++)
            at[i] = 0;
        if (i == w->column_count)
            return;
    }
}

static void see_columns(world *w)
{
    int c, i, k, n;

    for (c = 0; c < w->column_count; c++) {
        w->idle[c] = w->is_grid;
        for (i = 0; i < w->row_count; i++)
            for (n = 0; n < w->rows[i].atom_count; n++)
                for (k = 1; k < w->columns[c].count && w->rows[i].atoms[n].column == c; k++)
                    w->idle[c] &= test_of(&w->rows[i].atoms[n], w->columns[c].samples[0]) == test_of(&w->rows[i].atoms[n], w->columns[c].samples[k]);
    }
}

/* --- comparing -------------------------------------------------------------------------- */

/* The rules decide a record with the facts shown: `a = yes, b = 2, …`. The code of an error; 1 for what is not configured. */
static unsigned decide(ac_policy *policy, const char *facts, size_t size)
{
    ac_rulebook *book;
    ac_record   *record;
    ac_value     value;
    size_t       at = 0;

    cr_assert_eq(ac_rulebook_with_policy(NULL, NULL, policy, &book, NULL, NULL), AC_OK);
    cr_assert_eq(ac_record_new(book, NULL, 0, ac_text_of("1"), NULL, &record, NULL), AC_OK);
    while (at < size && facts[0] != '-') {
        ac_text name = { facts + at, 1 }, text = { facts + at + 4, 0 };

        while (at + 4 + text.size < size && text.data[text.size] != ',')
            text.size++;
        if (!ac_text_equal(text, ac_text_of("unknown")))
            cr_assert_eq(ac_record_parse(record, ac_policy_find_field(policy, 0, name), text, NULL), AC_OK, "%.*s", (int)size, facts);
        at += 4 + text.size + 2;
    }
    cr_assert_eq(ac_rules_value(record, ac_policy_find_field(policy, 0, ac_text_of("x")), 0, &value, NULL), AC_OK);
    if (value.state != AC_VALUE_ERROR)      /* two rows may agree in the first output */
        ac_rules_value(record, ac_policy_find_field(policy, 0, ac_text_of("y")), 0, &value, NULL);
    ac_record_free(record);
    ac_rulebook_unref(book);
    return value.state == AC_VALUE_ERROR ? value.code : value.state == AC_VALUE_UNSET;
}

static ac_policy *compile(const char *text, size_t size, int verify, ac_report *report)
{
    ac_source         source = { ac_text_of("t"), { text, size } };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_policy        *policy = NULL;

    options.verify = verify;
    ac_policy_compile(&source, &options, &policy, report, NULL);
    return policy;
}

/* With the row that the fix adds, the facts shown come down to it. */
static int is_closed(const world *w, const ac_diagnostic *d, ac_text facts)
{
    char        text[sizeof w->text + 512];
    size_t      at = d->fix_span.offset;
    ac_report  *report;
    ac_policy  *policy;
    unsigned    code;

    cr_assert(d->has_fix && at <= w->size);
    memcpy(text, w->text, at);
    memcpy(text + at, d->fix.data, d->fix.size);
    memcpy(text + at + d->fix.size, w->text + at, w->size - at);
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    policy = compile(text, w->size + d->fix.size, 0, report);
    code = policy ? decide(policy, facts.data, facts.size) : 0;
    if (code != 1)
        fprintf(stderr, "the fix: %.*s\n", (int)(w->size + d->fix.size), text);
    ac_policy_unref(policy);
    ac_report_free(report);
    return code == 1;
}

static ac_text between(ac_text message, const char *from, const char *to)
{
    char       *start = strstr(message.data, from), *end;
    ac_text     out = { NULL, 0 };

    cr_assert_not_null(start);
    out.data = start + strlen(from);
    end = to ? strstr(out.data, to) : NULL;
    out.size = end ? (size_t)(end - out.data) : message.size - (size_t)(out.data - message.data);
    return out;
}

/* Said of row or column `i`, by bits. */
enum { SAID_NEVER = 1, SAID_DEAD = 2, SAID_TWIN = 4, SAID_OVERLAP = 8, SAID_ELSE = 16 };

static int judge(uint64_t seed, int is_loud)
{
    static world w;
    ac_report   *report;
    ac_policy   *policy, *verified;
    size_t       i;
    int          said[ROWS] = { 0 }, idle[COLUMNS] = { 0 }, gap = 0, ok = 1, r, c;
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;

    make_world(&w, seed);
    put_world(&w);
    see_all(&w);
    see_columns(&w);
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    policy = compile(w.text, w.size, 0, report);
    cr_assert_not_null(policy, "seed %llu\n%s", (unsigned long long)seed, w.text);
    ac_report_free(report);
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    verified = compile(w.text, w.size, 1, report);
    for (i = 0; ac_report_at(report, i, &d) == AC_OK; i++) {
        r = (int)d.span.line - w.first_line;
        if (is_loud)
            fprintf(stderr, "%u: AC-%u %.*s\n", d.span.line, d.code, (int)d.message.size, d.message.data);
        switch (d.code) {
        case AC_CODE_TABLE_GAP: {
            ac_text facts = between(d.message, "table \"t\": ", NULL);

            gap++;
            ok &= decide(policy, facts.data, facts.size) == AC_CODE_EVAL_NO_RULE && is_closed(&w, &d, facts);
            break;
        }
        case AC_CODE_TABLE_OVERLAP: {
            ac_text facts = between(d.message, "both hold when ", ", and give");

            said[r] |= SAID_OVERLAP;
            ok &= decide(policy, facts.data, facts.size) == AC_CODE_EVAL_TWO_ROWS;
            break;
        }
        case AC_CODE_TABLE_ROW_TWICE: said[r] |= SAID_TWIN; break;
        case AC_CODE_TABLE_ROW_DEAD: said[r] |= SAID_DEAD; break;
        case AC_CODE_TABLE_ROW_NEVER: case AC_CODE_TABLE_CELL_NEVER: said[r] |= SAID_NEVER; break;
        case AC_CODE_TABLE_ELSE_DEAD: said[r] |= SAID_ELSE; break;
        case AC_CODE_TABLE_COLUMN_IDLE: idle[(d.span.column - 5) / 4] = 1; break;
        case AC_CODE_TABLE_STEPS: case AC_CODE_TABLE_NOT_PROVEN: case AC_CODE_TABLE_GAP_OPEN: case AC_CODE_TABLE_OVERLAP_OPEN: case AC_CODE_TABLE_OVERLAP_MAY:
            ok = 0;
            break;
        default: break;
        }
    }
    ok &= gap == (w.has_gap && !w.rows[w.row_count - 1].is_otherwise);
    for (r = 0; r < w.row_count; r++) {
        if (w.rows[r].is_otherwise) {
            ok &= (said[r] & SAID_ELSE) ? !w.needs_else : w.needs_else;
            continue;
        }
        ok &= (said[r] & SAID_NEVER) ? !w.holds[r] : w.holds[r];
        if (!w.is_unique)
            ok &= (said[r] & (SAID_NEVER | SAID_DEAD | SAID_TWIN)) ? !w.hit[r] : w.hit[r];
        else
            ok &= (said[r] & SAID_OVERLAP ? w.overlaps[r] : !w.overlaps[r]) && !(said[r] & SAID_DEAD);
    }
    for (c = 0; c < w.column_count; c++)
        ok &= idle[c] == w.idle[c];
    ac_policy_unref(policy);
    ac_policy_unref(verified);
    ac_report_free(report);
    if (!ok && !is_loud) {
        fprintf(stderr, "seed %llu: gap %d, else needed %d;", (unsigned long long)seed, w.has_gap, w.needs_else);
        for (r = 0; r < w.row_count; r++)
            fprintf(stderr, " [%d] holds %d hit %d overlaps %d", r, w.holds[r], w.hit[r], w.overlaps[r]);
        fprintf(stderr, "\n%s", w.text);
        judge(seed, 1);
    }
    return ok;
}

Test(verify_random, agrees_with_brute_force)
{
    const char *more = getenv("VERIFY_TABLES"), *from = getenv("VERIFY_FROM");
    long        n = more ? atol(more) : 1500, first = from ? atol(from) : 0, i, wrong = 0;

    for (i = first; i < first + n && wrong < 5; i++)
        wrong += !judge((uint64_t)i * 7919 + 1, 0);
    cr_expect_eq(wrong, 0);
}
