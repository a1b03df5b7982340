/*
 * One walker through the states.
 */
#include "sim/explore/walk.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/explore/walk_parts.h"
#include "sim/lang/mem.h"

enum {
    NODE_BLOCK = SPAN, // numbers that a walker takes at a time
    GIVE_SHARE = 8,    // at most one step of a task's way for so many states found
};

/* ---- what comes next ---- */

/* The fingerprint under which a state is known: bounded searches tell more states apart. */
static struct fingerprint key_of(const struct walker *w, struct fingerprint f, uint8_t last,
                                 uint32_t preemptions)
{
    if (w->bounded) {
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

static bool can_move(const struct walker *w, const struct frame *f, uint8_t thread)
{
    for (uint32_t i = f->first; i < f->first + f->n; i++) {
        if (w->ahead[i].option.choice.thread == thread) {
            return true;
        }
    }
    return false;
}

static bool any_stops(const struct walker *w, size_t first)
{
    for (size_t i = first; i < w->n_ahead; i++) {
        if (memo_look(w->memo, w->ahead[i].option.outcome)->stopped) {
            return true;
        }
    }
    return false;
}

static uint64_t *reads_of(const struct walker *w, size_t frame)
{
    return &w->reads[frame * w->n_threads];
}

/* Puts what thread t can do on the stack. */
static void find_steps_of(struct walker *w, thread_ix t)
{
    struct option options[MAX_CHOICES];
    unsigned n = memo_options(w->memo, t, options, &reads_of(w, w->n_frames - 1)[t]);
    for (unsigned i = 0; i < n; i++) {
        w->ahead[w->n_ahead].option = options[i];
        w->ahead[w->n_ahead++].before = 0;
    }
}

/*
 * The same thread t could do in the state before, if the step in between changed nothing that it
 * depends on: puts that on the stack, or returns false. *at is where t's steps stand there.
 */
static bool copy_steps_of(struct walker *w, thread_ix t, uint64_t changes, size_t *at)
{
    size_t k = w->n_frames - 2, end = w->frames[k].first + w->frames[k].n;
    while (*at < end && w->ahead[*at].option.choice.thread < t) {
        (*at)++;
    }
    uint64_t reads = reads_of(w, k)[t];
    if ((reads & changes) != 0) {
        return false;
    }
    for (size_t i = *at; i < end && w->ahead[i].option.choice.thread == t; i++) {
        w->ahead[w->n_ahead].option = w->ahead[i].option;
        w->ahead[w->n_ahead++].before = (uint32_t)i + 1;
    }
    reads_of(w, k + 1)[t] = reads;
    return true;
}

/*
 * Where the steps of the frame below the top begin. Sets *changes to the slots that the step from there changed; to all
 * if nothing of that frame can be used.
 */
static size_t changes_before(const struct walker *w, uint64_t *changes)
{
    const struct frame *below = w->n_frames > 1 ? &w->frames[w->n_frames - 2] : NULL;
    if (below == NULL || below->age != w->memo->age || w->memo->must_trim) {
        *changes = UINT64_MAX;
        return 0;
    }
    uint32_t outcome = w->ahead[below->first + below->taken].option.outcome;
    *changes = memo_look(w->memo, outcome)->changes;
    return below->first;
}

/*
 * May the steps of thread t stand for those of all? Under a bound only those of the thread that moved last: let it be t,
 * and put its next step in front of a schedule where others move before it. None of its switches
 * becomes a preemption; the one away from t stands where another did. Any other thread that went
 * first could cost a preemption more.
 */
static bool may_go_alone(struct walker *w, thread_ix t)
{
    return w->reduction != NULL && (!w->bounded || t == top_of(w)->last) &&
           reducer_alone(&w->reducer, t);
}

/* Only thread t moves here: the steps of the others leave the stack. */
static void go_alone(struct walker *w, size_t first)
{
    struct frame *f = top_of(w);
    size_t n = w->n_ahead - first;
    memmove(w->ahead + f->first, w->ahead + first, n * sizeof *w->ahead);
    w->n_ahead = f->first + n;
    memset(reads_of(w, w->n_frames - 1), 0xff, w->n_threads * sizeof *w->reads);
    w->out->n_alone++;
}

/*
 * Puts the steps of the state on top on the stack. Most threads can do what they could do before the
 * last step: for that, the slots that each one's steps depend on are kept with the frame.
 */
static void find_steps(struct walker *w)
{
    uint64_t changes;
    size_t before = changes_before(w, &changes);
    for (thread_ix t = 0; t < w->n_threads; t++) {
        size_t first = w->n_ahead;
        if (changes == UINT64_MAX || !copy_steps_of(w, t, changes, &before)) {
            find_steps_of(w, t);
        }
        if (w->n_ahead > first && may_go_alone(w, t) && !any_stops(w, first)) {
            go_alone(w, first);
            return;
        }
    }
    if (w->reduction != NULL && !w->reduction->stops && any_stops(w, top_of(w)->first)) {
        atomic_store(&w->crew->stopped, true);
    }
}

/* Takes steps off the stack again that are one preemption too many. */
static void bound_steps(struct walker *w)
{
    struct frame *f = top_of(w);
    f->n = (uint16_t)(w->n_ahead - f->first);
    bool last_can = can_move(w, f, f->last);
    w->n_ahead = f->first;
    for (uint32_t i = f->first; i < f->first + f->n; i++) {
        struct option option = w->ahead[i].option;
        if (preemptions_with(f, option.choice.thread, last_can) <= w->crew->options->preemptions) {
            w->ahead[w->n_ahead++].option = option;
        }
    }
    memset(reads_of(w, w->n_frames - 1), 0xff, w->n_threads * sizeof *w->reads);
}

/*
 * Where a step leads, if that is known: let t be the step that led here, and u this step. If neither
 * changes what the other depends on, t then u leads where u then t does, and of u the state before
 * knows where it leads. UNKNOWN: else.
 */
static uint32_t known_target(const struct walker *w, const struct ahead *a)
{
    if (a->before == 0 || w->bounded || w->reduction != NULL) {
        return UNKNOWN;
    }
    size_t k = w->n_frames - 2;
    const struct frame *below = &w->frames[k];
    const struct ahead *u = &w->ahead[a->before - 1], *t = &w->ahead[below->first + below->taken];
    uint64_t changes = memo_look(w->memo, u->option.outcome)->changes;
    if (u > t || (reads_of(w, k)[t->option.choice.thread] & changes) != 0) {
        return UNKNOWN; // the walker has yet to make u there
    }
    return log_target(w->out, u->to, choice_pack(t->option.choice));
}

/* Where a step leads, and that memory will be wanted there. Returns what the step touches. */
static uint64_t look_behind(struct walker *w, const struct frame *f, struct ahead *a)
{
    const struct outcome *o = memo_look(w->memo, a->option.outcome);
    uint64_t touches = o->touches;
    a->after = memo_after(w->memo, a->option.outcome);
    a->shows = o->n_findings > 0 || o->n_claims > 0 || o->asked > 0;
    if (w->reduction != NULL) {
        a->change = reducer_look(&w->reducer, a->option.outcome, &a->after);
        w->out->n_folded += w->reducer.n_dead > 0;
    }
    if (w->bounded) {
        uint8_t thread = a->option.choice.thread;
        a->after =
            key_of(w, a->after, thread, preemptions_with(f, thread, can_move(w, f, f->last)));
    }
    a->to = known_target(w, a);
    a->is_far = a->to == UNKNOWN;
    if (a->is_far) {
        visited_prefetch(w->crew->visited, a->after);
    }
    return touches;
}

/* Another frame on the stack, with room for its steps. */
static struct frame *push_frame(struct walker *w, uint32_t node, uint8_t last, uint32_t preemptions)
{
    size_t capacity = w->capacity_frames;
    w->frames = mem_grow(w->frames, w->n_frames, &w->capacity_frames, sizeof *w->frames);
    if (w->capacity_frames != capacity) {
        size_t n = w->capacity_frames * w->n_threads + 1;
        w->reads = mem_resize(w->reads, n * sizeof *w->reads);
    }
    while (w->n_ahead + MAX_CHOICES > w->capacity_ahead) {
        w->ahead = mem_grow_list(w->ahead, &w->capacity_ahead, sizeof *w->ahead);
    }
    struct frame *f = &w->frames[w->n_frames++];
    f->node = node;
    f->first = (uint32_t)w->n_ahead;
    f->n = f->at = 0;
    f->last = last;
    f->preemptions = (uint16_t)preemptions;
    f->races = false;
    return f;
}

/* What can be done in the state on top, which is new, goes on the stack; or it is an end. */
static void open_state(struct walker *w)
{
    struct frame *f = top_of(w);
    if (!memo_stopped(w->memo)) {
        find_steps(w);
    }
    if (w->bounded) {
        bound_steps(w);
    }
    f->n = (uint16_t)(w->n_ahead - f->first);
    f->age = w->memo->must_trim ? UINT32_MAX : w->memo->age;
    f->log = log_state(w->out, f->node, f->n, w->counters);
    uint64_t touched = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        struct ahead *a = &w->ahead[f->first + i];
        uint64_t touches = look_behind(w, f, a);
        f->races |= (touches & touched) != 0;
        touched |= touches;
        log_put_step(f->log, i,
                     (struct logged_step){a->to, choice_pack(a->option.choice), a->change},
                     w->counters);
    }
    if (f->n == 0) {
        walker_note_end(w);
    }
}

static void close_state(struct walker *w)
{
    const struct frame *f = top_of(w);
    if (f->races) {
        walker_note_races(w);
    }
    w->n_ahead = f->first;
    w->n_frames--;
    w->oldest = w->oldest < w->n_frames ? w->oldest : w->n_frames;
    if (w->n_frames > 0) {
        memo_undo(w->memo, &f->mark);
    } else if (w->n_base > 0) {
        memo_undo(w->memo, &w->start);
    }
}

/* ---- steps ---- */

static uint32_t fresh_node(struct walker *w)
{
    if (w->fresh == w->fresh_end) {
        w->fresh = atomic_fetch_add(&w->crew->next_node, NODE_BLOCK);
        w->fresh_end = w->fresh + NODE_BLOCK;
    }
    return w->fresh;
}

/* Asks for the state with this fingerprint. True: it is new. */
static bool find_node(struct walker *w, struct fingerprint f, uint32_t *node)
{
    bool known;
    *node = visited_add(w->crew->visited, f, fresh_node(w), &known);
    if (!known) {
        w->fresh++;
        w->n_states++;
        if (w->crew->options->max_states != 0) { // the limit is exact
            w->n_told++;
            atomic_fetch_add(&w->crew->n_states, 1);
        }
    }
    return !known;
}

/* Asks where the next step of a frame leads. True: to a new state. */
static bool ask(struct walker *w, struct frame *f)
{
    struct ahead *a = &w->ahead[f->first + f->at];
    bool is_new = false;
    if (a->to == UNKNOWN) {
        is_new = find_node(w, a->after, &a->to);
        log_put_target(f->log, f->at, a->to, w->counters);
    }
    assert(a->to == visited_find(w->crew->visited, a->after));
    f->at++;
    return is_new;
}

/* Goes to the state behind an outcome of the present one. */
static void go(struct walker *w, uint32_t outcome, struct memo_mark *mark)
{
    if (w->reduction != NULL) {
        struct fingerprint after = {0, 0};
        reducer_look(&w->reducer, outcome, &after);
        memo_apply(w->memo, outcome, mark);
        reducer_clear(&w->reducer);
    } else {
        memo_apply(w->memo, outcome, mark);
    }
}

/* Makes the next step of the state on top. True: it leads to a new state. */
static bool take_step(struct walker *w)
{
    struct frame *f = top_of(w);
    struct ahead *a = &w->ahead[f->first + f->at];
    if (a->shows) {
        walker_note_findings(w, a);
    }
    f->taken = f->at;
    if (!ask(w, f)) {
        return false;
    }
    struct choice c = a->option.choice;
    uint32_t outcome = a->option.outcome, preemptions = 0;
    if (w->bounded) {
        preemptions = preemptions_with(f, c.thread, can_move(w, f, f->last));
    }
    go(w, outcome, &push_frame(w, a->to, c.thread, preemptions)->mark); // f and a may have moved
    open_state(w);
    return true;
}

static void trim(struct walker *w)
{
    uint32_t **in_use = mem_alloc(w->n_ahead + 1, sizeof *in_use);
    for (size_t i = 0; i < w->n_ahead; i++) {
        in_use[i] = &w->ahead[i].option.outcome;
    }
    memo_trim(w->memo, in_use, w->n_ahead);
    free(in_use);
    pairs_forget(&w->pairs);
}

static void end_task(struct walker *w)
{
    free(w->base);
    w->base = NULL;
    w->n_base = 0;
}

/* Must memory come first before it is known where the next step of a frame leads? */
static bool must_wait(const struct walker *w, const struct frame *f)
{
    struct ahead *a = &w->ahead[f->first + f->at];
    bool waits = a->is_far && !visited_is_near(w->crew->visited, a->after);
    a->is_far = false; // one wait is enough
    return waits;
}

bool walker_turn(struct walker *w)
{
    bool is_over = false;
    while (!is_over && w->n_frames > 0) {
        const struct frame *f = top_of(w);
        bool stops = atomic_load_explicit(&w->crew->why, memory_order_relaxed) != NULL;
        if (f->at == f->n || stops) {
            close_state(w);
        } else {
            is_over = must_wait(w, f) || take_step(w);
        }
    }
    if (w->memo->must_trim) {
        trim(w);
    }
    if (w->n_frames == 0) {
        end_task(w);
    }
    return is_over;
}

/* ---- tasks ---- */

bool walker_give(struct walker *w, struct task *task)
{
    for (; w->oldest + 1 < w->n_frames; w->oldest++) {
        struct frame *f = &w->frames[w->oldest];
        uint64_t steps = w->n_base + w->oldest + 1;
        if (GIVE_SHARE * (w->n_given + steps) > w->n_states) {
            return false;
        }
        // what a step shows is noted where it is made, so one that shows something is not given away
        while (f->at < f->n && !w->ahead[f->first + f->at].shows) {
            const struct ahead *a = &w->ahead[f->first + f->at];
            if (ask(w, f)) {
                struct witness there = walker_way(w, w->oldest + 1, &a->option.choice, 1);
                w->n_given += steps;
                *task = (struct task){there.steps, there.n, a->to};
                return true;
            }
        }
    }
    return false;
}

/* One step of the way to a task's state; f is what the frame there is like so far. */
static void go_one(struct walker *w, struct choice c, struct frame *f, struct memo_mark *mark)
{
    struct option options[MAX_CHOICES];
    uint64_t reads;
    bool last_can =
        w->bounded && f->last != NO_THREAD && memo_options(w->memo, f->last, options, &reads) > 0;
    unsigned n = memo_options(w->memo, c.thread, options, &reads), k = 0;
    while (k + 1 < n && memcmp(&options[k].choice, &c, sizeof c) != 0) {
        k++;
    }
    assert(n > 0);
    f->preemptions = (uint16_t)preemptions_with(f, c.thread, last_can);
    f->last = c.thread;
    go(w, options[k].outcome, mark);
    if (w->memo->must_trim) {
        trim(w);
    }
}

void walker_begin_task(struct walker *w, const struct task *task)
{
    struct memo_mark mark;
    struct frame f = {.last = NO_THREAD};
    w->base = task->steps;
    w->n_base = task->n;
    for (uint32_t i = 0; i < task->n; i++) {
        go_one(w, task->steps[i], &f, i == 0 ? &w->start : &mark);
    }
    w->oldest = 0;
    push_frame(w, task->node, f.last, f.preemptions);
    open_state(w);
}

void walker_visit_start(struct walker *w)
{
    uint32_t found[MAX_STEP_FINDINGS], node;
    unsigned n = memo_start_findings(w->memo, found);
    find_node(w, key_of(w, w->memo->fingerprint, NO_THREAD, 0), &node);
    push_frame(w, node, NO_THREAD, 0);
    open_state(w);
    for (unsigned i = 0; i < n; i++) {
        walker_note_shown(w, found[i], NULL, 0);
    }
}

/* ---- life ---- */

uint64_t walker_bytes(const struct walker *w)
{
    return memo_bytes(w->memo) + harvest_bytes(w->out) + w->capacity_ahead * sizeof *w->ahead +
           w->capacity_frames * (sizeof *w->frames + w->n_threads * sizeof *w->reads);
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

void walker_begin(struct walker *w, struct crew *crew, struct harvest *out)
{
    *w = (struct walker){.crew = crew, .out = out};
    w->n_threads = crew->scenario->layout.shape.n_threads;
    w->reduction = crew->reduction;
    w->counters = w->reduction != NULL && w->reduction->n_counters > 0;
    w->bounded = crew->options->bounded;
    harvest_init(out);
    pairs_init(&w->pairs);
    w->memo = memo_create(crew->scenario, &out->findings);
    if (w->reduction != NULL) {
        reducer_init(&w->reducer, w->reduction, w->memo);
    }
    go_to_start(w);
}

void walker_end(struct walker *w)
{
    if (w->memo == NULL) {
        return; // it never began
    }
    if (w->reduction != NULL) {
        reducer_release(&w->reducer);
    }
    memo_free(w->memo);
    free(w->frames);
    free(w->reads);
    free(w->ahead);
    pairs_release(&w->pairs);
}
