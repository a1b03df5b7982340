/*
 * Facts about a world that several panes show: who stands how, who owns, who waits.
 *
 * Only what the records say; sentences come from sim/report.
 */
#ifndef UI_FACTS_H
#define UI_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/stepper/machine.h"

/* How a thread stands, as its title says it. */
enum posture {
    POSTURE_READY,
    POSTURE_BLOCKED,
    POSTURE_SPINS,  // ready, but its spin lock is held
    POSTURE_SLEEPS, // KeDelayExecutionThread
    POSTURE_FINISHED,
    POSTURE_ABSENT,
    POSTURE_CRASHED, // its bug check, assertion or fault ended the run
    POSTURE_STOPPED, // and this one cannot go on because of that
    N_POSTURES
};

enum posture posture_of(const struct machine *m, thread_ix t);

/* "READY", "BLOCKED", ... */
const char *posture_word(enum posture posture);

/* Did the step made last change this slot? */
bool slot_changed(const struct world *w, object_ref slot);

/* Did it give a thread another state, or another place in its body? */
bool thread_state_changed(const struct world *w, thread_ix t);
bool thread_moved(const struct world *w, thread_ix t);

/* Exclusive waiters, oldest first; returns how many. out has room for MAX_THREADS. */
unsigned resource_queue(const struct world *w, resource_ix r, thread_ix *out);

/* Threads that wait for an event, oldest first. */
unsigned event_queue(const struct world *w, event_ix e, thread_ix *out);

/* The step at which a thread began to wait; 0 if nobody counts. */
uint32_t waiting_since(const struct machine *m, thread_ix t);

/* "ERESOURCE", "KEVENT", ...: the kind of an object in NT's words. */
const char *kind_word(enum object_kind kind);

/* The name of the first good ending; NULL: good is what finishes. */
const char *goal_name(const struct scenario *s);

/* "shares nothing", "shares reading and writing": what an open handle lets others do. */
const char *share_word(uint8_t share);

/* The same for narrow panes: "alone", "shares R", "shares RW"; R reading, W writing, D deleting. */
const char *share_brief(uint8_t share);

#endif
