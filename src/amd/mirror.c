#include "amd/mirror.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/transfer.h"

#define OVERLAP_TIMEOUT_US 30000000

void mirror_init(struct amd *a)
{
    pthread_mutex_init(&a->mirror.lock, NULL);
}

void mirror_destroy(struct amd *a)
{
    free(a->mirror.awaited);
    pthread_mutex_destroy(&a->mirror.lock);
}

/* Where a card address lies in this process; NULL if it is in VRAM. */
static uint8_t *host_at(const struct amd *a, uint64_t va)
{
    for (uint32_t i = 0; i < a->vm.pool_count; i++) {
        const struct host_pool *pool = &a->vm.pools[i];
        if (va >= pool->va.value && va - pool->va.value < pool->region.size_bytes) {
            return (uint8_t *)pool->region.cpu + (va - pool->va.value);
        }
    }
    return NULL;
}

/* The fence behind which the card has written all of the range that it was told to; 0: it writes nothing there. */
static exo_fence written_behind(struct mirror *m, const uint8_t *cpu, uint64_t size_bytes)
{
    exo_fence fence = 0;
    pthread_mutex_lock(&m->lock);
    for (uint32_t i = 0; i < m->count; i++) {
        const uint8_t *start = m->awaited[i].cpu;
        if (start < cpu + size_bytes && cpu < start + m->awaited[i].size_bytes) {
            fence = m->awaited[i].fence;
        }
    }
    pthread_mutex_unlock(&m->lock);
    return fence;
}

int mirror_push(struct amd *a, uint64_t va, uint64_t size_bytes)
{
    uint8_t *cpu = link_shares_memory(a->link) ? NULL : host_at(a, va);
    if (!cpu) {
        return 0;
    }
    /* Old bytes of ours must not overtake what the card is still writing there. */
    exo_fence fence = written_behind(&a->mirror, cpu, size_bytes);
    int rc = fence ? transfer_wait(a, fence, OVERLAP_TIMEOUT_US) : 0;
    return rc ? rc : link_dma_push(a->link, &(struct link_span){cpu, size_bytes}, 1);
}

int mirror_expect(struct amd *a, exo_fence fence, uint64_t va, uint64_t size_bytes)
{
    struct mirror *m = &a->mirror;
    uint8_t *cpu = link_shares_memory(a->link) ? NULL : host_at(a, va);
    if (!cpu) {
        return 0;
    }
    pthread_mutex_lock(&m->lock);
    if (m->count == m->capacity) {
        uint32_t more = m->capacity ? 2 * m->capacity : 256;
        void *grown = realloc(m->awaited, more * sizeof *m->awaited);
        m->awaited = grown ? grown : m->awaited;
        m->capacity = grown ? more : m->capacity;
    }
    bool room = m->count < m->capacity;
    if (room) {
        m->awaited[m->count++] = (struct mirror_copy){fence, cpu, size_bytes};
    }
    pthread_mutex_unlock(&m->lock);
    return room ? 0 : err_set(&a->base.err, -ENOMEM, "no memory for the books of a copy to host memory");
}

int mirror_look(struct amd *a)
{
    const struct link_span words[] = {
        {a->compute.fence_word, sizeof *a->compute.fence_word},
        {a->sdma.fence_word, sizeof *a->sdma.fence_word},
        {a->sdma.read_word, sizeof *a->sdma.read_word}, /* for the sentence of a wait that ends badly */
    };
    return link_dma_pull(a->link, words, sizeof words / sizeof words[0]);
}

static int take_under_lock(struct amd *a, exo_fence fence)
{
    struct mirror *m = &a->mirror;
    uint32_t done = 0;
    int rc = 0;
    while (rc == 0 && done < m->count && m->awaited[done].fence <= fence) {
        struct link_span spans[LINK_MAX_SPANS];
        uint32_t n = 0;
        for (; n < LINK_MAX_SPANS && done + n < m->count && m->awaited[done + n].fence <= fence; n++) {
            spans[n] = (struct link_span){m->awaited[done + n].cpu, m->awaited[done + n].size_bytes};
        }
        rc = link_dma_pull(a->link, spans, n);
        done += rc ? 0 : n;
    }
    m->count -= done;
    memmove(m->awaited, m->awaited + done, m->count * sizeof *m->awaited);
    return rc;
}

int mirror_take(struct amd *a, exo_fence fence)
{
    if (link_shares_memory(a->link)) {
        return 0;
    }
    pthread_mutex_lock(&a->mirror.lock);
    int rc = a->mirror.count ? take_under_lock(a, fence) : 0;
    pthread_mutex_unlock(&a->mirror.lock);
    return rc;
}
