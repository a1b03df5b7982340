/*
 * A grammar in a table. A row is a statement of the body language with holes:
 *
 *     $R, $Q ...   an object, a number, a path: what the letter's row in `words` offers. One letter
 *                  means one thing throughout a row.
 *     @            a block of statements, perhaps none
 *
 * `needs` says which kinds of object the scenario must have. A thread is given a number of visible
 * steps to spend, few enough that all schedules can be walked; `steps` is what a row costs. A loop
 * costs what its block does, twice.
 */
#include "random_scenario.h"

#include <assert.h>
#include <stdlib.h>

#include "oracle_random.h"
#include "sim/lang/mem.h"

enum {
    LOCKS = 1,
    EVENTS = 2,
    SPINS = 4,
    SHARED = 8,
    FILES = 16,
    STARTS = 32, // the last thread is made by another
    LOOP = 64,   // of a row: is a loop
    CROWD = 128, // nearly all that threads do is done under one lock
    N_KINDS = 6,
};

enum { MAX_DEPTH = 3, MAX_WORDS = 8, LOOP_STEPS = 2 };

// clang-format off
static const struct {
    char letter;
    const char *words[MAX_WORDS]; // up to the first NULL
    const char *in_loop;          // one more where `i` counts; NULL: none
} words[] = {
    {'R', {"R", "R", "R", "Q[1]"}, "Q[i]"},
    {'Q', {"R", "Q[0]", "Q[1]"}, "Q[i]"},
    {'E', {"E", "E", "F"}, NULL},
    {'F', {"F", "F", "E"}, NULL},
    {'L', {"L", "L", "M"}, NULL},
    {'X', {"x", "x", "y", "a[0]"}, "a[i]"},
    {'Y', {"x", "y", "a[1]"}, "a[i]"},
    {'T', {"A", "B"}, NULL},
    {'N', {"0", "1", "2"}, NULL},
    {'O', {"1", "2", "3"}, NULL},
    {'B', {"TRUE", "FALSE"}, NULL},
    {'W', {"TRUE", "TRUE", "FALSE"}, NULL},
    {'U', {"NULL", "NULL", "10", "20", "0"}, NULL},
    {'H', {"h", "h", "k"}, NULL},
    {'P', {"C:\\Temp\\f0", "C:\\Temp\\f0", "C:\\Temp\\f1", "C:\\Temp2\\f0"}, "C:\\Temp\\f{i}"},
    {'V', {"C:\\Temp2\\f0", "C:\\Temp\\f1", "C:\\Temp\\f0"}, "C:\\Temp2\\f{i}"},
    {'G', {"GENERIC_WRITE", "GENERIC_READ", "DELETE", "FILE_ALL_ACCESS"}, NULL},
    {'S', {"0", "FILE_SHARE_READ", "FILE_SHARE_READ | FILE_SHARE_WRITE",
           "FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE"}, NULL},
    {'D', {"FILE_OPEN", "FILE_CREATE", "FILE_OPEN_IF", "FILE_OVERWRITE_IF", "FILE_OVERWRITE",
           "FILE_SUPERSEDE"}, NULL},
};

struct row {
    uint8_t needs, weight, steps;
    const char *text;
};

static const struct row statements[] = {
    {LOCKS, 8, 2, "ExAcquireResourceExclusiveLite(&$R);\n@ExReleaseResourceLite(&$R);\n"},
    {LOCKS, 6, 2, "ExAcquireResourceSharedLite(&$R);\n@ExReleaseResourceLite(&$R);\n"},
    {LOCKS, 4, 2, "if (ExAcquireResourceSharedLite(&$R, FALSE)) {\n@ExReleaseResourceLite(&$R);\n}\n"},
    {LOCKS, 4, 2, "if (ExTryToAcquireResourceExclusiveLite(&$R)) {\n@ExReleaseResourceLite(&$R);\n}\n"},
    {LOCKS, 2, 2, "ExAcquireSharedStarveExclusive(&$R, TRUE);\n@ExReleaseResourceLite(&$R);\n"},
    {LOCKS, 2, 2, "ExAcquireSharedWaitForExclusive(&$R, TRUE);\n@ExReleaseResourceLite(&$R);\n"},
    {LOCKS, 2, 3, "ExAcquireResourceExclusiveLite(&$R);\nExConvertExclusiveToSharedLite(&$R);\n@ExReleaseResourceLite(&$R);\n"},
    {LOCKS, 2, 2, "ExEnterCriticalRegionAndAcquireResourceExclusive(&$R);\n@ExReleaseResourceAndLeaveCriticalRegion(&$R);\n"},
    {LOCKS, 1, 3, "ExAcquireResourceExclusiveLite(&$R);\nExSetResourceOwnerPointer(&$R, 7);\n@ExReleaseResourceForThreadLite(&$R, 7);\n"},
    {LOCKS, 2, 1, "ExAcquireResourceSharedLite(&$R, $W);\n"},
    {LOCKS, 1, 1, "ExReleaseResourceLite(&$R);\n"},
    {LOCKS, 1, 1, "ExDeleteResourceLite(&$Q);\n"},
    {LOCKS, 1, 1, "IoDeleteDevice();\n"},
    {LOCKS, 2, 1, "r = ExGetExclusiveWaiterCount(&$R);\n"},
    {LOCKS, 1, 1, "if (ExIsResourceAcquiredSharedLite(&$R) > 1) {\n@}\n"},
    {EVENTS, 8, 1, "KeSetEvent(&$E);\n"},
    {EVENTS, 3, 1, "r = KeResetEvent(&$E);\n"},
    {EVENTS, 3, 1, "KePulseEvent(&$E);\n"},
    {EVENTS, 2, 1, "if (KeReadStateEvent(&$E)) {\n@}\n"},
    {EVENTS, 6, 1, "r = KeWaitForSingleObject(&$E, Executive, KernelMode, FALSE, $U);\n"},
    {EVENTS, 3, 1, "if (KeWaitForSingleObject(&$E, Executive, KernelMode, $B, $U) == STATUS_SUCCESS) {\n@}\n"},
    {EVENTS, 3, 1, "r = KeWaitForMultipleObjects(WaitAny, &E, &F, $U);\n"},
    {EVENTS, 3, 1, "r = KeWaitForMultipleObjects(WaitAll, &F, &E, $U);\n"},
    {EVENTS, 2, 1, "r = KeWaitForMultipleObjects(WaitAny, &$E, &$T, $U);\n"},
    {EVENTS, 1, 1, "KeInitializeEvent(&$F, NotificationEvent, $B);\n"},
    {EVENTS, 2, 1, "KeAlertThread(&$T);\n"},
    {SPINS, 6, 2, "KeAcquireSpinLock(&$L);\n@KeReleaseSpinLock(&$L);\n"},
    {SPINS, 1, 1, "KeReleaseSpinLock(&$L);\n"},
    {SPINS, 1, 1, "KeAcquireSpinLock(&$L);\n"},
    {SHARED, 6, 2, "$X = $X + $O;\n"},
    {SHARED, 5, 1, "$X = $N;\n"},
    {SHARED, 2, 1, "$X = r;\n"},
    {SHARED, 3, 1, "r = $X;\n"},
    {SHARED, 4, 1, "if ($X == $N) {\n@}\n"},
    {SHARED, 2, 2, "$X = $Y;\n"},
    {SHARED, 1, 2, "a[x & 1] = $N;\n"},
    {SHARED, 1, 1, "a[r] = $N;\n"},
    {SHARED, 4, 1, "InterlockedIncrement(&$X);\n"},
    {SHARED, 2, 1, "r = InterlockedExchange(&$X, $N);\n"},
    {SHARED, 3, 1, "if (InterlockedCompareExchange(&$X, $O, $N) == $N) {\n@}\n"},
    {SHARED, 2, 1, "InterlockedAdd(&$X, -$O);\n"},
    {SHARED, 2, 1, "assert($X < $O);\n"},
    {SHARED, 1, 1, "while ($X == 0) {\n}\n"},
    {SHARED, 1, 1, "r = 1 / $X;\n"},
    {FILES, 8, 1, "r = ZwCreateFile(&$H, \"$P\", $G, $S, $D);\n"},
    {FILES, 6, 2, "if (NT_SUCCESS(ZwCreateFile(&$H, \"$P\", $G, $S, $D))) {\n@ZwClose($H);\n}\n"},
    {FILES, 6, 3, "if (NT_SUCCESS(ZwOpenFile(&$H, \"$P\", FILE_ALL_ACCESS, $S))) {\n"
                  "ZwSetInformationFile($H, FileRenameInformation, \"$V\", $B);\nZwClose($H);\n}\n"},
    {FILES, 4, 1, "r = ZwOpenFile(&$H, \"$P\", $G, $S);\n"},
    {FILES, 5, 1, "r = ZwWriteFile($H, $O);\n"},
    {FILES, 1, 1, "r = ZwWriteFile($H, \"r={r}\", 4);\n"},
    {FILES, 2, 1, "r = ZwReadFile($H, $O);\n"},
    {FILES, 3, 1, "r = ZwSetInformationFile($H, FileRenameInformation, \"$V\", $B);\n"},
    {FILES, 2, 1, "r = ZwSetInformationFile($H, FileDispositionInformation, $B);\n"},
    {FILES, 3, 1, "r = ZwDeleteFile(\"$P\");\n"},
    {FILES, 4, 1, "ZwClose($H);\n"},
    {STARTS, 9, 1, "r = PsCreateSystemThread(&B);\n"},
    {0, 1, 1, "r = KeWaitForSingleObject(&$T, Executive, KernelMode, FALSE, $U);\n"},
    {0, 1, 1, "KeDelayExecutionThread(10);\n"},
    {0, 1, 1, "PsTerminateSystemThread($N);\n"},
    {0, 1, 0, "KeEnterCriticalRegion();\n@KeLeaveCriticalRegion();\n"},
    {0, 2, 0, "if (r == $N) {\n@}\n"},
    {LOOP, 6, LOOP_STEPS, "for (int i = 0; i < 2; i++) {\n@}\n"},
};

static const struct row predicates[] = {
    {LOCKS, 2, 0, "owner_count($R) == $N"},
    {LOCKS, 1, 0, "owns($T, $R)"},
    {EVENTS, 2, 0, "signaled($E)"},
    {SHARED, 4, 0, "$X == $N"},
    {SHARED, 2, 0, "$X <= $Y"},
    {SHARED, 1, 0, "each(i, 0, 2, a[i] == $N)"},
    {SHARED, 1, 0, "any(i, 0, 2, a[i] == $O)"},
    {FILES, 3, 0, "files(\"C:\\Temp\") == $N"},
    {FILES, 2, 0, "exists(\"$P\")"},
    {FILES, 2, 0, "size(\"$P\") >= $O"},
    {FILES, 1, 0, "each(i, 0, 2, !exists(\"C:\\Temp\\f{i}\") || exists(\"C:\\Temp2\\f{i}\"))"},
    {0, 2, 0, "ended($T)"},
    {0, 2, 0, "waits($T)"},
    {0, 1, 0, "exit_status($T) == $N"},
};
// clang-format on

/* How the threads of a crowd hold their lock; of a spin lock, the last rows. */
static const struct hold {
    const char *acquire, *release;
} holds[] = {
    {"ExAcquireResourceExclusiveLite(&R, TRUE);", "ExReleaseResourceLite(&R);"},
    {"ExAcquireResourceExclusiveLite(&R);",
     "ExReleaseResourceForThreadLite(&R, ExGetCurrentResourceThread());"},
    {"ExEnterCriticalRegionAndAcquireResourceExclusive(&R);",
     "ExReleaseResourceAndLeaveCriticalRegion(&R);"},
    {"ExAcquireResourceSharedLite(&R, TRUE);", "ExReleaseResourceLite(&R);"},
    {"ExAcquireSharedStarveExclusive(&R, TRUE);", "ExReleaseResourceLite(&R);"},
    {"KeAcquireSpinLock(&L);", "KeReleaseSpinLock(&L);"},
};

enum {
    N_EXCLUSIVE_HOLDS = 3,
    N_RESOURCE_HOLDS = 5,
    N_HOLDS = sizeof holds / sizeof holds[0],
    N_WORDS = sizeof words / sizeof words[0],
    N_STATEMENTS = sizeof statements / sizeof statements[0],
    N_PREDICATES = sizeof predicates / sizeof predicates[0],
};

/* Numbers are drawn in statements of their own: the order of a call's arguments is the compiler's. */
struct generator {
    struct oracle_random random;
    unsigned has; // kinds of object
    int steps;    // that the present thread has left
    unsigned depth;
    struct text text;
};

static unsigned below(struct generator *g, unsigned n)
{
    return oracle_below(&g->random, n);
}

static bool once_in(struct generator *g, unsigned n)
{
    return oracle_once_in(&g->random, n);
}

static bool in_loop(const struct generator *g)
{
    return (g->has & LOOP) == 0;
}

/* ---- rows and holes ---- */

static const char *word(struct generator *g, char letter)
{
    unsigned row = 0, n = 0;
    while (row < N_WORDS && words[row].letter != letter) {
        row++;
    }
    assert(row < N_WORDS);
    while (n < MAX_WORDS && words[row].words[n] != NULL) {
        n++;
    }
    unsigned pick = below(g, n + (in_loop(g) && words[row].in_loop != NULL));
    return pick < n ? words[row].words[pick] : words[row].in_loop;
}

static bool fits(const struct generator *g, const struct row *row)
{
    return (row->needs & ~g->has) == 0 && row->steps <= g->steps;
}

/* A row that fits, by weight. */
static const struct row *pick_row(struct generator *g, const struct row *rows, unsigned n_rows)
{
    unsigned total = 0, i = 0;
    for (unsigned k = 0; k < n_rows; k++) {
        total += fits(g, &rows[k]) ? rows[k].weight : 0;
    }
    unsigned pick = below(g, total);
    while (!fits(g, &rows[i]) || pick >= rows[i].weight) {
        pick -= fits(g, &rows[i]) ? rows[i].weight : 0;
        i++;
    }
    return &rows[i];
}

static void statement(struct generator *g);

static void block(struct generator *g, unsigned least)
{
    g->depth++;
    unsigned n = g->depth <= MAX_DEPTH ? least + below(g, 3) : 0;
    for (; n > 0 && g->steps > 0; n--) {
        statement(g);
    }
    g->depth--;
}

/* A block that runs twice, and pays for it. */
static void loop_block(struct generator *g)
{
    int all = g->steps + LOOP_STEPS, half = all / 2;
    g->steps = half;
    g->has &= ~(unsigned)LOOP; // no loop in a loop
    block(g, 1);
    g->has |= LOOP;
    g->steps = all - 2 * (half - g->steps);
}

/* Writes the row, each of its lines indented. */
static void fill(struct generator *g, const struct row *row, int indent)
{
    const char *picked[26] = {NULL};
    for (const char *c = row->text; *c != '\0'; c++) {
        if (*c != '@' && (c == row->text || c[-1] == '\n' || c[-1] == '@')) {
            text_format(&g->text, "%*s", indent, "");
        }
        if (*c == '$') {
            const char **pick = &picked[*++c - 'A'];
            *pick = *pick != NULL ? *pick : word(g, *c);
            text_format(&g->text, "%s", *pick);
        } else if (*c == '@' && (row->needs & LOOP) != 0) {
            loop_block(g);
        } else if (*c == '@') {
            block(g, 0);
        } else {
            text_format(&g->text, "%c", *c);
        }
    }
}

static void statement(struct generator *g)
{
    const struct row *row = pick_row(g, statements, N_STATEMENTS);
    g->steps -= row->steps;
    fill(g, row, 4 + 4 * (int)g->depth);
}

static void predicate(struct generator *g)
{
    unsigned n = 1 + once_in(g, 3);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0) {
            text_format(&g->text, once_in(g, 2) ? " && " : " || ");
        }
        bool negated = once_in(g, 5);
        text_format(&g->text, negated ? "!(" : "");
        fill(g, pick_row(g, predicates, N_PREDICATES), 0);
        text_format(&g->text, negated ? ")" : "");
    }
    text_format(&g->text, "\n");
}

/* ---- sections ---- */

static void scenario_section(struct generator *g, uint64_t seed)
{
    text_format(&g->text, "[scenario]\ntitle = Random scenario %llu\n", (unsigned long long)seed);
    if (once_in(g, 6)) {
        text_format(&g->text, "release_policy = writer_first\n");
    }
    if (once_in(g, 4)) {
        text_format(&g->text, "pulse = may_miss\n");
    }
    if (once_in(g, 4)) {
        text_format(&g->text, "wait_all = retest\n");
    }
    if (once_in(g, 6)) {
        text_format(&g->text, "verifier = off\n");
    }
    if (once_in(g, 6)) {
        text_format(&g->text, "rename_without_delete = yes\n");
    }
}

static const char *event_type(struct generator *g)
{
    return once_in(g, 2) ? "NotificationEvent" : "SynchronizationEvent";
}

static void object_sections(struct generator *g)
{
    if ((g->has & LOCKS) != 0) {
        text_format(&g->text, "\n[resource R]\n%s\n[resource Q[2]]\n",
                    once_in(g, 3) ? "in = extension\n" : "");
    }
    if ((g->has & EVENTS) != 0) {
        text_format(&g->text, "\n[event E]\ntype = %s\n", event_type(g));
        text_format(&g->text, "\n[event F]\ntype = %s\n", event_type(g));
        text_format(&g->text, "signaled = %s\n", once_in(g, 3) ? "TRUE" : "FALSE");
    }
    if ((g->has & SPINS) != 0) {
        text_format(&g->text, "\n[spinlock L]\n\n[spinlock M]\n");
    }
    if ((g->has & SHARED) != 0) {
        text_format(&g->text, "\n[shared]\nx = 0\ny = %u\n", below(g, 2));
        text_format(&g->text, "a[2] = %u\n", below(g, 2));
    }
    if ((g->has & FILES) != 0) {
        text_format(&g->text, "\n[directory temp]\npath = C:\\Temp\n%s",
                    once_in(g, 2) ? "file = f0 4\n" : "");
        text_format(&g->text, "\n[directory temp2]\npath = C:\\Temp2\n%s",
                    once_in(g, 4) ? "file = f0\n" : "");
    }
}

static const struct hold *pick_hold(struct generator *g)
{
    if ((g->has & LOCKS) == 0) {
        return &holds[N_RESOURCE_HOLDS + below(g, N_HOLDS - N_RESOURCE_HOLDS)];
    }
    unsigned n = once_in(g, 4) ? N_RESOURCE_HOLDS : N_EXCLUSIVE_HOLDS;
    return &holds[below(g, n)];
}

static void thread_section(struct generator *g, const char *name, const char *keys, int steps)
{
    text_format(&g->text, "\n[thread %s]\n%sbody =\n    int r = 0;\n    HANDLE h = 0, k = 0;\n",
                name, keys);
    bool crowd = (g->has & CROWD) != 0 && !once_in(g, 6);
    const struct hold *hold = crowd ? pick_hold(g) : NULL;
    if (crowd && once_in(g, 4)) {
        g->steps = 1;
        statement(g);
    }
    text_format(&g->text, crowd ? "    %s\n" : "", crowd ? hold->acquire : "");
    for (g->steps = steps; g->steps > 0;) {
        statement(g);
    }
    text_format(&g->text, crowd ? "    %s\n" : "", crowd ? hold->release : "");
    if (crowd && once_in(g, 4)) {
        g->steps = 1;
        statement(g);
    }
}

static void threads(struct generator *g)
{
    bool three = once_in(g, 2), user = once_in(g, 8), twice = once_in(g, 8),
         unload = once_in(g, 12);
    unsigned starts = g->has & STARTS;
    unsigned steps[3], least = three ? 2 : 4, most = three ? 5 : 9;
    for (unsigned t = 0; t < 3; t++) {
        steps[t] = least + below(g, most - least + 1);
    }
    thread_section(g, "A", user ? "kind = user\n" : "", (int)steps[0]);
    g->has &= ~(unsigned)STARTS; // nobody starts himself
    thread_section(g, "B", starts != 0 ? "autostart = no\n" : "", (int)steps[1]);
    g->has |= starts;
    if (three && twice) {
        thread_section(g, "C", "count = 2\n", 1);
    } else if (three) {
        thread_section(g, "C", unload ? "kind = unload\n" : "", (int)steps[2]);
    }
}

static void claims(struct generator *g)
{
    enum { N_NAMES = 3 };
    static const char *const names[N_NAMES] = {"first", "second", "third"};
    static const char *const keys[] = {"always", "sometimes", "invariant", "invariant"};
    unsigned n = once_in(g, 2) ? 1 + below(g, N_NAMES) : 0;
    for (unsigned i = 0; i < n && i < N_NAMES; i++) {
        text_format(&g->text, "%s%s = ", i == 0 ? "\n[endings]\n" : "", names[i]);
        predicate(g);
    }
    text_format(&g->text, "\n[expect]\nrace = possible\n%s", n > 0 ? "goal = first\n" : "");
    for (unsigned k = below(g, 4); k > 0; k--) {
        text_format(&g->text, "%s = ", keys[below(g, 4)]);
        predicate(g);
    }
}

char *random_scenario(uint64_t seed)
{
    struct generator g = {.random = {seed}, .has = LOOP};
    for (unsigned n = 2 + below(&g, 2); n > 0; n--) {
        g.has |= 1u << below(&g, N_KINDS);
    }
    if (once_in(&g, 4)) {
        bool spins = once_in(&g, 4);
        g.has |= CROWD | (spins ? SPINS | SHARED : LOCKS | (once_in(&g, 3) ? SHARED : FILES));
        g.has &= ~(unsigned)(spins ? LOCKS : 0);
    }
    scenario_section(&g, seed);
    object_sections(&g);
    threads(&g);
    claims(&g);
    return g.text.at;
}
