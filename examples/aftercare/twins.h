#ifndef TOOL_TWINS_H
#define TOOL_TWINS_H

#include "common/text.h"

/* Rows that share an id, which stands for one thing. */

enum { TWIN_NONE, TWIN_AGAIN, TWIN_DIFFERS };

typedef struct twin {
    ac_text id;
    ac_text line;           /* as it is in the file; may be left empty */
    size_t  number;         /* of the row */
} twin;

/* Whether two rows of one id say the same. */
typedef int twin_is_same(const void *user, const twin *a, const twin *b);

/* Marks rows by their number, TWIN_NONE before: the same again is passed over, and of rows that differ none can be trusted. Sorts the list. */
void twins_mark(twin *list, size_t count, twin_is_same *is_same, const void *user, unsigned char *why);

#endif
