#include "aftercare/whatif.h"

#include <stdlib.h>
#include <string.h>

enum { TOLD_APART = 400 };

void whatif_open(whatif *w, const columns *c)
{
    memset(w, 0, sizeof *w);
    w->columns = c;
    w->limits = must_zero(c->count, sizeof *w->limits);
}

void whatif_close(whatif *w)
{
    for (size_t i = 0; i < w->change_count; i++) {
        free(w->changes[i].old_clause);
        free(w->changes[i].new_clause);
        free(w->changes[i].old_text);
        free(w->changes[i].new_text);
        free(w->changes[i].id);
    }
    free(w->changes);
    free(w->limits);
}

/* One side of a decision: what is compared and told. */
typedef struct aspect {
    const ac_decision *d;       /* NULL: the version has none of that name, or no version was in force */
    text_buffer        text;
    uint32_t           line;
    const char        *clause;
} aspect;

static int is_judged(const ac_milestone *m)
{
    return m->verdict == AC_VERDICT_MET || m->verdict == AC_VERDICT_LATE;
}

static void look(aspect *a, const version *judge, const ac_decision *d)
{
    a->d = d;
    text_clear(&a->text);
    a->line = 0;
    a->clause = "";
    if (!d)
        return;
    outcome_part(&judge->out, d, PART_VERDICT, &a->text);
    if (d->kind == AC_DECISION_VALUE && a->text.size == 0)
        text_put(&a->text, "unknown");
    a->clause = d->clause ? d->clause : "";
    if (d->kind == AC_DECISION_MILESTONE) {
        a->line = d->milestone.line;
        a->clause = d->milestone.clause ? d->milestone.clause : a->clause;
    }
}

static int differs(const aspect *old, const aspect *new)
{
    if (!old->d || !new->d)
        return old->d != new->d;
    if (!text_equal(text_view(&old->text), text_view(&new->text)))
        return 1;
    if (old->d->kind == AC_DECISION_VALUE)
        return 0;
    const ac_milestone *a = &old->d->milestone, *b = &new->d->milestone;
    return a->has_due != b->has_due || (a->has_due && a->due_at != b->due_at) || (is_judged(a) && a->late_by_s != b->late_by_s);
}

/* The times of the record that a change is met with first. */
static void note_times(whatif_change *c, version *const *judges, const aspect *const *sides)
{
    const ac_milestone *m[2];
    c->id = text_copy(ac_record_id(judges[0]->record));
    for (int s = 0; s < 2; s++) {
        if (!sides[s]->d || sides[s]->d->kind != AC_DECISION_MILESTONE)
            return;
        m[s] = &sides[s]->d->milestone;
        c->has_due[s] = m[s]->has_due;
        c->late_by_s[s] = m[s]->late_by_s;
        if (m[s]->has_due)
            outcome_time(&judges[s]->out, m[s]->due_at, c->due[s]);
    }
    if (m[0]->has_due != m[1]->has_due || (m[0]->has_due && m[0]->due_at != m[1]->due_at))
        c->told = WHATIF_DUE;
    else if (is_judged(m[0]) && is_judged(m[1]) && m[0]->late_by_s != m[1]->late_by_s)
        c->told = WHATIF_OVERRUN;
}

static whatif_change *find_change(whatif *w, size_t column, const aspect *old, const aspect *new)
{
    for (size_t i = 0; i < w->change_count; i++) {
        whatif_change *c = &w->changes[i];
        if (c->column == column && c->old_line == old->line && c->new_line == new->line && strcmp(c->old_clause, old->clause) == 0
            && strcmp(c->new_clause, new->clause) == 0 && text_same(text_view(&old->text), c->old_text)
            && text_same(text_view(&new->text), c->new_text))
            return c;
    }
    if (w->change_count == TOLD_APART)
        return NULL;
    w->changes = must_resize(w->changes, (w->change_count + 1) * sizeof *w->changes);
    whatif_change *fresh = &w->changes[w->change_count++];
    memset(fresh, 0, sizeof *fresh);
    fresh->column = column;
    fresh->old_line = old->line;
    fresh->new_line = new->line;
    fresh->old_clause = text_copy(text_of(old->clause));
    fresh->new_clause = text_copy(text_of(new->clause));
    fresh->old_text = text_copy(text_view(&old->text));
    fresh->new_text = text_copy(text_view(&new->text));
    return fresh;
}

static void count_limit(whatif_limit *limit, const aspect *const *sides)
{
    ac_verdict verdicts[2];
    for (int s = 0; s < 2; s++) {
        const ac_milestone *m = sides[s]->d ? &sides[s]->d->milestone : NULL;
        verdicts[s] = m ? m->verdict : AC_VERDICT_NONE;
        limit->met[s] += verdicts[s] == AC_VERDICT_MET;
        limit->late[s] += verdicts[s] == AC_VERDICT_LATE;
        limit->other[s] += verdicts[s] != AC_VERDICT_MET && verdicts[s] != AC_VERDICT_LATE;
        if (verdicts[s] == AC_VERDICT_LATE)
            outcome_add_seconds(&limit->overrun_s[s], m->late_by_s);
    }
    limit->met_to_late += verdicts[0] == AC_VERDICT_MET && verdicts[1] == AC_VERDICT_LATE;
    limit->late_to_met += verdicts[0] == AC_VERDICT_LATE && verdicts[1] == AC_VERDICT_MET;
}

static ac_secs size_of(const whatif_record *r)
{
    ac_secs change = r->late_by_s[1] - r->late_by_s[0];
    return change < 0 ? -change : change;
}

static void note_biggest(whatif *w, size_t column, ac_text id, const aspect *old, const aspect *new)
{
    whatif_record r = { "", column, { old->d->milestone.late_by_s, new->d->milestone.late_by_s }, { old->d->milestone.verdict, new->d->milestone.verdict } };
    size_t at = w->biggest_count, n = id.size < sizeof r.id - 1 ? id.size : sizeof r.id - 1;
    while (at > 0 && size_of(&w->biggest[at - 1]) < size_of(&r))
        at--;
    if (at == WHATIF_BIGGEST || size_of(&r) == 0)
        return;
    if (n)
        memcpy(r.id, id.data, n);
    r.id[n] = '\0';
    size_t last = w->biggest_count < WHATIF_BIGGEST ? w->biggest_count++ : WHATIF_BIGGEST - 1;
    memmove(&w->biggest[at + 1], &w->biggest[at], (last - at) * sizeof *w->biggest);
    w->biggest[at] = r;
}

/* Which row gave a value is asked only when the values differ. */
static void look_for_line(aspect *a, const version *judge, ac_time at)
{
    if (a->d && a->d->kind == AC_DECISION_VALUE)
        a->line = ac_rules_value_line(judge->record, a->d->index, at);
}

int whatif_count(whatif *w, const versions *sides, version *const *judges, ac_time at)
{
    aspect aspects[2] = { { 0 }, { 0 } };
    const aspect *both[2] = { &aspects[0], &aspects[1] };
    int changed = 0;
    w->records++;
    if (!judges[0] || !judges[1]) {
        w->uneven += judges[0] != judges[1];
        changed = judges[0] != judges[1];
        w->changed += (size_t)changed;
        return changed;
    }
    for (size_t k = 0; k < w->columns->count; k++) {
        for (size_t s = 0; s < 2; s++)
            look(&aspects[s], judges[s], columns_at(w->columns, s, &sides[s], judges[s], k));
        if (w->columns->list[k].kind == AC_DECISION_MILESTONE)
            count_limit(&w->limits[k], both);
        if (!differs(both[0], both[1]))
            continue;
        for (size_t s = 0; s < 2; s++)
            look_for_line(&aspects[s], judges[s], at);
        whatif_change *change = find_change(w, k, both[0], both[1]);
        if (change && change->count++ == 0)
            note_times(change, judges, both);
        w->untold += change == NULL;
        w->decisions_changed++;
        changed = 1;
        if (both[0]->d && both[1]->d && both[0]->d->kind == AC_DECISION_MILESTONE && is_judged(&both[0]->d->milestone) && is_judged(&both[1]->d->milestone))
            note_biggest(w, k, ac_record_id(judges[0]->record), both[0], both[1]);
    }
    w->changed += (size_t)changed;
    text_free(&aspects[0].text);
    text_free(&aspects[1].text);
    return changed;
}

static int change_order(const void *a, const void *b)
{
    const whatif_change *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    int order = strcmp(x->old_text, y->old_text);
    if (order == 0)
        order = strcmp(x->new_text, y->new_text);
    if (order == 0)
        order = (x->old_line > y->old_line) - (x->old_line < y->old_line);
    return order ? order : (x->new_line > y->new_line) - (x->new_line < y->new_line);
}

void whatif_finish(whatif *w)
{
    if (w->change_count)
        qsort(w->changes, w->change_count, sizeof *w->changes, change_order);
}

/* --- text ------------------------------------------------------------------------------- */

static void describe_rule(text_buffer *text, uint32_t line, const char *clause, const char *what)
{
    char number[32];
    text_clear(text);
    text_put(text, what[0] ? what : "(no such rule)");
    if (line)
        text_add(text, number, (size_t)snprintf(number, sizeof number, ", line %u", line));
    if (clause[0]) {
        text_put(text, " per ");
        text_put(text, clause);
    }
}

static void describe_times(text_buffer *text, const whatif_change *c, int side)
{
    char length[TEXT_SECONDS_BYTES];
    text_seconds(length, c->late_by_s[side]);
    text_clear(text);
    text_put(text, c->told == WHATIF_OVERRUN ? "late by " : c->has_due[side] ? "due " : "no due");
    text_put(text, c->told == WHATIF_OVERRUN ? length : c->due[side]);
}

/* The rule on both sides, or what it came to for the first record; 0: there is nothing to tell of that. */
static int describe_line(const whatif_change *c, int is_times, text_buffer both[2])
{
    if (is_times && c->told == WHATIF_SAME)
        return 0;
    if (!is_times) {
        describe_rule(&both[0], c->old_line, c->old_clause, c->old_text);
        describe_rule(&both[1], c->new_line, c->new_clause, c->new_text);
        return 1;
    }
    for (int s = 0; s < 2; s++)
        describe_times(&both[s], c, s);
    if (*c->id) {
        text_put(&both[1], c->count > 1 ? ", first " : ", ");
        text_put(&both[1], c->id);
    }
    return 1;
}

static void text_changes(const whatif *w, FILE *to)
{
    text_buffer both[2] = { { 0 }, { 0 } };
    size_t wide = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < 2 * w->change_count; i++) {
            const whatif_change *c = &w->changes[i / 2];
            ac_text name = w->columns->list[c->column].name;
            if (!describe_line(c, i % 2, both))
                continue;
            size_t width = text_width(both[0].data, both[0].size);
            if (pass == 0) {
                wide = width > wide && width < 60 ? width : wide;
                continue;
            }
            if (i % 2)
                fprintf(to, "%12s", "");
            else
                fprintf(to, "%10zu  ", c->count);
            text_pad(to, name.data, i % 2 ? 0 : name.size, 20, 0);
            fputs("  ", to);
            text_pad(to, both[0].data, both[0].size, wide, 0);
            fprintf(to, "  ->  %s\n", both[1].data);
        }
        if (pass == 0 && w->change_count)
            fputs("\n  what changes, by rule\n", to);
    }
    if (w->untold)
        fprintf(to, "%10zu  more, not told apart\n", w->untold);
    text_free(&both[0]);
    text_free(&both[1]);
}

int whatif_is_told(const whatif_limit *limit)
{
    return limit->met[0] || limit->met[1] || limit->late[0] || limit->late[1];
}

static void text_limit(const whatif *w, size_t k, FILE *to)
{
    static const char *const sides[2] = { "old", "new" };
    const whatif_limit *limit = &w->limits[k];
    ac_text name = w->columns->list[k].name;
    fputs("\n  ", to);
    text_pad(to, name.data, name.size, 26, 0);
    fputs("           met          late         other               overrun\n", to);
    for (int s = 0; s < 2; s++) {
        char length[TEXT_SECONDS_BYTES];
        text_seconds(length, limit->overrun_s[s]);
        fprintf(to, "    %-24s%14zu%14zu%14zu", sides[s], limit->met[s], limit->late[s], limit->other[s]);
        text_pad(to, length, strlen(length), 22, 1);
        fputc('\n', to);
    }
    fprintf(to, "    met -> late: %zu, late -> met: %zu\n", limit->met_to_late, limit->late_to_met);
}

void whatif_text(const whatif *w, FILE *to)
{
    fprintf(to, "%zu record%s, %zu changed\n", w->records, w->records == 1 ? "" : "s", w->changed);
    if (w->uneven)
        fprintf(to, "\n  judged by one side only, because no policy of the other was in force: %zu\n", w->uneven);
    text_changes(w, to);
    for (size_t k = 0; k < w->columns->count; k++)
        if (whatif_is_told(&w->limits[k]))
            text_limit(w, k, to);
    if (w->biggest_count)
        fputs("\n  the biggest changes of overrun\n", to);
    for (size_t i = 0; i < w->biggest_count; i++) {
        const whatif_record *r = &w->biggest[i];
        char lengths[2][TEXT_SECONDS_BYTES];
        ac_text name = w->columns->list[r->column].name;
        for (int s = 0; s < 2; s++)
            text_seconds(lengths[s], r->late_by_s[s]);
        fputs("    ", to);
        text_pad(to, r->id, strlen(r->id), 24, 0);
        text_pad(to, name.data, name.size, 20, 0);
        text_pad(to, lengths[0], strlen(lengths[0]), 20, 1);
        fprintf(to, "  ->  %s\n", lengths[1]);
    }
}

/* --- JSON ------------------------------------------------------------------------------- */

static void json_side(const whatif_change *c, int side, int is_value, FILE *to)
{
    const char *text = side ? c->new_text : c->old_text, *clause = side ? c->new_clause : c->old_clause;
    uint32_t line = side ? c->new_line : c->old_line;
    fprintf(to, ",\"%s\":{", side ? "new" : "old");
    if (text[0]) {
        fputs(is_value ? "\"value\":" : "\"verdict\":", to);
        json_text(to, text, strlen(text));
    }
    if (line)
        fprintf(to, ",\"line\":%u", line);
    if (clause[0]) {
        fputs(",\"article\":", to);
        json_text(to, clause, strlen(clause));
    }
    if (c->told == WHATIF_DUE && c->has_due[side])
        fprintf(to, ",\"due_at\":\"%s\"", c->due[side]);
    if (c->told == WHATIF_OVERRUN)
        fprintf(to, ",\"late_by_s\":%lld", (long long)c->late_by_s[side]);
    fputc('}', to);
}

static void json_limit(const whatif *w, size_t k, FILE *to)
{
    static const char *const sides[2] = { "old", "new" };
    const whatif_limit *limit = &w->limits[k];
    json_text(to, w->columns->list[k].name.data, w->columns->list[k].name.size);
    fputs(":{", to);
    for (int s = 0; s < 2; s++)
        fprintf(to, "\"%s\":{\"met\":%zu,\"late\":%zu,\"other\":%zu,\"overrun_s\":%lld},", sides[s], limit->met[s], limit->late[s], limit->other[s],
                (long long)limit->overrun_s[s]);
    fprintf(to, "\"met_to_late\":%zu,\"late_to_met\":%zu}", limit->met_to_late, limit->late_to_met);
}

void whatif_json(const whatif *w, FILE *to)
{
    int first = 1;
    fprintf(to, ",\"records\":%zu,\"changed\":%zu,\"one_side_only\":%zu,\"decisions_changed\":%zu,\"changes\":[", w->records, w->changed, w->uneven,
            w->decisions_changed);
    for (size_t i = 0; i < w->change_count; i++) {
        const whatif_change *c = &w->changes[i];
        const struct column *column = &w->columns->list[c->column];
        fputs(i ? ",{\"name\":" : "{\"name\":", to);
        json_text(to, column->name.data, column->name.size);
        fprintf(to, ",\"records\":%zu", c->count);
        if (*c->id) {
            fputs(",\"first\":", to);
            json_text(to, c->id, strlen(c->id));
        }
        for (int side = 0; side < 2; side++)
            json_side(c, side, column->kind == AC_DECISION_VALUE, to);
        fputc('}', to);
    }
    fprintf(to, "],\"not_told_apart\":%zu,\"limits\":{", w->untold);
    for (size_t k = 0; k < w->columns->count; k++) {
        if (w->columns->list[k].kind != AC_DECISION_MILESTONE)
            continue;
        fputs(first ? "" : ",", to);
        first = 0;
        json_limit(w, k, to);
    }
    fputs("},\"biggest\":[", to);
    for (size_t i = 0; i < w->biggest_count; i++) {
        const whatif_record *r = &w->biggest[i];
        fputs(i ? ",{\"id\":" : "{\"id\":", to);
        json_text(to, r->id, strlen(r->id));
        fputs(",\"limit\":", to);
        json_text(to, w->columns->list[r->column].name.data, w->columns->list[r->column].name.size);
        fprintf(to, ",\"old\":{\"verdict\":\"%s\",\"late_by_s\":%lld},\"new\":{\"verdict\":\"%s\",\"late_by_s\":%lld}}", ac_verdict_name(r->verdict[0]),
                (long long)r->late_by_s[0], ac_verdict_name(r->verdict[1]), (long long)r->late_by_s[1]);
    }
    fputc(']', to);
}
