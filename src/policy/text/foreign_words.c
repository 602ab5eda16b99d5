#include <string.h>

#include "base/hash.h"
#include "policy/report/suggest.h"

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
    "empty" "\0" "x is unknown asks for a fact that is not known, x = none for one that there is not" "\0"
    "otherwise" "\0" "the last case line is: VALUE otherwise; the last row of a grid: else" "\0"
    "elif" "\0" "write else if" "\0"
    "else" "\0" "the last case line is: VALUE otherwise; the last row of a grid: else" "\0"
    "if" "\0" "a case line is written: VALUE when CONDITION per ARTICLE; the last one: VALUE otherwise" "\0"
    "after" "\0" "write within 4 h after START, or keep 3 years after CLOSE" "\0";

/* What a Chinese sentence would say: √ × 是 否 对 错 真 假 无, 且 并且 和 或 或者 非 在, 如果 当 否则 其他, 大于 小于 等于 … */
static const char chinese[] =
    "\xE2\x88\x9A" "\0" "write yes" "\0"
    "\xC3\x97" "\0" "write no" "\0"
    "\xE6\x98\xAF" "\0" "write yes" "\0"
    "\xE5\x90\xA6" "\0" "write no" "\0"
    "\xE5\xAF\xB9" "\0" "write yes" "\0"
    "\xE9\x94\x99" "\0" "write no" "\0"
    "\xE7\x9C\x9F" "\0" "write yes" "\0"
    "\xE5\x81\x87" "\0" "write no" "\0"
    "\xE6\x97\xA0" "\0" "write none (the rule says there is none); a fact not known is: x is unknown" "\0"
    "\xE4\xB8\x94" "\0" "write and" "\0"
    "\xE5\xB9\xB6\xE4\xB8\x94" "\0" "write and" "\0"
    "\xE5\x92\x8C" "\0" "write and" "\0"
    "\xE6\x88\x96" "\0" "write or" "\0"
    "\xE6\x88\x96\xE8\x80\x85" "\0" "write or" "\0"
    "\xE9\x9D\x9E" "\0" "write not" "\0"
    "\xE5\x9C\xA8" "\0" "write in" "\0"
    "\xE5\xA6\x82\xE6\x9E\x9C" "\0" "a case line is written: VALUE when CONDITION per ARTICLE; the last one: VALUE otherwise" "\0"
    "\xE5\xBD\x93" "\0" "a case line is written: VALUE when CONDITION per ARTICLE; the last one: VALUE otherwise" "\0"
    "\xE5\x90\xA6\xE5\x88\x99" "\0" "the last case line is: VALUE otherwise; the last row of a grid: else" "\0"
    "\xE5\x85\xB6\xE4\xBB\x96" "\0" "the last case line is: VALUE otherwise; the last row of a grid: else" "\0"
    "\xE5\xA4\xA7\xE4\xBA\x8E" "\0" "write >" "\0"
    "\xE5\xB0\x8F\xE4\xBA\x8E" "\0" "write <" "\0"
    "\xE7\xAD\x89\xE4\xBA\x8E" "\0" "write =" "\0"
    "\xE4\xB8\x8D\xE7\xAD\x89\xE4\xBA\x8E" "\0" "write !=" "\0"
    "\xE5\xA4\xA7\xE4\xBA\x8E\xE7\xAD\x89\xE4\xBA\x8E" "\0" "write >=" "\0"
    "\xE5\xB0\x8F\xE4\xBA\x8E\xE7\xAD\x89\xE4\xBA\x8E" "\0" "write <=" "\0";

/* How to write what was expected. */
static const char ways[] =
    "a date" "\0" "a date is written year-month-day: 2026-07-01" "\0"
    "the last date" "\0" "a date is written year-month-day: 2026-07-01" "\0"
    "when or otherwise" "\0" "a case line is written: VALUE when CONDITION per ARTICLE; the last one: VALUE otherwise" "\0"
    "\"after\"" "\0" "write within 4 h after START, or keep 3 years after CLOSE" "\0"
    "\"and\"" "\0" "write x between 1 and 5" "\0"
    "\"gives\"" "\0" "a table is written: table NAME of RECORD gives OUT : TYPE" "\0"
    "\"then\"" "\0" "write if CONDITION then VALUE else VALUE" "\0"
    "\"else\"" "\0" "write if CONDITION then VALUE else VALUE" "\0"
    "\"version\"" "\0" "policy NAME version 1" "\0"
    "a range such as [1..5)" "\0" "[1..20] has both ends, (1..20] lacks the first, [1..20) the last" "\0"
    "a list, a range or a field of several" "\0" "write x in (1, 2) or x in [1..5)" "\0"
    "a day of the week: mon, tue, wed, thu, fri, sat or sun" "\0" "several days in a row: mon..fri" "\0"
    "a time of day such as 08:30" "\0" "hours and minutes have two digits each: 08:30" "\0"
    "\"..\" and the closing time" "\0" "hours are written 08:30..12:00, 13:30..18:00" "\0"
    "\"..\" and the other end of the range" "\0" "[1..20] has both ends, (1..20] lacks the first, [1..20) the last" "\0"
    "\"|\" behind the last cell" "\0" "a row ends with a bar" "\0"
    "\"a\"" "\0" "a cap is written: cap 500 CNY a year" "\0"
    "\"from\" and the lowest rung" "\0" "a ladder is written: ladder NAME of RECORD from LOWEST-RUNG" "\0"
    "\"needs\" and what the rung asks for" "\0" "a rung is written: RUNG needs ITEM, ITEM" "\0";

/* 整数 数量 数字 小数 金额 文字 文本 字符串 日期 时间 时刻 是否 布尔 时长 期间 角色 */
static const char types[] =
    "\xE6\x95\xB4\xE6\x95\xB0" "\0" "count" "\0"
    "\xE6\x95\xB0\xE9\x87\x8F" "\0" "count" "\0"
    "\xE6\x95\xB0\xE5\xAD\x97" "\0" "number" "\0"
    "\xE5\xB0\x8F\xE6\x95\xB0" "\0" "number" "\0"
    "\xE9\x87\x91\xE9\xA2\x9D" "\0" "money" "\0"
    "\xE6\x96\x87\xE5\xAD\x97" "\0" "text" "\0"
    "\xE6\x96\x87\xE6\x9C\xAC" "\0" "text" "\0"
    "\xE5\xAD\x97\xE7\xAC\xA6\xE4\xB8\xB2" "\0" "text" "\0"
    "\xE6\x97\xA5\xE6\x9C\x9F" "\0" "date" "\0"
    "\xE6\x97\xB6\xE9\x97\xB4" "\0" "datetime" "\0"
    "\xE6\x97\xB6\xE5\x88\xBB" "\0" "moment" "\0"
    "\xE6\x98\xAF\xE5\x90\xA6" "\0" "yes/no" "\0"
    "\xE5\xB8\x83\xE5\xB0\x94" "\0" "yes/no" "\0"
    "\xE6\x97\xB6\xE9\x95\xBF" "\0" "span" "\0"
    "\xE6\x9C\x9F\xE9\x97\xB4" "\0" "period" "\0"
    "\xE8\xA7\x92\xE8\x89\xB2" "\0" "role" "\0"
    "integer" "\0" "count" "\0"
    "int" "\0" "count" "\0"
    "float" "\0" "number" "\0"
    "decimal" "\0" "number" "\0"
    "string" "\0" "text" "\0"
    "bool" "\0" "yes/no" "\0"
    "boolean" "\0" "yes/no" "\0"
    "timestamp" "\0" "moment" "\0"
    "time" "\0" "datetime" "\0"
    "list" "\0" "many" "\0";

/* 周一 and 星期一 to 日 */
static const char weekdays[] =
    "monday" "\0" "mon" "\0"
    "\xE5\x91\xA8\xE4\xB8\x80" "\0" "mon" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE4\xB8\x80" "\0" "mon" "\0"
    "tuesday" "\0" "tue" "\0"
    "\xE5\x91\xA8\xE4\xBA\x8C" "\0" "tue" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE4\xBA\x8C" "\0" "tue" "\0"
    "wednesday" "\0" "wed" "\0"
    "\xE5\x91\xA8\xE4\xB8\x89" "\0" "wed" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE4\xB8\x89" "\0" "wed" "\0"
    "thursday" "\0" "thu" "\0"
    "\xE5\x91\xA8\xE5\x9B\x9B" "\0" "thu" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE5\x9B\x9B" "\0" "thu" "\0"
    "friday" "\0" "fri" "\0"
    "\xE5\x91\xA8\xE4\xBA\x94" "\0" "fri" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE4\xBA\x94" "\0" "fri" "\0"
    "saturday" "\0" "sat" "\0"
    "\xE5\x91\xA8\xE5\x85\xAD" "\0" "sat" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE5\x85\xAD" "\0" "sat" "\0"
    "sunday" "\0" "sun" "\0"
    "\xE5\x91\xA8\xE6\x97\xA5" "\0" "sun" "\0"
    "\xE6\x98\x9F\xE6\x9C\x9F\xE6\x97\xA5" "\0" "sun" "\0";

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
    "working" "\0" "workdays" "\0"
    "business" "\0" "workdays" "\0"
    "\xE4\xB8\xAA\xE5\xB7\xA5\xE4\xBD\x9C\xE6\x97\xA5" "\0" "workdays" "\0"
    "\xE4\xB8\xAA\xE5\xB0\x8F\xE6\x97\xB6" "\0" "h" "\0"
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

/* What stands behind an amount and is no unit, nor a way of writing one. */
static const char no_units[] =
    "week" "\0" "a week is 7 days: 2 weeks are 14 days" "\0"
    "weeks" "\0" "a week is 7 days: 2 weeks are 14 days" "\0"
    "\xE5\x91\xA8" "\0" "a week is 7 days: 2 weeks are 14 days" "\0"
    "fortnight" "\0" "a week is 7 days: 2 weeks are 14 days" "\0"
    "quarter" "\0" "a quarter is 3 months" "\0"
    "quarters" "\0" "a quarter is 3 months" "\0"
    "\xE2\x82\xAC" "\0" "an amount of money is written with its currency: 50 CNY" "\0"
    "\xC2\xA3" "\0" "an amount of money is written with its currency: 50 CNY" "\0"
    "\xC2\xA5" "\0" "an amount of money is written with its currency: 50 CNY" "\0"
    "st" "\0" "occurrences are counted: nth in month = 3" "\0"
    "nd" "\0" "occurrences are counted: nth in month = 3" "\0"
    "rd" "\0" "occurrences are counted: nth in month = 3" "\0"
    "th" "\0" "occurrences are counted: nth in month = 3" "\0"
    "first" "\0" "occurrences are counted: nth in month = 3" "\0"
    "second" "\0" "occurrences are counted: nth in month = 3" "\0"
    "third" "\0" "occurrences are counted: nth in month = 3" "\0"
    "fourth" "\0" "occurrences are counted: nth in month = 3" "\0"
    "fifth" "\0" "occurrences are counted: nth in month = 3" "\0";

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

ac_text ac_in_small(ac_text word, char room[16])
{
    ac_text small = { room, 0 };

    for (; word.size < 16 && small.size < word.size; small.size++) {
        char c = word.data[small.size];

        room[small.size] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return small.size > 1 ? small : word;
}

const char *ac_foreign_hint(ac_text word)
{
    char        room[16];
    const char *hint = find(hints, ac_in_small(word, room));

    return hint ? hint : find(chinese, word);
}

const char *ac_foreign_function(ac_text word)
{
    static const char functions[] = "ceil" "\0" "ceiling" "\0" "mod" "\0" "modulo" "\0" "round" "\0" "round_half_up" "\0" "maximum" "\0" "max" "\0"
                                    "minimum" "\0" "min" "\0" "absolute" "\0" "abs" "\0" "average" "\0" "mean" "\0" "avg" "\0" "mean" "\0";
    char              room[16];

    return find(functions, ac_in_small(word, room));
}

const char *ac_no_unit(ac_text word)
{
    static const char digits[] = "0123456789";
    size_t            i = 1;

    /* 1e5, 1E-3 */
    if (word.size > 1 && (word.data[0] == 'e' || word.data[0] == 'E')) {
        i += word.size > 2 && (word.data[1] == '-' || word.data[1] == '+');
        while (i < word.size && strchr(digits, word.data[i]))
            i++;
        if (i == word.size)
            return "a number is written out: 100000, 0.001";
    }
    return find(no_units, word);
}

const char *ac_expected_way(ac_text what)
{
    return find(ways, what);
}

const char *ac_foreign_type(ac_text word)
{
    return find(types, word);
}

const char *ac_foreign_weekday(ac_text word)
{
    return find(weekdays, word);
}

const char *ac_foreign_unit(ac_text word)
{
    return find(units, word);
}
