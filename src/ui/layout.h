/*
 * Layout: which panes a screen of this size has, and where.
 *
 * A pure function of the size, of what the scenario has and of what the person has chosen. It knows
 * nothing of the state of a run, so that panes do not jump while somebody steps. The panes fill the screen
 * exactly: every cell is in one of them. Neighbours share borders: a pane owns its top and left side.
 *
 *   80x24 and more   all panes: threads, objects, timeline and what is still possible, sentences (and the log from 100 columns on);
 *                    very wide screens have the objects beside the threads
 *   below            one pane with tabs, and the sentences
 *   below 40x10      one line of status
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/frame.h"

enum view_kind {
    VIEW_HEADER,
    VIEW_TABS,
    VIEW_THREAD,      // ix: thread
    VIEW_THREADS,     // one line each
    VIEW_SOURCE,      // of the chosen thread
    VIEW_RESOURCE,    // ix
    VIEW_EVENT,       // ix
    VIEW_SPINLOCK,    // ix
    VIEW_SHARED,      // all shared variables
    VIEW_OBJECTS,     // one line each; ix: enum objects_shown
    VIEW_DIRECTORY,   // ix
    VIEW_DIRECTORIES, // all of them, side by side
    VIEW_TIMELINE,
    VIEW_POSSIBLE, // the endings that can still come
    VIEW_SENTENCES,
    VIEW_LOG,
    VIEW_STEPS,  // "you may step"
    VIEW_FOOTER, //
    VIEW_STATUS, // the whole of a tiny screen
    N_VIEWS
};

enum objects_shown { OBJECTS_BUT_SHARED, OBJECTS_ALL };

/* The tabs of a small screen. */
enum tab { TAB_THREADS, TAB_OBJECTS, TAB_DIRECTORIES, TAB_TIMELINE, TAB_POSSIBLE, N_TABS };

enum layout_mode { MODE_TINY, MODE_SMALL, MODE_STACKED, MODE_BESIDE };

/* Names a pane in any layout. */
struct pane_id {
    enum view_kind view;
    uint16_t ix;
};

/* Columns of a body for which its rows are counted. */
enum { TEXT_WIDTH = 20, TEXT_WIDTH_STEP = 4, N_TEXT_WIDTHS = 22 };

/* What the scenario has. */
struct layout_needs {
    int n_threads;
    int body_lines; // of the longest body
    int body_width; // of the widest line
    int code_lines; // of the longest body when it is shortened
    // Rows of the longest body by the columns for it, whole and shortened; -1: a word would be broken.
    int16_t whole_rows[N_TEXT_WIDTHS], short_rows[N_TEXT_WIDTHS];
    int n_resources, n_events, n_spinlocks, n_shared, n_directories;
    int n_files;   // most names that one directory can have
    int n_lanes;   // of the timeline: threads and objects
    int n_endings; // that the file names
    enum tab tab;
    bool presenting; // less on the screen, and larger
    bool zoomed;     // only this pane
    struct pane_id zoom;
};

struct pane {
    enum view_kind view;
    uint16_t ix;
    uint8_t edges; // of area_box; panes without a border ignore it
    struct rect rect;
};

static inline bool pane_is(const struct pane *pane, struct pane_id id)
{
    return pane->view == id.view && pane->ix == id.ix;
}

enum { MAX_PANES = 128, WIDTH_FULL = 80, HEIGHT_FULL = 24, WIDTH_SMALL = 40, HEIGHT_SMALL = 10 };

struct layout {
    enum layout_mode mode;
    int w, h;
    int n_panes;
    struct pane panes[MAX_PANES];
};

void layout_make(struct layout *layout, int w, int h, const struct layout_needs *needs);

#endif
