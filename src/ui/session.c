/*
 * Each command is a row of keys.h and a case of run below. Before it runs, session_refuses is asked;
 * the footer asks the same function, so it never offers what would be refused.
 *
 * While something is open over the screen, a key of the overlay works on the overlay; any other key closes
 * it and then does what it does, so nobody is ever stuck behind the help.
 */
#include "ui/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"

enum { FINISH_LIMIT = 100000 }; // steps per key press, so that a key always comes back

/* ---- opening ---- */

static void note_needs(struct session *s)
{
    const struct world_shape *shape = &s->scenario->layout.shape;
    int most = 0;

    for (unsigned i = 0; i < shape->n_names; i++) {
        directory_ix d = shape->names[i].parent;
        if (d >= shape->n_directories || shape->names[i].directory != NO_INDEX)
            continue;
        if (s->directory_end[d] == 0)
            s->directory_first[d] = (uint16_t)i;
        s->directory_end[d] = (uint16_t)(i + 1);
    }
    for (unsigned d = 0; d < shape->n_directories; d++) {
        int n = s->directory_end[d] - s->directory_first[d];
        most = n > most ? n : most;
    }
    s->needs = (struct layout_needs){
        .n_threads = shape->n_threads,
        .n_resources = shape->n_resources,
        .n_events = shape->n_events,
        .n_spinlocks = shape->n_spinlocks,
        .n_shared = shape->n_shared,
        .n_directories = shape->n_directories,
        .n_files = most,
        .n_lanes = shape->n_threads + s->lanes.n_objects,
    };
    for (unsigned t = 0; t < s->scenario->n_threads; t++) {
        int lines = (int)s->scenario->threads[t].n_lines;
        s->needs.body_lines = lines > s->needs.body_lines ? lines : s->needs.body_lines;
    }
}

static const char *trouble_of(const struct step *step)
{
    switch (step->outcome) {
    case VM_BUGCHECK:
        return "bug check";
    case VM_ASSERTION:
        return "assertion failed";
    case VM_FAULT:
        return "fault";
    case VM_REST:
    case VM_ENDED:
        break;
    }
    if (step->effect.status == KM_BUGCHECK)
        return "bug check";
    if (step->effect.status == KM_FULL)
        return "fault";
    if (step->n_cycles > 0)
        return "deadlock";
    if (step->invariants != 0)
        return "invariant broken";
    return step->effect.n_verifier > 0 ? "rule broken" : NULL;
}

/* Makes a choice that can be made, and notes what went wrong in it. */
static void make_step(struct session *s, struct choice choice)
{
    uint32_t from = timeline_position(s->timeline), length = timeline_length(s->timeline);
    bool branched = false;

    if (timeline_step(s->timeline, choice, &branched) != REFUSED_NOT)
        return;
    if (branched)
        lanes_forget_after(&s->lanes, from);
    else if (from < length)
        return; // made before: its troubles are known
    while (s->n_troubles > 0 && s->troubles[s->n_troubles - 1].n > from)
        s->n_troubles--;
    const char *what = trouble_of(&timeline_machine(s->timeline)->last);
    if (what != NULL && s->n_troubles < MAX_TROUBLES)
        s->troubles[s->n_troubles++] = (struct trouble){from + 1, what};
}

/* Makes the steps of the scenario's own schedule, as far as they can be made, and goes back to the start. */
static void play_own_schedule(struct session *s)
{
    const char *steps = s->scenario->schedule.steps;
    struct schedule schedule = {0};
    struct diag_list diags = {0}; // checked when the scenario was loaded: stays empty

    if (steps == NULL)
        return;
    schedule_parse(
        s->scenario,
        (struct span){
            .file = s->scenario->file, .at = steps, .n = strlen(steps), .line = 1, .column = 1},
        &schedule, &diags);
    for (size_t i = 0; i < schedule.n; i++) {
        struct schedule_step step = schedule.items[i].step;
        for (uint32_t k = 0; k < schedule.items[i].count; k++)
            make_step(s, (struct choice){step.thread, step.kind, step.pick, 0});
    }
    schedule_release(&schedule);
    diag_release(&diags);
    timeline_seek(s->timeline, 0);
    if (timeline_length(s->timeline) > 0)
        snprintf(s->message, sizeof s->message,
                 "This scenario brings a schedule: Right replays it, a digit leaves it.");
}

struct session *session_open(const struct scenario *scenario)
{
    struct session *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->scenario = scenario;
    s->policy = (struct policy){scenario->schedule.policy, scenario->schedule.seed};
    s->timeline = timeline_open(scenario);
    bool ok = s->timeline != NULL;
    for (unsigned t = 0; ok && t < scenario->n_threads; t++)
        ok = source_make(&s->sources[t], &scenario->threads[t]);
    if (!ok) {
        session_close(s);
        return NULL;
    }
    lanes_init(&s->lanes, scenario);
    note_needs(s);
    play_own_schedule(s);
    return s;
}

void session_close(struct session *s)
{
    if (s == NULL)
        return;
    for (unsigned t = 0; t < MAX_THREADS; t++)
        source_release(&s->sources[t]);
    if (s->timeline != NULL)
        timeline_close(s->timeline);
    free(s);
}

/* ---- what can be done ---- */

static const struct machine *machine_of(const struct session *s)
{
    return timeline_machine(s->timeline);
}

static struct choice run_choice(unsigned thread)
{
    return (struct choice){.thread = (uint8_t)thread, .kind = CHOICE_RUN};
}

static struct choice timeout_choice(unsigned thread)
{
    return (struct choice){.thread = (uint8_t)thread, .kind = CHOICE_TIMEOUT};
}

static bool can_step(const struct session *s, unsigned thread)
{
    return machine_refusal(machine_of(s), run_choice(thread)) == REFUSED_NOT;
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

const struct trouble *session_trouble(const struct session *s)
{
    if (s->n_troubles > 0 && s->troubles[0].n <= timeline_position(s->timeline))
        return &s->troubles[0];
    return NULL;
}

static bool say(char *why, size_t size, const char *reason)
{
    snprintf(why, size, "%s", reason);
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

static bool refuse_run_over(const struct session *s, char *why, size_t size)
{
    struct choice choices[MAX_CHOICES];

    if (machine_choices(machine_of(s), choices) > 0)
        return false;
    return say(why, size, "The run is over: nothing can run. Bksp goes back, R begins again.");
}

bool session_refuses(const struct session *s, enum command command, int argument, char *why,
                     size_t size)
{
    uint32_t position = timeline_position(s->timeline);
    uint32_t length = timeline_length(s->timeline);

    switch (command) {
    case CMD_STEP_THREAD:
        return refuse_thread(s, (unsigned)argument - 1, why, size);
    case CMD_FINISH:
    case CMD_STEP_FOCUSED:
        return refuse_thread(s, s->focus, why, size);
    case CMD_STEP_POLICY:
    case CMD_STEP_RANDOM:
        return refuse_run_over(s, why, size);
    case CMD_FOCUS_NEXT:
    case CMD_FOCUS_PREVIOUS:
        return s->scenario->n_threads == 1 && say(why, size, "There is only one thread.");
    case CMD_TIMEOUT:
        return session_timeout_thread(s) == NO_THREAD &&
               say(why, size, "No thread waits with a timeout now.");
    case CMD_BACK:
    case CMD_FIRST:
    case CMD_RESTART:
        return position == 0 && say(why, size, "This is the start: nothing has run yet.");
    case CMD_REDO:
    case CMD_LAST:
        if (position < length)
            return false;
        return say(why, size, "This is the last step made: a digit makes the next one.");
    case CMD_NEXT_PANE:
        return s->mode != MODE_SMALL && say(why, size, "All panes are on the screen already.");
    case CMD_LOCKS:
        return s->scenario->layout.shape.n_resources == 0 &&
               say(why, size, "This scenario has no resource.");
    case CMD_NONE:
    case CMD_WHY:
    case CMD_SCROLL_DOWN:
    case CMD_SCROLL_UP:
    case CMD_PAGE_DOWN:
    case CMD_PAGE_UP:
    case CMD_REDRAW:
    case CMD_HELP:
    case CMD_CLOSE:
    case CMD_QUIT:
    case CMD_QUIT_AT_ONCE:
    case N_COMMANDS:
        break;
    }
    return false;
}

/* ---- why ---- */

const char *session_wait_rule(const struct session *s, thread_ix t)
{
    return s->wait_rules[t];
}

struct rule_note {
    char *out;
};

static bool note_rule(void *context, const struct machine *m)
{
    struct rule_note *note = context;

    text_rule(&m->last, note->out, TEXT_LINE);
    return false;
}

/* Makes the steps at which the waiting threads began to wait once more, for their rules. */
static void note_wait_rules(struct session *s)
{
    const struct machine *m = machine_of(s);

    for (unsigned t = 0; t < s->scenario->n_threads; t++) {
        struct rule_note note = {s->wait_rules[t]};
        note.out[0] = '\0';
        if (world_thread(&m->world, (thread_ix)t)->state != THREAD_WAITING ||
            m->world.annex == NULL)
            continue;
        uint32_t since = m->world.annex->threads[t].since;
        if (since > 0)
            timeline_replay(s->timeline, since, since, note_rule, &note);
    }
}

/* ---- commands ---- */

static void step_thread(struct session *s, unsigned thread)
{
    s->focus = (thread_ix)thread;
    make_step(s, run_choice(thread));
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
    make_step(s, choice);
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

static void finish_thread(struct session *s)
{
    uint32_t from = timeline_position(s->timeline);
    int n = 0;

    do {
        make_step(s, run_choice(s->focus));
        n++;
    } while (n < FINISH_LIMIT && can_step(s, s->focus) && !policy_would_switch(s) &&
             trouble_of(&machine_of(s)->last) == NULL);
    uint32_t made = timeline_position(s->timeline) - from;
    snprintf(s->message, sizeof s->message, "Thread %u made %u step%s%s.", s->focus + 1u,
             (unsigned)made, made == 1 ? "" : "s", n == FINISH_LIMIT ? "; press f to go on" : "");
}

static void move_focus(struct session *s, int by)
{
    int n = (int)s->scenario->n_threads;

    s->focus = (thread_ix)((s->focus + n + by) % n);
    snprintf(s->message, sizeof s->message, "Thread %u, %s, is chosen.", s->focus + 1u,
             s->scenario->threads[s->focus].name);
}

static void go_to(struct session *s, uint32_t n)
{
    timeline_seek(s->timeline, n);
    if (n > 0)
        s->focus = timeline_choice(s->timeline, n).thread;
}

static void open_overlay(struct session *s, enum overlay overlay)
{
    s->overlay = s->overlay == overlay ? OVERLAY_NONE : overlay;
    s->scroll = 0;
}

static void scroll_by(struct session *s, int rows)
{
    s->scroll += rows;
    if (s->scroll > s->scroll_end)
        s->scroll = s->scroll_end;
    if (s->scroll < 0)
        s->scroll = 0;
}

static void run(struct session *s, enum command command, int argument)
{
    uint32_t position = timeline_position(s->timeline);

    switch (command) {
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
    case CMD_FOCUS_NEXT:
        move_focus(s, 1);
        break;
    case CMD_FOCUS_PREVIOUS:
        move_focus(s, -1);
        break;
    case CMD_TIMEOUT:
        s->focus = session_timeout_thread(s);
        make_step(s, timeout_choice(s->focus));
        break;
    case CMD_BACK:
        go_to(s, position - 1);
        break;
    case CMD_REDO:
        go_to(s, position + 1);
        break;
    case CMD_FIRST:
        go_to(s, 0);
        break;
    case CMD_LAST:
        go_to(s, timeline_length(s->timeline));
        break;
    case CMD_RESTART:
        go_to(s, 0);
        s->focus = 0;
        snprintf(s->message, sizeof s->message,
                 "From the start. Right replays the steps made before; a digit makes new ones.");
        break;
    case CMD_WHY:
        open_overlay(s, OVERLAY_WHY);
        note_wait_rules(s);
        break;
    case CMD_LOCKS:
        open_overlay(s, OVERLAY_LOCKS);
        break;
    case CMD_HELP:
        open_overlay(s, OVERLAY_HELP);
        break;
    case CMD_NEXT_PANE:
        s->tab = (enum tab)((s->tab + 1) % N_TABS);
        break;
    case CMD_SCROLL_DOWN:
        scroll_by(s, 1);
        break;
    case CMD_SCROLL_UP:
        scroll_by(s, -1);
        break;
    case CMD_PAGE_DOWN:
        scroll_by(s, s->page);
        break;
    case CMD_PAGE_UP:
        scroll_by(s, -s->page);
        break;
    case CMD_REDRAW:
        s->redraw = true;
        break;
    case CMD_CLOSE:
        s->overlay = OVERLAY_NONE;
        break;
    case CMD_QUIT:
    case CMD_QUIT_AT_ONCE:
        s->leaving = true;
        break;
    case CMD_NONE:
    case N_COMMANDS:
        break;
    }
}

/* A key without a command here. */
static void explain_key(struct session *s, int32_t key)
{
    char label[KEY_LABEL];
    enum command elsewhere = key_command(key, IN_OVERLAY);

    key_label(key, label, sizeof label);
    if (key == K_ESC)
        snprintf(s->message, sizeof s->message, "Nothing is open. q quits.");
    else if (elsewhere != CMD_NONE)
        snprintf(s->message, sizeof s->message, "%s works while help is open: %s. ? opens help.",
                 label, key_row(elsewhere)->help);
    else
        snprintf(s->message, sizeof s->message, "%s does nothing here. ? shows the keys.", label);
    s->refused = key != K_ESC;
}

void session_key(struct session *s, int32_t key)
{
    enum command command = CMD_NONE;

    s->message[0] = '\0';
    s->refused = false;
    if (s->overlay != OVERLAY_NONE)
        command = key_command(key, IN_OVERLAY);
    if (command == CMD_NONE) {
        command = key_command(key, IN_MAIN);
        if (command != CMD_NONE)
            s->overlay = OVERLAY_NONE;
    }
    if (command == CMD_NONE) {
        explain_key(s, key);
        return;
    }
    int argument = command == CMD_STEP_THREAD ? key - '0' : 0;
    s->refused = session_refuses(s, command, argument, s->message, sizeof s->message);
    if (!s->refused)
        run(s, command, argument);
}
