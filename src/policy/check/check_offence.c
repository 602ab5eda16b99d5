#include <string.h>

#include "policy/check/expr.h"
#include "policy/report/suggest.h"

/* Offences and rewards: what triggers one, what excuses it, and the deeds that follow. V08. */

typedef struct making {
    ac_checker            *ck;
    const ac_tree_offence *tree;
    ac_offence            *offence;
    ac_scope               scope;       /* of the record that triggers it */
} making;

/* ── nth in WINDOW ── */

/* The number of the window among those of the offence, which it joins; AC_NO_INDEX after a message. */
static uint32_t span_of(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_offence *o = x->scope->counts;
    ac_window_span span;
    uint32_t    i;

    if (!ac_expr_window_span(x, node->kids[0], &span))
        return AC_NO_INDEX;
    span.from_first = node->from_first;
    for (i = 0; i < o->span_count; i++)
        if (ac_window_span_same(&o->spans[i], &span))
            return AC_NTH_SPAN + i;
    if (i == AC_NTH_SPANS) {
        ac_say(x->ck, AC_MSG_NTH_SPANS, node->place);
        return AC_NO_INDEX;
    }
    o->spans[o->span_count++] = span;
    return AC_NTH_SPAN + i;
}

ac_type ac_expr_nth(const ac_expr_at *x, const ac_tree_expr *node)
{
    uint32_t window;

    if (!x->scope->counts)
        return ac_expr_wrong(x, AC_MSG_NTH_PLACE, node->place);
    if (node->window == AC_WINDOW_PERIOD)
        return ac_expr_wrong(x, AC_MSG_NTH_WINDOW, node->place);
    if (node->window == AC_WINDOW_SPAN)
        window = span_of(x, node);
    else
        window = node->window == AC_WINDOW_EVER ? AC_NTH_EVER : ac_expr_period((ac_window)node->window);
    if (window == AC_NO_INDEX)
        return ac_expr_bad();
    ac_expr_op(x, node, AC_OP_NTH, window, 0);
    return ac_type_of(AC_TYPE_COUNT);
}

/* The constants that an ordinal stands beside in a comparison, as the code has them: nth 3 >=, 3 nth <=, nth 3 5 in-list, nth 3 5 in-range.
 * @return their number, 0: it is not compared with constants. */
static uint32_t compared(const ac_policy *policy, const ac_program *program, uint32_t at, const ac_op **first)
{
    const ac_op *ops = policy->ops + program->first;
    uint32_t     i = at + 1, n;

    while (i < program->count && ops[i].code == AC_OP_CONST)
        i++;
    n = i - at - 1;
    *first = &ops[at + 1];
    if (n == 0 && at > 0 && ops[at - 1].code == AC_OP_CONST) {
        *first = &ops[at - 1];
        n = 1;
    }
    return n > 0 && i < program->count && ops[i].code >= AC_OP_EQ && ops[i].code <= AC_OP_IN_RANGE && ac_op_taken(&ops[i]) == n + 1 ? n : 0;
}

/* How far a rolling window has to count: one beyond the greatest number it is compared with. @return 0 after a message. */
static int bound_span(making *m, const ac_program *program, uint32_t at, ac_place place)
{
    const ac_policy *policy = m->ck->policy;
    ac_window_span  *span = &m->offence->spans[policy->ops[program->first + at].a - AC_NTH_SPAN];
    const ac_op     *first;
    uint32_t         n = compared(policy, program, at, &first), i;

    for (i = 0; i < n; i++) {
        const ac_cell *c = &policy->constants[first[i].a];
        int64_t        most = c->state == AC_VALUE_KNOWN && c->num > 0 ? c->num / c->den + 1 : 1;

        if (most > AC_NTH_MOST)
            break;
        if (most > span->most)
            span->most = (uint32_t)most;
    }
    if (n > 0 && i == n)
        return 1;
    ac_say(m->ck, AC_MSG_NTH_ROLLING, place);
    return 0;
}

static uint16_t windows_of(making *m, const ac_program *program, ac_place place)
{
    const ac_policy *policy = m->ck->policy;
    uint16_t         windows = 0;
    uint32_t         i;

    for (i = 0; i < program->count; i++) {
        const ac_op *op = &policy->ops[program->first + i];

        if (op->code != AC_OP_NTH)
            continue;
        windows |= (uint16_t)(1u << op->a);
        if (op->a >= AC_NTH_SPAN && !m->offence->spans[op->a - AC_NTH_SPAN].from_first && !bound_span(m, program, i, place))
            break;
    }
    return windows;
}

/* ── amounts ── */

static void read_condition(making *m, const ac_tree_expr *node, uint32_t line, ac_program *out)
{
    ac_type yes_no = ac_type_of(AC_TYPE_BOOL);

    if (node)
        ac_check_expr(m->ck, &m->scope, node, &yes_no, line, out);
}

static void read_amount(making *m, const ac_scope *scope, const ac_tree_expr *node, uint32_t line, ac_program *out)
{
    ac_type money = ac_type_of(AC_TYPE_MONEY);
    ac_cell cell;

    if (!node || !ac_check_expr(m->ck, scope, node, &money, line, out))
        return;
    if (ac_check_is_constant(m->ck, out, &cell) && cell.state == AC_VALUE_KNOWN && cell.num < 0)
        ac_say(m->ck, AC_MSG_AMOUNT_NEGATIVE, node->place);
}

/* The amount when it is written; -1 when facts or a data file tell it. */
static int64_t written(const ac_checker *ck, const ac_program *program)
{
    ac_cell cell;

    return ac_check_is_constant(ck, program, &cell) && cell.state == AC_VALUE_KNOWN ? cell.num : -1;
}

static void check_range(making *m, const ac_tree_deed *t, const ac_deed_def *d)
{
    int64_t low = written(m->ck, &d->low), high = written(m->ck, &d->high), step = t->step ? written(m->ck, &d->step) : 1;

    if (low < 0 || high < 0)
        return;
    if (low > high)
        ac_say(m->ck, AC_MSG_AMOUNT_RANGE, t->place);
    else if (step == 0 || (step > 0 && (high - low) % step != 0))
        ac_say(m->ck, AC_MSG_AMOUNT_STEP, t->step->place);
}

/* ── deeds ── */

/* Suggestions come from every enum there is. */
static void say_no_member(ac_checker *ck, const ac_tree_name *name)
{
    ac_suggest s;
    uint32_t   i, k;

    ac_suggest_begin(&s, name->text, &ck->log->patience);
    for (i = 0; i < ck->policy->enum_count; i++)
        for (k = 0; k < ck->policy->enums[i].member_count; k++)
            ac_suggest_offer(&s, ck->policy->enums[i].members[k].name);
    ac_say_name(ck, AC_MSG_IMPOSED_UNKNOWN, name);
    ac_log_suggest(ck->log, s.names, s.count);
    ac_log_poison(ck->log, name->text);
}

/* A member imposed: of the enum named before it, or of the only one that has it. */
static void read_member(making *m, const ac_tree_path *path, ac_deed_def *d)
{
    ac_checker         *ck = m->ck;
    const ac_tree_name *name = &path->at[path->count - 1];
    uint32_t            found = AC_NO_INDEX, i;

    if (path->count > 1)
        found = ac_check_name(ck, AC_NAME_ENUM, 0, &path->at[0], AC_MSG_ENUM_UNKNOWN);
    for (i = 0; path->count == 1 && i < ck->policy->enum_count; i++) {
        if (ac_check_find(ck, AC_NAME_MEMBER, i, name->text) == AC_NO_INDEX)
            continue;
        if (found != AC_NO_INDEX) {
            ac_type one = ac_type_of(AC_TYPE_ENUM), other = one;

            one.ref = (uint16_t)found;
            other.ref = (uint16_t)i;
            ac_say_3(ck, AC_MSG_MEMBER_AMBIGUOUS, name->place, name->text, ac_check_type_text(ck, one), ac_check_type_text(ck, other));
            ac_log_hint(ck->log, ac_text_of("write the enum before it: ENUM.MEMBER"));
            return;
        }
        found = i;
    }
    if (found != AC_NO_INDEX) {
        d->enumeration = found;
        d->member = ac_check_name(ck, AC_NAME_MEMBER, found, name, AC_MSG_MEMBER_UNKNOWN);
    } else if (path->count == 1 && !(ck->lost & 1u << AC_NAME_MEMBER) && !ac_log_is_poisoned(ck->log, name->text)) {
        say_no_member(ck, name);
    }
}

static uint32_t read_role(making *m, const ac_tree_name *name)
{
    return name->text.data ? ac_check_role(m->ck, name) : AC_NO_INDEX;
}

/* The length of a term is no matter of facts: all that it concerns have the same time. */
static void read_term(making *m, const ac_tree_term *t, uint32_t line, ac_term *out)
{
    ac_type  span = ac_type_of(AC_TYPE_SPAN);
    ac_scope scope = ac_scope_constant();
    ac_cell  cell;

    out->calendar = t->calendar.text.data ? ac_check_calendar(m->ck, &t->calendar) : ac_check_only_calendar(m->ck);
    out->line = line;
    if (!t->length || !ac_check_expr(m->ck, &scope, t->length, &span, line, &out->length))
        return;
    out->written = t->length->place;
    if (ac_check_is_constant(m->ck, &out->length, &cell) && cell.state == AC_VALUE_KNOWN && cell.num < 0)
        ac_say(m->ck, AC_MSG_LIMIT_NEGATIVE, t->length->place);
    else if (out->calendar == AC_NO_INDEX && !t->calendar.text.data && ac_check_is_working(m->ck, &out->length))
        ac_say(m->ck, m->ck->policy->days_end == AC_DAYS_END_CLOSE ? AC_MSG_LIMIT_NO_CLOSING : AC_MSG_LIMIT_NO_CALENDAR, t->length->place);
}

static void read_deed(making *m, const ac_tree_deed *t, const ac_program *when, uint32_t line, ac_deed_def *d)
{
    static const uint8_t kinds[] = { AC_DEED_FINE, AC_DEED_PAY, AC_DEED_IMPOSE };
    ac_type              span = ac_type_of(AC_TYPE_SPAN);

    d->kind = kinds[t->kind];
    d->is_range = t->high != NULL;
    d->when = *when;
    d->line = line;
    d->member = d->enumeration = AC_NO_INDEX;
    d->chosen_by = read_role(m, &t->chosen_by);
    d->confirmed_by = read_role(m, &t->confirmed_by);
    read_term(m, &t->choice, line, &d->choice);
    if (t->kind == AC_TREE_DEED_IMPOSE) {
        read_member(m, &t->member, d);
        if (t->span)
            ac_check_expr(m->ck, &m->scope, t->span, &span, line, &d->span);
        return;
    }
    if ((t->kind == AC_TREE_DEED_PAY) != m->tree->is_reward)
        ac_say(m->ck, m->tree->is_reward ? AC_MSG_REWARD_FINES : AC_MSG_OFFENCE_PAYS, t->place);
    read_amount(m, &m->scope, t->low, line, &d->low);
    read_amount(m, &m->scope, t->high, line, &d->high);
    read_amount(m, &m->scope, t->step, line, &d->step);
    if (d->is_range)
        check_range(m, t, d);
}

static void read_deeds(making *m, const ac_tree_oline *line, uint32_t at)
{
    ac_program when = AC_NO_PROGRAM;
    uint32_t   i;

    m->ck->subject = m->offence->name;
    read_condition(m, line->expr, at, &when);
    for (i = 0; i < line->count; i++) {
        ac_deed_def *d = &m->offence->deeds[m->offence->deed_count++];

        read_deed(m, &line->deeds[i], &when, at, d);
        m->offence->counts |= (uint16_t)((i == 0 ? windows_of(m, &when, line->place) : 0) | windows_of(m, &d->low, line->deeds[i].place)
                                         | windows_of(m, &d->high, line->deeds[i].place) | windows_of(m, &d->step, line->deeds[i].place));
    }
    m->ck->subject.size = 0;
}

/* ── caps and pairs ── */

/* The least that one occurrence costs; -1 when it is not written. */
static int64_t least_amount(const making *m)
{
    int64_t  least = -1, low;
    uint32_t i;

    for (i = 0; i < m->offence->deed_count; i++) {
        low = m->offence->deeds[i].kind == AC_DEED_IMPOSE ? -1 : written(m->ck, &m->offence->deeds[i].low);
        if (low >= 0 && (least < 0 || low < least))
            least = low;
    }
    return least;
}

static void read_cap(making *m, const ac_tree_oline *line, uint32_t at)
{
    ac_cap_def *cap = &m->offence->caps[m->offence->cap_count++];
    ac_scope    scope = ac_scope_constant();
    int64_t     amount;

    cap->line = at;
    cap->period = (uint8_t)ac_expr_period(line->window);
    m->offence->caps_in |= (uint8_t)(1u << cap->period);
    read_amount(m, &scope, line->expr, at, &cap->amount);
    amount = written(m->ck, &cap->amount);
    if (amount >= 0 && amount < least_amount(m))
        ac_say(m->ck, AC_MSG_CAP_BELOW, line->place);
}

static void read_pair(making *m, const ac_tree_oline *line, uint32_t at)
{
    ac_offence_pair *pair = &m->offence->pairs[m->offence->pair_count];
    uint32_t         other = ac_check_name(m->ck, AC_NAME_OFFENCE, 0, &line->name, AC_MSG_OFFENCE_UNKNOWN);

    if (other == AC_NO_INDEX)
        return;
    pair->other = other;
    pair->adds = line->adds;
    pair->line = at;
    m->offence->pair_count++;
}

/* ── the block ── */

/* A link, or an owner: whom it is held against. *type becomes that record's. */
static uint32_t read_subject(making *m, const ac_tree_path *path, uint32_t *type)
{
    ac_fact fact;

    *type = AC_NO_INDEX;
    if (!ac_check_fact(m->ck, &m->scope, path, 0, &fact))
        return AC_NO_INDEX;
    if (fact.type.kind == AC_TYPE_RECORD) {
        *type = fact.type.ref;
        return fact.path;
    }
    if (fact.type.kind < AC_TYPE_UNTYPED)
        ac_say_type(m->ck, AC_MSG_SUBJECT_TYPE, path->place, fact.type);
    return AC_NO_INDEX;
}

/* Shares that are written add up to one; others are seen to when they are worked out. */
static void read_shares(making *m, const ac_tree_oline *line, uint32_t at)
{
    ac_offence *o = m->offence;
    ac_type     number = ac_type_of(AC_TYPE_NUMBER);
    ac_ratio    sum = ac_ratio_of(0), part;
    uint32_t    i, written_count = 0, type, of = AC_NO_INDEX;
    int         is_short = 0;
    ac_cell     cell;

    if (o->share_count > 0) {
        ac_say_1(m->ck, AC_MSG_GIVEN_TWICE, line->place, ac_text_of("shared"));
        return;
    }
    read_subject(m, &m->tree->subject, &of);
    o->shares = ac_check_array(m->ck, line->share_count, sizeof *o->shares);
    o->shared_in = at;
    for (i = 0; o->shares && i < line->share_count; i++) {
        o->shares[i].subject = read_subject(m, &line->shares[i].path, &type);
        if (type != of && type != AC_NO_INDEX && of != AC_NO_INDEX)
            ac_say_2(m->ck, AC_MSG_SHARE_SUBJECT, line->shares[i].path.place, m->ck->policy->records[type].name, m->ck->policy->records[of].name);
        if (!ac_check_expr(m->ck, &m->scope, line->shares[i].part, &number, at, &o->shares[i].part) || !ac_check_is_constant(m->ck, &o->shares[i].part, &cell))
            continue;
        part.num = cell.num;
        part.den = cell.den;
        is_short |= cell.num < 0;
        if (cell.state == AC_VALUE_KNOWN && ac_ratio_add(sum, part, &sum) == AC_OK)
            written_count++;
    }
    o->share_count = o->shares ? line->share_count : 0;
    if (is_short || (written_count == line->share_count && ac_ratio_compare(sum, ac_ratio_of(1)) != 0))
        ac_say(m->ck, AC_MSG_SHARE_SUM, line->place);
}

static void read_appeal(making *m, const ac_tree_oline *line, uint32_t at)
{
    if (m->offence->appeal.length.count > 0) {
        ac_say_1(m->ck, AC_MSG_GIVEN_TWICE, line->place, ac_text_of("appeal"));
        return;
    }
    m->ck->subject = m->offence->name;
    read_term(m, &line->term, at, &m->offence->appeal);
    m->ck->subject.size = 0;
    m->offence->appeal_to = read_role(m, &line->name);
}

static int has_room(making *m)
{
    const ac_tree_offence *t = m->tree;
    ac_offence            *o = m->offence;
    uint32_t               i, n[AC_TREE_OLINE_APPEAL + 1] = { 0 }, deeds = 0;

    for (i = 0; i < t->count; i++) {
        n[t->lines[i].kind]++;
        deeds += t->lines[i].count;
    }
    o->exceptions = ac_check_array(m->ck, n[AC_TREE_OLINE_EXCEPT], sizeof *o->exceptions);
    o->deeds = ac_check_array(m->ck, deeds, sizeof *o->deeds);
    o->caps = ac_check_array(m->ck, n[AC_TREE_OLINE_CAP], sizeof *o->caps);
    o->pairs = ac_check_array(m->ck, n[AC_TREE_OLINE_WITH], sizeof *o->pairs);
    return !m->ck->nomem;
}

/* Lines other than caps first: a cap is held against the least amount. */
static void read_line(making *m, const ac_tree_oline *line, int caps)
{
    uint32_t at;

    if ((line->kind == AC_TREE_OLINE_CAP) != caps)
        return;
    at = ac_check_line_cited(m->ck, line->place, &line->per, &m->tree->per);
    switch (line->kind) {
    case AC_TREE_OLINE_EXCEPT:
        m->offence->exceptions[m->offence->exception_count].line = at;
        read_condition(m, line->expr, at, &m->offence->exceptions[m->offence->exception_count++].when);
        break;
    case AC_TREE_OLINE_DEEDS:
        m->scope.counts = m->offence;
        read_deeds(m, line, at);
        m->scope.counts = NULL;
        break;
    case AC_TREE_OLINE_CAP:
        read_cap(m, line, at);
        break;
    case AC_TREE_OLINE_WITH:
        read_pair(m, line, at);
        break;
    case AC_TREE_OLINE_SHARED:
        read_shares(m, line, at);
        break;
    case AC_TREE_OLINE_CONFIRMED:
        m->offence->confirmed_by = read_role(m, &line->name);
        break;
    case AC_TREE_OLINE_APPEAL:
        read_appeal(m, line, at);
        break;
    }
}

/* Occurrences are counted and capped by the day of their record. */
static void check_dated(making *m)
{
    unsigned windows = (m->offence->counts | m->offence->caps_in) & ~(1u << AC_NTH_EVER);

    if (windows && m->ck->policy->records[m->offence->record].dated == AC_NO_INDEX)
        ac_say_2(m->ck, AC_MSG_OFFENCE_NOT_DATED, m->tree->name.place, m->offence->name, m->tree->of.text);
}

static void make_offence(making *m)
{
    ac_offence *o = m->offence;
    uint32_t    i, type;
    int         caps;

    o->carried_by = AC_NO_INDEX;
    o->name = ac_check_text(m->ck, m->tree->name.text);
    o->is_reward = m->tree->is_reward;
    o->confirmed_by = o->appeal_to = AC_NO_INDEX;
    o->record = ac_check_record(m->ck, &m->tree->of);
    m->scope = ac_scope_of(o->record);
    o->line = ac_check_line(m->ck, m->tree->name.place, &m->tree->per, NULL);
    if (o->record == AC_NO_INDEX || !has_room(m))
        return;
    o->subject = read_subject(m, &m->tree->subject, &type);
    read_condition(m, m->tree->when, o->line, &o->when);
    for (caps = 0; caps < 2; caps++)
        for (i = 0; i < m->tree->count && !m->ck->nomem; i++)
            read_line(m, &m->tree->lines[i], caps);
    check_dated(m);
}

/* One act cannot be two records: the other offence is of the same one. */
static void check_pairs(ac_checker *ck, const ac_tree_offence *tree, const ac_offence *o)
{
    uint32_t i, k = 0;

    for (i = 0; i < tree->count && k < o->pair_count; i++) {
        if (tree->lines[i].kind != AC_TREE_OLINE_WITH)
            continue;
        if (ck->policy->offences[o->pairs[k].other].record != o->record || &ck->policy->offences[o->pairs[k].other] == o)
            ac_say_name(ck, AC_MSG_OFFENCE_PAIR, &tree->lines[i].name);
        k++;
    }
}

void ac_check_offences(ac_checker *ck)
{
    making   m;
    uint32_t i, k, pass;

    for (pass = 0; pass < 2; pass++)
        for (i = k = 0; i < ck->tree->count && !ck->nomem; i++) {
            const ac_tree_block *b = &ck->tree->blocks[i];

            if (b->kind != AC_TREE_BLOCK_OFFENCE)
                continue;
            m.ck = ck;
            m.tree = b->u.offence;
            m.offence = &ck->policy->offences[k++];
            if (pass == 1)
                check_pairs(ck, m.tree, m.offence);
            else if (b->has_errors)
                m.offence->record = AC_NO_INDEX;
            else
                make_offence(&m);
        }
}
