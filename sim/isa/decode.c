/*
 * decode.c: bytes to struct inst. Which encoding it is follows from the leading bits (RDNA3 and RDNA4 ISA, "Microcode formats"),
 * by one table per generation. Here are also the scalar encodings and what operand numbers mean.
 */
#include "decode.h"

#include <string.h>

#include "valu.h"

static void exec_illegal(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "no gfx%u instruction has this encoding and opcode", 11u + i->gen);
}

static void exec_reserved(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "an operand number or a field is reserved, or not allowed in this place");
}

int decode_reject(struct inst *i)
{
    i->exec = exec_reserved;
    return -EINVAL;
}

int decode_literal(struct reader *r, struct inst *i)
{
    for (uint32_t n = 0; n < 3; n++) {
        if (i->src[n] == SRC_LITERAL && i->row->src[n] != K_NONE) {
            return take(r, &i->literal) ? 0 : -ENODATA;
        }
    }
    return 0;
}

/* ---- operand numbers (RDNA3 and RDNA4 ISA, "Scalar operands") ---- */

/* A tuple of scalar registers begins at an even number, from three on at a multiple of four. */
static bool round_tuple(uint16_t *reg, uint32_t base, uint32_t end, uint32_t count)
{
    uint32_t step = count == 1 ? 1 : count == 2 ? 2 : 4, index = *reg - base;
    index -= index % step;
    *reg = (uint16_t)(base + index);
    return base + index + count <= end;
}

bool decode_scalar_register(uint16_t *reg, uint32_t count)
{
    if (*reg < SRC_VCC_LO) {
        return round_tuple(reg, SRC_SGPR0, SRC_VCC_LO, count);
    }
    if (*reg >= SRC_TTMP0 && *reg < SRC_NULL) {
        return round_tuple(reg, SRC_TTMP0, SRC_NULL, count);
    }
    if (count == 1 || *reg == SRC_NULL) {
        return *reg < SRC_INT_0;
    }
    return count == 2 && (*reg == SRC_VCC_LO || *reg == SRC_EXEC_LO);
}

bool decode_source(uint16_t *operand, uint32_t count)
{
    uint32_t n = *operand;
    if (n >= SRC_VGPR0) {
        return vgprs_exist(n - SRC_VGPR0, count);
    }
    if (n < SRC_INT_0) {
        return decode_scalar_register(operand, count);
    }
    bool constant = n <= 208 || (n >= SRC_FLOAT_HALF && n <= SRC_FLOAT_HALF + 8) || n == SRC_LITERAL;
    bool special = (n >= SRC_SHARED_BASE && n <= SRC_POPS_WAVE) || (n >= SRC_VCCZ && n <= SRC_SCC);
    return constant || (special && count <= 2);
}

/* ---- scalar encodings ---- */

static uint32_t kind_width(uint32_t kind)
{
    return kind == K_SIMM ? 1 : isa_kind_dwords((enum isa_kind)kind);
}

/* Checks and rounds what a scalar instruction reads and writes, then takes its literal. */
static int finish_scalar(struct reader *r, struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row == NULL) {
        return 0;
    }
    if (row->dst != K_NONE && !decode_scalar_register(&i->dst, kind_width(row->dst))) {
        return decode_reject(i);
    }
    for (uint32_t n = 0; n < 3; n++) {
        if (row->src[n] != K_NONE && row->src[n] != K_SIMM &&
            (i->src[n] >= SRC_VGPR0 || !decode_source(&i->src[n], kind_width(row->src[n])))) {
            return decode_reject(i);
        }
    }
    return decode_literal(r, i);
}

static int decode_sop1(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOP1, BITS(word, 15, 8));
    i->src[0] = BITS(word, 7, 0);
    i->dst = BITS(word, 22, 16);
    if (i->row != NULL && i->row->flags & ROW_MESSAGE) { /* the source field is a number, whatever it would name */
        return decode_scalar_register(&i->dst, kind_width(i->row->dst)) ? 0 : decode_reject(i);
    }
    return finish_scalar(r, i);
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
    return finish_scalar(r, i);
}

static int decode_sopc(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOPC, BITS(word, 22, 16));
    i->src[0] = BITS(word, 7, 0);
    i->src[1] = BITS(word, 15, 8);
    return finish_scalar(r, i);
}

static int decode_sopk(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOPK, BITS(word, 27, 23));
    i->dst = BITS(word, 22, 16);
    i->extra = BITS(word, 15, 0);
    int rc = finish_scalar(r, i);
    return rc == 0 && i->row != NULL && i->row->flags & ROW_LITERAL_K ? (take(r, &i->literal) ? 0 : -ENODATA) : rc;
}

static int decode_sopp(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0];
    i->row = find_row(i, ENC_SOPP, BITS(word, 22, 16));
    i->extra = BITS(word, 15, 0);
    return i->row != NULL && i->row->src[0] == K_NONE && i->extra != 0 ? decode_reject(i) : 0;
}

/* Both generations': the offset's width and the cache bits differ. */
static int finish_smem(struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row == NULL) {
        return 0;
    }
    bool good = row->dst == K_NONE || decode_scalar_register(&i->dst, kind_width(row->dst));
    bool prefetch = row->dst == K_NONE && row->src[1] != K_NONE; /* has a number of five bits there */
    good = good && !(prefetch && i->gen == ISA_GFX12 && i->dst > 31);
    good = good && (row->src[0] == K_NONE || decode_scalar_register(&i->src[0], kind_width(row->src[0])));
    return good ? 0 : decode_reject(i);
}

static int decode_smem11(struct reader *r, struct inst *i)
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
    if (i->row != NULL && i->row->dst == K_NONE && i->extra != 0) {
        return decode_reject(i);
    }
    return finish_smem(i);
}

static int decode_smem12(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second;
    if (!take(r, &second)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_SMEM, BITS(word, 18, 13));
    i->src[0] = BITS(word, 5, 0) * 2;
    i->src[1] = BITS(second, 31, 25);
    i->dst = BITS(word, 12, 6);
    i->literal = (uint32_t)((int32_t)(second << 8) >> 8);
    i->scope = BITS(word, 22, 21);
    i->th = BITS(word, 24, 23);
    return finish_smem(i);
}

static int decode_foreign(struct reader *r, struct inst *i)
{
    (void)r;
    i->exec = exec_not_compute;
    return -EINVAL;
}

/* ---- which encoding ---- */

struct encoding {
    uint32_t mask, value; /* the leading bits, most specific first */
    enum isa_enc enc;
    decode_fn decode;
};

static const struct encoding gfx11[] = {
    {0xff800000, 0xbe800000, ENC_SOP1, decode_sop1},
    {0xff800000, 0xbf000000, ENC_SOPC, decode_sopc},
    {0xff800000, 0xbf800000, ENC_SOPP, decode_sopp},
    {0xf0000000, 0xb0000000, ENC_SOPK, decode_sopk},
    {0xc0000000, 0x80000000, ENC_SOP2, decode_sop2},
    {0xfe000000, 0x7e000000, ENC_VOP1, decode_vop1},
    {0xfe000000, 0x7c000000, ENC_VOPC, decode_vopc},
    {0x80000000, 0x00000000, ENC_VOP2, decode_vop2},
    {0xff000000, 0xcc000000, ENC_VOP3P, decode_vop3p},
    {0xff000000, 0xcd000000, ENC_VINTERP, decode_foreign},
    {0xff000000, 0xce000000, ENC_LDSDIR, decode_foreign},
    {0xfc000000, 0xc8000000, ENC_VOPD, decode_vopd},
    {0xfc000000, 0xd4000000, ENC_VOP3, decode_vop3},
    {0xfc000000, 0xd8000000, ENC_DS, decode_ds},
    {0xfc000000, 0xdc000000, ENC_FLAT, decode_flat11},
    {0xfc000000, 0xe0000000, ENC_MUBUF, decode_mubuf11},
    {0xfc000000, 0xe8000000, ENC_MTBUF, decode_foreign},
    {0xfc000000, 0xf0000000, ENC_MIMG, decode_foreign},
    {0xfc000000, 0xf4000000, ENC_SMEM, decode_smem11},
    {0xfc000000, 0xf8000000, ENC_EXP, decode_foreign},
    {0},
};

static const struct encoding gfx12[] = {
    {0xff800000, 0xbe800000, ENC_SOP1, decode_sop1},
    {0xff800000, 0xbf000000, ENC_SOPC, decode_sopc},
    {0xff800000, 0xbf800000, ENC_SOPP, decode_sopp},
    {0xf0000000, 0xb0000000, ENC_SOPK, decode_sopk},
    {0xc0000000, 0x80000000, ENC_SOP2, decode_sop2},
    {0xfe000000, 0x7e000000, ENC_VOP1, decode_vop1},
    {0xfe000000, 0x7c000000, ENC_VOPC, decode_vopc},
    {0x80000000, 0x00000000, ENC_VOP2, decode_vop2},
    {0xff000000, 0xcc000000, ENC_VOP3P, decode_vop3p},
    {0xff000000, 0xcd000000, ENC_VINTERP, decode_foreign},
    {0xff000000, 0xce000000, ENC_LDSDIR, decode_foreign},
    {0xfc000000, 0xc8000000, ENC_VOPD, decode_vopd},
    {0xfc000000, 0xd4000000, ENC_VOP3, decode_vop3},
    {0xfc000000, 0xd8000000, ENC_DS, decode_ds},
    {0xff000000, 0xec000000, ENC_FLAT, decode_flat12},
    {0xff000000, 0xed000000, ENC_SCRATCH, decode_flat12},
    {0xff000000, 0xee000000, ENC_GLOBAL, decode_flat12},
    {0xfc000000, 0xc4000000, ENC_MUBUF, decode_vbuffer12},
    {0xfc000000, 0xd0000000, ENC_MIMG, decode_foreign},
    {0xfc000000, 0xe4000000, ENC_MIMG, decode_foreign},
    {0xfc000000, 0xf4000000, ENC_SMEM, decode_smem12},
    {0xfc000000, 0xf8000000, ENC_EXP, decode_foreign},
    {0},
};

static const struct encoding *find_encoding(enum isa_gen gen, uint32_t word)
{
    const struct encoding *e = gen == ISA_GFX12 ? gfx12 : gfx11;
    while (e->mask != 0 && (word & e->mask) != e->value) {
        e++;
    }
    return e->mask != 0 ? e : NULL;
}

/* ---- what is true of every instruction ---- */

uint32_t decode_matrix_dwords(const struct inst *i, uint32_t kind, bool result, bool wave64)
{
    uint32_t count = isa_kind_dwords((enum isa_kind)kind);
    bool halved = wave64 && i->enc == ENC_VOP3P && count > 1 && (result || i->gen == ISA_GFX12);
    return halved ? count / 2 : count;
}

static void use_vgprs(uint16_t *used, uint32_t operand, uint32_t count)
{
    if (operand >= SRC_VGPR0 && count > 0 && operand - SRC_VGPR0 + count > *used) {
        *used = (uint16_t)(operand - SRC_VGPR0 + count);
    }
}

uint32_t decode_source_width(const struct inst *i, uint32_t n, bool wave64)
{
    if (n == 0 && i->enc == ENC_GLOBAL && i->row->src[0] != K_NONE && i->src[2] != SRC_NULL) {
        return 1;
    }
    if (n == 0 && i->enc == ENC_SCRATCH) {
        return i->extra & ISA_SVE ? 1 : 0;
    }
    if (n == 0 && i->enc == ENC_MUBUF) {
        return (i->extra & ISA_OFFEN ? 1u : 0u) + (i->extra & ISA_IDXEN ? 1u : 0u);
    }
    return decode_matrix_dwords(i, i->row->src[n], n == 2, wave64);
}

/* One more than the highest VGPR it touches: checked once per decoded instruction against what the wave has. */
static uint16_t measure_vgprs(const struct inst *i, bool wave64)
{
    const struct isa_row *row = i->row;
    uint16_t used = 0;
    if (i->enc <= ENC_SMEM) {
        return 0;
    }
    for (uint32_t n = 0; n < 3; n++) {
        use_vgprs(&used, i->src[n], decode_source_width(i, n, wave64));
    }
    if (i->row_y != NULL) {
        for (uint32_t n = 0; n < 3; n++) {
            use_vgprs(&used, i->src_y[n], isa_kind_dwords((enum isa_kind)i->row_y->src[n]));
        }
        use_vgprs(&used, SRC_VGPR0 + (uint32_t)i->dst2, 1);
    }
    bool returns = !(row->flags & ROW_ATOMIC) || i->extra & ISA_GLC;
    if (row->dst != K_MASK && row->dst != K_SGPR32 && returns) {
        use_vgprs(&used, SRC_VGPR0 + (uint32_t)i->dst, decode_matrix_dwords(i, row->dst, true, wave64));
    }
    return used;
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
    const struct encoding *e = find_encoding(gen, words[0]);
    if (e == NULL) {
        return -EINVAL;
    }
    out->enc = (uint8_t)e->enc;
    int rc = e->decode(&r, out);
    out->size = (uint8_t)(r.used * 4);
    memcpy(out->word, words, r.used * 4);
    if (rc < 0 || out->row == NULL) {
        return rc < 0 ? rc : -EINVAL;
    }
    out->vgprs_used = measure_vgprs(out, false);
    out->vgprs_used64 = measure_vgprs(out, true);
    out->exec = choose_exec(out);
    return 0;
}
