/*
 * What can still come from where the run stands: asked once for each place that is drawn, and taken when it
 * is there. Where the last good ending was lost, a second search looks for the shortest way to one from the
 * step before.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "ui/session_parts.h"

static void look_for_way(struct session *s, uint32_t lost)
{
    struct ahead *a = &s->ahead;

    if (!a->way_asked) {
        if (a->way_search == NULL)
            a->way_search = possible_create(s->scenario);
        possible_ask(a->way_search, timeline_choices(s->timeline), lost - 1);
        a->way_asked = true;
    }
    a->way = s->patient ? possible_wait(a->way_search) : possible_get(a->way_search);
}

/* The step of the present branch that lost the last good ending; coming back to the branch finds it again. */
static void keep_mark(struct session *s, uint32_t step)
{
    struct ahead *a = &s->ahead;
    uint32_t branch = branches_present(s->branches);

    a->mark = step;
    if (branch >= a->n_marks) {
        a->marks = mem_resize(a->marks, (branch + 1u) * sizeof *a->marks);
        memset(a->marks + a->n_marks, 0, (branch + 1u - a->n_marks) * sizeof *a->marks);
        a->n_marks = branch + 1u;
    }
    a->marks[branch] = step;
}

void session_look_ahead(struct session *s)
{
    struct ahead *a = &s->ahead;

    if (!a->asked) {
        if (a->search == NULL)
            a->search = possible_create(s->scenario);
        possible_ask(a->search, timeline_choices(s->timeline), timeline_position(s->timeline));
        a->asked = true;
        a->way_asked = false;
        a->way = NULL;
    }
    a->result = s->patient ? possible_wait(a->search) : possible_get(a->search);
    a->lost = possible_lost(a->search, &a->lost_known);
    a->breaks = possible_breaks(a->search, &a->how);
    uint32_t lost = session_lost(s);
    if (lost != NOT_LOST && lost > 0)
        keep_mark(s, lost);
    if (s->overlay == OVERLAY_WHY)
        session_look_back(s);
}

void session_look_back(struct session *s)
{
    uint32_t lost = session_lost_step(s);

    if (lost > 0) {
        why_add_loss(s, lost);
        look_for_way(s, lost);
    }
}

void ahead_moved(struct session *s)
{
    s->ahead.asked = false;
    s->ahead.result = NULL;
    s->ahead.lost_known = s->ahead.breaks = false;
    s->ahead.way = NULL;
}

uint32_t ahead_lost_up_to(struct session *s, uint32_t n)
{
    bool known;

    if (s->ahead.search == NULL)
        s->ahead.search = possible_create(s->scenario);
    possible_ask(s->ahead.search, timeline_choices(s->timeline), n);
    ahead_moved(s);
    possible_wait(s->ahead.search);
    int64_t lost = possible_lost(s->ahead.search, &known);
    return known && lost > 0 ? (uint32_t)lost : 0;
}

void ahead_forget_after(struct session *s, uint32_t n)
{
    if (s->ahead.mark > n)
        s->ahead.mark = 0;
}

uint32_t session_lost_mark(const struct session *s)
{
    const struct ahead *a = &s->ahead;
    uint32_t branch = branches_present(s->branches);

    return a->mark != 0 || branch >= a->n_marks ? a->mark : a->marks[branch];
}

void ahead_release(struct session *s)
{
    possible_free(s->ahead.search);
    possible_free(s->ahead.way_search);
    free(s->ahead.marks);
}

bool session_working(const struct session *s)
{
    const struct ahead *a = &s->ahead;

    return (a->asked && (a->result == NULL || !a->lost_known)) ||
           (a->way_asked && a->way == NULL) ||
           (s->overlay == OVERLAY_EXPLORE && (s->exploring.result == NULL || session_makes_run(s)));
}

static bool has_good_ending(const struct explore_result *r)
{
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (r->endings[i].goal)
            return true;
    }
    return false;
}

uint32_t session_lost(const struct session *s)
{
    const struct ahead *a = &s->ahead;

    if (a->lost_known && a->lost > 0)
        return (uint32_t)a->lost;
    // Not even one at the start, or the searches behind the steps before came to their limit.
    if (a->result != NULL && a->result->complete && !has_good_ending(a->result))
        return 0;
    return NOT_LOST;
}

bool session_never_good(const struct session *s)
{
    return s->ahead.lost_known && s->ahead.lost == LOST_ALWAYS;
}

uint32_t session_lost_step(const struct session *s)
{
    uint32_t lost = session_lost(s);

    if (lost == NOT_LOST)
        lost = session_lost_mark(s) > timeline_position(s->timeline) ? session_lost_mark(s) : 0;
    return lost;
}

const struct explore_ending *session_way_out(const struct session *s)
{
    const struct explore_result *r = s->ahead.way;
    const struct explore_ending *nearest = NULL;

    for (uint32_t i = 0; r != NULL && i < r->n_endings; i++) {
        const struct explore_ending *e = &r->endings[i];
        if (e->goal && e->witness.n > 0 && (nearest == NULL || e->witness.n < nearest->witness.n))
            nearest = e;
    }
    return nearest;
}
