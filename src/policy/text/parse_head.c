#include <string.h>

#include "base/hash.h"
#include "policy/report/suggest.h"
#include "policy/text/parser.h"

static void given_twice(ac_parser *p, ac_place first)
{
    if (ac_parse_complain_here(p, AC_MSG_GIVEN_TWICE))
        ac_log_note_0(p->log, AC_MSG_FIRST_HERE, first);
}

static void parse_title(ac_parser *p, ac_tree_head *head)
{
    ac_tree_title title, *all;
    size_t        mark = ac_parse_mark(p);
    uint32_t      i;

    for (i = 0; i < head->title_count; i++)
        ac_parse_push(p, &head->titles[i], sizeof title);
    do {
        title.lang = ac_parse_name(p, "a language such as en or zh");
        title.text = ac_parse_string(p, "the title as a text");
        if (title.text.text.data)
            ac_parse_push(p, &title, sizeof title);
    } while (!p->panic && (p->token.kind == AC_TOKEN_QUOTED || (p->token.kind == AC_TOKEN_NAME && !ac_parse_is_word(p, AC_WORD_PER))));
    all = ac_parse_pop(p, mark, sizeof *all, &head->title_count);
    head->titles = all;
}

static void parse_effective(ac_parser *p, ac_tree_head *head)
{
    uint32_t from = p->token.at;

    if (head->has_effective)
        given_twice(p, head->effective_place);
    ac_parse_next(p);
    ac_parse_expect_word(p, AC_WORD_FROM);
    head->from_place = ac_parse_here(p);
    head->from = ac_parse_date(p, "a date");
    if (ac_parse_accept_word(p, AC_WORD_TO)) {
        head->to_place = ac_parse_here(p);
        head->to = ac_parse_date(p, "a date");
        head->has_to = 1;
    }
    if (ac_parse_accept_word(p, AC_WORD_APPROVED)) {
        ac_parse_expect_word(p, AC_WORD_BY);
        head->approved_by = ac_parse_name(p, "a role");
    }
    head->effective_place = ac_parse_since(p, from);
    head->has_effective = !p->panic;
}

/* The rest of the line as it stands, without comment and blanks. */
static ac_tree_string raw_rest(ac_parser *p)
{
    ac_tree_string rest;
    const char    *data = p->scan.source.data;
    uint32_t       at = ac_scan_blanks(&p->scan, p->pos), end = at;

    while (end < p->scan.source.size && data[end] != '\n' && !(data[end] == '/' && end + 1 < p->scan.source.size && data[end + 1] == '/'))
        end++;
    p->pos = end;
    while (end > at && (data[end - 1] == ' ' || data[end - 1] == '\t' || data[end - 1] == '\r'))
        end--;
    rest.place.at = at;
    rest.place.size = end - at;
    rest.text = ac_parse_text(p, rest.place);
    return rest;
}

/* `GMT+8` is a POSIX rule whose sign counts westward; whoever writes it means the east. */
static void warn_of_sign(ac_parser *p, const ac_tree_string *zone)
{
    const char *t = zone->text.data;
    char        fix[] = "+00:00";
    size_t      digits = zone->text.size - 4;

    if (zone->text.size < 5 || digits > 2 || (memcmp(t, "GMT", 3) != 0 && memcmp(t, "UTC", 3) != 0) || (t[3] != '+' && t[3] != '-'))
        return;
    if (t[4] < '0' || t[4] > '9' || t[3 + digits] < '0' || t[3 + digits] > '9')
        return;
    fix[0] = t[3];
    memcpy(fix + 3 - digits, t + 4, digits);
    if (ac_log_2(p->log, AC_MSG_ZONE_SIGN, zone->place, ac_arg_text(zone->text), ac_arg_string(fix)))
        ac_log_fix(p->log, zone->place, ac_text_of(fix));
}

static int is_ascii(ac_text text)
{
    size_t i;

    for (i = 0; i < text.size && (unsigned char)text.data[i] < 0x80; i++)
        ;
    return i == text.size;
}

static void parse_timezone(ac_parser *p, ac_tree_head *head)
{
    if (head->zone.place.size > 0)
        given_twice(p, head->zone.place);
    head->zone = raw_rest(p);
    if (head->zone.place.size == 0) {
        ac_parse_complain_1(p, AC_MSG_EXPECTED_MORE, head->zone.place, ac_arg_string("a zone: +08:00, a POSIX TZ rule or a name such as Asia/Shanghai"));
    } else if (!is_ascii(head->zone.text)) {
        ac_parse_complain(p, AC_MSG_ZONE_UNKNOWN, head->zone.place);
    } else {
        warn_of_sign(p, &head->zone);
    }
    ac_parse_resume(p, p->pos);
}

static void parse_currency(ac_parser *p, ac_tree_head *head)
{
    if (head->currency.text.data)
        given_twice(p, head->currency.place);
    ac_parse_next(p);
    head->currency = ac_parse_name(p, "a currency such as CNY");
    if (head->currency.text.data && !ac_parse_is_currency(head->currency.text))
        ac_parse_complain(p, AC_MSG_CURRENCY_CODE, head->currency.place);
}

static void parse_days_end(ac_parser *p, ac_tree_head *head)
{
    if (head->has_days_end)
        given_twice(p, head->days_end_place);
    head->days_end_place = ac_parse_here(p);
    ac_parse_next(p);
    ac_parse_expect_word(p, AC_WORD_END);
    head->has_days_end = 1;
    if (ac_parse_accept_word(p, AC_WORD_MIDNIGHT))
        head->days_end = AC_DAYS_END_MIDNIGHT;
    else if (ac_parse_accept_word(p, AC_WORD_CLOSE))
        head->days_end = AC_DAYS_END_CLOSE;
    else if (ac_parse_accept_word(p, AC_WORD_SAME_TIME))
        head->days_end = AC_DAYS_END_SAME_TIME;
    else
        ac_parse_expected(p, "midnight, close or same-time");
}

static void parse_month_end(ac_parser *p, ac_tree_head *head)
{
    if (head->has_month_end)
        given_twice(p, head->month_end_place);
    head->month_end_place = ac_parse_here(p);
    ac_parse_next(p);
    head->has_month_end = 1;
    if (ac_parse_accept_word(p, AC_WORD_CLAMP))
        head->month_end = AC_MONTH_END_CLAMP;
    else if (ac_parse_accept_word(p, AC_WORD_NEXT))
        head->month_end = AC_MONTH_END_NEXT;
    else if (ac_parse_accept_word(p, AC_WORD_ERROR))
        head->month_end = AC_MONTH_END_ERROR;
    else
        ac_parse_expected(p, "clamp, next or error");
}

/* `rulebook NAME "title" [articles …]` and `articles` lines below it. */
static void parse_rulebook(ac_parser *p, ac_tree_rulebook *book)
{
    size_t mark;

    memset(book, 0, sizeof *book);
    book->place = ac_parse_here(p);
    ac_parse_next(p);
    book->name = ac_parse_name(p, "the name of the rulebook");
    book->title = ac_parse_string(p, "the title of the rulebook as a text");
    mark = ac_parse_mark(p);
    if (ac_parse_is_word(p, AC_WORD_ARTICLES))
        ac_parse_articles(p);
    ac_parse_begin_body(p);
    while (ac_parse_in_body(p)) {
        if (ac_parse_is_word(p, AC_WORD_ARTICLES))
            ac_parse_articles(p);
        else
            ac_parse_expected(p, "\"articles\"");
        ac_parse_end_line(p);
    }
    book->articles.at = ac_parse_pop(p, mark, sizeof *book->articles.at, &book->articles.count);
}

static void parse_policy_line(ac_parser *p, ac_tree_head *head)
{
    ac_parse_next(p);
    head->name = ac_parse_name(p, "the name of the policy");
    ac_parse_expect_word(p, AC_WORD_VERSION);
    head->version = ac_parse_int(p, "the number of the version");
    if (ac_parse_accept_word(p, AC_WORD_REVISION)) {
        head->revision = ac_parse_int(p, "the number of the revision");
        if (ac_parse_accept_word(p, AC_WORD_CORRECTS))
            head->corrects = ac_parse_string(p, "what it corrects, as a text");
    }
}

/* One line of the head but the rulebook. @return 0 when it is none. */
static int parse_line(ac_parser *p, ac_tree_head *head)
{
    if (p->token.kind != AC_TOKEN_NAME)
        return 0;
    switch (p->token.word) {
    case AC_WORD_TITLE:
        ac_parse_next(p);
        parse_title(p, head);
        break;
    case AC_WORD_EFFECTIVE: parse_effective(p, head); break;
    case AC_WORD_TIMEZONE: parse_timezone(p, head); break;
    case AC_WORD_CURRENCY: parse_currency(p, head); break;
    case AC_WORD_DAYS: parse_days_end(p, head); break;
    case AC_WORD_MONTH_END: parse_month_end(p, head); break;
    default: return 0;
    }
    return 1;
}

/* Indented lines where none belong. */
static void skip_stray(ac_parser *p)
{
    while (!p->at_end && p->indent > 0 && !p->log->is_full) {
        ac_parse_complain_here(p, AC_MSG_STRAY_INDENT);
        p->indent = 1;
        ac_parse_skip_line(p);
        while (!p->at_end && p->indent > 0)
            ac_parse_skip_line(p);
    }
}

/* A misspelt word of the head: told here, so that what follows is still the head. */
static int is_misspelt(ac_parser *p)
{
    static const char *const words[] = { "title", "effective", "timezone", "currency", "month-end", "rulebook" };
    ac_suggest               s;
    size_t                   i;

    if (p->token.kind != AC_TOKEN_NAME || p->token.word != AC_WORD_OTHER)
        return 0;
    ac_suggest_begin(&s, ac_parse_text(p, ac_parse_here(p)), &p->log->patience);
    for (i = 0; i < sizeof words / sizeof *words; i++)
        ac_suggest_offer(&s, ac_text_of(words[i]));
    if (s.count == 0)
        return 0;
    if (ac_parse_complain_here(p, AC_MSG_UNKNOWN_BLOCK))
        ac_log_suggest(p->log, s.names, s.count);
    ac_parse_skip_line(p);
    return 1;
}

void ac_parse_head(ac_parser *p, ac_tree_head *head)
{
    size_t           mark = ac_parse_mark(p);
    ac_tree_rulebook book;
    ac_tree_cites    per;

    head->place = ac_parse_here(p);
    if (ac_parse_is_word(p, AC_WORD_POLICY)) {
        parse_policy_line(p, head);
        ac_parse_end_line(p);
    } else {
        ac_parse_complain_here(p, AC_MSG_NO_HEAD);
    }
    for (;;) {
        skip_stray(p);
        if (p->at_end || p->log->is_full)
            break;
        if (ac_parse_is_word(p, AC_WORD_RULEBOOK)) {
            p->rulebook = ac_parse_here(p);
            parse_rulebook(p, &book);
            ac_parse_push(p, &book, sizeof book);
        } else if (parse_line(p, head)) {
            int is_effective = head->effective_place.at == p->line_at && head->effective_place.size > 0;

            per = ac_parse_per(p);
            if (is_effective)
                head->effective_per = per;
            ac_parse_end_line(p);
        } else if (!is_misspelt(p)) {
            break;
        }
    }
    head->rulebooks = ac_parse_pop(p, mark, sizeof *head->rulebooks, &head->rulebook_count);
    head->place.size = p->line_at > head->place.at ? p->line_at - head->place.at : 0;
    head->has_errors = p->block_bad;
}
