/* Zones from POSIX TZ rules, with the extended hours of RFC 8536:
 *
 *     rule   = name offset [ name [ offset ] "," date [ "/" time ] "," date [ "/" time ] ]
 *     name   = 3 or more letters | "<" letters, digits, "+", "-" ">"
 *     offset = [ "+" | "-" ] hh [ ":" mm [ ":" ss ] ]          west of UTC is positive
 *     date   = "J" 1..365 | 0..365 | "M" month "." week "." weekday
 *     time   = [ "+" | "-" ] 0..167 [ ":" mm [ ":" ss ] ]
 *
 * and from the offsets of RFC 3339, "+08:00", "-03:30", "Z", east of UTC being positive.
 */

#include "time/zone.h"

#include "base/error.h"

typedef struct reader {
    ac_text text;
    size_t  at;
} reader;

static char peek(const reader *in)
{
    return in->at < in->text.size ? in->text.data[in->at] : '\0';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int take(reader *in, char c)
{
    if (peek(in) != c || in->at >= in->text.size)
        return 0;
    in->at++;
    return 1;
}

/* Digits up to `max`, which has at most three of them. */
static int take_number(reader *in, int32_t min, int32_t max, int32_t *out)
{
    size_t  from = in->at;
    int32_t value = 0;

    while (is_digit(peek(in)) && in->at - from < 3)
        value = value * 10 + (in->text.data[in->at++] - '0');
    if (in->at == from || value < min || value > max) {
        in->at = from;
        return 0;
    }
    *out = value;
    return 1;
}

static int take_name(reader *in)
{
    size_t from = in->at;

    if (take(in, '<')) {
        while (is_letter(peek(in)) || is_digit(peek(in)) || peek(in) == '+' || peek(in) == '-')
            in->at++;
        return in->at - from > 3 && take(in, '>');
    }
    while (is_letter(peek(in)))
        in->at++;
    return in->at - from >= 3;
}

static int take_hms(reader *in, int32_t max_hours, int32_t *out)
{
    int     negative = take(in, '-');
    int32_t h, m = 0, s = 0;

    if (!negative)
        take(in, '+');
    if (!take_number(in, 0, max_hours, &h))
        return 0;
    if (take(in, ':')) {
        if (!take_number(in, 0, 59, &m))
            return 0;
        if (take(in, ':') && !take_number(in, 0, 59, &s))
            return 0;
    }
    *out = (negative ? -1 : 1) * (h * 3600 + m * 60 + s);
    return 1;
}

static int take_date(reader *in, struct ac_zone_rule_date *out)
{
    out->second = 7200;
    out->month = out->week = 0;
    if (take(in, 'J')) {
        out->form = 'J';
        if (!take_number(in, 1, 365, &out->day))
            return 0;
    } else if (take(in, 'M')) {
        out->form = 'M';
        if (!take_number(in, 1, 12, &out->month) || !take(in, '.') || !take_number(in, 1, 5, &out->week) ||
            !take(in, '.') || !take_number(in, 0, 6, &out->day))
            return 0;
    } else {
        out->form = 'N';
        if (!take_number(in, 0, 365, &out->day))
            return 0;
    }
    return !take(in, '/') || take_hms(in, 167, &out->second);
}

static int refuse(const reader *in, const char *what, ac_error *err)
{
    ac_error_set(err, AC_E_INVALID, 0, what, "as in EST5EDT,M3.2.0,M11.1.0 or +08:00");
    ac_error_place(err, 0, (uint32_t)in->at + 1);
    ac_error_subject(err, (int64_t)in->at);
    ac_error_name(err, in->text);
    return 0;
}

static int read_rule(reader *in, ac_zone_rule *out, ac_error *err)
{
    if (!take_name(in))
        return refuse(in, "expected the name of the standard time, three letters or more", err);
    if (!take_hms(in, 24, &out->std_offset_s))
        return refuse(in, "expected the offset of the standard time, hours west of UTC", err);
    out->std_offset_s = -out->std_offset_s;
    out->dst_offset_s = out->std_offset_s;
    out->has_dst = in->at < in->text.size;
    if (!out->has_dst)
        return 1;
    if (!take_name(in))
        return refuse(in, "expected the name of the daylight saving time, or the end", err);
    out->dst_offset_s = out->std_offset_s + 3600;
    if (peek(in) != ',') {
        if (!take_hms(in, 24, &out->dst_offset_s))
            return refuse(in, "expected an offset or a comma", err);
        out->dst_offset_s = -out->dst_offset_s;
    }
    if (!take(in, ',') || !take_date(in, &out->start))
        return refuse(in, "expected a comma and the date when daylight saving time begins", err);
    if (!take(in, ',') || !take_date(in, &out->end))
        return refuse(in, "expected a comma and the date when daylight saving time ends", err);
    if (in->at < in->text.size)
        return refuse(in, "nothing may follow the rule", err);
    return 1;
}

ac_status ac_zone_rule_parse(ac_text text, ac_zone_rule *out, ac_error *err)
{
    static const ac_zone_rule none;
    reader                    in;

    in.text = text;
    in.at = 0;
    *out = none;
    return read_rule(&in, out, err) ? AC_OK : AC_E_INVALID;
}

static int32_t rule_day(const struct ac_zone_rule_date *date, int32_t year)
{
    int32_t first, day, last;

    if (date->form == 'N')
        return ac_civil_day(year, 1, 1) + date->day;
    if (date->form == 'J')
        return ac_civil_day(year, 1, 1) + date->day - 1 + (ac_civil_is_leap(year) && date->day >= 60);
    first = ac_civil_day(year, date->month, 1);
    last = first + ac_civil_month_days(year, date->month) - 1;
    /* Rules count weekdays from Sunday, our weeks from Monday. */
    day = first + (date->day + 6 - ac_civil_weekday(first) + 7) % 7 + (date->week - 1) * 7;
    return day > last ? day - 7 : day;
}

static void year_changes(const ac_zone_rule *rule, int32_t year, ac_zone_change out[2])
{
    ac_zone_change start, end;

    start.at = rule_day(&rule->start, year) * AC_DAY_S + rule->start.second - rule->std_offset_s;
    start.offset_s = rule->dst_offset_s;
    end.at = rule_day(&rule->end, year) * AC_DAY_S + rule->end.second - rule->dst_offset_s;
    end.offset_s = rule->std_offset_s;
    out[0] = start.at <= end.at ? start : end;
    out[1] = start.at <= end.at ? end : start;
}

/* Puts a change in its place by time. Of two at one instant the later year's counts: daylight saving time all year
 * round is written as an end that coincides with the next start. */
static void add_change(ac_zone_draft *draft, ac_zone_change change)
{
    size_t i = draft->count;

    while (i > 0 && draft->changes[i - 1].at > change.at)
        i--;
    if (i > 0 && draft->changes[i - 1].at == change.at) {
        draft->changes[i - 1] = change;
        return;
    }
    for (size_t j = draft->count++; j > i; j--)
        draft->changes[j] = draft->changes[j - 1];
    draft->changes[i] = change;
}

void ac_zone_draft_add_years(ac_zone_draft *draft, const ac_zone_rule *rule, int32_t first_year, ac_time after)
{
    /* A change may fall into the year after its own: what comes late in the last year might yet be undone by the next. */
    ac_time before = ac_civil_day(first_year + AC_ZONE_RULE_YEARS - 1, 7, 1) * AC_DAY_S;

    for (int32_t i = 0; i < AC_ZONE_RULE_YEARS; i++) {
        ac_zone_change changes[2];

        year_changes(rule, first_year + i, changes);
        for (int c = 0; c < 2; c++) {
            if (changes[c].at > after && changes[c].at < before)
                add_change(draft, changes[c]);
        }
    }
}

/* "Z", "+08:00", "-03:30", "+05:45:30". */
static int read_plain_offset(ac_text text, int32_t *offset_s)
{
    reader in;

    in.text = text;
    in.at = 0;
    *offset_s = 0;
    if (take(&in, 'Z'))
        return in.at == text.size;
    if (peek(&in) != '+' && peek(&in) != '-')
        return 0;
    return take_hms(&in, 26, offset_s) && in.at == text.size && text.size >= 6;
}

ac_status ac_zone_new_repeating(const ac_allocator *allocator, const ac_zone_rule *rule, ac_text name, ac_digest digest,
                                ac_zone **out, ac_error *err)
{
    /* Any cycle would do; this one holds the instants that people ask about, so they need no reduction. */
    enum { FIRST_YEAR = 1899 };
    ac_zone_draft draft = {0, NULL, 0, 1, 1, 0};
    size_t        room = AC_ZONE_RULE_CHANGES;
    ac_mem        mem;
    ac_status     st = ac_mem_init(&mem, allocator, 0, err);

    if (st != AC_OK)
        return st;
    draft.changes = ac_mem_array(&mem, room, sizeof *draft.changes);
    if (!draft.changes)
        return ac_mem_failed(&mem, err);
    draft.first_offset_s = rule->std_offset_s;
    draft.cycle_at = ac_civil_day(FIRST_YEAR + 1, 1, 1) * AC_DAY_S;
    ac_zone_draft_add_years(&draft, rule, FIRST_YEAR, INT64_MIN);
    st = ac_zone_new_draft(allocator, &draft, name, digest, out, err);
    ac_mem_free(&mem, draft.changes, room * sizeof *draft.changes);
    return st;
}

ac_status ac_zone_new_rule(const ac_allocator *mem, ac_text rule, ac_zone **out, ac_error *err)
{
    ac_zone_draft draft = {0, NULL, 0, 0, 0, 0};
    ac_zone_rule  parsed;
    ac_status     st;

    *out = NULL;
    if (!read_plain_offset(rule, &draft.first_offset_s)) {
        st = ac_zone_rule_parse(rule, &parsed, err);
        if (st != AC_OK)
            return st;
        if (parsed.has_dst)
            return ac_zone_new_repeating(mem, &parsed, rule, ac_digest_of(rule.data, rule.size), out, err);
        draft.first_offset_s = parsed.std_offset_s;
    }
    if (draft.first_offset_s < -AC_ZONE_OFFSET_MAX || draft.first_offset_s > AC_ZONE_OFFSET_MAX)
        return ac_error_set(err, AC_E_RANGE, 0, "the offset of a zone is at most 26 hours", NULL);
    return ac_zone_new_draft(mem, &draft, rule, ac_digest_of(rule.data, rule.size), out, err);
}
