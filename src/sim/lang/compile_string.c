/*
 * Texts with holes. The text is cut at its {holes}; each hole is an expression of its own, parsed
 * in place. A hole whose value is known now becomes part of the text.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/compiler.h"

enum { LONGEST_STRING = 900 }; // with holes filled in, a path stays below names.c's 1024

struct pieces {
    struct text pieces[MAX_HOLES + 1];
    unsigned n_holes;
};

static void compile_hole(struct compiler *c, struct span inside, enum string_kind kind,
                         struct pieces *out)
{
    struct text *piece = &out->pieces[out->n_holes];
    if (kind == STRING_TEXT && span_is(inside, "CRLF")) {
        text_add(piece, "\r\n", 2);
        return;
    }
    if (inside.n == 0) {
        compile_error(c, inside, "expected an expression between '{' and '}'");
        return;
    }
    struct parser p;
    parser_init(&p, inside, c->arena, c->scope->diags);
    struct node *value = parse_only_expression(&p);
    c->ok = c->ok && p.ok;
    if (!p.ok)
        return;
    if (fold(c, value)) {
        text_format(piece, "%d", value->value);
    } else if (out->n_holes == MAX_HOLES) {
        compile_error(c, inside, "a text has at most %d holes", MAX_HOLES);
    } else {
        bool outer = c->in_hole;
        c->in_hole = true;
        compile_value(c, value);
        c->in_hole = outer;
        text_add(&out->pieces[++out->n_holes], "", 0);
    }
}

static void cut(struct compiler *c, struct span text, enum string_kind kind, struct pieces *out)
{
    text_add(&out->pieces[0], "", 0);
    for (size_t k = 0; k < text.n;) {
        if (text.at[k] != '{') {
            size_t from = k;
            while (k < text.n && text.at[k] != '{')
                k++;
            text_add(&out->pieces[out->n_holes], text.at + from, k - from);
            continue;
        }
        const char *close = memchr(text.at + k, '}', text.n - k);
        if (close == NULL) {
            compile_error(c, span_part(text, k, 1),
                          "this '{' is not closed: expected '}' in the text");
            return;
        }
        size_t end = (size_t)(close - text.at);
        compile_hole(c, span_trim(span_part(text, k + 1, end - k - 1)), kind, out);
        k = end + 1;
    }
}

/* The prefix is in capitals. */
static bool has_prefix(const char *path, const char *prefix)
{
    while (*prefix != '\0' && capital(*path) == *prefix) {
        path++;
        prefix++;
    }
    return *prefix == '\0';
}

bool path_normalize(char *path, bool tail, struct span where, struct diag_list *diags)
{
    size_t skip = has_prefix(path, "\\DOSDEVICES\\") ? 12 : has_prefix(path, "\\??\\") ? 4 : 0;
    memmove(path, path + skip, strlen(path) - skip + 1);
    size_t n = strlen(path);
    if (n < 3 || !is_name_start(path[0]) || path[0] == '_' || path[1] != ':' || path[2] != '\\') {
        span_error(diags, where,
                   "expected a path with drive and backslashes, such as \"C:\\Temp\\file.txt\"");
        return false;
    }
    if (strstr(path, "\\\\") != NULL) {
        span_error(diags, where, "a path has single backslashes here: \"C:\\Temp\\file.txt\"");
        return false;
    }
    if (!tail && path[n - 1] == '\\') {
        span_error(diags, where, "expected a file name after the last backslash");
        return false;
    }
    return true;
}

unsigned compile_string(struct compiler *c, struct node *n, enum string_kind kind,
                        unsigned *n_holes)
{
    struct pieces cuts = {0};
    char *pieces[MAX_HOLES + 1];
    size_t length = 0;
    bool ok = c->ok;
    c->ok = true;
    cut(c, n->text, kind, &cuts);
    bool is_path = kind == STRING_PATH && c->ok; // a text with errors is not looked at further
    c->ok = c->ok && ok;
    for (unsigned k = 0; k <= cuts.n_holes; k++) {
        pieces[k] = cuts.pieces[k].at;
        length += strlen(pieces[k]);
    }
    if (is_path && !path_normalize(pieces[0], cuts.n_holes > 0, n->where, c->scope->diags))
        c->ok = false;
    for (unsigned k = 1; is_path && k <= cuts.n_holes; k++)
        if (strstr(pieces[k], "\\\\") != NULL ||
            (k == cuts.n_holes && *pieces[k] != '\0' && pieces[k][strlen(pieces[k]) - 1] == '\\'))
            compile_error(c, n->where, "a path has single backslashes and ends with a name");
    if (length > LONGEST_STRING)
        compile_error(c, n->where, "a text has at most %d bytes", LONGEST_STRING);
    *n_holes = cuts.n_holes;
    return add_pattern(c, pieces, cuts.n_holes);
}
