#include <string.h>

#include "base/buffer.h"
#include "policy/check/check.h"
#include "policy/report/suggest.h"

/* What names mean: in the record at hand, then outward through its owners. */

ac_scope ac_scope_of(uint32_t record)
{
    ac_scope s;

    s.record = record;
    s.then = AC_NO_INDEX;
    s.constant = 0;
    s.counts = NULL;
    return s;
}

ac_scope ac_scope_constant(void)
{
    ac_scope s = ac_scope_of(AC_NO_INDEX);

    s.constant = 1;
    return s;
}

/* ── names that are not there ── */

int ac_check_fields_lost(const ac_checker *ck, uint32_t record)
{
    uint32_t k;

    if (ck->lost & 1u << AC_NAME_FIELD)
        return 1;
    for (k = 0; ck->records && record != AC_NO_INDEX && k <= AC_PATH_STEPS; record = ck->policy->records[record].owner, k++)
        if (ck->records[record].block->has_errors)
            return 1;
    return 0;
}

/* The types that have words of their own; and the one that a word of another language stands for. */
static void offer_types(ac_suggest *s, ac_text wrong, ac_text *meant)
{
    static const char *const types[] = { "yes/no", "count", "number", "money", "date", "datetime", "moment", "duration", "span", "text", "period", "role" };
    size_t                   i;

    for (i = 0; i < sizeof types / sizeof *types; i++)
        ac_suggest_offer(s, ac_text_of(types[i]));
    *meant = ac_text_of(ac_foreign_type(wrong));
}

static int begins(ac_text text, const char *with)
{
    size_t n = strlen(with);

    return text.size > n && memcmp(text.data, with, n) == 0;
}

/* After the message about a name: those that it resembles, else what its writer may have thought of. */
static void suggest(ac_checker *ck, ac_text wrong, const ac_suggest *s)
{
    const char *hint = NULL;

    if (s->count > 0) {
        ac_log_suggest(ck->log, s->names, s->count);
        return;
    }
    if (begins(wrong, "\xEF\xBF\xA5") || begins(wrong, "\xC2\xA5") || begins(wrong, "\xC2\xA3") || begins(wrong, "\xE2\x82\xAC"))     /* ￥ ¥ £ € */
        hint = "an amount of money is written with its currency: 50 CNY";
    else if (memchr(wrong.data, '-', wrong.size))
        hint = "a-b is one name, a - b is a difference";
    else
        hint = ac_foreign_hint(wrong);
    if (hint)
        ac_log_hint(ck->log, ac_text_of(hint));
}

void ac_check_name_missing(ac_checker *ck, const ac_tree_name *name, ac_msg message, unsigned kinds, uint32_t scope)
{
    const ac_names *names = ck->policy->names;
    ac_suggest      s;
    ac_text         meant;
    uint32_t        i;

    if (name->text.size == 0 || (ck->lost & kinds) || ((kinds & 1u << AC_NAME_FIELD) && ac_check_fields_lost(ck, scope)) || ac_log_is_poisoned(ck->log, name->text))
        return;
    ac_suggest_begin(&s, name->text, &ck->log->patience);
    for (i = 0; i < names->count; i++)
        if ((kinds >> names->entries[i].kind & 1u) && names->entries[i].scope == scope)
            ac_suggest_offer(&s, names->entries[i].text);
    meant.size = 0;
    if (message == AC_MSG_TYPE_UNKNOWN)
        offer_types(&s, name->text, &meant);
    ac_say_name(ck, message, name);
    if (s.count == 0 && meant.size > 0)
        ac_log_suggest(ck->log, &meant, 1);
    else
        suggest(ck, name->text, &s);
    ac_log_poison(ck->log, name->text);
}

uint32_t ac_check_find(const ac_checker *ck, ac_name_kind kind, uint32_t scope, ac_text name)
{
    return ac_names_find(ck->policy->names, kind, scope, name);
}

uint32_t ac_check_name(ac_checker *ck, ac_name_kind kind, uint32_t scope, const ac_tree_name *name, ac_msg message)
{
    uint32_t i = ac_check_find(ck, kind, scope, name->text);

    if (i == AC_NO_INDEX)
        ac_check_name_missing(ck, name, message, 1u << kind, scope);
    return i;
}

uint32_t ac_check_record(ac_checker *ck, const ac_tree_name *name)
{
    return ac_check_name(ck, AC_NAME_RECORD, 0, name, AC_MSG_RECORD_UNKNOWN);
}

uint32_t ac_check_role(ac_checker *ck, const ac_tree_name *name)
{
    uint32_t role = ac_check_name(ck, AC_NAME_ROLE, 0, name, AC_MSG_ROLE_UNKNOWN);

    if (role != AC_NO_INDEX && ck->policy->role_defs)
        ac_check_mention(ck, &ck->policy->role_defs[role].mentions, name->place);
    return role;
}

uint32_t ac_check_calendar(ac_checker *ck, const ac_tree_name *name)
{
    return ac_check_name(ck, AC_NAME_CALENDAR, 0, name, AC_MSG_CALENDAR_UNKNOWN);
}

uint32_t ac_check_only_calendar(const ac_checker *ck)
{
    return ck->policy->calendar_count == 1 ? 0 : AC_NO_INDEX;
}

/* Bytes of a list of names, about: what is more is not told. */
enum { LIST_BYTES = 120 };

/* The names that stand for something in a record and its owners, when none is like the one looked for. */
static void list_facts(ac_checker *ck, uint32_t record)
{
    const ac_policy *p = ck->policy;
    ac_writer        w;
    ac_arg           list;
    uint32_t         k, i;

    ac_writer_init_memory(&w, ck->mem);
    for (k = 0; record != AC_NO_INDEX && k <= AC_PATH_STEPS; record = p->records[record].owner, k++)
        for (i = 0; i < p->records[record].field_count && ac_writer_text(&w).size < LIST_BYTES; i++) {
            ac_write_string(&w, ac_writer_text(&w).size > 0 ? ", " : "");
            ac_write_text(&w, p->records[record].fields[i].name);
        }
    if (ac_writer_text(&w).size >= LIST_BYTES)
        ac_write_string(&w, ", \xE2\x80\xA6");
    if (ac_writer_end(&w) != AC_OK)
        ck->nomem = 1;
    list = ac_arg_text(ac_writer_text(&w));
    if (list.size > 0)
        ac_log_hint_with(ck->log, "in sight are {0}; other records are reached by links or collected by aggregates", &list, 1);
    ac_writer_free(&w);
}

/* Fields of the record and its owners, values; for a name found nowhere. */
static void say_no_fact(ac_checker *ck, const ac_scope *scope, const ac_tree_name *name)
{
    const ac_policy *p = ck->policy;
    ac_suggest       s;
    uint32_t         starts[2], i, k, r;

    starts[0] = scope->record;
    starts[1] = scope->then;
    if ((ck->lost & (1u << AC_NAME_VALUE | 1u << AC_NAME_MEMBER)) || ac_check_fields_lost(ck, starts[0]) || ac_check_fields_lost(ck, starts[1])
        || ac_log_is_poisoned(ck->log, name->text))
        return;
    ac_suggest_begin(&s, name->text, &ck->log->patience);
    for (i = 0; i < 2; i++)
        for (r = starts[i], k = 0; r != AC_NO_INDEX && k <= AC_PATH_STEPS; r = p->records[r].owner, k++) {
            uint32_t f;

            for (f = 0; f < p->records[r].field_count; f++)
                ac_suggest_offer(&s, p->records[r].fields[f].name);
            ac_suggest_offer(&s, p->records[r].name);
        }
    for (i = 0; i < p->names->count; i++)
        if (p->names->entries[i].kind == AC_NAME_VALUE || p->names->entries[i].kind == AC_NAME_MEMBER)
            ac_suggest_offer(&s, p->names->entries[i].text);
    if (scope->record == AC_NO_INDEX)
        ac_say_name(ck, AC_MSG_NAME_UNKNOWN, name);
    else
        ac_say_2(ck, AC_MSG_FACT_UNKNOWN, name->place, name->text, p->records[scope->record].name);
    if (s.count == 0)
        list_facts(ck, scope->record);
    suggest(ck, name->text, &s);
    ac_log_poison(ck->log, name->text);
}

void ac_check_fact_missing(ac_checker *ck, const ac_scope *scope, const ac_tree_name *name)
{
    say_no_fact(ck, scope, name);
}

/* ── paths ── */

/* Where a path has led so far. */
typedef struct walk {
    ac_path  path;          /* path.holder is not kept up */
    uint32_t holder;
    ac_fact  fact;
    uint32_t at;            /* names used */
    int      is_record;     /* stands on a record rather than a field */
} walk;

static int step(walk *w, uint32_t step_to, uint32_t holder)
{
    if (w->path.step_count >= AC_PATH_STEPS)
        return 0;
    w->path.steps[w->path.step_count++] = step_to;
    w->holder = holder;
    return 1;
}

/* Takes the field `f` of the holder. */
static int take_field(ac_checker *ck, walk *w, uint32_t f)
{
    const ac_field_def *field = &ck->policy->records[w->holder].fields[f];

    w->fact.field = f;
    w->fact.type = field->type;
    if (field->type.kind == AC_TYPE_SPAN && ck->records)
        w->fact.type.ref = ck->records[w->holder].fields[f].unit;
    w->is_record = 0;
    w->at++;
    if (field->type.kind != AC_TYPE_UNTYPED)
        return 1;
    ck->untyped_record = w->holder;
    ck->untyped_field = f;
    return 0;
}

/* Takes one more name; 0 when it is not there. */
static int go_on(ac_checker *ck, walk *w, ac_text name)
{
    const ac_policy *p = ck->policy;
    uint32_t         i;

    if (!w->is_record && w->fact.type.kind == AC_TYPE_RECORD) {
        if (w->fact.attribute_count > 0 || !step(w, w->fact.field, w->fact.type.ref))
            return 0;
        w->is_record = 1;
    }
    if (w->is_record) {
        i = ac_check_find(ck, AC_NAME_FIELD, w->holder, name);
        if (i != AC_NO_INDEX)
            return take_field(ck, w, i);
        i = p->records[w->holder].owner;
        if (i == AC_NO_INDEX || !ac_text_equal(p->records[i].name, name) || !step(w, AC_OWNER_STEP, i))
            return 0;
        w->at++;
        return 1;
    }
    if (w->fact.type.kind != AC_TYPE_ENUM || w->fact.attribute_count >= 4)
        return 0;
    i = ac_check_find(ck, AC_NAME_ATTRIBUTE, w->fact.type.ref, name);
    if (i == AC_NO_INDEX)
        return 0;
    w->fact.attributes[w->fact.attribute_count].enumeration = w->fact.type.ref;
    w->fact.attributes[w->fact.attribute_count++].attribute = i;
    w->fact.type = p->enums[w->fact.type.ref].attributes[i].type;
    w->at++;
    return 1;
}

/* Follows the names after the first; returns whether all were there and the last has a type, and keeps the walk that came farthest. */
static int follow(ac_checker *ck, walk *w, const ac_tree_path *path, walk *best)
{
    while (w->at < path->count && go_on(ck, w, path->at[w->at].text))
        continue;
    if (w->at > best->at || best->at == 0)
        *best = *w;
    return w->at == path->count && ck->untyped_record == AC_NO_INDEX;
}

/* From one record outward; the nearest holder under which the whole path makes sense. *again tells whether a farther one would. */
static int find_from(ac_checker *ck, uint32_t record, const ac_tree_path *path, walk *found, walk *best)
{
    const ac_policy *p = ck->policy;
    walk             w, level;
    uint32_t         f;

    level.path.record = record;
    level.path.step_count = 0;
    level.holder = record;
    level.at = 0;
    level.is_record = 1;
    level.fact.attribute_count = 0;
    for (;;) {
        w = level;
        f = ac_check_find(ck, AC_NAME_FIELD, w.holder, path->at[0].text);
        if (f != AC_NO_INDEX) {
            if (!take_field(ck, &w, f))
                return 0;
            if (follow(ck, &w, path, best)) {
                *found = w;
                return 1;
            }
            if (ck->untyped_record != AC_NO_INDEX)
                return 0;
        }
        if (ac_text_equal(p->records[level.holder].name, path->at[0].text)) {
            w = level;
            w.at = 1;
            if (follow(ck, &w, path, best)) {
                *found = w;
                return 1;
            }
            if (ck->untyped_record != AC_NO_INDEX)
                return 0;
        }
        if (p->records[level.holder].owner == AC_NO_INDEX || !step(&level, AC_OWNER_STEP, p->records[level.holder].owner))
            return 0;
    }
}

/* A field with the name of one farther out: said once, where it is used. */
static void hint_shadow(ac_checker *ck, const walk *w, const ac_tree_name *name)
{
    const ac_policy *p = ck->policy;
    uint32_t         r = w->holder, k;
    ac_field_source *source;

    if (!ck->records || w->is_record || w->at != 1)
        return;
    source = &ck->records[r].fields[w->fact.field];
    for (k = 0; !source->said_shadow && k < AC_PATH_STEPS && p->records[r].owner != AC_NO_INDEX; k++) {
        uint32_t f;

        r = p->records[r].owner;
        f = ac_check_find(ck, AC_NAME_FIELD, r, name->text);
        if (f == AC_NO_INDEX || !ac_type_fits(p->records[r].fields[f].type, w->fact.type))
            continue;
        source->said_shadow = 1;
        ac_say_2(ck, AC_MSG_SHADOWED, name->place, name->text, p->records[r].name);
        return;
    }
}

/* The record or enum at which a path stopped has no such name. */
static void say_no_step(ac_checker *ck, const walk *best, const ac_tree_path *path)
{
    const ac_policy    *p = ck->policy;
    const ac_tree_name *name = &path->at[best->at];
    ac_type             type = best->fact.type;
    uint32_t            holder = best->holder, i;
    ac_suggest          s;

    if (!best->is_record && type.kind == AC_TYPE_RECORD)
        holder = type.ref;
    if ((ck->lost & 1u << AC_NAME_ATTRIBUTE) || ac_check_fields_lost(ck, holder) || ac_log_is_poisoned(ck->log, name->text)
        || (!best->is_record && type.kind >= AC_TYPE_ANY))
        return;
    ac_suggest_begin(&s, name->text, &ck->log->patience);
    if (best->is_record || type.kind == AC_TYPE_RECORD) {
        for (i = 0; i < p->records[holder].field_count; i++)
            ac_suggest_offer(&s, p->records[holder].fields[i].name);
        ac_say_2(ck, AC_MSG_FIELD_UNKNOWN, name->place, p->records[holder].name, name->text);
    } else if (type.kind == AC_TYPE_ENUM) {
        for (i = 0; i < p->enums[type.ref].attribute_count; i++)
            ac_suggest_offer(&s, p->enums[type.ref].attributes[i].name);
        ac_say_2(ck, AC_MSG_ATTRIBUTE_UNKNOWN, name->place, p->enums[type.ref].name, name->text);
    } else {
        ac_say_2(ck, AC_MSG_NO_PARTS, name->place, path->at[best->at - 1].text, ac_check_type_text(ck, type));
    }
    ac_log_suggest(ck->log, s.names, s.count);
    ac_log_poison(ck->log, name->text);
}

int ac_check_fact(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, int quiet, ac_fact *out)
{
    walk     found, best;
    uint32_t starts[2], i;
    int      ok = 0;

    best.at = 0;
    ck->untyped_record = AC_NO_INDEX;
    starts[0] = scope->record;
    starts[1] = scope->then;
    for (i = 0; i < 2 && !ok && ck->untyped_record == AC_NO_INDEX; i++)
        if (starts[i] != AC_NO_INDEX)
            ok = find_from(ck, starts[i], path, &found, &best);
    if (!ok) {
        if (quiet || ck->untyped_record != AC_NO_INDEX)
            return 0;
        if (best.at > 0 && best.at < path->count)
            say_no_step(ck, &best, path);
        else
            say_no_fact(ck, scope, &path->at[0]);
        return 0;
    }
    hint_shadow(ck, &found, &path->at[0]);
    *out = found.fact;
    out->holder = found.holder;
    if (found.is_record) {
        out->field = AC_NO_INDEX;
        out->type = ac_type_of(AC_TYPE_RECORD);
        out->type.ref = (uint16_t)found.holder;
    } else if (ck->records) {
        ck->records[found.holder].fields[found.fact.field].is_read = 1;
    }
    found.path.field = out->field;
    out->path = ac_check_path_add(ck, &found.path);
    return !ck->nomem;      /* else there need be no path of that number */
}

uint32_t ac_check_own_period(ac_checker *ck, const ac_scope *scope)
{
    const ac_policy *p = ck->policy;
    uint32_t         starts[2], i, r;
    ac_path          path;

    starts[0] = scope->record;
    starts[1] = scope->then;
    for (i = 0; i < 2; i++) {
        path.record = starts[i];
        path.step_count = 0;
        for (r = starts[i]; r != AC_NO_INDEX && p->records[r].period == AC_NO_INDEX && path.step_count < AC_PATH_STEPS; r = p->records[r].owner)
            path.steps[path.step_count++] = AC_OWNER_STEP;
        if (r == AC_NO_INDEX || p->records[r].period == AC_NO_INDEX)
            continue;
        path.field = p->records[r].period;
        return ac_check_path_add(ck, &path);
    }
    return AC_NO_INDEX;
}

/* ── limits by name ── */

/* Limits of a record that go by a name: their own, else that of their moment. Returns how many; *out is the first. */
static uint32_t limits_named(const ac_checker *ck, uint32_t record, ac_text name, uint32_t *out)
{
    const ac_record_def *r = &ck->policy->records[record];
    uint32_t             i, hits = 0, f;

    for (i = r->limit_count; i-- > 0;)
        if (ac_text_equal(r->limits[i].name, name)) {
            hits++;
            *out = i;
        }
    if (hits > 0)
        return hits;
    f = ac_check_find(ck, AC_NAME_FIELD, record, name);
    for (i = r->limit_count; f != AC_NO_INDEX && i-- > 0;)
        if (r->limits[i].moment == f) {
            hits++;
            *out = i;
        }
    return hits;
}

/* The record that the names before the last lead to, as a path. */
static int record_before(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, ac_path *out, uint32_t *holder)
{
    ac_tree_path before = *path;
    ac_fact      fact;

    before.count--;
    if (!ac_check_fact(ck, scope, &before, 0, &fact))
        return 0;
    if (fact.type.kind != AC_TYPE_RECORD || fact.attribute_count > 0) {
        if (fact.type.kind < AC_TYPE_ANY)
            ac_say_name(ck, AC_MSG_NO_LIMIT, &path->at[path->count - 1]);
        return 0;
    }
    *out = ck->policy->paths[fact.path];
    *holder = fact.type.ref;
    if (fact.field != AC_NO_INDEX) {
        if (out->step_count >= AC_PATH_STEPS)
            return 0;
        out->steps[out->step_count++] = fact.field;
        out->field = AC_NO_INDEX;
    }
    return 1;
}

int ac_check_limit_of(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, uint32_t *record_path, uint32_t *record, uint32_t *limit)
{
    const ac_policy    *p = ck->policy;
    const ac_tree_name *last = &path->at[path->count - 1];
    ac_path             to;
    uint32_t            holder, hits = 0, starts[2], i;

    starts[0] = scope->record;
    starts[1] = scope->then;
    to.record = scope->record;
    to.field = AC_NO_INDEX;
    to.step_count = 0;
    holder = AC_NO_INDEX;
    if (path->count > 1) {
        if (!record_before(ck, scope, path, &to, &holder))
            return 0;
        hits = limits_named(ck, holder, last->text, limit);
    }
    for (i = 0; path->count == 1 && i < 2 && hits == 0; i++) {
        to.record = starts[i];
        to.step_count = 0;
        for (holder = starts[i]; holder != AC_NO_INDEX; holder = p->records[holder].owner) {
            hits = limits_named(ck, holder, last->text, limit);
            if (hits > 0 || to.step_count >= AC_PATH_STEPS)
                break;
            to.steps[to.step_count++] = AC_OWNER_STEP;
        }
    }
    if (hits == 0) {
        if (!ac_check_fields_lost(ck, scope->record) && !ac_check_fields_lost(ck, scope->then) && !(path->count > 1 && ck->has_bad_blocks)
            && !ac_log_is_poisoned(ck->log, last->text))
            ac_say_name(ck, AC_MSG_NO_LIMIT, last);
        return 0;
    }
    if (hits > 1) {
        ac_say_name(ck, AC_MSG_LIMIT_AMBIGUOUS, last);
        return 0;
    }
    *record = holder;
    *record_path = to.step_count > 0 || to.record != scope->record ? ac_check_path_add(ck, &to) : AC_NO_INDEX;
    return 1;
}
