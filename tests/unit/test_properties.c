/*
 * What must hold of all interleavings of the samples: rows P1 to P8 of KERNEL.md, and rules for the shipped
 * scenarios themselves.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"
#include "expect.h"
#include "shipped.h"
#include "sim/explore/check.h"
#include "sim/explore/explore.h"

struct exploration {
    struct scenario *s;
    struct explore_result *r;
};

static struct exploration explore_shipped(const char *name, const char *const *settings, size_t n)
{
    struct explore_options options = {.search = SEARCH_STATES, .final_states = true};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, settings, n);
    struct exploration e = {s, explore(s, &options)};
    EXPECT_TRUE(e.r->complete);
    return e;
}

static void close_exploration(struct exploration e)
{
    explore_free(e.r);
    scenario_free(e.s);
}

static unsigned n_endings(const char *name, const char *setting)
{
    struct exploration e = explore_shipped(name, &setting, setting != NULL);
    unsigned n = e.r->n_endings;
    for (unsigned i = 0; i < n; i++) {
        EXPECT_EQ(VERDICT_FINISHED, e.r->endings[i].kind);
    }
    close_exploration(e);
    return n;
}

/* Endings of one kind. */
static unsigned n_of_kind(const struct explore_result *r, enum verdict kind)
{
    unsigned n = 0;
    for (unsigned i = 0; i < r->n_endings; i++) {
        n += r->endings[i].kind == kind;
    }
    return n;
}

TEST(P1_race_of_n_files_has_2_to_the_n_endings)
{
    EXPECT_EQ(2, n_endings("race", "files=1"));
    EXPECT_EQ(4, n_endings("race", "files=2"));
    EXPECT_EQ(8, n_endings("race", "files=3"));
    EXPECT_EQ(16, n_endings("race", "files=4"));
}

TEST(P2_a_lock_has_two_endings)
{
    EXPECT_EQ(2, n_endings("eresource_exclusive", NULL));
}

TEST(P3_the_reader_has_two_endings_and_a_whole_readme)
{
    struct exploration e = explore_shipped("eresource_shared", NULL, 0);
    EXPECT_EQ(2, e.r->n_endings);
    for (unsigned i = 0; i < e.r->n_endings; i++) {
        EXPECT_TRUE(strstr(e.r->endings[i].name, "README.txt 52") != NULL); // 2 lines of 26
    }
    close_exploration(e);
}

TEST(P4_an_event_has_one_ending)
{
    EXPECT_EQ(1, n_endings("event_synchronization", NULL));
    EXPECT_EQ(1, n_endings("event_notification", NULL));
}

TEST(P5_a_second_waiter_is_left_behind)
{
    struct exploration e = explore_shipped("second_waiter_synchronization", NULL, 0);
    EXPECT_EQ(e.r->n_endings, n_of_kind(e.r, VERDICT_HANG));
    close_exploration(e);
    e = explore_shipped("notification_reset_latecomer", NULL, 0);
    EXPECT_TRUE(n_of_kind(e.r, VERDICT_HANG) > 0);
    EXPECT_TRUE(n_of_kind(e.r, VERDICT_FINISHED) > 0);
    close_exploration(e);
    e = explore_shipped("second_waiter_notification", NULL, 0);
    EXPECT_EQ(0, n_of_kind(e.r, VERDICT_HANG));
    close_exploration(e);
}

TEST(P6_an_early_unload_stops_the_machine)
{
    struct exploration e = explore_shipped("driver_load", NULL, 0);
    EXPECT_TRUE(n_of_kind(e.r, VERDICT_BUGCHECK) > 0);
    for (unsigned i = 0; i < e.r->n_findings; i++) {
        const struct explore_finding *f = &e.r->findings[i];
        EXPECT_TRUE(f->kind != FINDING_BUGCHECK || strstr(f->text, "0xCE") != NULL ||
                    strstr(f->text, "0xD5") != NULL);
    }
    close_exploration(e);
    e = explore_shipped("unload_done_right", NULL, 0);
    EXPECT_EQ(e.r->n_endings, n_of_kind(e.r, VERDICT_FINISHED));
    close_exploration(e);
}

TEST(P7_a_rename_overruns_by_64_66_and_68_bytes)
{
    static const char *const files[] = {"files=101"};
    struct exploration e = explore_shipped("rename_overrun", files, 1);
    unsigned n = 0;
    for (unsigned i = 0; i < e.r->n_findings; i++) {
        const char *text = e.r->findings[i].text;
        const char *bytes = strstr(text, "It went ");
        EXPECT_EQ(FINDING_VERIFIER, e.r->findings[i].kind);
        const char *name = strstr(text, "NewFile_");
        size_t digits = name != NULL ? strspn(name + strlen("NewFile_"), "0123456789") : 0;
        EXPECT_TRUE(bytes != NULL);
        EXPECT_EQ(62 + 2 * digits, strtoul(bytes + strlen("It went "), NULL, 10));
        n++;
    }
    EXPECT_EQ(101, n);
    close_exploration(e);
}

TEST(P8_a_leftover_file_gives_four_endings)
{
    struct exploration e = explore_shipped("leftover_file", NULL, 0);
    EXPECT_EQ(4, e.r->n_endings);
    close_exploration(e);
}

/* One deadlock, its chance known from the textbook problem: 19 of 120. */
TEST(dining_philosophers_starve_in_19_of_120_runs)
{
    struct exploration e = explore_shipped("dining_philosophers", NULL, 0);
    double chance = -1;
    for (unsigned i = 0; i < e.r->n_endings; i++) {
        chance = e.r->endings[i].kind == VERDICT_DEADLOCK ? e.r->endings[i].probability : chance;
    }
    EXPECT_EQ(2, e.r->n_endings);
    EXPECT_EQ(1, n_of_kind(e.r, VERDICT_DEADLOCK));
    EXPECT_TRUE(fabs(chance - 19.0 / 120) < 1e-15);
    close_exploration(e);
    EXPECT_EQ(1, n_endings("dining_ordered", NULL));
}

/* ---- shipped scenarios ---- */

static void check_one(void *context, const char *name)
{
    (void)context;
    struct explore_options options = {.search = SEARCH_STATES, .claims = true};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct explore_result *r = explore(s, &options);
    struct check *checks = check_expectations(s, r);
    EXPECT_TRUE(r->complete);
    for (uint32_t i = 0; i < s->n_expectations; i++) {
        if (!checks[i].ok) {
            print_error("%s: %s: %s\n", name, checks[i].expectation, checks[i].text);
        }
        EXPECT_TRUE(checks[i].ok);
    }
    checks_free(checks, s->n_expectations);
    explore_free(r);
    scenario_free(s);
}

TEST(every_shipped_scenario_meets_its_expectations)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, check_one, NULL) >= 27);
}

static void check_text(void *context, const char *name)
{
    (void)context;
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    unsigned sentences = 0;
    for (const char *c = s->description; *c != '\0'; c++) {
        sentences += strchr(".?!", *c) != NULL && (c[1] == ' ' || c[1] == '\0');
    }
    if (sentences < 1 || sentences > 5) {
        print_error("%s has %u sentences\n", name, sentences);
    }
    EXPECT_TRUE(s->title[0] != '\0' && sentences >= 1 && sentences <= 5);
    scenario_free(s);
}

TEST(every_shipped_scenario_explains_itself_in_at_most_five_sentences)
{
    each_shipped(LOCKSTEP_TEST_SCENARIOS, check_text, NULL);
}

static void note_calls(void *context, const char *name)
{
    bool *used = context;
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    for (uint32_t t = 0; t < s->n_threads; t++) {
        const struct code *code = &s->threads[t].code;
        for (uint32_t i = 0; i < code->n; i++) {
            used[code->instrs[i].op == OP_CALL ? code->instrs[i].a : CALL_return] = true;
        }
    }
    scenario_free(s);
}

TEST(every_call_of_the_table_is_used_by_a_shipped_scenario)
{
    bool used[N_CALLS] = {false};
    each_shipped(LOCKSTEP_TEST_SCENARIOS, note_calls, used);
    for (unsigned call = CALL_NONE + 1; call < N_CALLS; call++) {
        if (!used[call]) {
            print_error("%s is used by none\n", nt_call_row((enum nt_call)call)->name);
        }
        EXPECT_TRUE(used[call]);
    }
}

/* ---- searches agree ---- */

static void compare_searches(void *context, const char *name)
{
    unsigned *compared = context;
    struct explore_options options = {
        .search = SEARCH_ALL, .claims = true, .final_states = true, .time_limit = 2};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct explore_result *all = explore(s, &options);
    options.search = SEARCH_STATES;
    struct explore_result *states = explore(s, &options);
    if (all->complete) {
        char *why = results_differ(states, all, AGREE_SCHEDULES | AGREE_WITNESSES);
        EXPECT_STR_EQ(NULL, why);
        why = witness_lies(s, states, true);
        EXPECT_STR_EQ(NULL, why);
        ++*compared;
    }
    explore_free(all);
    explore_free(states);
    scenario_free(s);
}

TEST(states_and_all_schedules_agree_on_endings_findings_and_witnesses)
{
    unsigned compared = 0;
    each_shipped(LOCKSTEP_TEST_SCENARIOS, compare_searches, &compared);
    EXPECT_TRUE(compared >= 25); // the others have too many schedules
}

TEST_MAIN(RUN(P1_race_of_n_files_has_2_to_the_n_endings), RUN(P2_a_lock_has_two_endings),
          RUN(P3_the_reader_has_two_endings_and_a_whole_readme), RUN(P4_an_event_has_one_ending),
          RUN(P5_a_second_waiter_is_left_behind), RUN(P6_an_early_unload_stops_the_machine),
          RUN(P7_a_rename_overruns_by_64_66_and_68_bytes),
          RUN(P8_a_leftover_file_gives_four_endings),
          RUN(dining_philosophers_starve_in_19_of_120_runs),
          RUN(every_shipped_scenario_meets_its_expectations),
          RUN(every_shipped_scenario_explains_itself_in_at_most_five_sentences),
          RUN(every_call_of_the_table_is_used_by_a_shipped_scenario),
          RUN(states_and_all_schedules_agree_on_endings_findings_and_witnesses))
