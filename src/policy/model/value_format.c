#include "base/assert.h"
#include "base/buffer.h"
#include "base/check.h"
#include "base/ratio.h"
#include "base/utf8.h"
#include "policy/model/names.h"
#include "policy/model/value.h"
#include "policy/text/scan.h"
#include "time/civil.h"

static void write_date(ac_writer *w, ac_day day)
{
    ac_date date = ac_day_to_date(day);

    ac_write_padded(w, (uint64_t)date.year, 4);
    ac_write_char(w, '-');
    ac_write_padded(w, (uint64_t)date.month, 2);
    ac_write_char(w, '-');
    ac_write_padded(w, (uint64_t)date.day, 2);
}

/* Without a zone an instant is written in UTC. */
static void write_time(ac_writer *w, ac_time at, const ac_zone *zone)
{
    char text[AC_TIME_TEXT_BYTES];

    if (zone) {
        ac_write(w, text, ac_time_format(at, zone, text));
        return;
    }
    write_date(w, (ac_day)ac_local_day(at));
    ac_write_char(w, 'T');
    ac_write_padded(w, (uint64_t)ac_local_second(at) / 3600, 2);
    ac_write_char(w, ':');
    ac_write_padded(w, (uint64_t)ac_local_second(at) / 60 % 60, 2);
    ac_write_char(w, ':');
    ac_write_padded(w, (uint64_t)ac_local_second(at) % 60, 2);
    ac_write_char(w, 'Z');
}

/* The value over `unit` of the smaller unit it is kept in, as decimal or n/d. */
static ac_ratio in_units(const ac_value *v, int64_t unit)
{
    ac_ratio r = { 0, 1 };

    r.num = v->num;
    r.den = v->den;
    if (unit > 1 && ac_ratio_make(v->num, v->den, &r) == AC_OK) {
        ac_ratio per = { 1, 1 };

        per.den = unit;
        if (ac_ratio_mul(r, per, &r) != AC_OK) {    /* finer than a number of the language may be; still right as n/d */
            int64_t common = (int64_t)ac_u64_gcd(ac_i64_magnitude(r.num), (uint64_t)unit);

            r.num /= common;
            r.den *= unit / common;
        }
    }
    return r;
}

static void write_span(ac_writer *w, const ac_value *v)
{
    static const struct { const char *one, *many; int64_t per; } units[] = {
        { " s", " s", 1 }, { " workh", " workh", 3600 }, { " day", " days", 1 }, { " workday", " workdays", 1 }, { " month", " months", 1 },
    };
    ac_ratio r = in_units(v, units[v->ref].per);

    ac_write_ratio(w, r);
    ac_write_string(w, r.num == 1 && r.den == 1 ? units[v->ref].one : units[v->ref].many);
}

static void write_period(ac_writer *w, ac_period_kind kind, int64_t first)
{
    static const char *const words[] = { "day", "week", "month", "quarter", "half-year", "year" };
    ac_date                  date;

    if (first == AC_DAY_MIN) {
        ac_write_string(w, words[kind]);
        return;
    }
    if (kind == AC_PERIOD_DAY) {
        write_date(w, (ac_day)first);
        return;
    }
    date = ac_day_to_date((ac_day)(kind == AC_PERIOD_WEEK ? first + 3 : first));
    ac_write_padded(w, (uint64_t)date.year, 4);
    if (kind == AC_PERIOD_YEAR)
        return;
    ac_write_string(w, kind == AC_PERIOD_WEEK ? "-W" : kind == AC_PERIOD_QUARTER ? "-Q" : kind == AC_PERIOD_HALF_YEAR ? "-H" : "-");
    if (kind == AC_PERIOD_WEEK)
        ac_write_padded(w, (uint64_t)(first + 3 - ac_civil_day(date.year, 1, 1)) / 7 + 1, 2);
    else if (kind == AC_PERIOD_MONTH)
        ac_write_padded(w, (uint64_t)date.month, 2);
    else
        ac_write_u64(w, (uint64_t)(date.month - 1) / (kind == AC_PERIOD_QUARTER ? 3 : 6) + 1);
}

/* With the escapes of the language's texts, so that it can be read back. */
static void write_quoted(ac_writer *w, const ac_value *v)
{
    ac_text  text;
    uint32_t point;
    size_t   at, n;

    text.data = v->text;
    text.size = v->text_size;
    ac_write_char(w, '"');
    for (at = 0; at < text.size; at += n) {
        char c = text.data[at];

        n = ac_utf8_decode(text, at, &point);
        if (n == 0) {
            point = 0xFFFD;     /* no UTF-8: the byte as it is */
            n = 1;
        }

        if (c == '"' || c == '\\') {
            ac_write_char(w, '\\');
            ac_write_char(w, c);
        } else if (c == '\n' || c == '\t') {
            ac_write_string(w, c == '\n' ? "\\n" : "\\t");
        } else if (ac_char_is_refused(point)) {
            ac_write_string(w, "\\u{");
            ac_write_hex(w, point, 4);
            ac_write_char(w, '}');
        } else {
            ac_write(w, text.data + at, n);
        }
    }
    ac_write_char(w, '"');
}

static void write_name(ac_writer *w, const ac_text *names, uint32_t count, int64_t i)
{
    if (i >= 0 && i < (int64_t)count)
        ac_write_text(w, names[i]);
    else
        ac_write_i64(w, i);
}

static void write_member(ac_writer *w, const ac_policy *policy, uint32_t ref, int64_t i)
{
    if (ref < policy->enum_count && i >= 0 && i < (int64_t)policy->enums[ref].member_count)
        ac_write_text(w, policy->enums[ref].members[i].name);
    else
        ac_write_i64(w, i);
}

static void write_many(ac_writer *w, const ac_policy *policy, uint32_t ref, uint64_t mask)
{
    int64_t i;
    int     some = 0;

    for (i = 0; i < 64; i++) {
        if (!(mask >> i & 1))
            continue;
        if (some)
            ac_write_string(w, ", ");
        write_member(w, policy, ref, i);
        some = 1;
    }
    if (!some)
        ac_write_string(w, "()");
}

static void write_known(ac_writer *w, const ac_policy *policy, const ac_value *v, const ac_zone *zone)
{
    switch (v->type) {
    case AC_TYPE_BOOL:
    case AC_TYPE_SIGNATURE:
        ac_write_string(w, v->num ? "yes" : "no");
        break;
    case AC_TYPE_COUNT:
    case AC_TYPE_NUMBER:
        ac_write_ratio(w, in_units(v, 1));
        break;
    case AC_TYPE_MONEY:
        ac_write_ratio(w, in_units(v, ac_minor_units(policy)));
        if (policy->currency.size) {
            ac_write_char(w, ' ');
            ac_write_text(w, policy->currency);
        }
        break;
    case AC_TYPE_DATE:
        write_date(w, (ac_day)v->num);
        break;
    case AC_TYPE_DATETIME:
    case AC_TYPE_MOMENT:
        write_time(w, v->num, zone);
        break;
    case AC_TYPE_DURATION:
        ac_write_ratio(w, in_units(v, 1));
        ac_write_string(w, " s");
        break;
    case AC_TYPE_SPAN:
        write_span(w, v);
        break;
    case AC_TYPE_PERIOD:
        write_period(w, (ac_period_kind)v->ref, v->num);
        break;
    case AC_TYPE_TEXT:
    case AC_TYPE_RECORD:
        write_quoted(w, v);
        break;
    case AC_TYPE_ROLE:
        write_name(w, policy->roles, policy->role_count, v->num);
        break;
    case AC_TYPE_ENUM:
        write_member(w, policy, v->ref, v->num);
        break;
    case AC_TYPE_MANY:
        write_many(w, policy, v->ref, (uint64_t)v->num);
        break;
    case AC_TYPE_STATE:
        if (v->ref < policy->record_count)
            write_name(w, policy->records[v->ref].states, policy->records[v->ref].state_count, v->num);
        else
            ac_write_i64(w, v->num);
        break;
    case AC_TYPE_RUNG:
        if (v->ref < policy->names->ladder_count)
            write_name(w, policy->names->ladders[v->ref].rungs, policy->names->ladders[v->ref].rung_count, v->num);
        else
            ac_write_i64(w, v->num);
        break;
    case AC_TYPE_STEP:
        ac_write_i64(w, v->num);
        break;
    }
}

ac_status ac_value_format(const ac_policy *policy, const ac_value *value, const ac_zone *zone, ac_sink sink, void *user)
{
    static const char *const words[] = { NULL, "none", "unknown", "unset", "not-supported", "error" };
    ac_writer w;
    char      room[256];

    assert(policy && value && sink);
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    if (value->state == AC_VALUE_KNOWN)
        write_known(&w, policy, value, zone);
    else
        ac_write_string(&w, words[value->state]);
    return ac_writer_end(&w);
}
