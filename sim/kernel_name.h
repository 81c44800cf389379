/*
 * kernel_name.h: what a kernel is called, for the trace: a code object's image in VRAM begins with its ELF header, whose dynamic
 * symbols name the entry points. Looks at memory only; translations that waves used are used again, and none is made.
 */
#ifndef EXO_SIM_KERNEL_NAME_H
#define EXO_SIM_KERNEL_NAME_H

#include <stdint.h>

struct sim_card;

enum { KERNEL_NAME_SIZE = 96 };

/* The name of the kernel whose code begins at program_va and has just run; "kernel at 0x…" where no symbol tells. */
void kernel_name(struct sim_card *card, uint32_t vmid, uint64_t program_va, char name[KERNEL_NAME_SIZE]);

#endif
