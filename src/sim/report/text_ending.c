/*
 * How a run stands, what its end is called, and its schedule as text.
 */
#include "sim/report/calls.h"
#include "sim/report/text.h"
#include "sim/stepper/timeline.h"

static void write_directory_state(struct pen *p, const struct machine *m, directory_ix d)
{
    const struct world_shape *shape = &m->world.layout->shape;
    pen_printf(p, "%s:", m->scenario->directories[d].path);
    if (world_directory(&m->world, d)->n_files == 0) {
        pen_text(p, " empty");
        return;
    }
    for (name_ix n = 0; n < shape->n_names && p->n + 1 < p->size; n++) {
        const struct file_slot *f = world_file(&m->world, n);
        if (shape->names[n].parent == d && (f->flags & FILE_EXISTS) != 0) {
            pen_text(p, " ");
            write_object(p, m->scenario, object_make(OBJECT_NAME, n), NAME_SHORT);
            pen_printf(p, " %u", f->size);
        }
    }
}

size_t text_final_state(const struct machine *m, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct world *w = &m->world;
    const struct world_shape *shape = &w->layout->shape;
    const char *between = "";
    for (directory_ix d = 0; d < shape->n_directories; d++) {
        pen_text(&p, between);
        write_directory_state(&p, m, d);
        between = "; ";
    }
    for (shared_ix i = 0; i < shape->n_shared; i++) {
        pen_printf(&p, "%s%s = %d", between, m->scenario->shared_names[i], world_shared(w, i));
        between = "; ";
    }
    for (thread_ix t = 0; t < shape->n_threads; t++) {
        const struct kthread *thread = world_thread(w, t);
        if (thread->state == THREAD_FINISHED && thread->exit_status == STATUS_SUCCESS) {
            continue;
        }
        pen_printf(&p, "%s%s ", between, m->scenario->threads[t].name);
        if (thread->state == THREAD_FINISHED) {
            pen_printf(&p, "ended 0x%X", (uint32_t)thread->exit_status);
        } else {
            pen_text(&p, thread->state == THREAD_WAITING  ? "waits"
                         : thread->state == THREAD_ABSENT ? "never began"
                                                          : "stands");
        }
        between = "; ";
    }
    if (world_system(w)->stop == STOP_BUGCHECK) {
        pen_printf(&p, "%sbug check 0x%X", between, world_system(w)->code);
    }
    if (p.n == 0) {
        pen_text(&p, "all threads ended");
    }
    return p.n;
}

size_t text_ending(const struct machine *m, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    enum verdict verdict = machine_verdict(m);
    if (verdict == VERDICT_RUNNING) {
        pen_text(&p, "unfinished");
        return p.n;
    }
    int ending = machine_ending(m);
    if (m->scenario->n_endings > 0) {
        pen_text(&p, ending >= 0 ? m->scenario->endings[ending].name : "other");
    } else {
        text_final_state(m, out, size);
        p.n = strlen(out);
    }
    return p.n;
}

size_t text_verdict(const struct machine *m, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    enum verdict verdict = machine_verdict(m);
    pen_text(&p, verdict == VERDICT_BUGCHECK ? "bug check" : verdict_name(verdict));
    if (verdict == VERDICT_DEADLOCK) {
        struct cycle c = machine_cycle(m);
        pen_text(&p, ": ");
        write_cycle(&p, m->scenario, &c);
    } else if (verdict == VERDICT_HANG) {
        pen_text(&p, ": ");
        write_threads(&p, machine_unfinished(m));
        thread_set left = machine_unfinished(m);
        pen_text(&p, (left & (left - 1)) == 0 ? " waits, and nobody is left to wake it"
                                              : " wait, and nobody is left to wake them");
    } else if (verdict == VERDICT_BUGCHECK) {
        pen_printf(&p, " 0x%X", world_system(&m->world)->code);
    }
    return p.n;
}

const char *text_chances(void)
{
    return "Chance: every thread that can go is equally likely at each step; schedules: number of "
           "different orders";
}

const char *text_chance(void)
{
    return "Chance: at each step all that can go are equally likely";
}

size_t text_schedule(const struct timeline *t, uint32_t n, char *out, size_t size)
{
    /*
     * Written from the last item backwards, so that a long run costs what fits and the end is what
     * remains.
     */
    char item[SCHEDULE_ITEM + 1];
    size_t used = 0;
    out[0] = '\0';
    while (n > 0) {
        struct choice c = timeline_choice(t, n);
        uint32_t repeats = timeline_repeats(t, n);
        size_t n_item = schedule_item_print(item, schedule_step_of(c), repeats);
        if (used > 0) {
            item[n_item++] = ',';
        }
        // The first item needs no room for the mark in front of what is left out.
        if (used + n_item + (repeats < n ? 3 : 0) + 1 > size) {
            memmove(out + 3, out, used + 1);
            memcpy(out, "\xE2\x80\xA6", 3); // an ellipsis
            return used + 3;
        }
        memmove(out + n_item, out, used + 1);
        memcpy(out, item, n_item);
        used += n_item;
        n -= repeats;
    }
    return used;
}
