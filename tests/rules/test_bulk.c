#include "rules/rules_case.h"

#include "support/mem.h"
#include "support/random.h"

enum { ROWS = 700, COLUMNS = 8 };

static rules_case k;
static ac_record *r;
static ac_time    now;

static void open_values(void)
{
    rules_case_open(&k, test_path("tests/data/rules/values.policy"));
    r = rules_case_record(&k, "job");
    now = rules_time("2024-06-01T00:00:00+08:00");
}

static void close_values(void)
{
    ac_record_free(r);
    rules_case_close(&k);
}

TestSuite(bulk, .init = open_values, .fini = close_values);

static test_random numbers = {4711};

static uint32_t pick(uint32_t n)
{
    return test_random_below(&numbers, n);
}

/* The same rows as columns of every width and as values. */
static struct {
    uint8_t  a[ROWS], grade[ROWS];
    uint16_t b[ROWS];
    uint32_t n[ROWS];
    int64_t  m[ROWS], opened[ROWS], fee[ROWS], day[ROWS];
    uint8_t  known[COLUMNS][ROWS];
    uint32_t first[ROWS + 1], field[ROWS * 3];
    int64_t  value[ROWS * 3], at[ROWS * 3];
} rows;

static const char *const names[COLUMNS] = {"a", "grade", "b", "n", "m", "opened", "fee", "day_"};

static void make_rows(void)
{
    uint32_t entries = 0, c = rules_field(r, "c"), arrived = rules_field(r, "arrived");

    for (uint32_t i = 0; i < ROWS; i++) {
        rows.a[i] = (uint8_t)pick(2);
        rows.b[i] = (uint16_t)pick(2);
        rows.grade[i] = (uint8_t)pick(3);
        rows.n[i] = pick(14);
        rows.m[i] = pick(1000);
        rows.opened[i] = now - (int64_t)pick(20000);
        rows.fee[i] = (int64_t)pick(1000) - 500;
        rows.day[i] = (int64_t)pick(40000) - 20000;
        for (uint32_t f = 0; f < COLUMNS; f++)
            rows.known[f][i] = (uint8_t)(pick(4) != 0);
        rows.first[i] = entries;
        for (uint32_t e = pick(4); e > 0 && entries < ROWS * 3; e--) {
            rows.at[entries] = now - (int64_t)pick(20000);
            rows.field[entries] = pick(3) ? c : arrived;
            rows.value[entries] = rows.field[entries] == c ? pick(2) : rows.at[entries];
            entries++;
        }
    }
    rows.first[ROWS] = entries;
}

static void columns_in(ac_column_in in[COLUMNS], int with_known)
{
    static const void *const data[COLUMNS] = {rows.a, rows.grade, rows.b, rows.n, rows.m, rows.opened, rows.fee, rows.day};
    static const uint32_t    width[COLUMNS] = {1, 1, 2, 4, 8, 8, 8, 8};

    for (uint32_t f = 0; f < COLUMNS; f++) {
        in[f].field = rules_field(r, names[f]);
        in[f].width = width[f];
        in[f].data = data[f];
        in[f].known = with_known ? rows.known[f] : NULL;
    }
}

static void fill_row(ac_record *one, uint32_t i, int with_known, int with_history)
{
    ac_value v = {AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1};

    ac_record_reset(one);
    for (uint32_t f = 0; f < COLUMNS; f++) {
        int64_t       num = f == 0 ? rows.a[i] : f == 1 ? rows.grade[i] : f == 2 ? rows.b[i] : f == 3 ? rows.n[i] : f == 4 ? rows.m[i] : f == 5 ? rows.opened[i]
                          : f == 6 ? rows.fee[i] : rows.day[i];
        ac_field_info info = AC_FIELD_INFO_INIT;

        if (with_known && !rows.known[f][i])
            continue;
        cr_assert_eq(ac_policy_field_at(k.policy, ac_record_type(one), rules_field(one, names[f]), &info), AC_OK);
        v.type = info.type;
        v.ref = info.ref;
        v.num = num;
        cr_assert_eq(ac_record_set(one, rules_field(one, names[f]), &v, NULL), AC_OK);
    }
    for (uint32_t e = rows.first[i]; with_history && e < rows.first[i + 1]; e++) {
        if (rows.field[e] == rules_field(one, "c"))
            cr_assert_eq(ac_record_add_bool(one, rows.field[e], (int)rows.value[e], rows.at[e], NULL), AC_OK);
        else
            cr_assert_eq(ac_record_add_moment(one, rows.field[e], rows.at[e], NULL), AC_OK);
    }
}

static void compare(int with_known, int with_history)
{
    static const char *const outputs[] = {"level_", "fee_", "points", "single", "twice", "four", "hit_hues"};
    enum { VALUES = sizeof outputs / sizeof outputs[0] };
    static int64_t value[VALUES + 1][ROWS], late_by[ROWS];
    static uint8_t state[VALUES + 1][ROWS];
    ac_column_in   in[COLUMNS];
    ac_column_out  out[VALUES + 1];
    ac_history_in  history = {rows.first, rows.field, rows.value, rows.at};
    ac_record     *one = rules_case_record(&k, "job");
    ac_error       err = AC_ERROR_INIT;

    make_rows();
    columns_in(in, with_known);
    for (uint32_t o = 0; o <= VALUES; o++) {
        ac_column_out column = {o < VALUES ? AC_DECISION_VALUE : AC_DECISION_MILESTONE, o < VALUES ? rules_field(r, outputs[o]) : 0, value[o], state[o],
                                o < VALUES ? NULL : late_by};

        out[o] = column;
    }
    cr_assert_eq(ac_rules_bulk(r, ROWS, in, COLUMNS, with_history ? &history : NULL, now, out, VALUES + 1, &err), AC_OK, "%s", err.what);
    for (uint32_t i = 0; i < ROWS; i++) {
        ac_milestone m = AC_MILESTONE_INIT;

        fill_row(one, i, with_known, with_history);
        for (uint32_t o = 0; o < VALUES; o++) {
            ac_value v;

            cr_assert_eq(ac_rules_value(one, out[o].index, now, &v, NULL), AC_OK);
            cr_assert_eq(state[o][i], v.state, "row %u, %s", i, outputs[o]);
            cr_assert_eq(value[o][i], v.state == AC_VALUE_KNOWN ? v.num : 0, "row %u, %s", i, outputs[o]);
        }
        cr_assert_eq(ac_rules_milestone(one, 0, now, &m, NULL), AC_OK);
        cr_assert_eq(state[VALUES][i], m.verdict, "row %u", i);
        cr_assert_eq(value[VALUES][i], m.has_due ? m.due_at : AC_TIME_MAX, "row %u", i);
        cr_assert_eq(late_by[i], m.late_by_s, "row %u", i);
    }
    ac_record_free(one);
}

Test(bulk, rows_come_out_as_single_records)
{
    for (int round = 0; round < 4; round++)
        compare(round & 1, round & 2);
}

Test(bulk, a_row_leaves_nothing_to_the_next)
{
    ac_column_in   in[COLUMNS];
    ac_history_in  history = {rows.first, rows.field, rows.value, rows.at};
    ac_column_out  out = {AC_DECISION_VALUE, rules_field(r, "single"), NULL, NULL, NULL};
    static int64_t value[ROWS], again[ROWS];
    ac_value       v;

    make_rows();
    columns_in(in, 0);
    out.value = value;
    cr_assert_eq(ac_rules_bulk(r, ROWS, in, COLUMNS, &history, now, &out, 1, NULL), AC_OK);
    out.value = again;
    for (uint32_t i = 0; i < ROWS; i++) {
        ac_column_in  one[COLUMNS];
        ac_history_in part = history;
        uint32_t      first[2] = {rows.first[i], rows.first[i + 1]};

        memcpy(one, in, sizeof one);
        for (uint32_t f = 0; f < COLUMNS; f++)
            one[f].data = (const char *)in[f].data + (size_t)in[f].width * i;
        part.first = first;
        out.value = again + i;
        cr_assert_eq(ac_rules_bulk(r, 1, one, COLUMNS, &part, now, &out, 1, NULL), AC_OK);
        cr_assert_eq(again[i], value[i], "row %u", i);
    }
    cr_expect_eq(ac_record_history_count(r), 0);
    cr_assert_eq(ac_record_get(r, rules_field(r, "a"), &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
}

Test(bulk, columns_and_rows_that_do_not_fit_are_told)
{
    static const uint8_t bools[3] = {0, 1, 2};
    static const int64_t big[2] = {0, INT64_MAX};
    static uint8_t       state[3];
    uint32_t             first[4] = {0, 0, 1, 1}, at_field[1] = {9999};
    int64_t              one[1] = {0};
    ac_history_in        history = {first, at_field, one, one};
    ac_column_in         in = {rules_field(r, "a"), 1, bools, NULL};
    ac_column_out        out = {AC_DECISION_VALUE, rules_field(r, "points"), NULL, state, NULL};
    ac_error             err = AC_ERROR_INIT;

    cr_expect_eq(ac_rules_bulk(r, 3, &in, 1, NULL, now, &out, 1, &err), AC_E_RANGE);
    cr_expect_eq(err.subject, 2);
    cr_expect_eq(ac_rules_bulk(r, 2, &in, 1, NULL, now, &out, 1, &err), AC_OK);
    cr_expect_eq(ac_rules_bulk(r, 3, NULL, 0, &history, now, &out, 1, &err), AC_E_RANGE);
    cr_expect_eq(err.subject, 1);
    in.width = 3;
    cr_expect_eq(ac_rules_bulk(r, 2, &in, 1, NULL, now, &out, 1, &err), AC_E_INVALID);
    in.field = rules_field(r, "twice");
    in.width = 1;
    cr_expect_eq(ac_rules_bulk(r, 2, &in, 1, NULL, now, &out, 1, &err), AC_E_TYPE);
    in.field = rules_field(r, "note");
    cr_expect_eq(ac_rules_bulk(r, 2, &in, 1, NULL, now, &out, 1, &err), AC_E_INVALID);
    in.field = rules_field(r, "opened");
    in.width = 8;
    in.data = big;
    cr_expect_eq(ac_rules_bulk(r, 2, &in, 1, NULL, now, &out, 1, &err), AC_E_RANGE);
    cr_expect_eq(err.subject, 1);
    out.index = 9999;
    cr_expect_eq(ac_rules_bulk(r, 1, &in, 1, NULL, now, &out, 1, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_bulk(r, 0, NULL, 0, NULL, now, NULL, 0, &err), AC_OK);
}

Test(bulk, allocates_nothing_once_the_history_has_room)
{
    failing_mem   f = {.left = -1};
    ac_allocator  mem = {sizeof mem, counting_resize, &f};
    ac_column_in  in[COLUMNS];
    ac_history_in history = {rows.first, rows.field, rows.value, rows.at};
    static uint8_t state[ROWS];
    ac_column_out out = {AC_DECISION_VALUE, rules_field(r, "single"), NULL, state, NULL};
    ac_record    *one = NULL;
    size_t        calls = 0;

    make_rows();
    columns_in(in, 1);
    cr_assert_eq(ac_record_new(k.book, NULL, ac_record_type(r), rules_text(""), &mem, &one, NULL), AC_OK);
    for (int round = 0; round < 2; round++) {
        calls = f.calls;
        cr_assert_eq(ac_rules_bulk(one, ROWS, in, COLUMNS, &history, now, &out, 1, NULL), AC_OK);
    }
    cr_expect_eq(f.calls, calls);
    ac_record_free(one);
    cr_expect_eq(f.live, 0);
}
