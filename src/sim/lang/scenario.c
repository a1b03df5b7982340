/*
 * Loading and freeing a scenario. The stages are called in the order in which they need each other
 * (loader.h); errors are collected over all of them, so one load reports what it can.
 */
#include "sim/lang/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/loader.h"

/* "race" for "dir/race.ini". */
static char *name_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash != NULL ? slash + 1 : file;
    size_t n = strlen(name);
    if (n > 4 && strcmp(name + n - 4, ".ini") == 0)
        n -= 4;
    return mem_text(name, n);
}

/* A section that is reported here is not looked at again. */
static void check_section(struct loader *l, struct document_section *section)
{
    static const char *const kinds[] = {"scenario", "constants", "shared",    "schedule",
                                        "endings",  "expect",    "directory", "resource",
                                        "event",    "spinlock",  "thread"};
    enum { NAMELESS = 6 }; // the first six have no name
    size_t kind = 0, n = sizeof kinds / sizeof kinds[0];
    while (kind < n && !span_is(section->kind, kinds[kind]))
        kind++;
    if (kind == n) {
        char *hint = span_hint(section->kind, kinds, n);
        load_error(l, section->kind, "there is no section [%.*s]%s", SPAN(section->kind), hint);
        free(hint);
    } else if (kind < NAMELESS && section->id.n > 0) {
        load_error(l, section->id, "[%s] has no name: expected ']'", kinds[kind]);
        section->kind.n = 0;
    }
}

static void load(struct loader *l, const struct scenario_source *source,
                 const struct setting *settings, size_t n_settings)
{
    bool read = document_read(&l->document, source, l->diags);
    if (l->document.incomplete || (!read && l->document.n_sections == 0)) {
        l->ok = false;
        return;
    }
    for (size_t k = 0; k < l->document.n_sections; k++)
        check_section(l, &l->document.sections[k]);
    l->ok = l->ok && read;
    load_settings(l);
    load_constants(l, settings, n_settings);
    load_objects(l);
    load_thread_names(l);
    load_bodies(l);
    load_predicates(l);
    load_schedule(l);
    if (l->ok)
        load_world(l);
}

static void loader_free(struct loader *l)
{
    for (size_t k = 0; k < l->n_files; k++)
        free(l->files[k].path);
    free(l->files);
    symbols_release(&l->symbols);
    document_release(&l->document);
    free(l);
}

struct scenario *scenario_load(const struct scenario_source *source, const struct setting *settings,
                               size_t n_settings, struct diag_list *diags)
{
    struct loader *l = mem_alloc(1, sizeof *l);
    struct scenario *s = mem_alloc(1, sizeof *s);
    l->s = s;
    l->diags = diags;
    l->ok = true;
    l->scope = (struct scope){.symbols = &l->symbols, .diags = diags};
    s->file = mem_text(source->file, strlen(source->file));
    s->name = name_of(source->file);
    load(l, source, settings, n_settings);
    // counts are read from the layout, which a broken scenario has not got
    s->layout.shape.n_directories = l->shape.n_directories;
    s->layout.shape.n_resources = l->shape.n_resources;
    s->layout.shape.n_events = l->shape.n_events;
    s->layout.shape.n_spinlocks = l->shape.n_spinlocks;
    s->layout.shape.n_shared = l->shape.n_shared;
    bool ok = l->ok;
    loader_free(l);
    diag_sort(diags);
    if (ok)
        return s;
    scenario_free(s);
    return NULL;
}

struct scenario *scenario_load_file(const char *file, char *(*find_shipped)(const char *name),
                                    const struct setting *settings, size_t n_settings,
                                    struct diag_list *diags)
{
    struct scenario_source source = {.file = file, .find_shipped = find_shipped};
    const char *error;
    char *text = read_file(file, &source.length, &error);
    if (text == NULL) {
        diag_add(diags, DIAG_ERROR, file, 0, 0, "cannot read it: %s", error);
        return NULL;
    }
    source.text = text;
    struct scenario *s = scenario_load(&source, settings, n_settings, diags);
    free(text);
    return s;
}

static void thread_release(struct scenario_thread *t)
{
    for (uint32_t k = 0; k < t->n_lines; k++)
        free(t->lines[k]);
    free(t->lines);
    free(t->shift);
    free(t->name);
    free(t->role);
    free(t->file);
    code_release(&t->code);
}

static void predicate_release(struct predicate *p)
{
    free(p->text);
    free(p->file);
    code_release(&p->code);
    code_release(&p->element);
}

static void objects_free(struct scenario_object *objects, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        free(objects[k].name);
    free(objects);
}

static void names_free(struct scenario *s)
{
    const struct world_shape *shape = &s->layout.shape;
    objects_free(s->resources, shape->n_resources);
    objects_free(s->events, shape->n_events);
    objects_free(s->spinlocks, shape->n_spinlocks);
    for (uint32_t k = 0; k < shape->n_shared; k++)
        free(s->shared_names[k]);
    free(s->shared_names);
    for (uint32_t k = 0; k < shape->n_directories; k++) {
        free(s->directories[k].id);
        free(s->directories[k].path);
    }
    free(s->directories);
    name_table_free(s->names);
}

void scenario_free(struct scenario *s)
{
    if (s == NULL)
        return;
    names_free(s);
    for (uint32_t k = 0; k < s->n_threads; k++)
        thread_release(&s->threads[k]);
    for (uint32_t k = 0; k < s->n_constants; k++)
        free(s->constants[k].name);
    for (uint32_t k = 0; k < s->n_endings; k++) {
        free(s->endings[k].name);
        predicate_release(&s->endings[k].when);
    }
    for (uint32_t k = 0; k < s->n_expectations; k++)
        predicate_release(&s->expectations[k].claim);
    free(s->threads);
    free(s->constants);
    free(s->endings);
    free(s->expectations);
    free(s->invariants);
    free(s->schedule.steps);
    free(s->homes);
    free(s->initial);
    free(s->title);
    free(s->description);
    free(s->next);
    free(s->name);
    free(s->file);
    free(s);
}

void scenario_place(const struct scenario_thread *thread, uint16_t line, uint16_t column,
                    uint32_t *file_line, uint32_t *file_column)
{
    bool own = thread->first_line > 0;
    *file_line = own && line > 0 ? thread->first_line + line - 1 : line;
    *file_column = column;
    if (own && line > 0 && line <= thread->n_lines)
        *file_column = (uint32_t)((int64_t)column + thread->shift[line - 1]);
}

thread_ix scenario_find_thread(const struct scenario *s, const char *name, size_t length)
{
    for (uint32_t k = 0; k < s->n_threads; k++)
        if (strlen(s->threads[k].name) == length && memcmp(s->threads[k].name, name, length) == 0)
            return (thread_ix)k;
    return NO_THREAD;
}
