/* fault.h: what a memory hub recorded about a page fault, as a sentence. Pure. */
#ifndef EXO_AMD_FAULT_H
#define EXO_AMD_FAULT_H

#include <stddef.h>
#include <stdint.h>

struct vm_place;

/* status: the hub's L2_PROTECTION_FAULT_STATUS; page: the address it recorded; place: what the driver had there. */
void fault_describe(const char *hub, uint32_t status, uint64_t page, const struct vm_place *place, char *text, size_t text_size);

#endif
