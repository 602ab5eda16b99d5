#include "rules/rules_case.h"

#include "support/mem.h"

static rules_case k;

static void open_desk(void)
{
    rules_case_open(&k, test_path("tests/data/record/desk.policy"));
}

static void close_desk(void)
{
    rules_case_close(&k);
}

TestSuite(fill, .init = open_desk, .fini = close_desk);

/* One setter for all kinds, so that a table can say what is taken and what refused. */
typedef enum setter { BOOL, COUNT, NUMBER, MONEY, DATE, MOMENT, DURATION, SPAN, TEXT, MEMBER, MANY, NONE } setter;

static ac_status set(ac_record *r, setter how, uint32_t f, int64_t num, int64_t den, ac_error *err)
{
    ac_ratio ratio = {num, den};

    switch (how) {
    case BOOL: return ac_record_set_bool(r, f, (int)num, err);
    case COUNT: return ac_record_set_count(r, f, num, err);
    case NUMBER: return ac_record_set_number(r, f, ratio, err);
    case MONEY: return ac_record_set_money(r, f, num, err);
    case DATE: return ac_record_set_date(r, f, (ac_day)num, err);
    case MOMENT: return ac_record_set_moment(r, f, num, err);
    case DURATION: return ac_record_set_duration(r, f, num, err);
    case SPAN: return ac_record_set_span(r, f, num, (ac_unit)den, err);
    case TEXT: return ac_record_set_text(r, f, rules_text("hello"), err);
    case MEMBER: return ac_record_set_member(r, f, (uint32_t)num, err);
    case MANY: return ac_record_set_many(r, f, (uint64_t)num, err);
    default: return ac_record_set_none(r, f, err);
    }
}

static const struct {
    const char *field;
    setter      how;
    int64_t     num, den;
    ac_status   status;
    int64_t     stored, stored_den;
} cases[] = {
    {"urgent", BOOL, 7, 1, AC_OK, 1, 1},
    {"urgent", COUNT, 1, 1, AC_E_TYPE, 0, 0},
    {"pieces", COUNT, INT64_C(1) << 53, 1, AC_OK, INT64_C(1) << 53, 1},
    {"pieces", COUNT, (INT64_C(1) << 53) + 1, 1, AC_E_RANGE, 0, 0},
    {"pieces", COUNT, -1, 1, AC_E_RANGE, 0, 0},
    {"pieces", BOOL, 1, 1, AC_E_TYPE, 0, 0},
    {"share_", NUMBER, 2, 4, AC_OK, 1, 2},
    {"share_", NUMBER, 1, 0, AC_E_RANGE, 0, 0},
    {"share_", NUMBER, 1, -3, AC_E_RANGE, 0, 0},
    {"share_", NUMBER, 1, INT64_C(1) << 31, AC_E_RANGE, 0, 0},
    {"fee", MONEY, 10000, 1, AC_OK, 10000, 1},
    {"fee", MONEY, 10001, 1, AC_E_RANGE, 0, 0},
    {"fee", MONEY, -1, 1, AC_E_RANGE, 0, 0},
    {"bought", DATE, AC_DAY_MAX, 1, AC_OK, AC_DAY_MAX, 1},
    {"bought", DATE, AC_DAY_MAX + 1, 1, AC_E_RANGE, 0, 0},
    {"agreed", MOMENT, 120, 1, AC_OK, 120, 1},
    {"agreed", MOMENT, 121, 1, AC_E_RANGE, 0, 0},
    {"opened", MOMENT, 121, 1, AC_OK, 121, 1},
    {"opened", MOMENT, AC_TIME_MAX + 1, 1, AC_E_RANGE, 0, 0},
    {"spent", DURATION, 90, 1, AC_OK, 90, 1},
    {"spent", SPAN, 90, AC_UNIT_DAY, AC_E_TYPE, 0, 0},
    {"term", SPAN, 5, AC_UNIT_WORKDAY, AC_OK, 5, 1},
    {"term", SPAN, 5, 9, AC_E_RANGE, 0, 0},
    {"note", TEXT, 0, 0, AC_OK, 0, 1},
    {"grade", TEXT, 0, 0, AC_E_TYPE, 0, 0},
    {"grade", MEMBER, 2, 1, AC_OK, 2, 1},
    {"grade", MEMBER, 3, 1, AC_E_RANGE, 0, 0},
    {"who", MEMBER, 0, 1, AC_OK, 0, 1},
    {"who", MEMBER, 1000, 1, AC_E_RANGE, 0, 0},
    {"state", MEMBER, 3, 1, AC_OK, 3, 1},
    {"state", MEMBER, 99, 1, AC_E_RANGE, 0, 0},
    {"pieces", MEMBER, 1, 1, AC_E_TYPE, 0, 0},
    {"parts", MANY, 5, 1, AC_OK, 5, 1},
    {"parts", MANY, 8, 1, AC_E_RANGE, 0, 0},
    {"doer", TEXT, 0, 0, AC_OK, 0, 1},
    {"take", MOMENT, 5, 1, AC_OK, 5, 1},
    {"double_", COUNT, 5, 1, AC_E_TYPE, 0, 0},
    {"double_", NONE, 0, 0, AC_E_TYPE, 0, 0},
};

Test(fill, setters_take_what_the_declaration_says_and_change_nothing_else)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ac_record *r = rules_case_record(&k, "job");
        ac_error   err = AC_ERROR_INIT;
        ac_value   v;
        uint32_t   f = rules_field(r, cases[i].field);
        ac_status  st = set(r, cases[i].how, f, cases[i].num, cases[i].den, &err);

        cr_expect_eq(st, cases[i].status, "case %zu, %s: %s", i, cases[i].field, ac_status_name(st));
        if (st != AC_OK) {
            cr_expect_eq(err.status, st);
            cr_expect_not_null(err.what);
            cr_expect(err.code != 0);
        }
        if (ac_record_get(r, f, &v, &err) == AC_OK) {
            cr_expect_eq(v.state, st == AC_OK ? AC_VALUE_KNOWN : AC_VALUE_UNKNOWN, "case %zu", i);
            if (st == AC_OK && v.text == NULL) {
                cr_expect_eq(v.num, cases[i].stored, "case %zu", i);
                cr_expect_eq(v.den, cases[i].stored_den, "case %zu", i);
            }
        }
        ac_record_free(r);
    }
}

Test(fill, a_field_that_does_not_exist_is_not_found)
{
    ac_record *r = rules_case_record(&k, "job");
    ac_value   v = {AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 1, 1};
    ac_error   err = AC_ERROR_INIT;

    for (setter how = BOOL; how <= NONE; how++)
        cr_expect_eq(set(r, how, 9999, 1, 1, &err), AC_E_NOT_FOUND, "%d", how);
    cr_expect_eq(ac_record_set(r, 9999, &v, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_clear(r, 9999, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_get(r, 9999, &v, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_add_bool(r, 9999, 1, 0, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_add_moment(r, 9999, 0, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_add_member(r, 9999, 0, 0, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_parse(r, 9999, rules_text("1"), &err), AC_E_NOT_FOUND);
    ac_record_free(r);
}

Test(fill, a_refused_value_leaves_the_one_before)
{
    ac_record *r = rules_case_record(&k, "job");
    uint32_t   fee = rules_field(r, "fee"), note = rules_field(r, "note");
    ac_text    bad = {"a\xff", 2};
    ac_value   v;
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_set_money(r, fee, 500, &err), AC_OK);
    cr_expect_eq(ac_record_set_money(r, fee, 50000, &err), AC_E_RANGE);
    cr_expect_str_eq(err.name, "fee");
    cr_expect_eq(err.line, 35, "%u", err.line);
    cr_assert_eq(ac_record_get(r, fee, &v, &err), AC_OK);
    cr_expect_eq(v.num, 500);
    cr_assert_eq(ac_record_set_text(r, note, rules_text("first"), &err), AC_OK);
    cr_expect_eq(ac_record_set_text(r, note, bad, &err), AC_E_INVALID);
    v.type = AC_TYPE_BOOL;
    v.state = AC_VALUE_KNOWN;
    cr_expect_eq(ac_record_set(r, note, &v, &err), AC_E_TYPE);
    cr_assert_eq(ac_record_get(r, note, &v, &err), AC_OK);
    cr_expect_eq(v.text_size, 5);
    cr_expect_eq(memcmp(v.text, "first", 5), 0);
    ac_record_free(r);
}

Test(fill, texts_are_copied_and_known_ones_are_the_policys)
{
    ac_record *r = rules_case_record(&k, "job");
    uint32_t   note = rules_field(r, "note");
    char       text[64] = "a longer text than the one before";
    ac_value   v;
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_set_text(r, note, rules_text(""), &err), AC_OK);
    cr_assert_eq(ac_record_get(r, note, &v, &err), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_KNOWN);
    cr_expect_eq(v.text_size, 0);
    cr_assert_eq(ac_record_set_text(r, note, rules_text(text), &err), AC_OK);
    memset(text, 'x', 20);
    cr_assert_eq(ac_record_get(r, note, &v, &err), AC_OK);
    cr_expect_eq(memcmp(v.text, "a longer text", 13), 0);
    cr_assert_eq(ac_record_set_text(r, note, rules_text("factory"), &err), AC_OK);
    cr_assert_eq(ac_record_get(r, note, &v, &err), AC_OK);
    cr_expect_eq(memcmp(v.text, "factory", 7), 0);
    ac_record_free(r);
}

Test(fill, parsing_reads_the_languages_literals)
{
    static const struct { const char *field, *text; ac_value_state state; int64_t num; } parsed[] = {
        {"urgent", "yes", AC_VALUE_KNOWN, 1},       {"grade", "high", AC_VALUE_KNOWN, 2},        {"fee", "12.50", AC_VALUE_KNOWN, 1250},
        {"spent", "2 h", AC_VALUE_KNOWN, 7200},     {"opened", "1970-01-01 08:00", AC_VALUE_KNOWN, 0},
        {"term", "5 workdays", AC_VALUE_KNOWN, 5},  {"topic", "freight", AC_VALUE_KNOWN, 1},     {"term", "none", AC_VALUE_NONE, 0},
    };
    ac_record *r = rules_case_record(&k, "job");
    ac_value   v;
    ac_error   err = AC_ERROR_INIT;

    for (size_t i = 0; i < sizeof parsed / sizeof parsed[0]; i++) {
        rules_set(r, parsed[i].field, parsed[i].text);
        cr_assert_eq(ac_record_get(r, rules_field(r, parsed[i].field), &v, &err), AC_OK);
        cr_expect_eq(v.state, parsed[i].state, "%s", parsed[i].field);
        cr_expect(v.state != AC_VALUE_KNOWN || v.num == parsed[i].num, "%s: %lld", parsed[i].field, (long long)v.num);
    }
    cr_expect_eq(ac_record_parse(r, rules_field(r, "grade"), rules_text("highest"), &err), AC_E_INVALID, "%s", ac_status_name(err.status));
    cr_expect_eq(ac_record_parse(r, rules_field(r, "double_"), rules_text("1"), &err), AC_E_TYPE);
    ac_record_free(r);
}

Test(fill, reset_forgets_everything_and_keeps_the_room)
{
    failing_mem  f = {.left = -1};
    ac_allocator mem = {sizeof mem, counting_resize, &f};
    ac_record   *r = NULL, *owner = NULL, *doer = NULL;
    ac_error     err = AC_ERROR_INIT;
    ac_value     v;
    size_t       calls = 0;

    cr_assert_eq(ac_record_new(k.book, NULL, ac_policy_find_record(k.policy, rules_text("job")), rules_text("T1"), &mem, &r, &err), AC_OK);
    for (int round = 0; round < 3; round++) {
        if (round == 1)
            calls = f.calls;
        cr_assert_eq(ac_record_set_id(r, rules_text("T-0815"), &err), AC_OK);
        cr_assert_eq(ac_record_owner(r, &owner, &err), AC_OK);
        cr_assert_eq(ac_record_link(r, rules_field(r, "doer"), &doer, &err), AC_OK);
        rules_set(owner, "serial", "S-12345 and some more");
        rules_set(doer, "phone", "01234");
        rules_set(r, "note", "a note of some length");
        for (int i = 0; i < 20; i++) {
            rules_add(r, "note", i % 2 ? "short" : "a somewhat longer text", "2024-01-01T00:00:00Z");
            rules_add(r, "urgent", "yes", "2024-01-01T00:00:00Z");
        }
        ac_record_reset(r);
        cr_expect_eq(ac_record_history_count(r), 0);
        cr_expect_eq(ac_record_id(r).size, 0);
        cr_assert_eq(ac_record_get(r, rules_field(r, "note"), &v, &err), AC_OK);
        cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
        cr_assert_eq(ac_record_get(owner, rules_field(owner, "serial"), &v, &err), AC_OK);
        cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
        cr_assert_eq(ac_record_get(doer, rules_field(doer, "phone"), &v, &err), AC_OK);
        cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
    }
    cr_expect_eq(f.calls, calls, "a loop allocates: %zu", f.calls - calls);
    ac_record_free(r);
    cr_expect_eq(f.live, 0);
    cr_expect_eq(f.wrong_size, 0);
}

static ac_status scenario(const ac_allocator *mem)
{
    ac_record *r = NULL, *owner, *doer;
    ac_error   err = AC_ERROR_INIT;
    ac_value   v;
    uint32_t   note;
    ac_status  st = ac_record_new(k.book, NULL, ac_policy_find_record(k.policy, rules_text("job")), rules_text("T1"), mem, &r, &err);

    if (st != AC_OK) {
        cr_expect_null(r);
        return st;
    }
    note = rules_field(r, "note");
    st = ac_record_set_text(r, note, rules_text("before"), &err);
    if (st == AC_OK) {
        st = ac_record_set_text(r, note, rules_text("after it a text that needs far more room than the one before had"), &err);
        cr_assert_eq(ac_record_get(r, note, &v, NULL), AC_OK);
        cr_expect_eq(memcmp(v.text, st == AC_OK ? "after " : "before", 6), 0);
    }
    for (int i = 0; st == AC_OK && i < 20; i++) {
        uint32_t count = ac_record_history_count(r);

        st = ac_record_add_parsed(r, note, rules_text(i % 2 ? "odd" : "even, and a good deal longer than the other"), i, &err);
        cr_expect_eq(ac_record_history_count(r), count + (st == AC_OK));
    }
    if (st == AC_OK)
        st = ac_record_owner(r, &owner, &err);
    if (st == AC_OK)
        st = ac_record_owner(owner, &owner, &err);
    if (st == AC_OK)
        st = ac_record_set_text(owner, rules_field(owner, "phone"), rules_text("0123456789"), &err);
    if (st == AC_OK)
        st = ac_record_link(r, rules_field(r, "doer"), &doer, &err);
    if (st == AC_OK)
        st = ac_record_set_id(r, rules_text("a much longer id than the one that it was made with, by far"), &err);
    if (st != AC_OK && ac_record_id(r).size)
        cr_expect_eq(memcmp(ac_record_id(r).data, "T1", 2), 0);
    ac_record_free(r);
    return st;
}

Test(fill, every_allocation_may_fail)
{
    for (int once = 0; once < 2; once++)
        for (long n = 0;; n++) {
            failing_mem  f = {.left = n, .once = once};
            ac_allocator mem = {sizeof mem, failing_resize, &f};
            ac_status    st = scenario(&mem);

            cr_expect_eq(f.live, 0, "leak after failing allocation %ld", n);
            cr_expect_eq(f.wrong_size, 0);
            if (f.fails == 0) {
                cr_expect_eq(st, AC_OK);
                cr_expect(n > 8);
                break;
            }
            cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
        }
}
