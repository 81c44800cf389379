/*
 * pm4.c: the packets of a compute queue, one row and one function each. Fields as in Linux's nvd.h. Strict: a wrong length, a
 * reserved bit or an unknown packet hangs the queue with a verdict that names it, and raises the interrupt the hardware raises.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "card.h"
#include "isa/isa.h"
#include "regs/pm4.h"
#include "regs/soc.h"

#define GC_SEGMENT0 0x1260
#define SH(name) (GC_SEGMENT0 + OFF_##name - PACKET3_SET_SH_REG_START)
#define HQD(name) (OFF_##name - OFF_CP_MQD_BASE_ADDR)
#define UCONFIG_END 0x10000
#define LDS_GRANULARITY 512
#define TYPE2 0x80000000u
#define NOP_SINGLE 0x3fff

typedef enum pm4_result packet_fn(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n);

static struct port *port_of(struct mec_queue *q)
{
    return q->ib_left ? &q->ib_port : &q->ring_port;
}

static uint64_t pair(const uint32_t *low)
{
    return low[0] | (uint64_t)low[1] << 32;
}

static enum pm4_result done(int error)
{
    return error ? PM4_FAULTED : PM4_DONE;
}

static enum pm4_result wrong(struct sim_card *card, const char *packet, const char *what)
{
    card_verdict(card, "PM4 %s: %s", packet, what);
    return PM4_HUNG;
}

/* ---- state ------------------------------------------------------------------------------------------------------------- */

static enum pm4_result run_nop(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)card, (void)q, (void)b, (void)n;
    return PM4_DONE;
}

static enum pm4_result run_set_sh(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    if (b[0] >= SH_REGS || b[0] + n - 1 > SH_REGS) {
        return wrong(card, "SET_SH_REG", "registers outside 0x2c00..0x2fff, or reserved bits in the offset");
    }
    for (uint32_t i = 1; i < n; i++) {
        if (!bus_known(card, PACKET3_SET_SH_REG_START + b[0] + i - 1)) {
            card_verdict(card, "PM4 SET_SH_REG: there is no register 0x%x", PACKET3_SET_SH_REG_START + b[0] + i - 1);
        }
        q->sh[b[0] + i - 1] = b[i];
    }
    return PM4_DONE;
}

static enum pm4_result run_set_uconfig(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)q;
    if (b[0] + n - 1 > UCONFIG_END - PACKET3_SET_UCONFIG_REG_START) {
        return wrong(card, "SET_UCONFIG_REG", "registers outside 0xc000..0xffff, or reserved bits in the offset");
    }
    for (uint32_t i = 1; i < n; i++) {
        bus_write_locked(card, PACKET3_SET_UCONFIG_REG_START + b[0] + i - 1, b[i]);
    }
    return PM4_DONE;
}

/* ---- dispatch ---------------------------------------------------------------------------------------------------------- */

static void report_wave_fault(struct sim_card *card, struct mec_queue *q, const struct compute_fault *f)
{
    if (f->kind == COMPUTE_FAULT_STOPPED) {
        return;
    }
    card_verdict(card, "shader fault: %s", f->text);
    sq_stopped(card, f, q->hqd[HQD(CP_HQD_VMID)] & 0xf);
}

/* What options.fault asks to break at this dispatch, besides what PM4 and the queue do (hang_at, bad_packet_at). */
static bool break_dispatch(struct sim_card *card, uint64_t number, struct compute_dispatch *d, struct compute_fault *fault)
{
    if (number == card_fault(card, FAULT_PAGE_FAULT_AT)) {
        d->program_va = 0; /* nothing is mapped there */
    }
    if (number != card_fault(card, FAULT_ILLEGAL_AT)) {
        return false;
    }
    *fault = (struct compute_fault){.kind = COMPUTE_FAULT_ILLEGAL, .pc = d->program_va};
    snprintf(fault->text, sizeof fault->text, "illegal instruction at 0x%llx, as asked for by illegal_at",
             (unsigned long long)d->program_va);
    return true;
}

static void fill_dispatch(struct sim_card *card, const struct mec_queue *q, const uint32_t groups[3], uint32_t initiator,
                          struct compute_dispatch *d)
{
    const uint32_t *sh = q->sh;
    uint32_t vmid = (q->ib_left ? q->ib_port.vmid : q->ring_port.vmid) & 0xf;
    *d = (struct compute_dispatch){
        .program_va = (sh[SH(COMPUTE_PGM_LO)] | (uint64_t)(sh[SH(COMPUTE_PGM_HI)] & 0xff) << 32) << 8,
        .rsrc1 = sh[SH(COMPUTE_PGM_RSRC1)],
        .rsrc2 = sh[SH(COMPUTE_PGM_RSRC2)],
        .rsrc3 = sh[SH(COMPUTE_PGM_RSRC3)],
        .dispatch_initiator = initiator,
        .tmpring_size = sh[SH(COMPUTE_TMPRING_SIZE)],
        .scratch_base =
            (sh[SH(COMPUTE_DISPATCH_SCRATCH_BASE_LO)] | (uint64_t)(sh[SH(COMPUTE_DISPATCH_SCRATCH_BASE_HI)] & 0xff) << 32) << 8,
        .shared_base = (uint64_t)field_get(card->mec.sh_mem_bases[vmid], FIELD_SH_MEM_BASES_SHARED_BASE) << 48,
        .private_base = (uint64_t)field_get(card->mec.sh_mem_bases[vmid], FIELD_SH_MEM_BASES_PRIVATE_BASE) << 48,
        .lds_granularity_bytes = LDS_GRANULARITY,
        .gen = card->chip->generation == GEN_GFX12 ? ISA_GFX12 : ISA_GFX11,
        .vmid = vmid,
    };
    memcpy(d->user_data, &sh[SH(COMPUTE_USER_DATA_0)], sizeof(d->user_data));
    bool from_zero = field_get(initiator, FIELD_COMPUTE_DISPATCH_INITIATOR_FORCE_START_AT_000);
    for (uint32_t i = 0; i < 3; i++) {
        d->start[i] = from_zero ? 0 : sh[SH(COMPUTE_START_X) + i];
        d->groups[i] = groups[i];
        d->group_size[i] = sh[SH(COMPUTE_NUM_THREAD_X) + i] & 0xffff;
    }
}

/* The virtual clock and the trace. */
static void account(struct sim_card *card, const struct compute_dispatch *d, uint64_t number,
                    const struct compute_counters *counters)
{
    struct compute_shape shape;
    struct model_time time;
    uint64_t began_ps = charge_now_ps(card);
    if (compute_shape(d, &shape)) {
        charge_dispatch(card, &shape, counters, &time);
        trace_dispatch(card, d, number, &shape, counters, &time, began_ps);
    }
}

static enum pm4_result dispatch(struct sim_card *card, struct mec_queue *q, const uint32_t groups[3], uint32_t initiator)
{
    struct compute_dispatch d;
    if (!field_get(initiator, FIELD_COMPUTE_DISPATCH_INITIATOR_COMPUTE_SHADER_EN)) {
        return wrong(card, "DISPATCH", "COMPUTE_SHADER_EN is not set in the initiator");
    }
    fill_dispatch(card, q, groups, initiator, &d);
    if (!d.group_size[0] || !d.group_size[1] || !d.group_size[2] || d.group_size[0] * d.group_size[1] * d.group_size[2] > 1024) {
        return wrong(card, "DISPATCH", "COMPUTE_NUM_THREAD_X/Y/Z make no work-group of 1 to 1024 work-items");
    }
    enum pm4_result result = q->inflight_count == INFLIGHT_MAX ? pm4_finish_dispatches(card, q) : PM4_DONE;
    if (result != PM4_DONE) {
        return result;
    }
    uint64_t number = atomic_fetch_add(&card->dispatches, 1) + 1;
    if (groups[0] && groups[1] && groups[2]) {
        q->inflight[q->inflight_count++] = (struct inflight){d, number};
    }
    return PM4_DONE;
}

static enum pm4_result run_inflight(struct sim_card *card, struct mec_queue *q, const struct inflight *in)
{
    struct compute_dispatch d = in->dispatch;
    uint64_t number = in->number;
    struct compute_counters counters = {0};
    struct compute_fault fault = {0};
    if (number == card_fault(card, FAULT_HANG_AT)) {
        return PM4_RETRY; /* for ever */
    }
    atomic_store(&card->mec.dispatching, true);
    int error = break_dispatch(card, number, &d, &fault) ? -EIO : compute_run(card->compute, &d, &counters, &fault);
    atomic_store(&card->mec.dispatching, false);
    if (!error) {
        account(card, &d, number, &counters);
    }
    count_bytes(&card->wave_instructions, counters.wave_instructions);
    count_bytes(&card->checked_dispatches, counters.checked_waves != 0);
    count_bytes(&card->vram_read_bytes, counters.vram_read_bytes);
    count_bytes(&card->vram_write_bytes, counters.vram_write_bytes);
    count_bytes(&card->host_read_bytes, counters.host_read_bytes);
    count_bytes(&card->host_write_bytes, counters.host_write_bytes);
    card_check_misread(card, "a wave");
    if (error) {
        report_wave_fault(card, q, &fault);
    }
    return done(error);
}

enum pm4_result pm4_finish_dispatches(struct sim_card *card, struct mec_queue *q)
{
    if (q->inflight_count && card_fault(card, FAULT_LATE_START)) {
        struct timespec t = {0, (long)card_fault(card, FAULT_LATE_START) * 1000};
        nanosleep(&t, NULL);
    }
    while (q->inflight_count) {
        enum pm4_result result = run_inflight(card, q, &q->inflight[q->inflight_count - 1]);
        if (result != PM4_DONE) {
            return result;
        }
        q->inflight_count--;
    }
    charge_flush(card);
    return PM4_DONE;
}

static enum pm4_result run_dispatch_direct(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    return dispatch(card, q, b, b[3]);
}

static enum pm4_result run_dispatch_indirect(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    uint32_t groups[3];
    if (port_read(port_of(q), pair(b), groups, sizeof(groups)) < 0) {
        return PM4_FAULTED;
    }
    return dispatch(card, q, groups, b[2]);
}

/* ---- synchronisation --------------------------------------------------------------------------------------------------- */

static enum pm4_result run_acquire_mem(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)q, (void)n;
    if (b[6] & ~0x7ffffu) {
        return wrong(card, "ACQUIRE_MEM", "reserved bits in GCR_CNTL");
    }
    if (b[6] & 3) { /* GLI_INV: all or by range */
        compute_invalidate_icache(card->compute);
    }
    cache_control(card->caches, card_caches_of(b[6]));
    return PM4_DONE;
}

/*
 * Posts an interrupt if the pipe's enable bit lets it out (Linux: gfx_v11_0_set_compute_eop_interrupt_state and its neighbours
 * set these bits; init_interrupts_v11 does for queues of its kind). Pipe 0 alone has such a register here.
 */
static void interrupt(struct sim_card *card, const struct mec_queue *q, uint32_t source, uint32_t word)
{
    static const struct {
        uint32_t source;
        struct field enable;
    } gates[] = {
        {GFX_11_0_0_SRCID_CP_EOP_INTERRUPT, {26, 26}}, /* TIME_STAMP_INT_ENABLE */
        {GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR, {24, 24}},
        {GFX_11_0_0_SRCID_CP_PM4_PKT_RSVD_BIT_ERROR, {27, 27}},
        {GFX_11_0_0_SRCID_CP_GPF, {16, 16}},
    };
    const uint32_t context[4] = {word, 0, 0, 0}, ring = 1u << 2 | q->pipe | q->queue << 4;
    pthread_mutex_lock(&card->lock);
    uint32_t enabled = q->pipe == 0 ? reg_get(card, R_CP_ME1_PIPE0_INT_CNTL) : 0;
    pthread_mutex_unlock(&card->lock);
    for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
        if (gates[i].source == source && field_get(enabled, gates[i].enable)) {
            ih_post(card, SOC21_IH_CLIENTID_GRBM_CP, source, ring, q->ring_port.vmid, context);
        }
    }
}

static int release_write(struct sim_card *card, struct mec_queue *q, uint32_t data_sel, uint64_t address, uint64_t data)
{
    uint64_t ticks = clock_ticks(card);
    const uint32_t low = (uint32_t)data;
    switch (data_sel) {
    case DATA_SEL_MEC_RELEASE_MEM_NONE:
        return 0;
    case DATA_SEL_MEC_RELEASE_MEM_SEND_32_BIT_LOW:
        return port_write(port_of(q), address, &low, 4);
    case DATA_SEL_MEC_RELEASE_MEM_SEND_64_BIT_DATA:
        return port_write(port_of(q), address, &data, 8);
    case DATA_SEL_MEC_RELEASE_MEM_SEND_GPU_CLOCK_COUNTER:
        return port_write(port_of(q), address, &ticks, 8);
    default:
        card_verdict(card, "PM4 RELEASE_MEM: data selector %u is not known", data_sel);
        return -EINVAL;
    }
}

static uint32_t release_caches(uint32_t event)
{
    uint32_t what = event & PACKET3_RELEASE_MEM_GCR_GLV_INV && event & PACKET3_RELEASE_MEM_GCR_GL1_INV ? CACHE_INV_VECTOR : 0;
    what |= event & PACKET3_RELEASE_MEM_GCR_GL2_INV ? CACHE_INV_L2 : 0;
    return what | (event & PACKET3_RELEASE_MEM_GCR_GL2_WB ? CACHE_WB_L2 : 0);
}

static enum pm4_result run_release_mem(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    uint32_t data_sel = b[1] >> PACKET3_RELEASE_MEM_DATA_SEL_SHIFT & 7, int_sel = b[1] >> PACKET3_RELEASE_MEM_INT_SEL_SHIFT & 7;
    uint32_t event_index = b[0] >> PACKET3_RELEASE_MEM_EVENT_INDEX_SHIFT & 0xf;
    if (event_index != EVENT_INDEX_MEC_RELEASE_MEM_END_OF_PIPE && event_index != EVENT_INDEX_MEC_RELEASE_MEM_SHADER_DONE) {
        return wrong(card, "RELEASE_MEM", "the event index is neither end-of-pipe nor shader-done");
    }
    if (!q->hqd[HQD(CP_HQD_EOP_BASE_ADDR)] && !q->hqd[HQD(CP_HQD_EOP_BASE_ADDR_HI)]) {
        return wrong(card, "RELEASE_MEM", "the queue has no EOP buffer; the CP would write to address 0 (Q-06)");
    }
    if (data_sel != DATA_SEL_MEC_RELEASE_MEM_NONE && (b[2] & (data_sel == DATA_SEL_MEC_RELEASE_MEM_SEND_32_BIT_LOW ? 3 : 7))) {
        return wrong(card, "RELEASE_MEM", "the address is not aligned to the data");
    }
    enum pm4_result finished = pm4_finish_dispatches(card, q);
    if (finished != PM4_DONE) {
        return finished;
    }
    cache_control(card->caches, release_caches(b[0]));
    int error = release_write(card, q, data_sel, pair(b + 2), pair(b + 4));
    if (error) {
        return error == -EFAULT ? PM4_FAULTED : PM4_HUNG;
    }
    if (int_sel == INT_SEL_MEC_RELEASE_MEM_SEND_INTERRUPT_ONLY ||
        int_sel == INT_SEL_MEC_RELEASE_MEM_SEND_INTERRUPT_AFTER_WRITE_CONFIRM) {
        interrupt(card, q, GFX_11_0_0_SRCID_CP_EOP_INTERRUPT, b[6]);
    }
    return PM4_DONE;
}

bool packet_wait_is_over(uint32_t function, uint32_t value, uint32_t reference)
{
    switch (function) {
    case PACKET3_WAIT_REG_MEM_FUNCTION_ALWAYS_PASS:
        return true;
    case PACKET3_WAIT_REG_MEM_FUNCTION_LESS_THAN_REF_VALUE:
        return value < reference;
    case PACKET3_WAIT_REG_MEM_FUNCTION_LESS_THAN_EQUAL_TO_THE_REF_VALUE:
        return value <= reference;
    case PACKET3_WAIT_REG_MEM_FUNCTION_EQUAL_TO_THE_REFERENCE_VALUE:
        return value == reference;
    case PACKET3_WAIT_REG_MEM_FUNCTION_NOT_EQUAL_REFERENCE_VALUE:
        return value != reference;
    case PACKET3_WAIT_REG_MEM_FUNCTION_GREATER_THAN_OR_EQUAL_REFERENCE_VALUE:
        return value >= reference;
    case PACKET3_WAIT_REG_MEM_FUNCTION_GREATER_THAN_REFERENCE_VALUE:
        return value > reference;
    default:
        return false;
    }
}

static enum pm4_result run_wait_reg_mem(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    bool memory = b[0] >> PACKET3_WAIT_REG_MEM_MEM_SPACE_SHIFT & 3;
    bool write_first = (b[0] >> PACKET3_WAIT_REG_MEM_OPERATION_SHIFT & 3) == PACKET3_WAIT_REG_MEM_OPERATION_WR_WAIT_WR_REG;
    uint32_t value;
    if (memory) {
        if (b[1] & 3) {
            return wrong(card, "WAIT_REG_MEM", "the address is not aligned to 4");
        }
        if (port_read(port_of(q), pair(b + 1), &value, 4) < 0) {
            return PM4_FAULTED;
        }
    } else {
        if (write_first && !q->written_reg) {
            bus_write_locked(card, b[1], b[3]);
        }
        q->written_reg = write_first;
        value = bus_read_locked(card, write_first ? b[2] : b[1]);
    }
    if (!packet_wait_is_over(b[0] & 7, value & b[4], b[3])) {
        return PM4_RETRY;
    }
    q->written_reg = false;
    return PM4_DONE;
}

static enum pm4_result run_event_write(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    if (n != 1 && n != 3) {
        return wrong(card, "EVENT_WRITE", "has 1 or 3 words after its header");
    }
    if ((b[0] & 0x3f) == CS_PARTIAL_FLUSH_EVENT && (b[0] >> 8 & 0xf) != PACKET3_EVENT_WRITE_EVENT_INDEX_CS_PARTIAL_FLUSH) {
        return wrong(card, "EVENT_WRITE", "CS_PARTIAL_FLUSH needs event index 4");
    }
    return (b[0] & 0x3f) == CS_PARTIAL_FLUSH_EVENT ? pm4_finish_dispatches(card, q) : PM4_DONE;
}

/* ---- data -------------------------------------------------------------------------------------------------------------- */

static enum pm4_result run_write_data(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    uint32_t to = b[0] >> PACKET3_WRITE_DATA_DST_SEL_SHIFT & 0xf, still = b[0] >> PACKET3_WRITE_DATA_ADDR_INCR_SHIFT & 1;
    if (to == PACKET3_WRITE_DATA_DST_SEL_MEM_MAPPED_REGISTER) {
        for (uint32_t i = 3; i < n; i++) {
            bus_write_locked(card, b[1] + (still ? 0 : i - 3), b[i]);
        }
        return PM4_DONE;
    }
    if (to != PACKET3_WRITE_DATA_DST_SEL_TC_L2 && to != PACKET3_WRITE_DATA_DST_SEL_MEMORY) {
        return wrong(card, "WRITE_DATA", "the destination is neither a register nor memory");
    }
    if (b[1] & 3) {
        return wrong(card, "WRITE_DATA", "the address is not aligned to 4");
    }
    if (still) {
        return done(port_write(port_of(q), pair(b + 1), &b[n - 1], 4));
    }
    return done(port_write(port_of(q), pair(b + 1), b + 3, (uint64_t)(n - 3) * 4));
}

static int copy_data_source(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t bytes, uint64_t *value_out)
{
    *value_out = 0;
    switch (b[0] & 0xf) {
    case PACKET3_COPY_DATA_SRC_SEL_MEM_MAPPED_REGISTER:
    case PACKET3_COPY_DATA_SRC_SEL_PERFCOUNTERS:
        *value_out = bus_read_locked(card, b[1]);
        if (bytes == 8) {
            *value_out |= (uint64_t)bus_read_locked(card, b[1] + 1) << 32;
        }
        return 0;
    case PACKET3_COPY_DATA_SRC_SEL_TC_L2_OBSOLETE:
    case PACKET3_COPY_DATA_SRC_SEL_TC_L2:
        return port_read(port_of(q), pair(b + 1), value_out, bytes);
    case PACKET3_COPY_DATA_SRC_SEL_IMMEDIATE_DATA:
        *value_out = pair(b + 1);
        return 0;
    case PACKET3_COPY_DATA_SRC_SEL_GPU_CLOCK_COUNT:
        *value_out = clock_ticks(card);
        return 0;
    default:
        card_verdict(card, "PM4 COPY_DATA: source selector %u is not known", b[0] & 0xf);
        return -EINVAL;
    }
}

static enum pm4_result run_copy_data(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    uint32_t bytes = b[0] >> PACKET3_COPY_DATA_COUNT_SEL_SHIFT & 1 ? 8 : 4;
    uint64_t value;
    int error = copy_data_source(card, q, b, bytes, &value);
    if (error) {
        return error == -EFAULT ? PM4_FAULTED : PM4_HUNG;
    }
    switch (b[0] >> PACKET3_COPY_DATA_DST_SEL_SHIFT & 0xf) {
    case PACKET3_COPY_DATA_DST_SEL_MEM_MAPPED_REGISTER:
    case PACKET3_COPY_DATA_DST_SEL_PERFCOUNTERS:
        bus_write_locked(card, b[3], (uint32_t)value);
        if (bytes == 8) {
            bus_write_locked(card, b[3] + 1, (uint32_t)(value >> 32));
        }
        return PM4_DONE;
    case PACKET3_COPY_DATA_DST_SEL_TC_L2:
    case PACKET3_COPY_DATA_DST_SEL_TC_L2_OBSOLETE:
        if (b[3] & (bytes - 1)) {
            return wrong(card, "COPY_DATA", "the destination is not aligned to the data");
        }
        return done(port_write(port_of(q), pair(b + 3), &value, bytes));
    default:
        return wrong(card, "COPY_DATA", "the destination is neither a register nor memory");
    }
}

static enum pm4_result run_dma_data(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    uint32_t from = b[0] >> PACKET3_DMA_DATA_SRC_SEL_SHIFT & 3, to = b[0] >> PACKET3_DMA_DATA_DST_SEL_SHIFT & 3;
    uint32_t bytes = b[5] & 0x3ffffff;
    const uint32_t register_space = (uint32_t)PACKET3_DMA_DATA_CMD_SAS | PACKET3_DMA_DATA_CMD_DAS;
    if ((b[5] & register_space) || (to != 0 && to != 3) || from == 1) {
        return wrong(card, "DMA_DATA", "only memory to memory and filling memory are modelled");
    }
    if (from == 2) {
        return done(port_fill(port_of(q), pair(b + 3), b[1], bytes));
    }
    return done(port_copy(port_of(q), pair(b + 3), pair(b + 1), bytes));
}

/* ---- control ----------------------------------------------------------------------------------------------------------- */

static enum pm4_result run_indirect_buffer(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)n;
    uint32_t size = b[2] & 0xfffff, vmid = b[2] >> PACKET3_INDIRECT_BUFFER_VMID_SHIFT & 0xf;
    if (q->ib_left) {
        return wrong(card, "INDIRECT_BUFFER", "inside another one: there is one level");
    }
    if (!(b[2] & INDIRECT_BUFFER_VALID) || size == 0 || (b[0] & 3)) {
        return wrong(card, "INDIRECT_BUFFER", "without the VALID bit, empty, or not aligned to 4");
    }
    port_set_vmid(&q->ib_port, vmid); /* the wrong one faults */
    q->ib_va = pair(b);
    q->ib_left = size;
    q->ib_done = 0;
    q->ib_size = size;
    return PM4_DONE;
}

static enum pm4_result run_pred_exec(struct sim_card *card, struct mec_queue *q, const uint32_t *b, uint32_t n)
{
    (void)card, (void)n;
    if (!(b[0] >> 24 & 1)) {
        q->skip = b[0] & 0x3fff;
    }
    return PM4_DONE;
}

struct packet_row {
    uint8_t opcode;
    uint16_t least, most; /* words after the header */
    packet_fn *run;
    const char *name;
};

static const struct packet_row rows[] = {
    {PACKET3_NOP, 0, 0x3fff, run_nop, "NOP"},
    {PACKET3_SET_SH_REG, 2, 0x3fff, run_set_sh, "SET_SH_REG"},
    {PACKET3_SET_UCONFIG_REG, 2, 0x3fff, run_set_uconfig, "SET_UCONFIG_REG"},
    {PACKET3_DISPATCH_DIRECT, 4, 4, run_dispatch_direct, "DISPATCH_DIRECT"},
    {PACKET3_DISPATCH_INDIRECT, 3, 3, run_dispatch_indirect, "DISPATCH_INDIRECT"},
    {PACKET3_ACQUIRE_MEM, 7, 7, run_acquire_mem, "ACQUIRE_MEM"},
    {PACKET3_RELEASE_MEM, 7, 7, run_release_mem, "RELEASE_MEM"},
    {PACKET3_WAIT_REG_MEM, 6, 6, run_wait_reg_mem, "WAIT_REG_MEM"},
    {PACKET3_EVENT_WRITE, 1, 3, run_event_write, "EVENT_WRITE"},
    {PACKET3_WRITE_DATA, 4, 0x3fff, run_write_data, "WRITE_DATA"},
    {PACKET3_COPY_DATA, 5, 5, run_copy_data, "COPY_DATA"},
    {PACKET3_DMA_DATA, 6, 6, run_dma_data, "DMA_DATA"},
    {PACKET3_INDIRECT_BUFFER, 3, 3, run_indirect_buffer, "INDIRECT_BUFFER"},
    {PACKET3_PRED_EXEC, 1, 1, run_pred_exec, "PRED_EXEC"},
};

static const struct packet_row *find_row(uint32_t header)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].opcode == (header >> 8 & 0xff)) {
            return &rows[i];
        }
    }
    return NULL;
}

/* ---- fetching ---------------------------------------------------------------------------------------------------------- */

/* How many dwords may still be read where the next packet lies. */
static uint64_t available(const struct mec_queue *q)
{
    return q->ib_left ? q->ib_left : atomic_load_explicit(&q->wptr, memory_order_acquire) - q->rptr;
}

static uint64_t ring_dwords(const struct mec_queue *q)
{
    return UINT64_C(2) << field_get(q->hqd[HQD(CP_HQD_PQ_CONTROL)], FIELD_CP_HQD_PQ_CONTROL_QUEUE_SIZE);
}

static int fetch(struct mec_queue *q, uint64_t skip, uint32_t *dst, uint32_t dwords)
{
    if (q->ib_left) {
        return port_read(&q->ib_port, q->ib_va + skip * 4, dst, (uint64_t)dwords * 4);
    }
    uint64_t base = (q->hqd[HQD(CP_HQD_PQ_BASE)] | (uint64_t)(q->hqd[HQD(CP_HQD_PQ_BASE_HI)] & 0xff) << 32) << 8;
    uint64_t size = ring_dwords(q), at = (q->rptr + skip) & (size - 1);
    uint32_t first = dwords < size - at ? dwords : (uint32_t)(size - at);
    int error = port_read(&q->ring_port, base + at * 4, dst, (uint64_t)first * 4);
    if (!error && first < dwords) {
        error = port_read(&q->ring_port, base, dst + first, (uint64_t)(dwords - first) * 4);
    }
    return error;
}

static void advance(struct mec_queue *q, bool in_ib, uint64_t dwords)
{
    if (in_ib) {
        q->ib_va += dwords * 4;
        q->ib_left -= (uint32_t)dwords;
        q->ib_done += (uint32_t)dwords;
    } else {
        q->rptr += dwords;
    }
}

static enum pm4_result bad(struct sim_card *card, struct mec_queue *q, const char *what, uint32_t header, uint32_t source)
{
    if (atomic_load(&card->unplugged)) { /* what an engine cannot reach any more is no fault of the driver's */
        return PM4_HUNG;
    }
    card_verdict(card, "MEC pipe %u queue %u: %s, header 0x%08x in the %s at dword 0x%llx", q->pipe, q->queue, what, header,
                 q->ib_left ? "indirect buffer" : "ring", (unsigned long long)(q->ib_left ? q->ib_va : q->rptr));
    interrupt(card, q, source, header);
    return PM4_HUNG;
}

enum pm4_result pm4_step(struct sim_card *card, struct mec_queue *q)
{
    bool in_ib = q->ib_left != 0;
    uint64_t left = available(q);
    uint32_t header = 0;
    if (!in_ib && left > ring_dwords(q)) {
        return bad(card, q, "the write pointer is more than a ring ahead (pointers are cumulative: Q-02)", 0,
                   GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR);
    }
    if (q->skip) {
        uint32_t n = q->skip < left ? q->skip : (uint32_t)left;
        q->skip -= n;
        advance(q, in_ib, n);
        return PM4_DONE;
    }
    if (fetch(q, 0, &header, 1) < 0) {
        return bad(card, q, "a packet could not be fetched", 0, GFX_11_0_0_SRCID_CP_GPF);
    }
    uint32_t words = (header >> 16 & 0x3fff) + 1;
    if (header == TYPE2 || (header >> 30 == PACKET_TYPE3 && (header >> 8 & 0xff) == PACKET3_NOP && words - 1 == NOP_SINGLE)) {
        advance(q, in_ib, 1);
        return PM4_DONE;
    }
    if (card_fault(card, FAULT_BAD_PACKET_AT) && header >> 30 == PACKET_TYPE3 &&
        (header >> 8 & 0xff) == PACKET3_DISPATCH_DIRECT &&
        atomic_load(&card->dispatches) + 1 == card_fault(card, FAULT_BAD_PACKET_AT)) {
        header |= 0xff00; /* an operation there is not */
    }
    const struct packet_row *row = header >> 30 == PACKET_TYPE3 ? find_row(header) : NULL;
    if (!row) {
        return bad(card, q, "unknown packet", header, GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR);
    }
    if (header & 0xfc) {
        return bad(card, q, "reserved bits in a packet's header", header, GFX_11_0_0_SRCID_CP_PM4_PKT_RSVD_BIT_ERROR);
    }
    if (words < row->least || words > row->most) {
        return bad(card, q, "a packet has the wrong length", header, GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR);
    }
    if (left < 1 + (uint64_t)words) {
        return bad(card, q, "a packet is cut off by the write pointer", header, GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR);
    }
    if (row->run != run_nop && fetch(q, 1, q->packet, words) < 0) {
        return bad(card, q, "a packet could not be fetched", header, GFX_11_0_0_SRCID_CP_GPF);
    }
    enum pm4_result result = row->run(card, q, q->packet, words);
    if (result == PM4_DONE) {
        trace_packet(card, TRACE_COMPUTE, row->name, 1 + words);
    }
    if (result == PM4_HUNG && !atomic_load(&card->stopping)) {
        return bad(card, q, row->name, header, GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR);
    }
    if (result == PM4_DONE) {
        advance(q, in_ib, 1 + (uint64_t)words);
    }
    return result;
}
