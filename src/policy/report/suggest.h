#ifndef AC_POLICY_REPORT_SUGGEST_H
#define AC_POLICY_REPORT_SUGGEST_H

#include <aftercare/base.h>

/** @file
 * Did you mean …? The nearest names by Damerau–Levenshtein distance on code points.
 *
 *     ac_suggest s;
 *     ac_suggest_begin(&s, wrong, &log->patience);
 *     for (each name in scope) ac_suggest_offer(&s, name);
 *     ac_log_suggest(log, s.names, s.count);
 *
 * Threads: an ac_suggest belongs to one thread at a time.
 */

enum { AC_SUGGEST_MOST = 3, AC_SUGGEST_POINTS = 64 };

typedef struct ac_suggest {
    uint32_t points[AC_SUGGEST_POINTS];     /**< the wrong name */
    size_t   length;                        /**< 0 when it is too long: nothing is suggested */
    unsigned allowed;                       /**< distance: 1 up to four code points, 2 above */
    ac_text  names[AC_SUGGEST_MOST];        /**< nearest first, then in the order offered */
    unsigned distances[AC_SUGGEST_MOST];
    size_t   count;
    uint32_t *patience;
} ac_suggest;

/** @param patience  Steps of comparing that are left for all mistakes of a source together; once they are used up nothing is suggested.
 *                   NULL: no bound. */
void ac_suggest_begin(ac_suggest *s, ac_text wrong, uint32_t *patience);
/** Takes a name that could have been meant. It is not copied. A name offered twice is taken once. */
void ac_suggest_offer(ac_suggest *s, ac_text name);
/** The distance of two texts, or most + 1 when it is more than `most`. Neighbours swapped count as one step. */
unsigned ac_text_distance(ac_text a, ac_text b, unsigned most);

/** Our form of a word that other rule languages use (`deadline`, `percent`, `hours`), or NULL. */
const char *ac_foreign_hint(ac_text word);
/** How to write what a parser expected, by its words for it; or NULL. */
const char *ac_expected_way(ac_text what);
/** The type, or the day of the week, meant by a word that is none here (`integer`, `整数`, `monday`, `周一`), or NULL. */
const char *ac_foreign_type(ac_text word);
const char *ac_foreign_weekday(ac_text word);
/** The unit meant by a word or abbreviation that is none here (`hours`, `d`, `工作日`), or NULL. */
const char *ac_foreign_unit(ac_text word);
/** How to write what stands behind a number and is no unit of ours (`weeks`, `e5`, `€`), or counts (`third`); or NULL. */
const char *ac_no_unit(ac_text word);
/** A short word in small letters: `TRUE` and `Null` are meant as `true` and `null`. */
ac_text ac_in_small(ac_text word, char room[16]);
/** The function meant by a word that is none here (`round`, `average`), or NULL. */
const char *ac_foreign_function(ac_text word);

#endif
