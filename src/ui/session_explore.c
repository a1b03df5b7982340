/*
 * The explore screen: one search of the whole scenario in the background, begun when the screen is first
 * opened and kept. The run of the chosen row is made again on a timeline of its own, so that what a person
 * has recorded is not touched; only "replay" makes it a branch. A long one is made in slices, one for each frame,
 * so that going through the rows never waits for it.
 *
 * A comparison is made once, when it is opened: the sentences of both runs from their first different step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_report.h"
#include "sim/lang/mem.h"
#include "sim/report/text.h"
#include "ui/session_parts.h"

enum {
    FIRST_SLICE = 500,      // steps of the chosen run in the frame that begins with it
    SLICE = 2000,           // and in each further one: about a millisecond
    SHOWN_INTERVAL = 1024,  // of its checkpoints: it is seen at its end, and let go with the row
    MAX_TOLD = 400,         // steps of a comparison
    MAX_PATH_STEPS = 20000, // of all ways together: making them again must not delay a key
};

int session_explored(const struct session *s)
{
    const struct explore_result *r = s->exploring.result;

    return r != NULL ? (int)(r->n_endings + r->n_findings) : 0;
}

const struct witness *session_witness(const struct session *s, int row)
{
    const struct explore_result *r = s->exploring.result;

    return (uint32_t)row < r->n_endings ? &r->endings[row].witness
                                        : &r->findings[(uint32_t)row - r->n_endings].witness;
}

/* ---- the run of the chosen row ---- */

static void forget_shown(struct exploring *e)
{
    timeline_close(e->shown.timeline);
    e->shown.timeline = NULL;
    e->shown_row = -1;
}

static void show_run(struct session *s, int row)
{
    struct exploring *e = &s->exploring;
    const struct witness *w = session_witness(s, row);

    forget_shown(e);
    e->shown.timeline = timeline_open(s->scenario);
    timeline_space_checkpoints(e->shown.timeline, SHOWN_INTERVAL);
    lanes_init(&e->shown.lanes, s->scenario);
    timeline_replace(e->shown.timeline, w->steps, w->n);
    witness_beginning(w, e->schedule, sizeof e->schedule);
    e->shown_row = row;
}

bool session_makes_run(const struct session *s)
{
    const struct timeline *t = s->exploring.shown.timeline;

    return t != NULL && timeline_position(t) < timeline_length(t);
}

static void make_slice(struct session *s)
{
    struct timeline *t = s->exploring.shown.timeline;
    uint32_t made = timeline_position(t), left = timeline_length(t) - made;
    uint32_t slice = made == 0 ? FIRST_SLICE : SLICE;

    timeline_seek(t, made + (left < slice || s->patient ? left : slice));
}

/* The tree of the ways, once it is known where they lead. */
static void note_paths(struct session *s)
{
    const struct explore_result *r = s->exploring.result;
    uint64_t steps = 0;

    for (uint32_t i = 0; i < r->n_endings; i++)
        steps += r->endings[i].witness.n;
    if (r->n_endings > 0 && steps <= MAX_PATH_STEPS)
        paths_make(&s->exploring.paths, s->scenario, r);
}

void explore_look(struct session *s)
{
    struct exploring *e = &s->exploring;

    if (s->overlay != OVERLAY_EXPLORE)
        return;
    if (e->search == NULL) {
        struct explore_options options = {.search = SEARCH_AUTO,
                                          .remedy = true,
                                          .jobs = 1, // the others are for who sits at the screen
                                          .max_states = EXPLORE_SCREEN_STATES};
        e->search = background_start(s->scenario, &options, true);
        e->shown_row = -1;
    }
    if (e->result == NULL) {
        e->result = s->patient ? background_wait(e->search, -1) : background_get(e->search);
        if (e->result != NULL)
            note_paths(s);
    }
    s->list.n = session_explored(s);
    list_move(&s->list, 0);
    if (s->list.n > 0 && e->shown_row != s->list.selected)
        show_run(s, s->list.selected);
    if (session_makes_run(s))
        make_slice(s);
}

/* ---- comparing ---- */

static void forget_told(struct exploring *e)
{
    for (uint32_t i = 0; i < e->n_told; i++) {
        free(e->told[i].text[0]);
        free(e->told[i].text[1]);
    }
    free(e->told);
    e->told = NULL;
    e->n_told = 0;
}

struct telling {
    struct exploring *exploring;
    int side;
};

static bool tell_step(void *context, const struct machine *m)
{
    struct telling *telling = context;
    struct exploring *e = telling->exploring;
    char text[TEXT_LINE];

    text_step(m, &m->last, text, sizeof text);
    e->told[m->last.n - e->n_common - 1].text[telling->side] = mem_text(text, strlen(text));
    return true;
}

/* Does the present run end where what was recorded of it does? */
/* Why a side of the comparison has no more steps. A finding's way only leads to what it shows. */
static const char *why_no_more(const struct session *s, int side)
{
    static const char *const ends[] = {
        [VERDICT_RUNNING] = "(stands here)", [VERDICT_FINISHED] = "(has ended)",
        [VERDICT_DEADLOCK] = "(deadlock)",   [VERDICT_HANG] = "(hang)",
        [VERDICT_BUGCHECK] = "(bug check)",  [VERDICT_ASSERTION] = "(assertion failed)",
        [VERDICT_FAULT] = "(fault)",
    };
    const struct explore_result *r = s->exploring.result;
    uint32_t row = (uint32_t)s->list.selected;

    if (side == 1)
        return row < r->n_endings ? ends[r->endings[row].kind] : "(shown so far)";
    bool at_end = timeline_position(s->timeline) == timeline_length(s->timeline);
    return ends[at_end ? machine_verdict(machine_of(s)) : VERDICT_RUNNING];
}

static void compare(struct session *s)
{
    struct exploring *e = &s->exploring;

    if (e->shown_row != s->list.selected) // it was not drawn yet
        show_run(s, s->list.selected);
    struct timeline *runs[2] = {s->timeline, e->shown.timeline};
    uint32_t here = timeline_length(runs[0]), there = timeline_length(runs[1]), n = 0;

    while (n < here && n < there &&
           same_choice(timeline_choice(runs[0], n + 1), timeline_choice(runs[1], n + 1)))
        n++;
    forget_told(e);
    uint32_t longest = here > there ? here : there;
    e->n_common = n;
    e->n_told = longest - n < MAX_TOLD ? longest - n : MAX_TOLD;
    e->untold = longest - n - e->n_told;
    e->told = mem_alloc(e->n_told + 1u, sizeof *e->told);
    for (int side = 0; side < 2; side++) {
        struct telling telling = {e, side};
        if (e->n_told > 0)
            timeline_replay(runs[side], n + 1, n + e->n_told, tell_step, &telling);
        uint32_t end = timeline_length(runs[side]) - n;
        if (end < e->n_told) {
            const char *why = why_no_more(s, side);
            e->told[end].text[side] = mem_text(why, strlen(why));
        }
    }
    s->overlay = OVERLAY_DIFF;
    s->scroll = (struct scroll){0};
}

/* ---- keys ---- */

/* The name of the chosen row, for messages. */
static const char *chosen_name(const struct session *s)
{
    const struct explore_result *r = s->exploring.result;
    uint32_t row = (uint32_t)s->list.selected;

    return row < r->n_endings ? r->endings[row].name
                              : finding_name(r->findings[row - r->n_endings].kind);
}

static void replay(struct session *s)
{
    const struct witness *w = session_witness(s, s->list.selected);
    char name[64];

    snprintf(name, sizeof name, "%s", chosen_name(s));
    lists_close(s);
    time_lay_out(s, w->steps, w->n, name);
}

bool explore_key(struct session *s, int32_t key)
{
    enum command command = key_command(key, IN_EXPLORE);

    s->refused = session_refuses(s, command, 0, s->message, sizeof s->message);
    if (s->refused || lists_move(s, command))
        return true;
    switch ((int)command) {
    case CMD_REPLAY:
        replay(s);
        break;
    case CMD_COMPARE:
        compare(s);
        break;
    case CMD_HELP:
        help_open(s);
        break;
    case CMD_CLOSE:
        lists_close(s);
        break;
    case CMD_QUIT_AT_ONCE:
        s->leaving = true;
        break;
    default:
        return false;
    }
    return true;
}

void explore_release(struct session *s)
{
    forget_shown(&s->exploring);
    forget_told(&s->exploring);
    paths_release(&s->exploring.paths);
    background_free(s->exploring.search);
}
