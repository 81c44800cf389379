#include "amd/ih.h"

#include "amd/amd.h"
#include "amd/gmc.h"
#include "amd/registers.h"

#define RING_SIZE_CODE 16 /* log2 of the dwords */
#define SPACE_FRAMEBUFFER 4
#define ENTRY_BYTES 32

static int init_ring(struct amd *a, int ring)
{
    bool first = ring == 0;
    uint32_t control = F(IH_RB_CNTL, MC_SPACE, SPACE_FRAMEBUFFER) | F(IH_RB_CNTL, WPTR_OVERFLOW_CLEAR, 1) |
                       F(IH_RB_CNTL, RB_SIZE, RING_SIZE_CODE) | F(IH_RB_CNTL, MC_SNOOP, 1);
    control |= first ? F(IH_RB_CNTL, WPTR_OVERFLOW_ENABLE, 1) | F(IH_RB_CNTL, RPTR_REARM, 1)
                     : F(IH_RB_CNTL_RING1, RB_FULL_DRAIN_ENABLE, 1);
    int rc = reg_write_pair(a, first ? REG_IH_RB_BASE : REG_IH_RB_BASE_RING1, first ? REG_IH_RB_BASE_HI : REG_IH_RB_BASE_HI_RING1,
                            amd_mc_address(a, a->objects.interrupt_rings[ring]) >> 8);
    rc = rc ? rc : reg_write(a, first ? REG_IH_RB_CNTL : REG_IH_RB_CNTL_RING1, control);
    if (rc == 0 && first) {
        rc = reg_write_pair(a, REG_IH_RB_WPTR_ADDR_LO, REG_IH_RB_WPTR_ADDR_HI,
                            amd_mc_address(a, a->objects.interrupt_pointers[0]));
    }
    const struct reg_value rows[] = {{first ? REG_IH_RB_WPTR : REG_IH_RB_WPTR_RING1, 0},
                                     {first ? REG_IH_RB_RPTR : REG_IH_RB_RPTR_RING1, 0},
                                     {first ? REG_IH_DOORBELL_RPTR : REG_IH_DOORBELL_RPTR_RING1, 0}};
    return rc ? rc : reg_write_all(a, rows, sizeof rows / sizeof rows[0]);
}

int ih_init(struct amd *a)
{
    int rc = init_ring(a, 0);
    a->interrupts_read = 0;
    rc = rc ? rc : init_ring(a, 1);
    rc = rc ? rc
            : reg_update(a, REG_IH_STORM_CLIENT_LIST_CNTL, M(IH_STORM_CLIENT_LIST_CNTL, CLIENT18_IS_STORM_CLIENT),
                         F(IH_STORM_CLIENT_LIST_CNTL, CLIENT18_IS_STORM_CLIENT, 1));
    rc = rc ? rc
            : reg_update(a, REG_IH_INT_FLOOD_CNTL, M(IH_INT_FLOOD_CNTL, FLOOD_CNTL_ENABLE),
                         F(IH_INT_FLOOD_CNTL, FLOOD_CNTL_ENABLE, 1));
    rc = rc ? rc : reg_update(a, REG_IH_MSI_STORM_CTRL, M(IH_MSI_STORM_CTRL, DELAY), F(IH_MSI_STORM_CTRL, DELAY, 3));
    rc = rc ? rc
            : reg_update(a, REG_IH_RB_CNTL, M(IH_RB_CNTL, RB_ENABLE), F(IH_RB_CNTL, RB_ENABLE, 1)); /* no MSI: nobody listens */
    return rc ? rc : reg_update(a, REG_IH_RB_CNTL_RING1, M(IH_RB_CNTL_RING1, RB_ENABLE), F(IH_RB_CNTL_RING1, RB_ENABLE, 1));
}

static int read_written(struct amd *a, uint32_t *offset_out)
{
    uint32_t written = 0;
    int rc = reg_read(a, REG_IH_RB_WPTR, &written);
    *offset_out = written & (IH_RING_BYTES - 1) & ~(ENTRY_BYTES - 1u);
    return rc;
}

int ih_resume(struct amd *a)
{
    int rc = read_written(a, &a->interrupts_read);
    return rc ? rc : reg_write(a, REG_IH_RB_RPTR, a->interrupts_read);
}

int ih_take(struct amd *a, struct interrupt *interrupt_out)
{
    uint32_t written, entry[ENTRY_BYTES / 4];
    int rc = read_written(a, &written);
    if (rc || written == a->interrupts_read) {
        return rc;
    }
    rc = gmc_flush_hdp(a); /* or the host data path may answer with what it read before */
    rc = rc ? rc : amd_vram_read(a, a->objects.interrupt_rings[0] + a->interrupts_read, entry, sizeof entry);
    if (rc) {
        return rc;
    }
    a->interrupts_read = (a->interrupts_read + ENTRY_BYTES) % IH_RING_BYTES;
    *interrupt_out = (struct interrupt){entry[0] & 0xff,
                                        entry[0] >> 8 & 0xff,
                                        entry[0] >> 16 & 0xff,
                                        entry[0] >> 24 & 0xf,
                                        {entry[4], entry[5], entry[6], entry[7]}};
    rc = reg_write(a, REG_IH_RB_RPTR, a->interrupts_read);
    return rc ? rc : 1;
}
