/*
 * One lock guards what both threads see: the progress and the result. The search itself runs without it.
 */
#include "sim/explore/background.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include <pthread.h>
#include <sys/resource.h>

#include "sim/lang/mem.h"

enum { GIVE_WAY = 10 }; // as nice counts

struct background {
    const struct scenario *scenario;
    struct explore_options options; // not changed once the thread has begun
    atomic_int stop;
    pthread_t thread;
    bool running;         // the thread was begun
    pthread_mutex_t lock; // guards what follows
    pthread_cond_t answered;
    struct explore_progress progress;
    struct explore_result *result;
};

static void note_progress(void *context, const struct explore_progress *p)
{
    struct background *b = context;
    pthread_mutex_lock(&b->lock);
    b->progress = *p;
    pthread_mutex_unlock(&b->lock);
}

void background_give_way(void)
{
#ifdef __linux__ // elsewhere it is the priority of the whole process, the screen's thread included
    setpriority(PRIO_PROCESS, 0, GIVE_WAY);
#endif
}

static void *work(void *context)
{
    struct background *b = context;
    struct explore_result *r = explore(b->scenario, &b->options);
    pthread_mutex_lock(&b->lock);
    b->result = r;
    pthread_cond_signal(&b->answered);
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* Where the host refuses a thread the search is made by the caller, who keeps his priority. */
static void *work_aside(void *context)
{
    background_give_way();
    return work(context);
}

struct background *background_start(const struct scenario *s, const struct explore_options *options,
                                    bool give_way)
{
    struct background *b = mem_alloc(1, sizeof *b);
    b->scenario = s;
    b->options = *options;
    b->options.stop = &b->stop;
    b->options.progress = note_progress;
    b->options.progress_context = b;
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->answered, NULL);
    sigset_t all, before; // signals are the other thread's
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    b->running = pthread_create(&b->thread, NULL, give_way ? work_aside : work, b) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!b->running) {
        work(b);
    }
    return b;
}

void background_stop(struct background *b)
{
    if (b != NULL) {
        b->stop = 1;
    }
}

void background_free(struct background *b)
{
    if (b == NULL) {
        return;
    }
    if (b->running) {
        b->stop = 1;
        pthread_join(b->thread, NULL);
    }
    explore_free(b->result);
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->answered);
    free(b);
}

const struct explore_result *background_get(struct background *b)
{
    pthread_mutex_lock(&b->lock);
    const struct explore_result *r = b->result;
    pthread_mutex_unlock(&b->lock);
    return r;
}

static struct timespec in(double seconds)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    double nsec = (double)t.tv_nsec + 1e9 * seconds;
    t.tv_sec += (time_t)(nsec / 1e9);
    t.tv_nsec = (long)(nsec - 1e9 * (double)(time_t)(nsec / 1e9));
    return t;
}

const struct explore_result *background_wait(struct background *b, double seconds)
{
    struct timespec until = in(seconds < 0 ? 0 : seconds);
    int late = 0;
    pthread_mutex_lock(&b->lock);
    while (b->result == NULL && late == 0) {
        late = seconds < 0 ? pthread_cond_wait(&b->answered, &b->lock)
                           : pthread_cond_timedwait(&b->answered, &b->lock, &until);
    }
    const struct explore_result *r = b->result;
    pthread_mutex_unlock(&b->lock);
    return r;
}

struct explore_result *background_take(struct background *b)
{
    if (b->running) {
        pthread_join(b->thread, NULL);
    }
    struct explore_result *r = b->result;
    b->result = NULL;
    b->running = false;
    background_free(b);
    return r;
}

struct explore_progress background_progress(struct background *b)
{
    pthread_mutex_lock(&b->lock);
    struct explore_progress p = b->progress;
    pthread_mutex_unlock(&b->lock);
    return p;
}
