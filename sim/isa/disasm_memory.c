/*
 * disasm_memory.c: memory instructions as LLVM 19 writes them.
 */
#include "disasm.h"

#include <string.h>

static bool is_store(const struct isa_row *row)
{
    return strstr(row->name, "store") != NULL;
}

enum { SCOPE_DEV = 2, SCOPE_SYS = 3, TH_BYPASS = 3, TH_RESERVED = 7, TH_CASCADE = 4 };

static void put_atomic_hint(struct text *t, const struct inst *i)
{
    static const char *const names[4] = {"", "RETURN", "NT", "NT_RETURN"};
    if (!(i->th & TH_CASCADE)) {
        text_put(t, "TH_ATOMIC_%s", names[i->th & 3]);
    } else if (i->scope >= SCOPE_DEV) {
        text_put(t, "TH_ATOMIC_CASCADE%s", i->th & 2 ? "_NT" : "_RT");
    } else {
        text_put(t, "TH_ATOMIC_0x%x", i->th);
    }
}

/* gfx12's temporal hints; loads and stores differ where the numbers mean different things (AMDGPUInstPrinter::printTH). */
static void put_hint(struct text *t, const struct inst *i)
{
    static const char *const names[8] = {"", "NT", "HT", NULL, "NT_RT", "RT_NT", "NT_HT", "NT_WB"};
    bool store = is_store(i->row);
    if (i->th == 0) {
        return;
    }
    text_put(t, " th:");
    if (i->row->flags & ROW_ATOMIC) {
        put_atomic_hint(t, i);
    } else if (i->th == TH_RESERVED && !store) {
        text_put(t, "0x%x", i->th);
    } else {
        const char *name = i->th == TH_BYPASS ? i->scope == SCOPE_SYS ? "BYPASS" : store ? "RT_WB" : "LU" : names[i->th];
        text_put(t, "TH_%s_%s", store ? "STORE" : "LOAD", name);
    }
}

void text_cache_policy(struct text *t, const struct inst *i)
{
    static const char *const scopes[4] = {"", " scope:SCOPE_SE", " scope:SCOPE_DEV", " scope:SCOPE_SYS"};
    if (i->gen == ISA_GFX12) {
        put_hint(t, i);
        text_put(t, "%s", scopes[i->scope]);
        return;
    }
    text_put(t, "%s%s%s", i->extra & ISA_GLC ? " glc" : "", i->extra & ISA_SLC ? " slc" : "", i->extra & ISA_DLC ? " dlc" : "");
}

/* ds_swizzle's offset by what it does (AMDGPUInstPrinter::printSwizzle). */
static void put_swizzle(struct text *t, uint32_t offset)
{
    uint32_t and = offset & 31, or = offset >> 5 & 31, xor = offset >> 10 & 31, group = 32 - and;
    if (offset == 0) {
        return;
    }
    text_put(t, " offset:");
    if ((offset & 0xff00) == 0x8000) {
        text_put(t, "swizzle(QUAD_PERM,%u,%u,%u,%u)", offset & 3, offset >> 2 & 3, offset >> 4 & 3, offset >> 6 & 3);
    } else if (offset & 0x8000) {
        text_put(t, "%u", offset);
    } else if (and== 31 && or == 0 && xor!= 0 && (xor&(xor-1)) == 0) {
        text_put(t, "swizzle(SWAP,%u)", xor);
    } else if (and== 31 && or == 0 && xor!= 0 && (xor&(xor+1)) == 0) {
        text_put(t, "swizzle(REVERSE,%u)", xor+1);
    } else if (group > 1 && (group & (group - 1)) == 0 && or < group && xor== 0) {
        text_put(t, "swizzle(BROADCAST,%u,%u)", group, or);
    } else {
        uint32_t zeros = or ^ xor, ones = (and| or) ^ xor; /* what lane 0 and lane 31 read from */
        text_put(t, "swizzle(BITMASK_PERM,\"");
        for (uint32_t bit = 16; bit != 0; bit >>= 1) {
            text_put(t, "%c", (zeros & bit) == (ones & bit) ? zeros & bit ? '1' : '0' : zeros & bit ? 'i' : 'p');
        }
        text_put(t, "\")");
    }
}

void text_ds(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->dst != K_NONE) {
        text_next(t);
        text_operand(t, i, SRC_VGPR0 + (uint32_t)i->dst, row->dst);
    }
    for (uint32_t n = 0; n < 3; n++) {
        if (row->src[n] != K_NONE) {
            text_next(t);
            text_operand(t, i, i->src[n], row->src[n]);
        }
    }
    if (strcmp(row->name, "ds_swizzle_b32") == 0) {
        put_swizzle(t, i->literal);
    } else if (strstr(row->name, "2addr") != NULL) {
        if (i->literal & 255) {
            text_put(t, " offset0:%u", i->literal & 255);
        }
        if (i->literal >> 8) {
            text_put(t, " offset1:%u", i->literal >> 8);
        }
    } else if (i->literal) {
        text_put(t, " offset:%u", i->literal);
    }
    text_put(t, "%s", i->extra & ISA_GDS ? " gds" : "");
}

static void put_flat_address(struct text *t, const struct inst *i)
{
    if (i->row->src[0] == K_NONE) {
        return;
    }
    text_next(t);
    if (i->enc == ENC_SCRATCH && !(i->extra & ISA_SVE)) {
        text_put(t, "off");
    } else {
        bool wide = i->enc == ENC_FLAT || (i->enc == ENC_GLOBAL && i->src[2] == SRC_NULL);
        text_operand(t, i, i->src[0], wide ? K_B64 : K_B32);
    }
}

void text_flat(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    if (row->dst == K_NONE && row->src[1] == K_NONE) { /* cache control */
        text_cache_policy(t, i);
        return;
    }
    if (row->dst != K_NONE && (!(row->flags & ROW_ATOMIC) || i->extra & ISA_GLC)) {
        text_next(t);
        text_operand(t, i, SRC_VGPR0 + (uint32_t)i->dst, row->dst);
    }
    put_flat_address(t, i);
    if (row->src[1] != K_NONE) {
        text_next(t);
        text_operand(t, i, i->src[1], row->src[1]);
    }
    if (i->enc != ENC_FLAT && row->src[2] != K_NONE) {
        text_next(t);
        if (i->src[2] == SRC_NULL) {
            text_put(t, "off");
        } else {
            text_operand(t, i, i->src[2], i->enc == ENC_GLOBAL ? K_B64 : K_B32);
        }
    }
    if (i->literal) {
        text_put(t, " offset:%d", (int32_t)i->literal);
    }
    text_cache_policy(t, i);
}

static void put_buffer_address(struct text *t, const struct inst *i)
{
    uint32_t count = (i->extra & ISA_OFFEN ? 1 : 0) + (i->extra & ISA_IDXEN ? 1 : 0);
    text_next(t);
    if (count == 0) {
        text_put(t, "off");
    } else {
        text_registers(t, "v", i->src[0] - (uint32_t)SRC_VGPR0, count);
    }
}

void text_mubuf(struct text *t, const struct inst *i)
{
    const struct isa_row *row = i->row;
    uint32_t data = isa_kind_dwords((enum isa_kind)(row->dst != K_NONE ? row->dst : row->src[1]));
    if (row->src[2] == K_NONE) { /* cache invalidation */
        return;
    }
    if (data != 0) {
        text_next(t);
        text_registers(t, "v", i->dst, data + (i->extra & ISA_TFE ? 1 : 0));
    }
    put_buffer_address(t, i);
    text_next(t);
    text_operand(t, i, i->src[2], K_B128);
    text_next(t);
    text_operand(t, i, i->dst2, K_B32);
    text_put(t, "%s%s", i->extra & ISA_IDXEN ? " idxen" : "", i->extra & ISA_OFFEN ? " offen" : "");
    if (i->literal) {
        text_put(t, " offset:%d", (int32_t)i->literal);
    }
    text_cache_policy(t, i);
    text_put(t, "%s", i->extra & ISA_TFE ? " tfe" : "");
}
