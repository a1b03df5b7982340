/*
 * The tree of the ways to all endings: a row for each piece of a way, its first step, and where it leads.
 * The name of the chosen ending is reversed.
 */
#include <stdio.h>

#include "ui/utf8.h"
#include "ui/view.h"

enum {
    LEAST_STEPS = 8, // columns below which a schedule is not begun
    LINE_WIDTH = 3,  // of the lines of one depth
};

static void draw_line(struct pencil *p, unsigned sides)
{
    if (draw_room(p) < LINE_WIDTH)
        return;
    area_put(p->area, p->x, p->y, plain(ROLE_BORDER), glyph_box(sides, p->area->frame->ascii));
    if (sides & SIDE_RIGHT)
        area_put(p->area, p->x + 1, p->y, plain(ROLE_BORDER),
                 glyph_box(SIDE_LEFT | SIDE_RIGHT, p->area->frame->ascii));
}

static void draw_lines(struct pencil *p, const struct path *path)
{
    for (unsigned d = 0; d < path->depth; d++) {
        if (path->open >> d & 1)
            draw_line(p, SIDE_UP | SIDE_DOWN);
        draw_to(p, p->x + LINE_WIDTH);
    }
    draw_line(p, SIDE_UP | SIDE_RIGHT | (path->is_last ? 0 : SIDE_DOWN));
    draw_to(p, p->x + LINE_WIDTH);
}

/* The steps of the piece, where they leave room for the name behind them. */
static void draw_steps(struct pencil *p, const struct path *path, int kept)
{
    int room = draw_room(p) - kept - 2;

    if (room < LEAST_STEPS)
        return;
    struct pencil steps = draw_at(p->area, p->x + 2, p->y, room);
    draw_text(&steps, plain(ROLE_DIM), path->steps);
    p->x = steps.x;
}

static void draw_path(const struct session *s, const struct area *a, int y, const struct path *path)
{
    const struct explore_result *r = s->exploring.result;
    const struct explore_ending *e = path->ending >= 0 ? &r->endings[path->ending] : NULL;
    struct pencil p = draw_at(a, 1, y, a->rect.w - 2);
    char name[TEXT_LINE] = "";

    draw_lines(&p, path);
    if (path->first > path->last)
        draw_text(&p, plain(ROLE_TEXT), "ends here");
    else
        draw_print(&p, plain(ROLE_TEXT), "%u %s", (unsigned)path->first, path->what);
    color_threads(a, y, 1);
    if (e != NULL)
        write_ending_name(e, name, sizeof name);
    draw_steps(&p, path, e != NULL ? utf8_width(name) + 4 : 0);
    if (e == NULL)
        return;
    struct style style = ending_style(e, r->clean.clean == CLEAN_IMPOSSIBLE);
    style.attr = path->ending == s->list.selected ? ATTR_REVERSE : 0;
    draw_text(&p, plain(ROLE_TEXT), "  ");
    draw_glyph(&p, style, style_sign(style));
    write_ending_name_in(s->exploring.result, (uint32_t)path->ending, draw_room(&p) - 1, name,
                         sizeof name);
    draw_print(&p, style, " %s", name);
}

/* The first row that is shown: that of the chosen ending is among them. */
static int first_row(const struct session *s, int rows)
{
    const struct paths *paths = &s->exploring.paths;

    for (int i = 0; i < paths->n; i++) {
        if (paths->at[i].ending == s->list.selected)
            return i < rows ? 0 : i - rows + 1;
    }
    return 0;
}

void draw_paths(const struct session *s, const struct area *box)
{
    const struct paths *paths = &s->exploring.paths;
    struct area inside = area_box(box, EDGE_RIGHT);
    int rows = inside.rect.h, from = first_row(s, rows);
    unsigned below = (unsigned)(paths->n > from + rows ? paths->n - from - rows : 0);

    title(box, plain(ROLE_TITLE), "where the shortest ways part");
    for (int i = 0; i < rows && from + i < paths->n; i++)
        draw_path(s, &inside, i, &paths->at[from + i]);
    if (below > 0 || from > 0) {
        char text[48];
        snprintf(text, sizeof text, " %d-%d of %d ", from + 1, from + rows, paths->n);
        struct area right = area_part(box, 0, 0, box->rect.w - 2, 1);
        area_text_right(&right, 0, plain(ROLE_DIM), text);
    }
    if (paths->untold > 0 && below == 0 && paths->n - from < rows)
        draw_more(&inside, paths->n - from, paths->untold, "endings");
}
