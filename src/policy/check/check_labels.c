#include "policy/check/check.h"
#include "policy/report/suggest.h"
#include "policy/text/digest.h"

#include <string.h>

/* Labels, and the two digests. */

/* `a.b` as it is looked up. */
static ac_text path_text(ac_checker *ck, const ac_tree_path *path)
{
    size_t   size = path->count - 1, at = 0;
    uint32_t i;
    char    *joined;
    ac_text  text;

    if (path->count == 1)
        return ac_check_text(ck, path->at[0].text);
    for (i = 0; i < path->count; i++)
        size += path->at[i].text.size;
    joined = ac_arena_alloc(&ck->scratch, size, 1);
    if (!joined) {
        ck->nomem = 1;
        return path->at[0].text;
    }
    for (i = 0; i < path->count; i++) {
        if (i)
            joined[at++] = '.';
        memcpy(joined + at, path->at[i].text.data, path->at[i].text.size);
        at += path->at[i].text.size;
    }
    text.data = joined;
    text.size = size;
    return ac_check_text(ck, text);
}

/* Whatever its kind and scope. */
static int is_declared(const ac_names *names, ac_text name)
{
    uint32_t i;

    for (i = 0; i < names->count; i++)
        if (ac_text_equal(names->entries[i].text, name))
            return 1;
    return ac_text_equal(name, ac_text_of("new"));
}

static void check_declared(ac_checker *ck, const ac_tree_name *name)
{
    const ac_names *names = ck->policy->names;
    ac_suggest      near;
    uint32_t        i;

    if (ck->has_bad_blocks || is_declared(names, name->text))
        return;
    if (!ac_log_1(ck->log, AC_MSG_LABEL_UNKNOWN, name->place, ac_arg_text(name->text)))
        return;
    ac_suggest_begin(&near, name->text, &ck->log->patience);
    for (i = 0; i < names->count; i++)
        ac_suggest_offer(&near, names->entries[i].text);
    ac_log_suggest(ck->log, near.names, near.count);
}

static void add_label(ac_checker *ck, const ac_tree_labels *block, const ac_tree_label *tree)
{
    ac_policy *policy = ck->policy;
    ac_label  *label = &policy->labels[policy->label_count];
    uint32_t   i;

    label->lang = ac_check_text(ck, block->lang.text);
    label->name = path_text(ck, &tree->path);
    label->text = ac_check_text(ck, tree->text.text);
    if (ck->nomem)
        return;
    for (i = 0; i < policy->label_count; i++)
        if (policy->labels[i].name.data == label->name.data && policy->labels[i].lang.data == label->lang.data) {
            ac_log_2(ck->log, AC_MSG_LABEL_TWICE, tree->path.place, ac_arg_text(label->name), ac_arg_text(label->lang));
            return;
        }
    for (i = 0; i < tree->path.count; i++)
        check_declared(ck, &tree->path.at[i]);
    policy->label_count++;
}

void ac_check_labels(ac_checker *ck)
{
    const ac_tree *tree = ck->tree;
    uint32_t       i, k, count = 0;

    for (i = 0; i < tree->count; i++)
        if (tree->blocks[i].kind == AC_TREE_BLOCK_LABELS && !tree->blocks[i].has_errors)
            count += tree->blocks[i].u.labels->count;
    ck->policy->labels = ac_check_array(ck, count, sizeof *ck->policy->labels);
    if (!ck->policy->labels)
        return;
    for (i = 0; i < tree->count; i++)
        if (tree->blocks[i].kind == AC_TREE_BLOCK_LABELS && !tree->blocks[i].has_errors)
            for (k = 0; k < tree->blocks[i].u.labels->count; k++)
                add_label(ck, tree->blocks[i].u.labels, &tree->blocks[i].u.labels->at[k]);
}

void ac_check_digests(ac_checker *ck, ac_text source)
{
    ck->policy->source_digest = ac_digest_of(source.data, source.size);
    ck->policy->rule_digest = ac_rule_digest_of(ck->tree);
}
