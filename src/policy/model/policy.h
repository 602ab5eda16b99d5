#ifndef AC_POLICY_MODEL_POLICY_H
#define AC_POLICY_MODEL_POLICY_H

#include <aftercare/policy.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/ratio.h"
#include "base/refcount.h"
#include "policy/report/place.h"

/* The compiled policy: what the checker writes and record, rules and the rulebook read.
 *
 * One arena, no pointers into the source. Everything is numbered; every array is
 * immutable after compilation. A *cell* is a value in 16 bytes whose type is known
 * from its place; a *path* is a fact as a rule names it; a *program* is the stack code
 * of one expression; a *line* is one place of the source with its articles.
 */

/* --- cells ------------------------------------------------------------------ */

/* A text that cells point at. Texts of the policy are interned: equal id, equal text. */
typedef struct ac_string {
    uint32_t id;            /* interned in the policy: 1…; 0: a text no rule mentions */
    uint32_t size;
    char     data[1];       /* size bytes and a NUL */
} ac_string;

/* The payload by state:
 *   KNOWN        num/den as ac_value says; text and link: num = (intptr_t)ac_string*, den = its id
 *   NONE         nothing
 *   UNKNOWN      num = path (index into policy->paths) of the first missing fact
 *   UNSET        num = index into policy->unsets
 *   UNSUPPORTED  num = line index (what is not carried out)
 *   ERROR        num = line index, den = message code
 * When two non-values meet: ERROR > UNSUPPORTED > UNSET > UNKNOWN > NONE; Kleene's `no and x` is no whatever x is. */
typedef struct ac_cell {
    int64_t  num;
    int32_t  den;
    uint16_t ref;           /* span: ac_unit; period: ac_period_kind; else 0 */
    uint8_t  state;         /* ac_value_state */
    uint8_t  spare;
} ac_cell;

/* --- types, names, lines ---------------------------------------------------- */

typedef struct ac_type {
    uint8_t  kind;          /* ac_type_kind */
    uint8_t  precision;     /* datetime: 0, 1 minute, 2 hour */
    uint16_t ref;           /* enum, record type, role (signature), ladder */
} ac_type;

/* A place of the source that decisions cite. */
typedef struct ac_line {
    uint32_t    line;       /* 1-based */
    uint32_t    at;         /* byte of the source */
    const char *clause;     /* "18.2a, 18.2b" or NULL */
    const char *what;       /* UNSUPPORTED: the construct ("keep") or NULL */
} ac_line;

typedef struct ac_unset {
    ac_text  name;          /* the value, table or field that is a hole */
    uint32_t line;          /* index into lines */
} ac_unset;

/* --- programs --------------------------------------------------------------- */

/* Stack code. Operands are pushed left to right; every operation is total: it yields a cell. */
typedef enum ac_opcode {
    AC_OP_CONST,            /* a: constant                                     -> cell */
    AC_OP_LOCAL,            /* a: constant holding local seconds since 1970 (num), read in the policy's zone -> datetime */
    AC_OP_LOAD,             /* a: path                                         -> value of that fact */
    AC_OP_HOLE,             /* a: hole (values that data files fill)           -> filled value, or UNSET */
    AC_OP_NOW, AC_OP_TODAY, /*                                                 -> datetime, date (local) */
    AC_OP_ATTRIBUTE,        /* a: enum, b: attribute        [member]           -> the catalogue's value */
    AC_OP_NOT, AC_OP_AND, AC_OP_OR,     /* Kleene */
    AC_OP_IF,               /*                              [c x y]            -> x, y; c unknown: unknown */
    AC_OP_NEG, AC_OP_ADD, AC_OP_SUB, AC_OP_MUL, AC_OP_DIV,  /* exact ratios: number, money, duration, span of one unit */
    AC_OP_TIME_ADD,         /*                              [time seconds]     -> time (use NEG first to subtract) */
    AC_OP_TIME_DIFF,        /*                              [time time]        -> duration */
    AC_OP_DATE_ADD,         /*                              [date days]        -> date */
    AC_OP_DATE_ADD_MONTHS,  /*                              [date months]      -> date, by month-end */
    AC_OP_DATE_DIFF,        /*                              [date date]        -> span in days */
    AC_OP_DATE_OF,          /*                              [time]             -> local date */
    AC_OP_EQ, AC_OP_NE, AC_OP_LT, AC_OP_LE, AC_OP_GT, AC_OP_GE, /* a: 1 when the operands are texts */
    AC_OP_IN_LIST,          /* a: count, b: 1 texts         [x v1..vn]         -> Kleene or of EQ */
    AC_OP_IN_RANGE,         /* a: bit 0 open below, bit 1 open above [x lo hi] */
    AC_OP_IN_MANY,          /*                              [member mask] */
    AC_OP_WITHIN,           /* a: calendar or AC_NO_INDEX   [done span start]  -> yes/no by the clock of the span's unit
                             * b: bit 0 `done` is a date, bit 1 `start` is a date; a date stands for its first second. Bit 2: `done` is
                             * a moment, so that one not filled in is *no* once it can no longer be in time */
    AC_OP_IS_KNOWN, AC_OP_IS_UNKNOWN,   /*                  [x]  never unknown; none is known */
    AC_OP_IS_LATE, AC_OP_IS_MET,        /* a: path to the record holding the limit (AC_NO_INDEX: here), b: limit */
    AC_OP_MIN, AC_OP_MAX,   /* a: count                     [x1..xn] */
    AC_OP_ABS, AC_OP_MODULO, AC_OP_EVEN, AC_OP_ODD,
    AC_OP_ROUND,            /* a: ac_rounding (base/ratio.h) [x digits] */
    AC_OP_PERIOD_START, AC_OP_PERIOD_END,   /* a: ac_period_kind, b: 1 a date [time or date] -> first, last second of the local period that holds it
                             * b: 2 [period]: of the period that holds its first, last day; a AC_NO_INDEX: of itself */
    AC_OP_TO_MONEY,         /* checks that money is whole in minor units, else ERROR */
    AC_OP_NTH,              /* a: window (ac_period_kind, AC_NTH_EVER, AC_NTH_SPAN + a span of the offence) -> count; only in its deeds */
    AC_OP_AGGREGATE,        /* a: aggregate                                    -> what it comes to over the records of the pool */
    AC_OP_UNSUPPORTED       /* a: line                                         -> UNSUPPORTED */
} ac_opcode;

typedef struct ac_op {
    uint16_t code;          /* ac_opcode */
    uint16_t line_delta;    /* source line of the operation minus the program's */
    uint32_t a, b;
} ac_op;

/* Cells an operation takes from the stack; it leaves one. */
uint32_t ac_op_taken(const ac_op *op);

#define AC_STACK_CELLS 96   /* deepest stack a checked program can need; the checker refuses more */

/* A program is ops[first .. first+count). count 0: absent. */
typedef struct ac_program {
    uint32_t first;
    uint16_t count;
    uint16_t depth;         /* stack cells it needs */
    uint32_t line;          /* index into lines */
    ac_type  type;          /* of its result */
} ac_program;
#define AC_NO_PROGRAM { 0, 0, 0, 0, { 0, 0, 0 } }

/* --- windows of a length -------------------------------------------------------- */

/* A window that ends with the occurrence at hand, or that the first occurrence in it began. An occurrence weighs from its date on to the
 * one that lies the length later, which it does not reach; a length in seconds from its instant on. */
typedef struct ac_window_span {
    int64_t  length;
    uint8_t  unit;              /* ac_unit: seconds, days or months */
    uint8_t  from_first;
    uint8_t  month_end;         /* ac_month_end */
    uint32_t most;              /* rolling: from here on ordinals make no difference, and read so; from first: 0 */
} ac_window_span;

/* Whether two are one window, however far they count. */
static inline int ac_window_span_same(const ac_window_span *a, const ac_window_span *b)
{
    return a->length == b->length && a->unit == b->unit && a->from_first == b->from_first && a->month_end == b->month_end;
}

/* --- aggregates --------------------------------------------------------------- */

typedef enum ac_aggregate_fn { AC_AGGREGATE_COUNT, AC_AGGREGATE_SHARE, AC_AGGREGATE_SUM, AC_AGGREGATE_MEAN, AC_AGGREGATE_MEDIAN, AC_AGGREGATE_ANY, AC_AGGREGATE_ALL } ac_aggregate_fn;

/* Windows: none, the period of the record at hand, the calendar period that holds the instant. */
enum { AC_AGGREGATE_EVER, AC_AGGREGATE_PERIOD, AC_AGGREGATE_SPAN, AC_AGGREGATE_CALENDAR };

/* Which records are collected does not depend on facts that are missing: a link, group or date that is not filled in leaves a
 * record out. Paths and programs are of the collected type; what they do not find there they read from the record at hand. */
typedef struct ac_aggregate {
    uint8_t    fn;              /* ac_aggregate_fn */
    ac_type    type;            /* of the result */
    uint8_t    is_all;          /* all records of the type, linked or not */
    uint8_t    to_owner;        /* linked to the owner of the record at hand, not to itself */
    uint8_t    window;          /* AC_AGGREGATE_EVER, …_PERIOD, …_SPAN, or AC_AGGREGATE_CALENDAR + ac_period_kind */
    uint32_t   kind;            /* record type collected */
    uint32_t   record;          /* record type at hand */
    uint32_t   link;            /* path to the link field, or to the record that is the link; is_all: AC_NO_INDEX */
    uint32_t   dated;           /* path to what dates a collected record, or AC_NO_INDEX */
    ac_window_span span;        /* AC_AGGREGATE_SPAN: ends with the instant at hand */
    uint32_t   period;          /* AC_AGGREGATE_PERIOD: path from the record at hand */
    uint32_t   group_count;
    struct ac_aggregate_group {
        uint32_t mine, theirs;  /* paths from the record at hand and from the collected one: equal */
    } *groups;
    ac_program where;           /* absent: always */
    ac_program field;           /* absent: none named */
    uint32_t   path;            /* that messages name it by: its text as written */
    uint32_t   prefix;          /* the same for the collected record */
    uint32_t   line;
} ac_aggregate;

/* --- paths ------------------------------------------------------------------ */

#define AC_OWNER_STEP UINT32_MAX    /* a step to the owner; any other step is the index of a link field */
#define AC_PATH_NAMED 0x80000000u   /* `field` from here up: no fact, only what messages call something (AC_NO_INDEX is none of these) */
#define AC_PATH_STEPS 8

/* A fact as a rule of record type `record` names it: steps outward, then a field. */
typedef struct ac_path {
    uint32_t record;        /* record type it starts from */
    uint32_t field;         /* field of the record type reached; AC_NO_INDEX: the record itself (for IS_LATE) */
    uint32_t holder;        /* record type reached */
    uint8_t  step_count;
    uint32_t steps[AC_PATH_STEPS];
    ac_text  text;          /* as messages name it: "工单.客户.电话" without the leading record */
} ac_path;

/* --- enums, calendars, holes ------------------------------------------------- */

typedef struct ac_member {
    ac_text  name;
    uint32_t line;
} ac_member;

typedef struct ac_attribute {
    ac_text     name;
    ac_type     type;
    ac_program *values;     /* one per member */
} ac_attribute;

typedef struct ac_enum {
    ac_text       name;     /* empty for `one of` */
    uint8_t       ordered;
    uint32_t      member_count;
    ac_member    *members;
    uint32_t      attribute_count;
    ac_attribute *attributes;
    uint32_t      line;
} ac_enum;

/* The week and dated lines of the policy; editions and zone come from the rulebook. */
typedef struct ac_calendar_def {
    ac_text   name;
    ac_hours *week[7];
    uint32_t  week_count[7];
    int       worked_as;            /* -1: not said */
    ac_text  *holidays;             /* names of holiday lists */
    uint32_t  holidays_count;
    ac_dated *own;
    uint32_t  own_count;
    int       has_valid;
    ac_day    valid_first, valid_last;
    uint8_t   beyond_weekly, as_of_now;
    uint32_t  line;
} ac_calendar_def;

/* A value or table that a data file may fill. */
typedef struct ac_hole {
    ac_text  name;
    ac_type  type;
    uint32_t unset;         /* index into unsets */
} ac_hole;

/* --- tables ------------------------------------------------------------------ */

/* One test against a column's value, constants only. */
typedef enum ac_test_kind {
    AC_TEST_RANGE,          /* low..high; a side may be absent; texts: low = high = the text */
    AC_TEST_NONE,           /* is the value none */
    AC_TEST_KNOWN,          /* known or none: always answers */
    AC_TEST_UNKNOWN
} ac_test_kind;

typedef struct ac_test {
    uint8_t kind;
    uint8_t has_low, has_high, low_open, high_open;
    ac_cell low, high;
} ac_test;

/* Column `column` passes when one of its tests does (Kleene or); `negated` turns the result round (Kleene). */
typedef struct ac_atom {
    uint16_t column;
    uint8_t  negated;
    uint8_t  test_count;
    uint32_t first_test;    /* into table->tests */
} ac_atom;

/* A conjunction of atoms; two of them may look at one column. Several with one `row` are alternatives (`or`). In row order. */
typedef struct ac_conjunction {
    uint32_t row;
    uint32_t first_atom;    /* into table->atoms */
    uint32_t atom_count;
} ac_conjunction;

/* What rows look at: one expression, nearly always one LOAD. Conditions that do not split into atoms over
 * constants become a yes/no column of their own with the atom `= yes`. */
typedef struct ac_column {
    ac_program subject;
    uint32_t   path;        /* when the subject is one LOAD of a fact: that path, else AC_NO_INDEX */
    uint32_t   own;         /* when that fact is of the table's own record: its field, else AC_NO_INDEX */
    ac_text    text;        /* as written, for explanations */
} ac_column;

typedef struct ac_row {
    uint8_t     otherwise;  /* `otherwise` or `else`: hit when no other row is */
    uint32_t    line;
    ac_program  condition;  /* the whole row as one yes/no program, for the slow path and explanations; absent when otherwise */
    ac_program *outputs;    /* one per output */
} ac_row;

typedef struct ac_table {
    ac_text         name;
    uint32_t        record;
    uint8_t         hit;            /* ac_hit */
    uint32_t        output_count;
    uint32_t       *output_fields;  /* fields of the record */
    uint32_t        column_count;
    ac_column      *columns;
    uint32_t        row_count;
    ac_row         *rows;
    uint32_t        conjunction_count;
    ac_conjunction *conjunctions;
    ac_atom        *atoms;
    uint32_t        atom_count;
    ac_test        *tests;
    uint32_t        test_count;
    uint32_t        hole;           /* `unset`: rows come from a data file; else AC_NO_INDEX */
    uint32_t        line;
    uint32_t        head;           /* line of a grid's head row; AC_NO_INDEX: case lines */
    struct ac_table_index *index;   /* bit sets by elementary interval: policy/table_index.h; NULL for a hole, and for a table that
                                     * cannot have one: judge its rows by `condition` in order */
    /* The filled form of an `unset` table (ac_pin.tables): rows come from a data file and hold constants only. Then `hole` is
     * AC_NO_INDEX, rows have neither `condition` nor `outputs` (count 0, NULL), and a row's `line` counts in `filled_lines`.
     * Else all three are NULL. */
    const ac_cell  *filled;         /* output o of row r: filled[r * output_count + o] */
    const ac_line  *filled_lines;
    const char     *filled_source;  /* name of the data file */
} ac_table;

/* --- limits ------------------------------------------------------------------ */

typedef enum ac_regrade { AC_REGRADE_FROM_START, AC_REGRADE_FROM_CHANGE, AC_REGRADE_KEEP, AC_REGRADE_TIGHTEN_ONLY } ac_regrade;
typedef enum ac_reopen { AC_REOPEN_RESUME, AC_REOPEN_RESTART, AC_REOPEN_NONE } ac_reopen;

/* What a clock pauses for: a yes/no fact, or a state of the record at the end of the path. */
typedef struct ac_pause_def {
    uint32_t path;          /* the fact; for a state, the path of the field `state` */
    int32_t  state;         /* index of the state, or -1 for a fact that is yes */
    uint32_t line;
} ac_pause_def;

#define AC_LIMIT_PAUSE_FACTS   63   /* what one limit may pause for, */
#define AC_LIMIT_PAUSE_RECORDS  8   /* and the records, its own one included, that hold it */

typedef struct ac_limit {
    ac_text       name;
    uint32_t      record;
    uint32_t      moment;           /* field */
    uint8_t       form, regrade, reopen, hard;
    uint8_t       renews;           /* `within L after X` on X itself: counts from the occurrence before */
    ac_program    span;             /* within, at */
    uint32_t      start_count;      /* P, then each `else` */
    ac_program   *starts;           /* within, at, same day as, promptly after (0: the record's dated moment), due: the point */
    ac_program    grace;            /* at … grace */
    ac_program    when;             /* absent: always */
    uint32_t      calendar;         /* AC_NO_INDEX: none named and none or several in the file */
    uint32_t      role;             /* AC_NO_INDEX: anybody */
    uint32_t      pause_count;
    ac_pause_def *pauses;
    uint32_t      pause_fact_count; /* every path that computed pauses read, each once */
    uint32_t     *pause_facts;
    uint32_t      fact_count;       /* every path that span, starts, grace, when and the tables behind them read, each once */
    uint32_t     *facts;
    uint8_t       reads_pool;       /* an aggregate stands behind it: what changes in any record handed in may change it */
    uint32_t      line;
    const struct ac_limit_plan *plan;   /* the short way, or NULL: policy/plan.h */
    ac_place      text, length, points, condition, actors;  /* where it is written: whole, span, starts, `when`, `by`; size 0: not there */
} ac_limit;

/* --- records ----------------------------------------------------------------- */

typedef struct ac_field_def {
    ac_text    name;
    ac_type    type;
    uint8_t    origin;          /* ac_field_origin */
    uint8_t    has_default;
    uint8_t    is_unset;        /* `unset`: a fact the company has not decided to keep */
    uint8_t    is_slot;         /* derived from an aggregate: the host may give the value */
    uint32_t   unset;           /* is_unset: index into unsets, else AC_NO_INDEX */
    ac_program value;           /* derived: the expression; otherwise absent */
    ac_program fallback;        /* default */
    uint8_t    has_range, low_open, high_open;
    ac_program low, high;       /* `in [..]`, constants */
    uint32_t   table, output;   /* table output */
    uint32_t   unsupported;     /* line when the field belongs to a later stage (`disposable`), else AC_NO_INDEX */
    uint32_t   line;
    ac_place   written;         /* derived: the expression */
} ac_field_def;

/* One transition of a flow; rows with several `from` states are expanded. State 0 is `new`. */
typedef struct ac_transition {
    uint16_t from, to;
    uint32_t action;            /* field */
    uint32_t line;
} ac_transition;

/* `by G`: a field of the record, and how G was written without the record in front. */
typedef struct ac_group_def {
    uint32_t field;
    uint32_t source;            /* path of G from the record that was written in front, or the first that has it; an enum: AC_NO_INDEX */
    uint32_t enumeration;       /* G is an enum, or AC_NO_INDEX */
    uint32_t name_count;
    ac_text *names;
} ac_group_def;

/* Who may: any one of these roles. */
typedef struct ac_roles {
    uint32_t  count;            /* 0: anybody */
    uint32_t *at;
    ac_text   text;             /* as written: "desk, resolver" */
    uint32_t  line;
} ac_roles;

typedef enum ac_need_kind {
    AC_NEED_HOLDS,              /* program is yes */
    AC_NEED_KNOWN,              /* program is a bare name that is not yes/no: it is known */
    AC_NEED_CONFIRM,            /* paths: the attestation */
    AC_NEED_SIGNED,             /* paths: the signatures; `quorum` of them */
    AC_NEED_COMPLETE,           /* paths: none, or the owner or link whose form it is; or `child` */
    AC_NEED_NOT_ACTOR           /* paths: what the acting person did not do */
} ac_need_kind;

/* One item of `needs`. */
typedef struct ac_need {
    uint8_t    kind;            /* ac_need_kind */
    uint32_t   quorum;
    uint32_t   role;            /* confirm … by: AC_NO_INDEX: the acting person */
    uint32_t   path_count;
    uint32_t  *paths;
    ac_program program;
    uint32_t   child;           /* complete: the type of the records below this one that are to be; else AC_NO_INDEX */
    ac_program when;            /* absent: always */
    ac_text    text;            /* as written */
    uint32_t   line;
} ac_need;

/* What stands in the way of filling one field: its gate. */
typedef struct ac_gate_def {
    uint32_t  column;           /* actions: column of ac_record_def.moves; else AC_NO_INDEX */
    uint32_t  step;             /* steps: its number; else AC_NO_INDEX */
    ac_roles  roles;            /* those behind `by` on its lines */
    uint32_t  need_count;
    ac_need  *needs;
    uint32_t  line;             /* of the field */
} ac_gate_def;

/* A step of a straight procedure, in order. */
typedef struct ac_step_def {
    uint32_t   field;
    ac_program when;            /* absent: always part of the procedure */
    uint32_t   line;
} ac_step_def;

/* A field that `complete` asks for, where its `when` holds. */
typedef struct ac_form_field {
    uint32_t   field;
    ac_program when;            /* absent: always */
} ac_form_field;

/* Who opens a record: nobody but the host, a moment of its owner, the calendar. */
typedef enum ac_opened_by { AC_OPENED_BY_HOST, AC_OPENED_BY_MOMENT, AC_OPENED_BY_CALENDAR } ac_opened_by;

typedef struct ac_opening_def {
    uint8_t    by;              /* ac_opened_by */
    uint32_t   moment;          /* field of the owner */
    ac_program period;          /* of type period: which kind it is counts */
    ac_program when;            /* absent: always. Of the owner's type, or of the record's own when it has no owner */
    uint32_t   line;
} ac_opening_def;

typedef struct ac_record_def {
    ac_text        name;
    uint8_t        kind;        /* ac_record_kind */
    uint32_t       owner;       /* record type or AC_NO_INDEX */
    uint32_t       dated;       /* field or AC_NO_INDEX */
    uint32_t       dated_path;  /* the same as a path; the field may be an owner's */
    uint32_t       period;      /* field `period` of what the calendar opens, or AC_NO_INDEX */
    uint32_t       group_count; /* `each … by G` */
    ac_group_def  *groups;
    ac_opening_def opening;
    uint32_t       field_count;
    ac_field_def  *fields;
    uint32_t       limit_count;
    ac_limit      *limits;
    uint32_t       state_field; /* field `state` or AC_NO_INDEX */
    uint32_t       state_count;
    ac_text       *states;      /* [0] is "new" */
    uint8_t       *state_ends;  /* 1: listed under `ends` */
    uint32_t       transition_count;
    ac_transition *transitions;
    ac_roles      *transition_roles;    /* per transition */
    uint32_t       action_count;
    uint32_t      *moves;       /* moves[state * action_count + column]: transition + 1; 0: the action is not open in that state */
    uint32_t       step_count;
    ac_step_def   *steps;
    ac_gate_def  **gates;       /* per field; NULL: nothing stands in the way */
    uint32_t       form_count;
    ac_form_field *form;        /* the recorded fields that are not moments or optional */
    uint32_t      *order;       /* derived fields and table outputs in an order that respects their dependence */
    uint32_t       order_count;
    const struct ac_field_plan **plans; /* per field: the short way, or NULL: policy/plan.h */
    uint32_t       line;
} ac_record_def;

/* --- offences and rewards ------------------------------------------------------- */

#define AC_NTH_EVER    6u   /* the window after those of ac_period_kind: all there is */
#define AC_NTH_SPAN    7u   /* the first of the offence's spans */
#define AC_NTH_SPANS   8u   /* how many those may be */
#define AC_NTH_WINDOWS (AC_NTH_SPAN + AC_NTH_SPANS)
#define AC_NTH_MOST    1000u    /* a rolling window counts no further */

/* By when something is to be done: a length, constant but for holes. */
typedef struct ac_term {
    ac_program length;          /* absent: there is no such term */
    uint32_t   calendar;        /* AC_NO_INDEX: none named and none or several in the file */
    uint32_t   line;
    ac_place   written;         /* the length */
} ac_term;

/* What an occurrence costs or earns. */
typedef struct ac_deed_def {
    uint8_t    kind;            /* ac_deed_kind */
    uint8_t    is_range;        /* a role chooses between low and high */
    uint32_t   chosen_by;       /* role, or AC_NO_INDEX */
    ac_term    choice;          /* for the choice, from the proposal on */
    uint32_t   confirmed_by;    /* role, or AC_NO_INDEX: that of the offence */
    uint32_t   enumeration, member;     /* imposed */
    ac_program low, high, step; /* money; `low` alone is the amount */
    ac_program span;            /* impose … for */
    ac_program when;            /* absent: always */
    uint32_t   line;
} ac_deed_def;

typedef struct ac_exception {
    ac_program when;
    uint32_t   line;
} ac_exception;

typedef struct ac_cap_def {
    ac_program amount;          /* constant, but for holes */
    uint8_t    period;          /* ac_period_kind */
    uint32_t   line;
} ac_cap_def;

/* `shared by PATH PART`: what one person bears of the money. */
typedef struct ac_share_def {
    uint32_t   subject;         /* path */
    ac_program part;            /* number; all of an offence add up to 1 */
} ac_share_def;

/* `cap a PERIOD for RECORD over OFFENCES`: what they may come to together. */
typedef struct ac_joint_cap {
    uint8_t    period;          /* ac_period_kind */
    uint8_t    is_carried;      /* what it takes off is owed in later periods */
    uint32_t   record;          /* type of the subjects, in whose scope the amounts are */
    uint32_t   offence_count;   uint32_t   *offences;
    uint32_t   amount_count;    ac_cap_def *amounts;
    uint32_t   line;
} ac_joint_cap;

/* `with OTHER highest`: of both hit by one record only the dearer counts. */
typedef struct ac_offence_pair {
    uint32_t other;             /* index into offences */
    uint8_t  adds;
    uint32_t line;
} ac_offence_pair;

typedef struct ac_offence {
    ac_text          name;
    uint8_t          is_reward;
    uint16_t         counts;        /* windows that its deeds ask for: 1 << window */
    uint8_t          caps_in;       /* periods that its caps are over: 1 << period */
    uint32_t         record;        /* type of the record that triggers it; AC_NO_INDEX after an error */
    uint32_t         subject;       /* path of the link, or of the owner, that it is held against */
    uint32_t         confirmed_by;  /* role, or AC_NO_INDEX */
    uint32_t         appeal_to;     /* role that decides on appeals, or AC_NO_INDEX: the one that confirms */
    ac_term          appeal;        /* for the person's answer, from the notification on; absent: until it is confirmed */
    ac_program       when;          /* absent: every record */
    uint32_t         span_count;        ac_window_span   spans[AC_NTH_SPANS];
    uint32_t         exception_count;   ac_exception    *exceptions;
    uint32_t         deed_count;        ac_deed_def     *deeds;
    uint32_t         cap_count;         ac_cap_def      *caps;
    uint32_t         pair_count;        ac_offence_pair *pairs;
    uint32_t         share_count;       ac_share_def    *shares;
    uint32_t         shared_in;     /* line of the shares */
    uint32_t         carried_by;    /* the joint cap that carries over what it takes off, or AC_NO_INDEX */
    uint8_t          has_joint_cap;
    uint32_t         line;
} ac_offence;

/* --- examples ----------------------------------------------------------------- */

typedef enum ac_expect_kind {
    AC_EXPECT_VALUE, AC_EXPECT_DUE, AC_EXPECT_LATE_BY, AC_EXPECT_VERDICT, AC_EXPECT_UNSUPPORTED, AC_EXPECT_GATE, AC_EXPECT_UNMET,
    AC_EXPECT_OPENED,
    AC_EXPECT_RANK, AC_EXPECT_REJECTED,
    AC_EXPECT_DEEDS
} ac_expect_kind;

/* What an offence or reward is expected to come to, in one word; AC_DEEDS_LISTED: the deeds themselves. */
typedef enum ac_deeds_word { AC_DEEDS_LISTED, AC_DEEDS_NONE, AC_DEEDS_OPEN, AC_DEEDS_REFUSED, AC_DEEDS_UNSET, AC_DEEDS_UNDECIDED } ac_deeds_word;

/* One deed expected: an amount, or a member imposed. */
typedef struct ac_expect_deed {
    uint32_t   enumeration, member;     /* AC_NO_INDEX: an amount */
    ac_program amount;
} ac_expect_deed;

typedef enum ac_given_kind {
    AC_GIVEN_FACT,
    AC_GIVEN_ACTOR,             /* an id: of the acting person (path AC_NO_INDEX), or of who did what the path names */
    AC_GIVEN_ROLE,              /* the same of the role */
    AC_GIVEN_CHOSEN             /* the amount that a role has chosen within the range of a deed */
} ac_given_kind;

/* A fact to fill before a row is judged: at the end of a path, a constant program. The fact may be one that rules work
 * out (a derived field, an aggregate, a table's output): then it is taken as given. */
typedef struct ac_given {
    uint8_t    kind;            /* ac_given_kind */
    uint32_t   path;            /* AC_NO_INDEX: `now`, or a hole */
    uint32_t   hole;            /* a value of the policy as a data file would fill it: index into holes; else AC_NO_INDEX */
    ac_program value;           /* may yield NONE or UNKNOWN */
    uint32_t   line;
} ac_given;

typedef struct ac_expect {
    uint8_t    kind;            /* ac_expect_kind */
    uint32_t   path;            /* value: the fact; gate, unmet: the field whose gate it is; opened: to the owner; others: to the record holding the limit */
    uint32_t   limit;           /* opened: the record type; deeds: the offence or reward */
    uint8_t    unchecked;       /* `-` */
    uint8_t    word;            /* gate column: 1 allowed, 2 refused; verdict column: ac_verdict + 1 of rules.h (none open met late undecided unset not-covered never not-supported); value column: 1 undecided; deeds: ac_deeds_word */
    ac_program value;           /* otherwise the expected value, constant */
    ac_text    articles;        /* unmet: "6.1c, 6.2"; empty for none */
    uint32_t   deed_count;      /* deeds: with word AC_DEEDS_LISTED */
    ac_expect_deed *deeds;
    uint32_t   line;
} ac_expect;

typedef struct ac_example_row {
    ac_text    name;            /* of the case */
    uint32_t   given_count;
    ac_given  *givens;          /* the block's givens, then the row's own */
    uint32_t   expect_count;
    ac_expect *expects;
    uint32_t   line;
} ac_example_row;

typedef struct ac_example {
    ac_text         target, text;
    uint32_t        record;
    uint32_t        choice;     /* rows of one name are the candidates of a case: index into choices; else AC_NO_INDEX */
    uint8_t         in_order;   /* rows add up: aggregates, stage 2 */
    uint32_t        row_count;
    ac_example_row *rows;
    uint32_t        line;
} ac_example;

/* --- choices ------------------------------------------------------------------- */

typedef struct ac_choice_line {
    uint8_t    kind;            /* ac_choice_kind */
    ac_program program;         /* of the candidate's record type; paths of the case's start there (ac_eval.outer) */
    ac_place   text;            /* the expression as written */
    uint32_t   line;
} ac_choice_line;

/* `choose KIND for RECORD`: needs come as written, between and before what ranks. */
typedef struct ac_choice {
    uint32_t        kind, record;   /* record types of candidates and case */
    uint32_t        line_count;
    ac_choice_line *lines;
    uint32_t        line;
} ac_choice;

/* --- the policy ---------------------------------------------------------------- */

typedef struct ac_label {
    ac_text lang, name, text;
} ac_label;

/* A place of the source that names an article or a role; in source order, none twice. */
typedef struct ac_mention {
    struct ac_mention *next;
    uint32_t           at;          /* byte of the source */
    uint32_t           line;        /* 1-based */
} ac_mention;

typedef struct ac_mentions {
    ac_mention *first, *last;
    ac_mention *near;           /* put in or found last, not at the end; NULL: none so far */
    uint32_t    count;
} ac_mentions;

/* A line of a construct not carried out. */
typedef struct ac_waiting {
    struct ac_waiting *next;
    const char        *what;
    uint32_t           line;        /* 1-based */
} ac_waiting;

/* What is asked about articles and roles; policy/written.h reads the rest from the source. */
typedef struct ac_article_def {
    ac_text     rulebook, reason;
    ac_mentions mentions;
} ac_article_def;

typedef struct ac_role_def {
    uint32_t    superior;       /* AC_NO_INDEX: none */
    ac_mentions mentions;
} ac_role_def;

struct ac_policy {
    ac_refcount      refs;
    ac_mem           mem;
    ac_arena         arena;
    ac_text          name;
    uint32_t         version, revision;
    ac_text          corrects;                      /* what the revision corrects */
    ac_day           effective_from, effective_to;  /* half-open; AC_DAY_MAX: open-ended */
    ac_place         effective_place;
    ac_text          timezone;
    ac_text          currency;
    uint8_t          currency_digits;               /* decimals of the minor unit */
    int              has_days_end, has_month_end;
    ac_days_end      days_end;
    ac_month_end     month_end;
    ac_digest        source_digest, rule_digest;
    uint32_t         line_count;        ac_line         *lines;
    uint32_t         unset_count;       ac_unset        *unsets;
    uint32_t         string_count;      ac_string      **strings;   /* [id]; [0] unused */
    uint32_t         constant_count;    ac_cell         *constants;
    uint32_t         op_count;          ac_op           *ops;
    uint32_t         path_count;        ac_path         *paths;
    uint32_t         aggregate_count;   ac_aggregate    *aggregates;
    uint32_t         role_count;        ac_text         *roles;     ac_role_def *role_defs;
    uint32_t         own_role_count;                /* those declared; the built-in ones follow */
    uint32_t         role_superior, role_none;      /* the built-in roles */
    uint32_t         enum_count;        ac_enum         *enums;
    uint32_t         hole_count;        ac_hole         *holes;
    uint32_t         calendar_count;    ac_calendar_def *calendars;
    uint32_t         record_count;      ac_record_def   *records;
    uint32_t         table_count;       ac_table        *tables;
    uint32_t         offence_count;     ac_offence      *offences;
    uint32_t         joint_cap_count;   ac_joint_cap    *joint_caps;
    uint32_t         example_count;     ac_example      *examples;
    uint32_t         choice_count;      ac_choice       *choices;
    uint32_t         label_count;       ac_label        *labels;
    uint32_t         article_count;     ac_text         *articles;  ac_article_def *article_defs;
    ac_waiting      *waiting;                       /* a list, in no order */
    ac_text          source;                        /* the text it was compiled from */
    struct ac_names *names;             /* look-up tables name -> index; policy/names.h */
    const char      *source_name;       /* NUL-terminated, for messages of the example runner */
};

/* NULL when there is no such record type. */
static inline const ac_record_def *ac_record_def_at(const ac_policy *policy, uint32_t record)
{
    assert(policy);
    return record < policy->record_count ? &policy->records[record] : NULL;
}

/* The choice of one record type for another, or AC_NO_INDEX. */
uint32_t ac_choice_find(const ac_policy *policy, uint32_t kind, uint32_t record);

/* The interned string of a text, or NULL when no rule mentions it. */
const ac_string *ac_policy_find_string(const ac_policy *policy, ac_text text);

/* An expression compiled for `eval`: a view of the policy whose ops, constants, paths, lines and strings
 * begin with the policy's own and go on with the expression's. Evaluate `program` with `view` in place of the policy. */
struct ac_expression {
    ac_mem     mem;
    ac_arena   arena;
    ac_policy *policy;      /* referenced */
    ac_policy  view;        /* shallow; never ref'd or unref'd */
    uint32_t   record;
    ac_program program;
};

#endif
