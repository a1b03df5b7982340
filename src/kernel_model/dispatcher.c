/*
 * Waiting and waking.
 *
 * A queue holds thread numbers, oldest first. Where arrival order cannot matter, because all
 * waiters of a notification event go at once and none is a WaitAll, the queue is kept in thread
 * order, so that equal situations are equal bytes; and thread objects have no queue then, since the
 * wait fields of the threads say it all. A WaitAll that competes for an object makes the order
 * matter; then every queue keeps it.
 *
 * A WaitAny waiter's fate is fixed by the set that satisfies it. For WaitAll the sources differ
 * (KERNEL.md 2.2): by default the set decides; under wait_all = retest it only takes the thread off
 * its queues, and the thread tests again when it next runs.
 */
#include "kernel_model/dispatcher.h"

#include "kernel_model/kevent.h"
#include "kernel_model/nt_call.h"
#include "kernel_model/priority.h"
#include "kernel_model/stop.h"

/* ---- queues -------------------------------------------------------------------------------------
 */

unsigned queue_length(const struct world *w, const uint8_t *queue)
{
    unsigned n = 0;
    while (n < w->layout->shape.n_threads && queue[n] != 0) {
        n++;
    }
    return n;
}

/* At the tail or, if not in_order, where its number belongs. Twice in one queue is once. */
static void queue_insert(const struct world *w, uint8_t *queue, thread_ix t, bool in_order)
{
    unsigned n = queue_length(w, queue), at = n;
    for (unsigned i = 0; i < n; i++) {
        if (queue[i] == t + 1) {
            return; // the object was named twice in one wait
        }
    }
    while (!in_order && at > 0 && queue[at - 1] > t + 1) {
        at--;
    }
    memmove(queue + at + 1, queue + at, n - at);
    queue[at] = (uint8_t)(t + 1);
}

static void queue_remove(const struct world *w, uint8_t *queue, thread_ix t)
{
    unsigned n = queue_length(w, queue);
    for (unsigned i = 0; i < n; i++) {
        if (queue[i] == t + 1) {
            memmove(queue + i, queue + i + 1, n - i - 1);
            queue[n - 1] = 0;
            return;
        }
    }
}

static void enqueue_everywhere(struct world *w, thread_ix t)
{
    bool ordered = w->layout->shape.queue_order_matters;
    for (unsigned i = 0; i < world_thread(w, t)->n_wait_objects; i++) {
        object_ref o = world_wait_objects(w, t)[i];
        uint16_t ix = object_ix_of(o);
        if (object_kind_of(o) == OBJECT_EVENT) {
            struct kevent *e = world_edit_event(w, ix);
            queue_insert(w, e->queue, t, ordered || e->type == NT_SynchronizationEvent);
        } else if (ordered) {
            queue_insert(w, world_edit_joiners(w, (thread_ix)ix), t, true);
        }
    }
}

static void dequeue_everywhere(struct world *w, thread_ix t)
{
    bool ordered = w->layout->shape.queue_order_matters;
    for (unsigned i = 0; i < world_thread(w, t)->n_wait_objects; i++) {
        object_ref o = world_wait_objects(w, t)[i];
        uint16_t ix = object_ix_of(o);
        if (object_kind_of(o) == OBJECT_EVENT) {
            queue_remove(w, world_edit_event(w, ix)->queue, t);
        } else if (ordered) {
            queue_remove(w, world_edit_joiners(w, (thread_ix)ix), t);
        }
    }
}

/* ---- what waiting touches ---- */

/* Of a thread object: its life, which is what makes it signalled. */
static void touch_object(struct effect *out, object_ref object, bool write)
{
    bool thread = object_kind_of(object) == OBJECT_THREAD;
    effect_touch(out, object, thread ? ASPECT_EXISTENCE : ASPECT_STATE, write);
}

/* Looks at everything that t waits for; to leave a queue commutes with whoever joins or leaves it. */
static void touch_awaited(const struct world *w, thread_ix t, struct effect *out)
{
    for (unsigned i = 0; i < world_thread(w, t)->n_wait_objects; i++) {
        touch_object(out, world_wait_objects(w, t)[i], false);
    }
}

/* An alert and an alertable wait of the thread meet here. */
static void touch_alert(struct effect *out, thread_ix t)
{
    effect_touch(out, object_make(OBJECT_THREAD, t), ASPECT_STATE, true);
}

/* Does it matter who queued on the object first? */
static bool queue_has_order(const struct world *w, object_ref object)
{
    return w->layout->shape.queue_order_matters ||
           (object_kind_of(object) == OBJECT_EVENT &&
            world_event(w, object_ix_of(object))->type == NT_SynchronizationEvent);
}

/* ---- a thread begins and ends to wait ---- */

static void begin_wait(struct world *w, thread_ix t, enum wait_kind kind, uint8_t flags,
                       int32_t timeout, struct effect *out)
{
    struct kthread *thread = world_edit_thread(w, t);
    thread->state = THREAD_WAITING;
    thread->wait_kind = (uint8_t)kind;
    thread->wait_flags = flags;
    if (timeout != TIMEOUT_FOREVER) {
        thread->wait_flags |= WAIT_FLAG_TIMED;
    }
    out->status = KM_WAIT;
    if (w->annex != NULL) {
        struct annex_thread *a = &w->annex->threads[t];
        a->since = w->annex->step;
        if (timeout != TIMEOUT_FOREVER) {
            a->deadline = w->annex->clock + (uint32_t)(timeout < 0 ? -timeout : timeout);
        }
    }
}

void wait_on_resource(struct world *w, thread_ix t, resource_ix r, enum wait_kind kind,
                      uint8_t flags, struct effect *out)
{
    begin_wait(w, t, kind, flags, TIMEOUT_FOREVER, out);
    world_edit_thread(w, t)->wait_on = r;
    out->queued_on = object_make(OBJECT_RESOURCE, r);
    if (w->annex != NULL) {
        w->annex->objects[r].contention++;
    }
}

void wait_ends(struct world *w, thread_ix t, int32_t result, int32_t increment, struct effect *out)
{
    touch_awaited(w, t, out);
    dequeue_everywhere(w, t);
    struct kthread *thread = world_edit_thread(w, t);
    if ((thread->wait_flags & WAIT_FLAG_ALERTABLE) != 0) {
        touch_alert(out, t);
    }
    memset(world_edit_wait_objects(w, t), 0, sizeof(object_ref) * thread->n_wait_objects);
    if ((thread->wait_flags & WAIT_FLAG_RETURNS_NULL) != 0) {
        result = 0;
    }
    thread->state = THREAD_READY;
    thread->wait_kind = WAIT_NONE;
    thread->wait_flags = 0;
    thread->n_wait_objects = 0;
    thread->wait_on = 0;
    effect_wake(out, t, result);
    priority_boost(w, t, increment);
    if (w->annex != NULL) {
        struct annex_thread *a = &w->annex->threads[t];
        a->since = w->annex->step;
        a->woken_at = w->annex->step;
        a->woken_by = w->annex->last_thread;
    }
}

/* ---- dispatcher objects ---- */

bool object_signaled(const struct world *w, object_ref object)
{
    if (object_kind_of(object) == OBJECT_THREAD) {
        return world_thread(w, (thread_ix)object_ix_of(object))->state == THREAD_FINISHED;
    }
    return world_event(w, object_ix_of(object))->signal_state > 0;
}

void object_consume(struct world *w, object_ref object)
{
    if (object_kind_of(object) != OBJECT_EVENT) {
        return;
    }
    event_ix ix = object_ix_of(object);
    if (world_event(w, ix)->type == NT_SynchronizationEvent) {
        world_edit_event(w, ix)->signal_state = 0;
    }
    if (w->annex != NULL) {
        w->annex->objects[w->layout->shape.n_resources + ix].acquired_shared++;
    }
}

static bool is_synchronization(const struct world *w, object_ref object)
{
    return object_kind_of(object) == OBJECT_EVENT &&
           world_event(w, object_ix_of(object))->type == NT_SynchronizationEvent;
}

/* All objects of a waiting thread are signalled at this instant. */
static bool all_signaled(const struct world *w, thread_ix t)
{
    const object_ref *objects = world_wait_objects(w, t);
    for (unsigned i = 0; i < world_thread(w, t)->n_wait_objects; i++) {
        if (!object_signaled(w, objects[i])) {
            return false;
        }
    }
    return true;
}

static void consume_all(struct world *w, thread_ix t, struct effect *out)
{
    unsigned n = world_thread(w, t)->n_wait_objects;
    for (unsigned i = 0; i < n; i++) {
        object_ref o = world_wait_objects(w, t)[i];
        touch_object(out, o, is_synchronization(w, o));
        object_consume(w, o);
    }
}

bool wait_test(struct world *w, thread_ix u, object_ref object, int32_t increment,
               struct effect *out)
{
    const struct kthread *thread = world_thread(w, u);
    if ((thread->wait_flags & WAIT_FLAG_ALL) == 0) {
        const object_ref *objects = world_wait_objects(w, u);
        int32_t index = 0;
        while (objects[index] != object) {
            index++;
        }
        object_consume(w, object);
        wait_ends(w, u, STATUS_SUCCESS + index, increment, out);
        return true;
    }
    touch_awaited(w, u, out);
    if (w->layout->shape.switches.wait_all == WAIT_ALL_RETEST) {
        dequeue_everywhere(w, u);
        world_edit_thread(w, u)->wait_flags |= WAIT_FLAG_RETEST;
        return true;
    }
    if (!all_signaled(w, u)) {
        return false;
    }
    consume_all(w, u, out);
    wait_ends(w, u, STATUS_SUCCESS, increment, out);
    return true;
}

void wait_retest(struct world *w, thread_ix t, struct effect *out)
{
    effect_begin(out);
    world_edit_thread(w, t)->wait_flags &= (uint8_t)~WAIT_FLAG_RETEST;
    for (unsigned i = 0; i < world_thread(w, t)->n_wait_objects; i++) {
        touch_object(out, world_wait_objects(w, t)[i], true);
    }
    if (all_signaled(w, t)) {
        out->rule = RULE_SATISFIED;
        consume_all(w, t, out);
        wait_ends(w, t, STATUS_SUCCESS, BOOST_NONE, out);
    } else {
        out->rule = RULE_NOT_ALL_SIGNALED;
        enqueue_everywhere(w, t);
    }
    out->object = world_wait_objects(w, t)[0];
}

/* ---- the calls ---- */

/* IRQL rules of 2.4. True if the machine stopped. */
static bool wait_irql_stops(struct world *w, thread_ix t, bool must_block, int32_t timeout,
                            struct effect *out)
{
    uint8_t irql = world_thread(w, t)->irql;
    if (irql < NT_DISPATCH_LEVEL || (irql == NT_DISPATCH_LEVEL && timeout == 0)) {
        return false;
    }
    uint32_t code = irql > NT_DISPATCH_LEVEL ? 0x120 : timeout == TIMEOUT_FOREVER ? 0x121 : 0x122;
    stop_verifier(w, out, code, object_make(OBJECT_THREAD, t), irql,
                  "A wait that can block needs IRQL <= APC_LEVEL; at DISPATCH_LEVEL only a timeout "
                  "of 0 is allowed.");
    if (!must_block) {
        return false;
    }
    stop_bugcheck(w, t, out, BUGCHECK_ATTEMPTED_SWITCH_FROM_DPC,
                  (const uint64_t[4]){object_address(object_make(OBJECT_THREAD, t)), 0, 0, 0},
                  "A thread at DISPATCH_LEVEL had to wait: it cannot be switched away.");
    return true;
}

/* Index of the first signalled object for WaitAny, n if none; for WaitAll 0 if all are, else n. */
static unsigned satisfied_by(const struct world *w, const struct wait_request *q)
{
    unsigned n_signaled = 0;
    for (unsigned i = 0; i < q->n; i++) {
        if (object_signaled(w, (object_ref)q->objects[i])) {
            if (!q->all) {
                return i;
            }
            n_signaled++;
        }
    }
    return q->all && n_signaled == q->n ? 0 : q->n;
}

static bool objects_gone(struct world *w, thread_ix t, const struct wait_request *q,
                         struct effect *out)
{
    for (unsigned i = 0; i < q->n; i++) {
        object_ref o = (object_ref)q->objects[i];
        if (object_kind_of(o) != OBJECT_EVENT) {
            continue;
        }
        event_check_initialized(w, object_ix_of(o), out);
        if (stop_if_gone(w, t, o, world_event(w, object_ix_of(o))->flags,
                         w->layout->shape.event_home, out)) {
            return true;
        }
    }
    return false;
}

/* Was the thread alerted? It is not any more. */
static bool take_alert(struct world *w, thread_ix t)
{
    bool alerted = (world_thread(w, t)->flags & THREAD_FLAG_ALERTED) != 0;
    if (alerted) {
        world_edit_thread(w, t)->flags &= (uint8_t)~THREAD_FLAG_ALERTED;
    }
    return alerted;
}

/* The wait ends at once: what satisfied it is consumed, and says why. */
static void take_signaled(struct world *w, const struct wait_request *q, unsigned index,
                          struct effect *out)
{
    bool consumed = false;
    for (unsigned i = 0; i < q->n; i++) {
        touch_object(out, (object_ref)q->objects[i], false); // it looked whether they are there
    }
    for (unsigned i = q->all ? 0 : index; i < (q->all ? q->n : index + 1); i++) {
        object_ref o = (object_ref)q->objects[i];
        consumed |= is_synchronization(w, o);
        touch_object(out, o, is_synchronization(w, o));
        object_consume(w, o);
    }
    out->object = (object_ref)q->objects[index];
    out->rule = consumed                                       ? RULE_CONSUMED
                : object_kind_of(out->object) == OBJECT_THREAD ? RULE_THREAD_OVER
                                                               : RULE_SATISFIED;
    out->result = STATUS_SUCCESS + (int32_t)index;
}

void ke_wait(struct world *w, thread_ix t, const struct wait_request *q, struct effect *out)
{
    out->object = (object_ref)q->objects[0];
    unsigned most = q->wait_blocks ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS;
    if (q->n > most) {
        out->rule = RULE_TOO_MANY_OBJECTS;
        stop_bugcheck(w, t, out, BUGCHECK_MAXIMUM_WAIT_OBJECTS_EXCEEDED,
                      (const uint64_t[4]){q->n, most, 0, 0},
                      "The wait names more objects than it has wait blocks for.");
        return;
    }
    if (objects_gone(w, t, q, out)) {
        return;
    }
    world_edit_thread(w, t)->flags &= (uint8_t)~THREAD_FLAG_WAIT_NEXT;

    unsigned index = satisfied_by(w, q);
    bool alerted = q->alertable && (world_thread(w, t)->flags & THREAD_FLAG_ALERTED) != 0;
    bool must_block = index == q->n && !alerted && q->timeout != 0;
    if (wait_irql_stops(w, t, must_block, q->timeout, out)) {
        return;
    }
    if (index < q->n) {
        take_signaled(w, q, index, out);
        return;
    }
    for (unsigned i = 0; i < q->n; i++) {
        object_ref o = (object_ref)q->objects[i];
        touch_object(out, o, must_block && queue_has_order(w, o));
    }
    if (q->alertable) {
        touch_alert(out, t);
    }
    if (alerted) {
        take_alert(w, t);
        out->rule = RULE_ALERTED;
        out->result = STATUS_ALERTED;
        return;
    }
    if (q->timeout == 0) {
        out->rule = RULE_POLL;
        out->result = STATUS_TIMEOUT;
        return;
    }
    out->rule = q->all                                         ? RULE_NOT_ALL_SIGNALED
                : object_kind_of(out->object) == OBJECT_THREAD ? RULE_THREAD_ALIVE
                                                               : RULE_NOT_SIGNALED;
    out->queued_on = out->object;
    uint8_t flags =
        (uint8_t)((q->all ? WAIT_FLAG_ALL : 0) | (q->alertable ? WAIT_FLAG_ALERTABLE : 0));
    begin_wait(w, t, WAIT_OBJECTS, flags, q->timeout, out);
    world_edit_thread(w, t)->n_wait_objects = (uint8_t)q->n;
    memcpy(world_edit_wait_objects(w, t), q->objects, sizeof(object_ref) * q->n);
    enqueue_everywhere(w, t);
    if (w->annex != NULL && object_kind_of(out->object) == OBJECT_EVENT) {
        w->annex->objects[w->layout->shape.n_resources + object_ix_of(out->object)].contention++;
    }
}

void ke_delay(struct world *w, thread_ix t, bool alertable, int32_t timeout, struct effect *out)
{
    if (wait_irql_stops(w, t, timeout != 0, timeout, out)) {
        return;
    }
    if (alertable) {
        touch_alert(out, t);
    }
    if (alertable && take_alert(w, t)) {
        out->rule = RULE_ALERTED;
        out->result = STATUS_ALERTED;
        return;
    }
    out->rule = RULE_DELAYED;
    if (timeout != 0) {
        begin_wait(w, t, WAIT_DELAY, alertable ? WAIT_FLAG_ALERTABLE : 0, timeout, out);
    }
}

void nt_timeout_fires(struct world *w, thread_ix t, struct effect *out)
{
    const struct kthread *thread = world_thread(w, t);
    assert(thread->state == THREAD_WAITING && (thread->wait_flags & WAIT_FLAG_TIMED) != 0);
    effect_begin(out);
    if (w->annex != NULL && w->annex->clock < w->annex->threads[t].deadline) {
        w->annex->clock = w->annex->threads[t].deadline;
    }
    out->rule = thread->wait_kind == WAIT_DELAY ? RULE_DELAYED : RULE_TIMED_OUT;
    out->object = thread->n_wait_objects > 0 ? world_wait_objects(w, t)[0] : 0;
    out->result = thread->wait_kind == WAIT_DELAY ? STATUS_SUCCESS : STATUS_TIMEOUT;
    wait_ends(w, t, out->result, BOOST_NONE, out);
}

void ke_alert_thread(struct world *w, thread_ix target, struct effect *out)
{
    const struct kthread *thread = world_thread(w, target);
    out->object = object_make(OBJECT_THREAD, target);
    touch_object(out, out->object, false);
    touch_alert(out, target);
    if (thread->state == THREAD_WAITING && (thread->wait_flags & WAIT_FLAG_ALERTABLE) != 0) {
        out->rule = RULE_ALERTED;
        wait_ends(w, target, STATUS_ALERTED, BOOST_NONE, out);
        return;
    }
    out->result = (thread->flags & THREAD_FLAG_ALERTED) != 0;
    if (thread->state == THREAD_READY || thread->state == THREAD_WAITING) {
        world_edit_thread(w, target)->flags |= THREAD_FLAG_ALERTED;
    }
}
