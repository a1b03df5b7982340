/*
 * Reading, following `extends`, merging. A base is merged before the file that extends it, so later
 * always wins; the order of what the base has stays, and with it the numbers of its threads.
 */
#include "sim/lang/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "sim/lang/mem.h"

/* ---- files ---- */

static char *read_stream(FILE *in, size_t *length, const char **error)
{
    struct text text = {0};
    char part[16 * 1024];
    size_t n;
    text_add(&text, "", 0);
    while ((n = fread(part, 1, sizeof part, in)) > 0 && text.n <= MAX_FILE_BYTES)
        text_add(&text, part, n);
    *error = ferror(in)                ? strerror(errno)
             : text.n > MAX_FILE_BYTES ? "it is larger than 64 MB"
                                       : NULL;
    *length = text.n;
    if (*error != NULL)
        text_release(&text);
    return text.at;
}

char *read_file(const char *file, size_t *length, const char **error)
{
    struct stat status;
    if (strcmp(file, "-") == 0)
        return read_stream(stdin, length, error);
    *error = NULL;
    if (stat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        *error = "it is a directory";
        return NULL;
    }
    FILE *in = fopen(file, "rb");
    if (in == NULL) {
        *error = strerror(errno);
        return NULL;
    }
    char *text = read_stream(in, length, error);
    fclose(in);
    return text;
}

/* Takes the text over. */
static const struct document_file *add_file(struct document *document, const char *name, char *text)
{
    struct document_file *file = mem_alloc(1, sizeof *file);
    struct stat status;
    file->name = mem_text(name, strlen(name));
    file->text = text;
    if (stat(name, &status) == 0) {
        file->device = (uint64_t)status.st_dev;
        file->inode = (uint64_t)status.st_ino;
    }
    document->files[document->n_files++] = file;
    return file;
}

/* `name` beside the file that mentions it. */
static char *relative_to(const char *file, struct span name)
{
    const char *slash = strrchr(file, '/');
    size_t n = slash == NULL || name.at[0] == '/' ? 0 : (size_t)(slash - file) + 1;
    return mem_format("%.*s%.*s", (int)n, file, (int)name.n, name.at);
}

static bool is_open_already(const struct document *document, const char *file)
{
    struct stat status;
    if (stat(file, &status) != 0)
        return false;
    for (unsigned k = 0; k < document->n_files; k++)
        if (document->files[k]->inode == (uint64_t)status.st_ino &&
            document->files[k]->device == (uint64_t)status.st_dev)
            return true;
    return false;
}

/* ---- merging ---- */

struct span section_name(struct span id)
{
    const char *bracket = id.n > 0 ? memchr(id.at, '[', id.n) : NULL;
    return span_trim(span_part(id, 0, bracket != NULL ? (size_t)(bracket - id.at) : id.n));
}

static bool merges_keys(struct span kind)
{
    return span_is(kind, "scenario") || span_is(kind, "constants") || span_is(kind, "shared") ||
           span_is(kind, "schedule");
}

static struct document_section *find_section(struct document *document, struct span kind,
                                             struct span id)
{
    for (size_t k = 0; k < document->n_sections; k++) {
        struct document_section *s = &document->sections[k];
        if (span_equal(s->kind, kind) && span_equal(section_name(s->id), section_name(id)))
            return s;
    }
    return NULL;
}

static void add_key(struct document_section *section, struct ini_key key)
{
    section->keys =
        mem_grow(section->keys, section->n_keys, &section->capacity, sizeof *section->keys);
    section->keys[section->n_keys++] = key;
}

/* Each key takes the place of the one with its name. */
static bool merge_keys(struct document_section *section, const struct ini_key *keys, size_t n,
                       struct diag_list *diags)
{
    bool ok = true;
    size_t n_old = section->n_keys;
    for (size_t k = 0; k < n; k++) {
        struct ini_key *same = NULL;
        for (size_t j = 0; j < section->n_keys && same == NULL; j++)
            if (span_equal(section_name(section->keys[j].key), section_name(keys[k].key)))
                same = &section->keys[j];
        if (same != NULL && (same->key.file == keys[k].key.file || same >= section->keys + n_old)) {
            span_error(diags, keys[k].key, "'%.*s' is already in this section, at %u:%u",
                       SPAN(same->key), (unsigned)same->key.line, (unsigned)same->key.column);
            ok = false;
        } else if (same != NULL) {
            *same = keys[k];
        } else {
            add_key(section, keys[k]);
        }
    }
    return ok;
}

static bool merge_section(struct document *document, const struct ini *ini,
                          const struct ini_section *from, unsigned file, struct diag_list *diags)
{
    const struct ini_key *keys = from->n_keys > 0 ? ini->keys + from->first_key : NULL;
    struct document_section *section = find_section(document, from->kind, from->id);
    if (section != NULL && section->file == file) {
        span_error(diags, from->kind, "there is a section [%.*s%s%.*s] already, at %u:%u",
                   SPAN(from->kind), section->id.n > 0 ? " " : "", SPAN(section->id),
                   (unsigned)section->kind.line, (unsigned)section->kind.column);
        return false;
    }
    if (section == NULL) {
        document->sections = mem_grow(document->sections, document->n_sections,
                                      &document->capacity_sections, sizeof *document->sections);
        section = &document->sections[document->n_sections++];
    }
    section->kind = from->kind;
    section->id = from->id;
    section->file = file;
    if (merges_keys(from->kind))
        return merge_keys(section, keys, from->n_keys, diags);
    section->n_keys = 0;
    for (size_t k = 0; k < from->n_keys; k++)
        add_key(section, keys[k]);
    return true;
}

/* ---- following extends ---- */

static bool read_text(struct document *document, const struct document_file *file, size_t length,
                      char *(*find_shipped)(const char *), struct diag_list *diags);

/* The value of `extends`, if there is one. */
static const struct ini_key *find_extends(const struct ini *ini)
{
    for (size_t k = 0; k < ini->n_sections; k++)
        for (size_t j = 0;
             span_is(ini->sections[k].kind, "scenario") && j < ini->sections[k].n_keys; j++)
            if (span_is(ini->keys[ini->sections[k].first_key + j].key, "extends"))
                return &ini->keys[ini->sections[k].first_key + j];
    return NULL;
}

static bool read_base(struct document *document, const char *from, struct span name,
                      char *(*find_shipped)(const char *), struct diag_list *diags)
{
    const char *error = "the name is empty";
    size_t length = 0;
    char *file = relative_to(from, name);
    char *text = name.n > 0 ? read_file(file, &length, &error) : NULL;
    if (text == NULL && name.n > 0 && find_shipped != NULL) {
        char *word = span_text(name);
        char *shipped = find_shipped(word);
        free(word);
        if (shipped != NULL) {
            free(file);
            file = shipped;
            text = read_file(file, &length, &error);
        }
    }
    bool ok = false;
    if (text == NULL) {
        span_error(diags, name, "cannot read '%s', and no shipped scenario has this name: %s", file,
                   error);
    } else if (is_open_already(document, file)) {
        span_error(diags, name, "'%s' is extended by itself", file);
    } else if (document->n_files > MAX_EXTENDS) {
        span_error(diags, name, "more than %d files extend each other", MAX_EXTENDS);
    } else {
        ok = read_text(document, add_file(document, file, text), length, find_shipped, diags);
        text = NULL;
    }
    free(text);
    free(file);
    return ok;
}

static bool read_text(struct document *document, const struct document_file *file, size_t length,
                      char *(*find_shipped)(const char *), struct diag_list *diags)
{
    struct ini ini = {0};
    unsigned number = document->n_files;
    bool ok = ini_read(&ini, file->name, file->text, length, diags);
    const struct ini_key *extends = find_extends(&ini);
    if (extends != NULL && !read_base(document, file->name, extends->value, find_shipped, diags)) {
        document->incomplete = true;
        ok = false;
    }
    for (size_t k = 0; k < ini.n_sections; k++)
        ok = merge_section(document, &ini, &ini.sections[k], number, diags) && ok;
    ini_release(&ini);
    return ok;
}

bool document_read(struct document *document, const struct scenario_source *source,
                   struct diag_list *diags)
{
    char *text = mem_text(source->text, source->length);
    const struct document_file *file = add_file(document, source->file, text);
    return read_text(document, file, source->length, source->find_shipped, diags);
}

void document_release(struct document *document)
{
    for (size_t k = 0; k < document->n_sections; k++)
        free(document->sections[k].keys);
    free(document->sections);
    for (unsigned k = 0; k < document->n_files; k++) {
        free(document->files[k]->name);
        free(document->files[k]->text);
        free(document->files[k]);
    }
    *document = (struct document){0};
}
