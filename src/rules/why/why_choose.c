#include "rules/choose.h"

#include "base/assert.h"
#include "policy/model/value.h"
#include "policy/model/written.h"
#include "rules/decide.h"
#include "rules/operate.h"
#include "rules/why/why.h"

/* Why candidates stand as they do. */

/* One message with the line it cites, or its form for lines without an article, which follows it. */
static void cite(ac_why_page *page, const ac_choice_line *line, ac_why_id key, ac_why_id message)
{
    const ac_line *at = &page->policy->lines[line->line];

    ac_why_number(page, at->line);
    if (at->clause)
        ac_why_string(page, at->clause);
    ac_why_line(page, key, at->clause ? message : (ac_why_id)(message + 1));
}

static void show_figures(ac_why_page *page, ac_eval *e, const ac_choice *choice, ac_record *candidate)
{
    for (uint32_t i = 0; i < choice->line_count; i++) {
        const ac_choice_line *line = &choice->lines[i];

        if (line->kind == AC_CHOICE_NEEDS)
            continue;
        ac_why_text(page, ac_written(page->policy, line->text));
        ac_why_cell(page, line->program.type, ac_choice_ask(e, candidate, line));
        cite(page, line, AC_WHY_KEY_RANK, AC_WHY_FIGURE);
    }
}

static void show_lacking(ac_why_page *page, const ac_cell *cell)
{
    if (cell->state == AC_VALUE_UNKNOWN && cell->num >= 0 && cell->num < (int64_t)page->policy->path_count) {
        ac_why_path(page, page->policy->paths[cell->num].text);
        ac_why_line(page, AC_WHY_KEY_OUT, AC_WHY_LACKS);
    } else if (cell->state == AC_VALUE_UNSET) {
        ac_why_name(page, page->policy->unsets[cell->num].name);
        ac_why_line(page, AC_WHY_KEY_OUT, AC_WHY_LACKS_UNSET);
    }
}

/* Every need that is not met, every figure that is not known. */
static void show_rejected(ac_why_page *page, ac_eval *e, const ac_choice *choice, ac_record *candidate)
{
    for (uint32_t i = 0; i < choice->line_count; i++) {
        const ac_choice_line *line = &choice->lines[i];
        ac_cell               cell = ac_choice_ask(e, candidate, line);

        if (line->kind == AC_CHOICE_NEEDS ? ac_cell_is_yes(&cell) : cell.state == AC_VALUE_KNOWN)
            continue;
        ac_why_text(page, ac_record_id(candidate));
        ac_why_text(page, ac_written(page->policy, line->text));
        cite(page, line, AC_WHY_KEY_OUT, ac_cell_is_no(&cell) ? AC_WHY_NOT_MET : AC_WHY_NOT_TOLD);
        show_lacking(page, &cell);
    }
}

ac_status ac_why_choice(ac_record *record, uint32_t choice, ac_record *const *candidates, const ac_ranking *ranking, uint32_t n, ac_time now,
                        ac_format format, ac_lang lang, ac_sink sink, void *user, ac_error *err)
{
    const ac_choice *def;
    ac_why_page      page;
    ac_eval          e;
    ac_status        st;

    assert(record && sink && (n == 0 || (candidates && ranking)));
    st = ac_choice_check(record, choice, now, err);
    for (uint32_t i = 0; st == AC_OK && i < n; i++)
        st = ac_choice_check_candidates(record, choice, &candidates[ranking[i].candidate], 1, err);
    if (st != AC_OK)
        return st;
    def = &record->policy->choices[choice];
    ac_eval_begin(&e, record, now);
    ac_why_begin(&page, record->policy, record->link->zone, format, lang, sink, user);
    ac_why_head(&page, AC_DECISION_RANK, record->policy->records[def->kind].name, record->def->name, ac_record_id(record), now);
    ac_why_rule(&page, def->line);
    for (uint32_t i = 0; i < n; i++) {
        ac_record *candidate = candidates[ranking[i].candidate];

        if (ranking[i].rank == 0) {
            show_rejected(&page, &e, def, candidate);
            continue;
        }
        ac_why_number(&page, ranking[i].rank);
        ac_why_text(&page, ac_record_id(candidate));
        ac_why_line(&page, AC_WHY_KEY_RANK, AC_WHY_RANKED);
        show_figures(&page, &e, def, candidate);
    }
    return ac_why_end(&page);
}
