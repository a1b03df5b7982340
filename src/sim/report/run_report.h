/*
 * What one headless run prints: a step table for people, JSON Lines for programs (UX.md 4).
 *
 * Begin, a step after each machine_step, end. Same scenario, schedule and seed give the same bytes.
 */
#ifndef SIM_REPORT_RUN_REPORT_H
#define SIM_REPORT_RUN_REPORT_H

#include <stdio.h>

#include "sim/stepper/machine.h"
#include "sim/stepper/policy.h"

struct happens;

struct run_report {
    FILE *out;
    bool json;
    bool quiet;         // only how it ended
    const char *policy; // word for who chose
    uint64_t seed;
    struct happens *order; // what was ordered, and what by luck; NULL: nobody asked
    uint32_t n_switches;   // kept by run_report_step
    thread_ix last_thread;
};

void run_report_begin(struct run_report *r, const struct machine *m);
void run_report_step(struct run_report *r, const struct machine *m);
void run_report_end(struct run_report *r, const struct machine *m);

#endif
