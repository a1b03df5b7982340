/*
 * The walk over all states, by one or several workers.
 *
 * A worker is a thread that drives several walkers in turn. A walker goes depth first through
 * states of its own; when it has found out what comes next it asks for the memory of the visited
 * table and lets the others go on, so that the memory is there when its turn comes again.
 */
#include "sim/explore/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"

enum {
    NODE_BLOCK = 1024,    // numbers that a walker takes at a time
    ALONE_STATES = 20000, // before others are called to help, unless a number of them was asked for
    ALONE_SHARE = 8,      // and so many for each step worked out: others have to learn it anew
    GIVE_SHARE = 8,       // at most one step of a task's way for so many states found
    FIRST_SLOTS = 64,
};

/* One step that the worker makes, or will make, in a state on its way. */
struct ahead {
    struct choice choice;
    uint32_t outcome;
    uint32_t to; // node, once it was asked for
    struct fingerprint after;
    counts change; // of the counters
    bool folds;    // names leave with it
};

/* A state on the way from the task's state to where the worker stands. */
struct frame {
    uint32_t node;
    uint32_t first;        // in ahead
    uint16_t n, at;        // steps, and how many were made
    uint16_t taken;        // the one that leads to the next frame
    uint16_t preemptions;  // made on the way here, with options.preemptions
    uint8_t last;          // thread of the last step, likewise
    struct memo_mark mark; // takes the step back that led here
};

/* Two outcomes that may race. */
struct pair {
    uint32_t a, b;    // plus one
    uint32_t finding; // plus one; 0: they do not
};

struct walker {
    struct crew *crew;
    struct harvest *out;
    struct memo *memo;
    struct reducer reducer; // with crew.reduction
    struct choice *base;    // schedule of the task's state
    uint32_t n_base;
    struct memo_mark start; // takes it back
    struct frame *frames;
    size_t n_frames, capacity_frames;
    struct ahead *ahead; // of all frames, in a stack
    size_t n_ahead, capacity_ahead;
    struct pair *pairs; // hash table
    uint32_t n_pairs, pair_mask;
    uint32_t fresh, fresh_end; // numbers for new nodes
    uint64_t n_states, n_told; // states found; of which the crew knows
    uint64_t bytes_told, steps_told;
    uint64_t n_given; // steps of the ways that were given away
    size_t oldest;    // frames below it have no step left to give
    uint32_t ticks;
};

struct worker {
    struct crew *crew;
    pthread_t thread;
    struct walker walkers[N_WALKERS];
};

/* ---- what was found ---- */

static uint32_t *find_shown(const struct harvest *h, const struct shown *s)
{
    uint32_t at = (uint32_t)XXH3_64bits(s, sizeof *s);
    while (true) {
        uint32_t *slot = &h->shown_slots[at++ & h->shown_mask];
        if (*slot == 0 || memcmp(&h->shown[*slot - 1], s, sizeof *s) == 0) {
            return slot;
        }
    }
}

static void grow_shown(struct harvest *h)
{
    free(h->shown_slots);
    h->shown_mask = h->shown_slots == NULL ? FIRST_SLOTS - 1 : 2 * h->shown_mask + 1;
    h->shown_slots = mem_alloc((size_t)h->shown_mask + 1, sizeof *h->shown_slots);
    for (uint32_t i = 0; i < h->n_shown; i++) {
        *find_shown(h, &h->shown[i]) = i + 1;
    }
}

/* The way from the start to the frame, and n more steps. */
static struct witness way(const struct walker *w, size_t n_frames, const struct choice *more,
                          uint32_t n_more)
{
    struct witness out = {.n = w->n_base + (n_frames > 0 ? (uint32_t)n_frames - 1 : 0) + n_more};
    out.steps = mem_alloc(out.n + 1u, sizeof *out.steps);
    uint32_t at = w->n_base;
    if (at > 0) {
        memcpy(out.steps, w->base, at * sizeof *out.steps);
    }
    for (size_t i = 0; i + 1 < n_frames; i++) {
        out.steps[at++] = w->ahead[w->frames[i].first + w->frames[i].taken].choice;
    }
    for (uint32_t i = 0; i < n_more; i++) {
        out.steps[at++] = more[i];
    }
    for (uint32_t i = 1; i < out.n; i++) {
        out.switches += out.steps[i].thread != out.steps[i - 1].thread;
    }
    return out;
}

/* Something was found at the state on top, or one or two steps behind it. */
static void note_shown(struct walker *w, uint32_t finding, const struct choice *steps, uint8_t n)
{
    struct harvest *h = w->out;
    struct shown s;
    memset(&s, 0, sizeof s); // it is compared as bytes
    s.finding = finding;
    s.n_steps = n;
    for (uint8_t i = 0; i < n; i++) {
        s.steps[i] = steps[i];
    }
    if (2 * (h->n_shown + 1) > h->shown_mask) {
        grow_shown(h);
    }
    uint32_t *slot = find_shown(h, &s);
    if (*slot == 0) {
        h->shown = mem_grow(h->shown, h->n_shown, &h->capacity_shown, sizeof s);
        h->shown[h->n_shown++] = s;
        *slot = (uint32_t)h->n_shown;
    }
    while (h->capacity_of_findings <= finding) {
        h->of_findings = mem_grow(h->of_findings, h->capacity_of_findings, &h->capacity_of_findings,
                                  sizeof *h->of_findings);
    }
    if (h->of_findings[finding].steps == NULL) {
        h->of_findings[finding] = way(w, w->n_frames, steps, n);
    }
    h->occurrences = mem_grow(h->occurrences, h->n_occurrences, &h->capacity_occurrences,
                              sizeof *h->occurrences);
    h->occurrences[h->n_occurrences++] =
        (struct occurrence){w->frames[w->n_frames - 1].node, *slot - 1};
}

static void add_end(struct harvest *h, struct end end)
{
    h->ends = mem_grow(h->ends, h->n_ends, &h->capacity_ends, sizeof *h->ends);
    h->ends[h->n_ends++] = end;
}

static void note_end(struct walker *w, uint32_t node)
{
    struct harvest *h = w->out;
    bool counted = w->crew->reduction != NULL && w->crew->reduction->n_counters > 0;
    uint32_t found[MAX_END_FINDINGS];
    enum end_predicates predicates = counted                    ? END_STATE
                                     : w->crew->options->claims ? END_CLAIMS
                                                                : END_ENDINGS;
    unsigned n = end_findings_of(&h->findings, memo_machine(w->memo), predicates, found);
    for (unsigned i = 0; i < n; i++) {
        note_shown(w, found[i], NULL, 0);
    }
    if (counted) {
        add_end(h, (struct end){.node = node, .rest = reducer_rest(&w->reducer)});
        return; // which ending it is depends on the counters
    }
    uint32_t ending = ending_of(&h->endings, memo_machine(w->memo), w->crew->options->final_states);
    while (h->capacity_of_endings <= ending) {
        h->of_endings = mem_grow(h->of_endings, h->capacity_of_endings, &h->capacity_of_endings,
                                 sizeof *h->of_endings);
    }
    if (h->of_endings[ending].steps == NULL) {
        h->of_endings[ending] = way(w, w->n_frames, NULL, 0);
    }
    add_end(h, (struct end){.node = node, .ending = ending});
}

/* ---- races ---- */

static struct pair *find_pair(const struct walker *w, uint32_t a, uint32_t b)
{
    uint32_t at = (uint32_t)((((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
    while (true) {
        struct pair *p = &w->pairs[at++ & w->pair_mask];
        if (p->a == 0 || (p->a == a + 1 && p->b == b + 1)) {
            return p;
        }
    }
}

static void grow_pairs(struct walker *w)
{
    struct pair *old = w->pairs;
    uint32_t n = old == NULL ? 0 : w->pair_mask + 1;
    w->pair_mask = n == 0 ? FIRST_SLOTS - 1 : 2 * n - 1;
    w->pairs = mem_alloc((size_t)w->pair_mask + 1, sizeof *w->pairs);
    for (uint32_t i = 0; i < n; i++) {
        if (old[i].a != 0) {
            *find_pair(w, old[i].a - 1, old[i].b - 1) = old[i];
        }
    }
    free(old);
}

static void note_race(struct walker *w, const struct ahead *a, const struct ahead *b)
{
    if ((memo_look(w->memo, a->outcome)->touches & memo_look(w->memo, b->outcome)->touches) == 0) {
        return; // nearly always
    }
    const struct next_step *x = memo_next_step(w->memo, a->outcome);
    const struct next_step *y = memo_next_step(w->memo, b->outcome);
    bool first_can = !x->stops, second_can = !y->stops;
    struct pair *p = find_pair(w, a->outcome, b->outcome);
    if (p->a == 0) {
        uint32_t finding;
        bool races = race_of(&w->out->findings, w->crew->scenario, x, y, &finding);
        *p = (struct pair){a->outcome + 1, b->outcome + 1, races ? finding + 1 : 0};
        w->n_pairs++;
    }
    uint32_t finding = p->finding;
    if (2 * (w->n_pairs + 1) > w->pair_mask) {
        grow_pairs(w);
    }
    if (finding != 0 && first_can) {
        note_shown(w, finding - 1, (const struct choice[2]){a->choice, b->choice}, 2);
    }
    if (finding != 0 && second_can) {
        note_shown(w, finding - 1, (const struct choice[2]){b->choice, a->choice}, 2);
    }
}

/* Steps of the state on top that could both come next and conflict. */
static void note_races(struct walker *w)
{
    const struct frame *f = &w->frames[w->n_frames - 1];
    // of a walk that was cut short, only the steps that were made
    for (unsigned i = 0; w->crew->races && i < f->at; i++) {
        for (unsigned k = i + 1; k < f->at; k++) {
            if (w->ahead[f->first + i].choice.thread != w->ahead[f->first + k].choice.thread) {
                note_race(w, &w->ahead[f->first + i], &w->ahead[f->first + k]);
            }
        }
    }
}

/* ---- up and down ---- */

static uint32_t fresh_node(struct walker *w)
{
    if (w->fresh == w->fresh_end) {
        w->fresh = atomic_fetch_add(&w->crew->next_node, NODE_BLOCK);
        w->fresh_end = w->fresh + NODE_BLOCK;
    }
    return w->fresh;
}

/* The fingerprint under which a state is known: bounded searches tell more states apart. */
static struct fingerprint key_of(const struct walker *w, struct fingerprint f, uint8_t last,
                                 uint32_t preemptions)
{
    if (w->crew->options->bounded) {
        uint32_t more[2] = {last, preemptions};
        XXH128_hash_t h = XXH3_128bits(more, sizeof more);
        f.low += h.low64;
        f.high += h.high64;
    }
    return f;
}

/* Preemptions after this thread moves next; the last thread could still have gone on. */
static uint32_t preemptions_with(const struct frame *f, uint8_t thread, bool last_can)
{
    return f->preemptions + (last_can && f->last != NO_THREAD && thread != f->last ? 1u : 0u);
}

/* The choices that are made in the present state, with their outcomes. */
struct options {
    struct choice choices[MAX_CHOICES];
    uint32_t outcomes[MAX_CHOICES];
    unsigned n;
    bool last_can; // the thread that moved last could go on
};

static bool any_stops(const struct walker *w, const struct options *o, unsigned first)
{
    for (unsigned i = first; i < o->n; i++) {
        if (memo_look(w->memo, o->outcomes[i])->stopped) {
            return true;
        }
    }
    return false;
}

static void find_options(struct walker *w, uint8_t last, struct options *o)
{
    o->n = 0;
    o->last_can = false;
    if (memo_stopped(w->memo)) {
        return;
    }
    for (thread_ix t = 0; t < w->crew->scenario->layout.shape.n_threads; t++) {
        unsigned first = o->n;
        o->n += memo_options(w->memo, t, o->choices + first, o->outcomes + first);
        o->last_can |= t == last && o->n > first;
        if (w->crew->reduction != NULL && o->n > first && reducer_alone(&w->reducer, t) &&
            !any_stops(w, o, first)) {
            o->n -= first;
            memmove(o->choices, o->choices + first, o->n * sizeof *o->choices);
            memmove(o->outcomes, o->outcomes + first, o->n * sizeof *o->outcomes);
            w->out->n_alone++;
            return;
        }
    }
    if (w->crew->reduction != NULL && !w->crew->reduction->stops && any_stops(w, o, 0)) {
        atomic_store(&w->crew->stopped, true);
    }
}

/* The steps that the state on top leads to go on the stack. */
static void look_ahead(struct walker *w)
{
    struct frame *f = &w->frames[w->n_frames - 1];
    struct options o;
    find_options(w, f->last, &o);
    for (unsigned i = 0; i < o.n; i++) {
        uint32_t preemptions = preemptions_with(f, o.choices[i].thread, o.last_can);
        if (w->crew->options->bounded && preemptions > w->crew->options->preemptions) {
            continue;
        }
        struct ahead a = {.choice = o.choices[i], .outcome = o.outcomes[i]};
        struct fingerprint after = memo_after(w->memo, a.outcome);
        if (w->crew->reduction != NULL) {
            a.change = reducer_look(&w->reducer, a.outcome, &after);
            a.folds = w->reducer.n_dead > 0;
            w->out->n_folded += a.folds;
        }
        a.after = key_of(w, after, a.choice.thread, preemptions);
        visited_prefetch(w->crew->visited, a.after);
        w->ahead = mem_grow(w->ahead, w->n_ahead, &w->capacity_ahead, sizeof *w->ahead);
        w->ahead[w->n_ahead++] = a;
        f->n++;
    }
}

/* Goes to the state behind an outcome of the present one. */
static void go(struct walker *w, uint32_t outcome, struct memo_mark *mark)
{
    if (w->crew->reduction != NULL) {
        struct fingerprint after = {0, 0};
        reducer_look(&w->reducer, outcome, &after);
        memo_apply(w->memo, outcome, mark);
        reducer_clear(&w->reducer);
    } else {
        memo_apply(w->memo, outcome, mark);
    }
}

/* A new state: what can be done in it goes on the stack, or it is an end. */
static void open_state(struct walker *w, struct frame frame)
{
    frame.first = (uint32_t)w->n_ahead;
    frame.n = frame.at = 0;
    w->frames = mem_grow(w->frames, w->n_frames, &w->capacity_frames, sizeof *w->frames);
    w->frames[w->n_frames++] = frame;
    look_ahead(w);
    if (w->frames[w->n_frames - 1].n == 0) {
        note_end(w, frame.node);
    }
}

static void close_state(struct walker *w)
{
    struct harvest *h = w->out;
    note_races(w);
    struct frame f = w->frames[--w->n_frames];
    h->nodes = mem_grow(h->nodes, h->n_nodes, &h->capacity_nodes, sizeof *h->nodes);
    h->n_edges = mem_grow(h->n_edges, h->n_nodes, &h->capacity_n_edges, sizeof *h->n_edges);
    h->nodes[h->n_nodes] = f.node;
    h->n_edges[h->n_nodes++] = f.at;
    for (unsigned i = 0; i < f.at; i++) {
        const struct ahead *a = &w->ahead[f.first + i];
        h->targets = mem_grow(h->targets, h->n_targets, &h->capacity_targets, sizeof *h->targets);
        h->choices = mem_grow(h->choices, h->n_targets, &h->capacity_choices, sizeof *h->choices);
        if (w->crew->reduction != NULL && w->crew->reduction->n_counters > 0) {
            h->changes =
                mem_grow(h->changes, h->n_targets, &h->capacity_changes, sizeof *h->changes);
            h->changes[h->n_targets] = a->change;
        }
        h->targets[h->n_targets] = a->to;
        h->choices[h->n_targets++] = choice_pack(a->choice);
    }
    w->n_ahead = f.first;
    if (w->n_frames > 0) {
        memo_undo(w->memo, &f.mark);
    }
}

static void note_findings(struct walker *w, const struct ahead *a)
{
    const struct outcome *o = memo_look(w->memo, a->outcome);
    if (o->n_findings == 0 && o->n_claims == 0) {
        return; // nearly always
    }
    uint32_t found[MAX_STEP_FINDINGS];
    struct choice c = a->choice;
    unsigned n = memo_findings(w->memo, a->outcome, found);
    for (unsigned i = 0; i < n; i++) {
        note_shown(w, found[i], &c, 1);
    }
}

/* Asks for the state behind the next step of a frame. True: it is new. */
static bool ask(struct walker *w, struct frame *f)
{
    struct ahead *a = &w->ahead[f->first + f->at++];
    bool known;
    a->to = visited_add(w->crew->visited, a->after, fresh_node(w), &known);
    if (!known) {
        w->fresh++;
        w->n_states++;
        if (w->crew->options->max_states != 0) {
            w->n_told++; // the limit is exact
            atomic_fetch_add(&w->crew->n_states, 1);
        }
    }
    return !known;
}

/* What the frame of a step from f is like. */
static struct frame frame_behind(const struct walker *w, const struct frame *f,
                                 const struct ahead *a)
{
    struct frame next = {.node = a->to, .last = a->choice.thread};
    if (w->crew->options->bounded) {
        bool last_can = false;
        for (unsigned i = 0; i < f->n; i++) {
            last_can |= w->ahead[f->first + i].choice.thread == f->last;
        }
        next.preemptions = (uint16_t)preemptions_with(f, a->choice.thread, last_can);
    }
    return next;
}

/* Makes the next step of the state on top. */
static void take_step(struct walker *w)
{
    struct frame *f = &w->frames[w->n_frames - 1];
    const struct ahead *a = &w->ahead[f->first + f->at];
    note_findings(w, a);
    f->taken = f->at;
    if (ask(w, f)) {
        struct frame next = frame_behind(w, f, a);
        go(w, a->outcome, &next.mark);
        assert(w->crew->options->bounded || w->memo->fingerprint.low == a->after.low);
        open_state(w, next);
    }
}

/* ---- work given away ---- */

static void give_task(struct crew *crew, struct task task)
{
    pthread_mutex_lock(&crew->lock);
    crew->tasks = mem_grow(crew->tasks, crew->n_tasks, &crew->capacity_tasks, sizeof *crew->tasks);
    crew->tasks[crew->n_tasks++] = task;
    atomic_fetch_add(&crew->n_ready, 1);
    pthread_cond_signal(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

/* Can the step be given away? Its findings are noted where it is made, so it must have none. */
static bool is_quiet(const struct walker *w, const struct ahead *a)
{
    const struct outcome *o = memo_look(w->memo, a->outcome);
    return o->n_findings == 0 && o->n_claims == 0;
}

/*
 * Gives the oldest unvisited successor away. Whoever takes it goes the whole way there again, so
 * long ways are given seldom.
 */
static void give_away(struct walker *w)
{
    for (; w->oldest + 1 < w->n_frames; w->oldest++) {
        struct frame *f = &w->frames[w->oldest];
        uint64_t steps = w->n_base + w->oldest + 1;
        if (GIVE_SHARE * (w->n_given + steps) > w->n_states) {
            return;
        }
        while (f->at < f->n && is_quiet(w, &w->ahead[f->first + f->at])) {
            const struct ahead *a = &w->ahead[f->first + f->at];
            if (ask(w, f)) {
                struct choice c = a->choice;
                struct witness there = way(w, w->oldest + 1, &c, 1);
                w->n_given += steps;
                atomic_fetch_sub(&w->crew->hungry, 1);
                give_task(w->crew, (struct task){there.steps, there.n, a->to});
                return;
            }
        }
    }
}

/* A task, if there is one; with wait, waits until there is one or will never be one. */
static bool take_task(struct crew *crew, struct task *task, bool wait)
{
    bool got = false;
    pthread_mutex_lock(&crew->lock);
    crew->n_waiting += wait ? 1u : 0u;
    while (wait && crew->n_tasks == 0 && !crew->over) {
        if (crew->n_waiting == crew->n_workers) {
            crew->over = true;
            pthread_cond_broadcast(&crew->changed);
        } else {
            pthread_cond_wait(&crew->changed, &crew->lock);
        }
    }
    if (crew->n_tasks > 0) {
        *task = crew->tasks[--crew->n_tasks];
        atomic_fetch_sub(&crew->n_ready, 1);
        crew->n_waiting -= wait ? 1u : 0u;
        got = true;
    }
    pthread_mutex_unlock(&crew->lock);
    return got;
}

/* ---- the walk ---- */

static uint64_t own_bytes(const struct walker *w)
{
    const struct harvest *h = w->out;
    return memo_bytes(w->memo) + h->capacity_nodes * sizeof *h->nodes +
           h->capacity_n_edges * sizeof *h->n_edges + h->capacity_targets * sizeof *h->targets +
           h->capacity_choices * sizeof *h->choices + h->capacity_changes * sizeof *h->changes +
           h->capacity_ends * sizeof *h->ends + h->capacity_occurrences * sizeof *h->occurrences +
           w->capacity_ahead * sizeof *w->ahead + w->capacity_frames * sizeof *w->frames;
}

static void trim(struct walker *w)
{
    uint32_t **in_use = mem_alloc(w->n_ahead + 1, sizeof *in_use);
    for (size_t i = 0; i < w->n_ahead; i++) {
        in_use[i] = &w->ahead[i].outcome;
    }
    memo_trim(w->memo, in_use, w->n_ahead);
    free(in_use);
    memset(w->pairs, 0, ((size_t)w->pair_mask + 1) * sizeof *w->pairs);
    w->n_pairs = 0;
}

/* Tells the crew how far it is and looks whether a limit is reached. */
static void look_at_clock(struct walker *w)
{
    struct crew *crew = w->crew;
    uint64_t bytes = own_bytes(w);
    atomic_fetch_add(&crew->bytes, bytes - w->bytes_told);
    atomic_fetch_add(&crew->n_states, w->n_states - w->n_told);
    atomic_fetch_add(&crew->n_steps, w->out->n_targets - w->steps_told);
    w->steps_told = w->out->n_targets;
    w->bytes_told = bytes;
    w->n_told = w->n_states;
    const char *why =
        clock_over(&crew->clock, crew->options, atomic_load(&crew->n_states), crew_bytes(crew));
    if (why != NULL || atomic_load(&crew->stopped)) {
        atomic_store(&crew->why, why != NULL ? why : "a step stops the machine");
    }
    if (w == &crew->workers[0].walkers[0]) {
        clock_progress(&crew->clock, crew->options,
                       (struct explore_progress){.states = atomic_load(&crew->n_states),
                                                 .steps = atomic_load(&crew->n_steps),
                                                 .frontier = (uint32_t)(w->n_base + w->n_frames),
                                                 .endings = w->out->endings.n});
    }
}

static void call_others(struct walker *w);

/* Once in a while. */
static void tick(struct walker *w)
{
    const struct crew *crew = w->crew;
    bool full =
        crew->options->max_states != 0 &&
        atomic_load_explicit(&crew->n_states, memory_order_relaxed) >= crew->options->max_states;
    if (full || (w->ticks++ & CLOCK_MASK) == 0) {
        look_at_clock(w);
        call_others(w);
    }
    if (w->memo->must_trim) {
        trim(w);
    }
}

/* A walker with frames makes a move. */
static void turn(struct walker *w)
{
    struct crew *crew = w->crew;
    const struct frame *f = &w->frames[w->n_frames - 1];
    if (f->at < f->n && atomic_load_explicit(&crew->why, memory_order_relaxed) == NULL) {
        take_step(w);
    } else {
        close_state(w);
        w->oldest = w->oldest < w->n_frames ? w->oldest : w->n_frames;
    }
    tick(w);
    if (atomic_load_explicit(&crew->hungry, memory_order_relaxed) > 0) {
        give_away(w);
    }
}

/* One step of the way to a task's state; f is what the frame there is like so far. */
static void go_one(struct walker *w, struct choice c, struct frame *f, struct memo_mark *mark)
{
    struct choice choices[MAX_CHOICES];
    uint32_t outcomes[MAX_CHOICES];
    bool last_can = false;
    if (w->crew->options->bounded && f->last != NO_THREAD) {
        last_can = memo_options(w->memo, f->last, choices, outcomes) > 0;
    }
    unsigned n = memo_options(w->memo, c.thread, choices, outcomes), k = 0;
    while (k + 1 < n && memcmp(&choices[k], &c, sizeof c) != 0) {
        k++;
    }
    assert(n > 0);
    f->preemptions = (uint16_t)preemptions_with(f, c.thread, last_can);
    f->last = c.thread;
    go(w, outcomes[k], mark);
    if (w->memo->must_trim) {
        trim(w);
    }
}

/* Goes from the start to the task's state; the walk goes on from there. */
static void begin_task(struct walker *w, const struct task *task)
{
    struct memo_mark mark;
    struct frame f = {.node = task->node, .last = NO_THREAD};
    w->base = task->steps;
    w->n_base = task->n;
    for (uint32_t i = 0; i < task->n; i++) {
        go_one(w, task->steps[i], &f, i == 0 ? &w->start : &mark);
    }
    w->oldest = 0;
    open_state(w, f);
}

static void end_task(struct walker *w)
{
    if (w->n_base > 0) {
        memo_undo(w->memo, &w->start);
    }
    free(w->base);
    w->base = NULL;
    w->n_base = 0;
}

/* Goes where the search begins. */
static void go_to_start(struct walker *w)
{
    const struct explore_options *o = w->crew->options;
    struct frame f = {.last = NO_THREAD};
    for (uint32_t i = 0; i < o->n_prefix; i++) {
        struct memo_mark mark;
        go_one(w, o->prefix[i], &f, &mark);
    }
}

static void begin(struct walker *w, struct crew *crew, struct harvest *out)
{
    *w = (struct walker){.crew = crew, .out = out};
    registry_init(&out->endings);
    registry_init(&out->findings);
    grow_shown(out);
    grow_pairs(w);
    w->memo = memo_create(crew->scenario, &out->findings,
                          crew->reduction != NULL && crew->reduction->folds);
    if (crew->reduction != NULL) {
        reducer_init(&w->reducer, crew->reduction, w->memo);
    }
    go_to_start(w);
}

static void end(struct walker *w)
{
    if (w->memo == NULL) {
        return; // it never began
    }
    look_at_clock(w);
    if (w->crew->reduction != NULL) {
        reducer_release(&w->reducer);
    }
    memo_free(w->memo);
    free(w->frames);
    free(w->ahead);
    free(w->pairs);
}

/* A walker without work says so: others may give some away. */
static void be_hungry(struct walker *w)
{
    if (w->crew->crowded) {
        atomic_fetch_add(&w->crew->hungry, 1);
    }
}

static bool find_work(struct walker *w, bool wait)
{
    struct task task;
    if (!take_task(w->crew, &task, wait)) {
        return false;
    }
    begin_task(w, &task);
    return true;
}

/* Drives the walkers in turn until there is nothing left to do. */
static void work(struct worker *worker)
{
    struct crew *crew = worker->crew;
    for (bool more = true; more;) {
        more = false;
        for (unsigned i = 0; i < N_WALKERS; i++) {
            struct walker *w = &worker->walkers[i];
            if (w->n_frames > 0) {
                turn(w);
                more = true;
                if (w->n_frames == 0) {
                    end_task(w);
                    be_hungry(w);
                }
            } else if (atomic_load_explicit(&crew->n_ready, memory_order_relaxed) > 0) {
                more |= find_work(w, false);
            }
        }
        if (!more && crew->crowded) {
            more = find_work(&worker->walkers[0], true);
        }
    }
}

static void *help(void *context)
{
    work(context);
    return NULL;
}

static void note_start(struct walker *w)
{
    uint32_t found[MAX_STEP_FINDINGS];
    unsigned n = memo_start_findings(w->memo, found);
    w->frames = mem_grow(w->frames, 0, &w->capacity_frames, sizeof *w->frames);
    w->frames[0] = (struct frame){.node = 0};
    w->n_frames = 1;
    for (unsigned i = 0; i < n; i++) {
        note_shown(w, found[i], NULL, 0);
    }
    w->n_frames = 0;
}

/* Starts a thread for each worker but the first, with signals left to the caller's thread. */
static void start_workers(struct crew *crew)
{
    sigset_t all, before;
    unsigned started = 1;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < crew->n_workers && pthread_create(&crew->workers[started].thread, NULL, help,
                                                       &crew->workers[started]) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_mutex_lock(&crew->lock);
    atomic_fetch_sub(&crew->hungry, (int)((crew->n_workers - started) * N_WALKERS));
    crew->n_workers = started; // those that the host refused: nobody misses them
    pthread_mutex_unlock(&crew->lock);
}

/* The first walker calls the others once it is worth it. */
static void call_others(struct walker *w)
{
    struct crew *crew = w->crew;
    uint64_t alone = ALONE_SHARE * (uint64_t)memo_outcomes(w->memo);
    alone = alone < ALONE_STATES ? ALONE_STATES : alone;
    if (crew->crowded || (w->n_states < alone && crew->options->jobs < 2)) {
        return;
    }
    crew->crowded = true;
    crew->n_workers = n_workers(crew->options->jobs);
    atomic_store(&crew->hungry, (int)(crew->n_workers * N_WALKERS) - 1);
    for (unsigned i = 1; i < crew->n_workers * N_WALKERS; i++) {
        crew->workers[i / N_WALKERS].crew = crew;
        begin(&crew->workers[i / N_WALKERS].walkers[i % N_WALKERS], crew, &crew->harvests[i]);
    }
    crew->n_harvests = crew->n_workers * N_WALKERS;
    start_workers(crew);
}

void crew_walk(struct crew *crew)
{
    bool known;
    const struct world_shape *shape = &crew->scenario->layout.shape;
    crew->n_workers = crew->n_harvests = 1;
    crew->races = shape->n_names > 0 || shape->n_shared > 0;
    crew->visited = visited_create();
    crew->workers = mem_alloc(MAX_JOBS, sizeof *crew->workers);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->changed, NULL);
    struct walker *first = &crew->workers[0].walkers[0];
    crew->workers[0].crew = crew;
    begin(first, crew, &crew->harvests[0]);
    note_start(first);
    crew->start = crew->reduction != NULL ? reducer_start(&first->reducer) : 0;
    visited_add(crew->visited, key_of(first, first->memo->fingerprint, NO_THREAD, 0),
                fresh_node(first), &known);
    first->fresh++;
    first->n_states++;
    open_state(first, (struct frame){.node = 0, .last = NO_THREAD});
    work(&crew->workers[0]);
    for (unsigned i = 0; i < crew->n_workers; i++) {
        if (i > 0) {
            pthread_join(crew->workers[i].thread, NULL);
        }
        for (unsigned k = 0; k < N_WALKERS; k++) {
            end(&crew->workers[i].walkers[k]);
        }
    }
    free(crew->workers);
}

uint64_t crew_bytes(struct crew *crew)
{
    return visited_bytes(crew->visited) + atomic_load(&crew->bytes);
}

void harvest_release(struct harvest *h)
{
    for (size_t i = 0; i < h->capacity_of_endings; i++) {
        free(h->of_endings[i].steps);
    }
    for (size_t i = 0; i < h->capacity_of_findings; i++) {
        free(h->of_findings[i].steps);
    }
    registry_release(&h->endings);
    registry_release(&h->findings);
    free(h->of_endings);
    free(h->of_findings);
    free(h->nodes);
    free(h->n_edges);
    free(h->targets);
    free(h->choices);
    free(h->changes);
    free(h->ends);
    free(h->shown);
    free(h->shown_slots);
    free(h->occurrences);
    *h = (struct harvest){.n_nodes = 0};
}

void crew_release(struct crew *crew)
{
    for (unsigned i = 0; i < crew->n_harvests; i++) {
        harvest_release(&crew->harvests[i]);
    }
    visited_free(crew->visited);
    free(crew->tasks);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->changed);
}
