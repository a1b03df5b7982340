/*
 * A session: one scenario on one screen, without a terminal.
 *
 * Purpose    session_key changes it, session_draw draws it into a frame; nothing else happens. The
 *            terminal, `lockstep render` and the tests are three users of these two calls.
 * Ownership  session_open allocates, session_close frees. The scenario is borrowed.
 * Errors     A key that cannot do its work changes nothing but the message, which says why.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/lang/scenario.h"
#include "sim/report/text.h"
#include "sim/stepper/policy.h"
#include "sim/stepper/timeline.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/lanes.h"
#include "ui/layout.h"
#include "ui/source.h"

enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_WHY, OVERLAY_LOCKS };

enum { MAX_TROUBLES = 64 };

/* A step after which the run was no longer all right. */
struct trouble {
    uint32_t n;
    const char *what; // static text: "deadlock", "invariant broken"
};

struct session {
    const struct scenario *scenario;
    struct timeline *timeline;
    struct policy policy;

    thread_ix focus; // the chosen thread
    enum tab tab;
    enum overlay overlay;
    int scroll;              // of the overlay: rows
    int scroll_end;          // most that it can be scrolled, as drawn last
    int page;                // rows that the overlay shows, as drawn last
    enum layout_mode mode;   // as drawn last
    bool leaving;            // the person wants to go
    bool redraw;             // and this: draw every cell again
    bool refused;            // the message says why a key did nothing
    char message[TEXT_LINE]; // until the next key

    char wait_rules[MAX_THREADS][TEXT_LINE]; // while "why" is open: see session_wait_rule

    int n_troubles; // oldest first; at most the first MAX_TROUBLES are kept
    struct trouble troubles[MAX_TROUBLES];

    struct layout_needs needs;
    struct lanes lanes;
    struct source sources[MAX_THREADS];
    uint16_t directory_first[MAX_DIRECTORIES]; // names of a directory lie in first .. end - 1
    uint16_t directory_end[MAX_DIRECTORIES];
};

/* NULL: memory is refused. Plays the scenario's own schedule, if it has one, and stands at its start. */
struct session *session_open(const struct scenario *s);
void session_close(struct session *session);

/* A person pressed a key. */
void session_key(struct session *session, int32_t key);

/* Draws the whole frame at its present size. */
void session_draw(struct session *session, struct frame *frame);

/*
 * Why a command can do nothing now, into why (size > 0), or false if it can do something. argument: the
 * digit of CMD_STEP_THREAD.
 */
bool session_refuses(const struct session *session, enum command command, int argument, char *why,
                     size_t size);

/* The thread whose timeout "~" fires: the chosen one, else the next that has one; NO_THREAD if none. */
thread_ix session_timeout_thread(const struct session *session);

/* The rule of NT by which a waiting thread was made to wait, while "why" is open; "" if there is none. */
const char *session_wait_rule(const struct session *session, thread_ix t);

/* The first trouble up to the present position, or NULL. */
const struct trouble *session_trouble(const struct session *session);

#endif
