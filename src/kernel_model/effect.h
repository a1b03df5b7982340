/*
 * What one call of the NT call table did: the only thing that sentences, logs, detectors, JSON and
 * screens read about it.
 *
 * A kernel routine fills one effect. It is reused from step to step: effect_begin resets the
 * counters, not the arrays. Pointers: none. Size: fixed, a few hundred bytes.
 */
#ifndef KERNEL_MODEL_EFFECT_H
#define KERNEL_MODEL_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/limits.h"
#include "kernel_model/nt_status.h"
#include "kernel_model/object.h"

enum km_status {
    KM_OK,       // the call returned; result holds what
    KM_BUSY,     // the call returned FALSE or a failure status because of somebody else
    KM_WAIT,     // the thread is queued: it does not run until somebody grants or its timeout fires
    KM_BUGCHECK, // the machine stopped; bugcheck says why
    KM_FULL,     // a table of limits.h is full: the run ends as a fault
};

/* What of an object a call looked at or changed: calls on different aspects commute. */
enum aspect {
    ASPECT_STATE,     // ownership, signal, value, pending alert: the whole of a small object
    ASPECT_EXISTENCE, // of a file name, of a thread (created, ended), of the handles of a thread
    ASPECT_SHARE,     // share state, open count and attributes of a file
    ASPECT_DATA,      // size and contents of a file
};

/*
 * Two accesses to one aspect conflict if one of them writes; a search relies on it that calls
 * without a conflict commute: in either order each returns the same, wakes the same threads, and
 * the world comes out the same. So a call that changes an object in a way that commutes with every
 * other such call (a shared acquisition while nobody waits, taking a thread off a queue) is a
 * read, and one that only looks, but at what those change, is a write.
 */
struct access {
    object_ref object;
    uint8_t aspect; // enum aspect
    bool write;
};

/*
 * Which rule of NT decided what a call did; the text and the KERNEL.md row of each is in rule_text.
 * Columns: name, KERNEL.md row, what the rule says.
 */
// clang-format off
#define KM_RULES(X)                                                                                \
    X(NONE, "", "")                                                                                \
    X(FREE, "1.2", "A free resource is granted at once.")                                          \
    X(RECURSIVE, "1.2", "Who owns a resource may acquire it again; each acquisition needs a "     \
                        "release of its own.")                                                     \
    X(RECURSIVE_EXCLUSIVE, "1.2", "The exclusive owner that asks for shared access gets it at "   \
                                  "once and stays exclusive; only its count rises.")               \
    X(SHARED_TOGETHER, "1.2", "Shared owners own together while no writer waits.")                 \
    X(OWNED_EXCLUSIVE, "1.2", "One thread owns it exclusively; everybody else has to wait.")       \
    X(READERS_OWN, "1.2", "Exclusive access has to wait until every shared owner has released.")   \
    X(BEHIND_WRITER, "1.2", "A thread that asks for shared access queues behind a waiting "       \
                            "writer, so that readers cannot starve it.")                           \
    X(STARVES_WRITER, "1.2", "ExAcquireSharedStarveExclusive passes a waiting writer by.")         \
    X(WAITS_FOR_EXCLUSIVE, "1.2", "ExAcquireSharedWaitForExclusive lets a waiting writer go "     \
                                  "first, even if the caller already owns the resource shared.")   \
    X(UPGRADE, "0.4", "A shared owner that asks for exclusive access waits for its own release.")  \
    X(STILL_OWNED, "1.5", "Only the last release of a recursive owner frees the resource.")        \
    X(OTHERS_OWN, "1.5", "Other shared owners remain, so waiters stay.")                           \
    X(NOW_FREE, "1.5", "Nobody waited: the resource is free.")                                     \
    X(HAND_OFF_SHARED, "1.5", "When an exclusive owner releases, all shared waiters become "      \
                              "owners before any writer.")                                         \
    X(HAND_OFF_EXCLUSIVE, "1.5", "Ownership is handed to the oldest exclusive waiter inside the " \
                                 "release: nobody can slip in between.")                           \
    X(WRITER_FIRST, "1.6", "release_policy = writer_first: the oldest writer goes before the "    \
                           "shared waiters.")                                                      \
    X(CONVERTED, "1.7", "Converting keeps the caller's count, now shared, and admits every "      \
                        "shared waiter; writers stay queued.")                                     \
    X(CONVERT_NOT_EXCLUSIVE, "1.7", "A retail kernel does not check that the caller owns the "    \
                                    "resource exclusively.")                                       \
    X(OWNER_POINTER, "1.8", "From now on only ExReleaseResourceForThreadLite with this pointer "  \
                            "can release the hold.")                                               \
    X(INITIALIZED, "1.3", "Initialising makes it free, with all counters 0.")                      \
    X(DELETED, "1.3", "After ExDeleteResourceLite the storage may be freed; a retail kernel does "\
                      "not check that nobody owns it or waits.")                                   \
    X(QUERY, "1.9", "A query changes nothing.")                                                    \
    X(SIGNALED_STAYS, "2.2", "The event was signalled already: nothing changes, nobody wakes.")    \
    X(SET_NOTIFICATION, "2.2", "A notification event wakes every waiter and stays signalled.")     \
    X(SET_SYNCHRONIZATION, "2.2", "A synchronization event wakes its oldest waiter and is "       \
                                  "non-signalled again before that thread runs.")                  \
    X(SET_NO_WAITER, "2.2", "Nobody waits: the event stays signalled until a wait or a reset.")    \
    X(RESET, "2.1", "Reset and clear work on both types of event; who was woken stays woken.")     \
    X(PULSED, "2.3", "A pulse wakes who waits at this moment and leaves the event "               \
                     "non-signalled.")                                                             \
    X(PULSE_MISSED, "2.3", "Nobody waits at this moment, so the pulse is lost.")                   \
    X(PULSE_SKIPPED, "2.3", "A waiter that a kernel APC has just taken off its wait misses the "  \
                            "pulse.")                                                              \
    X(SATISFIED, "2.4", "The object is signalled, so the wait ends at once.")                      \
    X(CONSUMED, "2.4", "A wait on a synchronization event takes the signal with it.")              \
    X(NOT_SIGNALED, "2.4", "The object is not signalled, so the thread waits, behind any that wait already.")       \
    X(POLL, "2.4", "A timeout of 0 never waits.")                                                  \
    X(NOT_ALL_SIGNALED, "2.5", "WaitAll takes nothing until all objects are signalled at the "    \
                               "same instant.")                                                    \
    X(TOO_MANY_OBJECTS, "2.5", "Without wait blocks of the caller, a wait names at most 3 "       \
                               "objects.")                                                         \
    X(TIMED_OUT, "2.4", "The timeout fired before anybody satisfied the wait.")                    \
    X(ALERTED, "2.4", "An alert ends an alertable wait.")                                          \
    X(DELAYED, "2.4", "A delay only ends by its timeout.")                                         \
    X(THREAD_ALIVE, "3.1", "A thread object is non-signalled while the thread lives.")             \
    X(THREAD_OVER, "3.1", "A thread object stays signalled for ever once the thread has ended.")   \
    X(THREAD_CREATED, "3.1", "A system thread starts at once; its creator does not wait for it.")  \
    X(LOCK_TAKEN, "1.4", "A spin lock raises IRQL to DISPATCH_LEVEL until its release.")           \
    X(SHARE_GRANTED, "4.2", "The open fits the share state of the file.")                          \
    X(SHARE_VIOLATION, "4.2", "Each open must allow what every other open uses, and the other "   \
                              "way round.")                                                        \
    X(NO_NAME, "4.3", "There is no file of this name, and this call does not create one.")   \
    X(NO_PATH, "4.1", "A directory on the way does not exist.")                                    \
    X(NAME_COLLISION, "4.3", "The name is taken.")                                                 \
    X(CREATED, "4.3", "The file did not exist: it was created empty.")                             \
    X(OPENED, "4.3", "The file exists: it was opened.")                                            \
    X(OVERWRITTEN, "4.3", "The file existed: it was truncated to 0 bytes.")                        \
    X(SUPERSEDED, "4.3", "The file existed: a new one took its place.")                            \
    X(BAD_HANDLE, "4.4", "The value is not an open handle.")                                       \
    X(NO_ACCESS, "4.1", "The handle was not opened with the access that this needs.")              \
    X(READ_ONLY, "4.3", "A read-only file cannot be opened for writing, replaced or deleted.")     \
    X(ATTRIBUTE_LOST, "4.3", "Overwriting must not drop the hidden or system attribute.")          \
    X(PENDING_DELETE, "4.1", "The file is marked for deletion: it cannot be opened again.")        \
    X(WROTE, "4.4", "A write goes to the handle's position and moves it.")                         \
    X(WROTE_AT, "4.4", "A write with an offset goes there; the handle's position is behind it "     \
                       "then.")                                                                    \
    X(APPENDED, "4.4", "The write went to the end of the file.")                                   \
    X(READ, "4.4", "A read starts at the handle's position and moves it.")                         \
    X(AT_END, "4.4", "The position is at or past the end of the file.")                            \
    X(CLOSED, "4.4", "A closed handle no longer keeps others out.")                           \
    X(RENAMED, "4.5", "The file moved; its open handle now names the new path.")                   \
    X(TARGET_EXISTS, "4.5", "The target name is taken and ReplaceIfExists is FALSE.")              \
    X(TARGET_BUSY, "4.5", "The target is open, read-only or a directory, so it is not replaced.")  \
    X(TARGET_REPLACED, "4.5", "The target existed, closed: it was deleted and the file took its " \
                              "name.")                                                             \
    X(OTHER_VOLUME, "4.5", "A rename stays on its volume.")                                        \
    X(BAD_NAME, "4.1", "The name holds characters that no file name may have.")                    \
    X(BAD_LENGTH, "4.5", "The buffer is shorter than the structure and the name in it.")           \
    X(IS_DIRECTORY, "4.1", "The path names a directory.")                                          \
    X(DISPOSITION_SET, "4.4", "The name goes when the last handle is closed.")                     \
    X(SHARED_VARIABLE, "", "One load or one store of shared memory is one step.")                  \
    X(INTERLOCKED, "", "An interlocked operation reads and writes in one step.")

// clang-format on

#define KM_RULE_ENUM(name, row, text) RULE_##name,
enum km_rule { KM_RULES(KM_RULE_ENUM) };
#undef KM_RULE_ENUM

enum { MAX_ACCESSES = 24, MAX_VERIFIER = 4 };

struct woken {
    thread_ix thread;
    int32_t result; // what its pending call now returns
};

/* A rule broken that a retail kernel tolerates (KERNEL.md 1.10); never ends a run. */
struct verifier_stop {
    uint32_t code;     // first parameter of 0xC4: 0x37, 0x1000 ...; 0 for the emulator's own rules
    object_ref object; //
    uint32_t detail;   // bytes overrun, count, IRQL: as the code says
    const char *text;  // one sentence; static
};

struct bugcheck {
    uint32_t code;         // enum nt_bugcheck
    uint64_t parameter[4]; // as KERNEL.md 1.10; addresses are the model's synthetic ones
    const char *text;      // one sentence that a student understands; static
};

struct effect {
    enum km_status status;
    enum km_rule rule;
    int32_t result;       // what the call returns once it returns; 0 for void
    int32_t out_value;    // of a HANDLE out-parameter: the handle, or 0 on failure
    uint32_t information; // IoStatusBlock.Information of a file call
    object_ref object;    // what the call was about: resource, event, file name after the call
    object_ref other;     // second object: the old name of a rename, the created thread
    object_ref queued_on; // with KM_WAIT: first object waited for; 0 for a delay
    object_ref asked;     // resource that the thread did not own and is willing to wait for; or 0
    bool touches_all;     // accesses are more than fit: treat as touching everything
    bool thread_ended;    // the calling thread ended in this call
    uint8_t n_accesses;
    uint8_t n_woken;
    uint8_t n_verifier;
    struct access accesses[MAX_ACCESSES];
    struct woken woken[MAX_THREADS]; // in the order in which they run on
    struct verifier_stop verifier[MAX_VERIFIER];
    struct bugcheck bugcheck; // with KM_BUGCHECK
};

static inline void effect_begin(struct effect *e)
{
    e->status = KM_OK;
    e->rule = RULE_NONE;
    e->result = 0;
    e->out_value = 0;
    e->information = 0;
    e->object = e->other = e->queued_on = e->asked = 0;
    e->touches_all = e->thread_ended = false;
    e->n_accesses = e->n_woken = e->n_verifier = 0;
}

/* Notes that the call looked at (write = false) or changed an aspect of an object. Repeats are
 * fine. */
void effect_touch(struct effect *e, object_ref object, enum aspect aspect, bool write);

/* Notes a thread that goes on because of this call. */
static inline void effect_wake(struct effect *e, thread_ix t, int32_t result)
{
    e->woken[e->n_woken++] = (struct woken){t, result};
}

/* What the rule says, and its KERNEL.md row. Static text; "" for RULE_NONE. */
const char *rule_text(enum km_rule rule);
const char *rule_row(enum km_rule rule);

#endif
