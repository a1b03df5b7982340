/*
 * The built-in roles: bodies in the language of every other body, for the threads that most
 * scenarios have.
 *
 * A role is text made from the thread's options, compiled and shown like a body that somebody
 * wrote.
 */
#ifndef SIM_LANG_ROLES_H
#define SIM_LANG_ROLES_H

#include <stdbool.h>

#include "sim/lang/span.h"

/* Objects as a body would write them behind '&'; an empty span: the role does without. */
struct role_options {
    struct span lock;
    bool lock_shared;
    struct span wait;
    struct span reset;
    struct span signal;
};

/* The body, malloc'd; NULL if there is no role of this name. */
char *role_body(struct span name, const struct role_options *options);

/* Names of the roles, and of the constants that a role needs; NULL past the last one. */
const char *role_name(unsigned ix);
const char *role_constant(struct span name, unsigned ix);

#endif
