/* mem_access.c: loads and stores of every width, contiguous and not, over mappings that end between lanes and within one. */
#include "rig.h"

#include <stdlib.h>

struct two {
    uint64_t out, in;
    uint32_t n;
};

struct moves {
    uint64_t out, in;
    uint32_t in_stride, out_stride, n;
};

static const struct {
    const char *kernel;
    uint32_t bytes;
} widths[] = {{"copy_b8", 1}, {"copy_b16", 2}, {"copy_b32", 4}, {"copy_b64", 8}, {"copy_b128", 16}};

static void copy_and_check(struct rig *r, uint32_t w, enum rig_kind kind, uint32_t in_stride, uint32_t out_stride, uint32_t shift)
{
    enum { N = 3 * 64 - 7 };
    uint32_t bytes = widths[w].bytes, in_bytes = N * in_stride + 16 + shift, out_bytes = N * out_stride + 16 + shift;
    uint8_t *in = malloc(in_bytes), *got = malloc(out_bytes);
    for (uint32_t n = 0; n < in_bytes; n++) {
        in[n] = (uint8_t)(n * 37 + n / 251);
    }
    struct moves args = {rig_alloc(r, kind, out_bytes) + shift, rig_alloc(r, kind, in_bytes) + shift, in_stride, out_stride, N};
    rig_write(r, args.in - shift, in, in_bytes);
    check_ran(r, rig_run(r, widths[w].kernel, rig_grid_1d(3, 64), &args, sizeof args));
    rig_read(r, args.out - shift, got, out_bytes);
    for (uint32_t n = 0; n < out_bytes; n++) {
        bool gap = n < shift || (n - shift) / out_stride >= N || (n - shift) % out_stride >= bytes;
        check_eq(gap ? 0xa5 : in[shift + (n - shift) / out_stride * in_stride + (n - shift) % out_stride], got[n]);
    }
    uint64_t moved = kind == RIG_HOST ? rig_counters(r)->host_write_bytes : rig_counters(r)->vram_write_bytes;
    check_eq((uint64_t)N * bytes, moved);
    free(in);
    free(got);
}

static void every_width_copies_contiguous_strided_and_misaligned(void **state)
{
    (void)state;
    for (uint32_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct rig *r = rig_create((struct rig_options){.threads = 2, .check_all = true});
        copy_and_check(r, w, RIG_VRAM, widths[w].bytes, widths[w].bytes, 0);
        copy_and_check(r, w, RIG_VRAM, 20, 36, 0);
        copy_and_check(r, w, RIG_HOST, widths[w].bytes, 20, 3);
        rig_destroy(r);
    }
}

static void lanes_in_different_pages_find_their_own(void **state)
{
    (void)state;
    for (uint32_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct rig *r = rig_create((struct rig_options){.threads = 1, .wave64 = w & 1});
        copy_and_check(r, w, RIG_SCATTERED, 1028, 516, 0);
        copy_and_check(r, w, RIG_SCATTERED, widths[w].bytes, widths[w].bytes, 4093); /* one lane straddles */
        rig_destroy(r);
    }
}

static void narrow_loads_extend_by_sign_or_zero(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    uint8_t in[64];
    int32_t got[32][4];
    struct moves args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0, 0, 0};
    for (int n = 0; n < 64; n++) {
        in[n] = (uint8_t)(n * 71 + 100);
    }
    rig_write(r, args.in, in, sizeof in);
    check_ran(r, rig_run(r, "widen", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, got, sizeof got);
    for (int n = 0; n < 32; n++) {
        uint16_t word = (uint16_t)(in[2 * n] | in[2 * n + 1] << 8);
        check_eq((int8_t)in[n], got[n][0]);
        check_eq(in[n], got[n][1]);
        check_eq((int16_t)word, got[n][2]);
        check_eq(word, got[n][3]);
    }
    rig_destroy(r);
}

static void vectors_of_four_pass_through_lds(void **state)
{
    (void)state;
    for (int wave64 = 0; wave64 < 2; wave64++) {
        struct rig *r = rig_create((struct rig_options){.threads = 1, .wave64 = wave64, .check_all = !wave64});
        uint32_t in[64][4], got[64][4];
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
        for (uint32_t n = 0; n < 256; n++) {
            in[n / 4][n % 4] = n * 11;
        }
        rig_write(r, args.in, in, sizeof in);
        check_ran(r, rig_run(r, "lds_vectors", rig_grid_1d(1, 64), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (uint32_t n = 0; n < 256; n++) {
            check_eq(in[(n / 4) ^ 5][n % 4], got[n / 4][n % 4]);
        }
        rig_destroy(r);
    }
}

static void permutations_move_values_between_lanes(void **state)
{
    (void)state;
    for (int wave64 = 0; wave64 < 2; wave64++) {
        uint32_t lanes = wave64 ? 64 : 32, in[64], got[192];
        bool wide = wave64 && rig_is_gfx12(); /* gfx11 permutes within 32 lanes */
        struct rig *r = rig_create((struct rig_options){.threads = 1, .wave64 = wave64, .check_all = !wave64});
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
        for (uint32_t n = 0; n < 64; n++) {
            in[n] = n + 100;
        }
        rig_write(r, args.in, in, sizeof in);
        check_ran(r, rig_run(r, "permute", rig_grid_1d(1, lanes), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (uint32_t n = 0; n < lanes; n++) {
            uint32_t half = wide ? 0 : n & 32, other = (n * 5 + 3) % 32;
            check_eq(in[half + other], got[n]);
            check_eq(in[n ^ 1], got[64 + n]);
            check_eq(in[wide ? n | 32 : n], got[128 + half + other]); /* two lanes that send to one: the higher wins */
        }
        rig_destroy(r);
    }
}

/* a translation once used stays, right or wrong, until the TLB is invalidated. */
static void translations_are_stale_until_the_tlb_is_invalidated(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    uint32_t got;
    struct two args = {rig_alloc(r, RIG_VRAM, 4096), rig_alloc(r, RIG_VRAM, 4096), 0};
    check_ran(r, rig_run(r, "load_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    rig_move(r, args.in, 0x11);
    check_ran(r, rig_run(r, "load_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, &got, sizeof got);
    check_eq(0xa5a5a5a5, got);
    rig_invalidate_tlb(r);
    check_ran(r, rig_run(r, "load_past_end", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, &got, sizeof got);
    check_eq(0x11111111, got);
    rig_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_copies_contiguous_strided_and_misaligned),
        cmocka_unit_test(lanes_in_different_pages_find_their_own),
        cmocka_unit_test(narrow_loads_extend_by_sign_or_zero),
        cmocka_unit_test(vectors_of_four_pass_through_lds),
        cmocka_unit_test(permutations_move_values_between_lanes),
        cmocka_unit_test(translations_are_stale_until_the_tlb_is_invalidated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
