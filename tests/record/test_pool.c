#include <criterion/criterion.h>

#include "record/record.h"
#include "rules/rules_case.h"
#include "support/mem.h"

/* Pools: who is in, who only looks, and that either may go first. */

static ac_record *new_ticket(const rules_case *k, const ac_allocator *mem)
{
    ac_record *record = NULL;

    ac_record_new(k->book, k->policy, ac_policy_find_record(k->policy, rules_text("ticket")), rules_text("T"), mem, &record, NULL);
    return record;
}

static uint32_t ticket_type(const rules_case *k)
{
    return ac_policy_find_record(k->policy, rules_text("ticket"));
}

Test(pool, records_come_and_go_in_any_order)
{
    rules_case k;
    ac_pool   *pool = NULL, *other = NULL;
    ac_record *a, *b, *c;

    rules_case_open(&k, test_path("tests/data/aggregates/desk.policy"));
    cr_assert_eq(ac_pool_new(k.book, NULL, NULL, &pool, NULL), AC_OK);
    cr_assert_eq(ac_pool_new(k.book, k.policy, NULL, &other, NULL), AC_OK);
    a = new_ticket(&k, NULL);
    b = new_ticket(&k, NULL);
    c = new_ticket(&k, NULL);
    cr_expect_eq(ac_pool_count(pool, ticket_type(&k)), 0u);
    cr_assert_eq(ac_pool_add(pool, a, NULL), AC_OK);
    cr_assert_eq(ac_pool_add(pool, b, NULL), AC_OK);
    cr_assert_eq(ac_pool_add(pool, b, NULL), AC_OK);
    cr_assert_eq(ac_pool_add(pool, c, NULL), AC_OK);
    cr_expect_eq(ac_pool_count(pool, ticket_type(&k)), 3u);
    cr_expect_eq(ac_pool_count(pool, 9999), 0u);
    cr_assert_eq(ac_pool_add(other, a, NULL), AC_OK);
    cr_expect_eq(ac_pool_count(pool, ticket_type(&k)), 2u);
    cr_expect_eq(ac_pool_count(other, ticket_type(&k)), 1u);
    cr_assert_eq(ac_record_attach_pool(b, pool, NULL), AC_OK);
    cr_expect_eq(ac_pool_count(pool, ticket_type(&k)), 1u);
    ac_record_free(c);
    cr_expect_eq(ac_pool_count(pool, ticket_type(&k)), 0u);
    ac_pool_free(pool);
    cr_expect_null(b->pool);
    cr_assert_eq(ac_pool_add(other, b, NULL), AC_OK);
    ac_pool_clear(other);
    cr_expect_eq(ac_pool_count(other, ticket_type(&k)), 0u);
    cr_assert_eq(ac_pool_add(other, b, NULL), AC_OK);
    cr_assert_eq(ac_record_attach_pool(b, NULL, NULL), AC_OK);
    cr_expect_eq(ac_pool_count(other, ticket_type(&k)), 0u);
    ac_record_free(a);
    ac_record_free(b);
    ac_pool_free(other);
    ac_pool_free(NULL);
    rules_case_close(&k);
}

Test(pool, refuses_what_does_not_belong)
{
    rules_case k, strange;
    ac_pool   *pool = NULL;
    ac_record *r;
    ac_error   err = AC_ERROR_INIT;

    rules_case_open(&k, test_path("tests/data/aggregates/desk.policy"));
    rules_case_open(&strange, test_path("tests/data/aggregates/desk.policy"));
    cr_expect_eq(ac_pool_new(k.book, strange.policy, NULL, &pool, &err), AC_E_NOT_FOUND);
    cr_expect_null(pool);
    cr_assert_eq(ac_pool_new(k.book, k.policy, NULL, &pool, NULL), AC_OK);
    r = new_ticket(&strange, NULL);
    cr_expect_eq(ac_pool_add(pool, r, &err), AC_E_TYPE);
    cr_expect_eq(ac_record_attach_pool(r, pool, &err), AC_E_TYPE);
    cr_expect_eq(ac_pool_cover(pool, 9999, &err), AC_E_NOT_FOUND);
    cr_expect_null(r->pool);
    ac_record_free(r);
    ac_pool_free(pool);
    rules_case_close(&strange);
    rules_case_close(&k);
}

Test(pool, a_slot_takes_a_value_and_gives_it_back)
{
    rules_case k;
    ac_record *r;
    ac_value   v;
    ac_error   err = AC_ERROR_INIT;
    uint32_t   jobs, ratio, share;

    rules_case_open(&k, test_path("tests/data/aggregates/desk.policy"));
    r = rules_case_record(&k, "client");
    jobs = rules_field(r, "jobs");
    ratio = rules_field(r, "ratio");
    cr_expect_eq(ac_record_set_count(r, jobs, 4, &err), AC_OK);
    cr_expect_eq(ac_record_set_count(r, jobs, -1, &err), AC_E_RANGE);
    cr_assert_eq(ac_record_get(r, jobs, &v, &err), AC_OK);
    cr_expect_eq(v.num, 4);
    cr_expect_eq(ac_record_add(r, jobs, &v, rules_time("2026-07-01T00:00:00Z"), &err), AC_E_TYPE);
    cr_assert_eq(ac_rules_value(r, jobs, rules_time("2026-07-01T00:00:00Z"), &v, &err), AC_OK);
    cr_expect_eq(v.num, 4);
    cr_assert_eq(ac_record_clear(r, jobs, &err), AC_OK);
    cr_assert_eq(ac_rules_value(r, jobs, rules_time("2026-07-01T00:00:00Z"), &v, &err), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
    /* what reads slots is none itself */
    cr_expect_eq(ac_record_set_number(r, ratio, (ac_ratio){ 1, 2 }, &err), AC_E_TYPE);
    cr_expect_eq(ac_record_set_count(r, jobs, 5, &err), AC_OK);
    ac_record_reset(r);
    cr_assert_eq(ac_rules_value(r, jobs, rules_time("2026-07-01T00:00:00Z"), &v, &err), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
    ac_record_free(r);
    r = rules_case_record(&k, "ticket");
    share = rules_field(r, "share");
    cr_expect_eq(ac_record_set_money(r, share, 4, &err), AC_E_TYPE);
    ac_record_free(r);
    rules_case_close(&k);
}

static ac_status scenario(const rules_case *k, const ac_allocator *mem)
{
    ac_pool   *pool = NULL;
    ac_record *records[12] = { NULL };
    ac_error   err = AC_ERROR_INIT;
    ac_status  st = ac_pool_new(k->book, k->policy, mem, &pool, &err);

    for (int i = 0; st == AC_OK && i < 12; i++) {
        size_t before = ac_pool_count(pool, ticket_type(k));

        st = ac_record_new(k->book, k->policy, ticket_type(k), rules_text("T"), mem, &records[i], &err);
        if (st != AC_OK)
            break;
        st = ac_pool_add(pool, records[i], &err);
        cr_expect_eq(ac_pool_count(pool, ticket_type(k)), before + (st == AC_OK));
    }
    for (int i = 0; i < 12; i++)
        ac_record_free(records[i]);
    ac_pool_free(pool);
    return st;
}

Test(pool, every_allocation_may_fail)
{
    rules_case k;

    rules_case_open(&k, test_path("tests/data/aggregates/desk.policy"));
    for (long n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_status    st = scenario(&k, &mem);

        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect_eq(f.wrong_size, 0u);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    rules_case_close(&k);
}

Test(pool, decisions_over_it_allocate_nothing)
{
    failing_mem  f = { .left = -1 };
    ac_allocator mem = { sizeof mem, counting_resize, &f };
    rules_case   k;
    ac_pool     *pool = NULL;
    ac_record   *client = NULL, *tickets[40];
    ac_value     v;
    size_t       calls;

    rules_case_open(&k, test_path("tests/data/aggregates/desk.policy"));
    cr_assert_eq(ac_pool_new(k.book, k.policy, &mem, &pool, NULL), AC_OK);
    cr_assert_eq(ac_record_new(k.book, k.policy, ac_policy_find_record(k.policy, rules_text("client")), rules_text("C"), &mem, &client, NULL), AC_OK);
    cr_assert_eq(ac_record_attach_pool(client, pool, NULL), AC_OK);
    for (int i = 0; i < 40; i++) {
        tickets[i] = new_ticket(&k, &mem);
        cr_assert_eq(ac_record_attach_owner(tickets[i], client, NULL), AC_OK);
        cr_assert_eq(ac_record_set_count(tickets[i], rules_field(tickets[i], "size"), i * 7 % 40, NULL), AC_OK);
        cr_assert_eq(ac_pool_add(pool, tickets[i], NULL), AC_OK);
    }
    calls = f.calls;
    for (uint32_t i = 0; i < client->def->field_count; i++)
        cr_expect_eq(ac_rules_value(client, i, rules_time("2026-07-01T00:00:00Z"), &v, NULL), AC_OK);
    cr_assert_eq(ac_rules_value(client, rules_field(client, "middle"), rules_time("2026-07-01T00:00:00Z"), &v, NULL), AC_OK);
    cr_expect_eq(f.calls, calls);
    cr_expect_eq(v.num, 39);
    cr_expect_eq(v.den, 2);
    for (int i = 0; i < 40; i++)
        ac_record_free(tickets[i]);
    ac_record_free(client);
    ac_pool_free(pool);
    cr_expect_eq(f.live, 0u);
    rules_case_close(&k);
}
