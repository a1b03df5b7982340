/*
 * Bug checks and verifier stops. Addresses are the base of NT's pool region on x64 plus a number
 * that kind and index determine: they look right in a dump and never depend on the host.
 */
#include "kernel_model/stop.h"

#define POOL_BASE UINT64_C(0xFFFFA80000000000)

static const uint32_t kind_base[] = {
    [OBJECT_NONE] = 0,
    [OBJECT_THREAD] = 0x00001000,
    [OBJECT_RESOURCE] = 0x00100000,
    [OBJECT_EVENT] = 0x00200000,
    [OBJECT_SPINLOCK] = 0x00300000,
    [OBJECT_SHARED] = 0x00400000,
    [OBJECT_DIRECTORY] = 0x00500000,
    [OBJECT_NAME] = 0x00600000,
    [OBJECT_HANDLE] = 0x01600000,
    [OBJECT_SYSTEM] = 0x02600000,
};

enum { THREAD_STRIDE = 0x400, OBJECT_STRIDE = 0x80 }; // an ERESOURCE takes 0x68 bytes

uint64_t object_address(object_ref object)
{
    enum object_kind kind = object_kind_of(object);
    uint32_t stride = kind == OBJECT_THREAD ? THREAD_STRIDE : OBJECT_STRIDE;
    return POOL_BASE + kind_base[kind] + stride * object_ix_of(object);
}

int32_t thread_id(thread_ix t)
{
    return (int32_t)object_address(object_make(OBJECT_THREAD, t));
}

thread_ix thread_of_id(const struct world *w, int32_t id)
{
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        if (thread_id(t) == id) {
            return t;
        }
    }
    return NO_THREAD;
}

void stop_bugcheck(struct world *w, thread_ix t, struct effect *out, uint32_t code,
                   const uint64_t parameter[4], const char *text)
{
    struct system_state *s = world_edit_system(w);
    s->stop = STOP_BUGCHECK;
    s->thread = t;
    s->code = code;
    out->status = KM_BUGCHECK;
    out->bugcheck.code = code;
    memcpy(out->bugcheck.parameter, parameter, sizeof out->bugcheck.parameter);
    out->bugcheck.text = text;
    effect_touch(out, object_make(OBJECT_SYSTEM, 0), ASPECT_STATE, true);
}

void stop_verifier(const struct world *w, struct effect *out, uint32_t code, object_ref object,
                   uint32_t detail, const char *text)
{
    if (w->layout->shape.switches.verifier_off || out->n_verifier == MAX_VERIFIER) {
        return;
    }
    out->verifier[out->n_verifier++] = (struct verifier_stop){code, object, detail, text};
}

bool stop_if_gone(struct world *w, thread_ix t, object_ref object, uint8_t flags,
                  const uint8_t *homes, struct effect *out)
{
    uint64_t address = object_address(object);
    if ((flags & OBJECT_FREED) != 0) {
        stop_bugcheck(w, t, out, BUGCHECK_DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL,
                      (const uint64_t[4]){address, 1, 0, 0},
                      "The object lay in the device extension, and IoDeleteDevice freed that.");
        return true;
    }
    if (homes != NULL && homes[object_ix_of(object)] == HOME_IMAGE &&
        world_system(w)->image_unmapped) {
        stop_bugcheck(w, t, out, BUGCHECK_DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS,
                      (const uint64_t[4]){address, 1, 0, 0},
                      "The object lay in the driver's image, and the driver has been unloaded.");
        return true;
    }
    return false;
}
