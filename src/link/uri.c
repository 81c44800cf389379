#include "link/uri.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies text[0..length) into a buffer of `size`; false if it does not fit. */
static bool copy_piece(char *dst, size_t size, const char *text, size_t length)
{
    if (length >= size) {
        return false;
    }
    memcpy(dst, text, length);
    dst[length] = 0;
    return true;
}

static int parse_option(const char *text, size_t length, struct uri *uri, struct err *e)
{
    if (uri->option_count == URI_MAX_OPTIONS) {
        return err_set(e, -EINVAL, "device URI: more than %d options", URI_MAX_OPTIONS);
    }
    struct uri_option *option = &uri->options[uri->option_count];
    const char *equals = memchr(text, '=', length);
    size_t key_length = equals ? (size_t)(equals - text) : length;
    if (key_length == 0 || !copy_piece(option->key, sizeof option->key, text, key_length)) {
        return err_set(e, -EINVAL, "device URI: option %u has no name or one of more than %zu characters; write key=value",
                       uri->option_count + 1, sizeof option->key - 1);
    }
    /* "key" alone means "key=1": ?strict */
    const char *value = equals ? equals + 1 : "1";
    size_t value_length = equals ? length - key_length - 1 : 1;
    if (!copy_piece(option->value, sizeof option->value, value, value_length)) {
        return err_set(e, -EINVAL, "device URI: the value of option %s is longer than %zu characters", option->key,
                       sizeof option->value - 1);
    }
    uri->option_count++;
    return 0;
}

int uri_parse(const char *text, struct uri *uri_out, struct err *e)
{
    memset(uri_out, 0, sizeof *uri_out);
    size_t name_length = strcspn(text, "?");
    if (!copy_piece(uri_out->name, sizeof uri_out->name, text, name_length)) {
        return err_set(e, -EINVAL, "device URI: the name is %zu characters long, at most %zu are allowed", name_length,
                       sizeof uri_out->name - 1);
    }
    const char *at = text + name_length;
    while (*at) {
        at++; /* '?' before the first option, '&' before the others */
        size_t length = strcspn(at, "&");
        int rc = parse_option(at, length, uri_out, e);
        if (rc) {
            return rc;
        }
        at += length;
    }
    return 0;
}

static int apply_number(const struct uri_option *option, const struct uri_row *row, struct err *e)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(option->value, &end, 0);
    if (errno || end == option->value || *end || option->value[0] == '-' || value < row->min || value > row->max) {
        return err_set(e, -EINVAL, "device URI: %s=%s, expected a number from %llu to %llu", option->key, option->value,
                       (unsigned long long)row->min, (unsigned long long)row->max);
    }
    *row->u64_out = value;
    return 0;
}

static int unknown_option(const char *key, const struct uri_row *rows, size_t row_count, struct err *e)
{
    char known[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < row_count; i++) {
        int n = snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", rows[i].key);
        if (n < 0 || (size_t)n >= sizeof known - used) {
            break;
        }
        used += (size_t)n;
    }
    return err_set(e, -EINVAL, "device URI: unknown option %s; known ones: %s", key, row_count ? known : "none");
}

int uri_apply(const struct uri *uri, const struct uri_row *rows, size_t row_count, struct err *e)
{
    for (uint32_t i = 0; i < uri->option_count; i++) {
        const struct uri_option *option = &uri->options[i];
        const struct uri_row *row = NULL;
        for (size_t r = 0; r < row_count && !row; r++) {
            row = strcmp(rows[r].key, option->key) == 0 ? &rows[r] : NULL;
        }
        if (!row) {
            return unknown_option(option->key, rows, row_count, e);
        }
        if (row->text_out) {
            *row->text_out = option->value;
            continue;
        }
        int rc = apply_number(option, row, e);
        if (rc) {
            return rc;
        }
    }
    return 0;
}
