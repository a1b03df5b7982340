/*
 * What is touched as a whole, and its numbers.
 *
 * Every object and every file name is a base. A base tree (union-find) brings together what must be
 * one thing: the names between which a rename can move a file, since a handle goes along; and all
 * that one claim of an invariant reads, since a step on one and a step on the other are seen
 * together. The rest is numbering.
 *
 * How many files a directory holds only counts up and down, so two creations commute. Where an
 * invariant reads the number, between two steps, they do not: then the count is a base as well.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/explore/footprint_parts.h"
#include "sim/lang/names.h"

enum { MAX_READ_STATES = 4000000 };

/* ---- bases ---- */

static void number_bases(struct footprints *f)
{
    uint32_t counts[N_SLOT_KINDS];
    world_slot_counts(&f->scenario->layout, counts);
    counts[OBJECT_HANDLE] = counts[OBJECT_DIRECTORY]; // a base for each one's number of files
    for (unsigned k = 0; k < N_SLOT_KINDS; k++) {
        f->base[k] = f->n_bases;
        f->n_bases += counts[k];
    }
    f->base[N_SLOT_KINDS] = f->n_bases;
    f->parent = mem_alloc(f->n_bases, sizeof *f->parent);
    for (uint32_t k = 0; k < f->n_bases; k++) {
        f->parent[k] = k;
    }
}

uint32_t base_of(const struct footprints *f, object_ref object)
{
    const struct world_shape *s = &f->scenario->layout.shape;
    enum object_kind kind = object_kind_of(object);
    uint16_t ix = object_ix_of(object);
    if (kind == OBJECT_NONE || kind == OBJECT_HANDLE || kind > OBJECT_SYSTEM) {
        return UINT32_MAX;
    }
    if (kind == OBJECT_NAME && ix < s->n_names && s->names[ix].directory != NO_INDEX) {
        return f->base[OBJECT_DIRECTORY] + s->names[ix].directory;
    }
    uint32_t base = f->base[kind] + ix;
    return base < f->base[kind + 1] ? base : UINT32_MAX;
}

static bool is_name(const struct footprints *f, uint32_t base)
{
    return base >= f->base[OBJECT_NAME] && base < f->base[OBJECT_NAME + 1];
}

static uint32_t find_root(const struct footprints *f, uint32_t base)
{
    while (f->parent[base] != base) {
        f->parent[base] = f->parent[f->parent[base]];
        base = f->parent[base];
    }
    return base;
}

static void join(struct footprints *f, uint32_t a, uint32_t b)
{
    uint32_t x = find_root(f, a), y = find_root(f, b);
    f->parent[x > y ? x : y] = x > y ? y : x;
}

/* ---- what predicates read ---- */

struct reading {
    const struct footprints *f;
    void (*read)(void *context, uint32_t base);
    void *context;
};

static void read_object(const struct reading *r, object_ref object)
{
    uint32_t base = base_of(r->f, object);
    if (base != UINT32_MAX) {
        r->read(r->context, base);
    }
}

static void read_name(void *context, name_ix n)
{
    read_object(context, object_make(OBJECT_NAME, n));
}

/* What an instruction of a predicate looks at. Unknown operands were seen where they were made. */
static bool see_read(void *context, const struct walk_state *s, uint32_t pc)
{
    const struct reading *r = context;
    const struct instr *i = &s->code->instrs[pc];
    int64_t top = s->depth > 0 ? s->stack[s->depth - 1] : 0;
    int32_t holes[MAX_HOLES];
    switch ((int)i->op) {
    case OP_PATH:
        if (!walk_holes(s, i, holes)) {
            each_name_of(r->f, &s->code->patterns[i->a], read_name, context);
            break;
        }
        top = name_table_find(s->code->names, &s->code->patterns[i->a], holes);
        if (top != NAME_UNKNOWN) {
            read_object(r, object_make(OBJECT_NAME, (unsigned)top));
        }
        break;
    case OP_ELEMENT:
        for (uint32_t k = 0; k < i->a && !walk_knows(top); k++) {
            read_object(r, (object_ref)i->c + k);
        }
        break;
    case OP_Q_FILES:
        r->read(r->context, base_of_count(r->f, i->a));
        break;
    case OP_TAKE_SHARED:
    case OP_Q_ENDED:
    case OP_Q_EXIT_STATUS:
    case OP_Q_WAITS:
    case OP_Q_OWNER_COUNT:
    case OP_Q_OWNS: // the resource, which has the thread's count
    case OP_Q_SIGNALED:
        if (walk_knows(top)) {
            read_object(r, (object_ref)top);
        }
        break;
    default:
        break;
    }
    return true;
}

void predicate_reads(const struct footprints *f, const struct code *code, int32_t index,
                     void (*read)(void *context, uint32_t base), void *context)
{
    struct reading reading = {f, read, context};
    struct walk_options options = {.code = code,
                                   .relevant = UINT64_MAX,
                                   .index = index,
                                   .limit = MAX_READ_STATES,
                                   .see = see_read,
                                   .context = &reading};
    uint32_t where;
    if (walk_everywhere(&options, &where) != WALK_ENDED) {
        for (uint32_t k = 0; k < f->n_bases; k++) {
            read(context, k);
        }
    }
}

void each_name_of(const struct footprints *f, const struct pattern *pattern,
                  void (*see)(void *context, name_ix n), void *context)
{
    const struct world_shape *s = &f->scenario->layout.shape;
    for (uint32_t k = 0; k < s->n_names; k++) {
        if (pattern_matches(pattern, s->names[k].path)) {
            see(context, (name_ix)k);
        }
    }
}

/* ---- what threads open ---- */

struct opening {
    struct footprints *f;
    thread_ix t;
};

static void open_name(void *context, name_ix n)
{
    const struct opening *o = context;
    struct footprints *f = o->f;
    uint32_t base = base_of_name(f, n);
    if (!is_name(f, base)) {
        f->openable |= UINT64_C(1) << (base - f->base[OBJECT_DIRECTORY]);
    }
    for (unsigned k = 0; k < 2; k++) {
        struct handle_class *c = &f->classes[k == 0 ? o->t : CLASS_ANY];
        c->first = c->any ? c->first : base;
        c->any = true;
        c->opened[base] = true;
    }
}

struct blob_filling {
    struct blob *blob;
    size_t capacity;
};

static void add_blob_name(void *context, name_ix n)
{
    struct blob_filling *b = context;
    b->blob->names = mem_grow(b->blob->names, b->blob->n, &b->capacity, sizeof n);
    b->blob->names[b->blob->n++] = n;
}

static void fill_blobs(struct footprints *f)
{
    for (uint32_t k = 0; k < f->refs.n_blobs; k++) {
        struct blob_filling filling = {.blob = &f->refs.blobs[k]};
        if (filling.blob->pattern != NULL) {
            each_name_of(f, filling.blob->pattern, add_blob_name, &filling);
        }
    }
}

/* Calls see for each name of a path operand. */
static void each_path_name(struct footprints *f, int64_t value,
                           void (*see)(void *context, name_ix n), void *context)
{
    if (walk_knows(value)) {
        see(context, (name_ix)value);
        return;
    }
    uint32_t ref = ref_of_value(value);
    uint32_t n_names = ref < N_FIXED_REFS ? f->scenario->layout.shape.n_names : 0;
    for (uint32_t k = 0; k < n_names; k++) {
        see(context, (name_ix)k);
    }
    for (uint32_t k = 0; ref >= N_FIXED_REFS && k < f->refs.refs[ref].n; k++) {
        uint32_t element = f->refs.refs[ref].elements[k];
        if (element < REF_BLOB) {
            see(context, (name_ix)element);
            continue;
        }
        const struct blob *b = &f->refs.blobs[element - REF_BLOB];
        for (uint32_t j = 0; b->pattern != NULL && j < b->n; j++) {
            see(context, b->names[j]);
        }
    }
}

/* ---- calls of the graphs ---- */

/* A call made at a rest node, with its arguments. */
struct made_call {
    enum nt_call call;
    const int64_t *args;
    int path, handle; // arguments; -1: none
};

static bool call_at(const struct local_graph *g, uint32_t node, struct walk_state *s,
                    struct made_call *made)
{
    uint32_t place = local_graph_resume(g, node, s);
    const struct instr *i = &g->code->instrs[place & PLACE_PC];
    if (place > PLACE_PC || i->op != OP_CALL) {
        return false;
    }
    const struct nt_call_row *row = nt_call_row((enum nt_call)i->a);
    *made = (struct made_call){.call = (enum nt_call)i->a,
                               .args = s->stack + s->depth - i->b,
                               .path = argument_of(row, PARAM_PATH),
                               .handle = argument_of(row, PARAM_HANDLE)};
    return row->group == GROUP_FILE;
}

static void each_file_call(struct footprints *f, void (*see)(struct footprints *f, thread_ix t,
                                                             const struct made_call *c))
{
    struct walk_state *s = mem_alloc(1, sizeof *s);
    for (thread_ix t = 0; t < f->scenario->n_threads; t++) {
        for (uint32_t k = 0; k < f->graphs[t].n_nodes; k++) {
            struct made_call made;
            if (f->graphs[t].nodes[k].rest && call_at(&f->graphs[t], k, s, &made)) {
                see(f, t, &made);
            }
        }
    }
    free(s);
}

static void note_handles(struct footprints *f, thread_ix t, const struct made_call *c)
{
    struct opening opening = {f, t};
    if (c->call == CALL_ZwCreateFile || c->call == CALL_ZwOpenFile) {
        each_path_name(f, c->args[c->path], open_name, &opening);
    }
    if (c->handle >= 0 && ref_of_value(c->args[c->handle]) == REF_ANY) {
        f->foreign |= thread_bit(t);
        f->closes_foreign |= c->call == CALL_ZwClose;
    }
}

/* A thread without a graph may do whatever its code could do with its paths and any handle. */
static void note_unbounded(struct footprints *f, thread_ix t)
{
    const struct code *code = &f->scenario->threads[t].code;
    struct opening opening = {f, t};
    f->foreign |= thread_bit(t);
    f->closes_foreign = true;
    for (uint32_t k = 0; k < code->n; k++) {
        if (code->instrs[k].op == OP_PATH) {
            each_name_of(f, &code->patterns[code->instrs[k].a], open_name, &opening);
        }
    }
}

/* ---- what belongs together ---- */

struct files_of files_of_handle(const struct footprints *f, thread_ix t, int64_t value)
{
    uint32_t ref = ref_of_value(value);
    if (ref == REF_NOTHING) {
        return (struct files_of){.any = false};
    }
    if (f->closes_foreign || ref < N_FIXED_REFS) {
        bool own = ref == REF_OWN && !f->closes_foreign;
        return (struct files_of){.any = true, .class = &f->classes[own ? t : CLASS_ANY]};
    }
    return (struct files_of){.elements = &f->refs.refs[ref]};
}

/* Joins a file name to another; directories stay by themselves, since they are not renamed. */
static void join_name(struct footprints *f, uint32_t base, uint32_t to)
{
    if (base != UINT32_MAX && is_name(f, base) && is_name(f, to)) {
        join(f, base, to);
    }
}

static void join_class(struct footprints *f, struct handle_class *c, uint32_t to)
{
    for (uint32_t k = f->base[OBJECT_NAME]; !c->merged && k < f->base[OBJECT_NAME + 1]; k++) {
        if (c->opened[k]) {
            join(f, k, to);
            c->first = k;
        }
    }
    c->merged = true;
    if (c->any) {
        join_name(f, c->first, to);
    }
}

struct renaming {
    struct footprints *f;
    struct files_of from;
};

static void rename_to(void *context, name_ix target)
{
    const struct renaming *r = context;
    struct footprints *f = r->f;
    uint32_t to = base_of_name(f, target);
    if (!is_name(f, to)) {
        return; // a directory's name is never given to a file
    }
    if (r->from.any) {
        join_class(f, &f->classes[r->from.class - f->classes], to);
    }
    for (uint32_t k = 0; r->from.elements != NULL && k < r->from.elements->n; k++) {
        uint32_t element = r->from.elements->elements[k];
        if (element < REF_BLOB) {
            join_name(f, base_of_name(f, (name_ix)element), to);
            continue;
        }
        const struct blob *b = &f->refs.blobs[element - REF_BLOB];
        for (uint32_t j = 0; b->pattern != NULL && j < b->n; j++) {
            join_name(f, base_of_name(f, b->names[j]), to);
        }
    }
}

static void join_renamed(struct footprints *f, thread_ix t, const struct made_call *c)
{
    if (c->call != CALL_ZwSetInformationFile) {
        return;
    }
    struct renaming renaming = {f, files_of_handle(f, t, c->args[c->handle])};
    if (renaming.from.any || renaming.from.elements != NULL) {
        each_path_name(f, c->args[c->path], rename_to, &renaming);
    }
}

/* All files that somebody opens are one, with what a thread without a graph may rename them to. */
static void join_unbounded(struct footprints *f, thread_ix t)
{
    const struct code *code = &f->scenario->threads[t].code;
    bool renames = false;
    for (uint32_t k = 0; k < code->n; k++) {
        renames |= code->instrs[k].op == OP_CALL && code->instrs[k].a == CALL_ZwSetInformationFile;
    }
    if (renames && f->classes[CLASS_ANY].any) {
        join_class(f, &f->classes[CLASS_ANY], f->classes[CLASS_ANY].first);
    }
}

/* ---- claims of invariants ---- */

struct gluing {
    struct footprints *f;
    uint32_t first; // what the claim reads; UINT32_MAX: nothing so far
};

static void glue(void *context, uint32_t base)
{
    struct gluing *g = context;
    struct footprints *f = g->f;
    if (base < f->base[OBJECT_THREAD] + f->scenario->n_threads) {
        f->watched |= thread_bit((thread_ix)(base - f->base[OBJECT_THREAD]));
    }
    if (base >= f->base[OBJECT_HANDLE] && base < f->base[OBJECT_HANDLE + 1]) {
        f->counted |= UINT64_C(1) << (base - f->base[OBJECT_HANDLE]);
    }
    if (g->first != UINT32_MAX) {
        join(f, g->first, base);
    }
    g->first = base;
}

static void glue_claim(struct footprints *f, const struct predicate *p)
{
    bool whole = p->element.n == 0;
    int32_t lo = whole ? 0 : p->lo, hi = whole ? 1 : p->hi;
    for (int32_t k = lo; k < hi; k++) {
        struct gluing gluing = {f, UINT32_MAX};
        predicate_reads(f, whole ? &p->code : &p->element, k, glue, &gluing);
    }
}

/* ---- numbers ---- */

static void number_things(struct footprints *f)
{
    f->thing = mem_alloc(f->n_bases, sizeof *f->thing);
    for (uint32_t k = 0; k < f->n_bases; k++) {
        uint32_t root = find_root(f, k);
        bool count = k >= f->base[OBJECT_HANDLE] && k < f->base[OBJECT_HANDLE + 1];
        bool unread = count && (f->counted >> (k - f->base[OBJECT_HANDLE]) & 1) == 0;
        // a root has the lowest number of its tree
        f->thing[k] = unread ? UINT32_MAX : root == k ? f->n_things++ : f->thing[root];
    }
}

static void list_names(struct footprints *f)
{
    const struct world_shape *s = &f->scenario->layout.shape;
    f->first_name = mem_alloc(f->n_things + 1u, sizeof *f->first_name);
    f->names = mem_alloc(f->base[OBJECT_NAME + 1] - f->base[OBJECT_NAME], sizeof *f->names);
    f->where = mem_alloc(f->n_things, sizeof *f->where);
    for (uint32_t k = f->base[OBJECT_NAME]; k < f->base[OBJECT_NAME + 1]; k++) {
        f->first_name[f->thing[k] + 1]++;
    }
    for (uint32_t k = 0; k < f->n_things; k++) {
        f->first_name[k + 1] += f->first_name[k];
    }
    uint32_t *next = mem_alloc(f->n_things, sizeof *next);
    memcpy(next, f->first_name, f->n_things * sizeof *next);
    for (uint32_t k = f->base[OBJECT_NAME]; k < f->base[OBJECT_NAME + 1]; k++) {
        name_ix n = (name_ix)(k - f->base[OBJECT_NAME]);
        f->names[next[f->thing[k]]++] = n;
        if (n < s->n_names && s->names[n].parent != NO_INDEX) {
            f->where[f->thing[k]] |= UINT64_C(1) << s->names[n].parent;
        }
    }
    free(next);
}

static void finish_class(struct footprints *f, struct handle_class *c)
{
    c->set = mem_alloc((f->n_things + 63u) / 64, sizeof *c->set);
    for (uint32_t k = 0; k < f->n_bases; k++) {
        if (c->opened[k]) {
            bit_set(c->set, f->thing[k]);
            c->directories |= f->where[f->thing[k]];
        }
    }
}

/* ---- deletions ---- */

static void note_deleted(void *context, name_ix n)
{
    struct footprints *f = context;
    f->deletable[f->thing[base_of_name(f, n)]] = true;
}

static void note_deletable(struct footprints *f, thread_ix t, const struct made_call *c)
{
    if (c->call == CALL_ZwDeleteFile) {
        each_path_name(f, c->args[c->path], note_deleted, f);
    }
    if (c->call != CALL_ZwSetInformationFile_disposition) {
        return;
    }
    struct files_of files = files_of_handle(f, t, c->args[c->handle]);
    for (uint32_t k = 0; files.any && k < f->n_things; k++) {
        f->deletable[k] |= bit_is_set(files.class->set, k);
    }
    for (uint32_t k = 0; files.elements != NULL && k < files.elements->n; k++) {
        uint32_t element = files.elements->elements[k];
        if (element < REF_BLOB) {
            note_deleted(f, (name_ix)element);
            continue;
        }
        const struct blob *b = &f->refs.blobs[element - REF_BLOB];
        for (uint32_t j = 0; b->pattern != NULL && j < b->n; j++) {
            note_deleted(f, b->names[j]);
        }
    }
}

void find_things(struct footprints *f)
{
    const struct scenario *s = f->scenario;
    bool unbounded = false;
    number_bases(f);
    fill_blobs(f);
    for (unsigned k = 0; k < MAX_CLASSES; k++) {
        f->classes[k].opened = mem_alloc(f->n_bases, sizeof(bool));
    }
    each_file_call(f, note_handles);
    for (thread_ix t = 0; t < s->n_threads; t++) {
        if (f->graphs[t].unbounded) {
            note_unbounded(f, t);
            unbounded = true;
        }
    }
    each_file_call(f, join_renamed);
    for (thread_ix t = 0; t < s->n_threads; t++) {
        if (f->graphs[t].unbounded) {
            join_unbounded(f, t);
        }
    }
    for (uint32_t k = 0; k < s->layout.shape.n_unnamed; k++) { // whoever loses its name
        uint32_t base = f->base[OBJECT_NAME] + s->layout.shape.n_names + k;
        f->classes[CLASS_ANY].opened[base] = true;
        f->classes[CLASS_ANY].merged = false;
        join_class(f, &f->classes[CLASS_ANY], base);
    }
    for (uint32_t k = 0; k < s->n_invariants; k++) {
        glue_claim(f, &s->invariants[k]);
    }
    number_things(f);
    list_names(f);
    for (unsigned k = 0; k < MAX_CLASSES; k++) {
        finish_class(f, &f->classes[k]);
    }
    f->deletable = mem_alloc(f->n_things, sizeof *f->deletable);
    each_file_call(f, note_deletable);
    for (uint32_t k = 0; unbounded && k < f->n_things; k++) {
        f->deletable[k] = true;
    }
}
