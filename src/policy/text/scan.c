#include "policy/text/scan.h"

#include <string.h>

#include "base/utf8.h"

static int byte_at(const ac_scanner *s, uint32_t at)
{
    return at < s->source.size ? (unsigned char)s->source.data[at] : -1;
}

static int is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static int digits_at(const ac_scanner *s, uint32_t at, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++)
        if (!is_digit(byte_at(s, at + i)))
            return 0;
    return 1;
}

static void set_error(ac_token *token, ac_msg msg, uint32_t at)
{
    if (token->has_error)
        return;
    token->has_error = 1;
    token->error = (uint16_t)msg;
    token->error_at = at;
}

uint32_t ac_scan_blanks(const ac_scanner *s, uint32_t at)
{
    int c;

    for (;; at++) {
        c = byte_at(s, at);
        if (c != ' ' && c != '\t' && c != '\r')
            break;
    }
    if (c == '/' && byte_at(s, at + 1) == '/') {
        const char *end = memchr(s->source.data + at, '\n', s->source.size - at);

        at = end ? (uint32_t)(end - s->source.data) : (uint32_t)s->source.size;
    }
    return at;
}

/* ── names ── */

enum { LATIN = 1, GREEK = 2, CYRILLIC = 4 };

static unsigned script_of(uint32_t point)
{
    if ((point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z') || (point >= 0xC0 && point <= 0x24F && point != 0xD7 && point != 0xF7))
        return LATIN;
    if ((point >= 0x370 && point <= 0x3FF) || (point >= 0x1F00 && point <= 0x1FFF))
        return GREEK;
    return point >= 0x400 && point <= 0x52F ? CYRILLIC : 0;
}

static unsigned scripts_of(ac_text name)
{
    unsigned scripts = 0;
    size_t   at, n;
    uint32_t point;

    for (at = 0; at < name.size; at += n) {
        n = ac_utf8_decode(name, at, &point);
        if (n == 0)
            break;
        scripts |= script_of(point);
    }
    return scripts;
}

static ac_text slice(const ac_scanner *s, uint32_t at, uint32_t end)
{
    ac_text text;

    text.data = s->source.data + at;
    text.size = end - at;
    return text;
}

static void check_name(const ac_scanner *s, ac_token *token, ac_text name)
{
    unsigned scripts = 0;
    size_t   i;

    for (i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] >= 0xC3 && (unsigned char)name.data[i] <= 0xE1)
            break;
    if (i < name.size)
        scripts = scripts_of(name);
    if ((scripts & LATIN) && (scripts & (GREEK | CYRILLIC)))
        set_error(token, AC_MSG_MIXED_SCRIPT, token->at);
    if (name.size > s->name_points && ac_utf8_count(name) > s->name_points)
        set_error(token, AC_MSG_NAME_TOO_LONG, token->at);
}

static uint32_t name_end(const ac_scanner *s, uint32_t at)
{
    uint32_t n;

    for (;;) {
        n = ac_name_char(s->source, at);
        if (n == 0) {
            if (byte_at(s, at) != '-' || ac_name_char(s->source, at + 1) == 0)
                return at;
            n = 1;
        }
        at += n;
    }
}

static void scan_name(const ac_scanner *s, ac_token *token)
{
    uint32_t end = name_end(s, token->at);

    token->kind = AC_TOKEN_NAME;
    token->size = end - token->at;
    token->word = (uint8_t)ac_word_of(slice(s, token->at, end));
    if (token->word == AC_WORD_OTHER)
        check_name(s, token, slice(s, token->at, end));
}

static void scan_quoted(const ac_scanner *s, ac_token *token)
{
    uint32_t at = token->at + 1;
    int      c;

    token->kind = AC_TOKEN_QUOTED;
    while ((c = byte_at(s, at)) != '`' && c != '\n' && c != '\r' && c >= 0)
        at++;
    token->size = at - token->at + (c == '`');
    if (c != '`')
        set_error(token, AC_MSG_QUOTE_OPEN, token->at);
    else if (at == token->at + 1)
        set_error(token, AC_MSG_EMPTY_QUOTE, token->at);
    else
        check_name(s, token, slice(s, token->at + 1, at));
}

/* ── numbers, dates, times ── */

static int ends_word(const ac_scanner *s, uint32_t at)
{
    return ac_name_char(s->source, at) == 0;
}

/* 2026-07-01, or 2026-07, 2026-Q3, 2026-H2, 2026-W05. */
static int scan_dated(const ac_scanner *s, ac_token *token)
{
    uint32_t at = token->at;
    int      c;

    if (!digits_at(s, at, 4) || byte_at(s, at + 4) != '-')
        return 0;
    c = byte_at(s, at + 5);
    if (digits_at(s, at + 5, 2) && byte_at(s, at + 7) == '-' && digits_at(s, at + 8, 2) && !is_digit(byte_at(s, at + 10))) {
        token->kind = AC_TOKEN_DATE;
        token->size = 10;
        return 1;
    }
    token->kind = AC_TOKEN_PERIOD;
    token->size = c == 'W' ? 8 : 7;
    if (c == 'Q' || c == 'H')
        return is_digit(byte_at(s, at + 6)) && ends_word(s, at + 7);
    return digits_at(s, at + (c == 'W' ? 6 : 5), 2) && ends_word(s, at + token->size) && byte_at(s, at + token->size) != '-';
}

static int scan_time(const ac_scanner *s, ac_token *token)
{
    uint32_t at = token->at;

    if (!digits_at(s, at, 2) || byte_at(s, at + 2) != ':' || !digits_at(s, at + 3, 2) || is_digit(byte_at(s, at + 5)))
        return 0;
    token->kind = AC_TOKEN_TIME;
    token->size = 5;
    if (byte_at(s, at + 5) == ':' && digits_at(s, at + 6, 2) && !is_digit(byte_at(s, at + 8)))
        token->size = 8;
    return 1;
}

static void scan_number(const ac_scanner *s, ac_token *token)
{
    uint32_t at = token->at;

    if (scan_dated(s, token) || scan_time(s, token))
        return;
    while (is_digit(byte_at(s, at)))
        at++;
    if (byte_at(s, at) == '.' && is_digit(byte_at(s, at + 1))) {
        at++;
        while (is_digit(byte_at(s, at)))
            at++;
    }
    token->kind = AC_TOKEN_NUMBER;
    token->size = at - token->at;
}

/* ── texts ── */

static int is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Bytes of the escape at a backslash, 0 when there is none such; a number must be that of a code point that UTF-8 can hold. */
static uint32_t escape_size(const ac_scanner *s, uint32_t at)
{
    uint32_t end = at + 3, point = 0;
    int      c = byte_at(s, at + 1);

    if (c == '"' || c == '\\' || c == 'n' || c == 't')
        return 2;
    if (c != 'u' || byte_at(s, at + 2) != '{')
        return 0;
    for (; is_hex(c = byte_at(s, end)) && end - at < 9; end++)
        point = point * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    if (point == 0 || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return 0;
    return byte_at(s, end) == '}' ? end - at + 1 : 0;
}

static void scan_string(const ac_scanner *s, ac_token *token)
{
    uint32_t at = token->at + 1, n;
    int      c;

    token->kind = AC_TOKEN_STRING;
    while ((c = byte_at(s, at)) != '"' && c != '\n' && c >= 0) {
        n = 1;
        if (c == '\\') {
            token->has_escapes = 1;
            n = escape_size(s, at);
            if (n == 0) {
                set_error(token, AC_MSG_BAD_ESCAPE, at);
                n = 1;
            }
        }
        at += n;
    }
    if (c != '"') {
        token->error_at = token->at;
        token->error = AC_MSG_STRING_OPEN;
        token->has_error = 1;
        while (at > token->at + 1 && (byte_at(s, at - 1) == '\r' || byte_at(s, at - 1) == ' '))
            at--;
    }
    token->size = at - token->at + (c == '"');
    if (token->size > s->string_bytes + 2)
        set_error(token, AC_MSG_STRING_TOO_LONG, token->at);
}

/* “text” or 「text」: read as a text, with a message that mends both quotes. */
static void scan_typographic(const ac_scanner *s, ac_token *token)
{
    uint32_t at = token->at, point;
    size_t   n = ac_utf8_decode(s->source, at, &point);

    token->kind = AC_TOKEN_STRING;
    set_error(token, AC_MSG_FULL_WIDTH, at);
    for (at += (uint32_t)n; byte_at(s, at) >= 0 && byte_at(s, at) != '\n'; at += (uint32_t)n) {
        n = ac_utf8_decode(s->source, at, &point);
        if (n == 0)
            n = 1;
        if (point == '"' || ac_full_width(point) == '"') {
            token->size = at + (uint32_t)n - token->at;
            return;
        }
    }
    token->kind = AC_TOKEN_BAD;
    token->size = (uint32_t)ac_utf8_decode(s->source, token->at, &point);
}

/* ── signs ── */

static void set_sign(ac_token *token, ac_token_kind kind, uint32_t size)
{
    token->kind = (uint8_t)kind;
    token->size = size;
}

static void scan_sign(const ac_scanner *s, ac_token *token, int c)
{
    int next = byte_at(s, token->at + 1);

    switch (c) {
    case '(': set_sign(token, AC_TOKEN_OPEN, 1); break;
    case ')': set_sign(token, AC_TOKEN_CLOSE, 1); break;
    case '[': set_sign(token, AC_TOKEN_OPEN_SQUARE, 1); break;
    case ']': set_sign(token, AC_TOKEN_CLOSE_SQUARE, 1); break;
    case ',': set_sign(token, AC_TOKEN_COMMA, 1); break;
    case ':': set_sign(token, AC_TOKEN_COLON, 1); break;
    case ';': set_sign(token, AC_TOKEN_SEMICOLON, 1); break;
    case '.': set_sign(token, next == '.' ? AC_TOKEN_DOTS : AC_TOKEN_DOT, next == '.' ? 2 : 1); break;
    case '|': set_sign(token, next == '|' ? AC_TOKEN_BARS : AC_TOKEN_BAR, next == '|' ? 2 : 1); break;
    case '=': set_sign(token, AC_TOKEN_EQ, 1); break;
    case '<': set_sign(token, next == '=' ? AC_TOKEN_LE : AC_TOKEN_LT, next == '=' ? 2 : 1); break;
    case '>': set_sign(token, next == '=' ? AC_TOKEN_GE : AC_TOKEN_GT, next == '=' ? 2 : 1); break;
    case '+': set_sign(token, AC_TOKEN_PLUS, 1); break;
    case '-': set_sign(token, AC_TOKEN_MINUS, 1); break;
    case '*': set_sign(token, AC_TOKEN_STAR, 1); break;
    case '/': set_sign(token, AC_TOKEN_SLASH, 1); break;
    case '%': set_sign(token, AC_TOKEN_PERCENT, 1); break;
    default:
        if (c == '!' && next == '=') {
            set_sign(token, AC_TOKEN_NE, 2);
            break;
        }
        set_sign(token, AC_TOKEN_BAD, 1);
        set_error(token, AC_MSG_BAD_CHARACTER, token->at);
        break;
    }
}

/* A code point above ASCII that no name holds. One that looks like a sign is read as that sign. */
static void scan_foreign(const ac_scanner *s, ac_token *token)
{
    uint32_t point;
    size_t   n = ac_utf8_decode(s->source, token->at, &point);
    char     c = ac_full_width(point);

    if (c == '"') {
        scan_typographic(s, token);
        return;
    }
    set_error(token, c ? AC_MSG_FULL_WIDTH : AC_MSG_BAD_CHARACTER, token->at);
    if (c && c != ' ')
        scan_sign(s, token, c);
    else
        token->kind = AC_TOKEN_BAD;
    token->size = n > 0 ? (uint32_t)n : 1;
}

ac_token ac_scan(const ac_scanner *s, uint32_t at)
{
    ac_token token = { 0, 0, 0, 0, 0, 0, 0, 0 };
    int      c = byte_at(s, at);

    token.at = at;
    if (c < 0 || c == '\n')
        return token;
    if (is_digit(c))
        scan_number(s, &token);
    else if (ac_name_char(s->source, at) > 0)
        scan_name(s, &token);
    else if (c == '"')
        scan_string(s, &token);
    else if (c == '`')
        scan_quoted(s, &token);
    else if (c < 0x80)
        scan_sign(s, &token, c);
    else
        scan_foreign(s, &token);
    return token;
}

uint32_t ac_scan_segment(const ac_scanner *s, uint32_t at)
{
    uint32_t n;

    while ((n = ac_name_char(s->source, at)) > 0)
        at += n;
    return at;
}

uint32_t ac_scan_article(const ac_scanner *s, uint32_t at)
{
    uint32_t end = ac_scan_segment(s, at);
    int      c;

    while (end > at && ((c = byte_at(s, end)) == '.' || c == '-') && ac_name_char(s->source, end + 1) > 0)
        end = ac_scan_segment(s, end + 1);
    return end;
}

/* ── messages ── */

static void complain_character(ac_log *log, const ac_scanner *s, const ac_token *token, ac_place place)
{
    uint32_t point;
    int      is_hidden;

    ac_utf8_decode(s->source, token->error_at, &point);
    is_hidden = point == 0x61C || (point >= 0x200B && point <= 0x206F && !(point >= 0x2010 && point <= 0x2029)) || point == 0xFEFF;
    if (point < 0x20 || (point >= 0x7F && point < 0xA0) || is_hidden)
        return;         /* the look at the whole text has told it */
    if ((point >= 0x300 && point <= 0x36F) || point == 0xA0) {
        ac_log_1(log, AC_MSG_INVISIBLE, place, ac_arg_hex(point));
        return;
    }
    ac_log_2(log, AC_MSG_BAD_CHARACTER, place, ac_arg_text(slice(s, place.at, place.at + place.size)), ac_arg_hex(point));
    if (point == '\'')
        ac_log_hint(log, ac_text_of("texts stand between \" and \""));
    else if (point == '#')
        ac_log_hint(log, ac_text_of("a comment begins with //"));
    else if (point == '&')
        ac_log_hint(log, ac_text_of("write and"));
    else if (point == '{' || point == '}')
        ac_log_hint(log, ac_text_of("a list stands between ( and )"));
    else if (point == '$')
        ac_log_hint(log, ac_text_of("an amount of money is written with its currency: 50 CNY"));
    else if (point == '~')
        ac_log_hint(log, ac_text_of("from and to are parted by .."));
    else if (point == '!')
        ac_log_hint(log, ac_text_of("write not, or != for is not equal"));
    else if (point >= 0xFF10 && point <= 0xFF5A)
        ac_log_hint(log, ac_text_of("write letters and digits half-width"));
}

/* The text between typographic quotes between plain ones, if it is not too long. */
static void fix_quotes(ac_log *log, const ac_scanner *s, ac_place place, size_t open)
{
    char    room[256];
    size_t  end = s->source.data[place.at + place.size - 1] == '"' ? 1 : 3, size = place.size - open - end;
    ac_text fix;

    if (size + 2 > sizeof room)
        return;
    room[0] = room[size + 1] = '"';
    memcpy(room + 1, s->source.data + place.at + open, size);
    fix.data = room;
    fix.size = size + 2;
    ac_log_fix(log, place, fix);
}

static void complain_full_width(ac_log *log, const ac_scanner *s, const ac_token *token, ac_place place)
{
    uint32_t point;
    size_t   n = ac_utf8_decode(s->source, token->error_at, &point);
    char     sign[2] = { 0, 0 };
    ac_text  fix;

    sign[0] = ac_full_width(point);
    fix.data = sign;
    fix.size = 1;
    if (sign[0] == ' ')
        ac_log_2(log, AC_MSG_FULL_WIDTH, place, ac_arg_string("blank"), ac_arg_string("a blank"));
    else
        ac_log_2(log, AC_MSG_FULL_WIDTH, place, ac_arg_text(slice(s, token->error_at, token->error_at + (uint32_t)n)), ac_arg_text(fix));
    if (sign[0] != '"')
        ac_log_fix(log, place, fix);
    else if (token->kind == AC_TOKEN_STRING)
        fix_quotes(log, s, place, n);
}

void ac_token_complain(ac_log *log, const ac_scanner *s, const ac_token *token)
{
    ac_msg   msg = (ac_msg)token->error;
    uint32_t point;
    ac_place place;
    size_t   n;

    place.at = token->at;
    place.size = token->size;
    if (!token->has_error)
        return;
    switch (msg) {
    case AC_MSG_BAD_CHARACTER:
        complain_character(log, s, token, place);
        break;
    case AC_MSG_FULL_WIDTH:
        complain_full_width(log, s, token, place);
        break;
    case AC_MSG_MIXED_SCRIPT:
        ac_log_2(log, msg, place, ac_arg_text(slice(s, token->at, token->at + token->size)),
                 ac_arg_string(scripts_of(slice(s, token->at, token->at + token->size)) & GREEK ? "Greek" : "Cyrillic"));
        break;
    case AC_MSG_NAME_TOO_LONG:
        ac_log_2(log, msg, place, ac_arg_number((int64_t)ac_utf8_count(slice(s, token->at, token->at + token->size))),
                 ac_arg_number(s->name_points));
        break;
    case AC_MSG_STRING_TOO_LONG:
        ac_log_1(log, msg, place, ac_arg_number(s->string_bytes));
        break;
    case AC_MSG_BAD_ESCAPE:
        n = ac_utf8_decode(s->source, token->error_at + 1, &point);
        place.at = token->error_at;
        place.size = 1 + (uint32_t)n;
        ac_log_1(log, msg, place, ac_arg_text(slice(s, place.at + 1, place.at + place.size)));
        break;
    default:
        ac_log_0(log, msg, place);
        break;
    }
}
