/*
 * What a step shows that is wrong.
 *
 * A finding is named before it is written: kind and number say which of the step's findings it is,
 * its key tells it apart from others, and the sentence is made only where somebody reads it. Key
 * and sentence speak of threads, lines and objects, never of step numbers: what is wrong is the
 * same in many schedules. What only the schedule decides (which reset took the signal away, where
 * a lock was taken) is in the sentence where the machine keeps places, never in the key.
 */
#include "sim/report/text_finding.h"

#include "kernel_model/eresource.h"
#include "kernel_model/lock_order.h"
#include "kernel_model/spinlock.h"
#include "kernel_model/waitgraph.h"
#include "sim/report/calls.h"
#include "sim/report/text.h"
#include "sim/report/text_wait.h"
#include "sim/stepper/places.h"

/* ---- bug checks, faults, verifier stops ---- */

static void write_bugcheck(struct pen *p, const struct bugcheck *b)
{
    const char *name = nt_bugcheck_name(b->code);
    pen_printf(p, "Bug check 0x%X %s (0x%llX, 0x%llX, 0x%llX, 0x%llX): %s", b->code,
               name != NULL ? name : "", (unsigned long long)b->parameter[0],
               (unsigned long long)b->parameter[1], (unsigned long long)b->parameter[2],
               (unsigned long long)b->parameter[3], b->text);
}

static void write_stop(struct pen *p, const struct machine *m, const struct step *step)
{
    if (step->outcome == VM_BUGCHECK) {
        write_bugcheck(p, &step->effect.bugcheck);
        return;
    }
    const struct scenario_thread *t = &m->scenario->threads[step->stopped];
    write_thread(p, step->stopped);
    pen_printf(p, " line %u: ", step->stop.line);
    if (t->first_line != 0) {
        uint32_t line, column;
        scenario_place(t, step->stop.line, step->stop.column, &line, &column);
        pen_printf(p, "%s:%u:%u: ", t->file, line, column);
    }
    if (step->outcome == VM_ASSERTION) {
        pen_printf(p, "assertion failed: %s", step->stop.reason);
    } else {
        pen_printf(p, "fault: %s", step->stop.reason);
    }
}

/* Does the step close a circle of waiting through this object? */
static bool closes_circle(const struct step *s, object_ref object)
{
    for (unsigned i = 0; i < s->n_cycles; i++) {
        for (unsigned k = 0; k < s->cycles[i].n; k++) {
            if (s->cycles[i].objects[k] == object) {
                return true;
            }
        }
    }
    return false;
}

static void write_verifier(struct pen *p, const struct machine *m, const struct verifier_stop *v)
{
    pen_text(p, "Verifier");
    if (v->code != 0) {
        pen_printf(p, " 0xC4/0x%X", v->code);
    }
    if (v->object != 0 && object_kind_of(v->object) != OBJECT_THREAD) {
        pen_text(p, ", ");
        write_object(p, m->scenario, v->object, NAME_FULL);
    }
    pen_printf(p, ": %s", v->text);
    if (v->code == VERIFIER_LOCK_ORDER) {
        pen_text(p, closes_circle(&m->last, v->object)
                        ? " Now the threads wait for each other: this is that deadlock."
                        : " With other timing that is a deadlock.");
    }
    if (v->code == 0 && object_kind_of(v->object) == OBJECT_NAME) {
        pen_printf(p, " It went %u bytes past the end.", v->detail);
    } else if (v->code == 0 && v->detail != 0) {
        pen_printf(p, " (%u)", v->detail);
    }
}

static enum finding_kind stop_finding(enum vm_outcome outcome)
{
    return outcome == VM_BUGCHECK    ? FINDING_BUGCHECK
           : outcome == VM_ASSERTION ? FINDING_ASSERTION
                                     : FINDING_FAULT;
}

/* ---- who waits where ---- */

/* "T2 line 5" */
static void write_stand(struct pen *p, const struct machine *m, thread_ix t)
{
    write_thread(p, t);
    pen_printf(p, " line %u", vm_line(m->scenario, &m->world, t));
}

/* "T2 line 9 (Reset)" */
static void write_place(struct pen *p, struct place place)
{
    write_thread(p, (thread_ix)(place.who - 1));
    pen_printf(p, " line %u (%s)", place.line, nt_call_row(place.call)->verb);
}

/* ---- deadlock ---- */

static struct place taken_at(const struct machine *m, thread_ix t, object_ref object)
{
    return object_kind_of(object) == OBJECT_RESOURCE ? place_of_hold(m, object_ix_of(object), t)
                                                     : place_of_lock(m, object_ix_of(object));
}

/* " T1 line 2 waits for B, which T2 took at line 1": one edge of the circle, t -> object -> next */
static void write_edge(struct pen *p, const struct machine *m, thread_ix t, object_ref object,
                       thread_ix next)
{
    pen_text(p, " ");
    write_stand(p, m, t);
    pen_text(p, machine_spins(m, t) ? " spins on " : " waits for ");
    write_object(p, m->scenario, object, NAME_FULL);
    if (object_kind_of(object) == OBJECT_THREAD) {
        pen_text(p, " to end");
    } else if (!object_owned_by(&m->world, object, next)) {
        pen_text(p, " behind ");
        write_thread(p, next);
    } else {
        struct place at = taken_at(m, next, object);
        pen_text(p, ", which ");
        if (next == t) {
            pen_text(p, "it");
        } else {
            write_thread(p, next);
        }
        if (at.who != 0) {
            pen_printf(p, " took at line %u", at.line);
        } else {
            pen_text(p, " owns");
        }
    }
}

static void write_deadlock(struct pen *p, const struct machine *m, const struct cycle *c)
{
    pen_text(p, c->n == 1 ? "Self-deadlock: " : "Deadlock: ");
    write_cycle(p, m->scenario, c);
    pen_text(p, c->n == 1 ? ": it waits for itself." : ": none of them can run again.");
    for (unsigned i = 0; i < c->n; i++) {
        write_edge(p, m, c->threads[i], c->objects[i], c->threads[(i + 1u) % c->n]);
        pen_text(p, i + 1u < c->n ? ";" : ".");
    }
}

/* ---- hang ---- */

/* " T1 took R at line 3." of each owner */
static void write_holds(struct pen *p, const struct machine *m, object_ref object)
{
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        struct place at = taken_at(m, t, object);
        if (object_owned_by(&m->world, object, t) && at.who != 0) {
            pen_text(p, " ");
            write_thread(p, t);
            pen_text(p, " took ");
            write_object(p, m->scenario, object, NAME_FULL);
            pen_printf(p, " at line %u.", at.line);
        }
    }
}

/* Where the last signal of an event went; nothing if it is signalled. */
static void write_loss(struct pen *p, const struct machine *m, event_ix e)
{
    object_ref event = object_make(OBJECT_EVENT, e);
    struct place signal = place_of_signal(m, e), loss = place_of_loss(m, e);
    if (m->places == NULL || world_event(&m->world, e)->signal_state > 0) {
        return;
    }
    pen_text(p, " ");
    if (loss.who == 0) {
        write_object(p, m->scenario, event, NAME_FULL);
        pen_text(p, " was never signalled.");
        return;
    }
    write_place(p, loss);
    if (loss.call == CALL_KePulseEvent && signal.line == loss.line && signal.who == loss.who) {
        pen_text(p, " signalled ");
        write_object(p, m->scenario, event, NAME_FULL);
        pen_text(p, " for that moment only.");
        return;
    }
    pen_text(p, " took the signal of ");
    if (signal.who != 0) {
        write_place(p, signal);
    } else {
        write_object(p, m->scenario, event, NAME_FULL);
    }
    pen_text(p, nt_call_row(loss.call)->group == GROUP_WAIT ? "." : " away.");
}

/* Why nobody can release a resource that no thread owns. */
static void write_orphaned(struct pen *p, const struct machine *m, resource_ix r)
{
    uint8_t flags = world_resource(&m->world, r)->flags;
    if (resource_owners(&m->world, r) != 0) {
        return;
    }
    pen_text(p, (flags & (OBJECT_DELETED | OBJECT_FREED)) != 0
                    ? " The resource is gone, and its waiters were left behind."
                : resource_active_entries(&m->world, r) > 0 ? " An owner pointer owns it."
                                                            : " Nobody owns it.");
}

static void write_hang(struct pen *p, const struct machine *m, thread_ix t)
{
    const struct kthread *thread = world_thread(&m->world, t);
    pen_text(p, "Hang: ");
    write_stand(p, m, t);
    write_waits(p, m, t);
    pen_text(p, ".");
    if (thread->state == THREAD_READY) {
        write_holds(p, m, (object_ref)vm_request(m->scenario, &m->world, t).args[0]);
    } else if (thread->wait_kind != WAIT_OBJECTS) {
        write_holds(p, m, waits_on(&m->world, t));
        write_orphaned(p, m, thread->wait_on);
    }
    write_wakers(p, m, t);
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        object_ref o = world_wait_objects(&m->world, t)[i];
        if (object_kind_of(o) == OBJECT_EVENT) {
            write_loss(p, m, object_ix_of(o));
        }
    }
}

/* ---- all of them ---- */

/* The predicate that a fault is in; NULL: it is in a body. */
static const struct predicate *predicate_of(const struct machine *m, struct found f)
{
    switch (f.in) {
    case FOUND_IN_STEP:
        break;
    case FOUND_IN_ENDING:
        return &m->scenario->endings[f.ix].when;
    case FOUND_IN_CLAIM:
        return &m->scenario->expectations[f.ix].claim;
    }
    return NULL;
}

/* "Fault in the ending at race.ini:14:9: division by zero; it counts as false: 1 / n == 2" */
static void write_fault(struct pen *p, const struct machine *m, struct found f)
{
    static const char *const what[] = {
        [FOUND_IN_STEP] = "", [FOUND_IN_ENDING] = "ending", [FOUND_IN_CLAIM] = "claim"};
    const struct predicate *predicate = predicate_of(m, f);
    struct vm_stop stop;
    if (predicate == NULL) {
        write_stop(p, m, &m->last);
    } else if (vm_faults(&predicate->code, &m->world, &stop)) {
        pen_printf(p, "Fault in the %s at %s:%u:%u: %s; it counts as false: %s", what[f.in],
                   predicate->file, predicate->line, stop.column, stop.reason, predicate->text);
    }
}

/* "Invariant violated: 1 / n == 2", and why where it cannot be evaluated */
static void write_invariant(struct pen *p, const struct machine *m,
                            const struct predicate *predicate)
{
    struct vm_stop stop;
    pen_printf(p, "Invariant violated: %s", predicate->text);
    if (vm_faults(&predicate->code, &m->world, &stop)) {
        pen_printf(p, ": it cannot be evaluated, %s:%u:%u: %s", predicate->file, predicate->line,
                   stop.column, stop.reason);
    }
}

unsigned found_at_end(const struct machine *m, struct found *out)
{
    struct vm_stop stop;
    unsigned n = 0;
    thread_set left = machine_verdict(m) == VERDICT_HANG ? machine_unfinished(m) : 0;
    for (thread_ix t = 0; t < MAX_THREADS; t++) {
        if ((left & thread_bit(t)) != 0) {
            out[n++] = (struct found){.kind = FINDING_HANG, .ix = t};
        }
    }
    int ending = machine_ending(m);
    uint32_t tried = ending >= 0 ? (uint32_t)ending : m->scenario->n_endings;
    for (uint32_t i = 0; i < tried; i++) {
        if (vm_faults(&m->scenario->endings[i].when.code, &m->world, &stop)) {
            out[n++] = (struct found){FINDING_FAULT, (uint16_t)i, FOUND_IN_ENDING};
            break;
        }
    }
    return n;
}

unsigned found_in_step(const struct machine *m, struct found *out)
{
    const struct step *s = &m->last;
    unsigned n = 0;
    for (unsigned i = 0; i < s->n_cycles; i++) {
        out[n++] = (struct found){.kind = FINDING_DEADLOCK, .ix = (uint16_t)i};
    }
    for (unsigned i = 0; i < s->effect.n_verifier; i++) {
        out[n++] = (struct found){.kind = FINDING_VERIFIER, .ix = (uint16_t)i};
    }
    for (uint32_t i = 0; s->invariants != 0 && i < m->scenario->n_invariants; i++) {
        if ((s->invariants >> i & 1) != 0) {
            out[n++] = (struct found){.kind = FINDING_INVARIANT, .ix = (uint16_t)i};
        }
    }
    if (s->outcome != VM_REST && s->outcome != VM_ENDED) {
        out[n++] = (struct found){.kind = stop_finding(s->outcome)};
    }
    return n;
}

static unsigned key_of_stand(const struct machine *m, thread_ix t, object_ref object, uint32_t *key)
{
    key[0] = (uint32_t)t << 16 | vm_line(m->scenario, &m->world, t);
    key[1] = object;
    return 2;
}

unsigned found_circle_key(const struct lock_circle *c, uint32_t *key)
{
    key[0] = VERIFIER_LOCK_ORDER;
    for (unsigned i = 0; i < c->n; i++) {
        key[1 + i] = c->r[i];
    }
    return 1u + c->n;
}

bool found_circle(const uint32_t *key, size_t size, struct lock_circle *out)
{
    size_t n = size / sizeof *key;
    if (n < 2 || n > 1 + MAX_CIRCLE || size % sizeof *key != 0 || key[0] != VERIFIER_LOCK_ORDER) {
        return false;
    }
    *out = (struct lock_circle){.n = (uint8_t)(n - 1)};
    for (unsigned i = 0; i < out->n; i++) {
        out->r[i] = (resource_ix)key[1 + i];
    }
    return true;
}

/* Whether locks taken in a circle met in a deadlock this time does not make them another finding. */
static unsigned key_of_verifier(const struct machine *m, const struct verifier_stop *v,
                                uint32_t *key)
{
    struct lock_circle circle;
    bool named = v->code == VERIFIER_LOCK_ORDER &&
                 lock_order_circle(&m->world, object_ix_of(v->object),
                                   object_ix_of(m->last.effect.asked), &circle);
    return named ? found_circle_key(&circle, key) : 0;
}

unsigned found_predicate_key(struct found f, uint32_t *key)
{
    key[0] = (uint32_t)f.in;
    key[1] = f.ix;
    key[2] = 0; // a body's fault has two numbers
    return 3;
}

unsigned found_key(const struct machine *m, struct found f, uint32_t *key)
{
    const struct step *s = &m->last;
    unsigned n = 0;
    switch (f.kind) {
    case FINDING_DEADLOCK:
        for (unsigned i = 0; i < s->cycles[f.ix].n; i++) {
            const struct cycle *c = &s->cycles[f.ix];
            n += key_of_stand(m, c->threads[i], c->objects[i], key + n);
        }
        return n;
    case FINDING_HANG: {
        thread_ix t = (thread_ix)f.ix;
        const struct kthread *thread = world_thread(&m->world, t);
        object_ref first = thread->state == THREAD_READY
                               ? (object_ref)vm_request(m->scenario, &m->world, t).args[0]
                               : waits_on(&m->world, t);
        n = key_of_stand(m, t, first, key);
        for (unsigned i = 1; i < thread->n_wait_objects; i++) {
            key[n++] = world_wait_objects(&m->world, t)[i];
        }
        return n;
    }
    case FINDING_INVARIANT:
        return found_predicate_key(f, key);
    case FINDING_ASSERTION:
    case FINDING_FAULT:
        if (f.in != FOUND_IN_STEP) {
            return found_predicate_key(f, key);
        }
        key[0] = (uint32_t)s->stopped << 16 | s->stop.line;
        key[1] = s->stop.column;
        return 2;
    case FINDING_VERIFIER:
        return key_of_verifier(m, &s->effect.verifier[f.ix], key);
    case FINDING_BUGCHECK: // its parameters and what the code means are the sentence
    case FINDING_LIVELOCK:
    case FINDING_RACE:
    case FINDING_CLAIM:
    case FINDING_LOCK_EDGE:
        return 0;
    }
    return 0;
}

size_t text_found(const struct machine *m, struct found f, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    switch (f.kind) {
    case FINDING_DEADLOCK:
        write_deadlock(&p, m, &m->last.cycles[f.ix]);
        break;
    case FINDING_HANG:
        write_hang(&p, m, (thread_ix)f.ix);
        break;
    case FINDING_VERIFIER:
        write_verifier(&p, m, &m->last.effect.verifier[f.ix]);
        break;
    case FINDING_INVARIANT:
        write_invariant(&p, m, &m->scenario->invariants[f.ix]);
        break;
    case FINDING_FAULT:
        write_fault(&p, m, f);
        break;
    case FINDING_BUGCHECK:
    case FINDING_ASSERTION:
        write_stop(&p, m, &m->last);
        break;
    case FINDING_LIVELOCK: // of a search, not of a step
    case FINDING_RACE:
    case FINDING_CLAIM:
    case FINDING_LOCK_EDGE:
        break;
    }
    return p.n;
}

unsigned text_findings(const struct machine *m, const struct step *step, struct finding *out,
                       unsigned max)
{
    struct found found[MAX_FOUND];
    assert(step == &m->last); // the machine stands behind the step
    (void)step;
    unsigned n = found_in_step(m, found);
    n += machine_over(m) ? found_at_end(m, found + n) : 0;
    n = n < max ? n : max;
    for (unsigned i = 0; i < n; i++) {
        out[i].kind = found[i].kind;
        text_found(m, found[i], out[i].text, sizeof out[i].text);
    }
    return n;
}
