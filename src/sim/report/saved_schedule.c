/*
 * Writing a saved schedule. Loading one is no matter of its own: it is a scenario.
 */
#include "sim/report/saved_schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "sim/lang/mem.h"
#include "sim/report/out_file.h"

/* ---- names ---- */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

size_t saved_schedule_name(const char *kind, const char *text, char out[SAVED_NAME])
{
    size_t n = 0;
    bool gap = false;
    for (const char *part = kind; part != NULL; part = part == kind ? text : NULL) {
        for (const char *c = part; *c != '\0' && n + 3 < SAVED_NAME; c++) {
            if (is_plain(*c)) {
                if (gap && n > 0) {
                    out[n++] = '-';
                }
                out[n++] = *c;
            }
            gap = !is_plain(*c);
        }
        gap = true;
    }
    out[n] = '\0';
    return n;
}

/* ---- directories ---- */

bool saved_schedule_directory(const char *directory, char **error)
{
    char *path = mem_text(directory, strlen(directory));
    bool ok = true;
    for (char *at = path; ok && *at != '\0'; at++) {
        char *slash = at[1] == '/' || at[1] == '\0' ? at + 1 : NULL;
        if (slash == NULL || *at == '/') {
            continue;
        }
        char kept = *slash;
        *slash = '\0';
        struct stat status;
        bool there = stat(path, &status) == 0;
        ok = there ? S_ISDIR(status.st_mode) : mkdir(path, 0777) == 0;
        if (!ok) {
            *error = mem_format("the directory %s cannot be made: %s", path,
                                there ? "there is a file of this name" : strerror(errno));
        }
        *slash = kept;
    }
    free(path);
    return ok;
}

/* Absolute path of the directory that a file is in, without links; malloc'd, or NULL. */
static char *directory_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    size_t n = slash == NULL ? 0 : slash == file ? 1 : (size_t)(slash - file);
    char *name = slash != NULL ? mem_text(file, n) : mem_text(".", 1);
    char *path = realpath(name, NULL);
    free(name);
    return path;
}

/* Path from a directory to a file, both absolute and without links; the whole path where they have
 * nothing in common. */
static char *relative_path(const char *directory, const char *file)
{
    size_t common = 0;
    for (size_t i = 0; directory[i] == file[i] || (directory[i] == '\0' && file[i] == '/'); i++) {
        if (file[i] == '/') {
            common = i;
        }
        if (directory[i] == '\0') {
            break;
        }
    }
    struct text path = {0};
    if (common == 0) {
        return mem_text(file, strlen(file));
    }
    text_add(&path, "", 0);
    for (const char *rest = directory + common; *rest != '\0'; rest++) {
        if (rest[0] == '/' && rest[1] != '\0') {
            text_add(&path, "../", 3);
        }
    }
    text_add(&path, file + common + 1, strlen(file + common + 1));
    return path.at;
}

/* ---- the base ---- */

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The scenario's name, if that is how a shipped one is found from this directory; else NULL. */
static char *shipped_name(const struct scenario *s, const char *directory,
                          char *(*find_shipped)(const char *name))
{
    char *shipped = find_shipped != NULL ? find_shipped(s->name) : NULL;
    char *beside = mem_format("%s/%s", directory, s->name); // would come first
    bool good = shipped != NULL && same_file(shipped, s->file) && access(beside, F_OK) != 0;
    free(shipped);
    free(beside);
    return good ? mem_text(s->name, strlen(s->name)) : NULL;
}

/* What `extends` says; NULL and *error if nothing can be said. */
static char *base_of(const struct scenario *s, const char *file,
                     char *(*find_shipped)(const char *name), char **error)
{
    if (strcmp(s->file, "-") == 0) {
        *error = mem_format("%s cannot be written: the scenario came from standard input, and a "
                            "saved schedule names the file that it extends",
                            file);
        return NULL;
    }
    if (same_file(s->file, file)) {
        *error = mem_format("%s cannot be written: it is the scenario that it would extend", file);
        return NULL;
    }
    char *found = NULL, *directory = directory_of(file);
    char *base = directory != NULL ? realpath(s->file, NULL) : NULL;
    if (base == NULL) {
        *error = mem_format("%s cannot be written: %s", file, strerror(errno));
    } else if ((found = shipped_name(s, directory, find_shipped)) == NULL) {
        found = relative_path(directory, base);
    }
    free(directory);
    free(base);
    if (found != NULL && strpbrk(found, "\"\n\r") != NULL) {
        *error = mem_format("%s cannot be written: the path of the scenario has a quote or a line "
                            "end in it",
                            file);
        free(found);
        return NULL;
    }
    return found;
}

/* ---- the text ---- */

/* A value between quotes, on one line. */
static void write_quoted(FILE *out, const char *key, const char *text)
{
    fprintf(out, "%-11s = \"", key);
    for (const char *c = text; *c != '\0'; c++) {
        putc(*c == '"' ? '\'' : (unsigned char)*c < ' ' ? ' ' : *c, out);
    }
    fprintf(out, "\"\n");
}

static void write_text(FILE *out, const struct scenario *s, const struct saved_schedule *what,
                       const char *base)
{
    fprintf(out, "; A run saved by lockstep %s. To see it again: lockstep run FILE\n",
            LOCKSTEP_VERSION);
    fprintf(out, "[scenario]\n");
    write_quoted(out, "title", what->title);
    if (what->description != NULL) {
        write_quoted(out, "description", what->description);
    }
    write_quoted(out, "extends", base);
    if (s->n_constants > 0) {
        fprintf(out, "\n[constants]\n");
    }
    for (uint32_t i = 0; i < s->n_constants; i++) {
        fprintf(out, "%s = %" PRId32 "\n", s->constants[i].name, s->constants[i].value);
    }
    fprintf(out, "\n[schedule]\npolicy = replay\nsteps  = %s\nhash   = %016" PRIx64 "\n",
            what->steps, s->hash);
}

bool saved_schedule_print(const struct scenario *s, const struct saved_schedule *what,
                          const char *file, char *(*find_shipped)(const char *name), FILE *out,
                          char **error)
{
    char *base = base_of(s, file, find_shipped, error);
    if (base == NULL) {
        return false;
    }
    write_text(out, s, what, base);
    free(base);
    return true;
}

bool saved_schedule_write(const struct scenario *s, const struct saved_schedule *what,
                          const char *file, char *(*find_shipped)(const char *name), char **error)
{
    char *base = base_of(s, file, find_shipped, error);
    if (base == NULL) {
        return false;
    }
    struct out_file written;
    bool ok = out_file_begin(&written, file);
    if (ok) {
        write_text(written.out, s, what, base);
        ok = out_file_end(&written);
    }
    if (!ok) {
        *error = mem_format("%s cannot be written: %s", file, strerror(errno));
    }
    free(base);
    return ok;
}
