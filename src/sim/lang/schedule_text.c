/*
 * A text of digits alone is one thread for each digit; any other is a list of items
 *
 *     item = thread [ "~" | "/" choice ] [ "*" count ]        thread = number | name
 *
 * with commas or white space between them. So thread 12 alone is printed as 12*1: "12" would be 1
 * and 2.
 */
#include "sim/lang/schedule_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/lang/span.h"

struct reading {
    const struct scenario *s;
    struct span text; // what is still to be read
    size_t position;  // of its start
    struct schedule *out;
    struct diag_list *diags;
};

static bool is_separator(char c)
{
    return c == ',' || is_blank(c) || c == '\n';
}

static void take(struct reading *r, size_t n)
{
    r->text = span_part(r->text, n, r->text.n);
    r->position += n;
}

static bool no_thread(struct reading *r, struct span word)
{
    const char **names = mem_alloc(r->s->n_threads + 1, sizeof *names);
    for (uint32_t k = 0; k < r->s->n_threads; k++)
        names[k] = r->s->threads[k].name;
    char *hint = span_hint(word, names, r->s->n_threads);
    if (is_digit(word.at[0]))
        span_error(r->diags, word, "there is no thread %.*s: threads are numbered 1 to %u",
                   SPAN(word), (unsigned)r->s->n_threads);
    else
        span_error(r->diags, word, "there is no thread '%.*s'%s", SPAN(word), hint);
    free(hint);
    free(names);
    return false;
}

/* A number at the start of the text; false if there is none or it is above the limit. */
static bool read_number(struct reading *r, uint64_t limit, uint64_t *value)
{
    size_t n = 0;
    for (*value = 0; n < r->text.n && is_digit(r->text.at[n]) && *value <= limit; n++)
        *value = *value * 10 + (uint64_t)(r->text.at[n] - '0');
    if (n == 0 || *value > limit)
        return false;
    take(r, n);
    return true;
}

static bool read_thread(struct reading *r, uint8_t *thread)
{
    size_t n = 0;
    while (n < r->text.n && is_name_part(r->text.at[n]))
        n++;
    struct span word = span_part(r->text, 0, n);
    uint64_t number;
    if (n == 0) {
        span_error(r->diags, span_part(r->text, 0, 1), "expected a thread: its number or its name");
        return false;
    }
    if (!is_digit(word.at[0])) {
        *thread = scenario_find_thread(r->s, word.at, word.n);
        take(r, n);
        return *thread != NO_THREAD || no_thread(r, word);
    }
    if (!read_number(r, MAX_THREADS, &number) || number == 0 || number > r->s->n_threads)
        return no_thread(r, word);
    *thread = (uint8_t)(number - 1);
    return true;
}

static bool accept(struct reading *r, char c)
{
    if (r->text.n == 0 || r->text.at[0] != c)
        return false;
    take(r, 1);
    return true;
}

static bool read_item(struct reading *r)
{
    struct schedule_item item = {.count = 1, .position = (uint32_t)r->position};
    uint64_t number = 0;
    if (!read_thread(r, &item.step.thread))
        return false;
    if (accept(r, '~')) {
        item.step.kind = SCHEDULE_TIMEOUT;
    } else if (accept(r, '/')) {
        struct span at = r->text;
        if (!read_number(r, UINT8_MAX, &number)) {
            span_error(r->diags, at, "expected the number of a choice, 0 to 255, after '/'");
            return false;
        }
        item.step.pick = (uint8_t)number;
    }
    if (accept(r, '*')) {
        struct span at = r->text;
        if (!read_number(r, UINT32_MAX, &number) || number == 0) {
            span_error(r->diags, at, "expected how often, from 1 on, after '*'");
            return false;
        }
        item.count = (uint32_t)number;
    }
    if (r->text.n > 0 && !is_separator(r->text.at[0])) {
        span_error(r->diags, span_part(r->text, 0, 1),
                   "expected ',' or a space between steps, such as 1*5, 2~, 1/1");
        return false;
    }
    struct schedule *out = r->out;
    out->items = mem_grow(out->items, out->n, &out->capacity, sizeof *out->items);
    out->items[out->n++] = item;
    return true;
}

/* One thread for each digit. */
static bool read_digits(struct reading *r)
{
    for (; r->text.n > 0; take(r, 1)) {
        unsigned digit = (unsigned)(r->text.at[0] - '0');
        if (digit == 0 || digit > r->s->n_threads)
            return no_thread(r, span_part(r->text, 0, 1));
        size_t n = r->out->n;
        schedule_add(r->out, (struct schedule_step){.thread = (uint8_t)(digit - 1)});
        if (r->out->n > n)
            r->out->items[n].position = (uint32_t)r->position;
    }
    return true;
}

bool schedule_parse(const struct scenario *s, struct span text, struct schedule *out,
                    struct diag_list *diags)
{
    struct reading r = {.s = s, .text = text, .out = out, .diags = diags};
    while (r.text.n > 0 && is_separator(r.text.at[0]))
        take(&r, 1);
    while (r.text.n > 0 && is_separator(r.text.at[r.text.n - 1]))
        r.text.n--;
    bool digits = true;
    for (size_t k = 0; k < r.text.n; k++)
        digits = digits && is_digit(r.text.at[k]);
    if (digits)
        return read_digits(&r);
    while (r.text.n > 0) {
        if (!read_item(&r))
            return false;
        while (r.text.n > 0 && is_separator(r.text.at[0]))
            take(&r, 1);
    }
    return true;
}

void schedule_release(struct schedule *schedule)
{
    free(schedule->items);
    *schedule = (struct schedule){0};
}

static bool same_step(struct schedule_step a, struct schedule_step b)
{
    return a.thread == b.thread && a.kind == b.kind && a.pick == b.pick;
}

void schedule_add(struct schedule *schedule, struct schedule_step step)
{
    struct schedule_item *last = schedule->n > 0 ? &schedule->items[schedule->n - 1] : NULL;
    if (last != NULL && same_step(last->step, step) && last->count < UINT32_MAX) {
        last->count++;
        return;
    }
    schedule->items =
        mem_grow(schedule->items, schedule->n, &schedule->capacity, sizeof *schedule->items);
    schedule->items[schedule->n++] = (struct schedule_item){.step = step, .count = 1};
}

uint64_t schedule_length(const struct schedule *schedule)
{
    uint64_t length = 0;
    for (size_t k = 0; k < schedule->n; k++)
        length += schedule->items[k].count;
    return length;
}

size_t schedule_item_print(char *out, struct schedule_step step, uint64_t count)
{
    int n = snprintf(out, SCHEDULE_ITEM, "%u", step.thread + 1u);
    if (step.kind == SCHEDULE_TIMEOUT)
        n += snprintf(out + n, SCHEDULE_ITEM - (size_t)n, "~");
    else if (step.pick > 0)
        n += snprintf(out + n, SCHEDULE_ITEM - (size_t)n, "/%u", step.pick);
    if (count > 1)
        n += snprintf(out + n, SCHEDULE_ITEM - (size_t)n, "*%llu", (unsigned long long)count);
    return (size_t)n;
}

char *schedule_print(const struct schedule *schedule)
{
    struct text text = {0};
    text_add(&text, "", 0);
    for (size_t k = 0; k < schedule->n;) {
        struct schedule_step step = schedule->items[k].step;
        uint64_t count = 0;
        char item[SCHEDULE_ITEM];
        for (; k < schedule->n && same_step(schedule->items[k].step, step); k++)
            count += schedule->items[k].count;
        if (text.n > 0)
            text_add(&text, ",", 1);
        text_add(&text, item, schedule_item_print(item, step, count));
    }
    // digits alone would be read as one thread each
    if (text.n > 1 && strspn(text.at, "0123456789") == text.n)
        text_add(&text, "*1", 2);
    return text.at;
}
