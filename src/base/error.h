#ifndef AC_BASE_ERROR_H
#define AC_BASE_ERROR_H

#include <aftercare/base.h>

/** @file
 * Filling the ac_error of a caller, whatever version of the struct it was compiled with.
 *
 * Every function here takes err == NULL and returns `status`, so that a failure is one line:
 *     return ac_error_set(err, AC_E_RANGE, 204, "the year is outside 1..9999", NULL);
 * A field beyond err->size is not written.
 * Threads: pure but for *err.
 */

/** Starts an error anew: status, code, what and hint; all else empty. */
ac_status ac_error_set(ac_error *err, ac_status status, unsigned code, const char *what, const char *hint);

/** The same for what every room shares: AC_E_NOMEM with its constant text. */
ac_status ac_error_nomem(ac_error *err);

/** @name Adding to an error that was just set; no-ops when err is NULL.
 * @{ */
void ac_error_subject(ac_error *err, int64_t subject);
void ac_error_place(ac_error *err, uint32_t line, uint32_t column);
void ac_error_clause(ac_error *err, const char *clause);
/** Copies the name, cut at a code point where it does not fit. */
void ac_error_name(ac_error *err, ac_text name);
/** @} */

#endif
