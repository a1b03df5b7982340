/*
 * What the screen in a terminal and `render` have in common: a session, the scenarios that it can open,
 * and the wishes of a session that need files.
 *
 * Ownership  Zeroed before front_open; front_close frees everything.
 */
#ifndef CLI_FRONT_H
#define CLI_FRONT_H

#include "cli/cli.h"
#include "cli/screen_options.h"
#include "ui/session.h"

struct front {
    const struct cli *cli;
    struct screen_options options;
    struct scenario *scenario;
    struct session *session;
    struct frame frame;
    struct library library; // of the shipped scenarios; n is 0 until it is asked for
    struct library_item *items;
    char *places; // where they are looked for
    size_t n_items, capacity;
};

/* NULL: the first shipped scenario, behind the picker. Else an exit status: a message was printed. */
int front_open(struct front *f, const char *file);
void front_close(struct front *f);

/* Does what the session wishes for, where it is about scenarios and files; the message says how it went. */
void front_fulfil(struct front *f);

#endif
