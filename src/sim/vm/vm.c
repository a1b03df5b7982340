/*
 * The virtual machine.
 *
 * One loop with one switch runs bodies and predicates alike. A body's words lie in its thread's
 * slot, a predicate's on the C stack. The loop stops at a visible call, at the end of the routine,
 * at a fault.
 *
 * What makes equal situations equal bytes is done at the stop: words above the stack are zeroed,
 * and so is each local that the compiler found dead there.
 */
#include "sim/vm/vm.h"

#include <stdio.h>

#include "kernel_model/eresource.h"
#include "kernel_model/kevent.h"
#include "kernel_model/stop.h"

/* One activation of the loop. */
struct run {
    const struct code *code;
    const struct world *look; // what predicates and queries read
    struct world *w;          // NULL while a predicate is evaluated
    thread_ix t;
    const struct scenario *scenario;
    struct effect *effect;
    struct vm_stop *stop;
    const struct vm_sink *sink;
    int32_t *words;
    int32_t *top; // one past the top of the stack
    uint32_t pc;
    struct vm_reads *reads; // of a predicate, or NULL
};

static enum vm_outcome fault(struct run *r, const char *reason, int32_t value, int32_t limit)
{
    const struct instr_note *note = &r->code->notes[r->pc];
    *r->stop = (struct vm_stop){reason, note->line, note->column, value, limit};
    if (r->w != NULL) {
        struct system_state *s = world_edit_system(r->w);
        s->stop = STOP_FAULT;
        s->thread = r->t;
        s->code = note->line;
    }
    return VM_FAULT;
}

static enum vm_outcome assertion(struct run *r)
{
    const struct instr_note *note = &r->code->notes[r->pc];
    const char *text = r->code->patterns[r->code->instrs[r->pc].a].pieces[0];
    *r->stop = (struct vm_stop){text, note->line, note->column, 0, 0};
    struct system_state *s = world_edit_system(r->w);
    s->stop = STOP_ASSERTION;
    s->thread = r->t;
    s->code = note->line;
    return VM_ASSERTION;
}

/* ---- pieces of the switch ---- */

/* Bytes of a text pattern with these hole values. */
static int32_t text_length(const struct pattern *p, const int32_t *holes)
{
    size_t n = strlen(p->pieces[0]);
    for (unsigned i = 0; i < p->n_holes; i++) {
        char digits[12];
        n += (size_t)snprintf(digits, sizeof digits, "%d", holes[i]);
        n += strlen(p->pieces[i + 1]);
    }
    return (int32_t)n;
}

static void print(const struct run *r, const struct pattern *p, const int32_t *holes)
{
    if (r->sink == NULL || r->sink->print == NULL) {
        return;
    }
    char text[1024];
    int n = snprintf(text, sizeof text, "%s", p->pieces[0]);
    for (unsigned i = 0; i < p->n_holes && n < (int)sizeof text; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n, "%d%s", holes[i], p->pieces[i + 1]);
    }
    r->sink->print(r->sink->context, r->t, text);
}

static void note_read(const struct run *r, object_ref object)
{
    if (r->reads == NULL) {
        return;
    }
    if (r->reads->n < VM_MAX_READS) {
        r->reads->objects[r->reads->n] = object;
    }
    r->reads->n++;
}

static int32_t query(const struct world *w, enum op op, int32_t value)
{
    uint16_t ix = object_ix_of((object_ref)value);
    switch (op) {
    case OP_Q_EXISTS:
        return value >= 0 && (world_file(w, (name_ix)value)->flags & FILE_EXISTS) != 0;
    case OP_Q_SIZE:
        if (value < 0 || (world_file(w, (name_ix)value)->flags & FILE_EXISTS) == 0) {
            return -1;
        }
        return (int32_t)world_file(w, (name_ix)value)->size;
    case OP_Q_ENDED:
        return world_thread(w, (thread_ix)ix)->state == THREAD_FINISHED;
    case OP_Q_EXIT_STATUS:
        return world_thread(w, (thread_ix)ix)->exit_status;
    case OP_Q_WAITS:
        return world_thread(w, (thread_ix)ix)->state == THREAD_WAITING;
    case OP_Q_OWNER_COUNT:
        return (int32_t)resource_active_entries(w, ix);
    case OP_Q_SIGNALED:
        return world_event(w, ix)->signal_state > 0;
    case OP_TAKE_SHARED:
        return world_shared(w, ix);
    default:
        return 0;
    }
}

/* What an invisible call or end found out beside its result goes to the step's effect. */
static void merge(struct effect *into, const struct effect *from)
{
    for (unsigned i = 0; i < from->n_verifier && into->n_verifier < MAX_VERIFIER; i++) {
        into->verifier[into->n_verifier++] = from->verifier[i];
    }
    for (unsigned i = 0; i < from->n_accesses; i++) {
        effect_touch(into, from->accesses[i].object, from->accesses[i].aspect,
                     from->accesses[i].write);
    }
    into->touches_all |= from->touches_all;
    for (unsigned i = 0; i < from->n_woken; i++) {
        effect_wake(into, from->woken[i].thread, from->woken[i].result);
    }
    if (from->status == KM_BUGCHECK) {
        into->bugcheck = from->bugcheck;
    }
}

/* A call on the thread's own private state: runs inside the step. VM_REST: the loop goes on. */
static enum vm_outcome private_call(struct run *r, const struct instr *i)
{
    struct effect e;
    struct request q = {(enum nt_call)i->a, i->b, r->top - i->b};
    world_edit_thread(r->w, r->t)->pc = (uint16_t)r->pc;
    nt_call_perform(r->w, r->t, &q, 0, &e);
    merge(r->effect, &e);
    if (e.status == KM_BUGCHECK) {
        return VM_BUGCHECK;
    }
    if (e.status == KM_FULL) {
        return fault(r, "a counter of the thread overflows", 0, 0);
    }
    if (e.thread_ended) {
        return VM_ENDED;
    }
    r->top -= i->b;
    *r->top++ = e.result;
    r->pc++;
    return VM_REST;
}

static enum vm_outcome routine_returns(struct run *r)
{
    struct effect e;
    effect_begin(&e);
    nt_thread_ends(r->w, r->t, STATUS_SUCCESS, &e);
    merge(r->effect, &e);
    return e.status == KM_BUGCHECK ? VM_BUGCHECK : VM_ENDED;
}

/* The thread stands before a visible operation: everything that is not needed any more is zero. */
static enum vm_outcome rest(struct run *r)
{
    struct kthread *thread = world_edit_thread(r->w, r->t);
    thread->pc = (uint16_t)r->pc;
    uint64_t live = r->code->notes[r->pc].live;
    for (uint32_t k = 0; k < r->code->n_locals; k++) {
        if ((live >> k & 1) == 0) {
            r->words[k] = 0;
        }
    }
    memset(r->top, 0, sizeof *r->top * (size_t)(r->code->n_words - (r->top - r->words)));
    return VM_REST;
}

bool vm_is_visible(const struct scenario *s, thread_ix t, enum nt_call call)
{
    return call == CALL_PsTerminateSystemThread ? s->threads[t].end_visible
                                                : nt_call_row(call)->visible;
}

/* ---- the loop ---- */

#define BINARY(op, expression)                  \
    case OP_##op: {                             \
        int32_t right = *--top, left = top[-1]; \
        (void)left, (void)right;                \
        top[-1] = (int32_t)(expression);        \
        pc++;                                   \
        break;                                  \
    }
#define FAULT_IF(condition, reason, value, limit) \
    if (condition) {                              \
        r->pc = pc;                               \
        return fault(r, reason, value, limit);    \
    }
#define UL ((uint32_t)left)
#define UR ((uint32_t)right)

/* Runs until something ends it. *value is the result of a predicate. */
static enum vm_outcome loop(struct run *r, int32_t *value)
{
    const struct instr *instrs = r->code->instrs;
    int32_t *words = r->words;
    int32_t *top = r->top;
    uint32_t pc = r->pc;
    for (uint32_t budget = MAX_INVISIBLE; budget > 0; budget--) {
        const struct instr *i = &instrs[pc];
        switch ((enum op)i->op) {
        case OP_PUSH:
            *top++ = i->c;
            pc++;
            break;
        case OP_LOAD:
            *top++ = words[i->a];
            pc++;
            break;
        case OP_STORE:
            words[i->a] = *--top;
            pc++;
            break;
        case OP_DUP:
            *top = top[-1];
            top++;
            pc++;
            break;
        case OP_POP:
            top--;
            pc++;
            break;
            BINARY(ADD, UL + UR)
            BINARY(SUB, UL - UR)
            BINARY(MUL, UL * UR)
            BINARY(AND, UL & UR)
            BINARY(OR, UL | UR)
            BINARY(XOR, UL ^ UR)
            BINARY(EQ, left == right)
            BINARY(NE, left != right)
            BINARY(LT, left < right)
            BINARY(LE, left <= right)
            BINARY(GT, left > right)
            BINARY(GE, left >= right)
            BINARY(LT_U, UL < UR)
            BINARY(LE_U, UL <= UR)
            BINARY(GT_U, UL > UR)
            BINARY(GE_U, UL >= UR)
        case OP_DIV:
        case OP_MOD: {
            int32_t right = *--top, left = top[-1];
            FAULT_IF(right == 0, "division by zero", left, 0)
            // INT_MIN / -1 overflows in C; two's complement wraps it to INT_MIN, remainder 0
            bool wraps = right == -1;
            top[-1] = i->op == OP_DIV ? wraps ? (int32_t)(0u - UL) : left / right
                      : wraps         ? 0
                                      : left % right;
            pc++;
            break;
        }
        case OP_DIV_U:
        case OP_MOD_U: {
            int32_t right = *--top, left = top[-1];
            FAULT_IF(right == 0, "division by zero", left, 0)
            top[-1] = (int32_t)(i->op == OP_DIV_U ? UL / UR : UL % UR);
            pc++;
            break;
        }
        case OP_SHL:
        case OP_SHR:
        case OP_SHR_U: {
            int32_t right = *--top, left = top[-1];
            FAULT_IF(UR >= 32, "shift by a negative number or by 32 or more", right, 32)
            top[-1] = i->op == OP_SHL     ? (int32_t)(UL << right)
                      : i->op == OP_SHR_U ? (int32_t)(UL >> right)
                      : left < 0          ? (int32_t) ~(~UL >> right)
                                          : (int32_t)(UL >> right);
            pc++;
            break;
        }
        case OP_NEG:
            top[-1] = (int32_t)(0u - (uint32_t)top[-1]);
            pc++;
            break;
        case OP_COMPLEMENT:
            top[-1] = ~top[-1];
            pc++;
            break;
        case OP_NOT:
            top[-1] = top[-1] == 0;
            pc++;
            break;
        case OP_JUMP:
            pc = (uint32_t)i->c;
            break;
        case OP_JUMP_ZERO:
            pc = *--top == 0 ? (uint32_t)i->c : pc + 1;
            break;
        case OP_JUMP_NONZERO:
            pc = *--top != 0 ? (uint32_t)i->c : pc + 1;
            break;
        case OP_ELEMENT:
            FAULT_IF((uint32_t)top[-1] >= i->a, "array index out of range", top[-1], i->a)
            top[-1] = (int32_t)((uint32_t)i->c + (uint32_t)top[-1]);
            pc++;
            break;
        case OP_PATH: {
            top -= i->b;
            int32_t name = name_table_find(r->code->names, &r->code->patterns[i->a], top);
            FAULT_IF(name == NAME_UNKNOWN && r->w != NULL,
                     "the path is not among the names that the scenario can form", 0, 0)
            *top++ = name;
            pc++;
            break;
        }
        case OP_TEXT:
            top -= i->b;
            *top = text_length(&r->code->patterns[i->a], top);
            top++;
            pc++;
            break;
        case OP_PRINT:
            top -= i->b;
            print(r, &r->code->patterns[i->a], top);
            pc++;
            break;
        case OP_ASSERT:
            if (*--top == 0) {
                r->pc = pc;
                return assertion(r);
            }
            pc++;
            break;
        case OP_CALL: {
            r->pc = pc;
            r->top = top;
            if (vm_is_visible(r->scenario, r->t, (enum nt_call)i->a)) {
                return rest(r);
            }
            enum vm_outcome outcome = private_call(r, i);
            if (outcome != VM_REST) {
                return outcome;
            }
            pc = r->pc;
            top = r->top;
            break;
        }
        case OP_RETURN:
            r->pc = pc;
            r->top = top;
            return r->scenario->threads[r->t].end_visible ? rest(r) : routine_returns(r);
        case OP_Q_FILES:
            note_read(r, object_make(OBJECT_DIRECTORY, i->a));
            *top++ = (int32_t)world_directory(r->look, i->a)->n_files;
            pc++;
            break;
        case OP_Q_OWNS: {
            int32_t resource = *--top, thread = top[-1];
            note_read(r, (object_ref)resource);
            top[-1] = (int32_t)resource_count(r->look, object_ix_of((object_ref)resource),
                                              (thread_ix)object_ix_of((object_ref)thread));
            pc++;
            break;
        }
        case OP_Q_EXISTS:
        case OP_Q_SIZE:
            if (top[-1] != NAME_UNKNOWN) {
                note_read(r, object_make(OBJECT_NAME, (unsigned)top[-1]));
            }
            top[-1] = query(r->look, (enum op)i->op, top[-1]);
            pc++;
            break;
        case OP_TAKE_SHARED:
        case OP_Q_ENDED:
        case OP_Q_EXIT_STATUS:
        case OP_Q_WAITS:
        case OP_Q_OWNER_COUNT:
        case OP_Q_SIGNALED:
            note_read(r, (object_ref)top[-1]);
            top[-1] = query(r->look, (enum op)i->op, top[-1]);
            pc++;
            break;
        case OP_RESULT:
            *value = *--top;
            return VM_ENDED;
        case N_OPS:
            assert(!"no such operation");
            return VM_FAULT;
        }
    }
    r->pc = pc;
    return fault(r, "a million instructions without a visible operation", MAX_INVISIBLE, 0);
}

/* ---- the program interface ---- */

static enum vm_outcome run_body(const struct scenario *s, struct world *w, thread_ix t, uint32_t pc,
                                uint32_t depth, struct effect *effect, struct vm_stop *stop,
                                const struct vm_sink *sink)
{
    const struct code *code = &s->threads[t].code;
    int32_t *words = world_edit_words(world_edit_thread(w, t));
    struct run r = {.code = code,
                    .look = w,
                    .w = w,
                    .t = t,
                    .scenario = s,
                    .effect = effect,
                    .stop = stop,
                    .sink = sink,
                    .words = words,
                    .top = words + code->n_locals + depth,
                    .pc = pc};
    int32_t unused;
    return loop(&r, &unused);
}

enum vm_outcome vm_start(const struct scenario *s, struct world *w, thread_ix t,
                         struct effect *effect, struct vm_stop *stop, const struct vm_sink *sink)
{
    return run_body(s, w, t, 0, 0, effect, stop, sink);
}

struct request vm_request(const struct scenario *s, const struct world *w, thread_ix t)
{
    const struct code *code = &s->threads[t].code;
    const struct kthread *thread = world_thread(w, t);
    const struct instr *i = &code->instrs[thread->pc];
    if (i->op == OP_RETURN) {
        return (struct request){CALL_return, 0, NULL};
    }
    assert(i->op == OP_CALL);
    const int32_t *top = world_words(thread) + code->n_locals + code->notes[thread->pc].depth;
    return (struct request){(enum nt_call)i->a, i->b, top - i->b};
}

void vm_queued(const struct scenario *s, struct world *w, thread_ix t)
{
    const struct code *code = &s->threads[t].code;
    struct kthread *thread = world_edit_thread(w, t);
    const struct instr *i = &code->instrs[thread->pc];
    int32_t *top = world_edit_words(thread) + code->n_locals + code->notes[thread->pc].depth;
    memset(top - i->b, 0, sizeof *top * i->b);
}

enum vm_outcome vm_resume(const struct scenario *s, struct world *w, thread_ix t, int32_t result,
                          int32_t out_value, struct effect *effect, struct vm_stop *stop,
                          const struct vm_sink *sink)
{
    const struct code *code = &s->threads[t].code;
    struct kthread *thread = world_edit_thread(w, t);
    const struct instr *i = &code->instrs[thread->pc];
    uint32_t depth = code->notes[thread->pc].depth - i->b;
    int32_t *words = world_edit_words(thread);
    words[code->n_locals + depth] = result;
    if (i->c >= 0) {
        words[i->c] = out_value;
    }
    return run_body(s, w, t, thread->pc + 1u, depth + 1, effect, stop, sink);
}

uint16_t vm_line(const struct scenario *s, const struct world *w, thread_ix t)
{
    const struct kthread *thread = world_thread(w, t);
    if (thread->state == THREAD_ABSENT || thread->state == THREAD_FINISHED) {
        return 0;
    }
    return s->threads[t].code.notes[thread->pc].line;
}

static int32_t evaluate(const struct code *code, const struct world *w, int32_t index,
                        struct vm_reads *reads, struct vm_stop *stop, bool *failed)
{
    int32_t words[MAX_WORDS];
    memset(words, 0, sizeof *words * (code->n_locals + 1u));
    words[0] = index;
    struct run r = {.code = code,
                    .look = w,
                    .t = NO_THREAD,
                    .stop = stop,
                    .words = words,
                    .top = words + code->n_locals,
                    .reads = reads};
    int32_t value = 0;
    *failed = loop(&r, &value) == VM_FAULT;
    return *failed ? 0 : value;
}

int32_t vm_evaluate(const struct code *code, const struct world *w, bool *failed)
{
    return vm_evaluate_at(code, w, 0, NULL, failed);
}

int32_t vm_evaluate_at(const struct code *code, const struct world *w, int32_t index,
                       struct vm_reads *reads, bool *failed)
{
    struct vm_stop stop;
    return evaluate(code, w, index, reads, &stop, failed);
}

bool vm_faults(const struct code *code, const struct world *w, struct vm_stop *stop)
{
    bool failed = false;
    if (code->may_fault) {
        evaluate(code, w, 0, NULL, stop, &failed);
    }
    return failed;
}
