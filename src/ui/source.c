/*
 * Shortening works on the text of a line, not on its syntax tree: the text is what the person wrote, and
 * a line that is not understood stays as it is. In order:
 *
 *   1. A comment at the end goes.
 *   2. "for (int i = A; i < B; i++)" becomes "for i = A..B-1".
 *   3. A call of a kernel routine becomes its name or verb and its main argument: the object, or the last
 *      part of the path. If the line only makes the call, what stood around it ("NTSTATUS status =") goes.
 *   4. Braces, the last semicolon and the parentheses around a whole condition go; four blanks of
 *      indentation become two, or one.
 *
 * Which call a line makes is known from the code beside the text; the text gives the argument.
 */
#include "ui/source.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/utf8.h"

enum { SHORT_LINE = 256 };

/* Copies a text that may be too long; then it ends in a mark. */
static void copy(char *out, size_t size, const char *text)
{
    bool fits = strlen(text) < size;
    struct pen pen = pen_on(out, fits ? size : size - 3);

    pen_text(&pen, text);
    if (!fits)
        utf8_encode(CH_ELLIPSIS, out + pen.n);
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static size_t indent_of(const char *line)
{
    size_t n = 0;

    while (line[n] == ' ')
        n++;
    return n;
}

/* End of the string literal that begins at p, or of the text. */
static const char *skip_string(const char *p)
{
    for (p++; *p != '\0' && *p != '"'; p++) {
    }
    return *p != '\0' ? p + 1 : p;
}

/* ---- pieces of a line ---- */

static void trim_end(char *text, const char *unwanted)
{
    size_t n = strlen(text);

    while (n > 0 && (text[n - 1] == ' ' || strchr(unwanted, text[n - 1]) != NULL))
        n--;
    text[n] = '\0';
}

static void drop_comment(char *line)
{
    for (char *p = line; *p != '\0';) {
        if (*p == '"') {
            p += skip_string(p) - p;
        } else if (p[0] == '/' && (p[1] == '/' || p[1] == '*')) {
            const char *end = p[1] == '*' ? strstr(p + 2, "*/") : NULL;
            if (end != NULL && end[2 + strspn(end + 2, " ")] != '\0')
                return; // code follows it
            *p = '\0';
        } else {
            p++;
        }
    }
    trim_end(line, "");
}

/* "for (int i = 0; i < n; i++)" as "for i = 0..n-1"; false if it is another kind of loop. */
static bool shorten_for(const char *line, char *out, size_t size)
{
    char name[32], name_2[32], name_3[32], first[64], last[64], compare[3], step[3];

    if (sscanf(line,
               "for (int %31[A-Za-z0-9_] = %63[^;]; %31[A-Za-z0-9_] %2[<=] %63[^;]; "
               "%31[A-Za-z0-9_]%2[+])",
               name, first, name_2, compare, last, name_3, step) != 7)
        return false;
    if (strcmp(name, name_2) != 0 || strcmp(name, name_3) != 0 || strcmp(step, "++") != 0)
        return false;
    char *end;
    long number = strtol(last, &end, 10);
    bool below = strcmp(compare, "<") == 0;
    if (!below && strcmp(compare, "<=") != 0)
        return false;
    if (*end == '\0' && end != last)
        snprintf(out, size, "for %s = %s..%ld", name, first, below ? number - 1 : number);
    else
        snprintf(out, size, "for %s = %s..%s%s", name, first, last, below ? "-1" : "");
    return true;
}

struct call_place {
    const char *name;  // begin of the routine's name
    const char *args;  // behind its "("
    const char *after; // behind its ")", or the end of the text
};

/* The first call of a kernel routine in the line. */
static enum nt_call find_call(const char *line, struct call_place *place)
{
    for (const char *p = line; *p != '\0';) {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        if (!is_word_char(*p)) {
            p++;
            continue;
        }
        const char *begin = p;
        while (is_word_char(*p))
            p++;
        enum nt_call call = nt_call_find(begin, (uint32_t)(p - begin));
        if (*p != '(' || call == CALL_NONE)
            continue;
        *place = (struct call_place){begin, p + 1, NULL};
        int depth = 1;
        for (p++; *p != '\0' && depth > 0;) {
            if (*p == '"') {
                p = skip_string(p);
                continue;
            }
            depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
            p++;
        }
        place->after = p;
        return call;
    }
    return CALL_NONE;
}

/* Copies argument number ix of a call, without blanks around it; empty if there is none. */
static void argument(const struct call_place *place, unsigned ix, char *out, size_t size)
{
    const char *p = place->args, *begin = p;
    int depth = 0;

    out[0] = '\0';
    for (; p < place->after; p++) {
        bool end = depth == 0 && (*p == ',' || *p == ')');
        if (end && ix == 0)
            break;
        if (end) {
            ix--;
            begin = p + 1;
        } else if (*p == '"') {
            p = skip_string(p) - 1;
        } else {
            depth += *p == '(' || *p == '[' ? 1 : *p == ')' || *p == ']' ? -1 : 0;
        }
    }
    if (ix > 0)
        return;
    while (begin < p && *begin == ' ')
        begin++;
    snprintf(out, size, "%.*s", (int)(p - begin), begin);
    trim_end(out, "");
}

/* An argument for people: "&Lock" as "Lock", a path as its last part. */
static void plain_argument(char *text, const char *unit)
{
    size_t n = strlen(text);

    if (text[0] == '&') {
        memmove(text, text + 1, n);
    } else if (text[0] == '"' && n >= 2) {
        text[n - 1] = '\0';
        const char *last = strrchr(text, '\\');
        last = last != NULL ? last + 1 : text + 1;
        memmove(text, last, strlen(last) + 1);
    } else if (n > 0 && unit[0] != '\0' && n + strlen(unit) < 60) {
        memcpy(text + n, unit, strlen(unit) + 1);
    }
}

/* All objects that a call names: "A, B". */
static void object_arguments(const struct call_place *place, char *out, size_t size)
{
    char text[SHORT_LINE];
    size_t n = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < MAXIMUM_WAIT_OBJECTS + 2; i++) {
        argument(place, i, text, sizeof text);
        if (text[0] == '\0')
            break;
        if (text[0] != '&' || n + strlen(text) + 4 >= size)
            continue;
        n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", text + 1);
    }
}

/* How much a parameter says about its call; 0: nothing. */
static int weight_of(enum nt_param_kind kind)
{
    switch (kind) {
    case PARAM_RESOURCE:
    case PARAM_EVENT:
    case PARAM_SPINLOCK:
    case PARAM_THREAD:
    case PARAM_WAITABLE:
    case PARAM_SHARED:
    case PARAM_PATH:
    case PARAM_REST:
        return 3;
    case PARAM_HANDLE:
        return 2;
    case PARAM_BYTES:
    case PARAM_TIMEOUT:
    case PARAM_VALUE:
    case PARAM_FLAG:
        return 1;
    case PARAM_OUT_HANDLE:
        break;
    }
    return 0;
}

/* ", 50 ms": a timeout that is not for ever, where it is not what the call is about. */
static void timeout_argument(const struct call_place *place, enum nt_call call, char *out,
                             size_t size)
{
    const struct nt_call_row *row = nt_call_row(call);
    char text[SHORT_LINE];
    bool rest = false;

    out[0] = '\0';
    for (unsigned i = 0; i < row->n_params; i++)
        rest = rest || row->params[i].kind == PARAM_REST;
    for (unsigned i = 1; i < (rest ? MAXIMUM_WAIT_OBJECTS + 2 : row->n_params); i++) {
        if (!rest && row->params[i].kind != PARAM_TIMEOUT)
            continue;
        argument(place, i, text, sizeof text);
        if (text[0] == '\0' || strcmp(text, "NULL") == 0 || text[0] == '&')
            continue; // behind a list of objects it is what is no object
        snprintf(out, size, ", %.*s ms", (int)(size - 8), text);
    }
}

/* The argument that says most about the call. */
static void main_argument(const struct call_place *place, enum nt_call call, char *out, size_t size)
{
    const struct nt_call_row *row = nt_call_row(call);
    int best = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < row->n_params; i++) {
        int weight = weight_of((enum nt_param_kind)row->params[i].kind);
        if (weight <= best)
            continue;
        char text[SHORT_LINE];
        if (row->params[i].kind == PARAM_REST)
            object_arguments(place, text, sizeof text);
        else
            argument(place, i, text, sizeof text);
        if (text[0] == '\0')
            continue;
        plain_argument(text, row->params[i].kind == PARAM_TIMEOUT ? " ms" : "");
        copy(out, size, text);
        best = weight;
    }
}

static bool is_control(const char *text)
{
    static const char *const words[] = {"if", "while", "for", "do", "return", "else", "}"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i]);
        if (strncmp(text, words[i], n) == 0 && !is_word_char(text[n]))
            return true;
    }
    return false;
}

/* "if (x)" as "if x", when the parentheses are around the whole condition. */
static void drop_parentheses(char *text)
{
    char *open = strchr(text, '(');

    if (open == NULL || open == text || open[-1] != ' ' || strncmp(text, "for", 3) == 0)
        return;
    int depth = 0;
    for (char *p = open; *p != '\0'; p++) {
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
        if (depth == 0 && p[1] != '\0')
            return;
        if (depth == 0)
            *p = '\0';
    }
    memmove(open, open + 1, strlen(open + 1) + 1);
}

static void replace_call(char *text, enum nt_call known, enum source_form form)
{
    struct call_place place;
    enum nt_call call = find_call(text, &place);

    if (call == CALL_NONE)
        return;
    // Rows of one NT name differ in a constant; the code knows which it is.
    if (known != CALL_NONE && strcmp(nt_call_row(known)->name, nt_call_row(call)->name) == 0)
        call = known;
    const struct nt_call_row *row = nt_call_row(call);
    const char *name =
        form == SOURCE_SHORT && row->verb != NULL && row->verb[0] ? row->verb : row->name;
    char arg[SHORT_LINE], timeout[40], out[3 * SHORT_LINE];
    main_argument(&place, call, arg, sizeof arg);
    timeout_argument(&place, call, timeout, sizeof timeout);
    bool statement = !is_control(text);
    snprintf(out, sizeof out, "%.*s%s%s%s%s%s", statement ? 0 : (int)(place.name - text), text,
             name, arg[0] != '\0' ? " " : "", arg, timeout, statement ? "" : place.after);
    copy(text, SHORT_LINE, out);
}

void source_tighten(char *text)
{
    static const struct {
        const char *word, *instead;
    } words[] = {{"NT_SUCCESS(", "ok("}, {"Acquire", "Acq"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i].word), shorter = strlen(words[i].instead);
        for (char *p = text; (p = strstr(p, words[i].word)) != NULL; p += shorter) {
            memcpy(p, words[i].instead, shorter);
            memmove(p + shorter, p + n, strlen(p + n) + 1);
        }
    }
}

void source_shorten(const char *line, enum nt_call call, enum source_form form, char *out,
                    size_t size)
{
    size_t indent = indent_of(line);
    char text[SHORT_LINE], loop[SHORT_LINE];

    copy(text, sizeof text, line + indent);
    drop_comment(text);
    if (shorten_for(text, loop, sizeof loop)) {
        copy(text, sizeof text, loop);
    } else {
        replace_call(text, call, form);
        if (strcmp(text, "}") != 0)
            trim_end(text, ";{");
        drop_parentheses(text);
    }
    int kept = (int)(form == SOURCE_SHORT ? indent / 4 : indent / 2);
    snprintf(out, size, "%*s%s", kept, "", text);
}

/* ---- a whole body ---- */

/* The call that a line makes: the first visible one, else the first. */
static void note_calls(const struct scenario_thread *thread, enum nt_call *calls, bool *code)
{
    for (uint32_t i = 0; i < thread->code.n; i++) {
        const struct instr *in = &thread->code.instrs[i];
        uint32_t line = thread->code.notes[i].line;
        if (line < 1 || line > thread->n_lines || in->op == OP_RETURN)
            continue;
        code[line - 1] = true;
        if (in->op == OP_CALL && calls[line - 1] == CALL_NONE)
            calls[line - 1] = (enum nt_call)in->a;
    }
}

static void note_locals(struct source *source, const struct code *code)
{
    for (uint32_t i = 0; i < code->n; i++) {
        const struct instr *in = &code->instrs[i];
        if (in->op != OP_CALL)
            continue;
        if (in->c >= 0 && in->c < MAX_LOCALS)
            source->local_kind[in->c] = LOCAL_HANDLE;
        if (i + 1 < code->n && code->instrs[i + 1].op == OP_STORE &&
            code->instrs[i + 1].a < MAX_LOCALS &&
            nt_call_row((enum nt_call)in->a)->result == RESULT_STATUS)
            source->local_kind[code->instrs[i + 1].a] = LOCAL_STATUS;
    }
}

/* Where the instructions of each statement end, and which of them make steps. */
static void note_ends(struct source *source, const struct scenario_thread *thread)
{
    const struct code *code = &thread->code;

    for (uint32_t i = 0; i + 1 < code->n; i++) { // the last one returns
        const struct instr *in = &code->instrs[i];
        uint32_t line = code->notes[i].line;
        if (line < 1 || line > source->n)
            continue;
        struct source_line *first = &source->lines[source->lines[line - 1].statement];
        first->end = i + 1;
        if (in->op == OP_CALL)
            first->steps = first->steps || (in->a == CALL_PsTerminateSystemThread
                                                ? thread->end_visible
                                                : nt_call_row((enum nt_call)in->a)->visible);
    }
    for (uint32_t i = 1; i < source->n; i++) {
        struct source_line *line = &source->lines[i];
        if (line->continues)
            line->steps = source->lines[i - 1].steps;
        if (line->end == 0) // it does nothing, so it is as far as what stands before it
            line->end = source->lines[i - 1].end;
    }
}

uint32_t source_lowest(const struct source *source, uint32_t pc)
{
    const struct code *code = source->program;
    uint32_t lowest = pc;

    for (uint32_t i = pc; i < code->n; i++) {
        const struct instr *in = &code->instrs[i];
        bool jump = in->op == OP_JUMP || in->op == OP_JUMP_ZERO || in->op == OP_JUMP_NONZERO;
        if (jump && (uint32_t)in->c < lowest)
            lowest = (uint32_t)in->c;
    }
    return lowest;
}

bool source_done(const struct source *source, uint32_t line, uint32_t lowest, const uint32_t *lines)
{
    const struct source_line *l = &source->lines[line];

    if (lowest < l->end)
        return false;
    if (!l->steps)
        return true;
    for (uint32_t i = l->statement; lines != NULL && i < source->n && i < ANNEX_LINES; i++) {
        if (source->lines[i].statement != l->statement)
            break;
        if (lines[i / 32] >> i % 32 & 1)
            return true;
    }
    return false;
}

/* How many parentheses a line leaves open. */
static int open_parentheses(const char *line)
{
    int depth = 0;

    for (const char *p = line; *p != '\0';) {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
        p++;
    }
    return depth;
}

/* The statement that begins on line i, on one line; *n_lines: how many it takes. */
static void join_lines(const struct scenario_thread *thread, uint32_t i, char *out, size_t size,
                       uint32_t *n_lines)
{
    int depth = 0;

    *n_lines = 0;
    out[0] = '\0';
    do {
        const char *line = thread->lines[i + *n_lines];
        size_t n = strlen(out);
        if (n > 0 && n + 1 < size)
            copy(out + n, size - n, " "), n++;
        copy(out + n, size - n, n > 0 ? line + indent_of(line) : line);
        depth += open_parentheses(line);
        (*n_lines)++;
    } while (depth > 0 && i + *n_lines < thread->n_lines && *n_lines < 16 &&
             strlen(out) + 8 < size);
}

bool source_make(struct source *source, const struct scenario_thread *thread)
{
    uint32_t n = thread->n_lines;
    enum nt_call *calls = calloc(n + 1, sizeof *calls);
    bool *code = calloc(n + 1, sizeof *code);
    size_t used = 0, size = 1;

    for (uint32_t i = 0; i < n; i++)
        size += 2 * SHORT_LINE + strlen(thread->lines[i]) + 8;
    *source = (struct source){.n = n, .program = &thread->code};
    source->lines = calloc(n + 1, sizeof *source->lines);
    source->memory = malloc(size);
    bool ok = calls != NULL && code != NULL && source->lines != NULL && source->memory != NULL;
    if (ok) {
        note_calls(thread, calls, code);
        note_locals(source, &thread->code);
    }
    uint32_t statement = 0, n_lines = 1;
    char joined[2 * SHORT_LINE];
    for (uint32_t i = 0; ok && i < n; i++) {
        bool begins = i == 0 || i >= statement + n_lines;
        if (begins) {
            statement = i;
            join_lines(thread, i, joined, sizeof joined, &n_lines);
        }
        source->lines[i].code = code[i] && begins;
        source->lines[i].continues = !begins;
        source->lines[i].statement = statement;
        source->lines[i].text[SOURCE_FULL] = thread->lines[i];
        if (!begins) {
            // What goes on under an opening parenthesis would not fit a pane: four blanks further in.
            const char *line = thread->lines[i];
            int inner = (int)indent_of(thread->lines[statement]) + 4;
            inner = inner < (int)indent_of(line) ? inner : (int)indent_of(line);
            source->lines[i].text[SOURCE_FULL] = source->memory + used;
            used +=
                (size_t)sprintf(source->memory + used, "%*s%s", inner, "", line + indent_of(line)) +
                1;
        }
        for (int form = SOURCE_MEDIUM; form <= SOURCE_SHORT; form++) {
            char *text = source->memory + used;
            source_shorten(begins ? joined : thread->lines[i], calls[i], (enum source_form)form,
                           text, SHORT_LINE);
            source->lines[i].text[form] = text;
            used += strlen(text) + 1;
        }
    }
    if (ok)
        note_ends(source, thread);
    free(calls);
    free(code);
    if (!ok)
        source_release(source);
    return ok;
}

void source_release(struct source *source)
{
    free(source->lines);
    free(source->memory);
    *source = (struct source){0};
}
