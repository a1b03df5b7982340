/*
 * What is open over the screen and takes keys: lists to choose from, and prompts, in which characters are
 * text. A list that is typed into keeps the numbers of the items that match, best first, in `found`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/session_parts.h"
#include "ui/utf8.h"

enum key_context overlay_context(enum overlay overlay)
{
    switch (overlay) {
    case OVERLAY_NONE:
        return IN_MAIN;
    case OVERLAY_HELP:
    case OVERLAY_WHY:
    case OVERLAY_LOCKS:
    case OVERLAY_DIFF:
        return IN_OVERLAY;
    case OVERLAY_EXPLORE:
        return IN_EXPLORE;
    case OVERLAY_BRANCHES:
    case OVERLAY_MARKS:
    case OVERLAY_BREAKS:
        return IN_LIST;
    case OVERLAY_COMMANDS:
    case OVERLAY_SCENARIOS:
    case OVERLAY_SEARCH:
    case OVERLAY_NEW_BREAK:
    case OVERLAY_MARK_LETTER:
    case OVERLAY_PICTURE:
    case N_OVERLAYS:
        break;
    }
    return IN_PROMPT;
}

/* ---- filling lists ---- */

struct hit {
    int score;
    uint16_t item;
};

static int by_score(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->item < y->item ? -1 : 1;
}

static void keep_hits(struct session *s, struct hit *hits, int n)
{
    qsort(hits, (size_t)n, sizeof *hits, by_score);
    for (int i = 0; i < n; i++)
        s->found[i] = hits[i].item;
    s->list.n = n;
}

/* Names count in any way that they match; longer texts only where all that was typed stands in one piece. */
static int score_of(const char *typed, const char *name, const char *text)
{
    int in_name = fuzzy_score(typed, name), in_text = fuzzy_score(typed, text);

    if (in_name >= 1000)
        in_name += 2000;
    in_text = in_text >= 500 ? in_text : 0;
    return in_name > in_text ? in_name : in_text;
}

/* Does the name of a command begin with this text? */
static bool begins_a_name(const char *typed)
{
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        if (strncmp(key_row((enum command)i)->name, typed, strlen(typed)) == 0)
            return true;
    }
    return false;
}

/* Before anything is typed: what can be done now, what stands in the footer before the rest. */
static int importance(const struct session *s, enum command command)
{
    const struct key_row *row = key_row(command);
    char why[TEXT_LINE];
    bool works = command == CMD_STEP_THREAD || !session_refuses(s, command, 0, why, sizeof why);
    int place = row->footer > 0 && command != CMD_COMMANDS ? row->footer : FOOTER_PLACES;

    return (works ? 2 * FOOTER_PLACES : FOOTER_PLACES) - place + 1;
}

/*
 * What a command does is looked at only by who does not know its name: a person who types "open" is not
 * offered "quit" because its help says "when nothing is open".
 */
static int command_score(const struct session *s, enum command command, const char *typed,
                         bool by_name)
{
    const struct key_row *row = key_row(command);

    if (row->name[0] == '\0')
        return 0;
    if (typed[0] == '\0')
        return importance(s, command);
    return score_of(typed, row->name, by_name ? "" : row->help);
}

/* The number that is all of the text; false: it is none. */
static bool read_number(const char *text, uint32_t *value)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    *value = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

static void fill_commands(struct session *s)
{
    struct hit hits[N_COMMANDS];
    char word[PROMPT_TEXT];
    uint32_t number;
    int n = 0;

    s->list.n = 0;
    if (read_number(s->prompt, &number))
        return; // a step, whatever the help of a command says of such a number
    // What stands behind the first blank may be an argument: "mark a".
    snprintf(word, sizeof word, "%s", s->prompt);
    for (int round = 0; round < 2 && n == 0; round++) {
        bool by_name = begins_a_name(word);
        for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
            int score = command_score(s, (enum command)i, word, by_name);
            if (score > 0)
                hits[n++] = (struct hit){score, (uint16_t)i};
        }
        word[strcspn(word, " ")] = '\0';
    }
    keep_hits(s, hits, n);
}

static void fill_scenarios(struct session *s)
{
    const struct library *library = s->library(s->library_context);
    struct hit hits[MAX_FOUND];
    int n = 0;

    for (int i = 0; i < library->n && i < MAX_FOUND; i++) {
        const struct library_item *item = &library->items[i];
        int score = score_of(s->prompt, item->name, item->title);
        int in_description = fuzzy_score(s->prompt, item->description);
        if (score == 0 && in_description >= 500)
            score = 1;
        if (score > 0)
            hits[n++] = (struct hit){s->prompt[0] != '\0' ? score : 1, (uint16_t)i};
    }
    keep_hits(s, hits, n);
}

static void fill_marks(struct session *s)
{
    s->list.n = 0;
    for (char letter = 'a'; letter <= 'z'; letter++) {
        if (marks_get(s->branches, letter).set)
            s->found[s->list.n++] = (uint16_t)letter;
    }
}

static void fill(struct session *s)
{
    switch (s->overlay) {
    case OVERLAY_BRANCHES:
        s->list.n = (int)branches_count(s->branches);
        break;
    case OVERLAY_MARKS:
        fill_marks(s);
        break;
    case OVERLAY_BREAKS:
        s->list.n = (int)breakpoints_count(s->breakpoints);
        break;
    case OVERLAY_COMMANDS:
        fill_commands(s);
        break;
    case OVERLAY_SCENARIOS:
        fill_scenarios(s);
        break;
    case OVERLAY_NONE:
    case OVERLAY_HELP:
    case OVERLAY_WHY:
    case OVERLAY_LOCKS:
    case OVERLAY_DIFF:
    case OVERLAY_EXPLORE:
    case OVERLAY_SEARCH:
    case OVERLAY_NEW_BREAK:
    case OVERLAY_MARK_LETTER:
    case OVERLAY_PICTURE:
    case N_OVERLAYS:
        s->list.n = 0;
        break;
    }
    list_move(&s->list, 0);
}

void lists_open(struct session *s, enum overlay overlay)
{
    s->overlay = s->overlay == overlay ? OVERLAY_NONE : overlay;
    s->under = OVERLAY_NONE;
    s->scroll = (struct scroll){0};
    s->list = (struct list){0};
    s->prompt[0] = '\0';
    fill(s);
    if (overlay == OVERLAY_BRANCHES)
        s->list.selected = (int)branches_present(s->branches);
    if (overlay == OVERLAY_SCENARIOS && s->overlay == overlay) {
        for (int i = 0; i < s->list.n; i++) {
            const struct library *library = s->library(s->library_context);
            if (strcmp(library->items[s->found[i]].name, s->scenario->name) == 0)
                s->list.selected = i;
        }
    }
}

void lists_close(struct session *s)
{
    s->overlay = s->under = OVERLAY_NONE;
}

/* ---- typing ---- */

/* What was typed to narrow the list of scenarios goes first. */
static void cancel(struct session *s)
{
    if (s->overlay == OVERLAY_SCENARIOS && s->prompt[0] != '\0') {
        s->prompt[0] = '\0';
        fill(s);
        return;
    }
    s->leaving = s->unchosen && s->overlay == OVERLAY_SCENARIOS;
    lists_close(s);
}

static void type(struct session *s, int32_t key)
{
    size_t n = strlen(s->prompt);
    char text[5];

    if (key == K_BACKSPACE || key == 8) {
        while (n > 0 && ((unsigned char)s->prompt[n - 1] & 0xC0) == 0x80)
            n--;
        if (n == 0)
            cancel(s); // nothing left to erase: as less and vi have it
        else
            s->prompt[n - 1] = '\0';
    } else if (key == '/' && s->overlay == OVERLAY_SCENARIOS) {
        return; // it begins a search elsewhere, and stands before what is typed here
    } else if (key >= 0x20 && key < 0x110000 && key != K_BACKSPACE) {
        utf8_encode((uint32_t)key, text);
        if (n + strlen(text) + 1 < sizeof s->prompt)
            memcpy(s->prompt + n, text, strlen(text) + 1);
    }
    s->list.selected = 0;
    fill(s);
}

/* ---- choosing ---- */

/* Why there is no going to a step; "" if there is. */
static void refuse_step(const struct session *s, uint32_t n, char *why, size_t size)
{
    uint32_t length = timeline_length(s->timeline);

    why[0] = '\0';
    if (n > length)
        snprintf(why, size, "There is no step %u: %u %s recorded on this branch.", (unsigned)n,
                 (unsigned)length, length == 1 ? "is" : "are");
}

void lists_go_to(struct session *s, uint32_t n)
{
    char why[TEXT_LINE];

    lists_close(s);
    refuse_step(s, n, why, sizeof why);
    if (why[0] != '\0')
        session_refuse(s, "%s", why);
    else
        time_go(s, n);
}

void lists_say_number(const struct session *s, char *out, size_t size)
{
    uint32_t n;

    out[0] = '\0';
    if (s->overlay != OVERLAY_COMMANDS || !read_number(s->prompt, &n))
        return;
    refuse_step(s, n, out, size);
    if (out[0] == '\0')
        snprintf(out, size, "Enter goes to step %u.", (unsigned)n);
}

static void set_mark(struct session *s, char letter)
{
    lists_close(s);
    if (letter < 'a' || letter > 'z') {
        session_refuse(s, "A mark is a letter from a to z.");
        return;
    }
    marks_set(s->branches, letter);
    session_tell(s, "Step %u is mark %c: ['] [%c] goes there.",
                 (unsigned)timeline_position(s->timeline), letter, letter);
}

static void go_to_mark(struct session *s, char letter)
{
    struct mark mark = marks_get(s->branches, letter);

    lists_close(s);
    if (!mark.set) {
        session_refuse(s, "There is no mark %c: [m] [%c] sets it here.", letter, letter);
        return;
    }
    time_go_branch(s, mark.branch, mark.n);
    session_tell(s, "Mark %c: branch %u, step %u.", letter, mark.branch + 1, (unsigned)mark.n);
}

static void new_break(struct session *s, const char *text)
{
    char why[TEXT_LINE];

    if (!breakpoints_add(s->breakpoints, text, why, sizeof why)) {
        session_refuse(s, "%s", why); // what was typed stays, to be corrected
        return;
    }
    lists_open(s, OVERLAY_BREAKS);
    s->list.selected = s->list.n - 1;
}

static void wish_open(struct session *s, const char *name)
{
    lists_close(s);
    s->unchosen = false;
    s->wish = WISH_OPEN;
    snprintf(s->wish_text, sizeof s->wish_text, "%s", name);
}

/* A command with what was typed behind it: "step 12", "mark a", "break line 1 4". False: no such thing. */
static bool command_with(struct session *s, enum command command, const char *argument)
{
    uint32_t number;

    switch ((int)command) {
    case CMD_STEP_THREAD:
        lists_close(s);
        if (read_number(argument, &number))
            session_command(s, command, (int)(number < 1000 ? number : 1000));
        else
            session_refuse(s, ":step needs a thread's number.");
        return true;
    case CMD_MARK:
        set_mark(s, argument[0]);
        return true;
    case CMD_MARKS:
        go_to_mark(s, argument[0]);
        return true;
    case CMD_BREAKS:
    case CMD_BREAK_HERE:
        new_break(s, argument);
        return true;
    case CMD_OPEN:
        wish_open(s, argument);
        return true;
    case CMD_SAVE:
        lists_close(s);
        session_command(s, command, 0);
        if (!s->refused)
            snprintf(s->wish_text, sizeof s->wish_text, "%s", argument);
        return true;
    case CMD_SEARCH:
        lists_close(s);
        search_set(s, argument);
        search_go(s, false);
        return true;
    default:
        return false;
    }
}

void lists_perform(struct session *s, enum command command, const char *argument)
{
    if (*argument != '\0' && command_with(s, command, argument))
        return;
    lists_close(s);
    if (command == CMD_STEP_THREAD)
        session_refuse(s, "Which thread? Its digit steps it, or :step 2.");
    else
        session_command(s, command, 0);
}

static void pick_command(struct session *s)
{
    char typed[PROMPT_TEXT];
    uint32_t number;

    snprintf(typed, sizeof typed, "%s", s->prompt);
    if (read_number(typed, &number)) {
        lists_go_to(s, number);
        return;
    }
    if (s->list.n == 0) {
        session_refuse(s, "No command is called '%s'.", typed);
        return;
    }
    enum command command = (enum command)s->found[s->list.selected];
    const char *argument = strchr(typed, ' ');
    while (argument != NULL && *argument == ' ')
        argument++;
    lists_perform(s, command, argument != NULL ? argument : "");
}

static void pick_search(struct session *s)
{
    lists_close(s);
    search_set(s, s->prompt[0] != '\0' ? s->prompt : s->search.text);
    if (s->search.text[0] != '\0')
        search_go(s, false);
}

static void pick_item(struct session *s)
{
    int at = s->list.selected;

    switch (s->overlay) {
    case OVERLAY_BRANCHES:
        lists_close(s);
        time_go_branch(s, (uint32_t)at, branches_at(s->branches, (uint32_t)at).position);
        break;
    case OVERLAY_MARKS:
        go_to_mark(s, (char)s->found[at]);
        break;
    case OVERLAY_BREAKS: {
        bool on = breakpoints_at(s->breakpoints, (uint32_t)at)->on;
        breakpoints_switch(s->breakpoints, (uint32_t)at, !on);
        break;
    }
    case OVERLAY_COMMANDS:
        pick_command(s);
        break;
    case OVERLAY_SCENARIOS:
        if (s->list.n > 0)
            wish_open(s, s->library(s->library_context)->items[s->found[at]].name);
        break;
    case OVERLAY_SEARCH:
        pick_search(s);
        break;
    case OVERLAY_NEW_BREAK:
        new_break(s, s->prompt);
        break;
    case OVERLAY_NONE:
    case OVERLAY_HELP:
    case OVERLAY_WHY:
    case OVERLAY_LOCKS:
    case OVERLAY_DIFF:
    case OVERLAY_EXPLORE:
    case OVERLAY_MARK_LETTER:
    case OVERLAY_PICTURE:
    case N_OVERLAYS:
        break;
    }
}

static void remove_item(struct session *s)
{
    int at = s->list.selected;

    if (s->overlay == OVERLAY_MARKS && s->list.n > 0) {
        marks_clear(s->branches, (char)s->found[at]);
    } else if (s->overlay == OVERLAY_BREAKS && at < N_STANDING_HALTS) {
        session_refuse(s, "This one stays; [Space] switches it off.");
    } else if (s->overlay == OVERLAY_BREAKS) {
        breakpoints_remove(s->breakpoints, (uint32_t)at);
    }
    fill(s);
}

/* ---- one key more ---- */

static void wish_picture(struct session *s, int32_t key)
{
    lists_close(s);
    if (key != 't' && key != 'a' && key != 's') {
        session_tell(s, "No picture.");
        return;
    }
    s->wish = WISH_PICTURE;
    s->picture_format = key == 't' ? PICTURE_TEXT : key == 'a' ? PICTURE_ANSI : PICTURE_SVG;
}

static bool one_key(struct session *s, int32_t key)
{
    if (s->overlay != OVERLAY_MARK_LETTER && s->overlay != OVERLAY_PICTURE)
        return false;
    if (key == K_ESC)
        lists_close(s);
    else if (s->overlay == OVERLAY_MARK_LETTER)
        set_mark(s, (char)(key >= 'a' && key <= 'z' ? key : 0));
    else
        wish_picture(s, key);
    return true;
}

bool lists_move(struct session *s, enum command command)
{
    struct list *list = &s->list;

    switch ((int)command) {
    case CMD_SCROLL_DOWN:
    case CMD_PROMPT_DOWN:
        list_move(list, 1);
        break;
    case CMD_SCROLL_UP:
    case CMD_PROMPT_UP:
        list_move(list, -1);
        break;
    case CMD_PAGE_DOWN:
        list_move(list, list->page);
        break;
    case CMD_PAGE_UP:
        list_move(list, -list->page);
        break;
    case CMD_SCROLL_FIRST:
    case CMD_PROMPT_FIRST:
        list_move(list, -list->n);
        break;
    case CMD_SCROLL_LAST:
    case CMD_PROMPT_LAST:
        list_move(list, list->n);
        break;
    default:
        return false;
    }
    return true;
}

bool lists_key(struct session *s, int32_t key)
{
    enum key_context context = overlay_context(s->overlay);
    enum command command = key_command(key, context);

    if (one_key(s, key))
        return true;
    if (s->overlay == OVERLAY_MARKS && key >= 'a' && key <= 'z' &&
        marks_get(s->branches, (char)key).set) {
        go_to_mark(s, (char)key);
        return true;
    }
    if (context == IN_PROMPT && command == CMD_NONE) {
        type(s, key);
        return true;
    }
    s->refused = session_refuses(s, command, 0, s->message, sizeof s->message);
    if (s->refused)
        return true;
    if (lists_move(s, command))
        return true;
    switch ((int)command) {
    case CMD_PICK:
    case CMD_LIST_SWITCH:
        pick_item(s);
        break;
    case CMD_HELP:
    case CMD_PROMPT_HELP:
        help_open(s);
        break;
    case CMD_LIST_NEW:
        lists_open(s, OVERLAY_NEW_BREAK);
        break;
    case CMD_LIST_REMOVE:
        remove_item(s);
        break;
    case CMD_ERASE_ALL:
        s->prompt[0] = '\0';
        fill(s);
        break;
    case CMD_CLOSE:
        lists_close(s);
        break;
    case CMD_CANCEL:
        cancel(s);
        break;
    case CMD_QUIT_AT_ONCE:
        s->leaving = true;
        break;
    default:
        return false;
    }
    return true;
}
