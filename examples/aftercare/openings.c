#include "aftercare/openings.h"

#include <stdlib.h>
#include <string.h>

static ac_status take(void *user, const ac_opening *opening)
{
    openings *all = user;
    if (all->o->only && !text_same(options_record_name(all->out->policy, opening->type), all->o->only))
        return AC_OK;
    all->list = must_resize(all->list, (all->count + 1) * sizeof *all->list);
    all->list[all->count++] = *opening;
    return AC_OK;
}

int openings_open(openings *all, const options *o, const outcome *out, ac_record *record, ac_time at)
{
    static const openings none;
    ac_field_info field = AC_FIELD_INFO_INIT;
    ac_error err = AC_ERROR_INIT;
    ac_status st;
    *all = none;
    all->o = o;
    all->out = out;
    all->record = record;
    all->at = at;
    st = ac_rules_openings(record, AC_NO_INDEX, at, take, all, &err);
    for (uint32_t i = 0; st == AC_OK && ac_policy_field_at(out->policy, out->record_type, i, &field) == AC_OK; i++)
        if (field.type == AC_TYPE_MOMENT)
            st = ac_rules_openings(record, i, at, take, all, &err);
    if (st != AC_OK)
        host_print_error(o->load.policy, err.line, err.column, &err);
    return st == AC_OK;
}

void openings_close(openings *all)
{
    free(all->list);
    all->list = NULL;
}

int openings_can(const openings *all, const char *name)
{
    ac_record_info info = AC_RECORD_INFO_INIT;
    uint32_t type = ac_policy_find_record(all->out->policy, text_of(name));
    if (ac_policy_record_at(all->out->policy, type, &info) != AC_OK)
        return 0;
    return info.opening.size && all->out->record_type == (info.owner == AC_NO_INDEX ? type : info.owner);
}

int openings_tells(const openings *all, uint32_t type)
{
    size_t i = 0;
    while (i < all->count && all->list[i].type != type)
        i++;
    return i < all->count || (all->o->only && text_same(options_record_name(all->out->policy, type), all->o->only) && openings_can(all, all->o->only));
}

/* --- the record that is opened --------------------------------------------------------------- */

/* As it stands when it has just been opened. NULL after a message. */
static ac_record *make(const openings *all, const ac_opening *opening)
{
    ac_record_info info = AC_RECORD_INFO_INIT;
    ac_record *made = NULL;
    ac_error err = AC_ERROR_INIT;
    uint32_t period = ac_policy_find_field(all->out->policy, opening->type, text_of("period"));
    ac_status st = ac_policy_record_at(all->out->policy, opening->type, &info);
    if (st == AC_OK)
        st = ac_record_new(ac_record_rulebook(all->record), all->out->policy, opening->type, text_of(""), NULL, &made, &err);
    if (st == AC_OK && info.owner != AC_NO_INDEX)
        st = ac_record_attach_owner(made, all->record, &err);
    if (st == AC_OK && opening->period.state == AC_VALUE_KNOWN)
        st = ac_record_set(made, period, &opening->period, &err);
    if (st == AC_OK && opening->group.state == AC_VALUE_KNOWN)
        st = ac_record_set(made, opening->group_field, &opening->group, &err);
    if (st == AC_OK)
        return made;
    host_print_error(all->o->load.policy, opening->line, 1, &err);
    ac_record_free(made);
    return NULL;
}

/* Its decisions in `of`, which outcome_close frees; 0: there are none. */
static int judge(const openings *all, const ac_opening *opening, ac_record **made, outcome *of)
{
    host_book book = { ac_record_rulebook(all->record), all->out->policy, 0, 0 };
    ac_error err = AC_ERROR_INIT;
    *made = opening->state == AC_OPENING_YES ? make(all, opening) : NULL;
    if (!*made)
        return 0;
    outcome_open(of, &book, *made);
    if (ac_rules_evaluate(*made, all->at, of->decisions, of->count, &err) == AC_OK)
        return 1;
    host_print_error(all->o->load.policy, err.line, err.column, &err);
    outcome_close(of);
    ac_record_free(*made);
    return 0;
}

/* --- for people --------------------------------------------------------------------------------- */

static const char *const STATES[][2] = {
    [AC_OPENING_YES]           = { "since ", "自 " },
    [AC_OPENING_NO]            = { "no", "不建" },
    [AC_OPENING_UNDECIDED]     = { "undecided, needs ", "未定，缺 " },
    [AC_OPENING_UNSET]         = { "not configured: ", "未配置：" },
    [AC_OPENING_NOT_SUPPORTED] = { "not supported", "尚不支持" },
};
static const char *const NAMES[] = { "yes", "no", "undecided", "unset", "not-supported" };

typedef struct page {
    const openings *all;
    int             pass;       /* 0 measures, 1 prints */
    size_t          width, wide;
    FILE           *to;
} page;

static void put_row(page *p, int level, ac_text name, const text_buffer *text, const char *clause)
{
    int zh = p->all->o->lang == AC_LANG_ZH;
    size_t inset = 2 * (size_t)level, w = text_width(name.data, name.size) + inset, v = text_width(text->data, text->size);
    if (p->pass == 0) {
        p->width = w > p->width ? w : p->width;
        p->wide = v > p->wide ? v : p->wide;
        return;
    }
    fprintf(p->to, "%*s", (int)inset + 2, "");
    text_pad(p->to, name.data, name.size, p->width - inset, 0);
    fputs("  ", p->to);
    if (clause) {
        text_pad(p->to, text->data, text->size, p->wide, 0);
        fprintf(p->to, "  %s %s", zh ? "依据" : "per", clause);
    } else {
        fputs(text->data, p->to);
    }
    fputc('\n', p->to);
}

/* "call", "month-report 2026-07", "cause-report 2026-Q3 wear" */
static void name_opening(const openings *all, const ac_opening *opening, text_buffer *name)
{
    ac_text type = outcome_label(all->out, options_record_name(all->out->policy, opening->type), all->o->lang);
    const ac_value *parts[2] = { &opening->period, &opening->group };
    text_clear(name);
    text_add(name, type.data, type.size);
    for (size_t i = 0; i < 2; i++) {
        if (parts[i]->state != AC_VALUE_KNOWN)
            continue;
        text_put(name, " ");
        ac_value_format(all->out->policy, parts[i], all->out->zone, text_sink, name);
    }
}

static void put_opening(page *p, const ac_opening *opening)
{
    const openings *all = p->all;
    const char *says = STATES[opening->state][all->o->lang == AC_LANG_ZH];
    char when[AC_TIME_TEXT_BYTES] = "";
    text_buffer name = { 0 }, text = { 0 };
    ac_record *made;
    outcome of;
    name_opening(all, opening, &name);
    text_put(&text, says);
    if (opening->state == AC_OPENING_YES)
        outcome_time(all->out, opening->at, when);
    text_put(&text, when);
    if (opening->missing)
        text_put(&text, opening->missing);
    ac_text head = { name.data, name.size };
    put_row(p, 1, head, &text, opening->clause);
    if (judge(all, opening, &made, &of)) {
        for (uint32_t i = 0; i < of.count; i++) {
            const ac_decision *d = &of.decisions[i];
            if (d->kind != AC_DECISION_MILESTONE)
                continue;
            outcome_milestone(&of, &d->milestone, all->o->lang, &text);
            put_row(p, 2, outcome_label(&of, outcome_name(&of, i), all->o->lang), &text, d->clause);
        }
        outcome_close(&of);
        ac_record_free(made);
    }
    text_free(&name);
    text_free(&text);
}

void openings_text(const openings *all, FILE *to)
{
    page p = { all, 0, 0, 0, to };
    if (all->count == 0)
        return;
    fputs(all->o->lang == AC_LANG_ZH ? "  建立\n" : "  opens\n", to);
    for (; p.pass < 2; p.pass++)
        for (size_t i = 0; i < all->count; i++)
            put_opening(&p, &all->list[i]);
}

/* --- for programs -------------------------------------------------------------------------------- */

static void json_member(const char *name, const char *text, size_t size, FILE *to)
{
    fprintf(to, ",\"%s\":", name);
    json_text(to, text, size);
}

static void json_value_of(const openings *all, const char *name, const ac_value *value, FILE *to)
{
    text_buffer text = { 0 };
    if (value->state != AC_VALUE_KNOWN)
        return;
    ac_value_format(all->out->policy, value, all->out->zone, text_sink, &text);
    json_member(name, text.data, text.size, to);
    text_free(&text);
}

static void json_limits(const openings *all, const ac_opening *opening, FILE *to)
{
    ac_record *made;
    outcome of;
    if (!judge(all, opening, &made, &of))
        return;
    fputs(",\"limits\":", to);
    outcome_json_limits(&of, all->at, to);
    outcome_close(&of);
    ac_record_free(made);
}

void openings_json(const openings *all, FILE *to)
{
    for (size_t i = 0; i < all->count; i++) {
        const ac_opening *opening = &all->list[i];
        ac_text type = options_record_name(all->out->policy, opening->type);
        text_buffer key = { 0 };
        char when[AC_TIME_TEXT_BYTES];
        outcome_time(all->out, opening->at, when);
        fputs(i ? ",{\"record\":" : ",\"opens\":[{\"record\":", to);
        json_text(to, type.data, type.size);
        json_member("state", NAMES[opening->state], strlen(NAMES[opening->state]), to);
        json_member("at", when, strlen(when), to);
        json_value_of(all, "period", &opening->period, to);
        json_value_of(all, "group", &opening->group, to);
        if (ac_rules_opening_key(all->record, opening, text_sink, &key) == AC_OK)
            json_member("key", key.data, key.size, to);
        if (opening->missing)
            json_member("missing", opening->missing, strlen(opening->missing), to);
        fprintf(to, ",\"line\":%u", opening->line);
        if (opening->clause)
            json_member("article", opening->clause, strlen(opening->clause), to);
        json_limits(all, opening, to);
        fputc('}', to);
        text_free(&key);
    }
    if (all->count)
        fputc(']', to);
}
