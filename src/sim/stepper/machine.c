/*
 * The machine.
 *
 * A step is: the visible operation; then the invisible work of a thread that it created and of each
 * thread that it woke, in queue order; then the thread's own. An invisible end may wake more, so
 * the list of the woken is walked until it stops growing. The first thing that stops the machine
 * ends the step.
 */
#include "sim/stepper/machine.h"

#include <stdio.h>
#include <stdlib.h>

#include "kernel_model/priority.h"
#include "kernel_model/stop.h"
#include "sim/lang/mem.h"
#include "sim/stepper/places.h"
#include "sim/stepper/watch.h"

enum { MANY_NAMES = 200 };

/* ---- memory ---- */

/* Grows the journal until the worst step fits behind what it holds. */
static void journal_room(struct machine *m)
{
    struct journal *j = &m->world.journal;
    uint64_t entries = (uint64_t)j->n_entries + m->worst_entries;
    uint64_t saved = (uint64_t)j->n_saved + m->worst_saved;
    if (2 * entries > UINT32_MAX || 2 * saved > UINT32_MAX) {
        mem_refused(); // a way of two gigabytes from the start
    }
    if (entries > j->capacity_entries) {
        j->capacity_entries = (uint32_t)(2 * entries);
        j->entries = mem_resize(j->entries, j->capacity_entries * sizeof *j->entries);
    }
    if (saved > j->capacity_saved) {
        j->capacity_saved = (uint32_t)(2 * saved);
        j->saved = mem_resize(j->saved, j->capacity_saved);
    }
}

/* What a step prints is kept with the step, so that going back shows it again. */
static void hear(void *context, thread_ix t, const char *text)
{
    struct machine *m = context;
    size_t n = strlen(m->printed);
    snprintf(m->printed + n, sizeof m->printed - n, "%sT%u prints: %s", n > 0 ? "; " : "", t + 1u,
             text);
    if (m->sink.print != NULL) {
        m->sink.print(m->sink.context, t, text);
    }
}

/* A machine without an annex keeps nothing: where nobody listens, no text is made. */
static const struct vm_sink *listener(const struct machine *m)
{
    return m->world.annex != NULL ? &m->ear : &m->sink;
}

struct machine *machine_create(const struct scenario *s, bool keep_annex)
{
    const struct world_layout *layout = &s->layout;
    struct machine *m = mem_alloc(1, sizeof *m);
    m->scenario = s;
    size_t annex_bytes = keep_annex ? (annex_size(layout) + 7) / 8 * 8 : 0;
    m->annex_bytes = annex_bytes + (keep_annex ? places_size(layout) : 0);
    unsigned char *memory = mem_alloc(1, layout->size + m->annex_bytes);
    struct annex *annex = keep_annex ? (struct annex *)(void *)(memory + layout->size) : NULL;
    m->memory = memory;
    if (keep_annex) {
        m->places = (struct place *)(void *)(memory + layout->size + annex_bytes);
    }
    world_init(&m->world, layout, memory, annex, (struct journal){.entries = NULL});
    m->worst_entries = journal_worst_entries(layout);
    m->worst_saved = journal_worst_saved(layout);
    journal_room(m);
    m->ear = (struct vm_sink){hear, m};
    machine_reset(m);
    return m;
}

void machine_free(struct machine *m)
{
    if (m != NULL) {
        watch_free(m->watch);
        free(m->world.journal.entries);
        free(m->world.journal.saved);
        free(m->memory);
        free(m);
    }
}

void machine_keep_fingerprint(struct machine *m)
{
    m->world.fingerprinting = true;
    m->world.fingerprint = world_fingerprint(&m->world);
}

void machine_watch_invariants(struct machine *m)
{
    m->watch = watch_create(m->scenario);
    machine_restored(m, m->last.n);
    m->last.invariants = m->watch != NULL ? watch_violated(m->watch) : 0;
}

/* ---- what can happen next ---- */

/* READY, and its operation can be made now (a spin lock may be held). */
static bool can_run(const struct machine *m, thread_ix t)
{
    const struct kthread *thread = world_thread(&m->world, t);
    if (thread->state == THREAD_WAITING) {
        return (thread->wait_flags & WAIT_FLAG_RETEST) != 0;
    }
    if (thread->state != THREAD_READY) {
        return false;
    }
    struct request q = vm_request(m->scenario, &m->world, t);
    return nt_call_enabled(&m->world, t, &q);
}

static bool has_timeout(const struct machine *m, thread_ix t)
{
    const struct kthread *thread = world_thread(&m->world, t);
    return thread->state == THREAD_WAITING && (thread->wait_flags & WAIT_FLAG_TIMED) != 0;
}

unsigned machine_thread_choices(const struct machine *m, thread_ix t, struct choice *out)
{
    const struct kthread *thread = world_thread(&m->world, t);
    unsigned n = 0;
    if (thread->state == THREAD_READY) {
        struct request q = vm_request(m->scenario, &m->world, t);
        bool can = nt_call_enabled(&m->world, t, &q);
        for (unsigned picks = can ? nt_call_choices(&m->world, t, &q) : 0; n < picks; n++) {
            out[n] = (struct choice){t, CHOICE_RUN, (uint8_t)n, 0};
        }
    } else if (thread->state == THREAD_WAITING) {
        if ((thread->wait_flags & WAIT_FLAG_RETEST) != 0) {
            out[n++] = (struct choice){t, CHOICE_RUN, 0, 0};
        }
        if ((thread->wait_flags & WAIT_FLAG_TIMED) != 0) {
            out[n++] = (struct choice){t, CHOICE_TIMEOUT, 0, 0};
        }
    }
    return n;
}

unsigned machine_choices(const struct machine *m, struct choice *out)
{
    unsigned n = 0;
    if (world_system(&m->world)->stop != STOP_NONE) {
        return 0;
    }
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        n += machine_thread_choices(m, t, out + n);
    }
    return n;
}

thread_set machine_enabled(const struct machine *m)
{
    thread_set enabled = 0;
    if (world_system(&m->world)->stop != STOP_NONE) {
        return 0;
    }
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        if (can_run(m, t)) {
            enabled |= thread_bit(t);
        }
    }
    return enabled;
}

bool machine_spins(const struct machine *m, thread_ix t)
{
    return world_system(&m->world)->stop == STOP_NONE &&
           world_thread(&m->world, t)->state == THREAD_READY && !can_run(m, t);
}

/* Has the operation so many ways to come out? The thread can run. */
static bool has_pick(const struct machine *m, struct choice c)
{
    if (world_thread(&m->world, c.thread)->state != THREAD_READY) {
        return false;
    }
    struct request q = vm_request(m->scenario, &m->world, c.thread);
    return c.pick < nt_call_choices(&m->world, c.thread, &q);
}

enum refusal machine_refusal(const struct machine *m, struct choice c)
{
    if (c.thread >= m->world.layout->shape.n_threads) {
        return REFUSED_NO_THREAD;
    }
    if (world_system(&m->world)->stop != STOP_NONE) {
        return REFUSED_STOPPED;
    }
    const struct kthread *thread = world_thread(&m->world, c.thread);
    if (thread->state == THREAD_ABSENT) {
        return REFUSED_ABSENT;
    }
    if (thread->state == THREAD_FINISHED) {
        return REFUSED_ENDED;
    }
    if (c.kind == CHOICE_TIMEOUT) {
        return has_timeout(m, c.thread) ? REFUSED_NOT : REFUSED_NO_TIMEOUT;
    }
    if (!can_run(m, c.thread)) {
        return thread->state == THREAD_WAITING ? REFUSED_WAITS : REFUSED_SPINS;
    }
    return c.pick == 0 || has_pick(m, c) ? REFUSED_NOT : REFUSED_NO_PICK;
}

/* ---- the step ---- */

/* Notes how a thread's invisible work came out. False: the machine has stopped. */
static bool note_outcome(struct machine *m, thread_ix t, enum vm_outcome outcome)
{
    if (outcome == VM_REST) {
        return true;
    }
    if (outcome == VM_ENDED) {
        m->last.ended |= thread_bit(t);
        return true;
    }
    m->last.outcome = outcome;
    m->last.stopped = t;
    return false;
}

/* Driver code runs only while the driver's image is there (KERNEL.md 3.3). */
static bool image_gone(struct machine *m, thread_ix t)
{
    if (!world_system(&m->world)->image_unmapped) {
        return false;
    }
    uint64_t address = object_address(object_make(OBJECT_THREAD, t));
    stop_bugcheck(&m->world, t, &m->last.effect,
                  BUGCHECK_DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS,
                  (const uint64_t[4]){address, 0, address, 0},
                  "The driver was unloaded while this thread still had to run in its code.");
    m->last.outcome = VM_BUGCHECK;
    m->last.stopped = t;
    return true;
}

/* Lets everybody whom the operation created or woke do the invisible work. False: stopped. */
static bool run_woken(struct machine *m)
{
    struct step *s = &m->last;
    if (s->call == CALL_PsCreateSystemThread && s->effect.other != 0) {
        thread_ix created = (thread_ix)object_ix_of(s->effect.other);
        if (image_gone(m, created) || !note_outcome(m, created,
                                                    vm_start(m->scenario, &m->world, created,
                                                             &s->effect, &s->stop, listener(m)))) {
            return false;
        }
    }
    for (unsigned i = 0; i < s->effect.n_woken; i++) {
        struct woken woken = s->effect.woken[i];
        if (image_gone(m, woken.thread) ||
            !note_outcome(m, woken.thread,
                          vm_resume(m->scenario, &m->world, woken.thread, woken.result, 0,
                                    &s->effect, &s->stop, listener(m)))) {
            return false;
        }
    }
    return true;
}

/* A table of limits.h is full: the run ends as a fault at the call's place. */
static void table_full(struct machine *m, thread_ix t)
{
    const struct code *code = &m->scenario->threads[t].code;
    const struct instr_note *note = &code->notes[world_thread(&m->world, t)->pc];
    m->last.stop =
        (struct vm_stop){"a table of the kernel is full (handles of the thread, opens of "
                         "the file, or acquisitions of the resource)",
                         note->line, note->column, 0, 0};
    struct system_state *s = world_edit_system(&m->world);
    s->stop = STOP_FAULT;
    s->thread = t;
    s->code = note->line;
    m->last.outcome = VM_FAULT;
    m->last.stopped = t;
}

static void run_call(struct machine *m, thread_ix t, unsigned pick)
{
    struct step *s = &m->last;
    struct request q = vm_request(m->scenario, &m->world, t);
    s->call = q.call;
    s->n_args = q.n_args;
    s->line = vm_line(m->scenario, &m->world, t);
    if (q.n_args > 0) {
        memcpy(s->args, q.args, sizeof *q.args * q.n_args);
    }
    if (image_gone(m, t)) {
        return;
    }
    nt_call_perform(&m->world, t, &q, pick, &s->effect);
    switch (s->effect.status) {
    case KM_BUGCHECK:
        s->outcome = VM_BUGCHECK;
        s->stopped = t;
        return;
    case KM_FULL:
        table_full(m, t);
        return;
    case KM_WAIT:
        vm_queued(m->scenario, &m->world, t);
        run_woken(m);
        return;
    case KM_OK:
    case KM_BUSY:
        break;
    }
    bool ended = s->effect.thread_ended;
    if (ended) {
        s->ended |= thread_bit(t);
    }
    if (!run_woken(m) || ended || image_gone(m, t)) {
        return;
    }
    note_outcome(m, t,
                 vm_resume(m->scenario, &m->world, t, s->effect.result, s->effect.out_value,
                           &s->effect, &s->stop, listener(m)));
}

void machine_spinning(const struct machine *m, object_ref spin[MAX_THREADS])
{
    memset(spin, 0, sizeof(object_ref) * MAX_THREADS);
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        if (machine_spins(m, t)) {
            spin[t] = (object_ref)vm_request(m->scenario, &m->world, t).args[0];
        }
    }
}

/*
 * A cycle can only be closed by a thread whose own wait began in this step: it queued, or it now
 * stands before a spin lock that is held.
 */
static void find_cycle(struct machine *m)
{
    struct step *s = &m->last;
    bool locks = m->world.layout->shape.n_spinlocks > 0;
    if (s->outcome != VM_REST || (s->effect.status != KM_WAIT && !locks)) {
        return;
    }
    object_ref spin[MAX_THREADS];
    machine_spinning(m, spin);
    unsigned n = wait_cycles(&m->world, s->choice.thread, spin, s->cycles, MAX_STEP_CYCLES);
    for (unsigned i = 0; locks && n < MAX_STEP_CYCLES && i < s->effect.n_woken; i++) {
        n += wait_cycles(&m->world, s->effect.woken[i].thread, spin, s->cycles + n,
                         MAX_STEP_CYCLES - n);
    }
    s->n_cycles = (uint8_t)n;
}

/* Which invariants this step broke. */
static void check_invariants(struct machine *m)
{
    if (m->watch == NULL) {
        return;
    }
    uint64_t before = watch_violated(m->watch);
    watch_step(m->watch, &m->world);
    m->last.invariants = watch_violated(m->watch) & ~before;
}

/* Clears the step record without touching its large arrays. */
static void step_begin(struct step *s, uint32_t n, struct choice c)
{
    s->n = n;
    s->choice = c;
    s->call = CALL_NONE;
    s->n_args = 0;
    s->line = 0;
    s->outcome = VM_REST;
    s->stopped = NO_THREAD;
    s->ended = 0;
    s->n_cycles = 0;
    s->invariants = 0;
    effect_begin(&s->effect);
}

/* The thread has made the step of this line. */
static void note_line(struct world *w, thread_ix t, uint16_t line)
{
    if (w->annex != NULL && line > 0 && line <= ANNEX_LINES)
        w->annex->threads[t].lines[(line - 1) / 32] |= UINT32_C(1) << (line - 1) % 32;
}

/* One step on top of what the journal holds. */
static void make_step(struct machine *m, struct choice c)
{
    struct world *w = &m->world;
    assert(machine_refusal(m, c) == REFUSED_NOT);
    m->printed[0] = '\0';
    world_begin_step(w);
    step_begin(&m->last, m->last.n + 1, c);
    if (w->annex != NULL) {
        w->annex->step = m->last.n;
        w->annex->last_thread = c.thread;
        w->annex->threads[c.thread].steps++;
    }
    if (c.kind == CHOICE_TIMEOUT || world_thread(w, c.thread)->state == THREAD_WAITING) {
        m->last.line = vm_line(m->scenario, w, c.thread);
        if (c.kind == CHOICE_TIMEOUT) {
            nt_timeout_fires(w, c.thread, &m->last.effect);
        } else {
            wait_retest(w, c.thread, &m->last.effect);
        }
        run_woken(m);
    } else {
        run_call(m, c.thread, c.pick);
        note_line(w, c.thread, m->last.line);
    }
    priority_charge(w, c.thread);
    places_note(m);
    find_cycle(m);
    check_invariants(m);
    world_end_step(w);
    // in every build that is not for speed, after every step; a search with many files would take minutes
    assert((w->annex == NULL && w->layout->shape.n_names > MANY_NAMES) ||
           world_invariant(w) == NULL);
}

const struct step *machine_step(struct machine *m, struct choice c)
{
    world_forget(&m->world);
    make_step(m, c);
    return &m->last;
}

const struct step *machine_push(struct machine *m, struct choice c, struct machine_mark *mark)
{
    assert(m->world.annex == NULL);
    *mark = (struct machine_mark){m->world.journal.n_entries, m->world.fingerprint};
    journal_room(m);
    make_step(m, c);
    return &m->last;
}

const struct step *machine_push_with(struct machine *m, struct choice c, shared_ix cell,
                                     int32_t value, struct machine_mark *mark)
{
    *mark = (struct machine_mark){m->world.journal.n_entries, m->world.fingerprint};
    journal_room(m);
    world_begin_step(&m->world);
    *world_edit_shared(&m->world, cell) = value;
    struct machine_mark inner;
    return machine_push(m, c, &inner);
}

void machine_pop(struct machine *m, const struct machine_mark *mark)
{
    struct world *w = &m->world;
    uint32_t n = w->journal.n_entries;
    bool fingerprinting = w->fingerprinting;
    w->fingerprinting = false; // the mark knows what it was
    world_undo_to(w, mark->n_entries);
    w->fingerprinting = fingerprinting;
    w->fingerprint = mark->fingerprint;
    m->last.n--;
    if (m->watch != NULL) {
        watch_undone(m->watch, w, mark->n_entries, n);
    }
}

void machine_lift(struct machine *m, const struct machine_mark *mark, uint32_t n,
                  struct machine_lifted *lifted)
{
    struct world *w = &m->world;
    *lifted = (struct machine_lifted){
        .mark = *mark,
        .end = {w->journal.n_entries, w->fingerprint},
        .step_first = w->journal.step_first,
        .n = n,
    };
    world_swap_back(w, mark->n_entries, lifted->end.n_entries);
    w->fingerprint = mark->fingerprint;
    m->last.n -= n;
    if (m->watch != NULL) {
        watch_undone(m->watch, w, mark->n_entries, lifted->end.n_entries);
    }
}

void machine_lower(struct machine *m, const struct machine_lifted *lifted)
{
    struct world *w = &m->world;
    assert(w->journal.n_entries == lifted->end.n_entries);
    world_swap_forward(w, lifted->mark.n_entries, lifted->end.n_entries);
    w->journal.step_first = lifted->step_first;
    w->fingerprint = lifted->end.fingerprint;
    m->last.n += lifted->n;
    if (m->watch != NULL) {
        watch_undone(m->watch, w, lifted->mark.n_entries, lifted->end.n_entries);
    }
}

void machine_reset(struct machine *m)
{
    struct world *w = &m->world;
    const struct scenario *s = m->scenario;
    memcpy(w->block, s->initial, w->layout->size);
    world_forget(w);
    m->printed[0] = '\0';
    world_begin_step(w);
    step_begin(&m->last, 0, (struct choice){NO_THREAD, CHOICE_RUN, 0, 0});
    annex_reset(w);
    if (m->places != NULL) {
        memset(m->places, 0, places_size(w->layout));
    }
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        if (world_thread(w, t)->state == THREAD_READY &&
            !note_outcome(m, t, vm_start(s, w, t, &m->last.effect, &m->last.stop, listener(m)))) {
            break;
        }
    }
    machine_restored(m, 0);
    if (m->watch != NULL) {
        m->last.invariants = watch_violated(m->watch);
    }
}

void machine_restored(struct machine *m, uint32_t n)
{
    struct world *w = &m->world;
    m->last.n = n;
    world_forget(w);
    if (w->fingerprinting) {
        w->fingerprint = world_fingerprint(w);
    }
    if (m->watch != NULL) {
        watch_rebuild(m->watch, w);
    }
}
