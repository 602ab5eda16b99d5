#ifndef AFTERCARE_POLICY_H
#define AFTERCARE_POLICY_H

#include <aftercare/base.h>
#include <aftercare/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @file
 * Policies: text compiled to immutable rules, the report of what is wrong with it, data files, and
 * the rulebook that joins policies, holiday editions and zones to one snapshot.
 *
 * Texts returned here belong to the object they were asked of and live as long as it.
 * Threads: a policy, data file or rulebook may be read, ref'd and unref'd by any thread; a report by one at a time.
 */

/** @name Values
 * @{ */

/** What kind of thing a value or field is (policy language, section 6). */
typedef enum ac_type_kind {
    AC_TYPE_BOOL,       /**< yes/no: num 0 or 1 */
    AC_TYPE_COUNT,      /**< num, 0..2^53 */
    AC_TYPE_NUMBER,     /**< num / den, exact */
    AC_TYPE_MONEY,      /**< num / den minor units of the policy's currency; den is 1 in every result */
    AC_TYPE_DATE,       /**< num = ac_day */
    AC_TYPE_DATETIME,   /**< num = ac_time */
    AC_TYPE_MOMENT,     /**< num = ac_time of the occurrence */
    AC_TYPE_DURATION,   /**< num / den seconds */
    AC_TYPE_SPAN,       /**< num / den of the ac_unit in `ref` */
    AC_TYPE_PERIOD,     /**< ac_period_kind in `ref`; num = its first ac_day, or AC_DAY_MIN for the bare word */
    AC_TYPE_TEXT,       /**< text, text_size */
    AC_TYPE_ROLE,       /**< num = index of the role */
    AC_TYPE_ENUM,       /**< num = index of the member, enum in `ref` */
    AC_TYPE_MANY,       /**< num = bit mask of members, enum in `ref` */
    AC_TYPE_RECORD,     /**< a link: text = id of the record it points to, record type in `ref` */
    AC_TYPE_STEP,       /**< num = index of the step, record type in `ref` */
    AC_TYPE_STATE,      /**< num = index of the state (0 is `new`), record type in `ref` */
    AC_TYPE_SIGNATURE,  /**< yes/no: num 0 or 1, role in `ref` */
    AC_TYPE_RUNG        /**< num = index of the rung, ladder in `ref` */
} ac_type_kind;

/** Units of a span. Seconds, minutes and hours are one unit; so are months and years. */
typedef enum ac_unit { AC_UNIT_SECOND, AC_UNIT_WORK_SECOND, AC_UNIT_DAY, AC_UNIT_WORKDAY, AC_UNIT_MONTH } ac_unit;

/** Calendar periods; weeks begin on Monday. */
typedef enum ac_period_kind { AC_PERIOD_DAY, AC_PERIOD_WEEK, AC_PERIOD_MONTH, AC_PERIOD_QUARTER, AC_PERIOD_HALF_YEAR, AC_PERIOD_YEAR } ac_period_kind;

/** The words for absence, and the ways a value can fail to be one. */
typedef enum ac_value_state {
    AC_VALUE_KNOWN,
    AC_VALUE_NONE,          /**< the rule says there is none: a value */
    AC_VALUE_UNKNOWN,       /**< a fact is missing: *undecided* */
    AC_VALUE_UNSET,         /**< *not configured*: the company has not decided */
    AC_VALUE_UNSUPPORTED,   /**< depends on a construct this version does not carry out */
    AC_VALUE_ERROR          /**< overflow, no rule, overlapping rules: `code` says which */
} ac_value_state;

/** One value of the language. */
typedef struct ac_value {
    ac_type_kind   type;
    ac_value_state state;
    uint32_t       ref;         /**< enum, record type, ladder, ac_unit or ac_period_kind, by type */
    uint32_t       code;        /**< AC_VALUE_ERROR: the message code */
    uint32_t       line;        /**< unset, unsupported, error: the policy's line; 0: in an expression compiled by itself */
    uint32_t       text_size;
    const char    *text;        /**< text and links: the bytes; unset: the name; unknown: path of the first missing fact */
    const char    *clause;      /**< unset: the article; else NULL */
    int64_t        num;
    int64_t        den;         /**< 1 unless the type says otherwise */
} ac_value;
/** @} */

/** @name Reports
 * Everything the compiler had to say, in the order of the source.
 * @{ */

typedef enum ac_severity { AC_SEVERITY_ERROR, AC_SEVERITY_WARNING, AC_SEVERITY_HINT, AC_SEVERITY_NOTE } ac_severity;

/** Languages of messages and explanations. */
typedef enum ac_lang { AC_LANG_EN, AC_LANG_ZH } ac_lang;

/** A place in a source: bytes, and what an editor shows. It ends in front of its end. */
typedef struct ac_span {
    uint32_t offset, size;          /**< bytes */
    uint32_t line, column;          /**< 1-based; columns count code points */
    uint32_t end_line, end_column;
    uint32_t display_column;        /**< of the beginning, 1-based: as a terminal shows it, Chinese characters two columns wide */
    uint32_t utf16, end_utf16;      /**< UTF-16 code units in front of beginning and end in their lines: 0-based, as editor protocols count */
} ac_span;

/** One diagnostic. Its texts belong to the report. */
typedef struct ac_diagnostic {
    size_t      size;           /**< sizeof(ac_diagnostic) as the host compiled it. */
    unsigned    code;           /**< the nnnn of AC-nnnn; keeps its meaning for ever */
    ac_severity severity;
    ac_text     source;         /**< name of the source */
    ac_span     span;
    ac_text     message;        /**< rendered in English; ac_report_render() has other languages */
    ac_text     hint;           /**< the way out; may be empty */
    ac_text     fix;            /**< text to put in place of fix_span; valid when has_fix */
    ac_span     fix_span;
    int         has_fix;
    uint32_t    notes;          /**< diagnostics of severity NOTE that follow and belong to this one */
} ac_diagnostic;
#define AC_DIAGNOSTIC_INIT { sizeof(ac_diagnostic), 0, AC_SEVERITY_ERROR, { 0, 0 }, { 0, 0, 0, 0, 0, 0, 0, 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, \
                             { 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0, 0 }

typedef struct ac_report ac_report;
AC_API ac_status ac_report_new(const ac_allocator *mem, ac_report **out, ac_error *err);
AC_API void      ac_report_free(ac_report *report);
/** Number of diagnostics, notes included; how many of one severity. */
AC_API size_t    ac_report_count(const ac_report *report);
AC_API size_t    ac_report_count_of(const ac_report *report, ac_severity severity);
/** The i-th diagnostic. @return AC_E_NOT_FOUND past the end. */
AC_API ac_status ac_report_at(const ac_report *report, size_t i, ac_diagnostic *out);
/** Writes `file:line:col: severity[AC-nnnn]: message`, then hint and fix on lines of their own. A report can be rendered in any
 *  language, at any time. */
AC_API ac_status ac_report_render(const ac_report *report, size_t i, ac_lang lang, ac_sink sink, void *user);
/** The same as one JSON object without line breaks; the keys and the severity are English in every language. */
AC_API ac_status ac_report_render_json(const ac_report *report, size_t i, ac_lang lang, ac_sink sink, void *user);

/** Only the message, without place, number, hint and fix. */
AC_API ac_status ac_report_message(const ac_report *report, size_t i, ac_lang lang, ac_sink sink, void *user);

/** The text of a message by its number (ac_error, ac_diagnostic and ac_value carry one), with `{0}`, `{1}` … where arguments
 *  go; NULL for a number that is not given out. English when the library is built without the language. */
AC_API const char *ac_message_text(unsigned code, ac_lang lang);
/** The way out that goes with it; NULL when there is none. */
AC_API const char *ac_message_hint(unsigned code, ac_lang lang);
/** @} */

/** @name Compiling
 * @{ */

/** A text with the name it goes by in messages. */
typedef struct ac_source {
    ac_text name;
    ac_text text;
} ac_source;

/** How large a policy may be; 0 means the default, at most 16 times the default is accepted. */
typedef struct ac_policy_limits {
    uint32_t source_bytes, line_bytes, name_points, string_bytes, blocks, records, fields, rows, columns, tests, items, nodes, nesting, dated_days, messages;
    size_t   compile_bytes;
} ac_policy_limits;

typedef struct ac_policy_options {
    size_t              size;
    const ac_allocator *mem;        /**< NULL: the C library */
    ac_policy_limits    limits;
    int                 strict;     /**< 1: constructs not yet carried out, and rules not proven, are errors */
    int                 verify;     /**< 1: looks for gaps, overlaps, rows never hit and other contradictions too; 0 compiles faster */
} ac_policy_options;
#define AC_POLICY_OPTIONS_INIT { sizeof(ac_policy_options), NULL, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0, 0 }

/** A compiled policy. Shared, immutable. */
typedef struct ac_policy ac_policy;

/** Compiles one policy file.
 *
 * @param report  Takes the diagnostics, after those it already holds; may not be NULL.
 * @return AC_E_POLICY when the source has errors: the report lists them and *out is NULL.
 */
AC_API ac_status ac_policy_compile(const ac_source *source, const ac_policy_options *options, ac_policy **out, ac_report *report, ac_error *err);
AC_API ac_policy *ac_policy_ref(ac_policy *policy);
AC_API void       ac_policy_unref(ac_policy *policy);

/** How a formatted text looks. */
typedef enum ac_layout {
    AC_LAYOUT_ALIGNED,      /**< columns aligned as a terminal shows them: Chinese characters take two */
    AC_LAYOUT_TIGHT         /**< one blank wherever there is one */
} ac_layout;

/** Writes a policy, a file of labels or a data file in its canonical form. Comments stay where they are, and so does what the text says:
 *  its digests are the same, and formatting the result changes nothing. The text need not compile; it must read.
 *
 * @param sink    Takes the whole text at once, and nothing when it is refused.
 * @param report  Takes the diagnostics, after those it already holds; may not be NULL.
 * @return AC_E_POLICY when the text has errors of syntax, or a line would become too long to be read: the report lists them.
 */
AC_API ac_status ac_policy_format(const ac_source *source, const ac_policy_options *options, ac_layout layout, ac_sink sink, void *user,
                                  ac_report *report, ac_error *err);

/** A compiled data file: editions of holidays, values and table rows, no logic. Shared, immutable. */
typedef struct ac_data ac_data;
AC_API ac_status ac_data_compile(const ac_source *source, const ac_policy_options *options, ac_data **out, ac_report *report, ac_error *err);
AC_API ac_data  *ac_data_ref(ac_data *data);
AC_API void      ac_data_unref(ac_data *data);
/** @} */

/** @name What a policy declares
 * Indexes count from 0 and are stable for one compiled policy. AC_NO_INDEX means none.
 * @{ */
#define AC_NO_INDEX UINT32_MAX

AC_API ac_text   ac_policy_name(const ac_policy *policy);
AC_API uint32_t  ac_policy_version(const ac_policy *policy);
/** A revision corrects a version and stands in its place; 0: the version as it came. */
AC_API uint32_t  ac_policy_revision(const ac_policy *policy);
/** What it corrects, as the header says; empty when it does not. */
AC_API ac_text   ac_policy_corrects(const ac_policy *policy);
/** The days of effect, half-open, each from midnight in the policy's zone. AC_DAY_MIN and AC_DAY_MAX: no such end. */
AC_API void      ac_policy_effective(const ac_policy *policy, ac_day *from, ac_day *to);
/** The zone line as written: an offset, a rule or a name; empty when the policy uses no local time and names none (it is then UTC). */
AC_API ac_text   ac_policy_timezone(const ac_policy *policy);
/** ISO 4217 code of the policy's currency; empty when it has none. */
AC_API ac_text   ac_policy_currency(const ac_policy *policy);
/** How limits in days, workdays, months and years end. @return AC_E_NOT_FOUND when the header does not say. */
AC_API ac_status ac_policy_days_end(const ac_policy *policy, ac_days_end *out);
/** Over the bytes of the source; over the canonical rules without labels, titles, comments and examples. */
AC_API ac_digest ac_policy_source_digest(const ac_policy *policy);
AC_API ac_digest ac_policy_rule_digest(const ac_policy *policy);
/** The label of a name in a language ("zh", "en"), or the name itself. */
AC_API ac_text   ac_policy_label(const ac_policy *policy, ac_text name, ac_text lang);

/** Kinds a record may be bound to with `is`. */
typedef enum ac_record_kind { AC_KIND_PLAIN, AC_KIND_COMPANY, AC_KIND_CUSTOMER, AC_KIND_UNIT, AC_KIND_TICKET, AC_KIND_VISIT, AC_KIND_ENGINEER, AC_KIND_PART, AC_KIND_MOVEMENT } ac_record_kind;

/** A record type: a form, a file, a thing. */
typedef struct ac_record_info {
    size_t         size;            /**< sizeof(ac_record_info) as the host compiled it. */
    ac_text        name;
    ac_record_kind kind;
    uint32_t       owner;           /**< record type of the owner, or AC_NO_INDEX */
    uint32_t       field_count, limit_count;
    uint32_t       line;
    const char    *clause;          /**< articles, comma separated; NULL when none */
    uint32_t       dated;           /**< field that dates it, or AC_NO_INDEX */
    uint32_t       state_count, transition_count;   /**< of its flow; 0: it has none */
    ac_text        opening;         /**< as written: `on 修复 when not 人为损坏`, `each month`; empty: the host creates it */
} ac_record_info;
#define AC_RECORD_INFO_INIT { sizeof(ac_record_info), { 0, 0 }, AC_KIND_PLAIN, 0, 0, 0, 0, 0, 0, 0, 0, { 0, 0 } }

/** Where a field's value comes from. */
typedef enum ac_field_origin {
    AC_FIELD_RECORDED,      /**< filled by the host */
    AC_FIELD_DERIVED,       /**< an expression */
    AC_FIELD_TABLE,         /**< output of a table */
    AC_FIELD_ACTION,        /**< a moment declared by a flow */
    AC_FIELD_STEP,          /**< a moment declared by a step */
    AC_FIELD_CONFIRM,       /**< an attestation */
    AC_FIELD_SIGNATURE,     /**< a signature */
    AC_FIELD_STATE,         /**< built in: the state of the flow */
    AC_FIELD_BUILTIN,       /**< number, period, disposable */
    AC_FIELD_RUNG           /**< result of a ladder */
} ac_field_origin;

typedef struct ac_field_info {
    size_t          size;           /**< sizeof(ac_field_info) as the host compiled it. */
    ac_text         name;
    ac_type_kind    type;
    uint32_t        ref;            /**< enum, record type or ladder of the type */
    ac_field_origin origin;
    uint32_t        table;          /**< AC_FIELD_TABLE: index of the table, else AC_NO_INDEX */
    uint32_t        line;
    const char     *clause;
    ac_text         by;             /**< roles that may fill it, as written on its line; empty: anybody */
    ac_text         value;          /**< derived: the expression as written; else empty */
    int             takes_value;    /**< the host may fill it: recorded, or of an aggregate whose value the host knows */
} ac_field_info;
#define AC_FIELD_INFO_INIT { sizeof(ac_field_info), { 0, 0 }, AC_TYPE_BOOL, 0, AC_FIELD_RECORDED, 0, 0, 0, { 0, 0 }, { 0, 0 }, 0 }

/** How a limit is written (policy language, section 4.1). */
typedef enum ac_limit_form { AC_LIMIT_WITHIN, AC_LIMIT_DUE, AC_LIMIT_SAME_DAY, AC_LIMIT_AT, AC_LIMIT_PROMPTLY } ac_limit_form;

typedef struct ac_limit_info {
    size_t        size;             /**< sizeof(ac_limit_info) as the host compiled it. */
    ac_text       name;
    uint32_t      moment;           /**< field it is a limit on */
    uint32_t      line;
    const char   *clause;
    ac_limit_form form;
    ac_text       text;             /**< as written: `within 到场限 after 受理` */
    ac_text       span;             /**< its length as written; empty: it has none */
    ac_text       start;            /**< what it counts from, or the due point, as written; empty: what dates the record */
    ac_text       when;             /**< its condition as written; empty: always */
    uint32_t      calendar;         /**< AC_NO_INDEX: none */
    uint32_t      role;             /**< who is to act; AC_NO_INDEX: anybody, or one of several */
    ac_text       by;               /**< who is to act, as written; empty: anybody */
} ac_limit_info;
#define AC_LIMIT_INFO_INIT { sizeof(ac_limit_info), { 0, 0 }, 0, 0, 0, AC_LIMIT_WITHIN, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, 0, 0, { 0, 0 } }

AC_API uint32_t  ac_policy_record_count(const ac_policy *policy);
AC_API ac_status ac_policy_record_at(const ac_policy *policy, uint32_t record, ac_record_info *out);
AC_API uint32_t  ac_policy_find_record(const ac_policy *policy, ac_text name);
AC_API uint32_t  ac_policy_find_kind(const ac_policy *policy, ac_record_kind kind);
AC_API ac_status ac_policy_field_at(const ac_policy *policy, uint32_t record, uint32_t field, ac_field_info *out);
AC_API uint32_t  ac_policy_find_field(const ac_policy *policy, uint32_t record, ac_text name);
AC_API ac_status ac_policy_limit_at(const ac_policy *policy, uint32_t record, uint32_t limit, ac_limit_info *out);
/** By name of the limit, which is that of its moment unless `as` gave another. */
AC_API uint32_t  ac_policy_find_limit(const ac_policy *policy, uint32_t record, ac_text name);
AC_API uint32_t  ac_policy_enum_count(const ac_policy *policy);
AC_API ac_text   ac_policy_enum_name(const ac_policy *policy, uint32_t enumeration);
AC_API uint32_t  ac_policy_member_count(const ac_policy *policy, uint32_t enumeration);
AC_API ac_text   ac_policy_member_name(const ac_policy *policy, uint32_t enumeration, uint32_t member);
/** Grades that an engineer earns, from the lowest. */
typedef struct ac_ladder_info {
    size_t      size;           /**< sizeof(ac_ladder_info) as the host compiled it. */
    ac_text     name;
    uint32_t    record;         /**< type of the record that is graded */
    uint32_t    field;          /**< the field that holds the result */
    uint32_t    rung_count;     /**< with the one after `from` */
    uint32_t    line;
    const char *clause;         /**< articles of its head; NULL when none */
} ac_ladder_info;
#define AC_LADDER_INFO_INIT { sizeof(ac_ladder_info), { 0, 0 }, 0, 0, 0, 0, 0 }

/** Ladders, in the order of the source. */
AC_API uint32_t  ac_policy_ladder_count(const ac_policy *policy);
AC_API ac_status ac_policy_ladder_at(const ac_policy *policy, uint32_t ladder, ac_ladder_info *out);
AC_API uint32_t  ac_policy_find_ladder(const ac_policy *policy, ac_text name);
/** Rungs from the lowest, 0; empty past the end. */
AC_API ac_text   ac_policy_rung_name(const ac_policy *policy, uint32_t ladder, uint32_t rung);

/** What an offence or a reward comes to. */
typedef enum ac_deed_kind {
    AC_DEED_FINE,           /**< an amount that the subject owes */
    AC_DEED_PAY,            /**< an amount that the subject is due */
    AC_DEED_IMPOSE          /**< a member of an enum, such as a reprimand, for a time or for good */
} ac_deed_kind;

/** An offence or a reward. */
typedef struct ac_offence_info {
    size_t      size;           /**< sizeof(ac_offence_info) as the host compiled it. */
    ac_text     name;
    int         is_reward;
    uint32_t    record;         /**< type of the record that triggers it */
    uint32_t    subject;        /**< type of the record that it is held against */
    uint32_t    deed_count;
    unsigned    windows;        /**< in which its deeds count occurrences: 1 << window, as ac_policy_window_at() has them */
    uint32_t    line;
    const char *clause;         /**< articles of its head; NULL when none */
    uint32_t    share_count;    /**< how many bear it; 0: it is not shared */
    int         is_carried;     /**< 1: a cap over it carries over what it takes off */
    ac_text     appeal;         /**< how long the person may answer, as written; empty: until it is confirmed */
    ac_text     appeal_to;      /**< role that decides on appeals; empty: the one that confirms */
} ac_offence_info;
#define AC_OFFENCE_INFO_INIT { sizeof(ac_offence_info), { 0, 0 }, 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0, 0 }, { 0, 0 } }

/** Offences and rewards, in the order of the source. */
AC_API uint32_t  ac_policy_offence_count(const ac_policy *policy);
AC_API ac_status ac_policy_offence_at(const ac_policy *policy, uint32_t offence, ac_offence_info *out);
AC_API uint32_t  ac_policy_find_offence(const ac_policy *policy, ac_text name);

/** A window in which occurrences are counted. */
typedef struct ac_window_info {
    size_t   size;          /**< sizeof(ac_window_info) as the host compiled it. */
    ac_text  name;          /**< of the calendar: "day" … "year", or "ever"; else empty */
    int64_t  length;        /**< one of the offence's own: how many of `unit` */
    ac_unit  unit;          /**< seconds, days or months */
    int      from_first;    /**< 1: the first occurrence begins it, and the next one after it the next; 0: it ends with each occurrence */
    uint32_t most;          /**< it counts no further, for no deed tells more apart; 0: it does */
} ac_window_info;
#define AC_WINDOW_INFO_INIT { sizeof(ac_window_info), { 0, 0 }, 0, AC_UNIT_SECOND, 0, 0 }

/** Windows of any offence: those of ac_period_kind, then `ever`, then the offence's own. AC_E_NOT_FOUND beyond the last. */
AC_API ac_status ac_policy_window_at(const ac_policy *policy, uint32_t offence, uint32_t window, ac_window_info *out);
AC_API uint32_t  ac_policy_calendar_count(const ac_policy *policy);
AC_API ac_text   ac_policy_calendar_name(const ac_policy *policy, uint32_t calendar);
AC_API uint32_t  ac_policy_find_calendar(const ac_policy *policy, ac_text name);
/** Parses a value of a field's type from text: literals of the language, member names, RFC 3339 or local `date time`, `none`.
 *  Text fields take the text as it is. The result may point into `text` or the policy. `zone` reads local times and may be NULL. */
AC_API ac_status ac_policy_parse_value(const ac_policy *policy, uint32_t record, uint32_t field, ac_text text, const ac_zone *zone, ac_value *out, ac_error *err);
/** Parses an amount of the policy's money: "70", "70.50 CNY"; minor units. */
AC_API ac_status ac_policy_parse_money(const ac_policy *policy, ac_text text, ac_minor *out, ac_error *err);
/** Writes a value as the language's own literal: shortest decimal or n/d, quoted text, RFC 3339 in `zone`, `129600 s`, `5 workdays`; `none`, `unknown`. */
AC_API ac_status ac_value_format(const ac_policy *policy, const ac_value *value, const ac_zone *zone, ac_sink sink, void *user);
/** @} */

/** @name Reading a policy
 * What stands in the source, for screens and lists: texts are as written. One shape for all: `…_at(policy, [of what,] i, out)` gives the
 * i-th; AC_E_NOT_FOUND past the end, AC_E_INVALID when out->size was not set (AC_…_INIT).
 * @{ */

/** Which rows of a table count. */
typedef enum ac_hit { AC_HIT_FIRST, AC_HIT_UNIQUE, AC_HIT_ALL, AC_HIT_SUM } ac_hit;

typedef struct ac_table_info {
    size_t      size;           /**< sizeof(ac_table_info) as the host compiled it. */
    ac_text     name;
    uint32_t    record;
    ac_hit      hit;
    int         is_unset;       /**< its rows come from a data file */
    uint32_t    column_count;   /**< conditions as written: columns before `||`; 1 when the table has case lines */
    uint32_t    output_count;
    uint32_t    row_count;
    uint32_t    line;
    const char *clause;
} ac_table_info;
#define AC_TABLE_INFO_INIT { sizeof(ac_table_info), { 0, 0 }, 0, AC_HIT_FIRST, 0, 0, 0, 0, 0, 0 }

AC_API ac_status ac_policy_table_at(const ac_policy *policy, uint32_t table, ac_table_info *out);
AC_API uint32_t  ac_policy_find_table(const ac_policy *policy, ac_text name);

typedef struct ac_row_info {
    size_t      size;           /**< sizeof(ac_row_info) as the host compiled it. */
    uint32_t    line;
    const char *clause;
    int         is_else;        /**< `else` or `otherwise` */
    ac_text     text;           /**< the row as written */
} ac_row_info;
#define AC_ROW_INFO_INIT { sizeof(ac_row_info), 0, 0, 0, { 0, 0 } }

AC_API ac_status ac_policy_row_at(const ac_policy *policy, uint32_t table, uint32_t row, ac_row_info *out);
/** One cell: the conditions from 0, then the outputs in the order of the head. `row` AC_NO_INDEX is the head. An `else` row has its word in
 *  cell 0 and nothing in the other conditions. */
AC_API ac_status ac_policy_cell_at(const ac_policy *policy, uint32_t table, uint32_t row, uint32_t cell, ac_text *out);

typedef struct ac_state_info {
    size_t  size;               /**< sizeof(ac_state_info) as the host compiled it. */
    ac_text name;
    int     is_end;             /**< listed under `ends` */
} ac_state_info;
#define AC_STATE_INFO_INIT { sizeof(ac_state_info), { 0, 0 }, 0 }

/** States of a record's flow; 0 is `new`. */
AC_API ac_status ac_policy_state_at(const ac_policy *policy, uint32_t record, uint32_t state, ac_state_info *out);

typedef struct ac_transition_info {
    size_t      size;           /**< sizeof(ac_transition_info) as the host compiled it. */
    uint32_t    from, to;       /**< states */
    uint32_t    action;         /**< field */
    ac_text     by;             /**< roles as written; empty: anybody */
    uint32_t    line;
    const char *clause;
} ac_transition_info;
#define AC_TRANSITION_INFO_INIT { sizeof(ac_transition_info), 0, 0, 0, { 0, 0 }, 0, 0 }

/** A row with several `from` states is one transition each. */
AC_API ac_status ac_policy_transition_at(const ac_policy *policy, uint32_t record, uint32_t transition, ac_transition_info *out);

typedef struct ac_role_info {
    size_t   size;              /**< sizeof(ac_role_info) as the host compiled it. */
    ac_text  name;
    uint32_t superior;          /**< role it stands under, or AC_NO_INDEX */
    int      is_built_in;       /**< `superior`, `timer`, `none` */
    uint32_t mention_count;
} ac_role_info;
#define AC_ROLE_INFO_INIT { sizeof(ac_role_info), { 0, 0 }, 0, 0, 0 }

AC_API ac_status ac_policy_role_at(const ac_policy *policy, uint32_t role, ac_role_info *out);
AC_API uint32_t  ac_policy_find_role(const ac_policy *policy, ac_text name);

typedef struct ac_article_info {
    size_t   size;              /**< sizeof(ac_article_info) as the host compiled it. */
    ac_text  name;
    ac_text  rulebook;          /**< the rulebook that declares it, by its name in the policy */
    ac_text  reason;            /**< why it has no rule, as `uncoded` says; empty when it is not listed there */
    uint32_t mention_count;
} ac_article_info;
#define AC_ARTICLE_INFO_INIT { sizeof(ac_article_info), { 0, 0 }, { 0, 0 }, { 0, 0 }, 0 }

AC_API ac_status ac_policy_article_at(const ac_policy *policy, uint32_t article, ac_article_info *out);
AC_API uint32_t  ac_policy_find_article(const ac_policy *policy, ac_text name);

/** What a line names. */
typedef enum ac_mention_of { AC_MENTION_ARTICLE, AC_MENTION_ROLE } ac_mention_of;

/** A line that cites an article or gives a role something to do. */
typedef struct ac_mention_info {
    size_t      size;           /**< sizeof(ac_mention_info) as the host compiled it. */
    uint32_t    line, column;
    ac_text     text;           /**< the line, without blanks around it and its comment */
    ac_text     block;          /**< word and name that head its block, such as `table 定级` */
    int         is_example;     /**< it stands in an example: no rule */
    const char *waits;          /**< the construct it belongs to that this version does not carry out, or NULL */
    uint32_t    stage;          /**< the stage that carries it out; 0 when `waits` is NULL */
} ac_mention_info;
#define AC_MENTION_INFO_INIT { sizeof(ac_mention_info), 0, 0, { 0, 0 }, { 0, 0 }, 0, 0, 0 }

/** Every line that names an article or role, in the order of the source. A line below a head that cites is covered by the head. */
AC_API ac_status ac_policy_mention_at(const ac_policy *policy, ac_mention_of what, uint32_t index, uint32_t i, ac_mention_info *out);

/** `choose KIND for RECORD`: who of several candidates goes. */
typedef struct ac_choice_info {
    size_t      size;           /**< sizeof(ac_choice_info) as the host compiled it. */
    uint32_t    kind, record;   /**< record types of the candidates and of the case */
    uint32_t    line_count;
    uint32_t    line;
    const char *clause;
} ac_choice_info;
#define AC_CHOICE_INFO_INIT { sizeof(ac_choice_info), 0, 0, 0, 0, 0 }

/** What a line of a choice does: lets go on only those that meet it, or ranks those that are left. */
typedef enum ac_choice_kind { AC_CHOICE_NEEDS, AC_CHOICE_LEAST, AC_CHOICE_MOST } ac_choice_kind;

typedef struct ac_choice_line_info {
    size_t         size;        /**< sizeof(ac_choice_line_info) as the host compiled it. */
    ac_choice_kind kind;
    ac_text        text;        /**< the condition or figure as written */
    uint32_t       line;
    const char    *clause;
} ac_choice_line_info;
#define AC_CHOICE_LINE_INFO_INIT { sizeof(ac_choice_line_info), AC_CHOICE_NEEDS, { 0, 0 }, 0, 0 }

AC_API ac_status ac_policy_choice_at(const ac_policy *policy, uint32_t choice, ac_choice_info *out);
AC_API ac_status ac_policy_choice_line_at(const ac_policy *policy, uint32_t choice, uint32_t i, ac_choice_line_info *out);
/** By the record types of candidates and case. */
AC_API uint32_t  ac_policy_find_choice(const ac_policy *policy, uint32_t kind, uint32_t record);

typedef struct ac_attribute_info {
    size_t       size;          /**< sizeof(ac_attribute_info) as the host compiled it. */
    ac_text      name;
    ac_type_kind type;
    uint32_t     ref;
} ac_attribute_info;
#define AC_ATTRIBUTE_INFO_INIT { sizeof(ac_attribute_info), { 0, 0 }, AC_TYPE_BOOL, 0 }

/** Attributes of a catalogue (`enum … gives`), and one member's value of one as written. */
AC_API ac_status ac_policy_attribute_at(const ac_policy *policy, uint32_t enumeration, uint32_t attribute, ac_attribute_info *out);
AC_API ac_status ac_policy_attribute_text(const ac_policy *policy, uint32_t enumeration, uint32_t member, uint32_t attribute, ac_text *out);

typedef struct ac_label_info {
    size_t  size;               /**< sizeof(ac_label_info) as the host compiled it. */
    ac_text lang, name, text;
} ac_label_info;
#define AC_LABEL_INFO_INIT { sizeof(ac_label_info), { 0, 0 }, { 0, 0 }, { 0, 0 } }

AC_API ac_status ac_policy_label_at(const ac_policy *policy, uint32_t i, ac_label_info *out);

/** Writes a type as the language does: `yes/no`, `many 处分`, `one of a, b`; money with the policy's currency: `money CNY`. */
AC_API ac_status ac_policy_type_format(const ac_policy *policy, ac_type_kind type, uint32_t ref, ac_sink sink, void *user);
/** @} */

/** @name Expressions
 * @{ */

/** One expression compiled in the scope of a record type of a policy, which it keeps a reference to. One owner; read by one thread at a time. */
typedef struct ac_expression ac_expression;
/** What would be a mistake in a rule may be tried out here: `unknown` may be written, words for absence compute, a constant range may
 *  be empty.
 *  @return AC_E_POLICY when the text is not a well-typed expression there: the report says where. */
AC_API ac_status ac_expression_compile(ac_policy *policy, uint32_t record, const ac_source *source, const ac_policy_options *options,
                                       ac_expression **out, ac_report *report, ac_error *err);
AC_API void      ac_expression_free(ac_expression *expression);
/** The type its value has. */
AC_API ac_type_kind ac_expression_type(const ac_expression *expression);
/** @} */

/** @name Rulebooks
 * An immutable snapshot of policy versions, data editions and zones. Adding something makes a new snapshot; the old one stays valid.
 * @{ */
typedef struct ac_rulebook ac_rulebook;

/** `from` plus a policy (both may be NULL: an empty book made with `mem`); the same text again changes nothing.
 *  Parts may come in any order. A policy whose zone is a name needs that zone in the book before its records are decided.
 *
 *  @param report  Takes what does not fit and, as hints, what is still missing: values and tables unset, holiday lists without an
 *                 edition, the zone. May be NULL.
 *  @return AC_E_CONFLICT when its time of effect overlaps another version of that name (err->name
 *          has both numbers); AC_E_POLICY when data already in the book do not fit it. */
AC_API ac_status ac_rulebook_with_policy(const ac_rulebook *from, const ac_allocator *mem, ac_policy *policy, ac_rulebook **out, ac_report *report, ac_error *err);
/** `from` plus the editions of a data file, checked against the policies' holes: rows of the wrong type go to the report (AC_E_POLICY).
 *  An edition already there with the same digest changes nothing. A value or table is filled for records dated from its `use from` on,
 *  by the latest such edition; two that fill it from the same day are an error, for then the order of adding would decide.
 *  @return AC_E_CONFLICT for a name and edition already there with another digest. */
AC_API ac_status ac_rulebook_with_data(const ac_rulebook *from, const ac_allocator *mem, ac_data *data, ac_rulebook **out, ac_report *report, ac_error *err);
/** `from` plus the TZif bytes of a named zone. */
AC_API ac_status ac_rulebook_with_zone(const ac_rulebook *from, const ac_allocator *mem, ac_text name, const void *bytes, size_t size, ac_rulebook **out, ac_error *err);
AC_API ac_rulebook *ac_rulebook_ref(ac_rulebook *book);
AC_API void         ac_rulebook_unref(ac_rulebook *book);

AC_API uint32_t   ac_rulebook_policy_count(const ac_rulebook *book);
/** Borrowed; ref it to keep it. */
AC_API ac_policy *ac_rulebook_policy_at(const ac_rulebook *book, uint32_t i);
/** The version of a policy in force at an instant, or NULL; `name` empty: of the only policy name in the book. Borrowed. */
AC_API ac_policy *ac_rulebook_policy_on(const ac_rulebook *book, ac_text name, ac_time at);
/** Whether the versions of each policy follow each other: days of which none is in force, and members of an enum that a window of the
 *  next version may still meet. Overlap is refused when a version is added.
 *  @return AC_E_POLICY when something is wrong: the report says what, in the source of the later version. */
AC_API ac_status  ac_rulebook_check_versions(const ac_rulebook *book, ac_report *report, ac_error *err);
/** The zone a policy reads its dates in, or NULL while the book lacks it. Borrowed. */
AC_API ac_zone   *ac_rulebook_zone(const ac_rulebook *book, const ac_policy *policy);
/** The calendar of a policy with the editions pinned at an instant. *out is borrowed. */
AC_API ac_status  ac_rulebook_calendar(const ac_rulebook *book, const ac_policy *policy, uint32_t calendar, ac_time pinned_at, const ac_calendar **out, ac_error *err);

/** One edition in the book. */
typedef struct ac_edition_info {
    ac_text   name, word;
    ac_time   use_from;         /**< as an instant in the zone of the first policy that uses it */
    ac_digest digest;
} ac_edition_info;
AC_API uint32_t  ac_rulebook_edition_count(const ac_rulebook *book);
AC_API ac_status ac_rulebook_edition_at(const ac_rulebook *book, uint32_t i, ac_edition_info *out);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
