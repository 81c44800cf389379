/*
 * waits.c: counts vmcnt and lgkmcnt as the hardware does (RDNA3 ISA, "Data dependency resolution"): vector loads return in the
 * order of issue, LDS operations too, scalar loads in none. FLAT counts in both. gfx12 calls them loadcnt and dscnt and counts
 * scalar loads in kmcnt (RDNA4 ISA, the same chapter).
 */
#include "waits.h"

#include "isa.h"

enum { WAIT_VM = 1, WAIT_LGKM = 2, WAIT_KM = 4 };

static void fault_register(struct wave *w, const struct inst *i, const char *kind, uint32_t reg, const struct pending *p)
{
    bool vm = p->vm > w->waits->vm_done, km = p->km > w->waits->km_done;
    const char *wait = w->gen == ISA_GFX12 ? vm   ? "s_wait_loadcnt"
                                             : km ? "s_wait_kmcnt"
                                                  : "s_wait_dscnt"
                       : vm                ? "s_waitcnt vmcnt"
                                           : "s_waitcnt lgkmcnt";
    wave_fault(w, i, COMPUTE_FAULT_WAIT, p->pc, "%s%u may not have come yet from the load at 0x%llx: no %s covers it", kind, reg,
               (unsigned long long)p->pc, wait);
}

/* `ordered`: counters whose loads may overwrite one another's results, since they return in order. */
static bool is_free(const struct waits *k, const struct pending *p, uint32_t ordered)
{
    return (p->vm <= k->vm_done || ordered & WAIT_VM) && (p->lgkm <= k->lgkm_done || ordered & WAIT_LGKM) && p->km <= k->km_done;
}

static uint32_t operand_count(const struct wave *w, uint32_t kind)
{
    return kind == K_MASK && w->wave64 ? 2 : kind == K_SIMM ? 0 : isa_kind_dwords(kind);
}

static bool check_vgprs(struct wave *w, const struct inst *i, uint32_t first, uint32_t count, uint32_t ordered)
{
    for (uint32_t reg = first; reg < first + count && reg < 256; reg++) {
        if (!is_free(w->waits, &w->waits->vgpr[reg], ordered)) {
            fault_register(w, i, "v", reg, &w->waits->vgpr[reg]);
            return false;
        }
    }
    return true;
}

static bool check_sgprs(struct wave *w, const struct inst *i, uint32_t first, uint32_t count)
{
    for (uint32_t reg = first; reg < first + count && reg < SRC_NULL; reg++) {
        if (!is_free(w->waits, &w->waits->sgpr[reg], 0)) {
            fault_register(w, i, "s", reg, &w->waits->sgpr[reg]);
            return false;
        }
    }
    return true;
}

static bool check_source(struct wave *w, const struct inst *i, uint32_t operand, uint32_t count)
{
    return operand >= SRC_VGPR0 ? check_vgprs(w, i, operand - SRC_VGPR0, count, 0)
                                : operand >= SRC_NULL || check_sgprs(w, i, operand, count);
}

static bool is_memory(const struct inst *i)
{
    return i->enc == ENC_DS || i->enc == ENC_FLAT || i->enc == ENC_GLOBAL || i->enc == ENC_SCRATCH || i->enc == ENC_MUBUF;
}

static bool check_sources(struct wave *w, const struct inst *i)
{
    for (uint32_t n = 0; n < 3; n++) {
        uint32_t count = operand_count(w, i->row->src[n]);
        if (n == 0 && (i->enc == ENC_GLOBAL || i->enc == ENC_SCRATCH) && count != 0) {
            bool pair = i->enc == ENC_GLOBAL && i->src[2] == SRC_NULL;
            count = i->enc == ENC_SCRATCH ? (i->extra & ISA_SVE ? 1 : 0) : pair ? 2 : 1;
        }
        if (count != 0 && !check_source(w, i, i->src[n], count)) {
            return false;
        }
    }
    for (uint32_t n = 0; i->row_y != NULL && n < 2; n++) {
        if (i->row_y->src[n] != K_NONE && !check_source(w, i, i->src_y[n], 1)) {
            return false;
        }
    }
    return true;
}

/* Which counters a load counts in; 0 for what is none, or brings nothing back. */
static uint32_t load_counters(const struct inst *i)
{
    bool atomic = i->row->src[1] != K_NONE && i->row->dst != K_NONE;
    bool returns = i->row->dst != K_NONE && (!atomic || i->extra & ISA_GLC);
    switch (i->enc) {
    case ENC_SMEM:
        return i->row->dst == K_NONE ? 0 : i->gen == ISA_GFX12 ? WAIT_KM : WAIT_LGKM;
    case ENC_DS:
        return WAIT_LGKM; /* stores count as well, though nothing waits for them */
    case ENC_FLAT:
        return WAIT_LGKM | (returns ? WAIT_VM : 0);
    case ENC_GLOBAL:
    case ENC_SCRATCH:
    case ENC_MUBUF:
        return returns ? WAIT_VM : 0;
    default:
        return 0;
    }
}

static bool check_destination(struct wave *w, const struct inst *i)
{
    uint32_t kind = i->row->dst, count = operand_count(w, kind);
    bool scalar = i->enc <= ENC_SMEM || kind == K_MASK || kind == K_SGPR32;
    if (count != 0 && !scalar && !check_vgprs(w, i, i->dst, count, is_memory(i) && i->enc != ENC_FLAT ? load_counters(i) : 0)) {
        return false;
    }
    if (count != 0 && scalar && !check_sgprs(w, i, i->dst, count)) {
        return false;
    }
    if (i->row_y != NULL) {
        return check_vgprs(w, i, i->dst2, 1, 0);
    }
    return !(i->row->flags & ROW_CARRY_OUT) || check_sgprs(w, i, i->dst2, w->wave64 ? 2 : 1);
}

static void wait_vm(struct waits *k, uint64_t left)
{
    if (k->vm_issued - k->vm_done > left) {
        k->vm_done = k->vm_issued - left;
    }
}

static void wait_lgkm(struct waits *k, uint64_t left)
{
    bool in_order = k->scalar_last <= k->lgkm_done;
    if ((left == 0 || in_order) && k->lgkm_issued - k->lgkm_done > left) {
        k->lgkm_done = k->lgkm_issued - left;
    }
}

/* In no order, so only all of them say anything. */
static void wait_km(struct waits *k, uint64_t left)
{
    k->km_done = left == 0 ? k->km_issued : k->km_done;
}

/* Which counters an instruction waits for, and where in SIMM16 it says down to what: a shift, under a mask of six bits (RDNA3
 * ISA, S_WAITCNT; RDNA4 ISA, S_WAIT_*). NONE: not that one; ALL: for all of them. Those that count no loads are not here. */
enum { NONE = 0xff, ALL = 0xfe };

static const struct wait_row {
    uint8_t enc, op[ISA_GENS], vm, lgkm, km;
} wait_rows[] = {
    {ENC_SOPP, {9, 9}, 10, 4, NONE},       /* s_waitcnt */
    {ENC_SOPP, {10, 10}, ALL, ALL, ALL},   /* s_wait_idle */
    {ENC_SOPK, {25, NONE}, 0, NONE, NONE}, /* s_waitcnt_vmcnt */
    {ENC_SOPK, {27, NONE}, NONE, 0, NONE}, /* s_waitcnt_lgkmcnt */
    {ENC_SOPP, {NONE, 64}, 0, NONE, NONE}, /* s_wait_loadcnt */
    {ENC_SOPP, {NONE, 70}, NONE, 0, NONE}, /* s_wait_dscnt */
    {ENC_SOPP, {NONE, 71}, NONE, NONE, 0}, /* s_wait_kmcnt */
    {ENC_SOPP, {NONE, 72}, 8, 0, NONE},    /* s_wait_loadcnt_dscnt */
    {ENC_SOPP, {NONE, 73}, NONE, 0, NONE}, /* s_wait_storecnt_dscnt */
};

static uint64_t wait_limit(const struct inst *i, uint8_t shift)
{
    return shift == NONE ? UINT64_MAX : shift == ALL ? 0 : i->extra >> shift & 63;
}

static void note_wait(struct waits *k, const struct inst *i)
{
    for (size_t n = 0; n < sizeof wait_rows / sizeof wait_rows[0]; n++) {
        const struct wait_row *row = &wait_rows[n];
        if (row->enc == i->enc && row->op[i->gen] == i->row->op[i->gen]) {
            wait_vm(k, wait_limit(i, row->vm));
            wait_lgkm(k, wait_limit(i, row->lgkm));
            wait_km(k, wait_limit(i, row->km));
        }
    }
}

static void note_load(struct wave *w, const struct inst *i)
{
    struct waits *k = w->waits;
    uint32_t counters = load_counters(i), count = operand_count(w, i->row->dst);
    struct pending *first = i->enc == ENC_SMEM ? &k->sgpr[i->dst & 127] : &k->vgpr[i->dst & 255];
    k->vm_issued += counters & WAIT_VM ? 1 : 0;
    k->lgkm_issued += counters & WAIT_LGKM ? 1 : 0;
    k->km_issued += counters & WAIT_KM ? 1 : 0;
    if (counters == 0 || count == 0 || (i->enc == ENC_SMEM && i->dst + count > SRC_NULL) || i->dst + count > 256) {
        return;
    }
    if (counters & WAIT_LGKM && i->enc == ENC_SMEM) {
        k->scalar_last = k->lgkm_issued;
    }
    for (uint32_t n = 0; n < count; n++) {
        first[n] = (struct pending){counters & WAIT_VM ? k->vm_issued : 0, counters & WAIT_LGKM ? k->lgkm_issued : 0,
                                    counters & WAIT_KM ? k->km_issued : 0, i->pc};
    }
}

void waits_exec(struct wave *w, const struct inst *i)
{
    if (w->waits == NULL || i->row == NULL) {
        i->exec_plain(w, i);
        return;
    }
    if (i->enc == ENC_SOPP || i->enc == ENC_SOPK) {
        note_wait(w->waits, i);
    }
    if (!check_sources(w, i) || !check_destination(w, i)) {
        return;
    }
    i->exec_plain(w, i);
    if (!w->faulted) {
        note_load(w, i);
    }
}
