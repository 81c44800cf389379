/* launch_faults.c: what a kernel must not do ends its dispatch with a sentence that names wave, instruction and address. */
#include "rig.h"

#include <pthread.h>
#include <unistd.h>

struct two {
    uint64_t out, in;
    uint32_t n;
};

static void a_store_past_the_buffer_faults_with_its_address(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 2});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 1024 - 31}; /* lane 31 is the first outside */
    check_eq(-5, rig_run(r, "store_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    const struct compute_fault *f = rig_fault(r);
    check_eq(COMPUTE_FAULT_PAGE, f->kind);
    check_eq(args.out + 4096, f->address);
    check_eq(31, f->lane);
    check_says("global_store_b32", f->text);
    check_says("7f", f->text);
    print_message("%s\n", f->text);
    rig_destroy(r);
}

static void a_store_to_read_only_memory_faults(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_READ_ONLY, 4096), 0, 0};
    check_eq(-5, rig_run(r, "store_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    check_eq(COMPUTE_FAULT_PAGE, rig_fault(r)->kind);
    check_eq(0, rig_fault(r)->lane);
    rig_destroy(r);
}

static void loads_past_the_buffer_fault_vector_and_scalar(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_SCATTERED, 8192), 2048 - 31};
    check_eq(-5, rig_run(r, "load_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    check_eq(COMPUTE_FAULT_PAGE, rig_fault(r)->kind);
    check_eq(args.in + 8192, rig_fault(r)->address);
    args.n = 2048;
    check_eq(-5, rig_run(r, "scalar_load_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    check_eq(COMPUTE_FAULT_PAGE, rig_fault(r)->kind);
    check_eq(args.in + 8192, rig_fault(r)->address);
    args.n = 0;
    check_ran(r, rig_run(r, "load_past_end", rig_grid_1d(1, 32), &args, sizeof args)); /* the engine goes on */
    rig_destroy(r);
}

static void lds_beyond_the_allocation_faults(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    check_ran(r, rig_run(r, "lds_past_end", rig_grid_1d(1, 64), &args, sizeof args));
    args.n = 128; /* the allocation of 256 bytes is rounded up to 512 */
    check_eq(-5, rig_run(r, "lds_past_end", rig_grid_1d(1, 64), &args, sizeof args));
    check_eq(COMPUTE_FAULT_LDS, rig_fault(r)->kind);
    rig_destroy(r);
}

static void the_faulting_group_and_wave_are_named(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 2});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 1024 - 64 * 2};
    /* write_item: group 1 of 64 items ends one page on; its wave 1 is the first outside */
    args.n = 1024 - 32;
    check_eq(-5, rig_run(r, "write_item", rig_grid_1d(2, 64), &args, sizeof args));
    check_eq(1, rig_fault(r)->group[0]);
    check_eq(1, rig_fault(r)->wave);
    rig_destroy(r);
}

static void a_kernel_that_never_ends_is_stopped_by_the_watchdog(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    compute_set_watchdog(rig_engine(r), 4u << 20); /* a moment, with sanitizers and emulators too */
    check_eq(-5, rig_run(r, "spin_forever", rig_grid_1d(1, 32), &args, sizeof args));
    check_eq(COMPUTE_FAULT_HUNG, rig_fault(r)->kind);
    check_says("hung", rig_fault(r)->text);
    print_message("%s\n", rig_fault(r)->text);
    rig_destroy(r);
}

static void *stop_later(void *engine)
{
    usleep(50000);
    compute_stop(engine);
    return NULL;
}

static void stopping_ends_a_running_dispatch_soon(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 2});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    pthread_t thread;
    pthread_create(&thread, NULL, stop_later, rig_engine(r));
    check_eq(-5, rig_run(r, "spin_forever", rig_grid_1d(8, 64), &args, sizeof args));
    check_eq(COMPUTE_FAULT_STOPPED, rig_fault(r)->kind);
    pthread_join(thread, NULL);
    rig_destroy(r);
}

/* what was fetched from an address stays until the instruction caches are invalidated. */
static void code_is_stale_until_the_instruction_cache_is_invalidated(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    uint64_t size, code = rig_kernel_code(r, "store_past_end", &size);
    uint32_t got, end = 0xbfb00000; /* s_endpgm */
    check_ran(r, rig_run(r, "store_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    rig_write(r, code, &end, sizeof end);
    got = 0;
    rig_write(r, args.out, &got, sizeof got);
    check_ran(r, rig_run(r, "store_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, &got, sizeof got);
    check_eq(1, got); /* the old code ran */
    compute_invalidate_icache(rig_engine(r));
    got = 0;
    rig_write(r, args.out, &got, sizeof got);
    check_ran(r, rig_run(r, "store_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, &got, sizeof got);
    check_eq(0, got);
    rig_destroy(r);
}

static void a_work_group_too_large_is_refused(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    check_eq(-5, rig_run(r, "write_item", rig_grid_1d(1, 1025), &args, sizeof args));
    check_says("1024", rig_fault(r)->text);
    check_eq(-5, rig_run(r, "write_item", rig_grid_1d(1, 0), &args, sizeof args));
    rig_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_past_the_buffer_faults_with_its_address),
        cmocka_unit_test(a_store_to_read_only_memory_faults),
        cmocka_unit_test(loads_past_the_buffer_fault_vector_and_scalar),
        cmocka_unit_test(lds_beyond_the_allocation_faults),
        cmocka_unit_test(the_faulting_group_and_wave_are_named),
        cmocka_unit_test(a_kernel_that_never_ends_is_stopped_by_the_watchdog),
        cmocka_unit_test(stopping_ends_a_running_dispatch_soon),
        cmocka_unit_test(code_is_stale_until_the_instruction_cache_is_invalidated),
        cmocka_unit_test(a_work_group_too_large_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
