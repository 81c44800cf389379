/*
 * isa.h: rows, decoder, disassembler, decoded-code cache and the loop that runs a wave. One table of rows per encoding family
 * drives all of them, for both generations: an opcode per generation, one execute function.
 *
 * Decoding never trusts the bytes: what is unknown or reserved decodes to an instruction whose execution is a named fault.
 */
#ifndef EXO_SIM_ISA_ISA_H
#define EXO_SIM_ISA_ISA_H

#include <stddef.h>

#include "wave.h"

/* RDNA3 and RDNA4. gfx11 is 0: what is zeroed means it. */
enum isa_gen { ISA_GFX11, ISA_GFX12, ISA_GENS };

enum { ISA_NO_OP = 0x8000 }; /* in isa_row.op: this generation does not have it */

enum isa_enc {
    ENC_NONE,
    ENC_SOP1,
    ENC_SOP2,
    ENC_SOPK,
    ENC_SOPC,
    ENC_SOPP,
    ENC_SMEM,
    ENC_VOP1,
    ENC_VOP2,
    ENC_VOPC,
    ENC_VOP3,
    ENC_VOP3SD,
    ENC_VOP3P,
    ENC_VOPD,
    ENC_DS,
    ENC_FLAT,
    ENC_SCRATCH,
    ENC_GLOBAL,
    ENC_MUBUF,
    ENC_MTBUF,
    ENC_MIMG,
    ENC_EXP,
    ENC_LDSDIR,
    ENC_VINTERP, /* recognised, not compute instructions */
    ENC_COUNT
};

/*
 * What an operand is: gives its size in registers (bounds check, register ranges in text), which float its modifiers and inline
 * constants are, and how it is written in text.
 */
enum isa_kind {
    K_NONE,
    K_B16,
    K_I16,
    K_F16,
    K_B32,
    K_I32,
    K_F32,
    K_B64,
    K_I64,
    K_F64,
    K_B96,
    K_B128,
    K_B160,
    K_B256,
    K_B512,
    K_B1024,
    K_MASK,  /* a lane mask in SGPRs: one for wave32, two for wave64 */
    K_V2F16, /* packed pair (VOP3P) */
    K_V2I16,
    K_SIMM,   /* the 16-bit immediate of SOPK and SOPP */
    K_SGPR32, /* a vector instruction's scalar destination (v_readlane) */
    K_COUNT
};

/* Registers an operand of this kind takes (K_MASK: of a wave32). */
static inline uint32_t isa_kind_dwords(enum isa_kind kind)
{
    switch (kind) {
    case K_NONE:
    case K_COUNT:
        return 0;
    case K_B64:
    case K_I64:
    case K_F64:
        return 2;
    case K_B96:
        return 3;
    case K_B128:
        return 4;
    case K_B160:
        return 5;
    case K_B256:
        return 8;
    case K_B512:
        return 16;
    case K_B1024:
        return 32;
    default:
        return 1;
    }
}

/* isa_row.flags */
enum {
    ROW_ONCE = 1 << 0,        /* runs once for a wave64 too: it works across halves, or only on scalars */
    ROW_BRANCH = 1 << 1,      /* may change the PC */
    ROW_END = 1 << 2,         /* never falls through: decoding need not go on */
    ROW_DIRECT = 1 << 3,      /* branch whose target is PC + 4 + SIMM16 * 4 */
    ROW_READS_DST = 1 << 4,   /* the destination is a source too (fmac, writelane) */
    ROW_STORE = 1 << 5,       /* memory: no destination register */
    ROW_CARRY_IN = 1 << 6,    /* VOP2 form reads VCC, VOP3 form reads src[2] as a mask */
    ROW_CARRY_OUT = 1 << 7,   /* VOP2 form writes VCC, VOP3SD form writes dst2 as a mask */
    ROW_CMPX = 1 << 8,        /* comparison that writes EXEC */
    ROW_LITERAL_K = 1 << 9,   /* always followed by a 32-bit constant that is source 1 (fmamk) … */
    ROW_LITERAL_K2 = 1 << 10, /* … or source 2 (fmaak): see decode.c */
    ROW_NO_SRC = 1 << 11,
    ROW_RTN = 1 << 12,       /* DS atomic that returns; for FLAT see ISA_GLC */
    ROW_GDS = 1 << 13,       /* only exists with the GDS bit */
    ROW_READS_VCC = 1 << 14, /* v_div_fmas */
    /* Which modifiers and permutations the VOP3 and DPP forms take, where it does not follow from the operands' kinds. */
    ROW_CLAMP = 1 << 15,      /* clamps though all of it are integers */
    ROW_NO_CLAMP = 1 << 16,   /* does not clamp though there are floats */
    ROW_OMOD = 1 << 17,       /* the same for the output multiplier */
    ROW_NO_OMOD = 1 << 18,    /* … */
    ROW_OPSEL = 1 << 19,      /* op_sel chooses halves */
    ROW_OPSEL_BYTE = 1 << 20, /* … or bytes */
    ROW_SIGNS = 1 << 21,      /* negates integer sources too … */
    ROW_SIGNS_ABS = 1 << 22,  /* … and takes their absolute value */
    ROW_NO_DPP = 1 << 23,     /* no lane permutation although all is 32-bit */
    ROW_DPP = 1 << 24,        /* VOP3P with lane permutation */
    ROW_NO_VOP3 = 1 << 25,    /* VOP1 without a VOP3 form */
    ROW_MESSAGE = 1 << 26,    /* the source is a message number */
    ROW_ATOMIC = 1 << 27,     /* returns what was there if a bit asks for it */
    ROW_NOT_GDS = 1 << 30,    /* never with the GDS bit */
    ROW_NOT_LLVM = 1 << 29,   /* in the manual, but not in LLVM 19 */
    ROW_HALF_2 = 1 << 28,     /* op_sel chooses the half of source 2, of which only a few bits count (v_alignbit) */
};

/* Which of VOP3P's modifiers a row has (decode_vector.c). */
enum isa_form {
    FORM_PACKED, /* all, for as many sources as it has */
    FORM_MATRIX11,
    FORM_MATRIX11_HALF,
    FORM_MATRIX11_INT,
    FORM_FP8,
    FORM_MATRIX12,
    FORM_MATRIX12_INT,
    FORM_SPARSE,
    FORM_SPARSE_FP8,
    FORM_SPARSE_INT,
    FORM_SPARSE_INT4,
    FORM_SPARSE_INT_WIDE,
};

struct lanes;

/* A vector operation on 32 lanes whose operands were fetched already (valu.h). */
typedef void (*lanes_fn)(struct lanes *lanes);

struct isa_row {
    const char *name; /* LLVM's mnemonic, without _e32 and _e64 */
    uint8_t enc;      /* enum isa_enc */
    uint8_t dst;      /* enum isa_kind */
    uint8_t src[3];
    uint16_t op[ISA_GENS]; /* opcode, or ISA_NO_OP */
    uint32_t flags;
    exec_fn exec; /* NULL for rows that have `lanes`: decode.c chooses the function by the operands' shape */
    lanes_fn lanes;
    uint32_t arg;       /* the row's own: what distinguishes it from others with the same exec */
    const char *name12; /* gfx12's mnemonic where it is another, else NULL */
    uint8_t form;       /* enum isa_form: VOP3P only */
};

struct isa_rows {
    const struct isa_row *rows;
    uint32_t count;
};

/* The rows of one encoding (both generations'): rows_scalar.h, rows_vector.h, rows_packed.h, rows_memory.h. */
struct isa_rows isa_rows_of(enum isa_enc enc);

/* The row with this opcode in this encoding, or NULL. */
const struct isa_row *isa_find_row(enum isa_gen gen, enum isa_enc enc, uint32_t op);

static inline const char *isa_row_name(const struct isa_row *row, enum isa_gen gen)
{
    return gen == ISA_GFX12 && row->name12 != NULL ? row->name12 : row->name;
}

/* The execute function of rows that decode and print but are not for compute: they fault. */
void exec_not_compute(struct wave *w, const struct inst *i);

/*
 * What decode.c puts where, for the encodings of memory and packed math:
 *  SMEM             src[0] first SGPR of the base pair (or of the buffer descriptor), src[1] offset register or SRC_NULL,
 *                   dst first SGPR of the data, literal: 21-bit (gfx12: 24-bit) offset, sign extended
 *  DS               src[0] address, src[1] data0, src[2] data1 (all SRC_VGPR0 + n), dst VGPR, literal: offset1 << 8 | offset0,
 *                   extra: ISA_GDS
 *  FLAT, GLOBAL,    src[0] address VGPR, src[1] data VGPR, src[2] scalar address (SRC_NULL: none), dst VGPR,
 *  SCRATCH          literal: 13-bit (gfx12: 24-bit) offset, sign extended; extra: ISA_GLC, ISA_SLC, ISA_DLC, ISA_SVE
 *  MUBUF            src[0] address VGPR, src[1] data VGPR, src[2] first SGPR of the descriptor, dst the data VGPR, dst2 soffset
 *                   operand number, literal: 12-bit (gfx12: 24-bit) offset; extra: ISA_GLC, ISA_SLC, ISA_DLC, ISA_TFE, ISA_OFFEN,
 * ISA_IDXEN VOP3P            src[0..2], dst VGPR, neg (low), neg_hi, opsel (low), opsel_hi, clamp gfx12 has no glc, slc, dlc but
 * scope and th; for atomics that return, extra has ISA_GLC in both generations. Rows give the kinds in the same places; data the
 * size of dst: dst kind K_NONE for stores, src[1] kind is the data's.
 */
enum { ISA_GLC = 1, ISA_SLC = 2, ISA_DLC = 4, ISA_SVE = 8, ISA_GDS = 16, ISA_TFE = 32, ISA_OFFEN = 64, ISA_IDXEN = 128 };

/* Decodes one instruction. `avail` words are readable (an instruction is 1 to 3). 0; -EINVAL: unknown or reserved (out->exec
 * faults with the reason); -ENODATA: it goes on beyond `avail`. Fills everything but pc, exec_half and target. */
int isa_decode(const uint32_t *words, uint32_t avail, enum isa_gen gen, struct inst *out);

/* Whether a decoded instruction exists in waves of this width: matrices take fewer registers in a wave64, and op_sel then chooses
 * among more pieces of a sparse matrix's indexes. isa_decode takes what either has. */
bool isa_fits_wave(const struct inst *i, bool wave64);

/* Writes the instruction as LLVM writes it, cut to `size`. `text` may be used in sentences. Returns text. */
char *isa_disassemble(const struct inst *i, bool wave64, char *text, size_t size);

/* Whether LLVM 19 has no text for it although the hardware has the instruction: 16-bit operands in high halves of registers in
 * the short forms (it knows them with "real-true16" only, which is off), and rows with ROW_NOT_LLVM. */
bool isa_llvm_rejects(const struct inst *i);

/* Reads up to `count` words of code at va (4-byte aligned) into words. Returns how many could be read (at least 1), or
 * -EFAULT. */
typedef int (*code_fetch_fn)(void *context, uint64_t va, uint32_t *words, uint32_t count);

/* Decoded instructions by address, for one host thread. What was fetched stays until code_cache_invalidate. */
struct code_cache;

struct code_cache *code_cache_create(code_fetch_fn fetch, void *context);
void code_cache_destroy(struct code_cache *cache);
void code_cache_invalidate(struct code_cache *cache);

/* What `w` would execute at pc, or NULL if nothing can be fetched there. Stays until code_cache_invalidate. */
const struct inst *code_cache_at(struct code_cache *cache, const struct wave *w, uint64_t pc);
/* The one behind `i` in memory; not for what has no row or ROW_END. */
const struct inst *code_cache_behind(struct code_cache *cache, const struct wave *w, const struct inst *i);

/* Adds what was executed since the last call to by_class[CLASS_COUNT] (cost.h). */
void code_cache_tally(struct code_cache *cache, uint64_t *by_class);

enum wave_stop { WAVE_ENDED, WAVE_BARRIER, WAVE_BUDGET, WAVE_FAULTED };

/* Runs the wave from w->pc until it ends, waits at a barrier (w->at_barrier; w->pc is behind it), faults, or has executed about
 * max_instructions (checked at branches). Does not block. */
enum wave_stop wave_run(struct wave *w, struct code_cache *cache, uint64_t max_instructions);

#endif
