#include "aftercare/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "common/csv.h"

/* Cuts the heads out of a text of its own, which the first of them keeps. */
static size_t cut_heads(const char *text, const char **heads)
{
    char *copy = must_zero(strlen(text) + 1, 1);
    size_t n = 0;
    strcpy(copy, text);
    for (char *p = strtok(copy, " "); p && n < SHEET_COLUMNS; p = strtok(NULL, " ")) {
        heads[n++] = p;
        for (; *p; p++)
            if (*p == '_')
                *p = ' ';
    }
    return n;
}

void sheet_open(sheet *s, const char *heads, const char *zh)
{
    memset(s, 0, sizeof *s);
    s->columns = cut_heads(heads, s->heads);
    cut_heads(zh, s->heads_zh);
}

void sheet_close(sheet *s)
{
    for (size_t i = 0; i < s->count; i++) {
        text_free(&s->cells[i].text);
        text_free(&s->cells[i].items);
    }
    free(s->cells);
    free((char *)s->heads[0]);
    free((char *)s->heads_zh[0]);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void sheet_text(sheet *s, ac_text text)
{
    if (s->count % 64 == 0)
        s->cells = must_resize(s->cells, (s->count + 64) * sizeof *s->cells);
    memset(&s->cells[s->count], 0, sizeof *s->cells);
    text_buffer *cell = &s->cells[s->count++].text;
    text_add(cell, "", 0);
    for (size_t i = 0; i < text.size; i++)
        if (!is_blank(text.data[i]))
            text_add(cell, text.data + i, 1);
        else if (cell->size && cell->data[cell->size - 1] != ' ')
            text_add(cell, " ", 1);
}

void sheet_string(sheet *s, const char *text)
{
    sheet_text(s, text_of(text ? text : ""));
}

void sheet_number(sheet *s, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    sheet_string(s, text);
}

void sheet_list(sheet *s)
{
    sheet_string(s, "");
    s->cells[s->count - 1].is_list = 1;
}

void sheet_item(sheet *s, ac_text item)
{
    sheet_cell *cell = &s->cells[s->count - 1];
    text_put(&cell->text, cell->text.size ? "; " : "");
    text_add(&cell->text, item.data, item.size);
    text_add(&cell->items, item.data, item.size);
    text_add(&cell->items, "", 1);
}

static size_t row_count(const sheet *s)
{
    return s->count / s->columns;
}

static ac_text cell_at(const sheet *s, size_t row, size_t column)
{
    return text_view(&s->cells[row * s->columns + column].text);
}

/* ── for people ── */

/* 0: every cell is empty. */
static size_t column_width(const sheet *s, size_t column, const char *head)
{
    size_t width = 0;
    for (size_t i = 0; i < row_count(s); i++) {
        ac_text cell = cell_at(s, i, column);
        size_t w = text_width(cell.data, cell.size);
        width = w > width ? w : width;
    }
    size_t w = text_width(head, strlen(head));
    return width == 0 ? 0 : w > width ? w : width;
}

static void print_row(const sheet *s, const size_t *widths, ac_text (*cell)(const sheet *, size_t, size_t), size_t row, FILE *to)
{
    size_t last = s->columns, blanks = 0;
    while (last > 0 && (widths[last - 1] == 0 || cell(s, row, last - 1).size == 0))
        last--;
    for (size_t k = 0; k < last; k++) {
        ac_text text = cell(s, row, k);
        if (widths[k] == 0)
            continue;
        fprintf(to, "%*s", (int)blanks, "");
        fwrite(text.data, 1, text.size, to);
        blanks = 2 + widths[k] - text_width(text.data, text.size);
    }
    fputc('\n', to);
}

static ac_text head_at(const sheet *s, size_t row, size_t column)
{
    (void)row;
    return text_of(s->heads[column]);
}

static ac_text head_zh_at(const sheet *s, size_t row, size_t column)
{
    (void)row;
    return text_of(s->heads_zh[column]);
}

static void print_text(const sheet *s, ac_lang lang, FILE *to)
{
    size_t widths[SHEET_COLUMNS];
    if (s->count == 0)
        return;
    for (size_t k = 0; k < s->columns; k++)
        widths[k] = column_width(s, k, lang == AC_LANG_ZH ? s->heads_zh[k] : s->heads[k]);
    print_row(s, widths, lang == AC_LANG_ZH ? head_zh_at : head_at, 0, to);
    for (size_t i = 0; i < row_count(s); i++)
        print_row(s, widths, cell_at, i, to);
}

/* ── for programs ── */

static void print_json_items(const text_buffer *items, FILE *to)
{
    fputc('[', to);
    for (size_t at = 0; at < items->size; at += strlen(items->data + at) + 1) {
        fputs(at ? "," : "", to);
        json_text(to, items->data + at, strlen(items->data + at));
    }
    fputc(']', to);
}

static void print_json(const sheet *s, FILE *to)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t k = i % s->columns;
        fputc(k ? ',' : '{', to);
        json_text(to, s->heads[k], strlen(s->heads[k]));
        fputc(':', to);
        if (s->cells[i].is_list)
            print_json_items(&s->cells[i].items, to);
        else
            json_text(to, s->cells[i].text.data, s->cells[i].text.size);
        if (k + 1 == s->columns)
            fputs("}\n", to);
    }
}

static void print_csv(const sheet *s, FILE *to)
{
    for (size_t k = 0; k < s->columns; k++) {
        fputs(k ? "," : "", to);
        csv_write(to, s->heads[k], strlen(s->heads[k]));
    }
    for (size_t i = 0; i < s->count; i++) {
        fputs(i % s->columns ? "," : "\n", to);
        csv_write(to, s->cells[i].text.data, s->cells[i].text.size);
    }
    fputs("\n", to);
}

void sheet_show(const sheet *s, const options *o)
{
    if (o->json)
        print_json(s, stdout);
    else if (o->csv)
        print_csv(s, stdout);
    else
        print_text(s, o->lang, stdout);
}
