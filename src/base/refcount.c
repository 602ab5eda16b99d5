#include "base/refcount.h"

#include "base/assert.h"

#if defined AC_THREADS_SINGLE

static void up(int32_t *count)
{
    ++*count;
}

static int32_t down(int32_t *count)
{
    return --*count;
}

#elif defined AC_THREADS_HOST

static void up(int32_t *count)
{
    ac_host_count_up(count);
}

static int32_t down(int32_t *count)
{
    return ac_host_count_down(count);
}

#elif defined __GNUC__

static void up(int32_t *count)
{
    __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
}

/* Release: what this owner did comes before; acquire: the last one sees what all did before it frees. */
static int32_t down(int32_t *count)
{
    return __atomic_sub_fetch(count, 1, __ATOMIC_ACQ_REL);
}

#else
#  error "this compiler has no known atomics: build with AC_THREADS_HOST or AC_THREADS_SINGLE"
#endif

void ac_refcount_init(ac_refcount *refs)
{
    refs->count = 1;
}

void ac_refcount_up(ac_refcount *refs)
{
    up(&refs->count);
}

int ac_refcount_down(ac_refcount *refs)
{
    int32_t left = down(&refs->count);

    assert(left >= 0);
    return left == 0;
}
