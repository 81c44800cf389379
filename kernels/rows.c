/*
 * rows.c: GET_ROWS and SET_ROWS. All rows are counted along x: of y and z RDNA4 hands a wave 16 bits each (TTMP7: LLVM's AMDGPU
 * usage, "Initial kernel execution state"), and there may be more rows.
 */
#include "quants.h"

INLINE int64_t index_load(const struct exo_view *ids, uint32_t i0, uint32_t i1, uint32_t i2)
{
    uint64_t at = ids->data + i0 * ids->nb[0] + i1 * ids->nb[1] + i2 * ids->nb[2];
    return ids->type == EXO_TYPE_I64 ? *CAT(int64_t, at) : *CAT(int32_t, at);
}

KERNEL(get_rows, args_get_rows, 256)
{
    uint32_t i0 = group_y() * 256 + item_id(), i1 = group_x(), i2 = div_by(a.dst.div[1], i1), i3 = div_by(a.dst.div[2], i2);
    i1 -= i2 * a.dst.ne[1];
    i2 -= i3 * a.dst.ne[2];
    int64_t row = index_load(&a.ids, i1, i2, i3);
    if (i0 >= a.dst.ne[0] || row < 0 || row >= (int64_t)a.src.ne[1]) {
        return;
    }
    const GLOBAL uint8_t *src = CAT(uint8_t, a.src.data + (uint64_t)row * a.src.nb[1] + i2 * a.src.nb[2] + i3 * a.src.nb[3]);
    GLOBAL uint8_t *dst = AT(uint8_t, a.dst.data + i0 * a.dst.nb[0] + i1 * a.dst.nb[1] + i2 * a.dst.nb[2] + i3 * a.dst.nb[3]);
    if (a.src.type == EXO_TYPE_I32) {
        *(GLOBAL uint32_t *)dst = *(const GLOBAL uint32_t *)(src + i0 * a.src.nb[0]);
    } else {
        *(GLOBAL float *)dst = row_value(a.src.type, src, a.src.nb[0], i0);
    }
}

struct row_pair {
    const GLOBAL uint8_t *src;
    GLOBAL uint8_t *dst; /* NULL: an index outside dst */
};

INLINE struct row_pair row_pair_find(const struct args_set_rows *a)
{
    uint32_t i1 = group_x(), i2 = div_by(a->src.div[1], i1), i3 = 0, j1 = 0, j2 = 0;
    i1 -= i2 * a->src.ne[1];
    if (i2) {
        i3 = div_by(a->src.div[2], i2);
        i2 -= i3 * a->src.ne[2];
        j1 = i2 - div_by(a->ids_ne1, i2) * a->ids_ne1.by;
        j2 = i3 - div_by(a->ids_ne2, i3) * a->ids_ne2.by;
    }
    int64_t row = index_load(&a->ids, i1, j1, j2);
    struct row_pair p = {CAT(uint8_t, a->src.data + i1 * a->src.nb[1] + i2 * a->src.nb[2] + i3 * a->src.nb[3]), 0};
    if (row >= 0 && row < (int64_t)a->dst.ne[1]) {
        p.dst = AT(uint8_t, a->dst.data + (uint64_t)row * a->dst.nb[1] + i2 * a->dst.nb[2] + i3 * a->dst.nb[3]);
    }
    return p;
}

KERNEL(set_rows, args_set_rows, 64)
{
    struct row_pair p = row_pair_find(&a);
    uint32_t i0 = (group_y() * 64 + item_id()) * 4, n = a.src.ne[0];
    if (i0 >= n || !p.dst) {
        return;
    }
    if (a.src.nb[0] == 4 && a.src.type == EXO_TYPE_F32 && a.dst.nb[0] == 2 && a.dst.type == EXO_TYPE_F16 && i0 + 3 < n) {
        v4f v = *(const GLOBAL v4f_a4 *)(p.src + opaque_u32(i0 * 4));
        *(GLOBAL v4h_a2 *)(p.dst + opaque_u32(i0 * 2)) = (v4h){(f16)v[0], (f16)v[1], (f16)v[2], (f16)v[3]};
        return;
    }
    UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        if (i0 + i < n) {
            value_store(a.dst.type, p.dst + (i0 + i) * a.dst.nb[0], value_load(a.src.type, p.src + (i0 + i) * a.src.nb[0]));
        }
    }
}

KERNEL(set_rows_q, args_set_rows, 64)
{
    struct row_pair p = row_pair_find(&a);
    uint32_t block = group_y() * 64 + item_id();
    if (block >= a.src.ne[0] / 32 || !p.dst) {
        return;
    }
    float v[32];
    UNROLL for (uint32_t j = 0; j < 32; j++)
    {
        v[j] = value_load(a.src.type, p.src + (block * 32 + j) * a.src.nb[0]);
    }
    block_quantise(a.dst.type, p.dst + (uint64_t)block * quant_block_bytes(a.dst.type), v);
}
