#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/struct.h"

/* The only use of the C library's heap. */
static void *libc_resize(void *user, void *ptr, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

ac_status ac_mem_init(ac_mem *mem, const ac_allocator *allocator, size_t limit, ac_error *err)
{
    ac_allocator host;

    memset(mem, 0, sizeof *mem);
    mem->resize = libc_resize;
    mem->limit = limit ? limit : SIZE_MAX;
    if (!allocator)
        return AC_OK;
    if (!ac_struct_read(&host, sizeof host, allocator, sizeof host) || !host.resize)
        return ac_error_set(err, AC_E_INVALID, 0, "the allocator has no function or a size this version does not know",
                            "start from { sizeof(ac_allocator), function, user }");
    mem->resize = host.resize;
    mem->user = host.user;
    return AC_OK;
}

ac_status ac_mem_failed(const ac_mem *mem, ac_error *err)
{
    if (mem->over_budget)
        return ac_error_set(err, AC_E_LIMIT, 0, "the byte budget is used up", "raise the budget or split the input");
    return ac_error_nomem(err);
}

void *ac_mem_resize(ac_mem *mem, void *ptr, size_t old_size, size_t new_size)
{
    void *now;

    if (new_size == 0)
        new_size = 1;
    if (ptr && old_size == 0)
        old_size = 1;
    if (new_size > old_size && new_size - old_size > mem->limit - mem->used) {
        mem->over_budget = 1;
        return NULL;
    }
    now = mem->resize(mem->user, ptr, old_size, new_size);
    if (!now) {
        mem->over_budget = 0;
        return NULL;
    }
    mem->used = mem->used - old_size + new_size;
    return now;
}

void *ac_mem_alloc(ac_mem *mem, size_t size)
{
    return ac_mem_resize(mem, NULL, 0, size);
}

void *ac_mem_zeroed(ac_mem *mem, size_t size)
{
    void *p = ac_mem_alloc(mem, size);

    return p ? memset(p, 0, size) : NULL;
}

void *ac_mem_array(ac_mem *mem, size_t count, size_t size)
{
    size_t bytes;

    return ac_size_mul(count, size, &bytes) ? ac_mem_zeroed(mem, bytes) : NULL;
}

void ac_mem_free(ac_mem *mem, void *ptr, size_t size)
{
    if (!ptr)
        return;
    if (size == 0)
        size = 1;
    assert(mem->used >= size);
    mem->resize(mem->user, ptr, size, 0);
    mem->used -= size;
}

int ac_mem_grow(ac_mem *mem, void **items, size_t *room, size_t need, size_t size)
{
    size_t more = *room < 8 ? 8 : *room, bytes;
    void  *now;

    if (need <= *room)
        return 1;
    while (more < need)
        if (!ac_size_mul(more, 2, &more))
            return 0;
    if (!ac_size_mul(more, size, &bytes))
        return 0;
    now = ac_mem_resize(mem, *items, *room * size, bytes);
    if (!now)
        return 0;
    *items = now;
    *room = more;
    return 1;
}

int ac_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return 0;
    *out = a * b;
    return 1;
}

int ac_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return 0;
    *out = a + b;
    return 1;
}

void *ac_mem_new_owner(const ac_mem *mem, size_t size, size_t member_offset)
{
    ac_mem own = *mem;
    char  *object = ac_mem_zeroed(&own, size);

    if (object)
        memcpy(object + member_offset, &own, sizeof own);
    return object;
}

void ac_mem_free_owner(const ac_mem *mem, void *object, size_t size)
{
    ac_mem own = *mem;      /* the member dies with the object */

    ac_mem_free(&own, object, size);
}
