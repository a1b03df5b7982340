/*
 * Policies. The random one is counter-based: the n-th step's number is a hash of seed and n, so no
 * generator state has to travel with the timeline.
 */
#include "sim/stepper/policy.h"

#include "kernel_model/priority.h"

static const char *const names[] = {
    [POLICY_MANUAL] = "manual", [POLICY_REPLAY] = "replay", [POLICY_ROUND_ROBIN] = "round-robin",
    [POLICY_RANDOM] = "random", [POLICY_PCT] = "pct",       [POLICY_PRIORITY] = "priority",
};

/* splitmix64, Steele, Lea and Flood, OOPSLA 2014 */
static uint64_t splitmix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

uint32_t policy_random(uint64_t seed, uint64_t step, uint32_t n)
{
    uint64_t bits = splitmix(splitmix(seed) + step) >> 32;
    return (uint32_t)(bits * n >> 32); // biased by less than n / 2^32
}

/* The first runnable thread after last, in a circle; timeouts only when nothing else can run. */
static struct choice round_robin(const struct machine *m, const struct choice *choices, unsigned n)
{
    const struct annex *annex = m->world.annex;
    thread_ix last = annex != NULL ? annex->last_thread : NO_THREAD;
    const struct choice *best = NULL;
    unsigned best_distance = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct choice *c = &choices[i];
        if (c->kind == CHOICE_TIMEOUT || c->pick != 0) {
            continue;
        }
        unsigned distance = last == NO_THREAD ? c->thread : (c->thread + 63u - last) % 64u;
        if (best == NULL || distance < best_distance) {
            best = c;
            best_distance = distance;
        }
    }
    return best != NULL ? *best : choices[0];
}

/* With nothing else to run, time passes until the earliest timeout; ties go to the lower thread. */
static struct choice earliest_timeout(const struct machine *m, const struct choice *choices,
                                      unsigned n)
{
    const struct choice *best = &choices[0];
    for (unsigned i = 1; i < n && m->world.annex != NULL; i++) {
        if (m->world.annex->threads[choices[i].thread].deadline <
            m->world.annex->threads[best->thread].deadline) {
            best = &choices[i];
        }
    }
    return *best;
}

/* At DISPATCH_LEVEL, or between KeSetEvent(Wait = TRUE) and its wait, nobody takes the processor
 * away. */
static bool keeps_processor(const struct machine *m, thread_ix t)
{
    const struct kthread *thread = world_thread(&m->world, t);
    return thread->irql >= NT_DISPATCH_LEVEL || (thread->flags & THREAD_FLAG_WAIT_NEXT) != 0;
}

/*
 * One processor: the highest dynamic priority runs. Among equals the one that ran last goes on
 * until its quantum is over, then the next in the circle.
 */
static struct choice highest_priority(const struct machine *m, const struct choice *choices,
                                      unsigned n)
{
    const struct annex *annex = m->world.annex;
    struct choice equals[MAX_CHOICES];
    unsigned n_equals = 0, best = 0;
    for (unsigned i = 0; i < n; i++) {
        thread_ix t = choices[i].thread;
        if (choices[i].kind == CHOICE_TIMEOUT || choices[i].pick != 0) {
            continue;
        }
        if (t == annex->last_thread && keeps_processor(m, t)) {
            return choices[i];
        }
        unsigned priority = priority_of(&m->world, t);
        if (n_equals == 0 || priority > best) {
            best = priority;
            n_equals = 0;
        }
        if (priority == best) {
            equals[n_equals++] = choices[i];
        }
    }
    for (unsigned i = 0; i < n_equals; i++) {
        if (equals[i].thread == annex->last_thread &&
            annex->threads[equals[i].thread].quantum > 0) {
            return equals[i];
        }
    }
    return round_robin(m, equals, n_equals);
}

static bool only_timeouts(const struct choice *choices, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (choices[i].kind != CHOICE_TIMEOUT) {
            return false;
        }
    }
    return true;
}

struct choice policy_propose(const struct policy *p, const struct machine *m,
                             const struct choice *choices, unsigned n)
{
    if (p->kind == POLICY_RANDOM) {
        return choices[policy_random(p->seed, m->last.n, n)];
    }
    if (only_timeouts(choices, n)) {
        return earliest_timeout(m, choices, n);
    }
    if (p->kind == POLICY_PRIORITY && m->world.annex != NULL) {
        return highest_priority(m, choices, n);
    }
    return round_robin(m, choices, n);
}

const char *policy_order(const struct policy *p)
{
    static const char in_turn[] = "the ready threads in turn (round-robin)";
    static const char *const orders[] = {
        [POLICY_MANUAL] = in_turn, // nobody chose another
        [POLICY_REPLAY] = in_turn, // behind what is replayed
        [POLICY_ROUND_ROBIN] = in_turn,
        [POLICY_RANDOM] = "any ready thread, at random",
        [POLICY_PCT] = in_turn, // a plan of whole runs, not of single steps
        [POLICY_PRIORITY] = "the ready thread of the highest priority",
    };
    return orders[p->kind];
}

const char *policy_name(enum policy_kind kind)
{
    return names[kind];
}

bool policy_find(const char *name, enum policy_kind *kind)
{
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *kind = (enum policy_kind)i;
            return true;
        }
    }
    return false;
}
