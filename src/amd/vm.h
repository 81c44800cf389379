/*
 * vm.h: the card's memory: which parts of VRAM and of pinned host memory are in use, where they appear in the card's address
 * space, and the page tables that say so.
 *
 * Page tables lie in VRAM below the BAR limit and are written by the CPU through BAR 0, from a copy kept in CPU memory, so
 * that walking them costs no read over the link. VRAM of 2 MiB and more is mapped by 2 MiB pages. Host memory is allocated
 * from the link in few large pools (T-17) that live until close. Every change ends with a flush of both hubs; memory is given
 * back only after that. All under the core's mutex.
 */
#ifndef EXO_AMD_VM_H
#define EXO_AMD_VM_H

#include <stdbool.h>
#include <stdint.h>

#include "amd/ranges.h"
#include "exosuit.h"
#include "link/link.h"

#define VM_BASE UINT64_C(0x200000000000) /* first card address; the tables' index 0 (CONTEXT0_PAGE_TABLE_START_ADDR) */
#define VM_BYTES (UINT64_C(1) << 44)
#define VM_END (VM_BASE + VM_BYTES - 1)

#define VRAM_OBJECTS_BYTES (64ull << 20) /* fixed objects, from VRAM offset 0 */
#define VRAM_RESERVED_TOP (64ull << 20)  /* at the end: discovery table, firmware's own */

struct amd;

struct page_table {
    uint64_t vram; /* offset of its 4 KiB */
    uint32_t valid;
    uint64_t entries[512];
    struct page_table *children[512]; /* NULL: none, or a 2 MiB page, or this is the last level */
};

#define MEMORY_MAX_PIECES 64

struct memory_piece {
    uint64_t start, size; /* VRAM offset, or offset in the host pool */
};

struct amd_memory {
    exo_va va;
    uint64_t size_bytes, va_bytes; /* as asked for; as taken from the address space */
    void *cpu;                     /* host memory only */
    enum exo_memory_kind kind;
    int32_t pool; /* host memory: which pool */
    uint32_t piece_count;
    struct memory_piece pieces[MEMORY_MAX_PIECES];
    struct amd_memory *next;
};

#define VM_MAX_HOST_POOLS 96 /* of the 128 regions that a session may have (T-17) */

struct host_pool {
    struct dma_region region;
    exo_va va;
    struct range_pool space; /* offsets in the region */
};

struct vm {
    struct page_table root;
    struct range_pool vram, tables, small_va, big_va;
    uint64_t vram_total; /* what exo_alloc can give when nothing is in use */
    struct host_pool *pools;
    uint32_t pool_count;
    struct amd_memory *memories;
};

/* Splits VRAM up. Touches no hardware. */
int vm_init(struct amd *a) __attribute__((warn_unused_result));
/* Writes an empty root table. */
int vm_clear_root(struct amd *a) __attribute__((warn_unused_result));
/* Frees the books; touches no hardware. */
void vm_destroy(struct amd *a);

int vm_alloc(struct amd *a, enum exo_memory_kind kind, uint64_t size_bytes, struct amd_memory **memory_out)
    __attribute__((warn_unused_result));
void vm_free(struct amd *a, struct amd_memory *m); /* NULL is allowed */

/* What lies at a card address, for fault reports. */
struct vm_place {
    bool inside;
    uint64_t start, size; /* the allocation that holds it or ends below it; size 0: none */
    uint64_t behind;      /* bytes behind its end */
};
struct vm_place vm_locate(const struct vm *vm, uint64_t va);

/* True if the whole range lies in one allocation. */
bool vm_covers(const struct vm *vm, uint64_t va, uint64_t size_bytes);

#endif
