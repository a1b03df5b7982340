/*
 * Sampling: what it counts is what the exact search knows, and no number of workers changes it.
 */
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/explore/sample.h"

static const struct sample_options random_runs = {
    .runs = 2000, .policy = POLICY_RANDOM, .max_steps = 10000, .jobs = 2};
static const struct sample_options pct_runs = {
    .runs = 500, .policy = POLICY_PCT, .depth = 3, .max_steps = 10000, .jobs = 2};

/* One thread spins until the other, which ends at once, has set the variable. */
static const char spin[] = "[shared]\nx = 0\n"
                           "[thread Waits]\nbody =\n  while (x == 0)\n    ;\n"
                           "[thread Sets]\nbody =\n  x = 1;\n";

static struct scenario *shipped(const char *name)
{
    return load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
}

static void expect_same_witness(const struct witness *a, const struct witness *b)
{
    EXPECT_EQ(a->n, b->n);
    EXPECT_EQ(a->switches, b->switches);
    EXPECT_MEM_EQ(a->steps, b->steps, a->n * sizeof *a->steps);
}

static void expect_same(const struct sample_result *a, const struct sample_result *b)
{
    EXPECT_EQ(a->runs, b->runs);
    EXPECT_EQ(a->steps, b->steps);
    EXPECT_EQ(a->unfinished, b->unfinished);
    EXPECT_EQ(a->n_endings, b->n_endings);
    EXPECT_EQ(a->n_findings, b->n_findings);
    for (uint32_t i = 0; i < a->n_endings; i++) {
        EXPECT_STR_EQ(a->endings[i].ending.name, b->endings[i].ending.name);
        EXPECT_EQ(a->endings[i].count.runs, b->endings[i].count.runs);
        EXPECT_EQ(a->endings[i].count.first, b->endings[i].count.first);
        expect_same_witness(&a->endings[i].ending.witness, &b->endings[i].ending.witness);
    }
    for (uint32_t i = 0; i < a->n_findings; i++) {
        EXPECT_STR_EQ(a->findings[i].finding.text, b->findings[i].finding.text);
        EXPECT_EQ(a->findings[i].count.runs, b->findings[i].count.runs);
        expect_same_witness(&a->findings[i].finding.witness, &b->findings[i].finding.witness);
    }
}

static void workers_change_nothing(void *context, const char *name)
{
    const struct sample_options *options = context;
    struct scenario *s = shipped(name);
    struct sample_options one = *options, many = *options;
    one.jobs = 1;
    many.jobs = 5;
    struct sample_result *a = sample(s, &one), *b = sample(s, &many);
    expect_same(a, b);
    EXPECT_TRUE(a->complete);
    sample_free(a);
    sample_free(b);
    scenario_free(s);
}

TEST(any_number_of_workers_counts_the_same)
{
    struct sample_options random = random_runs, pct = pct_runs;
    random.runs = pct.runs = 200;
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, workers_change_nothing, &random) > 0);
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, workers_change_nothing, &pct) > 0);
}

static const struct explore_ending *find_ending(const struct explore_result *r,
                                                const struct explore_ending *e)
{
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (r->endings[i].kind == e->kind && strcmp(r->endings[i].name, e->name) == 0) {
            return &r->endings[i];
        }
    }
    return NULL;
}

/* Every ending that was seen exists, and its witness is a schedule that leads there. */
static void endings_exist(void *context, const char *name)
{
    struct scenario *s = shipped(name);
    const struct explore_options all = {.search = SEARCH_STATES};
    struct explore_result *exact = explore(s, &all);
    struct sample_result *seen = sample(s, context);
    struct machine *m = machine_create(s, true);
    uint64_t runs = seen->unfinished;
    for (uint32_t i = 0; i < seen->n_endings; i++) {
        const struct explore_ending *e = &seen->endings[i].ending;
        const struct explore_ending *known = find_ending(exact, e);
        EXPECT_TRUE(known != NULL && e->witness.n >= known->witness.n);
        machine_reset(m);
        for (uint32_t k = 0; k < e->witness.n; k++) {
            EXPECT_EQ(REFUSED_NOT, machine_refusal(m, e->witness.steps[k]));
            machine_step(m, e->witness.steps[k]);
        }
        EXPECT_EQ(e->kind, machine_verdict(m));
        runs += seen->endings[i].count.runs;
    }
    EXPECT_EQ(seen->runs, runs);
    machine_free(m);
    sample_free(seen);
    explore_free(exact);
    scenario_free(s);
}

TEST(what_is_seen_exists)
{
    struct sample_options random = random_runs, pct = pct_runs;
    random.runs = pct.runs = 200;
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, endings_exist, &random) > 0);
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, endings_exist, &pct) > 0);
}

/* 85.156, 8.203 and 6.641 %; 5 standard deviations of 20,000 draws are below 1.3 %. */
TEST(random_runs_come_near_the_exact_chances)
{
    struct scenario *s = shipped("race");
    struct sample_options options = random_runs;
    options.runs = 20000;
    const struct explore_options all = {.search = SEARCH_STATES};
    struct explore_result *exact = explore(s, &all);
    struct sample_result *seen = sample(s, &options);
    EXPECT_EQ(exact->n_endings, seen->n_endings);
    for (uint32_t i = 0; i < seen->n_endings; i++) {
        double share = (double)seen->endings[i].count.runs / (double)seen->runs;
        double off = share - find_ending(exact, &seen->endings[i].ending)->probability;
        EXPECT_TRUE(off > -0.013 && off < 0.013);
    }
    sample_free(seen);
    explore_free(exact);
    scenario_free(s);
}

TEST(pct_measures_threads_and_steps)
{
    struct scenario *s = shipped("race");
    struct pct_plan plan = pct_measure(s, 3);
    EXPECT_EQ(2, plan.threads);
    EXPECT_EQ(12, plan.steps);
    EXPECT_EQ(3472222, (long)(1e9 * pct_bound(&plan))); // 1 / (2 * 12 * 12)
    EXPECT_EQ(96913, (long)(1e5 * sample_chance(&plan, 1000)));
    scenario_free(s);
}

/* A deadlock of two locks has depth 2: each thread is interrupted between its two calls. */
TEST(pct_keeps_its_promise)
{
    struct scenario *s = shipped("abba_deadlock");
    struct sample_options options = pct_runs;
    for (options.depth = 2; options.depth <= 4; options.depth++) {
        struct sample_result *r = sample(s, &options);
        uint64_t runs = 0;
        for (uint32_t i = 0; i < r->n_findings; i++) {
            bool deadlock = r->findings[i].finding.kind == FINDING_DEADLOCK;
            runs = deadlock ? r->findings[i].count.runs : runs;
        }
        EXPECT_TRUE((double)runs >= pct_bound(&r->plan) * (double)r->runs);
        EXPECT_TRUE(runs > 0);
        sample_free(r);
    }
    scenario_free(s);
}

/* Without change points priorities never change: each run is one thread, then the other. */
TEST(pct_of_depth_one_never_changes_its_mind)
{
    struct scenario *s = shipped("lost_update");
    struct sample_options options = pct_runs;
    options.depth = 1;
    struct sample_result *r = sample(s, &options);
    EXPECT_EQ(1, r->n_endings);
    EXPECT_EQ(1, r->endings[0].ending.witness.switches);
    sample_free(r);
    scenario_free(s);
}

TEST(a_thread_that_spins_is_cut_off)
{
    struct scenario *s = load_text(spin);
    struct sample_options options = pct_runs;
    options.depth = 1;
    options.max_steps = 100;
    struct sample_result *r = sample(s, &options);
    EXPECT_TRUE(r->complete);
    EXPECT_EQ(500, r->runs);
    EXPECT_TRUE(r->unfinished > 150 && r->unfinished < 350); // the spinner first, or the other
    EXPECT_EQ(500 - r->unfinished, r->endings[0].count.runs);
    sample_free(r);
    scenario_free(s);
}

TEST(a_run_that_ends_with_its_last_step_is_no_unfinished_one)
{
    struct scenario *s = shipped("lost_update");
    struct sample_options options = random_runs;
    options.max_steps = 4;
    struct sample_result *r = sample(s, &options);
    EXPECT_EQ(0, r->unfinished);
    sample_free(r);
    options.max_steps = 3;
    r = sample(s, &options);
    EXPECT_EQ(r->runs, r->unfinished);
    EXPECT_EQ(0, r->n_endings);
    sample_free(r);
    scenario_free(s);
}

TEST(interrupted_work_is_incomplete)
{
    struct scenario *s = shipped("race");
    atomic_int stop = 1;
    struct sample_options options = random_runs;
    options.stop = &stop;
    options.runs = 1000000000;
    struct sample_result *r = sample(s, &options);
    EXPECT_FALSE(r->complete);
    EXPECT_STR_EQ("interrupted", r->why_incomplete);
    sample_free(r);
    scenario_free(s);
}

TEST_MAIN(RUN(any_number_of_workers_counts_the_same), RUN(what_is_seen_exists),
          RUN(random_runs_come_near_the_exact_chances), RUN(pct_measures_threads_and_steps),
          RUN(pct_keeps_its_promise), RUN(pct_of_depth_one_never_changes_its_mind),
          RUN(a_thread_that_spins_is_cut_off),
          RUN(a_run_that_ends_with_its_last_step_is_no_unfinished_one),
          RUN(interrupted_work_is_incomplete))
