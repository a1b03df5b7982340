/*
 * Short forms of source lines, and which lines are worth a row.
 */
#include <stdio.h>

#include "expect.h"
#include "shipped.h"
#include "ui/source.h"

static char out[512];

static const char *medium(const char *line)
{
    source_shorten(line, CALL_NONE, SOURCE_MEDIUM, out, sizeof out);
    return out;
}

static const char *brief(const char *line)
{
    source_shorten(line, CALL_NONE, SOURCE_SHORT, out, sizeof out);
    return out;
}

TEST(a_call_is_its_name_and_what_it_is_about)
{
    EXPECT_STR_EQ("ZwCreateFile file_{i}.txt",
                  medium("NTSTATUS status = ZwCreateFile(&h, \"C:\\Temp\\file_{i}.txt\", "
                         "GENERIC_WRITE, 0, FILE_OVERWRITE_IF);"));
    EXPECT_STR_EQ("KeSetEvent FilesReady", medium("KeSetEvent(&FilesReady);"));
    EXPECT_STR_EQ("ZwWriteFile h", medium("ZwWriteFile(h, 15);"));
    EXPECT_STR_EQ("KeDelayExecutionThread 10 ms", medium("KeDelayExecutionThread(10);"));
    EXPECT_STR_EQ("ExAcquireResourceSharedLite Lock[self]",
                  medium("ExAcquireResourceSharedLite(&Lock[self], TRUE);"));
    EXPECT_STR_EQ("KeWaitForMultipleObjects A, B, 50 ms",
                  medium("KeWaitForMultipleObjects(WaitAny, &A, &B, 50);"));
}

TEST(a_narrow_column_has_the_verb_of_the_table)
{
    char wanted[64];

    snprintf(wanted, sizeof wanted, "  %s FileResource",
             nt_call_row(CALL_ExReleaseResourceLite)->verb);
    EXPECT_STR_EQ(wanted, brief("        ExReleaseResourceLite(&FileResource);"));
    EXPECT_STR_EQ("AcquireExcl FileResource",
                  brief("ExAcquireResourceExclusiveLite(&FileResource, TRUE);"));
}

TEST(what_is_too_wide_even_so_is_tightened)
{
    char text[] = "  AcquireExcl Lock", condition[] = "if !NT_SUCCESS(a) && NT_SUCCESS(b)";

    source_tighten(text);
    EXPECT_STR_EQ("  AcqExcl Lock", text);
    source_tighten(condition);
    EXPECT_STR_EQ("if !ok(a) && ok(b)", condition);
}

TEST(waits_that_differ_in_their_timeout_read_differently)
{
    EXPECT_STR_EQ("Wait Ready", brief("KeWaitForSingleObject(&Ready);"));
    EXPECT_STR_EQ("Wait Ready",
                  brief("KeWaitForSingleObject(&Ready, Executive, KernelMode, FALSE, NULL);"));
    EXPECT_STR_EQ(
        "Wait Ready, 0 ms",
        brief("status = KeWaitForSingleObject(&Ready, Executive, KernelMode, FALSE, 0);"));
}

TEST(a_loop_that_counts_is_a_range)
{
    EXPECT_STR_EQ("for i = 0..files-1", brief("for (int i = 0; i < files; i++) {"));
    EXPECT_STR_EQ("for i = 0..1", brief("for (int i = 0; i < 2; i++)"));
    EXPECT_STR_EQ("for i = 1..n", brief("for (int i = 1; i <= n; i++) {"));
    EXPECT_STR_EQ("for (int i = n; i > 0; i--)", brief("for (int i = n; i > 0; i--) {"));
}

TEST(conditions_lose_their_parentheses_and_braces)
{
    EXPECT_STR_EQ("if NT_SUCCESS(status)", medium("if (NT_SUCCESS(status)) {"));
    EXPECT_STR_EQ("while (a) && (b)", medium("while ((a) && (b)) {"));
    EXPECT_STR_EQ("if (a) && (b)", medium("if (a) && (b)"));
    EXPECT_STR_EQ("} else", medium("} else {"));
}

TEST(other_statements_stay_as_they_are)
{
    EXPECT_STR_EQ("n = n + 1", brief("n = n + 1; // not atomic"));
    EXPECT_STR_EQ("DbgPrint(\"a // b {n}\")", brief("DbgPrint(\"a // b {n}\");"));
    EXPECT_STR_EQ("", brief(""));
    EXPECT_STR_EQ("}", brief("}"));
}

TEST(a_line_that_is_too_long_ends_in_a_mark)
{
    char line[600];

    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    source_shorten(line, CALL_NONE, SOURCE_SHORT, out, sizeof out);
    EXPECT_TRUE(strlen(out) < 300);
    EXPECT_STR_EQ("\xE2\x80\xA6", out + strlen(out) - 3);
}

TEST(a_statement_over_several_lines_is_one_short_line)
{
    struct scenario *s = load_text("[directory temp]\n"
                                   "path = C:\\Temp\n"
                                   "[thread T]\n"
                                   "body =\n"
                                   "    HANDLE h;\n"
                                   "    NTSTATUS status = ZwCreateFile(&h,\n"
                                   "                                   \"C:\\Temp\\a.txt\",\n"
                                   "                                   GENERIC_WRITE, 0,\n"
                                   "                                   FILE_CREATE);\n"
                                   "    if (NT_SUCCESS(status)) {\n"
                                   "        ZwClose(h);\n"
                                   "    }\n");
    struct source source;

    EXPECT_TRUE(source_make(&source, &s->threads[0]));
    EXPECT_FALSE(source.lines[0].code); // a declaration
    EXPECT_TRUE(source.lines[1].code);
    EXPECT_STR_EQ("ZwCreateFile a.txt", source.lines[1].text[SOURCE_MEDIUM]);
    EXPECT_TRUE(source.lines[2].continues && !source.lines[2].code);
    EXPECT_STR_EQ("    \"C:\\Temp\\a.txt\",", source.lines[2].text[SOURCE_FULL]);
    EXPECT_FALSE(source.lines[7].code); // a brace
    EXPECT_EQ(LOCAL_HANDLE, source.local_kind[0]);
    EXPECT_EQ(LOCAL_STATUS, source.local_kind[1]);
    source_release(&source);
    scenario_free(s);
}

/* Instruction of the first call of a line, or of the last one. */
static uint32_t call_on(const struct scenario_thread *thread, unsigned line)
{
    for (uint32_t i = 0; i < thread->code.n; i++) {
        if (thread->code.instrs[i].op == OP_CALL && thread->code.notes[i].line == line)
            return i;
    }
    return thread->code.n - 1;
}

TEST(a_line_is_done_when_the_thread_made_it_and_does_not_come_again)
{
    struct scenario *s = load_text("[event E]\n"
                                   "type = SynchronizationEvent\n"
                                   "[thread T]\n"
                                   "body =\n"
                                   "    int i;\n"
                                   "    KeSetEvent(&E);\n"
                                   "    for (i = 0; i < 2; i++) {\n"
                                   "        KeResetEvent(&E);\n"
                                   "    }\n"
                                   "    if (i == 3)\n"
                                   "        KeSetEvent(&E);\n"
                                   "    KeReadStateEvent(&E);\n");
    const struct scenario_thread *thread = &s->threads[0];
    struct source source;
    uint32_t lines[ANNEX_LINES / 32] = {0};

    EXPECT_TRUE(source_make(&source, thread));
    uint32_t start = source_lowest(&source, call_on(thread, 2));
    EXPECT_TRUE(source_done(&source, 0, start, lines)); // passed over on the way to the first step
    EXPECT_FALSE(source_done(&source, 1, start, lines));
    lines[0] = 1u << 1 | 1u << 3; // the steps of lines 2 and 4
    uint32_t inside = source_lowest(&source, call_on(thread, 4));
    EXPECT_TRUE(inside < call_on(thread, 4)); // it goes round
    EXPECT_TRUE(source_done(&source, 1, inside, lines));
    for (uint32_t line = 2; line < 8; line++)
        EXPECT_FALSE(source_done(&source, line, inside, lines));
    uint32_t behind = source_lowest(&source, call_on(thread, 8));
    for (uint32_t line = 0; line < 6; line++)
        EXPECT_TRUE(source_done(&source, line, behind, lines));
    EXPECT_FALSE(source_done(&source, 6, behind, lines)); // it never made that step
    EXPECT_FALSE(source_done(&source, 7, behind, lines));
    EXPECT_FALSE(source_done(&source, 7, UINT32_MAX, NULL));
    source_release(&source);
    scenario_free(s);
}

TEST_MAIN(RUN(a_call_is_its_name_and_what_it_is_about),
          RUN(a_narrow_column_has_the_verb_of_the_table),
          RUN(what_is_too_wide_even_so_is_tightened),
          RUN(waits_that_differ_in_their_timeout_read_differently),
          RUN(a_loop_that_counts_is_a_range), RUN(conditions_lose_their_parentheses_and_braces),
          RUN(other_statements_stay_as_they_are), RUN(a_line_that_is_too_long_ends_in_a_mark),
          RUN(a_statement_over_several_lines_is_one_short_line),
          RUN(a_line_is_done_when_the_thread_made_it_and_does_not_come_again))
