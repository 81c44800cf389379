/*
 * trace_text.h: a simulated card's trace (sim/trace.h) as text or JSON: one event a line comes in, submissions go out. Called by
 * exosuit trace; reads the file once and keeps one submission in memory.
 */
#ifndef EXO_CLI_TRACE_TEXT_H
#define EXO_CLI_TRACE_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct trace_text {
    bool all;  /* every submission, not the last one that has dispatches */
    bool json; /* the last one as JSON */
};

/* Prints to standard output; every line also goes to `copy`, unless it is NULL. 0, or -1 when no submission has a dispatch. */
int trace_text_print(const struct trace_text *t, const char *device, FILE *trace, FILE *copy);

#endif
