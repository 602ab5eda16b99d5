#include "rules/example/example_gate.h"

#include <string.h>

#include "base/hash.h"

/* Examples of gates: the answer, and the articles of what is unmet. */

void ac_example_doer_of(const ac_cell *cell, const ac_given *given, ac_text *actor, uint32_t *role)
{
    const ac_string *id = (const ac_string *)(intptr_t)cell->num;

    if (given->kind == AC_GIVEN_ROLE) {
        *role = (uint32_t)cell->num;
        return;
    }
    actor->data = id->data;
    actor->size = id->size;
}

ac_status ac_example_tell_doer(ac_record *holder, uint32_t field, const ac_cell *cell, const ac_given *given, ac_error *err)
{
    const ac_doer *before = ac_record_doer_at(holder, field, AC_DOER_SET);
    ac_text        actor = { "", 0 };
    uint32_t       role = AC_NO_INDEX;

    if (before) {
        actor = ac_doer_actor(before);
        role = before->role;
    }
    ac_example_doer_of(cell, given, &actor, &role);
    return ac_record_set_actor(holder, field, actor, role, err);
}

typedef struct asking {
    ac_coverage       *coverage;
    const ac_gate_def *gate;
    ac_example_gate   *out;
} asking;

static ac_status take_item(void *user, const ac_unmet *item, int is_met, const ac_need *need)
{
    asking *a = user;

    if (is_met)
        return AC_OK;
    if (need)
        ac_coverage_unmet(a->coverage, a->gate, need);
    if (a->out->count < AC_EXAMPLE_UNMET)
        a->out->unmet[a->out->count++] = *item;
    return AC_OK;
}

ac_status ac_example_ask(ac_record *holder, uint32_t field, ac_time now, const ac_act *by, ac_coverage *coverage, ac_example_gate *out, ac_error *err)
{
    ac_cell   kept = holder->cells[field];
    ac_act    act = *by;
    asking    a;
    ac_eval   e;
    ac_status st;

    a.coverage = coverage;
    a.gate = holder->def->gates ? holder->def->gates[field] : NULL;
    a.out = out;
    out->count = 0;
    act.field = field;
    act.at = now;
    if (kept.state == AC_VALUE_KNOWN && (kept.spare & AC_FIELD_IS_MOMENT)) {
        act.at = kept.num;
        holder->cells[field] = holder->blank[field];
    }
    st = ac_gate_judge(&e, holder, &act, take_item, &a, err);
    holder->cells[field] = kept;
    holder->kept = 0;
    return st;
}

int ac_example_is_later(const ac_example_gate *gate, const ac_expect *expect)
{
    uint32_t i, later = 0;

    for (i = 0; i < gate->count; i++)
        later += gate->unmet[i].state == AC_VALUE_UNSUPPORTED;
    return later > 0 && (expect->kind == AC_EXPECT_UNMET || later == gate->count);
}

/* The next article of "6.1c, 6.2"; *list moves behind it. */
static int next_article(ac_text *list, ac_text *out)
{
    size_t n = 0;

    while (list->size > 0 && (list->data[0] == ',' || list->data[0] == ' ')) {
        list->data++;
        list->size--;
    }
    while (n < list->size && list->data[n] != ',')
        n++;
    out->data = list->data;
    out->size = n;
    list->data += n;
    list->size -= n;
    return n > 0;
}

static int has_article(ac_text list, ac_text article)
{
    ac_text one;

    while (next_article(&list, &one))
        if (ac_text_equal(one, article))
            return 1;
    return 0;
}

static ac_text clause_of(const ac_unmet *item)
{
    return ac_text_of(item->clause ? item->clause : "");
}

static int is_cited(const ac_example_gate *gate, uint32_t count, ac_text article)
{
    uint32_t i;

    for (i = 0; i < count; i++)
        if (has_article(clause_of(&gate->unmet[i]), article))
            return 1;
    return 0;
}

int ac_example_agrees(const ac_example_gate *gate, const ac_expect *expect)
{
    ac_text  list = expect->articles, one;
    uint32_t i;

    if (expect->kind == AC_EXPECT_GATE)
        return (gate->count == 0) == (expect->word == 1);
    while (next_article(&list, &one))
        if (!is_cited(gate, gate->count, one))
            return 0;
    for (i = 0; i < gate->count; i++) {
        list = clause_of(&gate->unmet[i]);
        while (next_article(&list, &one))
            if (!has_article(expect->articles, one))
                return 0;
    }
    return expect->articles.size > 0 || gate->count == 0;
}

void ac_example_show_unmet(const ac_example_gate *gate, uint8_t column, ac_writer *w)
{
    const char *comma = "";
    uint32_t    i;
    ac_text     list, one;

    for (i = 0; i < gate->count; i++) {
        list = clause_of(&gate->unmet[i]);
        if (column == AC_EXPECT_GATE) {
            ac_write_string(w, comma);
            ac_write_text(w, gate->unmet[i].text);
            comma = "; ";
            continue;
        }
        while (next_article(&list, &one)) {
            if (is_cited(gate, i, one))
                continue;
            ac_write_string(w, comma);
            ac_write_text(w, one);
            comma = ", ";
        }
    }
    if (gate->count == 0 && column == AC_EXPECT_UNMET)
        ac_write_string(w, "none");
}
