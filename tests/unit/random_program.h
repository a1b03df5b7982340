/*
 * Small random scenarios in which everything that threads can do to each other meets: for checking
 * searches against each other.
 */
#ifndef TESTS_UNIT_RANDOM_PROGRAM_H
#define TESTS_UNIT_RANDOM_PROGRAM_H

#include "oracle_random.h"

enum { RANDOM_PROGRAM_SIZE = 8192 };

/* Writes the text of a scenario of two or three threads. */
void random_program(struct oracle_random *random, char *out);

#endif
