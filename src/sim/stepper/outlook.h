/*
 * Outlook: can a run still come to a good end from where it stands?
 *
 * Purpose    A small search from one state on, for the moment while a person steps: it ends at the
 *            first good end, or when it has seen all states that can still come, or at its limit.
 *            What a search of the whole scenario knows is more; this one starts anywhere and is
 *            done at once.
 * Good       An ending that is a goal; in a scenario without goals, every thread finished.
 * Ownership  outlook_create allocates, outlook_free frees. The scenario is borrowed.
 * Answer     LOST is certain up to two states with the same 128-bit fingerprint; OPEN is certain.
 *            UNKNOWN: the limit came first.
 */
#ifndef SIM_STEPPER_OUTLOOK_H
#define SIM_STEPPER_OUTLOOK_H

#include "sim/stepper/machine.h"

enum outlook { OUTLOOK_OPEN, OUTLOOK_LOST, OUTLOOK_UNKNOWN };

enum { OUTLOOK_STATES = 2000 }; // looked at in one search, some milliseconds

struct outlook_search;

struct outlook_search *outlook_create(const struct scenario *s);
void outlook_free(struct outlook_search *o);

/* From the state that a machine of the same scenario stands in. */
enum outlook outlook_from(struct outlook_search *o, const struct machine *m);

#endif
