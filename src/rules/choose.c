#include "rules/choose.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "policy/model/value.h"
#include "rules/decide.h"
#include "rules/operate.h"
#include "time/civil.h"

/* Who goes: those who meet every need, in the order of what ranks them. Nothing is kept between two questions but the answer
 * itself: figures are worked out anew for each comparison. */

ac_cell ac_choice_ask(ac_eval *e, ac_record *candidate, const ac_choice_line *line)
{
    ac_record *here = e->record, *outer = e->outer;
    ac_cell    cell;

    e->record = candidate;
    e->outer = here;
    cell = ac_eval_program(e, &line->program);
    e->record = here;
    e->outer = outer;
    return cell;
}

ac_status ac_choice_check(const ac_record *record, uint32_t choice, ac_time now, ac_error *err)
{
    if (choice >= record->policy->choice_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_CHOICE_NONE, choice, err);
    if (record->policy->choices[choice].record != record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, 0, err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    return AC_OK;
}

ac_status ac_choice_check_candidates(const ac_record *record, uint32_t choice, ac_record *const *candidates, uint32_t n, ac_error *err)
{
    uint32_t i;

    for (i = 0; i < n; i++) {
        assert(candidates[i]);
        if (candidates[i]->policy != record->policy || candidates[i]->type != record->policy->choices[choice].kind)
            return ac_decision_refuse(AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, i, err);
    }
    return AC_OK;
}

/* ── one candidate ── */

static void set_line(ac_ranking *r, const ac_policy *policy, uint32_t line)
{
    r->line = policy->lines[line].line;
    r->clause = policy->lines[line].clause;
}

/* A need not met, or a figure that is none: what cannot be told is never guessed. */
static int stands_against(const ac_choice_line *line, const ac_cell *cell)
{
    return line->kind == AC_CHOICE_NEEDS ? !ac_cell_is_yes(cell) : cell->state != AC_VALUE_KNOWN;
}

static void reject(ac_ranking *r, const ac_policy *policy, const ac_choice_line *line, const ac_cell *cell)
{
    set_line(r, policy, line->line);
    r->state = (ac_value_state)cell->state;
    r->missing = ac_cell_missing(policy, cell);
}

/* @return 1 when nothing stands against the candidate. */
static int judge(ac_eval *e, const ac_choice *choice, ac_record *candidate, ac_ranking *out)
{
    uint32_t i;
    ac_cell  cell;

    for (i = 0; i < choice->line_count; i++) {
        cell = ac_choice_ask(e, candidate, &choice->lines[i]);
        if (stands_against(&choice->lines[i], &cell)) {
            reject(out, e->policy, &choice->lines[i], &cell);
            return 0;
        }
    }
    set_line(out, e->policy, choice->line);
    return 1;
}

/* ── their order ── */

typedef struct ordering {
    ac_eval          *e;
    const ac_choice  *choice;
    ac_record *const *candidates;
    ac_ranking       *out;
} ordering;

/* Whether the one at `a` goes before the one at `b`: never both ways, for places handed in differ. */
static int goes_before(const ordering *o, uint32_t a, uint32_t b)
{
    ac_record *x = o->candidates[o->out[a].candidate], *y = o->candidates[o->out[b].candidate];
    uint32_t   i;
    int        order;

    for (i = 0; i < o->choice->line_count; i++) {
        const ac_choice_line *line = &o->choice->lines[i];
        ac_cell               p, q, less;

        if (line->kind == AC_CHOICE_NEEDS)
            continue;
        p = ac_choice_ask(o->e, x, line);
        q = ac_choice_ask(o->e, y, line);
        less = ac_cell_compare(AC_OP_LT, p, q, 0, line->line);
        if (ac_cell_is_yes(&less))
            return line->kind == AC_CHOICE_LEAST;
        less = ac_cell_compare(AC_OP_LT, q, p, 0, line->line);
        if (ac_cell_is_yes(&less))
            return line->kind == AC_CHOICE_MOST;
    }
    order = ac_text_compare(ac_record_id(x), ac_record_id(y));
    return order != 0 ? order < 0 : o->out[a].candidate < o->out[b].candidate;
}

static void swap(ac_ranking *a, ac_ranking *b)
{
    ac_ranking kept = *a;

    *a = *b;
    *b = kept;
}

/* Lets the one at the top of a heap sink to where nothing below goes behind it. */
static void sink(const ordering *o, uint32_t at, uint32_t count)
{
    uint32_t last;

    for (; at < count / 2; at = last) {
        last = 2 * at + 1;
        if (last + 1 < count && goes_before(o, last, last + 1))
            last++;
        if (!goes_before(o, at, last))
            return;
        swap(&o->out[at], &o->out[last]);
    }
}

static void sort(const ordering *o, uint32_t count)
{
    uint32_t i;

    for (i = count / 2; i-- > 0;)
        sink(o, i, count);
    for (i = count; i-- > 1;) {
        swap(&o->out[0], &o->out[i]);
        sink(o, 0, i);
    }
    for (i = 0; i < count; i++)
        o->out[i].rank = i + 1;
}

ac_status ac_rules_choose(ac_record *record, uint32_t choice, ac_record *const *candidates, uint32_t n, ac_time now, ac_ranking *out,
                          ac_error *err)
{
    const ac_choice *def;
    ordering         o;
    ac_eval          e;
    ac_status        st;
    uint32_t         i, ranked = 0, rejected = n;

    assert(record && (n == 0 || (candidates && out)));
    st = ac_choice_check(record, choice, now, err);
    if (st == AC_OK)
        st = ac_choice_check_candidates(record, choice, candidates, n, err);
    if (st != AC_OK)
        return st;
    def = &record->policy->choices[choice];
    ac_eval_begin(&e, record, now);
    for (i = 0; i < n; i++) {
        ac_ranking one;

        memset(&one, 0, sizeof one);
        one.candidate = i;
        if (judge(&e, def, candidates[i], &one))
            out[ranked++] = one;
        else
            out[--rejected] = one;
    }
    for (i = n; rejected + 1 < i; rejected++)     /* they came in from behind */
        swap(&out[rejected], &out[--i]);
    o.e = &e;
    o.choice = def;
    o.candidates = candidates;
    o.out = out;
    sort(&o, ranked);
    return AC_OK;
}
