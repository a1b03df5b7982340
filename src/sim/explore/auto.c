/*
 * The search that chooses its method.
 *
 * Unreduced as long as the states are few: only that tells chances. How many there are is found out by
 * beginning. Where that takes a while, the reduced search begins beside it, so that its answer
 * does not come later for the attempt. Which of the two is the result is decided by the number of states alone.
 */
#include "sim/explore/background.h"
#include "sim/explore/search.h"

static const double LOOK = 0.1; // seconds between two looks at the caller's wish to stop

struct attempt {
    const struct scenario *scenario;
    const struct explore_options *options; // the caller's
    struct clock clock;
    bool beside;                // the reduced search may run meanwhile
    struct background *reduced; // NULL: not begun
};

static void begin_reduced(struct attempt *a)
{
    struct explore_options options = *a->options;
    options.search = SEARCH_STATES;
    options.reduce = true;
    if (options.time_limit > 0) { // 0 would be none
        double left = options.time_limit - clock_seconds(&a->clock);
        options.time_limit = left > 0.01 ? left : 0.01;
    }
    a->reduced = background_start(a->scenario, &options, false);
}

static void tell(const struct attempt *a, const struct explore_progress *p)
{
    if (a->options->progress != NULL) {
        a->options->progress(a->options->progress_context, p);
    }
}

static void note_progress(void *context, const struct explore_progress *p)
{
    struct attempt *a = context;
    if (a->beside && a->reduced == NULL) {
        begin_reduced(a);
    }
    tell(a, p);
}

static struct explore_result *wait_for_reduced(struct attempt *a)
{
    if (a->reduced == NULL) {
        begin_reduced(a);
    }
    while (background_wait(a->reduced, LOOK) == NULL) {
        if (a->options->stop != NULL && *a->options->stop != 0) {
            background_stop(a->reduced);
        }
        struct explore_progress p = background_progress(a->reduced);
        if (p.seconds > 0) { // it has told
            p.seconds = clock_seconds(&a->clock);
            tell(a, &p);
        }
    }
    struct explore_result *r = background_take(a->reduced);
    r->why_chosen = "there are more than 300,000 states; --search states counts schedules and "
                    "chances, and takes longer";
    r->seconds = clock_seconds(&a->clock) - r->second_pass;
    return r;
}

struct explore_result *search_auto(const struct scenario *s, const struct explore_options *options)
{
    struct attempt a = {.scenario = s, .options = options};
    struct explore_options few = *options;
    bool own = !options->reduce && (options->max_states == 0 || options->max_states > AUTO_STATES);
    if (own) {
        few.max_states = AUTO_STATES;
        few.progress = note_progress;
        few.progress_context = &a;
    }
    clock_start(&a.clock);
    a.beside = own && n_workers(options->jobs) > 1 && options->max_memory == 0;
    struct explore_result *r = search_by(s, &few);
    if (own && !r->complete && r->states >= AUTO_STATES) {
        explore_free(r);
        return wait_for_reduced(&a);
    }
    background_free(a.reduced);
    r->why_chosen = !options->reduce && r->complete ? "the states are few" : NULL;
    search_finish(s, options, r);
    return r;
}
