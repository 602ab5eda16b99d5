#ifndef AC_TEST_PAGE_H
#define AC_TEST_PAGE_H

#include <stddef.h>

/** @file
 * The fenced blocks of a page of the manual. What a block is for stands behind its three backquotes:
 *
 *     ```policy name=pump data=cn     a whole policy: compiles without error or warning, its examples pass
 *     ```policy-part base=pump        blocks put behind that policy; otherwise the same
 *     ```data name=cn                 a data file that other blocks may link
 *     ```eval policy=pump of=ticket   lines `EXPRESSION => RESULT`, or `EXPRESSION given NAME = VALUE; … => RESULT`
 *     ```error base=pump              a policy (without base) or a part that must be refused …
 *     ```data-error policy=pump       … or a data file that does not fit …
 *     ```message                      … with exactly these messages; lines are counted from the top of the block above
 *
 * `verify` on any of these: the policy is verified; `strict`: what is not proven is an error. Options of policy and policy-part: `data=A,B` links data files, `uncited` allows articles that nothing cites, `later`
 * constructs not yet carried out and skipped examples. `file=PATH` on any fence: the file there holds the same. Fences with any other word are not looked at.
 */

enum { TEST_PAGE_WORDS = 8 };

typedef struct test_page_block {
    const char *kind;
    const char *words[TEST_PAGE_WORDS];    /**< the options, "key=value" or "key" */
    size_t      word_count;
    const char *text;
    unsigned    line;                   /**< of the fence */
} test_page_block;

typedef struct test_page test_page;

/** Reads a page below the project root; aborts with a message when it cannot be read or a fence stays open. */
test_page *test_page_open(const char *path);
void test_page_close(test_page *p);
size_t test_page_count(const test_page *p);
const test_page_block *test_page_at(const test_page *p, size_t i);
/** The value of an option: "" when it has none, NULL when it is not given. */
const char *test_page_option(const test_page_block *block, const char *key);
/** The block of a kind with that name; NULL when there is none. */
const test_page_block *test_page_find(const test_page *p, const char *kind, const char *name);

#endif
