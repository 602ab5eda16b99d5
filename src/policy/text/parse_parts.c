#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "policy/text/parser.h"

/* ── names ── */

int ac_parse_is_name(const ac_parser *p)
{
    return p->token.kind == AC_TOKEN_QUOTED || (p->token.kind == AC_TOKEN_NAME && !ac_word_is_reserved((ac_word)p->token.word));
}

static ac_tree_name name_at_hand(const ac_parser *p)
{
    ac_tree_name name;
    ac_place     inner;

    name.place = inner = ac_parse_here(p);
    if (p->token.kind == AC_TOKEN_QUOTED && inner.size >= 2) {
        inner.at++;
        inner.size -= 2;
    }
    name.text = ac_parse_text(p, inner);
    return name;
}

/* A number glued to letters looks like a name that begins with a digit. */
static int is_digit_name(const ac_parser *p)
{
    return p->token.kind == AC_TOKEN_NUMBER && ac_name_char(p->scan.source, p->pos) > 0;
}

static void complain_no_name(ac_parser *p, const char *what)
{
    ac_place place = ac_parse_here(p);

    if (p->token.kind == AC_TOKEN_NAME) {
        ac_parse_fail(p, AC_MSG_RESERVED_NAME, place);
    } else if (is_digit_name(p)) {
        place.size = ac_scan_segment(&p->scan, p->pos) - place.at;
        ac_parse_fail(p, AC_MSG_NUMBER_AS_NAME, place);
    } else {
        ac_parse_expected(p, what);
    }
}

ac_tree_name ac_parse_name(ac_parser *p, const char *what)
{
    ac_tree_name name = { { NULL, 0 }, { 0, 0 } };

    if (ac_parse_is_name(p)) {
        name = name_at_hand(p);
        ac_parse_next(p);
        return name;
    }
    if (!p->panic)
        complain_no_name(p, what);
    return name;
}

ac_tree_names ac_parse_single_name(ac_parser *p, const char *what)
{
    ac_tree_names names = { NULL, 0 };
    ac_tree_name  name = ac_parse_name(p, what);

    if (name.text.data) {
        names.at = ac_parse_new(p, ac_tree_name);
        *names.at = name;
        names.count = 1;
    }
    return names;
}

ac_tree_names ac_parse_names(ac_parser *p, const char *what)
{
    ac_tree_names names = { NULL, 0 };
    size_t        mark = ac_parse_mark(p);

    do {
        ac_tree_name name = ac_parse_name(p, what);

        if (name.text.data)
            ac_parse_push(p, &name, sizeof name);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    names.at = ac_parse_pop(p, mark, sizeof *names.at, &names.count);
    return names;
}

ac_tree_path ac_parse_path(ac_parser *p, const char *what)
{
    ac_tree_path path = { NULL, 0, { 0, 0 } };
    uint32_t     from = p->token.at;
    ac_tree_name name = ac_parse_name(p, what);
    size_t       mark;

    if (!name.text.data)
        return path;
    if (!ac_parse_is(p, AC_TOKEN_DOT)) {        /* nearly always */
        path.at = ac_parse_new(p, ac_tree_name);
        *path.at = name;
        path.count = 1;
        path.place = name.place;
        return path;
    }
    mark = ac_parse_mark(p);
    ac_parse_push(p, &name, sizeof name);
    while (ac_parse_accept(p, AC_TOKEN_DOT)) {
        name = ac_parse_name(p, "a name after the dot");
        if (name.text.data)
            ac_parse_push(p, &name, sizeof name);
    }
    path.at = ac_parse_pop(p, mark, sizeof *path.at, &path.count);
    path.place = ac_parse_since(p, from);
    return path;
}

ac_tree_paths ac_parse_paths(ac_parser *p, const char *what)
{
    ac_tree_paths paths = { NULL, 0 };
    size_t        mark = ac_parse_mark(p);

    do {
        ac_tree_path path = ac_parse_path(p, what);

        if (path.count > 0)
            ac_parse_push(p, &path, sizeof path);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    paths.at = ac_parse_pop(p, mark, sizeof *paths.at, &paths.count);
    return paths;
}

/* ── texts and numbers ── */

static size_t unescape(const char *from, size_t size, char *to)
{
    size_t   at = 0, used = 0;

    while (at < size) {
        char c = from[at++];

        if (c == '\\' && at < size) {
            c = from[at++];
            if (c == 'u' && at < size && from[at] == '{') {
                uint32_t point = 0;

                for (at++; at < size && from[at] != '}'; at++)
                    point = point * 16 + (uint32_t)(from[at] <= '9' ? from[at] - '0' : (from[at] | 32) - 'a' + 10);
                at++;
                if (point == 0 || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
                    point = 0xFFFD;     /* the scanner has told */
                used += ac_utf8_encode(point, to + used);
                continue;
            }
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        to[used++] = c;
    }
    return used;
}

/* Typographic quotes, already told, have three bytes. */
static ac_place between_quotes(ac_text text, ac_place place)
{
    uint32_t open = text.data[0] == '"' ? 1 : 3;
    uint32_t end = text.size <= open ? 0 : text.data[text.size - 1] == '"' ? 1 : open == 3 ? 3 : 0;

    place.at += open;
    place.size -= open + end;
    return place;
}

ac_tree_string ac_parse_string(ac_parser *p, const char *what)
{
    ac_tree_string string = { { NULL, 0 }, { 0, 0 } };
    ac_place       inner;

    if (!ac_parse_is(p, AC_TOKEN_STRING)) {
        ac_parse_expected(p, what);
        return string;
    }
    string.place = inner = ac_parse_here(p);
    string.text = ac_parse_text(p, inner);
    inner = between_quotes(string.text, inner);
    string.text = ac_parse_text(p, inner);
    if (p->token.has_escapes && !p->token.has_error) {
        char *copy = ac_parse_bytes(p, string.text.size);

        if (copy) {
            string.text.size = unescape(string.text.data, string.text.size, copy);
            string.text.data = copy;
        }
    }
    ac_parse_next(p);
    return string;
}

uint32_t ac_parse_int(ac_parser *p, const char *what)
{
    ac_text  text = ac_parse_text(p, ac_parse_here(p));
    uint32_t value = 0;
    size_t   i;

    if (!ac_parse_is(p, AC_TOKEN_NUMBER)) {
        ac_parse_expected(p, what);
        return 0;
    }
    for (i = 0; i < text.size && i < 10 && text.data[i] != '.'; i++)
        value = value * 10 + (uint32_t)(text.data[i] - '0');
    if (i < text.size || i > 9) {
        ac_parse_fail_here(p, AC_MSG_WHOLE_NUMBER);
        return 0;
    }
    ac_parse_next(p);
    return value;
}

/* ── dates ── */

static int32_t digits(const char *from, size_t count)
{
    int32_t value = 0;

    for (; count > 0; count--)
        value = value * 10 + (*from++ - '0');
    return value;
}

static int32_t days_in(int32_t year, int32_t month)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

ac_date ac_parse_date(ac_parser *p, const char *what)
{
    ac_date     date = { 1, 1, 1 };
    ac_place    here = ac_parse_here(p);
    const char *text = ac_parse_text(p, here).data;

    if (!ac_parse_is(p, AC_TOKEN_DATE)) {
        ac_parse_expected(p, what);
        return date;
    }
    date.year = digits(text, 4);
    date.month = digits(text + 5, 2);
    date.day = digits(text + 8, 2);
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in(date.year, date.month)) {
        ac_parse_complain(p, AC_MSG_BAD_DATE, here);
        date.year = date.month = date.day = 1;
    }
    ac_parse_next(p);
    if (p->token.kind == AC_TOKEN_NAME && p->token.at == here.at + here.size && ac_parse_text(p, ac_parse_here(p)).data[0] == 'T') {
        here.at += here.size;
        here.size = 1;
        if (ac_parse_complain(p, AC_MSG_DATE_T, here))
            ac_log_fix(p->log, here, ac_text_of(" "));
        ac_parse_resume(p, here.at + 1);
    }
    return date;
}

ac_tree_dates ac_parse_dates(ac_parser *p)
{
    ac_tree_dates dates;
    uint32_t      from = p->token.at;

    dates.first = dates.last = ac_parse_date(p, "a date");
    if (ac_parse_accept(p, AC_TOKEN_DOTS))
        dates.last = ac_parse_date(p, "the last date");
    dates.place = ac_parse_since(p, from);
    return dates;
}

ac_window ac_parse_period_word(const ac_parser *p)
{
    if (p->token.kind != AC_TOKEN_NAME)
        return AC_WINDOW_NONE;
    switch (p->token.word) {
    case AC_WORD_DAY: return AC_WINDOW_DAY;
    case AC_WORD_WEEK: return AC_WINDOW_WEEK;
    case AC_WORD_MONTH: return AC_WINDOW_MONTH;
    case AC_WORD_QUARTER: return AC_WINDOW_QUARTER;
    case AC_WORD_HALF_YEAR: return AC_WINDOW_HALF_YEAR;
    case AC_WORD_YEAR: return AC_WINDOW_YEAR;
    default: return AC_WINDOW_NONE;
    }
}
