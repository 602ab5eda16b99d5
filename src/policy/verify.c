#include "policy/verify.h"

/* The driver of verification. */

void ac_verify(ac_checker *ck)
{
    static void (*const passes[])(ac_verifier *) = { ac_verify_tables };
    ac_verifier v;
    size_t      i;

    v.ck = ck;
    v.steps = AC_VERIFY_POLICY_STEPS;
    for (i = 0; i < sizeof passes / sizeof *passes && !ck->nomem && !ck->log->is_full; i++)
        passes[i](&v);
}
