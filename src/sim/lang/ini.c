/*
 * The strict reader of DESIGN.md 3. One pass over lines; a line is a section, a key, a comment,
 * blank, or belongs to the body above it. Decisions that the rules leave open:
 *
 * A quote protects `;` and `#` only if it is closed on its line, so that a title may hold an inch
 * mark. Brackets within a section header nest ([resource R[4]]). An unindented comment ends a body
 * like any other unindented line; indented lines after it are one error, not one each.
 */
#include "sim/lang/ini.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

struct reader {
    struct ini *ini;
    struct diag_list *diags;
    struct span rest; // what is still to be read; at the start of a line
    bool body_ended;  // a body of this section ended: no indented line may follow
    bool ok;
};

static void wrong(struct reader *r, struct span where, const char *text)
{
    span_error(r->diags, where, "%s", text);
    r->ok = false;
}

/* Takes the next line off, without its end. */
static struct span next_line(struct reader *r)
{
    const char *end = memchr(r->rest.at, '\n', r->rest.n);
    size_t n = end != NULL ? (size_t)(end - r->rest.at) : r->rest.n;
    struct span line = span_part(r->rest, 0, n);
    size_t taken = end != NULL ? n + 1 : n;
    r->rest.at += taken;
    r->rest.n -= taken;
    r->rest.line++;
    return line;
}

/* Bytes before a comment that is not between closed quotes. */
static size_t before_comment(struct span line)
{
    for (size_t k = 0; k < line.n; k++) {
        char c = line.at[k];
        if (c == '"') {
            const char *close = memchr(line.at + k + 1, '"', line.n - k - 1);
            if (close != NULL)
                k = (size_t)(close - line.at);
        } else if ((c == ';' || c == '#') && (k == 0 || is_blank(line.at[k - 1]))) {
            return k;
        }
    }
    return line.n;
}

static void read_section(struct reader *r, struct span line)
{
    size_t open = 1, close = 1;
    for (; close < line.n && open > 0; close++)
        open = line.at[close] == '[' ? open + 1 : line.at[close] == ']' ? open - 1 : open;
    if (open > 0)
        wrong(r, line, "this section is not closed: expected ']'");
    struct span inside = span_trim(span_part(line, 1, open > 0 ? line.n : close - 2));
    struct span after = span_trim(span_part(line, close, line.n));
    if (after.n > 0)
        wrong(r, after, "expected nothing after the section's ']'");
    if (inside.n == 0)
        wrong(r, line, "expected the kind of the section, such as [thread Creator]");

    size_t word = 0;
    while (word < inside.n && !is_blank(inside.at[word]))
        word++;
    struct ini *ini = r->ini;
    ini->sections =
        mem_grow(ini->sections, ini->n_sections, &ini->capacity_sections, sizeof *ini->sections);
    ini->sections[ini->n_sections++] =
        (struct ini_section){.kind = span_part(inside, 0, word),
                             .id = span_trim(span_part(inside, word, inside.n)),
                             .first_key = ini->n_keys};
    r->body_ended = false;
}

/* All lines up to the first that is neither indented nor blank, without blank ones at the end. */
static struct span read_body(struct reader *r, struct span first)
{
    struct span body = first;
    const char *end = first.at + first.n;
    while (r->rest.n > 0 && (is_blank(r->rest.at[0]) || r->rest.at[0] == '\n')) {
        struct span line = next_line(r);
        if (span_trim(line).n > 0)
            end = line.at + line.n;
    }
    body.n = (size_t)(end - body.at);
    r->body_ended = true;
    return body;
}

/* A value that is one quoted text loses its quotes. */
static struct span read_value(struct reader *r, struct span value)
{
    if (value.n == 0 || value.at[0] != '"')
        return value;
    const char *close = memchr(value.at + 1, '"', value.n - 1);
    if (close == NULL)
        wrong(r, value, "this text is not closed: expected '\"' before the end of the line");
    if (close == NULL || close != value.at + value.n - 1)
        return value;
    return span_part(value, 1, value.n - 2);
}

static void read_key(struct reader *r, struct span line)
{
    const char *equals = memchr(line.at, '=', line.n);
    struct span key = span_trim(span_part(line, 0, equals ? (size_t)(equals - line.at) : line.n));
    if (equals == NULL || key.n == 0) {
        wrong(r, key,
              r->body_ended
                  ? "expected 'key = value' or a section; the lines of a body are indented"
                  : "expected 'key = value' or a section such as [thread Creator]");
        return;
    }
    if (r->body_ended && !span_is_identifier(key)) {
        wrong(r, key, "expected a key; the lines of a body are indented");
        return;
    }
    struct ini *ini = r->ini;
    if (ini->n_sections == 0) {
        wrong(r, key, "expected a section such as [scenario] before the first key");
        return;
    }
    struct span value = span_part(line, (size_t)(equals - line.at) + 1, line.n);
    if (span_is(key, "body"))
        value = read_body(r, value);
    else
        value = read_value(r, span_trim(span_part(value, 0, before_comment(value))));
    ini->keys = mem_grow(ini->keys, ini->n_keys, &ini->capacity_keys, sizeof *ini->keys);
    ini->keys[ini->n_keys++] = (struct ini_key){key, value};
    ini->sections[ini->n_sections - 1].n_keys++;
}

static void read_line(struct reader *r)
{
    struct span line = next_line(r);
    bool indented = line.n > 0 && is_blank(line.at[0]);
    struct span text = span_trim(line);
    if (text.n == 0 || text.at[0] == ';' || text.at[0] == '#')
        return;
    if (indented && r->body_ended) {
        wrong(r, text, "this indented line is in no body: an unindented line above ended it");
        read_body(r, text);
    } else if (text.at[0] == '[') {
        read_section(r, span_trim(span_part(text, 0, before_comment(text))));
    } else {
        read_key(r, text);
    }
}

/* Length of the UTF-8 character at s; 0 if there is none, as in overlong forms and surrogates. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || length > n)
        return 0;
    for (size_t k = 1; k < length; k++)
        if ((s[k] & 0xc0) != 0x80)
            return 0;
    bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
               (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
    return bad ? 0 : length;
}

/* Finds what is no text: a NUL byte, or no UTF-8. */
static bool is_text(struct reader *r)
{
    struct span at = r->rest;
    while (at.n > 0) {
        size_t length = utf8_length((const unsigned char *)at.at, at.n);
        if (length == 0 || at.at[0] == '\0') {
            wrong(r, at,
                  length == 0 ? "a scenario is UTF-8 text: this byte begins no character"
                              : "a scenario is text: there is a NUL byte here");
            return false;
        }
        at.column = at.at[0] == '\n' ? 1 : at.column + (uint32_t)length;
        at.line += at.at[0] == '\n';
        at.at += length;
        at.n -= length;
    }
    return true;
}

bool ini_read(struct ini *ini, const char *file, const char *text, size_t length,
              struct diag_list *diags)
{
    struct reader r = {.ini = ini, .diags = diags, .ok = true};
    r.rest = (struct span){text, length, file, 1, 1};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        r.rest.at += 3;
        r.rest.n -= 3;
    }
    if (!is_text(&r))
        return false;
    while (r.rest.n > 0)
        read_line(&r);
    return r.ok;
}

void ini_release(struct ini *ini)
{
    free(ini->sections);
    free(ini->keys);
    *ini = (struct ini){0};
}
