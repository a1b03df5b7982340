/*
 * lockstep: the command line. The first word is a verb, or else a scenario to open on the screen.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage;
    const char *help;
} verbs[] = {
    {"run", cmd_run,
     "run FILE [--schedule S | --policy P] [--seed N] [--max-steps N] [--locks] [--quiet]",
     "one run; prints the step table and the ending"},
    {"explore", cmd_explore,
     "explore FILE [--search auto|states|traces|all] [--endings named|state]\n"
     "                   [--max-states N] [--max-memory SIZE] [--time-limit SECONDS]",
     "every schedule: all endings, their chances, and what can go wrong"},
    {"check", cmd_check, "check FILE... [--max-states N]",
     "the file's expectations over every schedule; prints TAP"},
    {"render", cmd_render, "render FILE [--size 80x24] [--keys KEYS] [--format text|ansi|svg]",
     "one picture of the screen, no terminal needed"},
    {"list", cmd_list, "list", "the shipped scenarios"},
    {"show", cmd_show, "show NAME", "the text of a scenario"},
    {"lint", cmd_lint, "lint FILE...", "checks scenario files and reports every error"},
};

enum { N_VERBS = sizeof verbs / sizeof verbs[0] };

static void print_help(void)
{
    printf("lockstep %s: step threads by hand against an emulated NT kernel\n\n"
           "  lockstep [FILE]\n      opens a scenario on the screen\n",
           LOCKSTEP_VERSION);
    for (size_t i = 0; i < N_VERBS; i++) {
        printf("  lockstep %s\n      %s\n", verbs[i].usage, verbs[i].help);
    }
    printf("\nFILE is a path, the name of a shipped scenario, or - for standard input.\n"
           "  --set name=value    overrides a constant of the scenario; repeatable\n"
           "  --json              output for programs: run, explore, check, list, lint\n"
           "  --ascii             screen and render: only ASCII characters\n"
           "  --color WHEN        auto, always, never, 8, 16, 256\n"
           "  --theme NAME        dark, light, mono, high-contrast\n\n"
           "A schedule is what the keys are: 1112 steps thread 1 three times, then thread 2.\n"
           "With commas: 1*3,2, thread names, 2~ for \"the timeout of thread 2 fires\".\n\n"
           "Exit status: 0 done, 1 a violation (deadlock, hang, bug check, assertion, fault),\n"
           "2 usage, 3 bad scenario or schedule, 4 a limit ended the work, 128+n by signal.\n");
}

static int run_verb(int argc, char **argv)
{
    if (argc < 2) {
        return cmd_screen(0, NULL);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("lockstep %s\n", LOCKSTEP_VERSION);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < N_VERBS; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(argc - 2, argv + 2);
        }
    }
    return cmd_screen(argc - 1, argv + 1);
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
