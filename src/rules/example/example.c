#include "rules/example/example.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/report/limits.h"

/* Examples of a policy: each row fills a record, is judged as of its `now` or its latest instant, and is compared. */

/* --- rows --------------------------------------------------------------------------- */

/* As the book has them: the example before may have filled some. */
void ac_example_empty_holes(ac_example_run *r)
{
    uint32_t count = r->policy->hole_count;

    for (uint32_t i = 0; i < r->linked->pin_count && count > 0; i++)
        memcpy(&r->holes[i * count], r->linked->pins[i].holes, count * sizeof *r->holes);
}

/* A link of our own, whose holes may be written. */
static ac_status own_link(ac_example_run *r)
{
    const ac_link *linked = r->linked;

    r->link = *linked;
    r->pins = ac_mem_array(r->mem, linked->pin_count, sizeof *r->pins);
    r->holes = ac_mem_array(r->mem, (size_t)linked->pin_count * r->policy->hole_count, sizeof *r->holes);
    if (!r->pins || !r->holes)
        return ac_mem_failed(r->mem, r->err);
    for (uint32_t i = 0; i < linked->pin_count; i++) {
        r->pins[i] = linked->pins[i];
        r->pins[i].holes = &r->holes[i * r->policy->hole_count];
    }
    r->link.pins = r->pins;
    return AC_OK;
}

static void free_link(ac_example_run *r)
{
    ac_mem_free(r->mem, r->pins, r->linked->pin_count * sizeof *r->pins);
    ac_mem_free(r->mem, r->holes, (size_t)r->linked->pin_count * r->policy->hole_count * sizeof *r->holes);
}

void ac_example_begin_row(ac_example_run *r, const ac_example_row *row)
{
    static const ac_act        nobody = AC_ACT_INIT;
    static const ac_occurrence nothing = AC_OCCURRENCE_INIT;

    r->row = row;
    r->has_now = r->is_failed = r->is_skipped = 0;
    r->act = nobody;
    r->chosen = nothing;
}

void ac_example_end_row(ac_example_run *r)
{
    r->counts->failed += r->is_failed;
    r->counts->skipped += !r->is_failed && r->is_skipped;
    r->counts->passed += !r->is_failed && !r->is_skipped;
}

static void run_row(ac_example_run *r, const ac_example_row *row)
{
    ac_example_begin_row(r, row);
    if (!r->pool)
        ac_record_reset(r->record);
    for (uint32_t i = 0; i < row->given_count && r->status == AC_OK && !r->is_failed; i++)
        ac_example_give(r, &row->givens[i]);
    ac_example_find_now(r);
    if (r->status == AC_OK)
        ac_coverage_see(r->coverage, r->record, r->now);
    for (uint32_t i = 0; i < row->expect_count && r->status == AC_OK && !r->is_failed; i++)
        ac_example_compare(r, &row->expects[i]);
    ac_example_end_row(r);
}

ac_status ac_example_new_record(ac_example_run *r, uint32_t type, ac_record **out)
{
    const ac_text no_id = {NULL, 0};
    ac_status     st = ac_record_new(r->book, r->policy, type, no_id, r->allocator, out, r->err);

    for (ac_record *own = *out; st == AC_OK && own; own = own->family)
        own->link = &r->link;
    return st;
}

static void skip_rows(ac_example_run *r, const ac_example *example)
{
    for (uint32_t i = 0; i < example->row_count; i++) {
        r->row = &example->rows[i];
        r->is_skipped = 0;
        ac_example_skip(r, r->row->line, "link the zone ", r->policy->timezone.data);
        r->counts->skipped++;
    }
}

/* The owner and the linked records of the first row are those of all; the first one's are made here. */
static ac_status share(ac_example_run *r, ac_record *first, ac_record *next)
{
    const ac_record_def *def = first->def;
    ac_record           *other = NULL;
    ac_status            st = AC_OK;

    if (next != first && def->owner != AC_NO_INDEX)
        st = ac_record_attach_owner(next, first->owner, r->err);
    for (uint32_t f = 0; st == AC_OK && f < def->field_count; f++) {
        if (def->fields[f].type.kind != AC_TYPE_RECORD)
            continue;
        st = ac_record_link(first, f, &other, r->err);
        if (st == AC_OK && next != first)
            st = ac_record_attach_link(next, f, other, r->err);
    }
    return st;
}

/* Rows that add up: each is a record more in the pool, judged after it came. */
static ac_status run_in_order(ac_example_run *r, const ac_example *example)
{
    ac_mem   *own = r->mem;
    ac_status st = ac_pool_new(r->book, r->policy, r->allocator, &r->pool, r->err);
    uint32_t  i;

    r->members = st == AC_OK ? ac_mem_array(own, example->row_count, sizeof *r->members) : NULL;
    r->hits.count = 0;
    r->hits.room = example->row_count > 0 ? example->row_count * example->rows[0].expect_count : 0;
    r->hits.at = r->members ? ac_mem_array(own, r->hits.room, sizeof *r->hits.at) : NULL;
    if (st == AC_OK && !r->hits.at)
        st = ac_mem_failed(own, r->err);
    for (i = 0; st == AC_OK && i < example->row_count; i++) {
        st = ac_example_new_record(r, example->record, &r->members[i]);
        if (st == AC_OK)
            st = share(r, r->members[0], r->members[i]);
        if (st == AC_OK)
            st = ac_pool_add(r->pool, r->members[i], r->err);
        r->record = r->members[i];
        if (st != AC_OK)
            break;
        run_row(r, &example->rows[i]);
        st = r->status;
    }
    for (i = example->row_count; r->members && i-- > 0;)
        ac_record_free(r->members[i]);
    ac_mem_free(own, r->members, example->row_count * sizeof *r->members);
    ac_mem_free(own, r->hits.at, r->hits.room * sizeof *r->hits.at);
    r->hits.at = NULL;
    r->hits.room = r->hits.count = 0;
    ac_pool_free(r->pool);
    r->pool = NULL;
    r->record = NULL;
    return st;
}

static ac_status run_example(ac_example_run *r, const ac_example *example)
{
    ac_status st;

    if (!r->linked->zone) {
        skip_rows(r, example);
        return AC_OK;
    }
    if (example->choice != AC_NO_INDEX)
        return ac_example_run_choice(r, example);
    ac_example_empty_holes(r);
    if (example->in_order)
        return run_in_order(r, example);
    st = ac_example_new_record(r, example->record, &r->record);
    for (uint32_t i = 0; st == AC_OK && i < example->row_count; i++) {
        ac_example_empty_holes(r);
        run_row(r, &example->rows[i]);
        st = r->status;
    }
    ac_record_free(r->record);
    r->record = NULL;
    return st;
}

/* --- the report's places -------------------------------------------------------------- */

/* A policy keeps lines, not its text. A text of empty lines has them at the same numbers. */
static ac_text lines_of(const ac_policy *policy, ac_mem *mem)
{
    uint32_t last = 1;
    ac_text  text = {NULL, 0};
    char    *data;

    for (uint32_t i = 0; i < policy->line_count; i++)
        last = policy->lines[i].line > last ? policy->lines[i].line : last;
    data = ac_mem_alloc(mem, last);
    if (!data)
        return text;
    memset(data, '\n', last);
    text.data = data;
    text.size = last;
    return text;
}

static ac_status run_all(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_mem *own, ac_log *log, ac_example_counts *out,
                         ac_error *err)
{
    ac_coverage    coverage;
    ac_example_run r;
    ac_status      st;

    memset(&r, 0, sizeof r);
    r.book = book;
    r.policy = policy;
    r.linked = ac_rulebook_link(book, policy);
    r.log = log;
    r.counts = out;
    r.err = err;
    r.mem = own;
    r.allocator = mem;
    r.coverage = &coverage;
    if (!r.linked)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "the policy is not in this rulebook", NULL);
    st = ac_coverage_begin(&coverage, policy, own) ? own_link(&r) : ac_error_nomem(err);
    for (uint32_t i = 0; st == AC_OK && i < policy->example_count; i++)
        st = run_example(&r, &policy->examples[i]);
    ac_coverage_end(&coverage, own, log, out);
    free_link(&r);
    return st;
}

ac_status ac_rules_run_examples(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_report *report, ac_example_counts *out,
                                ac_error *err)
{
    const ac_policy_limits defaults = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ac_policy_limits       limits;
    ac_source              source;
    ac_example_counts      counts;
    ac_mem                 own;
    ac_log                 log;
    ac_status              st, ended;

    assert(book && policy && report && out);
    memset(&counts, 0, sizeof counts);
    *out = counts;
    st = ac_mem_init(&own, mem, 0, err);
    if (st == AC_OK)
        st = ac_policy_limits_resolve(&defaults, &limits, err);
    if (st != AC_OK)
        return st;
    limits.messages = UINT32_MAX;
    source.name.data = policy->source_name;
    source.name.size = strlen(policy->source_name);
    source.text = lines_of(policy, &own);
    if (!source.text.data)
        return ac_mem_failed(&own, err);
    st = ac_log_begin(&log, &own, report, &source, &limits, 0, err);
    if (st == AC_OK)
        st = run_all(book, policy, mem, &own, &log, &counts, err);
    if (st != AC_OK && log.status == AC_OK)
        log.status = st;    /* the report is left as it was */
    ended = ac_log_end(&log, st == AC_OK ? err : NULL);
    ac_mem_free(&own, (void *)(uintptr_t)source.text.data, source.text.size);
    if (st == AC_OK && ended != AC_E_POLICY)
        st = ended;
    if (st == AC_OK)
        *out = counts;
    return st;
}
