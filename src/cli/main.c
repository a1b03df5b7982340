/*
 * lockstep: the command line. The first word is a verb, or else a scenario to open on the screen.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct cli_verb *const verbs[] = {&verb_run,   &verb_explore, &verb_sample,
                                               &verb_check, &verb_render,  &verb_export,
                                               &verb_list,  &verb_show,    &verb_lint};

enum { N_VERBS = sizeof verbs / sizeof verbs[0] };

static void print_help(void)
{
    printf("lockstep %s: step threads by hand against an emulated NT kernel\n\n", LOCKSTEP_VERSION);
    cli_synopsis(&verb_screen, 2);
    printf("      %s\n", verb_screen.summary);
    for (size_t i = 0; i < N_VERBS; i++) {
        cli_synopsis(verbs[i], 2);
        printf("      %s\n", verbs[i]->summary);
    }
    printf("\nlockstep VERB --help, or lockstep help VERB, explains the options of a verb.\n"
           "FILE is a path, the name of a shipped scenario, or - for standard input.\n\n"
           "A schedule is what the keys are: 1112 steps thread 1 three times, then thread 2.\n"
           "With commas: 1*3,2, thread names, 2~ for \"the timeout of thread 2 fires\".\n\n"
           "Exit status: 0 done, 1 a violation (deadlock, hang, bug check, assertion, fault),\n"
           "2 usage, 3 bad scenario or schedule, 4 a limit ended the work, 128+n by signal.\n");
}

static const struct cli_verb *find_verb(const char *name)
{
    for (size_t i = 0; i < N_VERBS; i++) {
        if (strcmp(name, verbs[i]->name) == 0) {
            return verbs[i];
        }
    }
    return NULL;
}

/* lockstep help [VERB] */
static int help_on(const char *name)
{
    const struct cli_verb *verb = name != NULL ? find_verb(name) : NULL;
    if (name != NULL && verb == NULL) {
        const char *names[N_VERBS];
        for (size_t i = 0; i < N_VERBS; i++) {
            names[i] = verbs[i]->name;
        }
        const char *nearest = diag_nearest(name, names, N_VERBS);
        return nearest != NULL ? cli_usage("", "no verb '%s'; did you mean '%s'?", name, nearest)
                               : cli_usage("", "no verb '%s'", name);
    }
    if (verb != NULL) {
        cli_help(verb);
    } else {
        print_help();
    }
    return EXIT_DONE;
}

static int run_verb(int argc, char **argv)
{
    if (argc < 2) {
        return verb_screen.run(0, NULL);
    }
    const struct cli_verb *verb = find_verb(argv[1]);
    if (verb != NULL) {
        if (!cli_asks_help(verb, argc - 2, argv + 2)) {
            return verb->run(argc - 2, argv + 2);
        }
        cli_help(verb);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "help") == 0) {
        return argc > 3 ? cli_usage("", "takes one verb") : help_on(argv[2]);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("lockstep %s\n", LOCKSTEP_VERSION);
        return EXIT_DONE;
    }
    if (cli_asks_help(&verb_screen, argc - 1, argv + 1)) {
        print_help();
        return EXIT_DONE;
    }
    return verb_screen.run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, ""); // for the screen; numbers stay in the C locale
    shipped_init(argv[0]);
    int status = run_verb(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "lockstep: the output could not be written: %s\n", strerror(errno));
        return EXIT_INCOMPLETE;
    }
    return status;
}
