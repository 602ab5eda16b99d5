#include "base/assert.h"
#include "rules/decide.h"
#include "rules/opening.h"
#include "rules/why/why.h"
#include "time/civil.h"

ac_status ac_why_render(ac_record *record, ac_decision_kind kind, uint32_t index, ac_time now, ac_format format, ac_lang lang, ac_sink sink,
                        void *user, ac_error *err)
{
    const ac_record_def *def;
    ac_act               act = AC_ACT_INIT;
    ac_why_page          page;
    ac_eval              e;
    ac_text              name;
    ac_status            st, ended;

    assert(record && sink);
    if (kind == AC_DECISION_GATE) {
        act.field = index;
        act.at = now;
        return ac_why_gate(record, &act, format, lang, sink, user, err);
    }
    st = ac_decision_check(record, kind, index, now, err);
    if (st != AC_OK)
        return st;
    def = record->def;
    name = kind == AC_DECISION_VALUE ? def->fields[index].name : kind == AC_DECISION_OPENING ? record->policy->records[index].name : def->limits[index].name;
    ac_eval_begin(&e, record, now);
    ac_why_begin(&page, record->policy, record->link->zone, format, lang, sink, user);
    ac_why_head(&page, kind, name, def->name, ac_record_id(record), now);
    st = kind == AC_DECISION_VALUE ? ac_why_value(&page, &e, index) : kind == AC_DECISION_OPENING ? ac_why_opening(&page, &e, index) : ac_why_limit(&page, &e, index, err);
    ended = ac_why_end(&page);
    return st != AC_OK ? st : ended;
}

ac_status ac_why_row(ac_record *record, uint32_t table, uint32_t row, ac_time now, ac_format format, ac_lang lang, ac_sink sink, void *user,
                     ac_error *err)
{
    const ac_table *t;
    ac_why_page     page;
    ac_eval         e;

    assert(record && sink);
    if (table >= record->policy->table_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_DECISION_NONE, table, err);
    if (record->policy->tables[table].record != record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, 0, err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    ac_eval_begin(&e, record, now);
    t = ac_eval_table_at(&e, table);
    if (row >= t->row_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_DECISION_NONE, row, err);
    ac_why_begin(&page, record->policy, record->link->zone, format, lang, sink, user);
    ac_why_head(&page, AC_DECISION_VALUE, t->name, record->def->name, ac_record_id(record), now);
    ac_why_one_row(&page, &e, t, row);
    return ac_why_end(&page);
}
