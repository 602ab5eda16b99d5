/* Logs as CSV: whatever the bytes, rows or faults, never a crash. What is read without a fault reads the same once more after being written.
 * And as acts of `penalties --acts`: each row becomes an act or is told and counted. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aftercare/acts.h"
#include "common/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy in memory of its own length, so that reading past the end is seen. */
static char *copy_of(const void *data, size_t size)
{
    char *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    if (size)
        memcpy(copy, data, size);
    return copy;
}

static void write_row(const csv *reader, FILE *out)
{
    size_t i;

    for (i = 0; i < reader->count; i++) {
        if (i)
            fputc(',', out);
        csv_write(out, reader->cells[i].text, reader->cells[i].size);
    }
    fputc('\n', out);
}

/* Every promise of the header about one row. */
static void check_row(const csv *reader, const char *text, size_t size, uint32_t line_before)
{
    size_t i;

    if (reader->count > CSV_CELLS || reader->line <= line_before)
        abort();
    if (reader->fault.what && (reader->fault.line == 0 || reader->fault.column == 0))
        abort();
    for (i = 0; i < reader->count && !reader->fault.what; i++) {
        const csv_cell *cell = &reader->cells[i];

        if (cell->line == 0 || cell->column == 0 || cell->text < text || cell->text + cell->size > text + size)
            abort();
    }
}

/* Rows that a written row reads back as: the same one. A row that is one empty cell would be a blank line; it is passed over. */
static void read_back(const csv *reader)
{
    char  *written = NULL, *copy;
    size_t size = 0, i;
    FILE  *out = open_memstream(&written, &size);
    csv   *again = calloc(1, sizeof *again);

    if (!out || !again)
        abort();
    write_row(reader, out);
    fclose(out);
    copy = copy_of(written, size);
    csv_open(again, copy, size);
    if (!csv_next(again) || again->fault.what || again->count != reader->count)
        abort();
    for (i = 0; i < reader->count; i++)
        if (again->cells[i].size != reader->cells[i].size || memcmp(again->cells[i].text, reader->cells[i].text, again->cells[i].size) != 0)
            abort();
    if (csv_next(again))
        abort();
    free(copy);
    free(again);
    free(written);
}

static int is_plain(const csv *reader)
{
    if (reader->fault.what || (reader->count == 1 && reader->cells[0].size == 0))
        return 0;
    return reader->count == 0 || reader->cells[0].size < 3 || memcmp(reader->cells[0].text, "\xEF\xBB\xBF", 3) != 0;
}

/* ── acts ── */

static int lies_in(ac_text part, const char *text, size_t size)
{
    return part.size == 0 || (part.data >= text && part.data + part.size <= text + size);
}

static void check_act(const act_row *row, const act_row *next, const char *text, size_t size)
{
    const ac_text parts[] = { row->id, row->event, row->offence, row->person, row->amount, row->act.actor, row->act.role, row->act.reason };
    size_t        i;

    if ((unsigned)row->act.verb >= AC_CASE_VERBS || row->line == 0 || (next && row->act.at > next->act.at))
        abort();
    for (i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!lies_in(parts[i], text, size))
            abort();
}

/* Messages go nowhere: they would be most of what the target does. */
static void read_acts(const uint8_t *data, size_t size)
{
    act_list acts = { 0 };
    FILE    *said = stderr, *nowhere = fopen("/dev/null", "w");
    size_t   i;
    int      is_read;

    if (!nowhere)
        abort();
    stderr = nowhere;
    is_read = acts_read_text(&acts, "acts.csv", copy_of(data, size), size);
    stderr = said;
    fclose(nowhere);
    if (acts.count + acts.bad != acts.seen || (!is_read && acts.seen))
        abort();
    for (i = 0; i < acts.count; i++)
        check_act(&acts.rows[i], i + 1 < acts.count ? &acts.rows[i + 1] : NULL, acts.text, size);
    acts_free(&acts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char    *text = copy_of(data, size);
    csv     *reader = calloc(1, sizeof *reader);
    uint32_t line;
    unsigned rows = 0;

    if (!reader)
        abort();
    csv_open(reader, text, size);
    for (line = 0; csv_next(reader); line = reader->line) {
        check_row(reader, text, size, line);
        if (is_plain(reader) && rows++ < 8)
            read_back(reader);
    }
    free(reader);
    free(text);
    read_acts(data, size);
    return 0;
}
