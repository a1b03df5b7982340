/*
 * One row per theme and role: the colour out of 256, out of 16 and out of 8, and the attributes that the
 * role always has. Eight colours cannot tell dim or vermillion: the row's second set of attributes
 * makes up for it. Underline is never relied on, since the Linux console shows it as a colour.
 */
#include "ui/theme.h"

#include <string.h>

struct role_paint {
    int16_t of_256, of_16, of_8;
    uint8_t attr;      // always
    uint8_t attr_of_8; // besides, with eight colours
};

enum { D = COLOR_DEFAULT };

// clang-format off
static const struct role_paint paints[N_THEMES][N_ROLES] = {
    [THEME_DARK] = {
        [ROLE_TEXT]     = {D, D, D, 0, 0},
        [ROLE_DIM]      = {245, 8, D, 0, 0},
        [ROLE_BORDER]   = {241, 8, D, 0, 0},
        [ROLE_TITLE]    = {D, D, D, ATTR_BOLD, 0},
        [ROLE_KEY]      = {D, D, D, ATTR_BOLD, 0},
        [ROLE_THREAD_1] = {74, 14, 6, 0, ATTR_BOLD},
        [ROLE_THREAD_2] = {214, 11, 3, 0, ATTR_BOLD},
        [ROLE_THREAD_3] = {36, 10, 2, 0, ATTR_BOLD},
        [ROLE_THREAD_4] = {175, 13, 5, 0, ATTR_BOLD},
        [ROLE_THREAD_5] = {228, 15, 7, 0, ATTR_BOLD},
        [ROLE_THREAD_6] = {33, 12, 4, 0, ATTR_BOLD},
        [ROLE_GOOD]     = {114, 10, 2, ATTR_BOLD, 0},
        [ROLE_WARN]     = {221, 11, 3, ATTR_BOLD, 0},
        [ROLE_BAD]      = {202, 9, 1, ATTR_BOLD, 0},
        [ROLE_FOUND]    = {221, 11, 3, ATTR_BOLD, 0},
    },
    [THEME_LIGHT] = {
        [ROLE_TEXT]     = {D, D, D, 0, 0},
        [ROLE_DIM]      = {242, 8, D, 0, 0},
        [ROLE_BORDER]   = {247, 7, D, 0, 0},
        [ROLE_TITLE]    = {D, D, D, ATTR_BOLD, 0},
        [ROLE_KEY]      = {D, D, D, ATTR_BOLD, 0},
        [ROLE_THREAD_1] = {25, 4, 4, 0, ATTR_BOLD},
        [ROLE_THREAD_2] = {130, 3, 3, 0, ATTR_BOLD},
        [ROLE_THREAD_3] = {29, 2, 2, 0, ATTR_BOLD},
        [ROLE_THREAD_4] = {90, 5, 5, 0, ATTR_BOLD},
        [ROLE_THREAD_5] = {100, 0, 0, 0, ATTR_BOLD},
        [ROLE_THREAD_6] = {32, 6, 6, 0, ATTR_BOLD},
        [ROLE_GOOD]     = {28, 2, 2, ATTR_BOLD, 0},
        [ROLE_WARN]     = {94, 3, 3, ATTR_BOLD, 0},
        [ROLE_BAD]      = {160, 1, 1, ATTR_BOLD, 0},
        [ROLE_FOUND]    = {94, 3, 3, ATTR_BOLD, 0},
    },
    [THEME_MONO] = {
        [ROLE_TEXT]     = {D, D, D, 0, 0},
        [ROLE_DIM]      = {D, D, D, 0, 0},
        [ROLE_BORDER]   = {D, D, D, 0, 0},
        [ROLE_TITLE]    = {D, D, D, ATTR_BOLD, 0},
        [ROLE_KEY]      = {D, D, D, ATTR_BOLD, 0},
        [ROLE_THREAD_1] = {D, D, D, 0, 0},
        [ROLE_THREAD_2] = {D, D, D, 0, 0},
        [ROLE_THREAD_3] = {D, D, D, 0, 0},
        [ROLE_THREAD_4] = {D, D, D, 0, 0},
        [ROLE_THREAD_5] = {D, D, D, 0, 0},
        [ROLE_THREAD_6] = {D, D, D, 0, 0},
        [ROLE_GOOD]     = {D, D, D, ATTR_BOLD, 0},
        [ROLE_WARN]     = {D, D, D, ATTR_BOLD, 0},
        [ROLE_BAD]      = {D, D, D, ATTR_BOLD, 0},
        [ROLE_FOUND]    = {D, D, D, ATTR_BOLD, 0},
    },
    [THEME_HIGH_CONTRAST] = {
        [ROLE_TEXT]     = {231, 15, 7, ATTR_BOLD, 0},
        [ROLE_DIM]      = {252, 7, 7, 0, 0},
        [ROLE_BORDER]   = {252, 7, 7, 0, 0},
        [ROLE_TITLE]    = {231, 15, 7, ATTR_BOLD, 0},
        [ROLE_KEY]      = {226, 11, 3, ATTR_BOLD, 0},
        [ROLE_THREAD_1] = {51, 14, 6, ATTR_BOLD, 0},
        [ROLE_THREAD_2] = {214, 11, 3, ATTR_BOLD, 0},
        [ROLE_THREAD_3] = {46, 10, 2, ATTR_BOLD, 0},
        [ROLE_THREAD_4] = {219, 13, 5, ATTR_BOLD, 0},
        [ROLE_THREAD_5] = {229, 15, 7, ATTR_BOLD, 0},
        [ROLE_THREAD_6] = {111, 12, 4, ATTR_BOLD, 0},
        [ROLE_GOOD]     = {46, 10, 2, ATTR_BOLD, 0},
        [ROLE_WARN]     = {226, 11, 3, ATTR_BOLD, 0},
        [ROLE_BAD]      = {203, 9, 1, ATTR_BOLD, 0},
        [ROLE_FOUND]    = {226, 11, 3, ATTR_BOLD, 0},
    },
};
// clang-format on

static const char *const names[N_THEMES] = {
    [THEME_DARK] = "dark",
    [THEME_LIGHT] = "light",
    [THEME_MONO] = "mono",
    [THEME_HIGH_CONTRAST] = "high-contrast",
};

struct paint theme_paint(enum theme theme, enum depth depth, struct style style)
{
    const struct role_paint *row = &paints[theme][style.role];
    struct paint paint = {COLOR_DEFAULT, COLOR_DEFAULT, row->attr | style.attr};

    switch (depth) {
    case DEPTH_NONE:
        return paint;
    case DEPTH_8:
        paint.fg = row->of_8;
        paint.attr |= row->attr_of_8;
        break;
    case DEPTH_16:
        paint.fg = row->of_16;
        break;
    case DEPTH_256:
        paint.fg = row->of_256;
        break;
    }
    if (theme == THEME_HIGH_CONTRAST)
        paint.bg = depth == DEPTH_256 ? 16 : 0;
    return paint;
}

const char *theme_name(enum theme theme)
{
    return names[theme];
}

bool theme_find(const char *name, enum theme *theme)
{
    for (int i = 0; i < N_THEMES; i++) {
        if (strcmp(names[i], name) == 0) {
            *theme = (enum theme)i;
            return true;
        }
    }
    return false;
}

uint32_t theme_rgb(int index)
{
    static const uint32_t first_16[16] = {
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x1E6FD0, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    };
    static const uint32_t levels[6] = {0, 95, 135, 175, 215, 255};

    if (index < 16)
        return first_16[index & 15];
    if (index < 232) {
        unsigned cube = (unsigned)index - 16;
        return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
    }
    return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
}

uint32_t theme_default_fg(enum theme theme)
{
    return theme == THEME_LIGHT ? 0x1F1F1F : 0xDADADA;
}

uint32_t theme_default_bg(enum theme theme)
{
    switch (theme) {
    case THEME_LIGHT:
        return 0xFFFFFF;
    case THEME_HIGH_CONTRAST:
        return 0x000000;
    case THEME_DARK:
    case THEME_MONO:
    case N_THEMES:
        break;
    }
    return 0x16181D;
}
