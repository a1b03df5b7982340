/*
 * The body language: what bodies and predicates mean, which of their operations are steps, and what
 * is said about mistakes. Meaning is tested by running: what a body prints is what it computed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/stepper/machine.h"

/* ---- running a body ---- */

enum { OUTPUT = 4096 };

static const char *const frame = "[constants]\n"
                                 "files = 3\n"
                                 "[directory temp]\n"
                                 "path = C:\\Temp\n"
                                 "[resource R[2]]\n"
                                 "[event E]\n"
                                 "type = NotificationEvent\n"
                                 "[shared]\n"
                                 "n = 5\n"
                                 "m = 0\n"
                                 "a[4] = 7\n"
                                 "[thread T]\n"
                                 "body =\n";

static struct scenario *scenario_of(const char *body)
{
    size_t size = strlen(frame) + strlen(body) + 64;
    char *text = malloc(size);
    snprintf(text, size, "%s    %s\n", frame, body);
    struct scenario *s = load_text(text);
    free(text);
    return s;
}

static void append(void *context, thread_ix t, const char *text)
{
    (void)t;
    char *output = context;
    size_t n = strlen(output);
    snprintf(output + n, OUTPUT - n, "%s%s", n > 0 ? "," : "", text);
}

/* All that the first thread prints when it runs alone, and the reason if something stopped it. */
static const char *run(struct scenario *s)
{
    static char output[OUTPUT];
    output[0] = '\0';
    struct machine *m = machine_create(s, false);
    m->sink = (struct vm_sink){append, output};
    machine_reset(m);
    while (machine_refusal(m, (struct choice){0}) == REFUSED_NOT)
        machine_step(m, (struct choice){0});
    if (machine_verdict(m) == VERDICT_FAULT || machine_verdict(m) == VERDICT_ASSERTION)
        append(output, 0, m->last.stop.reason);
    machine_free(m);
    return output;
}

static const char *printed(const char *body)
{
    struct scenario *s = scenario_of(body);
    const char *output = run(s);
    scenario_free(s);
    return output;
}

/* The steps that the body makes, alone: "load n,store n". */
static const char *steps(const char *body)
{
    static char output[OUTPUT];
    output[0] = '\0';
    struct scenario *s = scenario_of(body);
    struct machine *m = machine_create(s, false);
    while (machine_refusal(m, (struct choice){0}) == REFUSED_NOT) {
        const struct step *step = machine_step(m, (struct choice){0});
        char text[128];
        object_ref o = step->effect.object;
        bool cell = object_kind_of(o) == OBJECT_SHARED;
        snprintf(text, sizeof text, "%s%s%s", nt_call_row(step->call)->name, cell ? " " : "",
                 cell ? s->shared_names[object_ix_of(o)] : "");
        append(output, 0, text);
    }
    machine_free(m);
    scenario_free(s);
    return output;
}

/* ---- expressions ---- */

/* Each is computed at load, from numbers, and in a run, from variables of the same values. */
static const struct {
    const char *expression;
    const char *value;
} expressions[] = {
    {"A + B * C", "23"},
    {"(A + B) * C", "35"},
    {"A - B - C", "-6"},
    {"A / B", "0"},
    {"B / A", "1"},
    {"-B / A", "-1"},
    {"-B % A", "-1"},
    {"B % -A", "1"},
    {"A << 2 + 1", "24"},
    {"A & 1 == 1", "1"},
    {"A | B ^ C & 3", "7"},
    {"~A", "-4"},
    {"!A + !0", "1"},
    {"- -A", "3"},
    {"A < B == 1", "1"},
    {"A < B && B > C || 0", "0"},
    {"A == 3 && (B == 4 || C == 9)", "1"},
    {"0 || 0", "0"},
    {"A > B ? B : C > 1 ? 10 : 20", "10"},
    {"0x10 + 010 + 'a'", "121"},
    {"'\\n' + '\\0' + '\\\\'", "102"},
    {"2147483647 + A", "-2147483646"},
    {"-2147483647 - 1", "-2147483648"},
    {"(-2147483647 - 1) / -(B - A)", "-2147483648"},
    {"(-2147483647 - 1) % -(B - A)", "0"},
    {"-1 >> A", "-1"},
    {"(ULONG)-1 >> 28 + B - A - 1", "15"},
    {"(ULONG)-1 / 2", "2147483647"},
    {"(ULONG)-1 % 10", "5"},
    {"-1 < 1u", "0"},
    {"-1 < 1", "1"},
    {"(ULONG)A - B > 0", "1"},
    {"(int)((ULONG)A - B) > 0", "0"},
    {"0xFFFFFFFF == -1", "1"},
    {"4294967295 > 1", "1"},
    {"-1 << 31 >> 31", "-1"},
    {"NT_SUCCESS(STATUS_TIMEOUT) + NT_SUCCESS(STATUS_ACCESS_DENIED)", "1"},
    {"GENERIC_READ < 0", "1"},
    {"FILE_SHARE_READ | FILE_SHARE_WRITE", "3"},
    {"files * 10", "30"},
    {"(A, B)", "4"},
};

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* The expression with numbers in place of A, B and C. */
static void with_numbers(const char *expression, char *out)
{
    bool in_word = false;
    for (; *expression != '\0'; expression++) {
        bool variable = !in_word && *expression >= 'A' && *expression <= 'C';
        in_word = is_letter(*expression);
        *out = *expression;
        if (variable && !is_letter(expression[1]))
            *out = (char)(*expression - 'A' + '3');
        out++;
    }
    *out = '\0';
}

TEST(expressions_mean_what_they_mean_in_c)
{
    for (size_t k = 0; k < sizeof expressions / sizeof expressions[0]; k++) {
        char body[512], numbers[256];
        snprintf(body, sizeof body, "int A = 3, B = 4, C = 5; int v = %s; DbgPrint(\"{v}\");",
                 expressions[k].expression);
        EXPECT_STR_EQ(expressions[k].value, printed(body));
        with_numbers(expressions[k].expression, numbers);
        snprintf(body, sizeof body, "int v = %s; DbgPrint(\"{v}\");", numbers);
        EXPECT_STR_EQ(expressions[k].value, printed(body));
    }
}

TEST(ulong_variables_compare_divide_and_shift_unsigned)
{
    EXPECT_STR_EQ("0,2147483647,5,1", printed("ULONG u = -1; int i = 1; DbgPrint(\"{u < i}\");"
                                              "DbgPrint(\"{u / 2}\"); DbgPrint(\"{u % 10}\");"
                                              "u >>= 31; DbgPrint(\"{u}\");"));
    EXPECT_STR_EQ("1,0,-1", printed("int i = -1; DbgPrint(\"{i < 1}\"); DbgPrint(\"{i / 2}\");"
                                    "i >>= 31; DbgPrint(\"{i}\");"));
}

TEST(assignments_and_steps_of_locals_have_values)
{
    EXPECT_STR_EQ("3 3", printed("int x, y; x = y = 3; DbgPrint(\"{x} {y}\");"));
    EXPECT_STR_EQ("5 6", printed("int x = 5; int y = x++; DbgPrint(\"{y} {x}\");"));
    EXPECT_STR_EQ("6 6", printed("int x = 5; int y = ++x; DbgPrint(\"{y} {x}\");"));
    EXPECT_STR_EQ("5 4", printed("int x = 5; int y = x--; DbgPrint(\"{y} {x}\");"));
    EXPECT_STR_EQ("12", printed("int x = 5; x += 2; x *= 3; x -= 1; x /= 2; x %= 7; x <<= 3;"
                                "x |= 4; x ^= 16; x &= 28; DbgPrint(\"{x}\");"));
    EXPECT_STR_EQ("10", printed("int x = 1; x += x++ + (x = 7); DbgPrint(\"{x + 1}\");"));
}

TEST(both_sides_of_logic_are_evaluated_only_if_needed)
{
    EXPECT_STR_EQ(
        "0 1", printed("int x = 0; int y = x && x++; y = y || 1 || x++; DbgPrint(\"{x} {y}\");"));
    EXPECT_STR_EQ("7", printed("int z = 0; int y = z ? 1 / z : 7; DbgPrint(\"{y}\");"));
    EXPECT_STR_EQ("yes", printed("int z = 0; if (!(z != 0 && 1 / z > 0) || z) DbgPrint(\"yes\");"));
}

/* ---- statements ---- */

TEST(loops_break_and_continue)
{
    EXPECT_STR_EQ("0,1,3", printed("for (int i = 0; i < 9; i++) { if (i == 2) continue;"
                                   "if (i == 4) break; DbgPrint(\"{i}\"); }"));
    EXPECT_STR_EQ("2,1,0", printed("int i = 3; while (i-- > 0) DbgPrint(\"{i}\");"));
    EXPECT_STR_EQ("0", printed("int i = 0; do DbgPrint(\"{i}\"); while (++i < 1);"));
    EXPECT_STR_EQ(
        "1,3",
        printed("int i = 0; do { i++; if (i == 2) continue; DbgPrint(\"{i}\"); } while (i < 3);"));
    EXPECT_STR_EQ("00,01,10,11", printed("for (int i = 0, j; i < 2; i++) for (j = 0; j < 2; j++)"
                                         "DbgPrint(\"{i}{j}\");"));
    EXPECT_STR_EQ(
        "6 4",
        printed("int i, j; for (i = 0, j = 10; i < j; i += 3, j -= 3) ; DbgPrint(\"{i} {j}\");"));
    EXPECT_STR_EQ("end", printed("for (;;) { while (1) break; break; } DbgPrint(\"end\");"));
}

TEST(else_belongs_to_the_nearest_if)
{
    EXPECT_STR_EQ("", printed("int x = 0; if (x) if (x) DbgPrint(\"a\"); else DbgPrint(\"b\");"));
    EXPECT_STR_EQ(
        "c", printed("int x = 2; if (x == 1) DbgPrint(\"a\"); else if (x == 3) DbgPrint(\"b\");"
                     "else DbgPrint(\"c\");"));
}

TEST(return_ends_the_body_wherever_it_stands)
{
    EXPECT_STR_EQ(
        "1",
        printed("for (int i = 0; ; i++) { if (i == 2) return; if (i == 1) DbgPrint(\"{i}\"); }"));
    EXPECT_STR_EQ("load n", steps("return n; m = 1;"));
    EXPECT_STR_EQ("", steps(""));
}

TEST(inner_locals_hide_outer_ones_and_start_at_0_each_time)
{
    EXPECT_STR_EQ("2,1",
                  printed("int x = 1; { int x = 2; DbgPrint(\"{x}\"); } DbgPrint(\"{x}\");"));
    EXPECT_STR_EQ("0,0",
                  printed("for (int i = 0; i < 2; i++) { int x; DbgPrint(\"{x}\"); x = 9; }"));
}

TEST(comments_of_c_are_left_out)
{
    EXPECT_STR_EQ("1", printed("/* a\n    b */ DbgPrint(\"1\"); // DbgPrint(\"2\");\n    /**/"));
}

/* ---- steps ---- */

TEST(each_load_and_each_store_of_a_shared_variable_is_a_step)
{
    EXPECT_STR_EQ("load n,store n", steps("n = n + 1;"));
    EXPECT_STR_EQ("load n,store n", steps("n += 1;"));
    EXPECT_STR_EQ("load n,store n", steps("n++;"));
    EXPECT_STR_EQ("load n", steps("n;"));
    EXPECT_STR_EQ("store n", steps("n = 1;"));
    EXPECT_STR_EQ("store m,store n", steps("n = m = 1;"));
    EXPECT_STR_EQ("InterlockedIncrement n", steps("InterlockedIncrement(&n);"));
    EXPECT_STR_EQ("load n", steps("if (n == 6 && m == 0) m = 1;"));
}

TEST(operands_are_evaluated_left_to_right_and_a_left_index_first_and_once)
{
    EXPECT_STR_EQ("load n,load m", steps("int x = n - m;"));
    EXPECT_STR_EQ("load m,load n,store a[0]", steps("a[m] = n;"));
    EXPECT_STR_EQ("load m,load a[0],load n,store a[0]", steps("a[m] += n;"));
    EXPECT_STR_EQ("load m,load a[0],store a[0]", steps("a[m]++;"));
    EXPECT_STR_EQ("load m,load n,InterlockedAdd a[0]", steps("InterlockedAdd(&a[m], n);"));
}

TEST(shared_assignments_and_steps_have_values)
{
    EXPECT_STR_EQ("5 6", printed("int x = n++; int y = n; DbgPrint(\"{x} {y}\");"));
    EXPECT_STR_EQ("6", printed("int x = ++n; DbgPrint(\"{x}\");"));
    EXPECT_STR_EQ("5", printed("int x = n--; DbgPrint(\"{x}\");"));
    EXPECT_STR_EQ("9", printed("int x = a[1] += 2; DbgPrint(\"{x}\");"));
    EXPECT_STR_EQ("8 8", printed("int x = a[n - 3] = 8; int y = a[2]; DbgPrint(\"{x} {y}\");"));
}

TEST(what_only_the_thread_can_see_is_no_step)
{
    EXPECT_STR_EQ("",
                  steps("KeEnterCriticalRegion(); int i = KeGetCurrentIrql(); DbgPrint(\"{i}\");"
                        "KeLeaveCriticalRegion(); assert(1);"));
    EXPECT_STR_EQ("KeSetEvent,KeReadStateEvent", steps("KeSetEvent(&E); KeReadStateEvent(&E);"));
}

/* ---- calls ---- */

TEST(left_out_arguments_are_filled_in)
{
    struct scenario *s =
        scenario_of("KeSetEvent(&E); KeWaitForSingleObject(&E);"
                    "KeWaitForSingleObject(&E, Executive, KernelMode, FALSE, NULL);"
                    "KeWaitForMultipleObjects(WaitAny, &E, &T, 50);"
                    "KeWaitForMultipleObjects(WaitAny, &E, &T);");
    struct machine *m = machine_create(s, false);
    machine_step(m, (struct choice){0});
    const struct step *step = machine_step(m, (struct choice){0});
    EXPECT_EQ(5, step->n_args);
    EXPECT_EQ(object_make(OBJECT_EVENT, 0), step->args[0]);
    EXPECT_EQ(TIMEOUT_FOREVER, step->args[4]);
    step = machine_step(m, (struct choice){0});
    EXPECT_EQ(5, step->n_args);
    EXPECT_EQ(TIMEOUT_FOREVER, step->args[4]);
    step = machine_step(m, (struct choice){0});
    EXPECT_EQ(4, step->n_args);
    EXPECT_EQ(50, step->args[1]);
    EXPECT_EQ(object_make(OBJECT_THREAD, 0), step->args[3]);
    step = machine_step(m, (struct choice){0});
    EXPECT_EQ(TIMEOUT_FOREVER, step->args[1]);
    machine_free(m);
    scenario_free(s);
}

TEST(texts_have_lengths_and_holes)
{
    EXPECT_STR_EQ("27 2 0 12", printed("HANDLE h; int i = 999; int x = 1;"
                                       "ZwCreateFile(&h, \"\\??\\C:\\Temp\\a{x}.txt\", "
                                       "GENERIC_WRITE | GENERIC_READ, 0, FILE_CREATE);"
                                       "ZwWriteFile(h, \"Read File: NewFile_{x}.txt{CRLF}\");"
                                       "ZwWriteFile(h, \"{CRLF}\", 27); ZwWriteFile(h, \"\"); "
                                       "ZwWriteFile(h, \"{i} and {i + 1}\", 29);"
                                       "DbgPrint(\"{27} {2} 0 12\"); ZwClose(h);"));
    struct scenario *s =
        scenario_of("HANDLE h; int i = -9;"
                    "ZwCreateFile(&h, \"C:\\Temp\\a\", GENERIC_WRITE, 0, FILE_CREATE);"
                    "ZwWriteFile(h, \"{i}{CRLF}{files}\");");
    struct machine *m = machine_create(s, false);
    machine_step(m, (struct choice){0});
    EXPECT_EQ(5, machine_step(m, (struct choice){0})->args[1]);
    machine_free(m);
    scenario_free(s);
}

TEST(a_failed_open_leaves_the_handle_0)
{
    EXPECT_STR_EQ("0", printed("HANDLE h = 5; ZwOpenFile(&h, \"C:\\Temp\\none\", GENERIC_READ, 0);"
                               "DbgPrint(\"{h}\");"));
}

TEST(objects_of_arrays_are_chosen_in_the_run)
{
    EXPECT_STR_EQ("0 1", printed("int i = 1; ExAcquireResourceExclusiveLite(&R[i]);"
                                 "int x = ExIsResourceAcquiredExclusiveLite(&R[0]);"
                                 "int y = ExIsResourceAcquiredExclusiveLite(&R[1]);"
                                 "DbgPrint(\"{x} {y}\"); ExReleaseResourceLite(&R[i]);"));
}

TEST(what_goes_wrong_in_a_run_is_a_fault_or_an_assertion)
{
    EXPECT_STR_EQ("a,division by zero",
                  printed("DbgPrint(\"a\"); int z = 0; z = 1 / z; DbgPrint(\"b\");"));
    EXPECT_STR_EQ("array index out of range", printed("int i = 4; a[i] = 1;"));
    EXPECT_STR_EQ(
        "z == 1 + m",
        printed("int z = 0; z++; assert(z ==\n        1 + m); z = 2; assert(z == 1 + m);"));
}

/* ---- the code ---- */

static unsigned pops_of(const struct instr *i)
{
    static const int pops[] = {
#define POPS(name, pops, pushes, meaning) pops,
        OPS(POPS)
#undef POPS
    };
    return pops[i->op] < 0 ? i->b : (unsigned)pops[i->op];
}

static bool is_jump(const struct instr *i)
{
    return i->op == OP_JUMP || i->op == OP_JUMP_ZERO || i->op == OP_JUMP_NONZERO;
}

static void check_code(const struct code *code)
{
    for (uint32_t k = 0; k < code->n; k++) {
        const struct instr *i = &code->instrs[k];
        unsigned depth = code->notes[k].depth;
        EXPECT_TRUE(depth >= pops_of(i));
        EXPECT_TRUE(code->n_locals + depth <= code->n_words);
        EXPECT_TRUE(code->notes[k].line >= 1 && code->notes[k].column >= 1);
        EXPECT_EQ(0, code->n_locals == 64 ? 0 : code->notes[k].live >> code->n_locals);
        if (is_jump(i)) {
            EXPECT_TRUE((uint32_t)i->c < code->n);
            EXPECT_EQ(depth - pops_of(i), code->notes[i->c].depth);
            EXPECT_EQ(0, code->notes[i->c].live & ~code->notes[k].live);
        }
    }
}

static void check_shipped(void *context, const char *name)
{
    (void)context;
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    for (uint32_t k = 0; k < s->n_threads; k++)
        check_code(&s->threads[k].code);
    for (uint32_t k = 0; k < s->n_endings; k++)
        check_code(&s->endings[k].when.code);
    for (uint32_t k = 0; k < s->n_expectations; k++)
        check_code(&s->expectations[k].claim.code);
    scenario_free(s);
}

TEST(the_stack_of_every_instruction_is_the_same_whatever_way_leads_there)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, check_shipped, NULL) > 0);
}

static uint64_t live_at(const struct code *code, enum nt_call call)
{
    for (uint32_t k = 0; k < code->n; k++)
        if (code->instrs[k].op == OP_CALL && code->instrs[k].a == call)
            return code->notes[k].live;
    EXPECT_TRUE(false);
    return 0;
}

TEST(a_local_is_live_while_its_value_can_still_be_read)
{
    struct scenario *s =
        scenario_of("HANDLE h; int used = 1; int dead = 2;" // locals 0, 1, 2
                    "ZwCreateFile(&h, \"C:\\Temp\\{used}{dead}\", GENERIC_WRITE, 0, FILE_CREATE);"
                    "for (int i = 0; i < 3; i++) ZwWriteFile(h, used);"
                    "ZwClose(h); n = 1;");
    const struct code *code = &s->threads[0].code;
    EXPECT_EQ(1 << 1,
              live_at(code, CALL_ZwCreateFile)); // h is made here, dead was read for the path
    EXPECT_EQ(1 << 0 | 1 << 1 | 1 << 3, live_at(code, CALL_ZwWriteFile));
    EXPECT_EQ(0, live_at(code, CALL_ZwClose));
    scenario_free(s);
}

TEST(places_are_those_of_the_body_as_shown_and_of_the_file)
{
    struct scenario *s =
        load_text("[shared]\nn = 0\n[thread T]\nbody =\n\n\tif (1)\n\t    n = 1;\n");
    const struct scenario_thread *t = &s->threads[0];
    EXPECT_EQ(2, t->n_lines);
    EXPECT_STR_EQ("if (1)", t->lines[0]);
    EXPECT_STR_EQ("    n = 1;", t->lines[1]);
    uint32_t line, column;
    for (uint32_t k = 0; k < t->code.n; k++) {
        if (t->code.instrs[k].op != OP_CALL)
            continue;
        EXPECT_EQ(2, t->code.notes[k].line);
        EXPECT_EQ(5, t->code.notes[k].column);
        scenario_place(t, t->code.notes[k].line, t->code.notes[k].column, &line, &column);
        EXPECT_EQ(7, line);
        EXPECT_EQ(6, column);
    }
    scenario_free(s);
}

/* ---- mistakes ---- */

/* All diagnostics of a body, "column: text" each, in lines; columns count from the body's first. */
static const char *mistakes(const char *body)
{
    static char output[OUTPUT];
    size_t size = strlen(frame) + strlen(body) + 64;
    char *text = malloc(size);
    snprintf(text, size, "%s %s\n", frame, body);
    struct scenario_source source = {.file = "t.ini", .text = text, .length = strlen(text)};
    struct diag_list diags = {0};
    EXPECT_TRUE(scenario_load(&source, NULL, 0, &diags) == NULL);
    output[0] = '\0';
    for (size_t k = 0; k < diags.n; k++) {
        size_t n = strlen(output);
        snprintf(output + n, sizeof output - n, "%s%u: %s", k > 0 ? "\n" : "",
                 (unsigned)diags.items[k].column - 1, diags.items[k].text);
    }
    diag_release(&diags);
    free(text);
    return output;
}

TEST(mistakes_are_named_with_their_place)
{
    EXPECT_STR_EQ("1: there is no call 'KeSetEvnt'; did you mean 'KeSetEvent'?",
                  mistakes("KeSetEvnt(&E);"));
    EXPECT_STR_EQ("13: 'R' is a resource, expected an event",
                  mistakes("KeSetEvent(&R[0], 0, FALSE);"));
    EXPECT_STR_EQ("13: there is no 'F', expected an event", mistakes("KeSetEvent(&F);"));
    EXPECT_STR_EQ("9: 'y' is not declared", mistakes("int x = y; x = y;"));
    EXPECT_STR_EQ(
        "1: missing arguments: expected KeSetEvent(&Event[, Increment[, Wait]]), found 0 arguments",
        mistakes("KeSetEvent();"));
    EXPECT_STR_EQ("1: 'files' is a constant: it cannot be assigned to", mistakes("files = 1;"));
    EXPECT_STR_EQ("10: expected ';' after this\n5: expected an expression, found ')'",
                  mistakes("int x = 1\n x = );"));
    EXPECT_STR_EQ("10: this text is not closed: expected '\"' before the end of the line",
                  mistakes("DbgPrint(\"a);"));
    EXPECT_STR_EQ("9: expected '}' to close '{' at 14:2", mistakes("{ n = 1;"));
    EXPECT_STR_EQ("13: division by zero\n25: a shift by 32: expected 0 to 31",
                  mistakes("int x = 1 / 0; x = 1 << 32;"));
    EXPECT_STR_EQ("11: index 4 is outside a[0] to a[3]", mistakes("int x = a[4];"));
}

TEST(one_mistake_is_one_diagnostic)
{
    EXPECT_STR_EQ("9: 'y' is not declared", mistakes("int x = y + y * y; if (y) x = y;"));
    EXPECT_STR_EQ("19: expected ';' after the condition of the loop, found ')'",
                  mistakes("for (int i = 0; i ) n = i;"));
    EXPECT_STR_EQ("11: '@' means nothing here", mistakes("int x = 1 @ 2; n = x;"));
}

/* A body of `count` times the text, with something around it. */
static char *repeated(const char *before, const char *text, size_t count, const char *after)
{
    size_t n = strlen(before), size = n + count * strlen(text) + strlen(after) + 1;
    char *body = malloc(size);
    memcpy(body, before, n + 1);
    for (size_t k = 0; k < count; k++, n += strlen(text))
        memcpy(body + n, text, strlen(text) + 1);
    memcpy(body + n, after, strlen(after) + 1);
    return body;
}

TEST(nothing_that_is_too_large_breaks_the_compiler)
{
    static const struct {
        const char *before, *text, *after, *says;
    } cases[] = {
        {"n = ", "(", "", "this is nested too deeply"},
        {"n = ", "- ", "1;", "this is nested too deeply"},
        {"", "{", "", "this is nested too deeply"},
        {"", "if (1) ", ";", "this is nested too deeply"},
        {"n = 1", " + n", ";", "this expression has too many parts: split it"},
        {"n = 1", " ? 1 : n", ";", "this is nested too deeply"},
        {"int x = 0; x", " = x", ";", "this is nested too deeply"},
        {"", "n = n + 1; ", "", "this body is too long: it has more than 65535 instructions"},
        {"", "{ int x; } ", "", "a body has at most 64 local variables"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char *body = repeated(cases[k].before, cases[k].text, 20000, cases[k].after);
        EXPECT_TRUE(strstr(mistakes(body), cases[k].says) != NULL);
        free(body);
    }
    char *body = repeated("DbgPrint(\"", "x", 10000, "\");");
    EXPECT_TRUE(strstr(mistakes(body), "a text has at most 900 bytes") != NULL);
    free(body);
    char *line = repeated("/*", " ", 10000, "*/ n = 1;");
    EXPECT_STR_EQ("store n", steps(line));
    free(line);
}

/* ---- predicates ---- */

/* Value of a predicate over the frame's world at the start. */
static int32_t value_of(const char *predicate)
{
    size_t size = strlen(frame) + strlen(predicate) + 128;
    char *text = malloc(size);
    snprintf(text, size,
             "%s    n;\n[thread U]\nautostart = no\nbody =\n    n;\n[endings]\np = %s\n", frame,
             predicate);
    struct scenario *s = load_text(text);
    struct machine *m = machine_create(s, false);
    bool failed = false;
    int32_t value = vm_evaluate(&s->endings[0].when.code, &m->world, &failed);
    EXPECT_FALSE(failed);
    machine_free(m);
    scenario_free(s);
    free(text);
    return value;
}

TEST(predicates_look_at_the_world)
{
    EXPECT_EQ(5, value_of("n"));
    EXPECT_EQ(12, value_of("n + a[n - 3]"));
    EXPECT_EQ(0, value_of("files(\"C:\\temp\")"));
    EXPECT_EQ(0, value_of("files(temp) + exists(\"C:\\Temp\\x\")"));
    EXPECT_EQ(-1, value_of("size(\"C:\\Temp\\x\")"));
    EXPECT_EQ(0, value_of("ended(T) || ended(&U) || waits(T) || exit_status(T)"));
    EXPECT_EQ(0, value_of("owner_count(R[0]) + owns(T, &R[1]) + signaled(E)"));
}

TEST(each_and_any_run_over_a_half_open_range_and_stop_early)
{
    EXPECT_EQ(1, value_of("each(i, 0, 4, a[i] == 7)"));
    EXPECT_EQ(0, value_of("any(i, 0, 4, a[i] != 7)"));
    EXPECT_EQ(1, value_of("each(i, 3, 3, 0)"));
    EXPECT_EQ(0, value_of("any(i, 3, 3, 1)"));
    EXPECT_EQ(1, value_of("any(i, 0, 1000, i == 3 && a[i] == 7)"));
    EXPECT_EQ(0, value_of("each(i, 0, 1000, a[i] == 8)"));
    EXPECT_EQ(1,
              value_of("each(i, 0, 3, any(j, 0, 3, i + j == 2)) && 1 + each(i, 0, 2, i < 2) == 2"));
    EXPECT_EQ(1, value_of("each(i, 0, files, each(i2, i, files, i2 >= i))"));
}

TEST_MAIN(RUN(expressions_mean_what_they_mean_in_c),
          RUN(ulong_variables_compare_divide_and_shift_unsigned),
          RUN(assignments_and_steps_of_locals_have_values),
          RUN(both_sides_of_logic_are_evaluated_only_if_needed), RUN(loops_break_and_continue),
          RUN(else_belongs_to_the_nearest_if), RUN(return_ends_the_body_wherever_it_stands),
          RUN(inner_locals_hide_outer_ones_and_start_at_0_each_time),
          RUN(comments_of_c_are_left_out),
          RUN(each_load_and_each_store_of_a_shared_variable_is_a_step),
          RUN(operands_are_evaluated_left_to_right_and_a_left_index_first_and_once),
          RUN(shared_assignments_and_steps_have_values),
          RUN(what_only_the_thread_can_see_is_no_step), RUN(left_out_arguments_are_filled_in),
          RUN(texts_have_lengths_and_holes), RUN(a_failed_open_leaves_the_handle_0),
          RUN(objects_of_arrays_are_chosen_in_the_run),
          RUN(what_goes_wrong_in_a_run_is_a_fault_or_an_assertion),
          RUN(the_stack_of_every_instruction_is_the_same_whatever_way_leads_there),
          RUN(a_local_is_live_while_its_value_can_still_be_read),
          RUN(places_are_those_of_the_body_as_shown_and_of_the_file),
          RUN(mistakes_are_named_with_their_place), RUN(one_mistake_is_one_diagnostic),
          RUN(nothing_that_is_too_large_breaks_the_compiler), RUN(predicates_look_at_the_world),
          RUN(each_and_any_run_over_a_half_open_range_and_stop_early))
