#ifndef EXAMPLE_TEXT_H
#define EXAMPLE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <aftercare/base.h>

/* Small things every example host needs: UTF-8 on a terminal, a growing text, JSON. */

/* Whether the bytes are UTF-8; *bad is the offset of the first byte that is not. */
int text_is_utf8(const char *text, size_t size, size_t *bad);
/* Code points, counting every byte that is no continuation. */
size_t text_points(const char *text, size_t size);
/* Columns on a terminal: East Asian wide characters take two. */
size_t text_width(const char *text, size_t size);
/* Writes the text and blanks up to `width` columns; in front of it when `right`. */
void text_pad(FILE *out, const char *text, size_t size, size_t width, int right);

/* A text that grows. Out of memory ends the program with a message: a tool has nothing better to do. */
typedef struct text_buffer {
    char  *data;        /* always terminated once something was added */
    size_t size, room;
} text_buffer;

void text_add(text_buffer *buffer, const char *data, size_t size);
void text_put(text_buffer *buffer, const char *terminated);
void text_clear(text_buffer *buffer);
void text_free(text_buffer *buffer);
/* What is in it, until it changes. */
ac_text text_view(const text_buffer *buffer);
/* An ac_sink: `user` is a text_buffer. */
ac_status text_sink(void *user, const char *data, size_t size);
/* An ac_sink: `user` is a FILE. */
ac_status file_sink(void *user, const char *data, size_t size);

/* malloc, calloc and realloc that end the program when there is no memory. */
void *must_resize(void *old, size_t size);
void *must_zero(size_t count, size_t size);

/* The text as a JSON string, quotes included. */
void json_text(FILE *out, const char *text, size_t size);

/* A length of time for people: "37 h", "8 min 5 s", "0 s". */
#define TEXT_SECONDS_BYTES 64
void text_seconds(char out[TEXT_SECONDS_BYTES], int64_t seconds);

/* Constant texts as the library takes them. */
ac_text text_of(const char *terminated);
int     text_same(ac_text text, const char *terminated);
int     text_equal(ac_text a, ac_text b);
/* Which of two comes first, by bytes: below, at or above 0. */
int     text_order(ac_text a, ac_text b);
/* A terminated copy, from malloc. */
char   *text_copy(ac_text text);

#endif
