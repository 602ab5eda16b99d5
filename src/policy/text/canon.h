#ifndef AC_POLICY_TEXT_CANON_H
#define AC_POLICY_TEXT_CANON_H

#include "policy/text/scan.h"
#include "policy/text/tree.h"

/** @file
 * What a text says, piece by piece, whatever it looks like: digests are taken of this, and the formatter writes it down.
 *
 * Blanks, the width of indentation, the place where a long line is broken, the order of the parts of a record's head and the way
 * a list of articles is shortened leave no trace. Comments and empty lines are given too, for those who keep them.
 *
 * The text must be one that the parser took without a mistake.
 * Threads: pure functions.
 */

typedef enum ac_canon_what {
    AC_CANON_LINE,          /* a line begins, `depth` 0 to 2; text, kind and word are those of its first token, which follows */
    AC_CANON_ROW,           /* the same for a row, always of depth 1 */
    AC_CANON_TOKEN,         /* a token; `touches`: the rest of the one before */
    AC_CANON_REMARK,        /* a comment behind tokens */
    AC_CANON_COMMENT,       /* a comment on a line of its own */
    AC_CANON_EMPTY          /* an empty line */
} ac_canon_what;

typedef struct ac_canon_piece {
    uint8_t what;           /* ac_canon_what */
    uint8_t kind, word;     /* of a token; articles and words that are read as they stand are numbers */
    uint8_t touches;
    uint8_t goes_on;        /* REMARK, COMMENT: the line that it interrupts goes on */
    uint8_t depth;
    ac_text text;
} ac_canon_piece;

typedef void (*ac_canon_take)(void *user, const ac_canon_piece *piece);

/** Gives the pieces of `source` from `from`, which begins a line, up to `end`. `tree` is the policy's, NULL for other files. */
void ac_canon_read(ac_text source, uint32_t from, uint32_t end, const ac_tree *tree, ac_canon_take take, void *user);

#endif
