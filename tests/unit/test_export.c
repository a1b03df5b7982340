/*
 * Exports of every shipped scenario, and the file that they are written to. What the formats look like is in
 * tests/golden/export_*.case; here, that no scenario breaks their structure.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"
#include "shipped.h"
#include "sim/report/export.h"
#include "sim/report/out_file.h"
#include "sim/stepper/policy.h"

enum { MOST_STEPS = 400 };

/* A run of random choices. */
static uint32_t random_run(const struct scenario *s, uint64_t seed, struct choice *out)
{
    struct machine *m = machine_create(s, true);
    struct policy policy = {POLICY_RANDOM, seed};
    struct choice choices[MAX_CHOICES];
    uint32_t n = 0;

    for (unsigned k; n < MOST_STEPS && (k = machine_choices(m, choices)) > 0; n++) {
        out[n] = policy_propose(&policy, m, choices, k);
        machine_step(m, out[n]);
    }
    machine_free(m);
    return n;
}

static char *export_to_text(const struct export_format *format, const struct scenario *s,
                            const struct choice *choices, uint32_t n)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    export_run(format, &(struct export_run){s, choices, n, "random", 0}, out);
    EXPECT_FALSE(ferror(out));
    fclose(out);
    EXPECT_EQ(strlen(text), size);
    return text;
}

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;

    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

/* Brackets that close in the order in which they were opened, strings left out. */
static void expect_json(const char *text)
{
    char open[64];
    size_t depth = 0;
    bool string = false;

    for (; *text != '\0'; text++) {
        if (string && *text == '\\')
            text++;
        else if (*text == '"')
            string = !string;
        else if (!string && (*text == '{' || *text == '[') && depth < sizeof open)
            open[depth++] = *text;
        else if (!string && (*text == '}' || *text == ']'))
            EXPECT_TRUE(depth > 0 && open[--depth] == (*text == '}' ? '{' : '['));
    }
    EXPECT_FALSE(string);
    EXPECT_EQ(0, depth);
}

/* Past a quoted text; NULL if it does not end. */
static const char *past_text(const char *p)
{
    for (p++; *p != '"'; p++) {
        p += *p == '\\';
        if (*p == '\0')
            return NULL;
    }
    return p + 1;
}

/* "n1", "n1 -> n2" and what stands in brackets behind: "key=value, ..."; or "key=value". Past its ";". */
static const char *past_statement(const char *p)
{
    int words = 0, brackets = 0;

    for (; *p != ';'; words++) {
        if (*p == '"')
            p = past_text(p);
        else if (isalnum((unsigned char)*p) || *p == '_' || *p == '.' || *p == '#')
            p += strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.#");
        else if (strncmp(p, "->", 2) == 0)
            p += 2;
        else if (*p == '[' || *p == ']')
            brackets += *p++ == '[' ? 1 : -1;
        else if (*p == '=' || *p == ',' || *p == ' ')
            p++;
        else
            return NULL;
        if (p == NULL || brackets < 0 || brackets > 1)
            return NULL;
    }
    return words > 0 && brackets == 0 ? p + 1 : NULL;
}

static void expect_dot(const char *text)
{
    const char *p = strchr(text, '{');

    EXPECT_EQ(0, strncmp(text, "digraph ", 8));
    assert_non_null(p);
    for (p++; p != NULL && strcmp(p, "\n}\n") != 0;) {
        EXPECT_EQ('\n', *p);
        p = past_statement(p + 1);
    }
    EXPECT_TRUE(p != NULL);
}

static void expect_structure(const char *name, const char *text, uint32_t n)
{
    if (strcmp(name, "jsonl") == 0) {
        EXPECT_EQ(n + 2, count(text, "\n"));
        expect_json(text);
    } else if (strcmp(name, "trace") == 0) {
        expect_json(text);
        EXPECT_EQ(n, count(text, "\"step\":"));
        EXPECT_EQ(count(text, "\"ph\":\"s\""), count(text, "\"ph\":\"f\""));
    } else if (strcmp(name, "mermaid") == 0) {
        EXPECT_EQ(n, count(text, "->>T") + count(text, "->>O") + count(text, "-xT") +
                         count(text, "-xO") - count(text, "-->>"));
        EXPECT_EQ(count(text, "    activate"), count(text, "    deactivate"));
        EXPECT_EQ(count(text, "    rect "), count(text, "    end\n"));
    } else if (strcmp(name, "dot") == 0 || strcmp(name, "states") == 0) {
        expect_dot(text);
    } else if (strcmp(name, "svg") == 0) {
        EXPECT_EQ(count(text, "<g>"), count(text, "</g>"));
        EXPECT_EQ(count(text, "<text"), count(text, "</text>"));
        EXPECT_EQ(n, count(text, "<title>step "));
    }
}

static void export_scenario(void *context, const char *name)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct choice choices[MOST_STEPS];

    (void)context;
    for (uint64_t seed = 0; seed < 5; seed++) {
        uint32_t n = random_run(s, seed, choices);
        for (int i = 0; i < N_EXPORT_FORMATS; i++) {
            char *text = export_to_text(&export_formats[i], s, choices, n);
            char *again = export_to_text(&export_formats[i], s, choices, n);
            EXPECT_STR_EQ(text, again);
            expect_structure(export_formats[i].name, text, n);
            free(text);
            free(again);
        }
    }
    scenario_free(s);
}

/* The states and steps that exploring counts are those of the graph. */
TEST(the_graph_of_states_has_all_states_or_says_that_it_has_not)
{
    const struct export_format *states = NULL;
    static const struct {
        const char *name;
        unsigned states, steps;
    } rows[] = {{"race", 43, 60}, {"lost_update", 12, 14}, {"abba_deadlock", 26, 34}};

    for (int i = 0; i < N_EXPORT_FORMATS; i++) {
        if (strcmp(export_formats[i].name, "states") == 0)
            states = &export_formats[i];
    }
    assert_non_null(states);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, rows[k].name, NULL, 0);
        char *text = export_to_text(states, s, NULL, 0);
        EXPECT_EQ(rows[k].states, count(text, "fillcolor"));
        EXPECT_EQ(rows[k].steps, count(text, " -> "));
        EXPECT_EQ(0, count(text, "first of more"));
        free(text);
        scenario_free(s);
    }
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "driver_load", NULL, 0);
    char *text = export_to_text(states, s, NULL, 0);
    EXPECT_EQ(300, count(text, "fillcolor"));
    EXPECT_EQ(1, count(text, "300 states, the first of more"));
    EXPECT_TRUE(count(text, "dashed\"") > 0);
    free(text);
    scenario_free(s);
}

TEST(every_scenario_in_every_format_is_whole)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, export_scenario, NULL) > 0);
}

/* ---- files ---- */

/* A file in a directory of the test's own. */
struct place {
    char directory[32], name[48];
};

static struct place make_place(void)
{
    struct place place = {.directory = "/tmp/lockstep.XXXXXX"};

    assert_non_null(mkdtemp(place.directory));
    snprintf(place.name, sizeof place.name, "%s/out", place.directory);
    return place;
}

/* Nothing else may lie there. */
static void remove_place(struct place *place)
{
    unlink(place->name);
    EXPECT_EQ(0, rmdir(place->directory));
}

static void expect_content(const char *name, const char *expected)
{
    char text[64] = "";
    FILE *in = fopen(name, "r");

    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    EXPECT_STR_EQ(expected, text);
}

TEST(a_file_is_there_as_a_whole_or_as_it_was)
{
    struct place place = make_place();
    struct out_file file;

    assert_true(out_file_begin(&file, place.name));
    fputs("one", file.out);
    EXPECT_NE(0, access(place.name, F_OK));
    EXPECT_TRUE(out_file_end(&file));
    expect_content(place.name, "one");
    assert_true(out_file_begin(&file, place.name));
    fputs("two", file.out);
    out_file_drop(&file);
    expect_content(place.name, "one");
    assert_true(out_file_begin(&file, place.name));
    fputs("three", file.out);
    EXPECT_TRUE(out_file_end(&file));
    expect_content(place.name, "three");
    remove_place(&place);
    EXPECT_FALSE(out_file_begin(&file, place.name)); // no such directory
}

TEST(a_pipe_stays_a_pipe)
{
    struct place place = make_place();
    struct out_file file;
    struct stat status;
    char text[8] = "";

    assert_int_equal(0, mkfifo(place.name, 0600));
    FILE *reader = fopen(place.name, "r+");
    assert_non_null(reader);
    assert_true(out_file_begin(&file, place.name));
    fputs("one\n", file.out);
    EXPECT_TRUE(out_file_end(&file));
    EXPECT_TRUE(fgets(text, sizeof text, reader) != NULL);
    EXPECT_STR_EQ("one\n", text);
    EXPECT_EQ(0, stat(place.name, &status));
    EXPECT_TRUE(S_ISFIFO(status.st_mode));
    fclose(reader);
    remove_place(&place);
}

TEST_MAIN(RUN(every_scenario_in_every_format_is_whole),
          RUN(the_graph_of_states_has_all_states_or_says_that_it_has_not),
          RUN(a_file_is_there_as_a_whole_or_as_it_was), RUN(a_pipe_stays_a_pipe))
