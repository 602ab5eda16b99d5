#ifndef AC_POLICY_MODEL_NAMES_H
#define AC_POLICY_MODEL_NAMES_H

#include "base/hash.h"
#include "policy/model/policy.h"

/** @file
 * Look-ups of a compiled policy: a name of one kind inside one scope gives its index.
 *
 * Also what only the checker reads of a policy, so that an expression compiled later finds it: values, ladders.
 * Filled while a policy is compiled, then only read: by the introspection functions and by ac_expression_compile.
 */

/* The scope is 0 unless said otherwise. */
typedef enum ac_name_kind {
    AC_NAME_RECORD,
    AC_NAME_ENUM,
    AC_NAME_ROLE,       /* built-in roles too */
    AC_NAME_VALUE,      /* index into ac_names.values */
    AC_NAME_CALENDAR,
    AC_NAME_TABLE,
    AC_NAME_LADDER,     /* index into ac_names.ladders */
    AC_NAME_OFFENCE,    /* offences and rewards: index into policy->offences */
    AC_NAME_ARTICLE,    /* index into policy->articles */
    AC_NAME_FIELD,      /* scope: record */
    AC_NAME_LIMIT,      /* scope: record; the first of that name */
    AC_NAME_STATE,      /* scope: record */
    AC_NAME_STEP,       /* scope: record; the n-th field of origin AC_FIELD_STEP */
    AC_NAME_MEMBER,     /* scope: enum */
    AC_NAME_ATTRIBUTE,  /* scope: enum */
    AC_NAME_RUNG        /* scope: ladder; 0 is the one after `from` */
} ac_name_kind;

/* A line of a `values` block. A hole has hole != AC_NO_INDEX and no program. */
typedef struct ac_value_def {
    ac_text    name;
    ac_type    type;
    ac_program program;     /* constant, but for holes it may read */
    uint32_t   hole;        /* index into policy->holes, or AC_NO_INDEX */
    uint32_t   line;
} ac_value_def;

/* What a rung asks for beyond the rungs below it. */
typedef struct ac_rung_def {
    uint32_t need_count;
    ac_need *needs;
    uint32_t line;
} ac_rung_def;

/* `grant RUNG on M`: at least that rung from the moment on. */
typedef struct ac_grant_def {
    uint32_t rung;
    uint32_t path;          /* of the moment, or a date */
    uint32_t line;
} ac_grant_def;

typedef struct ac_ladder_def {
    ac_text       name;
    uint32_t      record;
    uint32_t      field;            /* its result: a field of the record */
    uint32_t      rung_count;       /* with the one after `from` */
    ac_text      *rungs;
    ac_rung_def  *rung_defs;        /* [0] asks for nothing */
    uint32_t      grant_count;
    ac_grant_def *grants;
    uint32_t      line;
} ac_ladder_def;

typedef struct ac_name_entry {
    uint32_t hash;
    uint32_t index;
    uint32_t scope;
    uint16_t kind;          /* ac_name_kind */
    ac_text  text;          /* lives in the policy's arena */
} ac_name_entry;

struct ac_names {
    ac_name_entry *entries;
    uint32_t       count, room;
    uint32_t      *slots;   /* open addressing, a power of two >= 2 * room: entry + 1, 0 is free */
    uint32_t       slot_count;
    uint32_t       value_count;     ac_value_def  *values;
    uint32_t       ladder_count;    ac_ladder_def *ladders;
    ac_intern      strings;         /* the texts rules mention: string id - 1 */
};
typedef struct ac_names ac_names;

/* Adds a name. `text` must live as long as the table. The first of equal names stays the one found.
 * @return 0 when memory was refused. */
int ac_names_add(ac_names *names, ac_arena *arena, ac_name_kind kind, uint32_t scope, ac_text text, uint32_t index);

/* The index of a name, or AC_NO_INDEX. */
uint32_t ac_names_find(const ac_names *names, ac_name_kind kind, uint32_t scope, ac_text text);

/* Collects the names of one kind in one scope, for "did you mean": at most `room`; returns how many. */
size_t ac_names_list(const ac_names *names, ac_name_kind kind, uint32_t scope, ac_text *out, size_t room);

#endif
