#include "policy/verify/verify.h"

/* The driver of verification. */

void ac_verify(ac_checker *ck)
{
    static void (*const passes[])(ac_verifier *) = { ac_verify_tables, ac_verify_conditions, ac_verify_ladders, ac_verify_limits, ac_verify_use };
    ac_verifier v;
    size_t      i;

    v.ck = ck;
    v.steps = AC_VERIFY_POLICY_STEPS;
    v.errors = ck->log->errors;
    for (i = 0; i < (v.errors ? 1 : sizeof passes / sizeof *passes) && !ck->nomem && !ck->log->is_full; i++)
        passes[i](&v);
}
