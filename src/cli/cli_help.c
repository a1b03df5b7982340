/*
 * Help on a verb, from the table that also parses its command line. Lines are filled to 80 columns.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

enum { WIDTH = 80, HELP_COLUMN = 24 };

/* Text that is being filled: a word that does not fit goes to a new line, under the indent. */
struct filling {
    unsigned column, indent;
};

static void fill_word(struct filling *f, const char *word, size_t n)
{
    if (f->column > f->indent) {
        if (f->column + 1 + n > WIDTH) {
            printf("\n%*s", (int)f->indent, "");
            f->column = f->indent;
        } else {
            putchar(' ');
            f->column++;
        }
    }
    printf("%.*s", (int)n, word);
    f->column += (unsigned)n;
}

static void fill_text(struct filling *f, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        fill_word(f, text, n);
        text += n + (text[n] == ' ');
    }
}

/* One unbroken "[--name VALUE]". */
static void fill_option(struct filling *f, const char *name, const char *value)
{
    char word[WIDTH];
    int n = snprintf(word, sizeof word, "[%s%s%s]", name, value != NULL ? " " : "",
                     value != NULL ? value : "");
    fill_word(f, word, n > 0 ? (size_t)n : 0);
}

void cli_synopsis(const struct cli_verb *verb, unsigned indent)
{
    struct filling f = {indent, indent + (unsigned)strlen("lockstep ")};
    printf("%*slockstep", (int)indent, "");
    f.column += (unsigned)strlen("lockstep");
    const char *words[] = {verb->name, verb->files};
    for (unsigned i = 0; i < 2; i++) {
        if (words[i][0] != '\0') {
            printf(" %s", words[i]);
            f.column += 1 + (unsigned)strlen(words[i]);
        }
    }
    for (size_t i = 0; i < verb->n_options; i++) {
        fill_option(&f, verb->options[i].name, verb->options[i].value);
    }
    if (verb->settings) {
        fill_option(&f, "--set", "name=value");
    }
    putchar('\n');
}

static void print_option(const char *name, const char *value, const char *fallback,
                         const char *help)
{
    struct filling f = {HELP_COLUMN, HELP_COLUMN};
    int n = printf("  %s%s%s", name, value != NULL ? " " : "", value != NULL ? value : "");
    if (n + 2 > HELP_COLUMN) {
        printf("\n%*s", HELP_COLUMN, "");
    } else {
        printf("%*s", HELP_COLUMN - n, "");
    }
    fill_text(&f, help);
    if (fallback != NULL) {
        fill_text(&f, "(default:");
        fill_text(&f, fallback);
        putchar(')');
    }
    putchar('\n');
}

static void print_exits(const struct cli_verb *verb)
{
    printf("\nExit status:\n");
    for (int i = 0; i <= EXIT_INCOMPLETE; i++) {
        if (i == EXIT_USAGE) {
            printf("  2  the command line is wrong\n");
        } else if (verb->exits[i] != NULL) {
            printf("  %d  %s\n", i, verb->exits[i]);
        }
    }
}

void cli_help(const struct cli_verb *verb)
{
    cli_synopsis(verb, 0);
    printf("\n%s\n", verb->summary);
    if (verb->settings) {
        printf("FILE is a path, the name of a shipped scenario, or - for standard input.\n");
    }
    printf("\nOptions:\n");
    for (size_t i = 0; i < verb->n_options; i++) {
        const struct cli_option *o = &verb->options[i];
        print_option(o->name, o->value, o->fallback, o->help);
    }
    if (verb->settings) {
        print_option("--set", "name=value", NULL,
                     "overrides a constant of the scenario; repeatable");
    }
    print_option("--help", NULL, NULL, "prints this");
    print_exits(verb);
}

bool cli_asks_help(const struct cli_verb *verb, int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        bool takes_value = strcmp(argv[i], "--set") == 0;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
        for (size_t k = 0; k < verb->n_options; k++) {
            takes_value |=
                verb->options[k].value != NULL && strcmp(verb->options[k].name, argv[i]) == 0;
        }
        i += takes_value;
    }
    return false;
}
