/*
 * The reduced search: how few states it keeps, and what a lock may be relied on for.
 *
 * That it finds what the whole search finds is checked on random scenarios (test_agreement.c). Here are the
 * sizes, which are the same on every machine, and the rules about guards one by one: a lock of its own way round
 * each, so that relying on it would lose an ending.
 */
#include <stdlib.h>

#include "expect.h"
#include "oracle_random.h"
#include "shipped.h"
#include "sim/explore/explore.h"
#include "sim/explore/footprint.h"
#include "sim/lang/mem.h"
#include "sim/stepper/machine.h"

static struct explore_result *search(const struct scenario *s, bool reduce)
{
    struct explore_options options = {
        .search = SEARCH_STATES, .reduce = reduce, .claims = true, .jobs = 1};
    struct explore_result *r = explore(s, &options);
    EXPECT_TRUE(r->complete);
    return r;
}

/* ---- the samples at full size ---- */

// a debug build checks every file after each step
enum { FILES = ORACLE_SEQUENCES(4) == 4 ? 1000 : 30 };

/* per_file: states, and a few for the beginning and the end. */
static void expect_size(const char *name, uint32_t endings, uint64_t per_file)
{
    char *files = mem_format("files=%d", FILES);
    const char *settings[] = {files, "writes=100"};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, settings, 2);
    struct explore_result *r = search(s, true);
    EXPECT_EQ(endings, r->n_endings);
    for (uint32_t i = 0; i < r->n_endings; i++) {
        EXPECT_EQ(VERDICT_FINISHED, r->endings[i].kind);
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        EXPECT_TRUE(r->findings[i].kind == FINDING_RACE || r->findings[i].kind == FINDING_CLAIM);
    }
    EXPECT_TRUE(r->states <= per_file * FILES + 50);
    free(files);
    explore_free(r);
    scenario_free(s);
}

TEST(race_at_full_size)
{
    expect_size("race", 3, 207);
}

TEST(an_exclusive_lock_at_full_size)
{
    expect_size("eresource_exclusive", 2, 208);
}

TEST(a_lock_with_a_reader_at_full_size)
{
    expect_size("eresource_shared", 2, 525);
}

TEST(events_at_full_size)
{
    expect_size("event_synchronization", 1, 207);
    expect_size("event_notification", 1, 207);
}

TEST(a_race_of_18_files_has_271_states)
{
    const char *settings[] = {"files=18", "writes=4"};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
    struct explore_result *r = search(s, true);
    EXPECT_EQ(271, r->states);
    explore_free(r);
    scenario_free(s);
}

/* ---- what a guard keeps out ---- */

#define OBJECTS                                                                             \
    "[scenario]\ntitle = t\n[resource R]\n[resource Q[2]]\n[spinlock L]\n[shared]\nx = 0\n" \
    "[event E]\ntype = SynchronizationEvent\n"
#define CREATES "[thread A]\nbody =\n    "
#define COUNTS  "x = 1;\n    x = 2;\n    x = 3;\n    x = 4;\n    x = 5;\n    x = 6;\n    "
#define SECOND  "[thread B]\nbody =\n    "
#define LOCKED_A                                                                                  \
    CREATES "ExAcquireResourceExclusiveLite(&R, TRUE);\n    " COUNTS "ExReleaseResourceLite(&R);" \
            "\n"

/* States of the reduced search, which must see what the whole one sees. */
static uint64_t states_of(const char *text)
{
    struct scenario *s = load_text(text);
    struct explore_result *whole = search(s, false), *reduced = search(s, true);
    uint64_t n = reduced->states;
    EXPECT_TRUE(n <= whole->states);
    EXPECT_EQ(whole->n_endings, reduced->n_endings);
    EXPECT_EQ(whole->n_findings, reduced->n_findings);
    explore_free(whole);
    explore_free(reduced);
    scenario_free(s);
    return n;
}

TEST(under_a_lock_the_owner_goes_alone)
{
    // without the guard there are 32: each of A's steps with B before the lock and in its queue
    uint64_t n = states_of(OBJECTS LOCKED_A SECOND
                           "ExAcquireResourceExclusiveLite(&R, TRUE);\n    x = 7;\n    "
                           "ExReleaseResourceLite(&R);\n");
    EXPECT_TRUE(n <= 25);
}

TEST(every_acquire_that_must_wait_keeps_out)
{
#define LITE  "ExReleaseResourceLite"
#define LEAVE "ExReleaseResourceAndLeaveCriticalRegion"
    static const struct {
        const char *acquire, *release;
    } cases[] = {
        {"ExAcquireResourceSharedLite(&R, TRUE)", LITE},
        {"ExAcquireSharedStarveExclusive(&R, TRUE)", LITE},
        {"ExAcquireSharedWaitForExclusive(&R, TRUE)", LITE},
        {"ExEnterCriticalRegionAndAcquireResourceExclusive(&R)", LEAVE},
        {"ExEnterCriticalRegionAndAcquireResourceShared(&R)", LEAVE},
        {"ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(&R)", LEAVE},
    };
    for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char *text = mem_format("%s%s%s;\n    x = 7;\n    %s(&R);\n", OBJECTS LOCKED_A, SECOND,
                                cases[k].acquire, cases[k].release);
        EXPECT_TRUE(states_of(text) <= 26); // 32
        free(text);
    }
}

TEST(a_spin_lock_keeps_out)
{
    // without the guard there are 76: each of A's steps with B and C before and behind the event
    EXPECT_TRUE(states_of(OBJECTS CREATES "KeAcquireSpinLock(&L);\n    " COUNTS
                                          "KeReleaseSpinLock(&L);\n" SECOND
                                          "KeSetEvent(&E);\n    KeAcquireSpinLock(&L);\n    "
                                          "x = 7;\n    KeReleaseSpinLock(&L);\n"
                                          "[thread C]\nbody =\n    KeResetEvent(&E);\n") <= 64);
}

/* ---- what it does not ---- */

struct subject {
    struct scenario *s;
    struct footprints *f;
    struct machine *m;
};

/* Thread A has made its first n steps. */
static struct subject subject_after(const char *text, unsigned n)
{
    struct subject x = {.s = load_text(text)};
    x.f = footprints_create(x.s, &(struct footprint_options){.claims = true});
    x.m = machine_create(x.s, false);
    for (unsigned k = 0; k < n; k++) {
        machine_step(x.m, (struct choice){.thread = 0});
    }
    return x;
}

static void subject_free(struct subject *x)
{
    machine_free(x->m);
    footprints_free(x->f);
    scenario_free(x->s);
}

enum guard_word { NO_GUARD, OPEN, LETS_X, KEEPS_X };

/* What thread B can do to x before it must wait for the object. */
static enum guard_word guard_word(const struct subject *x, object_ref object)
{
    const object_ref *guards;
    uint32_t n = footprint_guards(x->f, &guards), k = 0, before;
    while (k < n && guards[k] != object) {
        k++;
    }
    if (k == n) {
        return NO_GUARD;
    }
    struct footprint_node node = footprint_of(x->f, &x->m->world, 1);
    if (!footprint_before(x->f, 1, &node, k, &before)) {
        return OPEN;
    }
    uint32_t thing = footprint_thing_of(x->f, object_make(OBJECT_SHARED, 0));
    const uint64_t *set = footprint_set(x->f, before);
    return (set[thing / 64] >> thing % 64 & 1) != 0 ? LETS_X : KEEPS_X;
}

static enum guard_word word_of(const char *second)
{
    char *text = mem_format("%s%s%s", OBJECTS LOCKED_A, SECOND, second);
    struct subject x = subject_after(text, 1);
    enum guard_word word = guard_word(&x, object_make(OBJECT_RESOURCE, 0));
    subject_free(&x);
    states_of(text);
    free(text);
    return word;
}

#define ACQUIRE "ExAcquireResourceExclusiveLite(&R, TRUE);\n    "
#define RELEASE "ExReleaseResourceLite(&R);\n"

TEST(what_comes_before_the_lock_is_not_kept_out)
{
    EXPECT_EQ(KEEPS_X, word_of(ACQUIRE "x = 7;\n    " RELEASE));
    EXPECT_EQ(LETS_X, word_of("x = 7;\n    " ACQUIRE RELEASE));
    EXPECT_EQ(LETS_X, word_of("x = 7;\n"));
    // round the lock, not through it
    EXPECT_EQ(LETS_X,
              word_of("if (KeReadStateEvent(&E)) {\n    " ACQUIRE RELEASE "    }\n    x = 7;\n"));
}

TEST(an_acquire_that_may_not_wait_keeps_nothing_out)
{
    EXPECT_EQ(LETS_X, word_of("if (ExAcquireResourceExclusiveLite(&R, FALSE))\n    " RELEASE
                              "    x = 7;\n"));
    EXPECT_EQ(LETS_X,
              word_of("if (ExTryToAcquireResourceExclusiveLite(&R))\n    " RELEASE "    x = 7;\n"));
    EXPECT_EQ(LETS_X,
              word_of("int w = KeReadStateEvent(&E);\n    "
                      "if (ExAcquireResourceSharedLite(&R, w))\n    " RELEASE "    x = 7;\n"));
}

TEST(an_element_that_is_not_known_keeps_nothing_out)
{
    EXPECT_EQ(LETS_X, word_of("int k = KeReadStateEvent(&E);\n    "
                              "ExAcquireResourceExclusiveLite(&Q[k], TRUE);\n    x = 7;\n    "
                              "ExReleaseResourceLite(&Q[k]);\n"));
}

TEST(who_can_end_the_hold_of_another_opens_the_guard)
{
    static const char *const openers[] = {
        "ExConvertExclusiveToSharedLite(&R);",
        "ExReinitializeResourceLite(&R);",
        "ExDeleteResourceLite(&R);",
        "ExInitializeResourceLite(&R);",
        "ExReleaseResourceForThreadLite(&R, 7);",
        "ExSetResourceOwnerPointer(&R, 7);",
        "IoDeleteDevice();",
    };
    for (unsigned k = 0; k < sizeof openers / sizeof openers[0]; k++) {
        char *body = mem_format("%s\n    " ACQUIRE "x = 7;\n    " RELEASE, openers[k]);
        EXPECT_EQ(OPEN, word_of(body));
        free(body);
        // behind the lock it can do no harm
        body = mem_format(ACQUIRE "x = 7;\n    %s\n", openers[k]);
        EXPECT_EQ(KEEPS_X, word_of(body));
        free(body);
    }
    // somebody else's lock: what may be it is meant too
    EXPECT_EQ(KEEPS_X, word_of("ExDeleteResourceLite(&Q[0]);\n    " ACQUIRE "x = 7;\n"));
}

TEST(a_spin_lock_is_opened_by_whoever_releases_it)
{
    static const char first[] =
        CREATES "KeAcquireSpinLock(&L);\n    " COUNTS "KeReleaseSpinLock(&L);\n";
    static const struct {
        const char *second;
        enum guard_word word;
    } cases[] = {
        {"KeAcquireSpinLock(&L);\n    x = 7;\n    KeReleaseSpinLock(&L);\n", KEEPS_X},
        {"KeReleaseSpinLock(&L);\n    KeAcquireSpinLock(&L);\n    x = 7;\n", OPEN},
    };
    for (unsigned k = 0; k < 2; k++) {
        char *text = mem_format("%s%s%s%s", OBJECTS, first, SECOND, cases[k].second);
        struct subject x = subject_after(text, 1);
        EXPECT_EQ(cases[k].word, guard_word(&x, object_make(OBJECT_SPINLOCK, 0)));
        subject_free(&x);
        states_of(text);
        free(text);
    }
}

TEST(a_loop_is_cut_at_its_lock)
{
    // the whole loop is one component, of which only the way up to the lock counts
    EXPECT_EQ(KEEPS_X, word_of("while (KeReadStateEvent(&E) == 0) {\n    " ACQUIRE
                               "x = 7;\n    " RELEASE "    }\n"));
}

TEST(a_thread_in_the_queue_touches_nothing_but_the_lock)
{
    struct subject x = subject_after(OBJECTS LOCKED_A SECOND ACQUIRE "x = 7;\n    " RELEASE, 1);
    machine_step(x.m, (struct choice){.thread = 1});
    EXPECT_EQ(THREAD_WAITING, world_thread(&x.m->world, 1)->state);
    EXPECT_EQ(KEEPS_X, guard_word(&x, object_make(OBJECT_RESOURCE, 0)));
    subject_free(&x);
}

TEST(a_thread_that_is_created_later_is_kept_out_too)
{
    static const char text[] = OBJECTS CREATES
        "ExAcquireResourceExclusiveLite(&R, TRUE);\n    " COUNTS "ExReleaseResourceLite(&R);\n"
        "[thread B]\nautostart = no\nbody =\n    " ACQUIRE "x = 7;\n    " RELEASE
        "[thread C]\nbody =\n    PsCreateSystemThread(&B);\n";
    struct subject x = subject_after(text, 1);
    EXPECT_EQ(THREAD_ABSENT, world_thread(&x.m->world, 1)->state);
    EXPECT_EQ(KEEPS_X, guard_word(&x, object_make(OBJECT_RESOURCE, 0)));
    subject_free(&x);
    states_of(text);
}

/* ---- claims over files that leave and files that stay ---- */

TEST(an_element_that_does_not_fold_counts_at_the_end)
{
    // the elements of f0 read two files and stay, those of f1 read one and leave
    static const char text[] =
        "[scenario]\ntitle = t\n[shared]\nx = 0\n"
        "[directory temp]\npath = C:\\Temp\nfile = f0 4\n[directory temp2]\npath = C:\\Temp2\n"
        "[thread A]\nbody =\n    ZwDeleteFile(\"C:\\Temp2\\f0\");\n    x = 1;\n"
        "[thread B]\nbody =\n    ZwDeleteFile(\"C:\\Temp\\f1\");\n    x = 2;\n"
        "[endings]\nfirst = x == 1\n[expect]\n"
        "always = each(i, 0, 2, !exists(\"C:\\Temp\\f{i}\") || exists(\"C:\\Temp2\\f{i}\"))\n";
    states_of(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(race_at_full_size),
        RUN(an_exclusive_lock_at_full_size),
        RUN(a_lock_with_a_reader_at_full_size),
        RUN(events_at_full_size),
        RUN(a_race_of_18_files_has_271_states),
        RUN(under_a_lock_the_owner_goes_alone),
        RUN(every_acquire_that_must_wait_keeps_out),
        RUN(a_spin_lock_keeps_out),
        RUN(what_comes_before_the_lock_is_not_kept_out),
        RUN(an_acquire_that_may_not_wait_keeps_nothing_out),
        RUN(an_element_that_is_not_known_keeps_nothing_out),
        RUN(who_can_end_the_hold_of_another_opens_the_guard),
        RUN(a_spin_lock_is_opened_by_whoever_releases_it),
        RUN(a_loop_is_cut_at_its_lock),
        RUN(a_thread_in_the_queue_touches_nothing_but_the_lock),
        RUN(a_thread_that_is_created_later_is_kept_out_too),
        RUN(an_element_that_does_not_fold_counts_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
