/*
 * [constants], [directory], [resource], [event], [spinlock], [shared]: what there is, and how it
 * starts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_model/nt_status.h"
#include "sim/lang/loader.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

/* ---- constants ---- */

static const struct setting *find_setting(struct span name, const struct setting *settings,
                                          size_t n)
{
    for (size_t k = n; k-- > 0;) // the last one given counts
        if (span_is(name, settings[k].name))
            return &settings[k];
    return NULL;
}

static void load_constant(struct loader *l, const struct ini_key *key,
                          const struct setting *setting)
{
    struct scenario *s = l->s;
    int32_t file_value;
    char *name = span_text(key->key);
    if (!compile_constant(&l->scope, key->value, &file_value))
        l->ok = false;
    struct symbol symbol = {.name = name,
                            .kind = SYMBOL_CONSTANT,
                            .value = setting != NULL ? setting->value : file_value,
                            .n = 1,
                            .where = key->key};
    if (!symbols_add(&l->symbols, &symbol, l->diags)) {
        l->ok = false;
        free(name);
        return;
    }
    s->constants[s->n_constants++] = (struct constant){name, symbol.value, file_value};
}

/* Settings of constants that the scenario does not have. */
static void check_settings(struct loader *l, const struct setting *settings, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct span name = {settings[k].name, strlen(settings[k].name), "--set", 0, 0};
        if (symbols_find(&l->symbols, name) != NULL)
            continue;
        char *hint = symbols_hint(&l->symbols, name, SYMBOL_BIT(SYMBOL_CONSTANT), false);
        load_error(l, name, "the scenario has no constant '%s'%s", name.at, hint);
        free(hint);
    }
}

void load_constants(struct loader *l, const struct setting *settings, size_t n_settings)
{
    const struct document_section *section = NULL;
    for (size_t k = 0; k < l->document.n_sections && section == NULL; k++)
        if (span_is(l->document.sections[k].kind, "constants"))
            section = &l->document.sections[k];
    size_t n = section != NULL ? section->n_keys : 0;
    l->s->constants = mem_alloc(n, sizeof *l->s->constants);
    for (size_t k = 0; k < n; k++)
        load_constant(l, &section->keys[k],
                      find_setting(section->keys[k].key, settings, n_settings));
    check_settings(l, settings, n_settings);
}

/* ---- directories and their files ---- */

/* The name part of `file = NAME [size [attributes]] [for i = lo..hi]`, which may be in quotes. */
static struct span take_name(struct loader *l, struct span *rest)
{
    size_t n = 0;
    bool quoted = rest->n > 0 && rest->at[0] == '"';
    const char *close = quoted ? memchr(rest->at + 1, '"', rest->n - 1) : NULL;
    if (quoted && close == NULL)
        load_error(l, *rest, "this name is not closed: expected '\"'");
    if (close != NULL)
        n = (size_t)(close - rest->at) + 1;
    while (!quoted && n < rest->n && !is_blank(rest->at[n]))
        n++;
    struct span name = close != NULL ? span_part(*rest, 1, n - 2) : span_part(*rest, 0, n);
    *rest = span_trim(span_part(*rest, n, rest->n));
    return name;
}

/* What follows the name. */
struct file_form {
    int32_t size, attributes;
    struct span counter; // of `for`; empty if there is none
    int32_t from, to;    // inclusive
};

static bool parse_value(struct loader *l, struct parser *p, int32_t *value)
{
    struct node *n = parse_argument(p);
    return p->ok && compile_constant_node(&l->scope, n, value);
}

static bool parse_form(struct loader *l, struct parser *p, struct file_form *form)
{
    *form = (struct file_form){0};
    if (p->now->kind != TOKEN_END && p->now->kind != TOKEN_FOR && !parse_value(l, p, &form->size))
        return false;
    if (p->now->kind != TOKEN_END && p->now->kind != TOKEN_FOR &&
        !parse_value(l, p, &form->attributes))
        return false;
    if (parser_accept(p, TOKEN_FOR)) {
        form->counter = p->now->where;
        if (!parser_accept(p, TOKEN_NAME))
            parser_expected(p, "a name after 'for'");
        if (!p->lost && !parser_accept(p, TOKEN_ASSIGN))
            parser_expected(p, "'=' as in 'for i = 0..9'");
        if (p->lost || !parse_value(l, p, &form->from))
            return false;
        if (!parser_accept(p, TOKEN_DOTS))
            parser_expected(p, "'..' as in 'for i = 0..9'");
        if (p->lost || !parse_value(l, p, &form->to))
            return false;
    }
    if (p->now->kind != TOKEN_END)
        parser_expected(p, "the end of the line");
    return p->ok;
}

/* The name with {counter} filled in, malloc'd. */
static char *fill_name(struct span name, struct span counter, int32_t value)
{
    struct text text = {0};
    text_add(&text, "", 0);
    for (size_t k = 0; k < name.n; k++) {
        bool hole = counter.n > 0 && name.at[k] == '{' && name.n - k >= counter.n + 2 &&
                    memcmp(name.at + k + 1, counter.at, counter.n) == 0 &&
                    name.at[k + 1 + counter.n] == '}';
        if (!hole) {
            text_add(&text, &name.at[k], 1);
            continue;
        }
        text_format(&text, "%d", value);
        k += counter.n + 1;
    }
    return text.at;
}

static void add_file(struct loader *l, const char *directory, struct span where, const char *name,
                     const struct file_form *form)
{
    char *path = mem_format("%s\\%s", directory, name);
    bool bad = *name == '\0' || strchr(name, '\\') != NULL || strchr(name, '{') != NULL;
    if (bad || strlen(path) >= MAX_PATH_BYTES) {
        load_error(l, where,
                   strchr(name, '{') != NULL ? "a name with {i} needs 'for i = 0..9' behind it"
                                             : "expected the name of a file in this directory");
        free(path);
        return;
    }
    l->files = mem_grow(l->files, l->n_files, &l->capacity_files, sizeof *l->files);
    l->files[l->n_files++] =
        (struct start_file){where, path, (uint32_t)form->size, (uint8_t)form->attributes};
}

static void read_file_key(struct loader *l, const char *directory, struct span value)
{
    const int32_t known = NT_FILE_ATTRIBUTE_READONLY | NT_FILE_ATTRIBUTE_HIDDEN |
                          NT_FILE_ATTRIBUTE_SYSTEM | NT_FILE_ATTRIBUTE_NORMAL;
    struct arena arena = {0};
    struct parser p;
    struct file_form form;
    struct span rest = value;
    struct span name = take_name(l, &rest);
    parser_init(&p, rest, &arena, l->diags);
    if (!parse_form(l, &p, &form)) {
        l->ok = false;
    } else if (form.size < 0) {
        load_error(l, rest, "a file cannot have %d bytes", form.size);
    } else if ((form.attributes & ~known) != 0) {
        load_error(l, rest, "expected attributes such as FILE_ATTRIBUTE_READONLY");
    } else if ((int64_t)form.to - form.from >= MAX_NAMES) {
        load_error(l, form.counter, "more than %d files", MAX_NAMES);
    } else {
        form.attributes &= ~NT_FILE_ATTRIBUTE_NORMAL;
        for (int64_t k = form.from; k <= form.to && l->n_files <= MAX_NAMES; k++) {
            char *filled = fill_name(name, form.counter, (int32_t)k);
            add_file(l, directory, name, filled, &form);
            free(filled);
        }
    }
    arena_release(&arena);
}

/* "C:" for "C:\", so that a name can be put behind it and a backslash. */
static char *read_directory_path(struct loader *l, const struct ini_key *key)
{
    char *path = mem_alloc(key->value.n + 2, 1);
    memcpy(path, key->value.at, key->value.n);
    if (key->value.n > 0 && path[key->value.n - 1] != '\\')
        path[key->value.n] = '\\';
    bool ok = path_normalize(path, true, key->value, l->diags);
    l->ok = l->ok && ok;
    if (*path != '\0')
        path[strlen(path) - 1] = '\0';
    return path;
}

static void load_directory(struct loader *l, const struct document_section *section)
{
    static const struct key_rule rules[] = {{"path", false}, {"file", true}};
    struct scenario *s = l->s;
    check_keys(l, section, rules, N(rules));
    const struct ini_key *path = find_key(section, "path");
    if (section->id.n == 0 || path == NULL) {
        load_error(l, section->kind,
                   section->id.n == 0 ? "expected a name: [directory temp]"
                                      : "a directory needs 'path = C:\\Temp'");
        return;
    }
    if (l->shape.n_directories == MAX_DIRECTORIES) {
        load_error(l, section->kind, "more than %d directories", MAX_DIRECTORIES);
        return;
    }
    struct scenario_directory *d = &s->directories[l->shape.n_directories++];
    d->id = span_text(section->id);
    d->path = read_directory_path(l, path);
    for (uint16_t k = 0; k + 1 < l->shape.n_directories; k++)
        if (path_equal(s->directories[k].path, d->path))
            load_error(l, path->value, "[directory %s] has this path already",
                       s->directories[k].id);
    for (size_t k = 0; k < section->n_keys; k++)
        if (span_is(section->keys[k].key, "file"))
            read_file_key(l, d->path, section->keys[k].value);
    l->scope.n_directories = l->shape.n_directories;
}

/* ---- resources, events, spin locks ---- */

/* One kind of object: where its records go. */
struct object_table {
    const char *kind;
    const char *plural;
    enum symbol_kind symbol;
    uint32_t limit;
    uint16_t *count;
    struct start *starts;
    uint8_t *homes;
    struct scenario_object *objects;
};

static void read_start(struct loader *l, const struct document_section *section, bool event,
                       struct start *start, unsigned *home)
{
    static const char *const no_yes[] = {"no", "yes"};
    static const char *const homes[] = {"", "extension", "image"};
    static const char *const types[] = {"NotificationEvent", "SynchronizationEvent"};
    static const char *const truth[] = {"FALSE", "TRUE"};
    unsigned initialized = 1, type = 0, signaled = 0;
    read_word(l, section, "initialized", no_yes, 2, &initialized);
    if (find_key(section, "in") != NULL) {
        unsigned where = 0;
        read_word(l, section, "in", homes + 1, 2, &where);
        *home = where + 1;
    }
    if (event) {
        read_word(l, section, "type", types, 2, &type);
        read_word(l, section, "signaled", truth, 2, &signaled);
        if (find_key(section, "type") == NULL)
            load_error(
                l, section->kind,
                "an event needs 'type = SynchronizationEvent' or 'type = NotificationEvent'");
    }
    *start = (struct start){initialized != 0, (uint8_t)type, (uint8_t)signaled};
}

static void load_object(struct loader *l, const struct document_section *section,
                        const struct object_table *table)
{
    static const struct key_rule rules[] = {
        {"initialized", false}, {"in", false}, {"type", false}, {"signaled", false}};
    bool event = table->symbol == SYMBOL_EVENT;
    struct span name;
    uint32_t n;
    bool is_array;
    struct start start;
    unsigned home = HOME_NONE;
    check_keys(l, section, rules, event ? 4 : 2);
    read_start(l, section, event, &start, &home);
    if (section->id.n == 0) {
        load_error(l, section->kind, "expected a name: [%s NAME]", table->kind);
        return;
    }
    if (!read_array(l, section->id, table->limit - *table->count, table->plural, &name, &n,
                    &is_array))
        return;
    char *text = span_text(name);
    struct symbol symbol = {.name = text,
                            .kind = table->symbol,
                            .is_array = is_array,
                            .first = *table->count,
                            .n = n,
                            .where = name};
    if (!symbols_add(&l->symbols, &symbol, l->diags))
        l->ok = false;
    for (uint32_t k = 0; k < n; k++) {
        uint16_t ix = (*table->count)++;
        table->starts[ix] = start;
        table->homes[ix] = (uint8_t)home;
        table->objects[ix].name = is_array ? mem_format("%s[%u]", text, k) : mem_text(text, name.n);
        table->objects[ix].home = (uint8_t)home;
    }
    free(text);
}

static void load_resource(struct loader *l, const struct document_section *section)
{
    load_object(l, section,
                &(struct object_table){"resource", "resources", SYMBOL_RESOURCE, MAX_RESOURCES,
                                       &l->shape.n_resources, l->resources, l->resource_home,
                                       l->s->resources});
}

static void load_event(struct loader *l, const struct document_section *section)
{
    load_object(l, section,
                &(struct object_table){"event", "events", SYMBOL_EVENT, MAX_EVENTS,
                                       &l->shape.n_events, l->events, l->event_home, l->s->events});
}

static void load_spinlock(struct loader *l, const struct document_section *section)
{
    load_object(l, section,
                &(struct object_table){"spinlock", "spin locks", SYMBOL_SPINLOCK, MAX_SPINLOCKS,
                                       &l->shape.n_spinlocks, l->spinlocks, l->spinlock_home,
                                       l->s->spinlocks});
}

/* ---- shared variables ---- */

static void load_shared_key(struct loader *l, const struct ini_key *key)
{
    struct span name;
    uint32_t n;
    bool is_array;
    int32_t value;
    uint32_t left = MAX_SHARED - (uint32_t)l->shape.n_shared;
    if (!compile_constant(&l->scope, key->value, &value))
        l->ok = false;
    if (!read_array(l, key->key, left, "shared variables", &name, &n, &is_array))
        return;
    char *text = span_text(name);
    struct symbol symbol = {.name = text,
                            .kind = SYMBOL_SHARED,
                            .is_array = is_array,
                            .first = l->shape.n_shared,
                            .n = n,
                            .where = name};
    if (!symbols_add(&l->symbols, &symbol, l->diags))
        l->ok = false;
    for (uint32_t k = 0; k < n; k++) {
        l->shared[l->shape.n_shared] = value;
        l->s->shared_names[l->shape.n_shared++] =
            is_array ? mem_format("%s[%u]", text, k) : mem_text(text, name.n);
    }
    free(text);
}

static void load_shared(struct loader *l, const struct document_section *section)
{
    for (size_t k = 0; k < section->n_keys; k++)
        load_shared_key(l, &section->keys[k]);
}

void load_objects(struct loader *l)
{
    struct scenario *s = l->s;
    s->directories = mem_alloc(MAX_DIRECTORIES, sizeof *s->directories);
    s->resources = mem_alloc(MAX_RESOURCES, sizeof *s->resources);
    s->events = mem_alloc(MAX_EVENTS, sizeof *s->events);
    s->spinlocks = mem_alloc(MAX_SPINLOCKS, sizeof *s->spinlocks);
    s->shared_names = mem_alloc(MAX_SHARED, sizeof *s->shared_names);
    l->scope.directories = s->directories;
    each_section(l, "directory", load_directory);
    each_section(l, "resource", load_resource);
    each_section(l, "event", load_event);
    each_section(l, "spinlock", load_spinlock);
    each_section(l, "shared", load_shared);
}
