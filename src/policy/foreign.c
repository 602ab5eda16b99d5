#include <string.h>

#include "base/hash.h"
#include "policy/suggest.h"

/* Each word and, behind its NUL, what to write here. An empty word ends the run. */
static const char hints[] =
    "deadline" "\0" "a limit is written: MOMENT within 4 h after START, or MOMENT due POINT" "\0"
    "sla" "\0" "a limit is written: MOMENT within 4 h after START" "\0"
    "before" "\0" "a limit is written: within 4 h after START, or due POINT" "\0"
    "until" "\0" "a limit is written: due POINT; \"until\" stands only in keep" "\0"
    "states" "\0" "states are declared by the rows of a flow: | from | action | to |" "\0"
    "state" "\0" "states are declared by the rows of a flow: | from | action | to |" "\0"
    "transition" "\0" "a transition is a row of a flow: | from | action | to |" "\0"
    "transitions" "\0" "a transition is a row of a flow: | from | action | to |" "\0"
    "percent" "\0" "write % behind the number: 90 %" "\0"
    "boolean" "\0" "the type is yes/no" "\0"
    "bool" "\0" "the type is yes/no" "\0"
    "string" "\0" "the type is text" "\0"
    "integer" "\0" "the type is count, or number" "\0"
    "int" "\0" "the type is count, or number" "\0"
    "float" "\0" "the type is number; it is exact" "\0"
    "decimal" "\0" "the type is number; it is exact" "\0"
    "timestamp" "\0" "the type is moment (something that happened) or datetime" "\0"
    "time" "\0" "the type is moment (something that happened) or datetime" "\0"
    "list" "\0" "the type is many ENUM" "\0"
    "true" "\0" "write yes" "\0"
    "false" "\0" "write no" "\0"
    "null" "\0" "write none (the rule says there is none); a fact not known is: x is unknown" "\0"
    "nil" "\0" "write none (the rule says there is none); a fact not known is: x is unknown" "\0"
    "default" "\0" "the last case line is: VALUE otherwise; the last row of a grid: else" "\0"
    "require" "\0" "a requirement is written: TARGET needs ITEM, ITEM" "\0"
    "requires" "\0" "a requirement is written: TARGET needs ITEM, ITEM" "\0"
    "must" "\0" "a requirement is written: TARGET needs ITEM, ITEM" "\0"
    "rule" "\0" "rules are the lines of tables, limits and needs" "\0"
    "decision" "\0" "a decision is a table: table NAME of RECORD gives OUT : TYPE" "\0"
    "entity" "\0" "a record is written: record NAME" "\0"
    "class" "\0" "a record is written: record NAME" "\0"
    "type" "\0" "types are written: enum NAME = a, b" "\0"
    "const" "\0" "constants stand under values: NAME = EXPRESSION" "\0"
    "constants" "\0" "constants stand under values: NAME = EXPRESSION" "\0"
    "let" "\0" "constants stand under values: NAME = EXPRESSION" "\0"
    "import" "\0" "a file stands alone; data files are joined to it by the host" "\0"
    "include" "\0" "a file stands alone; data files are joined to it by the host" "\0"
    "function" "\0" "there are no functions; a derived field is written: name = expression" "\0"
    "test" "\0" "a test is written: example TARGET, then a grid" "\0"
    "penalty" "\0" "a penalty is written: offence NAME of RECORD against PATH when CONDITION" "\0"
    "bonus" "\0" "a bonus is written: reward NAME of RECORD to PATH when CONDITION" "\0"
    "where" "\0" "write when; \"where\" stands only in an aggregate" "\0"
    "unless" "\0" "write when not" "\0"
    "elif" "\0" "write else if" "\0";

static const char units[] =
    "sec" "\0" "s" "\0"
    "secs" "\0" "s" "\0"
    "second" "\0" "s" "\0"
    "seconds" "\0" "s" "\0"
    "\xE7\xA7\x92" "\0" "s" "\0"
    "mins" "\0" "min" "\0"
    "minuts" "\0" "min" "\0"
    "minute" "\0" "min" "\0"
    "minutes" "\0" "min" "\0"
    "\xE5\x88\x86" "\0" "min" "\0"
    "\xE5\x88\x86\xE9\x92\x9F" "\0" "min" "\0"
    "hr" "\0" "h" "\0"
    "hrs" "\0" "h" "\0"
    "hour" "\0" "h" "\0"
    "hours" "\0" "h" "\0"
    "\xE5\xB0\x8F\xE6\x97\xB6" "\0" "h" "\0"
    "workhour" "\0" "workh" "\0"
    "workhours" "\0" "workh" "\0"
    "wh" "\0" "workh" "\0"
    "\xE5\xB7\xA5\xE6\x97\xB6" "\0" "workh" "\0"
    "d" "\0" "days" "\0"
    "\xE5\xA4\xA9" "\0" "days" "\0"
    "\xE6\x97\xA5" "\0" "days" "\0"
    "wd" "\0" "workdays" "\0"
    "\xE5\xB7\xA5\xE4\xBD\x9C\xE6\x97\xA5" "\0" "workdays" "\0"
    "m" "\0" "min" "\0"
    "mo" "\0" "months" "\0"
    "\xE6\x9C\x88" "\0" "months" "\0"
    "\xE4\xB8\xAA\xE6\x9C\x88" "\0" "months" "\0"
    "y" "\0" "years" "\0"
    "yr" "\0" "years" "\0"
    "\xE5\xB9\xB4" "\0" "years" "\0"
    "percent" "\0" "%" "\0"
    "pct" "\0" "%" "\0"
    "\xE5\x85\x83" "\0" "CNY" "\0"
    "yuan" "\0" "CNY" "\0"
    "RMB" "\0" "CNY" "\0";

static const char *find(const char *run, ac_text word)
{
    while (*run) {
        const char *ours = run + strlen(run) + 1;

        if (ac_text_equal(ac_text_of(run), word))
            return ours;
        run = ours + strlen(ours) + 1;
    }
    return NULL;
}

const char *ac_foreign_hint(ac_text word)
{
    return find(hints, word);
}

const char *ac_foreign_unit(ac_text word)
{
    return find(units, word);
}
