/* Moving data: rows by index, copies, conversions, repetition. */
#include "tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint32_t all_types[] = {EXO_TYPE_F32,  EXO_TYPE_F16,  EXO_TYPE_BF16, EXO_TYPE_Q4_0,
                                     EXO_TYPE_Q4_1, EXO_TYPE_Q5_0, EXO_TYPE_Q5_1, EXO_TYPE_Q8_0};
enum { TYPES = sizeof(all_types) / sizeof(*all_types) };

static bool quantised(uint32_t type)
{
    return type >= EXO_TYPE_Q4_0 && type <= EXO_TYPE_Q8_0;
}

void get_rows_of_every_type(void **state)
{
    (void)state;
    for (int t = 0; t < TYPES; t++) {
        enum { N = 288, ROWS = 11, IDS = 5, BATCH = 2 };
        uint32_t bytes = pack_bytes(all_types[t], N);
        struct buffer src = stage_buffer(bytes * ROWS * BATCH), ids = stage_buffer(IDS * BATCH * 4),
                      dst = stage_buffer(N * IDS * BATCH * 4);
        double *want = malloc(sizeof(double) * N * IDS * BATCH);
        float row[N];
        for (uint32_t r = 0; r < ROWS * BATCH; r++) {
            for (int i = 0; i < N; i++) {
                row[i] = random_float();
            }
            pack_row(all_types[t], row, N, src.data + r * bytes);
        }
        for (uint32_t i = 0; i < IDS * BATCH; i++) {
            int32_t id = (int32_t)random_below(ROWS);
            ((int32_t *)ids.data)[i] = id;
            unpack_row(all_types[t], src.data + ((i / IDS) * ROWS + (uint32_t)id) * bytes, N, want + i * N);
        }
        struct args_get_rows a = {.src = view4(src, all_types[t], N, ROWS, BATCH, 1),
                                  .ids = view4(ids, EXO_TYPE_I32, IDS, BATCH, 1, 1),
                                  .dst = view4(dst, EXO_TYPE_F32, N, IDS, BATCH, 1)};
        stage_run(EXO_KERNEL_get_rows, &a, IDS * BATCH, (N + 255) / 256, 1);
        expect_close("get_rows", want, (float *)dst.data, N * IDS * BATCH, 1e-13);
        free(want);
        stage_reset();
    }
}

/* RDNA4 hands a wave 16 bits of its group's number in y and in z. */
void get_rows_takes_more_rows_than_16_bits_count(void **state)
{
    enum { ROWS = 3, IDS = 700, BATCH = 100 };
    (void)state;
    struct buffer src = stage_buffer(ROWS * BATCH * 4), ids = stage_buffer(IDS * BATCH * 4), dst = stage_buffer(IDS * BATCH * 4);
    for (uint32_t i = 0; i < ROWS * BATCH; i++) {
        ((int32_t *)src.data)[i] = (int32_t)i;
    }
    for (uint32_t i = 0; i < IDS * BATCH; i++) {
        ((int32_t *)ids.data)[i] = (int32_t)(i * 7 % ROWS);
    }
    struct args_get_rows a = {.src = view4(src, EXO_TYPE_I32, 1, ROWS, BATCH, 1),
                              .ids = view4(ids, EXO_TYPE_I32, IDS, BATCH, 1, 1),
                              .dst = view4(dst, EXO_TYPE_I32, 1, IDS, BATCH, 1)};
    stage_run(EXO_KERNEL_get_rows, &a, IDS * BATCH, 1, 1);
    for (uint32_t i = 0; i < IDS * BATCH; i++) {
        assert_int_equal(((int32_t *)dst.data)[i], i / IDS * ROWS + i * 7 % ROWS);
    }
    stage_reset();
}

static void set_rows_case(uint32_t type, uint32_t index_type)
{
    enum { N = 96, ROWS = 7, SLOTS = 13, BATCH = 4 };
    uint32_t bytes = pack_bytes(type, N), size = index_type == EXO_TYPE_I64 ? 8 : 4;
    struct buffer src = stage_buffer(N * ROWS * BATCH * 4), ids = stage_buffer(ROWS * 2 * size),
                  dst = stage_buffer(bytes * SLOTS * BATCH);
    double want[N], unpacked[N];
    float got[N];
    for (uint32_t i = 0; i < N * ROWS * BATCH; i++) {
        ((float *)src.data)[i] = random_float() * 4;
    }
    for (uint32_t i = 0; i < ROWS * 2; i++) { /* indices for two batches: dimension 2 repeats them */
        int64_t slot = (i * 5 + i / ROWS) % SLOTS;
        memcpy(ids.data + i * size, &slot, size);
    }
    struct args_set_rows a = {.src = view4(src, EXO_TYPE_F32, N, ROWS, BATCH, 1),
                              .ids = view4(ids, index_type, ROWS, 2, 1, 1),
                              .dst = view4(dst, type, N, SLOTS, BATCH, 1),
                              .ids_ne1 = exo_div_make(2),
                              .ids_ne2 = exo_div_make(1)};
    stage_run(quantised(type) ? EXO_KERNEL_set_rows_q : EXO_KERNEL_set_rows, &a, ROWS * BATCH, 1, 1);
    for (uint32_t r = 0; r < ROWS * BATCH; r++) {
        uint32_t batch = r / ROWS, i = (batch % 2) * ROWS + r % ROWS, slot = (i * 5 + i / ROWS) % SLOTS;
        unpack_row(type, dst.data + (batch * SLOTS + slot) * bytes, N, unpacked);
        for (int j = 0; j < N; j++) {
            got[j] = (float)unpacked[j];
            want[j] = ((float *)src.data)[r * N + (uint32_t)j];
        }
        double limit = type == EXO_TYPE_F32    ? 0
                       : type == EXO_TYPE_F16  ? 1e-6
                       : type == EXO_TYPE_Q8_0 ? 1e-4
                       : type == EXO_TYPE_BF16 ? 1e-4
                                               : 8e-3;
        expect_close("set_rows", want, got, N, limit);
    }
    stage_reset();
}

void set_rows_of_every_type(void **state)
{
    (void)state;
    for (int t = 0; t < TYPES; t++) {
        set_rows_case(all_types[t], EXO_TYPE_I64);
        set_rows_case(all_types[t], EXO_TYPE_I32);
    }
}

void copies_between_strides_and_types(void **state)
{
    (void)state;
    enum { A = 5, B = 7, C = 3, D = 2, N = A * B * C * D };
    for (int s = 0; s < 3; s++) {
        for (int d = 0; d < 3; d++) {
            uint32_t ss = s ? 2 : 4, ds = d ? 2 : 4;
            struct buffer src = stage_buffer(N * ss), dst = stage_buffer(N * ds);
            double want[N], values[N], unpacked[N];
            float in[N], got[N];
            for (int i = 0; i < N; i++) {
                in[i] = random_float() * 10;
            }
            pack_row(all_types[s], in, N, src.data);
            unpack_row(all_types[s], src.data, N, values);
            /* src seen with its first two dimensions exchanged: element (i, j, ...) lies at (j, i, ...) */
            struct args_copy a = {.count = N, .dst = view4(dst, all_types[d], N, 1, 1, 1)};
            a.src = view_strided(src.address, all_types[s], (const int64_t[4]){B, A, C, D},
                                 (const uint64_t[4]){A * ss, ss, A * B * ss, A * B * C * ss});
            stage_run(EXO_KERNEL_copy, &a, (N + 255) / 256, 1, 1);
            for (int i = 0; i < N; i++) {
                want[i] = values[i / (A * B) * (A * B) + i % B * A + i / B % A];
            }
            unpack_row(all_types[d], dst.data, N, unpacked);
            for (int i = 0; i < N; i++) {
                got[i] = (float)unpacked[i];
            }
            expect_close("copy", want, got, N, s == d ? 0 : d == 0 ? 0 : 1e-5);
            stage_reset();
        }
    }
}

void copies_to_quantised_are_within_a_step(void **state)
{
    (void)state;
    enum { N = 64, ROWS = 3, STRIDE = 80 };
    for (int t = 3; t < TYPES; t++) {
        uint32_t bytes = pack_bytes(all_types[t], N);
        struct buffer src = stage_buffer(STRIDE * ROWS * 4), dst = stage_buffer(bytes * ROWS), back = stage_buffer(N * ROWS * 4);
        double want[N * ROWS], unpacked[N * ROWS];
        for (int i = 0; i < STRIDE * ROWS; i++) {
            ((float *)src.data)[i] = random_float();
        }
        memset(src.data, 0, 32 * 4); /* a block of zeros */
        struct args_copy a = {.count = N * ROWS / 32, .dst = view4(dst, all_types[t], N, ROWS, 1, 1)};
        a.src = view_strided(src.address, EXO_TYPE_F32, (const int64_t[4]){N, ROWS, 1, 1},
                             (const uint64_t[4]){4, STRIDE * 4, STRIDE * ROWS * 4, STRIDE * ROWS * 4});
        stage_run(EXO_KERNEL_copy_q, &a, 1, 1, 1);
        struct args_copy b = {.src = a.dst, .dst = view4(back, EXO_TYPE_F32, N, ROWS, 1, 1), .count = N * ROWS};
        stage_run(EXO_KERNEL_copy, &b, 1, 1, 1);
        for (int i = 0; i < N * ROWS; i++) {
            want[i] = ((float *)src.data)[i / N * STRIDE + i % N];
        }
        expect_close("copy to quantised and back", want, (float *)back.data, N * ROWS,
                     all_types[t] == EXO_TYPE_Q8_0 ? 1e-4 : 8e-3);
        for (int r = 0; r < ROWS; r++) {
            unpack_row(all_types[t], dst.data + (uint32_t)r * bytes, N, unpacked + r * N);
        }
        expect_close("quantised to F32", unpacked, (float *)back.data, N * ROWS, 1e-13);
        stage_reset();
    }
}

void copy_flat_copies_odd_sizes(void **state)
{
    (void)state;
    for (uint32_t size = 4; size < 20000; size = size * 3 + 4) {
        struct buffer src = stage_buffer(size), dst = stage_buffer(size);
        for (uint32_t i = 0; i < size; i++) {
            src.data[i] = (uint8_t)random_below(256);
        }
        struct args_copy_flat a = {src.address, dst.address, size};
        stage_run(EXO_KERNEL_copy_flat, &a, (size + 4095) / 4096, 1, 1);
        assert_memory_equal(src.data, dst.data, size);
        stage_reset();
    }
}

void repeat_repeats_in_all_dimensions(void **state)
{
    (void)state;
    struct buffer src = stage_buffer(3 * 2 * 2 * 4), dst = stage_buffer(6 * 6 * 2 * 3 * 4);
    for (uint32_t i = 0; i < 12; i++) {
        ((uint32_t *)src.data)[i] = i + 1;
    }
    struct args_repeat a = {
        .src = view4(src, EXO_TYPE_I32, 3, 2, 2, 1), .dst = view4(dst, EXO_TYPE_I32, 6, 6, 2, 3), .count = 216};
    stage_run(EXO_KERNEL_repeat, &a, 1, 1, 1);
    for (uint32_t i = 0; i < 216; i++) {
        assert_int_equal(((uint32_t *)dst.data)[i], 1 + i % 6 % 3 + 3 * (i / 6 % 6 % 2) + 6 * (i / 36 % 2));
    }
}
