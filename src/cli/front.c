/*
 * Files are written in the directory that the program runs in, under the first name that is free, or under
 * the one that was asked for: nothing is ever overwritten, and nothing is asked.
 */
#include "cli/front.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "sim/lang/mem.h"
#include "sim/report/saved_schedule.h"
#include "ui/render.h"

enum { MOST_NUMBERS = 10000 };

/* ---- the shipped scenarios ---- */

/* The directories in which they are looked for, malloc'd; NULL: memory is refused. */
static char *places_text(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    shipped_print_places(out);
    fclose(out);
    return text;
}

static void collect(void *context, const char *name, const char *path)
{
    struct front *f = context;
    struct diag_list diags = {0};
    struct scenario *s = scenario_load_file(path, shipped_find, NULL, 0, &diags);

    diag_release(&diags);
    if (s == NULL)
        return; // not one of ours: somebody put it there
    f->items = mem_grow(f->items, f->n_items, &f->capacity, sizeof *f->items);
    f->items[f->n_items++] =
        (struct library_item){mem_text(name, strlen(name)), mem_text(s->title, strlen(s->title)),
                              mem_text(s->description, strlen(s->description))};
    scenario_free(s);
}

static const struct library *library_of(void *context)
{
    struct front *f = context;

    if (f->library.n == 0) {
        shipped_each(collect, f);
        if (f->places == NULL)
            f->places = places_text();
        f->library = (struct library){(int)f->n_items, f->items, f->places};
    }
    return &f->library;
}

static void library_release(struct front *f)
{
    for (size_t i = 0; i < f->n_items; i++) {
        free((char *)f->items[i].name);
        free((char *)f->items[i].title);
        free((char *)f->items[i].description);
    }
    free(f->items);
    free(f->places);
}

/* ---- opening ---- */

static bool begin(struct front *f, struct scenario *scenario)
{
    struct session *session = session_open(scenario);

    if (session == NULL)
        return false;
    session->theme = f->session != NULL ? f->session->theme : f->options.theme;
    session->mouse = f->session != NULL ? f->session->mouse : f->options.mouse;
    session_set_library(session, library_of, f);
    session_close(f->session);
    scenario_free(f->scenario);
    f->session = session;
    f->scenario = scenario;
    return true;
}

static int no_scenarios(void)
{
    fprintf(stderr, "lockstep: no shipped scenarios were found in ");
    shipped_print_places(stderr);
    fprintf(stderr, "; name a file\n");
    return EXIT_BAD_INPUT;
}

int front_open(struct front *f, const char *file)
{
    bool pick = file == NULL;

    if (pick && library_of(f)->n == 0)
        return no_scenarios();
    struct scenario *scenario = cli_load(pick ? "race" : file, f->cli);
    if (scenario == NULL)
        return EXIT_BAD_INPUT;
    if (!begin(f, scenario)) {
        fprintf(stderr, "lockstep: out of memory\n");
        scenario_free(scenario);
        return EXIT_INCOMPLETE;
    }
    if (pick) {
        session_key(f->session, 'o');
        f->session->unchosen = true;
    }
    return EXIT_DONE;
}

void front_close(struct front *f)
{
    session_close(f->session);
    scenario_free(f->scenario);
    library_release(f);
    frame_release(&f->frame);
}

/* The settings of the command line were for the first scenario. */
static void open_other(struct front *f, const char *name)
{
    struct diag_list diags = {0};
    char text[TEXT_LINE];
    char *shipped = cli_is_file(name) ? NULL : shipped_find(name);
    struct scenario *scenario = NULL;

    if (shipped != NULL || cli_is_file(name))
        scenario =
            scenario_load_file(shipped != NULL ? shipped : name, shipped_find, NULL, 0, &diags);
    else
        diag_add(&diags, DIAG_ERROR, name, 0, 0, "there is no such file and no shipped scenario");
    if (scenario != NULL)
        scenario->shipped = shipped != NULL;
    if (scenario == NULL || !begin(f, scenario)) {
        const struct diag *d = diags.n > 0 ? &diags.items[0] : NULL;
        if (d != NULL && d->line > 0)
            snprintf(text, sizeof text, "%.200s:%u:%u: %.250s", d->file, (unsigned)d->line,
                     (unsigned)d->column, d->text);
        else
            snprintf(text, sizeof text, "%.200s: %.250s", name,
                     d != NULL ? d->text : "out of memory");
        session_say(f->session, text, true);
    } else {
        snprintf(text, sizeof text, "This is %.100s: %.300s.", f->scenario->name,
                 f->scenario->title);
        session_say(f->session, text, false);
    }
    diag_release(&diags);
    free(shipped);
}

/* ---- files ---- */

/* "race-1.svg": the first number that is free, malloc'd; NULL: none is. */
static char *free_name(const struct scenario *s, const char *kind, const char *extension)
{
    const char *base = strcmp(s->name, "-") == 0 ? "lockstep" : s->name;

    for (int n = 1; n < MOST_NUMBERS; n++) {
        char *name = mem_format("%s-%s-%d.%s", base, kind, n, extension);
        FILE *there = fopen(name, "r");
        if (there == NULL)
            return name;
        fclose(there);
        free(name);
    }
    return NULL;
}

static void say_written(struct front *f, const char *name, bool ok, const char *error)
{
    char text[TEXT_LINE];

    if (ok)
        snprintf(text, sizeof text, "Written: %.400s", name);
    else
        snprintf(text, sizeof text, "%.200s could not be written: %.200s",
                 name != NULL ? name : "It", error);
    session_say(f->session, text, !ok);
}

static void write_picture(struct front *f)
{
    static const char *const extensions[] = {
        [PICTURE_TEXT] = "txt", [PICTURE_ANSI] = "ans", [PICTURE_SVG] = "svg"};
    char *name = free_name(f->scenario, "screen", extensions[f->session->picture_format]);
    FILE *out = name != NULL ? fopen(name, "wx") : NULL;
    bool ok = out != NULL;

    if (ok) {
        session_draw(f->session, &f->frame); // without the question
        switch (f->session->picture_format) {
        case PICTURE_TEXT:
            render_text(&f->frame, out);
            break;
        case PICTURE_ANSI:
            render_ansi(&f->frame, f->session->theme, f->options.depth, out);
            break;
        case PICTURE_SVG:
            render_svg(&f->frame, f->session->theme, out);
            break;
        }
        ok = !ferror(out);
        ok = fclose(out) == 0 && ok;
    }
    say_written(f, name, ok, strerror(errno));
    free(name);
}

/* The file to save in, malloc'd: as asked for, with ".ini" at its end, else the first that is free; NULL and
 * the message: there is none. */
static char *name_to_save(struct front *f)
{
    const char *asked = f->session->wish_text, *end = strrchr(asked, '.');
    bool whole = asked[0] == '\0' || (end != NULL && strcmp(end, ".ini") == 0);
    char *name = asked[0] == '\0' ? free_name(f->scenario, "run", "ini")
                                  : mem_format("%s%s", asked, whole ? "" : ".ini");

    if (name == NULL) {
        say_written(f, NULL, false, "all names are taken");
    } else if (asked[0] != '\0' && access(name, F_OK) == 0) {
        say_written(f, name, false, "it is there already, and nothing is overwritten");
        free(name);
        name = NULL;
    }
    return name;
}

static void save_schedule(struct front *f)
{
    char *name = name_to_save(f), *steps = session_schedule(f->session);
    char *error = NULL, *title = mem_format("%s: a saved run", f->scenario->title);
    char text[TEXT_LINE];

    if (name == NULL) {
        // said already
    } else if (saved_schedule_write(f->scenario,
                                    &(struct saved_schedule){.title = title, .steps = steps}, name,
                                    shipped_find, &error)) {
        uint32_t others = branches_count(f->session->branches) - 1;
        int n =
            snprintf(text, sizeof text, "Written: %.200s. lockstep %.200s opens it.", name, name);
        if (others > 0)
            snprintf(text + n, sizeof text - (size_t)n, " It is this branch; %u %s not in it.",
                     (unsigned)others, others == 1 ? "other is" : "others are");
        session_say(f->session, text, false);
    } else {
        session_say(f->session, error, true);
    }
    free(error);
    free(title);
    free(steps);
    free(name);
}

void front_fulfil(struct front *f)
{
    char name[TEXT_LINE];
    enum wish wish = f->session->wish;

    if (wish != WISH_OPEN && wish != WISH_SAVE && wish != WISH_PICTURE)
        return;
    f->session->wish = WISH_NONE;
    if (wish == WISH_OPEN) {
        snprintf(name, sizeof name, "%s", f->session->wish_text);
        open_other(f, name);
    } else if (wish == WISH_SAVE) {
        save_schedule(f);
    } else {
        write_picture(f);
    }
}
