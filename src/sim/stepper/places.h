/*
 * Places: where in the bodies the present holds and signals of a run come from.
 *
 * Purpose    A sentence about a hang or a deadlock names the line at which a lock was taken or a
 *            signal was lost. The state does not know that, and must not: it would tell equal
 *            states apart. So it is kept beside the annex, from step to step, by machines that
 *            have one.
 * Memory     Follows the annex in the machine's block and is restored with it; 4 bytes for each
 *            resource and thread, for each spin lock, twice for each event, and for each handle.
 * Errors     None. A machine without an annex has no places: every query says "nowhere".
 */
#ifndef SIM_STEPPER_PLACES_H
#define SIM_STEPPER_PLACES_H

#include <stddef.h>

#include "sim/stepper/machine.h"

/* A call in a body. */
struct place {
    uint16_t line; // of the thread's body, 1-based
    uint8_t call;  // enum nt_call
    uint8_t who;   // thread plus one; 0: nowhere, it has not happened
};

/* Bytes that the places of a layout take. */
size_t places_size(const struct world_layout *layout);

/* Notes what the step made last took, set and lost. */
void places_note(struct machine *m);

/* Where thread t asked for the resource that it owns now; of a recursive owner the first time. */
struct place place_of_hold(const struct machine *m, resource_ix r, thread_ix t);

/* Where the owner of a spin lock took it. */
struct place place_of_lock(const struct machine *m, spinlock_ix l);

/* Where the handle in this slot was opened. */
struct place place_of_open(const struct machine *m, uint32_t slot);

/* Where an event was last made signalled. */
struct place place_of_signal(const struct machine *m, event_ix e);

/*
 * Where its last signal went: a reset, a clear, a wait that consumed it, a pulse (which signals and
 * takes away in one). Nowhere if it was never signalled, or is signalled still.
 */
struct place place_of_loss(const struct machine *m, event_ix e);

#endif
