/*
 * Writing into a caller's buffer: appends, never past the end, always NUL-terminated. Text that
 * does not fit is cut; n counts what was written.
 */
#ifndef SIM_REPORT_PEN_H
#define SIM_REPORT_PEN_H

#include <stddef.h>

#include "sim/lang/diag.h"

struct pen {
    char *at;
    size_t size;
    size_t n;
};

/* size > 0 */
struct pen pen_on(char *out, size_t size);
void pen_printf(struct pen *p, const char *format, ...) DIAG_PRINTF(2, 3);
void pen_text(struct pen *p, const char *text);

#endif
