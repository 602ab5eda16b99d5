#include "policy/text/parser.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "policy/report/suggest.h"

enum { CHUNK_BYTES = 8192, TAB = 8 };

/* ── begin and end ── */

void ac_parse_begin(ac_parser *p, ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits)
{
    ac_text source = log->lines.source;

    memset(p, 0, sizeof *p);
    p->scan.source = source;
    p->scan.name_points = limits->name_points;
    p->scan.string_bytes = limits->string_bytes;
    p->log = log;
    p->arena = arena;
    p->mem = mem;
    p->limits = limits;
    p->pos = ac_utf8_mark(source);
}

ac_status ac_parse_finish(ac_parser *p, ac_error *err)
{
    ac_mem_free(p->mem, p->stack, p->room);
    p->stack = NULL;
    if (p->log->status != AC_OK)
        return ac_error_nomem(err);
    return p->failed ? ac_mem_failed(p->mem, err) : AC_OK;
}

/* ── memory ── */

/* Nothing more is read; what is being made is given up. */
static void give_up(ac_parser *p)
{
    static const ac_token end;

    p->failed = 1;
    p->panic = 1;
    p->at_end = 1;
    p->pos = (uint32_t)p->scan.source.size;
    p->token = end;
    p->token.at = p->pos;
}

static void *take(ac_parser *p, size_t size)
{
    void *item;

    size = (size + 7) & ~(size_t)7;
    if (size > CHUNK_BYTES / 4)
        return ac_arena_alloc(p->arena, size, 8);
    if (size > p->chunk_left) {
        p->chunk = ac_arena_alloc(p->arena, CHUNK_BYTES, 8);
        p->chunk_left = p->chunk ? CHUNK_BYTES : 0;
        if (!p->chunk)
            return NULL;
    }
    item = p->chunk;
    p->chunk += size;
    p->chunk_left -= size;
    return item;
}

void *ac_parse_node(ac_parser *p, size_t size)
{
    void *node = p->failed ? NULL : take(p, size);

    if (!node) {
        give_up(p);
        node = p->spare.bytes;
    }
    return memset(node, 0, size);
}

char *ac_parse_bytes(ac_parser *p, size_t size)
{
    char *bytes = p->failed ? NULL : take(p, size);

    if (!bytes)
        give_up(p);
    return bytes;
}

size_t ac_parse_mark(const ac_parser *p)
{
    return p->used;
}

void ac_parse_push(ac_parser *p, const void *item, size_t size)
{
    if (p->failed)
        return;
    if (size > p->room - p->used) {
        size_t room = p->room ? p->room * 2 : 4096;
        char  *stack;

        while (size > room - p->used)
            room *= 2;
        stack = ac_mem_resize(p->mem, p->stack, p->room, room);
        if (!stack) {
            give_up(p);
            return;
        }
        p->stack = stack;
        p->room = room;
    }
    memcpy(p->stack + p->used, item, size);
    p->used += size;
}

void *ac_parse_pop(ac_parser *p, size_t mark, size_t size, uint32_t *count)
{
    size_t bytes = p->used > mark ? p->used - mark : 0;
    void  *items;

    *count = 0;
    if (p->failed || bytes == 0) {
        p->used = p->used < mark ? p->used : mark;
        return NULL;
    }
    items = take(p, bytes);
    if (!items) {
        give_up(p);
        return NULL;
    }
    memcpy(items, p->stack + mark, bytes);
    p->used = mark;
    *count = (uint32_t)(bytes / size);
    return items;
}

/* ── lines ── */

static int byte_at(const ac_parser *p, uint32_t at)
{
    return at < p->scan.source.size ? (unsigned char)p->scan.source.data[at] : -1;
}

static uint32_t column_of(const ac_parser *p, uint32_t line, uint32_t at)
{
    uint32_t column = 0;

    for (; line < at; line++)
        column = byte_at(p, line) == '\t' ? (column / TAB + 1) * TAB : column + 1;
    return column;
}

/* From a newline: the next line that is not blank. @return its first token, or the end of the text. */
static uint32_t next_written(const ac_parser *p, uint32_t at, uint32_t *indent)
{
    uint32_t line = at;

    while (byte_at(p, at) == '\n') {
        line = at + 1;
        at = ac_scan_blanks(&p->scan, line);
    }
    *indent = column_of(p, line, at);
    return at;
}

/* A line goes on after an open bracket, a comma, `and` and `or`; a row never does, and no line does so in column 1 or at a row. */
static int goes_on(const ac_parser *p, ac_token_kind last, ac_word word)
{
    if (p->is_row)
        return 0;
    return p->one_line || p->depth > 0 || ac_token_goes_on((uint8_t)last, (uint8_t)word);
}

/* Where the token behind `at` begins, `last` being the one before. */
static uint32_t token_from(const ac_parser *p, uint32_t at, ac_token_kind last, ac_word word)
{
    uint32_t indent, next;

    at = ac_scan_blanks(&p->scan, at);
    if (byte_at(p, at) != '\n' || !goes_on(p, last, word))
        return at;
    next = next_written(p, at, &indent);
    if (byte_at(p, next) < 0)
        return at;
    return p->one_line || (indent > 0 && byte_at(p, next) != '|') ? next : at;
}

static void count_brackets(ac_parser *p)
{
    if (p->token.kind == AC_TOKEN_OPEN || p->token.kind == AC_TOKEN_OPEN_SQUARE)
        p->depth++;
    else if ((p->token.kind == AC_TOKEN_CLOSE || p->token.kind == AC_TOKEN_CLOSE_SQUARE) && p->depth > 0)
        p->depth--;
}

void ac_parse_skip(ac_parser *p)
{
    uint32_t at = p->token.at;

    for (;;) {
        at = ac_scan_blanks(&p->scan, at);
        p->token = ac_scan(&p->scan, at);
        p->token.has_error = 0;
        p->pos = at + p->token.size;
        if (p->token.kind == AC_TOKEN_END || (p->is_row && (p->token.kind == AC_TOKEN_BAR || p->token.kind == AC_TOKEN_BARS)))
            return;
        at = p->pos;
    }
}

static void take_token(ac_parser *p, uint32_t at)
{
    p->token = ac_scan(&p->scan, at);
    p->pos = at + p->token.size;
    if (p->token.has_error) {
        p->block_bad = 1;
        if (!p->panic)
            ac_token_complain(p->log, &p->scan, &p->token);
        if (p->token.kind == AC_TOKEN_BAD) {
            p->panic = 1;
            ac_parse_skip(p);
        }
    }
    count_brackets(p);
}

void ac_parse_next(ac_parser *p)
{
    if (p->token.kind == AC_TOKEN_END)
        return;
    p->prev_end = p->pos;
    p->prev_kind = p->token.kind;
    p->prev_word = p->token.word;
    take_token(p, token_from(p, p->pos, (ac_token_kind)p->prev_kind, (ac_word)p->prev_word));
}

ac_token ac_parse_peek(const ac_parser *p)
{
    if (p->token.kind == AC_TOKEN_END)
        return p->token;
    return ac_scan(&p->scan, token_from(p, p->pos, (ac_token_kind)p->token.kind, (ac_word)p->token.word));
}

void ac_parse_resume(ac_parser *p, uint32_t at)
{
    p->prev_end = at;
    p->prev_kind = AC_TOKEN_NAME;
    p->prev_word = AC_WORD_OTHER;
    take_token(p, ac_scan_blanks(&p->scan, at));
}

void ac_parse_next_line(ac_parser *p)
{
    const char *data = p->scan.source.data;
    uint32_t    size = (uint32_t)p->scan.source.size, at = p->pos;

    if (p->at_end)
        return;
    p->panic = 0;
    p->depth = 0;
    if (p->line_at == 0 && p->pos == ac_utf8_mark(p->scan.source)) {     /* the first line */
        uint32_t line = at;

        at = ac_scan_blanks(&p->scan, at);
        p->indent = column_of(p, line, at);
        if (byte_at(p, at) == '\n')
            at = next_written(p, at, &p->indent);
    } else {
        const char *newline = at < size ? memchr(data + at, '\n', size - at) : NULL;

        at = newline ? next_written(p, (uint32_t)(newline - data), &p->indent) : size;
    }
    p->prev_end = at;
    p->line_at = at;
    if (at >= size) {
        p->at_end = 1;
        p->indent = 0;
    }
    p->is_row = byte_at(p, at) == '|';
    take_token(p, at);
}

void ac_parse_skip_line(ac_parser *p)
{
    uint32_t indent = p->indent;

    p->panic = 1;
    p->is_row = 0;
    ac_parse_skip(p);
    ac_parse_next_line(p);
    while (!p->at_end && p->indent > 0 && (p->is_row || p->indent > indent)) {
        p->panic = 1;
        p->is_row = 0;
        ac_parse_skip(p);
        ac_parse_next_line(p);
    }
}

void ac_parse_skip_rows(ac_parser *p)
{
    while (!p->at_end && p->is_row && p->indent > 0) {
        p->panic = 1;
        p->is_row = 0;
        ac_parse_skip(p);
        ac_parse_next_line(p);
    }
}

void ac_parse_end_line(ac_parser *p)
{
    uint32_t indent = p->indent;
    int      was_row = p->is_row;

    if (!p->panic && p->token.kind != AC_TOKEN_END)
        ac_parse_leftover(p);
    if (!p->panic || was_row) {
        p->is_row = 0;
        if (p->token.kind != AC_TOKEN_END) {
            p->panic = 1;
            ac_parse_skip(p);
        }
        ac_parse_next_line(p);
        return;
    }
    ac_parse_next_line(p);
    while (!p->at_end && !p->is_row && indent > 0 && p->indent > indent) {
        p->panic = 1;
        ac_parse_skip(p);
        ac_parse_next_line(p);
    }
}

void ac_parse_begin_body(ac_parser *p)
{
    ac_parse_end_line(p);
    p->body_indent = 0;
}

int ac_parse_in_block(ac_parser *p)
{
    if (p->at_end || p->indent == 0 || p->log->is_full)
        return 0;
    if (p->body_indent == 0 || p->indent < p->body_indent)
        p->body_indent = p->indent;
    return 1;
}

int ac_parse_in_body(ac_parser *p)
{
    while (ac_parse_in_block(p)) {
        if (!p->is_row && p->indent == p->body_indent)
            return 1;
        ac_parse_complain_here(p, p->is_row ? AC_MSG_STRAY_ROW : AC_MSG_STRAY_LINE);
        if (p->is_row)
            ac_parse_skip_rows(p);
        else
            ac_parse_skip_line(p);
    }
    return 0;
}

int ac_parse_is_deeper(const ac_parser *p, uint32_t than)
{
    return !p->at_end && !p->is_row && p->indent > than && !p->log->is_full;
}

/* ── tokens ── */

ac_text ac_parse_text(const ac_parser *p, ac_place place)
{
    ac_text text;

    text.data = p->scan.source.data + place.at;
    text.size = place.size;
    return text;
}

ac_place ac_parse_here(const ac_parser *p)
{
    ac_place place;

    place.at = p->token.at;
    place.size = p->token.size;
    return place;
}

ac_place ac_parse_since(const ac_parser *p, uint32_t at)
{
    ac_place place;

    place.at = at;
    place.size = p->prev_end > at ? p->prev_end - at : 0;
    return place;
}

int ac_parse_accept(ac_parser *p, ac_token_kind kind)
{
    if (p->token.kind != kind)
        return 0;
    ac_parse_next(p);
    return 1;
}

int ac_parse_accept_word(ac_parser *p, ac_word word)
{
    if (!ac_parse_is_word(p, word))
        return 0;
    ac_parse_next(p);
    return 1;
}

int ac_parse_expect(ac_parser *p, ac_token_kind kind, const char *what)
{
    if (ac_parse_accept(p, kind))
        return 1;
    ac_parse_expected(p, what);
    return 0;
}

int ac_parse_expect_word(ac_parser *p, ac_word word)
{
    char   what[24] = "\"";
    size_t size;

    if (ac_parse_accept_word(p, word))
        return 1;
    size = ac_word_text(word).size;
    memcpy(what + 1, ac_word_text(word).data, size);
    what[size + 1] = '"';
    what[size + 2] = '\0';
    ac_parse_expected(p, what);
    return 0;
}
