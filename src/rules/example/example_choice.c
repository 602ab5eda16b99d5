#include "rules/example/example.h"

#include "base/error.h"

/* Choices: rows of one name are the candidates of a case. */

typedef struct contest {
    const ac_example *example;
    ac_record        *record;           /* the case */
    ac_record       **candidates;       /* as many as the example has rows */
    ac_ranking       *ranking;
} contest;

static void show_ranking(ac_shown *s, const ac_ranking *ranking)
{
    ac_shown_word(s, ranking->rank ? "rank " : "rejected by line ");
    ac_write_u64(&s->writer, ranking->rank ? ranking->rank : ranking->line);
    if (ranking->rank == 0 && ranking->missing) {
        ac_write_string(&s->writer, ", missing ");
        ac_write_string(&s->writer, ranking->missing);
    }
}

static void compare_ranking(ac_example_run *r, const ac_expect *expect, const ac_ranking *ranking)
{
    const ac_type count = {AC_TYPE_COUNT, 0, 0}, yes_no = {AC_TYPE_BOOL, 0, 0};
    int           is_rank = expect->kind == AC_EXPECT_RANK;
    ac_cell       want = ac_example_expected(r, expect);
    int64_t       got = is_rank ? (int64_t)ranking->rank : ranking->rank == 0;
    ac_shown expected, actual;

    if (ranking->state == AC_VALUE_UNSUPPORTED) {
        ac_example_skip(r, expect->line, "not yet carried out", NULL);
        return;
    }
    if (want.state == AC_VALUE_KNOWN ? want.num == got : want.state == AC_VALUE_NONE && is_rank && got == 0)
        return;
    ac_shown_cell(&expected, r, is_rank ? count : yes_no, want);
    show_ranking(&actual, ranking);
    ac_example_differs(r, expect->line, r->policy->records[r->record->type].name, is_rank ? " rank" : " rejected", &expected, &actual);
}

/* A place in the order of the rows, which ties are decided by. */
static ac_status name_candidate(ac_record *candidate, uint32_t row, ac_error *err)
{
    char      room[16];
    ac_writer w;

    ac_writer_init_fixed(&w, room, sizeof room);
    ac_write_padded(&w, row + (uint64_t)1, 5);
    return ac_record_set_id(candidate, ac_writer_text(&w), err);
}

/* Gives each row's facts to its candidate or to the case; now is the latest instant of all. */
static void fill_contest(ac_example_run *r, const contest *c, uint32_t first, uint32_t count)
{
    const ac_policy *policy = r->policy;
    ac_time          latest = AC_TIME_MIN;

    ac_record_reset(c->record);
    for (uint32_t i = 0; i < count && r->status == AC_OK; i++) {
        ac_example_begin_row(r, &c->example->rows[first + i]);
        ac_record_reset(c->candidates[i]);
        r->status = name_candidate(c->candidates[i], i, r->err);
        for (uint32_t k = 0; k < r->row->given_count && r->status == AC_OK; k++) {
            const ac_given *given = &r->row->givens[k];
            int             is_own = given->path == AC_NO_INDEX || policy->paths[given->path].record == c->candidates[i]->type;

            r->record = is_own ? c->candidates[i] : c->record;
            ac_example_give(r, given);
        }
        r->record = c->candidates[i];
        ac_example_find_now(r);
        latest = r->now > latest ? r->now : latest;
    }
    r->now = latest;
}

static void run_contest(ac_example_run *r, const contest *c, uint32_t first, uint32_t count)
{
    fill_contest(r, c, first, count);
    if (r->status == AC_OK)
        r->status = ac_rules_choose(c->record, c->example->choice, c->candidates, count, r->now, c->ranking, r->err);
    for (uint32_t i = 0; i < count && r->status == AC_OK; i++) {
        ac_example_begin_row(r, &c->example->rows[first + c->ranking[i].candidate]);
        r->record = c->candidates[c->ranking[i].candidate];
        for (uint32_t k = 0; k < r->row->expect_count; k++)
            if (!r->row->expects[k].unchecked)
                compare_ranking(r, &r->row->expects[k], &c->ranking[i]);
        ac_example_end_row(r);
    }
}

static ac_status new_contest(ac_example_run *r, contest *c)
{
    uint32_t  count = c->example->row_count;
    ac_status st;

    c->candidates = ac_mem_array(r->mem, count, sizeof *c->candidates);
    c->ranking = ac_mem_array(r->mem, count, sizeof *c->ranking);
    if (!c->candidates || !c->ranking)
        return ac_mem_failed(r->mem, r->err);
    st = ac_example_new_record(r, r->policy->choices[c->example->choice].record, &c->record);
    for (uint32_t i = 0; st == AC_OK && i < count; i++)
        st = ac_example_new_record(r, c->example->record, &c->candidates[i]);
    return st;
}

ac_status ac_example_run_choice(ac_example_run *r, const ac_example *example)
{
    contest   c = {example, NULL, NULL, NULL};
    uint32_t  i, n;
    ac_status st = new_contest(r, &c);

    for (i = 0; st == AC_OK && i < example->row_count; i += n) {
        for (n = 1; i + n < example->row_count && ac_text_equal(example->rows[i + n].name, example->rows[i].name); n++)
            ;
        ac_example_empty_holes(r);
        run_contest(r, &c, i, n);
        st = r->status;
    }
    for (i = 0; c.candidates && i < example->row_count; i++)
        ac_record_free(c.candidates[i]);
    ac_record_free(c.record);
    ac_mem_free(r->mem, c.candidates, example->row_count * sizeof *c.candidates);
    ac_mem_free(r->mem, c.ranking, example->row_count * sizeof *c.ranking);
    r->record = NULL;
    return st;
}
