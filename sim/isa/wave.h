/*
 * wave.h: the state of one wave and the shape of a decoded instruction: what the decoder fills in and the execute functions
 * read. A register holds 32 lanes in one compiler vector; a wave64's register is two of them, and vector instructions run once
 * per half.
 */
#ifndef EXO_SIM_ISA_WAVE_H
#define EXO_SIM_ISA_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "compute.h"

typedef uint32_t u32x32 __attribute__((vector_size(128)));
typedef int32_t i32x32 __attribute__((vector_size(128)));
typedef float f32x32 __attribute__((vector_size(128)));

enum { /* operand numbers of the 9-bit source encoding (RDNA3 ISA, "Scalar operands") */
    SRC_SGPR0 = 0,
    SRC_VCC_LO = 106,
    SRC_VCC_HI = 107,
    SRC_TTMP0 = 108,
    SRC_NULL = 124,
    SRC_M0 = 125,
    SRC_EXEC_LO = 126,
    SRC_EXEC_HI = 127,
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
    uint16_t src[3];     /* 9-bit operand numbers; SRC_LITERAL: the value is in literal */
    uint16_t dst, dst2;  /* destination registers: VGPR number for vector, operand number for scalar */
    uint32_t literal;    /* literal constant, or a memory instruction's offset (sign extended) */
    uint8_t size;        /* bytes: 4, 8, 12 */
    uint8_t neg, abs, opsel, opsel_hi, neg_hi, omod;
    bool clamp;
    uint32_t word[3];    /* as fetched, for what has no field above (DPP, cache bits) and for the disassembler */
    uint32_t extra;      /* the row's own: branch target, waitcnt, VOPD's second half index … */
};

struct workgroup {
    uint8_t *lds;
    uint32_t lds_bytes;
    uint32_t id[3];
    uint32_t wave_count, waves_at_barrier, waves_ended;
};

struct wave {
    u32x32 *vgpr;          /* [register * halves + half] */
    uint32_t vgpr_count;   /* declared; a higher number is a fault */
    uint32_t sgpr[128];    /* by operand number: SGPRs, VCC, TTMPs, NULL (reads 0), M0, EXEC */
    uint64_t pc;           /* virtual address of the instruction being executed */
    bool scc;
    bool wave64;
    uint8_t half;          /* which 32 lanes a vector instruction is working on */
    bool ended, at_barrier, faulted;
    uint32_t mode;         /* MODE register: rounding and denormals */
    uint32_t index;        /* of the wave in its work-group */
    struct workgroup *group;
    uint64_t scratch_va;   /* of the wave, lane-interleaved by dwords (architected flat scratch) */
    uint32_t scratch_bytes_per_lane;
    const struct compute_dispatch *dispatch;
    struct worker *worker; /* the host thread's own: translation cache, counters (sim/isa/memory.h) */
    struct compute_fault fault;
};

static inline uint64_t wave_exec(const struct wave *w)
{
    return (uint64_t)w->sgpr[SRC_EXEC_HI] << 32 | w->sgpr[SRC_EXEC_LO];
}

/* The 32 bits of EXEC that belong to the half being worked on. */
static inline uint32_t wave_exec_half(const struct wave *w)
{
    return w->sgpr[w->half ? SRC_EXEC_HI : SRC_EXEC_LO];
}

static inline u32x32 *wave_vgpr(struct wave *w, uint32_t reg)
{
    return &w->vgpr[w->wave64 ? reg * 2 + w->half : reg];
}

/* Stops the wave: records kind, PC, the instruction's text and, where it has one, the data address and lane. */
void wave_fault(struct wave *w, const struct inst *i, enum compute_fault_kind kind, uint64_t address, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
