/*
 * The layout: for every size and every kind of scenario, the panes fill the screen exactly, the sentences
 * are never hidden where there is room, and nothing is thinner than what its view can draw.
 */
#include <stdlib.h>

#include "expect.h"
#include "ui/layout.h"

enum { MAX_W = 400, MAX_H = 120 };

static const struct layout_needs scenarios[] = {
    {.n_threads = 2, .body_lines = 12, .n_directories = 2, .n_files = 2, .n_lanes = 4},
    {.n_threads = 3,
     .body_lines = 14,
     .n_resources = 1,
     .n_events = 1,
     .n_directories = 2,
     .n_files = 1000,
     .n_lanes = 7},
    {.n_threads = 1, .body_lines = 1, .n_lanes = 1},
    {.n_threads = 2, .body_lines = 1, .n_shared = 1, .n_lanes = 3},
    {.n_threads = 4,
     .body_lines = 30,
     .n_resources = 3,
     .n_events = 3,
     .n_spinlocks = 1,
     .n_shared = 4,
     .n_directories = 2,
     .n_files = 20,
     .n_lanes = 17},
    {.n_threads = 32,
     .body_lines = 200,
     .n_resources = 256,
     .n_events = 256,
     .n_spinlocks = 256,
     .n_shared = 4096,
     .n_directories = 64,
     .n_files = 60000,
     .n_lanes = 64},
};

enum { N_SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

static int count(const struct layout *l, enum view_kind view)
{
    int n = 0;

    for (int i = 0; i < l->n_panes; i++)
        n += l->panes[i].view == view;
    return n;
}

/* Every cell is in exactly one pane. */
static void expect_filled(const struct layout *l, int w, int h)
{
    static unsigned char owners[MAX_W * MAX_H];

    memset(owners, 0, sizeof owners);
    for (int i = 0; i < l->n_panes; i++) {
        const struct rect *r = &l->panes[i].rect;
        EXPECT_TRUE(r->x >= 0 && r->y >= 0 && r->x + r->w <= w && r->y + r->h <= h);
        for (int y = r->y; y < r->y + r->h; y++) {
            for (int x = r->x; x < r->x + r->w; x++)
                owners[y * w + x]++;
        }
    }
    for (int i = 0; i < w * h; i++)
        EXPECT_EQ(1, owners[i]);
}

static void expect_good(int w, int h, const struct layout_needs *needs)
{
    struct layout l;

    layout_make(&l, w, h, needs);
    EXPECT_TRUE(l.n_panes <= MAX_PANES);
    expect_filled(&l, w, h);
    if (w < WIDTH_SMALL || h < HEIGHT_SMALL) {
        EXPECT_EQ(MODE_TINY, l.mode);
        return;
    }
    EXPECT_EQ(1, count(&l, VIEW_SENTENCES));
    EXPECT_EQ(1, count(&l, VIEW_STEPS));
    EXPECT_EQ(1, count(&l, VIEW_FOOTER));
    for (int i = 0; i < l.n_panes; i++) {
        if (l.panes[i].view == VIEW_SENTENCES)
            EXPECT_TRUE(l.panes[i].rect.h >= (h >= 14 ? 4 : 3));
    }
    if (w >= WIDTH_FULL && h >= HEIGHT_FULL) {
        EXPECT_EQ(1, count(&l, VIEW_TIMELINE));
        EXPECT_EQ(1, count(&l, VIEW_THREAD) == needs->n_threads || count(&l, VIEW_THREADS) == 1);
    }
}

TEST(panes_fill_every_size_exactly)
{
    for (int w = 1; w <= MAX_W; w += w < 90 ? 1 : 7) {
        for (int h = 1; h <= MAX_H; h += h < 34 ? 1 : 5) {
            for (int i = 0; i < N_SCENARIOS; i++)
                expect_good(w, h, &scenarios[i]);
        }
    }
}

TEST(every_tab_of_a_small_screen_fills_it)
{
    struct layout l;

    for (int w = WIDTH_SMALL; w < WIDTH_FULL; w += 3) {
        for (int h = HEIGHT_SMALL; h < 40; h++) {
            for (int i = 0; i < N_SCENARIOS * N_TABS; i++) {
                struct layout_needs needs = scenarios[i / N_TABS];
                needs.tab = (enum tab)(i % N_TABS);
                layout_make(&l, w, h, &needs);
                EXPECT_EQ(MODE_SMALL, l.mode);
                expect_filled(&l, w, h);
            }
        }
    }
}

TEST(three_threads_stand_side_by_side_on_80_columns)
{
    struct layout l;

    layout_make(&l, 80, 24, &scenarios[1]);
    EXPECT_EQ(3, count(&l, VIEW_THREAD));
    EXPECT_EQ(1, count(&l, VIEW_RESOURCE));
    EXPECT_EQ(1, count(&l, VIEW_EVENT));
}

TEST(four_threads_on_80_columns_are_a_list_with_one_body)
{
    struct layout l;

    layout_make(&l, 80, 24, &scenarios[4]);
    EXPECT_EQ(1, count(&l, VIEW_THREADS));
    EXPECT_EQ(1, count(&l, VIEW_SOURCE));
}

TEST(the_log_comes_with_100_columns)
{
    struct layout l;

    layout_make(&l, 99, 30, &scenarios[0]);
    EXPECT_EQ(0, count(&l, VIEW_LOG));
    layout_make(&l, 100, 30, &scenarios[0]);
    EXPECT_EQ(1, count(&l, VIEW_LOG));
}

static int rows_of(const struct layout *l, enum view_kind view)
{
    for (int i = 0; i < l->n_panes; i++) {
        if (l->panes[i].view == view)
            return l->panes[i].rect.h - 1;
    }
    return 0;
}

TEST(rows_that_shortened_bodies_do_not_need_go_to_the_sentences)
{
    struct layout_needs needs = {.n_threads = 2,
                                 .body_lines = 12,
                                 .body_width = 50,
                                 .code_lines = 8,
                                 .n_resources = 1,
                                 .n_lanes = 4};
    struct layout l;

    layout_make(&l, 120, 40, &needs);
    EXPECT_TRUE(rows_of(&l, VIEW_THREAD) == 12 + 4); // the whole text, and what is said below it
    int sentences = rows_of(&l, VIEW_SENTENCES);
    needs.body_width = 60; // wider than the column, and broken into more rows than there are
    for (int i = 0; i < N_TEXT_WIDTHS; i++)
        needs.whole_rows[i] = 40;
    layout_make(&l, 120, 40, &needs);
    EXPECT_TRUE(rows_of(&l, VIEW_THREAD) >= 8 + 1 + 4);
    EXPECT_TRUE(rows_of(&l, VIEW_SENTENCES) > sentences);
}

TEST(files_that_may_come_do_not_take_rows_from_bodies)
{
    struct layout_needs needs = {.n_threads = 2,
                                 .body_lines = 12,
                                 .body_width = 50,
                                 .code_lines = 6,
                                 .n_directories = 2,
                                 .n_files = 1000,
                                 .n_lanes = 4};
    struct layout l;

    layout_make(&l, 120, 40, &needs);
    EXPECT_TRUE(rows_of(&l, VIEW_THREAD) >= 12 + 4);
}

TEST_MAIN(RUN(panes_fill_every_size_exactly), RUN(every_tab_of_a_small_screen_fills_it),
          RUN(three_threads_stand_side_by_side_on_80_columns),
          RUN(four_threads_on_80_columns_are_a_list_with_one_body),
          RUN(the_log_comes_with_100_columns),
          RUN(rows_that_shortened_bodies_do_not_need_go_to_the_sentences),
          RUN(files_that_may_come_do_not_take_rows_from_bodies))
