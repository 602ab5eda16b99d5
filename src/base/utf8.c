#include "base/utf8.h"

/* Ranges of wide code points (Unicode East Asian Width W and F), merged where only unassigned points lie between. */
static const uint32_t wide[][2] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },   { 0x23E9, 0x23EC },   { 0x25FD, 0x25FE },
    { 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x26AA, 0x26AB },   { 0x26BD, 0x26BE },   { 0x2E80, 0x303E },
    { 0x3041, 0x3247 },   { 0x3250, 0x4DBF },   { 0x4E00, 0xA4CF },   { 0xA960, 0xA97F },   { 0xAC00, 0xD7A3 },
    { 0xF900, 0xFAFF },   { 0xFE10, 0xFE19 },   { 0xFE30, 0xFE6F },   { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },
    { 0x16FE0, 0x18CFF }, { 0x1AFF0, 0x1B2FF }, { 0x1F300, 0x1F64F }, { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1FAFF },
    { 0x20000, 0x3FFFD },
};

static int in_range(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}

size_t ac_utf8_decode(ac_text text, size_t at, uint32_t *out)
{
    const unsigned char *s = (const unsigned char *)text.data + at;
    size_t               left = text.size - at;
    unsigned char        low = 0x80, high = 0xBF;
    size_t               n, i;
    uint32_t             point;

    *out = 0;
    if (s[0] < 0x80) {
        *out = s[0];
        return 1;
    }
    if (!in_range(s[0], 0xC2, 0xF4))
        return 0;
    n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (left < n)
        return 0;
    /* The second byte carries the bounds: overlong after E0 and F0, surrogates after ED, beyond U+10FFFF after F4. */
    switch (s[0]) {
    case 0xE0: low = 0xA0; break;
    case 0xED: high = 0x9F; break;
    case 0xF0: low = 0x90; break;
    case 0xF4: high = 0x8F; break;
    }
    if (!in_range(s[1], low, high))
        return 0;
    point = s[0] & (0x7Fu >> n);
    for (i = 1; i < n; i++) {
        if (!in_range(s[i], 0x80, 0xBF))
            return 0;
        point = point << 6 | (s[i] & 0x3Fu);
    }
    *out = point;
    return n;
}

size_t ac_utf8_encode(uint32_t point, char out[4])
{
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    size_t                     n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    size_t                     i;

    for (i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (point & 0x3Fu));
        point >>= 6;
    }
    out[0] = (char)(lead[n] | point);
    return n;
}

size_t ac_utf8_check(ac_text text)
{
    size_t   at = 0, n;
    uint32_t point;

    while (at < text.size) {
        if ((unsigned char)text.data[at] < 0x80) {
            at++;
            continue;
        }
        n = ac_utf8_decode(text, at, &point);
        if (n == 0)
            return at;
        at += n;
    }
    return at;
}

size_t ac_utf8_count(ac_text text)
{
    size_t   at = 0, count = 0, n;
    uint32_t point;

    while (at < text.size) {
        n = ac_utf8_decode(text, at, &point);
        at += n ? n : 1;
        count++;
    }
    return count;
}

size_t ac_utf8_cut(ac_text text, size_t max)
{
    size_t back = 0, start;
    uint32_t point;

    if (text.size <= max)
        return text.size;
    /* Back to the lead byte, at most three; a cut is moved only if a whole code point straddles it. */
    for (start = max; back < 3 && start > 0 && ((unsigned char)text.data[start] & 0xC0) == 0x80; back++)
        start--;
    if (start < max && start + ac_utf8_decode(text, start, &point) > max)
        return start;
    return max;
}

unsigned ac_utf8_point_width(uint32_t point)
{
    size_t low = 0, high = sizeof wide / sizeof wide[0];

    if (point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x300 && point <= 0x36F) ||
        (point >= 0x200B && point <= 0x200F) || (point >= 0xFE00 && point <= 0xFE0F) || point == 0xFEFF)
        return 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (point < wide[mid][0])
            high = mid;
        else if (point > wide[mid][1])
            low = mid + 1;
        else
            return 2;
    }
    return 1;
}

size_t ac_utf8_width(ac_text text)
{
    size_t   at = 0, width = 0, n;
    uint32_t point;

    while (at < text.size) {
        n = ac_utf8_decode(text, at, &point);
        width += n ? ac_utf8_point_width(point) : 1;
        at += n ? n : 1;
    }
    return width;
}
