/*
 * Sentences.
 *
 * What a step did is: the call table's template for how it came out, then who woke, who ended. Why
 * a thread waits is: what for, since when, and who can end it, from wakers.c. Every face of the
 * program prints these and nothing of its own.
 */
#include "sim/report/text.h"

#include "kernel_model/eresource.h"
#include "kernel_model/file.h"
#include "kernel_model/share.h"
#include "sim/report/calls.h"

/* ---- pieces offered as they are ---- */

size_t text_object(const struct scenario *s, object_ref o, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    write_object(&p, s, o, NAME_FULL);
    return p.n;
}

size_t text_object_short(const struct scenario *s, object_ref o, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    write_object(&p, s, o, NAME_SHORT);
    return p.n;
}

size_t text_result(const struct scenario *s, enum nt_call call, int32_t result, char *out,
                   size_t size)
{
    struct pen p = pen_on(out, size);
    write_result(&p, s, call, result);
    return p.n;
}

size_t text_call(const struct scenario *s, const struct world *w, enum nt_call call,
                 const int32_t *args, unsigned n_args, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    write_call(&p, s, w, call, args, n_args);
    return p.n;
}

size_t text_call_short(const struct scenario *s, const struct world *w, enum nt_call call,
                       const int32_t *args, unsigned n_args, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    write_call_short(&p, s, w, call, args, n_args);
    return p.n;
}

/* ---- what comes next ---- */

size_t text_next_short(const struct machine *m, thread_ix t, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    if (world_thread(&m->world, t)->state == THREAD_READY) {
        struct request q = vm_request(m->scenario, &m->world, t);
        write_call_short(&p, m->scenario, &m->world, q.call, q.args, q.n_args);
    }
    return p.n;
}

size_t text_next(const struct machine *m, thread_ix t, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    if (world_thread(&m->world, t)->state == THREAD_READY) {
        struct request q = vm_request(m->scenario, &m->world, t);
        write_template(&p, m->scenario, &m->world, q.call, nt_call_row(q.call)->would, q.args,
                       q.n_args, NULL, NAME_FULL);
    }
    return p.n;
}

/* ---- what a step did ---- */

enum { MAX_NAMED_WAKERS = 3 };

static bool failed(const struct step *step)
{
    bool status = nt_call_row(step->call)->result == RESULT_STATUS;
    return step->effect.status == KM_BUSY || (status && !nt_success(step->effect.result));
}

static const char *outcome_template(const struct step *step)
{
    const struct nt_call_row *row = nt_call_row(step->call);
    if (step->effect.status == KM_WAIT) {
        return row->waits;
    }
    if (step->effect.rule == RULE_POLL) {
        return "polled {1}: {r}";
    }
    if (failed(step)) {
        return row->refused;
    }
    if (step->call == CALL_ZwCreateFile && step->effect.rule != RULE_CREATED) {
        return step->effect.rule == RULE_OPENED ? "opened {2}" : "emptied and opened {2}";
    }
    return row->did;
}

static thread_set woken_set(const struct effect *e)
{
    thread_set set = 0;
    for (unsigned i = 0; i < e->n_woken; i++) {
        set |= thread_bit(e->woken[i].thread);
    }
    return set;
}

/* " T2 owns it now.", " That wakes T2 and T3." */
static void write_woken(struct pen *p, const struct step *step)
{
    const struct effect *e = &step->effect;
    thread_set set = woken_set(e);
    if (set == 0) {
        return;
    }
    pen_text(p, " ");
    write_threads(p, set);
    bool one = (set & (set - 1)) == 0;
    switch (e->rule) {
    case RULE_HAND_OFF_EXCLUSIVE:
    case RULE_WRITER_FIRST:
        pen_text(p, " owns it now, exclusive.");
        break;
    case RULE_HAND_OFF_SHARED:
    case RULE_CONVERTED:
    case RULE_CONVERT_NOT_EXCLUSIVE:
        pen_text(p, one ? " owns it now, shared." : " own it now, shared.");
        break;
    default:
        pen_text(p, one ? " wakes up." : " wake up.");
        break;
    }
}

static void write_timeout(struct pen *p, const struct machine *m, const struct step *step)
{
    const struct effect *e = &step->effect;
    write_thread(p, step->choice.thread);
    if (step->choice.kind == CHOICE_RUN) {
        pen_text(p, e->n_woken > 0 ? " tested its objects again: all are signalled, it goes on."
                                   : " tested its objects again: not all are signalled, it waits.");
    } else if (e->object == 0) {
        pen_text(p, " slept long enough and goes on.");
    } else {
        pen_text(p, " waited too long for ");
        write_object(p, m->scenario, e->object, NAME_FULL);
        pen_text(p, ": STATUS_TIMEOUT.");
    }
}

/* " T1 has it open and shares nothing.": who keeps others out of a file. */
static void write_opener(struct pen *p, const struct machine *m, object_ref file)
{
    static const char *const shares[] = {"nothing",
                                         "reading",
                                         "writing",
                                         "reading and writing",
                                         "deleting",
                                         "reading and deleting",
                                         "writing and deleting",
                                         "everything, but uses what this call does not share"};
    const struct world *w = &m->world;
    uint32_t n_slots = w->layout->handle_first[w->layout->shape.n_threads];
    for (uint32_t slot = 0; slot < n_slots; slot++) {
        const struct handle_slot *h = world_handle(w, slot);
        bool this_kind =
            ((h->flags & HANDLE_DIRECTORY) != 0) == (object_kind_of(file) == OBJECT_DIRECTORY);
        if (h->flags != 0 && this_kind && h->name == object_ix_of(file) &&
            share_participates(h->access)) {
            pen_text(p, " ");
            write_thread(p, handle_thread(w, slot));
            pen_printf(p, " has it open and shares %s.", shares[h->share & 7]);
            return;
        }
    }
}

size_t text_step(const struct machine *m, const struct step *step, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct scenario *s = m->scenario;
    const struct effect *e = &step->effect;
    if (step->n == 0) {
        pen_text(&p, "Nothing has happened yet.");
        return p.n;
    }
    if (step->call == CALL_NONE) {
        write_timeout(&p, m, step);
        return p.n;
    }
    write_thread(&p, step->choice.thread);
    if (e->status == KM_BUGCHECK || e->status == KM_FULL) {
        pen_text(&p, " tried to ");
        write_template(&p, s, &m->world, step->call, nt_call_row(step->call)->would, step->args,
                       step->n_args, NULL, NAME_FULL);
        pen_text(&p, ".");
        return p.n;
    }
    pen_text(&p, " ");
    write_template(&p, s, &m->world, step->call, outcome_template(step), step->args, step->n_args,
                   e, NAME_FULL);
    if (step->call == CALL_ZwWriteFile && !failed(step)) {
        pen_printf(&p, " (%u in all)", world_file(&m->world, object_ix_of(e->object))->size);
    }
    pen_text(&p, ".");
    if (e->rule == RULE_SHARE_VIOLATION) {
        write_opener(&p, m, e->object);
    }
    write_woken(&p, step);
    thread_set ended = step->ended & ~(e->thread_ended ? thread_bit(step->choice.thread) : 0);
    if (ended != 0) {
        pen_text(&p, " ");
        write_threads(&p, ended);
        pen_text(&p, (ended & (ended - 1)) != 0 ? " have ended." : " has ended.");
    }
    return p.n;
}

size_t text_rule(const struct step *step, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    pen_text(&p, rule_text(step->effect.rule));
    return p.n;
}

size_t text_outcome(const struct scenario *s, const struct step *step, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct effect *e = &step->effect;
    if (step->outcome == VM_BUGCHECK) {
        pen_printf(&p, "BUGCHECK 0x%X", e->bugcheck.code);
    } else if (step->outcome == VM_FAULT) {
        pen_text(&p, "FAULT");
    } else if (step->outcome == VM_ASSERTION) {
        pen_text(&p, "ASSERTION FAILED");
    } else if (e->status == KM_WAIT) {
        pen_text(&p, "waits");
    } else if (step->call == CALL_NONE) {
        pen_text(&p, step->choice.kind == CHOICE_TIMEOUT ? "TIMEOUT"
                     : e->n_woken > 0                    ? "SUCCESS"
                                                         : "waits");
    } else {
        char text[64];
        text_result(s, step->call, e->result, text, sizeof text);
        pen_text(&p, strncmp(text, "STATUS_", 7) == 0 ? text + 7 : text);
    }
    return p.n;
}

/* ---- why a thread waits ---- */

/* "FilesReady", "A and B", "R (exclusive)" */
static void write_awaited(struct pen *p, const struct machine *m, thread_ix t)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    if (thread->state == THREAD_READY) {
        struct request q = vm_request(m->scenario, w, t);
        write_object(p, m->scenario, (object_ref)q.args[0], NAME_FULL);
        return;
    }
    switch ((enum wait_kind)thread->wait_kind) {
    case WAIT_EXCLUSIVE:
    case WAIT_SHARED:
        write_object(p, m->scenario, object_make(OBJECT_RESOURCE, thread->wait_on), NAME_FULL);
        pen_text(p, thread->wait_kind == WAIT_EXCLUSIVE ? " (exclusive)" : " (shared)");
        break;
    case WAIT_OBJECTS:
        for (unsigned i = 0; i < thread->n_wait_objects; i++) {
            bool all = (thread->wait_flags & WAIT_FLAG_ALL) != 0;
            pen_text(p, i == 0 ? "" : all ? " and " : " or ");
            write_object(p, m->scenario, world_wait_objects(w, t)[i], NAME_FULL);
        }
        break;
    case WAIT_DELAY:
        pen_text(p, "its delay");
        break;
    case WAIT_NONE:
        break;
    }
}

static void write_waker(struct pen *p, const struct waker *k)
{
    if (k->call == CALL_return) {
        pen_text(p, "the end of ");
        write_thread(p, k->thread);
    } else {
        write_thread(p, k->thread);
        pen_printf(p, " line %u (%s)", k->line, nt_call_row(k->call)->verb);
    }
}

/* " Only T1 line 7 (Set) can wake it.", " Nobody is left who could wake it.", a timeout last. */
static void write_wakers(struct pen *p, const struct machine *m, thread_ix t)
{
    struct waker wakers[MAX_NAMED_WAKERS + 1];
    unsigned n = text_wakers(m, t, wakers, MAX_NAMED_WAKERS + 1);
    bool timed = (world_thread(&m->world, t)->wait_flags & WAIT_FLAG_TIMED) != 0;
    n -= timed;
    unsigned shown = n < MAX_NAMED_WAKERS ? n : MAX_NAMED_WAKERS;
    thread_set waiting = 0; // of them
    // an exclusive waiter needs every shared owner's release, a shared one behind it too
    uint8_t kind = world_thread(&m->world, t)->wait_kind;
    bool all = n > 1 && (kind == WAIT_EXCLUSIVE || kind == WAIT_SHARED);
    for (unsigned i = 0; i < shown; i++) {
        const char *last = all ? " and " : " or ";
        pen_text(p, i > 0 ? (i + 1 == n ? last : ", ") : n == 1 && !timed ? " Only " : " ");
        write_waker(p, &wakers[i]);
        bool stuck = world_thread(&m->world, wakers[i].thread)->state == THREAD_WAITING;
        waiting |= stuck ? thread_bit(wakers[i].thread) : 0;
    }
    if (n > 0) {
        pen_text(p, n > shown ? " and others" : "");
        pen_text(p, all ? " must all come first." : " can wake it.");
    }
    if (waiting != 0) {
        pen_text(p, " ");
        write_threads(p, waiting);
        pen_text(p, (waiting & (waiting - 1)) == 0 ? " waits itself." : " wait themselves.");
    }
    if (timed) {
        pen_text(p, " Its timeout may fire at any time.");
    } else if (n == 0) {
        pen_text(p, " Nobody is left who could wake it.");
    }
}

/* Who owns the resource or lock that t waits for, as a half sentence; nothing for other waits. */
static void write_owners(struct pen *p, const struct machine *m, thread_ix t)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    bool resource = thread->state == THREAD_WAITING &&
                    (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED);
    if (!resource) {
        return;
    }
    thread_set owners = resource_owners(w, thread->wait_on);
    if ((owners & thread_bit(t)) != 0) {
        owners &= ~thread_bit(t);
        pen_text(p, " It owns the resource itself, shared, and cannot release while it waits.");
    }
    if (owners == 0) {
        return;
    }
    pen_text(p, " ");
    write_threads(p, owners);
    bool one = (owners & (owners - 1)) == 0;
    pen_printf(p, " own%s it %s.", one ? "s" : "",
               resource_is_exclusive(w, thread->wait_on) ? "exclusive" : "shared");
}

size_t text_blocked(const struct machine *m, thread_ix t, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct kthread *thread = world_thread(&m->world, t);
    bool spins = machine_spins(m, t);
    bool over = world_system(&m->world)->stop != STOP_NONE;
    if (over || (thread->state != THREAD_WAITING && !spins)) {
        return 0;
    }
    write_thread(&p, t);
    if (thread->wait_kind == WAIT_DELAY) {
        pen_text(&p, " sleeps");
    } else {
        pen_text(&p, spins ? " spins on " : " waits for ");
        write_awaited(&p, m, t);
    }
    if (thread->state == THREAD_WAITING && m->world.annex != NULL) {
        pen_printf(&p, " since step %u", m->world.annex->threads[t].since);
    }
    pen_text(&p, ".");
    write_owners(&p, m, t);
    write_wakers(&p, m, t);
    return p.n;
}

size_t text_refusal(const struct machine *m, struct choice c, enum refusal why, char *out,
                    size_t size)
{
    struct pen p = pen_on(out, size);
    unsigned n = c.thread + 1u;
    switch (why) {
    case REFUSED_NOT:
        break;
    case REFUSED_NO_THREAD:
        pen_printf(&p, "There is no thread %u: the scenario has %u.", n,
                   m->world.layout->shape.n_threads);
        break;
    case REFUSED_ABSENT:
        pen_printf(&p, "%u has not been created yet.", n);
        break;
    case REFUSED_WAITS:
        pen_printf(&p, "%u is blocked: waits for ", n);
        write_awaited(&p, m, c.thread);
        pen_text(&p, ".");
        break;
    case REFUSED_SPINS:
        pen_printf(&p, "%u is blocked: spins on ", n);
        write_awaited(&p, m, c.thread);
        pen_text(&p, ".");
        break;
    case REFUSED_ENDED:
        pen_printf(&p, "%u has ended.", n);
        break;
    case REFUSED_STOPPED:
        pen_printf(&p, "The run is over: %s.", verdict_name(machine_verdict(m)));
        break;
    case REFUSED_NO_TIMEOUT:
        pen_printf(&p, "%u has no timeout running.", n);
        break;
    case REFUSED_NO_PICK:
        pen_printf(&p, "%u has no choice %u at this step.", n, c.pick);
        break;
    }
    return p.n;
}

/* ---- findings ---- */

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

static void write_deadlock(struct pen *p, const struct machine *m, const struct cycle *c)
{
    pen_text(p, c->n == 1 ? "Self-deadlock: " : "Deadlock: ");
    write_cycle(p, m->scenario, c);
    pen_text(p, c->n == 1 ? ": it waits for itself." : ": none of them can run again.");
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
    if (v->code == 0 && v->detail != 0) {
        pen_printf(p, " (%u)", v->detail);
    }
}

static enum finding_kind stop_finding(enum vm_outcome outcome)
{
    return outcome == VM_BUGCHECK    ? FINDING_BUGCHECK
           : outcome == VM_ASSERTION ? FINDING_ASSERTION
                                     : FINDING_FAULT;
}

unsigned text_findings(const struct machine *m, const struct step *step, struct finding *out,
                       unsigned max)
{
    unsigned n = 0;
    if (step->cycle.n > 0 && n < max) {
        struct pen p = pen_on(out[n].text, TEXT_LINE);
        out[n++].kind = FINDING_DEADLOCK;
        write_deadlock(&p, m, &step->cycle);
    }
    for (unsigned i = 0; i < step->effect.n_verifier && n < max; i++) {
        struct pen p = pen_on(out[n].text, TEXT_LINE);
        out[n++].kind = FINDING_VERIFIER;
        write_verifier(&p, m, &step->effect.verifier[i]);
    }
    for (uint32_t i = 0; i < m->scenario->n_invariants && i < 64 && n < max; i++) {
        if ((step->invariants >> i & 1) != 0) {
            struct pen p = pen_on(out[n].text, TEXT_LINE);
            out[n++].kind = FINDING_INVARIANT;
            pen_printf(&p, "Invariant violated: %s", m->scenario->invariants[i].text);
        }
    }
    if (step->outcome != VM_REST && step->outcome != VM_ENDED && n < max) {
        struct pen p = pen_on(out[n].text, TEXT_LINE);
        out[n++].kind = stop_finding(step->outcome);
        write_stop(&p, m, step);
    }
    return n;
}
