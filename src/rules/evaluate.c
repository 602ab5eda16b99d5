#include <aftercare/rules.h>

#include <string.h>

#include "base/assert.h"
#include "base/buffer.h"
#include "rules/decide.h"
#include "rules/eval.h"
#include "rules/limit.h"
#include "time/civil.h"

/* Everything of a record, and what a decision still needs. */

static int is_decided(const ac_field_def *def)
{
    return def->origin == AC_FIELD_DERIVED || def->origin == AC_FIELD_TABLE || def->origin == AC_FIELD_RUNG;
}

uint32_t ac_rules_decision_count(const ac_record *record)
{
    uint32_t i, count = 0;

    assert(record);
    for (i = 0; i < record->def->field_count; i++)
        count += (uint32_t)is_decided(&record->def->fields[i]);
    return count + record->def->limit_count;
}

static void value_decision(ac_eval *e, uint32_t field, ac_decision *out)
{
    ac_milestone   none = AC_MILESTONE_INIT;
    const ac_line *line;

    out->kind = AC_DECISION_VALUE;
    out->index = field;
    out->value = ac_decision_value(e->policy, e->record->def, field, ac_eval_field(e, e->record, field));
    line = ac_decision_line(e, field);
    out->clause = line ? line->clause : NULL;
    out->milestone = none;
}

static ac_status milestone_decision(ac_eval *e, uint32_t limit, ac_decision *out, ac_error *err)
{
    const ac_value none = { AC_TYPE_BOOL, AC_VALUE_NONE, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    ac_milestone   start = AC_MILESTONE_INIT;
    ac_limit_clock clock;
    ac_status      st;

    out->kind = AC_DECISION_MILESTONE;
    out->index = limit;
    out->value = none;
    out->milestone = start;
    st = ac_limit_judge(e, limit, &clock, NULL, &out->milestone, err);
    out->clause = out->milestone.clause;
    return st;
}

ac_status ac_rules_evaluate(ac_record *record, ac_time now, ac_decision *out, uint32_t n, ac_error *err)
{
    const ac_record_def *def;
    ac_eval              e;
    ac_status            st = AC_OK;
    uint32_t             i, k = 0;

    assert(record && (out || n == 0));
    def = record->def;
    if (n < ac_rules_decision_count(record))
        return ac_decision_refuse(AC_E_LIMIT, AC_MSG_DECISION_ROOM, ac_rules_decision_count(record), err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    ac_eval_begin(&e, record, now);
    for (i = 0; i < def->field_count; i++)
        if (is_decided(&def->fields[i]))
            value_decision(&e, i, &out[k++]);
    for (i = 0; st == AC_OK && i < def->limit_count; i++)
        st = milestone_decision(&e, i, &out[k++], err);
    return st;
}

/* --- what is missing ------------------------------------------------------------------ */

#define PATH_BYTES 2048

/* The path from the root: the steps of each prefix, without the field it read, then the path itself. */
static ac_text path_text(const ac_missing *m, char *room)
{
    ac_writer w;
    uint32_t  i;

    if (m->prefix_count == 0)
        return m->path->text;
    ac_writer_init_fixed(&w, room, PATH_BYTES);
    for (i = 0; i < m->prefix_count; i++) {
        ac_text text = m->prefix[i]->text;

        while (text.size > 0 && text.data[text.size - 1] != '.')
            text.size--;
        ac_write_text(&w, text);
    }
    ac_write_text(&w, m->path->text);
    return ac_writer_text(&w);
}

/* Reads what an undecided limit is due to. */
static void read_limit(ac_eval *e, const ac_limit *limit)
{
    uint32_t i;

    ac_eval_program(e, &limit->when);
    for (i = 0; limit->form == AC_LIMIT_DUE && i < limit->start_count; i++)
        ac_eval_program(e, &limit->starts[i]);
    ac_eval_program(e, &limit->span);
    ac_eval_program(e, &limit->grace);
    for (i = 0; i < limit->pause_count; i++)
        ac_eval_path(e, limit->pauses[i].path);
}

static ac_text bare(const char *name)
{
    ac_text text = { name, strlen(name) };

    return text;
}

ac_status ac_rules_missing(ac_record *record, ac_decision_kind kind, uint32_t index, ac_time now,
                           ac_status (*each)(void *user, ac_text path), void *user, ac_error *err)
{
    ac_milestone  m = AC_MILESTONE_INIT;
    ac_eval_watch watch;
    ac_eval       e;
    ac_cell       cell;
    char          room[PATH_BYTES];
    ac_status     st;
    uint32_t      i, told = 0;

    assert(record && each);
    st = ac_decision_check(record, kind, index, now, err);
    if (st == AC_OK && kind == AC_DECISION_MILESTONE)
        st = ac_rules_milestone(record, index, now, &m, err);
    if (st != AC_OK || (kind == AC_DECISION_MILESTONE && m.verdict != AC_VERDICT_UNDECIDED))
        return st;
    ac_eval_begin(&e, record, now);
    watch.count = 0;
    watch.again = 1024;
    e.watch = &watch;
    if (kind == AC_DECISION_MILESTONE) {
        read_limit(&e, &record->def->limits[index]);
    } else {
        cell = ac_eval_field(&e, record, index);
        if (cell.state == AC_VALUE_UNKNOWN && cell.num == AC_MISSING_SELF)
            return each(user, record->def->fields[index].name);
        if (cell.state != AC_VALUE_UNKNOWN)
            return AC_OK;
    }
    for (i = 0; st == AC_OK && i < watch.count; i++)
        if (!watch.facts[i].is_field) {
            st = each(user, path_text(&watch.facts[i], room));
            told++;
        }
    if (st == AC_OK && told == 0 && m.missing)
        st = each(user, bare(m.missing));
    return st;
}
