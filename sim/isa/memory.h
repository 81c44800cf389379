/*
 * memory.h: how waves reach memory: a host thread's own cache of translations over struct compute_memory, and the addresses of
 * 32 lanes brought to one host pointer with 32 offsets. The memory, LDS and atomic instructions are built on it.
 *
 * A struct worker belongs to one host thread; nothing here locks. A cached translation lives until *memory->generation changes,
 * as a TLB's does until it is invalidated: the hub's invalidation is the only thing that moves that counter.
 */
#ifndef EXO_SIM_ISA_MEMORY_H
#define EXO_SIM_ISA_MEMORY_H

#include <string.h>

#include "cache.h"
#include "wave.h"

enum { WORKER_PAGE_SHIFT = 12, WORKER_PAGES = 512, WORKER_LARGE_SHIFT = 21, WORKER_LARGES = 64 };

struct translation {
    uint64_t va, size_bytes; /* size 0: empty */
    uint8_t *host;
    uint8_t allowed; /* bit per enum vm_access */
    bool system, uncached;
};

struct worker {
    const struct compute_memory *memory;
    uint32_t vmid;
    uint64_t generation;
    struct compute_counters counters;
    struct cache cache;
    struct translation page[WORKER_PAGES];   /* by 4 KiB page: what a hit needs is one compare */
    struct translation large[WORKER_LARGES]; /* the same mappings by 2 MiB, so that streaming does not walk page by page */
    uint8_t bounce[32 * 16] __attribute__((aligned(64))); /* lanes that do not lie in one mapping, gathered … */
    uint64_t bounce_va[32];                               /* … from or for here */
};

/* Prepares a zeroed worker. */
void worker_init(struct worker *k, const struct compute_memory *memory);
/* The dispatch to come runs in this address space: forgets translations of another. */
void worker_set_vmid(struct worker *k, uint32_t vmid);

/* Behind worker_translate: looks further, walks. NULL: not mapped, or not all of the span in one mapping. */
const struct translation *worker_translate_slow(struct worker *k, uint64_t va, uint64_t size_bytes, enum vm_access access);

/* The translation that holds all of [va, va + size_bytes), or NULL. Valid until the next call. */
static inline const struct translation *worker_translate(struct worker *k, uint64_t va, uint64_t size_bytes,
                                                         enum vm_access access)
{
    const struct translation *t = &k->page[va >> WORKER_PAGE_SHIFT & (WORKER_PAGES - 1)];
    uint64_t at = va - t->va;
    if (__builtin_expect(k->generation == atomic_load_explicit(k->memory->generation, memory_order_relaxed) &&
                             at < t->size_bytes && t->size_bytes - at >= size_bytes && t->allowed >> access & 1,
                         1)) {
        return t;
    }
    return worker_translate_slow(k, va, size_bytes, access);
}

/* Counts one access at a stretch of host memory. */
static inline void worker_count(struct worker *k, enum vm_access access, const struct translation *t, const uint8_t *at,
                                uint64_t bytes)
{
    if (t->system) {
        *(access == VM_WRITE ? &k->counters.host_write_bytes : &k->counters.host_read_bytes) += bytes;
    } else if (t->uncached) {
        *(access == VM_WRITE ? &k->counters.vram_write_bytes : &k->counters.vram_read_bytes) += bytes;
    } else if (access == VM_WRITE) {
        k->counters.vram_write_bytes += bytes;
        (void)cache_read(&k->cache, at, bytes, true);
    } else {
        k->counters.vram_read_bytes += cache_read(&k->cache, at, bytes, false);
    }
}

/* Whether reads through this translation may have to be given old bytes: cache_overlay knows. */
static inline bool worker_suspects(const struct worker *k, const struct translation *t)
{
    return k->cache.l2 != NULL && atomic_load_explicit(&k->cache.l2->suspect, memory_order_relaxed) != 0 && !t->system &&
           !t->uncached;
}

/* Copies bytes out of or into memory, over as many mappings as it takes. False: *fault_va_out is the byte that is not mapped. */
bool worker_read(struct worker *k, uint64_t va, void *dst, uint32_t size_bytes, enum vm_access access, uint64_t *fault_va_out);
bool worker_write(struct worker *k, uint64_t va, const void *src, uint32_t size_bytes, uint64_t *fault_va_out);

/* Where the lanes of one instruction point, all of them inside memory that may be touched. */
struct spread {
    uint8_t *host;   /* lane l's bytes are at host + offset[l] */
    u32x32 offset;   /* of inactive lanes: a place that may be read, so that loads need no branch */
    uint32_t exec;   /* never 0 */
    bool contiguous; /* up to 4 bytes each, all 32 active, one right behind the other, the first at host; no offsets needed */
    bool system;
    bool bounced; /* host is the worker's bounce buffer, which holds the bytes; stores go on from there */
};

/* Finds base + offset[l], `bytes` (1 to 16) of each lane of exec. False: the wave has faulted. */
bool spread_locate(struct wave *w, const struct inst *i, uint64_t base, const u32x32 *offset, uint32_t exec, uint32_t bytes,
                   enum vm_access access, struct spread *out);
/* The same for 64-bit addresses in two VGPRs, plus an offset. */
bool spread_locate64(struct wave *w, const struct inst *i, const u32x32 *low, const u32x32 *high, int64_t plus, uint32_t exec,
                     uint32_t bytes, enum vm_access access, struct spread *out);
/* The same in LDS. */
bool spread_locate_lds(struct wave *w, const struct inst *i, const u32x32 *address, uint32_t plus, uint32_t exec, uint32_t bytes,
                       struct spread *out);

/* Loads 1 to 4 dwords of each active lane into consecutive VGPRs. */
void spread_load(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t dwords);
/* Stores 1 to 4 dwords of each active lane. */
void spread_store(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t dwords);

/* How a memory row's `arg` tells what moves: bytes per lane, and what becomes of less than a dword. */
enum {
    MOVE_BYTES = 0xff,
    MOVE_SIGNED = 1 << 8,
    MOVE_D16 = 1 << 9,     /* loads: the low half of the register, the other is kept */
    MOVE_D16_HI = 1 << 10, /* the high half */
};

/* arg of the two-address DS rows: bytes an offset counts in; 8-byte data */
enum { DS_TWO_STRIDE = 0xff, DS_TWO_64 = 1 << 8 };

/* Loads or stores what a row's arg says: whole dwords, or a byte or word of each active lane. */
void spread_load_move(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t move);
void spread_store_move(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t move);

static inline u32x32 lane_numbers(void)
{
    return (u32x32){0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
}

#endif
