#include "amd/gmc.h"

#include <errno.h>

#include "amd/amd.h"
#include "amd/fault.h"
#include "amd/registers.h"
#include "regs/soc.h"

#define INVALIDATE_ENGINES 18
#define FLUSH_TIMEOUT_US 1000000

/* The registers of one hub. Both have the same fields at the same bits, so the GC names of fields serve both. */
struct hub {
    const char *name;
    struct reg agp_base, agp_bottom, agp_top, aperture_low, aperture_high, aperture_default_low, aperture_default_high;
    struct reg fault_default_low, fault_default_high, fault_control2, tlb_control;
    struct reg l2_control, l2_control2, l2_control3, l2_control4, l2_control5;
    struct reg root_low, root_high, start_low, start_high, end_low, end_high, context_control;
    struct reg identity_low_low, identity_low_high, identity_high_low, identity_high_high, identity_offset_low,
        identity_offset_high;
    struct reg range_low, range_high, semaphore, request, acknowledge;
    struct reg fault_status, fault_low, fault_high;
};

#define HUB_ROW(title, p)                                                                                                        \
    {.name = title,                                                                                                              \
     .agp_base = REG_##p##MC_VM_AGP_BASE,                                                                                        \
     .agp_bottom = REG_##p##MC_VM_AGP_BOT,                                                                                       \
     .agp_top = REG_##p##MC_VM_AGP_TOP,                                                                                          \
     .aperture_low = REG_##p##MC_VM_SYSTEM_APERTURE_LOW_ADDR,                                                                    \
     .aperture_high = REG_##p##MC_VM_SYSTEM_APERTURE_HIGH_ADDR,                                                                  \
     .aperture_default_low = REG_##p##MC_VM_SYSTEM_APERTURE_DEFAULT_ADDR_LSB,                                                    \
     .aperture_default_high = REG_##p##MC_VM_SYSTEM_APERTURE_DEFAULT_ADDR_MSB,                                                   \
     .fault_default_low = REG_##p##VM_L2_PROTECTION_FAULT_DEFAULT_ADDR_LO32,                                                     \
     .fault_default_high = REG_##p##VM_L2_PROTECTION_FAULT_DEFAULT_ADDR_HI32,                                                    \
     .fault_control2 = REG_##p##VM_L2_PROTECTION_FAULT_CNTL2,                                                                    \
     .tlb_control = REG_##p##MC_VM_MX_L1_TLB_CNTL,                                                                               \
     .l2_control = REG_##p##VM_L2_CNTL,                                                                                          \
     .l2_control2 = REG_##p##VM_L2_CNTL2,                                                                                        \
     .l2_control3 = REG_##p##VM_L2_CNTL3,                                                                                        \
     .l2_control4 = REG_##p##VM_L2_CNTL4,                                                                                        \
     .l2_control5 = REG_##p##VM_L2_CNTL5,                                                                                        \
     .root_low = REG_##p##VM_CONTEXT0_PAGE_TABLE_BASE_ADDR_LO32,                                                                 \
     .root_high = REG_##p##VM_CONTEXT0_PAGE_TABLE_BASE_ADDR_HI32,                                                                \
     .start_low = REG_##p##VM_CONTEXT0_PAGE_TABLE_START_ADDR_LO32,                                                               \
     .start_high = REG_##p##VM_CONTEXT0_PAGE_TABLE_START_ADDR_HI32,                                                              \
     .end_low = REG_##p##VM_CONTEXT0_PAGE_TABLE_END_ADDR_LO32,                                                                   \
     .end_high = REG_##p##VM_CONTEXT0_PAGE_TABLE_END_ADDR_HI32,                                                                  \
     .context_control = REG_##p##VM_CONTEXT0_CNTL,                                                                               \
     .identity_low_low = REG_##p##VM_L2_CONTEXT1_IDENTITY_APERTURE_LOW_ADDR_LO32,                                                \
     .identity_low_high = REG_##p##VM_L2_CONTEXT1_IDENTITY_APERTURE_LOW_ADDR_HI32,                                               \
     .identity_high_low = REG_##p##VM_L2_CONTEXT1_IDENTITY_APERTURE_HIGH_ADDR_LO32,                                              \
     .identity_high_high = REG_##p##VM_L2_CONTEXT1_IDENTITY_APERTURE_HIGH_ADDR_HI32,                                             \
     .identity_offset_low = REG_##p##VM_L2_CONTEXT_IDENTITY_PHYSICAL_OFFSET_LO32,                                                \
     .identity_offset_high = REG_##p##VM_L2_CONTEXT_IDENTITY_PHYSICAL_OFFSET_HI32,                                               \
     .range_low = REG_##p##VM_INVALIDATE_ENG0_ADDR_RANGE_LO32,                                                                   \
     .range_high = REG_##p##VM_INVALIDATE_ENG0_ADDR_RANGE_HI32,                                                                  \
     .semaphore = REG_##p##VM_INVALIDATE_ENG17_SEM,                                                                              \
     .request = REG_##p##VM_INVALIDATE_ENG17_REQ,                                                                                \
     .acknowledge = REG_##p##VM_INVALIDATE_ENG17_ACK,                                                                            \
     .fault_status = REG_##p##VM_L2_PROTECTION_FAULT_STATUS,                                                                     \
     .fault_low = REG_##p##VM_L2_PROTECTION_FAULT_ADDR_LO32,                                                                     \
     .fault_high = REG_##p##VM_L2_PROTECTION_FAULT_ADDR_HI32}

static struct hub hub_registers(enum hub_id id)
{
    return id == HUB_GC ? (struct hub)HUB_ROW("graphics", GC) : (struct hub)HUB_ROW("DMA", MM);
}

int gmc_read_location(struct amd *a)
{
    uint32_t base, top, remap;
    int rc = reg_read(a, REG_MMMC_VM_FB_LOCATION_BASE, &base);
    rc = rc ? rc : reg_read(a, REG_MMMC_VM_FB_LOCATION_TOP, &top);
    rc = rc ? rc : reg_read(a, REG_BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL, &remap);
    if (rc) {
        return rc;
    }
    a->fb_base = (uint64_t)(base & 0xffffff) << 24;
    a->fb_end = (uint64_t)(top & 0xffffff) << 24;
    a->hdp_flush = remap / 4;
    if (a->fb_end <= a->fb_base) {
        return err_set(&a->base.err, -EIO,
                       "the memory controller places VRAM at %#llx to %#llx, which is no range; power-cycle the enclosure",
                       (unsigned long long)a->fb_base, (unsigned long long)a->fb_end);
    }
    return 0;
}

static int init_apertures(struct amd *a, const struct hub *h)
{
    const struct reg_value rows[] = {
        {h->agp_base, 0},
        {h->agp_bottom, 0xffffff},
        {h->agp_top, 0}, /* bottom above top: no AGP aperture */
        {h->aperture_low, (uint32_t)(a->fb_base >> 18)},
        {h->aperture_high, (uint32_t)(a->fb_end >> 18)},
    };
    int rc = reg_write_all(a, rows, sizeof rows / sizeof rows[0]);
    rc = rc ? rc : reg_write_pair(a, h->aperture_default_low, h->aperture_default_high, a->objects.scratch_page >> 12);
    rc = rc ? rc : reg_write_pair(a, h->fault_default_low, h->fault_default_high, a->objects.fault_page >> 12);
    uint32_t retry = M(GCVM_L2_PROTECTION_FAULT_CNTL2, ACTIVE_PAGE_MIGRATION_PTE_READ_RETRY);
    return rc ? rc : reg_update(a, h->fault_control2, retry, retry);
}

static int init_caches(struct amd *a, const struct hub *h)
{
    uint32_t tlb_mask = M(GCMC_VM_MX_L1_TLB_CNTL, ENABLE_L1_TLB) | M(GCMC_VM_MX_L1_TLB_CNTL, SYSTEM_ACCESS_MODE) |
                        M(GCMC_VM_MX_L1_TLB_CNTL, ENABLE_ADVANCED_DRIVER_MODEL) |
                        M(GCMC_VM_MX_L1_TLB_CNTL, SYSTEM_APERTURE_UNMAPPED_ACCESS) | M_MOVED(a, GCMC_VM_MX_L1_TLB_CNTL, MTYPE);
    uint32_t tlb = F(GCMC_VM_MX_L1_TLB_CNTL, ENABLE_L1_TLB, 1) | F(GCMC_VM_MX_L1_TLB_CNTL, SYSTEM_ACCESS_MODE, 3) |
                   F(GCMC_VM_MX_L1_TLB_CNTL, ENABLE_ADVANCED_DRIVER_MODEL, 1) |
                   F_MOVED(a, GCMC_VM_MX_L1_TLB_CNTL, MTYPE, MTYPE_UC);
    uint32_t l2_mask = M(GCVM_L2_CNTL, ENABLE_L2_CACHE) | M(GCVM_L2_CNTL, ENABLE_DEFAULT_PAGE_OUT_TO_SYSTEM_MEMORY) |
                       M(GCVM_L2_CNTL, L2_PDE0_CACHE_TAG_GENERATION_MODE) | M(GCVM_L2_CNTL, PDE_FAULT_CLASSIFICATION) |
                       M(GCVM_L2_CNTL, CONTEXT1_IDENTITY_ACCESS_MODE) | M(GCVM_L2_CNTL, IDENTITY_MODE_FRAGMENT_SIZE) |
                       M(GCVM_L2_CNTL, ENABLE_L2_FRAGMENT_PROCESSING);
    uint32_t l2 = F(GCVM_L2_CNTL, ENABLE_L2_CACHE, 1) | F(GCVM_L2_CNTL, ENABLE_DEFAULT_PAGE_OUT_TO_SYSTEM_MEMORY, 1) |
                  F(GCVM_L2_CNTL, CONTEXT1_IDENTITY_ACCESS_MODE, 1);
    uint32_t drop = M(GCVM_L2_CNTL2, INVALIDATE_ALL_L1_TLBS) | M(GCVM_L2_CNTL2, INVALIDATE_L2_CACHE);
    const struct reg_value rows[] = {
        {h->l2_control3, F(GCVM_L2_CNTL3, L2_CACHE_4K_ASSOCIATIVITY, 1) | F(GCVM_L2_CNTL3, L2_CACHE_BIGK_ASSOCIATIVITY, 1) |
                             F(GCVM_L2_CNTL3, BANK_SELECT, 9) | F(GCVM_L2_CNTL3, L2_CACHE_BIGK_FRAGMENT_SIZE, 6)},
        {h->l2_control4, F(GCVM_L2_CNTL4, L2_CACHE_4K_PARTITION_COUNT, 1)},
        {h->l2_control5, F(GCVM_L2_CNTL5, WALKER_PRIORITY_CLIENT_ID, 0x1ff)},
    };
    int rc = reg_update(a, h->tlb_control, tlb_mask, tlb);
    rc = rc ? rc : reg_update(a, h->l2_control, l2_mask, l2);
    rc = rc ? rc : reg_update(a, h->l2_control2, drop, drop);
    return rc ? rc : reg_write_all(a, rows, sizeof rows / sizeof rows[0]);
}

/* Faults of every kind raise an interrupt and go to the default page; depth 3: four levels of tables. */
static uint32_t context_control(const struct amd *a)
{
    uint32_t v = F(GCVM_CONTEXT0_CNTL, ENABLE_CONTEXT, 1) | F(GCVM_CONTEXT0_CNTL, PAGE_TABLE_DEPTH, 3);
#define BOTH(kind)                                                                                                               \
    v |= F_MOVED(a, GCVM_CONTEXT0_CNTL, kind##_PROTECTION_FAULT_ENABLE_INTERRUPT, 1) |                                           \
         F_MOVED(a, GCVM_CONTEXT0_CNTL, kind##_PROTECTION_FAULT_ENABLE_DEFAULT, 1)
    BOTH(RANGE);
    BOTH(DUMMY_PAGE);
    BOTH(PDE0);
    BOTH(VALID);
    BOTH(READ);
    BOTH(WRITE);
    BOTH(EXECUTE);
#undef BOTH
    return v;
}

static int init_context(struct amd *a, const struct hub *h)
{
    int rc = reg_write_pair(a, h->start_low, h->start_high, VM_BASE >> 12);
    rc = rc ? rc : reg_write_pair(a, h->end_low, h->end_high, VM_END >> 12);
    rc = rc ? rc
            : reg_write_pair(a, h->root_low, h->root_high,
                             a->gen.table_entry(a->vm.root.vram)); /* an offset, not an address */
    rc = rc ? rc : reg_write(a, h->context_control, context_control(a));
    /* No identity mapping: its low end lies above its high end. */
    rc = rc ? rc : reg_write_pair(a, h->identity_low_low, h->identity_low_high, 0xfffffffff);
    rc = rc ? rc : reg_write_pair(a, h->identity_high_low, h->identity_high_high, 0);
    return rc ? rc : reg_write_pair(a, h->identity_offset_low, h->identity_offset_high, 0);
}

int gmc_init_hub(struct amd *a, enum hub_id id)
{
    struct hub h = hub_registers(id);
    int rc = init_apertures(a, &h);
    rc = rc ? rc : init_caches(a, &h);
    rc = rc ? rc : init_context(a, &h);
    for (uint32_t i = 0; rc == 0 && i < INVALIDATE_ENGINES; i++) {
        rc = reg_write_pair(a, reg_next(h.range_low, 2 * i), reg_next(h.range_high, 2 * i),
                            0x1fffffffff); /* each engine invalidates every address */
    }
    a->hub_ready[id] = rc == 0;
    return rc;
}

/* The data are read back before, since writes to two BARs may pass each other until something is read (N-06). */
int gmc_flush_hdp(struct amd *a)
{
    uint32_t unused;
    int rc = amd_vram_read(a, 0, &unused, sizeof unused);
    return rc ? rc : reg_write_at(a, a->hdp_flush, 0);
}

static int flush_hub(struct amd *a, enum hub_id id)
{
    struct hub h = hub_registers(id);
    uint32_t request = F(GCVM_INVALIDATE_ENG17_REQ, PER_VMID_INVALIDATE_REQ, 1) |
                       F(GCVM_INVALIDATE_ENG17_REQ, INVALIDATE_L2_PTES, 1) | F(GCVM_INVALIDATE_ENG17_REQ, INVALIDATE_L2_PDE0, 1) |
                       F(GCVM_INVALIDATE_ENG17_REQ, INVALIDATE_L2_PDE1, 1) | F(GCVM_INVALIDATE_ENG17_REQ, INVALIDATE_L2_PDE2, 1) |
                       F(GCVM_INVALIDATE_ENG17_REQ, INVALIDATE_L1_PTES, 1);
    int rc = 0;
    if (id == HUB_MM) { /* only this hub has a semaphore */
        rc = reg_poll(a, h.semaphore, 1, 1, FLUSH_TIMEOUT_US, "taking the DMA hub's TLB semaphore");
    }
    rc = rc ? rc : reg_write(a, h.request, request);
    rc = rc ? rc
            : reg_poll(a, h.acknowledge, 1, 1, FLUSH_TIMEOUT_US,
                       id == HUB_MM ? "TLB flush of the DMA hub" : "TLB flush of the graphics hub");
    if (id != HUB_MM) {
        return rc;
    }
    int released = reg_write(a, h.semaphore, 0);
    rc = rc ? rc : released;
    uint32_t private_cache = M(MMVM_L2_BANK_SELECT_RESERVED_CID2, RESERVED_CACHE_PRIVATE_INVALIDATION), read_back;
    rc = rc ? rc : reg_update(a, REG_MMVM_L2_BANK_SELECT_RESERVED_CID2, private_cache, private_cache);
    return rc ? rc : reg_read(a, REG_MMVM_L2_BANK_SELECT_RESERVED_CID2, &read_back); /* reading it back completes it */
}

int gmc_flush_tlbs(struct amd *a)
{
    int rc = gmc_flush_hdp(a);
    for (int id = 0; rc == 0 && id < HUB_COUNT; id++) {
        if (a->hub_ready[id]) {
            rc = flush_hub(a, (enum hub_id)id);
        }
    }
    return rc;
}

int gmc_explain_fault(struct amd *a)
{
    for (int id = 0; id < HUB_COUNT; id++) {
        struct hub h = hub_registers((enum hub_id)id);
        uint32_t status, low, high;
        if (!a->hub_ready[id]) {
            continue;
        }
        int rc = reg_read(a, h.fault_status, &status);
        if (rc == 0 && status == 0) {
            continue;
        }
        rc = rc ? rc : reg_read(a, h.fault_low, &low);
        rc = rc ? rc : reg_read(a, h.fault_high, &high);
        if (rc) {
            return rc;
        }
        uint64_t page = ((uint64_t)high << 32 | low) << 12;
        struct vm_place place = vm_locate(&a->vm, page);
        fault_describe(id == HUB_GC ? a->gen.clients : NULL, h.name, status, page, &place, a->base.err.text,
                       sizeof a->base.err.text);
        return 1;
    }
    return 0;
}
