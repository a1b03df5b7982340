/*
 * What a thread has changed about itself is told: IRQL, critical regions, and its priority where that matters.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/report/text.h"

/* Steps the first thread so often, then expects the words. */
static void expect_level(const char *text, unsigned steps, const char *words)
{
    char said[TEXT_LINE];
    struct scenario *s = load_text(text);
    struct machine *m = machine_create(s, true);
    for (unsigned i = 0; i < steps; i++) {
        machine_step(m, (struct choice){0, CHOICE_RUN, 0, 0});
    }
    EXPECT_EQ(strlen(words), text_level(m, 0, said, sizeof said));
    EXPECT_STR_EQ(words, said);
    machine_free(m);
    scenario_free(s);
}

TEST(a_spin_lock_raises_the_level)
{
    const char *text = "[spinlock L]\n[thread T]\nbody =\n"
                       "    KeAcquireSpinLock(&L);\n    KeReleaseSpinLock(&L);\n";
    expect_level(text, 0, "");
    expect_level(text, 1, "at DISPATCH_LEVEL");
    expect_level(text, 2, "");
}

TEST(regions_are_counted)
{
    expect_level("[shared]\nn = 0\n[thread T]\nbody =\n    KeEnterCriticalRegion();\n    n = 1;\n"
                 "    KeLeaveCriticalRegion();\n",
                 0, "in a critical region");
    expect_level("[shared]\nn = 0\n[thread T]\nbody =\n    KeEnterCriticalRegion();\n"
                 "    KeEnterCriticalRegion();\n    KeRaiseIrql(APC_LEVEL);\n    n = 1;\n"
                 "    KeLowerIrql(PASSIVE_LEVEL);\n    KeLeaveCriticalRegion();\n"
                 "    KeLeaveCriticalRegion();\n",
                 0, "at APC_LEVEL, in 2 critical regions");
}

TEST(priorities_are_told_where_the_policy_heeds_them)
{
    const char *body = "[shared]\nn = 0\n[thread T]\npriority = 9\nbody =\n    n = 1;\n"
                       "    KeSetPriorityThread(4);\n    n = 2;\n";
    char text[512];
    expect_level(body, 1, "");
    snprintf(text, sizeof text, "%s[schedule]\npolicy = priority\n", body);
    expect_level(text, 0, "at priority 9");
    expect_level(text, 1, "at priority 4");
}

TEST_MAIN(RUN(a_spin_lock_raises_the_level), RUN(regions_are_counted),
          RUN(priorities_are_told_where_the_policy_heeds_them))
