/* json.c: see json.h. */
#include "cli/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(file, "\\%c", *c);
        } else if (*c < 0x20) {
            fprintf(file, "\\u%04x", *c);
        } else {
            fputc(*c, file);
        }
    }
    fputc('"', file);
}

static void start_member(struct json *j, const char *key)
{
    if (j->depth > 0) {
        if (!j->first) {
            fputc(',', j->file);
        }
        if (j->pretty) {
            fprintf(j->file, "\n%*s", 2 * j->depth, "");
        }
    }
    j->first = false;
    if (key) {
        write_text(j->file, key);
        fputs(j->pretty ? ": " : ":", j->file);
    }
}

static void begin(struct json *j, const char *key, char bracket)
{
    start_member(j, key);
    fputc(bracket, j->file);
    j->depth++;
    j->first = true;
}

static void end(struct json *j, char bracket)
{
    j->depth--;
    if (j->pretty && !j->first) {
        fprintf(j->file, "\n%*s", 2 * j->depth, "");
    }
    fputc(bracket, j->file);
    j->first = false;
    if (j->depth == 0) {
        fputc('\n', j->file);
    }
}

void json_begin_object(struct json *j, const char *key)
{
    begin(j, key, '{');
}

void json_end_object(struct json *j)
{
    end(j, '}');
}

void json_begin_array(struct json *j, const char *key)
{
    begin(j, key, '[');
}

void json_end_array(struct json *j)
{
    end(j, ']');
}

void json_string(struct json *j, const char *key, const char *value)
{
    start_member(j, key);
    write_text(j->file, value);
}

void json_integer(struct json *j, const char *key, uint64_t value)
{
    start_member(j, key);
    fprintf(j->file, "%" PRIu64, value);
}

void json_number(struct json *j, const char *key, double value)
{
    start_member(j, key);
    if (isfinite(value)) {
        fprintf(j->file, "%.6g", value);
    } else {
        fputs("null", j->file);
    }
}

void json_bool(struct json *j, const char *key, bool value)
{
    start_member(j, key);
    fputs(value ? "true" : "false", j->file);
}

/* ---- looking up ------------------------------------------------------------------------------------------------------ */

/* The first character of the value that belongs to the key, or NULL. */
static const char *find_value(const char *text, const char *key)
{
    size_t length = strlen(key);
    for (const char *at = strstr(text, key); at; at = strstr(at + 1, key)) {
        if (at == text || at[-1] != '"' || at[length] != '"') {
            continue;
        }
        const char *c = at + length + 1;
        c += strspn(c, " \t\r\n");
        if (*c == ':') {
            c++;
            return c + strspn(c, " \t\r\n");
        }
    }
    return NULL;
}

bool json_find_number(const char *text, const char *key, double *value_out)
{
    const char *value = find_value(text, key);
    if (!value) {
        return false;
    }
    char *stop;
    double number = strtod(value, &stop);
    if (stop == value) {
        return false;
    }
    *value_out = number;
    return true;
}

bool json_find_string(const char *text, const char *key, char *value_out, size_t size)
{
    const char *value = find_value(text, key);
    if (!value || *value != '"' || size == 0) {
        return false;
    }
    size_t n = 0;
    for (value++; *value && *value != '"'; value++) {
        if (*value == '\\' && value[1]) {
            value++; /* \n and \uXXXX lose their meaning here: the texts looked up are names and sentences */
        }
        if (n + 1 < size) {
            value_out[n++] = *value;
        }
    }
    value_out[n] = 0;
    return *value == '"';
}
