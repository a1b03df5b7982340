/*
 * From tokens to the tree.
 *
 * Purpose    C's expressions and statements as DESIGN.md 3 has them. Knows no names.
 * Errors     One report for each mistake; what cannot be understood becomes NODE_ERROR, and the
 *            parser goes on behind it. Nesting deeper than MAX_NESTING ends the parsing.
 */
#ifndef SIM_LANG_PARSER_H
#define SIM_LANG_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/lang/ast.h"
#include "sim/lang/lexer.h"

enum { MAX_NESTING = 200, MAX_HEIGHT = 1000 };

struct parser {
    struct arena *arena;
    struct diag_list *diags;
    const struct token *now; // the next token
    struct span last;        // the token before it
    uint32_t nesting;
    bool ok;
    bool misread; // a declaration may have been skipped
    bool lost;    // an error was reported and the parser has not found its way again
    bool stopped; // nested too deep: nothing more is read
};

void parser_init(struct parser *p, struct span text, struct arena *arena, struct diag_list *diags);

/* An assignment expression: what stands between the commas of an argument list. */
struct node *parse_argument(struct parser *p);

/* With comma operators. */
struct node *parse_expression(struct parser *p);

/* One expression and nothing after it. */
struct node *parse_only_expression(struct parser *p);

/* All statements of a body, as one NODE_BLOCK. */
struct node *parse_body(struct parser *p);

/* For the parser's own two files. */

struct node *parser_node(struct parser *p, enum node_kind kind, struct span where);
bool parser_accept(struct parser *p, enum token_kind kind);
void parser_advance(struct parser *p);

/* "expected WHAT, found ..." at the next token; only the first until the parser finds its way. */
void parser_expected(struct parser *p, const char *what);
void parser_error(struct parser *p, struct span where, const char *text);

/* The bracket that closes open. After an error: skips to it. */
void parser_close(struct parser *p, enum token_kind kind, struct span open);

bool parser_enter(struct parser *p); // one level deeper; false: too deep
void parser_leave(struct parser *p);

#endif
