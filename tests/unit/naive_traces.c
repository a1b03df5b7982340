/*
 * The normal form takes, again and again, the first thread in order whose next step depends on no step
 * before it that is still left.
 */
#include "naive_traces.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/dependency.h"
#include "sim/explore/visited.h"

enum { MAX_STEPS = 200 };

struct run {
    struct machine *machine;
    struct dependency *dependency;
    struct action actions[MAX_STEPS];
    uint32_t n;
    struct fingerprint *ends; // of each trace
    struct visited *known;
    uint32_t n_known;
    struct naive_traces result;
};

static bool is_free(const struct run *run, const bool *taken, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++) {
        if (!taken[i] && actions_conflict(&run->actions[i], &run->actions[at])) {
            return false;
        }
    }
    return true;
}

static void normal_form(const struct run *run, char *out)
{
    bool taken[MAX_STEPS] = {false};
    for (uint32_t n = 0; n < run->n; n++) {
        uint32_t best = MAX_STEPS;
        for (uint32_t i = 0; i < run->n; i++) {
            bool lower = best == MAX_STEPS ||
                         run->actions[i].choice.thread < run->actions[best].choice.thread;
            if (!taken[i] && lower && is_free(run, taken, i)) {
                best = i;
            }
        }
        taken[best] = true;
        struct choice c = run->actions[best].choice;
        *out++ = (char)('A' + c.thread);
        *out++ = (char)('0' + c.pick + 32 * c.kind);
    }
    *out = '\0';
}

/* FNV-1a, twice with different starts: the forms are short. */
static struct fingerprint fingerprint_of(const char *text)
{
    struct fingerprint f = {UINT64_C(14695981039346656037), 1};
    for (; *text != '\0'; text++) {
        f.low = (f.low ^ (unsigned char)*text) * UINT64_C(1099511628211);
        f.high = (f.high ^ (unsigned char)*text) * UINT64_C(6364136223846793005) + 1;
    }
    return f;
}

static void note(struct run *run)
{
    char form[2 * MAX_STEPS + 1];
    bool known;
    normal_form(run, form);
    struct fingerprint end = world_fingerprint(&run->machine->world);
    uint32_t ix = visited_add(run->known, fingerprint_of(form), run->n_known, &known);
    run->n_known += !known;
    if (!known) {
        struct naive_traces *r = &run->result;
        r->traces++;
        r->normal_forms = realloc(r->normal_forms, r->traces * sizeof *r->normal_forms);
        r->normal_forms[ix] = malloc(strlen(form) + 1);
        memcpy(r->normal_forms[ix], form, strlen(form) + 1);
        run->ends = realloc(run->ends, r->traces * sizeof *run->ends);
        run->ends[ix] = end;
    }
    run->result.mixed += end.low != run->ends[ix].low || end.high != run->ends[ix].high;
    run->result.schedules++;
}

static void visit(struct run *run)
{
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(run->machine, choices);
    if (n == 0) {
        note(run);
    }
    for (unsigned i = 0; i < n && run->n < MAX_STEPS; i++) {
        struct machine_mark mark;
        machine_push(run->machine, choices[i], &mark);
        action_of(run->dependency, run->machine, &run->actions[run->n++]);
        visit(run);
        run->n--;
        machine_pop(run->machine, &mark);
    }
}

struct naive_traces naive_traces(const struct scenario *s)
{
    struct run run = {.machine = machine_create(s, false), .dependency = dependency_create(s)};
    run.known = visited_create();
    visit(&run);
    visited_free(run.known);
    free(run.ends);
    dependency_free(run.dependency);
    machine_free(run.machine);
    return run.result;
}

void naive_traces_release(struct naive_traces *t)
{
    for (uint32_t i = 0; i < t->traces; i++) {
        free(t->normal_forms[i]);
    }
    free(t->normal_forms);
}
