/*
 * KEVENT and waiting a second time, from the sentences of KERNEL.md 2.1 to 2.5 (WaitAll decided at
 * set time): objects with a state, and one list of waits in order of arrival.
 */
#ifndef TESTS_UNIT_ORACLE_WAIT_H
#define TESTS_UNIT_ORACLE_WAIT_H

#include <stdbool.h>

enum { WAIT_EVENTS = 3, WAIT_THREADS = 6, WAIT_OBJECTS_MOST = 3 };

/* An object is an event, 0 to 2, or a thread: WAIT_EVENTS + its number. */
struct oracle_object {
    bool takes_signal; // a synchronization event
    int state;
};

struct oracle_wait {
    int thread;
    bool all;
    bool alertable;
    bool timed;
    bool is_delay; // waits for no object
    int objects[WAIT_OBJECTS_MOST];
    unsigned n_objects;
};

struct oracle_woken {
    int thread;
    int result;
};

struct oracle_waits {
    struct oracle_object objects[WAIT_EVENTS + WAIT_THREADS];
    struct oracle_wait waits[WAIT_THREADS]; // oldest first
    unsigned n_waits;
    bool alerted[WAIT_THREADS];
    struct oracle_woken woken[WAIT_THREADS]; // by the last call
    unsigned n_woken;
};

enum { ORACLE_WAITS = -1 }; // instead of a status: the wait goes on

/* poll: the timeout is 0. The status, or ORACLE_WAITS. */
int oracle_wait(struct oracle_waits *o, struct oracle_wait wait, bool poll);

/* These return the old state. missed: thread that misses the pulse, or -1. */
int oracle_set(struct oracle_waits *o, int event);
int oracle_reset(struct oracle_waits *o, int event);
int oracle_pulse(struct oracle_waits *o, int event, int missed);

/* Returns whether it was alerted already. */
bool oracle_alert(struct oracle_waits *o, int thread);

void oracle_timeout(struct oracle_waits *o, int thread);
void oracle_thread_ends(struct oracle_waits *o, int thread);

/* The wait of a thread, or 0. */
const struct oracle_wait *oracle_find_wait(const struct oracle_waits *o, int thread);
bool oracle_waits_for(const struct oracle_wait *wait, int object);

#endif
