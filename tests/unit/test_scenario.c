/*
 * Sections and what becomes of them: objects, threads, names, the initial world, expectations,
 * files that extend others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "sim/lang/names.h"
#include "sim/lang/scenario.h"

static char *find_shipped(const char *name)
{
    char *path = malloc(strlen(LOCKSTEP_TEST_SCENARIOS) + strlen(name) + 6);
    sprintf(path, "%s/%s.ini", LOCKSTEP_TEST_SCENARIOS, name);
    return path;
}

static struct scenario *load_with(const char *text, const struct setting *settings, size_t n,
                                  struct diag_list *diags)
{
    struct scenario_source source = {
        .file = "dir/t.ini", .text = text, .length = strlen(text), .find_shipped = find_shipped};
    return scenario_load(&source, settings, n, diags);
}

static struct scenario *load(const char *text)
{
    struct diag_list diags = {0};
    struct scenario *s = load_with(text, NULL, 0, &diags);
    diag_print(&diags, stderr);
    diag_release(&diags);
    EXPECT_TRUE(s != NULL);
    return s;
}

/* The first diagnostic, "line:column: text"; valid until the next call. */
static const char *mistake(const char *text)
{
    static char message[512];
    struct diag_list diags = {0};
    scenario_free(load_with(text, NULL, 0, &diags));
    EXPECT_TRUE(diags.n > 0);
    snprintf(message, sizeof message, "%u:%u: %s", (unsigned)diags.items[0].line,
             (unsigned)diags.items[0].column, diags.items[0].text);
    diag_release(&diags);
    return message;
}

/* A world over the scenario's initial bytes. */
static struct world initial(const struct scenario *s)
{
    return (struct world){.layout = &s->layout, .block = s->initial};
}

#define THREAD "[thread T]\nbody =\n    return;\n"

/* ---- objects ---- */

TEST(objects_start_as_the_file_says)
{
    struct scenario *s = load(
        "[constants]\nn = 2\n[resource A]\n[resource B[n + 1]]\ninitialized = no\nin = extension\n"
        "[event E]\ntype = SynchronizationEvent\nsignaled = TRUE\n[event F]\ntype = "
        "NotificationEvent\n"
        "[spinlock L[2]]\nin = image\n[shared]\nx = n * 3\na[n] = -1\n" THREAD);
    struct world w = initial(s);
    EXPECT_EQ(4, s->layout.shape.n_resources);
    EXPECT_STR_EQ("B[2]", s->resources[3].name);
    EXPECT_EQ(OBJECT_INITIALIZED, world_resource(&w, 0)->flags);
    EXPECT_EQ(0, world_resource(&w, 1)->flags);
    EXPECT_EQ(HOME_NONE, s->layout.shape.resource_home[0]);
    EXPECT_EQ(HOME_EXTENSION, s->layout.shape.resource_home[3]);
    EXPECT_EQ(NT_SynchronizationEvent, world_event(&w, 0)->type);
    EXPECT_EQ(1, world_event(&w, 0)->signal_state);
    EXPECT_EQ(NT_NotificationEvent, world_event(&w, 1)->type);
    EXPECT_EQ(0, world_event(&w, 1)->signal_state);
    EXPECT_EQ(HOME_IMAGE, s->layout.shape.spinlock_home[1]);
    EXPECT_EQ(3, s->layout.shape.n_shared);
    EXPECT_EQ(6, world_shared(&w, 0));
    EXPECT_EQ(-1, world_shared(&w, 2));
    EXPECT_STR_EQ("x", s->shared_names[0]);
    EXPECT_STR_EQ("a[1]", s->shared_names[2]);
    scenario_free(s);
}

TEST(files_are_there_from_the_start)
{
    struct scenario *s = load("[constants]\nfiles = 3\n[directory temp]\npath = C:\\Temp\n"
                              "file = b.txt\nfile = \"a file.txt\" 2 * 5 FILE_ATTRIBUTE_READONLY\n"
                              "file = old_{i}.txt 7 for i = 0..files - 1\n"
                              "[directory root]\npath = D:\\\nfile = e\n" THREAD);
    struct world w = initial(s);
    EXPECT_EQ(6, s->layout.shape.n_names);
    EXPECT_STR_EQ("C:\\Temp\\a file.txt", s->layout.shape.names[0].path);
    EXPECT_EQ(FILE_EXISTS, world_file(&w, 0)->flags);
    EXPECT_EQ(10, world_file(&w, 0)->size);
    EXPECT_EQ(NT_FILE_ATTRIBUTE_READONLY, world_file(&w, 0)->attributes);
    EXPECT_STR_EQ("C:\\Temp\\old_2.txt", s->layout.shape.names[4].path);
    EXPECT_EQ(7, world_file(&w, 4)->size);
    EXPECT_STR_EQ("D:\\e", s->layout.shape.names[5].path);
    EXPECT_EQ('D', s->layout.shape.names[5].volume);
    EXPECT_EQ(5, world_directory(&w, 0)->n_files);
    EXPECT_EQ(1, world_directory(&w, 1)->n_files);
    EXPECT_STR_EQ("D:", s->directories[1].path);
    scenario_free(s);
}

TEST(switches_are_off_by_default_and_read_by_name)
{
    struct scenario *s = load(THREAD);
    EXPECT_FALSE(s->layout.shape.switches.verifier_off);
    EXPECT_FALSE(s->layout.shape.switches.rename_without_delete);
    EXPECT_EQ(RELEASE_NT, s->layout.shape.switches.release);
    EXPECT_EQ(WAIT_ALL_SET_TIME, s->layout.shape.switches.wait_all);
    EXPECT_EQ(PULSE_SURE, s->layout.shape.switches.pulse);
    EXPECT_EQ(1, s->layout.shape.critical_region_inside);
    scenario_free(s);
    s = load(
        "[scenario]\nverifier = off\nrelease_policy = writer_first\ncritical_region = outside\n"
        "wait_all = retest\npulse = may_miss\nrename_without_delete = yes\n" THREAD);
    EXPECT_TRUE(s->layout.shape.switches.verifier_off);
    EXPECT_EQ(RELEASE_WRITER_FIRST, s->layout.shape.switches.release);
    EXPECT_EQ(REGION_OUTSIDE, s->layout.shape.switches.critical_region);
    EXPECT_EQ(WAIT_ALL_RETEST, s->layout.shape.switches.wait_all);
    EXPECT_EQ(PULSE_MAY_MISS, s->layout.shape.switches.pulse);
    EXPECT_TRUE(s->layout.shape.switches.rename_without_delete);
    EXPECT_EQ(0, s->layout.shape.critical_region_inside);
    scenario_free(s);
}

TEST(titles_have_defaults)
{
    struct scenario *s = load(THREAD);
    EXPECT_STR_EQ("t", s->name);
    EXPECT_STR_EQ("t", s->title);
    EXPECT_STR_EQ("", s->description);
    EXPECT_TRUE(s->next == NULL);
    scenario_free(s);
}

/* ---- constants ---- */

TEST(settings_override_constants_and_what_is_made_of_them)
{
    struct setting settings[] = {{"files", 5}, {"files", 7}};
    struct diag_list diags = {0};
    struct scenario *s =
        load_with("[constants]\nfiles = 2\ntwice = files * 2\n" THREAD, settings, 2, &diags);
    EXPECT_EQ(7, s->constants[0].value);
    EXPECT_EQ(2, s->constants[0].file_value);
    EXPECT_EQ(14, s->constants[1].value);
    scenario_free(s);
    settings[1].name = "fiels";
    EXPECT_TRUE(load_with("[constants]\nfiles = 2\n" THREAD, settings, 2, &diags) == NULL);
    EXPECT_STR_EQ("the scenario has no constant 'fiels'; did you mean 'files'?",
                  diags.items[0].text);
    diag_release(&diags);
}

/* ---- threads ---- */

TEST(a_counted_thread_is_several_with_a_number_each)
{
    struct scenario *s =
        load("[event E]\ntype = NotificationEvent\n[thread Reader]\ncount = 3\nbody =\n"
             "    KeSetPriorityThread(self);\n"
             "[thread Last]\npriority = 3\nkind = user\nautostart = no\nbody =\n"
             "    KeWaitForSingleObject(&Reader1); KeWaitForSingleObject(&Reader[2]);\n");
    struct world w = initial(s);
    EXPECT_EQ(4, s->n_threads);
    EXPECT_STR_EQ("Reader1", s->threads[0].name);
    EXPECT_STR_EQ("Reader3", s->threads[2].name);
    EXPECT_EQ(1, s->threads[0].code.instrs[0].c);
    EXPECT_EQ(3, s->threads[2].code.instrs[0].c);
    EXPECT_TRUE(s->threads[0].end_visible);
    EXPECT_FALSE(s->threads[1].end_visible);
    EXPECT_TRUE(s->threads[2].end_visible);
    EXPECT_EQ(3, scenario_find_thread(s, "Last", 4));
    EXPECT_EQ(NO_THREAD, scenario_find_thread(s, "Reader", 6));
    EXPECT_EQ(THREAD_READY, world_thread(&w, 0)->state);
    EXPECT_EQ(8, world_thread(&w, 0)->priority);
    EXPECT_EQ(THREAD_ABSENT, world_thread(&w, 3)->state);
    EXPECT_EQ(3, s->layout.shape.base_priority[3]);
    EXPECT_EQ(KIND_USER, s->layout.shape.kind[3]);
    EXPECT_EQ(7, s->layout.shape.critical_region_inside); // not the user thread
    EXPECT_EQ(1, s->layout.shape.wait_objects[3]);
    scenario_free(s);
}

TEST(an_index_that_is_known_in_a_run_only_makes_every_end_visible)
{
    struct scenario *s = load("[thread W]\ncount = 2\nbody =\n    return;\n[thread T]\nbody =\n"
                              "    for (int i = 0; i < 2; i++) KeWaitForSingleObject(&W[i]);\n");
    EXPECT_TRUE(s->threads[0].end_visible && s->threads[1].end_visible);
    EXPECT_FALSE(s->threads[2].end_visible);
    scenario_free(s);
}

TEST(an_unload_thread_sees_every_end)
{
    struct scenario *s =
        load(THREAD "[thread Unload]\nkind = unload\nbody =\n    IoDeleteDevice();\n");
    EXPECT_TRUE(s->threads[0].end_visible && s->threads[1].end_visible);
    EXPECT_EQ(1, s->layout.shape.critical_region_inside);
    scenario_free(s);
}

TEST(there_are_at_most_32_threads)
{
    struct scenario *s = load("[thread T]\ncount = 32\nbody =\n    return;\n");
    EXPECT_EQ(32, s->n_threads);
    scenario_free(s);
    EXPECT_STR_EQ("4:9: a scenario has at most 32 threads",
                  mistake(THREAD "[thread U]\ncount = 32\nbody =\n    return;\n"));
}

TEST(the_world_is_as_large_as_the_bodies_need)
{
    struct scenario *s =
        load("[resource R]\n[event E]\ntype = NotificationEvent\n[thread A]\nbody =\n"
             "    HANDLE h, k;\n"
             "    ZwCreateFile(&h, \"C:\\a\", GENERIC_WRITE, 0, FILE_CREATE);\n"
             "    ZwOpenFile(&k, \"C:\\a\", GENERIC_WRITE, 0);\n"
             "[thread B]\nbody =\n    HANDLE h;\n    while (1) ZwOpenFile(&h, \"C:\\a\", "
             "GENERIC_READ, 0);\n"
             "[thread C]\nbody =\n    KeWaitForMultipleObjects(WaitAll, &E, &A, &B);\n"
             "    ExSetResourceOwnerPointer(&R, 7);\n");
    EXPECT_EQ(2, s->layout.shape.handles[0]);
    EXPECT_EQ(8, s->layout.shape.handles[1]);
    EXPECT_EQ(0, s->layout.shape.handles[2]);
    EXPECT_EQ(3, s->layout.shape.wait_objects[2]);
    EXPECT_TRUE(s->layout.shape.queue_order_matters);
    EXPECT_EQ(3, s->layout.shape.n_owner_pointers);
    scenario_free(s);
    s = load("[event E]\ntype = NotificationEvent\n[thread T]\nbody =\n"
             "    KeWaitForMultipleObjects(WaitAny, &E);\n");
    EXPECT_FALSE(s->layout.shape.queue_order_matters);
    EXPECT_EQ(0, s->layout.shape.n_owner_pointers);
    scenario_free(s);
}

/* ---- roles ---- */

TEST(roles_are_bodies_with_lines)
{
    struct scenario *s =
        load("[constants]\nfiles = 2\n[resource Lock]\n[event Go]\ntype = NotificationEvent\n"
             "[thread M]\nrole = mover\nwait = Go\nreset = Go\nlock = Lock shared\nsignal = Go\n");
    const struct scenario_thread *t = &s->threads[0];
    EXPECT_STR_EQ("mover", t->role);
    EXPECT_EQ(0, t->first_line);
    EXPECT_STR_EQ("role mover", t->file);
    EXPECT_STR_EQ("HANDLE h;", t->lines[0]);
    EXPECT_STR_EQ("KeWaitForSingleObject(&Go, Executive,", t->lines[2]);
    EXPECT_STR_EQ("KeResetEvent(&Go);", t->lines[4]);
    EXPECT_STR_EQ("ExAcquireResourceSharedLite(&Lock, TRUE);", t->lines[5]);
    EXPECT_STR_EQ("KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);", t->lines[t->n_lines - 1]);
    for (uint32_t k = 0; k < t->n_lines; k++)
        EXPECT_TRUE(strlen(t->lines[k]) <= 72);
    scenario_free(s);
}

/* ---- names ---- */

/* Number of names that a body, in a scenario with some shared variables, can form. */
static unsigned names_of(const char *body)
{
    char text[2048];
    snprintf(text, sizeof text,
             "[constants]\nfiles = 1000\nwrites = 100\n[directory t]\npath = C:\\T\n"
             "[shared]\nn = 0\n[thread T]\nbody =\n    HANDLE h;\n    %s\n",
             body);
    struct scenario *s = load(text);
    unsigned n = s->layout.shape.n_names;
    scenario_free(s);
    return n;
}

#define OPEN(path) "ZwOpenFile(&h, \"" path "\", GENERIC_READ, 0);"

TEST(names_are_all_that_paths_can_come_to)
{
    EXPECT_EQ(0, names_of(""));
    EXPECT_EQ(1, names_of(OPEN("C:\\T\\a") OPEN("c:\\t\\A") OPEN("\\DosDevices\\C:\\T\\a")));
    EXPECT_EQ(1000,
              names_of("for (int i = 0; i < files; i++) { if (NT_SUCCESS("
                       "n"
                       ")) continue; " OPEN(
                           "C:\\T\\{i}") "for (int j = 0; j < writes; j++) ZwReadFile(h, 1); }"));
    EXPECT_EQ(12, names_of("for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++)" OPEN(
                      "C:\\T\\{i}_{j}")));
    EXPECT_EQ(
        5, names_of("int i = 0; while (1) { i += 2; if (i > 10) break; " OPEN("C:\\T\\{i}") "}"));
    EXPECT_EQ(2, names_of("int i = n ? 1 : 5;" OPEN("C:\\T\\{i * 2}")));
    EXPECT_EQ(1, names_of("if (0) " OPEN("C:\\T\\a") OPEN("C:\\T\\b")));
}

TEST(a_loop_that_another_variable_bounds_has_an_end)
{
    EXPECT_EQ(11,
              names_of("int i = 0; for (int k = 0; k <= 10; k++) { " OPEN("C:\\T\\{i}") "i++; }"));
}

TEST(an_unknown_hole_stands_for_256_values)
{
    EXPECT_EQ(256, names_of("int i = n;" OPEN("C:\\T\\{i}")));
    EXPECT_EQ(512, names_of("int i = InterlockedIncrement(&n); for (int k = 0; k < 2; k++)" OPEN(
                       "C:\\T\\{k}_{i}")));
}

TEST(a_name_is_found_by_the_values_of_its_holes)
{
    struct scenario *s = load(
        "[directory t]\npath = C:\\T\n[shared]\nn = 0\n[thread T]\nbody =\n    HANDLE h;\n"
        "    for (int i = -2; i < 12; i++) { " OPEN("C:\\T\\f{i}.txt")
            OPEN("C:\\T\\{i}_{i * 2}") " }\n"
                                       "    int far = n ? 5 : 1000000000; " OPEN(
                                           "C:\\T\\far{far}") "\n"
                                                              "[endings]\np = each(i, 0, 3, "
                                                              "exists(\"c:\\t\\F{i}.TXT\")) && "
                                                              "exists(\"C:\\T\\F3.TXT\")\n");
    const struct code *code = &s->threads[0].code;
    const struct name_info *names = s->layout.shape.names;
    EXPECT_EQ(30, s->layout.shape.n_names);
    for (uint32_t k = 1; k < s->layout.shape.n_names; k++)
        EXPECT_TRUE(strcmp(names[k - 1].path, names[k].path) != 0);
    for (int32_t i = -4; i < 14; i++) {
        int32_t holes[] = {i, i * 2};
        char path[64];
        snprintf(path, sizeof path, "C:\\T\\f%d.txt", (int)i);
        int32_t name = name_table_find(s->names, &code->patterns[0], holes);
        EXPECT_EQ(i >= -2 && i < 12, name != NAME_UNKNOWN);
        EXPECT_EQ(name_table_find_path(s->names, path), name);
        if (name != NAME_UNKNOWN)
            EXPECT_STR_EQ(path, names[name].path);
        EXPECT_EQ(i >= -2 && i < 12, name_table_find(s->names, &code->patterns[1], holes) >= 0);
    }
    int32_t far = 1000000000;
    EXPECT_TRUE(name_table_find(s->names, &code->patterns[2], &far) >= 0);
    far = 6;
    EXPECT_EQ(NAME_UNKNOWN, name_table_find(s->names, &code->patterns[2], &far));
    far = 2;
    const struct code *p = &s->endings[0].when.code;
    EXPECT_STR_EQ("C:\\T\\f2.txt", names[name_table_find(s->names, &p->patterns[0], &far)].path);
    EXPECT_STR_EQ("C:\\T\\f3.txt", names[name_table_find(s->names, &p->patterns[1], NULL)].path);
    scenario_free(s);
}

TEST(names_know_their_directory)
{
    struct scenario *s =
        load("[directory t]\npath = C:\\T\n[directory u]\npath = c:\\t\\U\n"
             "[thread T]\nbody =\n    HANDLE h;\n    " OPEN("C:\\T\\a") OPEN("C:\\T\\u")
                 OPEN("C:\\t\\u\\b") OPEN("C:\\X\\c") OPEN("C:\\T\\d?") "\n");
    const struct name_info *names = s->layout.shape.names;
    EXPECT_STR_EQ("C:\\T\\a", names[0].path);
    EXPECT_EQ(0, names[0].parent);
    EXPECT_EQ(NO_INDEX, names[0].directory);
    EXPECT_TRUE(names[1].invalid);
    EXPECT_STR_EQ("C:\\T\\u", names[2].path);
    EXPECT_EQ(1, names[2].directory);
    EXPECT_EQ(1, names[3].parent);
    EXPECT_EQ(NO_INDEX, names[4].parent);
    scenario_free(s);
}

TEST(too_many_names_are_an_error_at_the_path)
{
    EXPECT_STR_EQ(
        "4:45: the paths of this scenario come to more than 60000 names; a hole whose value is not "
        "known counts as 0 to 255",
        mistake("[thread T]\nbody =\n    HANDLE h;\n    for (int i = 0; ; i++) "
                "{ ZwOpenFile(&h, \"C:\\T\\{i}\", GENERIC_READ, 0); }\n"));
}

/* ---- endings and expectations ---- */

TEST(expectations_keep_the_order_of_the_file_and_have_defaults)
{
    struct scenario *s =
        load("[shared]\nn = 0\n" THREAD "[endings]\nall of it = n == 1\nnone = n == 0\n"
             "[expect]\ngoal = none\ninvariant = n < 2\nhang = possible\nalways = n == 0\n"
             "race = never\ninvariant = n >= 0\n");
    EXPECT_EQ(2, s->n_endings);
    EXPECT_STR_EQ("all of it", s->endings[0].name);
    EXPECT_FALSE(s->endings[0].goal);
    EXPECT_TRUE(s->endings[1].goal);
    EXPECT_EQ(EXPECT_INVARIANT, s->expectations[0].kind);
    EXPECT_STR_EQ("n < 2", s->expectations[0].claim.text);
    EXPECT_EQ(11, s->expectations[0].line);
    EXPECT_EQ(FINDING_HANG, s->expectations[1].finding);
    EXPECT_EQ(BOUND_POSSIBLE, s->expectations[1].bound);
    EXPECT_EQ(5 + 5, s->n_expectations); // all but hang of the six that are never, even when absent
    EXPECT_EQ(FINDING_DEADLOCK, s->expectations[5].finding);
    EXPECT_EQ(BOUND_NEVER, s->expectations[5].bound);
    EXPECT_EQ(0, s->expectations[5].line);
    EXPECT_EQ(2, s->n_invariants);
    EXPECT_STR_EQ("n >= 0", s->invariants[1].text);
    scenario_free(s);
}

/* ---- schedule ---- */

TEST(a_schedule_is_replayed_unless_it_says_otherwise)
{
    struct scenario *s = load(THREAD "[schedule]\nsteps = T*2\n");
    EXPECT_EQ(POLICY_REPLAY, s->schedule.policy);
    EXPECT_STR_EQ("T*2", s->schedule.steps);
    scenario_free(s);
    s = load(THREAD "[schedule]\npolicy = random\nseed = 18446744073709551615\n");
    EXPECT_EQ(POLICY_RANDOM, s->schedule.policy);
    EXPECT_TRUE(s->schedule.seed == UINT64_MAX);
    scenario_free(s);
    EXPECT_STR_EQ("6:8: expected a seed: a number from 0 on",
                  mistake(THREAD "\n[schedule]\nseed = -1\n"));
}

/* ---- extends ---- */

TEST(a_section_of_the_extending_file_takes_the_place_of_the_base)
{
    struct scenario *s =
        load("[scenario]\nextends = eresource_exclusive\ntitle = Mine\n[constants]\nfiles = 3\n"
             "[thread Watcher]\nbody =\n    return;\n[thread Mover]\nbody =\n    return;\n"
             "[expect]\nhang = possible\n");
    EXPECT_STR_EQ("t", s->name);
    EXPECT_STR_EQ("Mine", s->title);
    EXPECT_EQ(3, s->constants[0].value);
    EXPECT_EQ(1, s->constants[1].value);
    EXPECT_EQ(3, s->n_threads);
    EXPECT_STR_EQ("Creator", s->threads[0].name);
    EXPECT_STR_EQ("Mover", s->threads[1].name);
    EXPECT_STR_EQ("", s->threads[1].role);
    EXPECT_STR_EQ("dir/t.ini", s->threads[1].file);
    EXPECT_STR_EQ("Watcher", s->threads[2].name);
    EXPECT_TRUE(s->n_endings > 0);
    EXPECT_EQ(FINDING_HANG, s->expectations[0].finding); // [expect] as a whole
    EXPECT_EQ(6, s->n_expectations);
    scenario_free(s);
}

/* The text of a saved schedule of race that was made for a program with this hash. */
static const char *saved(uint64_t hash)
{
    static char text[256];
    snprintf(text, sizeof text,
             "[scenario]\nextends = race\n[schedule]\nhash = %016llx\nsteps = 1\n",
             (unsigned long long)hash);
    return text;
}

TEST(a_saved_schedule_that_fits_no_more_is_a_warning)
{
    struct scenario *s = load("[scenario]\nextends = race\n");
    struct diag_list diags = {0};
    scenario_free(load_with(saved(s->hash), NULL, 0, &diags));
    EXPECT_EQ(0, diags.n);
    scenario_free(load_with(saved(s->hash + 1), NULL, 0, &diags));
    EXPECT_EQ(1, diags.n);
    EXPECT_EQ(DIAG_WARNING, diags.items[0].severity);
    EXPECT_EQ(4, diags.items[0].line);
    diag_release(&diags);
    scenario_free(s);
}

TEST(the_hash_is_of_what_runs_not_of_its_description)
{
    struct scenario *a =
        load("[scenario]\ntitle = A\n[shared]\nn = 0\n[thread T]\nbody =\n    n = 1;\n");
    struct scenario *b = load("[shared]\nn = 0\n[thread T]\nbody =\n\n      n = /* one */ 1 ;\n");
    struct scenario *c = load("[shared]\nn = 0\n[thread T]\nbody =\n    n = 2;\n");
    EXPECT_TRUE(a->hash == b->hash);
    EXPECT_TRUE(a->hash != c->hash);
    scenario_free(a);
    scenario_free(b);
    scenario_free(c);
}

TEST(a_file_that_is_not_there_is_an_error_without_a_line)
{
    struct diag_list diags = {0};
    EXPECT_TRUE(scenario_load_file("no/such/file.ini", NULL, NULL, 0, &diags) == NULL);
    EXPECT_EQ(1, diags.n);
    EXPECT_EQ(0, diags.items[0].line);
    diag_release(&diags);
}

TEST_MAIN(RUN(objects_start_as_the_file_says), RUN(files_are_there_from_the_start),
          RUN(switches_are_off_by_default_and_read_by_name), RUN(titles_have_defaults),
          RUN(settings_override_constants_and_what_is_made_of_them),
          RUN(a_counted_thread_is_several_with_a_number_each),
          RUN(an_index_that_is_known_in_a_run_only_makes_every_end_visible),
          RUN(an_unload_thread_sees_every_end), RUN(there_are_at_most_32_threads),
          RUN(the_world_is_as_large_as_the_bodies_need), RUN(roles_are_bodies_with_lines),
          RUN(names_are_all_that_paths_can_come_to),
          RUN(a_loop_that_another_variable_bounds_has_an_end),
          RUN(an_unknown_hole_stands_for_256_values),
          RUN(a_name_is_found_by_the_values_of_its_holes), RUN(names_know_their_directory),
          RUN(too_many_names_are_an_error_at_the_path),
          RUN(expectations_keep_the_order_of_the_file_and_have_defaults),
          RUN(a_schedule_is_replayed_unless_it_says_otherwise),
          RUN(a_section_of_the_extending_file_takes_the_place_of_the_base),
          RUN(a_saved_schedule_that_fits_no_more_is_a_warning),
          RUN(the_hash_is_of_what_runs_not_of_its_description),
          RUN(a_file_that_is_not_there_is_an_error_without_a_line))
