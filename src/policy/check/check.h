#ifndef AC_POLICY_CHECK_CHECK_H
#define AC_POLICY_CHECK_CHECK_H

#include "base/hash.h"
#include "policy/model/names.h"
#include "policy/model/policy.h"
#include "policy/report/report.h"
#include "policy/text/tree.h"

/** @file
 * The checker: from the tree to the compiled policy. One ac_checker lives through one compilation.
 *
 * Order of the passes (check.c). Each may use whatever those above it have filled:
 *
 *   1  header         name, version, effect, zone, currency, ends of days, articles           declare.c
 *   2  names          roles, enums with members, values, calendars, records with *all* fields (also those that flow,
 *                     steps, needs, tables and ladders declare), states, limits, tables. Arrays are allocated at their
 *                     final size, names are in policy->names                                   declare.c
 *   3  types          of fields, outputs, attributes; owners, dated, kinds, cycles of owners   check_record.c
 *   4  ac_check_calendars      fills policy->calendars (name and line are there)   check_calendar.c
 *   5  values         programs, holes                                                          check_record.c
 *   6  ac_check_enums_gives    fills ac_attribute.values of every catalogue (name and type are there)    check_gives.c
 *   7  fields         derived (untyped ones get their type now), default, range; flows         check_record.c
 *   8  ac_check_tables         fills policy->tables (name, record, output_count, output_fields, hit, hole, line are there) check_table.c
 *      ac_check_ladders        fills policy->names->ladders (names of rungs are there)    check_ladder.c
 *   9  ac_check_limits         fills record->limits (name, record, moment, line are there)     check_limit.c
 *      ac_check_lengths       limits whose length may be working time, without a calendar      check_length.c
 *  10  order          cycles of derived fields, table outputs and limits; record->order         order.c
 *      ac_check_offences      fills policy->offences    check_offence.c
 *      ac_check_gates         fills record->gates, steps, moves, form    check_gate.c
 *      ac_check_caps          fills policy->joint_caps  check_cap.c
 *      ac_check_choices       fills policy->choices     check_choose.c
 *      ac_check_openings      fills record->opening      check_opening.c
 *  11  later stages   keep, number, unique: names, warnings    later.c
 *  12  ac_check_examples       fills policy->examples   check_example.c
 *  13  ac_check_labels         policy->labels; ac_check_digests: rule_digest                   check_labels.c
 *  14  citations     articles never cited
 *
 * Verification, when asked for, follows: policy/verify.
 *
 * Errors go to ck->log and the passes go on. A block with `has_errors` is skipped by passes 4–12; its names are declared
 * as far as they could be read, and names that cannot be found may then be due to it: the look-ups below stay silent.
 * Out of memory sticks in ck->nomem: every function may be called on and yields zeros; the driver stops after the pass.
 *
 * Texts of the tree point into the source: whatever is kept goes through ac_check_text.
 */

/** Type kinds that only the checker knows. */
#define AC_TYPE_ANY 0xFEu   /**< `none`, `unknown`, `unset` beside nothing: fits every type */
#define AC_TYPE_BAD 0xFFu   /**< an error was given: fits every type, nothing more is said */
#define AC_TYPE_UNTYPED 0xFDu   /**< a derived field whose type is found in pass 7; nobody else sees it */

/* While checking, a SPAN carries its unit in ref as ac_unit + 1; 0: not known before it is filled.
 * The types of programs and fields hold 0 there. */

/** What the driver remembers of a field's declaration. Parallel to record->fields. */
typedef struct ac_field_source {
    const ac_tree_line *line;       /**< its line; NULL for what is declared on the spot */
    const ac_tree_expr *derived;    /**< `= E`; NULL */
    const ac_tree_type *type;       /**< NULL: inferred or fixed */
    const ac_tree_path *group;      /**< `each … by G`: has the type of that path; NULL */
    ac_place            place;      /**< of the name */
    uint16_t            unit;       /**< a derived length of one unit: ac_unit + 1 */
    uint8_t             state;      /**< of the search in pass 7: 0 not begun, 1 on the way, 2 done */
    uint8_t             said_shadow;
    uint8_t             is_read;
} ac_field_source;

/** What the driver remembers of a limit's declaration. Parallel to record->limits. */
typedef struct ac_limit_source {
    const ac_tree_limit *limit;     /**< kind is never NONE */
    const ac_tree_tails *tails;
    const ac_tree_cites *per;       /**< of its first line; ac_limit.line already has it, or that of the record */
    ac_place             place;
} ac_limit_source;

typedef struct ac_record_source {
    const ac_tree_block  *block;
    const ac_tree_record *tree;
    ac_field_source      *fields;
    ac_limit_source      *limits;
    uint32_t              field_room, limit_room;
} ac_record_source;

typedef struct ac_checker {
    const ac_tree      *tree;       /**< NULL while an expression is compiled */
    ac_policy          *policy;     /**< under construction; its arrays lines, unsets, strings, constants, ops, paths, holes, aggregates grow (below) */
    ac_mem             *mem;
    ac_arena           *arena;      /**< of the policy: what stays */
    ac_arena            scratch;    /**< freed after the compilation; a pass may give back what it took */
    ac_arena            found;      /**< of the tables `constants` and `paths` below; freed after the compilation */
    ac_log             *log;
    const ac_policy_limits *limits; /**< resolved */
    int                 nomem;      /**< 1 once memory was refused */
    int                 has_bad_blocks;     /**< a block could not be read */
    unsigned            lost;               /**< kinds of names (1 << ac_name_kind) that such blocks may have declared: one that is missing may be their fault */
    ac_record_source   *records;    /**< parallel to policy->records */
    const ac_tree_table **tables;   /**< parallel to policy->tables */
    const ac_tree_block **table_blocks;
    uint8_t            *tables_done;        /**< parallel to policy->tables: 1 when all of it could be read */
    const ac_tree_calendar **calendars;     /**< parallel to policy->calendars */
    const ac_tree_enum **enums;     /**< parallel to policy->enums; NULL for `one of` */
    const ac_tree_value **values;           /**< parallel to names->values */
    const ac_tree_values **values_blocks;
    uint8_t            *cited;      /**< parallel to policy->articles */
    ac_text             subject;    /**< what `unset` in the expression being checked names; set by whoever calls ac_check_expr */

    /* rooms of the growing arrays in policy, and what finds equal entries again */
    size_t              lines_room, unsets_room, strings_room, constants_room, ops_room, paths_room, holes_room, aggregates_room;
    ac_intern           texts;      /**< ac_check_text; in the arena */
    ac_intern           constants;
    ac_intern           paths;
    ac_op              *code;       /**< programs being written */
    uint32_t            code_count;
    size_t              code_room;
    const ac_tree_cites *last_cites;
    const char         *last_clause;
    uint32_t            untyped_record, untyped_field;  /**< set by ac_check_fact when it met a field without a type */
    const char         *last_later; /**< what was said to be not carried out, on which line */
    uint32_t            last_later_line;
    uint32_t            lines_known[2];     /**< of the places asked for last; 0: none */
    int                 zone_used;
    ac_place            zone_place;
    int                 days_used, months_used;
    ac_place            days_place, months_place;
} ac_checker;

/* ── messages (type.c); what follows with ac_log_… belongs to them ───────── */

int ac_say(ac_checker *ck, ac_msg msg, ac_place place);
int ac_say_1(ac_checker *ck, ac_msg msg, ac_place place, ac_text a);
int ac_say_2(ac_checker *ck, ac_msg msg, ac_place place, ac_text a, ac_text b);
int ac_say_3(ac_checker *ck, ac_msg msg, ac_place place, ac_text a, ac_text b, ac_text c);
/** At a name, about it. */
int ac_say_name(ac_checker *ck, ac_msg msg, const ac_tree_name *name);
/** At a path, about its last name. */
int ac_say_path(ac_checker *ck, ac_msg msg, const ac_tree_path *path);
/** About a number; the same with a name before it, at its place. */
int ac_say_number(ac_checker *ck, ac_msg msg, ac_place place, int64_t n);
int ac_say_limit(ac_checker *ck, ac_msg msg, const ac_tree_name *name, int64_t n);
/** The arguments are types, in words. */
int ac_say_type(ac_checker *ck, ac_msg msg, ac_place place, ac_type a);
int ac_say_types(ac_checker *ck, ac_msg msg, ac_place place, ac_type a, ac_type b);

/* ── keeping things (emit.c) ─────────────────────────────────────────────── */

/** A copy that lives in the policy; equal texts are one copy. */
ac_text ac_check_text(ac_checker *ck, ac_text text);
/** Zeroed memory of the policy; NULL sets nomem. */
void *ac_check_array(ac_checker *ck, size_t count, size_t size);
/** The same of the scratch arena. */
void *ac_check_scratch(ac_checker *ck, size_t count, size_t size);
/** An entry of policy->lines for a place, citing `per`, or `head` (of its block; may be NULL) when `per` is empty or NULL.
 *  Unknown articles are errors; those found count as cited. */
uint32_t ac_check_line(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head);
/** The same for what is not carried out: lines[].what = construct (a constant string: "aggregate"). */
uint32_t ac_check_line_what(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head, const char *what);
/** The same at another place with the articles of an entry there is. */
uint32_t ac_check_line_same(ac_checker *ck, ac_place place, uint32_t as);
/** For lines that must cite (values, limits, flow rows, rows of tables and catalogues): says so when neither does. */
void ac_check_cites_required(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head);
/** Both: the entry of a line that must cite. */
uint32_t ac_check_line_cited(ac_checker *ck, ac_place place, const ac_tree_cites *per, const ac_tree_cites *head);
/** Counts articles as cited and checks that they exist, without a line (facts, members, heads of blocks). */
void ac_check_cites(ac_checker *ck, const ac_tree_cites *per);
/** Index of an entry of policy->unsets. */
uint32_t ac_check_unset(ac_checker *ck, ac_text name, uint32_t line);
/** Index of an entry of policy->constants; equal cells are one entry. */
uint32_t ac_check_constant(ac_checker *ck, const ac_cell *cell);
/** The cell of a text, interned in the policy. */
ac_cell ac_check_string(ac_checker *ck, ac_text text);
/** Index of an entry of policy->paths; equal paths are one entry. `text` and `holder` are filled in. */
uint32_t ac_check_path_add(ac_checker *ck, ac_path *path);
/** 1-based line of a place. */
uint32_t ac_check_line_number(ac_checker *ck, ac_place place);
/** Keeps that a place names an article or a role (mention.c). */
void ac_check_mention(ac_checker *ck, ac_mentions *all, ac_place place);
/** Keeps that a line is not carried out (mention.c). */
void ac_check_waits(ac_checker *ck, ac_place place, const char *what);
/** A path that is no fact, only what messages call something seen from a record type. */
uint32_t ac_check_path_named(ac_checker *ck, uint32_t record, ac_text text);
/** The warning *not yet carried out* for a construct, such as "needs". */
void ac_check_later(ac_checker *ck, ac_place place, const char *what);

/** The growing arrays of a policy. */
typedef enum ac_growing {
    AC_GROWING_LINES, AC_GROWING_UNSETS, AC_GROWING_STRINGS, AC_GROWING_CONSTANTS, AC_GROWING_OPS, AC_GROWING_PATHS, AC_GROWING_HOLES,
    AC_GROWING_AGGREGATES
} ac_growing;
/** One more entry, zeroed: its address, or NULL when memory was refused (check.c). */
void *ac_check_add(ac_checker *ck, ac_growing which);
/** The same of any array that ac_mem_grow made of the checker's memory. */
void *ac_check_append(ac_checker *ck, void **items, size_t *room, uint32_t *count, size_t size);
/** Takes the constants and paths there are, so that equal ones are found again. @return 0 when memory was refused. */
int ac_check_recall(ac_checker *ck);

/* ── writing programs (emit.c) ───────────────────────────────────────────── */

/* Programs nest: one may begin while another is being written, if it ends first. */
typedef struct ac_writing {
    uint32_t mark;          /* into ck->code */
    uint32_t line;          /* index into lines */
} ac_writing;

ac_writing ac_check_begin(ac_checker *ck, uint32_t line);
/** Appends an operation; its line is that of `place`. */
void ac_check_op(ac_checker *ck, const ac_writing *w, ac_place place, ac_opcode code, uint32_t a, uint32_t b);
/** Appends what a finished program does. */
void ac_check_inline(ac_checker *ck, const ac_program *program);
/** Moves the operations to policy->ops and measures the stack. `place` is where "too deep" is said. */
void ac_check_end(ac_checker *ck, const ac_writing *w, ac_place place, ac_type type, ac_program *out);
/** Forgets the operations since ac_check_begin. */
void ac_check_drop(ac_checker *ck, const ac_writing *w);

/** Whether a program is one constant; *out is its cell (out may be NULL). */
int  ac_check_is_constant(const ac_checker *ck, const ac_program *program, ac_cell *out);
/** The path when a program is one LOAD, else AC_NO_INDEX. */
uint32_t ac_check_is_load(const ac_checker *ck, const ac_program *program);

/* ── scopes and names (scope.c) ──────────────────────────────────────────── */

/** Where bare names are looked for. */
typedef struct ac_scope {
    uint32_t record;        /**< and outward through its owners; AC_NO_INDEX: no record, values and members only */
    uint32_t then;          /**< looked at after those (aggregates, choose), or AC_NO_INDEX */
    uint8_t  constant;      /**< 1: only what is the same for every record: no fields, no now */
    struct ac_offence *counts;  /**< whose occurrences `nth` asks for, in its deeds; NULL: none */
} ac_scope;
ac_scope ac_scope_of(uint32_t record);
/** Constants and members only. */
ac_scope ac_scope_constant(void);

/** What a path names as a fact. */
typedef struct ac_fact {
    uint32_t path;          /**< index into policy->paths; path.field is AC_NO_INDEX when a record is named */
    uint32_t holder;        /**< record type reached */
    uint32_t field;         /**< its field, or AC_NO_INDEX */
    ac_type  type;          /**< of the field, or a RECORD; after attributes that of the last one */
    uint32_t attribute_count;
    struct { uint32_t enumeration, attribute; } attributes[4];  /**< catalogue attributes read from it */
} ac_fact;

/** Resolves a path: field of the record, then outward; names of owner records; links; catalogue attributes.
 *  @param quiet  1: says nothing when it is not found.
 *  @return 1 and *out; 0 when there is no such fact (a message was given unless quiet, or it is the fault of a bad block). */
int ac_check_fact(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, int quiet, ac_fact *out);
/** `X is late`: the limit a path names. *record_path is AC_NO_INDEX for the record at hand. @return 0 after a message. */
int ac_check_limit_of(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, uint32_t *record_path, uint32_t *record, uint32_t *limit);

/** The path to the field `period` of the record, or of the nearest outward that the calendar opens; AC_NO_INDEX: there is none. */
uint32_t ac_check_own_period(ac_checker *ck, const ac_scope *scope);

/** Index of a name, or AC_NO_INDEX; says nothing. */
uint32_t ac_check_find(const ac_checker *ck, ac_name_kind kind, uint32_t scope, ac_text name);
/** Look-ups by kind: index, or AC_NO_INDEX after a message with suggestions (none given when a bad block may be the cause). */
uint32_t ac_check_record(ac_checker *ck, const ac_tree_name *name);
uint32_t ac_check_role(ac_checker *ck, const ac_tree_name *name);
uint32_t ac_check_calendar(ac_checker *ck, const ac_tree_name *name);
/** kind: what is looked for ("state", "member", …); `message` gets the name, and suggestions from the same kind and scope. */
uint32_t ac_check_name(ac_checker *ck, ac_name_kind kind, uint32_t scope, const ac_tree_name *name, ac_msg message);
/** Says that a name is not there, with suggestions from kinds (bits 1 << ac_name_kind) in a scope; once for each name. */
void ac_check_name_missing(ac_checker *ck, const ac_tree_name *name, ac_msg message, unsigned kinds, uint32_t scope);
/** Whether fields of a record, or outward of it, may be missing because a block could not be read. */
int ac_check_fields_lost(const ac_checker *ck, uint32_t record);
/** The same for a fact. */
void ac_check_fact_missing(ac_checker *ck, const ac_scope *scope, const ac_tree_name *name);
/** The calendar of clocks that name none: the only one of the file, else AC_NO_INDEX. */
uint32_t ac_check_only_calendar(const ac_checker *ck);

/** Whether a constant length may be in working time, or end with a closing (check_length.c). */
int ac_check_is_working(ac_checker *ck, const ac_program *program);

/* ── types (type.c) ──────────────────────────────────────────────────────── */

/** The type a tree type means; `one of` finds the enum made for it. BAD after a message. */
ac_type ac_check_type(ac_checker *ck, const ac_tree_type *type);
/* Several members of the enum that `of` is; BAD when that has too many, which is told. */
ac_type ac_check_many(ac_checker *ck, ac_type of, ac_place place);
/** The enum made for a `one of`, by its place. */
uint32_t ac_check_one_of(ac_checker *ck, const ac_tree_type *type);
static inline ac_type ac_type_with(unsigned kind, uint32_t ref)
{
    ac_type t = { 0, 0, 0 };

    t.kind = (uint8_t)kind;
    t.ref = (uint16_t)ref;
    return t;
}
static inline ac_type ac_type_of(unsigned kind)
{
    return ac_type_with(kind, 0);
}
int     ac_type_equal(ac_type a, ac_type b);
/** Whether a value of type `from` may stand where `to` is expected: equal, moment as datetime, duration as span,
 *  count as number; BAD and ANY fit all. */
int     ac_type_fits(ac_type from, ac_type to);
/** For messages: `yes/no`, `等级`, `a length in days`. Lives in scratch or is constant. */
ac_text ac_check_type_text(ac_checker *ck, ac_type type);
/** Whether values of it compare with `<`. */
int     ac_type_is_ordered(const ac_policy *policy, ac_type type);

/* ── expressions (expr.c, call.c) ────────────────────────────────────────── */

/** Checks an expression and writes its program.
 *
 * @param expected  What must come out: errors say so, bare names are read as its members, roles, states, rungs; literals take
 *                  its unit. NULL: whatever it is (out->type tells).
 * @param line      Index into lines that the program cites.
 * @return 1, or 0 after a message (out is then absent, its type BAD).
 *
 * A money result that arithmetic may have left fractional ends with AC_OP_TO_MONEY; a constant one is checked here (V12).
 * Constants are folded: a result known now is one AC_OP_CONST.
 */
int ac_check_expr(ac_checker *ck, const ac_scope *scope, const ac_tree_expr *node, const ac_type *expected, uint32_t line, ac_program *out);
/** The same as part of a program being written, without the final money check; returns the type (BAD after a message). */
ac_type ac_check_expr_into(ac_checker *ck, const ac_writing *w, const ac_scope *scope, const ac_tree_expr *node, const ac_type *expected);
/** Checks only; nothing is kept. A NULL node is fine. */
ac_type ac_check_expr_only(ac_checker *ck, const ac_scope *scope, const ac_tree_expr *node, const ac_type *expected);
/** An expression that must be constant: its cell (KNOWN, NONE, UNKNOWN, UNSET). @return 0 after a message. A date and time
 *  is not constant (the zone decides): use ac_check_expr with ac_scope_constant() where those may stand. */
int ac_check_cell(ac_checker *ck, const ac_tree_expr *node, const ac_type *expected, uint32_t line, ac_cell *out);

/* ── needs (check_needs.c) ───────────────────────────────────────────────── */

/** How many items a list of needs has. */
uint32_t ac_check_needs_count(const ac_tree_needs *needs);
/** Checks and compiles them in order; `out` has room for all, zeroed. `per` is that of the line above them, `head` that of the block.
 *  Their fields (attestations, signatures) must be declared. @return how many were written. */
uint32_t ac_check_needs(ac_checker *ck, const ac_scope *scope, const ac_tree_needs *needs, const ac_tree_cites *per, const ac_tree_cites *head, ac_need *out);
/** Name of the field that `signed R` declares: `R签字`, or `R-signature` when R is ASCII. In scratch. */
ac_text ac_signature_name(ac_checker *ck, ac_text role);

/* ── what programs read (order.c) ────────────────────────────────────────── */

/** Collects the paths that programs of record type `record` read, through derived fields, defaults and tables behind them:
 *  facts that are filled, not computed, each once, as paths from `record`. Usable after pass 8.
 *  @return 1 when an aggregate stands behind them. */
int  ac_check_facts(ac_checker *ck, uint32_t record, const ac_program *const *programs, size_t count, uint32_t **out, uint32_t *out_count);
/** The same behind the computed facts that a limit pauses for: limit->pause_facts. */
void ac_check_pause_facts(ac_checker *ck, ac_limit *limit);

/* ── the passes of others ────────────────────────────────────────────────── */

void ac_check_calendars(ac_checker *ck);
void ac_check_enums_gives(ac_checker *ck);
void ac_check_tables(ac_checker *ck);
void ac_check_ladders(ac_checker *ck);
void ac_check_limits(ac_checker *ck);
void ac_check_lengths(ac_checker *ck);       /* check_length.c */
void ac_check_offences(ac_checker *ck);
void ac_check_gates(ac_checker *ck);
void ac_check_caps(ac_checker *ck);
void ac_check_choices(ac_checker *ck);
void ac_check_examples(ac_checker *ck);
void ac_check_labels(ac_checker *ck);
void ac_check_digests(ac_checker *ck, ac_text source);

/* ── own passes and the driver ───────────────────────────────────────────── */

void ac_check_header(ac_checker *ck);       /* declare.c */
void ac_check_names(ac_checker *ck);
void ac_check_types(ac_checker *ck);        /* check_record.c */
void ac_check_values(ac_checker *ck);
void ac_check_fields(ac_checker *ck);
void ac_check_order(ac_checker *ck);        /* order.c */
void ac_check_openings(ac_checker *ck);     /* check_opening.c */
void ac_check_later_stages(ac_checker *ck); /* later.c */
void ac_check_cited(ac_checker *ck);        /* check.c */

/** Starts a checker on a policy whose growing arrays may already hold entries (expressions). @return 0 when memory was refused. */
int  ac_checker_begin(ac_checker *ck, ac_policy *policy, ac_mem *mem, ac_arena *arena, ac_log *log, const ac_policy_limits *limits);
/** Moves the growing arrays into the arena at their final size. @return 0 when memory was refused. */
int  ac_checker_pack(ac_checker *ck);
/** Frees all temporaries; grown arrays that were not packed too. */
void ac_checker_end(ac_checker *ck);
/** All passes. What is wrong is in the log. */
void ac_check(ac_checker *ck, const ac_tree *tree);

#endif
