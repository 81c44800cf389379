/*
 * launch_waits.c: a result that is touched before its wait is a fault. Nearly all programs are proven to wait before they
 * run, and are then not checked while they do; the others are.
 */
#include "rig.h"

struct two {
    uint64_t out, in;
    uint32_t n;
};

enum { PROVEN, CHECKED, FAULTS }; /* FAULTS: checked as well */

static const struct row {
    const char *program;
    uint32_t n, result;
    const char *reader; /* the instruction that is too early */
} rows[] = {
    {"waits_straight", 0, PROVEN, NULL},
    {"waits_straight_early", 0, FAULTS, "v_mov_b32_e32 v3, v2"},
    {"waits_overwritten_early", 0, FAULTS, "v_mov_b32_e32 v2, 0"},
    {"waits_scalar_early", 0, FAULTS, "s_mov_b32 s10, s9"},
    {"waits_vccz_early", 0, FAULTS, "s_cbranch_vccz"},
    {"waits_answer_early", 0, FAULTS, "s_mov_b32 s10, s9"},
    {"waits_older", 0, PROVEN, NULL},
    {"waits_younger_early", 0, FAULTS, "v_mov_b32_e32 v4, v3"},
    {"waits_any_order_early", 0, FAULTS, "v_mov_b32_e32 v3, v2"},
    {"waits_join", 0, PROVEN, NULL},
    {"waits_join", 1, PROVEN, NULL},
    {"waits_join_early", 0, CHECKED, NULL},
    {"waits_join_early", 1, FAULTS, "v_mov_b32_e32 v3, v2"},
    {"waits_loop", 1, PROVEN, NULL},
    {"waits_loop", 5, PROVEN, NULL},
    {"waits_loop_early", 1, CHECKED, NULL},
    {"waits_loop_early", 2, FAULTS, "v_mov_b32_e32 v3, v2"},
    {"waits_pipeline", 3, PROVEN, NULL},
    {"waits_pipeline_early", 1, FAULTS, "v_mov_b32_e32 v4, v3"},
    {"waits_jump", 0, CHECKED, NULL},
    {"waits_jump_early", 0, FAULTS, "v_mov_b32_e32 v3, v2"},
    {"waits_relative", 0, CHECKED, NULL},
    {"waits_relative", 2, FAULTS, "v_movrels_b32_e32 v3, v4"},
    {"waits_atomic_beside_load", 0, PROVEN, NULL},
    {"waits_straight", 0, PROVEN, NULL}, /* again: nothing before has spoilt it */
};

static void expect_row(struct rig *r, const struct rig_options *options, const struct row *row, struct two *args)
{
    const uint32_t waves = 6, lanes = options->wave64 ? 64 : 32;
    args->n = row->n;
    int result = rig_run(r, row->program, rig_grid_1d(waves / 2, lanes * 2), args, sizeof *args);
    if ((result != 0) != (row->result == FAULTS)) {
        print_error("%s, n = %u, wave%u%s:\n", row->program, row->n, lanes, options->check_all ? ", all checked" : "");
    }
    if (row->result != FAULTS) {
        check_ran(r, result);
        check_eq(waves, rig_counters(r)->waves);
        check_eq(row->result == CHECKED || options->check_all ? waves : 0, rig_counters(r)->checked_waves);
        return;
    }
    const struct compute_fault *f = rig_fault(r);
    uint64_t size, code = rig_kernel_code(r, row->program, &size);
    check_eq(-5, result);
    check_eq(COMPUTE_FAULT_WAIT, f->kind);
    check_says("wave ", f->text);
    check_says("at PC 0x7f", f->text);
    check_says(row->reader, f->text);
    check_says("from the load at 0x7f", f->text);
    check_says(rig_is_gfx12() ? "no s_wait_" : "no s_waitcnt ", f->text);
    check_eq(1, f->pc - code < size);      /* of the reader … */
    check_eq(1, f->address - code < size); /* … and of the load */
}

static void too_early_is_a_fault_and_what_waits_is_not_checked(void **state)
{
    (void)state;
    static const struct rig_options options[] = {
        {.threads = 1}, {.threads = 3}, {.threads = 2, .wave64 = true}, {.threads = 1, .check_all = true}};
    for (size_t p = 0; p < sizeof options / sizeof *options; p++) {
        struct rig *r = rig_create(options[p]);
        struct two args = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), 0};
        for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
            expect_row(r, &options[p], &rows[n], &args);
        }
        rig_destroy(r);
    }
}

static bool is_wait(uint32_t word)
{
    uint32_t high = word >> 16;
    return rig_is_gfx12() ? high >= 0xbfc0 && high <= 0xbfc9 /* s_wait_loadcnt and its like */ : high == 0xbf89; /* s_waitcnt */
}

/* Runs the kernel without the wait at `at`. Whether it faults; *checked_out: whether it was checked as it ran. */
static bool faults_without(struct rig *r, const char *kernel, uint64_t at, const struct two *args, bool *checked_out)
{
    uint32_t word, nop = 0xbf800000;
    rig_read(r, at, &word, sizeof word);
    rig_write(r, at, &nop, sizeof nop);
    compute_invalidate_icache(rig_engine(r));
    int result = rig_run(r, kernel, rig_grid_1d(1, 32), args, sizeof *args);
    *checked_out = rig_counters(r)->checked_waves != 0;
    check_eq(result == 0 ? COMPUTE_OK : COMPUTE_FAULT_WAIT, rig_fault(r)->kind);
    rig_write(r, at, &word, sizeof word);
    compute_invalidate_icache(rig_engine(r));
    return result != 0;
}

/* Each wait that clang put into a kernel, taken out, faults where checking all finds that a result is used too early, and only
 * there; where it faults there was no proof. */
static void kernels_without_one_of_their_waits_fault_as_checks_of_all_do(void **state)
{
    (void)state;
    static const char *const kernels[] = {"lds_reduce", "lds_vectors",  "lds_histogram", "use_scratch",
                                          "use_flat",   "flat_atomics", "permute",       "dot4"};
    struct rig *proving = rig_create((struct rig_options){.threads = 1});
    struct rig *checking = rig_create((struct rig_options){.threads = 1, .check_all = true});
    struct two args = {rig_alloc(proving, RIG_VRAM, 1 << 20), rig_alloc(proving, RIG_VRAM, 1 << 20), 4};
    uint32_t waits = 0, faults = 0;
    check_eq(args.out, rig_alloc(checking, RIG_VRAM, 1 << 20)); /* one place after the other, in both */
    check_eq(args.in, rig_alloc(checking, RIG_VRAM, 1 << 20));
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        uint64_t size, code = rig_kernel_code(proving, kernels[k], &size);
        for (uint64_t at = code; at < code + size; at += 4) {
            uint32_t word;
            bool checked, all;
            rig_read(proving, at, &word, sizeof word);
            if (is_wait(word)) {
                bool want = faults_without(checking, kernels[k], at, &args, &all);
                bool got = faults_without(proving, kernels[k], at, &args, &checked);
                check_eq(want, got);
                check_eq(1, checked || !want);
                waits++;
                faults += want;
            }
        }
    }
    print_message("%u waits, %u of them for something that is used\n", waits, faults);
    check_eq(1, faults > 20);
    rig_destroy(proving);
    rig_destroy(checking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_early_is_a_fault_and_what_waits_is_not_checked),
        cmocka_unit_test(kernels_without_one_of_their_waits_fault_as_checks_of_all_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
