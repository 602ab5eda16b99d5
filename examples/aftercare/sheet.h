#ifndef TOOL_SHEET_H
#define TOOL_SHEET_H

#include "aftercare/options.h"

/* A table on paper: rows of texts under heads, written with aligned columns, as JSON or as CSV. */

enum { SHEET_COLUMNS = 12 };

typedef struct sheet_cell {
    text_buffer text;
    text_buffer items;          /* of a list, each with its NUL */
    int         is_list;
} sheet_cell;

typedef struct sheet {
    const char  *heads[SHEET_COLUMNS];
    const char  *heads_zh[SHEET_COLUMNS];
    size_t       columns;
    sheet_cell  *cells;         /* rows * columns */
    size_t       count;         /* of cells */
} sheet;

/* `heads` in English and `zh` in Chinese, both with blanks between; `_` in a head is a blank. JSON and CSV use the English ones. */
void sheet_open(sheet *s, const char *heads, const char *zh);
void sheet_close(sheet *s);
/* The next cell of the row at hand; a run of blanks and ends of lines becomes one blank. */
void sheet_text(sheet *s, ac_text text);
void sheet_string(sheet *s, const char *text);
void sheet_number(sheet *s, uint64_t number);
/* The next cell, a list; then each of its items. */
void sheet_list(sheet *s);
void sheet_item(sheet *s, ac_text item);

/* As the options say: for people without a column when all its cells are empty; one JSON object a row and line; CSV. */
void sheet_show(const sheet *s, const options *o);

#endif
