/*
 * cost.c: what one token costs in wave instructions: the dispatches of SmolLM2-135M (30 layers, 576 wide, 9 heads on 3 KV heads,
 * FFN 1536, 49152 tokens) with their real shapes, one by one on the instruction engine. `kernel_cost [columns [keys]]`: columns
 * tokens at once (1: decode), over a cache of `keys` of which half are open. With EXO_TEST_THREADS=N only waits without a proof
 * are checked, and N threads run. `kernel_cost weights`: what 1024 weights of each type cost instead, with one column and
 * with 64.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "kernels/table.h"

static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE;

struct total {
    double instructions, seconds, bytes;
};

static uint64_t memory(uint64_t bytes)
{
    uint8_t *p = calloc(1, bytes);
    if (!p) {
        abort();
    }
    engine_map(p, bytes);
    return (uint64_t)(uintptr_t)p;
}

static void run(struct total *total, double times, enum exo_kernel_id id, const void *args, uint32_t gx, uint32_t gy, uint32_t gz)
{
    struct compute_counters c;
    struct timespec a, b;
    const uint32_t groups[3] = {gx, gy, gz};
    const char *fault =
        engine_run(rows[id].symbol, groups, rows[id].items, args, rows[id].args_bytes, &c); /* touches the memory */
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    fault = fault ? fault : engine_run(rows[id].symbol, groups, rows[id].items, args, rows[id].args_bytes, &c);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    double us = (double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3;
    if (fault) {
        printf("%s: %s\n", rows[id].symbol, fault);
        exit(1);
    }
    printf("%-20s %4u x %3u x %u groups %6.0f waves %10.0f instructions %7.1f per wave %9.0f us  x %2.0f = %.3f M\n",
           rows[id].symbol, gx, gy, gz, (double)c.waves, (double)c.wave_instructions,
           (double)c.wave_instructions / (double)c.waves, us, times, (double)c.wave_instructions * times * 1e-6);
    total->instructions += (double)c.wave_instructions * times;
    total->seconds += us * 1e-6 * times;
    total->bytes += (double)c.vram_read_bytes * times;
}

static struct exo_view view(uint64_t data, uint32_t type, uint32_t n0, uint32_t n1, uint32_t n2)
{
    uint64_t size = type == EXO_TYPE_F16 ? 2 : type == EXO_TYPE_I64 ? 8 : 4;
    return exo_view_make(data, type, (const int64_t[4]){n0, n1, n2, 1},
                         (const uint64_t[4]){size, size * n0, size * n0 * n1, size * n0 * n1 * n2});
}

static void product(struct total *t, double times, uint32_t type, uint32_t k, uint32_t n, uint32_t cols, bool residual, bool glu)
{
    uint32_t bytes = k / 32 * (type == EXO_TYPE_Q8_0 ? 34 : 20);
    enum exo_act act = cols > 8 ? EXO_ACT_F16 : type == EXO_TYPE_Q8_0 ? EXO_ACT_BYTES : EXO_ACT_NIBBLES;
    struct args_mul_mat a = {.w = memory((uint64_t)bytes * n),
                             .k = k,
                             .rows = n,
                             .cols = cols,
                             .w_nb1 = bytes,
                             .dst_nb1 = n * 4,
                             .ne12 = exo_div_make(1),
                             .r2 = exo_div_make(1),
                             .r3 = exo_div_make(1)};
    a.x_nb1 = exo_act_stride(act, k);
    a.x = memory(a.x_nb1 * exo_act_columns(act, cols));
    a.dst = memory((uint64_t)n * cols * 4);
    a.add = residual ? memory((uint64_t)n * cols * 4) : 0;
    a.add_nb1 = n * 4;
    a.lanes_log2 = exo_matvec_lanes_log2(type, k);
    if (cols > 8) {
        uint32_t per = cols > 32 ? EXO_WIDE_COLS : cols > 16 ? 32 : 16;
        enum exo_kernel_id id = (type == EXO_TYPE_Q8_0 ? EXO_KERNEL_mul_mat_q8_0_n16 : EXO_KERNEL_mul_mat_q4_1_n16) +
                                (per == EXO_WIDE_COLS ? 2 : per == 32);
        run(t, times, id, &a, (n + EXO_TILE_ROWS - 1) / EXO_TILE_ROWS, (cols + per - 1) / per, 1);
        return;
    }
    if (glu) {
        a.w2 = memory((uint64_t)bytes * n);
        a.glu_op = EXO_GLU_SWIGLU;
        a.quant_act = EXO_ACT_NIBBLES;
        uint32_t per = exo_matvec_rows_per_group(a.lanes_log2);
        run(t, times, EXO_KERNEL_matvec_glu_q4_1, &a, (n + per - 1) / per, 1, 1);
        return;
    }
    uint32_t per = exo_matvec_rows_per_group(a.lanes_log2), step = cols > 2 ? 4 : cols;
    enum exo_kernel_id id =
        (type == EXO_TYPE_Q8_0 ? EXO_KERNEL_matvec_q8_0_c1 : EXO_KERNEL_matvec_q4_1_c1) + (step == 4 ? 2 : step - 1);
    run(t, times, id, &a, (n + per - 1) / per, (cols + step - 1) / step, 1);
}

static void norm(struct total *t, double times, uint32_t cols, enum exo_act act)
{
    struct args_norm a = {.src = view(memory(576 * cols * 4), EXO_TYPE_F32, 576, cols, 1),
                          .mul = view(memory(576 * 4), EXO_TYPE_F32, 576, 1, 1),
                          .eps = 1e-5f,
                          .act = act};
    a.act_stride = exo_act_stride(act, 576);
    a.act_dst = memory(a.act_stride * cols);
    if (act == EXO_ACT_NONE) {
        a.dst = view(memory(576 * cols * 4), EXO_TYPE_F32, 576, cols, 1);
    }
    run(t, times, EXO_KERNEL_norm_wave, &a, (cols + 3) / 4, 1, 1);
}

static void quantise(struct total *t, double times, uint32_t k, uint32_t cols, enum exo_act act)
{
    struct args_quantize_act a = {.src = view(memory((uint64_t)k * cols * 4), EXO_TYPE_F32, k, cols, 1), .act = act};
    a.stride = exo_act_stride(act, k);
    a.dst = memory(a.stride * exo_act_columns(act, cols));
    run(t, times, EXO_KERNEL_quantize_act, &a, (cols + 3) / 4, 1, 1);
}

static void attention(struct total *t, double times, uint32_t cols, uint32_t keys)
{
    double l = -2.0 / 64 * 16.6;
    struct args_rope r = {.src = view(memory(576 * cols * 4), EXO_TYPE_F32, 64, 9, cols),
                          .dst = view(memory(576 * cols * 4), EXO_TYPE_F32, 64, 9, cols),
                          .rope = {.pos = memory(cols * 4),
                                   .n_dims = 64,
                                   .log2_theta_scale = (float)l,
                                   .freq_scale = 1,
                                   .attn_factor = 1,
                                   .sin_sign = 1}};
    r.heads_per_group = 9;
    run(t, times, EXO_KERNEL_rope, &r, 1, 1, cols);
    r.src = view(memory(192 * cols * 4), EXO_TYPE_F32, 64, 3, cols);
    r.dst = view(memory(192 * keys * 2), EXO_TYPE_F16, 192, keys, 1);
    r.ids = memory(cols * 8);
    r.ids_type = EXO_TYPE_I64;
    run(t, times, EXO_KERNEL_rope, &r, 1, 1, cols);
    struct args_set_rows s = {.src = view(memory(192 * cols * 4), EXO_TYPE_F32, 192, cols, 1),
                              .ids = view(r.ids, EXO_TYPE_I64, cols, 1, 1),
                              .dst = view(memory(192 * keys * 2), EXO_TYPE_F16, 192, keys, 1),
                              .ids_ne1 = exo_div_make(1),
                              .ids_ne2 = exo_div_make(1)};
    run(t, times, EXO_KERNEL_set_rows, &s, cols, 1, 1);
    uint64_t nb[4] = {2, 384, 128, 384ull * keys};
    struct args_flash_attn f = {.k = exo_view_make(r.dst.data, EXO_TYPE_F16, (const int64_t[4]){64, keys, 3, 1}, nb),
                                .v = exo_view_make(s.dst.data, EXO_TYPE_F16, (const int64_t[4]){64, keys, 3, 1}, nb),
                                .dst = memory(576 * cols * 4),
                                .n_q = cols,
                                .n_kv = keys,
                                .heads = 9,
                                .heads_per_kv = 3,
                                .heads_per_kv_div = exo_div_make(3),
                                .splits_div = exo_div_make(1),
                                .batch_div = exo_div_make(1),
                                .splits = 1,
                                .split_keys = keys,
                                .dv = 64,
                                .scale = 0.125f};
    f.q = exo_view_make(r.src.data, EXO_TYPE_F32, (const int64_t[4]){64, cols, 9, 1},
                        (const uint64_t[4]){4, 2304, 256, 2304ull * cols});
    f.q.data = memory(576 * cols * 4);
    f.mask = view(memory(keys * cols * 2), EXO_TYPE_F16, keys, cols, 1);
    for (uint32_t i = 0; i < keys * cols; i++) {
        ((uint16_t *)(uintptr_t)f.mask.data)[i] = i % keys < keys / 2 ? 0 : 0xfc00;
    }
    run(t, times, EXO_KERNEL_flash_attn_d64, &f, (cols * 3 + 15) / 16, 3, 1);
}

#define WEIGHT_TYPE(TYPE, name, block_values, block_bytes, act)                                                                  \
    {#TYPE, block_values, block_bytes, act, EXO_TYPE_##TYPE, EXO_KERNEL_matvec_##name##_c1, EXO_KERNEL_mul_mat_##name##_n128}
static const struct weight_type {
    const char *name;
    uint32_t block_values, block_bytes;
    enum exo_act act;
    uint32_t type;
    enum exo_kernel_id one, many;
} weight_types[] = {
    WEIGHT_TYPE(Q4_0, q4_0, 32, 18, EXO_ACT_NIBBLES), WEIGHT_TYPE(Q4_1, q4_1, 32, 20, EXO_ACT_NIBBLES),
    WEIGHT_TYPE(Q5_0, q5_0, 32, 22, EXO_ACT_BYTES),   WEIGHT_TYPE(Q5_1, q5_1, 32, 24, EXO_ACT_BYTES),
    WEIGHT_TYPE(Q8_0, q8_0, 32, 34, EXO_ACT_BYTES),   WEIGHT_TYPE(Q2_K, q2_k, 256, 84, EXO_ACT_BYTES),
    WEIGHT_TYPE(Q3_K, q3_k, 256, 110, EXO_ACT_BYTES), WEIGHT_TYPE(Q4_K, q4_k, 256, 144, EXO_ACT_BYTES),
    WEIGHT_TYPE(Q5_K, q5_k, 256, 176, EXO_ACT_BYTES), WEIGHT_TYPE(Q6_K, q6_k, 256, 210, EXO_ACT_BYTES),
};

static double per_1024(const struct weight_type *w, uint32_t k, uint32_t n, uint32_t cols)
{
    struct args_mul_mat a = {.k = k,
                             .rows = n,
                             .cols = cols,
                             .w_nb1 = k / w->block_values * w->block_bytes,
                             .dst_nb1 = n * 4,
                             .lanes_log2 = exo_matvec_lanes_log2(w->type, k),
                             .ne12 = exo_div_make(1),
                             .r2 = exo_div_make(1),
                             .r3 = exo_div_make(1)};
    enum exo_kernel_id id = cols == 1 ? w->one : w->many;
    uint32_t per = cols == 1 ? exo_matvec_rows_per_group(a.lanes_log2) : EXO_TILE_ROWS;
    const uint32_t groups[3] = {(n + per - 1) / per, 1, 1};
    struct compute_counters c;
    a.x_nb1 = exo_act_stride(cols == 1 ? w->act : EXO_ACT_F16, k);
    a.w = memory(a.w_nb1 * n);
    a.x = memory(a.x_nb1 * exo_act_columns(EXO_ACT_F16, cols));
    a.dst = memory((uint64_t)n * cols * 4);
    const char *fault = engine_run(rows[id].symbol, groups, rows[id].items, &a, rows[id].args_bytes, &c);
    if (fault) {
        printf("%s: %s\n", rows[id].symbol, fault);
        exit(1);
    }
    free((void *)(uintptr_t)a.w);
    free((void *)(uintptr_t)a.x);
    free((void *)(uintptr_t)a.dst);
    engine_unmap_all();
    return (double)c.wave_instructions / ((double)k * n / 1024);
}

static int print_weight_types(void)
{
    printf("wave instructions per 1024 weights, 4096 x 512     one column    64 columns\n");
    for (size_t i = 0; i < sizeof weight_types / sizeof *weight_types; i++) {
        const struct weight_type *w = &weight_types[i];
        printf("%-48s %13.1f %13.1f\n", w->name, per_1024(w, 4096, 512, 1), per_1024(w, 4096, 512, 64));
    }
    engine_close();
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "weights") == 0) {
        engine_open();
        return print_weight_types();
    }
    uint32_t cols = argc > 1 ? (uint32_t)atoi(argv[1]) : 1, keys = argc > 2 ? (uint32_t)atoi(argv[2]) : 256;
    struct total t = {0};
    enum exo_act act = cols > 8 ? EXO_ACT_NONE : EXO_ACT_NIBBLES;
    engine_open();
    norm(&t, 60, cols, act);
    product(&t, 30, EXO_TYPE_Q4_1, 576, 576, cols, false, false);
    product(&t, 60, EXO_TYPE_Q4_1, 576, 192, cols, false, false);
    attention(&t, 30, cols, keys);
    quantise(&t, 30, 576, cols, cols > 8 ? EXO_ACT_F16 : EXO_ACT_NIBBLES);
    product(&t, 30, EXO_TYPE_Q4_1, 576, 576, cols, true, false);
    if (cols == 1) {
        product(&t, 30, EXO_TYPE_Q4_1, 576, 1536, cols, false, true);
    } else {
        quantise(&t, 60, 576, cols, EXO_ACT_F16);
        product(&t, 60, EXO_TYPE_Q4_1, 576, 1536, cols, false, false);
        quantise(&t, 30, 1536, cols, EXO_ACT_F16);
    }
    product(&t, 30, EXO_TYPE_Q4_1, 1536, 576, cols, true, false);
    product(&t, 1, EXO_TYPE_Q8_0, 576, 49152, 1, false, false);
    printf("%u column(s): %.3f M wave instructions, %.1f MB read, %.1f ms on this engine: %.1f tokens/s\n", cols,
           t.instructions * 1e-6, t.bytes * 1e-6, t.seconds * 1e3, cols / t.seconds);
    engine_close();
    return 0;
}
