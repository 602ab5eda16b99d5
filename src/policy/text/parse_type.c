#include <string.h>

#include "policy/text/parser.h"

typedef struct base_type {
    ac_word           word;
    ac_tree_type_kind kind;
} base_type;

static const base_type base_types[] = {
    { AC_WORD_COUNT, AC_TREE_TYPE_COUNT }, { AC_WORD_NUMBER, AC_TREE_TYPE_NUMBER }, { AC_WORD_MONEY, AC_TREE_TYPE_MONEY },
    { AC_WORD_DATE, AC_TREE_TYPE_DATE }, { AC_WORD_DATETIME, AC_TREE_TYPE_DATETIME }, { AC_WORD_MOMENT, AC_TREE_TYPE_MOMENT },
    { AC_WORD_DURATION, AC_TREE_TYPE_DURATION }, { AC_WORD_SPAN, AC_TREE_TYPE_SPAN }, { AC_WORD_TEXT, AC_TREE_TYPE_TEXT },
    { AC_WORD_PERIOD, AC_TREE_TYPE_PERIOD }, { AC_WORD_ROLE, AC_TREE_TYPE_ROLE }
};

static const base_type of_types[] = {
    { AC_WORD_MANY, AC_TREE_TYPE_MANY }, { AC_WORD_SIGNATURE, AC_TREE_TYPE_SIGNATURE }, { AC_WORD_STEP, AC_TREE_TYPE_STEP_OF },
    { AC_WORD_STATE, AC_TREE_TYPE_STATE_OF }
};

static ac_tree_type_kind kind_of(const base_type *types, size_t count, const ac_parser *p)
{
    size_t i;

    if (p->token.kind == AC_TOKEN_NAME)
        for (i = 0; i < count; i++)
            if (types[i].word == (ac_word)p->token.word)
                return types[i].kind;
    return AC_TREE_TYPE_BAD;
}

static void parse_precision(ac_parser *p, ac_tree_type *type)
{
    if (ac_parse_accept_word(p, AC_WORD_HOUR))
        type->precision = AC_TREE_PRECISION_HOUR;
    else if (ac_parse_accept_word(p, AC_WORD_MINUTE))
        type->precision = AC_TREE_PRECISION_MINUTE;
    else
        ac_parse_expected(p, "hour or minute");
}

/* At hand is a comma: does `name :` follow, the next output in `gives x : one of a, b, y : text`? */
static int is_next_output(const ac_parser *p)
{
    ac_token name = ac_parse_peek(p);

    if (name.kind != AC_TOKEN_NAME && name.kind != AC_TOKEN_QUOTED)
        return 0;
    return ac_scan(&p->scan, ac_scan_blanks(&p->scan, name.at + name.size)).kind == AC_TOKEN_COLON;
}

static ac_tree_names members(ac_parser *p)
{
    ac_tree_names names = { NULL, 0 };
    size_t        mark = ac_parse_mark(p);

    for (;;) {
        ac_tree_name name = ac_parse_name(p, "a member");

        if (name.text.data)
            ac_parse_push(p, &name, sizeof name);
        if (!ac_parse_is(p, AC_TOKEN_COMMA) || is_next_output(p))
            break;
        ac_parse_next(p);
    }
    names.at = ac_parse_pop(p, mark, sizeof *names.at, &names.count);
    return names;
}

static void parse_of_type(ac_parser *p, ac_tree_type *type)
{
    type->kind = kind_of(of_types, sizeof of_types / sizeof *of_types, p);
    ac_parse_next(p);
    if (type->kind != AC_TREE_TYPE_MANY)
        ac_parse_expect_word(p, AC_WORD_OF);
    type->names = ac_parse_single_name(p, type->kind == AC_TREE_TYPE_MANY ? "an enum" : type->kind == AC_TREE_TYPE_SIGNATURE ? "a role" : "a record");
    if (type->names.count == 0)
        type->kind = AC_TREE_TYPE_BAD;
}

ac_tree_type ac_parse_type(ac_parser *p)
{
    ac_tree_type      type;
    uint32_t          from = p->token.at;
    ac_tree_type_kind of_kind = kind_of(of_types, sizeof of_types / sizeof *of_types, p);
    ac_token          next = ac_parse_peek(p);

    memset(&type, 0, sizeof type);
    if (ac_parse_accept_word(p, AC_WORD_YES)) {
        type.kind = AC_TREE_TYPE_YESNO;
        if (ac_parse_expect(p, AC_TOKEN_SLASH, "yes/no"))
            ac_parse_expect_word(p, AC_WORD_NO);
    } else if (ac_parse_is_word(p, AC_WORD_ONE) && next.kind == AC_TOKEN_NAME && next.word == AC_WORD_OF) {
        ac_parse_next(p);
        ac_parse_next(p);
        type.kind = AC_TREE_TYPE_ONE_OF;
        type.names = members(p);
    } else if (of_kind != AC_TREE_TYPE_BAD && (of_kind == AC_TREE_TYPE_MANY ? next.kind == AC_TOKEN_NAME || next.kind == AC_TOKEN_QUOTED
                                                                           : next.kind == AC_TOKEN_NAME && next.word == AC_WORD_OF)) {
        parse_of_type(p, &type);
    } else if ((type.kind = kind_of(base_types, sizeof base_types / sizeof *base_types, p)) != AC_TREE_TYPE_BAD) {
        ac_parse_next(p);
        if (type.kind == AC_TREE_TYPE_DATETIME && ac_parse_accept_word(p, AC_WORD_PRECISION))
            parse_precision(p, &type);
    } else if (p->token.kind == AC_TOKEN_NAME && ac_word_is_reserved((ac_word)p->token.word)) {
        ac_parse_expected(p, "a type");
    } else {
        type.names = ac_parse_single_name(p, "a type");
        type.kind = type.names.count > 0 ? AC_TREE_TYPE_NAMED : AC_TREE_TYPE_BAD;
    }
    type.place = ac_parse_since(p, from);
    return type;
}

ac_tree_outs ac_parse_outs(ac_parser *p)
{
    ac_tree_outs outs = { NULL, 0 };
    size_t       mark = ac_parse_mark(p);

    do {
        ac_tree_out out;

        memset(&out, 0, sizeof out);
        out.name = ac_parse_name(p, "the name of an output");
        ac_parse_expect(p, AC_TOKEN_COLON, "\":\" and a type");
        out.type = ac_parse_type(p);
        if (out.name.text.data)
            ac_parse_push(p, &out, sizeof out);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    outs.at = ac_parse_pop(p, mark, sizeof *outs.at, &outs.count);
    return outs;
}
