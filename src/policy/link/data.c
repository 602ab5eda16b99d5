#include "policy/link/data.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/struct.h"
#include "policy/report/limits.h"
#include "policy/report/report.h"
#include "policy/text/digest.h"
#include "policy/text/parse.h"

#include <string.h>

/* What compiling one file needs. */
typedef struct builder {
    ac_data          *data;
    ac_log           *log;
    ac_policy_limits  limits;
    int               nomem;
} builder;

static void *take(builder *b, size_t count, size_t size)
{
    void *p = ac_arena_array(&b->data->arena, count, size);

    if (!p)
        b->nomem = 1;
    return p;
}

/* --- holidays ----------------------------------------------------------------- */

/* A dated line on its way, with its place. */
typedef struct day_line {
    ac_dated dated;
    ac_place place;
} day_line;

static ac_arg date_arg(ac_day day, char text[16])
{
    ac_date date = ac_day_to_date(day);
    int     i;

    for (i = 3; i >= 0; i--, date.year /= 10)
        text[i] = (char)('0' + date.year % 10);
    text[4] = text[7] = '-';
    text[5] = (char)('0' + date.month / 10);
    text[6] = (char)('0' + date.month % 10);
    text[8] = (char)('0' + date.day / 10);
    text[9] = (char)('0' + date.day % 10);
    text[10] = 0;
    return ac_arg_string(text);
}

/* Dates of the tree exist: the parser saw to it. @return 0 after a message when they run backwards. */
static int range_of(builder *b, const ac_tree_dates *dates, ac_day *first, ac_day *last)
{
    if (ac_day_from_date(dates->first, first, NULL) != AC_OK || ac_day_from_date(dates->last, last, NULL) != AC_OK || *first > *last) {
        ac_log_0(b->log, AC_MSG_DATA_DATES_ORDER, dates->place);
        return 0;
    }
    return 1;
}

/* Stable, by first date; lists come nearly sorted and are at most a few thousand long. */
static void sort_days(day_line *days, uint32_t count)
{
    uint32_t i, k;

    for (i = 1; i < count; i++) {
        day_line line = days[i];

        for (k = i; k > 0 && days[k - 1].dated.first > line.dated.first; k--)
            days[k] = days[k - 1];
        days[k] = line;
    }
}

/* Each date once: `last` is the line that reaches furthest so far. */
static void check_twice(builder *b, const day_line *days, uint32_t count)
{
    const day_line *last = days;
    char            text[16];
    uint32_t        i;

    for (i = 1; i < count; i++) {
        if (days[i].dated.first <= last->dated.last) {
            const day_line *later = days[i].place.at > last->place.at ? &days[i] : last, *earlier = later == last ? &days[i] : last;

            ac_log_1(b->log, days[i].dated.works != last->dated.works ? AC_MSG_DATA_OFF_AND_WORK : AC_MSG_DATA_DAY_TWICE, later->place, date_arg(days[i].dated.first, text));
            ac_log_note_0(b->log, AC_MSG_DATA_FIRST_HERE, earlier->place);
        }
        if (days[i].dated.last > last->dated.last)
            last = &days[i];
    }
}

static void check_outside(builder *b, const ac_data_edition *e, const day_line *day)
{
    char   text[16];
    ac_day outside;

    if (e->covers_first > e->covers_last)
        return;
    outside = day->dated.first < e->covers_first ? day->dated.first : day->dated.last;
    if (outside < e->covers_first || outside > e->covers_last)
        ac_log_1(b->log, AC_MSG_DATA_DAY_OUTSIDE, day->place, date_arg(outside, text));
}

static void compile_list(builder *b, ac_data_edition *e, const ac_tree_holidays *tree, int64_t *total)
{
    ac_data_list *list = &e->lists[e->list_count];
    ac_arena_mark mark;
    day_line     *days;
    uint32_t      i, n = 0;

    list->days = take(b, tree->count, sizeof *list->days);
    mark = ac_arena_here(&b->data->arena);
    days = take(b, tree->count, sizeof *days);
    if (!list->days || !days)
        return;
    for (i = 0; i < tree->count; i++) {
        const ac_tree_cal_line *line = &tree->lines[i];

        if (!range_of(b, &line->dates, &days[n].dated.first, &days[n].dated.last))
            continue;
        days[n].dated.works = line->kind == AC_TREE_CAL_WORK;
        days[n].dated.reason = line->reason.text;
        days[n].place = line->dates.place;
        *total += days[n].dated.last - days[n].dated.first + 1;
        check_outside(b, e, &days[n]);
        n++;
    }
    if (*total > b->limits.dated_days)
        return;             /* told once, at the edition */
    sort_days(days, n);
    check_twice(b, days, n);
    for (i = 0; i < n; i++)
        list->days[i] = days[i].dated;
    list->days_count = n;
    ac_arena_back(&b->data->arena, mark);
    list->name = tree->name.text;
    e->list_count++;
}

/* --- values and tables ---------------------------------------------------------- */

int ac_data_is_constant(const ac_tree_expr *expr)
{
    switch (expr->kind) {
    case AC_EXPR_NUMBER: case AC_EXPR_STRING: case AC_EXPR_YES: case AC_EXPR_NO: case AC_EXPR_NONE: case AC_EXPR_UNSET:
    case AC_EXPR_DATE: case AC_EXPR_DATETIME: case AC_EXPR_PERIOD: case AC_EXPR_WINDOW:
        return 1;
    case AC_EXPR_PATH:
        return expr->u.path.count == 1;
    case AC_EXPR_NEG:
        return expr->kids[0]->kind == AC_EXPR_NUMBER;
    default:
        return 0;
    }
}

static void need_constant(builder *b, const ac_tree_expr *expr)
{
    if (expr && expr->kind != AC_EXPR_BAD && !ac_data_is_constant(expr))
        ac_log_0(b->log, AC_MSG_DATA_NOT_CONSTANT, expr->place);
}

static void compile_values(builder *b, ac_data_edition *e, const ac_tree_values *tree)
{
    uint32_t i, k;

    for (i = 0; i < tree->count; i++) {
        const ac_tree_value *value = &tree->lines[i];

        for (k = 0; k < e->value_count && !ac_text_equal(e->values[k].tree->name.text, value->name.text); k++)
            ;
        if (k < e->value_count) {
            ac_log_1(b->log, AC_MSG_DATA_BLOCK_TWICE, value->name.place, ac_arg_text(value->name.text));
            ac_log_note_0(b->log, AC_MSG_DATA_FIRST_HERE, e->values[k].tree->name.place);
            continue;
        }
        need_constant(b, value->value);
        e->values[e->value_count].tree = value;
        e->values[e->value_count++].head = &tree->per;
    }
}

static void compile_table(builder *b, ac_data_edition *e, const ac_tree_table *tree)
{
    const ac_tree_grid *grid = &tree->grid;
    uint32_t            i, k;

    for (k = 0; k < e->table_count; k++)
        if (ac_text_equal(e->tables[k]->name.text, tree->name.text)) {
            ac_log_1(b->log, AC_MSG_DATA_BLOCK_TWICE, tree->name.place, ac_arg_text(tree->name.text));
            ac_log_note_0(b->log, AC_MSG_DATA_FIRST_HERE, e->tables[k]->name.place);
            return;
        }
    for (i = 0; i < grid->row_count; i++) {
        for (k = 0; k < grid->outs.count; k++)
            need_constant(b, grid->rows[i].values[k]);
        if (i > 0 && grid->rows[i - 1].is_else)
            ac_log_0(b->log, AC_MSG_DATA_ROW_AFTER_ELSE, grid->rows[i].place);
    }
    e->tables[e->table_count++] = tree;
}

/* --- editions --------------------------------------------------------------------- */

static void compile_head(builder *b, ac_data_edition *e, const ac_tree_edition *tree)
{
    e->name = tree->name.text;
    e->word = tree->word;
    e->fills = tree->fills.text;
    e->place = tree->name.place;
    e->digest = ac_edition_digest_of(b->data->source, tree);
    e->has_use_from = tree->has_use_from;
    e->use_from = AC_DAY_MIN;
    e->covers_first = 1;
    e->covers_last = 0;
    if (tree->has_use_from && ac_day_from_date(tree->use_from, &e->use_from, NULL) != AC_OK)
        e->has_use_from = 0;
    if (tree->has_covers && !range_of(b, &tree->covers, &e->covers_first, &e->covers_last))
        e->covers_first = 1, e->covers_last = 0;
    if (e->has_use_from && e->covers_first <= e->covers_last && e->use_from > e->covers_last)
        ac_log_0(b->log, AC_MSG_DATA_USE_LATE, tree->use_from_place);
}

static uint32_t value_lines(const ac_tree_edition *tree)
{
    uint32_t i, n = 0;

    for (i = 0; i < tree->count; i++)
        if (tree->blocks[i].kind == AC_TREE_BLOCK_VALUES)
            n += tree->blocks[i].u.values->count;
    return n;
}

static int list_is_there(const ac_data_edition *e, ac_text name)
{
    uint32_t i;

    for (i = 0; i < e->list_count; i++)
        if (ac_text_equal(e->lists[i].name, name))
            return 1;
    return 0;
}

static void compile_blocks(builder *b, ac_data_edition *e, const ac_tree_edition *tree)
{
    int64_t  days = 0;
    uint32_t i;

    for (i = 0; i < tree->count && !b->nomem; i++) {
        const ac_tree_block *block = &tree->blocks[i];

        if (block->has_errors)
            continue;
        if (block->kind == AC_TREE_BLOCK_VALUES) {
            compile_values(b, e, block->u.values);
        } else if (block->kind == AC_TREE_BLOCK_TABLE) {
            compile_table(b, e, block->u.table);
        } else if (block->kind == AC_TREE_BLOCK_HOLIDAYS) {
            const ac_tree_holidays *holidays = block->u.holidays;

            if (list_is_there(e, holidays->name.text))
                ac_log_1(b->log, AC_MSG_DATA_BLOCK_TWICE, holidays->name.place, ac_arg_text(holidays->name.text));
            else
                compile_list(b, e, holidays, &days);
        }
    }
    if (days > b->limits.dated_days)
        ac_log_1(b->log, AC_MSG_DATA_TOO_MANY_DAYS, tree->name.place, ac_arg_number(b->limits.dated_days));
}

/* What an edition says it is for, against what it holds. */
static void check_purpose(builder *b, const ac_data_edition *e, const ac_tree_edition *tree)
{
    int fills = e->value_count + e->table_count > 0;

    if (tree->has_errors || b->log->errors)
        return;             /* what could not be read may be what is missing */
    if (tree->count == 0)
        ac_log_0(b->log, AC_MSG_DATA_EMPTY, tree->name.place);
    else if (fills && !e->fills.size)
        ac_log_0(b->log, AC_MSG_DATA_NO_FILLS, e->value_count ? e->values[0].tree->name.place : e->tables[0]->name.place);
    else if (!fills && e->fills.size)
        ac_log_0(b->log, AC_MSG_DATA_FILLS_NOTHING, tree->fills.place);
    if (e->list_count && !tree->has_covers)
        ac_log_0(b->log, AC_MSG_DATA_NO_COVERS, tree->name.place);
}

static void compile_edition(builder *b, ac_data_edition *e, const ac_tree_edition *tree)
{
    compile_head(b, e, tree);
    e->lists = take(b, tree->count, sizeof *e->lists);
    e->tables = take(b, tree->count, sizeof *e->tables);
    e->values = take(b, value_lines(tree), sizeof *e->values);
    if (b->nomem)
        return;
    compile_blocks(b, e, tree);
    if (!b->nomem)
        check_purpose(b, e, tree);
}

static void check_editions(builder *b, const ac_tree_data *tree)
{
    const ac_data_edition *e = b->data->editions;
    uint32_t               i, k;

    for (i = 1; i < b->data->edition_count; i++)
        for (k = 0; k < i; k++)
            if (e[i].name.data && ac_text_equal(e[i].name, e[k].name) && ac_text_equal(e[i].word, e[k].word)) {
                ac_log_2(b->log, AC_MSG_DATA_EDITION_TWICE, tree->editions[i].name.place, ac_arg_text(e[i].name), ac_arg_text(e[i].word));
                ac_log_note_0(b->log, AC_MSG_DATA_FIRST_HERE, tree->editions[k].name.place);
                break;
            }
}

/* The tree and all it points to live as long as the data: rows are typed only when a policy asks for them. */
static ac_status compile(builder *b, ac_error *err)
{
    ac_data      *data = b->data;
    ac_tree_data *tree;
    ac_status     st = ac_parse_data(b->log, &data->arena, &data->mem, &b->limits, &tree, err);
    uint32_t      i;

    if (st != AC_OK)
        return st;
    data->editions = take(b, tree->count, sizeof *data->editions);
    for (i = 0; i < tree->count && !b->nomem; i++, data->edition_count++)
        compile_edition(b, &data->editions[i], &tree->editions[i]);
    if (b->nomem)
        return ac_mem_failed(&data->mem, err);
    check_editions(b, tree);
    return AC_OK;
}

static ac_status keep_source(ac_data *data, const ac_source *source, ac_error *err)
{
    data->source = ac_arena_dup_text(&data->arena, source->text);
    data->source_name = ac_arena_dup_text(&data->arena, source->name);
    return data->source.data && data->source_name.data && ac_lines_build(&data->lines, &data->mem, data->source) ? AC_OK : ac_mem_failed(&data->mem, err);
}

static ac_status read_options(const ac_policy_options *in, ac_policy_options *out, ac_policy_limits *limits, ac_error *err)
{
    static const ac_policy_options normal = AC_POLICY_OPTIONS_INIT;

    if (!ac_struct_read(out, sizeof *out, in ? in : &normal, sizeof normal))
        return ac_error_set(err, AC_E_INVALID, 0, "the options are of another version of the library", "start from AC_POLICY_OPTIONS_INIT");
    return ac_policy_limits_resolve(&out->limits, limits, err);
}

ac_status ac_data_compile(const ac_source *source, const ac_policy_options *options, ac_data **out, ac_report *report, ac_error *err)
{
    ac_policy_options o;
    ac_mem            mem;
    ac_log            log;
    ac_source         copy;
    builder           b = { 0 };
    ac_status         st, said;

    assert(source && out && report);
    *out = NULL;
    st = read_options(options, &o, &b.limits, err);
    if (st == AC_OK)
        st = ac_mem_init(&mem, o.mem, b.limits.compile_bytes, err);
    if (st != AC_OK)
        return st;
    b.data = ac_mem_new_owner(&mem, sizeof *b.data, offsetof(ac_data, mem));
    if (!b.data)
        return ac_mem_failed(&mem, err);
    ac_refcount_init(&b.data->refs);
    ac_arena_init(&b.data->arena, &b.data->mem);
    st = keep_source(b.data, source, err);
    if (st == AC_OK) {
        copy.name = b.data->source_name;
        copy.text = b.data->source;
        b.log = &log;
        st = ac_log_begin(&log, &b.data->mem, report, &copy, &b.limits, o.strict, err);
        if (st == AC_OK)
            st = compile(&b, err);
        if (st != AC_OK && st != AC_E_INVALID && log.status == AC_OK)
            log.status = st;            /* what was said so far goes back with the rest */
        said = ac_log_end(&log, st == AC_OK || st == AC_E_INVALID ? err : NULL);
        if (st == AC_OK || st == AC_E_INVALID)
            st = said;
    }
    if (st == AC_OK)
        *out = b.data;
    else
        ac_data_unref(b.data);
    return st;
}

ac_data *ac_data_ref(ac_data *data)
{
    if (data)
        ac_refcount_up(&data->refs);
    return data;
}

void ac_data_unref(ac_data *data)
{
    if (!data || !ac_refcount_down(&data->refs))
        return;
    ac_lines_free(&data->lines, &data->mem);
    ac_arena_clear(&data->arena);
    ac_mem_free_owner(&data->mem, data, sizeof *data);
}
