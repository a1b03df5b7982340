/*
 * The full screen is a stack of bands: threads, objects, timeline, sentences, each under its own top
 * border, between a header and two closing rows. Every band has a least height, with which it fits 24 rows,
 * and a wanted one. Rows that are left go round the bands, one each, until all have what they want; what is
 * left then goes mostly to the sentences and their log, and at last to the threads. Bodies whose whole text
 * would not have room want only the rows that they take when they are shortened.
 *
 * Objects are cards. There are four ways to deal them, from a card for everything to one list for all;
 * the first that fits the width (or, beside the threads, the height) is taken.
 */
#include "ui/layout.h"

#include <stddef.h>

enum {
    THREAD_WIDTH = 26,        // least width of a thread's column: three of them on 80
    THREAD_WIDTH_BESIDE = 42, // and where the objects are beside them
    BESIDE_WIDTH = 150,
    BESIDE_HEIGHT = 30,
    LOG_WIDTH = 100,
    HIGH = 30, // rows: the ruler and the legend have rows of their own, there is more of the story
    DETAILS_HEIGHT = 32, // from here on threads also show what they hold
    DETAILS_ROWS = 4,
    NUMBERS = 5,     // columns of the numbers of a body's lines
    WHOLE_TEXT = 40, // columns from which on bodies may have all of their text
    FEW_FILES = 4,   // rows of a directory, before others have theirs
    MOST_FILES = 12,
    MAX_CARDS = 64,
};

enum band { BAND_THREADS, BAND_CARDS, BAND_TIMELINE, BAND_SENTENCES, N_BANDS };

struct rows {
    int least, wanted, given;
};

/* What a band may have when all have what they want. */
struct luxury {
    enum band band;
    int most; // rows
};

struct card {
    enum view_kind view;
    uint16_t ix;
    int least_w, wanted_w, wanted_h;
    int size; // given: width in a row, height in a column
};

struct deal {
    int n;
    struct card cards[MAX_CARDS];
};

static int min(int a, int b)
{
    return a < b ? a : b;
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

static void add(struct layout *l, enum view_kind view, int ix, unsigned edges, struct rect rect)
{
    if (l->n_panes < MAX_PANES && rect.w > 0 && rect.h > 0)
        l->panes[l->n_panes++] = (struct pane){view, (uint16_t)ix, (uint8_t)edges, rect};
}

/* ---- cards ---- */

static void put_card(struct deal *d, enum view_kind view, int ix, int least_w, int wanted_w,
                     int wanted_h)
{
    if (d->n < MAX_CARDS)
        d->cards[d->n] = (struct card){view, (uint16_t)ix, least_w, wanted_w, wanted_h, 0};
    d->n++;
}

enum { N_DEALS = 4 };

/* Deal 0: a card each. 1: directories share one. 2: objects are a list. 3: shared variables too. */
static void deal_cards(struct deal *d, const struct layout_needs *n, int deal)
{
    int files = min(max(n->n_files, 1), FEW_FILES);

    d->n = 0;
    if (deal < 2) {
        for (int i = 0; i < n->n_resources; i++)
            put_card(d, VIEW_RESOURCE, i, 24, 40, 5);
        for (int i = 0; i < n->n_events; i++)
            put_card(d, VIEW_EVENT, i, 24, 36, 4);
        for (int i = 0; i < n->n_spinlocks; i++)
            put_card(d, VIEW_SPINLOCK, i, 22, 30, 2);
    } else {
        int listed = n->n_resources + n->n_events + n->n_spinlocks;
        if (deal == 3)
            listed += n->n_shared;
        if (listed > 0)
            put_card(d, VIEW_OBJECTS, deal == 3 ? OBJECTS_ALL : OBJECTS_BUT_SHARED, 38, 80, listed);
    }
    if (deal < 3 && n->n_shared > 0)
        put_card(d, VIEW_SHARED, 0, 18, 26, min(n->n_shared, 12));
    if (deal == 0) {
        for (int i = 0; i < n->n_directories; i++)
            put_card(d, VIEW_DIRECTORY, i, 26, 44, files);
    } else if (n->n_directories > 0) {
        int columns = min(n->n_directories, 4);
        put_card(d, VIEW_DIRECTORIES, 0, deal == 3 ? 31 : 15 * min(columns, 3) + 1, 30 * columns,
                 files);
    }
}

/* The first deal whose cards fit side by side. */
static void deal_row(struct deal *d, const struct layout_needs *n, int width)
{
    for (int deal = 0; deal < N_DEALS; deal++) {
        int needed = 0;
        deal_cards(d, n, deal);
        for (int i = 0; i < min(d->n, MAX_CARDS); i++)
            needed += d->cards[i].least_w;
        if (d->n <= MAX_CARDS && needed < width)
            return;
    }
}

/* The first deal whose cards fit one above the other, each with two rows at least. */
static void deal_column(struct deal *d, const struct layout_needs *n, int height)
{
    for (int deal = 0; deal < N_DEALS; deal++) {
        int needed = 0;
        deal_cards(d, n, deal);
        for (int i = 0; i < min(d->n, MAX_CARDS); i++)
            needed += 1 + min(d->cards[i].wanted_h, 4);
        if (d->n <= MAX_CARDS && needed <= height)
            return;
    }
}

/* Shares total among the cards: first up to what they want, then evenly. */
static void share_out(struct deal *d, int total, bool by_width)
{
    int left = total;

    for (int i = 0; i < d->n; i++) {
        struct card *c = &d->cards[i];
        c->size = by_width ? c->least_w : 1 + min(c->wanted_h, 2);
        left -= c->size;
    }
    for (bool gave = true; left > 0 && gave;) {
        gave = false;
        for (int i = d->n - 1; i >= 0 && left > 0; i--) {
            struct card *c = &d->cards[i];
            if (c->size < (by_width ? c->wanted_w : 1 + c->wanted_h)) {
                c->size++;
                left--;
                gave = true;
            }
        }
    }
    // Odd columns go to the last cards, as they go to the last threads, so that borders meet.
    for (int i = d->n - 1; left > 0; i = (i + d->n - 1) % d->n, left--)
        d->cards[i].size++;
}

static int highest(const struct deal *d)
{
    int rows = 0;

    for (int i = 0; i < d->n; i++)
        rows = max(rows, d->cards[i].wanted_h);
    return rows;
}

static void place_row(struct layout *l, struct deal *d, struct rect r)
{
    int x = r.x;

    share_out(d, r.w - 1, true);
    for (int i = 0; i < d->n; i++) {
        bool last = i == d->n - 1;
        int w = last ? r.x + r.w - x : d->cards[i].size;
        add(l, d->cards[i].view, d->cards[i].ix, last ? EDGE_RIGHT : 0,
            (struct rect){x, r.y, w, r.h});
        x += w;
    }
}

static void place_column(struct layout *l, struct deal *d, struct rect r)
{
    int y = r.y;

    share_out(d, r.h, false);
    for (int i = 0; i < d->n; i++) {
        int h = i == d->n - 1 ? r.y + r.h - y : d->cards[i].size;
        add(l, d->cards[i].view, d->cards[i].ix, EDGE_RIGHT, (struct rect){r.x, y, r.w, h});
        y += h;
    }
}

/* ---- bands ---- */

/* Threads side by side, or a list of them with the body of the chosen one beside it. */
static void place_threads(struct layout *l, const struct layout_needs *n, struct rect r, int least,
                          bool right_edge)
{
    unsigned edge = right_edge ? EDGE_RIGHT : 0;
    int usable = right_edge ? r.w - 1 : r.w;

    if (n->n_threads * least <= usable) {
        for (int i = 0; i < n->n_threads; i++) {
            bool last = i == n->n_threads - 1;
            int from = i * usable / n->n_threads, to = last ? r.w : (i + 1) * usable / n->n_threads;
            add(l, VIEW_THREAD, i, last ? edge : 0, (struct rect){r.x + from, r.y, to - from, r.h});
        }
        return;
    }
    int list = max(r.w * 6 / 10, 40);
    if (r.w - list < THREAD_WIDTH)
        list = r.w;
    add(l, VIEW_THREADS, 0, list == r.w ? edge : 0, (struct rect){r.x, r.y, list, r.h});
    add(l, VIEW_SOURCE, 0, edge, (struct rect){r.x + list, r.y, r.w - list, r.h});
}

/* Rows that the longest body takes in columns of this width, if its whole text has room there, or is not wanted. */
static int body_rows_in(const struct layout_needs *n, int w, bool whole)
{
    int column = (w - 1) / n->n_threads - 1 - NUMBERS;
    int i = min(max(column - TEXT_WIDTH, 0) / TEXT_WIDTH_STEP, N_TEXT_WIDTHS - 1);

    whole = whole && !n->presenting && column >= WHOLE_TEXT;
    if (whole && column >= n->body_width)
        return n->body_lines;
    if (whole && n->whole_rows[i] > 0)
        return n->whole_rows[i];
    return max(n->code_lines, n->short_rows[i]) + 1; // and the row in which it returns
}

/* whole: with all of the text of the bodies, if that has room. */
static struct rows thread_rows(const struct layout_needs *n, int w, int h, int least, bool whole)
{
    struct rows rows = {0};

    if (n->n_threads * least < w) {
        int body = body_rows_in(n, w, whole);
        rows.wanted = body + (h >= DETAILS_HEIGHT ? DETAILS_ROWS : 0);
        rows.wanted = max(n->presenting ? 2 * rows.wanted : rows.wanted, 6);
        rows.least = max(4, min(n->body_lines, 6));
    } else {
        int columns = max(w * 6 / 10 / 52, 1);
        int list = (n->n_threads + columns - 1) / columns;
        rows.wanted = max(list, min(n->body_lines, 12));
        rows.least = max(4, min(list, 6));
    }
    return rows;
}

/* Gives what is left of the rows to bands that did not ask for it. */
static void share_left(struct rows bands[N_BANDS], int left, const struct luxury *luxuries, int n)
{
    for (int i = 0; i < n && left > 0; i++) {
        int rows = min(left, luxuries[i].most);
        bands[luxuries[i].band].given += rows;
        left -= rows;
    }
    bands[BAND_THREADS].given += left;
}

/* Gives every band its rows. The least heights together fit 24 rows. */
static void share_rows(struct rows bands[N_BANDS], int available, int h, int files)
{
    // A body that is cut can be scrolled; a sentence is read once, so on a low screen it has the row.
    static const enum band low[N_BANDS] = {BAND_TIMELINE, BAND_SENTENCES, BAND_THREADS, BAND_CARDS};
    static const enum band high[N_BANDS] = {BAND_TIMELINE, BAND_THREADS, BAND_SENTENCES,
                                            BAND_CARDS};
    const enum band *order = h < HIGH ? low : high;
    int left = available;

    for (int i = 0; i < N_BANDS; i++) {
        bands[i].given = bands[i].least;
        left -= bands[i].least;
    }
    for (bool gave = true; left > 0 && gave;) {
        gave = false;
        for (int i = 0; i < N_BANDS && left > 0; i++) {
            struct rows *band = &bands[order[i]];
            if (band->given < band->wanted) {
                band->given++;
                left--;
                gave = true;
            }
        }
    }
    // More of the story and its log, which never have enough; on a low screen a ruler and a legend, too.
    const struct luxury luxuries[] = {
        {BAND_SENTENCES, h < HIGH ? 1 : 8},
        {BAND_TIMELINE, h < HIGH ? 2 : 0},
        {BAND_CARDS, files},
        {BAND_THREADS, 4},
        {BAND_SENTENCES, 6},
    };
    share_left(bands, left, luxuries, (int)(sizeof luxuries / sizeof luxuries[0]));
}

/* Columns of what is still possible, beside the timeline. */
static int possible_width(int w)
{
    return w < LOG_WIDTH ? 34 : max(w * 2 / 5, 44);
}

/* What stands under the cards is the same in both full modes. */
static void place_lower(struct layout *l, const struct layout_needs *n, int w, int y,
                        const struct rows bands[N_BANDS])
{
    int rows = 1 + bands[BAND_TIMELINE].given, possible = possible_width(w);

    add(l, VIEW_TIMELINE, 0, 0, (struct rect){0, y, w - possible, rows});
    add(l, VIEW_POSSIBLE, 0, EDGE_RIGHT, (struct rect){w - possible, y, possible, rows});
    y += rows;
    rows = 1 + bands[BAND_SENTENCES].given;
    if (w >= LOG_WIDTH && !n->presenting) {
        int log = max(w * 2 / 5, 44);
        add(l, VIEW_SENTENCES, 0, 0, (struct rect){0, y, w - log, rows});
        add(l, VIEW_LOG, 0, EDGE_RIGHT, (struct rect){w - log, y, log, rows});
    } else {
        add(l, VIEW_SENTENCES, 0, EDGE_RIGHT, (struct rect){0, y, w, rows});
    }
    y += rows;
    add(l, VIEW_STEPS, 0, EDGE_RIGHT, (struct rect){0, y, w, 1});
    add(l, VIEW_FOOTER, 0, 0, (struct rect){0, y + 1, w, 1});
}

static void common_rows(struct rows bands[N_BANDS], int h, const struct layout_needs *n)
{
    int legend = h >= HIGH ? 2 : 0; // the ruler and the legend have rows of their own

    int possible = min(n->n_endings + 2, 8); // and one row more for what is said about them
    bands[BAND_TIMELINE].wanted = max(n->n_lanes + legend, possible);
    bands[BAND_TIMELINE].least = min(n->n_lanes, 4);
    bands[BAND_SENTENCES].wanted = h >= HIGH ? 6 : 4;
    bands[BAND_SENTENCES].least = 3;
}

/* Rows that a directory can have besides, for files that it may get. */
static int more_files(const struct layout_needs *n)
{
    return n->presenting ? 0 : max(min(n->n_files, MOST_FILES) - FEW_FILES, 0);
}

static void make_stacked(struct layout *l, int w, int h, const struct layout_needs *n)
{
    struct rows bands[N_BANDS] = {0};
    struct deal deal;

    l->mode = MODE_STACKED;
    deal_row(&deal, n, w);
    common_rows(bands, h, n);
    bands[BAND_THREADS] = thread_rows(n, w, h, THREAD_WIDTH, true);
    bands[BAND_CARDS].wanted = n->presenting ? min(highest(&deal), 3) : highest(&deal);
    bands[BAND_CARDS].least = min(bands[BAND_CARDS].wanted, 4);
    int borders = deal.n > 0 ? 4 : 3, files = more_files(n);
    share_rows(bands, h - 3 - borders, h, files);
    if (bands[BAND_THREADS].given <
        bands[BAND_THREADS].wanted) { // bodies are shortened: to others the rest
        bands[BAND_THREADS] = thread_rows(n, w, h, THREAD_WIDTH, false);
        share_rows(bands, h - 3 - borders, h, files);
    }

    add(l, VIEW_HEADER, 0, 0, (struct rect){0, 0, w, 1});
    int y = 1, rows = 1 + bands[BAND_THREADS].given;
    place_threads(l, n, (struct rect){0, y, w, rows}, THREAD_WIDTH, true);
    y += rows;
    if (deal.n > 0) {
        rows = 1 + bands[BAND_CARDS].given;
        place_row(l, &deal, (struct rect){0, y, w, rows});
        y += rows;
    }
    place_lower(l, n, w, y, bands);
}

/* Columns of the objects beside the threads. */
static int side_width(int w)
{
    return min(max(w / 3, 54), 76);
}

static void make_beside(struct layout *l, int w, int h, const struct layout_needs *n)
{
    struct rows bands[N_BANDS] = {0};
    struct deal deal;
    int side = side_width(w);

    l->mode = MODE_BESIDE;
    common_rows(bands, h, n);
    bands[BAND_THREADS] = thread_rows(n, w - side, h, THREAD_WIDTH_BESIDE, true);
    bands[BAND_THREADS].wanted = max(bands[BAND_THREADS].wanted, 16);
    share_rows(bands, h - 3 - 3, h, 0);

    add(l, VIEW_HEADER, 0, 0, (struct rect){0, 0, w, 1});
    int rows = 1 + bands[BAND_THREADS].given;
    deal_column(&deal, n, rows);
    place_threads(l, n, (struct rect){0, 1, w - side, rows}, THREAD_WIDTH_BESIDE, false);
    place_column(l, &deal, (struct rect){w - side, 1, side, rows});
    place_lower(l, n, w, 1 + rows, bands);
}

/* The tab of threads: side by side, else a list with the chosen one's body below it. */
static void place_small_threads(struct layout *l, const struct layout_needs *n, struct rect r)
{
    int list = 1 + n->n_threads, least_body = 5;

    if (n->n_threads * THREAD_WIDTH < r.w) {
        place_threads(l, n, r, THREAD_WIDTH, true);
        return;
    }
    if (r.h - list < least_body)
        list = r.h - least_body < 4 ? r.h : r.h - least_body;
    add(l, VIEW_THREADS, 0, EDGE_RIGHT, (struct rect){r.x, r.y, r.w, list});
    add(l, VIEW_SOURCE, 0, EDGE_RIGHT, (struct rect){r.x, r.y + list, r.w, r.h - list});
}

/* The tab of objects: cards if they fit one above the other, else a list. */
static void place_small_objects(struct layout *l, const struct layout_needs *n, struct rect r)
{
    struct layout_needs objects = *n;
    struct deal deal;
    int needed = 0;

    objects.n_directories = 0;
    deal_cards(&deal, &objects, 0);
    for (int i = 0; i < min(deal.n, MAX_CARDS); i++)
        needed += 1 + min(deal.cards[i].wanted_h, 4);
    if (deal.n > 0 && deal.n <= MAX_CARDS && needed <= r.h)
        place_column(l, &deal, r);
    else
        add(l, VIEW_OBJECTS, OBJECTS_ALL, EDGE_RIGHT, r);
}

/* The chosen pane alone, between what is always in sight. */
static void make_zoomed(struct layout *l, int w, int h, const struct layout_needs *n)
{
    int sentences = h >= 20 ? 4 : 3, rows = h - 1 - (1 + sentences) - 2;

    l->mode = w < WIDTH_FULL || h < HEIGHT_FULL ? MODE_SMALL : MODE_STACKED;
    add(l, VIEW_HEADER, 0, 0, (struct rect){0, 0, w, 1});
    if (n->zoom.view == VIEW_SENTENCES) {
        add(l, VIEW_SENTENCES, 0, EDGE_RIGHT, (struct rect){0, 1, w, rows + 1 + sentences});
    } else {
        add(l, n->zoom.view, n->zoom.ix, EDGE_RIGHT, (struct rect){0, 1, w, rows});
        add(l, VIEW_SENTENCES, 0, EDGE_RIGHT, (struct rect){0, 1 + rows, w, 1 + sentences});
    }
    add(l, VIEW_STEPS, 0, EDGE_RIGHT, (struct rect){0, h - 2, w, 1});
    add(l, VIEW_FOOTER, 0, 0, (struct rect){0, h - 1, w, 1});
}

/* One pane, its tabs above it, the sentences below. */
static void make_small(struct layout *l, int w, int h, const struct layout_needs *n)
{
    int sentences = h >= 20 ? 4 : h >= 14 ? 3 : 2;
    struct rect pane = {0, 2, w, h - 2 - (1 + sentences) - 2};

    l->mode = MODE_SMALL;
    add(l, VIEW_HEADER, 0, 0, (struct rect){0, 0, w, 1});
    add(l, VIEW_TABS, 0, 0, (struct rect){0, 1, w, 1});
    switch (n->tab) {
    case TAB_THREADS:
        place_small_threads(l, n, pane);
        break;
    case TAB_OBJECTS:
        place_small_objects(l, n, pane);
        break;
    case TAB_DIRECTORIES:
        add(l, VIEW_DIRECTORIES, 0, EDGE_RIGHT, pane);
        break;
    case TAB_POSSIBLE:
        add(l, VIEW_POSSIBLE, 0, EDGE_RIGHT, pane);
        break;
    case TAB_TIMELINE:
    case N_TABS:
        add(l, VIEW_TIMELINE, 0, EDGE_RIGHT, pane);
        break;
    }
    add(l, VIEW_SENTENCES, 0, EDGE_RIGHT, (struct rect){0, h - 3 - sentences, w, 1 + sentences});
    add(l, VIEW_STEPS, 0, EDGE_RIGHT, (struct rect){0, h - 2, w, 1});
    add(l, VIEW_FOOTER, 0, 0, (struct rect){0, h - 1, w, 1});
}

void layout_make(struct layout *layout, int w, int h, const struct layout_needs *needs)
{
    bool objects = needs->n_resources + needs->n_events + needs->n_spinlocks + needs->n_shared +
                       needs->n_directories >
                   0;

    // Threads side by side are worth more than objects beside them.
    bool beside = w >= BESIDE_WIDTH && h >= BESIDE_HEIGHT && objects && !needs->presenting &&
                  (needs->n_threads * THREAD_WIDTH_BESIDE <= w - side_width(w) ||
                   needs->n_threads * THREAD_WIDTH >= w);

    layout->n_panes = 0;
    layout->w = w;
    layout->h = h;
    if (w < WIDTH_SMALL || h < HEIGHT_SMALL) {
        layout->mode = MODE_TINY;
        add(layout, VIEW_STATUS, 0, 0, (struct rect){0, 0, w, h});
    } else if (needs->zoomed) {
        make_zoomed(layout, w, h, needs);
    } else if (w < WIDTH_FULL || h < HEIGHT_FULL) {
        make_small(layout, w, h, needs);
    } else if (beside) {
        make_beside(layout, w, h, needs);
    } else {
        make_stacked(layout, w, h, needs);
    }
}
