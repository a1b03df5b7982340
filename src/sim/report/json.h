/*
 * Writing JSON: keys in the order they are written, integers and strings, UTF-8, nothing depends on
 * the locale. The caller writes structure; this keeps commas and escapes right.
 */
#ifndef SIM_REPORT_JSON_H
#define SIM_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A zeroed one but for out is ready. */
struct json {
    FILE *out;
    bool comma; // the next value or key needs one before it
};

/* key NULL: an element of an array, or the outermost value. */
void json_open(struct json *j, const char *key, char bracket); // '{' or '['
void json_close(struct json *j, char bracket);                 // '}' or ']'
void json_int(struct json *j, const char *key, int64_t value);
void json_string(struct json *j, const char *key, const char *value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

/* A number that the caller has written out. */
void json_raw(struct json *j, const char *key, const char *number);

/* format is printf's, for one double that it writes as a number of JSON: "%.3f". */
void json_double(struct json *j, const char *key, double value, const char *format);

/* Ends a line of JSON Lines. */
void json_end_line(struct json *j);

#endif
