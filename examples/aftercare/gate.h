#ifndef TOOL_GATE_H
#define TOOL_GATE_H

#include "aftercare/outcome.h"

/* Answers --act for a record that is filled. Returns an exit code. */
int gate_answer(const options *o, const outcome *out, ac_record *record, ac_time at);

#endif
