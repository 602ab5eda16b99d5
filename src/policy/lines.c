#include "policy/report.h"

#include <string.h>

#include "base/utf8.h"

static size_t count_newlines(ac_text source)
{
    const char *at = source.data, *end = source.data + source.size;
    size_t      n = 0;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        n++;
        at++;
    }
    return n;
}

int ac_lines_build(ac_lines *lines, ac_mem *mem, ac_text source)
{
    size_t      count = count_newlines(source) + 1, i;
    const char *at = source.data;

    lines->source = source;
    lines->count = 0;
    lines->starts = ac_mem_array(mem, count, sizeof *lines->starts);
    if (!lines->starts)
        return 0;
    lines->count = (uint32_t)count;
    for (i = 1; i < count; i++) {
        at = (const char *)memchr(at, '\n', source.size - (size_t)(at - source.data)) + 1;
        lines->starts[i] = (uint32_t)(at - source.data);
    }
    return 1;
}

void ac_lines_free(ac_lines *lines, ac_mem *mem)
{
    ac_mem_free(mem, lines->starts, lines->count * sizeof *lines->starts);
    lines->starts = NULL;
    lines->count = 0;
}

uint32_t ac_lines_at(const ac_lines *lines, uint32_t offset)
{
    uint32_t low = 0, high = lines->count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (lines->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

ac_span ac_lines_span(const ac_lines *lines, ac_place place)
{
    ac_span span = { 0, 0, 0, 0 };
    ac_text before;
    size_t  start;

    span.offset = place.at;
    span.size = place.size;
    span.line = ac_lines_at(lines, place.at);
    start = lines->count > 0 ? lines->starts[span.line - 1] : 0;
    if (start == 0 && place.at >= 3 && memcmp(lines->source.data, "\xEF\xBB\xBF", 3) == 0)
        start = 3;
    before.data = lines->source.data + start;
    before.size = place.at - start;
    span.column = (uint32_t)ac_utf8_count(before) + 1;
    return span;
}
