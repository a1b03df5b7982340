/*
 * lockstep [FILE]: the screen. Without a terminal (or on one that cannot show a screen) the same
 * scenario runs through the verb run instead, so that a pipe gets text. With --plain, and where a person sits
 * at a terminal that cannot show a screen, commands are lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "cli/cli.h"
#include "cli/front.h"
#include "cli/plain_input.h"
#include "cli/screen_options.h"
#include "ui/responsive.h"
#include "ui/session.h"
#include "ui/term_curses.h"

enum { MAX_ARGUMENTS = 2 * CLI_MAX_SETTINGS + 2 };

/* ---- without a screen ---- */

static bool has_screen(void)
{
    const char *type = getenv("TERM");

    return isatty(STDOUT_FILENO) && type != NULL && type[0] != '\0' && strcmp(type, "dumb") != 0;
}

/* The scenario and its settings as arguments of run. */
static int run_instead(const struct cli *cli)
{
    char *arguments[MAX_ARGUMENTS], values[CLI_MAX_SETTINGS][128], set[] = "--set";
    int n = 0;

    for (size_t i = 0; i < cli->n_settings; i++) {
        snprintf(values[i], sizeof values[i], "%s=%ld", cli->settings[i].name,
                 (long)cli->settings[i].value);
        arguments[n++] = set;
        arguments[n++] = values[i];
    }
    char *file = strdup(cli->files[0]);
    if (file == NULL)
        return EXIT_INCOMPLETE;
    arguments[n++] = file;
    int status = verb_run.run(n, arguments);
    free(file);
    return status;
}

/* No scenario was named. */
static int offer_scenarios(void)
{
    printf("Which scenario? lockstep race opens the first.\n\n");
    return verb_list.run(0, NULL);
}

/* ---- with a screen ---- */

struct screen {
    struct front front;
    struct terminal *terminal;
    enum theme theme; // as the terminal has it
};

static bool show(struct screen *screen, bool all)
{
    struct front *front = &screen->front;
    struct frame *frame = &front->frame;
    int w, h;

    terminal_size(screen->terminal, &w, &h);
    if ((frame->w != w || frame->h != h) && !frame_resize(frame, w, h))
        return false;
    if (front->session->theme != screen->theme) {
        screen->theme = front->session->theme;
        terminal_set_theme(screen->terminal, screen->theme);
    }
    session_draw(front->session, frame);
    terminal_show(screen->terminal, frame, all);
    return true;
}

/* What a session wishes for and only a terminal has. */
static void fulfil(struct screen *screen)
{
    struct session *session = screen->front.session;

    if (session->wish == WISH_COPY) {
        char *text = session_schedule(session);
        terminal_copy(screen->terminal, text);
        free(text);
    } else if (session->wish == WISH_MOUSE) {
        terminal_set_mouse(screen->terminal, session->mouse);
    } else {
        front_fulfil(&screen->front);
        return;
    }
    session->wish = WISH_NONE;
}

static void handle_mouse(struct session *session, const struct terminal_input *input)
{
    static const enum mouse_action actions[] = {
        [TERMINAL_CLICK] = MOUSE_CLICK,
        [TERMINAL_WHEEL_UP] = MOUSE_WHEEL_UP,
        [TERMINAL_WHEEL_DOWN] = MOUSE_WHEEL_DOWN,
    };

    session_mouse(session, input->x, input->y, actions[input->action]);
}

/* Until the person leaves (true) or a signal ends the program. */
static bool converse(struct screen *screen)
{
    bool all = false;

    while (!screen->front.session->leaving && show(screen, all)) {
        struct session *session = screen->front.session;
        struct terminal_input input;
        all = false;
        switch (terminal_wait(screen->terminal, session_delay(session), &input)) {
        case EVENT_KEY:
            session_key(session, input.key);
            all = session->redraw;
            session->redraw = false;
            break;
        case EVENT_MOUSE:
            handle_mouse(session, &input);
            break;
        case EVENT_TICK:
            session_key(session, K_TICK);
            break;
        case EVENT_RESIZE:
            break;
        case EVENT_END:
            return false;
        }
        fulfil(screen);
    }
    return true;
}

static int open_screen(struct screen *screen)
{
    const struct screen_options *options = &screen->front.options;
    struct terminal_options wanted = {
        .depth_given = options->depth_given, .depth = options->depth, .theme = options->theme};
    const char *why;

    responsive_memory();
    screen->front.frame.ascii = options->ascii || !terminal_is_utf8();
    screen->theme = options->theme;
    screen->terminal = terminal_open(&wanted, &why);
    if (screen->terminal == NULL) {
        fprintf(stderr, "lockstep: %s; 'lockstep run' needs none\n", why);
        return EXIT_USAGE;
    }
    if (options->mouse)
        terminal_set_mouse(screen->terminal, true);
    bool left = converse(screen);
    terminal_close(screen->terminal);
    if (!left) {
        front_close(&screen->front);
        terminal_die();
    }
    return EXIT_DONE;
}

/* Is it asked for, or does a person sit at a terminal that can do no better? */
static bool wants_lines(const struct cli *cli)
{
    return cli_flag(cli, "--plain") ||
           (!has_screen() && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
}

static int perform(const struct cli *cli, const struct screen_options *options)
{
    struct screen screen = {.front = {.cli = cli, .options = *options}};
    bool lines = wants_lines(cli);

    if (cli->n_files > 1)
        return cli_usage("", "one scenario at a time, or a verb: '%s' is neither", cli->files[1]);
    if (cli->n_files == 0 && (lines || !has_screen()))
        return offer_scenarios();
    if (!lines && !has_screen())
        return run_instead(cli);
    int status = front_open(&screen.front, cli->n_files > 0 ? cli->files[0] : NULL);
    if (status == EXIT_DONE)
        status = lines ? plain_converse(&screen.front, cli->files[0]) : open_screen(&screen);
    front_close(&screen.front);
    return status;
}

static int cmd_screen(int argc, char **argv)
{
    struct cli cli;
    struct screen_options screen;
    int status = EXIT_USAGE;

    if (cli_parse(&cli, &verb_screen, argc, argv) && screen_options_read(&cli, &screen))
        status = perform(&cli, &screen);
    cli_release(&cli);
    return status;
}

static const struct cli_option options[] = {
    {.name = "--plain",
     .help = "no screen: commands from standard input, lines to standard output"},
    SCREEN_OPTIONS,
};

const struct cli_verb verb_screen = {
    .name = "",
    .run = cmd_screen,
    .files = "[FILE]",
    .summary = "opens a scenario on the screen",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "left by a key",
              [EXIT_BAD_INPUT] = "the scenario is wrong",
              [EXIT_INCOMPLETE] = "there is not enough memory"},
};
