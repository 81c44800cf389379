/*
 * wave.h: the state of one wave and the shape of a decoded instruction: what the decoder fills in and the execute functions
 * read, with the operand access they share. A register holds 32 lanes in one compiler vector; a wave64's register is two of
 * them, and vector instructions run once per half. No function here locks or allocates; a wave belongs to one host thread.
 */
#ifndef EXO_SIM_ISA_WAVE_H
#define EXO_SIM_ISA_WAVE_H

#include <stdbool.h>
#include <stdint.h>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "compute.h"

typedef uint32_t u32x32 __attribute__((vector_size(128)));
typedef int32_t i32x32 __attribute__((vector_size(128)));
typedef float f32x32 __attribute__((vector_size(128)));

/* Lanes of a register as an array: loops over these are what the compiler vectorises, whatever the host's width. */
typedef uint32_t __attribute__((may_alias)) lane_u32;
typedef int32_t __attribute__((may_alias)) lane_i32;
typedef float __attribute__((may_alias)) lane_f32;

/* operand numbers of the 9-bit source encoding (RDNA3 ISA, "Scalar operands") */
enum {
    SRC_SGPR0 = 0,
    SRC_VCC_LO = 106,
    SRC_VCC_HI = 107,
    SRC_TTMP0 = 108,
    SRC_NULL = 124,
    SRC_M0 = 125,
    SRC_EXEC_LO = 126,
    SRC_EXEC_HI = 127,
    SRC_INT_0 = 128, /* 128..192: 0..64, 193..208: -1..-16 */
    SRC_DPP8 = 233,  /* in SRC0: the real source and the lane selects are in the next word */
    SRC_DPP8_FI = 234,
    SRC_SHARED_BASE = 235,
    SRC_SHARED_LIMIT = 236,
    SRC_PRIVATE_BASE = 237,
    SRC_PRIVATE_LIMIT = 238,
    SRC_POPS_WAVE = 239,  /* of pixel shaders; reads 0 here */
    SRC_FLOAT_HALF = 240, /* 240..248: 0.5 -0.5 1 -1 2 -2 4 -4 1/(2 pi) */
    SRC_DPP16 = 250,
    SRC_VCCZ = 251,
    SRC_EXECZ = 252,
    SRC_SCC = 253,
    SRC_LITERAL = 255,
    SRC_VGPR0 = 256,
};

struct wave;
struct inst;
struct isa_row;

/* Executes one instruction. Vector instructions are called once per half (w->half = 0, 1) for wave64. On a fault it calls
 * wave_fault and returns; the loop stops. */
typedef void (*exec_fn)(struct wave *w, const struct inst *i);

struct inst {
    exec_fn exec;
    const struct isa_row *row;
    uint16_t src[3];    /* 9-bit operand numbers (VGPRs: SRC_VGPR0 + n); SRC_LITERAL: the value is in literal */
    uint16_t dst, dst2; /* destination registers: VGPR number for vector, operand number for scalar */
    uint8_t size;       /* bytes: 4, 8, 12 */
    uint8_t gen;        /* enum isa_gen */
    uint8_t enc;        /* enum isa_enc as found: a VOP1, VOP2 or VOPC row may have come in the VOP3 form */
    uint32_t literal;   /* literal constant, or a memory instruction's offset (sign extended) */
    uint8_t neg, abs, opsel, opsel_hi, neg_hi, omod; /* bit n: source n; opsel bit 3: destination */
    bool clamp;
    uint8_t scope, th;           /* gfx12 memory: cache scope, temporal hint */
    uint8_t lane_control;        /* 0, or SRC_DPP8, SRC_DPP8_FI, SRC_DPP16: src[0] goes through `dpp` */
    uint32_t dpp;                /* the DPP word */
    uint8_t dpp_lane[16];        /* made of it: which lane of its row of 16 each lane reads … */
    uint16_t dpp_valid;          /* … the lanes whose source lies within the row … */
    uint16_t dpp_bank;           /* … and those that the bank mask lets write */
    uint32_t extra;              /* the row's own, see isa.h: cache bits, SIMM16 … */
    uint32_t word[3];            /* as fetched */
    uint16_t src_y[3];           /* VOPD: the second half's sources; its destination is dst2 */
    uint16_t vgprs_used;         /* one more than the highest VGPR number it touches */
    uint16_t vgprs_used64;       /* … in a wave64, where matrices take fewer */
    const struct isa_row *row_y; /* VOPD: the second half */
    exec_fn exec_half;           /* wave64: what exec runs twice */
    exec_fn exec_plain;          /* where waits are checked: what exec runs after that (waits.h) */
    const struct inst *target;   /* branches: the decoded target once it was taken */
    uint64_t pc;                 /* virtual address it was fetched from */
    struct code_run *run;        /* the stretch of decoded code it belongs to … */
    uint64_t entered, left;      /* … how often execution began here, and went elsewhere behind it: see cost.h */
    uint8_t cost;                /* enum compute_class */
    uint8_t proof;               /* of the program that begins here: enum waits_proof (waits_proof.c) … */
    uint32_t join;               /* … and, while one is looked for, which of the places where paths meet this is */
};

struct workgroup {
    uint8_t *lds;
    uint32_t lds_bytes;
    uint32_t id[3];
    uint32_t wave_count, waves_at_barrier, waves_ended;
    uint32_t signals;   /* gfx12: waves that have signalled the barrier */
    struct wave *waves; /* wave_count of them; NULL: the wave is alone */
    bool sampled;       /* LDS bank conflicts are counted */
};

struct wave {
    u32x32 *vgpr;        /* [register * halves + half], 64-byte aligned */
    uint32_t vgpr_count; /* declared; a higher number is a fault */
    uint8_t half;        /* which 32 lanes a vector instruction is working on */
    uint8_t gen;         /* enum isa_gen, of the dispatch */
    bool wave64;
    bool scc;
    bool redirect; /* the next instruction is not the following one: a branch was taken, or the wave stops */
    bool ended, at_barrier, faulted;
    bool barrier_complete; /* gfx12: everybody has signalled, and this wave has not waited yet */
    /* By operand number: SGPRs, VCC, TTMPs, NULL (reads 0), M0, EXEC; from 128 the inline constants, put there by wave_reset.
     * Write with sgpr_write, which drops writes to NULL. */
    uint32_t sgpr[256];
    uint64_t pc;    /* where wave_run starts or goes on; virtual address */
    uint32_t mode;  /* MODE register; change it with mode_set */
    uint32_t rules; /* what follows of it: RULE_… (mode.h) */
    uint32_t index; /* of the wave in its work-group */
    struct workgroup *group;
    uint64_t scratch_va; /* of the wave, lane-interleaved by dwords (architected flat scratch) */
    uint32_t scratch_bytes_per_lane;
    const struct compute_dispatch *dispatch;
    struct waits *waits;   /* loads on their way, if instructions are checked one by one; else NULL (waits.h) */
    struct worker *worker; /* the host thread's own: translation cache, counters (sim/isa/memory.h) */
    uint64_t instructions; /* executed so far */
    struct compute_fault fault;
};

/* gfx12: whether the barrier is complete, after a signal or the end of a wave. */
void barrier_check(struct workgroup *group);

/* Makes a zeroed or used wave ready: registers cleared, inline constants and apertures in place (needs w->dispatch), EXEC all
 * ones. Leaves vgpr, group, worker and dispatch as they are; VGPR contents too. */
void wave_reset(struct wave *w);

/* Stops the wave: records kind, PC, the instruction's text and, where it has one, the data address and lane. */
void wave_fault(struct wave *w, const struct inst *i, enum compute_fault_kind kind, uint64_t address, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static inline uint64_t wave_exec(const struct wave *w)
{
    return (uint64_t)w->sgpr[SRC_EXEC_HI] << 32 | w->sgpr[SRC_EXEC_LO];
}

/* The 32 bits of EXEC that belong to the half being worked on. */
static inline uint32_t wave_exec_half(const struct wave *w)
{
    return w->sgpr[SRC_EXEC_LO + w->half];
}

static inline u32x32 *wave_vgpr(struct wave *w, uint32_t reg)
{
    return &w->vgpr[(reg << w->wave64) + w->half];
}

static inline void sgpr_write(struct wave *w, uint32_t reg, uint32_t value)
{
    if (reg != SRC_NULL) {
        w->sgpr[reg & 127] = value;
    }
}

static inline void sgpr_write64(struct wave *w, uint32_t reg, uint64_t value)
{
    if (reg != SRC_NULL) {
        w->sgpr[reg & 127] = (uint32_t)value;
        w->sgpr[(reg + 1) & 127] = (uint32_t)(value >> 32);
    }
}

/* VCCZ, EXECZ and SCC read as operands: computed, not stored. */
uint32_t scalar_special(const struct wave *w, const struct inst *i, uint32_t operand);

/* A scalar operand's 32 bits: SGPR, inline constant (floats as f32), literal. Not for VGPR operands. */
static inline uint32_t scalar_u32(const struct wave *w, const struct inst *i, uint32_t operand)
{
    if (__builtin_expect(operand >= SRC_VCCZ, 0)) {
        return scalar_special(w, i, operand);
    }
    return w->sgpr[operand];
}

/* 64 bits: register pair, sign-extended inline integer, inline float as f64, literal zero-extended. */
uint64_t scalar_u64(const struct wave *w, const struct inst *i, uint32_t operand);

/* Source n as 32 lanes: a pointer to the VGPR itself, or to *scratch with the scalar in every lane. No modifiers. */
static inline const u32x32 *src_lanes(struct wave *w, const struct inst *i, uint32_t operand, u32x32 *scratch)
{
    if (__builtin_expect(operand >= SRC_VGPR0, 1)) {
        return wave_vgpr(w, operand - SRC_VGPR0);
    }
    uint32_t value = scalar_u32(w, i, operand);
    *scratch = value - (u32x32){0};
    return scratch;
}

static inline u32x32 src_u32(struct wave *w, const struct inst *i, unsigned n)
{
    u32x32 scratch;
    return *src_lanes(w, i, i->src[n], &scratch);
}

/* *d = *value in the lanes of `mask`. */
static inline void lanes_blend(u32x32 *d, const u32x32 *value, uint32_t mask)
{
    if (__builtin_expect(mask == UINT32_MAX, 1)) {
        *d = *value;
        return;
    }
#if defined(__AVX512F__)
    _mm512_mask_storeu_epi32((char *)d, (__mmask16)mask, _mm512_loadu_si512(value));
    _mm512_mask_storeu_epi32((char *)d + 64, (__mmask16)(mask >> 16), _mm512_loadu_si512((const char *)value + 64));
#else
    lane_u32 *to = (lane_u32 *)d;
    const lane_u32 *from = (const lane_u32 *)value;
    for (uint32_t l = 0; l < 32; l++) {
        to[l] = mask >> l & 1 ? from[l] : to[l];
    }
#endif
}

/* Writes VGPR `reg` in the lanes that EXEC names. */
static inline void vgpr_write(struct wave *w, uint32_t reg, const u32x32 *value)
{
    lanes_blend(wave_vgpr(w, reg), value, wave_exec_half(w));
}

#endif
