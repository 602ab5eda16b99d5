#include "record/record.h"

#include "policy/model/value.h"

/* The state of a flow, from what happened: entries of the history, and actions that were set without it. Of what happened
 * at one instant, set actions come first, in the order of their fields. */

#define BEFORE_TIME (AC_TIME_MIN - 1)

void ac_state_begin(ac_state_walk *walk, const ac_record *record)
{
    const ac_cell *set = &record->cells[record->def->state_field];

    walk->record = record;
    walk->at = BEFORE_TIME;
    walk->entry = 0;
    walk->past = 0;
    walk->state = ac_cell_known(0);
    if (set->state == AC_VALUE_KNOWN || set->state == AC_VALUE_NONE) {
        walk->state = *set;
        walk->state.spare = 0;
    }
}

static const ac_transition *transition_of(const ac_record_def *def, const ac_cell *state, uint32_t action)
{
    const ac_transition *any = NULL;
    uint32_t             i;

    for (i = 0; i < def->transition_count; i++) {
        const ac_transition *t = &def->transitions[i];

        if (t->action != action)
            continue;
        if (state->state == AC_VALUE_KNOWN && state->num == t->from)
            return t;
        if (!any)
            any = t;    /* out of order: the action says where it leads all the same */
    }
    return any;
}

/* The next set action after the walk's place: its field, or AC_NO_INDEX. */
static uint32_t next_set(const ac_state_walk *walk, ac_time until, ac_time *at)
{
    const ac_record_def *def = walk->record->def;
    uint32_t             field = AC_NO_INDEX;
    uint32_t             i;

    for (i = 0; i < def->transition_count; i++) {
        uint32_t       action = def->transitions[i].action;
        const ac_cell *cell = &walk->record->cells[action];

        if (cell->state != AC_VALUE_KNOWN || cell->num > until || cell->num < walk->at || (cell->num == walk->at && action < walk->past))
            continue;
        if (field == AC_NO_INDEX || cell->num < *at || (cell->num == *at && action < field)) {
            field = action;
            *at = cell->num;
        }
    }
    return field;
}

/* The next entry that bears on the state: its index, or the count. */
static uint32_t next_entry(const ac_state_walk *walk, ac_time until)
{
    const ac_record *record = walk->record;
    uint32_t         i;

    for (i = walk->entry; i < record->history_count && record->history[i].at <= until; i++) {
        const ac_entry *e = &record->history[i];

        if (e->field == record->def->state_field)
            return i;
        if (e->value.state == AC_VALUE_KNOWN && transition_of(record->def, &walk->state, e->field))
            return i;
    }
    return record->history_count;
}

static void act(ac_state_walk *walk, uint32_t action)
{
    const ac_transition *t = transition_of(walk->record->def, &walk->state, action);

    if (t)
        walk->state = ac_cell_known(t->to);
}

int ac_state_next(ac_state_walk *walk, ac_time until)
{
    const ac_record *record = walk->record;
    ac_time          set_at = 0;
    uint32_t         set = next_set(walk, until, &set_at);
    uint32_t         entry = next_entry(walk, until);
    const ac_entry  *e = entry < record->history_count ? &record->history[entry] : NULL;

    if (set != AC_NO_INDEX && (!e || set_at <= e->at)) {
        walk->at = set_at;
        walk->past = set + 1;
        act(walk, set);
        return 1;
    }
    if (!e)
        return 0;
    walk->at = e->at;
    walk->past = UINT32_MAX;
    walk->entry = entry + 1;
    if (e->field == record->def->state_field)
        walk->state = e->value;
    else
        act(walk, e->field);
    return 1;
}

ac_cell ac_record_state(const ac_record *record, ac_time as_of)
{
    ac_state_walk walk;

    ac_state_begin(&walk, record);
    while (ac_state_next(&walk, as_of))
        ;
    return walk.state;
}
