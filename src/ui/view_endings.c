/*
 * The list of the explore screen: endings, a heading, findings; only endings and findings can be chosen. A list that is
 * longer than its room scrolls.
 */
#include <stdio.h>
#include <string.h>

#include "ui/explore_parts.h"
#include "ui/utf8.h"

enum {
    CHANCE_END = 9,
    NUMBER_WIDTH = 9, // "schedules"
    LEAST_BAR = 4,
    MOST_COLUMNS = 104,
    TEXT_COLUMN = 3, // of a finding
};

static struct columns columns_of(int w)
{
    w = w < MOST_COLUMNS ? w : MOST_COLUMNS; // not so far apart that the eye loses the row
    struct columns c = {.bar = CHANCE_END + 1, .bar_width = w >= 100 ? 20 : w >= 76 ? 10 : 0};

    c.name = c.bar + c.bar_width + (c.bar_width > 0 ? 1 : 0);
    c.switches = w >= SWITCHES_FROM ? w - 2 : w;
    c.steps = w >= SWITCHES_FROM ? c.switches - 10 : w - 2;
    c.schedules = c.steps - 7;
    return c;
}

/* Where a name is too long, the bar and what is free at the right give way to it. */
struct columns columns_for(const struct explore_result *r, int w)
{
    int most = w < MOST_COLUMNS ? w : MOST_COLUMNS;
    struct columns c = columns_of(most);
    int missing = 2 + widest_ending_name(r) - (c.schedules - NUMBER_WIDTH - 1 - c.name);

    if (missing <= 0)
        return c;
    int more = w - most < missing ? w - most : missing;
    c.schedules += more, c.steps += more, c.switches += more;
    missing -= more;
    int narrower = c.bar_width - missing >= LEAST_BAR ? missing : c.bar_width;
    c.bar_width -= narrower;
    c.name -= narrower + (narrower > 0 && c.bar_width == 0);
    return c;
}

static void draw_bar(const struct area *a, int x, int y, int width, double part)
{
    static const uint32_t whole[] = {'#', 0x2588}, half[] = {'-', 0x258C};
    int halves = (int)(part * 2 * width + 0.5);
    bool ascii = a->frame->ascii;

    if (halves == 0 && part > 0)
        halves = 1; // it can happen
    for (int i = 0; 2 * i < halves; i++)
        area_put(a, x + i, y, plain(ROLE_TITLE), 2 * i + 1 < halves ? whole[!ascii] : half[!ascii]);
}

static void draw_number(const struct area *a, int end, int y, uint32_t number)
{
    char text[16];

    snprintf(text, sizeof text, "%u", (unsigned)number);
    right_to(a, end, y, plain(ROLE_TEXT), text);
}

static void draw_ending_row(const struct area *a, int y, const struct explore_result *r, uint32_t i)
{
    const struct explore_ending *e = &r->endings[i];
    struct columns c = columns_for(r, a->rect.w);
    struct style style = ending_style(e, r->clean.clean == CLEAN_IMPOSSIBLE);
    char text[TEXT_LINE];

    write_chance(e->probability, r->n_endings == 1, text);
    right_to(a, CHANCE_END, y, bold(ROLE_TEXT), text);
    if (e->probability >= 0)
        draw_bar(a, c.bar, y, c.bar_width, e->probability);
    else if (c.bar_width > utf8_width(explore_no_chance_word(r)))
        area_text(a, c.bar, y, plain(ROLE_DIM), explore_no_chance_word(r));
    struct pencil p = draw_at(a, c.name, y, c.schedules - NUMBER_WIDTH - 1 - c.name);
    draw_glyph(&p, style, style_sign(style));
    write_ending_name_in(r, i, draw_room(&p) - 1, text, sizeof text);
    draw_print(&p, style, " %s", text);
    write_schedules(e->schedules, NUMBER_WIDTH, text, sizeof text);
    right_to(a, c.schedules, y, plain(ROLE_TEXT), text);
    draw_number(a, c.steps, y, e->witness.n);
    if (a->rect.w >= SWITCHES_FROM)
        draw_number(a, c.switches, y, e->witness.switches);
}

static void draw_finding_rows(const struct area *a, int y, int rows,
                              const struct explore_finding *f)
{
    struct area text = area_part(a, TEXT_COLUMN, 0, a->rect.w - TEXT_COLUMN - 1, a->rect.h);

    area_glyph(a, 1, y, plain(ROLE_WARN), GLYPH_WARNING);
    int used = area_wrap(&text, y, rows, 0, plain(ROLE_TEXT), f->text);
    color_threads(&text, y, used);
}

/* ---- the list ---- */

enum { MAX_SPREAD = 256, MOST_FINDING_ROWS = 6 };

/* Where the items of the list stand: each has a row, and findings more if there is room for them. */
struct spread {
    int n;                    // findings that can have more than a row
    uint8_t rows[MAX_SPREAD]; // of each of them
    int all;                  // rows of the list, with the heading of the findings
};

static int list_rows(const struct explore_result *r)
{
    return (int)(r->n_endings + 1 + r->n_findings);
}

/* Spreads the list over at most so many rows, in this width. */
static struct spread spread_list(const struct explore_result *r, int width, int room)
{
    struct spread spread = {.n = r->n_findings < MAX_SPREAD ? (int)r->n_findings : MAX_SPREAD,
                            .all = list_rows(r)};

    for (int i = 0; i < spread.n; i++) {
        int wanted =
            wrap_rows(r->findings[i].text, width - TEXT_COLUMN - 1, 0, MOST_FINDING_ROWS) - 1;
        int more = room - spread.all < wanted ? room - spread.all : wanted;
        spread.rows[i] = (uint8_t)(more > 0 ? 1 + more : 1);
        spread.all += spread.rows[i] - 1;
    }
    return spread;
}

int endings_rows(const struct explore_result *r, int width, int room)
{
    return spread_list(r, width, room).all;
}

static int rows_of(const struct spread *spread, const struct explore_result *r, int item)
{
    int finding = item - (int)r->n_endings;

    return finding >= 0 && finding < spread->n ? spread->rows[finding] : 1;
}

/* Row of the list on which an item begins: the heading of the findings is a row, too. */
static int row_of(const struct spread *spread, const struct explore_result *r, int item)
{
    int row = 0;

    for (int i = 0; i < item; i++)
        row += rows_of(spread, r, i);
    return item < (int)r->n_endings ? row : row + 1;
}

static void draw_findings_heading(const struct area *a, int y, const struct explore_result *r)
{
    struct pencil p = draw_at(a, 1, y, a->rect.w - 2);

    if (r->n_findings == 0)
        draw_text(&p, plain(ROLE_DIM),
                  r->complete ? "no race and no broken rule on the way to them"
                              : "no race and no broken rule on the way so far");
    else
        draw_print(&p, bold(ROLE_TITLE), "%u %s on the way, to any ending", (unsigned)r->n_findings,
                   r->n_findings == 1 ? "finding" : "findings");
}

/* Reversed from the words on: a bar that is reversed with them would look empty. */
static void mark_chosen(const struct area *a, int y, int rows, int from)
{
    int width = a->rect.w - from;

    area_glyph(a, 0, y, bold(ROLE_TEXT), GLYPH_NEXT);
    for (int i = 0; width > 0 && i < rows * width; i++)
        area_attr(a, from + i % width, y + i / width, ATTR_REVERSE);
}

static void draw_item(const struct session *s, const struct area *a, int y, int rows, int item)
{
    const struct explore_result *r = s->exploring.result;

    if (item < (int)r->n_endings)
        draw_ending_row(a, y, r, (uint32_t)item);
    else
        draw_finding_rows(a, y, rows, &r->findings[item - (int)r->n_endings]);
    if (item == s->list.selected)
        mark_chosen(a, y, rows,
                    item < (int)r->n_endings ? columns_for(r, a->rect.w).name : TEXT_COLUMN);
}

/* What the columns are, in the border above them. */
static void draw_heads(const struct explore_result *r, const struct area *box)
{
    struct columns c = columns_for(r, box->rect.w - 2);
    struct area top = area_part(box, 1, 0, box->rect.w - 2, 1);

    right_to(&top, CHANCE_END, 0, plain(ROLE_DIM), " chance ");
    area_text(&top, c.name, 0, plain(ROLE_DIM), " ending ");
    right_to(&top, c.schedules + 1, 0, plain(ROLE_DIM), " schedules ");
    right_to(&top, c.steps + 1, 0, plain(ROLE_DIM), " steps ");
    if (top.rect.w >= SWITCHES_FROM)
        right_to(&top, c.switches + 1, 0, plain(ROLE_DIM), " switches ");
}

/* The first row on top, so that the chosen item is in sight. */
static int top_row(struct list *list, int selected, int all, int rows)
{
    if (selected < list->first)
        list->first = selected;
    if (selected >= list->first + rows)
        list->first = selected - rows + 1;
    if (list->first + rows > all)
        list->first = all > rows ? all - rows : 0;
    return list->first;
}

/* Is the chosen item a finding that has fewer rows than its text needs? */
static bool cuts_chosen(const struct session *s, const struct spread *spread, int width)
{
    const struct explore_result *r = s->exploring.result;
    int finding = s->list.selected - (int)r->n_endings;

    return finding >= 0 && rows_of(spread, r, s->list.selected) <
                               wrap_rows(r->findings[finding].text, width - TEXT_COLUMN - 1, 0,
                                         MOST_FINDING_ROWS + 1);
}

bool draw_endings(struct session *s, const struct area *box)
{
    const struct explore_result *r = s->exploring.result;
    struct area inside = area_box(box, EDGE_RIGHT);
    struct spread spread = spread_list(r, inside.rect.w, inside.rect.h);
    bool folded = spread.all > inside.rect.h && inside.rect.h > 1; // then a row says how much
    int rows = inside.rect.h - (folded ? 1 : 0), n = session_explored(s), left_out = 0;
    int top = top_row(&s->list, row_of(&spread, r, s->list.selected), spread.all, rows);

    if (folded && top + rows + 1 >= spread.all)
        rows++; // all that is left
    draw_heads(r, box);
    s->list.page = rows > 1 ? rows - 1 : 1;
    int heading = (int)r->n_endings - top;
    if (heading >= 0 && heading < rows)
        draw_findings_heading(&inside, heading, r);
    for (int i = 0, row = -top; i < n; i++) {
        row += i == (int)r->n_endings ? 1 : 0;
        int own = rows_of(&spread, r, i);
        if (row >= 0 && row < rows)
            draw_item(s, &inside, row, own, i);
        left_out += row >= rows;
        row += own;
    }
    if (folded && left_out > 0)
        draw_more(&inside, rows, (unsigned)left_out, "below");
    return cuts_chosen(s, &spread, inside.rect.w);
}
