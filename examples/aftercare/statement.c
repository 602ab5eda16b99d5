#include "aftercare/statement.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/acts.h"

/* How penalties and rewards are told to people: a list, one person's statement. */

/* ── which lines ── */

/* The local day and time of a line. */
enum { WHEN_BYTES = 72 };
static void local_time(const penalty_list *list, ac_time at, char out[WHEN_BYTES])
{
    ac_day day = 0;
    int32_t second = 0;
    ac_date date;
    if (list->zone)
        ac_zone_local(list->zone, at, &day, &second);
    date = ac_day_to_date(day);
    snprintf(out, WHEN_BYTES, "%04d-%02d-%02d %02d:%02d", (int)date.year, (int)date.month, (int)date.day, (int)second / 3600, (int)second / 60 % 60);
}

/* Where an instant stands to the month that is told: below 0 before, above 0 behind it. */
static int month_order(const penalty_list *list, ac_time at)
{
    char when[WHEN_BYTES];
    local_time(list, at, when);
    return list->month ? strncmp(when, list->month, 7) : 0;
}

static int is_of_person(const penalty_list *list, ac_text person)
{
    return !list->person || text_same(person, list->person);
}

int penalties_is_told(const penalty_list *list, const penalty_line *line)
{
    return is_of_person(list, line->person) && month_order(list, line->at) == 0;
}

/* ── parts of a line ── */

ac_offence_info statement_info(const penalty_line *line)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;
    ac_policy_offence_at(line->policy, line->charge.offence, &info);
    return info;
}

static void add_text(text_buffer *to, ac_text text)
{
    text_add(to, text.data, text.size);
}

/* The tool's own words, in the language of the host. */
static void put_words(text_buffer *to, const char *english)
{
    text_put(to, host_words(english));
}

static const char *const PROPOSALS_ZH[] = { "不成立", "例外", "已提出", "待选定", "未定", "未配置", "尚不支持", "出错" };
static const char *const CASES_ZH[] = { "已提出", "已通知", "已接受", "已申诉", "维持", "已减轻", "已撤回", "已生效", "已冲回" };
static const char *const VERBS_ZH[] = { "选定", "到期未选", "通知", "接受", "申诉", "维持", "减轻", "撤回", "确认", "冲回" };

static const char *proposal_word(ac_proposal_state state)
{
    return host_lang() == AC_LANG_ZH ? PROPOSALS_ZH[state] : ac_proposal_name(state);
}

static const char *case_word(ac_case_state state)
{
    return host_lang() == AC_LANG_ZH ? CASES_ZH[state] : ac_case_state_name(state);
}

static const char *verb_word(ac_case_verb verb)
{
    return host_lang() == AC_LANG_ZH ? VERBS_ZH[verb] : ac_case_verb_name(verb);
}

void penalties_money(const penalty_list *list, text_buffer *to, int64_t minor)
{
    ac_value v = { AC_TYPE_MONEY, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    v.num = minor;
    ac_value_format(list->policy, &v, NULL, text_sink, to);
}

int penalties_window(ac_policy *policy, uint32_t offence, uint32_t w, text_buffer *to, uint32_t *most)
{
    ac_window_info window = AC_WINDOW_INFO_INIT;
    ac_value v = { AC_TYPE_SPAN, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    if (ac_policy_window_at(policy, offence, w, &window) != AC_OK)
        return 0;
    *most = window.most;
    add_text(to, window.name);
    v.ref = window.unit;
    v.num = window.length;
    if (!window.name.size)
        ac_value_format(policy, &v, NULL, text_sink, to);
    text_put(to, window.from_first ? " from first" : "");
    return 1;
}

/* "3 in month, 7 in year": the windows that the offence counts in, else how many there ever were. */
static void add_ordinal(const penalty_line *line, text_buffer *to)
{
    unsigned windows = statement_info(line).windows;
    text_buffer name = { 0 };
    char text[64];
    int first = 1;
    uint32_t most;
    for (unsigned w = 0; line->charge.proposal.occurs && penalties_window(line->policy, line->charge.offence, w, &name, &most); text_clear(&name), w++) {
        if (windows ? !(windows & 1u << w) : w != AC_OCCURRENCE_EVER)
            continue;
        put_words(to, first ? "" : ", ");
        put_words(to, line->at_least & 1u << w ? "at least " : "");
        snprintf(text, sizeof text, "%u", line->charge.occurrence.nth[w]);
        text_put(to, text);
        put_words(to, line->charge.occurrence.nth[w] == most ? " or more" : "");
        put_words(to, windows ? " in " : "");
        text_put(to, windows ? name.data : "");
        first = 0;
    }
    text_free(&name);
}

static void add_deed(const penalty_list *list, const penalty_line *line, const ac_deed *deed, text_buffer *to)
{
    if (deed->kind == AC_DEED_IMPOSE) {
        add_text(to, ac_policy_member_name(line->policy, deed->enumeration, deed->member));
        if (deed->span.state == AC_VALUE_KNOWN) {
            put_words(to, " for ");
            ac_value_format(line->policy, &deed->span, NULL, text_sink, to);
        }
        return;
    }
    penalties_money(list, to, deed->is_open ? deed->low : deed->amount);
    if (deed->is_open) {
        text_put(to, "..");
        penalties_money(list, to, deed->high);
        put_words(to, " by ");
        add_text(to, deed->chosen_by);
    }
}

static void add_capped(const penalty_list *list, const penalty_line *line, text_buffer *to)
{
    const ac_charge *c = &line->charge;
    if (c->capped) {
        put_words(to, c->cap_clause ? "; cap (" : "; cap");
        text_put(to, c->cap_clause ? c->cap_clause : "");
        put_words(to, c->cap_clause ? ") takes off " : " takes off ");
        penalties_money(list, to, c->capped);
    }
    if (c->carried) {
        put_words(to, c->carried == c->capped ? ", owed later" : ", owed later ");
        if (c->carried != c->capped)
            penalties_money(list, to, c->carried);
    }
}

static void add_part(const char *before, ac_text part, text_buffer *to)
{
    if (!part.size)
        return;
    text_put(to, before);
    add_text(to, part);
}

/* "reduce by Chen as head: the customer was rude first; now reduced" */
static void add_act(const ac_case_entry *entry, text_buffer *to)
{
    text_put(to, verb_word(entry->act.verb));
    add_part(host_words(" by "), entry->act.actor, to);
    add_part(host_words(" as "), entry->act.role, to);
    add_part(host_words(": "), entry->act.reason, to);
    put_words(to, "; now ");
    text_put(to, case_word(entry->state));
}

/* " AC-1596 (a date beyond …)" behind the word `error`: why nothing can be told. */
static void add_error(const ac_proposal *p, text_buffer *to)
{
    char code[16];
    if (p->state != AC_PROPOSAL_ERROR)
        return;
    snprintf(code, sizeof code, " AC-%04u (", p->code);
    text_put(to, code);
    text_put(to, ac_message_text(p->code, host_lang()));
    text_put(to, ")");
}

/* Whether the deeds of a line are of several articles: then each cites its own. */
static int has_articles(const penalty_line *line)
{
    for (uint32_t i = 1; i < line->charge.proposal.deed_count; i++)
        if (strcmp(line->deeds[i].clause ? line->deeds[i].clause : "", line->deeds[0].clause ? line->deeds[0].clause : "") != 0)
            return 1;
    return 0;
}

static void add_clause(const char *clause, text_buffer *to)
{
    if (!clause || !*clause)
        return;
    text_put(to, " (");
    text_put(to, clause);
    text_put(to, ")");
}

/* What it comes to, in words. */
static void add_result(const penalty_list *list, const penalty_line *line, text_buffer *to)
{
    const ac_charge *c = &line->charge;
    const ac_proposal *p = &c->proposal;
    int differ = has_articles(line);
    if (line->is_void)
        put_words(to, "voided: ");
    if (line->entry) {
        add_act(line->entry, to);
        return;
    }
    if (line->is_carried) {
        put_words(to, "carried over from earlier periods");
        if (p->state != AC_PROPOSAL_MADE) {
            put_words(to, ", ");
            text_put(to, proposal_word(p->state));
            add_error(p, to);
            put_words(to, p->missing ? ": " : "");
            text_put(to, p->missing ? p->missing : "");
        }
        if (c->carried) {
            put_words(to, "; still owed ");
            penalties_money(list, to, c->carried);
        }
        return;
    }
    if (c->share) {
        char share[64];
        snprintf(share, sizeof share, host_words("share %lld/%lld"), (long long)c->part.num, (long long)c->part.den);
        text_put(to, share);
        if (c->share > 1 && p->state <= AC_PROPOSAL_OPEN) {
            add_capped(list, line, to);
            return;
        }
        put_words(to, c->share == 1 ? " of " : ": ");
    }
    if (p->state != AC_PROPOSAL_MADE) {
        text_put(to, proposal_word(p->state));
        add_error(p, to);
        put_words(to, p->missing || p->deed_count ? ": " : "");
    } else if (p->deed_count == 0) {
        put_words(to, "no consequence");
    }
    if (p->missing) {
        text_put(to, p->missing);
        put_words(to, p->deed_count ? "; " : "");
    }
    for (uint32_t i = 0; i < p->deed_count; i++) {
        if (i)
            put_words(to, ", ");
        add_deed(list, line, &line->deeds[i], to);
        if (differ)
            add_clause(line->deeds[i].clause, to);
    }
    add_capped(list, line, to);
    if (c->yields_to != AC_NO_INDEX) {
        ac_offence_info other = AC_OFFENCE_INFO_INIT;
        ac_policy_offence_at(line->policy, c->yields_to, &other);
        put_words(to, "; the dearer stands: ");
        add_text(to, other.name);
    }
    if (line->at_least) {
        put_words(to, "; may change with ");
        add_text(to, line->after);
        put_words(to, ", which is undecided");
    }
    if (c->waits)
        put_words(to, "; which is the dearer waits for an amount");
}

const char *penalties_clause(const penalty_line *line)
{
    const ac_charge *c = &line->charge;
    if (c->proposal.deed_count && line->deeds[0].clause)
        return line->deeds[0].clause;
    return c->proposal.clause ? c->proposal.clause : "";
}

/* One article to others, once. */
static void join_clause(const char *clause, const char **seen, size_t *count, text_buffer *to)
{
    for (size_t i = 0; clause && i < *count; i++)
        if (strcmp(seen[i], clause) == 0)
            return;
    if (!clause || !*clause)
        return;
    text_put(to, *count ? ", " : "");
    text_put(to, clause);
    seen[(*count)++] = clause;
}

void penalties_articles(const penalty_line *line, text_buffer *to)
{
    const ac_charge *c = &line->charge;
    const char **seen = must_zero(c->proposal.deed_count + 2, sizeof *seen);
    size_t count = 0;
    join_clause(penalties_clause(line), seen, &count, to);
    for (uint32_t i = 0; i < c->proposal.deed_count; i++)
        join_clause(line->deeds[i].clause, seen, &count, to);
    join_clause(c->capped ? c->cap_clause : NULL, seen, &count, to);
    free(seen);
}

static void add_up(statement_sums *s, const penalty_line *line)
{
    const ac_charge *c = &line->charge;
    s->lines++;
    s->voided += line->is_void != 0;
    if (line->is_void)
        return;
    s->excepted += c->proposal.state == AC_PROPOSAL_EXCEPTED;
    s->wrong += c->proposal.state == AC_PROPOSAL_ERROR;
    s->undecided += c->proposal.state > AC_PROPOSAL_OPEN && c->proposal.state != AC_PROPOSAL_ERROR;
    *(statement_info(line).is_reward ? &s->payments : &s->fines) += c->charged;
    s->carried += line->is_carried ? c->charged : 0;
    s->put_off += line->is_carried ? 0 : c->carried;
    s->capped += c->capped - (line->is_carried ? 0 : c->carried);
    for (uint32_t i = 0; i < c->proposal.deed_count && c->proposal.state != AC_PROPOSAL_ERROR; i++)
        if (line->deeds[i].is_open && !(line->state && (!line->state->is_open || line->state->state == AC_CASE_WITHDRAWN))) {
            s->open++;
            s->open_low += line->deeds[i].low;
            s->open_high += line->deeds[i].high;
        }
}

/* "may be appealed until 2026-04-13 23:59" */
static void add_term(const penalty_list *list, const penalty_line *line, text_buffer *to)
{
    const ac_milestone *term = acts_term(line);
    int is_over = term->verdict == AC_VERDICT_LATE;
    char until[WHEN_BYTES];
    local_time(list, term->due_at, until);
    if (line->state->is_open)
        put_words(to, is_over ? "was to be chosen until " : "to be chosen until ");
    else
        put_words(to, is_over ? "could be appealed until " : "may be appealed until ");
    text_put(to, until);
}

/* ── tables ── */

enum { COLUMNS = PENALTY_CELLS };

void penalties_fill(const penalty_list *list, const penalty_line *line, penalty_row *row)
{
    char when[WHEN_BYTES];
    for (int i = 0; i < COLUMNS; i++)
        text_clear(&row->cell[i]);
    local_time(list, line->at, when);
    text_put(&row->cell[0], when);
    if (!line->is_carried)
        add_text(&row->cell[1], line->id);
    add_text(&row->cell[2], line->person);
    add_text(&row->cell[3], statement_info(line).name);
    add_ordinal(line, &row->cell[4]);
    if ((line->charge.proposal.occurs || line->is_carried || line->entry) && !line->is_void)
        penalties_money(list, &row->cell[5], line->charge.charged);
    add_result(list, line, &row->cell[6]);
    if (line->state) {
        put_words(&row->cell[6], "; ");
        text_put(&row->cell[6], case_word(line->state->state));
        put_words(&row->cell[6], ", stands ");
        penalties_money(list, &row->cell[6], line->state->stands);
        if (acts_term(line)) {
            put_words(&row->cell[6], ", ");
            add_term(list, line, &row->cell[6]);
        }
    }
}

const char *penalties_head(int column)
{
    static const char *const heads[][COLUMNS] = { { "when", "event", "person", "offence", "occurrence", "charged", "result" },
                                                  { "时间", "事件", "人员", "违规或奖励", "第几次", "计入", "结果" } };
    return heads[host_lang() == AC_LANG_ZH][column];
}

void penalties_free_row(penalty_row *row)
{
    for (int i = 0; i < COLUMNS; i++)
        text_free(&row->cell[i]);
}

static void print_rows(const penalty_list *list, int with_person, FILE *to)
{
    size_t width[COLUMNS];
    penalty_row row = { 0 };
    for (int i = 0; i < COLUMNS; i++)
        width[i] = text_width(penalties_head(i), strlen(penalties_head(i)));
    for (size_t k = 0; k < list->count; k++) {
        if (!penalties_is_told(list, &list->lines[k]))
            continue;
        penalties_fill(list, &list->lines[k], &row);
        for (int i = 0; i < COLUMNS; i++) {
            size_t w = text_width(row.cell[i].size ? row.cell[i].data : "", row.cell[i].size);
            width[i] = w > width[i] ? w : width[i];
        }
    }
    for (size_t k = 0; k <= list->count; k++) {
        const penalty_line *line = k ? &list->lines[k - 1] : NULL;
        if (line && !penalties_is_told(list, line))
            continue;
        if (line)
            penalties_fill(list, line, &row);
        for (int i = 0; i < COLUMNS - 1; i++) {
            const char *text = line ? row.cell[i].size ? row.cell[i].data : "" : penalties_head(i);
            if (i == 2 && !with_person)
                continue;
            text_pad(to, text, strlen(text), width[i], line && i == 5);
            fputs("  ", to);
        }
        if (line && !has_articles(line))
            add_clause(penalties_clause(line), &row.cell[6]);
        fprintf(to, "%s\n", line ? row.cell[6].data ? row.cell[6].data : "" : penalties_head(6));
    }
    penalties_free_row(&row);
}

static void add_sum(const penalty_list *list, const char *word, int64_t amount, int is_said, text_buffer *to)
{
    if (!is_said)
        return;
    text_put(to, word);
    penalties_money(list, to, amount);
}

static void print_count(const char *what, size_t count, FILE *to)
{
    if (count)
        fprintf(to, "%s%zu%s", host_words(", "), count, what);
}

static void print_sums(const penalty_list *list, const statement_sums *s, FILE *to)
{
    text_buffer text = { 0 };
    put_words(&text, "fines ");
    penalties_money(list, &text, s->fines);
    put_words(&text, ", payments ");
    penalties_money(list, &text, s->payments);
    add_sum(list, host_words(", of these carried over from earlier periods "), s->carried, s->carried != 0, &text);
    add_sum(list, host_words(", taken off by caps "), s->capped, s->capped != 0, &text);
    add_sum(list, host_words(", put off to later periods "), s->put_off, s->put_off != 0, &text);
    add_sum(list, host_words(", still owed at the end "), s->owed, s->owed || s->put_off || s->carried, &text);
    if (s->open) {
        put_words(&text, ", still to be chosen ");
        penalties_money(list, &text, s->open_low);
        text_put(&text, "..");
        penalties_money(list, &text, s->open_high);
    }
    fputs(text.data, to);
    fprintf(to, host_words(s->events == 1 ? "; %zu event" : "; %zu events"), s->events);
    print_count(host_words(" without consequence"), s->idle, to);
    fprintf(to, host_words(s->lines == 1 ? "; %zu line" : "; %zu lines"), s->lines);
    print_count(host_words(" excepted"), s->excepted, to);
    print_count(host_words(" undecided"), s->undecided, to);
    print_count(host_words(" in error"), s->wrong, to);
    print_count(host_words(" voided"), s->voided, to);
    fputc('\n', to);
    text_free(&text);
}

enum { EVENT_HAS_LINES = 1, EVENT_IS_TOLD = 2, EVENT_MATTERS = 4 };

/* Excepted, or below the occurrence from which there is a deed. */
static int is_idle(const penalty_line *line)
{
    const ac_proposal *p = &line->charge.proposal;
    return !line->is_void && (p->state == AC_PROPOSAL_EXCEPTED || (p->state == AC_PROPOSAL_MADE && p->deed_count == 0));
}

/* How many events there were, and how many came to nothing. */
static void count_events(const penalty_list *list, statement_sums *s)
{
    unsigned char *marks = must_zero(list->event_count + 1, 1);
    for (size_t i = 0; i < list->count; i++) {
        const penalty_line *line = &list->lines[i];
        if (line->is_carried || line->entry)
            continue;
        marks[line->event] |= EVENT_HAS_LINES;
        if (penalties_is_told(list, line))
            marks[line->event] |= is_idle(line) ? EVENT_IS_TOLD : EVENT_IS_TOLD | EVENT_MATTERS;
    }
    for (size_t i = 0; i < list->event_count; i++) {
        const penalty_event *event = &list->events[i];
        if (!marks[i] && is_of_person(list, event->person) && month_order(list, event->at) == 0)
            marks[i] = EVENT_IS_TOLD;
        s->events += (marks[i] & EVENT_IS_TOLD) != 0;
        s->idle += (marks[i] & (EVENT_IS_TOLD | EVENT_MATTERS)) == EVENT_IS_TOLD;
    }
    free(marks);
}

statement_sums statement_add_up(const penalty_list *list)
{
    statement_sums s = { 0 };
    for (size_t i = 0; i < list->count; i++) {
        const penalty_line *line = &list->lines[i];
        if (penalties_is_told(list, line))
            add_up(&s, line);
        if (is_of_person(list, line->person) && month_order(list, line->at) <= 0 && !line->is_void)
            s.owed += line->is_carried ? -line->charge.charged : line->charge.carried;
    }
    count_events(list, &s);
    return s;
}

static void print_head(const penalty_list *list, FILE *to)
{
    char when[AC_TIME_TEXT_BYTES];
    ac_text name = ac_policy_name(list->policy);
    fprintf(to, host_words(list->version_count > 1 ? "%.*s versions" : "%.*s version"), (int)name.size, name.data);
    for (size_t i = 0; i < list->version_count; i++)
        fprintf(to, "%s %u", i ? "," : "", ac_policy_version(list->versions[i]));
    ac_time_format(list->now, list->zone, when);
    if (list->month) {
        fputs(host_words(", "), to);
        fputs(list->month, to);
    }
    fprintf(to, host_words(", judged at %s\n"), when);
}

void penalties_text(const penalty_list *list, FILE *to)
{
    statement_sums s = statement_add_up(list);
    print_head(list, to);
    print_rows(list, 1, to);
    fputs(host_words("in all: "), to);
    print_sums(list, &s, to);
}

void penalties_statement(const penalty_list *list, FILE *to)
{
    char hex[65];
    statement_sums s = statement_add_up(list);
    fprintf(to, host_words("Statement of %s\n"), list->person);
    print_head(list, to);
    for (size_t i = 0; i < list->version_count; i++) {
        ac_digest digest = ac_policy_rule_digest(list->versions[i]);
        ac_digest_hex(&digest, hex);
        fprintf(to, host_words("rules %.16s\n"), hex);
    }
    fputc('\n', to);
    print_rows(list, 0, to);
    fputs(host_words("\ncharged: "), to);
    print_sums(list, &s, to);
    fputs(host_words("These are proposals. Each may be appealed before it is confirmed; a voided one counts later ones anew.\n"), to);
}

void penalties_why(const penalty_list *list, FILE *to)
{
    for (size_t i = 0; i < list->count; i++) {
        const penalty_line *line = &list->lines[i];
        const ac_charge *c = &line->charge;
        ac_offence_info info = statement_info(line);
        if (!penalties_is_told(list, line))
            continue;
        fprintf(to, host_words("\n%.*s %.*s, line %u%s%s: %s\n"), (int)line->id.size, line->id.data, (int)info.name.size, info.name.data, info.line,
                info.clause ? host_words(", ") : "", info.clause ? info.clause : "", proposal_word(c->proposal.state));
        if (c->proposal.state == AC_PROPOSAL_EXCEPTED)
            fprintf(to, host_words("  exception in line %u, %s\n"), c->proposal.line, c->proposal.clause ? c->proposal.clause : "");
        for (uint32_t k = 0; k < c->proposal.deed_count; k++) {
            text_buffer text = { 0 };
            add_deed(list, line, &line->deeds[k], &text);
            fprintf(to, host_words("  line %u, %s: %s\n"), line->deeds[k].line, line->deeds[k].clause ? line->deeds[k].clause : "", text.data ? text.data : "");
            text_free(&text);
        }
        if (c->cap_line)
            fprintf(to, host_words("  capped by line %u, %s\n"), c->cap_line, c->cap_clause ? c->cap_clause : "");
        if (acts_term(line)) {
            text_buffer text = { 0 };
            add_term(list, line, &text);
            fprintf(to, host_words("  line %u, %s: %s\n"), acts_term(line)->line, acts_term(line)->clause ? acts_term(line)->clause : "", text.data);
            text_free(&text);
        }
    }
}
