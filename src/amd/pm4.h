/*
 * pm4.h: the command processor's packets, one encode function each (formats: nvd.h of the Linux kernel and Mesa's
 * register database, the same on gfx11 and gfx12 but for which caches a packet names; constants in regs/pm4.h). Pure; -ENOSPC
 * when the buffer is full, and then nothing is written.
 */
#ifndef EXO_AMD_PM4_H
#define EXO_AMD_PM4_H

#include <stdbool.h>
#include <stdint.h>

#include "amd/words.h"

#define PM4_DMA_MAX_BYTES (1u << 25) /* the byte count has 26 bits; a power of two keeps chunks aligned */

/* first_dword: absolute dword address of the first register, within the SH range. */
int pm4_set_sh_registers(struct words *w, uint32_t first_dword, const uint32_t *values, uint32_t count);
int pm4_dispatch_direct(struct words *w, const uint32_t groups[3], uint32_t initiator); /* work-groups, not items */
int pm4_indirect_buffer(struct words *w, uint64_t va, uint32_t dwords);                 /* VMID 0 */
int pm4_wait_shaders(struct words *w);                                                  /* EVENT_WRITE CS_PARTIAL_FLUSH */
int pm4_acquire_mem(struct words *w, uint32_t caches);                                  /* a row of generation.h's acquire */
/* When all earlier work has ended: write caches back (generation.h's release), then store `value` (32 bits) at va. */
int pm4_release_mem(struct words *w, uint32_t caches, uint64_t va, uint32_t value);
int pm4_wait_memory_equal(struct words *w, uint64_t va, uint32_t value);
int pm4_dma_data(struct words *w, uint64_t dst_va, uint64_t src_va, uint32_t bytes); /* waits for its own end */

#endif
