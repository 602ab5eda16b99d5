/* A ledger spoken to in lines, for ledger_reference.py: policies and events in, what they come to out.
 *
 *     policy BYTES           the text follows; it joins the book. `forget` drops the book.
 *     begin                  a new ledger
 *     event ID AT ITEM …     AT in seconds; ITEM: NAME=VALUE of the record `act`, whose moment is `at` and whose persons are at the
 *                            end of `worker`. First what is owed is carried over, then the event entered.
 *
 * An event is answered by lines `carried …` and `charge …`, then `done`, or `refused CODE`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/aftercare.h>

enum { VERSIONS = 4, CHARGES = 64, DEEDS = 256, LINE = 1024 };

static ac_rulebook *book;
static ac_ledger   *ledger;
static ac_record   *acts[VERSIONS];     /* by version number */

static void give_up(const char *what, const ac_error *err)
{
    fprintf(stderr, "ledger_lines: %s: AC-%04u %s %s\n", what, err ? err->code : 0, err ? err->what : "", err ? err->name : "");
    exit(2);
}

static ac_text text_of(const char *string)
{
    ac_text text;

    text.data = string;
    text.size = strlen(string);
    return text;
}

static ac_status print(void *user, const char *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stderr);
    return AC_OK;
}

static void add_policy(size_t size)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    char             *data = malloc(size + 1);
    ac_source         source = { text_of("random.policy"), { data, size } };
    ac_rulebook      *next = NULL;
    ac_policy        *policy = NULL;
    ac_report        *report = NULL;
    ac_error          err = AC_ERROR_INIT;

    if (!data || fread(data, 1, size, stdin) != size || ac_report_new(NULL, &report, &err) != AC_OK)
        give_up("reading", &err);
    if (ac_policy_compile(&source, &options, &policy, report, &err) != AC_OK) {
        for (size_t i = 0; i < ac_report_count(report); i++)
            ac_report_render(report, i, AC_LANG_EN, print, NULL);
        give_up(data, &err);
    }
    if (ac_rulebook_with_policy(book, NULL, policy, &next, NULL, &err) != AC_OK)
        give_up("joining", &err);
    ac_rulebook_unref(book);
    book = next;
    ac_policy_unref(policy);
    ac_report_free(report);
    free(data);
}

static void forget(void)
{
    for (int i = 0; i < VERSIONS; i++) {
        ac_record_free(acts[i]);
        acts[i] = NULL;
    }
    ac_rulebook_unref(book);
    book = NULL;
}

static ac_record *act_at(ac_time at)
{
    ac_policy *policy = ac_rulebook_policy_on(book, text_of(""), at);
    ac_error   err = AC_ERROR_INIT;
    uint32_t   version;

    if (!policy)
        give_up("no version", NULL);
    version = ac_policy_version(policy) % VERSIONS;
    if (!acts[version] && ac_record_new(book, policy, ac_policy_find_record(policy, text_of("act")), text_of("T"), NULL, &acts[version], &err) != AC_OK)
        give_up("record", &err);
    return acts[version];
}

static void fill(ac_record *record, ac_time at, char *items)
{
    ac_record *holder;
    uint32_t   field;
    ac_error   err = AC_ERROR_INIT;

    ac_record_reset(record);
    if (ac_record_set_moment(record, ac_policy_find_field(ac_record_policy(record), ac_record_type(record), text_of("at")), at, &err) != AC_OK)
        give_up("at", &err);
    for (char *item = strtok(items, " "); item; item = strtok(NULL, " ")) {
        char *value = strchr(item, '=');

        *value++ = '\0';
        if (ac_record_resolve(record, text_of(item), &holder, &field, &err) != AC_OK || ac_record_parse(holder, field, text_of(value), &err) != AC_OK)
            give_up(item, &err);
    }
}

static void name(const ac_policy *policy, uint32_t offence)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;

    ac_policy_offence_at(policy, offence, &info);
    printf("%.*s", (int)info.name.size, info.name.data);
}

static void carry(ac_record *record, ac_time at)
{
    const ac_policy *policy = ac_record_policy(record);

    for (uint32_t i = 0; i < ac_policy_offence_count(policy); i++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        ac_carried      out = AC_CARRIED_INIT;

        if (ac_policy_offence_at(policy, i, &info) != AC_OK || !info.is_carried || ac_ledger_carry(ledger, record, i, at, &out, NULL) != AC_OK)
            continue;
        if (out.taken == 0 && out.left == 0)
            continue;
        printf("carried ");
        name(policy, i);
        printf(" %.*s %s %lld %lld\n", (int)out.person.size, out.person.data, ac_proposal_name(out.state), (long long)out.taken, (long long)out.left);
    }
}

static void enter(char *line)
{
    ac_charge  charges[CHARGES];
    ac_deed    deeds[DEEDS];
    ac_error   err = AC_ERROR_INIT;
    char       id[64];
    long long  at;
    int        n = 0;
    uint32_t   count = 0;
    ac_record *record;
    ac_status  st;

    if (sscanf(line, "event %63s %lld %n", id, &at, &n) != 2)
        give_up(line, NULL);
    record = act_at(at);
    fill(record, at, line + n);
    carry(record, at);
    st = ac_ledger_enter(ledger, record, text_of(id), AC_NO_INDEX, NULL, at, charges, CHARGES, &count, deeds, DEEDS, &err);
    if (st != AC_OK) {
        printf("refused %u\n", err.code);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const ac_charge *c = &charges[i];
        ac_window_info   window = AC_WINDOW_INFO_INIT;

        printf("charge ");
        name(ac_record_policy(record), c->offence);
        printf(" %.*s %u %s %lld %lld %lld %lld", (int)c->payer.size, c->payer.data, c->share, ac_proposal_name(c->proposal.state), (long long)c->amount,
               (long long)c->charged, (long long)c->capped, (long long)c->carried);
        for (uint32_t w = 0; c->proposal.occurs && ac_policy_window_at(ac_record_policy(record), c->offence, w, &window) == AC_OK; w++)
            printf(" %u", c->occurrence.nth[w]);
        printf("\n");
    }
    printf("done\n");
}

int main(void)
{
    char      line[LINE];
    ac_error  err = AC_ERROR_INIT;
    long long size;

    if (ac_ledger_new(NULL, &ledger, &err) != AC_OK)
        give_up("ledger", &err);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "policy %lld", &size) == 1)
            add_policy((size_t)size);
        else if (strcmp(line, "forget") == 0)
            forget();
        else if (strcmp(line, "begin") == 0)
            ac_ledger_reset(ledger);
        else
            enter(line);
    }
    forget();
    ac_ledger_free(ledger);
    return 0;
}
