#ifndef AFTERCARE_BASE_H
#define AFTERCARE_BASE_H

#include <stddef.h>
#include <stdint.h>

/** @file
 * Ground floor: status codes, errors the caller owns, the allocator, exact ratios, digests.
 *
 * Threads: everything here is a value or a pure function; any thread may use it.
 */

#if defined AC_STATIC
#  define AC_API
#elif defined _WIN32
#  if defined AC_BUILDING
#    define AC_API __declspec(dllexport)
#  else
#    define AC_API __declspec(dllimport)
#  endif
#elif defined __GNUC__
#  define AC_API __attribute__((visibility("default")))
#else
#  define AC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @name Version
 * The three numbers the header was written for; ac_version() tells what is linked.
 * @{ */
#define AC_VERSION_MAJOR 0
#define AC_VERSION_MINOR 1
#define AC_VERSION_PATCH 0
/** @} */

/** What a program can act on. What a person must mend is the message code in ac_error. */
typedef enum ac_status {
    AC_OK = 0,
    AC_E_NOMEM,         /**< The allocator refused; the object is as it was before the call. */
    AC_E_RANGE,         /**< A number, date or instant does not fit, or an exact step overflowed. */
    AC_E_INVALID,       /**< Malformed input: text, bytes, UTF-8, a struct of the wrong size. */
    AC_E_TYPE,          /**< A value of another type than the field or operation wants. */
    AC_E_NOT_FOUND,     /**< No record, field, limit, calendar or policy of that name. */
    AC_E_LIMIT,         /**< A declared limit or byte budget is exhausted. */
    AC_E_POLICY,        /**< The policy or data file has errors; the report lists them. */
    AC_E_CONFLICT,      /**< Already there with other content, or versions overlap. */
    AC_E_UNSUPPORTED,   /**< A construct this version does not carry out. */
    AC_E_NOT_COVERED,   /**< The calendar or the set of policies does not cover that date. */
    AC_E_NEVER,         /**< No open time ahead: the instant asked for does not exist. */
    AC_E_HOST           /**< A callback of the host failed. */
} ac_status;

/** The name of a status, such as "AC_E_NOMEM"; never NULL. The text is constant. */
AC_API const char *ac_status_name(ac_status status);

/** Bytes in ac_error::name, the terminating NUL included. */
#define AC_ERROR_NAME_BYTES 72

/** Why a call failed. The caller owns it and may pass NULL wherever one is taken.
 *
 * A successful call leaves it untouched. All texts but `name` are constant: nothing to free.
 */
typedef struct ac_error {
    size_t      size;       /**< sizeof(ac_error) as the host compiled it. */
    ac_status   status;     /**< The status that the call returned. */
    unsigned    code;       /**< Message code, the nnnn of AC-nnnn; 0 when none applies. */
    const char *what;       /**< One sentence for a person: what is wrong. */
    const char *hint;       /**< The way out, or NULL. */
    int64_t     subject;    /**< What the call was about: an index, an id, a byte offset; else 0. */
    uint32_t    line;       /**< 1-based line in the input, or 0. */
    uint32_t    column;     /**< 1-based column in code points, or 0. */
    const char *clause;     /**< Article of the rulebook, or NULL. Belongs to the policy. */
    char        name[AC_ERROR_NAME_BYTES];  /**< The name or text it is about, cut at a code point; may be empty. */
} ac_error;

/** Start value of an ac_error. */
#define AC_ERROR_INIT { sizeof(ac_error), AC_OK, 0, NULL, NULL, 0, 0, 0, NULL, { 0 } }

/** Where an object gets its memory. Chosen when it is made and kept by it; NULL means the C library.
 *
 * The struct is copied, the functions and `user` must outlive every object made with it.
 */
typedef struct ac_allocator {
    size_t size;            /**< sizeof(ac_allocator) as the host compiled it. */
    /** new_size 0 frees and returns NULL; ptr NULL allocates; otherwise resizes, keeping the content.
     *  NULL for a new_size above 0 means refused, and ptr is still valid. */
    void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size);
    void  *user;            /**< Passed back as it is. */
} ac_allocator;

/** A run of bytes that belongs to somebody else; not terminated. */
typedef struct ac_text {
    const char *data;
    size_t      size;
} ac_text;

/** An instant: seconds since 1970-01-01T00:00:00Z, years 1..9999. */
typedef int64_t ac_time;

/** A length of time in whole seconds; the name of the holder says whether working or wall time. */
typedef int64_t ac_secs;

/** An amount of money in the currency's minor unit; the currency is the policy's. */
typedef int64_t ac_minor;

/** An exact ratio in lowest terms: den >= 1. Compared by cross-multiplication, never rounded. */
typedef struct ac_ratio {
    int64_t num;
    int64_t den;
} ac_ratio;

/** The order of two ratios: negative, 0 or positive. Exact for every pair. */
AC_API int ac_ratio_compare(ac_ratio a, ac_ratio b);

/** SHA-256 (FIPS 180-4) of a source text, a rule set, an edition or zone data. */
typedef struct ac_digest {
    uint8_t bytes[32];
} ac_digest;

/** The digest of `size` bytes at `data`. */
AC_API ac_digest ac_digest_of(const void *data, size_t size);

/** Writes 64 lower-case hexadecimal digits and a NUL. */
AC_API void ac_digest_hex(const ac_digest *digest, char out[65]);

/** Takes one piece of text as it is produced; `size` bytes, not terminated. A status other than AC_OK stops the producer. */
typedef ac_status (*ac_sink)(void *user, const char *data, size_t size);

/** What is linked: "0.1.0". */
AC_API const char *ac_version(void);

#ifdef __cplusplus
}
#endif
#endif
