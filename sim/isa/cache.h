/*
 * cache.h: which reads of VRAM the card's caches would answer, so that the counters tell what really crosses the memory bus.
 *
 * Tags only: data always come from memory, so nothing here can be stale or wrong but a count. In front, per host thread, the 32
 * KiB vector cache of a compute unit; behind it one L2 of 4 MiB for all (the chip has 6: counts
 * are on the high side, and finding a line costs no division), both direct-mapped with lines of 128 bytes. Stores fill
 * lines of the L2 without reading them. Scalar loads are counted in the vector cache too. Misses of the L2 are what is called
 * card memory read; which of them the memory-side cache (MALL, "Infinity Cache") answers is counted apart, for the cost model:
 * its tags outlive dispatches and ACQUIRE_MEM. ACQUIRE_MEM empties both; the vector cache is empty at each dispatch's
 * start.
 */
#ifndef EXO_SIM_ISA_CACHE_H
#define EXO_SIM_ISA_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHE_LINE_SHIFT = 7, CACHE_LINE_BYTES = 128, CACHE_L0_LINES = 256, CACHE_L2_LINES = 1 << 15 };

struct cache_l2 {
    uint32_t tag[CACHE_L2_LINES]; /* line / CACHE_L2_LINES + 1; 0: empty. Threads race for it, as they do for the real one */
    uint32_t *mall;               /* the same of the memory-side cache, direct-mapped; NULL: none */
    uint32_t mall_shift;          /* it has mall_banks << mall_shift lines; banks need not be a power of two (96 MiB) */
    uint64_t mall_banks, mall_inverse;
};

struct cache {
    uint64_t line[CACHE_L0_LINES];           /* host address / 128 */
    struct cache_l2 *l2;                     /* NULL: none, every miss goes to memory */
    uint64_t l0_lines, l2_lines, mall_lines; /* asked of the vector cache, of the L2, answered by the MALL */
};

/* Whether the memory-side cache has the line; it has afterwards. */
static inline bool cache_mall_hits(struct cache_l2 *l2, uint64_t line)
{
    uint64_t high = line >> l2->mall_shift & ((1u << 28) - 1);
    uint64_t bank = high - (high * l2->mall_inverse >> 34) * l2->mall_banks; /* high % banks */
    uint32_t *tag = &l2->mall[bank << l2->mall_shift | (line & ((UINT64_C(1) << l2->mall_shift) - 1))];
    if (__atomic_load_n(tag, __ATOMIC_RELAXED) == (uint32_t)high) {
        return true;
    }
    __atomic_store_n(tag, (uint32_t)high, __ATOMIC_RELAXED);
    return false;
}

/* Whether the line has to come from memory; it is in both caches afterwards. A store leaves the vector cache alone. */
static inline bool cache_misses(struct cache *c, uint64_t line, bool store)
{
    uint64_t *slot = &c->line[line & (CACHE_L0_LINES - 1)];
    if (!store) {
        c->l0_lines++;
        if (*slot == line) {
            return false;
        }
        *slot = line;
    }
    c->l2_lines++;
    if (c->l2 == NULL) {
        return true;
    }
    uint32_t *tag = &c->l2->tag[line % CACHE_L2_LINES], wanted = (uint32_t)(line / CACHE_L2_LINES) + 1;
    if (__atomic_load_n(tag, __ATOMIC_RELAXED) == wanted) {
        return false;
    }
    __atomic_store_n(tag, wanted, __ATOMIC_RELAXED);
    if (c->l2->mall != NULL && cache_mall_hits(c->l2, line) && !store) {
        c->mall_lines++;
    }
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
