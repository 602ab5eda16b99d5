#ifndef AC_RULES_WHY_WHY_H
#define AC_RULES_WHY_WHY_H

#include "base/buffer.h"
#include "base/utf8.h"
#include "rules/eval.h"

/** @file
 * The page an explanation is written on: lines of a key and a message with arguments, as text or JSON.
 *
 *     {"decision":"…", …, "lines":[{"key":"clock","id":"START","args":["…"],"text":"started …"}]}
 *
 * Straight into a sink; arguments are short texts held on the page until their line is written. Nothing allocates.
 * Threads: a page belongs to one thread.
 */

typedef enum ac_why_id {
#define AC_WHY(id, en, zh) AC_WHY_##id,
#include "rules/why/why_messages.def"
#undef AC_WHY
    AC_WHY_COUNT
} ac_why_id;

enum { AC_WHY_ARGS = 4, AC_WHY_ARG_BYTES = 256, AC_WHY_OUT_BYTES = 512 };

typedef struct ac_why_page {
    ac_writer        out;
    ac_format        format;
    ac_lang          lang;
    const ac_policy *policy;
    const ac_zone   *zone;
    ac_why_id        key;           /**< of the line before; AC_WHY_COUNT: none yet */
    int              lines;
    uint32_t         arg_count;
    size_t           arg_size[AC_WHY_ARGS];
    char             arg[AC_WHY_ARGS][AC_WHY_ARG_BYTES];
    char             room[AC_WHY_OUT_BYTES];
} ac_why_page;

void      ac_why_begin(ac_why_page *page, const ac_policy *policy, const ac_zone *zone, ac_format format, ac_lang lang, ac_sink sink, void *user);
/** The heading: what is decided, of which record. Comes first. */
void      ac_why_head(ac_why_page *page, ac_decision_kind kind, ac_text name, ac_text record, ac_text id, ac_time now);
ac_status ac_why_end(ac_why_page *page);

/** @name Arguments of the next line, in order.
 * @{ */
void ac_why_text(ac_why_page *page, ac_text text);
void ac_why_string(ac_why_page *page, const char *string);
void ac_why_number(ac_why_page *page, int64_t number);
/** A name of the policy by its label. */
void ac_why_name(ac_why_page *page, ac_text name);
/** A dotted path, each part by its label. */
void ac_why_path(ac_why_page *page, ac_text path);
void ac_why_time(ac_why_page *page, ac_time at);
void ac_why_day(ac_why_page *page, ac_day day);
/** "36 h", "1 h 30 min", "5 s". */
void ac_why_length(ac_why_page *page, ac_secs seconds);
/** A message in the language of the page, with `name`, or each part of it that is a path, by its label in place of {0}. */
void ac_why_phrase(ac_why_page *page, ac_why_id message, ac_text name);
/** A value of a type as the language writes it; enum members by their labels; the words for absence. */
void ac_why_cell(ac_why_page *page, ac_type type, ac_cell cell);
/** @} */

/** Writes the line of the arguments given since the last one. */
void ac_why_line(ac_why_page *page, ac_why_id key, ac_why_id message);

/** Explains a limit (why_limit.c), a field (why_value.c), and what e->record opens of a type (why_opening.c). */
ac_status ac_why_opening(ac_why_page *page, ac_eval *e, uint32_t type);
ac_status ac_why_limit(ac_why_page *page, ac_eval *e, uint32_t limit, ac_error *err);
ac_status ac_why_value(ac_why_page *page, ac_eval *e, uint32_t field);
/** Facts and derived values that a program reads, in reading order, each once. */
typedef struct ac_why_seen {
    uint8_t  derived;       /**< 1: show what is worked out, 0: show facts */
    uint32_t count, more;
    uint32_t path[64];
} ac_why_seen;
void ac_why_program(ac_why_page *page, ac_eval *e, const ac_program *program, ac_why_seen *seen, uint32_t depth);
/** Facts, what is worked out, and every item of every rung of a ladder (why_gate.c). */
void ac_why_ladder(ac_why_page *page, ac_eval *e, uint32_t ladder);
void ac_why_rows(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t output);
/** Whether one row was taken, and what stood against it. */
void ac_why_one_row(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t row);
/** The line of what a cell that is no value means. */
void ac_why_absence(ac_why_page *page, ac_type type, ac_cell cell);
/** Line number and articles of a line of the policy. */
void ac_why_rule(ac_why_page *page, uint32_t line);

#endif
