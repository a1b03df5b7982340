/*
 * Two runs side by side: the present one and that of the chosen row of the explore screen.
 */
#include <stdio.h>

#include "ui/explore_parts.h"
#include "ui/utf8.h"

/* Two texts side by side, each in its own rows. */
static void told_row(struct sheet *sheet, uint32_t n, const struct told_step *told)
{
    enum { NUMBER = 5 };
    int half = (sheet->width - NUMBER) / 2, rows = 1;
    const char *text[2];

    for (int side = 0; side < 2; side++) {
        text[side] = told->text[side] != NULL ? told->text[side] : "";
        int needed = wrap_rows(text[side], half - 2, 0, 64);
        rows = needed > rows ? needed : rows;
    }
    if (sheet->area != NULL) {
        char number[16];
        snprintf(number, sizeof number, "%u", (unsigned)n);
        for (int side = 0; side < 2; side++) {
            // Clipped above as well as below: the sheet scrolls by rows.
            struct area column =
                area_part(sheet->area, NUMBER + side * half, 0, half - 2, sheet->area->rect.h);
            int used = area_wrap(&column, sheet->y, rows, 0, plain(ROLE_TEXT), text[side]);
            color_threads(&column, sheet->y, used);
        }
        if (sheet->y >= 0 && n > 0)
            right_to(sheet->area, NUMBER - 1, sheet->y, plain(ROLE_DIM), number);
    }
    sheet->y += rows;
    sheet->n += rows;
}

static void write_common(const struct exploring *e, struct sheet *sheet)
{
    char text[TEXT_LINE];

    if (e->n_told == 0)
        snprintf(text, sizeof text, "Both make the same %u step%s.", (unsigned)e->n_common,
                 e->n_common == 1 ? "" : "s");
    else if (e->n_common == 0)
        snprintf(text, sizeof text, "They part at the first step.");
    else if (e->n_common == 1)
        snprintf(text, sizeof text, "The first step is the same. They part at step 2.");
    else
        snprintf(text, sizeof text, "The first %u steps are the same. They part at step %u.",
                 (unsigned)e->n_common, (unsigned)e->n_common + 1);
    sheet_row(sheet, plain(ROLE_DIM), "", 1, bold(ROLE_TEXT), text);
}

void write_diff(const struct view *v, struct sheet *sheet, bool ascii)
{
    const struct session *s = v->session;
    const struct exploring *e = &s->exploring;
    const struct explore_result *r = e->result;
    char chosen[TEXT_LINE], text[64];
    struct told_step heads = {{(char *)"THIS RUN", chosen}};

    (void)ascii;
    if (s->list.selected < (int)r->n_endings)
        snprintf(chosen, sizeof chosen, "THE WAY TO '%s'", r->endings[s->list.selected].name);
    else
        snprintf(chosen, sizeof chosen, "THE WAY TO THIS %s",
                 finding_name(r->findings[s->list.selected - (int)r->n_endings].kind));
    write_common(e, sheet);
    if (e->n_told == 0)
        return;
    sheet_line(sheet, plain(ROLE_TEXT), "");
    told_row(sheet, 0, &heads);
    for (uint32_t i = 0; i < e->n_told; i++)
        told_row(sheet, e->n_common + 1 + i, &e->told[i]);
    if (e->untold > 0) {
        snprintf(text, sizeof text, "and %u more steps", (unsigned)e->untold);
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_DIM), text);
    }
}
