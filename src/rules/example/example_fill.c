#include "rules/example/example.h"

#include "base/error.h"
#include "policy/model/value.h"
#include "rules/example/example_gate.h"
#include "rules/operate.h"

/* What a row gives goes into its record. */

/* A computed field takes what the example says in place of what the rules would compute. */
static void put_computed(ac_record *holder, uint32_t field, ac_cell cell)
{
    holder->cells[field] = cell;
    holder->cells[field].spare = 0;
    holder->kept = 0;
}

static ac_status put(ac_record *holder, const ac_path *path, ac_cell cell, ac_error *err)
{
    const ac_field_def *field = &holder->def->fields[path->field];
    ac_value            value;

    if (cell.state == AC_VALUE_UNKNOWN && field->is_slot)
        cell.num = AC_NO_INDEX;     /* a figure that cannot be worked out: nothing to count or to divide by */
    else if (cell.state == AC_VALUE_UNKNOWN)
        return (holder->cells[path->field].spare & AC_FIELD_IS_COMPUTED) != 0 ? AC_OK : ac_record_clear(holder, path->field, err);
    if (field->origin == AC_FIELD_DERIVED || field->origin == AC_FIELD_TABLE || field->origin == AC_FIELD_RUNG) {
        put_computed(holder, path->field, cell);
        return AC_OK;
    }
    if (cell.state == AC_VALUE_NONE)
        return ac_record_set_none(holder, path->field, err);
    value = ac_value_from_cell(holder->policy, field->type, cell);
    return ac_record_set(holder, path->field, &value, err);
}

/* Who acts, or who did what the path names. */
static void give_doer(ac_example_run *r, const ac_given *given, const ac_cell *cell)
{
    const ac_path *path = given->path != AC_NO_INDEX ? &r->policy->paths[given->path] : NULL;
    ac_error       err = AC_ERROR_INIT;
    ac_record     *holder;
    ac_status      st;

    if (cell->state != AC_VALUE_KNOWN)
        return;
    if (!path) {
        ac_example_doer_of(cell, given, &r->act.actor, &r->act.role);
        return;
    }
    st = ac_record_reach(r->record, path, &holder, &err);
    if (st == AC_OK)
        st = ac_example_tell_doer(holder, path->field, cell, given, &err);
    ac_example_cannot_fill(r, given->line, path->text, st, &err);
}

void ac_example_give(ac_example_run *r, const ac_given *given)
{
    ac_error       err = AC_ERROR_INIT;
    ac_eval        e;
    ac_cell        cell;
    const ac_path *path;
    ac_record     *holder;
    ac_status      st;

    ac_eval_begin(&e, r->record, AC_TIME_MIN);
    cell = ac_eval_program(&e, &given->value);
    if (cell.state == AC_VALUE_UNSUPPORTED) {
        ac_example_skip_later(r, given->line, (uint32_t)cell.num);
        return;
    }
    if (given->kind == AC_GIVEN_CHOSEN) {
        r->chosen.has_chosen = cell.state == AC_VALUE_KNOWN;
        r->chosen.chosen = cell.num;
        return;
    }
    if (given->kind != AC_GIVEN_FACT) {
        give_doer(r, given, &cell);
        return;
    }
    if (given->hole != AC_NO_INDEX) {
        for (uint32_t i = 0; i < r->link.pin_count && cell.state != AC_VALUE_UNKNOWN; i++)
            r->holes[i * r->policy->hole_count + given->hole] = cell;
        return;
    }
    if (given->path == AC_NO_INDEX) {
        r->has_now = cell.state == AC_VALUE_KNOWN;
        r->now = cell.num;
        return;
    }
    path = &r->policy->paths[given->path];
    st = ac_record_reach(r->record, path, &holder, &err);
    if (st == AC_OK)
        st = put(holder, path, cell, &err);
    ac_example_cannot_fill(r, given->line, path->text, st, &err);
}

/* The end of the period given, when nothing else tells the time. */
static void now_by_period(ac_example_run *r)
{
    uint32_t field = r->record->def->period;
    ac_cell  end;

    if (field == AC_NO_INDEX || r->has_now)
        return;
    end = ac_cell_own_edge(r->record->link->zone, AC_NO_INDEX, ac_record_cell(r->record, field, AC_TIME_MIN), 1, r->record->def->line);
    r->has_now = end.state == AC_VALUE_KNOWN;
    r->now = r->has_now ? end.num : r->now;
}

/* The latest instant among the facts given, when the row does not say what now is. */
void ac_example_find_now(ac_example_run *r)
{
    const ac_link *link = r->record->link;
    ac_eval        e;

    if (r->has_now)
        return;
    r->now = ac_zone_instant(link->zone, r->policy->effective_from, 0);
    for (uint32_t i = 0; i < r->row->given_count; i++) {
        const ac_given *given = &r->row->givens[i];
        ac_cell         cell;

        if (given->path == AC_NO_INDEX || (given->value.type.kind != AC_TYPE_DATETIME && given->value.type.kind != AC_TYPE_MOMENT))
            continue;
        ac_eval_begin(&e, r->record, AC_TIME_MIN);
        cell = ac_eval_program(&e, &given->value);
        if (cell.state != AC_VALUE_KNOWN)
            continue;
        r->now = !r->has_now || cell.num > r->now ? cell.num : r->now;
        r->has_now = 1;
    }
    now_by_period(r);
}
