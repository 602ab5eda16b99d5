#include <criterion/criterion.h>

#include "base/check.h"
#include "support/random.h"

enum { ROUNDS = 1000000 };


typedef int step(int64_t a, int64_t b, int64_t *out);

static void agree(step *builtin, step *plain, const char *name)
{
    test_random r = { 20240510 };
    long        i, overflows = 0;

    for (i = 0; i < ROUNDS; i++) {
        int64_t a = test_random_i64(&r), b = test_random_i64(&r), x = 42, y = 42;
        int     fits = builtin(a, b, &x), plain_fits = plain(a, b, &y);

        if (fits != plain_fits || x != y)
            cr_assert_fail("%s of %lld and %lld: %d %lld, plain %d %lld", name, (long long)a, (long long)b, fits, (long long)x,
                      plain_fits, (long long)y);
        if (!fits && x != 42)
            cr_assert_fail("%s overflowed and wrote", name);
        overflows += !fits;
    }
    cr_expect_gt(overflows, ROUNDS / 100, "%s: too few overflows tried", name);
}

Test(check, plain_addition_agrees_with_the_builtin)
{
    cr_assert_eq(AC_HAS_OVERFLOW_BUILTINS, 1);
    agree(ac_i64_add, ac_i64_add_plain, "sum");
}

Test(check, plain_subtraction_agrees_with_the_builtin)
{
    agree(ac_i64_sub, ac_i64_sub_plain, "difference");
}

Test(check, plain_multiplication_agrees_with_the_builtin)
{
    agree(ac_i64_mul, ac_i64_mul_plain, "product");
}

Test(check, floor_division_goes_down_and_its_rest_is_not_negative)
{
    test_random r = { 7 };
    long        i;

    cr_expect_eq(ac_i64_floor_div(-1, 86400), -1);
    cr_expect_eq(ac_i64_floor_mod(-1, 86400), 86399);
    cr_expect_eq(ac_i64_floor_div(-86400, 86400), -1);
    cr_expect_eq(ac_i64_floor_div(INT64_MIN, 1), INT64_MIN);
    for (i = 0; i < ROUNDS; i++) {
        int64_t a = test_random_i64(&r), b = test_random_in(&r, 1, INT64_MAX), q = ac_i64_floor_div(a, b),
                m = ac_i64_floor_mod(a, b);

        if (m < 0 || m >= b || (__int128)q * b + m != a)
            cr_assert_fail("%lld by %lld: %lld rest %lld", (long long)a, (long long)b, (long long)q, (long long)m);
    }
}

Test(check, magnitudes_and_back)
{
    int64_t x = 42;

    cr_expect_eq(ac_i64_magnitude(INT64_MIN), (uint64_t)1 << 63);
    cr_expect_eq(ac_i64_magnitude(-7), 7u);
    cr_expect(ac_i64_from_magnitude(1, (uint64_t)1 << 63, &x) && x == INT64_MIN);
    cr_expect(ac_i64_from_magnitude(1, 0, &x) && x == 0);
    cr_expect(ac_i64_from_magnitude(0, INT64_MAX, &x) && x == INT64_MAX);
    cr_expect_not(ac_i64_from_magnitude(0, (uint64_t)1 << 63, &x));
    cr_expect_not(ac_i64_from_magnitude(1, ((uint64_t)1 << 63) + 1, &x));
    cr_expect_eq(ac_u64_gcd(0, 5), 5u);
    cr_expect_eq(ac_u64_gcd(84, 36), 12u);
}

static unsigned __int128 join(ac_u128 a)
{
    return (unsigned __int128)a.high << 64 | a.low;
}

static ac_u128 part(unsigned __int128 a)
{
    ac_u128 r = { (uint64_t)(a >> 64), (uint64_t)a };

    return r;
}

Test(check, wide_arithmetic_agrees_with_the_compilers)
{
    test_random r = { 99 };
    long        i;

    for (i = 0; i < 200000; i++) {
        uint64_t          a = (uint64_t)test_random_i64(&r), b = (uint64_t)test_random_i64(&r);
        unsigned __int128 x = (unsigned __int128)a * b, y = (unsigned __int128)test_random_u64(&r) * test_random_u64(&r), q;
        ac_u128           rest;

        y >>= test_random_u64(&r) % 128;
        y = (y >> 1) + 1;
        cr_assert(join(ac_u64_mul_wide(a, b)) == x);
        cr_assert(join(ac_u128_add(part(x), part(y))) == x + y);
        cr_assert(join(ac_u128_sub(part(x), part(y))) == x - y);
        cr_assert_eq(ac_u128_compare(part(x), part(y)), (x > y) - (x < y));
        q = join(ac_u128_div(part(x), part(y), &rest));
        cr_assert(q == x / y && join(rest) == x % y);
    }
}
