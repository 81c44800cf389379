/*
 * rows.c: the tables of rows, expanded from the lists in rows_*.h, and the index that finds a row by generation, encoding and
 * opcode.
 */
#include <pthread.h>

#include "flat.h"
#include "rows_memory.h"
#include "rows_packed.h"
#include "rows_scalar.h"
#include "valu.h"

void exec_not_compute(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0,
               "not a compute instruction (export, image, interpolation, ray tracing or typed buffer)");
}

/* clang-format off */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NO ISA_NO_OP
#define DECLARE_EXEC(op11, op12, name, ...) void exec_##name(struct wave *w, const struct inst *i);
ISA_ROWS_SOP1(DECLARE_EXEC)
ISA_ROWS_SOP2(DECLARE_EXEC)
ISA_ROWS_SOPC(DECLARE_EXEC)
ISA_ROWS_SOPK(DECLARE_EXEC)
ISA_ROWS_SOPP(DECLARE_EXEC)
ISA_ROWS_VOP3P(DECLARE_EXEC)

/* A row; what stands behind the flags' place initialises further members. */
#define ROW(encoding, op11, op12, mnemonic, d, a, b, c, function, of_lanes, ...) \
    {.name = #mnemonic, .enc = encoding, .op = {op11, op12}, .dst = d, .src = {a, b, c}, .exec = function, .lanes = of_lanes, \
     .flags = __VA_ARGS__},
#define EXEC(enc, op11, op12, name, d, a, b, c, ...) ROW(enc, op11, op12, name, d, a, b, c, exec_##name, NULL, __VA_ARGS__)
#define FAST(enc, op11, op12, name, d, a, b, c, ...) \
    ROW(enc, op11, op12, name, d, a, b, c, fast_##name, lanes_##name, __VA_ARGS__)
#define LANES(enc, op11, op12, name, d, a, b, c, ...) ROW(enc, op11, op12, name, d, a, b, c, NULL, lanes_##name, __VA_ARGS__)

#define SOP1_X(...) EXEC(ENC_SOP1, __VA_ARGS__)
#define SOP2_X(...) EXEC(ENC_SOP2, __VA_ARGS__)
#define SOPC_X(...) EXEC(ENC_SOPC, __VA_ARGS__)
#define SOPK_X(...) EXEC(ENC_SOPK, __VA_ARGS__)
#define SOPP_X(...) EXEC(ENC_SOPP, __VA_ARGS__)
#define VOP3P_X(...) EXEC(ENC_VOP3P, __VA_ARGS__)
static const struct isa_row sop1[] = {ISA_ROWS_SOP1(SOP1_X)};
static const struct isa_row sop2[] = {ISA_ROWS_SOP2(SOP2_X)};
static const struct isa_row sopc[] = {ISA_ROWS_SOPC(SOPC_X)};
static const struct isa_row sopk[] = {ISA_ROWS_SOPK(SOPK_X)};
static const struct isa_row sopp[] = {ISA_ROWS_SOPP(SOPP_X)};
static const struct isa_row vop3p[] = {ISA_ROWS_VOP3P(VOP3P_X)};

#define VOP1_F(...) FAST(ENC_VOP1, __VA_ARGS__)
#define VOP1_G(...) LANES(ENC_VOP1, __VA_ARGS__)
#define VOP1_S(...) EXEC(ENC_VOP1, __VA_ARGS__)
#define VOP2_F(...) FAST(ENC_VOP2, __VA_ARGS__)
#define VOP2_G(...) LANES(ENC_VOP2, __VA_ARGS__)
#define VOP2_S(...) EXEC(ENC_VOP2, __VA_ARGS__)
#define VOP3_F(...) FAST(ENC_VOP3, __VA_ARGS__)
#define VOP3_G(...) LANES(ENC_VOP3, __VA_ARGS__)
#define VOP3_S(...) EXEC(ENC_VOP3, __VA_ARGS__)
#define VOP3SD_G(...) LANES(ENC_VOP3SD, __VA_ARGS__)
static const struct isa_row vop1[] = {ISA_ROWS_VOP1(VOP1_F, VOP1_G, VOP1_S)};
static const struct isa_row vop2[] = {ISA_ROWS_VOP2(VOP2_F, VOP2_G, VOP2_S)};
static const struct isa_row vop3[] = {ISA_ROWS_VOP3(VOP3_F, VOP3_G, VOP3_S)};
static const struct isa_row vop3sd[] = {ISA_ROWS_VOP3SD(VOP3SD_G)};

/* Each comparison twice: v_cmp_* to a mask, v_cmpx_* to EXEC. */
#define VOPC_ONE(prefix, opcode, last, compare, type, a, b, f, fast) \
    {.name = prefix #compare "_" #type, .enc = ENC_VOPC, .op = {opcode, last == 11 ? NO : opcode}, .dst = K_MASK, .src = {a, b}, \
     .flags = f, .exec = fast, .lanes = lanes_v_cmp_##compare##_##type},
#define VOPC_F(opcode, last, compare, type, kind) \
    VOPC_ONE("v_cmp_", opcode, last, compare, type, kind, kind, 0, fast_v_cmp_##compare##_##type) \
    VOPC_ONE("v_cmpx_", 0x80 + (opcode), last, compare, type, kind, kind, ROW_CMPX, fast_v_cmp_##compare##_##type)
#define VOPC_G(opcode, last, compare, type, kind) \
    VOPC_ONE("v_cmp_", opcode, last, compare, type, kind, kind, 0, NULL) \
    VOPC_ONE("v_cmpx_", 0x80 + (opcode), last, compare, type, kind, kind, ROW_CMPX, NULL)
#define VOPC_C(opcode, last, compare, type, kind) \
    VOPC_ONE("v_cmp_", opcode, last, compare, type, kind, (kind == K_F16 ? K_B16 : K_B32), ROW_NO_CLAMP, NULL) \
    VOPC_ONE("v_cmpx_", 0x80 + (opcode), last, compare, type, kind, (kind == K_F16 ? K_B16 : K_B32), ROW_CMPX | ROW_NO_CLAMP, NULL)
static const struct isa_row vopc[] = {ISA_ROWS_VOPC(VOPC_F, VOPC_G, VOPC_C)};

#define VOPD_ROW(op11, op12, mnemonic, operation, a, b, c, ...) \
    ROW(ENC_VOPD, op11, op12, mnemonic, K_B32, a, b, c, exec_vopd, lanes_##operation, __VA_ARGS__)
static const struct isa_row vopd[] = {ISA_ROWS_VOPD(VOPD_ROW)};

#define DECLARE_MEMORY(op11, op12, name, d, a, b, c, f, function, ...) void exec_##function(struct wave *w, const struct inst *i);
ISA_ROWS_SMEM(DECLARE_MEMORY)
ISA_ROWS_DS(DECLARE_MEMORY)
ISA_ROWS_FLAT(DECLARE_MEMORY)
ISA_ROWS_GLOBAL(DECLARE_MEMORY)
ISA_ROWS_SCRATCH(DECLARE_MEMORY)
ISA_ROWS_MUBUF(DECLARE_MEMORY)
#define MEMORY(enc, op11, op12, name, d, a, b, c, f, function, ...) \
    ROW(enc, op11, op12, name, d, a, b, c, exec_##function, NULL, f, .arg = __VA_ARGS__)
#define SMEM_ROW(...) MEMORY(ENC_SMEM, __VA_ARGS__)
#define DS_ROW(...) MEMORY(ENC_DS, __VA_ARGS__)
#define FLAT_ROW(...) MEMORY(ENC_FLAT, __VA_ARGS__)
#define GLOBAL_ROW(...) MEMORY(ENC_GLOBAL, __VA_ARGS__)
#define SCRATCH_ROW(...) MEMORY(ENC_SCRATCH, __VA_ARGS__)
#define MUBUF_ROW(...) MEMORY(ENC_MUBUF, __VA_ARGS__)
static const struct isa_row smem[] = {ISA_ROWS_SMEM(SMEM_ROW)};
static const struct isa_row ds[] = {ISA_ROWS_DS(DS_ROW)};
static const struct isa_row flat[] = {ISA_ROWS_FLAT(FLAT_ROW)};
static const struct isa_row global[] = {ISA_ROWS_GLOBAL(GLOBAL_ROW)};
static const struct isa_row scratch[] = {ISA_ROWS_SCRATCH(SCRATCH_ROW)};
static const struct isa_row mubuf[] = {ISA_ROWS_MUBUF(MUBUF_ROW)};

#define TABLE(rows) {rows, COUNT(rows)}
static const struct isa_rows tables[ENC_COUNT] = {
    [ENC_SOP1] = TABLE(sop1), [ENC_SOP2] = TABLE(sop2), [ENC_SOPK] = TABLE(sopk), [ENC_SOPC] = TABLE(sopc),
    [ENC_SOPP] = TABLE(sopp), [ENC_SMEM] = TABLE(smem), [ENC_VOP1] = TABLE(vop1), [ENC_VOP2] = TABLE(vop2),
    [ENC_VOPC] = TABLE(vopc), [ENC_VOP3] = TABLE(vop3), [ENC_VOP3SD] = TABLE(vop3sd), [ENC_VOP3P] = TABLE(vop3p),
    [ENC_VOPD] = TABLE(vopd), [ENC_DS] = TABLE(ds), [ENC_FLAT] = TABLE(flat), [ENC_SCRATCH] = TABLE(scratch),
    [ENC_GLOBAL] = TABLE(global), [ENC_MUBUF] = TABLE(mubuf),
};
/* clang-format on */

struct isa_rows isa_rows_of(enum isa_enc enc)
{
    return enc < ENC_COUNT ? tables[enc] : (struct isa_rows){NULL, 0};
}

/* Row numbers plus one by opcode: made of the constant tables once, and constant from then on. */
enum { OPCODES = 1024 };
static uint16_t by_opcode[ISA_GENS][ENC_COUNT][OPCODES];
static pthread_once_t indexed = PTHREAD_ONCE_INIT;

static void make_index(void)
{
    for (uint32_t enc = 0; enc < ENC_COUNT; enc++) {
        for (uint32_t n = 0; n < tables[enc].count; n++) {
            for (uint32_t gen = 0; gen < ISA_GENS; gen++) {
                uint32_t op = tables[enc].rows[n].op[gen];
                if (op < OPCODES) {
                    by_opcode[gen][enc][op] = (uint16_t)(n + 1);
                }
            }
        }
    }
}

const struct isa_row *isa_find_row(enum isa_gen gen, enum isa_enc enc, uint32_t op)
{
    pthread_once(&indexed, make_index);
    if (gen >= ISA_GENS || enc >= ENC_COUNT || op >= OPCODES || by_opcode[gen][enc][op] == 0) {
        return NULL;
    }
    return &tables[enc].rows[by_opcode[gen][enc][op] - 1];
}
