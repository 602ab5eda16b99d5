#include <string.h>

#include "policy/check.h"
#include "policy/parse.h"

/* The driver of the checker: its life, the order of passes, what is said at the end. */

/* The constants and paths there are, so that equal ones are found again. Their numbers come out as they were. */
static int recall(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    uint32_t   i, k, key[4 + AC_PATH_STEPS];
    ac_text    bytes;

    for (i = 0; i < p->constant_count; i++) {
        bytes.data = (const char *)&p->constants[i];
        bytes.size = sizeof *p->constants;
        if (ac_intern_add(&ck->constants, bytes) == AC_INTERN_NONE)
            return 0;
    }
    for (i = 0; i < p->path_count; i++) {
        key[0] = p->paths[i].record;
        key[1] = p->paths[i].field;
        key[2] = p->paths[i].step_count;
        for (k = 0; k < p->paths[i].step_count; k++)
            key[3 + k] = p->paths[i].steps[k];
        bytes.data = (const char *)key;
        bytes.size = (3u + p->paths[i].step_count) * sizeof *key;
        if (ac_intern_add(&ck->paths, bytes) == AC_INTERN_NONE)
            return 0;
    }
    return 1;
}

/* A growing copy of an array of the policy. */
static int thaw(ac_checker *ck, void **items, uint32_t count, size_t *room, size_t size)
{
    void *copy = NULL;

    *room = 0;
    if (count > 0 && !ac_mem_grow(ck->mem, &copy, room, count, size)) {
        *items = NULL;
        return 0;
    }
    if (count > 0)
        memcpy(copy, *items, count * size);
    *items = copy;
    return 1;
}

#define EACH_GROWING(visit, ck) \
    (visit((ck), (void **)&(ck)->policy->lines, (ck)->policy->line_count, &(ck)->lines_room, sizeof *(ck)->policy->lines) \
     & visit((ck), (void **)&(ck)->policy->unsets, (ck)->policy->unset_count, &(ck)->unsets_room, sizeof *(ck)->policy->unsets) \
     & visit((ck), (void **)&(ck)->policy->strings, (ck)->policy->string_count, &(ck)->strings_room, sizeof *(ck)->policy->strings) \
     & visit((ck), (void **)&(ck)->policy->constants, (ck)->policy->constant_count, &(ck)->constants_room, sizeof *(ck)->policy->constants) \
     & visit((ck), (void **)&(ck)->policy->ops, (ck)->policy->op_count, &(ck)->ops_room, sizeof *(ck)->policy->ops) \
     & visit((ck), (void **)&(ck)->policy->paths, (ck)->policy->path_count, &(ck)->paths_room, sizeof *(ck)->policy->paths) \
     & visit((ck), (void **)&(ck)->policy->holes, (ck)->policy->hole_count, &(ck)->holes_room, sizeof *(ck)->policy->holes))

int ac_checker_begin(ac_checker *ck, ac_policy *policy, ac_mem *mem, ac_arena *arena, ac_log *log, const ac_policy_limits *limits)
{
    memset(ck, 0, sizeof *ck);
    ck->policy = policy;
    ck->mem = mem;
    ck->arena = arena;
    ck->log = log;
    ck->limits = limits;
    ac_arena_init(&ck->scratch, mem);
    ac_intern_init(&ck->texts, arena);
    ac_arena_init(&ck->found, mem);
    ac_intern_init(&ck->constants, &ck->found);
    ac_intern_init(&ck->paths, &ck->found);
    return EACH_GROWING(thaw, ck) && recall(ck);
}

static int pack(ac_checker *ck, void **items, uint32_t count, size_t *room, size_t size)
{
    void *kept = ac_arena_array(ck->arena, count, size);

    if (kept && count > 0)
        memcpy(kept, *items, count * size);
    ac_mem_free(ck->mem, *items, *room * size);
    *room = 0;
    *items = kept;
    return kept != NULL;
}

int ac_checker_pack(ac_checker *ck)
{
    return EACH_GROWING(pack, ck);
}

static int discard(ac_checker *ck, void **items, uint32_t count, size_t *room, size_t size)
{
    (void)count;
    if (*room > 0) {
        ac_mem_free(ck->mem, *items, *room * size);
        *items = NULL;
        *room = 0;
    }
    return 1;
}

void ac_checker_end(ac_checker *ck)
{
    (void)EACH_GROWING(discard, ck);
    ac_mem_free_array(ck->mem, ck->code, ck->code_room);
    ck->code = NULL;
    ck->code_room = 0;
    ac_arena_clear(&ck->scratch);
    ac_arena_clear(&ck->found);
}

/* ── what the header must say ── */

static void check_header_needs(ac_checker *ck)
{
    const ac_tree_head *head = &ck->tree->head;

    if (head->has_errors)
        return;
    if (ck->days_used && !head->has_days_end)
        ac_say(ck, AC_MSG_NO_DAYS_END, ck->days_place);
    if (ck->months_used && !head->has_month_end)
        ac_say(ck, AC_MSG_NO_MONTH_END, ck->months_place);
    if (head->zone.text.size == 0 && (ck->zone_used || ck->policy->calendar_count > 0))
        ac_say(ck, AC_MSG_NO_TIMEZONE, ck->zone_used ? ck->zone_place : head->place);
}

/* Articles without a rule, and those listed under `uncoded`. */
void ac_check_cited(ac_checker *ck)
{
    const ac_tree *tree = ck->tree;
    ac_policy     *p = ck->policy;
    uint32_t       i, k, n, at;

    for (i = 0; i < tree->count; i++) {
        const ac_tree_uncoded *u = tree->blocks[i].kind == AC_TREE_BLOCK_UNCODED ? tree->blocks[i].u.uncoded : NULL;

        for (k = 0; u && k < u->count; k++) {
            ac_tree_cites per;
            ac_tree_cite  cite = u->lines[k].article;

            per.at = &cite;
            per.count = 1;
            per.place = cite.place;
            ac_check_cites(ck, &per);
        }
    }
    if (ck->has_bad_blocks)
        return;
    for (i = 0, at = 0; i < tree->head.rulebook_count; i++)
        for (k = 0; k < tree->head.rulebooks[i].articles.count; k++) {
            const ac_tree_cite *cite = &tree->head.rulebooks[i].articles.at[k];

            for (n = 0; n < ac_cite_count(cite) && at < p->article_count; n++, at++)
                if (!ck->cited[at])
                    ac_say_1(ck, AC_MSG_ARTICLE_NOT_CITED, cite->place, p->articles[at]);
        }
}

void ac_check(ac_checker *ck, const ac_tree *tree)
{
    static void (*const passes[])(ac_checker *) = {
        ac_check_header, ac_check_names, ac_check_types, ac_check_calendars, ac_check_values, ac_check_enums_gives, ac_check_fields,
        ac_check_tables, ac_check_limits, ac_check_order, ac_check_later_stages, ac_check_examples, ac_check_labels, check_header_needs, ac_check_cited
    };
    size_t i;

    ck->tree = tree;
    for (i = 0; i < sizeof passes / sizeof *passes && !ck->nomem; i++)
        passes[i](ck);
}
