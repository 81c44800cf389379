/* ih.h: the interrupt rings. Nobody here waits for interrupts, but engines that raise them need somewhere to put them. */
#ifndef EXO_AMD_IH_H
#define EXO_AMD_IH_H

struct amd;
#define IH_RING_BYTES (256u << 10)
int ih_init(struct amd *a) __attribute__((warn_unused_result));

#endif
