#include "support/data.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
    const char *key, *value;
    unsigned    line;
} entry;

enum { ENTRIES_MAX = 1024 };

struct test_data {
    char    *text, *at;
    char     path[512];
    char     where[600];
    unsigned line;
    size_t   count;
    entry    entries[ENTRIES_MAX];
};

static void die(const char *what, const char *where)
{
    fprintf(stderr, "%s: %s\n", where, what);
    abort();
}

static char *trim(char *s)
{
    char *end;

    while (*s && isspace((unsigned char)*s))
        s++;
    end = s + strlen(s);
    while (end > s && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return s;
}

const char *test_path(const char *relative)
{
    static char  paths[4][1024];
    static int   turn;
    const char  *root = getenv("AFTERCARE_ROOT");
    char        *path = paths[turn++ & 3];

    snprintf(path, sizeof paths[0], "%s/%s", root ? root : ".", relative);
    return path;
}

const char *test_shared(const char *relative)
{
    static char  paths[4][1024];
    static int   turn;
    const char  *shared = getenv("AFTERCARE_SHARED");
    char        *path = paths[turn++ & 3];
    FILE        *f;

    if (shared)
        snprintf(path, sizeof paths[0], "%s/%s", shared, relative);
    else
        snprintf(path, sizeof paths[0], "%s/%s", test_path("../shared"), relative);
    f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "skipped: needs the shared folder (no %s)\n", path);
        return NULL;
    }
    fclose(f);
    return path;
}

char *test_read(const char *path, size_t *size)
{
    FILE  *f = fopen(path, "rb");
    char  *text = NULL;
    size_t room = 0, used = 0, n;

    if (!f)
        return NULL;
    do {
        if (room - used < 65536) {
            room = room * 2 + 131072;
            text = realloc(text, room);
            if (!text)
                die("out of memory", path);
        }
        n = fread(text + used, 1, room - used - 1, f);
        used += n;
    } while (n > 0);
    fclose(f);
    text[used] = '\0';
    if (size)
        *size = used;
    return text;
}

test_data *test_data_open(const char *path)
{
    test_data *d = calloc(1, sizeof *d);

    if (!d)
        die("out of memory", path);
    snprintf(d->path, sizeof d->path, "%s", path);
    d->text = test_read(test_path(path), NULL);
    if (!d->text)
        die("cannot be read", path);
    d->at = d->text;
    return d;
}

void test_data_close(test_data *d)
{
    if (d)
        free(d->text);
    free(d);
}

static char *next_line(test_data *d)
{
    char *line = d->at, *end;

    if (!*line)
        return NULL;
    end = strchr(line, '\n');
    d->at = end ? end + 1 : line + strlen(line);
    if (end)
        *end = '\0';
    d->line++;
    return trim(line);
}

int test_data_next(test_data *d)
{
    char *line, *colon;

    d->count = 0;
    while ((line = next_line(d)) != NULL) {
        if (*line == '\0' && d->count > 0)
            break;
        if (*line == '\0' || *line == '#')
            continue;
        if (d->count == 0)
            snprintf(d->where, sizeof d->where, "%s:%u", d->path, d->line);
        colon = strchr(line, ':');
        if (!colon || d->count == ENTRIES_MAX)
            die(colon ? "too many lines in a paragraph" : "a line without `key:`", d->where);
        *colon = '\0';
        d->entries[d->count].key = trim(line);
        d->entries[d->count].value = trim(colon + 1);
        d->entries[d->count].line = d->line;
        d->count++;
    }
    return d->count > 0;
}

const char *test_data_get(const test_data *d, const char *key)
{
    size_t i;

    for (i = 0; i < d->count; i++)
        if (strcmp(d->entries[i].key, key) == 0)
            return d->entries[i].value;
    return NULL;
}

const char *test_data_need(const test_data *d, const char *key)
{
    const char *value = test_data_get(d, key);

    if (!value)
        die(key, d->where);
    return value;
}

size_t test_data_count(const test_data *d)
{
    return d->count;
}

const char *test_data_key_at(const test_data *d, size_t i)
{
    return d->entries[i].key;
}

const char *test_data_value_at(const test_data *d, size_t i)
{
    return d->entries[i].value;
}

unsigned test_data_line_at(const test_data *d, size_t i)
{
    return d->entries[i].line;
}

const char *test_data_where(const test_data *d)
{
    return d->where;
}
