/*
 * How long a key and its frame take on the screen.
 *
 *   build/release/bin/bench_screen [background]
 *
 * At 200x50, race with 1000 files of 100 writes: opening, single steps, and keys in the middle of a
 * run of 100,000 steps, where going back means making steps again. In processor time of the screen's own
 * thread; 2 ms is what they may take.
 *
 * Then, by the clock on the wall, from key to frame: each key while the search behind the key before still runs
 * in the background, each key when nothing runs there any more, and how long closing takes while it runs. What
 * somebody else does on the machine counts here, so the two are taken in turns: 10 ms is what the background
 * may add, 50 ms what leaving may take.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/stepper/policy.h"
#include "ui/responsive.h"
#include "ui/session.h"

enum { WIDTH = 200, HEIGHT = 50, KEYS = 2000, MAX_SAMPLES = 4 * KEYS };

static double samples[MAX_SAMPLES];
static int n_samples;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID,
                  &t); // of the screen: neither others nor the search behind
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

/* ---- the background ---- */

enum { ROUNDS = 12, KEYS_OF_ROUND = 25, PAUSE_US = 20000 };

static double wall(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double own(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_US * 1000L}, NULL);
}

static void wait_for_background(struct session *s, struct frame *f)
{
    for (int i = 0; i < 500 && session_working(s); i++) {
        rest();
        session_draw(s, f);
    }
}

struct delays {
    double most, sum; // on the wall
    double ran; // what of the longest the screen's own thread ran: the rest it waited, for whatever
    int n, working; // keys, and how many of them came while a search ran
};

static void press_by_the_clock(struct session *s, struct frame *f, int32_t key, struct delays *d)
{
    d->working += session_working(s);
    double start = wall(), begun = own();
    session_key(s, key);
    session_draw(s, f);
    double took = wall() - start, ran = own() - begun;
    d->ran = took > d->most ? ran : d->ran;
    d->most = took > d->most ? took : d->most;
    d->sum += took;
    d->n++;
}

/* Steps by a digit that can go, and now and then back; quiet: only when nothing runs in the background. */
static void one_round(struct session *s, struct frame *f, uint64_t seed, bool quiet,
                      struct delays *d)
{
    for (int i = 0; i < KEYS_OF_ROUND; i++) {
        uint64_t random = policy_random(seed, (uint64_t)i, 8);
        if (quiet)
            wait_for_background(s, f);
        else
            rest(); // time for the search to get going
        press_by_the_clock(s, f, random == 0 ? K_BACKSPACE : 'r', d);
    }
}

static void with_background(const char *name, struct setting *settings, size_t n)
{
    struct diag_list diags = {0};
    struct delays busy = {0}, quiet = {0}, explore = {0};
    struct frame f = {0};
    double closing = 0;
    struct scenario *scenario = scenario_load_file(name, NULL, settings, n, &diags);

    if (scenario == NULL || !frame_resize(&f, WIDTH, HEIGHT)) {
        diag_print(&diags, stderr);
        exit(EXIT_FAILURE);
    }
    for (int i = 0; i < ROUNDS; i++) {
        struct session *s = session_open(scenario);
        session_draw(s, &f);
        if (i % 3 == 0)
            one_round(s, &f, (uint64_t)i, true, &quiet);
        else
            one_round(s, &f, (uint64_t)i, false, &busy);
        if (i % 3 == 2) { // a large search beside the one of each step
            press_by_the_clock(s, &f, 'e', &explore);
            press_by_the_clock(s, &f, 'q', &explore);
            one_round(s, &f, (uint64_t)i + ROUNDS, false, &explore);
        }
        double start = wall();
        session_close(s);
        closing = wall() - start > closing ? wall() - start : closing;
    }
    const char *file = strrchr(name, '/');
    printf("%s\n", file != NULL ? file + 1 : name);
    const struct delays *rows[] = {&quiet, &busy, &explore};
    static const char *const names[] = {"quiet", "a search behind it", "and that of 'e'"};
    for (int i = 0; i < 3; i++)
        printf("  %-22s %4d keys, %4d while it ran   mean %7.3f ms  most %7.3f ms (ran %7.3f)\n",
               names[i], rows[i]->n, rows[i]->working, 1e3 * rows[i]->sum / rows[i]->n,
               1e3 * rows[i]->most, 1e3 * rows[i]->ran);
    printf("  closing: most %.1f ms\n", 1e3 * closing);
    scenario_free(scenario);
    frame_release(&f);
    diag_release(&diags);
}

static void all_with_background(void)
{
    struct setting race[] = {{"files", 18}, {"writes", 4}};
    struct setting large[] = {{"files", 1000}, {"writes", 100}};

    with_background(LOCKSTEP_TEST_SCENARIOS "/race.ini", race, 2);
    with_background(LOCKSTEP_TEST_SCENARIOS "/race.ini", large, 2);
    with_background(LOCKSTEP_TEST_DATA "/contention.ini", NULL, 0);
    with_background(LOCKSTEP_TEST_SCENARIOS "/driver_load.ini", NULL, 0);
}

int main(int argc, char **argv)
{
    double start = now();
    responsive_memory();
    if (argc > 1 && strcmp(argv[1], "background") == 0) {
        all_with_background();
        return EXIT_SUCCESS;
    }
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
    all_with_background();
    return 0;
}
