#include "policy/check/check_example.h"

#include <string.h>

/* Examples: what is given and what is expected, typed against the facts they name. What belongs to a later stage
 * leaves its cell, or the whole example, to be skipped. */

typedef struct making {
    ac_checker            *ck;
    const ac_tree_example *tree;
    ac_example            *example;
    ac_scope               scope;       /* of facts: the record's */
    ac_tree_path           target;      /* as a path of one name */
} making;

static int is_word(const ac_tree_path *path, const char *word)
{
    return path->count == 1 && ac_text_equal(path->at[0].text, ac_text_of(word));
}

/* --- target -------------------------------------------------------------------------- */

/* 2: the record has a limit of that name; 1: a field. */
static int stands_in(const ac_checker *ck, uint32_t record, ac_text name)
{
    if (ac_check_find(ck, AC_NAME_LIMIT, record, name) != AC_NO_INDEX)
        return 2;
    return ac_check_find(ck, AC_NAME_FIELD, record, name) != AC_NO_INDEX;
}

/* The record an offence or reward belongs to. */
static uint32_t offence_record(making *m)
{
    uint32_t i;

    for (i = 0; i < m->ck->tree->count; i++) {
        const ac_tree_block *b = &m->ck->tree->blocks[i];

        if (b->kind == AC_TREE_BLOCK_OFFENCE && ac_text_equal(b->u.offence->name.text, m->tree->target.text))
            return ac_check_find(m->ck, AC_NAME_RECORD, 0, b->u.offence->of.text);
    }
    return AC_NO_INDEX;
}

/* The record of a target that no `of` narrows; AC_NO_INDEX after a message. */
static uint32_t find_record(making *m)
{
    const ac_policy *p = m->ck->policy;
    ac_text          name = m->tree->target.text;
    uint32_t         found = AC_NO_INDEX, at, i;
    int              best = 0, same = 0;

    at = ac_check_find(m->ck, AC_NAME_RECORD, 0, name);
    if (at != AC_NO_INDEX)
        return at;
    at = ac_check_find(m->ck, AC_NAME_TABLE, 0, name);
    if (at != AC_NO_INDEX)
        return p->tables[at].record;
    at = ac_check_find(m->ck, AC_NAME_LADDER, 0, name);
    if (at != AC_NO_INDEX)
        return p->names->ladders[at].record;
    at = offence_record(m);
    if (at != AC_NO_INDEX)
        return at;
    for (i = 0; i < p->record_count; i++) {
        int rank = stands_in(m->ck, i, name);

        if (rank > best) {
            best = rank;
            same = 0;
            found = i;
        } else if (rank > 0 && rank == best) {
            same = 1;
        }
    }
    if (same)
        ac_say_1(m->ck, AC_MSG_EXAMPLE_TARGETS, m->tree->target.place, name);
    else if (found == AC_NO_INDEX && !m->ck->has_bad_blocks)
        ac_say_1(m->ck, AC_MSG_EXAMPLE_TARGET, m->tree->target.place, name);
    return same ? AC_NO_INDEX : found;
}

/* Candidates for a case: a column says how they rank. The record type of the candidates, or AC_NO_INDEX. */
static uint32_t find_choice(making *m, uint32_t record)
{
    uint32_t kind = ac_check_find(m->ck, AC_NAME_RECORD, 0, m->tree->target.text), i;

    for (i = 0; i < m->tree->out_count; i++)
        if (is_word(&m->tree->outs[i].path, "rank") || is_word(&m->tree->outs[i].path, "rejected"))
            break;
    if (kind == AC_NO_INDEX || record == AC_NO_INDEX || i == m->tree->out_count)
        return AC_NO_INDEX;
    m->example->choice = ac_choice_find(m->ck->policy, kind, record);
    return m->example->choice != AC_NO_INDEX ? kind : AC_NO_INDEX;
}

static uint32_t target_record(making *m)
{
    const ac_names *names = m->ck->policy->names;
    ac_text         name = m->tree->target.text;
    uint32_t        record, at;

    if (!m->tree->of.text.data)
        return find_record(m);
    record = ac_check_record(m->ck, &m->tree->of);
    at = find_choice(m, record);
    if (at != AC_NO_INDEX)
        return at;
    if (record == AC_NO_INDEX || stands_in(m->ck, record, name))
        return record;
    at = ac_check_find(m->ck, AC_NAME_TABLE, 0, name);
    if (at != AC_NO_INDEX && m->ck->policy->tables[at].record == record)
        return record;
    at = ac_check_find(m->ck, AC_NAME_LADDER, 0, name);
    if (at != AC_NO_INDEX && names->ladders[at].record == record)
        return record;
    if (offence_record(m) == record)
        return record;
    if (!m->ck->has_bad_blocks)
        ac_say_2(m->ck, AC_MSG_EXAMPLE_NOT_OF, m->tree->target.place, name, m->tree->of.text);
    return AC_NO_INDEX;
}

/* --- values ---------------------------------------------------------------------------- */

/* How a fact of that type is written in an example. */
static ac_type written_as(ac_type type)
{
    switch (type.kind) {
    case AC_TYPE_MOMENT: return ac_type_of(AC_TYPE_DATETIME);
    case AC_TYPE_SIGNATURE: return ac_type_of(AC_TYPE_BOOL);
    case AC_TYPE_RECORD: return ac_type_of(AC_TYPE_TEXT);
    case AC_TYPE_MANY:
        type.kind = AC_TYPE_ENUM;
        return type;
    default: return type;
    }
}

static void constant_program(making *m, const ac_cell *cell, ac_type type, ac_place place, uint32_t line, ac_program *out)
{
    ac_writing w = ac_check_begin(m->ck, line);

    ac_check_op(m->ck, &w, place, AC_OP_CONST, ac_check_constant(m->ck, cell), 0);
    ac_check_end(m->ck, &w, place, type, out);
}

static void unknown_program(making *m, uint32_t path, ac_type type, ac_place place, uint32_t line, ac_program *out)
{
    ac_cell cell;

    memset(&cell, 0, sizeof cell);
    cell.num = path == AC_NO_INDEX ? 0 : path;
    cell.den = 1;
    cell.state = AC_VALUE_UNKNOWN;
    constant_program(m, &cell, type, place, line, out);
}

/* Members of a many, as their mask. */
static void mask_program(making *m, const ac_tree_expr *const *items, uint32_t count, ac_type many, uint32_t line, ac_program *out)
{
    ac_type  member = written_as(many);
    ac_cell  mask, one;
    uint32_t i;

    memset(&mask, 0, sizeof mask);
    mask.den = 1;
    mask.state = AC_VALUE_KNOWN;
    for (i = 0; i < count; i++) {
        if (!ac_check_cell(m->ck, items[i], &member, line, &one))
            return;
        if (one.state != AC_VALUE_KNOWN) {
            mask = one;
            break;
        }
        mask.num |= one.num >= 0 && one.num < 63 ? INT64_C(1) << one.num : 0;
    }
    constant_program(m, &mask, many, items[0]->place, line, out);
}

static void value_program(making *m, const ac_tree_expr *node, ac_type type, uint32_t line, ac_program *out)
{
    ac_scope scope = ac_scope_constant();
    ac_type  written = written_as(type);

    if (type.kind == AC_TYPE_MANY) {
        mask_program(m, (const ac_tree_expr *const *)&node, 1, type, line, out);
        return;
    }
    m->ck->subject = m->tree->target.text;
    ac_check_expr(m->ck, &scope, node, type.kind == AC_TYPE_BAD ? NULL : &written, line, out);
    m->ck->subject.size = 0;
}

/* --- what is given -------------------------------------------------------------------------- */

/* Facts of later stages: columns that are read but leave the row to be skipped. */
static const char *later_fact(making *m, const ac_tree_path *path)
{
    static const char *const words[] = { "period", "rank", "rejected" };
    size_t                   i;

    for (i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(path, words[i])) {
            if (i == 0 && ac_check_own_period(m->ck, &m->scope) != AC_NO_INDEX)
                return NULL;    /* of the record, or of one that owns it */
            uint32_t f = ac_check_find(m->ck, AC_NAME_FIELD, m->example->record, path->at[0].text);

            /* a field that the record declares under such a name is a fact like any other */
            if (f == AC_NO_INDEX || m->ck->records[m->example->record].fields[f].line == NULL)
                return words[i];
        }
    return NULL;
}

typedef struct column {
    uint8_t  kind;          /* ac_given_kind */
    int      skips;         /* the row is left out when this is given */
    int      is_bad;
    uint32_t path;          /* AC_NO_INDEX: now, or a hole */
    uint32_t hole;          /* AC_NO_INDEX: none */
    ac_type  type;
} column;

/* A value that data files may fill, unless the record has a fact of that name. */
static int read_hole(making *m, const ac_tree_path *path, column *c)
{
    const ac_names *names = m->ck->policy->names;
    uint32_t        at = path->count == 1 ? ac_check_find(m->ck, AC_NAME_VALUE, 0, path->at[0].text) : AC_NO_INDEX;
    ac_fact         fact;

    if (at == AC_NO_INDEX || names->values[at].hole == AC_NO_INDEX || ac_check_fact(m->ck, &m->scope, path, 1, &fact))
        return 0;
    c->hole = names->values[at].hole;
    c->type = names->values[at].type;
    return 1;
}

static column read_given_path(making *m, const ac_tree_path *path)
{
    column  c;
    ac_fact fact;

    memset(&c, 0, sizeof c);
    c.path = c.hole = AC_NO_INDEX;
    c.type = ac_type_of(AC_TYPE_DATETIME);
    if (is_word(path, "now") || read_hole(m, path, &c))
        return c;
    if (path->count > 0 && ac_example_doer(m->ck, &m->scope, path, &c.kind, &c.path)) {
        c.is_bad = path->count > 1 && c.path == AC_NO_INDEX;
        c.type = ac_type_of(c.kind == AC_GIVEN_ACTOR ? AC_TYPE_TEXT : AC_TYPE_ROLE);
        return c;
    }
    if (is_word(path, "chosen") && !ac_check_fact(m->ck, &m->scope, path, 1, &fact)) {
        c.kind = AC_GIVEN_CHOSEN;
        c.type = ac_type_of(AC_TYPE_MONEY);
        return c;
    }
    c.skips = later_fact(m, path) != NULL;
    if (c.skips)
        return c;
    c.is_bad = !ac_check_fact(m->ck, &m->scope, path, 0, &fact);
    if (c.is_bad)
        return c;
    if (fact.field == AC_NO_INDEX || fact.attribute_count > 0) {
        ac_say_path(m->ck, AC_MSG_EXAMPLE_NOT_FACT, path);
        c.is_bad = 1;
    }
    c.path = fact.path;
    c.type = fact.type;
    return c;
}

static void give(making *m, ac_example_row *row, const column *c, const ac_tree_expr *value, ac_place place)
{
    ac_given *g;

    if (c->is_bad || c->skips)
        return;
    g = &row->givens[row->given_count++];
    g->kind = c->kind;
    g->path = c->path;
    g->hole = c->hole;
    g->line = row->line;
    if (value)
        value_program(m, value, c->type, row->line, &g->value);
    else
        unknown_program(m, c->path, c->type, place, row->line, &g->value);
}

/* `given confirmed`: every attestation and signature of the record is there. */
static void give_confirmed(making *m, ac_example_row *row)
{
    const ac_record_def *r = &m->ck->policy->records[m->example->record];
    ac_cell              yes;
    uint32_t             i;

    memset(&yes, 0, sizeof yes);
    yes.num = yes.den = 1;
    yes.state = AC_VALUE_KNOWN;
    for (i = 0; i < r->field_count; i++) {
        ac_given *g;
        ac_path   path;

        if (r->fields[i].origin != AC_FIELD_CONFIRM && r->fields[i].origin != AC_FIELD_SIGNATURE)
            continue;
        memset(&path, 0, sizeof path);
        path.record = m->example->record;
        path.field = i;
        g = &row->givens[row->given_count++];
        g->path = ac_check_path_add(m->ck, &path);
        g->hole = AC_NO_INDEX;
        g->line = row->line;
        constant_program(m, &yes, ac_type_of(AC_TYPE_BOOL), m->tree->target.place, row->line, &g->value);
    }
}

/* --- what is expected --------------------------------------------------------------------------- */

/* The order is that of ac_verdict. */
static uint8_t verdict_word(const ac_tree_expr *e)
{
    static const char *const words[] = { "none", "open", "met", "late", "undecided", "unset", "not-covered", "never", "not-supported" };
    size_t                   i;

    if (e->kind == AC_EXPR_NONE)
        return 1;
    if (e->kind == AC_EXPR_UNSET)
        return 6;
    for (i = 0; e->kind == AC_EXPR_PATH && i < sizeof words / sizeof *words; i++)
        if (is_word(&e->u.path, words[i]))
            return (uint8_t)(i + 1);
    return 0;
}

static ac_text place_text(const making *m, ac_place place)
{
    ac_text t;

    t.data = m->ck->tree->source.data + place.at;
    t.size = place.size;
    return t;
}

typedef struct expected {
    ac_expect what;         /* kind, path, limit */
    ac_type   type;
    int       is_bad;
} expected;

/* `number "…"`: given out by a store. */
static int is_counted(const making *m, const ac_tree_path *path)
{
    uint32_t f = is_word(path, "number") ? ac_check_find(m->ck, AC_NAME_FIELD, m->example->record, path->at[0].text) : AC_NO_INDEX;

    return f != AC_NO_INDEX && m->ck->policy->records[m->example->record].fields[f].origin == AC_FIELD_BUILTIN;
}

static int is_later(making *m, const ac_tree_xout *out)
{
    if (out->kind != AC_TREE_XOUT_VALUE || out->path.count != 1)
        return 0;
    return later_fact(m, &out->path) != NULL || is_counted(m, &out->path);
}

static expected read_limit_out(making *m, const ac_tree_xout *out)
{
    expected x;
    uint32_t record;

    memset(&x, 0, sizeof x);
    x.what.kind = (uint8_t)(out->kind == AC_TREE_XOUT_DUE ? AC_EXPECT_DUE : out->kind == AC_TREE_XOUT_LATE_BY ? AC_EXPECT_LATE_BY : AC_EXPECT_VERDICT);
    x.type = ac_type_of(out->kind == AC_TREE_XOUT_DUE ? AC_TYPE_DATETIME : AC_TYPE_DURATION);
    x.is_bad = !ac_check_limit_of(m->ck, &m->scope, out->path.count ? &out->path : &m->target, &x.what.path, &record, &x.what.limit);
    return x;
}

static expected read_gate_out(making *m, const ac_tree_xout *out)
{
    expected x;

    memset(&x, 0, sizeof x);
    x.what.kind = (uint8_t)(out->kind == AC_TREE_XOUT_GATE ? AC_EXPECT_GATE : AC_EXPECT_UNMET);
    x.what.path = ac_example_gate_of(m->ck, &m->scope, out->path.count ? &out->path : &m->target);
    x.is_bad = x.what.path == AC_NO_INDEX;
    return x;
}

/* What is opened: the target, or the record named; by its owner or, when it has none, by itself. */
static expected read_opened(making *m, const ac_tree_xout *out)
{
    const ac_policy    *p = m->ck->policy;
    const ac_tree_name *name = out->path.count ? &out->path.at[0] : &m->tree->target;
    uint32_t            type = ac_check_find(m->ck, AC_NAME_RECORD, 0, name->text);
    ac_path             owner;
    expected            x;

    memset(&x, 0, sizeof x);
    memset(&owner, 0, sizeof owner);
    x.what.kind = AC_EXPECT_OPENED;
    x.what.path = AC_NO_INDEX;
    x.what.limit = type;
    x.type = ac_type_of(AC_TYPE_BOOL);
    if (type == AC_NO_INDEX || p->records[type].opening.by == AC_OPENED_BY_HOST) {
        x.is_bad = 1;
        if (!m->ck->has_bad_blocks)
            ac_say_name(m->ck, AC_MSG_EXAMPLE_NOT_OPENED, name);
        return x;
    }
    if (m->example->record == type && p->records[type].owner != AC_NO_INDEX) {
        owner.record = type;
        owner.field = AC_NO_INDEX;
        owner.steps[owner.step_count++] = AC_OWNER_STEP;
        x.what.path = ac_check_path_add(m->ck, &owner);
    } else if (m->example->record != type && m->example->record != p->records[type].owner) {
        x.is_bad = 1;
        ac_say_2(m->ck, AC_MSG_EXAMPLE_NOT_OF, name->place, name->text, p->records[m->example->record].name);
    }
    return x;
}

static expected read_choice_out(making *m, const ac_tree_xout *out)
{
    expected x;
    int      is_rank = is_word(&out->path, "rank");

    memset(&x, 0, sizeof x);
    x.what.kind = is_rank ? AC_EXPECT_RANK : AC_EXPECT_REJECTED;
    x.type = ac_type_of(is_rank ? AC_TYPE_COUNT : AC_TYPE_BOOL);
    x.is_bad = out->kind != AC_TREE_XOUT_VALUE || (!is_rank && !is_word(&out->path, "rejected"));
    if (x.is_bad)
        ac_say(m->ck, AC_MSG_EXAMPLE_CHOICE_OUT, out->place);
    return x;
}

static expected read_out(making *m, const ac_tree_xout *out)
{
    expected x;
    ac_fact  fact;

    if (m->example->choice != AC_NO_INDEX)
        return read_choice_out(m, out);
    memset(&x, 0, sizeof x);
    x.what.kind = AC_EXPECT_UNSUPPORTED;
    if (out->kind == AC_TREE_XOUT_OPENED)
        return read_opened(m, out);
    if (is_later(m, out))
        return x;
    if (out->kind == AC_TREE_XOUT_VALUE && out->path.count == 1) {
        x.what.limit = ac_example_offence_of(m->ck, &m->scope, &out->path, &x.what.path);
        if (x.what.limit != AC_NO_INDEX) {
            x.what.kind = AC_EXPECT_DEEDS;
            x.is_bad = x.what.path == AC_NO_INDEX;
            return x;
        }
    }
    if (out->kind == AC_TREE_XOUT_GATE || out->kind == AC_TREE_XOUT_UNMET)
        return read_gate_out(m, out);
    if (out->kind != AC_TREE_XOUT_VALUE)
        return read_limit_out(m, out);
    x.is_bad = !ac_check_fact(m->ck, &m->scope, &out->path, 0, &fact);
    if (x.is_bad)
        return x;
    if (fact.field == AC_NO_INDEX || fact.attribute_count > 0) {
        ac_say_path(m->ck, AC_MSG_EXAMPLE_NOT_FACT, &out->path);
        x.is_bad = 1;
        return x;
    }
    x.what.path = fact.path;
    x.type = fact.type;
    if (m->ck->policy->records[fact.holder].fields[fact.field].unsupported != AC_NO_INDEX)
        return x;
    x.what.kind = AC_EXPECT_VALUE;
    return x;
}

static void expect_words(making *m, const ac_tree_xval *value, ac_expect *e)
{
    const ac_tree_expr *word = value->items[0].expr;

    e->word = word ? verdict_word(word) : 0;
    if (!e->word)
        ac_say_1(m->ck, AC_MSG_EXAMPLE_VERDICT, value->place, place_text(m, value->place));
}

static void expect_gate(making *m, const ac_tree_xval *value, ac_expect *e)
{
    if (value->kind == AC_TREE_XVAL_ARTICLES) {
        e->articles = ac_example_articles(m->ck, &value->cites);
        return;
    }
    e->word = value->count == 1 && value->items[0].expr ? ac_example_gate_word(value->items[0].expr) : 0;
    if (!e->word)
        ac_say_1(m->ck, AC_MSG_EXAMPLE_GATE, value->place, place_text(m, value->place));
}

static void expect_value(making *m, const expected *x, const ac_tree_xval *value, ac_expect *e)
{
    const ac_tree_expr **items;
    const ac_tree_expr  *first = value->items[0].expr;
    uint32_t             i;

    if (!first || (value->count > 1 && x->type.kind != AC_TYPE_MANY)) {
        ac_say(m->ck, AC_MSG_EXAMPLE_ONE_VALUE, value->place);
        return;
    }
    if (value->count == 1 && first->kind == AC_EXPR_PATH && is_word(&first->u.path, "undecided")) {
        e->word = 1;
        return;
    }
    if (value->count == 1) {
        value_program(m, first, x->type, e->line, &e->value);
        return;
    }
    items = ac_check_scratch(m->ck, value->count, sizeof *items);
    if (!items)
        return;
    for (i = 0; i < value->count; i++) {
        items[i] = value->items[i].expr;
        if (!items[i]) {
            ac_say(m->ck, AC_MSG_EXAMPLE_ONE_VALUE, value->place);
            return;
        }
    }
    mask_program(m, items, value->count, x->type, e->line, &e->value);
}

static void expect(making *m, ac_example_row *row, const expected *x, const ac_tree_xval *value, int skipped)
{
    ac_expect *e;

    if (x->is_bad)
        return;
    e = &row->expects[row->expect_count++];
    *e = x->what;
    e->line = row->line;
    e->unchecked = value->kind == AC_TREE_XVAL_SKIP;
    if (skipped)
        e->kind = AC_EXPECT_UNSUPPORTED;
    if (e->unchecked || x->what.kind == AC_EXPECT_UNSUPPORTED)
        return;
    if (x->what.kind == AC_EXPECT_GATE || x->what.kind == AC_EXPECT_UNMET)
        expect_gate(m, value, e);
    else if (x->what.kind == AC_EXPECT_DEEDS ? !ac_example_deeds(m->ck, value, e) : value->kind != AC_TREE_XVAL_EXPRS || value->count == 0)
        ac_say(m->ck, AC_MSG_EXAMPLE_ONE_VALUE, value->place);
    else if (x->what.kind == AC_EXPECT_DEEDS)
        return;
    else if (x->what.kind == AC_EXPECT_VERDICT)
        expect_words(m, value, e);
    else
        expect_value(m, x, value, e);
}

/* --- the block --------------------------------------------------------------------------------------- */

typedef struct heads {
    column   *shared;       /* of `given` */
    column   *facts;
    expected *outs;
    int       skips;        /* something given to all rows belongs to a later stage */
} heads;

static int read_heads(making *m, heads *h)
{
    const ac_tree_example *t = m->tree;
    uint32_t               i;

    memset(h, 0, sizeof *h);
    h->shared = ac_check_scratch(m->ck, t->given_count, sizeof *h->shared);
    h->facts = ac_check_scratch(m->ck, t->facts.count, sizeof *h->facts);
    h->outs = ac_check_scratch(m->ck, t->out_count, sizeof *h->outs);
    if (!h->shared || !h->facts || !h->outs)
        return 0;
    for (i = 0; i < t->given_count; i++) {
        if (!t->givens[i].is_confirmed)
            h->shared[i] = read_given_path(m, &t->givens[i].path);
        h->skips |= h->shared[i].skips;
    }
    for (i = 0; i < t->facts.count; i++)
        h->facts[i] = read_given_path(m, &t->facts.at[i]);
    for (i = 0; i < t->out_count; i++)
        h->outs[i] = read_out(m, &t->outs[i]);
    return !m->ck->nomem;
}

static void make_row(making *m, const heads *h, const ac_tree_xrow *from, ac_example_row *row)
{
    const ac_tree_example *t = m->tree;
    int                    skipped = h->skips;
    uint32_t               i, givens = t->given_count + t->facts.count;

    row->name = ac_check_text(m->ck, from->word);
    row->line = ac_check_line(m->ck, from->place, &t->per, NULL);
    for (i = 0; i < t->given_count; i++)
        givens += t->givens[i].is_confirmed ? m->ck->policy->records[m->example->record].field_count : 0;
    row->givens = ac_check_array(m->ck, givens, sizeof *row->givens);
    row->expects = ac_check_array(m->ck, t->out_count, sizeof *row->expects);
    if (!row->givens || !row->expects)
        return;
    for (i = 0; i < t->given_count; i++)
        if (t->givens[i].is_confirmed)
            give_confirmed(m, row);
        else
            give(m, row, &h->shared[i], t->givens[i].value, t->givens[i].place);
    for (i = 0; i < t->facts.count; i++) {
        /* an empty `now` is no instant of its own, nor is an empty hole filled */
        if (!from->facts[i] && h->facts[i].path == AC_NO_INDEX && h->facts[i].kind != AC_GIVEN_CHOSEN)
            continue;
        skipped |= h->facts[i].skips && from->facts[i];
        give(m, row, &h->facts[i], from->facts[i], from->place);
    }
    for (i = 0; i < t->out_count; i++)
        expect(m, row, &h->outs[i], &from->values[i], skipped);
}

static void make_example(making *m)
{
    const ac_tree_example *t = m->tree;
    heads                  h;
    uint32_t               i;

    ac_check_cites(m->ck, &t->per);
    m->example->target = ac_check_text(m->ck, t->target.text);
    m->example->text = ac_check_text(m->ck, t->title.text);
    m->example->in_order = t->in_order;
    m->example->choice = AC_NO_INDEX;
    m->example->line = ac_check_line(m->ck, t->target.place, &t->per, NULL);
    m->example->record = target_record(m);
    if (m->example->record == AC_NO_INDEX)
        return;
    m->scope = ac_scope_of(m->example->record);
    if (m->example->choice != AC_NO_INDEX)
        m->scope.then = m->ck->policy->choices[m->example->choice].record;
    if (!read_heads(m, &h))
        return;
    m->example->rows = ac_check_array(m->ck, t->row_count, sizeof *m->example->rows);
    for (i = 0; m->example->rows && i < t->row_count && !m->ck->nomem; i++) {
        make_row(m, &h, &t->rows[i], &m->example->rows[i]);
        m->example->row_count = i + 1;
    }
}

/* --- holes that no data file fills (V19) ------------------------------------------------------------------ */

static ac_place line_place(const ac_checker *ck, uint32_t line)
{
    const ac_lines *l = &ck->log->lines;
    ac_place        place = { 0, 0 };
    uint32_t        end;

    if (line == 0 || line > l->count)
        return place;
    place.at = l->starts[line - 1];
    end = line < l->count ? l->starts[line] : (uint32_t)l->source.size;
    while (end > place.at && (l->source.data[end - 1] == '\n' || l->source.data[end - 1] == '\r' || l->source.data[end - 1] == ' '))
        end--;
    while (place.at < end && l->source.data[place.at] == ' ')
        place.at++;
    place.size = end - place.at;
    return place;
}

static int is_hole(const ac_policy *p, uint32_t unset)
{
    uint32_t i;

    for (i = 0; i < p->hole_count; i++)
        if (p->holes[i].unset == unset || ac_text_equal(p->holes[i].name, p->unsets[unset].name))
            return 1;
    return 0;
}

static void list_unset(ac_checker *ck, uint32_t count)
{
    const ac_policy *p = ck->policy;
    uint32_t         i, k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < i && !ac_text_equal(p->unsets[k].name, p->unsets[i].name); k++)
            ;
        if (k == i && !is_hole(p, i))
            ac_say_1(ck, AC_MSG_UNSET_WAITS, line_place(ck, p->lines[p->unsets[i].line].line), p->unsets[i].name);
    }
}

void ac_check_examples(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    uint32_t   unsets = p->unset_count;     /* those that examples expect come after */
    uint32_t   i, count = 0;

    for (i = 0; i < ck->tree->count; i++)
        count += ck->tree->blocks[i].kind == AC_TREE_BLOCK_EXAMPLE && !ck->tree->blocks[i].has_errors;
    p->examples = ac_check_array(ck, count, sizeof *p->examples);
    for (i = 0; p->examples && i < ck->tree->count && !ck->nomem && !ck->log->is_full; i++) {
        ac_arena_mark mark = ac_arena_here(&ck->scratch);
        making        m;

        if (ck->tree->blocks[i].kind != AC_TREE_BLOCK_EXAMPLE || ck->tree->blocks[i].has_errors)
            continue;
        memset(&m, 0, sizeof m);
        m.ck = ck;
        m.tree = ck->tree->blocks[i].u.example;
        m.example = &p->examples[p->example_count++];
        m.target.at = (ac_tree_name *)(uintptr_t)&m.tree->target;
        m.target.count = 1;
        m.target.place = m.tree->target.place;
        make_example(&m);
        ac_arena_back(&ck->scratch, mark);
    }
    list_unset(ck, unsets);
}
