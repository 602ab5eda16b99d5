#include <criterion/criterion.h>

#include <string.h>

#include <aftercare/policy.h>

#include "base/messages.h"
#include "policy/model/names.h"
#include "policy/model/value.h"

/* A policy with one record that has a field of every type, made by hand: only what values need. */

static ac_text text_of(const char *s)
{
    return (ac_text){ s, strlen(s) };
}

#define TEXT(s) { s, sizeof s - 1 }

enum {
    F_BOOL, F_COUNT, F_NUMBER, F_MONEY, F_DATE, F_DATETIME, F_MINUTE, F_HOUR, F_MOMENT, F_DURATION, F_SPAN, F_PERIOD, F_TEXT, F_ROLE, F_ENUM, F_MANY, F_LINK,
    F_STATE, F_SIGNATURE, F_RUNG, F_RANGED, F_FIELDS
};

static ac_member     grades[] = { { TEXT("low"), 0 }, { TEXT("middle"), 0 }, { TEXT("high"), 0 } };
static ac_enum       enums[] = { { .name = TEXT("grade"), .ordered = 1, .member_count = 3, .members = grades } };
static ac_text       roles[] = { TEXT("clerk"), TEXT("engineer") };
static ac_text       states[] = { TEXT("new"), TEXT("open"), TEXT("closed") };
static ac_line       lines[] = { { 7, 0, "6.1", NULL }, { 9, 0, "6.2", "ladder" } };
static ac_cell       constants[] = { { 1, 1, 0, AC_VALUE_KNOWN, 0 }, { 11, 2, 0, AC_VALUE_KNOWN, 0 } };
static ac_op         ops[] = { { AC_OP_CONST, 0, 0, 0 }, { AC_OP_CONST, 0, 1, 0 } };
static ac_unset      unsets[] = { { TEXT("limit"), 0 } };
static ac_path       paths[] = { { .text = TEXT("customer.phone") } };
static ac_field_def  fields[F_FIELDS];
static ac_record_def record = { .name = TEXT("ticket"), .field_count = F_FIELDS, .fields = fields, .state_count = 3, .states = states };

static ac_text       rungs[] = { TEXT("none-yet"), TEXT("junior") };
static ac_ladder_def ladders[] = { { .name = TEXT("rank"), .rung_count = 2, .rungs = rungs } };
static struct ac_names names = { .ladder_count = 1, .ladders = ladders };

static ac_policy policy = {
    .names = &names,
    .currency = TEXT("CNY"), .currency_digits = 2, .line_count = 2, .lines = lines, .unset_count = 1, .unsets = unsets, .constant_count = 2, .constants = constants,
    .op_count = 2, .ops = ops, .path_count = 1, .paths = paths, .role_count = 2, .roles = roles, .enum_count = 1, .enums = enums, .record_count = 1, .records = &record
};

static void set_field(int i, const char *name, ac_type_kind kind, int precision)
{
    fields[i].name = text_of(name);
    fields[i].type.kind = (uint8_t)kind;
    fields[i].type.precision = (uint8_t)precision;
    fields[i].line = 0;
}

static void setup(void)
{
    static const struct { int i; const char *name; ac_type_kind kind; int precision; } all[] = {
        { F_BOOL, "stopped", AC_TYPE_BOOL, 0 }, { F_COUNT, "pieces", AC_TYPE_COUNT, 0 }, { F_NUMBER, "rate", AC_TYPE_NUMBER, 0 }, { F_MONEY, "price", AC_TYPE_MONEY, 0 },
        { F_DATE, "bought", AC_TYPE_DATE, 0 }, { F_DATETIME, "agreed", AC_TYPE_DATETIME, 0 }, { F_MINUTE, "minute", AC_TYPE_DATETIME, 1 },
        { F_HOUR, "hour", AC_TYPE_DATETIME, 2 }, { F_MOMENT, "arrived", AC_TYPE_MOMENT, 0 }, { F_DURATION, "drive", AC_TYPE_DURATION, 0 },
        { F_SPAN, "limit", AC_TYPE_SPAN, 0 }, { F_PERIOD, "cycle", AC_TYPE_PERIOD, 0 }, { F_TEXT, "note", AC_TYPE_TEXT, 0 }, { F_ROLE, "who", AC_TYPE_ROLE, 0 },
        { F_ENUM, "level", AC_TYPE_ENUM, 0 }, { F_MANY, "signs", AC_TYPE_MANY, 0 }, { F_LINK, "unit", AC_TYPE_RECORD, 0 }, { F_STATE, "state", AC_TYPE_STATE, 0 },
        { F_SIGNATURE, "clerk-signature", AC_TYPE_SIGNATURE, 0 }, { F_RUNG, "rung", AC_TYPE_RUNG, 0 }, { F_RANGED, "share", AC_TYPE_NUMBER, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof all / sizeof *all; i++)
        set_field(all[i].i, all[i].name, all[i].kind, all[i].precision);
    fields[F_RANGED].has_range = 1;     /* [1 .. 11/2) */
    fields[F_RANGED].high_open = 1;
    fields[F_RANGED].low = (ac_program){ .first = 0, .count = 1 };
    fields[F_RANGED].high = (ac_program){ .first = 1, .count = 1 };
}

typedef struct written {
    char   data[4096];
    size_t size;
} written;

static ac_status take(void *user, const char *data, size_t size)
{
    written *w = user;

    memcpy(w->data + w->size, data, size);
    w->size += size;
    w->data[w->size] = 0;
    return AC_OK;
}

static const char *format(const ac_value *value, const ac_zone *zone)
{
    static written w;

    w.size = 0;
    w.data[0] = 0;
    cr_expect_eq(ac_value_format(&policy, value, zone, take, &w), AC_OK);
    return w.data;
}

static ac_zone *shanghai(void)
{
    ac_zone *zone = NULL;

    cr_assert_eq(ac_zone_new_fixed(NULL, 8 * 3600, &zone, NULL), AC_OK);
    return zone;
}

Test(value, what_is_read_is_written_as_the_literal_of_the_language, .init = setup)
{
    static const struct { int field; const char *text, *written; } good[] = {
        { F_BOOL, "yes", "yes" }, { F_BOOL, " no ", "no" }, { F_BOOL, "none", "none" }, { F_BOOL, "unknown", "unknown" },
        { F_COUNT, "0", "0" }, { F_COUNT, "9007199254740992", "9007199254740992" },
        { F_NUMBER, "12", "12" }, { F_NUMBER, "-1.50", "-1.5" }, { F_NUMBER, "98 %", "0.98" }, { F_NUMBER, "98%", "0.98" }, { F_NUMBER, "1/3", "1/3" },
        { F_NUMBER, "6/4", "1.5" }, { F_NUMBER, "0.000000001", "0.000000001" },
        { F_MONEY, "50", "50 CNY" }, { F_MONEY, "12.50 CNY", "12.5 CNY" }, { F_MONEY, "12.5CNY", "12.5 CNY" }, { F_MONEY, "-0.01", "-0.01 CNY" },
        { F_DATE, "2026-07-01", "2026-07-01" }, { F_DATE, "0001-01-01", "0001-01-01" },
        { F_DATETIME, "2026-07-01T08:00:00+08:00", "2026-07-01T08:00:00+08:00" }, { F_DATETIME, "2026-07-01T00:00:00Z", "2026-07-01T08:00:00+08:00" },
        { F_DATETIME, "2026-07-01 08:00", "2026-07-01T08:00:00+08:00" }, { F_MOMENT, "2026-07-01 20:00:01", "2026-07-01T20:00:01+08:00" },
        { F_MINUTE, "2026-07-01 08:59", "2026-07-01T08:59:00+08:00" }, { F_HOUR, "2026-07-01 08:00", "2026-07-01T08:00:00+08:00" },
        { F_DURATION, "36 h", "129600 s" }, { F_DURATION, "PT36H", "129600 s" }, { F_DURATION, "1.5 min", "90 s" }, { F_DURATION, "1/3 s", "1/3 s" },
        { F_SPAN, "36 h", "129600 s" }, { F_SPAN, "62 workh", "62 workh" }, { F_SPAN, "0.5 workh", "0.5 workh" }, { F_SPAN, "1/9 workh", "1/9 workh" },
        { F_SPAN, "5 workdays", "5 workdays" }, { F_SPAN, "1 workday", "1 workday" }, { F_SPAN, "3 days", "3 days" }, { F_SPAN, "1 days", "1 day" },
        { F_SPAN, "24 months", "24 months" }, { F_SPAN, "2 years", "24 months" }, { F_SPAN, "1 month", "1 month" }, { F_SPAN, "none", "none" }, { F_SPAN, "PT1H", "3600 s" },
        { F_PERIOD, "month", "month" }, { F_PERIOD, "half-year", "half-year" }, { F_PERIOD, "2026", "2026" }, { F_PERIOD, "2026-07", "2026-07" },
        { F_PERIOD, "2026-Q3", "2026-Q3" }, { F_PERIOD, "2026-H2", "2026-H2" }, { F_PERIOD, "2026-W01", "2026-W01" }, { F_PERIOD, "2020-W53", "2020-W53" },
        { F_PERIOD, "2026-07-01", "2026-07-01" },
        { F_TEXT, "none", "\"none\"" }, { F_TEXT, "a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\"" }, { F_TEXT, " x ", "\" x \"" }, { F_TEXT, "", "\"\"" },
        { F_TEXT, "line\nbreak\x01", "\"line\\nbreak\\u{0001}\"" },
        { F_TEXT, "a\xE2\x80\xAEz\xEF\xBB\xBF\xC2\x85", "\"a\\u{202e}z\\u{feff}\\u{0085}\"" },
        { F_ROLE, "engineer", "engineer" }, { F_ENUM, "high", "high" }, { F_MANY, "low, high", "low, high" }, { F_MANY, "(high,low)", "low, high" }, { F_MANY, "", "()" },
        { F_LINK, "E7", "\"E7\"" }, { F_STATE, "new", "new" }, { F_STATE, "closed", "closed" }, { F_RUNG, "junior", "junior" }, { F_SIGNATURE, "yes", "yes" },
        { F_RANGED, "1", "1" }, { F_RANGED, "5.49", "5.49" },
    };
    ac_zone *zone = shanghai();
    size_t   i;

    for (i = 0; i < sizeof good / sizeof *good; i++) {
        ac_value  v, again;
        ac_error  err = AC_ERROR_INIT;
        ac_status st = ac_policy_parse_value(&policy, 0, (uint32_t)good[i].field, text_of(good[i].text), zone, &v, &err);

        cr_expect_eq(st, AC_OK, "%s: %s %s", good[i].text, ac_status_name(st), err.what);
        if (st != AC_OK)
            continue;
        cr_expect_str_eq(format(&v, zone), good[i].written, "%s gave %s", good[i].text, format(&v, zone));
        if (v.type == AC_TYPE_TEXT || v.type == AC_TYPE_RECORD)
            continue;       /* text fields take the text as it is, quotes too */
        st = ac_policy_parse_value(&policy, 0, (uint32_t)good[i].field, text_of(good[i].written), zone, &again, NULL);
        cr_expect_eq(st, AC_OK, "again: %s", good[i].written);
        cr_expect(again.num == v.num && again.den == v.den && again.ref == v.ref && again.state == v.state, "again: %s", good[i].written);
    }
    ac_zone_unref(zone);
}

Test(value, what_cannot_be_read_says_why_and_for_which_field, .init = setup)
{
    static const struct { int field; const char *text; ac_status status; unsigned code; } bad[] = {
        { F_BOOL, "true", AC_E_INVALID, AC_CODE_VALUE_BOOL }, { F_BOOL, "", AC_E_INVALID, AC_CODE_VALUE_BOOL },
        { F_COUNT, "-1", AC_E_INVALID, AC_CODE_VALUE_COUNT }, { F_COUNT, "1.5", AC_E_INVALID, AC_CODE_VALUE_COUNT },
        { F_COUNT, "9007199254740993", AC_E_RANGE, AC_CODE_VALUE_RANGE },
        { F_NUMBER, "abc", AC_E_INVALID, AC_CODE_VALUE_NUMBER }, { F_NUMBER, "5 h", AC_E_INVALID, AC_CODE_VALUE_NUMBER }, { F_NUMBER, "1/0", AC_E_INVALID, AC_CODE_VALUE_NUMBER },
        { F_NUMBER, "1234567890123456789", AC_E_RANGE, AC_CODE_VALUE_NUMBER_RANGE }, { F_NUMBER, "1 2", AC_E_INVALID, AC_CODE_VALUE_NUMBER },
        { F_MONEY, "50 EUR", AC_E_INVALID, AC_CODE_VALUE_MONEY }, { F_MONEY, "0.001", AC_E_RANGE, AC_CODE_LINK_MONEY_WHOLE },
        { F_DATE, "2026-02-29", AC_E_RANGE, AC_CODE_VALUE_DATE }, { F_DATE, "2026-7-1", AC_E_INVALID, AC_CODE_VALUE_DATE },
        { F_DATETIME, "2026-07-01", AC_E_INVALID, AC_CODE_VALUE_TIME }, { F_DATETIME, "2026-07-01 25:00", AC_E_RANGE, AC_CODE_VALUE_TIME },
        { F_MINUTE, "2026-07-01 08:59:01", AC_E_RANGE, AC_CODE_VALUE_PRECISION }, { F_HOUR, "2026-07-01 08:30", AC_E_RANGE, AC_CODE_VALUE_PRECISION },
        { F_DURATION, "3 days", AC_E_INVALID, AC_CODE_VALUE_DURATION }, { F_DURATION, "36", AC_E_INVALID, AC_CODE_VALUE_DURATION },
        { F_DURATION, "P1Y", AC_E_INVALID, AC_CODE_VALUE_DURATION },
        { F_SPAN, "5 minuts", AC_E_INVALID, AC_CODE_VALUE_SPAN }, { F_SPAN, "", AC_E_INVALID, AC_CODE_VALUE_SPAN }, { F_SPAN, "1.5 days", AC_E_RANGE, AC_CODE_LENGTH_NOT_WHOLE },
        { F_PERIOD, "2026-Q5", AC_E_INVALID, AC_CODE_VALUE_PERIOD }, { F_PERIOD, "2026-W54", AC_E_INVALID, AC_CODE_VALUE_PERIOD }, { F_PERIOD, "2021-W53", AC_E_INVALID, AC_CODE_VALUE_PERIOD },
        { F_PERIOD, "0000", AC_E_INVALID, AC_CODE_VALUE_PERIOD },
        { F_ROLE, "boss", AC_E_INVALID, AC_CODE_VALUE_NAME }, { F_ENUM, "highest of all", AC_E_INVALID, AC_CODE_VALUE_NAME }, { F_ENUM, "hgih", AC_E_INVALID, AC_CODE_VALUE_NAME_NEAR },
        { F_MANY, "low, hight", AC_E_INVALID, AC_CODE_VALUE_NAME_NEAR }, { F_STATE, "opne", AC_E_INVALID, AC_CODE_VALUE_NAME_NEAR },
        { F_LINK, "", AC_E_INVALID, AC_CODE_VALUE_EMPTY_LINK }, { F_RUNG, "professor", AC_E_INVALID, AC_CODE_VALUE_NAME }, { F_RUNG, "juinor", AC_E_INVALID, AC_CODE_VALUE_NAME_NEAR },
        { F_RANGED, "0.99", AC_E_RANGE, AC_CODE_VALUE_DECLARED_RANGE }, { F_RANGED, "5.5", AC_E_RANGE, AC_CODE_VALUE_DECLARED_RANGE },
    };
    ac_zone *zone = shanghai();
    size_t   i;

    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        ac_value  v;
        ac_error  err = AC_ERROR_INIT;
        ac_status st = ac_policy_parse_value(&policy, 0, (uint32_t)bad[i].field, text_of(bad[i].text), zone, &v, &err);

        cr_expect_eq(st, bad[i].status, "%s: %s", bad[i].text, ac_status_name(st));
        cr_expect_eq(err.code, bad[i].code, "%s: AC-%04u %s", bad[i].text, err.code, err.what);
        cr_expect_eq(err.status, st);
        cr_expect(strlen(err.name) == fields[bad[i].field].name.size && memcmp(err.name, fields[bad[i].field].name.data, strlen(err.name)) == 0, "%s: %s", bad[i].text, err.name);
        cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
        if (bad[i].code == AC_CODE_VALUE_NAME_NEAR)
            cr_expect(strcmp(err.hint, "high") == 0 || strcmp(err.hint, "open") == 0 || strcmp(err.hint, "junior") == 0, "%s: %s", bad[i].text, err.hint);
        cr_expect_eq(ac_policy_parse_value(&policy, 0, (uint32_t)bad[i].field, text_of(bad[i].text), zone, &v, NULL), st);
    }
    ac_zone_unref(zone);
}

Test(value, money_by_itself_is_read_without_a_field, .init = setup)
{
    static const char *const bad[] = { "", "abc", "60.001", "60 USD", "6.0.0", "99999999999999999999" };
    ac_error err = AC_ERROR_INIT;
    ac_minor amount = -1;

    cr_expect_eq(ac_policy_parse_money(&policy, text_of(" 60.5 CNY "), &amount, &err), AC_OK);
    cr_expect_eq(amount, 6050);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        amount = -1;
        cr_expect_neq(ac_policy_parse_money(&policy, text_of(bad[i]), &amount, &err), AC_OK, "%s", bad[i]);
        cr_expect_neq(err.code, 0);
        cr_expect(err.hint && *err.hint);
        cr_expect_eq(amount, 0);
    }
}

Test(value, a_local_time_needs_a_zone_and_no_text_is_no_value, .init = setup)
{
    ac_error err = AC_ERROR_INIT;
    ac_value v;

    cr_expect_eq(ac_policy_parse_value(&policy, 0, F_DATETIME, text_of("2026-07-01 08:00"), NULL, &v, &err), AC_E_INVALID);
    cr_expect_eq(err.code, AC_CODE_VALUE_NO_ZONE);
    cr_expect_eq(ac_policy_parse_value(&policy, 0, F_DATETIME, text_of("2026-07-01T08:00Z"), NULL, &v, NULL), AC_OK);
    cr_expect_str_eq(format(&v, NULL), "2026-07-01T08:00:00Z");
    cr_expect_eq(ac_policy_parse_value(&policy, 0, F_NUMBER, (ac_text){ NULL, 0 }, NULL, &v, NULL), AC_E_INVALID);
    cr_expect_eq(ac_policy_parse_value(&policy, 0, F_FIELDS, text_of("1"), NULL, &v, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_parse_value(&policy, 1, 0, text_of("1"), NULL, &v, &err), AC_E_NOT_FOUND);
}

Test(value, a_seconds_column_of_an_instant_is_where_reading_stopped, .init = setup)
{
    ac_error err = AC_ERROR_INIT;
    ac_value v;

    cr_expect_eq(ac_policy_parse_value(&policy, 0, F_MOMENT, text_of("2026-07-01T08:61:00Z"), NULL, &v, &err), AC_E_RANGE);
    cr_expect_gt(err.column, 10u);
}

static ac_type type_of(ac_type_kind kind)
{
    return (ac_type){ (uint8_t)kind, 0, 0 };
}

Test(value, a_cell_that_is_not_known_keeps_its_reason, .init = setup)
{
    ac_value v = ac_value_from_cell(&policy, type_of(AC_TYPE_SPAN), ac_cell_state(AC_VALUE_UNSET, 0));

    cr_expect_eq(v.state, AC_VALUE_UNSET);
    cr_expect(v.text_size == 5 && memcmp(v.text, "limit", 5) == 0);
    cr_expect_str_eq(v.clause, "6.1");
    cr_expect_eq(v.line, 7u);
    v = ac_value_from_cell(&policy, type_of(AC_TYPE_NUMBER), ac_cell_state(AC_VALUE_UNKNOWN, 0));
    cr_expect(v.text_size == 14 && memcmp(v.text, "customer.phone", 14) == 0);
    v = ac_value_from_cell(&policy, type_of(AC_TYPE_NUMBER), ac_cell_state(AC_VALUE_UNKNOWN, AC_NO_INDEX));
    cr_expect_eq(v.text_size, 0u);
    v = ac_value_from_cell(&policy, type_of(AC_TYPE_NUMBER), (ac_cell){ 1, 4242, 0, AC_VALUE_ERROR, 0 });
    cr_expect(v.code == 4242 && v.line == 9);
    v = ac_value_from_cell(&policy, type_of(AC_TYPE_RUNG), ac_cell_state(AC_VALUE_UNSUPPORTED, 1));
    cr_expect(v.line == 9 && memcmp(v.text, "ladder", 6) == 0);
    cr_expect_str_eq(format(&v, NULL), "not-supported");
}

Test(value, cells_and_values_are_the_same_thing, .init = setup)
{
    ac_zone *zone = shanghai();
    int      i;
    static const char *const texts[] = { "yes", "3", "-1.5", "12.5", "2026-07-01", "2026-07-01 08:00", "2026-07-01 08:00", "2026-07-01 08:00", "2026-07-01 08:00",
                                         "90 s", "5 workdays", "2026-Q3", NULL, "engineer", "middle", "low, high", NULL, "open", "yes" };

    for (i = 0; i <= F_SIGNATURE; i++) {
        ac_value v, back;
        ac_cell  cell;

        if (!texts[i])
            continue;
        cr_assert_eq(ac_policy_parse_value(&policy, 0, (uint32_t)i, text_of(texts[i]), zone, &v, NULL), AC_OK);
        cr_assert_eq(ac_cell_from_value(&policy, fields[i].type, &v, NULL, &cell, NULL), AC_OK, "%s", texts[i]);
        back = ac_value_from_cell(&policy, fields[i].type, cell);
        cr_expect(back.type == v.type && back.state == v.state && back.num == v.num && back.den == v.den && back.ref == v.ref, "%s", texts[i]);
    }
    ac_zone_unref(zone);
}

Test(value, a_cell_of_another_type_or_out_of_range_is_refused, .init = setup)
{
    static const struct { int field; ac_value value; ac_status status; } bad[] = {
        { F_BOOL, { .type = AC_TYPE_COUNT, .num = 1, .den = 1 }, AC_E_TYPE },
        { F_BOOL, { .type = AC_TYPE_BOOL, .num = 2, .den = 1 }, AC_E_RANGE },
        { F_ENUM, { .type = AC_TYPE_ENUM, .num = 3, .den = 1 }, AC_E_RANGE },
        { F_ENUM, { .type = AC_TYPE_ENUM, .ref = 1, .num = 0, .den = 1 }, AC_E_TYPE },
        { F_MANY, { .type = AC_TYPE_MANY, .num = 8, .den = 1 }, AC_E_RANGE },
        { F_NUMBER, { .type = AC_TYPE_NUMBER, .num = 1, .den = 0 }, AC_E_RANGE },
        { F_NUMBER, { .type = AC_TYPE_NUMBER, .num = 1, .den = INT64_C(4294967296) }, AC_E_RANGE },
        { F_MONEY, { .type = AC_TYPE_MONEY, .num = 1, .den = 3 }, AC_E_RANGE },
        { F_MOMENT, { .type = AC_TYPE_MOMENT, .num = INT64_MAX, .den = 1 }, AC_E_RANGE },
        { F_DATE, { .type = AC_TYPE_DATE, .num = AC_DAY_MAX + 1, .den = 1 }, AC_E_RANGE },
        { F_SPAN, { .type = AC_TYPE_SPAN, .ref = 9, .num = 1, .den = 1 }, AC_E_RANGE },
        { F_TEXT, { .type = AC_TYPE_TEXT, .num = 1, .den = 1 }, AC_E_RANGE },       /* no string */
        { F_NUMBER, { .type = AC_TYPE_NUMBER, .state = AC_VALUE_UNSET, .den = 1 }, AC_E_TYPE },
    };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        ac_cell cell;

        cr_expect_eq(ac_cell_from_value(&policy, fields[bad[i].field].type, &bad[i].value, NULL, &cell, NULL), bad[i].status, "case %zu", i);
        cr_expect_eq(cell.state, AC_VALUE_UNKNOWN);
    }
}
