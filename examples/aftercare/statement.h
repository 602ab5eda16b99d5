#ifndef TOOL_STATEMENT_H
#define TOOL_STATEMENT_H

#include "aftercare/penalties.h"

/* What the ways of telling a statement share. */

typedef struct statement_sums {
    int64_t fines, payments, capped, open_low, open_high;
    int64_t carried, put_off, owed;     /* taken from earlier periods; left to later ones; in the end */
    size_t  events, idle, lines, open, undecided, wrong, excepted, voided;
} statement_sums;

/* Of the lines that are told. */
statement_sums  statement_add_up(const penalty_list *list);
/* The offence or reward of a line. */
ac_offence_info statement_info(const penalty_line *line);

#endif
