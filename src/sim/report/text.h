/*
 * Sentences: what every face of the program says about objects, operations, steps and waits.
 *
 * One text for screen, log, export and screen reader. Everything writes into the caller's buffer,
 * always NUL-terminated, cut at its size; the return value is the length written. UTF-8 in, UTF-8
 * out; no line ends inside. Threads are shown 1-based: "T1".
 */
#ifndef SIM_REPORT_TEXT_H
#define SIM_REPORT_TEXT_H

#include <stddef.h>

#include "sim/stepper/machine.h"

enum { TEXT_LINE = 512 }; // room that always fits one sentence of a shipped scenario

/* "FileResource", "FilesReady[2]", "C:\Temp\file_0.txt", "Creator" */
size_t text_object(const struct scenario *s, object_ref o, char *out, size_t size);

/* "file_0.txt" for narrow panes; other objects as text_object. */
size_t text_object_short(const struct scenario *s, object_ref o, char *out, size_t size);

/* "whether the file exists": what of a file the order of two steps decides. Static text. */
const char *text_aspect(enum aspect aspect);

/* STATUS_SHARING_VIOLATION, TRUE, 3: a result as its call's kind shows it. */
size_t text_result(const struct scenario *s, enum nt_call call, int32_t result, char *out,
                   size_t size);

/* The call in NT's words: "ZwCreateFile(C:\Temp\file_0.txt, GENERIC_WRITE, 0, FILE_OVERWRITE_IF)".
 */
size_t text_call(const struct scenario *s, const struct world *w, enum nt_call call,
                 const int32_t *args, unsigned n_args, char *out, size_t size);

/* The call for a narrow column: "Create file_0.txt", "AcquireExcl FileResource", "Set Ready". */
size_t text_call_short(const struct scenario *s, const struct world *w, enum nt_call call,
                       const int32_t *args, unsigned n_args, char *out, size_t size);

/* What a ready thread would do next, short and long form; "" if it is not ready. */
size_t text_next_short(const struct machine *m, thread_ix t, char *out, size_t size);
size_t text_next(const struct machine *m, thread_ix t, char *out, size_t size);

/* "APC_LEVEL"; NULL: a level without a name here. Static text. */
const char *text_irql(int32_t irql);

/*
 * Where a thread stands, if it has changed that: "at DISPATCH_LEVEL", "in a critical region", "at priority 9 (base 8)".
 * "" at PASSIVE_LEVEL outside of all regions; priorities only where the scenario's policy heeds them.
 */
size_t text_level(const struct machine *m, thread_ix t, char *out, size_t size);

/* What the step did, one sentence: "T1 wrote 15 bytes to C:\Temp\file_0.txt (15 in all)." */
size_t text_step(const struct machine *m, const struct step *step, char *out, size_t size);

/* The same with the line that made the step: "T1 line 8 wrote 15 bytes to ..." */
size_t text_step_at_line(const struct machine *m, const struct step *step, char *out, size_t size);

/* The NT rule that decided the step; "" if there is nothing to add. */
size_t text_rule(const struct step *step, char *out, size_t size);

/*
 * Result column of a log: "SUCCESS", "SHARING_VIOLATION", "waits", "FALSE", "BUGCHECK 0xE3"; of a call that
 * returns an event's previous state "before: signalled".
 */
size_t text_outcome(const struct scenario *s, const struct step *step, char *out, size_t size);

/* What the step was about, for a log: "A, B" of a wait for several, else text_object_short. "" for nothing. */
size_t text_about(const struct scenario *s, const struct step *step, char *out, size_t size);

/* Did the step's call fail, was it told "not now", or did it stop the machine? */
bool step_failed(const struct step *step);

/* A place from which a waiting thread can be woken. */
struct waker {
    enum nt_call call; // CALL_NONE: the thread's own timeout
    uint16_t line;     // of that thread's body; 0: its end
    thread_ix thread;
    uint8_t group; // wakers of one group can stand in for each other
};

enum { MAX_WAKERS = 16 }; // places; more are counted

/*
 * Who can wake a waiting (or spinning) thread t, from what each thread's code still has ahead: groups one behind the
 * other, then the thread's own timeout. No step at any other place wakes it, but for what the fields say.
 */
struct wakers {
    unsigned n;
    struct waker list[MAX_WAKERS];
    bool each;  // one of each group must come first, and the last of them wakes; else any one wakes
    bool timed; // the last of the list is its timeout
    thread_set behind; // these are served before it
    thread_set before; // these may still come and be served before it
};

struct wakers text_wakers(const struct machine *m, thread_ix t);

/*
 * Where nobody can wake t any more: who could have. Calls that lie behind their thread (call and
 * line), owners that ended (CALL_return) or wait for what they own (CALL_NONE). Returns how many; at most max are written.
 */
unsigned text_missed_wakers(const struct machine *m, thread_ix t, struct waker *out, unsigned max);

/* "T2 waits for FilesReady since step 5. Only T1 line 7 (Set) can wake it." "" if t does not wait. */
size_t text_blocked(const struct machine *m, thread_ix t, char *out, size_t size);

/* The same without who waits for what: "T1 owns it exclusive. Only T1 line 6 (Release) can wake it." */
size_t text_blocked_by(const struct machine *m, thread_ix t, char *out, size_t size);

/* Why a choice is refused: "T2 is blocked: waits for FilesReady. Only T1 line 7 (Set) can wake it." */
size_t text_refusal(const struct machine *m, struct choice c, enum refusal why, char *out,
                    size_t size);

/* What a step shows that is wrong, in one sentence. */
struct finding {
    enum finding_kind kind;
    char text[TEXT_LINE]; // cut where it does not fit
};

enum {
    MAX_FINDINGS = 12
}; // room for what one step can show, but for more than seven invariants at once

/*
 * The findings of the step that m made last: deadlock closed, hang, verifier stops, broken
 * invariants, bug check and the like.
 */
unsigned text_findings(const struct machine *m, const struct step *step, struct finding *out,
                       unsigned max);

/* "unfinished", or the name of the ending: "all moved", "other", the final state without [endings].
 */
size_t text_ending(const struct machine *m, char *out, size_t size);

/* How the run stands: "finished", "deadlock: T1 → B → T2 → A → T1", "hang: T2 waits, and ...". */
size_t text_verdict(const struct machine *m, char *out, size_t size);

/* The present state as an ending's name (DESIGN.md 5, --endings state). */
size_t text_final_state(const struct machine *m, char *out, size_t size);

/*
 * What a chance and a number of schedules are, wherever the two stand side by side; and of the chance alone,
 * for where there is little room. Static text.
 */
const char *text_chances(void);
const char *text_chance(void);

/* Steps 1..n of a timeline as schedule text, comma form with repeats; the last characters if it is
 * cut. */
struct timeline;
size_t text_schedule(const struct timeline *t, uint32_t n, char *out, size_t size);

#endif
