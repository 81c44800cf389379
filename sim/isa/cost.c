/* cost.c: the classes of instructions, by encoding and, where units differ inside one, by name (cost.h). */
#include "cost.h"

#include <string.h>

#include "isa.h"

struct named_class {
    const char *start, *also; /* of the mnemonic: how it begins, and what it has besides ("": nothing to ask) */
    uint8_t cost;
};

/* The first that fits decides. Units and rates: RDNA3 and RDNA4 ISA manuals and the sources in docs/MODEL.md. */
/* clang-format off */
static const struct named_class vector_classes[] = {
    {"v_wmma_", "16x16x16_iu4", CLASS_WMMA_4}, {"v_swmmac_", "16x16x32_iu4", CLASS_WMMA_4}, /* twice that depth: as 8-bit ones */
    {"v_wmma_", "6_f16", CLASS_WMMA_16}, {"v_wmma_", "6_bf16", CLASS_WMMA_16},
    {"v_swmmac_", "2_f16", CLASS_WMMA_16}, {"v_swmmac_", "2_bf16", CLASS_WMMA_16},
    {"v_wmma_", "", CLASS_WMMA_8}, {"v_swmmac_", "", CLASS_WMMA_8},
    {"v_exp_", "", CLASS_TRANS}, {"v_log_", "", CLASS_TRANS}, {"v_rcp_", "", CLASS_TRANS}, {"v_rsq_", "", CLASS_TRANS},
    {"v_sqrt_", "", CLASS_TRANS}, {"v_sin_", "", CLASS_TRANS}, {"v_cos_", "", CLASS_TRANS}, {"v_s_", "", CLASS_TRANS},
    {"v_mul_lo_u32", "", CLASS_QUARTER}, {"v_mul_hi_u32", "", CLASS_QUARTER}, {"v_mul_hi_i32", "", CLASS_QUARTER},
    {"v_mad_u64_u32", "", CLASS_QUARTER}, {"v_mad_i64_i32", "", CLASS_QUARTER}, {"v_mad_co_", "", CLASS_QUARTER},
    {"v_lshlrev_b64", "", CLASS_QUARTER}, {"v_lshrrev_b64", "", CLASS_QUARTER}, {"v_ashrrev_i64", "", CLASS_QUARTER},
    {"v_", "_f64", CLASS_F64},
};
/* clang-format on */

static uint8_t vector_class(const char *name)
{
    for (size_t n = 0; n < sizeof vector_classes / sizeof vector_classes[0]; n++) {
        const struct named_class *c = &vector_classes[n];
        if (strncmp(name, c->start, strlen(c->start)) == 0 && strstr(name, c->also) != NULL) {
            return c->cost;
        }
    }
    return CLASS_VALU;
}

/* A wait costs a round trip if loads are on their way which nothing has waited for; `of`: which counters it names. */
static uint8_t wait_class(uint32_t of, uint32_t *pending)
{
    uint32_t waits = of & *pending;
    *pending &= ~of;
    return waits & COST_PENDING_VMEM ? CLASS_ROUND_TRIP_VMEM : waits & COST_PENDING_LGKM ? CLASS_ROUND_TRIP_LGKM : CLASS_INTERNAL;
}

/* s_waitcnt's immediate on gfx11: VMCNT 15:10, LGKMCNT 9:4, EXPCNT 2:0; all ones: no wait (RDNA3 ISA, "S_WAITCNT"). */
static uint32_t waitcnt_of(uint32_t immediate)
{
    return ((immediate >> 10 & 63) != 63 ? COST_PENDING_VMEM : 0) | ((immediate >> 4 & 63) != 63 ? COST_PENDING_LGKM : 0);
}

static uint8_t sopp_class(const struct inst *i, uint32_t *pending)
{
    static const struct {
        const char *name;
        uint32_t of;
    } waits[] = {
        {"s_wait_loadcnt_dscnt", COST_PENDING_UNKNOWN},
        {"s_wait_storecnt_dscnt", COST_PENDING_LGKM},
        {"s_wait_loadcnt", COST_PENDING_VMEM},
        {"s_wait_samplecnt", COST_PENDING_VMEM},
        {"s_wait_dscnt", COST_PENDING_LGKM},
        {"s_wait_kmcnt", COST_PENDING_LGKM},
    };
    const char *name = i->row->name;
    if (strcmp(name, "s_waitcnt") == 0) {
        return wait_class(waitcnt_of(i->word[0] & 0xffff), pending);
    }
    for (size_t n = 0; n < sizeof waits / sizeof waits[0]; n++) {
        if (strcmp(name, waits[n].name) == 0) {
            return wait_class(waits[n].of, pending);
        }
    }
    return strncmp(name, "s_barrier", 9) == 0 ? CLASS_BARRIER : CLASS_INTERNAL;
}

static uint8_t memory_class(const struct inst *i, uint32_t *pending)
{
    if (strstr(i->row->name, "_inv") != NULL || strstr(i->row->name, "_wb") != NULL) {
        return CLASS_INTERNAL; /* cache controls bring nothing back to wait for */
    }
    bool far = i->enc == ENC_FLAT || (i->enc == ENC_GLOBAL && i->src[2] == SRC_NULL);
    if (i->row->flags & ROW_STORE || strstr(i->row->name, "_atomic") != NULL) {
        return far ? CLASS_VMEM_STORE_64 : CLASS_VMEM_STORE;
    }
    *pending |= COST_PENDING_VMEM;
    return far ? CLASS_VMEM_LOAD_64 : CLASS_VMEM_LOAD;
}

uint8_t cost_of(const struct inst *i, uint32_t *pending)
{
    if (i->row == NULL) {
        return CLASS_INTERNAL;
    }
    if (i->row->flags & ROW_BRANCH) {
        return CLASS_BRANCH;
    }
    switch (i->enc) {
    case ENC_SOPP:
        return sopp_class(i, pending);
    case ENC_SMEM:
        *pending |= COST_PENDING_LGKM;
        return CLASS_SMEM;
    case ENC_DS:
        *pending |= COST_PENDING_LGKM;
        return CLASS_LDS;
    case ENC_VOPD:
        return CLASS_DUAL;
    case ENC_FLAT:
    case ENC_SCRATCH:
    case ENC_GLOBAL:
    case ENC_MUBUF:
    case ENC_MTBUF:
        return memory_class(i, pending);
    default:
        return i->enc < ENC_SMEM ? CLASS_SALU : vector_class(i->row->name);
    }
}
