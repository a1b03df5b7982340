/*
 * "You may step": what each thread that can go would do, who cannot, and the keys for it.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

/* "2", "2 and 3", "2, 3 and 5" */
static void list_threads(char *out, size_t size, thread_set set)
{
    size_t n = 0;

    out[0] = '\0';
    for (unsigned t = 0; t < MAX_THREADS && n < size; t++) {
        thread_set rest = set >> t;
        if ((rest & 1) == 0)
            continue;
        const char *glue = n == 0 ? "" : rest == 1 ? " and " : ", ";
        n += (size_t)snprintf(out + n, size - n, "%s%u", glue, t + 1);
    }
}

static thread_set threads_of(const struct view *v, enum posture a, enum posture b, enum posture c)
{
    thread_set set = 0;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        enum posture posture = posture_of(v->machine, (thread_ix)t);
        if (posture == a || posture == b || posture == c)
            set |= thread_bit((thread_ix)t);
    }
    return set;
}

static void add_group(char *out, size_t size, thread_set set, const char *word)
{
    size_t n = strlen(out);
    char threads[160];

    if (set == 0 || n >= size)
        return;
    list_threads(threads, sizeof threads, set);
    snprintf(out + n, size - n, "%s%s %s", n > 0 ? ", " : "", threads, word);
}

/* "2 and 3 blocked, 1 finished" */
static void who_cannot(const struct view *v, char *out, size_t size)
{
    out[0] = '\0';
    add_group(out, size, threads_of(v, POSTURE_BLOCKED, POSTURE_SPINS, POSTURE_SLEEPS), "blocked");
    add_group(out, size, threads_of(v, POSTURE_FINISHED, POSTURE_FINISHED, POSTURE_FINISHED),
              "finished");
    add_group(out, size, threads_of(v, POSTURE_ABSENT, POSTURE_ABSENT, POSTURE_ABSENT),
              "not started");
}

/* How the calls of the choices are written, the longest way first. */
enum call_form {
    CALL_SENTENCE, // "create C:\Temp\file_0.txt"
    CALL_SHORT,    // "AcquireExcl FileResource"
    CALL_TIGHT,    // "AcqExcl FileResource"
    CALL_VERB,     // "AcqExcl", where only that has room
};

/* What a digit would do. */
static void next_text(const struct view *v, thread_ix t, enum call_form form, char *out,
                      size_t size)
{
    if (form == CALL_SENTENCE) {
        text_next(v->machine, t, out, size);
        return;
    }
    text_next_short(v->machine, t, out, size);
    if (form >= CALL_TIGHT)
        source_tighten(out);
    if (form == CALL_VERB)
        out[strcspn(out, " ")] = '\0';
}

static void key_text(const struct view *v, thread_ix t, char *out, size_t size)
{
    if (t < 9)
        snprintf(out, size, "[%u]", t + 1u);
    else if (t == v->session->focus)
        snprintf(out, size, "[.] T%u", t + 1u);
    else
        snprintf(out, size, "T%u", t + 1u);
}

/* Columns that all choices need. */
static int choices_width(const struct view *v, enum call_form form)
{
    char key[16], text[TEXT_LINE];
    int width = 0;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        if ((v->enabled >> t & 1) == 0)
            continue;
        key_text(v, (thread_ix)t, key, sizeof key);
        next_text(v, (thread_ix)t, form, text, sizeof text);
        width += utf8_width(key) + 1 + utf8_width(text) + 3;
    }
    return width;
}

/* One choice; call_room: columns for the call, 0: the key alone. What does not fit whole is its verb. */
static void draw_choice(const struct view *v, struct pencil *p, thread_ix t, enum call_form form,
                        int call_room)
{
    char key[16], text[TEXT_LINE];

    key_text(v, t, key, sizeof key);
    draw_text(p, bold(role_thread(t)), key);
    if (call_room == 0)
        return;
    next_text(v, t, form, text, sizeof text);
    if (utf8_width(text) > call_room)
        next_text(v, t, CALL_VERB, text, sizeof text);
    struct pencil call = *p;
    if (call.x + 1 + call_room < call.end)
        call.end = call.x + 1 + call_room;
    draw_text(&call, plain(ROLE_TEXT), " ");
    draw_text(&call, plain(ROLE_TEXT), text);
    p->x = call.x;
}

/*
 * Columns for each call where not all of them fit: the most that none has to pass, so that short ones leave theirs.
 * 0: not even all verbs have room, and the keys stand alone.
 */
static int share_of_call(const struct view *v, int room)
{
    struct {
        int call, verb;
    } widths[MAX_THREADS];
    char key[16], text[TEXT_LINE];
    int n = 0, others = -3, share = 0;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        if ((v->enabled >> t & 1) == 0)
            continue;
        key_text(v, (thread_ix)t, key, sizeof key);
        others += utf8_width(key) + 1 + 3;
        next_text(v, (thread_ix)t, CALL_TIGHT, text, sizeof text);
        widths[n].call = utf8_width(text);
        next_text(v, (thread_ix)t, CALL_VERB, text, sizeof text);
        widths[n++].verb = utf8_width(text);
    }
    for (int most = 1; most < room; most++) {
        int width = others, widest = 0;
        for (int i = 0; i < n; i++) {
            int call = widths[i].call <= most ? widths[i].call : widths[i].verb;
            widest = call > widest ? call : widest;
            width += call;
        }
        if (widest <= most && width <= room)
            share = most;
    }
    return share;
}

/* The form in which all choices fit; CALL_VERB: none. */
static enum call_form form_of_calls(const struct view *v, int room)
{
    for (int form = v->width >= 120 ? CALL_SENTENCE : CALL_SHORT; form < CALL_VERB; form++) {
        if (choices_width(v, (enum call_form)form) - 3 <= room)
            return (enum call_form)form;
    }
    return CALL_VERB;
}

/* Each choice as "[1] Create file_0.txt"; where there is no room for all, each call gets its share. */
static void draw_choices(const struct view *v, struct pencil *p, int room)
{
    enum call_form form = form_of_calls(v, room);
    bool all = form != CALL_VERB;
    int share = all ? TEXT_LINE : share_of_call(v, room), left_out = 0;
    const char *gap = "";

    form = all ? form : CALL_TIGHT;
    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        if ((v->enabled >> t & 1) == 0)
            continue;
        if (share == 0 && t >= 9 && t != v->session->focus) {
            left_out++;
            continue;
        }
        draw_text(p, plain(ROLE_TEXT), gap);
        draw_choice(v, p, (thread_ix)t, form, share);
        gap = share == 0 ? " " : "   ";
    }
    if (left_out > 0)
        draw_print(p, plain(ROLE_DIM), "%sand %d more", gap, left_out);
}

/* Threads that wait with a timeout. */
static thread_set timed_threads(const struct view *v)
{
    thread_set timed = 0;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        struct choice choice = {.thread = (uint8_t)t, .kind = CHOICE_TIMEOUT};
        if (machine_refusal(v->machine, choice) == REFUSED_NOT)
            timed |= thread_bit((thread_ix)t);
    }
    return timed;
}

static void draw_timeout(const struct view *v, struct pencil *p)
{
    thread_ix timed = session_timeout_thread(v->session);

    if (timed == NO_THREAD)
        return;
    draw_text(p, plain(ROLE_TEXT), v->enabled != 0 ? "   " : "");
    draw_text(p, bold(role_thread(timed)), "[~]");
    draw_print(p, plain(ROLE_TEXT), " T%u's timeout", timed + 1u);
    thread_set others = timed_threads(v) & ~thread_bit(timed);
    if (others == 0)
        return;
    draw_print(p, plain(ROLE_KEY), "   [,]");
    if ((others & (others - 1)) == 0)
        draw_print(p, plain(ROLE_TEXT), " T%d's instead", __builtin_ctz(others) + 1);
    else
        draw_text(p, plain(ROLE_TEXT), " another's");
}

/* Steps are recorded behind this one, of a schedule or from before going back: the key that makes them. */
static int replay_width(const struct view *v)
{
    const struct timeline *t = v->session->timeline;
    char key[KEY_LABEL];

    key_labels(CMD_REDO, true, key, sizeof key);
    return timeline_position(t) < timeline_length(t) ? utf8_width(key) + 12 : 0;
}

static void draw_replay(const struct view *v, struct pencil *p)
{
    char key[KEY_LABEL];

    if (replay_width(v) == 0 || draw_room(p) < replay_width(v))
        return;
    key_labels(CMD_REDO, true, key, sizeof key);
    draw_print(p, plain(ROLE_KEY), "   [%s]", key);
    draw_text(p, plain(ROLE_TEXT), " replay");
}

static void draw_end(const struct view *v, struct pencil *p)
{
    bool finished = machine_verdict(v->machine) == VERDICT_FINISHED;

    draw_text(p, plain(ROLE_TITLE),
              finished ? "all threads have finished" : "nothing can run any more");
    draw_text(p, plain(ROLE_KEY), "   Bksp");
    draw_text(p, plain(ROLE_TEXT), " goes back   ");
    draw_text(p, plain(ROLE_KEY), "R");
    draw_text(p, plain(ROLE_TEXT), " begins again");
}

void view_steps(const struct view *v, const struct area *a, const struct pane *pane)
{
    static const char asked[] = "you may step: ";
    struct choice choices[MAX_CHOICES];
    char cannot[TEXT_LINE];

    area_box(a, pane->edges);
    struct pencil p = title_begin(a);
    if (machine_choices(v->machine, choices) == 0) {
        draw_end(v, &p);
    } else {
        who_cannot(v, cannot, sizeof cannot);
        int more = (session_timeout_thread(v->session) != NO_THREAD ? 21 : 0) + replay_width(v);
        int kept = (cannot[0] != '\0' ? utf8_width(cannot) + 5 : 0);
        // Who can go matters more than who cannot, whose titles say so, and than the words before it.
        int needed = choices_width(v, CALL_SHORT) - 3 + more;
        bool wide = v->width >= WIDTH_FULL && utf8_width(asked) + needed <= draw_room(&p);
        draw_text(&p, plain(ROLE_TITLE), wide ? asked : "step: ");
        if (needed > draw_room(&p) - kept)
            kept = 0;
        draw_choices(v, &p, draw_room(&p) - kept - more);
        draw_timeout(v, &p);
        if (kept > 0 && cannot[0] != '\0')
            draw_print(&p, plain(ROLE_DIM), "   (%s)", cannot);
        draw_replay(v, &p);
    }
    title_end(&p);
    if (v->session->presenting && v->session->last_key != K_NONE) {
        char label[KEY_LABEL], text[KEY_LABEL + 16];
        key_label(v->session->last_key, label, sizeof label);
        snprintf(text, sizeof text, " key %s ", label);
        struct area right = area_part(a, 0, 0, a->rect.w - 2, 1);
        area_text_right(&right, 0, (struct style){ROLE_KEY, ATTR_REVERSE}, text);
    }
}
