/*
 * decode_memory.c: the vector memory encodings (RDNA3 ISA, "LDS and memory formats"; RDNA4 ISA, "VFLAT", "VBUFFER"). What goes
 * where in struct inst is in isa.h.
 */
#include "decode.h"

/* Fields of operands that the row has not must be zero. */
static bool unused_are_zero(const struct inst *i)
{
    bool zero = i->row->dst != K_NONE || i->dst == 0;
    for (uint32_t n = 0; n < 3; n++) {
        zero = zero && (i->row->src[n] != K_NONE || i->src[n] == SRC_VGPR0);
    }
    return zero;
}

static bool data_exists(const struct inst *i)
{
    bool good = i->row->dst == K_NONE || vgprs_exist(i->dst, isa_kind_dwords((enum isa_kind)i->row->dst));
    for (uint32_t n = 0; n < 3; n++) {
        good =
            good && (i->src[n] < SRC_VGPR0 || vgprs_exist(i->src[n] - SRC_VGPR0, isa_kind_dwords((enum isa_kind)i->row->src[n])));
    }
    return good;
}

int decode_ds(struct reader *r, struct inst *i)
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
    if (i->row == NULL) {
        return 0;
    }
    bool global = i->extra & ISA_GDS && i->row->exec != exec_not_compute;
    bool allowed = i->row->exec == exec_not_compute ? !(i->extra & ISA_GDS)
                   : i->gen == ISA_GFX11            ? global || !(i->row->flags & ROW_GDS)
                                                    : !global;
    allowed = allowed && !(i->row->flags & ROW_NO_SRC && i->literal != 0) && !(global && i->row->flags & ROW_NOT_GDS);
    return allowed && data_exists(i) && unused_are_zero(i) ? 0 : decode_reject(i);
}

/* A scalar address: a pair for GLOBAL, one register for SCRATCH. */
static bool address_exists(struct inst *i)
{
    if (i->enc != ENC_SCRATCH && i->extra & ISA_SVE) {
        return false;
    }
    if (i->enc == ENC_FLAT) {
        return i->src[2] == SRC_NULL;
    }
    if (i->row->src[2] == K_NONE) { /* global_inv and its like */
        return i->src[2] == SRC_NULL;
    }
    return decode_scalar_register(&i->src[2], i->enc == ENC_GLOBAL ? 2 : 1);
}

/* GLOBAL without a scalar address takes a pair of VGPRs, with one a single VGPR. */
static bool flat_exists(struct inst *i)
{
    uint32_t count = i->row->src[0] == K_NONE                                                   ? 0
                     : i->enc == ENC_SCRATCH || (i->enc == ENC_GLOBAL && i->src[2] != SRC_NULL) ? 1
                                                                                                : 2;
    bool good = vgprs_exist(i->src[0] - (uint32_t)SRC_VGPR0, count) && address_exists(i);
    bool returns = i->row->dst != K_NONE && (!(i->row->flags & ROW_ATOMIC) || i->extra & ISA_GLC);
    good = good && (!returns || vgprs_exist(i->dst, isa_kind_dwords((enum isa_kind)i->row->dst)));
    return good && vgprs_exist(i->src[1] - (uint32_t)SRC_VGPR0, isa_kind_dwords((enum isa_kind)i->row->src[1]));
}

int decode_flat11(struct reader *r, struct inst *i)
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
    i->literal = segment == 0 ? BITS(word, 12, 0) : (uint32_t)((int32_t)(word << 19) >> 19);
    i->extra = (word >> 14 & 1 ? ISA_GLC : 0) | (word >> 15 & 1 ? ISA_SLC : 0) | (word >> 13 & 1 ? ISA_DLC : 0) |
               (second >> 23 & 1 ? ISA_SVE : 0);
    return i->row == NULL || flat_exists(i) ? 0 : decode_reject(i);
}

int decode_flat12(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second, third;
    if (!take(r, &second) || !take(r, &third)) {
        return -ENODATA;
    }
    i->row = find_row(i, (enum isa_enc)i->enc, BITS(word, 21, 14));
    i->src[0] = SRC_VGPR0 + BITS(third, 7, 0);
    i->src[1] = SRC_VGPR0 + BITS(second, 30, 23);
    i->src[2] = BITS(word, 6, 0);
    i->dst = BITS(second, 7, 0);
    i->literal = (uint32_t)((int32_t)third >> 8);
    i->scope = BITS(second, 19, 18);
    i->th = BITS(second, 22, 20);
    i->extra = second >> 17 & 1 ? ISA_SVE : 0;
    if (i->row == NULL) {
        return 0;
    }
    i->extra |= i->row->flags & ROW_ATOMIC && i->th & 1 ? ISA_GLC : 0;
    return flat_exists(i) ? 0 : decode_reject(i);
}

/* How many VGPRs the index and the offset take. */
static uint32_t buffer_address_count(const struct inst *i)
{
    return (i->extra & ISA_OFFEN ? 1 : 0) + (i->extra & ISA_IDXEN ? 1 : 0);
}

static int finish_mubuf(struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row == NULL) {
        return 0;
    }
    if (row->src[2] == K_NONE) { /* cache invalidation */
        return i->extra & (ISA_GLC | ISA_DLC | ISA_TFE | ISA_OFFEN | ISA_IDXEN) ? decode_reject(i) : 0;
    }
    if (i->extra & ISA_TFE && (row->flags & ROW_ATOMIC || (row->dst == K_NONE && row->src[1] == K_NONE))) {
        return decode_reject(i);
    }
    uint32_t data = isa_kind_dwords((enum isa_kind)(row->dst != K_NONE ? row->dst : row->src[1])) + (i->extra & ISA_TFE ? 1 : 0);
    bool good = vgprs_exist(i->src[0] - (uint32_t)SRC_VGPR0, buffer_address_count(i)) && vgprs_exist(i->dst, data);
    return good && decode_scalar_register(&i->src[2], 4) && i->dst2 != SRC_LITERAL && decode_source(&i->dst2, 1)
               ? 0
               : decode_reject(i);
}

int decode_mubuf11(struct reader *r, struct inst *i)
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
    return finish_mubuf(i);
}

int decode_vbuffer12(struct reader *r, struct inst *i)
{
    uint32_t word = r->words[0], second, third;
    if (!take(r, &second) || !take(r, &third)) {
        return -ENODATA;
    }
    i->row = find_row(i, ENC_MUBUF, BITS(word, 21, 14));
    i->src[0] = SRC_VGPR0 + BITS(third, 7, 0);
    i->src[1] = SRC_VGPR0 + BITS(second, 7, 0);
    i->src[2] = BITS(second, 17, 9);
    i->dst = BITS(second, 7, 0);
    i->dst2 = BITS(word, 6, 0);
    i->literal = (uint32_t)((int32_t)third >> 8);
    i->scope = BITS(second, 19, 18);
    i->th = BITS(second, 22, 20);
    i->extra = (word >> 22 & 1 ? ISA_TFE : 0) | (second >> 30 & 1 ? ISA_OFFEN : 0) | (second >> 31 & 1 ? ISA_IDXEN : 0);
    if (i->row == NULL) {
        return 0;
    }
    i->extra |= i->row->flags & ROW_ATOMIC && i->th & 1 ? ISA_GLC : 0;
    return finish_mubuf(i);
}
