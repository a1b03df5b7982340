/*
 * The plain face, line by line: whatever is typed, the answer is lines that begin with a word and a colon, and no
 * byte in them is one that a terminal would obey. What a line does to the session is what the key does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/stepper/policy.h"
#include "ui/plain.h"
#include "ui/session.h"

/* A session that is spoken to in lines. */
struct talk {
    struct scenario *scenario;
    struct session *session;
    struct plain plain;
    char *answer; // of all lines so far
    size_t length;
};

static void talk_begin(struct talk *talk, const char *name)
{
    *talk = (struct talk){.scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0)};
    talk->session = session_open(talk->scenario);
    assert_non_null(talk->session);
    talk->plain.out = open_memstream(&talk->answer, &talk->length);
    assert_non_null(talk->plain.out);
    plain_begin(&talk->plain, talk->session);
}

static void talk_end(struct talk *talk)
{
    plain_end(&talk->plain);
    fclose(talk->plain.out);
    free(talk->answer);
    session_close(talk->session);
    scenario_free(talk->scenario);
}

/* What the line is answered with. */
static const char *say(struct talk *talk, const char *line)
{
    size_t before = talk->length;

    plain_line(&talk->plain, line);
    if (talk->session->wish != WISH_NONE) {
        talk->session->wish = WISH_NONE;
        plain_answer(&talk->plain);
    }
    fflush(talk->plain.out);
    return talk->answer + before;
}

static void expect_schedule(const struct talk *talk, const char *expected)
{
    char *text = session_schedule(talk->session);

    EXPECT_STR_EQ(expected, text);
    free(text);
}

static void expect_lines(const char *text)
{
    while (*text != '\0') {
        const char *end = strchr(text, '\n'), *colon = strchr(text, ':');
        assert_non_null(end);
        EXPECT_TRUE(*text >= 'a' && *text <= 'z');
        EXPECT_TRUE(colon != NULL && colon < end && colon - text < 16);
        for (; text < end; text++)
            EXPECT_TRUE((unsigned char)*text >= 0x20 && *text != 0x7F);
        text = end + 1;
    }
}

TEST(a_line_does_what_the_key_does)
{
    struct talk talk;

    talk_begin(&talk, "race");
    say(&talk, "1");
    say(&talk, "  22 \r\n");
    expect_schedule(&talk, "1,2*2");
    say(&talk, "back");
    say(&talk, "u");
    expect_schedule(&talk, "1");
    say(&talk, "Right");
    expect_schedule(&talk, "1,2");
    say(&talk, ":0");
    expect_schedule(&talk, "");
    say(&talk, "Creator*3,Mover");
    expect_schedule(&talk, "1*3,2");
    say(&talk, "step 1");
    say(&talk, ":run-one");
    EXPECT_EQ(7, timeline_position(talk.session->timeline));
    say(&talk, "q");
    EXPECT_TRUE(talk.session->leaving);
    talk_end(&talk);
}

TEST(steps_stop_at_the_one_that_is_refused)
{
    struct talk talk;

    talk_begin(&talk, "abba_deadlock");
    const char *answer = say(&talk, "12121");
    expect_schedule(&talk, "1,2,1,2");
    EXPECT_TRUE(strstr(answer, "\nrefused: step 5: T1 is blocked") != NULL);
    EXPECT_TRUE(strstr(answer, "\nverdict: deadlock") != NULL);
    EXPECT_TRUE(strstr(answer, "\ncan run: nothing\n") != NULL);
    talk_end(&talk);
}

TEST(nothing_is_guessed)
{
    struct talk talk;

    talk_begin(&talk, "race");
    EXPECT_TRUE(strncmp(say(&talk, "contin"), "refused:", 8) == 0);
    EXPECT_TRUE(strncmp(say(&talk, "1 2 x"), "refused:", 8) == 0);
    EXPECT_TRUE(strncmp(say(&talk, "zoom"), "refused:", 8) == 0);
    EXPECT_STR_EQ("", say(&talk, "# 1"));
    EXPECT_STR_EQ("", say(&talk, ""));
    expect_schedule(&talk, "");
    talk_end(&talk);
}

/* The point of no return is told once, and when it is asked for. */
TEST(what_is_lost_is_told_once)
{
    struct talk talk;

    talk_begin(&talk, "race");
    EXPECT_TRUE(strstr(say(&talk, "12"), "lost: step 2") != NULL);
    EXPECT_TRUE(strstr(say(&talk, "1"), "lost:") == NULL);
    EXPECT_TRUE(strstr(say(&talk, "where"), "lost: step 2") != NULL);
    EXPECT_TRUE(strstr(say(&talk, ":1"), "lost:") == NULL);
    EXPECT_TRUE(strstr(say(&talk, "2"), "lost: step 2") != NULL);
    talk_end(&talk);
}

static void random_line(uint64_t *n, char *out, size_t size)
{
    static const char *const lines[] = {"1",
                                        "2",
                                        "3",
                                        "1122",
                                        "2~",
                                        "back",
                                        "redo",
                                        "f",
                                        "c",
                                        "C",
                                        "F",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        "R",
                                        "a",
                                        "A",
                                        "ma",
                                        "'a",
                                        "marks",
                                        "b",
                                        "B",
                                        "breaks",
                                        "breaks off 1",
                                        "breaks on 1",
                                        "breaks delete 5",
                                        "break line 1 1",
                                        "break when 1 ==",
                                        "why",
                                        "locks",
                                        "where",
                                        "threads",
                                        "source",
                                        "source 9",
                                        "objects",
                                        "files",
                                        "log",
                                        "log 1 3",
                                        "log 0",
                                        "schedule",
                                        "help",
                                        "/file",
                                        "n",
                                        "N",
                                        "search",
                                        "possible",
                                        "random",
                                        "next",
                                        ":3",
                                        ":99999999999",
                                        "branches",
                                        "branches 1",
                                        "branches 7",
                                        "save x",
                                        "copy",
                                        "open race",
                                        "o",
                                        "v",
                                        "<F12>",
                                        "\xFF\xFE",
                                        "\x1B[2J",
                                        "Creator*2",
                                        "step",
                                        "step 1",
                                        "step 77777777777",
                                        ",",
                                        ".",
                                        "~",
                                        ":",
                                        "::",
                                        "/",
                                        "1*",
                                        "1/9",
                                        "2*3,1",
                                        "T",
                                        "+"};
    uint32_t kind = policy_random(3, (*n)++, 12);

    if (kind > 0) {
        snprintf(out, size, "%s", lines[policy_random(3, (*n)++, sizeof lines / sizeof lines[0])]);
        return;
    }
    size_t length = policy_random(3, (*n)++, (uint32_t)size - 1);
    for (size_t i = 0; i < length; i++)
        out[i] = (char)(1 + policy_random(3, (*n)++, 255));
    out[length] = '\0';
}

TEST(whatever_is_typed_the_answer_is_lines)
{
    static const char *const names[] = {"race", "abba_deadlock", "timeouts", "eresource_shared",
                                        "unload_too_early"};
    uint64_t n = 0;
    char line[64];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct talk talk;
        talk_begin(&talk, names[i]);
        for (int k = 0; k < 300; k++) {
            random_line(&n, line, sizeof line);
            expect_lines(say(&talk, line));
            EXPECT_EQ(OVERLAY_NONE, talk.session->overlay);
            talk.session->leaving = false;
        }
        talk_end(&talk);
    }
}

TEST_MAIN(RUN(a_line_does_what_the_key_does), RUN(steps_stop_at_the_one_that_is_refused),
          RUN(nothing_is_guessed), RUN(what_is_lost_is_told_once),
          RUN(whatever_is_typed_the_answer_is_lines))
