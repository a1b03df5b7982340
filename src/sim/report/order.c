#include "sim/report/order.h"

#include "sim/report/calls.h"
#include "sim/report/text.h"

/* "T1 step 3, line 8 (Write)" */
static void write_happened(struct pen *p, const struct happens *h, uint32_t step)
{
    struct happened at = happens_at(h, step);
    write_thread(p, at.thread);
    pen_printf(p, " step %u, line %u (%s)", step, at.line, nt_call_row(at.call)->verb);
}

/* A file without a name (its handle outlived it) has none to show. */
static bool has_name(const struct scenario *s, object_ref o)
{
    return object_kind_of(o) != OBJECT_NAME || object_ix_of(o) < s->layout.shape.n_names;
}

size_t text_luck(const struct scenario *s, const struct happens *h, uint32_t ix, char *out,
                 size_t size)
{
    struct pen p = pen_on(out, size);
    struct luck luck = happens_luck(h, ix);
    write_happened(&p, h, luck.first);
    pen_text(&p, ", before ");
    write_happened(&p, h, luck.second);
    pen_text(&p, ": ");
    if (has_name(s, luck.object)) {
        write_object(&p, s, luck.object, NAME_FULL);
    }
    if (object_kind_of(luck.object) == OBJECT_NAME) {
        pen_text(&p, has_name(s, luck.object) ? ", " : "");
        pen_text(&p, text_aspect((enum aspect)luck.aspect));
    }
    return p.n;
}

void order_report(FILE *out, const struct scenario *s, const struct happens *h)
{
    uint32_t n = happens_n_luck(h);
    fprintf(out, n > 0 ? "order     only luck ordered these, nothing else does:\n"
                       : "order     synchronisation orders all steps that meet in a file or a "
                         "shared variable\n");
    for (uint32_t i = 0; i < n && i < MAX_SHOWN_LUCK; i++) {
        char text[TEXT_LINE];
        text_luck(s, h, i, text, sizeof text);
        fprintf(out, "          %s\n", text);
    }
    if (n > MAX_SHOWN_LUCK) {
        fprintf(out, "          and %u more\n", n - MAX_SHOWN_LUCK);
    }
}

void json_clock(struct json *j, const struct happens *h, uint32_t step)
{
    const uint32_t *clock = happens_clock(h, step);
    json_open(j, "happens_before", '[');
    for (uint32_t t = 0; t < happens_n_threads(h); t++) {
        json_int(j, NULL, clock[t]);
    }
    json_close(j, ']');
}

void json_luck(struct json *j, const struct scenario *s, const struct happens *h)
{
    json_open(j, "luck", '[');
    for (uint32_t i = 0; i < happens_n_luck(h); i++) {
        struct luck luck = happens_luck(h, i);
        char text[TEXT_LINE];
        json_open(j, NULL, '{');
        json_int(j, "first", luck.first);
        json_int(j, "second", luck.second);
        text[0] = '\0';
        if (has_name(s, luck.object)) {
            text_object(s, luck.object, text, sizeof text);
        }
        json_string(j, "object", text);
        text_luck(s, h, i, text, sizeof text);
        json_string(j, "text", text);
        json_close(j, '}');
    }
    json_close(j, ']');
}
