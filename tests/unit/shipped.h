/*
 * Loading scenarios in tests. Where one cannot be loaded the test fails with its diagnostics.
 */
#ifndef TESTS_UNIT_SHIPPED_H
#define TESTS_UNIT_SHIPPED_H

#include <stddef.h>

#include "sim/lang/scenario.h"

/* "race" from the directory of the shipped scenarios, with n settings such as "files=3". */
struct scenario *load_shipped(const char *directory, const char *name, const char *const *settings,
                              size_t n);

/* A scenario written in the test itself. */
struct scenario *load_text(const char *text);

/* Calls see with the name of each shipped scenario, in alphabetical order; returns how many. */
size_t each_shipped(const char *directory, void (*see)(void *context, const char *name),
                    void *context);

#endif
