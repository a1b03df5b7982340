/*
 * Views: each draws one pane of a session into its area.
 *
 * A view reads and draws; it changes nothing and allocates nothing. What the step made last has changed is
 * drawn reversed.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "kernel_model/waitgraph.h"
#include "sim/report/pen.h"
#include "ui/facts.h"
#include "ui/layout.h"
#include "ui/session.h"

/* What every view is handed. */
struct view {
    const struct session *session;
    const struct scenario *scenario;
    const struct machine *machine;
    const struct world *world;
    struct timeline *timeline; // the run that the timeline shows
    const struct lanes *lanes; //
    thread_set enabled;        // threads that can be stepped
    int width, height;         // of the screen
    enum source_form form;     // of all bodies: side by side they read alike
    bool tight;                // and all of them with shorter words
    struct scroll *scroll;     // of the chosen pane; written while it is drawn
};

typedef void view_function(const struct view *v, const struct area *a, const struct pane *pane);

view_function view_header, view_tabs, view_status;                   // view_header.c
view_function view_steps;                                            // view_steps.c
view_function view_footer;                                           // view_footer.c
view_function view_thread, view_focused;                             // view_threads.c
view_function view_threads;                                          // view_thread_list.c
view_function view_resource, view_event, view_spinlock, view_shared; // view_objects.c
view_function view_objects;                                          //
view_function view_directory, view_directories;                      // view_files.c
view_function view_timeline;                                         // view_timeline.c
view_function view_possible;                                         // view_possible.c
view_function view_sentences, view_log;                              // view_sentences.c

/* The message of the session, over the row of the keys. view_footer.c */
void draw_message(const struct view *v, const struct area *a);

void draw_list(const struct view *v, struct session *s, struct frame *f); // view_lists.c

void draw_explore(const struct view *v, struct session *s, struct frame *f); // view_explore.c

/* The tree of the ways to all endings, in a box. */
void draw_paths(const struct session *s, const struct area *box); // view_paths.c

/* The lanes of a run under this title, in a box. schedule: the title has one, and leaves the legend less room. */
void draw_timeline(const struct view *v, const struct area *a, const struct pane *pane,
                   const char *name, bool schedule);

/* Is this step of the timeline that is shown known to have lost the last good ending? */
static inline bool is_lost_mark(const struct view *v, uint32_t n)
{
    return v->timeline == v->session->timeline && n > 0 && n == session_lost_mark(v->session);
}

/* "never: T2 waits for T1", where t waits for threads of a circle, which never go on. False: it does not. */
bool write_never(const struct view *v, thread_ix t, struct pen *pen); // view_details.c

/* The step that lost the last good ending, if the lanes keep it with all others of the run; else 0. */
static inline uint32_t lost_in_lanes(const struct session *s)
{
    return timeline_length(s->timeline) <= LANE_STEPS ? session_lost_mark(s) : 0;
}

/* Steps that a timeline shows. */
struct lane_window {
    uint32_t first, last; // first > last: none
    uint32_t present;
    bool narrow; // one cell for a step
};

/* What its letters and signs stand for, with those of the objects or without; view_legend.c. */
void draw_legend(const struct view *v, struct pencil *p, const struct lane_window *w, bool objects);

/* Columns that all of it needs. */
int legend_width(const struct view *v, bool ascii, const struct lane_window *w, bool objects);

/* The letter of a step. */
uint32_t lane_letter(const struct lane_step *step, bool ascii);

/* Does its lane say what it came to, in the cell behind the letter or in the place of it? view_timeline.c */
bool lane_outcome(const struct lane_step *step);

/* Step n of the run that the timeline shows, as a row of the log; its lane must be there. */
void draw_log_line(const struct view *v, const struct area *a, int y,
                   uint32_t n); // view_sentences.c

/* "T2 Open file_0.txt: SHARING_VIOLATION", as the log has it, if step n failed; else "". Its lane must be there. */
void write_failed_step(const struct view *v, uint32_t n, char *out,
                       size_t size); // view_sentences.c

enum { CHANCE_TEXT = 16 };

/* "85.2 %", "<0.1 %", "?": how likely an ending is; only one that is alone has all of the chance. */
void write_chance(double probability, bool alone, char out[CHANCE_TEXT]);

/* A number of schedules in so many columns, shortened to "1.2e+15" if it must be. */
void write_schedules(const char *digits, int width, char *out, size_t size);

/* A text that ends before a column; nothing if it would begin before the area. view.c */
void right_to(const struct area *a, int end, int y, struct style style, const char *text);

/* How an ending is drawn: good, good with a rule broken on the way, or bad; and the sign before what is drawn so. */
struct style ending_style(const struct explore_ending *e, bool broken);
enum glyph style_sign(struct style style);

/* "nothing moved", "nothing moved (bug check)": the name, and the kind where the name leaves it open; ending_name.c. */
void write_ending_name(const struct explore_ending *e, char *out, size_t size);

/* The same of ending i for so many columns: cut, with a mark, so that it differs from the others. */
void write_ending_name_in(const struct explore_result *r, uint32_t i, int width, char *out,
                          size_t size);

/* Columns of the longest name, of the endings that come first. */
int widest_ending_name(const struct explore_result *r);

/* Rows being written; those before the first visible one, and past the last, are only counted. */
struct sheet {
    const struct area *area; // NULL: count only
    int width;
    int y; // row of the sheet, minus what has been scrolled away
    int n; // rows written
};

/* A label and a text that may take several rows; a heading with a blank row before it. */
void sheet_row(struct sheet *sheet, struct style label_style, const char *label, int indent,
               struct style style, const char *text);
void sheet_heading(struct sheet *sheet, const char *text);

/* A row as it is, its threads in their colours. */
void sheet_line(struct sheet *sheet, struct style style, const char *text);

/* Two runs side by side. */
void write_diff(const struct view *v, struct sheet *sheet, bool ascii); // view_diff.c

/* The circle of a deadlock, in words, how it came to it, and a way out. Nothing where all is well. */
void write_stuck(const struct view *v, struct sheet *sheet, bool ascii); // view_stuck.c

/*
 * What is open over the screen, drawn before the panes. Tells the session how far it can be scrolled.
 */
void draw_overlay(const struct view *v, struct session *s, struct frame *f);

/* Blanks beside a box that is open over the screen, in its rows: pieces of words tell nothing. view_overlay.c */
void clear_sides(const struct area *box);

/* Steps that the timeline shows in this width of its inside; first > last: none. */
void timeline_window(const struct view *v, int width, uint32_t *first, uint32_t *last);

/* Steps that a log of so many rows shows. */
void log_window(const struct view *v, int height, uint32_t *first, uint32_t *last);

/* Rows of a body in this form, with so many columns for its lines; -1: a word of it would be broken. view_body.c */
int body_rows(const struct source *source, enum source_form form, int width);

/* The shorter form of a body that has so many columns for its lines. */
enum source_form short_form(int width);

/* The form of all bodies, by the narrowest pane; and whether one of them needs shorter words, so that all have them. */
enum source_form choose_form(const struct view *v, const struct layout *layout);
bool choose_tight(const struct view *v, const struct layout *layout);

/* ---- shared by views (view.c) ---- */

/* Is this the pane that the arrows work on? */
bool is_chosen(const struct view *v, const struct pane *pane);

/*
 * Row of a list from which a pane shows it: as the person has scrolled the chosen pane, else 0. content:
 * rows of the list, room: rows of the pane. scrolled: did the person scroll it?
 */
int scroll_from(const struct view *v, const struct pane *pane, int content, int room,
                bool *scrolled);

/* A note in the top border, at the right, if the title leaves room for it; else the sign of a cut. */
void draw_border_note(const struct area *a, const struct pane *pane, const char *text);

/*
 * "5-9 of 40" in the top border, as far to the right as the title leaves room; at least the sign of a cut. Every
 * pane that shows a part of its rows, and has no row that tells what it leaves out, says it with this.
 */
void draw_part(const struct area *a, const struct pane *pane, unsigned first, unsigned last,
               unsigned n);

/* The same for a list in the chosen pane; nothing where all of it is in sight. */
void draw_scrolled(const struct view *v, const struct area *a, const struct pane *pane, int from,
                   int content, int room);

enum { MAX_PICKS = 128 };

/* Some items of a long list, in the list's order. */
struct picks {
    int n, capacity;
    uint32_t items[MAX_PICKS];
};

struct picks picks_for(int rows);

/* Items from .. from + rows - 1 of n. */
struct picks picks_from(int from, int n, int rows);

/* False if it is full or has the item already. */
bool pick(struct picks *p, uint32_t item);

/* A title in the top border: a pencil behind the corner; end it with title_end. */
struct pencil title_begin(const struct area *a);
void title_end(struct pencil *p);

/* A title in one go. */
void title(const struct area *a, struct style style, const char *text);

/* The row that stands for what a list leaves out. */
void draw_more(const struct area *a, int y, unsigned left_out, const char *what);

/* "T1" in the thread's colour. */
bool draw_thread(struct pencil *p, thread_ix t, struct style style);

/* Gives "T1", "T2" ... in already drawn rows the colours of the threads. */
void color_threads(const struct area *a, int first_row, int n_rows);

/* Sign and style of a posture. */
enum glyph posture_glyph(enum posture posture);
struct style posture_style(enum posture posture, thread_ix t);

#endif
