#include "base/hash.h"

#include <string.h>

/* FIPS 180-4, section 4.2.2: the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_words[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t turn(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/* One round; the eight words change places by being named differently in the next. */
static inline void round_of(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g, uint32_t *h, uint32_t word)
{
    uint32_t t = *h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + word;

    *d += t;
    *h = t + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static void mix_block(uint32_t state[8], const uint8_t block[64])
{
    uint32_t w[64], v[8], t1, t2;
    int      i;

    for (i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
               block[4 * i + 3];
    for (; i < 64; i++) {
        t1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
        t2 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
        w[i] = t1 + w[i - 7] + t2 + w[i - 16];
    }
    for (i = 0; i < 64; i++)
        w[i] += round_words[i];
    memcpy(v, state, sizeof v);
    for (i = 0; i < 64; i += 8) {
        round_of(v[0], v[1], v[2], &v[3], v[4], v[5], v[6], &v[7], w[i]);
        round_of(v[7], v[0], v[1], &v[2], v[3], v[4], v[5], &v[6], w[i + 1]);
        round_of(v[6], v[7], v[0], &v[1], v[2], v[3], v[4], &v[5], w[i + 2]);
        round_of(v[5], v[6], v[7], &v[0], v[1], v[2], v[3], &v[4], w[i + 3]);
        round_of(v[4], v[5], v[6], &v[7], v[0], v[1], v[2], &v[3], w[i + 4]);
        round_of(v[3], v[4], v[5], &v[6], v[7], v[0], v[1], &v[2], w[i + 5]);
        round_of(v[2], v[3], v[4], &v[5], v[6], v[7], v[0], &v[1], w[i + 6]);
        round_of(v[1], v[2], v[3], &v[4], v[5], v[6], v[7], &v[0], w[i + 7]);
    }
    for (i = 0; i < 8; i++)
        state[i] += v[i];
}

void ac_sha256_init(ac_sha256 *sha)
{
    static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

    memcpy(sha->state, start, sizeof start);
    sha->bytes = 0;
}

void ac_sha256_add(ac_sha256 *sha, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t         held = (size_t)(sha->bytes % 64), take;

    sha->bytes += size;
    while (size > 0) {
        if (held == 0 && size >= 64) {
            mix_block(sha->state, bytes);
            take = 64;
        } else {
            take = 64 - held < size ? 64 - held : size;
            memcpy(sha->block + held, bytes, take);
            held += take;
            if (held == 64) {
                mix_block(sha->state, sha->block);
                held = 0;
            }
        }
        bytes += take;
        size -= take;
    }
}

void ac_sha256_add_i64(ac_sha256 *sha, int64_t value)
{
    uint8_t bytes[8];
    int     i;

    for (i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    ac_sha256_add(sha, bytes, sizeof bytes);
}

void ac_sha256_add_text(ac_sha256 *sha, ac_text text)
{
    ac_sha256_add_i64(sha, (int64_t)text.size);
    ac_sha256_add(sha, text.data, text.size);
}

ac_digest ac_sha256_end(ac_sha256 *sha)
{
    static const uint8_t padding[64] = { 0x80 };
    uint64_t             bits = sha->bytes * 8;
    size_t               held = (size_t)(sha->bytes % 64);
    ac_digest            out;
    int                  i;

    ac_sha256_add(sha, padding, held < 56 ? 56 - held : 120 - held);
    ac_sha256_add_i64(sha, (int64_t)bits);
    for (i = 0; i < 32; i++)
        out.bytes[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
    return out;
}

ac_digest ac_digest_of(const void *data, size_t size)
{
    ac_sha256 sha;

    ac_sha256_init(&sha);
    ac_sha256_add(&sha, data, size);
    return ac_sha256_end(&sha);
}

void ac_digest_hex(const ac_digest *digest, char out[65])
{
    static const char digits[] = "0123456789abcdef";
    int               i;

    for (i = 0; i < 32; i++) {
        out[2 * i] = digits[digest->bytes[i] >> 4];
        out[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    out[64] = '\0';
}
