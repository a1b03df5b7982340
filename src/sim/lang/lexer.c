/*
 * One pass over the text. Strings end at their line, as a quote is easily forgotten and the rest of
 * the body should still be checked; their {holes} are cut out later, where it is known what they
 * are for.
 */
#include "sim/lang/lexer.h"

#include <stdlib.h>
#include <string.h>

struct lexer {
    struct span rest;
    struct diag_list *diags;
    bool ok;
    bool starts_line;
    struct token *tokens;
    size_t n, capacity;
};

struct word {
    const char *text;
    enum token_kind kind;
};

#define WORD(name, text) {text, TOKEN_##name},
static const struct word punctuators[] = {PUNCTUATORS(WORD)};
// clang-format off
static const struct word words[] = {
    KEYWORDS(WORD)                                                                        //
    {"int", TOKEN_TYPE},          {"LONG", TOKEN_TYPE},         {"HANDLE", TOKEN_TYPE},   //
    {"NTSTATUS", TOKEN_TYPE},     {"BOOLEAN", TOKEN_TYPE},      {"ULONG", TOKEN_TYPE},    //
    {"switch", TOKEN_RESERVED},   {"case", TOKEN_RESERVED},     {"default", TOKEN_RESERVED},
    {"goto", TOKEN_RESERVED},     {"sizeof", TOKEN_RESERVED},   {"struct", TOKEN_RESERVED},
    {"union", TOKEN_RESERVED},    {"enum", TOKEN_RESERVED},     {"typedef", TOKEN_RESERVED},
    {"static", TOKEN_RESERVED},   {"extern", TOKEN_RESERVED},   {"const", TOKEN_RESERVED},
    {"volatile", TOKEN_RESERVED}, {"void", TOKEN_RESERVED},     {"char", TOKEN_RESERVED},
    {"short", TOKEN_RESERVED},    {"long", TOKEN_RESERVED},     {"unsigned", TOKEN_RESERVED},
    {"signed", TOKEN_RESERVED},   {"float", TOKEN_RESERVED},    {"double", TOKEN_RESERVED},
};
// clang-format on
#undef WORD

static char peek(const struct lexer *l, size_t k)
{
    if (k >= l->rest.n)
        return '\0';
    return l->rest.at[k];
}

static void skip(struct lexer *l, size_t n)
{
    for (; n > 0 && l->rest.n > 0; n--) {
        bool line_end = l->rest.at[0] == '\n';
        l->rest.at++;
        l->rest.n--;
        l->rest.column = line_end ? 1 : l->rest.column + 1;
        l->rest.line += line_end;
        l->starts_line |= line_end;
    }
}

static void add(struct lexer *l, struct token token)
{
    token.starts_line = l->starts_line;
    l->starts_line = false;
    l->tokens = mem_grow(l->tokens, l->n, &l->capacity, sizeof *l->tokens);
    l->tokens[l->n++] = token;
}

/* Skips white space and comments. */
static void skip_blank(struct lexer *l)
{
    for (;;) {
        char c = peek(l, 0);
        if (l->rest.n > 0 && (is_blank(c) || c == '\n')) {
            skip(l, 1);
        } else if (c == '/' && peek(l, 1) == '/') {
            while (l->rest.n > 0 && peek(l, 0) != '\n')
                skip(l, 1);
        } else if (c == '/' && peek(l, 1) == '*') {
            struct span open = l->rest;
            skip(l, 2);
            while (l->rest.n > 0 && !(peek(l, 0) == '*' && peek(l, 1) == '/'))
                skip(l, 1);
            if (l->rest.n == 0) {
                span_error(l->diags, open, "this comment is not closed: expected '*/'");
                l->ok = false;
            }
            skip(l, 2);
        } else {
            return;
        }
    }
}

static unsigned digit_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A' + 10);
    return 99;
}

/* C's integer constants: decimal, 0x, leading 0 for octal; suffixes of U and L. */
static void lex_number(struct lexer *l)
{
    size_t n = 0;
    while (is_name_part(peek(l, n)))
        n++;
    struct span where = span_part(l->rest, 0, n);
    unsigned base = 10;
    size_t k = 0;
    if (where.at[0] == '0' && n > 1) {
        bool hex = where.at[1] == 'x' || where.at[1] == 'X';
        base = hex ? 16 : 8;
        k = hex ? 2 : 1;
    }
    uint64_t value = 0;
    bool suffix_unsigned = false;
    size_t first_digit = k;
    for (; k < n && digit_value(where.at[k]) < base && value <= UINT32_MAX; k++)
        value = value * base + digit_value(where.at[k]);
    bool no_digit = base == 16 && k == first_digit;
    for (; k < n && strchr("uUlL", where.at[k]) != NULL; k++)
        suffix_unsigned |= where.at[k] == 'u' || where.at[k] == 'U';
    if (value > UINT32_MAX) {
        span_error(l->diags, where, "%.*s does not fit into 32 bits", SPAN(where));
        l->ok = false;
    } else if (k < n || no_digit) {
        span_error(l->diags, where, "'%.*s' is not a number%s", SPAN(where),
                   base == 8 ? ": one that begins with 0 is octal" : "");
        l->ok = false;
    }
    skip(l, n);
    add(l, (struct token){.kind = TOKEN_NUMBER,
                          .value = (int32_t)(uint32_t)value,
                          .is_unsigned = suffix_unsigned || value > INT32_MAX,
                          .where = where});
}

static void lex_character(struct lexer *l)
{
    static const char escapes[] = "n\nt\tr\r0\0\\\\''\"\"";
    struct span where = span_part(l->rest, 0, 1);
    char c = peek(l, 1);
    size_t n = 2;
    if (c == '\\') {
        char name = peek(l, n++);
        c = '\'';
        for (size_t k = 0; k + 1 < sizeof escapes - 1; k += 2)
            if (escapes[k] == name && name != '\0')
                c = escapes[k + 1];
        if (c == '\'' && name != '\'')
            n = 0;
    } else if (c == '\'' || c == '\n' || c == '\0') {
        n = 0;
    }
    if (n == 0 || peek(l, n) != '\'') {
        span_error(l->diags, where, "expected one character between quotes, such as 'a' or '\\n'");
        l->ok = false;
        n = 0;
    }
    where.n = n + 1;
    skip(l, n + 1);
    add(l, (struct token){.kind = TOKEN_NUMBER, .value = c, .where = where});
}

static void lex_string(struct lexer *l)
{
    struct span open = span_part(l->rest, 0, 1);
    size_t n = 1;
    while (n < l->rest.n && peek(l, n) != '"' && peek(l, n) != '\n')
        n++;
    struct span inside = span_part(l->rest, 1, n - 1);
    enum token_kind kind = peek(l, n) == '"' ? TOKEN_STRING : TOKEN_STRAY;
    if (kind == TOKEN_STRAY) {
        span_error(l->diags, open,
                   "this text is not closed: expected '\"' before the end of the line");
        l->ok = false;
        skip(l, n);
    } else {
        skip(l, n + 1);
    }
    add(l, (struct token){.kind = kind, .where = inside});
}

enum token_kind lex_word(struct span name)
{
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (span_is(name, words[k].text))
            return words[k].kind;
    return TOKEN_NAME;
}

static void lex_name(struct lexer *l)
{
    size_t n = 0;
    while (is_name_part(peek(l, n)))
        n++;
    struct span name = span_part(l->rest, 0, n);
    skip(l, n);
    add(l, (struct token){
               .kind = lex_word(name), .is_unsigned = span_is(name, "ULONG"), .where = name});
}

static bool lex_punctuator(struct lexer *l)
{
    for (size_t k = 0; k < sizeof punctuators / sizeof punctuators[0]; k++) {
        size_t n = strlen(punctuators[k].text);
        if (n <= l->rest.n && memcmp(l->rest.at, punctuators[k].text, n) == 0) {
            struct span where = span_part(l->rest, 0, n);
            skip(l, n);
            add(l, (struct token){.kind = punctuators[k].kind, .where = where});
            return true;
        }
    }
    return false;
}

/* A run of characters that begin nothing is one error. */
static void lex_stray(struct lexer *l)
{
    struct span where = span_part(l->rest, 0, 0);
    while (l->rest.n > 0) {
        char c = peek(l, 0);
        if (c > ' ' && c < 0x7f && strchr("@$`\\#.", c) == NULL)
            break;
        if (where.n > 0 && (is_blank(c) || c == '\n'))
            break;
        skip(l, 1);
        where.n++;
    }
    span_error(l->diags, where, "'%.*s' means nothing here", SPAN(where));
    l->ok = false;
    add(l, (struct token){.kind = TOKEN_STRAY, .where = where});
}

const struct token *lex(struct span text, struct arena *arena, struct diag_list *diags, bool *ok)
{
    struct lexer l = {.rest = text, .diags = diags, .ok = true, .starts_line = true};
    for (skip_blank(&l); l.rest.n > 0; skip_blank(&l)) {
        char c = peek(&l, 0);
        if (is_digit(c))
            lex_number(&l);
        else if (is_name_start(c))
            lex_name(&l);
        else if (c == '"')
            lex_string(&l);
        else if (c == '\'')
            lex_character(&l);
        else if (!lex_punctuator(&l))
            lex_stray(&l);
    }
    add(&l, (struct token){.kind = TOKEN_END, .where = l.rest});
    struct token *tokens = arena_alloc(arena, l.n, sizeof *tokens);
    memcpy(tokens, l.tokens, l.n * sizeof *tokens);
    free(l.tokens);
    *ok = *ok && l.ok;
    return tokens;
}
