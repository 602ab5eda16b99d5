#ifndef AC_BASE_ASSERT_H
#define AC_BASE_ASSERT_H

/** @file
 * assert() without its texts: a host mistake stops the program at the call that made it, which any debugger shows,
 * and the library need not hold the wording of each condition. NDEBUG leaves it out altogether.
 */

#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#include <stdlib.h>
#define assert(condition) ((condition) ? (void)0 : abort())
#endif

#endif
