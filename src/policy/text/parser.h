#ifndef AC_POLICY_TEXT_PARSER_H
#define AC_POLICY_TEXT_PARSER_H

#include <aftercare/policy.h>

#include "base/alloc.h"
#include "policy/report/report.h"
#include "policy/text/scan.h"
#include "policy/text/tree.h"

/** @file
 * The parser's inside, shared by the parse_*.c files. Others include policy/parse.h.
 *
 * One token is at hand, the next is scanned on demand, so that articles and the like can be read by rules of their own.
 * After a mistake `panic` silences everything up to the next `|` of a row or the end of the line; functions go on
 * with an end token and unwind by themselves. Memory refused: `failed` is set, all further text is as good as gone, and
 * nodes come from `spare`.
 *
 * Threads: a parser belongs to one thread at a time.
 */

typedef struct ac_parser {
    ac_scanner              scan;
    ac_log                 *log;
    ac_arena               *arena;
    ac_mem                 *mem;
    const ac_policy_limits *limits;

    ac_token token;         /* at hand */
    uint32_t pos;           /* behind it */
    uint32_t prev_end;      /* end of the token before it */
    uint8_t  prev_kind, prev_word;

    uint32_t line_at;       /* first token of the line at hand */
    uint32_t indent;        /* its column, 0 for column 1 */
    uint32_t body_indent;   /* least indent of the lines of this block */
    uint8_t  is_row;        /* it begins with `|` */
    uint8_t  at_end;        /* no line is left */
    uint8_t  panic;
    ac_place rulebook;      /* the last line that declares articles; size 0: none so far */
    uint8_t  has_unknown;   /* a block could not even be told apart: what it declares is not known */
    uint8_t  block_bad;     /* a message was given in this block */
    uint8_t  failed;        /* memory was refused */
    uint8_t  is_data;       /* a data file: `per` takes texts */
    uint8_t  one_line;      /* an expression alone */
    uint8_t  no_else;       /* inside `then`: `else` belongs to the `if` */
    uint8_t  in_aggregate;
    uint32_t depth;         /* open brackets of this line */
    uint32_t nesting;
    uint32_t nodes;

    char    *stack;         /* children of lists being read */
    size_t   used, room;
    char    *chunk;         /* piece of the arena being given out */
    size_t   chunk_left;
    union { uint64_t align; void *pointer; char bytes[1024]; } spare;
} ac_parser;

/** @name Begin and end
 * @{ */
void ac_parse_begin(ac_parser *p, ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits);
/** Frees the stack. @return AC_OK, or AC_E_NOMEM or AC_E_LIMIT when memory was refused. Messages are the log's matter. */
ac_status ac_parse_finish(ac_parser *p, ac_error *err);
/** @} */

/** @name Memory
 * @{ */
/** Zeroed; never NULL: see `spare`. size <= sizeof spare. */
void *ac_parse_node(ac_parser *p, size_t size);
/** Not zeroed; NULL when memory was refused. */
char *ac_parse_bytes(ac_parser *p, size_t size);
#define ac_parse_new(p, type) ((type *)ac_parse_node((p), sizeof(type)))
/** Lists: mark, push any number of items of one size, pop them as an array of the arena. Lists may be nested. */
size_t ac_parse_mark(const ac_parser *p);
void   ac_parse_push(ac_parser *p, const void *item, size_t size);
void  *ac_parse_pop(ac_parser *p, size_t mark, size_t size, uint32_t *count);
/** @} */

/** @name Lines
 * @{ */
/** Makes the next line that is not blank the one at hand. */
void ac_parse_next_line(ac_parser *p);
/** Nothing may be left of the line; goes to the next. After a mistake, lines deeper than this one are skipped. */
void ac_parse_end_line(ac_parser *p);
/** Ends the first line of a block and goes to its lines. */
void ac_parse_begin_body(ac_parser *p);
/** The line at hand belongs to the block: it is indented. Stray deeper lines and rows are told and skipped when told to. */
int  ac_parse_in_block(ac_parser *p);
int  ac_parse_in_body(ac_parser *p);        /* the same, and neither a row nor deeper: those are told and skipped */
int  ac_parse_is_deeper(const ac_parser *p, uint32_t than);
/** Skips the rest of the line, and rows and deeper lines below it. */
void ac_parse_skip_line(ac_parser *p);
void ac_parse_skip_rows(ac_parser *p);
/** @} */

/** @name Tokens
 * @{ */
void     ac_parse_next(ac_parser *p);
ac_token ac_parse_peek(const ac_parser *p);
/** Puts the parser behind `at`, where something was read by other rules, and takes the next token. */
void     ac_parse_resume(ac_parser *p, uint32_t at);
ac_text  ac_parse_text(const ac_parser *p, ac_place place);
ac_place ac_parse_here(const ac_parser *p);                     /* of the token at hand */
ac_place ac_parse_since(const ac_parser *p, uint32_t at);       /* from `at` to the token before the one at hand */
static inline int ac_parse_is(const ac_parser *p, ac_token_kind kind)
{
    return p->token.kind == kind;
}
static inline int ac_parse_is_word(const ac_parser *p, ac_word word)
{
    return p->token.kind == AC_TOKEN_NAME && p->token.word == word;
}
int  ac_parse_accept(ac_parser *p, ac_token_kind kind);
int  ac_parse_accept_word(ac_parser *p, ac_word word);
/** These give `expected …` when it is not there, and panic. */
int  ac_parse_expect(ac_parser *p, ac_token_kind kind, const char *what);
int  ac_parse_expect_word(ac_parser *p, ac_word word);
/** @} */

/** @name Mistakes
 * @{ */
/** Gives the message unless there was one in this line, then skips to the next `|` or the end of the line.
 *  Its argument is the text at the place, or another one. */
void ac_parse_fail(ac_parser *p, ac_msg msg, ac_place place);
void ac_parse_fail_here(ac_parser *p, ac_msg msg);
void ac_parse_fail_1(ac_parser *p, ac_msg msg, ac_place place, ac_arg a);
/** `expected WHAT, found …` at the token at hand. */
void ac_parse_expected(ac_parser *p, const char *what);
/** The same, but goes on as if nothing had happened. @return 1 when the message was given. */
int  ac_parse_complain(ac_parser *p, ac_msg msg, ac_place place);
int  ac_parse_complain_here(ac_parser *p, ac_msg msg);
int  ac_parse_complain_1(ac_parser *p, ac_msg msg, ac_place place, ac_arg a);
int  ac_parse_complain_args(ac_parser *p, ac_msg msg, ac_place place, const ac_arg *args, size_t count);
int  ac_parse_complain_expected(ac_parser *p, const char *what);
/** What stands where the line should have ended. */
void ac_parse_leftover(ac_parser *p);
/** Takes the bracket that closes the one at `open_at`; when it is missing, a line that was read as a continuation is read anew. */
void ac_parse_close(ac_parser *p, ac_token_kind kind, uint32_t open_at);
/** Takes `..`; another sign between two ends is told and taken for it. */
int  ac_parse_dots(ac_parser *p, const char *what);
/** To the next bar of a row, else to the end of the line. */
void ac_parse_skip(ac_parser *p);
int  ac_parse_enter(ac_parser *p);  /* one level deeper; 0 and a message when that is too deep */
void ac_parse_leave(ac_parser *p);
/** Tells that there are more than `most`; 1 when so. The plural names them. */
int  ac_parse_too_many(ac_parser *p, size_t count, uint32_t most, const char *plural);
/** @} */

/** @name Parts that every block has
 * @{ */
int           ac_parse_is_name(const ac_parser *p);
ac_tree_name  ac_parse_name(ac_parser *p, const char *what);
ac_tree_names ac_parse_names(ac_parser *p, const char *what);
/** One name as a list of one; an empty list when it is missing. */
ac_tree_names ac_parse_single_name(ac_parser *p, const char *what);
ac_tree_path  ac_parse_path(ac_parser *p, const char *what);
ac_tree_paths ac_parse_paths(ac_parser *p, const char *what);
ac_tree_string ac_parse_string(ac_parser *p, const char *what);
uint32_t      ac_parse_int(ac_parser *p, const char *what);
ac_date       ac_parse_date(ac_parser *p, const char *what);
ac_tree_dates ac_parse_dates(ac_parser *p);
/** `per …`, or nothing. */
ac_tree_cites ac_parse_per(ac_parser *p);
/** Articles behind the token at hand, which is `per`, `articles` or the bar of a cell; pushes them on a list being made. */
void          ac_parse_articles(ac_parser *p);
int           ac_parse_is_currency(ac_text name);           /* three capital letters */
ac_tree_type  ac_parse_type(ac_parser *p);
ac_tree_outs  ac_parse_outs(ac_parser *p);
ac_window     ac_parse_period_word(const ac_parser *p);     /* day … year at hand, else AC_WINDOW_NONE; nothing is taken */
/** @} */

/** @name Expressions and grids
 * @{ */
ac_tree_expr *ac_parse_expr(ac_parser *p);
ac_tree_expr *ac_parse_additive(ac_parser *p);
ac_tree_expr *ac_parse_range(ac_parser *p);         /* `[a..b)` */
ac_tree_cell  ac_parse_cell(ac_parser *p);
int           ac_parse_dash(ac_parser *p);          /* takes a `-` alone in its cell */
/** Head row and rows. In a catalogue the first cells are names. 0 when no grid stands here. */
int           ac_parse_grid(ac_parser *p, ac_tree_grid *grid, int is_catalogue);
/** Takes the bar behind a cell and clears panic; `*bars` becomes 1 at `||`. @return 0 at the end of the row. */
int           ac_parse_cell_end(ac_parser *p, int *bars);
/** The cell at hand as articles; `-` is none. */
ac_tree_cites ac_parse_article_cell(ac_parser *p);
/** Tells that a row has `count` cells of a sort and its head `wanted`. */
void          ac_parse_cell_count(ac_parser *p, ac_place row, uint32_t count, const char *plural, uint32_t wanted);
/** @} */

/** @name Parts of rule lines
 * @{ */
int           ac_parse_is_limit(const ac_parser *p);
ac_tree_limit ac_parse_limit(ac_parser *p);
/** Roles behind `by`; `none`, the built-in one, is a name here. */
ac_tree_names ac_parse_by(ac_parser *p);
/** Pushes the tail parts at hand on a list being made. */
void          ac_parse_tail(ac_parser *p);
/** Deeper tail lines below the line that began at `indent`; pushes them. */
void          ac_parse_tail_lines(ac_parser *p, uint32_t indent);
/** Items up to the end of the line, with `when` and `per`. */
ac_tree_need  ac_parse_need(ac_parser *p);
/** Item lines below the line that began at `indent`. */
ac_tree_needs ac_parse_need_lines(ac_parser *p, uint32_t indent);
/** @} */

/** @name Blocks: at hand is the word that begins the block
 * @{ */
void ac_parse_head(ac_parser *p, ac_tree_head *head);
ac_tree_calendar *ac_parse_calendar(ac_parser *p);
ac_tree_holidays *ac_parse_holidays(ac_parser *p);
ac_tree_roles    *ac_parse_roles(ac_parser *p);
ac_tree_values   *ac_parse_values(ac_parser *p);
ac_tree_enum     *ac_parse_enum(ac_parser *p);
ac_tree_record   *ac_parse_record(ac_parser *p);
ac_tree_table    *ac_parse_table(ac_parser *p);
ac_tree_ladder   *ac_parse_ladder(ac_parser *p);
ac_tree_offence  *ac_parse_offence(ac_parser *p, int is_reward);
int               ac_parse_is_deed(const ac_parser *p);
ac_tree_deed      ac_parse_deed(ac_parser *p);
ac_tree_cap      *ac_parse_cap(ac_parser *p);
ac_tree_choose   *ac_parse_choose(ac_parser *p);
ac_tree_example  *ac_parse_example(ac_parser *p);
ac_tree_labels   *ac_parse_labels(ac_parser *p);
ac_tree_uncoded  *ac_parse_uncoded(ac_parser *p);
/** @} */

#endif
