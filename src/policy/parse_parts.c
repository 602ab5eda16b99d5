#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "policy/parse.h"
#include "policy/parser.h"

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
        ac_parse_fail_1(p, AC_MSG_RESERVED_NAME, place, ac_arg_text(ac_parse_text(p, place)));
    } else if (is_digit_name(p)) {
        place.size = ac_scan_segment(&p->scan, p->pos) - place.at;
        ac_parse_fail_1(p, AC_MSG_NUMBER_AS_NAME, place, ac_arg_text(ac_parse_text(p, place)));
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
                    point = 0xFFFD;
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
        ac_parse_fail_1(p, AC_MSG_WHOLE_NUMBER, ac_parse_here(p), ac_arg_text(text));
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
        ac_arg arg = ac_arg_text(ac_parse_text(p, here));

        ac_parse_complain(p, AC_MSG_BAD_DATE, here, &arg, 1);
        date.year = date.month = date.day = 1;
    }
    ac_parse_next(p);
    if (p->token.kind == AC_TOKEN_NAME && p->token.at == here.at + here.size && ac_parse_text(p, ac_parse_here(p)).data[0] == 'T') {
        here.at += here.size;
        here.size = 1;
        if (ac_parse_complain(p, AC_MSG_DATE_T, here, NULL, 0))
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

/* ── citations ── */

static ac_text source_text(const ac_parser *p, uint32_t at, uint32_t end)
{
    ac_place place;

    place.at = at;
    place.size = end - at;
    return ac_parse_text(p, place);
}

static int source_has(const ac_parser *p, uint32_t at, char c)
{
    return at < p->scan.source.size && p->scan.source.data[at] == c;
}

/* `18.2a` or `18.2a..d` at `at`. @return its end, `at` when there is none. */
static uint32_t read_article(ac_parser *p, uint32_t at, ac_tree_cite *cite)
{
    uint32_t end = ac_scan_article(&p->scan, at), from;

    memset(cite, 0, sizeof *cite);
    cite->article = source_text(p, at, end);
    if (end > at && source_has(p, end, '.') && source_has(p, end + 1, '.')) {
        from = end + 2;
        end = ac_scan_segment(&p->scan, from);
        cite->last = source_text(p, from, end);
    }
    cite->place.at = at;
    cite->place.size = end - at;
    return end;
}

static void check_range(ac_parser *p, const ac_tree_cite *cite)
{
    uint32_t count = ac_cite_count(cite);
    ac_arg   args[3];

    if (cite->place.size == cite->article.size || (count > 0 && count <= AC_CITE_RANGE_MOST))
        return;
    args[0] = ac_arg_text(cite->article);
    args[1] = ac_arg_text(cite->last);
    args[2] = ac_arg_number(AC_CITE_RANGE_MOST);
    ac_parse_complain(p, count == 0 ? AC_MSG_BAD_RANGE : AC_MSG_RANGE_TOO_LONG, cite->place, args, 3);
}

/* A quoted source. The parser stands before it and then behind it. */
static void cite_text(ac_parser *p, ac_tree_cite *cite)
{
    ac_tree_string string = ac_parse_string(p, "a text");

    memset(cite, 0, sizeof *cite);
    cite->article = string.text;
    cite->place = string.place;
    cite->is_text = 1;
    if (!p->is_data)
        ac_parse_complain(p, AC_MSG_TEXT_CITED, string.place, NULL, 0);
}

void ac_parse_articles(ac_parser *p)
{
    ac_tree_cite cite;
    uint32_t     at = p->pos, end;

    for (;;) {
        at = ac_scan_blanks(&p->scan, at);
        end = read_article(p, at, &cite);
        ac_parse_resume(p, end);
        if (end == at && ac_parse_is(p, AC_TOKEN_STRING)) {
            cite_text(p, &cite);
        } else if (end == at) {
            ac_parse_expected(p, p->is_data ? "an article or a text" : "an article");
            return;
        } else {
            check_range(p, &cite);
        }
        ac_parse_push(p, &cite, sizeof cite);
        if (!ac_parse_is(p, AC_TOKEN_COMMA))
            return;
        /* The comma continues the line; what follows it is read as an article. */
        at = p->pos;
        if (!p->is_row) {
            ac_token next = ac_parse_peek(p);

            at = next.at;
        }
    }
}

ac_tree_cites ac_parse_per(ac_parser *p)
{
    ac_tree_cites cites = { NULL, 0, { 0, 0 } };
    uint32_t      from = p->token.at;
    size_t        mark = ac_parse_mark(p);

    if (!ac_parse_is_word(p, AC_WORD_PER))
        return cites;
    ac_parse_articles(p);
    cites.at = ac_parse_pop(p, mark, sizeof *cites.at, &cites.count);
    cites.place = ac_parse_since(p, from);
    return cites;
}

/* The last group of digits, or the last letter, of an article: what a range counts up. */
static size_t group_size(ac_text article)
{
    size_t n = 0;

    while (n < article.size && article.data[article.size - 1 - n] >= '0' && article.data[article.size - 1 - n] <= '9')
        n++;
    return n > 0 || article.size == 0 ? n : 1;
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int read_number(ac_text text, uint32_t *out)
{
    size_t i;

    *out = 0;
    for (i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *out > 99999999)
            return 0;
        *out = *out * 10 + (uint32_t)(text.data[i] - '0');
    }
    return text.size > 0;
}

uint32_t ac_cite_count(const ac_tree_cite *cite)
{
    ac_text  group = cite->article;
    size_t   n = group_size(group);
    uint32_t first, last;

    if (cite->is_text || cite->place.size == cite->article.size)
        return 1;
    group.data += group.size - n;
    group.size = n;
    if (read_number(group, &first))
        return read_number(cite->last, &last) && last >= first ? last - first + 1 : 0;
    if (n != 1 || cite->last.size != 1 || !is_letter(group.data[0]) || !is_letter(cite->last.data[0]))
        return 0;
    if ((group.data[0] ^ cite->last.data[0]) & 32 || cite->last.data[0] < group.data[0])
        return 0;
    return (uint32_t)(cite->last.data[0] - group.data[0]) + 1;
}

ac_text ac_cite_at(const ac_tree_cite *cite, uint32_t i, ac_arena *arena)
{
    size_t   stem = cite->article.size - group_size(cite->article), size = stem;
    ac_text  article = { NULL, 0 }, group;
    uint32_t first;
    char    *text;

    if (i == 0)
        return cite->article;
    text = ac_arena_alloc(arena, stem + 21, 1);
    if (!text)
        return article;
    memcpy(text, cite->article.data, stem);
    group.data = cite->article.data + stem;
    group.size = cite->article.size - stem;
    if (read_number(group, &first))
        size += ac_digits_u64(first + (uint64_t)i, text + stem);
    else
        text[size++] = (char)(group.data[0] + (char)i);
    text[size] = '\0';
    article.data = text;
    article.size = size;
    return article;
}

/* ── types ── */

typedef struct base_type {
    ac_word           word;
    ac_tree_type_kind kind;
} base_type;

static const base_type base_types[] = {
    { AC_WORD_COUNT, AC_TREE_TYPE_COUNT }, { AC_WORD_NUMBER, AC_TREE_TYPE_NUMBER }, { AC_WORD_MONEY, AC_TREE_TYPE_MONEY },
    { AC_WORD_DATE, AC_TREE_TYPE_DATE }, { AC_WORD_DATETIME, AC_TREE_TYPE_DATETIME }, { AC_WORD_MOMENT, AC_TREE_TYPE_MOMENT },
    { AC_WORD_DURATION, AC_TREE_TYPE_DURATION }, { AC_WORD_SPAN, AC_TREE_TYPE_SPAN }, { AC_WORD_TEXT, AC_TREE_TYPE_TEXT },
    { AC_WORD_PERIOD, AC_TREE_TYPE_PERIOD }, { AC_WORD_ROLE, AC_TREE_TYPE_ROLE }
};

static const base_type of_types[] = {
    { AC_WORD_MANY, AC_TREE_TYPE_MANY }, { AC_WORD_SIGNATURE, AC_TREE_TYPE_SIGNATURE }, { AC_WORD_STEP, AC_TREE_TYPE_STEP_OF },
    { AC_WORD_STATE, AC_TREE_TYPE_STATE_OF }
};

static ac_tree_type_kind kind_of(const base_type *types, size_t count, const ac_parser *p)
{
    size_t i;

    if (p->token.kind == AC_TOKEN_NAME)
        for (i = 0; i < count; i++)
            if (types[i].word == (ac_word)p->token.word)
                return types[i].kind;
    return AC_TREE_TYPE_BAD;
}

static ac_tree_names one_name(ac_parser *p, const char *what)
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

static void parse_precision(ac_parser *p, ac_tree_type *type)
{
    if (ac_parse_accept_word(p, AC_WORD_HOUR))
        type->precision = AC_TREE_PRECISION_HOUR;
    else if (ac_parse_accept_word(p, AC_WORD_MINUTE))
        type->precision = AC_TREE_PRECISION_MINUTE;
    else
        ac_parse_expected(p, "hour or minute");
}

/* At hand is a comma: does `name :` follow, the next output in `gives x : one of a, b, y : text`? */
static int is_next_output(const ac_parser *p)
{
    ac_token name = ac_parse_peek(p);

    if (name.kind != AC_TOKEN_NAME && name.kind != AC_TOKEN_QUOTED)
        return 0;
    return ac_scan(&p->scan, ac_scan_blanks(&p->scan, name.at + name.size)).kind == AC_TOKEN_COLON;
}

static ac_tree_names members(ac_parser *p)
{
    ac_tree_names names = { NULL, 0 };
    size_t        mark = ac_parse_mark(p);

    for (;;) {
        ac_tree_name name = ac_parse_name(p, "a member");

        if (name.text.data)
            ac_parse_push(p, &name, sizeof name);
        if (!ac_parse_is(p, AC_TOKEN_COMMA) || is_next_output(p))
            break;
        ac_parse_next(p);
    }
    names.at = ac_parse_pop(p, mark, sizeof *names.at, &names.count);
    return names;
}

static void parse_of_type(ac_parser *p, ac_tree_type *type)
{
    type->kind = kind_of(of_types, sizeof of_types / sizeof *of_types, p);
    ac_parse_next(p);
    if (type->kind != AC_TREE_TYPE_MANY)
        ac_parse_expect_word(p, AC_WORD_OF);
    type->names = one_name(p, type->kind == AC_TREE_TYPE_MANY ? "an enum" : type->kind == AC_TREE_TYPE_SIGNATURE ? "a role" : "a record");
}

ac_tree_type ac_parse_type(ac_parser *p)
{
    ac_tree_type      type;
    uint32_t          from = p->token.at;
    ac_tree_type_kind of_kind = kind_of(of_types, sizeof of_types / sizeof *of_types, p);
    ac_token          next = ac_parse_peek(p);

    memset(&type, 0, sizeof type);
    if (ac_parse_accept_word(p, AC_WORD_YES)) {
        type.kind = AC_TREE_TYPE_YESNO;
        if (ac_parse_expect(p, AC_TOKEN_SLASH, "yes/no"))
            ac_parse_expect_word(p, AC_WORD_NO);
    } else if (ac_parse_is_word(p, AC_WORD_ONE) && next.kind == AC_TOKEN_NAME && next.word == AC_WORD_OF) {
        ac_parse_next(p);
        ac_parse_next(p);
        type.kind = AC_TREE_TYPE_ONE_OF;
        type.names = members(p);
    } else if (of_kind != AC_TREE_TYPE_BAD && (of_kind == AC_TREE_TYPE_MANY ? next.kind == AC_TOKEN_NAME || next.kind == AC_TOKEN_QUOTED
                                                                           : next.kind == AC_TOKEN_NAME && next.word == AC_WORD_OF)) {
        parse_of_type(p, &type);
    } else if ((type.kind = kind_of(base_types, sizeof base_types / sizeof *base_types, p)) != AC_TREE_TYPE_BAD) {
        ac_parse_next(p);
        if (type.kind == AC_TREE_TYPE_DATETIME && ac_parse_accept_word(p, AC_WORD_PRECISION))
            parse_precision(p, &type);
    } else if (p->token.kind == AC_TOKEN_NAME && ac_word_is_reserved((ac_word)p->token.word)) {
        ac_parse_expected(p, "a type");
    } else {
        type.names = one_name(p, "a type");
        type.kind = type.names.count > 0 ? AC_TREE_TYPE_NAMED : AC_TREE_TYPE_BAD;
    }
    type.place = ac_parse_since(p, from);
    return type;
}

ac_tree_outs ac_parse_outs(ac_parser *p)
{
    ac_tree_outs outs = { NULL, 0 };
    size_t       mark = ac_parse_mark(p);

    do {
        ac_tree_out out;

        memset(&out, 0, sizeof out);
        out.name = ac_parse_name(p, "the name of an output");
        ac_parse_expect(p, AC_TOKEN_COLON, "\":\" and a type");
        out.type = ac_parse_type(p);
        if (out.name.text.data)
            ac_parse_push(p, &out, sizeof out);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    outs.at = ac_parse_pop(p, mark, sizeof *outs.at, &outs.count);
    return outs;
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
