/*
 * What endings are called where there is not room for all of a name.
 *
 * The kind behind the name is shortened for all of them, but not cut. Of the name is kept what tells it from the others: its begin, if that is enough;
 * else the part from where not all begin alike, or it differs from the one most like it; else both ends. The first of these that
 * gives no two endings of the list the same text is taken for all of them, so that the list reads alike.
 */
#include <stdio.h>
#include <string.h>

#include "ui/utf8.h"
#include "ui/view.h"

enum {
    MOST_COMPARED = 12, // endings
    MOST_ALIKE = 1024,  // bytes: a state of many files has a name of many pages
    LEAST_NAME = 6,     // columns that are worth having beside a kind
    LABEL_TEXT = 256,
};

#define CUT "\xE2\x80\xA6"

enum cut_form { CUT_END, CUT_COMMON, CUT_BEGIN, CUT_MIDDLE, N_CUT_FORMS };

/*
 * What the name leaves open: the kind of an ending at which not all threads finished; or NULL. brief: where there is no
 * room for names.
 */
static const char *kind_of(const struct explore_ending *e, bool brief)
{
    static const char *const kinds[] = {
        [VERDICT_RUNNING] = NULL,         [VERDICT_FINISHED] = NULL,
        [VERDICT_DEADLOCK] = "deadlock",  [VERDICT_HANG] = "hang",
        [VERDICT_BUGCHECK] = "bug check", [VERDICT_ASSERTION] = "assertion",
        [VERDICT_FAULT] = "fault",
    };
    if (kinds[e->kind] == NULL || strstr(e->name, kinds[e->kind]) != NULL)
        return NULL;
    if (brief && (e->kind == VERDICT_BUGCHECK || e->kind == VERDICT_ASSERTION))
        return e->kind == VERDICT_BUGCHECK ? "bug" : "assert";
    return kinds[e->kind];
}

void write_ending_name(const struct explore_ending *e, char *out, size_t size)
{
    const char *kind = kind_of(e, false);

    if (kind == NULL)
        snprintf(out, size, "%s", e->name);
    else
        snprintf(out, size, "%s (%s)", e->name, kind);
}

/* Bytes of the text that take at most so many columns. */
static int bytes_in(const char *text, int columns)
{
    const char *p = text;

    for (const char *next = p; columns > 0 && *p != '\0'; p = next) {
        columns -= ch_width(utf8_next(&next));
        if (columns < 0)
            break;
    }
    return (int)(p - text);
}

/* The last so many columns of a text, or less. */
static const char *tail_of(const char *text, int columns)
{
    const char *tail = text + strlen(text);

    for (const char *p = tail; p > text; tail = p) {
        do
            p--;
        while (p > text && ((unsigned char)*p & 0xC0) == 0x80);
        const char *next = p;
        columns -= ch_width(utf8_next(&next));
        if (columns < 0)
            break;
    }
    return tail;
}

/* Where the name differs from the one that is most like it, or least: begin of a word. */
static const char *difference(const struct explore_result *r, uint32_t i, bool least_like)
{
    const char *name = r->endings[i].name;
    size_t most = least_like ? MOST_ALIKE : 0;

    for (uint32_t j = 0; j < r->n_endings && j < MOST_COMPARED; j++) {
        const char *other = r->endings[j].name;
        size_t n = 0;
        while (n < MOST_ALIKE && name[n] != '\0' && name[n] == other[n])
            n++;
        if (j != i && name[n] != '\0' && (least_like ? n < most : n > most))
            most = n;
    }
    if (most == MOST_ALIKE)
        return name; // the only one, or alike as far as anybody looks
    while (most > 0 && name[most - 1] != ' ')
        most--;
    return name + most;
}

/* The name in so many columns. */
static void cut_name(const struct explore_result *r, uint32_t i, int room, enum cut_form form,
                     char *out, size_t size)
{
    const char *name = r->endings[i].name, *from;
    int head = (room - 1) / 2;

    switch (form) {
    case CUT_COMMON:
    case CUT_BEGIN:
        from = difference(r, i, form == CUT_COMMON);
        if (from > name)
            room--; // for the mark before it
        if (from[bytes_in(from, room)] == '\0')
            snprintf(out, size, CUT "%s", from);
        else
            snprintf(out, size, "%s%.*s" CUT, from > name ? CUT : "", bytes_in(from, room - 1),
                     from);
        return;
    case CUT_MIDDLE:
        snprintf(out, size, "%.*s" CUT "%s", bytes_in(name, head), name,
                 tail_of(name, room - 1 - head));
        return;
    case CUT_END:
    case N_CUT_FORMS:
        break;
    }
    snprintf(out, size, "%.*s" CUT, bytes_in(name, room - 1), name);
}

static void write_label(const struct explore_result *r, uint32_t i, int width, enum cut_form form,
                        char *out, size_t size)
{
    const struct explore_ending *e = &r->endings[i];
    const char *kind = kind_of(e, true);
    int room = width - (kind != NULL ? utf8_width(kind) + 3 : 0);
    char name[LABEL_TEXT];

    snprintf(out, size, "%s%s%s%s", e->name, kind != NULL ? " (" : "", kind != NULL ? kind : "",
             kind != NULL ? ")" : "");
    if (utf8_width(out) <= width)
        return;
    if (room < LEAST_NAME) { // what gets cut is the end, so the kind stands first
        snprintf(out, size, "%s%s%s", kind != NULL ? kind : "", kind != NULL ? ": " : "", e->name);
        return;
    }
    cut_name(r, i, room, form, name, sizeof name);
    snprintf(out, size, "%s%s%s%s", name, kind != NULL ? " (" : "", kind != NULL ? kind : "",
             kind != NULL ? ")" : "");
}

/* Do all endings read differently in this form? */
static bool tells_apart(const struct explore_result *r, int width, enum cut_form form)
{
    static const uint32_t most = MOST_COMPARED;
    char labels[MOST_COMPARED][LABEL_TEXT];
    uint32_t n = r->n_endings < most ? r->n_endings : most;

    for (uint32_t i = 0; i < n; i++) {
        write_label(r, i, width, form, labels[i], sizeof labels[i]);
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(labels[i], labels[j]) == 0)
                return false;
        }
    }
    return true;
}

void write_ending_name_in(const struct explore_result *r, uint32_t i, int width, char *out,
                          size_t size)
{
    enum cut_form form = CUT_END;

    write_ending_name(&r->endings[i], out, size);
    if (widest_ending_name(r) <= width || (i >= MOST_COMPARED && utf8_width(out) <= width))
        return;
    while (form < N_CUT_FORMS && !tells_apart(r, width, form))
        form++;
    write_label(r, i, width, form < N_CUT_FORMS ? form : CUT_END, out, size);
}

int widest_ending_name(const struct explore_result *r)
{
    int widest = 0;

    for (uint32_t i = 0; i < r->n_endings && i < MOST_COMPARED; i++) {
        char name[TEXT_LINE];
        write_ending_name(&r->endings[i], name, sizeof name);
        int width = utf8_width(name);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* ---- signs ---- */

struct style ending_style(const struct explore_ending *e, bool broken)
{
    return plain(!e->goal ? ROLE_BAD : broken ? ROLE_WARN : ROLE_GOOD);
}

enum glyph style_sign(struct style style)
{
    return style.role == ROLE_GOOD   ? GLYPH_GOOD
           : style.role == ROLE_WARN ? GLYPH_WARNING
                                     : GLYPH_BAD;
}
