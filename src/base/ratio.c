#include "base/ratio.h"

#include "base/assert.h"
#include "base/check.h"

/* A ratio in the middle of a step: sign and magnitude, wide enough that nothing is lost before it is reduced. */
typedef struct wide {
    int     negative;
    ac_u128 num;
} wide;

static ac_u128 widen(uint64_t low)
{
    ac_u128 r = { 0, 0 };

    r.low = low;
    return r;
}

static int is_zero(ac_u128 a)
{
    return a.high == 0 && a.low == 0;
}

/* A magnitude with its sign as int64; 0 when it does not fit. */
static int to_i64(int negative, ac_u128 magnitude, int64_t *out)
{
    return magnitude.high == 0 && ac_i64_from_magnitude(negative, magnitude.low, out);
}

/* Reduces num / den, den > 0, and stores it if it fits. */
static ac_status store_reduced(wide n, uint64_t den, ac_ratio *out)
{
    ac_u128  rest;
    uint64_t g;
    int64_t  num;

    ac_u128_div(n.num, widen(den), &rest);
    g = ac_u64_gcd(den, rest.low);
    if (g > 1) {
        n.num = ac_u128_div(n.num, widen(g), &rest);
        den /= g;
    }
    if (den > (uint64_t)AC_RATIO_DEN_MAX || !to_i64(n.negative, n.num, &num))
        return AC_E_RANGE;
    out->num = num;
    out->den = (int64_t)den;
    return AC_OK;
}

/* Only asserted, so no function: a release build would have no use for it. */
#define IS_NUMBER(a) ((a).den >= 1 && (a).den <= AC_RATIO_DEN_MAX)

int ac_ratio_compare(ac_ratio a, ac_ratio b)
{
    int a_negative = (a.num < 0) != (a.den < 0) && a.num != 0;
    int b_negative = (b.num < 0) != (b.den < 0) && b.num != 0;
    int order;

    if (a_negative != b_negative)
        return a_negative ? -1 : 1;
    order = ac_u128_compare(ac_u64_mul_wide(ac_i64_magnitude(a.num), ac_i64_magnitude(b.den)),
                            ac_u64_mul_wide(ac_i64_magnitude(b.num), ac_i64_magnitude(a.den)));
    return a_negative ? -order : order;
}

ac_status ac_ratio_make(int64_t num, int64_t den, ac_ratio *out)
{
    wide n;

    if (den == 0)
        return AC_E_INVALID;
    n.negative = (num < 0) != (den < 0);
    n.num = widen(ac_i64_magnitude(num));
    return store_reduced(n, ac_i64_magnitude(den), out);
}

/* a.num * scale with its sign. */
static wide scaled(ac_ratio a, int64_t scale)
{
    wide r;

    r.negative = a.num < 0;
    r.num = ac_u64_mul_wide(ac_i64_magnitude(a.num), (uint64_t)scale);
    return r;
}

static wide wide_add(wide a, wide b)
{
    if (a.negative == b.negative) {
        a.num = ac_u128_add(a.num, b.num);      /* 94 bits each at most */
    } else if (ac_u128_compare(a.num, b.num) >= 0) {
        a.num = ac_u128_sub(a.num, b.num);
    } else {
        a.num = ac_u128_sub(b.num, a.num);
        a.negative = b.negative;
    }
    return a;
}

static ac_status add_signed(ac_ratio a, ac_ratio b, int minus, ac_ratio *out)
{
    int64_t g;
    wide    right;

    assert(IS_NUMBER(a) && IS_NUMBER(b));
    if (a.den == 1 && b.den == 1) {
        if (!(minus ? ac_i64_sub(a.num, b.num, &g) : ac_i64_add(a.num, b.num, &g)))
            return AC_E_RANGE;
        *out = ac_ratio_of(g);
        return AC_OK;
    }
    g = (int64_t)ac_u64_gcd((uint64_t)a.den, (uint64_t)b.den);
    right = scaled(b, a.den / g);
    right.negative ^= minus;
    return store_reduced(wide_add(scaled(a, b.den / g), right), (uint64_t)(a.den / g) * (uint64_t)b.den, out);
}

ac_status ac_ratio_add(ac_ratio a, ac_ratio b, ac_ratio *out)
{
    return add_signed(a, b, 0, out);
}

ac_status ac_ratio_sub(ac_ratio a, ac_ratio b, ac_ratio *out)
{
    return add_signed(a, b, 1, out);
}

/* (p / r) * (q / s) of magnitudes, each fraction of the pair already in lowest terms. */
static ac_status multiply(int negative, uint64_t p, uint64_t q, uint64_t r, uint64_t s, ac_ratio *out)
{
    uint64_t g = ac_u64_gcd(p, s), h = ac_u64_gcd(q, r);
    ac_u128  den = ac_u64_mul_wide(r / h, s / g);
    int64_t  num;

    if (p == 0 || q == 0) {
        *out = ac_ratio_of(0);
        return AC_OK;
    }
    if (den.high != 0 || den.low > (uint64_t)AC_RATIO_DEN_MAX ||
        !to_i64(negative, ac_u64_mul_wide(p / g, q / h), &num))
        return AC_E_RANGE;
    out->num = num;
    out->den = (int64_t)den.low;
    return AC_OK;
}

ac_status ac_ratio_mul(ac_ratio a, ac_ratio b, ac_ratio *out)
{
    int64_t r;

    assert(IS_NUMBER(a) && IS_NUMBER(b));
    if (a.den == 1 && b.den == 1) {
        if (!ac_i64_mul(a.num, b.num, &r))
            return AC_E_RANGE;
        *out = ac_ratio_of(r);
        return AC_OK;
    }
    return multiply((a.num < 0) != (b.num < 0), ac_i64_magnitude(a.num), ac_i64_magnitude(b.num), (uint64_t)a.den,
                    (uint64_t)b.den, out);
}

ac_status ac_ratio_div(ac_ratio a, ac_ratio b, ac_ratio *out)
{
    assert(IS_NUMBER(a) && IS_NUMBER(b));
    if (b.num == 0)
        return AC_E_INVALID;
    return multiply((a.num < 0) != (b.num < 0), ac_i64_magnitude(a.num), (uint64_t)b.den, (uint64_t)a.den,
                    ac_i64_magnitude(b.num), out);
}

ac_status ac_ratio_modulo(ac_ratio a, ac_ratio b, ac_ratio *out)
{
    wide    left, right;
    int64_t g;

    assert(IS_NUMBER(a) && IS_NUMBER(b));
    if (b.num == 0)
        return AC_E_INVALID;
    g = (int64_t)ac_u64_gcd((uint64_t)a.den, (uint64_t)b.den);
    left = scaled(a, b.den / g);
    right = scaled(b, a.den / g);
    ac_u128_div(left.num, right.num, &left.num);
    if (!is_zero(left.num) && left.negative != right.negative)
        left.num = ac_u128_sub(right.num, left.num);
    left.negative = right.negative;
    return store_reduced(left, (uint64_t)(a.den / g) * (uint64_t)b.den, out);
}

ac_status ac_ratio_negate(ac_ratio a, ac_ratio *out)
{
    if (a.num == INT64_MIN)
        return AC_E_RANGE;
    a.num = -a.num;
    *out = a;
    return AC_OK;
}

ac_status ac_ratio_abs(ac_ratio a, ac_ratio *out)
{
    if (a.num < 0)
        return ac_ratio_negate(a, out);
    *out = a;
    return AC_OK;
}
