/*
 * Opening, writing and sharing files: rows F1 to F23 of KERNEL.md. The file is C:\Temp\A. In the
 * comments R, W and D are read, write and delete access.
 */
#include "kernel.h"
#include "kernel_rows.h"
#include "oracle_share.h"

enum {
    READ = NT_FILE_READ_DATA,
    WRITE = NT_FILE_WRITE_DATA,
    APPEND = NT_FILE_APPEND_DATA,
    ATTRIBUTES = NT_FILE_READ_ATTRIBUTES,
    SHARE_READ = NT_FILE_SHARE_READ,
    SHARE_WRITE = NT_FILE_SHARE_WRITE,
};

/* What IoStatusBlock.Information says of an open (KERNEL.md 4.1). */
enum { SUPERSEDED, OPENED, CREATED, OVERWRITTEN };

/* ---- dispositions ---- */

KERNEL_TEST(F1_these_dispositions_create, FILES)
{
    static const int32_t dispositions[] = {NT_FILE_CREATE, NT_FILE_OPEN_IF, NT_FILE_OVERWRITE_IF,
                                           NT_FILE_SUPERSEDE};

    for (unsigned i = 0; i < 4; i++) {
        kernel_reset(k);
        EXPECT_EQ(STATUS_SUCCESS,
                  create_file(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE, dispositions[i]));
        EXPECT_EQ(CREATED, k->effect.information);
        EXPECT_TRUE(file_exists(k, TEMP_A));
        EXPECT_EQ(0, file_size(k, TEMP_A));
    }
}

KERNEL_TEST(F2_create_collides_with_an_existing_name, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
              create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_CREATE));
    EXPECT_EQ(10, file_size(k, TEMP_A));
}

KERNEL_TEST(F3_open_and_overwrite_need_the_name, FILES)
{
    EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
              create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_OPEN));
    EXPECT_EQ(0, k->effect.out_value);
    EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
              create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_OVERWRITE));
    EXPECT_EQ(0, k->effect.out_value);
}

KERNEL_TEST(F4_missing_parent_comes_first, FILES)
{
    for (int32_t d = NT_FILE_SUPERSEDE; d <= NT_FILE_OVERWRITE_IF; d++)
        EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, create_file(k, T1, LOST, WRITE, SHARE_ALL, d));
}

KERNEL_TEST(F5_overwrite_if_truncates_what_exists, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    EXPECT_EQ(STATUS_SUCCESS, create_file(k, T1, TEMP_A, WRITE, SHARE_NONE, NT_FILE_OVERWRITE_IF));
    EXPECT_EQ(OVERWRITTEN, k->effect.information);
    EXPECT_EQ(0, file_size(k, TEMP_A));
}

KERNEL_TEST(F5_open_and_supersede_say_what_they_did, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    EXPECT_EQ(STATUS_SUCCESS, create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_OPEN_IF));
    EXPECT_EQ(OPENED, k->effect.information);
    EXPECT_EQ(10, file_size(k, TEMP_A));
    close_handle(k, T1, k->effect.out_value);
    EXPECT_EQ(STATUS_SUCCESS, create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_SUPERSEDE));
    EXPECT_EQ(SUPERSEDED, k->effect.information);
    EXPECT_EQ(0, file_size(k, TEMP_A));
}

KERNEL_TEST(F6_overwrite_of_an_open_file_that_shares, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    int32_t other = opened(k, T2, TEMP_A, READ | WRITE, SHARE_ALL);
    write_file(k, T2, other, 4, 0);
    EXPECT_EQ(STATUS_SUCCESS, create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_OVERWRITE));
    EXPECT_EQ(OVERWRITTEN, k->effect.information);
    EXPECT_EQ(0, file_size(k, TEMP_A));
    EXPECT_EQ(4, file_position(k, other));
}

/* Overwriting counts as writing, superseding as deleting, whatever access is asked for. */
KERNEL_TEST(F6_overwrite_of_an_open_file_that_does_not_share_writing, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    opened(k, T2, TEMP_A, READ, SHARE_READ);
    EXPECT_EQ(STATUS_SHARING_VIOLATION,
              create_file(k, T1, TEMP_A, READ, SHARE_ALL, NT_FILE_OVERWRITE));
    EXPECT_EQ(STATUS_SHARING_VIOLATION,
              create_file(k, T1, TEMP_A, READ, SHARE_ALL, NT_FILE_SUPERSEDE));
    EXPECT_EQ(10, file_size(k, TEMP_A));
}

/* ---- sharing ---- */

KERNEL_TEST(F7_share_0_keeps_everybody_out, FILES)
{
    place_file(k, TEMP_A, 0, 0);
    opened(k, T1, TEMP_A, WRITE, SHARE_NONE);
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, READ, SHARE_ALL));
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, WRITE, SHARE_ALL));
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, NT_DELETE, SHARE_ALL));
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T1, TEMP_A, READ, SHARE_ALL)); // the owner too
    EXPECT_EQ(KM_BUSY, k->effect.status);
}

KERNEL_TEST(F8_attribute_open_fits_beside_share_0, FILES)
{
    place_file(k, TEMP_A, 0, 0);
    opened(k, T1, TEMP_A, WRITE, SHARE_NONE);
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T2, TEMP_A, ATTRIBUTES | NT_SYNCHRONIZE, SHARE_NONE));
}

KERNEL_TEST(F9_attribute_open_with_share_0_blocks_nobody, FILES)
{
    place_file(k, TEMP_A, 0, 0);
    opened(k, T1, TEMP_A, ATTRIBUTES, SHARE_NONE);
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T2, TEMP_A, WRITE, SHARE_NONE));
}

KERNEL_TEST(F10_share_read_admits_readers_only, FILES)
{
    place_file(k, TEMP_A, 0, 0);
    opened(k, T1, TEMP_A, READ, SHARE_READ);
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T2, TEMP_A, READ, SHARE_READ));
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, WRITE, SHARE_READ));
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, NT_DELETE, SHARE_READ));
}

KERNEL_TEST(F11_reader_must_allow_the_writer_that_is_there, FILES)
{
    place_file(k, TEMP_A, 0, 0);
    opened(k, T1, TEMP_A, READ | WRITE, SHARE_READ);
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, READ, SHARE_READ));
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T2, TEMP_A, READ, SHARE_READ | SHARE_WRITE));
}

/* Does a second open beside a first one do what the rule says? */
static bool second_open_agrees(struct kernel *k, struct oracle_open a, struct oracle_open b)
{
    bool fits = oracle_share_compatible(a, b);
    struct create_request request = {.name = TEMP_A, .disposition = NT_FILE_OPEN};

    request.access = b.access;
    request.share = b.share;
    world_forget(&k->w);
    world_begin_step(&k->w);
    effect_begin(&k->effect);
    zw_create_file(&k->w, T2, &request, &k->effect);
    world_end_step(&k->w);
    bool agrees = k->effect.result == (fits ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION);
    world_undo_to(&k->w, 0);
    return agrees;
}

KERNEL_TEST(F12_all_36864_pairs_of_opens_follow_the_rule, FILES)
{
    unsigned n_pairs = 0;
    unsigned n_wrong = 0;

    place_file(k, TEMP_A, 0, 0);
    for (unsigned first = 0; first < 24 * 8; first++) {
        struct oracle_open a = {oracle_accesses[first / 8], first % 8};
        int32_t handle = opened(k, T1, TEMP_A, (int32_t)a.access, (int32_t)a.share);
        for (unsigned second = 0; second < 24 * 8; second++) {
            struct oracle_open b = {oracle_accesses[second / 8], second % 8};
            n_pairs++;
            if (!second_open_agrees(k, a, b)) {
                n_wrong++;
                print_error("access 0x%x share %u, then access 0x%x share %u\n", a.access, a.share,
                            b.access, b.share);
            }
        }
        close_handle(k, T1, handle);
    }
    EXPECT_EQ(36864, n_pairs);
    EXPECT_EQ(0, n_wrong);
}

KERNEL_TEST(F13_execute_counts_as_read_and_append_as_write, FILES)
{
    place_file(k, TEMP_A, 0, 0);
    int32_t handle = opened(k, T1, TEMP_A, NT_FILE_EXECUTE, SHARE_WRITE);
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, READ, SHARE_ALL));
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, APPEND, SHARE_WRITE));
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T2, TEMP_A, APPEND, SHARE_READ));
    close_handle(k, T2, k->effect.out_value);
    close_handle(k, T1, handle);
    opened(k, T1, TEMP_A, APPEND, SHARE_READ);
    EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file(k, T2, TEMP_A, WRITE, SHARE_ALL));
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T2, TEMP_A, NT_FILE_EXECUTE, SHARE_WRITE));
}

/* ---- attributes, directories ---- */

KERNEL_TEST(F14_read_only_file_is_not_overwritten, FILES)
{
    place_file(k, TEMP_A, 10, NT_FILE_ATTRIBUTE_READONLY);
    EXPECT_EQ(STATUS_ACCESS_DENIED,
              create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_OVERWRITE));
    EXPECT_EQ(10, file_size(k, TEMP_A));
}

KERNEL_TEST(F15_overwrite_does_not_drop_hidden_or_system, FILES)
{
    static const uint32_t attributes[] = {NT_FILE_ATTRIBUTE_HIDDEN, NT_FILE_ATTRIBUTE_SYSTEM};

    for (unsigned i = 0; i < 2; i++) {
        kernel_reset(k);
        place_file(k, TEMP_A, 10, attributes[i]);
        EXPECT_EQ(STATUS_ACCESS_DENIED,
                  create_file(k, T1, TEMP_A, WRITE, SHARE_ALL, NT_FILE_OVERWRITE));
        EXPECT_EQ(10, file_size(k, TEMP_A));
        EXPECT_EQ(STATUS_SUCCESS, create_with_attributes(k, T1, TEMP_A, WRITE, SHARE_ALL,
                                                         NT_FILE_OVERWRITE, attributes[i]));
        EXPECT_EQ(0, file_size(k, TEMP_A));
    }
}

KERNEL_TEST(F16_directory_is_not_overwritten_as_a_file, FILES)
{
    EXPECT_EQ(STATUS_FILE_IS_A_DIRECTORY,
              create_file(k, T1, TEMP, WRITE, SHARE_ALL, NT_FILE_OVERWRITE));
}

/* ---- writing ---- */

KERNEL_TEST(F17_writes_without_offset_follow_each_other, FILES)
{
    create_file(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE, NT_FILE_CREATE);
    int32_t handle = k->effect.out_value;
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, handle, 15, NT_FILE_USE_FILE_POINTER_POSITION));
        EXPECT_EQ(15, k->effect.information);
    }
    EXPECT_EQ(1500, file_size(k, TEMP_A));
    EXPECT_EQ(1500, file_position(k, handle));
}

KERNEL_TEST(F17_write_of_nothing_succeeds, FILES)
{
    create_file(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE, NT_FILE_CREATE);
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, k->effect.out_value, 0, 0));
    EXPECT_EQ(0, k->effect.information);
}

KERNEL_TEST(F18_explicit_offset_moves_the_position, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    int32_t handle = opened(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE);
    write_file(k, T1, handle, 5, NT_FILE_USE_FILE_POINTER_POSITION);
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, handle, 3, 0));
    EXPECT_EQ(3, file_position(k, handle));
    EXPECT_EQ(10, file_size(k, TEMP_A));
}

KERNEL_TEST(F19_write_to_end_of_file_appends, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    int32_t handle = opened(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE);
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, handle, 3, NT_FILE_WRITE_TO_END_OF_FILE));
    EXPECT_EQ(13, file_size(k, TEMP_A));
}

KERNEL_TEST(F20_append_only_handle_ignores_the_offset, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    int32_t handle = opened(k, T1, TEMP_A, APPEND, SHARE_NONE);
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, handle, 3, 0));
    EXPECT_EQ(13, file_size(k, TEMP_A));
}

KERNEL_TEST(F22_write_past_the_end_extends_the_file, FILES)
{
    create_file(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE, NT_FILE_CREATE);
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, k->effect.out_value, 3, 10));
    EXPECT_EQ(3, k->effect.information);
    EXPECT_EQ(13, file_size(k, TEMP_A));
}

KERNEL_TEST(F21_asynchronous_handle_needs_an_offset, FILES)
{
    struct create_request request = {.name = TEMP_A,
                                     .access = (uint32_t)NT_GENERIC_WRITE,
                                     .disposition = NT_FILE_CREATE,
                                     .asynchronous = true};

    EXPECT_EQ(STATUS_SUCCESS, create_by_request(k, T1, request));
    int32_t handle = k->effect.out_value;
    EXPECT_EQ(STATUS_INVALID_PARAMETER,
              write_file(k, T1, handle, 5, NT_FILE_USE_FILE_POINTER_POSITION));
    EXPECT_EQ(0, file_size(k, TEMP_A));
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, handle, 5, 0));
    EXPECT_EQ(5, file_size(k, TEMP_A));
}

KERNEL_TEST(F23_user_caller_needs_synchronize, FILES)
{
    struct create_request request = {.name = TEMP_A,
                                     .access = (uint32_t)NT_GENERIC_WRITE,
                                     .disposition = NT_FILE_CREATE,
                                     .user_mode = true};

    EXPECT_EQ(STATUS_INVALID_PARAMETER, create_by_request(k, T1, request));
    EXPECT_FALSE(file_exists(k, TEMP_A));
    request.access |= NT_SYNCHRONIZE;
    EXPECT_EQ(STATUS_SUCCESS, create_by_request(k, T1, request));
}

KERNEL_TEST(F23_kernel_caller_needs_no_synchronize, FILES)
{
    EXPECT_EQ(STATUS_SUCCESS,
              create_file(k, T1, TEMP_A, NT_GENERIC_WRITE, SHARE_NONE, NT_FILE_CREATE));
    EXPECT_EQ(STATUS_SUCCESS, close_handle(k, T1, k->effect.out_value));
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, T1, TEMP_A, WRITE, SHARE_NONE));
}

TEST_MAIN(FILE_ROW_TESTS(RUN_ROW))
