/* bus.c: behaviours 4 to 7. Dead links and resets, BAR windows, the IOMMU, writes on their way. */
#include <string.h>

#include "regs/pm4.h"
#include "strict.h"

#define VRAM_BYTES(r) ((r)->chip->vram_bytes)

static uint32_t config(struct rig *r, uint16_t offset)
{
    return sim_config_read(r->card, offset, 4);
}

void T42_T51_retries_after_a_reset_end_and_config_is_cleared(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "retry_reads=40");
    uint32_t id = config(&r, 0), bar2 = config(&r, 0x18);
    sim_reset(r.card, false);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(config(&r, 0), 0xffff0001);
    }
    assert_int_equal(config(&r, 0), id);
    assert_int_equal(config(&r, 4) & 7, 0); /* neither memory nor bus master: nobody restores it */
    assert_int_not_equal(config(&r, 0x18), bar2);
    assert_int_equal(rig_read(&r, R_MP0_SMN_C2PMSG_33), 0xffffffff); /* so the BARs read all ones */
    rig_close(&r);
}

void T21_a_reset_that_does_nothing_leaves_everything_as_it_was(void **state)
{
    (void)state;
    for (int works = 0; works < 2; works++) {
        struct rig r;
        rig_open(&r, works ? NULL : "reset_nothing");
        rig_wait_ready(&r);
        rig_write(&r, R_SCRATCH_REG7, 0x1234);
        sim_reset(r.card, true); /* returns either way: only a look tells */
        sim_config_write(r.card, 4, 2, 6);
        assert_int_equal(rig_read(&r, R_SCRATCH_REG7) == 0x1234, !works);
        rig_close(&r);
    }
}

void T50_a_card_that_slept_has_lost_its_config_and_its_queues(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    rig_open(&r, "sleep_at=60000");
    rig_boot(&r);
    assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 1);
    for (int i = 0; i < 60000 && config(&r, 4) & 2; i++) {
    }
    assert_int_equal(config(&r, 4) & 7, 0);
    put_fence(&s, 8, 1, RELEASE_NOTHING);
    assert_true(sim_bar_write(r.card, 2, 0x18, &r.wptr, 8)); /* vanishes */
    assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 0xffffffff);
    sim_config_write(r.card, 4, 2, 6);
    rig_wait_ready(&r);
    assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 0); /* queues do not come back */
    assert_int_equal(rig_read(&r, R_MP0_SMN_C2PMSG_81), 0);
    rig_close(&r);
}

void T40_only_the_first_256_MiB_of_VRAM_are_in_the_BAR(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    uint32_t word = 1;
    assert_int_equal(sim_bar_size(r.card, 0), 256u << 20);
    assert_true(VRAM_BYTES(&r) > 256u << 20);
    assert_false(sim_bar_read(r.card, 0, 256u << 20, &word, 4));
    assert_int_equal(word, 0xffffffff);
    assert_false(sim_bar_write(r.card, 0, 256u << 20, &word, 4));
    rig_write(&r, R_MM_INDEX, 0x80000000 | 256u << 20); /* but behind the window it is there */
    rig_write(&r, R_MM_INDEX_HI, 0);
    rig_write(&r, R_MM_DATA, 0x5ead);
    assert_int_equal(rig_read(&r, R_MM_DATA), 0x5ead);
    rig_close(&r);
}

void T41_accesses_that_are_not_whole_dwords_do_not_arrive(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    uint32_t was = rig_vram(&r, RIG_SCRATCH);
    const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t got[8] = {0};
    (void)sim_bar_write(r.card, 0, RIG_SCRATCH + 1, bytes, 4);
    (void)sim_bar_write(r.card, 0, RIG_SCRATCH, bytes, 3);
    assert_int_equal(rig_vram(&r, RIG_SCRATCH), was);
    (void)sim_bar_read(r.card, 0, RIG_SCRATCH + 2, got, 4);
    assert_int_equal(got[0], 0xff);
    rig_close(&r);
}

/* The queue polls a host word when the session ends and takes the memory away. */
static void disconnect(struct rig *r, bool stops_first)
{
    struct stream s = {0};
    const uint64_t word = RIG_HOST_VA + 0x40;
    strict_open(r, NULL);
    PUT(&s, 0xc0000000 | 5 << 16 | PACKET3_WAIT_REG_MEM << 8, 5 | 1 << 4, (uint32_t)word, (uint32_t)(word >> 32), 3, 0xffffffff,
        4);
    rig_submit(r, s.words, s.count);
    if (stops_first) {
        rig_write(r, R_CP_HQD_DEQUEUE_REQUEST, 2);
        rig_poll(r, R_CP_HQD_ACTIVE, 1, 0);
        rig_write(r, R_SDMA0_QUEUE0_RB_CNTL, 0);
        sim_config_write(r->card, 4, 2, 2); /* bus mastering off */
    }
    sim_iommu_unmap(r->card, RIG_HOST_BUS, RIG_HOST_BYTES);
}

void T32_an_engine_left_running_after_disconnect_is_a_panic(void **state)
{
    (void)state;
    struct rig r;
    disconnect(&r, false);
    assert_true(rig_wait_verdict(&r));
    rig_expect_verdict(&r, "panic");
    rig_close(&r);
}

void T32_an_engine_that_was_stopped_before_disconnect_is_none(void **state)
{
    (void)state;
    struct rig r;
    disconnect(&r, true);
    for (int i = 0; i < 2000; i++) {
        (void)rig_read(&r, R_CP_HQD_ACTIVE);
    }
    rig_expect_clean(&r);
    rig_close(&r);
}

void N06_a_doorbell_passes_memory_writes_unless_something_is_read(void **state)
{
    (void)state;
    for (int reads = 1; reads >= 0; reads--) {
        struct rig r;
        struct stream s = {0};
        strict_open(&r, "posted=1000000");
        put_fence(&s, 8, 1, RELEASE_NOTHING);
        if (reads) {
            rig_submit(&r, s.words, s.count);
            assert_true(rig_wait_host(&r, 8, 1));
            rig_expect_clean(&r);
        } else {
            rig_fill_ring(&r, s.words, s.count); /* ends with a posted write: the flush */
            rig_ring(&r);
            (void)rig_read(&r, R_CP_HQD_ACTIVE); /* pushes all three, the doorbell first */
            assert_true(rig_wait_verdict(&r));
            assert_int_equal(r.host[8], 0);
            rig_expect_verdict(&r, "not flushed from the HDP"); /* the flush had been passed */
        }
        rig_close(&r);
    }
}

void T25_stores_to_shared_memory_are_seen_at_once(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    const uint64_t word = RIG_HOST_VA + 0x40;
    strict_open(&r, "posted=200000");
    PUT(&s, 0xc0000000 | 5 << 16 | PACKET3_WAIT_REG_MEM << 8, 3 | 1 << 4, (uint32_t)word, (uint32_t)(word >> 32), 7, 0xffffffff,
        4);
    put_fence(&s, 8, 1, RELEASE_NOTHING);
    rig_submit(&r, s.words, s.count);
    (void)rig_read(&r, R_CP_HQD_ACTIVE);
    assert_int_equal(r.host[8], 0);
    __atomic_store_n(&r.host[0x10], 7, __ATOMIC_RELEASE); /* nothing crosses a BAR */
    assert_true(rig_wait_host(&r, 8, 1));
    rig_expect_clean(&r);
    rig_close(&r);
}

void Q10_a_register_write_that_sets_a_reserved_bit_is_held_against_the_driver(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_write(&r, R_GCVM_CONTEXT1_CNTL, 7); /* ENABLE_CONTEXT and a depth of 3 */
    assert_string_equal(rig_verdict(&r), "");
    rig_write(&r, R_GCVM_CONTEXT1_CNTL, 0x80000007);
    rig_expect_verdict(&r, "GCVM_CONTEXT1_CNTL written with 0x80000007: bits 0x80000000 are reserved");
    rig_close(&r);
}
