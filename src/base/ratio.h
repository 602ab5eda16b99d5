#ifndef AC_BASE_RATIO_H
#define AC_BASE_RATIO_H

#include <aftercare/base.h>

/** @file
 * The numbers of the policy language: a ratio in lowest terms, int64 over 1..AC_RATIO_DEN_MAX.
 *
 * Every step is exact or fails with AC_E_RANGE (overflow) or AC_E_INVALID (division by zero); *out then keeps its value.
 * Nothing is rounded but by a rounding function.
 * Threads: pure functions.
 */

#define AC_RATIO_DEN_MAX INT64_C(2147483647)

/** num / den in lowest terms. AC_E_INVALID when den is 0. */
ac_status ac_ratio_make(int64_t num, int64_t den, ac_ratio *out);

static inline ac_ratio ac_ratio_of(int64_t whole)
{
    ac_ratio r;

    r.num = whole;
    r.den = 1;
    return r;
}

static inline int ac_ratio_is_whole(ac_ratio r)
{
    return r.den == 1;
}

ac_status ac_ratio_add(ac_ratio a, ac_ratio b, ac_ratio *out);
ac_status ac_ratio_sub(ac_ratio a, ac_ratio b, ac_ratio *out);
ac_status ac_ratio_mul(ac_ratio a, ac_ratio b, ac_ratio *out);
ac_status ac_ratio_div(ac_ratio a, ac_ratio b, ac_ratio *out);
/** a - b * floor(a / b): has the sign of b, as in 7 modulo 3 = 1, -7 modulo 3 = 2. */
ac_status ac_ratio_modulo(ac_ratio a, ac_ratio b, ac_ratio *out);
ac_status ac_ratio_negate(ac_ratio a, ac_ratio *out);
ac_status ac_ratio_abs(ac_ratio a, ac_ratio *out);

/** Which neighbour a rounding function takes. */
typedef enum ac_rounding {
    AC_ROUND_FLOOR,         /**< towards minus infinity */
    AC_ROUND_CEILING,       /**< towards plus infinity */
    AC_ROUND_UP,            /**< away from zero */
    AC_ROUND_DOWN,          /**< towards zero */
    AC_ROUND_HALF_UP,       /**< nearest; a half away from zero */
    AC_ROUND_HALF_DOWN,     /**< nearest; a half towards zero */
    AC_ROUND_HALF_EVEN      /**< nearest; a half to the even neighbour */
} ac_rounding;

/** To `places` decimals (negative: tens, hundreds). AC_E_RANGE when the result does not fit. */
ac_status ac_ratio_round(ac_ratio a, ac_rounding how, int64_t places, ac_ratio *out);

/** a * factor as a whole number, rounded; the product may be wider than 64 bits. For money and lengths. */
ac_status ac_ratio_scale(ac_ratio a, int64_t factor, ac_rounding how, int64_t *out);

/** Decimals that 1 / den takes, den > 0; -1 when no number of them is enough. */
int ac_decimals_of(uint64_t den);

/** Reads digits [ "." digits ] or "-" before it, at most 18 digits; the whole text. AC_E_INVALID: not a number;
 *  AC_E_RANGE: too many digits or decimals. */
ac_status ac_ratio_parse(ac_text text, ac_ratio *out);

/** Bytes that ac_ratio_format writes at most, NUL included. */
#define AC_RATIO_TEXT_BYTES 48

/** The shortest decimal when there is one (at most 30 decimals), else "n/d"; returns its length. */
size_t ac_ratio_format(ac_ratio a, char out[AC_RATIO_TEXT_BYTES]);

#endif
