#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Decodes one code point; returns its bytes, or 0 when they are not UTF-8 (overlong, surrogate, above U+10FFFF, cut off). */
static size_t decode(const unsigned char *p, size_t size, uint32_t *point)
{
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xC2 && p[0] < 0xE0 ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : 0;
    if (n == 0 || n > size)
        return 0;
    uint32_t c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF)
        return 0;
    *point = c;
    return n;
}

int text_is_utf8(const char *text, size_t size, size_t *bad)
{
    for (size_t i = 0; i < size;) {
        uint32_t point;
        size_t n = decode((const unsigned char *)text + i, size - i, &point);
        if (n == 0) {
            *bad = i;
            return 0;
        }
        i += n;
    }
    return 1;
}

size_t text_points(const char *text, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

static int is_wide(uint32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) || (c >= 0x3041 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0xA4CF)
        || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

size_t text_width(const char *text, size_t size)
{
    size_t width = 0;
    for (size_t i = 0; i < size;) {
        uint32_t point = 0;
        size_t n = decode((const unsigned char *)text + i, size - i, &point);
        width += n && is_wide(point) ? 2 : 1;
        i += n ? n : 1;
    }
    return width;
}

void text_pad(FILE *out, const char *text, size_t size, size_t width, int right)
{
    size_t used = text_width(text, size);
    int blanks = used < width ? (int)(width - used) : 0;
    if (right)
        fprintf(out, "%*s", blanks, "");
    fwrite(text, 1, size, out);
    if (!right)
        fprintf(out, "%*s", blanks, "");
}

void *must_resize(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p) {
        fputs("aftercare: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

void *must_zero(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) {
        fputs("aftercare: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

void text_add(text_buffer *buffer, const char *data, size_t size)
{
    if (buffer->size + size + 1 > buffer->room) {
        buffer->room = (buffer->size + size + 1) * 2;
        buffer->data = must_resize(buffer->data, buffer->room);
    }
    if (size)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void text_put(text_buffer *buffer, const char *terminated)
{
    text_add(buffer, terminated, strlen(terminated));
}

void text_clear(text_buffer *buffer)
{
    buffer->size = 0;
    text_add(buffer, "", 0);
}

void text_free(text_buffer *buffer)
{
    free(buffer->data);
    memset(buffer, 0, sizeof *buffer);
}

ac_text text_view(const text_buffer *buffer)
{
    ac_text text = { buffer->data ? buffer->data : "", buffer->size };
    return text;
}

ac_status text_sink(void *user, const char *data, size_t size)
{
    text_add(user, data, size);
    return AC_OK;
}

ac_status file_sink(void *user, const char *data, size_t size)
{
    return fwrite(data, 1, size, user) == size ? AC_OK : AC_E_HOST;
}

void json_text(FILE *out, const char *text, size_t size)
{
    fputc('"', out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

void text_seconds(char out[TEXT_SECONDS_BYTES], int64_t seconds)
{
    const char *names[3] = { "h", "min", "s" };
    int64_t parts[3] = { seconds / 3600, seconds / 60 % 60, seconds % 60 };
    int used = 0;
    for (int i = 0; i < 3; i++)
        if (parts[i] || (i == 2 && used == 0))
            used += snprintf(out + used, TEXT_SECONDS_BYTES - (size_t)used, "%s%lld %s", used ? " " : "", (long long)parts[i], names[i]);
}

ac_text text_of(const char *terminated)
{
    ac_text text = { terminated, strlen(terminated) };
    return text;
}

int text_same(ac_text text, const char *terminated)
{
    return text_equal(text, text_of(terminated));
}

int text_equal(ac_text a, ac_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int text_order(ac_text a, ac_text b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n ? memcmp(a.data, b.data, n) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

char *text_copy(ac_text text)
{
    char *copy = must_zero(text.size + 1, 1);
    if (text.size)
        memcpy(copy, text.data, text.size);
    return copy;
}
