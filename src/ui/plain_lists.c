/*
 * Lists of the plain face: locks, branches, marks, breakpoints, scenarios, the endings that are still possible.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_report.h"
#include "sim/explore/possible.h"
#include "sim/report/locks.h"
#include "ui/plain_parts.h"

static void say_lock(void *context, const char *text)
{
    if (text[0] != '\0')
        plain_say(context, "locks", "%s", text);
}

void show_locks(struct plain *p, const char *argument)
{
    (void)argument;
    locks_dump(machine_of(p->session), true, say_lock, p);
}

void show_branches(struct plain *p, const char *argument)
{
    struct session *s = p->session;
    uint32_t n = branches_count(s->branches);

    if (*argument != '\0') {
        char *end;
        unsigned long wanted = strtoul(argument, &end, 10);
        if (*end != '\0' || wanted < 1 || wanted > n)
            session_refuse(s, "branches takes the number of one, 1 to %u.", (unsigned)n);
        else
            time_go_branch(s, (uint32_t)wanted - 1,
                           branches_at(s->branches, (uint32_t)wanted - 1).position);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct branch b = branches_at(s->branches, i);
        char from[64] = "from the start", word[32];
        if (i > 0)
            snprintf(from, sizeof from, "leaves branch %u at step %u", (unsigned)b.parent + 1,
                     (unsigned)b.fork + 1);
        snprintf(word, sizeof word, "branch %u", (unsigned)i + 1);
        plain_say(p, word, "%s, %u step%s, %s%s", from, (unsigned)b.length,
                  b.length == 1 ? "" : "s",
                  b.verdict == VERDICT_RUNNING ? "unfinished" : verdict_name(b.verdict),
                  i == branches_present(s->branches) ? " (the present one)" : "");
    }
}

void show_marks(struct plain *p, const char *argument)
{
    bool any = false;

    (void)argument;
    for (char letter = 'a'; letter <= 'z'; letter++) {
        struct mark mark = marks_get(p->session->branches, letter);
        char word[] = "mark ?";
        word[5] = letter;
        if (mark.set)
            plain_say(p, word, "branch %u, step %u", (unsigned)mark.branch + 1, (unsigned)mark.n);
        any = any || mark.set;
    }
    if (!any)
        session_tell(p->session, "No marks. mark a sets one, marks a goes there.");
}

/* "on 5", "off 5", "delete 5"; false: it says something else. */
static bool change_break(struct plain *p, const char *argument)
{
    struct session *s = p->session;
    const char *number = strchr(argument, ' ');
    unsigned long ix = number != NULL ? strtoul(number, NULL, 10) : 0;
    bool on = strncmp(argument, "on ", 3) == 0, off = strncmp(argument, "off ", 4) == 0;

    if (!on && !off && strncmp(argument, "delete ", 7) != 0)
        return false;
    if (ix < 1 || ix > breakpoints_count(s->breakpoints))
        session_refuse(s, "There is no such breakpoint; breaks lists them.");
    else if (on || off)
        breakpoints_switch(s->breakpoints, (uint32_t)ix - 1, on);
    else if (ix <= N_STANDING_HALTS)
        session_refuse(s, "This one stays; breaks off %u switches it off.", (unsigned)ix);
    else
        breakpoints_remove(s->breakpoints, (uint32_t)ix - 1);
    return true;
}

void show_breaks(struct plain *p, const char *argument)
{
    struct session *s = p->session;

    if (*argument != '\0' && !change_break(p, argument))
        lists_perform(s, CMD_BREAKS, argument);
    lists_close(s);
    if (s->refused)
        return;
    for (uint32_t i = 0; i < breakpoints_count(s->breakpoints); i++) {
        const struct breakpoint *b = breakpoints_at(s->breakpoints, i);
        char word[32];
        snprintf(word, sizeof word, "stop %u", (unsigned)i + 1);
        plain_say(p, word, "%s, %s", b->text, b->on ? "on" : "off");
    }
}

void show_scenarios(struct plain *p, const char *argument)
{
    struct session *s = p->session;

    (void)argument;
    if (session_refuses(s, CMD_OPEN, 0, s->message, sizeof s->message)) {
        s->refused = true;
        return;
    }
    const struct library *library = s->library(s->library_context);
    for (int i = 0; i < library->n; i++)
        plain_say(p, "scenario", "%s, %s", library->items[i].name, library->items[i].title);
    session_tell(s, "open NAME opens one.");
}

/* ---- what can still come ---- */

static void ask_possible(struct plain *p)
{
    const struct timeline *t = p->session->timeline;

    if (p->possible == NULL)
        p->possible = possible_create(p->session->scenario);
    possible_ask(p->possible, timeline_choices(t), timeline_position(t));
}

static void say_possible_lost(struct plain *p)
{
    bool known;
    int64_t lost = possible_lost(p->possible, &known);

    if (known && lost == LOST_ALWAYS)
        plain_say(p, "lost", "no schedule ends well");
    else if (known && lost > 0)
        plain_say(p, "lost", "step %ld was the point of no return", (long)lost);
    else if (known && lost == LOST_NOTHING)
        plain_say(p, "possible", "a good ending can still come");
}

void show_possible(struct plain *p, const char *argument)
{
    (void)argument;
    ask_possible(p);
    const struct explore_result *r = possible_wait(p->possible);
    if (r == NULL) {
        session_refuse(p->session, "It could not be worked out: the system gives no thread.");
        return;
    }
    for (uint32_t i = 0; i < r->n_endings; i++) {
        const struct explore_ending *e = &r->endings[i];
        fprintf(p->out, "possible:"); // the chance has its own form
        if (e->probability >= 0)
            report_chance(p->out, e->probability);
        else
            fprintf(p->out, " chance not known");
        fprintf(p->out, ", %s schedule%s, ", e->schedules != NULL ? e->schedules : "uncounted",
                e->schedules != NULL && strcmp(e->schedules, "1") == 0 ? "" : "s");
        plain_put(p, e->name);
        fprintf(p->out, ", %s, %s\n", verdict_name(e->kind), e->goal ? "good" : "not good");
    }
    if (r->n_endings > 0)
        plain_say(p, "from here", "%s",
                  r->endings[0].probability >= 0 ? text_chances() : explore_why_no_chance(r));
    if (!r->complete)
        plain_say(p, "possible", "there may be more: %s", r->why_incomplete);
    say_possible_lost(p);
}
