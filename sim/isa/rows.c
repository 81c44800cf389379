/* rows.c: the tables of scalar and vector arithmetic rows, expanded from the lists in rows_alu.h. */
#include "valu.h"

/* clang-format off */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DECLARE_SALU(opcode, name, ...) void exec_##name(struct wave *w, const struct inst *i);
ISA_ROWS_SOP1(DECLARE_SALU)
ISA_ROWS_SOP2(DECLARE_SALU)
ISA_ROWS_SOPC(DECLARE_SALU)
ISA_ROWS_SOPK(DECLARE_SALU)
ISA_ROWS_SOPP(DECLARE_SALU)

#define SALU(encoding, opcode, mnemonic, d, a, b, c, f) \
    {.name = #mnemonic, .enc = encoding, .op = opcode, .dst = d, .src = {a, b, c}, .flags = f, .exec = exec_##mnemonic},
#define SOP1_ROW(...) SALU(ENC_SOP1, __VA_ARGS__)
#define SOP2_ROW(...) SALU(ENC_SOP2, __VA_ARGS__)
#define SOPC_ROW(...) SALU(ENC_SOPC, __VA_ARGS__)
#define SOPK_ROW(...) SALU(ENC_SOPK, __VA_ARGS__)
#define SOPP_ROW(...) SALU(ENC_SOPP, __VA_ARGS__)
static const struct isa_row sop1[] = {ISA_ROWS_SOP1(SOP1_ROW)};
static const struct isa_row sop2[] = {ISA_ROWS_SOP2(SOP2_ROW)};
static const struct isa_row sopc[] = {ISA_ROWS_SOPC(SOPC_ROW)};
static const struct isa_row sopk[] = {ISA_ROWS_SOPK(SOPK_ROW)};
static const struct isa_row sopp[] = {ISA_ROWS_SOPP(SOPP_ROW)};
const struct isa_rows isa_rows_sop1 = {sop1, COUNT(sop1)};
const struct isa_rows isa_rows_sop2 = {sop2, COUNT(sop2)};
const struct isa_rows isa_rows_sopc = {sopc, COUNT(sopc)};
const struct isa_rows isa_rows_sopk = {sopk, COUNT(sopk)};
const struct isa_rows isa_rows_sopp = {sopp, COUNT(sopp)};

#define VALU_F(encoding, opcode, mnemonic, d, a, b, c, f) \
    {.name = #mnemonic, .enc = encoding, .op = opcode, .dst = d, .src = {a, b, c}, .flags = f, .exec = fast_##mnemonic, \
     .lanes = lanes_##mnemonic},
#define VALU_G(encoding, opcode, mnemonic, d, a, b, c, f) \
    {.name = #mnemonic, .enc = encoding, .op = opcode, .dst = d, .src = {a, b, c}, .flags = f, .lanes = lanes_##mnemonic},
#define VOP1_F(...) VALU_F(ENC_VOP1, __VA_ARGS__)
#define VOP1_G(...) VALU_G(ENC_VOP1, __VA_ARGS__)
#define VOP1_S(...) SALU(ENC_VOP1, __VA_ARGS__)
#define VOP2_F(...) VALU_F(ENC_VOP2, __VA_ARGS__)
#define VOP2_G(...) VALU_G(ENC_VOP2, __VA_ARGS__)
#define VOP2_S(...) SALU(ENC_VOP2, __VA_ARGS__)
#define VOP3_F(...) VALU_F(ENC_VOP3, __VA_ARGS__)
#define VOP3_G(...) VALU_G(ENC_VOP3, __VA_ARGS__)
#define VOP3_S(...) SALU(ENC_VOP3, __VA_ARGS__)
#define VOP3SD_G(...) VALU_G(ENC_VOP3SD, __VA_ARGS__)
static const struct isa_row vop1[] = {ISA_ROWS_VOP1(VOP1_F, VOP1_G, VOP1_S)};
static const struct isa_row vop2[] = {ISA_ROWS_VOP2(VOP2_F, VOP2_G, VOP2_S)};
static const struct isa_row vop3[] = {ISA_ROWS_VOP3(VOP3_F, VOP3_G, VOP3_S)};
static const struct isa_row vop3sd[] = {ISA_ROWS_VOP3SD(VOP3SD_G, VOP3SD_G, VOP3SD_G)};
const struct isa_rows isa_rows_vop1 = {vop1, COUNT(vop1)};
const struct isa_rows isa_rows_vop2 = {vop2, COUNT(vop2)};
const struct isa_rows isa_rows_vop3 = {vop3, COUNT(vop3)};
const struct isa_rows isa_rows_vop3sd = {vop3sd, COUNT(vop3sd)};

/* Each comparison twice: v_cmp_* to a mask, v_cmpx_* to EXEC. */
#define VOPC_ONE(prefix, opcode, compare, type, a, b, f, fast) \
    {.name = prefix #compare "_" #type, .enc = ENC_VOPC, .op = opcode, .dst = K_MASK, .src = {a, b}, .flags = f, .exec = fast, \
     .lanes = lanes_v_cmp_##compare##_##type},
#define VOPC_F(opcode, compare, type, kind) \
    VOPC_ONE("v_cmp_", opcode, compare, type, kind, kind, 0, fast_v_cmp_##compare##_##type) \
    VOPC_ONE("v_cmpx_", 0x80 + (opcode), compare, type, kind, kind, ROW_CMPX, fast_v_cmp_##compare##_##type)
#define VOPC_G(opcode, compare, type, kind) \
    VOPC_ONE("v_cmp_", opcode, compare, type, kind, kind, 0, NULL) \
    VOPC_ONE("v_cmpx_", 0x80 + (opcode), compare, type, kind, kind, ROW_CMPX, NULL)
#define VOPC_C(opcode, compare, type, kind) \
    VOPC_ONE("v_cmp_", opcode, compare, type, kind, (kind == K_F16 ? K_B16 : K_B32), 0, NULL) \
    VOPC_ONE("v_cmpx_", 0x80 + (opcode), compare, type, kind, (kind == K_F16 ? K_B16 : K_B32), ROW_CMPX, NULL)
static const struct isa_row vopc[] = {ISA_ROWS_VOPC(VOPC_F, VOPC_G, VOPC_C)};
const struct isa_rows isa_rows_vopc = {vopc, COUNT(vopc)};

#define VOPD_ROW(opcode, mnemonic, operation, a, b, c, f) \
    {.name = #mnemonic, .enc = ENC_VOPD, .op = opcode, .dst = K_B32, .src = {a, b, c}, .flags = f, .exec = exec_vopd, \
     .lanes = lanes_##operation},
static const struct isa_row vopd[] = {ISA_ROWS_VOPD(VOPD_ROW)};
const struct isa_rows isa_rows_vopd = {vopd, COUNT(vopd)};
/* clang-format on */
