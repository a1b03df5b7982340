/*
 * How fast a run is, and how fast it jumps.
 *
 *   build/release/bin/bench_run
 *
 * Prints steps per second of race at the samples' real size (1000 files, 100 writes) with and
 * without what a screen needs, and the latency of 100 random jumps in a timeline of a million
 * steps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/lang/scenario.h"
#include "sim/stepper/policy.h"
#include "sim/stepper/timeline.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct scenario *load(int32_t files, int32_t writes)
{
    struct setting settings[] = {{"files", files}, {"writes", writes}};
    struct diag_list diags = {0};
    struct scenario *s =
        scenario_load_file(LOCKSTEP_TEST_SCENARIOS "/race.ini", NULL, settings, 2, &diags);
    if (s == NULL) {
        diag_print(&diags, stderr);
        exit(EXIT_FAILURE);
    }
    diag_release(&diags);
    return s;
}

static void bench_load(void)
{
    double start = now();
    struct scenario *s = load(1000, 100);
    double end = now();
    printf("load race 1000x100        %8.1f ms, world of %u bytes\n", 1e3 * (end - start),
           s->layout.size);
    scenario_free(s);
}

static void bench_steps(const char *what, bool annex, bool invariants, bool fingerprint)
{
    struct scenario *s = load(1000, 100);
    struct machine *m = machine_create(s, annex);
    if (invariants) {
        machine_watch_invariants(m);
    }
    if (fingerprint) {
        machine_keep_fingerprint(m);
    }
    struct choice choices[MAX_CHOICES];
    double start = now();
    for (unsigned n; (n = machine_choices(m, choices)) > 0;) {
        machine_step(m, choices[policy_random(7, m->last.n, n)]);
    }
    double seconds = now() - start;
    printf("%-25s %8.2f M steps/s (%u steps in %.3f s)\n", what, m->last.n / seconds / 1e6,
           m->last.n, seconds);
    machine_free(m);
    scenario_free(s);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void bench_jumps(void)
{
    enum { JUMPS = 100, STEPS = 1000000 };
    struct scenario *s = load(1000, 1000);
    struct timeline *t = timeline_open(s);
    struct choice choices[MAX_CHOICES];
    unsigned n;
    while (timeline_length(t) < STEPS && (n = machine_choices(timeline_machine(t), choices)) > 0) {
        timeline_step(t, choices[policy_random(7, timeline_position(t), n)], NULL);
    }
    double latency[JUMPS];
    for (unsigned i = 0; i < JUMPS; i++) {
        uint32_t to = policy_random(9, i, timeline_length(t) + 1);
        double start = now();
        timeline_seek(t, to);
        latency[i] = now() - start;
    }
    qsort(latency, JUMPS, sizeof latency[0], by_value);
    printf("jump in %u steps     median %.3f ms, 99th percentile %.3f ms\n", timeline_length(t),
           1e3 * latency[JUMPS / 2], 1e3 * latency[JUMPS * 99 / 100]);
    timeline_close(t);
    scenario_free(s);
}

int main(void)
{
    bench_load();
    bench_steps("run", false, false, false);
    bench_steps("run with counters", true, false, false);
    bench_steps("run with fingerprint", false, false, true);
    bench_steps("run with invariants", true, true, false);
    bench_jumps();
    return 0;
}
