/*
 * Who can wake a waiting thread: found in the code that each thread can still reach.
 *
 * Reachability over the bytecode ignores conditions, so it says "may". Of a thread's matching calls
 * the nearest one is named: the first at or after its program counter, else the first from the top
 * (a loop). The object of a call is found by looking back for the instruction that pushed the first
 * argument: a constant, or an array element, which may be any of the array.
 */
#include "kernel_model/eresource.h"
#include "sim/report/text.h"

enum { REACH_BYTES = (MAX_CODE + 8) / 8 };

struct reach {
    uint8_t bits[REACH_BYTES];
};

static bool reached(const struct reach *r, uint32_t pc)
{
    return (r->bits[pc / 8] >> (pc % 8) & 1) != 0;
}

static bool reach_add(struct reach *r, uint32_t pc)
{
    bool new = !reached(r, pc);
    r->bits[pc / 8] = (uint8_t)(r->bits[pc / 8] | 1u << (pc % 8));
    return new;
}

/* Marks every instruction that control can come to from pc. Sweeps until nothing new is found. */
static void reach_from(const struct code *code, uint32_t pc, struct reach *r)
{
    memset(r->bits, 0, (code->n + 7) / 8);
    if (pc >= code->n) {
        return;
    }
    reach_add(r, pc);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < code->n; i++) {
            if (!reached(r, i)) {
                continue;
            }
            enum op op = (enum op)code->instrs[i].op;
            bool jumps = op == OP_JUMP || op == OP_JUMP_ZERO || op == OP_JUMP_NONZERO;
            if (jumps && reach_add(r, (uint32_t)code->instrs[i].c)) {
                again = again || (uint32_t)code->instrs[i].c <= i;
            }
            if (op != OP_JUMP && op != OP_RETURN && i + 1 < code->n) {
                reach_add(r, i + 1);
            }
        }
    }
}

/* Can the first argument of the call at pc be this object? */
static bool may_name(const struct code *code, uint32_t pc, object_ref object)
{
    const struct instr *call = &code->instrs[pc];
    uint32_t depth = code->notes[pc].depth - (uint32_t)call->b;
    for (uint32_t i = pc; i-- > 0;) {
        const struct instr *push = &code->instrs[i];
        if (push->op == OP_PUSH && code->notes[i].depth == depth) {
            return (object_ref)push->c == object;
        }
        if (push->op == OP_ELEMENT && code->notes[i].depth == depth + 1) {
            uint32_t ix = object - (object_ref)push->c;
            return ix < push->a;
        }
    }
    return false;
}

static bool reaches_call(const struct machine *m, thread_ix t, const enum nt_call *wanted,
                         unsigned n_wanted, object_ref object, struct waker *out);

/* Will the thread, not created yet, be created by one that lives? */
static bool can_begin(const struct machine *m, thread_ix t)
{
    static const enum nt_call create = CALL_PsCreateSystemThread;
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        struct waker found;
        uint8_t state = world_thread(&m->world, u)->state;
        if ((state == THREAD_READY || state == THREAD_WAITING) &&
            reaches_call(m, u, &create, 1, object_make(OBJECT_THREAD, t), &found)) {
            return true;
        }
    }
    return false;
}

/* The nearest reachable call of t among the wanted ones that may name the object; 0 calls: false.
 */
static bool reaches_call(const struct machine *m, thread_ix t, const enum nt_call *wanted,
                         unsigned n_wanted, object_ref object, struct waker *out)
{
    static const struct reach none = {{0}};
    const struct code *code = &m->scenario->threads[t].code;
    const struct kthread *thread = world_thread(&m->world, t);
    if (thread->state == THREAD_FINISHED) {
        return false;
    }
    struct reach r = none;
    uint32_t from = thread->pc;
    reach_from(code, from + (thread->state == THREAD_WAITING), &r);
    for (uint32_t k = 0; k < code->n; k++) {
        uint32_t pc = (from + k) % code->n;
        if (!reached(&r, pc) || code->instrs[pc].op != OP_CALL) {
            continue;
        }
        for (unsigned i = 0; i < n_wanted; i++) {
            if (code->instrs[pc].a == wanted[i] && may_name(code, pc, object)) {
                *out = (struct waker){wanted[i], code->notes[pc].line, t, true};
                return true;
            }
        }
    }
    return false;
}

/* The same of a thread that lives, or can begin to. */
static bool find_call(const struct machine *m, thread_ix t, const enum nt_call *wanted,
                      unsigned n_wanted, object_ref object, struct waker *out)
{
    if (world_thread(&m->world, t)->state == THREAD_ABSENT && !can_begin(m, t)) {
        return false;
    }
    return reaches_call(m, t, wanted, n_wanted, object, out);
}

static unsigned add(struct waker *out, unsigned n, unsigned max, struct waker w)
{
    if (n < max) {
        out[n] = w;
    }
    return n + 1;
}

/* Of a resource: its owners, at their release (or conversion, for who wants shared access). */
static unsigned resource_wakers(const struct machine *m, thread_ix t, resource_ix r,
                                struct waker *out, unsigned max)
{
    static const enum nt_call releases[] = {
        CALL_ExReleaseResourceLite, CALL_ExReleaseResourceAndLeaveCriticalRegion,
        CALL_ExReleaseResourceForThreadLite, CALL_ExConvertExclusiveToSharedLite};
    const struct world *w = &m->world;
    unsigned wanted = world_thread(w, t)->wait_kind == WAIT_SHARED ? 4 : 3;
    thread_set owners = resource_owners(w, r);
    unsigned n_owners = 0, n = 0;
    for (thread_set left = owners; left != 0; left &= left - 1) {
        n_owners++;
    }
    bool pointer = resource_active_entries(w, r) > n_owners;
    if ((owners & thread_bit(t)) != 0) {
        return 0; // it waits for its own release: nobody can help
    }
    for (thread_ix u = 0; u < w->layout->shape.n_threads; u++) {
        struct waker found;
        bool owns = (owners & thread_bit(u)) != 0;
        if (u == t || (!owns && !pointer)) {
            continue;
        }
        const enum nt_call *calls = owns ? releases : &releases[2]; // [2]: for an owner pointer
        bool found_one =
            find_call(m, u, calls, owns ? wanted : 1, object_make(OBJECT_RESOURCE, r), &found);
        if (found_one) {
            found.may = !owns;
            n = add(out, n, max, found);
        }
    }
    return n;
}

/* Of one dispatcher object: who can set the event, or the thread's own end. */
static unsigned object_wakers(const struct machine *m, thread_ix t, object_ref object,
                              struct waker *out, unsigned max)
{
    static const enum nt_call sets[] = {CALL_KeSetEvent, CALL_KePulseEvent};
    unsigned n = 0;
    if (object_kind_of(object) == OBJECT_THREAD) {
        thread_ix joined = (thread_ix)object_ix_of(object);
        bool alive = joined != t && world_thread(&m->world, joined)->state != THREAD_FINISHED;
        return alive ? add(out, n, max, (struct waker){CALL_return, 0, joined, false}) : 0;
    }
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        struct waker found;
        if (u != t && find_call(m, u, sets, 2, object, &found)) {
            n = add(out, n, max, found);
        }
    }
    return n;
}

/* Of a spin lock: its owner. */
static unsigned spinlock_wakers(const struct machine *m, thread_ix t, struct waker *out,
                                unsigned max)
{
    static const enum nt_call release = CALL_KeReleaseSpinLock;
    struct request q = vm_request(m->scenario, &m->world, t);
    object_ref lock = (object_ref)q.args[0];
    uint8_t owner = world_spinlock(&m->world, object_ix_of(lock))->owner;
    struct waker found;
    if (owner == 0 || owner - 1 == t ||
        !find_call(m, (thread_ix)(owner - 1), &release, 1, lock, &found)) {
        return 0;
    }
    found.may = false;
    return add(out, 0, max, found);
}

unsigned text_wakers(const struct machine *m, thread_ix t, struct waker *out, unsigned max)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    unsigned n = 0;
    if (thread->state == THREAD_READY) {
        return machine_spins(m, t) ? spinlock_wakers(m, t, out, max) : 0;
    }
    if (thread->state != THREAD_WAITING) {
        return 0;
    }
    if (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED) {
        return resource_wakers(m, t, thread->wait_on, out, max);
    }
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        unsigned left = n < max ? max - n : 0;
        n += object_wakers(m, t, world_wait_objects(w, t)[i], out + (n < max ? n : max), left);
    }
    for (thread_ix u = 0;
         (thread->wait_flags & WAIT_FLAG_ALERTABLE) != 0 && u < w->layout->shape.n_threads; u++) {
        static const enum nt_call alert = CALL_KeAlertThread;
        struct waker found;
        if (u != t && find_call(m, u, &alert, 1, object_make(OBJECT_THREAD, t), &found)) {
            n = add(out, n, max, found);
        }
    }
    if ((thread->wait_flags & WAIT_FLAG_TIMED) != 0) {
        n = add(out, n, max, (struct waker){CALL_NONE, 0, t, true});
    }
    return n;
}

/* ---- who could have ---- */

/* Any call of t, reachable still or not, that is among the wanted ones and may name the object. */
static bool has_call(const struct machine *m, thread_ix t, const enum nt_call *wanted,
                     unsigned n_wanted, object_ref object, struct waker *out)
{
    const struct code *code = &m->scenario->threads[t].code;
    for (uint32_t pc = 0; pc < code->n; pc++) {
        for (unsigned i = 0; i < n_wanted && code->instrs[pc].op == OP_CALL; i++) {
            if (code->instrs[pc].a == wanted[i] && may_name(code, pc, object)) {
                *out = (struct waker){wanted[i], code->notes[pc].line, t, true};
                return true;
            }
        }
    }
    return false;
}

/* The threads of the set that have ended. */
static unsigned add_ended(const struct machine *m, thread_set set, struct waker *out, unsigned n,
                          unsigned max)
{
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        if ((set & thread_bit(u)) != 0 && world_thread(&m->world, u)->state == THREAD_FINISHED) {
            n = add(out, n, max, (struct waker){CALL_return, 0, u, true});
        }
    }
    return n;
}

unsigned text_missed_wakers(const struct machine *m, thread_ix t, struct waker *out, unsigned max)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    unsigned n = 0;
    if (machine_spins(m, t)) {
        struct request q = vm_request(m->scenario, w, t);
        uint8_t owner = world_spinlock(w, object_ix_of((object_ref)q.args[0]))->owner;
        return add_ended(m, owner != 0 ? thread_bit((thread_ix)(owner - 1)) : 0, out, n, max);
    }
    if (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED) {
        return add_ended(m, resource_owners(w, thread->wait_on), out, n, max);
    }
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        object_ref object = world_wait_objects(w, t)[i];
        for (thread_ix u = 0; u < w->layout->shape.n_threads; u++) {
            static const enum nt_call sets[] = {CALL_KeSetEvent, CALL_KePulseEvent};
            struct waker found;
            bool began = world_thread(w, u)->state != THREAD_ABSENT;
            if (u != t && began && has_call(m, u, sets, 2, object, &found)) {
                n = add(out, n, max, found);
            }
        }
    }
    return n;
}
