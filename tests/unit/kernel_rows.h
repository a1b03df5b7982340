/*
 * Which rows of KERNEL.md 6 have a test, and why the others have none.
 *
 * The test programs run these lists, so a name that is here and not there, or there and not here,
 * does not compile. The row of a test is the beginning of its name; a row may have several.
 * test_kernel_rows counts them. A row below that also has tests is covered in part.
 */
#ifndef TESTS_UNIT_KERNEL_ROWS_H
#define TESTS_UNIT_KERNEL_ROWS_H

#define RUN_ROW(name) RUN_KERNEL(name),

// clang-format off
#define RESOURCE_ROW_TESTS(X) \
    X(B1_initialize_makes_garbage_a_free_resource) \
    X(B2_first_exclusive_is_granted) \
    X(B3_exclusive_owner_acquires_again_in_every_way) \
    X(B4_exclusive_until_the_last_release) \
    X(B5_shared_twice_counts_two) \
    X(B6_shared_owner_is_refused_exclusive) \
    X(B7_upgrade_with_wait_is_a_self_deadlock) \
    X(B8_readers_join_in_every_shared_way) \
    X(B9_active_entries_are_distinct_owners) \
    X(B10_everything_is_refused_beside_an_exclusive_owner) \
    X(B11_reader_waits_for_the_writer) \
    X(B12_recursion_is_granted_despite_a_waiter) \
    X(B13_only_the_last_release_hands_over) \
    X(B14_new_reader_is_refused_behind_a_waiting_writer) \
    X(B15_wait_for_exclusive_is_refused_too) \
    X(B16_starve_exclusive_passes_the_writer_by) \
    X(B17_owner_shares_again) \
    X(B18_owner_starves_again) \
    X(B19_owner_that_waits_for_exclusive_is_refused) \
    X(B20_owner_that_waits_for_exclusive_with_wait_is_a_deadlock) \
    X(B20_release_on_behalf_of_the_blocked_owner_ends_it) \
    X(B21_last_reader_hands_over_to_the_writer) \
    X(B22_then_the_writer_to_the_reader) \
    X(B23_writer_hands_over_to_all_readers_first) \
    X(B23_writer_first_hands_over_to_the_writer) \
    X(B24_the_last_of_the_readers_to_the_writer) \
    X(B25_writers_are_served_oldest_first) \
    X(B26_nobody_slips_in_after_the_hand_over) \
    X(B27_releaser_owns_nothing_after_the_hand_over) \
    X(B28_writer_waits_for_every_reader) \
    X(B29_convert_keeps_the_count) \
    X(B30_convert_admits_every_waiting_reader) \
    X(B31_the_writer_follows_after_all_of_them) \
    X(B32_convert_of_a_shared_hold_changes_nothing) \
    X(B33_try_to_acquire_exclusive) \
    X(B34_owner_pointer_takes_the_hold) \
    X(B35_another_thread_releases_by_owner_pointer) \
    X(B36_equal_owner_pointers_merge) \
    X(B37_release_of_a_transferred_hold_stops_the_machine) \
    X(B38_release_of_a_free_resource_stops_the_machine) \
    X(B38_release_of_anothers_exclusive_hold_stops_the_machine) \
    X(B38_release_of_others_shared_holds_stops_the_machine) \
    X(B39_release_for_a_thread_that_did_not_transfer_stops_the_machine) \
    X(B40_malformed_owner_pointer_stops_the_machine) \
    X(B41_reinitialize_zeroes_the_counters) \
    X(B42_initialize_at_dispatch_and_delete_at_apc_level) \
    X(B43_user_thread_with_apcs_enabled_breaks_a_rule) \
    X(B43_user_thread_in_a_critical_region_breaks_none) \
    X(B43_system_thread_breaks_none) \
    X(B43_verifier_off_says_nothing) \
    X(B44_combo_disables_apcs_while_inside) \
    X(B44_combo_that_had_to_wait_returns_no_success_flag) \
    X(B45_nested_combos_count) \
    X(B46_thread_ends_as_owner_and_others_hang) \
    X(B47_delete_while_owned_orphans_the_waiter) \
    X(B48_initialize_twice_breaks_a_rule) \
    X(B49_device_deleted_with_a_live_resource_breaks_a_rule) \
    X(B50_two_locks_in_two_orders_deadlock) \
    X(B50_two_orders_break_a_rule_even_one_after_the_other) \
    X(B51_two_readers_that_upgrade_deadlock) \
    X(B52_overlapping_starve_exclusive_callers_starve_the_writer) \
    X(B53_shared_callers_do_not_starve_the_writer)

#define EVENT_ROW_TESTS(X) \
    X(B56_initial_state_is_what_was_asked_for) \
    X(B57_notification_event_satisfies_every_poll) \
    X(B58_set_of_a_signalled_event_changes_nothing) \
    X(B59_reset_takes_the_signal) \
    X(B59_clear_takes_the_signal_and_returns_nothing) \
    X(B60_synchronization_event_satisfies_one_poll) \
    X(B61_synchronization_event_is_no_counter) \
    X(B62_synchronization_event_wakes_one_each_in_arrival_order) \
    X(B63_notification_event_wakes_all) \
    X(B63_notification_event_wakes_in_arrival_order_where_it_matters) \
    X(B64_pulse_of_a_notification_event_wakes_all) \
    X(B65_pulse_of_a_synchronization_event_wakes_the_first) \
    X(B66_pulse_of_a_signalled_event_clears_it) \
    X(B67_pulse_that_nobody_waits_for_is_lost) \
    X(B67_pulse_is_missed_by_a_waiter_taken_off_its_wait) \
    X(B68_reset_does_not_take_a_wake_up_back) \
    X(B69_the_signal_is_consumed_at_set_time) \
    X(B70_reset_works_on_a_synchronization_event) \
    X(B74_the_raw_old_state_is_returned) \
    X(B75_poll_never_blocks_and_is_allowed_at_dispatch_level) \
    X(B76_relative_timeout_fires_after_a_millisecond) \
    X(B77_expired_timeout_looks_at_the_object_first) \
    X(B78_wait_for_ever_at_dispatch_level) \
    X(B78_timed_wait_at_dispatch_level) \
    X(B79_wait_any_takes_the_lowest_index_only) \
    X(B80_wait_any_returns_the_index) \
    X(B80_blocked_wait_any_returns_the_index_that_was_set) \
    X(B81_wait_all_takes_all) \
    X(B82_failing_wait_all_takes_nothing) \
    X(B83_wait_any_scans_from_the_first_object) \
    X(B84_four_objects_without_wait_blocks) \
    X(B85_sixty_five_objects_with_wait_blocks) \
    X(B86_blocked_wait_all_consumes_nothing_yet) \
    X(B86_then_consumes_all_at_the_same_instant) \
    X(B86_under_retest_a_reset_can_still_win)

#define THREAD_ROW_TESTS(X) \
    X(B54_leave_without_enter_breaks_a_rule) \
    X(B54_balanced_leave_breaks_none) \
    X(B55_thread_that_ends_inside_an_extra_region_stops_the_machine) \
    X(B55_thread_that_ends_as_it_began_does_not) \
    X(B71_set_raises_the_woken_thread_by_its_increment) \
    X(B71_a_second_smaller_boost_does_not_lower) \
    X(B71_base_14_and_above_is_not_raised) \
    X(B71_hand_over_raises_a_writer_by_1_and_readers_by_0) \
    X(B72_increment_0_leaves_the_waiter_no_higher_than_the_setter) \
    X(B73_increment_1_lifts_the_waiter_above_the_setter) \
    X(B87_thread_object_is_signalled_once_the_thread_has_ended) \
    X(B87_end_of_a_thread_wakes_all_who_wait_for_it) \
    X(B87_end_of_a_thread_tries_the_oldest_wait_first) \
    X(B88_return_of_the_routine_is_exit_status_0) \
    X(B89_alert_ends_an_alertable_wait) \
    X(B89_alert_leaves_another_wait_alone) \
    X(B89_pending_alert_ends_the_next_alertable_wait_unless_signalled) \
    X(B89_pending_alert_ends_an_alertable_delay) \
    X(B90_critical_regions_nest)

#define FILE_ROW_TESTS(X) \
    X(F1_these_dispositions_create) \
    X(F2_create_collides_with_an_existing_name) \
    X(F3_open_and_overwrite_need_the_name) \
    X(F4_missing_parent_comes_first) \
    X(F5_overwrite_if_truncates_what_exists) \
    X(F5_open_and_supersede_say_what_they_did) \
    X(F6_overwrite_of_an_open_file_that_shares) \
    X(F6_overwrite_of_an_open_file_that_does_not_share_writing) \
    X(F7_share_0_keeps_everybody_out) \
    X(F8_attribute_open_fits_beside_share_0) \
    X(F9_attribute_open_with_share_0_blocks_nobody) \
    X(F10_share_read_admits_readers_only) \
    X(F11_reader_must_allow_the_writer_that_is_there) \
    X(F12_all_36864_pairs_of_opens_follow_the_rule) \
    X(F13_execute_counts_as_read_and_append_as_write) \
    X(F14_read_only_file_is_not_overwritten) \
    X(F15_overwrite_does_not_drop_hidden_or_system) \
    X(F16_directory_is_not_overwritten_as_a_file) \
    X(F17_writes_without_offset_follow_each_other) \
    X(F17_write_of_nothing_succeeds) \
    X(F18_explicit_offset_moves_the_position) \
    X(F19_write_to_end_of_file_appends) \
    X(F20_append_only_handle_ignores_the_offset) \
    X(F22_write_past_the_end_extends_the_file) \
    X(F21_asynchronous_handle_needs_an_offset) \
    X(F23_user_caller_needs_synchronize) \
    X(F23_kernel_caller_needs_no_synchronize)

#define RENAME_ROW_TESTS(X) \
    X(R1_rename_moves_file_and_handle) \
    X(R2_existing_target_is_kept) \
    X(R3_closed_target_is_replaced) \
    X(R4_open_target_is_not_replaced) \
    X(R5_directory_is_not_replaced) \
    X(R6_read_only_target_is_not_replaced) \
    X(R7_directory_with_an_open_file_stays) \
    X(R9_handle_without_delete_access_renames_nothing) \
    X(R9_the_switch_lets_it) \
    X(R10_rename_to_the_same_name_succeeds) \
    X(R11_illegal_characters_are_refused) \
    X(R12_length_below_the_fixed_structure) \
    X(R8_rename_relative_to_a_directory) \
    X(R13_name_longer_than_the_length_says) \
    X(R13_name_length_is_not_0_or_odd) \
    X(R14_missing_target_directory) \
    X(R15_rename_stays_on_its_volume) \
    X(R16_posix_rename_replaces_a_target_that_shares_delete) \
    X(R16_posix_rename_needs_the_target_to_share_delete) \
    X(R17_failing_rename_leaves_the_status_block_alone)

/* Rows that the model does not have, wholly or in the part that is named. */
#define UNTESTED_ROWS(X) \
    X("B73", "that the higher thread runs next is the policy priority of the stepper") \
    X("B77", "there is no absolute time: an expired timeout is a timeout of 0") \
    X("B88", "there is no thread handle to close")
// clang-format on

#endif
