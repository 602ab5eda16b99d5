#ifndef TOOL_ACTS_H
#define TOOL_ACTS_H

#include "aftercare/penalties.h"

/* `penalties --acts`: what was done to the proposals, one act a row: who was told, who chose, who appealed. */

typedef struct act_row {
    ac_text     id, event, offence, person;
    ac_case_act act;
    ac_text     amount;     /* as written; read by the policy of the case */
    uint32_t    line;
    int         is_dead;    /* a choice that the case refuses: the ledger does not know it */
} act_row;

typedef struct act_list {
    const char *path;
    char       *text;
    act_row    *rows;
    size_t      count, room, seen, bad;
    ac_time     now;        /* as of which terms are told */
} act_list;

/* 0: it cannot be read, after a message. Bad rows are told and left out. */
int  acts_read(act_list *acts, const char *path);
/* The same from a text that was read, which becomes the list's. */
int  acts_read_text(act_list *acts, const char *path, char *text, size_t size);
void acts_free(act_list *acts);
/* Tells what is wrong with an act. */
void acts_fault(const act_list *acts, uint32_t line, uint32_t column, const char *what, const char *hint, ac_text name);
/* The act that settles an amount of an event, a choice or a lapse, or NULL. */
const act_row *acts_choice(const act_list *acts, ac_text event);

/* Opens a case for each line and carries out the acts in their order. `record` gives a record of a line's type. Refused acts are told and
 * counted when `tell`. @return how many choices are refused that were not dead before. */
size_t acts_apply(act_list *acts, penalty_list *list, ac_record *(*record)(void *user, const penalty_line *line), void *user, int tell);

/* Until when what a case waits for may be done: an amount chosen, an answer given. NULL: it waits for neither, or no time is set. */
const ac_milestone *acts_term(const penalty_line *line);

#endif
