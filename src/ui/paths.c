/*
 * A set of ways that are the same up to a step is split by what each does next: every group becomes a piece,
 * as long as all of the group agree, and is split again behind it. Groups keep the order of their endings, so
 * the likeliest stands first. What the first step of a piece does is read from a machine that is there: each
 * way is made again once, and all pieces that begin on it are asked on the way.
 */
#include "ui/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/lang/schedule_text.h"
#include "sim/report/text.h"
#include "sim/stepper/timeline.h"

struct planting {
    const struct explore_result *result;
    struct paths *paths;
    uint16_t asked[2 * MAX_PATHS]; // of each piece: an ending whose way goes through it
};

struct group {
    int n;
    uint16_t endings[MAX_PATHS];
};

static const struct witness *way(const struct planting *p, int ending)
{
    return &p->result->endings[ending].witness;
}

/* The last step that all of a group have in common, from one that they do. */
static uint32_t common_end(const struct planting *p, const struct group *g, uint32_t from)
{
    const struct witness *first = way(p, g->endings[0]);

    for (uint32_t n = from;; n++) {
        for (int i = 0; i < g->n; i++) {
            const struct witness *w = way(p, g->endings[i]);
            if (n >= w->n || n >= first->n || !same_choice(w->steps[n], first->steps[n]))
                return n;
        }
    }
}

static void write_steps(const struct witness *w, uint32_t first, uint32_t last, char *out)
{
    struct schedule schedule = {0};

    out[0] = '\0';
    if (first > last)
        return;
    for (uint32_t n = first; n <= last; n++)
        schedule_add(&schedule, schedule_step_of(w->steps[n - 1]));
    char *text = schedule_print(&schedule);
    if (strlen(text) < PATH_STEPS)
        snprintf(out, PATH_STEPS, "%s", text);
    else
        snprintf(out, PATH_STEPS, "%.*s\xE2\x80\xA6", PATH_STEPS - 4, text);
    free(text);
    schedule_release(&schedule);
}

/* Do they part right behind step n? Those that ended there are a group each. */
static bool same_next(const struct planting *p, int a, int b, uint32_t n)
{
    const struct witness *x = way(p, a), *y = way(p, b);

    return n < x->n && n < y->n && same_choice(x->steps[n], y->steps[n]);
}

static void split(struct planting *p, const struct group *g, uint32_t n, unsigned depth,
                  uint64_t open);

/* One piece, from behind step n, and what follows it. */
static void plant(struct planting *p, const struct group *g, uint32_t n, unsigned depth,
                  uint64_t open, bool is_last)
{
    struct path *path = &p->paths->at[p->paths->n];
    uint32_t last = common_end(p, g, n);

    p->asked[p->paths->n++] = g->endings[0];
    *path = (struct path){.first = n + 1,
                          .last = last,
                          .ending = g->n == 1 ? g->endings[0] : -1,
                          .depth = (uint8_t)depth,
                          .is_last = is_last,
                          .open = open};
    write_steps(way(p, g->endings[0]), n + 1, last, path->steps);
    if (g->n > 1)
        split(p, g, last, depth + 1, open | (is_last ? 0 : (uint64_t)1 << depth));
}

static void split(struct planting *p, const struct group *g, uint32_t n, unsigned depth,
                  uint64_t open)
{
    struct group rest = *g;

    while (rest.n > 0) {
        struct group own = {.n = 1, .endings = {rest.endings[0]}}, others = {0};
        for (int i = 1; i < rest.n; i++) {
            struct group *to = same_next(p, rest.endings[0], rest.endings[i], n) ? &own : &others;
            to->endings[to->n++] = rest.endings[i];
        }
        plant(p, &own, n, depth, open, others.n == 0);
        rest = others;
    }
}

static void write_what(const struct machine *m, struct choice c, char *out)
{
    char text[TEXT_LINE];

    text_next_short(m, c.thread, text, sizeof text);
    snprintf(out, PATH_TEXT, "T%u %.50s", c.thread + 1u,
             c.kind == CHOICE_TIMEOUT ? "timeout" : text);
}

static void tell_first_steps(struct planting *p, const struct scenario *s, int ending)
{
    const struct witness *w = way(p, ending);
    struct timeline *t = timeline_open(s);

    for (uint32_t n = 0; n < w->n; n++) {
        for (int i = 0; i < p->paths->n; i++) {
            struct path *path = &p->paths->at[i];
            if (p->asked[i] == ending && path->first == n + 1)
                write_what(timeline_machine(t), w->steps[n], path->what);
        }
        timeline_step(t, w->steps[n], NULL);
    }
    timeline_close(t);
}

void paths_make(struct paths *paths, const struct scenario *s, const struct explore_result *r)
{
    struct planting p = {.result = r, .paths = paths};
    struct group all = {.n = r->n_endings < MAX_PATHS ? (int)r->n_endings : MAX_PATHS};

    for (int i = 0; i < all.n; i++)
        all.endings[i] = (uint16_t)i;
    // Each split adds at least one leaf: fewer pieces than twice the endings, and the common one.
    paths->at = mem_alloc(2 * MAX_PATHS, sizeof *paths->at);
    paths->n = 0;
    paths->untold = r->n_endings - (uint32_t)all.n;
    split(&p, &all, 0, 0, 0);
    for (int i = 0; i < all.n; i++)
        tell_first_steps(&p, s, i);
}

void paths_release(struct paths *paths)
{
    free(paths->at);
    *paths = (struct paths){0};
}
