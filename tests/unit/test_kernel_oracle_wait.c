/*
 * Events, thread objects, waits, timeouts and alerts of the kernel model next to the naive ones of
 * oracle_wait.c: the same random calls to both, and after each call statuses, who woke with what
 * and in what order, queues and signal states are the same, and the world's invariants hold. A
 * sequence is up to 60 calls of 2 to 6 threads on 1 to 3 events. A difference prints the sequence
 * that shows it.
 *
 * A world in which no wait is a WaitAll keeps no order of those who wait for a notification event
 * or a thread: all are woken together. There the two lists of the woken are compared as sets.
 */
#include <stdio.h>

#include "kernel.h"
#include "kernel_model/dispatcher.h"
#include "kernel_model/kevent.h"
#include "kernel_model/kthread.h"
#include "kernel_model/waitgraph.h"
#include "oracle_random.h"
#include "oracle_wait.h"

enum { MOST_CALLS = 60, TIMEOUT_MS = 10 };

enum verb {
    VERB_SET,
    VERB_RESET,
    VERB_CLEAR,
    VERB_PULSE,
    VERB_READ,
    VERB_INITIALIZE,
    VERB_WAIT,
    VERB_DELAY,
    VERB_ALERT,
    VERB_THREAD_ENDS,
    VERB_TIMEOUT_FIRES,
};

struct call {
    enum verb verb;
    int thread;
    int event;
    int target;              // of an alert
    unsigned miss;           // of a pulse: place in the kernel's queue, 1 the first; 0 nobody
    int missed;              // the thread there, or -1
    bool synchronization;    // of an initialisation
    bool signaled;           //
    bool poll;               // of a wait or delay
    struct oracle_wait wait; //
};

struct run {
    struct kernel *k;
    struct oracle_random random;
    bool with_wait_all;
    int n_threads;
    int n_events;
    struct oracle_waits waits;
    struct call calls[MOST_CALLS]; // of the sequence being played
    unsigned n_calls;
};

/* ---- what can be called ---- */

static bool is_over(const struct run *run, int thread)
{
    return run->waits.objects[WAIT_EVENTS + thread].state != 0;
}

/* A thread that can make a step, its timeout included, or -1. */
static int choose_thread(struct run *run)
{
    int first = (int)oracle_below(&run->random, (unsigned)run->n_threads);

    for (int i = 0; i < run->n_threads; i++) {
        int thread = (first + i) % run->n_threads;
        const struct oracle_wait *wait = oracle_find_wait(&run->waits, thread);
        if (!is_over(run, thread) && (wait == NULL || wait->timed))
            return thread;
    }
    return -1;
}

static unsigned n_waiting_for(const struct run *run, int object)
{
    unsigned n = 0;

    for (unsigned i = 0; i < run->waits.n_waits; i++)
        n += oracle_waits_for(&run->waits.waits[i], object);
    return n;
}

/* Different objects: NT takes no object twice in one WaitAll. Events are four times as likely. */
static struct oracle_wait choose_wait(struct run *run, int thread)
{
    struct oracle_random *random = &run->random;
    struct oracle_wait wait = {
        .thread = thread,
        .all = run->with_wait_all && oracle_once_in(random, 3),
        .alertable = oracle_once_in(random, 4),
        .timed = oracle_once_in(random, 3),
    };
    unsigned n_most = 1 + oracle_below(random, WAIT_OBJECTS_MOST);

    for (unsigned i = 0; i < n_most; i++) {
        int object = oracle_once_in(random, 5)
                         ? WAIT_EVENTS + (int)oracle_below(random, (unsigned)run->n_threads)
                         : (int)oracle_below(random, (unsigned)run->n_events);
        if (!oracle_waits_for(&wait, object))
            wait.objects[wait.n_objects++] = object;
    }
    return wait;
}

static struct oracle_wait choose_delay(struct run *run, int thread)
{
    return (struct oracle_wait){
        .thread = thread,
        .alertable = oracle_once_in(&run->random, 2),
        .timed = true,
        .is_delay = true,
    };
}

static void choose_miss(struct run *run, struct call *call)
{
    const struct kevent *event = world_event(&run->k->w, (event_ix)call->event);

    call->miss = oracle_below(&run->random, n_waiting_for(run, call->event) + 1);
    if (call->miss > 0)
        call->missed = event->queue[call->miss - 1] - 1;
}

/* Turns what cannot be called here into a set, which always can. */
static struct call choose_call(struct run *run, int thread)
{
    static const enum verb often[] = {
        VERB_SET,  VERB_SET,  VERB_SET,   VERB_SET,   VERB_RESET,      VERB_CLEAR, VERB_PULSE,
        VERB_READ, VERB_WAIT, VERB_WAIT,  VERB_WAIT,  VERB_WAIT,       VERB_WAIT,  VERB_WAIT,
        VERB_WAIT, VERB_WAIT, VERB_DELAY, VERB_ALERT, VERB_INITIALIZE,
    };
    struct oracle_random *random = &run->random;
    struct call call = {
        .verb = often[oracle_below(random, sizeof often / sizeof *often)],
        .thread = thread,
        .event = (int)oracle_below(random, (unsigned)run->n_events),
        .target = (int)oracle_below(random, (unsigned)run->n_threads),
        .synchronization = oracle_once_in(random, 2),
        .signaled = oracle_once_in(random, 2),
        .poll = oracle_once_in(random, 6),
        .missed = -1,
    };

    if (oracle_find_wait(&run->waits, thread) != NULL)
        call.verb = VERB_TIMEOUT_FIRES;
    else if (oracle_once_in(random, 40))
        call.verb = VERB_THREAD_ENDS;
    if (call.verb == VERB_WAIT)
        call.wait = choose_wait(run, thread);
    if (call.verb == VERB_DELAY)
        call.wait = choose_delay(run, thread);
    if (call.verb == VERB_PULSE && oracle_once_in(random, 3))
        choose_miss(run, &call);
    if ((call.verb == VERB_ALERT && is_over(run, call.target)) ||
        (call.verb == VERB_INITIALIZE && n_waiting_for(run, call.event) > 0))
        call.verb = VERB_SET;
    return call;
}

/* ---- differences ---- */

static void print_objects(const struct oracle_wait *wait)
{
    for (unsigned i = 0; i < wait->n_objects; i++) {
        if (wait->objects[i] < WAIT_EVENTS)
            print_error(" E%d", wait->objects[i]);
        else
            print_error(" T%d", wait->objects[i] - WAIT_EVENTS + 1);
    }
    print_error("%s%s%s", wait->all ? " all" : "", wait->alertable ? " alertable" : "",
                wait->timed ? " timed" : "");
}

static void print_call(const struct call *c)
{
    static const char *const verbs[] = {
        "set",  "reset", "clear", "pulse", "read",          "initialize",
        "wait", "delay", "alert", "ends",  "timeout fires",
    };

    print_error("    T%d %s", c->thread + 1, verbs[c->verb]);
    if (c->verb <= VERB_INITIALIZE)
        print_error(" E%d", c->event);
    if (c->verb == VERB_PULSE)
        print_error(" missed by T%d", c->missed + 1);
    if (c->verb == VERB_INITIALIZE)
        print_error(" %s %d", c->synchronization ? "synchronization" : "notification", c->signaled);
    if (c->verb == VERB_ALERT)
        print_error(" T%d", c->target + 1);
    if (c->verb == VERB_WAIT || c->verb == VERB_DELAY)
        print_objects(&c->wait);
    print_error("%s\n", c->poll && c->verb >= VERB_WAIT ? " poll" : "");
}

static void differ(const struct run *run, const char *what)
{
    print_error("%s differs after call %u of these:\n", what, run->n_calls);
    for (unsigned i = 0; i < run->n_calls; i++)
        print_call(&run->calls[i]);
    fail();
}

static void expect(const struct run *run, bool agree, const char *what)
{
    if (!agree)
        differ(run, what);
}

/* ---- both play a call ---- */

static int32_t object_of(int object)
{
    return object < WAIT_EVENTS ? EVENT((unsigned)object)
                                : THREAD_OBJECT((unsigned)(object - WAIT_EVENTS));
}

static void wait_in_kernel(struct run *run, const struct call *call)
{
    int32_t objects[WAIT_OBJECTS_MOST];
    int32_t forever_or_timed = call->wait.timed ? TIMEOUT_MS : TIMEOUT_FOREVER;
    struct wait_request request = {
        .objects = objects,
        .n = call->wait.n_objects,
        .all = call->wait.all,
        .alertable = call->wait.alertable,
        .timeout = call->poll ? 0 : forever_or_timed,
    };

    for (unsigned i = 0; i < request.n; i++)
        objects[i] = object_of(call->wait.objects[i]);
    ke_wait(&run->k->w, (thread_ix)call->thread, &request, &run->k->effect);
}

static void play_kernel(struct run *run, const struct call *call)
{
    struct world *w = &run->k->w;
    struct effect *out = &run->k->effect;
    thread_ix t = (thread_ix)call->thread;
    event_ix e = (event_ix)call->event;

    world_forget(w);
    world_begin_step(w);
    effect_begin(out);
    switch (call->verb) {
    case VERB_SET:
        ke_set_event(w, t, e, NT_IO_NO_INCREMENT, false, out);
        break;
    case VERB_RESET:
        ke_reset_event(w, t, e, out);
        break;
    case VERB_CLEAR:
        ke_clear_event(w, t, e, out);
        break;
    case VERB_PULSE:
        ke_pulse_event(w, t, e, NT_IO_NO_INCREMENT, false, call->miss, out);
        break;
    case VERB_READ:
        ke_read_state_event(w, t, e, out);
        break;
    case VERB_INITIALIZE:
        ke_initialize_event(w, t, e,
                            call->synchronization ? NT_SynchronizationEvent : NT_NotificationEvent,
                            call->signaled, out);
        break;
    case VERB_WAIT:
        wait_in_kernel(run, call);
        break;
    case VERB_DELAY:
        ke_delay(w, t, call->wait.alertable, call->poll ? 0 : TIMEOUT_MS, out);
        break;
    case VERB_ALERT:
        ke_alert_thread(w, (thread_ix)call->target, out);
        break;
    case VERB_THREAD_ENDS:
        nt_thread_ends(w, t, STATUS_SUCCESS, out);
        break;
    case VERB_TIMEOUT_FIRES:
        nt_timeout_fires(w, t, out);
        break;
    }
    world_end_step(w);
}

/* What the call returns, or ORACLE_WAITS. */
static int play_oracle(struct run *run, const struct call *call)
{
    struct oracle_waits *o = &run->waits;

    o->n_woken = 0;
    switch (call->verb) {
    case VERB_SET:
        return oracle_set(o, call->event);
    case VERB_RESET:
        return oracle_reset(o, call->event);
    case VERB_CLEAR:
        oracle_reset(o, call->event);
        return 0;
    case VERB_PULSE:
        return oracle_pulse(o, call->event, call->missed);
    case VERB_READ:
        return o->objects[call->event].state;
    case VERB_INITIALIZE:
        o->objects[call->event] = (struct oracle_object){call->synchronization, call->signaled};
        return 0;
    case VERB_WAIT:
    case VERB_DELAY:
        return oracle_wait(o, call->wait, call->poll);
    case VERB_ALERT:
        return oracle_alert(o, call->target);
    case VERB_THREAD_ENDS:
        oracle_thread_ends(o, call->thread);
        return 0;
    case VERB_TIMEOUT_FIRES:
        oracle_timeout(o, call->thread);
        return 0;
    }
    return 0;
}

/* ---- comparing ---- */

static void compare_answer(const struct run *run, const struct call *call, int answer)
{
    const struct effect *effect = &run->k->effect;
    bool waits = answer == ORACLE_WAITS;

    expect(run, (effect->status == KM_WAIT) == waits, "whether the call waits");
    if (!waits && call->verb != VERB_TIMEOUT_FIRES && call->verb != VERB_THREAD_ENDS)
        expect(run, effect->result == answer, "the result");
}

static bool ordered(const struct run *run, const struct call *call)
{
    if (run->with_wait_all)
        return true;
    return call->verb != VERB_THREAD_ENDS && run->waits.objects[call->event].takes_signal;
}

static void compare_woken(const struct run *run, const struct call *call)
{
    const struct effect *effect = &run->k->effect;
    const struct oracle_waits *o = &run->waits;

    expect(run, effect->n_woken == o->n_woken, "how many woke");
    for (unsigned i = 0; i < o->n_woken; i++) {
        if (ordered(run, call))
            expect(run, effect->woken[i].thread == o->woken[i].thread, "the order of the woken");
        expect(run, woken_with(run->k, (unsigned)o->woken[i].thread) == o->woken[i].result,
               "who woke and with what");
    }
}

static bool queue_holds(const struct kevent *event, unsigned n, int thread)
{
    for (unsigned i = 0; i < n; i++) {
        if (event->queue[i] == thread + 1)
            return true;
    }
    return false;
}

static void compare_event(const struct run *run, int e)
{
    const struct oracle_waits *o = &run->waits;
    const struct kevent *event = world_event(&run->k->w, (event_ix)e);
    bool in_order = run->with_wait_all || o->objects[e].takes_signal;
    unsigned n = n_waiting_for(run, e);
    unsigned place = 0;

    expect(run, event->signal_state == o->objects[e].state, "the signal state");
    expect(run, event_n_waiters(&run->k->w, (event_ix)e) == n, "the number of waiters");
    for (unsigned i = 0; i < o->n_waits; i++) {
        int thread = o->waits[i].thread;
        if (!oracle_waits_for(&o->waits[i], e))
            continue;
        expect(run, queue_holds(event, n, thread), "the queue");
        expect(run, !in_order || event->queue[place] == thread + 1, "the order of the queue");
        place++;
    }
}

static void compare_threads(const struct run *run)
{
    for (int t = 0; t < run->n_threads; t++) {
        const struct kthread *thread = world_thread(&run->k->w, (thread_ix)t);
        const struct oracle_wait *wait = oracle_find_wait(&run->waits, t);
        enum thread_state state = is_over(run, t) ? THREAD_FINISHED
                                  : wait != NULL  ? THREAD_WAITING
                                                  : THREAD_READY;
        expect(run, thread->state == state, "the state of a thread");
        expect(run, wait == NULL || ((thread->wait_flags & WAIT_FLAG_TIMED) != 0) == wait->timed,
               "whether a wait is timed");
    }
}

/* ---- runs ---- */

/* False when the sequence cannot go on. */
static bool play_call(struct run *run)
{
    int thread = choose_thread(run);

    if (thread < 0)
        return false;
    struct call *call = &run->calls[run->n_calls++];
    *call = choose_call(run, thread);
    play_kernel(run, call);
    compare_answer(run, call, play_oracle(run, call));
    compare_woken(run, call);
    for (int e = 0; e < run->n_events; e++)
        compare_event(run, e);
    compare_threads(run);
    const char *broken = world_invariant(&run->k->w);
    expect(run, broken == NULL, broken);
    return true;
}

static unsigned play_sequence(struct run *run)
{
    unsigned n_most = 1 + oracle_below(&run->random, MOST_CALLS);

    kernel_reset(run->k);
    memset(&run->waits, 0, sizeof run->waits);
    run->n_calls = 0;
    run->n_threads = 2 + (int)oracle_below(&run->random, WAIT_THREADS - 1);
    run->n_events = 1 + (int)oracle_below(&run->random, WAIT_EVENTS);
    while (run->n_calls < n_most && play_call(run))
        continue;
    return run->n_calls;
}

static void play(struct kernel *k, bool with_wait_all, unsigned n_sequences)
{
    struct run run = {.k = k, .random = {2026}, .with_wait_all = with_wait_all};
    unsigned long n_calls = 0;

    k->w.fingerprinting = false;
    for (unsigned i = 0; i < n_sequences; i++)
        n_calls += play_sequence(&run);
    printf("%u sequences, %lu calls\n", n_sequences, n_calls);
}

KERNEL_TEST(waits_agree_with_the_oracle, THREADS(WAIT_THREADS), EVENTS(WAIT_EVENTS), QUEUE_ORDER,
            SWITCH(pulse, PULSE_MAY_MISS))
{
    play(k, true, ORACLE_SEQUENCES(700000));
}

KERNEL_TEST(waits_agree_with_the_oracle_without_wait_all, THREADS(WAIT_THREADS),
            EVENTS(WAIT_EVENTS), SWITCH(pulse, PULSE_MAY_MISS))
{
    play(k, false, ORACLE_SEQUENCES(300000));
}

TEST_MAIN(RUN_KERNEL(waits_agree_with_the_oracle),
          RUN_KERNEL(waits_agree_with_the_oracle_without_wait_all))
