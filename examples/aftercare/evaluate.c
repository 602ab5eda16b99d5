#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"
#include "aftercare/sheet.h"
#include "aftercare/with.h"

/* evaluate: the grades that the records of a log have earned, and what the next ones lack. */

enum { GAPS = 64 };

typedef struct grading {
    const options *o;
    host_book      book;
    uint32_t       ladder;
    ac_ladder_info info;
    ac_record     *record;
    ac_time        at;
    sheet          sheet;
    with           with;
    size_t         refused;
} grading;

static int find_ladder(grading *g)
{
    g->ladder = ac_policy_find_ladder(g->book.policy, text_of(g->o->words[1]));
    if (g->ladder != AC_NO_INDEX)
        return ac_policy_ladder_at(g->book.policy, g->ladder, &g->info) == AC_OK;
    fprintf(stderr, "aftercare evaluate: %s has no ladder \"%s\"\n    hint: it has", g->o->load.policy, g->o->words[1]);
    for (uint32_t i = 0; i < ac_policy_ladder_count(g->book.policy); i++)
        if (ac_policy_ladder_at(g->book.policy, i, &g->info) == AC_OK)
            fprintf(stderr, "%s %.*s", i ? "," : "", (int)g->info.name.size, g->info.name.data);
    fputs(ac_policy_ladder_count(g->book.policy) ? "\n" : " none\n", stderr);
    return 0;
}

/* For people in the language spoken; JSON and CSV are in English. */
static const char *in_words(const grading *g, const char *english)
{
    static const char *const words[][2] = {
        { ", wanted ", "，要求 " }, { ": unknown ", "：未知 " }, { ": cannot be assessed", "：无法评定" }, { ": not configured ", "：未配置 " }, { ": error", "：出错" },
        { "undecided", "未决" },    { "unset", "未配置" },       { "error", "出错" },                      { "granted", "授予" },
    };
    for (size_t i = 0; g->o->lang == AC_LANG_ZH && !g->o->json && !g->o->csv && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], english) == 0)
            return words[i][1];
    return english;
}

/* A number as the policy writes it: in per cent where it does, to two places; the fraction itself behind it when that is not exact. */
static void add_number(const grading *g, const ac_gap *gap, const ac_value *value, text_buffer *to)
{
    char text[64];
    int is_percent = gap->item.text.size && memchr(gap->item.text.data, '%', gap->item.text.size) != NULL;
    if (!is_percent || value->type != AC_TYPE_NUMBER || value->num < 0 || value->num > INT64_MAX / 10000 - value->den || value->den < 1) {
        ac_value_format(g->book.policy, value, ac_rulebook_zone(g->book.book, g->book.policy), text_sink, to);
        return;
    }
    int64_t exact = value->num * 10000, parts = exact / value->den;     /* cut off: what fails does not look as if it held */
    int n = snprintf(text, sizeof text, "%lld.%02d", (long long)(parts / 100), (int)(parts % 100));
    while (text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    text_add(to, text, (size_t)n);
    text_put(to, " %");
    if (exact % value->den == 0 || gap->share_of)
        return;
    snprintf(text, sizeof text, " = %lld/%lld", (long long)value->num, (long long)value->den);
    text_put(to, text);
}

/* "satisfaction >= 98 %: 96.4 % = 241 of 250, wanted 98 %" */
static void add_gap(const grading *g, const ac_gap *gap, text_buffer *to)
{
    char counts[48];
    text_add(to, gap->item.text.data, gap->item.text.size);
    if (gap->has_values && gap->actual.state == AC_VALUE_KNOWN) {
        text_put(to, ": ");
        add_number(g, gap, &gap->actual, to);
        snprintf(counts, sizeof counts, " = %u of %u", gap->share_yes, gap->share_of);
        text_put(to, gap->share_of ? counts : "");
        text_put(to, in_words(g, ", wanted "));
        add_number(g, gap, &gap->wanted, to);
    }
    if (gap->item.state == AC_VALUE_UNKNOWN)
        text_put(to, in_words(g, gap->item.missing ? ": unknown " : ": cannot be assessed"));
    else if (gap->item.state == AC_VALUE_UNSET)
        text_put(to, in_words(g, ": not configured "));
    else if (gap->item.state != AC_VALUE_KNOWN)
        text_put(to, in_words(g, ": error"));
    if (gap->item.state == AC_VALUE_UNKNOWN || gap->item.state == AC_VALUE_UNSET)
        text_put(to, gap->item.missing ? gap->item.missing : "");
    if (gap->item.clause) {
        text_put(to, " (");
        text_put(to, gap->item.clause);
        text_put(to, ")");
    }
}

/* The gaps of one rung: that is what stands between the person and it. Each is an item of its own. */
static void add_gaps(grading *g, const ac_gap *gaps, uint32_t count, uint32_t rung)
{
    text_buffer text = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        if (gaps[i].rung != rung)
            continue;
        text_clear(&text);
        add_gap(g, &gaps[i], &text);
        sheet_item(&g->sheet, text_view(&text));
    }
    text_free(&text);
}

static void add_row(grading *g, const ac_rank *rank, const ac_gap *gaps, uint32_t rung)
{
    text_buffer text = { 0 };
    uint32_t count = rank->gap_count < GAPS ? rank->gap_count : GAPS;
    sheet_text(&g->sheet, ac_record_id(g->record));
    if (rank->state != AC_VALUE_KNOWN) {
        text_put(&text, in_words(g, rank->state == AC_VALUE_UNKNOWN ? "undecided" : rank->state == AC_VALUE_UNSET ? "unset" : "error"));
        sheet_string(&g->sheet, text.data);
    } else {
        sheet_text(&g->sheet, ac_policy_rung_name(g->book.policy, g->ladder, rank->at_least));
    }
    sheet_text(&g->sheet, ac_policy_rung_name(g->book.policy, g->ladder, rank->at_least));
    sheet_text(&g->sheet, ac_policy_rung_name(g->book.policy, g->ladder, rank->at_most));
    sheet_string(&g->sheet, rank->granted != AC_NO_INDEX && rank->granted == rank->at_least ? in_words(g, "granted") : "");
    sheet_string(&g->sheet, rank->clause ? rank->clause : "");
    sheet_text(&g->sheet, ac_policy_rung_name(g->book.policy, g->ladder, rung));
    sheet_list(&g->sheet);
    add_gaps(g, gaps, count, rung);
    text_free(&text);
}

static void grade(grading *g, const char *path, uint32_t line)
{
    ac_rank rank = AC_RANK_INIT;
    ac_gap gaps[GAPS];
    ac_error err = AC_ERROR_INIT;
    with_join(&g->with, g->record);
    if (ac_rules_rank(g->record, g->info.field, g->at, &rank, gaps, GAPS, &err) != AC_OK) {
        host_print_error(path, line, 1, &err);
        g->refused++;
        return;
    }
    add_row(g, &rank, gaps, rank.at_least + 1);
    for (uint32_t rung = rank.at_least + 2; g->o->why && rung < g->info.rung_count; rung++)
        add_row(g, &rank, gaps, rung);
}

static int grade_all(grading *g)
{
    input *in = must_zero(1, sizeof *in);
    int code = EXIT_REFUSED;
    if (input_open(in, g->o, g->o->in, &g->record, 1)) {
        input_single(in);
        while (input_next(in, 1))
            grade(g, in->path, in->reader.cells[0].line);
        sheet_show(&g->sheet, g->o);
        code = in->bad_rows || g->refused ? EXIT_REFUSED : EXIT_DONE;
        if (code != EXIT_DONE)
            fprintf(stderr, "aftercare evaluate: %zu of %zu rows left out\n", in->bad_rows + g->refused, in->rows);
    } else if (in->unreadable) {
        code = EXIT_USAGE;
    }
    input_close(in);
    free(in);
    return code;
}

int command_evaluate(const options *o)
{
    grading g = { .info = AC_LADDER_INFO_INIT };
    ac_error err = AC_ERROR_INIT;
    int unreadable, code = EXIT_USAGE;
    if (o->word_count != 2 || !o->in)
        return usage(o->command, "a FILE, a LADDER and --in CSV are needed");
    g.o = o;
    if (!options_at(o, host_now(), &g.at))
        return EXIT_USAGE;
    if (!host_open(&o->load, &g.book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    if (find_ladder(&g)) {
        code = EXIT_REFUSED;
        sheet_open(&g.sheet, "id grade at_least at_most by article next lacks", "编号 等级 至少 至多 方式 依据 下一级 尚缺");
        if (ac_record_new(g.book.book, g.book.policy, g.info.record, text_of(""), NULL, &g.record, &err) == AC_OK)
            code = with_open(&g.with, o, g.book.book, g.book.policy);
        else
            host_print_error(o->load.policy, 0, 0, &err);
        if (code == EXIT_DONE)
            code = grade_all(&g);
        ac_record_free(g.record);
        with_close(&g.with);
        sheet_close(&g.sheet);
    }
    host_close(&g.book);
    return code;
}
