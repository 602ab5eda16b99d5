#include "base/ratio.h"

#include "base/assert.h"
#include "base/check.h"

static uint64_t power_of_ten(int64_t n)
{
    uint64_t p = 1;

    while (n-- > 0)
        p *= 10;
    return p;
}

int ac_decimals_of(uint64_t den)
{
    int twos = 0, fives = 0;

    for (; den % 2 == 0; den /= 2)
        twos++;
    for (; den % 5 == 0; den /= 5)
        fives++;
    return den != 1 ? -1 : twos > fives ? twos : fives;
}

/* Whether a magnitude between q and q + 1 becomes q + 1; half is how it compares with the middle. */
static int goes_out(ac_rounding how, int negative, int half, int q_is_odd)
{
    switch (how) {
    case AC_ROUND_FLOOR: return negative;
    case AC_ROUND_CEILING: return !negative;
    case AC_ROUND_UP: return 1;
    case AC_ROUND_DOWN: return 0;
    case AC_ROUND_HALF_UP: return half >= 0;
    case AC_ROUND_HALF_DOWN: return half > 0;
    case AC_ROUND_HALF_EVEN: return half > 0 || (half == 0 && q_is_odd);
    }
    return 0;
}

/* num / den of magnitudes, rounded to a whole magnitude; den <= 2^126. */
static ac_u128 divide_rounded(ac_u128 num, ac_u128 den, ac_rounding how, int negative)
{
    ac_u128 one = { 0, 1 }, rest, q;

    q = ac_u128_div(num, den, &rest);
    if ((rest.high != 0 || rest.low != 0) &&
        goes_out(how, negative, ac_u128_compare(ac_u128_add(rest, rest), den), (int)(q.low & 1)))
        q = ac_u128_add(q, one);
    return q;
}

static int signed_of(int negative, ac_u128 magnitude, int64_t *out)
{
    return magnitude.high == 0 && ac_i64_from_magnitude(negative, magnitude.low, out);
}

/* To tens, hundreds …: the unit is 10^k, 1 <= k <= 19. */
static ac_status round_coarse(ac_ratio a, ac_rounding how, int64_t k, ac_ratio *out)
{
    uint64_t unit = power_of_ten(k);
    ac_u128  num = { 0, 0 }, q;
    int64_t  whole;

    num.low = ac_i64_magnitude(a.num);
    q = divide_rounded(num, ac_u64_mul_wide((uint64_t)a.den, unit), how, a.num < 0);
    q = ac_u64_mul_wide(q.low, unit);       /* q <= 2^63 */
    if (!signed_of(a.num < 0, q, &whole))
        return AC_E_RANGE;
    *out = ac_ratio_of(whole);
    return AC_OK;
}

ac_status ac_ratio_round(ac_ratio a, ac_rounding how, int64_t places, ac_ratio *out)
{
    uint64_t unit;
    ac_u128  q, den = { 0, 0 }, rest, one = { 0, 1 };
    ac_u128  g;
    int64_t  num;
    int      decimals;

    assert(a.den >= 1 && a.den <= AC_RATIO_DEN_MAX);
    if (places < -19) {
        if (a.num != 0 && goes_out(how, a.num < 0, -1, 0))
            return AC_E_RANGE;
        *out = ac_ratio_of(0);
        return AC_OK;
    }
    if (places < 0)
        return round_coarse(a, how, -places, out);
    decimals = ac_decimals_of((uint64_t)a.den);
    if (decimals >= 0 && decimals <= places) {
        *out = a;
        return AC_OK;
    }
    if (places > 9)
        return AC_E_RANGE;      /* finer than a number can be */
    unit = power_of_ten(places);
    den.low = (uint64_t)a.den;
    q = divide_rounded(ac_u64_mul_wide(ac_i64_magnitude(a.num), unit), den, how, a.num < 0);
    /* q may be wider than 64 bits until it is reduced against the unit. */
    den.low = unit;
    ac_u128_div(q, den, &rest);
    g = one;
    g.low = ac_u64_gcd(unit, rest.low);
    if (!signed_of(a.num < 0, ac_u128_div(q, g, &rest), &num))
        return AC_E_RANGE;
    out->num = num;
    out->den = (int64_t)(unit / g.low);
    return AC_OK;
}

ac_status ac_ratio_scale(ac_ratio a, int64_t factor, ac_rounding how, int64_t *out)
{
    int     negative = (a.num < 0) != (factor < 0);
    ac_u128 den = { 0, 0 };

    assert(a.den >= 1);
    den.low = (uint64_t)a.den;
    if (!signed_of(negative,
                   divide_rounded(ac_u64_mul_wide(ac_i64_magnitude(a.num), ac_i64_magnitude(factor)), den, how, negative),
                   out))
        return AC_E_RANGE;
    return AC_OK;
}
