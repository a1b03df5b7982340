/*
 * The single rows: header, tabs, "you may step", footer; and the whole of a tiny screen.
 *
 * The footer is chosen from the table of commands: what would be refused now is left out, but its place stays
 * free, so that the others do not move; when the row is too short, what has the last place goes first. A
 * message takes the footer's place until the next key.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { SCHEDULE_ROOM = 16, NAMED_THREADS = 3 }; // columns that a long schedule keeps

/* ---- header ---- */

/* What has gone wrong so far, by its cause; calls that failed count, as the run may be lost by one. */
static struct style standing_on_the_way(const struct view *v, char *out, size_t size)
{
    const struct trouble *trouble = session_trouble(v->session);
    struct failure last;
    uint32_t failures = session_failures(v->session, &last);

    if (trouble != NULL) {
        snprintf(out, size, "step %u: %s", (unsigned)trouble->n, trouble->what);
        return plain(ROLE_BAD);
    }
    if (session_lost(v->session) != NOT_LOST) {
        session_lost_text(v->session, out, size);
        return plain(ROLE_BAD);
    }
    if (v->session->ahead.breaks) {
        snprintf(out, size, "%s", "every way on breaks a rule");
        return plain(ROLE_WARN);
    }
    if (failures > 0) {
        if (failures == 1)
            snprintf(out, size, "step %u: T%u's %s failed", (unsigned)last.n, last.thread + 1u,
                     nt_call_row(last.call)->verb);
        else
            snprintf(out, size, "%u calls failed, last step %u", (unsigned)failures,
                     (unsigned)last.n);
        return plain(ROLE_WARN);
    }
    snprintf(out, size, "%s", "nothing wrong yet");
    return plain(ROLE_GOOD);
}

/* "T3", "T1 and T2", "5 threads" */
static void write_threads(struct pen *pen, thread_set set)
{
    unsigned n = 0, written = 0;

    for (unsigned t = 0; t < MAX_THREADS; t++)
        n += set >> t & 1;
    if (n > NAMED_THREADS)
        pen_printf(pen, "%u threads", n);
    for (unsigned t = 0; t < MAX_THREADS && n <= NAMED_THREADS; t++) {
        if ((set >> t & 1) == 0)
            continue;
        pen_printf(pen, "%sT%u", written == 0 ? "" : written + 1 == n ? " and " : ", ", t + 1);
        written++;
    }
}

/* Who waits for whom tell the sentences: of a row that has little room the verdict has the part that they allow. */
static void write_brief_verdict(const struct view *v, enum verdict verdict, struct pen *pen)
{
    struct cycle cycle = machine_cycle(v->machine);
    thread_set left = machine_unfinished(v->machine), circle = 0;

    for (unsigned i = 0; i < cycle.n; i++)
        circle |= thread_bit(cycle.threads[i]);
    if (verdict == VERDICT_HANG) {
        pen_text(pen, "hang: ");
        write_threads(pen, left);
        pen_text(pen, (left & (left - 1)) == 0 ? " waits for ever" : " wait for ever");
    } else if (verdict == VERDICT_DEADLOCK) {
        pen_text(pen, "deadlock of ");
        write_threads(pen, circle);
    } else {
        pen->n = text_verdict(v->machine, pen->at, pen->size);
    }
}

/* How the run stands, in a few words; brief: in as few as tell it. */
static struct style standing(const struct view *v, bool brief, char *out, size_t size)
{
    enum verdict verdict = machine_verdict(v->machine);
    const char *goal = goal_name(v->scenario);
    struct pen pen = pen_on(out, size);

    if (verdict == VERDICT_RUNNING)
        return standing_on_the_way(v, out, size);
    bool good = machine_ended_well(v->machine);
    if (verdict != VERDICT_FINISHED && brief) {
        write_brief_verdict(v, verdict, &pen);
    } else if (verdict != VERDICT_FINISHED) {
        pen.n = text_verdict(v->machine, out, size);
    } else if (v->scenario->n_endings > 0) {
        pen.n = text_ending(v->machine, out, size);
        if (!good && !brief)
            pen_printf(&pen, " (goal: %s)", goal);
    } else {
        pen_text(&pen, "all threads finished");
    }
    char but[TROUBLE_TEXT + 32];
    session_but_text(v->session, but, sizeof but);
    if (good)
        pen_text(&pen, but);
    return plain(!good ? ROLE_BAD : but[0] != '\0' ? ROLE_WARN : ROLE_GOOD);
}

/* The schedule so far; its end if it is long. The word before it, if that costs none of it, or there is room. */
static void draw_schedule(const struct view *v, struct pencil *p)
{
    static const char word[] = "   schedule ";
    char text[TEXT_LINE];
    uint32_t position = timeline_position(v->session->timeline);
    int room = draw_room(p);

    text_schedule(v->session->timeline, position, text, sizeof text);
    bool named = utf8_width(word) + utf8_width(text) <= room || room > 20;
    draw_text(p, plain(ROLE_DIM), named ? word : "   ");
    room = draw_room(p);
    if (utf8_width(text) > room && room < 4)
        return;
    if (utf8_width(text) > room)
        text_schedule(v->session->timeline, position, text, (size_t)room + 1);
    draw_text(p, bold(ROLE_TEXT), text);
}

/* Where the run is, without its schedule: drawn, or only measured. */
static void draw_position(const struct view *v, struct pencil *p)
{
    uint32_t position = timeline_position(v->session->timeline);
    uint32_t length = timeline_length(v->session->timeline);

    draw_print(p, plain(ROLE_TEXT), "   step %u", (unsigned)position);
    if (position < length)
        draw_print(p, plain(ROLE_DIM), " of %u", (unsigned)length);
    if (branches_count(v->session->branches) > 1)
        draw_print(p, plain(ROLE_DIM), "   branch %u of %u",
                   branches_present(v->session->branches) + 1,
                   branches_count(v->session->branches));
    if (v->session->playing)
        draw_text(p, bold(ROLE_KEY), "   PLAY");
    if (v->session->policy.kind != POLICY_MANUAL && v->width >= 100)
        draw_print(p, plain(ROLE_DIM), "   policy %s", policy_name(v->session->policy.kind));
}

/* Columns of the position and of as much of the schedule as is worth having. */
static int position_width(const struct view *v)
{
    struct frame nothing = {0};
    struct area a = {&nothing, {0, 0, TEXT_LINE, 1}, 0};
    struct pencil p = draw_at(&a, 0, 0, TEXT_LINE);
    char text[SCHEDULE_ROOM + 1];

    draw_position(v, &p);
    text_schedule(v->session->timeline, timeline_position(v->session->timeline), text, sizeof text);
    return p.x + (text[0] != '\0' ? 12 + utf8_width(text) : 0);
}

static enum glyph standing_glyph(struct style style)
{
    return style.role == ROLE_GOOD   ? GLYPH_GOOD
           : style.role == ROLE_WARN ? GLYPH_WARNING
                                     : GLYPH_BAD;
}

void view_header(const struct view *v, const struct area *a, const struct pane *pane)
{
    char text[TEXT_LINE];
    const char *title = v->scenario->title;
    int needed = position_width(v), name = 1 + utf8_width(v->scenario->name);

    (void)pane;
    area_clear(a);
    struct style style = standing(v, false, text, sizeof text);
    if (name + needed + 2 + utf8_width(text) + 3 > a->rect.w)
        style = standing(v, true, text, sizeof text);
    int right = utf8_width(text) + 3;
    if (right > a->rect.w * 3 / 5)
        right = a->rect.w * 3 / 5;
    struct pencil p = draw_at(a, a->rect.w - right, 0, right - 1);
    draw_glyph(&p, style, standing_glyph(style));
    draw_text(&p, style, " ");
    draw_text(&p, style, text);

    p = draw_at(a, 1, 0, a->rect.w - right - 3);
    draw_text(&p, plain(ROLE_TITLE), v->scenario->name);
    if (v->width >= 120 && title != NULL && draw_room(&p) >= 3 + utf8_width(title) + needed)
        draw_print(&p, plain(ROLE_DIM), "   %s", title);
    draw_position(v, &p);
    if (timeline_position(v->session->timeline) > 0 && draw_room(&p) > 8)
        draw_schedule(v, &p);
}

void view_tabs(const struct view *v, const struct area *a, const struct pane *pane)
{
    static const char *const names[N_TABS] = {"Threads", "Objects", "Files", "Timeline", "Endings"};
    int width = 0;

    (void)pane;
    area_clear(a);
    struct pencil p = draw_at(a, 0, 0, a->rect.w);
    for (int i = 0; i < N_TABS; i++)
        width += session_has_tab(v->session, (enum tab)i) ? utf8_width(names[i]) + 2 : 0;
    bool narrow = width > a->rect.w; // then neighbours share the cell between them
    for (int i = 0; i < N_TABS; i++) {
        if (!session_has_tab(v->session, (enum tab)i))
            continue;
        bool chosen = i == (int)v->session->tab;
        bool next = session_next_tab(v->session, (enum tab)i) == v->session->tab && !chosen;
        struct style style = chosen ? bold(ROLE_TITLE) : plain(ROLE_DIM);
        if (p.x == 0 || !narrow)
            draw_text(&p, style, chosen ? "[" : " ");
        draw_text(&p, style, names[i]);
        draw_text(&p, chosen || !next ? style : bold(ROLE_TITLE),
                  chosen           ? "]"
                  : narrow && next ? "["
                                   : " ");
    }
}

/* ---- you may step ---- */

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

/* ---- footer ---- */

/* Digits of the threads that can be stepped. */
static thread_set digits_now(const struct view *v)
{
    return v->enabled & ((1u << 9) - 1);
}

/* Columns that the digits keep, however many of them can be stepped. */
static int digits_width(const struct view *v)
{
    return v->scenario->n_threads == 1 ? 1 : v->scenario->n_threads <= 3 ? 3 : 5;
}

/* "1-3", "2", "1,3": those and no others; which they are says the row above where that is too long. */
static void write_digits(const struct view *v, char *out, size_t size)
{
    thread_set set = digits_now(v);
    struct pen pen = pen_on(out, size);

    for (unsigned t = 1; t <= 9; t++) {
        unsigned last = t;
        if ((set >> (t - 1) & 1) == 0)
            continue;
        while (last < 9 && set >> last & 1)
            last++;
        pen_printf(&pen, "%s%u", pen.n > 0 ? "," : "", t);
        if (last > t)
            pen_printf(&pen, "%s%u", last > t + 1 || pen.n == 1 ? "-" : ",", last);
        t = last;
    }
    if ((int)pen.n > digits_width(v)) {
        pen = pen_on(out, size);
        pen_text(&pen, "digit");
    }
}

/* The keys of a command as the footer names them. */
static void footer_keys(const struct view *v, enum command command, char *out, size_t size)
{
    if (command == CMD_STEP_THREAD)
        write_digits(v, out, size);
    else
        key_labels(command, true, out, size);
}

/* Place in the footer. Digits reach nine threads; with more of them Tab and "." are what counts. */
static int footer_place(const struct view *v, enum command command)
{
    bool many = v->scenario->n_threads > 9;

    if (command == CMD_STEP_FOCUSED)
        return many ? 3 : 0;
    if (command == CMD_THREAD_NEXT && !many)
        return 0; // the digits choose, too
    if (command == CMD_THREAD_NEXT && many)
        return 3;
    return key_row(command)->footer;
}

/* A digit is refused one by one; the row of the digits goes when no thread can be stepped. */
static bool works_now(const struct view *v, enum command command)
{
    char why[TEXT_LINE];

    if (command == CMD_STEP_THREAD)
        return digits_now(v) != 0;
    return !session_refuses(v->session, command, 0, why, sizeof why);
}

/* What is typed is accepted, what is marked is chosen; Esc first takes back what was typed. */
static const char *footer_word(const struct view *v, enum command command)
{
    enum overlay overlay = v->session->overlay;

    if (command == CMD_CANCEL && overlay == OVERLAY_SCENARIOS) {
        if (v->session->prompt[0] != '\0')
            return "erase";
        return v->session->unchosen ? "quit" : key_row(command)->word;
    }
    if (command == CMD_PICK && (overlay == OVERLAY_SEARCH || overlay == OVERLAY_NEW_BREAK))
        return "accept";
    return key_row(command)->word;
}

static int footer_width(const struct view *v, enum command command)
{
    char keys[KEY_LABEL];

    footer_keys(v, command, keys, sizeof keys);
    int width = command == CMD_STEP_THREAD ? digits_width(v) : utf8_width(keys);
    return 3 + width + utf8_width(footer_word(v, command));
}

/* What stands at the right end, always in the same place: the way to everything, and out. */
static bool is_anchor(enum command command)
{
    return key_row(command)->group == KEYS_LEAVE;
}

static void draw_key(const struct view *v, struct pencil *p, enum command command)
{
    char keys[KEY_LABEL];
    int end = p->x + footer_width(v, command);

    footer_keys(v, command, keys, sizeof keys);
    draw_text(p, plain(ROLE_KEY), keys);
    draw_print(p, plain(ROLE_TEXT), " %s  ", footer_word(v, command));
    draw_to(p, end); // fewer digits do not move the others
}

/*
 * Does the footer keep a place free for a command that would be refused now? What comes and goes with each step
 * does not push its neighbours about; what never works in this scenario, or at this size, has no place.
 */
static bool keeps_place(const struct view *v, enum command command)
{
    enum key_context context = overlay_context(v->session->overlay);

    if (command == CMD_NEXT_PAGE || command == CMD_OPEN || command == CMD_THREAD_NEXT)
        return false;
    return (context == IN_MAIN || context == IN_PROMPT) &&
           footer_place(v, command) < FOOTER_AT_TIMES;
}

/* The next command in the order of places behind this one, of those that belong into the footer now. */
static enum command next_in_footer(const struct view *v, int *place, enum command command)
{
    enum key_context context = overlay_context(v->session->overlay);

    for (; *place < FOOTER_PLACES; (*place)++, command = CMD_NONE) {
        for (int i = (int)command + 1; i < N_COMMANDS; i++) {
            enum command next = (enum command)i;
            if (footer_place(v, next) == *place && (key_row(next)->where & context) != 0 &&
                (works_now(v, next) || keeps_place(v, next)))
                return next;
        }
    }
    return CMD_NONE;
}

/* Columns of what stands at the right end. */
static int anchors_width(const struct view *v, int room)
{
    enum key_context context = overlay_context(v->session->overlay);
    int width = 0;

    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        enum command c = (enum command)i;
        if (is_anchor(c) && (key_row(c)->where & context) != 0 && footer_place(v, c) > 0 &&
            width + footer_width(v, c) <= room)
            width += footer_width(v, c);
    }
    return width;
}

/* Places of the footer that are free now; neighbours are one. */
struct holes {
    int n;
    struct {
        int x, width;
    } at[FOOTER_PLACES];
};

static void leave_hole(struct holes *holes, struct pencil *p, int width)
{
    int n = holes->n;

    if (n > 0 && holes->at[n - 1].x + holes->at[n - 1].width == p->x) {
        holes->at[n - 1].width += width;
    } else if (n < FOOTER_PLACES) {
        holes->at[n].x = p->x;
        holes->at[n].width = width;
        holes->n++;
    }
    draw_to(p, p->x + width);
}

/* What can be done now and then goes into a free place if there is none behind the others. */
static void draw_in_hole(const struct view *v, const struct area *a, struct holes *holes,
                         enum command command)
{
    int width = footer_width(v, command);

    for (int i = 0; i < holes->n; i++) {
        if (holes->at[i].width < width)
            continue;
        struct pencil p = draw_at(a, holes->at[i].x, 0, width);
        draw_key(v, &p, command);
        holes->at[i].x += width;
        holes->at[i].width -= width;
        return;
    }
}

static void draw_keys(const struct view *v, const struct area *a)
{
    int anchors = anchors_width(v, a->rect.w), place = 1;
    struct pencil left = draw_at(a, 1, 0, a->rect.w - anchors - 1);
    struct pencil right = draw_at(a, a->rect.w - anchors + 1, 0, anchors - 1);
    struct holes holes = {0};

    for (enum command c = CMD_NONE; (c = next_in_footer(v, &place, c)) != CMD_NONE;) {
        struct pencil *p = is_anchor(c) ? &right : &left;
        int width = footer_width(v, c);
        bool fits = draw_room(p) + 2 >= width; // the last one needs no blanks behind it
        if (fits && works_now(v, c))
            draw_key(v, p, c);
        else if (fits)
            leave_hole(&holes, p, width);
        else if (place >= FOOTER_AT_TIMES)
            draw_in_hole(v, a, &holes, c);
    }
}

/* Over the footer only while the sentences, where messages stand, are covered. */
static void draw_message(const struct view *v, const struct area *a)
{
    struct style style = v->session->refused ? bold(ROLE_WARN) : plain(ROLE_TEXT);
    struct pencil p = draw_at(a, 0, 0, a->rect.w);

    draw_text(&p, style, " ");
    if (v->session->refused) {
        draw_glyph(&p, style, GLYPH_WARNING);
        draw_text(&p, style, " ");
    }
    draw_text(&p, style, v->session->message);
}

void view_footer(const struct view *v, const struct area *a, const struct pane *pane)
{
    (void)pane;
    area_clear(a);
    if (v->session->message[0] != '\0' && v->session->overlay != OVERLAY_NONE)
        draw_message(v, a);
    else
        draw_keys(v, a);
}

/* ---- a tiny screen ---- */

/* Scenario, step and how the run stands; returns the rows used. */
static int draw_status_head(const struct view *v, const struct area *a, int most)
{
    char text[TEXT_LINE];
    struct style style = standing(v, true, text, sizeof text);
    struct pencil p = draw_at(a, 0, 0, a->rect.w);

    draw_print(&p, plain(ROLE_TITLE), "%s", v->scenario->name);
    draw_print(&p, plain(ROLE_TEXT), " step %u  ",
               (unsigned)timeline_position(v->session->timeline));
    bool below = most > 2 && draw_room(&p) < utf8_width(text) + 2;
    if (below)
        p = draw_at(a, 0, 1, a->rect.w);
    draw_glyph(&p, style, standing_glyph(style));
    draw_text(&p, style, " ");
    draw_text(&p, style, text);
    return below ? 2 : 1;
}

/* What the keys do in the last row: q quits only while nothing is open. */
static void draw_status_keys(const struct view *v, struct pencil *p)
{
    const struct session *s = v->session;

    if (s->overlay != OVERLAY_NONE) {
        draw_text(p, plain(ROLE_KEY), "Esc");
        draw_text(p, plain(ROLE_TEXT), " closes  ");
        if (overlay_context(s->overlay) != IN_PROMPT && (s->scroll.most > 0 || s->list.n > 1)) {
            draw_text(p, plain(ROLE_KEY), "Down");
            draw_text(p, plain(ROLE_TEXT), " goes on");
        }
        return;
    }
    draw_text(p, plain(ROLE_KEY), "q");
    draw_text(p, plain(ROLE_TEXT), " quits  ");
    for (unsigned t = 0; t < v->scenario->n_threads && t < 9; t++) {
        if (v->enabled >> t & 1)
            draw_print(p, bold(role_thread(t)), "[%u] ", t + 1);
    }
}

void view_status(const struct view *v, const struct area *a, const struct pane *pane)
{
    const struct session *s = v->session;
    uint32_t position = timeline_position(s->timeline);
    char text[TEXT_LINE];
    int h = a->rect.h;

    (void)pane;
    area_clear(a);
    if (h == 1) {
        struct pencil p = draw_at(a, 0, 0, a->rect.w);
        draw_print(&p, plain(ROLE_TEXT), "q quits  step %u  %s", (unsigned)position,
                   v->scenario->name);
        return;
    }
    int y = draw_status_head(v, a, h - 2);
    if (s->message[0] != '\0')
        snprintf(text, sizeof text, "%s", s->message);
    else if (position > 0)
        text_step(v->machine, &v->machine->last, text, sizeof text);
    else
        snprintf(text, sizeof text, "Nothing has run yet.");
    int rows = h - 1 > y ? area_wrap(a, y, h - 1 - y, 0, plain(ROLE_TEXT), text) : 0;
    color_threads(a, y, rows);
    struct area last = area_part(a, 0, h - 1, a->rect.w, 1);
    if (s->message[0] != '\0' && s->overlay != OVERLAY_NONE) {
        draw_message(v, &last);
        return;
    }
    struct pencil p = draw_at(&last, 0, 0, a->rect.w);
    draw_status_keys(v, &p);
}
