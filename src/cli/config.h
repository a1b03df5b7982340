/*
 * The configuration file: $XDG_CONFIG_HOME/lockstep/config, or ~/.config/lockstep/config.
 *
 * Lines `key = value`; # begins a comment. What the command line says wins. The file need not be
 * there; it is never written.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stdbool.h>

/* A key that a configuration may have, and what is done with its value: false if it is none. */
struct config_key {
    const char *name;
    const char *expected; // "dark, light, mono or high-contrast"
    bool (*read)(const char *value, void *context);
};

/* False: every error has been printed with file and line. */
bool config_read(const struct config_key *keys, unsigned n, void *context);

#endif
