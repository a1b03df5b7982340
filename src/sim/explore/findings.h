/*
 * Collecting endings and findings while a search walks: each distinct one once, by kind and key.
 */
#ifndef SIM_EXPLORE_FINDINGS_H
#define SIM_EXPLORE_FINDINGS_H

#include "sim/explore/explore.h"
#include "sim/explore/lock_relation.h"
#include "sim/report/text_finding.h"

/* One ending or finding: told apart by kind and key. */
struct registry_item {
    char *text;  // owned until taken
    void *key;   // the text itself, or numbers; owned
    size_t size; // of the key, bytes
    uint8_t kind;
    bool good; // of an ending: each end that is called so is good (end_is_good)
};

/* Keys to numbers, in order of first mention; the texts become those of the result. */
struct registry {
    struct registry_item *items;
    uint32_t n;
    size_t capacity;
    uint32_t *slots; // open addressing: number plus one
    uint64_t mask;
    char *scratch; // room for the name of an ending
};

void registry_init(struct registry *r);
void registry_release(struct registry *r); // what no result has taken

/* Adds item ix of another registry; returns its number here. */
uint32_t registry_take(struct registry *into, const struct registry *from, uint32_t ix);

/* The number of what is told apart by its text. */
uint32_t registry_add(struct registry *r, const char *text, uint8_t kind);

/* The ending that the machine's present state is. */
uint32_t ending_of(struct registry *endings, const struct machine *m, bool final_states);

enum { MAX_STEP_FINDINGS = MAX_FOUND + MAX_EDGES }; // room for what one step can show

/* Numbers of what the step made last shows; at most max are written. Returns how many. */
unsigned findings_of(struct registry *findings, const struct machine *m, uint32_t *out,
                     unsigned max);

/* That this invariant of the scenario was broken. */
uint32_t invariant_finding(struct registry *findings, const struct scenario *s, uint32_t invariant);

/* That a lock was asked for while another was held; FINDING_LOCK_EDGE, with held and asked as its key. */
uint32_t lock_edge_finding(struct registry *findings, struct lock_edge edge);

/* That a run took its locks in this circle; its sentence comes from the witness (explain.h). */
uint32_t lock_circle_finding(struct registry *findings, const struct lock_circle *circle);

/* Room for what one end can show. */
enum { MAX_END_FINDINGS = MAX_FOUND + 2 * MAX_EXPECTATIONS };

/* Which predicates an end is asked for. */
enum end_predicates {
    END_STATE,   // none: what they read is not all in the state
    END_ENDINGS, // those of [endings]
    END_CLAIMS,  // and what [expect] says about ends
};

/*
 * Of the end that the machine's present state is (nothing can run any more): who hangs; an ending
 * or a claim that cannot be evaluated; with END_CLAIMS also which always fails there and which
 * sometimes holds, as findings of kind FINDING_CLAIM whose text is the number of the expectation.
 * Returns how many; what the machine knows of its last step is not looked at.
 */
unsigned end_findings_of(struct registry *findings, const struct machine *m,
                         enum end_predicates predicates, uint32_t *out);

/* Is it about the ends: an always or a sometimes? */
bool is_claim(const struct expectation *e);

/* Does it tell something that the claim of this expectation holds at an end, or does not? */
bool claim_tells(const struct scenario *s, uint32_t expectation, bool holds);
uint32_t claim_finding(struct registry *findings, uint32_t expectation);

/* What a race detector keeps of a step that could be made: who, where, and what it would touch. */
struct next_access {
    object_ref object;
    uint8_t aspect;
    bool write;
    bool atomic; // an interlocked operation: two of them do not race
};

enum { MAX_NEXT_ACCESSES = 8 };

struct next_step {
    struct choice choice;
    uint16_t line;
    uint8_t call; // enum nt_call
    uint8_t n;
    bool stops; // the run: what comes next in another thread cannot be made after it
    struct next_access accesses[MAX_NEXT_ACCESSES];
};

/* Reads off the step made last what a race could be about: files and shared variables. */
void next_step_note(const struct machine *m, struct next_step *out);

/*
 * The race of two steps that could both be made, as a finding; false: there is none. A schedule
 * shows it with both steps, so the first of them must not stop the run; if each does, there is
 * nothing to show, and what stops the run is a finding already.
 */
bool race_of(struct registry *findings, const struct scenario *s, const struct next_step *a,
             const struct next_step *b, uint32_t *finding);

/* Moves the registries' texts into the result. */
void registry_to_endings(struct registry *r, struct explore_result *out);
void registry_to_findings(struct registry *r, struct explore_result *out);

#endif
