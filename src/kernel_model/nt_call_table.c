/*
 * The NT call table: a row per routine, and finding one by its NT name.
 */
#include "kernel_model/nt_call.h"
#include "kernel_model/nt_status.h"

// clang-format off
// NOLINTBEGIN(bugprone-macro-parentheses): the macros make initialisers, not expressions
#define RESOURCE       {"Resource", PARAM_RESOURCE, false, 0}
#define EVENT          {"Event", PARAM_EVENT, false, 0}
#define SPINLOCK       {"SpinLock", PARAM_SPINLOCK, false, 0}
#define CELL           {"Target", PARAM_SHARED, false, 0}
#define HANDLE_        {"FileHandle", PARAM_HANDLE, false, 0}
#define VALUE(n)       {n, PARAM_VALUE, false, 0}
#define FLAG(n)        {n, PARAM_FLAG, false, 0}
#define OPT(n, kind, d) {n, kind, true, d}
#define PARAMS(n, ...) .n_params = (n), .params = {__VA_ARGS__}
#define NO_PARAMS      .n_params = 0

#define ACQUIRE(nt, short_verb, mode)                                                              \
    [CALL_##nt] = {.name = #nt, .verb = short_verb, .letter = 'A', .visible = true,                \
        .group = GROUP_RESOURCE, .result = RESULT_BOOLEAN,                                         \
        PARAMS(2, RESOURCE, OPT("Wait", PARAM_FLAG, 1)),                                           \
        .would = "acquire {1} " mode, .did = "acquired {1} " mode,                                 \
        .refused = "did not get {1} " mode ": {r}", .waits = "waits for {1} " mode}

#define ENTER_ACQUIRE(nt, short_verb, mode)                                                        \
    [CALL_##nt] = {.name = #nt, .verb = short_verb, .letter = 'A', .visible = true,                \
        .group = GROUP_RESOURCE, .result = RESULT_POINTER, PARAMS(1, RESOURCE),                    \
        .would = "enter a critical region and acquire {1} " mode,                                  \
        .did = "entered a critical region and acquired {1} " mode,                                 \
        .waits = "entered a critical region and waits for {1} " mode}

#define RESOURCE_QUERY(nt, short_verb, kind, asks)                                                 \
    [CALL_##nt] = {.name = #nt, .verb = short_verb, .letter = 'q', .visible = true,                \
        .group = GROUP_RESOURCE, .result = kind, PARAMS(1, RESOURCE),                              \
        .would = "ask " asks, .did = "asked " asks ": {r}"}

#define INTERLOCKED(nt, short_verb, n, ...)                                                        \
    [CALL_##nt] = {.name = #nt, .verb = short_verb, .letter = 'I', .visible = true,                \
        .group = GROUP_SHARED, .result = RESULT_NUMBER, PARAMS(n, CELL, __VA_ARGS__)

static const struct nt_call_row rows[N_CALLS] = {
    [CALL_NONE] = {.name = "", .verb = "", .letter = ' ', .would = "", .did = ""},

    [CALL_ExInitializeResourceLite] = {.name = "ExInitializeResourceLite", .verb = "InitRes",
        .letter = 'i', .visible = true, .group = GROUP_RESOURCE, .result = RESULT_STATUS,
        PARAMS(1, RESOURCE), .would = "initialise {1}", .did = "initialised {1}"},
    [CALL_ExReinitializeResourceLite] = {.name = "ExReinitializeResourceLite", .verb = "ReinitRes",
        .letter = 'i', .visible = true, .group = GROUP_RESOURCE, .result = RESULT_STATUS,
        PARAMS(1, RESOURCE), .would = "initialise {1} again", .did = "initialised {1} again"},
    [CALL_ExDeleteResourceLite] = {.name = "ExDeleteResourceLite", .verb = "DeleteRes",
        .letter = 'D', .visible = true, .group = GROUP_RESOURCE, .result = RESULT_STATUS,
        PARAMS(1, RESOURCE), .would = "delete {1}", .did = "deleted {1}"},
    ACQUIRE(ExAcquireResourceExclusiveLite, "AcquireExcl", "exclusive"),
    ACQUIRE(ExAcquireResourceSharedLite, "AcquireShared", "shared"),
    ACQUIRE(ExAcquireSharedStarveExclusive, "AcqSharedStarve", "shared (StarveExclusive)"),
    ACQUIRE(ExAcquireSharedWaitForExclusive, "AcqSharedWaitExcl", "shared (WaitForExclusive)"),
    [CALL_ExTryToAcquireResourceExclusiveLite] = {.name = "ExTryToAcquireResourceExclusiveLite",
        .verb = "TryExcl", .letter = 'A', .visible = true, .group = GROUP_RESOURCE,
        .result = RESULT_BOOLEAN, PARAMS(1, RESOURCE), .would = "try to acquire {1} exclusive",
        .did = "acquired {1} exclusive", .refused = "did not get {1} exclusive: {r}"},
    [CALL_ExConvertExclusiveToSharedLite] = {.name = "ExConvertExclusiveToSharedLite",
        .verb = "Convert", .letter = 'V', .visible = true, .group = GROUP_RESOURCE,
        .result = RESULT_VOID, PARAMS(1, RESOURCE),
        .would = "convert {1} from exclusive to shared",
        .did = "converted {1} from exclusive to shared"},
    [CALL_ExReleaseResourceLite] = {.name = "ExReleaseResourceLite", .verb = "Release",
        .letter = 'R', .visible = true, .group = GROUP_RESOURCE, .result = RESULT_VOID,
        PARAMS(1, RESOURCE), .would = "release {1}", .did = "released {1}"},
    [CALL_ExReleaseResourceForThreadLite] = {.name = "ExReleaseResourceForThreadLite",
        .verb = "ReleaseFor", .letter = 'R', .visible = true, .group = GROUP_RESOURCE,
        .result = RESULT_VOID, PARAMS(2, RESOURCE, VALUE("ResourceThreadId")),
        .would = "release {1} for owner {2}", .did = "released {1} for owner {2}"},
    [CALL_ExSetResourceOwnerPointer] = {.name = "ExSetResourceOwnerPointer", .verb = "SetOwner",
        .letter = 'P', .visible = true, .group = GROUP_RESOURCE, .result = RESULT_VOID,
        PARAMS(2, RESOURCE, VALUE("OwnerPointer")), .would = "give its hold of {1} to owner {2}",
        .did = "gave its hold of {1} to owner {2}"},
    RESOURCE_QUERY(ExIsResourceAcquiredExclusiveLite, "IsExcl?", RESULT_BOOLEAN,
        "whether it owns {1} exclusive"),
    RESOURCE_QUERY(ExIsResourceAcquiredSharedLite, "IsShared?", RESULT_NUMBER,
        "how often it owns {1}"),
    RESOURCE_QUERY(ExGetExclusiveWaiterCount, "ExclWaiters?", RESULT_NUMBER,
        "how many threads wait for {1} exclusive"),
    RESOURCE_QUERY(ExGetSharedWaiterCount, "SharedWaiters?", RESULT_NUMBER,
        "how many threads wait for {1} shared"),
    ENTER_ACQUIRE(ExEnterCriticalRegionAndAcquireResourceExclusive, "EnterExcl", "exclusive"),
    ENTER_ACQUIRE(ExEnterCriticalRegionAndAcquireResourceShared, "EnterShared", "shared"),
    ENTER_ACQUIRE(ExEnterCriticalRegionAndAcquireSharedWaitForExclusive, "EnterSharedWaitExcl",
        "shared (WaitForExclusive)"),
    [CALL_ExReleaseResourceAndLeaveCriticalRegion] = {
        .name = "ExReleaseResourceAndLeaveCriticalRegion", .verb = "ReleaseLeave", .letter = 'R',
        .visible = true, .group = GROUP_RESOURCE, .result = RESULT_VOID, PARAMS(1, RESOURCE),
        .would = "release {1} and leave the critical region",
        .did = "released {1} and left the critical region"},

    [CALL_KeInitializeEvent] = {.name = "KeInitializeEvent", .verb = "InitEvent", .letter = 'i',
        .visible = true, .group = GROUP_EVENT, .result = RESULT_VOID,
        PARAMS(3, EVENT, VALUE("Type"), FLAG("State")), .would = "initialise {1}",
        .did = "initialised {1}"},
    [CALL_KeSetEvent] = {.name = "KeSetEvent", .verb = "Set", .letter = 'S', .visible = true,
        .group = GROUP_EVENT, .result = RESULT_STATE,
        PARAMS(3, EVENT, OPT("Increment", PARAM_VALUE, 0), OPT("Wait", PARAM_FLAG, 0)),
        .would = "set {1}", .did = "set {1}"},
    [CALL_KeResetEvent] = {.name = "KeResetEvent", .verb = "Reset", .letter = 'r', .visible = true,
        .group = GROUP_EVENT, .result = RESULT_STATE, PARAMS(1, EVENT), .would = "reset {1}",
        .did = "reset {1}"},
    [CALL_KeClearEvent] = {.name = "KeClearEvent", .verb = "Clear", .letter = 'r', .visible = true,
        .group = GROUP_EVENT, .result = RESULT_VOID, PARAMS(1, EVENT), .would = "clear {1}",
        .did = "cleared {1}"},
    [CALL_KePulseEvent] = {.name = "KePulseEvent", .verb = "Pulse", .letter = 'P', .visible = true,
        .group = GROUP_EVENT, .result = RESULT_STATE,
        PARAMS(3, EVENT, OPT("Increment", PARAM_VALUE, 0), OPT("Wait", PARAM_FLAG, 0)),
        .would = "pulse {1}", .did = "pulsed {1}"},
    [CALL_KeReadStateEvent] = {.name = "KeReadStateEvent", .verb = "ReadState", .letter = 'q',
        .visible = true, .group = GROUP_EVENT, .result = RESULT_STATE, PARAMS(1, EVENT),
        .would = "read the state of {1}", .did = "read the state of {1}: {r}"},

    [CALL_KeWaitForSingleObject] = {.name = "KeWaitForSingleObject", .verb = "Wait", .letter = '?',
        .visible = true, .group = GROUP_WAIT, .result = RESULT_STATUS,
        PARAMS(5, {"Object", PARAM_WAITABLE, false, 0}, OPT("WaitReason", PARAM_VALUE, 0),
               OPT("WaitMode", PARAM_VALUE, 0), OPT("Alertable", PARAM_FLAG, 0),
               OPT("Timeout", PARAM_TIMEOUT, TIMEOUT_FOREVER)),
        .would = "wait for {1}", .did = "did not have to wait for {1}: {r}", .refused = "waited for {1}: {r}",
        .waits = "waits for {1}"},
    [CALL_KeWaitForMultipleObjects] = {.name = "KeWaitForMultipleObjects", .verb = "WaitMultiple",
        .letter = '?', .visible = true, .group = GROUP_WAIT, .result = RESULT_STATUS,
        PARAMS(3, VALUE("WaitType"), OPT("Timeout", PARAM_TIMEOUT, TIMEOUT_FOREVER),
               {"Object", PARAM_REST, false, 0}),
        .would = "wait for {3}", .did = "did not have to wait for {3}: {r}",
        .refused = "waited for {3}: {r}", .waits = "waits for {3}"},
    [CALL_KeDelayExecutionThread] = {.name = "KeDelayExecutionThread", .verb = "Delay",
        .letter = 'z', .visible = true, .group = GROUP_WAIT, .result = RESULT_STATUS,
        PARAMS(1, {"Interval", PARAM_TIMEOUT, false, 0}), .would = "sleep for {1} ms",
        .did = "slept for {1} ms", .waits = "sleeps for {1} ms"},
    [CALL_KeAlertThread] = {.name = "KeAlertThread", .verb = "Alert", .letter = 'a',
        .visible = true, .group = GROUP_WAIT, .result = RESULT_BOOLEAN,
        PARAMS(1, {"Thread", PARAM_THREAD, false, 0}), .would = "alert {1}", .did = "alerted {1}"},

    [CALL_PsCreateSystemThread] = {.name = "PsCreateSystemThread", .verb = "CreateThread",
        .letter = 'T', .visible = true, .group = GROUP_THREAD, .result = RESULT_STATUS,
        PARAMS(1, {"Thread", PARAM_THREAD, false, 0}), .would = "create thread {1}",
        .did = "created thread {1}", .refused = "could not create thread {1} again: {r}"},
    [CALL_PsTerminateSystemThread] = {.name = "PsTerminateSystemThread", .verb = "Terminate",
        .letter = 'E', .visible = true, .group = GROUP_THREAD, .result = RESULT_STATUS,
        PARAMS(1, OPT("ExitStatus", PARAM_VALUE, 0)), .would = "end with status {1}",
        .did = "ended with status {1}", .refused = "did not end: {r}"},
    [CALL_KeEnterCriticalRegion] = {.name = "KeEnterCriticalRegion", .verb = "EnterRegion",
        .letter = '.', .group = GROUP_THREAD, .result = RESULT_VOID, NO_PARAMS,
        .would = "enter a critical region", .did = "entered a critical region"},
    [CALL_KeLeaveCriticalRegion] = {.name = "KeLeaveCriticalRegion", .verb = "LeaveRegion",
        .letter = '.', .group = GROUP_THREAD, .result = RESULT_VOID, NO_PARAMS,
        .would = "leave the critical region", .did = "left the critical region"},
    [CALL_KeAreApcsDisabled] = {.name = "KeAreApcsDisabled", .verb = "ApcsDisabled?",
        .letter = '.', .group = GROUP_THREAD, .result = RESULT_BOOLEAN, NO_PARAMS,
        .would = "ask whether normal APCs are disabled",
        .did = "asked whether normal APCs are disabled: {r}"},
    [CALL_KeRaiseIrql] = {.name = "KeRaiseIrql", .verb = "RaiseIrql", .letter = '.',
        .group = GROUP_THREAD, .result = RESULT_NUMBER, PARAMS(1, VALUE("NewIrql")),
        .would = "raise IRQL to {1}", .did = "raised IRQL to {1}"},
    [CALL_KeLowerIrql] = {.name = "KeLowerIrql", .verb = "LowerIrql", .letter = '.',
        .group = GROUP_THREAD, .result = RESULT_VOID, PARAMS(1, VALUE("NewIrql")),
        .would = "lower IRQL to {1}", .did = "lowered IRQL to {1}"},
    [CALL_KeGetCurrentIrql] = {.name = "KeGetCurrentIrql", .verb = "Irql?", .letter = '.',
        .group = GROUP_THREAD, .result = RESULT_NUMBER, NO_PARAMS, .would = "ask for its IRQL",
        .did = "asked for its IRQL: {r}"},
    [CALL_KeSetPriorityThread] = {.name = "KeSetPriorityThread", .verb = "SetPriority",
        .letter = '.', .group = GROUP_THREAD, .result = RESULT_NUMBER,
        PARAMS(1, VALUE("Priority")), .would = "set its priority to {1}",
        .did = "set its priority to {1}"},
    [CALL_ExGetCurrentResourceThread] = {.name = "ExGetCurrentResourceThread",
        .verb = "CurrentThread?", .letter = '.', .group = GROUP_THREAD, .result = RESULT_THREAD,
        NO_PARAMS, .would = "ask for its own id", .did = "asked for its own id: {r}"},

    [CALL_ZwCreateFile] = {.name = "ZwCreateFile", .verb = "Create", .letter = 'C',
        .visible = true, .group = GROUP_FILE, .result = RESULT_STATUS,
        PARAMS(5, {"FileHandle", PARAM_OUT_HANDLE, false, 0}, {"ObjectName", PARAM_PATH, false, 0},
               VALUE("DesiredAccess"), VALUE("ShareAccess"), VALUE("CreateDisposition")),
        .would = "create {2}", .did = "created {2}", .refused = "could not create {2}: {r}"},
    [CALL_ZwOpenFile] = {.name = "ZwOpenFile", .verb = "Open", .letter = 'O', .visible = true,
        .group = GROUP_FILE, .result = RESULT_STATUS,
        PARAMS(4, {"FileHandle", PARAM_OUT_HANDLE, false, 0}, {"ObjectName", PARAM_PATH, false, 0},
               VALUE("DesiredAccess"), VALUE("ShareAccess")),
        .would = "open {2}", .did = "opened {2}", .refused = "could not open {2}: {r}"},
    [CALL_ZwReadFile] = {.name = "ZwReadFile", .verb = "Read", .letter = 'L', .visible = true,
        .group = GROUP_FILE, .result = RESULT_STATUS,
        PARAMS(2, HANDLE_, {"Length", PARAM_BYTES, false, 0}),
        .would = "read {2} bytes from {1}", .did = "read {i} bytes from {o}",
        .refused = "could not read {1}: {r}"},
    [CALL_ZwWriteFile] = {.name = "ZwWriteFile", .verb = "Write", .letter = 'W', .visible = true,
        .group = GROUP_FILE, .result = RESULT_STATUS,
        PARAMS(3, HANDLE_, {"Length", PARAM_BYTES, false, 0},
               OPT("ByteOffset", PARAM_VALUE, NT_FILE_USE_FILE_POINTER_POSITION)),
        .would = "write {2} bytes to {1}", .did = "wrote {i} bytes to {o}",
        .refused = "could not write to {1}: {r}"},
    [CALL_ZwSetInformationFile] = {.name = "ZwSetInformationFile", .verb = "Rename", .letter = 'M',
        .visible = true, .group = GROUP_FILE, .result = RESULT_STATUS,
        .selector = NT_FileRenameInformation,
        PARAMS(6, HANDLE_, VALUE("FileInformationClass"), {"FileName", PARAM_PATH, false, 0},
               FLAG("ReplaceIfExists"), OPT("buffer_bytes", PARAM_VALUE, -1),
               OPT("Length", PARAM_VALUE, -1)),
        .would = "rename {1} to {3}", .did = "renamed {p} to {o}",
        .refused = "could not rename {1} to {3}: {r}"},
    [CALL_ZwSetInformationFile_disposition] = {.name = "ZwSetInformationFile", .verb = "Delete",
        .letter = 'D', .visible = true, .group = GROUP_FILE, .result = RESULT_STATUS,
        .selector = NT_FileDispositionInformation,
        PARAMS(3, HANDLE_, VALUE("FileInformationClass"), FLAG("DeleteFile")),
        .would = "mark {1} for deletion", .did = "marked {o} for deletion",
        .refused = "could not mark {1} for deletion: {r}"},
    [CALL_ZwDeleteFile] = {.name = "ZwDeleteFile", .verb = "Delete", .letter = 'D',
        .visible = true, .group = GROUP_FILE, .result = RESULT_STATUS,
        PARAMS(1, {"ObjectName", PARAM_PATH, false, 0}), .would = "delete {1}",
        .did = "deleted {1}", .refused = "could not delete {1}: {r}"},
    [CALL_ZwClose] = {.name = "ZwClose", .verb = "Close", .letter = 'X', .visible = true,
        .group = GROUP_FILE, .result = RESULT_STATUS, PARAMS(1, HANDLE_), .would = "close {1}",
        .did = "closed {o}", .refused = "could not close {1}: {r}"},

    [CALL_KeAcquireSpinLock] = {.name = "KeAcquireSpinLock", .verb = "SpinLock", .letter = 'A',
        .visible = true, .group = GROUP_SPINLOCK, .result = RESULT_VOID, PARAMS(1, SPINLOCK),
        .would = "acquire spin lock {1}", .did = "acquired spin lock {1}",
        .waits = "spins on {1}"},
    [CALL_KeReleaseSpinLock] = {.name = "KeReleaseSpinLock", .verb = "SpinUnlock", .letter = 'R',
        .visible = true, .group = GROUP_SPINLOCK, .result = RESULT_VOID, PARAMS(1, SPINLOCK),
        .would = "release spin lock {1}", .did = "released spin lock {1}"},

    [CALL_InterlockedIncrement] = {.name = "InterlockedIncrement", .verb = "Increment",
        .letter = 'I', .visible = true, .group = GROUP_SHARED, .result = RESULT_NUMBER,
        PARAMS(1, CELL), .would = "increment {1} atomically",
        .did = "incremented {1} atomically to {r}"},
    [CALL_InterlockedDecrement] = {.name = "InterlockedDecrement", .verb = "Decrement",
        .letter = 'I', .visible = true, .group = GROUP_SHARED, .result = RESULT_NUMBER,
        PARAMS(1, CELL), .would = "decrement {1} atomically",
        .did = "decremented {1} atomically to {r}"},
    INTERLOCKED(InterlockedExchange, "Exchange", 2, VALUE("Value")),
        .would = "exchange {1} for {2} atomically",
        .did = "exchanged {1} for {2} atomically; it was {r}"},
    INTERLOCKED(InterlockedCompareExchange, "CompareExch", 3, VALUE("Exchange"),
                VALUE("Comparand")),
        .would = "set {1} to {2} atomically if it is {3}",
        .did = "compared {1} with {3} atomically; it was {r}"},
    INTERLOCKED(InterlockedAdd, "Add", 2, VALUE("Value")),
        .would = "add {2} to {1} atomically", .did = "added {2} to {1} atomically: {r}"},
    [CALL_load] = {.name = "load", .verb = "Load", .letter = 'l', .visible = true,
        .group = GROUP_SHARED, .result = RESULT_NUMBER, PARAMS(1, CELL), .would = "load {1}",
        .did = "loaded {1}: {r}"},
    [CALL_store] = {.name = "store", .verb = "Store", .letter = 's', .visible = true,
        .group = GROUP_SHARED, .result = RESULT_NUMBER, PARAMS(2, CELL, VALUE("Value")),
        .would = "store {2} in {1}", .did = "stored {2} in {1}"},

    [CALL_IoDeleteDevice] = {.name = "IoDeleteDevice", .verb = "DeleteDevice", .letter = 'D',
        .visible = true, .group = GROUP_DRIVER, .result = RESULT_VOID, NO_PARAMS,
        .would = "delete the device and its extension",
        .did = "deleted the device and its extension"},
    [CALL_return] = {.name = "return", .verb = "Return", .letter = 'E', .visible = true,
        .group = GROUP_THREAD, .result = RESULT_VOID, NO_PARAMS, .would = "return and end",
        .did = "returned and ended"},
};
// NOLINTEND(bugprone-macro-parentheses)
// clang-format on

/* Names that ntifs.h maps to one of the routines above. */
static const struct {
    const char *name;
    enum nt_call call;
} aliases[] = {
    {"ExInitializeResource", CALL_ExInitializeResourceLite},
    {"ExDeleteResource", CALL_ExDeleteResourceLite},
    {"ExAcquireResourceExclusive", CALL_ExAcquireResourceExclusiveLite},
    {"ExAcquireResourceShared", CALL_ExAcquireResourceSharedLite},
    {"ExTryToAcquireResourceExclusive", CALL_ExTryToAcquireResourceExclusiveLite},
    {"ExReleaseResource", CALL_ExReleaseResourceLite},
    {"ExIsResourceAcquired", CALL_ExIsResourceAcquiredSharedLite},
    {"ExIsResourceAcquiredLite", CALL_ExIsResourceAcquiredSharedLite},
    {"ExIsResourceAcquiredShared", CALL_ExIsResourceAcquiredSharedLite},
    {"ExIsResourceAcquiredExclusive", CALL_ExIsResourceAcquiredExclusiveLite},
    {"ExEnterCriticalRegionAndAcquireResourceSharedWaitForExclusive",
     CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive},
};

const struct nt_call_row *nt_call_row(enum nt_call call)
{
    return &rows[call];
}

static bool is_name(const char *name, const char *text, uint32_t length)
{
    return strlen(name) == length && memcmp(name, text, length) == 0;
}

enum nt_call nt_call_find(const char *name, uint32_t length)
{
    for (unsigned call = CALL_NONE + 1; call < N_CALLS; call++) {
        // load, store and return are not routines: a body writes them in its own syntax
        bool own_syntax = call == CALL_load || call == CALL_store || call == CALL_return;
        if (!own_syntax && is_name(rows[call].name, name, length)) {
            return (enum nt_call)call;
        }
    }
    for (unsigned i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (is_name(aliases[i].name, name, length)) {
            return aliases[i].call;
        }
    }
    return CALL_NONE;
}

enum nt_call nt_call_select(enum nt_call first, int32_t selector)
{
    for (unsigned call = first; call < N_CALLS; call++) {
        if (rows[call].selector == selector && strcmp(rows[call].name, rows[first].name) == 0) {
            return (enum nt_call)call;
        }
    }
    return CALL_NONE;
}
