#include <criterion/criterion.h>

#include <string.h>

#include "base/hash.h"
#include "base/ratio.h"
#include "support/data.h"
#include "support/random.h"

typedef __int128 i128;

enum { ROUNDS = 200000 };

static ac_ratio some(test_random *r)
{
    ac_ratio a;
    int64_t  den = test_random_in(r, 0, 2) ? test_random_in(r, 1, 1000) : test_random_in(r, 1, AC_RATIO_DEN_MAX);

    while (ac_ratio_make(test_random_i64(r), test_random_in(r, 0, 3) ? den : 1, &a) != AC_OK)
        ;
    return a;
}

static i128 gcd(i128 a, i128 b)
{
    a = a < 0 ? -a : a;
    while (b != 0) {
        i128 t = a % b;

        a = b;
        b = t;
    }
    return a;
}

/* num / den must be what came out, or must not have fitted. */
static void must_be(ac_status st, ac_ratio got, i128 num, i128 den, const char *what)
{
    i128 g;
    int  fits;

    if (den < 0) {
        num = -num;
        den = -den;
    }
    g = gcd(num, den);
    num /= g;
    den /= g;
    fits = num >= INT64_MIN && num <= INT64_MAX && den <= AC_RATIO_DEN_MAX;
    if (st != (fits ? AC_OK : AC_E_RANGE) || (fits && (got.num != (int64_t)num || got.den != (int64_t)den)))
        cr_assert_fail("%s: status %d, %lld/%lld; expected %s %lld/%lld", what, st, (long long)got.num, (long long)got.den,
                  fits ? "" : "overflow, not", (long long)num, (long long)den);
}

Test(ratio, every_step_is_exact_or_refused)
{
    test_random r = { 11 };
    long        i;

    for (i = 0; i < ROUNDS; i++) {
        ac_ratio  a = some(&r), b = some(&r), c = { 77, 1 };
        ac_status st;

        st = ac_ratio_add(a, b, &c);
        must_be(st, c, (i128)a.num * b.den + (i128)b.num * a.den, (i128)a.den * b.den, "sum");
        st = ac_ratio_sub(a, b, &c);
        must_be(st, c, (i128)a.num * b.den - (i128)b.num * a.den, (i128)a.den * b.den, "difference");
        st = ac_ratio_mul(a, b, &c);
        must_be(st, c, (i128)a.num * b.num, (i128)a.den * b.den, "product");
        st = ac_ratio_div(a, b, &c);
        if (b.num == 0)
            cr_assert_eq(st, AC_E_INVALID);
        else
            must_be(st, c, (i128)a.num * b.den, (i128)a.den * b.num, "quotient");
        st = ac_ratio_negate(a, &c);
        must_be(st, c, -(i128)a.num, a.den, "negation");
        st = ac_ratio_abs(a, &c);
        must_be(st, c, a.num < 0 ? -(i128)a.num : a.num, a.den, "abs");
    }
}

Test(ratio, a_refused_step_keeps_the_result)
{
    ac_ratio c = { 77, 5 }, big = { INT64_MAX, 1 };

    cr_expect_eq(ac_ratio_add(big, big, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_mul(big, big, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_div(big, ac_ratio_of(0), &c), AC_E_INVALID);
    cr_expect_eq(ac_ratio_modulo(big, ac_ratio_of(0), &c), AC_E_INVALID);
    cr_expect_eq(ac_ratio_make(1, 0, &c), AC_E_INVALID);
    cr_expect_eq(ac_ratio_make(1, INT64_C(2147483648), &c), AC_E_RANGE);
    cr_expect_eq(c.num, 77);
    cr_expect_eq(c.den, 5);
    cr_expect_eq(ac_ratio_make(INT64_MIN, -1, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_make(INT64_MIN, INT64_MIN, &c), AC_OK);
    cr_expect(c.num == 1 && c.den == 1);
}

Test(ratio, modulo_is_what_division_by_floor_leaves)
{
    static const struct {
        int64_t a, a_den, b, b_den, r, r_den;
    } cases[] = {
        { 7, 1, 3, 1, 1, 1 }, { -7, 1, 3, 1, 2, 1 }, { 7, 1, -3, 1, -2, 1 }, { -7, 1, -3, 1, -1, 1 },
        { 7, 2, 1, 1, 1, 2 }, { -7, 2, 1, 1, 1, 2 }, { 1, 2, 1, 3, 1, 6 },   { 6, 1, 3, 1, 0, 1 },
        { -6, 1, 3, 1, 0, 1 }, { INT64_MIN, 1, -1, 1, 0, 1 },
    };
    test_random r = { 12 };
    size_t      i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ac_ratio a = { cases[i].a, cases[i].a_den }, b = { cases[i].b, cases[i].b_den }, m;

        cr_assert_eq(ac_ratio_modulo(a, b, &m), AC_OK);
        cr_expect(m.num == cases[i].r && m.den == cases[i].r_den, "case %zu: %lld/%lld", i, (long long)m.num, (long long)m.den);
    }
    for (i = 0; i < ROUNDS; i++) {
        ac_ratio a = some(&r), b = some(&r), m, left, whole;

        if (b.num == 0 || ac_ratio_modulo(a, b, &m) != AC_OK)
            continue;
        /* between 0 and b, and (a - m) / b is whole */
        cr_assert(m.num == 0 || (m.num < 0) == (b.num < 0));
        cr_assert(b.num > 0 ? ac_ratio_compare(m, b) < 0 : ac_ratio_compare(m, b) > 0);
        if (ac_ratio_sub(a, m, &left) == AC_OK && ac_ratio_div(left, b, &whole) == AC_OK)
            cr_assert_eq(whole.den, 1);
    }
}

Test(ratio, order_is_exact_for_every_pair)
{
    test_random r = { 13 };
    long        i;

    for (i = 0; i < ROUNDS; i++) {
        int64_t  ad = test_random_i64(&r), bd = test_random_i64(&r);
        ac_ratio a = { test_random_i64(&r), ad > 0 ? ad : 1 }, b = { test_random_i64(&r), bd > 0 ? bd : 1 };
        i128     x = (i128)a.num * b.den, y = (i128)b.num * a.den;
        int      order = ac_ratio_compare(a, b);

        cr_assert_eq((order > 0) - (order < 0), (x > y) - (x < y));
        order = ac_ratio_compare(b, a);
        cr_assert_eq((order > 0) - (order < 0), (y > x) - (y < x));
        cr_assert_eq(ac_ratio_compare(a, a), 0);
    }
}

Test(ratio, laws_hold)
{
    test_random r = { 14 };
    long        i;

    for (i = 0; i < ROUNDS; i++) {
        ac_ratio a = some(&r), b = some(&r), c = some(&r), x, y, s, t;

        if (ac_ratio_add(a, b, &x) == AC_OK && ac_ratio_add(b, a, &y) == AC_OK)
            cr_assert_eq(ac_ratio_compare(x, y), 0);
        if (ac_ratio_add(a, b, &x) == AC_OK && ac_ratio_sub(x, b, &y) == AC_OK)
            cr_assert_eq(ac_ratio_compare(a, y), 0);
        if (b.num != 0 && ac_ratio_mul(a, b, &x) == AC_OK && ac_ratio_div(x, b, &y) == AC_OK)
            cr_assert_eq(ac_ratio_compare(a, y), 0);
        if (ac_ratio_add(b, c, &x) == AC_OK && ac_ratio_mul(a, x, &x) == AC_OK && ac_ratio_mul(a, b, &s) == AC_OK &&
            ac_ratio_mul(a, c, &t) == AC_OK && ac_ratio_add(s, t, &y) == AC_OK)
            cr_assert_eq(ac_ratio_compare(x, y), 0);
    }
}

/* The whole number next to num / den by the definition of each mode, by trying floor and ceiling. */
static i128 rounded(i128 num, i128 den, ac_rounding how)
{
    i128 down = num / den - (num % den < 0), up = down + (num % den != 0);
    i128 twice = 2 * (num - down * den);
    i128 in = num < 0 ? up : down, out = num < 0 ? down : up;

    switch (how) {
    case AC_ROUND_FLOOR: return down;
    case AC_ROUND_CEILING: return up;
    case AC_ROUND_UP: return out;
    case AC_ROUND_DOWN: return in;
    case AC_ROUND_HALF_UP: return twice == den ? out : twice < den ? down : up;
    case AC_ROUND_HALF_DOWN: return twice == den ? in : twice < den ? down : up;
    case AC_ROUND_HALF_EVEN: return twice == den ? (down % 2 == 0 ? down : up) : twice < den ? down : up;
    }
    return 0;
}

Test(ratio, rounding_takes_the_right_neighbour)
{
    test_random r = { 15 };
    long        i;

    for (i = 0; i < ROUNDS; i++) {
        ac_ratio    a = some(&r), c = { 77, 1 };
        ac_rounding how = (ac_rounding)test_random_in(&r, 0, 6);
        int64_t     places = test_random_in(&r, -18, 9), k;
        i128        unit = 1;

        if (test_random_in(&r, 0, 1))       /* halves are rare among random numbers */
            ac_ratio_make(test_random_in(&r, -100000, 100000) * 5, 100, &a);
        for (k = places < 0 ? -places : places; k > 0; k--)
            unit *= 10;
        if (places >= 0)
            must_be(ac_ratio_round(a, how, places, &c), c, rounded(a.num * unit, a.den, how), unit, "rounded");
        else
            must_be(ac_ratio_round(a, how, places, &c), c, rounded(a.num, a.den * unit, how) * unit, 1, "rounded coarsely");
    }
}

Test(ratio, rounding_beyond_what_a_number_can_be)
{
    ac_ratio a = { 1, 3 }, half = { 1, 4096 }, minus = { -1, 3 }, c = { 77, 1 };

    cr_expect_eq(ac_ratio_round(a, AC_ROUND_DOWN, 10, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_round(half, AC_ROUND_DOWN, 12, &c), AC_OK);
    cr_expect_eq(c.den, 4096);
    cr_expect_eq(ac_ratio_round(half, AC_ROUND_DOWN, INT64_MAX, &c), AC_OK);
    cr_expect_eq(ac_ratio_round(a, AC_ROUND_UP, -20, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_round(minus, AC_ROUND_FLOOR, INT64_MIN, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_round(minus, AC_ROUND_CEILING, INT64_MIN, &c), AC_OK);
    cr_expect(c.num == 0 && c.den == 1);
    cr_expect_eq(ac_ratio_round(ac_ratio_of(INT64_MAX), AC_ROUND_HALF_UP, -19, &c), AC_E_RANGE);
    cr_expect_eq(ac_ratio_round(ac_ratio_of(INT64_MAX), AC_ROUND_DOWN, -19, &c), AC_OK);
    cr_expect_eq(c.num, 0);
}

Test(ratio, scale_rounds_once)
{
    test_random r = { 16 };
    long        i;

    for (i = 0; i < ROUNDS; i++) {
        ac_ratio    a = some(&r);
        int64_t     factor = test_random_i64(&r), got = 77;
        ac_rounding how = (ac_rounding)test_random_in(&r, 0, 6);
        i128        want = rounded((i128)a.num * factor, a.den, how);
        ac_status   st = ac_ratio_scale(a, factor, how, &got);

        if (want < INT64_MIN || want > INT64_MAX)
            cr_assert(st == AC_E_RANGE && got == 77);
        else
            cr_assert(st == AC_OK && got == (int64_t)want);
    }
}

Test(ratio, text_cases)
{
    test_data *d = test_data_open("tests/data/base/ratio.txt");

    while (test_data_next(d)) {
        const char *out = test_data_need(d, "out");
        ac_ratio    a = { 77, 1 };
        ac_status   st = ac_ratio_parse(ac_text_of(test_data_need(d, "in")), &a);
        char        text[AC_RATIO_TEXT_BYTES];

        if (strncmp(out, "AC_E_", 5) == 0) {
            cr_expect_str_eq(ac_status_name(st), out, "%s", test_data_where(d));
            cr_expect_eq(a.num, 77);
            continue;
        }
        cr_expect_eq(st, AC_OK, "%s", test_data_where(d));
        cr_expect_eq(ac_ratio_format(a, text), strlen(text));
        cr_expect_str_eq(text, out, "%s", test_data_where(d));
    }
    test_data_close(d);
    cr_expect_eq(ac_ratio_parse((ac_text){ NULL, 0 }, &(ac_ratio){ 0, 1 }), AC_E_INVALID);
}

Test(ratio, what_is_no_decimal_is_written_as_a_fraction)
{
    static const struct {
        ac_ratio    a;
        const char *text;
    } cases[] = {
        { { 1, 3 }, "1/3" },
        { { -22, 7 }, "-22/7" },
        { { 1, 1024 }, "0.0009765625" },
        { { INT64_MIN, 1 }, "-9223372036854775808" },
        { { INT64_MIN + 1, 2 }, "-4611686018427387903.5" },
        { { -1, 1073741824 }, "-0.000000000931322574615478515625" },
        { { INT64_MIN + 1, 1073741824 }, "-8589934591.999999999068677425384521484375" },
        { { INT64_MIN, 2147483647 }, "-9223372036854775808/2147483647" },
        { { 0, 1 }, "0" },
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[AC_RATIO_TEXT_BYTES];

        cr_expect_eq(ac_ratio_format(cases[i].a, text), strlen(cases[i].text));
        cr_expect_str_eq(text, cases[i].text);
    }
}
