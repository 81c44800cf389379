/* Attention: all forms against sums in double precision. */
#include "tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct attention {
    uint32_t type, d, dv, n_q, n_kv, heads, kv_heads, batch, kv_batch, splits;
    bool mask, mask_per_head, causal, sinks;
    float max_bias, softcap;
};

struct data {
    struct buffer q, k, v, mask, sinks, dst, partial;
    double *kd, *vd, *md, *want;
};

static void fill_cache(struct buffer b, uint32_t type, uint32_t row, double *out)
{
    uint32_t bytes = pack_bytes(type, row), rows = (uint32_t)(b.bytes / bytes);
    float *f = malloc(row * sizeof(float));
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t i = 0; i < row; i++) {
            f[i] = random_float();
        }
        pack_row(type, f, row, b.data + r * bytes);
        unpack_row(type, b.data + r * bytes, row, out + r * row);
    }
    free(f);
}

/* The cache lies as llama.cpp keeps it: [d * kv_heads, n_kv, batch], seen as [d, n_kv, kv_heads, batch]. */
static struct exo_view cache_view(struct buffer b, const struct attention *t, uint32_t d)
{
    uint64_t head = pack_bytes(t->type, d), row = head * t->kv_heads,
             size = t->type == EXO_TYPE_F32         ? 4
                    : t->type <= 1 || t->type == 30 ? 2
                                                    : 0;
    return view_strided(b.address, t->type, (const int64_t[4]){d, t->n_kv, t->kv_heads, t->kv_batch},
                        (const uint64_t[4]){size, row, head, row * t->n_kv});
}

static double score(const struct attention *t, const struct data *x, uint32_t b, uint32_t h, uint32_t q, uint32_t key)
{
    uint32_t kv = h / (t->heads / t->kv_heads), kb = b / (t->batch / t->kv_batch), log2_heads = 1;
    const float *qr = (float *)x->q.data + (((uint64_t)b * t->n_q + q) * t->heads + h) * t->d;
    const double *kr = x->kd + (((uint64_t)kb * t->n_kv + key) * t->kv_heads + kv) * t->d;
    double s = 0, slope = 1;
    for (uint32_t i = 0; i < t->d; i++) {
        s += qr[i] * kr[i];
    }
    s /= sqrt(t->d);
    if (t->softcap > 0) {
        s = (double)t->softcap * tanh(s / (double)t->softcap);
    }
    while (log2_heads * 2 <= t->heads) {
        log2_heads *= 2;
    }
    if (t->max_bias > 0) {
        slope = h < log2_heads ? pow(2, -(double)t->max_bias / log2_heads * (h + 1))
                               : pow(2, -(double)t->max_bias / 2 / log2_heads * (2 * (h - log2_heads) + 1));
    }
    return s + (t->mask ? slope * x->md[((t->mask_per_head ? h : 0) * t->n_q + q) * t->n_kv + key] : 0);
}

static void expected(const struct attention *t, struct data *x)
{
    double *p = malloc(t->n_kv * sizeof(double));
    for (uint32_t at = 0; at < t->batch * t->n_q * t->heads; at++) {
        uint32_t h = at % t->heads, q = at / t->heads % t->n_q, b = at / (t->heads * t->n_q), kv = h / (t->heads / t->kv_heads);
        uint32_t kb = b / (t->batch / t->kv_batch);
        double sink = t->sinks ? (double)((float *)x->sinks.data)[h] : -INFINITY, top = sink, sum = 0,
               *out = x->want + (uint64_t)at * t->dv;
        for (uint32_t k = 0; k < t->n_kv; k++) {
            p[k] = score(t, x, b, h, q, k);
            top = fmax(top, p[k]);
        }
        memset(out, 0, t->dv * sizeof(double));
        for (uint32_t k = 0; k < t->n_kv && top > -INFINITY; k++) {
            double e = exp(p[k] - top);
            sum += e;
            for (uint32_t i = 0; i < t->dv; i++) {
                out[i] += e * x->vd[(((uint64_t)kb * t->n_kv + k) * t->kv_heads + kv) * t->dv + i];
            }
        }
        sum += t->sinks ? exp(sink - top) : 0;
        for (uint32_t i = 0; i < t->dv; i++) {
            out[i] = sum > 0 ? out[i] / sum : 0;
        }
    }
    free(p);
}

static void prepare(const struct attention *t, struct data *x)
{
    uint32_t pairs = t->batch * t->n_q * t->heads, keys = t->kv_batch * t->n_kv * t->kv_heads,
             masks = t->n_q * t->n_kv * (t->mask_per_head ? t->heads : 1);
    x->q = stage_buffer((uint64_t)pairs * t->d * 4);
    x->k = stage_buffer((uint64_t)keys * pack_bytes(t->type, t->d));
    x->v = stage_buffer((uint64_t)keys * pack_bytes(t->type, t->dv));
    x->mask = stage_buffer(masks * 2);
    x->sinks = stage_buffer(t->heads * 4);
    x->dst = stage_buffer((uint64_t)pairs * t->dv * 4);
    x->partial = stage_buffer((uint64_t)pairs * t->splits * (t->dv + 2) * 4);
    x->kd = malloc(sizeof(double) * keys * t->d);
    x->vd = malloc(sizeof(double) * keys * t->dv);
    x->md = malloc(sizeof(double) * masks);
    x->want = malloc(sizeof(double) * pairs * t->dv);
    for (uint32_t i = 0; i < pairs * t->d; i++) {
        ((float *)x->q.data)[i] = random_float() * 6;
    }
    for (uint32_t i = 0; i < t->heads; i++) {
        ((float *)x->sinks.data)[i] = random_float() * 3;
    }
    fill_cache(x->k, t->type, t->d, x->kd);
    fill_cache(x->v, t->type, t->dv, x->vd);
    for (uint32_t i = 0; i < masks; i++) {
        uint32_t key = i % t->n_kv, q = i / t->n_kv % t->n_q;
        float m = t->causal ? (key > q * 7 + 3 ? -INFINITY : 0) : key % 5 == 1 ? -INFINITY : random_float();
        pack_row(EXO_TYPE_F16, &m, 1, x->mask.data + i * 2);
        unpack_row(EXO_TYPE_F16, x->mask.data + i * 2, 1, &x->md[i]);
    }
    expected(t, x);
}

static bool is_wide(enum exo_kernel_id id)
{
    return id == EXO_KERNEL_flash_attn_wide_v64 || id == EXO_KERNEL_flash_attn_wide_v128;
}

static void attention_dispatch(const struct attention *t, enum exo_kernel_id id, const struct args_flash_attn *a)
{
    uint32_t group = t->heads / t->kv_heads;
    if (id == EXO_KERNEL_flash_attn_any) {
        stage_run(id, a, t->n_q, t->heads * t->splits, t->batch);
    } else {
        uint32_t parts = is_wide(id) ? exo_flash_wide_parts(t->dv) : 1;
        stage_run(id, a, (t->n_q * group + 15) / 16, t->kv_heads * t->splits, t->batch * parts);
    }
    if (t->splits > 1) {
        stage_run(EXO_KERNEL_flash_combine, a, t->n_q * t->heads * t->batch, 1, 1);
    }
}

/* The result as activations is what quantize_act makes of the plain one, bit for bit. */
static void expect_activations(const struct attention *t, enum exo_kernel_id id, struct args_flash_attn a, struct buffer dst)
{
    uint32_t k = t->heads * t->dv, columns = t->n_q * t->batch;
    for (enum exo_act act = EXO_ACT_BYTES; act <= EXO_ACT_NIBBLES; act++) {
        uint64_t stride = exo_act_stride(act, k);
        struct buffer got = stage_buffer(stride * columns), want = stage_buffer(stride * columns);
        struct args_quantize_act q = {
            .src = view4(dst, EXO_TYPE_F32, k, columns, 1, 1), .dst = want.address, .stride = stride, .act = act};
        q.split_log2 = exo_act_split_log2(act, k);
        stage_run(EXO_KERNEL_quantize_act, &q, ((columns << q.split_log2) + 3) / 4, 1, 1);
        a.act = act;
        a.act_dst = got.address;
        a.act_stride = stride;
        attention_dispatch(t, id, &a);
        for (uint32_t c = 0; c < columns; c++) {
            assert_memory_equal(want.data + c * stride, got.data + c * stride, k / 32 * 76);
        }
    }
}

static void attention_run(const struct attention *t, enum exo_kernel_id id)
{
    struct data x;
    prepare(t, &x);
    uint32_t log2_heads = 1, group = t->heads / t->kv_heads;
    while (log2_heads * 2 <= t->heads) {
        log2_heads *= 2;
    }
    struct args_flash_attn a = {.k = cache_view(x.k, t, t->d),
                                .v = cache_view(x.v, t, t->dv),
                                .dst = x.dst.address,
                                .partial = x.partial.address,
                                .sinks = t->sinks ? x.sinks.address : 0,
                                .n_q = t->n_q,
                                .n_kv = t->n_kv,
                                .heads = t->heads,
                                .heads_per_kv = group,
                                .heads_per_kv_div = exo_div_make(group),
                                .splits_div = exo_div_make(t->splits),
                                .batch_div = exo_div_make(t->batch / t->kv_batch),
                                .parts_div = exo_div_make(exo_flash_wide_parts(t->dv)),
                                .splits = t->splits,
                                .split_keys = ((t->n_kv + t->splits - 1) / t->splits + 31) / 32 * 32,
                                .dv = t->dv,
                                .scale = 1.0f / sqrtf((float)t->d) / (t->softcap > 0 ? t->softcap : 1),
                                .max_bias = t->max_bias,
                                .m0 = exp2f(-t->max_bias / (float)log2_heads),
                                .m1 = exp2f(-t->max_bias / 2 / (float)log2_heads),
                                .softcap = t->softcap,
                                .n_head_log2 = log2_heads};
    a.q = view_strided(x.q.address, EXO_TYPE_F32, (const int64_t[4]){t->d, t->n_q, t->heads, t->batch},
                       (const uint64_t[4]){4, 4ull * t->d * t->heads, 4ull * t->d, 4ull * t->d * t->heads * t->n_q});
    a.mask = view4(x.mask, EXO_TYPE_F16, t->n_kv, t->n_q, t->mask_per_head ? t->heads : 1, 1);
    a.mask.data = t->mask ? x.mask.address : 0;
    attention_dispatch(t, id, &a);
    char what[128];
    snprintf(what, sizeof(what), "attention d=%u/%u q=%u kv=%u heads=%u/%u splits=%u type=%u", t->d, t->dv, t->n_q, t->n_kv,
             t->heads, t->kv_heads, t->splits, t->type);
    expect_close(what, x.want, (float *)x.dst.data, (uint64_t)t->batch * t->n_q * t->heads * t->dv,
                 id == EXO_KERNEL_flash_attn_any ? 1e-9 : 5e-6);
    if (t->dv % 32 == 0 && (t->splits > 1 || (id != EXO_KERNEL_flash_attn_any && !is_wide(id)))) {
        expect_activations(t, id, a, x.dst);
    }
    free(x.kd);
    free(x.vd);
    free(x.md);
    free(x.want);
    stage_reset();
}

void attention_with_matrix_instructions(void **state)
{
    (void)state;
    static const struct attention cases[] = {
        {.d = 64, .n_q = 1, .n_kv = 256, .heads = 9, .kv_heads = 3, .mask = true, .causal = true},
        {.d = 64, .n_q = 1, .n_kv = 64, .heads = 9, .kv_heads = 3, .mask = true, .sinks = true},
        {.d = 64, .n_q = 7, .n_kv = 113, .heads = 9, .kv_heads = 3, .mask = true, .causal = true},
        {.d = 64, .n_q = 20, .n_kv = 77, .heads = 4, .kv_heads = 4},
        {.d = 128, .n_q = 5, .n_kv = 50, .heads = 8, .kv_heads = 2, .mask = true, .max_bias = 8},
        {.d = 128, .n_q = 3, .n_kv = 33, .heads = 32, .kv_heads = 1, .mask = true, .mask_per_head = true, .softcap = 10},
        {.d = 64, .n_q = 3, .n_kv = 16, .heads = 2, .kv_heads = 2, .batch = 4, .kv_batch = 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct attention t = cases[i];
        t.type = EXO_TYPE_F16;
        t.dv = t.d;
        t.splits = 1;
        t.batch = t.batch ? t.batch : 1;
        t.kv_batch = t.kv_batch ? t.kv_batch : 1;
        attention_run(&t, t.d == 64 ? EXO_KERNEL_flash_attn_d64 : EXO_KERNEL_flash_attn_d128);
        attention_run(&t, t.d == 64 ? EXO_KERNEL_flash_attn_d64_waves : EXO_KERNEL_flash_attn_d128_waves);
    }
}

/* More tiles than waves, waves without any open key, and parts of the keys besides. */
void attention_of_waves_that_share_the_keys(void **state)
{
    (void)state;
    static const struct attention cases[] = {
        {.d = 128, .n_q = 1, .n_kv = 300, .heads = 8, .kv_heads = 8, .splits = 1},
        {.d = 128, .n_q = 1, .n_kv = 400, .heads = 4, .kv_heads = 1, .mask = true, .sinks = true, .splits = 1},
        {.d = 128, .n_q = 9, .n_kv = 256, .heads = 1, .kv_heads = 1, .mask = true, .causal = true, .splits = 1},
        {.d = 128, .n_q = 1, .n_kv = 500, .heads = 8, .kv_heads = 2, .mask = true, .splits = 3},
        {.d = 64, .n_q = 3, .n_kv = 700, .heads = 4, .kv_heads = 2, .mask = true, .sinks = true, .splits = 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct attention t = cases[i];
        t.type = EXO_TYPE_F16;
        t.dv = t.d;
        t.batch = t.kv_batch = 1;
        attention_run(&t, t.d == 64 ? EXO_KERNEL_flash_attn_d64_waves : EXO_KERNEL_flash_attn_d128_waves);
    }
}

/* Half a tile at the end of keys, values cut into pieces the last of which is not full, parts of the keys. */
void attention_with_matrix_instructions_of_other_sizes(void **state)
{
    (void)state;
    static const struct attention cases[] = {
        {.d = 40, .dv = 40, .n_q = 3, .n_kv = 35, .heads = 4, .kv_heads = 2, .mask = true, .splits = 1},
        {.d = 72, .dv = 72, .n_q = 20, .n_kv = 113, .heads = 4, .kv_heads = 4, .mask = true, .sinks = true, .splits = 1},
        {.d = 96, .dv = 64, .n_q = 2, .n_kv = 64, .heads = 6, .kv_heads = 2, .mask = true, .max_bias = 8, .splits = 2},
        {.d = 192, .dv = 128, .n_q = 5, .n_kv = 50, .heads = 4, .kv_heads = 1, .softcap = 10, .splits = 1},
        {.d = 256, .dv = 256, .n_q = 4, .n_kv = 70, .heads = 8, .kv_heads = 2, .mask = true, .causal = true, .splits = 2},
        {.d = 320, .dv = 200, .n_q = 1, .n_kv = 16, .heads = 32, .kv_heads = 1, .splits = 1},
        {.d = 576, .dv = 512, .n_q = 2, .n_kv = 40, .heads = 16, .kv_heads = 1, .mask = true, .splits = 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct attention t = cases[i];
        t.type = EXO_TYPE_F16;
        t.batch = 2;
        t.kv_batch = 1;
        attention_run(&t, t.dv <= 64 ? EXO_KERNEL_flash_attn_wide_v64 : EXO_KERNEL_flash_attn_wide_v128);
    }
}

void attention_of_any_shape(void **state)
{
    (void)state;
    static const struct attention cases[] = {
        {.type = EXO_TYPE_F16, .d = 40, .dv = 40, .n_q = 3, .n_kv = 35, .heads = 4, .kv_heads = 2, .mask = true},
        {.type = EXO_TYPE_F16,
         .d = 576,
         .dv = 512,
         .n_q = 2,
         .n_kv = 40,
         .heads = 4,
         .kv_heads = 1,
         .mask = true,
         .causal = true},
        {.type = EXO_TYPE_F16, .d = 65, .dv = 67, .n_q = 2, .n_kv = 17, .heads = 4, .kv_heads = 4, .mask = true},
        {.type = EXO_TYPE_F32, .d = 80, .dv = 72, .n_q = 2, .n_kv = 5, .heads = 3, .kv_heads = 3, .sinks = true},
        {.type = EXO_TYPE_BF16, .d = 96, .dv = 96, .n_q = 2, .n_kv = 64, .heads = 6, .kv_heads = 2, .mask = true, .max_bias = 8},
        {.type = EXO_TYPE_Q8_0, .d = 64, .dv = 64, .n_q = 2, .n_kv = 70, .heads = 2, .kv_heads = 1, .softcap = 5},
        {.type = EXO_TYPE_Q4_0, .d = 128, .dv = 64, .n_q = 1, .n_kv = 70, .heads = 2, .kv_heads = 1, .mask = true, .sinks = true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct attention t = cases[i];
        t.splits = 1;
        t.batch = 2;
        t.kv_batch = 1;
        attention_run(&t, EXO_KERNEL_flash_attn_any);
    }
}

void attention_split_over_keys_is_combined(void **state)
{
    (void)state;
    struct attention t = {.type = EXO_TYPE_F16,
                          .d = 64,
                          .dv = 64,
                          .n_q = 2,
                          .n_kv = 201,
                          .heads = 9,
                          .kv_heads = 3,
                          .batch = 1,
                          .kv_batch = 1,
                          .splits = 4,
                          .mask = true,
                          .sinks = true};
    attention_run(&t, EXO_KERNEL_flash_attn_d64);
    attention_run(&t, EXO_KERNEL_flash_attn_any);
    t.causal = true; /* whole parts are masked */
    t.sinks = false;
    attention_run(&t, EXO_KERNEL_flash_attn_d64);
    attention_run(&t, EXO_KERNEL_flash_attn_any);
}
