#include "amd/fault.h"

#include <stdio.h>

#include "amd/generation.h"
#include "amd/gfx.h"
#include "amd/ih.h"
#include "amd/registers.h"
#include "amd/vm.h"
#include "regs/soc.h"

#define PERMISSION_VALID 1u /* bit 0 of PERMISSION_FAULTS: the entry itself is not valid; the others are read, write, execute */

static void describe_place(const struct vm_place *p, char *text, size_t size)
{
    if (p->inside) {
        snprintf(text, size, "inside an allocation of %llu bytes at %#llx", (unsigned long long)p->size,
                 (unsigned long long)p->start);
    } else if (p->size) {
        snprintf(text, size, "%llu bytes behind the end of an allocation of %llu bytes at %#llx", (unsigned long long)p->behind,
                 (unsigned long long)p->size, (unsigned long long)p->start);
    } else {
        snprintf(text, size, "below every allocation");
    }
}

void fault_describe(const char *const *clients, const char *hub, uint32_t status, uint64_t page, const struct vm_place *place,
                    char *text, size_t text_size)
{
    char where[128];
    uint32_t permission = field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_PERMISSION_FAULTS);
    uint32_t client = field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_CID);
    const char *who = clients && client < FAULT_CLIENTS && clients[client] ? clients[client] : "an engine";
    describe_place(place, where, sizeof where);
    snprintf(text, text_size,
             "page fault: %s %s card address %#llx, %s (%s hub, client %u = %s, VMID %u, status %#x%s); the work on the card is "
             "lost: open "
             "the card again",
             who, field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_RW) ? "wrote to" : "read from",
             (unsigned long long)page, where, hub, client, who, field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_VMID),
             status, permission && !(permission & PERMISSION_VALID) ? ", permission denied" : ", nothing mapped");
}

/* ---- interrupts -------------------------------------------------------------------------------------------------------- */

/* Bits 7:6 of the second word; it and the fields below: linux kfd_int_process_v11.c, which serves gfx12 too. */
#define SQ_ENCODING_ERROR 2

static const char *const wave_errors[] = {
    "a wave met an uncorrectable memory error",
    "a wave met an instruction that cannot be executed",
    "a wave broke a rule of memory (an address that is not mapped, not allowed or not aligned)",
    "a wave read poisoned data",
};

static const struct {
    uint32_t source;
    const char *what;
} packet_errors[] = {
    {GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR, "a packet that it cannot execute"},
    {GFX_11_0_0_SRCID_CP_PM4_PKT_RSVD_BIT_ERROR, "a packet with reserved bits set"},
    {GFX_11_0_0_SRCID_CP_PRIV_REG_FAULT, "a packet that touches a protected register"},
    {GFX_11_0_0_SRCID_CP_PRIV_INSTR_FAULT, "a protected packet"},
    {GFX_11_0_0_SRCID_CP_GPF, "a packet that cannot be fetched"},
};

/* One list of interrupt sources serves both generations. */
_Static_assert((int)GFX_11_0_0_SRCID_CP_BAD_OPCODE_ERROR == (int)GFX_12_0_0_SRCID_CP_BAD_OPCODE_ERROR &&
                   (int)GFX_11_0_0_SRCID_CP_PM4_PKT_RSVD_BIT_ERROR == (int)GFX_12_0_0_SRCID_CP_PM4_PKT_RSVD_BIT_ERROR &&
                   (int)GFX_11_0_0_SRCID_CP_PRIV_REG_FAULT == (int)GFX_12_0_0_SRCID_CP_PRIV_REG_FAULT &&
                   (int)GFX_11_0_0_SRCID_CP_PRIV_INSTR_FAULT == (int)GFX_12_0_0_SRCID_CP_PRIV_INSTR_FAULT &&
                   (int)GFX_11_0_0_SRCID_CP_GPF == (int)GFX_12_0_0_SRCID_CP_GPF &&
                   (int)GFX_11_0_0_SRCID_SQ_INTERRUPT_ID == (int)GFX_12_0_0_SRCID_SQ_INTERRUPT_ID,
               "interrupt sources of gfx11 and gfx12 are the same");

static const char *packet_error(const struct interrupt *i)
{
    for (size_t n = 0; n < sizeof packet_errors / sizeof packet_errors[0]; n++) {
        if (i->client == SOC21_IH_CLIENTID_GRBM_CP && i->source == packet_errors[n].source) {
            return packet_errors[n].what;
        }
    }
    return NULL;
}

bool fault_is_wave(const struct interrupt *i, struct gfx_wave *wave_out)
{
    *wave_out = (struct gfx_wave){i->data[0] >> 25 & 1, i->data[1] >> 2 & 0xf, i->data[1] & 3, i->data[0] >> 27};
    return i->client == SOC21_IH_CLIENTID_GFX && i->source == GFX_11_0_0_SRCID_SQ_INTERRUPT_ID &&
           (i->data[1] >> 6 & 3) == SQ_ENCODING_ERROR;
}

bool fault_is_error(const struct interrupt *i)
{
    struct gfx_wave unused;
    return fault_is_wave(i, &unused) || packet_error(i) != NULL;
}

void fault_describe_interrupt(const struct interrupt *i, const uint64_t *pc, const struct vm_place *place,
                              const struct gfx_position *at, char *text, size_t text_size)
{
    struct gfx_wave wave;
    char where[128], stopped[192] = "";
    if (!fault_is_wave(i, &wave)) {
        const char *what = packet_error(i);
        snprintf(
            text, text_size,
            "the command processor met %s (header %#x) at word %u of %u of a command buffer, word %u of its queue; the work on "
            "the card is lost: open the card again",
            what ? what : "an error", i->data[0], at->buffer_read, at->buffer_size, at->read);
        return;
    }
    uint32_t type = i->data[0] >> 21 & 0xf;
    describe_place(place, where, sizeof where);
    if (pc) {
        snprintf(stopped, sizeof stopped, " at card address %#llx, %s", (unsigned long long)*pc, where);
    }
    snprintf(text, text_size,
             "shader fault: %s%s (shader array %u, WGP %u, SIMD %u, wave %u, dispatch before word %u of %u of a command buffer); "
             "the work "
             "on the card is lost: open the card again",
             type < sizeof wave_errors / sizeof wave_errors[0] ? wave_errors[type] : "a wave stopped for an unknown reason",
             stopped, wave.array, wave.wgp, wave.simd, wave.slot, at->buffer_read, at->buffer_size);
}
