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

/* The compiler makes one atomic of a wave's, so waves must collide: each is one read and one write on host memory. */
static void atomics_on_host_memory_are_plain_reads_and_writes(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    uint32_t zero = 0, got;
    struct two args = {rig_alloc(r, RIG_HOST, 4096), 0, 0};
    rig_write(r, args.out, &zero, sizeof zero);
    check_ran(r, rig_run(r, "atomic_add_one", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, &got, sizeof got);
    check_eq(32, got); /* nobody else was there */
    check_eq(4, rig_counters(r)->host_read_bytes);
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
        cmocka_unit_test(atomics_on_host_memory_are_plain_reads_and_writes),
        cmocka_unit_test(a_misaligned_atomic_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
