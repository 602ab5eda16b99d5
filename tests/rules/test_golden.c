/* Histories and the milestones they come to, byte for byte as `aftercare replay --out` writes them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/rules.h>

#include "rules_case.h"
#include "support/data.h"

/* One line of a CSV without quotes, cut into cells. */
typedef struct csv {
    char  *text, *next;
    char  *cell[64];
    size_t cells;
} csv;

static void csv_open(csv *c, const char *name, const char *part)
{
    char path[128];

    snprintf(path, sizeof path, "tests/data/golden/%s.%s.csv", name, part);
    c->text = c->next = test_read(test_path(path), NULL);
    cr_assert_not_null(c->text, "no %s", path);
}

static int csv_next(csv *c)
{
    char *line = c->next, *end;

    if (!*line)
        return 0;
    end = strchr(line, '\n');
    cr_assert_not_null(end);
    *end = '\0';
    c->next = end + 1;
    for (c->cells = 0; line; c->cells++) {
        c->cell[c->cells] = line;
        line = strchr(line, ',');
        if (line)
            *line++ = '\0';
    }
    return 1;
}

static uint32_t field_of(const rules_case *k, uint32_t type, const char *name)
{
    uint32_t field = ac_policy_find_field(k->policy, type, rules_text(name));

    cr_assert_neq(field, AC_NO_INDEX, "no field %s", name);
    return field;
}

static void add_events(const rules_case *k, ac_record *record, uint32_t type, const char *name, const char *id)
{
    csv      events;
    ac_error err = AC_ERROR_INIT;

    csv_open(&events, name, "events");
    csv_next(&events);
    while (csv_next(&events)) {
        ac_time at;

        if (strcmp(events.cell[0], id) != 0)
            continue;
        cr_assert_eq(ac_time_parse(rules_text(events.cell[1]), &at, &err), AC_OK);
        cr_assert_eq(ac_record_add_parsed(record, field_of(k, type, events.cell[2]), rules_text(events.cell[3]), at, &err), AC_OK, "%s", err.what);
    }
    free(events.text);
}

static ac_status take(void *user, const char *data, size_t size)
{
    strncat((char *)user, data, size);
    return AC_OK;
}

static void write_value(const rules_case *k, const ac_value *value, char *line)
{
    strcat(line, ",");
    if (value->state == AC_VALUE_UNSET)
        strcat(line, "unset");
    else if (value->state != AC_VALUE_UNKNOWN)
        ac_value_format(k->policy, value, ac_rulebook_zone(k->book, k->policy), take, line);
}

static void write_milestone(const rules_case *k, const ac_milestone *m, char *line)
{
    char due[AC_TIME_TEXT_BYTES] = "", late[32] = "";

    if (m->has_due)
        ac_time_format(m->due_at, ac_rulebook_zone(k->book, k->policy), due);
    if (m->verdict == AC_VERDICT_MET || m->verdict == AC_VERDICT_LATE)
        snprintf(late, sizeof late, "%lld", (long long)m->late_by_s);
    sprintf(line + strlen(line), ",%s,%s,%s,%s", due, ac_verdict_name(m->verdict), late, m->clause ? m->clause : "");
}

/* What a record comes to, as a row. */
static void decide(const rules_case *k, ac_record *record, uint32_t type, ac_time now, const char *id, char *line)
{
    ac_record_info info = AC_RECORD_INFO_INIT;
    ac_error       err = AC_ERROR_INIT;

    strcpy(line, id);
    ac_policy_record_at(k->policy, type, &info);
    for (uint32_t f = 0; f < info.field_count; f++) {
        ac_field_info field = AC_FIELD_INFO_INIT;
        ac_value      value;

        ac_policy_field_at(k->policy, type, f, &field);
        if (field.origin != AC_FIELD_DERIVED && field.origin != AC_FIELD_TABLE)
            continue;
        cr_assert_eq(ac_rules_value(record, f, now, &value, &err), AC_OK, "%s", err.what);
        write_value(k, &value, line);
    }
    for (uint32_t l = 0; l < info.limit_count; l++) {
        ac_milestone m = AC_MILESTONE_INIT;

        cr_assert_eq(ac_rules_milestone(record, l, now, &m, &err), AC_OK, "%s", err.what);
        write_milestone(k, &m, line);
    }
    strcat(line, "\n");
}

static void fill(const rules_case *k, ac_record *record, uint32_t type, const csv *head, const csv *row)
{
    ac_error err = AC_ERROR_INIT;

    ac_record_reset(record);
    for (size_t i = 1; i < row->cells; i++) {
        if (row->cell[i][0])
            cr_assert_eq(ac_record_parse(record, field_of(k, type, head->cell[i]), rules_text(row->cell[i]), &err), AC_OK, "%s", err.what);
    }
}

static size_t run_set(const char *name, const char *record_name, const char *at)
{
    rules_case k;
    csv        rows, head, expected;
    ac_record *record = NULL;
    ac_error   err = AC_ERROR_INIT;
    ac_time    now;
    uint32_t   type;
    char       path[128], line[4096];
    size_t     count = 0;

    snprintf(path, sizeof path, "tests/data/golden/%s.policy", name);
    rules_case_open(&k, test_path(path));
    type = ac_policy_find_record(k.policy, rules_text(record_name));
    cr_assert_eq(ac_time_parse(rules_text(at), &now, &err), AC_OK);
    cr_assert_eq(ac_record_new(k.book, k.policy, type, rules_text(""), NULL, &record, &err), AC_OK);
    csv_open(&rows, name, "records");
    csv_open(&expected, name, "expected");
    csv_next(&rows);
    head = rows;
    expected.next = strchr(expected.next, '\n') + 1;
    for (; csv_next(&rows); count++) {
        char *end = strchr(expected.next, '\n');

        fill(&k, record, type, &head, &rows);
        add_events(&k, record, type, name, rows.cell[0]);
        decide(&k, record, type, now, rows.cell[0], line);
        cr_assert_not_null(end, "%s.expected.csv has too few rows", name);
        cr_expect(strlen(line) == (size_t)(end + 1 - expected.next) && strncmp(line, expected.next, strlen(line)) == 0,
                  "%s %s:\n  is        %s  should be %.*s", name, rows.cell[0], line, (int)(end + 1 - expected.next), expected.next);
        expected.next = end + 1;
    }
    cr_expect_eq(*expected.next, '\0', "%s.expected.csv has too many rows", name);
    free(rows.text);
    free(expected.text);
    ac_record_free(record);
    rules_case_close(&k);
    return count;
}

Test(golden, histories_come_to_their_milestones)
{
    test_data *sets = test_data_open("tests/data/golden/cases.txt");
    size_t     count = 0;

    while (test_data_next(sets))
        count += run_set(test_data_need(sets, "name"), test_data_need(sets, "record"), test_data_need(sets, "at"));
    test_data_close(sets);
    cr_expect_geq(count, 21u);
}
