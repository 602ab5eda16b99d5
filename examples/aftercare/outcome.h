#ifndef TOOL_OUTCOME_H
#define TOOL_OUTCOME_H

#include "aftercare/options.h"

/* The decisions of one record, and how they are shown. */

typedef struct outcome {
    ac_policy   *policy;
    ac_zone     *zone;
    uint32_t     record_type;
    ac_record   *record;        /* that the decisions are about */
    uint32_t     count;
    ac_decision *decisions;
} outcome;

void outcome_open(outcome *out, const host_book *book, ac_record *record);
void outcome_close(outcome *out);
/* Name of the i-th decision: its field or limit. */
ac_text outcome_name(const outcome *out, uint32_t i);
/* The first table output that is a member of an enum: it groups the verdicts. AC_NO_INDEX: there is none. *members: how many the enum has. */
uint32_t outcome_grade(const outcome *out, size_t *members);
/* How many decisions are in error, such as a value that no row of its table gives; `only` NULL: of all. */
size_t outcome_errors(const outcome *out, const char *only);
/* A value as a cell: text as it is, unknown empty, else the literal, `unset`, `not-supported` or `error AC-nnnn`. */
void outcome_cell(const outcome *out, const ac_value *value, text_buffer *cell);
/* A value as eval prints it: "value 12", "none", "unset NAME per ART", … */
void outcome_phrase(const ac_policy *policy, const ac_zone *zone, const ac_value *value, text_buffer *phrase);
/* An instant in the policy's zone. */
void outcome_time(const outcome *out, ac_time at, char text[AC_TIME_TEXT_BYTES]);

/* What a limit has columns for; a value has one column. */
enum { PART_DUE, PART_VERDICT, PART_LATE_BY, PART_ARTICLE, PARTS };
/* ".due_at", ".verdict" … */
const char *outcome_part_name(int part);
void outcome_part(const outcome *out, const ac_decision *d, int part, text_buffer *cell);

/* The columns of `replay --out`. */
void outcome_csv_header(const outcome *out, FILE *to);
void outcome_csv_row(const outcome *out, ac_text id, FILE *to);
/* Members "policy", "version", "rules" … of a JSON object, without a comma in front. */
void outcome_json_policy(const ac_policy *policy, FILE *to);
/* One record as a JSON object without line breaks, without the closing brace. */
void outcome_json_open(const outcome *out, ac_text id, ac_time at, const char *only, FILE *to);
/* The limits alone, by name, as an object of their own. */
void outcome_json_limits(const outcome *out, ac_time at, FILE *to);
/* For people, with the policy's labels in Chinese; `only` NULL: all. */
void outcome_text(const outcome *out, ac_time at, const char *only, ac_lang lang, FILE *to);
/* One limit as outcome_text shows it, in place of what `text` holds. */
void outcome_milestone(const outcome *out, const ac_milestone *m, ac_lang lang, text_buffer *text);
/* Adds an overrun to a sum, which stays at the most there is. */
void outcome_add_seconds(ac_secs *sum, ac_secs more);
/* A verdict as people read it. */
const char *outcome_verdict(ac_verdict verdict, ac_lang lang);
/* The policy's label of a name, or the name itself. */
ac_text outcome_label(const outcome *out, ac_text name, ac_lang lang);

#endif
