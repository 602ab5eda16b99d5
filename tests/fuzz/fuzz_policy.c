/* Policy text, expressions and label files: whatever the bytes, messages or an object, never a crash. */
#include <stdint.h>

#include "policy/report/limits.h"
#include "policy/text/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ac_status swallow(void *user, const char *data, size_t size)
{
    (void)user;
    (void)data;
    (void)size;
    return AC_OK;
}

typedef enum form { FORM_POLICY, FORM_LABELS, FORM_EXPR } form;

static void parse_as(form as, ac_text text)
{
    ac_policy_limits limits = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    ac_report       *report;
    ac_mem           mem;
    ac_arena         arena;
    ac_log           log;
    ac_source        source;
    ac_tree         *tree;
    ac_tree_expr    *expr;
    size_t           i;

    source.name = ac_text_of("fuzz");
    source.text = text;
    if (ac_policy_limits_resolve(&limits, &limits, NULL) != AC_OK || ac_report_new(NULL, &report, NULL) != AC_OK)
        return;
    ac_mem_init(&mem, NULL, limits.compile_bytes, NULL);
    ac_arena_init(&arena, &mem);
    if (ac_log_begin(&log, &mem, report, &source, &limits, 0, NULL) == AC_OK) {
        if (as == FORM_POLICY)
            ac_parse_policy(&log, &arena, &mem, &limits, &tree, NULL);
        else if (as == FORM_LABELS)
            ac_parse_labels_file(&log, &arena, &mem, &limits, &tree, NULL);
        else
            ac_parse_expression(&log, &arena, &mem, &limits, &expr, NULL);
    }
    ac_log_end(&log, NULL);
    for (i = 0; i < ac_report_count(report); i++) {
        ac_report_render(report, i, AC_LANG_EN, swallow, NULL);
        ac_report_render_json(report, i, AC_LANG_EN, swallow, NULL);
    }
    ac_arena_clear(&arena);
    ac_report_free(report);
}

/* An expression in every scope of a policy that has one of each thing. */
static void compile_expression(ac_text text)
{
    static const char scene[] =
        "policy p version 1\ntimezone Z\ncurrency CNY\ndays end midnight\nmonth-end clamp\n"
        "enum e gives g : span\n  | e || g |\n  | x || 3 days |\n"
        "record a is customer\n  t : text\n  k : e\n"
        "record b of a dated o\n  n : number\n  y : yes/no\n  w : money\n  l : a\n  o, c : moment\n  c promptly after o\n";
    ac_source  source;
    ac_policy *policy;
    ac_report *report;
    uint32_t   r;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return;
    source.name = ac_text_of("scene");
    source.text = ac_text_of(scene);
    if (ac_policy_compile(&source, NULL, &policy, report, NULL) == AC_OK) {
        source.text = text;
        for (r = 0; r < ac_policy_record_count(policy); r++) {
            ac_expression *e;

            ac_expression_compile(policy, r, &source, NULL, &e, report, NULL);
            ac_expression_free(e);
        }
        ac_policy_unref(policy);
    }
    ac_report_free(report);
}

/* With a small budget, so that one input cannot take long. */
static void compile_policy(ac_text text)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source;
    ac_policy        *policy;
    ac_report        *report;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return;
    source.name = ac_text_of("fuzz");
    source.text = text;
    options.limits.compile_bytes = 16u << 20;
    options.verify = text.size < 1024;      /* its steps are bounded, but a long text may take all of them */
    ac_policy_compile(&source, &options, &policy, report, NULL);
    ac_policy_unref(policy);
    ac_report_free(report);
}

static void compile(ac_text text)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source;
    ac_report        *report;
    ac_policy        *policy;

    source.name = ac_text_of("fuzz");
    source.text = text;
    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return;
    if (ac_policy_compile(&source, &options, &policy, report, NULL) == AC_OK)
        ac_policy_unref(policy);
    ac_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_text text;

    text.data = (const char *)data;
    text.size = size;
    compile(text);
    parse_as(FORM_POLICY, text);
    parse_as(FORM_LABELS, text);
    parse_as(FORM_EXPR, text);
    compile_policy(text);
    compile_expression(text);
    return 0;
}
