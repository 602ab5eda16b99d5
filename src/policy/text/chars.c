#include <string.h>

#include "base/utf8.h"
#include "policy/text/scan.h"

typedef struct range {
    uint32_t first, last;
} range;

/* Code points from U+00A1 on that no name holds. The list is fixed: no database of a Unicode version decides what a policy means. */
static const range denied[] = {
    { 0x0300, 0x036F },     /* combining marks: the same name could be written in two ways */
    { 0x061C, 0x061C },
    { 0x1680, 0x1680 },
    { 0x180E, 0x180E },
    { 0x2000, 0x206F },     /* blanks, dashes, quotes, direction marks */
    { 0x3000, 0x303F },     /* ideographic blank and punctuation */
    { 0xD800, 0xF8FF },     /* surrogates, private use */
    { 0xFDD0, 0xFDEF },
    { 0xFEFF, 0xFEFF },
    { 0xFF01, 0xFF5E },     /* full-width ASCII */
    { 0xFFFE, 0xFFFF },
    { 0xF0000, 0x10FFFF }   /* private use */
};

/* Refused even in comments and texts: they make what is shown differ from what is read. */
static const range hidden[] = {
    { 0x061C, 0x061C }, { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF }
};

static int is_in(uint32_t point, const range *ranges, size_t count)
{
    size_t i;

    for (i = 0; i < count && ranges[i].first <= point; i++)
        if (point <= ranges[i].last)
            return 1;
    return 0;
}

static int is_hidden(uint32_t point)
{
    return is_in(point, hidden, sizeof hidden / sizeof *hidden);
}

uint32_t ac_name_char(ac_text source, uint32_t at)
{
    unsigned char c;
    uint32_t      point;
    size_t        n;

    if (at >= source.size)
        return 0;
    c = (unsigned char)source.data[at];
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (c >= 0xE4 && c <= 0xEC && source.size - at >= 3)    /* U+4000 .. U+CFFF: most Chinese and Korean, nothing denied; the text is known to be UTF-8 or about to be refused */
        return 3;
    n = ac_utf8_decode(source, at, &point);
    if (n == 0 || point < 0xA1 || (point & 0xFFFE) == 0xFFFE || is_in(point, denied, sizeof denied / sizeof *denied))
        return 0;
    return (uint32_t)n;
}

int ac_name_is_plain(ac_text name)
{
    uint32_t at = 0, n;

    if (name.size == 0 || (name.data[0] >= '0' && name.data[0] <= '9'))
        return 0;
    while (at < name.size) {
        n = ac_name_char(name, at);
        if (n == 0 && at > 0 && name.data[at] == '-' && ac_name_char(name, at + 1) > 0)
            n = 1;
        if (n == 0)
            return 0;
        at += n;
    }
    return !ac_word_is_reserved(ac_word_of(name));
}

char ac_full_width(uint32_t point)
{
    if (point >= 0xFF01 && point <= 0xFF5E) {
        char c = (char)(point - 0xFF01 + '!');

        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? '\0' : c;
    }
    switch (point) {
    case 0x3000: return ' ';
    case 0x3001: return ',';
    case 0x3002: return '.';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2212: return '-';
    case 0x2018: case 0x2019: case 0x201C: case 0x201D: case 0x201E: case 0x300C: case 0x300D: return '"';
    default: return '\0';
    }
}

/* Eight bytes at a time while all are plain: no control, DEL included, nothing above ASCII. */
static size_t skip_plain(const char *data, size_t at, size_t size)
{
    const uint64_t high = UINT64_C(0x8080808080808080), blank = UINT64_C(0x2020202020202020), one = UINT64_C(0x0101010101010101);
    uint64_t       w;

    while (size - at >= 8) {
        memcpy(&w, data + at, 8);
        if (((w | (w - blank) | (w + one)) & high) != 0)
            break;
        at += 8;
    }
    return at;
}

static ac_place place_of(size_t at, size_t size)
{
    ac_place place;

    place.at = (uint32_t)at;
    place.size = (uint32_t)size;
    return place;
}

static void check_lines(ac_log *log, ac_text source, uint32_t most)
{
    uint32_t i;

    for (i = 0; i < log->lines.count; i++) {
        size_t start = log->lines.starts[i];
        size_t end = i + 1 < log->lines.count ? log->lines.starts[i + 1] - 1 : source.size;

        if (end - start > most)
            ac_log_1(log, AC_MSG_LINE_TOO_LONG, place_of(start, most), ac_arg_number(most));
    }
}

int ac_char_is_refused(uint32_t point)
{
    return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7F && point < 0xA0) || is_hidden(point);
}

/* A byte below U+0020 or DEL that is not a blank or an end of line. */
static int is_control(ac_text source, size_t at)
{
    unsigned char c = (unsigned char)source.data[at];

    if (c == '\r')
        return at + 1 >= source.size || source.data[at + 1] != '\n';
    return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
}

static void complain_hidden(ac_log *log, ac_place place, uint32_t point)
{
    ac_log_1(log, AC_MSG_BIDI, place, ac_arg_hex(point));
    ac_log_fix(log, place, ac_text_of(""));
}

static void complain_byte(ac_log *log, ac_place place, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    char              hex[3];

    hex[0] = digits[byte >> 4];
    hex[1] = digits[byte & 15];
    hex[2] = '\0';
    ac_log_1(log, AC_MSG_BAD_UTF8, place, ac_arg_string(hex));
}

int ac_scan_check(ac_log *log, ac_text source, const ac_policy_limits *limits)
{
    size_t   at = ac_utf8_mark(source), n;
    uint32_t point;

    if (source.size > limits->source_bytes) {
        ac_log_2(log, AC_MSG_SOURCE_TOO_LONG, place_of(0, 0), ac_arg_number((int64_t)source.size), ac_arg_number(limits->source_bytes));
        return 0;
    }
    while ((at = skip_plain(source.data, at, source.size)) < source.size) {
        n = ac_utf8_decode(source, at, &point);
        if (n == 0) {
            complain_byte(log, place_of(at, 1), (unsigned char)source.data[at]);
            return 0;
        }
        if (point == 0) {
            ac_log_0(log, AC_MSG_NUL_BYTE, place_of(at, 1));
            return 0;
        }
        if (point < 0x80 ? is_control(source, at) : point < 0xA0)
            ac_log_1(log, AC_MSG_CONTROL, place_of(at, n), ac_arg_hex(point));
        else if (point >= 0x61C && is_hidden(point))
            complain_hidden(log, place_of(at, n), point);
        at += n;
    }
    check_lines(log, source, limits->line_bytes);
    return 1;
}
