#include <stdlib.h>
#include <string.h>

#include "public-logs/logs.h"

/* Late incidents as offences: counted by engineer and month, and the year's statement of all of them. */

enum { MOST_DEEDS = 16, SHOWN = 5, MONTHS = 12 };

typedef struct person {
    char    name[32];
    size_t  late, imposed;
    int64_t fines, capped;
} person;

typedef struct statement {
    const log_run *run;
    person        *people;
    size_t         count, room, late, excepted, imposed;
    int64_t        fines, capped;
} statement;

static int by_time_and_number(const void *x, const void *y)
{
    const lapse *a = x, *b = y;
    return a->opened != b->opened ? (a->opened > b->opened) - (a->opened < b->opened) : strcmp(a->number, b->number);
}

static int by_fines(const void *x, const void *y)
{
    const person *a = x, *b = y;
    if (a->fines != b->fines)
        return (a->fines < b->fines) - (a->fines > b->fines);
    return a->late != b->late ? (a->late < b->late) - (a->late > b->late) : strcmp(a->name, b->name);
}

static person *person_of(statement *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->people[i].name, name) == 0)
            return &s->people[i];
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->people = must_resize(s->people, s->room * sizeof *s->people);
    }
    memset(&s->people[s->count], 0, sizeof *s->people);
    strcpy(s->people[s->count].name, name);
    return &s->people[s->count++];
}

static void add_charge(statement *s, const lapse *l, const ac_charge *charge, const ac_deed *deeds)
{
    person *p;
    s->excepted += charge->proposal.state == AC_PROPOSAL_EXCEPTED;
    if (!charge->proposal.occurs)
        return;
    p = person_of(s, l->resolver);
    p->late++;
    p->fines += charge->charged;
    p->capped += charge->capped;
    s->late++;
    s->fines += charge->charged;
    s->capped += charge->capped;
    for (uint32_t i = 0; i < charge->proposal.deed_count; i++)
        if (deeds[charge->first_deed + i].kind == AC_DEED_IMPOSE) {
            p->imposed++;
            s->imposed++;
        }
}

static void enter_all(statement *s, uint32_t type, ac_time now, const lapse *lapses, size_t count)
{
    ac_error err = AC_ERROR_INIT;
    ac_record_info info = AC_RECORD_INFO_INIT;
    ac_record *record;
    ac_ledger *ledger;
    ac_occurrence stated = AC_OCCURRENCE_INIT;
    uint32_t offence = ac_policy_find_offence(s->run->book.policy, text_of("late-close"));
    uint32_t impact = must_field(s->run, type, "impact"), urgency = must_field(s->run, type, "urgency");
    stated.is_stated = 1;
    if (offence == AC_NO_INDEX || ac_policy_record_at(s->run->book.policy, type, &info) != AC_OK)
        return;
    must(ac_record_new(s->run->book.book, s->run->book.policy, type, text_of(""), NULL, &record, &err), &err, "statement");
    must(ac_ledger_new(NULL, &ledger, &err), &err, "statement");
    for (size_t i = 0; i < count; i++) {
        const lapse *l = &lapses[i];
        ac_charge charge;
        ac_deed deeds[MOST_DEEDS];
        uint32_t n;
        ac_record_reset(record);
        must(ac_record_set_moment(record, info.dated, l->opened, &err), &err, l->number);
        if (l->impact != AC_NO_INDEX)
            must(ac_record_set_member(record, impact, l->impact, &err), &err, l->number);
        if (l->urgency != AC_NO_INDEX)
            must(ac_record_set_member(record, urgency, l->urgency, &err), &err, l->number);
        must(ac_rules_set_subject(record, offence, text_of(l->resolver), &err), &err, l->number);
        must(ac_ledger_enter(ledger, record, text_of(l->number), offence, &stated, now, &charge, 1, &n, deeds, MOST_DEEDS, &err), &err, l->number);
        if (n)
            add_charge(s, l, &charge, deeds);
    }
    ac_ledger_free(ledger);
    ac_record_free(record);
}

static void print_money(const statement *s, int64_t minor)
{
    ac_value v = { AC_TYPE_MONEY, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    text_buffer text = { 0 };
    v.num = minor;
    ac_value_format(s->run->book.policy, &v, NULL, text_sink, &text);
    printf("%14s", text.data);
    text_free(&text);
}

void lapses_tell(const log_run *run, uint32_t type, ac_time now, lapse *lapses, size_t count)
{
    statement s = { 0 };
    s.run = run;
    qsort(lapses, count, sizeof *lapses, by_time_and_number);
    enter_all(&s, type, now, lapses, count);
    if (run->json) {
        printf(",\"late\":%zu,\"engineers_late\":%zu,\"fines\":%lld,\"capped\":%lld,\"measures\":%zu", s.late, s.count, (long long)s.fines, (long long)s.capped, s.imposed);
        free(s.people);
        return;
    }
    qsort(s.people, s.count, sizeof *s.people, by_fines);
    printf("\n  what the code of conduct (invented) proposes: %zu late incidents of %zu engineers, %zu measures; %zu excepted\n", s.late, s.count, s.imposed, s.excepted);
    printf("  %-20s%10s%10s%14s%14s\n", "engineer", "late", "measures", "fines", "over the cap");
    for (size_t i = 0; i < s.count && i < SHOWN; i++) {
        printf("  %-20s%10zu%10zu", s.people[i].name, s.people[i].late, s.people[i].imposed);
        print_money(&s, s.people[i].fines);
        print_money(&s, s.people[i].capped);
        putchar('\n');
    }
    printf("  %-20s%10zu%10zu", "all", s.late, s.imposed);
    print_money(&s, s.fines);
    print_money(&s, s.capped);
    putchar('\n');
    free(s.people);
}
