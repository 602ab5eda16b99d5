#include "base/assert.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/messages.h"
#include "base/ratio.h"
#include "policy/model/period.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "policy/report/suggest.h"
#include "time/civil.h"

#include <string.h>

/* What a parser of one type is handed. */
typedef struct reader {
    const ac_policy    *policy;
    const ac_field_def *field;      /* NULL: a value by itself */
    ac_text             text;
    const ac_zone      *zone;
    ac_error           *err;
} reader;

static ac_status refuse(const reader *r, ac_status status, ac_msg msg)
{
    ac_msg_info info = ac_msg_info_of(msg);

    ac_error_set(r->err, status, info.number, info.text, info.hint);
    if (r->field)
        ac_error_name(r->err, r->field->name);
    return status;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static ac_text trim(ac_text t)
{
    while (t.size && is_blank(t.data[0])) {
        t.data++;
        t.size--;
    }
    while (t.size && is_blank(t.data[t.size - 1]))
        t.size--;
    return t;
}

static int is(ac_text text, const char *word)
{
    return ac_text_equal(text, ac_text_of(word));
}

static ac_text part(ac_text text, size_t from, size_t size)
{
    ac_text t;

    t.data = text.data + from;
    t.size = size;
    return t;
}

/* --- numbers and lengths ------------------------------------------------------ */

/* `digits[.digits]`, `-` before it, or two of them as n/d; the rest, without blanks before it, goes to *unit. */
static ac_status split_number(ac_text text, ac_ratio *number, ac_text *unit)
{
    size_t    n = 0, slash = 0;
    ac_ratio  over = { 1, 1 };
    ac_status st;

    while (n < text.size && ((text.data[n] >= '0' && text.data[n] <= '9') || text.data[n] == '.' || (text.data[n] == '-' && n == 0) || (text.data[n] == '/' && n && !slash))) {
        if (text.data[n] == '/')
            slash = n;
        n++;
    }
    *unit = trim(part(text, n, text.size - n));
    st = ac_ratio_parse(part(text, 0, slash ? slash : n), number);
    if (st != AC_OK || !slash)
        return st;
    st = ac_ratio_parse(part(text, slash + 1, n - slash - 1), &over);
    return st != AC_OK ? st : ac_ratio_div(*number, over, number);
}

static ac_status set_ratio(ac_value *out, ac_ratio r)
{
    out->num = r.num;
    out->den = r.den;
    return AC_OK;
}

static ac_status parse_number(const reader *r, ac_value *out)
{
    ac_ratio  n, hundredth = { 1, 100 };
    ac_text   unit;
    ac_status st = split_number(r->text, &n, &unit);

    if (st == AC_OK && is(unit, "%"))
        st = ac_ratio_mul(n, hundredth, &n);
    else if (st == AC_OK && unit.size)
        st = AC_E_INVALID;
    return st == AC_OK ? set_ratio(out, n) : refuse(r, st, st == AC_E_RANGE ? AC_MSG_VALUE_NUMBER_RANGE : AC_MSG_VALUE_NUMBER);
}

static ac_status parse_count(const reader *r, ac_value *out)
{
    ac_ratio  n;
    ac_text   unit;
    ac_status st = split_number(r->text, &n, &unit);

    if (st != AC_OK || unit.size || !ac_ratio_is_whole(n) || n.num < 0)
        return refuse(r, st == AC_E_RANGE ? st : AC_E_INVALID, AC_MSG_VALUE_COUNT);
    return set_ratio(out, n);
}

static ac_status parse_money(const reader *r, ac_value *out)
{
    ac_ratio  n;
    ac_text   unit;
    ac_status st = split_number(r->text, &n, &unit);

    if (st == AC_OK && unit.size && !ac_text_equal(unit, r->policy->currency))
        st = AC_E_INVALID;
    if (st == AC_OK)
        st = ac_ratio_mul(n, ac_ratio_of(ac_minor_units(r->policy)), &n);
    if (st != AC_OK)
        return refuse(r, st, AC_MSG_VALUE_MONEY);
    return ac_ratio_is_whole(n) ? set_ratio(out, n) : refuse(r, AC_E_RANGE, AC_MSG_LINK_MONEY_WHOLE);
}

/* Lengths: how many of which unit one of them is. */
static const struct length_unit {
    const char *one, *many;
    uint16_t    unit;       /* ac_unit */
    int32_t     factor;
} length_units[] = {
    { "s", "s", AC_UNIT_SECOND, 1 },             { "min", "min", AC_UNIT_SECOND, 60 },   { "h", "h", AC_UNIT_SECOND, 3600 },
    { "workh", "workh", AC_UNIT_WORK_SECOND, 3600 }, { "day", "days", AC_UNIT_DAY, 1 },  { "workday", "workdays", AC_UNIT_WORKDAY, 1 },
    { "month", "months", AC_UNIT_MONTH, 1 },     { "year", "years", AC_UNIT_MONTH, 12 },
};

static ac_status read_length(ac_text text, ac_ratio *number, uint16_t *unit)
{
    ac_text   word;
    ac_secs   seconds;
    ac_status st;
    size_t    i;

    if (text.size && (text.data[0] == 'P' || (text.size > 1 && text.data[0] == '-' && text.data[1] == 'P'))) {
        st = ac_secs_parse(text, &seconds, NULL);
        *number = ac_ratio_of(st == AC_OK ? seconds : 0);
        *unit = AC_UNIT_SECOND;
        return st;
    }
    st = split_number(text, number, &word);
    if (st != AC_OK)
        return st;
    for (i = 0; i < sizeof length_units / sizeof *length_units; i++)
        if (is(word, length_units[i].one) || is(word, length_units[i].many)) {
            *unit = length_units[i].unit;
            return ac_ratio_mul(*number, ac_ratio_of(length_units[i].factor), number);
        }
    return AC_E_INVALID;
}

static ac_status parse_length(const reader *r, ac_value *out)
{
    int       exact = r->field->type.kind == AC_TYPE_DURATION;
    ac_ratio  n;
    uint16_t  unit = AC_UNIT_SECOND;
    ac_status st = read_length(r->text, &n, &unit);

    if (st == AC_OK && exact && unit != AC_UNIT_SECOND)
        st = AC_E_INVALID;
    if (st != AC_OK)
        return refuse(r, st, exact ? AC_MSG_VALUE_DURATION : AC_MSG_VALUE_SPAN);
    if (!exact && !ac_ratio_is_whole(n))
        return refuse(r, AC_E_RANGE, AC_MSG_LENGTH_NOT_WHOLE);
    if (!exact)
        out->ref = unit;
    return set_ratio(out, n);
}

/* --- dates and instants ------------------------------------------------------- */

/* Exactly `n` digits at `at`. */
static int digits(ac_text text, size_t at, size_t n, int32_t *out)
{
    size_t i;

    if (at + n > text.size)
        return 0;
    *out = 0;
    for (i = at; i < at + n; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        *out = *out * 10 + (text.data[i] - '0');
    }
    return 1;
}

static int has(ac_text text, size_t at, char c)
{
    return at < text.size && text.data[at] == c;
}

/* `2026-07-01`, the whole text. AC_E_RANGE for a date there is not. */
static ac_status read_date(ac_text text, ac_day *out)
{
    ac_date date;

    if (text.size != 10 || !digits(text, 0, 4, &date.year) || !has(text, 4, '-') || !digits(text, 5, 2, &date.month) || !has(text, 7, '-') || !digits(text, 8, 2, &date.day))
        return AC_E_INVALID;
    return ac_day_from_date(date, out, NULL);
}

static ac_status parse_date(const reader *r, ac_value *out)
{
    ac_day    day;
    ac_status st = read_date(r->text, &day);

    if (st != AC_OK)
        return refuse(r, st, AC_MSG_VALUE_DATE);
    out->num = day;
    return AC_OK;
}

/* `2026-07-01 08:00[:00]`, or with T: local time. @return 0 when it is not of that form. */
static int read_local(ac_text text, ac_day *day, int32_t *second)
{
    int32_t h, m, s = 0;

    if ((text.size != 16 && text.size != 19) || (text.data[10] != ' ' && text.data[10] != 'T') || read_date(part(text, 0, 10), day) != AC_OK)
        return 0;
    if (!digits(text, 11, 2, &h) || !has(text, 13, ':') || !digits(text, 14, 2, &m))
        return 0;
    if (text.size == 19 && (!has(text, 16, ':') || !digits(text, 17, 2, &s)))
        return 0;
    *second = h * 3600 + m * 60 + s;
    return h <= 23 && m <= 59 && s <= 59;
}

/* Whole minutes or hours on the wall. */
static int is_precise(const reader *r, ac_time at)
{
    int32_t step = r->field->type.precision == 2 ? 3600 : r->field->type.precision == 1 ? 60 : 1, second = ac_local_second(at);
    ac_day  day;

    if (r->zone)
        ac_zone_local(r->zone, at, &day, &second);
    return second % step == 0;
}

static ac_status parse_time(const reader *r, ac_value *out)
{
    ac_error  why = AC_ERROR_INIT;
    ac_status st;
    ac_time   at;
    ac_day    day;
    int32_t   second;

    if (read_local(r->text, &day, &second)) {
        if (!r->zone)
            return refuse(r, AC_E_INVALID, AC_MSG_VALUE_NO_ZONE);
        at = ac_zone_instant(r->zone, day, second);
    } else {
        st = ac_time_parse(r->text, &at, &why);
        if (st != AC_OK) {
            refuse(r, st, AC_MSG_VALUE_TIME);
            ac_error_place(r->err, 0, why.column);
            return st;
        }
    }
    if (!ac_time_is_valid(at))
        return refuse(r, AC_E_RANGE, AC_MSG_VALUE_RANGE);
    if (!is_precise(r, at))
        return refuse(r, AC_E_RANGE, AC_MSG_VALUE_PRECISION);
    out->num = at;
    return AC_OK;
}

static ac_status parse_period(const reader *r, ac_value *out)
{
    static const char *const words[] = { "day", "week", "month", "quarter", "half-year", "year" };
    ac_text                  t = r->text;
    int32_t                  year, index = 0;
    ac_day                   first;
    ac_period_kind           kind = AC_PERIOD_YEAR;
    int                      ok;
    uint32_t                 i;

    for (i = 0; i < 6; i++)
        if (is(t, words[i])) {
            out->ref = i;
            out->num = AC_DAY_MIN;
            return AC_OK;
        }
    if (read_date(t, &first) == AC_OK) {
        out->ref = AC_PERIOD_DAY;
        out->num = first;
        return AC_OK;
    }
    ok = digits(t, 0, 4, &year) && (t.size == 4 || has(t, 4, '-'));
    if (ok && t.size > 4) {
        char c = t.size > 5 ? t.data[5] : 0;

        kind = c == 'W' ? AC_PERIOD_WEEK : c == 'Q' ? AC_PERIOD_QUARTER : c == 'H' ? AC_PERIOD_HALF_YEAR : AC_PERIOD_MONTH;
        ok = t.size == (c == 'W' ? 8u : 7u) && digits(t, kind == AC_PERIOD_MONTH ? 5 : 6, c == 'Q' || c == 'H' ? 1 : 2, &index);
    }
    if (!ok || !ac_period_first(kind, year, index, &first))
        return refuse(r, AC_E_INVALID, AC_MSG_VALUE_PERIOD);
    out->ref = kind;
    out->num = first;
    return AC_OK;
}

/* --- names ---------------------------------------------------------------------- */

static ac_status find_name(const reader *r, ac_text name, int64_t *out)
{
    ac_type    type = r->field->type;
    ac_suggest near;
    uint32_t   i;
    ac_text    each;

    for (i = 0; (each = ac_type_name_at(r->policy, type, i)).size; i++)
        if (ac_text_equal(each, name)) {
            *out = i;
            return AC_OK;
        }
    ac_suggest_begin(&near, name, NULL);
    for (i = 0; (each = ac_type_name_at(r->policy, type, i)).size; i++)
        ac_suggest_offer(&near, each);
    if (near.count == 0)
        return refuse(r, AC_E_INVALID, AC_MSG_VALUE_NAME);
    if (r->err) {
        ac_msg_info info = ac_msg_info_of(AC_MSG_VALUE_NAME_NEAR);

        ac_error_set(r->err, AC_E_INVALID, info.number, info.text, near.names[0].data);   /* names of a policy end with a NUL */
        ac_error_name(r->err, r->field->name);
    }
    return AC_E_INVALID;
}

static ac_status parse_name(const reader *r, ac_value *out)
{
    return find_name(r, r->text, &out->num);
}

/* `a, b`, in brackets or not; nothing at all is the empty set. */
static ac_status parse_many(const reader *r, ac_value *out)
{
    ac_text  rest = r->text;
    uint64_t mask = 0;

    if (rest.size >= 2 && rest.data[0] == '(' && rest.data[rest.size - 1] == ')')
        rest = trim(part(rest, 1, rest.size - 2));
    while (rest.size) {
        const char *comma = memchr(rest.data, ',', rest.size);
        size_t      n = comma ? (size_t)(comma - rest.data) : rest.size;
        int64_t     member;
        ac_status   st = find_name(r, trim(part(rest, 0, n)), &member);

        if (st != AC_OK)
            return st;
        if (mask >> (member & 63) & 1u)
            return refuse(r, AC_E_INVALID, AC_MSG_VALUE_TWICE);
        mask |= UINT64_C(1) << (member & 63);
        if (comma && n + 1 == rest.size)
            return refuse(r, AC_E_INVALID, AC_MSG_VALUE_NAME);
        rest = comma ? part(rest, n + 1, rest.size - n - 1) : part(rest, n, 0);
    }
    out->num = (int64_t)mask;
    return AC_OK;
}

static ac_status parse_bool(const reader *r, ac_value *out)
{
    if (!is(r->text, "yes") && !is(r->text, "no"))
        return refuse(r, AC_E_INVALID, AC_MSG_VALUE_BOOL);
    out->num = is(r->text, "yes");
    return AC_OK;
}

static ac_status parse_numbered(const reader *r, ac_value *out)
{
    (void)out;
    return refuse(r, AC_E_UNSUPPORTED, AC_MSG_VALUE_NUMBERED);
}

/* By ac_type_kind; texts and links are taken as they are. */
static ac_status (*const parsers[])(const reader *, ac_value *) = {
    parse_bool, parse_count, parse_number, parse_money, parse_date, parse_time, parse_time, parse_length, parse_length, parse_period,
    NULL, parse_name, parse_name, parse_many, NULL, parse_numbered, parse_name, parse_bool, parse_name,
};

/* What the declared range says of a value just parsed. */
static ac_status check_range(const reader *r, const ac_value *value)
{
    ac_cell   cell;
    ac_status st = ac_cell_from_value(r->policy, r->field->type, value, NULL, &cell, NULL);

    return st != AC_OK ? refuse(r, AC_E_RANGE, AC_MSG_VALUE_RANGE) : ac_field_check(r->policy, r->field, cell, r->err);
}

ac_status ac_policy_parse_value(const ac_policy *policy, uint32_t record, uint32_t field, ac_text text, const ac_zone *zone, ac_value *out, ac_error *err)
{
    ac_value  v = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    reader    r;
    ac_status st;

    assert(policy && out);
    if (!text.data)
        text = ac_text_of("");
    memset(out, 0, sizeof *out);
    out->state = AC_VALUE_UNKNOWN;
    out->den = 1;
    if (record >= policy->record_count || field >= policy->records[record].field_count)
        return ac_error_set(err, AC_E_NOT_FOUND, AC_CODE_VALUE_NO_FIELD, ac_msg_info_of(AC_MSG_VALUE_NO_FIELD).text, NULL);
    r.policy = policy;
    r.field = &policy->records[record].fields[field];
    r.text = trim(text);
    r.zone = zone;
    r.err = err;
    v.type = (ac_type_kind)r.field->type.kind;
    v.ref = r.field->type.ref;
    if (!parsers[v.type]) {
        if (v.type == AC_TYPE_RECORD && r.text.size == 0)
            return refuse(&r, AC_E_INVALID, AC_MSG_VALUE_EMPTY_LINK);
        if (text.size > UINT32_MAX)
            return refuse(&r, AC_E_RANGE, AC_MSG_VALUE_RANGE);
        v.text = text.data;
        v.text_size = (uint32_t)text.size;
        *out = v;
        return AC_OK;
    }
    if (is(r.text, "none") || is(r.text, "unknown")) {
        v.state = is(r.text, "none") ? AC_VALUE_NONE : AC_VALUE_UNKNOWN;
        *out = v;
        return AC_OK;
    }
    st = parsers[v.type](&r, &v);
    if (st == AC_OK)
        st = check_range(&r, &v);
    if (st == AC_OK)
        *out = v;
    return st;
}

ac_status ac_policy_parse_money(const ac_policy *policy, ac_text text, ac_minor *out, ac_error *err)
{
    ac_value  v = { AC_TYPE_MONEY, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    reader    r;
    ac_status st;

    assert(policy && out);
    r.policy = policy;
    r.field = NULL;
    r.text = trim(text);
    r.zone = NULL;
    r.err = err;
    st = parse_money(&r, &v);
    *out = st == AC_OK ? v.num : 0;
    return st;
}
