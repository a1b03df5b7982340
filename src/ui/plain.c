/*
 * From a line to a command. The words are those of keys.h, by their whole name, and a few of its own for what a
 * screen shows all the time: a script must not get something else than it asked for, so nothing is guessed, but
 * the nearest word is named.
 *
 * A line is tried as a command's name, a key, and schedule text, in this order; digits are schedule text at once.
 */
#include "ui/plain.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/possible.h"
#include "sim/lang/mem.h"
#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"
#include "ui/plain_parts.h"

enum { WORD = 32 };

static plain_show show_help;

/* Words that only the plain face has, and commands of the screen that it answers in lines of its own. */
static const struct word {
    const char *name;
    plain_show *show;
    const char *help; // NULL: that of the command of this name
} words[] = {
    {"where", show_where, "where the run stands, who is blocked, who can run"},
    {"threads", show_threads, "every thread: state, line, what it would do next"},
    {"source", show_source, "the body of a thread: source, or source 2"},
    {"objects", show_objects, "resources, events, spin locks, shared variables"},
    {"files", show_files, "directories, files, who has them open"},
    {"log", show_log, "steps made: the last, or log 3 12"},
    {"schedule", show_schedule, "the schedule up to here"},
    {"possible", show_possible, "which endings can still come, with their chance"},
    {"endings", show_possible, "the same"},
    {"why", show_why, NULL},
    {"locks", show_locks, NULL},
    {"branches", show_branches, NULL},
    {"breaks", show_breaks, NULL},
    {"copy", show_schedule, "the same, so that it can be copied"},
    {"help", show_help, NULL},
    {"commands", show_help, NULL},
};

enum { N_WORDS = sizeof words / sizeof words[0] };

static const struct word *word_of(const char *name)
{
    for (size_t i = 0; i < N_WORDS; i++) {
        if (strcmp(words[i].name, name) == 0)
            return &words[i];
    }
    return NULL;
}

/* What commands were called before: scripts know them. */
static const char *name_of(const char *word)
{
    static const char *const renamed[][2] = {{"finish", "run-one"},
                                             {"finish-back", "run-one-back"},
                                             {"continue", "run-all"},
                                             {"continue-back", "run-all-back"}};

    for (size_t i = 0; i < sizeof renamed / sizeof renamed[0]; i++) {
        if (strcmp(renamed[i][0], word) == 0)
            return renamed[i][1];
    }
    return word;
}

static enum command command_of(const char *word)
{
    const char *name = name_of(word);

    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        if (name[0] != '\0' && strcmp(key_row((enum command)i)->name, name) == 0)
            return (enum command)i;
    }
    return CMD_NONE;
}

/* Does it need a screen, or somebody who looks at one? */
static bool is_of_screen(enum command command)
{
    switch ((int)command) {
    case CMD_PLAY:
    case CMD_FASTER:
    case CMD_SLOWER:
    case CMD_PANE_NEXT:
    case CMD_PANE_PREVIOUS:
    case CMD_PANE_DOWN:
    case CMD_PANE_UP:
    case CMD_PANE_PAGE_DOWN:
    case CMD_PANE_PAGE_UP:
    case CMD_ZOOM:
    case CMD_NEXT_PAGE:
    case CMD_PRESENT:
    case CMD_THEME:
    case CMD_MOUSE:
    case CMD_REDRAW:
    case CMD_PICTURE:
        return true;
    default:
        return key_row(command)->name[0] == '\0';
    }
}

/* ---- help ---- */

static void say_help(struct plain *p, const char *name, const char *keys, const char *text)
{
    plain_say(p, "help", "%-14s %-8s %s", name, keys, text);
}

static void show_help(struct plain *p, const char *argument)
{
    char keys[KEY_LABEL];

    (void)argument;
    say_help(p, "1122", "", "steps of threads, as in schedule text: 1*3,2 Creator 2~");
    say_help(p, ":42", "", "goes to step 42");
    for (size_t i = 0; i < N_WORDS; i++) {
        if (words[i].help != NULL)
            say_help(p, words[i].name, "", words[i].help);
    }
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        enum command command = (enum command)i;
        const struct word *word = word_of(key_row(command)->name);
        if (is_of_screen(command) || (word != NULL && word->help != NULL))
            continue;
        key_labels(command, true, keys, sizeof keys);
        say_help(p, key_row(command)->name, keys, key_row(command)->help);
    }
}

/* ---- commands ---- */

/* A command of the screen is refused here when it is there. */
static void show(struct plain *p, const struct word *word, const char *argument)
{
    struct session *s = p->session;
    enum command command = command_of(word->name);

    s->refused =
        command != CMD_NONE && session_refuses(s, command, 0, s->message, sizeof s->message);
    if (!s->refused)
        word->show(p, argument);
}

static void perform(struct plain *p, enum command command, const char *argument)
{
    struct session *s = p->session;
    const struct word *word = word_of(key_row(command)->name);

    if (word != NULL) {
        show(p, word, argument);
        return;
    }
    if (is_of_screen(command)) {
        session_refuse(s, "%s is for the screen.", key_row(command)->name);
        return;
    }
    if (*argument == '\0') {
        if (command == CMD_OPEN)
            show_scenarios(p, "");
        else if (command == CMD_MARKS)
            show_marks(p, "");
        else if (command == CMD_MARK)
            session_refuse(s, "Which letter? mark a marks this place, marks a goes there.");
        else if (command == CMD_SEARCH)
            session_refuse(s, "What for? search TEXT, or /TEXT.");
        else
            lists_perform(s, command, "");
    } else {
        lists_perform(s, command, argument);
    }
    if (s->overlay == OVERLAY_BREAKS)
        show_breaks(p, "");
    else if (s->overlay != OVERLAY_NONE)
        session_refuse(s, "%s is for the screen.", key_row(command)->name);
    lists_close(s);
}

/* One item of schedule text, as often as it says. False: it was refused, and the message says why. */
static bool make_steps(struct session *s, const struct schedule_item *item)
{
    struct choice choice = {item->step.thread, item->step.kind, item->step.pick, 0};
    char why[TEXT_LINE];

    for (uint32_t k = 0; k < item->count; k++) {
        enum refusal refusal = machine_refusal(machine_of(s), choice);
        bool plain_step = choice.kind == CHOICE_RUN && choice.pick == 0;
        if (plain_step ? session_refuses(s, CMD_STEP_THREAD, choice.thread + 1, why, sizeof why)
                       : refusal != REFUSED_NOT) {
            if (!plain_step)
                text_refusal(machine_of(s), choice, refusal, why, sizeof why);
            session_refuse(s, "step %u: %s", (unsigned)timeline_position(s->timeline) + 1, why);
            return false;
        }
        s->focus = choice.thread;
        time_step(s, choice);
    }
    return true;
}

/* False: the line is no schedule text. With why: what is wrong about it is said. */
static bool try_schedule(struct plain *p, const char *line, bool why)
{
    struct session *s = p->session;
    struct schedule schedule = {0};
    struct diag_list diags = {0};
    bool good = schedule_parse(
        s->scenario,
        (struct span){.file = "schedule", .at = line, .n = strlen(line), .line = 1, .column = 1},
        &schedule, &diags);

    for (size_t i = 0; good && i < schedule.n && make_steps(s, &schedule.items[i]); i++)
        ;
    if (!good && why && diags.n > 0)
        session_refuse(s, "%s", diags.items[0].text);
    schedule_release(&schedule);
    diag_release(&diags);
    return good;
}

/* "c", "<F5>", "F5", "ma", "'a". */
static bool try_key(struct plain *p, const char *line)
{
    const char *rest = line;
    char named[WORD];
    int32_t key = key_next(&rest);
    enum command command = key_command(key, IN_MAIN);
    bool takes_letter = command == CMD_MARK || command == CMD_MARKS;

    if (command != CMD_NONE && (*rest == '\0' || (takes_letter && rest[1] == '\0'))) {
        perform(p, command, rest);
        return true;
    }
    snprintf(named, sizeof named, "<%s>", line);
    rest = named;
    command = strlen(line) + 3 <= sizeof named ? key_command(key_next(&rest), IN_MAIN) : CMD_NONE;
    if (command == CMD_NONE || *rest != '\0')
        return false;
    perform(p, command, "");
    return true;
}

static void refuse_unknown(struct session *s, const char *name)
{
    const char *names[N_WORDS + N_COMMANDS];
    size_t n = 0;

    for (size_t i = 0; i < N_WORDS; i++)
        names[n++] = words[i].name;
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        if (!is_of_screen((enum command)i))
            names[n++] = key_row((enum command)i)->name;
    }
    const char *nearest = diag_nearest(name, names, n);
    if (nearest != NULL)
        session_refuse(s, "No command, key or thread is called '%.100s'; did you mean '%s'?", name,
                       nearest);
    else
        session_refuse(s, "No command, key or thread is called '%.100s'; help lists the commands.",
                       name);
}

/* The line has no white space at its ends, and is not empty. */
static void understand(struct plain *p, const char *line)
{
    bool colon = line[0] == ':' && line[1] != '\0';
    const char *argument, *text = colon ? line + 1 : line;
    size_t n = strcspn(text, " \t");
    char name[WORD], *end;

    argument = text + n + strspn(text + n, " \t");
    snprintf(name, sizeof name, "%.*s", n < sizeof name ? (int)n : 0, text);
    unsigned long number = strtoul(text, &end, 10);
    if (colon && text[0] >= '0' && text[0] <= '9' && *end == '\0')
        lists_go_to(p->session, number < UINT32_MAX ? (uint32_t)number : UINT32_MAX);
    else if (text[0] >= '0' && text[0] <= '9')
        try_schedule(p, text, true);
    else if (word_of(name) != NULL)
        show(p, word_of(name), argument);
    else if (command_of(name) != CMD_NONE)
        perform(p, command_of(name), argument);
    else if (text[0] == '/' && text[1] != '\0')
        perform(p, CMD_SEARCH, text + 1);
    else if (!try_key(p, text) && !try_schedule(p, text, false))
        refuse_unknown(p->session, name[0] != '\0' ? name : text);
}

void plain_line(struct plain *p, const char *line)
{
    size_t n;
    char *text;

    line += strspn(line, " \t\r\n");
    n = strlen(line);
    while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
        n--;
    if (n == 0 || line[0] == '#')
        return;
    text = mem_text(line, n);
    p->session->message[0] = '\0';
    p->session->refused = false;
    understand(p, text);
    free(text);
    if (p->session->wish == WISH_NONE)
        plain_answer(p);
    fflush(p->out);
}

/* ---- answers ---- */

/* Where the run stands, if it moved: the steps that were made since, or where it went. */
static void tell_move(struct plain *p)
{
    const struct session *s = p->session;
    uint32_t branch = branches_present(s->branches), n = timeline_position(s->timeline);

    if (branch == p->branch && n == p->n)
        return;
    bool same = branch == p->branch || branches_common(s->branches, branch, p->branch) >= p->n;
    if (same && n > p->n)
        tell_steps(p, p->n + 1, n);
    else
        tell_place(p);
    tell_state(p);
    p->branch = branch;
    p->n = n;
}

void plain_answer(struct plain *p)
{
    struct session *s = p->session;

    tell_move(p);
    if (s->message[0] != '\0')
        plain_say(p, s->refused ? "refused" : "note", "%s", s->message);
    s->message[0] = '\0';
    fflush(p->out);
}

void plain_begin(struct plain *p, struct session *session)
{
    const struct scenario *s = session->scenario;

    possible_free(p->possible);
    p->possible = NULL;
    p->session = session;
    session->patient = true; // a line that was said cannot change later
    p->branch = branches_present(session->branches);
    p->n = timeline_position(session->timeline);
    p->lost = NOT_LOST;
    plain_say(p, "scenario", "%s, %s", s->name, s->title);
    if (s->description != NULL && s->description[0] != '\0')
        plain_say(p, "about", "%s", s->description);
    show_threads(p, "");
    tell_step(p, machine_of(session));
    tell_state(p);
    plain_answer(p);
}

void plain_end(struct plain *p)
{
    possible_free(p->possible);
    p->possible = NULL;
}
