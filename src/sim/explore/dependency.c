/*
 * Which steps depend on each other.
 *
 * Keys are numbered kind after kind, shared variables first: a scenario with at most 64 keys is
 * decided by the bit masks alone, any other compares the short lists when the masks meet.
 *
 * What an invariant looks at is collected once, from the code of its claims and not from an
 * evaluation: that would miss what a && or || passed over, and a step that changes it later. The
 * scan is linear; where an operand is not known there, every object of the kind counts.
 */
#include "sim/explore/dependency.h"

#include <stdlib.h>

#include "sim/lang/mem.h"

enum { N_SEEN_KINDS = OBJECT_NAME + 1 };

/* Aspects that calls note of an object of each kind: keys per object. */
static const uint8_t n_aspects[N_SLOT_KINDS] = {
    [OBJECT_SHARED] = ASPECT_STATE + 1,   [OBJECT_THREAD] = ASPECT_EXISTENCE + 1,
    [OBJECT_RESOURCE] = ASPECT_STATE + 1, [OBJECT_EVENT] = ASPECT_STATE + 1,
    [OBJECT_SPINLOCK] = ASPECT_STATE + 1, [OBJECT_DIRECTORY] = ASPECT_DATA + 1,
    [OBJECT_NAME] = ASPECT_DATA + 1,      [OBJECT_HANDLE] = ASPECT_EXISTENCE + 1,
    [OBJECT_SYSTEM] = ASPECT_STATE + 1,
};

/* Claims that look at one object. */
struct seen {
    uint32_t claim, next; // next: place in the list plus one
};

struct dependency {
    const struct scenario *scenario;
    uint32_t base[N_SLOT_KINDS]; // key of the first aspect of the first object
    uint32_t end[N_SLOT_KINDS];
    uint32_t n_keys;
    uint32_t first_claim; // key
    uint32_t n_claims;
    uint32_t *seen_by; // per key of aspect 0: first in seen, plus one
    struct seen *seen;
    uint32_t n_seen;
    size_t capacity_seen;
};

/* ---- keys ---- */

static void number_keys(struct dependency *d)
{
    static const enum object_kind order[] = {OBJECT_SHARED,    OBJECT_SPINLOCK, OBJECT_RESOURCE,
                                             OBJECT_EVENT,     OBJECT_THREAD,   OBJECT_SYSTEM,
                                             OBJECT_DIRECTORY, OBJECT_NAME,     OBJECT_HANDLE};
    uint32_t counts[N_SLOT_KINDS];
    world_slot_counts(&d->scenario->layout, counts);
    counts[OBJECT_HANDLE]++; // a thread without any has a table too
    for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++) {
        d->base[order[i]] = d->n_keys;
        d->n_keys += counts[order[i]] * n_aspects[order[i]];
        d->end[order[i]] = d->n_keys;
    }
    d->first_claim = d->n_keys;
}

uint32_t dependency_keys(const struct dependency *d)
{
    return d->n_keys;
}

uint32_t dependency_key(const struct dependency *d, object_ref object, enum aspect aspect)
{
    enum object_kind kind = object_kind_of(object);
    assert(aspect < n_aspects[kind]);
    return d->base[kind] + object_ix_of(object) * n_aspects[kind] + (uint32_t)aspect;
}

bool dependency_plain(const struct dependency *d, uint32_t key)
{
    return (key >= d->base[OBJECT_SHARED] && key < d->end[OBJECT_SHARED]) ||
           (key >= d->base[OBJECT_NAME] && key < d->end[OBJECT_NAME]);
}

/* ---- what invariants look at ---- */

static void see(struct dependency *d, uint32_t claim, object_ref object)
{
    uint32_t *first = &d->seen_by[dependency_key(d, object, ASPECT_STATE)];
    if (*first != 0 && d->seen[*first - 1].claim == claim) {
        return;
    }
    d->seen = mem_grow(d->seen, d->n_seen, &d->capacity_seen, sizeof *d->seen);
    d->seen[d->n_seen] = (struct seen){claim, *first};
    *first = ++d->n_seen;
}

/* The n objects from the first on, of one kind. */
static void see_range(struct dependency *d, uint32_t claim, object_ref first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        see(d, claim, first + i);
    }
}

static void see_kind(struct dependency *d, uint32_t claim, enum object_kind kind)
{
    see_range(d, claim, object_make(kind, 0), (d->end[kind] - d->base[kind]) / n_aspects[kind]);
}

/* An operand while a claim's code is scanned. */
struct operand {
    bool known;
    int32_t value;      //
    uint32_t n_objects; // not 0: one of that many objects from value on
};

/* A question about an object that an operand says, or about any of its kind. */
static void see_operand(struct dependency *d, uint32_t claim, enum object_kind kind,
                        struct operand o)
{
    if (o.n_objects > 0) {
        see_range(d, claim, (object_ref)o.value, o.n_objects);
    } else if (o.known) {
        see(d, claim, (object_ref)o.value);
    } else {
        see_kind(d, claim, kind);
    }
}

static struct operand element(const struct instr *i, struct operand index)
{
    if (!index.known) {
        return (struct operand){false, i->c, i->a};
    }
    bool inside = (uint32_t)index.value < i->a;
    return (struct operand){true, i->c + (inside ? index.value : 0), 0};
}

static struct operand path(const struct code *code, const struct instr *i, const struct operand *o)
{
    int32_t holes[MAX_HOLES];
    for (unsigned k = 0; k < i->b; k++) {
        if (!o[k].known) {
            return (struct operand){false, 0, 0};
        }
        holes[k] = o[k].value;
    }
    return (struct operand){true, name_table_find(code->names, &code->patterns[i->a], holes), 0};
}

/* Operands on the stack are known until something jumps to between them and their use. */
static bool *jump_targets(const struct code *code)
{
    bool *target = mem_alloc(code->n + 1u, sizeof *target);
    for (uint32_t i = 0; i < code->n; i++) {
        uint8_t op = code->instrs[i].op;
        if (op == OP_JUMP || op == OP_JUMP_ZERO || op == OP_JUMP_NONZERO) {
            target[code->instrs[i].c] = true;
        }
    }
    return target;
}

static void scan_query(struct dependency *d, uint32_t claim, const struct instr *i,
                       const struct operand *top)
{
    switch ((enum op)i->op) {
    case OP_TAKE_SHARED:
        see_operand(d, claim, OBJECT_SHARED, top[-1]);
        break;
    case OP_Q_FILES:
        see(d, claim, object_make(OBJECT_DIRECTORY, i->a));
        break;
    case OP_Q_EXISTS:
    case OP_Q_SIZE:
        if (!top[-1].known) {
            see_kind(d, claim, OBJECT_NAME);
        } else if (top[-1].value != NAME_UNKNOWN) {
            see(d, claim, object_make(OBJECT_NAME, (unsigned)top[-1].value));
        }
        break;
    case OP_Q_ENDED:
    case OP_Q_EXIT_STATUS:
    case OP_Q_WAITS:
        see_operand(d, claim, OBJECT_THREAD, top[-1]);
        break;
    case OP_Q_OWNER_COUNT:
    case OP_Q_OWNS:
        see_operand(d, claim, OBJECT_RESOURCE, top[-1]);
        break;
    case OP_Q_SIGNALED:
        see_operand(d, claim, OBJECT_EVENT, top[-1]);
        break;
    default:
        break;
    }
}

/* whole: the claim has no index; else its index is in local 0. */
static void scan(struct dependency *d, uint32_t claim, const struct code *code, bool whole,
                 int32_t index)
{
    bool *target = jump_targets(code);
    struct operand *stack = mem_alloc(code->n_words + 2u, sizeof *stack);
    for (uint32_t at = 0; at < code->n; at++) {
        const struct instr *i = &code->instrs[at];
        uint32_t depth = code->notes[at].depth;
        if (target[at]) {
            memset(stack, 0, depth * sizeof *stack);
        }
        scan_query(d, claim, i, stack + depth);
        struct operand result = {false, 0, 0};
        uint32_t place = depth > 0 ? depth - 1 : 0; // of what most operations leave
        if (i->op == OP_PUSH || i->op == OP_LOAD) {
            bool known = i->op == OP_PUSH || (!whole && i->a == 0);
            result = (struct operand){known, i->op == OP_PUSH ? i->c : index, 0};
            place = depth;
        } else if (i->op == OP_ELEMENT) {
            result = element(i, stack[place]);
        } else if (i->op == OP_PATH) {
            place = depth - i->b;
            result = path(code, i, stack + place);
        } else {
            stack[depth] = result;                     // what pushes one
            stack[place > 0 ? place - 1 : 0] = result; // what pops two
        }
        stack[place] = result;
    }
    free(stack);
    free(target);
}

static void number_claims(struct dependency *d)
{
    const struct scenario *s = d->scenario;
    for (uint32_t i = 0; i < s->n_invariants; i++) {
        const struct predicate *p = &s->invariants[i];
        if (p->element.n == 0) {
            scan(d, d->n_claims++, &p->code, true, 0);
        }
        for (int32_t k = p->lo; p->element.n != 0 && k < p->hi; k++) {
            scan(d, d->n_claims++, &p->element, false, k);
        }
    }
    d->n_keys += d->n_claims;
}

/* ---- life ---- */

struct dependency *dependency_create(const struct scenario *s)
{
    struct dependency *d = mem_alloc(1, sizeof *d);
    d->scenario = s;
    number_keys(d);
    if (s->n_invariants > 0) {
        d->seen_by = mem_alloc(d->n_keys, sizeof *d->seen_by);
        number_claims(d);
    }
    return d;
}

void dependency_free(struct dependency *d)
{
    if (d != NULL) {
        free(d->seen_by);
        free(d->seen);
        free(d);
    }
}

/* ---- actions ---- */

void action_begin(struct action *a, struct choice c)
{
    a->choice = c;
    a->everything = a->exact = a->wide = false;
    a->n = 0;
    a->threads = a->meets = thread_bit(c.thread);
    a->touches = a->writes = 0;
}

static void touch_everything(struct action *a)
{
    a->everything = true;
    a->meets = UINT32_MAX;
}

void action_touch(struct action *a, uint32_t key, bool write)
{
    uint64_t bit = UINT64_C(1) << (key & 63);
    a->touches |= bit;
    a->writes |= write ? bit : 0;
    a->wide |= key > 63;
    for (unsigned i = 0; i < a->n; i++) {
        if (a->accesses[i] >> 1 == key) {
            a->accesses[i] |= write;
            return;
        }
    }
    if (a->n == MAX_ACTION_ACCESSES) {
        touch_everything(a);
        return;
    }
    a->accesses[a->n++] = key << 1 | write;
}

void action_copy(struct action *to, const struct action *from)
{
    memcpy(to, from, offsetof(struct action, accesses)); // of constant size: in registers
    for (unsigned i = 0; i < from->n; i++) {
        to->accesses[i] = from->accesses[i];
    }
}

/* Does the step change what a claim can see of the slot? */
static bool visibly_changed(const struct world *w, const struct journal_entry *e)
{
    const void *old = w->journal.saved + e->saved, *now = w->block + e->offset;
    switch (object_kind_of(e->slot)) {
    case OBJECT_THREAD: {
        const struct kthread *a = old, *b = now;
        return a->state != b->state || a->exit_status != b->exit_status;
    }
    case OBJECT_EVENT:
        return ((const struct kevent *)old)->signal_state !=
               ((const struct kevent *)now)->signal_state;
    case OBJECT_DIRECTORY:
        return ((const struct directory *)old)->n_files != ((const struct directory *)now)->n_files;
    case OBJECT_NAME: {
        const struct file_slot *a = old, *b = now;
        return ((a->flags ^ b->flags) & FILE_EXISTS) != 0 || a->size != b->size;
    }
    default:
        return memcmp(old, now, e->size) != 0;
    }
}

/* Was the thread's next operation changed? The old record is that of another thread's step. */
static bool redirected(const struct kthread *old, const struct kthread *now)
{
    return old->state != now->state || old->wait_flags != now->wait_flags || old->pc != now->pc;
}

void action_of(const struct dependency *d, const struct machine *m, struct action *out)
{
    const struct effect *effect = &m->last.effect;
    const struct world *w = &m->world;
    action_begin(out, m->last.choice);
    out->exact = true;
    if (effect->touches_all) {
        touch_everything(out);
    }
    for (unsigned i = 0; i < effect->n_accesses; i++) {
        const struct access *a = &effect->accesses[i];
        action_touch(out, dependency_key(d, a->object, a->aspect), a->write);
    }
    for (uint32_t i = w->journal.step_first; i < w->journal.n_entries; i++) {
        const struct journal_entry *e = &w->journal.entries[i];
        enum object_kind kind = object_kind_of(e->slot);
        if (kind == OBJECT_SYSTEM) {
            touch_everything(out); // stopped, the device deleted, the driver unmapped
        } else if (kind == OBJECT_THREAD) {
            thread_ix t = (thread_ix)object_ix_of(e->slot);
            const void *old = w->journal.saved + e->saved;
            if (t != m->last.choice.thread && redirected(old, world_thread(w, t))) {
                out->threads |= thread_bit(t);
                out->meets |= thread_bit(t);
            }
        }
        if (d->n_claims > 0 && (unsigned)kind < N_SEEN_KINDS && visibly_changed(w, e)) {
            uint32_t at = d->seen_by[dependency_key(d, e->slot, ASPECT_STATE)];
            for (; at != 0; at = d->seen[at - 1].next) {
                action_touch(out, d->first_claim + d->seen[at - 1].claim, true);
            }
        }
    }
}

bool accesses_conflict(const struct action *a, const struct action *b)
{
    for (unsigned i = 0; i < a->n; i++) {
        for (unsigned k = 0; k < b->n; k++) {
            // the same key, and one of the two writes
            if ((a->accesses[i] ^ b->accesses[k]) <= 1 &&
                ((a->accesses[i] | b->accesses[k]) & 1) != 0) {
                return true;
            }
        }
    }
    return false;
}
