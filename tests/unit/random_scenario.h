/*
 * Small random scenarios: what the searches are compared on.
 *
 * Purpose    Two or three threads that meet in locks, events, spin locks, shared variables, files
 *            and each other, now and then against the rules; often with endings and claims.
 * Returns    The text of a file that loads without an error, malloc'd. The same seed gives the same
 *            text on every machine.
 */
#ifndef TESTS_UNIT_RANDOM_SCENARIO_H
#define TESTS_UNIT_RANDOM_SCENARIO_H

#include <stdint.h>

char *random_scenario(uint64_t seed);

#endif
