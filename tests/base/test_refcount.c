#include <criterion/criterion.h>

#include <pthread.h>

#include "base/refcount.h"

/* The other two ways, each compiled from the same source under other names. */
#define ac_refcount_init host_init
#define ac_refcount_up   host_up
#define ac_refcount_down host_down
#define up               host_way_up
#define down             host_way_down
#undef AC_THREADS_SINGLE
#define AC_THREADS_HOST
void    ac_host_count_up(int32_t *count);
int32_t ac_host_count_down(int32_t *count);
void    host_init(ac_refcount *refs);
void    host_up(ac_refcount *refs);
int     host_down(ac_refcount *refs);
#include "base/refcount.c"
#undef ac_refcount_init
#undef ac_refcount_up
#undef ac_refcount_down
#undef up
#undef down

#define ac_refcount_init single_init
#define ac_refcount_up   single_up
#define ac_refcount_down single_down
#define up               single_way_up
#define down             single_way_down
#undef AC_THREADS_HOST
#define AC_THREADS_SINGLE
void single_init(ac_refcount *refs);
void single_up(ac_refcount *refs);
int  single_down(ac_refcount *refs);
#include "base/refcount.c"
#undef ac_refcount_init
#undef ac_refcount_up
#undef ac_refcount_down

static int host_calls;

void ac_host_count_up(int32_t *count)
{
    host_calls++;
    __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST);
}

int32_t ac_host_count_down(int32_t *count)
{
    host_calls++;
    return __atomic_sub_fetch(count, 1, __ATOMIC_SEQ_CST);
}

typedef struct way {
    const char *name;
    void (*init)(ac_refcount *);
    void (*up)(ac_refcount *);
    int (*down)(ac_refcount *);
} way;

static const way ways[] = {
    { "builtin", ac_refcount_init, ac_refcount_up, ac_refcount_down },
    { "host", host_init, host_up, host_down },
    { "single", single_init, single_up, single_down },
};

Test(refcount, the_last_owner_is_told)
{
    size_t i;

    for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        ac_refcount refs;

        ways[i].init(&refs);
        ways[i].up(&refs);
        ways[i].up(&refs);
        cr_expect_not(ways[i].down(&refs), "%s", ways[i].name);
        cr_expect_not(ways[i].down(&refs), "%s", ways[i].name);
        cr_expect(ways[i].down(&refs), "%s", ways[i].name);
    }
    cr_expect_eq(host_calls, 5);
}

typedef struct shared {
    const way  *w;
    ac_refcount refs;
    int         last;
} shared;

static void *own_and_drop(void *user)
{
    shared *s = user;
    int     i;

    for (i = 0; i < 200000; i++) {
        s->w->up(&s->refs);
        if (s->w->down(&s->refs))
            __atomic_fetch_add(&s->last, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

Test(refcount, threads_lose_no_count)
{
    shared    s = { &ways[0], { 0 }, 0 };
    pthread_t threads[4];
    int       i;

    s.w->init(&s.refs);
    for (i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, own_and_drop, &s), 0);
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(s.last, 0);
    cr_expect(s.w->down(&s.refs));
}
