/*
 * flash_attn.c: FLASH_ATTN_EXT with matrix instructions, for F16 keys and values: head sizes 64 and 128, all in registers, and
 * a form for every other size (a multiple of 8), whose queries lie in local memory and whose values are dealt to several waves.
 *
 * One wave takes 16 (query, head) pairs that share a KV head: the heads of a group times as many queries as fit. It computes
 * S^T = K Q^T, so that a lane holds scores of one pair only: maxima and sums need a single exchange between the two halves of the
 * wave. Then O^T += V^T P^T, so that a new maximum scales a lane's own accumulators. Rows of the S^T tile are dealt to keys so
 * that a lane's eight scores are of eight neighbouring keys: its mask values are one 16-byte load. Scores are kept in units of
 * log2: exp2 is the card's own instruction.
 */
#include "act.h"
#include "slope.h"

struct wave_place {
    uint32_t pair, query, head, kv_head, batch, split; /* this lane's pair; query is clamped where the pair is beyond the end */
    uint32_t half;                                     /* lanes 0-15: keys 0-7 of a tile, 16-31: keys 8-15 */
    uint32_t key_begin, key_end;
    bool valid;
};

INLINE struct wave_place place_find(const struct args_flash_attn *a, uint32_t lane)
{
    struct wave_place p;
    p.kv_head = div_by(a->splits_div, group_y());
    p.split = group_y() - p.kv_head * a->splits;
    p.batch = group_z();
    p.pair = group_x() * 16 + (lane & 15);
    p.half = lane >> 4;
    uint32_t query = div_by(a->heads_per_kv_div, p.pair);
    p.head = p.kv_head * a->heads_per_kv + p.pair - query * a->heads_per_kv;
    p.valid = query < a->n_q;
    p.query = min_u32(query, a->n_q - 1);
    p.key_begin = p.split * a->split_keys;
    p.key_end = min_u32(a->n_kv, p.key_begin + a->split_keys);
    return p;
}

INLINE uint64_t mask_row(const struct args_flash_attn *a, const struct wave_place *p)
{
    uint32_t m2 = p->head - div_by(a->mask.div[2], p->head) * a->mask.ne[2];
    uint32_t m3 = p->batch - div_by(a->mask.div[3], p->batch) * a->mask.ne[3];
    return a->mask.data + p->query * a->mask.nb[1] + m2 * a->mask.nb[2] + m3 * a->mask.nb[3];
}

/* Eight mask values from `key` on, 0 without a mask; -inf for keys below `first`, which an earlier tile has had. */
INLINE v8h mask_load(const struct args_flash_attn *a, uint64_t row, uint32_t key, uint32_t first)
{
    union bits128 m = {.h = {0}};
    if (a->mask.data) {
        m.u = *CAT(v4u_a2, row + (uint64_t)key * 2);
    }
    if (first) {
        UNROLL for (uint32_t i = 0; i < 8; i++)
        {
            m.h[i] = key + i < first ? (f16)-F32_INFINITY : m.h[i];
        }
    }
    return m.h;
}

INLINE uint32_t mask_open(v8h mask) /* not 0 if any of the values is not -inf */
{
    union bits128 m = {.h = mask};
    const uint32_t closed = 0xfc00fc00u;
    return (m.w[0] ^ closed) | (m.w[1] ^ closed) | (m.w[2] ^ closed) | (m.w[3] ^ closed);
}

/* A 16x16 tile of queries as a B operand: of this lane's pair, values from element d of the head on, scaled. */
INLINE wmma_half query_fragment(uint64_t row, uint32_t d, float scale)
{
    wmma_half f;
    UNROLL for (uint32_t i = 0; i < WMMA_VALUES; i += 4)
    {
        v4f v = *CAT(v4f_a4, row + (d + wmma_first_k() + i) * 4);
        UNROLL for (uint32_t j = 0; j < 4; j++)
        {
            f[i + j] = (f16)(v[j] * scale);
        }
    }
    return f;
}

/* The halves of a wave hold eight probabilities each. A B operand wants just these, or, on gfx11, all sixteen in both. */
INLINE wmma_half probability_fragment(const float p[8], uint32_t half)
{
    union wmma_bits f;
    UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        uint32_t own = v2h_u32((v2h){(f16)p[2 * i], (f16)p[2 * i + 1]});
        if (WMMA_VALUES == 8) {
            f.w[i] = own;
            continue;
        }
        uint32_t other = wave_swap16_u32(own);
        f.w[i] = half ? other : own;
        f.w[i + WMMA_VALUES / 2 - 4] = half ? own : other;
    }
    return f.h;
}

/*
 * The result as activations of the product that follows. A block of 32 elements lies in the two lanes of a pair; an element and
 * the one 16 further, which share bytes in EXO_ACT_NIBBLES, lie in the same lane.
 */
INLINE void write_act(const struct args_flash_attn *a, const struct wave_place *p, uint32_t dim, const v8f *acc, float scale)
{
    uint32_t frags = dim / 16, rows = 16 / frags, nblk = a->heads * dim / 32;
    GLOBAL uint8_t *column = AT(uint8_t, a->act_dst + ((uint64_t)p->batch * a->n_q + p->query) * a->act_stride);
    UNROLL for (uint32_t b = 0; b < dim / 32; b++)
    {
        float v[16], amax = 0.0f, first = 0.0f, second = 0.0f;
        uint32_t block = p->head * (dim / 32) + b;
        UNROLL for (uint32_t i = 0; i < 16; i++)
        {
            v[i] = acc[i % frags][b * rows + i / frags] * scale;
            amax = max_f32(amax, abs_f32(v[i]));
        }
        v2f d = act_scale(max_f32(amax, wave_swap16_f32(amax)));
        UNROLL for (uint32_t i = 0; i < 8; i += 4) /* four elements, and those 16 further */
        {
            struct act_pieces near = act_pieces((v4f){v[i], v[i + 1], v[i + 2], v[i + 3]}, d[1]);
            struct act_pieces far = act_pieces((v4f){v[i + 8], v[i + 9], v[i + 10], v[i + 11]}, d[1]);
            v2u low = act_planes(a->act, near.low, far.low), high = act_planes(a->act, near.high, far.high);
            GLOBAL uint8_t *out = column + block * 16 + (2 * (i / frags) + p->half) * frags + i % frags;
            first += near.sum;
            second += far.sum;
            if (p->valid) {
                *(GLOBAL uint32_t *)out = low[0];
                *(GLOBAL uint32_t *)(out + nblk * 16) = low[1];
                *(GLOBAL uint32_t *)(out + nblk * 32) = high[0];
                *(GLOBAL uint32_t *)(out + nblk * 48) = high[1];
            }
        }
        first += wave_swap16_f32(first);
        second += wave_swap16_f32(second);
        if (p->valid && p->half == 0) {
            act_write_sums(column, nblk, block, d[0], first, first + second);
        }
    }
}

INLINE void write_result(const struct args_flash_attn *a, const struct wave_place *p, uint32_t dim, const v8f *acc, float max,
                         float sum)
{
    uint32_t frags = dim / 16;
    uint64_t at = ((uint64_t)p->batch * a->n_q + p->query) * a->heads + p->head, out = a->dst + at * dim * 4;
    float scale = 1.0f;
    if (a->splits > 1) {
        out = a->partial + (at * a->splits + p->split) * (dim + 2) * 4;
        if (p->valid && p->half == 0) {
            *AT(v2f_a4, out) = (v2f){max, sum};
        }
        out += 8;
    } else {
        if (a->sinks) {
            float sink = CAT(float, a->sinks)[p->head] * LOG2_E, top = max_f32(max, sink);
            scale = exp2_f32(max - top);
            sum = sum * scale + exp2_f32(sink - top);
        }
        scale = sum > 0.0f ? scale / sum : 0.0f;
    }
    if (a->splits == 1 && a->act != EXO_ACT_NONE) {
        write_act(a, p, dim, acc, scale);
        return;
    }
    if (!p->valid) {
        return;
    }
    UNROLL for (uint32_t i = 0; i < 8; i++)
    {
        UNROLL for (uint32_t j = 0; j < frags; j += 4)
        {
            v4f v = {acc[j][i] * scale, acc[j + 1][i] * scale, acc[j + 2][i] * scale, acc[j + 3][i] * scale};
            *AT(v4f_a4, out + ((2 * i + p->half) * frags + j) * 4) = v;
        }
    }
}

/* Scores of 16 keys from `key` on against the wave's pairs. */
INLINE v8f scores(uint64_t k, uint32_t k_nb1, uint32_t key, uint32_t dim, const wmma_half *q)
{
    uint32_t at = opaque_u32((key + wmma_row_of_eights()) * k_nb1 + wmma_first_k() * 2);
    const GLOBAL uint8_t *base = CAT(uint8_t, k);
    v8f s = {0};
    UNROLL for (uint32_t j = 0; j < dim / 16; j++)
    {
        union wmma_bits f;
        UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 8; i++)
        {
            f.q[i] = *(const GLOBAL v4u_a4 *)(base + at + j * 32 + i * 16);
        }
        s = wmma_f16(f.h, q[j], s);
    }
    return s;
}

enum { WIDE_MAX = 576, WIDE_ROW = WIDE_MAX + 8 }; /* halves; rows apart by an odd number of 16 bytes: no two lanes on one bank */

/* This lane's half of its pair's query, scaled, to local memory; zeros up to a whole tile. Tiles from `first` on, each `step`th.
 */
INLINE void queries_stage(const struct args_flash_attn *a, uint64_t q_row, uint32_t half, float scale, LOCAL f16 *row,
                          uint32_t first, uint32_t step)
{
    uint32_t dim = a->q.ne[0];
    for (uint32_t d = first * 16 + half * 8; d < ((dim + 15) & ~15u); d += step * 16) {
        v4f low = {0}, high = {0};
        if (d < dim) {
            low = *CAT(v4f_a4, q_row + d * 4) * scale;
            high = *CAT(v4f_a4, q_row + d * 4 + 16) * scale;
        }
        *(LOCAL v8h *)(row + d) =
            (v8h){(f16)low[0], (f16)low[1], (f16)low[2], (f16)low[3], (f16)high[0], (f16)high[1], (f16)high[2], (f16)high[3]};
    }
}

/* As scores, with queries that queries_stage left. */
INLINE v8f staged_scores(uint64_t k, uint32_t k_nb1, uint32_t key, uint32_t dim, const LOCAL f16 *q)
{
    const GLOBAL uint8_t *base = CAT(uint8_t, k) + (key + wmma_row_of_eights()) * k_nb1;
    v8f s = {0};
    for (uint32_t tile = 0; tile < dim; tile += 16) {
        union wmma_bits f, x;
        UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 8; i++)
        {
            uint32_t d = tile + wmma_first_k() + i * 8;
            f.q[i] = d < dim ? *(const GLOBAL v4u_a4 *)(base + d * 2) : (v4u){0}; /* the last tile may be half a one */
            x.half[i] = *(const LOCAL v8h *)(q + d);
        }
        s = wmma_f16(f.h, x.h, s);
    }
    return s;
}

/*
 * acc += V^T P^T for 16 keys. lane_at: byte in a key's row where this lane's elements begin. Row r of tile j is element r * frags
 * + j of the head, so that a lane loads neighbouring elements of a key at once, four tiles' worth at a time.
 */
INLINE void accumulate(uint64_t v, uint32_t v_nb1, uint32_t key, uint32_t lane_at, uint32_t frags, wmma_half p, v8f *acc)
{
    const GLOBAL uint8_t *base = CAT(uint8_t, v);
    UNROLL for (uint32_t part = 0; part < frags; part += 4)
    {
        union {
            v2u u;
            v4h h;
        } x[WMMA_VALUES];
        uint32_t at = opaque_u32((key + wmma_first_k()) * v_nb1 + lane_at + part * 2);
        UNROLL for (uint32_t i = 0; i < WMMA_VALUES; i++)
        {
            x[i].u = *(const GLOBAL v2u_a4 *)(base + at);
            at = opaque_u32(at + v_nb1);
        }
        UNROLL for (uint32_t j = 0; j < 4; j++)
        {
            wmma_half f;
            UNROLL for (uint32_t i = 0; i < WMMA_VALUES; i++)
            {
                f[i] = x[i].h[j];
            }
            acc[part + j] = wmma_f16(f, p, acc[part + j]);
        }
    }
}

struct running {
    float max, sum;
};

/* One tile's scores become probabilities; the accumulators follow a new maximum. */
INLINE wmma_half soft_max_step(const struct args_flash_attn *a, v8f s, v8h mask, float slope, uint32_t half, struct running *run,
                               v8f *acc, uint32_t frags)
{
    float p[8], top = run->max;
    UNROLL for (int i = 0; i < 8; i++)
    {
        float x = s[i];
        if (a->softcap != 0.0f) { /* tanh by exp2; scores came without the factor log2 e */
            x = a->softcap * LOG2_E * (1.0f - 2.0f * rcp_f32(1.0f + exp2_f32(x * (2.0f * LOG2_E))));
        }
        p[i] = fma_f32(slope, (float)mask[i], x);
        top = max_f32(top, p[i]);
    }
    top = max_f32(top, wave_swap16_f32(top));
    float used = top == -F32_INFINITY ? 0.0f : top; /* nothing open so far: exp2(-inf - 0) is 0, not a NaN */
    if (wave_any(top > run->max)) {
        float shrink = exp2_f32(run->max - used);
        run->sum *= shrink;
        UNROLL for (uint32_t j = 0; j < frags; j++)
        {
            acc[j] *= shrink;
        }
        run->max = top;
    }
    UNROLL for (int i = 0; i < 8; i++)
    {
        p[i] = exp2_f32(p[i] - used);
        run->sum += p[i];
    }
    return probability_fragment(p, half);
}

enum { MASKS_AHEAD = 4, WAVES_MAX = 8 };

/*
 * Which of the next MASKS_AHEAD tiles, `step` keys apart, any pair of the wave may look at, as bits. Masks are loaded together:
 * most of a cache lies behind the last token, and a wave that waited for each of them would do little else.
 */
INLINE uint32_t tiles_open(const struct args_flash_attn *a, uint64_t mask, uint32_t half, uint32_t next, uint32_t step,
                           uint32_t end)
{
    union bits128 m[MASKS_AHEAD];
    uint32_t word[MASKS_AHEAD], any = 0, open = 0;
    if (!a->mask.data) {
        return (1u << min_u32(MASKS_AHEAD, (end - next + step - 1) / step)) - 1;
    }
    if (next + (MASKS_AHEAD - 1) * step + 16 <= a->n_kv) { /* one address and fixed distances from it */
        uint64_t at = mask + (next + half * 8) * 2;
        UNROLL for (uint32_t t = 0; t < MASKS_AHEAD; t++)
        {
            m[t].u = *CAT(v4u_a2, at + t * step * 2);
        }
    } else {
        UNROLL for (uint32_t t = 0; t < MASKS_AHEAD; t++)
        {
            m[t].u = *CAT(v4u_a2, mask + (min_u32(next + t * step, a->n_kv - 16) + half * 8) * 2);
        }
    }
    UNROLL for (uint32_t t = 0; t < MASKS_AHEAD; t++)
    {
        word[t] = mask_open(m[t].h);
        any |= word[t];
    }
    if (!wave_any(any != 0)) {
        return 0;
    }
    UNROLL for (uint32_t t = 0; t < MASKS_AHEAD; t++)
    {
        open |= next + t * step < end && wave_any(word[t] != 0) ? 1u << t : 0;
    }
    return open;
}

/* Two waves' parts of the keys become one. The other's: `lanes` floats apart, its maximum, its sum, its accumulators. */
INLINE void take_part(const LOCAL float *from, struct running *run, v8f *acc, uint32_t frags)
{
    float other = from[0], top = max_f32(run->max, other), used = top == -F32_INFINITY ? 0.0f : top;
    if (!wave_any(other > -F32_INFINITY)) {
        return;
    }
    float mine = exp2_f32(run->max - used), its = exp2_f32(other - used);
    run->max = top;
    run->sum = run->sum * mine + from[WAVE] * its;
    UNROLL for (uint32_t j = 0; j < frags; j++)
    {
        UNROLL for (uint32_t i = 0; i < 8; i++)
        {
            acc[j][i] = acc[j][i] * mine + from[(2 + j * 8 + i) * WAVE] * its;
        }
    }
}

INLINE void leave_part(LOCAL float *to, const struct running *run, const v8f *acc, uint32_t frags)
{
    to[0] = run->max;
    to[WAVE] = run->sum;
    if (!wave_any(run->max > -F32_INFINITY)) {
        return;
    }
    UNROLL for (uint32_t j = 0; j < frags; j++)
    {
        UNROLL for (uint32_t i = 0; i < 8; i++)
        {
            to[(2 + j * 8 + i) * WAVE] = acc[j][i];
        }
    }
}

/* All waves' parts to wave 0, half of them to the other half at a time. */
INLINE void gather_parts(LOCAL float *parts, uint32_t waves, struct running *run, v8f *acc, uint32_t frags)
{
    uint32_t wave = wave_id(), lane = lane_id_again(), size = (2 + frags * 8) * WAVE;
    for (uint32_t half = waves / 2; half; half /= 2) {
        LOCAL float *part = parts + (wave & (half - 1)) * size + lane;
        if (wave >= half && wave < 2 * half) {
            leave_part(part, run, acc, frags);
        }
        barrier_group();
        if (wave < half) {
            take_part(part, run, acc, frags);
        }
        barrier_group();
    }
}

/* waves: they share a group's keys, tile by tile. queries, parts: local memory where they do so, 0 with one wave. */
INLINE void flash_attn(const struct args_flash_attn *a, uint32_t dim, uint32_t waves, LOCAL f16 *queries, LOCAL float *parts)
{
    struct wave_place p = place_find(a, lane_id());
    uint32_t k_batch = div_by(a->batch_div, p.batch), frags = dim / 16, step = waves * 16;
    uint32_t k_nb1 = (uint32_t)a->k.nb[1], v_nb1 = (uint32_t)a->v.nb[1];
    uint64_t k = a->k.data + p.kv_head * a->k.nb[2] + k_batch * a->k.nb[3];
    uint64_t v = a->v.data + p.kv_head * a->v.nb[2] + k_batch * a->v.nb[3];
    uint64_t q_row = a->q.data + p.query * a->q.nb[1] + p.head * a->q.nb[2] + p.batch * a->q.nb[3], mask = mask_row(a, &p);
    float slope = alibi_slope(a->max_bias, a->m0, a->m1, a->n_head_log2, p.head) * LOG2_E;
    wmma_half q[8];
    v8f acc[8];
    float scale = a->softcap != 0.0f ? a->scale : a->scale * LOG2_E;
    LOCAL f16 *staged = queries + (lane_id() & 15) * WIDE_ROW;
    UNROLL for (uint32_t j = 0; j < frags; j++)
    {
        q[j] = waves == 1 ? query_fragment(q_row, j * 16, scale) : (wmma_half){0};
        acc[j] = (v8f){0};
    }
    if (waves > 1) {
        queries_stage(a, q_row, p.half, scale, staged, wave_id(), waves);
        barrier_group();
    }
    struct running run = {-F32_INFINITY, 0.0f};
    uint32_t first = p.key_begin + (waves > 1 ? wave_id() * 16 : 0);
    for (uint32_t ahead = first; ahead < p.key_end; ahead += MASKS_AHEAD * step) {
        uint32_t open = tiles_open(a, mask, p.half, ahead, step, p.key_end);
        for (uint32_t next = ahead; open; next += step, open >>= 1) {
            if (!(open & 1)) {
                continue;
            }
            uint32_t key = min_u32(next, a->n_kv - 16); /* the last tile ends with the keys: what it repeats is masked */
            v8h m = mask_load(a, mask, key + p.half * 8, key == next ? 0 : next);
            v8f s = waves == 1 ? scores(k, k_nb1, key, dim, q) : staged_scores(k, k_nb1, key, dim, staged);
            wmma_half prob = soft_max_step(a, s, m, slope, p.half, &run, acc, frags);
            accumulate(v, v_nb1, key, wmma_row_of_turns() * frags * 2, frags, prob, acc);
        }
    }
    if (waves > 1) {
        gather_parts(parts, waves, &run, acc, frags);
        if (wave_id() > 0) {
            return;
        }
    }
    run.sum += wave_swap16_f32(run.sum);
    if (dim > 64) { /* kept through the loop it would not fit the registers */
        p = place_find(a, lane_id_again());
    }
    write_result(a, &p, dim, acc, run.max, run.sum);
}

KERNEL(flash_attn_d64, args_flash_attn, 32)
{
    flash_attn(&a, 64, 1, 0, 0);
}

KERNEL(flash_attn_d128, args_flash_attn, 32)
{
    flash_attn(&a, 128, 1, 0, 0);
}

#define PARTS(dim) (WAVES_MAX / 2 * (2 + (dim) / 2) * 32)

KERNEL(flash_attn_d64_waves, args_flash_attn, 256)
{
    LDS_ARRAY(v8h, queries, 16 * WIDE_ROW / 8);
    LDS_ARRAY(float, parts, PARTS(64));
    flash_attn(&a, 64, WAVES_MAX, (LOCAL f16 *)queries, parts);
}

KERNEL(flash_attn_d128_waves, args_flash_attn, 256)
{
    LDS_ARRAY(v8h, queries, 16 * WIDE_ROW / 8);
    LDS_ARRAY(float, parts, PARTS(128));
    flash_attn(&a, 128, WAVES_MAX, (LOCAL f16 *)queries, parts);
}

/* ---- every other head size ------------------------------------------------------------------------------------------------ */

/* Elements first .. of the head; what lies beyond its end was computed from other elements and is left out. */
INLINE void wide_write(const struct args_flash_attn *a, const struct wave_place *p, uint32_t first, uint32_t frags,
                       const v8f *acc, float max, float sum)
{
    uint64_t at = ((uint64_t)p->batch * a->n_q + p->query) * a->heads + p->head, out = a->dst + at * a->dv * 4;
    float scale = 1.0f;
    if (a->splits > 1) {
        out = a->partial + (at * a->splits + p->split) * (a->dv + 2) * 4;
        if (p->valid && p->half == 0 && first == 0) {
            *AT(v2f_a4, out) = (v2f){max, sum};
        }
        out += 8;
    } else {
        if (a->sinks) {
            float sink = CAT(float, a->sinks)[p->head] * LOG2_E, top = max_f32(max, sink);
            scale = exp2_f32(max - top);
            sum = sum * scale + exp2_f32(sink - top);
        }
        scale = sum > 0.0f ? scale / sum : 0.0f;
    }
    UNROLL for (uint32_t i = 0; i < 8; i++)
    {
        uint32_t d = first + (2 * i + p->half) * frags;
        if (!p->valid || d >= a->dv) {
            continue;
        }
        UNROLL for (uint32_t j = 0; j < frags; j += 4)
        {
            v4f v = {acc[j][i] * scale, acc[j + 1][i] * scale, acc[j + 2][i] * scale, acc[j + 3][i] * scale};
            *AT(v4f_a4, out + (d + j) * 4) = v;
        }
    }
}

INLINE void flash_attn_wide(const struct args_flash_attn *a, uint32_t frags, LOCAL f16 *queries)
{
    struct wave_place p = place_find(a, lane_id());
    p.batch = div_by(a->parts_div, group_z());
    uint32_t first = (group_z() - p.batch * a->parts_div.by) * frags * 16, k_batch = div_by(a->batch_div, p.batch);
    uint32_t k_nb1 = (uint32_t)a->k.nb[1], v_nb1 = (uint32_t)a->v.nb[1], lane_d = first + wmma_row_of_turns() * frags;
    uint32_t lane_at = (lane_d < a->dv ? lane_d : 0) * 2;
    uint64_t k = a->k.data + p.kv_head * a->k.nb[2] + k_batch * a->k.nb[3];
    uint64_t v = a->v.data + p.kv_head * a->v.nb[2] + k_batch * a->v.nb[3];
    uint64_t q_row = a->q.data + p.query * a->q.nb[1] + p.head * a->q.nb[2] + p.batch * a->q.nb[3], mask = mask_row(a, &p);
    float slope = alibi_slope(a->max_bias, a->m0, a->m1, a->n_head_log2, p.head) * LOG2_E;
    LOCAL f16 *row = queries + (lane_id() & 15) * WIDE_ROW;
    v8f acc[8];
    queries_stage(a, q_row, p.half, a->softcap != 0.0f ? a->scale : a->scale * LOG2_E, row, 0, 1);
    UNROLL for (uint32_t j = 0; j < frags; j++)
    {
        acc[j] = (v8f){0};
    }
    barrier_wave();
    struct running run = {-F32_INFINITY, 0.0f};
    for (uint32_t next = p.key_begin; next < p.key_end; next += 16) {
        uint32_t key = min_u32(next, a->n_kv - 16);
        v8h m = mask_load(a, mask, key + p.half * 8, key == next ? 0 : next);
        if (!wave_any(mask_open(m) != 0)) {
            continue;
        }
        v8f s = staged_scores(k, k_nb1, key, a->q.ne[0], row);
        wmma_half prob = soft_max_step(a, s, m, slope, p.half, &run, acc, frags);
        accumulate(v, v_nb1, key, lane_at, frags, prob, acc);
    }
    run.sum += wave_swap16_f32(run.sum);
    wide_write(a, &p, first, frags, acc, run.max, run.sum);
}

KERNEL(flash_attn_wide_v64, args_flash_attn, 32)
{
    LDS_ARRAY(v8h, queries, 16 * WIDE_ROW / 8);
    flash_attn_wide(&a, 4, (LOCAL f16 *)queries);
}

KERNEL(flash_attn_wide_v128, args_flash_attn, 32)
{
    LDS_ARRAY(v8h, queries, 16 * WIDE_ROW / 8);
    flash_attn_wide(&a, 8, (LOCAL f16 *)queries);
}
