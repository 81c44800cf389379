/*
 * ih.h: the interrupt rings. Nobody here waits for interrupts, but engines that raise them need somewhere to put them, and what
 * they put there tells why a fence is overdue (overdue.c).
 */
#ifndef EXO_AMD_IH_H
#define EXO_AMD_IH_H

#include <stdint.h>

struct amd;
#define IH_RING_BYTES (256u << 10)

struct interrupt {
    uint32_t client, source, ring, vmid; /* SOC21_IH_CLIENTID_..., GFX_11_0_0_SRCID_... */
    uint32_t data[4];
};

int ih_init(struct amd *a) __attribute__((warn_unused_result));
/* Warm: passes over what an earlier session left unread. */
int ih_resume(struct amd *a) __attribute__((warn_unused_result));
/* Takes the oldest entry out of the first ring: 1, or 0 if there is none. Round trips. */
int ih_take(struct amd *a, struct interrupt *interrupt_out) __attribute__((warn_unused_result));

#endif
