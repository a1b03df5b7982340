/*
 * Keys: the notation, the lookup, and that the one table says everything that the program says about keys.
 */
#include <stdio.h>

#include "expect.h"
#include "ui/keys.h"

static int32_t only_key(const char *text)
{
    const char *p = text;
    int32_t key = key_next(&p);

    EXPECT_EQ('\0', *p);
    return key;
}

TEST(characters_are_typed_as_they_are)
{
    const char *p = "12 \xC3\xA9q";

    EXPECT_EQ('1', key_next(&p));
    EXPECT_EQ('2', key_next(&p));
    EXPECT_EQ(K_SPACE, key_next(&p));
    EXPECT_EQ(0xE9, key_next(&p));
    EXPECT_EQ('q', key_next(&p));
    EXPECT_EQ(K_NONE, key_next(&p));
}

TEST(other_keys_stand_between_angle_brackets)
{
    EXPECT_EQ(K_TAB, only_key("<Tab>"));
    EXPECT_EQ(K_ENTER, only_key("<Enter>"));
    EXPECT_EQ(K_ESC, only_key("<Esc>"));
    EXPECT_EQ(K_BACKSPACE, only_key("<BS>"));
    EXPECT_EQ(K_BACKSPACE, only_key("<backspace>"));
    EXPECT_EQ(K_LEFT, only_key("<Left>"));
    EXPECT_EQ(K_F1, only_key("<F1>"));
    EXPECT_EQ(K_F12, only_key("<F12>"));
    EXPECT_EQ(K_CTRL_L, only_key("<C-l>"));
    EXPECT_EQ(K_BACK_TAB, only_key("<S-Tab>"));
    EXPECT_EQ('<', only_key("<lt>"));
    EXPECT_EQ('>', only_key(">"));
}

TEST(what_is_no_key_is_pointed_at)
{
    const char *bad;

    EXPECT_TRUE(keys_check("12<BS>?qq", &bad));
    EXPECT_TRUE(keys_check("", &bad));
    EXPECT_FALSE(keys_check("1<Tap>2", &bad));
    EXPECT_STR_EQ("<Tap>2", bad);
    EXPECT_FALSE(keys_check("1<", &bad));
    EXPECT_STR_EQ("<", bad);
    EXPECT_FALSE(keys_check("<F13>", &bad));
    EXPECT_FALSE(keys_check("a\xFF", &bad));
}

TEST(digits_step_threads_and_do_nothing_else_anywhere)
{
    for (int32_t digit = '1'; digit <= '9'; digit++) {
        EXPECT_EQ(CMD_STEP_THREAD, key_command(digit, IN_MAIN));
        EXPECT_EQ(CMD_NONE, key_command(digit, IN_OPEN));
    }
    EXPECT_EQ(CMD_NONE, key_command('0', IN_BOTH));
}

TEST(every_key_of_the_newcomers_list_is_there)
{
    static const struct {
        const char *key;
        enum command command;
    } wanted[] = {
        {"<BS>", CMD_BACK},       {"u", CMD_BACK},         {"<Left>", CMD_BACK},
        {"h", CMD_BACK},          {"<Right>", CMD_REDO},   {"l", CMD_REDO},
        {"<Home>", CMD_FIRST},    {"g", CMD_FIRST},        {"<End>", CMD_LAST},
        {"G", CMD_LAST},          {"f", CMD_FINISH},       {" ", CMD_STEP_POLICY},
        {"<Tab>", CMD_PANE_NEXT}, {".", CMD_STEP_FOCUSED}, {"~", CMD_TIMEOUT},
        {"r", CMD_STEP_RANDOM},   {"R", CMD_RESTART},      {"?", CMD_HELP},
        {"<F1>", CMD_HELP},       {"q", CMD_QUIT},         {"<C-l>", CMD_REDRAW},
        {"i", CMD_WHY},           {",", CMD_THREAD_NEXT},  {"c", CMD_CONTINUE},
        {"C", CMD_CONTINUE_BACK}, {"F", CMD_FINISH_BACK},  {"[", CMD_SWITCH_BACK},
        {"]", CMD_SWITCH_NEXT},   {"{", CMD_EVENT_BACK},   {"}", CMD_EVENT_NEXT},
        {"m", CMD_MARK},          {"'", CMD_MARKS},        {"b", CMD_BREAK_HERE},
        {"B", CMD_BREAKS},        {"p", CMD_PLAY},         {"<F10>", CMD_STEP_POLICY},
        {"<F5>", CMD_CONTINUE},   {"/", CMD_SEARCH},       {":", CMD_COMMANDS},
        {"o", CMD_OPEN},          {"y", CMD_COPY},         {"<F12>", CMD_PICTURE},
        {"z", CMD_ZOOM},          {"P", CMD_PRESENT},
    };

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        EXPECT_EQ(wanted[i].command, key_command(only_key(wanted[i].key), IN_MAIN));
    EXPECT_EQ(CMD_CLOSE, key_command('q', IN_OVERLAY));
    EXPECT_EQ(CMD_CLOSE, key_command(K_ESC, IN_OVERLAY));
    EXPECT_EQ(CMD_CLOSE, key_command(K_ESC, IN_LIST));
    EXPECT_EQ(CMD_CANCEL, key_command(K_ESC, IN_PROMPT));
    EXPECT_EQ(CMD_BACK, key_command(8, IN_MAIN)); // the other Backspace
}

TEST(no_key_has_two_commands_in_one_context)
{
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        const struct key_row *row = key_row((enum command)i);
        const char *bad, *keys = row->keys;
        EXPECT_TRUE(keys_check(row->keys, &bad));
        for (int32_t key; (key = key_next(&keys)) != K_NONE;) {
            for (unsigned context = IN_MAIN; context <= IN_PROMPT; context *= 2) {
                if (row->where & context)
                    EXPECT_EQ(i, key_command(key, (enum key_context)context));
            }
        }
    }
}

TEST(every_command_has_a_key_and_says_what_it_does)
{
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        const struct key_row *row = key_row((enum command)i);
        EXPECT_TRUE(row->keys[0] != '\0');
        EXPECT_TRUE(row->help[0] != '\0');
        EXPECT_TRUE((row->name[0] != '\0') == ((row->where & IN_MAIN) != 0)); // for ":"
        EXPECT_TRUE((row->footer == 0) == (row->word[0] == '\0'));
    }
}

TEST(labels_are_for_people)
{
    char text[KEY_LABEL];

    key_labels(CMD_BACK, false, text, sizeof text);
    EXPECT_STR_EQ("Bksp u Left h", text);
    key_labels(CMD_BACK, true, text, sizeof text);
    EXPECT_STR_EQ("Bksp", text);
    key_labels(CMD_STEP_THREAD, false, text, sizeof text);
    EXPECT_STR_EQ("1-9", text);
    key_label(K_CTRL_L, text, sizeof text);
    EXPECT_STR_EQ("Ctrl-L", text);
    key_label(K_F12, text, sizeof text);
    EXPECT_STR_EQ("F12", text);
}

TEST(the_printed_table_has_every_command)
{
    static const enum key_format formats[] = {KEYS_PLAIN, KEYS_MARKDOWN, KEYS_ROFF};
    static char buffer[16384];

    for (int i = 0; i < 3; i++) {
        FILE *f = tmpfile();
        assert_non_null(f);
        keys_print(f, formats[i]);
        rewind(f);
        buffer[fread(buffer, 1, sizeof buffer - 1, f)] = '\0';
        fclose(f);
        for (int command = CMD_NONE + 1; command < N_COMMANDS; command++)
            EXPECT_TRUE(strstr(buffer, key_row((enum command)command)->help) != NULL);
    }
}

TEST_MAIN(RUN(characters_are_typed_as_they_are), RUN(other_keys_stand_between_angle_brackets),
          RUN(what_is_no_key_is_pointed_at), RUN(digits_step_threads_and_do_nothing_else_anywhere),
          RUN(every_key_of_the_newcomers_list_is_there),
          RUN(no_key_has_two_commands_in_one_context),
          RUN(every_command_has_a_key_and_says_what_it_does), RUN(labels_are_for_people),
          RUN(the_printed_table_has_every_command))
