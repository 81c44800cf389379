/* Norms, RoPE, soft max. Positions above 0, whole width. */
#include "tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct buffer b, float size)
{
    for (uint32_t i = 0; i < b.bytes / 4; i++) {
        ((float *)b.data)[i] = random_float() * size;
    }
}

static void norm_row(const double *x, uint32_t n, double eps, bool mean_too, double *out)
{
    double mean = 0, squares = 0;
    for (uint32_t i = 0; mean_too && i < n; i++) {
        mean += x[i] / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
    }
    for (uint32_t i = 0; i < n; i++) {
        out[i] = (x[i] - mean) / sqrt(squares / n + eps);
    }
}

void norms_with_everything_fused(void **state)
{
    (void)state;
    static const uint32_t widths[] = {576, 64, 7, 1025};
    for (uint32_t mix = 0; mix < 16 * 4; mix++) {
        uint32_t n = widths[mix / 16], rows = 5, batch = 2, count = n * rows * batch;
        bool mean = mix & 1, mul = mix & 2, add = mix & 4, residual = mix & 8;
        struct buffer src = stage_buffer(count * 4), dst = stage_buffer(count * 4), w = stage_buffer(n * 4),
                      b = stage_buffer(count * 4);
        struct buffer r = stage_buffer(count * 4), sum = stage_buffer(count * 4);
        double *x = malloc(count * sizeof(double)), *want = malloc(count * sizeof(double));
        fill(src, 3);
        fill(w, 2);
        fill(b, 2);
        fill(r, 2);
        struct args_norm a = {.src = view4(src, EXO_TYPE_F32, n, rows, batch, 1),
                              .dst = view4(dst, EXO_TYPE_F32, n, rows, batch, 1),
                              .eps = 1e-5f,
                              .subtract_mean = mean};
        if (mul) {
            a.mul = view4(w, EXO_TYPE_F32, n, 1, 1, 1);
        }
        if (add) {
            a.add = view4(b, EXO_TYPE_F32, n, rows, batch, 1);
        }
        if (residual) {
            a.residual = view4(r, EXO_TYPE_F32, n, rows, batch, 1);
            a.residual_dst = view4(sum, EXO_TYPE_F32, n, rows, batch, 1);
        }
        stage_run(EXO_KERNEL_norm_wave, &a, (rows + 3) / 4, batch, 1);
        for (uint32_t i = 0; i < count; i++) {
            x[i] = ((float *)src.data)[i] + (residual ? (double)((float *)r.data)[i] : 0);
        }
        if (residual) {
            expect_close("sum with the residual", x, (float *)sum.data, count, 1e-13);
        }
        for (uint32_t i = 0; i < rows * batch; i++) {
            norm_row(x + i * n, n, 1e-5, mean, want + i * n);
        }
        for (uint32_t i = 0; i < count; i++) {
            want[i] = want[i] * (mul ? (double)((float *)w.data)[i % n] : 1) + (add ? (double)((float *)b.data)[i] : 0);
        }
        expect_close("norm_wave", want, (float *)dst.data, count, 1e-12);
        if (!residual) {
            memset(dst.data, 0x7f, dst.bytes);
            stage_run(EXO_KERNEL_norm_group, &a, rows, batch, 1);
            expect_close("norm_group", want, (float *)dst.data, count, 1e-12);
        }
        free(x);
        free(want);
        stage_reset();
    }
}

static void compare_quantised(enum exo_kernel_id kernel, uint32_t n)
{
    enum { ROWS = 3 };
    struct buffer src = stage_buffer(n * ROWS * 4), dst = stage_buffer(n * ROWS * 4), w = stage_buffer(n * 4);
    uint64_t stride = exo_act_stride(EXO_ACT_NIBBLES, n);
    struct buffer act = stage_buffer(stride * ROWS), again = stage_buffer(stride * ROWS);
    fill(src, 3);
    fill(w, 2);
    struct args_norm a = {.src = view4(src, EXO_TYPE_F32, n, ROWS, 1, 1),
                          .dst = view4(dst, EXO_TYPE_F32, n, ROWS, 1, 1),
                          .mul = view4(w, EXO_TYPE_F32, n, 1, 1, 1),
                          .eps = 1e-5f};
    a.act_stride = stride;
    a.act_dst = act.address;
    a.act = EXO_ACT_NIBBLES;
    stage_run(kernel, &a, kernel == EXO_KERNEL_norm_wave ? 1 : ROWS, 1, 1);
    struct args_quantize_act q = {
        .src = view4(dst, EXO_TYPE_F32, n, ROWS, 1, 1), .dst = again.address, .stride = stride, .act = EXO_ACT_NIBBLES};
    q.split_log2 = exo_act_split_log2(EXO_ACT_NIBBLES, n);
    stage_run(EXO_KERNEL_quantize_act, &q, ((ROWS << q.split_log2) + 3) / 4, 1, 1);
    for (uint32_t r = 0; r < ROWS; r++) { /* the tail between columns stays as it was in both */
        assert_memory_equal(act.data + r * stride, again.data + r * stride, n / 32 * 76);
    }
    stage_reset();
}

void norm_quantises_its_result(void **state)
{
    (void)state;
    compare_quantised(EXO_KERNEL_norm_wave, 576);
    compare_quantised(EXO_KERNEL_norm_group, 2080);
    compare_quantised(EXO_KERNEL_norm_group, 4096);
    compare_quantised(EXO_KERNEL_norm_group, 8224);
}

static void compare_group(uint32_t n, bool mean, uint32_t apart)
{
    struct buffer src = stage_buffer(n * 4 * apart), dst = stage_buffer(n * 4), w = stage_buffer(n * 4), b = stage_buffer(n * 4);
    double *x = malloc(n * sizeof(double)), *want = malloc(n * sizeof(double));
    fill(src, 3);
    fill(w, 2);
    fill(b, 1);
    for (uint32_t i = 0; i < n; i++) {
        x[i] = ((float *)src.data)[i * apart] += 5;
    }
    struct args_norm a = {.src = view_strided(src.address, EXO_TYPE_F32, (const int64_t[4]){n, 1, 1, 1},
                                              (const uint64_t[4]){4 * apart, 4 * apart * n, 4 * apart * n, 4 * apart * n}),
                          .dst = view4(dst, EXO_TYPE_F32, n, 1, 1, 1),
                          .mul = view4(w, EXO_TYPE_F32, n, 1, 1, 1),
                          .add = view4(b, EXO_TYPE_F32, n, 1, 1, 1),
                          .eps = 1e-6f,
                          .subtract_mean = mean};
    stage_run(EXO_KERNEL_norm_group, &a, 1, 1, 1);
    norm_row(x, n, 1e-6, mean, want);
    for (uint32_t i = 0; i < n; i++) {
        want[i] = want[i] * (double)((float *)w.data)[i] + (double)((float *)b.data)[i];
    }
    expect_close("norm_group", want, (float *)dst.data, n, 1e-11);
    free(x);
    free(want);
    stage_reset();
}

void long_rows_are_normed_by_groups(void **state)
{
    (void)state;
    static const uint32_t widths[] = {3, 1028, 4096, 8192, 10007};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        compare_group(widths[i], false, 1);
        compare_group(widths[i], true, 1);
        compare_group(widths[i], true, 2);
    }
}

/* ---- rope -------------------------------------------------------------------------------------------------------------------
 */

struct rope_case {
    uint32_t mode, dim, n_dims, n_offs, heads, tokens;
    double base, freq_scale, ext, attn, corr_low, corr_high;
    uint32_t sections[4];
    bool factors, backward;
};

static void rope_angle(const struct rope_case *c, uint32_t pair, const int32_t *pos, uint32_t token, double factor,
                       double *cosine, double *sine)
{
    const uint32_t *s = c->sections;
    uint32_t exponent = pair, list = 0, all = s[0] + s[1] + s[2] + s[3];
    if (c->mode & EXO_ROPE_MROPE) {
        uint32_t sector = pair % all;
        list = sector < s[0] ? 0 : sector < s[0] + s[1] ? 1 : sector < s[0] + s[1] + s[2] ? 2 : 3;
        if (c->mode == EXO_ROPE_IMROPE) {
            list = sector % 3 == 1 && sector < 3 * s[1]   ? 1
                   : sector % 3 == 2 && sector < 3 * s[2] ? 2
                   : sector % 3 == 0 && sector < 3 * s[0] ? 0
                                                          : 3;
        }
        if (c->mode == EXO_ROPE_VISION) {
            uint32_t begin[4] = {0, s[0], s[0] + s[1], s[0] + s[1] + s[2]};
            exponent = sector - begin[list];
        }
    }
    double far = pos[list * c->tokens + token] * pow(c->base, -2.0 * exponent / c->n_dims) / factor, theta = c->freq_scale * far,
           m = c->attn;
    if (c->ext != 0) {
        double y = (pair - c->corr_low) / fmax(0.001, c->corr_high - c->corr_low), mix = (1 - fmin(1, fmax(0, y))) * c->ext;
        theta = theta * (1 - mix) + far * mix;
        m *= 1 + 0.1 * log(1 / c->freq_scale);
    }
    *cosine = cos(theta) * m;
    *sine = sin(theta) * m * (c->backward ? -1 : 1);
}

static void rope_row(const struct rope_case *c, const float *x, const int32_t *pos, const float *factors, uint32_t token,
                     double *out)
{
    uint32_t pairs = c->mode == EXO_ROPE_VISION ? c->n_dims : c->n_dims / 2;
    uint32_t apart = c->mode == EXO_ROPE_NORMAL ? 1 : c->mode == EXO_ROPE_VISION ? c->n_dims : c->n_dims / 2;
    for (uint32_t i = 0; i < c->dim; i++) {
        out[i] = x[i];
    }
    for (uint32_t p = 0; p < pairs; p++) {
        double cosine, sine;
        uint32_t i = c->n_offs + (c->mode == EXO_ROPE_NORMAL ? 2 * p : p), j = i + apart;
        rope_angle(c, p, pos, token, c->factors ? (double)factors[p] : 1, &cosine, &sine);
        out[i] = x[i] * cosine - x[j] * sine;
        out[j] = x[i] * sine + x[j] * cosine;
    }
}

static struct args_rope rope_args(const struct rope_case *c, struct buffer src, struct buffer dst, struct buffer pos)
{
    double l = -2.0 / c->n_dims * log2(c->base);
    struct args_rope a = {.src = view4(src, EXO_TYPE_F32, c->dim, c->heads, c->tokens, 1),
                          .dst = view4(dst, EXO_TYPE_F32, c->dim, c->heads, c->tokens, 1)};
    a.rope = (struct exo_rope){.pos = pos.address,
                               .mode = c->mode,
                               .n_dims = c->n_dims,
                               .n_offs = c->n_offs,
                               .log2_theta_scale = (float)l,
                               .log2_theta_scale_lo = (float)(l - (double)(float)l),
                               .freq_scale = (float)c->freq_scale,
                               .ext_factor = (float)c->ext,
                               .attn_factor = (float)c->attn,
                               .corr_low = (float)c->corr_low,
                               .corr_high = (float)c->corr_high,
                               .sin_sign = c->backward ? -1.0f : 1.0f};
    memcpy(a.rope.sections, c->sections, sizeof(a.rope.sections));
    return a;
}

static void rope_run(const struct rope_case *c, int32_t first, double limit)
{
    uint32_t count = c->dim * c->heads * c->tokens;
    struct buffer src = stage_buffer(count * 4), dst = stage_buffer(count * 4), pos = stage_buffer(c->tokens * 16);
    struct buffer factors = stage_buffer(c->dim * 4);
    double *want = malloc(count * sizeof(double));
    fill(src, 1);
    for (uint32_t i = 0; i < c->tokens * 4; i++) {
        ((int32_t *)pos.data)[i] = first + (int32_t)(i * 17 % 23);
    }
    for (uint32_t i = 0; i < c->dim; i++) {
        ((float *)factors.data)[i] = 1.5f + random_float();
    }
    struct args_rope a = rope_args(c, src, dst, pos);
    a.rope.freq_factors = c->factors ? factors.address : 0;
    stage_run(EXO_KERNEL_rope, &a, (c->dim / 2 + 31) / 32, c->heads, c->tokens);
    a.heads_per_group = 2; /* again, two heads at a time, from the poison on */
    memset(dst.data, 0x7f, dst.bytes);
    stage_run(EXO_KERNEL_rope, &a, (c->dim / 2 + 31) / 32, (c->heads + 1) / 2, c->tokens);
    for (uint32_t r = 0; r < c->heads * c->tokens; r++) {
        rope_row(c, (float *)src.data + r * c->dim, (int32_t *)pos.data, (float *)factors.data, r / c->heads, want + r * c->dim);
    }
    char what[64];
    snprintf(what, sizeof(what), "rope mode %u dim %u position %d", c->mode, c->dim, first);
    expect_close(what, want, (float *)dst.data, count, limit);
    free(want);
    stage_reset();
}

void rope_turns_pairs_at_far_positions(void **state)
{
    (void)state;
    for (uint32_t mode = EXO_ROPE_NORMAL; mode <= EXO_ROPE_NEOX; mode += EXO_ROPE_NEOX) {
        struct rope_case c = {
            .mode = mode, .dim = 64, .n_dims = 64, .heads = 3, .tokens = 5, .base = 100000, .freq_scale = 1, .attn = 1};
        rope_run(&c, 0, 1e-12);
        rope_run(&c, 1, 1e-12);
        rope_run(&c, 2047, 1e-9); /* F32 angles: error 2^-24 of the position */
        rope_run(&c, 131072, 1e-4);
    }
}

void rope_with_yarn_factors_and_offset(void **state)
{
    (void)state;
    struct rope_case c = {.mode = EXO_ROPE_NEOX,
                          .dim = 96,
                          .n_dims = 64,
                          .n_offs = 16,
                          .heads = 2,
                          .tokens = 7,
                          .base = 10000,
                          .freq_scale = 0.25,
                          .ext = 0.7,
                          .attn = 1.3,
                          .corr_low = 5,
                          .corr_high = 21,
                          .factors = true};
    rope_run(&c, 300, 1e-9);
    c.mode = EXO_ROPE_NORMAL;
    c.n_offs = 0;
    rope_run(&c, 300, 1e-9);
    c.backward = true;
    rope_run(&c, 300, 1e-9);
}

void rope_of_many_positions_per_token(void **state)
{
    (void)state;
    struct rope_case c = {.mode = EXO_ROPE_MROPE,
                          .dim = 128,
                          .n_dims = 128,
                          .heads = 2,
                          .tokens = 5,
                          .base = 1e6,
                          .freq_scale = 1,
                          .attn = 1,
                          .sections = {16, 24, 24, 0}};
    rope_run(&c, 40, 1e-10);
    c.mode = EXO_ROPE_IMROPE;
    rope_run(&c, 40, 1e-10);
    c = (struct rope_case){.mode = EXO_ROPE_VISION,
                           .dim = 80,
                           .n_dims = 40,
                           .heads = 2,
                           .tokens = 5,
                           .base = 1e4,
                           .freq_scale = 1,
                           .attn = 1,
                           .sections = {20, 20, 0, 0}};
    rope_run(&c, 40, 1e-10);
}

void rope_writes_into_the_cache(void **state)
{
    (void)state;
    struct rope_case c = {
        .mode = EXO_ROPE_NORMAL, .dim = 64, .n_dims = 64, .heads = 3, .tokens = 2, .base = 1e5, .freq_scale = 1, .attn = 1};
    enum { WIDTH = 192, SLOTS = 9 };
    struct buffer src = stage_buffer(WIDTH * 2 * 4), cache = stage_buffer(WIDTH * SLOTS * 2), pos = stage_buffer(8),
                  ids = stage_buffer(16);
    double want[WIDTH], unpacked[WIDTH];
    float got[WIDTH];
    fill(src, 1);
    memcpy(pos.data, (const int32_t[]){11, 12}, 8);
    memcpy(ids.data, (const int64_t[]){7, 2}, 16);
    struct args_rope a = rope_args(&c, src, cache, pos);
    a.dst = view4(cache, EXO_TYPE_F16, WIDTH, SLOTS, 1, 1);
    a.ids = ids.address;
    a.ids_type = EXO_TYPE_I64;
    stage_run(EXO_KERNEL_rope, &a, 1, 3, 2);
    for (uint32_t t = 0; t < 2; t++) {
        for (uint32_t h = 0; h < 3; h++) {
            rope_row(&c, (float *)src.data + t * WIDTH + h * 64, (int32_t *)pos.data, NULL, t, want + h * 64);
        }
        unpack_row(EXO_TYPE_F16, cache.data + (t ? 2 : 7) * WIDTH * 2, WIDTH, unpacked);
        for (int i = 0; i < WIDTH; i++) {
            got[i] = (float)unpacked[i];
        }
        expect_close("rope into the cache", want, got, WIDTH, 1e-6);
    }
}

void soft_max_with_mask_slope_and_sinks(void **state)
{
    (void)state;
    static const uint32_t widths[] = {1, 33, 256, 1000};
    for (uint32_t mix = 0; mix < 32; mix++) {
        enum { ROWS = 3, HEADS = 6, BATCH = 2 };
        uint32_t n = widths[mix % 4], count = n * ROWS * HEADS * BATCH;
        bool masked = mix & 4, half = mix & 8, sinks = mix & 16;
        float max_bias = masked && half ? 8.0f : 0.0f;
        struct buffer src = stage_buffer(count * 4), dst = stage_buffer(count * 4),
                      mask = stage_buffer(n * ROWS * BATCH * (half ? 2 : 4));
        struct buffer sink = stage_buffer(HEADS * 4);
        double *want = malloc(count * sizeof(double)), *m = calloc(n * ROWS * BATCH, sizeof(double));
        fill(src, 5);
        fill(sink, 5);
        for (uint32_t i = 0; i < n * ROWS * BATCH; i++) {
            float f = i % n && random_below(4) == 0 ? -INFINITY : random_float();
            pack_row(half ? EXO_TYPE_F16 : EXO_TYPE_F32, &f, 1, mask.data + i * (half ? 2 : 4));
            unpack_row(half ? EXO_TYPE_F16 : EXO_TYPE_F32, mask.data + i * (half ? 2 : 4), 1, &m[i]);
        }
        struct args_soft_max a = {.src = view4(src, EXO_TYPE_F32, n, ROWS, HEADS, BATCH),
                                  .dst = view4(dst, EXO_TYPE_F32, n, ROWS, HEADS, BATCH),
                                  .mask = view4(mask, half ? EXO_TYPE_F16 : EXO_TYPE_F32, n, ROWS, 1, BATCH),
                                  .scale = 0.4f,
                                  .max_bias = max_bias,
                                  .n_head_log2 = 4,
                                  .m0 = exp2f(-max_bias / 4),
                                  .m1 = exp2f(-max_bias / 8)};
        a.mask.data = masked ? mask.address : 0;
        a.sinks = sinks ? sink.address : 0;
        stage_run(EXO_KERNEL_soft_max, &a, ROWS, HEADS, BATCH);
        for (uint32_t r = 0; r < ROWS * HEADS * BATCH; r++) {
            uint32_t h = r / ROWS % HEADS, mr = r / (ROWS * HEADS) * ROWS + r % ROWS;
            double slope = max_bias > 0 ? h < 4 ? pow(2, -2.0 * (h + 1)) : pow(2, -(2.0 * (h - 4) + 1)) : 1, sum = 0,
                   top = -INFINITY;
            double s = ((float *)sink.data)[h];
            for (uint32_t i = 0; i < n; i++) {
                want[r * n + i] = ((float *)src.data)[r * n + i] * 0.4 + (masked ? slope * m[mr * n + i] : 0);
                top = fmax(top, want[r * n + i]);
            }
            top = sinks ? fmax(top, s) : top;
            for (uint32_t i = 0; i < n; i++) {
                sum += want[r * n + i] = exp(want[r * n + i] - top);
            }
            sum += sinks ? exp(s - top) : 0;
            for (uint32_t i = 0; i < n; i++) {
                want[r * n + i] /= sum;
            }
        }
        expect_close("soft_max", want, (float *)dst.data, count, 1e-11);
        free(want);
        free(m);
        stage_reset();
    }
}
