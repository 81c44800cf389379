/* sdma.h: the DMA engine (SDMA 0, queue 0). Stale state of an earlier session is cleared before it is set up. */
#ifndef EXO_AMD_SDMA_H
#define EXO_AMD_SDMA_H

struct amd;

int sdma_init(struct amd *a) __attribute__((warn_unused_result));
int sdma_start_queue(struct amd *a) __attribute__((warn_unused_result));
int sdma_stop(struct amd *a) __attribute__((warn_unused_result)); /* ring, indirect buffers and doorbell off, then soft reset */

#endif
