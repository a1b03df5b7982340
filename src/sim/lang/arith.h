/*
 * What the binary and unary operators of the bytecode compute: for folding, and for the walk that
 * finds the file names.
 */
#ifndef SIM_LANG_ARITH_H
#define SIM_LANG_ARITH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/vm/code.h"

/* The form of a binary operator for unsigned operands; most have only one. */
enum op arith_unsigned(enum op op);

/* *result = a op b; false where a run would fault. op is a binary operator. */
bool arith_binary(enum op op, int32_t a, int32_t b, int32_t *result);

/* op: NEG, COMPLEMENT, NOT. */
int32_t arith_unary(enum op op, int32_t a);

#endif
