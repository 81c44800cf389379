/* sdma_packets.h: the DMA engine's packets, one encode function each (SDMA 6 and 7, fields in regs/wire_sdma.h). Pure. */
#ifndef EXO_AMD_SDMA_PACKETS_H
#define EXO_AMD_SDMA_PACKETS_H

#include <stdint.h>

#include "amd/generation.h"
#include "amd/words.h"

#define SDMA_MAX_BYTES (1u << 22) /* per packet: the count field holds bytes - 1 in 22 bits */

int sdma_copy(struct words *w, const struct dma_format *f, uint64_t dst_va, uint64_t src_va, uint32_t bytes);
int sdma_fill(struct words *w, const struct dma_format *f, uint64_t dst_va, uint8_t byte, uint32_t bytes);
int sdma_fence(struct words *w, uint64_t va, uint32_t value);
int sdma_wait_equal(struct words *w, uint64_t va, uint32_t value);

#endif
