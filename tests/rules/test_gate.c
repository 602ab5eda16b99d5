/* Gates: who may do what, when, and every item that is unmet; tests/data/rules/gates.txt. */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "rules_case.h"
#include "support/mem.h"

enum { ROOM = 64, LINE = 512 };

/* " word rest": the rest behind the last " word ", which is cut off; NULL when there is none. */
static char *cut(char *text, const char *word)
{
    char  *found = NULL;
    size_t n = strlen(word);

    for (char *at = text; (at = strstr(at, word)) != NULL; at += n)
        found = at;
    if (!found)
        return NULL;
    *found = '\0';
    return found + n;
}

static ac_time time_of(const char *local)
{
    char text[40];

    snprintf(text, sizeof text, "%.10sT%s%s+08:00", local, local + 11, strlen(local) > 16 ? "" : ":00");
    return rules_time(text);
}

static uint32_t role_of(const ac_record *record, const char *name)
{
    uint32_t role = name ? ac_policy_find_role(ac_record_policy(record), rules_text(name)) : AC_NO_INDEX;

    cr_assert(!name || role != AC_NO_INDEX, "no role %s", name);
    return role;
}

/* Takes " by ACTOR as ROLE" off the end. */
static void take_doer(const ac_record *record, char *text, ac_act *act)
{
    char *role = cut(text, " as "), *actor = cut(text, " by ");

    act->role = role_of(record, role);
    act->actor = rules_text(actor ? actor : "");
}

static void fill(ac_record *record, const char *line)
{
    ac_act     act = AC_ACT_INIT;
    ac_error   err = AC_ERROR_INIT;
    char       text[LINE], *value;
    ac_record *holder;
    uint32_t   field;

    snprintf(text, sizeof text, "%s", line);
    take_doer(record, text, &act);
    value = cut(text, " = ");
    cr_assert_not_null(value, "%s", line);
    cr_assert_eq(ac_record_resolve(record, rules_text(text), &holder, &field, &err), AC_OK, "%s", text);
    if (*value == '"') {
        value++;
        value[strlen(value) - 1] = '\0';
    }
    cr_assert_eq(ac_record_parse(holder, field, rules_text(value), &err), AC_OK, "%s: %s", line, err.what);
    if (act.role != AC_NO_INDEX)
        cr_assert_eq(ac_record_set_actor(holder, field, act.actor, act.role, &err), AC_OK, "%s: %s", line, err.what);
}

/* FIELD [= VALUE] or FIELD [VALUE], at INSTANT [by ACTOR] [as ROLE] */
static void read_act(ac_record *record, char *text, ac_act *act, ac_value *value, const char *between)
{
    ac_error err = AC_ERROR_INIT;
    char    *at, *written;

    take_doer(record, text, act);
    at = cut(text, " at ");
    cr_assert_not_null(at, "%s", text);
    act->at = time_of(at);
    written = strstr(text, between);
    if (written) {
        *written = '\0';
        written += strlen(between);
    }
    act->field = rules_field(record, text);
    if (!written)
        return;
    if (*written == '"') {
        written++;
        written[strlen(written) - 1] = '\0';
    }
    cr_assert_eq(ac_policy_parse_value(ac_record_policy(record), ac_record_type(record), act->field, rules_text(written), NULL, value, &err), AC_OK, "%s", text);
    act->value = value;
}

static void add(ac_record *record, const char *line)
{
    ac_act   act = AC_ACT_INIT;
    ac_value value;
    ac_error err = AC_ERROR_INIT;
    char     text[LINE];

    snprintf(text, sizeof text, "%s", line);
    read_act(record, text, &act, &value, " ");
    cr_assert_eq(ac_record_add_act(record, &act, &err), AC_OK, "%s: %s", line, err.what);
}

static const char *line_of(const ac_unmet *u)
{
    static const char *const states[] = {"no", "none", "unknown", "unset", "not-supported", "error"};
    static char              text[LINE];

    snprintf(text, sizeof text, "%s %s \"%.*s\"%s%s per %s", ac_unmet_name(u->kind), states[u->state], (int)u->text.size, u->text.data,
             u->missing ? " missing " : "", u->missing ? u->missing : "", u->clause ? u->clause : "-");
    return text;
}

static void compare(const test_data *d, const ac_gate *gate, const ac_unmet *unmet)
{
    uint32_t n = 0;

    cr_expect_str_eq(gate->is_allowed ? "allowed" : "refused", test_data_need(d, "answer"), "%s", test_data_where(d));
    for (size_t i = 0; i < test_data_count(d); i++) {
        if (strcmp(test_data_key_at(d, i), "unmet") != 0)
            continue;
        if (n < gate->unmet_count)
            cr_expect_str_eq(line_of(&unmet[n]), test_data_value_at(d, i), "%s line %u: %s", test_data_where(d), test_data_line_at(d, i), line_of(&unmet[n]));
        n++;
    }
    for (uint32_t i = n; i < gate->unmet_count; i++)
        cr_expect(0, "%s also: %s", test_data_where(d), line_of(&unmet[i]));
    cr_expect_leq(n, gate->unmet_count, "%s: %u unmet", test_data_where(d), gate->unmet_count);
    cr_expect_eq(gate->is_allowed, gate->unmet_count == 0);
}

static void run(rules_case *k, const test_data *d)
{
    ac_record *record = rules_case_record(k, test_data_need(d, "record")), *owner, *link;
    ac_act     act = AC_ACT_INIT;
    ac_value   value, before, after;
    ac_gate    gate = AC_GATE_INIT, again = AC_GATE_INIT;
    ac_unmet   unmet[ROOM];
    ac_error   err = AC_ERROR_INIT;
    char       text[LINE];

    cr_assert_eq(ac_record_owner(record, &owner, &err), AC_OK);
    if (strcmp(test_data_need(d, "record"), "visit") == 0)
        cr_assert_eq(ac_record_owner(owner, &link, &err), AC_OK);
    for (size_t i = 0; i < test_data_count(d); i++) {
        if (strcmp(test_data_key_at(d, i), "set") == 0)
            fill(record, test_data_value_at(d, i));
        if (strcmp(test_data_key_at(d, i), "add") == 0)
            add(record, test_data_value_at(d, i));
    }
    snprintf(text, sizeof text, "%s", test_data_need(d, "act"));
    read_act(record, text, &act, &value, " = ");
    cr_assert_eq(ac_record_get(record, act.field, &before, &err), AC_OK);
    cr_assert_eq(ac_rules_gate(record, &act, &gate, unmet, ROOM, &err), AC_OK, "%s: %s", test_data_where(d), err.what);
    compare(d, &gate, unmet);
    cr_assert_eq(ac_rules_gate(record, &act, &again, NULL, 0, &err), AC_OK);    /* asking changes nothing, and needs no room */
    cr_expect_eq(again.unmet_count, gate.unmet_count);
    cr_assert_eq(ac_record_get(record, act.field, &after, &err), AC_OK);
    cr_expect(before.state == after.state && before.num == after.num, "%s: the record is as it was", test_data_where(d));
    ac_record_free(record);
}

Test(gate, every_unmet_item_is_told)
{
    test_data *d = test_data_open("tests/data/rules/gates.txt");
    rules_case k;

    rules_case_open(&k, test_path("tests/data/rules/gates.policy"));
    while (test_data_next(d))
        run(&k, d);
    test_data_close(d);
    rules_case_close(&k);
}

Test(gate, acts_that_cannot_be_are_refused_and_nothing_is_written)
{
    rules_case k;
    ac_record *record;
    ac_act     act = AC_ACT_INIT;
    ac_gate    gate = AC_GATE_INIT;
    ac_value   value = {AC_TYPE_MONEY, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 5, 1};
    ac_error   err = AC_ERROR_INIT;
    ac_text    actor;
    uint32_t   role;

    rules_case_open(&k, test_path("tests/data/rules/gates.policy"));
    record = rules_case_record(&k, "job");
    act.at = time_of("2026-07-01 08:00");
    cr_expect_eq(ac_rules_gate(record, &act, &gate, NULL, 0, &err), AC_E_NOT_FOUND);
    act.field = rules_field(record, "double");
    cr_expect_eq(ac_rules_gate(record, &act, &gate, NULL, 0, &err), AC_E_TYPE, "worked out");
    act.field = rules_field(record, "what");
    act.value = &value;
    cr_expect_eq(ac_rules_gate(record, &act, &gate, NULL, 0, &err), AC_E_TYPE, "another type");
    cr_expect_eq(ac_record_add_act(record, &act, &err), AC_E_TYPE);
    act.value = NULL;
    act.role = 99;
    cr_expect_eq(ac_rules_gate(record, &act, &gate, NULL, 0, &err), AC_E_NOT_FOUND, "no such role");
    act.field = rules_field(record, "taken");
    cr_expect_eq(ac_record_add_act(record, &act, &err), AC_E_NOT_FOUND);
    act.role = 0;
    act.size = 4;
    cr_expect_eq(ac_rules_gate(record, &act, &gate, NULL, 0, &err), AC_E_INVALID, "no act of ours");
    cr_expect_eq(ac_record_add_act(record, &act, &err), AC_E_INVALID);
    act.size = sizeof act;
    act.at = INT64_MAX;
    cr_expect_eq(ac_rules_gate(record, &act, &gate, NULL, 0, &err), AC_E_RANGE, "no instant");
    cr_expect_eq(ac_record_history_count(record), 0u);
    cr_expect_eq(ac_record_actor(record, act.field, AC_TIME_MAX, &actor, &role), AC_E_NOT_FOUND);
    cr_expect_eq(gate.unmet_count, 0u);
    ac_record_free(record);
    rules_case_close(&k);
}

/* How many items of kind `complete` are unmet, the first missing fact, and what answer is given when none is missing. */
static uint32_t incomplete(ac_record *job, const char **missing, ac_value_state *state)
{
    ac_act   act = AC_ACT_INIT;
    ac_gate  gate = AC_GATE_INIT;
    ac_unmet unmet[ROOM];
    ac_error err = AC_ERROR_INIT;
    uint32_t count = 0;

    act.field = rules_field(job, "solve");
    act.at = time_of("2026-07-01 08:00");
    cr_assert_eq(ac_rules_gate(job, &act, &gate, unmet, ROOM, &err), AC_OK, "%s", err.what);
    for (uint32_t i = 0; i < gate.unmet_count; i++) {
        if (strncmp(unmet[i].text.data, "complete note", 13) != 0)
            continue;
        if (count++ == 0) {
            *missing = unmet[i].missing;
            *state = unmet[i].state;
        }
    }
    return count;
}

Test(gate, forms_below_are_those_of_the_pool)
{
    rules_case     k;
    ac_record     *job, *visit, *notes[2];
    ac_pool       *pool = NULL;
    ac_error       err = AC_ERROR_INIT;
    const char    *missing = NULL;
    ac_value_state state = AC_VALUE_KNOWN;

    rules_case_open(&k, test_path("tests/data/rules/gates.policy"));
    job = rules_case_record(&k, "job");
    visit = rules_case_record(&k, "visit");
    rules_set(job, "urgent", "yes");
    cr_expect_eq(incomplete(job, &missing, &state), 1u);
    cr_expect_str_eq(missing, "note");
    cr_expect_eq(state, AC_VALUE_UNKNOWN, "without a pool nobody knows");
    cr_assert_eq(ac_pool_new(k.book, k.policy, NULL, &pool, &err), AC_OK);
    cr_assert_eq(ac_pool_cover(pool, ac_policy_find_record(k.policy, rules_text("note")), &err), AC_OK);
    cr_assert_eq(ac_record_attach_pool(job, pool, &err), AC_OK);
    cr_expect_eq(incomplete(job, &missing, &state), 1u);
    cr_expect_eq(state, AC_VALUE_KNOWN, "there is none");
    cr_assert_eq(ac_record_attach_owner(visit, job, &err), AC_OK);
    for (int i = 0; i < 2; i++) {
        notes[i] = rules_case_record(&k, "note");
        cr_assert_eq(ac_record_attach_owner(notes[i], visit, &err), AC_OK);
        cr_assert_eq(ac_pool_add(pool, notes[i], &err), AC_OK);
        rules_set(notes[i], "words", "all well");
    }
    cr_expect_eq(incomplete(job, &missing, &state), 2u);
    cr_expect_str_eq(missing, "seen-by");
    rules_set(notes[0], "seen-by", "A");
    rules_set(notes[1], "seen-by", "B");
    cr_expect_eq(incomplete(job, &missing, &state), 0u);
    rules_set(job, "urgent", "no");
    cr_expect_eq(incomplete(job, &missing, &state), 0u);
    for (int i = 0; i < 2; i++)
        ac_record_free(notes[i]);
    ac_record_free(visit);
    ac_record_free(job);
    ac_pool_free(pool);
    rules_case_close(&k);
}

Test(gate, who_did_it_is_kept_with_what_was_done)
{
    rules_case k;
    ac_record *record;
    ac_act     act = AC_ACT_INIT;
    ac_error   err = AC_ERROR_INIT;
    ac_text    actor;
    uint32_t   role, taken;

    rules_case_open(&k, test_path("tests/data/rules/gates.policy"));
    record = rules_case_record(&k, "job");
    taken = act.field = rules_field(record, "taken");
    for (int i = 0; i < 9; i++) {
        act.at = time_of("2026-07-01 08:00") + i;
        act.actor = rules_text(i % 2 ? "odd one out" : "even");
        act.role = role_of(record, i % 2 ? "field" : "desk");
        cr_assert_eq(ac_record_add_act(record, &act, &err), AC_OK);
    }
    cr_assert_eq(ac_record_actor(record, taken, act.at, &actor, &role), AC_OK);
    cr_expect(ac_text_equal(actor, rules_text("even")));
    cr_assert_eq(ac_record_actor(record, taken, act.at - 1, &actor, &role), AC_OK);
    cr_expect(ac_text_equal(actor, rules_text("odd one out")));
    cr_expect_eq(role, role_of(record, "field"));
    cr_assert_eq(ac_record_set_actor(record, rules_field(record, "what"), rules_text("W"), 0, &err), AC_OK);
    cr_assert_eq(ac_record_clear(record, taken, &err), AC_OK);
    cr_expect_eq(ac_record_actor(record, taken, act.at, &actor, &role), AC_E_NOT_FOUND);
    cr_assert_eq(ac_record_actor(record, rules_field(record, "what"), act.at, &actor, &role), AC_OK);
    cr_expect(ac_text_equal(actor, rules_text("W")));
    cr_assert_eq(ac_record_set_actor(record, rules_field(record, "what"), rules_text("somebody with a longer name"), AC_NO_INDEX, &err), AC_OK);
    cr_assert_eq(ac_record_actor(record, rules_field(record, "what"), act.at, &actor, &role), AC_OK);
    cr_expect(ac_text_equal(actor, rules_text("somebody with a longer name")));
    cr_expect_eq(role, AC_NO_INDEX);
    ac_record_reset(record);
    cr_expect_eq(ac_record_actor(record, rules_field(record, "what"), act.at, &actor, &role), AC_E_NOT_FOUND);
    ac_record_free(record);
    rules_case_close(&k);
}

static ac_status scenario(rules_case *k, const ac_allocator *mem)
{
    ac_record *record = NULL;
    ac_act     act = AC_ACT_INIT;
    ac_gate    gate = AC_GATE_INIT;
    ac_error   err = AC_ERROR_INIT;
    ac_status  st = ac_record_new(k->book, k->policy, ac_policy_find_record(k->policy, rules_text("job")), rules_text("T"), mem, &record, &err);

    for (int i = 0; st == AC_OK && i < 5; i++) {
        act.field = rules_field(record, "taken");
        act.at = time_of("2026-07-01 08:00") + i;
        act.actor = rules_text("somebody with a long name, longer than a slot");
        act.role = 0;
        st = ac_record_add_act(record, &act, &err);
        cr_expect_eq(ac_record_history_count(record), (uint32_t)(st == AC_OK ? i + 1 : i));
    }
    if (st == AC_OK)
        st = ac_record_set_actor(record, rules_field(record, "what"), rules_text("another"), 1, &err);
    if (st == AC_OK)
        st = ac_rules_gate(record, &act, &gate, NULL, 0, &err);
    ac_record_free(record);
    return st;
}

Test(gate, every_allocation_fails_once)
{
    rules_case k;

    rules_case_open(&k, test_path("tests/data/rules/gates.policy"));
    for (long n = 0;; n++) {
        failing_mem  f = {.left = n};
        ac_allocator mem = {sizeof mem, failing_resize, &f};
        ac_status    st = scenario(&k, &mem);

        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            cr_expect_gt(n, 5);
            break;
        }
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    rules_case_close(&k);
}

/* What the record refuses to hold, the gate refuses to judge, with the same code. */
Test(gate, a_value_is_refused_as_the_record_refuses_it)
{
    ac_value   values[2];
    const char *fields[2] = { "agreed", "note" };
    rules_case k;
    ac_record *job;
    size_t     i;

    rules_case_open(&k, test_path("tests/data/record/desk.policy"));
    job = rules_case_record(&k, "job");
    memset(values, 0, sizeof values);
    values[0].type = AC_TYPE_DATETIME;
    values[0].num = rules_time("2026-07-01T08:00:30+08:00");
    values[1].type = AC_TYPE_TEXT;
    values[1].text = "\xC0\x80";
    values[1].text_size = 2;
    for (i = 0; i < 2; i++) {
        ac_error by_gate = AC_ERROR_INIT, by_record = AC_ERROR_INIT;
        ac_gate  gate = AC_GATE_INIT;
        ac_act   act = AC_ACT_INIT;

        values[i].den = 1;
        act.field = rules_field(job, fields[i]);
        act.at = rules_time("2026-07-01T09:00:00+08:00");
        act.value = &values[i];
        cr_expect_neq(ac_rules_gate(job, &act, &gate, NULL, 0, &by_gate), AC_OK, "%s", fields[i]);
        cr_expect_neq(ac_record_add_act(job, &act, &by_record), AC_OK, "%s", fields[i]);
        cr_expect_eq(by_gate.code, by_record.code, "%s: %u, %u", fields[i], by_gate.code, by_record.code);
        cr_expect_eq(by_gate.status, by_record.status, "%s", fields[i]);
    }
    ac_record_free(job);
    rules_case_close(&k);
}
