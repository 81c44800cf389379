/*
 * fuzz.h: one fuzz target per file: a function that eats any bytes. Built two ways: with libFuzzer (cmake -DEXO_FUZZ=ON,
 * clang), and with the ordinary compiler and replay.c, which CTest runs over the corpus and a number of random mutations.
 * A target returns 0; it aborts when an invariant breaks.
 */
#ifndef EXO_FUZZ_H
#define EXO_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                                                                                    \
    do {                                                                                                                         \
        if (!(condition)) {                                                                                                      \
            fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition);                                    \
            abort();                                                                                                             \
        }                                                                                                                        \
    } while (0)

#endif
