#include "base/ratio.h"

#include "base/assert.h"
#include "base/buffer.h"
#include "base/check.h"

ac_status ac_ratio_parse(ac_text text, ac_ratio *out)
{
    uint64_t num = 0, den = 1;
    size_t   at = 0, digits = 0, decimals = 0;
    int      negative = text.size > 0 && text.data[0] == '-';
    int      point = 0;

    for (at = (size_t)negative; at < text.size; at++) {
        char c = text.data[at];

        if (c == '.' && !point && digits > 0) {
            point = 1;
            continue;
        }
        if (c < '0' || c > '9')
            return AC_E_INVALID;
        digits++;
        decimals += (size_t)point;
        if (digits <= 18) {
            num = num * 10 + (uint64_t)(c - '0');
            den *= point ? 10u : 1u;
        }
    }
    if (digits == 0 || (point && decimals == 0))
        return AC_E_INVALID;
    if (digits > 18)
        return AC_E_RANGE;
    return ac_ratio_make(negative ? -(int64_t)num : (int64_t)num, (int64_t)den, out);
}

size_t ac_ratio_format(ac_ratio a, char out[AC_RATIO_TEXT_BYTES])
{
    uint64_t num = ac_i64_magnitude(a.num), den = (uint64_t)a.den, rest;
    size_t   n = 0;

    assert(a.den >= 1);
    if (a.num < 0)
        out[n++] = '-';
    if (den > (uint64_t)AC_RATIO_DEN_MAX || ac_decimals_of(den) < 0) {
        n += ac_digits_u64(num, out + n);
        out[n++] = '/';
        n += ac_digits_u64(den, out + n);
    } else {
        n += ac_digits_u64(num / den, out + n);
        rest = num % den;
        if (rest > 0)
            out[n++] = '.';
        for (; rest > 0; rest = rest * 10 % den)
            out[n++] = (char)('0' + rest * 10 / den);
    }
    out[n] = '\0';
    return n;
}
