/*
 * engine.h: the kernels' code objects on the instruction engine alone (sim/isa), without a card around it: buffers are this
 * process's memory under its own addresses, and nothing else is mapped. For tests and for counting instructions.
 */
#ifndef EXO_TESTS_KERNELS_ENGINE_H
#define EXO_TESTS_KERNELS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/isa/compute.h"

void engine_open(void); /* for the architecture named by EXO_TEST_ARCH, gfx1100 without it */
void engine_close(void);
void engine_map(void *data, uint64_t bytes); /* readable and writable from now on */
void engine_unmap_all(void);

/* NULL, or the fault's sentence. Counters are those of this run. */
const char *engine_run(const char *kernel, const uint32_t groups[3], uint32_t items, const void *args, uint32_t args_bytes,
                       struct compute_counters *counters_out);

#endif
