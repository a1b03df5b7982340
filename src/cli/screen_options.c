/*
 * What the person asks for on the command line wins over NO_COLOR, that over the configuration file, and
 * that over what the terminal can do.
 */
#include "cli/screen_options.h"

#include <stdlib.h>
#include <string.h>

#include "cli/config.h"

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

/* ---- the configuration file ---- */

static bool config_color(const char *value, void *context)
{
    return read_color(value, context);
}

static bool config_theme(const char *value, void *context)
{
    struct screen_options *out = context;

    return theme_find(value, &out->theme);
}

static bool read_yes(const char *value, bool *out)
{
    *out = strcmp(value, "yes") == 0;
    return *out || strcmp(value, "no") == 0;
}

static bool config_ascii(const char *value, void *context)
{
    struct screen_options *out = context;

    return read_yes(value, &out->ascii);
}

static bool config_mouse(const char *value, void *context)
{
    struct screen_options *out = context;

    return read_yes(value, &out->mouse);
}

static const struct config_key config_keys[] = {
    {"color", "auto, always, never, 8, 16 or 256", config_color},
    {"theme", "dark, light, mono or high-contrast", config_theme},
    {"ascii", "yes or no", config_ascii},
    {"mouse", "yes or no", config_mouse},
};

bool screen_options_read(const struct cli *cli, struct screen_options *out)
{
    const struct cli_option *color = cli_option(cli, "--color");
    const struct cli_option *theme = cli_option(cli, "--theme");
    const char *no_color = getenv("NO_COLOR");

    *out = (struct screen_options){.depth = DEPTH_256};
    if (!cli_flag(cli, "--no-config") &&
        !config_read(config_keys, sizeof config_keys / sizeof config_keys[0], out))
        return false;
    out->ascii = out->ascii || cli_flag(cli, "--ascii");
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
