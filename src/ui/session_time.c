/*
 * Time: steps, jumps, runs to a stop, play, branches and marks.
 *
 * Nothing that was recorded is lost: a different choice after going back opens a branch, and the message
 * says so and how to get back.
 */
#include <stdio.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/calls.h"
#include "ui/session_parts.h"

enum {
    FINISH_LIMIT = 100000, // steps per key press, so that a key always comes back
    RUN_LIMIT = 100000,
    STRETCH = 1000, // steps ahead looked at together
    N_SPEEDS = 6,
    NAP = 10 // milliseconds until the screen looks again for what is being worked out
};

static const int speed_delays[N_SPEEDS] = {2000, 1000, 500, 200, 100, 20};

/* ---- moving ---- */

static void moved(struct session *s)
{
    s->pane_scroll.offset = 0;
    s->look_line = 0;
    ahead_moved(s);
    notes_look_up_to(s, timeline_position(s->timeline));
}

void time_step(struct session *s, struct choice choice)
{
    uint32_t from = timeline_position(s->timeline), before = branches_present(s->branches);
    uint32_t length = timeline_length(s->timeline);
    enum branching how;

    if (branches_step(s->branches, choice, &how) != REFUSED_NOT)
        return;
    if (how != BRANCH_KEPT)
        notes_forget_after(s, from);
    moved(s);
    if (how == BRANCH_OPENED)
        session_tell(
            s, "Branch %u leaves branch %u at step %u. [A] returns to branch %u, step %u of %u.",
            branches_present(s->branches) + 1, before + 1, (unsigned)from + 1, before + 1,
            (unsigned)branches_at(s->branches, before).position, (unsigned)length);
    else if (how == BRANCH_RESUMED)
        session_tell(s, "Branch %u again: [Right] follows it. [A] returns to branch %u, step %u.",
                     branches_present(s->branches) + 1, before + 1,
                     (unsigned)branches_at(s->branches, before).position);
}

void time_go(struct session *s, uint32_t n)
{
    timeline_seek(s->timeline, n);
    if (n > 0)
        s->focus = timeline_choice(s->timeline, n).thread;
    panes_follow_thread(s);
    moved(s);
}

void time_go_branch(struct session *s, uint32_t branch, uint32_t n)
{
    uint32_t before = branches_present(s->branches);

    if (branch != before) {
        notes_forget_after(s, branches_common(s->branches, branch, before));
        branches_go(s->branches, branch, n);
        session_tell(s, "Branch %u, step %u of %u. [A] returns to branch %u, step %u.", branch + 1,
                     (unsigned)n, (unsigned)timeline_length(s->timeline), before + 1,
                     (unsigned)branches_at(s->branches, before).position);
    }
    time_go(s, n);
}

void time_lay_out(struct session *s, const struct choice *steps, uint32_t n, const char *name)
{
    uint32_t before = branches_present(s->branches);
    char back[64] = "";

    time_go(s, 0);
    for (uint32_t i = 0; i < n; i++)
        time_step(s, steps[i]);
    time_go(s, 0);
    if (branches_present(s->branches) != before)
        snprintf(back, sizeof back, " [A] returns to branch %u.", before + 1);
    session_tell(s, "The %u step%s to '%s': [Right] makes the next one, [p] plays them.%s",
                 (unsigned)n, n == 1 ? "" : "s", name, back);
}

/* ---- steps ---- */

static void step_thread(struct session *s, unsigned thread)
{
    s->focus = (thread_ix)thread;
    panes_follow_thread(s);
    time_step(s, run_choice(thread));
}

/* Who was let run, and who chose it. A new branch has more to say. */
static void say_choice(struct session *s, const struct policy *policy, unsigned n_choices)
{
    unsigned thread = machine_of(s)->last.choice.thread + 1u;

    if (s->message[0] != '\0')
        return;
    if (n_choices == 1)
        session_tell(s, "T%u: no other could go.", thread);
    else
        session_tell(s, "T%u: %s.", thread, policy_order(policy));
    s->aside = true;
}

static void step_proposed(struct session *s, bool at_random)
{
    struct choice choices[MAX_CHOICES];
    const struct machine *m = machine_of(s);
    unsigned n = machine_choices(m, choices);
    struct policy policy = s->policy;

    if (at_random)
        policy.kind = POLICY_RANDOM;
    struct choice choice = policy_propose(&policy, m, choices, n);
    s->focus = choice.thread;
    panes_follow_thread(s);
    time_step(s, choice);
    say_choice(s, &policy, n);
}

static bool policy_would_switch(const struct session *s)
{
    struct choice choices[MAX_CHOICES];
    const struct machine *m = machine_of(s);
    unsigned n = machine_choices(m, choices);

    // Only the scheduler of NT looks at who else became ready; a person who presses f does not.
    return n > 0 && s->policy.kind == POLICY_PRIORITY &&
           policy_propose(&s->policy, m, choices, n).thread != s->focus;
}

static bool can_step(const struct session *s, unsigned thread)
{
    return machine_refusal(machine_of(s), run_choice(thread)) == REFUSED_NOT;
}

static void finish_thread(struct session *s)
{
    uint32_t from = timeline_position(s->timeline), before = branches_present(s->branches);
    int n = 0;

    do {
        time_step(s, run_choice(s->focus));
        n++;
    } while (n < FINISH_LIMIT && can_step(s, s->focus) && !policy_would_switch(s) &&
             step_trouble(&machine_of(s)->last) == NULL);
    uint32_t made = timeline_position(s->timeline) - from;
    char branched[64] = "";
    if (branches_present(s->branches) != before)
        snprintf(branched, sizeof branched, " This is branch %u: [A] returns to branch %u.",
                 branches_present(s->branches) + 1, before + 1);
    session_tell(s, "T%u made %u step%s%s.%s", s->focus + 1u, (unsigned)made, made == 1 ? "" : "s",
                 n == FINISH_LIMIT ? "; [f] goes on" : "", branched);
}

/* Back to where the thread that made the last step had taken over. */
static void finish_back(struct session *s)
{
    uint32_t n = timeline_position(s->timeline);
    uint8_t thread = timeline_choice(s->timeline, n).thread;

    while (n > 0 && timeline_choice(s->timeline, n).thread == thread)
        n--;
    time_go(s, n);
    s->focus = thread;
    panes_follow_thread(s);
    session_tell(s, "Here T%u begins its run of steps.", thread + 1u);
}

static void choose_thread(struct session *s, int by)
{
    int n = (int)s->scenario->n_threads;

    s->focus = (thread_ix)((s->focus + n + by) % n);
    panes_follow_thread(s);
    session_tell(s, "Thread %u, %s, is chosen.", s->focus + 1u,
                 s->scenario->threads[s->focus].name);
}

/* ---- jumps ---- */

/* What step n was about, for those who jump there. */
static void say_event(struct session *s)
{
    const struct step *step = &machine_of(s)->last;
    const char *trouble = step_trouble(step);

    if (trouble != NULL)
        session_tell(s, "Step %u: %s.", (unsigned)step->n, trouble);
    else if (step->effect.status == KM_WAIT)
        session_tell(s, "Step %u: T%u begins to wait.", (unsigned)step->n,
                     step->choice.thread + 1u);
    else if (step->effect.n_woken > 0)
        session_tell(s, "Step %u: T%u wakes T%u.", (unsigned)step->n, step->choice.thread + 1u,
                     step->effect.woken[0].thread + 1u);
}

static void go_to_event(struct session *s, bool back)
{
    uint32_t position = timeline_position(s->timeline), length = timeline_length(s->timeline);
    const struct noted_steps *noted = &s->eventful;

    while (!back && s->checked < length && noted_up_to(noted, position) == noted->n)
        notes_look_up_to(s, length - s->checked < STRETCH ? length : s->checked + STRETCH);
    size_t passed = noted_up_to(noted, back && position > 0 ? position - 1 : position);

    if (back ? passed == 0 : passed == noted->n) {
        session_refuse(
            s, back ? "No thread blocked or woke before this, and nothing went wrong."
                    : "On the recorded steps ahead no thread blocks or wakes, and nothing goes "
                      "wrong. c runs on to what comes.");
        return;
    }
    time_go(s, noted->steps[back ? passed - 1 : passed]);
    say_event(s);
}

static void go_before_lost(struct session *s)
{
    uint32_t lost = session_lost(s);

    lists_close(s);
    time_go(s, lost - 1);
    session_tell(
        s,
        "From here a good ending can still come: the point of no return, step %u, comes next. "
        "Right replays it.",
        (unsigned)lost);
}

/* ---- runs ---- */

/* "Ran all in turn to step": how the order came about; what was recorded is only followed. */
static const char *way_of_run(const struct session *s, bool chosen)
{
    switch (s->policy.kind) {
    case POLICY_RANDOM:
        return chosen ? "Ran at random to step" : "Step";
    case POLICY_PRIORITY:
        return chosen ? "Ran by priority to step" : "Step";
    case POLICY_MANUAL: // see policy_order
    case POLICY_REPLAY:
    case POLICY_ROUND_ROBIN:
    case POLICY_PCT:
        break;
    }
    return chosen ? "Ran all in turn to step" : "Step";
}

static void say_halt(struct session *s, uint32_t row, bool chosen)
{
    static const char *const standing[N_STANDING_HALTS] = {
        [HALT_AT_BLOCK] = "a thread blocks here",      [HALT_AT_WAKE] = "a thread is woken here",
        [HALT_AT_FINDING] = "something is wrong here", [HALT_AT_END] = "the end",
        [HALT_AT_LOST] = "the point of no return",
    };
    unsigned n = timeline_position(s->timeline);
    const char *way = way_of_run(s, chosen);

    if (row >= N_STANDING_HALTS)
        session_tell(s, "%s %u: breakpoint %s.", way, n, breakpoints_at(s->breakpoints, row)->text);
    else if (machine_verdict(machine_of(s)) != VERDICT_RUNNING)
        session_tell(s, "%s %u, the end.", way, n);
    else
        session_tell(s, "%s %u: %s. [B] chooses where to stop.", way, n, standing[row]);
}

/*
 * The step of this branch behind `from`, and before `to`, that lost the last good ending; 0: it is not known, not
 * there, or no stop. It is waited for, so that the same keys always come to the same place.
 */
static uint32_t lost_between(struct session *s, uint32_t from, uint32_t to)
{
    if (!breakpoints_at(s->breakpoints, HALT_AT_LOST)->on)
        return 0;
    uint32_t length = timeline_length(s->timeline);
    uint32_t lost = ahead_lost_up_to(s, to < length ? to : length);
    return lost > from && lost < to ? lost : 0;
}

/* Steps that a run made beyond its stop were nobody's choice: they are not kept. */
static void drop_future(struct session *s)
{
    const struct choice none = {0};

    timeline_replace(s->timeline, &none, 0);
    notes_forget_after(s, timeline_position(s->timeline));
}

static void run_on(struct session *s)
{
    uint32_t from = timeline_position(s->timeline), length = timeline_length(s->timeline);
    uint32_t row = run_forward(s->branches, s->timeline, s->breakpoints, &s->policy, RUN_LIMIT);
    uint32_t to = timeline_position(s->timeline);
    uint32_t lost = lost_between(s, from, row == NO_HALT ? to + 1 : to);

    time_go(s, to); // notes what was made
    if (lost > 0) {
        time_go(s, lost);
        if (lost >= length)
            drop_future(s);
        row = HALT_AT_LOST;
    }
    bool chosen = timeline_position(s->timeline) > length;
    if (row != NO_HALT)
        say_halt(s, row, chosen);
    else
        session_tell(s, "%s %u, %u steps without a stop%s.", way_of_run(s, chosen),
                     (unsigned)timeline_position(s->timeline),
                     (unsigned)(timeline_position(s->timeline) - from),
                     machine_verdict(machine_of(s)) == VERDICT_RUNNING ? "; [c] runs on" : "");
}

static void run_back(struct session *s)
{
    uint32_t from = timeline_position(s->timeline);
    uint32_t row = run_backward(s->timeline, s->breakpoints);
    uint32_t to = timeline_position(s->timeline), lost = lost_between(s, to, from);

    if (lost > 0)
        row = HALT_AT_LOST;
    time_go(s, lost > 0 ? lost : to);
    if (row != NO_HALT)
        say_halt(s, row, false);
    else
        session_tell(s, "No stop before this: the start.");
}

/* ---- play ---- */

/*
 * While something is being worked out, the time until the next step of play is slept in naps: each ends in a
 * tick, after which the frame is drawn again.
 */
int session_delay(struct session *s)
{
    bool working = session_working(s);
    int left = !s->playing ? -1 : s->nap > 0 ? s->nap : speed_delays[s->speed];

    s->napping = working && (left < 0 || left > NAP);
    s->nap = s->napping && left >= 0 ? left - NAP : 0;
    return s->napping ? NAP : left;
}

static void say_speed(struct session *s)
{
    int delay = speed_delays[s->speed];

    if (delay > 1000)
        session_tell(s, "Plays: a step every %d seconds. [+] faster, [-] slower, [p] pauses.",
                     delay / 1000);
    else
        session_tell(s, "Plays: %d step%s a second. [+] faster, [-] slower, [p] pauses.",
                     1000 / delay, delay == 1000 ? "" : "s");
}

/* One step of play: what is recorded, then whoever's turn it is. */
static void play_step(struct session *s)
{
    uint32_t position = timeline_position(s->timeline);
    const struct machine *m = machine_of(s);

    if (position < timeline_length(s->timeline))
        time_go(s, position + 1);
    else
        step_proposed(s, false);
    say_speed(s);
    if (machine_verdict(m) != VERDICT_RUNNING &&
        timeline_position(s->timeline) == timeline_length(s->timeline)) {
        s->playing = false;
        session_tell(s, "Played to the end.");
    } else if (step_trouble(&m->last) != NULL) {
        s->playing = false;
        say_event(s);
    }
}

static void change_speed(struct session *s, int by)
{
    s->speed += by;
    s->speed = s->speed < 0 ? 0 : s->speed >= N_SPEEDS ? N_SPEEDS - 1 : s->speed;
    say_speed(s);
}

/* ---- branches, breakpoints ---- */

static void break_here(struct session *s)
{
    const struct machine *m = machine_of(s);
    unsigned line = vm_line(s->scenario, &m->world, s->focus);
    char text[TEXT_LINE], why[TEXT_LINE];

    for (uint32_t k = N_STANDING_HALTS; k < breakpoints_count(s->breakpoints); k++) {
        const struct breakpoint *b = breakpoints_at(s->breakpoints, k);
        if (b->kind == HALT_AT_LINE && b->thread == s->focus && b->line == line) {
            session_tell(s, "Breakpoint %s is gone.", b->text);
            breakpoints_remove(s->breakpoints, k);
            return;
        }
    }
    snprintf(text, sizeof text, "line %u %u", s->focus + 1u, line);
    if (breakpoints_add(s->breakpoints, text, why, sizeof why))
        session_tell(s, "Breakpoint on line %u of T%u: [c] and [C] halt there. [B] lists all.",
                     line, s->focus + 1u);
    else
        session_refuse(s, "%s", why);
}

/* ---- commands ---- */

static bool step_command(struct session *s, enum command command, int argument)
{
    switch ((int)command) {
    case CMD_STEP_THREAD:
        step_thread(s, (unsigned)argument - 1);
        break;
    case CMD_STEP_FOCUSED:
        step_thread(s, s->focus);
        break;
    case CMD_STEP_POLICY:
        step_proposed(s, false);
        break;
    case CMD_STEP_RANDOM:
        step_proposed(s, true);
        break;
    case CMD_FINISH:
        finish_thread(s);
        break;
    case CMD_TIMEOUT:
        s->focus = session_timeout_thread(s);
        panes_follow_thread(s);
        time_step(s, timeout_choice(s->focus));
        break;
    case CMD_THREAD_NEXT:
        choose_thread(s, 1);
        break;
    default:
        return false;
    }
    return true;
}

static bool jump_command(struct session *s, enum command command)
{
    uint32_t position = timeline_position(s->timeline);

    switch ((int)command) {
    case CMD_BACK:
        time_go(s, position - 1);
        break;
    case CMD_REDO:
        time_go(s, position + 1);
        break;
    case CMD_FIRST:
        time_go(s, 0);
        break;
    case CMD_LAST:
        time_go(s, timeline_length(s->timeline));
        break;
    case CMD_SWITCH_BACK:
        time_go(s, timeline_previous_switch(s->timeline, position));
        break;
    case CMD_SWITCH_NEXT:
        time_go(s, timeline_next_switch(s->timeline, position));
        break;
    case CMD_EVENT_BACK:
    case CMD_EVENT_NEXT:
        go_to_event(s, command == CMD_EVENT_BACK);
        break;
    case CMD_RESTART:
        time_go(s, 0);
        s->focus = 0;
        panes_follow_thread(s);
        session_tell(
            s, "From the start. [Right] follows the steps made before; a digit makes new ones.");
        break;
    case CMD_OTHER_BRANCH: {
        uint32_t other = branches_previous(s->branches);
        time_go_branch(s, other, branches_at(s->branches, other).position);
        break;
    }
    default:
        return false;
    }
    return true;
}

void time_command(struct session *s, enum command command, int argument)
{
    if (step_command(s, command, argument) || jump_command(s, command))
        return;
    switch ((int)command) {
    case CMD_TO_LOST:
        go_before_lost(s);
        break;
    case CMD_FINISH_BACK:
        finish_back(s);
        break;
    case CMD_CONTINUE:
        run_on(s);
        break;
    case CMD_CONTINUE_BACK:
        run_back(s);
        break;
    case CMD_PLAY:
        s->playing = !s->playing;
        if (s->playing)
            say_speed(s);
        else
            session_tell(s, "Paused. [p] plays on.");
        break;
    case CMD_FASTER:
        change_speed(s, 1);
        break;
    case CMD_SLOWER:
        change_speed(s, -1);
        break;
    case CMD_BREAK_HERE:
        break_here(s);
        break;
    case CMD_NONE: // K_TICK
        play_step(s);
        break;
    default:
        break;
    }
}

char mark_at(const struct session *s, uint32_t branch, uint32_t n)
{
    for (char letter = 'a'; letter <= 'z'; letter++) {
        struct mark mark = marks_get(s->branches, letter);
        if (mark.set && mark.n == n && branches_common(s->branches, mark.branch, branch) >= n)
            return letter;
    }
    return 0;
}
