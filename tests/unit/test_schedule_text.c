/*
 * Schedules as text: DESIGN.md 6, "Schedule text".
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"

/* A scenario of which only the threads' names matter. */
static struct scenario *threads(uint32_t n)
{
    static struct scenario_thread list[MAX_THREADS];
    static char names[MAX_THREADS][16];
    static struct scenario s;
    for (uint32_t k = 0; k < n; k++) {
        snprintf(names[k], sizeof names[k],
                 k == 0   ? "Creator"
                 : k == 1 ? "Mover"
                          : "T%u",
                 (unsigned)k);
        list[k].name = names[k];
    }
    s.threads = list;
    s.n_threads = n;
    return &s;
}

static bool parse(const struct scenario *s, const char *text, struct schedule *out,
                  struct diag_list *diags)
{
    struct span span = {text, strlen(text), "--schedule", 1, 1};
    *out = (struct schedule){0};
    return schedule_parse(s, span, out, diags);
}

/* What the text comes out as when it is printed again; valid until the next call. */
static const char *again(const struct scenario *s, const char *text)
{
    static char printed[256];
    struct schedule schedule;
    struct diag_list diags = {0};
    EXPECT_TRUE(parse(s, text, &schedule, &diags));
    char *out = schedule_print(&schedule);
    snprintf(printed, sizeof printed, "%s", out);
    free(out);
    schedule_release(&schedule);
    return printed;
}

/* "column: text" of the only error; valid until the next call. */
static const char *error(const struct scenario *s, const char *text)
{
    static char message[256];
    struct schedule schedule;
    struct diag_list diags = {0};
    EXPECT_FALSE(parse(s, text, &schedule, &diags));
    EXPECT_EQ(1, diags.n);
    snprintf(message, sizeof message, "%u: %s", (unsigned)diags.items[0].column,
             diags.items[0].text);
    schedule_release(&schedule);
    diag_release(&diags);
    return message;
}

TEST(digits_alone_are_one_thread_each)
{
    EXPECT_STR_EQ("1*3,2", again(threads(2), "1112"));
    EXPECT_STR_EQ("1,2", again(threads(20), " 12 "));
    EXPECT_STR_EQ("", again(threads(2), ""));
}

TEST(items_are_separated_by_commas_or_white_space)
{
    EXPECT_STR_EQ("1,2,1", again(threads(2), "1, 2\t1\n"));
    EXPECT_STR_EQ("12,1", again(threads(20), "12,1"));
}

TEST(repeats_names_timeouts_and_choices)
{
    EXPECT_STR_EQ("1*5,2,1*3", again(threads(2), "1*5 Mover Creator*3"));
    EXPECT_STR_EQ("2~*3,1/3*2,1", again(threads(2), "2~,2~*2,1/3*2,1/0"));
}

TEST(thread_12_alone_is_printed_so_that_it_is_not_1_and_2)
{
    EXPECT_STR_EQ("12*1", again(threads(20), "12*1"));
    EXPECT_STR_EQ("12*2", again(threads(20), "12*2"));
    EXPECT_STR_EQ("12~", again(threads(20), "12~"));
    EXPECT_STR_EQ("12,1", again(threads(20), "12*1,1"));
}

TEST(a_million_steps_are_one_item)
{
    struct schedule schedule;
    struct diag_list diags = {0};
    EXPECT_TRUE(parse(threads(2), "2,1*1000000", &schedule, &diags));
    EXPECT_EQ(2, schedule.n);
    EXPECT_EQ(1000001, schedule_length(&schedule));
    EXPECT_EQ(2, schedule.items[1].position);
    schedule_release(&schedule);
}

TEST(positions_count_bytes_of_the_text)
{
    struct schedule schedule;
    struct diag_list diags = {0};
    EXPECT_TRUE(parse(threads(2), " 1 , Mover*2", &schedule, &diags));
    EXPECT_EQ(1, schedule.items[0].position);
    EXPECT_EQ(5, schedule.items[1].position);
    schedule_release(&schedule);
    EXPECT_TRUE(parse(threads(2), "1122", &schedule, &diags));
    EXPECT_EQ(2, schedule.items[1].position);
    schedule_release(&schedule);
}

TEST(mistakes_are_reported_with_their_column)
{
    EXPECT_STR_EQ("3: there is no thread 3: threads are numbered 1 to 2", error(threads(2), "123"));
    EXPECT_STR_EQ("1: there is no thread 0: threads are numbered 1 to 2", error(threads(2), "0"));
    EXPECT_STR_EQ("3: there is no thread 99999999999999999999: threads are numbered 1 to 2",
                  error(threads(2), "1,99999999999999999999"));
    EXPECT_STR_EQ("5: there is no thread 'Moover'; did you mean 'Mover'?",
                  error(threads(2), "1*2,Moover"));
    EXPECT_STR_EQ("3: expected how often, from 1 on, after '*'", error(threads(2), "1*0"));
    EXPECT_STR_EQ("3: expected the number of a choice, 0 to 255, after '/'",
                  error(threads(2), "1/x"));
    EXPECT_STR_EQ("2: expected ',' or a space between steps, such as 1*5, 2~, 1/1",
                  error(threads(2), "1;2"));
    EXPECT_STR_EQ("1: expected a thread: its number or its name", error(threads(2), "~1"));
}

TEST(added_steps_fold)
{
    struct schedule schedule = {0};
    for (int k = 0; k < 3; k++)
        schedule_add(&schedule, (struct schedule_step){.thread = 1});
    schedule_add(&schedule, (struct schedule_step){.thread = 1, .kind = SCHEDULE_TIMEOUT});
    schedule_add(&schedule, (struct schedule_step){.thread = 0, .pick = 2});
    char *text = schedule_print(&schedule);
    EXPECT_STR_EQ("2*3,2~,1/2", text);
    free(text);
    schedule_release(&schedule);
}

TEST_MAIN(RUN(digits_alone_are_one_thread_each), RUN(items_are_separated_by_commas_or_white_space),
          RUN(repeats_names_timeouts_and_choices),
          RUN(thread_12_alone_is_printed_so_that_it_is_not_1_and_2),
          RUN(a_million_steps_are_one_item), RUN(positions_count_bytes_of_the_text),
          RUN(mistakes_are_reported_with_their_column), RUN(added_steps_fold))
