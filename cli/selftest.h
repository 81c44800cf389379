/*
 * selftest.h: small computations on an open card whose results this processor knows: a copy by the card's own engines, a
 * reduction, a matrix product. They use the kernels that models run on. Called by doctor; the card is left as it was.
 */
#ifndef EXO_CLI_SELFTEST_H
#define EXO_CLI_SELFTEST_H

#include <stddef.h>

struct exo_device;

struct selftest {
    const char *name;
    /* 0, or -1 with a sentence of what was wanted and what came. */
    int (*run)(struct exo_device *device, char *error, size_t error_size);
};

extern const struct selftest selftests[]; /* ends with a row without a name */

#endif
