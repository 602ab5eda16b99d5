#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "support/mem.h"

static ac_mem counted(failing_mem *f, size_t limit)
{
    ac_allocator host = { sizeof host, failing_resize, f };
    ac_mem       mem;

    cr_assert_eq(ac_mem_init(&mem, &host, limit, NULL), AC_OK);
    return mem;
}

Test(mem, without_an_allocator_the_c_library_serves)
{
    ac_mem mem;
    char  *p;

    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    p = ac_mem_zeroed(&mem, 100);
    cr_assert_not_null(p);
    cr_expect_eq(p[99], 0);
    p = ac_mem_resize(&mem, p, 100, 200);
    cr_expect_eq(mem.used, 200u);
    ac_mem_free(&mem, p, 200);
    ac_mem_free(&mem, NULL, 7);
    cr_expect_eq(mem.used, 0u);
}

Test(mem, an_unfit_allocator_is_refused)
{
    ac_error     err = AC_ERROR_INIT;
    ac_allocator host = { sizeof host, NULL, NULL };
    ac_mem       mem;

    cr_expect_eq(ac_mem_init(&mem, &host, 0, &err), AC_E_INVALID);
    cr_expect_not_null(err.what);
    host.resize = failing_resize;
    host.size = sizeof host - 1;
    cr_expect_eq(ac_mem_init(&mem, &host, 0, NULL), AC_E_INVALID);
}

Test(mem, the_budget_is_kept_to_the_byte)
{
    failing_mem f = { .left = -1 };
    ac_mem      mem = counted(&f, 100);
    void       *a = ac_mem_alloc(&mem, 60), *b = ac_mem_alloc(&mem, 40);

    cr_assert(a && b);
    cr_expect_null(ac_mem_alloc(&mem, 1));
    cr_expect_eq(ac_mem_failed(&mem, NULL), AC_E_LIMIT);
    cr_expect_null(ac_mem_resize(&mem, b, 40, 41));
    b = ac_mem_resize(&mem, b, 40, 10);
    cr_expect_eq(mem.used, 70u);
    cr_expect_null(ac_mem_alloc(&mem, SIZE_MAX));
    ac_mem_free(&mem, a, 60);
    ac_mem_free(&mem, b, 10);
    cr_expect_eq(mem.used, 0u);
    cr_expect_eq(f.live, 0u);
    cr_expect_eq(f.wrong_size, 0u);
}

Test(mem, a_refusal_by_the_host_is_told_from_the_budget)
{
    failing_mem f = { .left = 1 };
    ac_mem      mem = counted(&f, 1000);
    char       *p = ac_mem_alloc(&mem, 4);

    memcpy(p, "abc", 4);
    cr_expect_null(ac_mem_resize(&mem, p, 4, 8));
    cr_expect_eq(ac_mem_failed(&mem, NULL), AC_E_NOMEM);
    cr_expect_str_eq(p, "abc");
    cr_expect_eq(mem.used, 4u);
    ac_mem_free(&mem, p, 4);
    cr_expect_eq(f.live, 0u);
}

Test(mem, nothing_sized_blocks_are_blocks)
{
    failing_mem f = { .left = -1 };
    ac_mem      mem = counted(&f, 0);
    void       *p = ac_mem_alloc(&mem, 0);

    cr_assert_not_null(p);
    p = ac_mem_resize(&mem, p, 0, 5);
    ac_mem_free(&mem, p, 5);
    p = ac_mem_array(&mem, 0, 8);
    cr_assert_not_null(p);
    ac_mem_free(&mem, p, 0);
    cr_expect_eq(f.live, 0u);
    cr_expect_eq(f.wrong_size, 0u);
    cr_expect_eq(mem.used, 0u);
}

Test(mem, sizes_that_overflow_are_refused)
{
    failing_mem f = { .left = -1 };
    ac_mem      mem = counted(&f, 0);
    size_t      r = 7;

    cr_expect_null(ac_mem_array(&mem, SIZE_MAX / 2, 3));
    cr_expect_not(ac_size_mul(SIZE_MAX, 2, &r));
    cr_expect_not(ac_size_add(SIZE_MAX, 1, &r));
    cr_expect_eq(r, 7u);
    cr_expect(ac_size_mul(SIZE_MAX, 1, &r) && r == SIZE_MAX);
    cr_expect(ac_size_mul(0, SIZE_MAX, &r) && r == 0);
    cr_expect(ac_size_add(SIZE_MAX, 0, &r) && r == SIZE_MAX);
    cr_expect_eq(f.calls, 0u);
}

Test(mem, arrays_grow_by_doubling_and_keep_their_content)
{
    failing_mem f = { .left = -1 };
    ac_mem      mem = counted(&f, 0);
    int        *items = NULL;
    void       *block;
    size_t      room = 0, i;

    for (i = 0; i < 1000; i++) {
        block = items;
        cr_assert(ac_mem_grow(&mem, &block, &room, i + 1, sizeof *items));
        items = block;
        items[i] = (int)i;
    }
    cr_expect_eq(room, 1024u);
    cr_expect_leq(f.calls, 8u);
    for (i = 0; i < 1000; i++)
        cr_assert_eq(items[i], (int)i);
    f.left = 0;
    block = items;
    cr_expect_not(ac_mem_grow(&mem, &block, &room, 5000, sizeof *items));
    cr_expect_eq(room, 1024u);
    cr_expect_not(ac_mem_grow(&mem, &block, &room, SIZE_MAX, sizeof *items));
    ac_mem_free_array(&mem, items, room);
    cr_expect_eq(f.live, 0u);
}

typedef struct owner {
    int    value;
    ac_mem mem;
} owner;

Test(mem, an_object_owns_the_memory_it_lies_in)
{
    failing_mem f = { .left = -1 };
    ac_mem      mem = counted(&f, 0);
    owner      *o = ac_mem_new_owner(&mem, sizeof *o, offsetof(owner, mem));

    cr_assert_not_null(o);
    cr_expect_eq(o->value, 0);
    cr_expect_eq(o->mem.used, sizeof *o);
    ac_mem_free_owner(&o->mem, o, sizeof *o);
    cr_expect_eq(f.live, 0u);
    f.left = 0;
    cr_expect_null(ac_mem_new_owner(&mem, sizeof *o, offsetof(owner, mem)));
}

Test(arena, everything_is_aligned_and_apart)
{
    failing_mem f = { .left = -1 };
    ac_mem      mem = counted(&f, 0);
    ac_arena    arena;
    char       *got[500];
    size_t      size[500], i, k;

    ac_arena_init(&arena, &mem);
    cr_expect_eq(f.calls, 0u);
    for (i = 0; i < 500; i++) {
        size_t align = (size_t)1 << (i % 5);

        size[i] = (i * 37) % 301;
        got[i] = ac_arena_alloc(&arena, size[i], align);
        cr_assert_not_null(got[i]);
        cr_assert_eq((uintptr_t)got[i] % align, 0u, "allocation %zu", i);
        memset(got[i], (int)(i & 127), size[i]);
    }
    for (i = 0; i < 500; i++)
        for (k = 0; k < size[i]; k++)
            cr_assert_eq(got[i][k], (char)(i & 127), "allocation %zu", i);
    cr_expect_eq((uintptr_t)ac_arena_alloc(&arena, 3, 0) % 16, 0u);
    cr_expect_not_null(ac_arena_alloc(&arena, 1000000, 16));
    cr_expect_null(ac_arena_alloc(&arena, SIZE_MAX, 1));
    cr_expect_null(ac_arena_array(&arena, SIZE_MAX / 2, 4));
    cr_expect_lt(f.live, 12u);
    ac_arena_clear(&arena);
    cr_expect_eq(f.live, 0u);
    cr_expect_eq(f.wrong_size, 0u);
}

Test(arena, texts_are_copied_and_terminated)
{
    ac_mem   mem;
    ac_arena arena;
    ac_text  t;

    ac_mem_init(&mem, NULL, 0, NULL);
    ac_arena_init(&arena, &mem);
    t = ac_arena_dup_text(&arena, (ac_text){ "abcdef", 3 });
    cr_expect_str_eq(t.data, "abc");
    cr_expect_eq(t.size, 3u);
    t = ac_arena_dup_text(&arena, (ac_text){ NULL, 0 });
    cr_expect_str_eq(t.data, "");
    ac_arena_clear(&arena);
}

Test(arena, going_back_gives_back)
{
    failing_mem   f = { .left = -1 };
    ac_mem        mem = counted(&f, 0);
    ac_arena      arena;
    ac_arena_mark start, mark;
    char         *kept;
    int           i;

    ac_arena_init(&arena, &mem);
    start = ac_arena_here(&arena);
    kept = ac_arena_dup_text(&arena, (ac_text){ "kept", 4 }).data ? ac_arena_alloc(&arena, 5, 1) : NULL;
    memcpy(kept, "kept", 5);
    mark = ac_arena_here(&arena);
    for (i = 0; i < 100; i++)
        ac_arena_alloc(&arena, 1000, 8);
    ac_arena_back(&arena, mark);
    cr_expect_eq(f.live, 1u);
    cr_expect_str_eq(kept, "kept");
    ac_arena_back(&arena, start);
    cr_expect_eq(f.live, 0u);
}

Test(arena, a_refused_allocation_leaves_it_usable)
{
    failing_mem f = { .left = 0 };
    ac_mem      mem = counted(&f, 0);
    ac_arena    arena;

    ac_arena_init(&arena, &mem);
    cr_expect_null(ac_arena_alloc(&arena, 10, 0));
    cr_expect_null(ac_arena_dup_text(&arena, (ac_text){ "x", 1 }).data);
    f.left = -1;
    cr_expect_not_null(ac_arena_alloc(&arena, 10, 0));
    ac_arena_clear(&arena);
    cr_expect_eq(f.live, 0u);
}
