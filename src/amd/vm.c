#include "amd/vm.h"

#include <errno.h>
#include <stdlib.h>

#include "amd/amd.h"
#include "amd/gmc.h"
#include "amd/pagetable.h"
#include "core/bytes.h"

#define SMALL_VA_BYTES (UINT64_C(1) << 40)
#define HOST_POOL_MIN_BYTES (8u << 20)
#define HOST_POOL_ROUND (64u << 10) /* a multiple of every host's page (16 KiB on Apple silicon) */

int vm_init(struct amd *a)
{
    struct vm *vm = &a->vm;
    uint64_t tables = round_up_u64(a->vram_bytes / 512, 1u << 20); /* enough to map all VRAM in 4 KiB pages */
    uint64_t first = VRAM_OBJECTS_BYTES + tables;
    if (first > a->bar0_bytes || a->vram_bytes < first + VRAM_RESERVED_TOP + PAGE_HUGE) {
        return err_set(&a->base.err, -EINVAL,
                       "%llu MiB of VRAM behind a BAR of %llu MiB cannot be managed: page tables need the first %llu MiB",
                       (unsigned long long)(a->vram_bytes >> 20), (unsigned long long)(a->bar0_bytes >> 20),
                       (unsigned long long)(first >> 20));
    }
    int rc = range_pool_init(&vm->tables, VRAM_OBJECTS_BYTES, tables);
    rc = rc ? rc : range_pool_init(&vm->vram, first, a->vram_bytes - VRAM_RESERVED_TOP - first);
    rc = rc ? rc : range_pool_init(&vm->small_va, VM_BASE, SMALL_VA_BYTES);
    rc = rc ? rc : range_pool_init(&vm->big_va, VM_BASE + SMALL_VA_BYTES, VM_BYTES - SMALL_VA_BYTES);
    rc = rc ? rc : range_take(&vm->tables, PAGE_SMALL, PAGE_SMALL, RANGE_LOW, &vm->root.vram);
    vm->vram_total = vm->vram.free_bytes;
    return rc ? err_set(&a->base.err, rc, "no memory for the books of the card's memory") : 0;
}

int vm_clear_root(struct amd *a)
{
    return amd_vram_write(a, a->vm.root.vram, a->vm.root.entries, sizeof a->vm.root.entries);
}

void vm_destroy(struct amd *a)
{
    struct vm *vm = &a->vm;
    pagetable_destroy(a);
    while (vm->memories) {
        struct amd_memory *next = vm->memories->next;
        free(vm->memories);
        vm->memories = next;
    }
    for (uint32_t i = 0; i < vm->pool_count; i++) {
        range_pool_destroy(&vm->pools[i].space);
    }
    free(vm->pools);
    range_pool_destroy(&vm->tables);
    range_pool_destroy(&vm->vram);
    range_pool_destroy(&vm->small_va);
    range_pool_destroy(&vm->big_va);
    *vm = (struct vm){0};
}

/* An address range with at least one unmapped page behind it, so that running over an end faults. */
static int take_va(struct vm *vm, uint64_t size, struct amd_memory *m)
{
    bool big = size >= PAGE_HUGE;
    uint64_t page = big ? PAGE_HUGE : PAGE_SMALL;
    m->va_bytes = round_up_u64(size + PAGE_SMALL, page);
    return range_take(big ? &vm->big_va : &vm->small_va, m->va_bytes, page, RANGE_LOW, &m->va.value);
}

static void give_va(struct vm *vm, struct amd_memory *m)
{
    bool big = m->va.value >= VM_BASE + SMALL_VA_BYTES;
    range_give(big ? &vm->big_va : &vm->small_va, m->va.value, m->va_bytes);
}

static void give_vram(struct vm *vm, struct amd_memory *m)
{
    for (uint32_t i = 0; i < m->piece_count; i++) {
        range_give(&vm->vram, m->pieces[i].start, m->pieces[i].size);
    }
    m->piece_count = 0;
}

/* In one piece if possible, else in ever smaller ones. */
static int take_vram(struct vm *vm, uint64_t size, struct amd_memory *m)
{
    uint64_t want = size;
    while (size) {
        want = want > size ? size : want;
        bool big = want >= PAGE_HUGE;
        uint64_t start;
        if (m->piece_count < MEMORY_MAX_PIECES &&
            range_take(&vm->vram, want, big ? PAGE_HUGE : PAGE_SMALL, big ? RANGE_HIGH : RANGE_LOW, &start) == 0) {
            m->pieces[m->piece_count++] = (struct memory_piece){start, want};
            size -= want;
        } else if (m->piece_count >= MEMORY_MAX_PIECES || want <= PAGE_SMALL) {
            give_vram(vm, m);
            return -ENOMEM;
        } else {
            want = round_up_u64(want / 2, want > PAGE_HUGE ? PAGE_HUGE : PAGE_SMALL);
        }
    }
    return 0;
}

static int map_vram(struct amd *a, struct amd_memory *m)
{
    uint64_t va = m->va.value;
    int rc = 0;
    for (uint32_t i = 0; i < m->piece_count && rc == 0; i++) {
        rc = pagetable_map(a, va, m->pieces[i].start, m->pieces[i].size, false);
        va += m->pieces[i].size;
    }
    return rc ? rc : gmc_flush_tlbs(a);
}

static int alloc_vram(struct amd *a, uint64_t size, struct amd_memory *m)
{
    struct vm *vm = &a->vm;
    if (take_vram(vm, size, m)) {
        return err_set(
            &a->base.err, -ENOMEM,
            "out of VRAM: %llu MiB asked for, %llu MiB free of %llu (largest free part %llu MiB); use a smaller model or context",
            (unsigned long long)(size >> 20), (unsigned long long)(vm->vram.free_bytes >> 20),
            (unsigned long long)(vm->vram_total >> 20), (unsigned long long)(range_largest(&vm->vram) >> 20));
    }
    if (take_va(vm, size, m)) {
        give_vram(vm, m);
        return err_set(&a->base.err, -ENOMEM, "out of card addresses for %llu MiB", (unsigned long long)(size >> 20));
    }
    int rc = map_vram(a, m);
    if (rc) {
        struct err why = a->base.err;
        if (pagetable_unmap(a, m->va.value, size) == 0 && gmc_flush_tlbs(a) == 0) {
            give_vram(vm, m);
            give_va(vm, m);
        }
        a->base.err = why;
    }
    return rc;
}

static int map_pool(struct amd *a, struct host_pool *pool)
{
    uint64_t va = pool->va.value, sum = 0;
    for (uint32_t i = 0; i < pool->region.segment_count; i++) {
        const struct dma_segment *s = &pool->region.segments[i];
        if ((s->address.value | s->size_bytes) & (PAGE_SMALL - 1)) {
            return err_set(&a->base.err, -EIO, "host memory came as a segment at %#llx of %#llx bytes; 4 KiB pages were expected",
                           (unsigned long long)s->address.value, (unsigned long long)s->size_bytes);
        }
        int rc = pagetable_map(a, va, s->address.value, s->size_bytes, true);
        if (rc) {
            return rc;
        }
        va += s->size_bytes;
        sum += s->size_bytes;
    }
    if (sum != pool->region.size_bytes) { /* T-18: a cut-off list */
        return err_set(&a->base.err, -EIO, "host memory of %llu bytes came with segments for %llu",
                       (unsigned long long)pool->region.size_bytes, (unsigned long long)sum);
    }
    return gmc_flush_tlbs(a);
}

static int add_pool(struct amd *a, uint64_t size)
{
    struct vm *vm = &a->vm;
    if (!vm->pools) {
        vm->pools = calloc(VM_MAX_HOST_POOLS, sizeof *vm->pools);
    }
    if (!vm->pools || vm->pool_count == VM_MAX_HOST_POOLS) {
        return err_set(&a->base.err, -ENOMEM, "all %d pinned host pools are in use (T-17); free some pinned memory",
                       VM_MAX_HOST_POOLS);
    }
    struct host_pool *pool = &vm->pools[vm->pool_count];
    struct amd_memory place = {0};
    size = round_up_u64(size < HOST_POOL_MIN_BYTES ? HOST_POOL_MIN_BYTES : size, HOST_POOL_ROUND);
    int rc = link_dma_alloc(a->link, size, &pool->region);
    if (rc) {
        return err_set(&a->base.err, rc, "%llu MiB of pinned host memory: %s", (unsigned long long)(size >> 20),
                       a->link->err.text);
    }
    rc = take_va(vm, pool->region.size_bytes, &place);
    rc = rc ? rc : range_pool_init(&pool->space, 0, pool->region.size_bytes);
    pool->va = place.va;
    vm->pool_count += rc == 0;
    return rc ? err_set(&a->base.err, rc, "no card addresses for pinned host memory") : map_pool(a, pool);
}

static int take_from_pools(struct vm *vm, uint64_t size, struct amd_memory *m)
{
    for (uint32_t i = 0; i < vm->pool_count; i++) {
        struct host_pool *pool = &vm->pools[i];
        uint64_t start;
        if (range_take(&pool->space, size, PAGE_SMALL, RANGE_LOW, &start) == 0) {
            m->pool = (int32_t)i;
            m->va = exo_va_add(pool->va, start);
            m->cpu = (uint8_t *)pool->region.cpu + start;
            m->pieces[0] = (struct memory_piece){start, size};
            m->piece_count = 1;
            return 0;
        }
    }
    return -ENOMEM;
}

static int alloc_host(struct amd *a, uint64_t size, struct amd_memory *m)
{
    if (take_from_pools(&a->vm, size, m) == 0) {
        return 0;
    }
    int rc = add_pool(a, size);
    return rc ? rc : take_from_pools(&a->vm, size, m);
}

int vm_alloc(struct amd *a, enum exo_memory_kind kind, uint64_t size_bytes, struct amd_memory **memory_out)
{
    if (size_bytes == 0 || size_bytes > VM_BYTES / 2) {
        return err_set(&a->base.err, size_bytes ? -ENOMEM : -EINVAL, "an allocation of %llu bytes is not possible",
                       (unsigned long long)size_bytes);
    }
    struct amd_memory *m = calloc(1, sizeof *m);
    if (!m) {
        return err_set(&a->base.err, -ENOMEM, "no memory for the books of an allocation");
    }
    m->size_bytes = size_bytes;
    m->kind = kind;
    m->pool = -1;
    uint64_t size = round_up_u64(size_bytes, PAGE_SMALL);
    int rc = kind == EXO_MEMORY_HOST ? alloc_host(a, size, m) : alloc_vram(a, size, m);
    if (rc) {
        free(m);
        return rc;
    }
    m->next = a->vm.memories;
    a->vm.memories = m;
    *memory_out = m;
    return 0;
}

void vm_free(struct amd *a, struct amd_memory *m)
{
    struct vm *vm = &a->vm;
    if (!m) {
        return;
    }
    for (struct amd_memory **at = &vm->memories; *at; at = &(*at)->next) {
        if (*at == m) {
            *at = m->next;
            break;
        }
    }
    if (m->kind == EXO_MEMORY_HOST) {
        range_give(&vm->pools[m->pool].space, m->pieces[0].start, m->pieces[0].size);
    } else if (pagetable_unmap(a, m->va.value, round_up_u64(m->size_bytes, PAGE_SMALL)) == 0 && gmc_flush_tlbs(a) == 0) {
        /* Only what no engine can reach any more is given out again. On a dead card it stays lost until close. */
        give_vram(vm, m);
        give_va(vm, m);
    }
    free(m);
}

struct vm_place vm_locate(const struct vm *vm, uint64_t va)
{
    struct vm_place best = {0};
    for (const struct amd_memory *m = vm->memories; m; m = m->next) {
        if (va >= m->va.value && (best.size == 0 || m->va.value >= best.start)) {
            best = (struct vm_place){.start = m->va.value, .size = m->size_bytes};
        }
    }
    uint64_t mapped = round_up_u64(best.size, PAGE_SMALL);
    best.inside = best.size && va - best.start < mapped;
    best.behind = best.size && !best.inside ? va - (best.start + best.size) : 0;
    return best;
}

bool vm_covers(const struct vm *vm, uint64_t va, uint64_t size_bytes)
{
    for (const struct amd_memory *m = vm->memories; m; m = m->next) {
        if (va >= m->va.value && va - m->va.value <= m->size_bytes && size_bytes <= m->size_bytes - (va - m->va.value)) {
            return true;
        }
    }
    return false;
}
