/*
 * Walking ahead of a thread.
 *
 * The walk is sim/lang/walk.h's. Its mark counts: what is still to be released (with a bit for an
 * exclusive hold), or how many calls are still to come. Where a call may or may not mean the object, the count is
 * not known any more: then the code is walked again without one, and every call that may mean the object is found. A
 * walk with too many states is done again without the values of the locals, which leaves a few for each instruction.
 */
#include "sim/report/ahead.h"

#include "kernel_model/stop.h"
#include "sim/lang/walk.h"

enum {
    MAX_AHEAD_STATES = 2000,
    FOUND_BYTES = (MAX_CODE + 8) / 8,
    MARK_EXCLUSIVE = 1 << 24, // above every count
    MARK_OVER = 1 << 25,      // the hold has ended
};

struct search {
    const struct machine *m;
    thread_ix t;
    const struct ahead_calls *calls; // or a hold
    const struct ahead_hold *hold;
    bool loose; // nothing is counted
    bool vague; // something could not be counted
    bool gives_away, converts;
    uint8_t found[FOUND_BYTES]; // bit per instruction
};

enum means { MEANS_NOT, MEANS_PERHAPS, MEANS_IT };

/* Is the first argument the object? */
static enum means means(const struct walk_state *s, uint32_t pc, object_ref object)
{
    const struct instr *call = &s->code->instrs[pc];
    if (call->b == 0) {
        return MEANS_NOT;
    }
    int64_t value = s->stack[s->depth - call->b];
    if (walk_knows(value)) {
        return (object_ref)value == object ? MEANS_IT : MEANS_NOT;
    }
    // an element of an array: any of them
    uint32_t depth = s->depth - call->b + 1u;
    for (uint32_t i = pc; i-- > 0;) {
        const struct instr *push = &s->code->instrs[i];
        if (push->op == OP_ELEMENT && s->code->notes[i].depth == depth) {
            uint32_t ix = object - (object_ref)push->c;
            return ix < push->a ? MEANS_PERHAPS : MEANS_NOT;
        }
    }
    return MEANS_PERHAPS;
}

static int64_t argument(const struct walk_state *s, uint32_t pc, unsigned ix)
{
    const struct instr *call = &s->code->instrs[pc];
    return ix < call->b ? s->stack[s->depth - call->b + ix] : WALK_UNKNOWN;
}

static void find(struct search *f, uint32_t pc)
{
    f->found[pc / 8] = (uint8_t)(f->found[pc / 8] | 1u << (pc % 8));
}

/* ---- calls on an object ---- */

/* Acquires that return FALSE where others wait. */
static bool would_wait(const struct walk_state *s, uint32_t pc)
{
    enum nt_call call = (enum nt_call)s->code->instrs[pc].a;
    return call != CALL_ExTryToAcquireResourceExclusiveLite &&
           (s->code->instrs[pc].b < 2 || argument(s, pc, 1) != 0);
}

/* Is the call one of the wanted ones? */
static enum means is_wanted(const struct ahead_calls *q, const struct walk_state *s, uint32_t pc)
{
    enum nt_call call = (enum nt_call)s->code->instrs[pc].a;
    bool wanted = false;
    for (unsigned i = 0; i < q->n_wanted; i++) {
        wanted |= q->wanted[i] == call;
    }
    return wanted && (!q->must_queue || would_wait(s, pc)) ? means(s, pc, q->object) : MEANS_NOT;
}

static bool see_wanted(struct search *f, struct walk_state *s, uint32_t pc)
{
    const struct ahead_calls *q = f->calls;
    enum nt_call call = (enum nt_call)s->code->instrs[pc].a;
    enum means it = is_wanted(q, s, pc);
    if (it == MEANS_NOT) {
        return true;
    }
    bool missed =
        call == CALL_KePulseEvent && f->m->world.layout->shape.switches.pulse == PULSE_MAY_MISS;
    bool counts = it == MEANS_IT && !missed;
    f->vague |= !counts && q->only_last;
    if (f->loose || !q->only_last || (counts && s->mark == 1)) {
        find(f, pc);
    }
    if (!counts || f->loose) {
        return true;
    }
    return --s->mark > 0;
}

/* ---- the end of a hold ---- */

static bool see_release(struct search *f, struct walk_state *s, uint32_t pc, enum means it)
{
    bool behind = f->hold->then != NULL;
    if (f->loose || it != MEANS_IT) {
        f->vague = true;
        if (!behind) {
            find(f, pc);
        }
        return true;
    }
    s->mark--;
    if ((s->mark & ~MARK_EXCLUSIVE) != 0) {
        return true;
    }
    if (behind) {
        s->mark = MARK_OVER;
        return true;
    }
    find(f, pc);
    return false;
}

/* Behind the hold, or where nothing is counted: a call that is wanted ends this way. */
static bool see_behind(struct search *f, struct walk_state *s, uint32_t pc)
{
    bool wanted = is_wanted(f->hold->then, s, pc) != MEANS_NOT;
    if (wanted) {
        find(f, pc);
    }
    return !wanted;
}

/* Release for a thread's id: the thread's own hold, or that of a pointer, which is none of its. */
static bool see_release_for(struct search *f, struct walk_state *s, uint32_t pc, enum means it)
{
    int64_t owner = argument(s, pc, 1);
    if (walk_knows(owner)) {
        return owner == thread_id(f->t) ? see_release(f, s, pc, it) : true;
    }
    return see_release(f, s, pc, MEANS_PERHAPS);
}

/* A recursive acquisition by the owner: KERNEL.md 1.2. */
static bool see_acquire(struct search *f, struct walk_state *s, uint32_t pc, int64_t *result)
{
    enum nt_call call = (enum nt_call)s->code->instrs[pc].a;
    bool wants_exclusive = call == CALL_ExAcquireResourceExclusiveLite ||
                           call == CALL_ExTryToAcquireResourceExclusiveLite ||
                           call == CALL_ExEnterCriticalRegionAndAcquireResourceExclusive;
    bool shared_hold = (s->mark & MARK_EXCLUSIVE) == 0;
    bool waits = would_wait(s, pc);
    bool knows_wait = s->code->instrs[pc].b < 2 || walk_knows(argument(s, pc, 1));
    if (shared_hold && wants_exclusive) {
        *result = 0;
        f->vague |= !knows_wait;
        return !waits || !knows_wait; // one that waits, waits for itself
    }
    if (shared_hold && call == CALL_ExAcquireSharedWaitForExclusive && (!waits || !knows_wait)) {
        f->vague = true; // it depends on who waits then
        return true;
    }
    s->mark++;
    *result = nt_call_row(call)->result == RESULT_POINTER ? 0 : 1;
    return true;
}

static bool see_hold(struct search *f, struct walk_state *s, uint32_t pc, int64_t *result)
{
    enum nt_call call = (enum nt_call)s->code->instrs[pc].a;
    bool resource = nt_call_row(call)->group == GROUP_RESOURCE;
    enum means it = resource ? means(s, pc, f->hold->resource) : MEANS_NOT;
    if (it == MEANS_NOT) {
        return true;
    }
    if (f->hold->then != NULL && (f->loose || s->mark == MARK_OVER)) {
        return see_behind(f, s, pc);
    }
    switch ((int)call) {
    case CALL_ExReleaseResourceLite:
    case CALL_ExReleaseResourceAndLeaveCriticalRegion:
        return see_release(f, s, pc, it);
    case CALL_ExReleaseResourceForThreadLite:
        return see_release_for(f, s, pc, it);
    case CALL_ExInitializeResourceLite:
    case CALL_ExReinitializeResourceLite:
    case CALL_ExDeleteResourceLite:
        return f->loose || it != MEANS_IT; // the queue is lost
    case CALL_ExSetResourceOwnerPointer:
        f->gives_away = true;
        return f->loose || it != MEANS_IT;
    case CALL_ExConvertExclusiveToSharedLite:
        f->converts = true;
        if (f->hold->conversion) {
            find(f, pc);
            return f->loose || it != MEANS_IT;
        }
        s->mark &= ~MARK_EXCLUSIVE;
        return true;
    case CALL_ExAcquireResourceExclusiveLite:
    case CALL_ExAcquireResourceSharedLite:
    case CALL_ExAcquireSharedStarveExclusive:
    case CALL_ExAcquireSharedWaitForExclusive:
    case CALL_ExTryToAcquireResourceExclusiveLite:
    case CALL_ExEnterCriticalRegionAndAcquireResourceExclusive:
    case CALL_ExEnterCriticalRegionAndAcquireResourceShared:
    case CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive:
        if (f->loose || it != MEANS_IT) {
            f->vague = true;
            return true;
        }
        return see_acquire(f, s, pc, result);
    default:
        return true;
    }
}

/* ---- the walk ---- */

/* What a call is known to return whenever it returns. */
static int64_t known_result(const struct search *f, const struct walk_state *s, uint32_t pc)
{
    enum nt_call call = (enum nt_call)s->code->instrs[pc].a;
    switch ((int)call) {
    case CALL_ExGetCurrentResourceThread:
        return thread_id(f->t);
    case CALL_ExAcquireResourceExclusiveLite:
    case CALL_ExAcquireResourceSharedLite:
    case CALL_ExAcquireSharedStarveExclusive:
    case CALL_ExAcquireSharedWaitForExclusive: {
        int64_t wait = argument(s, pc, 1);
        return walk_knows(wait) && wait != 0 ? 1 : WALK_UNKNOWN;
    }
    case CALL_KeWaitForSingleObject:
        return argument(s, pc, 3) == 0 && argument(s, pc, 4) == TIMEOUT_FOREVER ? STATUS_SUCCESS
                                                                                : WALK_UNKNOWN;
    default:
        break;
    }
    enum nt_result kind = (enum nt_result)nt_call_row(call)->result;
    return kind == RESULT_VOID || kind == RESULT_POINTER ? 0 : WALK_UNKNOWN;
}

static bool see_call(void *context, struct walk_state *s, uint32_t pc, int64_t *result)
{
    struct search *f = context;
    if (s->code->instrs[pc].a == CALL_PsTerminateSystemThread &&
        f->m->world.layout->shape.kind[f->t] != KIND_USER) {
        return false;
    }
    *result = known_result(f, s, pc);
    return f->calls != NULL ? see_wanted(f, s, pc) : see_hold(f, s, pc, result);
}

/* What the thread's pending wait is known to return. */
static int64_t result_of_wait(const struct kthread *thread)
{
    bool acquires = thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED;
    unsigned open = WAIT_FLAG_TIMED | WAIT_FLAG_ALERTABLE;
    if (acquires) {
        return (thread->wait_flags & WAIT_FLAG_RETURNS_NULL) == 0;
    }
    return thread->n_wait_objects == 1 && (thread->wait_flags & open) == 0 ? STATUS_SUCCESS
                                                                           : WALK_UNKNOWN;
}

/* Where the thread goes on from, and with what. */
static uint32_t begin(const struct search *f, bool values, struct walk_state *s)
{
    const struct code *code = &f->m->scenario->threads[f->t].code;
    const struct kthread *thread = world_thread(&f->m->world, f->t);
    const int32_t *words = world_words(thread);
    uint32_t pc = thread->pc;
    bool waits = thread->state == THREAD_WAITING;
    s->code = code;
    s->depth = code->notes[pc].depth - (waits ? code->instrs[pc].b : 0u);
    for (unsigned k = 0; k < code->n_locals; k++) {
        s->locals[k] = values ? words[k] : WALK_UNKNOWN;
    }
    for (uint32_t k = 0; k < s->depth; k++) {
        s->stack[k] = words[code->n_locals + k];
    }
    if (waits) {
        s->stack[s->depth++] = result_of_wait(thread);
    }
    return pc + waits;
}

static enum walk_end walk(struct search *f, bool values)
{
    struct walk_state start;
    uint32_t where, from = begin(f, values, &start);
    start.mark = f->calls != NULL
                     ? f->calls->n
                     : (int32_t)f->hold->count | (f->hold->exclusive ? MARK_EXCLUSIVE : 0);
    struct walk_options options = {.code = start.code,
                                   .relevant = values ? UINT64_MAX : 0,
                                   .limit = MAX_AHEAD_STATES,
                                   .start = &start,
                                   .from = from,
                                   .call = see_call,
                                   .context = f};
    memset(f->found, 0, (start.code->n + 7) / 8);
    f->vague = f->gives_away = f->converts = false;
    if (!values && f->loose) {
        options.limit = SIZE_MAX; // hardly more than one for each instruction
    }
    return walk_everywhere(&options, &where);
}

static void add_place(struct ahead *a, enum nt_call call, uint16_t line)
{
    for (unsigned i = 0; i < a->n && i < MAX_AHEAD; i++) {
        if (a->places[i].line == line) {
            return;
        }
    }
    if (a->n < MAX_AHEAD) {
        a->places[a->n] = (struct ahead_place){call, line};
    }
    a->n++;
}

static struct ahead search(struct search *f)
{
    const struct code *code = &f->m->scenario->threads[f->t].code;
    const struct kthread *thread = world_thread(&f->m->world, f->t);
    struct ahead a = {.n = 0};
    if (thread->state == THREAD_FINISHED || thread->pc >= code->n) {
        return a;
    }
    for (bool values = true, again = true; again;) {
        bool cut = walk(f, values) == WALK_LIMIT;
        again = (cut && (values || !f->loose)) || (f->vague && !f->loose);
        f->loose |= (cut && !values) || (!cut && f->vague);
        values = values && !cut;
    }
    a.gives_away = f->gives_away;
    a.converts = f->converts;
    for (uint32_t k = 0; k < code->n; k++) {
        uint32_t pc = (thread->pc + k) % code->n;
        if ((f->found[pc / 8] >> (pc % 8) & 1) != 0) {
            add_place(&a, (enum nt_call)code->instrs[pc].a, code->notes[pc].line);
        }
    }
    return a;
}

/* Does the thread's code have such a call at all? Most have not, and need no walk. */
static bool has_wanted(const struct machine *m, thread_ix t, const struct ahead_calls *calls)
{
    for (unsigned i = 0; i < calls->n_wanted; i++) {
        if (code_has_call(&m->scenario->threads[t].code, calls->wanted[i])) {
            return true;
        }
    }
    return false;
}

struct ahead ahead_calls(const struct machine *m, thread_ix t, const struct ahead_calls *calls)
{
    struct search f;
    f.m = m;
    f.t = t;
    f.calls = calls;
    f.hold = NULL;
    f.loose = false;
    if (!has_wanted(m, t, calls)) {
        return (struct ahead){.n = 0};
    }
    return search(&f);
}

struct ahead ahead_hold(const struct machine *m, thread_ix t, const struct ahead_hold *hold)
{
    struct search f;
    f.m = m;
    f.t = t;
    f.calls = NULL;
    f.hold = hold;
    f.loose = false;
    if (hold->then != NULL && !has_wanted(m, t, hold->then)) {
        return (struct ahead){.n = 0};
    }
    return search(&f);
}

thread_set ahead_alive(const struct machine *m)
{
    static const enum nt_call create = CALL_PsCreateSystemThread;
    unsigned n = m->world.layout->shape.n_threads;
    thread_set alive = 0, absent = 0, asked = 0;
    for (thread_ix t = 0; t < n; t++) {
        uint8_t state = world_thread(&m->world, t)->state;
        alive |= state == THREAD_READY || state == THREAD_WAITING ? thread_bit(t) : 0;
        absent |= state == THREAD_ABSENT ? thread_bit(t) : 0;
    }
    while (absent != 0 && (alive & ~asked) != 0) {
        thread_set asks = alive & ~asked;
        asked |= asks;
        for (thread_ix u = 0; u < n; u++) {
            for (thread_ix t = 0; t < n && (asks & thread_bit(u)) != 0; t++) {
                struct ahead_calls q = {.wanted = &create,
                                        .n_wanted = 1,
                                        .object = object_make(OBJECT_THREAD, t),
                                        .n = 1};
                if ((absent & thread_bit(t)) != 0 && ahead_calls(m, u, &q).n > 0) {
                    alive |= thread_bit(t);
                    absent &= ~thread_bit(t);
                }
            }
        }
    }
    return alive;
}
