/* valu_int.c: 32-bit integer and bit operations of the vector unit, and 64-bit ones. */
#include "valu.h"

/* clang-format off */
OP1(v_mov_b32, u32, u32, a)
OP1(v_not_b32, u32, u32, ~a)

static inline uint32_t reverse_bits(uint32_t x)
{
    x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
    x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
    x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
    return __builtin_bswap32(x);
}

static inline int32_t leading_sign_bits(int32_t x)
{
    uint32_t differing = (uint32_t)(x ^ x >> 31);
    return differing ? __builtin_clz(differing) : -1;
}

OP1(v_bfrev_b32, u32, u32, reverse_bits(a))
OP1(v_clz_i32_u32, i32, u32, a ? __builtin_clz(a) : -1)
OP1(v_ctz_i32_b32, i32, u32, a ? __builtin_ctz(a) : -1)
OP1(v_cls_i32, i32, i32, leading_sign_bits(a))

#define S24(x) ((int32_t)((uint32_t)(x) << 8) >> 8)
#define U24(x) ((x) & 0xffffffu)
#define WIDE_I(x, y) ((int64_t)(x) * (int64_t)(y))
#define WIDE_U(x, y) ((uint64_t)(x) * (uint64_t)(y))

OP2(v_mul_i32_i24, u32, i32, i32, (uint32_t)S24(a) * (uint32_t)S24(b))
OP2(v_mul_hi_i32_i24, i32, i32, i32, WIDE_I(S24(a), S24(b)) >> 32)
OP2(v_mul_u32_u24, u32, u32, u32, U24(a) * U24(b))
OP2(v_mul_hi_u32_u24, u32, u32, u32, WIDE_U(U24(a), U24(b)) >> 32)
OP2(v_min_i32, i32, i32, i32, a < b ? a : b)
OP2(v_max_i32, i32, i32, i32, a > b ? a : b)
OP2(v_min_u32, u32, u32, u32, a < b ? a : b)
OP2(v_max_u32, u32, u32, u32, a > b ? a : b)
OP2(v_lshlrev_b32, u32, u32, u32, b << (a & 31))
OP2(v_lshrrev_b32, u32, u32, u32, b >> (a & 31))
OP2(v_ashrrev_i32, i32, u32, i32, b >> (a & 31))
OP2(v_and_b32, u32, u32, u32, a & b)
OP2(v_or_b32, u32, u32, u32, a | b)
OP2(v_xor_b32, u32, u32, u32, a ^ b)
OP2(v_xnor_b32, u32, u32, u32, ~(a ^ b))
OP2(v_add_nc_u32, u32, u32, u32, a + b)
OP2(v_sub_nc_u32, u32, u32, u32, a - b)
OP2(v_subrev_nc_u32, u32, u32, u32, b - a)
OP2(v_add_nc_i32, u32, u32, u32, a + b)
OP2(v_sub_nc_i32, u32, u32, u32, a - b)
OP2(v_bfm_b32, u32, u32, u32, ((1u << (a & 31)) - 1) << (b & 31))
OP2(v_bcnt_u32_b32, u32, u32, u32, (uint32_t)__builtin_popcount(a) + b)
OP2(v_mul_lo_u32, u32, u32, u32, a * b)
OP2(v_mul_hi_u32, u32, u32, u32, WIDE_U(a, b) >> 32)
OP2(v_mul_hi_i32, i32, i32, i32, WIDE_I(a, b) >> 32)

OP3(v_mad_i32_i24, u32, i32, i32, u32, (uint32_t)S24(a) * (uint32_t)S24(b) + c)
OP3(v_mad_u32_u24, u32, u32, u32, u32, U24(a) * U24(b) + c)
OP3(v_bfe_u32, u32, u32, u32, u32, a >> (b & 31) & ((1u << (c & 31)) - 1))
OP3(v_bfi_b32, u32, u32, u32, u32, (a & b) | (~a & c))
OP3(v_alignbit_b32, u32, u32, u32, u32, ((uint64_t)a << 32 | b) >> (c & 31))
OP3(v_alignbyte_b32, u32, u32, u32, u32, ((uint64_t)a << 32 | b) >> (c & 3) * 8)
OP3(v_xor3_b32, u32, u32, u32, u32, a ^ b ^ c)
OP3(v_or3_b32, u32, u32, u32, u32, a | b | c)
OP3(v_add3_u32, u32, u32, u32, u32, a + b + c)
OP3(v_xad_u32, u32, u32, u32, u32, (a ^ b) + c)
OP3(v_lshl_add_u32, u32, u32, u32, u32, (a << (b & 31)) + c)
OP3(v_add_lshl_u32, u32, u32, u32, u32, (a + b) << (c & 31))
OP3(v_lshl_or_b32, u32, u32, u32, u32, a << (b & 31) | c)
OP3(v_and_or_b32, u32, u32, u32, u32, (a & b) | c)

/* The field's top bit is its sign; a width of 0 gives 0. */
static inline int32_t bit_field_signed(int32_t x, uint32_t offset, uint32_t width)
{
    uint32_t field = (uint32_t)(x >> (offset & 31)) & ((1u << (width & 31)) - 1);
    uint32_t sign = (1u << (width & 31)) >> 1;
    return (int32_t)((field ^ sign) - sign);
}

OP3(v_bfe_i32, i32, i32, u32, u32, bit_field_signed(a, b, c))

#define MIN2(x, y) ((x) < (y) ? (x) : (y))
#define MAX2(x, y) ((x) > (y) ? (x) : (y))
OP3(v_min3_i32, i32, i32, i32, i32, MIN2(MIN2(a, b), c))
OP3(v_max3_i32, i32, i32, i32, i32, MAX2(MAX2(a, b), c))
OP3(v_med3_i32, i32, i32, i32, i32, MAX2(MIN2(a, b), MIN2(MAX2(a, b), c)))
OP3(v_maxmin_i32, i32, i32, i32, i32, MIN2(MAX2(a, b), c))
OP3(v_minmax_i32, i32, i32, i32, i32, MAX2(MIN2(a, b), c))
OP3(v_min3_u32, u32, u32, u32, u32, MIN2(MIN2(a, b), c))
OP3(v_max3_u32, u32, u32, u32, u32, MAX2(MAX2(a, b), c))
OP3(v_med3_u32, u32, u32, u32, u32, MAX2(MIN2(a, b), MIN2(MAX2(a, b), c)))
OP3(v_maxmin_u32, u32, u32, u32, u32, MIN2(MAX2(a, b), c))
OP3(v_minmax_u32, u32, u32, u32, u32, MAX2(MIN2(a, b), c))

static inline uint32_t absolute_difference(uint32_t x, uint32_t y)
{
    return x > y ? x - y : y - x;
}

static inline uint32_t sum_byte_differences(uint32_t x, uint32_t y, uint32_t skip_zero)
{
    uint32_t sum = 0;
    for (uint32_t shift = 0; shift < 32; shift += 8) {
        uint32_t p = x >> shift & 255, q = y >> shift & 255;
        sum += skip_zero && q == 0 ? 0 : absolute_difference(p, q);
    }
    return sum;
}

static inline uint32_t average_bytes(uint32_t x, uint32_t y, uint32_t round)
{
    uint32_t result = 0;
    for (uint32_t shift = 0; shift < 32; shift += 8) {
        result |= ((x >> shift & 255) + (y >> shift & 255) + (round >> shift & 1)) >> 1 << shift;
    }
    return result;
}

OP3(v_lerp_u8, u32, u32, u32, u32, average_bytes(a, b, c))
OP3(v_sad_u8, u32, u32, u32, u32, sum_byte_differences(a, b, 0) + c)
OP3(v_sad_hi_u8, u32, u32, u32, u32, (sum_byte_differences(a, b, 0) << 16) + c)
OP3(v_msad_u8, u32, u32, u32, u32, sum_byte_differences(a, b, 1) + c)
OP3(v_sad_u32, u32, u32, u32, u32, absolute_difference(a, b) + c)
LANES3(v_sad_u16, u32, u32, u32, u32, absolute_difference(a & 0xffff, b & 0xffff) + absolute_difference(a >> 16, b >> 16) + c)

/* Selector values: 0-3 bytes of b, 4-7 bytes of a, 8-11 sign of bytes 1, 3, 5, 7, 12 zero, above 0xff. */
static inline uint32_t permute_byte(uint64_t data, uint32_t selector)
{
    uint32_t sign = data >> ((selector & 3) * 16 + 15) & 1 ? 0xffu : 0u;
    uint32_t byte = (uint32_t)(data >> (selector & 7) * 8) & 255;
    uint32_t fixed = selector == 12 ? 0u : 0xffu;
    return selector < 8 ? byte : selector < 12 ? sign : fixed;
}

static inline uint32_t permute_bytes(uint32_t high, uint32_t low, uint32_t selectors)
{
    uint64_t data = (uint64_t)high << 32 | low;
    return permute_byte(data, selectors & 255) | permute_byte(data, selectors >> 8 & 255) << 8 |
           permute_byte(data, selectors >> 16 & 255) << 16 | permute_byte(data, selectors >> 24) << 24;
}

OP3(v_perm_b32, u32, u32, u32, u32, permute_bytes(a, b, c))

/* Selection and carries: the mask comes in `in` and leaves in `out`. */
void lanes_v_cndmask_b32(struct lanes *lanes)
{
    lanes->d = *lanes->a[0];
    lanes_blend(&lanes->d, lanes->a[1], lanes->in);
}

void fast_v_cndmask_b32(struct wave *w, const struct inst *i)
{
    struct lanes lanes;
    u32x32 t0, t1;
    lanes.a[0] = src_lanes(w, i, i->src[0], &t0);
    lanes.a[1] = src_lanes(w, i, i->src[1], &t1);
    lanes.in = mask_read(w, i, i->src[2]);
    lanes_v_cndmask_b32(&lanes);
    vgpr_write(w, i->dst, &lanes.d);
}

void lanes_v_cndmask_b16(struct lanes *lanes)
{
    lanes_v_cndmask_b32(lanes);
}

#define LANES_CARRY(name, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        const lane_u32 *restrict a_ = (const lane_u32 *)lanes->a[0]; \
        const lane_u32 *restrict b_ = (const lane_u32 *)lanes->a[1]; \
        lane_u32 *restrict d_ = (lane_u32 *)&lanes->d; \
        u32x32 carries; \
        lane_u32 *restrict carry_ = (lane_u32 *)&carries; \
        const uint32_t in_ = lanes->in; \
        EACH_LANE { \
            const uint64_t a = a_[l], b = b_[l], in = in_ >> l & 1; \
            const uint64_t wide = (expression); \
            d_[l] = (uint32_t)wide; \
            carry_[l] = (uint32_t)(wide >> 32); \
            (void)in; \
        } \
        lanes->out = lanes_mask(&carries); \
    }
LANES_CARRY(v_add_co_u32, a + b)
LANES_CARRY(v_sub_co_u32, a - b)
LANES_CARRY(v_subrev_co_u32, b - a)
LANES_CARRY(v_add_co_ci_u32, a + b + in)
LANES_CARRY(v_sub_co_ci_u32, a - b - in)
LANES_CARRY(v_subrev_co_ci_u32, b - a - in)

/* 64-bit: LOW/HIGH halves in separate registers. */
#define WIDE(n, l) ((uint64_t)((const lane_u32 *)lanes->h[n])[l] << 32 | ((const lane_u32 *)lanes->a[n])[l])
#define NARROW(n, l) (((const lane_u32 *)lanes->a[n])[l])
#define LANES64(name, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        lane_u32 *restrict d_ = (lane_u32 *)&lanes->d, *restrict e_ = (lane_u32 *)&lanes->e; \
        EACH_LANE { \
            const uint64_t value = (uint64_t)(expression); \
            d_[l] = (uint32_t)value; \
            e_[l] = (uint32_t)(value >> 32); \
        } \
    }
LANES64(v_lshlrev_b64, WIDE(1, l) << (NARROW(0, l) & 63))
LANES64(v_lshrrev_b64, WIDE(1, l) >> (NARROW(0, l) & 63))
LANES64(v_ashrrev_i64, (int64_t)WIDE(1, l) >> (NARROW(0, l) & 63))

/* The sums of absolute differences of four bytes at four byte offsets, packed as 16 bits. */
static inline uint64_t quad_differences(uint64_t x, uint32_t y, uint64_t sums, uint32_t skip_zero)
{
    uint64_t result = 0;
    for (uint32_t n = 0; n < 4; n++) {
        uint32_t sum = sum_byte_differences((uint32_t)(x >> n * 8), y, skip_zero) + (uint32_t)(sums >> n * 16 & 0xffff);
        result |= (uint64_t)(sum & 0xffff) << n * 16;
    }
    return result;
}

LANES64(v_qsad_pk_u16_u8, quad_differences(WIDE(0, l), NARROW(1, l), WIDE(2, l), 0))
LANES64(v_mqsad_pk_u16_u8, quad_differences(WIDE(0, l), NARROW(1, l), WIDE(2, l), 1))

/* Four sums of 32 bits each. Sources may be scalars; the third, like the result, is four VGPRs. */
void exec_v_mqsad_u32_u8(struct wave *w, const struct inst *i)
{
    u32x32 t[2], sums[4];
    if (i->src[2] < SRC_VGPR0) {
        wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "the sums to add to are VGPRs");
        return;
    }
    const u32x32 *low = src_lanes(w, i, i->src[0], &t[0]), *y = src_lanes(w, i, i->src[1], &t[1]);
    u32x32 high = i->src[0] >= SRC_VGPR0 ? *wave_vgpr(w, i->src[0] - SRC_VGPR0 + 1u)
                                         : (uint32_t)(scalar_u64(w, i, i->src[0]) >> 32) - (u32x32){0};
    for (uint32_t n = 0; n < 4; n++) {
        u32x32 c = *wave_vgpr(w, i->src[2] - SRC_VGPR0 + n);
        for (uint32_t l = 0; l < 32; l++) {
            uint64_t x = (uint64_t)high[l] << 32 | (*low)[l];
            sums[n][l] = sum_byte_differences((uint32_t)(x >> n * 8), (*y)[l], 1) + c[l];
        }
    }
    for (uint32_t n = 0; n < 4; n++) {
        vgpr_write(w, i->dst + n, &sums[n]);
    }
}

/* In 32-bit pieces, which vectorise better than 64-bit sums. */
void lanes_v_mad_u64_u32(struct lanes *lanes)
{
    const lane_u32 *restrict low_ = (const lane_u32 *)lanes->a[2], *restrict high_ = (const lane_u32 *)lanes->h[2];
    const lane_u32 *restrict a_ = (const lane_u32 *)lanes->a[0], *restrict b_ = (const lane_u32 *)lanes->a[1];
    u32x32 carries;
    lane_u32 *restrict d_ = (lane_u32 *)&lanes->d, *restrict e_ = (lane_u32 *)&lanes->e, *restrict carry_ = (lane_u32 *)&carries;
    EACH_LANE
    {
        const uint32_t a = a_[l], b = b_[l], low = a * b, high = (uint32_t)((uint64_t)a * b >> 32);
        const uint32_t d = low + low_[l], e = high + high_[l], sum = e + (d < low ? 1u : 0u);
        d_[l] = d;
        e_[l] = sum;
        carry_[l] = (e < high ? 1u : 0u) | (sum < e ? 1u : 0u);
    }
    lanes->out = lanes_mask(&carries);
}

void lanes_v_mad_i64_i32(struct lanes *lanes)
{
    uint32_t out = 0;
    for (uint32_t l = 0; l < 32; l++) {
        int64_t product = (int64_t)(int32_t)NARROW(0, l) * (int32_t)NARROW(1, l);
        int64_t sum;
        bool overflow = __builtin_add_overflow(product, (int64_t)WIDE(2, l), &sum);
        out |= (uint32_t)((sum < 0) != overflow) << l; /* bit 64 of the exact sum, that is its sign */
        ((lane_u32 *)&lanes->d)[l] = (uint32_t)sum;
        ((lane_u32 *)&lanes->e)[l] = (uint32_t)((uint64_t)sum >> 32);
    }
    lanes->out = out;
}

/* 16-bit integers: sources are zero-extended, only the low 16 bits of the result count. */
#define I16(x) ((int32_t)(int16_t)(x))
LANES1(v_mov_b16, u32, u32, a)
LANES1(v_not_b16, u32, u32, ~a)
LANES1(v_cvt_i32_i16, i32, u32, I16(a))
LANES1(v_cvt_u32_u16, u32, u32, a & 0xffff)
LANES2(v_add_nc_u16, u32, u32, u32, a + b)
LANES2(v_sub_nc_u16, u32, u32, u32, a - b)
LANES2(v_add_nc_i16, u32, u32, u32, a + b)
LANES2(v_sub_nc_i16, u32, u32, u32, a - b)
LANES2(v_mul_lo_u16, u32, u32, u32, a * b)
LANES2(v_max_u16, u32, u32, u32, MAX2(a, b))
LANES2(v_min_u16, u32, u32, u32, MIN2(a, b))
LANES2(v_max_i16, i32, u32, u32, MAX2(I16(a), I16(b)))
LANES2(v_min_i16, i32, u32, u32, MIN2(I16(a), I16(b)))
LANES2(v_lshlrev_b16, u32, u32, u32, b << (a & 15))
LANES2(v_lshrrev_b16, u32, u32, u32, (b & 0xffff) >> (a & 15))
LANES2(v_ashrrev_i16, i32, u32, u32, I16(b) >> (a & 15))
LANES2(v_and_b16, u32, u32, u32, a & b)
LANES2(v_or_b16, u32, u32, u32, a | b)
LANES2(v_xor_b16, u32, u32, u32, a ^ b)
LANES2(v_pack_b32_f16, u32, u32, u32, (a & 0xffff) | b << 16)
LANES3(v_mad_u16, u32, u32, u32, u32, a * b + c)
LANES3(v_mad_i16, u32, u32, u32, u32, a * b + c)
LANES3(v_mad_u32_u16, u32, u32, u32, u32, a * b + c)
LANES3(v_mad_i32_i16, u32, u32, u32, u32, (uint32_t)(I16(a) * I16(b)) + c)
LANES3(v_min3_u16, u32, u32, u32, u32, MIN2(MIN2(a, b), c))
LANES3(v_max3_u16, u32, u32, u32, u32, MAX2(MAX2(a, b), c))
LANES3(v_med3_u16, u32, u32, u32, u32, MAX2(MIN2(a, b), MIN2(MAX2(a, b), c)))
LANES3(v_min3_i16, i32, u32, u32, u32, MIN2(MIN2(I16(a), I16(b)), I16(c)))
LANES3(v_max3_i16, i32, u32, u32, u32, MAX2(MAX2(I16(a), I16(b)), I16(c)))
LANES3(v_med3_i16, i32, u32, u32, u32, MAX2(MIN2(I16(a), I16(b)), MIN2(MAX2(I16(a), I16(b)), I16(c))))

static inline uint32_t saturate(int32_t x, int32_t low, int32_t high)
{
    return (uint32_t)(x < low ? low : x > high ? high : x);
}

LANES1(v_sat_pk_u8_i16, u32, u32, saturate(I16(a), 0, 255) | saturate(I16(a >> 16), 0, 255) << 8)
LANES2(v_cvt_pk_u16_u32, u32, u32, u32, MIN2(a, 0xffffu) | MIN2(b, 0xffffu) << 16)
LANES2(v_cvt_pk_i16_i32, u32, i32, i32, (saturate(a, -32768, 32767) & 0xffff) | saturate(b, -32768, 32767) << 16)
