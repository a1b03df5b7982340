/*
 * Leaving out what a witness does not need.
 *
 * A reduced search makes steps early that commute with everything. Where the machine stops, some of
 * them need not have been made at all: a thread's last steps can go if the ending stays what it is.
 */
#ifndef SIM_EXPLORE_SHORTEN_H
#define SIM_EXPLORE_SHORTEN_H

#include "sim/explore/explore.h"

/* Shortens the witness of an ending at which the machine stopped. Looks at a limited number of ways. */
void shorten_witness(const struct scenario *s, const struct explore_options *options,
                     struct explore_ending *ending);

#endif
