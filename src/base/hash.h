#ifndef AC_BASE_HASH_H
#define AC_BASE_HASH_H

#include <aftercare/base.h>

#include "base/alloc.h"

/** @file
 * SHA-256 in pieces, a fast hash for tables, and the table of names.
 *
 * Threads: an ac_sha256 or ac_intern belongs to one thread at a time; a finished ac_intern may be read by any.
 */

/** A digest in the making. */
typedef struct ac_sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t  block[64];
} ac_sha256;

void      ac_sha256_init(ac_sha256 *sha);
void      ac_sha256_add(ac_sha256 *sha, const void *data, size_t size);
/** A length and then the bytes, so that two texts in a row cannot be confused with another split of them. */
void      ac_sha256_add_text(ac_sha256 *sha, ac_text text);
/** Eight bytes, big end first. */
void      ac_sha256_add_i64(ac_sha256 *sha, int64_t value);
ac_digest ac_sha256_end(ac_sha256 *sha);

/** A 64-bit hash for tables inside one process: the same on every platform, no defence against chosen collisions
 *  beyond the limits on table sizes. */
uint64_t ac_hash64(const void *data, size_t size);

/** The id that no text has. */
#define AC_INTERN_NONE UINT32_MAX

/** Texts numbered from 0 in the order of their first appearance; each is kept once, with a NUL behind it. */
typedef struct ac_intern {
    ac_arena *arena;        /**< holds texts and tables */
    ac_text  *texts;        /**< id -> text */
    uint32_t *hashes;       /**< id -> upper half of its hash */
    uint32_t *slots;        /**< open addressing: id + 1, 0 is free */
    uint32_t  count;
    uint32_t  room;         /**< of texts; slots are twice that */
} ac_intern;

void     ac_intern_init(ac_intern *table, ac_arena *arena);
/** The id of `text`, new or known; AC_INTERN_NONE when memory was refused. */
uint32_t ac_intern_add(ac_intern *table, ac_text text);
/** The id of `text` or AC_INTERN_NONE. */
uint32_t ac_intern_find(const ac_intern *table, ac_text text);

static inline ac_text ac_intern_text(const ac_intern *table, uint32_t id)
{
    return table->texts[id];
}

/** Equality of texts. */
int ac_text_equal(ac_text a, ac_text b);
/** Byte order, which for UTF-8 is code point order; a prefix comes first. */
int ac_text_compare(ac_text a, ac_text b);
/** The text of a NUL-terminated string; NULL gives the empty text. */
ac_text ac_text_of(const char *string);

#endif
