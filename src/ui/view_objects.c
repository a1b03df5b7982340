/*
 * Resources, events, spin locks and shared variables: a card each, or a line each.
 *
 * A card says in its first line what a student looks for: is it free, and if not, whose is it. Then who
 * waits, in the order in which they will get it, each with the steps it has been waiting.
 */
#include <stdio.h>

#include "kernel_model/eresource.h"
#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { LABEL = 10, MOST_NAME = 16 };

/* ---- pieces ---- */

static void card_title(const struct view *v, const struct area *a, object_ref object)
{
    const char *kind = kind_word(object_kind_of(object));
    char name[TEXT_LINE];
    struct pencil p = title_begin(a);

    text_object(v->scenario, object, name, sizeof name);
    // The name is what bodies and sentences use; the kind goes where there is room.
    if (utf8_width(kind) + 1 + utf8_width(name) <= draw_room(&p))
        draw_print(&p, plain(ROLE_DIM), "%s ", kind);
    draw_text(&p, plain(ROLE_TITLE), name);
    title_end(&p);
}

/* Row of a card of n rows from which the pane shows it; says in the border what is out of sight. */
static int card_from(const struct view *v, const struct area *a, const struct pane *pane, int n,
                     int room)
{
    bool scrolled;
    int from = scroll_from(v, pane, n, room, &scrolled), last = from + room < n ? from + room : n;

    if (room > 0 && n > room)
        draw_part(a, pane, (unsigned)from + 1, (unsigned)last, (unsigned)n);
    return from;
}

/* The label of a row; the pencil stands behind it. */
static struct pencil row_begin(const struct area *a, int y, const char *label)
{
    struct pencil p = draw_at(a, 1, y, a->rect.w - 1);

    if (label[0] != '\0') {
        draw_text(&p, plain(ROLE_DIM), label);
        draw_to(&p, 1 + LABEL);
    }
    return p;
}

/* A waiter, and since when where there is room. */
static void draw_waiter(const struct view *v, struct pencil *p, thread_ix t, bool first,
                        struct style style)
{
    draw_text(p, plain(ROLE_TEXT), first ? "" : ", ");
    draw_thread(p, t, style);
    if (v->width >= 120)
        draw_print(p, plain(ROLE_DIM), " since step %u", (unsigned)waiting_since(v->machine, t));
}

static void draw_nobody(struct pencil *p)
{
    draw_glyph(p, plain(ROLE_DIM), GLYPH_DASH);
}

static bool draw_life(struct pencil *p, uint8_t flags, struct style style)
{
    if (flags & OBJECT_DELETED) {
        style.role = ROLE_BAD;
        draw_text(p, style, "DELETED");
        return true;
    }
    if ((flags & OBJECT_INITIALIZED) == 0) {
        draw_text(p, style, "not initialised");
        return true;
    }
    return false;
}

/* ---- resources ---- */

enum resource_state { IS_FREE, IS_EXCLUSIVE, IS_SHARED, IS_DELETED, IS_NOT_INITIALIZED };

static unsigned pointers_of(const struct world *w, const struct eresource *r)
{
    const struct owner_pointer *pointers = resource_pointers(w, r);
    unsigned n = 0;

    while (n < w->layout->shape.n_owner_pointers && pointers[n].count != 0)
        n++;
    return n;
}

/* What the first word of the card says. */
static enum resource_state state_of(const struct world *w, const struct eresource *r)
{
    bool owned = pointers_of(w, r) > 0;

    for (unsigned t = 0; t < w->layout->shape.n_threads; t++)
        owned = owned || resource_rows(r)[t].owner_count != 0;
    if (r->flags & OBJECT_DELETED)
        return IS_DELETED;
    if ((r->flags & OBJECT_INITIALIZED) == 0)
        return IS_NOT_INITIALIZED;
    return !owned ? IS_FREE : r->flags & RESOURCE_OWNED_EXCLUSIVE ? IS_EXCLUSIVE : IS_SHARED;
}

static bool is_queued(const struct world *w, const struct eresource *r, thread_ix t)
{
    for (unsigned i = 0; i < w->layout->shape.n_threads; i++) {
        if (resource_rows(r)[i].exclusive_queue == t + 1)
            return true;
    }
    return false;
}

/* "EXCLUSIVE owner T1 x2", "SHARED by T2, T3", "FREE" */
static void draw_owners(const struct view *v, struct pencil *p, resource_ix ix)
{
    const struct eresource *r = world_resource(v->world, ix);
    const struct eresource *before = world_before(v->world, object_make(OBJECT_RESOURCE, ix));
    const struct resource_row *rows = resource_rows(r);
    thread_set owners = resource_owners(v->world, ix);
    unsigned pointers = pointers_of(v->world, r);
    struct style state = marked(bold(ROLE_TEXT), before != NULL && state_of(v->world, before) !=
                                                                       state_of(v->world, r));

    if (draw_life(p, r->flags, state))
        return;
    if (owners == 0 && pointers == 0) {
        state.role = ROLE_GOOD;
        draw_text(p, state, "FREE");
        return;
    }
    bool exclusive = r->flags & RESOURCE_OWNED_EXCLUSIVE;
    draw_text(p, state, exclusive ? "EXCLUSIVE" : "SHARED");
    draw_text(p, plain(ROLE_DIM), exclusive && owners != 0 ? "  owner " : "  by ");
    for (unsigned t = 0, n = 0; t < MAX_THREADS; t++) {
        if ((owners >> t & 1) == 0)
            continue;
        unsigned count = rows[t].owner_count;
        unsigned had = before != NULL ? resource_rows(before)[t].owner_count : count;
        draw_text(p, plain(ROLE_TEXT), n++ > 0 ? ", " : "");
        draw_thread(p, (thread_ix)t, marked(bold(ROLE_TEXT), had == 0));
        if (count > 1) {
            struct style times = marked(plain(ROLE_TEXT), had != count);
            draw_text(p, plain(ROLE_TEXT), " ");
            draw_glyph(p, times, GLYPH_TIMES);
            draw_print(p, times, "%u", count);
        }
    }
    if (pointers > 0)
        draw_print(
            p,
            marked(plain(ROLE_TEXT), before != NULL && pointers_of(v->world, before) != pointers),
            "%s%u pointer%s", owners != 0 ? ", " : "", pointers, pointers == 1 ? "" : "s");
}

static void draw_exclusive_waiters(const struct view *v, struct pencil *p, resource_ix ix)
{
    const struct eresource *before = world_before(v->world, object_make(OBJECT_RESOURCE, ix));
    thread_ix queue[MAX_THREADS];
    unsigned n = resource_queue(v->world, ix, queue);

    if (n == 0)
        draw_nobody(p);
    for (unsigned i = 0; i < n; i++) {
        bool new = before != NULL && !is_queued(v->world, before, queue[i]);
        draw_waiter(v, p, queue[i], i == 0, marked(bold(ROLE_TEXT), new));
    }
}

static void draw_shared_waiters(const struct view *v, struct pencil *p, resource_ix ix)
{
    const struct eresource *before = world_before(v->world, object_make(OBJECT_RESOURCE, ix));
    thread_set set = world_resource(v->world, ix)->shared_waiters;
    thread_set new = before != NULL ? set & ~before->shared_waiters : 0;
    bool first = true;

    if (set == 0)
        draw_nobody(p);
    for (unsigned t = 0; t < MAX_THREADS; t++) {
        if ((set >> t & 1) == 0)
            continue;
        draw_waiter(v, p, (thread_ix)t, first, marked(bold(ROLE_TEXT), new >> t & 1));
        first = false;
    }
}

/* Had the step to wait for the resource? */
static bool step_waits_for(const struct view *v, resource_ix ix)
{
    const struct effect *effect = &v->machine->last.effect;

    return v->machine->last.n > 0 && effect->status == KM_WAIT &&
           effect->queued_on == object_make(OBJECT_RESOURCE, ix);
}

void view_resource(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    resource_ix ix = pane->ix;

    card_title(v, a, object_make(OBJECT_RESOURCE, ix));
    int y = -card_from(v, a, pane, v->world->annex != NULL ? 5 : 3, inside.rect.h);
    struct pencil p = row_begin(&inside, y, "");
    draw_owners(v, &p, ix);
    p = row_begin(&inside, y + 1, "exclusive");
    draw_text(&p, plain(ROLE_DIM), "waits: ");
    draw_exclusive_waiters(v, &p, ix);
    p = row_begin(&inside, y + 2, "shared");
    draw_text(&p, plain(ROLE_DIM), "waits: ");
    draw_shared_waiters(v, &p, ix);
    if (v->world->annex == NULL)
        return;
    const struct annex_object *counts = &v->world->annex->objects[ix];
    p = row_begin(&inside, y + 3, "had to wait");
    struct style waits = marked(plain(ROLE_TEXT), step_waits_for(v, ix));
    draw_text(&p, plain(ROLE_TEXT), " ");
    draw_print(&p, waits, "%u", (unsigned)counts->contention);
    draw_glyph(&p, waits, GLYPH_TIMES);
    p = row_begin(&inside, y + 4, "acquired");
    draw_print(&p, plain(ROLE_TEXT), "%u exclusive, %u shared",
               (unsigned)counts->acquired_exclusive, (unsigned)counts->acquired_shared);
}

/* ---- events ---- */

static void draw_signal(const struct view *v, struct pencil *p, event_ix ix)
{
    const struct kevent *event = world_event(v->world, ix);
    const struct kevent *before = world_before(v->world, object_make(OBJECT_EVENT, ix));
    bool signaled = event->signal_state > 0;
    struct style style = marked(bold(signaled ? ROLE_GOOD : ROLE_TEXT),
                                before != NULL && (before->signal_state > 0) != signaled);

    if (draw_life(p, event->flags, style))
        return;
    draw_glyph(p, style, signaled ? GLYPH_SIGNALED : GLYPH_UNSIGNALED);
    draw_text(p, style, signaled ? " SIGNALLED" : " NOT SIGNALLED");
}

static void draw_event_waiters(const struct view *v, struct pencil *p, event_ix ix)
{
    thread_ix queue[MAX_THREADS];
    unsigned n = event_queue(v->world, ix, queue);
    bool changed = slot_changed(v->world, object_make(OBJECT_EVENT, ix));

    if (n == 0)
        draw_nobody(p);
    for (unsigned i = 0; i < n; i++)
        draw_waiter(v, p, queue[i], i == 0, marked(bold(ROLE_TEXT), changed && i == n - 1));
}

/* NT's type, and what a set does to those who wait and to the signal; where that has no room, the type. */
static const char *type_of_event(bool one, int room)
{
    static const char *const forms[2][3] = {
        {"Notification: all waiters go, it stays signalled", "Notification: stays signalled",
         "Notification event"},
        {"Synchronization: one waiter goes, then not signalled", "Synchronization: wakes one",
         "Synchronization event"},
    };
    int form = 0;

    while (form < 2 && utf8_width(forms[one][form]) > room)
        form += 1;
    return forms[one][form];
}

void view_event(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    event_ix ix = pane->ix;
    bool one = world_event(v->world, ix)->type == NT_SynchronizationEvent;

    card_title(v, a, object_make(OBJECT_EVENT, ix));
    int y = -card_from(v, a, pane, v->world->annex != NULL ? 4 : 3, inside.rect.h);
    struct pencil p = row_begin(&inside, y, "");
    draw_signal(v, &p, ix);
    p = row_begin(&inside, y + 1, "");
    draw_text(&p, plain(ROLE_DIM), type_of_event(one, draw_room(&p)));
    p = row_begin(&inside, y + 2, "waiting");
    draw_event_waiters(v, &p, ix);
    if (v->world->annex == NULL)
        return;
    const struct annex_object *counts =
        &v->world->annex->objects[v->world->layout->shape.n_resources + ix];
    // Who found it signalled never slept, so nobody woke: a wait takes the signal, or passes by it.
    p = row_begin(&inside, y + 3, "");
    draw_print(&p, plain(ROLE_DIM), "set ");
    draw_print(&p, plain(ROLE_TEXT), "%u", (unsigned)counts->acquired_exclusive);
    draw_glyph(&p, plain(ROLE_TEXT), GLYPH_TIMES);
    draw_print(&p, plain(ROLE_DIM), one ? "  consumed " : "  passed ");
    draw_print(&p, plain(ROLE_TEXT), "%u", (unsigned)counts->acquired_shared);
    draw_glyph(&p, plain(ROLE_TEXT), GLYPH_TIMES);
}

/* ---- spin locks, shared variables ---- */

static void draw_spinlock(const struct view *v, struct pencil *p, spinlock_ix ix)
{
    const struct spinlock *lock = world_spinlock(v->world, ix);
    struct style style =
        marked(bold(ROLE_TEXT), slot_changed(v->world, object_make(OBJECT_SPINLOCK, ix)));

    if (lock->flags & OBJECT_DELETED) {
        draw_life(p, lock->flags, style);
    } else if (lock->owner == 0) {
        style.role = ROLE_GOOD;
        draw_text(p, style, "FREE");
    } else {
        draw_text(p, style, "HELD");
        draw_text(p, plain(ROLE_DIM), "  by ");
        draw_thread(p, (thread_ix)(lock->owner - 1), bold(ROLE_TEXT));
    }
}

static void draw_spinners(const struct view *v, struct pencil *p, spinlock_ix ix)
{
    bool first = true;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        if (posture_of(v->machine, (thread_ix)t) != POSTURE_SPINS)
            continue;
        struct request request = vm_request(v->scenario, v->world, (thread_ix)t);
        if (request.n_args < 1 || (object_ref)request.args[0] != object_make(OBJECT_SPINLOCK, ix))
            continue;
        draw_text(p, plain(ROLE_TEXT), first ? "" : ", ");
        draw_thread(p, (thread_ix)t, bold(ROLE_TEXT));
        first = false;
    }
    if (first)
        draw_nobody(p);
}

void view_spinlock(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);

    card_title(v, a, object_make(OBJECT_SPINLOCK, pane->ix));
    int y = -card_from(v, a, pane, 2, inside.rect.h);
    struct pencil p = row_begin(&inside, y, "");
    draw_spinlock(v, &p, pane->ix);
    p = row_begin(&inside, y + 1, "spinning");
    draw_spinners(v, &p, pane->ix);
}

static void draw_cell(const struct view *v, struct pencil *p, shared_ix ix)
{
    bool changed = slot_changed(v->world, object_make(OBJECT_SHARED, ix));

    draw_print(p, marked(bold(ROLE_TEXT), changed), "%d", world_shared(v->world, ix));
    const int32_t *before = world_before(v->world, object_make(OBJECT_SHARED, ix));
    if (before != NULL)
        draw_print(p, plain(ROLE_DIM), "  was %d", *before);
}

/* Items of a list: those that changed come first into what there is room for. */
static struct picks pick_objects(const struct view *v, enum object_kind kind, unsigned n, int rows)
{
    struct picks picks = picks_for((int)n <= rows ? rows : rows - 1);

    for (unsigned i = 0; i < n; i++) {
        if (slot_changed(v->world, object_make(kind, i)))
            pick(&picks, i);
    }
    for (unsigned i = 0; i < n; i++) {
        if (!pick(&picks, i) && picks.n >= picks.capacity)
            break;
    }
    return picks;
}

void view_shared(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    unsigned n = v->world->layout->shape.n_shared;
    struct picks picks = pick_objects(v, OBJECT_SHARED, n, inside.rect.h);
    bool scrolled;
    int from = scroll_from(v, pane, (int)n, inside.rect.h, &scrolled);

    if (scrolled)
        picks = picks_from(from, (int)n, inside.rect.h);
    title(a, plain(ROLE_TITLE), inside.rect.w >= 20 ? "shared variables" : "shared");
    for (int i = 0; i < picks.n; i++) {
        struct pencil p = draw_at(&inside, 1, i, inside.rect.w - 1);
        draw_print(&p, plain(ROLE_TEXT), "%s = ", v->scenario->shared_names[picks.items[i]]);
        draw_cell(v, &p, (shared_ix)picks.items[i]);
    }
    if (picks.n < (int)n && !scrolled)
        draw_more(&inside, picks.n, n - (unsigned)picks.n, "");
    draw_scrolled(v, a, pane, from, (int)n, inside.rect.h);
}

/* ---- the list of objects ---- */

/* Objects are numbered through: resources, events, spin locks, shared variables. */
static object_ref object_at(const struct world_shape *shape, unsigned i)
{
    if (i < shape->n_resources)
        return object_make(OBJECT_RESOURCE, i);
    i -= shape->n_resources;
    if (i < shape->n_events)
        return object_make(OBJECT_EVENT, i);
    i -= shape->n_events;
    if (i < shape->n_spinlocks)
        return object_make(OBJECT_SPINLOCK, i);
    return object_make(OBJECT_SHARED, i - shape->n_spinlocks);
}

/* Owned, signalled or waited for: worth a place when there is not room for all. */
static bool is_busy(const struct view *v, object_ref o)
{
    uint16_t ix = object_ix_of(o);

    switch (object_kind_of(o)) {
    case OBJECT_RESOURCE:
        return resource_owners(v->world, ix) != 0;
    case OBJECT_EVENT:
        return world_event(v->world, ix)->signal_state > 0 ||
               world_event(v->world, ix)->queue[0] != 0;
    case OBJECT_SPINLOCK:
        return world_spinlock(v->world, ix)->owner != 0;
    case OBJECT_SHARED:
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_DIRECTORY:
    case OBJECT_NAME:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
    return false;
}

/* Columns for the names of n objects: as many as the longest needs. */
static int name_width(const struct view *v, unsigned n)
{
    int widest = 0;

    for (unsigned i = 0; i < n && widest < MOST_NAME; i++) {
        char name[TEXT_LINE];
        text_object(v->scenario, object_at(&v->world->layout->shape, i), name, sizeof name);
        int width = utf8_width(name);
        widest = width > widest ? width : widest;
    }
    return widest < MOST_NAME ? widest : MOST_NAME;
}

static void draw_object_line(const struct view *v, const struct area *a, int y, object_ref o,
                             int width)
{
    struct pencil p = draw_at(a, 1, y, a->rect.w - 1);
    uint16_t ix = object_ix_of(o);
    char name[TEXT_LINE];

    text_object(v->scenario, o, name, sizeof name);
    struct pencil column = draw_at(a, 1, y, width);
    draw_text(&column, plain(ROLE_TITLE), name);
    draw_to(&p, width + 3);
    switch (object_kind_of(o)) {
    case OBJECT_RESOURCE:
        draw_owners(v, &p, ix);
        if (resource_rows(world_resource(v->world, ix))[0].exclusive_queue != 0) {
            draw_text(&p, plain(ROLE_DIM), "  exclusive waits: ");
            draw_exclusive_waiters(v, &p, ix);
        }
        if (world_resource(v->world, ix)->shared_waiters != 0) {
            draw_text(&p, plain(ROLE_DIM), "  shared waits: ");
            draw_shared_waiters(v, &p, ix);
        }
        break;
    case OBJECT_EVENT:
        draw_signal(v, &p, ix);
        if (world_event(v->world, ix)->queue[0] != 0) {
            draw_text(&p, plain(ROLE_DIM), "  waiting: ");
            draw_event_waiters(v, &p, ix);
        }
        break;
    case OBJECT_SPINLOCK:
        draw_spinlock(v, &p, ix);
        break;
    case OBJECT_SHARED:
        draw_text(&p, plain(ROLE_TEXT), "= ");
        draw_cell(v, &p, ix);
        break;
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_DIRECTORY:
    case OBJECT_NAME:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
}

void view_objects(const struct view *v, const struct area *a, const struct pane *pane)
{
    const struct world_shape *shape = &v->world->layout->shape;
    struct area inside = area_box(a, pane->edges);
    unsigned n = (unsigned)shape->n_resources + shape->n_events + shape->n_spinlocks;
    char text[64];

    if (pane->ix == OBJECTS_ALL)
        n += shape->n_shared;
    snprintf(text, sizeof text, "%u object%s", n, n == 1 ? "" : "s");
    title(a, plain(ROLE_TITLE), text);
    struct picks picks = picks_for((int)n <= inside.rect.h ? inside.rect.h : inside.rect.h - 1);
    for (unsigned i = 0; i < n; i++) {
        if (slot_changed(v->world, object_at(shape, i)))
            pick(&picks, i);
    }
    for (unsigned i = 0; i < n; i++) {
        if (is_busy(v, object_at(shape, i)))
            pick(&picks, i);
    }
    for (unsigned i = 0; i < n && picks.n < picks.capacity; i++)
        pick(&picks, i);
    bool scrolled;
    int from = scroll_from(v, pane, (int)n, inside.rect.h, &scrolled);
    if (scrolled)
        picks = picks_from(from, (int)n, inside.rect.h);
    if (n == 0)
        area_text(&inside, 1, 0, plain(ROLE_DIM),
                  "This scenario has no locks, events or variables.");
    int names = name_width(v, n);
    for (int i = 0; i < picks.n; i++)
        draw_object_line(v, &inside, i, object_at(shape, picks.items[i]), names);
    if (picks.n < (int)n && !scrolled)
        draw_more(&inside, picks.n, n - (unsigned)picks.n, "objects");
    draw_scrolled(v, a, pane, from, (int)n, inside.rect.h);
}
