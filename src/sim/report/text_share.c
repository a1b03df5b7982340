/*
 * A sharing violation has two sides: what an open handle does not share and the call would use, and what
 * the handle uses and the call does not share. Each open handle is weighed alone, by the kernel's own rule;
 * the first that keeps the call out is named. What a call asks for beside its arguments (an overwrite
 * writes) is added as the kernel adds it; where the call has no ShareAccess, only the first side is left.
 */
#include "sim/report/text_share.h"

#include <string.h>

#include "kernel_model/file.h"
#include "kernel_model/nt_status.h"
#include "kernel_model/share.h"
#include "sim/report/calls.h"
#include "sim/stepper/places.h"

enum { SHARE_ALL = 7 };

/* What a call wants of a file; known only where it has a ShareAccess. */
struct wanted {
    bool known;
    uint32_t access, share;
};

/* The value of the parameter with this name; false: the call has none. Out-parameters take no place. */
static bool argument_named(const struct step *s, const char *name, int32_t *value)
{
    const struct nt_call_row *row = nt_call_row(s->call);
    unsigned place = 0;
    for (unsigned i = 0; i < row->n_params; i++) {
        if (row->params[i].kind == PARAM_OUT_HANDLE) {
            continue;
        }
        if (strcmp(row->params[i].name, name) == 0 && place < s->n_args) {
            *value = s->args[place];
            return true;
        }
        place++;
    }
    return false;
}

static struct wanted wanted_by(const struct step *s)
{
    int32_t access = 0, share = 0, disposition = NT_FILE_OPEN;
    struct wanted w = {.known = argument_named(s, "DesiredAccess", &access) &&
                                argument_named(s, "ShareAccess", &share)};
    argument_named(s, "CreateDisposition", &disposition);
    w.access = access_map((uint32_t)access) | file_disposition_access(disposition);
    w.share = (uint32_t)share;
    return w;
}

static bool fits_beside(const struct handle_slot *h, uint32_t access, uint32_t share)
{
    struct share_access one = {0};
    share_add(&one, h->access, h->share);
    return share_fits(&one, access, share);
}

/* The handle that keeps the call out; UINT32_MAX: none is open. */
static uint32_t find_opener(const struct world *w, object_ref file, const struct wanted *wanted)
{
    uint32_t n_slots = w->layout->handle_first[w->layout->shape.n_threads], first = UINT32_MAX;
    for (uint32_t slot = 0; slot < n_slots; slot++) {
        const struct handle_slot *h = world_handle(w, slot);
        bool this_kind =
            ((h->flags & HANDLE_DIRECTORY) != 0) == (object_kind_of(file) == OBJECT_DIRECTORY);
        if (h->flags == 0 || !this_kind || h->name != object_ix_of(file) ||
            !share_participates(h->access)) {
            continue;
        }
        if (wanted->known && !fits_beside(h, wanted->access, wanted->share)) {
            return slot;
        }
        first = first == UINT32_MAX ? slot : first;
    }
    return first;
}

/* FILE_SHARE_ bits in words; none: "". */
static const char *uses_text(uint32_t uses)
{
    static const char *const words[] = {"",
                                        "reading",
                                        "writing",
                                        "reading and writing",
                                        "deleting",
                                        "reading and deleting",
                                        "writing and deleting",
                                        "reading, writing and deleting"};
    return words[uses & SHARE_ALL];
}

static const char *shared(uint32_t share)
{
    uint32_t bits = share & SHARE_ALL;
    return bits == 0 ? "nothing" : bits == SHARE_ALL ? "everything" : uses_text(bits);
}

void write_opener(struct pen *p, const struct machine *m, const struct step *step)
{
    const struct world *w = &m->world;
    struct wanted wanted = wanted_by(step);
    uint32_t slot = find_opener(w, step->effect.object, &wanted);
    if (slot == UINT32_MAX) {
        return;
    }
    const struct handle_slot *h = world_handle(w, slot);
    struct place at = place_of_open(m, slot);
    pen_text(p, " ");
    write_thread(p, handle_thread(w, slot));
    if (at.who != 0) {
        pen_printf(p, " line %u", at.line);
    }
    if (wanted.known && fits_beside(h, wanted.access, SHARE_ALL)) {
        pen_printf(p, " has it open for %s, and ShareAccess %u of this call shares %s.",
                   uses_text(share_uses(h->access)), wanted.share, shared(wanted.share));
    } else {
        pen_printf(p, " has it open with ShareAccess %u: it shares %s.", h->share,
                   shared(h->share));
    }
}
