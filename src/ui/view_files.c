/*
 * Directories: which files there are, how long, and who has them open.
 *
 * A directory of a thousand files shows those that matter now (open, or changed by the step made last) and the
 * first of the others, in the order of their names, and says how many more there are. What matters is found
 * through the handles and the journal, not by looking at every name for every row.
 */
#include <stdio.h>

#include "kernel_model/file.h"
#include "ui/utf8.h"
#include "ui/view.h"

/* ---- which files ---- */

static bool exists(const struct view *v, uint32_t name)
{
    return world_file(v->world, (name_ix)name)->flags & FILE_EXISTS;
}

/* A file that the step made last took away. */
static bool is_gone(const struct view *v, uint32_t name)
{
    const struct file_slot *before = world_before(v->world, object_make(OBJECT_NAME, name));

    return before != NULL && (before->flags & FILE_EXISTS) && !exists(v, name);
}

static bool is_in(const struct view *v, uint32_t name, directory_ix d)
{
    return v->world->layout->shape.names[name].parent == d;
}

/* Names that the step made last touched, and files that are open. */
static void pick_what_matters(const struct view *v, directory_ix d, struct picks *picks)
{
    const struct journal *j = &v->world->journal;
    uint32_t n_handles = v->world->layout->handle_first[v->scenario->n_threads];

    for (uint32_t i = j->step_first; i < j->n_entries; i++) {
        uint32_t name = object_ix_of(j->entries[i].slot);
        if (object_kind_of(j->entries[i].slot) == OBJECT_NAME && is_in(v, name, d) &&
            (exists(v, name) || is_gone(v, name)))
            pick(picks, name);
    }
    for (uint32_t h = 0; h < n_handles; h++) {
        const struct handle_slot *slot = world_handle(v->world, h);
        if ((slot->flags & HANDLE_OPEN) && !(slot->flags & HANDLE_DIRECTORY) &&
            is_in(v, slot->name, d))
            pick(picks, slot->name);
    }
}

struct listing {
    struct picks picks;
    unsigned n_left_out;
};

static struct listing list_files(const struct view *v, directory_ix d, int rows)
{
    uint32_t n = world_directory(v->world, d)->n_files, gone = 0, shown = 0;
    const struct session *s = v->session;
    const struct journal *j = &v->world->journal;

    for (uint32_t i = j->step_first; i < j->n_entries; i++) {
        uint32_t name = object_ix_of(j->entries[i].slot);
        gone += object_kind_of(j->entries[i].slot) == OBJECT_NAME && is_in(v, name, d) &&
                is_gone(v, name);
    }
    bool all = (int)(n + gone) <= rows;
    struct listing listing = {.picks = picks_for(all ? rows : rows - 1)};
    pick_what_matters(v, d, &listing.picks);
    for (uint32_t i = s->directory_first[d];
         i < s->directory_end[d] && listing.picks.n < listing.picks.capacity; i++) {
        if (is_in(v, i, d) && exists(v, i))
            pick(&listing.picks, i);
    }
    for (int i = 0; i < listing.picks.n; i++)
        shown += exists(v, listing.picks.items[i]);
    listing.n_left_out = n - shown;
    return listing;
}

/* ---- one file ---- */

/* "open T1, T2": who has the file open. */
static void draw_openers(const struct view *v, struct pencil *p, uint32_t name, bool word)
{
    uint32_t n_handles = v->world->layout->handle_first[v->scenario->n_threads];
    unsigned n = 0;

    for (uint32_t h = 0; h < n_handles; h++) {
        const struct handle_slot *slot = world_handle(v->world, h);
        if (!(slot->flags & HANDLE_OPEN) || (slot->flags & HANDLE_DIRECTORY) || slot->name != name)
            continue;
        if (n > 0 || word)
            draw_text(p, plain(ROLE_TEXT), n == 0 ? "open " : ", ");
        draw_thread(p, handle_thread(v->world, h),
                    marked(bold(ROLE_TEXT), slot_changed(v->world, object_make(OBJECT_HANDLE, h))));
        const char *share = share_word(slot->share);
        if (draw_room(p) < 2 + utf8_width(share))
            share = share_brief(slot->share);
        if (draw_room(p) >= 2 + utf8_width(share))
            draw_print(p, plain(ROLE_DIM), ", %s", share);
        n++;
    }
}

/* Columns of a list of files: name, size to its right, openers. */
struct columns {
    int name, size, open; // widths
    bool unit;            // "15 B"
    int gap;              // between the columns
    bool word;            // "open T1", else "T1"
    bool share;           // there is room for "shares RW"
};

/* Columns that the longest share access of these files takes, in short words. */
static int share_width(const struct view *v, const struct picks *picks)
{
    uint32_t n_handles = v->world->layout->handle_first[v->scenario->n_threads];
    int widest = 0;

    for (uint32_t h = 0; h < n_handles; h++) {
        const struct handle_slot *slot = world_handle(v->world, h);
        bool listed = false;
        for (int i = 0; i < picks->n; i++)
            listed = listed || picks->items[i] == slot->name;
        if (listed && (slot->flags & HANDLE_OPEN) && !(slot->flags & HANDLE_DIRECTORY)) {
            int w = utf8_width(", ") + utf8_width(share_brief(slot->share));
            widest = w > widest ? w : widest;
        }
    }
    return widest;
}

static void size_text(const struct view *v, const struct columns *c, uint32_t name, char *out,
                      size_t size)
{
    snprintf(out, size, c->unit ? "%u B" : "%uB",
             (unsigned)world_file(v->world, (name_ix)name)->size);
}

/* The roomiest columns that fit the width; a name may be cut when none does. */
static struct columns choose_columns(const struct view *v, const struct picks *picks, int width)
{
    static const struct columns forms[] = {
        {.open = 10, .unit = true, .gap = 3, .word = true, .share = true},
        {.open = 8, .unit = true, .gap = 1, .word = true, .share = true},
        {.open = 10, .unit = true, .gap = 3, .word = true},
        {.open = 8, .unit = true, .gap = 1, .word = true},
        {.open = 8, .unit = false, .gap = 1, .word = true},
        {.open = 3, .unit = false, .gap = 1, .word = false},
    };
    char text[TEXT_LINE];
    struct columns c = forms[0];
    int share = share_width(v, picks);
    bool open = false;

    for (int i = 0; i < picks->n; i++)
        open = open || world_file(v->world, (name_ix)picks->items[i])->n_handles > 0;
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        c = forms[form];
        c.open = open ? c.open + (c.share ? share : 0) : 0;
        for (int i = 0; i < picks->n; i++) {
            text_object_short(v->scenario, object_make(OBJECT_NAME, picks->items[i]), text,
                              sizeof text);
            int w = utf8_width(text);
            c.name = w > c.name ? w : c.name;
            size_text(v, &c, picks->items[i], text, sizeof text);
            w = utf8_width(text);
            c.size = w > c.size ? w : c.size;
        }
        if (1 + c.name + c.gap + c.size + c.open <= width)
            return c;
    }
    // Sizes go before names do.
    if (1 + c.name + c.open <= width || width < 16)
        c.size = 0;
    c.name = width - 1 - c.open - (c.size > 0 ? c.size + 1 : 0);
    return c;
}

static void draw_file(const struct view *v, const struct area *a, int y, uint32_t name,
                      const struct columns *c)
{
    const struct file_slot *file = world_file(v->world, (name_ix)name);
    const struct file_slot *before = world_before(v->world, object_make(OBJECT_NAME, name));
    bool new = before != NULL && !(before->flags & FILE_EXISTS);
    char text[TEXT_LINE];

    text_object_short(v->scenario, object_make(OBJECT_NAME, name), text, sizeof text);
    struct pencil p = draw_at(a, 1, y, c->name);
    draw_text(&p, marked(plain(is_gone(v, name) ? ROLE_DIM : ROLE_TEXT), new || is_gone(v, name)),
              text);
    int x = 1 + c->name;
    if (is_gone(v, name)) {
        p = draw_at(a, x + c->gap, y, a->rect.w - x - c->gap);
        draw_text(&p, plain(ROLE_DIM), draw_room(&p) >= 4 ? "gone" : "");
        return;
    }
    if (c->size > 0) {
        size_text(v, c, name, text, sizeof text);
        p = draw_at(a, x + c->gap + c->size - utf8_width(text), y, c->size);
        draw_text(&p, marked(plain(ROLE_TEXT), !new &&before != NULL && before->size != file->size),
                  text);
        x += c->gap + c->size;
    }
    p = draw_at(a, x + c->gap, y, a->rect.w - x - c->gap);
    draw_openers(v, &p, name, c->word);
}

/* The files from number from on, in order. */
static struct listing list_from(const struct view *v, directory_ix d, int from, int rows)
{
    struct listing listing = {.picks = picks_for(rows)};
    int n = 0;

    for (uint32_t i = v->session->directory_first[d];
         i < v->session->directory_end[d] && listing.picks.n < listing.picks.capacity; i++) {
        if (is_in(v, i, d) && exists(v, i) && n++ >= from)
            pick(&listing.picks, i);
    }
    return listing;
}

static void draw_files(const struct view *v, const struct area *a, directory_ix d, bool scrolled,
                       int from)
{
    if (a->rect.h <= 0)
        return;
    struct listing listing =
        scrolled ? list_from(v, d, from, a->rect.h) : list_files(v, d, a->rect.h);

    if (listing.picks.n == 0 && listing.n_left_out == 0)
        area_text(a, 1, 0, plain(ROLE_DIM), "(empty)");
    struct columns columns = choose_columns(v, &listing.picks, a->rect.w);
    for (int i = 0; i < listing.picks.n; i++)
        draw_file(v, a, i, listing.picks.items[i], &columns);
    if (listing.n_left_out > 0)
        draw_more(a, listing.picks.n, listing.n_left_out, a->rect.w >= 26 ? "files" : "");
}

/* "C:\Temp  2 files" */
static void draw_heading(const struct view *v, struct pencil *p, directory_ix d, bool long_form)
{
    const struct directory *directory = world_directory(v->world, d);
    const struct directory *before = world_before(v->world, object_make(OBJECT_DIRECTORY, d));
    bool changed = before != NULL && before->n_files != directory->n_files;

    draw_print(p, plain(ROLE_TITLE), "%s", v->scenario->directories[d].path);
    draw_text(p, plain(ROLE_TEXT), "  ");
    draw_print(p, marked(bold(ROLE_TEXT), changed), "%u", (unsigned)directory->n_files);
    if (long_form)
        draw_text(p, plain(ROLE_DIM), directory->n_files == 1 ? " file" : " files");
}

void view_directory(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    struct pencil p = title_begin(a);

    draw_heading(v, &p, pane->ix, true);
    title_end(&p);
    int files = (int)world_directory(v->world, pane->ix)->n_files;
    bool scrolled;
    int first = scroll_from(v, pane, files, inside.rect.h, &scrolled);
    draw_files(v, &inside, pane->ix, scrolled, first);
    draw_scrolled(v, a, pane, first, files, inside.rect.h);
}

void view_directories(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    int n = v->world->layout->shape.n_directories;
    int columns = inside.rect.w / 15;

    columns = columns < 1 ? 1 : columns > n ? n : columns;
    title(a, plain(ROLE_TITLE), n == 1 ? "directory" : "directories");
    int most = 0;
    bool scrolled;
    for (int i = 0; i < n; i++) {
        int files = (int)world_directory(v->world, (directory_ix)i)->n_files;
        most = files > most ? files : most;
    }
    int first = scroll_from(v, pane, most, inside.rect.h - 1, &scrolled);
    draw_scrolled(v, a, pane, first, most, inside.rect.h - 1);
    for (int i = 0; i < columns; i++) {
        int from = i * inside.rect.w / columns, to = (i + 1) * inside.rect.w / columns;
        struct area column =
            area_part(&inside, from, 0, to - from - (i < columns - 1), inside.rect.h);
        struct area files = area_part(&column, 0, 1, column.rect.w, column.rect.h - 1);
        if (i == columns - 1 && n > columns) {
            draw_more(&column, 0, (unsigned)(n - i), "");
            break;
        }
        struct pencil p = draw_at(&column, 1, 0, column.rect.w - 1);
        draw_heading(v, &p, (directory_ix)i, column.rect.w >= 26);
        draw_files(v, &files, (directory_ix)i, scrolled, first);
    }
    if (n == 0)
        area_text(&inside, 1, 0, plain(ROLE_DIM), "This scenario has no directories.");
}
