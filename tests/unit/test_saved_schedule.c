/*
 * A saved schedule is a scenario again, and its run the one that was saved.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"
#include "shipped.h"
#include "sim/explore/explore_report.h"
#include "sim/lang/mem.h"
#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"
#include "sim/report/saved_schedule.h"
#include "sim/report/text.h"

static char directory[] = "/tmp/lockstep_saved_XXXXXX";

static char *in_directory(const char *name)
{
    return mem_format("%s/%s", directory, name);
}

static char *find_shipped(const char *name)
{
    return mem_format("%s/%s.ini", LOCKSTEP_TEST_SCENARIOS, name);
}

/* Loads the file; n_warnings of one that has no error. */
static struct scenario *load(const char *file, const char *setting, size_t *n_warnings,
                             char **warning)
{
    struct diag_list diags = {0};
    const struct setting one = {setting, 3};
    struct scenario *s =
        scenario_load_file(file, find_shipped, &one, setting != NULL ? 1 : 0, &diags);
    if (s == NULL) {
        diag_print(&diags, stderr);
    }
    EXPECT_TRUE(s != NULL);
    *n_warnings = diags.n;
    if (warning != NULL) {
        *warning = diags.n > 0 ? mem_format("%s", diags.items[0].text) : NULL;
    }
    diag_release(&diags);
    return s;
}

static void save(const struct scenario *s, const char *file, const char *steps)
{
    char *error = NULL;
    const struct saved_schedule what = {.title = "Saved \"here\" ; and now", .steps = steps};
    if (!saved_schedule_write(s, &what, file, find_shipped, &error)) {
        print_error("%s\n", error);
    }
    EXPECT_STR_EQ(NULL, error);
}

/* Makes the steps that the loaded file asks for. */
static struct machine *replay(const struct scenario *s)
{
    struct schedule schedule = {0};
    struct diag_list diags = {0};
    struct machine *m = machine_create(s, true);
    const struct span text = {s->schedule.steps, strlen(s->schedule.steps), "steps", 1, 1};
    EXPECT_TRUE(schedule_parse(s, text, &schedule, &diags));
    for (size_t i = 0; i < schedule.n; i++) {
        struct schedule_step step = schedule.items[i].step;
        for (uint32_t k = 0; k < schedule.items[i].count; k++) {
            machine_step(m, (struct choice){step.thread, step.kind, step.pick, 0});
        }
    }
    schedule_release(&schedule);
    return m;
}

static void saved_endings_come_again(void *context, const char *name)
{
    (void)context;
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    const struct explore_options options = {.search = SEARCH_STATES};
    struct explore_result *r = explore(s, &options);
    char *file = in_directory("again.ini");
    for (uint32_t i = 0; i < r->n_endings; i++) {
        size_t n_warnings;
        char *steps = witness_text(&r->endings[i].witness);
        save(s, file, steps);
        struct scenario *saved = load(file, NULL, &n_warnings, NULL);
        EXPECT_EQ(0, n_warnings);
        EXPECT_EQ(s->hash, saved->hash);
        EXPECT_EQ(POLICY_REPLAY, saved->schedule.policy);
        EXPECT_STR_EQ("Saved 'here' ; and now", saved->title);
        struct machine *m = replay(saved);
        char ending[4096];
        text_ending(m, ending, sizeof ending);
        EXPECT_STR_EQ(r->endings[i].name, ending);
        EXPECT_EQ(r->endings[i].kind, machine_verdict(m));
        machine_free(m);
        scenario_free(saved);
        free(steps);
    }
    unlink(file);
    free(file);
    explore_free(r);
    scenario_free(s);
}

TEST(every_ending_of_every_scenario_comes_again)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, saved_endings_come_again, NULL) > 0);
}

TEST(constants_in_force_are_saved)
{
    static const char *const good[] = {"files=3", "writes=7"};
    size_t n_warnings;
    char *file = in_directory("constants.ini");
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", good, 2);
    save(s, file, "1*2");
    struct scenario *saved = load(file, NULL, &n_warnings, NULL);
    EXPECT_EQ(0, n_warnings);
    EXPECT_EQ(s->n_constants, saved->n_constants);
    for (uint32_t i = 0; i < s->n_constants; i++) {
        EXPECT_STR_EQ(s->constants[i].name, saved->constants[i].name);
        EXPECT_EQ(s->constants[i].value, saved->constants[i].value);
    }
    scenario_free(saved);
    scenario_free(s);
    unlink(file);
    free(file);
}

TEST(the_least_number_is_saved)
{
    size_t n_warnings;
    char *base = in_directory("least.ini"), *file = in_directory("saved.ini");
    FILE *out = fopen(base, "w");
    fputs("[constants]\nleast = -2147483647 - 1\n[shared]\nx = 0\n"
          "[thread T]\nbody =\n  x = least;\n",
          out);
    fclose(out);
    struct scenario *s = load(base, NULL, &n_warnings, NULL);
    save(s, file, "1");
    struct scenario *saved = load(file, NULL, &n_warnings, NULL);
    EXPECT_EQ(0, n_warnings);
    EXPECT_EQ(INT32_MIN, saved->constants[0].value);
    scenario_free(saved);
    scenario_free(s);
    unlink(base);
    unlink(file);
    free(base);
    free(file);
}

TEST(another_program_is_a_warning_that_names_both)
{
    size_t n_warnings;
    char *warning, *file = in_directory("other.ini");
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    save(s, file, "1*2");
    struct scenario *saved = load(file, "files", &n_warnings, &warning); // --set files=3
    char *expected = mem_format("this schedule was made for program %016" PRIx64
                                "; the program is now %016" PRIx64 ", so it may do something else",
                                s->hash, saved->hash);
    EXPECT_EQ(1, n_warnings);
    EXPECT_STR_EQ(expected, warning);
    free(expected);
    free(warning);
    scenario_free(saved);
    scenario_free(s);
    unlink(file);
    free(file);
}

TEST(a_saved_schedule_can_be_saved_from)
{
    size_t n_warnings;
    char *first = in_directory("first.ini"), *deep = in_directory("a/b"), *error = NULL;
    char *second = in_directory("a/b/second.ini");
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    save(s, first, "1*2");
    EXPECT_TRUE(saved_schedule_directory(deep, &error));
    EXPECT_TRUE(saved_schedule_directory(deep, &error)); // it is there: fine
    struct scenario *again = load(first, NULL, &n_warnings, NULL);
    save(again, second, "2");
    struct scenario *last = load(second, NULL, &n_warnings, NULL);
    EXPECT_STR_EQ("2", last->schedule.steps);
    EXPECT_EQ(s->hash, last->hash);
    scenario_free(last);
    scenario_free(again);
    scenario_free(s);
    unlink(first);
    unlink(second);
    rmdir(deep);
    deep[strlen(deep) - 2] = '\0';
    rmdir(deep);
    free(first);
    free(second);
    free(deep);
}

static void expect_refused(const struct scenario *s, const char *file, const char *reason)
{
    char *error = NULL;
    const struct saved_schedule what = {.title = "x", .steps = "1"};
    EXPECT_FALSE(saved_schedule_write(s, &what, file, find_shipped, &error));
    EXPECT_TRUE(error != NULL && strstr(error, reason) != NULL);
    free(error);
}

TEST(what_cannot_be_written_is_refused_with_its_reason)
{
    size_t n_warnings;
    char *file = in_directory("self.ini"), *error = NULL, *below = in_directory("self.ini/x");
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    save(s, file, "1*2");
    struct scenario *saved = load(file, NULL, &n_warnings, NULL);
    expect_refused(saved, file, "it is the scenario that it would extend");
    expect_refused(s, "/nowhere/at/all.ini", "No such file or directory");
    EXPECT_FALSE(saved_schedule_directory(below, &error));
    EXPECT_TRUE(strstr(error, "there is a file of this name") != NULL);
    free(error);
    scenario_free(saved);
    scenario_free(s);
    unlink(file);
    free(file);
    free(below);
    EXPECT_EQ(0, rmdir(directory)); // and no temporary file is left
    EXPECT_EQ(0, mkdir(directory, 0700));
}

static void expect_name(const char *expected, const char *kind, const char *text)
{
    char name[SAVED_NAME];
    EXPECT_EQ(strlen(expected), saved_schedule_name(kind, text, name));
    EXPECT_STR_EQ(expected, name);
}

TEST(names_are_safe_and_readable)
{
    expect_name("finished-all-moved", "finished", "all moved");
    expect_name("deadlock-T1-B-T2", "deadlock", "T1 \xE2\x86\x92 B \xE2\x86\x92 T2.");
    expect_name("fault-etc-x-ini", "fault", "../../etc/x.ini");
    expect_name("hang", "hang", "\xC3\xA4");
    expect_name("a-12345678901234567890123456789012345678901234567890123456789", "a",
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890");
}

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {RUN(every_ending_of_every_scenario_comes_again),
                                       RUN(constants_in_force_are_saved),
                                       RUN(the_least_number_is_saved),
                                       RUN(another_program_is_a_warning_that_names_both),
                                       RUN(a_saved_schedule_can_be_saved_from),
                                       RUN(what_cannot_be_written_is_refused_with_its_reason),
                                       RUN(names_are_safe_and_readable)};
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
