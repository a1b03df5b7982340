/*
 * The tree between parser and compiler.
 *
 * One node type for expressions and statements; what the members a, b, c and the list mean is said
 * beside each kind. Nodes live in the arena of the load.
 */
#ifndef SIM_LANG_AST_H
#define SIM_LANG_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/lang/span.h"
#include "sim/vm/code.h"

enum node_kind {
    /* expressions */
    NODE_ERROR,       // something that was reported already
    NODE_NUMBER,      // value
    NODE_NAME,        //
    NODE_INDEX,       // name[a]
    NODE_ADDRESS,     // &name or, with a, &name[a]
    NODE_STRING,      // text: what is between the quotes
    NODE_UNARY,       // op a; op: NEG, COMPLEMENT, NOT
    NODE_BINARY,      // a op b
    NODE_AND,         // a && b
    NODE_OR,          // a || b
    NODE_CONDITIONAL, // a ? b : c
    NODE_ASSIGN,      // a = b or, unless op is N_OPS, a op= b
    NODE_STEP,        // ++a, a--: op ADD or SUB; prefix
    NODE_CAST,        // (type) a
    NODE_COMMA,       // a, b
    NODE_CALL,        // name(list)

    /* statements */
    NODE_BLOCK,    // { list }
    NODE_DECLARE,  // type list: of NODE_VARIABLE
    NODE_VARIABLE, // name = a, or no a
    NODE_EVALUATE, // a;
    NODE_IF,       // if (a) b else c
    NODE_FOR,      // for (list: one statement; a; b) c; each may be missing
    NODE_WHILE,    // while (a) b
    NODE_DO,       // do b while (a);
    NODE_BREAK,
    NODE_CONTINUE,
    NODE_RETURN, // return a; or no a
};

/* What folding found out about an expression. */
enum known { KNOWN_NOT_YET, KNOWN_CONSTANT, KNOWN_VARIES };

struct node {
    enum node_kind kind;
    uint8_t op;        // enum op, signed form; N_OPS: none
    bool is_unsigned;  // NUMBER, CAST, DECLARE; and of a constant
    bool prefix;       // STEP
    uint8_t known;     // enum known
    uint16_t height;   // of the tree below, bounded by the parser
    int32_t value;     // NUMBER; and of a constant
    struct span where; // what to point at: name, operator, first word
    struct span text;  // STRING: between the quotes. CALL: the arguments, as written
    struct node *a, *b, *c;
    struct node *list; // first of a list
    struct node *next; // in the list this node is in
};

#endif
