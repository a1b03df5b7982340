/*
 * Reading the limits of a search.
 */
#include "cli/search_limits.h"

bool search_limits_read(const struct cli *cli, struct explore_options *out)
{
    uint64_t seconds, jobs;
    if (!cli_number(cli, "--max-states", 0, &out->max_states) ||
        !cli_number(cli, "--time-limit", 0, &seconds) ||
        !cli_number_in(cli, "--jobs", 0, 0, MAX_JOBS, &jobs) ||
        !cli_size(cli, "--max-memory", &out->max_memory)) {
        return false;
    }
    out->time_limit = (double)seconds;
    out->jobs = (unsigned)jobs;
    return true;
}
