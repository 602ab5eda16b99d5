#include "aftercare/with.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"

/* --- reading ------------------------------------------------------------------------------ */

/* The type of the records in a file, or AC_NO_INDEX after a message. */
static uint32_t find_type(const options *o, ac_policy *policy, const char *given, const char **file)
{
    uint32_t type = options_record(o, policy, options_kind(given, file));
    if (type == AC_NO_INDEX && *file == given)
        fprintf(stderr, "    hint: --with KIND=%s says what records these are\n", given);
    return type;
}

static ac_record *new_record(const options *o, ac_rulebook *book, ac_policy *policy, uint32_t type)
{
    ac_error err = AC_ERROR_INIT;
    ac_record *record = NULL;
    if (ac_record_new(book, policy, type, text_of(""), NULL, &record, &err) != AC_OK)
        host_print_error(o->load.policy, 0, 0, &err);
    return record;
}

static int keep(with *w, ac_record *record)
{
    ac_error err = AC_ERROR_INIT;
    w->list = must_resize(w->list, (w->count + 1) * sizeof *w->list);
    w->list[w->count++] = record;
    if (ac_pool_add(w->pool, record, &err) == AC_OK)
        return 1;
    host_print_error("--with", 0, 0, &err);
    return 0;
}

static int read_file(with *w, const options *o, ac_rulebook *book, ac_policy *policy, const char *given)
{
    const char *file;
    uint32_t type = find_type(o, policy, given, &file);
    if (type == AC_NO_INDEX)
        return EXIT_USAGE;
    input *in = must_zero(1, sizeof *in);
    ac_record *next = new_record(o, book, policy, type);
    int code = EXIT_REFUSED;
    if (next && ac_pool_cover(w->pool, type, NULL) == AC_OK && input_open(in, o, file, &next, 1)) {
        while (next && input_next(in, 1)) {
            next = new_record(o, book, policy, type);
            if (next && !keep(w, input_take(in, next)))
                break;
        }
        code = next && !in->bad_rows ? EXIT_DONE : EXIT_REFUSED;
        if (in->bad_rows)
            fprintf(stderr, "aftercare %s: %zu of %zu rows of %s cannot be read; nothing is decided without them\n", o->command, in->bad_rows, in->rows, in->path);
    }
    if (in->unreadable)
        code = EXIT_USAGE;
    ac_record_free(in->targets ? in->targets[0].record : next);
    input_close(in);
    free(in);
    return code;
}

/* --- finding ------------------------------------------------------------------------------ */

static int compare(uint32_t type, ac_text id, const ac_record *other)
{
    uint32_t its = ac_record_type(other);
    return type != its ? (type > its) - (type < its) : text_order(id, ac_record_id(other));
}

static int record_order(const void *a, const void *b)
{
    const ac_record *x = *(ac_record *const *)a;
    return compare(ac_record_type(x), ac_record_id(x), *(ac_record *const *)b);
}

static ac_record *find(const with *w, uint32_t type, ac_text id)
{
    size_t low = 0, high = w->count;
    while (id.size && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(type, id, w->list[middle]);
        if (order == 0)
            return w->list[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* An id stands for one record. */
static int are_ids_single(const with *w)
{
    for (size_t i = 1; i < w->count; i++) {
        ac_text id = ac_record_id(w->list[i]);
        ac_error err = AC_ERROR_INIT;
        if (id.size == 0 || record_order(&w->list[i - 1], &w->list[i]) != 0)
            continue;
        err.code = TOOL_WITH;
        err.what = "two records of one kind have this id";
        err.hint = "leave one out; rows without a column `id` are told apart by their place";
        snprintf(err.name, sizeof err.name, "%.*s", (int)id.size, id.data);
        host_print_error("--with", 0, 0, &err);
        return 0;
    }
    return 1;
}

/* --- joining ------------------------------------------------------------------------------ */

static void join_links(const with *w, ac_record *record)
{
    ac_field_info field = AC_FIELD_INFO_INIT;
    for (uint32_t i = 0; ac_policy_field_at(ac_record_policy(record), ac_record_type(record), i, &field) == AC_OK; i++) {
        ac_value value;
        if (field.type != AC_TYPE_RECORD || ac_record_get(record, i, &value, NULL) != AC_OK || value.state != AC_VALUE_KNOWN)
            continue;
        ac_text id = { value.text, value.text_size };
        ac_record *target = find(w, field.ref, id);
        if (target)
            ac_record_attach_link(record, i, target, NULL);
    }
}

/* Owners and links that are named, by their ids. */
static void join(const with *w, ac_record *record)
{
    ac_record *owner;
    join_links(w, record);
    for (; ac_record_owner(record, &owner, NULL) == AC_OK; record = owner) {
        ac_record *known = find(w, ac_record_type(owner), ac_record_id(owner));
        if (known && known != owner)
            ac_record_attach_owner(record, known, NULL);
        if (known)
            return;     /* its own were joined when all were read */
        join_links(w, owner);
    }
}

void with_join(const with *w, ac_record *record)
{
    ac_error err = AC_ERROR_INIT;
    if (!w->pool)
        return;
    if (ac_record_attach_pool(record, w->pool, &err) != AC_OK)
        host_print_error("--with", 0, 0, &err);
    join(w, record);
}

int with_open(with *w, const options *o, ac_rulebook *book, ac_policy *policy)
{
    ac_error err = AC_ERROR_INIT;
    int code = EXIT_DONE;
    if (o->with_count == 0)
        return EXIT_DONE;
    if (ac_pool_new(book, policy, NULL, &w->pool, &err) != AC_OK) {
        host_print_error(o->load.policy, 0, 0, &err);
        return EXIT_REFUSED;
    }
    for (size_t i = 0; i < o->with_count && code == EXIT_DONE; i++)
        code = read_file(w, o, book, policy, o->with[i]);
    if (code != EXIT_DONE)
        return code;
    if (w->count)
        qsort(w->list, w->count, sizeof *w->list, record_order);
    if (!are_ids_single(w))
        return EXIT_REFUSED;
    for (size_t i = 0; i < w->count; i++)
        join(w, w->list[i]);
    return EXIT_DONE;
}

void with_close(with *w)
{
    for (size_t i = 0; i < w->count; i++)
        ac_record_free(w->list[i]);
    free(w->list);
    ac_pool_free(w->pool);
    memset(w, 0, sizeof *w);
}
