#ifndef AC_BASE_ALLOC_H
#define AC_BASE_ALLOC_H

#include <aftercare/base.h>

/** @file
 * Memory of one object: the host's allocator with a byte budget, and an arena on top of it.
 *
 * Threads: an ac_mem or ac_arena belongs to one thread at a time.
 */

/** An allocator as an object keeps it: resolved, copied, counted. */
typedef struct ac_mem {
    void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size);
    void  *user;
    size_t limit;           /**< bytes that may be in use at once; SIZE_MAX: no budget */
    size_t used;            /**< bytes in use now */
    int    over_budget;     /**< 1 once a request was refused because of `limit`; tells AC_E_LIMIT from AC_E_NOMEM */
} ac_mem;

/** Resolves `allocator` (NULL: the C library). `limit` 0 means no budget.
 *  @return AC_OK, or AC_E_INVALID for a struct too short or without a function. */
ac_status ac_mem_init(ac_mem *mem, const ac_allocator *allocator, size_t limit, ac_error *err);

/** AC_E_LIMIT when the budget was the reason of the last failure seen, else AC_E_NOMEM; sets err accordingly. */
ac_status ac_mem_failed(const ac_mem *mem, ac_error *err);

/** All of these return NULL when refused; a size of 0 gives a block of one byte, so NULL always means refused. */
void *ac_mem_alloc(ac_mem *mem, size_t size);
void *ac_mem_zeroed(ac_mem *mem, size_t size);
/** count * size bytes, zeroed; refused when the product overflows. */
void *ac_mem_array(ac_mem *mem, size_t count, size_t size);
/** On refusal NULL and the old block is still valid. old_size is what it was made with. */
void *ac_mem_resize(ac_mem *mem, void *ptr, size_t old_size, size_t new_size);
/** Takes NULL. */
void  ac_mem_free(ac_mem *mem, void *ptr, size_t size);

/** Grows a dynamic array to hold at least `need` items of `size` bytes (doubling, from 8 up). *items and *room change
 *  only on success; new items are not zeroed. @return 1, or 0 when refused. */
int   ac_mem_grow(ac_mem *mem, void **items, size_t *room, size_t need, size_t size);
/** Frees an array that ac_mem_grow made. */
#define ac_mem_free_array(mem, items, room) ac_mem_free((mem), (items), (room) * sizeof *(items))

/** a * b and a + b for sizes. @return 1 and the result, or 0 on overflow. */
int ac_size_mul(size_t a, size_t b, size_t *out);
int ac_size_add(size_t a, size_t b, size_t *out);

/** Makes an object that owns its ac_mem as a member: allocates `size` zeroed bytes from `mem`, then copies `mem` (with
 *  this block counted) into the object at `member_offset`. NULL when refused. */
void *ac_mem_new_owner(const ac_mem *mem, size_t size, size_t member_offset);
/** Frees an object made so, `mem` being the member inside it. */
void  ac_mem_free_owner(const ac_mem *mem, void *object, size_t size);

/** Memory given out by moving on and freed all at once. Zero-initialised apart from `mem`. */
typedef struct ac_arena {
    ac_mem               *mem;
    struct ac_arena_part *parts;    /**< newest first */
    size_t                used;     /**< bytes of the newest part */
} ac_arena;

/** Nothing is allocated yet. `mem` must outlive the arena. */
void  ac_arena_init(ac_arena *arena, ac_mem *mem);
/** Frees everything given out; the arena may be used again. */
void  ac_arena_clear(ac_arena *arena);
/** `size` bytes aligned to `align` (a power of two, at most 16; 0: 16). Not zeroed. NULL when refused. */
void *ac_arena_alloc(ac_arena *arena, size_t size, size_t align);
/** count * size zeroed bytes, aligned for anything. */
void *ac_arena_array(ac_arena *arena, size_t count, size_t size);
/** A copy of count * size bytes, aligned for anything; NULL when refused. */
void *ac_arena_dup(ac_arena *arena, const void *items, size_t count, size_t size);
/** A copy with a NUL behind it. data is NULL when refused. */
ac_text ac_arena_dup_text(ac_arena *arena, ac_text text);

/** Where an arena stands, to give back what was taken since. */
typedef struct ac_arena_mark {
    struct ac_arena_part *part;
    size_t                used;
} ac_arena_mark;
ac_arena_mark ac_arena_here(const ac_arena *arena);
void          ac_arena_back(ac_arena *arena, ac_arena_mark mark);

#endif
