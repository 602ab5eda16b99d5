#include "policy/check/check.h"

/* Where articles and roles are named, and what waits for a later stage: kept for those who ask about a policy. */

static ac_mention *new_mention(ac_checker *ck, ac_place place, ac_mention *next)
{
    ac_mention *m = ac_check_array(ck, 1, sizeof *m);

    if (!m)
        return NULL;
    m->next = next;
    m->at = place.at;
    m->line = ac_check_line_number(ck, place);
    return m;
}

/* Passes go over the source again and again, each from its top: the place belongs at the end or near the one before. */
void ac_check_mention(ac_checker *ck, ac_mentions *all, ac_place place)
{
    ac_mention *before = all->last, *m;

    if (before && before->at > place.at) {
        before = all->near && all->near->at <= place.at ? all->near : NULL;
        for (m = before ? before->next : all->first; m->at <= place.at; m = m->next)    /* the last one is behind it */
            before = m;
        all->near = before;
    }
    if (before && before->at == place.at)
        return;
    m = new_mention(ck, place, before ? before->next : all->first);
    if (!m)
        return;
    if (before)
        before->next = m;
    else
        all->first = m;
    if (!m->next)
        all->last = m;
    else
        all->near = m;
    all->count++;
}

void ac_check_waits(ac_checker *ck, ac_place place, const char *what)
{
    ac_waiting *w = ac_check_array(ck, 1, sizeof *w);

    if (!w)
        return;
    w->next = ck->policy->waiting;
    w->what = what;
    w->line = ac_check_line_number(ck, place);
    ck->policy->waiting = w;
}
