#include "support/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/data.h"

enum { CASES_MAX = 1024 };

struct test_corpus {
    char      *text;
    const char *path;
    size_t     count;
    test_case  cases[CASES_MAX];
    char      *raw[CASES_MAX];      /* head and input as in the file */
    char      *inputs[CASES_MAX];
    char      *noted[CASES_MAX];
    char       preamble[4096];
};

static void die(const char *what, const char *where)
{
    fprintf(stderr, "%s: %s\n", where, what);
    abort();
}

static char *copy_of(const char *from, size_t size)
{
    char *copy = malloc(size + 1);

    if (!copy)
        die("out of memory", "corpus");
    memcpy(copy, from, size);
    copy[size] = '\0';
    return copy;
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static size_t unescape(char *text)
{
    char *from = text, *to = text;

    while (*from) {
        if (from[0] == '\\' && from[1] == 'x') {
            *to++ = (char)(hex(from[2]) * 16 + hex(from[3]));
            from += 4;
        } else if (from[0] == '\\' && from[1] == '\n' && from[2] == '\0') {
            break;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}

static char *trimmed(char *s)
{
    char *end;

    while (*s == ' ')
        s++;
    for (end = s + strlen(s); end > s && end[-1] == ' '; end--)
        ;
    *end = '\0';
    return s;
}

/* "name | kind | escaped" */
static int parse_head(test_case *c, char *head)
{
    char *bar = strchr(head, '|');
    int   escaped = 0;

    c->kind = "policy";
    if (bar) {
        char *next = strchr(bar + 1, '|');

        *bar = '\0';
        if (next) {
            *next = '\0';
            escaped = strstr(next + 1, "escaped") != NULL;
        }
        c->kind = trimmed(bar + 1);
    }
    c->name = trimmed(head);
    return escaped;
}

test_corpus *test_corpus_open(const char *path)
{
    test_corpus *corpus = calloc(1, sizeof *corpus);
    char        *at, *next;
    unsigned     line = 1;
    size_t       size;

    if (!corpus)
        die("out of memory", path);
    corpus->path = path;
    corpus->text = test_read(test_path(path), &size);
    if (!corpus->text)
        die("cannot be read", path);
    at = strncmp(corpus->text, "=== ", 4) == 0 ? corpus->text : strstr(corpus->text, "\n=== ");
    if (!at)
        die("holds no case", path);
    if (at != corpus->text)
        at++;
    size = (size_t)(at - corpus->text);
    memcpy(corpus->preamble, corpus->text, size < sizeof corpus->preamble ? size : sizeof corpus->preamble - 1);
    for (char *c = corpus->text; c < at; c++)
        line += *c == '\n';
    for (; at; at = next) {
        test_case *c = &corpus->cases[corpus->count];
        char      *head_end = strchr(at, '\n'), *expected, *end, *input;
        int        escaped;

        next = strstr(at + 1, "\n=== ");
        if (next)
            *next++ = '\0';
        expected = head_end ? strstr(head_end, "\n--- expected") : NULL;
        if (!expected || corpus->count == CASES_MAX)
            die(expected ? "holds too many cases" : "a case without `--- expected`", path);
        c->line = line;
        for (end = at; *end; end++)
            line += *end == '\n';
        line += next != NULL;
        corpus->raw[corpus->count] = copy_of(at, (size_t)(expected + 1 - at));
        input = copy_of(head_end + 1, (size_t)(expected + 1 - (head_end + 1)) * (expected > head_end));
        *head_end = '\0';
        escaped = parse_head(c, at + 4);
        c->input_size = escaped ? unescape(input) : strlen(input);
        c->input = corpus->inputs[corpus->count] = input;
        expected = strchr(expected + 1, '\n');
        c->expected = expected ? expected + 1 : "";
        end = (char *)c->expected + strlen(c->expected);
        while (end > c->expected + 1 && end[-1] == '\n' && end[-2] == '\n')
            *--end = '\0';
        corpus->count++;
    }
    return corpus;
}

size_t test_corpus_count(const test_corpus *corpus)
{
    return corpus->count;
}

const test_case *test_corpus_at(const test_corpus *corpus, size_t i)
{
    return &corpus->cases[i];
}

void test_corpus_note(test_corpus *corpus, size_t i, const char *got)
{
    if (getenv("TEST_CORPUS_WRITE")) {
        free(corpus->noted[i]);
        corpus->noted[i] = copy_of(got, strlen(got));
    }
}

static void write_anew(const test_corpus *corpus)
{
    FILE  *f = fopen(test_path(corpus->path), "wb");
    size_t i;

    if (!f)
        die("cannot be written", corpus->path);
    fputs(corpus->preamble, f);
    for (i = 0; i < corpus->count; i++)
        fprintf(f, "%s--- expected\n%s%s", corpus->raw[i], corpus->noted[i] ? corpus->noted[i] : corpus->cases[i].expected,
                i + 1 < corpus->count ? "\n" : "");
    fclose(f);
}

void test_corpus_close(test_corpus *corpus)
{
    size_t i, noted = 0;

    for (i = 0; i < corpus->count; i++)
        noted += corpus->noted[i] != NULL;
    if (noted > 0)      /* another test may only read the file */
        write_anew(corpus);
    for (i = 0; i < corpus->count; i++) {
        free(corpus->raw[i]);
        free(corpus->inputs[i]);
        free(corpus->noted[i]);
    }
    free(corpus->text);
    free(corpus);
}
