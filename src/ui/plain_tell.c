/*
 * What happened, a line a fact. Whoever listens to the lines hears each only once: the steps that are new, then
 * who waits and who can go on.
 */
#include <stdarg.h>
#include <string.h>

#include "sim/report/pen.h"
#include "sim/report/text.h"
#include "sim/report/text_bugcheck.h"
#include "ui/facts.h"
#include "ui/plain_parts.h"
#include "ui/utf8.h"

enum { MOST_STEPS = 40, LINE = 4096 };

/* Text of a scenario may hold anything: no character is written that a terminal would obey. */
void plain_put(struct plain *p, const char *text)
{
    char bytes[5];

    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        if (ch == '\n' || ch == '\t')
            ch = ' ';
        else if (ch < 0x20 || (ch >= 0x7F && ch <= 0x9F))
            ch = CH_REPLACEMENT;
        utf8_encode(p->ascii ? glyph_to_ascii(ch) : ch, bytes);
        fputs(bytes, p->out);
    }
}

void plain_say(struct plain *p, const char *word, const char *format, ...)
{
    char text[LINE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(p->out, "%s: ", word);
    plain_put(p, text);
    putc('\n', p->out);
}

void tell_step(struct plain *p, const struct machine *m)
{
    struct finding findings[MAX_FINDINGS];
    char text[TEXT_LINE], word[32];

    if (m->last.n > 0) {
        text_step(m, &m->last, text, sizeof text);
        snprintf(word, sizeof word, "step %u", (unsigned)m->last.n);
        plain_say(p, word, "%s", text);
        text_rule(&m->last, text, sizeof text);
        if (text[0] != '\0')
            plain_say(p, "rule", "%s", text);
    }
    if (m->printed[0] != '\0')
        plain_say(p, "printed", "%s", m->printed);
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);
    for (unsigned i = 0; i < n && i < MAX_FINDINGS; i++)
        plain_say(p, "wrong", "%s", findings[i].text);
    for (unsigned i = 0; i < BUGCHECK_PARAMETERS; i++) {
        if (text_bugcheck_parameter(m, i, text, sizeof text) > 0)
            plain_say(p, "parameter", "%u is %s", i + 1, text);
    }
}

/* The choices that can be made, as they are typed: "1 2 2~". */
static void tell_choices(struct plain *p)
{
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(machine_of(p->session), choices);
    char text[LINE], item[SCHEDULE_ITEM];
    struct pen pen = pen_on(text, sizeof text);

    for (unsigned i = 0; i < n; i++) {
        schedule_item_print(item, schedule_step_of(choices[i]), 1);
        pen_printf(&pen, "%s%s", i > 0 ? " " : "", item);
    }
    plain_say(p, "can run", "%s", n > 0 ? text : "nothing");
}

static void tell_verdict(struct plain *p)
{
    const struct machine *m = machine_of(p->session);
    char text[TEXT_LINE];

    if (machine_verdict(m) == VERDICT_RUNNING)
        return;
    if (machine_verdict(m) == VERDICT_FINISHED) {
        char but[TROUBLE_TEXT + 32];
        text_ending(m, text, sizeof text);
        session_but_text(p->session, but, sizeof but);
        plain_say(p, "verdict", "finished: %s%s", text, but);
    } else {
        text_verdict(m, text, sizeof text);
        plain_say(p, "verdict", "%s", text);
    }
}

/* The point of no return, when the run has passed it: once, and when it is asked for. */
static void tell_lost(struct plain *p)
{
    session_look_ahead(p->session);
    uint32_t lost = session_lost(p->session), told = p->lost;

    char rule[TEXT_LINE];
    if (p->session->ahead.breaks && machine_of(p->session)->last.n == 0) {
        clean_text(p->session->scenario, &p->session->ahead.how, true, rule, sizeof rule);
        plain_say(p, "rules", "%s", rule);
    }
    p->lost = lost;
    if (lost == NOT_LOST || lost == told ||
        machine_verdict(machine_of(p->session)) != VERDICT_RUNNING)
        return;
    if (lost == 0)
        plain_say(p, "lost", "%s",
                  session_never_good(p->session) ? "no schedule ends well"
                                                 : "no good ending can come any more");
    else
        plain_say(p, "lost", "step %u was the point of no return: no good ending can come any more",
                  (unsigned)lost);
}

void tell_state(struct plain *p)
{
    const struct machine *m = machine_of(p->session);
    char text[TEXT_LINE];

    tell_lost(p);
    for (unsigned t = 0; t < p->session->scenario->n_threads; t++) {
        enum posture posture = posture_of(m, (thread_ix)t);
        if (posture != POSTURE_BLOCKED && posture != POSTURE_SPINS && posture != POSTURE_SLEEPS)
            continue;
        text_blocked(m, (thread_ix)t, text, sizeof text);
        if (text[0] != '\0')
            plain_say(p, "blocked", "%s", text);
    }
    tell_verdict(p);
    tell_choices(p);
}

void tell_place(struct plain *p)
{
    const struct session *s = p->session;
    uint32_t branches = branches_count(s->branches);
    char branch[64] = "";

    if (branches > 1)
        snprintf(branch, sizeof branch, ", branch %u of %u", branches_present(s->branches) + 1u,
                 (unsigned)branches);
    plain_say(p, "at", "step %u of %u%s", (unsigned)timeline_position(s->timeline),
              (unsigned)timeline_length(s->timeline), branch);
    tell_step(p, machine_of(s));
}

/* Steps that are told one after the other. */
struct telling {
    struct plain *plain;
    uint32_t whole; // the first of those that are all told
};

static bool tell_one(void *context, const struct machine *m)
{
    struct telling *telling = context;

    if (m->last.n >= telling->whole || step_trouble(&m->last) != NULL)
        tell_step(telling->plain, m);
    return true;
}

void tell_steps(struct plain *p, uint32_t first, uint32_t last)
{
    struct telling telling = {p, first};

    if (last - first >= MOST_STEPS) {
        telling.whole = last - MOST_STEPS + 1;
        plain_say(p, "left out", "steps %u to %u, but for those that show something wrong",
                  (unsigned)first, (unsigned)telling.whole - 1);
    }
    timeline_replay(p->session->timeline, first, last, tell_one, &telling);
}
