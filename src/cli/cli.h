/*
 * What the verbs of the command line share: options, finding a scenario, exit status.
 *
 * Contract   DESIGN.md 6. A verb is a function of its arguments, without the verb itself, that
 *            returns the exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/lang/scenario.h"

enum exit_status {
    EXIT_DONE = 0,       // done, expectations met
    EXIT_VIOLATION = 1,  // deadlock, hang, bug check, assertion, fault; a failed expectation
    EXIT_USAGE = 2,      // the command line is wrong
    EXIT_BAD_INPUT = 3,  // the scenario or the schedule is wrong
    EXIT_INCOMPLETE = 4, // a limit ended the work before an answer
};

/* An option that a verb takes. */
struct cli_option {
    const char *name;     // "--seed"
    const char *value;    // "N" as help shows it; NULL: the option is a flag
    const char *fallback; // what holds if it is not given, for help; NULL: nothing to say
    const char *help;     // what it does
    bool given;           // set by cli_parse, as the next
    const char *text;     // the argument, if it takes one
};

enum { CLI_MAX_OPTIONS = 16, CLI_MAX_FILES = 256, CLI_MAX_SETTINGS = 64 };

/* A verb: parsing, help, and what the documents are compared with come from this one table. */
struct cli_verb {
    const char *name; // "run"; "" for the screen
    int (*run)(int argc, char **argv);
    const char *files;   // "FILE", "FILE..."; "" for none
    const char *summary; // half a sentence
    const struct cli_option *options;
    size_t n_options;
    bool settings;                          // takes --set
    const char *exits[EXIT_INCOMPLETE + 1]; // meaning of each status; NULL: it does not occur
};

/* A parsed command line. Strings point into argv. */
struct cli {
    const char *verb; // for messages
    struct cli_option options[CLI_MAX_OPTIONS];
    size_t n_options;
    const char *files[CLI_MAX_FILES];
    size_t n_files;
    struct setting settings[CLI_MAX_SETTINGS]; // --set name=value
    char *setting_names[CLI_MAX_SETTINGS];     // owned; cli_release
    size_t n_settings;
};

/*
 * Sorts argv into options, files and settings. "--name=value" and "--name value" are the same; "--"
 * ends options. False: a message with the nearest option has been printed; exit with EXIT_USAGE.
 */
bool cli_parse(struct cli *cli, const struct cli_verb *verb, int argc, char **argv);
void cli_release(struct cli *cli);

/* Does the verb's command line ask for help? Values of options do not. */
bool cli_asks_help(const struct cli_verb *verb, int argc, char **argv);

/* Usage, options with their defaults, exit status; on standard output. */
void cli_help(const struct cli_verb *verb);

/* "lockstep run FILE [--policy P] ...", on lines of at most 80 columns that begin with the indent.
 */
void cli_synopsis(const struct cli_verb *verb, unsigned indent);

const struct cli_option *cli_option(const struct cli *cli, const char *name);
bool cli_flag(const struct cli *cli, const char *name);

/* Value of an unsigned option, fallback if it is not given. False: not a number, message printed.
 */
bool cli_number(const struct cli *cli, const char *name, uint64_t fallback, uint64_t *value);

/* The same for a number that has bounds. */
bool cli_number_in(const struct cli *cli, const char *name, uint64_t fallback, uint64_t least,
                   uint64_t greatest, uint64_t *value);

/* "500M", "2G", "64K" or bytes; 0 if it is not given. False: message printed. */
bool cli_size(const struct cli *cli, const char *name, uint64_t *bytes);

/* Number of the option's word among n; 0 if it is not given. False: no such word, message printed.
 */
bool cli_word(const struct cli *cli, const char *name, const char *const *words, size_t n,
              size_t *ix);

/* Prints "lockstep VERB: message" and a hint at --help; returns EXIT_USAGE. */
int cli_usage(const char *verb, const char *format, ...) DIAG_PRINTF(2, 3);

/*
 * Loads the scenario named on the command line: a path, "-", or the name of a shipped one. NULL:
 * the diagnostics have been printed; exit with EXIT_BAD_INPUT.
 */
struct scenario *cli_load(const char *file, const struct cli *cli);

/* Is there something to read at this path? A directory is not. */
bool cli_is_file(const char *path);

/* Path of the shipped scenario of that name, malloc'd, or NULL. */
char *shipped_find(const char *name);

/* Where they are looked for: "DIRECTORY and DIRECTORY". */
void shipped_print_places(FILE *out);

/*
 * Calls see for each shipped scenario in alphabetical order with its name (without ".ini") and
 * path. Returns how many there are.
 */
size_t shipped_each(void (*see)(void *context, const char *name, const char *path), void *context);

/* Called once by main: where the program lies, for finding what was installed beside it. */
void shipped_init(const char *argv0);

/* The verbs. */
extern const struct cli_verb verb_screen, verb_run, verb_explore, verb_sample, verb_check,
    verb_render, verb_export, verb_list, verb_show, verb_lint;

#endif
