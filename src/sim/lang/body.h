/*
 * A body as people see it: its lines without the indentation they have in common, and how places in
 * them and in the file correspond.
 */
#ifndef SIM_LANG_BODY_H
#define SIM_LANG_BODY_H

#include <stdint.h>

#include "sim/lang/span.h"

struct body {
    struct span text;    // in the file, or of a built-in role
    uint32_t first_line; // of the file: that of lines[0]
    uint32_t n_lines;
    char **lines;   // tabs as spaces, white space at the end removed
    int32_t *shift; // of each line: column in the file minus column here
};

void body_init(struct body *body, struct span text);
void body_release(struct body *body);

/* Line and column as shown of a place in the file within the body; limited to 65535 each. */
void body_place(const struct body *body, struct span where, uint16_t *line, uint16_t *column);

#endif
