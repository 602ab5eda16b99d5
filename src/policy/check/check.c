#include <stddef.h>
#include <string.h>

#include "policy/check/check.h"
#include "policy/text/parse.h"

/* The driver of the checker: its life, the order of passes, what is said at the end. */

#define GROWS(array, one, bytes) \
    { offsetof(ac_policy, array), offsetof(ac_policy, one ## _count), offsetof(ac_checker, array ## _room), sizeof *((ac_policy *)0)->array, bytes }

/* In the order of ac_growing. `bytes`: of text to one of them, in tables of many rows. The room begun with is what a policy
 * is likely to need, as each growth would copy it. */
static const struct { uint16_t items, count, room, size, bytes; } growing[] = {
    GROWS(lines, line, 32), GROWS(unsets, unset, 4096), GROWS(strings, string, 64), GROWS(constants, constant, 12), GROWS(ops, op, 4),
    GROWS(paths, path, 256), GROWS(holes, hole, 4096), GROWS(aggregates, aggregate, 4096)
};

void *ac_check_append(ac_checker *ck, void **items, size_t *room, uint32_t *count, size_t size)
{
    char *at;

    if (*count == AC_NO_INDEX - 1 || !ac_mem_grow(ck->mem, items, room, (size_t)*count + 1, size)) {
        ck->nomem = 1;
        return NULL;
    }
    at = (char *)*items + (size_t)(*count)++ * size;
    return memset(at, 0, size);
}

void *ac_check_add(ac_checker *ck, ac_growing which)
{
    char *p = (char *)ck->policy;

    return ac_check_append(ck, (void **)(p + growing[which].items), (size_t *)((char *)ck + growing[which].room), (uint32_t *)(p + growing[which].count),
                           growing[which].size);
}

typedef enum handling {
    THAW,       /* copied from the arena, so as to grow */
    PACK,       /* into the arena at its final size */
    DISCARD
} handling;

static int handle(ac_checker *ck, handling what)
{
    size_t i;
    int    ok = 1;

    for (i = 0; i < sizeof growing / sizeof *growing; i++) {
        void   **items = (void **)((char *)ck->policy + growing[i].items), *copy = NULL;
        size_t  *room = (size_t *)((char *)ck + growing[i].room);
        size_t   size = growing[i].size, count = *(uint32_t *)((char *)ck->policy + growing[i].count);

        if (what == DISCARD && *room == 0)
            continue;
        if (what == PACK)
            copy = ac_arena_dup(ck->arena, *items, count, size);
        if (what == THAW) {
            size_t expected = ck->log->lines.source.size / growing[i].bytes;

            ok &= ac_mem_grow(ck->mem, &copy, room, count + expected, size);
            if (copy && count > 0)
                memcpy(copy, *items, count * size);
        }
        if (what != THAW) {
            ac_mem_free(ck->mem, *items, *room * size);
            *room = 0;
        }
        ok &= what != PACK || copy != NULL;
        *items = copy;
    }
    return ok;
}

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
    return handle(ck, THAW) && ac_check_recall(ck);
}

int ac_checker_pack(ac_checker *ck)
{
    return handle(ck, PACK);
}

void ac_checker_end(ac_checker *ck)
{
    handle(ck, DISCARD);
    ac_mem_free_array(ck->mem, ck->code, ck->code_room);
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

/* The reason why an article has no rule. An unknown one is a mistake like any other citation of it. */
static void check_uncoded(ac_checker *ck, const ac_tree_uncoded_line *line)
{
    const ac_tree_cite *cite = &line->article;
    ac_text             reason = ac_check_text(ck, line->reason.text);
    ac_tree_cites       per;
    uint32_t            n = ac_cite_count(cite), i, at;

    for (i = 0; i < n && !ck->log->is_full && !ck->nomem; i++) {
        ac_text article = ac_cite_at(cite, i, &ck->scratch);

        at = article.data ? ac_check_find(ck, AC_NAME_ARTICLE, 0, article) : AC_NO_INDEX;
        if (at != AC_NO_INDEX) {
            ck->cited[at] = 1;
            ck->policy->article_defs[at].reason = reason;
            continue;
        }
        per.at = (ac_tree_cite *)(uintptr_t)cite;
        per.count = 1;
        per.place = cite->place;
        ac_check_cites(ck, &per);
        return;
    }
}

/* Articles without a rule, and those listed under `uncoded`. */
void ac_check_cited(ac_checker *ck)
{
    const ac_tree *tree = ck->tree;
    ac_policy     *p = ck->policy;
    uint32_t       i, k, n, at;

    for (i = 0; i < tree->count; i++) {
        const ac_tree_uncoded *u = tree->blocks[i].kind == AC_TREE_BLOCK_UNCODED ? tree->blocks[i].u.uncoded : NULL;

        for (k = 0; u && k < u->count; k++)
            check_uncoded(ck, &u->lines[k]);
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
        ac_check_tables, ac_check_ladders, ac_check_limits, ac_check_lengths, ac_check_order, ac_check_offences, ac_check_caps, ac_check_gates, ac_check_openings, ac_check_choices, ac_check_later_stages, ac_check_examples, ac_check_labels, check_header_needs, ac_check_cited
    };
    size_t i;

    ck->tree = tree;
    for (i = 0; i < sizeof passes / sizeof *passes && !ck->nomem; i++)
        passes[i](ck);
}
