#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "policy/model/policy.h"
#include "support/data.h"

/* tests/data/policy/types.txt: expressions in the scope of record `ticket` below, and the type or first error of each. */

static const char policy_text[] =
    "policy p version 1\ntimezone +08:00\ncurrency CNY\ndays end midnight\nmonth-end clamp\n"
    "roles\n  clerk, boss\n"
    "values\n  rate = 3 %\n  grace = 2 h\n  fee : money unset\n  rhythm : period = month\n"
    "enum level ordered = low, mid, high\n"
    "enum colour = red, green\n"
    "enum kind gives unit : colour, who : role\n  | kind || unit | who |\n  | pump || red | clerk |\n  | fan || green | boss |\n"
    "record company is company\n  motto : text\n"
    "record client is customer\n  name : text\n  vip : yes/no\n"
    "record engineer is engineer\n  name : text\n  skills : many kind\n"
    "record ticket is ticket of client dated open\n"
    "  worker : engineer\n  grade : level\n  what : kind\n  paint : colour\n  note : text\n  hurt : yes/no\n  hits : count\n  share : number\n  cost : money\n"
    "  born : date\n  slot : datetime\n  took : duration\n  limit : span\n  pace : period\n  doer : role\n"
    "  fixed : moment within 3 days after open\n"
    "  flow ends done\n  | from | action | to |\n  | new | open | busy |\n  | busy | close | done |\n"
    "  ratio = hits / 3\n  due-day = date(open) + 5 days\n  span-days = 3 days\n"
    "record visit of ticket\n  seen : moment\n  hits : count\n"
    "table t of ticket gives score : number\n  1 when hurt\n  2 otherwise\n";

static const char *const type_names[] = {
    "yes/no", "count", "number", "money", "date", "datetime", "moment", "duration", "span", "period", "text", "role", "enum", "many", "record",
    "step", "state", "signature", "rung"
};

static ac_policy *compiled(void)
{
    ac_source  source = { ac_text_of("p"), ac_text_of(policy_text) };
    ac_policy *policy = NULL;
    ac_report *report = NULL;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_assert_eq(ac_policy_compile(&source, NULL, &policy, report, NULL), AC_OK);
    cr_assert_eq(ac_report_count_of(report, AC_SEVERITY_WARNING), 0u);
    ac_report_free(report);
    return policy;
}

static void expect(ac_policy *policy, const char *record, const char *text, const char *want, const char *where)
{
    ac_source      source = { ac_text_of("x"), ac_text_of(text) };
    ac_report     *report = NULL;
    ac_expression *e = (ac_expression *)(void *)&source;
    ac_diagnostic  d = AC_DIAGNOSTIC_INIT;
    ac_status      st;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    st = ac_expression_compile(policy, ac_policy_find_record(policy, ac_text_of(record)), &source, NULL, &e, report, NULL);
    if (st == AC_OK) {
        cr_expect_str_eq(type_names[ac_expression_type(e)], want, "%s: %s is of type %s, not %s", where, text, type_names[ac_expression_type(e)], want);
    } else {
        cr_expect_eq(st, AC_E_POLICY, "%s: %s", where, ac_status_name(st));
        cr_expect_null(e);
        cr_assert_eq(ac_report_at(report, 0, &d), AC_OK);
        cr_expect(ac_text_equal(d.message, ac_text_of(want)), "%s: %s: got: %.*s", where, text, (int)d.message.size, d.message.data);
    }
    ac_expression_free(e);
    ac_report_free(report);
}

Test(check_types, every_expression_has_its_type_or_its_error)
{
    ac_policy *policy = compiled();
    test_data *d = test_data_open("tests/data/policy/types.txt");
    unsigned   n = 0;

    while (test_data_next(d)) {
        const char *of = test_data_get(d, "of");

        expect(policy, of ? of : "ticket", test_data_need(d, "expr"), test_data_need(d, "is"), test_data_where(d));
        n++;
    }
    cr_expect_geq(n, 90u);
    test_data_close(d);
    ac_policy_unref(policy);
}

static const ac_expression *program_of(ac_policy *policy, const char *text)
{
    ac_source      source = { ac_text_of("x"), ac_text_of(text) };
    ac_report     *report = NULL;
    ac_expression *e = NULL;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_assert_eq(ac_expression_compile(policy, ac_policy_find_record(policy, ac_text_of("ticket")), &source, NULL, &e, report, NULL), AC_OK);
    ac_report_free(report);
    return e;
}

static void codes(const ac_expression *e, const ac_opcode *want, size_t count)
{
    size_t i;

    cr_assert_eq(e->program.count, count);
    for (i = 0; i < count; i++)
        cr_expect_eq(e->view.ops[e->program.first + i].code, want[i], "operation %zu", i);
    ac_expression_free((ac_expression *)(void *)(uintptr_t)e);
}

Test(check_types, constants_are_folded)
{
    ac_policy           *policy = compiled();
    const ac_expression *e = program_of(policy, "(2 + 3) * 4 h / 2");
    const ac_cell       *c = &e->view.constants[e->view.ops[e->program.first].a];

    cr_assert_eq(e->program.count, 1u);
    cr_expect_eq(c->num, 36000);
    cr_expect_eq(c->den, 1);
    codes(e, (ac_opcode[]) { AC_OP_CONST }, 1);
    ac_policy_unref(policy);
}

Test(check_types, programs_are_the_shortest_that_say_it)
{
    ac_policy *policy = compiled();

    codes(program_of(policy, "2 h + open"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_CONST, AC_OP_TIME_ADD }, 3);
    codes(program_of(policy, "open - 2 h"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_CONST, AC_OP_NEG, AC_OP_TIME_ADD }, 4);
    codes(program_of(policy, "high >= grade"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_CONST, AC_OP_LE }, 3);
    codes(program_of(policy, "what.unit = red"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_ATTRIBUTE, AC_OP_CONST, AC_OP_EQ }, 4);
    codes(program_of(policy, "cost * rate"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_CONST, AC_OP_MUL, AC_OP_TO_MONEY }, 4);
    codes(program_of(policy, "fee"), (ac_opcode[]) { AC_OP_HOLE }, 1);
    codes(program_of(policy, "slot > 2026-01-01 08:00"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_LOCAL, AC_OP_GT }, 3);
    codes(program_of(policy, "what not in (pump, fan)"), (ac_opcode[]) { AC_OP_LOAD, AC_OP_CONST, AC_OP_CONST, AC_OP_IN_LIST, AC_OP_NOT }, 5);
    ac_policy_unref(policy);
}

Test(check_types, an_expression_keeps_its_policy_alive)
{
    ac_policy           *policy = compiled();
    const ac_expression *e = program_of(policy, "note = \"no rule mentions this\"");
    const ac_cell       *c = &e->view.constants[e->view.ops[e->program.first + 1].a];

    ac_policy_unref(policy);
    cr_expect_eq(c->den, 0, "a text of an expression has no id");
    cr_expect_str_eq(((const ac_string *)(intptr_t)c->num)->data, "no rule mentions this");
    ac_expression_free((ac_expression *)(void *)(uintptr_t)e);
}
