/* launch_basics.c: registers a wave starts with, work-groups and barriers, on every wave size and with one and several threads.
 */
#include "rig.h"

#include <stdlib.h>

struct three {
    uint64_t out, a, b;
    uint32_t n;
};

struct two {
    uint64_t out, in;
    uint32_t n;
};

static const struct rig_options plain[] = {
    {.threads = 1}, {.threads = 3}, {.threads = 2, .wave64 = true}, {.threads = 1, .check_all = true}};
enum { PLAIN = sizeof plain / sizeof *plain };

static void every_item_adds_its_own_element_and_none_beyond(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        struct rig *r = rig_create(plain[p]);
        enum { N = 1000 }; /* not a multiple of the work-group */
        float a[N], b[N], got[N + 24];
        struct three args = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_SCATTERED, 4096), N};
        for (int n = 0; n < N; n++) {
            a[n] = (float)n * 0.5f;
            b[n] = 1000.0f - (float)n;
        }
        rig_write(r, args.a, a, sizeof a);
        rig_write(r, args.b, b, sizeof b);
        check_ran(r, rig_run(r, "vector_add", rig_grid_1d(4, 256), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (int n = 0; n < N; n++) {
            assert_float_equal(got[n], a[n] + b[n], 0);
        }
        uint32_t beyond;
        memcpy(&beyond, &got[N], 4);
        check_eq(0xa5a5a5a5, beyond);
        check_eq(4, rig_counters(r)->groups);
        check_eq(plain[p].wave64 ? 16 : 32, rig_counters(r)->waves);
        check_eq(N * 4, rig_counters(r)->vram_write_bytes);
        rig_destroy(r);
    }
}

static void a_group_reduces_through_lds_across_its_waves(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        struct rig *r = rig_create(plain[p]);
        enum { GROUPS = 9 };
        uint32_t in[GROUPS * 256], got[GROUPS];
        struct two args = {rig_alloc(r, RIG_HOST, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
        for (uint32_t n = 0; n < GROUPS * 256; n++) {
            in[n] = n * 2654435761u;
        }
        rig_write(r, args.in, in, sizeof in);
        check_ran(r, rig_run(r, "lds_reduce", rig_grid_1d(GROUPS, 256), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (uint32_t g = 0; g < GROUPS; g++) {
            uint32_t want = 0;
            for (int n = 0; n < 256; n++) {
                want += in[g * 256 + (uint32_t)n];
            }
            check_eq(want, got[g]);
        }
        check_eq(GROUPS * 4, rig_counters(r)->host_write_bytes);
        rig_destroy(r);
    }
}

static void ids_of_items_and_groups_follow_the_grid_in_three_dimensions(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        struct rig *r = rig_create(plain[p]);
        uint32_t got[12 * 30 + 1];
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), 0, 0};
        check_ran(r, rig_run(r, "write_ids", (struct rig_grid){{3, 2, 2}, {5, 3, 2}}, &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        uint32_t at = 0;
        for (uint32_t g = 0; g < 12; g++) {
            for (uint32_t i = 0; i < 30; i++) {
                uint32_t x = i % 5, y = i / 5 % 3, z = i / 15, gx = g % 3, gy = g / 3 % 2, gz = g / 6;
                check_eq(x | y << 4 | z << 8 | gx << 12 | gy << 16 | gz << 20, got[at++]);
            }
        }
        check_eq(0xa5a5a5a5, got[at]);
        rig_destroy(r);
    }
}

static void lanes_beyond_a_partial_last_wave_do_nothing(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        for (uint32_t size = 1; size <= 100; size += 33) {
            struct rig *r = rig_create(plain[p]);
            uint32_t got[3 * 128];
            struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), 0, 128};
            check_ran(r, rig_run(r, "write_item", rig_grid_1d(3, size), &args, sizeof args));
            rig_read(r, args.out, got, sizeof got);
            for (uint32_t n = 0; n < 3 * 128; n++) {
                check_eq(n % 128 < size ? n % 128 : 0xa5a5a5a5, got[n]);
            }
            rig_destroy(r);
        }
    }
}

static void scratch_is_each_lanes_own(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        struct rig *r = rig_create(plain[p]);
        enum { N = 64 * 5 };
        uint32_t in[N], got[N];
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
        for (uint32_t n = 0; n < N; n++) {
            in[n] = n * 7;
        }
        rig_write(r, args.in, in, sizeof in);
        check_ran(r, rig_run(r, "use_scratch", rig_grid_1d(N / 64, 64), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (uint32_t i = 0; i < N; i++) {
            uint32_t want = 0;
            for (uint32_t n = 0; n < 8; n++) {
                want = want * 31 + (((in[i] + n) & 63) ^ (i & 7)) * 3 + i;
            }
            check_eq(want, got[i]);
        }
        rig_destroy(r);
    }
}

static void generic_pointers_reach_lds_scratch_and_memory_in_one_instruction(void **state)
{
    (void)state;
    for (int p = 0; p < PLAIN; p++) {
        struct rig *r = rig_create(plain[p]);
        uint32_t in[64], got[64];
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
        for (uint32_t n = 0; n < 64; n++) {
            in[n] = n * 77;
        }
        rig_write(r, args.in, in, sizeof in);
        check_ran(r, rig_run(r, "use_flat", rig_grid_1d(1, 64), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (uint32_t n = 0; n < 64; n++) {
            check_eq((n % 3 == 0 ? n * 1000 : n % 3 == 1 ? n * 4 + 1 : n * 77) + 1, got[n]);
        }
        rig_destroy(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_adds_its_own_element_and_none_beyond),
        cmocka_unit_test(a_group_reduces_through_lds_across_its_waves),
        cmocka_unit_test(ids_of_items_and_groups_follow_the_grid_in_three_dimensions),
        cmocka_unit_test(lanes_beyond_a_partial_last_wave_do_nothing),
        cmocka_unit_test(scratch_is_each_lanes_own),
        cmocka_unit_test(generic_pointers_reach_lds_scratch_and_memory_in_one_instruction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
