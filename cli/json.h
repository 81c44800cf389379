/*
 * json.h: as much JSON as the command needs: an object or array written key by key, and a number or string looked up by key
 * in a text that another program wrote. No tree is built. Called by the commands with --json and by serve and bench.
 */
#ifndef EXO_CLI_JSON_H
#define EXO_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A writer puts commas and escapes where they belong. Keys are NULL inside arrays. */
struct json {
    FILE *file;
    bool pretty; /* one member per line */
    int depth;
    bool first; /* nothing was written yet at this depth */
};

void json_begin_object(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_begin_array(struct json *j, const char *key);
void json_end_array(struct json *j);
void json_string(struct json *j, const char *key, const char *value);
void json_integer(struct json *j, const char *key, uint64_t value);
void json_number(struct json *j, const char *key, double value); /* null when it is not finite */
void json_bool(struct json *j, const char *key, bool value);

/* The first member of that name, at any depth. False when there is none or its value is of another kind. */
bool json_find_number(const char *text, const char *key, double *value_out);
bool json_find_string(const char *text, const char *key, char *value_out, size_t size);

#endif
