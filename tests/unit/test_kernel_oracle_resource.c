/*
 * ERESOURCE of the kernel model next to the naive one of oracle_resource.c: the same random calls
 * to both, and after each call grants, who woke with what, holds, queues and counts are the same,
 * and the world's invariants hold. A sequence is up to 60 calls of 2 to 6 threads on 1 to 3
 * resources; it ends early when nobody can run or a misuse has stopped the machine. A difference
 * prints the sequence that shows it.
 *
 * All shared waiters are admitted at once, so the model does not keep their order: it wakes them in
 * thread order, and the oracle's list is sorted before the two are compared.
 */
#include <stdio.h>

#include "kernel.h"
#include "kernel_model/stop.h"
#include "kernel_model/waitgraph.h"
#include "oracle_random.h"
#include "oracle_resource.h"

enum { N_RESOURCES = 3, MOST_CALLS = 60 };

enum verb {
    VERB_ACQUIRE,
    VERB_RELEASE,
    VERB_RELEASE_FOR_POINTER,
    VERB_SET_OWNER_POINTER,
    VERB_CONVERT,
    VERB_REINITIALIZE,
    VERB_MISUSE, // a release by somebody who owns nothing
};

struct call {
    enum verb verb;
    int thread;
    int resource;
    enum oracle_mode mode; // of an acquisition
    bool wait;             //
    int pointer;           // ORACLE_THREADS + its number
};

struct run {
    struct kernel *k;
    struct oracle_random random;
    bool writer_first;
    int n_threads;
    int n_resources;
    struct oracle_resource resources[N_RESOURCES];
    struct call calls[MOST_CALLS]; // of the sequence being played
    unsigned n_calls;
};

/* ---- what can be called ---- */

static int32_t pointer_value(int pointer)
{
    return 4 * (pointer + 1) + 3;
}

static bool is_in(const struct oracle_list *list, int thread)
{
    for (unsigned i = 0; i < list->n; i++) {
        if (list->thread[i] == thread)
            return true;
    }
    return false;
}

static bool oracle_blocks(const struct run *run, int thread)
{
    for (int r = 0; r < run->n_resources; r++) {
        if (is_in(&run->resources[r].shared_waiters, thread) ||
            is_in(&run->resources[r].exclusive_waiters, thread))
            return true;
    }
    return false;
}

/* A thread that can run, or -1. */
static int choose_thread(struct run *run)
{
    int first = (int)oracle_below(&run->random, (unsigned)run->n_threads);

    for (int i = 0; i < run->n_threads; i++) {
        int thread = (first + i) % run->n_threads;
        if (!oracle_blocks(run, thread))
            return thread;
    }
    return -1;
}

/* Turns what cannot be called here into an acquisition, which always can. */
static struct call choose_call(struct run *run, int thread)
{
    static const enum verb often[] = {
        VERB_ACQUIRE,
        VERB_ACQUIRE,
        VERB_ACQUIRE,
        VERB_ACQUIRE,
        VERB_ACQUIRE,
        VERB_RELEASE,
        VERB_RELEASE,
        VERB_RELEASE,
        VERB_RELEASE,
        VERB_RELEASE,
        VERB_RELEASE,
        VERB_CONVERT,
        VERB_SET_OWNER_POINTER,
        VERB_RELEASE_FOR_POINTER,
        VERB_RELEASE_FOR_POINTER,
        VERB_REINITIALIZE,
    };
    struct oracle_random *random = &run->random;
    struct call call = {
        .verb = often[oracle_below(random, sizeof often / sizeof *often)],
        .thread = thread,
        .resource = (int)oracle_below(random, (unsigned)run->n_resources),
        .mode = (enum oracle_mode)oracle_below(random, 4),
        .wait = !oracle_once_in(random, 3),
        .pointer = ORACLE_THREADS + (int)oracle_below(random, ORACLE_POINTERS),
    };
    const struct oracle_resource *r = &run->resources[call.resource];
    bool mine = oracle_count(r, thread) > 0;
    bool can = true;

    if (oracle_once_in(random, 200))
        call.verb = VERB_MISUSE;
    switch (call.verb) {
    case VERB_ACQUIRE:
        break;
    case VERB_RELEASE:
    case VERB_SET_OWNER_POINTER:
        can = mine;
        break;
    case VERB_RELEASE_FOR_POINTER:
        can = oracle_count(r, call.pointer) > 0;
        break;
    case VERB_CONVERT:
        can = (r->exclusive && mine) || oracle_once_in(random, 8);
        break;
    case VERB_REINITIALIZE:
        can = r->n_holds == 0;
        break;
    case VERB_MISUSE:
        can = !mine;
        break;
    }
    if (!can)
        call.verb = VERB_ACQUIRE;
    return call;
}

/* ---- both play a call ---- */

static void differ(const struct run *run, const char *what)
{
    static const char *const verbs[] = {
        "acquire",      "release", "release for pointer", "set owner pointer", "convert",
        "reinitialize", "misuse",
    };
    static const char *const modes[] = {"exclusive", "shared", "starve exclusive",
                                        "wait for exclusive"};

    print_error("%s differs after call %u of these:\n", what, run->n_calls);
    for (unsigned i = 0; i < run->n_calls; i++) {
        const struct call *c = &run->calls[i];
        print_error("    T%d %s R%d", c->thread + 1, verbs[c->verb], c->resource);
        if (c->verb == VERB_ACQUIRE)
            print_error(" %s %s", modes[c->mode], c->wait ? "WAIT" : "TRY");
        if (c->verb == VERB_SET_OWNER_POINTER || c->verb == VERB_RELEASE_FOR_POINTER)
            print_error(" %d", pointer_value(c->pointer));
        print_error("\n");
    }
    fail();
}

static void expect(const struct run *run, bool agree, const char *what)
{
    if (!agree)
        differ(run, what);
}

static void play_kernel(struct run *run, const struct call *call)
{
    static const enum acquire_mode modes[] = {
        [ORACLE_EXCLUSIVE] = ACQUIRE_EXCLUSIVE,
        [ORACLE_SHARED] = ACQUIRE_SHARED,
        [ORACLE_STARVE_EXCLUSIVE] = ACQUIRE_SHARED_STARVE_EXCLUSIVE,
        [ORACLE_WAIT_FOR_EXCLUSIVE] = ACQUIRE_SHARED_WAIT_FOR_EXCLUSIVE,
    };
    struct world *w = &run->k->w;
    struct effect *out = &run->k->effect;
    thread_ix t = (thread_ix)call->thread;
    resource_ix r = (resource_ix)call->resource;

    world_forget(w);
    world_begin_step(w);
    effect_begin(out);
    switch (call->verb) {
    case VERB_ACQUIRE:
        ex_acquire_resource(w, t, r, modes[call->mode], call->wait, out);
        break;
    case VERB_RELEASE:
    case VERB_MISUSE:
        if (call->wait)
            ex_release_resource(w, t, r, out);
        else
            ex_release_resource_for_thread(w, t, r, thread_id(t), out);
        break;
    case VERB_RELEASE_FOR_POINTER:
        ex_release_resource_for_thread(w, t, r, pointer_value(call->pointer), out);
        break;
    case VERB_SET_OWNER_POINTER:
        ex_set_resource_owner_pointer(w, t, r, pointer_value(call->pointer), out);
        break;
    case VERB_CONVERT:
        ex_convert_exclusive_to_shared(w, t, r, out);
        break;
    case VERB_REINITIALIZE:
        ex_reinitialize_resource(w, t, r, out);
        break;
    }
    world_end_step(w);
}

/* Returns what the kernel should have answered; result is meant with KM_OK and KM_BUSY. */
static enum km_status play_oracle(struct run *run, const struct call *call, int32_t *result,
                                  struct oracle_list *woken)
{
    struct oracle_resource *r = &run->resources[call->resource];

    *result = 0;
    switch (call->verb) {
    case VERB_ACQUIRE:
        switch (oracle_acquire(r, call->thread, call->mode, call->wait)) {
        case ORACLE_GRANTED:
            *result = 1;
            return KM_OK;
        case ORACLE_REFUSED:
            return KM_BUSY;
        case ORACLE_BLOCKED:
            return KM_WAIT;
        }
        break;
    case VERB_RELEASE:
        oracle_release(r, call->thread, run->writer_first, woken);
        break;
    case VERB_RELEASE_FOR_POINTER:
        oracle_release(r, call->pointer, run->writer_first, woken);
        break;
    case VERB_SET_OWNER_POINTER:
        oracle_set_owner_pointer(r, call->thread, call->pointer);
        break;
    case VERB_CONVERT:
        oracle_convert(r, woken);
        break;
    case VERB_REINITIALIZE:
        *r = (struct oracle_resource){0};
        break;
    case VERB_MISUSE:
        return KM_BUGCHECK;
    }
    return KM_OK;
}

/* ---- comparing ---- */

static void sort(struct oracle_list *list)
{
    for (unsigned i = 1; i < list->n; i++) {
        for (unsigned j = i; j > 0 && list->thread[j] < list->thread[j - 1]; j--) {
            int higher = list->thread[j - 1];
            list->thread[j - 1] = list->thread[j];
            list->thread[j] = higher;
        }
    }
}

static void compare_woken(const struct run *run, struct oracle_list *woken)
{
    const struct effect *effect = &run->k->effect;

    sort(woken);
    expect(run, effect->n_woken == woken->n, "how many woke");
    for (unsigned i = 0; i < woken->n; i++) {
        expect(run, effect->woken[i].thread == woken->thread[i], "who woke");
        expect(run, effect->woken[i].result == 1, "the result of who woke");
    }
}

static unsigned pointer_count(const struct run *run, const struct eresource *r, int pointer)
{
    const struct owner_pointer *pointers = resource_pointers(&run->k->w, r);

    for (unsigned i = 0; i < run->k->layout.shape.n_owner_pointers; i++) {
        if (pointers[i].id == (uint32_t)pointer_value(pointer))
            return pointers[i].count;
    }
    return 0;
}

static void compare_waiters(const struct run *run, int ix)
{
    const struct oracle_resource *o = &run->resources[ix];
    const struct eresource *r = world_resource(&run->k->w, (resource_ix)ix);
    const struct resource_row *rows = resource_rows(r);
    thread_set shared = 0;

    for (unsigned i = 0; i < o->shared_waiters.n; i++)
        shared |= thread_bit((thread_ix)o->shared_waiters.thread[i]);
    expect(run, r->shared_waiters == shared, "the set of shared waiters");
    for (unsigned i = 0; i < ORACLE_THREADS; i++) {
        int expected = i < o->exclusive_waiters.n ? o->exclusive_waiters.thread[i] + 1 : 0;
        expect(run, rows[i].exclusive_queue == expected, "the exclusive queue");
    }
    expect(run, shared_waiters(run->k, (unsigned)ix) == o->shared_waiters.n,
           "the number of shared waiters");
    expect(run, exclusive_waiters(run->k, (unsigned)ix) == o->exclusive_waiters.n,
           "the number of exclusive waiters");
    expect(run, contention(run->k, (unsigned)ix) == o->contention, "contention");
}

static void compare_owners(const struct run *run, int ix)
{
    const struct oracle_resource *o = &run->resources[ix];
    const struct eresource *r = world_resource(&run->k->w, (resource_ix)ix);

    expect(run, resource_is_exclusive(&run->k->w, (resource_ix)ix) == o->exclusive,
           "exclusive ownership");
    for (int t = 0; t < ORACLE_THREADS; t++)
        expect(run, resource_count(&run->k->w, (resource_ix)ix, (thread_ix)t) == oracle_count(o, t),
               "the count of a thread");
    for (int p = ORACLE_THREADS; p < ORACLE_OWNERS; p++)
        expect(run, pointer_count(run, r, p) == oracle_count(o, p), "the count of a pointer");
    expect(run, active_entries(run->k, (unsigned)ix) == o->n_holds, "the number of owners");
}

static void compare(const struct run *run)
{
    for (int r = 0; r < run->n_resources; r++) {
        compare_owners(run, r);
        compare_waiters(run, r);
    }
    for (int t = 0; t < run->n_threads; t++)
        expect(run, is_waiting(run->k, (unsigned)t) == oracle_blocks(run, t), "who waits");
}

/* ---- runs ---- */

/* False when the sequence cannot go on. */
static bool play_call(struct run *run)
{
    struct oracle_list woken = {.n = 0};
    int32_t result;
    int thread = choose_thread(run);

    if (thread < 0)
        return false;
    struct call *call = &run->calls[run->n_calls++];
    *call = choose_call(run, thread);
    play_kernel(run, call);
    enum km_status status = play_oracle(run, call, &result, &woken);
    expect(run, run->k->effect.status == status, "the status");
    if (status == KM_BUGCHECK)
        return false;
    if (status != KM_WAIT)
        expect(run, run->k->effect.result == result, "the result");
    compare_woken(run, &woken);
    compare(run);
    const char *broken = world_invariant(&run->k->w);
    expect(run, broken == NULL, broken);
    return true;
}

static unsigned play_sequence(struct run *run)
{
    unsigned n_most = 1 + oracle_below(&run->random, MOST_CALLS);

    kernel_reset(run->k);
    memset(run->resources, 0, sizeof run->resources);
    run->n_calls = 0;
    run->n_threads = 2 + (int)oracle_below(&run->random, ORACLE_THREADS - 1);
    run->n_resources = 1 + (int)oracle_below(&run->random, N_RESOURCES);
    while (run->n_calls < n_most && play_call(run))
        continue;
    return run->n_calls;
}

static void play(struct kernel *k, bool writer_first, unsigned n_sequences)
{
    struct run run = {.k = k, .random = {2026}, .writer_first = writer_first};
    unsigned long n_calls = 0;

    k->w.fingerprinting = false;
    for (unsigned i = 0; i < n_sequences; i++)
        n_calls += play_sequence(&run);
    printf("%u sequences, %lu calls\n", n_sequences, n_calls);
}

KERNEL_TEST(resources_agree_with_the_oracle, THREADS(ORACLE_THREADS), RESOURCES(N_RESOURCES))
{
    play(k, false, ORACLE_SEQUENCES(700000));
}

KERNEL_TEST(resources_agree_with_the_oracle_under_writer_first, THREADS(ORACLE_THREADS),
            RESOURCES(N_RESOURCES), SWITCH(release, RELEASE_WRITER_FIRST))
{
    play(k, true, ORACLE_SEQUENCES(300000));
}

TEST_MAIN(RUN_KERNEL(resources_agree_with_the_oracle),
          RUN_KERNEL(resources_agree_with_the_oracle_under_writer_first))
