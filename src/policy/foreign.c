#include "base/hash.h"
#include "policy/suggest.h"

typedef struct foreign {
    const char *word;
    const char *ours;
} foreign;

static const foreign hints[] = {
    { "deadline", "a limit is written: MOMENT within 4 h after START, or MOMENT due POINT" },
    { "sla", "a limit is written: MOMENT within 4 h after START" },
    { "before", "a limit is written: within 4 h after START, or due POINT" },
    { "until", "a limit is written: due POINT; \"until\" stands only in keep" },
    { "states", "states are declared by the rows of a flow: | from | action | to |" },
    { "state", "states are declared by the rows of a flow: | from | action | to |" },
    { "transition", "a transition is a row of a flow: | from | action | to |" },
    { "transitions", "a transition is a row of a flow: | from | action | to |" },
    { "percent", "write % behind the number: 90 %" },
    { "boolean", "the type is yes/no" },
    { "bool", "the type is yes/no" },
    { "string", "the type is text" },
    { "integer", "the type is count, or number" },
    { "int", "the type is count, or number" },
    { "float", "the type is number; it is exact" },
    { "decimal", "the type is number; it is exact" },
    { "timestamp", "the type is moment (something that happened) or datetime" },
    { "time", "the type is moment (something that happened) or datetime" },
    { "list", "the type is many ENUM" },
    { "true", "write yes" },
    { "false", "write no" },
    { "null", "write none (the rule says there is none); a fact not known is: x is unknown" },
    { "nil", "write none (the rule says there is none); a fact not known is: x is unknown" },
    { "default", "the last case line is: VALUE otherwise; the last row of a grid: else" },
    { "require", "a requirement is written: TARGET needs ITEM, ITEM" },
    { "requires", "a requirement is written: TARGET needs ITEM, ITEM" },
    { "must", "a requirement is written: TARGET needs ITEM, ITEM" },
    { "rule", "rules are the lines of tables, limits and needs" },
    { "decision", "a decision is a table: table NAME of RECORD gives OUT : TYPE" },
    { "entity", "a record is written: record NAME" },
    { "class", "a record is written: record NAME" },
    { "type", "types are written: enum NAME = a, b" },
    { "const", "constants stand under values: NAME = EXPRESSION" },
    { "constants", "constants stand under values: NAME = EXPRESSION" },
    { "let", "constants stand under values: NAME = EXPRESSION" },
    { "import", "a file stands alone; data files are joined to it by the host" },
    { "include", "a file stands alone; data files are joined to it by the host" },
    { "function", "there are no functions; a derived field is written: name = expression" },
    { "test", "a test is written: example TARGET, then a grid" },
    { "penalty", "a penalty is written: offence NAME of RECORD against PATH when CONDITION" },
    { "bonus", "a bonus is written: reward NAME of RECORD to PATH when CONDITION" },
    { "where", "write when; \"where\" stands only in an aggregate" },
    { "unless", "write when not" },
    { "elif", "write else if" }
};

static const foreign units[] = {
    { "sec", "s" }, { "secs", "s" }, { "second", "s" }, { "seconds", "s" }, { "\xE7\xA7\x92", "s" },
    { "mins", "min" }, { "minuts", "min" }, { "minute", "min" }, { "minutes", "min" }, { "\xE5\x88\x86", "min" }, { "\xE5\x88\x86\xE9\x92\x9F", "min" },
    { "hr", "h" }, { "hrs", "h" }, { "hour", "h" }, { "hours", "h" }, { "\xE5\xB0\x8F\xE6\x97\xB6", "h" },
    { "workhour", "workh" }, { "workhours", "workh" }, { "wh", "workh" }, { "\xE5\xB7\xA5\xE6\x97\xB6", "workh" },
    { "d", "days" }, { "\xE5\xA4\xA9", "days" }, { "\xE6\x97\xA5", "days" }, { "wd", "workdays" }, { "\xE5\xB7\xA5\xE4\xBD\x9C\xE6\x97\xA5", "workdays" },
    { "m", "min" }, { "mo", "months" }, { "\xE6\x9C\x88", "months" }, { "\xE4\xB8\xAA\xE6\x9C\x88", "months" },
    { "y", "years" }, { "yr", "years" }, { "\xE5\xB9\xB4", "years" },
    { "percent", "%" }, { "pct", "%" }, { "\xE5\x85\x83", "CNY" }, { "yuan", "CNY" }, { "RMB", "CNY" }
};

static const char *find(const foreign *table, size_t count, ac_text word)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (ac_text_equal(ac_text_of(table[i].word), word))
            return table[i].ours;
    return NULL;
}

const char *ac_foreign_hint(ac_text word)
{
    return find(hints, sizeof hints / sizeof *hints, word);
}

const char *ac_foreign_unit(ac_text word)
{
    return find(units, sizeof units / sizeof *units, word);
}
