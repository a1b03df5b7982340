/*
 * Saving witnesses.
 */
#include "cli/witnesses.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_report.h"
#include "sim/lang/mem.h"
#include "sim/report/saved_schedule.h"

struct saving {
    const char *directory;
    const struct scenario *scenario;
    char (*names)[SAVED_NAME]; // used so far, without numbers and in lower case
    uint32_t n;
};

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z') {
        c = (char)(c - 'A' + 'a');
    }
    return c;
}

/* The path of the next file, malloc'd. Two names that differ in case alone are one to some hosts. */
static char *next_path(struct saving *saving, const char *kind, const char *text)
{
    char name[SAVED_NAME];
    saved_schedule_name(kind, text, name);
    char *plain = saving->names[saving->n];
    uint32_t same = 1;
    for (size_t i = 0; i < sizeof name; i++) {
        plain[i] = lower(name[i]);
        if (name[i] == '\0') {
            break;
        }
    }
    for (uint32_t i = 0; i < saving->n; i++) {
        same += strcmp(saving->names[i], plain) == 0;
    }
    saving->n++;
    // a name from saved_schedule_name has no two dashes, so a number after two is nobody's name
    return same == 1 ? mem_format("%s/%s.ini", saving->directory, name)
                     : mem_format("%s/%s--%u.ini", saving->directory, name, same);
}

static bool save(struct saving *saving, const char *kind, const char *text, const char *title,
                 const struct witness *witness)
{
    char *path = next_path(saving, kind, text);
    char *steps = witness_text(witness);
    char *error = NULL;
    const struct saved_schedule what = {.title = title, .steps = steps};
    bool ok = saved_schedule_write(saving->scenario, &what, path, shipped_find, &error);
    if (!ok) {
        fprintf(stderr, "lockstep explore: %s\n", error);
    }
    free(error);
    free(steps);
    free(path);
    return ok;
}

static bool save_ending(struct saving *saving, const struct explore_ending *e)
{
    const char *kind = verdict_name(e->kind);
    char *title = mem_format("%s: %s (%s)", saving->scenario->title, e->name, kind);
    bool ok = save(saving, kind, e->name, title, &e->witness);
    free(title);
    return ok;
}

/* The sentence of a finding begins with its kind in words; the name says it already. */
static bool save_finding(struct saving *saving, const struct explore_finding *f)
{
    const char *colon = strstr(f->text, ": ");
    char *title = mem_format("%s: %s", saving->scenario->title, f->text);
    bool ok = save(saving, finding_name(f->kind), colon != NULL ? colon + 2 : f->text, title,
                   &f->witness);
    free(title);
    return ok;
}

bool witnesses_save(const char *directory, const struct scenario *s, const struct explore_result *r)
{
    char *error = NULL;
    if (!saved_schedule_directory(directory, &error)) {
        fprintf(stderr, "lockstep explore: %s\n", error);
        free(error);
        return false;
    }
    struct saving saving = {.directory = directory, .scenario = s};
    saving.names = mem_alloc(r->n_endings + r->n_findings + 1u, sizeof *saving.names);
    bool ok = true;
    for (uint32_t i = 0; i < r->n_endings && ok; i++) {
        ok = save_ending(&saving, &r->endings[i]);
    }
    for (uint32_t i = 0; i < r->n_findings && ok; i++) {
        if (r->findings[i].kind != FINDING_CLAIM) {
            ok = save_finding(&saving, &r->findings[i]);
        }
    }
    free(saving.names);
    return ok;
}
