/* The packets the driver writes, as dwords. Sources: nvd.h and gfx_v11_0.c of the Linux kernel, sdma_v6_0_0_pkt_open.h. */
#include "amd/pm4.h"
#include "amd/sdma_packets.h"
#include "check.h"

static uint32_t data[64];

static struct words empty(uint32_t capacity)
{
    memset(data, 0, sizeof data);
    return (struct words){data, 0, capacity};
}

static void dispatch_direct_counts_work_groups(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_dispatch_direct(&w, (const uint32_t[]){7, 2, 1}, 0x8005)); /* */
    const uint32_t want[] = {0xc0031500, 7, 2, 1, 0x8005};
    check_words(want, w);
}

static void set_sh_registers_writes_offsets_from_the_sh_base(void **state)
{
    (void)state;
    struct words w = empty(64);
    const uint32_t values[] = {0x11, 0x22};
    check_eq(0, pm4_set_sh_registers(&w, 0x2e0c, values, 2)); /* COMPUTE_PGM_LO, _HI */
    const uint32_t want[] = {0xc0027600, 0x20c, 0x11, 0x22};
    check_words(want, w);
    check_eq(-EINVAL, pm4_set_sh_registers(&w, 0x2bff, values, 1));
    check_eq(-EINVAL, pm4_set_sh_registers(&w, 0x2fff, values, 2));
}

static void indirect_buffer_carries_vmid_0_and_the_valid_bit(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_indirect_buffer(&w, 0x200000001000, 100)); /* */
    const uint32_t want[] = {0xc0023f00, 0x1000, 0x2000, 0x800064};
    check_words(want, w);
}

static void wait_shaders_is_a_cs_partial_flush_event(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_wait_shaders(&w));
    const uint32_t want[] = {0xc0004600, 0x407};
    check_words(want, w);
}

static void acquires_differ_in_the_caches_they_invalidate(void **state)
{
    (void)state;
    const uint32_t controls[] = {0x3f0, 0xc3f0, 0xc3f1}; /* Q-13 saw 0xc3b1 on gfx12, which lacks GLK_WB */
    for (int i = 0; i < 3; i++) {
        struct words w = empty(64);
        check_eq(0, pm4_acquire_mem(&w, (enum pm4_acquire)i));
        const uint32_t want[] = {0xc0065800, 0, 0xffffffff, 0x00ffffff, 0, 0, 10, controls[i]};
        check_words(want, w);
    }
}

static void release_mem_writes_32_bits_when_all_work_has_ended(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_release_mem(&w, 0x200000002200, 0x12345678));
    const uint32_t want[] = {0xc0064900, 0x0070f514, 0x20000000, 0x2200, 0x2000, 0x12345678, 0, 0};
    check_words(want, w);
}

static void wait_memory_compares_for_equality(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_wait_memory_equal(&w, 0x200000002400, 9));
    const uint32_t want[] = {0xc0053c00, 0x13, 0x2400, 0x2000, 9, 0xffffffff, 4};
    check_words(want, w);
}

static void dma_data_waits_for_its_own_end(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_dma_data(&w, 0x200000003000, 0x200000004000, 4096));
    const uint32_t want[] = {0xc0055000, 0xe0300000, 0x4000, 0x2000, 0x3000, 0x2000, 4096};
    check_words(want, w);
    check_eq(-EINVAL, pm4_dma_data(&w, 0, 0, 0));
    check_eq(-EINVAL, pm4_dma_data(&w, 0, 0, PM4_DMA_MAX_BYTES + 1));
}

static void sdma_copy_holds_count_minus_one(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, sdma_copy(&w, 0x200000003001, 0x200000004003, 5));
    const uint32_t want[] = {0x1, 4, 0, 0x4003, 0x2000, 0x3001, 0x2000};
    check_words(want, w);
    check_eq(-EINVAL, sdma_copy(&w, 0, 0, 0));
    check_eq(-EINVAL, sdma_copy(&w, 0, 0, SDMA_MAX_BYTES + 1));
}

static void sdma_fill_repeats_the_byte(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, sdma_fill(&w, 0x200000003000, 0xab, 256));
    const uint32_t want[] = {0xb, 0x3000, 0x2000, 0xabababab, 255};
    check_words(want, w);
}

static void sdma_fence_and_wait_use_uncached_memory_and_equality(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, sdma_fence(&w, 0x200000002400, 8)); /* */
    check_eq(0, sdma_wait_equal(&w, 0x200000002200, 7));
    const uint32_t want[] = {0x30005, 0x2400, 0x2000, 8, 0xb0000008, 0x2200, 0x2000, 7, 0xffffffff, 0x0fff0004};
    check_words(want, w);
}

static void full_buffers_are_left_as_they_were(void **state)
{
    (void)state;
    const uint32_t values[4] = {0};
    for (uint32_t room = 0; room < 5; room++) {
        struct words w = empty(room);
        check_eq(room < 5 ? -ENOSPC : 0, pm4_dispatch_direct(&w, values, 0));
        check_eq(-ENOSPC, pm4_release_mem(&w, 0, 0));
        check_eq(-ENOSPC, pm4_acquire_mem(&w, PM4_ACQUIRE_MEMORY));
        check_eq(-ENOSPC, sdma_copy(&w, 0, 0, 4));
        check_eq(-ENOSPC, pm4_set_sh_registers(&w, 0x2c00, values, 4));
        check_eq(0, w.count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dispatch_direct_counts_work_groups),
        cmocka_unit_test(set_sh_registers_writes_offsets_from_the_sh_base),
        cmocka_unit_test(indirect_buffer_carries_vmid_0_and_the_valid_bit),
        cmocka_unit_test(wait_shaders_is_a_cs_partial_flush_event),
        cmocka_unit_test(acquires_differ_in_the_caches_they_invalidate),
        cmocka_unit_test(release_mem_writes_32_bits_when_all_work_has_ended),
        cmocka_unit_test(wait_memory_compares_for_equality),
        cmocka_unit_test(dma_data_waits_for_its_own_end),
        cmocka_unit_test(sdma_copy_holds_count_minus_one),
        cmocka_unit_test(sdma_fill_repeats_the_byte),
        cmocka_unit_test(sdma_fence_and_wait_use_uncached_memory_and_equality),
        cmocka_unit_test(full_buffers_are_left_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
