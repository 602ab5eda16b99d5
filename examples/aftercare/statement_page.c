#include "aftercare/penalties.h"

#include <string.h>

#include "aftercare/html.h"
#include "aftercare/recount.h"
#include "aftercare/svg.h"
#include "common/csv.h"

/* Statements as files: CSV for a payroll, a page that can be handed out. */

static const char *const WORDS[][2] = { { "Statement", "奖惩对账单" }, { "fines", "罚款" }, { "payments", "奖励" }, { "lines", "行" }, { "in all", "合计" }, { "rules", "规则摘要" }, { "judged at", "判定时刻" } };
enum { W_TITLE, W_FINES, W_PAYMENTS, W_LINES, W_IN_ALL, W_RULES, W_JUDGED };

static int is_reward(const penalty_line *line)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;
    return ac_policy_offence_at(line->policy, line->charge.offence, &info) == AC_OK && info.is_reward;
}

static int64_t charged(const penalty_line *line)
{
    return line->is_void ? 0 : line->charge.charged;
}

static const char *state_of(const penalty_line *line)
{
    return line->is_void ? "voided" : line->is_carried ? "carried" : line->entry ? "act" : ac_proposal_name(line->charge.proposal.state);
}

void penalties_csv(const penalty_list *list, FILE *to)
{
    penalty_row row = { 0 };
    text_buffer articles = { 0 };
    ac_lang lang = host_lang();
    host_speak(AC_LANG_EN);     /* what is read again has one language */
    fputs("when,event,person,offence,kind,state,occurrence,charged,over_cap,article,result\n", to);
    for (size_t i = 0; i < list->count; i++) {
        const penalty_line *line = &list->lines[i];
        char when[AC_TIME_TEXT_BYTES], amounts[64];
        if (!penalties_is_told(list, line))
            continue;
        penalties_fill(list, line, &row);
        ac_time_format(line->at, list->zone, when);
        fputs(when, to);
        for (int c = 1; c < 5; c++) {
            fputc(',', to);
            csv_write(to, row.cell[c].size ? row.cell[c].data : "", row.cell[c].size);
            if (c == 3)
                fprintf(to, ",%s,%s", is_reward(line) ? "reward" : "offence", state_of(line));
        }
        snprintf(amounts, sizeof amounts, ",%lld,%lld,", (long long)charged(line), (long long)(line->is_void ? 0 : line->charge.capped));
        fputs(amounts, to);
        text_clear(&articles);
        penalties_articles(line, &articles);
        csv_write(to, articles.size ? articles.data : "", articles.size);
        fputc(',', to);
        csv_write(to, row.cell[6].size ? row.cell[6].data : "", row.cell[6].size);
        fputc('\n', to);
    }
    penalties_free_row(&row);
    text_free(&articles);
    host_speak(lang);
}

/* ── the page ── */

static void put_money(const penalty_list *list, int64_t minor, FILE *to)
{
    text_buffer text = { 0 };
    penalties_money(list, &text, minor);
    svg_string(to, text.data);
    text_free(&text);
}

/* One person's lines, or those of all for the head; `rows`: with a table of them. */
static void put_lines(const penalty_list *list, const ac_text *person, ac_lang lang, int rows, FILE *to)
{
    penalty_row row = { 0 };
    text_buffer articles = { 0 };
    int64_t sums[2] = { 0, 0 };
    size_t count = 0;
    if (rows) {
        fputs("<table><tr>", to);
        for (int c = 0; c < PENALTY_CELLS; c++)
            if (c != 2)
                fprintf(to, "<th%s>%s</th>", c == 5 ? " class=\"n\"" : "", penalties_head(c));
        fputs("</tr>\n", to);
    }
    for (size_t i = 0; i < list->count; i++) {
        const penalty_line *line = &list->lines[i];
        if (!penalties_is_told(list, line) || (person && !text_equal(line->person, *person)))
            continue;
        count++;
        sums[is_reward(line)] += charged(line);
        if (!rows)
            continue;
        penalties_fill(list, line, &row);
        fputs("<tr>", to);
        for (int c = 0; c < PENALTY_CELLS; c++) {
            if (c == 2)
                continue;
            fputs(c == 5 ? "<td class=\"n\">" : "<td>", to);
            svg_text(to, row.cell[c].size ? row.cell[c].data : "", row.cell[c].size);
            text_clear(&articles);
            penalties_articles(line, &articles);
            if (c == 6 && articles.size) {
                fputs(" · ", to);
                svg_string(to, articles.data);
            }
            fputs("</td>", to);
        }
        fputs("</tr>\n", to);
    }
    if (rows)
        fputs("</table>\n", to);
    fputs("<ul class=\"facts\">\n<li class=\"late\"><b>", to);
    put_money(list, sums[0], to);
    fprintf(to, "</b><span>%s</span></li>\n<li class=\"met\"><b>", WORDS[W_FINES][lang == AC_LANG_ZH]);
    put_money(list, sums[1], to);
    fprintf(to, "</b><span>%s</span></li>\n<li><b>%zu</b><span>%s</span></li>\n</ul>\n", WORDS[W_PAYMENTS][lang == AC_LANG_ZH], count, WORDS[W_LINES][lang == AC_LANG_ZH]);
    penalties_free_row(&row);
    text_free(&articles);
}

/* The first of those told after `last` in the order of their names; 0: none. */
static int next_person(const penalty_list *list, const ac_text *last, ac_text *next)
{
    int found = 0;
    for (size_t i = 0; i < list->count; i++) {
        const penalty_line *line = &list->lines[i];
        if (!penalties_is_told(list, line) || (last && text_order(line->person, *last) <= 0) || (found && text_order(line->person, *next) >= 0))
            continue;
        *next = line->person;
        found = 1;
    }
    return found;
}

void penalties_page(const penalty_list *list, const recount *changes, ac_lang lang, FILE *to)
{
    int zh = lang == AC_LANG_ZH;
    ac_text name = ac_policy_name(list->policy), person, last;
    ac_digest digest = ac_policy_rule_digest(list->policy);
    char hex[65], when[AC_TIME_TEXT_BYTES];
    ac_time_format(list->now, list->zone, when);
    fprintf(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<style>\n%s"
            "td:first-child{white-space:nowrap}td.n{white-space:nowrap}section{break-inside:auto}tr{break-inside:avoid}</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n<p class=\"lead\">",
            zh ? "zh" : "en", WORDS[W_TITLE][zh], html_style(), WORDS[W_TITLE][zh]);
    svg_text(to, name.data, name.size);
    fprintf(to, " %u%s%s · %s %s · %s</p>\n", ac_policy_version(list->policy), list->month ? " · " : "", list->month ? list->month : "", WORDS[W_JUDGED][zh], when,
            WORDS[W_IN_ALL][zh]);
    put_lines(list, NULL, lang, 0, to);
    for (int more = next_person(list, NULL, &person); more; more = next_person(list, &last, &person)) {
        fputs("<section>\n<h2>", to);
        svg_text(to, person.data, person.size);
        fputs("</h2>\n", to);
        put_lines(list, &person, lang, 1, to);
        fputs("</section>\n", to);
        last = person;
    }
    if (changes)
        recount_page(changes, to);
    ac_digest_hex(&digest, hex);
    fprintf(to, "<footer>%s %.16s · aftercare %s</footer>\n</main>\n</body>\n</html>\n", WORDS[W_RULES][zh], hex, ac_version());
}
