#ifndef EXAMPLE_CSV_H
#define EXAMPLE_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Reads comma-separated values (RFC 4180) from memory: quoted cells, doubled quotes, line breaks inside quotes,
 * LF or CRLF, a byte order mark in front, a last line with or without an end. Blank lines are passed over.
 *
 * A row that cannot be read is given with its fault and the reader stands at the next line: one bad row never
 * costs the good ones.
 */

#define CSV_CELLS 1024              /* most cells in a row */
#define CSV_ROW_BYTES (1u << 20)    /* longest row */

typedef struct csv_cell {
    const char *text;               /* not terminated; unquoted in place */
    size_t      size;
    uint32_t    line, column;       /* where it begins; columns count code points */
} csv_cell;

/* What is wrong with a row. */
typedef struct csv_fault {
    const char *what;               /* NULL: nothing */
    const char *hint;
    uint32_t    line, column;
} csv_fault;

typedef struct csv {
    char    *at, *end;              /* what is still to read; cells are unquoted in it */
    uint32_t line;
    char     separator;
    csv_cell cells[CSV_CELLS];
    size_t   count;
    csv_fault fault;
} csv;

/* `text` is changed by reading; it stays the caller's. */
void csv_open(csv *reader, char *text, size_t size);

/* The next row, into cells and count. 1: a row, good or with a fault; 0: the end. */
int csv_next(csv *reader);

/* Writes a cell, quoted when it must be, to a stdio stream. */
void csv_write(FILE *out, const char *text, size_t size);

#endif
