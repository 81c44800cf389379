/*
 * gmc.c: the two memory hubs (GC and MM): contexts, page-table walk, and a TLB that keeps what it once fetched. What is cached
 * are 64-byte lines of page table, eight entries as the hardware fetches them, so a neighbour of a used page stays absent until
 * the driver flushes, and finished translations on top of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "regs/soc.h"

#define PTE_ADDRESS UINT64_C(0x0000fffffffff000)
#define PHYSICAL_LIMIT (UINT64_C(1) << 44) /* */
#define INVALIDATE_NS 3000
#define LINES_FIRST 1024
#define PAGES_FIRST 1024

/* Page-table entries: linux amdgpu_vm.h, AMDGPU_PTE_* and AMDGPU_PDE_* (Q-10). */
static const struct entry_format {
    uint64_t huge;  /* in a directory: the entry is a page */
    uint64_t page;  /* what every page's entry must have */
    uint64_t never; /* what no page's entry has: the place of the other generation's memory type, reserved bits */
} formats[GENERATIONS] = {
    [GEN_GFX11] = {AMDGPU_PDE_PTE, 0, UINT64_C(0xf) << 60 | UINT64_C(3) << 52},
    [GEN_GFX12] = {AMDGPU_PDE_PTE_GFX12, AMDGPU_PTE_IS_PTE, UINT64_C(0x3f) << 48},
};

enum { FAULT_INVALID = 3, FAULT_READ = 4, FAULT_WRITE = 5, FAULT_EXECUTE = 8 }; /* PERMISSION_FAULTS */

struct hub_ids {
    const char *name;
    uint16_t l2_cntl, l1_tlb_cntl, fb_base, fb_top, low, high, context_cntl, base, start, end, range;
};

static const struct hub_ids ids[HUB_COUNT] = {
    [HUB_GC] = {"GC", R_GCVM_L2_CNTL, R_GCMC_VM_MX_L1_TLB_CNTL, R_GCMC_VM_FB_LOCATION_BASE, R_GCMC_VM_FB_LOCATION_TOP,
                R_GCMC_VM_SYSTEM_APERTURE_LOW_ADDR, R_GCMC_VM_SYSTEM_APERTURE_HIGH_ADDR, R_GCVM_CONTEXT0_CNTL,
                R_GCVM_CONTEXT0_PAGE_TABLE_BASE_ADDR_LO32, R_GCVM_CONTEXT0_PAGE_TABLE_START_ADDR_LO32,
                R_GCVM_CONTEXT0_PAGE_TABLE_END_ADDR_LO32, R_GCVM_INVALIDATE_ENG0_ADDR_RANGE_LO32},
    [HUB_MM] = {"MM", R_MMVM_L2_CNTL, R_MMMC_VM_MX_L1_TLB_CNTL, R_MMMC_VM_FB_LOCATION_BASE, R_MMMC_VM_FB_LOCATION_TOP,
                R_MMMC_VM_SYSTEM_APERTURE_LOW_ADDR, R_MMMC_VM_SYSTEM_APERTURE_HIGH_ADDR, R_MMVM_CONTEXT0_CNTL,
                R_MMVM_CONTEXT0_PAGE_TABLE_BASE_ADDR_LO32, R_MMVM_CONTEXT0_PAGE_TABLE_START_ADDR_LO32,
                R_MMVM_CONTEXT0_PAGE_TABLE_END_ADDR_LO32, R_MMVM_INVALIDATE_ENG0_ADDR_RANGE_LO32},
};

static const char *const access_names[] = {"read", "write", "execute"};

/* ---- the cached lines of page table ------------------------------------------------------------------------------------ */

static uint32_t hash64(uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static struct hub_line *find_line(struct hub *h, uint64_t address)
{
    uint32_t i = hash64(address) & (h->line_capacity - 1);
    while (h->lines[i].address != UINT64_MAX && h->lines[i].address != address) {
        i = (i + 1) & (h->line_capacity - 1);
    }
    return &h->lines[i];
}

static bool grow_lines(struct hub *h)
{
    uint32_t old_capacity = h->line_capacity;
    struct hub_line *old = h->lines, *grown = malloc(sizeof(*grown) * old_capacity * 2);
    if (!grown) {
        return false;
    }
    for (uint32_t i = 0; i < old_capacity * 2; i++) {
        grown[i].address = UINT64_MAX;
    }
    h->lines = grown;
    h->line_capacity = old_capacity * 2;
    for (uint32_t i = 0; i < old_capacity; i++) {
        if (old[i].address != UINT64_MAX) {
            *find_line(h, old[i].address) = old[i];
        }
    }
    free(old);
    return true;
}

/* Drops the lines that `drop` says; what is left is inserted again, since open addressing does not allow holes. */
static void drop_lines(struct hub *h, uint16_t vmids, uint32_t levels)
{
    struct hub_line *kept = malloc(sizeof(*kept) * (h->line_count + 1));
    uint32_t n = 0;
    for (uint32_t i = 0; i < h->line_capacity; i++) {
        struct hub_line *l = &h->lines[i];
        if (l->address == UINT64_MAX) {
            continue;
        }
        if (kept && !((l->vmids & vmids) && (levels >> l->level & 1))) {
            kept[n++] = *l;
        }
        l->address = UINT64_MAX;
    }
    for (uint32_t i = 0; i < n; i++) {
        *find_line(h, kept[i].address) = kept[i];
    }
    h->line_count = n;
    free(kept);
}

/* One entry of a table, through the cache. False: the table is not in memory. */
static bool fetch_entry(struct sim_card *card, struct hub *h, uint64_t address, bool system, uint32_t level, uint32_t vmid,
                        uint64_t *entry_out)
{
    uint64_t key = (address & ~UINT64_C(63)) | (system ? 1 : 0);
    struct hub_line *l = find_line(h, key);
    if (l->address == UINT64_MAX) {
        uint64_t left = 64;
        uint8_t *host = system ? iommu_at(card, address & ~UINT64_C(63), &left, "the page-table walker")
                               : vram_at(card, address & ~UINT64_C(63), 64);
        if (!host || left < 64) {
            return false;
        }
        if (!system) {
            hdp_check(card, address, 8, "the page-table walker"); /* the entry, not its neighbours in the line */
        }
        if (h->line_count * 2 >= h->line_capacity) {
            if (!grow_lines(h)) {
                return false;
            }
            l = find_line(h, key);
        }
        for (uint32_t i = 0; i < 8; i++) {
            l->entries[i] = __atomic_load_n((uint64_t *)host + i, __ATOMIC_RELAXED);
        }
        l->address = key;
        l->level = (uint8_t)level;
        l->vmids = 0;
        h->line_count++;
    }
    l->vmids |= (uint16_t)(1u << vmid);
    *entry_out = l->entries[(address >> 3) & 7];
    return true;
}

/* ---- finished translations --------------------------------------------------------------------------------------------- */

static const uint8_t page_shifts[] = {12, 21, 30, 39};

static struct hub_page *page_slot(struct hub *h, uint32_t vmid, uint64_t va, uint64_t size)
{
    uint32_t i = hash64(va ^ size ^ ((uint64_t)vmid << 56)) & (h->page_capacity - 1);
    while (h->pages[i].used && (h->pages[i].va != va || h->pages[i].size != size || h->pages[i].vmid != vmid)) {
        i = (i + 1) & (h->page_capacity - 1);
    }
    return &h->pages[i];
}

static const struct hub_page *find_page(struct hub *h, uint32_t vmid, uint64_t va)
{
    for (size_t s = 0; s < sizeof(page_shifts); s++) {
        uint64_t size = UINT64_C(1) << page_shifts[s];
        const struct hub_page *p = page_slot(h, vmid, va & ~(size - 1), size);
        if (p->used) {
            return p;
        }
    }
    return NULL;
}

static void drop_pages(struct hub *h)
{
    memset(h->pages, 0, sizeof(*h->pages) * h->page_capacity);
    h->page_count = 0;
}

static void keep_page(struct hub *h, const struct hub_page *page)
{
    if (h->page_count * 2 >= h->page_capacity) {
        drop_pages(h); /* an eviction; the lines below remember, so nothing stale becomes fresh */
    }
    *page_slot(h, page->vmid, page->va, page->size) = *page;
    h->page_count++;
}

/* ---- faults ------------------------------------------------------------------------------------------------------------ */

struct hub_fault {
    uint32_t permission, walker;
    bool mapping_error;
    const char *why;
};

static void latch_fault(struct sim_card *card, enum hub_id id, uint32_t vmid, uint64_t va, enum vm_access access, uint32_t client,
                        const struct hub_fault *f)
{
    struct hub *h = &card->hubs[id];
    bool first = h->fault_status == 0;
    if (first) {
        uint32_t s = field_set(0, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_WALKER_ERROR, f->walker);
        s = field_set(s, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_PERMISSION_FAULTS, f->permission);
        s = field_set(s, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_MAPPING_ERROR, f->mapping_error);
        s = field_set(s, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_CID, client);
        s = field_set(s, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_RW, access == VM_WRITE);
        h->fault_status = field_set(s, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_VMID, vmid);
        h->fault_page = va >> 12;
    } else {
        h->fault_status |= field_mask(FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_MORE_FAULTS);
    }
    pthread_mutex_unlock(&h->lock);
    card_verdict(card, "%s hub page fault: %s of 0x%llx, VMID %u, client %u: %s", ids[id].name, access_names[access],
                 (unsigned long long)va, vmid, client, f->why);
    if (first && client != CLIENT_IH) {
        uint32_t context[4] = {(uint32_t)(va >> 12), (uint32_t)(va >> 44) & 0xf, 0, 0};
        ih_post(card, id == HUB_GC ? SOC21_IH_CLIENTID_GFX : SOC21_IH_CLIENTID_VMC, GFX_11_0_0_SRCID_UTCL2_FAULT, 0, vmid,
                context);
    }
    pthread_mutex_lock(&h->lock);
}

/* ---- the walk ---------------------------------------------------------------------------------------------------------- */

static bool check_leaf(const struct entry_format *format, uint64_t pte, uint64_t size, struct hub_fault *f)
{
    if ((pte & format->page) != format->page || (pte & format->never)) {
        *f = (struct hub_fault){FAULT_INVALID, 0, true, "the page's entry is not in this generation's format (Q-10)"};
        return false;
    }
    if ((pte & PTE_ADDRESS) >= PHYSICAL_LIMIT) {
        *f = (struct hub_fault){0, 0, true, "the page's physical address needs more than 44 bits"};
        return false;
    }
    if (pte & PTE_ADDRESS & (size - 1)) {
        *f = (struct hub_fault){0, 0, true, "a huge page's physical address is not aligned to its size"};
        return false;
    }
    return true;
}

static bool walk(struct sim_card *card, enum hub_id id, uint32_t vmid, uint64_t va, struct hub_page *out, struct hub_fault *f)
{
    const struct entry_format *format = &formats[card->chip->generation];
    struct hub *h = &card->hubs[id];
    uint32_t cntl = h->context_cntl[vmid];
    if (!field_get(cntl, FIELD_GCVM_CONTEXT0_CNTL_ENABLE_CONTEXT)) {
        *f = (struct hub_fault){FAULT_INVALID, 1, false, "the context of this VMID is not enabled"};
        return false;
    }
    uint32_t depth = field_get(cntl, FIELD_GCVM_CONTEXT0_CNTL_PAGE_TABLE_DEPTH);
    if (va >> 12 < h->start[vmid] || va >> 12 > h->end[vmid] || (va - (h->start[vmid] << 12)) >> (12 + 9 * (depth + 1))) {
        *f = (struct hub_fault){FAULT_INVALID, 1, false, "the address is outside the context's range"};
        return false;
    }
    uint64_t relative = va - (h->start[vmid] << 12), entry = h->base[vmid];
    for (uint32_t level = depth;; level--) {
        if (!(entry & AMDGPU_PTE_VALID)) {
            *f = (struct hub_fault){FAULT_INVALID, level == depth ? 1 : 0, false, "a directory entry on the way is not valid"};
            return false;
        }
        uint32_t shift = 12 + 9 * level;
        uint64_t at = (entry & PTE_ADDRESS) + ((relative >> shift) & 0x1ff) * 8;
        if (!fetch_entry(card, h, at, entry & AMDGPU_PTE_SYSTEM, level, vmid, &entry)) {
            *f = (struct hub_fault){0, 2, true,
                                    "a page table lies outside VRAM (roots and tables take offsets, not MC addresses: A-07)"};
            return false;
        }
        if (level > 0 && !((entry & AMDGPU_PTE_VALID) && (entry & format->huge))) {
            continue;
        }
        if (!(entry & AMDGPU_PTE_VALID)) {
            *f = (struct hub_fault){FAULT_INVALID, 0, false, "the page is not mapped, or the TLB still holds its old entry"};
            return false;
        }
        uint64_t size = UINT64_C(1) << shift;
        *out = (struct hub_page){(relative & ~(size - 1)) + (h->start[vmid] << 12), size, entry & PTE_ADDRESS, entry, vmid, true};
        return check_leaf(format, entry, size, f);
    }
}

static bool in_system_aperture(const struct hub *h, uint64_t va)
{
    return field_get(h->l1_tlb_cntl, FIELD_GCMC_VM_MX_L1_TLB_CNTL_ENABLE_L1_TLB) &&
           field_get(h->l1_tlb_cntl, FIELD_GCMC_VM_MX_L1_TLB_CNTL_SYSTEM_ACCESS_MODE) == 3 && va >> 24 >= h->fb_base &&
           va >> 24 <= h->fb_top && va >> 18 >= h->system_low && va >> 18 <= (h->system_high | 0x3f);
}

static bool check_permission(uint64_t pte, enum vm_access access, struct hub_fault *f)
{
    static const struct {
        uint64_t bit;
        struct hub_fault fault;
    } rows[] = {
        [VM_READ] = {AMDGPU_PTE_READABLE, {FAULT_READ, 0, false, "the page may not be read"}},
        [VM_WRITE] = {AMDGPU_PTE_WRITEABLE, {FAULT_WRITE, 0, false, "the page may not be written"}},
        [VM_EXECUTE] = {AMDGPU_PTE_EXECUTABLE, {FAULT_EXECUTE, 0, false, "the page may not be executed"}},
    };
    if (pte & rows[access].bit) {
        return true;
    }
    *f = rows[access].fault;
    return false;
}

/* gfx12 moved the memory type and made it two bits. What needs no table, the system aperture, is uncached too. */
static bool is_uncached(const struct sim_card *card, const struct hub_page *p)
{
    bool gfx12 = card->chip->generation == GEN_GFX12;
    uint64_t type = gfx12 ? p->pte >> PTE_MTYPE_GFX12_SHIFT & 3 : p->pte >> PTE_MTYPE_NV10_SHIFT & 7;
    return !p->used || type == MTYPE_UC;
}

/* The piece of a VRAM page around `va` that lies in one chunk. */
static bool map_vram(struct sim_card *card, const struct hub_page *p, uint64_t va, struct vm_mapping *m)
{
    uint64_t offset = p->physical + (va - p->va);
    uint64_t from = offset & ~(VRAM_CHUNK - 1), to = from + VRAM_CHUNK;
    if (from < p->physical) {
        from = p->physical;
    }
    if (to > p->physical + p->size) {
        to = p->physical + p->size;
    }
    m->host = vram_place(card, from, to - from);
    m->va = p->va + (from - p->physical);
    m->size_bytes = to - from;
    m->system = false;
    m->uncached = is_uncached(card, p);
    return m->host != NULL;
}

static bool map_system(struct sim_card *card, const struct hub_page *p, uint64_t va, struct vm_mapping *m)
{
    uint64_t from = va & ~UINT64_C(0xfff), left = 0;
    m->host = iommu_at(card, p->physical + (from - p->va), &left, "the GPU");
    m->va = from;
    m->size_bytes = p->va + p->size - from < left ? p->va + p->size - from : left;
    m->system = m->uncached = true;
    if (!(p->pte & AMDGPU_PTE_SNOOPED)) {
        card_verdict(card, "host page at 0x%llx is mapped without SNOOPED: not coherent with the CPU (T-33)",
                     (unsigned long long)va);
    }
    return m->host != NULL;
}

static bool translate_locked(struct sim_card *card, enum hub_id id, uint32_t vmid, uint64_t va, enum vm_access access,
                             struct vm_mapping *m, struct hub_fault *f)
{
    struct hub *h = &card->hubs[id];
    if (vmid == 0 && in_system_aperture(h, va)) {
        struct hub_page whole = {.va = (uint64_t)h->fb_base << 24, .size = card->vram.size};
        m->readable = m->writable = m->executable = true;
        *f = (struct hub_fault){0, 0, true, "beyond the end of VRAM"};
        return map_vram(card, &whole, va, m);
    }
    struct hub_page walked;
    const struct hub_page *p = find_page(h, vmid, va);
    if (!p) {
        if (!walk(card, id, vmid, va, &walked, f)) {
            return false;
        }
        keep_page(h, &walked);
        p = &walked;
    }
    if (!check_permission(p->pte, access, f)) {
        return false;
    }
    m->readable = p->pte & AMDGPU_PTE_READABLE;
    m->writable = p->pte & AMDGPU_PTE_WRITEABLE;
    m->executable = p->pte & AMDGPU_PTE_EXECUTABLE;
    *f = (struct hub_fault){0, 0, true, "the page is mapped, but there is no memory behind it"};
    return p->pte & AMDGPU_PTE_SYSTEM ? map_system(card, p, va, m) : map_vram(card, p, va, m);
}

int gmc_translate(struct sim_card *card, enum hub_id id, uint32_t vmid, uint64_t va, enum vm_access access, uint32_t client,
                  struct vm_mapping *mapping_out)
{
    struct hub *h = &card->hubs[id];
    struct hub_fault fault;
    if (atomic_load_explicit(&card->unplugged, memory_order_relaxed) || vmid > 15) {
        return -EFAULT;
    }
    pthread_mutex_lock(&h->lock);
    bool found = translate_locked(card, id, vmid, va, access, mapping_out, &fault);
    if (!found) {
        latch_fault(card, id, vmid, va, access, client, &fault);
    }
    pthread_mutex_unlock(&h->lock);
    return found ? 0 : -EFAULT;
}

int gmc_wave_translate(void *context, uint32_t vmid, uint64_t va, enum vm_access access, struct vm_mapping *mapping_out)
{
    int error =
        gmc_translate(context, HUB_GC, vmid, va, access, access == VM_EXECUTE ? CLIENT_SQC_INST : CLIENT_TCP, mapping_out);
    if (!error && !mapping_out->system) {
        vram_touch(context, mapping_out->host, mapping_out->size_bytes, false);
    }
    return error;
}

bool gmc_mc_to_vram(struct sim_card *card, uint64_t mc, uint64_t *offset_out)
{
    if (mc < CHIP_FB_BASE || mc - CHIP_FB_BASE >= card->vram.size) {
        return false;
    }
    *offset_out = mc - CHIP_FB_BASE;
    return true;
}

/* ---- registers --------------------------------------------------------------------------------------------------------- */

static uint64_t reg_pair(const struct sim_card *card, uint32_t id)
{
    return reg_get(card, id) | (uint64_t)reg_get(card, id + 1) << 32;
}

/* Engines must not need the card's lock to translate: the hub keeps copies of what it works with. */
static void sync_shadows(struct sim_card *card, enum hub_id id)
{
    struct hub *h = &card->hubs[id];
    const struct hub_ids *r = &ids[id];
    pthread_mutex_lock(&h->lock);
    h->l2_cntl = reg_get(card, r->l2_cntl);
    h->l1_tlb_cntl = reg_get(card, r->l1_tlb_cntl);
    h->fb_base = reg_get(card, r->fb_base) & 0xffffff;
    h->fb_top = reg_get(card, r->fb_top) & 0xffffff;
    h->system_low = reg_get(card, r->low);
    h->system_high = reg_get(card, r->high);
    for (uint32_t v = 0; v < 16; v++) {
        h->context_cntl[v] = reg_get(card, r->context_cntl + v);
        h->base[v] = reg_pair(card, r->base + 2 * v);
        h->start[v] = reg_pair(card, r->start + 2 * v);
        h->end[v] = reg_pair(card, r->end + 2 * v);
    }
    pthread_mutex_unlock(&h->lock);
}

static void shadow_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old, (void)value;
    sync_shadows(card, hook->arg);
}

static void forget(struct hub *h)
{
    drop_lines(h, 0xffff, 0xf);
    drop_pages(h);
}

static void invalidated(struct sim_card *card, uint64_t arg)
{
    struct hub *h = &card->hubs[arg >> 63];
    uint32_t engine = (arg >> 32) & 0x1f, request = (uint32_t)arg;
    pthread_mutex_lock(&h->lock);
    uint32_t levels = (request >> 19) & 0xf; /* INVALIDATE_L2_PTES, _PDE0, _PDE1, _PDE2 */
    drop_lines(h, (uint16_t)request, levels);
    if (field_get(request, FIELD_GCVM_INVALIDATE_ENG17_REQ_INVALIDATE_L1_PTES)) {
        drop_pages(h);
    }
    if (field_get(request, FIELD_GCVM_INVALIDATE_ENG17_REQ_CLEAR_PROTECTION_FAULT_STATUS_ADDR)) {
        h->fault_status = 0, h->fault_page = 0;
    }
    h->ack[engine] |= request & 0xffff;
    pthread_mutex_unlock(&h->lock);
    atomic_fetch_add(&card->generation, 1);
}

bool gmc_hub_is_ready(struct sim_card *card, enum hub_id id)
{
    const struct hub *h = &card->hubs[id];
    return field_get(h->l2_cntl, FIELD_GCVM_L2_CNTL_ENABLE_L2_CACHE) &&
           field_get(h->l1_tlb_cntl, FIELD_GCMC_VM_MX_L1_TLB_CNTL_ENABLE_L1_TLB) &&
           field_get(h->context_cntl[0], FIELD_GCVM_CONTEXT0_CNTL_ENABLE_CONTEXT);
}

/* An invalidation engine works once the hub does: caches on, its range set, and the graphics block alive. */
static bool engine_ready(struct sim_card *card, enum hub_id id, uint32_t engine)
{
    const struct hub *h = &card->hubs[id];
    return field_get(h->l2_cntl, FIELD_GCVM_L2_CNTL_ENABLE_L2_CACHE) &&
           field_get(h->l1_tlb_cntl, FIELD_GCMC_VM_MX_L1_TLB_CNTL_ENABLE_L1_TLB) &&
           reg_pair(card, ids[id].range + 2 * engine) != 0 && (id == HUB_MM || atomic_load(&card->rlc.up));
}

static void request_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)old;
    struct hub *h = &card->hubs[hook->arg];
    h->ack[index] = 0;
    if (hook->arg == HUB_MM && !h->semaphore) {
        card_verdict(card, "MM hub TLB invalidation without its semaphore (A-09)");
    }
    if (hook->arg == HUB_GC && card_fault(card, FAULT_NO_ACK)) {
        return;
    }
    if (engine_ready(card, hook->arg, index)) {
        clock_after(card, INVALIDATE_NS, invalidated, (uint64_t)hook->arg << 63 | (uint64_t)index << 32 | value);
    } else {
        card_verdict(card, "%s hub TLB invalidation before the hub is initialised: it will never be acknowledged (A-08)",
                     ids[hook->arg].name);
    }
}

static uint32_t ack_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)stored;
    return card->hubs[hook->arg].ack[index];
}

/* Reading takes the semaphore (1: it is yours), writing 0 gives it back. */
static uint32_t semaphore_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)index, (void)stored;
    struct hub *h = &card->hubs[hook->arg];
    if (h->semaphore) {
        return 0;
    }
    h->semaphore = true;
    return 1;
}

static void semaphore_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    if ((value & 1) == 0) {
        card->hubs[hook->arg].semaphore = false;
    }
}

static uint32_t status_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)index, (void)stored;
    struct hub *h = &card->hubs[hook->arg];
    pthread_mutex_lock(&h->lock);
    uint32_t value = h->fault_status;
    pthread_mutex_unlock(&h->lock);
    return value;
}

static uint32_t address_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)stored;
    struct hub *h = &card->hubs[hook->arg];
    pthread_mutex_lock(&h->lock);
    uint64_t page = h->fault_page;
    pthread_mutex_unlock(&h->lock);
    return (uint32_t)(page >> (32 * index));
}

static void fault_cntl_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    struct hub *h = &card->hubs[hook->arg];
    if (!(value & field_mask(FIELD_GCVM_L2_PROTECTION_FAULT_CNTL_CLEAR_PROTECTION_FAULT_STATUS_ADDR))) {
        return;
    }
    pthread_mutex_lock(&h->lock);
    h->fault_status = 0, h->fault_page = 0;
    pthread_mutex_unlock(&h->lock);
    reg_set(card, hook->id, value & ~field_mask(FIELD_GCVM_L2_PROTECTION_FAULT_CNTL_CLEAR_PROTECTION_FAULT_STATUS_ADDR));
}

/* clang-format off */
#define HUB_HOOKS(P, HUB) \
    {R_##P##VM_L2_CNTL, 1, HUB, shadow_written, NULL}, \
    {R_##P##MC_VM_MX_L1_TLB_CNTL, 1, HUB, shadow_written, NULL}, \
    {R_##P##MC_VM_FB_LOCATION_BASE, 2, HUB, shadow_written, NULL}, \
    {R_##P##MC_VM_SYSTEM_APERTURE_LOW_ADDR, 2, HUB, shadow_written, NULL}, \
    {R_##P##VM_CONTEXT0_CNTL, 16, HUB, shadow_written, NULL}, \
    {R_##P##VM_CONTEXT0_PAGE_TABLE_BASE_ADDR_LO32, 32, HUB, shadow_written, NULL}, \
    {R_##P##VM_CONTEXT0_PAGE_TABLE_START_ADDR_LO32, 32, HUB, shadow_written, NULL}, \
    {R_##P##VM_CONTEXT0_PAGE_TABLE_END_ADDR_LO32, 32, HUB, shadow_written, NULL}, \
    {R_##P##VM_INVALIDATE_ENG0_SEM, 18, HUB, semaphore_written, semaphore_read}, \
    {R_##P##VM_INVALIDATE_ENG0_REQ, 18, HUB, request_written, NULL}, \
    {R_##P##VM_INVALIDATE_ENG0_ACK, 18, HUB, NULL, ack_read}, \
    {R_##P##VM_L2_PROTECTION_FAULT_STATUS, 1, HUB, NULL, status_read}, \
    {R_##P##VM_L2_PROTECTION_FAULT_ADDR_LO32, 2, HUB, NULL, address_read}, \
    {R_##P##VM_L2_PROTECTION_FAULT_CNTL, 1, HUB, fault_cntl_written, NULL}
/* clang-format on */

static const struct part_hook gmc_hooks[] = {HUB_HOOKS(GC, HUB_GC), HUB_HOOKS(MM, HUB_MM)};

static void gmc_reset(struct sim_card *card)
{
    for (int i = 0; i < HUB_COUNT; i++) {
        struct hub *h = &card->hubs[i];
        pthread_mutex_lock(&h->lock);
        forget(h);
        h->fault_status = 0, h->fault_page = 0, h->semaphore = false;
        memset(h->ack, 0, sizeof(h->ack));
        pthread_mutex_unlock(&h->lock);
        sync_shadows(card, i);
    }
    atomic_fetch_add(&card->generation, 1);
}

const struct part gmc_part = {"gmc", gmc_hooks, sizeof(gmc_hooks) / sizeof(gmc_hooks[0]), gmc_reset};

int gmc_create(struct sim_card *card)
{
    for (int i = 0; i < HUB_COUNT; i++) {
        struct hub *h = &card->hubs[i];
        pthread_mutex_init(&h->lock, NULL);
        h->lines = malloc(sizeof(*h->lines) * LINES_FIRST);
        h->pages = calloc(PAGES_FIRST, sizeof(*h->pages));
        if (!h->lines || !h->pages) {
            return -ENOMEM;
        }
        for (uint32_t l = 0; l < LINES_FIRST; l++) {
            h->lines[l].address = UINT64_MAX;
        }
        h->line_capacity = LINES_FIRST;
        h->page_capacity = PAGES_FIRST;
    }
    return 0;
}

void gmc_destroy(struct sim_card *card)
{
    for (int i = 0; i < HUB_COUNT; i++) {
        free(card->hubs[i].lines);
        free(card->hubs[i].pages);
        pthread_mutex_destroy(&card->hubs[i].lock);
    }
}
