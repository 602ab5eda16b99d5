#include "rules/columns/block.h"

#include <string.h>

#include "base/bits.h"
#include "policy/model/value.h"
#include "rules/columns/column.h"
#include "rules/quick.h"

/* --- what is asked for ---------------------------------------------------------------- */

static const ac_block_column *column_of(const ac_block *b, uint32_t field)
{
    for (size_t i = b->in_count; i-- > 0;)      /* of two columns of a field the last one holds */
        if (b->in[i].field == field)
            return &b->in[i];
    return NULL;
}

static int is_same(const ac_field_plan *a, const ac_field_plan *b)
{
    return a->flags == b->flags && a->columns == b->columns && a->steps == b->steps && a->end == b->end;
}

/* The place of the table that a plan is an output of, or of the ladder; table_count: not listed. */
static uint32_t table_of(const ac_block *b, const ac_field_plan *plan)
{
    uint32_t t = 0;

    while (t < b->table_count && !is_same(b->tables[t], plan))
        t++;
    return t;
}

/* Lists the table of a field behind those it looks at. @return 0: one of its facts is not given. */
static int list_table(ac_block *b, uint32_t field)
{
    const ac_field_plan *plan = b->record->def->plans[field];
    uint32_t             i;

    if (!plan)
        return 0;
    if (table_of(b, plan) < b->table_count)
        return 1;
    for (i = 0; i < plan->step_count; i++)
        if (!column_of(b, (uint32_t)plan->steps[i].field))
            return 0;
    for (i = 0; i < plan->flag_count; i++)
        if (!column_of(b, (uint32_t)plan->flags[i].field))
            return 0;
    for (i = 0; i < plan->recorded; i++)
        if (!column_of(b, (uint32_t)plan->columns[i].field))
            return 0;
    for (; i < plan->count; i++)
        if (!list_table(b, (uint32_t)plan->columns[i].field))   /* no deeper than AC_PLAN_DEPTH */
            return 0;
    if (b->table_count == AC_BLOCK_TABLES)
        return 0;
    b->tables[b->table_count++] = plan;
    return 1;
}

static int list_limit(ac_block *b, const ac_limit *limit)
{
    const ac_limit_plan *plan = limit->plan;

    if (!plan || limit->renews || !column_of(b, plan->start) ||
        (plan->span_field != AC_NO_INDEX && !list_table(b, plan->span_field)))
        return 0;
    if (plan->pause == AC_NO_INDEX)
        return 1;
    if (b->pause != AC_NO_INDEX && b->pause != plan->pause)
        return 0;
    b->pause = plan->pause;
    return 1;
}

static int is_read_by(const ac_field_plan *plan, uint32_t field)
{
    for (uint32_t i = 0; i < plan->flag_count; i++)
        if (plan->flags[i].field == field)
            return 1;
    for (uint32_t i = 0; i < plan->recorded; i++)
        if (plan->columns[i].field == field)
            return 1;
    for (uint32_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].field == field)
            return 1;
    return 0;
}

/* Every number that the bytes of an element can make may be written as it is. */
static int is_never_out(const ac_block_column *c)
{
    int64_t high = (int64_t)((uint64_t)c->low + c->range);

    return c->width < 8 && c->low <= 0 && high >= (INT64_C(1) << 8 * c->width) - 1;
}

/* What is to be done with each column. @return 0: the fact that pauses clocks is read by a table too. */
static int plan_columns(ac_block *b)
{
    for (size_t i = 0; i < b->in_count; i++) {
        const ac_block_column *c = &b->in[i];
        uint8_t                use = 0;

        if (column_of(b, c->field) == c)
            for (uint32_t t = 0; t < b->table_count; t++)
                use |= is_read_by(b->tables[t], c->field) ? AC_BLOCK_READ : 0;
        if (c->field == b->pause)
            use |= AC_BLOCK_PAUSES;
        if (use == (AC_BLOCK_READ | AC_BLOCK_PAUSES))
            return 0;
        b->use[i] = use | (is_never_out(c) ? 0 : AC_BLOCK_CHECKED);
    }
    return 1;
}

int ac_block_begin(ac_block *b, ac_record *record, const ac_block_column *in, size_t in_count, const ac_history_in *history, ac_time now,
                   const ac_column_out *out, size_t out_count)
{
    const ac_record_def *def = record->def;
    int                  has_limits = 0;

    b->record = record;
    b->in = in;
    b->in_count = in_count;
    b->history = history && history->first ? history : NULL;
    b->now = now;
    b->pause = AC_NO_INDEX;
    b->dated = NULL;
    b->table_count = 0;
    for (size_t i = 0; i < in_count; i++)
        if (in[i].checked)
            return 0;
    for (size_t i = 0; i < out_count; i++) {
        has_limits |= out[i].kind == AC_DECISION_MILESTONE;
        if (!(out[i].kind == AC_DECISION_MILESTONE ? list_limit(b, &def->limits[out[i].index]) : out[i].kind == AC_DECISION_VALUE && list_table(b, out[i].index)))
            return 0;
    }
    if (!plan_columns(b))
        return 0;
    if (!has_limits || record->link->pin_count == 1)
        return !has_limits || record->link->zone != NULL;
    if (def->kind != AC_KIND_TICKET || def->dated == AC_NO_INDEX || record->cells[def->dated].spare != AC_FIELD_IS_MOMENT)
        return 0;
    b->dated = column_of(b, def->dated);
    return b->dated != NULL && record->link->zone != NULL;
}

/* --- tables, column by column ---------------------------------------------------------- */

/* The numbers of a column. Those that do not fit are slow, and those not known where a table reads them. */
static void load(ac_block *b, const ac_block_column *c, uint8_t use, size_t from, size_t count, int64_t *num)
{
    ac_column_widen(c->data, c->width, from, count, num);
    if (c->known) {
        for (size_t i = 0; i < count; i++)
            if (!c->known[from + i]) {
                num[i] = c->low;
                b->is_slow[i] |= use & AC_BLOCK_READ;
            }
    }
    if (use & AC_BLOCK_CHECKED)
        for (size_t i = 0; i < count; i++)
            b->is_slow[i] |= (uint64_t)num[i] - (uint64_t)c->low > c->range;
    if (use & AC_BLOCK_PAUSES)
        for (size_t i = 0; i < count; i++)
            b->is_slow[i] |= num[i] != 0;
}

static void leave(uint64_t *rows, const uint64_t *sets, uint64_t top, const int64_t *num, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rows[i] &= sets[(uint64_t)num[i] < top ? (uint64_t)num[i] : top];
}

/* `differ` where a number is less than a bound: then their difference has the sign. */
static inline uint64_t where_less(int64_t num, int64_t bound, uint64_t differ)
{
    return (0 - (((uint64_t)num - (uint64_t)bound) >> 63)) & differ;
}

/* The rungs that a step of few bounds refuses, of all rows of a block, as vectors of any processor can. */
static void refuse_in_vectors(uint64_t *restrict rows, const ac_plan_step *s, const int64_t *restrict num)
{
    int64_t  a = s->bounds[0], b = s->bounds[1], c = s->bounds[2], d = s->bounds[3];
    uint64_t all = s->sets[4], at_d = all ^ s->sets[3], at_c = s->sets[3] ^ s->sets[2], at_b = s->sets[2] ^ s->sets[1], at_a = s->sets[1] ^ s->sets[0];

    for (size_t i = 0; i < AC_BLOCK_ROWS; i++)
        rows[i] |= all ^ where_less(num[i], a, at_a) ^ where_less(num[i], b, at_b) ^ where_less(num[i], c, at_c) ^ where_less(num[i], d, at_d);
}

static void refuse(uint64_t *rows, const ac_plan_step *s, const ac_block_column *c, const int64_t *num, size_t count)
{
    if (c->width < 8 && s->count == AC_PLAN_BOUNDS)
        refuse_in_vectors(rows, s, num);
    else
        for (size_t i = 0; i < count; i++)
            rows[i] |= ac_plan_refused(s, num[i]);
}

/* What a column leaves of each table that looks at it. */
static void take_column(ac_block *b, const ac_block_column *c, const int64_t *num, size_t count)
{
    for (uint32_t t = 0; t < b->table_count; t++) {
        const ac_field_plan *plan = b->tables[t];

        for (uint32_t k = 0; k < plan->flag_count; k++) {
            uint64_t no = plan->flags[k].no, differ = plan->flags[k].differ;

            if (plan->flags[k].field != c->field)
                continue;
            for (size_t i = 0; i < count; i++)
                b->rows[t][i] &= no ^ (differ & (0 - (uint64_t)num[i]));
        }
        for (uint32_t k = 0; k < plan->recorded; k++)
            if (plan->columns[k].field == c->field)
                leave(b->rows[t], plan->columns[k].sets, plan->columns[k].top, num, count);
        for (uint32_t k = 0; k < plan->step_count; k++)
            if (plan->steps[k].field == c->field)
                refuse(b->rows[t], &plan->steps[k], c, num, count);
    }
}

/* The columns of a table that are outputs of others; then the row it hits. */
static void finish_table(ac_block *b, uint32_t t, size_t count)
{
    const ac_field_plan *plan = b->tables[t];

    for (uint32_t k = plan->recorded; k < plan->count; k++) {
        const ac_field_plan *source = b->record->def->plans[plan->columns[k].field];
        const uint64_t      *hit = b->rows[table_of(b, source)];
        int64_t              num[AC_BLOCK_ROWS];

        for (size_t i = 0; i < count; i++) {
            num[i] = source->answers[hit[i]].num;
            b->is_slow[i] |= source->answers[hit[i]].state != AC_VALUE_KNOWN;
        }
        leave(b->rows[t], plan->columns[k].sets, plan->columns[k].top, num, count);
    }
    for (size_t i = 0; i < count; i++)
        b->rows[t][i] = ac_u64_lowest(b->rows[t][i]);
}

static void decide_tables(ac_block *b, size_t from, size_t count)
{
    int64_t num[AC_BLOCK_ROWS];

    memset(b->is_slow, 0, count);
    memset(num + count, 0, (AC_BLOCK_ROWS - count) * sizeof *num);      /* whole blocks are faster than parts of one */
    for (uint32_t t = 0; t < b->table_count; t++)
        for (size_t i = 0; i < AC_BLOCK_ROWS; i++)
            b->rows[t][i] = b->tables[t]->end != 0 ? b->tables[t]->end : ~UINT64_C(0);
    for (size_t c = 0; c < b->in_count; c++) {
        if (b->use[c] == 0)
            continue;
        load(b, &b->in[c], b->use[c], from, count, num);
        if (b->use[c] & AC_BLOCK_READ)
            take_column(b, &b->in[c], num, count);
    }
    for (uint32_t t = 0; t < b->table_count; t++)
        finish_table(b, t, count);
}

/* --- limits, row by row ------------------------------------------------------------------ */

/* A moment of a row; *at stays when it is not known. */
static inline int moment_of(const ac_block_column *c, size_t row, ac_time *at)
{
    if (!c || (c->known && !c->known[row]))
        return 0;
    if (c->width == 8)
        memcpy(at, c->data + 8 * row, sizeof *at);
    else
        *at = ac_column_element(c->data, c->width, row);
    return 1;
}

/* The pauses of a row. @return 0: its history is not plain, or they are too many. */
static int pauses_of(const ac_block *b, size_t row, ac_time until, ac_quick_pauses *pauses)
{
    const ac_history_in *h = b->history;
    const uint32_t       pause = b->pause;
    ac_time              before = AC_TIME_MIN;
    uint32_t             i, end;

    for (i = h->first[row], end = h->first[row + 1]; i < end; i++) {
        ac_time at = h->at[i];
        int64_t on = h->value[i];

        if (h->field[i] != pause || (on | 1) != 1 || at < before || at > AC_TIME_MAX)
            return 0;
        before = at;
        if (at <= until && !ac_quick_pause(pauses, at, (int)on))
            return 0;
    }
    return 1;
}

typedef struct limit_columns {
    const ac_limit        *limit;
    const ac_block_column *start, *stop;
    const ac_cell         *spans;
    const uint64_t        *hit;     /* NULL: the span is *spans */
} limit_columns;

/* One limit of one row. @return 0: the long way. */
static int decide_limit(const ac_block *b, const limit_columns *c, size_t row, size_t i, const ac_column_out *out)
{
    const ac_link     *link = b->record->link;
    const ac_cell     *span = c->hit ? &c->spans[c->hit[i]] : c->spans;
    const ac_limit    *limit = c->limit;
    const ac_pin      *pin = link->pins;
    const ac_calendar *calendar = NULL;
    ac_pause           room[AC_QUICK_PAUSES];
    ac_quick_pauses    pauses;
    ac_time            start = 0, stop = 0, dated = 0, due, at;
    ac_secs            over;
    int                has_stop, is_late;

    if (span->state != AC_VALUE_KNOWN || span->den != 1 || !moment_of(c->start, row, &start) || start > b->now)
        return 0;
    if (b->dated) {
        if (!moment_of(b->dated, row, &dated) || dated > b->now)
            return 0;
        pin = ac_link_pin(link, dated);
    }
    if (span->ref == AC_UNIT_WORK_SECOND) {
        calendar = limit->calendar != AC_NO_INDEX && pin->calendars ? pin->calendars[limit->calendar] : NULL;
        if (!calendar)
            return 0;
    } else if (span->ref != AC_UNIT_SECOND)
        return 0;
    has_stop = moment_of(c->stop, row, &stop) && stop <= b->now && stop >= start;
    at = has_stop ? stop : b->now;
    ac_quick_pauses_begin(&pauses, start, room);
    if (b->history && limit->plan->pause != AC_NO_INDEX &&
        (!pauses_of(b, row, at, &pauses) || !ac_quick_pauses_end(&pauses, has_stop ? stop : AC_TIME_MAX)))
        return 0;
    if (!ac_quick_due(calendar, start, span->num, pauses.pause, pauses.count, &due))
        return 0;
    is_late = at > due;
    over = is_late ? at - due : 0;
    if (calendar && !limit->hard && is_late) {
        /* Behind the due, yet nothing used: when it turns late is for the long way to say. */
        if (ac_clock_elapsed(calendar, AC_CLOCK_WORKING, due, at, pauses.pause, pauses.count, &over, NULL) != AC_OK || over == 0)
            return 0;
    }
    if (out->value)
        out->value[row] = due;
    if (out->state)
        out->state[row] = (uint8_t)(is_late ? AC_VERDICT_LATE : has_stop ? AC_VERDICT_MET : AC_VERDICT_OPEN);
    if (out->late_by_s)
        out->late_by_s[row] = over;
    return 1;
}

static void decide_limits(ac_block *b, size_t from, size_t count, const ac_column_out *out)
{
    const ac_limit      *limit = &b->record->def->limits[out->index];
    const ac_limit_plan *plan = limit->plan;
    limit_columns        c = { limit, column_of(b, plan->start), column_of(b, limit->moment), &plan->span, NULL };

    if (plan->span_field != AC_NO_INDEX) {
        c.spans = b->record->def->plans[plan->span_field]->answers;
        c.hit = b->rows[table_of(b, b->record->def->plans[plan->span_field])];
    }
    for (size_t i = 0; i < count; i++)
        if (!b->is_slow[i])
            b->is_slow[i] = (uint8_t)!decide_limit(b, &c, from + i, i, out);
}

static void decide_values(ac_block *b, size_t from, size_t count, const ac_column_out *out)
{
    const ac_field_plan *plan = b->record->def->plans[out->index];
    const uint64_t      *hit = b->rows[table_of(b, plan)];

    for (size_t i = 0; i < count; i++) {
        const ac_cell *cell = &plan->answers[hit[i]];

        b->is_slow[i] |= cell->state > AC_VALUE_NONE;
        if (out->value)
            out->value[from + i] = cell->state == AC_VALUE_KNOWN ? cell->num : 0;
        if (out->state)
            out->state[from + i] = cell->state;
    }
}

void ac_block_decide(ac_block *b, size_t from, size_t count, const ac_column_out *out, size_t out_count)
{
    decide_tables(b, from, count);
    if (b->history)
        for (size_t i = 0; i < count; i++)
            b->is_slow[i] |= b->pause == AC_NO_INDEX && b->history->first[from + i] != b->history->first[from + i + 1];
    for (size_t o = 0; o < out_count; o++)
        if (out[o].kind == AC_DECISION_VALUE)
            decide_values(b, from, count, &out[o]);
        else
            decide_limits(b, from, count, &out[o]);
}
