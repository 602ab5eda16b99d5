#include "base/alloc.h"

#include <string.h>

/* A part is this head and then the bytes given out. The first part is small, later ones double. */
typedef struct ac_arena_part {
    struct ac_arena_part *older;
    size_t                room;     /* bytes after the head */
} part;

enum { PART_FIRST = 2048, PART_MOST = 65536, ALIGN_MOST = 16 };

static char *part_bytes(part *p)
{
    return (char *)(p + 1);
}

static void drop_newest(ac_arena *arena)
{
    part *p = arena->parts;

    arena->parts = p->older;
    ac_mem_free(arena->mem, p, sizeof *p + p->room);
}

static int add_part(ac_arena *arena, size_t least)
{
    size_t room = PART_FIRST - sizeof(part), bytes;
    part  *p;

    if (arena->parts && arena->parts->room < PART_MOST / 2)
        room = arena->parts->room * 2;
    else if (arena->parts)
        room = PART_MOST;
    if (room < least)
        room = least;
    if (!ac_size_add(room, sizeof *p, &bytes))
        return 0;
    p = ac_mem_alloc(arena->mem, bytes);
    if (!p)
        return 0;
    p->older = arena->parts;
    p->room = room;
    arena->parts = p;
    arena->used = 0;
    return 1;
}

/* Offset in the newest part of the next aligned byte. */
static size_t aligned_offset(const ac_arena *arena, size_t align)
{
    uintptr_t at = (uintptr_t)(part_bytes(arena->parts) + arena->used);

    return arena->used + (size_t)((align - at % align) % align);
}

void ac_arena_init(ac_arena *arena, ac_mem *mem)
{
    arena->mem = mem;
    arena->parts = NULL;
    arena->used = 0;
}

void ac_arena_clear(ac_arena *arena)
{
    while (arena->parts)
        drop_newest(arena);
    arena->used = 0;
}

void *ac_arena_alloc(ac_arena *arena, size_t size, size_t align)
{
    size_t least, at;

    if (align == 0)
        align = ALIGN_MOST;
    if (size == 0)
        size = 1;
    if (!ac_size_add(size, align, &least))
        return NULL;
    if (!arena->parts && !add_part(arena, least))
        return NULL;
    at = aligned_offset(arena, align);
    if (at > arena->parts->room || size > arena->parts->room - at) {
        if (!add_part(arena, least))
            return NULL;
        at = aligned_offset(arena, align);
    }
    arena->used = at + size;
    return part_bytes(arena->parts) + at;
}

void *ac_arena_array(ac_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    void  *p;

    if (!ac_size_mul(count, size, &bytes))
        return NULL;
    p = ac_arena_alloc(arena, bytes, 0);
    return p ? memset(p, 0, bytes) : NULL;
}

void *ac_arena_dup(ac_arena *arena, const void *items, size_t count, size_t size)
{
    size_t bytes;
    void  *p = ac_size_mul(count, size, &bytes) ? ac_arena_alloc(arena, bytes, 0) : NULL;

    return p && bytes > 0 ? memcpy(p, items, bytes) : p;
}

ac_text ac_arena_dup_text(ac_arena *arena, ac_text text)
{
    ac_text copy = { NULL, 0 };
    size_t  bytes;
    char   *p;

    if (!ac_size_add(text.size, 1, &bytes))
        return copy;
    p = ac_arena_alloc(arena, bytes, 1);
    if (!p)
        return copy;
    if (text.size > 0)
        memcpy(p, text.data, text.size);
    p[text.size] = '\0';
    copy.data = p;
    copy.size = text.size;
    return copy;
}

ac_arena_mark ac_arena_here(const ac_arena *arena)
{
    ac_arena_mark mark;

    mark.part = arena->parts;
    mark.used = arena->used;
    return mark;
}

void ac_arena_back(ac_arena *arena, ac_arena_mark mark)
{
    while (arena->parts != mark.part)
        drop_newest(arena);
    arena->used = mark.used;
}
