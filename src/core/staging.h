/*
 * staging.h: pooled pinned host memory through which uploads and downloads pass (T-17, T-31).
 *
 * One block used as a ring of bytes: each piece remembers the fence behind which it is free again. So the CPU fills (or
 * empties) one piece while the DMA engine moves another, and a small transfer takes no more than its own bytes. Whoever needs
 * room copies the oldest piece out, whosever download it is: so a download that nobody waits for yet can block nobody.
 */
#ifndef EXO_CORE_STAGING_H
#define EXO_CORE_STAGING_H

#include "core/engine.h"

#define STAGING_BYTES (8u << 20)       /* small enough to stay in a CPU's cache while both sides go round it */
#define STAGING_PIECE_BYTES (1u << 20) /* most that is moved by one submission: a doorbell can cost 0.1 ms (T-43) */
#define STAGING_PIECES 64

/* What several pieces of a download have in common; under the device's lock. */
struct staging_download {
    uint32_t pieces; /* not copied out yet */
    int rc;          /* the first that went wrong */
};

struct staging_piece {
    uint64_t start, end; /* cumulative positions */
    exo_fence fence;
    void *to; /* a download's piece: where it is to be copied; NULL: an upload's, or copied out */
    struct staging_download *download;
    bool taken; /* a thread is copying it out */
};

#define STAGING_BATCH_COPIES 64

/* Uploads that wait to be submitted together, so that many small ones cost one doorbell. Submitted before anything else is. */
struct staging_batch {
    uint64_t bytes;
    uint32_t count;
    struct engine_copy copies[STAGING_BATCH_COPIES];
};

struct staging {
    struct engine_memory memory;
    uint64_t used, freed; /* cumulative positions; used - freed bytes are in use */
    struct staging_piece pieces[STAGING_PIECES];
    uint32_t head, count;
    struct staging_batch batch;         /* its bytes are in use, and in no piece yet */
    struct staging_download background; /* all exo_download_async that nobody has waited for */
};

struct exo_device;

int staging_init(struct exo_device *d) __attribute__((warn_unused_result));
void staging_destroy(struct exo_device *d);
/* Submits the uploads that wait. With the lock held. */
int staging_flush(struct exo_device *d) __attribute__((warn_unused_result));

#endif
