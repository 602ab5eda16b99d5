#include "rules/gate.h"
#include "rules/rank.h"
#include "rules/why/why.h"

#include "base/assert.h"
#include "base/hash.h"
#include "rules/decide.h"

/* Why an act may be done or not: what is known, then every requirement with its articles, met or not. */

typedef enum telling { TELLING_FACTS, TELLING_DERIVED, TELLING_ITEMS, TELLING_COUNT } telling;

typedef struct told {
    ac_why_page *page;
    ac_eval     *e;
    telling      now;
    uint32_t     unmet;
    ac_why_seen  seen;
    const ac_ladder_def *ladder;    /* whose rungs are told; NULL: a gate */
} told;

static ac_text as_text(const char *string)
{
    return ac_text_of(string ? string : "");
}

/* The requirement: as written, or what stands behind state, role and step. */
static void show_item(ac_why_page *page, const ac_unmet *item)
{
    static const ac_why_id phrases[] = { AC_WHY_GATE_STATE, AC_WHY_GATE_ROLE, AC_WHY_GATE_STEP };

    if (item->kind <= AC_UNMET_STEP)
        ac_why_phrase(page, phrases[item->kind], item->text);
    else
        ac_why_text(page, item->text);
}

static void show_state(ac_why_page *page, const ac_unmet *item, int is_met)
{
    ac_text missing = as_text(item->missing);

    if (is_met)
        ac_why_phrase(page, AC_WHY_GATE_MET, missing);
    else if (item->kind == AC_UNMET_ACTOR && item->state == AC_VALUE_UNKNOWN)
        ac_why_phrase(page, AC_WHY_GATE_WHO, missing);
    else if (item->state == AC_VALUE_UNKNOWN)
        ac_why_phrase(page, item->missing ? AC_WHY_GATE_UNKNOWN : AC_WHY_GATE_UNTOLD, missing);
    else if (item->state == AC_VALUE_UNSET)
        ac_why_phrase(page, AC_WHY_GATE_UNSET, missing);
    else if (item->state != AC_VALUE_KNOWN)
        ac_why_phrase(page, item->state == AC_VALUE_ERROR ? AC_WHY_GATE_ERROR : AC_WHY_GATE_LATER, missing);
    else if (item->missing)
        ac_why_phrase(page, item->kind == AC_UNMET_ACTOR ? AC_WHY_GATE_SAME : AC_WHY_GATE_CHANGED, missing);
    else
        ac_why_phrase(page, AC_WHY_GATE_NOT, missing);
}

static ac_status take(void *user, const ac_unmet *item, int is_met, const ac_need *need)
{
    told *t = user;

    if (t->now != TELLING_ITEMS) {
        if (need) {
            ac_why_program(t->page, t->e, &need->when, &t->seen, 0);
            ac_why_program(t->page, t->e, &need->program, &t->seen, 0);
        }
        return AC_OK;
    }
    t->unmet += !is_met;
    show_item(t->page, item);
    show_state(t->page, item, is_met);
    ac_why_number(t->page, item->line);
    if (item->clause)
        ac_why_string(t->page, item->clause);
    ac_why_line(t->page, AC_WHY_KEY_NEED, item->clause ? AC_WHY_GATE_ITEM : AC_WHY_GATE_ITEM_BARE);
    return t->page->out.status;
}

static ac_status take_rung(void *user, uint32_t rung, const ac_unmet *item, int is_met, const ac_need *need)
{
    told *t = user;

    if (t->now != TELLING_ITEMS)
        return take(user, item, is_met, need);
    ac_why_name(t->page, t->ladder->rungs[rung]);
    show_item(t->page, item);
    show_state(t->page, item, is_met);
    if (item->clause)
        ac_why_string(t->page, item->clause);
    ac_why_line(t->page, AC_WHY_KEY_NEED, item->clause ? AC_WHY_RANK_ITEM : AC_WHY_RANK_ITEM_BARE);
    return t->page->out.status;
}

void ac_why_ladder(ac_why_page *page, ac_eval *e, uint32_t ladder)
{
    told     t;
    unsigned phase;

    t.page = page;
    t.e = e;
    t.unmet = 0;
    t.ladder = &e->policy->names->ladders[ladder];
    for (phase = TELLING_FACTS; phase < TELLING_COUNT; phase++) {
        t.now = (telling)phase;
        t.seen.derived = t.now == TELLING_DERIVED;
        t.seen.count = t.seen.more = 0;
        ac_rank_judge(e, e->record, t.ladder, take_rung, &t);
    }
}

static void show_actor(ac_why_page *page, const ac_act *act)
{
    if (act->actor.size > 0) {
        ac_why_text(page, act->actor);
        ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_GATE_ACTOR);
    }
    if (act->role != AC_NO_INDEX) {
        ac_why_name(page, page->policy->roles[act->role]);
        ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_GATE_AS);
    }
}

static ac_status explain(ac_why_page *page, ac_record *record, const ac_act *act, ac_error *err)
{
    ac_eval   e;
    told      t;
    ac_status st = AC_OK;
    unsigned  phase;

    t.page = page;
    t.e = &e;
    t.unmet = 0;
    t.ladder = NULL;
    ac_why_rule(page, record->def->fields[act->field].line);
    show_actor(page, act);
    for (phase = TELLING_FACTS; st == AC_OK && phase < TELLING_COUNT; phase++) {
        t.now = (telling)phase;
        t.seen.derived = t.now == TELLING_DERIVED;
        t.seen.count = t.seen.more = 0;
        st = ac_gate_judge(&e, record, act, take, &t, err);
    }
    if (st != AC_OK)
        return st;
    if (t.unmet > 0)
        ac_why_number(page, t.unmet);
    ac_why_line(page, AC_WHY_KEY_RESULT, t.unmet > 0 ? AC_WHY_GATE_REFUSED : AC_WHY_GATE_ALLOWED);
    return AC_OK;
}

static ac_status no_each(void *user, const ac_unmet *item, int is_met, const ac_need *need)
{
    (void)user;
    (void)item;
    (void)is_met;
    (void)need;
    return AC_OK;
}

ac_status ac_why_gate(ac_record *record, const ac_act *act, ac_format format, ac_lang lang, ac_sink sink, void *user, ac_error *err)
{
    ac_why_page page;
    ac_eval     e;
    ac_act      given;
    ac_status   st, ended;

    assert(record && act && sink);
    st = ac_decision_take(&given, sizeof given, act, err);
    if (st == AC_OK)
        st = ac_gate_judge(&e, record, &given, no_each, NULL, err);     /* nothing is written for an act there cannot be */
    if (st != AC_OK)
        return st;
    ac_why_begin(&page, record->policy, record->link->zone, format, lang, sink, user);
    ac_why_head(&page, AC_DECISION_GATE, record->def->fields[given.field].name, record->def->name, ac_record_id(record), given.at);
    st = explain(&page, record, &given, err);
    ended = ac_why_end(&page);
    return st != AC_OK ? st : ended;
}
