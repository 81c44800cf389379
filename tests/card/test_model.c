/* The cost model on counters whose time can be worked out by hand, and what the virtual clock charges for a link. */
/* cmocka.h wants the standard headers before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <string.h>

#include "sim/model.h"
#include "sim/sim.h"

#define VRAM_EFFICIENCY 0.83 /* docs/MODEL.md, "Fitted" */

static void near(const char *what, double want, double got)
{
    if (!(fabs(got - want) <= fabs(want) * 1e-6)) {
        fail_msg("%s: wanted %.6f, got %.6f", what, want, got);
    }
}

/* 4 work-groups of 4 waves on each of the card's compute units: 8 waves on each of its SIMDs. */
static struct compute_shape even_shape(const struct model_chip *chip)
{
    return (struct compute_shape){.groups = 4u * chip->compute_units, .waves = 4, .wave_lanes = 32, .vgprs = 32};
}

static struct model_time run(const char *name, struct compute_shape shape, struct compute_counters k)
{
    struct model_time t;
    k.waves = shape.groups * shape.waves;
    model_dispatch(model_chip_find(name), &shape, &k, &t);
    return t;
}

static void n_multiply_adds_on_m_waves_take_n_times_m_by_simds_cycles(void **state)
{
    enum { N = 100000 };
    (void)state;
    struct compute_shape s = even_shape(model_chip_find("rx7900xtx"));
    struct compute_counters k = {.by_class[CLASS_VALU] = N * s.groups * s.waves};
    struct model_time t = run("rx7900xtx", s, k);
    near("VALU", N * 8.0 / 2.5, t.pipe_ns[MODEL_VALU]); /* 8 waves take turns on a SIMD; 2.5 cycles a nanosecond */
    near("all", t.launch_ns + t.pipe_ns[MODEL_VALU], t.ns);
    assert_int_equal(MODEL_VALU, t.bound);
    assert_int_equal(8, t.waves_per_simd);

    s.wave_lanes = 64; /* half of the lanes at a time */
    near("wave64", 2 * N * 8.0 / 2.5, run("rx7900xtx", s, k).pipe_ns[MODEL_VALU]);
}

static void units_have_their_rates(void **state)
{
    static const struct {
        const char *chip;
        enum compute_class class;
        enum model_pipe pipe;
        double cycles, clock_ghz;
    } rows[] = {
        {"rx7900xtx", CLASS_DUAL, MODEL_VALU, 1, 2.5},    {"rx7900xtx", CLASS_QUARTER, MODEL_VALU, 4, 2.5},
        {"rx7900xtx", CLASS_TRANS, MODEL_TRANS, 4, 2.5},  {"rx7900xtx", CLASS_WMMA_16, MODEL_VALU, 32, 2.5},
        {"rx7900xtx", CLASS_WMMA_8, MODEL_VALU, 32, 2.5}, {"rx9070xt", CLASS_WMMA_16, MODEL_VALU, 16, 2.97},
        {"rx9070xt", CLASS_WMMA_8, MODEL_VALU, 8, 2.97},  {"rx9060xt", CLASS_WMMA_4, MODEL_VALU, 4, 3.13},
        {"rx7600", CLASS_F64, MODEL_VALU, 32, 2.655},     {"rx7600", CLASS_SALU, MODEL_SALU, 1, 2.655},
    };
    enum { N = 1000 };
    (void)state;
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        struct compute_shape s = even_shape(model_chip_find(rows[n].chip));
        struct compute_counters k = {0};
        k.by_class[rows[n].class] = N * s.groups * s.waves;
        near(rows[n].chip, N * 8.0 * rows[n].cycles / rows[n].clock_ghz, run(rows[n].chip, s, k).pipe_ns[rows[n].pipe]);
    }
}

/* AMD's page of the RX 7900 XTX: 61.4 TFLOPS of F32 (both halves of VOPD), 122.8 of F16 matrices. */
static void peaks_are_those_of_the_product_page(void **state)
{
    (void)state;
    struct compute_shape s = even_shape(model_chip_find("rx7900xtx"));
    double n = 1e6, waves = (double)s.groups * s.waves;
    struct compute_counters dual = {.by_class[CLASS_DUAL] = (uint64_t)(n * waves)};
    struct compute_counters wmma = {.by_class[CLASS_WMMA_16] = (uint64_t)(n * waves)};
    near("TFLOPS, F32", 61.44, n * waves * 32 * 4 / run("rx7900xtx", s, dual).pipe_ns[MODEL_VALU] / 1e3);
    near("TFLOPS, F16", 122.88, n * waves * 8192 / run("rx7900xtx", s, wmma).pipe_ns[MODEL_VALU] / 1e3);
}

static void one_group_more_than_units_takes_twice_as_long(void **state)
{
    (void)state;
    struct compute_shape s = {.groups = 96, .waves = 2, .wave_lanes = 32, .vgprs = 32};
    struct compute_counters k = {.by_class[CLASS_VALU] = 1000 * 96 * 2};
    near("96 groups", 1000 / 2.5, run("rx7900xtx", s, k).pipe_ns[MODEL_VALU]);
    s.groups = 97;
    k.by_class[CLASS_VALU] = 1000 * 97 * 2;
    near("97 groups", 2000 / 2.5, run("rx7900xtx", s, k).pipe_ns[MODEL_VALU]);
    s.groups = 1; /* the others stand idle */
    k.by_class[CLASS_VALU] = 1000 * 2;
    near("1 group", 1000 / 2.5, run("rx7900xtx", s, k).pipe_ns[MODEL_VALU]);
}

static void memory_takes_bytes_by_bandwidth(void **state)
{
    enum { BYTES = 1 << 30 };
    (void)state;
    struct compute_shape s = even_shape(model_chip_find("rx7600"));
    struct compute_counters k = {.vram_read_bytes = BYTES, .l0_lines = BYTES / 128, .l2_lines = BYTES / 128};
    struct model_time t = run("rx7600", s, k);
    near("VRAM", BYTES / (288.0 * VRAM_EFFICIENCY), t.pipe_ns[MODEL_VRAM]);
    assert_int_equal(MODEL_VRAM, t.bound);
    k.mall_lines = BYTES / 128; /* all of it in the memory-side cache */
    t = run("rx7600", s, k);
    near("VRAM behind the MALL", 0, t.pipe_ns[MODEL_VRAM]);
    near("MALL", BYTES / 688.0, t.pipe_ns[MODEL_MALL]);
}

static void registers_and_lds_limit_how_many_waves_there_are(void **state)
{
    static const struct {
        uint32_t vgprs, lds, waves, per_simd;
        const char *chip;
    } rows[] = {
        {32, 0, 4, 16, "rx7900xtx"},   {256, 0, 1, 5, "rx7900xtx"}, /* 1536 / 264 */
        {96, 0, 1, 16, "rx7900xtx"},   {96, 0, 1, 10, "rx7600"},    /* 1024 / 96 */
        {32, 32768, 4, 4, "rx9070xt"}, {32, 65536, 8, 4, "rx9070xt"},
    };
    (void)state;
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        struct compute_shape s = {
            .groups = 100000, .waves = rows[n].waves, .wave_lanes = 32, .vgprs = rows[n].vgprs, .lds_bytes = rows[n].lds};
        struct compute_counters k = {.by_class[CLASS_VALU] = 1};
        uint32_t got = run(rows[n].chip, s, k).waves_per_simd;
        if (got != rows[n].per_simd) {
            fail_msg("%u VGPRs, %u bytes of LDS on %s: wanted %u waves, got %u", rows[n].vgprs, rows[n].lds, rows[n].chip,
                     rows[n].per_simd, got);
        }
    }
}

static void bank_conflicts_of_sampled_groups_count_for_all(void **state)
{
    (void)state;
    struct compute_shape s = {.groups = 96 * 8, .waves = 1, .wave_lanes = 32, .vgprs = 32};
    struct compute_counters k = {.by_class[CLASS_LDS] = 100 * s.groups, .lds_sampled = 100 * 96, .lds_passes = 3200 * 96};
    near("LDS", 8 * (100 + 3100 * 1.35) / 2.5, run("rx7900xtx", s, k).pipe_ns[MODEL_LDS]);
}

static void lds_of_work_groups_fills_one_array_before_the_other_but_in_cu_mode(void **state)
{
    static const struct {
        const char *chip;
        uint32_t lds;
        bool cu_mode;
        double times;
    } rows[] = {{"rx7900xtx", 2048, false, 2},
                {"rx7900xtx", 2048, true, 1},
                {"rx7900xtx", 6144, false, 4.0 / 3},
                {"rx7900xtx", 8192, false, 1},
                {"rx9070xt", 2048, true, 2}}; /* RDNA4 takes two cycles */
    (void)state;
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        const struct model_chip *chip = model_chip_find(rows[n].chip);
        struct compute_shape s = {.groups = 8u * chip->compute_units,
                                  .waves = 1,
                                  .wave_lanes = 32,
                                  .vgprs = 32,
                                  .lds_bytes = rows[n].lds,
                                  .cu_mode = rows[n].cu_mode};
        struct compute_counters k = {.lds_sampled = 100u * chip->compute_units, .lds_passes = 100u * chip->compute_units};
        near("LDS", 8 * 100 * rows[n].times / (chip->clock_hz / 1e9), run(rows[n].chip, s, k).pipe_ns[MODEL_LDS]);
    }
}

static void addresses_of_64_bits_take_twice_as_long_as_offsets(void **state)
{
    static const struct {
        enum compute_class class;
        double cycles;
    } rows[] = {{CLASS_VMEM_LOAD, 4}, {CLASS_VMEM_LOAD_64, 8}, {CLASS_VMEM_STORE, 4}, {CLASS_VMEM_STORE_64, 8}};
    enum { N = 1000 };
    (void)state;
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        struct compute_shape s = even_shape(model_chip_find("rx7900xtx"));
        struct compute_counters k = {0};
        k.by_class[rows[n].class] = N * s.groups * s.waves;
        near("VMEM", N * 16 * rows[n].cycles / 2.5, run("rx7900xtx", s, k).pipe_ns[MODEL_VMEM]); /* 16 waves a compute unit */
    }
}

static void dispatches_without_a_wait_between_share_the_launch(void **state)
{
    (void)state;
    struct compute_shape s = even_shape(model_chip_find("rx7900xtx"));
    struct compute_counters k = {.by_class[CLASS_VALU] = 100000 * s.groups * s.waves};
    struct model_time t = run("rx7900xtx", s, k);
    struct model_group g = {0};
    near("first", t.ns, model_group_add(&g, &t));
    near("second", t.pipe_ns[MODEL_VALU] + 300, model_group_add(&g, &t)); /* the same units: their work adds up */
    struct model_time waits = {.pipe_ns[MODEL_LATENCY] = 1000};
    near("third", 300, model_group_add(&g, &waits)); /* it waits while the others work */
}

static struct sim_card *card_behind(const char *link)
{
    struct sim_card *card = NULL;
    char error[256] = "";
    const struct sim_options options = {.chip = "rx7900xtx", .worker_threads = 1, .link = link};
    if (sim_card_create(&options, &card, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
    return card;
}

static uint64_t link_ns(struct sim_card *card)
{
    struct sim_counters c;
    sim_get_counters(card, &c);
    return c.modelled_link_ns;
}

static void requests_over_a_link_are_charged(void **state)
{
    static const struct {
        const char *link;
        uint64_t read_ns, post_ns;
    } rows[] = {{"none", 0, 0}, {"tb3", 200000, 100000}, {"tb5", 200000, 100000}, {"oculink", 1000, 100}};
    (void)state;
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        struct sim_card *card = card_behind(rows[n].link);
        for (int i = 0; i < 10; i++) {
            (void)sim_config_read(card, 0, 2);
        }
        assert_int_equal(10 * rows[n].read_ns, link_ns(card));
        for (int i = 0; i < 7; i++) {
            sim_config_write(card, 4, 2, 0);
        }
        assert_int_equal(10 * rows[n].read_ns + 7 * rows[n].post_ns, link_ns(card));
        sim_card_destroy(card);
    }
}

static void bytes_through_a_bar_are_charged_by_bandwidth(void **state)
{
    static uint8_t block[1 << 20];
    (void)state;
    struct sim_card *card = card_behind("tb5");
    sim_config_write(card, 4, 2, 6);
    uint64_t before = link_ns(card);
    assert_true(sim_bar_write(card, 0, 0, block, sizeof block));
    near("1 MiB there", 100000 + floor(sizeof block / 6.0), (double)(link_ns(card) - before)); /* told in whole nanoseconds */
    sim_card_destroy(card);
}

static void an_unknown_link_is_refused(void **state)
{
    struct sim_card *card = NULL;
    char error[256] = "";
    const struct sim_options options = {.chip = "rx7900xtx", .link = "usb2"};
    (void)state;
    assert_int_not_equal(0, sim_card_create(&options, &card, error, sizeof error));
    assert_non_null(strstr(error, "there is no link \"usb2\""));
    assert_null(card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n_multiply_adds_on_m_waves_take_n_times_m_by_simds_cycles),
        cmocka_unit_test(units_have_their_rates),
        cmocka_unit_test(peaks_are_those_of_the_product_page),
        cmocka_unit_test(one_group_more_than_units_takes_twice_as_long),
        cmocka_unit_test(memory_takes_bytes_by_bandwidth),
        cmocka_unit_test(registers_and_lds_limit_how_many_waves_there_are),
        cmocka_unit_test(bank_conflicts_of_sampled_groups_count_for_all),
        cmocka_unit_test(lds_of_work_groups_fills_one_array_before_the_other_but_in_cu_mode),
        cmocka_unit_test(addresses_of_64_bits_take_twice_as_long_as_offsets),
        cmocka_unit_test(dispatches_without_a_wait_between_share_the_launch),
        cmocka_unit_test(requests_over_a_link_are_charged),
        cmocka_unit_test(bytes_through_a_bar_are_charged_by_bandwidth),
        cmocka_unit_test(an_unknown_link_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
