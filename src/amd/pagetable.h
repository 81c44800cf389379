/* pagetable.h: four levels of tables over VMID 0 (entries' formats: generation.h). Used by vm.c only; no TLB flush here. */
#ifndef EXO_AMD_PAGETABLE_H
#define EXO_AMD_PAGETABLE_H

#include <stdbool.h>
#include <stdint.h>

struct amd;

#define PAGE_SMALL UINT64_C(0x1000)
#define PAGE_HUGE UINT64_C(0x200000)

/* Maps `size` bytes at `va` to `target` (VRAM offset, or bus address when `host`). All multiples of 4 KiB. */
int pagetable_map(struct amd *a, uint64_t va, uint64_t target, uint64_t size, bool host) __attribute__((warn_unused_result));
/* Clears what is mapped in the range and gives emptied tables back. */
int pagetable_unmap(struct amd *a, uint64_t va, uint64_t size) __attribute__((warn_unused_result));
void pagetable_destroy(struct amd *a);

#endif
