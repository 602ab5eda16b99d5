#include "policy/verify/verify.h"

/* The driver of verification. */

int ac_verify_sweep(ac_verifier *v, ac_sweep *s)
{
    uint32_t share = v->steps - v->steps / 8;
    int      ran;

    s->steps = share;
    ran = ac_sweep_run(s);
    v->steps -= share - s->steps;
    return ran;
}

int ac_verify_take(ac_verifier *v, size_t steps)
{
    int is_enough = steps <= v->steps;

    v->steps = is_enough ? v->steps - (uint32_t)steps : 0;
    return is_enough;
}

void ac_verify(ac_checker *ck)
{
    static void (*const passes[])(ac_verifier *) = { ac_verify_tables, ac_verify_conditions, ac_verify_ladders, ac_verify_limits, ac_verify_nth, ac_verify_calendars, ac_verify_amounts, ac_verify_cites, ac_verify_use };
    ac_verifier v;
    size_t      i;

    v.ck = ck;
    v.steps = AC_VERIFY_STEPS;
    v.errors = ck->log->errors;
    for (i = 0; i < (v.errors ? 1 : sizeof passes / sizeof *passes) && !ck->nomem && !ck->log->is_full; i++)
        passes[i](&v);
}
