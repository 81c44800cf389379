#include "amd/transfer.h"

#include <errno.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/graph.h"
#include "amd/overdue.h"
#include "amd/pm4.h"
#include "amd/sdma_packets.h"
#include "core/clock.h"

#define COPIES_PER_SUBMISSION 256
#define OWN_TIMEOUT_US 10000000
#define LONGEST_PAUSE_US 50
#define TAIL_WORDS 64 /* what follows the graphs in a submission */

static uint64_t next_fence(const struct amd *a)
{
    return atomic_load_explicit(&a->submitted, memory_order_relaxed) + 1;
}

static struct words queue_words(struct queue *q)
{
    return (struct words){q->scratch, 0, QUEUE_MAX_WORDS};
}

/* Starts a DMA submission: it waits for the compute queue if that had the last one. */
static int begin_dma(struct amd *a, struct words *w)
{
    return a->copied_last || !a->compute.fence_sent ? 0 : sdma_wait_equal(w, a->compute.fence_va.value, a->compute.fence_sent);
}

static int end_dma(struct amd *a, struct words *w)
{
    uint64_t fence = next_fence(a);
    int rc = sdma_fence(w, a->sdma.fence_va.value, (uint32_t)fence);
    rc = rc ? rc : queue_submit(a, &a->sdma, w, fence);
    if (rc == 0) {
        a->copied_last = true;
        a->submissions++;
    }
    return rc;
}

int transfer_check_range(struct amd *a, const char *what, uint64_t va, uint64_t size)
{
    return vm_covers(&a->vm, va, size) ? 0
                                       : err_set(&a->base.err, -EINVAL, "%s: card addresses %#llx to %#llx lie in no allocation",
                                                 what, (unsigned long long)va, (unsigned long long)(va + size));
}

static int check_copy(struct amd *a, const struct engine_copy *c)
{
    int rc = transfer_check_range(a, "copy to", c->dst.value, c->size_bytes);
    rc = rc ? rc : transfer_check_range(a, "copy from", c->src.value, c->size_bytes);
    return rc ? rc : mirror_push(a, c->src.value, c->size_bytes);
}

/* One copy's packets; *packets counts those of the submission that is being put together in w. */
static int put_copy(struct amd *a, struct words *w, const struct engine_copy *c, uint32_t *packets)
{
    int rc = 0;
    for (uint64_t done = 0; rc == 0 && done < c->size_bytes;) {
        uint64_t left = c->size_bytes - done;
        uint32_t bytes = left > SDMA_MAX_BYTES ? SDMA_MAX_BYTES : (uint32_t)left;
        if (*packets == COPIES_PER_SUBMISSION) {
            rc = end_dma(a, w);
            *packets = 0;
        }
        if (rc == 0 && *packets == 0) {
            *w = queue_words(&a->sdma);
            rc = begin_dma(a, w);
        }
        rc = rc ? rc : sdma_copy(w, &a->gen.dma, c->dst.value + done, c->src.value + done, bytes);
        (*packets)++;
        done += bytes;
    }
    return rc;
}

int transfer_copies(struct amd *a, const struct engine_copy *copies, uint32_t count, exo_fence *fence_out)
{
    struct words w;
    uint32_t packets = 0;
    int rc = 0;
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = check_copy(a, &copies[i]);
    }
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = put_copy(a, &w, &copies[i], &packets);
    }
    rc = rc || packets == 0 ? rc : end_dma(a, &w);
    *fence_out = atomic_load_explicit(&a->submitted, memory_order_relaxed);
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = mirror_expect(a, *fence_out, copies[i].dst.value, copies[i].size_bytes);
    }
    return rc;
}

int transfer_copy(struct amd *a, exo_va dst, exo_va src, uint64_t size_bytes, exo_fence *fence_out)
{
    return transfer_copies(a, &(struct engine_copy){dst, src, size_bytes}, 1, fence_out);
}

int transfer_fill(struct amd *a, exo_va dst, uint8_t byte, uint64_t size_bytes, exo_fence *fence_out)
{
    int rc = transfer_check_range(a, "fill", dst.value, size_bytes);
    for (uint64_t done = 0; rc == 0 && done < size_bytes;) {
        struct words w = queue_words(&a->sdma);
        rc = begin_dma(a, &w);
        for (uint32_t n = 0; rc == 0 && n < COPIES_PER_SUBMISSION && done < size_bytes; n++) {
            uint64_t left = size_bytes - done;
            uint32_t bytes = left > SDMA_MAX_BYTES ? SDMA_MAX_BYTES : (uint32_t)left;
            rc = sdma_fill(&w, &a->gen.dma, dst.value + done, byte, bytes);
            done += bytes;
        }
        rc = rc ? rc : end_dma(a, &w);
    }
    *fence_out = atomic_load_explicit(&a->submitted, memory_order_relaxed);
    return rc ? rc : mirror_expect(a, *fence_out, dst.value, size_bytes);
}

int transfer_write(struct amd *a, exo_va dst, const void *src, uint64_t size_bytes)
{
    const uint8_t *bytes = src;
    for (uint64_t done = 0; done < size_bytes;) {
        uint64_t left = size_bytes - done, part = left > a->staging->size_bytes ? a->staging->size_bytes : left;
        exo_fence fence;
        memcpy(a->staging->cpu, bytes + done, part);
        int rc = transfer_copy(a, exo_va_add(dst, done), a->staging->va, part, &fence);
        rc = rc ? rc : transfer_wait(a, fence, OWN_TIMEOUT_US);
        if (rc) {
            return rc;
        }
        done += part;
    }
    return 0;
}

/*
 * What makes all earlier work complete and visible before the graphs start: end of this queue's waves, or the DMA engine's
 * fence; then the caches. L2 is invalidated too, since the DMA engine writes around it.
 */
static int begin_graphs(struct amd *a, struct words *w)
{
    int rc = a->copied_last ? pm4_wait_memory_equal(w, a->sdma.fence_va.value, a->sdma.fence_sent) : pm4_wait_shaders(w);
    return rc ? rc : pm4_acquire_mem(w, a->gen.acquire[a->code_changed ? ACQUIRE_MEMORY_AND_CODE : ACQUIRE_MEMORY]);
}

static int put_graph(struct amd *a, struct words *w, const struct engine_graph *g, bool first)
{
    int rc = 0;
    if (g->words.count == 0) {
        return 0;
    }
    if (!first) {
        rc = pm4_wait_shaders(w);
        rc = rc ? rc : pm4_acquire_mem(w, a->gen.acquire[ACQUIRE_KERNEL_TO_KERNEL]);
    }
    return rc ? rc : pm4_indirect_buffer(w, g->memory->va.value, g->words.count);
}

int transfer_submit_graphs(struct amd *a, struct engine_graph *const *graphs, uint32_t count, exo_fence *fence_out)
{
    struct words w = queue_words(&a->compute);
    uint64_t fence = next_fence(a);
    int rc = begin_graphs(a, &w);
    w.capacity -= TAIL_WORDS;
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        if (!graphs[i]->finished) {
            return err_set(&a->base.err, -EINVAL, "graph %u of %u was not finished before it was submitted", i, count);
        }
        rc = put_graph(a, &w, graphs[i], i == 0);
        rc = rc ? rc : graph_mirror(a, graphs[i], fence);
    }
    w.capacity += TAIL_WORDS;
    rc = rc ? rc : pm4_release_mem(&w, a->gen.release, a->compute.fence_va.value, (uint32_t)fence);
    if (rc == -ENOSPC) {
        return err_set(&a->base.err, rc, "%u graphs are too many for one submission; submit them in parts", count);
    }
    rc = rc ? rc : queue_submit(a, &a->compute, &w, fence);
    if (rc == 0) {
        a->copied_last = false;
        a->code_changed = false;
        a->submissions++;
        *fence_out = fence;
    }
    return rc;
}

/* The words hold the low 32 bits of fences that are at most 2^32 submissions old. */
static uint64_t reached(const struct queue *q, uint64_t submitted)
{
    uint32_t word = __atomic_load_n(q->fence_word, __ATOMIC_ACQUIRE);
    return submitted - (uint32_t)((uint32_t)submitted - word);
}

static bool is_reached(const struct amd *a, exo_fence fence, uint64_t submitted)
{
    return reached(&a->compute, submitted) >= fence || reached(&a->sdma, submitted) >= fence;
}

bool transfer_is_done(struct amd *a, exo_fence fence)
{
    uint64_t submitted = atomic_load_explicit(&a->submitted, memory_order_acquire);
    if (fence == 0) {
        return true;
    }
    if (fence > submitted) {
        return false;
    }
    if (is_reached(a, fence, submitted)) {
        return mirror_take(a, fence) == 0;
    }
    return !link_shares_memory(a->link) && mirror_look(a) == 0 && is_reached(a, fence, submitted) && mirror_take(a, fence) == 0;
}

int transfer_wait(struct amd *a, exo_fence fence, uint64_t timeout_us)
{
    uint64_t deadline = clock_now_us() + timeout_us, pause = 0;
    while (!transfer_is_done(a, fence)) {
        int broken = atomic_load(&a->broken);
        if (broken || !link_is_alive(a->link)) {
            return broken ? broken : amd_card_went(a, "work was running");
        }
        bool last = clock_now_us() > deadline;
        int rc = last || pause == LONGEST_PAUSE_US ? overdue_check(a, fence, last) : 0;
        if (rc) {
            return rc;
        }
        pause = pause < LONGEST_PAUSE_US ? pause + 5 : LONGEST_PAUSE_US;
        clock_sleep_us(pause);
    }
    return 0;
}
