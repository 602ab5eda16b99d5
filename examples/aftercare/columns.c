#include "aftercare/columns.h"

#include <stdlib.h>
#include <string.h>

#include "common/csv.h"

static void add_names(columns *c, const outcome *out)
{
    for (uint32_t i = 0; i < out->count; i++) {
        ac_text name = outcome_name(out, i);
        size_t k = 0;
        while (k < c->count && !(c->list[k].kind == out->decisions[i].kind && text_equal(c->list[k].name, name)))
            k++;
        if (k < c->count)
            continue;
        c->list = must_resize(c->list, (c->count + 1) * sizeof *c->list);
        c->list[c->count].name = name;
        c->list[c->count++].kind = out->decisions[i].kind;
    }
}

static uint32_t find(const outcome *out, const struct column *column)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (out->decisions[i].kind == column->kind && text_equal(outcome_name(out, i), column->name))
            return i;
    return AC_NO_INDEX;
}

void columns_open(columns *c, const versions *sides, size_t count)
{
    memset(c, 0, sizeof *c);
    c->sides = count;
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sides[s].count; i++)
            add_names(c, &sides[s].list[i].out);
    for (size_t s = 0; s < count; s++) {
        c->versions[s] = sides[s].count;
        c->places[s] = must_zero(sides[s].count, sizeof *c->places[s]);
        for (size_t i = 0; i < sides[s].count; i++) {
            c->places[s][i] = must_zero(c->count, sizeof **c->places[s]);
            for (size_t k = 0; k < c->count; k++)
                c->places[s][i][k] = find(&sides[s].list[i].out, &c->list[k]);
        }
    }
}

void columns_close(columns *c)
{
    for (size_t s = 0; s < c->sides; s++) {
        for (size_t i = 0; i < c->versions[s]; i++)
            free(c->places[s][i]);
        free(c->places[s]);
    }
    free(c->list);
}

const ac_decision *columns_at(const columns *c, size_t side, const versions *v, const version *one, size_t column)
{
    uint32_t place = c->places[side][one - v->list][column];
    return place == AC_NO_INDEX ? NULL : &one->out.decisions[place];
}

static int part_count(const struct column *column)
{
    return column->kind == AC_DECISION_MILESTONE ? PARTS : 1;
}

static void write_name(const struct column *column, int part, const char *side, FILE *to)
{
    text_buffer name = { 0 };
    text_add(&name, column->name.data, column->name.size);
    if (column->kind == AC_DECISION_MILESTONE)
        text_put(&name, outcome_part_name(part));
    text_put(&name, side);
    fputc(',', to);
    csv_write(to, name.data, name.size);
    text_free(&name);
}

void columns_csv_header(const columns *c, FILE *to)
{
    static const char *const endings[2] = { ".old", ".new" };
    fputs(c->sides == 2 ? "id,changed,version.old,version.new" : "id,version", to);
    for (size_t k = 0; k < c->count; k++)
        for (int part = 0; part < part_count(&c->list[k]); part++)
            for (size_t s = 0; s < c->sides; s++)
                write_name(&c->list[k], part, c->sides == 2 ? endings[s] : "", to);
    fputc('\n', to);
}

void columns_csv_row(const columns *c, const versions *sides, version *const *judges, ac_text id, int changed, FILE *to)
{
    text_buffer cell = { 0 };
    csv_write(to, id.data, id.size);
    if (c->sides == 2)
        fputs(changed ? ",yes" : ",no", to);
    for (size_t s = 0; s < c->sides; s++) {
        fputc(',', to);
        if (judges[s])
            fprintf(to, "%u", ac_policy_version(judges[s]->policy));
        else
            fputs("none", to);
    }
    for (size_t k = 0; k < c->count; k++) {
        for (int part = 0; part < part_count(&c->list[k]); part++) {
            for (size_t s = 0; s < c->sides; s++) {
                const ac_decision *d = judges[s] ? columns_at(c, s, &sides[s], judges[s], k) : NULL;
                text_clear(&cell);
                if (d)
                    outcome_part(&judges[s]->out, d, part, &cell);
                fputc(',', to);
                csv_write(to, cell.data, cell.size);
            }
        }
    }
    fputc('\n', to);
    text_free(&cell);
}
