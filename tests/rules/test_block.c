#include "rules/rules_case.h"

#include "support/random.h"

/* Bulk calls that are decided in blocks, by plans, answer as single records do, whatever the rows. */

static test_random numbers = {20261126};

static uint32_t pick(uint32_t n)
{
    return test_random_below(&numbers, n);
}

static const char policy[] =
    "policy block version 1\neffective from 2023-01-01\ntimezone +08:00\ndays end same-time\nrulebook R \"r\"\n  articles 1\n"
    "calendar work per 1\n  week mon..fri 08:30..12:00, 13:30..18:00\n  holidays some\n  valid 2023-01-01..2024-12-31\n"
    "enum grade ordered = low, mid, high, top per 1\n"
    "record job is ticket dated opened per 1\n  area : one of north, south, east\n  urgent, waiting, repeat : yes/no\n  count_ : count\n  opened : moment\n"
    "  called : moment within answer after opened per 1\n"
    "  fixed : moment within repair after opened paused while waiting per 1\n"
    "  left : moment within repair after opened hard paused while waiting per 1\n"
    "  seen : moment within 3 h after called per 1\n"
    "table grading of job gives grade : grade per 1\n"
    "  | area  | urgent | count_ || grade |\n"
    "  | north | yes    | -      || top   |\n"
    "  | north | -      | > 3    || high  |\n"
    "  | -     | yes    | < 2    || mid   |\n"
    "  | east  | -      | [2..5] || mid   |\n"
    "  | -     | no     | > 9    || high  |\n"
    "  | -     | no     | -      || low   |\n"
    "table terms of job gives answer : span, repair : span per 1\n"
    "  | grade | repeat || answer  | repair   |\n"
    "  | low   | -      || 1 h     | 30 h     |\n"
    "  | mid   | yes    || 2 h     | 8 workh  |\n"
    "  | mid   | no     || 4 workh | 20 workh |\n"
    "  | high  | -      || 9 workh | 2 workdays |\n"
    "  | top   | yes    || 0 s     | none     |\n";

static const char days[] = "data some edition 1\nuse from 2023-01-01\ncovers 2023-01-01..2024-12-31\nholidays some\n  off 2024-03-04..2024-03-06\n"
                           "data some edition 2\nuse from 2024-02-20\ncovers 2024-01-01..2024-12-31\nholidays some\n  off 2024-03-07\n  work 2024-03-09\n";

enum { ROWS = 500, FACTS = 9, EVENTS = ROWS * 24 };

static const char *const names[FACTS] = {"area", "urgent", "repeat", "count_", "opened", "called", "fixed", "left", "seen"};
static const uint32_t    widths[FACTS] = {1, 1, 4, 2, 8, 8, 8, 8, 8};

static struct {
    int64_t  num[FACTS][ROWS];
    uint8_t  known[FACTS][ROWS];
    uint8_t  bytes[FACTS][8 * ROWS];
    uint32_t first[ROWS + 1], field[EVENTS];
    int64_t  value[EVENTS], at[EVENTS];
} rows;

/* Within some weeks before and behind the changes of holidays; rarely where no edition covers. */
static ac_time instant(void)
{
    ac_time base = rules_time("2024-03-01T00:00:00+08:00");

    return pick(40) ? base + (ac_time)pick(14 * 24 * 4) * 900 - 7 * 86400 : base + ((ac_time)pick(2) * 2 - 1) * 400 * 86400 + pick(86400);
}

static void make_rows(const ac_record *r, uint32_t rarity)
{
    static const uint32_t ends[4] = {3, 2, 2, 12};
    uint32_t              n = 0;

    for (uint32_t i = 0; i < ROWS; i++) {
        for (uint32_t f = 0; f < FACTS; f++) {
            rows.num[f][i] = f < 4 ? pick(ends[f]) : instant();
            rows.known[f][i] = f < 5 ? pick(rarity) != 0 : pick(3) != 0;
            if (widths[f] == 8) {
                memcpy(rows.bytes[f] + 8 * i, &rows.num[f][i], 8);
            } else if (widths[f] == 2) {
                uint16_t two = (uint16_t)rows.num[f][i];

                memcpy(rows.bytes[f] + 2 * i, &two, 2);
            } else if (widths[f] == 4) {
                uint32_t four = (uint32_t)rows.num[f][i];

                memcpy(rows.bytes[f] + 4 * i, &four, 4);
            } else if (widths[f] == 1) {
                rows.bytes[f][i] = (uint8_t)rows.num[f][i];
            }
        }
        rows.first[i] = n;
        if (pick(3)) {
            ac_time at = rows.num[4][i] - (ac_time)pick(4) * 3600;

            for (uint32_t e = pick(pick(8) ? 7 : 24); e > 0; e--) {
                at += pick(5) ? (ac_time)pick(20 * 3600) : 0;
                rows.field[n] = rules_field(r, pick(rarity) ? "waiting" : "urgent");
                rows.value[n] = pick(2);
                rows.at[n++] = pick(rarity) ? at : at - 7200;
            }
        }
    }
    rows.first[ROWS] = n;
}

static void fill(ac_record *one, uint32_t i, int with_known, int with_history)
{
    ac_record_reset(one);
    for (uint32_t f = 0; f < FACTS; f++) {
        uint32_t      field = rules_field(one, names[f]);
        ac_field_info info = AC_FIELD_INFO_INIT;
        ac_value      v = {AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1};

        if (with_known && !rows.known[f][i])
            continue;
        cr_assert_eq(ac_policy_field_at(ac_record_policy(one), ac_record_type(one), field, &info), AC_OK);
        v.type = info.type;
        v.ref = info.ref;
        v.num = rows.num[f][i];
        cr_assert_eq(ac_record_set(one, field, &v, NULL), AC_OK, "%s", names[f]);
    }
    for (uint32_t e = rows.first[i]; with_history && e < rows.first[i + 1]; e++)
        cr_assert_eq(ac_record_add_bool(one, rows.field[e], (int)rows.value[e], rows.at[e], NULL), AC_OK);
}

static void columns_in(const ac_record *r, ac_column_in in[FACTS], int with_known)
{
    for (uint32_t f = 0; f < FACTS; f++) {
        in[f].field = rules_field(r, names[f]);
        in[f].width = widths[f];
        in[f].data = rows.bytes[f];
        in[f].known = with_known ? rows.known[f] : NULL;
    }
}

enum { VALUES = 3, LIMITS = 4, OUT = VALUES + LIMITS };

static int64_t value[OUT][ROWS], late_by[OUT][ROWS];
static uint8_t state[OUT][ROWS];

static void columns_out(const ac_record *r, ac_column_out out[OUT])
{
    static const char *const values[VALUES] = {"grade", "answer", "repair"};

    for (uint32_t o = 0; o < OUT; o++) {
        out[o].kind = o < VALUES ? AC_DECISION_VALUE : AC_DECISION_MILESTONE;
        out[o].index = o < VALUES ? rules_field(r, values[o]) : o - VALUES;
        out[o].value = value[o];
        out[o].state = state[o];
        out[o].late_by_s = o < VALUES ? NULL : late_by[o];
    }
}

/* From output `first` on. */
static void expect_rows(ac_record *one, const ac_column_out out[OUT], uint32_t first, uint32_t count, int with_known, int with_history, ac_time now)
{
    for (uint32_t i = 0; i < count; i++) {
        fill(one, i, with_known, with_history);
        for (uint32_t o = first; o < VALUES; o++) {
            ac_value v;

            cr_assert_eq(ac_rules_value(one, out[o].index, now, &v, NULL), AC_OK);
            cr_assert(state[o][i] == v.state && value[o][i] == (v.state == AC_VALUE_KNOWN ? v.num : 0), "row %u, value %u", i, o);
        }
        for (uint32_t o = VALUES; o < OUT; o++) {
            ac_milestone m = AC_MILESTONE_INIT;

            cr_assert_eq(ac_rules_milestone(one, out[o].index, now, &m, NULL), AC_OK);
            cr_assert(state[o][i] == m.verdict && value[o][i] == (m.has_due ? m.due_at : AC_TIME_MAX) && late_by[o][i] == m.late_by_s,
                      "row %u, limit %u: %s due %lld late by %lld instead of %s due %lld late by %lld", i, o - VALUES,
                      ac_verdict_name((ac_verdict)state[o][i]), (long long)value[o][i], (long long)late_by[o][i], ac_verdict_name(m.verdict),
                      (long long)m.due_at, (long long)m.late_by_s);
        }
    }
}

static void compare(int editions)
{
    rules_case    k;
    ac_record    *r, *one;
    ac_column_in  in[FACTS];
    ac_column_out out[OUT];
    ac_history_in history = {rows.first, rows.field, rows.value, rows.at};
    uint32_t      late = 0;

    rules_case_open_text(&k, "block", policy);
    if (editions)
        rules_case_link_text(&k, "days", days);
    r = rules_case_record(&k, "job");
    one = rules_case_record(&k, "job");
    columns_out(r, out);
    for (int round = 0; round < 16; round++) {
        int      with_known = round & 1, with_history = round & 2;
        uint32_t first = round & 8 ? VALUES : pick(VALUES);     /* limits alone, or with values */
        ac_time  now = round % 3 ? rules_time("2024-03-08T10:00:00+08:00") : AC_TIME_MAX;

        make_rows(r, round & 4 ? 1000 : 10);
        columns_in(r, in, with_known);
        cr_assert_eq(ac_rules_bulk(r, ROWS, in, FACTS, with_history ? &history : NULL, now, out + first, OUT - first, NULL), AC_OK);
        expect_rows(one, out, first, ROWS, with_known, with_history, now);
        for (uint32_t i = 0; i < ROWS; i++)
            late += state[VALUES + 1][i] == AC_VERDICT_LATE;
    }
    cr_expect_gt(late, ROWS, "too few are late: %u", late);
    ac_record_free(one);
    ac_record_free(r);
    rules_case_close(&k);
}

Test(block, decides_as_single_records)
{
    compare(1);
}

Test(block, decides_as_single_records_where_no_day_is_covered)
{
    compare(0);
}

Test(block, a_bad_row_is_told_after_those_before_it)
{
    rules_case    k;
    ac_record    *r, *one;
    ac_column_in  in[FACTS];
    ac_column_out out[OUT];
    ac_error      err = AC_ERROR_INIT;
    uint32_t      bad = 300;

    rules_case_open_text(&k, "block", policy);
    rules_case_link_text(&k, "days", days);
    r = rules_case_record(&k, "job");
    one = rules_case_record(&k, "job");
    make_rows(r, 10);
    columns_in(r, in, 1);
    columns_out(r, out);
    rows.known[1][bad] = 1;
    rows.bytes[1][bad] = 2;     /* neither yes nor no */
    cr_expect_eq(ac_rules_bulk(r, ROWS, in, FACTS, NULL, AC_TIME_MAX, out, OUT, &err), AC_E_RANGE);
    cr_expect_eq(err.subject, bad);
    expect_rows(one, out, 0, bad, 1, 0, AC_TIME_MAX);
    ac_record_free(one);
    ac_record_free(r);
    rules_case_close(&k);
}
