/* launch_barriers.c: gfx12's barriers in two parts (RDNA4 ISA, "Barriers"), with work-groups of several waves. */
#include "rig.h"

enum { ROUNDS = 5, ITEMS = 256 };

struct two {
    uint64_t out, in;
    uint32_t n;
};

static void one_wave_is_first_and_all_see_what_was_before(void **state)
{
    static const struct rig_options plain[] = {{.threads = 1}, {.threads = 3}, {.threads = 2, .wave64 = true}};
    static uint32_t got[ROUNDS + 2][ITEMS];
    (void)state;
    for (size_t p = 0; p < sizeof plain / sizeof *plain; p++) {
        struct rig *r = rig_create(plain[p]);
        uint32_t lanes = plain[p].wave64 ? 64 : 32;
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), 0, ROUNDS};
        check_ran(r, rig_run(r, "split_barrier", rig_grid_1d(1, ITEMS), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            uint32_t first = 0;
            for (uint32_t item = 0; item < ITEMS; item += lanes) {
                first += got[round][item];
            }
            check_eq(1, first);
        }
        for (uint32_t item = 0; item < ITEMS; item++) {
            check_eq(ROUNDS * ((item + 64) & 255) + ROUNDS * (ROUNDS - 1) / 2, got[ROUNDS][item]);
            check_eq(1, got[ROUNDS + 1][item] & 1); /* bit 0: valid; nobody signals any more */
            check_eq(0, got[ROUNDS + 1][item] >> 16 & 127);
        }
        rig_destroy(r);
    }
}

static void named_barriers_are_refused(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), 0, 0};
    check_eq(-5, rig_run(r, "named_barrier", rig_grid_1d(1, 64), &args, sizeof args));
    check_says("s_barrier_init", rig_fault(r)->text);
    check_says("named barriers", rig_fault(r)->text);
    rig_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_wave_is_first_and_all_see_what_was_before),
        cmocka_unit_test(named_barriers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
