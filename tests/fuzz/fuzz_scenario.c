/*
 * Any bytes as a scenario: the reader and the compiler report or accept, and give all memory back.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/lang/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scenario_source source = {
        .file = "fuzz.ini", .text = (const char *)data, .length = size};
    struct diag_list diags = {0};
    scenario_free(scenario_load(&source, NULL, 0, &diags));
    diag_release(&diags);
    return 0;
}
