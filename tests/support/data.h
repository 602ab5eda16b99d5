#ifndef AC_TEST_DATA_H
#define AC_TEST_DATA_H

#include <stddef.h>

/** @file
 * Paragraph-style test data and where files are found.
 *
 * A file is paragraphs of `key: value` lines parted by empty lines; `#` starts a comment line. A value is
 * trimmed. A key may come several times. Messages print path and line of the paragraph, so a failing case is
 * one click away:
 *
 *     test_data *d = test_data_open("tests/data/base/ratio.txt");
 *     while (test_data_next(d)) {
 *         const char *due = test_data_get(d, "due");
 *         cr_expect(..., "%s", test_data_where(d));
 *     }
 *     test_data_close(d);
 */

typedef struct test_data test_data;

/** Opens a file below the project root; aborts with a message when it is not there. */
test_data  *test_data_open(const char *path);
void        test_data_close(test_data *d);
/** Moves to the next paragraph. @return 0 at the end. */
int         test_data_next(test_data *d);
/** The value of a key of this paragraph, or NULL. Lives until the next paragraph. */
const char *test_data_get(const test_data *d, const char *key);
/** The value of a key that must be there; aborts with file and line when it is not. */
const char *test_data_need(const test_data *d, const char *key);
/** All `key: value` lines in order. */
size_t      test_data_count(const test_data *d);
const char *test_data_key_at(const test_data *d, size_t i);
const char *test_data_value_at(const test_data *d, size_t i);
/** Line of the i-th entry, 1-based. */
unsigned    test_data_line_at(const test_data *d, size_t i);
/** "path:line" of the paragraph's first line. */
const char *test_data_where(const test_data *d);

/** Path of a file below the project root (env AFTERCARE_ROOT, else the working directory). One of four rotating buffers. */
const char *test_path(const char *relative);
/** Path of a file in the shared folder (env AFTERCARE_SHARED, else ../shared beside the root), or NULL when it is not
 *  there; says so on stderr: "skipped: … (no PATH)". */
const char *test_shared(const char *relative);
/** The whole file, NUL added after `*size` bytes; free() it. NULL when it cannot be read. */
char       *test_read(const char *path, size_t *size);

#endif
