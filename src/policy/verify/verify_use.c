#include "policy/verify/verify.h"

#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "policy/text/canon.h"

/* What is declared and not used. */

/* ── fields nobody reads ── */

static int reads_all(const ac_tree_record *t)
{
    uint32_t i, k, n;

    for (i = 0; i < t->count; i++)
        for (k = 0; k < t->lines[i].needs.count; k++)
            for (n = 0; n < t->lines[i].needs.at[k].count; n++)
                if (t->lines[i].needs.at[k].items[n].kind == AC_TREE_ITEM_COMPLETE)
                    return 1;
    return 0;
}

static int has_limit(const ac_record_def *r, uint32_t field)
{
    uint32_t i;

    for (i = 0; i < r->limit_count && r->limits[i].moment != field; i++)
        ;
    return i < r->limit_count;
}

/* An article asks that it be recorded, or for what it needs. */
static int is_wanted(const ac_record_source *from, uint32_t field, ac_text name)
{
    const ac_tree_record *t = from->tree;
    uint32_t              i;

    if (!from->fields[field].line || from->fields[field].line->per.count > 0)
        return 1;
    for (i = 0; i < t->count; i++)
        if (t->lines[i].kind == AC_TREE_LINE_NEEDS && ac_text_equal(t->lines[i].names.at[0].text, name))
            return 1;
    return 0;
}

/* What nobody may fill has no value of its own: rules that read it wait for ever. A moment `by none` is a thing forbidden, which may
 * happen all the same. */
static void check_unfilled(ac_checker *ck, uint32_t record)
{
    const ac_record_def *r = &ck->policy->records[record];
    uint32_t             i;

    for (i = 0; i < r->field_count; i++) {
        const ac_roles *by = r->gates[i] ? &r->gates[i]->roles : NULL;

        if (by && by->count == 1 && by->at[0] == ck->policy->role_none && r->fields[i].origin == AC_FIELD_RECORDED && r->fields[i].type.kind != AC_TYPE_MOMENT && !r->fields[i].has_default
            && ck->records[record].fields[i].is_read)
            ac_say_1(ck, AC_MSG_FIELD_UNFILLED, ck->records[record].fields[i].place, r->fields[i].name);
    }
}

/* Texts are for people, links for others to step through; `dated`, limits and `complete` read without naming. */
static void check_fields(ac_checker *ck, uint32_t record)
{
    const ac_record_def    *r = &ck->policy->records[record];
    const ac_record_source *from = &ck->records[record];
    ac_writer               names;
    uint32_t                i, n = 0;

    if (reads_all(from->tree))
        return;
    ac_writer_init_memory(&names, ck->mem);
    for (i = 0; i < r->field_count; i++) {
        const ac_field_def *f = &r->fields[i];

        if (f->origin != AC_FIELD_RECORDED || from->fields[i].is_read || f->type.kind == AC_TYPE_RECORD || f->type.kind == AC_TYPE_TEXT || f->is_unset || i == r->dated || has_limit(r, i) || is_wanted(from, i, f->name))
            continue;
        ac_write_string(&names, n++ ? ", " : "");
        ac_write_text(&names, f->name);
    }
    ck->nomem |= names.status != AC_OK;
    if (n > 0 && !ck->nomem)
        ac_say_2(ck, AC_MSG_FIELDS_UNREAD, from->tree->name.place, r->name, ac_writer_text(&names));
    ac_writer_free(&names);
}

/* ── names that stand only where they are declared ── */

typedef struct naming {
    ac_checker *ck;
    ac_intern   names;
    uint32_t   *counts;     /* of each name, by id: how often the rules have it */
    int         skips;      /* the present block shows or tries rules, and is none */
} naming;

static void count_name(void *user, const ac_canon_piece *piece)
{
    naming  *n = user;
    ac_text  name = piece->text;
    uint32_t id;

    if (piece->what < AC_CANON_TOKEN && piece->depth == 0)
        n->skips = piece->kind == AC_TOKEN_NAME && (piece->word == AC_WORD_TITLE || piece->word == AC_WORD_EXAMPLE || piece->word == AC_WORD_LABELS);
    if (n->skips || piece->what != AC_CANON_TOKEN || (piece->kind != AC_TOKEN_NAME && piece->kind != AC_TOKEN_QUOTED))
        return;
    if (piece->kind == AC_TOKEN_QUOTED) {
        name.data++;
        name.size -= 2;
    }
    id = ac_intern_find(&n->names, name);
    if (id != AC_INTERN_NONE)
        n->counts[id]++;
}

typedef struct unnamed {
    naming   *n;
    ac_msg    msg;
    ac_place  place;
    ac_writer names;
    uint32_t  count;
} unnamed;

static void begin(naming *n, unnamed *u, ac_msg msg)
{
    u->n = n;
    u->msg = msg;
    u->count = 0;
    ac_writer_init_memory(&u->names, n->ck->mem);
}

/* A name that its declaration says `least` times. */
static void look_at(unnamed *u, ac_text name, ac_place place, uint32_t least)
{
    uint32_t id = ac_intern_find(&u->n->names, name);

    if (id == AC_INTERN_NONE || u->n->counts[id] > least)
        return;
    if (u->count++ == 0)
        u->place = place;
    ac_write_string(&u->names, u->count > 1 ? ", " : "");
    ac_write_text(&u->names, name);
}

static void end(unnamed *u)
{
    ac_checker *ck = u->n->ck;

    ck->nomem |= u->names.status != AC_OK;
    if (u->count > 0 && !ck->nomem)
        ac_say_1(ck, u->msg, u->place, ac_writer_text(&u->names));
    ac_writer_free(&u->names);
}

static int is_imposed(const ac_policy *p, uint32_t enumeration)
{
    uint32_t i, k;

    for (i = 0; i < p->offence_count; i++)
        for (k = 0; k < p->offences[i].deed_count; k++)
            if (p->offences[i].deeds[k].kind == AC_DEED_IMPOSE && p->offences[i].deeds[k].enumeration == enumeration)
                return 1;
    return 0;
}

static void look_at_roles(unnamed *u, const ac_tree_roles *roles)
{
    uint32_t i, k;

    for (i = 0; i < roles->count; i++)
        for (k = 0; k < roles->lines[i].names.count; k++)
            look_at(u, roles->lines[i].names.at[k].text, roles->lines[i].names.at[k].place, 1);
}

/* What each rule names is found by its text: a name that stands anywhere else is taken to be used. */
static void check_names(ac_checker *ck)
{
    const ac_policy *p = ck->policy;
    ac_arena_mark    mark = ac_arena_here(&ck->scratch);
    uint32_t         i, k;
    naming           n;
    unnamed          u;

    n.ck = ck;
    n.skips = 0;
    ac_intern_init(&n.names, &ck->scratch);
    for (i = 0; i < p->names->count && !ck->nomem; i++) {
        uint32_t kind = p->names->entries[i].kind;

        if (kind != AC_NAME_VALUE && kind != AC_NAME_ROLE && kind != AC_NAME_ENUM && kind != AC_NAME_ATTRIBUTE && kind != AC_NAME_CALENDAR)
            continue;
        ck->nomem |= ac_intern_add(&n.names, p->names->entries[i].text) == AC_INTERN_NONE;
    }
    n.counts = ac_check_scratch(ck, (size_t)n.names.count + 1, sizeof *n.counts);
    if (n.counts && !ck->nomem) {
        ac_canon_read(ck->tree->source, 0, (uint32_t)ck->tree->source.size, ck->tree, count_name, &n);
        begin(&n, &u, AC_MSG_VALUES_UNUSED);
        for (i = 0; i < p->names->value_count; i++)
            look_at(&u, p->names->values[i].name, ck->values[i]->name.place, 1);
        end(&u);
        begin(&n, &u, AC_MSG_ENUMS_UNUSED);
        for (i = 0; i < p->enum_count; i++)
            if (ck->enums[i] && !is_imposed(p, i))
                look_at(&u, p->enums[i].name, ck->enums[i]->name.place, 1);
        end(&u);
        begin(&n, &u, AC_MSG_ATTRIBUTES_UNUSED);
        for (i = 0; i < p->enum_count; i++)
            for (k = 0; ck->enums[i] && k < p->enums[i].attribute_count; k++)
                if (p->enums[i].attributes[k].type.kind != AC_TYPE_TEXT)     /* texts are for people */
                    look_at(&u, p->enums[i].attributes[k].name, ck->enums[i]->outs.at[k].name.place, 2);
        end(&u);
        begin(&n, &u, AC_MSG_CALENDARS_UNUSED);
        for (i = 0; p->calendar_count > 1 && i < p->calendar_count; i++)
            look_at(&u, p->calendars[i].name, ck->calendars[i]->name.place, 1);
        end(&u);
        begin(&n, &u, AC_MSG_ROLES_UNUSED);
        for (i = 0; i < ck->tree->count; i++)
            if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_ROLES)
                look_at_roles(&u, ck->tree->blocks[i].u.roles);
        end(&u);
    }
    ac_arena_back(&ck->scratch, mark);
}

void ac_verify_use(ac_verifier *v)
{
    uint32_t r;

    for (r = 0; r < v->ck->policy->record_count && !v->ck->nomem; r++) {
        check_unfilled(v->ck, r);
        check_fields(v->ck, r);
    }
    if (!v->ck->nomem && !v->ck->log->is_full)
        check_names(v->ck);
}
