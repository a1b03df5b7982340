/*
 * --save-witnesses DIR: the witness of every ending and finding as a saved schedule.
 */
#ifndef CLI_WITNESSES_H
#define CLI_WITNESSES_H

#include "cli/cli.h"
#include "sim/explore/explore.h"

/*
 * Files are named KIND-NAME.ini after ending or finding; those that would be called the same get a
 * number, in the order of the result. False: message printed.
 */
bool witnesses_save(const char *directory, const struct scenario *s,
                    const struct explore_result *r);

#endif
