#include "base/buffer.h"
#include "policy/check/check.h"

/* The texts after the first may be left out. */
static int say(ac_checker *ck, ac_msg msg, ac_place place, const ac_text *a, const ac_text *b, const ac_text *c)
{
    ac_arg args[3];
    size_t n = 0;

    args[n++] = ac_arg_text(*a);
    if (b)
        args[n++] = ac_arg_text(*b);
    if (c)
        args[n++] = ac_arg_text(*c);
    return ac_log_add(ck->log, msg, place, args, n);
}

int ac_say(ac_checker *ck, ac_msg msg, ac_place place)
{
    return ac_log_add(ck->log, msg, place, NULL, 0);
}

int ac_say_1(ac_checker *ck, ac_msg msg, ac_place place, ac_text a)
{
    return say(ck, msg, place, &a, NULL, NULL);
}

int ac_say_2(ac_checker *ck, ac_msg msg, ac_place place, ac_text a, ac_text b)
{
    return say(ck, msg, place, &a, &b, NULL);
}

int ac_say_3(ac_checker *ck, ac_msg msg, ac_place place, ac_text a, ac_text b, ac_text c)
{
    return say(ck, msg, place, &a, &b, &c);
}

int ac_say_name(ac_checker *ck, ac_msg msg, const ac_tree_name *name)
{
    return ac_say_1(ck, msg, name->place, name->text);
}

int ac_say_path(ac_checker *ck, ac_msg msg, const ac_tree_path *path)
{
    return ac_say_1(ck, msg, path->place, path->at[path->count - 1].text);
}

int ac_say_number(ac_checker *ck, ac_msg msg, ac_place place, int64_t n)
{
    ac_arg arg = ac_arg_number(n);

    return ac_log_add(ck->log, msg, place, &arg, 1);
}

int ac_say_limit(ac_checker *ck, ac_msg msg, const ac_tree_name *name, int64_t n)
{
    ac_arg args[2];

    args[0] = ac_arg_text(name->text);
    args[1] = ac_arg_number(n);
    return ac_log_add(ck->log, msg, name->place, args, 2);
}

int ac_say_type(ac_checker *ck, ac_msg msg, ac_place place, ac_type a)
{
    return ac_say_1(ck, msg, place, ac_check_type_text(ck, a));
}

int ac_say_types(ac_checker *ck, ac_msg msg, ac_place place, ac_type a, ac_type b)
{
    return ac_say_2(ck, msg, place, ac_check_type_text(ck, a), ac_check_type_text(ck, b));
}

int ac_type_equal(ac_type a, ac_type b)
{
    return a.kind == b.kind && a.ref == b.ref;
}

static int is_exact_length(ac_type t)
{
    return t.kind == AC_TYPE_DURATION || (t.kind == AC_TYPE_SPAN && t.ref == AC_UNIT_SECOND + 1);
}

/* Kinds of one family stand for each other. */
static uint8_t family(uint8_t kind)
{
    switch (kind) {
    case AC_TYPE_COUNT:     return AC_TYPE_NUMBER;
    case AC_TYPE_MOMENT:    return AC_TYPE_DATETIME;
    case AC_TYPE_SIGNATURE: return AC_TYPE_BOOL;
    default:                return kind;
    }
}

int ac_type_fits(ac_type from, ac_type to)
{
    if (from.kind >= AC_TYPE_ANY || to.kind >= AC_TYPE_ANY)
        return 1;
    if (is_exact_length(from) && (is_exact_length(to) || (to.kind == AC_TYPE_SPAN && to.ref == 0)))
        return 1;
    if (to.kind == AC_TYPE_COUNT)
        return from.kind == AC_TYPE_COUNT;
    if (family(from.kind) != family(to.kind))
        return 0;
    /* those that name something, and lengths of a unit */
    if (to.kind == AC_TYPE_SPAN)
        return to.ref == 0 || from.ref == to.ref;
    return !(to.kind >= AC_TYPE_ENUM && to.kind != AC_TYPE_SIGNATURE) || from.ref == to.ref;
}

int ac_type_is_ordered(const ac_policy *policy, ac_type type)
{
    static const uint32_t ordered = 1u << AC_TYPE_COUNT | 1u << AC_TYPE_NUMBER | 1u << AC_TYPE_MONEY | 1u << AC_TYPE_DATE | 1u << AC_TYPE_DATETIME
        | 1u << AC_TYPE_MOMENT | 1u << AC_TYPE_DURATION | 1u << AC_TYPE_SPAN | 1u << AC_TYPE_STEP | 1u << AC_TYPE_RUNG;

    if (type.kind == AC_TYPE_ENUM)
        return policy->enums[type.ref].ordered;
    return type.kind >= AC_TYPE_ANY || (type.kind < 32 && (ordered >> type.kind & 1));
}

static const char *const type_words[] = {
    "yes/no", "a count", "a number", "an amount of money", "a date", "a date and time", "a moment", "an exact length of time", "a length of time",
    "a period", "a text", "a role", "", "several of ", "a record ", "a step of ", "a state of ", "a signature", "a rung of "
};

static const char *const unit_words[] = { "an exact length of time", "a length in working hours", "a length in days", "a length in workdays", "a length in months" };

/* The first members of an enum without a name. */
static void write_members(ac_writer *w, const ac_enum *e)
{
    uint32_t i;

    ac_write_string(w, "one of ");
    for (i = 0; i < e->member_count && i < 3; i++) {
        if (i > 0)
            ac_write_string(w, ", ");
        ac_write_text(w, e->members[i].name);
    }
    if (e->member_count > 3)
        ac_write_string(w, ", …");
}

ac_text ac_check_type_text(ac_checker *ck, ac_type type)
{
    const ac_policy *p = ck->policy;
    ac_text          name = { NULL, 0 }, text;
    ac_writer        w;

    if (type.kind == AC_TYPE_ANY)
        return ac_text_of("a word for absence");
    if (type.kind >= sizeof type_words / sizeof *type_words)
        return ac_text_of("something unknown");
    if (type.kind == AC_TYPE_SPAN && type.ref > 0)
        return ac_text_of(unit_words[type.ref - 1]);
    ac_writer_init_memory(&w, ck->mem);
    ac_write_string(&w, type_words[type.kind]);
    switch (type.kind) {
    case AC_TYPE_ENUM:
    case AC_TYPE_MANY:
        name = p->enums[type.ref].name;
        if (name.size == 0)
            write_members(&w, &p->enums[type.ref]);
        break;
    case AC_TYPE_RECORD:
    case AC_TYPE_STEP:
    case AC_TYPE_STATE:
        name = p->records[type.ref].name;
        break;
    case AC_TYPE_RUNG:
        name = p->names->ladders[type.ref].name;
        break;
    default:
        break;
    }
    if (name.size > 0) {
        ac_write_char(&w, '"');
        ac_write_text(&w, name);
        ac_write_char(&w, '"');
    }
    if (ac_writer_end(&w) != AC_OK)
        ck->nomem = 1;
    text = ac_arena_dup_text(&ck->scratch, ac_writer_text(&w));
    ac_writer_free(&w);
    if (!text.data) {
        ck->nomem = 1;
        return ac_text_of("");
    }
    return text;
}

/* Names of enums, records and ladders stand for their types. */
static ac_type named_type(ac_checker *ck, const ac_tree_name *name)
{
    static const struct { uint8_t names, type; } kinds[] = {
        { AC_NAME_ENUM, AC_TYPE_ENUM }, { AC_NAME_RECORD, AC_TYPE_RECORD }, { AC_NAME_LADDER, AC_TYPE_RUNG }
    };
    ac_type  found = ac_type_of(AC_TYPE_BAD);
    size_t   i, hits = 0;
    uint32_t at;

    for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        at = ac_check_find(ck, (ac_name_kind)kinds[i].names, 0, name->text);
        if (at == AC_NO_INDEX)
            continue;
        if (hits++ == 0)
            found = ac_type_with(kinds[i].type, at);
    }
    if (hits > 1) {
        ac_say_name(ck, AC_MSG_TYPE_AMBIGUOUS, name);
        found.kind = AC_TYPE_BAD;
    }
    if (hits == 0)
        ac_check_name_missing(ck, name, AC_MSG_TYPE_UNKNOWN, 1u << AC_NAME_ENUM | 1u << AC_NAME_RECORD | 1u << AC_NAME_LADDER, 0);
    return found;
}

static ac_type with_ref(ac_type_kind kind, uint32_t ref)
{
    return ref == AC_NO_INDEX ? ac_type_of(AC_TYPE_BAD) : ac_type_with(kind, ref);
}

ac_type ac_check_many(ac_checker *ck, ac_type of, ac_place place)
{
    of.kind = AC_TYPE_MANY;
    if (ck->policy->enums[of.ref].member_count > 62) {
        ac_say_number(ck, AC_MSG_MANY_TOO_LARGE, place, 62);
        of.kind = AC_TYPE_BAD;
    }
    return of;
}

ac_type ac_check_type(ac_checker *ck, const ac_tree_type *type)
{
    static const uint8_t kinds[] = {
        [AC_TREE_TYPE_BAD] = AC_TYPE_BAD, [AC_TREE_TYPE_YESNO] = AC_TYPE_BOOL, [AC_TREE_TYPE_COUNT] = AC_TYPE_COUNT, [AC_TREE_TYPE_NUMBER] = AC_TYPE_NUMBER,
        [AC_TREE_TYPE_MONEY] = AC_TYPE_MONEY, [AC_TREE_TYPE_DATE] = AC_TYPE_DATE, [AC_TREE_TYPE_DATETIME] = AC_TYPE_DATETIME,
        [AC_TREE_TYPE_MOMENT] = AC_TYPE_MOMENT, [AC_TREE_TYPE_DURATION] = AC_TYPE_DURATION, [AC_TREE_TYPE_SPAN] = AC_TYPE_SPAN,
        [AC_TREE_TYPE_TEXT] = AC_TYPE_TEXT, [AC_TREE_TYPE_PERIOD] = AC_TYPE_PERIOD, [AC_TREE_TYPE_ROLE] = AC_TYPE_ROLE,
        [AC_TREE_TYPE_ONE_OF] = AC_TYPE_ENUM, [AC_TREE_TYPE_MANY] = AC_TYPE_MANY, [AC_TREE_TYPE_SIGNATURE] = AC_TYPE_SIGNATURE,
        [AC_TREE_TYPE_STEP_OF] = AC_TYPE_STEP, [AC_TREE_TYPE_STATE_OF] = AC_TYPE_STATE, [AC_TREE_TYPE_NAMED] = AC_TYPE_BAD
    };
    static const ac_text currency = { "currency", 8 };
    ac_type_kind         kind = (ac_type_kind)kinds[type->kind];
    ac_type              t = ac_type_of(kind);

    switch (type->kind) {
    case AC_TREE_TYPE_DATETIME:
        t.precision = (uint8_t)(type->precision == AC_TREE_PRECISION_MINUTE ? 1 : type->precision == AC_TREE_PRECISION_HOUR ? 2 : 0);
        return t;
    case AC_TREE_TYPE_MONEY:
        if (ck->policy->currency.size == 0 && !ck->tree->head.has_errors && !ac_log_is_poisoned(ck->log, currency)) {
            ac_say(ck, AC_MSG_NO_CURRENCY, type->place);
            ac_log_poison(ck->log, currency);
        }
        return t;
    case AC_TREE_TYPE_ONE_OF:
        return with_ref(kind, ac_check_one_of(ck, type));
    case AC_TREE_TYPE_MANY:
        t = with_ref(AC_TYPE_ENUM, ac_check_name(ck, AC_NAME_ENUM, 0, &type->names.at[0], AC_MSG_ENUM_UNKNOWN));
        return t.kind == AC_TYPE_ENUM ? ac_check_many(ck, t, type->place) : t;
    case AC_TREE_TYPE_SIGNATURE:
        return with_ref(kind, ac_check_role(ck, &type->names.at[0]));
    case AC_TREE_TYPE_STEP_OF:
    case AC_TREE_TYPE_STATE_OF:
        return with_ref(kind, ac_check_record(ck, &type->names.at[0]));
    case AC_TREE_TYPE_NAMED:
        return named_type(ck, &type->names.at[0]);
    default:
        return t;
    }
}
