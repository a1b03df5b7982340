/*
 * NT's status values, constants and bug check codes, by NT's names.
 *
 * The lists are X-macros because three things must agree: the C constant, the word that a scenario
 * may use, and the text that a screen shows. Values: KERNEL.md 1.10, 2.4, 4.1.
 */
#ifndef KERNEL_MODEL_NT_STATUS_H
#define KERNEL_MODEL_NT_STATUS_H

#include <stdbool.h>
#include <stdint.h>

typedef int32_t nt_status; // NT_SUCCESS(s): s >= 0

// clang-format off
#define NT_STATUSES(X)                                                                             \
    X(STATUS_SUCCESS,                0x00000000)                                                   \
    X(STATUS_ALERTED,                0x00000101)                                                   \
    X(STATUS_TIMEOUT,                0x00000102)                                                   \
    X(STATUS_PENDING,                0x00000103)                                                   \
    X(STATUS_UNSUCCESSFUL,           0xC0000001)                                                   \
    X(STATUS_INFO_LENGTH_MISMATCH,   0xC0000004)                                                   \
    X(STATUS_ACCESS_VIOLATION,       0xC0000005)                                                   \
    X(STATUS_INVALID_HANDLE,         0xC0000008)                                                   \
    X(STATUS_INVALID_PARAMETER,      0xC000000D)                                                   \
    X(STATUS_NO_SUCH_FILE,           0xC000000F)                                                   \
    X(STATUS_END_OF_FILE,            0xC0000011)                                                   \
    X(STATUS_ACCESS_DENIED,          0xC0000022)                                                   \
    X(STATUS_OBJECT_TYPE_MISMATCH,   0xC0000024)                                                   \
    X(STATUS_OBJECT_NAME_INVALID,    0xC0000033)                                                   \
    X(STATUS_OBJECT_NAME_NOT_FOUND,  0xC0000034)                                                   \
    X(STATUS_OBJECT_NAME_COLLISION,  0xC0000035)                                                   \
    X(STATUS_OBJECT_PATH_NOT_FOUND,  0xC000003A)                                                   \
    X(STATUS_SHARING_VIOLATION,      0xC0000043)                                                   \
    X(STATUS_DELETE_PENDING,         0xC0000056)                                                   \
    X(STATUS_INSUFFICIENT_RESOURCES, 0xC000009A)                                                   \
    X(STATUS_FILE_IS_A_DIRECTORY,    0xC00000BA)                                                   \
    X(STATUS_NOT_SAME_DEVICE,        0xC00000D4)                                                   \
    X(STATUS_NOT_A_DIRECTORY,        0xC0000103)                                                   \
    X(STATUS_CANNOT_DELETE,          0xC0000121)                                                   \
    X(STATUS_HANDLE_NOT_CLOSABLE,    0xC0000235)                                                   \
    X(STATUS_USER_MAPPED_FILE,       0xC0000243)                                                   \
    X(STATUS_FILE_TOO_LARGE,         0xC0000904)

/* Other words that mean the same value; a screen shows the word above. */
#define NT_STATUS_ALIASES(X)                                                                       \
    X(STATUS_WAIT_0, 0x00000000)                                                                   \
    X(STATUS_WAIT_1, 0x00000001)                                                                   \
    X(STATUS_WAIT_2, 0x00000002)

#define NT_CONSTANTS(X)                                                                            \
    X(TRUE,  1)                                                                                    \
    X(FALSE, 0)                                                                                    \
    X(FILE_SUPERSEDE,    0)                                                                        \
    X(FILE_OPEN,         1)                                                                        \
    X(FILE_CREATE,       2)                                                                        \
    X(FILE_OPEN_IF,      3)                                                                        \
    X(FILE_OVERWRITE,    4)                                                                        \
    X(FILE_OVERWRITE_IF, 5)                                                                        \
    X(FILE_SHARE_READ,   0x1)                                                                      \
    X(FILE_SHARE_WRITE,  0x2)                                                                      \
    X(FILE_SHARE_DELETE, 0x4)                                                                      \
    X(FILE_READ_DATA,        0x1)                                                                  \
    X(FILE_WRITE_DATA,       0x2)                                                                  \
    X(FILE_APPEND_DATA,      0x4)                                                                  \
    X(FILE_READ_EA,          0x8)                                                                  \
    X(FILE_WRITE_EA,         0x10)                                                                 \
    X(FILE_EXECUTE,          0x20)                                                                 \
    X(FILE_DELETE_CHILD,     0x40)                                                                 \
    X(FILE_READ_ATTRIBUTES,  0x80)                                                                 \
    X(FILE_WRITE_ATTRIBUTES, 0x100)                                                                \
    X(DELETE,                0x10000)                                                              \
    X(READ_CONTROL,          0x20000)                                                              \
    X(WRITE_DAC,             0x40000)                                                              \
    X(WRITE_OWNER,           0x80000)                                                              \
    X(SYNCHRONIZE,           0x100000)                                                             \
    X(FILE_GENERIC_READ,     0x120089)                                                             \
    X(FILE_GENERIC_WRITE,    0x120116)                                                             \
    X(FILE_GENERIC_EXECUTE,  0x1200A0)                                                             \
    X(FILE_ALL_ACCESS,       0x1F01FF)                                                             \
    X(GENERIC_READ,          0x80000000)                                                           \
    X(GENERIC_WRITE,         0x40000000)                                                           \
    X(GENERIC_EXECUTE,       0x20000000)                                                           \
    X(GENERIC_ALL,           0x10000000)                                                           \
    X(FILE_ATTRIBUTE_READONLY, 0x1)                                                                \
    X(FILE_ATTRIBUTE_HIDDEN,   0x2)                                                                \
    X(FILE_ATTRIBUTE_SYSTEM,   0x4)                                                                \
    X(FILE_ATTRIBUTE_NORMAL,   0x80)                                                               \
    X(FileRenameInformation,      10)                                                              \
    X(FileDispositionInformation, 13)                                                              \
    X(FILE_WRITE_TO_END_OF_FILE,       -1)                                                         \
    X(FILE_USE_FILE_POINTER_POSITION,  -2)                                                         \
    X(NotificationEvent,    0)                                                                     \
    X(SynchronizationEvent, 1)                                                                     \
    X(WaitAll, 0)                                                                                  \
    X(WaitAny, 1)                                                                                  \
    X(Executive,   0)                                                                              \
    X(UserRequest, 6)                                                                              \
    X(KernelMode,  0)                                                                              \
    X(UserMode,    1)                                                                              \
    X(PASSIVE_LEVEL,  0)                                                                           \
    X(APC_LEVEL,      1)                                                                           \
    X(DISPATCH_LEVEL, 2)                                                                           \
    X(HIGH_LEVEL,     15)                                                                          \
    X(IO_NO_INCREMENT,          0)                                                                 \
    X(IO_DISK_INCREMENT,        1)                                                                 \
    X(EVENT_INCREMENT,          1)                                                                 \
    X(IO_NETWORK_INCREMENT,     2)                                                                 \
    X(IO_KEYBOARD_INCREMENT,    6)                                                                 \
    X(IO_SOUND_INCREMENT,       8)                                                                 \
    X(LOW_PRIORITY,           0)                                                                   \
    X(LOW_REALTIME_PRIORITY, 16)                                                                   \
    X(HIGH_PRIORITY,         31)                                                                   \
    X(MAXIMUM_WAIT_OBJECTS,  64)

/* Bug checks that the model can raise: code, name, what a student should know (KERNEL.md 1.10). */
#define NT_BUGCHECKS(X)                                                                            \
    X(IRQL_NOT_LESS_OR_EQUAL,           0x0A)                                                      \
    X(MAXIMUM_WAIT_OBJECTS_EXCEEDED,    0x0C)                                                      \
    X(SPIN_LOCK_ALREADY_OWNED,          0x0F)                                                      \
    X(SPIN_LOCK_NOT_OWNED,              0x10)                                                      \
    X(KERNEL_APC_PENDING_DURING_EXIT,   0x20)                                                      \
    X(ATTEMPTED_SWITCH_FROM_DPC,        0xB8)                                                      \
    X(DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS, 0xCE)                                 \
    X(DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL, 0xD5)                                               \
    X(RESOURCE_NOT_OWNED,               0xE3)                                                      \
    X(RESOURCE_OWNER_POINTER_INVALID,   0x132)                                                     \
    X(KERNEL_SECURITY_CHECK_FAILURE,    0x139)                                                     \
    X(ERESOURCE_INVALID_RELEASE,        0x16E)                                                     \
    X(KERNEL_AUTO_BOOST_LOCK_ACQUISITION_WITH_RAISED_IRQL, 0x192)

// clang-format on

#define NT_STATUS_ENUM(name, value) name = (int32_t)(value),
enum nt_status_value { NT_STATUSES(NT_STATUS_ENUM) };
#undef NT_STATUS_ENUM

#define NT_BUGCHECK_ENUM(name, code) BUGCHECK_##name = (code),
enum nt_bugcheck { NT_BUGCHECKS(NT_BUGCHECK_ENUM) };
#undef NT_BUGCHECK_ENUM

/* The constants as C names, with a prefix where NT's word is also a common macro (DELETE, TRUE). */
#define NT_CONSTANT_ENUM(name, value) NT_##name = (int32_t)(value),
enum nt_constant { NT_CONSTANTS(NT_CONSTANT_ENUM) };
#undef NT_CONSTANT_ENUM

/* NT_SUCCESS of ntdef.h: warnings and information count as success. */
static inline bool nt_success(nt_status status)
{
    return status >= 0;
}

/* "STATUS_SHARING_VIOLATION", or NULL where the value has no name here. Static text. */
const char *nt_status_name(nt_status status);

/* "RESOURCE_NOT_OWNED", or NULL where the code is not one of the model's. Static text. */
const char *nt_bugcheck_name(uint32_t code);

/*
 * Every NT word that a scenario may use as a constant: statuses, their aliases and the constants.
 * Row ix in *name and *value; false past the last one.
 */
bool nt_constant_at(unsigned ix, const char **name, int32_t *value);

#endif
