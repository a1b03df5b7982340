/*
 * The frame around the searches: limits, names, and the order in which results are listed.
 */
#include "sim/explore/explore.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/explore/search.h"
#include "sim/lang/mem.h"

static const double PROGRESS_INTERVAL = 0.2; // seconds

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
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

void clock_progress(struct clock *c, const struct explore_options *options,
                    struct explore_progress p)
{
    if (options->progress == NULL) {
        return;
    }
    double at = now();
    if (at - c->shown >= PROGRESS_INTERVAL) {
        c->shown = at;
        p.seconds = at - c->start;
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

struct explore_result *explore(const struct scenario *s, const struct explore_options *options)
{
    struct explore_result *r = mem_alloc(1, sizeof *r);
    r->search = options->search;
    switch (options->search) {
    case SEARCH_STATES:
        search_states(s, options, r);
        break;
    case SEARCH_TRACES:
        search_traces(s, options, r);
        break;
    case SEARCH_ALL:
        search_all(s, options, r);
        break;
    }
    qsort(r->endings, r->n_endings, sizeof *r->endings, by_chance);
    qsort(r->findings, r->n_findings, sizeof *r->findings, by_kind);
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
        free(r->findings[i].witness.steps);
    }
    free(r->endings);
    free(r->findings);
    free(r->schedules);
    free(r);
}

const char *search_name(enum search_kind search)
{
    static const char *const names[] = {
        [SEARCH_STATES] = "states", [SEARCH_TRACES] = "traces", [SEARCH_ALL] = "all"};
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
    };
    return names[kind];
}
