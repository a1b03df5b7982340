/*
 * The set of names while it grows, and the table that it becomes.
 *
 * Both find a name by the hash of its capitals. A run asks millions of times a second, nearly
 * always for a pattern with one hole, so name_table_bind turns the question round once: for each
 * pattern it takes the names that begin and end like it, reads the number between, and notes the
 * name under that number. Then an answer is one look into an array; only patterns with more holes,
 * or with numbers far apart, are spelled out and hashed.
 */
#include "sim/lang/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"
#include "sim/lang/span.h"

/* Names of one pattern by the value of its only hole (or none). */
struct lookup {
    int32_t first; // value of names[0]
    uint32_t n;
    int32_t *names;
};

struct name_table {
    struct name_set set; // sorted by capitals
    struct name_info *infos;
    struct lookup *lookups;
    size_t n_lookups, capacity_lookups;
};

bool path_equal(const char *a, const char *b)
{
    while (*a != '\0' && capital(*a) == capital(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static char *in_capitals(const char *path)
{
    char *upper = mem_text(path, strlen(path));
    for (char *c = upper; *c != '\0'; c++)
        *c = capital(*c);
    return upper;
}

/* ---- set ---- */

static size_t hash_text(const char *text)
{
    return (size_t)XXH3_64bits(text, strlen(text));
}

/* The slot where this name is, or would be. */
static uint32_t *find_slot(const struct name_set *set, const char *upper)
{
    size_t at = hash_text(upper);
    while (true) {
        uint32_t *slot = &set->slots[at++ & (set->n_slots - 1)];
        if (*slot == 0 || strcmp(set->upper[*slot - 1], upper) == 0)
            return slot;
    }
}

static void rehash(struct name_set *set, size_t n_slots)
{
    free(set->slots);
    set->n_slots = n_slots;
    set->slots = mem_alloc(n_slots, sizeof *set->slots);
    for (uint32_t k = 0; k < set->n; k++)
        *find_slot(set, set->upper[k]) = k + 1;
}

int32_t name_set_add(struct name_set *set, const char *path)
{
    if (set->n_slots < 2 * (set->n + 1))
        rehash(set, set->n_slots == 0 ? 64 : 2 * set->n_slots);
    char *upper = in_capitals(path);
    uint32_t *slot = find_slot(set, upper);
    if (*slot != 0 || set->n == MAX_NAMES) {
        free(upper);
        return (int32_t)*slot - 1;
    }
    set->paths = mem_grow(set->paths, set->n, &set->capacity, sizeof *set->paths);
    set->upper = mem_grow(set->upper, set->n, &set->capacity_upper, sizeof *set->upper);
    set->paths[set->n] = mem_text(path, strlen(path));
    set->upper[set->n++] = upper;
    *slot = (uint32_t)set->n;
    return (int32_t)set->n - 1;
}

void name_set_release(struct name_set *set)
{
    for (size_t k = 0; k < set->n; k++) {
        free(set->paths[k]);
        free(set->upper[k]);
    }
    free(set->paths);
    free(set->upper);
    free(set->slots);
    *set = (struct name_set){0};
}

/* ---- table ---- */

struct pair {
    char *upper;
    char *path;
};

static int compare_pairs(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->upper, ((const struct pair *)b)->upper);
}

static void sort_names(struct name_set *set)
{
    struct pair *pairs = mem_alloc(set->n, sizeof *pairs);
    for (size_t k = 0; k < set->n; k++)
        pairs[k] = (struct pair){set->upper[k], set->paths[k]};
    qsort(pairs, set->n, sizeof *pairs, compare_pairs);
    for (size_t k = 0; k < set->n; k++) {
        set->upper[k] = pairs[k].upper;
        set->paths[k] = pairs[k].path;
    }
    free(pairs);
    rehash(set, set->n_slots == 0 ? 64 : set->n_slots);
}

/* Characters that no file name may have, behind the drive. */
static bool is_invalid(const char *path)
{
    for (const char *c = path + 2; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || strchr("<>:\"/|?*", *c) != NULL)
            return true;
    return false;
}

static struct name_info describe(const char *path, const char *upper,
                                 const struct scenario_directory *directories, uint32_t n)
{
    struct name_info info = {.path = path,
                             .parent = NO_INDEX,
                             .directory = NO_INDEX,
                             .volume = upper[0],
                             .invalid = is_invalid(path)};
    const char *last = strrchr(path, '\\');
    char *parent = mem_text(path, (size_t)(last - path));
    for (uint32_t k = 0; k < n; k++) {
        if (path_equal(parent, directories[k].path))
            info.parent = (directory_ix)k;
        if (path_equal(path, directories[k].path))
            info.directory = (directory_ix)k;
    }
    free(parent);
    return info;
}

struct name_table *name_table_new(struct name_set *set,
                                  const struct scenario_directory *directories,
                                  uint32_t n_directories)
{
    struct name_table *names = mem_alloc(1, sizeof *names);
    names->set = *set;
    *set = (struct name_set){0};
    sort_names(&names->set);
    names->infos = mem_alloc(names->set.n, sizeof *names->infos);
    for (size_t k = 0; k < names->set.n; k++)
        names->infos[k] =
            describe(names->set.paths[k], names->set.upper[k], directories, n_directories);
    return names;
}

void name_table_free(struct name_table *names)
{
    if (names == NULL)
        return;
    for (size_t k = 0; k < names->n_lookups; k++)
        free(names->lookups[k].names);
    free(names->lookups);
    free(names->infos);
    name_set_release(&names->set);
    free(names);
}

const struct name_info *name_table_infos(const struct name_table *names, uint16_t *n)
{
    *n = (uint16_t)names->set.n;
    return names->infos;
}

/* ---- patterns ---- */

/* Reads a number as holes write it, n bytes long; false if it is none. */
static bool read_number(const char *text, size_t n, int32_t *value)
{
    char digits[16], again[16];
    if (n == 0 || n >= sizeof digits)
        return false;
    memcpy(digits, text, n);
    digits[n] = '\0';
    long long number = strtoll(digits, NULL, 10);
    if (number < INT32_MIN || number > INT32_MAX)
        return false;
    *value = (int32_t)number;
    snprintf(again, sizeof again, "%d", *value);
    return strcmp(again, digits) == 0;
}

/* First of the sorted names that is not less than the prefix. */
static size_t lower_bound(const struct name_set *set, const char *prefix)
{
    size_t low = 0, high = set->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(set->upper[middle], prefix) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Value of the hole for which prefix, value, suffix is this name. */
static bool match_name(const char *upper, const char *prefix, const char *suffix, int32_t *value)
{
    size_t n = strlen(upper), before = strlen(prefix), after = strlen(suffix);
    return n > before + after && strcmp(upper + n - after, suffix) == 0 &&
           read_number(upper + before, n - before - after, value);
}

/* The lookup of a pattern with one hole; n is 0 where the values are too far apart for it. */
static struct lookup match_names(const struct name_set *set, const char *prefix, const char *suffix)
{
    struct lookup lookup = {0};
    int32_t value, least = INT32_MAX, greatest = INT32_MIN;
    uint64_t found = 0;
    size_t from = lower_bound(set, prefix), to = from;
    for (; to < set->n && strncmp(set->upper[to], prefix, strlen(prefix)) == 0; to++) {
        if (match_name(set->upper[to], prefix, suffix, &value)) {
            least = value < least ? value : least;
            greatest = value > greatest ? value : greatest;
            found++;
        }
    }
    uint64_t range = found == 0 ? 0 : (uint64_t)((int64_t)greatest - least) + 1;
    if (range > 16 * found + 64)
        return lookup;
    lookup.first = found == 0 ? 0 : least;
    lookup.n = range == 0 ? 1 : (uint32_t)range;
    lookup.names = mem_alloc(lookup.n, sizeof *lookup.names);
    for (uint32_t k = 0; k < lookup.n; k++)
        lookup.names[k] = NAME_UNKNOWN;
    for (size_t k = from; k < to; k++)
        if (match_name(set->upper[k], prefix, suffix, &value))
            lookup.names[(uint32_t)value - (uint32_t)least] = (int32_t)k;
    return lookup;
}

static void bind_pattern(struct name_table *names, struct pattern *pattern)
{
    struct lookup lookup = {0};
    char *prefix = in_capitals(pattern->pieces[0]);
    if (pattern->n_holes == 0) {
        lookup.n = 1;
        lookup.names = mem_alloc(1, sizeof *lookup.names);
        lookup.names[0] = name_table_find_path(names, prefix);
    } else if (pattern->n_holes == 1) {
        char *suffix = in_capitals(pattern->pieces[1]);
        lookup = match_names(&names->set, prefix, suffix);
        free(suffix);
    }
    free(prefix);
    if (lookup.n == 0)
        return;
    names->lookups = mem_grow(names->lookups, names->n_lookups, &names->capacity_lookups,
                              sizeof *names->lookups);
    names->lookups[names->n_lookups++] = lookup;
    pattern->lookup = (uint32_t)names->n_lookups;
}

void name_table_bind(struct name_table *names, struct code *code)
{
    code->names = names;
    for (uint32_t k = 0; k < code->n; k++)
        if (code->instrs[k].op == OP_PATH)
            bind_pattern(names, &code->patterns[code->instrs[k].a]);
}

bool pattern_fill(const struct pattern *pattern, const int32_t *holes, char path[MAX_PATH_BYTES])
{
    size_t n = 0;
    for (unsigned k = 0; k <= pattern->n_holes; k++) {
        char *to = path + n;
        int more = k < pattern->n_holes
                       ? snprintf(to, MAX_PATH_BYTES - n, "%s%d", pattern->pieces[k], holes[k])
                       : snprintf(to, MAX_PATH_BYTES - n, "%s", pattern->pieces[k]);
        if (more < 0 || (size_t)more >= MAX_PATH_BYTES - n)
            return false;
        n += (size_t)more;
    }
    return true;
}

/* Behind this piece's text: a number, then the next piece; or the end. */
static bool matches_from(const struct pattern *pattern, unsigned piece, const char *path)
{
    for (const char *c = pattern->pieces[piece]; *c != '\0'; c++, path++)
        if (capital(*c) != capital(*path))
            return false;
    if (piece == pattern->n_holes)
        return *path == '\0';
    for (path += *path == '-'; *path >= '0' && *path <= '9'; path++)
        if (matches_from(pattern, piece + 1, path + 1))
            return true;
    return false;
}

bool pattern_matches(const struct pattern *pattern, const char *path)
{
    return matches_from(pattern, 0, path);
}

int32_t name_table_find_path(const struct name_table *names, const char *path)
{
    char upper[MAX_PATH_BYTES];
    size_t n = 0;
    for (; path[n] != '\0'; n++) {
        if (n == sizeof upper - 1)
            return NAME_UNKNOWN;
        upper[n] = capital(path[n]);
    }
    upper[n] = '\0';
    return (int32_t)*find_slot(&names->set, upper) - 1;
}

int32_t name_table_find(const struct name_table *names, const struct pattern *pattern,
                        const int32_t *holes)
{
    if (pattern->lookup != 0) {
        const struct lookup *lookup = &names->lookups[pattern->lookup - 1];
        uint32_t k = pattern->n_holes == 0 ? 0 : (uint32_t)holes[0] - (uint32_t)lookup->first;
        return k < lookup->n ? lookup->names[k] : NAME_UNKNOWN;
    }
    char path[MAX_PATH_BYTES];
    return pattern_fill(pattern, holes, path) ? name_table_find_path(names, path) : NAME_UNKNOWN;
}
