/*
 * Each kind of stop is one question about a machine that stands behind a step. Only `when` looks
 * beyond the step: it wants to know what held before, so each condition keeps its last value while a
 * run goes through the places in order. Going back, the recorded steps are made again in stretches,
 * the last one first, each begun one step early to know what held before it.
 */
#include "sim/stepper/breakpoints.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/lang/compile.h"
#include "sim/lang/condition.h"
#include "sim/lang/mem.h"
#include "sim/lang/span.h"

enum { STRETCH = 256 }; // steps looked at together on the way back

struct breakpoints {
    const struct scenario *scenario;
    struct breakpoint *items;
    bool *held; // of HALT_WHEN: the predicate held at the place seen last
    size_t n, capacity, capacity_held;
};

static uint32_t append(struct breakpoints *b, struct breakpoint item)
{
    b->items = mem_grow(b->items, b->n, &b->capacity, sizeof *b->items);
    b->held = mem_grow(b->held, b->n, &b->capacity_held, sizeof *b->held);
    b->items[b->n] = item;
    b->held[b->n] = false;
    return (uint32_t)b->n++;
}

struct breakpoints *breakpoints_open(const struct scenario *s)
{
    static const char *const standing[N_STANDING_HALTS] = {
        [HALT_AT_BLOCK] = "block", [HALT_AT_WAKE] = "wake", [HALT_AT_FINDING] = "finding",
        [HALT_AT_END] = "end",     [HALT_AT_LOST] = "lost",
    };
    struct breakpoints *b = mem_alloc(1, sizeof *b);
    b->scenario = s;
    for (unsigned k = 0; k < N_STANDING_HALTS; k++) {
        append(b, (struct breakpoint){.kind = (enum halt_kind)k,
                                      .on = true,
                                      .text = mem_text(standing[k], strlen(standing[k]))});
    }
    return b;
}

static void item_release(struct breakpoint *item)
{
    free(item->text);
    code_release(&item->when);
}

void breakpoints_close(struct breakpoints *b)
{
    if (b == NULL) {
        return;
    }
    for (size_t k = 0; k < b->n; k++) {
        item_release(&b->items[k]);
    }
    free(b->items);
    free(b->held);
    free(b);
}

uint32_t breakpoints_count(const struct breakpoints *b)
{
    return (uint32_t)b->n;
}

const struct breakpoint *breakpoints_at(const struct breakpoints *b, uint32_t ix)
{
    return &b->items[ix];
}

void breakpoints_switch(struct breakpoints *b, uint32_t ix, bool on)
{
    b->items[ix].on = on;
}

void breakpoints_remove(struct breakpoints *b, uint32_t ix)
{
    assert(ix >= N_STANDING_HALTS && ix < b->n);
    item_release(&b->items[ix]);
    memmove(&b->items[ix], &b->items[ix + 1], (b->n - ix - 1) * sizeof *b->items);
    b->n--;
}

bool breakpoints_on_line(const struct breakpoints *b, thread_ix t, uint32_t line)
{
    for (size_t k = N_STANDING_HALTS; k < b->n; k++) {
        const struct breakpoint *item = &b->items[k];
        if (item->on && item->kind == HALT_AT_LINE && item->thread == t && item->line == line) {
            return true;
        }
    }
    return false;
}

/* ---- reading ---- */

/* Cuts the next word off *text. */
static struct span next_word(const char **text)
{
    const char *p = *text;
    while (*p == ' ') {
        p++;
    }
    struct span word = {.at = p, .n = strcspn(p, " ")};
    p += word.n;
    while (*p == ' ') {
        p++;
    }
    *text = p;
    return word;
}

static bool read_count(struct span word, uint32_t *value)
{
    uint64_t n = 0;
    for (size_t k = 0; k < word.n; k++) {
        if (!is_digit(word.at[k]) || n > UINT32_MAX / 10) {
            return false;
        }
        n = 10 * n + (uint64_t)(word.at[k] - '0');
    }
    *value = (uint32_t)n;
    return word.n > 0;
}

/* "2", "T2" or "Mover". */
static bool read_thread(const struct scenario *s, struct span word, thread_ix *t)
{
    struct span digits = word;
    uint32_t number;
    if (word.n > 1 && capital(word.at[0]) == 'T') {
        digits = (struct span){.at = word.at + 1, .n = word.n - 1};
    }
    if (read_count(digits, &number)) {
        *t = (thread_ix)(number - 1);
        return number >= 1 && number <= s->n_threads;
    }
    *t = scenario_find_thread(s, word.at, word.n);
    return *t != NO_THREAD;
}

/* Does the name begin with these letters, in whatever case? */
static bool begins(const char *name, struct span with)
{
    for (size_t k = 0; k < with.n; k++) {
        if (name[k] == '\0' || capital(name[k]) != capital(with.at[k])) {
            return false;
        }
    }
    return with.n > 0;
}

/* The first call whose NT name is this, or else begins so. */
static uint32_t find_call(struct span word)
{
    uint32_t exact = nt_call_find(word.at, (uint32_t)word.n);
    for (uint32_t k = CALL_NONE + 1; k < N_CALLS && exact == CALL_NONE; k++) {
        const struct nt_call_row *row = nt_call_row((enum nt_call)k);
        if (row->visible && (begins(row->name, word) || begins(row->verb, word))) {
            return k;
        }
    }
    return exact;
}

static object_ref try_object(enum object_kind kind, unsigned ix, const char *name, struct span word,
                             object_ref found)
{
    bool exact = begins(name, word) && name[word.n] == '\0';
    if (exact || (found == 0 && begins(name, word))) {
        return object_make(kind, ix);
    }
    return found;
}

/* The object of this name, or whose name begins so; files also by the last part of their path. */
static object_ref find_object(const struct scenario *s, struct span word)
{
    const struct world_shape *shape = &s->layout.shape;
    object_ref found = 0;
    for (unsigned k = 0; k < shape->n_resources; k++) {
        found = try_object(OBJECT_RESOURCE, k, s->resources[k].name, word, found);
    }
    for (unsigned k = 0; k < shape->n_events; k++) {
        found = try_object(OBJECT_EVENT, k, s->events[k].name, word, found);
    }
    for (unsigned k = 0; k < shape->n_spinlocks; k++) {
        found = try_object(OBJECT_SPINLOCK, k, s->spinlocks[k].name, word, found);
    }
    for (unsigned k = 0; k < shape->n_shared; k++) {
        found = try_object(OBJECT_SHARED, k, s->shared_names[k], word, found);
    }
    for (unsigned k = 0; k < shape->n_names; k++) {
        const char *path = shape->names[k].path, *last = strrchr(path, '\\');
        found = try_object(OBJECT_NAME, k, path, word, found);
        found = try_object(OBJECT_NAME, k, last != NULL ? last + 1 : path, word, found);
    }
    return found;
}

static const char *object_name(const struct scenario *s, object_ref o)
{
    uint16_t ix = object_ix_of(o);
    switch (object_kind_of(o)) {
    case OBJECT_RESOURCE:
        return s->resources[ix].name;
    case OBJECT_EVENT:
        return s->events[ix].name;
    case OBJECT_SPINLOCK:
        return s->spinlocks[ix].name;
    case OBJECT_SHARED:
        return s->shared_names[ix];
    case OBJECT_NAME:
        return s->layout.shape.names[ix].path;
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_DIRECTORY:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
    return "";
}

static bool complain(char *why, size_t size, const char *format, struct span word)
{
    snprintf(why, size, format, SPAN(word));
    return false;
}

static bool read_line(const struct scenario *s, const char *rest, struct breakpoint *out, char *why,
                      size_t size)
{
    struct span thread = next_word(&rest), line = next_word(&rest);
    if (!read_thread(s, thread, &out->thread)) {
        return complain(why, size, "There is no thread '%.*s': line THREAD NUMBER.", thread);
    }
    const struct scenario_thread *body = &s->threads[out->thread];
    if (!read_count(line, &out->line) || out->line < 1 || out->line > body->n_lines) {
        snprintf(why, size, "%s has lines 1 to %u.", body->name, (unsigned)body->n_lines);
        return false;
    }
    // What stands on a line without an operation is never run next: such a stop would be a trap.
    bool runs = false;
    for (uint32_t k = 0; k < body->code.n; k++) {
        runs =
            runs || (body->code.notes[k].line == out->line && body->code.instrs[k].op == OP_CALL &&
                     nt_call_row((enum nt_call)body->code.instrs[k].a)->visible);
    }
    if (!runs) {
        snprintf(why, size, "Nothing that others could see is done on line %u of %s.",
                 (unsigned)out->line, body->name);
        return false;
    }
    out->text = mem_format("line %s %u", body->name, (unsigned)out->line);
    return true;
}

static bool read_condition(const struct scenario *s, const char *rest, struct breakpoint *out,
                           char *why, size_t size)
{
    struct diag_list diags = {0};
    bool ok = condition_compile(s, rest, &out->when, &diags);
    if (ok) {
        out->text = mem_format("when %s", rest);
    } else if (diags.n > 0) {
        snprintf(why, size, "Column %u: %s.", (unsigned)diags.items[0].column, diags.items[0].text);
    }
    diag_release(&diags);
    return ok;
}

/* The rest of the text behind its first word. */
static bool read_rest(const struct scenario *s, struct span kind, const char *rest,
                      struct breakpoint *out, char *why, size_t size)
{
    const char *words = rest;
    struct span word = next_word(&words);
    out->kind = span_is(kind, "line")     ? HALT_AT_LINE
                : span_is(kind, "call")   ? HALT_AT_CALL
                : span_is(kind, "object") ? HALT_AT_OBJECT
                : span_is(kind, "thread") ? HALT_AT_THREAD
                                          : HALT_WHEN;
    if (out->kind == HALT_AT_LINE) {
        return read_line(s, rest, out, why, size);
    }
    if (out->kind == HALT_AT_CALL) {
        out->call = find_call(word);
        if (out->call == CALL_NONE) {
            return complain(why, size, "No call's name begins with '%.*s'.", word);
        }
        out->text = mem_format("call %s", nt_call_row((enum nt_call)out->call)->name);
    } else if (out->kind == HALT_AT_OBJECT) {
        out->object = find_object(s, word);
        if (out->object == 0) {
            return complain(why, size, "No object, variable or file is called '%.*s'.", word);
        }
        out->text = mem_format("object %s", object_name(s, out->object));
    } else if (out->kind == HALT_AT_THREAD) {
        if (!read_thread(s, word, &out->thread)) {
            return complain(why, size, "There is no thread '%.*s'.", word);
        }
        out->text = mem_format("thread %s", s->threads[out->thread].name);
    } else if (!span_is(kind, "when")) {
        return complain(why, size,
                        "'%.*s' is no breakpoint: line THREAD NUMBER, call NAME, object NAME, "
                        "thread THREAD, when CONDITION.",
                        kind);
    } else {
        return read_condition(s, rest, out, why, size);
    }
    return true;
}

bool breakpoints_add(struct breakpoints *b, const char *text, char *why, size_t size)
{
    struct breakpoint item = {.on = true};
    struct span kind = next_word(&text);
    if (!read_rest(b->scenario, kind, text, &item, why, size)) {
        return false;
    }
    for (size_t k = N_STANDING_HALTS; k < b->n; k++) {
        if (strcmp(b->items[k].text, item.text) == 0) {
            b->items[k].on = true;
            item_release(&item);
            return true;
        }
    }
    append(b, item);
    return true;
}

/* ---- what is a stop ---- */

/* What stops the machine, or some of its threads for ever. */
static const char *stuck_by(const struct step *step)
{
    switch (step->outcome) {
    case VM_BUGCHECK:
        return "bug check";
    case VM_ASSERTION:
        return "assertion failed";
    case VM_FAULT:
        return "fault";
    case VM_REST:
    case VM_ENDED:
        break;
    }
    if (step->effect.status == KM_BUGCHECK) {
        return "bug check";
    }
    if (step->effect.status == KM_FULL) {
        return "fault";
    }
    return step->n_cycles > 0 ? "deadlock" : NULL;
}

const char *step_trouble(const struct step *step)
{
    const char *stuck = stuck_by(step);
    return stuck != NULL                  ? stuck
           : step->invariants != 0        ? "invariant broken"
           : step->effect.n_verifier != 0 ? "rule broken"
                                          : NULL;
}

bool step_breaks_rule(const struct step *step)
{
    return stuck_by(step) == NULL && step_trouble(step) != NULL;
}

bool step_is_of_interest(const struct step *step)
{
    return step->effect.status == KM_WAIT || step->effect.n_woken > 0 || step_trouble(step) != NULL;
}

/* Has the thread come to this line with the last step, and can it run on from there? */
static bool came_to_line(const struct machine *m, thread_ix t, uint32_t line)
{
    const struct kthread *before = world_before(&m->world, object_make(OBJECT_THREAD, t));
    const struct kthread *now = world_thread(&m->world, t);
    bool moved = m->last.n == 0 ||
                 (before != NULL && (before->pc != now->pc || before->state != now->state ||
                                     m->last.choice.thread == t));
    return moved && now->state == THREAD_READY && vm_line(m->scenario, &m->world, t) == line;
}

static bool used_object(const struct machine *m, object_ref object)
{
    const struct effect *e = &m->last.effect;
    bool used = e->object == object || e->other == object || e->queued_on == object ||
                world_before(&m->world, object) != NULL;
    for (unsigned k = 0; k < e->n_accesses && k < MAX_ACCESSES && !used; k++) {
        used = e->accesses[k].object == object;
    }
    return used;
}

static bool same_call(enum nt_call a, enum nt_call b)
{
    return a != CALL_NONE && strcmp(nt_call_row(a)->name, nt_call_row(b)->name) == 0;
}

static bool standing_stop(const struct machine *m, enum halt_kind kind)
{
    switch (kind) {
    case HALT_AT_BLOCK:
        return m->last.effect.status == KM_WAIT;
    case HALT_AT_WAKE:
        return m->last.effect.n_woken > 0;
    case HALT_AT_FINDING:
        return step_trouble(&m->last) != NULL;
    case HALT_AT_END:
        return machine_verdict(m) != VERDICT_RUNNING;
    case HALT_AT_LOST:
    case HALT_AT_LINE:
    case HALT_AT_CALL:
    case HALT_AT_OBJECT:
    case HALT_AT_THREAD:
    case HALT_WHEN:
        break;
    }
    return false;
}

static bool holds(const struct breakpoint *item, const struct machine *m)
{
    bool failed;
    return vm_evaluate(&item->when, &m->world, &failed) != 0 && !failed;
}

/* Is the place that the machine stands at a stop of this row? held: see struct breakpoints. */
static bool is_stop(const struct breakpoint *item, const struct machine *m, bool *held)
{
    bool before = *held;
    switch (item->kind) {
    case HALT_AT_LINE:
        return came_to_line(m, item->thread, item->line);
    case HALT_AT_CALL:
        return same_call(m->last.call, (enum nt_call)item->call);
    case HALT_AT_OBJECT:
        return used_object(m, item->object);
    case HALT_AT_THREAD:
        return m->last.choice.thread == item->thread;
    case HALT_WHEN:
        *held = holds(item, m);
        return *held && !before;
    case HALT_AT_BLOCK:
    case HALT_AT_WAKE:
    case HALT_AT_FINDING:
    case HALT_AT_END:
    case HALT_AT_LOST:
        break;
    }
    return standing_stop(m, item->kind);
}

/*
 * The row that makes this place a stop, or NO_HALT. Every condition is evaluated, so that it knows
 * what held here. What a person added is named before what is always there, and what is wrong
 * before what merely ends.
 */
static uint32_t stop_at(struct breakpoints *b, const struct machine *m)
{
    uint32_t found = NO_HALT;
    for (uint32_t k = 0; k < b->n; k++) {
        if (is_stop(&b->items[k], m, &b->held[k]) && b->items[k].on &&
            (found == NO_HALT || (k >= N_STANDING_HALTS && found < N_STANDING_HALTS) ||
             k == HALT_AT_FINDING)) {
            found = k;
        }
    }
    return found;
}

static void note_held(struct breakpoints *b, const struct machine *m)
{
    for (size_t k = N_STANDING_HALTS; k < b->n; k++) {
        b->held[k] = b->items[k].kind == HALT_WHEN && holds(&b->items[k], m);
    }
}

/* ---- running ---- */

uint32_t run_forward(struct branches *branches, struct timeline *t, struct breakpoints *b,
                     const struct policy *policy, uint32_t limit)
{
    const struct machine *m = timeline_machine(t);
    uint32_t stop = NO_HALT;
    note_held(b, m);
    for (uint32_t i = 0; i < limit && stop == NO_HALT; i++) {
        uint32_t position = timeline_position(t);
        struct choice choices[MAX_CHOICES];
        unsigned n = machine_choices(m, choices);
        if (position < timeline_length(t)) {
            timeline_seek(t, position + 1);
        } else if (n > 0) {
            branches_step(branches, policy_propose(policy, m, choices, n), NULL);
        } else {
            break;
        }
        stop = stop_at(b, m);
    }
    return stop;
}

/* Looks for the last stop among the places shown to it. */
struct looking_back {
    struct breakpoints *b;
    const bool *start; // what held before the first step
    uint32_t from;     // places before this are only there to know what held
    uint32_t at, stop; // found; at 0: nothing
};

static bool see(void *context, const struct machine *m)
{
    struct looking_back *look = context;
    uint32_t stop = stop_at(look->b, m);
    if (m->last.n >= look->from && stop != NO_HALT) {
        look->at = m->last.n;
        look->stop = stop;
    }
    return true;
}

/* The last stop among the steps before the present one. */
static struct looking_back look_back(struct timeline *t, struct looking_back look)
{
    uint32_t last = timeline_position(t) > 0 ? timeline_position(t) - 1 : 0;
    while (last > 0 && look.at == 0) {
        look.from = last > STRETCH ? last - STRETCH + 1 : 1;
        if (look.from == 1) {
            memcpy(look.b->held, look.start, look.b->n * sizeof *look.start);
        }
        timeline_replay(t, look.from > 1 ? look.from - 1 : 1, last, see, &look);
        last = look.from - 1;
    }
    return look;
}

uint32_t run_backward(struct timeline *t, struct breakpoints *b)
{
    uint32_t from = timeline_position(t);
    bool *start = mem_alloc(b->n, sizeof *start);
    timeline_seek(t, 0);
    note_held(b, timeline_machine(t));
    memcpy(start, b->held, b->n * sizeof *start);
    timeline_seek(t, from);
    struct looking_back look =
        look_back(t, (struct looking_back){.b = b, .start = start, .stop = NO_HALT});
    free(start);
    timeline_seek(t, look.at);
    return look.stop;
}
