/*
 * The text rules of DESIGN.md 3: what the strict reader takes, and what it says about the rest.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "sim/lang/ini.h"

/* One text, read. */
struct reading {
    struct ini ini;
    struct diag_list diags;
};

static struct reading read_bytes(const char *text, size_t length)
{
    struct reading r = {0};
    ini_read(&r.ini, "t.ini", text, length, &r.diags);
    return r;
}

static struct reading read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void release(struct reading *r)
{
    ini_release(&r->ini);
    diag_release(&r->diags);
}

/* Text of a key's value; valid until the next call. */
static const char *value(const struct reading *r, size_t key)
{
    static char text[4096];
    EXPECT_TRUE(key < r->ini.n_keys);
    snprintf(text, sizeof text, "%.*s", (int)r->ini.keys[key].value.n, r->ini.keys[key].value.at);
    return text;
}

/* "line:column: text" of a diagnostic; valid until the next call. */
static const char *diagnostic(const struct reading *r, size_t ix)
{
    static char text[512];
    EXPECT_TRUE(ix < r->diags.n);
    const struct diag *d = &r->diags.items[ix];
    snprintf(text, sizeof text, "%u:%u: %s", (unsigned)d->line, (unsigned)d->column, d->text);
    return text;
}

TEST(a_key_is_split_at_the_first_equals_sign)
{
    struct reading r = read_text("[endings]\nall moved = files(temp) == 2\n");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_EQ(1, r.ini.n_keys);
    EXPECT_EQ(9, r.ini.keys[0].key.n);
    EXPECT_STR_EQ("files(temp) == 2", value(&r, 0));
    EXPECT_EQ(2, r.ini.keys[0].value.line);
    EXPECT_EQ(13, r.ini.keys[0].value.column);
    release(&r);
}

TEST(a_section_has_a_kind_and_an_id_in_which_brackets_nest)
{
    struct reading r = read_text("[resource  R[a[1]] ] ; four\n[scenario]\n");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_EQ(2, r.ini.n_sections);
    EXPECT_TRUE(span_is(r.ini.sections[0].kind, "resource"));
    EXPECT_TRUE(span_is(r.ini.sections[0].id, "R[a[1]]"));
    EXPECT_EQ(12, r.ini.sections[0].id.column);
    EXPECT_EQ(0, r.ini.sections[1].id.n);
    release(&r);
}

TEST(comments_begin_a_line_or_follow_white_space)
{
    struct reading r =
        read_text("; one\n # two\n[s]\na = 1 ; three\nb = 2;not\nc = d#not # four\n");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_STR_EQ("1", value(&r, 0));
    EXPECT_STR_EQ("2;not", value(&r, 1));
    EXPECT_STR_EQ("d#not", value(&r, 2));
    release(&r);
}

TEST(quotes_protect_comment_characters_and_are_taken_off_a_whole_value)
{
    struct reading r =
        read_text("[s]\na = \"x ; y\" ; z\nb = exists(\"C:\\a ;b\") == 1\nc = a 5\" disk ; z\n"
                  "d = \"a\" == \"b\"\n");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_STR_EQ("x ; y", value(&r, 0));
    EXPECT_EQ(6, r.ini.keys[0].value.column);
    EXPECT_STR_EQ("exists(\"C:\\a ;b\") == 1", value(&r, 1));
    EXPECT_STR_EQ("a 5\" disk", value(&r, 2));
    EXPECT_STR_EQ("\"a\" == \"b\"", value(&r, 3));
    release(&r);
}

TEST(a_body_is_all_that_is_indented_or_blank)
{
    struct reading r =
        read_text("[thread T]\nbody = int x; # 1\n    x++; ; y\n\n\t[z]\n  k = v\n\nnext = 1\n");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_EQ(2, r.ini.n_keys);
    EXPECT_STR_EQ(" int x; # 1\n    x++; ; y\n\n\t[z]\n  k = v", value(&r, 0));
    EXPECT_STR_EQ("1", value(&r, 1));
    release(&r);
}

TEST(an_indented_line_after_a_cut_body_is_one_error)
{
    struct reading r = read_text("[thread T]\nbody =\n    a\n; cut\n    b\n    c\n");
    EXPECT_EQ(1, r.diags.n);
    EXPECT_STR_EQ("5:5: this indented line is in no body: an unindented line above ended it",
                  diagnostic(&r, 0));
    release(&r);
}

TEST(line_ends_of_dos_and_a_byte_order_mark_are_accepted)
{
    struct reading r = read_text("\xef\xbb\xbf[s]\r\na = 1\r\nb =\r\n");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_EQ(1, r.ini.sections[0].kind.line);
    EXPECT_EQ(2, r.ini.sections[0].kind.column);
    EXPECT_STR_EQ("1", value(&r, 0));
    EXPECT_STR_EQ("", value(&r, 1));
    release(&r);
}

TEST(a_line_may_be_as_long_as_it_likes)
{
    size_t n = 1000000;
    char *text = malloc(n + 8);
    memset(text, 'x', n + 8);
    for (size_t k = 0; k < 8; k++)
        text[k] = "[s]\na = "[k];
    struct reading r = read_bytes(text, n + 8);
    EXPECT_EQ(0, r.diags.n);
    EXPECT_EQ(n, r.ini.keys[0].value.n);
    release(&r);
    free(text);
}

TEST(a_text_without_a_line_end_at_its_end_is_whole)
{
    struct reading r = read_text("[s]\na = 1");
    EXPECT_EQ(0, r.diags.n);
    EXPECT_STR_EQ("1", value(&r, 0));
    release(&r);
}

TEST(an_empty_text_has_no_sections)
{
    struct reading r = read_bytes("", 0);
    EXPECT_EQ(0, r.diags.n);
    EXPECT_EQ(0, r.ini.n_sections);
    release(&r);
}

TEST(every_mistake_is_reported_with_its_place)
{
    struct reading r = read_text("a = 1\n[s\n[] x\nfoo\n= 2\nb = \"open\n");
    EXPECT_EQ(7, r.diags.n);
    EXPECT_STR_EQ("1:1: expected a section such as [scenario] before the first key",
                  diagnostic(&r, 0));
    EXPECT_STR_EQ("2:1: this section is not closed: expected ']'", diagnostic(&r, 1));
    EXPECT_STR_EQ("3:4: expected nothing after the section's ']'", diagnostic(&r, 2));
    EXPECT_STR_EQ("3:1: expected the kind of the section, such as [thread Creator]",
                  diagnostic(&r, 3));
    EXPECT_STR_EQ("4:1: expected 'key = value' or a section such as [thread Creator]",
                  diagnostic(&r, 4));
    EXPECT_STR_EQ("6:5: this text is not closed: expected '\"' before the end of the line",
                  diagnostic(&r, 6));
    release(&r);
}

TEST(a_nul_byte_ends_the_reading)
{
    struct reading r = read_bytes("[s]\nab\0c = 1\n", 13);
    EXPECT_EQ(1, r.diags.n);
    EXPECT_STR_EQ("2:3: a scenario is text: there is a NUL byte here", diagnostic(&r, 0));
    EXPECT_EQ(0, r.ini.n_sections);
    release(&r);
}

TEST(bytes_that_are_not_utf8_end_the_reading)
{
    static const char *const bad[] = {"\xff",     "\xc3(",        "\xe2\x82",
                                      "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"};
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        struct reading r = read_text(bad[k]);
        EXPECT_EQ(1, r.diags.n);
        release(&r);
    }
    struct reading good = read_text("[s]\na = \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\n");
    EXPECT_EQ(0, good.diags.n);
    release(&good);
}

TEST_MAIN(RUN(a_key_is_split_at_the_first_equals_sign),
          RUN(a_section_has_a_kind_and_an_id_in_which_brackets_nest),
          RUN(comments_begin_a_line_or_follow_white_space),
          RUN(quotes_protect_comment_characters_and_are_taken_off_a_whole_value),
          RUN(a_body_is_all_that_is_indented_or_blank),
          RUN(an_indented_line_after_a_cut_body_is_one_error),
          RUN(line_ends_of_dos_and_a_byte_order_mark_are_accepted),
          RUN(a_line_may_be_as_long_as_it_likes),
          RUN(a_text_without_a_line_end_at_its_end_is_whole), RUN(an_empty_text_has_no_sections),
          RUN(every_mistake_is_reported_with_its_place), RUN(a_nul_byte_ends_the_reading),
          RUN(bytes_that_are_not_utf8_end_the_reading))
