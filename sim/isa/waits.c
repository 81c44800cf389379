/*
 * waits.c: what an instruction waits for, touches, issues and brings, and the account of a running wave (waits.h).
 *
 * vmcnt and lgkmcnt count as the hardware does (RDNA3 ISA, "Data dependency resolution"): vector loads return in the order of
 * issue, LDS operations too, scalar loads and messages in none. FLAT counts in both, in order (LLVM:
 * hasFlatLgkmVMemCountInOrder). gfx12 calls them loadcnt and dscnt and counts scalar loads in kmcnt (RDNA4 ISA, the same
 * chapter). Stores have read their data when the next instruction starts, so what they count in guards no register. SCC is not
 * followed.
 */
#include "waits.h"

#include <string.h>

#include "decode.h"

#define BIT(counter) (1u << (counter))

/* ---- instructions that are not what their row's operands say ---- */

/* Registers chosen by M0: all of it is added to the number, its bits 9:0, or its bits 25:16. */
enum relative { ABSOLUTE, BY_M0, BY_LOW, BY_HIGH };

static const struct relative_row {
    uint8_t enc, src, dst; /* of src and dst: enum relative */
    uint16_t op[ISA_GENS];
} relative_rows[] = {
    {ENC_SOP1, BY_M0, ABSOLUTE, {64, 64}},   /* s_movrels_b32 */
    {ENC_SOP1, BY_M0, ABSOLUTE, {65, 65}},   /* s_movrels_b64 */
    {ENC_SOP1, ABSOLUTE, BY_M0, {66, 66}},   /* s_movreld_b32 */
    {ENC_SOP1, ABSOLUTE, BY_M0, {67, 67}},   /* s_movreld_b64 */
    {ENC_SOP1, BY_LOW, BY_HIGH, {68, 68}},   /* s_movrelsd_2_b32 */
    {ENC_VOP1, ABSOLUTE, BY_M0, {66, 66}},   /* v_movreld_b32 */
    {ENC_VOP1, BY_M0, ABSOLUTE, {67, 67}},   /* v_movrels_b32 */
    {ENC_VOP1, BY_M0, BY_M0, {68, 68}},      /* v_movrelsd_b32 */
    {ENC_VOP1, BY_LOW, BY_HIGH, {72, 72}},   /* v_movrelsd_2_b32 */
    {ENC_VOP1, BY_LOW, BY_HIGH, {104, 104}}, /* v_swaprel_b32 */
};

/* Which counters an instruction waits for, and where in SIMM16 it says down to what: a shift, under a mask of six bits (RDNA3
 * ISA, S_WAITCNT; RDNA4 ISA, S_WAIT_*). NONE: not that one; ALL: for all of them. Those that count no loads are not here. */
enum { NONE = 0xff, ALL = 0xfe };

static const struct wait_row {
    uint8_t enc, op[ISA_GENS], shift[WAITS_COUNTERS];
} wait_rows[] = {
    {ENC_SOPP, {9, 9}, {10, 4, NONE}},       /* s_waitcnt */
    {ENC_SOPP, {10, 10}, {ALL, ALL, ALL}},   /* s_wait_idle */
    {ENC_SOPK, {25, NONE}, {0, NONE, NONE}}, /* s_waitcnt_vmcnt */
    {ENC_SOPK, {27, NONE}, {NONE, 0, NONE}}, /* s_waitcnt_lgkmcnt */
    {ENC_SOPP, {NONE, 64}, {0, NONE, NONE}}, /* s_wait_loadcnt */
    {ENC_SOPP, {NONE, 70}, {NONE, 0, NONE}}, /* s_wait_dscnt */
    {ENC_SOPP, {NONE, 71}, {NONE, NONE, 0}}, /* s_wait_kmcnt */
    {ENC_SOPP, {NONE, 72}, {8, 0, NONE}},    /* s_wait_loadcnt_dscnt */
    {ENC_SOPP, {NONE, 73}, {NONE, 0, NONE}}, /* s_wait_storecnt_dscnt */
};

/* Besides memory instructions: what brings a scalar result later, and what counts without bringing any (as LLVM's
 * SIInsertWaitcnts has it). */
static const struct late_row {
    uint8_t enc;
    uint16_t op[ISA_GENS];
} late_rows[] = {
    {ENC_SOP1, {76, 76}},          /* s_sendmsg_rtn_b32 */
    {ENC_SOP1, {77, 77}},          /* s_sendmsg_rtn_b64 */
    {ENC_SOP1, {ISA_NO_OP, 80}},   /* s_get_barrier_state */
    {ENC_GLOBAL, {ISA_NO_OP, 43}}, /* global_inv: loadcnt */
};

enum { SOPP_CBRANCH_VCCZ = 35, SOPP_CBRANCH_VCCNZ = 36 }; /* both generations */

static bool is_row(const struct inst *i, uint8_t enc, uint16_t op)
{
    return i->row->enc == enc && i->row->op[i->gen] == op;
}

static const struct relative_row *relative_row_of(const struct inst *i)
{
    for (size_t n = 0; n < sizeof relative_rows / sizeof relative_rows[0]; n++) {
        if (is_row(i, relative_rows[n].enc, relative_rows[n].op[i->gen])) {
            return &relative_rows[n];
        }
    }
    return NULL;
}

static bool is_late(const struct inst *i)
{
    for (size_t n = 0; n < sizeof late_rows / sizeof late_rows[0]; n++) {
        if (is_row(i, late_rows[n].enc, late_rows[n].op[i->gen])) {
            return true;
        }
    }
    return false;
}

/* ---- what it touches ---- */

static void touch_range(struct waits_effect *e, uint32_t first, uint32_t count, uint8_t ordered)
{
    if (first < WAITS_REGISTERS && count != 0 && e->touched < WAITS_RANGES_MAX) {
        count = first + count > WAITS_REGISTERS ? WAITS_REGISTERS - first : count;
        e->touches[e->touched++] = (struct waits_range){(uint16_t)first, (uint16_t)count, ordered};
    }
}

static void touch(struct waits_effect *e, uint32_t operand, uint32_t count, bool wave64)
{
    if (operand >= SRC_VGPR0) {
        touch_range(e, operand - SRC_VGPR0 + WAITS_VGPR0, count, 0);
    } else if (operand < SRC_INT_0 && operand != SRC_NULL) {
        touch_range(e, operand, count, 0);
    } else if (operand == SRC_VCCZ) {
        touch_range(e, SRC_VCC_LO, wave64 ? 2 : 1, 0);
    }
}

/* Registers `operand` may stand for, `count` of them from each. */
static void touch_relative(struct waits_effect *e, uint32_t operand, uint32_t count, enum relative by, const uint32_t *sgpr)
{
    bool vector = operand >= SRC_VGPR0;
    if (operand >= SRC_INT_0 && !vector) {
        return;
    }
    touch_range(e, SRC_M0, 1, 0);
    if (sgpr == NULL) {
        touch_range(e, vector ? WAITS_VGPR0 : 0, vector ? WAITS_REGISTERS - WAITS_VGPR0 : WAITS_VGPR0, 0);
        return;
    }
    uint32_t m0 = sgpr[SRC_M0], offset = by == BY_M0 ? m0 : by == BY_LOW ? m0 & 0x3ff : m0 >> 16 & 0x3ff;
    uint32_t end = vector ? WAITS_REGISTERS : SRC_VCC_LO, first = vector ? operand - SRC_VGPR0 + WAITS_VGPR0 : operand;
    if (offset < end - first) { /* else there is no such register, which is another fault */
        touch_range(e, first + offset, count, 0);
    }
}

static uint32_t source_count(const struct inst *i, uint32_t n, bool wave64)
{
    uint32_t kind = i->row->src[n];
    return kind == K_NONE || kind == K_SIMM ? 0 : kind == K_MASK && wave64 ? 2 : decode_source_width(i, n, wave64);
}

static void touch_sources(struct waits_effect *e, const struct inst *i, bool wave64, const struct relative_row *relative,
                          const uint32_t *sgpr)
{
    if (i->row->flags & ROW_MESSAGE) { /* its source is a number */
        return;
    }
    for (uint32_t n = 0; n < 3; n++) {
        uint32_t count = source_count(i, n, wave64);
        if (n == 0 && relative != NULL && relative->src != ABSOLUTE) {
            touch_relative(e, i->src[0], count, (enum relative)relative->src, sgpr);
        } else if (count != 0) {
            touch(e, i->src[n], count, wave64);
        }
    }
    for (uint32_t n = 0; i->row_y != NULL && n < 3; n++) {
        if (i->row_y->src[n] != K_NONE) {
            touch(e, i->src_y[n], 1, wave64);
        }
    }
    bool vccz = (is_row(i, ENC_SOPP, SOPP_CBRANCH_VCCZ) || is_row(i, ENC_SOPP, SOPP_CBRANCH_VCCNZ));
    if (i->row->flags & ROW_READS_VCC || vccz) {
        touch(e, SRC_VCC_LO, wave64 ? 2 : 1, wave64);
    }
    if (i->enc == ENC_MUBUF && i->row->src[2] != K_NONE) { /* the scalar offset */
        touch(e, i->dst2, 1, wave64);
    }
}

static bool is_scalar_destination(const struct inst *i)
{
    return i->enc <= ENC_SMEM || i->row->dst == K_MASK || i->row->dst == K_SGPR32;
}

/* An atomic writes a register only where it is asked to return what was there. */
static bool returns(const struct inst *i)
{
    return i->row->dst != K_NONE && (!(i->row->flags & ROW_ATOMIC) || i->extra & ISA_GLC);
}

static uint32_t destination_count(const struct inst *i, bool wave64)
{
    uint32_t kind = i->row->dst;
    if (!returns(i)) {
        return 0;
    }
    uint32_t status = i->enc == ENC_MUBUF && i->extra & ISA_TFE ? 1 : 0; /* whether the pages were there */
    return kind == K_MASK && wave64 ? 2 : decode_matrix_dwords(i, kind, true, wave64) + status;
}

static void touch_destination(struct waits_effect *e, const struct inst *i, bool wave64, const struct relative_row *relative,
                              const uint32_t *sgpr)
{
    uint32_t count = destination_count(i, wave64), reg = is_scalar_destination(i) ? i->dst : SRC_VGPR0 + (uint32_t)i->dst;
    if (relative != NULL && relative->dst != ABSOLUTE) {
        touch_relative(e, reg, count, (enum relative)relative->dst, sgpr);
    } else if (count != 0) {
        touch(e, reg, count, wave64);
        bool in_order = i->enc >= ENC_DS && i->enc <= ENC_MUBUF && i->enc != ENC_FLAT;
        if (in_order && reg >= SRC_VGPR0 && e->touched != 0) {
            e->touches[e->touched - 1].ordered = e->issues;
        }
    }
    if (i->row_y != NULL) {
        touch(e, SRC_VGPR0 + (uint32_t)i->dst2, 1, wave64);
    } else if (i->row->flags & ROW_CARRY_OUT) {
        touch(e, i->dst2, wave64 ? 2 : 1, wave64);
    }
}

/* ---- what it issues and waits for ---- */

static void describe_issue(struct waits_effect *e, const struct inst *i, bool wave64)
{
    bool late = is_late(i);
    uint8_t scalar = i->gen == ISA_GFX12 ? BIT(WAITS_KM) : BIT(WAITS_LGKM);
    bool loads = i->row->dst != K_NONE ? returns(i) : !(i->row->flags & ROW_STORE); /* into LDS: no register, but it counts */
    switch (i->enc) {
    case ENC_SOP1:
        e->issues = late ? scalar : 0;
        break;
    case ENC_SMEM:
        e->issues = i->row->dst != K_NONE ? scalar : 0;
        break;
    case ENC_DS: /* stores count as well, though nothing waits for them */
        e->issues = BIT(WAITS_LGKM);
        break;
    case ENC_FLAT:
        e->issues = BIT(WAITS_LGKM) | (loads ? BIT(WAITS_VM) : 0);
        break;
    case ENC_GLOBAL:
    case ENC_SCRATCH:
    case ENC_MUBUF:
        e->issues = loads || late ? BIT(WAITS_VM) : 0;
        break;
    default:
        break;
    }
    e->any_order = i->enc == ENC_SMEM || i->enc == ENC_SOP1;
    uint32_t count = destination_count(i, wave64), first = is_scalar_destination(i) ? i->dst : WAITS_VGPR0 + (uint32_t)i->dst;
    bool exists = first != SRC_NULL && first + count <= (is_scalar_destination(i) ? WAITS_VGPR0 : WAITS_REGISTERS);
    if (e->issues != 0 && exists) {
        e->brings = (struct waits_range){(uint16_t)first, (uint16_t)count, 0};
    }
}

/* SOPK's have a scalar register added to what they say. */
static uint8_t wait_limit(const struct inst *i, uint8_t shift, const uint32_t *sgpr)
{
    bool added = i->enc == ENC_SOPK && i->dst != SRC_NULL;
    if (shift == NONE || shift == ALL || (added && sgpr == NULL)) {
        return shift == ALL ? 0 : WAITS_NO_LIMIT;
    }
    uint64_t limit = (i->extra >> shift & WAITS_COUNT_MAX) + (added ? (uint64_t)sgpr[i->dst] : 0);
    return limit > WAITS_COUNT_MAX ? WAITS_COUNT_MAX : (uint8_t)limit;
}

static void describe_wait(struct waits_effect *e, const struct inst *i, const uint32_t *sgpr)
{
    for (size_t n = 0; n < sizeof wait_rows / sizeof wait_rows[0]; n++) {
        const struct wait_row *row = &wait_rows[n];
        if (row->enc == i->enc && row->op[i->gen] == i->row->op[i->gen]) {
            for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
                e->limit[c] = wait_limit(i, row->shift[c], sgpr);
            }
        }
    }
}

void waits_describe(const struct inst *i, bool wave64, const uint32_t *sgpr, struct waits_effect *effect_out)
{
    struct waits_effect *e = effect_out;
    bool may_be_relative = i->row->enc == ENC_SOP1 || i->row->enc == ENC_VOP1;
    const struct relative_row *relative = may_be_relative ? relative_row_of(i) : NULL;
    e->touched = 0;
    e->issues = 0;
    e->brings = (struct waits_range){0};
    memset(e->limit, WAITS_NO_LIMIT, sizeof e->limit);
    if (i->enc == ENC_SOPP || i->enc == ENC_SOPK) {
        describe_wait(e, i, sgpr);
    }
    describe_issue(e, i, wave64);
    touch_sources(e, i, wave64, relative, sgpr);
    touch_destination(e, i, wave64, relative, sgpr);
}

/* ---- the account of a running wave ---- */

static void note_wait(struct waits *k, enum waits_counter c, uint64_t left)
{
    bool in_order = c == WAITS_LGKM ? k->any_order_last <= k->done[c] : c != WAITS_KM;
    if ((left == 0 || in_order) && k->issued[c] - k->done[c] > left) {
        k->done[c] = k->issued[c] - left;
    }
}

static bool is_free(const struct waits *k, uint32_t reg, uint8_t ordered, enum waits_counter *waiting_out)
{
    for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
        if (k->last[reg].number[c] > k->done[c] && !(ordered & BIT(c))) {
            *waiting_out = (enum waits_counter)c;
            return false;
        }
    }
    return true;
}

static void fault_register(struct wave *w, const struct inst *i, uint32_t reg, enum waits_counter c)
{
    static const char *const names[ISA_GENS][WAITS_COUNTERS] = {{"s_waitcnt vmcnt", "s_waitcnt lgkmcnt", ""},
                                                                {"s_wait_loadcnt", "s_wait_dscnt", "s_wait_kmcnt"}};
    bool vector = reg >= WAITS_VGPR0;
    uint64_t pc = w->waits->last[reg].pc;
    wave_fault(w, i, COMPUTE_FAULT_WAIT, pc, "%s%u may not have come yet from the load at 0x%llx: no %s covers it",
               vector ? "v" : "s", vector ? reg - WAITS_VGPR0 : reg, (unsigned long long)pc, names[w->gen][c]);
}

static bool check(struct wave *w, const struct inst *i, const struct waits_effect *e)
{
    enum waits_counter waiting;
    for (uint32_t n = 0; n < e->touched; n++) {
        const struct waits_range *r = &e->touches[n];
        for (uint32_t reg = r->first; reg < r->first + (uint32_t)r->count; reg++) {
            if (!is_free(w->waits, reg, r->ordered, &waiting)) {
                fault_register(w, i, reg, waiting);
                return false;
            }
        }
    }
    return true;
}

static void note_issue(struct waits *k, const struct inst *i, const struct waits_effect *e)
{
    struct waits_load load = {.pc = i->pc};
    for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
        k->issued[c] += e->issues >> c & 1;
        load.number[c] = e->issues >> c & 1 ? k->issued[c] : 0;
    }
    if (e->any_order && load.number[WAITS_LGKM] != 0) {
        k->any_order_last = load.number[WAITS_LGKM];
    }
    for (uint32_t n = 0; n < e->brings.count; n++) {
        k->last[e->brings.first + n] = load;
    }
}

void waits_exec(struct wave *w, const struct inst *i)
{
    struct waits_effect e;
    if (i->row == NULL) {
        i->exec_plain(w, i);
        return;
    }
    waits_describe(i, w->wave64, w->sgpr, &e);
    for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
        if (e.limit[c] != WAITS_NO_LIMIT) {
            note_wait(w->waits, (enum waits_counter)c, e.limit[c]);
        }
    }
    if (!check(w, i, &e)) {
        return;
    }
    i->exec_plain(w, i);
    if (!w->faulted) {
        note_issue(w->waits, i, &e);
    }
}
