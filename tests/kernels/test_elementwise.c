/* Element by element: binary operations, the unary family, GLU. */
#include "tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double binary(uint32_t op, double x, double y)
{
    return op == EXO_BINARY_ADD ? x + y : op == EXO_BINARY_SUB ? x - y : op == EXO_BINARY_MUL ? x * y : x / y;
}

static void fill(struct buffer b, uint32_t type, float size)
{
    uint32_t n = (uint32_t)(b.bytes / (type == EXO_TYPE_F32 ? 4 : 2));
    for (uint32_t i = 0; i < n; i++) {
        float f = random_float() * size;
        f = fabsf(f) < 0.05f ? 0.1f : f;
        pack_row(type, &f, 1, b.data + i * (type == EXO_TYPE_F32 ? 4 : 2));
    }
}

void binary_repeats_its_second_operand(void **state)
{
    (void)state;
    enum { A = 10, B = 6, C = 4, D = 3, N = A * B * C * D };
    static const uint32_t types[][3] = {{EXO_TYPE_F32, EXO_TYPE_F32, EXO_TYPE_F32},
                                        {EXO_TYPE_F16, EXO_TYPE_F16, EXO_TYPE_F16},
                                        {EXO_TYPE_F16, EXO_TYPE_F32, EXO_TYPE_F16},
                                        {EXO_TYPE_BF16, EXO_TYPE_F32, EXO_TYPE_F32}};
    static const uint32_t repeats[][4] = {{A, B, C, D}, {A, 1, 1, 1}, {1, B, 1, 1}, {5, 2, 2, 1}, {1, 1, 1, 1}};
    for (int t = 0; t < 4; t++) {
        for (int r = 0; r < 5; r++) {
            const uint32_t *m = repeats[r];
            uint32_t nb = m[0] * m[1] * m[2] * m[3];
            struct buffer a = stage_buffer(N * pack_bytes(types[t][0], 1)), b = stage_buffer(nb * pack_bytes(types[t][1], 1));
            struct buffer dst = stage_buffer(N * pack_bytes(types[t][2], 1));
            double x[N], y[N], want[N], unpacked[N];
            float got[N];
            fill(a, types[t][0], 2);
            fill(b, types[t][1], 2);
            unpack_row(types[t][0], a.data, N, x);
            unpack_row(types[t][1], b.data, nb, y);
            for (uint32_t op = 0; op < 4; op++) {
                struct args_binary args = {.a = view4(a, types[t][0], A, B, C, D),
                                           .b = view4(b, types[t][1], m[0], m[1], m[2], m[3]),
                                           .dst = view4(dst, types[t][2], A, B, C, D),
                                           .count = N,
                                           .op = op};
                stage_run(EXO_KERNEL_binary, &args, (N + 255) / 256, 1, 1);
                for (uint32_t i = 0; i < N; i++) {
                    uint32_t j = i % A % m[0] +
                                 m[0] * (i / A % B % m[1] + m[1] * (i / (A * B) % C % m[2] + m[2] * (i / (A * B * C) % m[3])));
                    want[i] = binary(op, x[i], y[j]);
                }
                unpack_row(types[t][2], dst.data, N, unpacked);
                for (int i = 0; i < N; i++) {
                    got[i] = (float)unpacked[i];
                }
                expect_close("binary", want, got, N, types[t][2] == EXO_TYPE_F32 ? 1e-13 : 1e-6);
            }
            stage_reset();
        }
    }
}

void binary_flat_equals_binary(void **state)
{
    (void)state;
    enum { N = 576 * 3 };
    for (uint32_t period = 576; period <= N; period *= 3) {
        struct buffer a = stage_buffer(N * 4), b = stage_buffer(period * 4), dst = stage_buffer(N * 4);
        double want[N];
        fill(a, EXO_TYPE_F32, 3);
        fill(b, EXO_TYPE_F32, 3);
        for (uint32_t op = 0; op < 4; op++) {
            struct args_binary_flat args = {a.address, b.address, dst.address, N, op, exo_div_make(period / 4), 0};
            stage_run(EXO_KERNEL_binary_flat, &args, (N / 4 + 255) / 256, 1, 1);
            for (uint32_t i = 0; i < N; i++) {
                want[i] = binary(op, ((float *)a.data)[i], ((float *)b.data)[i % period]);
            }
            expect_close("binary_flat", want, (float *)dst.data, N, 1e-13);
        }
        stage_reset();
    }
}

void add_chain_adds_in_order(void **state)
{
    (void)state;
    enum { N = 1028 };
    for (uint32_t n = 2; n <= EXO_ADD_CHAIN_MAX; n++) {
        struct args_add_chain a = {.n = n, .count = N};
        struct buffer dst = stage_buffer(N * 4);
        double want[N] = {0};
        a.dst = dst.address;
        for (uint32_t s = 0; s < n; s++) {
            struct buffer b = stage_buffer(N * 4);
            fill(b, EXO_TYPE_F32, 1);
            a.src[s] = b.address;
            for (int i = 0; i < N; i++) {
                want[i] += ((float *)b.data)[i];
            }
        }
        stage_run(EXO_KERNEL_add_chain, &a, (N / 4 + 255) / 256, 1, 1);
        expect_close("add_chain", want, (float *)dst.data, N, 1e-13);
        stage_reset();
    }
}

static double gelu(double x)
{
    return 0.5 * x * (1 + tanh(0.79788456080286535588 * x * (1 + 0.044715 * x * x)));
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static const float params[4] = {0.8f, 0.9f, 0.5f, -1e-6f};

/* clang-format off */
#define P(i) ((double)params[i])
#define UNARIES(U) \
    U(ABS, fabs(x)) \
    U(SGN, x > 0 ? 1 : x < 0 ? -1 : 0) \
    U(NEG, -x) \
    U(STEP, x > 0) \
    U(TANH, tanh(x)) \
    U(ELU, x > 0 ? x : expm1(x)) \
    U(RELU, x > 0 ? x : 0) \
    U(SIGMOID, sigmoid(x)) \
    U(GELU, gelu(x)) \
    U(GELU_QUICK, x * sigmoid(1.702 * x)) \
    U(SILU, x * sigmoid(x)) \
    U(HARDSWISH, x * fmin(1, fmax(0, (x + 3) / 6))) \
    U(HARDSIGMOID, fmin(1, fmax(0, (x + 3) / 6))) \
    U(EXP, exp(x)) \
    U(EXPM1, expm1(x)) \
    U(SOFTPLUS, x > 20 ? x : log1p(exp(x))) \
    U(GELU_ERF, 0.5 * x * (1 + erf(x / sqrt(2)))) \
    U(FLOOR, floor(x)) \
    U(CEIL, ceil(x)) \
    U(ROUND, round(x)) \
    U(TRUNC, trunc(x)) \
    U(XIELU, x > 0 ? P(1) * x * x + P(2) * x : (expm1(fmin(x, P(3))) - x) * P(0) + P(2) * x) \
    U(SCALE, x * P(0) + P(1)) \
    U(CLAMP, x < P(0) ? P(0) : x > P(1) ? P(1) : x) \
    U(SQR, x * x) \
    U(SQRT, sqrt(x)) \
    U(SIN, sin(x)) \
    U(COS, cos(x)) \
    U(LOG, log(x)) \
    U(LEAKY_RELU, x > 0 ? x : x * P(0)) \
    U(SOFTCAP, P(0) * tanh(x * P(1)))
/* clang-format on */

#define DEFINE(name, value)                                                                                                      \
    static double unary_##name(double x)                                                                                         \
    {                                                                                                                            \
        return value;                                                                                                            \
    }
#define NAMED(name, value) [EXO_UNARY_##name] = unary_##name,
UNARIES(DEFINE)
static double (*const unary[EXO_UNARY_COUNT])(double) = {UNARIES(NAMED)};

void unary_functions_are_accurate(void **state)
{
    (void)state;
    enum { N = 777 };
    for (uint32_t type = EXO_TYPE_F32; type <= EXO_TYPE_F16; type++) {
        for (uint32_t op = 0; op < EXO_UNARY_COUNT; op++) {
            struct buffer src = stage_buffer(N * pack_bytes(type, 1)), dst = stage_buffer(N * pack_bytes(type, 1));
            double x[N], want[N], unpacked[N];
            float got[N];
            for (uint32_t i = 0; i < N; i++) {
                float f = random_float() * (i % 3 ? 10 : 0.01f);
                f = op == EXO_UNARY_SQRT || op == EXO_UNARY_LOG ? fabsf(f) + 0.001f : f;
                pack_row(type, &f, 1, src.data + i * pack_bytes(type, 1));
            }
            unpack_row(type, src.data, N, x);
            struct args_unary a = {
                .src = view4(src, type, 7, 37, 3, 1), .dst = view4(dst, type, 7, 37, 3, 1), .count = N, .op = op};
            memcpy(a.p, params, sizeof(params));
            stage_run(EXO_KERNEL_unary, &a, (N + 255) / 256, 1, 1);
            unpack_row(type, dst.data, N, unpacked);
            for (int i = 0; i < N; i++) {
                want[i] = unary[op](x[i]);
                got[i] = (float)unpacked[i];
            }
            char what[64];
            snprintf(what, sizeof(what), "unary op %u type %u", op, type);
            expect_close(what, want, got, N, type == EXO_TYPE_F32 ? 1e-12 : 1e-6);
            stage_reset();
        }
    }
}

static double glu(uint32_t op, double x, double g)
{
    double alpha = 1.7, limit = 0.9;
    switch (op) {
    case EXO_GLU_REGLU:
        return fmax(x, 0) * g;
    case EXO_GLU_GEGLU:
        return gelu(x) * g;
    case EXO_GLU_SWIGLU:
        return x * sigmoid(x) * g;
    case EXO_GLU_SWIGLU_OAI:
        x = fmin(x, limit);
        return x * sigmoid(alpha * x) * (fmin(fmax(g, -limit), limit) + 1);
    case EXO_GLU_GEGLU_ERF:
        return 0.5 * x * (1 + erf(x / sqrt(2))) * g;
    case EXO_GLU_GEGLU_QUICK:
        return x * sigmoid(1.702 * x) * g;
    default:
        x = fmin(x, alpha);
        return x * sigmoid(x) * fmin(fmax(g, -alpha), alpha);
    }
}

void glu_functions_are_accurate(void **state)
{
    (void)state;
    enum { N = 50, ROWS = 9 };
    for (uint32_t op = 0; op < EXO_GLU_COUNT; op++) { /* the single-tensor form: both halves in one row */
        struct buffer src = stage_buffer(2 * N * ROWS * 4), dst = stage_buffer(N * ROWS * 4);
        double want[N * ROWS];
        fill(src, EXO_TYPE_F32, 4);
        struct args_glu a = {.dst = view4(dst, EXO_TYPE_F32, N, ROWS, 1, 1), .count = N * ROWS, .op = op, .p = {1.7f, 0.9f}};
        const int64_t ne[4] = {N, ROWS, 1, 1};
        const uint64_t nb[4] = {4, 2 * N * 4, 2 * N * ROWS * 4, 2 * N * ROWS * 4};
        a.a = view_strided(src.address, EXO_TYPE_F32, ne, nb);
        a.b = view_strided(src.address + N * 4, EXO_TYPE_F32, ne, nb);
        stage_run(EXO_KERNEL_glu, &a, (N * ROWS + 255) / 256, 1, 1);
        for (int i = 0; i < N * ROWS; i++) {
            const float *row = (float *)src.data + i / N * 2 * N;
            want[i] = glu(op, row[i % N], row[N + i % N]);
        }
        char what[64];
        snprintf(what, sizeof(what), "glu op %u", op);
        expect_close(what, want, (float *)dst.data, N * ROWS, 1e-11);
        stage_reset();
    }
}
