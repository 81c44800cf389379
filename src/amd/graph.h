/*
 * graph.h: command graphs: packets and argument blocks put together in CPU memory, then moved into one block of VRAM.
 *
 * Registers are written only where a dispatch differs from the one before, so that packets stay few. Between two barriers
 * nothing is ordered. Submitting a graph is one INDIRECT_BUFFER packet.
 */
#ifndef EXO_AMD_GRAPH_H
#define EXO_AMD_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "amd/module.h"
#include "amd/words.h"
#include "core/engine.h"

struct amd;
struct amd_memory;

#define GRAPH_SHADOW_REGISTERS 0x60 /* COMPUTE_DISPATCH_INITIATOR and what follows it */

struct graph_patch {
    uint32_t word;   /* index of the low half of an address in words */
    uint32_t offset; /* into the argument bytes */
};

/* A copy's end that may lie in host memory, for links that do not share it (mirror.h). */
struct graph_end {
    uint64_t va, size_bytes;
    bool written; /* by the card; else read */
};

struct engine_graph {
    struct words words;
    uint8_t *arguments;
    uint32_t argument_bytes, argument_capacity;
    struct graph_patch *patches;
    uint32_t patch_count, patch_capacity;
    uint32_t shadow[GRAPH_SHADOW_REGISTERS]; /* what the registers hold at this point of the list */
    bool known[GRAPH_SHADOW_REGISTERS];
    struct graph_end *ends;
    uint32_t end_count, end_capacity;
    struct amd_memory *memory; /* words, then arguments */
    bool unordered;            /* there are commands since the last barrier */
    bool finished;
};

int graph_dispatch(struct amd *a, struct engine_graph *g, const struct engine_kernel *k, const struct exo_dispatch *d)
    __attribute__((warn_unused_result));
int graph_copy(struct amd *a, struct engine_graph *g, exo_va dst, exo_va src, uint64_t size_bytes)
    __attribute__((warn_unused_result));
int graph_barrier(struct amd *a, struct engine_graph *g) __attribute__((warn_unused_result));
int graph_finish(struct amd *a, struct engine_graph *g) __attribute__((warn_unused_result));
/* Before a submission: pushes what the graph's copies read, notes what they write until `fence`. */
int graph_mirror(struct amd *a, const struct engine_graph *g, uint64_t fence) __attribute__((warn_unused_result));
void graph_reset(struct engine_graph *g);
void graph_destroy(struct amd *a, struct engine_graph *g);

#endif
