/*
 * ranges.h: gives out parts of a number line (VRAM, card addresses, pool offsets) and takes them back.
 *
 * Free ranges lie in one array sorted by address; neighbours merge when they are given back. First fit from either end: small
 * things from the low end, big ones from the high end, so that the small do not splinter what the big need. Not thread-safe.
 */
#ifndef EXO_AMD_RANGES_H
#define EXO_AMD_RANGES_H

#include <stdint.h>

struct range {
    uint64_t start, size;
};

struct range_pool {
    struct range *free;
    uint32_t count, capacity;
    uint64_t free_bytes;
};

enum range_end { RANGE_LOW, RANGE_HIGH };

int range_pool_init(struct range_pool *p, uint64_t start, uint64_t size) __attribute__((warn_unused_result));
void range_pool_destroy(struct range_pool *p); /* a zeroed pool is fine */

/* align is a power of two. -ENOMEM when no free range holds it (fragmentation included). */
int range_take(struct range_pool *p, uint64_t size, uint64_t align, enum range_end end, uint64_t *start_out)
    __attribute__((warn_unused_result));

/* Gives [start, start + size) back; it must have been taken. Never fails. */
void range_give(struct range_pool *p, uint64_t start, uint64_t size);

/* The largest single range that could be taken. */
uint64_t range_largest(const struct range_pool *p);

#endif
