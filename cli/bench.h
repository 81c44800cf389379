/*
 * bench.h: what `exosuit bench` measures. bench.c runs the measurements and prints them; bench_loop.c times the arithmetic loop
 * on an open card. A figure that could not be measured is NaN and becomes null in JSON.
 */
#ifndef EXO_CLI_BENCH_H
#define EXO_CLI_BENCH_H

#include <stddef.h>

struct exo_device;

/* Wave instructions per second and host core that the simulated card reaches. -1 with a sentence on failure; 0 with NaN on a real
 * card, 0 with the value untouched where the loop was not built for this architecture. */
int bench_loop_run(struct exo_device *device, const char *arch, double *instructions_per_s_out, char *error, size_t error_size);

#endif
