/*
 * What one operation can touch, read off the parameters of its row in the NT call table.
 *
 * Handles. A handle's value names a slot in the table of the thread that opened it, so who opens
 * changes only its own table, and only its own handles can be given out again. Where some thread
 * uses a handle that may be another's (from a shared variable, or computed), uses and opens of all
 * threads touch their own threads as the owners of these tables, and the use touches every thread
 * that opens. Where such a handle can be closed, every handle may have been closed and given out
 * again behind its owner's back: then each stands for any file.
 *
 * Directories. A rename reads the share state of the target's directory, which only a thread that
 * opens the directory itself can change.
 */
#include "kernel_model/nt_status.h"
#include "sim/explore/footprint_parts.h"

struct operation {
    const struct footprints *f;
    const struct local_graph *g;
    enum nt_call call;
    const int64_t *args;
    unsigned n_args;
    struct touch *touch;
};

static void touch_base(const struct operation *o, uint32_t base)
{
    if (base != UINT32_MAX) {
        bit_set(o->touch->set, o->f->thing[base]);
    }
}

static void touch_thread(const struct operation *o, thread_ix t)
{
    touch_base(o, base_of(o->f, object_make(OBJECT_THREAD, t)));
}

/* ---- objects ---- */

static void touch_object(const struct operation *o, int64_t value)
{
    if (walk_knows(value)) {
        touch_base(o, base_of(o->f, (object_ref)value));
        return;
    }
    uint32_t ref = ref_of_value(value);
    if (ref < N_FIXED_REFS) {
        o->touch->everything = true;
        return;
    }
    const struct ref *r = &o->f->refs.refs[ref];
    for (uint32_t k = 0; k < r->n; k++) {
        const struct blob *b = &o->f->refs.blobs[r->elements[k] - REF_BLOB];
        for (uint32_t j = 0; j < b->n; j++) {
            touch_base(o, base_of(o->f, b->first + j));
        }
    }
}

/* ---- names ---- */

/* Can the call create the name, remove it, or give it to a file? */
static bool path_counts(const struct operation *o)
{
    switch ((int)o->call) {
    case CALL_ZwCreateFile:
        return o->args[3] != NT_FILE_OPEN && o->args[3] != NT_FILE_OVERWRITE;
    case CALL_ZwDeleteFile:
    case CALL_ZwSetInformationFile:
        return true;
    default:
        return false;
    }
}

static void touch_name(const struct operation *o, name_ix n)
{
    const struct footprints *f = o->f;
    directory_ix parent = f->scenario->layout.shape.names[n].parent;
    touch_base(o, base_of_name(f, n));
    if (parent == NO_INDEX) {
        return;
    }
    if (path_counts(o)) {
        o->touch->directories |= UINT64_C(1) << parent;
    }
    if (o->call == CALL_ZwSetInformationFile && (f->openable >> parent & 1) != 0) {
        touch_base(o, base_of(f, object_make(OBJECT_DIRECTORY, parent)));
    }
}

static void touch_path(const struct operation *o, int64_t value)
{
    if (walk_knows(value)) {
        touch_name(o, (name_ix)value);
        return;
    }
    uint32_t ref = ref_of_value(value);
    if (ref < N_FIXED_REFS) {
        o->touch->everything = true;
        return;
    }
    const struct ref *r = &o->f->refs.refs[ref];
    for (uint32_t k = 0; k < r->n; k++) {
        if (r->elements[k] < REF_BLOB) {
            touch_name(o, (name_ix)r->elements[k]);
            continue;
        }
        const struct blob *b = &o->f->refs.blobs[r->elements[k] - REF_BLOB];
        for (uint32_t j = 0; b->pattern != NULL && j < b->n; j++) {
            touch_name(o, b->names[j]);
        }
    }
}

/* ---- handles ---- */

static void touch_file(const struct operation *o, name_ix n)
{
    const struct footprints *f = o->f;
    uint32_t thing = f->thing[base_of_name(f, n)];
    bit_set(o->touch->set, thing);
    if (o->call == CALL_ZwSetInformationFile || (o->call == CALL_ZwClose && f->deletable[thing])) {
        o->touch->directories |= f->where[thing];
    }
}

static void touch_class(const struct operation *o, const struct handle_class *class)
{
    const struct footprints *f = o->f;
    bits_add(o->touch->set, class->set, f->sets.words);
    if (o->call == CALL_ZwSetInformationFile || o->call == CALL_ZwClose) {
        o->touch->directories |= class->directories;
    }
    for (thread_ix t = 0; class == &f->classes[CLASS_ANY] && t < f->scenario->n_threads; t++) {
        if (f->classes[t].any) {
            touch_thread(o, t);
        }
    }
}

static void touch_handle(const struct operation *o, int64_t value)
{
    struct files_of files = files_of_handle(o->f, o->g->thread, value);
    if (files.any) {
        touch_class(o, files.class);
    }
    for (uint32_t k = 0; files.elements != NULL && k < files.elements->n; k++) {
        uint32_t element = files.elements->elements[k];
        if (element < REF_BLOB) {
            touch_file(o, (name_ix)element);
            continue;
        }
        const struct blob *b = &o->f->refs.blobs[element - REF_BLOB];
        for (uint32_t j = 0; b->pattern != NULL && j < b->n; j++) {
            touch_file(o, b->names[j]);
        }
    }
}

/* ---- calls ---- */

static void touch_argument(const struct operation *o, enum nt_param_kind kind, unsigned at)
{
    switch (kind) {
    case PARAM_RESOURCE:
    case PARAM_EVENT:
    case PARAM_SPINLOCK:
    case PARAM_THREAD:
    case PARAM_WAITABLE:
    case PARAM_SHARED:
        touch_object(o, o->args[at]);
        break;
    case PARAM_REST:
        for (unsigned k = at; k < o->n_args; k++) {
            touch_object(o, o->args[k]);
        }
        break;
    case PARAM_PATH:
        touch_path(o, o->args[at]);
        break;
    case PARAM_HANDLE:
        touch_handle(o, o->args[at]);
        break;
    case PARAM_OUT_HANDLE:
    case PARAM_BYTES:
    case PARAM_TIMEOUT:
    case PARAM_VALUE:
    case PARAM_FLAG:
        break;
    }
}

/* Does the call touch the calling thread itself, as others can see it? */
static bool touches_own(const struct operation *o)
{
    const struct footprints *f = o->f;
    if ((f->watched & thread_bit(o->g->thread)) != 0) {
        return true;
    }
    switch ((int)o->call) {
    case CALL_KeDelayExecutionThread:
    case CALL_PsTerminateSystemThread:
    case CALL_return:
        return true;
    case CALL_KeWaitForSingleObject: // an alert ends it
        return o->args[3] != 0;
    default:
        return f->foreign != 0 && nt_call_row(o->call)->group == GROUP_FILE;
    }
}

/* ---- guards ---- */

static bool is_true(int64_t value)
{
    return walk_knows(value) && value != 0;
}

/* What the call waits for as long as another thread owns it, whatever else is so; 0: nothing. */
static object_ref waits_for_owner(const struct operation *o)
{
    bool waits = false;
    switch ((int)o->call) {
    case CALL_ExAcquireResourceExclusiveLite:
    case CALL_ExAcquireResourceSharedLite:
    case CALL_ExAcquireSharedStarveExclusive:
    case CALL_ExAcquireSharedWaitForExclusive:
        waits = is_true(o->args[1]);
        break;
    case CALL_ExEnterCriticalRegionAndAcquireResourceExclusive:
    case CALL_ExEnterCriticalRegionAndAcquireResourceShared:
    case CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive:
    case CALL_KeAcquireSpinLock:
        waits = true;
        break;
    default:
        break;
    }
    return waits && walk_knows(o->args[0]) ? (object_ref)o->args[0] : 0;
}

/*
 * Can the call end a hold that another thread has? ExReleaseResourceLite cannot: it stops the
 * machine. A conversion by a thread that owns nothing takes effect, as does the release of a spin
 * lock.
 */
static bool opens(enum nt_call call)
{
    switch ((int)call) {
    case CALL_ExInitializeResourceLite:
    case CALL_ExReinitializeResourceLite:
    case CALL_ExDeleteResourceLite:
    case CALL_ExConvertExclusiveToSharedLite:
    case CALL_ExReleaseResourceForThreadLite:
    case CALL_ExSetResourceOwnerPointer:
    case CALL_KeReleaseSpinLock:
        return true;
    default:
        return false;
    }
}

void node_touches(const struct footprints *f, const struct local_graph *g, uint32_t node,
                  struct touch *touch)
{
    struct walk_state s;
    uint32_t place = local_graph_resume(g, node, &s);
    const struct instr *i = &g->code->instrs[place & PLACE_PC];
    bool end = (place & PLACE_END) != 0 || i->op == OP_RETURN;
    struct operation o = {.f = f,
                          .g = g,
                          .call = end ? CALL_return : (enum nt_call)i->a,
                          .args = s.stack + s.depth - (end ? 0 : i->b),
                          .n_args = end ? 0 : i->b,
                          .touch = touch};
    const struct nt_call_row *row = nt_call_row(o.call);
    for (unsigned k = 0, at = 0; k < row->n_params; k++) {
        touch_argument(&o, (enum nt_param_kind)row->params[k].kind, at);
        at += row->params[k].kind != PARAM_OUT_HANDLE;
    }
    if (touches_own(&o)) {
        touch_thread(&o, g->thread);
    }
    bool ends = o.call == CALL_return || o.call == CALL_PsTerminateSystemThread;
    touch->everything |= o.call == CALL_IoDeleteDevice ||
                         (ends && f->scenario->threads[g->thread].kind == KIND_UNLOAD);
    touch->waits_for = waits_for_owner(&o);
    touch->opens = touch->everything || opens(o.call);
    for (uint32_t d = 0; d < f->scenario->layout.shape.n_directories; d++) {
        if ((touch->directories & f->counted) >> d & 1) {
            touch_base(&o, base_of_count(f, (directory_ix)d));
        }
    }
}
