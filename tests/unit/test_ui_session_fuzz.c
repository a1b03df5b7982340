/*
 * Random keys and random sizes over every shipped scenario, without a terminal: nothing crashes, every cell of
 * every frame is drawn by exactly one pane, no character is one that a terminal would obey, Esc closes what is
 * open, and then q leaves. Lists and prompts are typed into like everything else, and the mouse clicks anywhere.
 *
 * The same keys every time. LOCKSTEP_KEYS in the environment asks for another number of keys.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/stepper/policy.h"
#include "ui/session.h"

enum { DEFAULT_KEYS = 6000, MAX_W = 400, MAX_H = 120, FEW_ESCS = 3, KEYS_PER_LEAVING = 100 };

struct fuzz {
    uint64_t seed, n; // a counter-based generator: the n-th number depends on nothing else
    struct frame frame;
    unsigned keys_each; // per scenario
};

static uint32_t below(struct fuzz *f, uint32_t n)
{
    return policy_random(f->seed, f->n++, n);
}

static int32_t random_key(struct fuzz *f)
{
    static const int32_t others[] = {
        K_BACKSPACE, K_LEFT,      K_RIGHT, K_HOME,  K_END, K_TAB,    K_BACK_TAB, K_UP, K_DOWN,
        K_PAGE_UP,   K_PAGE_DOWN, K_ESC,   K_ENTER, K_F1,  K_CTRL_L, K_DELETE,   'u',  'h',
        'l',         'g',         'G',     'f',     ' ',   '.',      '~',        'r',  'R',
        '?',         'i',         'v',     'j',     'k',   'x',      'z',        '0',  0x1F600,
        'c',         'C',         'F',     '[',     ']',   '{',      '}',        'a',  'A',
        'm',         '\'',        'b',     'B',     'p',   '+',      '-',        ':',  '/',
        'n',         'N',         'P',     'T',     'M',   'o',      'y',        's',  ',',
        'L',         K_F12,       K_TICK,  K_TICK,  'd',   'e',      'w',        21,   K_F1 + 4,
        '!',         'e',         'q',
    };

    if (below(f, 2) == 0)
        return '1' + (int32_t)below(f, below(f, 4) == 0 ? 9 : 3);
    return others[below(f, sizeof others / sizeof others[0])];
}

static const struct library *some_library(void *context)
{
    static const struct library_item items[] = {
        {"race", "Creator and mover", "Nothing keeps them apart."},
        {"abba_deadlock", "Two locks", ""},
        {"\xC3\xA9t\xC3\xA9", "Wide \xE5\xAE\xBD names",
         "A long description, again and again and again."},
    };
    static const struct library library = {3, items, "here"};

    (void)context;
    return &library;
}

/* What somebody may type where text is asked for. */
static void type_something(struct fuzz *f, struct session *s)
{
    static const char *const texts[] = {
        ":42<Enter>",
        ":3<Enter>",
        ":mark a<Enter>",
        ":breaks line 1 1<Enter>",
        "/C:<Enter>",
        "/file<Enter>n",
        ":step 12<Enter>",
        "Bnwhen 1 ==<Enter><Esc>",
        "Bncall Zw<Enter>",
        "Bnthread 2<Enter>",
        "Bnobject f<Enter>d",
        ":open race<Enter>",
        "oabba<Enter>",
        ":zzz<Enter><Esc>",
        "ma'a",
        "ejd<Esc>",
        "e<Enter>",
        "1e<End><Enter>",
        "ed<Down><Esc>1",
        "i!",
        "<F12>s",
    };

    const char *keys = texts[below(f, sizeof texts / sizeof texts[0])];
    for (int32_t key; (key = key_next(&keys)) != K_NONE;)
        session_key(s, key);
}

/* One thing that somebody at the screen does. */
static void do_something(struct fuzz *f, struct session *s)
{
    uint32_t kind = below(f, 40);

    if (kind == 0)
        type_something(f, s);
    else if (kind == 1)
        session_mouse(s, (int)below(f, MAX_W), (int)below(f, MAX_H),
                      (enum mouse_action)below(f, 3));
    else
        session_key(s, random_key(f));
    s->wish = WISH_NONE;
    s->leaving = false; // the list of commands has "quit", too
}

static void random_size(struct fuzz *f)
{
    static const int usual[][2] = {{80, 24}, {120, 40}, {200, 50}, {79, 24},
                                   {80, 23}, {40, 10},  {1, 1},    {400, 120}};
    uint32_t kind = below(f, 4);

    if (kind == 0) {
        const int *size = usual[below(f, 8)];
        EXPECT_TRUE(frame_resize(&f->frame, size[0], size[1]));
    } else {
        uint32_t most_w = kind == 1 ? MAX_W : 130, most_h = kind == 1 ? MAX_H : 45;
        EXPECT_TRUE(frame_resize(&f->frame, 1 + (int)below(f, most_w), 1 + (int)below(f, most_h)));
    }
    f->frame.ascii = below(f, 3) == 0;
}

static bool is_whole(const struct cell *cell, bool ascii)
{
    return cell->pane != PANE_NOBODY && cell->role < N_ROLES &&
           (cell->ch == 0 || cell->ch >= 0x20) && (cell->ch < 0x7F || (cell->ch > 0x9F && !ascii));
}

/* One expectation per frame: there are up to 48000 cells. */
static void expect_whole(const struct frame *frame)
{
    unsigned wrong = 0;

    for (int i = 0; i < frame->w * frame->h; i++)
        wrong += !is_whole(&frame->cells[i], frame->ascii);
    EXPECT_EQ(0, frame->overlaps);
    EXPECT_EQ(0, wrong);
}

static void expect_q_leaves(struct session *s)
{
    for (int i = 0; i < FEW_ESCS; i++)
        session_key(s, K_ESC);
    EXPECT_EQ(OVERLAY_NONE, s->overlay);
    session_key(s, 'q');
    EXPECT_TRUE(s->leaving);
}

static void fuzz_scenario(void *context, const char *name)
{
    struct fuzz *f = context;
    static const char *const many[] = {"files=30", "writes=2"};
    bool sized = strcmp(name, "race") == 0 || strcmp(name, "eresource_shared") == 0;
    unsigned large = sized && below(f, 2) == 0;
    struct scenario *scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, many, 2 * large);
    struct session *s = session_open(scenario);

    assert_non_null(s);
    s->patient = !large; // a large one goes on while something is being worked out
    session_set_library(s, some_library, NULL);
    random_size(f);
    for (unsigned i = 0; i < f->keys_each; i++) {
        do_something(f, s);
        if (below(f, 12) == 0)
            random_size(f);
        session_draw(s, &f->frame);
        expect_whole(&f->frame);
        if (below(f, KEYS_PER_LEAVING) == 0) { // in whatever mode the keys led to
            expect_q_leaves(s);
            s->leaving = false;
        }
    }
    expect_q_leaves(s);
    session_close(s);
    scenario_free(scenario);
}

static void ignore(void *context, const char *name)
{
    (void)context;
    (void)name;
}

TEST(random_keys_and_sizes_over_every_scenario)
{
    const char *wanted = getenv("LOCKSTEP_KEYS");
    unsigned long keys = wanted != NULL ? strtoul(wanted, NULL, 10) : DEFAULT_KEYS;
    size_t n = each_shipped(LOCKSTEP_TEST_SCENARIOS, ignore, NULL);
    struct fuzz f = {.seed = 1};

    EXPECT_TRUE(n > 0);
    f.keys_each = n > 0 ? (unsigned)(keys / n) + 1 : 0;
    each_shipped(LOCKSTEP_TEST_SCENARIOS, fuzz_scenario, &f);
    frame_release(&f.frame);
}

TEST(thirty_two_threads_hundreds_of_objects_and_a_thousand_files)
{
    struct scenario *scenario = load_text("[scenario]\n"
                                          "title = Many\n"
                                          "[directory temp]\n"
                                          "path = C:\\Temp\n"
                                          "file = file_{i}.txt 10 for i = 0..999\n"
                                          "[resource Lock[40]]\n"
                                          "[event Ready[20]]\n"
                                          "type = NotificationEvent\n"
                                          "[shared]\n"
                                          "counter[50] = 0\n"
                                          "[thread Worker]\n"
                                          "count = 32\n"
                                          "body =\n"
                                          "    HANDLE h;\n"
                                          "    ExAcquireResourceSharedLite(&Lock[self], TRUE);\n"
                                          "    counter[self]++;\n"
                                          "    ZwOpenFile(&h, \"C:\\Temp\\file_{self}.txt\", "
                                          "GENERIC_READ, FILE_SHARE_READ);\n"
                                          "    KeWaitForSingleObject(&Ready[self % 20]);\n");
    struct session *s = session_open(scenario);
    struct fuzz f = {.seed = 2};

    assert_non_null(s);
    for (int i = 0; i < 300; i++) {
        session_key(s, i % 3 == 0 ? random_key(&f) : 'r');
        if (i % 7 == 0)
            random_size(&f);
        session_draw(s, &f.frame);
        expect_whole(&f.frame);
    }
    expect_q_leaves(s);
    session_close(s);
    scenario_free(scenario);
    frame_release(&f.frame);
}

/* Going back and forth draws what was drawn when the step was made. */
TEST(a_frame_depends_on_the_position_and_not_on_the_way_there)
{
    struct scenario *scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "eresource_shared", NULL, 0);
    struct session *s = session_open(scenario);
    struct frame before = {0}, after = {0};

    s->patient = true;
    EXPECT_TRUE(frame_resize(&before, 120, 40) && frame_resize(&after, 120, 40));
    for (const char *p = "112311111133"; *p != '\0'; p++)
        session_key(s, *p);
    for (int step = 0; step < 8; step++) {
        session_key(s, K_BACKSPACE);
        session_draw(s, &before);
        session_key(s, K_BACKSPACE);
        session_key(s, K_RIGHT);
        session_draw(s, &after);
        for (int i = 0; i < before.w * before.h; i++) {
            EXPECT_EQ(before.cells[i].ch, after.cells[i].ch);
            EXPECT_EQ(before.cells[i].attr, after.cells[i].attr);
        }
    }
    session_close(s);
    scenario_free(scenario);
    frame_release(&before);
    frame_release(&after);
}

TEST_MAIN(RUN(random_keys_and_sizes_over_every_scenario),
          RUN(thirty_two_threads_hundreds_of_objects_and_a_thousand_files),
          RUN(a_frame_depends_on_the_position_and_not_on_the_way_there))
