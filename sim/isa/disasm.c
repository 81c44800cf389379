/*
 * disasm.c: an instruction as LLVM 19 writes it, from the same rows that execute it. Used in the text of faults, by `exosuit
 * disasm` and by the tests, which compare it with llvm-mc. Here: operands and scalar instructions.
 */
#include "disasm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_put(struct text *t, const char *format, ...)
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

void text_next(struct text *t)
{
    text_put(t, "%s", t->first_operand ? " " : ", ");
    t->first_operand = false;
}

void text_registers(struct text *t, const char *prefix, uint32_t first, uint32_t count)
{
    if (count <= 1) {
        text_put(t, "%s%u", prefix, first);
    } else {
        text_put(t, "%s[%u:%u]", prefix, first, first + count - 1);
    }
}

uint32_t text_width(const struct text *t, uint32_t kind)
{
    return kind == K_MASK && t->wave64 ? 2 : isa_kind_dwords((enum isa_kind)kind);
}

/* ---- constants ---- */

/* The inline floats by operand number from 240 on, as each format's bits. */
static const char *const float_names[9] = {"0.5", "-0.5", "1.0", "-1.0", "2.0", "-2.0", "4.0", "-4.0", "0.15915494"};
static const uint32_t half_bits[9] = {0x3800, 0xb800, 0x3c00, 0xbc00, 0x4000, 0xc000, 0x4400, 0xc400, 0x3118};
static const uint32_t single_bits[9] = {0x3f000000, 0xbf000000, 0x3f800000, 0xbf800000, 0x40000000,
                                        0xc0000000, 0x40800000, 0xc0800000, 0x3e22f983};
static const uint32_t brain_bits[9] = {0x3f00, 0xbf00, 0x3f80, 0xbf80, 0x4000, 0xc000, 0x4080, 0xc080, 0x3e22};
static const uint32_t double_bits[9] = {0x3fe00000, 0xbfe00000, 0x3ff00000, 0xbff00000, 0x40000000,
                                        0xc0000000, 0x40100000, 0xc0100000, 0}; /* high halves; 1/(2 pi) has low bits too */

enum number {
    NUMBER_HALF,
    NUMBER_HALF_INT,
    NUMBER_BRAIN,
    NUMBER_SINGLE,
    NUMBER_DOUBLE,
    NUMBER_DOUBLE_INT,
    NUMBER_PAIR,
    NUMBER_PAIR_INT
};

static enum number number_of_kind(uint32_t kind)
{
    switch (kind) {
    case K_F16:
        return NUMBER_HALF;
    case K_B16:
    case K_I16:
        return NUMBER_HALF_INT;
    case K_F64:
        return NUMBER_DOUBLE;
    case K_B64:
    case K_I64:
        return NUMBER_DOUBLE_INT;
    case K_V2F16:
        return NUMBER_PAIR;
    case K_V2I16:
        return NUMBER_PAIR_INT;
    case TEXT_BF16:
        return NUMBER_BRAIN;
    default:
        return NUMBER_SINGLE;
    }
}

/* True if it was a number with a short name: -16 … 64, or an inline float as those bits. */
static bool put_short_number(struct text *t, int64_t value, uint32_t bits, const uint32_t *floats)
{
    if (value >= -16 && value <= 64) {
        text_put(t, "%d", (int)value);
        return true;
    }
    for (uint32_t n = 0; floats != NULL && n < 9; n++) {
        if (bits == floats[n]) {
            text_put(t, "%s", float_names[n]);
            return true;
        }
    }
    return false;
}

static void put_inline_float(struct text *t, uint32_t n, enum number number)
{
    if (number == NUMBER_HALF_INT) { /* the half's bits, which are no small integer */
        text_put(t, "0x%x", half_bits[n]);
    } else {
        bool wide = number == NUMBER_DOUBLE || number == NUMBER_DOUBLE_INT;
        text_put(t, "%s", n == 8 && wide ? "0.15915494309189532" : float_names[n]);
    }
}

/* A literal that is a short number is written as one. */
static void put_literal(struct text *t, uint32_t literal, enum number number)
{
    uint16_t low = (uint16_t)literal;
    bool done = false;
    switch (number) {
    case NUMBER_HALF: /* the low half counts … */
        done = put_short_number(t, (int16_t)low, low, half_bits);
        literal = low;
        break;
    case NUMBER_HALF_INT: /* … though LLVM looks at all of it for what is short */
        done = put_short_number(t, (int32_t)literal, literal, single_bits);
        literal = low;
        break;
    case NUMBER_BRAIN:
        done = put_short_number(t, (int32_t)literal, literal, brain_bits);
        break;
    case NUMBER_DOUBLE: /* the high half of a double */
        done = put_short_number(t, literal == 0 ? 0 : INT64_MAX, literal, double_bits);
        break;
    case NUMBER_DOUBLE_INT:
        done = put_short_number(t, literal, literal, NULL);
        break;
    case NUMBER_PAIR:
        done = put_short_number(t, (int32_t)literal, literal, half_bits);
        break;
    default:
        done = put_short_number(t, (int32_t)literal, literal, single_bits);
        break;
    }
    if (!done) {
        text_put(t, "0x%x", literal);
    }
}

static void put_constant(struct text *t, uint32_t operand, enum number number)
{
    static const struct {
        uint32_t operand;
        const char *name;
    } special[] = {{SRC_SHARED_BASE, "src_shared_base"},
                   {SRC_SHARED_LIMIT, "src_shared_limit"},
                   {SRC_PRIVATE_BASE, "src_private_base"},
                   {SRC_PRIVATE_LIMIT, "src_private_limit"},
                   {SRC_POPS_WAVE, "src_pops_exiting_wave_id"},
                   {SRC_VCCZ, "src_vccz"},
                   {SRC_EXECZ, "src_execz"},
                   {SRC_SCC, "src_scc"}};
    if (operand <= 192) {
        text_put(t, "%u", operand - SRC_INT_0);
        return;
    }
    if (operand <= 208) {
        text_put(t, "-%u", operand - 192);
        return;
    }
    if (operand >= SRC_FLOAT_HALF && operand <= SRC_FLOAT_HALF + 8) {
        put_inline_float(t, operand - SRC_FLOAT_HALF, number);
        return;
    }
    for (size_t n = 0; n < sizeof special / sizeof special[0]; n++) {
        if (special[n].operand == operand) {
            text_put(t, "%s", special[n].name);
            return;
        }
    }
    text_put(t, "reserved%u", operand);
}

void text_operand(struct text *t, const struct inst *i, uint32_t operand, uint32_t kind)
{
    uint32_t count = text_width(t, kind);
    if (kind == K_MASK && count == 2 && operand < SRC_NULL) { /* pairs begin at even registers */
        operand &= ~1u;
    }
    if (operand >= SRC_VGPR0) {
        text_registers(t, "v", operand - SRC_VGPR0, count);
    } else if (operand < SRC_VCC_LO) {
        text_registers(t, "s", operand, count);
    } else if (operand == SRC_VCC_LO || operand == SRC_VCC_HI) {
        text_put(t, "%s", count > 1 ? "vcc" : operand == SRC_VCC_LO ? "vcc_lo" : "vcc_hi");
    } else if (operand < SRC_NULL) {
        text_registers(t, "ttmp", operand - SRC_TTMP0, count);
    } else if (operand == SRC_NULL || operand == SRC_M0) {
        text_put(t, "%s", operand == SRC_NULL ? "null" : "m0");
    } else if (operand == SRC_EXEC_LO || operand == SRC_EXEC_HI) {
        text_put(t, "%s", count > 1 ? "exec" : operand == SRC_EXEC_LO ? "exec_lo" : "exec_hi");
    } else if (operand == SRC_LITERAL) {
        put_literal(t, i->literal, number_of_kind(kind));
    } else {
        put_constant(t, operand, number_of_kind(kind));
    }
}

/* ---- the 16-bit immediates of SOPP and SOPK ---- */

static void put_hex_or_short(struct text *t, uint32_t value, bool short_decimal)
{
    text_put(t, short_decimal && value <= 64 ? " %u" : " 0x%x", value);
}

static void put_short_immediate(struct text *t, const struct inst *i)
{
    put_hex_or_short(t, i->extra, true);
}

static void put_hex_immediate(struct text *t, const struct inst *i)
{
    put_hex_or_short(t, i->extra, false);
}

static void put_decimal_immediate(struct text *t, const struct inst *i)
{
    text_put(t, " %u", i->extra);
}

/* With every bit unused it is left away. */
static void put_optional_immediate(struct text *t, const struct inst *i)
{
    if (i->extra != 0) {
        put_decimal_immediate(t, i);
    }
}

/* s_waitcnt: vmcnt 15:10, lgkmcnt 9:4, expcnt 2:0 */
static void put_waitcnt(struct text *t, const struct inst *i)
{
    uint32_t vm = i->extra >> 10 & 63, lgkm = i->extra >> 4 & 63, exp = i->extra & 7;
    bool all = vm == 63 && lgkm == 63 && exp == 7;
    if (vm != 63 || all) {
        text_put(t, " vmcnt(%u)", vm);
    }
    if (exp != 7 || all) {
        text_put(t, " expcnt(%u)", exp);
    }
    if (lgkm != 63 || all) {
        text_put(t, " lgkmcnt(%u)", lgkm);
    }
}

/* s_waitcnt_depctr, s_wait_alu: what is at its maximum is not waited for; with unused bits set LLVM writes a number. */
static void put_depctr(struct text *t, const struct inst *i)
{
    static const struct {
        const char *name;
        uint8_t shift, mask;
    } fields[] = {{"hold_cnt", 7, 1}, {"sa_sdst", 0, 1}, {"va_vdst", 12, 15}, {"va_sdst", 9, 7},
                  {"va_ssrc", 8, 1},  {"va_vcc", 1, 1},  {"vm_vsrc", 2, 7}};
    uint32_t value = i->extra, unused = 0x60;
    if (value & unused) {
        put_hex_immediate(t, i);
        return;
    }
    bool all = value == (0xffff & ~unused);
    for (size_t n = 0; n < sizeof fields / sizeof fields[0]; n++) {
        uint32_t field = value >> fields[n].shift & fields[n].mask;
        if (all || field != fields[n].mask) {
            text_put(t, " depctr_%s(%u)", fields[n].name, field);
        }
    }
}

static void put_delay_alu(struct text *t, const struct inst *i)
{
    static const char *const ids[16] = {"NO_DEP",        "VALU_DEP_1",    "VALU_DEP_2",    "VALU_DEP_3",        "VALU_DEP_4",
                                        "TRANS32_DEP_1", "TRANS32_DEP_2", "TRANS32_DEP_3", "FMA_ACCUM_CYCLE_1", "SALU_CYCLE_1",
                                        "SALU_CYCLE_2",  "SALU_CYCLE_3"};
    static const char *const skips[8] = {"SAME", "NEXT", "SKIP_1", "SKIP_2", "SKIP_3", "SKIP_4"};
    static const char invalid_id[] = "/* invalid instid value */", invalid_skip[] = "/* invalid instskip value */";
    uint32_t first = i->extra & 15, skip = i->extra >> 4 & 7, second = i->extra >> 7 & 15;
    const char *separator = " ";
    if (first != 0) {
        text_put(t, " instid0(%s)", ids[first] ? ids[first] : invalid_id);
        separator = " | ";
    }
    if (skip != 0) {
        text_put(t, "%sinstskip(%s)", separator, skips[skip] ? skips[skip] : invalid_skip);
        separator = " | ";
    }
    if (second != 0) {
        text_put(t, "%sinstid1(%s)", separator, ids[second] ? ids[second] : invalid_id);
    }
    if (first == 0 && skip == 0 && second == 0) {
        text_put(t, " 0");
    }
}

struct number_name {
    uint8_t number;
    uint8_t gens; /* bit n: generation n has it */
    const char *name;
};

enum { IN_11 = 1 << ISA_GFX11, IN_12 = 1 << ISA_GFX12, IN_BOTH = IN_11 | IN_12 };

static const char *find_name(const struct number_name *names, size_t count, uint32_t number, uint32_t gen)
{
    for (size_t n = 0; n < count; n++) {
        if (names[n].number == number && names[n].gens >> gen & 1) {
            return names[n].name;
        }
    }
    return NULL;
}

/* The message is in the low byte; without a name LLVM writes its three parts, or all of it as a number. */
static void put_message(struct text *t, uint32_t value, uint32_t gen)
{
    static const struct number_name names[] = {
        {1, IN_BOTH, "MSG_INTERRUPT"},           {2, IN_BOTH, "MSG_HS_TESSFACTOR"},    {3, IN_BOTH, "MSG_DEALLOC_VGPRS"},
        {5, IN_11, "MSG_STALL_WAVE_GEN"},        {6, IN_11, "MSG_HALT_WAVES"},         {9, IN_BOTH, "MSG_GS_ALLOC_REQ"},
        {128, IN_BOTH, "MSG_RTN_GET_DOORBELL"},  {129, IN_BOTH, "MSG_RTN_GET_DDID"},   {130, IN_BOTH, "MSG_RTN_GET_TMA"},
        {131, IN_BOTH, "MSG_RTN_GET_REALTIME"},  {132, IN_BOTH, "MSG_RTN_SAVE_WAVE"},  {133, IN_BOTH, "MSG_RTN_GET_TBA"},
        {134, IN_BOTH, "MSG_RTN_GET_TBA_TO_PC"}, {135, IN_12, "MSG_RTN_GET_SE_AID_ID"}};
    const char *name = find_name(names, sizeof names / sizeof names[0], value & 255, gen);
    if (name != NULL) {
        text_put(t, "sendmsg(%s)", name);
    } else if (value <= 255) {
        text_put(t, "sendmsg(%u, 0, 0)", value);
    } else {
        text_put(t, "%u", value);
    }
}

static void put_sendmsg(struct text *t, const struct inst *i)
{
    text_put(t, " ");
    put_message(t, i->extra, i->gen);
}

/* Register number 5:0, first bit 10:6, bits minus one 15:11. */
static void put_hwreg(struct text *t, uint32_t value, uint32_t gen)
{
    static const struct number_name names[] = {{1, IN_BOTH, "MODE"},
                                               {2, IN_BOTH, "STATUS"},
                                               {3, IN_11, "TRAPSTS"},
                                               {4, IN_12, "STATE_PRIV"},
                                               {5, IN_BOTH, "GPR_ALLOC"},
                                               {6, IN_BOTH, "LDS_ALLOC"},
                                               {7, IN_BOTH, "IB_STS"},
                                               {10, IN_12, "PERF_SNAPSHOT_DATA"},
                                               {11, IN_12, "PERF_SNAPSHOT_PC_LO"},
                                               {12, IN_12, "PERF_SNAPSHOT_PC_HI"},
                                               {15, IN_11, "SH_MEM_BASES"},
                                               {15, IN_12, "PERF_SNAPSHOT_DATA1"},
                                               {16, IN_12, "PERF_SNAPSHOT_DATA2"},
                                               {17, IN_12, "EXCP_FLAG_PRIV"},
                                               {18, IN_11, "PERF_SNAPSHOT_PC_LO"},
                                               {18, IN_12, "EXCP_FLAG_USER"},
                                               {19, IN_11, "PERF_SNAPSHOT_PC_HI"},
                                               {19, IN_12, "TRAP_CTRL"},
                                               {20, IN_11, "FLAT_SCR_LO"},
                                               {20, IN_12, "SCRATCH_BASE_LO"},
                                               {21, IN_11, "FLAT_SCR_HI"},
                                               {21, IN_12, "SCRATCH_BASE_HI"},
                                               {23, IN_BOTH, "HW_ID1"},
                                               {24, IN_BOTH, "HW_ID2"},
                                               {27, IN_11, "PERF_SNAPSHOT_DATA"},
                                               {29, IN_11, "SHADER_CYCLES"},
                                               {29, IN_12, "SHADER_CYCLES_LO"},
                                               {30, IN_12, "SHADER_CYCLES_HI"},
                                               {31, IN_12, "DVGPR_ALLOC_LO"},
                                               {32, IN_12, "DVGPR_ALLOC_HI"}};
    uint32_t id = value & 63, offset = value >> 6 & 31, size = (value >> 11 & 31) + 1;
    const char *name = find_name(names, sizeof names / sizeof names[0], id, gen);
    if (name != NULL) {
        text_put(t, "hwreg(HW_REG_%s", name);
    } else {
        text_put(t, "hwreg(%u", id);
    }
    if (offset != 0 || size != 32) {
        text_put(t, ", %u, %u", offset, size);
    }
    text_put(t, ")");
}

typedef void (*put_fn)(struct text *t, const struct inst *i);

static void put_sopp(struct text *t, const struct inst *i)
{
    static const struct {
        const char *name;
        put_fn put;
    } forms[] = {{"s_waitcnt", put_waitcnt},
                 {"s_delay_alu", put_delay_alu},
                 {"s_waitcnt_depctr", put_depctr},
                 {"s_sendmsg", put_sendmsg},
                 {"s_sendmsghalt", put_sendmsg},
                 {"s_nop", put_short_immediate},
                 {"s_sethalt", put_short_immediate},
                 {"s_sleep", put_short_immediate},
                 {"s_setprio", put_short_immediate},
                 {"s_trap", put_short_immediate},
                 {"s_setkill", put_short_immediate},
                 {"s_incperflevel", put_short_immediate},
                 {"s_decperflevel", put_short_immediate},
                 {"s_denorm_mode", put_short_immediate},
                 {"s_barrier_wait", put_short_immediate},
                 {"s_endpgm", put_optional_immediate}};
    if (i->row->flags & ROW_BRANCH) {
        put_decimal_immediate(t, i);
        return;
    }
    for (size_t n = 0; n < sizeof forms / sizeof forms[0]; n++) {
        if (strcmp(i->row->name, forms[n].name) == 0) {
            forms[n].put(t, i);
            return;
        }
    }
    if (i->row->src[0] != K_NONE) {
        put_hex_immediate(t, i);
    }
}

/* s_version: the generation, and bits for what the code was compiled for. */
static void put_version(struct text *t, uint32_t value)
{
    static const struct {
        uint32_t value;
        const char *name;
    } names[] = {{0, "UC_VERSION_GFX7"}, {4, "UC_VERSION_GFX10"}, {6, "UC_VERSION_GFX11"}, {9, "UC_VERSION_GFX12"}},
      bits[] = {{0x2000, "UC_VERSION_W64_BIT"}, {0x4000, "UC_VERSION_W32_BIT"}, {0x8000, "UC_VERSION_MDP_BIT"}};
    uint32_t set = 0;
    const char *name = NULL;
    if (value & 0x1f00) {
        text_put(t, "0x%x", value);
        return;
    }
    for (size_t n = 0; n < 3; n++) {
        set += (value & bits[n].value) != 0;
    }
    for (uint32_t n = 1; n < set; n++) {
        text_put(t, "(");
    }
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        name = names[n].value == (value & 255) ? names[n].name : name;
    }
    if (name != NULL) {
        text_put(t, "%s", name);
    } else {
        text_put(t, "%u", value & 255);
    }
    for (size_t n = 0, left = set; n < 3; n++) {
        if (value & bits[n].value) {
            text_put(t, "|%s%s", bits[n].name, --left > 0 ? ")" : "");
        }
    }
}

static void put_sopk(struct text *t, const struct inst *i)
{
    if (strncmp(i->row->name, "s_setreg", 8) == 0) {
        text_next(t);
        put_hwreg(t, i->extra, i->gen);
        text_next(t);
        text_operand(t, i, i->row->flags & ROW_LITERAL_K ? SRC_LITERAL : i->dst, K_B32);
        return;
    }
    if (i->row->dst != K_NONE) {
        text_next(t);
        text_operand(t, i, i->dst, i->row->dst);
    }
    text_next(t);
    if (strcmp(i->row->name, "s_getreg_b32") == 0) {
        put_hwreg(t, i->extra, i->gen);
    } else if (strcmp(i->row->name, "s_version") == 0) {
        put_version(t, i->extra);
    } else {
        bool target = i->row->flags & ROW_BRANCH || strncmp(i->row->name, "s_subvector", 11) == 0;
        text_put(t, target ? "%u" : "0x%x", i->extra);
    }
}

static void put_scalar(struct text *t, const struct inst *i)
{
    static const uint32_t literal_flags[3] = {0, ROW_LITERAL_K, ROW_LITERAL_K2}; /* fmamk, fmaak: never as a short number */
    if (i->row->dst != K_NONE) {
        text_next(t);
        text_operand(t, i, i->dst, i->row->dst);
    }
    for (uint32_t n = 0; n < 3 && i->row->src[n] != K_NONE; n++) {
        if (n == 2 && i->row->flags & ROW_READS_DST) {
            break;
        }
        text_next(t);
        if (i->row->flags & ROW_MESSAGE) {
            put_message(t, i->src[0], i->gen);
        } else {
            bool as_bits = i->enc == ENC_SOPC && i->row->src[n] == K_F16; /* LLVM's comparisons take them for integers */
            if (i->src[n] == SRC_LITERAL && i->row->flags & literal_flags[n]) {
                text_put(t, "0x%x", i->literal);
            } else {
                bool whole = i->enc == ENC_SOP1 && i->row->src[n] == K_F16; /* and conversions all 32 bits */
                text_operand(t, i, i->src[n], as_bits ? K_B16 : whole ? K_B32 : i->row->src[n]);
            }
        }
    }
}

static void put_smem_offset(struct text *t, const struct inst *i)
{
    int32_t offset = (int32_t)i->literal;
    const char *sign = offset < 0 ? "-" : "";
    uint32_t magnitude = offset < 0 ? 0u - i->literal : i->literal;
    if (i->src[1] == SRC_NULL && offset == 0 && i->gen == ISA_GFX11) {
        text_put(t, "null");
    } else if (i->src[1] == SRC_NULL) {
        text_put(t, "%s0x%x", sign, magnitude);
    } else {
        text_operand(t, i, i->src[1], K_B32);
        if (offset != 0 || i->gen == ISA_GFX12) {
            text_put(t, " offset:%s0x%x", sign, magnitude);
        }
    }
}

/* What a prefetch or a probe has in the place of the data: a number. */
static void put_smem_number(struct text *t, const struct inst *i)
{
    text_next(t);
    text_put(t, i->dst <= 64 ? "%u" : "0x%x", i->dst);
}

/* s_prefetch_*: base, offset, offset register, length. */
static void put_prefetch(struct text *t, const struct inst *i)
{
    int32_t offset = (int32_t)i->literal;
    if (i->row->src[0] != K_NONE) {
        text_next(t);
        text_operand(t, i, i->src[0], i->row->src[0]);
    }
    text_next(t);
    text_put(t, "%s0x%x", offset < 0 ? "-" : "", offset < 0 ? 0u - i->literal : i->literal);
    text_next(t);
    text_operand(t, i, i->src[1], K_B32);
    put_smem_number(t, i);
}

static void put_smem(struct text *t, const struct inst *i)
{
    if (i->row->src[0] == K_NONE && i->row->src[1] == K_NONE) { /* cache invalidation */
        return;
    }
    if (strstr(i->row->name, "prefetch") != NULL) {
        put_prefetch(t, i);
        return;
    }
    if (i->row->dst != K_NONE) {
        text_next(t);
        text_operand(t, i, i->dst, i->row->dst);
    } else {
        put_smem_number(t, i);
    }
    text_next(t);
    text_operand(t, i, i->src[0], i->row->src[0]);
    text_next(t);
    put_smem_offset(t, i);
    if (i->row->dst != K_NONE) {
        text_cache_policy(t, i);
    }
}

static void put_illegal(struct text *t, const struct inst *i)
{
    text_put(t, ".long 0x%08x", i->word[0]);
    for (uint32_t n = 1; n < i->size / 4u && n < 3; n++) {
        text_put(t, ", 0x%08x", i->word[n]);
    }
}

char *isa_disassemble(const struct inst *i, bool wave64, char *text, size_t size)
{
    static const put_fn forms[ENC_COUNT] = {
        [ENC_SOP1] = put_scalar,  [ENC_SOP2] = put_scalar,  [ENC_SOPC] = put_scalar,    [ENC_SOPK] = put_sopk,
        [ENC_SOPP] = put_sopp,    [ENC_SMEM] = put_smem,    [ENC_VOP1] = text_vector,   [ENC_VOP2] = text_vector,
        [ENC_VOPC] = text_vector, [ENC_VOP3] = text_vector, [ENC_VOP3SD] = text_vector, [ENC_VOP3P] = text_packed,
        [ENC_VOPD] = text_dual,   [ENC_DS] = text_ds,       [ENC_FLAT] = text_flat,     [ENC_SCRATCH] = text_flat,
        [ENC_GLOBAL] = text_flat, [ENC_MUBUF] = text_mubuf,
    };
    struct text t = {text, size, wave64, true};
    if (size > 0) {
        text[0] = 0;
    }
    if (i->row == NULL || i->enc >= ENC_COUNT || forms[i->enc] == NULL) {
        put_illegal(&t, i);
        return text;
    }
    if (forms[i->enc] == text_vector || forms[i->enc] == text_packed) {
        text_vector_name(&t, i);
    } else {
        text_put(&t, "%s", inst_name(i));
    }
    forms[i->enc](&t, i);
    return text;
}
