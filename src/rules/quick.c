#include "rules/quick.h"

#include "base/bits.h"
#include "time/measure.h"
#include "time/pauses.h"

/* What the recorded columns leave, into *rows. No branch depends on the facts.
 * @return 0 when one of their facts is not plain: its tail has other bits than a known number's. */
static inline int take_recorded(const ac_field_plan *plan, const ac_cell *cells, uint64_t *rows)
{
    const ac_plan_flag   *f = plan->flags;
    const ac_plan_flag   *flags_end = f + plan->flag_count;
    const ac_plan_column *c = plan->columns;
    const ac_plan_column *end = c + plan->recorded;
    uint64_t              left = ~UINT64_C(0);
    uint64_t              tails = ac_cell_plain_tail();

    for (; f < flags_end; f++) {
        const ac_cell *cell = &cells[f->field];

        tails |= ac_cell_tail(cell);
        left &= f->no ^ (f->differ & (0 - (uint64_t)cell->num));
    }
    for (; c < end; c++) {
        const ac_cell *cell = &cells[c->field];
        uint64_t       value = (uint64_t)cell->num;

        tails |= ac_cell_tail(cell);
        left &= c->sets[value < c->top ? value : c->top];
    }
    *rows = left;
    return tails == ac_cell_plain_tail();
}

/* The same for columns that are computed; an example may have given them (then their cell says so). */
static int take_computed(const ac_field_plan *plan, ac_record *record, uint64_t *rows)
{
    uint32_t i;

    for (i = plan->recorded; i < plan->count; i++) {
        const ac_plan_column *c = &plan->columns[i];
        const ac_cell        *cell = ac_quick_field(record, (uint32_t)c->field);
        uint64_t              value;

        if (!cell || cell->state != AC_VALUE_KNOWN || !record->cells[c->field].spare)
            return 0;
        value = (uint64_t)cell->num;
        *rows &= c->sets[value < c->top ? value : c->top];
    }
    return 1;
}

static inline const ac_cell *keep(ac_record *record, uint32_t field, const ac_cell *answer)
{
    ac_memo *memo = &record->memo[field];

    if (answer->state > AC_VALUE_NONE)
        return NULL;
    if (!record->kept)
        record->kept = ++record->stamp;
    memo->value = *answer;
    memo->stamp = record->kept;
    return answer;
}

/* Which rungs the record's facts refuse. @return 0 when one of them is not plain. */
static int take_steps(const ac_field_plan *plan, const ac_cell *cells, uint64_t *refused)
{
    const ac_plan_step *s = plan->steps;
    const ac_plan_step *end = s + plan->step_count;
    uint64_t            tails = ac_cell_plain_tail();

    for (*refused = plan->end; s < end; s++) {
        tails |= ac_cell_tail(&cells[s->field]);
        *refused |= ac_plan_refused(s, cells[s->field].num);
    }
    return tails == ac_cell_plain_tail();
}

const ac_cell *ac_quick_recorded(ac_record *record, uint32_t field, const ac_field_plan *plan)
{
    uint64_t rows;

    if (!take_recorded(plan, record->cells, &rows))
        return NULL;
    return keep(record, field, &plan->answers[ac_u64_lowest(rows)]);
}

const ac_cell *ac_quick_computed(ac_record *record, uint32_t field, const ac_field_plan *plan)
{
    uint64_t rows;

    if (plan->end != 0 ? !take_steps(plan, record->cells, &rows) : !take_recorded(plan, record->cells, &rows) || !take_computed(plan, record, &rows))
        return NULL;
    return keep(record, field, &plan->answers[ac_u64_lowest(rows)]);
}

/* --- clocks --------------------------------------------------------------------------- */

/* Which pauses begin before the due cannot be foretold, so all are looked at: those behind it add nothing. */
int ac_quick_due(const ac_calendar *calendar, ac_time start, int64_t amount, const ac_pause *pauses, uint32_t count, ac_time *due)
{
    const ac_pause *last = pauses + count;
    const ac_pause *end = count && ac_pause_is_open(last - 1) ? last - 1 : last;
    int64_t         target, begin;

    if (amount <= 0 || amount > AC_TIME_MAX || start < AC_TIME_MIN)
        return 0;
    if (!calendar) {
        for (target = start + amount; pauses < end; pauses++)
            target += pauses->from < target ? pauses->to - pauses->from : 0;
        *due = target;
        return target <= AC_TIME_MAX && (end == last || end->from >= target);
    }
    for (target = ac_measure(calendar, start) + amount; pauses < end; pauses++) {
        int64_t length = ac_measure(calendar, pauses->to);

        begin = ac_measure(calendar, pauses->from);
        length -= begin;
        target += begin < target ? length : 0;
    }
    *due = ac_measure_find(calendar, target);
    return start >= calendar->cover.from && *due <= calendar->cover.to && *due <= AC_TIME_MAX &&
           (end == last || ac_measure(calendar, end->from) >= target);
}
