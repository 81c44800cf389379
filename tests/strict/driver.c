/* driver.c: our own driver where others failed (driver_tests.h): uploads, dispatches that depend on each other, downloads,
 * closes. */
#include "card_rig.h"
#include "strict/driver_tests.h"

#define WORDS 4992u /* whole waves: an inactive lane reads somewhere, which a race detector would mind */

/* Removes and reads the file into which the card's verdict goes when it is closed. */
static void expect_no_verdict(const char *path)
{
    char text[600] = "";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    unlink(path);
    if (n > 1) {
        fail_msg("the card found a fault: %s", text);
    }
}

/* x = 3 x + n, forty times, with copies by kernel and by DMA in between: each step needs the one before. */
static void compute(void)
{
    struct exo_memory *a = allocate(EXO_MEMORY_DEVICE, WORDS * 4), *b = allocate(EXO_MEMORY_DEVICE, WORDS * 4);
    struct exo_graph *g;
    unsigned *words = malloc(WORDS * 4), *got = malloc(WORDS * 4);
    assert_true(words != NULL && got != NULL);
    check_ok(exo_graph_create(device, &g));
    for (unsigned round = 0; round < 4; round++) {
        for (unsigned i = 0; i < WORDS; i++) {
            words[i] = i * 2654435761u + round;
        }
        check_ok(exo_upload(device, exo_memory_va(a), words, WORDS * 4));
        if (round == 0) {
            for (unsigned n = 0; n < 10; n++) {
                triple(g, exo_memory_va(a), n, WORDS);
                check_ok(exo_graph_barrier(g));
                check_ok(exo_graph_copy(g, exo_memory_va(b), exo_memory_va(a), WORDS * 4));
                check_ok(exo_graph_barrier(g));
                triple(g, exo_memory_va(b), 0, WORDS);
                triple(g, exo_memory_va(a), 0, WORDS);
                check_ok(exo_graph_barrier(g));
            }
            check_ok(exo_graph_finish(g));
        }
        run(g);
        for (unsigned n = 0; n < 10; n++) {
            for (unsigned i = 0; i < WORDS; i++) {
                words[i] = (words[i] * 3 + n) * 3;
            }
        }
        struct exo_memory *const both[] = {a, b};
        for (int k = 0; k < 2; k++) {
            memset(got, 0xa5, WORDS * 4);
            check_ok(exo_download(device, got, exo_memory_va(both[k]), WORDS * 4));
            for (unsigned i = 0; i < WORDS; i++) {
                check_eq(words[i], got[i]);
            }
        }
    }
    exo_graph_destroy(g);
    exo_free(a);
    exo_free(b);
    free(words);
    free(got);
}

static void run_strictly(const char *fault, const char *sentence)
{
    char uri[300], path[64], why[EXO_ERROR_SIZE] = "";
    snprintf(path, sizeof path, "strict-verdict-%ld.txt", (long)getpid());
    const char *chip = getenv("EXOSUIT_TEST_CHIP");
    snprintf(uri, sizeof uri, "sim:%s?verdict=%s%s%s", chip ? chip : "rx7900xtx", path, fault[0] ? "&fault=" : "", fault);
    int rc = exo_open(uri, NULL, &device, why, sizeof why);
    if (sentence != NULL) {
        unlink(path);
        if (rc == 0 || strstr(why, sentence) == NULL) {
            fail_msg("wanted a failure that says \"%s\", got %d, \"%s\"", sentence, rc, why);
        }
        return;
    }
    if (rc != 0) {
        fail_msg("%s: %s", uri, why);
    }
    struct image image = IMAGE_FOR(test_kernels_images, device);
    check_ok(exo_module_load(device, image.bytes, image.size, &module));
    compute();
    exo_close(device);
    expect_no_verdict(path);
}

#define TEST(number, name, fault, sentence)                                                                                      \
    static void name(void **state)                                                                                               \
    {                                                                                                                            \
        (void)state;                                                                                                             \
        run_strictly(fault, sentence);                                                                                           \
    }
DRIVER_TESTS(TEST)

/* ---- launches and what they cost a link (P-01) ---- */

#define LAUNCHES 64u

/* The same launches as one graph, or each as a graph of its own that is submitted and waited for. What crossed a modelled link.
 */
static struct exo_counters launch(bool one_by_one)
{
    struct exo_counters before, after;
    char why[EXO_ERROR_SIZE] = "";
    exo_fence fence = 0;
    if (exo_open("sim:rx7900xtx?link=tb4", NULL, &device, why, sizeof why)) {
        fail_msg("%s", why);
    }
    struct image image = IMAGE_FOR(test_kernels_images, device);
    check_ok(exo_module_load(device, image.bytes, image.size, &module));
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, 4096);
    struct exo_graph *one, *all;
    check_ok(exo_graph_create(device, &one));
    check_ok(exo_graph_create(device, &all));
    triple(one, exo_memory_va(m), 1, 64);
    for (unsigned n = 0; n < LAUNCHES; n++) {
        triple(all, exo_memory_va(m), 1, 64);
        check_ok(exo_graph_barrier(all));
    }
    check_ok(exo_graph_finish(one));
    check_ok(exo_graph_finish(all));
    exo_get_counters(device, &before);
    for (unsigned n = 0; n < (one_by_one ? LAUNCHES : 1); n++) {
        check_ok(exo_submit(device, one_by_one ? &one : &all, 1, &fence));
        check_ok(exo_wait(device, fence, PATIENCE_US));
    }
    exo_get_counters(device, &after);
    check_eq(LAUNCHES, after.dispatches - before.dispatches);
    after.doorbells -= before.doorbells;
    after.mmio_reads -= before.mmio_reads;
    after.modelled_link_ns -= before.modelled_link_ns;
    exo_graph_destroy(one);
    exo_graph_destroy(all);
    exo_free(m);
    exo_close(device);
    return after;
}

static void P01_launches_one_by_one_cost_a_doorbell_and_a_round_of_waiting_each(void **state)
{
    (void)state;
    struct exo_counters slow = launch(true), fast = launch(false);
    check_eq(LAUNCHES, slow.doorbells);
    if (slow.modelled_link_ns < LAUNCHES / 4 * fast.modelled_link_ns) {
        fail_msg("%u launches one by one: %llu ns of the link, all at once %llu ns; wanted at least %u times as much", LAUNCHES,
                 (unsigned long long)slow.modelled_link_ns, (unsigned long long)fast.modelled_link_ns, LAUNCHES / 4);
    }
}

static void P01_our_driver_rings_once_for_a_graph_and_reads_no_register(void **state)
{
    (void)state;
    struct exo_counters fast = launch(false);
    check_eq(1, fast.doorbells);
    check_eq(0, fast.mmio_reads);
}

int main(void)
{
#define ENTRY(number, name, ...) cmocka_unit_test(name),
    const struct CMUnitTest tests[] = {DRIVER_TESTS(ENTRY) OTHER_DRIVER_TESTS(ENTRY)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
