#include "aftercare/html.h"

#include <string.h>

#include "aftercare/svg.h"

static const char STYLE[] =
    ":root{--page:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#5d6978;--line:#e2e6ec;--met:#2f6fbf;--late:#d9601a;--open:#8fa3b8;--other:#c9a227;"
    "--run:#7fa8d9;--closed:#eceff3;--pause:#f2c14e}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#12161c;--card:#1b212a;--ink:#e8ecf1;--soft:#9aa7b6;--line:#2d3540;--met:#5b9bec;--late:#f08a4b;"
    "--open:#6d7f92;--other:#dcb94a;--run:#4a74a8;--closed:#262d37;--pause:#d9a92f}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;padding:32px 20px;background:var(--page);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"Noto Sans CJK SC\",\"PingFang SC\",\"Microsoft YaHei\",sans-serif}\n"
    "main{max-width:1000px;margin:auto}\n"
    "h1{font-size:26px;line-height:1.25;margin:0}\nh2{font-size:19px;margin:0 0 4px}\nh3{font-size:13px;font-weight:600;color:var(--soft);margin:18px 0 6px}\n"
    ".lead{color:var(--soft);margin:4px 0 18px}\n"
    "section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px;margin:18px 0;break-inside:avoid}\n"
    ".facts{display:flex;flex-wrap:wrap;gap:10px 36px;margin:8px 0 0;padding:0;list-style:none}\n"
    ".facts b{display:block;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}\n.facts span{color:var(--soft);font-size:13px}\n"
    ".facts li{min-width:110px}.facts .late b{color:var(--late)}.facts .met b{color:var(--met)}\n"
    ".pair{display:grid;grid-template-columns:1fr 1fr;gap:8px 28px}\n@media(max-width:720px){.pair{grid-template-columns:1fr}}\n"
    "svg{display:block;width:100%;height:auto;overflow:visible}\n"
    "svg text{font-size:12px;fill:var(--soft)}\nsvg text.name{font-size:13px;fill:var(--ink)}\n"
    ".grid{stroke:var(--line)}.axis{stroke:var(--soft)}\n"
    "rect.met{fill:var(--met)}rect.late{fill:var(--late)}rect.open{fill:var(--open)}rect.other{fill:var(--other)}rect.old{opacity:.45}\n"
    "rect.run{fill:var(--run)}rect.closed{fill:var(--closed)}rect.pause{fill:var(--pause);opacity:.85}\n"
    "line.due{stroke:var(--ink);stroke-width:2.5}circle.mark{fill:var(--card);stroke:var(--ink);stroke-width:2}circle.stop{fill:var(--ink)}\n"
    "line.join{stroke:var(--soft);stroke-width:2}circle.before{fill:var(--open)}circle.after{fill:var(--late)}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:6px 0;color:var(--soft);font-size:13px}\n"
    ".legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}\n"
    "i.met{background:var(--met)}i.late{background:var(--late)}i.open{background:var(--open)}i.other{background:var(--other)}"
    "i.run{background:var(--run)}i.pause{background:var(--pause)}i.closed{background:var(--closed);border:1px solid var(--line)}"
    "i.old{background:var(--met);opacity:.45}.legend i.due{width:3px;height:14px;background:var(--ink)}\n"
    "table{border-collapse:collapse;width:100%;font-size:13px;margin-top:10px;font-variant-numeric:tabular-nums}\n"
    "th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}\nth{font-weight:600}\n"
    "td.n,th.n{text-align:right}\nfooter{color:var(--soft);font-size:12px;overflow-wrap:anywhere;margin-top:22px}\n"
    "@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--met:#2f6fbf;--late:#d9601a;--open:#8fa3b8;--other:#c9a227;"
    "--run:#7fa8d9;--closed:#eceff3;--pause:#f2c14e}body{padding:0;font-size:12px}"
    "section{border:0;border-top:1px solid #ccc;border-radius:0;padding:12px 0;margin:0}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

enum {
    T_JUDGED, T_RECORDS, T_CHANGED, T_NO_POLICY, T_LEFT_OUT, T_MONTHS, T_GRADES, T_OVERRUNS, T_MET_SHARE, T_LATE, T_OVERRUN, T_TICKET, T_MISSING, T_WHATIF, T_BIGGEST,
    T_RULE, T_OLD, T_NEW, T_MET_TO_LATE, T_LATE_TO_MET, T_LIMIT, T_OTHERS, T_RULES, T_SOURCE, T_EDITION, T_NO_RULE, T_LINE, T_DUE, T_NO_DUE, T_COUNT
};
static const char *const WORDS[T_COUNT][2] = {
    [T_JUDGED] = { "judged at", "判定时刻" },
    [T_RECORDS] = { "records", "单据" },
    [T_CHANGED] = { "records change", "单据有变化" },
    [T_NO_POLICY] = { "no policy in force", "无生效制度" },
    [T_LEFT_OUT] = { "left out", "未计入" },
    [T_MONTHS] = { "by month", "按月" },
    [T_GRADES] = { "by grade", "按级别" },
    [T_OVERRUNS] = { "late by at most", "逾期不超过" },
    [T_MET_SHARE] = { "in time", "按时率" },
    [T_LATE] = { "late", "逾期" },
    [T_OVERRUN] = { "overrun in all", "逾期合计" },
    [T_TICKET] = { "One record over time", "一张单据的时间轴" },
    [T_MISSING] = { "no record of this id was decided", "没有此编号的单据" },
    [T_WHATIF] = { "What changes", "有何变化" },
    [T_BIGGEST] = { "the biggest changes of overrun, old to new", "逾期变化最大的单据，旧 → 新" },
    [T_RULE] = { "rule", "规则" },
    [T_OLD] = { "old", "旧" },
    [T_NEW] = { "new", "新" },
    [T_MET_TO_LATE] = { "met to late", "按时变逾期" },
    [T_LATE_TO_MET] = { "late to met", "逾期变按时" },
    [T_LIMIT] = { "limit", "时限" },
    [T_OTHERS] = { "limits without a verdict of met or late:", "没有按时或逾期结论的时限：" },
    [T_RULES] = { "rules", "规则摘要" },
    [T_SOURCE] = { "source", "源文摘要" },
    [T_EDITION] = { "edition", "版次" },
    [T_NO_RULE] = { "no such rule", "无此规则" },
    [T_LINE] = { "line", "行" },
    [T_DUE] = { "due", "到期" },
    [T_NO_DUE] = { "no due", "没有到期时刻" },
};

const char *html_style(void)
{
    return STYLE;
}

static const char *word(const html_page *page, int which)
{
    return WORDS[which][page->lang == AC_LANG_ZH];
}

static void open_element(FILE *to, const char *tag, const char *text)
{
    fprintf(to, "<%s>", tag);
    svg_string(to, text);
    fprintf(to, "</%s>\n", tag);
}

static void fact(FILE *to, const char *class, const char *number, const char *what)
{
    fprintf(to, "<li class=\"%s\"><b>", class);
    svg_string(to, number);
    fputs("</b><span>", to);
    svg_string(to, what);
    fputs("</span></li>\n", to);
}

/* "19,860" */
static void grouped(char text[40], size_t number)
{
    char digits[32];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%zu", number), k = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            text[k++] = ',';
        text[k++] = digits[i];
    }
    text[k] = '\0';
}

static void count_fact(FILE *to, const char *class, size_t number, const char *what)
{
    char text[40];
    grouped(text, number);
    fact(to, class, text, what);
}

/* Long sums in whole hours; the seconds of short ones tell something. */
static void overrun(char text[TEXT_SECONDS_BYTES], ac_secs seconds)
{
    if (seconds < 360000) {
        text_seconds(text, seconds);
        return;
    }
    grouped(text, (size_t)(seconds / 3600));
    strcat(text, " h");
}

/* "97.3 %", rounded down: nothing is whole before it is. */
static void share(char text[32], size_t part, size_t all)
{
    size_t tenths = all ? part * 1000 / all : 0;
    snprintf(text, 32, "%zu.%zu %%", tenths / 10, tenths % 10);
}

/* --- the head ------------------------------------------------------------------------------- */

static void write_head(const html_page *page, FILE *to)
{
    text_buffer name = { 0 };
    char when[AC_TIME_TEXT_BYTES];
    ac_policy *policy = page->sides[0].list[0].policy;
    ac_text label = ac_policy_label(policy, ac_policy_name(policy), text_of(page->lang == AC_LANG_ZH ? "zh" : "en"));
    outcome_time(&page->sides[0].list[0].out, page->at, when);
    fprintf(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
            page->lang == AC_LANG_ZH ? "zh" : "en");
    svg_text(to, label.data, label.size);
    fprintf(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", STYLE);
    versions_name(&page->sides[0], &name);
    svg_text(to, name.data, name.size);
    if (page->side_count == 2) {
        versions_name(&page->sides[1], &name);
        fputs(" → ", to);
        svg_text(to, name.data, name.size);
    }
    fprintf(to, "</h1>\n<p class=\"lead\">%s %s</p>\n<ul class=\"facts\">\n", word(page, T_JUDGED), when);
    count_fact(to, "", page->records, word(page, T_RECORDS));
    if (page->whatif)
        count_fact(to, "late", page->whatif->changed, word(page, T_CHANGED));
    if (page->no_policy)
        count_fact(to, "", page->no_policy, word(page, T_NO_POLICY));
    if (page->left_out)
        count_fact(to, "", page->left_out, word(page, T_LEFT_OUT));
    fputs("</ul>\n", to);
    text_free(&name);
}

/* --- limits --------------------------------------------------------------------------------- */

static int is_told(const html_page *page, const chart_limit *limit)
{
    size_t told = 0;
    for (size_t s = 0; s < page->side_count; s++)
        told += limit->totals[s][CHART_MET] + limit->totals[s][CHART_LATE];
    return told > 0;
}

static void write_limit_facts(const html_page *page, const chart_limit *limit, FILE *to)
{
    for (size_t s = 0; s < page->side_count; s++) {
        fputs("<ul class=\"facts\">\n", to);
        const size_t *totals = limit->totals[s];
        char text[32], length[TEXT_SECONDS_BYTES], what[96];
        const char *side = page->side_count == 2 ? word(page, s ? T_NEW : T_OLD) : "";
        share(text, totals[CHART_MET], totals[CHART_MET] + totals[CHART_LATE]);
        snprintf(what, sizeof what, "%s %s", side, word(page, T_MET_SHARE));
        fact(to, "met", text, what);
        snprintf(what, sizeof what, "%s %s", side, word(page, T_LATE));
        count_fact(to, "late", totals[CHART_LATE], what);
        overrun(length, limit->overrun_s[s]);
        snprintf(what, sizeof what, "%s %s", side, word(page, T_OVERRUN));
        fact(to, "", length, what);
        fputs("</ul>\n", to);
    }
}

static void write_legend(const html_page *page, FILE *to)
{
    fputs("<p class=\"legend\">", to);
    for (int kind = 0; kind < CHART_CLASSES; kind++)
        fprintf(to, "<span><i class=\"%s\"></i>%s</span>", chart_class(kind), chart_word(kind, page->lang));
    if (page->side_count == 2)
        fprintf(to, "<span><i class=\"old\"></i>%s</span>", word(page, T_OLD));
    fputs("</p>\n", to);
}

static void write_limit(const html_page *page, const chart_limit *limit, FILE *to)
{
    fputs("<section>\n", to);
    open_element(to, "h2", limit->label);
    write_limit_facts(page, limit, to);
    write_legend(page, to);
    open_element(to, "h3", word(page, T_MONTHS));
    chart_months(page->charts, limit, to);
    fputs("<div class=\"pair\">\n<div>\n", to);
    open_element(to, "h3", word(page, T_GRADES));
    chart_grades(page->charts, limit, to);
    fputs("</div>\n<div>\n", to);
    open_element(to, "h3", word(page, T_OVERRUNS));
    chart_overruns(page->charts, limit, to);
    fputs("</div>\n</div>\n</section>\n", to);
}

static void write_limits(const html_page *page, FILE *to)
{
    int others = 0;
    for (size_t i = 0; i < page->charts->count; i++)
        if (is_told(page, &page->charts->list[i]))
            write_limit(page, &page->charts->list[i], to);
    for (size_t i = 0; i < page->charts->count; i++) {
        if (is_told(page, &page->charts->list[i]))
            continue;
        fputs(others++ ? ", " : "<p class=\"lead\">", to);
        if (others == 1)
            fprintf(to, "%s ", word(page, T_OTHERS));
        svg_string(to, page->charts->list[i].label);
    }
    if (others)
        fputs("</p>\n", to);
}

/* --- one record ----------------------------------------------------------------------------- */

static void write_ticket(const html_page *page, FILE *to)
{
    const char *name = page->timeline->is_found ? page->timeline->name : page->timeline->id;
    if (!name)
        return;
    fputs("<section>\n", to);
    fprintf(to, "<h2>%s: ", word(page, T_TICKET));
    svg_string(to, name);
    fputs("</h2>\n", to);
    if (page->timeline->is_found)
        timeline_draw(page->timeline, page->lang, to);
    else
        open_element(to, "p", word(page, T_MISSING));
    fputs("</section>\n", to);
}

/* --- what if -------------------------------------------------------------------------------- */

static void write_times(const html_page *page, const whatif_change *c, int side, FILE *to)
{
    char length[TEXT_SECONDS_BYTES];
    overrun(length, c->late_by_s[side]);
    if (c->told == WHATIF_SAME)
        return;
    if (c->told == WHATIF_OVERRUN)
        fprintf(to, "<div>%s %s", word(page, T_LATE), length);
    else
        fprintf(to, "<div>%s %s", word(page, c->has_due[side] ? T_DUE : T_NO_DUE), c->due[side]);
    if (side && *c->id) {
        fputs(" · ", to);
        svg_string(to, c->id);
        fputs(c->count > 1 ? " …" : "", to);
    }
    fputs("</div>", to);
}

static void write_rule(const html_page *page, const whatif_change *c, int side, FILE *to)
{
    const char *text = side ? c->new_text : c->old_text, *clause = side ? c->new_clause : c->old_clause;
    uint32_t line = side ? c->new_line : c->old_line;
    fputs("<td>", to);
    svg_string(to, text[0] ? text : word(page, T_NO_RULE));
    if (line)
        fprintf(to, ", %s %u", word(page, T_LINE), line);
    if (clause[0]) {
        fputs(" · ", to);
        svg_string(to, clause);
    }
    write_times(page, c, side, to);
    fputs("</td>", to);
}

static ac_text column_label(const html_page *page, size_t column)
{
    return outcome_label(&page->sides[0].list[0].out, page->whatif->columns->list[column].name, page->lang);
}

static void write_moves(const html_page *page, FILE *to)
{
    const whatif *w = page->whatif;
    fprintf(to, "<table><tr><th>%s</th><th class=\"n\">%s</th><th class=\"n\">%s</th><th class=\"n\">%s (%s)</th><th class=\"n\">%s (%s)</th></tr>\n",
            word(page, T_LIMIT), word(page, T_MET_TO_LATE), word(page, T_LATE_TO_MET), word(page, T_OVERRUN), word(page, T_OLD), word(page, T_OVERRUN),
            word(page, T_NEW));
    for (size_t k = 0; k < w->columns->count; k++) {
        const whatif_limit *limit = &w->limits[k];
        char lengths[2][TEXT_SECONDS_BYTES];
        ac_text label = column_label(page, k);
        if (!whatif_is_told(limit))
            continue;
        for (int s = 0; s < 2; s++)
            overrun(lengths[s], limit->overrun_s[s]);
        fputs("<tr><th>", to);
        svg_text(to, label.data, label.size);
        fprintf(to, "</th><td class=\"n\">%zu</td><td class=\"n\">%zu</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n", limit->met_to_late,
                limit->late_to_met, lengths[0], lengths[1]);
    }
    fputs("</table>\n", to);
}

static void write_changes(const html_page *page, FILE *to)
{
    const whatif *w = page->whatif;
    fprintf(to, "<table><tr><th class=\"n\">%s</th><th>%s</th><th>%s</th><th>%s</th></tr>\n", word(page, T_RECORDS), word(page, T_RULE), word(page, T_OLD),
            word(page, T_NEW));
    for (size_t i = 0; i < w->change_count && i < 20; i++) {
        const whatif_change *c = &w->changes[i];
        ac_text label = column_label(page, c->column);
        fprintf(to, "<tr><td class=\"n\">%zu</td><th>", c->count);
        svg_text(to, label.data, label.size);
        fputs("</th>", to);
        for (int side = 0; side < 2; side++)
            write_rule(page, c, side, to);
        fputs("</tr>\n", to);
    }
    fputs("</table>\n", to);
}

/* A line from the old overrun to the new one, for each of the records that change most. */
static void write_biggest(const html_page *page, FILE *to)
{
    enum { WIDE = 920, LEFT = 170, PLOT = 620, ROW = 28 };
    const whatif *w = page->whatif;
    ac_secs most = 1;
    for (size_t i = 0; i < w->biggest_count; i++)
        for (int s = 0; s < 2; s++)
            most = w->biggest[i].late_by_s[s] > most ? w->biggest[i].late_by_s[s] : most;
    most = most / PLOT + 1;
    svg_open(to, WIDE, (int)w->biggest_count * ROW + 4, word(page, T_BIGGEST));
    for (size_t i = 0; i < w->biggest_count; i++) {
        const whatif_record *r = &w->biggest[i];
        char lengths[2][TEXT_SECONDS_BYTES], text[2 * TEXT_SECONDS_BYTES + 8];
        int y = (int)i * ROW + ROW / 2, x[2];
        for (int s = 0; s < 2; s++) {
            x[s] = LEFT + (int)(r->late_by_s[s] / most);
            text_seconds(lengths[s], r->late_by_s[s]);
        }
        snprintf(text, sizeof text, "%s → %s", lengths[0], lengths[1]);
        svg_label(to, "name", LEFT - 14, y + 4, "end", r->id);
        svg_line(to, "join", x[0], y, x[1], y);
        fprintf(to, "<circle class=\"before\" cx=\"%d\" cy=\"%d\" r=\"5\"/><circle class=\"after\" cx=\"%d\" cy=\"%d\" r=\"6\"/>\n", x[0], y, x[1], y);
        svg_label(to, "tick", (x[0] > x[1] ? x[0] : x[1]) + 12, y + 4, "start", text);
    }
    svg_close(to);
}

static void write_whatif(const html_page *page, FILE *to)
{
    fputs("<section>\n", to);
    open_element(to, "h2", word(page, T_WHATIF));
    write_moves(page, to);
    write_changes(page, to);
    if (page->whatif->biggest_count) {
        open_element(to, "h3", word(page, T_BIGGEST));
        write_biggest(page, to);
    }
    fputs("</section>\n", to);
}

/* --- the foot ------------------------------------------------------------------------------- */

static void write_digest(const html_page *page, int what, ac_digest digest, FILE *to)
{
    char hex[65];
    ac_digest_hex(&digest, hex);
    hex[16] = '\0';
    fprintf(to, " · %s %s", word(page, what), hex);
}

static void write_foot(const html_page *page, FILE *to)
{
    ac_edition_info info;
    fputs("<footer>\n", to);
    for (size_t s = 0; s < page->side_count; s++) {
        for (size_t i = 0; i < page->sides[s].count; i++) {
            const ac_policy *policy = page->sides[s].list[i].policy;
            ac_text name = ac_policy_name(policy);
            fputs("<div>", to);
            svg_text(to, name.data, name.size);
            fprintf(to, " %u", ac_policy_version(policy));
            write_digest(page, T_RULES, ac_policy_rule_digest(policy), to);
            write_digest(page, T_SOURCE, ac_policy_source_digest(policy), to);
            fputs("</div>\n", to);
        }
    }
    for (uint32_t i = 0; ac_rulebook_edition_at(page->sides[0].book.book, i, &info) == AC_OK; i++) {
        fputs("<div>", to);
        svg_text(to, info.name.data, info.name.size);
        fputc(' ', to);
        svg_text(to, info.word.data, info.word.size);
        write_digest(page, T_EDITION, info.digest, to);
        fputs("</div>\n", to);
    }
    fprintf(to, "<div>aftercare %s</div>\n</footer>\n</main>\n</body>\n</html>\n", ac_version());
}

void html_write(const html_page *page, FILE *to)
{
    write_head(page, to);
    if (page->whatif)
        write_whatif(page, to);
    write_limits(page, to);
    write_ticket(page, to);
    write_foot(page, to);
}
