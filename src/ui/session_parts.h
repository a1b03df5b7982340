/*
 * Shared by the files that a session is made of: session.c, session_*.c. session.h is their outside.
 */
#ifndef UI_SESSION_PARTS_H
#define UI_SESSION_PARTS_H

#include "ui/session.h"

#if defined(__GNUC__)
#define SESSION_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define SESSION_PRINTF(a, b)
#endif

/* Sets the message; refused: it says why a key did nothing. */
void session_tell(struct session *s, const char *format, ...) SESSION_PRINTF(2, 3);
void session_refuse(struct session *s, const char *format, ...) SESSION_PRINTF(2, 3);

/* Runs a command that is not refused; asks first. */
void session_command(struct session *s, enum command command, int argument);

static inline const struct machine *machine_of(const struct session *s)
{
    return timeline_machine(s->timeline);
}

static inline struct choice run_choice(unsigned thread)
{
    return (struct choice){.thread = (uint8_t)thread, .kind = CHOICE_RUN};
}

static inline struct choice timeout_choice(unsigned thread)
{
    return (struct choice){.thread = (uint8_t)thread, .kind = CHOICE_TIMEOUT};
}

/* ---- session_time.c: steps, jumps, runs, branches ---- */

/* Makes a choice that can be made; the message tells if another branch is the present one now. */
void time_step(struct session *s, struct choice choice);

/* Goes to a step of the present branch, or of another one. */
void time_go(struct session *s, uint32_t n);
void time_go_branch(struct session *s, uint32_t branch, uint32_t n);

/* Goes to the start of a branch that begins with these steps; name: what they lead to. */
void time_lay_out(struct session *s, const struct choice *steps, uint32_t n, const char *name);

/* A command of the groups KEYS_STEP, KEYS_TIME and KEYS_RUN that opens nothing. */
void time_command(struct session *s, enum command command, int argument);

/* ---- session_notes.c: what happened on the way ---- */

void note_step(struct noted_steps *noted, uint32_t n); // behind all of them

/* How many of them are not behind step n. */
size_t noted_up_to(const struct noted_steps *noted, uint32_t n);

/* What stands behind the present step is looked at when somebody goes there, or asks for it. */
void notes_look_up_to(struct session *s, uint32_t n);

/* The steps after n are others now. */
void notes_forget_after(struct session *s, uint32_t n);

/* ---- session_lists.c: what is open over the screen ---- */

void lists_open(struct session *s, enum overlay overlay);
void lists_close(struct session *s);

/* The help of what is open, over it. */
void help_open(struct session *s);

/* A command as ":" takes it, with what was typed behind its name ("": nothing); and a number there. */
void lists_perform(struct session *s, enum command command, const char *argument);
void lists_go_to(struct session *s, uint32_t n);

/* What Enter does while a number is typed there; "" if none is. */
void lists_say_number(const struct session *s, char *out, size_t size);

/* A key while a list or a prompt is open. False: it means nothing there. */
bool lists_key(struct session *s, int32_t key);

/* Moves the mark of a list. False: the command is another one. */
bool lists_move(struct session *s, enum command command);

/* ---- session_ahead.c: what can still come ---- */

/* The run stands elsewhere now. */
void ahead_moved(struct session *s);

/* Waits for it: the step among the first n of this branch that lost the last good ending; 0: none, or not known. */
uint32_t ahead_lost_up_to(struct session *s, uint32_t n);
void ahead_forget_after(struct session *s, uint32_t n); // the steps after n are others now
void ahead_release(struct session *s);

/* ---- session_explore.c: the explore screen ---- */

/* Begins the search, takes its answer, goes on making the run of the chosen row; drawing does. */
void explore_look(struct session *s);
bool explore_key(struct session *s, int32_t key);
void explore_release(struct session *s);

/* ---- session_panes.c: the chosen pane ---- */

void panes_choose(struct session *s, struct pane_id pane);
void panes_command(struct session *s, enum command command);

/* A thread was chosen in another way: where its pane is the chosen one, it follows. */
void panes_follow_thread(struct session *s);

/* ---- session_search.c ---- */

/* What is searched for from now on; nothing is found yet. */
void search_set(struct session *s, const char *text);

/* The steps after n are others now. */
void search_forget_after(struct session *s, uint32_t n);

/* Goes to the next place (or the one before) at which the text stands. */
void search_go(struct session *s, bool back);

/* Was it typed without a capital letter? */
bool search_ignores_case(const char *wanted);

/* ---- session_why.c: what "why" shows of the past ---- */

void why_prepare(struct session *s);

/* The step that lost the last good ending has become known. */
void why_add_loss(struct session *s, uint32_t lost);

/* Lays the way out as a branch, and stands where it leaves the present run; session_way_out is not NULL. */
void why_lay_out_way(struct session *s);

/* ---- saying places ---- */

/* The letter of a mark at this place, or 0. */
char mark_at(const struct session *s, uint32_t branch, uint32_t n);

#endif
