/*
 * decode.c: bytes to struct inst. Which encoding it is follows from the leading bits (RDNA3 ISA, "Microcode formats"); one
 * function per encoding takes the fields apart; the row gives the rest.
 */
#include "isa.h"

#include <errno.h>
#include <string.h>

#include "valu.h"

#define BITS(value, high, low) ((uint32_t)((value) >> (low) & ((1ull << ((high) - (low) + 1)) - 1)))

static bool kind_is_16(uint32_t kind)
{
    return kind == K_B16 || kind == K_I16 || kind == K_F16;
}

static const struct isa_row *find_row(const struct inst *i, enum isa_enc enc, uint32_t op)
{
    return isa_find_row((enum isa_gen)i->gen, enc, op);
}

static void exec_illegal(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "no gfx%u instruction has this encoding and opcode", 11u + i->gen);
}

static void exec_reserved(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "an operand number is reserved, or not allowed in this place");
}

static int reject(struct inst *i, exec_fn why)
{
    i->exec = why;
    return -EINVAL;
}

/* What is decoded from: the words, and how many of them are used so far. */
struct reader {
    const uint32_t *words;
    uint32_t avail, used;
};

/* The next word, or false if it lies beyond what is readable. */
static bool take(struct reader *r, uint32_t *word_out)
{
    if (r->used >= r->avail) {
        return false;
    }
    *word_out = r->words[r->used++];
    return true;
}

static int take_literal(struct reader *r, struct inst *i)
{
    return take(r, &i->literal) ? 0 : -ENODATA;
}

/* If any source asks for it, the literal that follows. */
static int literal_if_any(struct reader *r, struct inst *i)
{
    for (uint32_t n = 0; n < 3; n++) {
        if (i->src[n] == SRC_LITERAL && i->row->src[n] != K_NONE) {
            return take_literal(r, i);
        }
    }
    return 0;
}

static int decode_sop1(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOP1, BITS(word, 15, 8));
    i->src[0] = BITS(word, 7, 0);
    i->dst = BITS(word, 22, 16);
    return i->row == NULL ? 0 : literal_if_any(r, i);
}

static int decode_sop2(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOP2, BITS(word, 29, 23));
    i->src[0] = BITS(word, 7, 0);
    i->src[1] = BITS(word, 15, 8);
    i->dst = BITS(word, 22, 16);
    if (i->row == NULL) {
        return 0;
    }
    if (i->row->flags & ROW_LITERAL_K) {
        i->src[2] = i->src[1];
        i->src[1] = SRC_LITERAL;
    } else if (i->row->flags & ROW_LITERAL_K2) {
        i->src[2] = SRC_LITERAL;
    } else if (i->row->flags & ROW_READS_DST) {
        i->src[2] = i->dst;
    }
    return literal_if_any(r, i);
}

static int decode_sopc(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOPC, BITS(word, 22, 16));
    i->src[0] = BITS(word, 7, 0);
    i->src[1] = BITS(word, 15, 8);
    return i->row == NULL ? 0 : literal_if_any(r, i);
}

static int decode_sopk(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOPK, BITS(word, 27, 23));
    i->dst = BITS(word, 22, 16);
    i->extra = BITS(word, 15, 0);
    return i->row != NULL && i->row->flags & ROW_LITERAL_K ? take_literal(r, i) : 0;
}

static int decode_sopp(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOPP, BITS(word, 22, 16));
    i->extra = BITS(word, 15, 0);
    return 0;
}

static int decode_smem(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_SMEM, BITS(word, 25, 18));
    i->src[0] = BITS(word, 5, 0) * 2;
    i->src[1] = BITS(second, 31, 25);
    i->dst = BITS(word, 12, 6);
    i->literal = (uint32_t)((int32_t)(second << 11) >> 11);
    i->extra = (word >> 14 & 1 ? ISA_GLC : 0) | (word >> 13 & 1 ? ISA_DLC : 0);
    return 0;
}

/* VOP1, VOP2 and VOPC name 16-bit halves of v0 … v127 by bit 7 of the register number. */
static uint32_t split_half(struct inst *i, uint32_t kind, uint32_t reg, uint32_t bit)
{
    if (kind_is_16(kind) && reg & 128) {
        i->opsel |= 1u << bit;
        return reg & 127;
    }
    return reg;
}

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

/* Source 0 may stand for a literal or for a lane permutation of a VGPR, both in the next word. */
static int extend_source0(struct reader *r, struct inst *i, bool vop3)
{
    if (i->src[0] != SRC_DPP16 && i->src[0] != SRC_DPP8 && i->src[0] != SRC_DPP8_FI) {
        return literal_if_any(r, i);
    }
    i->lane_control = (uint8_t)i->src[0];
    if (!take(r, &i->dpp)) {
        return -ENODATA;
    }
    i->src[0] = SRC_VGPR0 + BITS(i->dpp, 7, 0);
    prepare_dpp(i);
    if (i->lane_control == SRC_DPP16 && !vop3) {
        i->neg |= BITS(i->dpp, 20, 20) | BITS(i->dpp, 22, 22) << 1;
        i->abs |= BITS(i->dpp, 21, 21) | BITS(i->dpp, 23, 23) << 1;
    }
    return 0;
}

static uint32_t split_source0(struct inst *i)
{
    uint32_t operand = i->src[0];
    return operand >= SRC_VGPR0 ? SRC_VGPR0 + split_half(i, i->row->src[0], operand - SRC_VGPR0, 0) : operand;
}

static int decode_vop1(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_VOP1, BITS(word, 16, 9));
    if (i->row == NULL) {
        return 0;
    }
    i->src[0] = BITS(word, 8, 0);
    i->dst = split_half(i, i->row->dst, BITS(word, 24, 17), 3);
    int rc = extend_source0(r, i, false);
    i->src[0] = split_source0(i);
    return rc;
}

static int decode_vop2(struct reader *r, struct inst *i)
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
    int rc = extend_source0(r, i, false);
    i->src[0] = split_source0(i);
    return rc;
}

static int decode_vopc(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_VOPC, BITS(word, 24, 17));
    if (i->row == NULL) {
        return 0;
    }
    i->src[0] = BITS(word, 8, 0);
    i->src[1] = SRC_VGPR0 + split_half(i, i->row->src[1], BITS(word, 16, 9), 1);
    i->dst = i->row->flags & ROW_CMPX ? SRC_EXEC_LO : SRC_VCC_LO;
    int rc = extend_source0(r, i, false);
    i->src[0] = split_source0(i);
    return rc;
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

static int decode_vop3(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second, op = BITS(word, 25, 16);
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_vop3_row(i, op);
    if (i->row == NULL || i->row->flags & (ROW_LITERAL_K | ROW_LITERAL_K2)) {
        i->row = NULL; /* fmaak and fmamk have no VOP3 form */
        return 0;
    }
    i->dst = BITS(word, 7, 0);
    i->clamp = BITS(word, 15, 15);
    if (op_is_vop3sd(op)) {
        i->enc = ENC_VOP3SD;
        i->dst2 = BITS(word, 14, 8);
    } else {
        i->abs = BITS(word, 10, 8);
        i->opsel = BITS(word, 14, 11);
    }
    i->src[0] = BITS(second, 8, 0);
    i->src[1] = BITS(second, 17, 9);
    i->src[2] = i->row->flags & ROW_READS_DST ? (uint16_t)(SRC_VGPR0 + i->dst) : (uint16_t)BITS(second, 26, 18);
    i->opsel |= i->row->flags & ROW_READS_DST && i->opsel & 8 ? 4 : 0;
    i->omod = BITS(second, 28, 27);
    i->neg = BITS(second, 31, 29);
    return extend_source0(r, i, true);
}

static int decode_vop3p(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_VOP3P, BITS(word, 22, 16));
    if (i->row == NULL) {
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
    return extend_source0(r, i, true);
}

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

static int decode_vopd(struct reader *r, struct inst *i)
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
    bool literal = dual_sources(i->row, BITS(word, 8, 0), BITS(word, 16, 9), i->dst, i->src);
    literal |= dual_sources(i->row_y, BITS(second, 8, 0), BITS(second, 16, 9), i->dst2, i->src_y);
    return literal ? take_literal(r, i) : 0;
}

static int decode_ds(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_DS, BITS(word, 25, 18));
    i->src[0] = SRC_VGPR0 + BITS(second, 7, 0);
    i->src[1] = SRC_VGPR0 + BITS(second, 15, 8);
    i->src[2] = SRC_VGPR0 + BITS(second, 23, 16);
    i->dst = BITS(second, 31, 24);
    i->literal = BITS(word, 15, 0);
    i->extra = word >> 17 & 1 ? ISA_GDS : 0;
    return 0;
}

static int decode_flat(struct reader *r, struct inst *i)
{
    static const uint8_t encodings[4] = {ENC_FLAT, ENC_SCRATCH, ENC_GLOBAL, ENC_NONE};
    uint32_t word = r->words[0], second, segment = BITS(word, 17, 16);
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, (enum isa_enc)encodings[segment], BITS(word, 24, 18));
    i->enc = encodings[segment];
    i->src[0] = SRC_VGPR0 + BITS(second, 7, 0);
    i->src[1] = SRC_VGPR0 + BITS(second, 15, 8);
    i->src[2] = BITS(second, 22, 16);
    i->dst = BITS(second, 31, 24);
    i->literal = (uint32_t)((int32_t)(word << 19) >> 19);
    i->extra = (word >> 14 & 1 ? ISA_GLC : 0) | (word >> 15 & 1 ? ISA_SLC : 0) | (word >> 13 & 1 ? ISA_DLC : 0) |
               (second >> 23 & 1 ? ISA_SVE : 0);
    return 0;
}

static int decode_mubuf(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_MUBUF, BITS(word, 25, 18));
    i->src[0] = SRC_VGPR0 + BITS(second, 7, 0);
    i->src[1] = SRC_VGPR0 + BITS(second, 15, 8);
    i->src[2] = BITS(second, 20, 16) * 4;
    i->dst = BITS(second, 15, 8);
    i->dst2 = BITS(second, 31, 24);
    i->literal = BITS(word, 11, 0);
    i->extra = (word >> 14 & 1 ? ISA_GLC : 0) | (word >> 12 & 1 ? ISA_SLC : 0) | (word >> 13 & 1 ? ISA_DLC : 0) |
               (second >> 21 & 1 ? ISA_TFE : 0) | (second >> 22 & 1 ? ISA_OFFEN : 0) | (second >> 23 & 1 ? ISA_IDXEN : 0);
    return 0;
}

static int decode_foreign(struct reader *r, struct inst *i)
{
    (void)r;
    return reject(i, exec_not_compute);
}

/* Encodings by their leading bits, most specific first. */
static const struct {
    uint32_t mask, value;
    enum isa_enc enc;
    int (*decode)(struct reader *r, struct inst *i);
} encodings[] = {
    {0xff800000, 0xbe800000, ENC_SOP1, decode_sop1},      {0xff800000, 0xbf000000, ENC_SOPC, decode_sopc},
    {0xff800000, 0xbf800000, ENC_SOPP, decode_sopp},      {0xf0000000, 0xb0000000, ENC_SOPK, decode_sopk},
    {0xc0000000, 0x80000000, ENC_SOP2, decode_sop2},      {0xfe000000, 0x7e000000, ENC_VOP1, decode_vop1},
    {0xfe000000, 0x7c000000, ENC_VOPC, decode_vopc},      {0x80000000, 0x00000000, ENC_VOP2, decode_vop2},
    {0xff000000, 0xcc000000, ENC_VOP3P, decode_vop3p},    {0xff000000, 0xcd000000, ENC_VINTERP, decode_foreign},
    {0xff000000, 0xce000000, ENC_LDSDIR, decode_foreign}, {0xfc000000, 0xc8000000, ENC_VOPD, decode_vopd},
    {0xfc000000, 0xd4000000, ENC_VOP3, decode_vop3},      {0xfc000000, 0xd8000000, ENC_DS, decode_ds},
    {0xfc000000, 0xdc000000, ENC_FLAT, decode_flat},      {0xfc000000, 0xe0000000, ENC_MUBUF, decode_mubuf},
    {0xfc000000, 0xe8000000, ENC_MTBUF, decode_foreign},  {0xfc000000, 0xf0000000, ENC_MIMG, decode_foreign},
    {0xfc000000, 0xf4000000, ENC_SMEM, decode_smem},      {0xfc000000, 0xf8000000, ENC_EXP, decode_foreign},
};

static void use_vgprs(struct inst *i, uint32_t operand, uint32_t count)
{
    if (operand >= SRC_VGPR0 && count > 0 && operand - SRC_VGPR0 + count > i->vgprs_used) {
        i->vgprs_used = (uint16_t)(operand - SRC_VGPR0 + count);
    }
}

static bool is_scalar_encoding(uint32_t enc)
{
    return enc <= ENC_SMEM;
}

/* The highest VGPR it touches: checked once per decoded instruction against what the wave has. */
static void measure_vgprs(struct inst *i)
{
    const struct isa_row *row = i->row;
    if (is_scalar_encoding(i->enc)) {
        return;
    }
    for (uint32_t n = 0; n < 3; n++) {
        use_vgprs(i, i->src[n], isa_kind_dwords(row->src[n]));
    }
    if (i->row_y != NULL) {
        for (uint32_t n = 0; n < 3; n++) {
            use_vgprs(i, i->src_y[n], isa_kind_dwords(i->row_y->src[n]));
        }
        use_vgprs(i, SRC_VGPR0 + i->dst2, 1);
    }
    if (row->dst != K_MASK && row->dst != K_SGPR32) {
        use_vgprs(i, SRC_VGPR0 + i->dst, isa_kind_dwords(row->dst));
    }
}

/* Operand numbers nobody has defined (RDNA3 ISA, "Scalar operands"). */
static bool operand_is_reserved(uint32_t operand)
{
    return (operand >= 209 && operand <= 234) || operand == 239 || operand == 249 || operand == 250 || operand == 251 ||
           operand == 252 || operand == 254;
}

/* DPP16 controls that mean something: quad_perm, row_shl/shr/ror by 1-15, row_mirror, row_half_mirror, row_share, row_xmask. */
static bool dpp_is_reserved(const struct inst *i)
{
    uint32_t control = BITS(i->dpp, 16, 8), kind = control >> 4, n = control & 15;
    if (i->lane_control != SRC_DPP16 || control < 0x100) {
        return false;
    }
    return kind <= 0x12 ? n == 0 : kind == 0x14 ? n > 1 : kind != 0x15 && kind != 0x16;
}

static bool has_reserved_operand(const struct inst *i)
{
    bool scalar_result = i->enc == ENC_VOP3 && (i->row->dst == K_MASK || i->row->dst == K_SGPR32);
    if (dpp_is_reserved(i) || (scalar_result && i->dst >= SRC_INT_0)) {
        return true;
    }
    for (uint32_t n = 0; n < 3; n++) {
        bool used = i->row->src[n] != K_NONE && i->row->src[n] != K_SIMM;
        if (used && operand_is_reserved(i->src[n])) {
            return true;
        }
        if (i->row_y != NULL && i->row_y->src[n] != K_NONE && operand_is_reserved(i->src_y[n])) {
            return true;
        }
        if (used && is_scalar_encoding(i->enc) && i->src[n] >= SRC_VGPR0) {
            return true;
        }
    }
    return false;
}

/* The fastest function that does what the operands ask for. */
static exec_fn choose_exec(const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->lanes == NULL || i->enc == ENC_VOPD) {
        return row->exec;
    }
    bool plain = !i->neg && !i->abs && !i->omod && !i->clamp && !i->lane_control && !i->opsel;
    return plain && row->exec != NULL ? row->exec : exec_vop;
}

int isa_decode(const uint32_t *words, uint32_t avail, enum isa_gen gen, struct inst *out)
{
    struct reader r = {words, avail, 1};
    memset(out, 0, sizeof *out);
    out->exec = exec_illegal;
    out->gen = (uint8_t)gen;
    out->size = 4;
    if (avail == 0) {
        return -ENODATA;
    }
    out->word[0] = words[0];
    for (size_t n = 0; n < sizeof encodings / sizeof encodings[0]; n++) {
        if ((words[0] & encodings[n].mask) != encodings[n].value) {
            continue;
        }
        out->enc = (uint8_t)encodings[n].enc;
        int rc = encodings[n].decode(&r, out);
        out->size = (uint8_t)(r.used * 4);
        memcpy(out->word, words, r.used * 4);
        if (rc < 0 || out->row == NULL) {
            return rc < 0 ? rc : -EINVAL;
        }
        if (has_reserved_operand(out)) {
            return reject(out, exec_reserved);
        }
        measure_vgprs(out);
        out->exec = choose_exec(out);
        return 0;
    }
    return -EINVAL;
}
