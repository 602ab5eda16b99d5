#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/data.h"
#include "support/mem.h"
#include "support/parsed.h"
#include "policy/report/limits.h"

static parsed *parse_file(const ac_allocator *mem, const char *path)
{
    size_t  size;
    char   *text = test_read(path, &size);
    parsed *p;

    cr_assert(text, "cannot read %s", path);
    p = parsed_new(mem, strstr(path, ".data") ? PARSED_DATA : PARSED_POLICY, path, text, size, NULL);
    p->owned = text;
    return p;
}

static void expect_clean(const char *path)
{
    parsed *p = parse_file(NULL, path);
    char   *messages = parsed_messages(p);

    cr_expect_eq(p->status, AC_OK, "%s", messages);
    cr_expect_str_eq(messages, "");
    cr_expect(p->tree || p->data);
    free(messages);
    parsed_free(p);
}

static parsed *parse_text(parsed_kind kind, const char *text)
{
    return parsed_new(NULL, kind, "t", text, strlen(text), NULL);
}

static void expect_text(ac_text text, const char *want)
{
    cr_expect(text.size == strlen(want) && memcmp(text.data, want, text.size) == 0, "got \"%.*s\", want \"%s\"", (int)text.size, text.data, want);
}

/* ── whole files ── */

Test(parse, reads_every_construct_of_the_grammar)
{
    expect_clean(test_path("tests/data/policy/every-construct.policy"));
    expect_clean(test_path("tests/data/policy/every-construct.data"));
    expect_clean(test_path("tests/data/policy/one-page.policy"));
}

Test(parse, reads_all_trial_rulebooks)
{
    static const char *const drafts[] = {
        "city-services.policy", "incident-desk.policy", "road-machinery.policy", "sanitation-vehicles.policy", "service-guide.policy",
        "weighing-instruments.policy", "equipment-collection/1-machinery.policy", "equipment-collection/2-water-purifier.policy",
        "equipment-collection/3-tunnel-boring.policy", "equipment-collection/4-industrial.policy",
        "equipment-collection/5-electromechanical.policy", "equipment-collection/6-equipment.policy",
        "equipment-collection/7-repair-management.policy", "equipment-collection/8-norms.policy", "equipment-collection/9-travel.policy",
        "data/boston-holidays.data", "data/cn-holidays.data", "data/weighing-warranty.data"
    };
    size_t i;

    for (i = 0; i < sizeof drafts / sizeof *drafts; i++) {
        char        name[128] = "drafts/";
        const char *path = test_shared(strcat(name, drafts[i]));

        if (path)
            expect_clean(path);
    }
}

/* ── what the tree says ── */

static const ac_tree_block *block(const parsed *p, ac_tree_block_kind kind, unsigned nth)
{
    uint32_t i;

    for (i = 0; i < p->tree->count; i++)
        if (p->tree->blocks[i].kind == kind && nth-- == 0)
            return &p->tree->blocks[i];
    cr_assert_fail("no such block");
    abort();
}

static const ac_tree_line *line_of(const ac_tree_record *record, const char *name, ac_tree_line_kind kind)
{
    uint32_t i;

    for (i = 0; i < record->count; i++) {
        const ac_tree_line *line = &record->lines[i];

        if (line->kind == kind && line->names.count > 0 && line->names.at->text.size == strlen(name)
            && memcmp(line->names.at->text.data, name, strlen(name)) == 0)
            return line;
    }
    cr_assert_fail("no line %s", name);
    abort();
}

Test(parse, head_holds_what_was_written)
{
    parsed             *p = parse_file(NULL, test_path("tests/data/policy/every-construct.policy"));
    const ac_tree_head *head = &p->tree->head;
    ac_text             article;

    expect_text(head->name.text, "wide");
    cr_expect_eq(head->version, 2u);
    cr_expect_eq(head->revision, 1u);
    expect_text(head->corrects.text, "a slip of the pen");
    cr_expect_eq(head->title_count, 2u);
    expect_text(head->zone.text, "EST5EDT,M3.2.0,M11.1.0");
    expect_text(head->currency.text, "CNY");
    cr_expect_eq(head->from.year * 10000 + head->from.month * 100 + head->from.day, 20260701);
    cr_expect(head->has_to && head->to.year == 2027);
    cr_expect_eq(head->days_end, AC_DAYS_END_SAME_TIME);
    cr_expect_eq(head->month_end, AC_MONTH_END_NEXT);
    cr_assert_eq(head->rulebook_count, 2u);
    cr_assert_eq(head->rulebooks[0].articles.count, 5u);
    cr_expect_eq(ac_cite_count(&head->rulebooks[0].articles.at[1]), 4u);
    article = ac_cite_at(&head->rulebooks[0].articles.at[1], 3, &p->arena);
    expect_text(article, "18.2d");
    article = ac_cite_at(&head->rulebooks[0].articles.at[2], 2, &p->arena);
    expect_text(article, "A1.T3");
    expect_text(head->rulebooks[0].articles.at[3].article, "5-1");
    parsed_free(p);
}

Test(parse, limit_keeps_its_tails_and_what_they_cite)
{
    parsed               *p = parse_file(NULL, test_path("tests/data/policy/every-construct.policy"));
    const ac_tree_record *ticket = block(p, AC_TREE_BLOCK_RECORD, 2)->u.record;
    const ac_tree_line   *came = line_of(ticket, "came", AC_TREE_LINE_FIELD);

    cr_expect_eq(ticket->kind, AC_KIND_TICKET);
    cr_expect_eq(ticket->unique.count, 2u);
    cr_expect_eq(came->limit.kind, AC_TREE_LIMIT_WITHIN);
    cr_expect_eq(came->limit.point_count, 2u);
    cr_assert_eq(came->tails.count, 8u);
    cr_expect_eq(came->tails.at[5].kind, AC_TREE_TAIL_PAUSED);
    cr_expect_eq(came->tails.at[5].paths.count, 2u);
    expect_text(came->tails.at[5].per.at[0].article, "2");
    cr_expect_eq(came->tails.at[6].mode, AC_TREE_MODE_TIGHTEN_ONLY);
    expect_text(came->tails.at[7].per.at[0].article, "3");
    cr_expect_eq(line_of(ticket, "rung", AC_TREE_LINE_FIELD)->limit.kind, AC_TREE_LIMIT_AT);
    cr_expect_eq(line_of(ticket, "told", AC_TREE_LINE_NEEDS)->needs.count, 6u);
    cr_expect_eq(line_of(ticket, "told", AC_TREE_LINE_NEEDS)->needs.at[0].items[0].quorum, 2u);
    cr_expect_eq(line_of(ticket, "done", AC_TREE_LINE_FLOW)->row_count, 3u);
    cr_expect_eq(line_of(ticket, "second", AC_TREE_LINE_STEP)->needs.count, 2u);
    parsed_free(p);
}

Test(parse, cells_are_read_as_unary_tests)
{
    parsed              *p = parse_file(NULL, test_path("tests/data/policy/every-construct.policy"));
    const ac_tree_grid  *grid = &block(p, AC_TREE_BLOCK_TABLE, 1)->u.table->grid;
    const ac_tree_cell  *cells = grid->rows[0].cells;

    cr_assert_eq(grid->row_count, 4u);
    cr_expect_eq(grid->column_count, 4u);
    cr_expect(grid->has_per && grid->outs.count == 2);
    cr_expect_eq(cells[0].count, 2u);
    cr_expect_eq(cells[1].tests->kind, AC_TREE_TEST_RANGE);
    cr_expect(cells[1].tests->value->opens_high && !cells[1].tests->value->opens_low);
    cr_expect(cells[2].kind == AC_TREE_CELL_STATE && cells[2].state == AC_TREE_STATE_KNOWN);
    cr_expect_eq(cells[3].kind, AC_TREE_CELL_ANY);
    cells = grid->rows[1].cells;
    cr_expect(cells[0].negated && cells[2].tests->kind == AC_TREE_TEST_WITHIN && cells[2].tests->value->count == 2);
    cr_expect_eq(grid->rows[2].cells[1].tests[1].op, AC_EXPR_LE);
    cr_expect(grid->rows[3].is_else && !grid->rows[3].cells);
    cr_expect_eq(grid->rows[0].values[0]->unit, AC_TREE_UNIT_WORKH);
    parsed_free(p);
}

Test(parse, example_cells_are_read_by_their_column)
{
    parsed                *p = parse_file(NULL, test_path("tests/data/policy/every-construct.policy"));
    const ac_tree_example *e = block(p, AC_TREE_BLOCK_EXAMPLE, 0)->u.example;

    cr_assert_eq(e->row_count, 3u);
    cr_expect(e->in_order && e->given_count == 5 && e->givens[0].is_confirmed);
    cr_expect_eq(e->givens[4].value->kind, AC_EXPR_PERIOD);
    cr_expect_eq(e->outs[2].kind, AC_TREE_XOUT_VERDICT);
    expect_text(e->outs[2].path.at[0].text, "arrival");
    cr_expect_eq(e->outs[3].kind, AC_TREE_XOUT_LATE_BY);
    expect_text(e->rows[2].word, "2026 x");
    cr_expect_null(e->rows[1].facts[1]);
    cr_expect_eq(e->rows[1].values[5].cites.count, 2u);
    cr_expect(e->rows[0].values[5].kind == AC_TREE_XVAL_ARTICLES && e->rows[0].values[5].cites.count == 0);
    e = block(p, AC_TREE_BLOCK_EXAMPLE, 1)->u.example;
    cr_expect_eq(e->rows[0].values[0].count, 3u);
    cr_expect(e->rows[0].values[0].items[2].deed && !e->rows[0].values[0].items[2].expr);
    parsed_free(p);
}

Test(parse, editions_of_a_data_file_stand_side_by_side)
{
    parsed *p = parse_file(NULL, test_path("tests/data/policy/every-construct.data"));

    cr_assert_eq(p->data->count, 2u);
    expect_text(p->data->editions[0].word, "2026-a");
    expect_text(p->data->editions[0].fills.text, "wide");
    cr_assert_eq(p->data->editions[0].count, 3u);
    cr_expect(p->data->editions[0].blocks[1].u.values->lines[0].per.at == NULL);
    cr_expect(p->data->editions[0].blocks[1].u.values->per.at[0].is_text);
    cr_expect_eq(p->data->editions[0].blocks[1].u.values->lines[1].value->kind, AC_EXPR_WINDOW);
    expect_text(p->data->editions[1].word, "B");
    parsed_free(p);
}

/* ── expressions ── */

typedef struct shape {
    const char *text;
    const char *want;
} shape;

static void write_shape(const ac_tree_expr *e, char *out)
{
    static const char *const names[] = {
        "bad", "number", "string", "yes", "no", "none", "unset", "unknown", "now", "today", "date", "datetime", "period", "window", "path", "neg",
        "not", "add", "sub", "mul", "div", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "between", "in", "list", "range", "within", "is", "if",
        "agg", "nth", "call", "edge"
    };
    uint32_t i;

    if (e->kind == AC_EXPR_PATH && e->u.path.count == 1) {
        strncat(out, e->u.path.at[0].text.data, e->u.path.at[0].text.size);
        return;
    }
    strcat(out, names[e->kind]);
    if (e->negated)
        strcat(out, "!");
    if (e->count == 0)
        return;
    strcat(out, "(");
    for (i = 0; i < e->count; i++) {
        if (i > 0)
            strcat(out, " ");
        write_shape(e->kids[i], out);
    }
    strcat(out, ")");
}

Test(parse, operators_bind_as_the_grammar_says)
{
    static const shape shapes[] = {
        { "a or b and c or d", "or(a and(b c) d)" }, { "not a and b", "and(not(a) b)" }, { "not a = b", "not(eq(a b))" },
        { "a + b * c - d", "sub(add(a mul(b c)) d)" }, { "a - b - c", "sub(sub(a b) c)" }, { "-a * b", "mul(neg(a) b)" },
        { "a-b", "a-b" }, { "(a + b) / c", "div(add(a b) c)" }, { "a + b < c and d", "and(lt(add(a b) c) d)" },
        { "x in (1, a)", "in(x list(number a))" }, { "x in (a)", "in(x list(a))" }, { "x not in [1..5)", "in!(x range(number number))" },
        { "x in (1..5]", "in(x range(number number))" }, { "x in y", "in(x y)" }, { "a between b and c and d", "and(between(a b c) d)" },
        { "a within b after c else d else e", "within(a b c d e)" }, { "if a within b after c then d within e after f else g", "if(within(a b c) within(d e f) g)" },
        { "if a then (b within c after d else e) else f", "if(a within(b c d e) f)" }, { "a is not known or b is late", "or(is!(a) is(b))" },
        { "count(a where b in year)", "agg(b)" }, { "count(a where (b in c) in year)", "agg(in(b c))" }, { "nth in year > 3", "gt(nth number)" },
        { "start of month of a.b <= date(c)", "le(edge call(c))" }, { "end + start", "add(end start)" }, { "min + count(a) + sum", "add(add(min agg) sum)" },
        { "2026-07-01 08:00 - a", "sub(datetime a)" }, { "2026-Q3", "period" }, { "`and` = \"x\"", "eq(and string)" },
        { "a\n  + b", "add(a b)" }, { "a // comment\n and b", "and(a b)" }, { "max(a, b + 1)", "call(a add(b number))" }, { "not not a", "not(not(a))" }
    };
    size_t i;

    for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        parsed *p = parse_text(PARSED_EXPR, shapes[i].text);
        char   *messages = parsed_messages(p), got[512] = "";

        cr_expect_str_eq(messages, "", "%s: %s", shapes[i].text, messages);
        if (p->expr)
            write_shape(p->expr, got);
        cr_expect_str_eq(got, shapes[i].want, "%s: %s", shapes[i].text, got);
        free(messages);
        parsed_free(p);
    }
}

Test(parse, numbers_are_exact_and_know_their_unit)
{
    static const struct {
        const char  *text;
        int64_t      num, den;
        ac_tree_unit unit;
    } rows[] = {
        { "36 workh", 36, 1, AC_TREE_UNIT_WORKH }, { "1 day", 1, 1, AC_TREE_UNIT_DAYS }, { "2 months", 2, 1, AC_TREE_UNIT_MONTHS },
        { "0.25", 1, 4, AC_TREE_UNIT_NONE }, { "90 %", 90, 1, AC_TREE_UNIT_PERCENT }, { "90%", 90, 1, AC_TREE_UNIT_PERCENT },
        { "15min", 15, 1, AC_TREE_UNIT_MIN }, { "1.5 CNY", 3, 2, AC_TREE_UNIT_CURRENCY }, { "999999999999999999", 999999999999999999, 1, AC_TREE_UNIT_NONE }
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        parsed *p = parse_text(PARSED_EXPR, rows[i].text);

        cr_assert_eq(p->status, AC_OK, "%s", rows[i].text);
        cr_expect(p->expr->u.number.num == rows[i].num && p->expr->u.number.den == rows[i].den && p->expr->unit == rows[i].unit, "%s", rows[i].text);
        parsed_free(p);
    }
}

Test(parse, escapes_are_resolved)
{
    parsed *p = parse_text(PARSED_EXPR, "\"a\\\"b\\\\\\n\\t\\u{4E2D}\"");

    cr_assert_eq(p->status, AC_OK);
    expect_text(p->expr->u.text, "a\"b\\\n\t\xE4\xB8\xAD");
    parsed_free(p);
}

/* ── forms of the text ── */

Test(parse, byte_order_mark_and_carriage_returns_are_accepted)
{
    const char *text = "\xEF\xBB\xBFpolicy p version 1\r\ntimezone +08:00 // c\r\nvalues\r\n  a = \"x\"   per 1\r\n\r\n";
    parsed     *p = parse_text(PARSED_POLICY, text);

    cr_assert_eq(p->status, AC_OK);
    expect_text(p->tree->head.zone.text, "+08:00");
    expect_text(p->tree->blocks[0].u.values->lines[0].value->u.text, "x");
    parsed_free(p);
}

Test(parse, a_bad_line_costs_only_itself_and_its_block)
{
    parsed *p = parse_text(PARSED_POLICY, "policy p version 1\nrecord r\n  a : text\n  b ! c\n  d : text\nrecord s\n  e : text\n");

    cr_assert_eq(p->status, AC_E_POLICY);
    cr_assert_eq(p->tree->count, 2u);
    cr_expect(p->tree->blocks[0].has_errors && p->tree->blocks[0].u.record->count >= 2);
    cr_expect_not(p->tree->blocks[1].has_errors);
    parsed_free(p);
}

/* ── limits ── */

static char *repeated(const char *head, const char *unit, size_t times, const char *tail)
{
    size_t n = strlen(unit);
    char  *text = malloc(strlen(head) + n * times + strlen(tail) + 1), *at = text + strlen(head);

    strcpy(text, head);
    for (; times > 0; times--, at += n)
        memcpy(at, unit, n);
    strcpy(at, tail);
    return text;
}

static void expect_code(parsed_kind kind, char *text, unsigned code)
{
    parsed       *p = parse_text(kind, text);
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    size_t        i, found = 0;

    cr_expect_eq(p->status, AC_E_POLICY);
    for (i = 0; ac_report_at(p->report, i, &d) == AC_OK; i++)
        found += d.code == code;
    cr_expect_eq(found, 1u, "AC-%04u given %zu times", code, found);
    parsed_free(p);
    free(text);
}

Test(parse, every_dimension_has_a_limit)
{
    expect_code(PARSED_EXPR, repeated("", "(", 100000, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("", "[", 100000, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("", "not ", 20000, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("", "- ", 20000, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("", "if a then ", 100, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("", "count(a where ", 100, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("", "abs(", 100, "a"), AC_CODE_NESTING);
    expect_code(PARSED_EXPR, repeated("a", "\n + a", 300, ""), AC_CODE_TOO_MANY_NODES);
    expect_code(PARSED_EXPR, repeated("a in (b", ", b", 100, ")"), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\ntable t of r gives x : count\n  | a || x |\n", "  | 1 || 2 |\n", 2049, ""), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\ntable t of r gives x : count\n", "  1 when a\n", 2049, ""), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\ntable t of r gives x : count\n  | a ", "| b ", 24, "|| x |\n"), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\ntable t of r gives x : count\n  | a || x |\n  | 1", ", 1", 64, " || 2 |\n"), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\n", "roles\n  a\n", 2049, ""), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\n", "record r\n", 513, ""), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\nrecord r\n", "  a : text\n", 513, ""), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\nrecord r\n  a needs b", ", b", 64, "\n"), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\ncalendar c\n", "  off 2026-01-01\n", 4097, ""), AC_CODE_TOO_MANY);
    expect_code(PARSED_POLICY, repeated("policy p version 1\n//", "x", 5000, ""), AC_CODE_LINE_TOO_LONG);
    expect_code(PARSED_POLICY, repeated("policy p version 1\n", "// a comment to fill the text\n", 40000, ""), AC_CODE_SOURCE_TOO_LONG);
    expect_code(PARSED_POLICY, repeated("policy p version 1\nvalues\n  a = \"", "x", 4097, "\"\n"), AC_CODE_STRING_TOO_LONG);
}

Test(parse, messages_stop_at_the_limit)
{
    char   *text = repeated("policy p version 1\n", "enum\n", 5000, "");
    parsed *p = parse_text(PARSED_POLICY, text);

    cr_expect_eq(ac_report_count(p->report), 100u);
    cr_expect_eq(p->status, AC_E_POLICY);
    parsed_free(p);
    free(text);
}

Test(parse, a_limit_may_be_raised_sixteen_times_and_no_more)
{
    ac_policy_limits limits = { 0 }, out;

    limits.rows = 2048 * 16;
    cr_expect_eq(ac_policy_limits_resolve(&limits, &out, NULL), AC_OK);
    cr_expect_eq(out.nesting, 32u);
    limits.rows++;
    cr_expect_eq(ac_policy_limits_resolve(&limits, &out, NULL), AC_E_INVALID);
}

/* ── memory ── */

/* Takes the text. */
static void fail_every_allocation(parsed_kind kind, char *text, ac_status want)
{
    long n;

    for (n = 0; ; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        parsed      *p = parsed_new(&mem, kind, "t", text, strlen(text), NULL);
        int          done = f.fails == 0;

        if (done)
            cr_expect_eq(p->status, want);
        else
            cr_expect(p->parse_status == AC_E_NOMEM || p->status == AC_E_NOMEM, "allocation %ld", n);
        parsed_free(p);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect_eq(f.wrong_size, 0u);
        if (done)
            break;
    }
    cr_expect_gt(n, 3);
    free(text);
}

Test(parse, survives_every_failing_allocation)
{
    size_t size;

    fail_every_allocation(PARSED_POLICY, test_read(test_path("tests/data/policy/every-construct.policy"), &size), AC_OK);
    fail_every_allocation(PARSED_DATA, test_read(test_path("tests/data/policy/every-construct.data"), &size), AC_OK);
    fail_every_allocation(PARSED_POLICY, repeated("policy p version 1\n", "enum\nrecord r\n  a : moment within 3 d after b by x by y\n", 20, ""), AC_E_POLICY);
    fail_every_allocation(PARSED_EXPR, repeated("\"\\n\"", " + a.b", 40, ""), AC_OK);
}

Test(parse, a_budget_too_small_is_a_limit)
{
    ac_policy_limits limits = { 0 };
    char            *text = repeated("policy p version 1\nvalues\n", "  a = 5\n", 500, "");
    parsed          *p;

    limits.compile_bytes = 10000;
    p = parsed_new(NULL, PARSED_POLICY, "t", text, strlen(text), &limits);
    cr_expect_eq(p->parse_status, AC_E_LIMIT);
    cr_expect_null(p->tree);
    parsed_free(p);
    free(text);
}
