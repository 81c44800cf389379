#include "amd/pagetable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "amd/amd.h"

#define LEVELS 4
#define TABLE_BYTES 4096u

static const uint8_t level_shift[LEVELS] = {39, 30, 21, 12};

static uint32_t index_at(uint64_t va, int level)
{
    return (uint32_t)((va - VM_BASE) >> level_shift[level]) & 511;
}

static int write_entries(struct amd *a, const struct page_table *t, uint32_t first, uint32_t count)
{
    return amd_vram_write(a, t->vram + first * 8u, &t->entries[first], count * 8u);
}

static int make_child(struct amd *a, struct page_table *t, uint32_t index, struct page_table **child_out)
{
    struct page_table *child = calloc(1, sizeof *child);
    if (!child || range_take(&a->vm.tables, TABLE_BYTES, TABLE_BYTES, RANGE_LOW, &child->vram)) {
        free(child);
        return err_set(&a->base.err, -ENOMEM, "no room for another page table (%llu bytes left of the space below the BAR limit)",
                       (unsigned long long)a->vm.tables.free_bytes);
    }
    int rc = amd_vram_write(a, child->vram, child->entries, TABLE_BYTES); /* VRAM starts with anything in it */
    if (rc == 0) {
        t->entries[index] = a->gen.table_entry(child->vram);
        rc = write_entries(a, t, index, 1);
    }
    if (rc) {
        t->entries[index] = 0;
        range_give(&a->vm.tables, child->vram, TABLE_BYTES);
        free(child);
        return rc;
    }
    t->children[index] = child;
    t->valid++;
    *child_out = child;
    return 0;
}

/* Largest power of two that both addresses are aligned to and that fits into size; as exponent over 4 KiB, at most 2 MiB. */
static uint32_t fragment_of(uint64_t va, uint64_t target, uint64_t size)
{
    uint32_t f = 0;
    while (f < 9 && ((va | target) & ((PAGE_SMALL << (f + 1)) - 1)) == 0 && size >= PAGE_SMALL << (f + 1)) {
        f++;
    }
    return f;
}

static int walk_down(struct amd *a, uint64_t va, int to_level, struct page_table **table_out)
{
    struct page_table *t = &a->vm.root;
    for (int level = 0; level < to_level; level++) {
        uint32_t i = index_at(va, level);
        if (!t->children[i]) {
            if (t->entries[i]) {
                return err_set(&a->base.err, -EEXIST, "card address %#llx is mapped already", (unsigned long long)va);
            }
            int rc = make_child(a, t, i, &t->children[i]);
            if (rc) {
                return rc;
            }
        }
        t = t->children[i];
    }
    *table_out = t;
    return 0;
}

int pagetable_map(struct amd *a, uint64_t va, uint64_t target, uint64_t size, bool host)
{
    while (size) {
        bool huge = !host && ((va | target) & (PAGE_HUGE - 1)) == 0 && size >= PAGE_HUGE;
        uint64_t step = huge ? PAGE_HUGE : PAGE_SMALL;
        int level = huge ? 2 : 3;
        struct page_table *t = NULL;
        int rc = walk_down(a, va, level, &t);
        if (rc) {
            return rc;
        }
        uint32_t first = index_at(va, level), count = 0, fragment = 0, run = 0;
        while (first + count < 512 && size >= step) {
            uint32_t i = first + count;
            if (t->entries[i]) {
                return err_set(&a->base.err, -EEXIST, "card address %#llx is mapped already", (unsigned long long)va);
            }
            if (!huge && run == 0) { /* every entry of a fragment carries the same size */
                fragment = fragment_of(va, target, size);
                run = 1u << fragment;
            }
            run -= run > 0;
            t->entries[i] = a->gen.page_entry(target, host, huge, huge ? 9 : fragment);
            va += step;
            target += step;
            size -= step;
            count++;
            t->valid++;
        }
        rc = write_entries(a, t, first, count);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Clears the part of [va, end) that table t covers; t's own range starts at base. */
static int unmap_in(struct amd *a, struct page_table *t, int level, uint64_t base, uint64_t va, uint64_t end)
{
    uint64_t covers = UINT64_C(1) << level_shift[level];
    uint32_t first = va > base ? (uint32_t)((va - base) / covers) : 0;
    uint32_t last = (uint32_t)((end - base + covers - 1) / covers);
    last = last > 512 ? 512 : last;
    int rc = 0;
    for (uint32_t i = first; i < last && rc == 0; i++) {
        struct page_table *child = t->children[i];
        if (child) {
            rc = unmap_in(a, child, level + 1, base + i * covers, va, end);
            if (child->valid == 0) {
                t->children[i] = NULL;
                t->entries[i] = 0;
                t->valid--;
                range_give(&a->vm.tables, child->vram, TABLE_BYTES);
                free(child);
            }
        } else if (t->entries[i]) {
            t->entries[i] = 0;
            t->valid--;
        }
    }
    if (last <= first || a->link->lost) { /* a lost card has no tables left to clear; the books still count */
        return rc;
    }
    return rc ? rc : write_entries(a, t, first, last - first);
}

int pagetable_unmap(struct amd *a, uint64_t va, uint64_t size)
{
    return size ? unmap_in(a, &a->vm.root, 0, VM_BASE, va, va + size) : 0;
}

static void destroy_children(struct page_table *t)
{
    for (int i = 0; i < 512; i++) {
        if (t->children[i]) {
            destroy_children(t->children[i]);
            free(t->children[i]);
            t->children[i] = NULL;
        }
    }
}

void pagetable_destroy(struct amd *a)
{
    destroy_children(&a->vm.root);
}
