/*
 * What is still possible from where a run stands, worked out in the background.
 *
 * Answers are kept by the schedule that leads there, so that stepping back and forth asks nothing
 * twice. The step that lost the last good ending is found by halving: once lost, it stays lost. Then
 * a search may end as soon as it sees a good ending, but one that is complete says the same, and its
 * answer is kept too.
 */
#include "sim/explore/possible.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include "sim/explore/background.h"
#include "sim/explore/clean.h"
#include "sim/lang/mem.h"

enum { MAX_ANSWERS = 256 }; // kept; then the oldest goes

struct answer {
    struct choice *steps;
    uint32_t n;
    struct explore_result *result;
    struct clean_answer clean; // asked for once it is that a good end can come
    bool clean_known;
};

struct possible {
    const struct scenario *scenario;
    pthread_t thread;
    bool running; // the thread was begun
    pthread_mutex_t lock;
    pthread_cond_t asked, answered;
    bool quit;
    atomic_int stop; // the search under way is of no interest any more

    struct choice *steps; // the run asked about
    uint32_t n;
    uint64_t question;                  // grows with each
    struct answer answers[MAX_ANSWERS]; // a ring
    uint32_t n_answers, next;
    int64_t lost;
    struct clean_answer clean; // where lost is LOST_NOTHING
    uint64_t lost_question;    // the question that lost and clean belong to
};

/* ---- answers ---- */

static const struct explore_result *find(const struct possible *p, uint32_t n)
{
    for (uint32_t i = 0; i < p->n_answers; i++) {
        const struct answer *a = &p->answers[i];
        if (a->n == n && (n == 0 || memcmp(a->steps, p->steps, n * sizeof *a->steps) == 0)) {
            return a->result;
        }
    }
    return NULL;
}

/* The one that is asked for may be in somebody's hands: it stays. */
static void keep(struct possible *p, struct choice *steps, uint32_t n, struct explore_result *r)
{
    if (p->n_answers == MAX_ANSWERS && p->answers[p->next].result == find(p, p->n)) {
        p->next = (p->next + 1) % MAX_ANSWERS;
    }
    struct answer *a = &p->answers[p->next];
    p->next = (p->next + 1) % MAX_ANSWERS;
    p->n_answers += p->n_answers < MAX_ANSWERS;
    free(a->steps);
    explore_free(a->result);
    *a = (struct answer){.steps = steps, .n = n, .result = r};
}

static bool has_goal(const struct explore_result *r)
{
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (r->endings[i].goal) {
            return true;
        }
    }
    return false;
}

/* ---- the worker; lock is held but while it searches ---- */

/* The answer behind the first n steps, searched for if need be. NULL: another question came. */
static const struct explore_result *search(struct possible *p, uint32_t n)
{
    const struct explore_result *known = find(p, n);
    uint64_t question = p->question;
    if (known != NULL) {
        return known;
    }
    struct choice *steps = mem_alloc(n + 1u, sizeof *steps);
    if (n > 0) {
        memcpy(steps, p->steps, n * sizeof *steps);
    }
    struct explore_options options = {.search = SEARCH_STATES,
                                      .jobs = 1,
                                      .prefix = steps,
                                      .n_prefix = n,
                                      .max_states = POSSIBLE_STATES,
                                      .stop = &p->stop};
    p->stop = 0;
    pthread_mutex_unlock(&p->lock);
    struct explore_result *r = explore(p->scenario, &options);
    pthread_mutex_lock(&p->lock);
    if (p->question != question || p->quit) {
        free(steps);
        explore_free(r);
        return NULL;
    }
    keep(p, steps, n, r);
    return r;
}

static struct answer *answer_of(struct possible *p, const struct explore_result *r)
{
    for (uint32_t i = 0; i < p->n_answers; i++) {
        if (p->answers[i].result == r) {
            return &p->answers[i];
        }
    }
    return NULL;
}

/* Can the good ending that is left come without a rule broken? False: another question came. */
static bool find_clean(struct possible *p, const struct explore_result *r)
{
    uint64_t question = p->question;
    struct answer *a = answer_of(p, r);
    if (!a->clean_known) {
        // Only this thread lets answers go, so a stays where it is.
        p->stop = 0;
        pthread_mutex_unlock(&p->lock);
        struct clean_answer clean =
            clean_end(p->scenario, a->steps, a->n, POSSIBLE_STATES, &p->stop);
        pthread_mutex_lock(&p->lock);
        if (p->question != question || p->quit) {
            return false;
        }
        a->clean = clean;
        a->clean_known = true;
    }
    p->clean = a->clean;
    return true;
}

/* Finds the step that lost the last good ending. False: another question came. */
static bool find_lost(struct possible *p)
{
    const struct explore_result *r = search(p, p->n);
    if (r == NULL) {
        return false;
    }
    p->clean = (struct clean_answer){.clean = CLEAN_UNKNOWN};
    if (has_goal(r)) {
        p->lost = LOST_NOTHING;
        return find_clean(p, r);
    }
    p->lost = LOST_UNKNOWN;
    uint32_t good = 0, bad = p->n;
    if (!r->complete || (r = search(p, 0)) == NULL) {
        return r != NULL;
    }
    if (!has_goal(r)) {
        p->lost = r->complete ? LOST_ALWAYS : LOST_UNKNOWN;
        return true;
    }
    while (good + 1 < bad) {
        uint32_t middle = good + (bad - good) / 2;
        r = search(p, middle);
        if (r == NULL || (!has_goal(r) && !r->complete)) {
            return r != NULL;
        }
        *(has_goal(r) ? &good : &bad) = middle;
    }
    p->lost = bad;
    return true;
}

static void *work(void *context)
{
    struct possible *p = context;
    uint64_t done = 0;
    background_give_way();
    pthread_mutex_lock(&p->lock);
    while (!p->quit) {
        if (done == p->question) {
            pthread_cond_wait(&p->asked, &p->lock);
            continue;
        }
        uint64_t question = p->question;
        if (search(p, p->n) != NULL) {
            pthread_cond_broadcast(&p->answered);
        }
        if (question == p->question && !p->quit && find_lost(p)) {
            p->lost_question = done = question;
            pthread_cond_broadcast(&p->answered);
        }
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- asking ---- */

struct possible *possible_create(const struct scenario *s)
{
    struct possible *p = mem_alloc(1, sizeof *p);
    p->scenario = s;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->asked, NULL);
    pthread_cond_init(&p->answered, NULL);
    return p;
}

void possible_stop(struct possible *p)
{
    if (p == NULL) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    p->stop = 1;
    pthread_cond_signal(&p->asked);
    pthread_mutex_unlock(&p->lock);
}

void possible_free(struct possible *p)
{
    if (p == NULL) {
        return;
    }
    possible_stop(p);
    if (p->running) {
        pthread_join(p->thread, NULL);
    }
    for (uint32_t i = 0; i < p->n_answers; i++) {
        free(p->answers[i].steps);
        explore_free(p->answers[i].result);
    }
    free(p->steps);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->asked);
    pthread_cond_destroy(&p->answered);
    free(p);
}

/* Signals are the screen's. False: the host refused a thread; nothing is ever answered then. */
static bool begin(struct possible *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    p->running = pthread_create(&p->thread, NULL, work, p) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return p->running;
}

void possible_ask(struct possible *p, const struct choice *steps, uint32_t n)
{
    pthread_mutex_lock(&p->lock);
    p->steps = mem_resize(p->steps, (n + 1u) * sizeof *p->steps);
    if (n > 0) {
        memcpy(p->steps, steps, n * sizeof *steps);
    }
    p->n = n;
    p->question++;
    p->stop = 1;
    pthread_cond_signal(&p->asked);
    pthread_mutex_unlock(&p->lock);
    if (!p->running) {
        begin(p);
    }
}

const struct explore_result *possible_get(struct possible *p)
{
    pthread_mutex_lock(&p->lock);
    const struct explore_result *r = find(p, p->n);
    pthread_mutex_unlock(&p->lock);
    return r;
}

const struct explore_result *possible_wait(struct possible *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->running && p->lost_question != p->question) {
        pthread_cond_wait(&p->answered, &p->lock);
    }
    const struct explore_result *r = find(p, p->n);
    pthread_mutex_unlock(&p->lock);
    return r;
}

int64_t possible_lost(struct possible *p, bool *known)
{
    pthread_mutex_lock(&p->lock);
    *known = p->lost_question == p->question;
    int64_t lost = *known ? p->lost : LOST_UNKNOWN;
    pthread_mutex_unlock(&p->lock);
    return lost;
}

bool possible_breaks(struct possible *p, struct clean_answer *how)
{
    pthread_mutex_lock(&p->lock);
    bool breaks = p->lost_question == p->question && p->clean.clean == CLEAN_IMPOSSIBLE;
    *how = p->clean;
    pthread_mutex_unlock(&p->lock);
    return breaks;
}
