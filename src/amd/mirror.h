/*
 * mirror.h: host memory over a link that cannot share it (link_shares_memory): what a submission reads is pushed before its
 * doorbell, and what it wrote is pulled when its fence has been reached, so that above this file nobody notices. Everything here
 * returns at once on other links.
 *
 * Seen are the rings, the fence words, and what copies touch: transfers and the copies of graphs. A kernel that is handed an
 * address in host memory is not: over such a link it reads what was pushed last. Owned by struct amd; pushes run under the core's
 * mutex, the others in any thread.
 */
#ifndef EXO_AMD_MIRROR_H
#define EXO_AMD_MIRROR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "exosuit.h"

struct amd;
struct link_span;

struct mirror_copy {
    exo_fence fence;
    void *cpu;
    uint64_t size_bytes;
};

struct mirror {
    pthread_mutex_t lock;
    struct mirror_copy *awaited; /* what submitted work writes to host memory and nobody has pulled yet, by rising fence */
    uint32_t count, capacity;
};

void mirror_init(struct amd *a);
void mirror_destroy(struct amd *a);

/* The card is going to read there; nothing if that is no host memory. */
int mirror_push(struct amd *a, uint64_t va, uint64_t size_bytes) __attribute__((warn_unused_result));
/* The card writes there before it reaches `fence`; nothing if that is no host memory. */
int mirror_expect(struct amd *a, exo_fence fence, uint64_t va, uint64_t size_bytes) __attribute__((warn_unused_result));
/* Brings the fence words up to date; one round trip. */
int mirror_look(struct amd *a) __attribute__((warn_unused_result));
/* Brings what work up to `fence`, which has been reached, wrote to host memory. */
int mirror_take(struct amd *a, exo_fence fence) __attribute__((warn_unused_result));

#endif
