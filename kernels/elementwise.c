/* elementwise.c: ADD, SUB, MUL, DIV with repetition, chains of ADD, the unary family, GLU. */
#include "glu.h"
#include "quants.h"

INLINE uint64_t element_address(const struct exo_view *v, uint32_t i0, uint32_t i1, uint32_t i2, uint32_t i3)
{
    return v->data + i0 * v->nb[0] + i1 * v->nb[1] + i2 * v->nb[2] + i3 * v->nb[3];
}

INLINE uint32_t modulo(struct exo_div d, uint32_t n)
{
    return n - div_by(d, n) * d.by;
}

struct place {
    uint32_t i[4];
};

INLINE struct place place_of(const struct exo_view *v, uint32_t index)
{
    struct place p;
    uint32_t q0 = div_by(v->div[0], index), q1 = div_by(v->div[1], q0), q2 = div_by(v->div[2], q1);
    p.i[0] = index - q0 * v->ne[0];
    p.i[1] = q0 - q1 * v->ne[1];
    p.i[2] = q1 - q2 * v->ne[2];
    p.i[3] = q2;
    return p;
}

INLINE uint64_t address_of(const struct exo_view *v, const struct place *p)
{
    return element_address(v, p->i[0], p->i[1], p->i[2], p->i[3]);
}

INLINE float binary_apply(uint32_t op, float x, float y)
{
    switch (op) {
    case EXO_BINARY_ADD:
        return x + y;
    case EXO_BINARY_SUB:
        return x - y;
    case EXO_BINARY_MUL:
        return x * y;
    default:
        return x / y;
    }
}

KERNEL(binary, args_binary, 256)
{
    uint32_t index = group_x() * 256 + item_id();
    if (index >= a.count) {
        return;
    }
    struct place p = place_of(&a.dst, index), b;
    UNROLL for (int i = 0; i < 4; i++)
    {
        b.i[i] = modulo(a.b.div[i], p.i[i]);
    }
    float x = value_load(a.a.type, CAT(uint8_t, address_of(&a.a, &p)));
    float y = value_load(a.b.type, CAT(uint8_t, address_of(&a.b, &b)));
    value_store(a.dst.type, AT(uint8_t, address_of(&a.dst, &p)), binary_apply(a.op, x, y));
}

KERNEL(binary_flat, args_binary_flat, 256)
{
    uint32_t i = group_x() * 256 + item_id();
    if (i * 4 >= a.count) {
        return;
    }
    v4f x = *CAT(v4f, a.a + (uint64_t)i * 16), y = *CAT(v4f, a.b + (uint64_t)modulo(a.b_div, i) * 16), out;
    UNROLL for (int j = 0; j < 4; j++)
    {
        out[j] = binary_apply(a.op, x[j], y[j]);
    }
    *AT(v4f, a.dst + (uint64_t)i * 16) = out;
}

KERNEL(add_chain, args_add_chain, 256)
{
    uint32_t i = group_x() * 256 + item_id();
    if (i * 4 >= a.count) {
        return;
    }
    v4f sum = *CAT(v4f, a.src[0] + (uint64_t)i * 16);
    UNROLL for (uint32_t n = 1; n < EXO_ADD_CHAIN_MAX; n++)
    {
        if (n < a.n) {
            sum += *CAT(v4f, a.src[n] + (uint64_t)i * 16);
        }
    }
    *AT(v4f, a.dst + (uint64_t)i * 16) = sum;
}

INLINE float turns(float x) /* x / 2 pi, less whole turns; two-part 2 pi keeps large angles exact */
{
    float k = rint_f32(x * 0.15915494309189535f);
    float r = fma_f32(-k, 6.28318548202514648f, x);
    r = fma_f32(-k, -1.74845553146e-7f, r);
    return r * 0.15915494309189535f;
}

INLINE float log_f32(float x)
{
    return log2_f32(x) * 0.69314718055994530942f;
}

/* exp(x) - 1 without the cancellation near 0. */
INLINE float expm1_f32(float x)
{
    if (abs_f32(x) < 0.1f) {
        return x * (1.0f + x * (0.5f + x * (1.0f / 6.0f + x * (1.0f / 24.0f + x * (1.0f / 120.0f)))));
    }
    return exp_f32(x) - 1.0f;
}

/* log(1 + exp(x)), as ggml: x itself beyond 20. */
INLINE float softplus_f32(float x)
{
    if (x > 20.0f) {
        return x;
    }
    float e = exp_f32(x);
    return e < 0.01f ? e * (1.0f - e * (0.5f - e * (1.0f / 3.0f - e * 0.25f))) : log_f32(1.0f + e);
}

INLINE float xielu(float x, const float p[4])
{
    if (x > 0.0f) {
        return p[1] * x * x + p[2] * x;
    }
    return (expm1_f32(min_f32(x, p[3])) - x) * p[0] + p[2] * x;
}

INLINE float round_away(float x) /* C's roundf */
{
    float t = trunc_f32(x);
    return abs_f32(x - t) >= 0.5f ? t + (x < 0.0f ? -1.0f : 1.0f) : t;
}

INLINE float unary_activation(uint32_t op, float x, const float p[4])
{
    switch (op) {
    case EXO_UNARY_TANH:
        return tanh_f32(x);
    case EXO_UNARY_ELU:
        return x > 0.0f ? x : expm1_f32(x);
    case EXO_UNARY_SIGMOID:
        return sigmoid_f32(x);
    case EXO_UNARY_GELU:
        return gelu_f32(x);
    case EXO_UNARY_GELU_QUICK:
        return gelu_quick_f32(x);
    case EXO_UNARY_SILU:
        return silu_f32(x);
    case EXO_UNARY_HARDSWISH:
        return x * min_f32(1.0f, max_f32(0.0f, (x + 3.0f) * (1.0f / 6.0f)));
    case EXO_UNARY_HARDSIGMOID:
        return min_f32(1.0f, max_f32(0.0f, (x + 3.0f) * (1.0f / 6.0f)));
    case EXO_UNARY_SOFTPLUS:
        return softplus_f32(x);
    case EXO_UNARY_GELU_ERF:
        return gelu_erf_f32(x);
    case EXO_UNARY_XIELU:
        return xielu(x, p);
    case EXO_UNARY_LEAKY_RELU:
        return max_f32(x, 0.0f) + min_f32(x, 0.0f) * p[0];
    default: /* SOFTCAP */
        return p[0] * tanh_f32(x * p[1]);
    }
}

INLINE float unary_apply(uint32_t op, float x, const float p[4])
{
    switch (op) {
    case EXO_UNARY_ABS:
        return abs_f32(x);
    case EXO_UNARY_SGN:
        return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f;
    case EXO_UNARY_NEG:
        return -x;
    case EXO_UNARY_STEP:
        return x > 0.0f ? 1.0f : 0.0f;
    case EXO_UNARY_RELU:
        return x > 0.0f ? x : 0.0f;
    case EXO_UNARY_EXP:
        return exp_f32(x);
    case EXO_UNARY_EXPM1:
        return expm1_f32(x);
    case EXO_UNARY_FLOOR:
        return floor_f32(x);
    case EXO_UNARY_CEIL:
        return ceil_f32(x);
    case EXO_UNARY_ROUND:
        return round_away(x);
    case EXO_UNARY_TRUNC:
        return trunc_f32(x);
    case EXO_UNARY_SCALE:
        return x * p[0] + p[1];
    case EXO_UNARY_CLAMP:
        return x < p[0] ? p[0] : x > p[1] ? p[1] : x;
    case EXO_UNARY_SQR:
        return x * x;
    case EXO_UNARY_SQRT:
        return sqrt_f32(x);
    case EXO_UNARY_SIN:
        return sin_turns_f32(turns(x));
    case EXO_UNARY_COS:
        return cos_turns_f32(turns(x));
    case EXO_UNARY_LOG:
        return log_f32(x);
    default:
        return unary_activation(op, x, p);
    }
}

KERNEL(unary, args_unary, 256)
{
    uint32_t index = group_x() * 256 + item_id();
    if (index >= a.count) {
        return;
    }
    struct place p = place_of(&a.dst, index);
    float x = value_load(a.src.type, CAT(uint8_t, address_of(&a.src, &p)));
    value_store(a.dst.type, AT(uint8_t, address_of(&a.dst, &p)), unary_apply(a.op, x, a.p));
}

KERNEL(glu, args_glu, 256)
{
    uint32_t index = group_x() * 256 + item_id();
    if (index >= a.count) {
        return;
    }
    struct place p = place_of(&a.dst, index);
    float x = value_load(a.a.type, CAT(uint8_t, address_of(&a.a, &p)));
    float g = value_load(a.b.type, CAT(uint8_t, address_of(&a.b, &p)));
    value_store(a.dst.type, AT(uint8_t, address_of(&a.dst, &p)), glu_apply(a.op, x, g, a.p[0], a.p[1]));
}
