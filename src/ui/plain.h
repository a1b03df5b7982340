/*
 * The plain face of a session: a line is a command, the answer is lines that begin with a fixed word.
 *
 * Purpose    For screen readers, scripts and terminals that cannot show a screen (lockstep --plain). The
 *            same commands as on the screen, from the same table; the sentences are those of text.h. What
 *            only a screen has (panes, colours) is refused.
 * Lines      plain_line takes a command by its name, with what ":" takes behind it ("break line 1 4"); a
 *            key ("c", "<F5>", "ma"); schedule text ("1", "1122", "12*3", "2~", "Creator"); ":42" for a
 *            step, "/text" for a search. An empty line and one that begins with "#" do nothing.
 * Answers    "step 4: ...", "rule: ...", "wrong: ...", "lost: ...", "blocked: ...", "verdict: ...",
 *            "can run: 1 2"; "note: ..." and "refused: ..." for what a screen says in its message. UTF-8
 *            (or ASCII), no control characters but the line ends.
 * Use        As session.h: who holds the session looks at its wishes and at `leaving` after each line,
 *            and calls plain_answer when the wish is done; a session that was opened in place of another
 *            begins with plain_begin again.
 * Ownership  The session is borrowed. plain_end frees what plain_begin and queries allocated.
 */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct possible;
struct session;

/* Zeroed but for out and ascii before the first plain_begin. */
struct plain {
    FILE *out;
    bool ascii;
    struct session *session;
    struct possible *possible; // NULL: not asked for yet
    uint32_t branch, n;        // where the run stood when it was told last
    uint32_t lost;             // the point of no return that was told; as session_lost
};

void plain_begin(struct plain *p, struct session *session);
void plain_end(struct plain *p);

/* Does what the line says and answers, unless the session wishes for something now. */
void plain_line(struct plain *p, const char *line);

/* Says what the session has to say, and where the run stands, if that is new. */
void plain_answer(struct plain *p);

#endif
