/*
 * lockstep render: one picture of the screen, after some keys, without a terminal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/front.h"
#include "cli/screen_options.h"
#include "ui/render.h"
#include "ui/session.h"

enum format { FORMAT_TEXT, FORMAT_ANSI, FORMAT_SVG };

enum { MAX_SIDE = 1000 }; // columns or rows

/* What is asked for besides the scenario. */
struct picture {
    int w, h;
    const char *keys;
    enum format format;
    struct screen_options screen;
};

/* "80x24". False: message printed. */
static bool read_size(const char *text, struct picture *picture)
{
    char *end;
    long w = strtol(text, &end, 10);
    long h = *end == 'x' || *end == 'X' ? strtol(end + 1, &end, 10) : 0;

    if (*end != '\0' || w < 1 || h < 1 || w > MAX_SIDE || h > MAX_SIDE) {
        cli_usage("render", "--size needs columns and rows such as 80x24, each 1 to %d, not '%s'",
                  MAX_SIDE, text);
        return false;
    }
    picture->w = (int)w;
    picture->h = (int)h;
    return true;
}

static bool read_format(const char *text, struct picture *picture)
{
    static const char *const names[] = {"text", "ansi", "svg"};

    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            picture->format = (enum format)i;
            return true;
        }
    }
    cli_usage("render", "--format is text, ansi or svg, not '%s'", text);
    return false;
}

static bool read_options(const struct cli *cli, struct picture *picture)
{
    const struct cli_option *size = cli_option(cli, "--size");
    const struct cli_option *keys = cli_option(cli, "--keys");
    const struct cli_option *format = cli_option(cli, "--format");
    const char *bad;

    *picture = (struct picture){.w = 80, .h = 24, .keys = keys != NULL ? keys->text : ""};
    if ((size != NULL && !read_size(size->text, picture)) ||
        (format != NULL && !read_format(format->text, picture)) ||
        !screen_options_read(cli, &picture->screen))
        return false;
    if (!keys_check(picture->keys, &bad)) {
        cli_usage(
            "render",
            "--keys: no key is written '%s'; others than characters are <Tab>, <Enter>, <Esc>, "
            "<BS>, <Left>, <F1>, and <lt> for '<'",
            bad);
        return false;
    }
    return true;
}

static void press(struct front *front, const char *keys)
{
    front->session->patient = true;
    session_draw(front->session, &front->frame); // keys may depend on what is seen
    for (int32_t key; !front->session->leaving && (key = key_next(&keys)) != K_NONE;) {
        session_key(front->session, key);
        front_fulfil(front);
        front->session->patient = true; // it may be another one
        session_draw(front->session, &front->frame);
    }
}

static int draw(const struct cli *cli, const struct picture *picture)
{
    struct front front = {
        .cli = cli, .options = picture->screen, .frame = {.ascii = picture->screen.ascii}};
    int status = front_open(&front, cli->files[0]);

    if (status == EXIT_DONE && !frame_resize(&front.frame, picture->w, picture->h)) {
        fprintf(stderr, "lockstep render: out of memory\n");
        status = EXIT_INCOMPLETE;
    }
    if (status == EXIT_DONE) {
        press(&front, picture->keys);
        switch (picture->format) {
        case FORMAT_TEXT:
            render_text(&front.frame, stdout);
            break;
        case FORMAT_ANSI:
            render_ansi(&front.frame, front.session->theme, picture->screen.depth, stdout);
            break;
        case FORMAT_SVG:
            render_svg(&front.frame, front.session->theme, stdout);
            break;
        }
    }
    front_close(&front);
    return status;
}

static int cmd_render(int argc, char **argv)
{
    struct cli cli;
    struct picture picture;
    int status = EXIT_USAGE;

    if (cli_parse(&cli, &verb_render, argc, argv) && read_options(&cli, &picture)) {
        if (cli.n_files != 1) {
            cli_usage("render", "needs one scenario");
        } else {
            status = draw(&cli, &picture);
        }
    }
    cli_release(&cli);
    return status;
}

static const struct cli_option options[] = {
    {.name = "--size",
     .value = "COLUMNSxROWS",
     .fallback = "80x24",
     .help = "size of the picture, each 1 to 1000"},
    {.name = "--keys",
     .value = "KEYS",
     .help = "the keys pressed before: characters as typed, others as <Tab>, <Enter>, <Esc>, <BS>, "
             "<Left>, <F1>, and <lt> for <"},
    {.name = "--format",
     .value = "text|ansi|svg",
     .fallback = "text",
     .help = "plain text, text with colours, or a picture"},
    SCREEN_OPTIONS,
};

const struct cli_verb verb_render = {
    .name = "render",
    .run = cmd_render,
    .files = "FILE",
    .summary = "one picture of the screen, no terminal needed",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "the picture is printed",
              [EXIT_BAD_INPUT] = "the scenario is wrong",
              [EXIT_INCOMPLETE] = "the output could not be written"},
};
