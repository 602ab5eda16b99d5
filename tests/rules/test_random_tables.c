#include "rules/rules_case.h"

#include "support/random.h"

#include "rules/eval.h"
#include "rules/operate.h"

/* Tables written at random, over facts filled at random: the bit sets must decide as the rows read one by one, whatever the hit
 * policy, the tests and what is unknown or none. */

static test_random numbers = {815};

static uint32_t pick(uint32_t n)
{
    return test_random_below(&numbers, n);
}

static const char *const head =
    "policy random version 1\neffective from 2020-01-01\ntimezone +08:00\nrulebook R \"r\"\n  articles 1\n"
    "enum level ordered = low, mid, high per 1\n"
    "record job per 1\n  a, b : yes/no\n  n : count\n  x : number\n  grade : level\n  note : text\n  twice = n * 2\n";

static const char *const tests[][6] = {
    {"yes", "no", "-", "is known", "is unknown", "none"},
    {"-", "no", "yes", "-", "not yes", "-"},
    {">= 3", "[1..4)", "2, 5", "-", "not 3", "is known"},
    {"< 1.5", "(0.5..2]", "1/2", "-", "> 1", "none"},
    {"low", ">= mid", "-", "not high", "low, high", "is unknown"},
    {"\"x\"", "\"x\", \"y\"", "-", "not \"y\"", "-", "is known"},
    {"> 6", "-", "[2..6]", "4", "-", "not 0"},
};
static const char *const columns[] = {"a", "b", "n", "x", "grade", "note", "twice"};
static const char *const cases[] = {"a and not b", "a or n > 2", "n in [1..3] and x < 2", "note = \"x\" or grade = high", "x > n", "not a and b is known",
                                    "twice = 4 or b", "grade in (low, mid) and not (a and b)",
                                    /* alternatives that share their tests */
                                    "n in (0, 2, 4, 6, 8) and (a or b or x < 1 or note = \"x\")"};

static void write_table(char *text, size_t room)
{
    static const char *const hits[] = {"", " unique", " sum", ""};
    uint32_t                 rows = 1 + pick(6), used[3], i, c;
    size_t                   size = (size_t)snprintf(text, room, "%stable t of job gives out : count%s per 1\n", head, hits[pick(4)]);

    if (pick(2)) {
        for (i = 0; i < rows; i++)
            size += (size_t)snprintf(text + size, room - size, "  %u when %s\n", pick(3), cases[pick(9)]);
        if (pick(2))
            snprintf(text + size, room - size, "  9 otherwise\n");
        return;
    }
    used[0] = pick(7);
    used[1] = (used[0] + 1 + pick(3)) % 7;
    used[2] = (used[1] + 1 + pick(2)) % 7;
    size += (size_t)snprintf(text + size, room - size, "  | %s | %s%s%s || out | per |\n", columns[used[0]], columns[used[1]], used[2] == used[0] ? "" : " | ",
                             used[2] == used[0] ? "" : columns[used[2]]);
    for (i = 0; i < rows; i++) {
        for (c = 0; c < 3 && !(c == 2 && used[2] == used[0]); c++)
            size += (size_t)snprintf(text + size, room - size, c ? " | %s" : "  | %s", tests[used[c]][pick(6)]);
        size += (size_t)snprintf(text + size, room - size, " || %u | 1 |\n", pick(3));
    }
    if (pick(2))
        snprintf(text + size, room - size, "  | else || 9 | 1 |\n");
}

static void fill(ac_record *r)
{
    static const char *const values[][5] = {{"yes", "no", "none", "yes", "no"}, {"yes", "no", "none", "no", "yes"}, {"0", "2", "3", "5", "none"},
                                            {"1/2", "1.5", "2", "0.6", "none"}, {"low", "mid", "high", "none", "low"}, {"x", "y", "z", "none", "xx"}};

    ac_record_reset(r);
    for (uint32_t i = 0; i < 6; i++)
        if (pick(4))
            rules_set(r, columns[i], values[i][pick(5)]);
}

Test(random_tables, bit_sets_decide_as_the_rows_do)
{
    ac_report  *report = NULL;
    uint32_t    compiled = 0, decided = 0;
    ac_error    err = AC_ERROR_INIT;

    for (int round = 0; round < 1500; round++) {
        char              text[4096];
        ac_source         source = {rules_text("random"), {text, 0}};
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_policy        *policy = NULL;
        ac_rulebook      *book = NULL;
        ac_record        *r = NULL;
        const ac_table   *table;

        write_table(text, sizeof text);
        source.text = rules_text(text);
        cr_assert_eq(ac_report_new(NULL, &report, &err), AC_OK);
        if (ac_policy_compile(&source, &options, &policy, report, &err) == AC_OK) {
            compiled++;
            cr_assert_eq(ac_rulebook_with_policy(NULL, NULL, policy, &book, report, &err), AC_OK);
            cr_assert_eq(ac_record_new(book, policy, 0, rules_text(""), NULL, &r, &err), AC_OK);
            table = &policy->tables[0];
            for (int i = 0; i < 60; i++) {
                uint32_t quick_row, plain_row;
                ac_eval  e;
                ac_cell  quick, plain;
                ac_value v;

                fill(r);
                ac_eval_begin(&e, r, 0);
                quick = ac_eval_table(&e, table, 0, &quick_row);
                ac_eval_begin(&e, r, 0);
                plain = ac_eval_table_plainly(&e, table, 0, &plain_row);
                cr_assert(ac_cell_same(quick, plain, 0) && quick_row == plain_row, "%s\nrow %d: %d %lld row %u, plainly %d %lld row %u", text, i, quick.state,
                          (long long)quick.num, quick_row, plain.state, (long long)plain.num, plain_row);
                cr_assert_eq(ac_rules_value(r, table->output_fields[0], 0, &v, NULL), AC_OK);
                cr_assert_eq(v.state, plain.state, "%s", text);
                cr_assert(v.state != AC_VALUE_KNOWN || v.num == plain.num, "%s", text);
                decided += v.state == AC_VALUE_KNOWN;
            }
        }
        ac_record_free(r);
        ac_rulebook_unref(book);
        ac_policy_unref(policy);
        ac_report_free(report);
    }
    cr_expect(compiled > 1000 && decided > 15000, "%u compiled, %u decided", compiled, decided);
}
