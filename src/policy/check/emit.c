#include <string.h>

#include "base/buffer.h"
#include "policy/check/check.h"
#include "policy/report/suggest.h"
#include "policy/text/parse.h"

/* What the checker keeps: texts, lines with their articles, constants, paths, programs. */

ac_text ac_check_text(ac_checker *ck, ac_text text)
{
    uint32_t id = ac_intern_add(&ck->texts, text);

    if (id == AC_INTERN_NONE) {
        ck->nomem = 1;
        return ac_text_of("");
    }
    return ac_intern_text(&ck->texts, id);
}

static void *array_of(ac_checker *ck, ac_arena *arena, size_t count, size_t size)
{
    void *p = ac_arena_array(arena, count, size);

    if (!p)
        ck->nomem = 1;
    return p;
}

void *ac_check_array(ac_checker *ck, size_t count, size_t size)
{
    return array_of(ck, ck->arena, count, size);
}

void *ac_check_scratch(ac_checker *ck, size_t count, size_t size)
{
    return array_of(ck, &ck->scratch, count, size);
}

/* The line of an offset. Most questions are about the line of the one before or of the one before that, as rows of a grid and
 * its head take turns, or about the next. */
static uint32_t line_at(ac_checker *ck, uint32_t offset)
{
    const ac_lines *l = &ck->log->lines;
    uint32_t        last = ck->lines_known[0], before = ck->lines_known[1], line;

    if (ac_lines_is_in(l, offset, last))
        return last;
    if (ac_lines_is_in(l, offset, before))
        line = before;
    else
        line = ac_lines_from(l, offset, last > before ? last : before);
    ck->lines_known[0] = line;
    ck->lines_known[1] = last;
    return line;
}

uint32_t ac_check_line_number(ac_checker *ck, ac_place place)
{
    return line_at(ck, place.at);
}

/* ── articles ── */

/* What stands between 第 and 条; empty when they are not there. */
static ac_text bare_article(ac_text article)
{
    static const char around[] = "\xE7\xAC\xAC" "\xE6\x9D\xA1";

    if (article.size > 6 && memcmp(article.data, around, 3) == 0 && memcmp(article.data + article.size - 3, around + 3, 3) == 0) {
        article.data += 3;
        article.size -= 6;
    } else {
        article.size = 0;
    }
    return article;
}

/* Says that an article is not declared, once for each name; marks those that are as cited. */
static void cite(ac_checker *ck, ac_text article, ac_place place)
{
    uint32_t   i = ac_check_find(ck, AC_NAME_ARTICLE, 0, article);
    ac_suggest s;
    ac_text    bare, all = ac_text_of("articles");
    uint32_t   k;

    if (i != AC_NO_INDEX) {
        ck->cited[i] = 1;
        ac_check_mention(ck, &ck->policy->article_defs[i].mentions, place);
        return;
    }
    if (!ck->tree || ck->tree->head.has_errors || ac_log_is_poisoned(ck->log, article))
        return;
    if (ck->policy->article_count == 0) {       /* once for all of them */
        if (ac_log_is_poisoned(ck->log, all))
            return;
        ac_log_poison(ck->log, all);
    }
    ac_suggest_begin(&s, article, &ck->log->patience);
    for (k = 0; k < ck->policy->article_count && s.length > 0; k++)
        ac_suggest_offer(&s, ck->policy->articles[k]);
    ac_say_1(ck, AC_MSG_ARTICLE_UNKNOWN, place, article);
    bare = bare_article(article);
    if (bare.size > 0 && ac_check_find(ck, AC_NAME_ARTICLE, 0, bare) != AC_NO_INDEX)
        ac_log_suggest(ck->log, &bare, 1);
    else
        ac_log_suggest(ck->log, s.names, s.count);
    ac_log_poison(ck->log, article);
}

static ac_text cited_article(ac_checker *ck, const ac_tree_cite *at, uint32_t i)
{
    ac_text t = ac_cite_at(at, i, &ck->scratch);

    if (t.data)
        return t;
    ck->nomem = 1;
    return ac_text_of("");
}

void ac_check_cites(ac_checker *ck, const ac_tree_cites *per)
{
    uint32_t i, k, n;

    if (!per || !ck->cited || ck->log->is_full)     /* nothing more will be told, and nothing comes of it */
        return;
    for (i = 0; i < per->count; i++)
        for (k = 0, n = per->at[i].is_text ? 0 : ac_cite_count(&per->at[i]); k < n && !ck->nomem; k++)
            cite(ck, cited_article(ck, &per->at[i], k), per->at[i].place);
}

/* The text written, kept; ends the writer. */
static ac_text keep_written(ac_checker *ck, ac_writer *w)
{
    ac_text text;

    if (ac_writer_end(w) != AC_OK)
        ck->nomem = 1;
    text = ac_check_text(ck, ac_writer_text(w));
    ac_writer_free(w);
    return text;
}

/* "18.2a, 18.2b"; ranges are written out. */
static const char *clause_of(ac_checker *ck, const ac_tree_cites *per)
{
    ac_writer w;
    ac_text   text;
    uint32_t  i, k;

    if (per == ck->last_cites)
        return ck->last_clause;
    ac_check_cites(ck, per);
    ac_writer_init_memory(&w, ck->mem);
    for (i = 0; i < per->count; i++)
        for (k = 0; k < ac_cite_count(&per->at[i]); k++) {
            if (i + k > 0)
                ac_write_string(&w, ", ");
            ac_write_text(&w, cited_article(ck, &per->at[i], k));
        }
    text = keep_written(ck, &w);
    ck->last_cites = per;
    ck->last_clause = text.data;
    return text.data;
}

void ac_check_cites_required(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head)
{
    if ((per && per->count > 0) || (head && head->count > 0) || ck->policy->article_count == 0)
        return;
    ac_say(ck, AC_MSG_ARTICLE_MISSING, place);
}

static uint32_t add_line(ac_checker *ck, ac_place place, const char *clause, const char *what)
{
    ac_policy *p = ck->policy;
    uint32_t   line = line_at(ck, place.at);
    ac_line   *at;

    if (p->line_count > 0) {
        at = &p->lines[p->line_count - 1];
        if (at->line == line && at->clause == clause && at->what == what)
            return p->line_count - 1;
    }
    at = ac_check_add(ck, AC_GROWING_LINES);
    if (!at)
        return 0;
    at->line = line;
    at->at = place.at;
    at->clause = clause;
    at->what = what;
    return p->line_count - 1;
}

uint32_t ac_check_line_what(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head, const char *what)
{
    const char *clause = NULL;

    if (per && per->count > 0)
        clause = clause_of(ck, per);
    else if (head && head->count > 0)
        clause = clause_of(ck, head);
    return add_line(ck, place, clause, what);
}

uint32_t ac_check_line_same(ac_checker *ck, ac_place place, uint32_t as)
{
    return add_line(ck, place, as < ck->policy->line_count ? ck->policy->lines[as].clause : NULL, NULL);
}

uint32_t ac_check_line(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head)
{
    return ac_check_line_what(ck, place, per, head, NULL);
}

uint32_t ac_check_line_cited(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head)
{
    ac_check_cites_required(ck, place, per, head);
    return ac_check_line(ck, place, per, head);
}

uint32_t ac_check_unset(ac_checker *ck, ac_text name, uint32_t line)
{
    ac_policy *p = ck->policy;
    ac_unset  *at = ac_check_add(ck, AC_GROWING_UNSETS);

    if (!at)
        return 0;
    at->name = ac_check_text(ck, name);
    at->line = line;
    return p->unset_count - 1;
}

/* Once a line for each construct. */
void ac_check_later(ac_checker *ck, ac_place place, const char *what)
{
    uint32_t line = line_at(ck, place.at);

    if (ck->last_later == what && ck->last_later_line == line)
        return;
    ck->last_later = what;
    ck->last_later_line = line;
    ac_check_waits(ck, place, what);
    ac_say_1(ck, AC_MSG_NOT_CARRIED_OUT, place, ac_text_of(what));
}

/* ── constants and texts ── */

/* The number of equal bytes in a table; AC_INTERN_NONE sets nomem. */
static uint32_t intern(ac_checker *ck, ac_intern *table, const void *data, size_t size)
{
    ac_text  key;
    uint32_t id;

    key.data = data;
    key.size = size;
    id = ac_intern_add(table, key);
    if (id == AC_INTERN_NONE)
        ck->nomem = 1;
    return id;
}

uint32_t ac_check_constant(ac_checker *ck, const ac_cell *cell)
{
    uint32_t id = intern(ck, &ck->constants, cell, sizeof *cell);
    ac_cell *at;

    if (id < ck->policy->constant_count)
        return id;
    at = ck->nomem ? NULL : ac_check_add(ck, AC_GROWING_CONSTANTS);
    if (!at)
        return 0;
    *at = *cell;
    return id;
}

/* Texts that only an expression mentions have no id: they compare by bytes, and the policy stays as it is. */
ac_cell ac_check_string(ac_checker *ck, ac_text text)
{
    ac_policy  *p = ck->policy;
    ac_cell     cell;
    uint32_t    id;
    ac_string  *s;
    ac_string **slot;

    memset(&cell, 0, sizeof cell);
    cell.state = AC_VALUE_KNOWN;
    id = ac_intern_find(&p->names->strings, text);
    if (id != AC_INTERN_NONE) {
        cell.num = (int64_t)(intptr_t)p->strings[id + 1];
        cell.den = (int32_t)(id + 1);
        return cell;
    }
    s = ac_arena_alloc(ck->arena, sizeof *s + text.size, 0);
    if (!s) {
        ck->nomem = 1;
        return cell;
    }
    memset(s, 0, sizeof *s);
    s->size = (uint32_t)text.size;
    if (text.size > 0)
        memcpy(s->data, text.data, text.size);
    s->data[text.size] = '\0';
    if (ck->tree) {
        slot = ac_check_add(ck, AC_GROWING_STRINGS);
        if (slot && p->string_count == 1)   /* [0] stays unused */
            slot = ac_check_add(ck, AC_GROWING_STRINGS);
        id = ac_intern_add(&p->names->strings, text);
        if (!slot || id == AC_INTERN_NONE) {
            ck->nomem = 1;
            return cell;
        }
        *slot = s;
        s->id = id + 1;
    }
    cell.num = (int64_t)(intptr_t)s;
    cell.den = (int32_t)s->id;
    return cell;
}

const ac_string *ac_policy_find_string(const ac_policy *policy, ac_text text)
{
    uint32_t id = ac_intern_find(&policy->names->strings, text);

    return id == AC_INTERN_NONE ? NULL : policy->strings[id + 1];
}

/* ── paths ── */

static uint32_t path_id(ac_checker *ck, const ac_path *path)
{
    uint32_t key[3 + AC_PATH_STEPS], i;

    key[0] = path->record;
    key[1] = path->field;
    key[2] = path->step_count;
    for (i = 0; i < path->step_count; i++)
        key[3 + i] = path->steps[i];
    return intern(ck, &ck->paths, key, (3u + path->step_count) * sizeof *key);
}

/* Their numbers come out as they were. */
int ac_check_recall(ac_checker *ck)
{
    const ac_policy *p = ck->policy;
    uint32_t         i;

    for (i = 0; i < p->constant_count; i++)
        intern(ck, &ck->constants, &p->constants[i], sizeof *p->constants);
    for (i = 0; i < p->path_count; i++)
        path_id(ck, &p->paths[i]);
    return !ck->nomem;
}

/* The names of steps and field, joined by dots; a path of no steps to no field is the record. */
static ac_text path_text(ac_checker *ck, const ac_path *path)
{
    const ac_policy     *p = ck->policy;
    const ac_record_def *r = &p->records[path->record];
    ac_writer            w;
    uint32_t             i;

    ac_writer_init_memory(&w, ck->mem);
    for (i = 0; i < path->step_count; i++) {
        const ac_field_def *link = path->steps[i] == AC_OWNER_STEP ? NULL : &r->fields[path->steps[i]];

        r = &p->records[link ? link->type.ref : r->owner];
        if (i > 0)
            ac_write_char(&w, '.');
        ac_write_text(&w, link ? link->name : r->name);
    }
    if (path->field != AC_NO_INDEX) {
        if (path->step_count > 0)
            ac_write_char(&w, '.');
        ac_write_text(&w, r->fields[path->field].name);
    } else if (path->step_count == 0) {
        ac_write_text(&w, r->name);
    }
    return keep_written(ck, &w);
}

uint32_t ac_check_path_add(ac_checker *ck, ac_path *path)
{
    ac_policy *p = ck->policy;
    uint32_t   id, i, holder = path->record;
    ac_path   *at;

    for (i = 0; i < path->step_count; i++)
        holder = path->steps[i] == AC_OWNER_STEP ? p->records[holder].owner : p->records[holder].fields[path->steps[i]].type.ref;
    path->holder = holder;
    id = path_id(ck, path);
    if (id < p->path_count) {
        path->text = p->paths[id].text;
        return id;
    }
    if (ck->nomem)
        return 0;
    path->text = path_text(ck, path);
    at = ac_check_add(ck, AC_GROWING_PATHS);
    if (!at)
        return 0;
    *at = *path;
    return id;
}

uint32_t ac_check_path_named(ac_checker *ck, uint32_t record, ac_text text)
{
    ac_path  path, *at;
    uint32_t id;

    memset(&path, 0, sizeof path);
    path.record = path.holder = record;
    path.field = AC_PATH_NAMED + ck->policy->path_count;
    path.text = ac_check_text(ck, text);
    id = path_id(ck, &path);
    at = ck->nomem ? NULL : ac_check_add(ck, AC_GROWING_PATHS);
    if (!at)
        return 0;
    *at = path;
    return id;
}

/* ── programs ── */

ac_writing ac_check_begin(ac_checker *ck, uint32_t line)
{
    ac_writing w;

    w.mark = ck->code_count;
    w.line = line;
    return w;
}

static int reads_zone(ac_opcode code)
{
    return code == AC_OP_LOCAL || code == AC_OP_TODAY || code == AC_OP_DATE_OF || code == AC_OP_PERIOD_START || code == AC_OP_PERIOD_END
        || code == AC_OP_WITHIN;
}

void ac_check_op(ac_checker *ck, const ac_writing *w, ac_place place, ac_opcode code, uint32_t a, uint32_t b)
{
    ac_op   *op = ac_check_append(ck, (void **)&ck->code, &ck->code_room, &ck->code_count, sizeof *op);
    uint32_t line, first;

    if (!op)
        return;
    line = line_at(ck, place.at);
    first = ck->policy->line_count > 0 ? ck->policy->lines[w->line].line : line;
    if (!ck->zone_used && reads_zone(code)) {
        ck->zone_used = 1;
        ck->zone_place = place;
    }
    op->code = (uint16_t)code;
    op->line_delta = (uint16_t)(line > first && line - first <= UINT16_MAX ? line - first : 0);
    op->a = a;
    op->b = b;
}

void ac_check_inline(ac_checker *ck, const ac_program *program)
{
    uint32_t i;

    for (i = 0; i < program->count; i++) {
        ac_op *op = ac_check_append(ck, (void **)&ck->code, &ck->code_room, &ck->code_count, sizeof *op);

        if (!op)
            return;
        *op = ck->policy->ops[program->first + i];
        op->line_delta = 0;
    }
}


uint32_t ac_op_taken(const ac_op *op)
{
    switch ((ac_opcode)op->code) {
    case AC_OP_CONST: case AC_OP_LOCAL: case AC_OP_LOAD: case AC_OP_HOLE: case AC_OP_NOW: case AC_OP_TODAY:
    case AC_OP_IS_LATE: case AC_OP_IS_MET: case AC_OP_NTH: case AC_OP_UNSUPPORTED: case AC_OP_AGGREGATE:
        return 0;
    case AC_OP_ATTRIBUTE: case AC_OP_NOT: case AC_OP_NEG: case AC_OP_DATE_OF: case AC_OP_IS_KNOWN: case AC_OP_IS_UNKNOWN:
    case AC_OP_ABS: case AC_OP_EVEN: case AC_OP_ODD: case AC_OP_PERIOD_START: case AC_OP_PERIOD_END: case AC_OP_TO_MONEY:
        return 1;
    case AC_OP_IF: case AC_OP_IN_RANGE: case AC_OP_WITHIN:
        return 3;
    case AC_OP_IN_LIST:
        return op->a + 1;
    case AC_OP_MIN: case AC_OP_MAX:
        return op->a;
    default:
        return 2;
    }
}

void ac_check_end(ac_checker *ck, const ac_writing *w, ac_place place, ac_type type, ac_program *out)
{
    ac_policy *p = ck->policy;
    uint32_t   count = ck->code_count - w->mark, i, depth = 0, deepest = 0;

    memset(out, 0, sizeof *out);
    out->line = w->line;
    out->type = type;
    if (type.kind == AC_TYPE_SPAN || type.kind == AC_TYPE_NUMBER)
        out->type.ref = 0;
    for (i = w->mark; i < ck->code_count; i++) {
        uint32_t taken = ac_op_taken(&ck->code[i]);

        depth = (depth >= taken ? depth - taken : 0) + 1;
        if (depth > deepest)
            deepest = depth;
    }
    if (deepest > AC_STACK_CELLS || count > UINT16_MAX) {
        ac_say(ck, AC_MSG_EXPR_TOO_LARGE, place);
        out->type.kind = AC_TYPE_BAD;
        ck->code_count = w->mark;
        return;
    }
    if (!ac_mem_grow(ck->mem, (void **)&p->ops, &ck->ops_room, (size_t)p->op_count + count, sizeof *p->ops)) {
        ck->nomem = 1;
        ck->code_count = w->mark;
        return;
    }
    if (count > 0)
        memcpy(p->ops + p->op_count, ck->code + w->mark, count * sizeof *p->ops);
    out->first = p->op_count;
    out->count = (uint16_t)count;
    out->depth = (uint16_t)deepest;
    p->op_count += count;
    ck->code_count = w->mark;
}

void ac_check_drop(ac_checker *ck, const ac_writing *w)
{
    ck->code_count = w->mark;
}

int ac_check_is_constant(const ac_checker *ck, const ac_program *program, ac_cell *out)
{
    const ac_op *op;

    if (program->count != 1 || ck->nomem)
        return 0;       /* without memory there may be no constants */
    op = &ck->policy->ops[program->first];
    if (op->code != AC_OP_CONST)
        return 0;
    if (out)
        *out = ck->policy->constants[op->a];
    return 1;
}

uint32_t ac_check_is_load(const ac_checker *ck, const ac_program *program)
{
    const ac_op *op;

    if (program->count != 1 || ck->nomem)
        return AC_NO_INDEX;
    op = &ck->policy->ops[program->first];
    return op->code == AC_OP_LOAD ? op->a : AC_NO_INDEX;
}
