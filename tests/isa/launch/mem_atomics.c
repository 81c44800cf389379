/* mem_atomics.c: atomics over many waves on several threads, in LDS, and why not on host memory (T-34). */
#include "rig.h"

struct two {
    uint64_t out, in;
    uint32_t n;
};

static void atomics_of_all_waves_lose_nothing(void **state)
{
    (void)state;
    for (int wave64 = 0; wave64 < 2; wave64++) {
        struct rig *r = rig_create((struct rig_options){.threads = 4, .wave64 = wave64});
        enum { GROUPS = 32, SIZE = 64, N = GROUPS * SIZE };
        static uint32_t start[16 + N], got[16 + N];
        memset(start, 0, sizeof start);
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), 0, 0};
        rig_write(r, args.out, start, sizeof start);
        check_ran(r, rig_run(r, "atomics", rig_grid_1d(GROUPS, SIZE), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        check_eq(N, got[0]);
        check_eq(GROUPS * (SIZE * (SIZE - 1) / 2), got[1]);
        check_eq(0xffffffff, got[2]);
        check_eq(0, got[3]); /* an even number of equal groups */
        check_eq(63, got[4]);
        check_eq(-63, (int32_t)got[5]);
        check_eq(N * 2, got[6]);
        check_eq(N, got[8]);
        check_eq(N, got[9]);
        for (uint32_t n = 0; n < N; n++) {
            check_eq(1, got[16 + n]);
        }
        rig_destroy(r);
    }
}

static void lds_atomics_count_every_lane(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    uint32_t in[128 * 5], got[16], want[16] = {0};
    struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 5};
    for (uint32_t n = 0; n < 128 * 5; n++) {
        in[n] = n * n / 7;
        want[in[n] & 15]++;
    }
    rig_write(r, args.in, in, sizeof in);
    check_ran(r, rig_run(r, "lds_histogram", rig_grid_1d(1, 128), &args, sizeof args));
    rig_read(r, args.out, got, sizeof got);
    for (int n = 0; n < 16; n++) {
        check_eq(want[n], got[n]);
    }
    rig_destroy(r);
}

static void flat_atomics_reach_lds_and_memory_by_lane(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1, .check_all = true});
    uint32_t got[3] = {0};
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    rig_write(r, args.out, got, sizeof got);
    check_ran(r, rig_run(r, "flat_atomics", rig_grid_1d(1, 64), &args, sizeof args));
    rig_read(r, args.out, got, sizeof got);
    check_eq(32 * 31, got[0]);           /* 0, 2 .. 62 */
    check_eq(16 * (1 + 61) / 2, got[1]); /* 1, 5 .. 61 */
    check_eq(16 * (3 + 63) / 2, got[2]); /* 3, 7 .. 63 */
    rig_destroy(r);
}

/* T-34: on host memory every lane of a wave reads before any writes, so that of a wave's additions the last one stays. */
static void atomics_on_host_memory_lose_updates(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    uint32_t got[3] = {0};
    struct two args = {rig_alloc(r, RIG_HOST, 4096), 0, 0};
    rig_write(r, args.out, got, sizeof got);
    check_ran(r, rig_run(r, "flat_atomics", rig_grid_1d(1, 64), &args, sizeof args));
    rig_read(r, args.out, got, sizeof got);
    check_eq(30 + 62, got[0]); /* of lanes 0, 2 .. 30 and 32, 34 .. 62 */
    check_eq(16 * (1 + 61) / 2, got[1]);
    rig_destroy(r);
}

static void a_misaligned_atomic_faults(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096) + 2, 0, 0};
    check_eq(-5, rig_run(r, "atomic_add_one", rig_grid_1d(1, 32), &args, sizeof args));
    check_eq(COMPUTE_FAULT_MISALIGNED, rig_fault(r)->kind);
    rig_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atomics_of_all_waves_lose_nothing),
        cmocka_unit_test(lds_atomics_count_every_lane),
        cmocka_unit_test(flat_atomics_reach_lds_and_memory_by_lane),
        cmocka_unit_test(atomics_on_host_memory_lose_updates),
        cmocka_unit_test(a_misaligned_atomic_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
