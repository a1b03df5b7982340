/*
 * A thread's own state: what calls on it change that are no steps, and nobody else can see.
 */
#include "kernel_model/priority.h"
#include "sim/report/calls.h"
#include "sim/report/text.h"

const char *text_irql(int32_t irql)
{
    static const char *const levels[] = {"PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL"};
    return irql >= NT_PASSIVE_LEVEL && irql <= NT_DISPATCH_LEVEL ? levels[irql] : NULL;
}

/* What comes next in the list. */
static void go_on(struct pen *p)
{
    pen_text(p, p->n > 0 ? ", " : "");
}

static void write_irql(struct pen *p, uint8_t irql)
{
    const char *name = text_irql(irql);
    if (irql != NT_PASSIVE_LEVEL && name != NULL) {
        pen_printf(p, "at %s", name);
    } else if (irql != NT_PASSIVE_LEVEL) {
        pen_printf(p, "at IRQL %u", irql);
    }
}

/* Entered minus left: below 0 somebody left more than he entered. */
static void write_regions(struct pen *p, int regions)
{
    if (regions != 0) {
        go_on(p);
    }
    if (regions == 1) {
        pen_text(p, "in a critical region");
    } else if (regions > 1) {
        pen_printf(p, "in %d critical regions", regions);
    } else if (regions < 0) {
        pen_printf(p, "out of %d critical region%s too many", -regions, regions == -1 ? "" : "s");
    }
}

/* Only the policy `priority` heeds them. */
static void write_priority(struct pen *p, const struct machine *m, thread_ix t)
{
    uint8_t base = world_thread(&m->world, t)->priority, now = priority_of(&m->world, t);
    if (m->scenario->schedule.policy == POLICY_PRIORITY) {
        go_on(p);
        pen_printf(p, "at priority %u", now);
        if (now != base) {
            pen_printf(p, " (base %u)", base);
        }
    }
}

size_t text_level(const struct machine *m, thread_ix t, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct kthread *thread = world_thread(&m->world, t);
    write_irql(&p, thread->irql);
    write_regions(&p, thread->critical_region);
    write_priority(&p, m, t);
    return p.n;
}
