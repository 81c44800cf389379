/*
 * cache.h: which reads of VRAM the card's caches would answer, so that the counters tell what really crosses the memory bus, and
 * what caches hold that memory does not (cache.c).
 *
 * In front, per host thread, the 32
 * KiB vector cache of a compute unit; behind it one L2 of 4 MiB for all (the chip has 6: counts
 * are on the high side, and finding a line costs no division), both direct-mapped with lines of 128 bytes. Stores fill
 * lines of the L2 without reading them. Scalar loads are counted in the vector cache too. Misses of the L2 are what is called
 * card memory read; which of them the memory-side cache (MALL, "Infinity Cache") answers is counted apart, for the cost model:
 * its tags outlive dispatches and ACQUIRE_MEM. ACQUIRE_MEM empties both; for the counts the vector cache is empty at each
 * dispatch's start.
 *
 * Bytes lie in VRAM as waves see them. Where somebody must see something older, a copy of the line is kept beside its tag:
 *   - a line that waves wrote is dirty until a release writes it back: SDMA and the host see the copy from before;
 *   - a line that the L2 has and SDMA or the host then writes is stale until an acquire: waves see the copy from before;
 *   - a line that a dispatch read into a vector or scalar cache and another one then writes is stale for all but the writer.
 * A copy is made when such a write happens, so what nobody does wrong costs one comparison per line. Capacity is forgiving, as on
 * the chip: a line that another one displaces is written back or fetched anew. Correct programs never see a copy: bytes of a
 * line that nobody else wrote are the same in it, and reading one is only counted as stale where they differ.
 */
#ifndef EXO_SIM_ISA_CACHE_H
#define EXO_SIM_ISA_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHE_LINE_SHIFT = 7, CACHE_LINE_BYTES = 128, CACHE_L0_LINES = 256, CACHE_L2_LINES = 1 << 15, CACHE_FRONT_LINES = 8192 };
enum { CACHE_MALL_WAYS = 8 };                   /* a guess; a power of two, 2^3 in cache_mall_hits */
enum { CACHE_CLEAN, CACHE_DIRTY, CACHE_STALE }; /* of a line in the L2 */
enum { CACHE_VECTOR, CACHE_SCALAR, CACHE_FRONTS };
enum { CACHE_SUSPECT_L2 = 1 << CACHE_FRONTS }; /* in `suspect`, above a bit for each front cache */

/* What all vector caches, or all scalar caches, may hold since they were last invalidated. */
struct cache_front {
    uint64_t entry[CACHE_FRONT_LINES]; /* line / CACHE_FRONT_LINES, epoch (16 bits), dispatch (15), whether it is stale (1) */
    uint8_t (*old)[CACHE_LINE_BYTES];  /* of stale ones */
    uint32_t epoch;                    /* counts invalidations */
};

/* The first time that somebody was given old bytes. */
struct cache_misread {
    const uint8_t *at;
    enum { MISREAD_NONE, MISREAD_VECTOR, MISREAD_SCALAR, MISREAD_L2, MISREAD_DIRTY } from;
};

struct cache_l2 {
    /* (line / CACHE_L2_LINES + 1) << 2 | state; 0: empty. Threads race for it, as they do for the real one; states other than
     * CACHE_CLEAN, and `old`, change under the slot's lock. */
    uint32_t tag[CACHE_L2_LINES];
    uint8_t (*old)[CACHE_LINE_BYTES]; /* dirty: what memory holds; stale: what the L2 holds */
    struct cache_front front[CACHE_FRONTS];
    _Atomic bool any, dirty;  /* since the last invalidation: has a line; a dirty one */
    _Atomic uint32_t suspect; /* which caches may have stale lines: reads look there */
    _Atomic uint32_t lock[64];
    struct cache_misread misread;
    _Atomic bool misread_once;
    uint32_t *mall;      /* the same of the memory-side cache: sets of CACHE_MALL_WAYS lines; NULL: none */
    uint32_t mall_shift; /* it has mall_banks << mall_shift sets; banks need not be a power of two (96 MiB) */
    uint64_t mall_banks, mall_inverse;
};

struct cache {
    uint64_t line[CACHE_L0_LINES];           /* host address / 128 */
    struct cache_l2 *l2;                     /* NULL: none, every miss goes to memory */
    uint32_t dispatch;                       /* which one runs, modulo 2^15 */
    uint32_t front;                          /* the cache that is asked: CACHE_VECTOR unless a scalar load says otherwise */
    uint64_t l0_lines, l2_lines, mall_lines; /* asked of the vector cache, of the L2, answered by the MALL */
};

/*
 * Whether the memory-side cache has the line; it has afterwards, in an empty place of its set or in any: `any` is some number. A
 * copy that goes round and round through more than the cache holds still finds most of it on the chip (docs/MODEL.md, copy_17),
 * so it is not the oldest that leaves.
 */
static inline bool cache_mall_hits(struct cache_l2 *l2, uint64_t line, uint64_t any)
{
    uint64_t high = line >> l2->mall_shift & ((1u << 28) - 1), victim = any * 0x9e3779b97f4a7c15u >> 61;
    uint64_t bank = high - (high * l2->mall_inverse >> 34) * l2->mall_banks; /* high % banks */
    uint32_t *set = &l2->mall[(bank << l2->mall_shift | (line & ((UINT64_C(1) << l2->mall_shift) - 1))) * CACHE_MALL_WAYS];
    for (uint64_t way = 0; way < CACHE_MALL_WAYS; way++) {
        uint32_t tag = __atomic_load_n(&set[way], __ATOMIC_RELAXED);
        if (tag == (uint32_t)high) {
            return true;
        }
        victim = tag == 0 ? way : victim;
    }
    __atomic_store_n(&set[victim], (uint32_t)high, __ATOMIC_RELAXED);
    return false;
}

/* ---- cache.c ---- */

/* NULL: no memory. */
struct cache_l2 *cache_create(void);
void cache_destroy(struct cache_l2 *l2);

/* What ACQUIRE_MEM, RELEASE_MEM and SDMA's GCR packet ask for. */
enum { CACHE_INV_VECTOR = 1, CACHE_INV_SCALAR = 2, CACHE_INV_L2 = 4, CACHE_WB_L2 = 8, CACHE_ALL = 15 };
void cache_control(struct cache_l2 *l2, uint32_t what);

/* Before a wave stores to the line: the slow way, when the line is not dirty yet or a front cache has it. */
void cache_take(struct cache_l2 *l2, uint64_t line, uint32_t dispatch);
/* Puts over dst, which was read from `at`, what the caches that a wave asks hold instead. Only where `suspect` is not 0. */
void cache_overlay(struct cache *c, const uint8_t *at, void *dst, uint64_t bytes);

/* Before somebody who goes around the L2 writes VRAM, and before the command processor, who does not. */
void cache_foreign_write(struct cache_l2 *l2, const uint8_t *at, uint64_t bytes);
void cache_cp_write(struct cache_l2 *l2, const uint8_t *at, uint64_t bytes);
/* Puts over dst, which somebody who goes around the L2 read from `at`, what memory holds of lines that are dirty in the L2. */
void cache_foreign_read(struct cache_l2 *l2, const uint8_t *at, void *dst, uint64_t bytes);

/* True if somebody was given old bytes since the last call. */
bool cache_take_misread(struct cache_l2 *l2, struct cache_misread *out);

/* ---- the fast way ---- */

static inline uint64_t *cache_front_entry(struct cache_front *f, uint64_t line)
{
    return &f->entry[line % CACHE_FRONT_LINES];
}

/* The entry of a line that was read in this epoch, without dispatch and state. */
static inline uint64_t cache_front_key(const struct cache_front *f, uint64_t line)
{
    return (line / CACHE_FRONT_LINES) << 32 | (uint64_t)(__atomic_load_n(&f->epoch, __ATOMIC_RELAXED) & 0xffff) << 16;
}

/* A front cache has fetched the line. Who had it before keeps what it had. */
static inline void cache_note(struct cache_front *f, uint64_t line, uint32_t dispatch)
{
    uint64_t *entry = cache_front_entry(f, line), key = cache_front_key(f, line);
    if ((__atomic_load_n(entry, __ATOMIC_RELAXED) ^ key) >> 16) {
        __atomic_store_n(entry, key | (dispatch & 0x7fff) << 1, __ATOMIC_RELAXED);
    }
}

/* Whether a dispatch that stores to the line makes it stale for others. */
static inline bool cache_front_has(struct cache_front *f, uint64_t line, uint32_t dispatch)
{
    uint64_t now = __atomic_load_n(cache_front_entry(f, line), __ATOMIC_ACQUIRE) ^ cache_front_key(f, line);
    return now >> 16 == 0 && now >> 1 != (dispatch & 0x7fff);
}

static inline uint32_t cache_l2_word(uint64_t line)
{
    return ((uint32_t)(line / CACHE_L2_LINES) + 1) << 2;
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
        if (c->l2 != NULL) {
            cache_note(&c->l2->front[c->front], line, c->dispatch);
        }
    }
    c->l2_lines++;
    if (c->l2 == NULL) {
        return true;
    }
    uint32_t *tag = &c->l2->tag[line % CACHE_L2_LINES], wanted = cache_l2_word(line);
    uint32_t had = __atomic_load_n(tag, __ATOMIC_ACQUIRE);
    if (store && (had != (wanted | CACHE_DIRTY) || cache_front_has(&c->l2->front[CACHE_VECTOR], line, c->dispatch) ||
                  cache_front_has(&c->l2->front[CACHE_SCALAR], line, c->dispatch))) {
        cache_take(c->l2, line, c->dispatch);
    }
    if (had >> 2 == wanted >> 2) {
        return false;
    }
    if (!store) {
        __atomic_store_n(tag, wanted, __ATOMIC_RELAXED);
        if (!atomic_load_explicit(&c->l2->any, memory_order_relaxed)) {
            atomic_store_explicit(&c->l2->any, true, memory_order_relaxed);
        }
    }
    if (c->l2->mall != NULL && cache_mall_hits(c->l2, line, c->l2_lines) && !store) {
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
