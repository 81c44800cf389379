/*
 * err.h: the error text that travels with a negative errno. Every layer below the public API takes a struct err where it
 * can fail, sets it where the fact is known (what was read, what was expected, what to do), and returns the code.
 */
#ifndef EXO_CORE_ERR_H
#define EXO_CORE_ERR_H

#include <stdarg.h>
#include <stddef.h>

#define ERR_TEXT_SIZE 512

struct err {
    char text[ERR_TEXT_SIZE]; /* empty: nothing went wrong yet */
};

/* Sets the text (printf style, cut to fit) and returns `code`, so that a failure site is one line. e may be NULL. */
int err_set(struct err *e, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text there is (or sets it if there is none) and returns `code`. */
int err_prefix(struct err *e, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
