#include "policy/report/report.h"

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

int ac_lines_is_in(const ac_lines *lines, uint32_t offset, uint32_t line)
{
    return line > 0 && line <= lines->count && offset >= lines->starts[line - 1] && (line == lines->count || offset < lines->starts[line]);
}

uint32_t ac_lines_from(const ac_lines *lines, uint32_t offset, uint32_t line)
{
    return ac_lines_is_in(lines, offset, line + 1) ? line + 1 : ac_lines_at(lines, offset);
}

/* The text from the beginning of its line, which is given too, to `offset`. */
static ac_text text_before(const ac_lines *lines, uint32_t offset, uint32_t *line)
{
    ac_text before;
    size_t  start;

    *line = ac_lines_at(lines, offset);
    start = lines->count > 0 ? lines->starts[*line - 1] : 0;
    if (start == 0 && offset >= 3)
        start = ac_utf8_mark(lines->source);
    before.data = lines->source.data + start;
    before.size = offset - start;
    return before;
}

/* Code points above U+FFFF, which begin with such a byte, take two units. */
static uint32_t utf16_units(ac_text text, uint32_t points)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        points += (unsigned char)text.data[i] >= 0xF0;
    return points;
}

ac_span ac_lines_span(const ac_lines *lines, ac_place place)
{
    ac_span span = { 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    ac_text before = text_before(lines, place.at, &span.line), end;
    size_t  size = lines->source.size > place.at ? lines->source.size - place.at : 0;

    span.offset = place.at;
    span.size = place.size;
    span.column = (uint32_t)ac_utf8_count(before) + 1;
    span.display_column = (uint32_t)ac_utf8_width(before) + 1;
    span.utf16 = utf16_units(before, span.column - 1);
    end = text_before(lines, place.at + (uint32_t)(place.size < size ? place.size : size), &span.end_line);
    span.end_column = (uint32_t)ac_utf8_count(end) + 1;
    span.end_utf16 = utf16_units(end, span.end_column - 1);
    return span;
}
