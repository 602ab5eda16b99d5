#ifndef AC_BASE_CHECK_H
#define AC_BASE_CHECK_H

#include <stdint.h>

/** @file
 * Arithmetic on int64 that says when it does not fit.
 *
 * With gcc and clang by builtins, else (or with AC_NO_BUILTINS) by plain C99; the tests compile both.
 * Threads: pure functions.
 */

#if !defined AC_NO_BUILTINS && defined __GNUC__ && (__GNUC__ >= 5 || defined __clang__)
#  define AC_HAS_OVERFLOW_BUILTINS 1
#else
#  define AC_HAS_OVERFLOW_BUILTINS 0
#endif

/** a + b, a - b, a * b. @return 1 and *out, or 0 on overflow (*out then keeps its value). */
int ac_i64_add_plain(int64_t a, int64_t b, int64_t *out);
int ac_i64_sub_plain(int64_t a, int64_t b, int64_t *out);
int ac_i64_mul_plain(int64_t a, int64_t b, int64_t *out);

#if AC_HAS_OVERFLOW_BUILTINS
static inline int ac_i64_add(int64_t a, int64_t b, int64_t *out)
{
    int64_t r;

    return !__builtin_add_overflow(a, b, &r) && (*out = r, 1);
}

static inline int ac_i64_sub(int64_t a, int64_t b, int64_t *out)
{
    int64_t r;

    return !__builtin_sub_overflow(a, b, &r) && (*out = r, 1);
}

static inline int ac_i64_mul(int64_t a, int64_t b, int64_t *out)
{
    int64_t r;

    return !__builtin_mul_overflow(a, b, &r) && (*out = r, 1);
}
#else
#  define ac_i64_add ac_i64_add_plain
#  define ac_i64_sub ac_i64_sub_plain
#  define ac_i64_mul ac_i64_mul_plain
#endif

/** |a| as unsigned, right for INT64_MIN too. */
static inline uint64_t ac_i64_magnitude(int64_t a)
{
    return a < 0 ? 0u - (uint64_t)a : (uint64_t)a;
}

/** The number of that sign and magnitude. @return 1, or 0 when it does not fit. */
static inline int ac_i64_from_magnitude(int negative, uint64_t magnitude, int64_t *out)
{
    if (magnitude > (uint64_t)INT64_MAX + (negative != 0))
        return 0;
    /* By way of magnitude - 1: -INT64_MIN is no int64. */
    *out = negative && magnitude > 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
    return 1;
}

/** Quotient rounded down and the remainder that goes with it (0 <= mod < b); b > 0. */
static inline int64_t ac_i64_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static inline int64_t ac_i64_floor_mod(int64_t a, int64_t b)
{
    int64_t r = a % b;

    return r < 0 ? r + b : r;
}

/** Greatest common divisor; gcd(0, b) = b. */
uint64_t ac_u64_gcd(uint64_t a, uint64_t b);

/** A 128-bit product by hand. */
typedef struct ac_u128 {
    uint64_t high, low;
} ac_u128;

ac_u128 ac_u64_mul_wide(uint64_t a, uint64_t b);
/** Negative, 0 or positive. */
int     ac_u128_compare(ac_u128 a, ac_u128 b);
/** Modulo 2^128. */
ac_u128 ac_u128_add(ac_u128 a, ac_u128 b);
ac_u128 ac_u128_sub(ac_u128 a, ac_u128 b);
/** a / b and the rest; 0 < b <= 2^127. */
ac_u128 ac_u128_div(ac_u128 a, ac_u128 b, ac_u128 *rest);

#endif
