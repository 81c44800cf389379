/*
 * uri.h: the part of a device URI behind the colon, "NAME[?key=value[&key=value…]]", cut into bounded pieces. Transports
 * read their options from it through a table of rows, so that an unknown or senseless option is named, not ignored.
 */
#ifndef EXO_LINK_URI_H
#define EXO_LINK_URI_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define URI_NAME_SIZE 256
#define URI_VALUE_SIZE 256
#define URI_MAX_OPTIONS 16

struct uri_option {
    char key[32];
    char value[URI_VALUE_SIZE];
};

struct uri {
    char name[URI_NAME_SIZE]; /* may be empty */
    uint32_t option_count;
    struct uri_option options[URI_MAX_OPTIONS];
};

/* One option a transport knows: an unsigned number within [min, max] (u64_out), or any text (text_out borrows from the uri). */
struct uri_row {
    const char *key;
    uint64_t min, max;
    uint64_t *u64_out;
    const char **text_out;
};

/* Cuts `text` up. -EINVAL with a sentence when a piece is too long, empty where it may not be, or there are too many. */
int uri_parse(const char *text, struct uri *uri_out, struct err *e) __attribute__((warn_unused_result));

/* Stores every option through its row; -EINVAL with a sentence that lists the known options otherwise. */
int uri_apply(const struct uri *uri, const struct uri_row *rows, size_t row_count, struct err *e)
    __attribute__((warn_unused_result));

#endif
