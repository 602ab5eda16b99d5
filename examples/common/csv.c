#include "common/csv.h"

#include <string.h>

#include "common/text.h"

void csv_open(csv *reader, char *text, size_t size)
{
    memset(reader, 0, sizeof *reader);
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        size -= 3;
    }
    reader->at = text;
    reader->end = text + size;
    reader->line = 1;
    reader->separator = ',';
}

static void skip_blank_lines(csv *reader)
{
    while (reader->at < reader->end) {
        char *p = reader->at;
        if (*p == '\r' && p + 1 < reader->end && p[1] == '\n')
            p++;
        if (*p != '\n')
            return;
        reader->at = p + 1;
        reader->line++;
    }
}

static void set_fault(csv *reader, uint32_t line, uint32_t column, const char *what, const char *hint)
{
    if (reader->fault.what)
        return;
    reader->fault.what = what;
    reader->fault.hint = hint;
    reader->fault.line = line;
    reader->fault.column = column;
}

/* Where a row is while it is read. Columns are counted up to `counted`, never twice: rows may be long. */
typedef struct place {
    char    *at;
    char    *counted;
    uint32_t line, column;
} place;

static uint32_t column_of(place *p)
{
    p->column += (uint32_t)text_points(p->counted, (size_t)(p->at - p->counted));
    p->counted = p->at;
    return p->column;
}

/* Moves on to `to`, past line breaks. */
static void move_to(place *p, char *to)
{
    for (char *eol; (eol = memchr(p->at, '\n', (size_t)(to - p->at))) != NULL;) {
        p->at = p->counted = eol + 1;
        p->line++;
        p->column = 1;
    }
    p->at = to;
    (void)column_of(p);
}

/* The closing quote of the cell that opens at `open`, or NULL. Changes nothing. */
static char *closing_quote(const csv *reader, char *open)
{
    for (char *p = open + 1; p < reader->end && (size_t)(p - open) <= CSV_ROW_BYTES; p++) {
        if (*p != '"')
            continue;
        if (p + 1 >= reader->end || p[1] != '"')
            return p;
        p++;
    }
    return NULL;
}

/* A quoted cell: unquotes in place, once its end is known. Leaves `at` behind the closing quote. */
static int read_quoted(csv *reader, place *p, csv_cell *cell)
{
    char *close = closing_quote(reader, p->at);
    if (!close) {
        set_fault(reader, cell->line, cell->column, "the quote opened here is never closed",
                  "put \" behind the cell; a quote inside a cell is written \"\"");
        return 0;
    }
    char *out = p->at + 1;
    cell->text = out;
    move_to(p, close + 1);
    for (const char *from = cell->text; from < close; from++) {
        if (*from == '"')
            from++;
        *out++ = *from;
    }
    cell->size = (size_t)(out - cell->text);
    return 1;
}

static void read_plain(csv *reader, place *p, csv_cell *cell)
{
    cell->text = p->at;
    while (p->at < reader->end && *p->at != reader->separator && *p->at != '\n' && *p->at != '"')
        p->at++;
    if (p->at < reader->end && *p->at == '"') {
        set_fault(reader, p->line, column_of(p), "a quote in the middle of a cell", "quote the whole cell and double the quotes inside it");
        while (p->at < reader->end && *p->at != reader->separator && *p->at != '\n')
            p->at++;
    }
    cell->size = (size_t)(p->at - cell->text);
    if (cell->size && cell->text[cell->size - 1] == '\r' && (p->at == reader->end || *p->at == '\n'))
        cell->size--;
}

/* After a fault that has no sane continuation: the reader goes on behind the line break `eol` (NULL: the end) of `line`. */
static void resume_at_next_line(csv *reader, char *eol, uint32_t line)
{
    reader->at = eol ? eol + 1 : reader->end;
    reader->line = line + 1;
}

static void check_cells(csv *reader)
{
    for (size_t i = 0; i < reader->count; i++) {
        size_t bad;
        const csv_cell *cell = &reader->cells[i];
        if (!text_is_utf8(cell->text, cell->size, &bad)) {
            set_fault(reader, cell->line, cell->column + (uint32_t)text_points(cell->text, bad), "bytes that are not UTF-8", "save the file as UTF-8");
            return;
        }
    }
}

int csv_next(csv *reader)
{
    reader->count = 0;
    memset(&reader->fault, 0, sizeof reader->fault);
    skip_blank_lines(reader);
    if (reader->at >= reader->end)
        return 0;

    char *row = reader->at;
    const uint32_t row_line = reader->line;
    place p = { row, row, row_line, 1 };
    char *eol = memchr(row, '\n', (size_t)(reader->end - row));
    if ((size_t)((eol ? eol : reader->end) - row) > CSV_ROW_BYTES) {
        set_fault(reader, row_line, 1, "this line is longer than 1 MiB", "is a line break missing?");
        resume_at_next_line(reader, eol, row_line);
        return 1;
    }
    for (;;) {
        csv_cell scratch;
        csv_cell *cell = reader->count < CSV_CELLS ? &reader->cells[reader->count] : &scratch;
        memset(cell, 0, sizeof *cell);
        cell->line = p.line;
        cell->column = column_of(&p);
        if (cell == &scratch)
            set_fault(reader, p.line, cell->column, "more than 1,024 cells in a row", NULL);
        else
            reader->count++;
        if (p.at < reader->end && *p.at == '"') {
            if (!read_quoted(reader, &p, cell)) {
                resume_at_next_line(reader, memchr(p.at, '\n', (size_t)(reader->end - p.at)), p.line);
                return 1;
            }
            if (p.at < reader->end && *p.at == '\r')
                p.at++;
            if (p.at < reader->end && *p.at != reader->separator && *p.at != '\n') {
                set_fault(reader, p.line, column_of(&p), "text behind a closing quote", "quotes inside a cell are doubled");
                while (p.at < reader->end && *p.at != reader->separator && *p.at != '\n')
                    p.at++;
            }
        } else {
            read_plain(reader, &p, cell);
        }
        if ((size_t)(p.at - row) > CSV_ROW_BYTES) {
            set_fault(reader, row_line, 1, "this row is longer than 1 MiB", "is a quote never closed?");
            resume_at_next_line(reader, eol, row_line);
            return 1;
        }
        if (p.at >= reader->end || *p.at == '\n')
            break;
        p.at++;
    }
    reader->line = p.line + 1;
    reader->at = p.at < reader->end ? p.at + 1 : reader->end;
    check_cells(reader);
    return 1;
}

void csv_write(FILE *out, const char *text, size_t size)
{
    int quote = 0;
    for (size_t i = 0; i < size && !quote; i++)
        quote = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
    if (!quote) {
        fwrite(text, 1, size, out);
        return;
    }
    fputc('"', out);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"')
            fputc('"', out);
        fputc(text[i], out);
    }
    fputc('"', out);
}
