/*
 * A row per code says what its parameters are; what kind of value one is decides how it is read: an address
 * is looked for among the scenario's objects, a thread's id among its threads.
 */
#include "sim/report/text_bugcheck.h"

#include "kernel_model/nt_status.h"
#include "kernel_model/stop.h"
#include "sim/report/calls.h"
#include "sim/report/text.h"

enum reading {
    READ_PLAIN,
    READ_ADDRESS, // of an object
    READ_THREAD,  // its id
    READ_IRQL,
    READ_REASON, // of RESOURCE_NOT_OWNED
    READ_WRITE,  // 0: read, 1: write
};

struct parameter {
    const char *what; // NULL: not used
    enum reading reading;
};

struct bugcheck_row {
    uint32_t code;
    struct parameter parameters[BUGCHECK_PARAMETERS];
};

/* clang-format off */
static const struct bugcheck_row rows[] = {
    {BUGCHECK_IRQL_NOT_LESS_OR_EQUAL,
     {{"what was touched, or the level asked for", READ_ADDRESS}, {"the IRQL then", READ_IRQL}}},
    {BUGCHECK_MAXIMUM_WAIT_OBJECTS_EXCEEDED,
     {{"objects waited for", READ_PLAIN}, {"how many there may be", READ_PLAIN}}},
    {BUGCHECK_SPIN_LOCK_ALREADY_OWNED, {{"the spin lock", READ_ADDRESS}}},
    {BUGCHECK_SPIN_LOCK_NOT_OWNED, {{"the spin lock", READ_ADDRESS}}},
    {BUGCHECK_KERNEL_APC_PENDING_DURING_EXIT,
     {{"the pending APC; 0: none", READ_PLAIN}, {"the thread's count of disabled APCs", READ_PLAIN},
      {"its IRQL", READ_IRQL}}},
    {BUGCHECK_ATTEMPTED_SWITCH_FROM_DPC, {{"the thread that had to wait", READ_ADDRESS}}},
    {BUGCHECK_DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS,
     {{"the memory touched", READ_ADDRESS}, {"access", READ_WRITE},
      {"the code that touched it; 0: not known", READ_PLAIN}}},
    {BUGCHECK_DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL,
     {{"the memory touched", READ_ADDRESS}, {"access", READ_WRITE},
      {"the code that touched it; 0: not known", READ_PLAIN}}},
    {BUGCHECK_RESOURCE_NOT_OWNED,
     {{"the resource", READ_ADDRESS}, {"the thread id used", READ_THREAD},
      {"the owner table; 0: none", READ_PLAIN}, {"the reason", READ_REASON}}},
    {BUGCHECK_RESOURCE_OWNER_POINTER_INVALID,
     {{"the resource", READ_ADDRESS}, {"the owner table; 0: none", READ_PLAIN},
      {"the thread", READ_ADDRESS}, {"the owner pointer", READ_PLAIN}}},
    {BUGCHECK_KERNEL_SECURITY_CHECK_FAILURE, {{"what is corrupt; 3: a list", READ_PLAIN}}},
    {BUGCHECK_ERESOURCE_INVALID_RELEASE,
     {{"the resource", READ_ADDRESS}, {"the thread", READ_ADDRESS},
      {"the thread id used", READ_THREAD}}},
    {BUGCHECK_KERNEL_AUTO_BOOST_LOCK_ACQUISITION_WITH_RAISED_IRQL,
     {{"the thread", READ_ADDRESS}, {"the lock", READ_ADDRESS}, {"its IRQL", READ_IRQL}}},
};
/* clang-format on */

static const struct parameter *parameter_of(uint32_t code, unsigned ix)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code && rows[i].parameters[ix].what != NULL) {
            return &rows[i].parameters[ix];
        }
    }
    return NULL;
}

static bool name_among(struct pen *p, const struct scenario *s, enum object_kind kind, unsigned n,
                       uint64_t address)
{
    for (unsigned i = 0; i < n; i++) {
        if (object_address(object_make(kind, i)) == address) {
            pen_text(p, ", ");
            write_object(p, s, object_make(kind, i), NAME_FULL);
            return true;
        }
    }
    return false;
}

/* ", Data": the object that lies at the address; nothing if none does. */
static void write_object_at(struct pen *p, const struct scenario *s, uint64_t address)
{
    const struct world_shape *shape = &s->layout.shape;
    if (!name_among(p, s, OBJECT_THREAD, shape->n_threads, address) &&
        !name_among(p, s, OBJECT_RESOURCE, shape->n_resources, address) &&
        !name_among(p, s, OBJECT_EVENT, shape->n_events, address)) {
        name_among(p, s, OBJECT_SPINLOCK, shape->n_spinlocks, address);
    }
}

static void write_meaning(struct pen *p, const struct scenario *s, enum reading reading,
                          uint64_t value)
{
    static const char *const reasons[] = {"", "another thread owns it exclusively",
                                          "nobody owns it", "the thread is not among its owners"};
    switch (reading) {
    case READ_PLAIN:
        break;
    case READ_ADDRESS:
        write_object_at(p, s, value);
        break;
    case READ_THREAD:
        for (thread_ix t = 0; t < s->layout.shape.n_threads; t++) {
            if ((uint32_t)thread_id(t) == (uint32_t)value) {
                pen_printf(p, ", T%u", t + 1u);
            }
        }
        break;
    case READ_IRQL:
        if (value <= NT_DISPATCH_LEVEL) {
            pen_printf(p, ", %s", text_irql((int32_t)value));
        }
        break;
    case READ_REASON:
        if (value >= 1 && value <= 3) {
            pen_printf(p, ": %s", reasons[value]);
        }
        break;
    case READ_WRITE:
        pen_text(p, value == 0 ? ": read" : ": written");
        break;
    }
}

/* "the owner table; 0: none": what 0 means is said of 0 only. */
static void write_what(struct pen *p, const char *what, uint64_t value)
{
    static const char zero[] = "; 0: ";
    const char *at = strstr(what, zero);
    if (at == NULL) {
        pen_text(p, what);
        return;
    }
    pen_printf(p, "%.*s", (int)(at - what), what);
    if (value == 0) {
        pen_printf(p, ", %s", at + sizeof zero - 1);
    }
}

size_t text_bugcheck_parameter(const struct machine *m, unsigned ix, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct bugcheck *b = &m->last.effect.bugcheck;
    if (m->last.outcome != VM_BUGCHECK || ix >= BUGCHECK_PARAMETERS) {
        return p.n;
    }
    const struct parameter *parameter = parameter_of(b->code, ix);
    pen_printf(&p, "0x%llX: ", (unsigned long long)b->parameter[ix]);
    if (parameter == NULL) {
        pen_text(&p, "not used");
    } else {
        write_what(&p, parameter->what, b->parameter[ix]);
        write_meaning(&p, m->scenario, parameter->reading, b->parameter[ix]);
    }
    return p.n;
}
