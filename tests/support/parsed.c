#include "support/parsed.h"
#include "support/report.h"
#include "policy/report/limits.h"

#include <stdlib.h>
#include <string.h>

static void run(parsed *p, parsed_kind kind, const ac_policy_limits *limits)
{
    switch (kind) {
    case PARSED_POLICY: p->parse_status = ac_parse_policy(&p->log, &p->arena, &p->mem, limits, &p->tree, NULL); break;
    case PARSED_DATA: p->parse_status = ac_parse_data(&p->log, &p->arena, &p->mem, limits, &p->data, NULL); break;
    case PARSED_LABELS: p->parse_status = ac_parse_labels_file(&p->log, &p->arena, &p->mem, limits, &p->tree, NULL); break;
    case PARSED_EXPR: p->parse_status = ac_parse_expression(&p->log, &p->arena, &p->mem, limits, &p->expr, NULL); break;
    }
}

parsed *parsed_new(const ac_allocator *mem, parsed_kind kind, const char *name, const char *text, size_t size, const ac_policy_limits *limits)
{
    parsed          *p = calloc(1, sizeof *p);
    ac_policy_limits resolved = { 0 };
    ac_source        source;

    if (limits)
        resolved = *limits;
    source.name = ac_text_of(name);
    source.text.data = text;
    source.text.size = size;
    p->parse_status = p->status = AC_E_NOMEM;
    if (ac_policy_limits_resolve(&resolved, &resolved, NULL) != AC_OK || ac_report_new(mem, &p->report, NULL) != AC_OK)
        return p;
    ac_mem_init(&p->mem, mem, resolved.compile_bytes, NULL);
    ac_arena_init(&p->arena, &p->mem);
    if (ac_log_begin(&p->log, &p->mem, p->report, &source, &resolved, 0, NULL) == AC_OK)
        run(p, kind, &resolved);
    p->status = ac_log_end(&p->log, NULL);
    return p;
}

void parsed_free(parsed *p)
{
    if (p->report)
        ac_arena_clear(&p->arena);
    ac_report_free(p->report);
    free(p->owned);
    free(p);
}

char *parsed_messages(const parsed *p)
{
    return test_report_text(p->report, 0);
}
