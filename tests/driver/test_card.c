/*
 * The driver on the simulated card: copies, kernels, graphs, order and limits.
 * Names of lessons in hardware-lessons are in brackets where a test exists because of one.
 */
#include "card_rig.h"

/* ---- memory and copies --- */

static void info_tells_what_the_card_is(void **state)
{
    (void)state;
    struct exo_device_info info;
    check_eq(0, exo_get_info(device, &info));
    check_says(info.uri, card_name);
    assert_true(info.simulated);
    struct exo_device_info rows[32]; /* what the listing says of a card it has not opened is what the card says itself */
    int count = exo_list_devices(rows, 32);
    for (int i = 0; i < count; i++) {
        if (strcmp(rows[i].uri, info.uri) == 0) {
            assert_string_equal(rows[i].name, info.name);
            assert_string_equal(rows[i].arch, info.arch);
            check_eq(rows[i].compute_units, info.compute_units);
            assert_true(info.vram_bytes <= rows[i].vram_bytes); /* cards keep some for themselves (A-01: 0x7f70 MiB of 32 GiB) */
            assert_true(info.vram_bytes > rows[i].vram_bytes - (256u << 20));
            assert_true(info.vram_free > info.vram_bytes - (1ull << 30));
            return;
        }
    }
    fail_msg("%s is not among the %d listed devices", info.uri, count);
}

static void copies_are_exact_at_every_size_and_alignment(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 2, 3, 4, 5, 7, 31, 63, 64, 65, 255, 4095, 4096, 4097, 65535, 65537, (1u << 20) + 3};
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 2u << 20);
    uint8_t *out = malloc(2u << 20), *in = malloc(2u << 20);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (uint32_t shift = 0; shift < 9; shift += 1 + (sizes[s] > 5000) * 3) {
            exo_va at = exo_va_add(exo_memory_va(m), 4096 + shift);
            check_ok(exo_fill(device, exo_memory_va(m), 0x7c, 8192 + sizes[s]));
            for (uint32_t i = 0; i < sizes[s]; i++) {
                out[i] = pattern(i, sizes[s] + shift);
            }
            check_ok(exo_upload(device, at, out, sizes[s]));
            memset(in, 0, sizes[s] + 2);
            check_ok(exo_download(device, in, exo_va_add(exo_memory_va(m), 4095 + shift), sizes[s] + 2));
            check_eq(0x7c, in[0]);
            check_eq(0x7c, in[sizes[s] + 1]);
            if (memcmp(in + 1, out, sizes[s]) != 0) {
                fail_msg("%u bytes at offset %u came back different", sizes[s], shift);
            }
        }
    }
    check_ok(exo_upload(device, exo_memory_va(m), out, 0));
    check_ok(exo_download(device, in, exo_memory_va(m), 0));
    exo_free(m);
    free(out);
    free(in);
}

static void big_copies_pass_through_the_staging_ring_many_times(void **state)
{
    (void)state;
    uint64_t size = (70u << 20) + 12345; /* more than four times the ring */
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, size), *n = allocate(EXO_MEMORY_DEVICE, size);
    uint8_t *out = malloc(size), *in = calloc(1, size);
    for (uint64_t i = 0; i < size; i++) {
        out[i] = pattern(i, 5);
    }
    check_ok(exo_upload(device, exo_memory_va(m), out, size));
    check_ok(exo_copy(device, exo_memory_va(n), exo_memory_va(m), size));
    check_ok(exo_download(device, in, exo_memory_va(n), size));
    check_eq(0, memcmp(in, out, size));
    exo_free(m);
    exo_free(n);
    free(out);
    free(in);
}

static void pinned_host_memory_is_seen_by_both_sides(void **state)
{
    (void)state;
    struct exo_memory *host = allocate(EXO_MEMORY_HOST, 4096);
    unsigned *words = exo_memory_cpu(host);
    struct exo_graph *g;
    for (unsigned i = 0; i < 256; i++) {
        words[i] = i;
    }
    check_ok(exo_graph_create(device, &g));
    triple(g, exo_memory_va(host), 1, 256);
    check_ok(exo_graph_finish(g));
    run(g);
    for (unsigned i = 0; i < 256; i++) {
        check_eq(i * 3 + 1, words[i]);
    }
    const unsigned value = 77;
    check_ok(exo_upload(device, exo_memory_va(host), &value, 4));
    check_eq(77, words[0]);
    exo_graph_destroy(g);
    exo_free(host);
}

static void copies_outside_of_allocations_are_refused(void **state)
{
    (void)state;
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    uint8_t byte = 0;
    check_eq(-EINVAL, exo_upload(device, exo_va_add(exo_memory_va(m), 4096), &byte, 1));
    check_says(exo_last_error(device), "no allocation");
    check_eq(-EINVAL, exo_fill(device, exo_memory_va(m), 0, 4097));
    check_eq(-EINVAL, exo_download(device, &byte, (exo_va){0x1000}, 1));
    exo_free(m);
}

static void out_of_vram_is_enomem_with_a_sentence(void **state)
{
    (void)state;
    struct exo_memory *m = NULL;
    struct exo_device_info before, after;
    check_ok(exo_get_info(device, &before));
    check_eq(-ENOMEM, exo_alloc(device, EXO_MEMORY_DEVICE, before.vram_bytes + (1ull << 30), &m));
    check_says(exo_last_error(device), "out of VRAM");
    check_ok(exo_get_info(device, &after));
    check_eq(before.vram_free, after.vram_free);
    m = allocate(EXO_MEMORY_DEVICE, before.vram_bytes / 6 * 5);
    struct exo_memory *second = NULL;
    check_eq(-ENOMEM, exo_alloc(device, EXO_MEMORY_DEVICE, before.vram_bytes / 5, &second));
    exo_free(m);
    check_ok(exo_get_info(device, &after));
    check_eq(before.vram_free, after.vram_free);
}

static void splintered_vram_is_mapped_in_pieces(void **state)
{
    (void)state;
    enum { COUNT = 11 };
    struct exo_memory *block[COUNT];
    struct exo_device_info info;
    check_ok(exo_get_info(device, &info));
    uint64_t part = info.vram_free / 12 >> 21 << 21, size = part * 7 / 2; /* no hole is larger than two parts or so */
    for (int i = 0; i < COUNT; i++) {
        block[i] = allocate(EXO_MEMORY_DEVICE, part);
    }
    for (int i = 0; i < COUNT; i += 2) {
        exo_free(block[i]);
    }
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, size);
    uint32_t out[2] = {0x12345678, 0x9abcdef0}, in[2] = {0};
    for (uint64_t at = 0; at + 8 <= size; at += (512u << 20) - 4) {
        out[0] ^= (uint32_t)at;
        check_ok(exo_upload(device, exo_va_add(exo_memory_va(m), at), out, 8));
        check_ok(exo_download(device, in, exo_va_add(exo_memory_va(m), at), 8));
        check_eq(out[0], in[0]);
        check_eq(out[1], in[1]);
    }
    exo_free(m);
    for (int i = 1; i < COUNT; i += 2) {
        exo_free(block[i]);
    }
}

static void downloads_nobody_waits_for_block_nobody(void **state)
{
    (void)state;
    enum { PARTS = 24, PART = 3 * (STAGING_BYTES / 8) + 5, WORD = 64 };
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, (uint64_t)PARTS * PART);
    uint8_t *got = calloc(PARTS, PART), *sent = malloc(PART), small[WORD], back[WORD];
    for (uint32_t i = 0; i < PARTS; i++) {
        memset(sent, (int)(i + 1), PART);
        check_ok(exo_upload(device, exo_va_add(exo_memory_va(m), (uint64_t)i * PART), sent, PART));
    }
    for (uint32_t i = 0; i < PARTS; i++) { /* more than the ring holds, with uploads in between that overwrite what was read */
        exo_va at = exo_va_add(exo_memory_va(m), (uint64_t)i * PART);
        check_ok(exo_download_async(device, got + (size_t)i * PART, at, PART));
        memset(small, 0xee, sizeof small);
        check_ok(exo_upload(device, at, small, sizeof small));
        check_ok(exo_download(device, back, at, sizeof back));
        assert_memory_equal(small, back, sizeof back);
    }
    check_ok(exo_finish_downloads(device));
    for (uint32_t i = 0; i < PARTS; i++) {
        memset(sent, (int)(i + 1), PART);
        assert_memory_equal(sent, got + (size_t)i * PART, PART);
    }
    check_ok(exo_finish_downloads(device));
    free(got);
    free(sent);
    exo_free(m);
}

static void copies_without_a_wait_end_at_their_fence(void **state)
{
    (void)state;
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 1 << 20), *host = allocate(EXO_MEMORY_HOST, 4096);
    exo_fence fence = 1;
    check_ok(exo_copy_async(device, exo_memory_va(host), exo_memory_va(m), 0, &fence));
    check_eq(0, fence);
    check_ok(exo_fill(device, exo_memory_va(m), 0x5a, 4096));
    check_ok(exo_copy_async(device, exo_memory_va(host), exo_memory_va(m), 4096, &fence));
    check_ok(exo_wait(device, fence, PATIENCE_US));
    check_eq(0x5a, ((volatile uint8_t *)exo_memory_cpu(host))[4095]);
    exo_free(host);
    exo_free(m);
}

static void freed_addresses_work_again_for_pages_of_the_other_size(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) { /* 2 MiB pages and 4 KiB tails take turns at the same addresses */
        uint64_t size = i % 2 ? (4u << 20) : (2u << 20) + 8192;
        struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, size);
        uint32_t out = 0xabc00000u + (uint32_t)i, in = 0;
        check_ok(exo_upload(device, exo_va_add(exo_memory_va(m), size - 4), &out, 4));
        check_ok(exo_download(device, &in, exo_va_add(exo_memory_va(m), size - 4), 4));
        check_eq(out, in);
        exo_free(m);
    }
}

/* ---- kernels and graphs --- */

static void kernel_info_comes_from_the_descriptor(void **state)
{
    (void)state;
    struct exo_kernel_info info;
    exo_kernel_get_info(kernel("reverse_in_local"), &info);
    check_eq(256, info.lds_bytes);
    check_eq(8, info.kernarg_bytes);
    check_eq(32, info.wave_size);
    struct exo_kernel *none;
    check_eq(-ENOENT, exo_module_kernel(module, "nothing", &none));
    check_says(exo_last_error(device), "nothing");
}

static void local_memory_and_barriers_work(void **state)
{
    (void)state;
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 256);
    exo_va va = exo_memory_va(m);
    unsigned words[64];
    struct exo_graph *g;
    for (unsigned i = 0; i < 64; i++) {
        words[i] = i;
    }
    check_ok(exo_upload(device, va, words, sizeof words));
    check_ok(exo_graph_create(device, &g));
    dispatch(g, "reverse_in_local", 64, &va, sizeof va);
    check_ok(exo_graph_finish(g));
    run(g);
    check_ok(exo_download(device, words, va, sizeof words));
    for (unsigned i = 0; i < 64; i++) {
        check_eq(63 - i, words[i]);
    }
    exo_graph_destroy(g);
    exo_free(m);
}

static void kernels_learn_their_launch_from_hidden_arguments_and_packet(void **state)
{
    (void)state;
    struct exo_memory *m = allocate(EXO_MEMORY_HOST, 4096);
    exo_va va = exo_memory_va(m), second = exo_va_add(va, 64);
    volatile unsigned *words = exo_memory_cpu(m);
    struct exo_graph *g;
    check_ok(exo_graph_create(device, &g));
    dispatch(g, "tell_hidden", 64 * 7, &va, 8);
    dispatch(g, "tell_packet", 64 * 9, &second, 8);
    check_ok(exo_graph_finish(g));
    run(g);
    check_eq(7, words[0]);
    check_eq(64, words[1]);
    check_eq(1, words[2]);
    check_eq(64, words[16]);
    check_eq(64 * 9, words[17]);
    exo_graph_destroy(g);
    exo_free(m);
}

static unsigned sorted_privately(unsigned i)
{
    unsigned own[64], v = i & 63;
    for (unsigned k = 0; k < 64; k++) {
        own[k] = (k * 37 + i) & 63;
    }
    for (unsigned k = 0; k < 64; k++) {
        v = own[v & 63];
        own[(v + k) & 63] = v ^ k;
    }
    return v;
}

static void private_memory_is_each_lanes_own(void **state)
{
    (void)state;
    enum { COUNT = 64 * 20 };
    static unsigned words[COUNT];
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, sizeof words);
    struct exo_kernel_info info;
    struct exo_graph *g;
    struct {
        exo_va words;
        unsigned mask;
    } a = {exo_memory_va(m), 63};
    exo_kernel_get_info(kernel("sort_privately"), &info);
    assert_true(info.scratch_bytes >= 256);
    check_ok(exo_graph_create(device, &g));
    dispatch(g, "sort_privately", COUNT, &a, 12);
    check_ok(exo_graph_finish(g));
    run(g);
    check_ok(exo_download(device, words, a.words, sizeof words));
    for (unsigned i = 0; i < COUNT; i++) {
        check_eq(sorted_privately(i), words[i]);
    }
    exo_graph_destroy(g);
    exo_free(m);
}

static void barriers_order_dispatches_and_copies(void **state)
{
    (void)state;
    enum { COUNT = 1000, STEPS = 20 };
    static unsigned words[COUNT];
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 3 * sizeof words);
    exo_va a = exo_memory_va(m), b = exo_va_add(a, sizeof words), c = exo_va_add(b, sizeof words);
    struct exo_graph *g;
    check_ok(exo_fill(device, a, 0, 3 * sizeof words));
    check_ok(exo_graph_create(device, &g));
    unsigned want = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        triple(g, a, i, COUNT);
        want = want * 3 + i;
        check_ok(exo_graph_barrier(g));
        check_ok(exo_graph_copy(g, b, a, sizeof words));
        check_ok(exo_graph_barrier(g));
        struct {
            exo_va to, from;
            unsigned count;
        } copy = {c, b, COUNT};
        dispatch(g, "copy_words", COUNT, &copy, 20);
        check_ok(exo_graph_barrier(g));
        check_ok(exo_graph_copy(g, a, c, sizeof words));
        check_ok(exo_graph_barrier(g));
    }
    check_ok(exo_graph_finish(g));
    run(g);
    check_ok(exo_download(device, words, a, sizeof words));
    for (unsigned i = 0; i < COUNT; i++) {
        check_eq(want, words[i]);
    }
    exo_graph_destroy(g);
    exo_free(m);
}

static void barriers_with_nothing_to_order_cost_nothing(void **state)
{
    (void)state;
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct exo_graph *g;
    check_ok(exo_graph_create(device, &g));
    check_ok(exo_graph_barrier(g));
    check_eq(0, g->graph->words.count);
    triple(g, exo_memory_va(m), 1, 1);
    check_ok(exo_graph_barrier(g));
    uint32_t words = g->graph->words.count;
    check_ok(exo_graph_barrier(g));
    check_eq(words, g->graph->words.count);
    triple(g, exo_memory_va(m), 1, 1); /* the same launch again: its argument address and the dispatch, nothing else */
    check_eq(words + 4 + 5, g->graph->words.count);
    exo_graph_destroy(g);
    exo_free(m);
}

static void a_replayed_graph_costs_one_doorbell_and_no_read_each(void **state)
{
    (void)state;
    enum { REPLAYS = 1000 };
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct exo_counters before, after;
    struct exo_graph *g;
    unsigned want = 1, got = 1;
    exo_fence fence = 0;
    check_ok(exo_upload(device, exo_memory_va(m), &want, 4));
    check_ok(exo_graph_create(device, &g));
    triple(g, exo_memory_va(m), 5, 1);
    check_ok(exo_graph_finish(g));
    run(g);
    want = want * 3 + 5;
    exo_get_counters(device, &before);
    for (int i = 0; i < REPLAYS; i++) {
        check_ok(exo_submit(device, &g, 1, &fence));
        if (i % 10 == 0) {
            check_ok(exo_wait(device, fence, PATIENCE_US));
        }
        want = want * 3 + 5;
    }
    check_ok(exo_wait(device, fence, PATIENCE_US));
    exo_get_counters(device, &after);
    check_eq(REPLAYS, after.submissions - before.submissions);
    check_eq(REPLAYS, after.doorbells - before.doorbells);
    check_eq(0, after.mmio_reads - before.mmio_reads);
    check_eq(0, after.mmio_writes - before.mmio_writes);
    check_ok(exo_download(device, &got, exo_memory_va(m), 4));
    check_eq(want, got);
    exo_graph_destroy(g);
    exo_free(m);
}

static void many_graphs_in_one_submission_run_in_order_with_one_doorbell(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct exo_graph *g[COUNT];
    struct exo_counters before, after;
    unsigned want = 0, got = 0;
    exo_fence fence;
    check_ok(exo_upload(device, exo_memory_va(m), &want, 4));
    for (unsigned i = 0; i < COUNT; i++) {
        check_ok(exo_graph_create(device, &g[i]));
        triple(g[i], exo_memory_va(m), i, 1);
        check_ok(exo_graph_finish(g[i]));
        want = want * 3 + i;
    }
    exo_get_counters(device, &before);
    check_ok(exo_submit(device, g, COUNT, &fence));
    check_ok(exo_wait(device, fence, PATIENCE_US));
    exo_get_counters(device, &after);
    check_eq(1, after.doorbells - before.doorbells);
    check_ok(exo_download(device, &got, exo_memory_va(m), 4));
    check_eq(want, got);
    for (unsigned i = 0; i < COUNT; i++) {
        exo_graph_destroy(g[i]);
    }
    exo_free(m);
}

static void both_rings_survive_more_than_three_laps(void **state)
{
    (void)state; /* copies and graphs take turns, so that each waits for the other's fence */
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct amd *a = amd_from(device->engine);
    struct exo_graph *g;
    unsigned want = 3, got = 0;
    check_ok(exo_graph_create(device, &g));
    triple(g, exo_memory_va(m), 1, 1);
    check_ok(exo_graph_finish(g));
    uint64_t laps = 3 * (uint64_t)a->compute.ring_dwords + 100, start = a->compute.written, dma = a->sdma.written;
    check_ok(exo_upload(device, exo_memory_va(m), &want, 4));
    while (a->compute.written - start < laps || a->sdma.written - dma < laps) {
        exo_fence fence;
        check_ok(exo_submit(device, &g, 1, &fence));
        want = want * 3 + 1;
        check_ok(exo_upload(device, exo_va_add(exo_memory_va(m), 8), &want, 4));
    }
    check_ok(exo_download(device, &got, exo_memory_va(m), 4));
    check_eq(want, got);
    check_ok(exo_download(device, &got, exo_va_add(exo_memory_va(m), 8), 4));
    check_eq(want, got);
    exo_graph_destroy(g);
    exo_free(m);
}

static void a_graph_can_be_encoded_anew(void **state)
{
    (void)state;
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 1u << 16);
    struct exo_graph *g;
    unsigned got = 0;
    check_ok(exo_graph_create(device, &g));
    check_ok(exo_fill(device, exo_memory_va(m), 0, 1u << 16));
    for (unsigned round = 1; round <= 5; round++) {
        check_ok(exo_graph_reset(g));
        for (unsigned i = 0; i < round * 100; i++) {
            triple(g, exo_va_add(exo_memory_va(m), 4 * (i % 4096)), round, 1);
            check_ok(exo_graph_barrier(g));
        }
        check_ok(exo_graph_finish(g));
        run(g);
    }
    check_ok(exo_download(device, &got, exo_memory_va(m), 4));
    check_eq((((1 * 3 + 2) * 3 + 3) * 3 + 4) * 3 + 5, got);
    exo_graph_destroy(g);
    exo_free(m);
}

static void wrong_dispatches_are_refused_with_a_sentence(void **state)
{
    (void)state;
    struct exo_graph *g, *empty;
    exo_va va = {0};
    exo_fence fence;
    check_ok(exo_graph_create(device, &g));
    struct exo_dispatch d = {kernel("reverse_in_local"), {1, 1, 1}, {64, 1, 1}, &va, 8, 0};
    struct exo_dispatch none = d, many = d, items = d, arguments = d, local = d;
    none.groups[1] = 0;
    many.groups[1] = 65536; /* gfx12 would count them modulo that */
    items.group_size[0] = 2048;
    arguments.kernarg_bytes = 4;
    local.dynamic_lds_bytes = 65536;
    check_eq(-EINVAL, exo_graph_dispatch(g, &none));
    check_eq(-EINVAL, exo_graph_dispatch(g, &many));
    check_says(exo_last_error(device), "65535");
    check_eq(-EINVAL, exo_graph_dispatch(g, &items));
    check_says(exo_last_error(device), "reverse_in_local");
    check_eq(-EINVAL, exo_graph_dispatch(g, &arguments));
    check_eq(-EINVAL, exo_graph_dispatch(g, &local));
    check_eq(-EINVAL, exo_submit(device, &g, 1, &fence));
    check_says(exo_last_error(device), "finished");
    check_ok(exo_graph_create(device, &empty));
    check_ok(exo_graph_finish(empty));
    run(empty);
    exo_graph_destroy(g);
    exo_graph_destroy(empty);
}

static void new_code_at_an_old_address_runs(void **state)
{
    (void)state; /* two modules that differ in one constant take turns at the same address */
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    unsigned want = 1, got = 0;
    exo_module_unload(module);
    for (int i = 0; i < 6; i++) {
        struct image image = i % 2 ? IMAGE_FOR(test_kernels_other_images, device) : IMAGE_FOR(test_kernels_images, device);
        struct exo_graph *g;
        check_ok(exo_upload(device, exo_memory_va(m), &want, 4));
        check_ok(exo_module_load(device, image.bytes, image.size, &module));
        check_ok(exo_graph_create(device, &g));
        triple(g, exo_memory_va(m), 1, 1);
        check_ok(exo_graph_finish(g));
        run(g);
        check_ok(exo_download(device, &got, exo_memory_va(m), 4));
        want = want * (i % 2 ? 5 : 3) + 1;
        check_eq(want, got);
        exo_graph_destroy(g);
        exo_module_unload(module);
    }
    struct image image = IMAGE_FOR(test_kernels_images, device);
    check_ok(exo_module_load(device, image.bytes, image.size, &module));
    exo_free(m);
}

struct worker {
    pthread_t thread;
    unsigned seed;
    int failures;
};

static void *copy_to_and_fro(void *argument)
{
    struct worker *w = argument;
    struct exo_memory *m = NULL;
    uint8_t *out = malloc(300000), *in = malloc(300000);
    w->failures += exo_alloc(device, EXO_MEMORY_DEVICE, 300000, &m) != 0;
    for (unsigned n = 0; n < 30 && !w->failures; n++) {
        uint32_t size = 1 + (w->seed * 7919 + n * 104729) % 300000;
        for (uint32_t i = 0; i < size; i++) {
            out[i] = pattern(i, w->seed + n);
        }
        w->failures += exo_upload(device, exo_memory_va(m), out, size) != 0;
        w->failures += exo_download(device, in, exo_memory_va(m), size) != 0;
        w->failures += memcmp(in, out, size) != 0;
    }
    exo_free(m);
    free(out);
    free(in);
    return NULL;
}

static void several_threads_may_use_one_device(void **state)
{
    (void)state;
    struct worker w[4] = {0};
    for (unsigned i = 0; i < 4; i++) {
        w[i].seed = i + 1;
        check_eq(0, pthread_create(&w[i].thread, NULL, copy_to_and_fro, &w[i]));
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(w[i].thread, NULL);
        check_eq(0, w[i].failures);
    }
}

int main(int argc, char **argv)
{
    choose_card(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(info_tells_what_the_card_is),
        cmocka_unit_test(copies_are_exact_at_every_size_and_alignment),
        cmocka_unit_test(big_copies_pass_through_the_staging_ring_many_times),
        cmocka_unit_test(pinned_host_memory_is_seen_by_both_sides),
        cmocka_unit_test(copies_outside_of_allocations_are_refused),
        cmocka_unit_test(out_of_vram_is_enomem_with_a_sentence),
        cmocka_unit_test(splintered_vram_is_mapped_in_pieces),
        cmocka_unit_test(downloads_nobody_waits_for_block_nobody),
        cmocka_unit_test(copies_without_a_wait_end_at_their_fence),
        cmocka_unit_test(freed_addresses_work_again_for_pages_of_the_other_size),
        cmocka_unit_test(kernel_info_comes_from_the_descriptor),
        cmocka_unit_test(local_memory_and_barriers_work),
        cmocka_unit_test(kernels_learn_their_launch_from_hidden_arguments_and_packet),
        cmocka_unit_test(private_memory_is_each_lanes_own),
        cmocka_unit_test(barriers_order_dispatches_and_copies),
        cmocka_unit_test(barriers_with_nothing_to_order_cost_nothing),
        cmocka_unit_test(a_replayed_graph_costs_one_doorbell_and_no_read_each),
        cmocka_unit_test(many_graphs_in_one_submission_run_in_order_with_one_doorbell),
        cmocka_unit_test(both_rings_survive_more_than_three_laps),
        cmocka_unit_test(a_graph_can_be_encoded_anew),
        cmocka_unit_test(wrong_dispatches_are_refused_with_a_sentence),
        cmocka_unit_test(new_code_at_an_old_address_runs),
        cmocka_unit_test(several_threads_may_use_one_device),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
