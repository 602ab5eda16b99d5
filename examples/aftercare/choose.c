#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"
#include "aftercare/sheet.h"
#include "aftercare/with.h"

/* choose: candidates from a file, in the order in which they go. */

typedef struct choosing {
    const options *o;
    host_book      book;
    uint32_t       kind, choice;
    ac_record     *record;          /* the case */
    ac_record    **candidates;
    uint32_t       count;
    size_t         bad_rows;
    with           with;
    ac_time        at;
} choosing;

static int has_choice(choosing *c)
{
    ac_choice_info info = AC_CHOICE_INFO_INIT;
    if (c->choice != AC_NO_INDEX)
        return 1;
    fprintf(stderr, "aftercare choose: %s has no `choose %s for %s`\n    hint: it has", c->o->load.policy, c->o->words[1], c->o->words[2]);
    for (uint32_t i = 0; ac_policy_choice_at(c->book.policy, i, &info) == AC_OK; i++) {
        ac_text kind = options_record_name(c->book.policy, info.kind), record = options_record_name(c->book.policy, info.record);
        fprintf(stderr, "%s %.*s for %.*s", i ? "," : "", (int)kind.size, kind.data, (int)record.size, record.data);
    }
    fputs(ac_policy_choice_at(c->book.policy, 0, &info) == AC_OK ? "\n" : " none\n", stderr);
    return 0;
}

static ac_record *new_record(choosing *c, uint32_t type)
{
    ac_error err = AC_ERROR_INIT;
    ac_record *record = NULL;
    if (ac_record_new(c->book.book, c->book.policy, type, text_of(""), NULL, &record, &err) != AC_OK)
        host_print_error(c->o->load.policy, 0, 0, &err);
    return record;
}

/* A row without an id goes by its number. */
static void name_candidate(ac_record *candidate, uint32_t n)
{
    char number[16];
    if (ac_record_id(candidate).size)
        return;
    snprintf(number, sizeof number, "%u", n);
    ac_record_set_id(candidate, text_of(number), NULL);
}

static int read_candidates(choosing *c)
{
    input *in = must_zero(1, sizeof *in);
    ac_record *next = new_record(c, c->kind);
    int code = EXIT_REFUSED;
    if (next && input_open(in, c->o, c->o->in, &next, 1)) {
        input_single(in);
        while (next && input_next(in, 1)) {
            next = new_record(c, c->kind);
            if (!next)
                break;
            c->candidates = must_resize(c->candidates, (c->count + 1) * sizeof *c->candidates);
            c->candidates[c->count++] = input_take(in, next);
            with_join(&c->with, c->candidates[c->count - 1]);
            name_candidate(c->candidates[c->count - 1], c->count);
        }
        c->bad_rows = in->bad_rows;
        if (c->count == 0 && in->rows == 0)
            fprintf(stderr, "aftercare choose: %s has no candidates\n", in->path);
        code = next ? EXIT_DONE : EXIT_REFUSED;
        if (in->bad_rows)
            fprintf(stderr, "aftercare choose: %zu of %zu rows left out\n", in->bad_rows, in->rows);
    }
    if (in->unreadable)
        code = EXIT_USAGE;
    ac_record_free(in->targets ? in->targets[0].record : next);
    input_close(in);
    free(in);
    return code;
}

/* Why one is not ranked, in a few words. */
static void put_reason(sheet *s, const choosing *c, const ac_ranking *r)
{
    ac_choice_line_info line = AC_CHOICE_LINE_INFO_INIT;
    text_buffer text = { 0 };
    int zh = c->o->lang == AC_LANG_ZH;
    text_add(&text, "", 0);
    for (uint32_t i = 0; r->rank == 0 && ac_policy_choice_line_at(c->book.policy, c->choice, i, &line) == AC_OK; i++)
        if (line.line == r->line) {
            text_add(&text, line.text.data, line.text.size);
            break;
        }
    const char *what = r->rank ? "" : r->state == AC_VALUE_KNOWN ? zh ? " 不成立" : " does not hold" : zh ? " 无法判断" : " cannot be told";
    text_put(&text, what);
    if (r->rank == 0 && r->missing) {
        const char *lacks = r->state == AC_VALUE_UNSET ? zh ? "：未配置 " : ": not configured: " : zh ? "：缺少 " : ": missing ";
        text_put(&text, lacks);
        text_put(&text, r->missing);
    }
    sheet_string(s, text.data);
    text_free(&text);
}

static void show(choosing *c, const ac_ranking *ranking)
{
    sheet s;
    sheet_open(&s, "rank id rejected per line", "次序 编号 落选原因 条款 行");
    for (uint32_t i = 0; i < c->count; i++) {
        const ac_ranking *r = &ranking[i];
        if (r->rank)
            sheet_number(&s, r->rank);
        else
            sheet_string(&s, "-");
        sheet_text(&s, ac_record_id(c->candidates[r->candidate]));
        put_reason(&s, c, r);
        sheet_string(&s, r->rank ? "" : r->clause);
        if (r->rank)
            sheet_string(&s, "");
        else
            sheet_number(&s, r->line);
    }
    sheet_show(&s, c->o);
    sheet_close(&s);
}

static int decide(choosing *c)
{
    ac_error err = AC_ERROR_INIT;
    ac_ranking *ranking = must_zero(c->count + 1, sizeof *ranking);
    ac_status st = ac_rules_choose(c->record, c->choice, c->candidates, c->count, c->at, ranking, &err);
    int code = EXIT_REFUSED;
    if (st == AC_OK && c->o->why)
        st = ac_why_choice(c->record, c->choice, c->candidates, ranking, c->count, c->at, c->o->json ? AC_FORMAT_JSON : AC_FORMAT_TEXT, c->o->lang, file_sink,
                           stdout, &err);
    else if (st == AC_OK)
        show(c, ranking);
    if (st != AC_OK)
        host_print_error(c->o->load.policy, err.line, err.column, &err);
    else
        code = c->bad_rows || ranking[0].rank == 0 ? EXIT_REFUSED : EXIT_DONE;
    free(ranking);
    return code;
}

static int choose(choosing *c)
{
    c->kind = options_record(c->o, c->book.policy, text_of(c->o->words[1]));
    uint32_t type = c->kind == AC_NO_INDEX ? AC_NO_INDEX : options_record(c->o, c->book.policy, text_of(c->o->words[2]));
    if (type == AC_NO_INDEX)
        return EXIT_USAGE;
    c->choice = ac_policy_find_choice(c->book.policy, c->kind, type);
    if (!has_choice(c))
        return EXIT_USAGE;
    c->record = new_record(c, type);
    int code = c->record && input_words(c->record, c->o, 3, 1) ? with_open(&c->with, c->o, c->book.book, c->book.policy) : EXIT_REFUSED;
    if (code == EXIT_DONE) {
        with_join(&c->with, c->record);
        code = read_candidates(c);
    }
    return code == EXIT_DONE ? decide(c) : code;
}

int command_choose(const options *o)
{
    choosing c = { .o = o };
    int unreadable;
    if (o->word_count < 3 || !o->in)
        return usage(o->command, "a FILE, a KIND, a RECORD and --in CSV are needed");
    if (!options_at(o, host_now(), &c.at))
        return EXIT_USAGE;
    if (!host_open(&o->load, &c.book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    int code = choose(&c);
    for (uint32_t i = 0; i < c.count; i++)
        ac_record_free(c.candidates[i]);
    free(c.candidates);
    ac_record_free(c.record);
    with_close(&c.with);
    host_close(&c.book);
    return code;
}
