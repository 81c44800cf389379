/* valu_cross.c: vector instructions that look across lanes or choose their register at run time. */
#include "valu.h"

static uint32_t lane_read(struct wave *w, uint32_t reg, uint32_t lane)
{
    uint32_t half = w->wave64 ? lane >> 5 & 1 : 0;
    return ((const lane_u32 *)&w->vgpr[(reg << w->wave64) + half])[lane & 31];
}

void exec_v_nop(struct wave *w, const struct inst *i)
{
    (void)w;
    (void)i;
}

void exec_v_pipeflush(struct wave *w, const struct inst *i)
{
    (void)w;
    (void)i;
}

void exec_v_readfirstlane_b32(struct wave *w, const struct inst *i)
{
    uint64_t exec = w->wave64 ? wave_exec(w) : w->sgpr[SRC_EXEC_LO];
    uint32_t lane = exec ? (uint32_t)__builtin_ctzll(exec) : 0;
    bool scalar = i->src[0] < SRC_VGPR0;
    sgpr_write(w, i->dst, scalar ? scalar_u32(w, i, i->src[0]) : lane_read(w, i->src[0] - SRC_VGPR0, lane));
}

void exec_v_readlane_b32(struct wave *w, const struct inst *i)
{
    uint32_t lane = i->src[1] < SRC_VGPR0 ? scalar_u32(w, i, i->src[1]) & 63 : 0;
    bool scalar = i->src[0] < SRC_VGPR0;
    sgpr_write(w, i->dst, scalar ? scalar_u32(w, i, i->src[0]) : lane_read(w, i->src[0] - SRC_VGPR0, lane));
}

void exec_v_writelane_b32(struct wave *w, const struct inst *i)
{
    uint32_t lane = i->src[1] < SRC_VGPR0 ? scalar_u32(w, i, i->src[1]) & 63 : 0;
    uint32_t value = i->src[0] < SRC_VGPR0 ? scalar_u32(w, i, i->src[0]) : lane_read(w, i->src[0] - SRC_VGPR0, 0);
    uint32_t half = w->wave64 ? lane >> 5 & 1 : 0;
    ((lane_u32 *)&w->vgpr[((uint32_t)i->dst << w->wave64) + half])[lane & 31] = value; /* whatever EXEC says */
}

/* Any lane of the same (or the other) row of 16, by 4-bit selects in two scalars. opsel bit 0: inactive lanes may be read,
 * bit 1: those that may not are read as 0 instead of leaving the destination alone. */
static void permute_rows(struct wave *w, const struct inst *i, uint32_t other_row)
{
    uint64_t selects = (uint64_t)scalar_u32(w, i, i->src[2]) << 32 | scalar_u32(w, i, i->src[1]);
    uint32_t exec = wave_exec_half(w), readable = UINT32_MAX;
    uint8_t select[16];
    u32x32 scratch, result;
    for (uint32_t l = 0; l < 16; l++) {
        select[l] = (uint8_t)(selects >> l * 4 & 15);
    }
    if (exec != UINT32_MAX && !(i->opsel & 1)) {
        for (uint32_t l = 0; l < 32; l++) {
            readable &= ~((~exec >> (((l & 16) ^ other_row) | select[l & 15]) & 1) << l);
        }
    }
    lanes_permute_rows(src_lanes(w, i, i->src[0], &scratch), select, other_row, &result);
    lanes_blend(&result, &(const u32x32){0}, ~readable);
    lanes_blend(wave_vgpr(w, i->dst), &result, i->opsel & 2 ? exec : exec & readable);
}

void exec_v_permlane16_b32(struct wave *w, const struct inst *i)
{
    permute_rows(w, i, 0);
}

void exec_v_permlanex16_b32(struct wave *w, const struct inst *i)
{
    permute_rows(w, i, 16);
}

/* The same with a select of its own in every lane. */
static void permute_rows_by_lane(struct wave *w, const struct inst *i, uint32_t other_row)
{
    uint32_t exec = wave_exec_half(w), readable = 0;
    u32x32 scratch[2], result;
    const lane_u32 *from = (const lane_u32 *)src_lanes(w, i, i->src[0], &scratch[0]);
    const lane_u32 *select = (const lane_u32 *)src_lanes(w, i, i->src[1], &scratch[1]);
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t at = ((l & 16) ^ other_row) | (select[l] & 15);
        bool may = i->opsel & 1 || exec >> at & 1;
        readable |= (uint32_t)may << l;
        ((lane_u32 *)&result)[l] = may ? from[at] : 0;
    }
    lanes_blend(wave_vgpr(w, i->dst), &result, i->opsel & 2 ? exec : exec & readable);
}

void exec_v_permlane16_var_b32(struct wave *w, const struct inst *i)
{
    permute_rows_by_lane(w, i, 0);
}

void exec_v_permlanex16_var_b32(struct wave *w, const struct inst *i)
{
    permute_rows_by_lane(w, i, 16);
}

void exec_v_permlane64_b32(struct wave *w, const struct inst *i)
{
    if (!w->wave64 || i->src[0] < SRC_VGPR0) { /* nothing happens in a wave32 */
        return;
    }
    u32x32 *from = &w->vgpr[(i->src[0] - SRC_VGPR0) * 2];
    u32x32 low = from[0], high = from[1];
    lanes_blend(&w->vgpr[i->dst * 2], &high, w->sgpr[SRC_EXEC_LO]);
    lanes_blend(&w->vgpr[i->dst * 2 + 1], &low, w->sgpr[SRC_EXEC_HI]);
}

static void swap_registers(struct wave *w, uint32_t first, uint32_t second)
{
    u32x32 a = *wave_vgpr(w, first), b = *wave_vgpr(w, second);
    vgpr_write(w, first, &b);
    vgpr_write(w, second, &a);
}

void exec_v_swap_b32(struct wave *w, const struct inst *i)
{
    if (i->src[0] >= SRC_VGPR0) {
        swap_registers(w, i->dst, i->src[0] - SRC_VGPR0);
    }
}

void exec_v_swap_b16(struct wave *w, const struct inst *i)
{
    if (i->src[0] < SRC_VGPR0) {
        return;
    }
    uint32_t shift_d = i->opsel & 8 ? 16 : 0, shift_s = i->opsel & 1 ? 16 : 0, exec = wave_exec_half(w);
    lane_u32 *d = (lane_u32 *)wave_vgpr(w, i->dst), *s = (lane_u32 *)wave_vgpr(w, i->src[0] - SRC_VGPR0);
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t x = d[l] >> shift_d & 0xffff, y = s[l] >> shift_s & 0xffff;
        if (exec >> l & 1) {
            d[l] = (d[l] & ~(0xffffu << shift_d)) | y << shift_d;
            s[l] = (s[l] & ~(0xffffu << shift_s)) | x << shift_s;
        }
    }
}

/* A register number with M0 added, or UINT32_MAX with a fault if there is no such register. */
static uint32_t relative_register(struct wave *w, const struct inst *i, uint32_t reg, uint32_t offset)
{
    if (reg + (uint64_t)offset < w->vgpr_count) {
        return reg + offset;
    }
    wave_fault(w, i, COMPUTE_FAULT_REGISTER, 0, "v%u + %u (from M0) is beyond the %u VGPRs declared", reg, offset, w->vgpr_count);
    return UINT32_MAX;
}

static void move_relative(struct wave *w, const struct inst *i, uint32_t source_offset, uint32_t destination_offset)
{
    u32x32 scratch, value;
    if (i->src[0] >= SRC_VGPR0) {
        uint32_t from = relative_register(w, i, i->src[0] - SRC_VGPR0, source_offset);
        if (from == UINT32_MAX) {
            return;
        }
        value = *wave_vgpr(w, from);
    } else {
        value = *src_lanes(w, i, i->src[0], &scratch);
    }
    uint32_t to = relative_register(w, i, i->dst, destination_offset);
    if (to != UINT32_MAX) {
        vgpr_write(w, to, &value);
    }
}

void exec_v_movreld_b32(struct wave *w, const struct inst *i)
{
    move_relative(w, i, 0, w->sgpr[SRC_M0]);
}

void exec_v_movrels_b32(struct wave *w, const struct inst *i)
{
    move_relative(w, i, w->sgpr[SRC_M0], 0);
}

void exec_v_movrelsd_b32(struct wave *w, const struct inst *i)
{
    move_relative(w, i, w->sgpr[SRC_M0], w->sgpr[SRC_M0]);
}

void exec_v_movrelsd_2_b32(struct wave *w, const struct inst *i)
{
    move_relative(w, i, w->sgpr[SRC_M0] & 0x3ff, w->sgpr[SRC_M0] >> 16 & 0x3ff);
}

void exec_v_swaprel_b32(struct wave *w, const struct inst *i)
{
    if (i->src[0] < SRC_VGPR0) {
        return;
    }
    uint32_t from = relative_register(w, i, i->src[0] - SRC_VGPR0, w->sgpr[SRC_M0] & 0x3ff);
    uint32_t to = from == UINT32_MAX ? from : relative_register(w, i, i->dst, w->sgpr[SRC_M0] >> 16 & 0x3ff);
    if (to != UINT32_MAX) {
        swap_registers(w, to, from);
    }
}

/* Counts the bits below this lane in the mask: position 0: the mask is of this half of the wave, 1: of the one below, 2: above.
 */
static void count_below(struct lanes *lanes, uint32_t position)
{
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t below = position == 0 ? (1u << l) - 1 : position == 1 ? UINT32_MAX : 0;
        uint32_t mask = ((const lane_u32 *)lanes->a[0])[l] & below;
        ((lane_u32 *)&lanes->d)[l] = (uint32_t)__builtin_popcount(mask) + ((const lane_u32 *)lanes->a[1])[l];
    }
}

/* `out` says on entry which half of the wave this is: mbcnt is the one operation that asks. */
void lanes_v_mbcnt_lo_u32_b32(struct lanes *lanes)
{
    count_below(lanes, lanes->out == 0 ? 0 : 1);
}

void lanes_v_mbcnt_hi_u32_b32(struct lanes *lanes)
{
    count_below(lanes, lanes->out == 0 ? 2 : 0);
}
