/*
 * Lists and prompts over the screen: a box, on top what is typed, then the rows, below them more about
 * the marked one. A prompt without a list is one row above the footer.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/session_parts.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum {
    MAX_BOX = 100,
    DETAIL_ROWS = 5,
    NAME_WIDTH = 32,
    COMMAND_KEYS = 15,
    TAIL_COLUMN = 64
}; // where a branch has its own steps

#define TAIL_HEAD " own steps "

/* ---- rows ---- */

static void branch_ending(const struct view *v, const struct branch *branch, struct pen *pen)
{
    if (branch->verdict == VERDICT_RUNNING)
        pen_text(pen, "unfinished");
    else if (branch->verdict != VERDICT_FINISHED)
        pen_text(pen, verdict_name(branch->verdict));
    else if (branch->ending >= 0)
        pen_printf(pen, "%s", v->scenario->endings[branch->ending].name);
    else
        pen_text(pen, v->scenario->n_endings > 0 ? "other" : "finished");
}

static bool is_good(const struct view *v, const struct branch *branch)
{
    return end_is_good(v->scenario, branch->ending, branch->verdict);
}

/* The steps of a branch from its fork on, as digits and threads. */
static void write_tail(const struct view *v, uint32_t ix, struct pen *pen)
{
    struct branch branch = branches_at(v->session->branches, ix);
    uint32_t from = ix > 0 ? branch.fork + 1 : 1;

    for (uint32_t n = from; n <= branch.length && pen->n < 60;) {
        struct choice c = branches_choice(v->session->branches, ix, n);
        uint32_t repeats = branches_repeats(v->session->branches, ix, n);
        char item[SCHEDULE_ITEM + 1];
        schedule_item_print(item, schedule_step_of(c), repeats);
        pen_printf(pen, "%s%s", n > from ? "," : "", item);
        n += repeats;
    }
}

static void branch_row(const struct view *v, struct pencil *p, int i)
{
    struct branch branch = branches_at(v->session->branches, (uint32_t)i);
    bool present = (uint32_t)i == branches_present(v->session->branches);
    char text[96];

    draw_print(p, present ? bold(ROLE_TEXT) : plain(ROLE_TEXT), "%s%3d ", present ? ">" : " ",
               i + 1);
    if (i == 0)
        snprintf(text, sizeof text, "from the start");
    else
        snprintf(text, sizeof text, "leaves branch %u at step %u", branch.parent + 1,
                 (unsigned)branch.fork + 1);
    draw_print(p, plain(ROLE_DIM), "%-26s", text);
    draw_print(p, plain(ROLE_TEXT), " %4u step%s ", (unsigned)branch.length,
               branch.length == 1 ? " " : "s");
    struct pen pen = pen_on(text, sizeof text);
    branch_ending(v, &branch, &pen);
    bool over = branch.verdict != VERDICT_RUNNING;
    draw_print(p,
               plain(!over                 ? ROLE_DIM
                     : is_good(v, &branch) ? ROLE_GOOD
                                           : ROLE_BAD),
               "%-20s ", text);
    pen = pen_on(text, sizeof text);
    write_tail(v, (uint32_t)i, &pen);
    draw_text(p, plain(ROLE_DIM), text);
}

static void mark_row(const struct view *v, struct pencil *p, int i)
{
    char letter = (char)v->session->found[i];
    struct mark mark = marks_get(v->session->branches, letter);

    draw_print(p, bold(ROLE_KEY), " %c ", letter);
    draw_print(p, plain(ROLE_TEXT), " branch %u, step %u", mark.branch + 1, (unsigned)mark.n);
}

static void break_row(const struct view *v, struct pencil *p, int i)
{
    static const char *const standing[N_STANDING_HALTS] = {
        [HALT_AT_BLOCK] = "a thread begins to wait",
        [HALT_AT_WAKE] = "a thread is woken",
        [HALT_AT_FINDING] = "something is wrong: deadlock, bug check, broken invariant or rule",
        [HALT_AT_END] = "the end: all have finished, or nobody can go on",
        [HALT_AT_LOST] = "the point of no return: no good ending can come any more",
    };
    const struct breakpoint *b = breakpoints_at(v->session->breakpoints, (uint32_t)i);

    draw_print(p, plain(b->on ? ROLE_TEXT : ROLE_DIM), " [%c] ", b->on ? 'x' : ' ');
    draw_text(p, plain(b->on ? ROLE_TEXT : ROLE_DIM), i < N_STANDING_HALTS ? standing[i] : b->text);
}

static void command_row(const struct view *v, struct pencil *p, int i)
{
    enum command command = (enum command)v->session->found[i];
    const struct key_row *row = key_row(command);
    char keys[KEY_LABEL], why[TEXT_LINE];
    bool works =
        command == CMD_STEP_THREAD || !session_refuses(v->session, command, 0, why, sizeof why);

    key_labels(command, false, keys, sizeof keys);
    draw_print(p, plain(works ? ROLE_KEY : ROLE_DIM), " %s", keys);
    draw_to(p, 1 + COMMAND_KEYS);
    draw_print(p, plain(works ? ROLE_TEXT : ROLE_DIM), "%-14s", row->name);
    draw_text(p, plain(ROLE_DIM), row->help);
}

static const struct library_item *scenario_item(const struct session *s, int i)
{
    return &s->library(s->library_context)->items[s->found[i]];
}

static void scenario_row(const struct view *v, struct pencil *p, int i)
{
    const struct library_item *item = scenario_item(v->session, i);
    bool open = strcmp(item->name, v->scenario->name) == 0;

    draw_print(p, plain(open ? ROLE_TITLE : ROLE_TEXT), " %s", item->name);
    draw_to(p, 2 + NAME_WIDTH);
    draw_text(p, plain(ROLE_DIM), item->title);
}

/* ---- what is typed ---- */

static void draw_prompt(struct pencil *p, const char *label, const char *text)
{
    draw_print(p, bold(ROLE_KEY), "%s", label);
    draw_text(p, plain(ROLE_TEXT), text);
    draw_text(p, (struct style){ROLE_TEXT, ATTR_REVERSE}, " "); // the cursor
}

/* What the kinds of lists differ in. */
struct list_look {
    const char *title;
    const char *label; // of the prompt; NULL: nothing is typed
    const char *hint;  // behind it as long as nothing is
    const char *empty;
    void (*row)(const struct view *v, struct pencil *p, int i);
};

static const struct list_look looks[N_OVERLAYS] = {
    [OVERLAY_BRANCHES] = {"branches", NULL, NULL, "", branch_row},
    [OVERLAY_MARKS] = {"marks: a letter goes there", NULL, NULL,
                       "No marks. [m] and a letter sets one.", mark_row},
    [OVERLAY_BREAKS] = {"breakpoints", NULL, NULL, "", break_row},
    [OVERLAY_COMMANDS] = {"commands", ":", "type a part of a name, or a step",
                          "No command matches; a number goes to that step.", command_row},
    [OVERLAY_SCENARIOS] = {"scenarios", "/ ", "type a part of a name or title",
                           "No scenario matches.", scenario_row},
};

static int longest_list(const struct frame *f, const struct list_look *look,
                        const struct list *list)
{
    int most = f->h - 1 - 2 - (look->label != NULL ? 2 : 0);

    return list->n < 1 ? 1 : list->n < most ? list->n : most;
}

/* More about the marked row, below the rows. */
static int detail_rows(const struct session *s, const struct frame *f)
{
    if (s->overlay == OVERLAY_SCENARIOS && f->h >= 20)
        return DETAIL_ROWS;
    if (s->overlay == OVERLAY_COMMANDS && f->h >= 16 && f->w < MAX_BOX)
        return 1; // its row has no room for all of what it does
    return s->overlay == OVERLAY_BREAKS && f->h >= 16 ? 2 : 0;
}

static void draw_detail(const struct view *v, const struct area *a, int y, int rows)
{
    const struct session *s = v->session;
    struct area text = area_part(a, 1, 0, a->rect.w - 2, a->rect.h);

    if (rows == 0)
        return;
    if (s->overlay == OVERLAY_SCENARIOS && s->list.n > 0) {
        const struct library_item *item = scenario_item(s, s->list.selected);
        int used = area_wrap(&text, y, 1, 0, bold(ROLE_TEXT), item->title);
        area_wrap(&text, y + used, rows - used, 0, plain(ROLE_TEXT), item->description);
    } else if (s->overlay == OVERLAY_COMMANDS && s->list.n > 0) {
        const struct key_row *row = key_row((enum command)s->found[s->list.selected]);
        area_wrap(&text, y, rows, 0, plain(ROLE_TEXT), row->help);
    } else if (s->overlay == OVERLAY_BREAKS) {
        area_wrap(
            &text, y, rows, 0, plain(ROLE_DIM),
            "n asks for a new one: line THREAD NUMBER, call NAME, object NAME, thread THREAD, "
            "when CONDITION.");
    }
}

/* Nothing matches what was typed, or there is nothing that could match. */
static void draw_empty(const struct session *s, const struct area *a, int y, int rows,
                       const struct list_look *look)
{
    struct area text = area_part(a, 1, 0, a->rect.w - 2, a->rect.h);
    char line[TEXT_LINE];

    if (s->overlay == OVERLAY_SCENARIOS && s->library(s->library_context)->n == 0) {
        const char *places = s->library(s->library_context)->places;
        snprintf(line, sizeof line,
                 "The scenarios that come with lockstep were not found. Looked in %.300s. "
                 ":open FILE opens one of your own.",
                 places != NULL ? places : "no directory");
        area_wrap(&text, y, rows, 0, plain(ROLE_WARN), line);
        return;
    }
    lists_say_number(s, line, sizeof line);
    area_wrap(&text, y, rows, 0, line[0] != '\0' ? plain(ROLE_TEXT) : plain(ROLE_DIM),
              line[0] != '\0' ? line : look->empty);
}

static void draw_rows(const struct view *v, struct session *s, const struct area *a, int y,
                      int rows, const struct list_look *look)
{
    struct list *list = &s->list;

    list->page = rows > 1 ? rows - 1 : 1;
    if (list->selected < list->first)
        list->first = list->selected;
    if (list->selected >= list->first + rows)
        list->first = list->selected - rows + 1;
    if (list->n == 0)
        draw_empty(s, a, y, rows, look);
    for (int i = 0; i < rows && list->first + i < list->n; i++) {
        struct pencil p = draw_at(a, 0, y + i, a->rect.w);
        look->row(v, &p, list->first + i);
        if (list->first + i != list->selected)
            continue;
        area_choose(a, 0, y + i, a->rect.w);
    }
}

static void draw_list_box(const struct view *v, struct session *s, struct frame *f,
                          const struct list_look *look)
{
    int w = f->w < MAX_BOX ? f->w : MAX_BOX, prompt = look->label != NULL ? 1 : 0;
    int most = f->h > 4 ? f->h - 1 : f->h, details = detail_rows(s, f);
    int rows = longest_list(f, look, &s->list);
    if (s->overlay == OVERLAY_COMMANDS || s->overlay == OVERLAY_SCENARIOS)
        rows = most; // the box stays as it is while somebody types
    int h = 2 + prompt + rows + (details > 0 ? details + 1 : 0);
    if (h > most) {
        rows -= h - most;
        h = most;
    }
    rows = rows < 1 ? 1 : rows;
    struct area box = {f, {(f->w - w) / 2, (most - h) / 2, w, h}, PANE_OVERLAY};
    clear_sides(&box);
    struct area inside = area_box(&box, EDGE_RIGHT | EDGE_BOTTOM);
    title(&box, plain(ROLE_TITLE), look->title);
    if (s->overlay == OVERLAY_BRANCHES && w > TAIL_COLUMN + utf8_width(TAIL_HEAD))
        area_text(&box, TAIL_COLUMN, 0, plain(ROLE_DIM), TAIL_HEAD);
    if (prompt > 0) {
        struct pencil p = draw_at(&inside, 1, 0, inside.rect.w - 1);
        draw_prompt(&p, look->label, s->prompt);
        draw_print(&p, plain(ROLE_DIM), " %s", s->prompt[0] == '\0' ? look->hint : "");
    }
    draw_rows(v, s, &inside, prompt, rows, look);
    draw_detail(v, &inside, prompt + rows + 1, details);
    if (s->list.n > rows) {
        char text[64];
        snprintf(text, sizeof text, " %d-%d of %d ", s->list.first + 1,
                 s->list.first + rows < s->list.n ? s->list.first + rows : s->list.n, s->list.n);
        struct area bottom = area_part(&box, 0, h - 1, w - 2, 1);
        area_text_right(&bottom, 0, plain(ROLE_DIM), text);
    }
}

/* One line of text that is asked for, in a box of its own above the footer. */
static void draw_question(const struct session *s, struct frame *f, const char *name,
                          const char *label, const char *text)
{
    int h = f->h >= 5 ? 3 : 1, below = f->h >= 5 ? 1 : 0;
    struct area box = {f, {0, f->h - h - below, f->w, h}, PANE_OVERLAY};

    if (h == 1) {
        area_clear(&box);
        struct pencil p = draw_at(&box, 0, 0, f->w);
        draw_prompt(&p, label, text);
        return;
    }
    struct area inside = area_box(&box, EDGE_RIGHT | EDGE_BOTTOM);
    title(&box, plain(ROLE_TITLE), name);
    struct pencil p = draw_at(&inside, 1, 0, inside.rect.w - 1);
    if (overlay_context(s->overlay) == IN_PROMPT && label[0] != '\0')
        draw_prompt(&p, label, text);
    else
        draw_text(&p, plain(ROLE_TEXT), text);
}

void draw_list(const struct view *v, struct session *s, struct frame *f)
{
    switch (s->overlay) {
    case OVERLAY_BRANCHES:
    case OVERLAY_MARKS:
    case OVERLAY_BREAKS:
    case OVERLAY_COMMANDS:
    case OVERLAY_SCENARIOS:
        draw_list_box(v, s, f, &looks[s->overlay]);
        break;
    case OVERLAY_SEARCH:
        draw_question(s, f, "search in source, objects and log", "/", s->prompt);
        break;
    case OVERLAY_NEW_BREAK:
        draw_question(s, f, "stop at: line THREAD N, call NAME, object NAME, thread THREAD, when X",
                      "> ", s->prompt);
        break;
    case OVERLAY_MARK_LETTER:
        draw_question(s, f, "mark", "", "Which letter, a to z? Esc: none.");
        break;
    case OVERLAY_PICTURE:
        draw_question(s, f, "picture of the screen", "",
                      "t text, a text with colours (ANSI), s picture (SVG). Esc: none.");
        break;
    case OVERLAY_NONE:
    case OVERLAY_HELP:
    case OVERLAY_WHY:
    case OVERLAY_LOCKS:
    case OVERLAY_DIFF:
    case OVERLAY_EXPLORE:
    case N_OVERLAYS:
        break;
    }
}
