/*
 * mubuf.c: of the buffer encoding only the cache invalidations, which clang emits for acquire fences. Buffer loads and stores are
 * graphics' way to memory; compute kernels in C use FLAT and GLOBAL.
 */
#include "isa.h"
#include "memory.h"

/* The vector caches: nothing here caches data between instructions, so only the host's order of loads matters. */
void exec_buffer_inv(struct wave *w, const struct inst *i)
{
    (void)w, (void)i;
    atomic_thread_fence(memory_order_seq_cst);
}
