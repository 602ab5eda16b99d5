#include "base/assert.h"
#include "rules/decide.h"
#include "rules/opening.h"
#include "rules/why.h"

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
