/*
 * valu.c: vector instructions in their general form: sources of any size with negation, absolute value, halves of registers and
 * lane permutation (DPP) in front of the operation; output modifier, clamping and masks behind it. The plain forms go past all
 * of this (fast_*, valu.h).
 */
#include "valu.h"

static bool kind_is_16(uint32_t kind)
{
    return kind == K_B16 || kind == K_I16 || kind == K_F16;
}

static bool kind_is_64(uint32_t kind)
{
    return kind == K_B64 || kind == K_I64 || kind == K_F64;
}

/* Lanes whose source may be read: within the row, and active unless inactive ones may be fetched. */
static uint32_t dpp_readable(const struct inst *i, uint32_t exec, bool fetch_inactive)
{
    uint32_t valid = i->dpp_valid | (uint32_t)i->dpp_valid << 16;
    if (fetch_inactive || exec == UINT32_MAX) {
        return valid;
    }
    uint32_t active = 0;
    for (uint32_t l = 0; l < 32; l++) {
        active |= (exec >> ((l & 16) | i->dpp_lane[l & 15]) & 1) << l;
    }
    return valid & active;
}

/* Permutes src into *out and returns the lanes that are written at all. */
static uint32_t dpp_permute(const struct wave *w, const struct inst *i, const u32x32 *src, u32x32 *out)
{
    static const u32x32 zero = {0};
    bool wide = i->lane_control == SRC_DPP16;
    bool fetch_inactive = wide ? i->dpp >> 18 & 1 : i->lane_control == SRC_DPP8_FI;
    bool bound_zero = wide ? i->dpp >> 19 & 1 : true;
    uint32_t readable = dpp_readable(i, wave_exec_half(w), fetch_inactive), enabled = UINT32_MAX;
    lanes_permute_rows(src, i->dpp_lane, 0, out);
    lanes_blend(out, &zero, ~readable);
    if (!bound_zero) {
        enabled = readable;
    }
    if (wide) {
        uint32_t rows = i->dpp >> 28 >> w->half * 2;
        enabled &= (rows & 1 ? i->dpp_bank : 0u) | (rows & 2 ? (uint32_t)i->dpp_bank << 16 : 0u);
    }
    return enabled;
}

const uint16_t f16_constants[9] = {0x3800, 0xb800, 0x3c00, 0xbc00, 0x4000, 0xc000, 0x4400, 0xc400, 0x3118};

static uint32_t scalar_u16(const struct wave *w, const struct inst *i, uint32_t operand, uint32_t kind, uint32_t high)
{
    if (operand >= SRC_FLOAT_HALF && operand < SRC_FLOAT_HALF + 9 && kind == K_F16) {
        return f16_constants[operand - SRC_FLOAT_HALF];
    }
    uint32_t value = scalar_u32(w, i, operand);
    return operand < SRC_INT_0 && high ? value >> 16 : value & 0xffff;
}

static void modify(u32x32 *value, uint32_t sign_bit, bool absolute, bool negate)
{
    lane_u32 *v = (lane_u32 *)value;
    uint32_t clear = absolute ? ~sign_bit : UINT32_MAX, flip = negate ? sign_bit : 0;
    for (uint32_t l = 0; l < 32; l++) {
        v[l] = (v[l] & clear) ^ flip;
    }
}

struct fetched {
    u32x32 low[3], high[3], permuted[2];
    uint32_t enabled;
};

static void fetch16(struct wave *w, const struct inst *i, uint32_t n, uint32_t kind, struct fetched *f)
{
    uint32_t operand = i->src[n], shift = i->opsel >> n & 1 ? 16 : 0;
    if (operand < SRC_VGPR0) {
        f->low[n] = scalar_u16(w, i, operand, kind, shift) - (u32x32){0};
        return;
    }
    const u32x32 *source = wave_vgpr(w, operand - SRC_VGPR0);
    if (n == 0 && i->lane_control) {
        f->enabled = dpp_permute(w, i, source, &f->permuted[0]);
        source = &f->permuted[0];
    }
    const lane_u32 *from = (const lane_u32 *)source;
    lane_u32 *to = (lane_u32 *)&f->low[n];
    for (uint32_t l = 0; l < 32; l++) {
        to[l] = from[l] >> shift & 0xffff;
    }
}

static void fetch64(struct wave *w, const struct inst *i, uint32_t n, struct fetched *f, struct lanes *lanes)
{
    uint32_t operand = i->src[n], kind = i->row->src[n];
    if (operand >= SRC_VGPR0) {
        lanes->a[n] = wave_vgpr(w, operand - SRC_VGPR0);
        lanes->h[n] = wave_vgpr(w, operand - SRC_VGPR0 + 1);
    } else {
        uint64_t value = scalar_u64(w, i, operand);
        if (operand == SRC_LITERAL) {
            /* A literal is a double's high half; a signed integer's is sign extended. */
            value = kind == K_F64   ? (uint64_t)i->literal << 32
                    : kind == K_I64 ? (uint64_t)(int64_t)(int32_t)i->literal
                                    : i->literal;
        }
        f->low[n] = (uint32_t)value - (u32x32){0};
        f->high[n] = (uint32_t)(value >> 32) - (u32x32){0};
    }
    bool negate = i->neg >> n & 1, absolute = i->abs >> n & 1;
    if (negate || absolute) {
        f->high[n] = *lanes->h[n];
        modify(&f->high[n], 0x80000000u, absolute, negate);
        lanes->h[n] = &f->high[n];
    }
}

/* Source n into lanes, modifiers applied. */
static inline __attribute__((always_inline)) void fetch(struct wave *w, const struct inst *i, uint32_t n, struct fetched *f,
                                                        struct lanes *lanes)
{
    uint32_t kind = i->row->src[n];
    bool negate = i->neg >> n & 1, absolute = i->abs >> n & 1;
    if (kind == K_MASK) {
        lanes->in = mask_read(w, i, i->src[n]);
        return;
    }
    lanes->a[n] = &f->low[n];
    lanes->h[n] = &f->high[n];
    if (kind_is_16(kind)) {
        fetch16(w, i, n, kind, f);
        if (negate || absolute) {
            modify(&f->low[n], 0x8000, absolute, negate);
        }
        return;
    }
    if (kind_is_64(kind)) {
        fetch64(w, i, n, f, lanes);
        return;
    }
    const u32x32 *source = src_lanes(w, i, i->src[n], &f->low[n]);
    if (kind == K_V2F16 && i->src[n] >= SRC_FLOAT_HALF &&
        i->src[n] < SRC_FLOAT_HALF + 9) { /* the low half only, as LLVM has it */
        f->low[n] = f16_constants[i->src[n] - SRC_FLOAT_HALF] - (u32x32){0};
        source = &f->low[n];
    }
    if (n == 0 && i->lane_control) {
        f->enabled = dpp_permute(w, i, source, &f->permuted[1]);
        source = &f->permuted[1];
    }
    if (i->row->flags & ROW_HALF_2 && n == 2 && i->opsel & 4) {
        f->low[n] = *source >> 16;
        source = &f->low[n];
    }
    if (negate || absolute) {
        f->low[n] = *source;
        modify(&f->low[n], 0x80000000u, absolute, negate);
        return;
    }
    lanes->a[n] = source;
}

static const float omod_factor[4] = {1.0f, 2.0f, 4.0f, 0.5f};

/* To 0 … 1. A NaN becomes 0, or stays where MODE.DX10_CLAMP is off. */
static inline double clamped(double value, bool clamp_nan)
{
    return value > 0.0 ? (value < 1.0 ? value : 1.0) : value != value && !clamp_nan ? value : 0.0;
}

static void clamp_lanes(lane_f32 *v, bool clamp_nan)
{
    if (clamp_nan) {
        for (uint32_t l = 0; l < 32; l++) {
            v[l] = v[l] > 0.0f ? (v[l] < 1.0f ? v[l] : 1.0f) : 0.0f;
        }
        return;
    }
    for (uint32_t l = 0; l < 32; l++) {
        v[l] = (float)clamped((double)v[l], false);
    }
}

/* The output modifier works on results whose denormals are flushed, and not with IEEE (RDNA3 ISA, "Output modifiers"). */
static bool omod_works(const struct inst *i, uint32_t kind, uint32_t rules)
{
    return i->omod != 0 && rules & (kind == K_F32 ? RULE_FLUSH_OUT : RULE_WIDE_FLUSH_OUT) && !(rules & RULE_QUIET);
}

/* Zero comes out positive, however it is rounded. */
static float scaled_f32(float v, float factor)
{
    float product = v * factor;
    return product == 0.0f ? 0.0f : product;
}

static double scaled_f64(double v, double factor)
{
    double product = v * factor;
    return product == 0.0 ? 0.0 : product;
}

/* A float result: output modifier, then clamp. */
static void finish_float(const struct inst *i, uint32_t kind, struct lanes *lanes)
{
    bool scale = omod_works(i, kind, lanes->rules);
    f32x32 wide;
    if (kind == K_F16) {
        lanes_f16_to_f32(&lanes->d, &wide);
    } else {
        memcpy(&wide, &lanes->d, sizeof wide);
    }
    lane_f32 *v = (lane_f32 *)&wide;
    for (uint32_t l = 0; scale && l < 32; l++) {
        v[l] = scaled_f32(v[l], omod_factor[i->omod]);
    }
    if (i->clamp) {
        clamp_lanes(v, lanes->rules & RULE_CLAMP_NAN);
    }
    if (kind == K_F16) {
        lanes_f32_to_f16(&wide, &lanes->d);
        for (uint32_t l = 0; scale && l < 32; l++) {
            ((lane_u32 *)&lanes->d)[l] = ((lane_u32 *)&lanes->d)[l] & 0x7c00 ? ((lane_u32 *)&lanes->d)[l] : 0;
        }
    } else {
        memcpy(&lanes->d, &wide, sizeof wide);
    }
}

static void finish_double(const struct inst *i, struct lanes *lanes)
{
    lane_u32 *d = (lane_u32 *)&lanes->d, *e = (lane_u32 *)&lanes->e;
    bool scale = omod_works(i, K_F64, lanes->rules);
    for (uint32_t l = 0; l < 32; l++) {
        double value = bits_f64((uint64_t)e[l] << 32 | d[l]);
        value = scale ? scaled_f64(value, (double)omod_factor[i->omod]) : value;
        value = i->clamp ? clamped(value, lanes->rules & RULE_CLAMP_NAN) : value;
        d[l] = (uint32_t)f64_bits(value);
        e[l] = (uint32_t)(f64_bits(value) >> 32);
    }
}

/* Clamped integer results: the exact value of sums, differences and multiply-adds, limited to the type. */
struct exact {
    lanes_fn lanes;
    uint8_t operation; /* '+', '-', 'r': reversed difference, 'm': a * b + c */
    int64_t low, high;
};

static const struct exact exacts[] = {
    {lanes_v_add_nc_u32, '+', 0, UINT32_MAX},        {lanes_v_sub_nc_u32, '-', 0, UINT32_MAX},
    {lanes_v_subrev_nc_u32, 'r', 0, UINT32_MAX},     {lanes_v_add_co_u32, '+', 0, UINT32_MAX},
    {lanes_v_sub_co_u32, '-', 0, UINT32_MAX},        {lanes_v_subrev_co_u32, 'r', 0, UINT32_MAX},
    {lanes_v_add_nc_i32, '+', INT32_MIN, INT32_MAX}, {lanes_v_sub_nc_i32, '-', INT32_MIN, INT32_MAX},
    {lanes_v_add_nc_u16, '+', 0, UINT16_MAX},        {lanes_v_sub_nc_u16, '-', 0, UINT16_MAX},
    {lanes_v_add_nc_i16, '+', INT16_MIN, INT16_MAX}, {lanes_v_sub_nc_i16, '-', INT16_MIN, INT16_MAX},
    {lanes_v_mad_u16, 'm', 0, UINT16_MAX},           {lanes_v_mad_i16, 'm', INT16_MIN, INT16_MAX},
    {lanes_v_mad_u32_u24, 'm', 0, UINT32_MAX},       {lanes_v_mad_i32_i24, 'm', INT32_MIN, INT32_MAX},
    {lanes_v_mad_u32_u16, 'm', 0, UINT32_MAX},       {lanes_v_mad_i32_i16, 'm', INT32_MIN, INT32_MAX},
};

/* A source as the exact arithmetic sees it: 24 bits for mad_*24's factors, 16 where the row says so. */
static int64_t exact_source(const struct inst *i, const struct lanes *lanes, const struct exact *x, uint32_t n, uint32_t l)
{
    uint32_t bits = ((const lane_u32 *)lanes->a[n])[l];
    bool is_signed = x->low < 0;
    uint32_t width = kind_is_16(i->row->src[n]) ? 16 : 32;
    if (n < 2 && (x->lanes == lanes_v_mad_u32_u24 || x->lanes == lanes_v_mad_i32_i24)) {
        width = 24;
    }
    uint32_t shift = 32 - width;
    return is_signed ? (int64_t)((int32_t)(bits << shift) >> shift) : (int64_t)(bits << shift >> shift);
}

static void finish_integer(const struct inst *i, struct lanes *lanes)
{
    const struct exact *x = NULL;
    for (size_t n = 0; n < sizeof exacts / sizeof exacts[0]; n++) {
        if (exacts[n].lanes == i->row->lanes) {
            x = &exacts[n];
        }
    }
    for (uint32_t l = 0; x != NULL && l < 32; l++) {
        int64_t a = exact_source(i, lanes, x, 0, l), b = exact_source(i, lanes, x, 1, l);
        int64_t value = x->operation == '+' ? a + b : x->operation == '-' ? a - b : b - a;
        if (x->operation == 'm') {
            value = a * b + exact_source(i, lanes, x, 2, l);
        }
        ((lane_u32 *)&lanes->d)[l] = (uint32_t)(value < x->low ? x->low : value > x->high ? x->high : value);
    }
}

/* Writes the result by its kind in the lanes of mask. */
static inline __attribute__((always_inline)) void finish(struct wave *w, const struct inst *i, struct lanes *lanes, uint32_t mask)
{
    uint32_t kind = i->row->dst;
    bool scaled = i->clamp || omod_works(i, kind, lanes->rules);
    if (kind == K_MASK) {
        sgpr_write(w, (uint32_t)i->dst + w->half, lanes->out & mask);
        return;
    }
    if (scaled && (kind == K_F32 || kind == K_F16)) {
        finish_float(i, kind, lanes);
    } else if (scaled && kind == K_F64) {
        finish_double(i, lanes);
    } else if (i->clamp) {
        finish_integer(i, lanes);
    }
    u32x32 *d = wave_vgpr(w, i->dst);
    if (kind_is_16(kind)) { /* the other half of the register keeps its value */
        uint32_t shift = i->opsel & 8 ? 16 : 0;
        const lane_u32 *old = (const lane_u32 *)d;
        lane_u32 *value = (lane_u32 *)&lanes->d;
        for (uint32_t l = 0; l < 32; l++) {
            value[l] = (value[l] & 0xffff) << shift | (old[l] & ~(0xffffu << shift));
        }
    }
    lanes_blend(d, &lanes->d, mask);
    if (kind_is_64(kind)) {
        lanes_blend(wave_vgpr(w, i->dst + 1u), &lanes->e, mask);
    }
    if (i->row->flags & ROW_CARRY_OUT) {
        sgpr_write(w, i->dst2 == SRC_NULL ? i->dst2 : i->dst2 + w->half, lanes->out & mask);
    }
}

/* Which of MODE's settings an instruction goes by: that of its result if it is a float, else of its source. */
static bool is_wide_float(const struct isa_row *row)
{
    uint32_t kind = row->dst == K_F32 || row->dst == K_F16 || row->dst == K_F64 || row->dst == K_V2F16 ? row->dst : row->src[0];
    return kind == K_F16 || kind == K_F64 || kind == K_V2F16;
}

static void flush_lanes(const u32x32 **value, u32x32 *to, uint32_t exponent, uint32_t sign)
{
    const lane_u32 *from = (const lane_u32 *)*value;
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)to)[l] = from[l] & exponent ? from[l] : from[l] & sign;
    }
    *value = to;
}

/* The same for two halves in each register. */
static void flush_pairs(const u32x32 **value, u32x32 *to)
{
    const lane_u32 *from = (const lane_u32 *)*value;
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t low = from[l] & (from[l] & 0x7c00 ? 0xffff : 0x8000);
        ((lane_u32 *)to)[l] = low | (from[l] & (from[l] & 0x7c000000u ? 0xffff0000u : 0x80000000u));
    }
    *value = to;
}

/* Denormal sources as zeros of their sign. Of doubles the high half tells; the low one follows. */
static void flush_source(const struct inst *i, uint32_t n, struct fetched *f, struct lanes *lanes)
{
    uint32_t kind = i->row->src[n], rules = lanes->rules;
    if (kind == K_F32 && rules & RULE_FLUSH_IN) {
        flush_lanes(&lanes->a[n], &f->low[n], 0x7f800000u, 0x80000000u);
    } else if (kind == K_F16 && rules & RULE_WIDE_FLUSH_IN) {
        flush_lanes(&lanes->a[n], &f->low[n], 0x7c00, 0x8000);
    } else if (kind == K_V2F16 && rules & RULE_WIDE_FLUSH_IN) {
        flush_pairs(&lanes->a[n], &f->low[n]);
    } else if (kind == K_F64 && rules & RULE_WIDE_FLUSH_IN) {
        u32x32 high = *lanes->h[n], low = *lanes->a[n];
        for (uint32_t l = 0; l < 32; l++) {
            bool denormal = !(high[l] & 0x7ff00000u);
            f->low[n][l] = denormal ? 0 : low[l];
            f->high[n][l] = denormal ? high[l] & 0x80000000u : high[l];
        }
        lanes->a[n] = &f->low[n];
        lanes->h[n] = &f->high[n];
    }
}

/* Halves' results: those of other sizes the host flushes. */
static void flush_result(const struct inst *i, struct lanes *lanes)
{
    if (i->row->dst == K_F16 && lanes->rules & RULE_WIDE_FLUSH_OUT) {
        const u32x32 *value = &lanes->d;
        flush_lanes(&value, &lanes->d, 0x7c00, 0x8000);
    } else if (i->row->dst == K_V2F16 && lanes->rules & RULE_WIDE_FLUSH_OUT) {
        const u32x32 *value = &lanes->d;
        flush_pairs(&value, &lanes->d);
    }
}

/* What modes add that the host does not do by itself: denormals of sources and of halves' results, and the mode of the others. */
static __attribute__((noinline)) void exec_in_mode(struct wave *w, const struct inst *i, struct fetched *fetched,
                                                   struct lanes *lanes)
{
    uint32_t kind = i->row->src[1];
    bool is_class = i->row->dst == K_MASK && (kind == K_B16 || kind == K_B32) && kind != i->row->src[0];
    bool wide = w->rules & RULE_WIDE && is_wide_float(i->row);
    for (uint32_t n = 0; !is_class && n < 3 && i->row->src[n] != K_NONE; n++) {
        flush_source(i, n, fetched, lanes);
    }
    if (wide) {
        mode_apply_wide(w->mode);
    }
    i->row->lanes(lanes);
    flush_result(i, lanes);
    finish(w, i, lanes, wave_exec_half(w) & fetched->enabled);
    if (wide) {
        mode_apply(w->mode);
    }
}

void exec_vop(struct wave *w, const struct inst *i)
{
    struct fetched fetched;
    struct lanes lanes;
    fetched.enabled = UINT32_MAX;
    lanes.in = 0;
    lanes.out = w->half;
    lanes.rules = w->rules;
    lanes.opsel = i->opsel;
    for (uint32_t n = 0; n < 3 && i->row->src[n] != K_NONE; n++) {
        fetch(w, i, n, &fetched, &lanes);
    }
    if (i->row->flags & ROW_READS_VCC) {
        lanes.in = w->sgpr[SRC_VCC_LO + w->half];
    }
    if (__builtin_expect(w->rules & (RULE_WIDE | RULE_FLUSH_ANY), 0)) {
        exec_in_mode(w, i, &fetched, &lanes);
        return;
    }
    i->row->lanes(&lanes);
    finish(w, i, &lanes, wave_exec_half(w) & fetched.enabled);
}

/* The operation on one value, into an SGPR. */
static __attribute__((noinline)) void exec_vop_scalar(struct wave *w, const struct inst *i, lanes_fn operation)
{
    struct fetched fetched;
    struct lanes lanes = {.rules = w->rules, .opsel = i->opsel};
    uint32_t kind = i->row->src[0];
    fetch(w, i, 0, &fetched, &lanes);
    if (w->rules & RULE_FLUSH_ANY) {
        flush_source(i, 0, &fetched, &lanes);
    }
    if (w->rules & RULE_WIDE && kind == K_F16) {
        mode_apply_wide(w->mode);
    }
    operation(&lanes);
    if (i->omod != 0 || i->clamp) {
        finish_float(i, kind, &lanes);
    }
    if (w->rules & RULE_WIDE && kind == K_F16) {
        mode_apply(w->mode);
    }
    sgpr_write(w, i->dst, ((const lane_u32 *)&lanes.d)[0]);
}

/* clang-format off */
#define SCALAR(name) void exec_v_s_##name(struct wave *w, const struct inst *i) { exec_vop_scalar(w, i, lanes_v_##name); }
SCALAR(exp_f32) SCALAR(exp_f16) SCALAR(log_f32) SCALAR(log_f16) SCALAR(rcp_f32) SCALAR(rcp_f16)
SCALAR(rsq_f32) SCALAR(rsq_f16) SCALAR(sqrt_f32) SCALAR(sqrt_f16)
    /* clang-format on */

    /* One half of a dual instruction: plain 32-bit operands. */
    static void dual_compute(struct wave *w, const struct inst *i, const struct isa_row *row, const uint16_t *src,
                             struct lanes *lanes)
{
    u32x32 scratch[3];
    for (uint32_t n = 0; n < 3 && row->src[n] != K_NONE; n++) {
        if (row->src[n] == K_MASK) {
            lanes->in = mask_read(w, i, src[n]);
        } else {
            lanes->a[n] = src_lanes(w, i, src[n], &scratch[n]);
        }
    }
    row->lanes(lanes);
}

void exec_vopd(struct wave *w, const struct inst *i)
{
    struct lanes x, y; /* both read before either writes */
    x.rules = y.rules = w->rules;
    dual_compute(w, i, i->row, i->src, &x);
    dual_compute(w, i, i->row_y, i->src_y, &y);
    vgpr_write(w, i->dst, &x.d);
    vgpr_write(w, i->dst2, &y.d);
}
