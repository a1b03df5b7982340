/*
 * Explore reports. The chance comes first: a reader takes a share of schedules for a likelihood,
 * and they are far apart.
 */
#include "sim/explore/explore_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore/remedy.h"
#include "sim/lang/mem.h"
#include "sim/lang/schedule_text.h"
#include "sim/report/json.h"
#include "sim/report/text.h"

char *witness_text(const struct witness *w)
{
    struct schedule schedule = {0};
    for (uint32_t i = 0; i < w->n; i++) {
        schedule_add(&schedule, schedule_step_of(w->steps[i]));
    }
    char *text = schedule_print(&schedule);
    schedule_release(&schedule);
    return text;
}

size_t witness_beginning(const struct witness *w, char *out, size_t size)
{
    char item[SCHEDULE_ITEM];
    uint32_t repeats;
    size_t n = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < w->n; i += repeats) {
        for (repeats = 1; i + repeats < w->n && same_choice(w->steps[i], w->steps[i + repeats]);) {
            repeats++;
        }
        size_t n_item = schedule_item_print(item, schedule_step_of(w->steps[i]), repeats);
        if (n + (n > 0) + n_item >= size) {
            break;
        }
        n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? "," : "", item);
    }
    return n;
}

void report_chance(FILE *out, double probability)
{
    double percent = 100 * probability;
    fprintf(out, percent > 0 && percent < 0.001 ? " %7.1e %%" : " %7.3f %%", percent);
}

/* A count of up to twelve digits whole, a longer one as "3.121e+20"; the JSON has all digits. */
static void report_count(FILE *out, const char *digits)
{
    size_t n = strlen(digits);
    if (n <= 12) {
        fprintf(out, " %12s ", digits);
    } else {
        fprintf(out, "    %c.%.3se+%02zu ", digits[0], digits + 1, n - 1);
    }
}

/* The schedule, cut behind an item if it is very long; the JSON has all of it. */
static char *short_witness(const struct witness *w)
{
    enum { ROOM = 100 };
    char *text = witness_text(w);
    if (strlen(text) > ROOM) {
        size_t end = ROOM;
        while (end > 0 && text[end] != ',') {
            end--;
        }
        char *cut = mem_format("%.*s,\xE2\x80\xA6", (int)end, text);
        free(text);
        return cut;
    }
    return text;
}

enum { MOST_ENDING_WIDTH = 72 };

int ending_width(int width, const struct explore_ending *e)
{
    int n = (int)strlen(e->name);
    n = n < MOST_ENDING_WIDTH ? n : MOST_ENDING_WIDTH;
    return n > width ? n : width;
}

void report_ending_row(FILE *out, const struct explore_ending *e, int width, const char *schedule)
{
    fprintf(out, " %s %-*s %-10s %4u steps  %s\n", e->goal ? "\xE2\x9C\x93" : "\xE2\x9C\x97", width,
            e->name, verdict_name(e->kind), e->witness.n, schedule);
}

static void report_ending(FILE *out, const struct explore_ending *e, int width)
{
    char *schedule = short_witness(&e->witness);
    if (e->probability >= 0) {
        report_chance(out, e->probability);
    } else {
        fprintf(out, "         ?");
    }
    if (e->schedules != NULL) {
        report_count(out, e->schedules);
    } else {
        fprintf(out, "            ? ");
    }
    report_ending_row(out, e, width, schedule);
    free(schedule);
}

enum { MANY_STATES = 1000000 };

/* What was searched, and how large it was. */
static void report_size(FILE *out, const struct explore_result *r)
{
    if (r->search == SEARCH_ALL) {
        fprintf(out, "search all: %" PRIu64 " schedules", r->executions);
        return;
    }
    if (r->search == SEARCH_TRACES) {
        fprintf(out, "search traces: %" PRIu64 " executions, %" PRIu64 " transitions, depth %u",
                r->executions, r->transitions, r->depth);
        return;
    }
    fprintf(out, "search %s%s: %" PRIu64 " states, %" PRIu64 " transitions", search_name(r->search),
            r->reduced ? ", reduced" : "", r->states, r->transitions);
    if (r->complete && !r->reduced) {
        fprintf(out, ", depth %u", r->depth);
    }
    if (r->schedules != NULL) {
        fprintf(out, ", %s schedules", r->schedules);
    } else if (r->cyclic) {
        fprintf(out, ", and a thread can spin: schedules and chances are not counted");
    }
    if (r->reduced) {
        fprintf(out,
                "\n  in %" PRIu64 " of them the step of one thread stood for those of all; %" PRIu64
                " steps let files leave the state",
                r->alone, r->folded);
    }
    if (r->states >= MANY_STATES) {
        fprintf(out, "\n  two states were taken for one with a chance below %.0e", r->collisions);
    }
}

static void report_figures(FILE *out, const struct explore_result *r)
{
    report_size(out, r);
    if (r->bounded) {
        fprintf(out, "\n  bounded: only schedules with at most %u preemptive switches",
                r->preemptions);
    }
    if (r->why_chosen != NULL) {
        fprintf(out, "\n  chosen because %s", r->why_chosen);
    }
}

/* What the two columns are; where they have no numbers: why. */
static void report_columns(FILE *out, const struct explore_result *r)
{
    if (r->n_endings > 0) {
        fprintf(out, "  %s\n",
                r->endings[0].probability >= 0 ? text_chances() : explore_why_no_chance(r));
    }
}

/* What is wrong about the good ends, what decides between good and bad ones, and where the scenario leads on. */
static void report_remedy(FILE *out, const struct scenario *s, const struct explore_result *r)
{
    char text[TEXT_LINE];
    if (clean_text(s, &r->clean, false, text, sizeof text) > 0) {
        fprintf(out, "\n %s\n", text);
    }
    if (remedy_text(s, &r->remedy, text, sizeof text) > 0) {
        fprintf(out, "\n what decides: %s\n", text);
    }
    if (s->next != NULL) {
        fprintf(out, "%s try next: scenario %s\n", r->remedy.known ? "" : "\n", s->next);
    }
}

void explore_report(FILE *out, const struct scenario *s, const struct explore_result *r)
{
    fprintf(out, "%s: %s\n", s->name, s->title);
    report_figures(out, r);
    fprintf(out, "\n%s%s%s\n\n",
            r->complete ? "complete" : "INCOMPLETE: ", r->complete ? "" : r->why_incomplete,
            r->complete ? "" : "; what was not seen may be anything");
    int width = ENDING_WIDTH;
    for (uint32_t i = 0; i < r->n_endings; i++) {
        width = ending_width(width, &r->endings[i]);
    }
    fprintf(out, "    chance    schedules    %-*s kind       shortest\n", width, "ending");
    for (uint32_t i = 0; i < r->n_endings; i++) {
        report_ending(out, &r->endings[i], width);
    }
    report_columns(out, r);
    if (r->n_findings > 0) {
        fprintf(out, "\n");
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        char *schedule = short_witness(&r->findings[i].witness);
        fprintf(out, " ! %s\n   shown by %s\n", r->findings[i].text, schedule);
        free(schedule);
    }
    report_remedy(out, s, r);
}

/* ---- JSON ---- */

static void json_text(struct json *j, const char *key, const char *value)
{
    if (value != NULL) {
        json_string(j, key, value);
    } else {
        json_null(j, key);
    }
}

static void json_witness(struct json *j, const struct witness *w)
{
    char *schedule = witness_text(w);
    json_string(j, "witness", schedule);
    free(schedule);
}

static void json_ending(struct json *j, const struct explore_ending *e)
{
    json_open(j, NULL, '{');
    json_string(j, "name", e->name);
    json_string(j, "kind", verdict_name(e->kind));
    json_bool(j, "goal", e->goal);
    json_text(j, "schedules", e->schedules);
    if (e->probability >= 0) {
        json_double(j, "probability", e->probability, "%.9g");
    } else {
        json_null(j, "probability");
    }
    json_int(j, "steps", e->witness.n);
    json_int(j, "switches", e->witness.switches);
    json_witness(j, &e->witness);
    json_close(j, '}');
}

static void json_finding(struct json *j, const struct explore_finding *f)
{
    json_open(j, NULL, '{');
    json_string(j, "kind", finding_name(f->kind));
    json_string(j, "text", f->text);
    json_int(j, "step", f->witness.n);
    json_witness(j, &f->witness);
    json_close(j, '}');
}

static void json_count(struct json *j, const char *key, uint64_t value, bool known)
{
    if (known) {
        json_int(j, key, (int64_t)value);
    } else {
        json_null(j, key);
    }
}

static void json_call(struct json *j, const char *key, struct remedy_call call)
{
    json_open(j, key, '{');
    json_int(j, "thread", call.thread + 1);
    json_int(j, "line", call.line);
    json_string(j, "call", nt_call_row(call.call)->name);
    json_close(j, '}');
}

static void json_remedy(struct json *j, const struct scenario *s, const struct explore_result *r)
{
    char text[TEXT_LINE];
    if (!r->remedy.known) {
        json_null(j, "decides");
        return;
    }
    json_open(j, "decides", '{');
    json_call(j, "first", r->remedy.first);
    json_call(j, "then", r->remedy.then);
    if (r->remedy.each) {
        json_null(j, "object");
    } else {
        text_object(s, r->remedy.object, text, sizeof text);
        json_string(j, "object", text);
    }
    json_bool(j, "always", r->remedy.always_made);
    remedy_text(s, &r->remedy, text, sizeof text);
    json_string(j, "text", text);
    json_close(j, '}');
}

void explore_report_json(FILE *out, const struct scenario *s, const struct explore_result *r)
{
    struct json j = {.out = out};
    bool states = r->search == SEARCH_STATES; // the others know no states
    json_open(&j, NULL, '{');
    json_string(&j, "tool", "lockstep");
    json_string(&j, "version", LOCKSTEP_VERSION);
    json_string(&j, "scenario", s->name);
    json_string(&j, "search", search_name(r->search));
    json_bool(&j, "reduced", r->reduced);
    json_text(&j, "chosen", r->why_chosen);
    json_count(&j, "preemptions", r->preemptions, r->bounded);
    json_bool(&j, "complete", r->complete);
    json_count(&j, "states", r->states, states);
    json_count(&j, "transitions", r->transitions, true);
    json_count(&j, "executions", r->executions, !states);
    json_text(&j, "schedules", r->schedules);
    json_count(&j, "depth", r->depth, r->complete && !r->reduced);
    json_open(&j, "endings", '[');
    for (uint32_t i = 0; i < r->n_endings; i++) {
        json_ending(&j, &r->endings[i]);
    }
    json_close(&j, ']');
    json_open(&j, "findings", '[');
    for (uint32_t i = 0; i < r->n_findings; i++) {
        json_finding(&j, &r->findings[i]);
    }
    json_close(&j, ']');
    if (r->reduced) {
        json_count(&j, "alone", r->alone, true);
        json_count(&j, "folded", r->folded, true);
    }
    json_double(&j, "seconds", r->seconds + r->second_pass, "%.3f");
    double per_second = r->seconds > 0 ? (double)r->states / r->seconds : 0;
    json_double(&j, "states_per_second", per_second, "%.0f");
    json_double(&j, "second_pass", r->second_pass, "%.3f");
    json_count(&j, "bytes", r->bytes, states);
    json_remedy(&j, s, r);
    char text[TEXT_LINE];
    bool breaks = clean_text(s, &r->clean, false, text, sizeof text) > 0;
    json_text(&j, "breaks", breaks ? text : NULL);
    json_text(&j, "next", s->next);
    json_close(&j, '}');
    json_end_line(&j);
}
