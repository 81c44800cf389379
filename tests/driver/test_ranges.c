/* Giving out and taking back parts of a number line. */
#include <errno.h>

#include "amd/ranges.h"
#include "check.h"

static void small_things_come_from_the_low_end_and_big_ones_from_the_high_end(void **state)
{
    (void)state;
    struct range_pool p;
    uint64_t low, high;
    check_eq(0, range_pool_init(&p, 0x1000, 0x100000));
    check_eq(0, range_take(&p, 0x1000, 0x1000, RANGE_LOW, &low));
    check_eq(0, range_take(&p, 0x8000, 0x8000, RANGE_HIGH, &high));
    check_eq(0x1000, low);
    check_eq(0xf8000, high);
    range_pool_destroy(&p);
}

static void neighbours_merge_in_any_order_of_giving_back(void **state)
{
    (void)state;
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int o = 0; o < 6; o++) {
        struct range_pool p;
        uint64_t at[3];
        check_eq(0, range_pool_init(&p, 0, 0x3000));
        for (int i = 0; i < 3; i++) {
            check_eq(0, range_take(&p, 0x1000, 1, RANGE_LOW, &at[i]));
        }
        uint64_t none;
        check_eq(-ENOMEM, range_take(&p, 1, 1, RANGE_LOW, &none));
        for (int i = 0; i < 3; i++) {
            range_give(&p, at[orders[o][i]], 0x1000);
        }
        check_eq(1, p.count);
        check_eq(0x3000, p.free_bytes);
        check_eq(0x3000, range_largest(&p));
        range_pool_destroy(&p);
    }
}

static void ten_thousand_random_steps_never_overlap_and_end_whole(void **state)
{
    (void)state;
    enum { SLOTS = 200 };
    struct range_pool p;
    struct range taken[SLOTS] = {0};
    uint32_t seed = 1;
    check_eq(0, range_pool_init(&p, 0x10000, 0x400000));
    for (int n = 0; n < 10000; n++) {
        seed = seed * 1664525u + 1013904223u;
        struct range *r = &taken[(seed >> 8) % SLOTS];
        if (r->size) {
            range_give(&p, r->start, r->size);
            r->size = 0;
            continue;
        }
        uint64_t size = (1 + (seed >> 20) % 64) * 0x1000, align = UINT64_C(0x1000) << (seed >> 4) % 5, start;
        if (range_take(&p, size, align, seed & 1 ? RANGE_LOW : RANGE_HIGH, &start)) {
            continue;
        }
        check_eq(0, start % align);
        for (int i = 0; i < SLOTS; i++) {
            if (taken[i].size && start < taken[i].start + taken[i].size && taken[i].start < start + size) {
                fail_msg("step %d: %#llx overlaps %#llx", n, (unsigned long long)start, (unsigned long long)taken[i].start);
            }
        }
        *r = (struct range){start, size};
    }
    for (int i = 0; i < SLOTS; i++) {
        range_give(&p, taken[i].start, taken[i].size);
    }
    check_eq(1, p.count);
    check_eq(0x400000, p.free_bytes);
    range_pool_destroy(&p);
}

static void sizes_near_the_top_of_the_number_line_do_not_wrap(void **state)
{
    (void)state;
    struct range_pool p;
    uint64_t start;
    check_eq(0, range_pool_init(&p, 0x1000, 0x1000));
    check_eq(-ENOMEM, range_take(&p, UINT64_MAX, 1, RANGE_LOW, &start));
    check_eq(-ENOMEM, range_take(&p, UINT64_MAX - 0x1000, 0x1000, RANGE_HIGH, &start));
    check_eq(-EINVAL, range_take(&p, 0, 1, RANGE_LOW, &start));
    check_eq(-EINVAL, range_take(&p, 1, 3, RANGE_LOW, &start));
    range_pool_destroy(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_things_come_from_the_low_end_and_big_ones_from_the_high_end),
        cmocka_unit_test(neighbours_merge_in_any_order_of_giving_back),
        cmocka_unit_test(ten_thousand_random_steps_never_overlap_and_end_whole),
        cmocka_unit_test(sizes_near_the_top_of_the_number_line_do_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
