/*
 * Writing JSON.
 */
#include "sim/report/json.h"

#include <inttypes.h>

static void write_escaped(FILE *out, const char *text)
{
    putc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            putc('\\', out);
            putc(*c, out);
        } else if (*c == '\n') {
            fputs("\\n", out);
        } else if (*c == '\r') {
            fputs("\\r", out);
        } else if (*c < 0x20) {
            fprintf(out, "\\u%04x", *c);
        } else {
            putc(*c, out);
        }
    }
    putc('"', out);
}

static void begin(struct json *j, const char *key)
{
    if (j->comma) {
        putc(',', j->out);
    }
    if (key != NULL) {
        write_escaped(j->out, key);
        putc(':', j->out);
    }
    j->comma = true;
}

void json_open(struct json *j, const char *key, char bracket)
{
    begin(j, key);
    putc(bracket, j->out);
    j->comma = false;
}

void json_close(struct json *j, char bracket)
{
    putc(bracket, j->out);
    j->comma = true;
}

void json_int(struct json *j, const char *key, int64_t value)
{
    begin(j, key);
    fprintf(j->out, "%" PRId64, value);
}

void json_string(struct json *j, const char *key, const char *value)
{
    begin(j, key);
    write_escaped(j->out, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    begin(j, key);
    fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
    json_raw(j, key, "null");
}

void json_raw(struct json *j, const char *key, const char *number)
{
    begin(j, key);
    fputs(number, j->out);
}

void json_double(struct json *j, const char *key, double value, const char *format)
{
    char text[40];
    snprintf(text, sizeof text, format, value);
    json_raw(j, key, text);
}

void json_end_line(struct json *j)
{
    putc('\n', j->out);
    j->comma = false;
}
