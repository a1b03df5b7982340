/*
 * 32-bit two's complement. Everything is computed on unsigned values, where C defines wrapping, and
 * converted back; >> of a negative value and INT32_MIN / -1 are spelled out.
 */
#include "sim/lang/arith.h"

enum op arith_unsigned(enum op op)
{
    static const struct {
        enum op op, op_unsigned;
    } pairs[] = {{OP_DIV, OP_DIV_U}, {OP_MOD, OP_MOD_U}, {OP_SHR, OP_SHR_U}, {OP_LT, OP_LT_U},
                 {OP_LE, OP_LE_U},   {OP_GT, OP_GT_U},   {OP_GE, OP_GE_U}};
    for (unsigned k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
        if (pairs[k].op == op)
            return pairs[k].op_unsigned;
    return op;
}

static bool divide(enum op op, int32_t a, int32_t b, uint32_t *result)
{
    uint32_t ua = (uint32_t)a, ub = (uint32_t)b;
    if (b == 0)
        return false;
    if (op == OP_DIV_U)
        *result = ua / ub;
    else if (op == OP_MOD_U)
        *result = ua % ub;
    else if (b == -1)
        *result = op == OP_DIV ? 0 - ua : 0;
    else
        *result = (uint32_t)(op == OP_DIV ? a / b : a % b);
    return true;
}

static bool shift(enum op op, int32_t a, int32_t b, uint32_t *result)
{
    uint32_t ua = (uint32_t)a;
    if (b < 0 || b >= 32)
        return false;
    if (op == OP_SHL)
        *result = ua << b;
    else if (op == OP_SHR && a < 0)
        *result = ~(~ua >> b);
    else
        *result = ua >> b;
    return true;
}

static bool compare(enum op op, int32_t a, int32_t b)
{
    uint32_t ua = (uint32_t)a, ub = (uint32_t)b;
    switch ((int)op) {
    case OP_EQ:
        return a == b;
    case OP_NE:
        return a != b;
    case OP_LT:
        return a < b;
    case OP_LE:
        return a <= b;
    case OP_GT:
        return a > b;
    case OP_GE:
        return a >= b;
    case OP_LT_U:
        return ua < ub;
    case OP_LE_U:
        return ua <= ub;
    case OP_GT_U:
        return ua > ub;
    default: // OP_GE_U
        return ua >= ub;
    }
}

bool arith_binary(enum op op, int32_t a, int32_t b, int32_t *result)
{
    uint32_t ua = (uint32_t)a, ub = (uint32_t)b, r;
    bool ok = true;
    switch ((int)op) {
    case OP_ADD:
        r = ua + ub;
        break;
    case OP_SUB:
        r = ua - ub;
        break;
    case OP_MUL:
        r = ua * ub;
        break;
    case OP_AND:
        r = ua & ub;
        break;
    case OP_OR:
        r = ua | ub;
        break;
    case OP_XOR:
        r = ua ^ ub;
        break;
    case OP_DIV:
    case OP_MOD:
    case OP_DIV_U:
    case OP_MOD_U:
        ok = divide(op, a, b, &r);
        break;
    case OP_SHL:
    case OP_SHR:
    case OP_SHR_U:
        ok = shift(op, a, b, &r);
        break;
    default:
        r = compare(op, a, b);
        break;
    }
    *result = ok ? (int32_t)r : 0;
    return ok;
}

int32_t arith_unary(enum op op, int32_t a)
{
    if (op == OP_NOT)
        return a == 0;
    return op == OP_NEG ? (int32_t)(0 - (uint32_t)a) : ~a;
}
