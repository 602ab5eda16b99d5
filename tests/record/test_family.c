#include "rules/rules_case.h"

static rules_case k;
static ac_record *r;

static void open_desk(void)
{
    rules_case_open(&k, test_path("tests/data/record/desk.policy"));
    r = rules_case_record(&k, "job");
}

static void close_desk(void)
{
    ac_record_free(r);
    rules_case_close(&k);
}

TestSuite(family, .init = open_desk, .fini = close_desk);

static const struct {
    const char *path, *holder, *field;  /* holder NULL: not found */
} paths[] = {
    {"urgent", "job", "urgent"},
    {"job.urgent", "job", "urgent"},
    {"serial", "unit_", "serial"},
    {"phone", "buyer", "phone"},
    {"stock", "unit_", "stock"},
    {"unit_.serial", "unit_", "serial"},
    {"buyer.phone", "buyer", "phone"},
    {"unit_.buyer.phone", "buyer", "phone"},
    {"job.unit_.buyer.phone", "buyer", "phone"},
    {"doer.skill", "worker", "skill"},
    {"job.doer.phone", "worker", "phone"},
    {"doer", "job", "doer"},
    {"`doer`.skill", "worker", "skill"},
    {"doer.serial", NULL, NULL},
    {"buyer.serial", NULL, NULL},
    {"nothing", NULL, NULL},
    {"", NULL, NULL},
    {".", NULL, NULL},
    {"doer.", NULL, NULL},
    {".skill", NULL, NULL},
    {"doer..skill", NULL, NULL},
    {"`doer", NULL, NULL},
    {"urgent.skill", NULL, NULL},
    {"bolt.stock", NULL, NULL},
};

Test(family, paths_lead_outward_and_along_links)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        ac_record *holder = NULL;
        uint32_t   field = 0;
        ac_error   err = AC_ERROR_INIT;
        ac_status  st = ac_record_resolve(r, rules_text(paths[i].path), &holder, &field, &err);

        cr_expect_eq(st, paths[i].holder ? AC_OK : AC_E_NOT_FOUND, "%s: %s", paths[i].path, ac_status_name(st));
        if (st != AC_OK)
            continue;
        cr_expect_eq(ac_record_type(holder), ac_policy_find_record(k.policy, rules_text(paths[i].holder)), "%s", paths[i].path);
        cr_expect_eq(field, rules_field(holder, paths[i].field), "%s", paths[i].path);
    }
}

Test(family, own_owners_are_made_once_and_attached_ones_stand_in)
{
    ac_record *own = NULL, *again = NULL, *unit = rules_case_record(&k, "unit_"), *buyer = rules_case_record(&k, "buyer");
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_owner(r, &own, &err), AC_OK);
    cr_assert_eq(ac_record_owner(r, &again, &err), AC_OK);
    cr_expect_eq(own, again);
    cr_expect_eq(ac_record_attach_owner(r, buyer, &err), AC_E_TYPE);
    cr_assert_eq(ac_record_attach_owner(r, unit, &err), AC_OK);
    cr_assert_eq(ac_record_owner(r, &again, &err), AC_OK);
    cr_expect_eq(again, unit);
    cr_assert_eq(ac_record_attach_owner(r, NULL, &err), AC_OK);
    cr_assert_eq(ac_record_owner(r, &again, &err), AC_OK);
    cr_expect_eq(again, own);
    cr_assert_eq(ac_record_attach_owner(r, unit, &err), AC_OK);
    ac_record_reset(r);
    cr_assert_eq(ac_record_owner(r, &again, &err), AC_OK);
    cr_expect_eq(again, own);
    cr_expect_eq(ac_record_owner(buyer, &again, &err), AC_E_NOT_FOUND);
    cr_expect_null(again);
    cr_expect_eq(ac_record_attach_owner(buyer, unit, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_rulebook(own), k.book);
    ac_record_free(unit);
    ac_record_free(buyer);
}

Test(family, links_take_only_their_type_and_only_link_fields_have_them)
{
    ac_record *worker = rules_case_record(&k, "worker"), *out = NULL, *own = NULL, *backup = NULL;
    uint32_t   doer = rules_field(r, "doer");
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_link(r, doer, &own, &err), AC_OK);
    cr_assert_eq(ac_record_link(r, rules_field(r, "backup"), &backup, &err), AC_OK);
    cr_expect_neq(own, backup);
    cr_assert_eq(ac_record_attach_link(r, doer, worker, &err), AC_OK);
    cr_assert_eq(ac_record_link(r, doer, &out, &err), AC_OK);
    cr_expect_eq(out, worker);
    cr_assert_eq(ac_record_attach_link(r, doer, NULL, &err), AC_OK);
    cr_assert_eq(ac_record_link(r, doer, &out, &err), AC_OK);
    cr_expect_eq(out, own);
    cr_expect_eq(ac_record_attach_link(r, doer, r, &err), AC_E_TYPE);
    cr_expect_eq(ac_record_link(r, rules_field(r, "note"), &out, &err), AC_E_TYPE);
    cr_expect_eq(ac_record_link(r, 9999, &out, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_link(worker, 0, &out, &err), AC_E_TYPE);
    ac_record_free(worker);
}

Test(family, records_of_another_book_do_not_fit)
{
    rules_case other;
    ac_record *unit;
    ac_error   err = AC_ERROR_INIT;

    rules_case_open(&other, test_path("tests/data/record/desk.policy"));
    unit = rules_case_record(&other, "unit_");
    cr_expect_eq(ac_record_attach_owner(r, unit, &err), AC_E_TYPE);
    ac_record_free(unit);
    cr_expect_eq(ac_record_new(k.book, other.policy, 0, rules_text(""), NULL, &unit, &err), AC_E_NOT_FOUND);
    cr_expect_null(unit);
    cr_expect_eq(ac_record_new(k.book, NULL, 9999, rules_text(""), NULL, &unit, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_record_new(k.book, NULL, 0, rules_text("\xff"), NULL, &unit, &err), AC_E_INVALID);
    cr_expect_null(unit);
    ac_record_free(NULL);
    rules_case_close(&other);
}

Test(family, handles_are_their_records)
{
    ac_ticket   *ticket = NULL;
    ac_customer *customer = NULL;
    ac_engineer *engineer = NULL;
    ac_part     *part = NULL;
    ac_record   *holder, *unit;
    uint32_t     field;
    ac_time      at = 0;
    ac_error     err = AC_ERROR_INIT;

    cr_assert_eq(ac_ticket_new(k.book, NULL, rules_text("T9"), &ticket, &err), AC_OK);
    cr_assert_eq(ac_customer_new(k.book, k.policy, rules_text("C1"), &customer, &err), AC_OK);
    cr_assert_eq(ac_engineer_new(k.book, NULL, rules_text("E1"), &engineer, &err), AC_OK);
    cr_assert_eq(ac_part_new(k.book, NULL, rules_text("P1"), &part, &err), AC_OK);
    cr_expect_eq(ac_record_type(ac_ticket_record(ticket)), ac_policy_find_kind(k.policy, AC_KIND_TICKET));
    cr_expect_eq(ac_record_type(ac_engineer_record(engineer)), ac_policy_find_kind(k.policy, AC_KIND_ENGINEER));
    cr_expect_eq(ac_record_id(ac_part_record(part)).size, 2);
    cr_expect_eq(ac_ticket_dated_at(ticket, &at, &err), AC_E_NOT_FOUND);
    rules_set(ac_ticket_record(ticket), "opened", "2024-05-10T08:00:00Z");
    cr_assert_eq(ac_ticket_dated_at(ticket, &at, &err), AC_OK);
    cr_expect_eq(at, rules_time("2024-05-10T08:00:00Z"));
    cr_assert_eq(ac_ticket_set_customer(ticket, customer, &err), AC_OK);
    cr_assert_eq(ac_record_resolve(ac_ticket_record(ticket), rules_text("buyer.phone"), &holder, &field, &err), AC_OK);
    cr_expect_eq(holder, ac_customer_record(customer));
    cr_assert_eq(ac_ticket_set_customer(ticket, NULL, &err), AC_OK);
    cr_assert_eq(ac_record_owner(ac_ticket_record(ticket), &unit, &err), AC_OK);
    cr_assert_eq(ac_record_owner(unit, &holder, &err), AC_OK);
    cr_expect_neq(holder, ac_customer_record(customer));
    ac_ticket_free(ticket);
    ac_customer_free(customer);
    ac_engineer_free(engineer);
    ac_part_free(part);
    ac_ticket_free(NULL);
}
