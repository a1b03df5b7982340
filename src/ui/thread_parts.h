/*
 * What the parts of a thread's pane share: view_threads.c has the title and puts them together, view_body.c the body,
 * view_details.c what stands below it.
 */
#ifndef UI_THREAD_PARTS_H
#define UI_THREAD_PARTS_H

#include "ui/view.h"

/* ---- view_body.c ---- */

/* Where a body lies in a pane of this size; what it needs below is kept free. */
struct rect body_rect(int w, int h);

/* Returns the rows used. *ended: its last row says how the thread ended. */
int draw_body(const struct view *v, const struct area *border, const struct area *a,
              const struct pane *pane, thread_ix t, bool *ended);

/* Loads and stores are parts of a line that says more than they do. */
bool names_its_line(const struct view *v, thread_ix t);

/* "i=1 j=0": the numbers that the thread still needs. Has the last step changed one of them? */
void write_numbers(struct pen *pen, const struct view *v, thread_ix t);
bool numbers_changed(const struct view *v, thread_ix t);

/* ---- view_details.c ---- */

enum { MAX_DETAILS = 6 };

struct detail {
    const char *label;
    char text[TEXT_LINE];
    char brief[64]; // the same where several share a row; "": there is no shorter way
    bool in_body;   // the body says it, too
    bool changed;   // by the last step
};

/* What there is to say about a thread; room for MAX_DETAILS. Returns how many. */
int make_details(const struct view *v, thread_ix t, struct detail *out);

/* The rows that they want in so many columns, if each may have at most so many. */
int detail_rows(const struct detail *details, int n, int width, int most);

void draw_details(const struct area *a, struct detail *details, int n);

#endif
