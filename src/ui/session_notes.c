/*
 * What happened on the way of a run.
 *
 * What went wrong, which calls failed, and where threads blocked or woke is noted once per step, up to where somebody
 * has been; when the branch changes, what the two have in common stays.
 */
#include <stdio.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/calls.h"
#include "ui/session_parts.h"

void note_step(struct noted_steps *noted, uint32_t n)
{
    noted->steps = mem_grow(noted->steps, noted->n, &noted->capacity, sizeof *noted->steps);
    noted->steps[noted->n++] = n;
}

size_t noted_up_to(const struct noted_steps *noted, uint32_t n)
{
    size_t low = 0, high = noted->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (noted->steps[middle] <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void write_trouble(const struct machine *m, const char *word, char *out, size_t size)
{
    const struct step *step = &m->last;
    struct pen pen = pen_on(out, size);

    if (step->n_cycles > 0) {
        pen_text(&pen, step->cycles[0].n == 1 ? "waits for itself: " : "deadlock: ");
        write_cycle(&pen, m->scenario, &step->cycles[0]);
    } else if (step->outcome == VM_BUGCHECK || step->effect.status == KM_BUGCHECK) {
        pen_printf(&pen, "bug check 0x%X", world_system(&m->world)->code);
    } else if (step->outcome == VM_REST && step->invariants != 0) {
        unsigned i = 0;
        while ((step->invariants >> i & 1) == 0)
            i++;
        pen_printf(&pen, "does not hold: %s", m->scenario->invariants[i].text);
    } else {
        pen_text(&pen, word);
    }
}

static bool look(void *context, const struct machine *m)
{
    struct session *s = context;
    const struct step *step = &m->last;
    const char *word = step_trouble(step);

    s->checked = step->n;
    if (word != NULL && s->n_troubles < MAX_TROUBLES) {
        struct trouble *trouble = &s->troubles[s->n_troubles++];
        trouble->n = step->n;
        trouble->kind = !step_breaks_rule(step) ? TROUBLE_STUCK
                        : step->invariants != 0 ? TROUBLE_INVARIANT
                                                : TROUBLE_RULE;
        write_trouble(m, word, trouble->what, sizeof trouble->what);
    }
    // A call that was told "not now" (a poll) did what it is for; a status that is an error is worth a word.
    if (step_failed(step) && nt_call_row(step->call)->result == RESULT_STATUS &&
        !nt_success(step->effect.result)) {
        note_step(&s->failed, step->n);
        s->failures =
            mem_grow(s->failures, s->failed.n - 1, &s->failures_capacity, sizeof *s->failures);
        s->failures[s->failed.n - 1] = (struct failure){step->n, step->choice.thread, step->call};
    }
    if (step_is_of_interest(step))
        note_step(&s->eventful, step->n);
    return true;
}

void notes_look_up_to(struct session *s, uint32_t n)
{
    if (s->checked + 1 == n && timeline_position(s->timeline) == n)
        look(s, machine_of(s));
    else if (s->checked < n)
        timeline_replay(s->timeline, s->checked + 1, n, look, s);
}

void notes_forget_after(struct session *s, uint32_t n)
{
    lanes_forget_after(&s->lanes, n);
    ahead_forget_after(s, n);
    while (s->n_troubles > 0 && s->troubles[s->n_troubles - 1].n > n)
        s->n_troubles--;
    s->failed.n = noted_up_to(&s->failed, n);
    s->eventful.n = noted_up_to(&s->eventful, n);
    search_forget_after(s, n);
    s->checked = s->checked < n ? s->checked : n;
}

const struct trouble *session_trouble(const struct session *s)
{
    if (s->n_troubles > 0 && s->troubles[0].n <= timeline_position(s->timeline))
        return &s->troubles[0];
    return NULL;
}

const struct trouble *session_worst_trouble(const struct session *s)
{
    for (int i = 0; i < s->n_troubles && s->troubles[i].n <= timeline_position(s->timeline); i++) {
        if (s->troubles[i].kind == TROUBLE_STUCK)
            return &s->troubles[i];
    }
    return session_trouble(s);
}

uint32_t session_failures(const struct session *s, struct failure *last)
{
    size_t n = noted_up_to(&s->failed, timeline_position(s->timeline));

    *last = n > 0 ? s->failures[n - 1] : (struct failure){.n = 0};
    return (uint32_t)n;
}
