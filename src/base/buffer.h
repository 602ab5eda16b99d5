#ifndef AC_BASE_BUFFER_H
#define AC_BASE_BUFFER_H

#include <aftercare/base.h>

#include "base/alloc.h"

/** @file
 * Writing text: into memory that grows, into a fixed array, or to a sink. No printf, no locale.
 *
 * An error sticks: after the first one all further writing is ignored, and ac_writer_end tells it.
 * Threads: a writer belongs to one thread at a time.
 */

typedef struct ac_writer {
    ac_mem   *mem;          /**< grows `data`; NULL for a fixed array or a sink */
    ac_sink   sink;         /**< where `data` is flushed when full; NULL for memory */
    void     *user;
    char     *data;
    size_t    size;         /**< bytes in data */
    size_t    room;         /**< bytes data has */
    uint64_t  total;        /**< bytes written in all */
    ac_status status;
} ac_writer;

/** Grows in `mem`; end with ac_writer_free. */
void ac_writer_init_memory(ac_writer *w, ac_mem *mem);
/** Writes into `room` bytes; AC_E_RANGE when they do not suffice, the text then being cut. */
void ac_writer_init_fixed(ac_writer *w, char *data, size_t room);
/** Collects in `data` and hands it to `sink` when full and at the end. */
void ac_writer_init_sink(ac_writer *w, ac_sink sink, void *user, char *data, size_t room);
/** Flushes a sink. @return the first error, or AC_OK. */
ac_status ac_writer_end(ac_writer *w);
/** What a memory or fixed writer holds. */
ac_text   ac_writer_text(const ac_writer *w);
/** Empties a memory writer, keeping its room. */
void      ac_writer_reset(ac_writer *w);
void      ac_writer_free(ac_writer *w);

void ac_write(ac_writer *w, const char *data, size_t size);
void ac_write_text(ac_writer *w, ac_text text);
void ac_write_string(ac_writer *w, const char *string);
void ac_write_char(ac_writer *w, char c);
void ac_write_repeat(ac_writer *w, char c, size_t times);
void ac_write_i64(ac_writer *w, int64_t value);
void ac_write_u64(ac_writer *w, uint64_t value);
/** At least `width` digits, zeros in front. */
void ac_write_padded(ac_writer *w, uint64_t value, unsigned width);
void ac_write_hex(ac_writer *w, uint64_t value, unsigned width);
/** A JSON string with its quotes; malformed bytes become U+FFFD. */
void ac_write_json_string(ac_writer *w, ac_text text);
/** The shortest decimal, else n/d. */
void ac_write_ratio(ac_writer *w, ac_ratio value);

/** Decimal digits of `value`; returns their number. Not terminated. */
size_t ac_digits_u64(uint64_t value, char out[20]);

#endif
