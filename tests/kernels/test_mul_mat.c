/* Matrix products: few columns, tiles, any strides, and the activations they read. */
#include "tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct product { /* weights [k, rows, w2, 1], columns [k, cols, x2, x3], everything in double beside the packed bytes */
    uint32_t type, k, rows, cols, w2, x2, x3;
    struct buffer w, x, act, dst;
    double *wd, *xd, *want;
    enum exo_act act_kind;
    struct args_mul_mat args;
};

static void fill_weights(struct product *p, struct buffer b, double *wd)
{
    float *row = malloc(p->k * sizeof(float));
    uint32_t bytes = pack_bytes(p->type, p->k);
    for (uint32_t r = 0; r < p->rows * p->w2; r++) {
        for (uint32_t i = 0; i < p->k; i++) {
            row[i] = random_float();
        }
        pack_row(p->type, row, p->k, b.data + (uint64_t)r * bytes);
        unpack_row(p->type, b.data + (uint64_t)r * bytes, p->k, wd + (uint64_t)r * p->k);
    }
    free(row);
}

/*
 * What rounding to 16 bits per block may cost. 3 / 12 / 32767^2 = 2.3e-10 where values are spread evenly up to the block's
 * largest; sums of which a few have cancelled, as in one row of three columns, are a fraction of their terms; and where all gates
 * of a unit are far below zero, silu leaves little but their errors. 8 bits would cost 65,536 times as much.
 */
#define ROUNDED_LIMIT 1e-9
#define PRODUCT_LIMIT 2e-8
#define GATED_LIMIT 1e-6

/* Value i of block b of a prepared column. */
static int act_value(enum exo_act act, const uint8_t *column, uint32_t nblk, uint32_t b, uint32_t i)
{
    uint32_t q = 0;
    for (uint32_t p = 0; p < 4; p++) {
        uint32_t byte = column[(p * nblk + b) * 16 + i % 16];
        q |= act == EXO_ACT_NIBBLES ? (byte >> i / 16 * 4 & 15) << p * 4 : p % 2 == i / 16 ? byte << p / 2 * 8 : 0;
    }
    return (int16_t)q;
}

/* A prepared column back to numbers; checks the sums on the way. */
static void act_unpack(enum exo_act act, const uint8_t *column, uint32_t k, float *out)
{
    uint32_t nblk = (k + 31) / 32;
    for (uint32_t b = 0; b < nblk; b++) {
        float got[3];
        memcpy(got, column + nblk * 64 + b * 8, 8);
        memcpy(got + 2, column + nblk * 72 + b * 4, 4);
        int total = 0, first = 0;
        for (uint32_t i = 0; i < 32; i++) {
            int q = act_value(act, column, nblk, b, i);
            total += q;
            first += i < 16 ? q : 0;
            if (b * 32 + i < k) {
                out[b * 32 + i] = got[0] * (float)q;
            } else {
                assert_int_equal(q, 0);
            }
        }
        double want[2] = {got[0] * (double)total, got[0] * (double)first};
        expect_close("sums of a block", want, got + 1, 2, 1e-12);
    }
}

static void expect_products(struct product *p, uint32_t columns)
{
    for (uint32_t c = 0; c < columns; c++) {
        uint32_t i2 = c / p->cols % p->x2, j2 = i2 / (p->x2 / p->w2);
        for (uint32_t r = 0; r < p->rows; r++) {
            for (uint32_t i = 0; i < p->k; i++) {
                p->want[(uint64_t)c * p->rows + r] +=
                    p->wd[((uint64_t)j2 * p->rows + r) * p->k + i] * p->xd[(uint64_t)c * p->k + i];
            }
        }
    }
}

static void prepare(struct product *p, float size)
{
    uint32_t bytes = pack_bytes(p->type, p->k), columns = p->cols * p->x2 * p->x3;
    p->w = stage_buffer((uint64_t)bytes * p->rows * p->w2);
    p->x = stage_buffer((uint64_t)p->k * columns * 4);
    p->dst = stage_buffer((uint64_t)p->rows * columns * 4);
    p->wd = malloc(sizeof(double) * p->k * p->rows * p->w2);
    p->xd = malloc(sizeof(double) * p->k * columns);
    p->want = calloc((uint64_t)p->rows * columns, sizeof(double));
    fill_weights(p, p->w, p->wd);
    for (uint32_t i = 0; i < p->k * columns; i++) {
        ((float *)p->x.data)[i] = random_float() * size;
        p->xd[i] = ((float *)p->x.data)[i];
    }
    struct args_mul_mat *a = &p->args;
    *a = (struct args_mul_mat){
        .w = p->w.address, .x = p->x.address, .dst = p->dst.address, .k = p->k, .rows = p->rows, .cols = p->cols};
    a->w_nb1 = bytes;
    a->w_nb2 = (uint64_t)bytes * p->rows;
    a->w_nb3 = a->w_nb2 * p->w2;
    a->x_nb1 = p->k * 4;
    a->dst_nb1 = (uint64_t)p->rows * 4;
    if (p->act_kind != EXO_ACT_NONE) {
        a->x_nb1 = exo_act_stride(p->act_kind, p->k);
        p->act = stage_buffer(a->x_nb1 * exo_act_columns(p->act_kind, p->cols) * p->x2 * p->x3);
        a->x = p->act.address;
        struct args_quantize_act q = {.src = view4(p->x, EXO_TYPE_F32, p->k, p->cols, p->x2, p->x3),
                                      .dst = p->act.address,
                                      .stride = a->x_nb1,
                                      .act = p->act_kind};
        q.split_log2 = exo_act_split_log2(p->act_kind, p->k);
        stage_run(EXO_KERNEL_quantize_act, &q, ((p->cols << q.split_log2) + 3) / 4, p->x2, p->x3);
    }
    expect_products(p, columns);
    a->x_nb2 = a->x_nb1 * exo_act_columns(p->act_kind, p->cols);
    a->x_nb3 = a->x_nb2 * p->x2;
    a->dst_nb2 = a->dst_nb1 * p->cols;
    a->dst_nb3 = a->dst_nb2 * p->x2;
    a->ne12 = exo_div_make(p->x2);
    a->r2 = exo_div_make(p->x2 / p->w2);
    a->r3 = exo_div_make(p->x3);
    a->x_type = EXO_TYPE_F32;
    a->lanes_log2 = exo_matvec_lanes_log2(p->type, p->k);
}

static void release(struct product *p)
{
    free(p->wd);
    free(p->xd);
    free(p->want);
    stage_reset();
}

static void check(struct product *p, const char *name, double limit)
{
    char what[128];
    snprintf(what, sizeof(what), "%s k=%u rows=%u cols=%u lanes=2^%u", name, p->k, p->rows, p->cols, p->args.lanes_log2);
    expect_close(what, p->want, (const float *)p->dst.data, (uint64_t)p->rows * p->cols * p->x2 * p->x3, limit);
}

static void run_matvec(struct product *p, enum exo_kernel_id id, uint32_t columns)
{
    uint32_t per = exo_matvec_rows_per_group(p->args.lanes_log2);
    stage_run(id, &p->args, (p->rows + per - 1) / per, (p->cols + columns - 1) / columns, p->x2 * p->x3);
}

struct kernel_case {
    enum exo_kernel_id id;
    uint32_t type, columns;
    const char *name;
};

#define CASE(symbol, type, columns) {EXO_KERNEL_##symbol, type, columns, #symbol}

/* Q4_0 and Q4_1 multiply nibbles by nibbles, others bytes by bytes. */
static enum exo_act act_for(uint32_t type)
{
    return type == EXO_TYPE_Q4_0 || type == EXO_TYPE_Q4_1 ? EXO_ACT_NIBBLES : EXO_ACT_BYTES;
}

static bool whole_blocks(uint32_t type, uint32_t k)
{
    bool k_type = type >= EXO_TYPE_Q2_K && type <= EXO_TYPE_Q6_K;
    return type == EXO_TYPE_F16 || k % (k_type ? 256 : 32) == 0;
}

static const uint32_t shapes[][3] = {{576, 70, 1}, {1536, 33, 2}, {576, 1, 3}, {32, 130, 5},
                                     {64, 5, 1},   {4096, 17, 4}, {96, 64, 7}, {256, 37, 3}};

void matvec_quantised_equals_plain_sums(void **state)
{
    (void)state;
    static const struct kernel_case cases[] = {
        CASE(matvec_q4_0_c1, EXO_TYPE_Q4_0, 1), CASE(matvec_q4_0_c2, EXO_TYPE_Q4_0, 2), CASE(matvec_q4_0_c4, EXO_TYPE_Q4_0, 4),
        CASE(matvec_q4_1_c1, EXO_TYPE_Q4_1, 1), CASE(matvec_q4_1_c2, EXO_TYPE_Q4_1, 2), CASE(matvec_q4_1_c4, EXO_TYPE_Q4_1, 4),
        CASE(matvec_q8_0_c1, EXO_TYPE_Q8_0, 1), CASE(matvec_q8_0_c2, EXO_TYPE_Q8_0, 2), CASE(matvec_q8_0_c4, EXO_TYPE_Q8_0, 4),
        CASE(matvec_q5_0_c1, EXO_TYPE_Q5_0, 1), CASE(matvec_q5_0_c4, EXO_TYPE_Q5_0, 4), CASE(matvec_q5_1_c1, EXO_TYPE_Q5_1, 1),
        CASE(matvec_q5_1_c4, EXO_TYPE_Q5_1, 4), CASE(matvec_q2_k_c1, EXO_TYPE_Q2_K, 1), CASE(matvec_q2_k_c4, EXO_TYPE_Q2_K, 4),
        CASE(matvec_q3_k_c1, EXO_TYPE_Q3_K, 1), CASE(matvec_q3_k_c4, EXO_TYPE_Q3_K, 4), CASE(matvec_q4_k_c1, EXO_TYPE_Q4_K, 1),
        CASE(matvec_q4_k_c4, EXO_TYPE_Q4_K, 4), CASE(matvec_q5_k_c1, EXO_TYPE_Q5_K, 1), CASE(matvec_q5_k_c4, EXO_TYPE_Q5_K, 4),
        CASE(matvec_q6_k_c1, EXO_TYPE_Q6_K, 1), CASE(matvec_q6_k_c4, EXO_TYPE_Q6_K, 4),
    };
    for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
        for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
            if (!whole_blocks(cases[c].type, shapes[s][0])) {
                continue;
            }
            struct product p = {.type = cases[c].type,
                                .k = shapes[s][0],
                                .rows = shapes[s][1],
                                .cols = shapes[s][2],
                                .w2 = 1,
                                .x2 = 1,
                                .x3 = 1,
                                .act_kind = act_for(cases[c].type)};
            prepare(&p, 3.0f);
            run_matvec(&p, cases[c].id, cases[c].columns);
            check(&p, cases[c].name, PRODUCT_LIMIT);
            release(&p);
        }
    }
}

void matvec_float_equals_plain_sums(void **state)
{
    (void)state;
    static const struct kernel_case cases[] = {
        CASE(matvec_f16_c1, EXO_TYPE_F16, 1),   CASE(matvec_f16_c4, EXO_TYPE_F16, 4), CASE(matvec_bf16_c1, EXO_TYPE_BF16, 1),
        CASE(matvec_bf16_c4, EXO_TYPE_BF16, 4), CASE(matvec_f32_c1, EXO_TYPE_F32, 1), CASE(matvec_f32_c4, EXO_TYPE_F32, 4),
    };
    static const uint32_t odd[][3] = {{576, 70, 1}, {1, 33, 2}, {77, 9, 3}, {1031, 5, 5}, {4096, 17, 4}};
    for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
        for (size_t s = 0; s < sizeof(odd) / sizeof(*odd); s++) {
            struct product p = {
                .type = cases[c].type, .k = odd[s][0], .rows = odd[s][1], .cols = odd[s][2], .w2 = 1, .x2 = 1, .x3 = 1};
            prepare(&p, 3.0f);
            run_matvec(&p, cases[c].id, cases[c].columns);
            check(&p, cases[c].name, 1e-12);
            release(&p);
        }
    }
}

void matvec_adds_bias_and_residual(void **state)
{
    (void)state;
    struct product p = {
        .type = EXO_TYPE_Q4_1, .k = 576, .rows = 75, .cols = 3, .w2 = 1, .x2 = 1, .x3 = 1, .act_kind = EXO_ACT_NIBBLES};
    prepare(&p, 1.0f);
    struct buffer add = stage_buffer(75 * 3 * 4);
    for (uint32_t i = 0; i < 75 * 3; i++) {
        ((float *)add.data)[i] = random_float() * 50;
        p.want[i] += ((float *)add.data)[i];
    }
    p.args.add = add.address;
    p.args.add_nb1 = 75 * 4;
    run_matvec(&p, EXO_KERNEL_matvec_q4_1_c2, 2);
    check(&p, "matvec with residual", PRODUCT_LIMIT);
    for (uint32_t i = 75; i < 75 * 3; i++) { /* one row for all columns */
        p.want[i] += ((float *)add.data)[i % 75] - (double)((float *)add.data)[i];
    }
    p.args.add_nb1 = 0;
    run_matvec(&p, EXO_KERNEL_matvec_q4_1_c4, 4);
    check(&p, "matvec with bias", PRODUCT_LIMIT);
    release(&p);
}

void matvec_batches_repeat_weights(void **state)
{
    (void)state;
    struct product p = {.type = EXO_TYPE_F16, .k = 72, .rows = 40, .cols = 2, .w2 = 3, .x2 = 9, .x3 = 2};
    prepare(&p, 1.0f);
    run_matvec(&p, EXO_KERNEL_matvec_f16_c4, 4);
    check(&p, "matvec in batches", 1e-12);
    release(&p);
    p = (struct product){
        .type = EXO_TYPE_Q8_0, .k = 64, .rows = 40, .cols = 1, .w2 = 2, .x2 = 4, .x3 = 3, .act_kind = EXO_ACT_BYTES};
    prepare(&p, 1.0f);
    run_matvec(&p, EXO_KERNEL_matvec_q8_0_c1, 1);
    check(&p, "matvec q8_0 in batches", PRODUCT_LIMIT);
    release(&p);
}

/* A column of heads turned at a position, in double. */
static void turn_heads(uint32_t mode, uint32_t dim, uint32_t heads, double base, double at, double *x)
{
    for (uint32_t h = 0; h < heads; h++) {
        double in[256];
        memcpy(in, x + h * dim, dim * sizeof(double));
        for (uint32_t i = 0; i < dim / 2; i++) {
            double angle = at * pow(base, -2.0 * i / dim), c = cos(angle), s = sin(angle);
            uint32_t a = mode == EXO_ROPE_NEOX ? i : 2 * i, b = mode == EXO_ROPE_NEOX ? i + dim / 2 : 2 * i + 1;
            x[h * dim + a] = in[a] * c - in[b] * s;
            x[h * dim + b] = in[a] * s + in[b] * c;
        }
    }
}

enum { CACHE_ROWS = 5, CACHE_AT = 3, ROPE_AT = 37, MATRICES = 3 };

struct side_by_side { /* Q: turned; K: turned and into a cache of halves; V: with a bias into a cache of I32 row numbers */
    struct product first;
    double *want[MATRICES];
    struct buffer out[MATRICES];
    uint32_t rows[MATRICES];
    struct args_matvec_three args;
    uint32_t groups;
};

static void side_by_side_add(struct side_by_side *s, uint32_t i, uint32_t mode, uint32_t dim, bool cache, bool turned, bool bias)
{
    struct product *p = &s->first, more = *p;
    struct buffer w = p->w, add = stage_buffer(s->rows[i] * 4), ids = stage_buffer(8);
    more.rows = s->rows[i];
    s->want[i] = calloc(more.rows, sizeof(double));
    double *wd = malloc(sizeof(double) * more.rows * more.k);
    w = stage_buffer((uint64_t)p->args.w_nb1 * more.rows);
    fill_weights(&more, w, wd);
    for (uint32_t r = 0; r < more.rows; r++) {
        ((float *)add.data)[r] = random_float() * 9;
        s->want[i][r] = bias ? ((float *)add.data)[r] : 0;
        for (uint32_t k = 0; k < more.k; k++) {
            s->want[i][r] += wd[(uint64_t)r * more.k + k] * p->xd[k];
        }
    }
    free(wd);
    if (turned) {
        turn_heads(mode, dim, more.rows / dim, 1e4, ROPE_AT, s->want[i]);
    }
    s->out[i] = stage_buffer(cache ? more.rows * 2 * CACHE_ROWS : more.rows * 4);
    struct args_matvec_three *a = &s->args;
    memcpy(ids.data, i == 1 ? (const void *)&(int64_t){CACHE_AT} : (const void *)&(int32_t[2]){CACHE_AT, -1}, 8);
    a->out[i].type = cache ? EXO_TYPE_F16 : EXO_TYPE_F32;
    a->out[i].ids = cache ? ids.address : 0;
    a->out[i].ids_type = i == 1 ? EXO_TYPE_I64 : EXO_TYPE_I32;
    a->out[i].row_bytes = more.rows * 2;
    a->out[i].head_log2 = turned ? (uint32_t)__builtin_ctz(dim) : 0;
    *(i ? &a->w[i - 1] : &a->a.w) = w.address;
    *(i ? &a->dst[i - 1] : &a->a.dst) = s->out[i].address;
    *(i ? &a->add[i - 1] : &a->a.add) = bias ? add.address : 0;
    *(i ? &a->rows[i - 1] : &a->a.rows) = more.rows;
    if (i) {
        a->first[i - 1] = s->groups;
    }
    uint32_t per = exo_matvec_rows_per_group(a->a.lanes_log2);
    s->groups += (more.rows + per - 1) / per;
}

static void side_by_side_check(struct side_by_side *s, const char *name, uint32_t mode)
{
    for (uint32_t i = 0; i < MATRICES; i++) {
        float *got = malloc(s->rows[i] * sizeof(float));
        for (uint32_t r = 0; r < s->rows[i]; r++) {
            got[r] = i ? half_to_float(((uint16_t *)s->out[i].data)[CACHE_AT * s->rows[i] + r]) : ((float *)s->out[i].data)[r];
        }
        char what[128];
        snprintf(what, sizeof(what), "%s mode %u k=%u lanes=2^%u matrix %u", name, mode, s->first.k, s->args.a.lanes_log2, i);
        expect_close(what, s->want[i], got, s->rows[i], i ? 1e-6 : PRODUCT_LIMIT);
        for (uint32_t b = 0; i && b < s->rows[i] * 2 * CACHE_ROWS; b++) { /* the cache's other rows stay as they were */
            if (b / (s->rows[i] * 2) != CACHE_AT) {
                assert_int_equal(s->out[i].data[b], s->out[i].data[b % 4]);
            }
        }
        free(got);
        free(s->want[i]);
    }
}

void products_side_by_side_are_turned_and_put_into_a_cache(void **state)
{
    (void)state;
    static const struct {
        struct kernel_case kernel;
        uint32_t k, dim, heads;
    } cases[] = {
        {CASE(matvec_q4_1_three, EXO_TYPE_Q4_1, 1), 576, 64, 3},   {CASE(matvec_q4_0_three, EXO_TYPE_Q4_0, 1), 4096, 128, 1},
        {CASE(matvec_q5_0_three, EXO_TYPE_Q5_0, 1), 128, 4, 3},    {CASE(matvec_q5_1_three, EXO_TYPE_Q5_1, 1), 256, 32, 2},
        {CASE(matvec_q8_0_three, EXO_TYPE_Q8_0, 1), 512, 64, 1},   {CASE(matvec_q2_k_three, EXO_TYPE_Q2_K, 1), 256, 64, 2},
        {CASE(matvec_q3_k_three, EXO_TYPE_Q3_K, 1), 1024, 16, 5},  {CASE(matvec_q4_k_three, EXO_TYPE_Q4_K, 1), 4096, 64, 2},
        {CASE(matvec_q5_k_three, EXO_TYPE_Q5_K, 1), 512, 64, 2},   {CASE(matvec_q6_k_three, EXO_TYPE_Q6_K, 1), 768, 32, 3},
        {CASE(matvec_q8_0_three, EXO_TYPE_Q8_0, 1), 1024, 128, 1}, {CASE(matvec_q4_1_three, EXO_TYPE_Q4_1, 1), 1504, 64, 2},
    };
    double l = -2.0 * log2(1e4);
    for (uint32_t n = 0; n < 2 * sizeof(cases) / sizeof(*cases); n++) {
        uint32_t c = n / 2, mode = n % 2 ? EXO_ROPE_NEOX : EXO_ROPE_NORMAL, dim = cases[c].dim;
        uint32_t type = cases[c].kernel.type, rows = cases[c].heads * dim;
        struct side_by_side s = {.rows = {rows * 2, rows, rows + 7}};
        s.first = (struct product){
            .type = type, .k = cases[c].k, .rows = 1, .cols = 1, .w2 = 1, .x2 = 1, .x3 = 1, .act_kind = act_for(type)};
        prepare(&s.first, 2.0f);
        s.args.a = s.first.args;
        s.args.rope = (struct exo_rope){
            .mode = mode, .n_dims = dim, .freq_scale = 1, .attn_factor = 1, .sin_sign = 1, .log2_theta_scale = (float)(l / dim)};
        s.args.rope.log2_theta_scale_lo = (float)(l / dim - (double)(float)(l / dim));
        struct buffer pos = stage_buffer(4);
        memcpy(pos.data, &(int32_t){ROPE_AT}, 4);
        s.args.rope.pos = pos.address;
        side_by_side_add(&s, 0, mode, dim, false, true, n % 3 == 0);
        side_by_side_add(&s, 1, mode, dim, true, true, false);
        side_by_side_add(&s, 2, mode, dim, true, false, true);
        stage_run(cases[c].kernel.id, &s.args, s.groups, 1, 1);
        side_by_side_check(&s, cases[c].kernel.name, mode);
        release(&s.first);
    }
}

static double silu(double x)
{
    return x / (1 + exp(-x));
}

static void glu_product(struct product *p, enum exo_kernel_id id, enum exo_act quant, bool blocks)
{
    prepare(p, 2.0f);
    struct product up = *p;
    double *second = malloc(sizeof(double) * p->rows * p->k);
    struct buffer w2 = stage_buffer(p->w.bytes);
    fill_weights(&up, w2, second);
    for (uint32_t r = 0; r < p->rows; r++) {
        double u = 0;
        for (uint32_t i = 0; i < p->k; i++) {
            u += second[(uint64_t)r * p->k + i] * p->xd[i];
        }
        p->want[r] = silu(p->want[r]) * u;
    }
    free(second);
    p->args.w2 = w2.address;
    p->args.glu_op = EXO_GLU_SWIGLU;
    p->args.quant_act = quant;
    if (quant != EXO_ACT_NONE) {
        p->act = stage_buffer(exo_act_stride(quant, p->rows));
        p->args.dst = p->act.address;
    }
    if (blocks) {
        uint32_t per = EXO_MATVEC_BLOCKS * exo_matvec_rows_per_group(p->args.lanes_log2);
        stage_run(id, &p->args, (p->rows + per - 1) / per, 1, 1);
    } else {
        run_matvec(p, id, 1);
    }
}

void matvec_glu_equals_two_products_and_activation(void **state)
{
    (void)state;
    static const struct kernel_case cases[] = {CASE(matvec_glu_q4_0, EXO_TYPE_Q4_0, 1), CASE(matvec_glu_q4_1, EXO_TYPE_Q4_1, 1),
                                               CASE(matvec_glu_q8_0, EXO_TYPE_Q8_0, 1), CASE(matvec_glu_q5_0, EXO_TYPE_Q5_0, 1),
                                               CASE(matvec_glu_q5_1, EXO_TYPE_Q5_1, 1), CASE(matvec_glu_q2_k, EXO_TYPE_Q2_K, 1),
                                               CASE(matvec_glu_q3_k, EXO_TYPE_Q3_K, 1), CASE(matvec_glu_q4_k, EXO_TYPE_Q4_K, 1),
                                               CASE(matvec_glu_q5_k, EXO_TYPE_Q5_K, 1), CASE(matvec_glu_q6_k, EXO_TYPE_Q6_K, 1)};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (uint32_t rows = 31; rows < 200; rows += 130) {
            struct product p = {.type = cases[c].type,
                                .k = whole_blocks(cases[c].type, 576) ? 576 : 768,
                                .rows = rows,
                                .cols = 1,
                                .w2 = 1,
                                .x2 = 1,
                                .x3 = 1,
                                .act_kind = act_for(cases[c].type)};
            glu_product(&p, cases[c].id, EXO_ACT_NONE, false);
            check(&p, cases[c].name, GATED_LIMIT);
            release(&p);
        }
    }
}

void matvec_glu_quantises_its_result_for_the_next_product(void **state)
{
    (void)state;
    for (enum exo_act act = EXO_ACT_BYTES; act <= EXO_ACT_NIBBLES; act++) {
        struct product p = {
            .type = EXO_TYPE_Q4_1, .k = 576, .rows = 200, .cols = 1, .w2 = 1, .x2 = 1, .x3 = 1, .act_kind = EXO_ACT_NIBBLES};
        float got[200];
        glu_product(&p, EXO_KERNEL_matvec_glu_q4_1, act, false);
        act_unpack(act, p.act.data, 200, got);
        expect_close("quantised glu", p.want, got, 200, PRODUCT_LIMIT);
        release(&p);
    }
}

/* Long rows: a block of the result is spread over waves. */
void matvec_glu_of_long_rows_quantises_by_groups(void **state)
{
    (void)state;
    static const struct {
        struct kernel_case kernel;
        uint32_t k, rows;
    } cases[] = {
        {CASE(matvec_glu_q4_0_blocks, EXO_TYPE_Q4_0, 1), 4096, 96},  {CASE(matvec_glu_q4_1_blocks, EXO_TYPE_Q4_1, 1), 2048, 200},
        {CASE(matvec_glu_q5_0_blocks, EXO_TYPE_Q5_0, 1), 2080, 32},  {CASE(matvec_glu_q5_1_blocks, EXO_TYPE_Q5_1, 1), 2048, 65},
        {CASE(matvec_glu_q8_0_blocks, EXO_TYPE_Q8_0, 1), 4096, 70},  {CASE(matvec_glu_q2_k_blocks, EXO_TYPE_Q2_K, 1), 4096, 64},
        {CASE(matvec_glu_q3_k_blocks, EXO_TYPE_Q3_K, 1), 4096, 33},  {CASE(matvec_glu_q4_k_blocks, EXO_TYPE_Q4_K, 1), 4096, 160},
        {CASE(matvec_glu_q5_k_blocks, EXO_TYPE_Q5_K, 1), 4352, 100}, {CASE(matvec_glu_q6_k_blocks, EXO_TYPE_Q6_K, 1), 4352, 64},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        uint32_t type = cases[c].kernel.type, rows = cases[c].rows;
        struct product p = {
            .type = type, .k = cases[c].k, .rows = rows, .cols = 1, .w2 = 1, .x2 = 1, .x3 = 1, .act_kind = act_for(type)};
        float got[256];
        glu_product(&p, cases[c].kernel.id, act_for(type), true);
        act_unpack(act_for(type), p.act.data, rows, got);
        expect_close(cases[c].kernel.name, p.want, got, rows, 3e-4);
        release(&p);
    }
}

void tiles_equal_plain_sums(void **state)
{
    (void)state;
    static const struct kernel_case cases[] = {
        CASE(mul_mat_q4_0_n16, EXO_TYPE_Q4_0, 16),   CASE(mul_mat_q4_0_n32, EXO_TYPE_Q4_0, 32),
        CASE(mul_mat_q4_0_n128, EXO_TYPE_Q4_0, 128), CASE(mul_mat_q4_1_n16, EXO_TYPE_Q4_1, 16),
        CASE(mul_mat_q4_1_n32, EXO_TYPE_Q4_1, 32),   CASE(mul_mat_q4_1_n128, EXO_TYPE_Q4_1, 128),
        CASE(mul_mat_q8_0_n16, EXO_TYPE_Q8_0, 16),   CASE(mul_mat_q8_0_n32, EXO_TYPE_Q8_0, 32),
        CASE(mul_mat_q8_0_n128, EXO_TYPE_Q8_0, 128), CASE(mul_mat_f16_n16, EXO_TYPE_F16, 16),
        CASE(mul_mat_f16_n32, EXO_TYPE_F16, 32),     CASE(mul_mat_f16_n128, EXO_TYPE_F16, 128),
        CASE(mul_mat_q5_0_n16, EXO_TYPE_Q5_0, 16),   CASE(mul_mat_q5_0_n32, EXO_TYPE_Q5_0, 32),
        CASE(mul_mat_q5_0_n128, EXO_TYPE_Q5_0, 128), CASE(mul_mat_q5_1_n16, EXO_TYPE_Q5_1, 16),
        CASE(mul_mat_q5_1_n32, EXO_TYPE_Q5_1, 32),   CASE(mul_mat_q5_1_n128, EXO_TYPE_Q5_1, 128),
        CASE(mul_mat_q2_k_n16, EXO_TYPE_Q2_K, 16),   CASE(mul_mat_q2_k_n32, EXO_TYPE_Q2_K, 32),
        CASE(mul_mat_q2_k_n128, EXO_TYPE_Q2_K, 128), CASE(mul_mat_q3_k_n16, EXO_TYPE_Q3_K, 16),
        CASE(mul_mat_q3_k_n32, EXO_TYPE_Q3_K, 32),   CASE(mul_mat_q3_k_n128, EXO_TYPE_Q3_K, 128),
        CASE(mul_mat_q4_k_n16, EXO_TYPE_Q4_K, 16),   CASE(mul_mat_q4_k_n32, EXO_TYPE_Q4_K, 32),
        CASE(mul_mat_q4_k_n128, EXO_TYPE_Q4_K, 128), CASE(mul_mat_q5_k_n16, EXO_TYPE_Q5_K, 16),
        CASE(mul_mat_q5_k_n32, EXO_TYPE_Q5_K, 32),   CASE(mul_mat_q5_k_n128, EXO_TYPE_Q5_K, 128),
        CASE(mul_mat_q6_k_n16, EXO_TYPE_Q6_K, 16),   CASE(mul_mat_q6_k_n32, EXO_TYPE_Q6_K, 32),
        CASE(mul_mat_q6_k_n128, EXO_TYPE_Q6_K, 128),
    };
    static const uint32_t sizes[][3] = {{96, 70, 9}, {64, 32, 64},  {32, 131, 70},   {77, 17, 19},
                                        {3, 5, 2},   {512, 40, 17}, {192, 131, 141}, {256, 70, 65}};
    for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
        for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
            bool whole_steps = cases[c].columns != EXO_WIDE_COLS || sizes[s][0] % EXO_WIDE_STEP == 0;
            if (!whole_blocks(cases[c].type, sizes[s][0]) || !whole_steps) {
                continue;
            }
            struct product p = {.type = cases[c].type,
                                .k = sizes[s][0],
                                .rows = sizes[s][1],
                                .cols = sizes[s][2],
                                .w2 = 1,
                                .x2 = 1,
                                .x3 = 1,
                                .act_kind = EXO_ACT_F16};
            prepare(&p, 3.0f);
            stage_run(cases[c].id, &p.args, (p.rows + 63) / 64, (p.cols + cases[c].columns - 1) / cases[c].columns, 1);
            check(&p, cases[c].name, 1e-6); /* halves: 2^-11 / sqrt(3) each */
            release(&p);
        }
    }
}

static void expect_tiles_of_size(float size)
{
    char what[64];
    struct product p = {
        .type = EXO_TYPE_Q8_0, .k = 64, .rows = 32, .cols = 20, .w2 = 1, .x2 = 1, .x3 = 1, .act_kind = EXO_ACT_F16};
    prepare(&p, size);
    stage_run(EXO_KERNEL_mul_mat_q8_0_n32, &p.args, 1, 1, 1);
    snprintf(what, sizeof(what), "activations up to %g", (double)size);
    check(&p, what, 1e-6);
    release(&p);
}

void tiles_survive_values_beyond_half_range(void **state)
{
    (void)state;
    expect_tiles_of_size(3e7f);
    expect_tiles_of_size(1e30f);
}

void tiles_keep_values_below_half_range(void **state)
{
    (void)state;
    expect_tiles_of_size(1e-6f);
    expect_tiles_of_size(1e-30f);
}

/* One element of a million among ones, in every column: the others keep eleven bits, whatever lies beside them. */
void tiles_keep_small_values_beside_a_large_one(void **state)
{
    (void)state;
    enum { K = 256, COLS = 20, OUTLIER = 37 };
    struct buffer x = stage_buffer(K * COLS * 4), out = stage_buffer(exo_act_stride(EXO_ACT_F16, K) * 32);
    double want[K - 1];
    float got[K - 1];
    for (uint32_t i = 0; i < K * COLS; i++) {
        ((float *)x.data)[i] = i % K == OUTLIER ? 1e6f : random_float();
    }
    struct args_quantize_act a = {.src = view4(x, EXO_TYPE_F32, K, COLS, 1, 1), .dst = out.address, .act = EXO_ACT_F16};
    a.stride = exo_act_stride(EXO_ACT_F16, K);
    stage_run(EXO_KERNEL_quantize_act, &a, (COLS + 3) / 4, 1, 1);
    for (uint32_t c = 0; c < COLS; c++) {
        const uint8_t *sixteen = out.data + c / 16 * 16 * a.stride;
        float power;
        memcpy(&power, sixteen + K * 32 + c % 16 * 4, 4);
        for (uint32_t i = 0, n = 0; i < K; i++) {
            float value = power * half_to_float(((const uint16_t *)sixteen)[i / 8 * 128 + c % 16 * 8 + i % 8]);
            if (i == OUTLIER) {
                expect_close("a million", &(double){1e6}, &value, 1, 1e-6);
            } else {
                want[n] = ((float *)x.data)[c * K + i];
                got[n++] = value;
            }
        }
        expect_close("values beside a million", want, got, K - 1, 1e-7); /* halves: (2^-11 / sqrt(3))^2 / 2 */
    }
    stage_reset();
}

void tiles_batches_and_bias(void **state)
{
    (void)state;
    struct product p = {
        .type = EXO_TYPE_F16, .k = 40, .rows = 37, .cols = 18, .w2 = 2, .x2 = 6, .x3 = 2, .act_kind = EXO_ACT_F16};
    prepare(&p, 1.0f);
    struct buffer bias = stage_buffer(37 * 4);
    for (uint32_t i = 0; i < 37; i++) {
        ((float *)bias.data)[i] = random_float();
    }
    for (uint32_t i = 0; i < 37 * 18 * 12; i++) {
        p.want[i] += ((float *)bias.data)[i % 37];
    }
    p.args.add = bias.address;
    stage_run(EXO_KERNEL_mul_mat_f16_n16, &p.args, 1, 2, 12);
    check(&p, "tiles in batches", 1e-6);
    release(&p);
}

void mul_mat_any_takes_permuted_sources(void **state)
{
    (void)state;
    static const uint32_t types[] = {EXO_TYPE_F32,  EXO_TYPE_F16,  EXO_TYPE_BF16, EXO_TYPE_Q4_1, EXO_TYPE_Q5_0, EXO_TYPE_Q8_0,
                                     EXO_TYPE_Q2_K, EXO_TYPE_Q3_K, EXO_TYPE_Q4_K, EXO_TYPE_Q5_K, EXO_TYPE_Q6_K};
    for (size_t t = 0; t < sizeof(types) / sizeof(*types); t++) {
        uint32_t k = whole_blocks(types[t], 64) ? 64 : 256;
        struct product p = {.type = types[t], .k = k, .rows = 6, .cols = 5, .w2 = 2, .x2 = 4, .x3 = 2};
        prepare(&p, 1.0f);
        struct args_mul_mat_any a = {.w = view4(p.w, p.type, k, 6, 2, 1),
                                     .x = view4(p.x, EXO_TYPE_F32, k, 5, 4, 2),
                                     .dst = view4(p.dst, EXO_TYPE_F32, 6, 5, 4, 2),
                                     .ne12 = exo_div_make(4),
                                     .r2 = exo_div_make(2),
                                     .r3 = exo_div_make(2)};
        stage_run(EXO_KERNEL_mul_mat_any, &a, 2, 2, 8);
        check(&p, "mul_mat_any", 1e-12);
        if (p.type == EXO_TYPE_F32) { /* the same numbers with k as the slowest dimension of x */
            for (uint32_t c = 0; c < 5 * 8; c++) {
                for (uint32_t k = 0; k < 64; k++) {
                    ((float *)p.x.data)[k * 40 + c] = (float)p.xd[c * 64 + k];
                }
            }
            a.x = view_strided(p.x.address, EXO_TYPE_F32, (const int64_t[4]){64, 5, 4, 2}, (const uint64_t[4]){160, 4, 20, 80});
            stage_run(EXO_KERNEL_mul_mat_any, &a, 2, 2, 8);
            check(&p, "mul_mat_any, transposed columns", 1e-12);
        }
        release(&p);
    }
}

void quantised_activations_keep_values_and_sums(void **state)
{
    (void)state;
    for (enum exo_act act = EXO_ACT_BYTES; act <= EXO_ACT_NIBBLES; act++) {
        for (uint32_t k = 1; k < 700; k = k * 3 + 5) {
            uint64_t stride = exo_act_stride(act, k);
            struct buffer x = stage_buffer(k * 3 * 4), out = stage_buffer(stride * 3);
            double *want = malloc(k * sizeof(double));
            float *got = malloc(k * sizeof(float));
            for (uint32_t i = 0; i < k * 3; i++) {
                ((float *)x.data)[i] = i / k == 1 ? 0.0f : random_float() * 100; /* a column of zeros among them */
            }
            struct args_quantize_act a = {
                .src = view4(x, EXO_TYPE_F32, k, 3, 1, 1), .dst = out.address, .stride = stride, .act = act};
            stage_run(EXO_KERNEL_quantize_act, &a, 1, 1, 1);
            for (uint32_t c = 0; c < 3; c++) {
                act_unpack(act, out.data + c * stride, k, got);
                for (uint32_t i = 0; i < k; i++) {
                    want[i] = ((float *)x.data)[c * k + i];
                }
                expect_close("quantised activations", want, got, k, ROUNDED_LIMIT);
            }
            free(want);
            free(got);
            stage_reset();
        }
    }
}
