/*
 * mubuf.c: of the buffer encoding only the cache invalidations, which clang emits for acquire fences. Buffer loads and stores are
 * graphics' way to memory; compute kernels in C use FLAT and GLOBAL.
 */
#include "isa.h"
#include "memory.h"

/* What any wave asks to forget all vector caches forget: too much is only forgiving. */
void exec_buffer_inv(struct wave *w, const struct inst *i)
{
    (void)i;
    if (w->worker->cache.l2 != NULL) {
        cache_control(w->worker->cache.l2, CACHE_INV_VECTOR);
    }
    atomic_thread_fence(memory_order_seq_cst);
}
