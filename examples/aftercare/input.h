#ifndef TOOL_INPUT_H
#define TOOL_INPUT_H

#include "aftercare/options.h"
#include "common/csv.h"

/* Canonical CSV to records: the header is resolved once, each row fills a scratch record. A log that is judged under several policies
 * fills one scratch record of each. */

typedef struct input_column {
    ac_record *holder;
    uint32_t   field;       /* AC_NO_INDEX: its id */
    ac_text    name;        /* of the header */
} input_column;

/* A record that rows are filled into. */
typedef struct input_target {
    ac_record   *record;
    input_column columns[CSV_CELLS];
} input_target;

typedef struct input {
    const char    *path;
    const options *o;
    char          *source;      /* the file as it is */
    char          *text;        /* a copy; csv unquotes in it */
    size_t         size;
    csv            reader;
    input_target  *targets;
    size_t         target_count;
    size_t         column_count;
    int            has_id, unreadable;
    size_t         rows, bad_rows;
    unsigned char *twins;       /* by row: whether it is refused for another of its id; NULL: ids may repeat */
} input;

/* Reads the file and its header, which every record must have the fields of. 0 after a message. */
int  input_open(input *in, const options *o, const char *path, ac_record *const *records, size_t count);
/* From now on an id stands for one record: the same row again is passed over, and of rows that differ under one id none is read. */
void input_single(input *in);
/* Back to the first row, for a second pass. */
int  input_rewind(input *in);
/* The next row that has as many cells as the header; 0: the end. Bad rows are counted and, when `tell`, reported. */
int  input_row(input *in, int tell);
/* Its cells filled into the i-th record; 0: refused, and reported when `tell`. */
int  input_fill(input *in, size_t i, int tell);
/* The next good row, filled into the first record. 1: filled, 0: the end. */
int  input_next(input *in, int tell);
/* The first record, for keeps: the rows to come fill `next`, of the same type. */
ac_record *input_take(input *in, ac_record *next);
/* The id of the row at hand; empty without such a column. */
ac_text input_id(const input *in);
void input_close(input *in);

/* Fills NAME=VALUE; 0 after a message that names it. */
int  input_assign(ac_record *record, const options *o, const char *assignment, ac_error *err);

/* 0 after a message when an earlier assignment is of the same name. */
int  input_is_new(const char *earlier, const char *assignment, ac_error *err);

/* The same for the words of the command line from the `first` on; 0: one is refused, and reported when `tell`. */
int  input_words(ac_record *record, const options *o, int first, int tell);

/* Whether the record that holds a named field comes from --with, so that the field cannot be given: then *err says so. */
int input_comes_with(const options *o, const ac_record *record, const ac_record *holder, ac_text name, ac_error *err);

/* After `path` or a value for it was refused: the hint becomes the names that the record or the enum has, until the next call. */
void input_hint(ac_record *record, ac_text path, ac_error *err);

/* Adds a name to a hint such as "it has:", a list that ends with … when it grows too long. */
enum { INPUT_HINT_BYTES = 512 };
void input_hint_name(char hint[INPUT_HINT_BYTES], ac_text name);

/* A file with columns of its own, whatever the policy. */
typedef struct input_table {
    unsigned           code;        /* of its messages */
    const char *const *names;
    size_t             count, needed;       /* of which the first must be there */
    const char        *needs, *needs_hint;
    const char        *others, *others_hint;    /* NULL: other columns are passed over */
} input_table;

/* Where each column stands, SIZE_MAX: nowhere. 0 after a message. */
int input_table_header(const input_table *table, const char *path, csv *reader, size_t *at);

/* The history of all records of a log, grouped by id. */
typedef struct event {
    ac_text  id, field, value;
    ac_text  actor, role;       /* empty: not told */
    ac_time  at;
    uint32_t line, column, value_column;
    size_t   order;
} event;

typedef struct events {
    const char    *path;
    char          *text;
    event         *list;        /* sorted by id, then order in the file */
    size_t         count, bad_rows;
    size_t         cells;       /* of a line: 4, or 6 with actor and role */
    int            unreadable;
    unsigned char *used;
} events;

int  events_open(events *e, const char *path);
/* Adds the history of the record at hand. 0: one of its events is refused; reported when `tell`. */
int  events_fill(events *e, ac_record *record, int tell);
/* Events whose id no row had: reported, counted. */
size_t events_strays(events *e);
void events_close(events *e);

#endif
