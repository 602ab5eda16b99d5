#include "aftercare/recount.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"
#include "aftercare/svg.h"

enum { I_EVENT, I_PERSON, I_OFFENCE, I_STATE, I_OCCURRENCE, I_CHARGED, I_WHEN, I_KIND, I_RESULT, I_COUNT };

static const char *const COLUMNS[I_COUNT] = { "event", "person", "offence", "state", "occurrence", "charged", "when", "kind", "result" };
static const input_table TABLE = { TOOL_ISSUED, COLUMNS, I_COUNT, I_WHEN, "issued lines need this column", "give the file as `penalties --csv` wrote it", NULL, NULL };

static void fault(issued *it, uint32_t line, uint32_t column, const char *what, const char *hint, ac_text name)
{
    ac_error err = AC_ERROR_INIT;
    err.code = TOOL_ISSUED;
    err.what = what;
    err.hint = hint;
    memcpy(err.name, name.data, name.size < sizeof err.name ? name.size : sizeof err.name - 1);
    host_print_error(it->path, line, column, &err);
    it->bad++;
}

/* ── lines, each once ── */

static issued_row *keep(issued *it, const issued_row *row)
{
    if (it->count == it->room) {
        it->room = it->room ? it->room * 2 : 256;
        it->rows = must_resize(it->rows, it->room * sizeof *it->rows);
    }
    it->rows[it->count] = *row;
    return &it->rows[it->count++];
}

static int by_key(const void *x, const void *y)
{
    const issued_row *a = x, *b = y;
    int order = ac_case_key_compare(&a->line.key, &b->line.key);
    if (order == 0)
        order = a->is_added - b->is_added;
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

/* What acts and carrying over added, to the line that they added it to. 0: it is too much for a number, or the line is there twice. */
static int join(issued_row *to, const issued_row *row)
{
    int64_t sum = to->line.amount, more = row->line.amount;
    if (!row->is_added || (more > 0 ? sum > INT64_MAX - more : sum < INT64_MIN - more))
        return 0;
    to->line.amount = sum + more;
    return 1;
}

static void seal(issued *it)
{
    size_t kept = 0;
    if (it->count)
        qsort(it->rows, it->count, sizeof *it->rows, by_key);
    for (size_t i = 0; i < it->count; i++) {
        issued_row *row = &it->rows[i], *last = kept ? &it->rows[kept - 1] : NULL;
        if (!last || ac_case_key_compare(&last->line.key, &row->line.key) != 0) {
            it->rows[kept++] = *row;
            continue;
        }
        if (!join(last, row))
            fault(it, row->number, 1, "this line was issued before", "an event comes to one line a person and offence; leave one out", row->line.key.event);
        free(row->kept);
    }
    it->count = kept;
    it->lines = must_zero(kept + 1, sizeof *it->lines);
    for (size_t i = 0; i < kept; i++)
        it->lines[i] = it->rows[i].line;
}

/* ── as it was issued ── */

/* A number in front of a text, which becomes what is behind it; 0: there is none. */
static int take_number(ac_text *text, uint32_t *number)
{
    size_t i = 0;
    for (*number = 0; i < text->size && i < 9 && text->data[i] >= '0' && text->data[i] <= '9'; i++)
        *number = *number * 10 + (uint32_t)(text->data[i] - '0');
    text->data += i;
    text->size -= i;
    return i > 0;
}

static int take_word(ac_text *text, const char *word)
{
    size_t size = strlen(word);
    if (text->size < size || memcmp(text->data, word, size) != 0)
        return 0;
    text->data += size;
    text->size -= size;
    return 1;
}

/* The number of a window that an offence of any version counts in; AC_OCCURRENCE_WINDOWS: none is called so. */
static uint32_t find_window(const penalty_list *list, ac_text offence, ac_text name)
{
    text_buffer text = { 0 };
    uint32_t most, found = name.size ? AC_OCCURRENCE_WINDOWS : AC_OCCURRENCE_EVER;
    for (size_t v = 0; v < list->version_count; v++)
        for (uint32_t w = 0; found == AC_OCCURRENCE_WINDOWS && penalties_window(list->versions[v], ac_policy_find_offence(list->versions[v], offence), w, &text, &most); w++) {
            if (text_equal(text_view(&text), name))
                found = w;
            text_clear(&text);
        }
    text_free(&text);
    return found;
}

/* "3 in month, 7 or more in 90 days" */
static int read_ordinals(const penalty_list *list, ac_text offence, ac_text cell, uint32_t nth[AC_OCCURRENCE_WINDOWS])
{
    while (cell.size) {
        const char *comma = cell.data;
        uint32_t number, window;
        take_word(&cell, "at least ");
        if (!take_number(&cell, &number))
            return 0;
        take_word(&cell, " or more");
        while (comma + 1 < cell.data + cell.size && (comma[0] != ',' || comma[1] != ' '))
            comma++;
        ac_text name = cell;
        name.size = comma + 1 < cell.data + cell.size ? (size_t)(comma - cell.data) : cell.size;
        cell.data += name.size;
        cell.size -= name.size;
        if (name.size && !take_word(&name, " in "))
            return 0;
        window = find_window(list, offence, name);
        if (window == AC_OCCURRENCE_WINDOWS)
            return 0;
        nth[window] = number;
        if (cell.size && (!take_word(&cell, ", ") || cell.size == 0))
            return 0;
    }
    return 1;
}

static int read_amount(ac_text cell, int64_t *amount)
{
    int is_less = take_word(&cell, "-");
    size_t i = 0;
    for (*amount = 0; i < cell.size && i < 18 && cell.data[i] >= '0' && cell.data[i] <= '9'; i++)
        *amount = *amount * 10 + (cell.data[i] - '0');
    if (is_less)
        *amount = -*amount;
    return i > 0 && i == cell.size;
}

static int is_known(const penalty_list *list, ac_text offence)
{
    for (size_t v = 0; v < list->version_count; v++)
        if (ac_policy_find_offence(list->versions[v], offence) != AC_NO_INDEX)
            return 1;
    return 0;
}

static int is_asked_for(const penalty_list *list, ac_text when, ac_text person)
{
    size_t month = list->month ? strlen(list->month) : 0;
    return (!list->person || text_same(person, list->person)) && (!list->month || (when.size > month && memcmp(when.data, list->month, month) == 0));
}

static void read_row(recount *r, const csv *line, size_t columns, const size_t *at)
{
    issued *it = &r->was;
    ac_text cell[I_COUNT];
    issued_row row = { 0 };
    it->seen++;
    if (line->fault.what || line->count != columns) {
        fault(it, line->fault.what ? line->fault.line : line->cells[0].line, line->fault.what ? line->fault.column : 1,
              line->fault.what ? line->fault.what : "this row has not as many cells as the header",
              line->fault.what ? line->fault.hint : "give the file as `penalties --csv` wrote it", text_of(""));
        return;
    }
    row.number = line->cells[0].line;
    for (int c = 0; c < I_COUNT; c++) {
        cell[c] = text_of("");
        if (at[c] != SIZE_MAX) {
            cell[c].data = line->cells[at[c]].text;
            cell[c].size = line->cells[at[c]].size;
        }
    }
    if (text_same(cell[I_STATE], "voided") || !is_asked_for(r->list, cell[I_WHEN], cell[I_PERSON]))
        return;
    row.line.key.event = text_same(cell[I_STATE], "carried") ? text_of("") : cell[I_EVENT];
    row.line.key.offence = cell[I_OFFENCE];
    row.line.key.person = cell[I_PERSON];
    row.occurrence = cell[I_OCCURRENCE];
    row.result = cell[I_RESULT];
    row.is_reward = text_same(cell[I_KIND], "reward");
    row.is_added = text_same(cell[I_STATE], "carried") || text_same(cell[I_STATE], "act");
    if (!read_amount(cell[I_CHARGED], &row.line.amount))
        fault(it, row.number, line->cells[at[I_CHARGED]].column, "this is no amount in minor units", "write it as digits, such as 2000 for 20.00", cell[I_CHARGED]);
    else if (is_known(r->list, row.line.key.offence) && !read_ordinals(r->list, row.line.key.offence, cell[I_OCCURRENCE], row.line.nth))
        fault(it, row.number, line->cells[at[I_OCCURRENCE]].column, "the offence counts no such occurrence", "write it as issued, such as 3 in month", cell[I_OCCURRENCE]);
    else
        keep(it, &row);
}

int recount_read(recount *r, const char *path)
{
    csv *reader = must_zero(1, sizeof *reader);
    size_t size, at[I_COUNT];
    int is_read = 0;
    r->was.path = path;
    r->was.text = host_read(path, &size);
    if (r->was.text) {
        csv_open(reader, r->was.text, size);
        is_read = input_table_header(&TABLE, path, reader, at);
        for (size_t columns = reader->count; is_read && csv_next(reader);)
            read_row(r, reader, columns, at);
        seal(&r->was);
    }
    free(reader);
    return is_read;
}

/* ── as it is counted ── */

static void keep_line(issued *it, const penalty_list *list, const penalty_line *line, penalty_row *words)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;
    issued_row row = { 0 };
    ac_policy_offence_at(line->policy, line->charge.offence, &info);
    penalties_fill(list, line, words);
    row.line.key.event = line->is_carried ? text_of("") : line->id;
    row.line.key.offence = info.name;
    row.line.key.person = line->person;
    row.line.amount = it->without_acts && line->state ? line->with_choice : line->charge.charged;
    row.is_reward = info.is_reward;
    row.is_added = line->is_carried || line->entry;
    row.number = (uint32_t)it->count;
    for (uint32_t w = 0; line->charge.proposal.occurs && w < AC_OCCURRENCE_WINDOWS; w++)
        if (info.windows ? info.windows & 1u << w : w == AC_OCCURRENCE_EVER)
            row.line.nth[w] = line->charge.occurrence.nth[w];
    row.occurrence = text_view(&words->cell[4]);
    row.result = text_view(&words->cell[6]);
    row.kept = must_zero(row.occurrence.size + row.result.size + 1, 1);
    memcpy(row.kept, row.occurrence.data, row.occurrence.size);
    memcpy(row.kept + row.occurrence.size, row.result.data, row.result.size);
    row.occurrence.data = row.kept;
    row.result.data = row.kept + row.occurrence.size;
    keep(it, &row);
}

static void count(issued *it, const penalty_list *list)
{
    penalty_row words = { 0 };
    for (size_t i = 0; i < list->count; i++)
        if (!list->lines[i].is_void && !(it->without_acts && list->lines[i].entry) && penalties_is_told(list, &list->lines[i]))
            keep_line(it, list, &list->lines[i], &words);
    penalties_free_row(&words);
    seal(it);
}

void recount_count(recount *r, const penalty_list *was)
{
    r->was.without_acts = r->is.without_acts = 1;
    count(&r->was, was);
}

void recount_compare(recount *r)
{
    count(&r->is, r->list);
}

static void free_side(issued *it)
{
    for (size_t i = 0; i < it->count; i++)
        free(it->rows[i].kept);
    free(it->rows);
    free(it->lines);
    free(it->text);
}

void recount_free(recount *r)
{
    free_side(&r->was);
    free_side(&r->is);
}

/* ── what changes ── */

typedef struct difference {
    ac_recount        at;
    const issued_row *was, *is, *any;   /* `any`: what is, else what was */
    int64_t           change, fines, payments;      /* the last two: of all so far */
    size_t            changed, added, gone;
} difference;

static difference begin(const recount *r)
{
    difference d = { .at = AC_RECOUNT_INIT };
    d.at.was = r->was.lines;
    d.at.was_count = r->was.count;
    d.at.is = r->is.lines;
    d.at.is_count = r->is.count;
    return d;
}

/* 0: there is no other. */
static int next(const recount *r, difference *d)
{
    ac_recount_change change;
    ac_error err = AC_ERROR_INIT;
    ac_status st = ac_recount_next(&d->at, &change, &err);
    if (st != AC_OK) {
        if (st != AC_E_NOT_FOUND)
            host_print_error(r->was.path, 0, 0, &err);
        return 0;
    }
    d->was = change.was ? &r->was.rows[change.was - r->was.lines] : NULL;
    d->is = change.is ? &r->is.rows[change.is - r->is.lines] : NULL;
    d->any = d->is ? d->is : d->was;
    d->change = change.change;
    *(d->any->is_reward ? &d->payments : &d->fines) += change.change;
    ++*(d->was && d->is ? &d->changed : d->is ? &d->added : &d->gone);
    return 1;
}

static void put_change(const recount *r, int64_t change, text_buffer *to)
{
    text_put(to, change > 0 ? "+" : "");
    penalties_money(r->list, to, change);
}

/* "3 in month, 20 CNY (reprimand, 20 CNY)" */
static void put_side(const recount *r, const issued_row *row, text_buffer *to)
{
    text_buffer money = { 0 };
    penalties_money(r->list, &money, row->line.amount);
    text_add(to, row->occurrence.data, row->occurrence.size);
    text_put(to, row->occurrence.size ? ", " : "");
    text_put(to, money.data);
    if (row->line.key.event.size && row->result.size && !text_equal(row->result, text_view(&money))) {
        text_put(to, " (");
        text_add(to, row->result.data, row->result.size);
        text_put(to, ")");
    }
    text_free(&money);
}

static void put_name(const difference *d, text_buffer *to)
{
    const ac_case_key *key = &d->any->line.key;
    if (key->event.size)
        text_add(to, key->event.data, key->event.size);
    else
        text_put(to, host_words("carried over"));
    text_put(to, " ");
    text_add(to, key->offence.data, key->offence.size);
    text_put(to, ", ");
    text_add(to, key->person.data, key->person.size);
}

static void put_was_and_is(const recount *r, const difference *d, text_buffer *to)
{
    text_put(to, host_words(d->was ? "was " : "comes new: "));
    put_side(r, d->was ? d->was : d->is, to);
    text_put(to, d->was ? "; " : "");
    text_put(to, d->was ? host_words(d->is ? "would be " : "falls away") : "");
    if (d->was && d->is)
        put_side(r, d->is, to);
    text_put(to, ": ");
    put_change(r, d->change, to);
}

/* "2 changed, 1 new, 0 fallen away: fines +20 CNY, payments 0 CNY" */
static void put_total(const recount *r, const difference *d, text_buffer *to)
{
    char text[192];
    snprintf(text, sizeof text, host_words("%zu changed, %zu new, %zu fallen away"), d->changed, d->added, d->gone);
    text_put(to, text);
    text_put(to, host_words(": fines "));
    put_change(r, d->fines, to);
    text_put(to, host_words(", payments "));
    put_change(r, d->payments, to);
}

static void put_title(const recount *r, text_buffer *to)
{
    text_put(to, host_words(r->was.path ? "changed since it was issued" : "changed by what is voided"));
}

void recount_text(const recount *r, FILE *to)
{
    text_buffer text = { 0 };
    difference d = begin(r);
    put_title(r, &text);
    fprintf(to, "%s:\n", text.data);
    for (text_clear(&text); next(r, &d); text_clear(&text)) {
        put_name(&d, &text);
        text_put(&text, ": ");
        put_was_and_is(r, &d, &text);
        fprintf(to, "  %s\n", text.data);
    }
    put_total(r, &d, &text);
    fprintf(to, "  %s\n", text.data);
    text_free(&text);
}

void recount_page(const recount *r, FILE *to)
{
    text_buffer text = { 0 };
    difference d = begin(r);
    put_title(r, &text);
    fputs("<section>\n<h2>", to);
    svg_string(to, text.data);
    fputs("</h2>\n<table>\n", to);
    for (text_clear(&text); next(r, &d); text_clear(&text)) {
        fputs("<tr><td>", to);
        put_name(&d, &text);
        svg_string(to, text.data);
        fputs("</td><td>", to);
        text_clear(&text);
        put_was_and_is(r, &d, &text);
        svg_string(to, text.data);
        fputs("</td></tr>\n", to);
    }
    put_total(r, &d, &text);
    fputs("</table>\n<p>", to);
    svg_string(to, text.data);
    fputs("</p>\n</section>\n", to);
    text_free(&text);
}

static void json_side(const char *name, const issued_row *row, FILE *to)
{
    fprintf(to, ",\"%s\":", name);
    if (!row) {
        fputs("null", to);
        return;
    }
    fputs("{\"occurrence\":", to);
    json_text(to, row->occurrence.data, row->occurrence.size);
    fprintf(to, ",\"charged\":%lld,\"result\":", (long long)row->line.amount);
    json_text(to, row->result.data, row->result.size);
    fputc('}', to);
}

void recount_json(const recount *r, FILE *to)
{
    difference d = begin(r);
    fprintf(to, "\"changed_by\":\"%s\",\"changes\":[", r->was.path ? "counting again" : "what is voided");
    while (next(r, &d)) {
        const ac_case_key *key = &d.any->line.key;
        fputs(d.changed + d.added + d.gone > 1 ? ",\n{\"event\":" : "\n{\"event\":", to);
        json_text(to, key->event.data, key->event.size);
        fputs(d.any->is_reward ? ",\"reward\":" : ",\"offence\":", to);
        json_text(to, key->offence.data, key->offence.size);
        fputs(",\"person\":", to);
        json_text(to, key->person.data, key->person.size);
        json_side("was", d.was, to);
        json_side("would_be", d.is, to);
        fprintf(to, ",\"change\":%lld}", (long long)d.change);
    }
    fprintf(to, "],\n\"change_of_fines\":%lld,\"change_of_payments\":%lld,\n", (long long)d.fines, (long long)d.payments);
}

static void csv_side(const issued_row *row, FILE *to)
{
    fputc(',', to);
    if (row)
        csv_write(to, row->occurrence.data, row->occurrence.size);
    fputc(',', to);
    if (row)
        fprintf(to, "%lld", (long long)row->line.amount);
}

void recount_csv(const recount *r, FILE *to)
{
    difference d = begin(r);
    fputs("event,person,offence,kind,was_occurrence,was_charged,occurrence,charged,change\n", to);
    while (next(r, &d)) {
        const ac_case_key *key = &d.any->line.key;
        csv_write(to, key->event.data, key->event.size);
        fputc(',', to);
        csv_write(to, key->person.data, key->person.size);
        fputc(',', to);
        csv_write(to, key->offence.data, key->offence.size);
        fputs(d.any->is_reward ? ",reward" : ",offence", to);
        csv_side(d.was, to);
        csv_side(d.is, to);
        fprintf(to, ",%lld\n", (long long)d.change);
    }
}
