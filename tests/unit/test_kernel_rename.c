/*
 * Renaming an open file: rows R1 to R17 of KERNEL.md. The source is C:\Temp\A with 10 bytes, opened
 * by T1; the target, unless the row says otherwise, C:\Temp\B.
 */
#include "kernel.h"
#include "kernel_rows.h"

enum { REPLACE = true, KEEP = false };

/* NAME_OFFSET: of FileName in the structure; FIXED_SIZE: of the structure (x64). */
enum { NAME_OFFSET = 20, FIXED_SIZE = 24 };

static int32_t source(struct kernel *k)
{
    place_file(k, TEMP_A, 10, 0);
    return opened(k, T1, TEMP_A, NT_DELETE | NT_GENERIC_READ, SHARE_ALL);
}

static void expect_both_as_before(const struct kernel *k, int64_t target_size)
{
    EXPECT_TRUE(file_exists(k, TEMP_A));
    EXPECT_EQ(10, file_size(k, TEMP_A));
    EXPECT_TRUE(file_exists(k, TEMP_B));
    EXPECT_EQ(target_size, file_size(k, TEMP_B));
}

KERNEL_TEST(R1_rename_moves_file_and_handle, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_SUCCESS, rename_file(k, T1, handle, TEMP2_B, KEEP));
    EXPECT_EQ(0, k->effect.information);
    EXPECT_FALSE(file_exists(k, TEMP_A));
    EXPECT_TRUE(file_exists(k, TEMP2_B));
    EXPECT_EQ(10, file_size(k, TEMP2_B));
    EXPECT_EQ(TEMP2_B, file_name(k, handle));
    EXPECT_EQ(STATUS_SUCCESS, close_handle(k, T1, handle));
}

KERNEL_TEST(R2_existing_target_is_kept, FILES)
{
    int32_t handle = source(k);

    place_file(k, TEMP_B, 3, 0);
    EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, rename_file(k, T1, handle, TEMP_B, KEEP));
    expect_both_as_before(k, 3);
}

KERNEL_TEST(R3_closed_target_is_replaced, FILES)
{
    int32_t handle = source(k);

    place_file(k, TEMP_B, 3, 0);
    EXPECT_EQ(STATUS_SUCCESS, rename_file(k, T1, handle, TEMP_B, REPLACE));
    EXPECT_FALSE(file_exists(k, TEMP_A));
    EXPECT_EQ(10, file_size(k, TEMP_B));
}

KERNEL_TEST(R4_open_target_is_not_replaced, FILES)
{
    int32_t handle = source(k);

    place_file(k, TEMP_B, 3, 0);
    opened(k, T2, TEMP_B, NT_FILE_READ_DATA, SHARE_ALL);
    EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, rename_file(k, T1, handle, TEMP_B, KEEP));
    EXPECT_EQ(STATUS_ACCESS_DENIED, rename_file(k, T1, handle, TEMP_B, REPLACE));
    expect_both_as_before(k, 3);
}

KERNEL_TEST(R5_directory_is_not_replaced, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, rename_file(k, T1, handle, TEMP2, KEEP));
    EXPECT_EQ(STATUS_ACCESS_DENIED, rename_file(k, T1, handle, TEMP2, REPLACE));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R6_read_only_target_is_not_replaced, FILES)
{
    int32_t handle = source(k);

    place_file(k, TEMP_B, 3, NT_FILE_ATTRIBUTE_READONLY);
    EXPECT_EQ(STATUS_ACCESS_DENIED, rename_file(k, T1, handle, TEMP_B, REPLACE));
    expect_both_as_before(k, 3);
}

KERNEL_TEST(R7_directory_with_an_open_file_stays, FILES)
{
    source(k);
    int32_t directory = opened(k, T2, TEMP, NT_DELETE, SHARE_ALL);
    EXPECT_EQ(STATUS_ACCESS_DENIED, rename_file(k, T2, directory, TEMP3, KEEP));
}

KERNEL_TEST(R9_handle_without_delete_access_renames_nothing, FILES)
{
    place_file(k, TEMP_A, 10, 0);
    int32_t handle = opened(k, T1, TEMP_A, NT_GENERIC_READ | NT_GENERIC_WRITE, SHARE_ALL);
    EXPECT_EQ(STATUS_ACCESS_DENIED, rename_file(k, T1, handle, TEMP_B, KEEP));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R9_the_switch_lets_it, FILES, SWITCH(rename_without_delete, true))
{
    place_file(k, TEMP_A, 10, 0);
    int32_t handle = opened(k, T1, TEMP_A, NT_GENERIC_READ | NT_GENERIC_WRITE, SHARE_ALL);
    EXPECT_EQ(STATUS_SUCCESS, rename_file(k, T1, handle, TEMP_B, KEEP));
    EXPECT_FALSE(file_exists(k, TEMP_A));
}

/* Names are one slot whatever their case, so this is the change of case too. */
KERNEL_TEST(R10_rename_to_the_same_name_succeeds, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_SUCCESS, rename_file(k, T1, handle, TEMP_A, KEEP));
    EXPECT_EQ(STATUS_SUCCESS, rename_file(k, T1, handle, TEMP_A, REPLACE));
    EXPECT_EQ(10, file_size(k, TEMP_A));
    EXPECT_EQ(TEMP_A, file_name(k, handle));
}

KERNEL_TEST(R11_illegal_characters_are_refused, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_OBJECT_NAME_INVALID, rename_file(k, T1, handle, TEMP_A_STAR, KEEP));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R12_length_below_the_fixed_structure, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
              rename_with_length(k, T1, handle, TEMP_B, 200, FIXED_SIZE - 1));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R13_name_longer_than_the_length_says, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_INVALID_PARAMETER, rename_with_length(k, T1, handle, TEMP_B, 200, FIXED_SIZE));
    EXPECT_EQ(STATUS_INVALID_PARAMETER,
              rename_with_length(k, T1, handle, TEMP_B, 200, NAME_OFFSET + 12));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

/* The length of the name as the caller gives it: 0, and odd. */
KERNEL_TEST(R13_name_length_is_not_0_or_odd, FILES)
{
    struct rename_request request = {
        .handle = source(k), .target = TEMP_B, .buffer_bytes = -1, .length = -1};

    EXPECT_EQ(STATUS_INVALID_PARAMETER, rename_by_request(k, T1, request));
    request.name_bytes = 13;
    EXPECT_EQ(STATUS_INVALID_PARAMETER, rename_by_request(k, T1, request));
    request.name_bytes = 14;
    EXPECT_EQ(STATUS_SUCCESS, rename_by_request(k, T1, request));
}

KERNEL_TEST(R14_missing_target_directory, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, rename_file(k, T1, handle, LOST, KEEP));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R15_rename_stays_on_its_volume, FILES)
{
    int32_t handle = source(k);

    EXPECT_EQ(STATUS_NOT_SAME_DEVICE, rename_file(k, T1, handle, OTHER_A, KEEP));
    EXPECT_TRUE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R17_failing_rename_leaves_the_status_block_alone, FILES)
{
    int32_t handle = source(k);

    place_file(k, TEMP_B, 3, 0);
    EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, rename_file(k, T1, handle, TEMP_B, KEEP));
    EXPECT_EQ(0, k->effect.information);
    EXPECT_EQ(TEMP_A, file_name(k, handle));
}

KERNEL_TEST(R8_rename_relative_to_a_directory, FILES)
{
    int32_t handle = source(k);
    int32_t root = opened(k, T1, TEMP2, NT_FILE_READ_ATTRIBUTES, SHARE_ALL);
    struct rename_request request = {.handle = handle,
                                     .target = TEMP2_B,
                                     .root = root,
                                     .buffer_bytes = -1,
                                     .length = -1,
                                     .name_bytes = -1};

    EXPECT_EQ(STATUS_SUCCESS, rename_by_request(k, T1, request));
    EXPECT_TRUE(file_exists(k, TEMP2_B));
    EXPECT_FALSE(file_exists(k, TEMP_A));
}

KERNEL_TEST(R16_posix_rename_replaces_a_target_that_shares_delete, FILES)
{
    int32_t handle = source(k);
    place_file(k, TEMP_B, 3, 0);
    int32_t other = opened(k, T2, TEMP_B, NT_GENERIC_WRITE, SHARE_ALL);
    struct rename_request request = {.handle = handle,
                                     .target = TEMP_B,
                                     .replace = true,
                                     .posix = true,
                                     .buffer_bytes = -1,
                                     .length = -1,
                                     .name_bytes = -1};

    EXPECT_EQ(STATUS_SUCCESS, rename_by_request(k, T1, request));
    EXPECT_EQ(10, file_size(k, TEMP_B));
    // the old file lives on without a name until its last handle is closed
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T2, other, 100, 0));
    EXPECT_EQ(10, file_size(k, TEMP_B));
    EXPECT_EQ(STATUS_SUCCESS, close_handle(k, T2, other));
    EXPECT_TRUE(file_exists(k, TEMP_B));
}

KERNEL_TEST(R16_posix_rename_needs_the_target_to_share_delete, FILES)
{
    int32_t handle = source(k);
    place_file(k, TEMP_B, 3, 0);
    opened(k, T2, TEMP_B, NT_GENERIC_WRITE, NT_FILE_SHARE_READ | NT_FILE_SHARE_WRITE);
    struct rename_request request = {.handle = handle,
                                     .target = TEMP_B,
                                     .replace = true,
                                     .posix = true,
                                     .buffer_bytes = -1,
                                     .length = -1,
                                     .name_bytes = -1};

    EXPECT_EQ(STATUS_SHARING_VIOLATION, rename_by_request(k, T1, request));
    EXPECT_EQ(3, file_size(k, TEMP_B));
}

TEST_MAIN(RENAME_ROW_TESTS(RUN_ROW))
