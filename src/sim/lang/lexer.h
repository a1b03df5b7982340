/*
 * The words of the body language, which predicates and constant expressions share.
 *
 * A text is cut into tokens at once, so the parser may look ahead as far as it likes. What is no
 * token is reported and left out.
 */
#ifndef SIM_LANG_LEXER_H
#define SIM_LANG_LEXER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/lang/diag.h"
#include "sim/lang/mem.h"
#include "sim/lang/span.h"

// clang-format off
/* Longer ones before their beginnings: the first that fits is taken. */
#define PUNCTUATORS(X)                                                                             \
    X(SHL_ASSIGN, "<<=")                                                                           \
    X(SHR_ASSIGN, ">>=")                                                                           \
    X(INCREMENT, "++")                                                                             \
    X(DECREMENT, "--")                                                                             \
    X(ADD_ASSIGN, "+=")                                                                            \
    X(SUB_ASSIGN, "-=")                                                                            \
    X(MUL_ASSIGN, "*=")                                                                            \
    X(DIV_ASSIGN, "/=")                                                                            \
    X(MOD_ASSIGN, "%=")                                                                            \
    X(AND_ASSIGN, "&=")                                                                            \
    X(OR_ASSIGN, "|=")                                                                             \
    X(XOR_ASSIGN, "^=")                                                                            \
    X(AND_AND, "&&")                                                                               \
    X(OR_OR, "||")                                                                                 \
    X(SHL, "<<")                                                                                   \
    X(SHR, ">>")                                                                                   \
    X(LE, "<=")                                                                                    \
    X(GE, ">=")                                                                                    \
    X(EQ, "==")                                                                                    \
    X(NE, "!=")                                                                                    \
    X(DOTS, "..")                                                                                  \
    X(LT, "<")                                                                                     \
    X(GT, ">")                                                                                     \
    X(ASSIGN, "=")                                                                                 \
    X(PLUS, "+")                                                                                   \
    X(MINUS, "-")                                                                                  \
    X(STAR, "*")                                                                                   \
    X(SLASH, "/")                                                                                  \
    X(PERCENT, "%")                                                                                \
    X(AND, "&")                                                                                    \
    X(OR, "|")                                                                                     \
    X(XOR, "^")                                                                                    \
    X(NOT, "!")                                                                                    \
    X(TILDE, "~")                                                                                  \
    X(QUESTION, "?")                                                                               \
    X(COLON, ":")                                                                                  \
    X(COMMA, ",")                                                                                  \
    X(SEMICOLON, ";")                                                                              \
    X(LPAREN, "(")                                                                                 \
    X(RPAREN, ")")                                                                                 \
    X(LBRACKET, "[")                                                                               \
    X(RBRACKET, "]")                                                                               \
    X(LBRACE, "{")                                                                                 \
    X(RBRACE, "}")

#define KEYWORDS(X)                                                                                \
    X(IF, "if")                                                                                    \
    X(ELSE, "else")                                                                                \
    X(FOR, "for")                                                                                  \
    X(WHILE, "while")                                                                              \
    X(DO, "do")                                                                                    \
    X(BREAK, "break")                                                                              \
    X(CONTINUE, "continue")                                                                        \
    X(RETURN, "return")
// clang-format on

#define TOKEN_ENUM(name, text) TOKEN_##name,
enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_STRING,
    TOKEN_TYPE,     // int LONG HANDLE NTSTATUS BOOLEAN ULONG
    TOKEN_RESERVED, // a word of C that the body language does not have
    TOKEN_STRAY,    // what was reported already: no token, or a string without its second quote
    PUNCTUATORS(TOKEN_ENUM) KEYWORDS(TOKEN_ENUM)
};
#undef TOKEN_ENUM

struct token {
    enum token_kind kind;
    bool is_unsigned;  // a number with U, or too large for int; the type ULONG
    bool starts_line;  // first of its line
    int32_t value;     // of a number
    struct span where; // a string: without its quotes
};

/* TOKEN_NAME, or which word of the language a name is. */
enum token_kind lex_word(struct span name);

/* The tokens of a text in the arena, TOKEN_END last. False in *ok if something was reported. */
const struct token *lex(struct span text, struct arena *arena, struct diag_list *diags, bool *ok);

#endif
