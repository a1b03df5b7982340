/*
 * Conditions that a person types while a scenario is open: predicates like those of [endings].
 *
 * Ownership  The code is the caller's: code_release. The scenario must outlive it.
 * Errors     In diags; false.
 * Limits     A path that no body and no [directory] of the scenario can come to names no file.
 */
#ifndef SIM_LANG_CONDITION_H
#define SIM_LANG_CONDITION_H

#include "sim/lang/scenario.h"

bool condition_compile(const struct scenario *s, const char *text, struct code *code,
                       struct diag_list *diags);

#endif
