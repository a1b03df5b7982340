/*
 * Threads: rows B54, B55, B71 to B73 and B87 to B90 of KERNEL.md. Critical regions, priority
 * boosts, the thread object, alerts.
 */
#include "kernel.h"
#include "kernel_model/dispatcher.h"
#include "kernel_rows.h"

KERNEL_TEST(B54_leave_without_enter_breaks_a_rule, OUTSIDE_CRITICAL_REGION)
{
    leave_critical_region(k, T1);
    EXPECT_TRUE(verifier_said(k, 0x3e));
}

KERNEL_TEST(B54_balanced_leave_breaks_none, OUTSIDE_CRITICAL_REGION)
{
    enter_critical_region(k, T1);
    leave_critical_region(k, T1);
    EXPECT_EQ(0, k->effect.n_verifier);
}

KERNEL_TEST(B55_thread_that_ends_inside_an_extra_region_stops_the_machine, OUTSIDE_CRITICAL_REGION)
{
    enter_critical_region(k, T1);
    EXPECT_BUGCHECK(0x20, thread_returns(k, T1));
    EXPECT_EQ(1, k->effect.bugcheck.parameter[1]);
}

/* A system thread begins inside one and may end there. */
KERNEL_TEST(B55_thread_that_ends_as_it_began_does_not, THREADS(1))
{
    EXPECT_EQ(true, apcs_disabled(k, T1));
    thread_returns(k, T1);
    EXPECT_EQ(KM_OK, k->effect.status);
}

static int32_t priority_after_set_with(struct kernel *k, int32_t increment)
{
    kernel_reset(k);
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event_boost(k, T1, E, increment);
    return priority(k, T2);
}

KERNEL_TEST(B71_set_raises_the_woken_thread_by_its_increment, EVENTS(1))
{
    EXPECT_EQ(9, priority_after_set_with(k, 1));
    EXPECT_EQ(14, priority_after_set_with(k, 6));
    EXPECT_EQ(15, priority_after_set_with(k, 7));
    EXPECT_EQ(15, priority_after_set_with(k, 8));
    EXPECT_EQ(8, priority_after_set_with(k, 0));
    EXPECT_EQ(8, priority_after_set_with(k, -1));
    EXPECT_EQ(8, world_thread(&k->w, T2)->priority);
}

KERNEL_TEST(B71_a_second_smaller_boost_does_not_lower, EVENTS(1))
{
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event_boost(k, T1, E, 5);
    reset_event(k, T1, E);
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event_boost(k, T1, E, 1);
    EXPECT_EQ(13, priority(k, T2));
}

KERNEL_TEST(B71_base_14_and_above_is_not_raised, EVENTS(1))
{
    for (int32_t base = 14; base <= 16; base++) {
        kernel_reset(k);
        set_priority(k, T2, base);
        wait_single(k, T2, EVENT(E), FOREVER);
        set_event_boost(k, T1, E, 1);
        EXPECT_EQ(base, priority(k, T2));
    }
}

/* The hand-over of a resource is a wake-up like another (KERNEL.md 1.5). */
KERNEL_TEST(B71_hand_over_raises_a_writer_by_1_and_readers_by_0, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T2, R, WAIT);
    acquire_shared(k, T3, R, WAIT);
    release(k, T1, R);
    EXPECT_EQ(8, priority(k, T3));
    release(k, T3, R);
    EXPECT_EQ(9, priority(k, T2));
}

/* Equal priorities: the waiter is merely ready. */
KERNEL_TEST(B72_increment_0_leaves_the_waiter_no_higher_than_the_setter, EVENTS(1))
{
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event(k, T1, E);
    EXPECT_EQ(priority(k, T1), priority(k, T2));
}

/* Being higher is what the policy needs to run the waiter first. */
KERNEL_TEST(B73_increment_1_lifts_the_waiter_above_the_setter, EVENTS(1))
{
    wait_single(k, T2, EVENT(E), FOREVER);
    set_event_boost(k, T1, E, 1);
    EXPECT_TRUE(priority(k, T2) > priority(k, T1));
}

KERNEL_TEST(B87_thread_object_is_signalled_once_the_thread_has_ended, THREADS(2))
{
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T2, THREAD_OBJECT(T1), POLL));
    thread_returns(k, T1);
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T2, THREAD_OBJECT(T1), POLL));
    EXPECT_EQ(STATUS_SUCCESS, wait_single(k, T2, THREAD_OBJECT(T1), POLL));
}

KERNEL_TEST(B87_end_of_a_thread_wakes_all_who_wait_for_it, THREADS(3))
{
    EXPECT_EQ(BLOCKED, wait_single(k, T2, THREAD_OBJECT(T1), FOREVER));
    EXPECT_EQ(BLOCKED, wait_single(k, T3, THREAD_OBJECT(T1), FOREVER));
    thread_returns(k, T1);
    EXPECT_EQ(2, k->effect.n_woken);
    EXPECT_EQ(STATUS_SUCCESS, woken_with(k, T2));
    EXPECT_EQ(STATUS_SUCCESS, woken_with(k, T3));
}

/* A thread object has a queue like an event: who came first is tried first, and here takes the
 * signal. */
KERNEL_TEST(B87_end_of_a_thread_tries_the_oldest_wait_first, THREADS(3), EVENTS(1), QUEUE_ORDER)
{
    initialize_event(k, T1, E, NT_SynchronizationEvent, true);
    EXPECT_EQ(BLOCKED, wait_all(k, T3, FOREVER, LIST(THREAD_OBJECT(T1), EVENT(E))));
    EXPECT_EQ(BLOCKED, wait_all(k, T2, FOREVER, LIST(THREAD_OBJECT(T1), EVENT(E))));
    thread_returns(k, T1);
    EXPECT_STR_EQ("T3", woken(k));
    EXPECT_TRUE(is_waiting(k, T2));
}

KERNEL_TEST(B88_return_of_the_routine_is_exit_status_0, THREADS(2), ABSENT_THREAD(T2))
{
    EXPECT_EQ(STATUS_SUCCESS, create_thread(k, T1, T2));
    EXPECT_EQ(THREAD_READY, world_thread(&k->w, T2)->state);
    thread_returns(k, T2);
    EXPECT_TRUE(k->effect.thread_ended);
    EXPECT_EQ(THREAD_FINISHED, world_thread(&k->w, T2)->state);
    EXPECT_EQ(STATUS_SUCCESS, world_thread(&k->w, T2)->exit_status);
}

KERNEL_TEST(B89_alert_ends_an_alertable_wait, EVENTS(1))
{
    EXPECT_EQ(BLOCKED, wait_alertable(k, T1, EVENT(E), FOREVER));
    alert_thread(k, T2, T1);
    EXPECT_STR_EQ("T1", woken(k));
    EXPECT_EQ(STATUS_ALERTED, woken_with(k, T1));
}

KERNEL_TEST(B89_alert_leaves_another_wait_alone, EVENTS(1))
{
    EXPECT_EQ(BLOCKED, wait_single(k, T1, EVENT(E), FOREVER));
    alert_thread(k, T2, T1);
    EXPECT_STR_EQ("", woken(k));
    EXPECT_TRUE(is_waiting(k, T1));
}

/* The object is looked at first, then the alert, then the timeout. */
KERNEL_TEST(B89_pending_alert_ends_the_next_alertable_wait_unless_signalled, EVENTS(1))
{
    alert_thread(k, T2, T1);
    set_event(k, T2, E);
    EXPECT_EQ(STATUS_SUCCESS, wait_alertable(k, T1, EVENT(E), FOREVER));
    reset_event(k, T2, E);
    EXPECT_EQ(STATUS_TIMEOUT, wait_single(k, T1, EVENT(E), POLL));
    EXPECT_EQ(STATUS_ALERTED, wait_alertable(k, T1, EVENT(E), POLL));
    EXPECT_EQ(STATUS_TIMEOUT, wait_alertable(k, T1, EVENT(E), POLL));
}

KERNEL_TEST(B89_pending_alert_ends_an_alertable_delay, THREADS(2))
{
    alert_thread(k, T2, T1);
    kernel_step_begins(k);
    ke_delay(&k->w, T1, true, 10, &k->effect);
    EXPECT_EQ(STATUS_ALERTED, kernel_step_ends(k));
}

KERNEL_TEST(B90_critical_regions_nest, OUTSIDE_CRITICAL_REGION)
{
    enter_critical_region(k, T1);
    enter_critical_region(k, T1);
    leave_critical_region(k, T1);
    EXPECT_EQ(true, apcs_disabled(k, T1));
    leave_critical_region(k, T1);
    EXPECT_EQ(false, apcs_disabled(k, T1));
}

TEST_MAIN(THREAD_ROW_TESTS(RUN_ROW))
