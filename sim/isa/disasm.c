/*
 * disasm.c: an instruction as LLVM writes it for gfx1100, from the same rows that execute it. Used in the text of faults and by
 * the tests, which compare it with llvm-mc.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "isa.h"

struct text {
    char *at;
    size_t left; /* with the final zero */
    bool wave64;
    bool first_operand;
};

static void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(t->at, t->left, format, arguments);
    va_end(arguments);
    if (length > 0 && t->left > 0) {
        size_t step = (size_t)length < t->left ? (size_t)length : t->left - 1;
        t->at += step;
        t->left -= step;
    }
}

/* What stands before an operand: a space before the first, a comma before the others. */
static void next(struct text *t)
{
    put(t, "%s", t->first_operand ? " " : ", ");
    t->first_operand = false;
}

static void put_range(struct text *t, const char *prefix, uint32_t first, uint32_t count)
{
    if (count <= 1) {
        put(t, "%s%u", prefix, first);
    } else {
        put(t, "%s[%u:%u]", prefix, first, first + count - 1);
    }
}

static void put_constant(struct text *t, uint32_t operand, bool wide)
{
    static const char *const floats[9] = {"0.5", "-0.5", "1.0", "-1.0", "2.0", "-2.0", "4.0", "-4.0", "0.15915494"};
    static const char *const apertures[4] = {"src_shared_base", "src_shared_limit", "src_private_base", "src_private_limit"};
    if (operand <= 192) {
        put(t, "%u", operand - SRC_INT_0);
    } else if (operand <= 208) {
        put(t, "-%u", operand - 192);
    } else if (operand >= SRC_SHARED_BASE && operand <= SRC_PRIVATE_LIMIT) {
        put(t, "%s", apertures[operand - SRC_SHARED_BASE]);
    } else if (operand >= SRC_FLOAT_HALF && operand < SRC_FLOAT_HALF + 9) {
        put(t, "%s", wide && operand == SRC_FLOAT_HALF + 8 ? "0.15915494309189532" : floats[operand - SRC_FLOAT_HALF]);
    } else if (operand == SRC_SCC || operand == SRC_EXECZ || operand == SRC_VCCZ) {
        put(t, "%s", operand == SRC_SCC ? "src_scc" : operand == SRC_EXECZ ? "src_execz" : "src_vccz");
    } else {
        put(t, "reserved%u", operand);
    }
}

static void put_operand(struct text *t, const struct inst *i, uint32_t operand, uint32_t count)
{
    if (operand >= SRC_VGPR0) {
        put_range(t, "v", operand - SRC_VGPR0, count);
    } else if (operand < SRC_VCC_LO) {
        put_range(t, "s", operand, count);
    } else if (operand == SRC_VCC_LO || operand == SRC_VCC_HI) {
        put(t, "%s", count > 1 ? "vcc" : operand == SRC_VCC_LO ? "vcc_lo" : "vcc_hi");
    } else if (operand < SRC_NULL) {
        put_range(t, "ttmp", operand - SRC_TTMP0, count);
    } else if (operand == SRC_NULL || operand == SRC_M0) {
        put(t, "%s", operand == SRC_NULL ? "null" : "m0");
    } else if (operand == SRC_EXEC_LO || operand == SRC_EXEC_HI) {
        put(t, "%s", count > 1 ? "exec" : operand == SRC_EXEC_LO ? "exec_lo" : "exec_hi");
    } else if (operand == SRC_LITERAL) {
        put(t, "0x%x", i->literal);
    } else {
        put_constant(t, operand, count > 1);
    }
}

static uint32_t kind_count(const struct text *t, uint32_t kind)
{
    return kind == K_MASK && t->wave64 ? 2 : isa_kind_dwords((enum isa_kind)kind);
}

/* ---- scalar ---- */

static void put_waitcnt(struct text *t, uint32_t value)
{
    uint32_t vm = value >> 10 & 63, lgkm = value >> 4 & 63, exp = value & 7;
    bool all = vm == 63 && lgkm == 63 && exp == 7;
    if (vm != 63 || all) {
        put(t, " vmcnt(%u)", vm);
    }
    if (exp != 7 || all) {
        put(t, " expcnt(%u)", exp);
    }
    if (lgkm != 63 || all) {
        put(t, " lgkmcnt(%u)", lgkm);
    }
}

static void put_delay_alu(struct text *t, uint32_t value)
{
    static const char *const ids[16] = {"NO_DEP",        "VALU_DEP_1",    "VALU_DEP_2",    "VALU_DEP_3",        "VALU_DEP_4",
                                        "TRANS32_DEP_1", "TRANS32_DEP_2", "TRANS32_DEP_3", "FMA_ACCUM_CYCLE_1", "SALU_CYCLE_1",
                                        "SALU_CYCLE_2",  "SALU_CYCLE_3",  "INVALID",       "INVALID",           "INVALID",
                                        "INVALID"};
    static const char *const skips[8] = {"SAME", "NEXT", "SKIP_1", "SKIP_2", "SKIP_3", "SKIP_4", "INVALID", "INVALID"};
    uint32_t first = value & 15, skip = value >> 4 & 7, second = value >> 7 & 15;
    const char *separator = " ";
    if (first != 0 || value == 0) {
        put(t, " instid0(%s)", ids[first]);
        separator = " | ";
    }
    if (skip != 0) {
        put(t, "%sinstskip(%s)", separator, skips[skip]);
        separator = " | ";
    }
    if (second != 0) {
        put(t, "%sinstid1(%s)", separator, ids[second]);
    }
}

static void put_hwreg(struct text *t, uint32_t value)
{
    static const struct {
        uint32_t id;
        const char *name;
    } names[] = {{1, "HW_REG_MODE"},         {2, "HW_REG_STATUS"},  {3, "HW_REG_TRAPSTS"},       {5, "HW_REG_GPR_ALLOC"},
                 {6, "HW_REG_LDS_ALLOC"},    {7, "HW_REG_IB_STS"},  {15, "HW_REG_SH_MEM_BASES"}, {20, "HW_REG_FLAT_SCR_LO"},
                 {21, "HW_REG_FLAT_SCR_HI"}, {23, "HW_REG_HW_ID1"}, {24, "HW_REG_HW_ID2"},       {29, "HW_REG_SHADER_CYCLES"}};
    uint32_t id = value & 63, offset = value >> 6 & 31, size = (value >> 11 & 31) + 1;
    const char *name = NULL;
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        name = names[n].id == id ? names[n].name : name;
    }
    if (name != NULL) {
        put(t, "hwreg(%s", name);
    } else {
        put(t, "hwreg(%u", id);
    }
    if (offset != 0 || size != 32) {
        put(t, ", %u, %u", offset, size);
    }
    put(t, ")");
}

static void put_message(struct text *t, uint32_t value)
{
    if (value == 3 || value == 131 || value == 1) {
        put(t, "sendmsg(%s)", value == 3 ? "MSG_DEALLOC_VGPRS" : value == 1 ? "MSG_INTERRUPT" : "MSG_RTN_GET_REALTIME");
    } else {
        put(t, "%u", value);
    }
}

static bool is_named(const struct inst *i, const char *name)
{
    return strcmp(isa_row_name(i->row, (enum isa_gen)i->gen), name) == 0;
}

static void put_sopp(struct text *t, const struct inst *i)
{
    static const char *const decimal[] = {"s_nop",     "s_sleep",        "s_setprio",      "s_trap",
                                          "s_sethalt", "s_incperflevel", "s_decperflevel", "s_denorm_mode"};
    if (i->row->src[0] == K_NONE) {
        return;
    }
    if (is_named(i, "s_waitcnt")) {
        put_waitcnt(t, i->extra);
        return;
    }
    if (is_named(i, "s_delay_alu")) {
        put_delay_alu(t, i->extra);
        return;
    }
    next(t);
    if (strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "s_sendmsg", 9) == 0) {
        put_message(t, i->extra);
        return;
    }
    bool plain = (i->row->flags & ROW_BRANCH) != 0;
    for (size_t n = 0; n < sizeof decimal / sizeof decimal[0]; n++) {
        plain |= is_named(i, decimal[n]);
    }
    put(t, plain ? "%u" : "0x%x", i->extra);
}

static void put_sopk(struct text *t, const struct inst *i)
{
    if (strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "s_setreg", 8) == 0) {
        next(t);
        put_hwreg(t, i->extra);
        next(t);
        if (i->row->flags & ROW_LITERAL_K) {
            put(t, i->literal <= 64 ? "%u" : "0x%x", i->literal);
        } else {
            put_operand(t, i, i->dst, 1);
        }
        return;
    }
    if (i->row->dst != K_NONE) {
        next(t);
        put_operand(t, i, i->dst, kind_count(t, i->row->dst));
    }
    next(t);
    if (is_named(i, "s_getreg_b32")) {
        put_hwreg(t, i->extra);
    } else {
        put(t, i->row->flags & ROW_BRANCH ? "%u" : "0x%x", i->extra);
    }
}

static void put_scalar(struct text *t, const struct inst *i)
{
    if (i->row->dst != K_NONE) {
        next(t);
        put_operand(t, i, i->dst, kind_count(t, i->row->dst));
    }
    for (uint32_t n = 0; n < 3 && i->row->src[n] != K_NONE; n++) {
        if (n == 2 && i->row->flags & ROW_READS_DST) {
            break;
        }
        next(t);
        if (strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "s_sendmsg_rtn", 13) == 0) {
            put_message(t, i->src[0]);
        } else {
            put_operand(t, i, i->src[n], kind_count(t, i->row->src[n]));
        }
    }
}

static void put_cache_bits(struct text *t, const struct inst *i)
{
    put(t, "%s%s%s", i->extra & ISA_GLC ? " glc" : "", i->extra & ISA_SLC ? " slc" : "", i->extra & ISA_DLC ? " dlc" : "");
}

static void put_smem(struct text *t, const struct inst *i)
{
    int32_t offset = (int32_t)i->literal;
    const char *sign = offset < 0 ? "-" : "";
    uint32_t magnitude = offset < 0 ? 0u - i->literal : i->literal;
    if (i->row->dst == K_NONE) {
        return;
    }
    next(t);
    put_operand(t, i, i->dst, kind_count(t, i->row->dst));
    next(t);
    put_operand(t, i, i->src[0], strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "s_buffer", 8) == 0 ? 4 : 2);
    next(t);
    if (i->src[1] == SRC_NULL && offset == 0) {
        put(t, "null");
    } else if (i->src[1] == SRC_NULL) {
        put(t, "%s0x%x", sign, magnitude);
    } else {
        put_operand(t, i, i->src[1], 1);
        if (offset != 0) {
            put(t, " offset:%s0x%x", sign, magnitude);
        }
    }
    put_cache_bits(t, i);
}

/* ---- vector ---- */

static void put_modified(struct text *t, const struct inst *i, uint32_t n, uint32_t negate, uint32_t absolute)
{
    bool bars = absolute >> n & 1;
    next(t);
    put(t, "%s%s", negate >> n & 1 ? "-" : "", bars ? "|" : "");
    put_operand(t, i, i->src[n], kind_count(t, i->row->src[n]));
    put(t, "%s", bars ? "|" : "");
}

static void put_dpp16(struct text *t, const struct inst *i)
{
    uint32_t control = i->dpp >> 8 & 0x1ff, n = control & 15;
    static const char *const names[] = {"row_shl", "row_shr", "row_ror", NULL, NULL, "row_share", "row_xmask"};
    if (control < 0x100) {
        put(t, " quad_perm:[%u,%u,%u,%u]", control & 3, control >> 2 & 3, control >> 4 & 3, control >> 6 & 3);
    } else if (control >> 4 == 0x14) {
        put(t, " %s", n == 0 ? "row_mirror" : "row_half_mirror");
    } else if (control >> 4 <= 0x16 && names[(control >> 4) - 0x10] != NULL) {
        put(t, " %s:%u", names[(control >> 4) - 0x10], n);
    }
    put(t, " row_mask:0x%x bank_mask:0x%x", i->dpp >> 28, i->dpp >> 24 & 15);
    put(t, "%s%s", i->dpp >> 19 & 1 ? " bound_ctrl:1" : "", i->dpp >> 18 & 1 ? " fi:1" : "");
}

static void put_dpp(struct text *t, const struct inst *i)
{
    if (i->lane_control == SRC_DPP16) {
        put_dpp16(t, i);
    } else if (i->lane_control) {
        const uint32_t d = i->dpp;
        put(t, " dpp8:[%u,%u,%u,%u,%u,%u,%u,%u]", d >> 8 & 7, d >> 11 & 7, d >> 14 & 7, d >> 17 & 7, d >> 20 & 7, d >> 23 & 7,
            d >> 26 & 7, d >> 29);
        put(t, "%s", i->lane_control == SRC_DPP8_FI ? " fi:1" : "");
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
    put(t, " %s:[", name);
    for (uint32_t n = 0; n < total; n++) {
        put(t, "%s%u", n ? "," : "", bits >> (n < sources ? n : 3) & 1);
    }
    put(t, "]");
}

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
        if (is_named(i, names[n])) {
            return true;
        }
    }
    return (i->row->flags & (ROW_LITERAL_K | ROW_LITERAL_K2)) != 0;
}

static void put_vector_name(struct text *t, const struct inst *i)
{
    bool vop3 = i->enc == ENC_VOP3 || i->enc == ENC_VOP3SD, promoted = vop3 && i->enc != i->row->enc;
    put(t, "%s", isa_row_name(i->row, (enum isa_gen)i->gen));
    if (has_no_suffix(i)) {
        return;
    }
    if (i->lane_control) {
        put(t, "%s", vop3 ? "_e64_dpp" : "_dpp");
    } else if (promoted) {
        put(t, "_e64");
    } else if (!vop3) {
        put(t, "_e32");
    }
}

static void put_vector_destination(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->dst == K_NONE || row->flags & ROW_CMPX) {
        return;
    }
    next(t);
    bool scalar = row->dst == K_MASK || row->dst == K_SGPR32;
    put_operand(t, i, scalar ? i->dst : SRC_VGPR0 + i->dst, kind_count(t, row->dst));
    if (row->flags & ROW_CARRY_OUT) {
        next(t);
        put_operand(t, i, i->dst2, t->wave64 ? 2 : 1);
    }
}

static void put_vector(struct text *t, const struct inst *i)
{
    static const char *const omods[4] = {"", " mul:2", " mul:4", " div:2"};
    uint32_t sources = source_count(i);
    put_vector_destination(t, i);
    for (uint32_t n = 0; n < sources; n++) {
        if (n == 2 && i->row->flags & ROW_READS_DST) {
            break;
        }
        put_modified(t, i, n, i->neg, i->abs);
    }
    bool permlane = strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "v_permlane", 10) == 0;
    if (i->enc == ENC_VOP3 && i->opsel) {
        put_bits(t, "op_sel", i->opsel, sources, permlane ? 2 : sources + 1);
    }
    put(t, "%s%s", i->clamp ? " clamp" : "", omods[i->omod]);
    put_dpp(t, i);
}

static void put_packed(struct text *t, const struct inst *i)
{
    bool mix = strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "v_fma_mix", 9) == 0;
    bool matrix = strncmp(isa_row_name(i->row, (enum isa_gen)i->gen), "v_wmma", 6) == 0;
    uint32_t sources = source_count(i), all = (1u << sources) - 1;
    uint32_t halve = matrix && t->wave64 ? 2 : 1; /* wave64: twice the lanes hold the result */
    next(t);
    put_operand(t, i, SRC_VGPR0 + i->dst, kind_count(t, i->row->dst) / halve);
    for (uint32_t n = 0; n < sources; n++) {
        if (matrix && n == 2) {
            next(t);
            put_operand(t, i, i->src[n], kind_count(t, i->row->src[n]) / halve);
        } else {
            put_modified(t, i, n, mix ? i->neg : 0, mix ? i->neg_hi : 0);
        }
    }
    if (i->opsel & all) {
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
    put(t, "%s", i->clamp ? " clamp" : "");
    put_dpp(t, i);
}

static void put_dual(struct text *t, const struct inst *i, const struct isa_row *row, uint32_t dst, const uint16_t *src)
{
    put(t, "%s", isa_row_name(row, (enum isa_gen)i->gen));
    t->first_operand = true;
    next(t);
    put_operand(t, i, SRC_VGPR0 + dst, 1);
    for (uint32_t n = 0; n < 3 && row->src[n] != K_NONE; n++) {
        bool implied = n == 2 && row->flags & (ROW_READS_DST | ROW_CARRY_IN);
        if (!implied) {
            next(t);
            put_operand(t, i, src[n], 1);
        }
    }
}

/* ---- memory ---- */

static void put_ds(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->dst != K_NONE) {
        next(t);
        put_operand(t, i, SRC_VGPR0 + i->dst, kind_count(t, row->dst));
    }
    for (uint32_t n = 0; n < 3; n++) {
        if (row->src[n] != K_NONE) {
            next(t);
            put_operand(t, i, i->src[n], kind_count(t, row->src[n]));
        }
    }
    if (strstr(isa_row_name(row, (enum isa_gen)i->gen), "2addr") != NULL) {
        if (i->literal & 255) {
            put(t, " offset0:%u", i->literal & 255);
        }
        if (i->literal >> 8) {
            put(t, " offset1:%u", i->literal >> 8);
        }
    } else if (i->literal) {
        put(t, " offset:%u", i->literal);
    }
    put(t, "%s", i->extra & ISA_GDS ? " gds" : "");
}

static void put_flat_address(struct text *t, const struct inst *i)
{
    next(t);
    if (i->enc == ENC_SCRATCH && !(i->extra & ISA_SVE)) {
        put(t, "off");
    } else {
        bool wide = i->enc == ENC_FLAT || (i->enc == ENC_GLOBAL && i->src[2] == SRC_NULL);
        put_operand(t, i, i->src[0], wide ? 2 : 1);
    }
}

static void put_flat(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    bool atomic = strstr(isa_row_name(row, (enum isa_gen)i->gen), "atomic") != NULL;
    if (row->dst != K_NONE && (!atomic || i->extra & ISA_GLC)) {
        next(t);
        put_operand(t, i, SRC_VGPR0 + i->dst, kind_count(t, row->dst));
    }
    if (strstr(isa_row_name(row, (enum isa_gen)i->gen), "addtid") == NULL) {
        put_flat_address(t, i);
    }
    if (row->src[1] != K_NONE) {
        next(t);
        put_operand(t, i, i->src[1], kind_count(t, row->src[1]));
    }
    if (i->enc != ENC_FLAT) {
        next(t);
        if (i->src[2] == SRC_NULL) {
            put(t, "off");
        } else {
            put_operand(t, i, i->src[2], i->enc == ENC_GLOBAL ? 2 : 1);
        }
    }
    if (i->literal) {
        put(t, " offset:%d", (int32_t)i->literal);
    }
    put_cache_bits(t, i);
}

static void put_mubuf(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    uint32_t data = row->dst != K_NONE ? row->dst : row->src[1];
    if (data == K_NONE) { /* cache invalidation */
        return;
    }
    next(t);
    put_operand(t, i, i->src[1], kind_count(t, data));
    next(t);
    if (i->extra & (ISA_OFFEN | ISA_IDXEN)) {
        put_operand(t, i, i->src[0], (i->extra & (ISA_OFFEN | ISA_IDXEN)) == (ISA_OFFEN | ISA_IDXEN) ? 2 : 1);
    } else {
        put(t, "off");
    }
    next(t);
    put_operand(t, i, i->src[2], 4);
    next(t);
    put_operand(t, i, i->dst2, 1);
    put(t, "%s%s", i->extra & ISA_IDXEN ? " idxen" : "", i->extra & ISA_OFFEN ? " offen" : "");
    if (i->literal) {
        put(t, " offset:%u", i->literal);
    }
    put_cache_bits(t, i);
    put(t, "%s", i->extra & ISA_TFE ? " tfe" : "");
}

static void put_illegal(struct text *t, const struct inst *i)
{
    put(t, ".long 0x%08x", i->word[0]);
    for (uint32_t n = 1; n < i->size / 4u && n < 3; n++) {
        put(t, ", 0x%08x", i->word[n]);
    }
}

typedef void (*put_fn)(struct text *t, const struct inst *i);

char *isa_disassemble(const struct inst *i, bool wave64, char *text, size_t size)
{
    static const put_fn scalar[] = {[ENC_SOP1] = put_scalar, [ENC_SOP2] = put_scalar, [ENC_SOPC] = put_scalar,
                                    [ENC_SOPK] = put_sopk,   [ENC_SOPP] = put_sopp,   [ENC_SMEM] = put_smem};
    static const put_fn memory[ENC_COUNT] = {[ENC_DS] = put_ds,       [ENC_FLAT] = put_flat,   [ENC_SCRATCH] = put_flat,
                                             [ENC_GLOBAL] = put_flat, [ENC_MUBUF] = put_mubuf, [ENC_VOP3P] = put_packed};
    struct text t = {text, size, wave64, true};
    if (size > 0) {
        text[0] = 0;
    }
    if (i->row == NULL || i->enc == ENC_NONE || i->enc >= ENC_COUNT) {
        put_illegal(&t, i);
    } else if (i->enc <= ENC_SMEM) {
        put(&t, "%s", isa_row_name(i->row, (enum isa_gen)i->gen));
        scalar[i->enc](&t, i);
    } else if (i->enc == ENC_VOPD) {
        put_dual(&t, i, i->row, i->dst, i->src);
        put(&t, " :: ");
        put_dual(&t, i, i->row_y, i->dst2, i->src_y);
    } else if (memory[i->enc] != NULL) {
        put(&t, "%s", isa_row_name(i->row, (enum isa_gen)i->gen));
        memory[i->enc](&t, i);
    } else {
        put_vector_name(&t, i);
        put_vector(&t, i);
    }
    return text;
}
