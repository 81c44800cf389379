/* copy.c: CPY, CONT, DUP, CONCAT (as several copies), REPEAT: elements in order between any strides and types. */
#include "quants.h"

struct coords {
    uint32_t i[4];
};

INLINE struct coords coords_of(const struct exo_view *v, uint32_t index)
{
    struct coords c;
    uint32_t q0 = div_by(v->div[0], index), q1 = div_by(v->div[1], q0), q2 = div_by(v->div[2], q1);
    c.i[0] = index - q0 * v->ne[0];
    c.i[1] = q0 - q1 * v->ne[1];
    c.i[2] = q1 - q2 * v->ne[2];
    c.i[3] = q2;
    return c;
}

INLINE uint64_t row_address(const struct exo_view *v, const struct coords *c)
{
    return v->data + c->i[1] * v->nb[1] + c->i[2] * v->nb[2] + c->i[3] * v->nb[3];
}

INLINE void copy_bits(uint32_t type, GLOBAL uint8_t *dst, const GLOBAL uint8_t *src)
{
    if (type == EXO_TYPE_F16 || type == EXO_TYPE_BF16 || type == EXO_TYPE_I16) {
        *(GLOBAL uint16_t *)dst = *(const GLOBAL uint16_t *)src;
    } else if (type == EXO_TYPE_I64) {
        *(GLOBAL uint64_t *)dst = *(const GLOBAL uint64_t *)src;
    } else {
        *(GLOBAL uint32_t *)dst = *(const GLOBAL uint32_t *)src;
    }
}

KERNEL(copy, args_copy, 256)
{
    uint32_t index = group_x() * 256 + item_id();
    if (index >= a.count) {
        return;
    }
    struct coords s = coords_of(&a.src, index), d = coords_of(&a.dst, index);
    const GLOBAL uint8_t *src = CAT(uint8_t, row_address(&a.src, &s));
    GLOBAL uint8_t *dst = AT(uint8_t, row_address(&a.dst, &d) + d.i[0] * a.dst.nb[0]);
    if (a.src.type == a.dst.type) {
        copy_bits(a.src.type, dst, src + s.i[0] * a.src.nb[0]);
    } else {
        value_store(a.dst.type, dst, row_value(a.src.type, src, a.src.nb[0], s.i[0]));
    }
}

KERNEL(copy_q, args_copy, 64)
{
    uint32_t block = group_x() * 64 + item_id();
    if (block >= a.count) {
        return;
    }
    float v[32];
    struct coords d = coords_of(&a.dst, block * 32);
    if (a.src.type == a.dst.type) { /* both quantised alike: rows may be strided, blocks move as they are */
        struct coords s = coords_of(&a.src, block * 32);
        const GLOBAL uint8_t *from = CAT(uint8_t, row_address(&a.src, &s) + (uint64_t)(s.i[0] / 32) * a.src.nb[0]);
        GLOBAL uint8_t *to = AT(uint8_t, row_address(&a.dst, &d) + (uint64_t)(d.i[0] / 32) * a.dst.nb[0]);
        for (uint32_t j = 0; j < quant_block_bytes(a.dst.type); j += 2) {
            *(GLOBAL uint16_t *)(to + j) = *(const GLOBAL uint16_t *)(from + j);
        }
        return;
    }
    for (uint32_t j = 0; j < 32; j++) {
        struct coords s = coords_of(&a.src, block * 32 + j);
        v[j] = value_load(a.src.type, CAT(uint8_t, row_address(&a.src, &s) + s.i[0] * a.src.nb[0]));
    }
    block_quantise(a.dst.type, AT(uint8_t, row_address(&a.dst, &d) + (uint64_t)(d.i[0] / 32) * a.dst.nb[0]), v);
}

KERNEL(copy_flat, args_copy_flat, 256)
{
    uint64_t at = ((uint64_t)group_x() * 256 + item_id()) * 16;
    if (at + 16 <= a.size_bytes) {
        *AT(v4u_a4, a.dst + at) = *CAT(v4u_a4, a.src + at);
    } else {
        for (; at < a.size_bytes; at += 4) {
            *AT(uint32_t, a.dst + at) = *CAT(uint32_t, a.src + at);
        }
    }
}

KERNEL(repeat, args_repeat, 256)
{
    uint32_t index = group_x() * 256 + item_id();
    if (index >= a.count) {
        return;
    }
    struct coords d = coords_of(&a.dst, index), s;
    for (int i = 0; i < 4; i++) {
        s.i[i] = d.i[i] - div_by(a.src.div[i], d.i[i]) * a.src.ne[i];
    }
    copy_bits(a.src.type, AT(uint8_t, row_address(&a.dst, &d) + d.i[0] * a.dst.nb[0]),
              CAT(uint8_t, row_address(&a.src, &s) + s.i[0] * a.src.nb[0]));
}
