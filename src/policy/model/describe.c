#include <string.h>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/struct.h"
#include "policy/model/names.h"
#include "policy/model/written.h"

/* What stands in a policy, for those who show it: tables, flows, roles, articles, catalogues. */

static const ac_text empty = { "", 0 };

/* ── tables ── */

static const ac_table *table_at(const ac_policy *policy, uint32_t table)
{
    assert(policy);
    return table < policy->table_count ? &policy->tables[table] : NULL;
}

/* Where the head row stands; AC_NO_INDEX for case lines. */
static uint32_t head_of(const ac_policy *policy, const ac_table *t)
{
    return t->head == AC_NO_INDEX ? AC_NO_INDEX : ac_written_at(policy, t->head)->at;
}

ac_status ac_policy_table_at(const ac_policy *policy, uint32_t table, ac_table_info *out)
{
    const ac_table *t = table_at(policy, table);
    ac_table_info   info = AC_TABLE_INFO_INIT;

    assert(out);
    if (!t)
        return AC_E_NOT_FOUND;
    info.name = t->name;
    info.record = t->record;
    info.hit = (ac_hit)t->hit;
    info.is_unset = t->hole != AC_NO_INDEX;
    info.column_count = t->head == AC_NO_INDEX ? !info.is_unset : ac_written_columns(policy, head_of(policy, t));
    info.output_count = t->output_count;
    info.row_count = t->row_count;
    info.line = ac_written_at(policy, t->line)->line;
    info.clause = ac_written_at(policy, t->line)->clause;
    return ac_struct_write(out, sizeof info, &info);
}

uint32_t ac_policy_find_table(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_TABLE, 0, name);
}

ac_status ac_policy_row_at(const ac_policy *policy, uint32_t table, uint32_t row, ac_row_info *out)
{
    const ac_table *t = table_at(policy, table);
    ac_row_info     info = AC_ROW_INFO_INIT;

    assert(out);
    if (!t || row >= t->row_count)
        return AC_E_NOT_FOUND;
    info.line = ac_written_at(policy, t->rows[row].line)->line;
    info.clause = ac_written_at(policy, t->rows[row].line)->clause;
    info.is_else = t->rows[row].otherwise;
    info.text = ac_written_line(policy, ac_written_at(policy, t->rows[row].line)->at);
    return ac_struct_write(out, sizeof info, &info);
}

/* `VALUE when CONDITION`: the condition is cell 0. The head names the output alone. */
static ac_text case_cell(const ac_policy *policy, const ac_table *t, uint32_t row, uint32_t cell)
{
    static const uint8_t when[] = { AC_WORD_WHEN, 0 }, rest[] = { AC_WORD_OTHERWISE, 0 }, both[] = { AC_WORD_WHEN, AC_WORD_OTHERWISE, 0 };
    static const uint8_t per[] = { AC_WORD_PER, 0 };
    uint32_t             at;

    if (row == AC_NO_INDEX)
        return cell == 0 ? empty : policy->records[t->record].fields[t->output_fields[0]].name;
    at = ac_written_at(policy, t->rows[row].line)->at;
    if (cell > 0)
        return ac_written_until(policy, at, both);
    if (t->rows[row].otherwise)
        return ac_written_until(policy, ac_written_find(policy, at, rest), per);
    return ac_written_after(policy, at, when, per);
}

ac_status ac_policy_cell_at(const ac_policy *policy, uint32_t table, uint32_t row, uint32_t cell, ac_text *out)
{
    ac_table_info   info = AC_TABLE_INFO_INIT;
    const ac_table *t = table_at(policy, table);
    uint32_t        at;

    assert(out);
    *out = empty;
    if (!t || (row != AC_NO_INDEX && row >= t->row_count) || ac_policy_table_at(policy, table, &info) != AC_OK
        || cell >= info.column_count + info.output_count)
        return AC_E_NOT_FOUND;
    if (t->head == AC_NO_INDEX) {
        *out = case_cell(policy, t, row, cell + (info.column_count == 0));
        return AC_OK;
    }
    at = row == AC_NO_INDEX ? head_of(policy, t) : ac_written_at(policy, t->rows[row].line)->at;
    if (row != AC_NO_INDEX && t->rows[row].otherwise && cell > 0) {
        if (cell < info.column_count)
            return AC_OK;
        cell -= info.column_count - 1;      /* `else` stands for all of them */
    }
    return ac_written_cell(policy, at, cell, out) ? AC_OK : AC_E_NOT_FOUND;
}

/* ── flows ── */

ac_status ac_policy_state_at(const ac_policy *policy, uint32_t record, uint32_t state, ac_state_info *out)
{
    const ac_record_def *def = ac_record_def_at(policy, record);
    ac_state_info        info = AC_STATE_INFO_INIT;

    assert(out);
    if (!def || state >= def->state_count)
        return AC_E_NOT_FOUND;
    info.name = def->states[state];
    info.is_end = def->state_ends[state];
    return ac_struct_write(out, sizeof info, &info);
}

/* The first row of a grid below a line. */
static uint32_t grid_below(const ac_policy *policy, uint32_t at)
{
    const ac_text s = policy->source;

    for (; at < s.size; at++) {
        if (s.data[at] != '\n')
            continue;
        while (at + 1 < s.size && (s.data[at + 1] == ' ' || s.data[at + 1] == '\t'))
            at++;
        if (at + 1 < s.size && s.data[at + 1] == '|')
            return at + 1;
    }
    return AC_NO_INDEX;
}

/* Which cell of a head row says `name`, or AC_NO_INDEX. */
static uint32_t cell_named(const ac_policy *policy, uint32_t head, ac_text name)
{
    ac_text  cell;
    uint32_t i;

    for (i = 0; ac_written_cell(policy, head, i, &cell); i++)
        if (ac_text_equal(cell, name))
            return i;
    return AC_NO_INDEX;
}

ac_status ac_policy_transition_at(const ac_policy *policy, uint32_t record, uint32_t transition, ac_transition_info *out)
{
    const ac_record_def *def = ac_record_def_at(policy, record);
    ac_transition_info   info = AC_TRANSITION_INFO_INIT;
    const ac_transition *t;
    uint32_t             head, cell;

    assert(out);
    if (!def || transition >= def->transition_count)
        return AC_E_NOT_FOUND;
    t = &def->transitions[transition];
    info.from = t->from;
    info.to = t->to;
    info.action = t->action;
    info.line = ac_written_at(policy, t->line)->line;
    info.clause = ac_written_at(policy, t->line)->clause;
    head = grid_below(policy, ac_written_at(policy, def->fields[def->state_field].line)->at);
    cell = head == AC_NO_INDEX ? AC_NO_INDEX : cell_named(policy, head, ac_text_of("by"));
    if (cell == AC_NO_INDEX || !ac_written_cell(policy, ac_written_at(policy, t->line)->at, cell, &info.by) || ac_text_equal(info.by, ac_text_of("-")))
        info.by = empty;
    return ac_struct_write(out, sizeof info, &info);
}

/* ── roles and articles ── */

ac_status ac_policy_role_at(const ac_policy *policy, uint32_t role, ac_role_info *out)
{
    ac_role_info info = AC_ROLE_INFO_INIT;

    assert(policy && out);
    if (role >= policy->role_count)
        return AC_E_NOT_FOUND;
    info.name = policy->roles[role];
    info.superior = policy->role_defs[role].superior;
    info.is_built_in = role >= policy->own_role_count;
    info.mention_count = policy->role_defs[role].mentions.count;
    return ac_struct_write(out, sizeof info, &info);
}

uint32_t ac_policy_find_role(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_ROLE, 0, name);
}

ac_status ac_policy_article_at(const ac_policy *policy, uint32_t article, ac_article_info *out)
{
    ac_article_info       info = AC_ARTICLE_INFO_INIT;
    const ac_article_def *def;

    assert(policy && out);
    if (article >= policy->article_count)
        return AC_E_NOT_FOUND;
    def = &policy->article_defs[article];
    info.name = policy->articles[article];
    info.rulebook = def->rulebook;
    info.reason = def->reason.data ? def->reason : empty;
    info.mention_count = def->mentions.count;
    return ac_struct_write(out, sizeof info, &info);
}

uint32_t ac_policy_find_article(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_ARTICLE, 0, name);
}

/* What a line waits for. `unique` stands on the head of its record, which works all the same. */
static void find_waiting(const ac_policy *policy, uint32_t line, ac_mention_info *info)
{
    const ac_waiting *w;

    for (w = policy->waiting; w; w = w->next)
        if (w->line == line && !ac_text_equal(ac_text_of(w->what), ac_text_of("unique"))) {
            info->waits = w->what;
            info->stage = 4;
        }
}

ac_status ac_policy_mention_at(const ac_policy *policy, ac_mention_of what, uint32_t index, uint32_t i, ac_mention_info *out)
{
    ac_mention_info   info = AC_MENTION_INFO_INIT;
    const ac_mention *m;

    assert(policy && out);
    if (index >= (what == AC_MENTION_ARTICLE ? policy->article_count : policy->role_count))
        return AC_E_NOT_FOUND;
    m = what == AC_MENTION_ARTICLE ? policy->article_defs[index].mentions.first : policy->role_defs[index].mentions.first;
    for (; m && i > 0; i--)
        m = m->next;
    if (!m)
        return AC_E_NOT_FOUND;
    info.line = m->line;
    info.text = ac_written_line(policy, m->at);
    info.block = ac_written_head(policy, m->at);
    info.is_example = info.block.size > 8 && memcmp(info.block.data, "example ", 8) == 0;
    find_waiting(policy, m->line, &info);
    return ac_struct_write(out, sizeof info, &info);
}

/* ── choices ── */

uint32_t ac_choice_find(const ac_policy *policy, uint32_t kind, uint32_t record)
{
    uint32_t i;

    for (i = 0; i < policy->choice_count; i++)
        if (policy->choices[i].kind == kind && policy->choices[i].record == record)
            return i;
    return AC_NO_INDEX;
}

uint32_t ac_policy_find_choice(const ac_policy *policy, uint32_t kind, uint32_t record)
{
    assert(policy);
    return ac_choice_find(policy, kind, record);
}

ac_status ac_policy_choice_at(const ac_policy *policy, uint32_t choice, ac_choice_info *out)
{
    ac_choice_info info = AC_CHOICE_INFO_INIT;

    assert(policy && out);
    if (choice >= policy->choice_count)
        return AC_E_NOT_FOUND;
    info.kind = policy->choices[choice].kind;
    info.record = policy->choices[choice].record;
    info.line_count = policy->choices[choice].line_count;
    info.line = ac_written_at(policy, policy->choices[choice].line)->line;
    info.clause = ac_written_at(policy, policy->choices[choice].line)->clause;
    return ac_struct_write(out, sizeof info, &info);
}

ac_status ac_policy_choice_line_at(const ac_policy *policy, uint32_t choice, uint32_t i, ac_choice_line_info *out)
{
    ac_choice_line_info   info = AC_CHOICE_LINE_INFO_INIT;
    const ac_choice_line *l;

    assert(policy && out);
    if (choice >= policy->choice_count || i >= policy->choices[choice].line_count)
        return AC_E_NOT_FOUND;
    l = &policy->choices[choice].lines[i];
    info.kind = (ac_choice_kind)l->kind;
    info.text = ac_written(policy, l->text);
    info.line = ac_written_at(policy, l->line)->line;
    info.clause = ac_written_at(policy, l->line)->clause;
    return ac_struct_write(out, sizeof info, &info);
}

/* ── catalogues, labels, types ── */

ac_status ac_policy_attribute_at(const ac_policy *policy, uint32_t enumeration, uint32_t attribute, ac_attribute_info *out)
{
    ac_attribute_info   info = AC_ATTRIBUTE_INFO_INIT;
    const ac_attribute *a;

    assert(policy && out);
    if (enumeration >= policy->enum_count || attribute >= policy->enums[enumeration].attribute_count)
        return AC_E_NOT_FOUND;
    a = &policy->enums[enumeration].attributes[attribute];
    info.name = a->name;
    info.type = (ac_type_kind)a->type.kind;
    info.ref = a->type.ref;
    return ac_struct_write(out, sizeof info, &info);
}

ac_status ac_policy_attribute_text(const ac_policy *policy, uint32_t enumeration, uint32_t member, uint32_t attribute, ac_text *out)
{
    const ac_enum *e;
    uint32_t       head, cell;

    assert(policy && out);
    *out = empty;
    if (enumeration >= policy->enum_count)
        return AC_E_NOT_FOUND;
    e = &policy->enums[enumeration];
    if (attribute >= e->attribute_count || member >= e->member_count)
        return AC_E_NOT_FOUND;
    head = grid_below(policy, ac_written_at(policy, e->line)->at);
    cell = head == AC_NO_INDEX ? AC_NO_INDEX : cell_named(policy, head, e->attributes[attribute].name);
    if (cell == AC_NO_INDEX || !ac_written_cell(policy, ac_written_at(policy, e->attributes[attribute].values[member].line)->at, cell, out))
        return AC_E_NOT_FOUND;
    return AC_OK;
}

ac_status ac_policy_label_at(const ac_policy *policy, uint32_t i, ac_label_info *out)
{
    ac_label_info info = AC_LABEL_INFO_INIT;

    assert(policy && out);
    if (i >= policy->label_count)
        return AC_E_NOT_FOUND;
    info.lang = policy->labels[i].lang;
    info.name = policy->labels[i].name;
    info.text = policy->labels[i].text;
    return ac_struct_write(out, sizeof info, &info);
}

static void write_enum(ac_writer *w, const ac_enum *e)
{
    uint32_t i;

    if (e->name.size > 0) {
        ac_write_text(w, e->name);
        return;
    }
    ac_write_string(w, "one of ");
    for (i = 0; i < e->member_count; i++) {
        ac_write_string(w, i ? ", " : "");
        ac_write_text(w, e->members[i].name);
    }
}

ac_status ac_policy_type_format(const ac_policy *policy, ac_type_kind type, uint32_t ref, ac_sink sink, void *user)
{
    static const char *const words[] = {
        "yes/no", "count", "number", "money", "date", "datetime", "moment", "duration", "span", "period", "text", "role", "", "many ", "",
        "step of ", "state of ", "signature of ", ""
    };
    char      room[128];
    ac_writer w;

    assert(policy && sink);
    if ((size_t)type >= sizeof words / sizeof *words)
        return AC_E_INVALID;
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    ac_write_string(&w, words[type]);
    if (type == AC_TYPE_MONEY && policy->currency.size > 0) {
        ac_write_char(&w, ' ');
        ac_write_text(&w, policy->currency);
    } else if ((type == AC_TYPE_ENUM || type == AC_TYPE_MANY) && ref < policy->enum_count) {
        write_enum(&w, &policy->enums[ref]);
    } else if ((type == AC_TYPE_RECORD || type == AC_TYPE_STEP || type == AC_TYPE_STATE) && ref < policy->record_count) {
        ac_write_text(&w, policy->records[ref].name);
    } else if (type == AC_TYPE_SIGNATURE && ref < policy->role_count) {
        ac_write_text(&w, policy->roles[ref]);
    } else if (type == AC_TYPE_RUNG && ref < policy->names->ladder_count) {
        ac_write_text(&w, policy->names->ladders[ref].name);
    }
    return ac_writer_end(&w);
}
