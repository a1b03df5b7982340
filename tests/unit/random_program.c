/*
 * A body is a few statements of a list; they name two objects of each kind, so they meet often.
 */
#include "random_program.h"

#include <stdio.h>
#include <string.h>

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long statements go over two lines
/* @: one of the two objects of a kind. %: another thread. */
static const char *const statements[] = {
    "x@ = x@ + 1;",
    "x@ = 1;",
    "if (x@ == 0) x1 = 2;",
    "InterlockedIncrement(&x@);",
    "InterlockedCompareExchange(&x@, 5, 0);",
    "assert(x@ < 2);",
    "ExAcquireResourceExclusiveLite(&R@);",
    "ExAcquireResourceSharedLite(&R@);",
    "ExAcquireSharedStarveExclusive(&R@);",
    "ExAcquireSharedWaitForExclusive(&R@);",
    "ExTryToAcquireResourceExclusiveLite(&R@);",
    "if (ExAcquireResourceSharedLite(&R@, FALSE)) ExReleaseResourceLite(&R@);",
    "ExAcquireResourceExclusiveLite(&R@); ExReleaseResourceLite(&R@);",
    "ExAcquireResourceSharedLite(&R@); ExReleaseResourceLite(&R@);",
    "ExAcquireResourceExclusiveLite(&R@); ExConvertExclusiveToSharedLite(&R@); "
    "ExReleaseResourceLite(&R@);",
    "ExReleaseResourceLite(&R@);",
    "ExAcquireResourceSharedLite(&R@); ExSetResourceOwnerPointer(&R@, 7); "
    "ExReleaseResourceForThreadLite(&R@, 7);",
    "x1 = ExGetExclusiveWaiterCount(&R@) + ExGetSharedWaiterCount(&R@);",
    "KeSetEvent(&S@);",
    "KeSetEvent(&N@);",
    "KeResetEvent(&N@);",
    "KePulseEvent(&S@);",
    "KePulseEvent(&N@);",
    "x1 = KeReadStateEvent(&N@);",
    "KeWaitForSingleObject(&S@);",
    "KeWaitForSingleObject(&N@);",
    "if (KeWaitForSingleObject(&S@, Executive, KernelMode, FALSE, 0) == STATUS_TIMEOUT) x0 = 3;",
    "if (KeWaitForSingleObject(&S@, Executive, KernelMode, TRUE, 5) == STATUS_TIMEOUT) x0 = 4;",
    "x1 = KeWaitForSingleObject(&N@, Executive, KernelMode, FALSE, 5);",
    "x0 = KeWaitForMultipleObjects(WaitAny, &S@, &N@);",
    "KeWaitForMultipleObjects(WaitAll, &S@, &N0);",
    "KeWaitForMultipleObjects(WaitAll, &S0, &S1, 5);",
    "KeDelayExecutionThread(5);",
    "KeAlertThread(&T%);",
    "KeWaitForSingleObject(&T%);",
    "KeWaitForSingleObject(&T%, Executive, KernelMode, TRUE, NULL);",
    "KeAcquireSpinLock(&L@); x0 = x0 + 1; KeReleaseSpinLock(&L@);",
    "KeAcquireSpinLock(&L0); KeAcquireSpinLock(&L1); KeReleaseSpinLock(&L1); "
    "KeReleaseSpinLock(&L0);",
    "KeAcquireSpinLock(&L1); KeAcquireSpinLock(&L0); KeReleaseSpinLock(&L0); "
    "KeReleaseSpinLock(&L1);",
    "KeAcquireSpinLock(&L@);",
    "KeReleaseSpinLock(&L@);",
    "ZwCreateFile(&h, \"C:\\Temp\\f@\", GENERIC_WRITE, 0, FILE_OVERWRITE_IF); ZwWriteFile(h, 3); "
    "ZwClose(h);",
    "ZwCreateFile(&h, \"C:\\Temp\\f@\", GENERIC_WRITE, 7, FILE_OPEN_IF); ZwWriteFile(h, 3, "
    "FILE_WRITE_TO_END_OF_FILE);",
    "ZwOpenFile(&h, \"C:\\Temp\\f@\", GENERIC_READ, 7); ZwReadFile(h, 2); ZwClose(h);",
    "ZwOpenFile(&h, \"C:\\Temp\\f@\", DELETE, 7); ZwSetInformationFile(h, FileRenameInformation, "
    "\"C:\\Temp\\g@\", TRUE); ZwClose(h);",
    "ZwOpenFile(&h, \"C:\\Temp\\f@\", DELETE, 7); ZwSetInformationFile(h, "
    "FileDispositionInformation, TRUE); ZwClose(h);",
    "ZwDeleteFile(\"C:\\Temp\\f@\");",
    "x0 = h; ZwClose(x1);",
    "ZwReadFile(x0, 1);",
};

// NOLINTEND(bugprone-suspicious-missing-comma)

static const char *const invariants[] = {
    "x0 + x1 < 3",
    "owner_count(R0) <= 1",
    "!signaled(S0) || !signaled(N0)",
    "!waits(T1) || !waits(T2)",
    "!ended(T1) || x0 == 0",
    "!exists(\"C:\\Temp\\g0\") || size(\"C:\\Temp\\f1\") < 3",
    "files(\"C:\\Temp\") < 2",
    "each(i, 0, 2, !exists(\"C:\\Temp\\f{i}\") || size(\"C:\\Temp\\f{i}\") == 3)",
};

static char *add(char *out, const char *text)
{
    size_t n = strlen(text);
    memcpy(out, text, n + 1);
    return out + n;
}

static char *add_statement(struct oracle_random *random, char *out, unsigned thread, unsigned n)
{
    const char *text = statements[oracle_below(random, sizeof statements / sizeof *statements)];
    char thread_name = (char)('1' + (thread + 1 + oracle_below(random, n - 1)) % n);
    char object = (char)('0' + oracle_below(random, 2));
    out = add(out, "    ");
    for (; *text != '\0'; text++) {
        *out = *text;
        if (*text == '@') {
            *out = object;
        } else if (*text == '%') {
            *out = thread_name;
        }
        out++;
    }
    return add(out, "\n");
}

static char *add_switches(struct oracle_random *random, char *out)
{
    out = add(out, "[scenario]\ntitle = random\ndescription = One of many.\n");
    out = add(out, oracle_once_in(random, 4) ? "wait_all = retest\n" : "");
    out = add(out, oracle_once_in(random, 4) ? "pulse = may_miss\n" : "");
    return add(out, oracle_once_in(random, 4) ? "release_policy = writer_first\n" : "");
}

void random_program(struct oracle_random *random, char *out)
{
    unsigned n = 2 + oracle_below(random, 2);
    out = add_switches(random, out);
    out = add(out, "[directory temp]\npath = C:\\Temp\n");
    out = add(out, oracle_once_in(random, 2) ? "file = f0 4\n" : "");
    out =
        add(out, "[resource R0]\n[resource R1]\n[spinlock L0]\n[spinlock L1]\n"
                 "[event S0]\ntype = SynchronizationEvent\n[event N0]\ntype = NotificationEvent\n");
    out = add(out,
              "[event S1]\ntype = SynchronizationEvent\nsignaled = TRUE\n"
              "[event N1]\ntype = NotificationEvent\nsignaled = TRUE\n[shared]\nx0 = 0\nx1 = 0\n");
    for (unsigned t = 0; t < n; t++) {
        out += sprintf(out, "[thread T%u]\n", t + 1);
        bool created = t > 0 && oracle_once_in(random, 6);
        out = add(out, created ? "autostart = no\n" : "");
        out = add(out, t > 0 && oracle_once_in(random, 8) ? "kind = unload\n" : "");
        out = add(out, "body =\n    HANDLE h = 0;\n");
        out =
            add(out, t == 0 && oracle_once_in(random, 3) ? "    PsCreateSystemThread(&T2);\n" : "");
        unsigned n_statements = 1 + oracle_below(random, n == 2 ? 4 : 2);
        for (unsigned i = 0; i < n_statements; i++) {
            out = add_statement(random, out, t, n);
        }
    }
    if (oracle_once_in(random, 2)) {
        unsigned which = oracle_below(random, sizeof invariants / sizeof *invariants);
        sprintf(out, "[expect]\ninvariant = %s\nsometimes = x0 == 3\nalways = x1 == 0\n",
                invariants[which]);
    }
}
