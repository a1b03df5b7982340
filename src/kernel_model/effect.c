/*
 * Effects: collecting what a call touched, and the text of each rule.
 */
#include "kernel_model/effect.h"

#define RULE_ROW(name, row, text) {row, text},
static const struct {
    const char *row;
    const char *text;
} rules[] = {KM_RULES(RULE_ROW)};
#undef RULE_ROW

void effect_touch(struct effect *e, object_ref object, enum aspect aspect, bool write)
{
    for (unsigned i = 0; i < e->n_accesses; i++) {
        if (e->accesses[i].object == object && e->accesses[i].aspect == aspect) {
            e->accesses[i].write |= write;
            return;
        }
    }
    if (e->n_accesses == MAX_ACCESSES) {
        e->touches_all = true;
        return;
    }
    e->accesses[e->n_accesses++] = (struct access){object, (uint8_t)aspect, write};
}

const char *rule_text(enum km_rule rule)
{
    return rules[rule].text;
}

const char *rule_row(enum km_rule rule)
{
    return rules[rule].row;
}
