#ifndef AC_TEST_MEM_H
#define AC_TEST_MEM_H

#include <aftercare/base.h>

/** @file
 * Allocators for tests: one that counts, one that fails from its nth allocation on, then for good.
 *
 *     for (long n = 0; ; n++) {
 *         failing_mem  f   = { .left = n };
 *         ac_allocator mem = { sizeof mem, failing_resize, &f };
 *         ac_status    st  = scenario(&mem);
 *         cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
 *         if (f.fails == 0) { cr_expect_eq(st, AC_OK); break; }
 *         cr_expect_eq(st, AC_E_NOMEM);
 *     }
 */

typedef struct failing_mem {
    long   left;        /**< allocations and growths that still succeed; negative: all do */
    int    once;        /**< 1: only the nth fails, later ones succeed */
    size_t live;        /**< blocks not yet freed */
    size_t live_bytes;
    size_t peak_bytes;
    size_t calls;       /**< allocations and resizes asked for, frees not counted */
    size_t fails;       /**< how often it refused */
    size_t wrong_size;  /**< calls whose old_size was not the size of the block */
} failing_mem;

void *failing_resize(void *user, void *ptr, size_t old_size, size_t new_size);

/** The same struct, never refusing: counts only. */
void *counting_resize(void *user, void *ptr, size_t old_size, size_t new_size);

#endif
