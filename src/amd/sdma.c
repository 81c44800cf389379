#include "amd/sdma.h"

#include "amd/amd.h"
#include "amd/gfx.h"
#include "amd/registers.h"
#include "core/clock.h"
#include "regs/soc.h"

int sdma_init(struct amd *a)
{
    int rc = reg_update(a, REG_SDMA0_WATCHDOG_CNTL, M(SDMA0_WATCHDOG_CNTL, QUEUE_HANG_COUNT),
                        F(SDMA0_WATCHDOG_CNTL, QUEUE_HANG_COUNT, 100));
    rc = rc ? rc
            : reg_update(a, REG_SDMA0_UTCL1_CNTL, M(SDMA0_UTCL1_CNTL, RESP_MODE) | M(SDMA0_UTCL1_CNTL, REDO_DELAY),
                         F(SDMA0_UTCL1_CNTL, RESP_MODE, 3) | F(SDMA0_UTCL1_CNTL, REDO_DELAY, 9));
    rc = rc ? rc : reg_update(a, REG_SDMA0_UTCL1_PAGE, a->gen.dma_policy_mask, a->gen.dma_policy);
    rc = rc ? rc : reg_update(a, a->gen.dma_control, a->gen.dma_control_stop, 0);
    rc = rc ? rc : reg_update(a, REG_SDMA0_CNTL, M(SDMA0_CNTL, TRAP_ENABLE), F(SDMA0_CNTL, TRAP_ENABLE, 1));
    return rc ? rc : gfx_route_doorbells(a, 2, 0xe, AMDGPU_NAVI10_DOORBELL_SDMA_ENGINE0 * 2, 4);
}

int sdma_start_queue(struct amd *a)
{
    struct queue *q = &a->sdma;
    q->doorbell_byte = AMDGPU_NAVI10_DOORBELL_SDMA_ENGINE0 * 8;
    q->pointer_scale = 4;
    q->whole_packets = true;
    uint32_t size_code = 31u - (uint32_t)__builtin_clz(q->ring_dwords);
    uint32_t control = F(SDMA0_QUEUE0_RB_CNTL, F32_WPTR_POLL_ENABLE, 1) | F(SDMA0_QUEUE0_RB_CNTL, RPTR_WRITEBACK_ENABLE, 1) |
                       F(SDMA0_QUEUE0_RB_CNTL, RPTR_WRITEBACK_TIMER, 4) | F(SDMA0_QUEUE0_RB_CNTL, RB_ENABLE, 1) |
                       F(SDMA0_QUEUE0_RB_CNTL, RB_PRIV, 1) | F(SDMA0_QUEUE0_RB_CNTL, RB_SIZE, size_code);
    int rc = reg_write(a, REG_SDMA0_QUEUE0_MINOR_PTR_UPDATE, 1);
    rc = rc ? rc : reg_write_pair(a, REG_SDMA0_QUEUE0_RB_RPTR, REG_SDMA0_QUEUE0_RB_RPTR_HI, 0);
    rc = rc ? rc : reg_write_pair(a, REG_SDMA0_QUEUE0_RB_WPTR, REG_SDMA0_QUEUE0_RB_WPTR_HI, 0);
    rc = rc ? rc : reg_write_pair(a, REG_SDMA0_QUEUE0_RB_BASE, REG_SDMA0_QUEUE0_RB_BASE_HI, q->ring_va.value >> 8);
    rc = rc ? rc : reg_write_pair(a, REG_SDMA0_QUEUE0_RB_RPTR_ADDR_LO, REG_SDMA0_QUEUE0_RB_RPTR_ADDR_HI, q->read_word_va.value);
    rc = rc ? rc
            : reg_write_pair(a, REG_SDMA0_QUEUE0_RB_WPTR_POLL_ADDR_LO, REG_SDMA0_QUEUE0_RB_WPTR_POLL_ADDR_HI,
                             q->write_word_va.value);
    rc = rc ? rc
            : reg_update(a, REG_SDMA0_QUEUE0_DOORBELL_OFFSET, M(SDMA0_QUEUE0_DOORBELL_OFFSET, OFFSET),
                         F(SDMA0_QUEUE0_DOORBELL_OFFSET, OFFSET, q->doorbell_byte / 4));
    rc =
        rc ? rc : reg_update(a, REG_SDMA0_QUEUE0_DOORBELL, M(SDMA0_QUEUE0_DOORBELL, ENABLE), F(SDMA0_QUEUE0_DOORBELL, ENABLE, 1));
    rc = rc ? rc : reg_write(a, REG_SDMA0_QUEUE0_MINOR_PTR_UPDATE, 0);
    rc = rc ? rc : reg_write(a, REG_SDMA0_QUEUE0_RB_CNTL, control);
    return rc ? rc
              : reg_update(a, REG_SDMA0_QUEUE0_IB_CNTL, M(SDMA0_QUEUE0_IB_CNTL, IB_ENABLE),
                           F(SDMA0_QUEUE0_IB_CNTL, IB_ENABLE, 1));
}

int sdma_stop(struct amd *a)
{
    int rc = reg_update(a, REG_SDMA0_QUEUE0_RB_CNTL, M(SDMA0_QUEUE0_RB_CNTL, RB_ENABLE), 0);
    rc = rc ? rc : reg_update(a, REG_SDMA0_QUEUE0_IB_CNTL, M(SDMA0_QUEUE0_IB_CNTL, IB_ENABLE), 0);
    rc = rc ? rc : reg_update(a, REG_SDMA0_QUEUE0_DOORBELL, M(SDMA0_QUEUE0_DOORBELL, ENABLE), 0);
    rc = rc ? rc : reg_update(a, REG_SDMA0_QUEUE0_DOORBELL_OFFSET, M(SDMA0_QUEUE0_DOORBELL_OFFSET, OFFSET), 0);
    rc = rc ? rc : reg_write(a, REG_GRBM_SOFT_RESET, F(GRBM_SOFT_RESET, SOFT_RESET_SDMA0, 1));
    if (rc == 0) {
        clock_sleep_us(10000);
    }
    return rc ? rc : reg_write(a, REG_GRBM_SOFT_RESET, 0);
}
