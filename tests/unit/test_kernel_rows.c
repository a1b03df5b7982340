/*
 * Are all rows of KERNEL.md 6 accounted for? Each has a test that carries its name, or a reason.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "kernel_rows.h"

struct untested {
    const char *row;
    const char *reason;
};

#define NAME_OF(name)            #name,
#define UNTESTED_OF(row, reason) {row, reason},

static const char *const row_tests[] = {RESOURCE_ROW_TESTS(NAME_OF) EVENT_ROW_TESTS(
    NAME_OF) THREAD_ROW_TESTS(NAME_OF) FILE_ROW_TESTS(NAME_OF) RENAME_ROW_TESTS(NAME_OF)};
static const struct untested untested[] = {UNTESTED_ROWS(UNTESTED_OF)};

enum {
    N_TESTS = sizeof row_tests / sizeof *row_tests,
    N_UNTESTED = sizeof untested / sizeof *untested
};

/* "B17" and "B17_owner_shares_again" name row 17 of table B. */
static bool names_row(const char *name, char table, long row)
{
    char *end;

    return name[0] == table && strtol(name + 1, &end, 10) == row && (*end == '_' || *end == '\0');
}

static bool has_test(char table, long row)
{
    for (unsigned i = 0; i < N_TESTS; i++) {
        if (names_row(row_tests[i], table, row))
            return true;
    }
    return false;
}

static const char *reason_for_none(char table, long row)
{
    for (unsigned i = 0; i < N_UNTESTED; i++) {
        if (names_row(untested[i].row, table, row))
            return untested[i].reason;
    }
    return NULL;
}

/* Rows with a test; adds those without test and reason to *n_missing. */
static long covered(char table, long n_rows, unsigned *n_missing)
{
    long n_covered = 0;

    for (long row = 1; row <= n_rows; row++) {
        if (has_test(table, row)) {
            n_covered++;
        } else if (reason_for_none(table, row) == NULL) {
            print_error("%c%ld has no test and no reason for that\n", table, row);
            (*n_missing)++;
        }
    }
    return n_covered;
}

static void print_reasons(const char *title, bool with_test)
{
    for (unsigned i = 0; i < N_UNTESTED; i++) {
        long row = strtol(untested[i].row + 1, NULL, 10);
        if (has_test(untested[i].row[0], row) == with_test)
            printf("%s %s: %s\n", title, untested[i].row, untested[i].reason);
    }
}

TEST(every_row_has_a_test_or_a_reason)
{
    unsigned n_missing = 0;
    long b = covered('B', 90, &n_missing);
    long f = covered('F', 23, &n_missing);
    long r = covered('R', 17, &n_missing);

    printf("rows covered: B %ld of 90, F %ld of 23, R %ld of 17\n", b, f, r);
    print_reasons("skipped:", false);
    print_reasons("in part:", true);
    EXPECT_EQ(0, n_missing);
}

TEST_MAIN(RUN(every_row_has_a_test_or_a_reason))
