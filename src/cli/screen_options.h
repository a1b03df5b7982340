/*
 * Options of the screen, for the terminal and for render: --ascii, --color, --theme, and what the
 * configuration file says of them.
 */
#ifndef CLI_SCREEN_OPTIONS_H
#define CLI_SCREEN_OPTIONS_H

#include "cli/cli.h"
#include "ui/theme.h"

/* Rows for a table of options. */
// clang-format off
#define SCREEN_OPTIONS                                                                        \
    {.name = "--ascii", .help = "draws with ASCII characters only"},                          \
    {.name = "--color", .value = "WHEN", .fallback = "auto",                                  \
     .help = "auto, always, never, or how many colours: 8, 16 or 256"},                       \
    {.name = "--theme", .value = "NAME", .fallback = "dark",                                  \
     .help = "dark, light, mono or high-contrast"},                                           \
    {.name = "--no-config", .help = "does not read the configuration file"}
// clang-format on

struct screen_options {
    bool ascii;
    bool depth_given; // else the terminal's own number of colours
    enum depth depth; // 256 unless something else is asked for
    enum theme theme;
    bool mouse;
};

/*
 * The command line, else NO_COLOR (where it is not empty: no colours), else the configuration file.
 * False: a message has been printed.
 */
bool screen_options_read(const struct cli *cli, struct screen_options *out);

#endif
