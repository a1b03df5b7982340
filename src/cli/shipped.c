/*
 * Where the shipped scenarios lie: beside the program, as the build tree and an installation both
 * have them, else where the installation was configured to go.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <unistd.h>

#include "cli/cli.h"

enum { PATH_SIZE = 4096 };

/* Directory of the program, with a trailing slash; empty if it is not known. Set once by main. */
static char program_directory[PATH_SIZE];

void shipped_init(const char *argv0)
{
    ssize_t n = readlink("/proc/self/exe", program_directory, sizeof program_directory - 1);
    if (n > 0) {
        program_directory[n] = '\0';
    } else if (strchr(argv0, '/') != NULL) {
        snprintf(program_directory, sizeof program_directory, "%s", argv0);
    }
    char *slash = strrchr(program_directory, '/');
    if (slash != NULL) {
        slash[1] = '\0';
    } else {
        program_directory[0] = '\0';
    }
}

/* The k-th directory that may hold scenarios; false past the last. */
static bool place(unsigned k, char out[PATH_SIZE])
{
    int n = 0;
    if (k == 0) {
        n = snprintf(out, PATH_SIZE, "%s%s", program_directory, LOCKSTEP_BUILD_SCENARIOS);
    } else if (k == 1) {
        n = snprintf(out, PATH_SIZE, "%s/scenarios", LOCKSTEP_DATADIR);
    }
    return n > 0 && n < PATH_SIZE;
}

void shipped_print_places(FILE *out)
{
    char directory[PATH_SIZE];
    for (unsigned k = 0; place(k, directory); k++) {
        fprintf(out, "%s%s", k > 0 ? " and " : "", directory);
    }
}

char *shipped_find(const char *name)
{
    char directory[PATH_SIZE];
    for (unsigned k = 0; place(k, directory); k++) {
        size_t size = strlen(directory) + strlen(name) + sizeof "/.ini";
        char *path = malloc(size);
        if (path == NULL) {
            abort();
        }
        snprintf(path, size, "%s/%s.ini", directory, name);
        if (access(path, R_OK) == 0) {
            return path;
        }
        free(path);
    }
    return NULL;
}

static int is_scenario(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 4 && strcmp(entry->d_name + n - 4, ".ini") == 0;
}

/* By bytes, whatever the locale says. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

size_t shipped_each(void (*see)(void *context, const char *name, const char *path), void *context)
{
    char directory[PATH_SIZE];
    for (unsigned k = 0; place(k, directory); k++) {
        struct dirent **entries;
        int n = scandir(directory, &entries, is_scenario, by_name);
        if (n <= 0) {
            continue;
        }
        for (int i = 0; i < n; i++) {
            char path[PATH_SIZE + 256];
            char name[256];
            snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
            snprintf(name, sizeof name, "%.*s", (int)(strlen(entries[i]->d_name) - 4),
                     entries[i]->d_name);
            see(context, name, path);
            free(entries[i]);
        }
        free(entries);
        return (size_t)n;
    }
    return 0;
}
