/*
 * The last stage, for a scenario without errors: the universe of names, the layout, the initial
 * world, and the hash that says what a schedule was made for.
 */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/loader.h"

enum { LOOP_HANDLES = 8 }; // handles at least, where an open call stands in a loop

/* ---- names ---- */

static void walk_failed(struct loader *l, const struct scenario_thread *t, uint32_t at,
                        enum walk_result result)
{
    struct span where = {"", 0, t->file, 0, 0};
    const struct instr_note *note = &t->code.notes[at];
    scenario_place(t, note->line, note->column, &where.line, &where.column);
    if (result == WALK_TOO_MANY_NAMES)
        load_error(
            l, where,
            "the paths of this scenario come to more than %d names; a hole whose value is not "
            "known counts as 0 to %d",
            MAX_NAMES, UNKNOWN_HOLE - 1);
    else
        load_error(l, where, "cannot find all file names: this body has more than %d situations",
                   MAX_WALK_STATES);
}

static void find_names(struct loader *l)
{
    struct scenario *s = l->s;
    struct name_set set = {0};
    for (size_t k = 0; k < l->n_files && l->ok; k++)
        if (name_set_add(&set, l->files[k].path) < 0)
            load_error(l, l->files[k].where, "more than %d file names", MAX_NAMES);
    for (uint32_t k = 0; k < s->n_threads && l->ok; k++) {
        uint32_t at = 0;
        enum walk_result result = name_set_add_code(&set, &s->threads[k].code, &at);
        if (result != WALK_DONE)
            walk_failed(l, &s->threads[k], at, result);
    }
    if (!l->ok) {
        name_set_release(&set);
        return;
    }
    s->names = name_table_new(&set, s->directories, l->shape.n_directories);
    l->shape.names = name_table_infos(s->names, &l->shape.n_names);
    for (uint32_t k = 0; k < s->n_threads; k++)
        name_table_bind(s->names, &s->threads[k].code);
    for (uint32_t k = 0; k < s->n_endings; k++)
        name_table_bind(s->names, &s->endings[k].when.code);
    for (uint32_t k = 0, invariant = 0; k < s->n_expectations; k++) {
        if (s->expectations[k].kind == EXPECT_FINDING)
            continue;
        name_table_bind(s->names, &s->expectations[k].claim.code);
        name_table_bind(s->names, &s->expectations[k].claim.element);
        if (s->expectations[k].kind == EXPECT_INVARIANT)
            s->invariants[invariant++] = s->expectations[k].claim;
    }
}

/* ---- layout ---- */

static uint32_t at_most(uint32_t n, uint32_t limit)
{
    return n < limit ? n : limit;
}

/* Handle slots of a thread: one for each open call, one for each name where a loop has one. */
static uint16_t count_handles(const struct loader *l, const struct code_facts *facts)
{
    uint32_t names = l->shape.n_names > LOOP_HANDLES ? l->shape.n_names : LOOP_HANDLES;
    uint32_t n = facts->opens + (facts->opens_in_loop ? names : 0);
    return (uint16_t)at_most(n, MAX_HANDLES);
}

static void gather_facts(struct loader *l)
{
    struct scenario *s = l->s;
    struct world_shape *shape = &l->shape;
    thread_set waited_for = 0;
    bool unload = false;
    shape->n_threads = (uint16_t)s->n_threads;
    for (uint32_t k = 0; k < s->n_threads; k++) {
        const struct code_facts *facts = &l->facts[k];
        shape->words[k] = s->threads[k].code.n_words;
        shape->handles[k] = count_handles(l, facts);
        shape->wait_objects[k] = (uint8_t)at_most(facts->wait_objects, MAXIMUM_WAIT_OBJECTS);
        shape->queue_order_matters |= facts->waits_for_all;
        if (facts->sets_owner_pointer)
            shape->n_owner_pointers = (uint16_t)at_most(s->n_threads, MAX_OWNER_POINTERS);
        waited_for |= facts->waited_for;
        unload |= s->threads[k].kind == KIND_UNLOAD;
    }
    for (uint32_t k = 0; k < s->n_threads; k++)
        s->threads[k].end_visible = unload || (waited_for & thread_bit((thread_ix)k)) != 0;
}

static void place_homes(struct loader *l)
{
    struct world_shape *shape = &l->shape;
    uint32_t n = (uint32_t)shape->n_resources + shape->n_events + shape->n_spinlocks;
    l->s->homes = mem_alloc(n, 1);
    uint8_t *to = l->s->homes;
    memcpy(to, l->resource_home, shape->n_resources);
    shape->resource_home = to;
    memcpy(to += shape->n_resources, l->event_home, shape->n_events);
    shape->event_home = to;
    memcpy(to += shape->n_events, l->spinlock_home, shape->n_spinlocks);
    shape->spinlock_home = to;
}

/* ---- initial world ---- */

static void start_objects(const struct loader *l, struct world *w)
{
    for (resource_ix k = 0; k < l->shape.n_resources; k++)
        if (l->resources[k].initialized)
            world_edit_resource(w, k)->flags = OBJECT_INITIALIZED;
    for (event_ix k = 0; k < l->shape.n_events; k++) {
        if (!l->events[k].initialized)
            continue;
        struct kevent *event = world_edit_event(w, k);
        event->flags = OBJECT_INITIALIZED;
        event->type = l->events[k].type;
        event->signal_state = l->events[k].signal;
    }
    for (spinlock_ix k = 0; k < l->shape.n_spinlocks; k++)
        if (l->spinlocks[k].initialized)
            world_edit_spinlock(w, k)->flags = OBJECT_INITIALIZED;
    for (shared_ix k = 0; k < l->shape.n_shared; k++)
        *world_edit_shared(w, k) = l->shared[k];
}

static void start_threads(const struct loader *l, struct world *w)
{
    for (thread_ix k = 0; k < l->shape.n_threads; k++) {
        struct kthread *thread = world_edit_thread(w, k);
        thread->state = l->s->threads[k].autostart ? THREAD_READY : THREAD_ABSENT;
        thread->priority = l->s->threads[k].priority;
    }
}

static void start_files(struct loader *l, struct world *w)
{
    for (size_t k = 0; k < l->n_files; k++) {
        name_ix name = (name_ix)name_table_find_path(l->s->names, l->files[k].path);
        const struct name_info *info = &l->shape.names[name];
        struct file_slot *file = world_edit_file(w, name);
        if ((file->flags & FILE_EXISTS) != 0 || info->directory != NO_INDEX)
            load_error(l, l->files[k].where, "%s is there already", info->path);
        file->flags = FILE_EXISTS;
        file->size = l->files[k].size;
        file->attributes = l->files[k].attributes;
        world_count_file(w, info->parent, 1);
    }
}

static void start_world(struct loader *l)
{
    const struct world_layout *layout = &l->s->layout;
    struct journal journal = {.capacity_entries = journal_worst_entries(layout),
                              .capacity_saved = journal_worst_saved(layout)};
    struct world w;
    journal.entries = mem_alloc(journal.capacity_entries, sizeof *journal.entries);
    journal.saved = mem_alloc(journal.capacity_saved, 1);
    l->s->initial = mem_alloc(layout->size, 1);
    world_init(&w, layout, l->s->initial, NULL, journal);
    world_begin_step(&w);
    start_objects(l, &w);
    start_threads(l, &w);
    start_files(l, &w);
    free(journal.entries);
    free(journal.saved);
}

/* ---- hash ---- */

static void hash_number(XXH3_state_t *h, int64_t value)
{
    unsigned char bytes[8];
    for (unsigned k = 0; k < sizeof bytes; k++)
        bytes[k] = (unsigned char)((uint64_t)value >> 8 * k);
    XXH3_64bits_update(h, bytes, sizeof bytes);
}

static void hash_text(XXH3_state_t *h, const char *text)
{
    XXH3_64bits_update(h, text, strlen(text) + 1);
}

static void hash_code(XXH3_state_t *h, const struct code *code)
{
    hash_number(h, code->n);
    for (uint32_t k = 0; k < code->n; k++) {
        const struct instr *i = &code->instrs[k];
        hash_number(h, (int64_t)i->op << 32 | (int64_t)i->b << 16 | i->a);
        hash_number(h, i->c);
    }
    for (uint32_t k = 0; k < code->n_patterns; k++)
        for (unsigned j = 0; j <= code->patterns[k].n_holes; j++)
            hash_text(h, code->patterns[k].pieces[j]);
}

static void hash_objects(XXH3_state_t *h, const struct scenario_object *objects,
                         const struct start *starts, uint32_t n)
{
    hash_number(h, n);
    for (uint32_t k = 0; k < n; k++) {
        hash_text(h, objects[k].name);
        hash_number(h, objects[k].home);
        hash_number(h, starts[k].initialized << 16 | starts[k].type << 8 | starts[k].signal);
    }
}

static void hash_switches(XXH3_state_t *h, const struct kernel_switches *s)
{
    hash_number(h, s->release);
    hash_number(h, s->critical_region);
    hash_number(h, s->wait_all);
    hash_number(h, s->pulse);
    hash_number(h, s->verifier_off);
    hash_number(h, s->rename_without_delete);
}

/* Everything that decides what a run does, in the order of the file; no address, no padding. */
static uint64_t hash_scenario(const struct loader *l)
{
    const struct scenario *s = l->s;
    XXH3_state_t h;
    XXH3_64bits_reset(&h);
    for (uint32_t k = 0; k < s->n_constants; k++) {
        hash_text(&h, s->constants[k].name);
        hash_number(&h, s->constants[k].value);
    }
    for (uint32_t k = 0; k < s->n_threads; k++) {
        hash_text(&h, s->threads[k].name);
        hash_number(&h, s->threads[k].kind << 16 | s->threads[k].priority << 8 |
                            s->threads[k].autostart);
        hash_code(&h, &s->threads[k].code);
    }
    hash_number(&h, l->shape.critical_region_inside);
    hash_objects(&h, s->resources, l->resources, l->shape.n_resources);
    hash_objects(&h, s->events, l->events, l->shape.n_events);
    hash_objects(&h, s->spinlocks, l->spinlocks, l->shape.n_spinlocks);
    for (uint32_t k = 0; k < l->shape.n_shared; k++) {
        hash_text(&h, s->shared_names[k]);
        hash_number(&h, l->shared[k]);
    }
    for (uint32_t k = 0; k < l->shape.n_directories; k++)
        hash_text(&h, s->directories[k].path);
    for (size_t k = 0; k < l->n_files; k++) {
        hash_text(&h, l->files[k].path);
        hash_number(&h, (int64_t)l->files[k].attributes << 32 | l->files[k].size);
    }
    hash_switches(&h, &l->shape.switches);
    return XXH3_64bits_digest(&h);
}

/* A saved schedule says for which program it was made. */
static void check_hash(struct loader *l, const struct document_section *section)
{
    const struct ini_key *hash = find_key(section, "hash");
    if (hash == NULL)
        return;
    char *now = mem_format("%016llx", (unsigned long long)l->s->hash);
    if (!span_is(hash->value, now))
        span_warning(l->diags, hash->value,
                     "this schedule was made for program %.*s; the program is now %s, so it may do "
                     "something else",
                     SPAN(hash->value), now);
    free(now);
}

void load_world(struct loader *l)
{
    find_names(l);
    if (!l->ok)
        return;
    gather_facts(l);
    place_homes(l);
    world_layout_init(&l->s->layout, &l->shape);
    start_world(l);
    l->s->hash = hash_scenario(l);
    each_section(l, "schedule", check_hash);
}
