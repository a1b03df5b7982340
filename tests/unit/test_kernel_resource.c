/*
 * ERESOURCE: rows B1 to B53 of KERNEL.md. The comment of a test repeats its row where the calls do
 * not speak for themselves. X exclusive, S shared, SE starve exclusive, SW wait for exclusive.
 */
#include "kernel.h"
#include "kernel_model/kthread.h"
#include "kernel_model/stop.h"
#include "kernel_model/waitgraph.h"
#include "kernel_rows.h"

static uint64_t address_of_resource(unsigned r)
{
    return object_address(object_make(OBJECT_RESOURCE, r));
}

static uint64_t address_of_thread(unsigned t)
{
    return object_address(object_make(OBJECT_THREAD, t));
}

/* ---- alone ---- */

KERNEL_TEST(B1_initialize_makes_garbage_a_free_resource, RESOURCES(1), UNINITIALIZED)
{
    struct eresource *garbage = world_edit_resource(&k->w, R);
    memset(garbage, 0xa8, k->layout.resource_size); // neither initialised nor freed

    EXPECT_EQ(STATUS_SUCCESS, initialize_resource(k, T1, R));
    EXPECT_EQ(false, is_exclusive(k, T1, R));
    EXPECT_EQ(0, count(k, T1, R));
    EXPECT_EQ(0, exclusive_waiters(k, R));
    EXPECT_EQ(0, shared_waiters(k, R));
    EXPECT_EQ(0, active_entries(k, R));
    EXPECT_EQ(0, contention(k, R));
}

KERNEL_TEST(B2_first_exclusive_is_granted, RESOURCES(1))
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, TRY));
    EXPECT_EQ(true, is_exclusive(k, T1, R));
    EXPECT_EQ(1, count(k, T1, R));
}

static void acquire_in_seven_ways(struct kernel *k)
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, TRY));
    EXPECT_EQ(2, count(k, T1, R));
    EXPECT_EQ(true, acquire_shared(k, T1, R, TRY));
    EXPECT_EQ(3, count(k, T1, R));
    EXPECT_EQ(true, acquire_starve_exclusive(k, T1, R, TRY));
    EXPECT_EQ(4, count(k, T1, R));
    EXPECT_EQ(true, acquire_starve_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(5, count(k, T1, R));
    EXPECT_EQ(true, acquire_wait_for_exclusive(k, T1, R, TRY));
    EXPECT_EQ(6, count(k, T1, R));
    EXPECT_EQ(true, acquire_wait_for_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(7, count(k, T1, R));
    EXPECT_EQ(true, acquire_shared(k, T1, R, WAIT));
    EXPECT_EQ(8, count(k, T1, R));
}

KERNEL_TEST(B3_exclusive_owner_acquires_again_in_every_way, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, TRY);
    acquire_in_seven_ways(k);
    EXPECT_EQ(true, is_exclusive(k, T1, R));
}

KERNEL_TEST(B4_exclusive_until_the_last_release, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, TRY);
    acquire_in_seven_ways(k);
    for (int left = 7; left > 0; left--) {
        release(k, T1, R);
        EXPECT_EQ(true, is_exclusive(k, T1, R));
        EXPECT_EQ(left, count(k, T1, R));
    }
    release(k, T1, R);
    EXPECT_TRUE(is_free(k, R));
    EXPECT_EQ(0, count(k, T1, R));
}

KERNEL_TEST(B5_shared_twice_counts_two, RESOURCES(1))
{
    EXPECT_EQ(true, acquire_shared(k, T1, R, TRY));
    EXPECT_EQ(true, acquire_shared(k, T1, R, TRY));
    EXPECT_EQ(false, is_exclusive(k, T1, R));
    EXPECT_EQ(2, count(k, T1, R));
}

KERNEL_TEST(B6_shared_owner_is_refused_exclusive, RESOURCES(1))
{
    acquire_shared(k, T1, R, TRY);
    acquire_shared(k, T1, R, TRY);
    EXPECT_EQ(false, acquire_exclusive(k, T1, R, TRY));
    EXPECT_EQ(2, count(k, T1, R));
    EXPECT_EQ(0, exclusive_waiters(k, R));
    EXPECT_EQ(0, contention(k, R));
}

KERNEL_TEST(B7_upgrade_with_wait_is_a_self_deadlock, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_TRUE(verifier_said(k, 0x1000));
    EXPECT_EQ(1, exclusive_waiters(k, R));
    EXPECT_EQ(1, deadlock(k, T1));
}

KERNEL_TEST(B8_readers_join_in_every_shared_way, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    EXPECT_EQ(true, acquire_shared(k, T2, R, TRY));
    EXPECT_EQ(1, count(k, T2, R));
    release(k, T2, R);
    EXPECT_EQ(true, acquire_starve_exclusive(k, T2, R, TRY));
    EXPECT_EQ(1, count(k, T2, R));
    release(k, T2, R);
    EXPECT_EQ(true, acquire_wait_for_exclusive(k, T2, R, TRY));
    EXPECT_EQ(1, count(k, T2, R));
}

KERNEL_TEST(B9_active_entries_are_distinct_owners, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    EXPECT_EQ(1, active_entries(k, R));
    acquire_shared(k, T2, R, WAIT);
    EXPECT_EQ(2, active_entries(k, R));
    EXPECT_EQ(1, resource_active_count(&k->w, R));
    acquire_shared(k, T2, R, WAIT);
    EXPECT_EQ(2, active_entries(k, R));
}

/* ---- an exclusive owner and others ---- */

KERNEL_TEST(B10_everything_is_refused_beside_an_exclusive_owner, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    EXPECT_EQ(false, acquire_exclusive(k, T2, R, TRY));
    EXPECT_EQ(false, acquire_shared(k, T2, R, TRY));
    EXPECT_EQ(false, acquire_starve_exclusive(k, T2, R, TRY));
    EXPECT_EQ(false, acquire_wait_for_exclusive(k, T2, R, TRY));
    EXPECT_EQ(0, exclusive_waiters(k, R));
    EXPECT_EQ(0, shared_waiters(k, R));
}

static void writer_owns_and_reader_waits(struct kernel *k)
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_shared(k, T2, R, WAIT));
}

KERNEL_TEST(B11_reader_waits_for_the_writer, RESOURCES(1))
{
    writer_owns_and_reader_waits(k);
    EXPECT_TRUE(is_waiting(k, T2));
    EXPECT_EQ(1, shared_waiters(k, R));
    EXPECT_EQ(1, contention(k, R));
}

KERNEL_TEST(B12_recursion_is_granted_despite_a_waiter, RESOURCES(1))
{
    writer_owns_and_reader_waits(k);
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, TRY));
    EXPECT_EQ(1, shared_waiters(k, R));
}

KERNEL_TEST(B13_only_the_last_release_hands_over, RESOURCES(1))
{
    writer_owns_and_reader_waits(k);
    acquire_exclusive(k, T1, R, TRY);
    release(k, T1, R);
    EXPECT_STR_EQ("", woken(k));
    EXPECT_EQ(1, shared_waiters(k, R));
    release(k, T1, R);
    EXPECT_STR_EQ("T2", woken(k));
    EXPECT_EQ(true, woken_with(k, T2));
    EXPECT_EQ(0, shared_waiters(k, R));
    EXPECT_EQ(1, count(k, T2, R));
}

/* ---- a reader owns, a writer waits ---- */

static void reader_owns_and_writer_waits(struct kernel *k)
{
    EXPECT_EQ(true, acquire_shared(k, T1, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
}

KERNEL_TEST(B14_new_reader_is_refused_behind_a_waiting_writer, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(false, acquire_shared(k, T3, R, TRY));
    EXPECT_EQ(1, exclusive_waiters(k, R));
}

KERNEL_TEST(B15_wait_for_exclusive_is_refused_too, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(false, acquire_wait_for_exclusive(k, T3, R, TRY));
}

KERNEL_TEST(B16_starve_exclusive_passes_the_writer_by, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(true, acquire_starve_exclusive(k, T3, R, TRY));
    EXPECT_EQ(1, exclusive_waiters(k, R));
    EXPECT_EQ(2, active_entries(k, R));
    release(k, T3, R);
    EXPECT_EQ(true, acquire_starve_exclusive(k, T3, R, WAIT));
    EXPECT_EQ(1, exclusive_waiters(k, R));
    EXPECT_EQ(2, active_entries(k, R));
}

KERNEL_TEST(B17_owner_shares_again, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(true, acquire_shared(k, T1, R, TRY));
    EXPECT_EQ(2, count(k, T1, R));
}

KERNEL_TEST(B18_owner_starves_again, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(true, acquire_starve_exclusive(k, T1, R, TRY));
    EXPECT_EQ(2, count(k, T1, R));
}

KERNEL_TEST(B19_owner_that_waits_for_exclusive_is_refused, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(false, acquire_wait_for_exclusive(k, T1, R, TRY));
    EXPECT_EQ(1, count(k, T1, R));
}

KERNEL_TEST(B20_owner_that_waits_for_exclusive_with_wait_is_a_deadlock, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(BLOCKED, acquire_wait_for_exclusive(k, T1, R, WAIT));
    EXPECT_NE(0, deadlock(k, T1));
    EXPECT_NE(0, deadlock(k, T2));
}

/* Only a hold that an owner pointer has renamed can be released on behalf of the blocked thread. */
KERNEL_TEST(B20_release_on_behalf_of_the_blocked_owner_ends_it, RESOURCES(1))
{
    reader_owns_and_writer_waits(k);
    set_owner_pointer(k, T1, R, 7);
    EXPECT_EQ(BLOCKED, acquire_wait_for_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(0, deadlock(k, T1));
    release_for(k, T3, R, 7);
    EXPECT_STR_EQ("T2", woken(k));
    release(k, T2, R);
    EXPECT_STR_EQ("T1", woken(k));
}

static void reader_then_writer_then_reader(struct kernel *k)
{
    reader_owns_and_writer_waits(k);
    EXPECT_EQ(BLOCKED, acquire_shared(k, T3, R, WAIT));
}

KERNEL_TEST(B21_last_reader_hands_over_to_the_writer, RESOURCES(1))
{
    reader_then_writer_then_reader(k);
    release(k, T1, R);
    EXPECT_STR_EQ("T2", woken(k));
    EXPECT_EQ(true, is_exclusive(k, T2, R));
    EXPECT_EQ(0, exclusive_waiters(k, R));
    EXPECT_EQ(1, shared_waiters(k, R));
}

KERNEL_TEST(B22_then_the_writer_to_the_reader, RESOURCES(1))
{
    reader_then_writer_then_reader(k);
    release(k, T1, R);
    release(k, T2, R);
    EXPECT_STR_EQ("T3", woken(k));
    EXPECT_EQ(false, is_exclusive(k, T3, R));
    EXPECT_EQ(1, count(k, T3, R));
    EXPECT_EQ(0, shared_waiters(k, R));
}

/* ---- who is served first ---- */

static void writer_then_writer_then_two_readers(struct kernel *k)
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_shared(k, T3, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_shared(k, T4, R, WAIT));
}

KERNEL_TEST(B23_writer_hands_over_to_all_readers_first, RESOURCES(1))
{
    writer_then_writer_then_two_readers(k);
    release(k, T1, R);
    EXPECT_STR_EQ("T3 T4", woken(k));
    EXPECT_EQ(2, active_entries(k, R));
    EXPECT_FALSE(resource_is_exclusive(&k->w, R));
    EXPECT_TRUE(is_waiting(k, T2));
    EXPECT_EQ(1, exclusive_waiters(k, R));
    EXPECT_EQ(0, shared_waiters(k, R));
}

KERNEL_TEST(B23_writer_first_hands_over_to_the_writer, RESOURCES(1),
            SWITCH(release, RELEASE_WRITER_FIRST))
{
    writer_then_writer_then_two_readers(k);
    release(k, T1, R);
    EXPECT_STR_EQ("T2", woken(k));
    EXPECT_EQ(true, is_exclusive(k, T2, R));
    EXPECT_EQ(2, shared_waiters(k, R));
    release(k, T2, R);
    EXPECT_STR_EQ("T3 T4", woken(k));
}

KERNEL_TEST(B24_the_last_of_the_readers_to_the_writer, RESOURCES(1))
{
    writer_then_writer_then_two_readers(k);
    release(k, T1, R);
    release(k, T3, R);
    EXPECT_STR_EQ("", woken(k));
    release(k, T4, R);
    EXPECT_STR_EQ("T2", woken(k));
    EXPECT_EQ(true, is_exclusive(k, T2, R));
}

KERNEL_TEST(B25_writers_are_served_oldest_first, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T3, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
    release(k, T1, R);
    EXPECT_STR_EQ("T3", woken(k));
    release(k, T3, R);
    EXPECT_STR_EQ("T2", woken(k));
}

KERNEL_TEST(B26_nobody_slips_in_after_the_hand_over, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T2, R, WAIT);
    release(k, T1, R);
    EXPECT_EQ(false, acquire_exclusive(k, T3, R, TRY));
    EXPECT_EQ(false, acquire_shared(k, T3, R, TRY));
    EXPECT_EQ(false, acquire_starve_exclusive(k, T3, R, TRY));
    EXPECT_EQ(0, exclusive_waiters(k, R));
}

KERNEL_TEST(B27_releaser_owns_nothing_after_the_hand_over, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T2, R, WAIT);
    release(k, T1, R);
    EXPECT_EQ(0, count(k, T1, R));
    EXPECT_EQ(false, is_exclusive(k, T1, R));
}

KERNEL_TEST(B28_writer_waits_for_every_reader, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    acquire_shared(k, T2, R, WAIT);
    acquire_exclusive(k, T3, R, WAIT);
    release(k, T1, R);
    EXPECT_STR_EQ("", woken(k));
    EXPECT_TRUE(is_waiting(k, T3));
}

/* ---- conversion ---- */

KERNEL_TEST(B29_convert_keeps_the_count, RESOURCES(1))
{
    for (int i = 0; i < 3; i++)
        acquire_exclusive(k, T1, R, WAIT);
    convert(k, T1, R);
    EXPECT_EQ(false, is_exclusive(k, T1, R));
    EXPECT_EQ(3, count(k, T1, R));
    release(k, T1, R);
    release(k, T1, R);
    EXPECT_FALSE(is_free(k, R));
    release(k, T1, R);
    EXPECT_TRUE(is_free(k, R));
}

static void convert_with_readers_and_a_writer_waiting(struct kernel *k)
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_shared(k, T2, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_shared(k, T3, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T4, R, WAIT));
    convert(k, T1, R);
}

KERNEL_TEST(B30_convert_admits_every_waiting_reader, RESOURCES(1))
{
    convert_with_readers_and_a_writer_waiting(k);
    EXPECT_STR_EQ("T2 T3", woken(k));
    EXPECT_EQ(0, shared_waiters(k, R));
    EXPECT_EQ(1, exclusive_waiters(k, R));
    EXPECT_EQ(1, count(k, T1, R));
    EXPECT_EQ(3, active_entries(k, R));
}

KERNEL_TEST(B31_the_writer_follows_after_all_of_them, RESOURCES(1))
{
    convert_with_readers_and_a_writer_waiting(k);
    release(k, T1, R);
    release(k, T2, R);
    EXPECT_STR_EQ("", woken(k));
    release(k, T3, R);
    EXPECT_STR_EQ("T4", woken(k));
    EXPECT_EQ(true, is_exclusive(k, T4, R));
}

KERNEL_TEST(B32_convert_of_a_shared_hold_changes_nothing, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    convert(k, T1, R);
    EXPECT_EQ(KM_OK, k->effect.status);
    EXPECT_EQ(1, k->effect.n_verifier);
    EXPECT_EQ(1, count(k, T1, R));
    EXPECT_EQ(false, is_exclusive(k, T1, R));
    EXPECT_EQ(1, active_entries(k, R));
}

/* ---- try, owner pointers ---- */

KERNEL_TEST(B33_try_to_acquire_exclusive, RESOURCES(1))
{
    EXPECT_EQ(true, try_to_acquire_exclusive(k, T1, R)); // free
    EXPECT_EQ(true, try_to_acquire_exclusive(k, T1, R)); // mine, exclusive
    EXPECT_EQ(2, count(k, T1, R));
    EXPECT_EQ(false, try_to_acquire_exclusive(k, T2, R)); // another's
    convert(k, T1, R);
    EXPECT_EQ(false, try_to_acquire_exclusive(k, T1, R)); // mine, shared
    EXPECT_EQ(false, try_to_acquire_exclusive(k, T2, R));
    EXPECT_EQ(0, exclusive_waiters(k, R));
}

KERNEL_TEST(B34_owner_pointer_takes_the_hold, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    set_owner_pointer(k, T1, R, 3);
    release_for(k, T1, R, 3);
    EXPECT_TRUE(is_free(k, R));
}

KERNEL_TEST(B35_another_thread_releases_by_owner_pointer, RESOURCES(1))
{
    int32_t pointer = thread_id(T1) | 3;

    acquire_exclusive(k, T1, R, WAIT);
    set_owner_pointer(k, T1, R, pointer);
    EXPECT_EQ(false, acquire_exclusive(k, T2, R, TRY));
    release_for(k, T2, R, pointer);
    EXPECT_TRUE(is_free(k, R));
}

KERNEL_TEST(B36_equal_owner_pointers_merge, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    acquire_shared(k, T2, R, WAIT);
    set_owner_pointer(k, T1, R, 7);
    EXPECT_EQ(2, active_entries(k, R));
    set_owner_pointer(k, T2, R, 7);
    EXPECT_EQ(1, active_entries(k, R));
    EXPECT_EQ(0, resource_owners(&k->w, R));
    release_for(k, T3, R, 7);
    EXPECT_FALSE(is_free(k, R));
    release_for(k, T3, R, 7);
    EXPECT_TRUE(is_free(k, R));
}

KERNEL_TEST(B37_release_of_a_transferred_hold_stops_the_machine, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    set_owner_pointer(k, T1, R, 3);
    EXPECT_BUGCHECK(0xe3, release(k, T1, R));
}

KERNEL_TEST(B38_release_of_a_free_resource_stops_the_machine, RESOURCES(1))
{
    EXPECT_BUGCHECK(0xe3, release(k, T1, R));
    EXPECT_EQ(address_of_resource(R), k->effect.bugcheck.parameter[0]);
    EXPECT_EQ(thread_id(T1), k->effect.bugcheck.parameter[1]);
    EXPECT_EQ(2, k->effect.bugcheck.parameter[3]); // there is no owner table
}

KERNEL_TEST(B38_release_of_anothers_exclusive_hold_stops_the_machine, RESOURCES(1))
{
    acquire_exclusive(k, T2, R, WAIT);
    EXPECT_BUGCHECK(0xe3, release(k, T1, R));
    EXPECT_EQ(1, k->effect.bugcheck.parameter[3]); // held exclusively by another
}

KERNEL_TEST(B38_release_of_others_shared_holds_stops_the_machine, RESOURCES(1))
{
    acquire_shared(k, T2, R, WAIT);
    acquire_shared(k, T3, R, WAIT);
    EXPECT_BUGCHECK(0xe3, release(k, T1, R));
    EXPECT_EQ(3, k->effect.bugcheck.parameter[3]); // not in the table
}

KERNEL_TEST(B39_release_for_a_thread_that_did_not_transfer_stops_the_machine, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    EXPECT_BUGCHECK(0x16e, release_for(k, T2, R, thread_id(T1)));
    EXPECT_EQ(address_of_resource(R), k->effect.bugcheck.parameter[0]);
    EXPECT_EQ(address_of_thread(T2), k->effect.bugcheck.parameter[1]);
}

KERNEL_TEST(B40_malformed_owner_pointer_stops_the_machine, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    EXPECT_BUGCHECK(0x132, set_owner_pointer(k, T1, R, 0x1001));
    EXPECT_EQ(address_of_resource(R), k->effect.bugcheck.parameter[0]);
    EXPECT_EQ(address_of_thread(T1), k->effect.bugcheck.parameter[2]);
    EXPECT_EQ(0x1001, k->effect.bugcheck.parameter[3]);
}

/* ---- life of a resource, IRQL, critical regions ---- */

KERNEL_TEST(B41_reinitialize_zeroes_the_counters, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T2, R, WAIT);
    release(k, T1, R);
    release(k, T2, R);
    EXPECT_EQ(1, contention(k, R));
    EXPECT_EQ(STATUS_SUCCESS, reinitialize_resource(k, T1, R));
    EXPECT_EQ(0, k->effect.n_verifier);
    EXPECT_EQ(0, contention(k, R));
    EXPECT_TRUE(is_free(k, R));
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, TRY));
}

KERNEL_TEST(B42_initialize_at_dispatch_and_delete_at_apc_level, RESOURCES(1), UNINITIALIZED)
{
    raise_irql(k, T1, NT_DISPATCH_LEVEL);
    EXPECT_EQ(STATUS_SUCCESS, initialize_resource(k, T1, R));
    EXPECT_EQ(0, k->effect.n_verifier);
    lower_irql(k, T1, NT_APC_LEVEL);
    EXPECT_EQ(STATUS_SUCCESS, delete_resource(k, T1, R));
    EXPECT_EQ(0, k->effect.n_verifier);
}

KERNEL_TEST(B43_user_thread_with_apcs_enabled_breaks_a_rule, RESOURCES(1), USER_THREAD(T1))
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_TRUE(verifier_said(k, 0x37));
}

KERNEL_TEST(B43_user_thread_in_a_critical_region_breaks_none, RESOURCES(1), USER_THREAD(T1))
{
    enter_critical_region(k, T1);
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(0, k->effect.n_verifier);
}

KERNEL_TEST(B43_system_thread_breaks_none, RESOURCES(1), OUTSIDE_CRITICAL_REGION)
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(0, k->effect.n_verifier);
}

KERNEL_TEST(B43_verifier_off_says_nothing, RESOURCES(1), USER_THREAD(T1),
            SWITCH(verifier_off, true))
{
    EXPECT_EQ(true, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(0, k->effect.n_verifier);
}

KERNEL_TEST(B44_combo_disables_apcs_while_inside, RESOURCES(1), OUTSIDE_CRITICAL_REGION)
{
    raise_irql(k, T1, NT_APC_LEVEL);
    EXPECT_EQ(false, apcs_disabled(k, T1));
    EXPECT_EQ(0, enter_and_acquire_shared(k, T1, R));
    EXPECT_EQ(1, count(k, T1, R));
    EXPECT_EQ(true, apcs_disabled(k, T1));
    release_and_leave(k, T1, R);
    EXPECT_EQ(false, apcs_disabled(k, T1));
    EXPECT_TRUE(is_free(k, R));
}

/* The combos return an opaque pointer, NULL here, also after waiting: never a success flag. */
KERNEL_TEST(B44_combo_that_had_to_wait_returns_no_success_flag, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    EXPECT_EQ(BLOCKED, enter_and_acquire_exclusive(k, T2, R));
    release(k, T1, R);
    EXPECT_EQ(0, woken_with(k, T2));
    EXPECT_EQ(true, is_exclusive(k, T2, R));
}

KERNEL_TEST(B45_nested_combos_count, RESOURCES(1), OUTSIDE_CRITICAL_REGION)
{
    enter_and_acquire_exclusive(k, T1, R);
    enter_and_acquire_shared(k, T1, R);
    enter_and_acquire_wait_for_exclusive(k, T1, R);
    release_and_leave(k, T1, R);
    EXPECT_EQ(true, apcs_disabled(k, T1));
    release_and_leave(k, T1, R);
    EXPECT_EQ(true, apcs_disabled(k, T1));
    release_and_leave(k, T1, R);
    EXPECT_EQ(false, apcs_disabled(k, T1));
}

/* ---- misuse that hangs later ---- */

KERNEL_TEST(B46_thread_ends_as_owner_and_others_hang, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    thread_returns(k, T1);
    EXPECT_TRUE(verifier_said(k, 0x100a));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
    EXPECT_EQ(0, deadlock(k, T2));
}

KERNEL_TEST(B47_delete_while_owned_orphans_the_waiter, RESOURCES(1))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T2, R, WAIT);
    delete_resource(k, T1, R);
    EXPECT_TRUE(verifier_said(k, 0x100b));
    EXPECT_STR_EQ("", woken(k));
    EXPECT_TRUE(is_waiting(k, T2));
}

KERNEL_TEST(B48_initialize_twice_breaks_a_rule, RESOURCES(1))
{
    initialize_resource(k, T1, R);
    EXPECT_TRUE(verifier_said(k, 0xd0));
}

KERNEL_TEST(B49_device_deleted_with_a_live_resource_breaks_a_rule, RESOURCES(1), IN_EXTENSION)
{
    delete_device(k, T1);
    EXPECT_TRUE(verifier_said(k, 0xd2));
}

/* ---- deadlocks and starvation ---- */

KERNEL_TEST(B50_two_locks_in_two_orders_deadlock, RESOURCES(2))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T2, R2, WAIT);
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T1, R2, WAIT));
    EXPECT_EQ(0, deadlock(k, T1));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
    EXPECT_EQ(2, deadlock(k, T1));
    EXPECT_EQ(2, deadlock(k, T2));
}

/* Nobody ever waited, and still the two orders are one deadlock away from each other. */
KERNEL_TEST(B50_two_orders_break_a_rule_even_one_after_the_other, RESOURCES(2))
{
    acquire_exclusive(k, T1, R, WAIT);
    acquire_exclusive(k, T1, R2, WAIT);
    EXPECT_EQ(0, k->effect.n_verifier);
    release(k, T1, R2);
    release(k, T1, R);
    acquire_exclusive(k, T2, R2, WAIT);
    EXPECT_EQ(0, k->effect.n_verifier);
    EXPECT_EQ(true, acquire_exclusive(k, T2, R, WAIT));
    EXPECT_TRUE(verifier_said(k, 0x1001));
}

KERNEL_TEST(B51_two_readers_that_upgrade_deadlock, RESOURCES(1))
{
    acquire_shared(k, T1, R, WAIT);
    acquire_shared(k, T2, R, WAIT);
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T1, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
    EXPECT_EQ(2, exclusive_waiters(k, R));
    EXPECT_NE(0, deadlock(k, T1));
    EXPECT_NE(0, deadlock(k, T2));
}

static void five_readers_own_and_writer_waits(struct kernel *k)
{
    for (unsigned t = T1; t <= T5; t++)
        EXPECT_EQ(true, acquire_shared(k, t, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_exclusive(k, T6, R, WAIT));
}

KERNEL_TEST(B52_overlapping_starve_exclusive_callers_starve_the_writer, RESOURCES(1), THREADS(8))
{
    five_readers_own_and_writer_waits(k);
    EXPECT_EQ(true, acquire_starve_exclusive(k, T7, R, WAIT));
    for (unsigned t = T1; t <= T5; t++)
        release(k, t, R);
    for (int round = 0; round < 100; round++) {
        EXPECT_EQ(true, acquire_starve_exclusive(k, T8, R, WAIT));
        release(k, T7, R);
        EXPECT_EQ(true, acquire_starve_exclusive(k, T7, R, WAIT));
        release(k, T8, R);
        EXPECT_TRUE(is_waiting(k, T6));
    }
    release(k, T7, R);
    EXPECT_STR_EQ("T6", woken(k));
}

KERNEL_TEST(B53_shared_callers_do_not_starve_the_writer, RESOURCES(1), THREADS(8))
{
    five_readers_own_and_writer_waits(k);
    EXPECT_EQ(BLOCKED, acquire_shared(k, T7, R, WAIT));
    EXPECT_EQ(BLOCKED, acquire_shared(k, T8, R, WAIT));
    for (unsigned t = T1; t <= T4; t++) {
        release(k, t, R);
        EXPECT_STR_EQ("", woken(k));
    }
    release(k, T5, R);
    EXPECT_STR_EQ("T6", woken(k));
    EXPECT_EQ(2, shared_waiters(k, R));
}

TEST_MAIN(RESOURCE_ROW_TESTS(RUN_ROW))
