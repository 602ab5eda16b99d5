#ifndef AC_BASE_BITS_H
#define AC_BASE_BITS_H

#include <stdint.h>

/** @file
 * Bits of a word.
 *
 * Threads: pure functions.
 */

/** Number of zero bits below the lowest bit that is set, by plain C99; bits != 0. */
static inline unsigned ac_u64_lowest_plain(uint64_t bits)
{
    unsigned n = 0;
    unsigned step;

    for (step = 32; step; step >>= 1)
        if (!(bits & ((UINT64_C(1) << step) - 1))) {
            bits >>= step;
            n += step;
        }
    return n;
}

/** Number of bits that are set. Plain: the processors that the library is built for need not have an instruction of it. */
static inline unsigned ac_u64_ones(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return (unsigned)((((bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F)) * UINT64_C(0x0101010101010101)) >> 56);
}

#if !defined AC_NO_BUILTINS && defined __GNUC__
static inline unsigned ac_u64_lowest(uint64_t bits)
{
    return (unsigned)__builtin_ctzll(bits);
}
#else
#  define ac_u64_lowest ac_u64_lowest_plain
#endif

#endif
