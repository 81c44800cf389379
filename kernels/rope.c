/*
 * rope.c: ROPE in all of ggml's pairings, forward and backward, optionally written straight into the rows of a KV cache.
 * An item turns (or copies) one pair of elements.
 */
#include "rope.h"
#include "quants.h"

struct pair_place {
    uint32_t first, second; /* elements */
    bool turned;
};

INLINE struct pair_place pair_find(const struct exo_rope *a, uint32_t item)
{
    uint32_t half = a->n_dims / 2;
    if (a->mode == EXO_ROPE_VISION) {
        return (struct pair_place){item, item + a->n_dims, true};
    }
    if (item < half) {
        uint32_t at = a->n_offs + (a->mode == EXO_ROPE_NORMAL ? 2 * item : item);
        return (struct pair_place){at, at + (a->mode == EXO_ROPE_NORMAL ? 1 : half), true};
    }
    uint32_t at = 2 * (item - half);
    at += at >= a->n_offs ? a->n_dims : 0;
    return (struct pair_place){at, at + 1, false};
}

KERNEL(rope, args_rope, 32)
{
    uint32_t item = group_x() * 32 + item_id(), heads = a.heads_per_group ? a.heads_per_group : 1, head = group_y() * heads;
    uint32_t i3 = div_by(a.src.div[2], group_z()), token = group_z() - i3 * a.src.ne[2];
    if (item >= a.src.ne[0] / 2) {
        return;
    }
    struct pair_place p = pair_find(&a.rope, item);
    uint64_t src = a.src.data + token * a.src.nb[2] + i3 * a.src.nb[3], src_step = a.src.nb[1];
    uint64_t dst = a.dst.data + token * a.dst.nb[2] + i3 * a.dst.nb[3], dst_step = a.dst.nb[1];
    if (a.ids) {
        int64_t row = a.ids_type == EXO_TYPE_I64 ? CAT(int64_t, a.ids)[token] : CAT(int32_t, a.ids)[token];
        dst = a.dst.data + (uint64_t)row * a.dst.nb[1];
        dst_step = a.src.ne[0] * a.dst.nb[0];
    }
    uint32_t src0 = opaque_u32(p.first * (uint32_t)a.src.nb[0]), src1 = opaque_u32(p.second * (uint32_t)a.src.nb[0]);
    uint32_t dst0 = opaque_u32(p.first * (uint32_t)a.dst.nb[0]), dst1 = opaque_u32(p.second * (uint32_t)a.dst.nb[0]);
    v2f t = {1.0f, 0.0f};
    if (p.turned) {
        uint32_t exponent = item;
        int32_t position = rope_position(&a.rope, item, token, a.src.ne[2], &exponent);
        t = rope_rotation(&a.rope, item, exponent, position);
    }
    for (uint32_t end = min_u32(head + heads, a.src.ne[1]); head < end; head++) {
        const GLOBAL uint8_t *from = CAT(uint8_t, src + head * src_step);
        GLOBAL uint8_t *to = AT(uint8_t, dst + head * dst_step);
        float x0 = value_load(a.src.type, from + src0), x1 = value_load(a.src.type, from + src1);
        value_store(a.dst.type, to + dst0, p.turned ? x0 * t[0] - x1 * t[1] : x0);
        value_store(a.dst.type, to + dst1, p.turned ? x0 * t[1] + x1 * t[0] : x1);
    }
}
