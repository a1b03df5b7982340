/*
 * What cannot be done now, and why, in words that say what can be done instead. The footer asks the same
 * function, so it never offers what would be refused.
 */
#include <stdio.h>

#include "sim/report/pen.h"
#include "ui/session_parts.h"

static bool say(char *why, size_t size, const char *reason)
{
    snprintf(why, size, "%s", reason);
    return true;
}

/* "1 and 3 can run: press 1 or 3" */
static void write_who_can(const struct session *s, struct pen *pen)
{
    thread_set enabled = machine_enabled(machine_of(s));
    const char *glue = " Press ";

    for (unsigned t = 0; t < s->scenario->n_threads && t < 9; t++) {
        if ((enabled >> t & 1) == 0)
            continue;
        pen_printf(pen, "%s[%u]", glue, t + 1);
        glue = " or ";
    }
    if (glue[1] == 'o')
        pen_text(pen, ": that can run.");
}

static bool refuse_run_over(const struct session *s, char *why, size_t size)
{
    struct choice choices[MAX_CHOICES];
    struct pen pen = pen_on(why, size);

    if (machine_choices(machine_of(s), choices) > 0)
        return false;
    pen_text(&pen, "The run is over. [Bksp] goes back, [R] begins again");
    pen_text(&pen, branches_count(s->branches) > 1 ? ", [a] lists branches." : ".");
    return true;
}

/* Why a thread cannot be stepped, in the words that every face of the program uses. */
static bool refuse_thread(const struct session *s, unsigned thread, char *why, size_t size)
{
    const struct machine *m = machine_of(s);
    enum refusal refusal = machine_refusal(m, run_choice(thread));

    if (refusal == REFUSED_NOT)
        return false;
    if (refusal == REFUSED_NO_THREAD) {
        unsigned n = s->scenario->n_threads;
        if (n == 1)
            snprintf(why, size, "There is no thread %u: only thread 1.", thread + 1);
        else
            snprintf(why, size, "There is no thread %u: this scenario has threads 1 to %u.",
                     thread + 1, n);
        return true;
    }
    text_refusal(m, run_choice(thread), refusal, why, size);
    return true;
}

/* The chosen thread cannot go on: when all is over that is what counts, else who can. */
static bool refuse_chosen(const struct session *s, char *why, size_t size)
{
    char reason[TEXT_LINE];
    struct pen pen = pen_on(why, size);

    if (!refuse_thread(s, s->focus, reason, sizeof reason))
        return false;
    if (refuse_run_over(s, why, size))
        return true;
    pen_text(&pen, reason);
    if (pen.n > 0 && why[pen.n - 1] != '.')
        pen_text(&pen, ".");
    write_who_can(s, &pen);
    return true;
}

static bool refuse_time(const struct session *s, enum command command, char *why, size_t size)
{
    uint32_t position = timeline_position(s->timeline);
    uint32_t length = timeline_length(s->timeline);

    switch ((int)command) {
    case CMD_BACK:
    case CMD_FIRST:
    case CMD_RESTART:
    case CMD_SWITCH_BACK:
    case CMD_EVENT_BACK:
    case CMD_CONTINUE_BACK:
    case CMD_FINISH_BACK:
        return position == 0 && say(why, size, "This is the start: nothing has run yet.");
    case CMD_REDO:
    case CMD_LAST:
    case CMD_SWITCH_NEXT:
    case CMD_EVENT_NEXT:
        return position == length &&
               say(why, size, "This is the last step made: a digit makes the next one.");
    case CMD_BRANCHES:
    case CMD_OTHER_BRANCH:
        return branches_count(s->branches) < 2 &&
               say(why, size,
                   "There is one branch. Go back and choose something else: that opens another.");
    case CMD_CONTINUE:
    case CMD_PLAY:
        return position == length && !s->playing && refuse_run_over(s, why, size);
    case CMD_TO_LOST: {
        uint32_t lost = session_lost(s);
        return (lost == NOT_LOST &&
                say(why, size,
                    "No point of no return has been passed: a good ending can still come.")) ||
               (lost == 0 &&
                say(why, size,
                    "It is not known which step was the point of no return, if any was."));
    }
    case CMD_FASTER:
    case CMD_SLOWER:
        return !s->playing && say(why, size, "Nothing plays. [p] plays.");
    default:
        return false;
    }
}

/* Views are turned where the screen has room for one only. */
static bool refuse_view(const struct session *s, char *why, size_t size)
{
    if (s->mode == MODE_TINY)
        return say(why, size, "The screen is too small for panes.");
    if (s->zoomed)
        return say(why, size, "One pane is zoomed: [z] shows all again, [Tab] the next one.");
    return s->mode != MODE_SMALL && say(why, size, "All panes are on the screen already.");
}

static bool refuse_look(const struct session *s, enum command command, char *why, size_t size)
{
    switch ((int)command) {
    case CMD_NEXT_PAGE:
        return refuse_view(s, why, size);
    case CMD_PANE_NEXT:
    case CMD_PANE_PREVIOUS:
    case CMD_ZOOM:
    case CMD_PRESENT:
        return s->mode == MODE_TINY && say(why, size, "The screen is too small for panes.");
    case CMD_LOCKS:
        return s->scenario->layout.shape.n_resources == 0 &&
               say(why, size, "This scenario has no resource.");
    case CMD_SEARCH_NEXT:
    case CMD_SEARCH_BACK:
        return s->search.text[0] == '\0' &&
               say(why, size, "Nothing was searched for yet: [/] searches.");
    case CMD_COPY:
    case CMD_SAVE:
        return timeline_position(s->timeline) == 0 &&
               say(why, size, "The schedule is empty: nothing has run yet.");
    case CMD_OPEN:
        return s->library == NULL && say(why, size, "No shipped scenarios were found.");
    case CMD_SCROLL_DOWN:
    case CMD_SCROLL_UP:
        return (s->overlay == OVERLAY_HELP || s->overlay == OVERLAY_WHY ||
                s->overlay == OVERLAY_LOCKS || s->overlay == OVERLAY_DIFF) &&
               s->scroll.most == 0 && say(why, size, "All of it is on the screen.");
    case CMD_LIST_SWITCH:
    case CMD_LIST_NEW:
        return s->overlay != OVERLAY_BREAKS && say(why, size, "Only for breakpoints.");
    case CMD_LIST_REMOVE:
        return s->overlay == OVERLAY_BRANCHES && say(why, size, "Branches are kept.");
    case CMD_PICK:
        return s->list.n == 0 && (s->overlay == OVERLAY_MARKS || s->overlay == OVERLAY_SCENARIOS) &&
               say(why, size, "Nothing is in the list.");
    case CMD_REPLAY:
        return session_explored(s) == 0 && say(why, size, "It is still being searched.");
    case CMD_LAY_OUT_WAY:
        return (s->overlay != OVERLAY_WHY && say(why, size, "There is nothing to choose here.")) ||
               (session_way_out(s) == NULL && say(why, size, "No way out is known here."));
    case CMD_COMPARE:
        return (session_explored(s) == 0 && say(why, size, "It is still being searched.")) ||
               (session_makes_run(s) && say(why, size, "Its steps are still being made again.")) ||
               (timeline_length(s->timeline) == 0 &&
                say(why, size, "There is nothing to compare with: nothing has run yet."));
    case CMD_PROMPT_DOWN:
    case CMD_PROMPT_UP:
        return s->list.n < 2 && say(why, size, "There is nothing to go through.");
    default:
        return false;
    }
}

bool session_refuses(const struct session *s, enum command command, int argument, char *why,
                     size_t size)
{
    switch ((int)command) {
    case CMD_STEP_THREAD:
        return refuse_thread(s, (unsigned)argument - 1, why, size);
    case CMD_FINISH:
    case CMD_STEP_FOCUSED:
        return refuse_chosen(s, why, size);
    case CMD_BREAK_HERE: {
        enum thread_state state =
            (enum thread_state)world_thread(&machine_of(s)->world, s->focus)->state;
        return (state == THREAD_FINISHED || state == THREAD_ABSENT) &&
               say(why, size, "The chosen thread stands on no line. [B] lists breakpoints.");
    }
    case CMD_STEP_POLICY:
    case CMD_STEP_RANDOM:
        return refuse_run_over(s, why, size);
    case CMD_THREAD_NEXT:
        return s->scenario->n_threads == 1 && say(why, size, "There is only one thread.");
    case CMD_TIMEOUT:
        return session_timeout_thread(s) == NO_THREAD &&
               say(why, size, "No thread waits with a timeout now.");
    default:
        return refuse_time(s, command, why, size) || refuse_look(s, command, why, size);
    }
}

thread_ix session_timeout_thread(const struct session *s)
{
    unsigned n = s->scenario->n_threads;

    for (unsigned i = 0; i < n; i++) {
        unsigned t = (s->focus + i) % n;
        if (machine_refusal(machine_of(s), timeout_choice(t)) == REFUSED_NOT)
            return (thread_ix)t;
    }
    return NO_THREAD;
}
