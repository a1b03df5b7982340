/*
 * How much of what random runs meet a search has seen.
 *
 * Purpose    While a search runs nobody can know how many states are left. What can be measured is this: runs in which
 *            each thread that can go is as likely to be the next meet states; so many of these the visited table
 *            has. All of them: little is left. It is an estimate of what is left as random runs see it, and says
 *            nothing of states that hardly any of them meets.
 * How        Runs of the graph that the search walks, so reduced where it is. A run is begun where the last one ended; a
 *            call goes on for a few thousand steps. Old answers count less and less, since the table grows.
 * Ownership  probe_create allocates, probe_free frees; the crew is borrowed. The caller is inside the visited table.
 */
#ifndef SIM_EXPLORE_PROBE_H
#define SIM_EXPLORE_PROBE_H

#include "sim/explore/worker.h"

struct probe;

/* NULL: under a bound on preemptive switches states are told apart by more than runs show. */
struct probe *probe_create(const struct crew *crew);
void probe_free(struct probe *p);

/* Goes on, and returns the share of states met lately that the search has; negative for NULL. */
double probe_seen(struct probe *p);

#endif
