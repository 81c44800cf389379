/*
 * cache.h: which reads of VRAM the card's caches would answer, so that the counters tell what really crosses the memory bus.
 *
 * Tags only: data always come from memory, so nothing here can be stale or wrong but a count. In front, per host thread, the 32
 * KiB vector cache of a compute unit; behind it one L2 of 4 MiB for all (the chip has 6: counts
 * are on the high side, and finding a line costs no division), both direct-mapped with lines of 128 bytes. Stores fill
 * lines of the L2 without reading them. Scalar loads are counted in the vector cache too. The Infinity Cache is left out: what it
 * keeps differs from one run to the next. ACQUIRE_MEM empties both; the vector cache is empty at each dispatch's start.
 */
#ifndef EXO_SIM_ISA_CACHE_H
#define EXO_SIM_ISA_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHE_LINE_SHIFT = 7, CACHE_LINE_BYTES = 128, CACHE_L0_LINES = 256, CACHE_L2_LINES = 1 << 15 };

struct cache_l2 {
    uint32_t tag[CACHE_L2_LINES]; /* line / CACHE_L2_LINES + 1; 0: empty. Threads race for it, as they do for the real one */
};

struct cache {
    uint64_t line[CACHE_L0_LINES]; /* host address / 128 */
    struct cache_l2 *l2;           /* NULL: none, every miss goes to memory */
};

/* Whether the line has to come from memory; it is in both caches afterwards. A store leaves the vector cache alone. */
static inline bool cache_misses(struct cache *c, uint64_t line, bool store)
{
    uint64_t *slot = &c->line[line & (CACHE_L0_LINES - 1)];
    if (!store) {
        if (*slot == line) {
            return false;
        }
        *slot = line;
    }
    if (c->l2 == NULL) {
        return true;
    }
    uint32_t *tag = &c->l2->tag[line % CACHE_L2_LINES], wanted = (uint32_t)(line / CACHE_L2_LINES) + 1;
    if (__atomic_load_n(tag, __ATOMIC_RELAXED) == wanted) {
        return false;
    }
    __atomic_store_n(tag, wanted, __ATOMIC_RELAXED);
    return true;
}

/* How many bytes of memory a read of [at, at + bytes) costs. */
static inline uint64_t cache_read(struct cache *c, const uint8_t *at, uint64_t bytes, bool store)
{
    uint64_t missed = 0, last = ((uintptr_t)at + bytes - 1) >> CACHE_LINE_SHIFT;
    for (uint64_t line = (uintptr_t)at >> CACHE_LINE_SHIFT; line <= last; line++) {
        missed += cache_misses(c, line, store) ? CACHE_LINE_BYTES : 0;
    }
    return missed;
}

#endif
