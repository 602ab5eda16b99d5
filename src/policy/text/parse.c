#include "policy/text/parse.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/report/suggest.h"
#include "policy/text/parser.h"

/* ── blocks ── */

static const struct {
    ac_word            word;
    ac_tree_block_kind kind;
} block_words[] = {
    { AC_WORD_CALENDAR, AC_TREE_BLOCK_CALENDAR }, { AC_WORD_ROLES, AC_TREE_BLOCK_ROLES }, { AC_WORD_VALUES, AC_TREE_BLOCK_VALUES },
    { AC_WORD_ENUM, AC_TREE_BLOCK_ENUM }, { AC_WORD_RECORD, AC_TREE_BLOCK_RECORD }, { AC_WORD_TABLE, AC_TREE_BLOCK_TABLE },
    { AC_WORD_LADDER, AC_TREE_BLOCK_LADDER }, { AC_WORD_OFFENCE, AC_TREE_BLOCK_OFFENCE }, { AC_WORD_REWARD, AC_TREE_BLOCK_OFFENCE },
    { AC_WORD_CAP, AC_TREE_BLOCK_CAP }, { AC_WORD_CHOOSE, AC_TREE_BLOCK_CHOOSE }, { AC_WORD_EXAMPLE, AC_TREE_BLOCK_EXAMPLE }, { AC_WORD_LABELS, AC_TREE_BLOCK_LABELS },
    { AC_WORD_UNCODED, AC_TREE_BLOCK_UNCODED }
};

static int block_kind(const ac_parser *p, ac_tree_block_kind *out)
{
    size_t i;

    if (p->is_data && ac_parse_is_word(p, AC_WORD_HOLIDAYS)) {
        *out = AC_TREE_BLOCK_HOLIDAYS;
        return 1;
    }
    for (i = 0; i < sizeof block_words / sizeof *block_words; i++)
        if (ac_parse_is_word(p, block_words[i].word)) {
            *out = block_words[i].kind;
            return !p->is_data || *out == AC_TREE_BLOCK_VALUES || *out == AC_TREE_BLOCK_TABLE;
        }
    return 0;
}

static void parse_block(ac_parser *p, ac_tree_block *block)
{
    block->place.at = p->line_at;
    p->block_bad = 0;
    switch (block->kind) {
    case AC_TREE_BLOCK_CALENDAR: block->u.calendar = ac_parse_calendar(p); break;
    case AC_TREE_BLOCK_ROLES: block->u.roles = ac_parse_roles(p); break;
    case AC_TREE_BLOCK_VALUES: block->u.values = ac_parse_values(p); break;
    case AC_TREE_BLOCK_ENUM: block->u.enumeration = ac_parse_enum(p); break;
    case AC_TREE_BLOCK_RECORD: block->u.record = ac_parse_record(p); break;
    case AC_TREE_BLOCK_TABLE: block->u.table = ac_parse_table(p); break;
    case AC_TREE_BLOCK_LADDER: block->u.ladder = ac_parse_ladder(p); break;
    case AC_TREE_BLOCK_OFFENCE: block->u.offence = ac_parse_offence(p, ac_parse_is_word(p, AC_WORD_REWARD)); break;
    case AC_TREE_BLOCK_CAP: block->u.cap = ac_parse_cap(p); break;
    case AC_TREE_BLOCK_CHOOSE: block->u.choose = ac_parse_choose(p); break;
    case AC_TREE_BLOCK_EXAMPLE: block->u.example = ac_parse_example(p); break;
    case AC_TREE_BLOCK_LABELS: block->u.labels = ac_parse_labels(p); break;
    case AC_TREE_BLOCK_UNCODED: block->u.uncoded = ac_parse_uncoded(p); break;
    case AC_TREE_BLOCK_HOLIDAYS: block->u.holidays = ac_parse_holidays(p); break;
    }
    while (ac_parse_in_body(p)) {       /* lines that a bad block left over */
        if (!p->block_bad)
            ac_parse_complain_here(p, AC_MSG_STRAY_LINE);
        ac_parse_skip_line(p);
    }
    block->has_errors = p->block_bad;
    block->place.size = p->line_at > block->place.at ? p->line_at - block->place.at : 0;
}

/* From a line that begins no block to the next in column 1. */
static void skip_block(ac_parser *p)
{
    ac_parse_skip_line(p);
    while (!p->at_end && p->indent > 0)
        ac_parse_skip_line(p);
}

static const ac_word head_words[] = {
    AC_WORD_POLICY, AC_WORD_TITLE, AC_WORD_EFFECTIVE, AC_WORD_TIMEZONE, AC_WORD_CURRENCY, AC_WORD_DAYS, AC_WORD_MONTH_END, AC_WORD_RULEBOOK
};

static int is_head_word(const ac_parser *p)
{
    size_t i;

    for (i = 0; i < sizeof head_words / sizeof *head_words; i++)
        if (ac_parse_is_word(p, head_words[i]))
            return 1;
    return 0;
}

static void suggest_block(ac_parser *p, ac_text word)
{
    const char *hint = p->is_data ? NULL : ac_foreign_hint(word);
    ac_suggest  suggest;
    size_t      i;

    if (hint) {
        ac_log_hint(p->log, ac_text_of(hint));
        return;
    }
    ac_suggest_begin(&suggest, word, &p->log->patience);
    for (i = 0; i < sizeof block_words / sizeof *block_words; i++)
        if (!p->is_data || block_words[i].word == AC_WORD_VALUES || block_words[i].word == AC_WORD_TABLE)
            ac_suggest_offer(&suggest, ac_word_text(block_words[i].word));
    for (i = 0; i < sizeof head_words / sizeof *head_words && !p->is_data; i++)
        ac_suggest_offer(&suggest, ac_word_text(head_words[i]));
    if (p->is_data)
        ac_suggest_offer(&suggest, ac_text_of("holidays"));
    ac_log_suggest(p->log, suggest.names, suggest.count);
}

/* A line in column 1 that begins nothing. */
static void complain_block(ac_parser *p)
{
    if (p->panic)
        ;
    else if (ac_parse_is(p, AC_TOKEN_BAR) || ac_parse_is(p, AC_TOKEN_BARS))
        ac_parse_complain_here(p, AC_MSG_STRAY_ROW);
    else if (!p->is_data && is_head_word(p))
        ac_parse_complain_here(p, AC_MSG_HEAD_LATE);
    else if (ac_parse_complain_here(p, p->is_data ? AC_MSG_UNKNOWN_DATA_BLOCK : AC_MSG_UNKNOWN_BLOCK)) {
        if (p->has_unknown)
            ac_log_hint(p->log, ac_text_of(""));    /* what begins a block has been told */
        suggest_block(p, ac_parse_text(p, ac_parse_here(p)));
    }
    p->has_unknown = 1;
    skip_block(p);
}

/* Blocks up to the end of the text, or to the next `data` of a data file; pushes them. */
static void parse_blocks(ac_parser *p, int is_labels_only)
{
    ac_tree_block block;
    uint32_t      count = 0, records = 0;

    while (!p->at_end && !p->log->is_full && !(p->is_data && ac_parse_is_word(p, AC_WORD_DATA))) {
        memset(&block, 0, sizeof block);
        if (p->indent > 0) {
            ac_parse_complain_here(p, AC_MSG_STRAY_INDENT);
            skip_block(p);
        } else if (!block_kind(p, &block.kind)) {
            complain_block(p);
        } else if (is_labels_only && block.kind != AC_TREE_BLOCK_LABELS) {
            ac_parse_complain_here(p, AC_MSG_LABELS_ONLY);
            skip_block(p);
        } else if (count++ == p->limits->blocks) {
            ac_parse_too_many(p, count, p->limits->blocks, "blocks");
            break;
        } else {
            records += block.kind == AC_TREE_BLOCK_RECORD;
            if (block.kind == AC_TREE_BLOCK_RECORD && records == p->limits->records + 1)
                ac_parse_too_many(p, records, p->limits->records, "records");
            parse_block(p, &block);
            ac_parse_push(p, &block, sizeof block);
        }
    }
}

/* ── files ── */

static ac_status begin(ac_parser *p, ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_error *err)
{
    assert(log && arena && mem && limits);
    if (!ac_scan_check(log, log->lines.source, limits))
        return ac_error_set(err, AC_E_INVALID, 0, "the text cannot be read", "the report says why");
    ac_parse_begin(p, log, arena, mem, limits);
    return AC_OK;
}

static ac_status parse_file(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, int is_labels, ac_tree **out, ac_error *err)
{
    ac_parser p;
    ac_tree  *tree;
    size_t    mark;
    ac_status st;

    *out = NULL;
    st = begin(&p, log, arena, mem, limits, err);
    if (st != AC_OK)
        return st;
    tree = ac_parse_new(&p, ac_tree);
    tree->source = log->lines.source;
    ac_parse_next_line(&p);
    if (p.at_end && !p.failed)
        ac_parse_complain_here(&p, AC_MSG_EMPTY_SOURCE);
    else if (!is_labels)
        ac_parse_head(&p, &tree->head);
    mark = ac_parse_mark(&p);
    parse_blocks(&p, is_labels);
    tree->blocks = ac_parse_pop(&p, mark, sizeof *tree->blocks, &tree->count);
    tree->has_unknown = p.has_unknown;
    st = ac_parse_finish(&p, err);
    if (st == AC_OK)
        *out = tree;
    return st;
}

ac_status ac_parse_policy(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree **out, ac_error *err)
{
    return parse_file(log, arena, mem, limits, 0, out, err);
}

ac_status ac_parse_labels_file(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree **out, ac_error *err)
{
    return parse_file(log, arena, mem, limits, 1, out, err);
}

/* ── data files ── */

/* A word such as 2026 or 2024-03, read as it stands. */
static ac_text parse_edition_word(ac_parser *p, ac_place *place)
{
    uint32_t end = ac_scan_article(&p->scan, p->token.at);

    place->at = p->token.at;
    place->size = end - p->token.at;
    if (place->size == 0)
        ac_parse_expected(p, "the edition, a word such as 2026");
    else
        ac_parse_resume(p, end);
    return ac_parse_text(p, *place);
}

static void complain_twice(ac_parser *p, int is_given)
{
    if (is_given)
        ac_parse_complain_here(p, AC_MSG_GIVEN_TWICE);
}

/* `use from`, `covers` or `fills`. @return 0 when none is at hand. */
static int parse_edition_line(ac_parser *p, ac_tree_edition *edition)
{
    if (ac_parse_is_word(p, AC_WORD_USE)) {
        complain_twice(p, edition->has_use_from);
        ac_parse_next(p);
        ac_parse_expect_word(p, AC_WORD_FROM);
        edition->use_from_place = ac_parse_here(p);
        edition->use_from = ac_parse_date(p, "a date");
        edition->has_use_from = 1;
    } else if (ac_parse_is_word(p, AC_WORD_COVERS)) {
        complain_twice(p, edition->has_covers);
        ac_parse_next(p);
        edition->covers = ac_parse_dates(p);
        edition->has_covers = 1;
    } else if (ac_parse_is_word(p, AC_WORD_FILLS)) {
        complain_twice(p, edition->fills.text.data != NULL);
        ac_parse_next(p);
        edition->fills = ac_parse_name(p, "a policy");
    } else {
        return 0;
    }
    ac_parse_end_line(p);
    return 1;
}

static void parse_edition(ac_parser *p, ac_tree_edition *edition)
{
    size_t   mark;
    uint32_t i;

    edition->place.at = p->line_at;
    p->block_bad = 0;
    ac_parse_next(p);
    edition->name = ac_parse_name(p, "the name of the data");
    ac_parse_expect_word(p, AC_WORD_EDITION);
    if (!p->panic)
        edition->word = parse_edition_word(p, &edition->word_place);
    ac_parse_end_line(p);
    while (!p->at_end && p->indent == 0 && parse_edition_line(p, edition))
        ;
    edition->has_errors = p->block_bad;
    mark = ac_parse_mark(p);
    parse_blocks(p, 0);
    edition->blocks = ac_parse_pop(p, mark, sizeof *edition->blocks, &edition->count);
    for (i = 0; i < edition->count; i++)
        edition->has_errors |= edition->blocks[i].has_errors;
    edition->place.size = p->line_at - edition->place.at;
}

ac_status ac_parse_data(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree_data **out, ac_error *err)
{
    ac_parser       p;
    ac_tree_data   *data;
    ac_tree_edition edition;
    size_t          mark;
    ac_status       st;

    *out = NULL;
    st = begin(&p, log, arena, mem, limits, err);
    if (st != AC_OK)
        return st;
    p.is_data = 1;
    data = ac_parse_new(&p, ac_tree_data);
    data->source = log->lines.source;
    ac_parse_next_line(&p);
    if (p.at_end && !p.failed)
        ac_parse_complain_here(&p, AC_MSG_EMPTY_SOURCE);
    else if (!ac_parse_is_word(&p, AC_WORD_DATA) || p.indent > 0)
        ac_parse_complain_here(&p, AC_MSG_NO_EDITION);
    while (!p.at_end && !(ac_parse_is_word(&p, AC_WORD_DATA) && p.indent == 0))
        ac_parse_skip_line(&p);
    mark = ac_parse_mark(&p);
    while (!p.at_end && !log->is_full) {
        memset(&edition, 0, sizeof edition);
        parse_edition(&p, &edition);
        ac_parse_push(&p, &edition, sizeof edition);
    }
    data->editions = ac_parse_pop(&p, mark, sizeof edition, &data->count);
    st = ac_parse_finish(&p, err);
    if (st == AC_OK)
        *out = data;
    return st;
}

/* ── expressions ── */

ac_status ac_parse_expression(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree_expr **out, ac_error *err)
{
    ac_parser     p;
    ac_tree_expr *e;
    ac_status     st;

    *out = NULL;
    st = begin(&p, log, arena, mem, limits, err);
    if (st != AC_OK)
        return st;
    p.one_line = 1;
    ac_parse_next_line(&p);
    if (p.at_end && !p.failed)
        ac_parse_fail_here(&p, AC_MSG_EMPTY_SOURCE);
    p.is_row = 0;
    e = ac_parse_expr(&p);
    if (!p.panic && !ac_parse_is(&p, AC_TOKEN_END))
        ac_parse_leftover(&p);
    st = ac_parse_finish(&p, err);
    if (st == AC_OK)
        *out = e;
    return st;
}
