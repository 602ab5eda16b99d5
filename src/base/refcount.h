#ifndef AC_BASE_REFCOUNT_H
#define AC_BASE_REFCOUNT_H

#include <stdint.h>

/** @file
 * Counts of owners of shared immutable objects.
 *
 * Three ways, chosen when the library is built (option `threads`):
 *   builtin  compiler atomics: any thread may ref and unref
 *   host     AC_THREADS_HOST: the program that links the (static) library defines ac_host_count_up and ac_host_count_down
 *   single   AC_THREADS_SINGLE: one thread only, declared by whoever builds it
 * A compiler without atomics must choose one of the last two.
 */

typedef struct ac_refcount {
    int32_t count;
} ac_refcount;

#if defined AC_THREADS_HOST
/** Adds one, atomically, any order. */
void ac_host_count_up(int32_t *count);
/** Takes one away, atomically, with acquire and release order; returns what is left. */
int32_t ac_host_count_down(int32_t *count);
#endif

/** One owner. */
void ac_refcount_init(ac_refcount *refs);
void ac_refcount_up(ac_refcount *refs);
/** @return 1 when the last owner has gone and the object must be freed. */
int  ac_refcount_down(ac_refcount *refs);

#endif
