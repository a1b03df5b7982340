/*
 * Branches form a trie: a branch shares its first `fork` steps with its parent and differs from it
 * in the next one, and no two branches that leave a parent at the same place begin with the same
 * step. So what two branches have in common follows from the forks on the two ways up to the branch
 * where these meet, without comparing a step.
 *
 * The present branch's steps are the timeline's. They are copied into the branch when it is left.
 */
#include "sim/stepper/branches.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

struct limb {
    struct branch known;
    struct choice *own; // steps fork + 1 .. length; of the present one out of date
};

struct branches {
    struct timeline *timeline;
    struct limb *limbs;
    size_t n, capacity;
    uint32_t present, previous;
    struct mark marks[N_MARKS];
};

struct branches *branches_open(struct timeline *t)
{
    struct branches *b = mem_alloc(1, sizeof *b);
    b->timeline = t;
    b->limbs = mem_grow(NULL, 0, &b->capacity, sizeof *b->limbs);
    b->n = 1;
    b->limbs[0].known.verdict = machine_verdict(timeline_machine(t));
    b->limbs[0].known.ending = -1;
    return b;
}

void branches_close(struct branches *b)
{
    if (b == NULL) {
        return;
    }
    for (size_t i = 0; i < b->n; i++) {
        free(b->limbs[i].own);
    }
    free(b->limbs);
    free(b);
}

uint32_t branches_count(const struct branches *b)
{
    return (uint32_t)b->n;
}

uint32_t branches_present(const struct branches *b)
{
    return b->present;
}

uint32_t branches_previous(const struct branches *b)
{
    return b->previous;
}

struct branch branches_at(const struct branches *b, uint32_t ix)
{
    struct branch branch = b->limbs[ix].known;
    if (ix == b->present) {
        branch.length = timeline_length(b->timeline);
        branch.position = timeline_position(b->timeline);
    }
    return branch;
}

struct choice branches_choice(const struct branches *b, uint32_t ix, uint32_t n)
{
    while (ix != b->present && n <= b->limbs[ix].known.fork) {
        ix = b->limbs[ix].known.parent;
    }
    if (ix == b->present) {
        return timeline_choice(b->timeline, n);
    }
    return b->limbs[ix].own[n - b->limbs[ix].known.fork - 1];
}

uint32_t branches_repeats(const struct branches *b, uint32_t ix, uint32_t n)
{
    const struct choice *c = ix == b->present
                                 ? timeline_choices(b->timeline) + n - 1
                                 : b->limbs[ix].own + (n - b->limbs[ix].known.fork - 1);
    uint32_t left = branches_at(b, ix).length - n + 1, repeats = 1;
    while (repeats + CHOICES_AT_ONCE <= left &&
           memcmp(c + repeats, c + repeats - 1, CHOICES_AT_ONCE * sizeof *c) == 0) {
        repeats += CHOICES_AT_ONCE;
    }
    while (repeats < left && same_choice(c[repeats], *c)) {
        repeats++;
    }
    return repeats;
}

/* A parent is always older than its children: its number is lower. */
uint32_t branches_common(const struct branches *b, uint32_t ix, uint32_t other)
{
    uint32_t shared = branches_at(b, ix).length, shared_other = branches_at(b, other).length;
    while (ix != other) {
        uint32_t *younger = ix > other ? &ix : &other;
        uint32_t *steps = ix > other ? &shared : &shared_other;
        uint32_t fork = b->limbs[*younger].known.fork;
        *steps = fork < *steps ? fork : *steps;
        *younger = b->limbs[*younger].known.parent;
    }
    return shared < shared_other ? shared : shared_other;
}

/* Copies the present branch's own steps out of the timeline. */
static void leave_present(struct branches *b)
{
    struct limb *limb = &b->limbs[b->present];
    limb->known = branches_at(b, b->present);
    uint32_t own = limb->known.length - limb->known.fork;
    limb->own = mem_resize(limb->own, (own > 0 ? own : 1) * sizeof *limb->own);
    if (own > 0) {
        memcpy(limb->own, timeline_choices(b->timeline) + limb->known.fork,
               own * sizeof *limb->own);
    }
    b->previous = b->present;
}

/* Hands the steps of a branch to the timeline, and stands at step n of it. */
static void take_up(struct branches *b, uint32_t ix, uint32_t n)
{
    uint32_t common = branches_common(b, ix, b->present);
    uint32_t rest = branches_at(b, ix).length - common;
    struct choice *choices = mem_alloc(rest > 0 ? rest : 1, sizeof *choices);
    for (uint32_t i = 0; i < rest; i++) {
        choices[i] = branches_choice(b, ix, common + 1 + i);
    }
    leave_present(b);
    timeline_seek(b->timeline, common);
    timeline_replace(b->timeline, choices, rest);
    b->present = ix;
    timeline_seek(b->timeline, n);
    free(choices);
}

void branches_go(struct branches *b, uint32_t ix, uint32_t n)
{
    if (ix == b->present) {
        timeline_seek(b->timeline, n);
    } else {
        take_up(b, ix, n);
    }
}

/* The branch that goes on with this choice where the timeline stands; the present one if none does. */
static uint32_t find_branch(const struct branches *b, struct choice c)
{
    uint32_t position = timeline_position(b->timeline);
    for (uint32_t i = 0; i < b->n; i++) {
        if (i != b->present && branches_at(b, i).length > position &&
            branches_common(b, i, b->present) >= position &&
            same_choice(branches_choice(b, i, position + 1), c)) {
            return i;
        }
    }
    return b->present;
}

static void open_branch(struct branches *b)
{
    uint32_t position = timeline_position(b->timeline), parent = b->present;
    leave_present(b);
    while (b->limbs[parent].known.fork > position) { // the steps before are an ancestor's
        parent = b->limbs[parent].known.parent;
    }
    b->limbs = mem_grow(b->limbs, b->n, &b->capacity, sizeof *b->limbs);
    b->limbs[b->n].known = (struct branch){.parent = parent, .fork = position, .ending = -1};
    b->present = (uint32_t)b->n++;
}

/* How the run stands, if the timeline is at the end of the branch. */
static void note_verdict(struct branches *b)
{
    const struct machine *m = timeline_machine(b->timeline);
    struct branch *known = &b->limbs[b->present].known;
    known->verdict = machine_verdict(m);
    known->ending = known->verdict != VERDICT_RUNNING ? machine_ending(m) : -1;
}

enum refusal branches_step(struct branches *b, struct choice c, enum branching *how)
{
    uint32_t position = timeline_position(b->timeline);
    enum refusal why = machine_refusal(timeline_machine(b->timeline), c);
    enum branching done = BRANCH_KEPT;
    if (why == REFUSED_NOT && position < timeline_length(b->timeline) &&
        !same_choice(timeline_choice(b->timeline, position + 1), c)) {
        uint32_t other = find_branch(b, c);
        done = other != b->present ? BRANCH_RESUMED : BRANCH_OPENED;
        if (done == BRANCH_RESUMED) {
            take_up(b, other, position);
        } else {
            open_branch(b);
        }
    }
    if (how != NULL) {
        *how = done;
    }
    if (why != REFUSED_NOT) {
        return why;
    }
    timeline_step(b->timeline, c, NULL);
    if (timeline_position(b->timeline) == timeline_length(b->timeline)) {
        note_verdict(b);
    }
    return REFUSED_NOT;
}

/* ---- marks ---- */

static struct mark *mark_of(struct branches *b, char letter)
{
    return letter >= 'a' && letter <= 'z' ? &b->marks[letter - 'a'] : NULL;
}

void marks_set(struct branches *b, char letter)
{
    struct mark *mark = mark_of(b, letter);
    assert(mark != NULL);
    *mark = (struct mark){true, b->present, timeline_position(b->timeline)};
}

void marks_clear(struct branches *b, char letter)
{
    struct mark *mark = mark_of(b, letter);
    assert(mark != NULL);
    mark->set = false;
}

struct mark marks_get(const struct branches *b, char letter)
{
    return letter >= 'a' && letter <= 'z' ? b->marks[letter - 'a'] : (struct mark){.set = false};
}

bool marks_go(struct branches *b, char letter)
{
    struct mark mark = marks_get(b, letter);
    if (mark.set) {
        branches_go(b, mark.branch, mark.n);
    }
    return mark.set;
}
