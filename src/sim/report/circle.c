/*
 * Everybody who can run runs in turn, so the run is a function of the state and of whose turn it
 * was, and both come back. Brent's way finds the return with one remembered state: it is moved up to
 * the present one at every power of two. The steps of one round then say who goes where.
 */
#include "sim/report/circle.h"

#include "sim/report/calls.h"

enum { MAX_CIRCLE_LINES = 8 };

struct lines {
    uint16_t line[MAX_CIRCLE_LINES]; // ascending
    unsigned n;
    bool more; // than fit
};

static int rank(struct choice c)
{
    return c.thread << 16 | c.kind << 8 | c.pick;
}

/* The next choice in turn after last. False: the run is over, so this is no livelock. */
static bool go_on(struct machine *m, struct choice *last)
{
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(m, choices), i = 0;
    if (n == 0) {
        return false;
    }
    while (i < n && rank(choices[i]) <= rank(*last)) {
        i++;
    }
    *last = choices[i < n ? i : 0];
    machine_step(m, *last);
    return true;
}

static bool equal(struct fingerprint a, struct fingerprint b)
{
    return a.low == b.low && a.high == b.high;
}

/* Steps of one round, with the machine standing on it; 0: none found. */
static uint32_t find_round(struct machine *m, struct choice *last)
{
    struct fingerprint kept = m->world.fingerprint;
    struct choice kept_last = *last;
    uint32_t length = 0, power = 1;
    for (uint32_t n = 0; n < CIRCLE_STEPS; n++) {
        if (!go_on(m, last)) {
            return 0;
        }
        length++;
        if (equal(m->world.fingerprint, kept) && rank(*last) == rank(kept_last)) {
            return length;
        }
        if (length == power) {
            kept = m->world.fingerprint;
            kept_last = *last;
            power *= 2;
            length = 0;
        }
    }
    return 0;
}

static void note_line(struct lines *l, uint16_t line)
{
    unsigned at = 0;
    while (at < l->n && l->line[at] < line) {
        at++;
    }
    if (at < l->n && l->line[at] == line) {
        return;
    }
    if (l->n == MAX_CIRCLE_LINES) {
        l->more = true;
        return;
    }
    for (unsigned i = l->n++; i > at; i--) {
        l->line[i] = l->line[i - 1];
    }
    l->line[at] = line;
}

static void write_lines(struct pen *p, const struct lines *l)
{
    pen_text(p, l->n == 1 ? " (line " : " (lines ");
    for (unsigned i = 0; i < l->n; i++) {
        pen_printf(p, "%s%u", i > 0 ? ", " : "", l->line[i]);
    }
    pen_text(p, l->more ? " and more)" : ")");
}

size_t text_circle(struct machine *m, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    struct lines lines[MAX_THREADS] = {{.n = 0}};
    struct choice last = {0, CHOICE_RUN, 0, 0};
    machine_keep_fingerprint(m);
    uint32_t length = find_round(m, &last);
    thread_set circle = 0;
    for (uint32_t i = 0; i < length; i++) {
        go_on(m, &last);
        note_line(&lines[last.thread], m->last.line);
        circle |= thread_bit(last.thread);
    }
    if (length == 0) {
        return 0;
    }
    thread_set others = machine_unfinished(m) & ~circle;
    pen_text(&p, "Livelock: from here on ");
    for (thread_ix t = 0; circle != 0; t++) {
        if ((circle & thread_bit(t)) != 0) {
            circle &= ~thread_bit(t);
            write_thread(&p, t);
            write_lines(&p, &lines[t]);
            pen_text(&p, circle == 0 ? "" : (circle & (circle - 1)) == 0 ? " and " : ", ");
        }
    }
    pen_text(&p, " can only run in circles");
    if (others != 0) {
        pen_text(&p, ", ");
        write_threads(&p, others);
        pen_text(&p, (others & (others - 1)) == 0 ? " waits" : " wait");
    }
    pen_text(&p, "; no end can be reached any more.");
    return p.n;
}
