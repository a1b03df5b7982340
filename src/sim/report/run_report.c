/*
 * Run reports. The JSON's "state" holds what the step changed and nothing else: it is read off the
 * journal, field by field of each edited slot against its old record.
 */
#include "sim/report/run_report.h"

#include <inttypes.h>

#include "kernel_model/eresource.h"
#include "sim/report/calls.h"
#include "sim/report/json.h"
#include "sim/report/order.h"
#include "sim/report/text.h"
#include "sim/report/text_bugcheck.h"
#include "sim/stepper/happens.h"

enum { MAX_ENDING = 4096 };

/* ---- for people ---- */

static void table_begin(const struct run_report *r, const struct machine *m)
{
    const struct scenario *s = m->scenario;
    fprintf(r->out, "%s: %s\n", s->name, s->title);
    for (thread_ix t = 0; t < s->layout.shape.n_threads; t++) {
        fprintf(r->out, "%sT%u %s", t == 0 ? "" : "  ", t + 1u, s->threads[t].name);
    }
    fprintf(r->out, "   (%s", r->policy);
    if (strcmp(r->policy, policy_name(POLICY_RANDOM)) == 0) {
        fprintf(r->out, ", seed %" PRIu64, r->seed);
    }
    fprintf(r->out, ")\n\n step  thread  line  operation\n");
}

static void table_findings(const struct run_report *r, const struct machine *m)
{
    struct finding findings[MAX_FINDINGS];
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);
    for (unsigned i = 0; i < n; i++) {
        fprintf(r->out, "                     ! %s\n", findings[i].text);
    }
    for (unsigned i = 0; i < BUGCHECK_PARAMETERS; i++) {
        char text[TEXT_LINE];
        if (text_bugcheck_parameter(m, i, text, sizeof text) > 0) {
            fprintf(r->out, "                       parameter %u is %s\n", i + 1, text);
        }
    }
}

static void table_step(const struct run_report *r, const struct machine *m)
{
    const struct step *step = &m->last;
    char what[TEXT_LINE];
    text_step(m, step, what, sizeof what);
    fprintf(r->out, "%5u  T%-5u %5u  %s\n", step->n, step->choice.thread + 1u, step->line, what);
    table_findings(r, m);
}

static void table_end(const struct run_report *r, const struct machine *m)
{
    char ending[MAX_ENDING];
    char verdict[TEXT_LINE];
    text_ending(m, ending, sizeof ending);
    text_verdict(m, verdict, sizeof verdict);
    fprintf(r->out, "%sending    %s\nverdict   %s after %u step%s, %u thread switch%s\n",
            r->quiet ? "" : "\n", ending, verdict, m->last.n, m->last.n == 1 ? "" : "s",
            r->n_switches, r->n_switches == 1 ? "" : "es");
    thread_set left = machine_unfinished(m);
    for (thread_ix t = 0; t < MAX_THREADS && machine_verdict(m) != VERDICT_FINISHED; t++) {
        char blocked[TEXT_LINE];
        if ((left & thread_bit(t)) != 0 && text_blocked(m, t, blocked, sizeof blocked) > 0) {
            fprintf(r->out, "          %s\n", blocked);
        }
    }
    if (r->order != NULL) {
        order_report(r->out, m->scenario, r->order);
    }
}

/* ---- JSON Lines ---- */

static void json_hash(struct json *j, const char *key, uint64_t high, uint64_t low)
{
    char text[33];
    snprintf(text, sizeof text, high != 0 ? "%016" PRIx64 "%016" PRIx64 : "%016" PRIx64,
             high != 0 ? high : low, low);
    json_string(j, key, text);
}

static void json_objects(struct json *j, const char *kind, const struct scenario_object *objects,
                         unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        json_open(j, NULL, '{');
        json_string(j, "kind", kind);
        json_string(j, "name", objects[i].name);
        json_close(j, '}');
    }
}

/* What the step, or the start, shows that is wrong; no key if there is nothing. */
static void json_findings(struct json *j, const struct machine *m)
{
    struct finding findings[MAX_FINDINGS];
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);
    if (n == 0) {
        return;
    }
    json_open(j, "findings", '[');
    for (unsigned i = 0; i < n; i++) {
        json_string(j, NULL, findings[i].text);
    }
    json_close(j, ']');
}

/* The choice as schedule text: "1", "2~", "1/1". */
static void json_choice(struct json *j, struct choice c)
{
    char text[SCHEDULE_ITEM];
    schedule_item_print(text, schedule_step_of(c), 1);
    json_string(j, "choice", text);
}

static void json_begin(const struct run_report *r, const struct machine *m)
{
    const struct scenario *s = m->scenario;
    const struct world_shape *shape = &s->layout.shape;
    struct json j = {.out = r->out};
    json_open(&j, NULL, '{');
    json_string(&j, "type", "run");
    json_int(&j, "v", 1);
    json_string(&j, "tool", "lockstep");
    json_string(&j, "version", LOCKSTEP_VERSION);
    json_string(&j, "scenario", s->name);
    json_hash(&j, "hash", 0, s->hash);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, r->seed);
    json_raw(&j, "seed", seed);
    json_string(&j, "policy", r->policy);
    json_open(&j, "threads", '[');
    for (thread_ix t = 0; t < shape->n_threads; t++) {
        json_string(&j, NULL, s->threads[t].name);
    }
    json_close(&j, ']');
    json_open(&j, "objects", '[');
    json_objects(&j, "resource", s->resources, shape->n_resources);
    json_objects(&j, "event", s->events, shape->n_events);
    json_objects(&j, "spinlock", s->spinlocks, shape->n_spinlocks);
    for (directory_ix d = 0; d < shape->n_directories; d++) {
        json_open(&j, NULL, '{');
        json_string(&j, "kind", "directory");
        json_string(&j, "name", s->directories[d].path);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_findings(&j, m);
    json_close(&j, '}');
    json_end_line(&j);
}

static void json_threads(struct json *j, const char *key, thread_set set)
{
    json_open(j, key, '[');
    for (thread_ix t = 0; t < MAX_THREADS; t++) {
        if ((set & thread_bit(t)) != 0) {
            json_int(j, NULL, t + 1);
        }
    }
    json_close(j, ']');
}

/* Writes the field if it changed. */
static void changed(struct json *j, const char *key, int64_t old, int64_t new)
{
    if (old != new) {
        json_int(j, key, new);
    }
}

static void json_thread_slot(struct json *j, const struct machine *m, thread_ix t,
                             const struct kthread *old)
{
    static const char *const states[] = {"absent", "ready", "waiting", "finished"};
    const struct kthread *new = world_thread(&m->world, t);
    if (old->state != new->state) {
        json_string(j, "state", states[new->state]);
    }
    if (old->pc != new->pc) {
        json_int(j, "line", vm_line(m->scenario, &m->world, t));
    }
    changed(j, "irql", old->irql, new->irql);
    changed(j, "critical_region", old->critical_region, new->critical_region);
    changed(j, "priority", old->priority,
            new->state == THREAD_FINISHED ? old->priority : new->priority);
    changed(j, "exit_status", old->exit_status, new->exit_status);
}

static void json_resource_slot(struct json *j, const struct machine *m, resource_ix r)
{
    const struct world *w = &m->world;
    const struct resource_row *rows = resource_rows(world_resource(w, r));
    json_bool(j, "exclusive", resource_is_exclusive(w, r));
    json_open(j, "owners", '[');
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        if (rows[t].owner_count != 0) {
            json_open(j, NULL, '{');
            json_int(j, "thread", t + 1);
            json_int(j, "count", rows[t].owner_count);
            json_close(j, '}');
        }
    }
    json_close(j, ']');
    json_open(j, "exclusive_waiters", '[');
    for (unsigned i = 0; i < w->layout->shape.n_threads && rows[i].exclusive_queue != 0; i++) {
        json_int(j, NULL, rows[i].exclusive_queue);
    }
    json_close(j, ']');
    json_threads(j, "shared_waiters", world_resource(w, r)->shared_waiters);
}

static void json_event_slot(struct json *j, const struct machine *m, event_ix e)
{
    const struct kevent *event = world_event(&m->world, e);
    json_bool(j, "signaled", event->signal_state > 0);
    json_open(j, "waiters", '[');
    for (unsigned i = 0; i < m->world.layout->shape.n_threads && event->queue[i] != 0; i++) {
        json_int(j, NULL, event->queue[i]);
    }
    json_close(j, ']');
}

static void json_file_slot(struct json *j, const struct file_slot *new, const struct file_slot *old)
{
    if ((old->flags & FILE_EXISTS) != (new->flags &FILE_EXISTS)) {
        json_bool(j, "exists", (new->flags &FILE_EXISTS) != 0);
    }
    changed(j, "size", old->size, new->size);
    changed(j, "handles", old->n_handles, new->n_handles);
    bool pending = (new->flags &FILE_DELETE_PENDING) != 0;
    if (pending != ((old->flags & FILE_DELETE_PENDING) != 0)) {
        json_bool(j, "delete_pending", pending);
    }
}

static void json_slot(struct json *j, const struct machine *m, const struct journal_entry *e)
{
    const struct world *w = &m->world;
    const unsigned char *old = w->journal.saved + e->saved;
    uint16_t ix = object_ix_of(e->slot);
    char name[TEXT_LINE];
    if (object_kind_of(e->slot) == OBJECT_HANDLE ||
        memcmp(old, w->block + e->offset, e->size) == 0) {
        return; // a file's own fields say what its handles do
    }
    text_object(m->scenario, e->slot, name, sizeof name);
    if (object_kind_of(e->slot) == OBJECT_SHARED) {
        json_int(j, name, world_shared(w, ix));
        return;
    }
    json_open(j, name, '{');
    switch (object_kind_of(e->slot)) {
    case OBJECT_THREAD:
        json_thread_slot(j, m, (thread_ix)ix, (const struct kthread *)(const void *)old);
        break;
    case OBJECT_RESOURCE:
        json_resource_slot(j, m, ix);
        break;
    case OBJECT_EVENT:
        json_event_slot(j, m, ix);
        break;
    case OBJECT_SPINLOCK:
        json_int(j, "owner", world_spinlock(w, ix)->owner);
        break;
    case OBJECT_DIRECTORY:
        json_int(j, "files", world_directory(w, ix)->n_files);
        break;
    case OBJECT_NAME:
        json_file_slot(j, world_file(w, ix), (const struct file_slot *)(const void *)old);
        break;
    case OBJECT_SYSTEM:
        json_int(j, "stop", world_system(w)->stop);
        json_int(j, "code", world_system(w)->code);
        json_bool(j, "device_deleted", world_system(w)->device_deleted);
        json_bool(j, "image_unmapped", world_system(w)->image_unmapped);
        break;
    case OBJECT_NONE:
    case OBJECT_SHARED:
    case OBJECT_HANDLE:
        break;
    }
    json_close(j, '}');
}

/* Arguments as the body would write them; those left out are left out, handles stay numbers. */
static void json_args(struct json *j, const struct machine *m)
{
    const struct step *step = &m->last;
    const struct nt_call_row *row = nt_call_row(step->call);
    json_open(j, "args", '[');
    for (unsigned i = 0; i < row->n_params; i++) {
        char text[TEXT_LINE];
        struct pen p = pen_on(text, sizeof text);
        if (argument_given(row, i, step->args, step->n_args)) {
            write_argument(&p, m->scenario, NULL, row, i, step->args, step->n_args, NAME_FULL);
            json_string(j, NULL, text);
        }
    }
    json_close(j, ']');
}

/* The result by its full NT name; null for a call that returns nothing. */
static void json_status(struct json *j, const struct machine *m)
{
    const struct step *step = &m->last;
    char text[TEXT_LINE];
    if (step->call == CALL_NONE || step->effect.status == KM_WAIT ||
        (step->outcome != VM_REST && step->outcome != VM_ENDED)) {
        text_outcome(m->scenario, step, text, sizeof text);
    } else {
        text_result(m->scenario, step->call, step->effect.result, text, sizeof text);
    }
    if (text[0] == '\0') {
        json_null(j, "status");
    } else {
        json_string(j, "status", text);
    }
}

static void json_blocked(struct json *j, const struct machine *m)
{
    const struct world *w = &m->world;
    json_open(j, "blocked", '[');
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        const struct kthread *thread = world_thread(w, t);
        if (thread->state != THREAD_WAITING && !machine_spins(m, t)) {
            continue;
        }
        static const char *const modes[] = {"spin", "exclusive", "shared", "wait", "delay"};
        object_ref on = waits_on(w, t);
        if (thread->state == THREAD_READY) {
            on = (object_ref)vm_request(m->scenario, w, t).args[0];
        }
        char name[TEXT_LINE];
        text_object(m->scenario, on, name, sizeof name);
        json_open(j, NULL, '{');
        json_int(j, "thread", t + 1);
        json_string(j, "on", name);
        json_string(j, "mode", modes[thread->wait_kind]);
        json_int(j, "since", w->annex != NULL ? w->annex->threads[t].since : 0);
        json_open(j, "released_by", '[');
        struct wakers wakers = text_wakers(m, t);
        for (unsigned i = 0; i < wakers.n && i < MAX_WAKERS; i++) {
            json_open(j, NULL, '{');
            json_int(j, "thread", wakers.list[i].thread + 1);
            json_int(j, "line", wakers.list[i].line);
            json_close(j, '}');
        }
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_step(const struct run_report *r, const struct machine *m)
{
    const struct step *step = &m->last;
    struct json j = {.out = r->out};
    char text[TEXT_LINE];
    json_open(&j, NULL, '{');
    json_string(&j, "type", "step");
    json_int(&j, "n", step->n);
    json_int(&j, "thread", step->choice.thread + 1);
    json_choice(&j, step->choice);
    json_int(&j, "line", step->line);
    json_string(&j, "call",
                step->choice.kind == CHOICE_TIMEOUT ? "timeout" : nt_call_row(step->call)->name);
    json_args(&j, m);
    json_status(&j, m);
    json_open(&j, "state", '{');
    const struct journal *journal = &m->world.journal;
    for (uint32_t i = journal->step_first; i < journal->n_entries; i++) {
        json_slot(&j, m, &journal->entries[i]);
    }
    json_close(&j, '}');
    json_threads(&j, "runnable", machine_enabled(m));
    json_blocked(&j, m);
    json_open(&j, "woke", '[');
    for (unsigned i = 0; i < step->effect.n_woken; i++) {
        json_int(&j, NULL, step->effect.woken[i].thread + 1);
    }
    json_close(&j, ']');
    json_findings(&j, m);
    if (r->order != NULL) {
        json_clock(&j, r->order, step->n);
    }
    if (m->printed[0] != '\0') {
        json_string(&j, "printed", m->printed);
    }
    text_step(m, step, text, sizeof text);
    json_string(&j, "text", text);
    json_hash(&j, "hash", m->world.fingerprint.high, m->world.fingerprint.low);
    json_close(&j, '}');
    json_end_line(&j);
}

static void json_end(const struct run_report *r, const struct machine *m)
{
    struct json j = {.out = r->out};
    char ending[MAX_ENDING];
    text_ending(m, ending, sizeof ending);
    json_open(&j, NULL, '{');
    json_string(&j, "type", "end");
    json_string(&j, "verdict", verdict_name(machine_verdict(m)));
    json_string(&j, "ending", ending);
    json_int(&j, "steps", m->last.n);
    json_int(&j, "switches", r->n_switches);
    if (r->order != NULL) {
        json_luck(&j, m->scenario, r->order);
    }
    json_close(&j, '}');
    json_end_line(&j);
}

/* ---- both ---- */

void run_report_begin(struct run_report *r, const struct machine *m)
{
    r->n_switches = 0;
    r->last_thread = NO_THREAD;
    if (r->quiet) {
        return;
    }
    if (r->json) {
        json_begin(r, m);
    } else {
        table_begin(r, m);
        table_findings(r, m);
    }
}

void run_report_step(struct run_report *r, const struct machine *m)
{
    thread_ix t = m->last.choice.thread;
    r->n_switches += r->last_thread != NO_THREAD && r->last_thread != t;
    r->last_thread = t;
    if (r->order != NULL) {
        happens_step(r->order, m);
    }
    if (r->quiet) {
        return;
    }
    if (r->json) {
        json_step(r, m);
    } else {
        table_step(r, m);
    }
}

void run_report_end(struct run_report *r, const struct machine *m)
{
    if (r->json) {
        json_end(r, m);
    } else {
        table_end(r, m);
    }
}
