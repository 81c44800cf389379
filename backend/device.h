/*
 * device.h: one card as the plug-in sees it, shared by all ggml backend instances and buffers on it. Owns the exo_device, the
 * kernels, the block of staged small writes, the record of results already copied to the host, and the latched failure.
 * Called by backend.c, buffer.c and cache.c; knows nothing of operations.
 *
 * Order: everything goes to the card through one in-order queue, so "submitted earlier" is "done earlier" for every instance.
 * Staged writes are the exception: they reach the card with the next submission, and each function here that reads or writes
 * card memory first submits them where ranges overlap.
 *
 * Locking: `lock` guards all fields below it. Functions take it themselves unless their name ends in _locked.
 */
#ifndef EXO_BACKEND_DEVICE_H
#define EXO_BACKEND_DEVICE_H

#include <pthread.h>

#include "exosuit.h"
#include "stats.h"

#define BK_STAGE_SLOTS 4             /* pinned blocks in rotation; one is enough unless submissions run ahead of the host */
#define BK_STAGE_BYTES (256u << 10)  /* of each slot */
#define BK_STAGE_WRITE (64u << 10)   /* the largest single write that is staged */
#define BK_STAGE_WRITES 48           /* staged writes before they are submitted on their own */
#define BK_PROLOGUES 16              /* encoded sets of copies that are remembered */
#define BK_RESULTS 8                 /* results on the host that are remembered */
#define BK_READS 16                  /* reads that wait for bk_finish_reads */
#define BK_HOST_BLOCKS 16            /* pinned host buffers of ggml's that are remembered */
#define BK_PINNED_LIMIT (128u << 20) /* all pinned memory of the plug-in (T-31: host address space of the link is scarce) */
#define BK_SCRATCH_CHUNKS 32

struct bk_range {
    uint64_t va;
    uint64_t size;
};

static inline bool bk_overlap(struct bk_range a, struct bk_range b)
{
    return a.va < b.va + b.size && b.va < a.va + a.size;
}

static inline bool bk_contains(struct bk_range outer, struct bk_range inner)
{
    return inner.va >= outer.va && inner.va + inner.size <= outer.va + outer.size;
}

/* A small write that waits in a slot for the next submission. */
struct bk_write {
    struct bk_range dst;
    uint32_t offset; /* in the slot */
};

struct bk_slot {
    struct exo_memory *memory;
    exo_fence fence; /* of the last submission that reads it */
};

/* Copies from a slot, encoded: in steady state each token brings the same set. */
struct bk_prologue {
    struct exo_graph *graph;
    uint32_t slot;
    uint32_t count;
    struct bk_write writes[BK_STAGE_WRITES];
    uint64_t last_used;
};

/* A result that a submission copies to pinned memory: get_tensor then needs no more than the fence. */
struct bk_result {
    struct bk_range src;
    const uint8_t *host;
    exo_fence fence;
};

/* A read that the caller has not asked for yet: from a result (from), or under way by the runtime (NULL). */
struct bk_read {
    void *to;
    const uint8_t *from;
    uint64_t size;
    exo_fence fence;
};

struct bk_scratch_chunk {
    struct exo_memory *memory;
};

struct bk_kernels; /* kernels.h */
struct bk_plan;    /* plan.h */

struct bk_device {
    struct exo_device *exo; /* NULL: not opened or closed */
    struct exo_device_info info;
    char description[160];
    uint64_t wait_us; /* deadline of each wait */
    bool fuse;
    struct bk_kernels *kernels;

    pthread_mutex_t reads_lock; /* one thread finishes reads at a time; taken before `lock` */
    pthread_mutex_t lock;
    bool failed;                  /* latched: the card is gone or has faulted */
    char failure[EXO_ERROR_SIZE]; /* the sentence of that */
    struct bk_stats stats;
    struct bk_slot slots[BK_STAGE_SLOTS];
    uint32_t slot;      /* the one being filled */
    uint32_t slot_used; /* bytes */
    struct bk_write writes[BK_STAGE_WRITES];
    uint32_t write_count;
    struct bk_prologue prologues[BK_PROLOGUES];
    struct bk_result results[BK_RESULTS];
    uint32_t result_count;
    struct bk_read reads[BK_READS];
    uint32_t read_count;
    struct exo_memory *host_blocks[BK_HOST_BLOCKS]; /* borrowed from ggml's buffers */
    struct bk_plan *last_plan; /* of the last submission, borrowed: learns what is read from it; NULL when it is freed */
    struct bk_scratch_chunk scratch[BK_SCRATCH_CHUNKS];
    uint32_t scratch_count;
    uint64_t pinned_bytes;
    exo_fence last; /* of the last submission */
    uint64_t clock; /* counts uses, for least-recently-used */
};

/* Opens the card (EXOSUIT_DEVICE's URI). 0 or negative errno, with the sentence in err. Blocks for the bring-up. */
int bk_device_open(struct bk_device *dev, const char *uri, char *err, size_t err_size);
void bk_device_close(struct bk_device *dev);

/* Logs a failure of the call named `what` once and latches it. Returns rc. */
int bk_fail_locked(struct bk_device *dev, const char *what, int rc);
int bk_device_fail(struct bk_device *dev, const char *what, int rc);
bool bk_device_usable(struct bk_device *dev);

/* Pinned memory within the plug-in's limit; -ENOMEM beyond it. */
int bk_pinned_alloc(struct bk_device *dev, uint64_t size_bytes, struct exo_memory **memory_out);
void bk_pinned_free(struct bk_device *dev, struct exo_memory *memory);

/* Card memory as tensors use it. Writes consume the caller's bytes before they return; may_stage: small writes wait for the
 * next submission. A lost card makes them harmless: reads give zeroes. */
void bk_write_bytes(struct bk_device *dev, uint64_t va, const void *data, uint64_t size, bool may_stage);
void bk_read_bytes(struct bk_device *dev, uint64_t va, void *data, uint64_t size);
void bk_fill_bytes(struct bk_device *dev, uint64_t va, uint8_t value, uint64_t size);
bool bk_copy_bytes(struct bk_device *dev, uint64_t dst, uint64_t src, uint64_t size);
/*
 * The same without waiting (async.c). bk_read_later: data is filled when bk_finish_reads returns; results that it reads lie in a
 * block that the next submission of the same plan overwrites, so bk_finish_reads comes before every computation. bk_write_later:
 * from pinned host memory the card copies by itself, and data must not change before *fence is reached (set only then); anything
 * else is consumed at once. A pinned block is known from bk_host_block_add to bk_host_block_remove.
 */
void bk_read_later(struct bk_device *dev, uint64_t va, void *data, uint64_t size);
void bk_finish_reads(struct bk_device *dev);
void bk_write_later(struct bk_device *dev, uint64_t va, const void *data, uint64_t size, exo_fence *fence);
void bk_host_block_add(struct bk_device *dev, struct exo_memory *memory);
void bk_host_block_remove(struct bk_device *dev, const struct exo_memory *memory);

/* The memory goes away: nothing staged for it may be written, no result of it may be read. */
void bk_forget_bytes(struct bk_device *dev, uint64_t va, uint64_t size);

/* Submits staged writes, then the graphs, as one submission. The caller holds the lock. */
int bk_submit_locked(struct bk_device *dev, struct exo_graph *const *graphs, uint32_t count, exo_fence *fence_out);
/* As above, for callers that hold the lock. */
int bk_pinned_alloc_locked(struct bk_device *dev, uint64_t size_bytes, struct exo_memory **memory_out);
void bk_pinned_free_locked(struct bk_device *dev, struct exo_memory *memory);
void bk_results_add_locked(struct bk_device *dev, const struct bk_result *result);
void bk_results_drop_locked(struct bk_device *dev, struct bk_range written);
const struct bk_result *bk_result_find_locked(struct bk_device *dev, struct bk_range wanted); /* NULL: none */
/* Submits staged writes if one of them overlaps the range. */
int bk_flush_overlap_locked(struct bk_device *dev, struct bk_range range);

/* Waits with the device's deadline; a failure is latched. The caller does not hold the lock. */
int bk_wait(struct bk_device *dev, exo_fence fence);

/* Card memory that plans share for values which live within one submission. Chunk `index` of at least `size` bytes, made on
 * demand. */
int bk_scratch_chunk_locked(struct bk_device *dev, uint32_t index, uint64_t size, struct bk_range *chunk_out);

#endif
