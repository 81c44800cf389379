/* The packets the driver writes, as dwords. Sources: nvd.h and gfx_v11_0.c of the Linux kernel, sdma_v6_0_0_pkt_open.h. */
#include "amd/fault.h"
#include "amd/generation.h"
#include "amd/pm4.h"
#include "amd/sdma_packets.h"
#include "amd/vm.h"
#include "check.h"

static uint32_t data[64];
static const struct dma_format sdma6;

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
    /* gfx12: what gfx_v12_0_emit_mem_sync writes, which is what an R9700 was seen to need; gfx11 writes GLK back too. */
    static const uint32_t controls[GENERATIONS][ACQUIRE_KINDS] = {{0x3f0, 0xc3f0, 0xc3f1}, {0x3b0, 0xc3b0, 0xc3b1}};
    for (int g = 0; g < GENERATIONS; g++) {
        for (int i = 0; i < ACQUIRE_KINDS; i++) {
            struct words w = empty(64);
            check_eq(0, pm4_acquire_mem(&w, amd_generation((enum generation)g).acquire[i]));
            const uint32_t want[] = {0xc0065800, 0, 0xffffffff, 0x00ffffff, 0, 0, 10, controls[g][i]};
            check_words(want, w);
        }
    }
}

/* gfx_v12_0_ring_emit_fence: sequence bit 22, L2 write-back bit 21, cache policy 3 at bit 25, event 20 with index 5. */
static void release_mem_of_gfx12_writes_l2_back_and_the_fence_around_it(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_release_mem(&w, amd_generation(GEN_GFX12).release, 0x200000002200, 0x12345678));
    const uint32_t want[] = {0xc0064900, 1u << 22 | 1u << 21 | 3u << 25 | 20 | 5u << 8, 0x20000000, 0x2200, 0x2000, 0x12345678, 0,
                             0};
    check_words(want, w);
}

/* As sdma_v7_0_emit_copy_buffer and sdma_v7_0_emit_fill_buffer write them; other forms end with wrong bytes. */
static void sdma_7_copies_have_eight_words_and_fills_say_compression(void **state)
{
    (void)state;
    const struct dma_format sdma7 = amd_generation(GEN_GFX12).dma;
    struct words w = empty(64);
    check_eq(0, sdma_copy(&w, &sdma7, 0x200000003001, 0x200000004003, 5));
    check_eq(0, sdma_fill(&w, &sdma7, 0x200000003000, 0xab, 256));
    const uint32_t want[] = {0x80001, 4, 0, 0x4003, 0x2000, 0x3001, 0x2000, 0, 0x1000b, 0x3000, 0x2000, 0xabababab, 255};
    check_words(want, w);
    struct words full = empty(7);
    check_eq(-ENOSPC, sdma_copy(&full, &sdma7, 0, 0, 4));
    check_eq(0, full.count);
}

/* Flags as tinygrad 0.14's AM_GMC.get_pte_flags gives them for gc 11.0.0 and 12.0.1 (Q-10: nothing is shared). */
static void page_table_entries_have_their_generations_flags(void **state)
{
    (void)state;
    static const uint64_t flags[GENERATIONS][4] = {
        {0x1, 0x71, 0x400000000004f1, 0x3000000000077},
        {0x1, 0x8000000000000071, 0x80000000000004f1, 0x80c0000000000077},
    };
    for (int g = 0; g < GENERATIONS; g++) {
        struct amd_generation row = amd_generation((enum generation)g);
        check_eq(0x12345000 | flags[g][0], row.table_entry(0x12345000));
        check_eq(0x12345000 | flags[g][1], row.page_entry(0x12345000, false, false, 0));
        check_eq(0x12400000 | flags[g][2], row.page_entry(0x12400000, false, true, 9));
        check_eq(0x8012345000 | flags[g][3], row.page_entry(0x8012345000, true, false, 0));
        check_eq(0xffffffff000 | flags[g][1], row.page_entry(UINT64_C(0xfffff00000000000) | 0xffffffff000, false, false, 0));
    }
}

static void release_mem_writes_32_bits_when_all_work_has_ended(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, pm4_release_mem(&w, amd_generation(GEN_GFX11).release, 0x200000002200, 0x12345678));
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
    check_eq(0, sdma_copy(&w, &sdma6, 0x200000003001, 0x200000004003, 5));
    const uint32_t want[] = {0x1, 4, 0, 0x4003, 0x2000, 0x3001, 0x2000};
    check_words(want, w);
    check_eq(-EINVAL, sdma_copy(&w, &sdma6, 0, 0, 0));
    check_eq(-EINVAL, sdma_copy(&w, &sdma6, 0, 0, SDMA_MAX_BYTES + 1));
}

static void sdma_fill_repeats_the_byte(void **state)
{
    (void)state;
    struct words w = empty(64);
    check_eq(0, sdma_fill(&w, &sdma6, 0x200000003000, 0xab, 256));
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
        check_eq(-ENOSPC, pm4_release_mem(&w, 0, 0, 0));
        check_eq(-ENOSPC, pm4_acquire_mem(&w, 0));
        check_eq(-ENOSPC, sdma_copy(&w, &sdma6, 0, 0, 4));
        check_eq(-ENOSPC, pm4_set_sh_registers(&w, 0x2c00, values, 4));
        check_eq(0, w.count);
    }
}

static void client_9_of_a_page_fault_may_be_an_indirect_buffer_on_gfx12(void **state)
{
    (void)state;
    /* what an R9700 was seen to call an indirect buffer under the wrong VMID */
    struct vm_place nowhere = {0};
    char text[512];
    struct amd_generation gen = amd_generation(GEN_GFX12);
    fault_describe(gen.clients, "graphics", 9u << 9, 0x1000, &nowhere, text, sizeof text);
    check_says(text, "page fault: a shader (instruction fetch) or an indirect buffer read from card address 0x1000");
    gen = amd_generation(GEN_GFX11);
    fault_describe(gen.clients, "graphics", 9u << 9, 0x1000, &nowhere, text, sizeof text);
    check_says(text, "page fault: a shader (instruction fetch) read from card address 0x1000");
    fault_describe(NULL, "memory", 9u << 9, 0x1000, &nowhere, text, sizeof text);
    check_says(text, "page fault: an engine read from");
    fault_describe(gen.clients, "graphics", 200u << 9, 0x1000, &nowhere, text, sizeof text);
    check_says(text, "page fault: an engine read from");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dispatch_direct_counts_work_groups),
        cmocka_unit_test(set_sh_registers_writes_offsets_from_the_sh_base),
        cmocka_unit_test(indirect_buffer_carries_vmid_0_and_the_valid_bit),
        cmocka_unit_test(wait_shaders_is_a_cs_partial_flush_event),
        cmocka_unit_test(acquires_differ_in_the_caches_they_invalidate),
        cmocka_unit_test(release_mem_of_gfx12_writes_l2_back_and_the_fence_around_it),
        cmocka_unit_test(sdma_7_copies_have_eight_words_and_fills_say_compression),
        cmocka_unit_test(page_table_entries_have_their_generations_flags),
        cmocka_unit_test(release_mem_writes_32_bits_when_all_work_has_ended),
        cmocka_unit_test(wait_memory_compares_for_equality),
        cmocka_unit_test(dma_data_waits_for_its_own_end),
        cmocka_unit_test(sdma_copy_holds_count_minus_one),
        cmocka_unit_test(sdma_fill_repeats_the_byte),
        cmocka_unit_test(sdma_fence_and_wait_use_uncached_memory_and_equality),
        cmocka_unit_test(full_buffers_are_left_as_they_were),
        cmocka_unit_test(client_9_of_a_page_fault_may_be_an_indirect_buffer_on_gfx12),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
