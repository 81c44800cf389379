/* The memory hubs and the DMA engine on top of them: translations, staleness, faults, host memory. */
#include "rig.h"

#include <string.h>

#include "regs/sdma.h"
#include "regs/soc.h"

#define LO(v) ((uint32_t)(v))
#define HI(v) ((uint32_t)((v) >> 32))
#define FLAGS (AMDGPU_PTE_VALID | AMDGPU_PTE_READABLE | AMDGPU_PTE_WRITEABLE | AMDGPU_PTE_EXECUTABLE)

static void copy(struct rig *r, uint64_t dst, uint64_t src, uint32_t bytes, uint32_t fence)
{
    const uint64_t fence_va = RIG_HOST_VA;
    const uint32_t p[] = {SDMA_OP_COPY,
                          bytes - 1,
                          0,
                          (uint32_t)src,
                          (uint32_t)(src >> 32),
                          (uint32_t)dst,
                          (uint32_t)(dst >> 32),
                          SDMA_OP_FENCE | 3 << 16,
                          (uint32_t)fence_va,
                          (uint32_t)(fence_va >> 32),
                          fence};
    rig_submit_sdma(r, p, sizeof(p) / 4);
}

static void sdma_copies_between_host_and_vram(void **state)
{
    (void)state;
    struct rig r;
    struct sim_counters counters;
    rig_open(&r, NULL);
    rig_boot(&r);
    for (uint32_t i = 0; i < 0x4000; i++) {
        r.host[0x4000 + i] = i * 2654435761u;
    }
    copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA + 0x10000, 0x10000, 1);
    assert_true(rig_wait_host(&r, 0, 1));
    assert_int_equal(rig_vram(&r, RIG_SCRATCH + 0x8000), 0x2000 * 2654435761u);
    copy(&r, RIG_HOST_VA + 0x40000, VA(RIG_SCRATCH), 0x10000, 2);
    assert_true(rig_wait_host(&r, 0, 2));
    assert_memory_equal(&r.host[0x4000], &r.host[0x10000], 0x10000);
    sim_get_counters(r.card, &counters);
    assert_true(counters.host_read_bytes >= 0x10000 && counters.host_write_bytes >= 0x10000);
    assert_int_equal(counters.doorbells, 2);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void Q02_Q03_sdma_pointers_are_cumulative_over_many_laps(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    for (uint32_t i = 1; i <= 5 * RIG_SDMA_RING_BYTES / 44; i++) {
        copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, i);
        assert_true(rig_wait_host(&r, 0, i));
    }
    assert_true(r.sdma_wptr > 4 * RIG_SDMA_RING_BYTES);
    while (rig_read(&r, R_SDMA0_QUEUE0_RB_RPTR) != (uint32_t)r.sdma_wptr)
        ;
    rig_expect_clean(&r);
    rig_close(&r);
}

static void Q09_a_new_mapping_is_invisible_until_the_tlb_is_flushed(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    uint64_t first = RIG_VA + 0x20000000, second = first + 0x1000;
    rig_map(&r, first, RIG_DATA + 0x800000, 0x1000, FLAGS);
    rig_flush_tlb(&r);
    copy(&r, first, RIG_HOST_VA, 64, 1); /* the walk fetches the neighbours' entries as well */
    assert_true(rig_wait_host(&r, 0, 1));
    rig_map(&r, second, RIG_DATA + 0x801000, 0x1000, FLAGS);
    copy(&r, second, RIG_HOST_VA, 64, 2);
    assert_false(rig_wait_host(&r, 0, 2));
    rig_expect_verdict(&r, "TLB still holds");
    rig_close(&r);
}

static void A09_an_old_mapping_stays_until_the_tlb_is_flushed(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    uint64_t va = RIG_VA + 0x20000000;
    rig_map(&r, va, RIG_DATA + 0x800000, 0x1000, FLAGS);
    rig_flush_tlb(&r);
    r.host[16] = 0x11111111;
    copy(&r, va, RIG_HOST_VA + 64, 64, 1);
    assert_true(rig_wait_host(&r, 0, 1));
    rig_map(&r, va, RIG_DATA + 0x900000, 0x1000, FLAGS);
    r.host[16] = 0x22222222;
    copy(&r, va, RIG_HOST_VA + 64, 64, 2);
    assert_true(rig_wait_host(&r, 0, 2));
    assert_int_equal(rig_vram(&r, RIG_DATA + 0x800000), 0x22222222); /* still the old page */
    rig_flush_tlb(&r);
    copy(&r, va, RIG_HOST_VA + 64, 64, 3);
    assert_true(rig_wait_host(&r, 0, 3));
    assert_int_equal(rig_vram(&r, RIG_DATA + 0x900000), 0x22222222);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void A02_A08_a_hub_that_is_not_initialised_never_acknowledges(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_write(&r, R_GCVM_INVALIDATE_ENG17_REQ, 1 | 0xf << 19 | 1 << 23);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(rig_read(&r, R_GCVM_INVALIDATE_ENG17_ACK) & 1, 0);
    }
    rig_expect_verdict(&r, "A-08");
    rig_close(&r);
}

static void A09_the_mm_hub_wants_its_semaphore(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    assert_int_equal(rig_read(&r, R_MMVM_INVALIDATE_ENG17_SEM), 1);
    assert_int_equal(rig_read(&r, R_MMVM_INVALIDATE_ENG17_SEM), 0); /* taken */
    rig_write(&r, R_MMVM_INVALIDATE_ENG17_SEM, 0);
    rig_expect_clean(&r);
    rig_write(&r, R_MMVM_INVALIDATE_ENG17_REQ, 1 | 0xf << 19 | 1 << 23);
    rig_expect_verdict(&r, "semaphore");
    rig_close(&r);
}

static void an_unmapped_address_latches_the_fault_registers(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    uint64_t va = RIG_VA + UINT64_C(0x123456000);
    copy(&r, va, RIG_HOST_VA, 64, 1);
    uint32_t status = 0;
    assert_true(rig_wait_verdict(&r));
    status = rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_STATUS);
    assert_int_not_equal(status, 0);
    assert_int_equal(field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_RW), 1);
    assert_int_equal(field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_VMID), 0);
    assert_int_equal(rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_ADDR_LO32), (uint32_t)(va >> 12));
    assert_int_equal(rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_ADDR_HI32), (uint32_t)(va >> 44));
    rig_write(&r, R_GCVM_L2_PROTECTION_FAULT_CNTL, 1);
    assert_int_equal(rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_STATUS), 0);
    rig_expect_verdict(&r, "page fault");
    rig_close(&r);
}

static void a_read_only_page_refuses_a_write(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    uint64_t va = RIG_VA + 0x20000000;
    rig_map(&r, va, RIG_DATA + 0x800000, 0x1000, AMDGPU_PTE_VALID | AMDGPU_PTE_READABLE);
    rig_flush_tlb(&r);
    copy(&r, va, RIG_HOST_VA, 64, 1);
    assert_false(rig_wait_host(&r, 0, 1));
    rig_expect_verdict(&r, "may not be written");
    rig_close(&r);
}

static void A07_a_root_given_as_mc_address_faults(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    rig_write(&r, R_GCVM_CONTEXT0_PAGE_TABLE_BASE_ADDR_HI32, (uint32_t)(RIG_FB >> 32));
    rig_flush_tlb(&r);
    copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, 1);
    assert_false(rig_wait_host(&r, 0, 1));
    rig_expect_verdict(&r, "A-07");
    rig_close(&r);
}

static void T32_dma_to_unmapped_host_memory_is_a_panic(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, 1);
    assert_true(rig_wait_host(&r, 0, 1));
    sim_iommu_unmap(r.card, RIG_HOST_BUS, RIG_HOST_BYTES); /* the GPU's tables still point there */
    copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, 2);
    assert_false(rig_wait_host(&r, 0, 2));
    rig_expect_verdict(&r, "panic");
    rig_close(&r);
}

static void dma_without_bus_mastering_does_not_happen(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    sim_config_write(r.card, 4, 2, 2);
    copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, 1);
    assert_false(rig_wait_host(&r, 0, 1));
    rig_expect_verdict(&r, "bus mastering is off");
    rig_close(&r);
}

static void an_unknown_sdma_packet_stops_the_engine(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint32_t p[] = {0x3f};
    rig_submit_sdma(&r, p, 1);
    copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, 1);
    assert_false(rig_wait_host(&r, 0, 1));
    rig_expect_verdict(&r, "unknown packet");
    rig_close(&r);
}

static void an_sdma_trap_interrupts_only_when_enabled(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    rig_place_interrupts(&r);
    const uint32_t trap[] = {SDMA_OP_TRAP, 7};
    for (uint32_t enable = 0; enable < 2; enable++) {
        rig_write(&r, R_SDMA0_CNTL, enable);
        rig_submit_sdma(&r, trap, 2);
        copy(&r, VA(RIG_SCRATCH), RIG_HOST_VA, 64, enable + 1); /* its fence comes behind the trap */
        assert_true(rig_wait_host(&r, 0, enable + 1));
        assert_int_equal(rig_read(&r, R_IH_RB_WPTR), enable * 32);
    }
    assert_int_equal(rig_vram(&r, RIG_INTERRUPTS) & 0xffff, SOC21_IH_CLIENTID_GFX | GFX_11_0_0_SRCID_SDMA_TRAP << 8);
    rig_expect_clean(&r);
    rig_close(&r);
}

/* A copy with its cache-policy bit where another engine has it. SDMA 6 stops; SDMA 7 moves wrong data and goes on. */
static void Q12_a_copy_in_another_generations_form(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t to = VA(RIG_SCRATCH), from = RIG_HOST_VA + 64;
    const uint32_t p[] = {SDMA_OP_COPY | 1 << 28, 63, 0, LO(from), HI(from), LO(to), HI(to)};
    r.host[16] = 0x600d;
    rig_set_vram(&r, RIG_SCRATCH, 0);
    rig_submit_sdma(&r, p, 7);
    copy(&r, VA(RIG_SCRATCH + 0x1000), RIG_HOST_VA, 64, 1);
    if (r.chip->generation == GEN_GFX11) {
        assert_false(rig_wait_host(&r, 0, 1));
        rig_expect_verdict(&r, "reserved bits");
    } else {
        assert_true(rig_wait_host(&r, 0, 1));
        assert_int_not_equal(rig_vram(&r, RIG_SCRATCH), 0x600d);
        rig_expect_verdict(&r, "wrong data");
    }
    rig_close(&r);
}

/* SDMA 7's copy with a cache policy: eight dwords, and the engine finds the next packet behind them. */
static void Q12_sdma_7_copies_with_a_cache_policy_have_eight_words(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t to = VA(RIG_SCRATCH), from = RIG_HOST_VA + 64;
    const uint32_t p[] = {SDMA_OP_COPY | 1 << SDMA_7_COPY_LINEAR_CPV_BIT, 63, 0, LO(from), HI(from), LO(to), HI(to), 0x01ff00ff};
    r.host[16] = 0x600d;
    rig_submit_sdma(&r, p, 8);
    copy(&r, VA(RIG_SCRATCH + 0x1000), RIG_HOST_VA, 64, 1);
    assert_true(rig_wait_host(&r, 0, 1));
    assert_int_equal(rig_vram(&r, RIG_SCRATCH), 0x600d);
    rig_expect_clean(&r);
    rig_close(&r);
}

/* Page-table entries in the other generation's format: both a page without (or with) gfx12's mark, and a memory type in the
 * place where the other generation has it. */
static void Q10_an_entry_in_the_other_generations_format_faults(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct rig r;
        rig_open(&r, NULL);
        rig_boot(&r);
        const uint64_t va = RIG_VA + 0x20000000;
        const uint64_t wrong[GENERATIONS][2] = {
            [GEN_GFX11] = {AMDGPU_PTE_IS_PTE, AMDGPU_PTE_IS_PTE | UINT64_C(3) << PTE_MTYPE_GFX12_SHIFT},
            [GEN_GFX12] = {0, AMDGPU_PTE_IS_PTE | UINT64_C(3) << PTE_MTYPE_NV10_SHIFT},
        };
        rig_map_raw(&r, va, RIG_DATA + 0x800000, 0x1000, FLAGS | wrong[r.chip->generation][i]);
        rig_flush_tlb(&r);
        copy(&r, va, RIG_HOST_VA, 64, 1);
        assert_true(rig_wait_verdict(&r));
        assert_int_equal(r.host[0], 0);
        assert_int_not_equal(rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_STATUS), 0);
        rig_expect_verdict(&r, "Q-10");
        rig_close(&r);
    }
}

static void sdma_fills_writes_polls_and_runs_indirect_buffers(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    const uint64_t to = VA(RIG_SCRATCH), ib = VA(RIG_SCRATCH + 0x10000), fence = RIG_HOST_VA;
    const uint32_t inner[] = {SDMA_OP_WRITE, (uint32_t)(to + 0x100), (uint32_t)(to >> 32), 1, 0xaaaa5555, 0x12345678, 0, 0};
    for (uint32_t i = 0; i < 8; i++) {
        rig_set_vram(&r, RIG_SCRATCH + 0x10000 + i * 4, inner[i]);
    }
    const uint32_t p[] = {SDMA_OP_CONST_FILL | 2u << 30,
                          (uint32_t)to,
                          (uint32_t)(to >> 32),
                          0xcafef00d,
                          63,
                          SDMA_OP_INDIRECT,
                          (uint32_t)ib,
                          (uint32_t)(ib >> 32),
                          8,
                          0,
                          0,
                          SDMA_OP_POLL_REGMEM | 5u << 28 | 1u << 31,
                          (uint32_t)fence + 4,
                          (uint32_t)(fence >> 32),
                          7,
                          0xffffffff,
                          0,
                          SDMA_OP_FENCE,
                          (uint32_t)fence,
                          (uint32_t)(fence >> 32),
                          9};
    rig_submit_sdma(&r, p, sizeof(p) / 4);
    while (rig_vram(&r, RIG_SCRATCH + 0x104) != 0x12345678)
        ;
    assert_int_equal(rig_vram(&r, RIG_SCRATCH), 0xcafef00d);
    assert_int_equal(rig_vram(&r, RIG_SCRATCH + 60), 0xcafef00d);
    assert_int_not_equal(rig_vram(&r, RIG_SCRATCH + 64), 0xcafef00d);
    assert_int_equal(r.host[0], 0); /* still polling */
    __atomic_store_n(&r.host[1], 7, __ATOMIC_RELEASE);
    assert_true(rig_wait_host(&r, 0, 9));
    rig_expect_clean(&r);
    rig_close(&r);
}

static void Q16_unflushed_bar_writes_are_a_verdict_where_asked_for(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    rig_expect_clean(&r);
    rig_set_vram(&r, RIG_SCRATCH, 1);
    uint64_t fence = RIG_HOST_VA;
    const uint32_t p[] = {SDMA_OP_FENCE, (uint32_t)fence, (uint32_t)(fence >> 32), 1};
    for (uint32_t i = 0; i < 4; i++) {
        rig_set_vram(&r, RIG_SDMA_RING + i * 4, p[i]);
    }
    r.sdma_wptr = 16;
    assert_true(sim_bar_write(r.card, 2, 0x800, &r.sdma_wptr, 8));
    assert_true(rig_wait_verdict(&r));
    rig_expect_verdict(&r, "not flushed");
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sdma_copies_between_host_and_vram),
        cmocka_unit_test(Q02_Q03_sdma_pointers_are_cumulative_over_many_laps),
        cmocka_unit_test(Q09_a_new_mapping_is_invisible_until_the_tlb_is_flushed),
        cmocka_unit_test(A09_an_old_mapping_stays_until_the_tlb_is_flushed),
        cmocka_unit_test(A02_A08_a_hub_that_is_not_initialised_never_acknowledges),
        cmocka_unit_test(A09_the_mm_hub_wants_its_semaphore),
        cmocka_unit_test(an_unmapped_address_latches_the_fault_registers),
        cmocka_unit_test(a_read_only_page_refuses_a_write),
        cmocka_unit_test(A07_a_root_given_as_mc_address_faults),
        cmocka_unit_test(T32_dma_to_unmapped_host_memory_is_a_panic),
        cmocka_unit_test(dma_without_bus_mastering_does_not_happen),
        cmocka_unit_test(an_unknown_sdma_packet_stops_the_engine),
        cmocka_unit_test(an_sdma_trap_interrupts_only_when_enabled),
        cmocka_unit_test(Q12_a_copy_in_another_generations_form),
        cmocka_unit_test(Q10_an_entry_in_the_other_generations_format_faults),
        cmocka_unit_test(sdma_fills_writes_polls_and_runs_indirect_buffers),
        cmocka_unit_test(Q16_unflushed_bar_writes_are_a_verdict_where_asked_for),
    };
    const struct CMUnitTest of_gfx12[] = {
        cmocka_unit_test(Q12_sdma_7_copies_with_a_cache_policy_have_eight_words),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + (rig_generation() == GEN_GFX12 ? cmocka_run_group_tests(of_gfx12, NULL, NULL) : 0);
}
