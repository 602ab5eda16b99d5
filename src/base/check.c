#include "base/check.h"

int ac_i64_add_plain(int64_t a, int64_t b, int64_t *out)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
        return 0;
    *out = a + b;
    return 1;
}

int ac_i64_sub_plain(int64_t a, int64_t b, int64_t *out)
{
    if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b)
        return 0;
    *out = a - b;
    return 1;
}

int ac_i64_mul_plain(int64_t a, int64_t b, int64_t *out)
{
    uint64_t p = ac_i64_magnitude(a), q = ac_i64_magnitude(b);

    if (q != 0 && p > UINT64_MAX / q)
        return 0;
    return ac_i64_from_magnitude((a < 0) != (b < 0), p * q, out);
}

uint64_t ac_u64_gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t r = a % b;

        a = b;
        b = r;
    }
    return a;
}

ac_u128 ac_u64_mul_wide(uint64_t a, uint64_t b)
{
    uint64_t a0 = a & UINT32_MAX, a1 = a >> 32, b0 = b & UINT32_MAX, b1 = b >> 32;
    uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32), middle = a0 * b1 + (cross & UINT32_MAX);
    ac_u128  r;

    r.low = middle << 32 | (low & UINT32_MAX);
    r.high = a1 * b1 + (cross >> 32) + (middle >> 32);
    return r;
}

int ac_u128_compare(ac_u128 a, ac_u128 b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

ac_u128 ac_u128_add(ac_u128 a, ac_u128 b)
{
    a.low += b.low;
    a.high += b.high + (a.low < b.low);
    return a;
}

ac_u128 ac_u128_sub(ac_u128 a, ac_u128 b)
{
    a.high -= b.high + (a.low < b.low);
    a.low -= b.low;
    return a;
}

static ac_u128 shift_in(ac_u128 a, uint64_t bit)
{
    a.high = a.high << 1 | a.low >> 63;
    a.low = a.low << 1 | bit;
    return a;
}

ac_u128 ac_u128_div(ac_u128 a, ac_u128 b, ac_u128 *rest)
{
    ac_u128 q = { 0, 0 }, r = { 0, 0 };
    int     i;

    if (a.high == 0 && b.high == 0) {
        q.low = a.low / b.low;
        r.low = a.low % b.low;
        *rest = r;
        return q;
    }
    /* Long division, a bit at a time; r stays below b <= 2^127, so the shift loses nothing. */
    for (i = 127; i >= 0; i--) {
        r = shift_in(r, (i >= 64 ? a.high >> (i - 64) : a.low >> i) & 1);
        q = shift_in(q, 0);
        if (ac_u128_compare(r, b) >= 0) {
            r = ac_u128_sub(r, b);
            q.low |= 1;
        }
    }
    *rest = r;
    return q;
}
