/* Policy text, expressions and label files: whatever the bytes, messages or a tree, never a crash. */
#include <stdint.h>

#include "policy/parse.h"

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
        ac_report_render(report, i, swallow, NULL);
        ac_report_render_json(report, i, swallow, NULL);
    }
    ac_arena_clear(&arena);
    ac_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_text text;

    text.data = (const char *)data;
    text.size = size;
    parse_as(FORM_POLICY, text);
    parse_as(FORM_LABELS, text);
    parse_as(FORM_EXPR, text);
    return 0;
}
