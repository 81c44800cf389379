/*
 * decode_vector.c: the vector arithmetic encodings (RDNA3 and RDNA4 ISA, "Vector ALU formats"), lane permutations (DPP), and
 * which modifiers an instruction takes.
 */
#include "decode.h"

#include <string.h>

static bool kind_is_16(uint32_t kind)
{
    return kind == K_B16 || kind == K_I16 || kind == K_F16;
}

static bool kind_is_float(uint32_t kind)
{
    return kind == K_F16 || kind == K_F32 || kind == K_F64;
}

static uint32_t width(const struct isa_row *row, uint32_t n)
{
    return isa_kind_dwords((enum isa_kind)row->src[n]);
}

/* How many sources the encoding names: what the destination is read for is not one of them. */
static uint32_t source_count(const struct isa_row *row)
{
    uint32_t count = 0;
    while (count < 3 && row->src[count] != K_NONE) {
        count++;
    }
    return count == 3 && row->flags & ROW_READS_DST ? 2 : count;
}

/* ---- lane permutations ---- */

/* Lane l's source lane in its row of 16 under a DPP16 control, or -1 beyond the row (RDNA3 ISA, "DPP16 controls"). */
static int32_t dpp16_lane(uint32_t control, int32_t l)
{
    int32_t n = (int32_t)(control & 15);
    if (control < 0x100) { /* quad_perm */
        return (l & 12) + (int32_t)(control >> (l & 3) * 2 & 3);
    }
    switch (control >> 4) {
    case 0x10: /* row_shl */
        return l + n < 16 ? l + n : -1;
    case 0x11: /* row_shr */
        return l - n >= 0 ? l - n : -1;
    case 0x12: /* row_ror */
        return (l - n) & 15;
    case 0x14: /* row_mirror, row_half_mirror */
        return n == 0 ? 15 - l : (l & 8) + 7 - (l & 7);
    case 0x15: /* row_share */
        return n;
    default: /* row_xmask */
        return l ^ n;
    }
}

/* Works the lane permutation out once: what every row of 16 lanes does. */
static void prepare_dpp(struct inst *i)
{
    bool wide = i->lane_control == SRC_DPP16;
    for (int32_t l = 0; l < 16; l++) {
        int32_t lane = wide ? dpp16_lane(BITS(i->dpp, 16, 8), l) : (l & 8) + (int32_t)(i->dpp >> (8 + (l & 7) * 3) & 7);
        i->dpp_lane[l] = lane < 0 ? 0 : (uint8_t)lane;
        i->dpp_valid |= (uint16_t)((lane >= 0) << l);
        i->dpp_bank |= (uint16_t)((i->dpp >> 24 >> l / 4 & 1) << l);
    }
}

/* Controls that mean something: quad_perm, row_shl/shr/ror by 1-15, row_mirror, row_half_mirror, row_share, row_xmask. */
static bool control_is_reserved(uint32_t control)
{
    uint32_t kind = control >> 4, n = control & 15;
    if (control < 0x100) {
        return false;
    }
    return kind <= 0x12 ? n == 0 : kind == 0x14 ? n > 1 : kind != 0x15 && kind != 0x16;
}

/* Permutations work on 32 bits; packed math has them only where its rows say so. */
static bool takes_dpp(const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->flags & (ROW_NO_DPP | ROW_LITERAL_K | ROW_LITERAL_K2)) {
        return false;
    }
    if (i->enc == ENC_VOP3P) {
        return row->flags & ROW_DPP;
    }
    for (uint32_t n = 0; n < 3; n++) {
        if (width(row, n) > 1) {
            return false;
        }
    }
    return isa_kind_dwords((enum isa_kind)row->dst) == 1;
}

/* Source 0 may stand for a literal or for a lane permutation of a VGPR, both in the next word. */
static int extend_source0(struct reader *r, struct inst *i, bool vop3)
{
    if (i->src[0] != SRC_DPP16 && i->src[0] != SRC_DPP8 && i->src[0] != SRC_DPP8_FI) {
        return decode_literal(r, i);
    }
    i->lane_control = (uint8_t)i->src[0];
    if (!take(r, &i->dpp)) {
        return -ENODATA;
    }
    if (!takes_dpp(i) || (i->lane_control == SRC_DPP16 && control_is_reserved(BITS(i->dpp, 16, 8)))) {
        return decode_reject(i);
    }
    for (uint32_t n = 1; n < 3; n++) { /* there is no room for a literal */
        if (i->src[n] == SRC_LITERAL && i->row->src[n] != K_NONE) {
            return decode_reject(i);
        }
    }
    i->src[0] = SRC_VGPR0 + BITS(i->dpp, 7, 0);
    prepare_dpp(i);
    if (i->lane_control == SRC_DPP16 && !vop3) {
        i->neg |= BITS(i->dpp, 20, 20) | BITS(i->dpp, 22, 22) << 1;
        i->abs |= BITS(i->dpp, 21, 21) | BITS(i->dpp, 23, 23) << 1;
    }
    return 0;
}

/* ---- which modifiers an instruction takes: as LLVM 19's tables have it ---- */

/* Negation and absolute values, bit n for source n: those it takes, and those it ignores. */
static void signs(const struct isa_row *row, uint32_t *takes_out, uint32_t *ignores_out)
{
    uint32_t count = source_count(row), floats = 0;
    for (uint32_t n = 0; n < count; n++) {
        floats |= (uint32_t)kind_is_float(row->src[n]) << n;
    }
    *takes_out = row->flags & ROW_SIGNS ? (1u << count) - 1 : floats;
    *ignores_out = row->flags & ROW_OPSEL && floats == 0 && !(row->flags & (ROW_SIGNS | ROW_OPSEL_BYTE)) ? (1u << count) - 1 : 0;
    if (row->src[count - (count > 0)] == K_MASK && count > 0) {
        *takes_out &= ~(1u << (count - 1));
    }
}

static bool any_float(const struct isa_row *row)
{
    return kind_is_float(row->src[0]) || kind_is_float(row->src[1]) || kind_is_float(row->src[2]) || kind_is_float(row->dst);
}

static bool takes_clamp(const struct isa_row *row)
{
    return row->flags & ROW_CLAMP || (any_float(row) && !(row->flags & ROW_NO_CLAMP));
}

static bool takes_omod(const struct isa_row *row)
{
    bool from_float = row->enc == ENC_VOP1 && kind_is_float(row->src[0]);
    return row->flags & ROW_OMOD || ((kind_is_float(row->dst) || from_float) && !(row->flags & ROW_NO_OMOD));
}

/* Of the four op_sel bits (the sources', then the destination's) those that must be zero. */
static uint32_t opsel_reserved(const struct isa_row *row)
{
    if (!(row->flags & ROW_OPSEL)) {
        return 0; /* LLVM 19 ignores them, the hardware selects halves of 16-bit operands */
    }
    if (row->flags & ROW_OPSEL_BYTE) {
        return row->dst == K_B64 ? 6 : row->enc == ENC_VOP1 ? 12 : 3; /* conversions from and to FP8 */
    }
    return 7u & ~((1u << source_count(row)) - 1);
}

/* False: a modifier is set that the instruction does not have. */
static bool modifiers_fit(struct inst *i)
{
    const struct isa_row *row = i->row;
    uint32_t takes, ignores;
    signs(row, &takes, &ignores);
    if (i->neg & ~(takes | ignores) || i->abs & ~(takes | ignores)) {
        return false;
    }
    for (uint32_t n = 0; n < 3 && row->flags & ROW_SIGNS && !(row->flags & ROW_SIGNS_ABS); n++) {
        ignores |= (uint32_t)!kind_is_float(row->src[n]) << n;
    }
    i->neg &= (uint8_t)~ignores;
    i->abs &= (uint8_t)~ignores;
    return !(i->clamp && !takes_clamp(row)) && !(i->omod && !takes_omod(row));
}

/* Sources exist, scalar tuples begin where they may, no more sources are named than it has. */
static bool sources_exist(struct inst *i)
{
    for (uint32_t n = 0; n < 3; n++) {
        if (i->row->src[n] != K_NONE && !decode_source(&i->src[n], width(i->row, n))) {
            return false;
        }
    }
    return true;
}

static bool destination_exists(struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->dst == K_MASK || row->dst == K_SGPR32) {
        return row->flags & ROW_CMPX || (i->dst < SRC_INT_0 && decode_scalar_register(&i->dst, 1));
    }
    return vgprs_exist(i->dst, isa_kind_dwords((enum isa_kind)row->dst));
}

/* ---- the encodings ---- */

/* VOP1, VOP2 and VOPC name 16-bit halves of v0 … v127 by bit 7 of the register number. */
static uint32_t split_half(struct inst *i, uint32_t kind, uint32_t reg, uint32_t bit)
{
    if (kind_is_16(kind) && reg & 128) {
        i->opsel |= 1u << bit;
        return reg & 127;
    }
    return reg;
}

static uint32_t split_source0(struct inst *i)
{
    uint32_t operand = i->src[0];
    return operand >= SRC_VGPR0 ? SRC_VGPR0 + split_half(i, i->row->src[0], operand - SRC_VGPR0, 0) : operand;
}

static int finish_short(struct reader *r, struct inst *i)
{
    int rc = extend_source0(r, i, false);
    if (rc != 0) {
        return rc;
    }
    i->src[0] = split_source0(i);
    return sources_exist(i) && destination_exists(i) && modifiers_fit(i) ? 0 : decode_reject(i);
}

int decode_vop1(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_VOP1, BITS(word, 16, 9));
    if (i->row == NULL) {
        return 0;
    }
    i->src[0] = BITS(word, 8, 0);
    bool scalar = i->row->dst == K_SGPR32;
    i->dst = scalar ? BITS(word, 24, 17) : split_half(i, i->row->dst, BITS(word, 24, 17), 3);
    if (i->row->dst == K_NONE && (i->dst != 0 || i->src[0] != 0)) {
        return decode_reject(i);
    }
    return finish_short(r, i);
}

int decode_vop2(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_VOP2, BITS(word, 30, 25));
    if (i->row == NULL) {
        return 0;
    }
    uint32_t flags = i->row->flags, second = BITS(word, 16, 9);
    i->src[0] = BITS(word, 8, 0);
    i->dst = split_half(i, i->row->dst, BITS(word, 24, 17), 3);
    i->dst2 = SRC_VCC_LO;
    if (flags & ROW_LITERAL_K) {
        i->src[1] = SRC_LITERAL;
        i->src[2] = SRC_VGPR0 + split_half(i, i->row->src[2], second, 2);
    } else {
        i->src[1] = SRC_VGPR0 + split_half(i, i->row->src[1], second, 1);
        i->src[2] = flags & ROW_CARRY_IN ? SRC_VCC_LO : flags & ROW_LITERAL_K2 ? SRC_LITERAL : SRC_VGPR0 + i->dst;
        i->opsel |= flags & ROW_READS_DST && i->opsel & 8 ? 4 : 0;
    }
    return finish_short(r, i);
}

int decode_vopc(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_VOPC, BITS(word, 24, 17));
    if (i->row == NULL) {
        return 0;
    }
    i->src[0] = BITS(word, 8, 0);
    i->src[1] = SRC_VGPR0 + split_half(i, i->row->src[1], BITS(word, 16, 9), 1);
    i->dst = i->row->flags & ROW_CMPX ? SRC_EXEC_LO : SRC_VCC_LO;
    return finish_short(r, i);
}

static bool op_is_vop3sd(uint32_t op)
{
    return (op >= 0x120 && op <= 0x122) || (op >= 764 && op <= 770);
}

static const struct isa_row *find_vop3_row(const struct inst *i, uint32_t op)
{
    if (op < 0x100) {
        return find_row(i, ENC_VOPC, op);
    }
    if (op < 0x140) {
        return find_row(i, ENC_VOP2, op - 0x100);
    }
    if (op >= 0x180 && op < 0x200) {
        return find_row(i, ENC_VOP1, op - 0x180);
    }
    return find_row(i, op_is_vop3sd(op) ? ENC_VOP3SD : ENC_VOP3, op);
}

/* The fields of both VOP3 forms, unchecked. */
static void take_vop3_fields(struct inst *i, uint32_t word, uint32_t second)
{
    bool two_results = op_is_vop3sd(BITS(word, 25, 16));
    i->dst = BITS(word, 7, 0);
    i->clamp = BITS(word, 15, 15);
    i->enc = two_results ? ENC_VOP3SD : ENC_VOP3;
    i->dst2 = two_results ? BITS(word, 14, 8) : 0;
    i->abs = two_results ? 0 : BITS(word, 10, 8);
    i->opsel = two_results ? 0 : BITS(word, 14, 11);
    i->src[0] = BITS(second, 8, 0);
    i->src[1] = BITS(second, 17, 9);
    i->src[2] = BITS(second, 26, 18);
    i->omod = BITS(second, 28, 27);
    i->neg = BITS(second, 31, 29);
}

int decode_vop3(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_vop3_row(i, BITS(word, 25, 16));
    if (i->row == NULL || i->row->flags & (ROW_LITERAL_K | ROW_LITERAL_K2 | ROW_NO_VOP3)) {
        i->row = NULL; /* fmaak and fmamk have no VOP3 form */
        return 0;
    }
    take_vop3_fields(i, word, second);
    for (uint32_t n = source_count(i->row); n < 3; n++) {
        if (i->src[n] != 0) { /* must be zero where there is no source */
            return decode_reject(i);
        }
    }
    if (i->opsel & opsel_reserved(i->row) || (i->row->dst == K_NONE && i->dst != 0)) {
        return decode_reject(i);
    }
    if (i->row->flags & ROW_READS_DST) {
        i->src[2] = (uint16_t)(SRC_VGPR0 + i->dst);
        i->opsel |= i->opsel & 8 && kind_is_16(i->row->src[2]) ? 4 : 0;
    }
    if (i->row->flags & ROW_CMPX) {
        i->dst = SRC_EXEC_LO;
    }
    int rc = extend_source0(r, i, true);
    if (rc != 0) {
        return rc;
    }
    bool good = i->enc != ENC_VOP3SD || decode_scalar_register(&i->dst2, 1);
    return good && sources_exist(i) && destination_exists(i) && modifiers_fit(i) ? 0 : decode_reject(i);
}

/* What the forms of VOP3P take, bit n for source n; opsel in a wave32 and in a wave64, for sparse matrices the greatest number of
 * a piece of the indexes, as LLVM has them. Where there are no halves to choose, opsel_hi is all ones, or (gfx11) ignored. */
static const struct packed_form {
    uint8_t neg, neg_hi, opsel, opsel64;
    bool halves, ignores_hi, clamps, matrix;
} packed_forms[] = {
    [FORM_PACKED] = {7, 7, 7, 7, true, false, true, false},
    [FORM_MATRIX11] = {7, 7, 0, 0, false, true, false, true},
    [FORM_MATRIX11_HALF] = {7, 7, 7, 7, true, false, false, true},
    [FORM_MATRIX11_INT] = {7, 7, 0, 0, false, true, true, true},
    [FORM_FP8] = {4, 4, 0, 0, false, false, false, false},
    [FORM_MATRIX12] = {7, 7, 0, 0, false, false, false, true},
    [FORM_MATRIX12_INT] = {3, 0, 0, 0, false, false, true, true},
    [FORM_SPARSE] = {3, 3, 1, 3, false, false, false, true},
    [FORM_SPARSE_FP8] = {0, 0, 1, 3, false, false, false, true},
    [FORM_SPARSE_INT] = {3, 0, 1, 3, false, false, true, true},
    [FORM_SPARSE_INT4] = {3, 0, 1, 1, false, false, true, true},
    [FORM_SPARSE_INT_WIDE] = {3, 0, 0, 1, false, false, true, true},
};

static bool packed_modifiers_fit(struct inst *i)
{
    const struct packed_form *f = &packed_forms[i->row->form];
    uint32_t present = i->row->src[2] == K_NONE ? 3 : 7;
    if (i->neg & ~(f->neg & present) || i->neg_hi & ~(f->neg_hi & present) || i->opsel & ~((f->opsel | f->opsel64) & present) ||
        (i->clamp && !f->clamps)) {
        return false;
    }
    if (!f->halves && !f->ignores_hi && i->opsel_hi != 7) {
        return false;
    }
    i->opsel_hi = f->halves ? i->opsel_hi : 7;
    return true;
}

/* Matrices are VGPRs; what is added to may be a constant. */
static bool matrix_sources_fit(const struct inst *i)
{
    bool matrix = packed_forms[i->row->form].matrix || strncmp(i->row->name, "v_wmma", 6) == 0;
    bool sparse = i->row->flags & ROW_READS_DST;
    if (!matrix) {
        return true;
    }
    if (i->src[0] < SRC_VGPR0 || i->src[1] < SRC_VGPR0 || (sparse && i->src[2] < SRC_VGPR0)) {
        return false;
    }
    return i->src[2] >= SRC_VGPR0 || (i->src[2] >= SRC_INT_0 && i->src[2] != SRC_LITERAL && i->src[2] < SRC_VCCZ);
}

/* Operands that exist in the widest of waves, where they are smallest. */
static bool packed_operands_exist(struct inst *i)
{
    for (uint32_t n = 0; n < 3; n++) {
        uint32_t kind = i->row->src[n];
        if (kind != K_NONE && !decode_source(&i->src[n], decode_matrix_dwords(i, kind, n == 2, true))) {
            return false;
        }
    }
    return vgprs_exist(i->dst, decode_matrix_dwords(i, i->row->dst, true, true));
}

bool isa_fits_wave(const struct inst *i, bool wave64)
{
    if (i->row == NULL || i->enc != ENC_VOP3P) {
        return true;
    }
    const struct packed_form *f = &packed_forms[i->row->form];
    return !(i->opsel & ~(wave64 ? f->opsel64 : f->opsel)) && (wave64 ? i->vgprs_used64 : i->vgprs_used) <= 256;
}

int decode_vop3p(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_VOP3P, BITS(word, 22, 16));
    if (i->row == NULL || BITS(word, 23, 23) != 0) {
        i->row = NULL;
        return 0;
    }
    i->dst = BITS(word, 7, 0);
    i->neg_hi = BITS(word, 10, 8);
    i->opsel = BITS(word, 13, 11);
    i->clamp = BITS(word, 15, 15);
    i->src[0] = BITS(second, 8, 0);
    i->src[1] = BITS(second, 17, 9);
    i->src[2] = BITS(second, 26, 18);
    i->opsel_hi = BITS(second, 28, 27) | BITS(word, 14, 14) << 2;
    i->neg = BITS(second, 31, 29);
    if (i->row->src[2] == K_NONE && i->src[2] != 0) {
        return decode_reject(i);
    }
    int rc = extend_source0(r, i, true);
    if (rc != 0) {
        return rc;
    }
    return packed_operands_exist(i) && matrix_sources_fit(i) && packed_modifiers_fit(i) ? 0 : decode_reject(i);
}

/* ---- dual instructions ---- */

/* Sources of one half of a dual instruction; true if it takes the literal. */
static bool dual_sources(const struct isa_row *row, uint32_t first, uint32_t second, uint32_t dst, uint16_t *src)
{
    src[0] = (uint16_t)first;
    src[1] = (uint16_t)(SRC_VGPR0 + second);
    src[2] = row->flags & ROW_CARRY_IN ? SRC_VCC_LO : (uint16_t)(SRC_VGPR0 + dst);
    if (row->flags & ROW_LITERAL_K) {
        src[2] = src[1];
        src[1] = SRC_LITERAL;
        return true;
    }
    if (row->flags & ROW_LITERAL_K2) {
        src[2] = SRC_LITERAL;
        return true;
    }
    return first == SRC_LITERAL;
}

int decode_vopd(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_VOPD, BITS(word, 25, 22));
    i->row_y = find_row(i, ENC_VOPD, BITS(word, 21, 17));
    if (i->row == NULL || i->row_y == NULL) {
        i->row = NULL;
        return 0;
    }
    i->dst = BITS(second, 31, 24);
    i->dst2 = BITS(second, 23, 17) << 1 | (~i->dst & 1); /* one is even, the other odd */
    bool unused =
        (i->row->src[1] == K_NONE && BITS(word, 16, 9) != 0) || (i->row_y->src[1] == K_NONE && BITS(second, 16, 9) != 0);
    bool literal = dual_sources(i->row, BITS(word, 8, 0), BITS(word, 16, 9), i->dst, i->src);
    literal |= dual_sources(i->row_y, BITS(second, 8, 0), BITS(second, 16, 9), i->dst2, i->src_y);
    if (unused || !decode_source(&i->src[0], 1) || !decode_source(&i->src_y[0], 1)) {
        return decode_reject(i);
    }
    return !literal || take(r, &i->literal) ? 0 : -ENODATA;
}
