#include "rules/rules_case.h"

#include "record/record.h"

static rules_case k;
static ac_record *r;

static void open_desk(void)
{
    rules_case_open(&k, test_path("tests/data/record/desk.policy"));
    r = rules_case_record(&k, "job");
}

static void close_desk(void)
{
    ac_record_free(r);
    rules_case_close(&k);
}

TestSuite(history, .init = open_desk, .fini = close_desk);

Test(history, entries_come_in_time_order_and_equal_instants_in_order_of_adding)
{
    static const int64_t at[] = {50, 10, 30, 30, 70, 10, 30, 5, 70};
    static const int64_t order[] = {7, 1, 5, 2, 3, 6, 0, 4, 8};
    uint32_t             f = rules_field(r, "pieces");
    ac_value             v = {AC_TYPE_COUNT, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1};

    for (int i = 0; i < 9; i++) {
        v.num = i;
        cr_assert_eq(ac_record_add(r, f, &v, at[i], NULL), AC_OK);
    }
    cr_assert_eq(ac_record_history_count(r), 9);
    for (uint32_t i = 0; i < 9; i++) {
        uint32_t field;
        ac_time  when;

        cr_assert_eq(ac_record_history_at(r, i, &field, &when, &v), AC_OK);
        cr_expect_eq(v.num, order[i], "entry %u is %lld", i, (long long)v.num);
        cr_expect_eq(when, at[order[i]]);
        cr_expect_eq(field, f);
    }
    cr_expect_eq(ac_record_history_at(r, 9, &(uint32_t){0}, &(ac_time){0}, &v), AC_E_NOT_FOUND);
}

Test(history, a_field_is_what_its_latest_entry_made_it_else_what_was_set)
{
    uint32_t f = rules_field(r, "urgent");
    ac_value v;

    cr_assert_eq(ac_record_set_bool(r, f, 1, NULL), AC_OK);
    cr_assert_eq(ac_record_add_bool(r, f, 0, 100, NULL), AC_OK);
    cr_assert_eq(ac_record_add_bool(r, rules_field(r, "closed_ok"), 1, 150, NULL), AC_OK);
    cr_assert_eq(ac_record_add_bool(r, f, 1, 200, NULL), AC_OK);
    cr_expect_eq(ac_record_cell(r, f, 99).num, 1);
    cr_expect_eq(ac_record_cell(r, f, 100).num, 0);
    cr_expect_eq(ac_record_cell(r, f, 199).num, 0);
    cr_expect_eq(ac_record_cell(r, f, 200).num, 1);
    cr_expect_eq(ac_record_cell(r, rules_field(r, "closed_ok"), 149).state, AC_VALUE_UNKNOWN);
    cr_assert_eq(ac_record_clear(r, f, NULL), AC_OK);
    cr_expect_eq(ac_record_history_count(r), 1);
    cr_assert_eq(ac_record_get(r, f, &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
    cr_expect_eq(ac_record_cell(r, rules_field(r, "closed_ok"), 150).num, 1);
}

Test(history, a_moment_counts_only_from_its_instant_on)
{
    uint32_t f = rules_field(r, "opened");
    ac_value v = {AC_TYPE_MOMENT, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 7, 1};
    ac_error err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_set_moment(r, f, 1000, NULL), AC_OK);
    cr_expect_eq(ac_record_cell(r, f, 999).state, AC_VALUE_UNKNOWN);
    cr_expect_eq(ac_record_cell(r, f, 1000).num, 1000);
    cr_expect_eq(ac_record_latest(r), 1000);
    cr_assert_eq(ac_record_add_moment(r, f, 2000, NULL), AC_OK);
    cr_expect_eq(ac_record_cell(r, f, 1999).num, 1000);
    cr_expect_eq(ac_record_cell(r, f, 2000).num, 2000);
    cr_expect_eq(ac_record_latest(r), 2000);
    cr_expect_eq(ac_record_add(r, f, &v, 8, &err), AC_E_INVALID);
    cr_expect_eq(ac_record_add_moment(r, f, AC_TIME_MAX + 1, &err), AC_E_RANGE);
    cr_expect_eq(ac_record_add_bool(r, f, 1, 8, &err), AC_E_TYPE);
    cr_expect_eq(ac_record_add_member(r, f, 1, 8, &err), AC_E_TYPE);
    cr_expect_eq(ac_record_history_count(r), 1);
}

Test(history, texts_of_entries_live_on_when_others_are_forgotten)
{
    uint32_t note = rules_field(r, "note"), doer = rules_field(r, "doer");
    ac_value v;
    uint32_t field;
    ac_time  at;

    for (int round = 0; round < 3; round++) {
        rules_add(r, "note", "one text", "1970-01-01T00:00:01Z");
        rules_add(r, "doer", "E7", "1970-01-01T00:00:02Z");
        rules_add(r, "note", "another text", "1970-01-01T00:00:03Z");
        cr_assert_eq(ac_record_clear(r, note, NULL), AC_OK);
    }
    rules_add(r, "note", "new", "1970-01-01T00:00:01Z");
    for (uint32_t i = 1; i < 4; i++) {
        cr_assert_eq(ac_record_history_at(r, i, &field, &at, &v), AC_OK);
        cr_expect_eq(field, doer);
        cr_expect(v.text_size == 2 && memcmp(v.text, "E7", 2) == 0);
    }
    cr_expect(r->history_texts_used <= 4, "%zu", r->history_texts_used);
}

/* --- states ----------------------------------------------------------------------- */

static const struct {
    const char *name, *set, *added, *at;
    const char *state;
} flows[] = {
    {"nothing happened", "", "", "9", "new"},
    {"set actions alone", "take 1, assign 2", "", "9", "working"},
    {"before the second", "take 1, assign 2", "", "1", "taken"},
    {"equal instants in the order of the flow", "assign 5, take 5", "", "5", "working"},
    {"history alone", "", "take 1, assign 2, wait 3, resume_ 4, finish 5", "9", "closed"},
    {"as of then", "", "take 1, assign 2, wait 3, resume_ 4, finish 5", "3", "waiting"},
    {"reopened", "", "take 1, assign 2, finish 3, reopen_ 4, assign 5", "9", "working"},
    {"set and added", "take 1", "assign 2, wait 3", "9", "waiting"},
    {"a set one between", "wait 3", "take 1, assign 2, resume_ 4", "9", "working"},
    {"out of order, the action leads there all the same", "", "finish 3", "9", "closed"},
    {"set directly", "state waiting", "", "9", "waiting"},
    {"set directly, then an action", "state waiting", "resume_ 3", "9", "working"},
    {"direct settings in the history", "", "take 1, state closed 2, reopen_ 3", "2", "closed"},
    {"and on from there", "", "take 1, state closed 2, reopen_ 3", "3", "back"},
};

static int is_state(int64_t state, const char *name)
{
    return r->def->states[state].size == strlen(name) && memcmp(r->def->states[state].data, name, strlen(name)) == 0;
}

static void happen(const char *list, int add)
{
    char text[200], *next = text, *one;

    snprintf(text, sizeof text, "%s", list);
    while ((one = next) && *one) {
        char name[20] = "", value[20] = "";
        int  at = 0;

        next = strchr(one, ',');
        if (next)
            *next++ = '\0';
        while (*one == ' ')
            one++;
        if (strncmp(one, "state", 5) == 0) {
            sscanf(one, "state %19s %d", value, &at);
            if (add)
                cr_assert_eq(ac_record_add_parsed(r, rules_field(r, "state"), rules_text(value), at, NULL), AC_OK);
            else
                rules_set(r, "state", value);
            continue;
        }
        sscanf(one, "%19s %d", name, &at);
        cr_assert_eq(add ? ac_record_add_moment(r, rules_field(r, name), at, NULL) : ac_record_set_moment(r, rules_field(r, name), at, NULL), AC_OK);
    }
}

Test(history, the_state_is_where_the_latest_action_leads)
{
    for (size_t i = 0; i < sizeof flows / sizeof flows[0]; i++) {
        ac_cell cell;

        ac_record_reset(r);
        happen(flows[i].set, 0);
        happen(flows[i].added, 1);
        cell = ac_record_state(r, atoi(flows[i].at));
        cr_assert_eq(cell.state, AC_VALUE_KNOWN);
        cr_expect(is_state(cell.num, flows[i].state), "%s: state %lld", flows[i].name, (long long)cell.num);
    }
}
