/*
 * model.h: how long a dispatch would take on the card that is simulated: counters in, nanoseconds out. docs/MODEL.md derives the
 * formula and lists which public figures it was fitted to and which it was checked with. Every result is a model's, never a
 * measurement, and is to be called modelled wherever it is shown.
 *
 * The time is the launch's plus that of the slowest pipe: units that work side by side, each of which is kept busy for as many
 * cycles as the counters say. Pure functions: no state, no locks; any thread.
 */
#ifndef EXO_SIM_MODEL_H
#define EXO_SIM_MODEL_H

#include <stdint.h>

#include "isa/compute.h"

enum model_pipe {
    MODEL_VALU,    /* vector arithmetic, matrix products included */
    MODEL_TRANS,   /* transcendental unit */
    MODEL_SALU,    /* scalar arithmetic and branches */
    MODEL_SMEM,    /* scalar loads */
    MODEL_VMEM,    /* vector loads and stores at the vector caches */
    MODEL_LDS,     /* with bank conflicts */
    MODEL_FILL,    /* lines from the L2 into compute units */
    MODEL_L2,      /* the L2 itself */
    MODEL_MALL,    /* the memory-side cache */
    MODEL_VRAM,    /* the memory's own wires */
    MODEL_LATENCY, /* what a wave waits for when there are too few others to hide it */
    MODEL_PIPES
};

struct model_chip {
    const char *name; /* as in sim/chip.c */
    uint32_t compute_units;
    double clock_hz;         /* boost */
    double vram_bytes_per_s; /* the product page's: memory clock times bus width */
    uint64_t mall_bytes;     /* "Infinity Cache" */
    double mall_bytes_per_s;
    uint32_t vgprs, vgpr_granule; /* of one SIMD, as a wave32 counts them */
    uint8_t wmma_cycles[3];       /* CLASS_WMMA_16, _8, _4: of one SIMD */
    uint8_t lds_cycles;           /* of one array of LDS, for 128 bytes */
};

struct model_time {
    double ns;        /* all of it */
    double launch_ns; /* of it, before the first wave and behind the last */
    double pipe_ns[MODEL_PIPES];
    enum model_pipe bound; /* the slowest pipe */
    uint32_t waves_per_simd;
};

/*
 * Dispatches that nothing waits between (no CS_PARTIAL_FLUSH) run side by side: their work adds up pipe by pipe, their waves wait
 * together, and they are launched once. A zeroed one is empty.
 */
struct model_group {
    double pipe_ns[MODEL_PIPES];
    uint32_t dispatches;
};

/* NULL: there is no such chip. */
const struct model_chip *model_chip_find(const char *name);
const char *model_pipe_name(enum model_pipe pipe);

/* Adds a dispatch to those it runs beside. Returns how many nanoseconds later the last of them ends. */
double model_group_add(struct model_group *group, const struct model_time *time);

void model_dispatch(const struct model_chip *chip, const struct compute_shape *shape, const struct compute_counters *counters,
                    struct model_time *out);

#endif
