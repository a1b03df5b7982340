/*
 * The table is the X-macro of keys.h as rows. Its keys are kept in notation and read by key_next
 * whenever they are looked up: a lookup walks some fifty keys, once per key pressed.
 */
#include "ui/keys.h"

#include <string.h>

#include "ui/utf8.h"

#define COMMAND_ROW(name, command, keys, where, group, footer, word, help) \
    [CMD_##name] = {command, keys, where, group, footer, word, help},
static const struct key_row rows[N_COMMANDS] = {[CMD_NONE] = {"", "", 0, 0, 0, "", ""},
                                                COMMANDS(COMMAND_ROW)};
#undef COMMAND_ROW

/* In notation between "<" and ">", and for people. The first of two names for one key is printed. */
static const struct {
    const char *name;
    const char *label;
    int32_t key;
} named[] = {
    {"BS", "Bksp", K_BACKSPACE},
    {"Backspace", "Bksp", K_BACKSPACE},
    {"Bksp", "Bksp", K_BACKSPACE},
    {"Tab", "Tab", K_TAB},
    {"S-Tab", "Shift-Tab", K_BACK_TAB},
    {"Enter", "Enter", K_ENTER},
    {"CR", "Enter", K_ENTER},
    {"Esc", "Esc", K_ESC},
    {"Space", "Space", K_SPACE},
    {"lt", "<", '<'},
    {"Up", "Up", K_UP},
    {"Down", "Down", K_DOWN},
    {"Left", "Left", K_LEFT},
    {"Right", "Right", K_RIGHT},
    {"Home", "Home", K_HOME},
    {"End", "End", K_END},
    {"PgUp", "PgUp", K_PAGE_UP},
    {"PageUp", "PgUp", K_PAGE_UP},
    {"PgDn", "PgDn", K_PAGE_DOWN},
    {"PageDown", "PgDn", K_PAGE_DOWN},
    {"Ins", "Ins", K_INSERT},
    {"Del", "Del", K_DELETE},
    {"Tick", "Tick", K_TICK},
};

enum { N_NAMED = sizeof named / sizeof named[0] };

const struct key_row *key_row(enum command command)
{
    return &rows[command];
}

/* ---- notation ---- */

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Is text[0 .. length) this word? Case does not count. */
static bool is_word(const char *text, size_t length, const char *word)
{
    if (strlen(word) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(text[i]) != lower(word[i]))
            return false;
    }
    return true;
}

/* The key that stands between "<" and ">". */
static int32_t named_key(const char *name, size_t length)
{
    for (size_t i = 0; i < N_NAMED; i++) {
        if (is_word(name, length, named[i].name))
            return named[i].key;
    }
    if (length == 3 && lower(name[0]) == 'c' && name[1] == '-' && lower(name[2]) >= 'a' &&
        lower(name[2]) <= 'z')
        return lower(name[2]) - 'a' + 1;
    if ((length == 2 || length == 3) && lower(name[0]) == 'f') {
        int number = 0;
        for (size_t i = 1; i < length; i++) {
            if (name[i] < '0' || name[i] > '9')
                return K_NONE;
            number = 10 * number + (name[i] - '0');
        }
        if (number >= 1 && number <= 12)
            return K_F1 + number - 1;
    }
    return K_NONE;
}

int32_t key_next(const char **text)
{
    const char *p = *text;

    if (*p == '<') {
        const char *end = strchr(p, '>');
        int32_t key = end != NULL ? named_key(p + 1, (size_t)(end - p - 1)) : K_NONE;
        if (key != K_NONE)
            *text = end + 1;
        return key;
    }
    uint32_t ch = utf8_next(&p);
    if (ch == 0 || ch == CH_REPLACEMENT)
        return K_NONE;
    *text = p;
    return (int32_t)ch;
}

bool keys_check(const char *text, const char **bad)
{
    while (*text != '\0') {
        *bad = text;
        if (key_next(&text) == K_NONE)
            return false;
    }
    return true;
}

/* ---- lookup and labels ---- */

enum command key_command(int32_t key, enum key_context context)
{
    if (key == K_NONE)
        return CMD_NONE;
    if (key == 8) // what some terminals send for Backspace
        key = K_BACKSPACE;
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        if ((rows[i].where & context) == 0)
            continue;
        const char *keys = rows[i].keys;
        for (int32_t k; (k = key_next(&keys)) != K_NONE;) {
            if (k == key)
                return (enum command)i;
        }
    }
    return CMD_NONE;
}

size_t key_label(int32_t key, char *out, size_t size)
{
    for (size_t i = 0; i < N_NAMED; i++) {
        if (named[i].key == key)
            return (size_t)snprintf(out, size, "%s", named[i].label);
    }
    if (key >= K_F1 && key <= K_F12)
        return (size_t)snprintf(out, size, "F%d", key - K_F1 + 1);
    if (key > 0 && key < 0x20)
        return (size_t)snprintf(out, size, "Ctrl-%c", key + '@');
    if (key <= 0 || key > 0x10FFFF)
        return (size_t)snprintf(out, size, "that key");
    char text[5];
    utf8_encode((uint32_t)key, text);
    return (size_t)snprintf(out, size, "%s", text);
}

size_t key_labels(enum command command, bool first_only, char *out, size_t size)
{
    const char *keys = rows[command].keys;
    size_t n = 0;

    if (command == CMD_STEP_THREAD) // nine keys in a row
        return (size_t)snprintf(out, size, "1-9");
    out[0] = '\0';
    for (int32_t key; (key = key_next(&keys)) != K_NONE && n + 1 < size;) {
        if (n > 0)
            n += (size_t)snprintf(out + n, size - n, " ");
        if (n + 1 < size)
            n += key_label(key, out + n, size - n);
        if (first_only)
            break;
    }
    return n < size ? n : size - 1;
}

const char *key_group_title(enum key_group group)
{
    static const char *const titles[N_KEY_GROUPS] = {
        [KEYS_STEP] = "Step",
        [KEYS_TIME] = "Back and forth",
        [KEYS_RUN] = "Run",
        [KEYS_SEE] = "Look",
        [KEYS_FILE] = "Open and keep",
        [KEYS_OPEN] = "In what is open over the screen",
        [KEYS_LEAVE] = "Find one's way, leave",
    };

    return titles[group];
}

/* ---- the table as text ---- */

static void print_row(FILE *out, enum key_format format, enum command command)
{
    char labels[KEY_LABEL];

    key_labels(command, false, labels, sizeof labels);
    switch (format) {
    case KEYS_PLAIN:
        fprintf(out, "  %-20s %s\n", labels, rows[command].help);
        break;
    case KEYS_MARKDOWN:
        fprintf(out, "| `%s` | %s |\n", labels, rows[command].help);
        break;
    case KEYS_ROFF: // \& keeps a leading dot or quote from being a request
        fprintf(out, ".TP\n.B \\&%s\n%s\n", labels, rows[command].help);
        break;
    }
}

void keys_print(FILE *out, enum key_format format)
{
    for (int group = 0; group < N_KEY_GROUPS; group++) {
        const char *title = key_group_title((enum key_group)group);
        if (format == KEYS_PLAIN)
            fprintf(out, "%s%s\n", group > 0 ? "\n" : "", title);
        else if (format == KEYS_MARKDOWN)
            fprintf(out, "%s| %s | |\n|---|---|\n", group > 0 ? "\n" : "", title);
        else
            fprintf(out, ".SS %s\n", title);
        for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
            if (rows[i].group == group)
                print_row(out, format, (enum command)i);
        }
    }
}
