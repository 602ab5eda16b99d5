#ifndef TOOL_SUMMARY_H
#define TOOL_SUMMARY_H

#include "aftercare/outcome.h"

/* What a replayed log comes to: records by value, verdicts by limit and grade, the worst overruns, what is missing. */

typedef struct summary summary;

summary *summary_new(const outcome *out);
void     summary_free(summary *s);
/* Counts the decisions `out` holds for `record`. */
void     summary_count(summary *s, const outcome *out, ac_record *record, ac_time at);
void     summary_text(const summary *s, const outcome *out, FILE *to);
/* Members of a JSON object, with a comma in front. */
void     summary_json(const summary *s, const outcome *out, FILE *to);

#endif
