/*
 * Sentences.
 *
 * What a step did is: the call table's template for how it came out, then who woke, who ended. Why
 * a thread waits is in text_wait.c, what is wrong in text_finding.c. Every face of the program
 * prints these and nothing of its own.
 */
#include "sim/report/text.h"

#include "kernel_model/eresource.h"
#include "sim/report/calls.h"
#include "sim/report/text_share.h"

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

const char *text_aspect(enum aspect aspect)
{
    static const char *const about[] = {[ASPECT_STATE] = "",
                                        [ASPECT_EXISTENCE] = "whether the file exists",
                                        [ASPECT_SHARE] = "who has the file open",
                                        [ASPECT_DATA] = "what the file holds"};
    return about[aspect];
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

/* " The driver was unmapped; T1 still has to run in its code.", where the step ended the thread of Unload. */
static void write_unmapped(struct pen *p, const struct machine *m, const struct step *step)
{
    const struct world_shape *shape = &m->world.layout->shape;
    thread_set left = 0;
    bool unload = false;
    for (thread_ix t = 0; t < shape->n_threads; t++) {
        enum thread_state state = (enum thread_state)world_thread(&m->world, t)->state;
        unload = unload || (shape->kind[t] == KIND_UNLOAD && (step->ended >> t & 1) != 0);
        if (state != THREAD_FINISHED && state != THREAD_ABSENT) {
            left |= thread_bit(t);
        }
    }
    if (!unload) {
        return;
    }
    pen_text(p, " The driver was unmapped");
    if (left != 0) {
        pen_text(p, "; ");
        write_threads(p, left);
        pen_text(p, (left & (left - 1)) != 0 ? " still have to run in its code"
                                             : " still has to run in its code");
    }
    pen_text(p, ".");
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

static size_t write_step(const struct machine *m, const struct step *step, bool at_line, char *out,
                         size_t size)
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
    if (at_line && step->line > 0 && step->call != CALL_return) {
        pen_printf(&p, " line %u", step->line);
    }
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
        write_opener(&p, m, step);
    }
    write_woken(&p, step);
    thread_set ended = step->ended & ~(e->thread_ended ? thread_bit(step->choice.thread) : 0);
    if (ended != 0) {
        pen_text(&p, " ");
        write_threads(&p, ended);
        pen_text(&p, (ended & (ended - 1)) != 0 ? " have ended." : " has ended.");
    }
    write_unmapped(&p, m, step);
    return p.n;
}

size_t text_step(const struct machine *m, const struct step *step, char *out, size_t size)
{
    return write_step(m, step, false, out, size);
}

size_t text_step_at_line(const struct machine *m, const struct step *step, char *out, size_t size)
{
    return write_step(m, step, true, out, size);
}

size_t text_rule(const struct step *step, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    pen_text(&p, rule_text(step->effect.rule));
    return p.n;
}

size_t text_about(const struct scenario *s, const struct step *step, char *out, size_t size)
{
    const struct nt_call_row *row = nt_call_row(step->call);
    struct pen p = pen_on(out, size);
    for (unsigned i = 0; i < row->n_params; i++) {
        if (row->params[i].kind == PARAM_REST) {
            write_argument(&p, s, NULL, row, i, step->args, step->n_args, NAME_SHORT);
            return p.n;
        }
    }
    if (step->effect.object != 0) {
        write_object(&p, s, step->effect.object, NAME_SHORT);
    }
    return p.n;
}

/* "TIMEOUT": without NT's prefix, for a column. */
static void write_bare_status(struct pen *p, bool returns, int32_t status)
{
    const char *name = nt_status_name(status);
    if (!returns) {
        pen_text(p, "waits");
    } else if (name != NULL) {
        pen_text(p, strncmp(name, "STATUS_", 7) == 0 ? name + 7 : name);
    } else {
        pen_printf(p, "0x%08X", (uint32_t)status);
    }
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
        write_bare_status(&p, e->n_woken > 0, e->n_woken > 0 ? e->woken[0].result : 0);
    } else if (step->call == CALL_PsTerminateSystemThread && e->thread_ended) {
        write_bare_status(&p, true, step->args[0]); // it does not return; the thread ends with this
    } else {
        char text[64];
        // KeSetEvent and its like return how the event was before, which is not how it is now.
        bool before =
            nt_call_row(step->call)->result == RESULT_STATE && step->call != CALL_KeReadStateEvent;
        pen_text(&p, before ? "before: " : "");
        text_result(s, step->call, e->result, text, sizeof text);
        pen_text(&p, strncmp(text, "STATUS_", 7) == 0 ? text + 7 : text);
    }
    return p.n;
}

bool step_failed(const struct step *step)
{
    const struct effect *effect = &step->effect;

    switch (step->outcome) {
    case VM_BUGCHECK:
    case VM_ASSERTION:
    case VM_FAULT:
        return true;
    case VM_REST:
    case VM_ENDED:
        break;
    }
    switch (effect->status) {
    case KM_BUSY:
    case KM_BUGCHECK:
    case KM_FULL:
        return true;
    case KM_WAIT:
        return false;
    case KM_OK:
        break;
    }
    if (step->call != CALL_NONE && effect->result == STATUS_TIMEOUT)
        return true; // a poll: it looked, and did not wait
    return step->call != CALL_NONE && nt_call_row(step->call)->result == RESULT_STATUS &&
           !nt_success(effect->result);
}
