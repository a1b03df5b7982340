/*
 * A kernel for tests: a small world in a few readable lines, and a verb for each call.
 *
 *     KERNEL_TEST(B17_owner_shares_again, RESOURCES(1), THREADS(3))
 *     {
 *         acquire_shared(k, T1, R, WAIT);
 *         EXPECT_EQ(BLOCKED, acquire_exclusive(k, T2, R, WAIT));
 *         EXPECT_EQ(true, acquire_shared(k, T1, R, TRY));
 *     }
 *
 *     TEST_MAIN(RUN_KERNEL(B17_owner_shares_again))
 *
 * Purpose    KERNEL_TEST gives its body a fresh kernel as k; RUN_KERNEL builds and frees it around
 *            the test, also around one that fails. Every part is there already: threads are ready
 *            at PASSIVE_LEVEL, resources and events are initialised (events: notification, not
 *            signalled).
 * Verbs      Each is one step of one thread through the NT call table. It returns what the call
 *            returned, or BLOCKED, or STOPPED at a bug check; k->effect has the rest. After each
 *            step the invariants of the world, the kept fingerprint and the undo of the step are
 *            checked. No woken thread runs: the kernel hands over inside the call, and woken()
 *            tells to whom.
 */
#ifndef TESTS_UNIT_KERNEL_H
#define TESTS_UNIT_KERNEL_H

#include "expect.h"
#include "kernel_model/effect.h"
#include "kernel_model/eresource.h"
#include "kernel_model/file.h"
#include "kernel_model/nt_call.h"
#include "kernel_model/world.h"

enum { T1, T2, T3, T4, T5, T6, T7, T8 };
enum { R, R2 };
enum { E, E2, E3 };

/* The Wait argument of an acquisition: (n) and (w) of the rows. */
#define TRY  false
#define WAIT true

/* What a verb returns where the call did not return; no call returns these. */
enum { BLOCKED = 0x40000001, STOPPED, TABLE_FULL, NOT_WOKEN };

/* ---- building ---- */

/* The parts of a kernel; KERNEL_TEST takes them by the macros below, in any order. */
struct kernel_parts {
    unsigned n_threads; // 0: 4
    unsigned n_resources;
    unsigned n_events;
    thread_set user_threads;   // the others are system threads
    thread_set absent_threads; // wait for PsCreateSystemThread
    bool outside;              // no thread begins inside a critical region
    bool files;                // the directories and names of enum test_name
    bool queue_order;          // as if some wait were a WaitAll
    bool uninitialized;        // resources and events are not initialised
    enum object_home home;     // of all resources and events
    struct kernel_switches switches;
};

#define THREADS(n)              .n_threads = (n)
#define RESOURCES(n)            .n_resources = (n)
#define EVENTS(n)               .n_events = (n)
#define USER_THREAD(t)          .user_threads = (thread_set)1 << (t)
#define ABSENT_THREAD(t)        .absent_threads = (thread_set)1 << (t)
#define OUTSIDE_CRITICAL_REGION .outside = true
#define FILES                   .files = true
#define QUEUE_ORDER             .queue_order = true
#define UNINITIALIZED           .uninitialized = true
#define IN_EXTENSION            .home = HOME_EXTENSION
#define SWITCH(name, value)     .switches = {.name = (value)}

/* Names of a kernel with FILES, sorted as the layout wants them; C:\Temp, C:\Temp2 and D:\ exist.
 */
enum test_name {
    LOST,        // C:\Lost\A: a directory on the way is missing
    TEMP,        // C:\Temp itself
    TEMP2,       // C:\Temp2 itself
    TEMP2_A,     // C:\Temp2\A
    TEMP2_B,     // C:\Temp2\B
    TEMP3,       // C:\Temp3
    TEMP_A,      // C:\Temp\A
    TEMP_A_STAR, // C:\Temp\A*: no file may have that name
    TEMP_B,      // C:\Temp\B
    OTHER_A,     // D:\A
    N_TEST_NAMES
};

struct kernel {
    struct world w;
    struct effect effect; // of the last call
    struct world_layout layout;
    unsigned char *memory;  // annex, blocks, journal
    unsigned char *initial; // the block as built; the next three are for the checks of a step
    unsigned char *before;
    unsigned char *after;
    char woken_text[3 * MAX_THREADS + 1];
};

/* The caller frees it with kernel_teardown. */
struct kernel *kernel_new(const struct kernel_parts *parts);

/* Back to the kernel as built or as it was at the last kernel_keep, journal and annex empty. */
void kernel_reset(struct kernel *k);
void kernel_keep(struct kernel *k);

int kernel_teardown(void **state);

#define KERNEL_TEST(name, ...)                                          \
    static void name##_body(struct kernel *k);                          \
    static int name##_setup(void **state)                               \
    {                                                                   \
        *state = kernel_new(&(const struct kernel_parts){__VA_ARGS__}); \
        return *state == NULL;                                          \
    }                                                                   \
    static void name(void **state)                                      \
    {                                                                   \
        name##_body((struct kernel *)*state);                           \
    }                                                                   \
    static void name##_body(struct kernel *k)

#define RUN_KERNEL(name) cmocka_unit_test_setup_teardown(name, name##_setup, kernel_teardown)

/* ---- steps ---- */

/* One call of the table. args: as struct request has them. */
int32_t kernel_call(struct kernel *k, unsigned t, enum nt_call call, const int32_t *args,
                    unsigned n);

/* Around a routine that a test calls itself: it gets &k->w and &k->effect. */
void kernel_step_begins(struct kernel *k);
int32_t kernel_step_ends(struct kernel *k);

/* What the last call did. woken: "T3 T4" in the order of the effect, "" for nobody. */
const char *woken(struct kernel *k);
int32_t woken_with(const struct kernel *k, unsigned t); // or NOT_WOKEN
bool verifier_said(const struct kernel *k, uint32_t code);

#define EXPECT_BUGCHECK(expected_code, call)                 \
    do {                                                     \
        EXPECT_EQ(STOPPED, (call));                          \
        EXPECT_EQ((expected_code), k->effect.bugcheck.code); \
    } while (0)

/* ---- resources ---- */

int32_t initialize_resource(struct kernel *k, unsigned t, unsigned r);
int32_t reinitialize_resource(struct kernel *k, unsigned t, unsigned r);
int32_t delete_resource(struct kernel *k, unsigned t, unsigned r);
int32_t acquire_exclusive(struct kernel *k, unsigned t, unsigned r, bool wait);
int32_t acquire_shared(struct kernel *k, unsigned t, unsigned r, bool wait);
int32_t acquire_starve_exclusive(struct kernel *k, unsigned t, unsigned r, bool wait);
int32_t acquire_wait_for_exclusive(struct kernel *k, unsigned t, unsigned r, bool wait);
int32_t try_to_acquire_exclusive(struct kernel *k, unsigned t, unsigned r);
int32_t enter_and_acquire_exclusive(struct kernel *k, unsigned t, unsigned r);
int32_t enter_and_acquire_shared(struct kernel *k, unsigned t, unsigned r);
int32_t enter_and_acquire_wait_for_exclusive(struct kernel *k, unsigned t, unsigned r);
int32_t release_and_leave(struct kernel *k, unsigned t, unsigned r);
int32_t release(struct kernel *k, unsigned t, unsigned r);
int32_t release_for(struct kernel *k, unsigned t, unsigned r, int32_t owner);
int32_t set_owner_pointer(struct kernel *k, unsigned t, unsigned r, int32_t pointer);
int32_t convert(struct kernel *k, unsigned t, unsigned r);

/* Questions that the rows ask: excl, cnt, xw, sw; contention from the annex. */
int32_t is_exclusive(struct kernel *k, unsigned t, unsigned r);
int32_t count(struct kernel *k, unsigned t, unsigned r);
unsigned exclusive_waiters(const struct kernel *k, unsigned r);
unsigned shared_waiters(const struct kernel *k, unsigned r);
unsigned active_entries(const struct kernel *k, unsigned r);
unsigned contention(const struct kernel *k, unsigned r);
bool is_free(const struct kernel *k, unsigned r);

/* ---- events and waiting ---- */

#define EVENT(e)         ((int32_t)object_make(OBJECT_EVENT, (e)))
#define THREAD_OBJECT(t) ((int32_t)object_make(OBJECT_THREAD, (t)))
#define LIST(...)        (const int32_t[]){__VA_ARGS__}, LIST_LENGTH(__VA_ARGS__)
#define LIST_LENGTH(...) (unsigned)(sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t))

#define FOREVER TIMEOUT_FOREVER
#define POLL    0

int32_t initialize_event(struct kernel *k, unsigned t, unsigned e, int32_t type, bool signaled);
int32_t set_event(struct kernel *k, unsigned t, unsigned e);
int32_t set_event_boost(struct kernel *k, unsigned t, unsigned e, int32_t increment);
int32_t reset_event(struct kernel *k, unsigned t, unsigned e);
int32_t clear_event(struct kernel *k, unsigned t, unsigned e);
int32_t pulse_event(struct kernel *k, unsigned t, unsigned e);
int32_t read_state(struct kernel *k, unsigned t, unsigned e);

int32_t wait_single(struct kernel *k, unsigned t, int32_t object, int32_t timeout);
int32_t wait_alertable(struct kernel *k, unsigned t, int32_t object, int32_t timeout);
int32_t wait_any(struct kernel *k, unsigned t, int32_t timeout, const int32_t *objects, unsigned n);
int32_t wait_all(struct kernel *k, unsigned t, int32_t timeout, const int32_t *objects, unsigned n);
int32_t timeout_fires(struct kernel *k, unsigned t);

/* ---- threads ---- */

bool is_waiting(const struct kernel *k, unsigned t);

/* Length of the shortest ownership cycle through t; 0: no deadlock. */
unsigned deadlock(const struct kernel *k, unsigned t);

int32_t create_thread(struct kernel *k, unsigned t, unsigned created);
int32_t thread_returns(struct kernel *k, unsigned t);
int32_t alert_thread(struct kernel *k, unsigned t, unsigned target);
int32_t enter_critical_region(struct kernel *k, unsigned t);
int32_t leave_critical_region(struct kernel *k, unsigned t);
int32_t apcs_disabled(struct kernel *k, unsigned t);
int32_t raise_irql(struct kernel *k, unsigned t, int32_t level);
int32_t lower_irql(struct kernel *k, unsigned t, int32_t level);
int32_t set_priority(struct kernel *k, unsigned t, int32_t priority);
int32_t priority(const struct kernel *k, unsigned t); // the dynamic one
int32_t delete_device(struct kernel *k, unsigned t);

/* ---- files ---- */

#define SHARE_NONE 0
#define SHARE_ALL  (NT_FILE_SHARE_READ | NT_FILE_SHARE_WRITE | NT_FILE_SHARE_DELETE)

/* A closed file of that size and these attributes is there; T1 puts it. */
void place_file(struct kernel *k, enum test_name name, int32_t size, uint32_t attributes);

/* The status; the handle is k->effect.out_value. */
int32_t create_file(struct kernel *k, unsigned t, enum test_name name, int32_t access,
                    int32_t share, int32_t disposition);
int32_t create_with_attributes(struct kernel *k, unsigned t, enum test_name name, int32_t access,
                               int32_t share, int32_t disposition, uint32_t attributes);
int32_t open_file(struct kernel *k, unsigned t, enum test_name name, int32_t access, int32_t share);

/* Opens what must open; the handle. */
int32_t opened(struct kernel *k, unsigned t, enum test_name name, int32_t access, int32_t share);

/* offset: bytes, or one of the two constants of KERNEL.md 4.4. */
int32_t write_file(struct kernel *k, unsigned t, int32_t handle, int32_t bytes, int32_t offset);
int32_t rename_file(struct kernel *k, unsigned t, int32_t handle, enum test_name target,
                    bool replace);
int32_t rename_with_length(struct kernel *k, unsigned t, int32_t handle, enum test_name target,
                           int32_t buffer_bytes, int32_t length);
/* With what no call of the table can say; what the request leaves out is 0, lengths too. */
int32_t create_by_request(struct kernel *k, unsigned t, struct create_request request);
int32_t rename_by_request(struct kernel *k, unsigned t, struct rename_request request);
int32_t close_handle(struct kernel *k, unsigned t, int32_t handle);

bool file_exists(const struct kernel *k, enum test_name name);
int64_t file_size(const struct kernel *k, enum test_name name);
int64_t file_position(const struct kernel *k, int32_t handle);

/* The name that an open handle has now. */
enum test_name file_name(const struct kernel *k, int32_t handle);

#endif
