/*
 * The letters of what was typed are looked for from left to right, each at its next place; a place at the
 * begin of a word, or right behind the place before, is worth more. A second try begins where the whole
 * text stands in one piece, which is what people mean most of the time.
 */
#include "ui/library.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* Position at which typed stands in one piece, or -1. */
static int whole(const char *typed, const char *text)
{
    for (int i = 0; text[i] != '\0'; i++) {
        int k = 0;
        while (typed[k] != '\0' && lower(typed[k]) == lower(text[i + k]))
            k++;
        if (typed[k] == '\0')
            return i;
    }
    return -1;
}

static bool begins_word(const char *text, int i)
{
    return i == 0 || !isalnum((unsigned char)text[i - 1]);
}

int fuzzy_score(const char *typed, const char *text)
{
    int score = 1, at = 0, last = -2;

    if (typed[0] == '\0')
        return 1;
    int piece = whole(typed, text);
    if (piece >= 0)
        return 1000 + (begins_word(text, piece) ? 500 : 0) + (piece == 0 ? 500 : 0) -
               (int)(strlen(text) < 400 ? strlen(text) : 400);
    for (const char *p = typed; *p != '\0'; p++) {
        if (*p == ' ')
            continue;
        while (text[at] != '\0' && lower(text[at]) != lower(*p))
            at++;
        if (text[at] == '\0')
            return 0;
        score += at == last + 1 ? 5 : begins_word(text, at) ? 8 : 1;
        last = at++;
    }
    return score;
}
