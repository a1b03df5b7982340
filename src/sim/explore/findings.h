/*
 * Collecting endings and findings while a search walks: each distinct one once, by name and kind.
 */
#ifndef SIM_EXPLORE_FINDINGS_H
#define SIM_EXPLORE_FINDINGS_H

#include "sim/explore/explore.h"
#include "sim/report/text.h"

/* A text with a kind to a number, in order of first mention; the texts become those of the result.
 */
struct registry {
    char **texts; // owned until taken
    uint8_t *kinds;
    uint32_t n;
    size_t capacity, capacity_kinds;
    uint32_t *slots; // open addressing: number plus one
    uint64_t mask;
    char *scratch; // room for the name of an ending
};

void registry_init(struct registry *r);
void registry_release(struct registry *r); // the tables, not the texts
uint32_t registry_add(struct registry *r, const char *text, uint8_t kind);

/* The ending that the machine's present state is. */
uint32_t ending_of(struct registry *endings, const struct machine *m, bool final_states);

enum { MAX_STEP_FINDINGS = MAX_FINDINGS + MAX_INVARIANTS }; // room for what one step can show

/* Numbers of what the step made last shows; at most max are written. Returns how many. */
unsigned findings_of(struct registry *findings, const struct machine *m, uint32_t *out,
                     unsigned max);

/*
 * Of the end that the machine's present state is: which always fails there and which sometimes
 * holds, as findings of kind FINDING_CLAIM whose text is the number of the expectation. Returns how
 * many.
 */
unsigned claims_of(struct registry *findings, const struct machine *m, uint32_t *out, unsigned max);

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
    struct next_access accesses[MAX_NEXT_ACCESSES];
};

/* Reads off the step made last what a race could be about: files and shared variables. */
void next_step_note(const struct machine *m, struct next_step *out);

/* The race of two steps that could both be made, as a finding; false: there is none. */
bool race_of(struct registry *findings, const struct scenario *s, const struct next_step *a,
             const struct next_step *b, uint32_t *finding);

/* Moves the registries' texts into the result. */
void registry_to_endings(struct registry *r, const struct scenario *s, struct explore_result *out);
void registry_to_findings(struct registry *r, struct explore_result *out);

#endif
