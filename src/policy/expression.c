#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/check/check.h"
#include "policy/report/limits.h"
#include "policy/text/parse.h"

/* One expression in the scope of a record type: the checker run over a view of the policy that grows on its own. */

static ac_expression *new_expression(ac_mem *mem, ac_policy *policy, uint32_t record)
{
    ac_expression *e = ac_mem_new_owner(mem, sizeof *e, offsetof(ac_expression, mem));

    if (!e)
        return NULL;
    ac_arena_init(&e->arena, &e->mem);
    e->policy = ac_policy_ref(policy);
    e->view = *policy;
    e->record = record;
    return e;
}

static ac_status compile(ac_expression *e, ac_log *log, const ac_policy_limits *limits, ac_error *err)
{
    ac_scope      scope = ac_scope_of(e->record);
    ac_tree_expr *node = NULL;
    ac_arena      arena;
    ac_checker    ck;
    ac_place      all = { 0, 0 };
    uint32_t      line;
    ac_status     st;

    ac_arena_init(&arena, &e->mem);
    st = ac_parse_expression(log, &arena, &e->mem, limits, &node, err);
    if (st != AC_OK || !node || log->errors > 0) {
        ac_arena_clear(&arena);
        return st == AC_E_INVALID ? AC_OK : st;
    }
    if (!ac_checker_begin(&ck, &e->view, &e->mem, &e->arena, log, limits)) {
        ck.nomem = 1;
    } else {
        line = ac_check_line(&ck, all, NULL, NULL);
        if (!ck.nomem)
            e->view.lines[line].line = 0;       /* no line of the policy */
        ac_check_expr(&ck, &scope, node, NULL, line, &e->program);
        if (e->program.type.kind == AC_TYPE_ANY)
            e->program.type = ac_type_of(AC_TYPE_BOOL);     /* never known, so of any type */
        if (!ck.nomem && log->errors == 0 && !ac_checker_pack(&ck))
            ck.nomem = 1;
    }
    st = ck.nomem ? ac_mem_failed(&e->mem, err) : AC_OK;
    ac_checker_end(&ck);
    ac_arena_clear(&arena);
    return st;
}

ac_status ac_expression_compile(ac_policy *policy, uint32_t record, const ac_source *source, const ac_policy_options *options, ac_expression **out,
                                ac_report *report, ac_error *err)
{
    ac_policy_options o;
    ac_policy_limits  limits;
    ac_expression    *e;
    ac_mem            mem;
    ac_log            log;
    ac_status         st, ended;

    assert(policy && source && out && report);
    *out = NULL;
    if (record >= policy->record_count)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "no record type has this index", NULL);
    st = ac_policy_options_read(options, &o, &limits, err);
    if (st == AC_OK)
        st = ac_mem_init(&mem, o.mem, limits.compile_bytes, err);
    if (st != AC_OK)
        return st;
    e = new_expression(&mem, policy, record);
    if (!e)
        return ac_error_nomem(err);
    st = ac_log_begin(&log, &e->mem, report, source, &limits, o.strict, err);
    if (st == AC_OK)
        st = compile(e, &log, &limits, err);
    if (st != AC_OK && log.status == AC_OK)
        log.status = st;
    ended = ac_log_end(&log, err);
    if (st == AC_OK)
        st = ended;
    if (st == AC_OK) {
        *out = e;
        e = NULL;
    }
    ac_expression_free(e);
    return st;
}

void ac_expression_free(ac_expression *expression)
{
    if (!expression)
        return;
    ac_arena_clear(&expression->arena);
    ac_policy_unref(expression->policy);
    ac_mem_free_owner(&expression->mem, expression, sizeof *expression);
}

ac_type_kind ac_expression_type(const ac_expression *expression)
{
    assert(expression);
    return (ac_type_kind)expression->program.type.kind;
}
