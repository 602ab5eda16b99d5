#include <string.h>

#include "aftercare/matrix.h"
#include "aftercare/sheet.h"

/* list: everything of one sort that a rulebook says, in one table. */

typedef struct listing {
    const options   *o;
    const ac_policy *policy;
    sheet            s;
    ac_text          role;      /* only its rows; empty: all */
} listing;

static ac_text field_name(const ac_policy *policy, uint32_t record, uint32_t field)
{
    ac_field_info f = AC_FIELD_INFO_INIT;
    return ac_policy_field_at(policy, record, field, &f) == AC_OK ? f.name : text_of("");
}

static ac_text role_name(const ac_policy *policy, uint32_t role)
{
    ac_role_info r = AC_ROLE_INFO_INIT;
    return ac_policy_role_at(policy, role, &r) == AC_OK ? r.name : text_of("");
}

static ac_text state_name(const ac_policy *policy, uint32_t record, uint32_t state)
{
    ac_state_info s = AC_STATE_INFO_INIT;
    return ac_policy_state_at(policy, record, state, &s) == AC_OK ? s.name : text_of("");
}

/* Whether a list such as `客服, 工程师` names the role asked for. */
static int is_of_role(const listing *l, ac_text names)
{
    if (l->role.size == 0)
        return 1;
    while (names.size) {
        const char *comma = memchr(names.data, ',', names.size);
        ac_text one = { names.data, comma ? (size_t)(comma - names.data) : names.size };
        names.data += one.size + (comma != NULL);
        names.size -= one.size + (comma != NULL);
        while (one.size && (one.data[0] == ' ' || one.data[0] == '`'))
            one.data++, one.size--;
        while (one.size && (one.data[one.size - 1] == ' ' || one.data[one.size - 1] == '`'))
            one.size--;
        if (text_equal(one, l->role))
            return 1;
    }
    return 0;
}

static void end_row(listing *l, const char *clause, uint32_t line)
{
    sheet_string(&l->s, clause);
    sheet_number(&l->s, line);
}

static void list_limits(listing *l)
{
    ac_record_info r = AC_RECORD_INFO_INIT;
    ac_limit_info  m = AC_LIMIT_INFO_INIT;
    sheet_open(&l->s, "record limit by as_written when calendar per line", "表单 时限 由 原文 条件 日历 条款 行");
    for (uint32_t i = 0; ac_policy_record_at(l->policy, i, &r) == AC_OK; i++)
        for (uint32_t k = 0; ac_policy_limit_at(l->policy, i, k, &m) == AC_OK; k++) {
            if (!is_of_role(l, m.by))
                continue;
            sheet_text(&l->s, r.name);
            sheet_text(&l->s, m.name);
            sheet_text(&l->s, m.by);
            sheet_text(&l->s, m.text);
            sheet_text(&l->s, m.when);
            sheet_text(&l->s, ac_policy_calendar_name(l->policy, m.calendar));
            end_row(l, m.clause, m.line);
        }
}

/* Everything that names one role. */
static void list_duties(listing *l, uint32_t role)
{
    ac_mention_info m = AC_MENTION_INFO_INIT;
    sheet_open(&l->s, "line block waits_for source", "行 所在 待实现 原文");
    for (uint32_t i = 0; ac_policy_mention_at(l->policy, AC_MENTION_ROLE, role, i, &m) == AC_OK; i++) {
        sheet_number(&l->s, m.line);
        sheet_text(&l->s, m.block);
        sheet_string(&l->s, m.waits);
        sheet_text(&l->s, m.text);
    }
}

static void list_roles(listing *l)
{
    ac_role_info r = AC_ROLE_INFO_INIT;
    if (l->role.size) {
        list_duties(l, ac_policy_find_role(l->policy, l->role));
        return;
    }
    sheet_open(&l->s, "role under lines", "岗位 上级 行数");
    for (uint32_t i = 0; ac_policy_role_at(l->policy, i, &r) == AC_OK; i++) {
        if (r.is_built_in && r.mention_count == 0)
            continue;
        sheet_text(&l->s, r.name);
        sheet_text(&l->s, role_name(l->policy, r.superior));
        sheet_number(&l->s, r.mention_count);
    }
}

/* The fields of a form. */
static void list_fields(listing *l, uint32_t record)
{
    static const char *const origins[] = { "filled in", "derived", "table", "action", "step", "confirmed", "signed", "state", "built in", "ladder" };
    ac_field_info f = AC_FIELD_INFO_INIT;
    text_buffer type = { 0 };
    sheet_open(&l->s, "field type comes_from by value per line", "字段 类型 来源 填写 取值 条款 行");
    for (uint32_t i = 0; ac_policy_field_at(l->policy, record, i, &f) == AC_OK; i++) {
        if (!is_of_role(l, f.by))
            continue;
        text_clear(&type);
        ac_policy_type_format(l->policy, f.type, f.ref, text_sink, &type);
        sheet_text(&l->s, f.name);
        sheet_string(&l->s, type.data);
        sheet_string(&l->s, origins[f.origin]);
        sheet_text(&l->s, f.by);
        sheet_text(&l->s, f.value);
        end_row(l, f.clause, f.line);
    }
    text_free(&type);
}

static void list_forms(listing *l)
{
    static const char *const kinds[] = { "", "company", "customer", "unit", "ticket", "visit", "engineer", "part", "movement" };
    ac_record_info r = AC_RECORD_INFO_INIT;
    if (l->o->of) {
        list_fields(l, ac_policy_find_record(l->policy, text_of(l->o->of)));
        return;
    }
    sheet_open(&l->s, "form kind of opened fields limits states per line", "表单 种类 属于 开立 字段 时限 状态 条款 行");
    for (uint32_t i = 0; ac_policy_record_at(l->policy, i, &r) == AC_OK; i++) {
        sheet_text(&l->s, r.name);
        sheet_string(&l->s, kinds[r.kind]);
        sheet_text(&l->s, options_record_name(l->policy, r.owner));
        sheet_text(&l->s, r.opening);
        sheet_number(&l->s, r.field_count);
        sheet_number(&l->s, r.limit_count);
        sheet_number(&l->s, r.state_count);
        end_row(l, r.clause, r.line);
    }
}

static void list_articles(listing *l)
{
    ac_article_info a = AC_ARTICLE_INFO_INIT;
    sheet_open(&l->s, "article rulebook state lines note", "条款 制度 状态 行数 说明");
    for (uint32_t i = 0; ac_policy_article_at(l->policy, i, &a) == AC_OK; i++) {
        char waits[64];
        article_state state = article_stands(l->policy, i, waits);
        sheet_text(&l->s, a.name);
        sheet_text(&l->s, a.rulebook);
        sheet_string(&l->s, article_word(state, l->o->lang));
        sheet_number(&l->s, a.mention_count);
        sheet_text(&l->s, state == ARTICLE_WAITING ? text_of(waits) : a.reason);
    }
}

/* The rows of a table, each condition and output a column of its own. */
static void list_rows(listing *l, uint32_t table)
{
    ac_table_info t = AC_TABLE_INFO_INIT;
    ac_row_info row = AC_ROW_INFO_INIT;
    text_buffer heads = { 0 };
    ac_text cell;
    uint32_t cells;
    if (ac_policy_table_at(l->policy, table, &t) != AC_OK)
        return;
    cells = t.column_count + t.output_count;
    cells = cells > SHEET_COLUMNS - 2 ? SHEET_COLUMNS - 2 : cells;
    for (uint32_t k = 0; k < cells && ac_policy_cell_at(l->policy, table, AC_NO_INDEX, k, &cell) == AC_OK; k++) {
        for (size_t i = 0; i < cell.size; i++)
            text_add(&heads, cell.data[i] == ' ' ? "_" : cell.data + i, 1);
        text_add(&heads, cell.size ? " " : "when ", cell.size ? 1 : 5);
    }
    text_add(&heads, "per line", 8);
    sheet_open(&l->s, heads.data, heads.data);
    for (uint32_t i = 0; ac_policy_row_at(l->policy, table, i, &row) == AC_OK; i++) {
        for (uint32_t k = 0; k < cells && ac_policy_cell_at(l->policy, table, i, k, &cell) == AC_OK; k++)
            sheet_text(&l->s, cell);
        end_row(l, row.clause, row.line);
    }
    text_free(&heads);
}

static void list_tables(listing *l)
{
    static const char *const hits[] = { "first", "unique", "all", "sum" };
    ac_table_info t = AC_TABLE_INFO_INIT;
    if (l->o->of) {
        list_rows(l, ac_policy_find_table(l->policy, text_of(l->o->of)));
        return;
    }
    sheet_open(&l->s, "table of gives hit rows per line", "规则表 属于 得出 命中 行数 条款 行");
    for (uint32_t i = 0; ac_policy_table_at(l->policy, i, &t) == AC_OK; i++) {
        text_buffer gives = { 0 };
        ac_text cell;
        for (uint32_t k = 0; k < t.output_count && ac_policy_cell_at(l->policy, i, AC_NO_INDEX, t.column_count + k, &cell) == AC_OK; k++) {
            text_add(&gives, ", ", k ? 2 : 0);
            text_add(&gives, cell.data, cell.size);
        }
        sheet_text(&l->s, t.name);
        sheet_text(&l->s, options_record_name(l->policy, t.record));
        sheet_string(&l->s, gives.data);
        sheet_string(&l->s, t.is_unset ? "unset" : hits[t.hit]);
        sheet_number(&l->s, t.row_count);
        end_row(l, t.clause, t.line);
        text_free(&gives);
    }
}

static void list_states(listing *l)
{
    ac_record_info r = AC_RECORD_INFO_INIT;
    ac_transition_info t = AC_TRANSITION_INFO_INIT;
    sheet_open(&l->s, "record from action to ends by per line", "表单 从 动作 到 终态 由 条款 行");
    for (uint32_t i = 0; ac_policy_record_at(l->policy, i, &r) == AC_OK; i++)
        for (uint32_t k = 0; ac_policy_transition_at(l->policy, i, k, &t) == AC_OK; k++) {
            ac_state_info to = AC_STATE_INFO_INIT;
            if (!is_of_role(l, t.by) || ac_policy_state_at(l->policy, i, t.to, &to) != AC_OK)
                continue;
            sheet_text(&l->s, r.name);
            sheet_text(&l->s, state_name(l->policy, i, t.from));
            sheet_text(&l->s, field_name(l->policy, i, t.action));
            sheet_text(&l->s, to.name);
            sheet_string(&l->s, to.is_end ? "ends" : "");
            sheet_text(&l->s, t.by);
            end_row(l, t.clause, t.line);
        }
}

static const struct sort {
    const char *name;
    void (*run)(listing *);
    int has_of;             /* --of names one of them */
} SORTS[] = {
    { "limits", list_limits, 0 }, { "roles", list_roles, 0 },   { "forms", list_forms, 1 },
    { "articles", list_articles, 0 }, { "tables", list_tables, 1 }, { "states", list_states, 0 },
};
enum { SORT_COUNT = sizeof SORTS / sizeof *SORTS };

/* Whether the names asked for are there; says so when not. */
static int can_list(listing *l, const struct sort *sort)
{
    const options *o = l->o;
    if (o->role && ac_policy_find_role(l->policy, text_of(o->role)) == AC_NO_INDEX) {
        fprintf(stderr, "aftercare list: %s has no role \"%s\"\n    hint: aftercare list roles %s\n", o->load.policy, o->role, o->load.policy);
        return 0;
    }
    if (!o->of)
        return 1;
    if (!sort->has_of)
        return usage(o->command, "--of goes with forms and tables"), 0;
    uint32_t found = sort->run == list_forms ? ac_policy_find_record(l->policy, text_of(o->of)) : ac_policy_find_table(l->policy, text_of(o->of));
    if (found == AC_NO_INDEX)
        fprintf(stderr, "aftercare list: \"%s\" is none of the %s of %s\n    hint: aftercare list %s %s\n", o->of, sort->name, o->load.policy, sort->name,
                o->load.policy);
    return found != AC_NO_INDEX;
}

static int list_file(const options *o, const struct sort *sort)
{
    host_book book;
    int unreadable, code = EXIT_USAGE;
    if (!host_open(&o->load, &book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    listing l = { .o = o, .policy = book.policy, .role = text_of(o->role ? o->role : "") };
    if (can_list(&l, sort)) {
        sort->run(&l);
        sheet_show(&l.s, o);
        sheet_close(&l.s);
        code = EXIT_DONE;
    }
    host_close(&book);
    return code;
}

int command_list(const options *o)
{
    int code = EXIT_DONE;
    size_t i = 0;
    while (i < SORT_COUNT && (o->word_count == 0 || strcmp(SORTS[i].name, o->words[0]) != 0))
        i++;
    if (i == SORT_COUNT)
        return usage(o->command, "what: limits, roles, forms, articles, tables or states?");
    if (o->word_count < 2)
        return usage(o->command, "which policy?");
    for (int k = 1; k < o->word_count; k++) {
        options one = *o;
        one.load.policy = o->words[k];
        if (o->word_count > 2 && !o->json && !o->csv)
            printf("%s%s\n", k > 1 ? "\n" : "", o->words[k]);
        int done = list_file(&one, &SORTS[i]);
        code = done > code ? done : code;
    }
    return code;
}
