/* mul_mat_any.c: matrix products of any types and strides, F32 sums: a wave per row and up to four columns. The last resort. */
#include "quants.h"

enum { COLS = 4 };

KERNEL(mul_mat_any, args_mul_mat_any, 128)
{
    uint32_t row = group_x() * 4 + wave_id(), col0 = group_y() * COLS, z = group_z();
    uint32_t i3 = div_by(a.ne12, z), i2 = z - i3 * a.ne12.by;
    if (row >= a.w.ne[1]) {
        return;
    }
    const GLOBAL uint8_t *w =
        CAT(uint8_t, a.w.data + row * a.w.nb[1] + div_by(a.r2, i2) * a.w.nb[2] + div_by(a.r3, i3) * a.w.nb[3]);
    uint64_t x = a.x.data + i2 * a.x.nb[2] + i3 * a.x.nb[3], dst = a.dst.data + i2 * a.dst.nb[2] + i3 * a.dst.nb[3];
    float sum[COLS] = {0};
    for (uint32_t k = lane_id(); k < a.w.ne[0]; k += 32) {
        float v = row_value(a.w.type, w, a.w.nb[0], k);
        UNROLL for (uint32_t c = 0; c < COLS; c++)
        {
            uint32_t col = min_u32(col0 + c, a.x.ne[1] - 1);
            sum[c] = fma_f32(v, row_value(a.x.type, CAT(uint8_t, x + col * a.x.nb[1]), a.x.nb[0], k), sum[c]);
        }
    }
    UNROLL for (uint32_t c = 0; c < COLS; c++)
    {
        sum[c] = wave_sum_f32(sum[c], 5);
        if (lane_id() == 0 && col0 + c < a.x.ne[1]) {
            *AT(float, dst + row * a.dst.nb[0] + (col0 + c) * a.dst.nb[1]) = sum[c];
        }
    }
}
