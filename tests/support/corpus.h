#ifndef AC_TEST_CORPUS_H
#define AC_TEST_CORPUS_H

#include <stddef.h>

/** @file
 * A file of inputs and the exact text expected for each:
 *
 *     === name of the case | kind | escaped
 *     input, as many lines as it takes
 *     --- expected
 *     output, up to the next `===`
 *
 * `kind` is the test's matter (policy, data, labels, expr); without it, "policy". `escaped`: \xNN in the input is that
 * byte, and \ at the end of the input takes away its last newline. Empty lines before a `===` belong to nothing.
 */

typedef struct test_corpus test_corpus;

typedef struct test_case {
    const char *name, *kind;
    const char *input;          /* input_size bytes, NUL behind them */
    size_t      input_size;
    const char *expected;
    unsigned    line;           /* of its === */
} test_case;

/** Opens a file below the project root; aborts with a message when it cannot be read. */
test_corpus *test_corpus_open(const char *path);
void         test_corpus_close(test_corpus *corpus);
size_t       test_corpus_count(const test_corpus *corpus);
const test_case *test_corpus_at(const test_corpus *corpus, size_t i);
/** With TEST_CORPUS_WRITE set in the environment: writes the file anew, `got` in place of each expected text; else nothing. */
void         test_corpus_note(test_corpus *corpus, size_t i, const char *got);

#endif
