#include "rules/example/example.h"

#include "base/error.h"
#include "policy/model/value.h"

/* What the messages of examples say. */

enum { NAME_BYTES = 160 };

static ac_place place_of(const ac_example_run *r, uint32_t line)
{
    ac_place place = {0, 0};

    place.at = r->policy->lines[line].line > 0 ? r->policy->lines[line].line - 1 : 0;
    return place;
}

static ac_status take_text(void *user, const char *data, size_t size)
{
    ac_write((ac_writer *)user, data, size);
    return AC_OK;
}

static ac_text text_of(const ac_shown *s)
{
    return ac_writer_text(&s->writer);
}

void ac_shown_word(ac_shown *s, const char *word)
{
    ac_writer_init_fixed(&s->writer, s->data, sizeof s->data);
    ac_write_string(&s->writer, word);
}

void ac_shown_cell(ac_shown *s, const ac_example_run *r, ac_type type, ac_cell cell)
{
    ac_value value = ac_value_from_cell(r->policy, type, cell);

    if (cell.state == AC_VALUE_UNKNOWN) {
        ac_shown_word(s, "undecided");
        if (value.text && value.text_size > 0) {
            ac_write_string(&s->writer, " (");
            ac_write(&s->writer, value.text, value.text_size);
            ac_write_string(&s->writer, ")");
        }
        return;
    }
    if (cell.state == AC_VALUE_ERROR) {
        ac_shown_word(s, "error AC-");
        ac_write_padded(&s->writer, value.code, 4);
        ac_write_string(&s->writer, " (");
        ac_write_string(&s->writer, ac_message_text(value.code, AC_LANG_EN));
        ac_write_string(&s->writer, ")");
        return;
    }
    ac_writer_init_fixed(&s->writer, s->data, sizeof s->data);
    ac_value_format(r->policy, &value, r->record->link->zone, take_text, &s->writer);
}

/* The row and what of it, short enough to leave room for more. */
static void show_name(ac_shown *s, const ac_example_run *r, ac_text name, const char *what)
{
    ac_writer_init_fixed(&s->writer, s->data, NAME_BYTES);
    ac_write_text(&s->writer, r->row->name);
    ac_write_string(&s->writer, ": ");
    ac_write_text(&s->writer, name);
    ac_write_string(&s->writer, what);
}

void ac_example_skip(ac_example_run *r, uint32_t line, const char *why, const char *more)
{
    ac_shown reason;

    if (r->is_skipped)
        return;
    r->is_skipped = 1;
    ac_shown_word(&reason, why);
    ac_write_string(&reason.writer, more ? more : "");
    ac_log_2(r->log, AC_MSG_EXAMPLE_SKIPPED, place_of(r, line), ac_arg_text(r->row->name), ac_arg_text(text_of(&reason)));
}

void ac_example_skip_later(ac_example_run *r, uint32_t line, uint32_t later)
{
    ac_example_skip(r, line, "not yet carried out: ", r->policy->lines[later].what ? r->policy->lines[later].what : "a later construct");
}

void ac_example_differs(ac_example_run *r, uint32_t line, ac_text name, const char *what, const ac_shown *expected, const ac_shown *actual)
{
    ac_shown about;

    r->is_failed = 1;
    show_name(&about, r, name, what);
    ac_log_3(r->log, AC_MSG_EXAMPLE_DIFFERS, place_of(r, line), ac_arg_text(text_of(&about)), ac_arg_text(text_of(expected)),
             ac_arg_text(text_of(actual)));
}

static int is_failure(ac_status st)
{
    return st == AC_E_NOMEM || st == AC_E_LIMIT;
}

void ac_example_cannot_fill(ac_example_run *r, uint32_t line, ac_text what, ac_status st, const ac_error *err)
{
    if (is_failure(st)) {
        r->status = ac_error_set(r->err, st, 0, "out of memory while an example was filled", NULL);
    } else if (st != AC_OK) {
        r->is_failed = 1;
        ac_log_2(r->log, AC_MSG_EXAMPLE_CANNOT_FILL, place_of(r, line), ac_arg_text(what), ac_arg_string(err->what));
    }
}

void ac_example_cannot_judge(ac_example_run *r, uint32_t line, ac_status st, const ac_error *err)
{
    ac_shown about;

    if (is_failure(st)) {
        r->status = ac_error_set(r->err, st, 0, "out of memory while an example was judged", NULL);
        return;
    }
    r->is_failed = 1;
    show_name(&about, r, r->row->name, "");
    ac_log_2(r->log, AC_MSG_EXAMPLE_CANNOT_JUDGE, place_of(r, line), ac_arg_text(text_of(&about)), ac_arg_string(err->what));
}
