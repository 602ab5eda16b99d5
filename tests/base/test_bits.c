#include "base/bits.h"

#include <criterion/criterion.h>

/* Bits of a word, against counting them one by one. */

static unsigned ones_of(uint64_t bits)
{
    unsigned n = 0;

    for (; bits; bits >>= 1)
        n += (unsigned)(bits & 1);
    return n;
}

Test(bits, ones_and_the_lowest_are_those_counted_one_by_one)
{
    uint64_t seed = 1, bits;
    unsigned i, low;

    for (i = 0; i < 100000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bits = i < 64 ? UINT64_C(1) << i : i < 128 ? ~UINT64_C(0) << (i - 64) : i == 128 ? 0 : seed ^ seed >> 29;
        cr_assert_eq(ac_u64_ones(bits), ones_of(bits));
        if (!bits)
            continue;
        for (low = 0; !(bits >> low & 1); low++)
            ;
        cr_assert_eq(ac_u64_lowest(bits), low);
        cr_assert_eq(ac_u64_lowest_plain(bits), low);
    }
}
