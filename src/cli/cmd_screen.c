/*
 * lockstep [FILE]: the screen. Without a terminal (or on one that cannot show a screen) the same
 * scenario runs through the verb run instead, so that a pipe gets text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "cli/cli.h"
#include "cli/screen_options.h"
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
    struct terminal *terminal;
    struct session *session;
    struct frame frame;
};

static bool show(struct screen *screen, bool all)
{
    int w, h;

    terminal_size(screen->terminal, &w, &h);
    if ((screen->frame.w != w || screen->frame.h != h) && !frame_resize(&screen->frame, w, h))
        return false;
    session_draw(screen->session, &screen->frame);
    terminal_show(screen->terminal, &screen->frame, all);
    return true;
}

/* Until the person leaves (true) or a signal ends the program. */
static bool converse(struct screen *screen)
{
    struct session *session = screen->session;
    bool all = false;

    while (!session->leaving && show(screen, all)) {
        int32_t key;
        all = false;
        switch (terminal_wait(screen->terminal, &key)) {
        case EVENT_KEY:
            session_key(session, key);
            all = session->redraw;
            session->redraw = false;
            break;
        case EVENT_RESIZE:
            break;
        case EVENT_END:
            return false;
        }
    }
    return true;
}

static int open_screen(const struct scenario *scenario, const struct screen_options *options)
{
    struct terminal_options wanted = {
        .depth_given = options->depth_given, .depth = options->depth, .theme = options->theme};
    struct screen screen = {.frame = {.ascii = options->ascii || !terminal_is_utf8()}};
    const char *why;

    screen.session = session_open(scenario);
    if (screen.session == NULL) {
        fprintf(stderr, "lockstep: out of memory\n");
        return EXIT_INCOMPLETE;
    }
    screen.terminal = terminal_open(&wanted, &why);
    if (screen.terminal == NULL) {
        fprintf(stderr, "lockstep: %s; 'lockstep run' needs none\n", why);
        session_close(screen.session);
        return EXIT_USAGE;
    }
    bool left = converse(&screen);
    terminal_close(screen.terminal);
    session_close(screen.session);
    frame_release(&screen.frame);
    if (!left)
        terminal_die();
    return EXIT_DONE;
}

static int perform(const struct cli *cli, const struct screen_options *options)
{
    if (cli->n_files == 0)
        return offer_scenarios();
    if (cli->n_files > 1)
        return cli_usage("", "one scenario at a time, or a verb: '%s' is neither", cli->files[1]);
    if (!has_screen())
        return run_instead(cli);
    struct scenario *scenario = cli_load(cli->files[0], cli);
    if (scenario == NULL)
        return EXIT_BAD_INPUT;
    int status = open_screen(scenario, options);
    scenario_free(scenario);
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
