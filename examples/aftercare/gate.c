#include <stdlib.h>
#include <string.h>

#include "aftercare/gate.h"
#include "aftercare/input.h"

/* decide --act: may this be done? Every unmet item with its article. */

enum { UNMET_ROOM = 256 };

typedef struct question {
    ac_act   act;
    ac_value value;
    ac_gate  gate;
    ac_unmet unmet[UNMET_ROOM];
    uint32_t count;
} question;

static const char *const WORDS[2][6] = {
    { "does not hold", "does not hold", "not known", "not configured", "not supported", "error" },
    { "未满足", "未满足", "未知", "未配置", "尚不支持", "计算出错" },
};
static const char *const STATES[6] = { "no", "no", "unknown", "unset", "not-supported", "error" };

static int refuse(const options *o, const ac_error *err)
{
    host_print_error(o->load.policy, err->line, err->column, err);
    return EXIT_REFUSED;
}

/* TARGET or TARGET=VALUE, and who does it. 0 after a message. */
static int read_act(const options *o, const outcome *out, ac_time at, question *q, int *code)
{
    ac_act none = AC_ACT_INIT;
    ac_error err = AC_ERROR_INIT;
    const char *equals = strchr(o->act, '=');
    ac_text name = { o->act, equals ? (size_t)(equals - o->act) : strlen(o->act) };

    q->act = none;
    q->act.at = at;
    q->act.actor = text_of(o->actor ? o->actor : "");
    q->act.field = ac_policy_find_field(out->policy, out->record_type, name);
    *code = EXIT_USAGE;
    if (q->act.field == AC_NO_INDEX) {
        char hint[INPUT_HINT_BYTES] = "it has:";
        ac_field_info field = AC_FIELD_INFO_INIT;
        for (uint32_t i = 0; ac_policy_field_at(out->policy, out->record_type, i, &field) == AC_OK; i++)
            if (field.takes_value)
                input_hint_name(hint, field.name);
        fprintf(stderr, "aftercare %s: --act names an action, step, moment or field of the record; it has no \"%.*s\"\n    hint: %s\n", o->command, (int)name.size,
                name.data, hint);
        return 0;
    }
    if (o->by)
        q->act.role = ac_policy_find_role(out->policy, text_of(o->by));
    if (o->by && q->act.role == AC_NO_INDEX) {
        usage(o->command, "--by names a role; the policy has no \"%s\"", o->by);
        return 0;
    }
    if (!equals)
        return 1;
    if (ac_policy_parse_value(out->policy, out->record_type, q->act.field, text_of(equals + 1), out->zone, &q->value, &err) != AC_OK) {
        *code = refuse(o, &err);
        return 0;
    }
    q->act.value = &q->value;
    return 1;
}

static void print_text(const options *o, const outcome *out, const question *q, ac_record *record)
{
    int zh = o->lang == AC_LANG_ZH;
    char when[AC_TIME_TEXT_BYTES];
    ac_field_info field = AC_FIELD_INFO_INIT;
    ac_text id = ac_record_id(record), type = outcome_label(out, text_of(o->words[1]), o->lang), name = { "", 0 };
    if (ac_policy_field_at(out->policy, out->record_type, q->act.field, &field) == AC_OK)
        name = outcome_label(out, field.name, o->lang);
    outcome_time(out, q->act.at, when);
    printf("%.*s%s%.*s %s %s: %.*s %s\n", (int)type.size, type.data, id.size ? " " : "", (int)id.size, id.data, zh ? "截至" : "at", when, (int)name.size,
           name.data, q->gate.is_allowed ? zh ? "准许" : "is allowed" : zh ? "不准" : "is refused");
    for (uint32_t i = 0; i < q->count; i++) {
        const ac_unmet *u = &q->unmet[i];
        printf("  %s %s: %.*s, %s", u->clause ? u->clause : "-", ac_unmet_name(u->kind), (int)u->text.size, u->text.data, WORDS[zh][u->state]);
        if (u->missing)
            printf(" (%s)", u->missing);
        putchar('\n');
    }
}

static void json_pair(const char *key, const char *data, size_t size)
{
    printf(",\"%s\":", key);
    if (data)
        json_text(stdout, data, size);
    else
        fputs("null", stdout);
}

static void print_json(const options *o, const outcome *out, const question *q, ac_record *record)
{
    char when[AC_TIME_TEXT_BYTES];
    ac_text id = ac_record_id(record);
    outcome_time(out, q->act.at, when);
    fputs("{\"record\":", stdout);
    json_text(stdout, o->words[1], strlen(o->words[1]));
    json_pair("id", id.data, id.size);
    json_pair("act", o->act, strcspn(o->act, "="));
    printf(",\"at\":\"%s\",\"answer\":\"%s\",\"unmet\":[", when, q->gate.is_allowed ? "allowed" : "refused");
    for (uint32_t i = 0; i < q->count; i++) {
        const ac_unmet *u = &q->unmet[i];
        printf("%s{\"kind\":\"%s\",\"state\":\"%s\"", i ? "," : "", ac_unmet_name(u->kind), STATES[u->state]);
        json_pair("text", u->text.data, u->text.size);
        json_pair("missing", u->missing, u->missing ? strlen(u->missing) : 0);
        printf(",\"line\":%u", u->line);
        json_pair("article", u->clause, u->clause ? strlen(u->clause) : 0);
        putchar('}');
    }
    putchar(']');
}

/* Refused for what is known, or only for what is not. */
static int exit_code(const question *q)
{
    for (uint32_t i = 0; i < q->count; i++)
        if (q->unmet[i].state != AC_VALUE_UNKNOWN && q->unmet[i].state != AC_VALUE_UNSET)
            return EXIT_REFUSED;
    return q->gate.is_allowed ? EXIT_DONE : EXIT_UNDECIDED;
}

int gate_answer(const options *o, const outcome *out, ac_record *record, ac_time at)
{
    ac_gate blank = AC_GATE_INIT;
    ac_error err = AC_ERROR_INIT;
    question *q = must_zero(1, sizeof *q);
    int code;

    q->gate = blank;
    if (!read_act(o, out, at, q, &code))
        goto out;
    if (ac_rules_gate(record, &q->act, &q->gate, q->unmet, UNMET_ROOM, &err) != AC_OK) {
        code = refuse(o, &err);
        goto out;
    }
    q->count = q->gate.unmet_count < UNMET_ROOM ? q->gate.unmet_count : UNMET_ROOM;
    code = exit_code(q);
    if (o->json)
        print_json(o, out, q, record);
    else
        print_text(o, out, q, record);
    if (o->why) {
        fputs(o->json ? ",\"why\":" : "\n", stdout);
        if (ac_why_gate(record, &q->act, o->json ? AC_FORMAT_JSON : AC_FORMAT_TEXT, o->lang, file_sink, stdout, &err) != AC_OK)
            code = refuse(o, &err);
    }
    if (o->json)
        puts("}");
out:
    free(q);
    return code;
}
