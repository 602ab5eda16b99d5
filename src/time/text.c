/* Instants, dates and exact lengths as text: RFC 3339 and ISO 8601. */

#include "time/civil.h"

#include "base/error.h"

/* What is left to read. The whole input is ASCII if it is right, so columns count bytes until the first mistake. */
typedef struct reader {
    const char *data;
    size_t      size;
    size_t      at;
    ac_error   *err;
} reader;

static ac_status refuse(reader *in, ac_status status, const char *what, size_t at)
{
    ac_text text;

    text.data = in->data;
    text.size = in->size;
    ac_error_set(in->err, status, 0, what, NULL);
    ac_error_place(in->err, 0, (uint32_t)at + 1);
    ac_error_name(in->err, text);
    return status;
}

static int next_is_digit(const reader *in)
{
    return in->at < in->size && in->data[in->at] >= '0' && in->data[in->at] <= '9';
}

static int take(reader *in, char c)
{
    if (in->at >= in->size || in->data[in->at] != c)
        return 0;
    in->at++;
    return 1;
}

/* Exactly `width` digits. */
static int take_number(reader *in, int width, int32_t *out)
{
    int32_t value = 0;

    for (int i = 0; i < width; i++) {
        if (!next_is_digit(in))
            return 0;
        value = value * 10 + (in->data[in->at++] - '0');
    }
    *out = value;
    return 1;
}

static ac_status read_date(reader *in, ac_day *out)
{
    size_t    from = in->at;
    ac_date   date;
    ac_status st;

    if (!take_number(in, 4, &date.year) || !take(in, '-') || !take_number(in, 2, &date.month) || !take(in, '-') ||
        !take_number(in, 2, &date.day))
        return refuse(in, AC_E_INVALID, "expected a date, yyyy-mm-dd", in->at);
    st = ac_day_from_date(date, out, in->err);
    if (st != AC_OK) {
        const char *what = date.year < 1 ? "the year is outside 1..9999"
                           : date.month < 1 || date.month > 12 ? "the month is outside 1..12"
                                                               : "the month has no such day";

        return refuse(in, st, what, from);
    }
    return AC_OK;
}

static ac_status read_clock(reader *in, int32_t *second_of_day)
{
    size_t  from = in->at;
    int32_t hour, minute, second = 0;

    if (!take_number(in, 2, &hour) || !take(in, ':') || !take_number(in, 2, &minute))
        return refuse(in, AC_E_INVALID, "expected a time of day, hh:mm or hh:mm:ss", in->at);
    if (take(in, ':') && !take_number(in, 2, &second))
        return refuse(in, AC_E_INVALID, "expected two digits of seconds", in->at);
    if (in->at < in->size && (in->data[in->at] == '.' || in->data[in->at] == ','))
        return refuse(in, AC_E_INVALID, "instants are whole seconds: a fraction is refused", in->at);
    if (hour > 23 || minute > 59 || second > 59)
        return refuse(in, AC_E_RANGE, "the time of day is outside 00:00:00..23:59:59", from);
    *second_of_day = hour * 3600 + minute * 60 + second;
    return AC_OK;
}

static ac_status read_offset(reader *in, int32_t *offset_s)
{
    size_t  from = in->at;
    int     west;
    int32_t hour, minute;

    *offset_s = 0;
    if (take(in, 'Z') || take(in, 'z'))
        return AC_OK;
    west = take(in, '-');
    if (!west && !take(in, '+'))
        return refuse(in, AC_E_INVALID, "expected Z or an offset, +hh:mm or -hh:mm", in->at);
    if (!take_number(in, 2, &hour) || !take(in, ':') || !take_number(in, 2, &minute))
        return refuse(in, AC_E_INVALID, "expected an offset, +hh:mm or -hh:mm", in->at);
    if (hour > 23 || minute > 59)
        return refuse(in, AC_E_RANGE, "the offset is outside -23:59..+23:59", from);
    *offset_s = (west ? -1 : 1) * (hour * 3600 + minute * 60);
    return AC_OK;
}

static reader reader_of(ac_text text, ac_error *err)
{
    reader in;

    in.data = text.data;
    in.size = text.size;
    in.at = 0;
    in.err = err;
    return in;
}

ac_status ac_time_parse(ac_text text, ac_time *out, ac_error *err)
{
    reader    in = reader_of(text, err);
    ac_day    day = 0;
    int32_t   second = 0, offset_s = 0;
    ac_time   at;
    ac_status st;

    *out = 0;
    st = read_date(&in, &day);
    if (st != AC_OK)
        return st;
    if (!take(&in, 'T') && !take(&in, 't') && !take(&in, ' '))
        return refuse(&in, AC_E_INVALID, "expected T or a blank between date and time", in.at);
    st = read_clock(&in, &second);
    if (st == AC_OK)
        st = read_offset(&in, &offset_s);
    if (st != AC_OK)
        return st;
    if (in.at < in.size)
        return refuse(&in, AC_E_INVALID, "nothing may follow the instant", in.at);
    at = day * AC_DAY_S + second - offset_s;
    if (!ac_time_is_valid(at))
        return refuse(&in, AC_E_RANGE, "the instant is outside the years 1..9999 of UTC", 0);
    *out = at;
    return AC_OK;
}

ac_status ac_day_parse(ac_text text, ac_day *out, ac_error *err)
{
    reader    in = reader_of(text, err);
    ac_day    day = 0;
    ac_status st;

    *out = 0;
    st = read_date(&in, &day);
    if (st != AC_OK)
        return st;
    if (in.at < in.size)
        return refuse(&in, AC_E_INVALID, "nothing may follow the date", in.at);
    *out = day;
    return AC_OK;
}

/* The units of a duration, largest first; T stands before the last three. */
static const struct {
    char    letter;
    int     after_t;
    int32_t seconds;
} duration_units[] = {{'W', 0, 604800}, {'D', 0, 86400}, {'H', 1, 3600}, {'M', 1, 60}, {'S', 1, 1}};

enum { DURATION_UNITS = sizeof duration_units / sizeof duration_units[0] };

static ac_status read_amount(reader *in, int64_t *out)
{
    size_t  from = in->at;
    int64_t value = 0;

    if (!next_is_digit(in))
        return refuse(in, AC_E_INVALID, "expected a number and its unit", in->at);
    for (; next_is_digit(in); in->at++) {
        if (!ac_i64_mul(value, 10, &value) || !ac_i64_add(value, in->data[in->at] - '0', &value))
            return refuse(in, AC_E_RANGE, "the duration does not fit", from);
    }
    *out = value;
    return AC_OK;
}

ac_status ac_secs_parse(ac_text text, ac_secs *out, ac_error *err)
{
    reader  in = reader_of(text, err);
    int     negative, after_t = 0, unit = 0, parts = 0;
    int64_t total = 0;

    *out = 0;
    negative = take(&in, '-');
    if (!take(&in, 'P'))
        return refuse(&in, AC_E_INVALID, "a duration begins with P, as in PT36H", in.at);
    while (in.at < in.size) {
        size_t    from = in.at;
        int64_t   amount = 0;
        ac_status st;

        if (!after_t && take(&in, 'T')) {
            after_t = 1;
            parts = 0;
            continue;
        }
        st = read_amount(&in, &amount);
        if (st != AC_OK)
            return st;
        if (!after_t && in.at < in.size && (in.data[in.at] == 'Y' || in.data[in.at] == 'M'))
            return refuse(&in, AC_E_INVALID, "years and months have no exact length", in.at);
        while (unit < DURATION_UNITS &&
               (in.at >= in.size || duration_units[unit].letter != in.data[in.at] || duration_units[unit].after_t != after_t))
            unit++;
        if (unit == DURATION_UNITS)
            return refuse(&in, AC_E_INVALID, "expected W or D, or H, M or S behind T, in this order", in.at);
        in.at++;
        if (!ac_i64_mul(amount, duration_units[unit++].seconds, &amount) || !ac_i64_add(total, amount, &total))
            return refuse(&in, AC_E_RANGE, "the duration does not fit", from);
        parts++;
    }
    if (parts == 0)
        return refuse(&in, AC_E_INVALID, "expected a number and its unit", in.at);
    *out = negative ? -total : total;
    return AC_OK;
}

static char *put_padded(char *to, int64_t value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + width;
}

static char *put_u64(char *to, uint64_t value)
{
    char   digits[20];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (n)
        *to++ = digits[--n];
    return to;
}

size_t ac_secs_format(ac_secs seconds, char out[AC_TIME_TEXT_BYTES])
{
    uint64_t rest = ac_i64_magnitude(seconds);
    char    *to = out;

    if (seconds < 0)
        *to++ = '-';
    *to++ = 'P';
    *to++ = 'T';
    /* Hours are not carried into days: a working day is not 24 of them. */
    if (rest >= 3600) {
        to = put_u64(to, rest / 3600);
        *to++ = 'H';
    }
    if (rest / 60 % 60) {
        to = put_u64(to, rest / 60 % 60);
        *to++ = 'M';
    }
    if (rest % 60 || rest == 0) {
        to = put_u64(to, rest % 60);
        *to++ = 'S';
    }
    *to = '\0';
    return (size_t)(to - out);
}

static char *put_date(char *to, ac_day day)
{
    ac_date date = ac_day_to_date(day);

    to = put_padded(to, date.year, 4);
    *to++ = '-';
    to = put_padded(to, date.month, 2);
    *to++ = '-';
    return put_padded(to, date.day, 2);
}

size_t ac_day_format(ac_day day, char out[AC_TIME_TEXT_BYTES])
{
    char *to = put_date(out, day);

    *to = '\0';
    return (size_t)(to - out);
}

size_t ac_time_format(ac_time at, const ac_zone *zone, char out[AC_TIME_TEXT_BYTES])
{
    /* RFC 3339 has no seconds in an offset: the text shows the whole minutes, so that it is still this very instant. */
    int32_t offset_s = zone ? ac_zone_offset(zone, at) / 60 * 60 : 0;
    int     utc = !zone || ac_zone_is_utc(zone);
    int64_t local = at + offset_s;
    char   *to = out;

    if (!ac_time_is_valid(local)) {
        utc = 1;
        local = at;
    }
    to = put_date(to, (ac_day)ac_local_day(local));
    *to++ = 'T';
    to = put_padded(to, ac_local_second(local) / 3600, 2);
    *to++ = ':';
    to = put_padded(to, ac_local_second(local) / 60 % 60, 2);
    *to++ = ':';
    to = put_padded(to, ac_local_second(local) % 60, 2);
    if (utc) {
        *to++ = 'Z';
    } else {
        *to++ = offset_s < 0 ? '-' : '+';
        offset_s = offset_s < 0 ? -offset_s : offset_s;
        to = put_padded(to, offset_s / 3600, 2);
        *to++ = ':';
        to = put_padded(to, offset_s / 60 % 60, 2);
    }
    *to = '\0';
    return (size_t)(to - out);
}
