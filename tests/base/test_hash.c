#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "support/mem.h"
#include "support/random.h"

static void digest_is(const void *data, size_t size, const char *hex)
{
    ac_digest d = ac_digest_of(data, size);
    char      text[65];

    ac_digest_hex(&d, text);
    cr_expect_str_eq(text, hex);
}

/* The examples of FIPS 180-4 and its companion test vectors. */
Test(sha256, known_digests)
{
    char *million = malloc(1000000);

    digest_is("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest_is("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    digest_is("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqr"
              "stu", 112, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    memset(million, 'a', 1000000);
    digest_is(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

Test(sha256, pieces_make_the_same_digest)
{
    unsigned char data[400];
    test_random   r = { 3 };
    size_t        size, i;

    for (i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)test_random_u64(&r);
    for (size = 0; size <= sizeof data; size++) {
        ac_digest whole = ac_digest_of(data, size), pieces;
        ac_sha256 sha;
        size_t    at = 0;

        ac_sha256_init(&sha);
        while (at < size) {
            size_t take = (size_t)test_random_in(&r, 0, 90);

            take = take < size - at ? take : size - at;
            ac_sha256_add(&sha, data + at, take);
            at += take;
        }
        pieces = ac_sha256_end(&sha);
        cr_assert_arr_eq(whole.bytes, pieces.bytes, 32, "%zu bytes", size);
    }
}

Test(sha256, another_split_of_texts_is_another_digest)
{
    ac_sha256 a, b;
    ac_digest x, y;

    ac_sha256_init(&a);
    ac_sha256_add_text(&a, ac_text_of("ab"));
    ac_sha256_add_text(&a, ac_text_of("c"));
    ac_sha256_init(&b);
    ac_sha256_add_text(&b, ac_text_of("a"));
    ac_sha256_add_text(&b, ac_text_of("bc"));
    x = ac_sha256_end(&a);
    y = ac_sha256_end(&b);
    cr_expect_neq(memcmp(x.bytes, y.bytes, 32), 0);
}

Test(hash, short_names_spread)
{
    enum { SLOTS = 4096 };
    static unsigned load[SLOTS];
    unsigned        i, most = 0;
    char            name[32];

    for (i = 0; i < SLOTS; i++) {
        int n = snprintf(name, sizeof name, "field_%u", i);

        load[(ac_hash64(name, (size_t)n) >> 32) % SLOTS]++;
    }
    for (i = 0; i < SLOTS; i++)
        most = load[i] > most ? load[i] : most;
    cr_expect_leq(most, 9u);        /* 8 or fewer is what chance gives nearly always */
    cr_expect_neq(ac_hash64("a", 1), ac_hash64("a\0", 2));
    cr_expect_neq(ac_hash64("", 0), ac_hash64("\0", 1));
}

Test(text, order_and_equality)
{
    cr_expect(ac_text_equal(ac_text_of("ab"), ac_text_of("ab")));
    cr_expect_not(ac_text_equal(ac_text_of("ab"), ac_text_of("abc")));
    cr_expect(ac_text_equal(ac_text_of(NULL), (ac_text){ NULL, 0 }));
    cr_expect_lt(ac_text_compare(ac_text_of("ab"), ac_text_of("abc")), 0);
    cr_expect_gt(ac_text_compare(ac_text_of("\xE5\xA4\xA9"), ac_text_of("z")), 0);
    cr_expect_eq(ac_text_compare((ac_text){ NULL, 0 }, ac_text_of("")), 0);
}

static void fill(ac_intern *table, uint32_t count)
{
    uint32_t i;
    char     name[32];

    for (i = 0; i < count; i++) {
        snprintf(name, sizeof name, "name %u", i);
        cr_assert_eq(ac_intern_add(table, ac_text_of(name)), i);
    }
}

Test(intern, ids_count_up_and_stay)
{
    enum { COUNT = 5000 };
    failing_mem  f = { .left = -1 };
    ac_allocator host = { sizeof host, failing_resize, &f };
    ac_mem       mem;
    ac_arena     arena;
    ac_intern    table;
    uint32_t     i;
    char         name[32];

    ac_mem_init(&mem, &host, 0, NULL);
    ac_arena_init(&arena, &mem);
    ac_intern_init(&table, &arena);
    cr_expect_eq(ac_intern_find(&table, ac_text_of("name 0")), AC_INTERN_NONE);
    fill(&table, COUNT);
    fill(&table, COUNT);
    cr_expect_eq(table.count, (uint32_t)COUNT);
    for (i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "name %u", i);
        cr_assert_eq(ac_intern_find(&table, ac_text_of(name)), i);
        cr_assert_str_eq(ac_intern_text(&table, i).data, name);
    }
    cr_expect_eq(ac_intern_find(&table, ac_text_of("name")), AC_INTERN_NONE);
    cr_expect_eq(ac_intern_add(&table, ac_text_of("")), (uint32_t)COUNT);
    cr_expect_eq(ac_intern_find(&table, ac_text_of("")), (uint32_t)COUNT);
    ac_arena_clear(&arena);
    cr_expect_eq(f.live, 0u);
}

Test(intern, every_allocation_fails_once)
{
    long n;

    for (n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator host = { sizeof host, failing_resize, &f };
        ac_mem       mem;
        ac_arena     arena;
        ac_intern    table;
        uint32_t     i, before, id;
        char         name[32];

        ac_mem_init(&mem, &host, 0, NULL);
        ac_arena_init(&arena, &mem);
        ac_intern_init(&table, &arena);
        for (i = 0; i < 500; i++) {
            snprintf(name, sizeof name, "name %u", i);
            before = table.count;
            id = ac_intern_add(&table, ac_text_of(name));
            if (id == AC_INTERN_NONE) {
                cr_assert_eq(table.count, before);
                f.left = -1;        /* what was refused succeeds later */
                id = ac_intern_add(&table, ac_text_of(name));
            }
            cr_assert_eq(id, i);
        }
        ac_arena_clear(&arena);
        cr_assert_eq(f.live, 0u, "leak after failing allocation %ld", n);
        if (f.fails == 0)
            break;
    }
    cr_expect_gt(n, 4);
}
