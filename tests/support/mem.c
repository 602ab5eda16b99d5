#include "support/mem.h"

#include <stdlib.h>
#include <string.h>

/* Each block is preceded by its size, so that a caller who misremembers it is found out. */
typedef union head {
    size_t    size;
    long long align_int;
    void     *align_ptr;
    char      align_16[16];
} head;

static void *block_resize(failing_mem *f, void *ptr, size_t old_size, size_t new_size)
{
    head *old = ptr ? (head *)ptr - 1 : NULL;
    head *now;

    if ((old ? old->size : 0) != old_size)
        f->wrong_size++;
    if (new_size == 0) {
        if (old) {
            f->live--;
            f->live_bytes -= old->size;
            memset(ptr, 0xDD, old->size);
        }
        free(old);
        return NULL;
    }
    /* Always moves, so that a pointer kept across a resize is found by the sanitizers. */
    now = malloc(sizeof *now + new_size);
    if (!now)
        abort();
    now->size = new_size;
    memset(now + 1, 0xCD, new_size);
    if (old) {
        memcpy(now + 1, ptr, old->size < new_size ? old->size : new_size);
        f->live--;
        f->live_bytes -= old->size;
        free(old);
    }
    f->live++;
    f->live_bytes += new_size;
    if (f->live_bytes > f->peak_bytes)
        f->peak_bytes = f->live_bytes;
    return now + 1;
}

void *failing_resize(void *user, void *ptr, size_t old_size, size_t new_size)
{
    failing_mem *f = user;

    if (new_size > 0) {
        f->calls++;
        if (f->left == 0 && !(f->once && f->fails > 0)) {
            f->fails++;
            return NULL;
        }
        if (f->left > 0)
            f->left--;
    }
    return block_resize(f, ptr, old_size, new_size);
}

void *counting_resize(void *user, void *ptr, size_t old_size, size_t new_size)
{
    failing_mem *f = user;

    if (new_size > 0)
        f->calls++;
    return block_resize(f, ptr, old_size, new_size);
}
