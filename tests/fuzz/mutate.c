#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/data.h"
#include "support/random.h"

/* Mutations that know what a rulebook looks like: words of the language, tokens and lines of the input itself, lines of the shipped
 * policies. Half of them are gentle, so that much still compiles; one in eight is left to libFuzzer, which knows bytes. Linked into the
 * targets that read the language. */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max_size, unsigned seed);

/* ── what is put in ── */

static const char *const words[] = {
#define AC_WORD_GROUP(length)
#define AC_WORD(name, text, reserved) text,
#include "policy/text/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
};

/* Marks, numbers at an edge, and what ends or begins something. */
static const char *const marks[] = {
    "|", "||", "\n", "\n  ", "\n    ", " ", "\t", ",", ";", ":", "=", "!=", "<", "<=", ">", ">=", "(", ")", "[", "]", "..", ".", "-", "+", "*", "/",
    "%", "\"", "\"\"", "`", "//", "\r\n", "{seq:5}", "yes/no", "0", "1", "-1", "9", "18", "53", "100", "4096", "9007199254740992", "999999999999999999",
    "0.000000001", "1/3", "0001-01-01", "9999-12-31", "2024-02-29", "2026-02-29", "2026-07-01 23:59:59", "24:00", "00:00", "2026-W53", "2026-Q1", "CNY",
    "\xE5\xB7\xA5\xE5\x8D\x95", "\xEF\xBC\x8C", "\xEF\xBC\x9A", "\xEF\xBB\xBF", "\xE2\x80\xAE", "\xC0\x80", "\xFF", "\0",
};

typedef struct piece {
    const char *text;
    size_t      size;
} piece;

/* Lines of the shipped policies, in order. */
static piece  *lines;
static size_t  line_count;

static void read_lines(const char *path)
{
    size_t size;
    char  *text = test_read(test_path(path), &size), *at = text, *end;

    if (!text) {
        fprintf(stderr, "no %s\n", path);
        abort();
    }
    for (; at < text + size; at = end) {        /* the text stays: lines point into it */
        end = memchr(at, '\n', (size_t)(text + size - at));
        end = end ? end + 1 : text + size;
        lines = realloc(lines, (line_count + 1) * sizeof *lines);
        if (!lines)
            abort();
        lines[line_count].text = at;
        lines[line_count++].size = (size_t)(end - at);
    }
}

static void read_shipped(void)
{
    static const char *const paths[] = {
        "examples/policies/city-services.policy", "examples/policies/incident-desk.policy", "examples/policies/pump-service.policy",
        "examples/policies/road-machinery.policy", "examples/policies/sanitation-vehicles.policy", "examples/policies/service-guide.policy",
        "examples/policies/weighing-instruments.policy", "tests/data/policy/every-construct.policy", "tests/data/policy/every-construct.data",
        "tests/data/rules/offences.policy", "tests/data/rules/ladder.policy", "tests/data/rules/gates.policy",
    };
    size_t i;

    for (i = 0; i < sizeof paths / sizeof *paths; i++)
        read_lines(paths[i]);
}

/* ── the text at hand ── */

typedef struct text {
    char       *data;
    size_t      size, room;
    test_random random;
} text;

static size_t below(text *t, size_t n)
{
    return n ? test_random_below(&t->random, (uint32_t)n) : 0;
}

/* Puts `size` bytes in place of `cut` at `at`, as far as there is room. */
static void splice(text *t, size_t at, size_t cut, const char *with, size_t size)
{
    if (t->size - cut + size > t->room)
        return;
    memmove(t->data + at + size, t->data + at + cut, t->size - at - cut);
    memcpy(t->data + at, with, size);
    t->size = t->size - cut + size;
}

static void splice_copy(text *t, size_t at, size_t cut, const char *with, size_t size)
{
    char *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    memcpy(copy, with, size);
    splice(t, at, cut, copy, size);
    free(copy);
}

static int kind_of(char c)
{
    if (c == ' ' || c == '\t' || c == '\r')
        return 0;
    if (c == '\n')
        return 1;
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80 ? 2 : 3;
}

/* The token around a random place: a run of letters or digits, of blanks, or one mark. */
static piece a_token(const char *data, size_t size, size_t at)
{
    size_t begin = at, end = at + 1;
    int    kind;
    piece  p = { data, 0 };

    if (size == 0)
        return p;
    kind = kind_of(data[at]);
    while (kind != 3 && kind != 1 && begin > 0 && kind_of(data[begin - 1]) == kind)
        begin--;
    while (kind != 3 && kind != 1 && end < size && kind_of(data[end]) == kind)
        end++;
    p.text = data + begin;
    p.size = end - begin;
    return p;
}

static piece own_token(text *t)
{
    return a_token(t->data, t->size, below(t, t->size));
}

/* The line around a random place, with its end. */
static piece own_line(text *t)
{
    size_t at = below(t, t->size), begin = at, end = at;
    piece  p;

    while (begin > 0 && t->data[begin - 1] != '\n')
        begin--;
    while (end < t->size && t->data[end] != '\n')
        end++;
    p.text = t->data + begin;
    p.size = end - begin + (end < t->size);
    return p;
}

/* A word, a mark, a token of a shipped policy. */
static piece a_word(text *t)
{
    piece p;

    switch (below(t, 4)) {
    case 0:
        p = lines[below(t, line_count)];
        return a_token(p.text, p.size, below(t, p.size));
    case 1:
        p.text = marks[below(t, sizeof marks / sizeof *marks)];
        p.size = *p.text ? strlen(p.text) : 1;
        return p;
    default:
        p.text = words[below(t, sizeof words / sizeof *words)];
        p.size = strlen(p.text);
        return p;
    }
}

static size_t place_of(const text *t, piece p)
{
    return (size_t)(p.text - t->data);
}

/* ── the mutations ── */

static void put_word(text *t, int replace)
{
    piece token = own_token(t), word = a_word(t);
    char  spaced[4096];
    int   n;

    if (replace || t->size == 0 || word.size > 1000) {
        splice(t, place_of(t, token), token.size, word.text, word.size);
        return;
    }
    n = snprintf(spaced, sizeof spaced, " %.*s ", (int)word.size, word.text);
    splice(t, place_of(t, token), 0, spaced, (size_t)n);
}

static void move_token(text *t)
{
    piece from = own_token(t), to = own_token(t);

    splice_copy(t, place_of(t, to), below(t, 2) ? to.size : 0, from.text, from.size);
}

static void drop(text *t, piece p)
{
    splice(t, place_of(t, p), p.size, "", 0);
}

static void copy_line(text *t)
{
    piece from = own_line(t), to = own_line(t);

    splice_copy(t, place_of(t, to), below(t, 3) ? 0 : to.size, from.text, from.size);
}

/* A few shipped lines that follow one another; seldom many. */
static void put_shipped_lines(text *t)
{
    size_t first = below(t, line_count), count = 1 + below(t, below(t, 8) ? 4 : 40), size = 0, i;
    piece  to = own_line(t);

    for (i = first; i < first + count && i < line_count; i++) {
        if (lines[i].text != lines[first].text + size)
            break;      /* another file */
        size += lines[i].size;
    }
    splice(t, place_of(t, to), below(t, 3) ? 0 : to.size, lines[first].text, size);
}

/* Some tokens of a shipped line in a row, into the middle of a line. */
static void put_shipped_tokens(text *t)
{
    piece  line = lines[below(t, line_count)], to = own_token(t);
    size_t from = below(t, line.size), size = below(t, line.size - from < 40 ? line.size - from : 40);

    while (size > 0 && line.text[from + size - 1] == '\n')
        size--;
    splice(t, place_of(t, to), below(t, 2) ? to.size : 0, line.text + from, size);
}

static void change_number(text *t)
{
    static const char *const numbers[] = { "0", "1", "2", "7", "10", "12", "29", "31", "60", "99", "101", "366", "1000", "65536", "2147483648",
                                           "999999999999999999", "9223372036854775807", "0.5", "00" };
    size_t i = below(t, t->size), end;

    while (i < t->size && (t->data[i] < '0' || t->data[i] > '9'))
        i++;
    for (end = i; end < t->size && t->data[end] >= '0' && t->data[end] <= '9'; end++)
        ;
    if (end > i) {
        const char *n = numbers[below(t, sizeof numbers / sizeof *numbers)];

        splice(t, i, end - i, n, strlen(n));
    }
}

static void indent(text *t)
{
    piece line = own_line(t);

    if (below(t, 2))
        splice(t, place_of(t, line), 0, "    ", 1 + below(t, 4));
    else if (line.size > 0 && line.text[0] == ' ')
        splice(t, place_of(t, line), 1 + (line.size > 1 && line.text[1] == ' '), "", 0);
}

/* The same line many times, each with a number in its last name. */
static void repeat(text *t)
{
    piece  line = own_line(t);
    size_t at = place_of(t, line), count = 2 + below(t, below(t, 4) ? 8 : 200);
    char   own[512];

    if (line.size == 0 || line.size > sizeof own)
        return;
    memcpy(own, line.text, line.size);
    while (count-- > 0)
        splice(t, at, 0, own, line.size);
}

/* One of a set in place of another: what was well formed stays so. */
static void exchange(text *t)
{
    static const char *const sets[][10] = {
        { "<=", "<", ">=", ">", "=", "!=" }, { "and", "or" }, { "min", "h", "days", "workdays", "months", "workh", "s" },
        { "yes/no", "count", "number", "text", "moment", "date", "span", "duration", "money" }, { "after", "before" }, { "yes", "no", "none", "unknown" },
        { "known", "unknown", "late", "met" }, { "count", "sum", "share", "mean", "median", "any", "all" }, { "unique", "all", "sum" },
        { "day", "week", "month", "quarter", "half-year", "year", "ever" }, { "+", "-", "*", "/" }, { "mon", "tue", "wed", "thu", "fri", "sat", "sun" },
        { "fine", "pay" }, { "least", "most" }, { "otherwise", "when yes" }, { "every", "" },
    };
    piece  token = own_token(t);
    size_t tries, i, k, n;

    for (tries = 0; tries < 16; tries++, token = own_token(t))
        for (i = 0; i < sizeof sets / sizeof *sets; i++)
            for (n = 0; n < 10 && sets[i][n]; n++)
                if (strlen(sets[i][n]) == token.size && memcmp(sets[i][n], token.text, token.size) == 0) {
                    for (k = n; k < 10 && sets[i][k]; k++)
                        ;
                    k = below(t, k);
                    splice(t, place_of(t, token), token.size, sets[i][k], strlen(sets[i][k]));
                    return;
                }
}

/* A name of the text in place of another one. */
static void exchange_names(text *t)
{
    piece  from = own_token(t), to = own_token(t);
    size_t tries;

    for (tries = 0; tries < 16 && (from.size == 0 || kind_of(*from.text) != 2); tries++)
        from = own_token(t);
    for (tries = 0; tries < 16 && (to.size == 0 || kind_of(*to.text) != 2); tries++)
        to = own_token(t);
    splice_copy(t, place_of(t, to), to.size, from.text, from.size);
}

static void mutate_gently(text *t)
{
    switch (below(t, 6)) {
    case 0: change_number(t); break;
    case 1: exchange_names(t); break;
    case 2: drop(t, own_line(t)); break;
    case 3: copy_line(t); break;
    default: exchange(t); break;
    }
}

static void mutate(text *t)
{
    switch (below(t, 16)) {
    case 0: case 1: put_word(t, 0); break;
    case 2: case 3: put_word(t, 1); break;
    case 4: case 5: move_token(t); break;
    case 6: drop(t, own_token(t)); break;
    case 7: drop(t, own_line(t)); break;
    case 8: copy_line(t); break;
    case 9: case 10: put_shipped_lines(t); break;
    case 11: case 12: put_shipped_tokens(t); break;
    case 13: change_number(t); break;
    case 14: indent(t); break;
    default:
        if (below(t, 4))
            indent(t);
        else
            repeat(t);
        break;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    text     t;
    unsigned count;

    if (!lines)
        read_shipped();
    t.data = (char *)data;
    t.size = size;
    t.room = max_size;
    t.random.state = seed + UINT64_C(0x9E3779B97F4A7C15);
    switch (below(&t, 8)) {
    case 0:
        return LLVMFuzzerMutate(data, size, max_size);
    case 1: case 2: case 3: case 4:
        mutate_gently(&t);
        return t.size;
    default:
        break;
    }
    for (count = 1 + (unsigned)below(&t, 3); count > 0; count--)
        mutate(&t);
    return t.size;
}

/* The first lines of one and the last of the other. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max_size, unsigned seed)
{
    text   first, second;
    size_t head, tail;

    first.data = (char *)(uintptr_t)a;
    first.size = a_size;
    second.data = (char *)(uintptr_t)b;
    second.size = b_size;
    first.random.state = second.random.state = seed + UINT64_C(0x9E3779B97F4A7C15);
    (void)below(&second, 7);
    head = place_of(&first, own_line(&first));
    tail = place_of(&second, own_line(&second));
    if (head > max_size)
        head = max_size;
    memcpy(out, a, head);
    if (b_size - tail > max_size - head)
        b_size = tail + (max_size - head);
    if (b_size > tail)
        memcpy(out + head, b + tail, b_size - tail);
    return head + b_size - tail;
}
