/*
 * What the person asks for on the command line wins over NO_COLOR, and that over what the terminal can do.
 */
#include "cli/screen_options.h"

#include <stdlib.h>
#include <string.h>

static bool read_color(const char *text, struct screen_options *out)
{
    static const struct {
        const char *name;
        bool given;
        enum depth depth;
    } words[] = {
        {"auto", false, DEPTH_256}, {"always", true, DEPTH_256}, {"never", true, DEPTH_NONE},
        {"8", true, DEPTH_8},       {"16", true, DEPTH_16},      {"256", true, DEPTH_256},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].name) == 0) {
            out->depth_given = words[i].given;
            out->depth = words[i].depth;
            return true;
        }
    }
    return false;
}

bool screen_options_read(const struct cli *cli, struct screen_options *out)
{
    const struct cli_option *color = cli_option(cli, "--color");
    const struct cli_option *theme = cli_option(cli, "--theme");
    const char *no_color = getenv("NO_COLOR");

    *out = (struct screen_options){.ascii = cli_flag(cli, "--ascii"), .depth = DEPTH_256};
    if (no_color != NULL && no_color[0] != '\0') {
        out->depth_given = true;
        out->depth = DEPTH_NONE;
    }
    if (color != NULL && !read_color(color->text, out)) {
        cli_usage(cli->verb, "--color is auto, always, never, 16 or 256, not '%s'", color->text);
        return false;
    }
    if (theme != NULL && !theme_find(theme->text, &out->theme)) {
        cli_usage(cli->verb, "--theme is dark, light, mono or high-contrast, not '%s'",
                  theme->text);
        return false;
    }
    return true;
}
