/*
 * The frame around the searches: limits, names, and the order in which results are listed.
 */
#include "sim/explore/explore.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <unistd.h>

#include "sim/explore/explain.h"
#include "sim/explore/remedy.h"
#include "sim/explore/search.h"
#include "sim/lang/mem.h"

enum { CLEAN_STATES = 100000 }; // looked at for that; some tenths of a second

static const double PROGRESS_INTERVAL = 0.2; // seconds

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

unsigned n_workers(unsigned jobs)
{
    long n = jobs != 0 ? (long)jobs : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MAX_JOBS ? MAX_JOBS : (unsigned)n;
}

void clock_start(struct clock *c)
{
    c->start = c->shown = now();
}

double clock_seconds(const struct clock *c)
{
    return now() - c->start;
}

const char *clock_over(const struct clock *c, const struct explore_options *options,
                       uint64_t states, uint64_t bytes)
{
    if (options->stop != NULL && *options->stop != 0) {
        return "interrupted";
    }
    if (options->max_states != 0 && states >= options->max_states) {
        return "--max-states reached";
    }
    if (options->max_memory != 0 && bytes >= options->max_memory) {
        return "--max-memory reached";
    }
    if (options->time_limit > 0 && clock_seconds(c) >= options->time_limit) {
        return "--time-limit reached";
    }
    return NULL;
}

bool clock_wants_progress(const struct clock *c, const struct explore_options *options)
{
    return options->progress != NULL && now() - c->shown >= PROGRESS_INTERVAL;
}

void clock_progress(struct clock *c, const struct explore_options *options,
                    struct explore_progress p)
{
    if (clock_wants_progress(c, options)) {
        c->shown = now();
        p.seconds = c->shown - c->start;
        options->progress(options->progress_context, &p);
    }
}

/* Likeliest first; where chances are not known or equal, by kind and name. */
static int by_chance(const void *a, const void *b)
{
    const struct explore_ending *x = a, *y = b;
    if (x->probability > y->probability || x->probability < y->probability) {
        return x->probability < y->probability ? 1 : -1;
    }
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->name, y->name);
}

static int by_kind(const void *a, const void *b)
{
    const struct explore_finding *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->text, y->text);
}

struct explore_result *search_by(const struct scenario *s, const struct explore_options *options)
{
    struct explore_result *r = mem_alloc(1, sizeof *r);
    r->search = options->search == SEARCH_AUTO ? SEARCH_STATES : options->search;
    r->bounded = options->bounded;
    r->preemptions = options->preemptions;
    switch (options->search) {
    case SEARCH_AUTO:
    case SEARCH_STATES:
        search_states(s, options, r);
        break;
    case SEARCH_TRACES:
        (options->bounded ? search_all : search_traces)(s, options, r);
        break;
    case SEARCH_ALL:
        search_all(s, options, r);
        break;
    }
    return r;
}

/* Only where rules are broken at all is it worth asking. */
static struct clean_answer find_clean(const struct scenario *s,
                                      const struct explore_options *options,
                                      const struct explore_result *r)
{
    bool good = false, broken = false;
    for (uint32_t i = 0; i < r->n_endings; i++) {
        good |= r->endings[i].goal;
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        enum finding_kind kind = r->findings[i].kind;
        broken |= kind == FINDING_VERIFIER || kind == FINDING_INVARIANT;
    }
    if (!r->complete || !good || !broken) {
        return (struct clean_answer){.clean = CLEAN_UNKNOWN};
    }
    return clean_end(s, NULL, 0, CLEAN_STATES, options->stop);
}

void search_finish(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r)
{
    for (uint32_t i = 0; i < r->n_findings && options->n_prefix == 0; i++) {
        explain_finding(s, &r->findings[i]);
    }
    if (options->remedy && options->n_prefix == 0) {
        r->remedy = remedy_find(s, r);
        r->clean = find_clean(s, options, r);
    }
    qsort(r->endings, r->n_endings, sizeof *r->endings, by_chance);
    qsort(r->findings, r->n_findings, sizeof *r->findings, by_kind);
}

struct explore_result *explore(const struct scenario *s, const struct explore_options *options)
{
    if (options->search == SEARCH_AUTO) {
        return search_auto(s, options);
    }
    struct explore_result *r = search_by(s, options);
    search_finish(s, options, r);
    return r;
}

void explore_free(struct explore_result *r)
{
    if (r == NULL) {
        return;
    }
    for (uint32_t i = 0; i < r->n_endings; i++) {
        free(r->endings[i].name);
        free(r->endings[i].schedules);
        free(r->endings[i].witness.steps);
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        free(r->findings[i].text);
        free(r->findings[i].key);
        free(r->findings[i].witness.steps);
    }
    free(r->endings);
    free(r->findings);
    free(r->schedules);
    free(r);
}

/* Why there are no chances: what cuts a search short comes before what kind it is. */
struct no_chance {
    const char *why, *word;
};

static struct no_chance no_chance(const struct explore_result *r)
{
    if (!r->complete) {
        return (struct no_chance){"?: not known, because the search is incomplete", "cut short"};
    }
    if (r->reduced) {
        return (struct no_chance){
            "?: a reduced search leaves out schedules, so it counts none; --search states does",
            "reduced"};
    }
    if (r->search == SEARCH_TRACES) {
        return (struct no_chance){
            "?: this search runs one schedule for many; --search states counts them", "traces"};
    }
    if (r->cyclic) {
        return (struct no_chance){
            "?: a thread can spin, so schedules and chances cannot be counted", "spins"};
    }
    return (struct no_chance){"?: this search counts no chances; --search states does", "unknown"};
}

const char *explore_why_no_chance(const struct explore_result *r)
{
    return no_chance(r).why;
}

const char *explore_no_chance_word(const struct explore_result *r)
{
    return no_chance(r).word;
}

const char *search_name(enum search_kind search)
{
    static const char *const names[] = {[SEARCH_AUTO] = "auto",
                                        [SEARCH_STATES] = "states",
                                        [SEARCH_TRACES] = "traces",
                                        [SEARCH_ALL] = "all"};
    return names[search];
}

const char *finding_name(enum finding_kind kind)
{
    static const char *const names[] = {
        [FINDING_DEADLOCK] = "deadlock",   [FINDING_HANG] = "hang",
        [FINDING_BUGCHECK] = "bugcheck",   [FINDING_ASSERTION] = "assertion",
        [FINDING_FAULT] = "fault",         [FINDING_LIVELOCK] = "livelock",
        [FINDING_RACE] = "race",           [FINDING_VERIFIER] = "verifier",
        [FINDING_INVARIANT] = "invariant", [FINDING_CLAIM] = "claim",
        [FINDING_LOCK_EDGE] = "lock edge",
    };
    return names[kind];
}
