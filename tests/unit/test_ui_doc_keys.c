/*
 * doc/lockstep.1 has the table of keys as the program prints it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "ui/keys.h"

#define MANUAL LOCKSTEP_TEST_DATA "/../../doc/lockstep.1"

enum { MANUAL_SIZE = 64 * 1024 };

/* malloc'd; fails the test if the file cannot be read. */
static char *read_manual(void)
{
    char *text = malloc(MANUAL_SIZE);
    FILE *f = fopen(MANUAL, "rb");
    assert_non_null(text);
    assert_non_null(f);
    size_t n = fread(text, 1, MANUAL_SIZE - 1, f);
    fclose(f);
    EXPECT_TRUE(n < MANUAL_SIZE - 1);
    text[n] = '\0';
    return text;
}

/* The table as the program prints it. */
static void read_printed(char *out, size_t size)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    keys_print(f, KEYS_ROFF);
    rewind(f);
    out[fread(out, 1, size - 1, f)] = '\0';
    fclose(f);
}

TEST(the_manual_has_every_key)
{
    char *manual = read_manual();
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        char labels[KEY_LABEL], row[512];
        key_labels((enum command)i, false, labels, sizeof labels);
        snprintf(row, sizeof row, ".TP\n.B \\&%s\n%s\n", labels, key_row((enum command)i)->help);
        if (strstr(manual, row) == NULL)
            print_error("doc/lockstep.1 lacks\n%s", row);
        EXPECT_TRUE(strstr(manual, row) != NULL);
    }
    free(manual);
}

TEST(the_manual_has_the_table_as_it_is_printed)
{
    static char printed[16 * 1024];
    char *manual = read_manual();
    read_printed(printed, sizeof printed);
    if (strstr(manual, printed) == NULL)
        print_error("the section KEYS of doc/lockstep.1 should be\n%s", printed);
    EXPECT_TRUE(strstr(manual, printed) != NULL);
    free(manual);
}

TEST_MAIN(RUN(the_manual_has_every_key), RUN(the_manual_has_the_table_as_it_is_printed))
