/*
 * transfer.h: submissions: copies and fills by the DMA engine, graphs by the compute queue, in one order.
 *
 * Every submission starts after the one before it has ended, whichever queue that went to: on the same queue by its nature, on
 * the other by a wait for that queue's fence word. So fences are reached in order, and callers never wait on the CPU for order.
 */
#ifndef EXO_AMD_TRANSFER_H
#define EXO_AMD_TRANSFER_H

#include "core/engine.h"

struct amd;

/* Copies without order among them; as few submissions as fit, the last one's fence. */
int transfer_copies(struct amd *a, const struct engine_copy *copies, uint32_t count, exo_fence *fence_out)
    __attribute__((warn_unused_result));
int transfer_check_range(struct amd *a, const char *what, uint64_t va, uint64_t size_bytes) __attribute__((warn_unused_result));
int transfer_copy(struct amd *a, exo_va dst, exo_va src, uint64_t size_bytes, exo_fence *fence_out)
    __attribute__((warn_unused_result));
int transfer_fill(struct amd *a, exo_va dst, uint8_t byte, uint64_t size_bytes, exo_fence *fence_out)
    __attribute__((warn_unused_result));
/* Moves CPU bytes to card memory through the driver's own pinned buffer; waits for the end. */
int transfer_write(struct amd *a, exo_va dst, const void *src, uint64_t size_bytes) __attribute__((warn_unused_result));
int transfer_submit_graphs(struct amd *a, struct engine_graph *const *graphs, uint32_t count, exo_fence *fence_out)
    __attribute__((warn_unused_result));

/* Waits with the core's mutex held: for bring-up and for the driver's own transfers only. */
int transfer_wait(struct amd *a, exo_fence fence, uint64_t timeout_us) __attribute__((warn_unused_result));

/* Any thread: has the fence been reached, by the words in host memory? */
bool transfer_is_done(struct amd *a, exo_fence fence);

#endif
