#include <aftercare/aftercare.h>
#include <stdio.h>
#include <string.h>

/* The smallest whole host: compiles a policy, fills a ticket, asks by when it must be repaired, and why. */

static ac_text text(const char *s)
{
    ac_text t = { s, strlen(s) };
    return t;
}

static ac_status print(void *user, const char *data, size_t size)
{
    return fwrite(data, 1, size, user) == size ? AC_OK : AC_E_HOST;
}

int main(int argc, char **argv)
{
    static char  source[1 << 16];
    ac_error     err = AC_ERROR_INIT;
    ac_report   *report = NULL;
    ac_policy   *policy = NULL;
    ac_rulebook *book = NULL;
    ac_ticket   *ticket = NULL;
    ac_milestone repair = AC_MILESTONE_INIT;
    char         due[AC_TIME_TEXT_BYTES];
    FILE        *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    ac_source    desk = { text(argc == 2 ? argv[1] : "?"), { source, 0 } };

    if (!file) {
        fprintf(stderr, "usage: minimal desk.policy\n");
        return 2;
    }
    desk.text.size = fread(source, 1, sizeof source, file);
    fclose(file);

    if (ac_report_new(NULL, &report, &err) != AC_OK)
        goto out;
    if (ac_policy_compile(&desk, NULL, &policy, report, &err) != AC_OK) {
        for (size_t i = 0; i < ac_report_count(report); i++)
            ac_report_render(report, i, AC_LANG_EN, print, stderr);
        goto out;
    }
    if (ac_rulebook_with_policy(NULL, NULL, policy, &book, NULL, &err) != AC_OK || ac_ticket_new(book, NULL, text("T-1"), &ticket, &err) != AC_OK)
        goto out;

    ac_record *record = ac_ticket_record(ticket);
    uint32_t   type = ac_record_type(record), limit = ac_policy_find_limit(policy, type, text("repair"));
    ac_time    now = 0;
    if (ac_record_set_bool(record, ac_policy_find_field(policy, type, text("stopped")), 1, &err) != AC_OK ||
        ac_record_parse(record, ac_policy_find_field(policy, type, text("accept")), text("2026-07-03 17:00"), &err) != AC_OK ||
        ac_time_parse(text("2026-07-06T10:00:00+08:00"), &now, &err) != AC_OK ||
        ac_rules_milestone(record, limit, now, &repair, &err) != AC_OK)
        goto out;
    ac_time_format(repair.due_at, ac_rulebook_zone(book, policy), due);
    printf("%s, due %s, article %s\n\n", ac_verdict_name(repair.verdict), due, repair.clause);
    ac_why_render(record, AC_DECISION_MILESTONE, limit, now, AC_FORMAT_TEXT, AC_LANG_EN, print, stdout, &err);
out:
    if (err.status != AC_OK)
        fprintf(stderr, "%s: %s\n", ac_status_name(err.status), err.what);
    ac_ticket_free(ticket);
    ac_rulebook_unref(book);
    ac_policy_unref(policy);
    ac_report_free(report);
    return err.status != AC_OK;
}
