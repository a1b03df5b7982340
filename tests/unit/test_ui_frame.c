/*
 * The frame: clipping, cutting with a mark, wrapping between words, borders that join, cells that belong to
 * one pane.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "kernel_model/nt_call.h"
#include "ui/frame.h"
#include "ui/render.h"
#include "ui/utf8.h"

static struct frame frame;

static struct area screen(int w, int h, bool ascii)
{
    frame.ascii = ascii;
    EXPECT_TRUE(frame_resize(&frame, w, h));
    return (struct area){&frame, {0, 0, w, h}, 1};
}

/* The frame as text, in a buffer that lives until the next call. */
static const char *text(void)
{
    static char buffer[8192];
    FILE *f = tmpfile();

    assert_non_null(f);
    frame_join(&frame);
    render_text(&frame, f);
    rewind(f);
    size_t n = fread(buffer, 1, sizeof buffer - 1, f);
    buffer[n] = '\0';
    fclose(f);
    return buffer;
}

TEST(broken_utf8_gives_one_replacement_per_broken_part)
{
    const char *p = "a\xC3\xA9\xE2\x82z\xFF\xED\xA0\x80";

    EXPECT_EQ('a', utf8_next(&p));
    EXPECT_EQ(0xE9, utf8_next(&p));
    EXPECT_EQ(CH_REPLACEMENT, utf8_next(&p)); // a three-byte character without its end
    EXPECT_EQ('z', utf8_next(&p));
    EXPECT_EQ(CH_REPLACEMENT, utf8_next(&p)); // no lead byte
    EXPECT_EQ(CH_REPLACEMENT, utf8_next(&p)); // a surrogate
}

TEST(every_code_point_survives_encoding)
{
    for (uint32_t ch = 1; ch < 0x110000; ch += 0x3F) {
        if (ch >= 0xD800 && ch <= 0xDFFF)
            continue;
        char bytes[5];
        const char *p = bytes;
        int n = utf8_encode(ch, bytes);
        EXPECT_EQ(ch, utf8_next(&p));
        EXPECT_EQ(n, p - bytes);
    }
}

TEST(widths_of_latin_combining_and_east_asian)
{
    EXPECT_EQ(4, utf8_width("r\xC3\xA9"
                            "el"));
    EXPECT_EQ(1, utf8_width("e\xCC\x81"));                // combining acute
    EXPECT_EQ(4, utf8_width("\xE6\xBC\xA2\xE5\xAD\x97")); // two characters, two cells each
}

TEST(a_text_that_fits_is_whole_and_one_that_does_not_is_marked)
{
    struct area a = screen(6, 3, false);

    area_text(&a, 0, 0, plain(ROLE_TEXT), "abcdef");
    area_text(&a, 0, 1, plain(ROLE_TEXT), "abcdefg");
    area_text(&a, 0, 2, plain(ROLE_TEXT), "abc       ");
    EXPECT_STR_EQ("abcdef\nabcde\xE2\x80\xA6\nabc\n", text());
}

TEST(in_ascii_the_mark_is_a_dollar_and_signs_have_stand_ins)
{
    struct area a = screen(6, 2, true);

    area_text(&a, 0, 0, plain(ROLE_TEXT), "abcdefg");
    area_glyph(&a, 0, 1, plain(ROLE_TEXT), GLYPH_NEXT);
    area_text(&a, 1, 1, plain(ROLE_TEXT), "\xC3\xA9\xE2\x86\x92");
    EXPECT_STR_EQ("abcde$\n>?>\n", text());
}

TEST(in_ascii_each_sign_that_has_words_has_a_stand_in_of_its_own)
{
    for (int i = 0; i < N_GLYPHS; i++) {
        uint32_t own = glyph_char((enum glyph)i, true);
        for (int j = 0; j < N_GLYPHS; j++) {
            if (i == j || glyph_meaning((enum glyph)i)[0] == '\0')
                continue;
            if (glyph_meaning((enum glyph)j)[0] != '\0')
                EXPECT_TRUE(glyph_char((enum glyph)j, true) != own);
            EXPECT_TRUE(glyph_char((enum glyph)j, false) != own); // nor is it a sign itself
        }
        EXPECT_TRUE(own != '~'); // the key of a timeout
        for (int call = CALL_NONE + 1; call < N_CALLS && glyph_meaning((enum glyph)i)[0]; call++) {
            const struct nt_call_row *row = nt_call_row((enum nt_call)call);
            EXPECT_TRUE(!row->visible || (unsigned char)row->letter != own); // of the timeline
        }
    }
}

TEST(a_wide_character_is_never_halved)
{
    struct area a = screen(4, 1, false);

    area_text(&a, 0, 0, plain(ROLE_TEXT), "abc\xE6\xBC\xA2");
    EXPECT_STR_EQ("abc\xE2\x80\xA6\n", text());
}

TEST(control_characters_are_shown_as_replacements)
{
    struct area a = screen(4, 1, false);

    area_text(&a, 0, 0, plain(ROLE_TEXT), "a\033[b");
    EXPECT_STR_EQ("a\xEF\xBF\xBD[b\n", text());
}

TEST(wrapping_breaks_between_words_and_marks_what_is_left)
{
    struct area a = screen(10, 4, false);

    EXPECT_EQ(3, area_wrap(&a, 0, 4, 2, plain(ROLE_TEXT), "one two three four"));
    EXPECT_STR_EQ("one two\n  three\n  four\n\n", text());
    EXPECT_EQ(3, wrap_rows("one two three four", 10, 2, 9));

    a = screen(10, 2, false);
    EXPECT_EQ(2, area_wrap(&a, 0, 2, 0, plain(ROLE_TEXT), "one two three four five"));
    EXPECT_STR_EQ("one two\nthree fou\xE2\x80\xA6\n", text());
}

TEST(a_long_name_breaks_where_a_part_of_it_ends)
{
    struct area a = screen(20, 2, false);

    area_wrap(&a, 0, 2, 0, plain(ROLE_TEXT), "ExAcquireResourceSharedLite Data");
    EXPECT_STR_EQ("ExAcquireResource\nSharedLite Data\n", text());
}

TEST(a_long_path_breaks_behind_a_backslash)
{
    struct area a = screen(12, 2, false);

    area_wrap(&a, 0, 2, 0, plain(ROLE_TEXT), "C:\\Temp2\\NewFile_0.txt");
    EXPECT_STR_EQ("C:\\Temp2\\\nNewFile_0.t\xE2\x80\xA6\n", text());
}

TEST(boxes_that_share_borders_join)
{
    screen(9, 5, false);
    struct area left = {&frame, {0, 0, 4, 3}, 1}, right = {&frame, {4, 0, 5, 3}, 2};
    struct area below = {&frame, {0, 3, 9, 2}, 3};

    area_box(&left, 0);
    area_box(&right, EDGE_RIGHT);
    area_box(&below, EDGE_RIGHT | EDGE_BOTTOM);
    EXPECT_EQ(0, frame.overlaps);
    EXPECT_STR_EQ(
        "\xE2\x94\x8C\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\xAC\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x90\n"
        "\xE2\x94\x82   \xE2\x94\x82   \xE2\x94\x82\n"
        "\xE2\x94\x82   \xE2\x94\x82   \xE2\x94\x82\n"
        "\xE2\x94\x9C\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\xB4\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\xA4\n"
        "\xE2\x94\x94\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x98\n",
        text());
}

TEST(a_cell_belongs_to_the_pane_that_drew_it_first)
{
    struct area first = screen(4, 1, false), second = {&frame, {2, 0, 2, 1}, 2};

    area_text(&first, 0, 0, plain(ROLE_TEXT), "aaa");
    area_text(&second, 0, 0, plain(ROLE_TEXT), "bb");
    EXPECT_EQ(1, frame.overlaps);
    EXPECT_STR_EQ("aaab\n", text());
}

TEST(what_lies_under_an_overlay_is_hidden_and_not_counted)
{
    screen(4, 1, false);
    struct area over = {&frame, {0, 0, 2, 1}, PANE_OVERLAY}, under = {&frame, {0, 0, 4, 1}, 1};

    area_text(&over, 0, 0, plain(ROLE_TEXT), "oo");
    area_text(&under, 0, 0, plain(ROLE_TEXT), "uuuu");
    EXPECT_EQ(0, frame.overlaps);
    EXPECT_STR_EQ("oouu\n", text());
}

TEST(nothing_is_drawn_outside_an_area_or_the_frame)
{
    struct area a = screen(5, 2, false);
    struct area part = area_part(&a, 1, 0, 2, 1), outside = {&frame, {3, 1, 9, 9}, 1};

    area_text(&part, 0, 0, plain(ROLE_TEXT), "wide");
    area_put(&part, -1, 0, plain(ROLE_TEXT), '!');
    area_put(&part, 0, 1, plain(ROLE_TEXT), '!');
    area_text(&outside, 0, 0, plain(ROLE_TEXT), "wide");
    EXPECT_STR_EQ(" w\xE2\x80\xA6\n   wi\n", text());
}

TEST(a_pencil_stops_at_its_first_cut)
{
    struct area a = screen(10, 1, false);
    struct pencil p = draw_at(&a, 0, 0, 8);

    EXPECT_TRUE(draw_text(&p, plain(ROLE_TEXT), "abc "));
    EXPECT_FALSE(draw_text(&p, plain(ROLE_TEXT), "defgh"));
    EXPECT_FALSE(draw_text(&p, plain(ROLE_TEXT), "x"));
    EXPECT_EQ(0, draw_room(&p));
    EXPECT_STR_EQ("abc def\xE2\x80\xA6\n", text());
}

TEST(a_picture_escapes_what_xml_needs)
{
    struct area a = screen(3, 1, false);
    char buffer[2048];
    FILE *f = tmpfile();

    assert_non_null(f);
    area_text(&a, 0, 0, plain(ROLE_TEXT), "<&>");
    render_svg(&frame, THEME_DARK, f);
    rewind(f);
    buffer[fread(buffer, 1, sizeof buffer - 1, f)] = '\0';
    fclose(f);
    EXPECT_TRUE(strstr(buffer, ">&lt;&amp;&gt;</text>") != NULL);
}

TEST_MAIN(RUN(broken_utf8_gives_one_replacement_per_broken_part),
          RUN(every_code_point_survives_encoding), RUN(widths_of_latin_combining_and_east_asian),
          RUN(a_text_that_fits_is_whole_and_one_that_does_not_is_marked),
          RUN(in_ascii_the_mark_is_a_dollar_and_signs_have_stand_ins),
          RUN(in_ascii_each_sign_that_has_words_has_a_stand_in_of_its_own),
          RUN(a_wide_character_is_never_halved), RUN(control_characters_are_shown_as_replacements),
          RUN(wrapping_breaks_between_words_and_marks_what_is_left),
          RUN(a_long_name_breaks_where_a_part_of_it_ends),
          RUN(a_long_path_breaks_behind_a_backslash), RUN(boxes_that_share_borders_join),
          RUN(a_cell_belongs_to_the_pane_that_drew_it_first),
          RUN(what_lies_under_an_overlay_is_hidden_and_not_counted),
          RUN(nothing_is_drawn_outside_an_area_or_the_frame), RUN(a_pencil_stops_at_its_first_cut),
          RUN(a_picture_escapes_what_xml_needs))
