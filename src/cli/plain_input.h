/*
 * lockstep --plain: commands from standard input, lines to standard output.
 */
#ifndef CLI_PLAIN_INPUT_H
#define CLI_PLAIN_INPUT_H

#include "cli/front.h"

/*
 * Until a command quits or the input ends; where the scenario itself came from standard input, commands
 * come from the terminal. Returns an exit status.
 */
int plain_converse(struct front *front, const char *file);

#endif
