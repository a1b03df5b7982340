/*
 * Search: the title, the names and bodies of all threads, the names of all objects and of the files that exist
 * now, then the steps of the log. Case counts only where a capital letter was typed. n goes on from the place found
 * last and begins again at the top when there is none behind it. A run changes, so every n looks at what is there
 * then. Of the log it is known which steps have the text: each is made again and written once, and forgotten with its
 * branch. A place in the log is a step, so finding it goes there: the message says so, and how to come back.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/session_parts.h"

enum { OBJECT_TEXT = 201, OUTCOME_TEXT = 101 }; // of a line of the log

struct hunt {
    struct session *session;
    bool past;          // the place found last has been passed
    bool back;          //
    int n, at;          // places seen; which of them is the one found last, from 1
    struct place first; // of all
    struct place last;
    struct place next;     // first behind the one found last
    struct place previous; // last before it
    int n_next, n_previous;
};

bool search_ignores_case(const char *wanted)
{
    while (*wanted != '\0' && !isupper((unsigned char)*wanted))
        wanted++;
    return *wanted == '\0';
}

static bool contains(const char *text, const char *wanted)
{
    bool any = search_ignores_case(wanted);

    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (wanted[i] != '\0' && (any ? tolower((unsigned char)text[i])
                                         : (unsigned char)text[i]) == (unsigned char)wanted[i])
            i++;
        if (wanted[i] == '\0')
            return true;
    }
    return false;
}

static bool same_place(const struct place *a, const struct place *b)
{
    return a->kind == b->kind && a->thread == b->thread && a->n == b->n && a->object == b->object;
}

void search_set(struct session *s, const char *text)
{
    struct search *search = &s->search;

    if (strcmp(search->text, text) != 0) {
        snprintf(search->text, sizeof search->text, "%s", text);
        search_forget_after(s, 0);
    }
    search->found = false;
}

void search_forget_after(struct session *s, uint32_t n)
{
    struct search *search = &s->search;

    search->hits.n = noted_up_to(&search->hits, n);
    search->seen = search->seen < n ? search->seen : n;
}

/* A place at which the text stands. */
static void find_place(struct hunt *h, struct place place)
{
    const struct search *search = &h->session->search;

    h->n++;
    if (h->n == 1)
        h->first = place;
    h->last = place;
    if (search->found && same_place(&place, &search->at)) {
        h->past = true;
        h->at = h->n;
    } else if (!h->past) {
        h->previous = place;
        h->n_previous = h->n;
    } else if (h->n_next == 0) {
        h->next = place;
        h->n_next = h->n;
    }
}

static void see_place(struct hunt *h, struct place place, const char *text)
{
    if (contains(text, h->session->search.text))
        find_place(h, place);
}

static void see_sources(struct hunt *h)
{
    const struct scenario *s = h->session->scenario;

    for (unsigned t = 0; t < s->n_threads; t++) {
        see_place(h, (struct place){.kind = PLACE_THREAD, .thread = (thread_ix)t},
                  s->threads[t].name);
        for (uint32_t i = 0; i < s->threads[t].n_lines; i++)
            see_place(h, (struct place){.kind = PLACE_SOURCE, .thread = (thread_ix)t, .n = i},
                      s->threads[t].lines[i]);
    }
}

static void see_objects_of(struct hunt *h, enum object_kind kind, unsigned n)
{
    char name[TEXT_LINE];

    for (unsigned i = 0; i < n; i++) {
        object_ref object = object_make(kind, i);
        bool there = kind != OBJECT_NAME ||
                     world_file(&machine_of(h->session)->world, (name_ix)i)->flags & FILE_EXISTS;
        if (!there)
            continue; // no pane shows it
        text_object(h->session->scenario, object, name, sizeof name);
        see_place(h, (struct place){.kind = PLACE_OBJECT, .object = object}, name);
    }
}

static void see_objects(struct hunt *h)
{
    const struct world_shape *shape = &h->session->scenario->layout.shape;

    see_objects_of(h, OBJECT_RESOURCE, shape->n_resources);
    see_objects_of(h, OBJECT_EVENT, shape->n_events);
    see_objects_of(h, OBJECT_SPINLOCK, shape->n_spinlocks);
    see_objects_of(h, OBJECT_SHARED, shape->n_shared);
    see_objects_of(h, OBJECT_DIRECTORY, shape->n_directories);
    see_objects_of(h, OBJECT_NAME, shape->n_names);
}

/* A step as the log has it. */
static bool see_step(void *context, const struct machine *m)
{
    struct search *search = context;
    const struct step *step = &m->last;
    char object[OBJECT_TEXT] = "", outcome[OUTCOME_TEXT], text[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    if (step->effect.object != 0)
        text_object_short(m->scenario, step->effect.object, object, sizeof object);
    text_outcome(m->scenario, step, outcome, sizeof outcome);
    pen_printf(&pen, "T%u ", step->choice.thread + 1u);
    pen_text(&pen, step->choice.kind == CHOICE_TIMEOUT ? "timeout" : nt_call_row(step->call)->name);
    pen_text(&pen, " ");
    pen_text(&pen, object);
    pen_text(&pen, " ");
    pen_text(&pen, outcome);
    if (contains(text, search->text))
        note_step(&search->hits, step->n);
    return true;
}

static void see_steps(struct hunt *h)
{
    struct session *s = h->session;
    struct search *search = &s->search;
    uint32_t length = timeline_length(s->timeline);

    if (search->seen < length)
        timeline_replay(s->timeline, search->seen + 1, length, see_step, search);
    search->seen = length;
    for (size_t i = 0; i < search->hits.n; i++)
        find_place(h, (struct place){.kind = PLACE_STEP, .n = search->hits.steps[i]});
}

/* The pane that shows an object in the present layout, and what one looks for there. */
static struct pane_id pane_of_object(const struct session *s, object_ref object)
{
    static const struct {
        enum object_kind kind;
        enum view_kind own, list;
    } panes[] = {
        {OBJECT_RESOURCE, VIEW_RESOURCE, VIEW_OBJECTS},
        {OBJECT_EVENT, VIEW_EVENT, VIEW_OBJECTS},
        {OBJECT_SPINLOCK, VIEW_SPINLOCK, VIEW_OBJECTS},
        {OBJECT_SHARED, VIEW_SHARED, VIEW_OBJECTS},
        {OBJECT_DIRECTORY, VIEW_DIRECTORY, VIEW_DIRECTORIES},
        {OBJECT_NAME, VIEW_DIRECTORY, VIEW_DIRECTORIES},
    };
    unsigned ix = object_ix_of(object);

    if (object_kind_of(object) == OBJECT_NAME)
        ix = s->scenario->layout.shape.names[ix].parent;
    for (size_t k = 0; k < sizeof panes / sizeof panes[0]; k++) {
        if (panes[k].kind != object_kind_of(object))
            continue;
        for (int i = 0; i < s->layout.n_panes; i++) {
            const struct pane *pane = &s->layout.panes[i];
            bool whole = pane->view == panes[k].list || pane->view == VIEW_SHARED;
            if ((pane->view == panes[k].own && (whole || pane->ix == ix)) ||
                pane->view == panes[k].list)
                return (struct pane_id){pane->view, pane->ix};
        }
    }
    return s->pane;
}

/* About the row on which the object stands in its pane; drawing keeps it within the list. */
static int row_of_object(const struct session *s, object_ref object)
{
    const struct world_shape *shape = &s->scenario->layout.shape;
    int ix = object_ix_of(object), row = 0;

    switch (object_kind_of(object)) {
    case OBJECT_NAME:
        if (shape->names[ix].parent < shape->n_directories)
            for (int i = s->directory_first[shape->names[ix].parent]; i < ix; i++)
                row += (world_file(&machine_of(s)->world, (name_ix)i)->flags & FILE_EXISTS) != 0;
        return row > 2 ? row - 2 : 0;
    case OBJECT_EVENT:
        return ix + shape->n_resources;
    case OBJECT_SPINLOCK:
        return ix + shape->n_resources + shape->n_events;
    case OBJECT_RESOURCE:
    case OBJECT_SHARED:
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_DIRECTORY:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
    return ix;
}

/* The pane with the body of a thread: its own, or that of the chosen one. */
static struct pane_id pane_of_thread(struct session *s, thread_ix t)
{
    s->focus = t;
    for (int i = 0; i < s->layout.n_panes; i++) {
        if (s->layout.panes[i].view == VIEW_SOURCE)
            return (struct pane_id){VIEW_SOURCE, 0};
    }
    return (struct pane_id){VIEW_THREAD, t};
}

/* From one step found to the next, the way back is to where the person stood before all of them. */
static void show_step(struct session *s, uint32_t step, int at, int n, const char *around)
{
    uint32_t here = timeline_position(s->timeline);
    struct search *search = &s->search;

    if (!search->went || search->to != here)
        search->from = here;
    search->went = true;
    search->to = step;
    time_go(s, step);
    if (step == search->from)
        session_tell(s, "%d of %d: step %u, where you were.%s", at, n, (unsigned)step, around);
    else
        session_tell(s, "%d of %d: went from step %u to step %u; :%u goes back.%s", at, n,
                     (unsigned)search->from, (unsigned)step, (unsigned)search->from, around);
}

static void show_place(struct session *s, const struct place *place, int at, int n)
{
    char text[TEXT_LINE];
    const char *around = n > 1 ? " [n] next, [N] before." : "";

    switch (place->kind) {
    case PLACE_TITLE:
        session_tell(s, "%d of %d: the title, %.300s.%s", at, n, s->scenario->title, around);
        break;
    case PLACE_THREAD:
        panes_choose(s, pane_of_thread(s, place->thread));
        session_tell(s, "%d of %d: T%u %.100s.%s", at, n, place->thread + 1u,
                     s->scenario->threads[place->thread].name, around);
        break;
    case PLACE_SOURCE:
        panes_choose(s, pane_of_thread(s, place->thread));
        s->look_line = place->n + 1;
        session_tell(s, "%d of %d: T%u line %u.%s", at, n, place->thread + 1u,
                     (unsigned)place->n + 1, around);
        break;
    case PLACE_OBJECT:
        panes_choose(s, pane_of_object(s, place->object));
        s->pane_shown = true;
        s->pane_scroll.offset = row_of_object(s, place->object);
        text_object(s->scenario, place->object, text, sizeof text);
        session_tell(s, "%d of %d: %.300s.%s", at, n, text, around);
        break;
    case PLACE_STEP:
        show_step(s, place->n, at, n, around);
        break;
    }
}

void search_go(struct session *s, bool back)
{
    struct hunt h = {.session = s, .back = back};

    if (s->scenario->title != NULL)
        see_place(&h, (struct place){.kind = PLACE_TITLE}, s->scenario->title);
    see_sources(&h);
    see_objects(&h);
    see_steps(&h);
    if (h.n == 0) {
        session_refuse(s, "'%s' was not found.", s->search.text);
        return;
    }
    if (!h.past) // the place is gone with its branch, or this is the first search
        h.n_previous = 0;
    if (back) {
        s->search.at = h.n_previous > 0 ? h.previous : h.last;
        h.at = h.n_previous > 0 ? h.n_previous : h.n;
    } else {
        s->search.at = h.n_next > 0 ? h.next : h.first;
        h.at = h.n_next > 0 ? h.n_next : 1;
    }
    s->search.found = true;
    show_place(s, &s->search.at, h.at, h.n);
}
