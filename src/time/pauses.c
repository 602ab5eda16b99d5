#include "time/pauses.h"

int ac_pauses_pick(const ac_pauses *pauses, ac_time after, ac_pause *out)
{
    int found = 0, grown = 1;

    for (size_t i = 0; i < pauses->count; i++) {
        const ac_pause *p = &pauses->pause[i];

        if (p->to > after && p->to > p->from && (!found || p->from < out->from)) {
            *out = *p;
            found = 1;
        }
    }
    while (found && grown) {
        grown = 0;
        for (size_t i = 0; i < pauses->count; i++) {
            const ac_pause *p = &pauses->pause[i];

            if (p->from <= out->to && p->to > out->to && p->to > p->from) {
                out->to = p->to;
                grown = 1;
            }
        }
    }
    return found;
}

int ac_pauses_pick_back(const ac_pauses *pauses, ac_time before, ac_pause *out)
{
    int found = 0, grown = 1;

    for (size_t i = 0; i < pauses->count; i++) {
        const ac_pause *p = &pauses->pause[i];

        if (p->from < before && p->to > p->from && (!found || p->to > out->to)) {
            *out = *p;
            found = 1;
        }
    }
    while (found && grown) {
        grown = 0;
        for (size_t i = 0; i < pauses->count; i++) {
            const ac_pause *p = &pauses->pause[i];

            if (p->to >= out->from && p->from < out->from && p->to > p->from) {
                out->from = p->from;
                grown = 1;
            }
        }
    }
    return found;
}
