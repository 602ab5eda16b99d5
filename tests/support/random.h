#ifndef AC_TEST_RANDOM_H
#define AC_TEST_RANDOM_H

#include <stdint.h>

/** @file
 * Random numbers that are the same on every machine and in every run. Start from any seed but 0.
 */

typedef struct test_random {
    uint64_t state;
} test_random;

static inline uint64_t test_random_u64(test_random *r)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return r->state * UINT64_C(0x2545F4914F6CDD1D);
}

/** 0..n - 1. */
static inline uint32_t test_random_below(test_random *r, uint32_t n)
{
    return (uint32_t)(test_random_u64(r) % n);
}

/** low..high, both included. */
static inline int64_t test_random_in(test_random *r, int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;

    return span == 0 ? (int64_t)test_random_u64(r) : (int64_t)((uint64_t)low + test_random_u64(r) % span);
}

/** Any size of number, the ends of the range and small ones as often as others. */
static inline int64_t test_random_i64(test_random *r)
{
    static const int64_t edges[] = { 0, 1, -1, 2, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, INT32_MAX, INT32_MIN };
    uint64_t             kind = test_random_u64(r);

    if (kind % 8 == 0)
        return edges[(kind >> 8) % (sizeof edges / sizeof edges[0])];
    {
        uint64_t value = test_random_u64(r) >> (kind >> 8) % 64;

        return (int64_t)(kind & 0x10000 ? 0 - value : value);
    }
}

#endif
