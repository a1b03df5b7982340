/*
 * Names and values of NT's constants, expanded from the lists in the header.
 */
#include "kernel_model/nt_status.h"

#include <stddef.h>

struct word {
    const char *name;
    int32_t value;
};

#define WORD(name, value) {#name, (int32_t)(value)},
static const struct word statuses[] = {NT_STATUSES(WORD)};
static const struct word bugchecks[] = {NT_BUGCHECKS(WORD)};
static const struct word constants[] = {NT_STATUSES(WORD) NT_STATUS_ALIASES(WORD)
                                            NT_CONSTANTS(WORD)};
#undef WORD

static const char *word_find(const struct word *words, size_t n, int32_t value)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i].value == value) {
            return words[i].name;
        }
    }
    return NULL;
}

const char *nt_status_name(nt_status status)
{
    return word_find(statuses, sizeof statuses / sizeof statuses[0], status);
}

const char *nt_bugcheck_name(uint32_t code)
{
    return word_find(bugchecks, sizeof bugchecks / sizeof bugchecks[0], (int32_t)code);
}

bool nt_constant_at(unsigned ix, const char **name, int32_t *value)
{
    if (ix >= sizeof constants / sizeof constants[0]) {
        return false;
    }
    *name = constants[ix].name;
    *value = constants[ix].value;
    return true;
}
