#include "aftercare/chart.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/svg.h"

enum { WIDE = 920, HALF = 450, LEFT = 46, GRID = 4 };

/* Upper ends of the bins of overrun; the last has none. */
static const ac_secs BINS[CHART_BINS - 1] = { 3600, 4 * 3600, 8 * 3600, 86400, 3 * 86400, 7 * 86400, 14 * 86400, 30 * 86400 };
static const char *const BIN_NAMES[2][CHART_BINS] = {
    { "1 h", "4 h", "8 h", "1 d", "3 d", "7 d", "14 d", "30 d", "more" },
    { "1 时", "4 时", "8 时", "1 天", "3 天", "7 天", "14 天", "30 天", "更多" },
};

const char *chart_class(int kind)
{
    static const char *const names[CHART_CLASSES] = { "met", "late", "open", "other" };
    return names[kind];
}

const char *chart_word(int kind, ac_lang lang)
{
    static const char *const words[2][CHART_CLASSES] = { { "met", "late", "open", "undecided" }, { "按时", "逾期", "进行中", "未定" } };
    return words[lang == AC_LANG_ZH][kind];
}

/* --- counting ------------------------------------------------------------------------------ */

void charts_open(charts *c, size_t sides, ac_lang lang)
{
    memset(c, 0, sizeof *c);
    c->sides = sides;
    c->lang = lang;
}

static void drop(chart_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->list[i].name);
    free(rows->list);
}

void charts_close(charts *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->list[i].name);
        free(c->list[i].label);
        drop(&c->list[i].months);
        drop(&c->list[i].grades);
    }
    free(c->list);
}

static chart_row *find_row(chart_rows *rows, ac_text name, uint32_t order)
{
    for (size_t i = rows->count; i-- > 0;)
        if (text_same(name, rows->list[i].name))
            return &rows->list[i];
    rows->list = must_resize(rows->list, (rows->count + 1) * sizeof *rows->list);
    chart_row *fresh = &rows->list[rows->count++];
    memset(fresh, 0, sizeof *fresh);
    fresh->name = text_copy(name);
    fresh->order = order;
    return fresh;
}

static chart_limit *find_limit(charts *c, const outcome *out, ac_text name)
{
    for (size_t i = 0; i < c->count; i++)
        if (text_same(name, c->list[i].name))
            return &c->list[i];
    c->list = must_resize(c->list, (c->count + 1) * sizeof *c->list);
    chart_limit *fresh = &c->list[c->count++];
    memset(fresh, 0, sizeof *fresh);
    fresh->name = text_copy(name);
    fresh->label = text_copy(outcome_label(out, name, c->lang));
    return fresh;
}

static int kind_of(ac_verdict verdict)
{
    return verdict == AC_VERDICT_MET ? CHART_MET : verdict == AC_VERDICT_LATE ? CHART_LATE : verdict == AC_VERDICT_OPEN ? CHART_OPEN : CHART_OTHER;
}

static int bin_of(ac_secs overrun)
{
    int bin = 0;
    while (bin < CHART_BINS - 1 && overrun > BINS[bin])
        bin++;
    return bin;
}

/* "2016-03" in the policy's zone, or a dash. */
static ac_text month_of(const version *judge, ac_time at, char text[AC_TIME_TEXT_BYTES])
{
    ac_time dated;
    ac_text month = { "–", 3 };
    if (ac_rules_dated_at(judge->record, at, &dated, NULL) != AC_OK)
        return month;
    outcome_time(&judge->out, dated, text);
    month.data = text;
    month.size = strlen(text) < 7 ? strlen(text) : 7;
    return month;
}

static ac_text grade_of(const charts *c, const outcome *out, uint32_t *order)
{
    size_t members;
    uint32_t grade = outcome_grade(out, &members);
    ac_field_info info = AC_FIELD_INFO_INIT;
    ac_text none = { "–", 3 };
    *order = UINT32_MAX;
    if (grade == AC_NO_INDEX)
        return text_of(c->lang == AC_LANG_ZH ? "全部" : "all");
    if (out->decisions[grade].value.state != AC_VALUE_KNOWN)
        return none;
    *order = (uint32_t)out->decisions[grade].value.num;
    if (ac_policy_field_at(out->policy, out->record_type, out->decisions[grade].index, &info) != AC_OK)
        return none;
    return outcome_label(out, ac_policy_member_name(out->policy, info.ref, *order), c->lang);
}

void charts_count(charts *c, size_t side, const version *judge, ac_time at)
{
    char month_text[AC_TIME_TEXT_BYTES];
    uint32_t order;
    ac_text month = month_of(judge, at, month_text), grade = grade_of(c, &judge->out, &order);
    for (uint32_t i = 0; i < judge->out.count; i++) {
        const ac_decision *d = &judge->out.decisions[i];
        if (d->kind != AC_DECISION_MILESTONE || d->milestone.verdict == AC_VERDICT_NONE)
            continue;
        chart_limit *limit = find_limit(c, &judge->out, outcome_name(&judge->out, i));
        int kind = kind_of(d->milestone.verdict);
        limit->totals[side][kind]++;
        find_row(&limit->months, month, 0)->counts[side][kind]++;
        find_row(&limit->grades, grade, order)->counts[side][kind]++;
        if (kind == CHART_LATE) {
            limit->overruns[side][bin_of(d->milestone.late_by_s)]++;
            outcome_add_seconds(&limit->overrun_s[side], d->milestone.late_by_s);
        }
    }
}

static int row_order(const void *a, const void *b)
{
    const chart_row *x = a, *y = b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : strcmp(x->name, y->name);
}

void charts_finish(charts *c)
{
    for (size_t i = 0; i < c->count; i++) {
        qsort(c->list[i].months.list, c->list[i].months.count, sizeof(chart_row), row_order);
        qsort(c->list[i].grades.list, c->list[i].grades.count, sizeof(chart_row), row_order);
    }
}

/* --- drawing ------------------------------------------------------------------------------- */

static size_t sum_of(const size_t counts[CHART_CLASSES])
{
    return counts[CHART_MET] + counts[CHART_LATE] + counts[CHART_OPEN] + counts[CHART_OTHER];
}

/* The next round number that `GRID` steps of reach `most`: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten, when that is whole. */
static size_t grid_step(size_t most)
{
    static const size_t tenths[] = { 10, 15, 20, 25, 30, 40, 50, 60, 80 };
    for (size_t power = 1;; power *= 10)
        for (size_t i = 0; i < sizeof tenths / sizeof *tenths; i++)
            if (tenths[i] * power % 10 == 0 && tenths[i] * power / 10 * GRID >= most)
                return tenths[i] * power / 10;
}

static void draw_grid(FILE *to, int width, int bottom, int height, size_t step)
{
    char text[32];
    for (int i = 0; i <= GRID; i++) {
        int y = bottom - height * i / GRID;
        svg_line(to, i ? "grid" : "axis", LEFT, y, width, y);
        snprintf(text, sizeof text, "%zu", step * (size_t)i);
        svg_label(to, "tick", LEFT - 8, y + 4, "end", text);
    }
}

static int scaled(size_t count, size_t top, int height)
{
    return (int)((count * (size_t)height + top / 2) / top);
}

static const char *side_word(const charts *c, size_t side)
{
    static const char *const words[2][2] = { { " (old)", " (new)" }, { "（旧）", "（新）" } };
    return c->sides == 2 ? words[c->lang == AC_LANG_ZH][side] : "";
}

static void tip_of(char tip[160], const charts *c, const char *name, size_t side, int kind, size_t count)
{
    snprintf(tip, 160, "%.60s%s: %s %zu", name, side_word(c, side), chart_word(kind, c->lang), count);
}

void chart_months(const charts *c, const chart_limit *limit, FILE *to)
{
    const chart_rows *months = &limit->months;
    int height = 190, bottom = 206, n = (int)months->count;
    size_t most = 1;
    for (int i = 0; i < n; i++)
        for (size_t s = 0; s < c->sides; s++)
            most = sum_of(months->list[i].counts[s]) > most ? sum_of(months->list[i].counts[s]) : most;
    size_t step = grid_step(most), top = step * GRID;
    int slot = n ? (WIDE - LEFT) * 64 / n : 64;     /* in 64ths: many months do not drift */
    int every = n > 14 ? (n + 13) / 14 : 1;
    svg_open(to, WIDE, 236, chart_word(CHART_LATE, c->lang));
    draw_grid(to, WIDE, bottom, height, step);
    for (int i = 0; i < n; i++) {
        int left = LEFT + slot * i / 64, room = LEFT + slot * (i + 1) / 64 - left;
        int gap = room > 8 ? room / 5 : 1, bar = (room - gap) / (int)c->sides;
        bar = bar > 44 ? 44 : bar < 1 ? 1 : bar;
        int x = left + (room - bar * (int)c->sides) / 2;
        for (size_t s = 0; s < c->sides; s++) {
            int y = bottom;
            for (int kind = 0; kind < CHART_CLASSES; kind++) {
                char tip[160], class[32];
                int high = scaled(months->list[i].counts[s][kind], top, height);
                if (high == 0 && months->list[i].counts[s][kind])
                    high = 1;
                tip_of(tip, c, months->list[i].name, s, kind, months->list[i].counts[s][kind]);
                snprintf(class, sizeof class, "%s%s", chart_class(kind), c->sides == 2 && s == 0 ? " old" : "");
                y -= high;
                svg_box(to, class, x + bar * (int)s, y, bar > 3 ? bar - 1 : bar, high, tip);
            }
        }
        if (i % every == 0)
            svg_label(to, "tick", left + room / 2, bottom + 20, "middle", months->list[i].name);
    }
    svg_close(to);
}

void chart_grades(const charts *c, const chart_limit *limit, FILE *to)
{
    int row = c->sides == 2 ? 50 : 34, y = 6, from = 118, room = HALF - from - 56;
    svg_open(to, HALF, (int)limit->grades.count * row + 10, chart_word(CHART_MET, c->lang));
    for (size_t i = 0; i < limit->grades.count; i++, y += row) {
        const chart_row *grade = &limit->grades.list[i];
        svg_label(to, "name", from - 10, y + row / 2 + 1, "end", grade->name);
        for (size_t s = 0; s < c->sides; s++) {
            size_t all = sum_of(grade->counts[s]);
            size_t before = 0;
            char total[32];
            int top = y + 4 + (int)s * 20;
            for (int kind = 0; kind < CHART_CLASSES; kind++) {
                char tip[160], class[32];
                size_t count = grade->counts[s][kind];
                int x = scaled(before, all ? all : 1, room), end = scaled(before + count, all ? all : 1, room);
                tip_of(tip, c, grade->name, s, kind, count);
                snprintf(class, sizeof class, "%s%s", chart_class(kind), c->sides == 2 && s == 0 ? " old" : "");
                svg_box(to, class, from + x, top, end - x > 2 ? end - x - 1 : end - x, 18, tip);
                before += count;
            }
            snprintf(total, sizeof total, "%zu", all);
            svg_label(to, "tick", from + room + 8, top + 13, "start", total);
        }
    }
    svg_close(to);
}

void chart_overruns(const charts *c, const chart_limit *limit, FILE *to)
{
    int height = 130, bottom = 150, slot = (HALF - LEFT) / CHART_BINS;
    size_t most = 1;
    for (size_t s = 0; s < c->sides; s++)
        for (int i = 0; i < CHART_BINS; i++)
            most = limit->overruns[s][i] > most ? limit->overruns[s][i] : most;
    size_t step = grid_step(most), top = step * GRID;
    svg_open(to, HALF, 178, chart_word(CHART_LATE, c->lang));
    draw_grid(to, HALF, bottom, height, step);
    for (int i = 0; i < CHART_BINS; i++) {
        int left = LEFT + slot * i, bar = (slot - 8) / (int)c->sides;
        for (size_t s = 0; s < c->sides; s++) {
            char tip[160];
            size_t count = limit->overruns[s][i];
            int high = scaled(count, top, height);
            snprintf(tip, sizeof tip, "%s %s%s: %zu", i < CHART_BINS - 1 ? "≤" : "", BIN_NAMES[c->lang == AC_LANG_ZH][i], side_word(c, s), count);
            svg_box(to, c->sides == 2 && s == 0 ? "late old" : "late", left + 4 + bar * (int)s, bottom - (high ? high : count != 0), bar - 1,
                    high ? high : count != 0, tip);
        }
        svg_label(to, "tick", left + slot / 2, bottom + 18, "middle", BIN_NAMES[c->lang == AC_LANG_ZH][i]);
    }
    svg_close(to);
}
