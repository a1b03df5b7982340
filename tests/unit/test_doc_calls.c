/*
 * doc/scenarios.md says what the program does: every call with its parameters, result and
 * visibility, every constant and every limit, and its examples load. The document is text written
 * by hand; a row that is missing or differs is printed here as it should begin.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "kernel_model/limits.h"
#include "kernel_model/nt_call.h"
#include "kernel_model/nt_status.h"
#include "sim/lang/document.h"
#include "sim/lang/parser.h"
#include "sim/lang/scenario.h"
#include "sim/vm/code.h"

#define DOCUMENT LOCKSTEP_TEST_DATA "/../../doc/scenarios.md"

enum { ROW_SIZE = 512 };

/* The document, read once. */
static const char *document(void)
{
    static char text[256 * 1024];
    if (text[0] == '\0') {
        FILE *f = fopen(DOCUMENT, "rb");
        assert_non_null(f);
        size_t n = fread(text, 1, sizeof text - 1, f);
        fclose(f);
        EXPECT_TRUE(n < sizeof text - 1);
        text[n] = '\0';
    }
    return text;
}

/* The part between the two comments around the tables of calls. */
static const char *calls_begin(void)
{
    const char *at = strstr(document(), "<!-- calls");
    assert_non_null(at);
    return at;
}

static const char *calls_end(void)
{
    const char *at = strstr(document(), "<!-- end of calls");
    assert_non_null(at);
    return at;
}

/* ---- rows of calls ---- */

struct row {
    char text[ROW_SIZE];
    size_t n;
};

static void put(struct row *row, const char *text)
{
    size_t n = strlen(text);
    EXPECT_TRUE(row->n + n < sizeof row->text);
    memcpy(row->text + row->n, text, n + 1);
    row->n += n;
}

/* What a parameter is when it is left out. */
static void put_omitted(struct row *row, const struct nt_param *p)
{
    char number[16];
    put(row, " = ");
    if (p->kind == PARAM_FLAG) {
        put(row, p->if_omitted != 0 ? "TRUE" : "FALSE");
    } else if (p->kind == PARAM_TIMEOUT) {
        EXPECT_EQ(TIMEOUT_FOREVER, p->if_omitted);
        put(row, "NULL");
    } else {
        snprintf(number, sizeof number, "%d", (int)p->if_omitted);
        put(row, number);
    }
}

static void put_parameter(struct row *row, const struct nt_call_row *call, unsigned ix, bool first)
{
    const struct nt_param *p = &call->params[ix];
    bool address = p->kind <= PARAM_OUT_HANDLE || p->kind == PARAM_REST;
    const char *quote = p->kind == PARAM_PATH ? "\"" : "";
    const char *name = ix != 1 || call->selector == 0               ? p->name
                       : call->selector == NT_FileRenameInformation ? "FileRenameInformation"
                                                                    : "FileDispositionInformation";
    put(row, first ? "" : ", ");
    put(row, p->optional ? "[" : "");
    put(row, address ? "&" : "");
    put(row, quote);
    put(row, name);
    put(row, quote);
    put(row, p->kind == PARAM_REST ? ", ..." : "");
    if (p->optional) {
        put_omitted(row, p);
        put(row, "]");
    }
}

/* In the order in which a body writes them: required, then the objects of a wait, then the rest. */
static void put_parameters(struct row *row, const struct nt_call_row *call)
{
    bool first = true;
    put(row, call->n_params > 0 ? "`" : "none");
    for (unsigned pass = 0; pass < 3; pass++) {
        for (unsigned k = 0; k < call->n_params; k++) {
            const struct nt_param *p = &call->params[k];
            unsigned turn = p->kind == PARAM_REST ? 1 : p->optional ? 2 : 0;
            if (turn == pass) {
                put_parameter(row, call, k, first);
                first = false;
            }
        }
    }
    put(row, call->n_params > 0 ? "`" : "");
}

/* How the row of a call has to begin; behind it stands its sentence. */
static void row_of(enum nt_call ix, struct row *row)
{
    static const char *const results[] = {
        [RESULT_VOID] = "nothing",    [RESULT_BOOLEAN] = "BOOLEAN",    [RESULT_STATUS] = "NTSTATUS",
        [RESULT_NUMBER] = "number",   [RESULT_STATE] = "signal state", [RESULT_THREAD] = "owner id",
        [RESULT_POINTER] = "pointer",
    };
    const struct nt_call_row *call = nt_call_row(ix);
    *row = (struct row){.n = 0};
    put(row, "| `");
    put(row, call->name);
    put(row, "` | ");
    put_parameters(row, call);
    put(row, " | ");
    put(row, results[call->result]);
    put(row, call->visible ? " | yes | " : " | no | ");
}

/* The line of the document that begins so, or NULL. */
static const char *line_beginning(const char *text)
{
    size_t n = strlen(text);
    for (const char *at = document(); at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, text, n) == 0)
            return at;
    }
    return NULL;
}

static void expect_line_beginning(const char *text)
{
    if (line_beginning(text) == NULL) {
        print_error("doc/scenarios.md has no line that begins\n    %s\n", text);
        fail();
    }
}

TEST(every_call_has_its_row)
{
    for (int ix = CALL_NONE + 1; ix < N_CALLS; ix++) {
        struct row row;
        row_of((enum nt_call)ix, &row);
        expect_line_beginning(row.text);
        const char *at = line_beginning(row.text);
        EXPECT_TRUE(at > calls_begin() && at < calls_end());
        EXPECT_TRUE(at[row.n] != '|' && at[row.n] != '\n'); // its sentence
    }
}

TEST(every_row_is_a_call_in_the_group_that_it_stands_under)
{
    static const char *const titles[] = {
        [GROUP_RESOURCE] = "Resources",
        [GROUP_EVENT] = "Events",
        [GROUP_WAIT] = "Waits",
        [GROUP_THREAD] = "Threads",
        [GROUP_FILE] = "File calls",
        [GROUP_SPINLOCK] = "Spin locks",
        [GROUP_SHARED] = "Shared variables",
        [GROUP_DRIVER] = "Driver",
    };
    const char *title = "";
    int n = 0;
    for (const char *at = calls_begin(); at < calls_end(); at = strchr(at, '\n') + 1) {
        if (strncmp(at, "### ", 4) == 0)
            title = at + 4;
        if (strncmp(at, "| `", 3) != 0)
            continue;
        int ix = CALL_NONE + 1;
        for (struct row row; ix < N_CALLS; ix++) {
            row_of((enum nt_call)ix, &row);
            if (strncmp(at, row.text, row.n) == 0)
                break;
        }
        if (ix == N_CALLS)
            print_error("no call has the row\n    %.*s\n", (int)strcspn(at, "\n"), at);
        EXPECT_TRUE(ix < N_CALLS);
        const char *expected = titles[nt_call_row((enum nt_call)ix)->group];
        EXPECT_TRUE(strncmp(title, expected, strlen(expected)) == 0);
        n++;
    }
    EXPECT_EQ(N_CALLS - 1, n);
}

/* ---- other tables ---- */

TEST(every_other_name_is_that_call)
{
    const char *at = strstr(document(), "### Other names");
    assert_non_null(at);
    int n = 0;
    for (; (at = strchr(at, '\n')) != NULL && strncmp(at, "\n## ", 4) != 0; at++) {
        char name[128], call[128];
        if (sscanf(at, "\n| `%127[A-Za-z]` | `%127[A-Za-z]` |", name, call) != 2)
            continue;
        EXPECT_NE(CALL_NONE, nt_call_find(name, (uint32_t)strlen(name)));
        EXPECT_STR_EQ(call, nt_call_row(nt_call_find(name, (uint32_t)strlen(name)))->name);
        n++;
    }
    EXPECT_TRUE(n > 0);
}

TEST(every_constant_of_NT_is_listed)
{
    const char *list = strstr(document(), "## Constants");
    assert_non_null(list);
    const char *name;
    int32_t value;
    for (unsigned ix = 0; nt_constant_at(ix, &name, &value); ix++) {
        char quoted[128];
        snprintf(quoted, sizeof quoted, "`%s`", name);
        if (strstr(list, quoted) == NULL)
            print_error("doc/scenarios.md does not list %s\n", quoted);
        EXPECT_TRUE(strstr(list, quoted) != NULL);
    }
}

TEST(the_limits_are_those_of_the_program)
{
    static const struct {
        const char *what;
        long most;
    } limits[] = {
        {"threads", MAX_THREADS},
        {"resources, elements of arrays counted", MAX_RESOURCES},
        {"events", MAX_EVENTS},
        {"spin locks", MAX_SPINLOCKS},
        {"shared variables, elements counted", MAX_SHARED},
        {"directories", MAX_DIRECTORIES},
        {"file names that a scenario can form", MAX_NAMES},
        {"open handles of one thread", MAX_HANDLES},
        {"open handles of one file", MAX_OPENS},
        {"acquisitions of one resource by one owner", MAX_RECURSION},
        {"owner pointers of one resource", MAX_OWNER_POINTERS},
        {"bytes of one file", MAX_FILE_SIZE},
        {"instructions of one body", MAX_CODE},
        {"32-bit words of a thread's variables and operands", MAX_WORDS},
        {"objects of one wait", THREAD_WAIT_OBJECTS},
        {"local variables of one body", MAX_LOCALS},
        {"holes of one text", MAX_HOLES},
        {"instructions between two steps", MAX_INVISIBLE},
        {"files that extend each other", MAX_EXTENDS},
        {"brackets and blocks in each other", MAX_NESTING},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        char row[ROW_SIZE];
        snprintf(row, sizeof row, "| %s | %ld ", limits[i].what, limits[i].most);
        expect_line_beginning(row);
    }
}

/* ---- examples ---- */

/* As the program finds them, for examples that extend one. */
static char *shipped(const char *name)
{
    size_t size = sizeof LOCKSTEP_TEST_SCENARIOS + strlen(name) + sizeof "/.ini";
    char *path = malloc(size);
    assert_non_null(path);
    snprintf(path, size, "%s/%s.ini", LOCKSTEP_TEST_SCENARIOS, name);
    return path;
}

TEST(every_example_loads)
{
    static const char fence[] = "\n```ini\n";
    int n = 0;
    for (const char *at = document(); (at = strstr(at, fence)) != NULL;) {
        at += sizeof fence - 1;
        const char *end = strstr(at, "```");
        assert_non_null(end);
        struct scenario_source source = {"doc/scenarios.md", at, (size_t)(end - at), shipped};
        struct diag_list diags = {0};
        struct scenario *s = scenario_load(&source, NULL, 0, &diags);
        diag_print(&diags, stderr);
        diag_release(&diags);
        EXPECT_TRUE(s != NULL);
        scenario_free(s);
        at = end;
        n++;
    }
    EXPECT_TRUE(n > 0);
}

TEST_MAIN(RUN(every_call_has_its_row), RUN(every_row_is_a_call_in_the_group_that_it_stands_under),
          RUN(every_other_name_is_that_call), RUN(every_constant_of_NT_is_listed),
          RUN(the_limits_are_those_of_the_program), RUN(every_example_loads))
