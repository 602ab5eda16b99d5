#include <stddef.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/check/check.h"
#include "policy/model/plan.h"
#include "policy/report/limits.h"
#include "policy/text/digest.h"
#include "policy/text/parse.h"
#include "policy/verify/verify.h"

/* From source to policy: read, check, keep. Whatever goes wrong leaves no object. */

static ac_policy *new_policy(ac_mem *mem)
{
    ac_policy *p = ac_mem_new_owner(mem, sizeof *p, offsetof(ac_policy, mem));

    if (!p)
        return NULL;
    ac_refcount_init(&p->refs);
    ac_arena_init(&p->arena, &p->mem);
    p->names = ac_arena_array(&p->arena, 1, sizeof *p->names);
    if (!p->names) {
        ac_policy_unref(p);
        return NULL;
    }
    ac_intern_init(&p->names->strings, &p->arena);
    return p;
}

/* Everything between the log's begin and end. */
static ac_status compile(ac_policy *p, ac_log *log, const ac_source *source, const ac_policy_limits *limits, int verify, ac_error *err)
{
    ac_arena   arena;
    ac_tree   *tree = NULL;
    ac_checker ck;
    ac_status  st;
    ac_text    name;

    ac_arena_init(&arena, &p->mem);
    st = ac_parse_policy(log, &arena, &p->mem, limits, &tree, err);
    if (st != AC_OK || !tree) {
        ac_arena_clear(&arena);
        return st == AC_E_INVALID ? AC_OK : st;     /* the log says why */
    }
    if (!ac_checker_begin(&ck, p, &p->mem, &p->arena, log, limits)) {
        ck.nomem = 1;
    } else {
        ac_check(&ck, tree);
        if (verify && !ck.nomem)
            ac_verify(&ck);
        name = ac_check_text(&ck, source->name);
        p->source_name = name.data;
        p->source_digest = ac_digest_of(source->text.data, source->text.size);
        if (!ck.nomem && log->errors == 0) {
            p->rule_digest = ac_rule_digest_of(tree);
            p->source = ac_arena_dup_text(&p->arena, source->text);
            if (!p->source.data || !ac_checker_pack(&ck) || !ac_plan_policy(p))
                ck.nomem = 1;
        }
    }
    st = ck.nomem ? ac_mem_failed(&p->mem, err) : AC_OK;
    ac_checker_end(&ck);
    ac_arena_clear(&arena);
    return st;
}

ac_status ac_policy_compile(const ac_source *source, const ac_policy_options *options, ac_policy **out, ac_report *report, ac_error *err)
{
    ac_policy_options o;
    ac_policy_limits  limits;
    ac_policy        *p = NULL;
    ac_mem            mem;
    ac_log            log;
    ac_status         st, ended;

    assert(source && out && report);
    *out = NULL;
    st = ac_policy_options_read(options, &o, &limits, err);
    if (st == AC_OK)
        st = ac_mem_init(&mem, o.mem, limits.compile_bytes, err);
    if (st != AC_OK)
        return st;
    p = new_policy(&mem);
    if (!p)
        return ac_error_nomem(err);
    st = ac_log_begin(&log, &p->mem, report, source, &limits, o.strict, err);
    if (st == AC_OK)
        st = compile(p, &log, source, &limits, o.verify, err);
    if (st != AC_OK && log.status == AC_OK)
        log.status = st;        /* the report is to be as it was */
    ended = ac_log_end(&log, err);
    if (st == AC_OK)
        st = ended;
    if (st == AC_OK) {
        *out = p;
        p = NULL;
    }
    ac_policy_unref(p);
    return st;
}

ac_policy *ac_policy_ref(ac_policy *policy)
{
    assert(policy);
    ac_refcount_up(&policy->refs);
    return policy;
}

void ac_policy_unref(ac_policy *policy)
{
    if (!policy || !ac_refcount_down(&policy->refs))
        return;
    ac_arena_clear(&policy->arena);
    ac_mem_free_owner(&policy->mem, policy, sizeof *policy);
}
