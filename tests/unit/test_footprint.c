/*
 * Remaining footprints: their sizes, what ties things together, and above all that they hold. The
 * last is a property of every run: whatever a step touches was in the set of the thread that made it,
 * or belongs to a thread that the step woke, and the sets only shrink.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "naive_search.h"
#include "shipped.h"
#include "sim/explore/footprint.h"
#include "sim/stepper/machine.h"
#include "sim/stepper/policy.h"

static const struct footprint_options plain = {.claims = true};
static const struct footprint_options stopping = {.claims = true, .stops = true};

/* ---- a scenario and its footprints ---- */

struct subject {
    struct scenario *s;
    struct footprints *f;
    struct machine *m;
};

static struct subject subject_of(struct scenario *s, const struct footprint_options *options)
{
    return (struct subject){s, footprints_create(s, options), machine_create(s, false)};
}

static void subject_free(struct subject *x)
{
    machine_free(x->m);
    footprints_free(x->f);
    scenario_free(x->s);
}

static struct footprint_node node_of(const struct subject *x, thread_ix t)
{
    return footprint_of(x->f, &x->m->world, t);
}

static bool has(const struct subject *x, uint32_t set, uint32_t thing)
{
    if (thing == UINT32_MAX) {
        return true; // a handle is not touched by itself: the file is
    }
    EXPECT_TRUE(thing < footprints_things(x->f));
    return (footprint_set(x->f, set)[thing / 64] >> thing % 64 & 1) != 0;
}

static bool within(const struct subject *x, uint32_t set, uint32_t larger)
{
    for (uint32_t k = 0; k < footprints_things(x->f); k++) {
        if (has(x, set, k) && !has(x, larger, k)) {
            return false;
        }
    }
    return true;
}

static unsigned size_of(const struct subject *x, uint32_t set)
{
    unsigned n = 0;
    for (uint32_t k = 0; k < footprints_things(x->f); k++) {
        n += has(x, set, k);
    }
    return n;
}

static uint32_t thing(const struct subject *x, enum object_kind kind, unsigned ix)
{
    return footprint_thing_of(x->f, object_make(kind, ix));
}

/* The thing of a file name; its path as the scenario writes it. */
static uint32_t thing_of_path(const struct subject *x, const char *path)
{
    const struct world_shape *shape = &x->s->layout.shape;
    for (unsigned k = 0; k < shape->n_names; k++) {
        if (strcmp(shape->names[k].path, path) == 0) {
            return thing(x, OBJECT_NAME, k);
        }
    }
    fail_msg("no name %s", path);
    return UINT32_MAX;
}

/* ---- runs ---- */

/* Everything known before a step. */
struct before {
    struct footprint_node nodes[MAX_THREADS];
    uint8_t states[MAX_THREADS];
    int32_t values[64]; // of the predicates that ends are asked about
    unsigned n_values;
};

static void note_value(const struct subject *x, const struct predicate *p, struct before *b)
{
    bool failed;
    if (b->n_values < 64) {
        b->values[b->n_values++] = vm_evaluate(&p->code, &x->m->world, &failed);
    }
}

static struct before look(const struct subject *x)
{
    struct before b = {.n_values = 0};
    for (thread_ix t = 0; t < x->s->n_threads; t++) {
        b.nodes[t] = node_of(x, t);
        b.states[t] = world_thread(&x->m->world, t)->state;
    }
    for (uint32_t k = 0; k < x->s->n_endings; k++) {
        note_value(x, &x->s->endings[k].when, &b);
    }
    for (uint32_t k = 0; k < x->s->n_expectations; k++) {
        enum expect_kind kind = x->s->expectations[k].kind;
        if (kind == EXPECT_ALWAYS || kind == EXPECT_SOMETIMES) {
            note_value(x, &x->s->expectations[k].claim, &b);
        }
    }
    return b;
}

/* Threads whose invisible work belonged to the step. */
static thread_set moved_by(const struct subject *x, const struct before *b)
{
    const struct effect *e = &x->m->last.effect;
    thread_set moved = x->m->last.ended;
    for (unsigned k = 0; k < e->n_woken; k++) {
        moved |= thread_bit(e->woken[k].thread);
    }
    for (thread_ix t = 0; t < x->s->n_threads; t++) {
        bool created =
            b->states[t] == THREAD_ABSENT && world_thread(&x->m->world, t)->state != THREAD_ABSENT;
        moved |= created ? thread_bit(t) : 0;
    }
    return moved;
}

/* A directory that no thread can open is only looked at; an unload's "everything" does not open it. */
static bool never_changes(const struct subject *x, const struct before *b, object_ref object)
{
    bool touched = false;
    for (thread_ix t = 0; t < x->s->n_threads; t++) {
        bool everything = size_of(x, b->nodes[t].future) == footprints_things(x->f);
        touched |= !everything && has(x, b->nodes[t].future, footprint_thing_of(x->f, object));
    }
    return object_kind_of(object) == OBJECT_DIRECTORY && !touched;
}

/* Whoever waits for what the step touches may have its other objects looked at. */
static bool is_awaited(const struct subject *x, const struct before *b, thread_ix t,
                       uint32_t touched)
{
    for (thread_ix u = 0; u < x->s->n_threads; u++) {
        if (b->states[u] != THREAD_WAITING || !has(x, b->nodes[u].next, touched)) {
            continue;
        }
        for (uint32_t k = 0; k < footprints_things(x->f); k++) {
            if (has(x, b->nodes[u].next, k) && has(x, b->nodes[t].next, k)) {
                return true;
            }
        }
    }
    return false;
}

static void expect_foreseen(const struct subject *x, const struct before *b, object_ref object)
{
    thread_ix t = x->m->last.choice.thread;
    uint32_t touched = footprint_thing_of(x->f, object);
    bool foreseen = has(x, b->nodes[t].next, touched);
    for (thread_set moved = moved_by(x, b); moved != 0 && !foreseen; moved &= moved - 1) {
        thread_ix u = 0;
        while ((moved >> u & 1) == 0) {
            u++;
        }
        foreseen = has(x, b->nodes[u].next, touched) || touched == thing(x, OBJECT_THREAD, u);
    }
    foreseen = foreseen || never_changes(x, b, object) || is_awaited(x, b, t, touched);
    if (!foreseen) {
        print_error("%s: step %u of %s (%s) touched object %#x unforeseen\n", x->s->name,
                    x->m->last.n, x->s->threads[t].name, nt_call_row(x->m->last.call)->name,
                    object);
    }
    EXPECT_TRUE(foreseen);
}

static thread_ix thread_of_handle(const struct subject *x, uint32_t slot)
{
    thread_ix t = 0;
    while (x->s->layout.handle_first[t + 1] <= slot) {
        t++;
    }
    return t;
}

/* Each slot that the step wrote is one that it could be seen to touch. */
static void expect_slots_foreseen(const struct subject *x, const struct before *b)
{
    const struct world *w = &x->m->world;
    thread_ix t = x->m->last.choice.thread;
    for (uint32_t k = w->journal.step_first; k < w->journal.n_entries; k++) {
        object_ref slot = w->journal.entries[k].slot;
        uint16_t ix = object_ix_of(slot);
        const void *old = world_before(w, slot);
        switch (object_kind_of(slot)) {
        case OBJECT_THREAD:
            if (ix != t) {
                expect_foreseen(x, b, slot);
            }
            break;
        case OBJECT_DIRECTORY:
            if (world_directory(w, ix)->n_handles != ((const struct directory *)old)->n_handles) {
                expect_foreseen(x, b, slot);
            }
            break;
        case OBJECT_HANDLE:
            if (thread_of_handle(x, ix) != t &&
                world_handle(w, ix)->flags != ((const struct handle_slot *)old)->flags) {
                expect_foreseen(x, b, object_make(OBJECT_THREAD, thread_of_handle(x, ix)));
            }
            break;
        case OBJECT_SYSTEM:
            break; // the machine stopped, or every thing is in the set, which touches_all says
        default:
            expect_foreseen(x, b, slot);
        }
    }
}

static void expect_step_foreseen(const struct subject *x, const struct before *b, bool stops)
{
    const struct step *step = &x->m->last;
    thread_ix t = step->choice.thread;
    for (unsigned k = 0; k < step->effect.n_accesses; k++) {
        object_ref object = step->effect.accesses[k].object;
        if (object_kind_of(object) != OBJECT_SYSTEM) {
            expect_foreseen(x, b, object);
        }
    }
    if (step->effect.touches_all) {
        EXPECT_EQ(footprints_things(x->f), size_of(x, b->nodes[t].next));
    }
    expect_slots_foreseen(x, b);
    EXPECT_TRUE(within(x, b->nodes[t].next, b->nodes[t].future));
    struct before after = look(x);
    for (thread_ix u = 0; u < x->s->n_threads; u++) {
        bool created = b->states[u] == THREAD_ABSENT && after.states[u] != THREAD_ABSENT;
        EXPECT_TRUE(created || within(x, after.nodes[u].future, b->nodes[u].future));
    }
    for (unsigned k = 0; k < b->n_values && stops; k++) {
        EXPECT_TRUE(b->values[k] == after.values[k] || b->nodes[t].observed);
    }
}

static void run_randomly(const struct subject *x, uint64_t seed, unsigned steps, bool stops)
{
    struct choice choices[MAX_CHOICES];
    machine_reset(x->m);
    for (unsigned k = 0; k < steps; k++) {
        unsigned n = machine_choices(x->m, choices);
        if (n == 0) {
            return;
        }
        struct before b = look(x);
        machine_step(x->m, choices[policy_random(seed, k, n)]);
        expect_step_foreseen(x, &b, stops);
    }
}

static void expect_sound(struct scenario *s)
{
    struct subject x = subject_of(s, &stopping);
    for (uint64_t seed = 0; seed < 60; seed++) {
        run_randomly(&x, seed, 300, true);
    }
    subject_free(&x);
}

static void expect_shipped_sound(void *context, const char *name)
{
    (void)context;
    expect_sound(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0));
}

TEST(no_run_of_a_shipped_scenario_leaves_its_footprints)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, expect_shipped_sound, NULL) > 30);
}

static void expect_invariants_glued(void *context, const char *name)
{
    (void)context;
    struct subject x = subject_of(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0), &plain);
    uint64_t *set = calloc(footprints_words(x.f), sizeof *set);
    for (uint32_t k = 0; k < x.s->n_invariants; k++) {
        const struct predicate *p = &x.s->invariants[k];
        bool whole = p->element.n == 0;
        for (int32_t i = whole ? 0 : p->lo; i < (whole ? 1 : p->hi); i++) {
            uint64_t directories = 0;
            unsigned n = 0;
            memset(set, 0, footprints_words(x.f) * sizeof *set);
            footprint_reads(x.f, whole ? &p->code : &p->element, i, set, &directories);
            for (uint32_t j = 0; j < footprints_things(x.f); j++) {
                n += (set[j / 64] >> j % 64 & 1) != 0;
            }
            EXPECT_TRUE(n <= 1);
        }
    }
    free(set);
    subject_free(&x);
}

TEST(what_one_claim_of_an_invariant_reads_is_one_thing)
{
    each_shipped(LOCKSTEP_TEST_SCENARIOS, expect_invariants_glued, NULL);
}

/* ---- sizes ---- */

static struct subject race(const char *files, const char *writes)
{
    const char *settings[] = {files, writes};
    return subject_of(load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2), &plain);
}

TEST(a_race_has_a_node_for_each_call)
{
    struct subject x = race("files=2", "writes=1");
    EXPECT_EQ(2 * (1 + 1 + 1), footprints_nodes(x.f, 0)); // create, writes, close
    EXPECT_EQ(2 * 3, footprints_nodes(x.f, 1));           // open, rename, close
    subject_free(&x);
    x = race("files=1000", "writes=100");
    EXPECT_EQ(1000 * (1 + 100 + 1), footprints_nodes(x.f, 0));
    EXPECT_EQ(1000 * 3, footprints_nodes(x.f, 1));
    subject_free(&x);
}

TEST(a_file_and_its_new_name_are_one_thing_that_folds)
{
    struct subject x = race("files=3", "writes=1");
    uint32_t n, one = thing_of_path(&x, "C:\\Temp\\file_1.txt");
    EXPECT_EQ(one, thing_of_path(&x, "C:\\Temp2\\NewFile_1.txt"));
    EXPECT_NE(one, thing_of_path(&x, "C:\\Temp\\file_2.txt"));
    footprint_names(x.f, one, &n);
    EXPECT_EQ(2, n);
    EXPECT_TRUE(footprint_folds(x.f, one));
    EXPECT_FALSE(footprint_folds(x.f, thing(&x, OBJECT_THREAD, 0)));
    struct footprint_node first = node_of(&x, 0);
    EXPECT_EQ(4, size_of(&x, first.future)); // three files and itself
    EXPECT_EQ(1, size_of(&x, first.next));
    EXPECT_FALSE(first.cyclic);
    subject_free(&x);
}

TEST(a_file_leaves_the_set_once_it_was_closed)
{
    struct subject x = race("files=3", "writes=1");
    uint32_t zero = thing_of_path(&x, "C:\\Temp\\file_0.txt");
    for (unsigned k = 0; k < 3; k++) {
        EXPECT_TRUE(has(&x, node_of(&x, 0).future, zero));
        machine_step(x.m, (struct choice){.thread = 0});
    }
    EXPECT_FALSE(has(&x, node_of(&x, 0).future, zero));
    subject_free(&x);
}

/* ---- what the sets are for ---- */

static bool meets_another(const struct footprints *f, const struct machine *m, thread_ix t,
                          uint32_t next)
{
    const uint64_t *set = footprint_set(f, next);
    for (thread_ix u = 0; u < m->scenario->n_threads; u++) {
        const uint64_t *other = footprint_set(f, footprint_of(f, &m->world, u).future);
        for (uint32_t k = 0; k < footprints_words(f) && u != t; k++) {
            if ((set[k] & other[k]) != 0) {
                return true;
            }
        }
    }
    return false;
}

/* If some thread's next step meets nothing that another can still touch: that step alone. */
static unsigned out_of_turn(void *context, const struct machine *m, struct choice *choices,
                            unsigned n)
{
    const struct footprints *f = context;
    for (unsigned k = 0; k < n; k++) {
        thread_ix t = choices[k].thread;
        struct footprint_node node = footprint_of(f, &m->world, t);
        if (world_thread(&m->world, t)->state != THREAD_READY || node.cyclic ||
            meets_another(f, m, t, node.next)) {
            continue;
        }
        unsigned kept = 0;
        for (unsigned j = 0; j < n; j++) {
            if (choices[j].thread == t) {
                choices[kept++] = choices[j];
            }
        }
        return kept;
    }
    return n;
}

enum { SEARCHED_STATES = 20000 };

/* The saving; 0 where the graph is too large, or a run can stop short. */
static uint32_t expect_same_ends(struct scenario *s)
{
    struct naive_result all = naive_search(s, SEARCHED_STATES);
    struct footprints *f = footprints_create(s, &plain);
    struct naive_result some = naive_search_some(s, SEARCHED_STATES, out_of_turn, f);
    bool stops = all.verdicts[VERDICT_BUGCHECK] + all.verdicts[VERDICT_ASSERTION] +
                     all.verdicts[VERDICT_FAULT] !=
                 0;
    bool compared = !stops && all.states < SEARCHED_STATES;
    if (compared) {
        EXPECT_EQ(all.endings, some.endings);
        EXPECT_MEM_EQ(all.verdicts, some.verdicts, sizeof all.verdicts);
    }
    footprints_free(f);
    scenario_free(s);
    return compared ? all.states - some.states : 0;
}

static void search_shipped(void *context, const char *name)
{
    uint32_t saved = expect_same_ends(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0));
    *(unsigned *)context += saved > 0;
}

TEST(steps_that_meet_nothing_can_be_taken_out_of_turn)
{
    unsigned n_saved = 0;
    each_shipped(LOCKSTEP_TEST_SCENARIOS, search_shipped, &n_saved);
    EXPECT_TRUE(n_saved > 10);
    static const char *const settings[] = {"files=8", "writes=4"};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
    EXPECT_TRUE(expect_same_ends(s) > 0);
}

/* ---- what is not known ---- */

#define TWO_DIRECTORIES                         \
    "[scenario]\ntitle = t\n[directory temp]\n" \
    "path = C:\\Temp\n[directory temp2]\npath = C:\\Temp2\n"

TEST(a_hole_that_is_not_known_is_any_name_of_the_pattern)
{
    static const char text[] =
        TWO_DIRECTORIES "[shared]\nn = 0\n"
                        "[thread A]\nbody =\n"
                        "    HANDLE h;\n"
                        "    int k = n;\n"
                        "    if (k >= 0 && k < 4 && NT_SUCCESS(ZwCreateFile(&h, "
                        "\"C:\\Temp\\f{k}\", GENERIC_WRITE, 0, FILE_OPEN_IF)))\n"
                        "        ZwClose(h);\n"
                        "[thread B]\nbody =\n    n = 2;\n    ZwDeleteFile(\"C:\\Temp2\\x\");\n";
    struct subject x = subject_of(load_text(text), &plain);
    machine_step(x.m, (struct choice){.thread = 0}); // loads n
    struct footprint_node create = node_of(&x, 0);
    EXPECT_TRUE(has(&x, create.next, thing_of_path(&x, "C:\\Temp\\f0")));
    EXPECT_TRUE(has(&x, create.next, thing_of_path(&x, "C:\\Temp\\f255")));
    EXPECT_FALSE(has(&x, create.future, thing_of_path(&x, "C:\\Temp2\\x")));
    EXPECT_FALSE(has(&x, create.future, thing(&x, OBJECT_SHARED, 0)));
    subject_free(&x);
    expect_sound(load_text(text));
}

TEST(an_index_that_is_not_known_is_any_element)
{
    static const char text[] = "[scenario]\ntitle = t\n[shared]\nn = 1\na[3] = 0\n"
                               "[thread A]\nbody =\n    a[n] = 1;\n    a[2] = 5;\n"
                               "[thread B]\nbody =\n    n = 2;\n";
    struct subject x = subject_of(load_text(text), &plain);
    machine_step(x.m, (struct choice){.thread = 0});
    struct footprint_node store = node_of(&x, 0);
    for (unsigned k = 1; k <= 3; k++) {
        EXPECT_TRUE(has(&x, store.next, thing(&x, OBJECT_SHARED, k)));
    }
    EXPECT_FALSE(has(&x, store.next, thing(&x, OBJECT_SHARED, 0)));
    machine_step(x.m, (struct choice){.thread = 0});
    EXPECT_FALSE(has(&x, node_of(&x, 0).next, thing(&x, OBJECT_SHARED, 1)));
    subject_free(&x);
    expect_sound(load_text(text));
}

/* A gives its handle to B through a shared variable; what A opens next may get the same number. */
TEST(a_handle_from_a_shared_variable_may_be_any_file)
{
    static const char text[] = TWO_DIRECTORIES
        "[shared]\ngiven = 0\n"
        "[thread A]\nbody =\n    HANDLE h;\n    HANDLE g;\n"
        "    ZwCreateFile(&h, \"C:\\Temp\\a\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n    given = h;\n"
        "    ZwCreateFile(&g, \"C:\\Temp\\b\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n"
        "    ZwWriteFile(h, 3);\n    ZwClose(g);\n"
        "[thread B]\nbody =\n    ZwWriteFile(given, 5);\n    ZwClose(given);\n"
        "[thread C]\nbody =\n    ZwDeleteFile(\"C:\\Temp\\c\");\n";
    struct subject x = subject_of(load_text(text), &plain);
    machine_step(x.m, (struct choice){.thread = 1});
    struct footprint_node write = node_of(&x, 1);
    EXPECT_TRUE(has(&x, write.next, thing_of_path(&x, "C:\\Temp\\a")));
    EXPECT_TRUE(has(&x, write.next, thing_of_path(&x, "C:\\Temp\\b")));
    EXPECT_TRUE(has(&x, write.next, thing(&x, OBJECT_THREAD, 0))); // whose handle it may be
    EXPECT_FALSE(has(&x, write.next, thing_of_path(&x, "C:\\Temp\\c")));
    for (unsigned k = 0; k < 3; k++) {
        machine_step(x.m, (struct choice){.thread = 0});
    }
    EXPECT_TRUE(has(&x, node_of(&x, 0).next, thing_of_path(&x, "C:\\Temp\\b"))); // writes through h
    subject_free(&x);
    expect_sound(load_text(text));
}

/* The number of a closed handle is given out again, to the same local or to another. */
TEST(a_closed_handle_may_name_what_is_opened_next)
{
    static const char text[] = TWO_DIRECTORIES
        "[thread A]\nbody =\n    HANDLE h;\n    HANDLE g;\n"
        "    ZwCreateFile(&h, \"C:\\Temp\\a\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n    ZwClose(h);\n"
        "    ZwCreateFile(&g, \"C:\\Temp\\b\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n"
        "    ZwWriteFile(h, 3);\n"
        "[thread B]\nbody =\n    ZwDeleteFile(\"C:\\Temp\\b\");\n";
    struct subject x = subject_of(load_text(text), &plain);
    for (unsigned k = 0; k < 3; k++) {
        machine_step(x.m, (struct choice){.thread = 0});
    }
    EXPECT_TRUE(has(&x, node_of(&x, 0).next, thing_of_path(&x, "C:\\Temp\\b")));
    subject_free(&x);
    expect_sound(load_text(text));
}

TEST(a_chain_of_renames_is_one_thing)
{
    static const char text[] = TWO_DIRECTORIES
        "[thread A]\nbody =\n    HANDLE h;\n"
        "    if (NT_SUCCESS(ZwCreateFile(&h, \"C:\\Temp\\a\", FILE_ALL_ACCESS, 7, FILE_OPEN_IF))) "
        "{\n"
        "        ZwSetInformationFile(h, FileRenameInformation, \"C:\\Temp\\b\", TRUE);\n"
        "        ZwSetInformationFile(h, FileRenameInformation, \"C:\\Temp2\\c\", TRUE);\n"
        "        ZwClose(h);\n    }\n"
        "[thread B]\nbody =\n    HANDLE h;\n"
        "    if (NT_SUCCESS(ZwOpenFile(&h, \"C:\\Temp2\\c\", FILE_ALL_ACCESS, 7))) {\n"
        "        ZwSetInformationFile(h, FileRenameInformation, \"C:\\Temp2\\d\", TRUE);\n"
        "        ZwClose(h);\n    }\n    ZwDeleteFile(\"C:\\Temp\\e\");\n";
    struct subject x = subject_of(load_text(text), &plain);
    uint32_t one = thing_of_path(&x, "C:\\Temp\\a"), n;
    EXPECT_EQ(one, thing_of_path(&x, "C:\\Temp2\\d"));
    EXPECT_NE(one, thing_of_path(&x, "C:\\Temp\\e"));
    footprint_names(x.f, one, &n);
    EXPECT_EQ(4, n);
    subject_free(&x);
    expect_sound(load_text(text));
}

TEST(a_loop_without_a_known_bound_is_cyclic)
{
    static const char text[] = "[scenario]\ntitle = t\n[shared]\nstop = 0\nn = 0\n"
                               "[thread A]\nbody =\n    while (stop == 0)\n        n++;\n"
                               "    n = 7;\n"
                               "[thread B]\nbody =\n    stop = 1;\n";
    struct subject x = subject_of(load_text(text), &plain);
    EXPECT_EQ(4, footprints_nodes(x.f, 0)); // load stop; load n, store n; store 7
    EXPECT_TRUE(node_of(&x, 0).cyclic);
    EXPECT_FALSE(node_of(&x, 1).cyclic);
    machine_step(x.m, (struct choice){.thread = 1});
    machine_step(x.m, (struct choice){.thread = 0});
    EXPECT_FALSE(node_of(&x, 0).cyclic);
    EXPECT_FALSE(has(&x, node_of(&x, 0).future, thing(&x, OBJECT_SHARED, 0)));
    subject_free(&x);
    expect_sound(load_text(text));
}

TEST(a_counter_without_a_bound_makes_the_set_everything)
{
    static const char text[] = TWO_DIRECTORIES
        "[shared]\nstop = 0\n"
        "[thread A]\nbody =\n    int k = 0;\n    while (stop == 0)\n        k++;\n    stop = k;\n"
        "[thread B]\nbody =\n    HANDLE h;\n    stop = 1;\n"
        "    ZwCreateFile(&h, \"C:\\Temp\\a\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n";
    struct subject x = subject_of(load_text(text), &plain);
    EXPECT_EQ(0, footprints_nodes(x.f, 0));
    EXPECT_EQ(2, footprints_nodes(x.f, 1));
    struct footprint_node node = node_of(&x, 0);
    EXPECT_EQ(footprints_things(x.f), size_of(&x, node.future));
    EXPECT_EQ(node.future, node.next);
    EXPECT_TRUE(node.cyclic);
    subject_free(&x);
    expect_sound(load_text(text));
}

/* ---- threads ---- */

TEST(a_waiting_thread_still_has_its_wait)
{
    static const char text[] =
        "[scenario]\ntitle = t\n[event E]\ntype = NotificationEvent\n[shared]\nn = 0\n"
        "[thread A]\nbody =\n    KeWaitForSingleObject(&E);\n    n = 1;\n"
        "[thread B]\nbody =\n    KeSetEvent(&E);\n";
    struct subject x = subject_of(load_text(text), &plain);
    struct footprint_node ready = node_of(&x, 0);
    machine_step(x.m, (struct choice){.thread = 0});
    struct footprint_node waiting = node_of(&x, 0);
    EXPECT_EQ(ready.future, waiting.future);
    EXPECT_TRUE(has(&x, waiting.next, thing(&x, OBJECT_EVENT, 0)));
    machine_step(x.m, (struct choice){.thread = 1});
    EXPECT_FALSE(has(&x, node_of(&x, 0).future, thing(&x, OBJECT_EVENT, 0)));
    EXPECT_EQ(0, node_of(&x, 1).future); // finished
    subject_free(&x);
    expect_sound(load_text(text));
}

TEST(a_thread_that_is_not_created_has_what_it_could_do_but_not_itself)
{
    static const char text[] = "[scenario]\ntitle = t\n[shared]\nn = 0\nm = 0\n"
                               "[thread A]\nbody =\n    m = 1;\n    PsCreateSystemThread(&B);\n"
                               "    KeWaitForSingleObject(&B);\n"
                               "[thread B]\nautostart = no\nbody =\n    n = 1;\n";
    struct subject x = subject_of(load_text(text), &plain);
    uint32_t n = thing(&x, OBJECT_SHARED, 0), b = thing(&x, OBJECT_THREAD, 1);
    EXPECT_TRUE(has(&x, node_of(&x, 1).future, n));
    EXPECT_FALSE(has(&x, node_of(&x, 1).future, b));
    EXPECT_TRUE(has(&x, node_of(&x, 0).future, b));
    EXPECT_FALSE(has(&x, node_of(&x, 0).next, b));
    machine_step(x.m, (struct choice){.thread = 0});
    EXPECT_TRUE(has(&x, node_of(&x, 0).next, b));
    machine_step(x.m, (struct choice){.thread = 0});
    EXPECT_TRUE(has(&x, node_of(&x, 1).future, b));
    EXPECT_FALSE(has(&x, node_of(&x, 1).next, b)); // a store does not end it
    subject_free(&x);
    expect_sound(load_text(text));
}

/* ---- predicates ---- */

TEST(an_invariant_over_a_directory_makes_its_count_a_thing)
{
    static const char text[] = TWO_DIRECTORIES
        "[thread A]\nbody =\n    HANDLE h;\n"
        "    ZwCreateFile(&h, \"C:\\Temp\\a\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n    ZwClose(h);\n"
        "[thread B]\nbody =\n    HANDLE h;\n"
        "    ZwCreateFile(&h, \"C:\\Temp\\b\", GENERIC_WRITE, 7, FILE_OPEN_IF);\n"
        "    ZwOpenFile(&h, \"C:\\Temp2\\b\", GENERIC_WRITE, 7);\n";
    static const char claim[] = "[expect]\ninvariant = files(\"C:\\Temp\") <= 2\n";
    char both[sizeof text + sizeof claim];
    snprintf(both, sizeof both, "%s%s", text, claim);
    for (unsigned k = 0; k < 2; k++) {
        struct subject x = subject_of(load_text(k == 0 ? text : both), &plain);
        // creating a and creating b meet in the count alone
        const uint64_t *a = footprint_set(x.f, node_of(&x, 0).next);
        const uint64_t *b = footprint_set(x.f, node_of(&x, 1).next);
        EXPECT_EQ(k == 1, (a[0] & b[0]) != 0);
        machine_step(x.m, (struct choice){.thread = 0});
        // no close removes a file and no open creates one: the file, and the end that follows
        EXPECT_EQ(2, size_of(&x, node_of(&x, 0).next));
        machine_step(x.m, (struct choice){.thread = 1});
        EXPECT_EQ(2, size_of(&x, node_of(&x, 1).next));
        subject_free(&x);
        expect_sound(load_text(k == 0 ? text : both));
    }
}

TEST(names_that_an_ending_reads_do_not_fold)
{
    static const char text[] =
        TWO_DIRECTORIES "[shared]\nn = 0\n"
                        "[thread A]\nbody =\n    ZwDeleteFile(\"C:\\Temp\\a\");\n    "
                        "ZwDeleteFile(\"C:\\Temp\\b0\");\n"
                        "    ZwDeleteFile(\"C:\\Temp\\c0\");\n    ZwDeleteFile(\"C:\\Temp\\d\");\n"
                        "[endings]\ngone = !exists(\"C:\\Temp\\a\")\n"
                        "[expect]\nalways = each(i, 0, 1, !exists(\"C:\\Temp\\b{i}\"))\n"
                        "always = each(i, 0, 1, n == 0 && !exists(\"C:\\Temp\\c{i}\"))\n";
    struct subject x = subject_of(load_text(text), &plain);
    EXPECT_FALSE(footprint_folds(x.f, thing_of_path(&x, "C:\\Temp\\a")));
    EXPECT_TRUE(footprint_folds(x.f, thing_of_path(&x, "C:\\Temp\\b0")));
    EXPECT_FALSE(footprint_folds(x.f, thing_of_path(&x, "C:\\Temp\\c0"))); // reads n as well
    EXPECT_TRUE(footprint_folds(x.f, thing_of_path(&x, "C:\\Temp\\d")));
    subject_free(&x);
    struct footprint_options states = {.final_states = true};
    x = subject_of(load_text(text), &states);
    EXPECT_FALSE(footprint_folds(x.f, thing_of_path(&x, "C:\\Temp\\d")));
    subject_free(&x);
}

TEST(only_what_the_ends_are_asked_about_is_observed)
{
    static const char text[] = "[scenario]\ntitle = t\n[shared]\nn = 0\nm = 0\n"
                               "[thread A]\nbody =\n    n = 1;\n    m = 1;\n"
                               "[endings]\none = m == 1\n";
    struct subject x = subject_of(load_text(text), &stopping);
    EXPECT_FALSE(node_of(&x, 0).observed);
    machine_step(x.m, (struct choice){.thread = 0});
    EXPECT_TRUE(node_of(&x, 0).observed);
    subject_free(&x);
}

TEST_MAIN(RUN(no_run_of_a_shipped_scenario_leaves_its_footprints),
          RUN(what_one_claim_of_an_invariant_reads_is_one_thing),
          RUN(a_race_has_a_node_for_each_call),
          RUN(a_file_and_its_new_name_are_one_thing_that_folds),
          RUN(a_file_leaves_the_set_once_it_was_closed),
          RUN(steps_that_meet_nothing_can_be_taken_out_of_turn),
          RUN(a_hole_that_is_not_known_is_any_name_of_the_pattern),
          RUN(an_index_that_is_not_known_is_any_element),
          RUN(a_handle_from_a_shared_variable_may_be_any_file),
          RUN(a_closed_handle_may_name_what_is_opened_next), RUN(a_chain_of_renames_is_one_thing),
          RUN(a_loop_without_a_known_bound_is_cyclic),
          RUN(a_counter_without_a_bound_makes_the_set_everything),
          RUN(a_waiting_thread_still_has_its_wait),
          RUN(a_thread_that_is_not_created_has_what_it_could_do_but_not_itself),
          RUN(an_invariant_over_a_directory_makes_its_count_a_thing),
          RUN(names_that_an_ending_reads_do_not_fold),
          RUN(only_what_the_ends_are_asked_about_is_observed))
