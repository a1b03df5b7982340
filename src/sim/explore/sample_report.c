/*
 * Sample reports.
 */
#include "sim/explore/sample_report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sim/explore/explore_report.h"
#include "sim/report/json.h"
#include "sim/stepper/policy.h"

enum { BAR = 20 }; // characters of a share of 100 %

static double share_of(uint64_t runs, const struct sample_result *r)
{
    return r->runs > 0 ? (double)runs / (double)r->runs : 0;
}

/* Share, number of runs, and a bar; what is there at all has a mark. */
static void report_row(FILE *out, uint64_t runs, const struct sample_result *r)
{
    double share = share_of(runs, r);
    int filled = (int)(share * BAR + 0.5);
    filled = filled == 0 && runs > 0 ? 1 : filled;
    report_chance(out, share);
    fprintf(out, " %12" PRIu64 "  ", runs);
    for (int i = 0; i < BAR; i++) {
        fputs(i < filled ? "\xE2\x96\x88" : " ", out);
    }
}

/* What PCT promises. */
static void report_bound(FILE *out, const struct sample_result *r)
{
    const struct pct_plan *p = &r->plan;
    fprintf(out, "measured: %u threads and timeouts, %u steps in the longest of %d runs\n",
            p->threads, p->steps, 2 * PCT_MEASURED_RUNS);
    fprintf(out,
            "a bug of depth %u shows in one run with a chance of at least 1/(%u*%u^%u):", p->depth,
            p->threads, p->steps, p->depth - 1);
    report_chance(out, pct_bound(p));
    fprintf(out, "\nand in %" PRIu64 " runs with a chance of at least", r->runs);
    double chance = sample_chance(p, r->runs);
    report_chance(out, chance < 0.99999 ? chance : 0.99999); // never "at least 100 %"
    fprintf(out, "\n");
}

static void report_head(FILE *out, const struct scenario *s, const struct sample_options *o,
                        const struct sample_result *r)
{
    fprintf(out, "%s: %s\n", s->name, s->title);
    fprintf(out, "sample %s: %" PRIu64 " runs from seed %" PRIu64 ", %" PRIu64 " steps\n",
            policy_name(o->policy), r->runs, o->seed, r->steps);
    if (o->policy == POLICY_PCT) {
        report_bound(out, r);
    }
    if (!r->complete) {
        fprintf(out, "INCOMPLETE: %s; %" PRIu64 " runs were asked for\n", r->why_incomplete,
                o->runs);
    }
}

void sample_report(FILE *out, const struct scenario *s, const struct sample_options *o,
                   const struct sample_result *r)
{
    report_head(out, s, o, r);
    int width = ENDING_WIDTH;
    for (uint32_t i = 0; i < r->n_endings; i++) {
        width = ending_width(width, &r->endings[i].ending);
    }
    fprintf(out, "\n     share         runs%*s%-*s kind       shortest seen\n", BAR + 5, "", width,
            "ending");
    for (uint32_t i = 0; i < r->n_endings; i++) {
        const struct explore_ending *e = &r->endings[i].ending;
        char *schedule = witness_text(&e->witness);
        report_row(out, r->endings[i].count.runs, r);
        report_ending_row(out, e, width, schedule);
        free(schedule);
    }
    if (r->unfinished > 0) {
        report_row(out, r->unfinished, r);
        fprintf(out, "   %-*s still running at --max-steps %u\n", width, "unfinished",
                o->max_steps);
    }
    if (r->n_findings > 0) {
        fprintf(out, "\n");
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        const struct explore_finding *f = &r->findings[i].finding;
        char *schedule = witness_text(&f->witness);
        fprintf(out, " ! %s\n   in %" PRIu64 " runs, shortest %s\n", f->text,
                r->findings[i].count.runs, schedule);
        free(schedule);
    }
}

/* ---- JSON ---- */

static void json_number(struct json *j, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    json_raw(j, key, text);
}

static void json_seen(struct json *j, const struct sample_count *count, const struct witness *w,
                      const struct sample_options *o)
{
    char *schedule = witness_text(w);
    json_number(j, "runs", count->runs);
    json_number(j, "seed", o->seed + count->first);
    json_int(j, "steps", w->n);
    json_int(j, "switches", w->switches);
    json_string(j, "witness", schedule);
    free(schedule);
}

static void json_plan(struct json *j, const struct sample_result *r)
{
    json_open(j, "pct", '{');
    json_int(j, "depth", r->plan.depth);
    json_int(j, "threads", r->plan.threads);
    json_int(j, "steps", r->plan.steps);
    json_double(j, "bound", pct_bound(&r->plan), "%.9g");
    json_double(j, "bound_of_runs", sample_chance(&r->plan, r->runs), "%.9g");
    json_close(j, '}');
}

static void json_endings(struct json *j, const struct sample_options *o,
                         const struct sample_result *r)
{
    json_open(j, "endings", '[');
    for (uint32_t i = 0; i < r->n_endings; i++) {
        const struct explore_ending *e = &r->endings[i].ending;
        json_open(j, NULL, '{');
        json_string(j, "name", e->name);
        json_string(j, "kind", verdict_name(e->kind));
        json_bool(j, "goal", e->goal);
        json_seen(j, &r->endings[i].count, &e->witness, o);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_findings(struct json *j, const struct sample_options *o,
                          const struct sample_result *r)
{
    json_open(j, "findings", '[');
    for (uint32_t i = 0; i < r->n_findings; i++) {
        const struct explore_finding *f = &r->findings[i].finding;
        json_open(j, NULL, '{');
        json_string(j, "kind", finding_name(f->kind));
        json_string(j, "text", f->text);
        json_seen(j, &r->findings[i].count, &f->witness, o);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void sample_report_json(FILE *out, const struct scenario *s, const struct sample_options *o,
                        const struct sample_result *r)
{
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_string(&j, "tool", "lockstep");
    json_string(&j, "version", LOCKSTEP_VERSION);
    json_string(&j, "scenario", s->name);
    json_string(&j, "policy", policy_name(o->policy));
    json_number(&j, "seed", o->seed);
    json_bool(&j, "complete", r->complete);
    json_number(&j, "runs", r->runs);
    json_number(&j, "unfinished", r->unfinished);
    json_number(&j, "steps", r->steps);
    if (o->policy == POLICY_PCT) {
        json_plan(&j, r);
    } else {
        json_null(&j, "pct");
    }
    json_endings(&j, o, r);
    json_findings(&j, o, r);
    json_close(&j, '}');
    json_end_line(&j);
}
