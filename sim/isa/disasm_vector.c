/*
 * disasm_vector.c: vector arithmetic as LLVM 19 writes it.
 */
#include "decode.h"
#include "disasm.h"

#include <string.h>

/* ---- modifiers ---- */

/* The constant of fmamk and fmaak is never written as a short number. */
static void put_source(struct text *t, const struct inst *i, const struct isa_row *row, uint32_t n, uint32_t operand)
{
    static const uint32_t literal_flags[3] = {0, ROW_LITERAL_K, ROW_LITERAL_K2};
    if (operand == SRC_LITERAL && row->flags & literal_flags[n]) {
        text_put(t, "0x%x", i->literal);
    } else if (operand_is_constant(operand) && strncmp(row->name, "v_fma_mix", 9) == 0) { /* single or half, by op_sel_hi */
        text_operand(t, i, operand, K_F16);
    } else if (operand_is_constant(operand) && strncmp(row->name, "v_dot2", 6) == 0 && strstr(row->name, "_bf16") != NULL &&
               row->src[n] != K_F32) {
        text_operand(t, i, operand, TEXT_BF16);
    } else if (n == 1 && row->dst == K_MASK && row->src[0] == K_F16 && row->src[1] == K_B16) { /* v_cmp_class_f16 */
        text_operand(t, i, operand, K_B32);
    } else {
        text_operand(t, i, operand, row->src[n]);
    }
}

static bool kind_is_16(uint32_t kind)
{
    return kind == K_B16 || kind == K_I16 || kind == K_F16;
}

static bool is_short_form(const struct inst *i)
{
    return i->enc == ENC_VOP1 || i->enc == ENC_VOP2 || i->enc == ENC_VOPC;
}

bool isa_llvm_rejects(const struct inst *i)
{
    bool high = is_short_form(i) && i->opsel != 0 && strcmp(i->row->name, "v_mov_b16") != 0;
    return high || (i->row->flags | (i->row_y != NULL ? i->row_y->flags : 0)) & ROW_NOT_LLVM;
}

/* ".h" and ".l" behind the 16-bit registers of VOP1, VOP2 and VOPC, where one is a high half. LLVM 19 writes them for v_mov_b16
 * only, and takes other instructions with high halves for none; later versions write them everywhere. */
static void put_half_name(struct text *t, const struct inst *i, uint32_t kind, bool vector, uint32_t bit)
{
    if (vector && kind_is_16(kind) && is_short_form(i) && (i->opsel != 0 || strcmp(i->row->name, "v_mov_b16") == 0)) {
        text_put(t, "%s", i->opsel >> bit & 1 ? ".h" : ".l");
    }
}

/* LLVM shows a sign extension where an integer source's negation bit is set, which the hardware ignores. */
static bool is_sign_extended(const struct inst *i, uint32_t n)
{
    const struct isa_row *row = i->row;
    bool integer = row->src[n] != K_F16 && row->src[n] != K_F32 && row->src[n] != K_F64;
    bool shown = row->flags & ROW_SIGNS ? !(row->flags & ROW_SIGNS_ABS) : row->flags & ROW_OPSEL && i->lane_control;
    return i->enc == ENC_VOP3 && integer && shown && i->word[1] >> (29 + n) & 1;
}

/* LLVM 19 writes gfx12's v_cndmask_b32_dpp v0, v1, |v2, vcc_lo|: the bars close behind the mask. */
static bool carry_in_bars(const struct inst *i)
{
    return i->gen == ISA_GFX12 && i->enc == ENC_VOP2 && i->lane_control && i->row->src[2] == K_MASK && i->abs & 2;
}

static void put_modified(struct text *t, const struct inst *i, uint32_t n, uint32_t negate, uint32_t absolute)
{
    bool bars = absolute >> n & 1, minus = negate >> n & 1, extended = is_sign_extended(i, n);
    if (n == 1 && i->enc == ENC_VOP2 &&
        strcmp(i->row->name, "v_ldexp_f16") == 0) { /* in its short form LLVM takes it for an integer */
        extended = minus;
        bars = minus = false;
    }
    bool words =
        minus && !bars && operand_is_constant(i->src[n]); /* printOperandAndFPInputMods: not to be read as another number */
    text_next(t);
    text_put(t, "%s%s", extended ? "sext(" : words ? "neg(" : minus ? "-" : "", bars ? "|" : "");
    put_source(t, i, i->row, n, i->src[n]);
    put_half_name(t, i, i->row->src[n], i->src[n] >= SRC_VGPR0, n);
    if (n == 1 && carry_in_bars(i)) {
        text_next(t);
        text_operand(t, i, i->src[2], K_MASK);
    }
    text_put(t, "%s%s", bars ? "|" : "", words || extended ? ")" : "");
}

static void put_dpp16(struct text *t, const struct inst *i)
{
    uint32_t control = i->dpp >> 8 & 0x1ff, n = control & 15;
    static const char *const names[] = {"row_shl", "row_shr", "row_ror", NULL, NULL, "row_share", "row_xmask"};
    if (control < 0x100) {
        text_put(t, " quad_perm:[%u,%u,%u,%u]", control & 3, control >> 2 & 3, control >> 4 & 3, control >> 6 & 3);
    } else if (control >> 4 == 0x14) {
        text_put(t, " %s", n == 0 ? "row_mirror" : "row_half_mirror");
    } else if (control >> 4 <= 0x16 && names[(control >> 4) - 0x10] != NULL) {
        text_put(t, " %s:%u", names[(control >> 4) - 0x10], n);
    }
    text_put(t, " row_mask:0x%x bank_mask:0x%x", i->dpp >> 28, i->dpp >> 24 & 15);
    text_put(t, "%s%s", i->dpp >> 19 & 1 ? " bound_ctrl:1" : "", i->dpp >> 18 & 1 ? " fi:1" : "");
}

static void put_dpp(struct text *t, const struct inst *i)
{
    if (i->lane_control == SRC_DPP16) {
        put_dpp16(t, i);
    } else if (i->lane_control) {
        const uint32_t d = i->dpp;
        text_put(t, " dpp8:[%u,%u,%u,%u,%u,%u,%u,%u]", d >> 8 & 7, d >> 11 & 7, d >> 14 & 7, d >> 17 & 7, d >> 20 & 7,
                 d >> 23 & 7, d >> 26 & 7, d >> 29);
        text_put(t, "%s", i->lane_control == SRC_DPP8_FI ? " fi:1" : "");
    }
}

static uint32_t source_count(const struct inst *i)
{
    uint32_t count = 0;
    while (count < 3 && i->row->src[count] != K_NONE) {
        count++;
    }
    return count;
}

/* A list of bits, one per source, then (if `total` is larger) the destination's, which is bit 3. */
static void put_bits(struct text *t, const char *name, uint32_t bits, uint32_t sources, uint32_t total)
{
    text_put(t, " %s:[", name);
    for (uint32_t n = 0; n < total; n++) {
        text_put(t, "%s%u", n ? "," : "", bits >> (n < sources ? n : 3) & 1);
    }
    text_put(t, "]");
}

static void put_opsel(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    uint32_t sources = source_count(i), total = sources + 1, bits = i->opsel;
    if (!(row->flags & ROW_OPSEL) || i->enc != ENC_VOP3) {
        return;
    }
    bool from_byte = row->enc == ENC_VOP1 && row->dst == K_F32; /* v_cvt_f32_fp8, v_cvt_f32_bf8: the high bit comes first */
    if (from_byte || strncmp(row->name, "v_cvt_sr", 8) == 0) {
        uint32_t byte = from_byte ? (bits & 1) << 1 | (bits >> 1 & 1) : bits >> 2;
        if (byte) {
            text_put(t, " byte_sel:%u", byte);
        }
        return;
    }
    if (strncmp(row->name, "v_permlane", 10) == 0) {
        total = 2;
        bits &= 3;
    } else if (row->src[0] == K_V2F16 || row->src[0] == K_V2I16) { /* pairs have no half to choose */
        bits &= 12;
    } else if (row->src[2] == K_F16 && row->flags & ROW_READS_DST) {
        bits &= 11;
    }
    if (bits) {
        put_bits(t, "op_sel", bits, sources, total);
    }
}

/* ---- VOP1, VOP2, VOPC, VOP3 ---- */

/* Instructions whose name has no _e32 although they are VOP1 or VOP2. */
static bool has_no_suffix(const struct inst *i)
{
    static const char *const names[] = {"v_nop",
                                        "v_pipeflush",
                                        "v_swap_b32",
                                        "v_swap_b16",
                                        "v_swaprel_b32",
                                        "v_readfirstlane_b32",
                                        "v_permlane64_b32",
                                        "v_pk_fmac_f16",
                                        "v_dot2acc_f32_f16"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        if (strcmp(i->row->name, names[n]) == 0) {
            return true;
        }
    }
    return (i->row->flags & (ROW_LITERAL_K | ROW_LITERAL_K2)) != 0;
}

void text_vector_name(struct text *t, const struct inst *i)
{
    bool vop3 = i->enc == ENC_VOP3 || i->enc == ENC_VOP3SD, promoted = vop3 && i->enc != i->row->enc;
    text_put(t, "%s", inst_name(i));
    if (i->enc == ENC_VOP3P) {
        text_put(t, "%s", i->lane_control ? "_e64_dpp" : "");
    } else if (has_no_suffix(i)) {
        text_put(t, "%s", i->lane_control ? "_dpp" : "");
    } else if (i->lane_control) {
        text_put(t, "%s", vop3 ? "_e64_dpp" : i->enc == ENC_VOPC ? "" : "_dpp");
    } else if (promoted) {
        text_put(t, "_e64");
    } else if (!vop3) {
        text_put(t, "_e32");
    }
}

static void put_destination(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->dst == K_NONE || row->flags & ROW_CMPX) {
        return;
    }
    text_next(t);
    bool scalar = row->dst == K_MASK || row->dst == K_SGPR32;
    text_operand(t, i, scalar ? i->dst : SRC_VGPR0 + (uint32_t)i->dst, row->dst);
    put_half_name(t, i, row->dst, !scalar, 3);
    if (row->flags & ROW_CARRY_OUT) {
        text_next(t);
        text_operand(t, i, i->dst2, K_MASK);
    }
}

void text_vector(struct text *t, const struct inst *i)
{
    static const char *const omods[4] = {"", " mul:2", " mul:4", " div:2"};
    uint32_t sources = source_count(i);
    put_destination(t, i);
    for (uint32_t n = 0; n < sources; n++) {
        if (n == 2 && i->row->flags & ROW_READS_DST) {
            break;
        }
        put_modified(t, i, n, i->neg, i->abs);
        if (n == 1 && carry_in_bars(i)) {
            break;
        }
    }
    put_opsel(t, i);
    text_put(t, "%s%s", i->clamp ? " clamp" : "", omods[i->omod]);
    put_dpp(t, i);
}

/* ---- VOP3P ---- */

static void put_packed_bits(struct text *t, const struct inst *i, bool mix)
{
    uint32_t sources = source_count(i), all = (1u << sources) - 1;
    if (strncmp(i->row->name, "v_swmmac", 8) == 0) {
        if (i->opsel != 0) {
            text_put(t, " index_key:%u", i->opsel);
        }
    } else if (i->opsel & all) {
        put_bits(t, "op_sel", i->opsel, sources, sources);
    }
    if ((i->opsel_hi & all) != (mix ? 0 : all)) {
        put_bits(t, "op_sel_hi", i->opsel_hi, sources, sources);
    }
    if (!mix && i->neg & all) {
        put_bits(t, "neg_lo", i->neg, sources, sources);
    }
    if (!mix && i->neg_hi & all) {
        put_bits(t, "neg_hi", i->neg_hi, sources, sources);
    }
}

static void put_matrix(struct text *t, const struct inst *i, uint32_t first, uint32_t kind, bool result)
{
    text_next(t);
    text_registers(t, "v", first, decode_matrix_dwords(i, kind, result, t->wave64));
}

void text_packed(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    bool mix = strncmp(row->name, "v_fma_mix", 9) == 0;
    bool matrix = strncmp(row->name, "v_wmma", 6) == 0 || strncmp(row->name, "v_swmmac", 8) == 0;
    uint32_t sources = source_count(i);
    if (matrix) {
        put_matrix(t, i, i->dst, row->dst, true);
    } else {
        text_next(t);
        text_operand(t, i, SRC_VGPR0 + (uint32_t)i->dst, row->dst);
    }
    for (uint32_t n = 0; n < sources; n++) {
        if (matrix && i->src[n] >= SRC_VGPR0) {
            put_matrix(t, i, i->src[n] - (uint32_t)SRC_VGPR0, row->src[n], n == 2);
        } else {
            put_modified(t, i, n, mix ? i->neg : 0, mix ? i->neg_hi : 0);
        }
    }
    put_packed_bits(t, i, mix);
    text_put(t, "%s", i->clamp ? " clamp" : "");
    put_dpp(t, i);
}

/* ---- VOPD ---- */

static void put_half(struct text *t, const struct inst *i, const struct isa_row *row, uint32_t dst, const uint16_t *src)
{
    t->first_operand = true;
    text_next(t);
    text_operand(t, i, SRC_VGPR0 + dst, K_B32);
    for (uint32_t n = 0; n < 3 && row->src[n] != K_NONE; n++) {
        bool implied = n == 2 && row->flags & (ROW_READS_DST | ROW_CARRY_IN);
        if (!implied) {
            text_next(t);
            put_source(t, i, row, n, src[n]);
        }
    }
}

void text_dual(struct text *t, const struct inst *i)
{
    put_half(t, i, i->row, i->dst, i->src);
    text_put(t, " :: %s", isa_row_name(i->row_y, (enum isa_gen)i->gen));
    put_half(t, i, i->row_y, i->dst2, i->src_y);
}
