/* The compute queue: gates in front of the doorbell, packets, ring pointers, dispatch, dequeue, interrupts. */
#include "rig.h"

#include <string.h>

#include "regs/pm4.h"
#include "regs/soc.h"

#define PKT(op, words) (0xc0000000u | ((words) - 1) << 16 | (op) << 8)
#define LO(v) ((uint32_t)(v))
#define HI(v) ((uint32_t)((v) >> 32))
#define SUBMIT(r, words) rig_submit(r, words, sizeof(words) / sizeof((words)[0]))

static void signal_host(struct rig *r, uint32_t index, uint32_t value)
{
    uint32_t p[8];
    rig_release_mem(p, RIG_HOST_VA + index * 4, value);
    SUBMIT(r, p);
}

static void a_fence_arrives_in_host_memory(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    signal_host(&r, 4, 0x1234);
    assert_true(rig_wait_host(&r, 4, 0x1234));
    rig_expect_clean(&r);
    rig_close(&r);
}

/* Each row closes one gate after a complete boot; the doorbell must then have no effect, and the verdict name the gate. */
struct gate {
    uint16_t id;
    uint32_t value;
    const char *why;
};

static void A10_every_gate_drops_the_doorbell(void **state)
{
    (void)state;
    static const struct gate gates[] = {
        {R_RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN, 0, "aperture"},
        {R_S2A_DOORBELL_ENTRY_0_CTRL, 0, "S2A entry 0"},
        {R_CP_MEC_DOORBELL_RANGE_UPPER, 0x10, "CP_MEC_DOORBELL_RANGE"},
        {R_CP_MEC_RS64_CNTL, 1u << 30 | 1 << 26, "halted"},
        {R_CP_MEC_RS64_CNTL, 0, "not active"},
        {R_CP_HQD_ACTIVE, 0, "queue is not active"},
        {R_CP_HQD_PQ_DOORBELL_CONTROL, 8 << 2 | 1 << 30, "no queue is set up"},
    };
    for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
        struct rig r;
        rig_open(&r, NULL);
        rig_boot(&r);
        rig_write(&r, gates[i].id, gates[i].value);
        signal_host(&r, 4, 1);
        for (int k = 0; k < 1000; k++) {
            assert_int_equal(rig_read(&r, R_CP_HQD_PQ_RPTR), 0);
        }
        assert_int_equal(r.host[4], 0);
        rig_expect_verdict(&r, gates[i].why);
        rig_close(&r);
    }
}

/* On gfx12 a pipe whose reset was not pulsed looks right and executes nothing. */
static void A10_A12_a_pipe_without_its_reset_pulse_does_not_execute(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot_without_mec(&r);
    rig_write(&r, R_GRBM_GFX_CNTL, 1 << 2);
    rig_write(&r, R_CP_MEC_RS64_PRGRM_CNTR_START, 0x70000 >> 2);
    rig_write(&r, R_CP_MEC_RS64_CNTL, 1 << 26);
    for (int i = 0; i < 200; i++) { /* 50 us of virtual time */
        assert_int_equal(rig_read(&r, R_CP_MEC_RS64_CNTL), 0x04000000);
    }
    rig_setup_queue(&r);
    signal_host(&r, 4, 1);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(rig_read(&r, R_CP_HQD_PQ_RPTR), 0);
    }
    rig_expect_verdict(&r, "reset was not pulsed");
    rig_start_mec(&r);
    r.wptr = 0;
    signal_host(&r, 4, 2);
    assert_true(rig_wait_host(&r, 4, 2));
    rig_close(&r);
}

/* A pipe that is started before the GC hub stops at once, with the signs of A-11; set up in the right order it runs. */
static void A08_A11_the_gc_hub_comes_before_the_mec(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot_without_mec(&r);
    rig_write(&r, R_GRBM_GFX_CNTL, 1 << 2);
    assert_int_equal(rig_read(&r, R_CP_MEC_RS64_INSTR_PNTR), 0xdeadbeef);
    rig_write(&r, R_GCVM_CONTEXT0_CNTL, 0);
    rig_start_mec(&r);
    rig_expect_verdict(&r, "A-08");
    assert_int_equal(rig_read(&r, R_CP_MEC_RS64_INSTR_PNTR), 0x60b);
    if (r.chip->generation == GEN_GFX12) {
        assert_int_equal(rig_read(&r, R_CP_MEC_RS64_EXCEPTION_STATUS), 0xc67a);
    }
    rig_setup_queue(&r);
    signal_host(&r, 4, 1);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(rig_read(&r, R_CP_HQD_PQ_RPTR), 0);
    }
    rig_init_hubs(&r);
    rig_write(&r, R_GRBM_SOFT_RESET, 1 | 1 << 18); /* what frees it on gfx11; on gfx12 the pulse in rig_start_mec does */
    rig_write(&r, R_GRBM_SOFT_RESET, 0);
    rig_start_mec(&r);
    rig_setup_queue(&r);
    signal_host(&r, 4, 2);
    assert_true(rig_wait_host(&r, 4, 2));
    rig_close(&r);
}

/* two pipes of four queues on gfx12, four of four on gfx11. */
static void Q07_a_pipe_that_is_not_there_has_no_queues(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint32_t pipes = r.chip->generation == GEN_GFX12 ? 2 : 4;
    for (uint32_t pipe = 0; pipe < 4; pipe++) {
        rig_write(&r, R_GRBM_GFX_CNTL, 1 << 2 | pipe);
        rig_expect_clean(&r);
        if (pipe >= pipes) {
            rig_write(&r, R_CP_HQD_VMID, 1);
            rig_expect_verdict(&r, "selects no compute queue");
            break;
        }
        rig_write(&r, R_CP_HQD_PQ_RPTR, 0);
    }
    rig_close(&r);
}

static void Q06_read_backs_have_the_hardwares_own_bits(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    assert_int_equal(rig_read(&r, R_CP_HQD_PQ_CONTROL), 13 | 5 << 8 | 1 << 28);
    assert_int_equal(rig_read(&r, R_CP_MEC_RS64_CNTL), 0x04000000); /* */
    signal_host(&r, 4, 1);
    assert_true(rig_wait_host(&r, 4, 1));
    assert_int_equal(rig_read(&r, R_CP_HQD_PQ_DOORBELL_CONTROL) >> 31, 1);
    assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 1);
    rig_write(&r, R_GRBM_GFX_CNTL, 1 << 2 | 1 << 8); /* another queue */
    assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 0);
    rig_close(&r);
}

static void Q02_Q03_the_ring_wraps_for_more_than_three_laps(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint32_t nop_words = 0x1000 - 9; /* does not divide the ring: packets straddle its end */
    uint32_t value = 0;
    while (r.wptr < 4 * RIG_RING_DWORDS) {
        uint32_t header = PKT(PACKET3_NOP, nop_words);
        rig_set_vram(&r, RIG_RING + (uint32_t)(r.wptr % RIG_RING_DWORDS) * 4, header);
        r.wptr += 1 + nop_words;
        signal_host(&r, 4, ++value);
        assert_true(rig_wait_host(&r, 4, value));
    }
    while (rig_read(&r, R_CP_HQD_PQ_RPTR) != (uint32_t)r.wptr) /* cumulative */
        ;
    assert_true(rig_wait_host(&r, 0x200, (uint32_t)r.wptr)); /* and reported */
    rig_expect_clean(&r);
    rig_close(&r);
}

static void Q02_a_write_pointer_that_restarts_hangs_the_queue(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    signal_host(&r, 4, 1);
    assert_true(rig_wait_host(&r, 4, 1));
    r.wptr = 0;
    uint64_t four = 4;
    while (rig_read(&r, R_CP_HQD_PQ_RPTR) != 8)
        ;
    assert_true(sim_bar_write(r.card, 2, 0x18, &four, 8));
    assert_true(rig_wait_verdict(&r));
    rig_expect_verdict(&r, "cumulative");
    rig_close(&r);
}

static void T41_a_doorbell_may_arrive_as_two_dwords(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    uint32_t p[8], low = 8, high = 0;
    rig_release_mem(p, RIG_HOST_VA + 16, 77);
    assert_true(sim_bar_write(r.card, 0, RIG_RING, p, sizeof(p)));
    rig_write(&r, R_HDP_MEM_COHERENCY_FLUSH_CNTL, 0);
    assert_true(sim_bar_write(r.card, 2, 0x18, &low, 4));
    assert_true(sim_bar_write(r.card, 2, 0x1c, &high, 4));
    assert_true(rig_wait_host(&r, 4, 77));
    rig_expect_clean(&r);
    rig_close(&r);
}

static void packets_write_and_copy_data(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t a = VA(RIG_SCRATCH), b = VA(RIG_SCRATCH + 0x20000), host = RIG_HOST_VA;
    const uint32_t write[] = {PKT(PACKET3_WRITE_DATA, 5), 5u << 8 | 1 << 20, LO(a), HI(a), 0x11112222, 0x33334444};
    const uint32_t copy[] = {PKT(PACKET3_DMA_DATA, 6), 3u << 29 | 3u << 20, LO(a), HI(a), LO(b), HI(b), 8};
    const uint32_t fill[] = {PKT(PACKET3_DMA_DATA, 6), 2u << 29 | 3u << 20, 0x55aa55aa, 0, LO(b + 8), HI(b + 8), 4096};
    const uint32_t to_host[] = {PKT(PACKET3_COPY_DATA, 5), 2 | 2 << 8 | 1 << 16, LO(b), HI(b), LO(host + 64), HI(host + 64)};
    const uint32_t constant[] = {PKT(PACKET3_COPY_DATA, 5), 5 | 2 << 8, 0xabcdef01, 0, LO(host + 72), HI(host + 72)};
    SUBMIT(&r, write);
    SUBMIT(&r, copy);
    SUBMIT(&r, fill);
    SUBMIT(&r, to_host);
    SUBMIT(&r, constant);
    assert_true(rig_wait_host(&r, 18, 0xabcdef01));
    assert_int_equal(r.host[16], 0x11112222);
    assert_int_equal(r.host[17], 0x33334444);
    assert_int_equal(rig_vram(&r, RIG_SCRATCH + 0x20000 + 4096), 0x55aa55aa);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void a_packet_waits_for_a_word_in_memory(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t word = RIG_HOST_VA + 4;
    const uint32_t wait[] = {PKT(PACKET3_WAIT_REG_MEM, 6), 5 | 1 << 4, LO(word), HI(word), 3, 0xffffffff, 4};
    const uint32_t flush[] = {PKT(PACKET3_EVENT_WRITE, 1), CS_PARTIAL_FLUSH_EVENT | 4 << 8};
    const uint32_t acquire[] = {PKT(PACKET3_ACQUIRE_MEM, 7), 0, 0xffffffff, 0xffffffff, 0, 0, 0, 0xc3b1};
    signal_host(&r, 5, 1);
    SUBMIT(&r, wait);
    SUBMIT(&r, flush);
    SUBMIT(&r, acquire);
    signal_host(&r, 4, 1);
    assert_true(rig_wait_host(&r, 5, 1));
    assert_int_equal(r.host[4], 0); /* waits */
    __atomic_store_n(&r.host[1], 3, __ATOMIC_RELEASE);
    assert_true(rig_wait_host(&r, 4, 1));
    rig_expect_clean(&r);
    rig_close(&r);
}

static void hdp_flush_by_packet_writes_a_register_and_waits(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint32_t p[] = {PKT(PACKET3_WAIT_REG_MEM, 6), 5 | 1 << 6, 0xd20 + 0x106, 0xd20 + 0x107, 0xffffffff, 0xffffffff, 4};
    SUBMIT(&r, p);
    signal_host(&r, 4, 1);
    assert_true(rig_wait_host(&r, 4, 1));
    rig_expect_clean(&r);
    rig_close(&r);
}

static void a_tlb_flush_by_packets_is_acknowledged(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint32_t request = rig_address(&r, R_GCVM_INVALIDATE_ENG17_REQ),
                   acknowledge = rig_address(&r, R_GCVM_INVALIDATE_ENG17_ACK);
    const uint32_t p[] = {PKT(PACKET3_WRITE_DATA, 4),
                          0,
                          request,
                          0,
                          1 | 0xf << 19 | 1 << 23,
                          PKT(PACKET3_WAIT_REG_MEM, 6),
                          3,
                          acknowledge,
                          0,
                          1,
                          1,
                          4};
    SUBMIT(&r, p);
    signal_host(&r, 4, 1);
    assert_true(rig_wait_host(&r, 4, 1)); /* although the host touches no register meanwhile */
    rig_expect_clean(&r);
    rig_close(&r);
}

static void indirect_buffers_have_one_level_and_a_valid_bit(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t ib = VA(RIG_SCRATCH);
    uint32_t p[8];
    rig_release_mem(p, RIG_HOST_VA + 16, 5);
    assert_true(sim_bar_write(r.card, 0, RIG_SCRATCH, p, sizeof(p)));
    const uint32_t call[] = {PKT(PACKET3_INDIRECT_BUFFER, 3), LO(ib), HI(ib), 8 | INDIRECT_BUFFER_VALID};
    SUBMIT(&r, call);
    assert_true(rig_wait_host(&r, 4, 5));
    rig_expect_clean(&r);
    const uint32_t without[] = {PKT(PACKET3_INDIRECT_BUFFER, 3), LO(ib), HI(ib), 8};
    SUBMIT(&r, without);
    signal_host(&r, 5, 1);
    assert_false(rig_wait_host(&r, 5, 1));
    rig_expect_verdict(&r, "VALID bit");
    rig_close(&r);
}

static void Q07_an_indirect_buffer_with_the_wrong_vmid_faults(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t ib = VA(RIG_SCRATCH);
    const uint32_t call[] = {PKT(PACKET3_INDIRECT_BUFFER, 3), LO(ib), HI(ib), 8 | INDIRECT_BUFFER_VALID | 8u << 24};
    SUBMIT(&r, call);
    assert_true(rig_wait_verdict(&r));
    const uint32_t status = rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_STATUS);
    assert_int_equal(field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_VMID), 8);
    assert_int_equal(field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_CID), r.chip->generation == GEN_GFX12 ? 9 : 5);
    rig_close(&r);
}

static void signal_host_and_interrupt(struct rig *r, uint32_t index, uint32_t value)
{
    uint32_t p[8];
    rig_release_mem(p, RIG_HOST_VA + index * 4, value);
    p[2] |= INT_SEL_MEC_RELEASE_MEM_SEND_INTERRUPT_AFTER_WRITE_CONFIRM << PACKET3_RELEASE_MEM_INT_SEL_SHIFT;
    SUBMIT(r, p);
}

static void an_end_of_pipe_interrupt_is_posted_only_when_enabled(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    rig_place_interrupts(&r);
    signal_host_and_interrupt(&r, 4, 1);
    signal_host(&r, 5, 1); /* behind the packet whose interrupt would have come */
    assert_true(rig_wait_host(&r, 5, 1));
    assert_int_equal(rig_read(&r, R_IH_RB_WPTR), 0);
    rig_write(&r, R_CP_ME1_PIPE0_INT_CNTL, field_mask(FIELD_CP_ME1_PIPE0_INT_CNTL_TIME_STAMP_INT_ENABLE));
    signal_host_and_interrupt(&r, 4, 2);
    rig_poll(&r, R_IH_RB_WPTR, 0x3fffc, 32);
    assert_int_equal(rig_vram(&r, RIG_INTERRUPTS) & 0xffff, SOC21_IH_CLIENTID_GRBM_CP | GFX_11_0_0_SRCID_CP_EOP_INTERRUPT << 8);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void a_packet_with_the_wrong_length_hangs_the_queue_and_interrupts(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    rig_place_interrupts(&r);
    rig_write(&r, R_CP_ME1_PIPE0_INT_CNTL, field_mask(FIELD_CP_ME1_PIPE0_INT_CNTL_OPCODE_ERROR_INT_ENABLE));
    const uint32_t p[] = {PKT(PACKET3_DISPATCH_DIRECT, 3), 1, 1, 1};
    SUBMIT(&r, p);
    rig_poll(&r, R_IH_RB_WPTR, 0x3fffc, 32);
    assert_int_equal(rig_vram(&r, RIG_INTERRUPTS) & 0xffff,
                     SOC21_IH_CLIENTID_GRBM_CP | GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR << 8);
    rig_expect_verdict(&r, "wrong length");
    rig_close(&r);
}

static void dispatch(struct rig *r, uint64_t code, uint32_t groups)
{
    const uint32_t p[] = {
        PKT(PACKET3_SET_SH_REG, 3),
        0x1260 + OFF_COMPUTE_PGM_LO - 0x2c00,
        LO(code >> 8),
        HI(code >> 8),
        PKT(PACKET3_SET_SH_REG, 3),
        0x1260 + OFF_COMPUTE_PGM_RSRC1 - 0x2c00,
        0,
        0,
        PKT(PACKET3_SET_SH_REG, 4),
        0x1260 + OFF_COMPUTE_NUM_THREAD_X - 0x2c00,
        32,
        1,
        1,
        PKT(PACKET3_DISPATCH_DIRECT, 4),
        groups,
        1,
        1,
        1 | 1 << 2 | 1 << 15,
    };
    SUBMIT(r, p);
}

static void a_dispatch_runs_and_is_counted(void **state)
{
    (void)state;
    struct rig r;
    struct sim_counters counters;
    rig_open(&r, NULL);
    rig_boot(&r);
    for (uint32_t i = 0; i < 64; i++) {
        rig_set_vram(&r, RIG_SCRATCH + i * 4, i == 0 ? 0xbfb00000 : 0xbf9f0000); /* s_endpgm, then s_code_end */
    }
    dispatch(&r, VA(RIG_SCRATCH), 3);
    signal_host(&r, 4, 1);
    if (!rig_wait_host(&r, 4, 1)) {
        fail_msg("no fence; verdict: %s", rig_verdict(&r));
    }
    sim_get_counters(r.card, &counters);
    assert_int_equal(counters.dispatches, 1);
    assert_int_equal(counters.wave_instructions, 3);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void a_shader_fault_stops_the_queue_until_it_is_reset(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    dispatch(&r, RIG_VA + 0x30000000, 1); /* nothing is mapped there */
    signal_host(&r, 4, 1);
    assert_false(rig_wait_host(&r, 4, 1));
    rig_write(&r, R_CP_HQD_DEQUEUE_REQUEST, 1);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 1); /* draining never ends */
    }
    rig_write(&r, R_CP_HQD_DEQUEUE_REQUEST, 2);
    rig_poll(&r, R_CP_HQD_ACTIVE, 1, 0);
    assert_true(strlen(rig_verdict(&r)) > 0);
    rig_close(&r);
}

static void an_idle_queue_is_dequeued_and_can_be_set_up_again(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    signal_host(&r, 4, 1);
    assert_true(rig_wait_host(&r, 4, 1));
    bool took_time = false; /* 10 us, in which this thread may be held up: then it looks again */
    for (int i = 0; i < 50 && !took_time; i++) {
        rig_write(&r, R_CP_HQD_DEQUEUE_REQUEST, 1);
        took_time = rig_read(&r, R_CP_HQD_ACTIVE) == 1;
        rig_poll(&r, R_CP_HQD_ACTIVE, 1, 0);
        rig_write(&r, R_CP_HQD_PQ_RPTR, 0);
        rig_setup_queue(&r);
    }
    assert_true(took_time);
    signal_host(&r, 4, 2);
    assert_true(rig_wait_host(&r, 4, 2));
    rig_expect_clean(&r);
    rig_close(&r);
}

static void unplugging_a_working_card_stops_its_engines(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t host = RIG_HOST_VA;
    const uint32_t wait[] = {PKT(PACKET3_WAIT_REG_MEM, 6), 5 | 1 << 4, LO(host + 4), HI(host + 4), 3, 0xffffffff, 4};
    SUBMIT(&r, wait);
    signal_host(&r, 4, 1);
    sim_unplug(r.card);
    __atomic_store_n(&r.host[1], 3, __ATOMIC_RELEASE);
    sim_iommu_unmap(r.card, RIG_HOST_BUS, RIG_HOST_BYTES);
    assert_int_equal(r.host[4], 0);
    rig_expect_clean(&r); /* no DMA afterwards */
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fence_arrives_in_host_memory),
        cmocka_unit_test(A10_every_gate_drops_the_doorbell),
        cmocka_unit_test(Q06_read_backs_have_the_hardwares_own_bits),
        cmocka_unit_test(Q07_a_pipe_that_is_not_there_has_no_queues),
        cmocka_unit_test(A08_A11_the_gc_hub_comes_before_the_mec),
        cmocka_unit_test(Q02_Q03_the_ring_wraps_for_more_than_three_laps),
        cmocka_unit_test(Q02_a_write_pointer_that_restarts_hangs_the_queue),
        cmocka_unit_test(T41_a_doorbell_may_arrive_as_two_dwords),
        cmocka_unit_test(packets_write_and_copy_data),
        cmocka_unit_test(a_packet_waits_for_a_word_in_memory),
        cmocka_unit_test(hdp_flush_by_packet_writes_a_register_and_waits),
        cmocka_unit_test(a_tlb_flush_by_packets_is_acknowledged),
        cmocka_unit_test(indirect_buffers_have_one_level_and_a_valid_bit),
        cmocka_unit_test(Q07_an_indirect_buffer_with_the_wrong_vmid_faults),
        cmocka_unit_test(an_end_of_pipe_interrupt_is_posted_only_when_enabled),
        cmocka_unit_test(a_packet_with_the_wrong_length_hangs_the_queue_and_interrupts),
        cmocka_unit_test(a_dispatch_runs_and_is_counted),
        cmocka_unit_test(a_shader_fault_stops_the_queue_until_it_is_reset),
        cmocka_unit_test(an_idle_queue_is_dequeued_and_can_be_set_up_again),
        cmocka_unit_test(unplugging_a_working_card_stops_its_engines),
    };
    const struct CMUnitTest of_gfx12[] = {
        cmocka_unit_test(A10_A12_a_pipe_without_its_reset_pulse_does_not_execute),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + (rig_generation() == GEN_GFX12 ? cmocka_run_group_tests(of_gfx12, NULL, NULL) : 0);
}
