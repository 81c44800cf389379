/*
 * mec.c: the compute micro engine: hardware queue descriptors in banks behind GRBM_GFX_CNTL, the gates in front of a doorbell,
 * activation and dequeue, and the thread that runs active queues. A doorbell that meets a closed gate is dropped without a trace
 * on silicon; here the verdict names the gate.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "regs/pm4.h"

#define START_NS 50000 /* from unhalted to running: why drivers sleep 50 ms */
#define DEQUEUE_NS 10000
#define HQD(name) (OFF_##name - OFF_CP_MQD_BASE_ADDR)
#define PQ_CONTROL_FORCED (1u << 28) /* */
#define DEQUEUE_RESET 2              /* 1: drain */
#define PACKETS_PER_TURN 4096
#define EXCEPTION_PAGE_FAULT 0xc67a /* */
#define POSITION_CRASHED 0x60b
#define POSITION_INACTIVE 0xdeadbeef

/* How many pipes the MEC has (gfx12: Q-07), and whether a pipe executes only after its reset was pulsed. */
static const struct mec_generation {
    uint32_t pipes;
    bool needs_pulse, has_soft_reset;
    uint32_t ib_client; /* what a hub calls it when it fetches an indirect buffer; gfx12's was seen */
} generations[GENERATIONS] = {
    [GEN_GFX11] = {MEC_PIPES, false, true, CLIENT_CPC},
    [GEN_GFX12] = {2, true, false, 9},
};

static const struct mec_generation *generation_of(const struct sim_card *card)
{
    return &generations[card->chip->generation];
}

static struct mec_queue *queue_at(struct sim_card *card, uint32_t pipe, uint32_t queue)
{
    return &card->mec.queues[pipe * MEC_QUEUES + queue];
}

/* The queue that GRBM_GFX_CNTL selects; NULL: none there (only ME 1 exists). */
static struct mec_queue *selected(struct sim_card *card)
{
    uint32_t v = reg_get(card, R_GRBM_GFX_CNTL);
    uint32_t queue = field_get(v, FIELD_GRBM_GFX_CNTL_QUEUEID), pipe = field_get(v, FIELD_GRBM_GFX_CNTL_PIPEID);
    if (field_get(v, FIELD_GRBM_GFX_CNTL_MEID) != 1 || queue >= MEC_QUEUES || pipe >= generation_of(card)->pipes) {
        return NULL;
    }
    return queue_at(card, pipe, queue);
}

/* ---- queue descriptors ------------------------------------------------------------------------------------------------- */

static void activate(struct sim_card *card, struct mec_queue *q)
{
    uint32_t vmid = q->hqd[HQD(CP_HQD_VMID)] & 0xf;
    q->ring_port = (struct port){.card = card, .hub = HUB_GC, .vmid = vmid, .client = CLIENT_CPC, .through_l2 = true};
    q->ib_port = q->ring_port;
    q->ib_port.client = generation_of(card)->ib_client;
    q->rptr = q->hqd[HQD(CP_HQD_PQ_RPTR)];
    atomic_store(&q->wptr, q->hqd[HQD(CP_HQD_PQ_WPTR_LO)] | (uint64_t)q->hqd[HQD(CP_HQD_PQ_WPTR_HI)] << 32);
    q->ib_left = q->skip = q->inflight_count = 0;
    q->ib_size = q->ib_done = 0;
    q->hung = q->dequeue = q->written_reg = false;
    atomic_store(&q->active, true);
    engine_ring(&card->mec.engine);
}

static void dequeue_step(struct sim_card *card, uint64_t arg)
{
    struct mec_queue *q = &card->mec.queues[arg & 0xff];
    bool reset = arg >> 8;
    if (!atomic_load(&q->active)) {
        return;
    }
    if (atomic_load(&card->mec.current) == q) {
        if (reset && atomic_load(&card->mec.dispatching)) {
            compute_stop(card->compute);
        }
    } else if (reset || !q->hung) { /* a hung queue never drains */
        atomic_store(&q->active, false);
        q->hung = q->dequeue = false;
        q->hqd[HQD(CP_HQD_DEQUEUE_REQUEST)] = 0;
        q->hqd[HQD(CP_HQD_PQ_RPTR)] = (uint32_t)q->rptr;
        return;
    }
    clock_after(card, DEQUEUE_NS, dequeue_step, arg);
}

static void hqd_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)old;
    struct mec_queue *q = selected(card);
    if (!q) {
        card_verdict(card, "HQD register %u written while GRBM_GFX_CNTL selects no compute queue", index);
        return;
    }
    q->hqd[index] = value;
    if (index == HQD(CP_HQD_ACTIVE) && (value & 1) && !atomic_load(&q->active)) {
        activate(card, q);
    } else if (index == HQD(CP_HQD_ACTIVE) && !(value & 1)) {
        atomic_store(&q->active, false);
    } else if (index == HQD(CP_HQD_DEQUEUE_REQUEST) && (value & 0xf) && atomic_load(&q->active)) {
        q->dequeue = true;
        clock_after(card, DEQUEUE_NS, dequeue_step,
                    (uint64_t)(q - card->mec.queues) | (uint64_t)((value & 0xf) == DEQUEUE_RESET) << 8);
    } else if ((index == HQD(CP_HQD_PQ_WPTR_LO) || index == HQD(CP_HQD_PQ_WPTR_HI)) && atomic_load(&q->active)) {
        atomic_store(&q->wptr, q->hqd[HQD(CP_HQD_PQ_WPTR_LO)] | (uint64_t)q->hqd[HQD(CP_HQD_PQ_WPTR_HI)] << 32);
        engine_ring(&card->mec.engine);
    }
}

static uint32_t hqd_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)stored;
    const struct mec_queue *q = selected(card);
    if (!q) {
        return 0;
    }
    bool active = atomic_load(&q->active);
    if (index == HQD(CP_HQD_ACTIVE)) {
        return active;
    }
    if (index == HQD(CP_HQD_PQ_CONTROL)) {
        return q->hqd[index] | PQ_CONTROL_FORCED;
    }
    if (active && index == HQD(CP_HQD_PQ_RPTR)) {
        return (uint32_t)q->rptr;
    }
    if (active && index == HQD(CP_HQD_IB_RPTR)) {
        return q->ib_done;
    }
    if (active && index == HQD(CP_HQD_IB_CONTROL)) {
        return field_set(q->hqd[index], FIELD_CP_HQD_IB_CONTROL_IB_SIZE, q->ib_size);
    }
    if (active && index == HQD(CP_HQD_PQ_WPTR_LO)) {
        return (uint32_t)atomic_load(&q->wptr);
    }
    if (active && index == HQD(CP_HQD_PQ_WPTR_HI)) {
        return (uint32_t)(atomic_load(&q->wptr) >> 32);
    }
    return q->hqd[index];
}

/* COMPUTE_* by register access: the selected queue's, as PM4 sees them. */
static uint32_t sh_index(const struct sim_card *card, uint32_t index)
{
    return bus_address(card, R_COMPUTE_DISPATCH_INITIATOR) + index - PACKET3_SET_SH_REG_START;
}

static void sh_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)old;
    struct mec_queue *q = selected(card);
    if (q) {
        q->sh[sh_index(card, index)] = value;
    }
}

static uint32_t sh_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook;
    const struct mec_queue *q = selected(card);
    return q ? q->sh[sh_index(card, index)] : stored;
}

/* SH_MEM_BASES, SH_MEM_CONFIG: one of each per VMID. */
static void sh_mem_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)old;
    uint32_t vmid = field_get(reg_get(card, R_GRBM_GFX_CNTL), FIELD_GRBM_GFX_CNTL_VMID);
    (index ? card->mec.sh_mem_config : card->mec.sh_mem_bases)[vmid] = value;
}

static uint32_t sh_mem_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)stored;
    uint32_t vmid = field_get(reg_get(card, R_GRBM_GFX_CNTL), FIELD_GRBM_GFX_CNTL_VMID);
    return (index ? card->mec.sh_mem_config : card->mec.sh_mem_bases)[vmid];
}

/* ---- the engine itself ------------------------------------------------------------------------------------------------- */

static uint32_t selected_pipe(struct sim_card *card)
{
    return field_get(reg_get(card, R_GRBM_GFX_CNTL), FIELD_GRBM_GFX_CNTL_PIPEID);
}

static void start_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    card->mec.program_start[selected_pipe(card)][hook->arg] = value;
}

static uint32_t start_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)index, (void)stored;
    return card->mec.program_start[selected_pipe(card)][hook->arg];
}

/* Why pipe does not run; NULL: it may. */
static const char *halted_because(struct sim_card *card, uint32_t pipe)
{
    uint32_t v = reg_get(card, R_CP_MEC_RS64_CNTL);
    if (!atomic_load(&card->rlc.up)) {
        return "the RLC has not loaded the MEC's firmware yet";
    }
    if (field_get(v, FIELD_CP_MEC_RS64_CNTL_MEC_HALT)) {
        return "the MEC is halted";
    }
    if (v >> (16 + pipe) & 1) {
        return "its MEC pipe is held in reset";
    }
    if (!(v >> (26 + pipe) & 1)) {
        return "its MEC pipe is not active";
    }
    if (card->mec.crashed[pipe]) {
        return "its MEC pipe stopped on a page fault: the GC hub was not set up when it started (A-08)";
    }
    if (generation_of(card)->needs_pulse && !card->mec.pulsed[pipe]) {
        return "its MEC pipe does not execute: its reset was not pulsed since the firmware was loaded";
    }
    if (card->mec.program_start[pipe][0] == 0 && card->mec.program_start[pipe][1] == 0) {
        return "its MEC pipe has no program start address";
    }
    return NULL;
}

static void update_running(struct sim_card *card, uint64_t arg)
{
    (void)arg;
    for (uint32_t p = 0; p < generation_of(card)->pipes; p++) {
        if (!card->mec.running[p] && !halted_because(card, p) && !gmc_hub_is_ready(card, HUB_GC)) {
            card->mec.crashed[p] = true;
            reg_set(card, R_CP_MEC_RS64_EXCEPTION_STATUS, EXCEPTION_PAGE_FAULT);
            card_verdict(card, "MEC pipe %u started before the GC hub was set up and stopped on a page fault (A-08)", p);
        }
        atomic_store(&card->mec.running[p], halted_because(card, p) == NULL);
    }
    engine_ring(&card->mec.engine);
}

static void cntl_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index;
    for (uint32_t p = 0; p < generation_of(card)->pipes; p++) {
        if ((old & ~value) >> (16 + p) & 1) {
            card->mec.pulsed[p] = atomic_load(&card->rlc.up);
            card->mec.crashed[p] = false;
        }
        if (halted_because(card, p)) {
            atomic_store(&card->mec.running[p], false);
        }
    }
    clock_after(card, START_NS, update_running, 0);
}

/* Where the selected pipe's program stands. A running one loops over its queues; the numbers are those seen. */
static uint32_t position_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)index, (void)stored;
    uint32_t pipe = selected_pipe(card);
    if (pipe >= generation_of(card)->pipes || !(reg_get(card, R_CP_MEC_RS64_CNTL) >> (26 + pipe) & 1)) {
        return POSITION_INACTIVE;
    }
    return card->mec.crashed[pipe] ? POSITION_CRASHED : card->mec.program_start[pipe][0];
}

static void drop_queues(struct sim_card *card)
{
    for (uint32_t i = 0; i < MEC_PIPES * MEC_QUEUES; i++) {
        atomic_store(&card->mec.queues[i].active, false);
        card->mec.queues[i].hung = false;
    }
    if (atomic_load(&card->mec.dispatching)) {
        compute_stop(card->compute);
    }
}

static void reset_sdma(struct sim_card *card, uint32_t i)
{
    uint32_t first = i ? R_SDMA1_QUEUE0_RB_CNTL : R_SDMA0_QUEUE0_RB_CNTL,
             last = i ? R_SDMA1_QUEUE0_RB_PREEMPT : R_SDMA0_QUEUE0_RB_PREEMPT;
    for (uint32_t id = first; id <= last; id++) {
        reg_set(card, id, 0);
    }
    atomic_store(&card->sdma[i].wptr, 0);
    card->sdma[i].rptr = 0;
    card->sdma[i].hung = card->sdma[i].started_regmem = false;
}

static void soft_reset_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old;
    bool resets_cp =
        field_get(value, FIELD_GRBM_SOFT_RESET_SOFT_RESET_CP) || field_get(value, FIELD_GRBM_SOFT_RESET_SOFT_RESET_CPC);
    if (resets_cp && generation_of(card)->has_soft_reset) {
        drop_queues(card);
        reg_set(card, R_CP_MEC_RS64_CNTL, 0x40000000);
        for (uint32_t p = 0; p < MEC_PIPES; p++) {
            card->mec.crashed[p] = false;
            atomic_store(&card->mec.running[p], false);
        }
    }
    if (field_get(value, FIELD_GRBM_SOFT_RESET_SOFT_RESET_SDMA0)) {
        reset_sdma(card, 0);
    }
    if (field_get(value, FIELD_GRBM_SOFT_RESET_SOFT_RESET_SDMA1)) {
        reset_sdma(card, 1);
    }
}

static void queue_reset_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old;
    if ((value & 1) && atomic_load(&card->mec.current) == selected(card) && atomic_load(&card->mec.dispatching)) {
        compute_stop(card->compute);
    }
}

static const struct part_hook mec_hooks[] = {
    {R_CP_MQD_BASE_ADDR, HQD_REGS, 0, hqd_written, hqd_read},
    {R_COMPUTE_DISPATCH_INITIATOR, OFF_COMPUTE_NOWHERE - OFF_COMPUTE_DISPATCH_INITIATOR + 1, 0, sh_written, sh_read},
    {R_SH_MEM_BASES, 2, 0, sh_mem_written, sh_mem_read},
    {R_CP_MEC_RS64_PRGRM_CNTR_START, 1, 0, start_written, start_read},
    {R_CP_MEC_RS64_PRGRM_CNTR_START_HI, 1, 1, start_written, start_read},
    {R_CP_MEC_RS64_CNTL, 1, 0, cntl_written, NULL},
    {R_CP_MEC_RS64_INSTR_PNTR, 1, 0, NULL, position_read},
    {R_GRBM_SOFT_RESET, 1, 0, soft_reset_written, NULL},
    {R_SPI_COMPUTE_QUEUE_RESET, 1, 0, queue_reset_written, NULL},
};

/* ---- doorbells --------------------------------------------------------------------------------------------------------- */

static struct mec_queue *queue_of_doorbell(struct sim_card *card, uint32_t dword)
{
    for (uint32_t i = 0; i < MEC_PIPES * MEC_QUEUES; i++) {
        struct mec_queue *q = &card->mec.queues[i];
        uint32_t control = q->hqd[HQD(CP_HQD_PQ_DOORBELL_CONTROL)];
        if (field_get(control, FIELD_CP_HQD_PQ_DOORBELL_CONTROL_DOORBELL_EN) &&
            field_get(control, FIELD_CP_HQD_PQ_DOORBELL_CONTROL_DOORBELL_OFFSET) == (dword & ~1u)) {
            return q;
        }
    }
    return NULL;
}

bool mec_doorbell(struct sim_card *card, uint32_t dword, uint64_t value, uint32_t size, const char **why_out)
{
    uint32_t entry = reg_get(card, R_S2A_DOORBELL_ENTRY_0_CTRL);
    struct mec_queue *q = queue_of_doorbell(card, dword);
    if (!q) {
        *why_out = "no queue is set up for it";
        return false;
    }
    uint32_t byte = (dword & ~1u) * 4;
    if (!field_get(entry, FIELD_S2A_DOORBELL_ENTRY_0_CTRL_S2A_DOORBELL_PORT0_ENABLE) ||
        field_get(entry, FIELD_S2A_DOORBELL_ENTRY_0_CTRL_S2A_DOORBELL_PORT0_AWID) != 3) {
        *why_out = "S2A entry 0 does not route it to the command processor";
    } else if (byte < reg_get(card, R_CP_MEC_DOORBELL_RANGE_LOWER) || byte > reg_get(card, R_CP_MEC_DOORBELL_RANGE_UPPER)) {
        *why_out = "it lies outside CP_MEC_DOORBELL_RANGE";
    } else if (!atomic_load(&q->active)) {
        *why_out = "its queue is not active";
    } else if (!atomic_load(&card->mec.running[q->pipe])) {
        *why_out = halted_because(card, q->pipe) ? halted_because(card, q->pipe) : "the MEC has not started yet";
    } else {
        if (atomic_fetch_add(&card->mec.doorbells, 1) + 1 == card_fault(card, FAULT_DOORBELL_LOST_AT)) {
            *why_out = "as asked for by doorbell_lost_at";
            return false;
        }
        uint64_t wptr = atomic_load(&q->wptr);
        if (size == 8) {
            wptr = value;
        } else {
            wptr = dword & 1 ? (wptr & 0xffffffff) | value << 32 : (wptr >> 32 << 32) | (uint32_t)value;
        }
        q->hqd[HQD(CP_HQD_PQ_DOORBELL_CONTROL)] |= field_mask(FIELD_CP_HQD_PQ_DOORBELL_CONTROL_DOORBELL_HIT);
        trace_doorbell(card, TRACE_COMPUTE);
        atomic_store_explicit(&q->wptr, wptr, memory_order_release);
        engine_ring(&card->mec.engine);
        return true;
    }
    return false;
}

/* ---- running queues ---------------------------------------------------------------------------------------------------- */

static uint64_t hqd_pair(const struct mec_queue *q, uint32_t low)
{
    return q->hqd[low] | (uint64_t)q->hqd[low + 1] << 32;
}

static void report_rptr(struct mec_queue *q)
{
    uint64_t address = hqd_pair(q, HQD(CP_HQD_PQ_RPTR_REPORT_ADDR)) & UINT64_C(0xfffffffffffc);
    if (address && !card_fault(q->ring_port.card, FAULT_STALE_REPORT) &&
        !field_get(q->hqd[HQD(CP_HQD_PQ_CONTROL)], FIELD_CP_HQD_PQ_CONTROL_NO_UPDATE_RPTR)) {
        uint64_t rptr = q->rptr;
        (void)port_write(&q->ring_port, address, &rptr, 8); /* a fault is latched in the hub */
    }
}

static bool may_run(const struct sim_card *card, const struct mec_queue *q)
{
    return !q->hung && !q->dequeue && atomic_load(&q->active) && !atomic_load(&card->stopping);
}

static bool hangs(const struct sim_card *card, enum pm4_result result)
{
    return (result == PM4_HUNG || result == PM4_FAULTED) && !atomic_load(&card->stopping);
}

/* Runs a queue until it is empty, waits, or hangs. */
static bool run_queue(struct sim_card *card, struct mec_queue *q)
{
    bool blocked = false;
    uint64_t before = q->rptr;
    atomic_store(&card->mec.current, q);
    for (uint32_t n = 0; n < PACKETS_PER_TURN && may_run(card, q); n++) {
        uint64_t wptr = atomic_load_explicit(&q->wptr, memory_order_acquire);
        if (q->ib_left == 0 && q->rptr == wptr) {
            break;
        }
        blocked = n + 1 == PACKETS_PER_TURN; /* come back for the rest */
        enum pm4_result result = pm4_step(card, q);
        q->hung = hangs(card, result);
        if (result == PM4_RETRY) {
            blocked = true;
            break;
        }
    }
    if (q->inflight_count && !q->hung && !atomic_load(&card->stopping)) { /* nothing to read, or waiting: now the waves run */
        enum pm4_result result = pm4_finish_dispatches(card, q);
        q->hung = hangs(card, result);
        blocked |= result == PM4_RETRY;
    }
    if (q->rptr != before) {
        report_rptr(q);
        if (!blocked) {
            trace_idle(card, TRACE_COMPUTE);
        }
    }
    atomic_store(&card->mec.current, NULL);
    return blocked && !q->hung;
}

static enum engine_result mec_step(struct engine *e)
{
    struct sim_card *card = e->card;
    bool blocked = false;
    for (uint32_t i = 0; i < MEC_PIPES * MEC_QUEUES; i++) {
        struct mec_queue *q = &card->mec.queues[i];
        if (atomic_load_explicit(&q->active, memory_order_acquire) && !q->hung && atomic_load(&card->mec.running[q->pipe])) {
            blocked |= run_queue(card, q);
        }
    }
    return blocked && !atomic_load(&card->stopping) ? ENGINE_BLOCKED : ENGINE_IDLE;
}

/* ---- life -------------------------------------------------------------------------------------------------------------- */

static void mec_reset(struct sim_card *card)
{
    struct mec *m = &card->mec;
    cache_control(card->caches, CACHE_ALL);
    memset(m->sh_mem_bases, 0, sizeof(m->sh_mem_bases));
    memset(m->sh_mem_config, 0, sizeof(m->sh_mem_config));
    memset(m->program_start, 0, sizeof(m->program_start));
    memset(m->pulsed, 0, sizeof(m->pulsed));
    memset(m->crashed, 0, sizeof(m->crashed));
    for (uint32_t p = 0; p < MEC_PIPES; p++) {
        atomic_store(&m->running[p], false);
    }
    for (uint32_t i = 0; i < MEC_PIPES * MEC_QUEUES; i++) {
        struct mec_queue *q = &m->queues[i];
        atomic_store(&q->active, false);
        memset(q->hqd, 0, sizeof(q->hqd));
        memset(q->sh, 0, sizeof(q->sh));
        q->hung = q->dequeue = false;
    }
}

const struct part mec_part = {"mec", mec_hooks, sizeof(mec_hooks) / sizeof(mec_hooks[0]), mec_reset};

int mec_create(struct sim_card *card)
{
    card->mec.queues = calloc(MEC_PIPES * MEC_QUEUES, sizeof(*card->mec.queues));
    if (!card->mec.queues) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < MEC_PIPES * MEC_QUEUES; i++) {
        card->mec.queues[i].pipe = i / MEC_QUEUES;
        card->mec.queues[i].queue = i % MEC_QUEUES;
    }
    return engine_start(&card->mec.engine, card, "MEC", mec_step);
}

void mec_destroy(struct sim_card *card)
{
    engine_join(&card->mec.engine);
    free(card->mec.queues);
    card->mec.queues = NULL;
}
