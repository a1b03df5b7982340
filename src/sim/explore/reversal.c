/*
 * Turning races round.
 *
 * The sequence that comes instead of the event `first` is everything after it that does not happen
 * after it, to the end of the execution, and then `last`. All of it is needed, not only what comes
 * before `last`: a shorter one may be covered by a branch of a wakeup tree in which something else
 * still sleeps that the longer one wakes up. What those events did is known. What `last` does there
 * is known if `first` did not change what it looks at; else it is asked for only when it decides,
 * and the machine shows it.
 */
#include <string.h>

#include "sim/explore/traces.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"

/* Reads of a step that is worth keeping; steps that are kept. */
enum { MAX_LOCAL_READS = 256, MAX_LOCAL = 1 << 16 };

struct reversal {
    struct traces *s;
    struct race *race;
};

/* ---- what the last one does there ---- */

/* Takes the events from that one on back for a while. */
static void lift(struct traces *s, uint32_t from, struct machine_lifted *lifted)
{
    machine_lift(s->m, &s->levels[from].mark, s->trace.n - from, lifted);
}

/*
 * What a local step depends on, if it reads nothing but its thread's record, the system and the
 * variable. False: the thread's record before it is not known.
 */
static bool local_key(const struct traces *s, const struct race *race, struct fingerprint *key)
{
    const struct world *w = &s->m->world;
    object_ref thread = object_make(OBJECT_THREAD, race->last.choice.thread);
    bool newest = race->second + 1 == s->trace.n;
    const void *record = newest ? world_before(w, thread) : NULL;
    const struct system_state *system = world_before(w, object_make(OBJECT_SYSTEM, 0));
    if (record == NULL) {
        return false;
    }
    unsigned char rest[sizeof(struct system_state) + sizeof(uint32_t) * 4] = {0};
    uint32_t words[4] = {thread, s->levels[race->second].cell, (uint32_t)s->levels[race->first].old,
                         race->last.choice.pick};
    memcpy(rest, system != NULL ? system : world_system(w), sizeof *system);
    memcpy(rest + sizeof *system, words, sizeof words);
    uint32_t size;
    world_slot_offset(w->layout, thread, &size);
    XXH128_hash_t hash = XXH3_128bits_withSeed(record, size, XXH3_64bits(rest, sizeof rest));
    *key = (struct fingerprint){hash.low64, hash.high64};
    return true;
}

/* Is all that was read in the key? */
static bool read_locally(const struct world_trace *reads, thread_ix t, shared_ix cell)
{
    uint32_t n = reads->n <= reads->capacity ? reads->n : 0;
    for (uint32_t i = 0; i < n; i++) {
        object_ref o = reads->slots[i];
        if (o != object_make(OBJECT_THREAD, t) && o != object_make(OBJECT_SHARED, cell) &&
            o != object_make(OBJECT_SYSTEM, 0)) {
            return false;
        }
    }
    return n > 0;
}

/* By making it again where it was made, with the value that the variable had before first. */
static void make_locally(struct traces *s, struct race *race, struct world_trace *reads)
{
    struct machine_mark mark;
    struct machine_lifted lifted;
    lift(s, race->second, &lifted);
    s->m->world.trace = reads;
    machine_push_with(s->m, race->last.choice, s->levels[race->second].cell,
                      s->levels[race->first].old, &mark);
    s->m->world.trace = NULL;
    action_of(s->dependency, s->m, &race->last);
    machine_pop(s->m, &mark);
    machine_lower(s->m, &lifted);
}

/* The same, but for what was shown before. */
static void show_locally(struct traces *s, struct race *race)
{
    object_ref slots[MAX_LOCAL_READS];
    struct world_trace reads = {.slots = slots, .capacity = MAX_LOCAL_READS};
    struct fingerprint key;
    bool keyed = local_key(s, race, &key), known;
    uint32_t ix = keyed ? visited_find(s->local, key) : UINT32_MAX;
    if (ix != UINT32_MAX) {
        action_copy(&race->last, &s->of_local[ix]);
        return;
    }
    make_locally(s, race, &reads);
    if (keyed && s->n_local < MAX_LOCAL &&
        read_locally(&reads, race->last.choice.thread, s->levels[race->second].cell)) {
        s->of_local = mem_grow(s->of_local, s->n_local, &s->capacity_local, sizeof *s->of_local);
        action_copy(&s->of_local[s->n_local], &race->last);
        visited_add(s->local, key, s->n_local++, &known);
    }
}

/* By walking there. False: it cannot be made there. */
static bool show_there(struct traces *s, struct race *race)
{
    const struct trace *t = &s->trace;
    struct machine_mark start, mark;
    thread_ix thread = t->events[race->first].action.choice.thread;
    uint32_t clock[MAX_THREADS], pushed = 0;
    if (race->second != NO_EVENT) {
        trace_copy_clock(t, clock, trace_clock(t, race->second));
    } else {
        trace_clock_of_thread(t, race->last.choice.thread, clock);
    }
    struct machine_lifted lifted;
    lift(s, race->first, &lifted);
    start = (struct machine_mark){s->m->world.journal.n_entries, s->m->world.fingerprint};
    uint32_t end = race->prevented ? race->first : t->n;
    for (uint32_t i = race->first + 1; i < end; i++) {
        if (trace_counted(t, i, clock) &&
            trace_clock(t, i)[thread] < t->events[race->first].index) {
            machine_push(s->m, t->events[i].action.choice, &mark);
            pushed++;
        }
    }
    if (machine_refusal(s->m, race->last.choice) == REFUSED_NO_PICK) {
        race->last.choice.pick = 0; // how many there are depends on first
    }
    bool can = machine_refusal(s->m, race->last.choice) == REFUSED_NOT;
    if (can) {
        machine_push(s->m, race->last.choice, &mark);
        pushed++;
        action_of(s->dependency, s->m, &race->last);
        next_step_note(s->m, &race->next);
    }
    for (; pushed > 1; pushed--) {
        s->m->last.n--; // they are taken back all at once
    }
    if (pushed == 1) {
        machine_pop(s->m, &start);
    }
    machine_lower(s->m, &lifted);
    return can;
}

/* Once, however often it is asked for. False: last cannot be made there. */
static bool show(struct traces *s, struct race *race)
{
    if (race->shown == SHOWN_NOT_YET) {
        bool can = true;
        if (race->local) {
            show_locally(s, race);
        } else {
            can = show_there(s, race);
        }
        race->shown = can ? SHOWN : SHOWN_IMPOSSIBLE;
    }
    return race->shown == SHOWN;
}

static bool resolve(void *context)
{
    struct reversal *r = context;
    return show(r->s, r->race);
}

/* ---- turning round ---- */

/* The events after first that do not happen after it, and last. */
static struct sequence sequence_of(struct reversal *r)
{
    struct traces *s = r->s;
    const struct trace *t = &s->trace;
    const struct event *first = &t->events[r->race->first];
    thread_ix thread = first->action.choice.thread;
    const uint32_t *clock = trace_clock(t, r->race->first) + thread;
    uint32_t n = 0;
    for (uint32_t i = r->race->first + 1; i < t->n; i++) {
        clock += t->width;
        s->sequence[n] = &t->events[i].action;
        n += *clock < first->index; // else the next one takes its place: no jump to guess
    }
    s->sequence[n] = &r->race->last;
    return (struct sequence){s->sequence, n + 1, resolve, r};
}

/* Can something that sleeps in the state before first come first in it, or can last not be made? */
static bool sleeps(struct reversal *r, const struct sequence *v)
{
    const struct traces *s = r->s;
    const struct level *l = &s->levels[r->race->first];
    for (uint32_t pass = 0; pass < 2; pass++) {
        bool unknown = false;
        for (uint32_t i = 0; i < l->n_sleepers; i++) {
            uint32_t at;
            const struct action *a = &s->slept[s->sleepers[l->first_sleeper + i]];
            enum initial initial = weak_initial(a, v, &at);
            if (initial == INITIAL_YES) {
                return true;
            }
            unknown |= initial == INITIAL_UNKNOWN;
        }
        if (!unknown) {
            return false;
        }
        if (!resolve(r)) {
            return true;
        }
    }
    return false;
}

static void reverse(struct traces *s, struct race *race)
{
    struct reversal r = {s, race};
    if (race->shown == SHOWN_IMPOSSIBLE) {
        return;
    }
    struct sequence v = sequence_of(&r);
    if (!sleeps(&r, &v)) {
        wakeup_insert(&s->pool, &s->levels[race->first].tree, &v);
    }
}

/* ---- races of the newest event ---- */

/* Does the first event leave all that the second touches as it was? */
static bool only_looked(const struct traces *s, const struct action *first,
                        const struct action *second)
{
    if (first->everything || second->everything || (first->threads & second->threads) != 0) {
        return false;
    }
    for (unsigned i = 0; i < first->n; i++) {
        for (unsigned k = 0; k < second->n; k++) {
            uint32_t key = first->accesses[i] >> 1;
            if (key == second->accesses[k] >> 1 &&
                ((first->accesses[i] & 1) != 0 || !dependency_plain(s->dependency, key))) {
                return false;
            }
        }
    }
    return true;
}

static bool is_shared_memory(enum nt_call call)
{
    return nt_call_row(call)->group == GROUP_SHARED;
}

static struct race *new_race(struct traces *s, uint32_t first, uint32_t second, struct choice c)
{
    s->found = mem_grow(s->found, s->n_found, &s->capacity_found, sizeof *s->found);
    struct race *race = &s->found[s->n_found++];
    race->first = first;
    race->second = second;
    race->prevented = race->local = false;
    race->shown = SHOWN_NOT_YET;
    action_begin(&race->last, c);
    return race;
}

/* What the newest event does wherever it comes; more than that stays to be shown. */
static void note_sure(struct traces *s, struct race *race)
{
    const struct event *first = &s->trace.events[race->first];
    const struct event *now = &s->trace.events[race->second];
    const struct level *at = &s->levels[race->second], *before = &s->levels[race->first];
    if (only_looked(s, &first->action, &now->action)) {
        action_copy(&race->last, &now->action);
    } else if (now->lock == LOCK_TAKEN) {
        action_touch(&race->last, now->lock_key, true);
    } else if (is_shared_memory(at->call)) {
        object_ref cell = object_make(OBJECT_SHARED, at->cell);
        bool writes = at->call != CALL_InterlockedCompareExchange && at->call != CALL_load;
        action_touch(&race->last, dependency_key(s->dependency, cell, ASPECT_STATE), writes);
        race->local =
            is_shared_memory(before->call) && !first->action.everything && before->cell == at->cell;
    }
}

/* Both can come next in one state: is that a race about a file or a shared variable? */
static void look_for_race(struct traces *s, struct race *race)
{
    const struct next_step *first = &s->levels[race->first].next;
    const struct next_step *now = &s->levels[race->second].next;
    if (!s->races || first->n == 0 || now->n == 0 ||
        !show_race_is_new(s, s->levels[race->first].hash, s->levels[race->second].hash)) {
        return;
    }
    const uint32_t *clock = trace_clock(&s->trace, race->second);
    if (is_shared_memory(now->call)) {
        show_race(s, race->first, now, clock); // it touches the same wherever it comes
    } else if (show(s, race)) {
        show_race(s, race->first, &race->next, clock);
    }
}

static void note_race(struct traces *s, uint32_t first)
{
    uint32_t newest = s->trace.n - 1;
    struct race *race = new_race(s, first, newest, s->trace.events[newest].action.choice);
    note_sure(s, race);
    if (race->local || race->last.choice.pick != 0) {
        show(s, race); // which choice it is there; a value is asked for as a rule, and nearest now
    }
    look_for_race(s, race);
}

static void note_prevented(struct traces *s, struct choice c)
{
    static const uint32_t nothing[MAX_THREADS];
    const struct trace *t = &s->trace;
    uint32_t newest = t->n - 1;
    const struct next_step *now = &s->levels[newest].next;
    struct race *race = new_race(s, newest, NO_EVENT, c);
    race->prevented = true;
    bool other = c.thread != t->events[newest].action.choice.thread;
    if (s->races && other && now->n > 0 && show(s, race) && race->next.n > 0 &&
        show_race_is_new(s, s->levels[newest].hash, hash_of_step(&race->next))) {
        show_race(s, newest, &race->next, nothing);
    }
}

void note_races(struct traces *s, const struct choice *prevented, unsigned n)
{
    const struct trace *t = &s->trace;
    for (unsigned i = 0; i < n; i++) {
        note_prevented(s, prevented[i]);
    }
    for (uint32_t i = 0; i < t->n_races; i++) {
        note_race(s, t->races[i]);
    }
    if (t->lock_race != NO_EVENT) {
        note_race(s, t->lock_race);
    }
}

/* ---- at an end ---- */

/*
 * Whoever stands before a lock that is held could have taken it first. If the machine stopped, also
 * before one that the very last step gave up.
 */
static void reverse_spinning(struct traces *s)
{
    const struct world *w = &s->m->world;
    bool stopped = world_system(w)->stop != STOP_NONE;
    if (w->layout->shape.n_spinlocks == 0 || s->trace.n == 0) {
        return;
    }
    // threads that the stop caught in the middle of their code have no next operation
    thread_set caught = stopped ? s->trace.events[s->trace.n - 1].action.threads : 0;
    for (thread_ix t = 0; t < s->trace.n_threads; t++) {
        if (world_thread(w, t)->state != THREAD_READY || (caught & thread_bit(t)) != 0) {
            continue;
        }
        struct request q = vm_request(s->m->scenario, w, t);
        if (q.call != CALL_KeAcquireSpinLock || (nt_call_enabled(w, t, &q) && !stopped)) {
            continue;
        }
        uint32_t clock[MAX_THREADS];
        uint32_t key = dependency_key(s->dependency, (object_ref)q.args[0], ASPECT_STATE);
        uint32_t holder = trace_taken(&s->trace, key);
        trace_clock_of_thread(&s->trace, t, clock);
        if (holder != NO_EVENT && !trace_counted(&s->trace, holder, clock)) {
            struct race *race = new_race(s, holder, NO_EVENT, (struct choice){t, CHOICE_RUN, 0, 0});
            action_touch(&race->last, key, true);
            reverse(s, race);
            s->n_found--;
        }
    }
}

void reverse_all(struct traces *s)
{
    reverse_spinning(s);
    for (uint32_t i = s->n_found; i > 0; i--) {
        reverse(s, &s->found[i - 1]);
    }
}
