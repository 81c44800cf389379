/*
 * The driver when things go wrong on the simulated card: every bring-up step failing, faults of waves, packets and doorbells,
 * memory as it is found, hangs, closing in flight, a card that leaves.
 */
#include "card_rig.h"

/* ---- bring-up and faults: each with a card of its own --- */

static void a_second_session_finds_the_card_clean(void **state)
{
    (void)state; /* */
    for (int i = 0; i < 3; i++) {
        struct exo_device *d = open_card();
        exo_close(d);
    }
}

struct seen {
    int steps, failures;
    char advice[256];
};

static void see_step(void *user, const char *step, int rc, uint64_t elapsed_us, const char *advice)
{
    struct seen *s = user;
    (void)elapsed_us;
    assert_non_null(step);
    s->steps++;
    s->failures += rc != 0;
    if (rc) {
        snprintf(s->advice, sizeof s->advice, "%s", advice);
    }
}

static void every_step_may_fail_and_the_sentence_names_it(void **state)
{
    (void)state;
    for (int i = 0; i < amd_step_count(); i++) {
        struct seen seen = {0};
        struct exo_open_options options = {.on_step = see_step, .on_step_user = &seen};
        struct engine *e = NULL;
        struct err why = {0};
        check_eq(-EIO, amd_open(CARD, &options, i, &e, &why));
        check_says(why.text, amd_step_name(i));
        check_eq(i + 1, seen.steps);
        check_eq(1, seen.failures);
        assert_true(seen.advice[0] != 0);
    }
    exo_close(open_card());
}

/* Another card for one test: what is broken about it is in the URI. */
static struct exo_device *shared_device;
static struct exo_module *shared_module;

static void borrow_card(const char *uri)
{
    char why[EXO_ERROR_SIZE] = "";
    shared_device = device;
    shared_module = module;
    if (exo_open(uri, NULL, &device, why, sizeof why)) {
        fail_msg("%s: %s", uri, why);
    }
    struct image image = IMAGE_FOR(test_kernels_images, device);
    check_ok(exo_module_load(device, image.bytes, image.size, &module));
}

static void return_card(void)
{
    exo_close(device);
    device = shared_device;
    module = shared_module;
}

static void a_page_fault_is_explained(void **state)
{
    (void)state;
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct {
        exo_va address;
        unsigned value;
    } a = {exo_va_add(exo_memory_va(m), 4096 + 16), 1};
    struct exo_graph *g;
    exo_fence fence;
    check_ok(exo_graph_create(device, &g));
    dispatch(g, "write_anywhere", 1, &a, 12);
    check_ok(exo_graph_finish(g));
    check_ok(exo_submit(device, &g, 1, &fence));
    check_eq(-EIO, exo_wait(device, fence, 1000000));
    check_says(exo_last_error(device), "page fault");
    check_says(exo_last_error(device), "wrote to");
    check_says(exo_last_error(device), "behind the end of an allocation of 4096 bytes");
    assert_true(exo_is_lost(device));
    assert_true(exo_submit(device, &g, 1, &fence) < 0);
    check_says(exo_last_error(device), "page fault");
    return_card();
}

/* A look each second, and two for a doorbell; a busy machine may take a few times that, the deadlines are far above it. */
#define PROMPT_US 8000000

/* Submits a graph of one kernel and expects its failure, with the words, long before the deadline. */
static void expect_prompt_failure(const char *name, const void *arguments, uint32_t bytes, const char *const *words)
{
    struct exo_graph *g;
    exo_fence fence;
    check_ok(exo_graph_create(device, &g));
    dispatch(g, name, 64, arguments, bytes);
    check_ok(exo_graph_finish(g));
    check_ok(exo_submit(device, &g, 1, &fence));
    uint64_t start = clock_now_us();
    check_eq(-EIO, exo_wait(device, fence, 60000000));
    uint64_t took = clock_now_us() - start;
    for (; *words; words++) {
        check_says(exo_last_error(device), *words);
    }
    if (took > PROMPT_US) {
        fail_msg("wanted the sentence within %d us, it came after %llu us", PROMPT_US, (unsigned long long)took);
    }
    assert_true(exo_is_lost(device));
    assert_true(exo_submit(device, &g, 1, &fence) < 0);
}

static void a_fault_is_found_long_before_the_deadline(void **state)
{
    (void)state;
    static const char *const words[] = {"page fault", "0x300000000000", "the wave stopped at", NULL};
    borrow_card(CARD);
    struct {
        exo_va address;
        unsigned value;
    } a = {{0x300000000000}, 1};
    expect_prompt_failure("write_anywhere", &a, 12, words);
    return_card();
}

static void fresh_memory_is_poison_around_what_was_uploaded(void **state)
{
    (void)state; /* whole blocks are never poisoned on the simulated card, parts of blocks must be */
    enum { SIZE = 4 << 20 };
    static const struct {
        uint32_t at, size;
    } rows[] = {{0, 65536}, {65536 + 100, 12}, {3 * 65536 - 8, 16}, {(1 << 20) + 4, 2 << 20}, {SIZE - 3, 3}};
    const uint64_t poison = 0xffc17c017fc17c01;
    uint8_t *want = malloc(SIZE), *got = malloc(SIZE);
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, SIZE);
    for (uint32_t i = 0; i < SIZE; i += 8) {
        memcpy(want + i, &poison, 8);
    }
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        for (uint32_t i = 0; i < rows[r].size; i++) {
            want[rows[r].at + i] = pattern(i, (uint32_t)r);
        }
        check_ok(exo_upload(device, exo_va_add(exo_memory_va(m), rows[r].at), want + rows[r].at, rows[r].size));
    }
    check_ok(exo_download(device, got, exo_memory_va(m), SIZE));
    for (uint32_t i = 0; i < SIZE; i++) {
        if (want[i] != got[i]) {
            fail_msg("byte %u: wanted %#x, got %#x", i, want[i], got[i]);
        }
    }
    return_card();
    free(want);
    free(got);
}

static uint64_t memory_read_by(unsigned dispatches, exo_va to, exo_va from, unsigned words)
{
    struct {
        exo_va to, from;
        unsigned count;
    } a = {to, from, words};
    struct exo_counters before, after;
    struct exo_graph *g;
    check_ok(exo_graph_create(device, &g));
    for (unsigned i = 0; i < dispatches; i++) {
        dispatch(g, "copy_words", words, &a, 20);
        check_ok(exo_graph_barrier(g));
    }
    check_ok(exo_graph_finish(g));
    exo_get_counters(device, &before);
    run(g);
    exo_get_counters(device, &after);
    exo_graph_destroy(g);
    return after.vram_read_bytes - before.vram_read_bytes;
}

static void what_caches_answer_is_not_counted_as_memory_read(void **state)
{
    (void)state;
    enum { SMALL = 64 << 10, BIG = 16 << 20 };
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 3 * BIG);
    exo_va from = exo_memory_va(m), to = exo_va_add(from, BIG + (1 << 20)); /* other lines of the direct-mapped L2 */
    uint64_t once = memory_read_by(1, to, from, SMALL / 4), again = memory_read_by(4, to, from, SMALL / 4);
    uint64_t big = memory_read_by(2, to, from, BIG / 4);
    if (once < SMALL || once > SMALL * 11 / 10 || again > SMALL * 13 / 10) {
        fail_msg("64 KiB read once: wanted about %d bytes of memory, got %llu; four times, from L2: got %llu", SMALL,
                 (unsigned long long)once, (unsigned long long)again);
    }
    if (big < 2ull * BIG || big > 22ull * BIG / 10) {
        fail_msg("16 MiB do not fit L2: reading them twice wanted about %d bytes, got %llu", 2 * BIG, (unsigned long long)big);
    }
    return_card();
}

static void an_illegal_instruction_names_its_address(void **state)
{
    (void)state;
    static const char *const words[] = {"shader fault", "an instruction that cannot be executed", "at card address",
                                        "inside an allocation of", NULL};
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    exo_va at = exo_memory_va(m);
    expect_prompt_failure("run_nonsense", &at, 8, words);
    return_card();
}

static void a_packet_that_cannot_be_executed_ends_the_wait(void **state)
{
    (void)state;
    static const char *const words[] = {"command processor met a packet that it cannot execute", "of a command buffer", NULL};
    borrow_card(card_with("?fault=bad_packet_at=1"));
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    exo_va at = exo_memory_va(m);
    expect_prompt_failure("reverse_in_local", &at, 8, words);
    return_card();
}

static void a_doorbell_that_goes_unheard_ends_the_wait(void **state)
{
    (void)state; /* */
    static const char *const words[] = {"did not hear the compute queue's doorbell", NULL};
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    exo_va at = exo_memory_va(m);
    amd_from(device->engine)->compute.doorbell_byte += 64;
    expect_prompt_failure("reverse_in_local", &at, 8, words);
    return_card();
}

static void a_wave_that_never_ends_is_a_hang_long_before_the_deadline(void **state)
{
    (void)state;
    static const char *const words[] = {"the card hangs", "of a command buffer", NULL};
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct {
        exo_va word;
        unsigned rounds;
    } a = {exo_memory_va(m), 0xffffffff};
    amd_from(device->engine)->overdue.hang_us = 900000;
    expect_prompt_failure("spin", &a, 12, words);
    return_card();
}

static uint64_t time_spins(exo_va word, unsigned count)
{
    struct {
        exo_va word;
        unsigned rounds;
    } a = {word, 1000000};
    struct exo_graph *g;
    exo_fence fence;
    check_ok(exo_graph_create(device, &g));
    for (unsigned i = 0; i < count; i++) {
        dispatch(g, "spin", 1, &a, 12);
        check_ok(exo_graph_barrier(g));
    }
    check_ok(exo_graph_finish(g));
    uint64_t start = clock_now_us();
    check_ok(exo_submit(device, &g, 1, &fence));
    check_ok(exo_wait(device, fence, 100000000));
    exo_graph_destroy(g);
    return clock_now_us() - start;
}

static void long_work_is_not_taken_for_a_hang(void **state)
{
    (void)state;
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    uint64_t *hang_us = &amd_from(device->engine)->overdue.hang_us;
    *hang_us = 50000000;
    uint64_t one = time_spins(exo_memory_va(m), 2); /* hosts differ by orders of magnitude: emulators, sanitizers */
    *hang_us = 4 * one + 200000;
    uint64_t all = time_spins(exo_memory_va(m), 20 + (unsigned)(800000 / (one + 1)));
    print_message("two dispatches took %llu us, all %llu, a hang is %llu\n", (unsigned long long)one, (unsigned long long)all,
                  (unsigned long long)*hang_us);
    bool conclusive = all > *hang_us; /* a machine that is busy at first and idle later proves nothing */
    return_card();
    if (!conclusive) {
        skip();
    }
}

static void work_that_never_ends_is_a_timeout_and_can_be_closed(void **state)
{
    (void)state;
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct {
        exo_va word;
        unsigned rounds;
    } a = {exo_memory_va(m), 0xffffffff};
    struct exo_graph *g;
    exo_fence fence;
    check_ok(exo_graph_create(device, &g));
    dispatch(g, "spin", 64, &a, 12);
    check_ok(exo_graph_finish(g));
    check_ok(exo_submit(device, &g, 1, &fence));
    check_eq(-ETIMEDOUT, exo_wait(device, fence, 300000));
    check_says(exo_last_error(device), "not reached in time");
    assert_false(exo_is_done(device, fence));
    uint64_t start = clock_now_us();
    return_card();
    assert_true(clock_now_us() - start < 15000000);
}

static void closing_with_work_in_flight_is_orderly(void **state)
{
    (void)state;
    borrow_card(CARD);
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct {
        exo_va word;
        unsigned rounds;
    } a = {exo_memory_va(m), 100000};
    struct exo_graph *g;
    exo_fence fence;
    check_ok(exo_graph_create(device, &g));
    dispatch(g, "spin", 64, &a, 12);
    check_ok(exo_graph_finish(g));
    for (int i = 0; i < 5; i++) {
        check_ok(exo_submit(device, &g, 1, &fence));
    }
    return_card();
}

static void a_card_that_leaves_the_bus_is_reported_at_once(void **state)
{
    (void)state;
    borrow_card(CARD);
    struct exo_memory *m = NULL;
    link_inject_fault(amd_from(device->engine)->link, LINK_FAULT_DROP, 0);
    check_eq(-ENODEV, exo_alloc(device, EXO_MEMORY_DEVICE, 4096, &m));
    assert_true(exo_last_error(device)[0] != 0);
    assert_true(exo_is_lost(device));
    check_eq(-ENODEV, exo_alloc(device, EXO_MEMORY_DEVICE, 4096, &m));
    uint64_t start = clock_now_us();
    return_card();
    assert_true(clock_now_us() - start < 3000000);
}

static void a_card_may_leave_at_any_request_of_the_boot(void **state)
{
    (void)state;
    for (uint64_t after = 0; after < 12000; after = after * 5 / 4 + 1) {
        struct exo_device *d = NULL;
        char uri[192], why[EXO_ERROR_SIZE] = "";
        snprintf(uri, sizeof uri, "%s?drop_after=%llu", CARD, (unsigned long long)after);
        int rc = exo_open(uri, NULL, &d, why, sizeof why);
        if (rc == 0) {
            exo_close(d);
            continue;
        }
        if (rc != -ENODEV) {
            fail_msg("gone after %llu requests: wanted -ENODEV, got %d: %s", (unsigned long long)after, rc, why);
        }
        assert_true(why[0] != 0);
    }
}

int main(int argc, char **argv)
{
    choose_card(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_session_finds_the_card_clean),
        cmocka_unit_test(every_step_may_fail_and_the_sentence_names_it),
        cmocka_unit_test(a_page_fault_is_explained),
        cmocka_unit_test(a_fault_is_found_long_before_the_deadline),
        cmocka_unit_test(fresh_memory_is_poison_around_what_was_uploaded),
        cmocka_unit_test(what_caches_answer_is_not_counted_as_memory_read),
        cmocka_unit_test(an_illegal_instruction_names_its_address),
        cmocka_unit_test(a_packet_that_cannot_be_executed_ends_the_wait),
        cmocka_unit_test(a_doorbell_that_goes_unheard_ends_the_wait),
        cmocka_unit_test(a_wave_that_never_ends_is_a_hang_long_before_the_deadline),
        cmocka_unit_test(long_work_is_not_taken_for_a_hang),
        cmocka_unit_test(work_that_never_ends_is_a_timeout_and_can_be_closed),
        cmocka_unit_test(closing_with_work_in_flight_is_orderly),
        cmocka_unit_test(a_card_that_leaves_the_bus_is_reported_at_once),
        cmocka_unit_test(a_card_may_leave_at_any_request_of_the_boot),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
