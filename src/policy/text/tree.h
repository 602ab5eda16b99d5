#ifndef AC_POLICY_TEXT_TREE_H
#define AC_POLICY_TEXT_TREE_H

#include <aftercare/base.h>
#include <aftercare/policy.h>
#include <aftercare/time.h>

#include "policy/report/place.h"

/** @file
 * The syntax tree of policy, label and data files: what was written, not yet what it means.
 *
 * Everything lives in one arena and points into the source text, which must outlive the tree.
 * Nothing is resolved: names are slices of the source, numbers are exact, a name that may be a
 * member, a field or a verdict stays a path. Comments and blanks are not stored; they are what
 * lies between the places of two nodes.
 *
 * A node that could not be read is left out or is of kind AC_EXPR_BAD; `has_errors` of its block is
 * set, so that later passes skip the block without a further message.
 *
 * Threads: a finished tree is only read.
 */

/** A name as written, without its backquotes. An absent optional name has text.data == NULL. */
typedef struct ac_tree_name {
    ac_text  text;
    ac_place place;
} ac_tree_name;

typedef struct ac_tree_names {
    ac_tree_name *at;
    uint32_t      count;
} ac_tree_names;

/** `a.b.c`: at least one name. */
typedef struct ac_tree_path {
    ac_tree_name *at;
    uint32_t      count;
    ac_place      place;
} ac_tree_path;

typedef struct ac_tree_paths {
    ac_tree_path *at;
    uint32_t      count;
} ac_tree_paths;

/** A text with its escapes resolved. */
typedef struct ac_tree_string {
    ac_text  text;
    ac_place place;
} ac_tree_string;

/** One entry after `per` or `articles`: an article, a range of them, or (data files) a text. */
typedef struct ac_tree_cite {
    ac_text  article;       /**< `18.2a`, or the text of a string */
    ac_text  last;          /**< last segment of a range: `d` of `18.2a..d`; empty for a single article */
    ac_place place;
    int      is_text;       /**< a quoted source, data files only */
} ac_tree_cite;

/** `per A, B..C`; count 0 when nothing is cited. */
typedef struct ac_tree_cites {
    ac_tree_cite *at;
    uint32_t      count;
    ac_place      place;    /**< from `per` on */
} ac_tree_cites;

/* ── expressions ─────────────────────────────────────────────────────────── */

typedef enum ac_tree_unit {
    AC_TREE_UNIT_NONE, AC_TREE_UNIT_S, AC_TREE_UNIT_MIN, AC_TREE_UNIT_H, AC_TREE_UNIT_WORKH, AC_TREE_UNIT_DAYS, AC_TREE_UNIT_WORKDAYS,
    AC_TREE_UNIT_MONTHS, AC_TREE_UNIT_YEARS, AC_TREE_UNIT_PERCENT, AC_TREE_UNIT_CURRENCY
} ac_tree_unit;

/** A calendar period as a word, and the windows of aggregates and `nth`. */
typedef enum ac_window {
    AC_WINDOW_NONE, AC_WINDOW_DAY, AC_WINDOW_WEEK, AC_WINDOW_MONTH, AC_WINDOW_QUARTER, AC_WINDOW_HALF_YEAR, AC_WINDOW_YEAR,
    AC_WINDOW_PERIOD,       /**< the record's own period */
    AC_WINDOW_EVER,
    AC_WINDOW_SPAN          /**< `in 90 days` */
} ac_window;

typedef enum ac_tree_state_word { AC_TREE_STATE_KNOWN, AC_TREE_STATE_UNKNOWN, AC_TREE_STATE_LATE, AC_TREE_STATE_MET } ac_tree_state_word;

typedef enum ac_agg { AC_AGG_COUNT, AC_AGG_SHARE, AC_AGG_SUM, AC_AGG_MEAN, AC_AGG_MEDIAN, AC_AGG_ANY, AC_AGG_ALL } ac_agg;

typedef enum ac_fn {
    AC_FN_ABS, AC_FN_MIN, AC_FN_MAX, AC_FN_FLOOR, AC_FN_CEILING, AC_FN_DECIMAL, AC_FN_ROUND_UP, AC_FN_ROUND_DOWN,
    AC_FN_ROUND_HALF_UP, AC_FN_ROUND_HALF_DOWN, AC_FN_ROUND_HALF_EVEN, AC_FN_MODULO, AC_FN_EVEN, AC_FN_ODD, AC_FN_DATE
} ac_fn;

/** Kind of an expression node; its children in brackets, its payload after the colon. */
typedef enum ac_expr_kind {
    AC_EXPR_BAD,        /**< could not be read; a message was given */
    AC_EXPR_NUMBER,     /**< []: number, unit, and the name of a currency */
    AC_EXPR_STRING,     /**< []: text */
    AC_EXPR_YES, AC_EXPR_NO, AC_EXPR_NONE, AC_EXPR_UNSET, AC_EXPR_UNKNOWN, AC_EXPR_NOW, AC_EXPR_TODAY,
    AC_EXPR_DATE,       /**< []: when */
    AC_EXPR_DATETIME,   /**< []: when, local to the policy's zone */
    AC_EXPR_PERIOD,     /**< []: period, a written one such as 2026-Q3; examples only (2026 alone reads as a number) */
    AC_EXPR_WINDOW,     /**< []: window, a period word as a value: `周期 = month` */
    AC_EXPR_PATH,       /**< []: path */
    AC_EXPR_NEG, AC_EXPR_NOT,                               /**< [x] */
    AC_EXPR_ADD, AC_EXPR_SUB, AC_EXPR_MUL, AC_EXPR_DIV,     /**< [x, y], left-nested */
    AC_EXPR_EQ, AC_EXPR_NE, AC_EXPR_LT, AC_EXPR_LE, AC_EXPR_GT, AC_EXPR_GE, /**< [x, y] */
    AC_EXPR_AND, AC_EXPR_OR,    /**< [x, y, …], two or more */
    AC_EXPR_BETWEEN,    /**< [x, low, high] */
    AC_EXPR_IN,         /**< [x, LIST | RANGE | PATH]: negated */
    AC_EXPR_LIST,       /**< [x, …] */
    AC_EXPR_RANGE,      /**< [low, high]: opens_low, opens_high */
    AC_EXPR_WITHIN,     /**< [x, length, start, else …]: x within length after start {else start}; in a cell x is missing, see ac_tree_test */
    AC_EXPR_IS,         /**< [x]: state, negated */
    AC_EXPR_IF,         /**< [condition, then, else] */
    AC_EXPR_AGG,        /**< [where] or []: agg */
    AC_EXPR_NTH,        /**< []: window; [length] when that is a span: from_first */
    AC_EXPR_CALL,       /**< [argument, …]: fn */
    AC_EXPR_EDGE        /**< []: edge, `start of month of X.Y` */
} ac_expr_kind;

typedef struct ac_tree_expr ac_tree_expr;

/** A local date, or a date and a time of day. */
typedef struct ac_tree_when {
    ac_date date;
    int32_t second;         /**< of the day, 0..86399; dates: 0 */
    uint8_t has_seconds;    /**< `08:00:00` rather than `08:00` */
} ac_tree_when;

/** A written period: 2026, 2026-07, 2026-Q3, 2026-H2, 2026-W05. */
typedef struct ac_tree_period {
    int32_t   year;
    int32_t   index;        /**< month, quarter, half or week from 1; year: 0 */
    ac_window window;
} ac_tree_period;

typedef struct ac_tree_agg {
    ac_agg       fn;
    uint8_t      every;     /**< `every`: the link is dropped */
    ac_window    window;    /**< AC_WINDOW_NONE without `in` */
    ac_tree_expr *length;   /**< of AC_WINDOW_SPAN */
    ac_tree_path path;      /**< KIND or KIND.FIELD */
    ac_tree_name via;       /**< absent: text.data NULL */
} ac_tree_agg;

typedef struct ac_tree_edge {
    uint8_t      is_end;    /**< `end of`, else `start of` */
    ac_window    window;
    ac_tree_path of;        /**< count 0 when absent */
} ac_tree_edge;

struct ac_tree_expr {
    uint8_t  kind;          /**< ac_expr_kind */
    uint8_t  unit;          /**< ac_tree_unit of a NUMBER */
    uint8_t  negated;       /**< IN, IS: `not in`, `is not` */
    uint8_t  state;         /**< ac_tree_state_word of IS */
    uint8_t  opens_low, opens_high; /**< RANGE: the bound itself lies outside */
    uint8_t  from_first;    /**< NTH: `nth in 1 year from first` */
    uint8_t  window;        /**< ac_window of NTH and WINDOW */
    uint8_t  fn;            /**< ac_fn of CALL */
    char     currency[3];   /**< NUMBER with AC_TREE_UNIT_CURRENCY: `CNY` */
    ac_place place;
    uint32_t count;         /**< children */
    ac_tree_expr **kids;
    union {
        ac_ratio       number;
        ac_text        text;        /**< STRING, escapes resolved */
        ac_tree_path   path;
        ac_tree_when   when;
        ac_tree_period period;
        ac_tree_agg   *agg;
        ac_tree_edge  *edge;
    } u;
};

static inline ac_text ac_tree_currency(const ac_tree_expr *number)
{
    ac_text name;

    name.data = number->currency;
    name.size = sizeof number->currency;
    return name;
}

/* ── types ───────────────────────────────────────────────────────────────── */

typedef enum ac_tree_type_kind {
    AC_TREE_TYPE_BAD,
    AC_TREE_TYPE_YESNO, AC_TREE_TYPE_COUNT, AC_TREE_TYPE_NUMBER, AC_TREE_TYPE_MONEY, AC_TREE_TYPE_DATE, AC_TREE_TYPE_DATETIME, AC_TREE_TYPE_MOMENT, AC_TREE_TYPE_DURATION,
    AC_TREE_TYPE_SPAN, AC_TREE_TYPE_TEXT, AC_TREE_TYPE_PERIOD, AC_TREE_TYPE_ROLE,
    AC_TREE_TYPE_ONE_OF,         /**< names: the members */
    AC_TREE_TYPE_MANY,           /**< names: the enum */
    AC_TREE_TYPE_SIGNATURE,      /**< names: the role */
    AC_TREE_TYPE_STEP_OF, AC_TREE_TYPE_STATE_OF,  /**< names: the record */
    AC_TREE_TYPE_NAMED           /**< names: an enum, record or ladder */
} ac_tree_type_kind;

typedef enum ac_tree_precision { AC_TREE_PRECISION_SECOND, AC_TREE_PRECISION_MINUTE, AC_TREE_PRECISION_HOUR } ac_tree_precision;

typedef struct ac_tree_type {
    ac_tree_type_kind  kind;
    ac_tree_precision  precision;    /**< DATETIME */
    ac_tree_names names;
    ac_place      place;
} ac_tree_type;

/** `name : type`, an output of a table or an attribute of a catalogue. */
typedef struct ac_tree_out {
    ac_tree_name name;
    ac_tree_type type;
} ac_tree_out;

typedef struct ac_tree_outs {
    ac_tree_out *at;
    uint32_t     count;
} ac_tree_outs;

/* ── grids ───────────────────────────────────────────────────────────────── */

typedef enum ac_tree_test_kind {
    AC_TREE_TEST_EQUAL,      /**< the value itself */
    AC_TREE_TEST_COMPARE,    /**< relop value; op is AC_EXPR_EQ … AC_EXPR_GE */
    AC_TREE_TEST_RANGE,      /**< value is an AC_EXPR_RANGE */
    AC_TREE_TEST_WITHIN      /**< value is an AC_EXPR_WITHIN whose kids are [length, start, else …] */
} ac_tree_test_kind;

typedef struct ac_tree_test {
    ac_tree_test_kind  kind;
    ac_expr_kind  op;
    ac_tree_expr *value;
} ac_tree_test;

typedef enum ac_tree_cell_kind {
    AC_TREE_CELL_ANY,        /**< `-` */
    AC_TREE_CELL_STATE,      /**< `is known`, `is late`, … */
    AC_TREE_CELL_TESTS,      /**< one of the tests holds (negated: none of them) */
    AC_TREE_CELL_BAD
} ac_tree_cell_kind;

/** A condition cell. */
typedef struct ac_tree_cell {
    uint8_t       kind;     /**< ac_tree_cell_kind */
    uint8_t       negated;
    uint8_t       state;    /**< ac_tree_state_word */
    uint32_t      count;
    ac_tree_test *tests;
    ac_place      place;
} ac_tree_cell;

/** One row of a grid. `is_else`: the row reads `else`, then cells == NULL. */
typedef struct ac_tree_row {
    ac_tree_cell  *cells;   /**< as many as the head has columns; a catalogue has one, a name alone */
    ac_tree_expr **values;  /**< as many as the head has outs */
    ac_tree_cites  per;
    ac_place       place;   /**< the whole row */
    uint8_t        is_else;
} ac_tree_row;

typedef struct ac_tree_grid {
    ac_tree_expr **columns; /**< conditions, left of `||` */
    uint32_t       column_count;
    ac_tree_names  outs;    /**< right of `||`, without `per` */
    uint8_t        has_per;
    ac_tree_row   *rows;
    uint32_t       row_count;
    ac_place       place;   /**< the head row */
} ac_tree_grid;

/* ── blocks ──────────────────────────────────────────────────────────────── */

/** `mon..fri 08:30..12:00, 13:30..18:00`. Bits of `days` from Monday = 1. */
typedef enum ac_tree_cal_kind {
    AC_TREE_CAL_WEEK, AC_TREE_CAL_HOLIDAYS, AC_TREE_CAL_OFF, AC_TREE_CAL_WORK, AC_TREE_CAL_WORKED_AS, AC_TREE_CAL_VALID, AC_TREE_CAL_BEYOND_WEEKLY, AC_TREE_CAL_AS_OF_NOW
} ac_tree_cal_kind;

/** Local time of day in seconds from midnight, 0..86400; to <= from lies on the next day. */
typedef struct ac_tree_hours {
    int32_t  from_s, to_s;
    ac_place place;
} ac_tree_hours;

typedef struct ac_tree_dates {
    ac_date  first, last;
    ac_place place;
} ac_tree_dates;

typedef struct ac_tree_cal_line {
    ac_tree_cal_kind     kind;
    uint8_t         first_day, last_day;    /**< WEEK (first..last may wrap), WORKED_AS: ac_weekday */
    ac_tree_hours  *hours;                  /**< WEEK, WORK */
    uint32_t        hours_count;
    ac_tree_dates   dates;                  /**< OFF, WORK, VALID */
    ac_tree_name    name;                   /**< HOLIDAYS */
    ac_tree_string  reason;                 /**< OFF, WORK; may be absent */
    ac_tree_cites   per;
    ac_place        place;
} ac_tree_cal_line;

typedef struct ac_tree_calendar {
    ac_tree_name      name;
    ac_tree_cites     per;
    ac_tree_cal_line *lines;
    uint32_t          count;
} ac_tree_calendar;

typedef struct ac_tree_roles_line {
    ac_tree_names names;
    ac_tree_name  under;
    ac_tree_cites per;
    ac_place      place;
} ac_tree_roles_line;

typedef struct ac_tree_roles {
    ac_tree_cites       per;
    ac_tree_roles_line *lines;
    uint32_t            count;
} ac_tree_roles;

/** `name [: type] = expr` or `name : type unset`. In a data file the type is absent (kind AC_TREE_TYPE_BAD, place.size 0). */
typedef struct ac_tree_value {
    ac_tree_name  name;
    ac_tree_type  type;
    uint8_t       has_type;
    ac_tree_expr *value;    /**< NULL: unset */
    ac_tree_cites per;
    ac_place      place;
} ac_tree_value;

typedef struct ac_tree_values {
    ac_tree_cites  per;
    ac_tree_value *lines;
    uint32_t       count;
} ac_tree_values;

typedef struct ac_tree_members {
    ac_tree_names names;
    ac_tree_cites per;
    ac_place      place;
} ac_tree_members;

typedef struct ac_tree_enum {
    ac_tree_name     name;
    ac_tree_cites    per;
    uint8_t          ordered;
    uint8_t          is_catalogue;  /**< `gives`: outs and grid; else lines */
    ac_tree_members *lines;         /**< `= a, b` is one line without per of its own */
    uint32_t         count;
    ac_tree_outs     outs;
    ac_tree_grid     grid;
} ac_tree_enum;

/* limits */

typedef enum ac_tree_limit_kind {
    AC_TREE_LIMIT_NONE, AC_TREE_LIMIT_WITHIN, AC_TREE_LIMIT_DUE, AC_TREE_LIMIT_SAME_DAY, AC_TREE_LIMIT_AT, AC_TREE_LIMIT_PROMPTLY
} ac_tree_limit_kind;

typedef enum ac_tree_tail_kind {
    AC_TREE_TAIL_WHEN,       /**< expr */
    AC_TREE_TAIL_BY,         /**< names, one or more */
    AC_TREE_TAIL_ON,         /**< names: the calendar */
    AC_TREE_TAIL_AS,         /**< names: the limit's name */
    AC_TREE_TAIL_PAUSED,     /**< paths: states or fields */
    AC_TREE_TAIL_REGRADE,    /**< mode */
    AC_TREE_TAIL_REOPEN,     /**< mode */
    AC_TREE_TAIL_HARD
} ac_tree_tail_kind;

typedef enum ac_tree_mode {
    AC_TREE_MODE_FROM_START, AC_TREE_MODE_FROM_CHANGE, AC_TREE_MODE_KEEP, AC_TREE_MODE_TIGHTEN_ONLY, AC_TREE_MODE_RESUME, AC_TREE_MODE_RESTART, AC_TREE_MODE_NONE
} ac_tree_mode;

/** One tail part. Parts of one line share its citation. */
typedef struct ac_tree_tail {
    ac_tree_tail_kind  kind;
    ac_tree_mode       mode;
    ac_tree_expr *expr;
    ac_tree_names names;
    ac_tree_paths paths;
    ac_tree_cites per;      /**< of a deeper line; parts on the first line are covered by the line's own per */
    ac_place      place;
} ac_tree_tail;

typedef struct ac_tree_tails {
    ac_tree_tail *at;
    uint32_t      count;
} ac_tree_tails;

typedef struct ac_tree_limit {
    ac_tree_limit_kind  kind;    /**< NONE: there is no limit */
    ac_tree_expr  *length;  /**< WITHIN, AT */
    ac_tree_expr **points;  /**< WITHIN, AT: start, then each `else`; DUE, SAME_DAY: the point; PROMPTLY: 0 or 1 */
    uint32_t       point_count;
    ac_tree_expr  *grace;   /**< AT; may be NULL */
    ac_place       place;
} ac_tree_limit;

/* needs */

typedef enum ac_tree_item_kind {
    AC_TREE_ITEM_EXPR,       /**< expr */
    AC_TREE_ITEM_CONFIRM,    /**< names: what is attested */
    AC_TREE_ITEM_SIGNED,     /**< names: the roles; quorum of them */
    AC_TREE_ITEM_COMPLETE,   /**< paths: none or one */
    AC_TREE_ITEM_ACTOR_NOT_IN    /**< paths */
} ac_tree_item_kind;

typedef struct ac_tree_item {
    ac_tree_item_kind  kind;
    uint32_t      quorum;   /**< SIGNED: 1, or the number before `of` */
    ac_tree_expr *expr;
    ac_tree_names names;
    ac_tree_paths paths;
    ac_tree_name  by;
    ac_place      place;
} ac_tree_item;

/** One line of items with what covers them all. */
typedef struct ac_tree_need {
    ac_tree_item *items;
    uint32_t      count;
    ac_tree_expr *when;
    ac_tree_cites per;
    ac_place      place;
} ac_tree_need;

typedef struct ac_tree_needs {
    ac_tree_need *at;
    uint32_t      count;
} ac_tree_needs;

typedef struct ac_tree_flow_row {
    ac_tree_names from;
    ac_tree_name  action;
    ac_tree_name  to;
    ac_tree_names by;       /**< empty: `-` or no column */
    ac_tree_cites per;
    ac_place      place;
} ac_tree_flow_row;

typedef enum ac_tree_line_kind {
    AC_TREE_LINE_FIELD,      /**< names, type, range, fallback, derived, limit, tails */
    AC_TREE_LINE_DERIVED,    /**< names (one), derived */
    AC_TREE_LINE_LIMIT,      /**< names (one), limit, tails */
    AC_TREE_LINE_NEEDS,      /**< names (one), needs */
    AC_TREE_LINE_STEP,       /**< names (one), limit, tails, needs */
    AC_TREE_LINE_FLOW,       /**< ends in names, rows; or is_unset */
    AC_TREE_LINE_NUMBER,     /**< text */
    AC_TREE_LINE_KEEP        /**< keep_span or NULL, point, is_until, tails: none or one `when` */
} ac_tree_line_kind;

typedef struct ac_tree_line {
    ac_tree_line_kind      kind;
    uint8_t           is_unset;     /**< FIELD, FLOW */
    uint8_t           is_optional;  /**< FIELD */
    uint8_t           is_until;     /**< KEEP */
    ac_tree_names     names;
    ac_tree_type      type;
    ac_tree_expr     *range;        /**< `in [a..b]`: AC_EXPR_RANGE */
    ac_tree_expr     *fallback;     /**< `default` */
    ac_tree_expr     *derived;      /**< `=` */
    ac_tree_limit     limit;
    ac_tree_tails     tails;
    ac_tree_needs     needs;
    ac_tree_flow_row *rows;
    uint32_t          row_count;
    ac_tree_string    text;
    ac_tree_expr     *keep_span;
    ac_tree_expr     *point;        /**< KEEP: after or until what */
    ac_tree_cites     per;          /**< of the line's first line */
    ac_place          place;        /**< the first line */
} ac_tree_line;

/** Parts of a record's head, in the order they are best written in. */
enum { AC_TREE_PART_IS, AC_TREE_PART_OF, AC_TREE_PART_UNIQUE, AC_TREE_PART_DATED, AC_TREE_PART_OPENS, AC_TREE_RECORD_PARTS };

typedef struct ac_tree_record {
    ac_tree_name  name;
    ac_record_kind kind;
    ac_tree_name  of;
    ac_tree_path  on;               /**< count 0: not opened by a moment */
    ac_window     each;             /**< AC_WINDOW_NONE: not opened by the calendar, or by each_value */
    ac_tree_name  each_value;       /**< a value of type period */
    ac_tree_paths by;
    ac_tree_expr *when;
    ac_tree_names unique;
    ac_tree_name  dated;
    ac_tree_cites per;
    ac_place      parts[AC_TREE_RECORD_PARTS];     /**< of the head; size 0: not given */
    ac_tree_line *lines;
    uint32_t      count;
} ac_tree_record;

/* tables, ladders, money */

typedef struct ac_tree_case {
    ac_tree_expr *value;
    ac_tree_expr *when;             /**< NULL: otherwise */
    ac_tree_cites per;
    ac_place      place;
} ac_tree_case;

typedef enum ac_tree_hit { AC_TREE_HIT_FIRST, AC_TREE_HIT_UNIQUE, AC_TREE_HIT_ALL, AC_TREE_HIT_SUM } ac_tree_hit;

typedef struct ac_tree_table {
    ac_tree_name  name;
    ac_tree_name  of;               /**< absent in a data file */
    ac_tree_outs  outs;             /**< empty in a data file */
    ac_tree_hit        hit;
    uint8_t       is_unset;         /**< rows come from a data file */
    uint8_t       has_grid;         /**< grid, else cases */
    ac_tree_cites per;
    ac_tree_grid  grid;
    ac_tree_case *cases;
    uint32_t      case_count;
} ac_tree_table;

typedef struct ac_tree_rung {
    uint8_t       is_grant;         /**< `grant RUNG on M` */
    ac_tree_name  name;
    ac_tree_needs needs;
    ac_tree_path  on;
    ac_tree_cites per;
    ac_place      place;
} ac_tree_rung;

typedef struct ac_tree_ladder {
    ac_tree_name  name;
    ac_tree_name  of;
    ac_tree_name  from;
    ac_tree_cites per;
    ac_tree_rung *rungs;
    uint32_t      count;
} ac_tree_ladder;

/** `within 5 workdays on hours`: by when something is to be done. */
typedef struct ac_tree_term {
    ac_tree_expr *length;           /**< NULL: there is none */
    ac_tree_name  calendar;         /**< may be absent */
} ac_tree_term;

typedef enum ac_tree_deed_kind { AC_TREE_DEED_FINE, AC_TREE_DEED_PAY, AC_TREE_DEED_IMPOSE } ac_tree_deed_kind;

typedef struct ac_tree_deed {
    ac_tree_deed_kind  kind;
    ac_tree_expr *low;              /**< FINE, PAY: the amount, or the low end */
    ac_tree_expr *high;             /**< NULL: fixed amount */
    ac_tree_expr *step;
    ac_tree_name  chosen_by;
    ac_tree_term  choice;           /**< for the choice */
    ac_tree_path  member;           /**< IMPOSE */
    ac_tree_expr *span;             /**< IMPOSE … for; may be NULL */
    ac_tree_name  confirmed_by;
    ac_place      place;
} ac_tree_deed;

typedef enum ac_tree_oline_kind { AC_TREE_OLINE_EXCEPT, AC_TREE_OLINE_DEEDS, AC_TREE_OLINE_CAP, AC_TREE_OLINE_WITH, AC_TREE_OLINE_CONFIRMED,
                               AC_TREE_OLINE_SHARED, AC_TREE_OLINE_APPEAL } ac_tree_oline_kind;

/** `shared by worker 70 %, lead 30 %` */
typedef struct ac_tree_share {
    ac_tree_path  path;
    ac_tree_expr *part;
} ac_tree_share;

typedef struct ac_tree_oline {
    ac_tree_oline_kind kind;
    ac_tree_deed *deeds;
    uint32_t      count;
    ac_tree_expr *expr;             /**< EXCEPT: condition; DEEDS: when, may be NULL; CAP: amount */
    ac_window     window;           /**< CAP */
    ac_tree_name  name;             /**< WITH: the other offence; CONFIRMED: the role; APPEAL: the role, may be absent */
    ac_tree_term  term;             /**< APPEAL */
    uint8_t       adds;             /**< WITH: `add`, else `highest` */
    ac_tree_share *shares;
    uint32_t      share_count;
    ac_tree_cites per;
    ac_place      place;
} ac_tree_oline;

/** An offence, or a reward (is_reward). */
typedef struct ac_tree_offence {
    ac_tree_name   name;
    uint8_t        is_reward;
    ac_tree_name   of;
    ac_tree_path   subject;         /**< `against` or `to` */
    ac_tree_expr  *when;
    ac_tree_cites  per;
    ac_tree_oline *lines;
    uint32_t       count;
} ac_tree_offence;

/** `cap a month for engineer over late, damage carried`: what several offences come to together. */
typedef struct ac_tree_cap {
    ac_window      window;
    ac_tree_name   record;
    uint8_t        over_all;
    uint8_t        is_carried;
    ac_tree_names  offences;        /**< none when over_all */
    ac_tree_cites  per;
    ac_tree_oline *lines;           /**< expr, per, place of each amount; all hold */
    uint32_t       count;
    ac_place       place;           /**< of the word `cap` */
} ac_tree_cap;

typedef enum ac_tree_choose_kind { AC_TREE_CHOOSE_NEEDS, AC_TREE_CHOOSE_LEAST, AC_TREE_CHOOSE_MOST } ac_tree_choose_kind;

typedef struct ac_tree_choose_line {
    ac_tree_choose_kind kind;
    ac_tree_expr  *expr;
    ac_tree_cites  per;
    ac_place       place;
} ac_tree_choose_line;

typedef struct ac_tree_choose {
    ac_tree_name         name;
    ac_tree_name         target;    /**< `for` */
    ac_tree_cites        per;
    ac_tree_choose_line *lines;
    uint32_t             count;
} ac_tree_choose;

/* examples */

typedef struct ac_tree_given {
    uint8_t       is_confirmed;     /**< `given confirmed` */
    ac_tree_path  path;             /**< also `now`, `period`, `actor`, `chosen` */
    ac_tree_expr *value;
    ac_place      place;
} ac_tree_given;

typedef enum ac_tree_xout_kind {
    AC_TREE_XOUT_VALUE, AC_TREE_XOUT_DUE, AC_TREE_XOUT_LATE_BY, AC_TREE_XOUT_VERDICT, AC_TREE_XOUT_GATE, AC_TREE_XOUT_UNMET, AC_TREE_XOUT_OPENED
} ac_tree_xout_kind;

/** A column to the right of `||`. path.count 0: the example's target. */
typedef struct ac_tree_xout {
    ac_tree_xout_kind kind;
    ac_tree_path path;
    ac_place     place;
} ac_tree_xout;

typedef enum ac_tree_xval_kind {
    AC_TREE_XVAL_SKIP,       /**< `-`: not checked */
    AC_TREE_XVAL_EXPRS,      /**< one or more values; words such as met, open, refused, undecided are paths */
    AC_TREE_XVAL_ARTICLES    /**< column `unmet`: cites, none of them for `none` */
} ac_tree_xval_kind;

/** One value or deed of a list such as `20 CNY, 警告`. Exactly one of the two is set. */
typedef struct ac_tree_xitem {
    ac_tree_expr *expr;
    ac_tree_deed *deed;
} ac_tree_xitem;

typedef struct ac_tree_xval {
    ac_tree_xval_kind   kind;
    ac_tree_xitem *items;
    uint32_t       count;
    ac_tree_cites  cites;
    ac_place       place;
} ac_tree_xval;

typedef struct ac_tree_xrow {
    ac_text        word;            /**< of the column `case` */
    ac_tree_expr **facts;           /**< as many as the head has facts; NULL: `-`, unknown */
    ac_tree_xval  *values;          /**< as many as the head has outs */
    ac_place       place;
} ac_tree_xrow;

typedef struct ac_tree_example {
    ac_tree_name    target;
    ac_tree_name    of;
    ac_tree_string  title;
    uint8_t         in_order;
    ac_tree_cites   per;
    ac_tree_given  *givens;
    uint32_t        given_count;
    ac_tree_paths   facts;          /**< columns after `case` */
    ac_tree_xout   *outs;
    uint32_t        out_count;
    ac_tree_xrow   *rows;
    uint32_t        row_count;
    ac_place        head;           /**< the head row */
} ac_tree_example;

typedef struct ac_tree_label {
    ac_tree_path   path;
    ac_tree_string text;
} ac_tree_label;

typedef struct ac_tree_labels {
    ac_tree_name   lang;
    ac_tree_label *at;
    uint32_t       count;
} ac_tree_labels;

typedef struct ac_tree_uncoded_line {
    ac_tree_cite   article;
    ac_tree_string reason;
} ac_tree_uncoded_line;

typedef struct ac_tree_uncoded {
    ac_tree_uncoded_line *lines;
    uint32_t              count;
} ac_tree_uncoded;

typedef struct ac_tree_holidays {
    ac_tree_name      name;
    ac_tree_cites     per;
    ac_tree_cal_line *lines;        /**< AC_TREE_CAL_OFF and AC_TREE_CAL_WORK only, WORK with a range allowed and without hours */
    uint32_t          count;
} ac_tree_holidays;

typedef enum ac_tree_block_kind {
    AC_TREE_BLOCK_CALENDAR, AC_TREE_BLOCK_ROLES, AC_TREE_BLOCK_VALUES, AC_TREE_BLOCK_ENUM, AC_TREE_BLOCK_RECORD, AC_TREE_BLOCK_TABLE, AC_TREE_BLOCK_LADDER, AC_TREE_BLOCK_OFFENCE,
    AC_TREE_BLOCK_CAP, AC_TREE_BLOCK_CHOOSE, AC_TREE_BLOCK_EXAMPLE, AC_TREE_BLOCK_LABELS, AC_TREE_BLOCK_UNCODED,
    AC_TREE_BLOCK_HOLIDAYS       /**< data files only */
} ac_tree_block_kind;

typedef struct ac_tree_block {
    ac_tree_block_kind kind;
    uint8_t       has_errors;       /**< something in it could not be read: verification leaves it alone */
    ac_place      place;            /**< from its keyword to the end of its last line */
    union {
        ac_tree_calendar *calendar;
        ac_tree_roles    *roles;
        ac_tree_values   *values;
        ac_tree_enum     *enumeration;
        ac_tree_record   *record;
        ac_tree_table    *table;
        ac_tree_ladder   *ladder;
        ac_tree_offence  *offence;
        ac_tree_cap      *cap;
        ac_tree_choose   *choose;
        ac_tree_example  *example;
        ac_tree_labels   *labels;
        ac_tree_uncoded  *uncoded;
        ac_tree_holidays *holidays;
    } u;
} ac_tree_block;

/* ── files ───────────────────────────────────────────────────────────────── */

typedef struct ac_tree_title {
    ac_tree_name   lang;
    ac_tree_string text;
} ac_tree_title;

typedef struct ac_tree_rulebook {
    ac_tree_name   name;
    ac_tree_string title;
    ac_tree_cites  articles;        /**< of all its `articles` lines */
    ac_place       place;
} ac_tree_rulebook;

/** Head of a policy. An absent line has place.size 0 or a NULL text. */
typedef struct ac_tree_head {
    ac_tree_name      name;
    uint32_t          version;
    uint32_t          revision;     /**< 0: none */
    ac_tree_string    corrects;
    ac_tree_title    *titles;
    uint32_t          title_count;
    uint8_t           has_effective, has_to;
    ac_date           from, to;
    ac_place          effective_place, from_place, to_place;
    ac_tree_name      approved_by;
    ac_tree_cites     effective_per;
    ac_tree_string    zone;         /**< as written */
    ac_tree_name      currency;
    uint8_t           has_days_end, has_month_end;
    ac_days_end       days_end;
    ac_month_end      month_end;
    ac_place          days_end_place, month_end_place;
    ac_tree_rulebook *rulebooks;
    uint32_t          rulebook_count;
    uint8_t           has_errors;
    ac_place          place;
} ac_tree_head;

/** A policy file; a label file has no head (head.name absent). */
typedef struct ac_tree {
    ac_text        source;
    ac_tree_head   head;
    ac_tree_block *blocks;          /**< in source order */
    uint32_t       count;
    uint8_t        has_unknown;     /**< blocks are left out whose first word is none of the language */
} ac_tree;

/** One `data NAME edition WORD` and what follows it. */
typedef struct ac_tree_edition {
    ac_tree_name   name;
    ac_text        word;
    ac_place       word_place;
    uint8_t        has_use_from, has_covers, has_errors;
    ac_date        use_from;
    ac_place       use_from_place;
    ac_tree_dates  covers;
    ac_tree_name   fills;
    ac_tree_block *blocks;          /**< HOLIDAYS, VALUES, TABLE */
    uint32_t       count;
    ac_place       place;           /**< the whole edition, from `data` to before the next one */
} ac_tree_edition;

typedef struct ac_tree_data {
    ac_text          source;
    ac_tree_edition *editions;
    uint32_t         count;
} ac_tree_data;

#endif
