#include "policy/text/parser.h"

#include <string.h>

#include "base/hash.h"
#include "policy/report/suggest.h"

/* What the parser says of a line that it cannot read, and how it goes on. */

int ac_parse_complain_args(ac_parser *p, ac_msg msg, ac_place place, const ac_arg *args, size_t count)
{
    p->block_bad = 1;
    return !p->panic && ac_log_add(p->log, msg, place, args, count);
}

int ac_parse_complain_1(ac_parser *p, ac_msg msg, ac_place place, ac_arg a)
{
    return ac_parse_complain_args(p, msg, place, &a, 1);
}

int ac_parse_complain(ac_parser *p, ac_msg msg, ac_place place)
{
    return ac_parse_complain_1(p, msg, place, ac_arg_text(ac_parse_text(p, place)));
}

int ac_parse_complain_here(ac_parser *p, ac_msg msg)
{
    return ac_parse_complain(p, msg, ac_parse_here(p));
}

void ac_parse_fail_1(ac_parser *p, ac_msg msg, ac_place place, ac_arg a)
{
    ac_parse_complain_1(p, msg, place, a);
    if (p->panic)
        return;
    p->panic = 1;
    ac_parse_skip(p);
}

void ac_parse_fail(ac_parser *p, ac_msg msg, ac_place place)
{
    ac_parse_fail_1(p, msg, place, ac_arg_text(ac_parse_text(p, place)));
}

void ac_parse_fail_here(ac_parser *p, ac_msg msg)
{
    ac_parse_fail(p, msg, ac_parse_here(p));
}

/* The words of a list such as `known, unknown, late or met`, as far as they resemble a name. */
static void suggest_words(ac_parser *p, ac_text name, const char *what)
{
    const char *at = strstr(what, ": ");
    ac_suggest  s;
    ac_text     word;

    ac_suggest_begin(&s, name, &p->log->patience);
    for (at = at ? at + 2 : what; *at; at += word.size) {
        at += strspn(at, ", \"");
        at += strncmp(at, "or ", 3) == 0 ? 3 : 0;
        word.data = at;
        word.size = strcspn(at, ", \"");
        if (at[word.size] != ' ' || strncmp(at + word.size, " or ", 4) == 0)
            ac_suggest_offer(&s, word);
        else
            word.size = strcspn(at, ",");       /* more than a word: prose */
    }
    ac_log_suggest(p->log, s.names, s.count);
}

/* A bracket right behind a name that is no function: the one that was meant, or all of them. */
static void hint_function(ac_parser *p)
{
    const char       *source = p->scan.source.data, *meant;
    ac_text           name = { source + p->prev_end, 0 }, word;
    char              room[16];

    while (name.data > source && !strchr(" \t\n([,=<>+*/|`", name.data[-1])) {
        name.data--;
        name.size++;
    }
    meant = ac_foreign_function(name);
    word = ac_text_of(meant ? meant : "");
    ac_log_hint(p->log, ac_text_of("functions are abs, min, max, floor, ceiling, decimal, round_up, round_down, round_half_up, round_half_down, modulo, even, odd and date"));
    if (meant)
        ac_log_suggest(p->log, &word, 1);
    else
        suggest_words(p, ac_in_small(name, room), "abs, min, max, floor, ceiling, decimal, round_up, round_down, round_half_up, round_half_down, round_half_even, modulo, even, odd, date");
}

static int calls_name(const ac_parser *p)
{
    return p->token.kind == AC_TOKEN_OPEN && p->prev_kind == AC_TOKEN_NAME && p->token.at == p->prev_end;
}

/* The way out after a message at the token at hand: what its writer may have meant, else how it is written. */
static void hint_expected(ac_parser *p, const char *what)
{
    const char *foreign = p->token.kind == AC_TOKEN_NAME ? ac_foreign_hint(ac_parse_text(p, ac_parse_here(p))) : NULL;
    const char *way = ac_expected_way(ac_text_of(what));
    int         is_if = p->token.kind == AC_TOKEN_NAME && p->token.word == AC_WORD_IF;

    if (way)
        ac_log_hint(p->log, ac_text_of(way));
    if (calls_name(p))
        hint_function(p);
    else if (is_if && strcmp(what, "a value or a condition") == 0)
        ac_log_hint(p->log, ac_text_of("put brackets around it: 1 + (if CONDITION then 2 else 3)"));
    else if (foreign && !(way && is_if))
        ac_log_hint(p->log, ac_text_of(foreign));
    else if (p->token.kind == AC_TOKEN_NAME)
        suggest_words(p, ac_parse_text(p, ac_parse_here(p)), what);
}

int ac_parse_complain_expected(ac_parser *p, const char *what)
{
    ac_place here = ac_parse_here(p);
    ac_msg   msg = p->token.kind == AC_TOKEN_END ? AC_MSG_EXPECTED_MORE : p->token.kind == AC_TOKEN_STRING ? AC_MSG_EXPECTED_NOT_TEXT : AC_MSG_EXPECTED;
    ac_arg   args[2];
    int      was_given;

    args[0] = ac_arg_string(what);
    args[1] = ac_arg_text(ac_parse_text(p, here));
    was_given = ac_parse_complain_args(p, msg, here, args, 2);
    if (was_given)
        hint_expected(p, what);
    return was_given;
}

void ac_parse_expected(ac_parser *p, const char *what)
{
    if (p->panic)
        return;
    ac_parse_complain_expected(p, what);
    p->panic = 1;
    ac_parse_skip(p);
}

/* Why something stands where the line should have ended. */
static const char *leftover_hint(const ac_parser *p)
{
    switch (p->token.kind) {
    case AC_TOKEN_NAME:
        if (p->token.word == AC_WORD_PER)
            return "articles stand at the end of a line: per 5, 6";
        if (p->token.word == AC_WORD_OTHER && p->prev_kind == AC_TOKEN_NAME && p->prev_word == AC_WORD_OTHER)
            return "a name has no blanks: join its parts by - or _; several names are parted by commas";
        return NULL;
    case AC_TOKEN_NUMBER:
        return p->prev_word == AC_WORD_MOMENT ? "a limit is written: MOMENT within 4 h after START" : NULL;
    case AC_TOKEN_OPEN:
        if (p->prev_kind != AC_TOKEN_NAME)
            return NULL;
        return p->token.at > p->prev_end ? "a list stands behind in: x in (1, 2)" : NULL;
    case AC_TOKEN_CLOSE:
    case AC_TOKEN_CLOSE_SQUARE:
        return "no bracket is open here: delete it, or open one before";
    case AC_TOKEN_COMMA:
        return p->prev_kind == AC_TOKEN_NUMBER ? "the digits of a number are not grouped: 1080" : NULL;
    default:
        return NULL;
    }
}

void ac_parse_leftover(ac_parser *p)
{
    static const char words[] = "within, after, due, promptly, when, otherwise, by, on, under, per, gives, ordered, unique, dated, default, optional, regrade, reopen";
    const char       *hint = p->token.kind == AC_TOKEN_NAME ? ac_foreign_hint(ac_parse_text(p, ac_parse_here(p))) : NULL;

    /* `write in` is the whole of the matter; other ways stand beside what does not belong here. */
    ac_msg            msg = hint && p->token.word == AC_WORD_OTHER && strncmp(hint, "write ", 6) == 0 ? AC_MSG_FOREIGN_WORD : AC_MSG_LEFTOVER;

    if (!hint)
        hint = leftover_hint(p);
    if (ac_parse_complain_here(p, msg)) {
        if (hint)
            ac_log_hint(p->log, ac_text_of(hint));
        if (calls_name(p))
            hint_function(p);
        if (msg == AC_MSG_LEFTOVER && p->token.kind == AC_TOKEN_NAME && p->token.word == AC_WORD_OTHER)
            suggest_words(p, ac_parse_text(p, ac_parse_here(p)), words);
    }
    p->panic = 1;
    ac_parse_skip(p);
}

/* Whether the token at hand begins a line. */
static int begins_line(const ac_parser *p)
{
    return p->token.at > p->prev_end && memchr(p->scan.source.data + p->prev_end, '\n', p->token.at - p->prev_end) != NULL;
}

void ac_parse_close(ac_parser *p, ac_token_kind kind, uint32_t open_at)
{
    ac_place open;
    int      is_below;

    if (ac_parse_accept(p, kind) || p->panic)
        return;
    open.at = open_at;
    open.size = 1;
    is_below = begins_line(p);
    if (!is_below && p->token.kind != AC_TOKEN_END && p->token.kind != AC_TOKEN_BAR && p->token.kind != AC_TOKEN_BARS) {
        ac_parse_expected(p, kind == AC_TOKEN_CLOSE ? "\")\"" : "\"]\"");
        return;
    }
    ac_parse_complain(p, AC_MSG_UNCLOSED, open);
    p->panic = 1;
    if (!is_below) {
        ac_parse_skip(p);
        return;
    }
    /* The open bracket led into the next line, which is then read by itself. */
    p->pos = p->token.at = p->prev_end;
    p->token.size = 0;
    p->token.kind = AC_TOKEN_END;
}

int ac_parse_dots(ac_parser *p, const char *what)
{
    static const ac_text to = { "\xE8\x87\xB3", 3 };      /* 至 */
    ac_place             here = ac_parse_here(p);

    if (ac_parse_accept(p, AC_TOKEN_DOTS))
        return 1;
    if (!ac_parse_is(p, AC_TOKEN_MINUS) && !ac_text_equal(ac_parse_text(p, here), to)) {
        ac_parse_expected(p, what);
        return 0;
    }
    if (ac_parse_complain_expected(p, what))
        ac_log_fix(p->log, here, ac_text_of(".."));
    ac_parse_next(p);
    return 1;
}

int ac_parse_enter(ac_parser *p)
{
    if (p->nesting < p->limits->nesting) {
        p->nesting++;
        return 1;
    }
    ac_parse_fail_1(p, AC_MSG_NESTING, ac_parse_here(p), ac_arg_number(p->limits->nesting));
    return 0;
}

void ac_parse_leave(ac_parser *p)
{
    p->nesting--;
}

int ac_parse_too_many(ac_parser *p, size_t count, uint32_t most, const char *plural)
{
    ac_arg args[2];

    if (count <= most)
        return 0;
    args[0] = ac_arg_number(most);
    args[1] = ac_arg_string(plural);
    ac_parse_complain_args(p, AC_MSG_TOO_MANY, ac_parse_here(p), args, 2);
    return 1;
}
