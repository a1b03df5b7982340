/*
 * A prompt stands only where a person types: on a terminal.
 */
#include "cli/plain_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "ui/plain.h"
#include "ui/term_curses.h"

static void converse(struct front *front, FILE *in)
{
    struct plain plain = {.out = stdout, .ascii = front->options.ascii || !terminal_is_utf8()};
    bool prompt = isatty(fileno(in));
    char *line = NULL;
    size_t size = 0;

    plain_begin(&plain, front->session);
    while (!front->session->leaving) {
        if (prompt) {
            printf("> ");
            fflush(stdout);
        }
        if (getline(&line, &size, in) < 0)
            break;
        plain_line(&plain, line);
        if (front->session->wish == WISH_NONE)
            continue;
        front_fulfil(front);
        if (front->session != plain.session)
            plain_begin(&plain, front->session);
        else
            plain_answer(&plain);
    }
    if (prompt && !front->session->leaving)
        putchar('\n'); // the end of input left the cursor behind the prompt
    free(line);
    plain_end(&plain);
}

int plain_converse(struct front *front, const char *file)
{
    bool taken = strcmp(file, "-") == 0;
    FILE *in = taken ? fopen("/dev/tty", "r") : stdin;

    if (in == NULL) {
        fprintf(stderr, "lockstep: the scenario came from standard input, and there is no terminal "
                        "to take commands from\n");
        return EXIT_BAD_INPUT;
    }
    converse(front, in);
    if (taken)
        fclose(in);
    return EXIT_DONE;
}
