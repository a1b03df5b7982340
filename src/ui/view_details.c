/*
 * What the room below a thread's body tells: what the thread waits for or does next, holds, and knows.
 */
#include <stdio.h>
#include <string.h>

#include "kernel_model/file.h"
#include "sim/report/pen.h"
#include "ui/thread_parts.h"
#include "ui/utf8.h"

enum {
    MOST_DETAIL_ROWS = 5, // of one of them
    DETAIL_LABEL = 8,
};

static const char *glue(const struct pen *pen)
{
    return pen->n > 0 ? ", " : "";
}

static void write_holds(struct pen *pen, const struct view *v, thread_ix t)
{
    const struct world_layout *layout = v->world->layout;
    char name[TEXT_LINE];

    for (unsigned r = 0; r < layout->shape.n_resources; r++) {
        const struct eresource *resource = world_resource(v->world, (resource_ix)r);
        unsigned count = resource_rows(resource)[t].owner_count;
        if (count == 0)
            continue;
        text_object(v->scenario, object_make(OBJECT_RESOURCE, r), name, sizeof name);
        pen_printf(pen, "%s%s %s", glue(pen), name,
                   resource->flags & RESOURCE_OWNED_EXCLUSIVE ? "exclusive" : "shared");
        if (count > 1)
            pen_printf(pen, " %u times", count);
    }
    for (unsigned l = 0; l < layout->shape.n_spinlocks; l++) {
        if (world_spinlock(v->world, (spinlock_ix)l)->owner != t + 1)
            continue;
        text_object(v->scenario, object_make(OBJECT_SPINLOCK, l), name, sizeof name);
        pen_printf(pen, "%s%s", glue(pen), name);
    }
    for (uint32_t h = layout->handle_first[t]; h < layout->handle_first[t + 1]; h++) {
        const struct handle_slot *slot = world_handle(v->world, h);
        if ((slot->flags & HANDLE_OPEN) == 0)
            continue;
        enum object_kind kind = slot->flags & HANDLE_DIRECTORY ? OBJECT_DIRECTORY : OBJECT_NAME;
        text_object_short(v->scenario, object_make(kind, slot->name), name, sizeof name);
        pen_printf(pen, "%s%s open", glue(pen), name);
    }
    if (pen->n == 0)
        pen_text(pen, "nothing");
}

bool write_never(const struct view *v, thread_ix t, struct pen *pen)
{
    struct cycle cycle = machine_cycle(v->machine);
    thread_set circle = 0, awaited = 0;

    if (waits_for(v->world, t, 0) & thread_bit(t)) {
        pen_text(pen, "never: it waits for itself");
        return true;
    }
    for (unsigned i = 0; i < cycle.n; i++) {
        circle |= thread_bit(cycle.threads[i]);
        if (cycle.threads[i] == t)
            awaited = thread_bit(cycle.threads[(i + 1) % cycle.n]);
    }
    if (awaited == 0)
        awaited = waits_for(v->world, t, 0);
    if (awaited == 0 || (awaited & ~circle) != 0)
        return false;
    for (unsigned i = 0; i < cycle.n; i++) {
        thread_ix other = cycle.threads[i], next = cycle.threads[(i + 1) % cycle.n];
        if ((awaited >> other & 1) == 0)
            continue;
        pen_printf(pen, "never: T%u waits for T%u", other + 1u, next + 1u);
        break;
    }
    return true;
}

enum { MOST_WAKERS = 4 }; // that a pane names

static void write_waker(struct pen *pen, const struct waker *waker, bool runs)
{
    if (waker->line == 0)
        pen_printf(pen, runs ? "T%u ends" : "the end of T%u", waker->thread + 1u);
    else
        pen_printf(pen, runs ? "T%u runs line %u" : "T%u line %u", waker->thread + 1u,
                   (unsigned)waker->line);
}

/* "when T1 runs line 3", "when T1 line 3 and T2 line 2 have both run" */
static void write_places(struct pen *pen, const struct wakers *wakers, unsigned n)
{
    bool two = wakers->each && n == 2;

    pen_text(pen, "when ");
    for (unsigned i = 0; i < n && i < MOST_WAKERS; i++) {
        bool other = i > 0 && wakers->each && wakers->list[i].group != wakers->list[i - 1].group;
        if (i > 0)
            pen_text(pen, other ? i + 1 < n ? ", " : " and " : " or ");
        write_waker(pen, &wakers->list[i], !wakers->each);
    }
    if (n > MOST_WAKERS)
        pen_text(pen, " and others");
    pen_text(pen, two ? " have both run" : wakers->each ? " have all run" : "");
}

/* The same in few words: "on T1 line 3, timeout" */
static void write_brief_wakers(struct pen *pen, const struct wakers *wakers, unsigned n)
{
    for (unsigned i = 0; i < n && i < MOST_WAKERS; i++) {
        pen_text(pen, i == 0 ? "on " : ", ");
        if (wakers->list[i].line == 0)
            pen_printf(pen, "end of T%u", wakers->list[i].thread + 1u);
        else
            write_waker(pen, &wakers->list[i], false);
    }
    if (wakers->timed)
        pen_text(pen, n == 0 ? "on timeout" : ", timeout");
    if (wakers->n == 0)
        pen_text(pen, "never");
}

static void write_wakers(const struct view *v, thread_ix t, struct detail *detail)
{
    struct pen whole = pen_on(detail->text, sizeof detail->text), *pen = &whole;
    struct pen brief = pen_on(detail->brief, sizeof detail->brief);

    if (write_never(v, t, pen)) {
        pen_text(&brief, "never");
        return;
    }
    struct wakers wakers = text_wakers(v->machine, t);
    unsigned n = wakers.n - wakers.timed;

    write_brief_wakers(&brief, &wakers, n);
    thread_set named = 0;
    for (unsigned i = 0; i < n && i < MAX_WAKERS; i++)
        named |= thread_bit(wakers.list[i].thread);
    if (n > 0 && (wakers.behind & ~named) != 0) {
        pen_text(pen, "behind ");
        for (unsigned u = 0, more = 0; u < MAX_THREADS; u++) {
            if (wakers.behind >> u & 1)
                pen_printf(pen, "%sT%u", more++ > 0 ? ", " : "", u + 1);
        }
        pen_text(pen, ": ");
    }
    if (n > 0)
        write_places(pen, &wakers, n);
    if (n > 0 && wakers.before != 0)
        pen_text(pen, ", unless others get in first");
    if (wakers.timed)
        pen_printf(pen, "%swhen its timeout fires", n > 0 ? " or " : "");
    if (wakers.n == 0)
        pen_text(pen, "never: nobody is left");
}

/* "h=file_0.txt", "status=STATUS_SUCCESS" */
static void write_local(struct pen *pen, const struct view *v, enum local_kind kind,
                        const char *name, int32_t value)
{
    char file[TEXT_LINE] = "no handle";

    if (kind == LOCAL_STATUS) {
        const char *status = nt_status_name(value);
        pen_printf(pen, "%s%s=%s", glue(pen), name, status != NULL ? status : "?");
        return;
    }
    uint32_t slot = handle_find(v->world, value);
    if (slot != UINT32_MAX && !(world_handle(v->world, slot)->flags & HANDLE_DIRECTORY))
        text_object_short(v->scenario, object_make(OBJECT_NAME, world_handle(v->world, slot)->name),
                          file, sizeof file);
    pen_printf(pen, "%s%s=%s", glue(pen), name, file);
}

static void write_locals(struct pen *pen, const struct view *v, thread_ix t)
{
    const struct code *code = &v->scenario->threads[t].code;
    const struct kthread *thread = world_thread(v->world, t);
    const struct source *source = &v->session->sources[t];

    write_numbers(pen, v, t);
    if (thread->pc >= code->n)
        return;
    for (unsigned k = 0; k < code->n_locals && k < MAX_LOCALS; k++) {
        enum local_kind kind = (enum local_kind)source->local_kind[k];
        if (kind != LOCAL_NUMBER && (code->notes[thread->pc].live >> k & 1))
            write_local(pen, v, kind, code->local_names[k], world_words(thread)[k]);
    }
}

/* The next detail, to be written with the pen that is returned. */
static struct pen add_detail(struct detail *details, int *n, const char *label)
{
    struct detail *detail = &details[(*n)++];

    detail->label = label;
    detail->brief[0] = '\0';
    detail->in_body = false;
    detail->changed = false;
    return pen_on(detail->text, sizeof detail->text);
}

int make_details(const struct view *v, thread_ix t, struct detail *out)
{
    enum posture posture = posture_of(v->machine, t);
    struct pen pen;
    int n = 0;

    if (posture == POSTURE_ABSENT)
        return 0;
    if (posture == POSTURE_FINISHED) {
        const char *status = nt_status_name(world_thread(v->world, t)->exit_status);
        pen = add_detail(out, &n, "ended");
        pen_printf(&pen, "exit status %s", status != NULL ? status : "?");
        return n;
    }
    if (posture == POSTURE_READY) {
        add_detail(out, &n, "next");
        text_next(v->machine, t, out[0].text, sizeof out[0].text);
        text_next_short(v->machine, t, out[0].brief, sizeof out[0].brief);
        out[0].in_body = v->form != SOURCE_FULL && names_its_line(v, t);
    }
    bool waits =
        posture != POSTURE_READY && posture != POSTURE_STOPPED && posture != POSTURE_CRASHED;
    pen = add_detail(out, &n, "holds");
    write_holds(&pen, v, t);
    if (waits) {
        // What is held matters more to the others, so it has the row if there is one only.
        struct detail *holds = &out[n - 1];
        add_detail(out, &n, "wakes");
        write_wakers(v, t, &out[n - 1]);
        if (strcmp(holds->text, "nothing") == 0) {
            struct detail first = *holds;
            *holds = out[n - 1];
            out[n - 1] = first;
        }
    }
    add_detail(out, &n, "is");
    if (text_level(v->machine, t, out[n - 1].text, sizeof out[n - 1].text) == 0)
        n--;
    pen = add_detail(out, &n, "locals");
    write_locals(&pen, v, t);
    out[n - 1].changed = numbers_changed(v, t);
    return pen.n > 0 ? n : n - 1;
}

/* "holds A exclusive  wakes never": in a row that several share, the shorter words. */
static const char *text_in_row(const struct detail *detail, bool brief)
{
    return brief && detail->brief[0] != '\0' ? detail->brief : detail->text;
}

static int width_in_row(const struct detail *details, int n, bool brief)
{
    int width = -2;

    for (int i = 0; i < n; i++)
        width += 3 + utf8_width(details[i].label) + utf8_width(text_in_row(&details[i], brief));
    return width;
}

/* Takes out what need not be said. Returns how many are left. */
static int drop_nothing(struct detail *details, int n)
{
    int kept = 0;

    for (int i = 0; i < n; i++) {
        if (n == 1 || strcmp(details[i].text, "nothing") != 0)
            details[kept++] = details[i];
    }
    return kept;
}

/*
 * What has no row of its own any more shares the last one: as many as fit whole, and first what only stands here. If
 * there are more, "nothing" need not be said; a mark stands for the rest.
 */
static void draw_rest(const struct area *a, int y, struct detail *details, int n)
{
    struct pencil p = draw_at(a, 1, y, a->rect.w - 1);
    int room = draw_room(&p);

    if (width_in_row(details, n, true) > room)
        n = drop_nothing(details, n);
    if (n > 1 && details[0].in_body && width_in_row(details, n, true) > room) {
        draw_rest(a, y, details + 1, n - 1);
        return;
    }
    bool brief = width_in_row(details, n, false) > room;
    int shown = n, left_out = 0;
    while (shown > 1 && width_in_row(details, shown, brief) > room - (left_out > 0 ? 2 : 0)) {
        shown--;
        left_out++;
    }
    brief = brief && (shown > 1 || width_in_row(details, 1, false) > room - 2);
    for (int i = 0; i < shown; i++) {
        draw_print(&p, plain(ROLE_DIM), "%s%s ", i > 0 ? "  " : "", details[i].label);
        draw_text(&p, marked(plain(ROLE_TEXT), details[i].changed),
                  text_in_row(&details[i], brief));
    }
    if (left_out > 0) {
        draw_text(&p, plain(ROLE_DIM), " ");
        draw_glyph(&p, plain(ROLE_DIM), GLYPH_ELLIPSIS);
    }
    color_threads(a, y, 1);
}

int detail_rows(const struct detail *details, int n, int width, int most)
{
    int rows = 0;

    for (int i = 0; i < n; i++) {
        int wanted = wrap_rows(details[i].text, width - 1 - DETAIL_LABEL, 2, most);
        rows += wanted > 1 ? wanted : 1;
    }
    return rows;
}

/* Where all have room they may be long; else none takes more than two rows. */
void draw_details(const struct area *a, struct detail *details, int n)
{
    bool ample = detail_rows(details, n, a->rect.w, MOST_DETAIL_ROWS) <= a->rect.h;
    int y = 0;

    for (int i = 0; i < n && y < a->rect.h; i++) {
        struct area text =
            area_part(a, 1 + DETAIL_LABEL, 0, a->rect.w - 1 - DETAIL_LABEL, a->rect.h);
        int left = a->rect.h - y - (n - 1 - i); // each of the others has a row
        if (y == a->rect.h - 1 && i < n - 1) {
            draw_rest(a, y, &details[i], n - i);
            return;
        }
        area_text(a, 1, y, plain(ROLE_DIM), details[i].label);
        int most = ample ? MOST_DETAIL_ROWS : left > 2 ? 2 : left;
        int rows = area_wrap(&text, y, most > 1 ? most : 1, 2,
                             marked(plain(ROLE_TEXT), details[i].changed), details[i].text);
        color_threads(&text, y, rows);
        y += rows > 0 ? rows : 1;
    }
}
