/*
 * Small random scenarios in which everything that threads can do to each other meets: for checking
 * searches against each other.
 */
#ifndef TESTS_UNIT_RANDOM_SCENARIO_H
#define TESTS_UNIT_RANDOM_SCENARIO_H

#include "oracle_random.h"

enum { RANDOM_SCENARIO_SIZE = 8192 };

/* Writes the text of a scenario of two or three threads. */
void random_scenario(struct oracle_random *random, char *out);

#endif
