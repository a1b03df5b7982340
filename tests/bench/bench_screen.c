/*
 * How long a key and its frame take on the screen.
 *
 *   build/release/bin/bench_screen [keys [SCENARIO] | background]
 *
 * At 200x50, race with 1000 files of 100 writes: opening, single steps, and keys in the middle of a
 * run of 100,000 steps, where going back means making steps again. In processor time of the screen's own
 * thread; 2 ms is what they may take.
 *
 * Then every key of the table, and every key of what each of them opens, at some places of the same scenario:
 * which are the slowest, and where. Each is pressed in several rounds, and the middle one counts, so that a
 * machine with other work names the same keys. What makes, goes over, or looks through many steps at once
 * stands apart.
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
#include "ui/session_parts.h"

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

static struct scenario *load(const char *name)
{
    struct setting settings[] = {{"files", 1000}, {"writes", 100}};
    struct diag_list diags = {0};
    char path[512];
    snprintf(path, sizeof path, LOCKSTEP_TEST_SCENARIOS "/%s.ini", name);
    struct scenario *s = scenario_load_file(path, NULL, settings, 2, &diags);

    if (s == NULL) {
        diag_print(&diags, stderr);
        exit(EXIT_FAILURE);
    }
    diag_release(&diags);
    return s;
}

/* ---- every key ---- */

enum { MAX_PRESSES = 8000, KEY_ROUNDS = 3, SLOWEST = 10, PRESS_NAME = 128, MANY_STEPS = 2000 };

struct press {
    char name[PRESS_NAME]; // "in the middle: / PgDn"
    bool long_run;         // makes many steps at once
    double took[KEY_ROUNDS];
};

/* All presses of a round; each round makes the same ones. */
struct walk {
    struct session *session;
    struct frame *frame;
    struct press presses[MAX_PRESSES];
    int n, round;
    const char *place; // where they are pressed
    uint32_t position; // its step
};

static bool makes_many_steps(enum command command)
{
    return command == CMD_FINISH || command == CMD_CONTINUE || command == CMD_CONTINUE_BACK;
}

/* Lays a run out, or looks through all of one. */
static bool picks_a_run(const struct session *s, int32_t key)
{
    return key == K_ENTER && (s->overlay == OVERLAY_EXPLORE || s->overlay == OVERLAY_SEARCH);
}

static bool is_far(uint32_t a, uint32_t b)
{
    return (a > b ? a - b : b - a) > MANY_STEPS;
}

static void press_named(struct walk *w, enum command opened, int32_t key, enum command command)
{
    uint32_t from = timeline_position(w->session->timeline);
    bool picks = picks_a_run(w->session, key);
    char first[KEY_LABEL], label[KEY_LABEL];
    double start = now();

    session_key(w->session, key);
    session_draw(w->session, w->frame);
    double took = now() - start;
    if (w->n == MAX_PRESSES)
        return;
    struct press *p = &w->presses[w->n++];
    key_labels(opened, true, first, sizeof first);
    key_label(key, label, sizeof label);
    snprintf(p->name, sizeof p->name, "%s: %s%s%s", w->place, first, first[0] != '\0' ? " " : "",
             label);
    p->long_run = (w->round > 0 && p->long_run) || makes_many_steps(command) || picks ||
                  is_far(from, timeline_position(w->session->timeline));
    p->took[w->round] = took;
}

/* Back to the place, nothing open, all panes, at the start of the lists. */
static void return_to_place(struct walk *w)
{
    struct session *s = w->session;

    lists_close(s);
    s->zoomed = s->playing = s->leaving = false;
    s->wish = WISH_NONE;
    if (s->presenting)
        session_command(s, CMD_PRESENT, 0);
    time_go_branch(s, 0, w->position);
    session_draw(s, w->frame);
}

static int32_t first_key(enum command command)
{
    const char *keys = key_row(command)->keys;

    return key_next(&keys);
}

/* What a key opens: its own keys one after the other, and letters where it takes text. */
static void press_inside(struct walk *w, enum command opened)
{
    enum key_context context = overlay_context(w->session->overlay);

    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        if ((key_row((enum command)i)->where & context) == 0)
            continue;
        press_named(w, opened, first_key((enum command)i), (enum command)i);
        return_to_place(w);
        session_key(w->session, first_key(opened));
        session_draw(w->session, w->frame);
    }
    for (const char *text = "file 1"; context == IN_PROMPT && *text != '\0'; text++)
        press_named(w, opened, *text, CMD_NONE);
    if (context == IN_PROMPT) {
        press_named(w, opened, K_DOWN, CMD_NONE);
        press_named(w, opened, K_ENTER, CMD_NONE);
    }
    for (int32_t i = 0; i < 5; i++)
        press_named(w, opened, K_PAGE_DOWN, CMD_NONE);
}

static void press_all(struct walk *w, const char *place, uint32_t position)
{
    w->place = place;
    w->position = position;
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        enum command command = (enum command)i;
        if ((key_row(command)->where & IN_MAIN) == 0 ||
            (makes_many_steps(command) && timeline_length(w->session->timeline) < MANY_STEPS))
            continue;
        return_to_place(w);
        const char *keys = key_row(command)->keys;
        for (int32_t key; (key = key_next(&keys)) != K_NONE;) {
            return_to_place(w);
            press_named(w, CMD_NONE, key, command);
        }
        if (w->session->overlay != OVERLAY_NONE)
            press_inside(w, command);
    }
    return_to_place(w);
    // each pane: chosen, moved in, and alone on the screen
    for (int i = 0; i < 2 * w->session->layout.n_panes; i++) {
        static const int32_t moves[] = {K_TAB,     K_DOWN,      K_PAGE_DOWN, K_PAGE_DOWN,
                                        K_PAGE_UP, K_UP,        'z',         K_PAGE_DOWN,
                                        '1',       K_BACKSPACE, 'z'};
        for (size_t k = 0; k < sizeof moves / sizeof moves[0]; k++)
            press_named(w, CMD_PANE_NEXT, moves[k], CMD_NONE);
    }
    return_to_place(w);
}

static double middle_of(const struct press *p)
{
    double took[KEY_ROUNDS];

    memcpy(took, p->took, sizeof took);
    qsort(took, KEY_ROUNDS, sizeof took[0], by_size);
    return took[KEY_ROUNDS / 2];
}

static int by_press(const void *a, const void *b)
{
    const struct press *x = a, *y = b;

    if (x->long_run != y->long_run)
        return x->long_run - y->long_run;
    return -by_size(&(double){middle_of(x)}, &(double){middle_of(y)});
}

static void print_press(const struct press *p)
{
    double took[KEY_ROUNDS];

    memcpy(took, p->took, sizeof took);
    qsort(took, KEY_ROUNDS, sizeof took[0], by_size);
    printf("  %-48s %7.3f ms  (%.3f to %.3f)\n", p->name, 1e3 * took[KEY_ROUNDS / 2], 1e3 * took[0],
           1e3 * took[KEY_ROUNDS - 1]);
}

/* The slowest of the two kinds. */
static void print_walk(struct walk *w)
{
    int n = 0, over = 0;

    qsort(w->presses, (size_t)w->n, sizeof w->presses[0], by_press);
    while (n < w->n && !w->presses[n].long_run)
        over += middle_of(&w->presses[n++]) > 2e-3;
    printf("every key: %d, middle of %d rounds: median %.3f ms, 99%% %.3f ms, over 2 ms %d; the "
           "slowest\n",
           n, KEY_ROUNDS, 1e3 * middle_of(&w->presses[n / 2]),
           1e3 * middle_of(&w->presses[n / 100]), over);
    for (int i = 0; i < n && i < SLOWEST; i++)
        print_press(&w->presses[i]);
    printf("many steps at once\n");
    for (int i = n; i < w->n && i < n + SLOWEST; i++)
        print_press(&w->presses[i]);
}

static void every_key(const struct scenario *scenario, struct frame *f)
{
    static struct walk w;

    w.frame = f;
    for (w.round = 0; w.round < KEY_ROUNDS; w.round++) {
        struct session *s = session_open(scenario);
        w.session = s;
        w.n = 0;
        session_draw(s, f);
        press_all(&w, "at the start", 0);
        session_key(s, 'f');
        session_key(s, 'f');
        uint32_t length = timeline_length(s->timeline);
        press_all(&w, "start of all", 0);
        press_all(&w, "step 700", 700);
        press_all(&w, "in the middle", length / 2 + 77);
        press_all(&w, "before the end", length - 1);
        press_all(&w, "at the end", length);
        session_close(s);
    }
    print_walk(&w);
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
    struct scenario *scenario = load(argc > 2 ? argv[2] : "race");
    struct frame f = {0};
    if (argc > 1 && strcmp(argv[1], "keys") == 0) {
        if (!frame_resize(&f, WIDTH, HEIGHT))
            return EXIT_FAILURE;
        every_key(scenario, &f);
        frame_release(&f);
        scenario_free(scenario);
        return EXIT_SUCCESS;
    }
    struct session *s = session_open(scenario);
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
    every_key(scenario, &f);
    scenario_free(scenario);
    frame_release(&f);
    all_with_background();
    return 0;
}
