/*
 * The copy layer without a terminal: a frame shown on a curses screen over /dev/null is read back cell by cell.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "expect.h"
#include "shipped.h"
#include "ui/session.h"
#include "ui/term_curses.h"

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <curses.h>

/* When newterm fails, ncurses keeps what it has allocated. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:newterm\nleak:new_prescr\n";
}

static struct terminal *open_terminal(const char *type, enum depth depth)
{
    struct terminal_options options = {.type = type,
                                       .in = fopen("/dev/null", "r"),
                                       .out = fopen("/dev/null", "w"),
                                       .depth_given = true,
                                       .depth = depth};
    const char *why;

    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("COLUMNS", "100", 1);
    setenv("LINES", "30", 1);
    assert_non_null(options.in);
    assert_non_null(options.out);
    struct terminal *t = terminal_open(&options, &why);
    EXPECT_TRUE(t != NULL);
    return t;
}

static void expect_cell(const struct cell *cell, int x, int y)
{
    wchar_t text[CCHARW_MAX + 1];
    attr_t attributes;
    short pair;
    cchar_t c;

    if (cell->ch == 0)
        return; // the right half of a wide character
    EXPECT_EQ(OK, mvin_wch(y, x, &c));
    EXPECT_EQ(OK, getcchar(&c, text, &attributes, &pair, NULL));
    EXPECT_EQ(cell->ch, text[0]);
    EXPECT_EQ((cell->attr & ATTR_REVERSE) != 0, (attributes & A_REVERSE) != 0);
    if (cell->attr & ATTR_BOLD)
        EXPECT_TRUE((attributes & A_BOLD) != 0);
}

static void expect_shown(const struct frame *f)
{
    for (int y = 0; y < f->h; y++) {
        for (int x = 0; x < f->w; x++)
            expect_cell(frame_at(f, x, y), x, y);
    }
}

static void show_session(const char *type, enum depth depth)
{
    struct scenario *scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "eresource_shared", NULL, 0);
    struct session *session = session_open(scenario);
    struct terminal *t = open_terminal(type, depth);
    struct frame frame = {0};
    int w, h;

    terminal_size(t, &w, &h);
    EXPECT_EQ(100, w);
    EXPECT_EQ(30, h);
    EXPECT_TRUE(frame_resize(&frame, w, h));
    for (const char *p = "1123u?qi1231"; *p != '\0'; p++) {
        session_key(session, *p);
        session_draw(session, &frame);
        terminal_show(t, &frame, p[1] == '\0');
        expect_shown(&frame);
    }
    terminal_close(t);
    frame_release(&frame);
    session_close(session);
    scenario_free(scenario);
}

TEST(what_is_shown_is_the_frame_in_256_colours)
{
    show_session("xterm-256color", DEPTH_256);
}

TEST(what_is_shown_is_the_frame_in_8_colours)
{
    show_session("linux", DEPTH_8);
}

TEST(what_is_shown_is_the_frame_without_colours)
{
    show_session("vt100", DEPTH_NONE);
}

TEST(wide_characters_keep_their_columns)
{
    struct terminal *t = open_terminal("xterm-256color", DEPTH_256);
    struct frame frame = {0};

    EXPECT_TRUE(frame_resize(&frame, 100, 30));
    struct area a = {&frame, {0, 0, 100, 30}, 1};
    area_text(&a, 0, 0, plain(ROLE_TEXT),
              "a\xE6\xBC\xA2"
              "b");
    terminal_show(t, &frame, false);
    expect_shown(&frame);
    terminal_close(t);
    frame_release(&frame);
}

TEST(an_unknown_terminal_is_refused_with_a_reason)
{
    struct terminal_options options = {
        .type = "no-such-terminal", .in = fopen("/dev/null", "r"), .out = fopen("/dev/null", "w")};
    const char *why = NULL;

    EXPECT_TRUE(terminal_open(&options, &why) == NULL);
    EXPECT_TRUE(why != NULL);
    fclose(options.in);
    fclose(options.out);
}

TEST_MAIN(RUN(what_is_shown_is_the_frame_in_256_colours),
          RUN(what_is_shown_is_the_frame_in_8_colours),
          RUN(what_is_shown_is_the_frame_without_colours), RUN(wide_characters_keep_their_columns),
          RUN(an_unknown_terminal_is_refused_with_a_reason))
