#include "support/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/data.h"

struct test_page {
    char         *text;         /* cut up in place */
    test_page_block *blocks;
    size_t        count, room;
};

static char *cut_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (end) {
        *end = '\0';
        *at = end + 1;
    } else {
        *at = line + strlen(line);
    }
    return line;
}

static test_page_block *add_block(test_page *page)
{
    if (page->count == page->room) {
        page->room = page->room ? page->room * 2 : 64;
        page->blocks = realloc(page->blocks, page->room * sizeof *page->blocks);
        if (!page->blocks)
            abort();
    }
    memset(&page->blocks[page->count], 0, sizeof *page->blocks);
    return &page->blocks[page->count++];
}

static void read_words(test_page_block *block, char *info)
{
    char *word = strtok(info, " ");

    block->kind = word ? word : "";
    while ((word = strtok(NULL, " ")) && block->word_count < TEST_PAGE_WORDS)
        block->words[block->word_count++] = word;
}

test_page *test_page_open(const char *path)
{
    test_page *page = calloc(1, sizeof *page);
    size_t   size;
    unsigned line = 0;
    char    *at;

    if (page)
        page->text = test_read(test_path(path), &size);
    if (!page || !page->text) {
        fprintf(stderr, "%s cannot be read\n", path);
        abort();
    }
    at = page->text;
    while (*at) {
        char         *info = cut_line(&at), *body = at, *end;
        test_page_block *block;

        line++;
        if (strncmp(info, "```", 3) != 0)
            continue;
        end = strncmp(body, "```\n", 4) == 0 ? body : strstr(body, "\n```\n");
        if (!end) {
            fprintf(stderr, "%s:%u: this fence is not closed\n", path, line);
            abort();
        }
        block = add_block(page);
        block->line = line;
        read_words(block, info + 3);
        block->text = body;
        at = end == body ? body + 4 : end + 5;
        for (char *c = body; c < at; c++)
            line += *c == '\n';
        /* The text keeps its last line end. */
        at[-4] = '\0';
    }
    return page;
}

void test_page_close(test_page *page)
{
    free(page->text);
    free(page->blocks);
    free(page);
}

size_t test_page_count(const test_page *page)
{
    return page->count;
}

const test_page_block *test_page_at(const test_page *page, size_t i)
{
    return &page->blocks[i];
}

const char *test_page_option(const test_page_block *block, const char *key)
{
    size_t n = strlen(key);

    for (size_t i = 0; i < block->word_count; i++) {
        const char *word = block->words[i];

        if (strncmp(word, key, n) == 0 && (word[n] == '=' || word[n] == '\0'))
            return word[n] == '=' ? word + n + 1 : "";
    }
    return NULL;
}

const test_page_block *test_page_find(const test_page *page, const char *kind, const char *name)
{
    for (size_t i = 0; i < page->count; i++) {
        const char *its = test_page_option(&page->blocks[i], "name");

        if (strcmp(page->blocks[i].kind, kind) == 0 && its && strcmp(its, name) == 0)
            return &page->blocks[i];
    }
    return NULL;
}
