/*
 * fibre.h: switching between stacks, for the host build of the kernels. A fibre is a stack and a saved stack pointer; a switch
 * saves the callee-saved registers of the platform's C calling convention and nothing else (no signal mask: no system call).
 */
#ifndef EXO_KERNELS_FIBRE_H
#define EXO_KERNELS_FIBRE_H

#include <stddef.h>

struct fibre {
    void *sp;
    void *stack; /* lowest address */
    size_t stack_bytes;
    void *asan_stack; /* AddressSanitizer's own stack of a fibre that is not running */
};

/* Prepares a fibre to run entry() at the first switch to it. entry must never return. */
void exo_fibre_start(struct fibre *f, void (*entry)(void));

/* Leaves `from` and goes on in `to`. `last`: `from` will never be continued. */
void exo_fibre_switch(struct fibre *from, struct fibre *to, int last);

/* The first thing a fibre does after its start. */
void exo_fibre_arrived(struct fibre *self);

#endif
