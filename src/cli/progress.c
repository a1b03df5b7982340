/*
 * The line is overwritten with blanks, not erased: every terminal can do that.
 */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include <unistd.h>

/* "834", "12.3 k", "4.57 M" */
static void print_short(char *out, size_t size, double value)
{
    if (value >= 1e6) {
        snprintf(out, size, "%.2f M", value / 1e6);
    } else if (value >= 1e3) {
        snprintf(out, size, "%.1f k", value / 1e3);
    } else {
        snprintf(out, size, "%.0f", value);
    }
}

static void draw(void *context, const struct explore_progress *p)
{
    struct progress *progress = context;
    // a search that stores no states counts its steps
    bool states = p->states > 0;
    double made = states ? (double)(p->states - progress->last.states)
                         : (double)(p->steps - progress->last.steps);
    double seconds = p->seconds - progress->last.seconds;
    char count[32], rate[32], frontier[32] = "", seen[32] = "", line[80];
    print_short(count, sizeof count, (double)(states ? p->states : p->steps));
    print_short(rate, sizeof rate, seconds > 0 ? made / seconds : 0);
    if (p->frontier > 0) {
        snprintf(frontier, sizeof frontier, ", frontier %" PRIu32, p->frontier);
    }
    if (p->seen >= 0) { // rounded down: 100 % only if nothing new was met
        snprintf(seen, sizeof seen, ", random runs %d %% known", (int)(100 * p->seen));
    }
    int n = snprintf(line, sizeof line, "%.0f s: %s %s, %s/s, %" PRIu32 " endings%s%s", p->seconds,
                     count, states ? progress->what : "steps", rate, p->endings, seen, frontier);
    n = n < (int)sizeof line ? n : (int)sizeof line - 1;
    fprintf(stderr, "\r%s%*s", line, progress->width > n ? progress->width - n : 0, "");
    fflush(stderr);
    progress->width = n;
    progress->last = *p;
}

progress_function *progress_begin(struct progress *progress, const char *what)
{
    *progress = (struct progress){.what = what};
    return isatty(STDERR_FILENO) ? draw : NULL;
}

void progress_end(struct progress *progress)
{
    if (progress->width > 0) {
        fprintf(stderr, "\r%*s\r", progress->width, "");
        fflush(stderr);
        progress->width = 0;
    }
}
