/*
 * A session: one scenario on one screen, without a terminal.
 *
 * Purpose    session_key changes it, session_draw draws it into a frame; nothing else happens. The
 *            terminal, `lockstep render` and the tests are three users of these two calls. What a
 *            session cannot do itself (another scenario, the clipboard, files) it wishes for; who
 *            holds the session looks at the wish after each key, and does it or says why not.
 * Ownership  session_open allocates, session_close frees. The scenario is borrowed.
 * Errors     A key that cannot do its work changes nothing but the message, which says why.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/explore/background.h"
#include "sim/explore/possible.h"
#include "sim/lang/scenario.h"
#include "sim/report/text.h"
#include "sim/stepper/branches.h"
#include "sim/stepper/breakpoints.h"
#include "sim/stepper/policy.h"
#include "sim/stepper/timeline.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/lanes.h"
#include "ui/layout.h"
#include "ui/library.h"
#include "ui/paths.h"
#include "ui/source.h"
#include "ui/theme.h"

/* What is open over the screen. */
enum overlay {
    OVERLAY_NONE,
    OVERLAY_HELP, // sheets to read
    OVERLAY_WHY,
    OVERLAY_LOCKS,
    OVERLAY_DIFF,     // over the explore screen
    OVERLAY_EXPLORE,  // a screen of its own
    OVERLAY_BRANCHES, // lists to choose from
    OVERLAY_MARKS,
    OVERLAY_BREAKS,
    OVERLAY_COMMANDS, // characters are text: it narrows the list, or is what is asked for
    OVERLAY_SCENARIOS,
    OVERLAY_SEARCH,
    OVERLAY_NEW_BREAK,
    OVERLAY_MARK_LETTER, // one key more
    OVERLAY_PICTURE,
    N_OVERLAYS
};

/* In which context keys are looked up while it is open. */
enum key_context overlay_context(enum overlay overlay);

enum { MAX_TROUBLES = 64, TROUBLE_TEXT = 96, PROMPT_TEXT = 160, MAX_FOUND = 512 };

/* With a rule of NT or an invariant broken the run goes on, and may end well. */
enum trouble_kind { TROUBLE_STUCK, TROUBLE_INVARIANT, TROUBLE_RULE };

/* A step after which the run was no longer all right. */
struct trouble {
    uint32_t n;
    enum trouble_kind kind;
    char what[TROUBLE_TEXT]; // "deadlock: T1 → B → T2 → A → T1", "does not hold: n == 2"
};

/* Numbers of steps, ascending. */
struct noted_steps {
    uint32_t *steps;
    size_t n, capacity;
};

/* A step whose call failed. */
struct failure {
    uint32_t n;
    thread_ix thread;
    enum nt_call call;
};

/* A place where the text that was searched for stands. */
enum place_kind { PLACE_TITLE, PLACE_THREAD, PLACE_SOURCE, PLACE_OBJECT, PLACE_STEP };

struct place {
    enum place_kind kind;
    thread_ix thread;  // thread, source
    uint32_t n;        // source: line, 0-based; step: its number
    object_ref object; // object
};

struct search {
    char text[PROMPT_TEXT];  // "": nothing is searched for
    struct place at;         // found last
    bool found;              //
    bool went;               // to a step that was found, from another one
    uint32_t from, to;       //
    struct noted_steps hits; // at which it stands in the log
    uint32_t seen;           // up to this step
};

/* How far something that may be longer than its pane is scrolled, and can be. */
struct scroll {
    int offset;      // rows from where it stands by itself
    int least, most; // as drawn last
    int page;        //
    bool cut;        // something in the chosen pane is cut short, as drawn last
};

/* A circle has two steps for each of its threads: that it got what it holds, and that it waits. */
enum { MAX_HISTORY = 2 * MAX_THREADS, MAX_USES = 8, MAX_WAYS = 3, HISTORY_TEXT = 240 };

/* How threads that cannot go on came to it, and what would help. */
struct stuck {
    int n_history, n_ways;
    uint32_t steps[MAX_HISTORY];             // at which each of them was, oldest first
    char history[MAX_HISTORY][HISTORY_TEXT]; // what was done there
    char ways[MAX_WAYS][HISTORY_TEXT];
    uint32_t lost;         // the step that lost the last good ending, once it is known
    char loss[TEXT_LINE];  // what it did; "" if the history has it
    uint32_t broken;       // the first step before the present one that was wrong; 0: none
    char wrong[TEXT_LINE]; // what was wrong about it
};

/* What can still come from where the run stands, as far as it is known by now; see session_ahead.c. */
struct ahead {
    struct possible *search;
    const struct explore_result *result; // NULL: still being worked out
    int64_t lost;                        // see possible_lost
    struct possible *way_search; // behind the step before the one that lost the last good ending
    const struct explore_result *way; // NULL: not asked for, or still being worked out
    struct clean_answer how;          // with breaks
    uint32_t
        mark; // the step of this branch that is known to have lost it; 0: none. Stays when one goes back
    uint32_t *marks; // of each branch, once it was known there
    size_t n_marks;
    bool asked; // about the present place
    bool lost_known;
    bool breaks; // see possible_breaks
    bool way_asked;
};

/* A run that is shown, not driven: made again from its steps. */
struct shown_run {
    struct timeline *timeline; // NULL: none is shown
    struct lanes lanes;
};

/* One step of the comparison of two runs; an empty text: this run has no such step. */
struct told_step {
    char *text[2]; // of the present run and of the other one
};

/* The explore screen; see session_explore.c. */
struct exploring {
    struct background *search;           // NULL: not begun
    const struct explore_result *result; // NULL: still being worked out
    struct shown_run shown;              // the run of the chosen row
    int shown_row;                       // that it belongs to; -1: none
    char schedule[TEXT_LINE];            // of that run, as far as it goes
    struct paths paths;                  // to all endings; n: 0 if they are too long to be told
    uint32_t n_common, n_told; // comparison: steps that are the same, and those told behind them
    uint32_t untold;           // that are more than can be told
    struct told_step *told;
};

/* What the session asks of the program around it. */
enum wish {
    WISH_NONE,
    WISH_OPEN,    // another scenario: wish_text is its name
    WISH_COPY,    // the schedule up to here to the clipboard
    WISH_SAVE,    // the schedule up to here as a scenario that extends this one
    WISH_PICTURE, // of the frame, in picture_format
    WISH_MOUSE,   // as session->mouse says
};

enum picture_format { PICTURE_TEXT, PICTURE_ANSI, PICTURE_SVG };

struct session {
    const struct scenario *scenario;
    struct timeline *timeline;
    struct branches *branches;
    struct breakpoints *breakpoints;
    struct policy policy;

    thread_ix focus;     // the chosen thread
    struct pane_id pane; // the chosen pane
    bool pane_shown;     // somebody chose it: its title shows that
    bool zoomed;         // it is alone on the screen
    struct scroll pane_scroll;
    uint32_t
        look_line; // 1-based line of the body in the chosen pane to show; 0: where the thread stands
    enum tab tab;
    enum theme theme;
    enum theme own_theme; // while presenting: the one before
    bool presenting;
    bool mouse;
    int32_t last_key; // for the audience

    enum overlay overlay;
    enum overlay under; // what the help lies over, and closing it returns to; OVERLAY_NONE: nothing
    struct scroll scroll; // of a sheet
    struct list list;     // of what is open
    char prompt[PROMPT_TEXT];
    uint16_t found[MAX_FOUND]; // items of the list, best first; see session_lists.c
    const struct library *(*library)(void *context); // shipped scenarios; NULL: none
    void *library_context;
    struct search search;

    bool patient; // drawing waits for what is being worked out: the same pictures everywhere
    bool napping; // session_delay gave less than the time until a step is played
    bool playing;
    int nap;   // what is left of that time
    int speed; // index of a table, see session_delay

    enum layout_mode mode; // as drawn last
    struct layout layout;  //
    bool leaving;          // the person wants to go
    bool unchosen;         // nobody chose this scenario: leaving the picker leaves the program
    bool redraw;           // and this: draw every cell again
    enum wish wish;
    char wish_text[TEXT_LINE];
    enum picture_format picture_format;
    bool refused;            // the message says why a key did nothing
    bool aside;              // what happened matters more than the message
    char message[TEXT_LINE]; // until the next key

    char wait_rules[MAX_THREADS][TEXT_LINE]; // while "why" is open: see session_wait_rule
    struct stuck stuck;                      // and this

    int n_troubles; // oldest first; at most the first MAX_TROUBLES are kept
    struct trouble troubles[MAX_TROUBLES];
    uint32_t checked;            // troubles and what is noted are known up to this step
    struct noted_steps failed;   // their call failed
    struct failure *failures;    // of each of them
    size_t failures_capacity;    //
    struct noted_steps eventful; // a thread blocked or woke, or something was wrong

    struct ahead ahead;
    struct exploring exploring;

    struct layout_needs needs;
    struct lanes lanes;
    struct source sources[MAX_THREADS];
    uint16_t directory_first[MAX_DIRECTORIES]; // names of a directory lie in first .. end - 1
    uint16_t directory_end[MAX_DIRECTORIES];
};

/* NULL: memory is refused. Plays the scenario's own schedule, if it has one, and stands at its start. */
struct session *session_open(const struct scenario *s);
void session_close(struct session *session);

/* Where the picker finds scenarios. Asked when it is opened. */
void session_set_library(struct session *session, const struct library *(*library)(void *context),
                         void *context);

/* A person pressed a key; K_TICK: the time of session_delay has passed. */
void session_key(struct session *session, int32_t key);

/* A person clicked on a cell, or turned the wheel there. */
enum mouse_action { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
void session_mouse(struct session *session, int x, int y, enum mouse_action action);

/* Milliseconds until K_TICK is due; -1: nothing plays, and nothing is being worked out. */
int session_delay(struct session *session);

/* Something to say until the next key; refused: what was wished for could not be done. */
void session_say(struct session *session, const char *text, bool refused);

/* The schedule up to the present position, malloc'd. */
char *session_schedule(const struct session *session);

/* Draws the whole frame at its present size. */
void session_draw(struct session *session, struct frame *frame);

/*
 * Why a command can do nothing now, into why (size > 0), or false if it can do something. argument: the
 * digit of CMD_STEP_THREAD.
 */
bool session_refuses(const struct session *session, enum command command, int argument, char *why,
                     size_t size);

/* Has this scenario anything to show in that view of a small screen? And the next view that has. */
bool session_has_tab(const struct session *session, enum tab tab);
enum tab session_next_tab(const struct session *session, enum tab tab);

/* The thread whose timeout "~" fires: the chosen one, else the next that has one; NO_THREAD if none. */
thread_ix session_timeout_thread(const struct session *session);

/* The rule of NT by which a waiting thread was made to wait, while "why" is open; "" if there is none. */
const char *session_wait_rule(const struct session *session, thread_ix t);

/* The first trouble up to the present position, or NULL. */
const struct trouble *session_trouble(const struct session *session);

/* The first that is more than a broken rule; if there is none, the first. */
const struct trouble *session_worst_trouble(const struct session *session);

/*
 * Asks what can still come from the present place, and takes what is known; drawing does, so that runs
 * of many steps need not. session_working: some of it is still being worked out.
 */
void session_look_ahead(struct session *session);
bool session_working(const struct session *session);

/* Looks for what lost the last good ending, and for the way out: drawing "why" does. */
void session_look_back(struct session *session);

enum { NOT_LOST = UINT32_MAX };

/*
 * The step of this branch from which on no good ending can come, 0 if it is not known which; NOT_LOST: one can
 * still come, or nothing is known.
 */
uint32_t session_lost(const struct session *session);

/* That step, of the whole branch, as far as it has been seen: also when the present is before it. 0: none. */
uint32_t session_lost_mark(const struct session *session);

/* ", but a rule was broken at step 2": what was wrong on the way of a run that ended well; "" if nothing was. */
void session_but_text(const struct session *session, char *out, size_t size);

/* Is it known that no schedule of the whole scenario ends well? */
bool session_never_good(const struct session *session);

/* That the good endings are gone, in a few words; "" where session_lost is NOT_LOST. */
void session_lost_text(const struct session *session, char *out, size_t size);

/*
 * The step that a way out avoids: the one that lost the last good ending, also where the run stands before it;
 * 0: it is not known, or there is none.
 */
uint32_t session_lost_step(const struct session *session);

/* That way as a sentence, once "why" is open; until it is known: that it is being worked out. */
void session_way_text(const struct session *session, char *out, size_t size);

/* The shortest way to a good ending from before the step that lost them all, if it is known; else NULL. */
const struct explore_ending *session_way_out(const struct session *session);

enum { EXPLORE_SCREEN_STATES = 400000 }; // at which its search gives up, after some two seconds

/* The rows of the explore screen are the endings, then the findings; 0: there is nothing yet. */
int session_explored(const struct session *session);

/* Are steps of the run of the chosen row still to be made? */
bool session_makes_run(const struct session *session);

/* The run that shows such a row. */
const struct witness *session_witness(const struct session *session, int row);

/* Steps up to the present position whose call failed, and the last of them; its n is 0: none. */
uint32_t session_failures(const struct session *session, struct failure *last);

#endif
