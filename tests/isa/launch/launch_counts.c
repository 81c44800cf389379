/* launch_counts.c: what is counted for the cost model: instructions by class, lines by cache, cycles of LDS. */
#include "rig.h"

struct three {
    uint64_t out, a, b;
    uint32_t n;
};

struct two {
    uint64_t out, in;
    uint32_t n;
};

struct strided {
    uint64_t out;
    uint32_t stride, rounds;
};

static const struct rig_options plain[] = {
    {.threads = 1}, {.threads = 3}, {.threads = 2, .wave64 = true}, {.threads = 1, .check_all = true}};
enum { PLAIN = sizeof plain / sizeof *plain };

static uint64_t sum_of_classes(const struct compute_counters *c)
{
    uint64_t sum = 0;
    for (int n = 0; n < CLASS_COUNT; n++) {
        sum += c->by_class[n];
    }
    return sum;
}

/* Branches, barriers and waves that skip code: the sum must come out all the same, dispatch after dispatch. */
static void every_wave_instruction_is_in_one_class(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        struct rig *r = rig_create(plain[p]);
        struct three add = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), 1000};
        struct two reduce = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 64 * 1024), 0};
        for (int turn = 0; turn < 3; turn++) {
            check_ran(r, rig_run(r, "vector_add", rig_grid_1d(4, 256), &add, sizeof add));
            check_eq(rig_counters(r)->wave_instructions, sum_of_classes(rig_counters(r)));
            check_ran(r, rig_run(r, "lds_reduce", rig_grid_1d(9, 256), &reduce, sizeof reduce));
            check_eq(rig_counters(r)->wave_instructions, sum_of_classes(rig_counters(r)));
        }
        rig_destroy(r);
    }
}

static void classes_are_those_of_the_code(void **state)
{
    (void)state;
    struct rig *r = rig_create(plain[0]);
    struct three add = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), 1024};
    check_ran(r, rig_run(r, "vector_add", rig_grid_1d(4, 256), &add, sizeof add));
    const struct compute_counters *c = rig_counters(r);
    check_eq(32, c->waves);
    check_eq(32 * 2, c->by_class[CLASS_VMEM_LOAD] + c->by_class[CLASS_VMEM_LOAD_64]);
    check_eq(32, c->by_class[CLASS_VMEM_STORE] + c->by_class[CLASS_VMEM_STORE_64]);
    check_eq(32, c->by_class[CLASS_ROUND_TRIP_VMEM]); /* both loads are waited for together */
    check_eq(0, c->by_class[CLASS_LDS] + c->by_class[CLASS_WMMA_16] + c->by_class[CLASS_TRANS] + c->by_class[CLASS_BARRIER]);
    if (c->by_class[CLASS_SMEM] < 32 || c->by_class[CLASS_VALU] + c->by_class[CLASS_DUAL] < 64) {
        fail_msg("wanted scalar loads and vector arithmetic in each of 32 waves");
    }
    check_eq(2 * 32, c->l0_lines - c->by_class[CLASS_SMEM]); /* 32 lanes of 4 bytes are a line */
    check_eq(3 * 32 + 1, c->l2_lines);                       /* each element once, and the arguments */
    rig_destroy(r);
}

static void lanes_that_meet_in_a_bank_of_lds_take_turns(void **state)
{
    static const struct {
        uint32_t stride, passes; /* per access of 32 lanes, RDNA3 ISA: 32 banks of one word */
    } cases[] = {{1, 1}, {2, 2}, {3, 1}, {4, 4}, {32, 32}, {33, 1}, {0, 1}};
    enum { ROUNDS = 100 };
    (void)state;
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct rig *r = rig_create(plain[0]);
        struct strided args = {rig_alloc(r, RIG_VRAM, 4096), cases[n].stride, 0};
        check_ran(r, rig_run(r, "lds_strided", rig_grid_1d(1, 32), &args, sizeof args));
        uint64_t before = rig_counters(r)->lds_passes;
        args.rounds = ROUNDS;
        check_ran(r, rig_run(r, "lds_strided", rig_grid_1d(1, 32), &args, sizeof args));
        check_eq(ROUNDS * cases[n].passes, rig_counters(r)->lds_passes - before);
        rig_destroy(r);
    }
}

static void check_near(int64_t want, uint64_t got, int64_t within)
{
    if ((int64_t)got < want - within || (int64_t)got > want + within) {
        fail_msg("wanted %lld, give or take %lld, got %llu", (long long)want, (long long)within, (unsigned long long)got);
    }
}

static void the_memory_side_cache_answers_what_the_l2_has_lost(void **state)
{
    enum { MIB = 1 << 20, READ = 8 * MIB, MALL = 12 * MIB, FEW = 100 }; /* more than the L2's 4 MiB; twelve is no power of two */
    (void)state;
    struct rig *r = rig_create(plain[0]);
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, READ), READ / 16};
    assert_int_equal(0, compute_set_mall(rig_engine(r), MALL));
    check_ran(r, rig_run(r, "stream_read", rig_grid_1d(1, 256), &args, sizeof args));
    check_near(0, rig_counters(r)->mall_lines, FEW);
    check_ran(r, rig_run(r, "stream_read", rig_grid_1d(1, 256), &args, sizeof args));
    check_near(READ / 128, rig_counters(r)->mall_lines, FEW); /* but what the result and the arguments pushed out */
    rig_destroy(r);
}

/* Three arrays a power of two apart, larger than the L2 together: a set has places for all of them. */
static void arrays_a_power_of_two_apart_stay_in_the_memory_side_cache(void **state)
{
    enum { MIB = 1 << 20, READ = 4 * MIB, MALL = 16 * MIB, APART = 16 * MIB, FEW = 400 };
    (void)state;
    struct rig *r = rig_create(plain[0]);
    uint64_t out = rig_alloc(r, RIG_VRAM, 4096), all = rig_alloc(r, RIG_VRAM, 3 * APART);
    assert_int_equal(0, compute_set_mall(rig_engine(r), MALL));
    for (uint64_t n = 0; n < 6; n++) {
        struct two args = {out, all + n % 3 * APART, READ / 16};
        check_ran(r, rig_run(r, "stream_read", rig_grid_1d(1, 256), &args, sizeof args));
        check_near(n < 3 ? 0 : READ / 128, rig_counters(r)->mall_lines, n < 3 ? FEW : READ / 128 / 3);
    }
    rig_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wave_instruction_is_in_one_class),
        cmocka_unit_test(classes_are_those_of_the_code),
        cmocka_unit_test(lanes_that_meet_in_a_bank_of_lds_take_turns),
        cmocka_unit_test(the_memory_side_cache_answers_what_the_l2_has_lost),
        cmocka_unit_test(arrays_a_power_of_two_apart_stay_in_the_memory_side_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
