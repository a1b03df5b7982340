/*
 * KEVENT and waiting: rows B56 to B70, B74 to B86 of KERNEL.md, with pulse and reset under the
 * switches that the kernel offers.
 */
#include "kernel.h"
#include "kernel_model/dispatcher.h"
#include "kernel_model/kevent.h"
#include "kernel_rows.h"

/* The statuses of a satisfied wait on several objects; WAIT_0 is STATUS_SUCCESS too. */
enum { WAIT_0, WAIT_1 };

static void notification(struct kernel *k, unsigned e, bool signaled)
{
    initialize_event(k, T1, e, NT_NotificationEvent, signaled);
}

static void synchronization(struct kernel *k, unsigned e, bool signaled)
{
    initialize_event(k, T1, e, NT_SynchronizationEvent, signaled);
}

/* T4, T2, T6, T3 and T5 wait, in this order. */
static void five_wait(struct kernel *k)
{
    static const unsigned order[] = {T4, T2, T6, T3, T5};

    for (unsigned i = 0; i < 5; i++)
        EXPECT_EQ(BLOCKED, wait_single(k, order[i], EVENT(E), FOREVER));
    EXPECT_EQ(5, event_n_waiters(&k->w, E));
}

/* ---- set, reset, read ---- */

KERNEL_TEST(B56_initial_state_is_what_was_asked_for, EVENTS(1), UNINITIALIZED)
{
    notification(k, E, true);
    EXPECT_EQ(1, read_state(k, T1, E));
    notification(k, E, false);
    EXPECT_EQ(0, read_state(k, T1, E));
    synchronization(k, E, true);
    EXPECT_EQ(1, read_state(k, T1, E));
    synchronization(k, E, false);
    EXPECT_EQ(0, read_state(k, T1, E));
}

KERNEL_TEST(B57_notification_event_satisfies_every_poll, EVENTS(1))
{
    notification(k, E, false);
    EXPECT_EQ(0, set_event(k, T1, E));
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T1, EVENT(E), POLL));
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T1, EVENT(E), POLL));
}

KERNEL_TEST(B58_set_of_a_signalled_event_changes_nothing, EVENTS(1))
{
    notification(k, E, true);
    EXPECT_NE(0, set_event(k, T1, E));
    EXPECT_EQ(1, read_state(k, T1, E));
}

KERNEL_TEST(B59_reset_takes_the_signal, EVENTS(1))
{
    notification(k, E, true);
    EXPECT_EQ(1, reset_event(k, T1, E));
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T1, EVENT(E), POLL));
}

KERNEL_TEST(B59_clear_takes_the_signal_and_returns_nothing, EVENTS(1))
{
    notification(k, E, true);
    clear_event(k, T1, E);
    EXPECT_EQ(0, k->effect.result);
    EXPECT_EQ(0, read_state(k, T1, E));
}

KERNEL_TEST(B60_synchronization_event_satisfies_one_poll, EVENTS(1))
{
    synchronization(k, E, false);
    set_event(k, T1, E);
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T1, EVENT(E), POLL));
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T1, EVENT(E), POLL));
}

KERNEL_TEST(B61_synchronization_event_is_no_counter, EVENTS(1))
{
    synchronization(k, E, true);
    EXPECT_EQ(1, set_event(k, T1, E));
    EXPECT_EQ(1, set_event(k, T1, E));
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T1, EVENT(E), POLL));
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T1, EVENT(E), POLL));
}

KERNEL_TEST(B62_synchronization_event_wakes_one_each_in_arrival_order, EVENTS(1), THREADS(6))
{
    static const char *const order[] = {"T4", "T2", "T6", "T3", "T5"};

    synchronization(k, E, false);
    five_wait(k);
    for (unsigned i = 0; i < 5; i++) {
        EXPECT_EQ(0, set_event(k, T1, E));
        EXPECT_STR_EQ(order[i], woken(k));
        EXPECT_EQ(STATUS_SUCCESS, k->effect.woken[0].result);
    }
    EXPECT_EQ(0, set_event(k, T1, E));
    EXPECT_EQ(1, read_state(k, T1, E));
}

KERNEL_TEST(B63_notification_event_wakes_all, EVENTS(1), THREADS(6))
{
    notification(k, E, false);
    five_wait(k);
    set_event(k, T1, E);
    EXPECT_EQ(5, k->effect.n_woken);
    for (unsigned t = T2; t <= T6; t++)
        EXPECT_EQ(STATUS_SUCCESS, woken_with(k, t));
    EXPECT_EQ(1, read_state(k, T1, E));
}

KERNEL_TEST(B63_notification_event_wakes_in_arrival_order_where_it_matters, EVENTS(1), THREADS(6),
            QUEUE_ORDER)
{
    notification(k, E, false);
    five_wait(k);
    set_event(k, T1, E);
    EXPECT_STR_EQ("T4 T2 T6 T3 T5", woken(k));
}

/* ---- pulse ---- */

KERNEL_TEST(B64_pulse_of_a_notification_event_wakes_all, EVENTS(1), THREADS(6))
{
    notification(k, E, false);
    five_wait(k);
    EXPECT_EQ(0, pulse_event(k, T1, E));
    EXPECT_EQ(5, k->effect.n_woken);
    EXPECT_EQ(0, read_state(k, T1, E));
}

KERNEL_TEST(B65_pulse_of_a_synchronization_event_wakes_the_first, EVENTS(1), THREADS(6))
{
    synchronization(k, E, false);
    five_wait(k);
    EXPECT_EQ(0, pulse_event(k, T1, E));
    EXPECT_STR_EQ("T4", woken(k));
    EXPECT_EQ(0, read_state(k, T1, E));
}

KERNEL_TEST(B66_pulse_of_a_signalled_event_clears_it, EVENTS(2))
{
    notification(k, E, true);
    EXPECT_EQ(1, pulse_event(k, T1, E));
    EXPECT_EQ(0, read_state(k, T1, E));
    synchronization(k, E2, true);
    EXPECT_EQ(1, pulse_event(k, T1, E2));
    EXPECT_EQ(0, read_state(k, T1, E2));
}

KERNEL_TEST(B67_pulse_that_nobody_waits_for_is_lost, EVENTS(1))
{
    notification(k, E, false);
    pulse_event(k, T1, E);
    EXPECT_EQ(BLOCKED, wait_single(k, T2, EVENT(E), FOREVER));
}

KERNEL_TEST(B67_pulse_is_missed_by_a_waiter_taken_off_its_wait, EVENTS(1),
            SWITCH(pulse, PULSE_MAY_MISS))
{
    synchronization(k, E, false);
    wait_single(k, T2, EVENT(E), FOREVER);
    wait_single(k, T3, EVENT(E), FOREVER);
    kernel_step_begins(k);
    ke_pulse_event(&k->w, T1, E, NT_IO_NO_INCREMENT, false, 1, &k->effect);
    EXPECT_EQ(0, kernel_step_ends(k));
    EXPECT_STR_EQ("T3", woken(k));
    EXPECT_TRUE(is_waiting(k, T2));
    set_event(k, T1, E);
    EXPECT_STR_EQ("T2", woken(k));
}

/* ---- the wake-up is final ---- */

KERNEL_TEST(B68_reset_does_not_take_a_wake_up_back, EVENTS(1))
{
    synchronization(k, E, false);
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event(k, T1, E);
    EXPECT_EQ(STATUS_SUCCESS, woken_with(k, T2));
    EXPECT_EQ(0, reset_event(k, T1, E));
    EXPECT_FALSE(is_waiting(k, T2));
}

KERNEL_TEST(B69_the_signal_is_consumed_at_set_time, EVENTS(1))
{
    synchronization(k, E, false);
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event(k, T1, E);
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T3, EVENT(E), POLL));
}

KERNEL_TEST(B70_reset_works_on_a_synchronization_event, EVENTS(1))
{
    synchronization(k, E, true);
    EXPECT_EQ(1, reset_event(k, T1, E));
    EXPECT_EQ(0, read_state(k, T1, E));
}

KERNEL_TEST(B74_the_raw_old_state_is_returned, EVENTS(1))
{
    static const int32_t odd = 0x12345678;

    notification(k, E, false);
    world_edit_event(&k->w, E)->signal_state = odd;
    EXPECT_EQ(odd, set_event(k, T1, E));
    EXPECT_EQ(1, read_state(k, T1, E));
    world_edit_event(&k->w, E)->signal_state = odd;
    EXPECT_EQ(odd, pulse_event(k, T1, E));
    EXPECT_EQ(0, read_state(k, T1, E));
    world_edit_event(&k->w, E)->signal_state = odd;
    EXPECT_EQ(odd, reset_event(k, T1, E));
    EXPECT_EQ(0, read_state(k, T1, E));
}

/* ---- timeouts and IRQL ---- */

KERNEL_TEST(B75_poll_never_blocks_and_is_allowed_at_dispatch_level, EVENTS(1))
{
    notification(k, E, false);
    raise_irql(k, T1, NT_DISPATCH_LEVEL);
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T1, EVENT(E), POLL));
    EXPECT_EQ(0, k->effect.n_verifier);
}

KERNEL_TEST(B76_relative_timeout_fires_after_a_millisecond, EVENTS(1))
{
    notification(k, E, false);
    EXPECT_EQ(BLOCKED, wait_single(k, T1, EVENT(E), -1));
    EXPECT_EQ(1, k->w.annex->threads[T1].deadline);
    timeout_fires(k, T1);
    EXPECT_STR_EQ("T1", woken(k));
    EXPECT_EQ(STATUS_TIMEOUT, woken_with(k, T1));
    EXPECT_EQ(0, event_n_waiters(&k->w, E));
}

/* Times are relative here, so an expired time is a timeout of 0. */
KERNEL_TEST(B77_expired_timeout_looks_at_the_object_first, EVENTS(1))
{
    notification(k, E, false);
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T1, EVENT(E), POLL));
    set_event(k, T1, E);
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T1, EVENT(E), POLL));
}

KERNEL_TEST(B78_wait_for_ever_at_dispatch_level, EVENTS(1))
{
    notification(k, E, false);
    raise_irql(k, T1, NT_DISPATCH_LEVEL);
    EXPECT_BUGCHECK(0xb8, wait_single(k, T1, EVENT(E), FOREVER));
    EXPECT_TRUE(verifier_said(k, 0x121));
}

KERNEL_TEST(B78_timed_wait_at_dispatch_level, EVENTS(1))
{
    notification(k, E, false);
    raise_irql(k, T1, NT_DISPATCH_LEVEL);
    EXPECT_BUGCHECK(0xb8, wait_single(k, T1, EVENT(E), 10));
    EXPECT_TRUE(verifier_said(k, 0x122));
}

/* ---- several objects ---- */

KERNEL_TEST(B79_wait_any_takes_the_lowest_index_only, EVENTS(2))
{
    notification(k, E, true);
    synchronization(k, E2, true);
    EXPECT_EQ(WAIT_0, wait_any(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
    EXPECT_EQ(1, read_state(k, T1, E2));
}

KERNEL_TEST(B80_wait_any_returns_the_index, EVENTS(2))
{
    notification(k, E, false);
    synchronization(k, E2, true);
    EXPECT_EQ(WAIT_1, wait_any(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
    EXPECT_EQ(STATUS_TIMEOUT, wait_any(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
}

KERNEL_TEST(B80_blocked_wait_any_returns_the_index_that_was_set, EVENTS(2))
{
    notification(k, E, false);
    synchronization(k, E2, false);
    EXPECT_EQ(BLOCKED, wait_any(k, T2, FOREVER, LIST(EVENT(E), EVENT(E2))));
    set_event(k, T1, E2);
    EXPECT_EQ(WAIT_1, woken_with(k, T2));
    EXPECT_EQ(0, event_n_waiters(&k->w, E));
}

KERNEL_TEST(B81_wait_all_takes_all, EVENTS(2), QUEUE_ORDER)
{
    notification(k, E, true);
    synchronization(k, E2, true);
    EXPECT_EQ(WAIT_0, wait_all(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
    EXPECT_EQ(STATUS_TIMEOUT, wait_all(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
}

KERNEL_TEST(B82_failing_wait_all_takes_nothing, EVENTS(2), QUEUE_ORDER)
{
    notification(k, E, false);
    synchronization(k, E2, true);
    EXPECT_EQ(STATUS_TIMEOUT, wait_all(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T1, EVENT(E2), POLL));
}

KERNEL_TEST(B83_wait_any_scans_from_the_first_object, EVENTS(2))
{
    synchronization(k, E, true);
    notification(k, E2, true);
    EXPECT_EQ(WAIT_0, wait_any(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
    EXPECT_EQ(WAIT_1, wait_any(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
    EXPECT_EQ(WAIT_1, wait_any(k, T1, POLL, LIST(EVENT(E), EVENT(E2))));
}

static int32_t wait_for_many(struct kernel *k, unsigned n, bool wait_blocks)
{
    int32_t objects[MAXIMUM_WAIT_OBJECTS + 1];
    struct wait_request request = {
        .objects = objects, .n = n, .wait_blocks = wait_blocks, .timeout = POLL};

    for (unsigned i = 0; i < n; i++)
        objects[i] = EVENT(i);
    kernel_step_begins(k);
    ke_wait(&k->w, T1, &request, &k->effect);
    return kernel_step_ends(k);
}

KERNEL_TEST(B84_four_objects_without_wait_blocks, EVENTS(4))
{
    EXPECT_EQ(STATUS_TIMEOUT, wait_for_many(k, 3, false));
    EXPECT_BUGCHECK(0xc, wait_for_many(k, 4, false));
}

KERNEL_TEST(B85_sixty_five_objects_with_wait_blocks, EVENTS(65))
{
    EXPECT_EQ(STATUS_TIMEOUT, wait_for_many(k, 64, true));
    EXPECT_BUGCHECK(0xc, wait_for_many(k, 65, true));
}

KERNEL_TEST(B86_blocked_wait_all_consumes_nothing_yet, EVENTS(2), QUEUE_ORDER)
{
    synchronization(k, E, false);
    synchronization(k, E2, false);
    EXPECT_EQ(BLOCKED, wait_all(k, T1, FOREVER, LIST(EVENT(E), EVENT(E2))));
    set_event(k, T2, E);
    EXPECT_STR_EQ("", woken(k));
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T2, EVENT(E), POLL));
}

KERNEL_TEST(B86_then_consumes_all_at_the_same_instant, EVENTS(2), QUEUE_ORDER)
{
    synchronization(k, E, false);
    synchronization(k, E2, false);
    wait_all(k, T1, FOREVER, LIST(EVENT(E), EVENT(E2)));
    set_event(k, T2, E);
    set_event(k, T2, E2);
    EXPECT_STR_EQ("T1", woken(k));
    EXPECT_EQ(WAIT_0, woken_with(k, T1));
    EXPECT_EQ(0, read_state(k, T2, E));
    EXPECT_EQ(0, read_state(k, T2, E2));
}

static int32_t runs_on(struct kernel *k, thread_ix t)
{
    kernel_step_begins(k);
    wait_retest(&k->w, t, &k->effect);
    return kernel_step_ends(k);
}

/* wait_all = retest: a set only kicks the waiter, which looks for itself when it next runs. */
KERNEL_TEST(B86_under_retest_a_reset_can_still_win, EVENTS(2), QUEUE_ORDER,
            SWITCH(wait_all, WAIT_ALL_RETEST))
{
    synchronization(k, E, false);
    synchronization(k, E2, true);
    wait_all(k, T1, FOREVER, LIST(EVENT(E), EVENT(E2)));
    set_event(k, T2, E);
    EXPECT_STR_EQ("", woken(k));
    reset_event(k, T2, E);
    runs_on(k, T1);
    EXPECT_STR_EQ("", woken(k));
    EXPECT_TRUE(is_waiting(k, T1));
    EXPECT_EQ(1, read_state(k, T2, E2));
    set_event(k, T2, E);
    runs_on(k, T1);
    EXPECT_EQ(STATUS_SUCCESS, woken_with(k, T1));
    EXPECT_EQ(0, read_state(k, T2, E2));
}

TEST_MAIN(EVENT_ROW_TESTS(RUN_ROW))
