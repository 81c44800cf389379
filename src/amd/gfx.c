#include "amd/gfx.h"

#include <errno.h>
#include <stdio.h>

#include "amd/amd.h"
#include "amd/gmc.h"
#include "amd/registers.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "regs/soc.h"
#include "regs/wire_mqd.h"

#define FIRMWARE_TIMEOUT_US 10000000
#define DEQUEUE_TIMEOUT_US 1000000
#define SAFE_MODE_TIMEOUT_US 1000000
#define QUEUES_OF_OURS 2 /* dequeued at start: ours and the one other drivers use beside it */
#define EOP_BYTES 4096u
#define SHADER_ENGINES 8             /* at most; absent ones read as nothing */
#define WAVE_STATUS_VALID (1u << 16) /* both bits are the same on gfx11 and gfx12 (ISA manuals, "Status register") */
#define WAVE_STATUS_FATAL_HALT (1u << 23)

static int select_queue(struct amd *a, uint32_t me, uint32_t queue, uint32_t vmid)
{
    return reg_write(a, REG_GRBM_GFX_CNTL,
                     F(GRBM_GFX_CNTL, MEID, me) | F(GRBM_GFX_CNTL, QUEUEID, queue) | F(GRBM_GFX_CNTL, VMID, vmid));
}

int gfx_wait_firmware(struct amd *a)
{
    uint64_t deadline = clock_now_us() + FIRMWARE_TIMEOUT_US;
    for (;;) {
        uint32_t stat, boot;
        int rc = reg_read(a, REG_CP_STAT, &stat);
        rc = rc ? rc : reg_read(a, REG_RLC_RLCS_BOOTLOAD_STATUS, &boot);
        if (rc) {
            return rc;
        }
        if (stat == 0 && field_get(boot, FIELD_RLC_RLCS_BOOTLOAD_STATUS_BOOTLOAD_COMPLETE)) {
            return 0;
        }
        if (clock_now_us() > deadline) {
            return err_set(&a->base.err, -ETIMEDOUT,
                           "the graphics core did not finish loading its firmware: CP_STAT %#x (expected 0), boot status %#x "
                           "(expected bit 31)",
                           stat, boot);
        }
        clock_sleep_us(500);
    }
}

/*
 * A start address takes effect when the pipe's reset is pulsed; only pipe 0 is ours. On gfx11 as well: Linux
 * (gfx_v11_0_config_gfx_rs64) and tinygrad 0.14 (_config_mec) both pulse here. What A-12 keeps from gfx11 is this pulse in place
 * of the processor's soft reset: see gfx_restart.
 */
static int set_program(struct amd *a, const struct program_row *p)
{
    uint32_t reset = field_mask(p->reset);
    int rc = select_queue(a, p->me, 0, 0);
    rc = rc ? rc : reg_write_pair(a, p->start, p->start_high, a->firmware.start[p->firmware] >> 2);
    rc = rc ? rc : select_queue(a, 0, 0, 0);
    rc = rc ? rc : reg_update(a, p->control, reset, reset);
    return rc ? rc : reg_update(a, p->control, reset, 0);
}

static int set_programs(struct amd *a)
{
    int rc = 0;
    for (uint32_t i = 0; i < a->gen.program_count && rc == 0; i++) {
        rc = set_program(a, &a->gen.programs[i]);
    }
    return rc;
}

/* Packets that the command processor cannot execute are to end in the interrupt ring (overdue.c reads it). */
static int enable_error_interrupts(struct amd *a)
{
    uint32_t errors = M(CP_ME1_PIPE0_INT_CNTL, OPCODE_ERROR_INT_ENABLE) |
                      M(CP_ME1_PIPE0_INT_CNTL, RESERVED_BIT_ERROR_INT_ENABLE) | M(CP_ME1_PIPE0_INT_CNTL, PRIV_REG_INT_ENABLE) |
                      M(CP_ME1_PIPE0_INT_CNTL, GPF_INT_ENABLE);
    return reg_update(a, REG_CP_ME1_PIPE0_INT_CNTL, errors, errors);
}

static int run_mec(struct amd *a)
{
    uint32_t mask = M(CP_MEC_RS64_CNTL, MEC_PIPE0_RESET) | M(CP_MEC_RS64_CNTL, MEC_PIPE0_ACTIVE) | M(CP_MEC_RS64_CNTL, MEC_HALT);
    int rc = enable_error_interrupts(a);
    rc = rc ? rc : reg_update(a, REG_CP_MEC_RS64_CNTL, mask, F(CP_MEC_RS64_CNTL, MEC_PIPE0_ACTIVE, 1));
    if (rc == 0) {
        clock_sleep_us(50000); /* without the pause the first doorbell can go unheard */
    }
    return rc;
}

int gfx_route_doorbells(struct amd *a, uint32_t port, uint32_t id, uint32_t offset, uint32_t size)
{
    /* All entries have the fields of the first. */
    return reg_write(a, reg_next(REG_S2A_DOORBELL_ENTRY_0_CTRL, port),
                     F(S2A_DOORBELL_ENTRY_0_CTRL, S2A_DOORBELL_PORT0_ENABLE, 1) |
                         F(S2A_DOORBELL_ENTRY_0_CTRL, S2A_DOORBELL_PORT0_AWID, id) |
                         F(S2A_DOORBELL_ENTRY_0_CTRL, S2A_DOORBELL_PORT0_RANGE_OFFSET, offset) |
                         F(S2A_DOORBELL_ENTRY_0_CTRL, S2A_DOORBELL_PORT0_RANGE_SIZE, size) |
                         F(S2A_DOORBELL_ENTRY_0_CTRL, S2A_DOORBELL_PORT0_AWADDR_31_28_VALUE, 3));
}

/* 64-bit unaligned addressing in all address spaces; LDS and scratch apertures at 1<<60 and 2<<60. */
static int init_shader_memory(struct amd *a)
{
    int rc = 0;
    for (uint32_t vmid = 0; vmid < 16 && rc == 0; vmid++) {
        rc = select_queue(a, 0, 0, vmid);
        rc = rc ? rc
                : reg_write(a, REG_SH_MEM_CONFIG,
                            F(SH_MEM_CONFIG, ADDRESS_MODE, SH_MEM_ADDRESS_MODE_64) |
                                F(SH_MEM_CONFIG, ALIGNMENT_MODE, SH_MEM_ALIGNMENT_MODE_UNALIGNED) |
                                F(SH_MEM_CONFIG, INITIAL_INST_PREFETCH, 3));
        rc = rc ? rc : reg_write(a, REG_SH_MEM_BASES, F(SH_MEM_BASES, SHARED_BASE, 1) | F(SH_MEM_BASES, PRIVATE_BASE, 2));
    }
    return rc ? rc : select_queue(a, 0, 0, 0);
}

int gfx_init(struct amd *a)
{
    uint32_t srm = M(RLC_SRM_CNTL, SRM_ENABLE) | M(RLC_SRM_CNTL, AUTO_INCR_ADDR);
    int rc = set_programs(a);
    rc = rc ? rc : reg_update(a, REG_TCP_CNTL, a->gen.tcp_control, a->gen.tcp_control);
    rc = rc ? rc : reg_write(a, REG_RLC_CNTL, 1);
    rc = rc ? rc : reg_update(a, REG_RLC_SRM_CNTL, srm, srm);
    rc = rc ? rc : reg_write(a, REG_RLC_SPM_MC_CNTL, 0xf);
    rc = rc ? rc : gfx_route_doorbells(a, 0, 3, 0, 0); /* reads back 0x30000007, and 0x3000000d for entry 3 */
    rc = rc ? rc : gfx_route_doorbells(a, 3, 6, 0, 0);
    rc = rc ? rc : reg_update(a, REG_GRBM_CNTL, M_MOVED(a, GRBM_CNTL, READ_TIMEOUT), F_MOVED(a, GRBM_CNTL, READ_TIMEOUT, 0xff));
    rc = rc ? rc : init_shader_memory(a);
    rc = rc ? rc : reg_write(a, REG_CP_MEC_DOORBELL_RANGE_LOWER, 0);
    rc = rc ? rc : reg_write(a, REG_CP_MEC_DOORBELL_RANGE_UPPER, 0xf8);
    return rc ? rc : run_mec(a);
}

static int dequeue(struct amd *a, uint32_t queue)
{
    uint32_t active;
    int rc = select_queue(a, 1, queue, 0);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_ACTIVE, &active);
    if (rc || !(active & 1)) {
        return rc;
    }
    rc = reg_write(a, REG_CP_HQD_DEQUEUE_REQUEST, 2); /* 2: reset the waves as well */
    rc = rc ? rc : reg_write(a, REG_SPI_COMPUTE_QUEUE_RESET, 1);
    return rc ? rc : reg_poll(a, REG_CP_HQD_ACTIVE, 1, 0, DEQUEUE_TIMEOUT_US, "the compute queue to end");
}

int gfx_stop(struct amd *a)
{
    int rc = 0;
    for (uint32_t q = 0; q < QUEUES_OF_OURS; q++) {
        int one = dequeue(a, q);
        if (one == -ENODEV) {
            return one;
        }
        rc = rc ? rc : one;
    }
    int back = select_queue(a, 0, 0, 0);
    return rc ? rc : back;
}

static int soft_reset_processor(struct amd *a)
{
    int rc = reg_write(a, REG_GRBM_SOFT_RESET, F(GRBM_SOFT_RESET, SOFT_RESET_CP, 1) | F(GRBM_SOFT_RESET, SOFT_RESET_CPC, 1));
    if (rc == 0) {
        clock_sleep_us(50000);
    }
    return rc ? rc : reg_write(a, REG_GRBM_SOFT_RESET, 0);
}

/* gfx12 has no soft reset here: its pipes' reset, which set_programs pulses, is all there is. */
int gfx_restart(struct amd *a)
{
    int rc = gfx_stop(a);
    if (rc == -ETIMEDOUT) { /* a wedged wave can survive the request; the reset below ends it */
        rc = 0;
    }
    rc = rc || !a->gen.soft_resets_processor ? rc : soft_reset_processor(a);
    rc = rc ? rc : set_programs(a);
    return rc ? rc : run_mec(a);
}

static uint32_t log2_of(uint32_t v)
{
    return 31u - (uint32_t)__builtin_clz(v);
}

static void fill_mqd(struct amd *a, uint8_t *mqd)
{
    const struct queue *q = &a->compute;
    uint64_t own = amd_mc_address(a, a->objects.mqd);
    uint64_t ring = q->ring_va.value >> 8, eop = amd_mc_address(a, a->objects.eop) >> 8;
#define PUT(field, value) put_u32(mqd, COMPUTE_MQD_##field, (uint32_t)(value))
#define PUT_PAIR(low, high, value) (PUT(low, value), PUT(high, (uint64_t)(value) >> 32))
    PUT(HEADER, 0xC0310800);
    PUT_PAIR(CP_MQD_BASE_ADDR_LO, CP_MQD_BASE_ADDR_HI, own);
    PUT(CP_HQD_PIPE_PRIORITY, 2);
    PUT(CP_HQD_QUEUE_PRIORITY, 0xf);
    PUT(CP_HQD_QUANTUM, 0x111);
    PUT(CP_HQD_PERSISTENT_STATE, F(CP_HQD_PERSISTENT_STATE, PRELOAD_SIZE, 0x55) | F(CP_HQD_PERSISTENT_STATE, PRELOAD_REQ, 1));
    PUT_PAIR(CP_HQD_PQ_BASE_LO, CP_HQD_PQ_BASE_HI, ring);
    PUT_PAIR(CP_HQD_PQ_RPTR_REPORT_ADDR_LO, CP_HQD_PQ_RPTR_REPORT_ADDR_HI, q->read_word_va.value);
    PUT_PAIR(CP_HQD_PQ_WPTR_POLL_ADDR_LO, CP_HQD_PQ_WPTR_POLL_ADDR_HI, q->write_word_va.value);
    PUT(CP_HQD_PQ_DOORBELL_CONTROL, F(CP_HQD_PQ_DOORBELL_CONTROL, DOORBELL_OFFSET, q->doorbell_byte / 4) | /* dwords */
                                        F(CP_HQD_PQ_DOORBELL_CONTROL, DOORBELL_EN, 1));
    PUT(CP_HQD_PQ_CONTROL,
        F(CP_HQD_PQ_CONTROL, RPTR_BLOCK_SIZE, 5) | F(CP_HQD_PQ_CONTROL, QUEUE_SIZE, log2_of(q->ring_dwords) - 1));
    PUT(CP_HQD_IB_CONTROL, F(CP_HQD_IB_CONTROL, MIN_IB_AVAIL_SIZE, 3));
    PUT(CP_HQD_HQ_STATUS0, 0x20004000);
    PUT(CP_MQD_CONTROL, F(CP_MQD_CONTROL, PRIV_STATE, 1));
    PUT_PAIR(CP_HQD_EOP_BASE_ADDR_LO, CP_HQD_EOP_BASE_ADDR_HI, eop);
    PUT(CP_HQD_EOP_CONTROL, F(CP_HQD_EOP_CONTROL, EOP_SIZE, log2_of(EOP_BYTES / 4) - 1)); /* 9 for 4 KiB */
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE0, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE1, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE2, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE3, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE4, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE5, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE6, UINT32_MAX);
    PUT(COMPUTE_STATIC_THREAD_MGMT_SE7, UINT32_MAX);
#undef PUT
#undef PUT_PAIR
}

int gfx_start_queue(struct amd *a)
{
    uint8_t mqd[COMPUTE_MQD_BYTES] = {0};
    a->compute.doorbell_byte = AMDGPU_NAVI10_DOORBELL_MEC_RING0 * 8; /* 64-bit slots */
    fill_mqd(a, mqd);
    int rc = amd_vram_clear(a, a->objects.eop, EOP_BYTES);
    rc = rc ? rc : amd_vram_write(a, a->objects.mqd, mqd, sizeof mqd);
    rc = rc ? rc : gmc_flush_hdp(a);
    rc = rc ? rc : select_queue(a, 1, 0, 0);
    /* The queue's registers lie in the order of the descriptor, from its dword 0x80 on. */
    uint32_t count = reg_address(a, REG_CP_HQD_PQ_WPTR_HI) - reg_address(a, REG_CP_MQD_BASE_ADDR) + 1;
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = reg_write(a, reg_next(REG_CP_MQD_BASE_ADDR, i), get_u32(mqd, COMPUTE_MQD_CP_MQD_BASE_ADDR_LO + i * 4));
    }
    rc = rc ? rc : reg_write(a, REG_CP_HQD_ACTIVE, 1);
    uint32_t active = 0;
    rc = rc ? rc : reg_read(a, REG_CP_HQD_ACTIVE, &active);
    int back = select_queue(a, 0, 0, 0);
    rc = rc ? rc : back;
    if (rc == 0 && !(active & 1)) {
        rc = err_set(&a->base.err, -EIO,
                     "the compute queue did not become active (CP_HQD_ACTIVE reads %#x); power-cycle the enclosure (A-13)",
                     active);
    }
    return rc;
}

int gfx_enable_clock_gating(struct amd *a)
{
    uint32_t enter = F(RLC_SAFE_MODE, CMD, 1) | F(RLC_SAFE_MODE, MESSAGE, 1);
    uint32_t gating = M(RLC_CGCG_CGLS_CTRL, CGCG_GFX_IDLE_THRESHOLD) | M(RLC_CGCG_CGLS_CTRL, CGCG_EN) |
                      M(RLC_CGCG_CGLS_CTRL, CGLS_REP_COMPANSAT_DELAY) | M(RLC_CGCG_CGLS_CTRL, CGLS_EN);
    uint32_t gating_on = F(RLC_CGCG_CGLS_CTRL, CGCG_GFX_IDLE_THRESHOLD, 0x36) | F(RLC_CGCG_CGLS_CTRL, CGCG_EN, 1) |
                         F(RLC_CGCG_CGLS_CTRL, CGLS_REP_COMPANSAT_DELAY, 0xf) | F(RLC_CGCG_CGLS_CTRL, CGLS_EN, 1);
    uint32_t overrides = M(RLC_CGTT_MGCG_OVERRIDE, PERFMON_CLOCK_STATE) |
                         M(RLC_CGTT_MGCG_OVERRIDE, GFXIP_REPEATER_FGCG_OVERRIDE) |
                         M(RLC_CGTT_MGCG_OVERRIDE, GFXIP_FGCG_OVERRIDE) | M(RLC_CGTT_MGCG_OVERRIDE, GRBM_CGTT_SCLK_OVERRIDE) |
                         M(RLC_CGTT_MGCG_OVERRIDE, RLC_CGTT_SCLK_OVERRIDE) | M(RLC_CGTT_MGCG_OVERRIDE, GFXIP_MGCG_OVERRIDE) |
                         M(RLC_CGTT_MGCG_OVERRIDE, GFXIP_CGLS_OVERRIDE) | M(RLC_CGTT_MGCG_OVERRIDE, GFXIP_CGCG_OVERRIDE);
    int rc = reg_write(a, REG_RLC_SAFE_MODE, enter);
    rc = rc ? rc : reg_poll(a, REG_RLC_SAFE_MODE, 1, 0, SAFE_MODE_TIMEOUT_US, "RLC safe mode");
    rc = rc ? rc : reg_update(a, REG_RLC_CGCG_CGLS_CTRL, gating, gating_on);
    rc = rc ? rc
            : reg_update(a, REG_CP_RB_WPTR_POLL_CNTL, UINT32_MAX,
                         F(CP_RB_WPTR_POLL_CNTL, POLL_FREQUENCY, 0x100) | F(CP_RB_WPTR_POLL_CNTL, IDLE_POLL_COUNT, 0x90));
    rc = rc ? rc : reg_update(a, REG_RLC_CGTT_MGCG_OVERRIDE, overrides, F(RLC_CGTT_MGCG_OVERRIDE, PERFMON_CLOCK_STATE, 1));
    return rc ? rc : reg_write(a, REG_RLC_SAFE_MODE, F(RLC_SAFE_MODE, CMD, 1));
}

int gfx_read_position(struct amd *a, struct gfx_position *p)
{
    uint32_t control = 0;
    int rc = select_queue(a, 1, 0, 0);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_PQ_WPTR_LO, &p->heard);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_PQ_RPTR, &p->read);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_IB_RPTR, &p->buffer_read);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_IB_CONTROL, &control);
    rc = rc ? rc : select_queue(a, 0, 0, 0);
    p->buffer_read = field_get(p->buffer_read, FIELD_CP_HQD_IB_RPTR_CONSUMED_OFFSET);
    p->buffer_size = field_get(control, FIELD_CP_HQD_IB_CONTROL_IB_SIZE);
    return rc;
}

/* One word of a wave's state; GRBM_GFX_INDEX says on which SIMD. */
static int read_wave(struct amd *a, uint32_t slot, uint32_t index, uint32_t *value_out)
{
    int rc = reg_write(a, REG_SQ_IND_INDEX, F(SQ_IND_INDEX, WAVE_ID, slot) | F(SQ_IND_INDEX, INDEX, index));
    return rc ? rc : reg_read(a, REG_SQ_IND_DATA, value_out);
}

int gfx_find_wave(struct amd *a, const struct gfx_wave *w, uint64_t *pc_out)
{
    uint32_t status = 0, low = 0, high = 0;
    bool found = false;
    int rc = 0;
    for (uint32_t engine = 0; engine < SHADER_ENGINES && rc == 0 && !found; engine++) {
        rc = reg_write(a, REG_GRBM_GFX_INDEX,
                       F_MOVED(a, GRBM_GFX_INDEX, SE_INDEX, engine) | F_MOVED(a, GRBM_GFX_INDEX, SA_INDEX, w->array) |
                           F_MOVED(a, GRBM_GFX_INDEX, INSTANCE_INDEX, w->wgp << 2 | w->simd));
        rc = rc ? rc : read_wave(a, w->slot, a->gen.wave.status, &status);
        found = rc == 0 && (status & WAVE_STATUS_VALID) && (status & WAVE_STATUS_FATAL_HALT);
    }
    if (found) {
        rc = read_wave(a, w->slot, a->gen.wave.pc_low, &low);
        rc = rc ? rc : read_wave(a, w->slot, a->gen.wave.pc_high, &high);
        *pc_out = (uint64_t)(high & 0xffff) << 32 | low;
    }
    rc = rc ? rc
            : reg_write(a, REG_GRBM_GFX_INDEX,
                        M(GRBM_GFX_INDEX, SE_BROADCAST_WRITES) | M(GRBM_GFX_INDEX, SA_BROADCAST_WRITES) |
                            M(GRBM_GFX_INDEX, INSTANCE_BROADCAST_WRITES));
    return rc ? rc : found;
}

void gfx_describe_state(struct amd *a, char *text, uint32_t text_size)
{
    uint32_t control = 0, pc = 0, active = 0, rptr = 0, doorbell = 0;
    int rc = reg_read(a, REG_CP_MEC_RS64_CNTL, &control);
    rc = rc ? rc : reg_read(a, REG_CP_MEC_RS64_INSTR_PNTR, &pc);
    rc = rc ? rc : select_queue(a, 1, 0, 0);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_ACTIVE, &active);
    rc = rc ? rc : reg_read(a, REG_CP_HQD_PQ_RPTR, &rptr); /* the register, not the report word, which may be stale */
    rc = rc ? rc : reg_read(a, REG_CP_HQD_PQ_DOORBELL_CONTROL, &doorbell);
    rc = rc ? rc : select_queue(a, 0, 0, 0);
    if (rc) {
        snprintf(text, text_size, "its state cannot be read");
        return;
    }
    snprintf(text, text_size, "MEC control %#x at %#x, queue %s, read %u of %llu words, doorbell %#x", control, pc,
             active & 1 ? "active" : "inactive", rptr, (unsigned long long)(a->compute.written % a->compute.ring_dwords),
             doorbell);
}
