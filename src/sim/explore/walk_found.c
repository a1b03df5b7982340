/*
 * What a walker finds: ends, findings of steps, and steps that race.
 */
#include <string.h>

#include "sim/explore/walk_parts.h"
#include "sim/lang/mem.h"

struct witness walker_way(const struct walker *w, size_t n_frames, const struct choice *more,
                          uint32_t n_more)
{
    struct witness out = {.n = w->n_base + (n_frames > 0 ? (uint32_t)n_frames - 1 : 0) + n_more};
    out.steps = mem_alloc(out.n + 1u, sizeof *out.steps);
    uint32_t at = w->n_base;
    if (at > 0) {
        memcpy(out.steps, w->base, at * sizeof *out.steps);
    }
    for (size_t i = 0; i + 1 < n_frames; i++) {
        out.steps[at++] = w->ahead[w->frames[i].first + w->frames[i].taken].option.choice;
    }
    for (uint32_t i = 0; i < n_more; i++) {
        out.steps[at++] = more[i];
    }
    for (uint32_t i = 1; i < out.n; i++) {
        out.switches += out.steps[i].thread != out.steps[i - 1].thread;
    }
    return out;
}

void walker_note_shown(struct walker *w, uint32_t finding, const struct choice *steps, uint8_t n)
{
    struct shown s;
    memset(&s, 0, sizeof s); // it is compared as bytes
    s.finding = finding;
    s.n_steps = n;
    for (uint8_t i = 0; i < n; i++) {
        s.steps[i] = steps[i];
    }
    harvest_occurrence(w->out, top_of(w)->node, harvest_shown(w->out, &s));
    struct witness *first = harvest_way_to_finding(w->out, finding);
    if (first->steps == NULL) {
        *first = walker_way(w, w->n_frames, steps, n);
    }
}

void walker_note_end(struct walker *w)
{
    struct harvest *h = w->out;
    uint32_t node = top_of(w)->node, found[MAX_END_FINDINGS];
    enum end_predicates predicates = w->counters                ? END_STATE
                                     : w->crew->options->claims ? END_CLAIMS
                                                                : END_ENDINGS;
    unsigned n = end_findings_of(&h->findings, memo_machine(w->memo), predicates, found);
    for (unsigned i = 0; i < n; i++) {
        walker_note_shown(w, found[i], NULL, 0);
    }
    if (w->counters) { // which ending it is depends on them
        harvest_end(h, (struct end){.node = node, .rest = reducer_rest(&w->reducer)});
        return;
    }
    uint32_t ending = ending_of(&h->endings, memo_machine(w->memo), w->crew->options->final_states);
    struct witness *first = harvest_way_to_ending(h, ending);
    if (first->steps == NULL) {
        *first = walker_way(w, w->n_frames, NULL, 0);
    }
    harvest_end(h, (struct end){.node = node, .ending = ending});
}

void walker_note_findings(struct walker *w, const struct ahead *a)
{
    uint32_t found[MAX_STEP_FINDINGS];
    struct choice c = a->option.choice;
    unsigned n = memo_findings(w->memo, a->option.outcome, found);
    for (unsigned i = 0; i < n; i++) {
        walker_note_shown(w, found[i], &c, 1);
    }
}

/* ---- races ---- */

static void note_race(struct walker *w, const struct option *a, const struct option *b)
{
    if ((memo_look(w->memo, a->outcome)->touches & memo_look(w->memo, b->outcome)->touches) == 0) {
        return;
    }
    bool first_can = !memo_next_step(w->memo, a->outcome)->stops;
    bool second_can = !memo_next_step(w->memo, b->outcome)->stops;
    uint32_t finding;
    if (!pairs_race(&w->pairs, w->memo, a->outcome, b->outcome, &finding)) {
        return;
    }
    if (first_can) {
        walker_note_shown(w, finding, (const struct choice[2]){a->choice, b->choice}, 2);
    }
    if (second_can) {
        walker_note_shown(w, finding, (const struct choice[2]){b->choice, a->choice}, 2);
    }
}

void walker_note_races(struct walker *w)
{
    const struct frame *f = top_of(w);
    // of a walk that was cut short, only the steps that were made
    for (unsigned i = 0; i < f->at; i++) {
        for (unsigned k = i + 1; k < f->at; k++) {
            const struct option *a = &w->ahead[f->first + i].option;
            const struct option *b = &w->ahead[f->first + k].option;
            if (a->choice.thread != b->choice.thread) {
                note_race(w, a, b);
            }
        }
    }
}
