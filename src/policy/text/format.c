#include <string.h>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/utf8.h"
#include "policy/report/limits.h"
#include "policy/text/canon.h"
#include "policy/text/parse.h"

/* Layout in two steps. The first writes each line of the source as a draft, its cells parted by signs that no source holds;
   the second writes the drafts out, cells padded to their columns.

       kind depth offset cell SIGN cell SIGN … \n

   `offset`, in 4 bytes of 6 bits, is where the line stands in the source. A line of code has four cells: what is aligned, the rest,
   `per` with its articles, a comment. A row begins with a sign, which here stands for a bar. */
enum { CELL = '\x1f', BARS = '\x1e', BREAK = '\v', OFFSET = 2, HEAD = 6 };

/* Kinds of drafts: a letter says how the first cell is padded. */
enum { EMPTY = ' ', COMMENT = '/', ROW = '|', PLAIN = '.', RUN = 'r', OF_HEAD = 'h', OF_DATA = 'd', OF_CALENDAR = 'c', OF_DAYS = 'o' };

enum {
    WIDTH = 120,        /* longer lines are broken where they may be */
    PER_MOST = 74,      /* the column of `per` lies no further right */
    CELL_MOST = 20,     /* wider names are not aligned */
    GRID_MOST = 240,    /* a wider grid is not aligned */
    COLUMNS = 384
};

typedef struct form {
    ac_writer w;                    /* the drafts */
    ac_text   source;
    uint32_t  index, cell;          /* of the line at hand: tokens so far, cell at hand */
    size_t    line_at;              /* of its draft */
    size_t    column;               /* display column reached */
    size_t    after_comma, in_bracket;  /* blanks that may become a line break; 0: none */
    size_t    comma_column, bracket_column;
    int       brackets;
    uint8_t   block, depth, is_row, is_open, is_names;
    uint8_t   kind, word, before, before_word;  /* of the last token and the one before it */
    uint8_t   is_sign;              /* the last token is a minus that belongs to what follows */
    uint8_t   is_empty;             /* an empty line waits to be written */
} form;

/* ── step one: drafts ── */

static void end_draft(form *f)
{
    if (f->is_open)
        ac_write_char(&f->w, '\n');
    f->is_open = 0;
}

static void begin_draft(form *f, int kind, const ac_canon_piece *piece)
{
    size_t at = (size_t)(piece->text.data - f->source.data), shift;

    end_draft(f);
    if (f->is_empty && f->w.size > 0) {
        ac_write_string(&f->w, " 0@@@@\n");
    }
    f->is_empty = 0;
    f->line_at = f->w.size;
    ac_write_char(&f->w, (char)kind);
    ac_write_char(&f->w, (char)('0' + piece->depth));
    for (shift = 0; shift < 24; shift += 6)
        ac_write_char(&f->w, (char)(0x40 + (at >> shift & 63)));
    f->is_open = 1;
    f->cell = 0;
}

static void set_kind(form *f, int kind)
{
    if (f->w.status == AC_OK)
        f->w.data[f->line_at] = (char)kind;
}

/* On to a cell of a line of code. */
static void to_cell(form *f, uint32_t cell)
{
    for (; f->cell < cell; f->cell++)
        ac_write_char(&f->w, CELL);
    f->kind = AC_TOKEN_END;
    f->after_comma = f->in_bracket = 0;
}

static int is_any(uint8_t word, const uint8_t *words)
{
    while (*words && *words != word)
        words++;
    return *words != 0;
}

static int is_function(uint8_t word)
{
    static const uint8_t words[] = {
        AC_WORD_COUNT, AC_WORD_SHARE, AC_WORD_SUM, AC_WORD_MEAN, AC_WORD_MEDIAN, AC_WORD_ANY, AC_WORD_ALL, AC_WORD_ABS, AC_WORD_MIN, AC_WORD_MAX,
        AC_WORD_FLOOR, AC_WORD_CEILING, AC_WORD_DECIMAL, AC_WORD_ROUND_UP, AC_WORD_ROUND_DOWN, AC_WORD_ROUND_HALF_UP, AC_WORD_ROUND_HALF_DOWN,
        AC_WORD_ROUND_HALF_EVEN, AC_WORD_MODULO, AC_WORD_EVEN, AC_WORD_ODD, AC_WORD_DATE, 0
    };

    return is_any(word, words);
}

/* Whether a minus behind the last token is a sign, no subtraction. */
static int takes_sign(const form *f)
{
    static const uint8_t values[] = {
        AC_WORD_YES, AC_WORD_NO, AC_WORD_NONE, AC_WORD_UNSET, AC_WORD_UNKNOWN, AC_WORD_NOW, AC_WORD_TODAY, AC_WORD_ACTOR, 0
    };

    switch (f->kind) {
    case AC_TOKEN_NAME: return f->word == AC_WORD_DEFAULT || f->word == AC_WORD_BETWEEN || (ac_word_is_reserved((ac_word)f->word) && !is_any(f->word, values));
    case AC_TOKEN_QUOTED: case AC_TOKEN_NUMBER: case AC_TOKEN_STRING: case AC_TOKEN_DATE: case AC_TOKEN_TIME: case AC_TOKEN_PERIOD:
    case AC_TOKEN_CLOSE: case AC_TOKEN_CLOSE_SQUARE: case AC_TOKEN_PERCENT:
        return 0;
    default: return 1;
    }
}

/* Whether a token is written without a blank before it. */
static int is_tight(const form *f, const ac_canon_piece *t)
{
    switch (f->kind) {
    case AC_TOKEN_END: case AC_TOKEN_OPEN: case AC_TOKEN_OPEN_SQUARE: case AC_TOKEN_DOT: case AC_TOKEN_DOTS: return 1;
    case AC_TOKEN_NAME:
        if (t->kind == AC_TOKEN_OPEN && is_function(f->word))
            return 1;
        break;
    case AC_TOKEN_MINUS:
        if (f->is_sign)
            return 1;
        break;
    default: break;
    }
    switch (t->kind) {
    case AC_TOKEN_COMMA: case AC_TOKEN_SEMICOLON: case AC_TOKEN_CLOSE: case AC_TOKEN_CLOSE_SQUARE: case AC_TOKEN_DOT: case AC_TOKEN_DOTS: return 1;
    default: return t->touches;
    }
}

/* The width of the first cell, and how its lines are aligned, when it ends before this token. @return 0 when it does not. */
static int ends_first_cell(const form *f, const ac_canon_piece *t)
{
    static const uint8_t heads[] = { AC_WORD_POLICY, AC_WORD_TITLE, AC_WORD_EFFECTIVE, AC_WORD_TIMEZONE, AC_WORD_CURRENCY, AC_WORD_MONTH_END, AC_WORD_RULEBOOK, 0 };
    static const uint8_t days[] = { AC_WORD_WEEK, AC_WORD_HOLIDAYS, AC_WORD_OFF, AC_WORD_WORK, AC_WORD_VALID, 0 };

    if (f->depth == 0) {
        if (f->index == 1 && is_any(f->block, heads))
            return OF_HEAD;
        if (f->index == 2 && (f->block == AC_WORD_DAYS || f->block == AC_WORD_USE))
            return f->block == AC_WORD_DAYS ? OF_HEAD : OF_DATA;
        return f->index == 1 && (f->block == AC_WORD_DATA || f->block == AC_WORD_COVERS || f->block == AC_WORD_FILLS) ? OF_DATA : 0;
    }
    if (f->depth > 1)
        return 0;
    switch (f->block) {
    case AC_WORD_RECORD: case AC_WORD_VALUES: return f->is_names && (t->kind == AC_TOKEN_COLON || t->kind == AC_TOKEN_EQ) ? RUN : 0;
    case AC_WORD_TABLE: return f->brackets == 0 && t->kind == AC_TOKEN_NAME && (t->word == AC_WORD_WHEN || t->word == AC_WORD_OTHERWISE) ? RUN : 0;
    case AC_WORD_ROLES: return t->kind == AC_TOKEN_NAME && t->word == AC_WORD_UNDER && f->index > 0 ? RUN : 0;
    case AC_WORD_CALENDAR: return f->index == 1 && f->kind == AC_TOKEN_NAME && is_any(f->word, days) ? OF_CALENDAR : 0;
    case AC_WORD_HOLIDAYS: return f->index == 1 && f->kind == AC_TOKEN_NAME && (f->word == AC_WORD_OFF || f->word == AC_WORD_WORK) ? OF_DAYS : 0;
    default: return 0;
    }
}

/* The last blank that may be a line break becomes one when the line is too long. */
static void break_line(form *f)
{
    size_t at = f->after_comma ? f->after_comma : f->in_bracket, column = f->after_comma ? f->comma_column : f->bracket_column;

    if (f->column <= WIDTH || at == 0 || f->w.status != AC_OK)
        return;
    f->w.data[at] = BREAK;
    f->column = 2 * (size_t)f->depth + 4 + (f->column - column);
    f->after_comma = f->in_bracket = 0;
}

static void write_blank(form *f)
{
    if (ac_token_goes_on(f->kind, f->word)) {
        f->after_comma = f->w.size;
        f->comma_column = f->column + 1;
    } else if (f->brackets > 0) {
        f->in_bracket = f->w.size;
        f->bracket_column = f->column + 1;
    }
    ac_write_char(&f->w, ' ');
    f->column++;
}

static void take_token(form *f, const ac_canon_piece *t)
{
    int kind;

    if (f->is_row && (t->kind == AC_TOKEN_BAR || t->kind == AC_TOKEN_BARS)) {
        ac_write_char(&f->w, t->kind == AC_TOKEN_BARS ? BARS : CELL);
        f->kind = AC_TOKEN_END;
        return;
    }
    if (!f->is_row && t->kind == AC_TOKEN_NAME && t->word == AC_WORD_PER) {
        to_cell(f, 2);
    } else if (!f->is_row && f->cell == 0 && (kind = ends_first_cell(f, t)) != 0) {
        set_kind(f, kind);
        to_cell(f, 1);
    }
    if (!is_tight(f, t))
        write_blank(f);
    f->is_sign = t->kind == AC_TOKEN_MINUS && takes_sign(f);
    ac_write_text(&f->w, t->text);
    f->column += ac_utf8_width(t->text);
    f->brackets += t->kind == AC_TOKEN_OPEN || t->kind == AC_TOKEN_OPEN_SQUARE;
    f->brackets -= t->kind == AC_TOKEN_CLOSE || t->kind == AC_TOKEN_CLOSE_SQUARE;
    f->is_names &= f->index % 2 == 0 ? t->kind == AC_TOKEN_NAME || t->kind == AC_TOKEN_QUOTED : t->kind == AC_TOKEN_COMMA;
    f->kind = t->kind;
    f->word = t->word;
    f->index++;
    if (!f->is_row && f->cell < 2)
        break_line(f);
}

/* A comment in the midst of a line that goes on. */
static void take_inner_comment(form *f, const ac_canon_piece *piece)
{
    if (piece->what == AC_CANON_REMARK)
        ac_write_string(&f->w, "  ");
    else if (f->kind != AC_TOKEN_END)
        ac_write_char(&f->w, BREAK);
    ac_write_text(&f->w, piece->text);
    ac_write_char(&f->w, BREAK);
    f->kind = AC_TOKEN_END;
    f->column = 2 * (size_t)f->depth + 4;
    f->after_comma = f->in_bracket = 0;
}

static void take(void *user, const ac_canon_piece *piece)
{
    form *f = user;

    switch (piece->what) {
    case AC_CANON_EMPTY: f->is_empty = 1; break;
    case AC_CANON_LINE: case AC_CANON_ROW:
        f->is_row = piece->what == AC_CANON_ROW;
        f->is_names = 1;
        f->depth = piece->depth;
        if (f->depth == 0)
            f->block = piece->word;
        f->brackets = 0;
        f->index = 0;
        f->column = 2 * (size_t)f->depth;
        begin_draft(f, f->is_row ? ROW : PLAIN, piece);
        to_cell(f, 0);
        break;
    case AC_CANON_TOKEN: take_token(f, piece); break;
    default:
        if (piece->goes_on) {
            take_inner_comment(f, piece);
        } else {
            if (piece->what == AC_CANON_COMMENT)
                begin_draft(f, COMMENT, piece);
            else if (!f->is_row)
                to_cell(f, 3);
            ac_write_text(&f->w, piece->text);
        }
        break;
    }
}

/* ── step two: columns ── */

typedef struct page {
    ac_text    drafts;
    ac_writer *out;             /* NULL: only measured */
    int        is_tight_form;
    uint32_t   line_bytes;
    size_t     column;          /* display column reached */
    size_t     line_from;       /* bytes written before the line */
    size_t     run;             /* width of the first cells of the run at hand, 0: not known */
    size_t     per;             /* column of `per` */
    size_t     widths[COLUMNS]; /* of the grid at hand */
    size_t     left;            /* how many of them stand in front of `||` */
    int        is_grid, is_wide;
    int        is_too_long;
    uint32_t   too_long_at;
} page;

static ac_text part(const char *from, const char *to)
{
    ac_text text;

    text.data = from;
    text.size = (size_t)(to - from);
    return text;
}

static void put_blanks(page *p, size_t count)
{
    if (p->out)
        ac_write_repeat(p->out, ' ', count);
    p->column += count;
}

static void put(page *p, ac_text text)
{
    if (p->out)
        ac_write_text(p->out, text);
    p->column += ac_utf8_width(text);
}

static void put_newline(page *p, uint32_t at)
{
    if (p->out) {
        if (p->out->total - p->line_from > p->line_bytes && !p->is_too_long) {
            p->is_too_long = 1;
            p->too_long_at = at;
        }
        ac_write_char(p->out, '\n');
        p->line_from = p->out->total;
    }
    p->column = 0;
}

/* Blanks up to a column, at least `least`. */
static void put_to(page *p, size_t column, size_t least)
{
    if (p->is_tight_form)
        put_blanks(p, 1);
    else
        put_blanks(p, p->column + least > column ? least : column - p->column);
}

/* A cell of a line of code; what is broken goes on four blanks deeper. */
static void put_broken(page *p, ac_text cell, size_t indent, uint32_t at)
{
    const char *line = cell.data, *end = cell.data + cell.size, *next;

    while ((next = memchr(line, BREAK, (size_t)(end - line))) != NULL) {
        put(p, part(line, next));
        put_newline(p, at);
        put_blanks(p, indent + 4);
        line = next + 1;
    }
    put(p, part(line, end));
}

static uint32_t offset_of(const char *draft)
{
    return (uint32_t)((draft[OFFSET] & 63) | (draft[OFFSET + 1] & 63) << 6 | (draft[OFFSET + 2] & 63) << 12 | (draft[OFFSET + 3] & 63) << 18);
}

/* The draft behind one; NULL at the end. */
static const char *next_draft(const page *p, const char *draft)
{
    const char *end = p->drafts.data + p->drafts.size, *newline = memchr(draft, '\n', (size_t)(end - draft));

    return newline && newline + 1 < end ? newline + 1 : NULL;
}

static const char *draft_end(const page *p, const char *draft)
{
    const char *end = p->drafts.data + p->drafts.size, *newline = memchr(draft, '\n', (size_t)(end - draft));

    return newline ? newline : end;
}

/* Up to the next sign of the draft, or its end. */
static const char *cell_end(const char *cell, const char *end)
{
    while (cell < end && *cell != CELL && *cell != BARS)
        cell++;
    return cell;
}

/* The width of the first cell when it takes part in the alignment of its run, else 0. */
static size_t run_width(const page *p, const char *draft)
{
    const char *cell = draft + HEAD;
    size_t      width = ac_utf8_width(part(cell, cell_end(cell, draft_end(p, draft))));

    return width <= CELL_MOST ? width : 0;
}

/* Lines of one depth that follow each other, deeper lines and comments between them; an empty line ends the run. */
static size_t measure_run(const page *p, const char *draft)
{
    size_t most = 0, width;
    char   depth = draft[1];

    for (; draft && (*draft == RUN || *draft == COMMENT || draft[1] > depth); draft = next_draft(p, draft))
        if (*draft == RUN && draft[1] == depth && (width = run_width(p, draft)) > most)
            most = width;
    return most;
}

static size_t first_width(page *p, const char *draft)
{
    switch (*draft) {
    case RUN:
        if (p->run == 0)
            p->run = measure_run(p, draft);
        return run_width(p, draft) ? p->run : 0;
    case OF_HEAD: return 10;
    case OF_DATA: case OF_CALENDAR: return 8;
    case OF_DAYS: return 4;
    default: return 0;
    }
}

static void put_code(page *p, const char *draft, int measures)
{
    const char *end = draft_end(p, draft), *cell = draft + HEAD, *to = cell_end(cell, end);
    size_t      indent = 2 * (size_t)(draft[1] - '0'), width = first_width(p, draft);
    uint32_t    at = offset_of(draft);
    int         i;

    put_blanks(p, indent);
    for (i = 0; ; i++) {
        ac_text text = part(cell, to);

        if (i == 2 && text.size > 0 && measures && p->column + 2 <= PER_MOST && p->column + 2 > p->per)
            p->per = p->column + 2;
        if (text.size > 0 && i == 1)
            put_to(p, indent + width + 1, 1);
        else if (text.size > 0 && i > 1)
            put_to(p, i == 2 ? p->per : 0, 2);
        put_broken(p, text, indent, at);
        if (to == end)
            break;
        cell = to + 1;
        to = cell_end(cell, end);
    }
    put_newline(p, at);
}

/* ── rows ── */

/* `else` alone in front of `||` stands for all conditions. */
static int is_else(const page *p, const char *sign, const char *end)
{
    const char *cell = sign + 1, *to = cell_end(cell, end);

    return p->left > 1 && to < end && *to == BARS && to - cell == 4 && memcmp(cell, "else", 4) == 0;
}

static void measure_row(page *p, const char *draft)
{
    const char *end = draft_end(p, draft), *sign = draft + HEAD, *to;
    size_t      column = 0, width;

    if (is_else(p, sign, end)) {
        sign = cell_end(sign + 1, end);
        column = p->left;
    }
    while ((to = cell_end(sign + 1, end)) < end) {
        width = ac_utf8_width(part(sign + 1, to));
        if (column < COLUMNS && width > p->widths[column])
            p->widths[column] = width;
        column++;
        sign = to;
        if (*to == BARS && !p->is_grid)
            p->left = column;
    }
    p->is_grid = 1;
}

/* Widths of the columns of the grid that begins here; it ends before the next line of code. */
static void measure_grid(page *p, const char *draft)
{
    size_t i, total = 0;

    memset(p->widths, 0, sizeof p->widths);
    p->left = 0;
    for (; draft && (*draft == ROW || *draft == COMMENT || *draft == EMPTY); draft = next_draft(p, draft))
        if (*draft == ROW)
            measure_row(p, draft);
    for (i = 0; i < COLUMNS; i++)
        total += p->widths[i] ? p->widths[i] + 3 : 0;
    p->is_wide = total > GRID_MOST;
}

static void put_row(page *p, const char *draft)
{
    const char *end = draft_end(p, draft), *sign = draft + HEAD, *to;
    size_t      column = 0, width, from, i;

    if (!p->is_grid)
        measure_grid(p, draft);
    put_blanks(p, 2);
    for (; (to = cell_end(sign + 1, end)) < end; sign = to) {
        put(p, ac_text_of(*sign == BARS ? "|| " : "| "));
        from = p->column;
        width = column < COLUMNS ? p->widths[column] : 0;
        if (column == 0 && is_else(p, sign, end)) {
            for (i = 1; i < p->left && i < COLUMNS; i++)
                width += p->widths[i] + 3;
            column = p->left - 1;
        }
        column++;
        put(p, part(sign + 1, to));
        put_to(p, p->is_wide ? 0 : from + width + 1, 1);
    }
    put(p, ac_text_of(*sign == BARS ? "||" : "|"));
    if (sign + 1 < end) {
        put_to(p, 0, 2);
        put(p, part(sign + 1, end));
    }
    put_newline(p, offset_of(draft));
}

static void put_page(page *p, int measures)
{
    const char *draft = p->drafts.size > 0 ? p->drafts.data : NULL;

    p->is_grid = 0;
    p->run = 0;
    for (; draft; draft = next_draft(p, draft)) {
        if (*draft != ROW && *draft != COMMENT && *draft != EMPTY)
            p->is_grid = 0;
        if (*draft != RUN && *draft != COMMENT && (*draft == EMPTY || draft[1] < '2'))
            p->run = 0;
        switch (*draft) {
        case EMPTY: put_newline(p, 0); break;
        case COMMENT:
            put_blanks(p, 2 * (size_t)(draft[1] - '0'));
            put(p, part(draft + HEAD, draft_end(p, draft)));
            put_newline(p, offset_of(draft));
            break;
        case ROW: put_row(p, draft); break;
        default: put_code(p, draft, measures); break;
        }
    }
}

/* ── whole files ── */

static ac_word first_word(ac_text source)
{
    ac_scanner s;
    uint32_t   at = ac_utf8_mark(source);

    s.source = source;
    s.name_points = s.string_bytes = UINT32_MAX;
    while ((at = ac_scan_blanks(&s, at)) < source.size && source.data[at] == '\n')
        at++;
    return (ac_word)ac_scan(&s, at).word;
}

static ac_status parse(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, const ac_tree **tree, ac_error *err)
{
    ac_word       word = first_word(log->lines.source);
    ac_tree_data *data;
    ac_tree      *read = NULL;
    ac_status     st;

    if (word == AC_WORD_DATA)
        st = ac_parse_data(log, arena, mem, limits, &data, err);
    else if (word == AC_WORD_LABELS)
        st = ac_parse_labels_file(log, arena, mem, limits, &read, err);
    else
        st = ac_parse_policy(log, arena, mem, limits, &read, err);
    *tree = read;
    return st;
}

static ac_status write_page(form *f, const ac_policy_limits *limits, ac_layout layout, ac_log *log, ac_writer *out)
{
    page     p;
    ac_place place;

    memset(&p, 0, sizeof p);
    p.drafts = ac_writer_text(&f->w);
    p.is_tight_form = layout == AC_LAYOUT_TIGHT;
    p.line_bytes = limits->line_bytes;
    if (!p.is_tight_form)
        put_page(&p, 1);
    p.out = out;
    put_page(&p, 0);
    if (p.is_too_long) {
        place.at = p.too_long_at;
        place.size = 1;
        ac_log_1(log, AC_MSG_LINE_TOO_LONG, place, ac_arg_number(limits->line_bytes));
    }
    return out->status;
}

/* Everything between the log's begin and end. */
static ac_status format(ac_mem *mem, ac_log *log, const ac_policy_limits *limits, ac_layout layout, ac_writer *out, ac_error *err)
{
    const ac_tree *tree;
    ac_arena       arena;
    ac_status      st;
    form           f;

    ac_arena_init(&arena, mem);
    memset(&f, 0, sizeof f);
    f.source = log->lines.source;
    ac_writer_init_memory(&f.w, mem);
    st = parse(log, &arena, mem, limits, &tree, err);
    if (st == AC_OK && log->errors == 0) {
        ac_canon_read(f.source, 0, (uint32_t)f.source.size, tree, take, &f);
        end_draft(&f);
        st = f.w.status;
        if (st == AC_OK)
            st = write_page(&f, limits, layout, log, out);
        if (st != AC_OK)
            st = ac_mem_failed(mem, err);
    }
    ac_writer_free(&f.w);
    ac_arena_clear(&arena);
    return st == AC_E_INVALID ? AC_OK : st;     /* the log says why */
}

ac_status ac_policy_format(const ac_source *source, const ac_policy_options *options, ac_layout layout, ac_sink sink, void *user, ac_report *report, ac_error *err)
{
    ac_policy_options o;
    ac_policy_limits  limits;
    ac_writer         out;
    ac_mem            mem;
    ac_log            log;
    ac_status         st, ended;
    ac_text           text;

    assert(source && sink && report);
    st = ac_policy_options_read(options, &o, &limits, err);
    if (st == AC_OK)
        st = ac_mem_init(&mem, o.mem, limits.compile_bytes, err);
    if (st != AC_OK)
        return st;
    ac_writer_init_memory(&out, &mem);
    st = ac_log_begin(&log, &mem, report, source, &limits, o.strict, err);
    if (st == AC_OK)
        st = format(&mem, &log, &limits, layout, &out, err);
    if (st != AC_OK && log.status == AC_OK)
        log.status = st;        /* the report is to be as it was */
    ended = ac_log_end(&log, err);
    if (st == AC_OK)
        st = ended;
    if (st == AC_OK) {
        text = ac_writer_text(&out);
        st = sink(user, text.data, text.size);
    }
    ac_writer_free(&out);
    return st;
}
