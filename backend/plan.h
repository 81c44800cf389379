/*
 * plan.h: a ggml graph turned into a command graph, once. Owns the encoded commands, the list of results that are copied to
 * the host behind them, and the rules by which they are made: dependencies between dispatches, scratch memory, quantised
 * activations that several products share. cache.c keeps plans and runs them; ops/ and fuse.c fill them through a builder.
 *
 * All functions are called with the device's lock held.
 */
#ifndef EXO_BACKEND_PLAN_H
#define EXO_BACKEND_PLAN_H

#include "device.h"
#include "ggml-impl.h"
#include "kernels.h"

#define BK_OUTPUTS 4               /* results copied to the host per plan */
#define BK_OUTPUT_BYTES (4u << 20) /* of them together: larger ones are read by the DMA engine when asked for */
#define BK_WINDOW 64               /* how far back a dispatch looks for others that it may run beside */
#define BK_SCRATCH_BLOCKS 64
#define BK_SCRATCH_SOFT (16u << 20) /* beyond this, scratch blocks are used again and cost a barrier */

struct bk_plan {
    uint64_t uid;      /* ggml's mark for an unchanged graph; 0: none */
    uint64_t hash;     /* of content */
    uint64_t *content; /* what the commands depend on, see cache.c */
    size_t content_words;
    uint64_t last_used;

    struct exo_graph *graph;    /* the dispatches */
    struct exo_graph *epilogue; /* copies of the outputs to `host`; NULL until wanted */
    struct exo_memory *host;
    struct bk_range outputs[BK_OUTPUTS];
    uint32_t output_count;
    bool epilogue_stale; /* outputs have changed since it was encoded */
    uint32_t dispatches;
    uint32_t barriers; /* between them */

    struct bk_range *nodes; /* what each executed node writes, for bk_plan_learn_read */
    uint32_t node_count;
};

/* Results of the plan's last run in this range were asked for: the next run copies them to the host by itself. */
void bk_plan_learn_read(struct bk_plan *plan, struct bk_range range);

/* Encodes a graph. 0, or negative errno with the plan unusable (free it). */
int bk_plan_build(struct bk_device *dev, struct bk_plan *plan, struct ggml_cgraph *cgraph);
int bk_plan_submit(struct bk_device *dev, struct bk_plan *plan, exo_fence *fence_out);
void bk_plan_free(struct bk_device *dev, struct bk_plan *plan);

/* ---- for ops/ and fuse.c --------------------------------------------------------------------------------------------- */

struct bk_scratch {
    struct bk_range range;
    uint64_t last_used;
    /* What it holds, if that may be used again: the quantised rows of one tensor. source.size 0: nothing. */
    struct bk_range source;
    uint64_t key[10];
    int live_uses; /* readers still to come that cannot make it themselves; until then the block is not used again */
};

/* One dispatch and what it touches. Its place among the others follows from the ranges. */
struct bk_launch {
    enum exo_kernel_id kernel; /* EXO_KERNEL_COUNT: no kernel but a copy, from reads[0] to writes[0] */
    uint32_t groups[3];
    const void *args;
    uint32_t args_bytes;
    struct bk_range reads[10], writes[3];
    uint32_t read_count, write_count;
};

/* A launch in its place: it runs after all launches of lower levels, beside those of its own. */
struct bk_step {
    struct bk_launch launch;
    size_t args_offset; /* in the builder's args */
    uint32_t level;
    bool encoded;
};

struct bk_builder {
    struct bk_device *dev;
    struct bk_plan *plan;
    struct ggml_cgraph *cgraph;
    bool *covered; /* nodes that a pattern has taken from further behind */

    struct bk_step *steps;
    uint32_t step_count, step_capacity;
    uint8_t *args;
    size_t args_used, args_capacity;
    uint32_t floor; /* highest level of the steps that have left the window */
    uint32_t top;   /* highest level of all */

    struct bk_scratch scratch[BK_SCRATCH_BLOCKS];
    uint32_t scratch_count;
    uint32_t chunk;      /* scratch chunk being cut */
    uint64_t chunk_used; /* bytes of it */
    uint64_t carved;     /* bytes of all */
    uint64_t clock;
};

static inline struct bk_range bk_tensor_range(const struct ggml_tensor *t)
{
    return (struct bk_range){(uint64_t)(uintptr_t)t->data, ggml_nbytes(t)};
}

void bk_launch_reads(struct bk_launch *launch, struct bk_range range); /* an empty range is ignored */
void bk_launch_writes(struct bk_launch *launch, struct bk_range range);
int bk_emit(struct bk_builder *b, const struct bk_launch *launch);
int bk_emit_copy(struct bk_builder *b, struct bk_range dst, struct bk_range src);

/* Memory that lives until the plan's next use of it; contents undefined. */
int bk_scratch_get(struct bk_builder *b, uint64_t size, struct bk_scratch **scratch_out);
/* A block that holds what key names, made from `source`, if nothing has written to the source since. */
struct bk_scratch *bk_scratch_find(struct bk_builder *b, const uint64_t key[10]);

#endif
