/*
 * A session to press keys in, and what its frame shows.
 */
#ifndef TEST_WITH_SESSION_H
#define TEST_WITH_SESSION_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "shipped.h"
#include "ui/render.h"
#include "ui/session.h"

static struct scenario *scenario;
static struct session *session;

static inline void open_scenario(const char *name)
{
    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    session = session_open(scenario);
    assert_non_null(session);
}

static inline void close_scenario(void)
{
    session_close(session);
    scenario_free(scenario);
}

static inline void keys(const char *text)
{
    for (int32_t key; (key = key_next(&text)) != K_NONE;)
        session_key(session, key);
}

static inline uint32_t position(void)
{
    return timeline_position(session->timeline);
}

static inline uint32_t length(void)
{
    return timeline_length(session->timeline);
}

static inline bool says(const char *part)
{
    return strstr(session->message, part) != NULL;
}

/* Does the frame at this size show the text? */
static inline bool shows(int w, int h, const char *part)
{
    static char buffer[1 << 18];
    struct frame frame = {0};
    FILE *f = tmpfile();

    assert_non_null(f);
    EXPECT_TRUE(frame_resize(&frame, w, h));
    session->patient = true;
    session_draw(session, &frame);
    render_text(&frame, f);
    rewind(f);
    buffer[fread(buffer, 1, sizeof buffer - 1, f)] = '\0';
    fclose(f);
    frame_release(&frame);
    return strstr(buffer, part) != NULL;
}

#endif
