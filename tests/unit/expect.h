/*
 * Tests that read as specifications: a thin skin over cmocka.
 *
 *     TEST(an_event_starts_as_the_scenario_says)
 *     {
 *         EXPECT_EQ(1, signal_state(&w, E));
 *     }
 *
 *     TEST_MAIN(RUN(an_event_starts_as_the_scenario_says))
 *
 * Each test file is one program. A test that TEST_MAIN forgets is an unused function, and that
 * warning is an error in CI. The expected value comes first. A failed expectation ends its test.
 */
#ifndef TESTS_UNIT_EXPECT_H
#define TESTS_UNIT_EXPECT_H

// cmocka.h needs these before it, in any order.
// clang-format off
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
// clang-format on

#define TEST(name)                 \
    static void name##_body(void); \
    static void name(void **state) \
    {                              \
        (void)state;               \
        name##_body();             \
    }                              \
    static void name##_body(void)

#define RUN(name) cmocka_unit_test(name)

#define TEST_MAIN(...)                                    \
    int main(void)                                        \
    {                                                     \
        const struct CMUnitTest tests[] = {__VA_ARGS__};  \
        return cmocka_run_group_tests(tests, NULL, NULL); \
    }

/* Integers, enumerations, truth values: any width, compared by value. Not for floating point. */
#define EXPECT_EQ(expected, actual)                                                               \
    expect_integers(true, (intmax_t)(expected), (intmax_t)(actual), #expected, #actual, __FILE__, \
                    __LINE__)
#define EXPECT_NE(unexpected, actual)                                                        \
    expect_integers(false, (intmax_t)(unexpected), (intmax_t)(actual), #unexpected, #actual, \
                    __FILE__, __LINE__)
#define EXPECT_TRUE(condition)  expect_truth(true, (condition), #condition, __FILE__, __LINE__)
#define EXPECT_FALSE(condition) expect_truth(false, (condition), #condition, __FILE__, __LINE__)
#define EXPECT_STR_EQ(expected, actual) \
    expect_strings((expected), (actual), #actual, __FILE__, __LINE__)
#define EXPECT_MEM_EQ(expected, actual, size) \
    expect_bytes((expected), (actual), (size), #actual, __FILE__, __LINE__)

static inline void expect_integers(bool equal, intmax_t expected, intmax_t actual,
                                   const char *expected_text, const char *actual_text,
                                   const char *file, int line)
{
    if ((expected == actual) == equal)
        return;
    print_error("%s\n    is %" PRIdMAX " (0x%" PRIXMAX "), expected %s%s = %" PRIdMAX "\n",
                actual_text, actual, (uintmax_t)actual, equal ? "" : "other than ", expected_text,
                expected);
    _fail(file, line);
}

static inline void expect_truth(bool expected, bool actual, const char *text, const char *file,
                                int line)
{
    if (expected == actual)
        return;
    print_error("%s\n    is %s\n", text, actual ? "true" : "false");
    _fail(file, line);
}

static inline void expect_strings(const char *expected, const char *actual, const char *text,
                                  const char *file, int line)
{
    if (expected != NULL && actual != NULL && strcmp(expected, actual) == 0)
        return;
    if (expected == NULL && actual == NULL)
        return;
    print_error("%s\n    is       \"%s\"\n    expected \"%s\"\n", text,
                actual != NULL ? actual : "(null)", expected != NULL ? expected : "(null)");
    _fail(file, line);
}

static inline void expect_bytes(const void *expected, const void *actual, size_t size,
                                const char *text, const char *file, int line)
{
    const unsigned char *e = (const unsigned char *)expected;
    const unsigned char *a = (const unsigned char *)actual;

    for (size_t i = 0; i < size; i++) {
        if (e[i] != a[i]) {
            print_error("%s\n    differs first at byte %zu of %zu: is 0x%02X, expected 0x%02X\n",
                        text, i, size, a[i], e[i]);
            _fail(file, line);
        }
    }
}

#endif
