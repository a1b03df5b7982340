/*
 * Each command is a row of keys.h and belongs to one of the files session_*.c. Before it runs,
 * session_refuses is asked; the footer asks the same function, so it never offers what would be refused.
 *
 * While a sheet is open over the screen, a key of the sheet works on it; any other key closes it and then
 * does what it does, so nobody is ever stuck behind it. The help hides what a step would change, so behind it such
 * a key only closes. A list or a prompt takes all keys.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"
#include "ui/session_parts.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { FIRST_SPEED = 1 };

/* ---- messages ---- */

static void vsay(struct session *s, const char *format, va_list arguments)
{
    vsnprintf(s->message, sizeof s->message, format, arguments);
}

void session_tell(struct session *s, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsay(s, format, arguments);
    va_end(arguments);
    s->refused = s->aside = false;
}

void session_refuse(struct session *s, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsay(s, format, arguments);
    va_end(arguments);
    s->refused = true;
}

void session_say(struct session *s, const char *text, bool refused)
{
    session_tell(s, "%s", text);
    s->refused = refused;
}

/* ---- opening ---- */

/* Keeps the larger number of rows; -1 is larger than all. */
static void note_rows(int16_t *most, int rows)
{
    if (*most >= 0 && (rows < 0 || rows > *most))
        *most = (int16_t)rows;
}

/* How many rows a body takes, whole and shortened. */
static void note_body(struct layout_needs *needs, const struct source *source)
{
    int lines = (int)source->n, code = 0;

    for (uint32_t i = 0; i < source->n; i++) {
        int width = utf8_width(source->lines[i].text[SOURCE_FULL]);
        needs->body_width = width > needs->body_width ? width : needs->body_width;
        code += source->lines[i].code;
    }
    needs->body_lines = lines > needs->body_lines ? lines : needs->body_lines;
    needs->code_lines = code > needs->code_lines ? code : needs->code_lines;
    for (int i = 0; i < N_TEXT_WIDTHS; i++) {
        int width = TEXT_WIDTH + i * TEXT_WIDTH_STEP;
        note_rows(&needs->whole_rows[i], body_rows(source, SOURCE_FULL, width));
        note_rows(&needs->short_rows[i], body_rows(source, short_form(width), width));
    }
}

static void note_needs(struct session *s)
{
    const struct world_shape *shape = &s->scenario->layout.shape;
    int most = 0;

    for (unsigned i = 0; i < shape->n_names; i++) {
        directory_ix d = shape->names[i].parent;
        if (d >= shape->n_directories || shape->names[i].directory != NO_INDEX)
            continue;
        if (s->directory_end[d] == 0)
            s->directory_first[d] = (uint16_t)i;
        s->directory_end[d] = (uint16_t)(i + 1);
    }
    for (unsigned d = 0; d < shape->n_directories; d++) {
        int n = s->directory_end[d] - s->directory_first[d];
        most = n > most ? n : most;
    }
    s->needs = (struct layout_needs){
        .n_threads = shape->n_threads,
        .n_resources = shape->n_resources,
        .n_events = shape->n_events,
        .n_spinlocks = shape->n_spinlocks,
        .n_shared = shape->n_shared,
        .n_directories = shape->n_directories,
        .n_files = most,
        .n_lanes = shape->n_threads + s->lanes.n_objects,
        .n_endings = (int)s->scenario->n_endings,
    };
    for (unsigned t = 0; t < s->scenario->n_threads; t++)
        note_body(&s->needs, &s->sources[t]);
}

/* Makes the steps of the scenario's own schedule, as far as they can be made, and goes back to the start. */
static void play_own_schedule(struct session *s)
{
    const char *steps = s->scenario->schedule.steps;
    struct schedule schedule = {0};
    struct diag_list diags = {0}; // checked when the scenario was loaded: stays empty

    if (steps == NULL)
        return;
    schedule_parse(
        s->scenario,
        (struct span){
            .file = s->scenario->file, .at = steps, .n = strlen(steps), .line = 1, .column = 1},
        &schedule, &diags);
    for (size_t i = 0; i < schedule.n; i++) {
        struct schedule_step step = schedule.items[i].step;
        for (uint32_t k = 0; k < schedule.items[i].count; k++)
            branches_step(s->branches, (struct choice){step.thread, step.kind, step.pick, 0}, NULL);
    }
    schedule_release(&schedule);
    diag_release(&diags);
    timeline_seek(s->timeline, 0);
    if (timeline_length(s->timeline) > 0)
        snprintf(s->message, sizeof s->message,
                 "This scenario brings a schedule: [Right] replays it, a digit leaves it.");
}

struct session *session_open(const struct scenario *scenario)
{
    struct session *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->scenario = scenario;
    s->policy = (struct policy){scenario->schedule.policy, scenario->schedule.seed};
    s->timeline = timeline_open(scenario);
    s->branches = branches_open(s->timeline);
    s->breakpoints = breakpoints_open(scenario);
    s->speed = FIRST_SPEED;
    bool ok = true;
    for (unsigned t = 0; ok && t < scenario->n_threads; t++)
        ok = source_make(&s->sources[t], &scenario->threads[t]);
    if (!ok) {
        session_close(s);
        return NULL;
    }
    lanes_init(&s->lanes, scenario);
    note_needs(s);
    layout_make(&s->layout, WIDTH_FULL, HEIGHT_FULL, &s->needs);
    s->mode = s->layout.mode;
    s->pane = (struct pane_id){VIEW_THREAD, 0};
    play_own_schedule(s);
    return s;
}

void session_set_library(struct session *s, const struct library *(*library)(void *context),
                         void *context)
{
    s->library = library;
    s->library_context = context;
}

void session_close(struct session *s)
{
    if (s == NULL)
        return;
    possible_stop(s->ahead.search);
    possible_stop(s->ahead.way_search);
    background_stop(s->exploring.search);
    for (unsigned t = 0; t < MAX_THREADS; t++)
        source_release(&s->sources[t]);
    ahead_release(s);
    explore_release(s);
    breakpoints_close(s->breakpoints);
    branches_close(s->branches);
    timeline_close(s->timeline);
    free(s->failed.steps);
    free(s->failures);
    free(s->eventful.steps);
    free(s->search.hits.steps);
    free(s);
}

/* ---- commands ---- */

static void scroll_sheet(struct session *s, int rows)
{
    s->scroll.offset += rows;
    if (s->scroll.offset > s->scroll.most)
        s->scroll.offset = s->scroll.most;
    if (s->scroll.offset < 0)
        s->scroll.offset = 0;
}

void help_open(struct session *s)
{
    s->under = s->overlay;
    s->overlay = OVERLAY_HELP;
    s->scroll = (struct scroll){0};
}

/* One level: the comparison and the help lie over something else. */
static void sheet_close(struct session *s)
{
    s->overlay = s->overlay == OVERLAY_DIFF ? OVERLAY_EXPLORE : s->under;
    s->under = OVERLAY_NONE;
    s->scroll = (struct scroll){0};
}

static bool sheet_command(struct session *s, enum command command)
{
    switch ((int)command) {
    case CMD_SCROLL_DOWN:
        scroll_sheet(s, 1);
        break;
    case CMD_SCROLL_UP:
        scroll_sheet(s, -1);
        break;
    case CMD_PAGE_DOWN:
    case CMD_PAGE_SPACE:
        scroll_sheet(s, s->scroll.page);
        break;
    case CMD_PAGE_UP:
        scroll_sheet(s, -s->scroll.page);
        break;
    case CMD_SCROLL_FIRST:
        s->scroll.offset = 0;
        break;
    case CMD_SCROLL_LAST:
        s->scroll.offset = s->scroll.most;
        break;
    case CMD_LAY_OUT_WAY:
        why_lay_out_way(s);
        break;
    case CMD_CLOSE:
        sheet_close(s);
        break;
    default:
        return false;
    }
    return true;
}

static enum overlay opened_by(enum command command)
{
    switch ((int)command) {
    case CMD_WHY:
        return OVERLAY_WHY;
    case CMD_LOCKS:
        return OVERLAY_LOCKS;
    case CMD_EXPLORE:
        return OVERLAY_EXPLORE;
    case CMD_BRANCHES:
        return OVERLAY_BRANCHES;
    case CMD_MARK:
        return OVERLAY_MARK_LETTER;
    case CMD_MARKS:
        return OVERLAY_MARKS;
    case CMD_BREAKS:
        return OVERLAY_BREAKS;
    case CMD_COMMANDS:
        return OVERLAY_COMMANDS;
    case CMD_OPEN:
        return OVERLAY_SCENARIOS;
    case CMD_SEARCH:
        return OVERLAY_SEARCH;
    case CMD_PICTURE:
        return OVERLAY_PICTURE;
    default:
        return OVERLAY_NONE;
    }
}

char *session_schedule(const struct session *s)
{
    struct schedule schedule = {0};

    for (uint32_t n = 1; n <= timeline_position(s->timeline); n++)
        schedule_add(&schedule, schedule_step_of(timeline_choice(s->timeline, n)));
    char *text = schedule_print(&schedule);
    schedule_release(&schedule);
    return text;
}

static void copy_schedule(struct session *s)
{
    char text[64];

    text_schedule(s->timeline, timeline_position(s->timeline), text, sizeof text);
    s->wish = WISH_COPY;
    session_tell(s, "The schedule went to the terminal's clipboard: %s", text);
}

static void present(struct session *s)
{
    if (!s->presenting)
        s->own_theme = s->theme;
    s->presenting = !s->presenting;
    s->theme = s->presenting ? THEME_HIGH_CONTRAST : s->own_theme;
    s->redraw = true;
    if (s->presenting)
        session_tell(s,
                     "Presenter mode. Best with a font that leaves about 80 columns; [P] ends it.");
}

static void set_command(struct session *s, enum command command)
{
    switch ((int)command) {
    case CMD_NEXT_PAGE:
        s->tab = session_next_tab(s, s->tab);
        break;
    case CMD_PRESENT:
        present(s);
        break;
    case CMD_THEME:
        s->theme = (enum theme)((s->theme + 1) % N_THEMES);
        s->redraw = true;
        session_tell(s, "Theme %s.", theme_name(s->theme));
        break;
    case CMD_MOUSE:
        s->mouse = !s->mouse;
        s->wish = WISH_MOUSE;
        session_tell(s, s->mouse ? "Mouse on: a click chooses a pane, the wheel scrolls it."
                                 : "Mouse off: the terminal selects text again.");
        break;
    case CMD_COPY:
        copy_schedule(s);
        break;
    case CMD_SAVE:
        s->wish = WISH_SAVE;
        s->wish_text[0] = '\0';
        break;
    case CMD_SEARCH_NEXT:
    case CMD_SEARCH_BACK:
        search_go(s, command == CMD_SEARCH_BACK);
        break;
    case CMD_REDRAW:
        s->redraw = true;
        break;
    case CMD_QUIT:
    case CMD_QUIT_AT_ONCE:
        s->leaving = true;
        break;
    default:
        break;
    }
}

static void run(struct session *s, enum command command, int argument)
{
    enum key_group group = (enum key_group)key_row(command)->group;
    enum overlay overlay = opened_by(command);

    if (command == CMD_HELP && s->overlay == OVERLAY_HELP) {
        sheet_close(s);
    } else if (command == CMD_HELP) {
        help_open(s);
    } else if (overlay != OVERLAY_NONE) {
        lists_open(s, overlay);
        if (overlay == OVERLAY_WHY)
            why_prepare(s);
    } else if (command >= CMD_PANE_NEXT && command <= CMD_ZOOM) {
        panes_command(s, command);
    } else if (group == KEYS_STEP || group == KEYS_TIME || group == KEYS_RUN) {
        time_command(s, command, argument);
    } else if (!sheet_command(s, command)) {
        set_command(s, command);
    }
}

void session_command(struct session *s, enum command command, int argument)
{
    if (command != CMD_PLAY && command != CMD_FASTER && command != CMD_SLOWER)
        s->playing = false;
    s->refused = session_refuses(s, command, argument, s->message, sizeof s->message);
    if (!s->refused)
        run(s, command, argument);
}

/* A key without a command here. */
static void explain_key(struct session *s, int32_t key)
{
    char label[KEY_LABEL];

    key_label(key, label, sizeof label);
    if (key == K_ESC && s->zoomed)
        session_command(s, CMD_ZOOM, 0);
    else if (key == K_ESC)
        session_tell(s, "Nothing is open. [q] quits.");
    else
        session_refuse(s, "%s does nothing here. [%s] shows the keys%s.", label,
                       overlay_context(s->overlay) == IN_PROMPT ? "F1" : "?",
                       s->overlay == OVERLAY_NONE ? ", [:] all commands" : "");
}

/* The help hides all that such a key would change. */
static bool changes_run(enum command command)
{
    enum key_group group = (enum key_group)key_row(command)->group;

    return command != CMD_NONE && opened_by(command) == OVERLAY_NONE &&
           (group == KEYS_STEP || group == KEYS_TIME || group == KEYS_RUN);
}

static void say_help_closed(struct session *s, int32_t key)
{
    char label[KEY_LABEL];

    key_label(key, label, sizeof label);
    session_tell(s, "The help is closed, and nothing was done: [%s] once more does it.", label);
}

void session_key(struct session *s, int32_t key)
{
    if (key == K_TICK) {
        if (s->playing && s->overlay == OVERLAY_NONE && !s->napping)
            time_command(s, CMD_NONE, 0);
        return;
    }
    s->nap = 0;
    s->message[0] = '\0';
    s->refused = s->aside = false;
    s->last_key = key;
    enum key_context context = overlay_context(s->overlay);
    if (context == IN_EXPLORE) {
        if (!explore_key(s, key))
            explain_key(s, key);
        return;
    }
    if (context == IN_LIST || context == IN_PROMPT) {
        if (!lists_key(s, key))
            explain_key(s, key);
        return;
    }
    enum command command = key_command(key, context);
    if (command == CMD_NONE && context == IN_OVERLAY && s->under == OVERLAY_NONE &&
        s->overlay != OVERLAY_DIFF) {
        bool help = s->overlay == OVERLAY_HELP;
        command = key_command(key, IN_MAIN);
        if (command != CMD_NONE)
            s->overlay = OVERLAY_NONE;
        if (help && changes_run(command)) {
            say_help_closed(s, key);
            return;
        }
    }
    if (command == CMD_NONE)
        explain_key(s, key);
    else
        session_command(s, command, command == CMD_STEP_THREAD ? key - '0' : 0);
}
