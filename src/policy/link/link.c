#include "policy/link/link.h"

#include "base/error.h"
#include "base/hash.h"
#include "policy/model/value.h"
#include "policy/report/limits.h"
#include "time/civil.h"

#include <string.h>

ac_time ac_link_midnight(const ac_zone *zone, ac_day day)
{
    if (day <= AC_DAY_MIN)
        return AC_TIME_MIN;
    if (day >= AC_DAY_MAX)
        return AC_TIME_MAX;
    return zone ? ac_zone_instant(zone, day, 0) : day * AC_DAY_S;
}

ac_time ac_link_use_from(const ac_zone *zone, const ac_data_edition *edition)
{
    return edition->has_use_from ? ac_link_midnight(zone, edition->use_from) : AC_TIME_MIN;
}

static int calendar_uses(const ac_calendar_def *def, const ac_data_edition *edition)
{
    uint32_t i, k;

    for (i = 0; i < def->holidays_count; i++)
        for (k = 0; k < edition->list_count; k++)
            if (ac_text_equal(def->holidays[i], edition->lists[k].name))
                return 1;
    return 0;
}

int ac_link_uses(const ac_policy *policy, const ac_data_edition *edition)
{
    uint32_t i;

    if (edition->fills.size && ac_text_equal(edition->fills, policy->name))
        return 1;
    for (i = 0; i < policy->calendar_count; i++)
        if (calendar_uses(&policy->calendars[i], edition))
            return 1;
    return 0;
}

/* --- zone -------------------------------------------------------------------------- */

static ac_allocator allocator_of(const ac_mem *mem)
{
    ac_allocator a = { sizeof a, NULL, NULL };

    a.resize = mem->resize;
    a.user = mem->user;
    return a;
}

/* An offset or a rule makes its own zone; a name is looked for among those of the book. A policy without a zone uses no local
 * time (the checker sees to it): UTC does. */
static ac_status find_zone(ac_linker *l, ac_zone **out, ac_error *err)
{
    ac_allocator mem = allocator_of(&l->linked->mem);
    ac_status    st = ac_zone_new_rule(&mem, l->policy->timezone.size ? l->policy->timezone : ac_text_of("Z"), out, NULL);
    uint32_t     i;

    if (st == AC_OK)
        return AC_OK;
    if (st == AC_E_NOMEM)
        return ac_error_nomem(err);
    for (i = 0; i < l->zone_count; i++)
        if (ac_text_equal(ac_zone_name(l->zones[i]), l->policy->timezone))
            *out = ac_zone_ref(l->zones[i]);
    return AC_OK;
}

/* --- calendars ----------------------------------------------------------------------- */

static uint32_t collect_editions(const ac_linker *l, const ac_calendar_def *def, ac_edition *out)
{
    uint32_t i, k, h, n = 0;

    for (i = 0; i < l->edition_count; i++) {
        const ac_data_edition *e = ac_book_edition_of(&l->editions[i]);

        for (k = 0; k < e->list_count; k++)
            for (h = 0; h < def->holidays_count; h++)
                if (ac_text_equal(def->holidays[h], e->lists[k].name)) {
                    out[n].name = e->lists[k].name;
                    out[n].word = e->word;
                    out[n].use_from = ac_link_use_from(l->zone, e);
                    out[n].covers_first = e->covers_first;
                    out[n].covers_last = e->covers_last;
                    out[n].days = e->lists[k].days;
                    out[n++].days_count = e->lists[k].days_count;
                }
    }
    return n;
}

static uint32_t count_lists(const ac_linker *l)
{
    uint32_t i, n = 0;

    for (i = 0; i < l->edition_count; i++)
        n += ac_book_edition_of(&l->editions[i])->list_count;
    return n;
}

static void spec_of(const ac_calendar_def *def, ac_time pinned_at, ac_calendar_spec *spec)
{
    static const ac_calendar_spec normal = AC_CALENDAR_SPEC_INIT;
    int                           i;

    *spec = normal;
    for (i = 0; i < 7; i++) {
        spec->week[i] = def->week[i];
        spec->week_count[i] = def->week_count[i];
    }
    spec->worked_as = def->worked_as;
    spec->own = def->own;
    spec->own_count = def->own_count;
    if (def->has_valid) {
        spec->valid_first = def->valid_first;
        spec->valid_last = def->valid_last;
    }
    spec->beyond_weekly = def->beyond_weekly;
    spec->by_editions = def->holidays_count > 0;
    spec->pinned_at = pinned_at;
}

/* Where only a line of the policy is known, not its text: a source of empty lines gives line and column 1. */
static ac_status say_in_policy(ac_linker *l, ac_msg msg, uint32_t line, ac_text a, ac_text b, ac_error *err)
{
    static const ac_policy_limits normal = { 0 };
    ac_policy_limits              limits;
    ac_source                     source;
    ac_place                      place = { 0, 0 };
    ac_arg                        args[2];
    ac_log                        log;
    ac_status                     st, said;
    char                         *lines;
    uint32_t                      at = line < l->policy->line_count ? l->policy->lines[line].line : 1;

    if (!l->report)
        return AC_OK;
    lines = ac_mem_alloc(&l->linked->mem, at);
    if (!lines)
        return ac_mem_failed(&l->linked->mem, err);
    memset(lines, '\n', at);
    source.name = ac_text_of(l->policy->source_name);
    source.text.data = lines;
    source.text.size = at - (at > 0);
    place.at = at - (at > 0);
    args[0] = ac_arg_text(a);
    args[1] = ac_arg_text(b);
    st = ac_policy_limits_resolve(&normal, &limits, err);
    if (st == AC_OK) {
        st = ac_log_begin(&log, &l->linked->mem, l->report, &source, &limits, 0, err);
        if (st == AC_OK)
            ac_log_add(&log, msg, place, args, 2);
        said = ac_log_end(&log, st == AC_OK ? err : NULL);
        if (st == AC_OK && said != AC_E_POLICY)
            st = said;
    }
    ac_mem_free(&l->linked->mem, lines, at);
    return st;
}

/* Lists that clash, or too many dates: the data are at fault, each by itself being sound. */
static ac_status refuse_calendar(ac_linker *l, const ac_calendar_def *def, ac_status status, const ac_error *why, ac_error *err)
{
    char    text[AC_ERROR_NAME_BYTES + 200];
    ac_text parts[3];
    size_t  i, n = 0;

    if (status == AC_E_NOMEM)
        return ac_error_nomem(err);
    parts[0] = ac_text_of(why->what);
    parts[1] = ac_text_of(why->name[0] ? ": " : "");
    parts[2] = ac_text_of(why->name);
    for (i = 0; i < 3; i++)
        if (parts[i].size && n + parts[i].size < sizeof text) {
            memcpy(text + n, parts[i].data, parts[i].size);
            n += parts[i].size;
        }
    text[n] = 0;
    l->errors++;
    return say_in_policy(l, AC_MSG_LINK_CALENDAR, def->line, def->name, ac_text_of(text), err);
}

static ac_status make_calendar(ac_linker *l, const ac_calendar_def *def, ac_time pinned_at, ac_zone *zone, ac_edition *room, ac_calendar **out, ac_error *err)
{
    ac_allocator     mem = allocator_of(&l->linked->mem);
    ac_error         why = AC_ERROR_INIT;
    ac_calendar_spec spec;
    ac_status        st;

    spec_of(def, pinned_at, &spec);
    spec.editions = room;
    spec.editions_count = collect_editions(l, def, room);
    st = ac_calendar_new(&mem, &spec, zone, out, &why);
    if (st != AC_OK)
        return refuse_calendar(l, def, st, &why, err);
    l->linked->calendars[l->linked->calendar_count++] = *out;
    return AC_OK;
}

/* Whether an edition of the calendar's lists comes into use at the instant: otherwise the pin before has the same calendar. */
static int changes_at(const ac_linker *l, const ac_calendar_def *def, ac_time at)
{
    uint32_t i;

    for (i = 0; i < l->edition_count; i++) {
        const ac_data_edition *e = ac_book_edition_of(&l->editions[i]);

        if (ac_link_use_from(l->zone, e) == at && calendar_uses(def, e))
            return 1;
    }
    return 0;
}

static ac_status pin_calendars(ac_linker *l, uint32_t p, ac_zone *zone, ac_edition *room, ac_error *err)
{
    ac_pin    *pin = &l->linked->link.pins[p];
    ac_status  st = AC_OK;
    uint32_t   c;

    pin->calendars = ac_link_take(l, l->policy->calendar_count, sizeof *pin->calendars);
    if (!pin->calendars)
        return ac_mem_failed(&l->linked->mem, err);
    for (c = 0; c < l->policy->calendar_count && st == AC_OK; c++) {
        const ac_calendar_def *def = &l->policy->calendars[c];

        if (p > 0 && (def->as_of_now || !changes_at(l, def, pin->from)))
            pin->calendars[c] = pin[-1].calendars[c];
        else
            st = make_calendar(l, def, def->as_of_now ? AC_TIME_MAX : pin->from, zone, room, &pin->calendars[c], err);
    }
    return st;
}

/* --- pins ------------------------------------------------------------------------------ */

static void add_pin(ac_link *link, ac_time from)
{
    uint32_t i = link->pin_count;

    while (i > 0 && link->pins[i - 1].from > from)
        i--;
    if (i > 0 && link->pins[i - 1].from == from)
        return;
    memmove(&link->pins[i + 1], &link->pins[i], (link->pin_count - i) * sizeof *link->pins);
    memset(&link->pins[i], 0, sizeof link->pins[i]);
    link->pins[i].from = from;
    link->pin_count++;
}

static void find_pins(ac_linker *l)
{
    ac_link *link = &l->linked->link;
    uint32_t i;

    add_pin(link, AC_TIME_MIN);
    for (i = 0; i < l->edition_count; i++) {
        const ac_data_edition *e = ac_book_edition_of(&l->editions[i]);

        if (e->has_use_from && ac_link_uses(l->policy, e))
            add_pin(link, ac_link_use_from(l->zone, e));
    }
}

/* The latest edition in use at the pin that fills the hole; on equal days an error was given. */
static const ac_filling *filling_at(const ac_linker *l, uint32_t hole, ac_time at)
{
    const ac_filling *best = NULL;
    uint32_t          i;

    for (i = 0; i < l->filling_count; i++) {
        const ac_filling *f = &l->fillings[i];

        if (f->hole == hole && f->use_from <= at && (!best || f->use_from > best->use_from))
            best = f;
    }
    return best;
}

static ac_status pin_fillings(ac_linker *l, ac_pin *pin, ac_error *err)
{
    const ac_policy *policy = l->policy;
    ac_cell         *holes = ac_link_take(l, policy->hole_count, sizeof *holes);
    ac_fill         *fills = ac_link_take(l, policy->hole_count, sizeof *fills);
    const ac_table **tables = ac_link_take(l, policy->table_count, sizeof *tables);
    uint32_t         i;

    if (!holes || !fills || !tables)
        return ac_mem_failed(&l->linked->mem, err);
    for (i = 0; i < policy->table_count; i++)
        tables[i] = &policy->tables[i];
    for (i = 0; i < policy->hole_count; i++) {
        const ac_filling *f = filling_at(l, i, pin->from);

        holes[i] = f && !f->table ? f->cell : ac_cell_state(AC_VALUE_UNSET, policy->holes[i].unset);
        fills[i].edition = f ? f->edition : AC_NO_INDEX;
        if (f)
            fills[i].line = f->line;
        if (f && f->table)
            tables[f->table_index] = f->table;
    }
    pin->holes = holes;
    pin->fills = fills;
    pin->tables = tables;
    return AC_OK;
}

static ac_status make_pins(ac_linker *l, ac_zone *zone, ac_error *err)
{
    ac_linked *k = l->linked;
    ac_status  st = AC_OK;
    uint32_t   p, lists = count_lists(l);
    ac_edition *room;

    k->link.pins = ac_link_take(l, (size_t)l->edition_count + 2, sizeof *k->link.pins);
    if (!k->link.pins)
        return ac_mem_failed(&k->mem, err);
    find_pins(l);
    k->calendars = ac_link_take(l, (size_t)k->link.pin_count * l->policy->calendar_count, sizeof(ac_calendar *));
    room = ac_mem_array(&k->mem, (size_t)lists * 2 + 1, sizeof *room);
    if (!k->calendars || !room)
        st = ac_mem_failed(&k->mem, err);
    for (p = 0; p < k->link.pin_count && st == AC_OK; p++) {
        st = pin_fillings(l, &k->link.pins[p], err);
        if (st == AC_OK && zone)
            st = pin_calendars(l, p, zone, room, err);
    }
    ac_mem_free(&k->mem, room, ((size_t)lists * 2 + 1) * sizeof *room);
    return st;
}

/* --- what is still missing --------------------------------------------------------------- */

static int has_edition(const ac_linker *l, ac_text list)
{
    uint32_t i, k;

    for (i = 0; i < l->edition_count; i++)
        for (k = 0; k < ac_book_edition_of(&l->editions[i])->list_count; k++)
            if (ac_text_equal(ac_book_edition_of(&l->editions[i])->lists[k].name, list))
                return 1;
    return 0;
}

/* The last of the days from `day` on that editions settle without a break, by what they cover and name; the day before when not even
 * that one. */
static ac_day settled_to(const ac_linker *l, ac_text list, ac_day day)
{
    ac_day   reached = day - 1;
    uint32_t i, k, d;
    int      more = 1;

    while (more && reached < AC_DAY_MAX)
        for (more = 0, i = 0; i < l->edition_count; i++) {
            const ac_data_edition *e = ac_book_edition_of(&l->editions[i]);

            for (k = 0; k < e->list_count && !ac_text_equal(e->lists[k].name, list); k++)
                ;
            if (k == e->list_count)
                continue;
            if (e->covers_first <= reached + 1 && e->covers_last > reached) {
                reached = e->covers_last;
                more = 1;
            }
            for (d = 0; d < e->lists[k].days_count; d++)
                if (e->lists[k].days[d].first <= reached + 1 && e->lists[k].days[d].last > reached) {
                    reached = e->lists[k].days[d].last;
                    more = 1;
                }
        }
    return reached;
}

/* The time of effect against what editions cover (V10); what `valid` leaves out was told by the checker. */
static ac_status say_uncovered(ac_linker *l, const ac_calendar_def *def, ac_error *err)
{
    const ac_policy *policy = l->policy;
    ac_day           from = policy->effective_from, to = policy->effective_to, reached;
    char             day[AC_TIME_TEXT_BYTES];
    uint32_t         k;

    if (def->beyond_weekly || def->holidays_count == 0 || from == AC_DAY_MIN)
        return AC_OK;
    reached = to = to == AC_DAY_MAX ? to : to - 1;
    if (def->has_valid && def->valid_last < to)
        reached = def->valid_last;
    for (k = 0; k < def->holidays_count; k++) {
        ac_day settled = settled_to(l, def->holidays[k], from);

        if (!has_edition(l, def->holidays[k]))
            return AC_OK;       /* that is told by itself */
        reached = settled < reached ? settled : reached;
    }
    if (reached >= to || (def->has_valid && reached == def->valid_last))
        return AC_OK;
    if (to == AC_DAY_MAX && reached >= from) {
        ac_day_format(reached, day);
        return say_in_policy(l, AC_MSG_CAL_COVERS_TO, def->line, def->name, ac_text_of(day), err);
    }
    ac_day_format(reached + 1, day);
    return say_in_policy(l, AC_MSG_LINK_UNCOVERED, def->line, def->name, ac_text_of(day), err);
}

static ac_status say_missing(ac_linker *l, ac_error *err)
{
    const ac_policy *policy = l->policy;
    const ac_text    empty = { "", 0 };
    ac_status        st = AC_OK;
    uint32_t         i, k;

    for (i = 0; i < policy->hole_count && st == AC_OK; i++) {
        for (k = 0; k < l->filling_count && l->fillings[k].hole != i; k++)
            ;
        if (k == l->filling_count)
            st = say_in_policy(l, AC_MSG_LINK_UNSET, policy->unsets[policy->holes[i].unset].line, policy->holes[i].name, empty, err);
    }
    for (i = 0; i < policy->calendar_count; i++)
        for (k = 0; k < policy->calendars[i].holidays_count && st == AC_OK; k++)
            if (!has_edition(l, policy->calendars[i].holidays[k]))
                st = say_in_policy(l, AC_MSG_LINK_NO_EDITION, policy->calendars[i].line, policy->calendars[i].name, policy->calendars[i].holidays[k], err);
    for (i = 0; i < policy->calendar_count && st == AC_OK; i++)
        st = say_uncovered(l, &policy->calendars[i], err);
    if (st == AC_OK && !l->zone)
        st = say_in_policy(l, AC_MSG_LINK_NO_ZONE, AC_NO_INDEX, policy->timezone, empty, err);
    return st;
}

/* --- the link ------------------------------------------------------------------------------ */

static ac_status build(ac_linker *l, const ac_linked *old, ac_error *err)
{
    ac_linked *k = l->linked;
    ac_status  st;

    if (old && old->link.zone)
        k->link.zone = ac_zone_ref(old->link.zone);
    st = k->link.zone ? AC_OK : find_zone(l, &k->link.zone, err);
    if (st != AC_OK)
        return st;
    l->zone = k->link.zone;
    k->from = ac_link_midnight(l->zone, l->policy->effective_from);
    k->to = ac_link_midnight(l->zone, l->policy->effective_to);
    st = ac_link_fill(l, err);
    if (st == AC_OK)
        st = make_pins(l, k->link.zone, err);
    if (st == AC_OK)
        st = say_missing(l, err);
    if (st == AC_OK && l->nomem)
        st = ac_mem_failed(&k->mem, err);
    if (st == AC_OK && l->errors)
        st = ac_error_set(err, AC_E_POLICY, 0, "a data file does not fit the policy it fills", "the report says where");
    return st;
}

ac_status ac_linked_new(const ac_mem *mem, ac_linker *linker, const ac_linked *old, ac_linked **out, ac_error *err)
{
    ac_linked *k = ac_mem_new_owner(mem, sizeof *k, offsetof(ac_linked, mem));
    ac_status  st;

    *out = NULL;
    if (!k)
        return ac_mem_failed(mem, err);
    ac_refcount_init(&k->refs);
    ac_arena_init(&k->arena, &k->mem);
    k->link.policy = linker->policy;
    linker->linked = k;
    linker->log = NULL;
    linker->nomem = 0;
    linker->errors = 0;
    linker->filling_count = 0;
    st = build(linker, old, err);
    linker->linked = NULL;
    if (st == AC_OK)
        *out = k;
    else
        ac_linked_unref(k);
    return st;
}

ac_linked *ac_linked_ref(ac_linked *linked)
{
    ac_refcount_up(&linked->refs);
    return linked;
}

void ac_linked_unref(ac_linked *linked)
{
    uint32_t i;

    if (!linked || !ac_refcount_down(&linked->refs))
        return;
    for (i = 0; i < linked->calendar_count; i++)
        ac_calendar_unref(linked->calendars[i]);
    ac_zone_unref(linked->link.zone);
    ac_arena_clear(&linked->arena);
    ac_mem_free_owner(&linked->mem, linked, sizeof *linked);
}
