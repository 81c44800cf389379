/*
 * stage.h: memory and dispatches for the kernel tests, on the host build of the kernels or, with EXO_TEST_DEVICE=URI in the
 * environment, on a device through exosuit.h. Buffers live on the host; stage_run brings them to the device and back. Every
 * buffer has a guard on both sides and starts as poison, so that what a kernel leaves out, or writes beyond the end, is
 * seen.
 */
#ifndef EXO_TESTS_KERNELS_STAGE_H
#define EXO_TESTS_KERNELS_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/table.h"

struct buffer {
    uint8_t *data;    /* on the host */
    uint64_t address; /* for argument blocks */
    uint64_t bytes;
};

void stage_open(void);
void stage_close(void);

/* Owned by the stage until stage_reset. */
struct buffer stage_buffer(uint64_t bytes);
void stage_reset(void); /* checks the guards, frees all buffers */

/* Runs a kernel of the table to its end. */
void stage_run(enum exo_kernel_id id, const void *args, uint32_t gx, uint32_t gy, uint32_t gz);

/* Deterministic numbers: in [-1, 1), and below n. */
float random_float(void);
uint32_t random_below(uint32_t n);

/* Normalised mean square error must not exceed the limit; prints both sides at the worst place otherwise. NaN never passes. */
void expect_close(const char *what, const double *want, const float *got, uint64_t n, double limit);

/* Quantised rows, packed and unpacked here, independently of the kernels. */
uint32_t pack_bytes(uint32_t type, uint32_t n);
void pack_row(uint32_t type, const float *v, uint32_t n, uint8_t *out);
void unpack_row(uint32_t type, const uint8_t *row, uint32_t n, double *out);
float half_to_float(uint16_t h);
uint16_t float_to_half(float f);

/* A contiguous view; and one with the given strides. */
struct exo_view view4(struct buffer b, uint32_t type, int64_t n0, int64_t n1, int64_t n2, int64_t n3);
struct exo_view view_strided(uint64_t address, uint32_t type, const int64_t ne[4], const uint64_t nb[4]);

#endif
