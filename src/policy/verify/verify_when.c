#include "policy/verify/verify.h"

#include <string.h>

#include "policy/check/check_table.h"

/* Conditions put to all facts, as rows of a table that nobody sees; and those that decide nothing (V06). */

/* A condition with more alternatives than are kept stands as one column that says nothing of its parts. */
static int is_whole(const ac_policy *p, const ac_table *t, const ac_program *condition)
{
    uint32_t i, k;

    for (i = 0; i < t->column_count; i++)
        for (k = 0; t->columns[i].subject.first == condition->first && t->columns[i].subject.count == condition->count && k < condition->count; k++)
            if (p->ops[condition->first + k].code == AC_OP_AND || p->ops[condition->first + k].code == AC_OP_OR)
                return 1;
    return 0;
}

/* What it takes to lay out rows, and each operation of them. */
enum { ROWS_STEPS = 150, OP_STEPS = 8 };

int ac_verify_rows(ac_verifier *v, const ac_program *conditions, uint32_t count, ac_sweep *s)
{
    ac_checker *ck = v->ck;
    ac_table   *t = ac_check_scratch(ck, 1, sizeof *t);
    ac_arena   *kept = ck->arena;
    uint32_t   *classes = ac_check_scratch(ck, (size_t)count + 1, sizeof *classes), i;
    ac_rows     rows;
    size_t      ops = 0;

    for (i = 0; i < count; i++)
        ops += conditions[i].count + 1;
    if (!t || !classes || !ac_verify_take(v, ROWS_STEPS + OP_STEPS * ops))
        return 0;
    t->rows = ac_check_scratch(ck, (size_t)count + 1, sizeof *t->rows);
    if (!t->rows)
        return 0;
    t->hit = AC_HIT_FIRST;
    t->row_count = count + 1;
    t->output_count = 1;
    t->rows[count].otherwise = 1;
    ck->arena = &ck->scratch;       /* nothing of this stays */
    ac_rows_begin(&rows, ck, count, 0);
    for (i = 0; i < count; i++)
        ac_rows_condition(&rows, i, &conditions[i], ac_text_of(""));
    ac_rows_end(&rows, t);
    if (!ck->nomem && ac_table_index_build(&ck->scratch, t, &t->index, NULL) != AC_OK)
        ck->nomem = 1;
    ck->arena = kept;
    if (ck->nomem || !t->index)
        return 0;
    for (i = 0; i < count; i++)
        if (is_whole(ck->policy, t, &conditions[i]))
            return 0;
    for (i = 0; i <= count; i++)
        classes[i] = i;
    s->policy = ck->policy;
    s->scratch = &ck->scratch;
    s->table = t;
    s->classes = count > 1 ? classes : NULL;
    ck->nomem |= !ac_verify_sweep(v, s);
    return !ck->nomem && !s->is_over;
}

void ac_verify_term(ac_checker *ck, const ac_writing *w, const ac_program *term, int negated, ac_opcode join)
{
    const ac_place nowhere = { 0, 0 };
    int            first = ck->code_count == w->mark;

    ac_check_inline(ck, term);
    if (negated)
        ac_check_op(ck, w, nowhere, AC_OP_NOT, 0, 0);
    if (!first)
        ac_check_op(ck, w, nowhere, join, 0, 0);
}

void ac_verify_written(ac_checker *ck, const ac_writing *w, ac_program *out)
{
    const ac_place nowhere = { 0, 0 };

    ac_check_end(ck, w, nowhere, ac_type_of(AC_TYPE_BOOL), out);
}

ac_place ac_verify_place(const ac_checker *ck, uint32_t line)
{
    ac_place place;

    place.at = ck->policy->lines[line].at;
    place.size = 0;
    return place;
}

/* Items of one line share an entry: theirs is where their text stands on it. */
ac_place ac_verify_place_of(const ac_checker *ck, const ac_need *need)
{
    ac_place place = ac_verify_place(ck, need->line);
    ac_text  source = ck->tree->source;
    uint32_t at = place.at;

    for (; at + need->text.size <= source.size && source.data[at] != '\n'; at++)
        if (memcmp(source.data + at, need->text.data, need->text.size) == 0) {
            place.at = at;
            break;
        }
    return place;
}

void ac_verify_when(ac_verifier *v, const ac_program *when, ac_place place)
{
    ac_checker   *ck = v->ck;
    ac_arena_mark mark = ac_arena_here(&ck->scratch);
    ac_sweep     *s;

    if (when->count == 0 || ac_check_is_constant(ck, when, NULL))
        return;
    s = ac_check_scratch(ck, 1, sizeof *s);
    if (s && !ac_verify_rows(v, when, 1, s) && !ck->nomem)
        ac_say(ck, AC_MSG_WHEN_NOT_PROVEN, place);
    else if (s && !ck->nomem && !s->can_hold[0])
        ac_say(ck, AC_MSG_WHEN_NEVER, place);
    else if (s && !ck->nomem && !s->needs_else)
        ac_say(ck, AC_MSG_WHEN_ALWAYS, place);
    ac_arena_back(&ck->scratch, mark);
}

static void check_written(ac_verifier *v, const ac_program *when)
{
    ac_verify_when(v, when, ac_verify_place(v->ck, when->line));
}

void ac_verify_needs(ac_verifier *v, const ac_need *needs, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count && !v->ck->nomem; i++) {
        if (i == 0 || needs[i].when.first != needs[i - 1].when.first)
            check_written(v, &needs[i].when);
        if (needs[i].kind == AC_NEED_HOLDS)
            ac_verify_when(v, &needs[i].program, ac_verify_place_of(v->ck, &needs[i]));
    }
}

enum { TOGETHER_OPS = 8192 };   /* what is more is left alone */

/* What one act needs in all cases, taken together: each item may hold, and all of them not. */
static void check_together(ac_verifier *v, const ac_gate_def *gate)
{
    ac_checker     *ck = v->ck;
    ac_arena_mark   mark = ac_arena_here(&ck->scratch);
    uint32_t        ops = ck->policy->op_count, errors = ck->log->errors, count = 0, i;
    ac_writing      w = ac_check_begin(ck, gate->line);
    const ac_need  *last = NULL;
    ac_program      all;
    ac_sweep       *s;

    for (i = 0; i < gate->need_count && !ck->nomem; i++) {
        const ac_need *need = &gate->needs[i];

        if (need->kind != AC_NEED_HOLDS || need->when.count > 0 || ac_check_is_constant(ck, &need->program, NULL) || ck->code_count - w.mark + need->program.count > TOGETHER_OPS)
            continue;
        ac_verify_term(ck, &w, &need->program, 0, AC_OP_AND);
        last = need;
        count++;
    }
    s = ac_check_scratch(ck, 1, sizeof *s);
    all.count = 0;
    if (count > 0)
        ac_verify_written(ck, &w, &all);
    if (count > 1 && s && all.count > 0 && !ck->nomem && errors == ck->log->errors && ac_verify_rows(v, &all, 1, s) && !s->can_hold[0])
        ac_say(ck, AC_MSG_NEEDS_EXCLUDE, ac_verify_place_of(ck, last));
    ck->policy->op_count = ops;
    ac_arena_back(&ck->scratch, mark);
}

static void check_gate(ac_verifier *v, const ac_gate_def *gate)
{
    uint32_t errors = v->ck->log->errors;

    ac_verify_needs(v, gate->needs, gate->need_count);
    if (errors == v->ck->log->errors && gate->need_count > 1)
        check_together(v, gate);
}

static void check_record(ac_verifier *v, const ac_record_def *r)
{
    uint32_t i;

    check_written(v, &r->opening.when);
    for (i = 0; i < r->step_count; i++)
        check_written(v, &r->steps[i].when);
    for (i = 0; i < r->form_count; i++)
        if (i == 0 || r->form[i].when.first != r->form[i - 1].when.first)
            check_written(v, &r->form[i].when);
    for (i = 0; i < r->field_count; i++)
        if (r->gates[i])
            check_gate(v, r->gates[i]);
}

static void check_offence(ac_verifier *v, const ac_offence *o)
{
    uint32_t i;

    check_written(v, &o->when);
    for (i = 0; i < o->exception_count; i++)
        check_written(v, &o->exceptions[i].when);
    for (i = 0; i < o->deed_count; i++)
        if (i == 0 || o->deeds[i].when.first != o->deeds[i - 1].when.first)
            check_written(v, &o->deeds[i].when);
}

void ac_verify_conditions(ac_verifier *v)
{
    const ac_policy *p = v->ck->policy;
    uint32_t         i, k;

    for (i = 0; i < p->record_count; i++)
        check_record(v, &p->records[i]);
    for (i = 0; i < p->offence_count; i++)
        check_offence(v, &p->offences[i]);
    for (i = 0; i < p->aggregate_count; i++)
        ac_verify_when(v, &p->aggregates[i].where, ac_verify_place(v->ck, p->aggregates[i].line));
    for (i = 0; i < p->choice_count; i++)
        for (k = 0; k < p->choices[i].line_count; k++)
            if (p->choices[i].lines[k].kind == AC_CHOICE_NEEDS)
                check_written(v, &p->choices[i].lines[k].program);
}
