#include <aftercare/rules.h>

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "rules/decide.h"
#include "rules/gate.h"
#include "rules/offence.h"
#include "rules/operate.h"
#include "time/civil.h"

/* What a record costs or earns: conditions, exceptions, then every deed whose condition holds. */

typedef struct judging {
    ac_eval              e;
    const ac_offence    *offence;
    const ac_occurrence *occurrence;
    ac_proposal         *out;
    ac_deed             *deeds;
    ac_error            *err;
} judging;

const char *ac_proposal_name(ac_proposal_state state)
{
    static const char words[][16] = { "none", "excepted", "made", "open", "undecided", "unset", "not-supported", "error" };

    assert((unsigned)state <= AC_PROPOSAL_ERROR);
    return words[state];
}

/* ── answers ── */

static const ac_line *line_of(const judging *j, uint32_t line)
{
    return &j->e.policy->lines[line];
}

static void answer(judging *j, ac_proposal_state state, uint32_t line)
{
    j->out->state = state;
    j->out->line = line_of(j, line)->line;
    j->out->clause = line_of(j, line)->clause;
}

void ac_offence_answer(const ac_policy *policy, ac_proposal *out, const ac_cell *cell, uint32_t line)
{
    static const uint8_t states[] = {
        [AC_VALUE_UNKNOWN] = AC_PROPOSAL_UNDECIDED, [AC_VALUE_UNSET] = AC_PROPOSAL_UNSET,
        [AC_VALUE_UNSUPPORTED] = AC_PROPOSAL_NOT_SUPPORTED, [AC_VALUE_ERROR] = AC_PROPOSAL_ERROR
    };
    ac_proposal_state state = (ac_proposal_state)states[cell->state];
    const ac_line    *at = &policy->lines[cell->state >= AC_VALUE_UNSUPPORTED ? (uint32_t)cell->num : line];

    if (out->state >= state)
        return;
    out->state = state;
    out->line = at->line;
    out->clause = at->clause;
    out->missing = ac_cell_missing(policy, cell);
    if (cell->state == AC_VALUE_UNSET) {
        out->clause = policy->lines[policy->unsets[cell->num].line].clause;
    } else if (cell->state == AC_VALUE_ERROR) {
        out->code = (uint32_t)cell->den;
        out->line += cell->ref;
    }
}

static void answer_by(judging *j, const ac_cell *cell, uint32_t line)
{
    ac_offence_answer(j->e.policy, j->out, cell, line);
}

/* 1 yes, 0 no, -1 neither: the reason is noted. */
static int holds(judging *j, const ac_program *program, uint32_t line)
{
    ac_cell cell;

    if (program->count == 0)
        return 1;
    cell = ac_eval_program(&j->e, program);
    if (ac_cell_is_yes(&cell))
        return 1;
    if (ac_cell_is_no(&cell))
        return 0;
    answer_by(j, &cell, line);
    return -1;
}

/* An amount that is due. @return 0 when it is not known; the reason is noted. */
static int amount(judging *j, const ac_program *program, uint32_t line, int64_t *out)
{
    ac_cell cell = ac_eval_program(&j->e, program);

    *out = 0;
    if (cell.state == AC_VALUE_NONE)
        return 1;
    if (cell.state == AC_VALUE_KNOWN && cell.num < 0)
        cell = ac_cell_error(AC_CODE_AMOUNT_NEGATIVE, line);
    if (cell.state != AC_VALUE_KNOWN) {
        answer_by(j, &cell, line);
        return 0;
    }
    *out = cell.num;
    return 1;
}

/* ── deeds ── */

static ac_text role_name(const judging *j, uint32_t role)
{
    const ac_text none = { "", 0 };

    return role < j->e.policy->role_count ? j->e.policy->roles[role] : none;
}

int ac_offence_role_may(const ac_record *record, uint32_t wanted, ac_text role)
{
    const ac_policy *p = record->policy;
    uint32_t         has = ac_policy_find_role(p, role), at = wanted;
    ac_cell          fits;

    if (has == AC_NO_INDEX)
        return 0;
    fits = ac_gate_role_fits(record, wanted, has);
    while (at != AC_NO_INDEX && at != has)
        at = p->role_defs[at].superior;
    return ac_cell_is_yes(&fits) || (at == has && at != p->role_none);
}

int ac_offence_choice_fits(const ac_deed *deed, int64_t chosen, ac_msg *wrong)
{
    *wrong = chosen < deed->low || chosen > deed->high ? AC_MSG_CHOSEN_RANGE : AC_MSG_CHOSEN_STEP;
    return *wrong == AC_MSG_CHOSEN_STEP && (deed->step <= 0 || (chosen - deed->low) % deed->step == 0);
}

/* The amount that a person chose, held against the range; the least, once nobody did in time. */
static ac_status take_chosen(judging *j, const ac_deed_def *def, ac_deed *deed)
{
    const ac_occurrence *o = j->occurrence;
    ac_msg               wrong;

    if (o->has_lapsed)
        deed->is_open = 0;
    if (o->has_lapsed || !o->has_chosen)
        return AC_OK;
    if (o->chosen_by.size > 0 && !ac_offence_role_may(j->e.record, def->chosen_by, o->chosen_by))
        return ac_decision_refuse(AC_E_INVALID, AC_MSG_CHOSEN_ROLE, deed->line, j->err);
    if (!ac_offence_choice_fits(deed, o->chosen, &wrong))
        return ac_decision_refuse(AC_E_RANGE, wrong, deed->line, j->err);
    deed->amount = o->chosen;
    deed->is_open = 0;
    return AC_OK;
}

/* Ends and steps that facts tell are held to what written ones are. */
static int check_range(judging *j, const ac_deed_def *def, const ac_deed *deed)
{
    ac_cell wrong = ac_cell_error(deed->low > deed->high ? AC_CODE_AMOUNT_RANGE : AC_CODE_AMOUNT_STEP, def->line);

    if (deed->low <= deed->high && (def->step.count == 0 || (deed->step > 0 && (deed->high - deed->low) % deed->step == 0)))
        return 1;
    answer_by(j, &wrong, def->line);
    return 0;
}

static ac_status read_deed(judging *j, const ac_deed_def *def)
{
    ac_deed *deed = &j->deeds[j->out->deed_count];
    ac_cell  span;
    int      ok;

    memset(deed, 0, sizeof *deed);
    deed->kind = (ac_deed_kind)def->kind;
    deed->index = (uint32_t)(def - j->offence->deeds);
    deed->enumeration = def->enumeration;
    deed->member = def->member;
    deed->line = line_of(j, def->line)->line;
    deed->clause = line_of(j, def->line)->clause;
    deed->chosen_by = role_name(j, def->chosen_by);
    deed->confirmed_by = role_name(j, def->confirmed_by != AC_NO_INDEX ? def->confirmed_by : j->offence->confirmed_by);
    span = ac_eval_program(&j->e, &def->span);
    if (def->span.count > 0 && span.state > AC_VALUE_NONE)
        answer_by(j, &span, def->line);
    deed->span = ac_value_from_cell(j->e.policy, def->span.type, span);
    j->out->deed_count++;
    if (def->kind == AC_DEED_IMPOSE)
        return AC_OK;
    ok = amount(j, &def->low, def->line, &deed->low);
    deed->amount = deed->high = deed->low;
    if (!def->is_range)
        return AC_OK;
    ok &= amount(j, &def->high, def->line, &deed->high);
    if (def->step.count > 0)
        ok &= amount(j, &def->step, def->line, &deed->step);
    deed->is_open = 1;
    return ok && check_range(j, def, deed) ? take_chosen(j, def, deed) : AC_OK;
}

static ac_status read_deeds(judging *j)
{
    ac_status st = AC_OK;
    uint32_t  i;
    int       is_open = 0;

    j->e.nth = j->occurrence->nth;
    for (i = 0; st == AC_OK && i < j->offence->deed_count; i++)
        if (holds(j, &j->offence->deeds[i].when, j->offence->deeds[i].line) == 1) {
            st = read_deed(j, &j->offence->deeds[i]);
            is_open |= st == AC_OK && j->deeds[j->out->deed_count - 1].is_open;
        }
    if (is_open && j->out->state == AC_PROPOSAL_MADE)
        j->out->state = AC_PROPOSAL_OPEN;
    return st;
}

/* ── the proposal ── */

static ac_status check(const ac_record *record, uint32_t offence, ac_time now, uint32_t room, ac_error *err)
{
    const ac_policy *policy = record->policy;

    if (offence >= policy->offence_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_OFFENCE_NONE, offence, err);
    if (policy->offences[offence].record != record->type)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_OFFENCE_OTHER_RECORD, offence, err);
    if (policy->offences[offence].deed_count > room)
        return ac_decision_refuse(AC_E_LIMIT, AC_MSG_OFFENCE_ROOM, policy->offences[offence].deed_count, err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    return AC_OK;
}

/* The id of the record at the end of a path: that of the record attached, else what the link holds. */
static ac_text subject_id(const ac_eval *e, uint32_t subject)
{
    const ac_text   none = { "", 0 };
    const ac_path  *path;
    const ac_cell  *link;
    const ac_string *text;
    ac_record      *holder;
    ac_text         id;

    if (subject == AC_NO_INDEX)
        return none;
    path = &e->policy->paths[subject];
    holder = ac_eval_holder(e, path);
    if (!holder)
        return none;
    if (path->field == AC_NO_INDEX)
        return ac_record_id(holder);
    if (holder->links && holder->links[path->field]) {
        id = ac_record_id(holder->links[path->field]);
        if (id.size > 0)
            return id;
    }
    link = &holder->cells[path->field];
    if (link->state != AC_VALUE_KNOWN || link->num == 0)
        return none;
    text = (const ac_string *)(intptr_t)link->num;
    id.data = text->data;
    id.size = text->size;
    return id;
}

ac_text ac_offence_person(ac_record *record, uint32_t path, ac_time now)
{
    ac_eval e;

    ac_eval_begin_pinned(&e, record, NULL, now);     /* an identity hangs on no edition */
    return subject_id(&e, path);
}

ac_text ac_offence_subject(ac_record *record, uint32_t offence, ac_time now)
{
    return ac_offence_person(record, record->policy->offences[offence].subject, now);
}

ac_record *ac_offence_holder(ac_record *record, uint32_t path, ac_time now)
{
    const ac_path *at = &record->policy->paths[path];
    ac_record     *holder;
    ac_eval        e;

    ac_eval_begin_pinned(&e, record, NULL, now);
    holder = ac_eval_holder(&e, at);
    if (!holder || at->field == AC_NO_INDEX)
        return holder;
    return holder->links ? holder->links[at->field] : NULL;
}

ac_status ac_rules_set_subject(ac_record *record, uint32_t offence, ac_text id, ac_error *err)
{
    const ac_policy *policy;
    const ac_path   *path;
    ac_record       *holder;
    ac_status        st;

    assert(record);
    policy = record->policy;
    st = check(record, offence, 0, UINT32_MAX, err);
    if (st != AC_OK)
        return st;
    path = &policy->paths[policy->offences[offence].subject];
    st = ac_record_reach(record, path, &holder, err);
    if (st != AC_OK)
        return st;
    return path->field == AC_NO_INDEX ? ac_record_set_id(holder, id, err) : ac_record_set_text(holder, path->field, id, err);
}

/* An exception that holds excuses whatever else is unknown. @return 1 when the deeds are to be judged. */
static int applies(judging *j)
{
    const ac_offence *o = j->offence;
    int               is, excepted = 0;
    uint32_t          i;

    is = j->occurrence->is_stated ? 1 : holds(j, &o->when, o->line);
    for (i = 0; is != 0 && i < o->exception_count; i++) {
        int one = holds(j, &o->exceptions[i].when, o->exceptions[i].line);

        if (one == 1) {
            answer(j, AC_PROPOSAL_EXCEPTED, o->exceptions[i].line);
            j->out->missing = NULL;
            return 0;
        }
        excepted |= one;
    }
    if (j->occurrence->is_stated) {     /* what may excuse and is not known does not */
        j->out->state = AC_PROPOSAL_NONE;
        return 1;
    }
    if (is == 0)
        answer(j, AC_PROPOSAL_NONE, o->line);
    return is == 1 && excepted == 0;
}

ac_status ac_rules_proposal(ac_record *record, uint32_t offence, const ac_occurrence *occurrence, ac_time now, ac_proposal *out,
                            ac_deed *deeds, uint32_t room, ac_error *err)
{
    static const ac_occurrence first = { sizeof first, { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 0, 0, 0, { NULL, 0 }, 0 };
    ac_proposal                answer_ = AC_PROPOSAL_INIT;
    ac_occurrence              given;
    judging                    j;
    ac_status                  st;

    assert(record && out && (deeds || room == 0));
    st = ac_decision_take(&given, sizeof given, occurrence ? occurrence : &first, err);
    if (st == AC_OK)
        st = check(record, offence, now, room, err);
    if (st != AC_OK)
        return st;
    ac_eval_begin(&j.e, record, now);
    j.offence = &record->policy->offences[offence];
    j.occurrence = &given;
    j.out = &answer_;
    j.deeds = deeds;
    j.err = err;
    answer(&j, AC_PROPOSAL_NONE, j.offence->line);
    answer_.subject = subject_id(&j.e, j.offence->subject);
    if (applies(&j)) {
        answer_.state = AC_PROPOSAL_MADE;
        answer_.occurs = 1;
        st = read_deeds(&j);
    }
    return st == AC_OK ? ac_decision_give(out, sizeof answer_, &answer_, err) : st;
}
