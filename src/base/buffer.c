#include "base/buffer.h"

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/ratio.h"
#include "base/utf8.h"

void ac_writer_init_memory(ac_writer *w, ac_mem *mem)
{
    memset(w, 0, sizeof *w);
    w->mem = mem;
}

void ac_writer_init_fixed(ac_writer *w, char *data, size_t room)
{
    memset(w, 0, sizeof *w);
    w->data = data;
    w->room = room;
}

void ac_writer_init_sink(ac_writer *w, ac_sink sink, void *user, char *data, size_t room)
{
    assert(room > 0);
    ac_writer_init_fixed(w, data, room);
    w->sink = sink;
    w->user = user;
}

static void flush(ac_writer *w)
{
    if (w->status == AC_OK && w->size > 0)
        w->status = w->sink(w->user, w->data, w->size);
    w->size = 0;
}

ac_status ac_writer_end(ac_writer *w)
{
    if (w->sink)
        flush(w);
    return w->status;
}

ac_text ac_writer_text(const ac_writer *w)
{
    ac_text text;

    text.data = w->data ? w->data : "";
    text.size = w->size;
    return text;
}

void ac_writer_reset(ac_writer *w)
{
    w->size = 0;
    w->total = 0;
    w->status = AC_OK;
}

void ac_writer_free(ac_writer *w)
{
    if (w->mem)
        ac_mem_free(w->mem, w->data, w->room);
    w->data = NULL;
    w->size = w->room = 0;
}

/* Room for at least one more byte; how many of `size` fit. */
static size_t make_room(ac_writer *w, size_t size)
{
    void *data = w->data;

    if (w->mem) {
        size_t need;

        if (!ac_size_add(w->size, size, &need) || !ac_mem_grow(w->mem, &data, &w->room, need, 1))
            w->status = ac_mem_failed(w->mem, NULL);
        w->data = data;
    } else if (w->sink && w->size == w->room) {
        flush(w);
    }
    if (w->status != AC_OK)
        return 0;
    if (w->room - w->size < size) {
        if (!w->sink)
            w->status = AC_E_RANGE;
        return w->room - w->size;
    }
    return size;
}

void ac_write(ac_writer *w, const char *data, size_t size)
{
    while (size > 0 && w->status == AC_OK) {
        size_t take = make_room(w, size);

        if (take > 0)
            memcpy(w->data + w->size, data, take);
        w->size += take;
        w->total += take;
        data += take;
        size -= take;
    }
}

void ac_write_text(ac_writer *w, ac_text text)
{
    ac_write(w, text.data, text.size);
}

void ac_write_string(ac_writer *w, const char *string)
{
    if (string)
        ac_write(w, string, strlen(string));
}

void ac_write_char(ac_writer *w, char c)
{
    ac_write(w, &c, 1);
}

void ac_write_repeat(ac_writer *w, char c, size_t times)
{
    while (times-- > 0 && w->status == AC_OK)
        ac_write_char(w, c);
}

size_t ac_digits_u64(uint64_t value, char out[20])
{
    char   turned[20];
    size_t n = 0, i;

    do {
        turned[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (i = 0; i < n; i++)
        out[i] = turned[n - 1 - i];
    return n;
}

void ac_write_u64(ac_writer *w, uint64_t value)
{
    ac_write_padded(w, value, 1);
}

void ac_write_i64(ac_writer *w, int64_t value)
{
    if (value < 0)
        ac_write_char(w, '-');
    ac_write_u64(w, ac_i64_magnitude(value));
}

void ac_write_padded(ac_writer *w, uint64_t value, unsigned width)
{
    char   digits[20];
    size_t n = ac_digits_u64(value, digits);

    if (n < width)
        ac_write_repeat(w, '0', width - n);
    ac_write(w, digits, n);
}

void ac_write_hex(ac_writer *w, uint64_t value, unsigned width)
{
    char   digits[16];
    size_t n = sizeof digits;

    do {
        digits[--n] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value > 0);
    if (sizeof digits - n < width)
        ac_write_repeat(w, '0', width - (sizeof digits - n));
    ac_write(w, digits + n, sizeof digits - n);
}

void ac_write_ratio(ac_writer *w, ac_ratio value)
{
    char text[AC_RATIO_TEXT_BYTES];

    ac_write(w, text, ac_ratio_format(value, text));
}

/* What JSON wants escaped at `c`: a letter after the backslash, 'u' for a control without one, 0 for nothing. */
static char json_escape(unsigned char c)
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return c < 0x20 || c == 0x7F ? 'u' : 0;
    }
}

void ac_write_json_string(ac_writer *w, ac_text text)
{
    size_t   at = 0, n;
    uint32_t point;
    char     escape;

    ac_write_char(w, '"');
    for (; at < text.size && w->status == AC_OK; at += n ? n : 1) {
        n = ac_utf8_decode(text, at, &point);
        escape = n == 1 ? json_escape((unsigned char)point) : 0;
        if (n == 0) {
            ac_write(w, "\xEF\xBF\xBD", 3);
        } else if (escape) {
            ac_write_char(w, '\\');
            ac_write_char(w, escape);
            if (escape == 'u')
                ac_write_hex(w, point, 4);
        } else {
            ac_write(w, text.data + at, n);
        }
    }
    ac_write_char(w, '"');
}
