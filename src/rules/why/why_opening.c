#include "policy/model/value.h"
#include "rules/opening.h"
#include "rules/operate.h"
#include "rules/why/why.h"

/* Why a record is opened, or is not: what would open it, the facts of its condition, and whether that holds. */

static void show_condition(ac_why_page *page, ac_eval *e, const ac_program *when)
{
    ac_why_seen seen;
    uint8_t     derived;

    for (derived = 0; derived < 2; derived++) {
        seen.count = seen.more = 0;
        seen.derived = derived;
        ac_why_program(page, e, when, &seen, 0);
    }
}

ac_status ac_why_opening(ac_why_page *page, ac_eval *e, uint32_t type)
{
    const ac_opening_def *def = &page->policy->records[type].opening;
    const ac_type         yes_no = { AC_TYPE_BOOL, 0, 0 }, period_type = { AC_TYPE_PERIOD, 0, 0 };
    ac_cell               period, holds, at = ac_opening_instant(e->record, type, ac_cell_undefined(), e->as_of, &period);
    ac_eval               then;

    ac_why_rule(page, def->line);
    if (at.state == AC_VALUE_UNKNOWN) {
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_OPENED_YET);
        return AC_OK;
    }
    if (at.state != AC_VALUE_KNOWN) {
        ac_why_absence(page, yes_no, at);
        return AC_OK;
    }
    if (period.state == AC_VALUE_KNOWN) {
        ac_why_cell(page, period_type, period);
        ac_why_time(page, at.num);
        ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_OPENED_FOR);
    } else {
        ac_why_name(page, e->record->def->fields[def->moment].name);
        ac_why_time(page, at.num);
        ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_FACT);
    }
    ac_eval_begin(&then, e->record, at.num);
    show_condition(page, &then, &def->when);
    holds = ac_opening_holds(e->record, type, at.num);
    if (holds.state > AC_VALUE_NONE)
        ac_why_absence(page, yes_no, holds);
    else
        ac_why_line(page, AC_WHY_KEY_RESULT, ac_cell_is_yes(&holds) ? AC_WHY_OPENED : AC_WHY_OPENED_NOT);
    return AC_OK;
}
