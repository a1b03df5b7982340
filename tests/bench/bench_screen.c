/*
 * How long a key and its frame take on the screen.
 *
 *   build/release/bin/bench_screen
 *
 * At 200x50, race with 1000 files of 100 writes: opening, single steps, and keys in the middle of a
 * run of 100,000 steps, where going back means making steps again. In processor time; 2 ms is what
 * they may take.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/stepper/policy.h"
#include "ui/session.h"

enum { WIDTH = 200, HEIGHT = 50, KEYS = 2000, MAX_SAMPLES = 4 * KEYS };

static double samples[MAX_SAMPLES];
static int n_samples;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); // what else the machine does is not our doing
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void report(const char *what)
{
    qsort(samples, (size_t)n_samples, sizeof samples[0], by_size);
    printf("%-38s %6d  median %7.3f ms  99%% %7.3f ms  most %7.3f ms\n", what, n_samples,
           1e3 * samples[n_samples / 2], 1e3 * samples[n_samples * 99 / 100],
           1e3 * samples[n_samples - 1]);
    n_samples = 0;
}

/* One key and the frame that follows it. */
static void press(struct session *s, struct frame *f, int32_t key)
{
    double start = now();

    session_key(s, key);
    session_draw(s, f);
    if (n_samples < MAX_SAMPLES)
        samples[n_samples++] = now() - start;
}

static struct scenario *load(void)
{
    struct setting settings[] = {{"files", 1000}, {"writes", 100}};
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

int main(void)
{
    double start = now();
    struct scenario *scenario = load();
    struct session *s = session_open(scenario);
    struct frame f = {0};
    static const int32_t moves[] = {K_BACKSPACE, K_BACKSPACE, K_RIGHT, K_BACKSPACE, 'i', 'q'};

    if (s == NULL || !frame_resize(&f, WIDTH, HEIGHT))
        return EXIT_FAILURE;
    session_draw(s, &f);
    printf("load, open and first frame: %.1f ms\n", 1e3 * (now() - start));

    for (int i = 0; i < KEYS; i++)
        press(s, &f, '1' + (int32_t)policy_random(1, (uint64_t)i, 2));
    report("a step");
    for (int i = 0; i < KEYS; i++)
        press(s, &f, K_BACKSPACE);
    report("a step back");

    press(s, &f, 'f');
    press(s, &f, 'f');
    printf("f over %u steps: %.1f ms\n", (unsigned)timeline_length(s->timeline),
           1e3 * (samples[0] + samples[1]));
    n_samples = 0;
    press(s, &f, K_HOME);
    press(s, &f, K_END);
    report("to the start and the end");
    timeline_seek(s->timeline, timeline_length(s->timeline) / 2);
    session_draw(s, &f);
    for (int i = 0; i < KEYS; i++)
        press(s, &f, moves[(size_t)i % (sizeof moves / sizeof moves[0])]);
    report("keys in the middle of the long run");
    session_close(s);
    scenario_free(scenario);
    frame_release(&f);
    return 0;
}
