/*
 * What several panes draw in the same way: titles, folded lists, names of threads.
 */
#include "ui/view.h"

#include <stdio.h>

#include "ui/utf8.h"

bool is_chosen(const struct view *v, const struct pane *pane)
{
    return pane_is(pane, v->session->pane);
}

int scroll_from(const struct view *v, const struct pane *pane, int content, int room,
                bool *scrolled)
{
    struct scroll *scroll = v->scroll;
    int most = content > room ? content - room : 0;

    *scrolled = false;
    if (!is_chosen(v, pane))
        return 0;
    scroll->least = 0;
    scroll->most = most;
    scroll->page = room;
    if (scroll->offset > most)
        scroll->offset = most;
    *scrolled = scroll->offset > 0 || (v->session->pane_shown && most > 0);
    return scroll->offset;
}

static struct cell *own_cell(const struct area *a, int x, int y)
{
    struct frame *f = a->frame;
    int fx = a->rect.x + x, fy = a->rect.y + y;

    if (x < 0 || y < 0 || x >= a->rect.w || y >= a->rect.h || fx < 0 || fy < 0 || fx >= f->w ||
        fy >= f->h || f->cells[fy * f->w + fx].pane != a->pane)
        return NULL;
    return &f->cells[fy * f->w + fx];
}

/* Columns of the top border that no title has taken, counted from the right; one stays between them. */
static int free_border(const struct area *a)
{
    int end = a->rect.w - 2, x = end;

    for (const struct cell *c; x > 0 && (c = own_cell(a, x - 1, 0)) != NULL && c->line != 0;)
        x--;
    return end - x - 1;
}

void draw_border_note(const struct area *a, const struct pane *pane, const char *text)
{
    struct area right = area_part(a, 0, 0, a->rect.w - 2, 1);

    if (utf8_width(text) <= free_border(a))
        area_text_right(&right, 0, plain(ROLE_DIM), text);
    else
        area_glyph(a, a->rect.w - (pane->edges & EDGE_RIGHT ? 3 : 2), 0, plain(ROLE_DIM),
                   GLYPH_ELLIPSIS);
}

void right_to(const struct area *a, int end, int y, struct style style, const char *text)
{
    int width = utf8_width(text);

    if (end - width >= 0)
        area_text(a, end - width, y, style, text);
}

void draw_part(const struct area *a, const struct pane *pane, unsigned first, unsigned last,
               unsigned n)
{
    char text[48];

    snprintf(text, sizeof text, " %u-%u of %u ", first, last, n);
    draw_border_note(a, pane, text);
}

void draw_scrolled(const struct view *v, const struct area *a, const struct pane *pane, int from,
                   int content, int room)
{
    int last = from + room < content ? from + room : content;

    if (is_chosen(v, pane) && content > room)
        draw_part(a, pane, (unsigned)from + 1, (unsigned)last, (unsigned)content);
}

struct picks picks_for(int rows)
{
    return (struct picks){.capacity = rows < 0 ? 0 : rows < MAX_PICKS ? rows : MAX_PICKS};
}

struct picks picks_from(int from, int n, int rows)
{
    struct picks picks = picks_for(rows);

    for (int i = from; i < n && picks.n < picks.capacity; i++)
        picks.items[picks.n++] = (uint32_t)i;
    return picks;
}

bool pick(struct picks *p, uint32_t item)
{
    int at = p->n;

    while (at > 0 && p->items[at - 1] > item)
        at--;
    if (p->n >= p->capacity || (at > 0 && p->items[at - 1] == item))
        return false;
    for (int i = p->n; i > at; i--)
        p->items[i] = p->items[i - 1];
    p->items[at] = item;
    p->n++;
    return true;
}

struct pencil title_begin(const struct area *a)
{
    struct pencil p = draw_at(a, 2, 0, a->rect.w - 5);

    draw_text(&p, plain(ROLE_BORDER), " ");
    return p;
}

void title_end(struct pencil *p)
{
    // title_begin keeps a column for this blank, and one for the line behind it, even after a cut.
    area_put(p->area, p->cut ? p->end : p->x, p->y, plain(ROLE_BORDER), ' ');
}

void title(const struct area *a, struct style style, const char *text)
{
    struct pencil p = title_begin(a);

    draw_text(&p, style, text);
    title_end(&p);
}

void draw_more(const struct area *a, int y, unsigned left_out, const char *what)
{
    struct pencil p = draw_at(a, 1, y, a->rect.w - 1);

    draw_glyph(&p, plain(ROLE_DIM), GLYPH_ELLIPSIS);
    draw_print(&p, plain(ROLE_DIM), " %u more%s%s", left_out, what[0] != '\0' ? " " : "", what);
}

bool draw_thread(struct pencil *p, thread_ix t, struct style style)
{
    style.role = (uint8_t)role_thread(t);
    return draw_print(p, style, "T%u", t + 1u);
}

static bool is_digit(uint32_t ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_word(uint32_t ch)
{
    return is_digit(ch) || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' ||
           ch == '\\';
}

static uint32_t char_at(const struct area *a, int x, int y)
{
    const struct cell *cell = own_cell(a, x, y);

    return cell != NULL ? cell->ch : ' ';
}

void color_threads(const struct area *a, int first_row, int n_rows)
{
    for (int y = first_row; y < first_row + n_rows; y++) {
        for (int x = 0; x < a->rect.w; x++) {
            if (char_at(a, x, y) != 'T' || is_word(char_at(a, x - 1, y)))
                continue;
            unsigned number = 0;
            int end = x + 1;
            while (end <= x + 2 && is_digit(char_at(a, end, y)))
                number = 10 * number + (char_at(a, end++, y) - '0');
            if (number < 1 || number > MAX_THREADS || is_word(char_at(a, end, y)))
                continue;
            for (int i = x; i < end; i++)
                own_cell(a, i, y)->role = (uint8_t)role_thread(number - 1);
        }
    }
}

enum glyph posture_glyph(enum posture posture)
{
    switch (posture) {
    case POSTURE_READY:
        return GLYPH_NEXT;
    case POSTURE_BLOCKED:
    case POSTURE_SPINS:
    case POSTURE_SLEEPS:
        return GLYPH_BLOCKED;
    case POSTURE_FINISHED:
        return GLYPH_FINISHED;
    case POSTURE_CRASHED:
        return GLYPH_BAD;
    case POSTURE_STOPPED:
    case POSTURE_ABSENT:
    case N_POSTURES:
        break;
    }
    return GLYPH_ABSENT;
}

struct style posture_style(enum posture posture, thread_ix t)
{
    switch (posture) {
    case POSTURE_READY:
        return bold(role_thread(t));
    case POSTURE_BLOCKED:
    case POSTURE_SPINS:
    case POSTURE_SLEEPS:
        return bold(ROLE_WARN);
    case POSTURE_CRASHED:
        return bold(ROLE_BAD);
    case POSTURE_STOPPED:
    case POSTURE_FINISHED:
    case POSTURE_ABSENT:
    case N_POSTURES:
        break;
    }
    return plain(ROLE_DIM);
}
