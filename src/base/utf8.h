#ifndef AC_BASE_UTF8_H
#define AC_BASE_UTF8_H

#include <aftercare/base.h>

/** @file
 * UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * Threads: pure functions.
 */

/** Offset of the first byte that is not part of a well-formed code point; text.size when all is well. */
size_t ac_utf8_check(ac_text text);

/** Bytes of the mark that some editors put in front of a text: 3 or 0. */
static inline uint32_t ac_utf8_mark(ac_text text)
{
    return text.size >= 3 && text.data[0] == '\xEF' && text.data[1] == '\xBB' && text.data[2] == '\xBF' ? 3 : 0;
}

/** Reads the code point at `at` (< text.size). @return its bytes, 1..4; 0 when it is malformed or cut off (*out is then 0). */
size_t ac_utf8_decode(ac_text text, size_t at, uint32_t *out);

/** Writes a code point (a valid one). @return bytes written, 1..4. */
size_t ac_utf8_encode(uint32_t point, char out[4]);

/** Code points in `text`; each malformed byte counts as one. */
size_t ac_utf8_count(ac_text text);

/** The longest length <= max that does not end inside a code point. */
size_t ac_utf8_cut(ac_text text, size_t max);

/** Columns a terminal takes: 2 for East Asian wide, 0 for combining and controls, else 1. */
unsigned ac_utf8_point_width(uint32_t point);
size_t   ac_utf8_width(ac_text text);

#endif
