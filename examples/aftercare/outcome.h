#ifndef TOOL_OUTCOME_H
#define TOOL_OUTCOME_H

#include "aftercare/options.h"

/* The decisions of one record, and how they are shown. */

typedef struct outcome {
    ac_policy   *policy;
    ac_zone     *zone;
    uint32_t     record_type;
    uint32_t     count;
    ac_decision *decisions;
} outcome;

void outcome_open(outcome *out, const host_book *book, const ac_record *record);
void outcome_close(outcome *out);
/* Name of the i-th decision: its field or limit. */
ac_text outcome_name(const outcome *out, uint32_t i);
/* A value as a cell: text as it is, unknown empty, else the literal, `unset`, `not-supported` or `error AC-nnnn`. */
void outcome_cell(const outcome *out, const ac_value *value, text_buffer *cell);
/* A value as eval prints it: "value 12", "none", "unset NAME per ART", … */
void outcome_phrase(const ac_policy *policy, const ac_zone *zone, const ac_value *value, text_buffer *phrase);
/* An instant in the policy's zone. */
void outcome_time(const outcome *out, ac_time at, char text[AC_TIME_TEXT_BYTES]);

/* The columns of `replay --out`. */
void outcome_csv_header(const outcome *out, FILE *to);
void outcome_csv_row(const outcome *out, ac_text id, FILE *to);
/* One record as a JSON object without line breaks, without the closing brace. */
void outcome_json_open(const outcome *out, ac_text id, ac_time at, const char *only, FILE *to);
/* For people, with the policy's labels in Chinese; `only` NULL: all. */
void outcome_text(const outcome *out, const char *only, ac_lang lang, FILE *to);
/* The policy's label of a name, or the name itself. */
ac_text outcome_label(const outcome *out, ac_text name, ac_lang lang);

#endif
